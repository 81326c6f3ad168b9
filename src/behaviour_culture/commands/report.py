"""``report``: a journey and its report."""

from __future__ import annotations

import argparse
from pathlib import Path

from behaviour_culture.commands.journeys import add_journey, going_on, names_its_own
from behaviour_culture.commands.parsing import Commands, add_command, in_options
from behaviour_culture.commands.plan_edits import PlanEdits, plan_edits
from behaviour_culture.commands.terminal import say_written, show_progress

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    report = add_command(
        commands, "report", _report, "make the plan of a school and write its report"
    )
    add_journey(report)
    report.add_argument("-o", "--out", required=True, help="folder")
    report.add_argument(
        "--formats",
        metavar="LIST",
        help="such as html,docx (default: those of the journey, or else html)",
    )
    report.add_argument(
        "--template", metavar="FILE", help="a .docx of yours, for the Word files (needs docx)"
    )


def _report(options: argparse.Namespace) -> int:
    from behaviour_culture.journey import read_journey, run_journey  # noqa: PLC0415  (the stages)

    path = Path(options.journey)
    written = read_journey(path)
    journey = going_on(written, options.out)
    kept = journey is not written
    edits = plan_edits(Path(options.out), journey, path.parent) if kept else PlanEdits(journey, {})
    with edits.written():
        given = edits.journey if kept else path
        done = run_journey(given, base=path.parent, progress=show_progress)
        formats = _listed(options.formats)
        with in_options("report", formats="--formats", template="--template"):
            paths = done.write(options.out, formats=formats, template=options.template)
    if not names_its_own(written) and (done.today is None or not kept):
        paths += done.keep(options.out)
    return say_written(done, paths)


def _listed(names: str | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    return tuple(name.strip().lower() for name in names.split(",") if name.strip())
