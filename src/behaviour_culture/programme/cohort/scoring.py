"""Scores of all schools at once: one product of ratings and weights, corrected for gaps.

Two schools with the same ratings have the same scores, to the bit, wherever they stand. A product
of matrices adds in an order that depends on place and number of the rows, so weights have so few
binary digits that every sum of them is exact.
"""

from __future__ import annotations

from math import ceil, log2

import numpy as np

from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.typing import FloatArray

__all__ = ["Weights"]

_DIGITS = 52
"""Binary digits that a sum may take: one fewer than a float has."""
_BLOCK, _FEW = 16_384, 1_024
"""Rows scored at a time, and rows with gaps: few enough to stay in the processor's cache."""


class Weights:
    """The weights of a framework as matrices, in the order principles, domains, whole."""

    def __init__(self, framework: Framework) -> None:
        scale = framework.scale.values
        self._low, self._span = float(scale[0]), float(scale[-1] - scale[0])
        self._largest = max(abs(float(value)) for value in scale)
        self._how = framework.aggregation
        principles, domains = framework.principles, framework.domains
        at = {item.id: i for i, item in enumerate(framework.items)}
        items = np.zeros((len(at), len(principles)))
        self._domains = np.zeros((len(principles), len(domains)))
        for j, principle in enumerate(principles):
            for item in framework.items_of(principle.id):
                items[at[item.id], j] = item.weight
        for k, domain in enumerate(domains):
            for j, principle in enumerate(principles):
                self._domains[j, k] = principle.weight if principle.domain == domain.id else 0.0
        each = np.array([[principle.weight] for principle in principles])
        self._above = self._exact(np.hstack([self._domains, each]))
        """Principles by the parts that are means of principles: domains, and whole."""
        self._size = len(principles)
        self._direct = items
        """Items by the parts that are means of items: principles, or all."""
        if self._how is not Aggregation.MEAN:
            by_item = items.sum(axis=1, keepdims=True)
            self._direct = np.hstack([items, items @ (self._domains > 0), by_item])
        self._direct = self._exact(self._direct)
        self.matrix: FloatArray = self._exact(self._whole_matrix())
        """Items by parts: ratings times it, less a constant, are the scores of full audits."""

    def _exact(self, weights: FloatArray) -> FloatArray:
        """Return weights rounded so that sums of them times ratings are exact in any order."""
        most = float(np.abs(weights).sum(axis=0).max(initial=0.0)) * max(self._largest, 1.0)
        unit = 2.0 ** (ceil(log2(most)) - _DIGITS) if most > 0 else 1.0
        exact: FloatArray = np.rint(weights / unit) * unit
        return exact

    def _whole_matrix(self) -> FloatArray:
        """Return the weights of a full audit: the weights of the parts multiplied out."""
        unit = np.eye(len(self._direct)) * self._span + self._low
        base = np.full((1, len(self._direct)), self._low)
        self._empty = np.flatnonzero(np.isnan(self._with_gaps(base)[0]))
        return np.nan_to_num(self._with_gaps(unit) - self._with_gaps(base)) / self._span

    def scores(self, ratings: FloatArray) -> FloatArray:
        """Return scores on [0, 1] of rows of ratings; NaN where nothing was assessed.

        Parameters
        ----------
        ratings : array of float, shape (rows, items)
            NaN where an item was not assessed.

        Returns
        -------
        array of float, shape (rows, parts)
        """
        found = np.empty((len(ratings), self.matrix.shape[1]))
        for start in range(0, len(ratings), _BLOCK):
            block = slice(start, start + _BLOCK)
            self._score(ratings[block], found[block])
        return found

    def _score(self, ratings: FloatArray, found: FloatArray) -> None:
        np.matmul(ratings, self.matrix, out=found)
        if self._low:
            found -= self._low * self.matrix.sum(axis=0)
        # A missing rating makes its whole row NaN.
        missing = np.flatnonzero(np.isnan(found[:, -1]))
        if len(self._empty):  # parts without an item
            found[:, self._empty] = np.nan
        for start in range(0, len(missing), _FEW):
            rows = missing[start : start + _FEW]
            found[rows] = self._with_gaps(ratings[rows])
        # Rounding must not carry a score beyond its ends.
        np.clip(found, 0.0, 1.0, out=found)

    def _with_gaps(self, ratings: FloatArray) -> FloatArray:
        """Return scores by the weights of the assessed items only, as `score_audit` does."""
        weights = np.equal(ratings, ratings).astype(np.float64) @ self._direct
        # A missing rating counts as the lowest level here, which adds nothing above it.
        above = np.fmax(ratings, self._low)
        if self._low:
            above -= self._low
        means = _ratio(above @ self._direct, self._span * weights)
        if self._how is Aggregation.MEAN:
            known = np.not_equal(weights, 0).astype(np.float64)
            filled = np.where(known, means, 0.0)
            total = np.zeros((len(ratings), self._above.shape[1]))
            for j, above_j in enumerate(self._above):  # one order of adding for all rows
                total += filled[:, j, None] * above_j
            return np.concatenate([means, _ratio(total, known @ self._above)], axis=1)
        if self._how is Aggregation.MEAN_OF_DOMAINS:
            domains = means[:, self._size : -1]
            known = ~np.isnan(domains)
            means[:, -1] = _ratio(np.where(known, domains, 0.0).sum(axis=1), known.sum(axis=1))
        return means


def _ratio(total: FloatArray, weight: FloatArray) -> FloatArray:
    """Return shares, NaN where there is no weight."""
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN
        return total / weight
