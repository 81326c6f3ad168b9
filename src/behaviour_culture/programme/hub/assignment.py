"""The largest and best assignment of partners to places, one augmenting path at a time.

Successive shortest paths (Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993), *Network
Flows*, Prentice Hall, section 9.7): after each path as many partners as there were paths are
placed, with the largest sum of fits that so many can have. So "most partners first, then the
best fit" needs no large constant that would swallow small differences. Only leads are nodes:
the residual arc from lead a to lead b is the partner at a whose move to b costs least.

Fits are rounded once to whole multiples of a power of two (about 45 binary digits of the
largest), and all sums of these are exact in floating point: ties are ties.
"""

from __future__ import annotations

from math import ceil, frexp, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.typing import FloatArray

__all__ = ["Assignment"]

_DIGITS = 52
UNPLACED = -1


class Assignment:
    """Partners at leads: in the best places once `solve` is done.

    Parameters
    ----------
    fit : ndarray, shape (partners, leads)
    allowed : ndarray of bool, shape (partners, leads)
    capacity : ndarray of int, shape (leads,)
    """

    def __init__(
        self, fit: FloatArray, allowed: NDArray[np.bool_], capacity: NDArray[np.int64]
    ) -> None:
        partners, leads = fit.shape
        largest = float(np.abs(fit).max(initial=0.0, where=allowed))
        # No path has more than leads + 2 arcs, and no arc costs more than twice the largest fit.
        digits = _DIGITS - ceil(log2(2 * (leads + 3)))
        self.exponent: int = digits - frexp(largest)[1]
        worth = np.rint(np.ldexp(np.where(allowed, fit, 0.0), self.exponent))
        self.worth: FloatArray = np.where(allowed, worth, -np.inf)
        self.capacity = capacity
        self.used: NDArray[np.int64] = np.zeros(leads, dtype=np.int64)
        self.lead: NDArray[np.int64] = np.full(partners, UNPLACED, dtype=np.int64)
        self.moves: FloatArray = np.full((leads, leads), np.inf)
        self.mover: NDArray[np.int64] = np.full((leads, leads), UNPLACED, dtype=np.int64)

    def solve(self, watch: Watch = NOBODY) -> None:
        """Place one partner after the other, until no more can be placed."""
        placed = 0
        while self._augment():
            placed += 1
            watch.tell("matching", placed, len(self.lead))

    def _waiting(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.lead == UNPLACED)

    def _augment(self) -> bool:
        waiting = self._waiting()
        if not waiting.size:
            return False
        newcomer = waiting[self.worth[waiting].argmax(axis=0)]
        leads = np.arange(self.capacity.size)
        distance = -self.worth[newcomer, leads]
        parent = np.full(leads.size, UNPLACED)
        while True:  # Bellman and Ford, all leads at once
            through = distance[:, None] + self.moves
            best = through.argmin(axis=0)
            shorter = through[best, leads] < distance
            if not shorter.any():
                break
            distance = np.where(shorter, through[best, leads], distance)
            parent = np.where(shorter, best, parent)
        ends = np.where(self.used < self.capacity, distance, np.inf)
        end = int(ends.argmin())
        if ends[end] == np.inf:
            return False
        self._shift(end, parent, newcomer)
        return True

    def _shift(self, end: int, parent: NDArray[Any], newcomer: NDArray[np.intp]) -> None:
        """Move the partners along a path that ends at a lead with a free place."""
        self.used[end] += 1
        touched, at = [end], end
        while parent[at] != UNPLACED:
            before = int(parent[at])
            self.lead[self.mover[before, at]] = at
            touched.append(before)
            at = before
        self.lead[newcomer[at]] = at
        for lead in touched:
            self._renew(lead)

    def _renew(self, lead: int) -> None:
        """Find again whose move from a lead to each other lead costs least."""
        here = np.flatnonzero(self.lead == lead)
        cost = self.worth[here, lead][:, None] - self.worth[here]
        first = cost.argmin(axis=0)
        self.mover[lead] = here[first]
        self.moves[lead] = cost[first, np.arange(self.capacity.size)]
        self.moves[lead, lead] = np.inf

    # -- the cost of a change -----------------------------------------------------------

    def as_fit(self, units: float | FloatArray) -> Any:  # noqa: ANN401  (as it comes)
        """Return whole units as fit."""
        return np.ldexp(units, -self.exponent)

    def distances(self) -> FloatArray:
        """Return the least cost of handing a place on, between all leads and two more nodes.

        Node ``leads`` is the queue of partners without a place, node ``leads + 1`` the store of
        free places. From a lead: the cost of a partner there making room by going to another
        lead, to the queue, or by using up a free place. By Floyd and Warshall.
        """
        count = self.capacity.size
        queue, store = count, count + 1
        cost: FloatArray = np.full((count + 2, count + 2), np.inf)
        cost[:count, :count] = self.moves
        waiting = self._waiting()
        if waiting.size:
            cost[queue, :count] = -self.worth[waiting].max(axis=0)
        for lead in np.flatnonzero(self.used):
            here = self.lead == lead
            cost[lead, queue] = self.worth[here, lead].min()
        cost[:count, store][self.used < self.capacity] = 0.0
        cost[store, :count][self.used > 0] = 0.0
        np.fill_diagonal(cost, 0.0)
        for node in range(count + 2):
            cost = np.minimum(cost, cost[:, node : node + 1] + cost[node])
        return cost
