"""The check of the ratings that a measure of agreement is given."""

from __future__ import annotations

from typing import Any

import numpy as np

from behaviour_culture.errors import Fault, shorten

__all__ = ["AnyArray", "checked_ratings"]

AnyArray = np.ndarray[tuple[int, ...], np.dtype[Any]]
_SHOWN = 20


def checked_ratings(  # noqa: PLR0913  (options of one check)
    name: str,
    values: object,
    *,
    dims: int,
    missing: bool = False,
    texts: bool = False,
    faults: list[Fault],
) -> AnyArray | None:
    """Return ratings as an array, or add their faults.

    Parameters
    ----------
    name : str
        Of the argument.
    values : object
    dims : {1, 2}
        A list, one rating for each item, or a table.
    missing : bool
        NaN and None are allowed, and become NaN.
    texts : bool
        Texts are allowed too, though not beside numbers.
    faults : list of Fault
    """
    array = _plain(values)
    mixed = isinstance(values, (list, tuple)) and len({isinstance(v, str) for v in values}) > 1
    if array.dtype.kind not in ("fiuU" if texts else "fiu") or mixed or array.ndim != dims:
        array = np.empty(0)
    if not array.size:
        kinds = "numbers or texts" if texts else "numbers"
        words = f"{kinds} in a list, one for each item" if dims == 1 else f"a table of {kinds}"
        faults.append(Fault(name, f"expected {words}, got {shorten(values)}", shorten(values)))
        return None
    if array.dtype.kind == "U":
        return array
    numbers = array.astype(np.float64)
    bad = np.isinf(numbers) if missing else ~np.isfinite(numbers)
    for place in np.argwhere(bad)[:_SHOWN]:
        value = numbers[tuple(place)]
        what = "is not a finite number" if missing else "is no rating: leave its item out"
        faults.append(Fault(f"{name}[{', '.join(map(str, place))}]", f"{value} {what}", str(value)))
    return None if bad.any() else numbers


def _plain(values: object) -> AnyArray:
    """Return an array; one of objects becomes texts, or numbers with NaN for None, if it can."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        return np.asarray(None)
    if array.dtype.kind != "O":
        return array
    cells = array.ravel().tolist()
    if cells and all(isinstance(v, str) for v in cells):
        return array.astype(np.str_)
    numbers = (int, float, np.number)
    if all(v is None or (isinstance(v, numbers) and not isinstance(v, bool)) for v in cells):
        return array.astype(np.float64)
    return array
