"""The gap at a principle as the audit leaves it: normal, clipped to 0 and 1."""

from __future__ import annotations

from math import isnan
from statistics import NormalDist

import numpy as np

from behaviour_culture.typing import FloatArray

__all__ = ["draw_gap", "mean_gap"]


def draw_gap(rng: np.random.Generator, mean: float, error: float, size: int) -> FloatArray:
    """Draw a gap; anything from 0 to 1 where nobody assessed the principle (a mean of NaN)."""
    if isnan(mean):
        return rng.random(size)
    gap = mean + error * rng.standard_normal(size)
    return np.clip(gap, 0.0, 1.0, out=gap)


def mean_gap(mean: float, error: float) -> float:
    """Return the mean of what `draw_gap` draws."""
    if isnan(mean):
        return 0.5
    if error == 0:
        return min(1.0, max(0.0, mean))
    normal = NormalDist(mean, error)
    low, high = normal.cdf(0.0), normal.cdf(1.0)
    return mean * (high - low) + error**2 * (normal.pdf(0.0) - normal.pdf(1.0)) + (1 - high)
