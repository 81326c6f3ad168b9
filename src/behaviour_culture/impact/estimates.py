"""Estimates made of draws, and of a mean with its standard error."""

from __future__ import annotations

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.model.estimate import Estimate

__all__ = ["Z95", "estimate_of_draws", "estimate_of_normal"]

Z95 = 1.959963984540054
"""A normal variable lies within so many standard deviations of its mean in 95 of 100 cases."""


def estimate_of_draws(values: FloatArray, *, level: float = 0.95, unit: str = "") -> Estimate:
    """Return the mean of draws with the interval between their quantiles."""
    mean = float(values.mean())
    tail = (1 - level) / 2
    lower, upper = np.quantile(values, [tail, 1 - tail]).tolist()
    return Estimate(
        value=mean,
        lower=min(mean, lower),
        upper=max(mean, upper),
        level=level,
        standard_error=float(values.std()),
        method=f"mean and quantiles of {len(values):,} draws",
        unit=unit,
    )


def estimate_of_normal(mean: float, error: float, method: str, unit: str = "") -> Estimate:
    """Return a mean with the 95% interval that its standard error gives."""
    return Estimate(
        value=mean,
        lower=mean - Z95 * error,
        upper=mean + Z95 * error,
        standard_error=error,
        method=method,
        unit=unit,
    )
