"""Checks that each row of a table is whole: its cells are as many as its columns, its quotes shut.

A parser that reads many cores' worth of rows forgives short rows, and a quote too many swallows
rows. All bytes are looked at here, without Python objects; only a table that may be at fault is
read again row by row, to say which row it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from behaviour_culture.errors import Fault
from behaviour_culture.interchange.table import csv_rows

__all__ = ["is_even", "row_faults"]

_CHUNK = 1 << 22
_QUOTE, _COMMA, _END, _RETURN = 34, 44, 10, 13
_BEFORE = np.isin(np.arange(256), (_COMMA, _END, _QUOTE))
_AFTER = np.isin(np.arange(256), (_COMMA, _END, _RETURN, _QUOTE))
"""Bytes that may stand before a quote that opens, and after one that shuts."""


def row_faults(content: bytes) -> list[Fault]:
    """Return the faults of the rows of a table, each with its row; all columns may be there."""
    faults: list[Fault] = []
    for _ in csv_rows(content.decode(), faults, required=(), optional=None):
        pass
    return faults


def is_even(content: bytes, width: int | None) -> bool:
    """Say whether quotes are as they should be and each row is on a line of its own.

    Parameters
    ----------
    content : bytes
        A table in UTF-8, header included.
    width : int, optional
        The cells of each row; without it they are not counted.
    """
    return all(_even(chunk, width) for chunk in _chunks(content))


def _chunks(content: bytes) -> Iterator[bytes]:
    """Yield a few million bytes at a time, up to the end of a line."""
    begin, size = 0, len(content)
    while begin < size:
        end = begin + _CHUNK
        if end < size:
            last = content.rfind(b"\n", begin, end)
            last = content.find(b"\n", end) if last < 0 else last
            end = size if last < 0 else last + 1
        yield content[begin:end]
        begin = end


def _even(chunk: bytes, width: int | None) -> bool:
    chunk = chunk if chunk.endswith(b"\n") else chunk + b"\n"
    codes = np.frombuffer(chunk, dtype=np.uint8)
    quotes = np.flatnonzero(codes == _QUOTE) if b'"' in chunk else np.zeros(0, dtype=np.intp)
    if not _shut(codes, quotes):
        return False
    if width is None and not len(quotes):
        return True
    ends = np.flatnonzero(codes == _END)
    if _inside(quotes, ends).any():
        return False
    return width is None or _as_wide(codes, quotes, ends, width - 1)


def _as_wide(codes: Any, quotes: Any, ends: Any, each: int) -> bool:  # noqa: ANN401  (arrays)
    """Say whether each line that is not blank has so many commas outside quotes."""
    begins = np.concatenate(([0], ends[:-1] + 1))
    long = ends - begins
    blank = (long == 0) | ((long == 1) & (codes[begins] == _RETURN))
    begins, ends = begins[~blank], ends[~blank]
    commas = np.flatnonzero(codes == _COMMA)
    if len(quotes):
        commas = commas[~_inside(quotes, commas)]
    if len(commas) != each * len(ends) or not each:
        return not each and not len(commas)
    return bool((commas[::each] >= begins).all() and (commas[each - 1 :: each] < ends).all())


def _inside(quotes: Any, places: Any) -> Any:  # noqa: ANN401  (arrays of places)
    """Return the places that are inside quotes."""
    return (np.searchsorted(quotes, places) & 1).astype(bool)


def _shut(codes: Any, quotes: Any) -> bool:  # noqa: ANN401  (arrays of bytes and places)
    """Say whether quotes open at the beginning of a cell and shut at its end, or stand twice."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = codes[opening - 1]
    if len(opening) and opening[0] == 0:
        before[0] = _END
    return bool(_BEFORE[before].all() and _AFTER[codes[closing + 1]].all())
