"""Lines that are all written alike: one is understood, and the others are compared with it.

Whoever writes a file of audits writes every line in one way: the same items in the same order,
with the same spaces. So the part of a line that holds its ratings is the same bytes in all
lines but for the ratings. That part is understood once; of the others it is asked whether they
are the same bytes, which leaves nothing to chance, and their ratings are then known by their
places. What is left of a line, without the school's id, is the same in many lines too, and is
understood once for all of them. A line that is written in another way is left to those who
read one at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from behaviour_culture.programme.cohort.codes import NULL_BYTE, UNKNOWN, CodeArray

__all__ = ["SCHOOL", "Alike", "Layout"]

SCHOOL = "a-school"
"""Stands for a line's own school while the rest of the line is understood."""

_NULL, _MARK = re.compile(b"null"), bytes([NULL_BYTE])
"""What is missing takes one byte, as a rating does, once it is written as a byte of its own.
(A pattern finds and replaces in one go, for which `bytes.replace` takes two.)"""
_ENTRY = re.compile(rb'[ \t\r]*"([a-z0-9.-]+)"[ \t\r]*:[ \t\r]*([0-9\0])[ \t\r]*([,}])')
_SCHOOL = re.compile(rb'"school"[ \t\r]*:[ \t\r]*"')
_TRUE, _LAST = b"true", b"}\n"
_MOST_RESTS, _MOST_NEW = 10_000, 512
"""Rests kept, and understood for an eighth as many lines read, at most: a file in which every
line has a rest of its own must neither fill the memory nor be slow."""

Rest = tuple[bytes, bytes, bytes]
"""What stands before a school's id, behind it, and behind the ratings."""
Labels = tuple[Any, ...]
"""Round, phase and context of a line."""


class Alike(NamedTuple):
    """Some lines that are written alike."""

    schools: list[bytes]
    """As they stand between quotes: whether they are ids is for the caller to check."""
    labels: list[Labels]
    codes: CodeArray
    """Shape (lines, items), items in the order of the framework."""


class Layout:
    """Reads lines that are written alike.

    Parameters
    ----------
    items : sequence of str
        Ids of all items of the framework.
    digits : array of uint8, shape (256,)
        The code of each byte that is a rating of the scale or stands for null; `UNKNOWN` for
        all others.
    labels_of : callable
        Returns the labels of a line, given the line with `SCHOOL` for the school and ``true``
        for the ratings, or None if anything in it is not as it should be.
    """

    def __init__(
        self, items: Sequence[str], digits: CodeArray, labels_of: Callable[[bytes], Labels | None]
    ) -> None:
        self._items = [item.encode() for item in items]
        self._digits = digits
        self._labels_of = labels_of
        self._rests: dict[Rest, Labels] = {}
        self._left = _MOST_NEW

    def read(self, content: bytes) -> Alike | None:
        """Return what lines hold; None where they are not alike, or one of them is not good."""
        if not content.endswith(b"\n"):
            content += b"\n"
        pieces = content.split(b"{")
        if len(pieces) < 3 or len(pieces) % 2 == 0 or pieces[0] or _MARK in content:  # noqa: PLR2004
            return None
        # In each line one object within another: what is inside it and behind it, is a body.
        heads, parts, behind = pieces[1::2], pieces[2::2], _TRUE + _LAST
        if parts[0].partition(b"}")[2] != _LAST:
            # More than the last brace stands behind the ratings.
            split = [body.partition(b"}") for body in parts]
            parts = [part for part, _, _ in split]
            both = zip(heads, split, strict=True)
            heads, behind = [head + _TRUE + rest for head, (_, _, rest) in both], b""
        found = _SCHOOL.search(heads[0])
        labelled = self._labelled(heads, found[0], behind) if found else None
        codes = None if labelled is None else self._codes(parts)
        return None if labelled is None or codes is None else Alike(*labelled, codes)

    def _labelled(
        self, texts: Sequence[bytes], front: bytes, behind: bytes
    ) -> tuple[list[bytes], list[Labels]] | None:
        """Return schools and labels of lines without their first brace and their ratings."""
        rests, schools, labels = self._rests, [], []
        for text in texts:
            before, _, after = text.partition(front)
            school, _, after = after.partition(b'"')
            found = rests.get((before, after, behind))
            if found is None:
                if self._left <= 0:
                    return None
                self._left -= 1
                line = before + front + SCHOOL.encode() + b'"' + after + behind
                # One end of line, and that at the end: so every line is a line in the file too.
                good = line.find(b"\n") == len(line) - 1
                found = self._labels_of(b"{" + line[:-1]) if good else None
                if found is None:
                    return None
                rests[before, after, behind] = found
            schools.append(school)
            labels.append(found)
        # Whoever finds many lines alike may find some that are new.
        self._left = min(self._left + len(schools) // 8, _MOST_NEW)
        if len(rests) > _MOST_RESTS:
            rests.clear()
        return schools, labels

    def _codes(self, parts: list[bytes]) -> CodeArray | None:
        """Return the codes of parts that differ in nothing but ratings; none has a brace ``{``."""
        # So a brace between them keeps them apart: what is moved from one to the next is seen.
        text = bytearray(b"{").join([*parts, b""])
        pattern = _NULL.sub(_MARK, parts[0]) + b"{"
        width, places = len(pattern), _places(pattern.replace(b"{", b"}"), self._items)
        if places is None:
            return None
        if len(text) != width * len(parts):
            # Where something is missing, a part is as long as others once it is marked.
            text = bytearray(_NULL.sub(_MARK, text))
        if len(text) != width * len(parts):
            return None
        rows = np.frombuffer(text, dtype=np.uint8).reshape(-1, width)
        at = np.array(places)
        codes: CodeArray = self._digits.take(rows.take(at, axis=1))
        rows[:, at] = NULL_BYTE
        alike = text == rows[0].tobytes() * len(rows)
        return None if not alike or (codes == UNKNOWN).any() else codes


def _places(part: bytes, items: Sequence[bytes]) -> list[int] | None:
    """Return where the rating of each item stands in an object, if it holds each item once.

    The object is without its first brace, and something may stand behind it.
    """
    found: dict[bytes, int] = {}
    at = 0
    while entry := _ENTRY.match(part, at):
        if entry[1] in found:
            return None
        found[entry[1]] = entry.start(2)
        at = entry.end()
        if entry[3] == b"}":
            break
    if part[at - 1 : at] != b"}" or len(found) != len(items):
        return None
    places = [found.get(item, -1) for item in items]
    return None if -1 in places else places
