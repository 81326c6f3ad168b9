"""The gap at a principle as the audit leaves it: normal, clipped to 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from statistics import NormalDist

import numpy as np

from behaviour_culture.typing import FloatArray

__all__ = ["draw_gap", "mean_answered"]

_ORDER = 8
"""Nodes of each piece of the integral: right to ten decimals."""


def draw_gap(rng: np.random.Generator, mean: float, error: float, size: int) -> FloatArray:
    """Draw a gap; anything from 0 to 1 where nobody assessed the principle (a mean of NaN)."""
    if isnan(mean):
        return rng.random(size)
    gap = mean + error * rng.standard_normal(size)
    return np.clip(gap, 0.0, 1.0, out=gap)


def mean_answered(gaps: Sequence[tuple[float, float]], rho: float) -> float:
    r"""Return the mean of :math:`\sum_m \rho^{m-1} g_{(m)}`, largest first, of independent gaps.

    Of N gaps above x, the sum grows by :math:`(1 - \rho^N) / (1 - \rho)` from x to x + dx, whose
    mean is one minus a product over the gaps. The integral over x is by Gauss and Legendre
    between the places where a gap has much of its mass.

    Parameters
    ----------
    gaps : sequence of (float, float)
        Mean and error of each, as `draw_gap` takes them.
    rho : float
        0 to 1.

    Examples
    --------
    >>> round(mean_answered([(0.4, 0.0), (0.8, 0.0)], 0.5), 6)
    1.0
    """
    edges = {0.0, 1.0}
    for mean, error in gaps:
        if not isnan(mean):
            places = mean + error * np.arange(-6.0, 7.0)
            edges.update(places[(places > 0) & (places < 1)].tolist())
    ends = np.array(sorted(edges))
    half, middle = np.diff(ends)[:, None] / 2, (ends[1:] + ends[:-1])[:, None] / 2
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    x = (middle + half * nodes).ravel()
    shares = np.array([_above(mean, error, x) for mean, error in gaps]).reshape(len(gaps), -1)
    growth = (
        shares.sum(axis=0)
        if rho == 1
        else (1 - np.prod(1 - (1 - rho) * shares, axis=0)) / (1 - rho)
    )
    return float(growth @ (half * weights).ravel())


def _above(mean: float, error: float, x: FloatArray) -> FloatArray:
    """Return the probability that a gap is above each of x, all between 0 and 1."""
    if isnan(mean):
        return 1 - x
    if error == 0:
        return (x < mean).astype(float)
    normal = NormalDist(mean, error)
    return np.array([1 - normal.cdf(v) for v in x.tolist()])
