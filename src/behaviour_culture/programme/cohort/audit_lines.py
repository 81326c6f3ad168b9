"""Audits of many schools as JSON lines, read in batches, and written.

A line holds the ratings that a school agreed on in one round::

    {"framework": "tfi-2.1", "edition": "2.1", "school": "s-00001", "round": 1,
     "phase": "primary", "context": "high-fsm", "ratings": {"tfi-1.1": 2, "tfi-1.2": null}}

It has every item of the framework, with null where it was not assessed. The order of the keys
and the spaces are free. Lines of which all are written alike, as a program writes them, are
read quickly (`AlikeLines`); the others one at a time, with all their faults.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import add
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.checks import Check
from behaviour_culture.errors import Fault, InvalidInputError, Nearest, ReadError, shorten, suggest
from behaviour_culture.fields import is_slug
from behaviour_culture.interchange.file_bytes import as_path, write_bytes
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import Phase
from behaviour_culture.programme.cohort.alike_lines import SCHOOL, AlikeLines, Labels
from behaviour_culture.programme.cohort.columns import Rows
from behaviour_culture.typing import FloatArray

__all__ = ["PHASES", "batches_of", "write_lines"]

_KEYS = ("framework", "edition", "school", "round", "phase", "context", "ratings")
_OPTIONAL = frozenset({"phase", "context"})
PHASES = tuple(phase.value for phase in Phase)
_CHUNK = 2**18
"""Bytes read at a time."""
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line without a fault."""

    number: int
    school: str
    round: int
    phase: str | None
    context: str | None
    ratings: Any


def batches_of(
    path: str | os.PathLike[str], framework: Framework, watch: Watch = NOBODY
) -> Iterator[Rows]:
    """Yield the lines of a file some hundreds at a time; raise at the end if any has a fault.

    Nothing is kept, so memory does not grow with the file. ``watch`` is told the bytes that are
    read.

    Raises
    ------
    InvalidInputError
        All faults, each with its line and path, such as ``line 7, ratings.tfi-1.1``.
    ReadError
        The file cannot be read.
    """
    items = [item.id for item in framework.items]
    reader = _LineReader(framework, items)
    alike = AlikeLines(items, framework.scale.values, reader.labels)
    faults: list[Fault] = []
    check = Check("reading")
    place = as_path(check, "path", path)
    check.done()
    try:
        file = place.open("rb")  # closed below
    except OSError as error:
        raise ReadError(str(path), error.strerror or str(error)) from None
    except ValueError as error:  # a null byte in the name
        raise ReadError(shorten(path), str(error)) from None
    with file:
        first, size = 1, os.fstat(file.fileno()).st_size
        while content := _whole_lines(file, path):
            rows = alike.read(first, content)
            yield rows or reader.rows(first, content, faults)
            watch.tell("reading audits", file.tell(), size)
            first += len(rows.numbers) if rows else content.count(b"\n")
            if len(faults) >= LIMITS.faults:
                faults.append(Fault(f"line {first}", "reading was given up here: too many faults"))
                break
    if faults:
        raise InvalidInputError(str(path), faults)


def _whole_lines(file: BinaryIO, path: str | os.PathLike[str]) -> bytes:
    """Return the next lines, or nothing at the end."""
    try:
        content = file.read(_CHUNK)
        return content if content.endswith(b"\n") else content + file.readline(_CHUNK)
    except OSError as error:  # such as a folder
        raise ReadError(str(path), error.strerror or str(error)) from None


