"""Centre lines and limits of control charts.

All functions take many series at once, an array of (series, points), so that the same code makes
the limits of the data and of a thousand stable series. NaN is a point left out: it enters no
mean and no moving range, and is never filled in.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from behaviour_culture._arrays import rounding_of
from behaviour_culture.statistics.estimates import normal_quantile
from behaviour_culture.statistics.rare_counts import binomial_tail, poisson_tail
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["T_POWER", "ChartKind", "Design", "Fit", "exact_distances", "fit", "pearson_dispersion"]

_SIGMA_OF_MR = 2.66 / 3
"""Standard deviation for each unit of the mean moving range (Wheeler 1993: 3 of them, 2.66)."""
_MR_LIMIT = 3.267
"""Upper limit of moving ranges over their mean (Wheeler 1993)."""
_D2 = 1.128
"""Mean moving range of two points over the standard deviation (Laney 2002)."""
_FAR = 1e9
"""Sigmas used for an infinite distance, so that differences stay numbers."""
_LIMIT = 3.0
_RARE = 0.00135
"""The share of a normal distribution beyond three sigmas on one side."""
T_POWER = 3.6
"""Root that makes waiting times nearly normal (Nelson 1994)."""


class ChartKind(StrEnum):
    """The quantity of a control chart: single values, rates, shares, or days between events."""

    XMR = "xmr"
    U = "u"
    P = "p"
    G = "g"
    T = "t"


class Design(NamedTuple):
    """Everything besides the data that determines the limits of a chart."""

    kind: ChartKind
    base: BoolArray
    """Points of the baseline, shape (points,)."""
    exposure: FloatArray | None = None
    """Pupil-days of a u-chart, sizes of a p-chart, shape (points,)."""
    prime: bool = False
    screened: bool = False


class Fit(NamedTuple):
    """Limits of many series, in the scale in which the chart's sigmas are equal."""

    centre: FloatArray
    """Shape (series,)."""
    sigma: FloatArray
    """Shape (series, points)."""
    z: FloatArray
    """Distances from the centre in sigmas, shape (series, points); NaN for a point left out."""
    sigma_z: FloatArray | None
    """Laney's factor, shape (series,)."""


def fit(design: Design, data: FloatArray) -> Fit:
    """Return the limits of many series of counts, values or gaps, shape (series, points)."""
    sigma_z = None
    if design.kind in {ChartKind.U, ChartKind.P}:
        exposure = np.broadcast_to(np.asarray(design.exposure), data.shape)
        there = design.base & ~np.isnan(data) & ~np.isnan(exposure)
        total = np.where(there, exposure, 0.0).sum(axis=1)
        centre = np.where(there, data, 0.0).sum(axis=1) / total
        spread = centre * (1 - centre) if design.kind is ChartKind.P else centre
        sigma = np.sqrt(np.maximum(spread, 0.0)[:, None] / exposure)
        plotted = data / exposure
        if design.prime:
            z = _distance(plotted, centre, sigma)
            sigma_z = _mean(_moving_ranges(np.where(design.base, z, np.nan))) / _D2
            sigma = sigma * sigma_z[:, None]
    else:
        plotted = data ** (1 / T_POWER) if design.kind is ChartKind.T else data
        inside = np.where(design.base, plotted, np.nan)
        centre = _mean(inside)
        if design.kind is ChartKind.G:
            one = np.sqrt(centre * (centre + 1))
        else:
            ranges = _moving_ranges(inside)
            mean = _mean(ranges)
            if design.screened:
                with np.errstate(invalid="ignore"):
                    kept = np.where(ranges > _MR_LIMIT * mean[:, None], np.nan, ranges)
                mean = _mean(kept)
            one = mean * _SIGMA_OF_MR
        sigma = np.broadcast_to(one[:, None], data.shape)
    return Fit(centre, sigma, _distance(plotted, centre, sigma), sigma_z)


def exact_distances(design: Design, data: FloatArray, found: Fit) -> FloatArray:
    """Return the distances of a fit, in which a point is beyond a limit only if its count is rare.

    Three sigmas mean one count in 741 on each side where counts are many; where few are
    expected, a single event may lie beyond. So the distance of such a point is at most that
    normal deviate which is as rare as its count, by the Poisson or binomial distribution around
    the centre line. Charts of other kinds, and those with Laney's factor, are as they were.
    """
    if design.exposure is None or design.prime:
        return found.z
    z = found.z.copy()
    over = np.broadcast_to(np.asarray(design.exposure), data.shape)
    with np.errstate(invalid="ignore"):
        beyond = np.argwhere((np.abs(z) > _LIMIT) & (np.abs(z) < _FAR))
    for series, point in beyond.tolist():
        count, exposure = float(data[series, point]), float(over[series, point])
        share = float(found.centre[series])
        if design.kind is ChartKind.P:
            tail = binomial_tail(count, exposure, share)
        else:
            tail = poisson_tail(count, share * exposure)
        if tail > _RARE:
            limit = normal_quantile(1 - 2 * tail) if tail < 0.5 else 0.0  # noqa: PLR2004
            z[series, point] = np.sign(z[series, point]) * min(limit, _LIMIT)
    return z


def _distance(plotted: FloatArray, centre: FloatArray, sigma: FloatArray) -> FloatArray:
    """Return distances in sigmas; where sigma is 0, any distance but 0 is very large."""
    away = plotted - centre[:, None]
    away = np.where(np.abs(away) <= rounding_of(plotted, axis=1), 0.0, away)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = away / sigma
    z = np.clip(np.where(away == 0, 0.0, z), -_FAR, _FAR)
    return np.where(np.isnan(away), np.nan, z)


def _moving_ranges(values: FloatArray) -> FloatArray:
    ranges = np.abs(np.diff(values, axis=1))
    return np.where(ranges <= rounding_of(values, axis=1), 0.0, ranges)


def _mean(values: FloatArray) -> FloatArray:
    """Return the mean of each row without its NaN; 0 for a row of NaN alone."""
    there = ~np.isnan(values)
    counts = there.sum(axis=1)
    return np.asarray(np.where(there, values, 0.0).sum(axis=1) / np.maximum(counts, 1))


def pearson_dispersion(design: Design, data: FloatArray) -> float:
    """Return Pearson's X2 over n - 1 of counts in the baseline; about 1 without extra spread."""
    plain = fit(design._replace(prime=False), data[None, :])
    z = plain.z[0][design.base]
    z = z[~np.isnan(z)]
    return float((z**2).sum() / (len(z) - 1))
