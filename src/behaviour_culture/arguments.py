"""Checks of the arguments of a function, arrays among them: every fault at once, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib.util import find_spec
from math import isfinite
from typing import Annotated, Any

import numpy as np

from behaviour_culture._arrays import plain_array
from behaviour_culture.checks import Check, as_whole
from behaviour_culture.errors import FaultCode, MissingExtraError, shorten
from behaviour_culture.fields import OneOf, Range
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["Arguments", "require_stats"]

_SHOWN = 5
"""Numbers of one array that are named; how many more there are is said."""


def require_stats(purpose: str) -> None:
    """Raise `MissingExtraError` unless scipy and statsmodels are installed."""
    for package in ("scipy", "statsmodels"):
        if find_spec(package) is None:
            raise MissingExtraError(package, "stats", purpose)


class Arguments(Check):
    """Gathers the faults of the arguments of one call; `done` raises them together.

    A method that returns an array returns an empty one where it recorded a fault, so that the
    checks that follow can go on.
    """

    __slots__ = ("_index",)

    # -- one value -----------------------------------------------------------------------

    def value(self, path: str, value: object, type_: Any) -> bool:  # noqa: ANN401
        """Check a value against a type with its rules; a number of numpy will do."""
        return super().value(path, value.item() if isinstance(value, np.generic) else value, type_)

    def flag(self, name: str, value: object) -> bool:
        """Check one true or false."""
        return self.value(name, value, bool)

    def one_of(self, name: str, value: object, options: Collection[str]) -> bool:
        """Check one word of a list."""
        return self.value(name, value, Annotated[str, OneOf(tuple(options))])

    # -- arrays --------------------------------------------------------------------------

    def numbers(  # noqa: PLR0911, PLR0913  (what may be demanded of numbers)
        self,
        name: str,
        values: object,
        *,
        ndim: int | tuple[int, ...] | None = 1,
        last: int | None = None,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
        whole: bool = False,
        missing: bool = False,
        unless: Collection[int] = (),
        least: int = 1,
        most: int | None = None,
    ) -> FloatArray:
        """Return finite numbers as an array, or record what is wrong with them.

        Parameters
        ----------
        name : str
            The argument.
        values : object
            A list, a tuple, an array, a column of a frame (`plain_array`). A value that is
            masked, None or NA is missing.
        ndim : int or tuple of int, optional
            Dimensions that the array may have; any but none where it is None.
        last : int, optional
            Length along the last axis.
        low, high, above : float, optional
            The range of each number; ``above`` is not itself allowed.
        whole : bool
            Each must be a whole number.
        missing : bool
            A number may be missing; it is returned as NaN.
        unless : collection of int
            Places of a column at which anything may stand; a bad number there becomes NaN.
        least, most : int, optional
            How many there may be along the first axis, missing ones not counted in ``least``.
        """
        self._aligned(name, values)
        dims = (ndim,) if isinstance(ndim, int) else ndim
        nothing: FloatArray = np.zeros((0,) * (dims[0] if dims else 1))
        array = plain_array(values)
        if array is None:
            message = f"expected {_kind(dims)} of numbers, got {shorten(values)}"
            self.fault(name, message, values, FaultCode.WRONG_TYPE)
            return nothing
        if not array.ndim or (dims and array.ndim not in dims):
            message = f"expected {_kind(dims)} of numbers, got the shape {array.shape}"
            self.fault(name, message, code=FaultCode.WRONG_SHAPE)
            return nothing
        count = len(array)
        if not array.size:
            self.fault(name, f"must not be empty: its shape is {array.shape}")
            return nothing
        if count < least or (most is not None and count > most):
            limits = f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
            self.fault(name, f"expected {limits} numbers, got {count:,}")
            return nothing
        if last is not None and array.shape[-1] != last:
            where = "" if array.ndim == 1 else " along the last axis"
            self.fault(name, f"expected {last:,} numbers{where}, got {array.shape[-1]:,}")
            return nothing
        numbers: FloatArray = array.astype(np.float64)
        rule = Range(low, high, above)
        lost = np.isnan(numbers) & missing
        good = np.isfinite(numbers) & rule.holds(numbers)
        if whole:
            good &= numbers == np.round(numbers)
        wrong = ~(good | lost)
        for place in unless:
            if 0 <= place < count and wrong[place]:
                numbers[place], wrong[place] = np.nan, False
        if self._record(name, numbers, wrong, rule, whole=whole):
            return nothing
        there = count if numbers.ndim > 1 else count - int(lost.sum())
        if there < least:
            self.fault(name, f"expected at least {least} numbers that are there, got {there}")
            return nothing
        return numbers

    def _aligned(self, name: str, values: Any) -> None:  # noqa: ANN401  (any object of a user)
        """Record a fault where the rows of two columns of pandas are the same in another order.

        Numbers are taken by their place, so that a row would meet the number of another.
        """
        if not (hasattr(values, "iloc") and hasattr(values, "index")):
            return
        first, index = getattr(self, "_index", (name, values.index))
        self._index = first, index
        if not values.index.equals(index) and set(values.index) == set(index):
            message = f"its rows are in another order than those of {first}: sort both alike"
            self.fault(name, message)

    def _record(
        self, name: str, numbers: FloatArray, wrong: BoolArray, rule: Range, *, whole: bool
    ) -> bool:
        places = np.argwhere(wrong)
        for place in places[:_SHOWN]:
            at = tuple(int(i) for i in place)
            number = float(numbers[at])
            message = f"{number:.15g} is not {'a whole' if whole else 'a finite'} number"
            if isfinite(number) and not rule.holds(number):
                message = f"{number:.15g} is out of range: {rule.words}"
            where = f"{name}[{', '.join(map(str, at))}]"
            self.fault(where, message, number, FaultCode.OUT_OF_RANGE)
        if len(places) > _SHOWN:
            self.fault(name, f"{len(places) - _SHOWN:,} more numbers are not good")
        return bool(len(places))

    def truths(self, name: str, values: object, *, last: int | None = None) -> BoolArray:
        """Return an array of true and false (or 1 and 0), or record what is wrong with it."""
        self._aligned(name, values)
        array = plain_array(values, truths=True)
        nothing: BoolArray = np.zeros((last or 0,), dtype=np.bool_)
        if array is None or not array.ndim:
            message = f"expected an array of true and false (or 1 and 0), got {shorten(values)}"
            self.fault(name, message, values)
            return nothing
        wrong = ~np.isin(array, (0, 1))
        if wrong.any():
            first = [tuple(map(int, place)) for place in np.argwhere(wrong)[:_SHOWN]]
            shown = ", ".join(
                f"[{', '.join(map(str, at))}] is "
                + ("missing" if np.isnan(array[at]) else f"{array[at]:g}")
                for at in first
            )
            message = f"expected only true and false (or 1 and 0): {shown}"
            more = int(wrong.sum()) - len(first)
            self.fault(name, message + (f", and {more:,} more" if more else ""), values)
            return nothing
        if last and array.shape[-1] != last:
            self.fault(name, f"expected {last:,} of them, got {array.shape[-1]:,}")
            return nothing
        return array.astype(np.bool_)

    def labels(self, name: str, values: object, *, length: int) -> list[object]:
        """Return a column of labels, texts or numbers, or record what is wrong with it."""
        self._aligned(name, values)
        unordered = (str, bytes, bytearray, Mapping, set, frozenset)
        good = not isinstance(values, unordered) and getattr(values, "ndim", 1) == 1
        if not good or not hasattr(values, "__len__"):
            self.fault(name, f"expected a sequence of labels, got {shorten(values)}", values)
            return []
        cells: Any = values
        # Scalars of numpy and of Arrow are those of Python inside.
        found = [v.item() if isinstance(v, np.generic) else v for v in cells]
        found = [v.as_py() if hasattr(v, "as_py") else v for v in found]
        if len(found) != length:
            self.fault(name, f"expected {length:,} labels, got {len(found):,}")
            return []
        for i, v in enumerate(found):
            number = isinstance(v, int) or (isinstance(v, float) and isfinite(v))
            number = number and not isinstance(v, bool)
            if not (number or (isinstance(v, str) and v.strip())):
                self.fault(f"{name}[{i}]", f"expected a text or a number, got {shorten(v)}", v)
                return []
        return found

    def same_length(self, name: str, first: FloatArray, other: str, second: FloatArray) -> None:
        """Record a fault where two columns differ in length."""
        if self.ok() and len(first) != len(second):
            message = f"has {len(second):,} numbers where {name} has {len(first):,}"
            self.fault(other, message, code=FaultCode.WRONG_SHAPE)

    def names(self, name: str, values: object) -> tuple[str, ...]:
        """Return names as given, or numbered where a whole number says how many there are."""
        if isinstance(values, (list, tuple)):
            bad = [n for n in values if not isinstance(n, str) or not n.strip()]
            if values and not bad and len(set(values)) == len(values):
                return tuple(values)
            self.fault(name, f"expected names without repeats, got {shorten(values)}", values)
            return ()
        size: Any = as_whole(values)
        return tuple(f"x{i}" for i in range(size)) if self.within(name, size, "inputs") else ()


def _kind(dims: tuple[int, ...] | None) -> str:
    """Return what arrays of so many dimensions are called."""
    words = {1: "a list", 2: "a table"}
    named = [words.get(n, f"an array of {n} dimensions") for n in dims or ()]
    return " or ".join(named) or "an array"