class _LineReader:
    """Reads one line at a time, and reports all its faults."""

    def __init__(self, framework: Framework, items: Sequence[str]) -> None:
        self._identity = {"framework": framework.id, "edition": framework.edition}
        self._items = items
        self._known = set(items)
        self._nearest = Nearest(items)
        self._values = framework.scale.values

    def rows(self, first: int, content: bytes, faults: list[Fault]) -> Rows:
        """Return the lines that have no fault; add the faults of the others."""
        lines: list[Line] = []
        for number, text in enumerate(content.removesuffix(b"\n").split(b"\n"), start=first):
            if text.strip() and (line := self._read(number, text, faults)):
                lines.append(line)
            if len(faults) >= LIMITS.faults:
                break
        rated = np.array([line.ratings for line in lines], dtype=np.float64)
        return Rows(
            [line.number for line in lines],
            [line.school for line in lines],
            [line.round for line in lines],
            [line.phase for line in lines],
            [line.context for line in lines],
            rated.reshape(-1, len(self._items)),
        )

    def labels(self, text: bytes) -> Labels | None:
        """Return round, phase and context of a line with `SCHOOL` and ``true`` in their places."""
        line = self._read(0, text, [], rated=False)
        if line is None or line.school != SCHOOL or line.ratings is not True:
            return None
        return line.round, line.phase, line.context

    def _read(
        self, number: int, text: bytes, faults: list[Fault], *, rated: bool = True
    ) -> Line | None:
        """Return a line, or None and add its faults; ratings stay unread if not ``rated``."""
        before = len(faults)

        def fault(path: str, message: str, value: object = None) -> None:
            place = f"line {number}, {path}" if path else f"line {number}"
            faults.append(Fault(place, message, "" if value is None else shorten(value)))

        data = _parsed(text, fault)
        if len(faults) == before:
            self._check(data, fault, rated=rated)
        if len(faults) > before or not isinstance(data, dict):
            return None
        ratings = data["ratings"]
        if rated:
            ratings = [ratings[item] for item in self._items]
        group = data.get("phase"), data.get("context")
        return Line(number, data["school"], data["round"], *group, ratings)

    def _check(self, data: object, fault: Callable[..., None], *, rated: bool) -> None:
        if not isinstance(data, dict):
            fault("", f"expected an object with {', '.join(_KEYS)}, got {shorten(data)}", data)
            return
        for key in _KEYS:
            if key not in data and key not in _OPTIONAL:
                fault(key, "is missing")
        nearest = Nearest(_KEYS)
        for key in data:
            if key not in _KEYS:
                fault(shorten(key)[1:-1], f"no such key{nearest.hint(key)}", key)
        for key, want in self._identity.items():
            if key in data and data[key] != want:
                fault(key, f"expected {want!r}, got {shorten(data[key])}", data[key])
        for key in ("school", "context"):
            value = data.get(key)
            if key in data and not is_slug(value) and not (key == "context" and value is None):
                fault(key, f"{shorten(value)} is not an id like 's-00001'", value)
        turn = data.get("round", 1)
        if type(turn) is not int or not 1 <= turn <= LIMITS.rounds:
            words = f"expected a whole number from 1 to {LIMITS.rounds}, got {shorten(turn)}"
            fault("round", words, turn)
        phase = data.get("phase")
        if phase is not None and phase not in PHASES:
            hint = suggest(phase, PHASES)
            words = f"expected one of {', '.join(PHASES)}, got {shorten(phase)}{hint}"
            fault("phase", f"{words}; a special school is 'not-applicable'", phase)
        if rated and "ratings" in data:
            self._check_ratings(data["ratings"], fault)

    def _check_ratings(self, ratings: object, fault: Callable[..., None]) -> None:
        if not isinstance(ratings, dict):
            fault("ratings", f"expected an object, a rating an item, got {shorten(ratings)}")
            return
        for item in self._items:
            if item not in ratings:
                fault(f"ratings.{item}", "is missing: write null where it was not assessed")
        for item, value in ratings.items():
            if item not in self._known:
                name = shorten(item)[1:-1]
                fault(f"ratings.{name}", f"no such item{self._nearest.hint(item)}", item)
            elif value is not None and (type(value) is not int or value not in self._values):
                allowed = ", ".join(map(str, self._values))
                words = f"expected one of {allowed}, or null, got {shorten(value)}"
                fault(f"ratings.{item}", words, value)


def _parsed(text: bytes, fault: Callable[..., None]) -> object:
    twice: list[str] = []

    def table(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            twice.extend(key for key, many in counts.items() if many > 1)
        return found

    if text.startswith(_BOM):
        fault("", "begins with a byte order mark: save it as UTF-8 without one")
        return None
    try:
        data: object = json.loads(text.decode("utf-8"), object_pairs_hook=table)
    except UnicodeDecodeError:
        fault("", "it is not UTF-8: save the file in that encoding")
        return None
    except (ValueError, RecursionError) as error:
        fault("", f"it is not a JSON object of its own: {error}", text[:80])
        return None
    for key in twice:
        fault("", f"the key {shorten(key)} appears twice: keep one", key)
    return data


def write_lines(
    heads: Iterable[Mapping[str, Any]],
    items: Sequence[str],
    ratings: FloatArray,
    path: str | os.PathLike[str],
) -> Path:
    """Write audits as JSON lines, whole or not at all: a head each, and a row of ratings.

    Few values come again and again, so each is made into text once.
    """
    check = Check("write_jsonl")
    file = as_path(check, "path", path, "the path of a file")
    check.done()
    encode = json.JSONEncoder(separators=(",", ":")).encode
    names = [f"{encode(item)}:" for item in items]
    values, places = np.unique(ratings, return_inverse=True)
    words = ["null" if np.isnan(value) else str(int(value)) for value in values]
    rows = np.array(words, dtype=object)[places.reshape(ratings.shape)].tolist()
    lines = [
        f'{encode(head)[:-1]},"ratings":{{{",".join(map(add, names, row))}}}}}\n'
        for head, row in zip(heads, rows, strict=True)
    ]
    write_bytes(file, "".join(lines).encode())
    return file
