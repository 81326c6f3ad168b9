"""Matching partner schools with lead schools: most placed first, then the best fit."""

from __future__ import annotations

from math import fsum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from behaviour_culture._arrays import frozen_array
from behaviour_culture.arguments import Arguments
from behaviour_culture.programme.hub.assignment import UNPLACED, Assignment
from behaviour_culture.programme.hub.matching_result import (
    PartnerMatch,
    PartnerMatching,
    PlaceValue,
)
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["match_partners"]

_DRIVERS = 3
_LARGEST = 1e100
"""Needs and strengths up to this have finite fits; real ones are never larger."""


def match_partners(  # noqa: PLR0913  (the arrays, and who is told)
    needs: ArrayLike,
    strengths: ArrayLike,
    capacity: ArrayLike,
    *,
    allowed: ArrayLike | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> PartnerMatching:
    r"""Match partners with leads: as many partners as possible, then the largest total fit.

    The fit of partner *i* with lead *k* is

    .. math:: f_{ik} = \sum_j n_{ij} s_{kj}

    for needs *n* and strengths *s* by principle. Among all matches that place as many
    partners as can be placed, the one with the largest sum of fits is returned.

    Parameters
    ----------
    needs : array_like, shape (partners, principles)
        How large each partner's need is, from 0; 1 minus an audit score, for example.
    strengths : array_like, shape (leads, principles)
        How strong each lead is, from 0.
    capacity : array_like of int, shape (leads,)
        Places of each lead, from 0.
    allowed : array_like of bool, shape (partners, leads), optional
        Which partner may go to which lead; all to all where not given.
    progress : callable, optional
        Called with ("matching", partners placed, partners).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    PartnerMatching
        ``.lead_of`` (index or None for each partner), ``.total`` (the sum of fits),
        ``.matches`` with reasons, ``.extra_places`` with the value of one more place at each
        lead.

    Raises
    ------
    InvalidInputError
        Arrays that are empty, do not go together, hold anything but numbers from 0, or are larger
        than memory holds.
    StoppedError
        The matching was stopped.

    Notes
    -----
    Exact: a min-cost flow by successive shortest paths [1]_. Fits are rounded to about 45
    binary digits of the largest, and from there on all sums are exact.

    References
    ----------
    .. [1] Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993). *Network Flows*. Prentice
       Hall, section 9.7.

    Examples
    --------
    Both partners have most need where lead 0 is strongest, and it has one place:

    >>> match = match_partners([[1, 0], [0.8, 0.5]], [[1, 0.2], [0.5, 0.9]], [1, 1])
    >>> match.lead_of, match.total
    ((0, 1), 1.85)
    >>> for line in match.explain(0):
    ...     print(line)
    partner 0 goes to lead 0: it is strong where the need is largest (principle 0)
    the next best is lead 1: that would lower the total fit by 0.45, with all others moved to suit
    """
    arguments = Arguments("match_partners")
    watch = arguments.watch(progress, stop)
    need = arguments.numbers("needs", needs, ndim=2, low=0, high=_LARGEST)
    strong = arguments.numbers("strengths", strengths, ndim=2, low=0, high=_LARGEST)
    places = arguments.numbers("capacity", capacity, low=0, high=_LARGEST, whole=True)
    if arguments.ok() and need.shape[1] != strong.shape[1]:
        message = f"{strong.shape[1]} principles, and needs has {need.shape[1]}"
        arguments.fault("strengths", message)
    if arguments.ok() and len(strong) != len(places):
        message = f"expected places of {len(strong)} leads, got {len(places)}"
        arguments.fault("capacity", message)
    shape = (len(need), len(strong))
    if arguments.ok():
        each = 24 * shape[1] + 40 * shape[1] ** 2 / shape[0]
        arguments.kept("needs", shape[0], each, f"partners of {shape[1]} leads")
        arguments.done()
    may = np.ones(shape, dtype=np.bool_)
    if allowed is not None:
        may = arguments.truths("allowed", allowed)
        if arguments.ok() and may.shape != shape:
            arguments.fault("allowed", f"expected the shape {shape}, got {may.shape}")
    arguments.done()
    fit = need @ strong.T
    found = Assignment(fit, may, np.minimum(places, len(need)).astype(np.int64))
    found.solve(watch)
    placed = np.flatnonzero(found.lead != UNPLACED)
    return PartnerMatching(
        needs=frozen_array(need),
        strengths=frozen_array(strong),
        capacity=[int(p) for p in places],
        matches=_matches(need, strong, fit, may, found),
        extra_places=_extra_places(found),
        total=fsum(fit[placed, found.lead[placed]]),
    )


def _matches(
    need: FloatArray,
    strong: FloatArray,
    fit: FloatArray,
    may: NDArray[np.bool_],
    found: Assignment,
) -> list[PartnerMatch]:
    """Return each partner's place, with the next best one and its cost."""
    leads = len(strong)
    distance = found.distances()[:leads, :leads]
    matches = []
    for partner, lead in enumerate(found.lead.tolist()):
        options = int(may[partner].sum())
        worth = found.worth[partner]
        if lead == UNPLACED:
            # Into one of its leads, and on from there to the lead with the new place.
            cost = (distance - worth[:, None]).min(axis=0)
            drivers, own = [], 0.0
        else:
            # The place that it leaves goes to the partner that makes room for it.
            cost = worth[lead] - worth + distance[:, lead]
            cost[lead] = np.inf
            part = need[partner] * strong[lead]
            order = np.argsort(-part, kind="stable")[:_DRIVERS]
            drivers, own = [int(j) for j in order if part[j] > 0], float(fit[partner, lead])
        best = int(cost.argmin())
        known = bool(np.isfinite(cost[best]))
        matches.append(
            PartnerMatch(
                partner=partner,
                lead=None if lead == UNPLACED else lead,
                fit=own,
                leads_allowed=options,
                drivers=drivers,
                next_lead=best if known else None,
                next_cost=float(found.as_fit(cost[best])) if known else 0.0,
            )
        )
    return matches


def _extra_places(found: Assignment) -> list[PlaceValue]:
    distance = found.distances()
    queue, store = len(found.capacity), len(found.capacity) + 1
    values = []
    for lead in range(len(found.capacity)):
        placed = bool(np.isfinite(distance[queue, lead]))
        cost = distance[queue, lead] if placed else min(0.0, distance[store, lead])
        gain = float(found.as_fit(0.0 - cost))  # never a negative 0
        values.append(PlaceValue(lead=lead, more_placed=int(placed), more_fit=gain))
    return values
