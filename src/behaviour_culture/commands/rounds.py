"""``rounds``: the changes between two rounds of an audit."""

from __future__ import annotations

import argparse

from behaviour_culture.commands.parsing import Commands, add_command, add_framework_option
from behaviour_culture.commands.responses import audit_of
from behaviour_culture.commands.terminal import say

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    rounds = add_command(
        commands, "rounds", _rounds, "report the changes between two rounds of an audit"
    )
    rounds.add_argument("before", metavar="BEFORE", help="responses of the first round")
    rounds.add_argument("after", metavar="AFTER", help="responses of the second")
    rounds.add_argument(
        "--paired", action="store_true", help="a label is the same person in both rounds"
    )
    add_framework_option(rounds)


def _rounds(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.rounds import compare_rounds  # noqa: PLC0415
    from behaviour_culture.content.loader import id_or_path, load_framework  # noqa: PLC0415

    before, after = (audit_of([name], options) for name in (options.before, options.after))
    if before.id == after.id:  # files of one name, in two folders
        before, after = before.evolve(id="before"), after.evolve(id="after")
    framework = load_framework(id_or_path(options.framework or before.framework))
    say(str(compare_rounds(before, after, framework, paired=options.paired)))
    return 0
