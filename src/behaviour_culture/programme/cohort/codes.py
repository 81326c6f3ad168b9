"""Ratings of many schools as one byte each, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._arrays import FloatArray
from behaviour_culture.model.framework import Framework

__all__ = ["MISSING", "NULL_BYTE", "UNKNOWN", "CodeArray", "Codes", "Rated"]

CodeArray = NDArray[np.uint8]
Rated = tuple[int | None, ...]
MISSING = 255
"""Stands for a rating that is not there, among codes of levels."""
UNKNOWN = 254
"""Stands for a byte that is no level of the scale."""
NULL_BYTE = 0
"""Stands for ``null`` in text that has been shortened."""

_bytes: Any = bytes
"""Where no None is among the ratings, which mypy cannot know."""


class Codes:
    """The codes of one framework's levels."""

    def __init__(self, framework: Framework) -> None:
        values = framework.scale.values
        self._width = len(framework.items)
        # Where every value fits a byte, rows are bytes as they are.
        self._plain = values[0] >= 0 and values[-1] < UNKNOWN
        code: dict[int | None, int] = {v: v if self._plain else i for i, v in enumerate(values)}
        self._code = code | {None: MISSING}
        self._values = np.full(MISSING + 1, np.nan)
        self._levels = np.full(MISSING + 1, None, dtype=object)
        self.digits = np.full(MISSING + 1, UNKNOWN, dtype=np.uint8)
        """The code of each level that is one digit, and of null, by its byte."""
        self.digits[NULL_BYTE] = MISSING
        for value in values:
            self._values[code[value]] = self._levels[code[value]] = value
            if 0 <= value <= 9:  # noqa: PLR2004  (the digits)
                self.digits[ord(str(value))] = code[value]

    def coded(self, rows: Sequence[Rated]) -> CodeArray:
        """Return rows of ratings as codes, shape (rows, items)."""
        code = self._code.__getitem__
        # A row with None is no bytes as it is.
        plain = self._plain
        parts = [_bytes(row if plain and None not in row else map(code, row)) for row in rows]
        return np.frombuffer(b"".join(parts), dtype=np.uint8).reshape(-1, self._width)

    def ratings(self, codes: CodeArray) -> FloatArray:
        """Return codes as ratings, NaN where one is missing."""
        found: FloatArray = self._values[codes]
        return found

    def rows(self, codes: CodeArray) -> list[Rated]:
        """Return codes as rows of ratings, None where one is missing."""
        if self._plain and (codes != MISSING).all():
            return list(zip(*[iter(codes.tobytes())] * self._width, strict=True))
        return list(map(tuple, self._levels[codes].tolist()))
