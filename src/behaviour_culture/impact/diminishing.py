"""Diminishing returns: the m-th largest contribution in a draw counts less than the one before."""

from __future__ import annotations

from functools import cache

import numpy as np

from behaviour_culture.typing import FloatArray

__all__ = ["diminish", "diminished_sum", "diminishing_factors", "share_of_one"]

_LAST = np.uint64(63)
_SIZE = np.uint64(2**63 - 2)


def diminish(contributions: FloatArray, rho: float) -> FloatArray:
    r"""Let the m-th largest contribution in each draw count :math:`\rho^{m-1}`.

    Parameters
    ----------
    contributions : ndarray of float64, shape (n_steps, n_draws)
        Contributions to one principle, of either sign, ordered by absolute value.
    rho : float
        0 to 1; 1 leaves everything as it is.

    Returns
    -------
    ndarray of float64, shape (n_steps, n_draws)

    Examples
    --------
    >>> import numpy as np
    >>> diminish(np.array([[1.0], [4.0], [-2.0]]), 0.5).ravel().tolist()
    [0.25, 4.0, -1.0]
    """
    kept: FloatArray = contributions * diminishing_factors(contributions, rho)
    return kept


def diminishing_factors(contributions: FloatArray, rho: float) -> FloatArray:
    """Return the factor of each contribution in `diminish`, of the same shape."""
    order = np.argsort(-np.abs(contributions), axis=0, kind="stable")
    factors: FloatArray = np.empty(order.shape)
    by_place = np.float64(rho) ** np.arange(len(order))
    np.put_along_axis(factors, order, by_place.reshape(-1, *[1] * (order.ndim - 1)), axis=0)
    return factors


def share_of_one(rho: float, principles: int) -> float:
    r"""Return the share of a programme's effect that lies in its strongest principle alone.

    A published effect is that of a whole programme. If the m-th of its principles adds
    :math:`\rho^{m-1}` as much as the first, and it answers all :math:`P` of a framework, the
    first has :math:`1 / (1 + \rho + \dots + \rho^{P-1})` of it. A step that answers one more
    principle then never does less, and none does more than the programme.

    Parameters
    ----------
    rho : float
        0 to 1.
    principles : int
        Those of the framework, at least 1.

    Examples
    --------
    >>> share_of_one(0.5, 2), share_of_one(1.0, 4), share_of_one(0.0, 9)
    (0.6666666666666666, 0.25, 1.0)
    """
    return 1 / float((np.float64(rho) ** np.arange(principles)).sum())


@cache
def _network(size: int) -> tuple[tuple[int, int], ...]:
    """Return the compare-and-exchange pairs of Batcher's odd-even merge sort."""
    found = []
    p = 1
    while p < size:
        k = p
        while k >= 1:
            for j in range(k % p, size - k, 2 * k):
                found += [
                    (i + j, i + j + k)
                    for i in range(min(k, size - j - k))
                    if (i + j) // (2 * p) == (i + j + k) // (2 * p)
                ]
            k //= 2
        p *= 2
    return tuple(found)


def diminished_sum(rows: FloatArray, rho: float) -> FloatArray:
    r"""Sum rows of which the m-th largest in size counts :math:`\rho^{m-1}`; overwrites them.

    The same as the sum of `diminish` (to the last bit of each number), and much faster for a
    few rows of many draws: the sign replaces the last bit, so that a sorting network of minima
    and maxima orders the sizes.

    Parameters
    ----------
    rows : ndarray of float64, shape (m, n), contiguous

    Returns
    -------
    ndarray of float64, shape (n,)
        One of the rows, or memory of its own.

    Examples
    --------
    >>> diminished_sum(np.array([[1.0], [4.0], [-2.0]]), 0.5).tolist()
    [3.25]
    """
    if len(rows) == 1:
        only: FloatArray = rows[0]
        return only
    bits = rows.view(np.uint64)
    signs = bits >> _LAST
    bits &= _SIZE
    bits |= signs
    order = list(rows)
    spare = signs[0].view(np.float64)
    for i, j in _network(len(rows)):
        larger, smaller = order[i], order[j]
        np.maximum(larger, smaller, out=spare)
        np.minimum(larger, smaller, out=smaller)
        order[i], spare = spare, larger
    sign = spare.view(np.uint64)
    total: FloatArray = order[-1]
    for m, row in enumerate(reversed(order)):
        bit = row.view(np.uint64)
        np.left_shift(bit, _LAST, out=sign)
        bit |= sign
        if m:
            total *= rho
            total += row
    return total
