"""How a command declares itself, and the options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture.errors import InvalidInputError
from behaviour_culture.interchange.file_bytes import check_free

__all__ = [
    "Commands",
    "add_command",
    "add_force_option",
    "add_framework_option",
    "add_out_file_option",
    "add_series_options",
    "as_date",
    "check_out_file",
    "in_options",
]

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (its only name)
else:
    Commands = object


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], words: str
) -> argparse.ArgumentParser:
    """Add a command that runs a function of its options, and return its parser."""
    added = commands.add_parser(name, help=words, description=words.capitalize() + ".")
    added.set_defaults(command=run)
    return added


def add_framework_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--framework``: which framework the responses answer."""
    parser.add_argument(
        "--framework",
        metavar="ID-OR-FILE",
        help="the framework of the items (default: that of a form, or else bennett-2017)",
    )


def add_force_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--force``: files that are there already may be replaced."""
    parser.add_argument(
        "--force", action="store_true", help="replace what is there; never a filled form"
    )


def add_out_file_option(
    parser: argparse.ArgumentParser, words: str, *, metavar: str = "FILE"
) -> None:
    """Add ``-o`` for one file, and ``--force`` to overwrite it."""
    parser.add_argument("-o", "--out", metavar=metavar, help=words)
    parser.add_argument("--force", action="store_true", help="overwrite the file of -o")


def check_out_file(options: argparse.Namespace) -> None:
    """Raise `WriteError` where the file of ``-o`` is there, unless it may be overwritten."""
    if options.out is not None:
        check_free([Path(options.out)], force=options.force)


def add_series_options(parser: argparse.ArgumentParser) -> None:
    """Add what a file of counts does not say itself."""
    parser.add_argument(
        "--calendar",
        metavar="ID-OR-FILE",
        help="gives the pupil days if there is no column exposure",
    )
    parser.add_argument("--pupils", type=int, metavar="N", help="pupils on roll")
    first = parser.add_mutually_exclusive_group()
    first.add_argument(
        "--day-first",
        dest="dayfirst",
        action="store_true",
        default=None,
        help="dates are 31/01/2026",
    )
    first.add_argument(
        "--month-first", dest="dayfirst", action="store_false", help="dates are 01/31/2026"
    )
    parser.add_argument(
        "--indicator",
        default="low-level-incidents",
        metavar="ID",
        help="the indicator that is counted (default: low-level-incidents)",
    )


def as_date(text: str) -> date:
    """Return a day that was typed as ``2026-11-02`` or ``02/11/2026``."""
    day, _, rest = text.strip().partition("/")
    month, _, year = rest.partition("/")
    try:
        return date(int(year), int(month), int(day)) if rest else date.fromisoformat(text.strip())
    except ValueError:
        message = f"{text!r} is no day: write 2026-11-02 or 02/11/2026"
        raise argparse.ArgumentTypeError(message) from None


@contextmanager
def in_options(command: str, **names: str) -> Iterator[None]:
    """Say faults of a call in the words of the command: ``person="--person"``.

    A fault inside an argument, as ``formats[0]``, is one of the argument.
    """
    try:
        yield
    except InvalidInputError as error:
        faults = [
            f._replace(path=names.get(f.path.partition("[")[0], f.path)) for f in error.faults
        ]
        raise InvalidInputError(command, faults) from None
