"""The command line: forms, checks, reports and charts without any Python code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from behaviour_culture._version import __version__
from behaviour_culture.commands import (
    calendar,
    chart,
    check,
    cohort,
    collect,
    compare,
    demo,
    form,
    hub,
    list_content,
    replan,
    report,
    review,
    rounds,
    schema,
    start,
    step,
)
from behaviour_culture.commands.terminal import clear, say
from behaviour_culture.errors import BehaviourCultureError

__all__ = ["main"]

_COMMANDS = (
    *(demo, list_content, start, form, collect, check, report, step, calendar, replan),
    *(chart, review, rounds, compare, hub, cohort, schema),
)
"""In the order of a school year."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 after a message on bad input.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.
    """
    options = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BehaviourCultureError as error:
        clear()
        say(f"error: {error}", stream=sys.stderr)
        for note in getattr(error, "__notes__", ()):
            say(f"  {note}", stream=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of the output has closed it, as `head` does
        sys.stderr.close()
        return 1


class _OneLineEach(argparse.HelpFormatter):
    """Gives the names of commands room beside their words; argparse forgets their indent."""

    def add_argument(self, action: argparse.Action) -> None:
        """Add an argument."""
        super().add_argument(action)
        self._action_max_length = max(self._action_max_length, self._room)

    _room = 4 + len("calendar")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m behaviour_culture",
        description="Audit, plan, schedule, monitor and report on a school's behaviour culture.",
        epilog="COMMAND --help says what each takes.",
        add_help=False,  # without a list of its own, the commands fit a screen
        formatter_class=_OneLineEach,
    )
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=__version__, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for module in _COMMANDS:
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
