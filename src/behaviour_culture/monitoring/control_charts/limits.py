"""Centre lines and limits of control charts, and stable series drawn to try them on.

Everything works on many series at once, an array of (series, points), so that the chart of the
data and the charts of a thousand stable series go through the same lines. NaN is a point left
out: it takes part in no mean and in no moving range, and is never filled in.
"""

from __future__ import annotations

import warnings
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._arrays import FloatArray

__all__ = ["ChartKind", "Design", "Fit", "draw_stable", "fit", "pearson_dispersion"]

_SIGMA_OF_MR = 2.66 / 3
"""Standard deviation for each unit of the mean moving range (Wheeler 1993: 3 of them, 2.66)."""
_MR_LIMIT = 3.267
"""Upper limit of moving ranges over their mean (Wheeler 1993)."""
_D2 = 1.128
"""Mean moving range of two points over the standard deviation (Laney 2002)."""
_FAR = 1e9
"""Sigmas that stand for a distance without end, so that differences stay numbers."""
T_POWER = 3.6
"""Root that makes waiting times look normal (Nelson 1994)."""


class ChartKind(StrEnum):
    """What a control chart shows: single values, rates, shares, or days between events."""

    XMR = "xmr"
    U = "u"
    P = "p"
    G = "g"
    T = "t"


class Design(NamedTuple):
    """All that decides a chart's limits besides its data."""

    kind: ChartKind
    base: NDArray[np.bool_]
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
    """Return the limits of series of counts, values or gaps, shape (series, points)."""
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


def _distance(plotted: FloatArray, centre: FloatArray, sigma: FloatArray) -> FloatArray:
    """Return distances in sigmas; where sigma is 0, any distance at all is very far."""
    away = plotted - centre[:, None]
    away = np.where(np.abs(away) <= 1e-12 * np.maximum(1.0, np.abs(centre))[:, None], 0.0, away)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = away / sigma
    z = np.clip(np.where(away == 0, 0.0, z), -_FAR, _FAR)
    return np.where(np.isnan(away), np.nan, z)


def _moving_ranges(values: FloatArray) -> FloatArray:
    return np.abs(np.diff(values, axis=1))


def _mean(values: FloatArray) -> FloatArray:
    """Return the mean of each row of what is there, 0 where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an empty row
        return np.nan_to_num(np.nanmean(values, axis=1)) if values.size else np.zeros(len(values))


def pearson_dispersion(design: Design, data: FloatArray) -> float:
    """Return Pearson's X2 over n - 1 of counts in the baseline; about 1 without extra spread."""
    plain = fit(design._replace(prime=False), data[None, :])
    z = plain.z[0][design.base]
    z = z[~np.isnan(z)]
    return float((z**2).sum() / (len(z) - 1))


def draw_stable(
    design: Design, found: Fit, data: FloatArray, *, series: int, rng: np.random.Generator
) -> FloatArray:
    """Return stable series like the first of ``found``: same points left out, same exposure.

    Single values are normal; counts are Poisson or binomial around the centre line; gaps are
    geometric (g) or exponential (t). Where Laney's factor is above 1, counts of a u-chart are
    gamma-Poisson with that much more variance, and those of a p-chart normal.
    """
    shape = (series, len(data))
    centre = float(found.centre[0])
    drawn: FloatArray
    left_out = np.isnan(data)
    if design.exposure is None:
        if design.kind is ChartKind.XMR:
            drawn = rng.standard_normal(shape)
        elif design.kind is ChartKind.G:
            drawn = rng.geometric(1 / (centre + 1), shape).astype(np.float64) - 1
        else:
            drawn = rng.standard_exponential(shape)
        return np.where(left_out, np.nan, drawn)
    exposure = np.where(np.isnan(design.exposure), 1.0, design.exposure)
    extra = 1.0 if found.sigma_z is None else float(found.sigma_z[0]) ** 2
    expected: FloatArray = np.broadcast_to(centre * exposure, shape)
    if design.kind is ChartKind.U:
        if extra > 1:
            expected = rng.standard_gamma(expected / (extra - 1)) * (extra - 1)
        drawn = rng.poisson(expected).astype(np.float64)
    elif extra > 1:
        sd = np.sqrt(extra * expected * (1 - centre))
        drawn = np.clip(expected + sd * rng.standard_normal(shape), 0.0, exposure)
    else:
        drawn = rng.binomial(exposure.astype(np.int64), centre, shape).astype(np.float64)
    return np.where(left_out, np.nan, drawn)
