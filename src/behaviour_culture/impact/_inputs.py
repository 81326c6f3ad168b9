"""Checks of the arrays that pure functions take: all faults at once, never numpy's own words."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

import numpy as np

from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["Inputs"]


class Inputs:
    """Collects the faults of one call and raises them together."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._faults: list[Fault] = []

    def add(self, faults: Iterable[Fault]) -> None:
        """Record faults found elsewhere."""
        self._faults += faults

    def fault(self, path: str, message: str) -> None:
        """Record one fault."""
        self._faults.append(Fault(path, message))

    def done(self) -> None:
        """Raise one `InvalidInputError` with all faults, if there are any."""
        if self._faults:
            raise InvalidInputError(self._subject, self._faults)

    def array(  # noqa: PLR0913  (what may be said of an array)
        self,
        name: str,
        value: Any,  # noqa: ANN401  (whatever a user gives)
        *,
        ndim: int | None = None,
        last: int | None = None,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
    ) -> FloatArray:
        """Return an array of finite numbers in a range; an empty stand-in where it is not one."""
        nothing: FloatArray = np.zeros((last or 0,) if ndim == 1 else (0, last or 0))
        plain = _as_array(value)
        if plain is None or plain.dtype.kind not in "fiu":
            self.fault(name, f"expected an array of numbers, got {shorten(value)}")
            return nothing
        if (ndim is not None and plain.ndim != ndim) or plain.ndim == 0:
            self.fault(name, f"expected {ndim or 'some'} dimensions, got the shape {plain.shape}")
            return nothing
        if plain.size == 0:
            self.fault(name, "is empty")
            return nothing
        if last is not None and plain.shape[-1] != last:
            self.fault(name, f"expected {last} along the last axis, got {plain.shape[-1]}")
            return nothing
        numbers: FloatArray = plain.astype(np.float64)
        bad = ~np.isfinite(numbers)
        for limit, wrong in ((low, np.less), (high, np.greater), (above, np.less_equal)):
            if limit is not None:
                bad |= wrong(np.where(bad, limit + (limit is above), numbers), limit)
        if bad.any():
            at = [int(i) for i in np.argwhere(bad)[0]]
            place = ", ".join(str(i) for i in at)
            self.fault(
                f"{name}[{place}]",
                f"{numbers[tuple(at)]:g} is out of range: a finite number"
                + _words(low, high, above),
            )
            return nothing
        return numbers

    def truths(self, name: str, value: Any, *, last: int) -> BoolArray:  # noqa: ANN401
        """Return an array of true and false (or 1 and 0); ``last`` is 0 where it is not known."""
        plain = _as_array(value)
        nothing: BoolArray = np.zeros((last, last), dtype=bool)
        if (
            plain is None
            or plain.ndim == 0
            or plain.dtype.kind not in "bfiu"
            or not np.isin(plain, (0, 1)).all()
        ):
            self.fault(name, f"expected an array of true and false, got {shorten(value)}")
            return nothing
        if last and plain.shape[-1] != last:
            self.fault(name, f"expected {last} along the last axis, got {plain.shape[-1]}")
            return nothing
        found: BoolArray = plain.astype(bool)
        return found

    def number(self, name: str, value: object, *, low: float, high: float) -> None:
        """Check one finite number in a range."""
        real = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
        if not real or not low <= value <= high:  # type: ignore[operator]
            self.fault(name, f"expected a number from {low:g} to {high:g}, got {shorten(value)}")

    def choice(self, name: str, value: object, known: tuple[str, ...]) -> None:
        """Check that a text is one of those known."""
        if value not in known:
            hint = suggest(value, known)
            self.fault(name, f"no {name} {shorten(value)}{hint}; known: {', '.join(known)}")


def _as_array(value: Any) -> np.ndarray[Any, Any] | None:  # noqa: ANN401
    try:  # an array whose masked values would come back to life is none
        return None if np.ma.is_masked(value) else np.asarray(value)
    except (TypeError, ValueError):
        return None


def _words(low: float | None, high: float | None, above: float | None) -> str:
    parts = [
        f"{word} {limit:g}"
        for word, limit in (("from", low), ("above", above), ("to", high))
        if limit is not None
    ]
    return (" " + " ".join(parts)) if parts else ""
