"""``collect``: completed forms in one file."""

from __future__ import annotations

import argparse

from behaviour_culture.commands.parsing import Commands, add_command, add_framework_option
from behaviour_culture.commands.responses import audit_of, sentence_of
from behaviour_culture.commands.terminal import say

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    collect = add_command(
        commands, "collect", _collect, "collect completed forms in one file of responses"
    )
    collect.add_argument("forms", nargs="+", metavar="FORM", help=".xlsx or .csv")
    collect.add_argument("-o", "--out", required=True, help="the .csv to write")
    add_framework_option(collect)


def _collect(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.table import write_csv  # noqa: PLC0415

    audit = audit_of(options.forms, options)
    say(f"{write_csv(audit.to_rows(), options.out)}: {sentence_of(audit)}")
    return 0
