"""Checks of the arrays that the functions of this package are given."""

from __future__ import annotations

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import Fault, shorten
from behaviour_culture.model._check import as_whole, whole_faults

__all__ = ["names_given", "numbers_given"]

_MOST_NAMES = 10_000


def numbers_given(
    name: str, values: object, *, dims: tuple[int, ...], faults: list[Fault]
) -> FloatArray | None:
    """Return finite numbers as an array of one of the given dimensions, or add a fault."""
    wanted = " or ".join(str(d) for d in dims)
    try:  # an array whose masked values would come back to life is none
        array = np.asarray(None if np.ma.is_masked(values) else values)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiu":
        faults.append(Fault(name, f"expected numbers in an array, got {shorten(values)}"))
    elif array.ndim not in dims:
        faults.append(
            Fault(name, f"expected {wanted} dimensions, got {array.ndim}: shape {array.shape}")
        )
    elif not array.size:
        faults.append(Fault(name, f"must not be empty: its shape is {array.shape}"))
    elif not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        where = ", ".join(str(i) for i in place)
        faults.append(Fault(f"{name}[{where}]", f"{array[place]} is not a finite number"))
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
