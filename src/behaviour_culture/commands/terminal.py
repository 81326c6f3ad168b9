"""What a command says on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, TextIO

from behaviour_culture.errors import printable
from behaviour_culture.interchange.file_bytes import write_bytes

if TYPE_CHECKING:
    from behaviour_culture.journey import JourneyResult

__all__ = ["clear", "on_lines", "put", "say", "say_written", "show_progress"]


def say(text: str, *, stream: TextIO | None = None) -> None:
    """Print a text, on standard output unless another stream is named.

    What files and their names hold does nothing to the terminal: controls are escaped. So are
    letters that the terminal or file does not have.
    """
    stream = stream or sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    shown = "\n".join(map(printable, text.split("\n")))
    print(shown.encode(encoding, "backslashreplace").decode(encoding), file=stream)


def show_progress(stage: str, done: int, total: int) -> None:
    """Show on a terminal how far a stage has come."""
    if sys.stderr.isatty():
        count = f" {done:,} of {total:,}" if total > 1 else ""
        sys.stderr.write(f"\r\x1b[K{printable(stage)}{count}")
        sys.stderr.flush()


def clear() -> None:
    """Take the line of progress off the terminal."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def say_written(done: JourneyResult, paths: Sequence[Path]) -> int:
    """Say in a few lines what a journey found, and which files it wrote; return the exit code."""
    clear()
    say(f"{done.school.name}: {done.journey.title}")
    for part in (done.result, done.plan, done.schedule, done.review):
        if part is not None:  # what it is made of is set further in, and is in the annex
            whole = [line for line in str(part).splitlines() if not line.startswith(" ")]
            say(on_lines("\n".join(whole)))
    say("\nWritten:")
    for path in paths:
        say(f"  {path}")
    first = next((path for path in paths if path.name == "governors.html"), None)
    if first is not None:
        say(f"\nOpen {first} first.")
        say("plan.html is for those who carry the plan out; annex.html has every number's reason.")
    return 0


def on_lines(text: str) -> str:
    """Break long lines of a summary where the terminal ends; what goes on is set further in."""
    width = max(40, get_terminal_size((100, 24)).columns)
    return "\n".join(
        fill(line, width, subsequent_indent=line[: len(line) - len(line.lstrip())] + "    ")
        for line in text.splitlines()
    )


def put(path: Path, content: bytes) -> None:
    """Write a file unless it is there with the same content, and say so."""
    if path.exists() and path.read_bytes() == content:
        say(f"{path} (there already, unchanged)")
        return
    write_bytes(path, content)
    say(f"{path}")
