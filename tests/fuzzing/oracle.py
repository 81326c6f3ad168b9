"""What every reader owes: an object that is whole, or an error of ours, in bounded time.

`problem_of` reads one file and returns what is wrong with how that went, or None.
"""

from __future__ import annotations

import re
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import behaviour_culture as bc
from behaviour_culture._display import Displayed
from behaviour_culture._pictures import kinds_of
from behaviour_culture.errors import BehaviourCultureError, Fault
from behaviour_culture.interchange.kinds import kind_of_class
from fuzzing.readers import READERS

__all__ = [
    "MOST_MESSAGE",
    "MOST_SECONDS",
    "Problem",
    "control_characters",
    "problem_of",
    "show",
]

MOST_SECONDS = 5.0
"""Of processor time for one file."""
MOST_MESSAGE = 40_000
"""Characters of the text of an error."""
_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_THEIRS = ("openpyxl", "xlsxwriter", "docx")
"""Libraries whose own warnings stay heard: to silence them would change the whole process."""


class Problem(NamedTuple):
    """What went wrong, and where: two of one ``kind`` and ``place`` are the same fault."""

    kind: str
    place: str
    detail: str


def control_characters(text: str) -> str:
    """Return the first character that would do something to a terminal, or nothing."""
    found = _CONTROLS.search(text)
    return (
        f"{found[0]!r} in {text[max(0, found.start() - 60) : found.end() + 20]!r}" if found else ""
    )


def _place(error: BaseException) -> str:
    """Return the innermost line of our own source that an error passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "behaviour_culture" in f.filename and "tests" not in f.filename]
    last = (ours or list(frames))[-1]
    return f"{'/'.join(Path(last.filename).parts[-3:])}:{last.lineno} {last.name}"


def _of_message(error: BehaviourCultureError) -> Problem | None:
    name, text = f"{type(error).__name__}", str(error)
    faults: tuple[Fault, ...] = getattr(error, "faults", ())
    place = _place(error)
    if not text.strip():
        return Problem("no message", place, name)
    if len(text) > MOST_MESSAGE:
        return Problem("long message", place, f"{len(text):,} characters: {text[:200]!r}")
    for shown in (text, *(part for f in faults[:200] for part in (f.path, f.message, f.value))):
        if found := control_characters(shown):
            return Problem("control character in a message", place, found)
    if long := [f for f in faults if len(f.value) > 80]:
        return Problem("long value", place, repr(long[0])[:300])
    return None


def show(value: Any) -> None:
    """Do with an object what people do with it: show it, draw it in words, write it again."""
    for text in (repr(value), str(value)):
        if found := control_characters(text):
            raise AssertionError(f"shown with {found}")
        text.encode()
    if not isinstance(value, Displayed):
        return
    value._repr_html_().encode()
    value.to_frame(kind="polars")
    for kind in kinds_of(type(value)):
        try:
            assert value.plot.describe(kind).strip()
            value.plot.rows(kind)
        except BehaviourCultureError as error:
            str(error).encode()  # there is nothing to draw, and that is said
    if kind_of_class(type(value)) is not None:
        for format_ in ("json", "toml"):
            again = bc.loads(bc.dumps(value, format=format_), type(value), format=format_)
            assert again == value, f"not equal after {format_}"
            assert bc.dumps(again, format=format_) == bc.dumps(value, format=format_)


def _several(value: Any) -> Iterator[Any]:
    yield from value if type(value) in {list, tuple} else [value]


class Late(BaseException):
    """Four times the time is over, and it still works."""


def _late(*_: object) -> None:
    raise Late


def problem_of(name: str, path: Path) -> Problem | None:
    """Read a file with a reader, and say what is wrong with how that went."""
    signal.signal(signal.SIGVTALRM, _late)
    signal.setitimer(signal.ITIMER_VIRTUAL, 4 * MOST_SECONDS)
    try:
        return _problem_of(name, path)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _problem_of(name: str, path: Path) -> Problem | None:
    began = time.process_time()
    seconds = 0.0
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            value = READERS[name].call(path)
            seconds = time.process_time() - began
            for one in _several(value):
                show(one)
        except BehaviourCultureError as error:
            seconds = seconds or time.process_time() - began
            if seconds <= MOST_SECONDS and (found := _of_message(error)):
                return found
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  (that is what is looked for)
            words = "".join(traceback.format_exception(error))[-1_500:]
            return Problem(type(error).__name__, _place(error), words)
    if seconds > MOST_SECONDS:
        return Problem("slow", name, f"{seconds:.1f} s of processor time")
    ours = [w for w in heard if not any(part in w.filename for part in _THEIRS)]
    if ours:
        first = ours[0]
        place = f"{Path(first.filename).name}:{first.lineno}"
        return Problem(f"warning {first.category.__name__}", place, str(first.message)[:300])
    return None


if __name__ == "__main__":  # python -m fuzzing.oracle READER FILE, in tests/
    print(problem_of(sys.argv[1], Path(sys.argv[2])))  # noqa: T201
