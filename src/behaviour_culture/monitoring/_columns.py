"""Columns of numbers given to a chart: checked by name, with NaN for a point left out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest

__all__ = ["Columns"]

_MOST = 2_000
"""Points of a chart at most (judgement: a day for each of ten years)."""
_SHOWN = 5


class Columns:
    """Collects the faults of a function's arguments and raises them together."""

    __slots__ = ("_faults", "_subject")

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._faults: list[Fault] = []

    def fault(self, name: str, message: str, value: object = None) -> None:
        """Record a fault."""
        self._faults.append(Fault(name, message, "" if value is None else shorten(value)))

    @property
    def clean(self) -> bool:
        """True as long as nothing was found wrong."""
        return not self._faults

    def done(self) -> None:
        """Raise one `InvalidInputError` with all faults, if there are any."""
        if self._faults:
            raise InvalidInputError(self._subject, self._faults)

    def numbers(  # noqa: PLR0913  (what numbers may be)
        self,
        name: str,
        given: object,
        *,
        low: float | None = None,
        above: float | None = None,
        whole: bool = False,
        masked: bool = True,
        least: int = 1,
        most: int = _MOST,
    ) -> FloatArray:
        """Return a column of numbers; NaN is allowed where ``masked``, for a point left out."""
        empty = np.empty(0)
        listed = list(given) if isinstance(given, Iterable) and _is_series(given) else given
        try:
            found = np.asarray(listed)
            if found.dtype == object and found.ndim == 1:  # None stands for a point left out
                found = np.asarray([np.nan if v is None else v for v in found])
        except (TypeError, ValueError):
            found = np.empty((0, 0), dtype=object)
        if found.ndim != 1 or found.dtype.kind not in "fiu":
            self.fault(name, f"expected a list of numbers, got {shorten(given)}", given)
            return empty
        if not least <= len(found) <= most:
            message = f"expected {least} to {most:,} numbers, got {len(found):,}"
            self.fault(name, message)
            return empty
        column = found.astype(np.float64)
        there = ~np.isnan(column) if masked else np.full(len(column), fill_value=True)
        good = np.isfinite(column)
        with np.errstate(invalid="ignore"):
            good &= True if low is None else column >= low
            good &= True if above is None else column > above
            good &= column == np.round(column) if whole else True
        wrong = np.flatnonzero(there & ~good)
        words = "a whole number" if whole else "a finite number"
        words += "" if low is None else f" of at least {low:g}"
        words += "" if above is None else f" above {above:g}"
        for i in wrong[:_SHOWN]:
            self.fault(f"{name}[{i}]", f"expected {words}, got {column[i]:g}", float(column[i]))
        if len(wrong) > _SHOWN:
            self.fault(name, f"{len(wrong) - _SHOWN} more numbers are not {words}")
        if not len(wrong) and there.sum() < least:
            self.fault(name, f"expected at least {least} numbers that are there, got {there.sum()}")
        return empty if len(wrong) else column

    def same_length(self, name: str, first: FloatArray, other: str, second: FloatArray) -> None:
        """Record a fault where two columns differ in length."""
        if self.clean and len(first) != len(second):
            self.fault(other, f"has {len(second)} numbers where {name} has {len(first)}")

    def whole(self, name: str, value: object, low: int, high: int) -> None:
        """Record a fault unless a value is a whole number in a range."""
        good = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not good or not low <= int(value) <= high:  # type: ignore[call-overload]
            message = f"expected a whole number from {low} to {high}, got {shorten(value)}"
            self.fault(name, message, value)

    def flag(self, name: str, value: object) -> None:
        """Record a fault unless a value is true or false."""
        if not isinstance(value, bool):
            self.fault(name, f"expected True or False, got {shorten(value)}", value)

    def choice(self, name: str, value: object, known: Iterable[str]) -> None:
        """Record a fault unless a value is one of some words."""
        names = list(known)
        if not isinstance(value, str) or value not in names:
            hint = suggest(value, names)
            self.fault(
                name, f"expected one of {', '.join(names)}, got {shorten(value)}{hint}", value
            )


def _is_series(given: object) -> bool:
    """Say whether something is worth listing: not a text, a table or an array."""
    return not isinstance(given, (str, bytes, dict, np.ndarray, set, frozenset))
