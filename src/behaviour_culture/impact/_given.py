"""Checks of the arguments of pure functions: all faults at once, never numpy's own words."""

from __future__ import annotations

from typing import Any

import numpy as np

from behaviour_culture.checks import as_whole, whole_faults
from behaviour_culture.errors import Fault, shorten
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["names_given", "numbers_given"]

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


def _as_array(value: Any) -> np.ndarray[Any, Any] | None:  # noqa: ANN401
    try:  # np.asarray would bring masked values back to life
        return None if np.ma.is_masked(value) else np.asarray(value)
    except (TypeError, ValueError):
        return None


def _first(wrong: BoolArray) -> tuple[tuple[int, ...], str]:
    """Return the index of the first true value, and the same as text."""
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    return at, ", ".join(map(str, at))
