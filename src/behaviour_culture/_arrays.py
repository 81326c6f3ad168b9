"""Read-only arrays of numbers, for frozen results.

An array is backed by bytes, so that neither it nor a view of it can be made writable again.
`copy.deepcopy` and pickle keep that. The result of a computation is a plain array.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field
from numpy.typing import ArrayLike, NDArray

__all__ = ["FrozenArray", "array_field", "as_numbers", "frozen_array"]


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
    try:
        plain = np.asarray(values)
        if plain.dtype.kind not in "fiu":
            return values
        # + 0.0 turns -0.0 into 0.0: arrays that compare equal have equal bytes.
        plain = np.ascontiguousarray(plain, dtype=np.float64).reshape(plain.shape) + 0.0
    except (TypeError, ValueError):
        return values
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


def _key(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    return value


def array_field(**options: Any) -> Any:  # noqa: ANN401
    """Return an attrs field that holds a `FrozenArray` and compares by its numbers."""
    return field(converter=frozen_array, eq=_key, **options)
