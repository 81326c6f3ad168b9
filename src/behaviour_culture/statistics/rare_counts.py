"""How rare a count is under its own distribution, by summing its exact probabilities."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp, floor, inf, lgamma, log, log1p

__all__ = ["binomial_tail", "poisson_tail"]

_NEGLIGIBLE = 1e-17


def poisson_tail(count: float, mean: float) -> float:
    """Return how likely a Poisson count is as far from its mean, or further, on the same side.

    Parameters
    ----------
    count : float
        At least 0; a fraction counts as the next whole number away from the mean.
    mean : float
        Above 0.

    Examples
    --------
    >>> round(poisson_tail(0, 3), 4), round(poisson_tail(4, 0.2), 6)
    (0.0498, 5.7e-05)
    """
    return _tail(
        count,
        mean,
        inf,
        lambda k: k * log(mean) - mean - lgamma(k + 1),
        lambda k: mean / (k + 1),
    )


def binomial_tail(count: float, size: float, share: float) -> float:
    """Return the same of a binomial count out of ``size``, each with probability ``share``.

    Examples
    --------
    >>> round(binomial_tail(0, 20, 0.1), 4)
    0.1216
    """
    odds = share / (1 - share)

    def log_probability(k: int) -> float:
        ways = lgamma(size + 1) - lgamma(k + 1) - lgamma(size - k + 1)
        return ways + k * log(share) + (size - k) * log1p(-share)

    return _tail(count, size * share, size, log_probability, lambda k: (size - k) / (k + 1) * odds)


def _tail(
    count: float,
    mean: float,
    most: float,
    log_probability: Callable[[int], float],
    ratio: Callable[[int], float],
) -> float:
    """Sum probabilities from a count away from the mean; ``ratio(k)`` is P(k + 1) over P(k)."""
    above = count > mean
    k = ceil(count) if above else floor(count)
    term = total = exp(log_probability(k))
    while term > _NEGLIGIBLE * total and (k < most if above else k > 0):
        term *= ratio(k) if above else 1 / ratio(k - 1)
        k += 1 if above else -1
        total += term
    return min(total, 1.0)
