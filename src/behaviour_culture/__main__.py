"""The command line: ``python -m behaviour_culture demo``, ``check``, ``report``, ``schema``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from behaviour_culture import __version__
from behaviour_culture.errors import BehaviourCultureError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 after a message on bad input.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process where not given.
    """
    options = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BehaviourCultureError as error:
        _clear()
        _say(f"error: {error}", stream=sys.stderr)
        for note in getattr(error, "__notes__", ()):
            _say(f"  {note}", stream=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of the output went away, as `head` does
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m behaviour_culture",
        description="Audit, plan, schedule and report on a school's behaviour culture.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="run the illustrative school and write its report")
    demo.add_argument("-o", "--out", default="demo-report", help="folder (default: demo-report)")
    demo.set_defaults(command=_demo)
    check = commands.add_parser("check", help="check files and list all faults")
    check.add_argument(
        "files", nargs="+", metavar="FILE", help=".toml, .json, .csv responses or .xlsx forms"
    )
    check.add_argument(
        "--framework",
        help="for audit responses (default: what a form names; of a .csv file, bennett-2017)",
    )
    check.set_defaults(command=_check)
    report = commands.add_parser("report", help="run a journey file and write its report")
    report.add_argument("journey", metavar="JOURNEY", help="a file of kind journey")
    report.add_argument("-o", "--out", required=True, help="folder")
    report.set_defaults(command=_report)
    schema = commands.add_parser("schema", help="write JSON Schemas of kinds of files")
    which = schema.add_mutually_exclusive_group(required=True)
    which.add_argument("kind", nargs="?", metavar="KIND", help="such as school")
    which.add_argument("--all", action="store_true", help="all kinds")
    schema.add_argument("-o", "--out", required=True, help="folder; it gets KIND.schema.json")
    schema.set_defaults(command=_schema)
    return parser


def _demo(options: argparse.Namespace) -> int:
    from behaviour_culture.report.journey import demo_folder  # noqa: PLC0415  (loads the stages)

    return _run(demo_folder() / "illustrative_journey.toml", options.out)


def _report(options: argparse.Namespace) -> int:
    return _run(Path(options.journey), options.out)


def _run(journey: Path, out: str) -> int:
    from behaviour_culture.report.journey import run_journey  # noqa: PLC0415  (loads the stages)

    done = run_journey(journey, progress=_progress)
    paths = done.write(out)
    _clear()
    _say(_summary(str(done)))
    _say("\nWritten:")
    for path in paths:
        _say(f"  {path}")
    return 0


def _summary(text: str) -> str:
    """Keep the terminal's summary to what fits a screen or two; the report has the rest."""
    width = 160
    return "\n".join(
        line if len(line) <= width else line[: width - 3] + "..." for line in text.splitlines()
    )


def _check(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.reading import read_audit  # noqa: PLC0415  (loads the stages)
    from behaviour_culture.content.loader import (  # noqa: PLC0415
        DuplicateContentError,
        load_framework,
    )
    from behaviour_culture.interchange.files import read  # noqa: PLC0415
    from behaviour_culture.interchange.kinds import kind_of  # noqa: PLC0415

    wrong = 0
    first: dict[tuple[str, str], str] = {}
    for name in options.files:
        try:
            suffix = Path(name).suffix.lower()
            if suffix in {".csv", ".xlsx"}:
                chosen = options.framework or ("bennett-2017" if suffix == ".csv" else None)
                value = read_audit(name, framework=load_framework(chosen) if chosen else None)
            else:
                value = read(name)
            place = (kind_of(value), value.id)
            if place in first:
                raise DuplicateContentError(*place, (first[place], name))
            first[place] = name
        except BehaviourCultureError as error:
            wrong += 1
            _say(f"wrong  {error}", stream=sys.stderr)
        else:
            _say(f"fine   {name}: {value!r}")
    return 1 if wrong else 0


def _schema(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.kinds import KINDS  # noqa: PLC0415
    from behaviour_culture.interchange.schema import write_schema  # noqa: PLC0415

    for kind in sorted(KINDS) if options.all else [options.kind]:
        _say(f"{write_schema(kind, options.out)}")
    return 0


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(
            f"\r\x1b[K{what} {done:,} of {total:,}" if total > 1 else f"\r\x1b[K{what}"
        )
        sys.stderr.flush()


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _say(text: str, *, stream: TextIO | None = None) -> None:
    print(text, file=stream or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
