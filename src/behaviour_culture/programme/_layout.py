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

from behaviour_culture.programme._codes import NULL_BYTE, UNKNOWN, CodeArray

__all__ = ["SCHOOL", "Alike", "Layout"]

SCHOOL = "a-school"
"""Stands for a line's own school while the rest of the line is understood."""

_NULL, _MARK = b"null", bytes([NULL_BYTE])
"""What is missing takes one byte, as a rating does, once it is written as a byte of its own."""
_ENTRY = re.compile(rb'[ \t\r]*"([a-z0-9.-]+)"[ \t\r]*:[ \t\r]*([0-9\0])[ \t\r]*([,}])')
_SCHOOL = re.compile(rb'"school"[ \t\r]*:[ \t\r]*"')
_LAST = b"}\n"
_MOST_RESTS, _MOST_NEW = 10_000, 64
"""Rests kept, and understood in one reading, at most: a file in which every line has a rest of
its own must neither fill the memory nor be slow."""

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

    def read(self, content: bytes) -> Alike | None:
        """Return what lines hold; None where they are not alike, or one of them is not good."""
        if not content.endswith(b"\n"):
            content += b"\n"
        number = content.count(b"\n")
        pieces = content.split(b"{")
        if len(pieces) != 2 * number + 1 or pieces[0] or _MARK in content:
            return None
        # In each line one object within another: what is inside it and behind it, is a body.
        heads, bodies = pieces[1::2], pieces[2::2]
        end = bodies[0].find(b"}") + 1
        found = _SCHOOL.search(heads[0])
        if found and bodies[0][end:] == _LAST:
            # Nothing stands behind the ratings, which is quick to compare.
            parts, texts, behind = bodies, heads, b"true" + _LAST
        else:
            parts = [body[: body.find(b"}") + 1] for body in bodies]
            three = zip(heads, bodies, map(len, parts), strict=True)
            texts, behind = [head + b"true" + body[size:] for head, body, size in three], b""
            found = _SCHOOL.search(texts[0])
        labelled = self._labelled(texts, found[0], behind) if found else None
        codes = self._codes(parts)
        return None if labelled is None or codes is None else Alike(*labelled, codes)

    def _labelled(
        self, texts: Sequence[bytes], front: bytes, behind: bytes
    ) -> tuple[list[bytes], list[Labels]] | None:
        """Return schools and labels of lines without their first brace and their ratings."""
        rests, schools, labels = self._rests, [], []
        most = len(rests) + _MOST_NEW
        for text in texts:
            before, _, after = text.partition(front)
            school, _, after = after.partition(b'"')
            found = rests.get((before, after, behind))
            if found is None:
                line = before + front + SCHOOL.encode() + b'"' + after + behind
                # One end of line, and that at the end: so every line is a line in the file too.
                good = line.find(b"\n") == len(line) - 1
                found = self._labels_of(b"{" + line[:-1]) if good else None
                if found is None or len(rests) >= most:
                    return None
                rests[before, after, behind] = found
            schools.append(school)
            labels.append(found)
        if len(rests) > _MOST_RESTS:
            rests.clear()
        return schools, labels

    def _codes(self, parts: list[bytes]) -> CodeArray | None:
        """Return the codes of parts that differ in nothing but ratings."""
        pattern = parts[0].replace(_NULL, _MARK)
        width, places = len(pattern), _places(pattern, self._items)
        # Where something is missing, a part is as long as others once it is marked.
        even = [p if len(p) == width else p.replace(_NULL, _MARK) for p in parts]
        if places is None or set(map(len, even)) != {width}:
            return None
        text = bytearray().join(even)
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
