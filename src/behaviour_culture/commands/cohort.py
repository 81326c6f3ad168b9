"""``cohort``: what changed in many schools, and where one of them lies."""

from __future__ import annotations

import argparse

from behaviour_culture.commands.parsing import (
    Commands,
    add_command,
    add_out_file_option,
    check_out_file,
    in_options,
)
from behaviour_culture.commands.terminal import say

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    cohort = add_command(
        commands, "cohort", _cohort, "say what changed in many schools, and where one lies"
    )
    cohort.add_argument("audits", metavar="AUDITS", help=".jsonl, an audit a line")
    cohort.add_argument(
        "--framework", required=True, metavar="ID-OR-FILE", help="the framework of all audits"
    )
    cohort.add_argument("--school", metavar="ID", help="one school beside those like it")
    cohort.add_argument(
        "--least", type=int, default=30, metavar="N", help="schools in a group (default: 30)"
    )
    add_out_file_option(cohort, "the spread of scores as .csv")


def _cohort(options: argparse.Namespace) -> int:
    from behaviour_culture.content.loader import id_or_path, load_framework  # noqa: PLC0415  (the stages)
    from behaviour_culture.interchange.table import write_csv  # noqa: PLC0415
    from behaviour_culture.programme.cohort.bands import (  # noqa: PLC0415
        cohort_bands,
        school_standing,
    )
    from behaviour_culture.programme.cohort.change import cohort_change  # noqa: PLC0415
    from behaviour_culture.programme.cohort.cohort import Cohort  # noqa: PLC0415

    check_out_file(options)
    cohort = Cohort.read_jsonl(options.audits, load_framework(id_or_path(options.framework)))
    say(str(cohort))
    if len(cohort.rounds) > 1:
        say(f"\n{cohort_change(cohort)}")
    with in_options("cohort", least="--least", school="--school"):
        bands = cohort_bands(cohort, least=options.least)
        say(f"\n{bands}")
        if options.school is not None:
            say(f"\n{school_standing(cohort, options.school, least=options.least)}")
    if options.out is not None:
        say(f"\nWritten:\n  {write_csv(bands.to_rows(), options.out)}")
    return 0
