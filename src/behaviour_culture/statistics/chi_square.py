"""The upper tail of a chi-square distribution, without scipy."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np

from behaviour_culture.typing import FloatArray

__all__ = ["chi_square_tail"]

_erfc_root = np.frompyfunc(lambda x: erfc(sqrt(x)), 1, 1)


def chi_square_tail(value: FloatArray, freedom: int) -> FloatArray:
    """Return the share of a chi-square distribution above each value, 0 or more.

    Examples
    --------
    >>> [round(float(x), 4) for x in chi_square_tail(np.array([0.0, 3.841, 100.0]), 1)]
    [1.0, 0.05, 0.0]
    """
    half = np.asarray(value, dtype=float) / 2
    # Q(a + 1, x) = Q(a, x) + x ** a exp(-x) / gamma(a + 1), from a = 1 or a = 1/2 up.
    odd = freedom % 2
    a = 0.5 if odd else 1.0
    tail: FloatArray = np.asarray(_erfc_root(half), dtype=float) if odd else np.exp(-half)
    term = np.exp(-half) * (2 * np.sqrt(half / np.pi) if odd else half)
    while a < freedom / 2:
        tail = tail + term
        a += 1
        term = term * half / a
    found: FloatArray = np.minimum(tail, 1.0)
    return found
