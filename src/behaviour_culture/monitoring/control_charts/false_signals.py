"""The signals that the rules of a chart find by chance, from stable series drawn like its own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from behaviour_culture.monitoring.control_charts.limits import (
    ChartKind,
    Design,
    Fit,
    exact_distances,
    fit,
)
from behaviour_culture.monitoring.control_charts.rules import RULE_SETS, find_signals
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["expect_false_signals"]

_SERIES = 1_000
"""Number of stable series that are drawn."""
_SEED = 20260901
"""The seed of these series: the same chart states the same number of false signals."""


def expect_false_signals(
    design: Design, found: Fit, data: FloatArray, shown: BoolArray, rules: str
) -> tuple[float, float]:
    """Return the mean number of signals in stable series like the data, and the share with any.

    For single values and roots of gaps both depend only on which points are there and shown, not
    on the data: they are computed once for each such pattern.
    """
    if design.exposure is not None or design.kind is ChartKind.G:
        return _count_false(design, found, data, shown, rules)
    there, seen = (tuple(mask.tolist()) for mask in (~np.isnan(data), shown))
    return _by_pattern(design.kind, design.screened, int(design.base.sum()), there, seen, rules)


@lru_cache(maxsize=512)
def _by_pattern(  # noqa: PLR0913, PLR0917  (the key of the cache)
    kind: ChartKind,
    screened: bool,  # noqa: FBT001
    base: int,
    there: tuple[bool, ...],
    shown: tuple[bool, ...],
    rules: str,
) -> tuple[float, float]:
    data = np.where(np.array(there), 1.0, np.nan)
    design = Design(kind, np.arange(len(data)) < base, screened=screened)
    return _count_false(design, fit(design, data[None, :]), data, np.array(shown), rules)


def _count_false(
    design: Design, found: Fit, data: FloatArray, shown: BoolArray, rules: str
) -> tuple[float, float]:
    stable = _draw_stable(design, found, data)
    z = np.where(shown, exact_distances(design, stable, fit(design, stable)), np.nan)
    false = find_signals(z, RULE_SETS[rules]).sum(axis=(0, 2))
    return float(false.mean()), float((false > 0).mean())


def _draw_stable(design: Design, found: Fit, data: FloatArray) -> FloatArray:
    """Return stable series with the exposure of the data and the same points left out.

    Single values are normal; counts are Poisson or binomial around the centre line; gaps are
    geometric (g) or exponential (t). Where Laney's factor is above 1, counts of a u-chart are
    gamma-Poisson with that much more variance, and those of a p-chart normal.
    """
    rng = np.random.default_rng(_SEED)
    shape = (_SERIES, len(data))
    centre = found.centre.item()
    drawn: FloatArray
    if design.exposure is None:
        if design.kind is ChartKind.XMR:
            drawn = rng.standard_normal(shape)
        elif design.kind is ChartKind.G:
            drawn = rng.geometric(1 / (centre + 1), shape).astype(np.float64) - 1
        else:
            drawn = rng.standard_exponential(shape)
        return np.where(np.isnan(data), np.nan, drawn)
    exposure = np.where(np.isnan(design.exposure), 1.0, design.exposure)
    extra = 1.0 if found.sigma_z is None else found.sigma_z.item() ** 2
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
    return np.where(np.isnan(data), np.nan, drawn)
