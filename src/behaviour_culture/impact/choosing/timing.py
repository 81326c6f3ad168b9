"""When chosen steps can begin: earliest weeks, and launches spread over half-terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from behaviour_culture.impact.choosing.problem import ChoiceProblem
from behaviour_culture.typing import BoolArray

__all__ = ["earliest_weeks", "keeps_limits", "place_steps"]


def earliest_weeks(problem: ChoiceProblem) -> list[int]:
    """Return the week in which each step can begin at the earliest, were launches unlimited."""
    begins: list[int] = []
    for pairs in problem.before:
        begins.append(max((begins[b] + problem.weeks[b] + lag for b, lag in pairs), default=0))
    return begins


def keeps_limits(problem: ChoiceProblem, chosen: BoolArray, begins: Mapping[int, int]) -> bool:
    """Say whether a choice with a week for each step keeps to order, year and all limits."""
    launched: Counter[int] = Counter()
    for i in chosen.nonzero()[0].tolist():
        if any(not chosen[b] for b, _ in problem.before[i]):
            return False
        if not _head(problem, begins, i) <= begins[i] <= problem.horizon - problem.weeks[i]:
            return False
        launched[problem.half_term(begins[i])] += problem.launch[i]
    few = problem.launches is None or max(launched.values(), default=0) <= problem.launches
    return few and bool((chosen @ problem.demand <= problem.limit).all())


def place_steps(problem: ChoiceProblem, chosen: BoolArray) -> dict[int, int] | None:
    """Return the week in which each chosen step begins, or None where they do not fit.

    Prerequisites come first, and no half-term has more launches than allowed. The launch
    with least time to spare goes first, so that a way is found in nearly every case in
    which there is one; the schedule checks weekly hours.
    """
    inside = chosen.nonzero()[0].tolist()
    latest = _latest_weeks(problem, inside)
    limited = problem.launches is not None
    used = [0] * len(problem.half_terms)
    begins: dict[int, int] = {}
    after: dict[int, list[int]] = {i: [] for i in inside}
    waits = {}
    for i in inside:
        before = {b for b, _ in problem.before[i]}
        waits[i] = len(before)
        for b in before:
            after[b].append(i)
    first = [(0, latest[i], i) for i in inside if not waits[i]]
    # All that are ready by their earliest week, and the launches among them by time to spare.
    ready, tight = list(first), [(late, head, i) for head, late, i in first if problem.launch[i]]
    heapify(ready)
    heapify(tight)
    while ready:
        week: int | None
        week, _, i = ready[0]
        if i in begins:
            heappop(ready)
            continue
        if limited and problem.launch[i]:
            _, head, i = heappop(tight)
            week = _next_launch(problem, used, head)
        if week is None or week > latest[i]:
            return None
        if limited and problem.launch[i]:
            used[problem.half_term(week)] += 1
        begins[i] = week
        for k in after[i]:
            waits[k] -= 1
            if not waits[k]:
                head = _head(problem, begins, k)
                heappush(ready, (head, latest[k], k))
                if problem.launch[k]:
                    heappush(tight, (latest[k], head, k))
    return begins


def _head(problem: ChoiceProblem, begins: Mapping[int, int], step: int) -> int:
    return max((begins[b] + problem.weeks[b] + lag for b, lag in problem.before[step]), default=0)


def _next_launch(problem: ChoiceProblem, used: list[int], week: int) -> int | None:
    assert problem.launches is not None  # noqa: S101  (asked only where there is a limit)
    for part in range(problem.half_term(week), len(used)):
        if used[part] < problem.launches:
            return max(week, problem.opens[part])
    return None


def _latest_weeks(problem: ChoiceProblem, inside: list[int]) -> dict[int, int]:
    latest = {i: problem.horizon - problem.weeks[i] for i in inside}
    for i in reversed(inside):
        for b, lag in problem.before[i]:
            latest[b] = min(latest[b], latest[i] - lag - problem.weeks[b])
    return latest
