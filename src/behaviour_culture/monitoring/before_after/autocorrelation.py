"""Correlation between neighbouring points, and its effect on the errors of a regression.

A latent process of the first order multiplies the rates (Zeger 1988, *Biometrika* 75, 621-629):
variation by chance has no memory, and variation beyond chance has. Its memory is estimated from
the correlation of neighbouring residuals, corrected for the effect of the fit on them.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from behaviour_culture.statistics.root import root_of
from behaviour_culture.typing import FloatArray

__all__ = ["Alike", "find_alike"]

_BEYOND = 2.0
"""Standard errors above 0 from which neighbours count as alike (judgement)."""
_MOST = 0.97
"""Largest memory from one point to the next that is considered (judgement)."""


class Alike(NamedTuple):
    """The correlation of neighbouring points, and the errors that allow for it."""

    correlation: float
    """Of neighbouring residuals, corrected for the effect of the fit."""
    covariance: FloatArray | None
    """Of the parameters; None without variation beyond chance, which alone has memory."""


def find_alike(
    residuals: FloatArray, columns: FloatArray, share: FloatArray, places: NDArray[np.intp]
) -> Alike | None:
    """Return the correlation of neighbours, or None if it may be chance.

    Parameters
    ----------
    residuals : array of shape (n,)
        Of equal variance.
    columns : array of shape (n, terms)
        The design times the square root of the weights.
    share : array of shape (n,)
        Share of the variance beyond chance, which may have memory.
    places : array of int, shape (n,)
        Positions of the points in time, without those of points that were left out.
    """
    process = _Process(residuals, columns, share, places)
    seen = process.seen()
    none = process.expected(0.0)[0]
    correlation = seen - none
    if correlation <= _BEYOND * sqrt(process.pairs) / len(residuals):
        return None
    if not share.any():
        return Alike(correlation, None)
    found = root_of(lambda phi: process.expected(phi)[0], seen, 0.0, _MOST)
    return Alike(correlation, process.covariance(found))


class _Process:
    """Residuals on the grid of time, rows of 0 where a point was left out."""

    def __init__(
        self,
        residuals: FloatArray,
        columns: FloatArray,
        share: FloatArray,
        places: NDArray[np.intp],
    ) -> None:
        grid = places - places[0]

        def spread(values: FloatArray) -> FloatArray:
            made = np.zeros((int(grid[-1]) + 1, *values.shape[1:]))
            made[grid] = values
            return made

        self.size = len(residuals)
        self.there = spread(np.ones(self.size))
        self.pairs = int(self.there[1:] @ self.there[:-1])
        self.residuals = spread(residuals)
        self.share = spread(share)
        self.columns = spread(columns)
        self.square = float(residuals @ residuals)
        self.hat = spread(np.linalg.qr(columns)[0])  # hat @ hat.T is the hat matrix

    def seen(self) -> float:
        """Return the correlation of neighbouring residuals."""
        return float(self.residuals[1:] @ self.residuals[:-1]) / self.square if self.square else 0.0

    def expected(self, memory: float) -> tuple[float, float]:
        """Return the expected correlation of neighbouring residuals, and the degrees of freedom.

        With R the correlation of the points, M the residual maker of the fit, and L half of each
        pair of neighbours: tr(M L M R) / tr(M R), and tr(M R).
        """
        hat, root = self.hat, np.sqrt(self.share)
        moved = self._correlate(hat, memory)
        beside = np.zeros_like(hat)
        beside[1:] += hat[:-1] / 2
        beside[:-1] += hat[1:] / 2
        beside *= self.there[:, None]
        inner = hat.T @ moved
        pairs = memory * float(root[1:] @ root[:-1])
        top = pairs - 2 * float(np.sum(moved * beside)) + float(np.sum((hat.T @ beside) * inner.T))
        freedom = self.size - float(np.trace(inner))
        return top / freedom, freedom

    def covariance(self, memory: float) -> FloatArray:
        """Return the covariance of the parameters for this memory."""
        bread = np.linalg.inv(self.columns.T @ self.columns)
        spread = self.square / self.expected(memory)[1]
        meat = self.columns.T @ self._correlate(self.columns, memory)
        found: FloatArray = spread * bread @ meat @ bread
        return found

    def _correlate(self, values: FloatArray, memory: float) -> FloatArray:
        """Return the correlation of the points times columns."""
        from scipy.signal import lfilter  # type: ignore[import-untyped]  # noqa: PLC0415  (extra)

        root = np.sqrt(self.share)[:, None]
        scaled = root * values
        ahead = lfilter([1.0], [1.0, -memory], scaled, axis=0)
        back = lfilter([1.0], [1.0, -memory], scaled[::-1], axis=0)[::-1]
        found: FloatArray = (1 - self.share)[:, None] * values + root * (ahead + back - scaled)
        return found
