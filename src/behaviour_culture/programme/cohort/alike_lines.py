"""Lines that are all written alike: one is understood, and the others are compared with it.

A program that writes a file of audits writes every line in one way: the same items in the same
order, with the same spaces. So the part of a line that holds its ratings is the same bytes in
all lines but for the ratings themselves. That part is parsed once. The others are compared with
it byte for byte, and their ratings are then known by their places. The rest of a line, without
the school's id, is the same in many lines too, and is parsed once for all of them. Lines that
are written in another way are left to the reader of one line at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from behaviour_culture.fields import MAX_SLUG, SLUG
from behaviour_culture.programme.cohort.columns import Rows
from behaviour_culture.typing import FloatArray

__all__ = ["SCHOOL", "AlikeLines", "Labels"]

SCHOOL = "a-school"
"""Takes the place of a line's own school while the rest of the line is parsed."""

_NULL, _MARK = re.compile(b"null"), b"\0"
"""A missing rating takes one byte, as the others do, once ``null`` is replaced by the mark.
(A pattern finds and replaces in one go, for which `bytes.replace` takes two.)"""
_ENTRY = re.compile(rb'[ \t\r]*"([a-z0-9.-]+)"[ \t\r]*:[ \t\r]*([0-9\0])[ \t\r]*([,}])')
_SCHOOL = re.compile(rb'"school"[ \t\r]*:[ \t\r]*"')
_IDS = re.compile(rf"{SLUG.pattern}(?:\n{SLUG.pattern})*")
_TRUE, _LAST = b"true", b"}\n"
_MOST_RESTS, _MOST_NEW = 10_000, 512
"""Rests that are kept, and rests that are parsed for an eighth as many lines read, at most: a
file in which every line has a different rest must neither fill the memory nor be slow."""

Rest = tuple[bytes, bytes, bytes]
"""The bytes before a school's id, behind it, and behind the ratings."""
Labels = tuple[int, str | None, str | None]
"""Round, phase and context of a line."""


class AlikeLines:
    """Reads lines that are written alike.

    Parameters
    ----------
    items : sequence of str
        Ids of all items of the framework.
    values : sequence of int
        The levels of its scale. A level of more than one digit is left to the other reader.
    labels_of : callable
        Returns the labels of a line, given the line with `SCHOOL` for the school and ``true``
        for the ratings, or None where it has any fault.
    """

    def __init__(
        self,
        items: Sequence[str],
        values: Sequence[int],
        labels_of: Callable[[bytes], Labels | None],
    ) -> None:
        self._items = [item.encode() for item in items]
        self._labels_of = labels_of
        self._rests: dict[Rest, Labels] = {}
        self._left = _MOST_NEW
        # The rating of each byte: NaN for the mark, infinite for a byte that is no rating.
        self._rating = np.full(256, np.inf)
        self._rating[_MARK[0]] = np.nan
        for value in values:
            if 0 <= value <= 9:  # noqa: PLR2004  (the digits)
                self._rating[ord(str(value))] = value

    def read(self, first: int, content: bytes) -> Rows | None:
        """Return lines, given the number of the first; None where not all are alike and good."""
        if not content.endswith(b"\n"):
            content += b"\n"
        pieces = content.split(b"{")
        if len(pieces) < 3 or len(pieces) % 2 == 0 or pieces[0] or _MARK in content:  # noqa: PLR2004
            return None
        # Each line is one object within another: a head, and the ratings with all behind them.
        heads, parts, behind = pieces[1::2], pieces[2::2], _TRUE + _LAST
        if parts[0].partition(b"}")[2] != _LAST:
            # Keys come after the ratings: they are moved to the head.
            split = [part.partition(b"}") for part in parts]
            parts = [rated for rated, _, _ in split]
            both = zip(heads, split, strict=True)
            heads, behind = [head + _TRUE + rest for head, (_, _, rest) in both], b""
        front = _SCHOOL.search(heads[0])
        labelled = self._labelled(heads, front[0], behind) if front else None
        ratings = None if labelled is None else self._ratings(parts)
        if labelled is None or ratings is None:
            return None
        schools, labels = labelled
        rounds, phases, contexts = zip(*labels, strict=True)
        numbers = range(first, first + len(schools))
        return Rows(numbers, schools, rounds, phases, contexts, ratings)

    def _labelled(
        self, texts: Sequence[bytes], front: bytes, behind: bytes
    ) -> tuple[list[str], list[Labels]] | None:
        """Return schools and labels of lines without their first brace and their ratings."""
        rests, names = self._rests, list[bytes]()
        labels: list[Labels] = []
        for text in texts:
            before, _, after = text.partition(front)
            school, _, after = after.partition(b'"')
            found = rests.get((before, after, behind))
            if found is None:
                if self._left <= 0:
                    return None
                self._left -= 1
                line = before + front + SCHOOL.encode() + b'"' + after + behind
                # One end of line, at the end: so every line is a line of the file too.
                good = line.find(b"\n") == len(line) - 1
                found = self._labels_of(b"{" + line[:-1]) if good else None
                if found is None:
                    return None
                rests[before, after, behind] = found
            names.append(school)
            labels.append(found)
        # Many lines with a known rest allow for some with a new one.
        self._left = min(self._left + len(names) // 8, _MOST_NEW)
        if len(rests) > _MOST_RESTS:
            rests.clear()
        joined = b"\n".join(names).decode("ascii", "replace")
        schools = joined.split("\n")
        good = bool(_IDS.fullmatch(joined)) and max(map(len, schools)) <= MAX_SLUG
        return (schools, labels) if good and len(schools) == len(labels) else None

    def _ratings(self, parts: list[bytes]) -> FloatArray | None:
        """Return the ratings of parts that differ in nothing else, and have no brace ``{``."""
        # So a brace between them keeps them apart: a byte moved to the next part is seen.
        text = bytearray(b"{").join([*parts, b""])
        pattern = _NULL.sub(_MARK, parts[0]) + b"{"
        width, places = len(pattern), _places(pattern.replace(b"{", b"}"), self._items)
        if places is None:
            return None
        if len(text) != width * len(parts):
            # A part with missing ratings is as long as the others once these are marked.
            text = bytearray(_NULL.sub(_MARK, text))
        if len(text) != width * len(parts):
            return None
        rows = np.frombuffer(text, dtype=np.uint8).reshape(-1, width)
        at = np.array(places)
        ratings: FloatArray = self._rating.take(rows.take(at, axis=1))
        rows[:, at] = 0
        alike = text == rows[0].tobytes() * len(rows)
        return None if not alike or np.isinf(ratings).any() else ratings


def _places(part: bytes, items: Sequence[bytes]) -> list[int] | None:
    """Return where the rating of each item is in an object, if it holds each item once.

    The object is without its first brace, and something may follow it.
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
