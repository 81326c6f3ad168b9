"""The one door through which arrays enter, and read-only arrays of numbers for frozen results.

A frozen array is backed by bytes, so that neither it nor a view of it can be made writable again.
`copy.deepcopy` and pickle keep that. The result of a computation is a plain array.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import NoneType
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FrozenArray",
    "array_field",
    "as_numbers",
    "frozen_array",
    "plain_array",
    "rounding_of",
]

_ROUNDING = 1e-12
_NUMBER = (int, float, np.integer, np.floating)
_TRUTH = (bool, np.bool_)
_QUICK = {int, float, np.float64, np.int64}
"""Types of the entries of a list that numpy reads as they are."""


def plain_array(
    values: object, *, truths: bool = False, masked: bool = True
) -> NDArray[Any] | None:
    """Return what somebody gave as an array of numbers, or None where it is something else.

    Lists, arrays, masked arrays and columns or frames of pandas, polars and Arrow come in; a value
    that is missing, as None, NA or masked, is NaN. Neither a text nor a truth value is a number,
    in a list or a column of objects either.

    Parameters
    ----------
    values : object
    truths : bool
        Truth values come in instead, and the numbers that may stand for them: an array of bool or
        numbers.
    masked : bool
        False: None where a value is masked.

    Examples
    --------
    >>> plain_array([1, None, 3]).tolist(), plain_array([True, 2]), plain_array(["1"])
    ([1.0, nan, 3.0], None, None)
    """
    if isinstance(values, (str, bytes, bytearray, Mapping, set, frozenset)):
        return None
    given: Any = values
    if isinstance(given, (list, tuple)) and (kinds := set(map(type, given)) - _QUICK):
        if kinds != {NoneType}:
            return _of_entries(given, truths=truths, masked=masked)
        given = [np.nan if v is None else v for v in given]
    mask = getattr(given, "mask", None) if np.ma.is_masked(given) else None
    try:
        array: Any = None if mask is not None and not masked else np.asarray(given)
    except (TypeError, ValueError, OverflowError):
        return None
    if array is not None and array.ndim and array.dtype.kind == "O":
        array = array if mask is None else np.where(mask, None, array)
        array = _of_objects(array, truths=truths, masked=masked)
    if array is None or array.dtype.kind not in ("bfiu" if truths else "fiu"):
        return None
    found: NDArray[Any] = array if mask is None else np.where(mask, np.nan, array)
    return found


def _of_objects(array: NDArray[Any], *, truths: bool, masked: bool) -> NDArray[Any] | None:
    cells = _of_entries(array.ravel().tolist(), truths=truths, masked=masked)
    whole = cells is not None and cells.shape == (array.size,)
    return cells.reshape(array.shape) if cells is not None and whole else None


def rounding_of(numbers: Any, axis: int | None = None) -> Any:  # noqa: ANN401
    """Return the size up to which differences of numbers are rounding: 1e-12 of the largest.

    Sums of a few thousand numbers are that exact (judgement). Along an axis its length stays 1.

    Examples
    --------
    >>> bool(abs(0.1 + 0.2 - 0.3) <= rounding_of([0.1, 0.2, 0.3]))
    True
    """
    sizes = np.nan_to_num(np.abs(numbers))
    return _ROUNDING * sizes.max(axis=axis, initial=0.0, keepdims=axis is not None)


def _of_entries(entries: Any, *, truths: bool, masked: bool) -> NDArray[Any] | None:  # noqa: ANN401
    """Return the entries of a list, each a cell or an array of one shape."""
    parts: list[Any] = []
    for entry in entries:
        part: Any = entry
        if isinstance(entry, _TRUTH):
            part = entry if truths else None
        elif _is_missing(entry):
            part = np.nan if masked or entry is not np.ma.masked else None
        elif isinstance(entry, _NUMBER) and not isinstance(entry, np.timedelta64):
            try:
                part = np.float64(entry)
            except OverflowError:
                part = np.inf
        else:
            part = plain_array(entry, truths=truths, masked=masked)
            part = None if part is None or not part.ndim else part
        if part is None:
            return None
        parts.append(part)
    try:
        array = np.asarray(parts)
    except ValueError:  # of different shapes
        return None
    return array if array.dtype.kind in "bfiu" else None


def _is_missing(cell: object) -> bool:
    return (
        cell is None
        or cell is np.ma.masked
        or ("pandas" in sys.modules and cell is sys.modules["pandas"].NA)
    )


class FrozenArray(np.ndarray[Any, np.dtype[np.float64]]):
    """A float64 array that cannot be changed; make one with `frozen_array`."""

    def __array_wrap__(
        self,
        array: NDArray[Any],
        context: object = None,
        return_scalar: bool = False,  # noqa: FBT001, FBT002  (numpy's own signature)
    ) -> Any:  # noqa: ANN401
        plain = np.asarray(array)
        return plain[()] if return_scalar else plain

    def __reduce__(self) -> tuple[Any, ...]:
        return frozen_array, (np.array(self, subok=False),)

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, ...]:  # noqa: ANN401
        return self.__reduce__()

    def __setattr__(self, name: str, value: object) -> None:
        # numpy would let shape, strides and dtype be set, and with them what the numbers are.
        msg = f"a FrozenArray cannot be changed: use .copy() before you set {name!r}"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __setstate__(self, _state: object) -> None:
        self.__setattr__("state", None)

    def __copy__(self) -> FrozenArray:
        return self

    def __deepcopy__(self, _memo: object) -> FrozenArray:
        return self

    def copy(self, order: Any = "C") -> Any:  # noqa: ANN401
        """Return a plain array that may be changed."""
        return np.array(self, order=order, subok=False)

    def __hash__(self) -> int:  # type: ignore[override]  # ndarray says None: it can change
        return hash(_key(self))


def frozen_array(values: ArrayLike) -> Any:  # noqa: ANN401  (an attrs converter)
    """Return numbers as a `FrozenArray`; leave anything else for the check to refuse.

    Examples
    --------
    >>> frozen_array([[1, 2], [3, 4]]).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    array = plain_array(values, masked=False)
    if array is None:
        return values
    # + 0.0 turns -0.0 into 0.0: arrays that compare equal have equal bytes.
    plain = np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape) + 0.0
    flat = np.frombuffer(plain.tobytes(), dtype=np.float64)
    return flat.reshape(plain.shape).view(FrozenArray)


def as_numbers(values: NDArray[np.float64]) -> list[float | None]:
    """Return the numbers of an array as a list for ``to_rows``, None for NaN.

    Examples
    --------
    >>> as_numbers(frozen_array([1, float("nan")]))
    [1.0, None]
    """
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124


def _key(value: FrozenArray) -> object:
    return value.shape, value.tobytes()


def array_field(**options: Any) -> Any:  # noqa: ANN401
    """Return an attrs field that holds a `FrozenArray` and compares by its numbers."""
    return field(converter=frozen_array, eq=_key, **options)
