"""The command line: forms, checks, reports and charts without any Python code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from behaviour_culture._version import __version__
from behaviour_culture.commands import (
    chart,
    check,
    collect,
    demo,
    form,
    list_content,
    report,
    rounds,
    schema,
    start,
)
from behaviour_culture.commands.terminal import clear, say
from behaviour_culture.errors import BehaviourCultureError

__all__ = ["main"]

_COMMANDS = (demo, list_content, start, form, collect, check, report, rounds, chart, schema)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m behaviour_culture",
        description="Audit, plan, schedule, monitor and report on a school's behaviour culture.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in _COMMANDS:
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
