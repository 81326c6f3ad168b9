"""Checks of what pure functions are given: all faults at once, never numpy's own words."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

import numpy as np

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import as_whole, whole_faults
from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.model.step import StepCatalogue
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["Inputs", "framework_faults", "names_given", "numbers_given"]

_MOST_NAMES = 10_000


def numbers_given(
    name: str, values: object, *, dims: tuple[int, ...] | None, faults: list[Fault]
) -> FloatArray | None:
    """Return finite numbers as an array of one of the given dimensions, or add a fault.

    Without ``dims`` they may have any, but one number is no array.
    """
    array = _as_array(values)
    if array is None or array.dtype.kind not in "fiu":
        faults.append(Fault(name, f"expected numbers in an array, got {shorten(values)}"))
    elif array.ndim not in dims if dims else not array.ndim:
        wanted = " or ".join(map(str, dims)) if dims else "some"
        faults.append(
            Fault(name, f"expected {wanted} dimensions, got {array.ndim}: shape {array.shape}")
        )
    elif not array.size:
        faults.append(Fault(name, f"must not be empty: its shape is {array.shape}"))
    elif not np.isfinite(array).all():
        at, place = _first(~np.isfinite(array))
        faults.append(Fault(f"{name}[{place}]", f"{array[at]} is not a finite number"))
    else:
        return array.astype(np.float64)
    return None


def framework_faults(
    name: str, made: ActionPlan | StepCatalogue, result: AuditResult
) -> list[Fault]:
    """Return the fault of what is for another framework or edition than an audit, or nothing."""
    mine, audited = (f"{x.framework!r} ({x.edition})" for x in (made, result))
    if mine == audited:
        return []
    return [Fault(f"{name}.framework", f"the {name} is for {mine}, the audit for {audited}")]


def names_given(inputs: object, faults: list[Fault], path: str = "inputs") -> tuple[str, ...]:
    """Return the names of the inputs: as given, or numbered."""
    if isinstance(inputs, (list, tuple)):
        bad = [n for n in inputs if not isinstance(n, str) or not n.strip()]
        if inputs and not bad and len(set(inputs)) == len(inputs):
            return tuple(inputs)
        faults.append(Fault(path, f"expected names without repeats, got {shorten(inputs)}"))
        return ()
    size = as_whole(inputs)
    found = whole_faults(path, size, 1, _MOST_NAMES)
    faults += found
    return () if found else tuple(f"x{i}" for i in range(size))


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
        value: object,
        *,
        ndim: int | None = None,
        last: int | None = None,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
    ) -> FloatArray:
        """Return an array of finite numbers in a range; an empty stand-in where it is not one."""
        nothing: FloatArray = np.zeros((last or 0,) if ndim == 1 else (0, last or 0))
        dims = None if ndim is None else (ndim,)
        numbers = numbers_given(name, value, dims=dims, faults=self._faults)
        if numbers is None:
            return nothing
        if last is not None and numbers.shape[-1] != last:
            self.fault(name, f"expected {last} along the last axis, got {numbers.shape[-1]}")
            return nothing
        bad = np.zeros(numbers.shape, dtype=bool)
        for limit, wrong in ((low, np.less), (high, np.greater), (above, np.less_equal)):
            if limit is not None:
                bad |= wrong(numbers, limit)
        if not bad.any():
            return numbers
        at, place = _first(bad)
        words = _words(low, high, above)
        self.fault(f"{name}[{place}]", f"{numbers[at]:g} is out of range: a number{words}")
        return nothing

    def truths(self, name: str, value: object, *, last: int) -> BoolArray:
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


def _words(low: float | None, high: float | None, above: float | None) -> str:
    parts = [
        f"{word} {limit:g}"
        for word, limit in (("from", low), ("above", above), ("to", high))
        if limit is not None
    ]
    return (" " + " ".join(parts)) if parts else ""


def _as_array(value: Any) -> np.ndarray[Any, Any] | None:  # noqa: ANN401
    try:  # an array whose masked values would come back to life is none
        return None if np.ma.is_masked(value) else np.asarray(value)
    except (TypeError, ValueError):
        return None


def _first(wrong: BoolArray) -> tuple[tuple[int, ...], str]:
    """Return where the first of what is wrong stands, and that in words."""
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    return at, ", ".join(map(str, at))
