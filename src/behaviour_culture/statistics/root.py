"""Where a function that rises takes a value."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["root_of"]

_HALVINGS = 60
"""They leave a part of the range that is at the precision of a float (2 to the power of -60)."""


def root_of(rising: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Return where a function that rises from ``low`` to ``high`` takes a value, by halving.

    Parameters
    ----------
    rising : callable
    wanted : float
        Where the function stays below it the answer is ``high``, where above it ``low``.
    low, high : float

    Examples
    --------
    >>> round(root_of(lambda x: x**3, 2.0, 0.0, 2.0), 6)
    1.259921
    """
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2
