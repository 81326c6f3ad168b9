"""Checks of what the functions of this package are given: every fault at once, by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import isfinite

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import Fault, InvalidInputError, MissingExtraError, shorten, suggest

__all__ = ["Given", "require_stats"]

_MOST = 2_000
"""Points of a chart at most (judgement: a day for each of ten years)."""
_SHOWN = 5


def require_stats(purpose: str) -> None:
    """Raise `MissingExtraError` unless scipy and statsmodels are there."""
    from importlib.util import find_spec  # noqa: PLC0415  (only on use)

    for package in ("scipy", "statsmodels"):
        if find_spec(package) is None:
            raise MissingExtraError(package, "stats", purpose)


class Given:
    """Collects the faults of a function's arguments and raises them together."""

    __slots__ = ("faults", "subject")

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.faults: list[Fault] = []

    def fault(self, name: str, message: str, value: object = None) -> None:
        """Record a fault."""
        self.faults.append(Fault(name, message, "" if value is None else shorten(value)))

    def done(self) -> None:
        """Raise one `InvalidInputError` with all faults, if there are any."""
        if self.faults:
            raise InvalidInputError(self.subject, self.faults)

    def column(  # noqa: PLR0913  (what numbers may be)
        self,
        name: str,
        values: object,
        *,
        length: int | None = None,
        low: float | None = None,
        above: float | None = None,
        unless: Collection[int] = (),
    ) -> FloatArray:
        """Return a column of finite numbers; an empty array where a fault was found.

        At the places of ``unless`` anything may stand; what is no good becomes NaN.
        """
        empty = np.empty(0)
        if isinstance(values, (str, bytes)) or values is None:
            self.fault(name, f"expected a sequence of numbers, got {shorten(values)}", values)
            return empty
        try:
            found = np.asarray(values)
        except ValueError:
            self.fault(name, "expected a sequence of numbers of one dimension", values)
            return empty
        if found.ndim != 1 or not found.size:
            self.fault(name, f"expected a sequence of numbers, got shape {found.shape}", values)
            return empty
        if found.dtype == object and unless:
            found = np.array([np.nan if v is None else v for v in found])
        if found.dtype.kind not in "fiub":
            self.fault(name, f"expected numbers, got {shorten(values)}", values)
            return empty
        column = found.astype(np.float64)
        if length is not None and column.size != length:
            self.fault(name, f"has {column.size} values where {length} are expected")
            return empty
        wrong = ~np.isfinite(column)
        words = "a finite number"
        if low is not None:
            wrong |= column < low
            words = f"a finite number of at least {low:g}"
        if above is not None:
            wrong |= column <= above
            words = f"a finite number above {above:g}"
        free = np.zeros(column.size, dtype=bool)
        free[[i for i in unless if 0 <= i < column.size]] = True
        column[wrong & free] = np.nan
        wrong &= ~free
        for i in np.flatnonzero(wrong)[:_SHOWN]:
            self.fault(f"{name}[{i}]", f"expected {words}, got {column[i]:g}", float(column[i]))
        return empty if wrong.any() else column

    def points(  # noqa: PLR0913  (what numbers may be)
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
        """Return a column of numbers in order of time.

        NaN or None is a point left out, where ``masked``.
        """
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
        if not self.faults and len(first) != len(second):
            self.fault(other, f"has {len(second)} numbers where {name} has {len(first)}")

    def flags(self, name: str, values: object, *, length: int) -> FloatArray:
        """Return a column of 0 and 1."""
        column = self.column(name, values, length=length)
        if column.size and not np.isin(column, (0, 1)).all():
            self.fault(name, "expected only true and false (or 1 and 0)", values)
            return np.empty(0)
        return column

    def labels(self, name: str, values: object, *, length: int) -> list[object]:
        """Return a column of labels: texts or whole numbers."""
        if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
            self.fault(name, f"expected a sequence of labels, got {shorten(values)}", values)
            return []
        found = [v.item() if isinstance(v, np.generic) else v for v in values]  # type: ignore[attr-defined]
        if len(found) != length:
            self.fault(name, f"has {len(found)} values where {length} are expected")
            return []
        for i, v in enumerate(found):
            number = isinstance(v, (int, float)) and not isinstance(v, bool) and isfinite(v)
            if not (number or (isinstance(v, str) and v.strip())):
                self.fault(f"{name}[{i}]", f"expected a text or a number, got {shorten(v)}", v)
                return []
        return found

    def number(  # noqa: PLR0913  (four limits)
        self,
        name: str,
        value: object,
        *,
        low: float | None = None,
        above: float | None = None,
        below: float | None = None,
        high: float | None = None,
    ) -> None:
        """Check one finite number in a range."""
        if isinstance(value, (bool, np.bool_)) or not isinstance(
            value, (int, float, np.integer, np.floating)
        ):
            self.fault(name, f"expected a number, got {shorten(value)}", value)
            return
        bad = (
            not np.isfinite(float(value))
            or (low is not None and value < low)
            or (high is not None and value > high)
            or (above is not None and value <= above)
            or (below is not None and value >= below)
        )
        if bad:
            limits = [
                f"{words} {limit:g}"
                for words, limit in (
                    ("at least", low),
                    ("above", above),
                    ("at most", high),
                    ("below", below),
                )
                if limit is not None
            ]
            words = " and ".join(limits) or "finite"
            self.fault(name, f"expected a number {words}, got {shorten(value)}", value)

    def whole(self, name: str, value: object, low: int, high: int | None = None) -> None:
        """Check one whole number in a range."""
        fine = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not fine or value < low or (high is not None and value > high):  # type: ignore[operator]
            limit = "" if high is None else f" to {high}"
            self.fault(
                name, f"expected a whole number from {low}{limit}, got {shorten(value)}", value
            )

    def flag(self, name: str, value: object) -> None:
        """Check one true or false."""
        if not isinstance(value, (bool, np.bool_)):
            self.fault(name, f"expected true or false, got {shorten(value)}", value)

    def one_of(self, name: str, value: object, known: Collection[str]) -> None:
        """Check one word out of a list."""
        if not isinstance(value, str) or value not in known:
            hint = suggest(value, known)
            self.fault(
                name, f"expected one of {', '.join(known)}, got {shorten(value)}{hint}", value
            )

    def text(self, name: str, value: object) -> None:
        """Check one text that is not blank."""
        if not isinstance(value, str) or not value.strip():
            self.fault(name, f"expected a text, got {shorten(value)}", value)


def _is_series(given: object) -> bool:
    """Say whether something is worth listing: not a text, a table or an array."""
    return not isinstance(given, (str, bytes, dict, np.ndarray, set, frozenset))
