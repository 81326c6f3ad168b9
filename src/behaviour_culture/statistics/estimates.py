"""Estimates made of draws, or of a value with a standard error."""

from __future__ import annotations

from math import copysign, cos, fsum, isfinite, pi, sin, sqrt, tan
from statistics import NormalDist

import numpy as np

from behaviour_culture.model.estimate import Estimate
from behaviour_culture.statistics.root import root_of
from behaviour_culture.typing import FloatArray

__all__ = ["estimate_of_draws", "normal_estimate", "normal_quantile", "t_quantile", "two_sided"]

_NORMAL = NormalDist()
_MANY_FREE = 200
"""Degrees of freedom from which the expansion is right to eight decimals."""


def normal_quantile(level: float) -> float:
    """Return how many standard errors an interval of a level reaches to each side.

    Parameters
    ----------
    level : float
        Coverage, between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    return _NORMAL.inv_cdf(0.5 + level / 2)


def t_quantile(probability: float, freedom: int) -> float:
    """Return a quantile of Student's t, without scipy.

    From the finite series of the distribution for whole degrees of freedom, and from 200 on from
    the expansion about the normal quantile to four terms (Abramowitz and Stegun 1964, 26.7.3,
    26.7.4 and 26.7.5): right to eight decimals.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    freedom : int
        Degrees of freedom, at least 1.

    Examples
    --------
    >>> [round(t_quantile(0.975, freedom), 3) for freedom in (1, 4, 9, 1000)]
    [12.706, 2.776, 2.262, 1.962]
    """
    if freedom < _MANY_FREE:
        inside = abs(2 * probability - 1)
        angle = root_of(lambda a: _inside_of_t(a, freedom), inside, 0.0, pi / 2)
        return copysign(sqrt(freedom) * tan(angle), probability - 1 / 2)
    x = _NORMAL.inv_cdf(probability)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + fsum(term / float(freedom) ** (i + 1) for i, term in enumerate(terms))


def _inside_of_t(angle: float, freedom: int) -> float:
    """Return the probability of a t between -x and x, where x is sqrt(freedom) tan(angle)."""
    odd, square = freedom % 2, cos(angle) ** 2
    total, term = 0.0, cos(angle) if odd else 1.0
    for k in range(1, freedom // 2 + 1):
        total += term
        term *= square * ((2 * k) / (2 * k + 1) if odd else (2 * k - 1) / (2 * k))
    return (angle + sin(angle) * total) * 2 / pi if odd else sin(angle) * total


def two_sided(z: float) -> float:
    """Return the two-sided p-value of a standard normal deviate.

    Examples
    --------
    >>> round(two_sided(1.96), 3)
    0.05
    """
    return 2 * _NORMAL.cdf(-abs(z)) if isfinite(z) else 0.0


def estimate_of_draws(
    draws: FloatArray, *, level: float = 0.95, method: str = "", unit: str = ""
) -> Estimate:
    """Return the mean of draws, with their quantiles as its interval.

    Parameters
    ----------
    draws : array of float, shape (draws,)
        At least one.
    level : float
        Share of the draws that the interval holds, between 0 and 1.
    method : str
        How it was made; the number of draws is named without it.
    unit : str

    Returns
    -------
    Estimate
        Its standard error is the standard deviation of the draws, None for a single one. The
        interval always holds the mean, which may lie outside the quantiles of few or skewed
        draws.

    Examples
    --------
    >>> print(estimate_of_draws(np.arange(101.0), level=0.9))
    50.00 (90% interval 5.00 to 95.00)
    """
    tail = (1 - level) / 2
    lower, upper = np.quantile(draws, [tail, 1 - tail]).tolist()
    mean = float(np.mean(draws))
    return Estimate(
        value=mean,
        lower=min(mean, lower),
        upper=max(mean, upper),
        level=level,
        standard_error=float(np.std(draws, ddof=1)) if len(draws) > 1 else None,
        method=method or f"mean and quantiles of {len(draws):,} draws",
        unit=unit,
    )


def normal_estimate(  # noqa: PLR0913  (the parts of an estimate)
    value: float,
    standard_error: float,
    *,
    level: float = 0.95,
    quantile: float | None = None,
    p_value: float | None = None,
    method: str,
    unit: str = "",
) -> Estimate:
    """Return a value with an interval of so many standard errors to each side.

    Parameters
    ----------
    value, standard_error : float
    level : float
        Coverage, between 0 and 1.
    quantile : float, optional
        Standard errors to each side, of a t distribution for example; the normal quantile of
        ``level`` without it.
    p_value : float, optional
    method, unit : str

    Examples
    --------
    >>> print(normal_estimate(0.4, 0.1, method="difference of means"))
    0.40 (95% interval 0.20 to 0.60)
    """
    half = (normal_quantile(level) if quantile is None else quantile) * standard_error
    return Estimate(
        value=value,
        lower=value - half,
        upper=value + half,
        level=level,
        standard_error=standard_error,
        p_value=p_value,
        method=method,
        unit=unit,
    )
