"""Counts to come, drawn from those before: their rate, their season and their noise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import fsum, lgamma, log
from typing import NamedTuple

import numpy as np

from behaviour_culture.typing import FloatArray

__all__ = ["PLACES", "RateDraws", "draw_counts", "draw_rates", "place_in_year"]

_STARTS = ((2, 16), (4, 6), (6, 1), (9, 1), (11, 1))
"""First days, but for 1 January, of the six parts of a year that stand for half-terms, so that
years with other dates of Easter can be laid over each other (judgement)."""
PLACES = 6
_TYPICAL = 0.1
"""The spread of season, and that of noise beyond chance, as a share of the rate: each is under this
as often as over it beforehand (half-Cauchy, judgement)."""
_MOST = 1.0
_GRID = 10
"""Spreads of each kind over which the draws are averaged."""
_ROUNDS = 60
_CLOSE = 1e-8


def place_in_year(day: date) -> int:
    """Return the part of the year, 0 to 5, that a day lies in; July and August are one.

    Examples
    --------
    >>> [place_in_year(date(2027, m, 20)) for m in (1, 2, 5, 6, 9, 12)]
    [0, 1, 2, 3, 4, 5]
    """
    return sum((day.month, day.day) >= start for start in _STARTS)


class RateDraws(NamedTuple):
    """Draws of the rates of the parts of a year, and of the noise of a count."""

    rates: FloatArray
    """Shape (places, n): events for one unit of exposure."""
    noise: FloatArray
    """Shape (n,): variance of the rate of one period beyond chance, as a share of its square."""


def draw_rates(
    counts: FloatArray,
    exposure: FloatArray,
    places: Sequence[int],
    rng: np.random.Generator,
    draws: int,
) -> RateDraws:
    r"""Draw the rates that counts of several periods leave likely.

    Counts are negative binomial with mean :math:`E_t\,e^{b + u_{p(t)}}` and variance
    :math:`\mu + \alpha\mu^2`; season is :math:`u_p \sim N(0, \sigma^2)`, so that a part of the year
    that was never counted is as uncertain as the others differ. Square root of alpha and sigma are
    each averaged over a grid of equally likely values of a half-Cauchy distribution, weighted by
    Laplace's approximation of the likelihood; the rate itself has Jeffreys' prior, so that
    no event at all leaves a rate above 0. There is no trend.

    Parameters
    ----------
    counts, exposure : array of shape (periods,)
        At least one; exposure above 0.
    places : sequence of int
        Part of the year of each period, 0 to 5.
    rng : numpy.random.Generator
    draws : int

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> made = draw_rates(np.full(12, 50.0), np.full(12, 1000.0), [*range(6)] * 2, rng, 2000)
    >>> made.rates.shape, bool(abs(made.rates.mean() - 0.05) < 0.002)
    ((6, 2000), True)
    """
    columns = np.zeros((len(counts), 1 + PLACES))
    columns[:, 0] = 1.0
    columns[np.arange(len(counts)), 1 + np.asarray(places)] = 1.0
    season, noise = (grid.ravel() for grid in np.meshgrid(_spreads(), _spreads()))
    modes, roots, weights = _fits(counts, np.log(exposure), columns, season, noise)
    chosen = rng.choice(len(modes), size=draws, p=weights)
    normals = rng.standard_normal((draws, 1 + PLACES, 1))
    drawn = modes[chosen] + (roots[chosen] @ normals)[..., 0]
    rates: FloatArray = np.exp(drawn[:, :1] + drawn[:, 1:]).T
    return RateDraws(rates, noise[chosen] ** 2)


def draw_counts(mean: FloatArray, noise: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw counts with these means, whose rates vary by ``noise`` beyond chance."""
    wild: FloatArray = rng.poisson(mean * rng.gamma(1 / noise, noise)).astype(float)
    return wild


def _spreads() -> FloatArray:
    share = np.arctan(_MOST / _TYPICAL) * (np.arange(_GRID) + 0.5) / _GRID
    return np.asarray(_TYPICAL * np.tan(share))


def _fits(
    counts: FloatArray,
    offset: FloatArray,
    columns: FloatArray,
    season: FloatArray,
    noise: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mode, root of the covariance and weight for each pair of spreads.

    Newton's method on all pairs at once; each posterior is concave.
    """
    alpha, terms = noise[:, None] ** 2, columns.shape[1]
    penalty = np.repeat(season[:, None] ** -2, terms, axis=1)
    penalty[:, 0] = 0.0
    at = np.zeros((len(season), terms))
    at[:, 0] = np.log((counts.sum() + 0.5) / np.exp(offset).sum())

    def curves(mean: FloatArray) -> FloatArray:
        weights = mean * (1 + alpha * counts) / (1 + alpha * mean) ** 2
        curve = np.einsum("np,gn,nq->gpq", columns, weights, columns)
        curve[:, range(terms), range(terms)] += penalty
        return np.asarray(curve)

    for _ in range(_ROUNDS):
        mean = np.exp(at @ columns.T + offset)
        slope = ((counts - mean) / (1 + alpha * mean)) @ columns - penalty * at
        slope[:, 0] += 0.5  # Jeffreys' prior of the rate
        step = np.linalg.solve(curves(mean), slope[..., None])[..., 0]
        at += np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < _CLOSE:
            break
    line = at @ columns.T + offset
    lower = np.linalg.cholesky(curves(np.exp(line)))
    like = counts * line - (counts + 1 / alpha) * np.log1p(alpha * np.exp(line))
    spread = np.array([_constant(counts, float(a)) for a in _spreads() ** 2])
    weight = like.sum(axis=1) + np.repeat(spread, _GRID) + at[:, 0] / 2
    weight -= (penalty * at * at).sum(axis=1) / 2 + PLACES * np.log(season)
    weight -= np.log(lower[:, range(terms), range(terms)]).sum(axis=1)
    weight = np.exp(weight - weight.max())
    roots = np.asarray(np.linalg.inv(lower), dtype=np.float64).transpose(0, 2, 1)
    return at, roots, weight / weight.sum()


def _constant(counts: FloatArray, alpha: float) -> float:
    """Return the part of the log likelihood that holds alpha and not the mean."""
    none = lgamma(1 / alpha)
    each: list[float] = counts.tolist()
    return fsum(lgamma(c + 1 / alpha) - none + c * log(alpha) for c in each)
