"""``replan``: a new schedule from what has been done."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from behaviour_culture.commands.journeys import add_journey, going_on
from behaviour_culture.commands.parsing import Commands, add_command, as_date
from behaviour_culture.commands.plan_edits import PlanEdits, plan_edits
from behaviour_culture.commands.terminal import clear, say, show_progress
from behaviour_culture.errors import Fault, InvalidInputError

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    replan = add_command(
        commands, "replan", _replan, "plan again what is not done, and say what changes and why"
    )
    add_journey(replan)
    replan.add_argument(
        "--progress", metavar="FILE", help="a file of kind progress (default: the journey's own)"
    )
    replan.add_argument(
        "--today", type=as_date, metavar="DATE", help="such as 2026-11-02 (default: the progress's)"
    )
    replan.add_argument(
        "-o", "--out", required=True, help="the folder of its report; it keeps the first plan"
    )


def _replan(options: argparse.Namespace) -> int:
    from behaviour_culture.journey import read_journey, run_journey  # noqa: PLC0415  (the stages)
    from behaviour_culture.scheduling.changes import compare_schedules  # noqa: PLC0415

    path = Path(options.journey)
    journey = going_on(read_journey(path), options.out)
    kept = journey.first_plan is not None
    if options.progress is not None:
        journey = journey.evolve(progress=str(Path(options.progress).absolute()))
    if options.today is not None:
        journey = journey.evolve(today=options.today)
    edits = plan_edits(Path(options.out), journey, path.parent) if kept else PlanEdits(journey, {})
    journey = edits.journey
    if journey.progress is None:
        message = "name what has been done: a file of kind progress"
        raise InvalidInputError("replan", [Fault("--progress", message)])
    with edits.written():
        done = run_journey(journey, base=path.parent, progress=show_progress)
        if done.today is None or done.first_schedule is None:
            raise InvalidInputError("replan", [Fault("--today", _not_begun(done.schedule.starts))])
        paths = done.write(options.out)
    if not kept:
        paths += done.keep(options.out)
    clear()
    say(str(compare_schedules(done.first_schedule, done.schedule)))
    if not kept:
        say(f"\n{options.out} had no first plan: it was made again from the same audit.")
    say("\nWritten:")
    for one in paths:
        say(f"  {one}")
    return 0


def _not_begun(starts: date) -> str:
    return f"the plan begins on {starts}: nothing is planned again before that. Run report"
