"""Scores of all schools at once: one product of ratings and weights, and what is missing mended."""

from __future__ import annotations

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scoring import Aggregation

__all__ = ["Weights"]

_BLOCK = 2048
"""Rows mended at a time: few enough that they stay in the processor's cache."""


class Weights:
    """The weights of a framework as matrices, in the order principles, domains, whole."""

    def __init__(self, framework: Framework) -> None:
        scale = framework.scale.values
        self._low, self._span = float(scale[0]), float(scale[-1] - scale[0])
        self._how = framework.aggregation
        principles, domains = framework.principles, framework.domains
        at = {item.id: i for i, item in enumerate(framework.items)}
        self._items = np.zeros((len(at), len(principles)))
        self._domains = np.zeros((len(principles), len(domains)))
        for j, principle in enumerate(principles):
            for item in framework.items_of(principle.id):
                self._items[at[item.id], j] = item.weight
        for k, domain in enumerate(domains):
            for j, principle in enumerate(principles):
                self._domains[j, k] = principle.weight if principle.domain == domain.id else 0.0
        self._each = np.array([principle.weight for principle in principles])
        self.matrix = self._whole_matrix()
        """Items by parts: ratings times it, less a constant, are the scores of full audits."""

    def _whole_matrix(self) -> FloatArray:
        """Return the weights of a full audit: those of the parts, multiplied out."""
        unit = np.eye(len(self._items)) * self._span + self._low
        base = np.full((1, len(self._items)), self._low)
        self._empty = np.flatnonzero(np.isnan(self._mended(base)[0]))
        return np.nan_to_num(self._mended(unit) - self._mended(base)) / self._span

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
        found: FloatArray = ratings @ self.matrix
        if self._low:
            found -= self._low * self.matrix.sum(axis=0)
        # A missing rating makes its whole row NaN: that costs nothing to see.
        missing = np.flatnonzero(np.isnan(found[:, -1]))
        if len(self._empty):  # parts without an item
            found[:, self._empty] = np.nan
        for start in range(0, len(missing), _BLOCK):
            rows = missing[start : start + _BLOCK]
            found[rows] = self._mended(ratings[rows])
        # Rounding must not carry a score beyond its ends.
        np.clip(found, 0.0, 1.0, out=found)
        return found

    def _mended(self, ratings: FloatArray) -> FloatArray:
        """Return scores by the weights of what was assessed, as `score_audit` makes them."""
        known = ~np.isnan(ratings)
        places = np.where(known, (ratings - self._low) / self._span, 0.0)
        there = known.astype(np.float64)
        principles = _ratio(places @ self._items, there @ self._items)
        if self._how is Aggregation.MEAN:
            filled, known_principles = _filled(principles)
            weighted = self._domains
            domains = _ratio(filled @ weighted, known_principles @ weighted)
            whole = _ratio(filled @ self._each, known_principles @ self._each)
        else:
            by_domain = self._items @ (self._domains > 0)
            domains = _ratio(places @ by_domain, there @ by_domain)
            by_item = self._items.sum(axis=1)
            whole = _ratio(places @ by_item, there @ by_item)
            if self._how is Aggregation.MEAN_OF_DOMAINS:
                filled, known_domains = _filled(domains)
                whole = _ratio(filled.sum(axis=1), known_domains.sum(axis=1))
        return np.concatenate([principles, domains, whole[:, None]], axis=1)


def _ratio(total: FloatArray, weight: FloatArray) -> FloatArray:
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def _filled(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.nan_to_num(scores), (~np.isnan(scores)).astype(np.float64)
