"""The built-in heuristic: list schedules, forward-backward improvement, biased sampling.

Serial schedule generation, justification and regret-biased sampling as in Kolisch, R. and
Hartmann, S. (1999), "Heuristic algorithms for the resource-constrained project scheduling
problem", in Weglarz, J. (ed.), *Project Scheduling*, Kluwer, 147-178.
"""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from behaviour_culture.scheduling.problem import Problem

__all__ = ["Solution", "first_start", "lower_bound", "search"]

_PLAIN_RULES = 3
Starts = tuple[int | None, ...]
"""Start week of each step; None where it does not fit."""


class Solution(NamedTuple):
    """The best list schedule found."""

    starts: Starts
    makespan: int
    tried: int


def first_start(
    problem: Problem, step: int, earliest: int, free: Sequence[Sequence[int]]
) -> int | None:
    """Return the first week from ``earliest`` in which a step can start, or None."""
    length, demand = problem.duration[step], problem.demand[step]
    allowed, pin = problem.allowed[step], problem.pins[step]
    last = problem.horizon - length
    if pin is not None:
        if pin < earliest:
            return None
        earliest = last = min(pin, last) if pin <= last else -1
        if last < 0:
            return None
    week = earliest
    while week <= last:
        if pin is None and not allowed[week]:
            week += 1
            continue
        blocked = -1
        for role, need in demand:
            room = free[role]
            # From the end, so that the search jumps past the last week that is full.
            for w in range(week + length - 1, week - 1, -1):
                if room[w] < need:
                    blocked = max(blocked, w)
                    break
        if blocked < 0:
            return week
        week = blocked + 1
    return None


def _take(problem: Problem, step: int, start: int, free: list[list[int]], sign: int) -> None:
    for role, need in problem.demand[step]:
        room = free[role]
        for w in range(start, start + problem.duration[step]):
            room[w] -= sign * need


def _serial(problem: Problem, priority: Sequence[float]) -> Starts:
    """Place steps one by one, each as early as it can be; of those ready, lowest priority first."""
    free = [list(row) for row in problem.capacity]
    starts: list[int | None] = [None] * len(problem.steps)
    waiting = [len(pairs) for pairs in problem.before]
    ready = [(priority[i], i) for i, count in enumerate(waiting) if count == 0]
    heapq.heapify(ready)
    while ready:
        _, step = heapq.heappop(ready)
        earliest = 0
        for before, lag in problem.before[step]:
            begun = starts[before]
            if begun is None:
                break
            earliest = max(earliest, begun + problem.duration[before] + lag)
        else:
            start = first_start(problem, step, earliest, free)
            if start is not None:
                starts[step] = start
                _take(problem, step, start, free, 1)
        for later, _ in problem.after[step]:
            waiting[later] -= 1
            if waiting[later] == 0:
                heapq.heappush(ready, (priority[later], later))
    return tuple(starts)


def _justify(problem: Problem, starts: Starts) -> list[float]:
    """Push all steps as late as they can be, from the last; return their starts as priorities."""
    end = _makespan(problem, starts)
    free = [list(row) for row in problem.capacity]
    begun = list(starts)
    for step, start in enumerate(starts):
        if start is not None:
            _take(problem, step, start, free, 1)
    placed = [i for i, s in enumerate(starts) if s is not None]
    finish = {i: (starts[i] or 0) + problem.duration[i] for i in placed}
    for step in sorted(placed, key=lambda i: (-finish[i], -i)):
        start = begun[step] or 0
        latest = end - problem.duration[step]
        for later, lag in problem.after[step]:
            next_start = begun[later]
            if next_start is not None:
                latest = min(latest, next_start - lag - problem.duration[step])
        if problem.pins[step] is not None or latest <= start:
            continue
        _take(problem, step, start, free, -1)
        for week in range(latest, start - 1, -1):
            if week == start or first_start_at(problem, step, week, free):
                begun[step] = week
                _take(problem, step, week, free, 1)
                break
    return [float(problem.horizon if s is None else s) for s in begun]


def first_start_at(
    problem: Problem, step: int, week: int, free: Sequence[Sequence[int]]
) -> bool:
    """Say whether a step can start in just this week, prerequisites apart."""
    if not problem.allowed[step][week]:
        return False
    weeks = range(week, week + problem.duration[step])
    return all(free[role][w] >= need for role, need in problem.demand[step] for w in weeks)


def _makespan(problem: Problem, starts: Starts) -> int:
    return max(
        (s + problem.duration[i] for i, s in enumerate(starts) if s is not None), default=0
    )


def lower_bound(problem: Problem) -> tuple[int, str]:
    """Return the teaching weeks that any schedule needs, and what says so.

    The larger of the longest chain of prerequisites with the calendar's allowed starts,
    and for each role the first week by which its hours add up to the plan's.
    """
    finish: list[int] = []
    for step, length in enumerate(problem.duration):
        start = max((finish[b] + lag for b, lag in problem.before[step]), default=0)
        pin = problem.pins[step]
        if pin is not None:
            start = max(start, pin)
        else:
            allowed = problem.allowed[step]
            while start < problem.horizon and not allowed[start]:
                start += 1
        finish.append(start + length)
    best, source = max(finish, default=0), "longest chain of prerequisites"
    for role, name in enumerate(problem.roles):
        need = sum(
            units * problem.duration[i]
            for i, demand in enumerate(problem.demand)
            for r, units in demand
            if r == role
        )
        week = 0
        while need > 0 and week < problem.horizon:
            need -= problem.capacity[role][week]
            week += 1
        if need > 0:
            week += 1  # more than the whole calendar holds
        if week > best:
            best, source = week, f"hours of {name}"
    return best, source


def _rules(problem: Problem) -> list[list[float]]:
    """Three classic priority rules: latest finish, most work behind, highest demand."""
    tail = [0] * len(problem.steps)
    behind = [0.0] * len(problem.steps)
    for step in reversed(range(len(problem.steps))):
        tail[step] = problem.duration[step] + max(
            (tail[later] + lag for later, lag in problem.after[step]), default=0
        )
        behind[step] = problem.duration[step] + sum(
            problem.duration[later] for later, _ in problem.after[step]
        )
    need = [
        sum(units / (1 + max(problem.capacity[role])) for role, units in demand) * length
        for demand, length in zip(problem.demand, problem.duration, strict=True)
    ]
    return [[-float(t) for t in tail], [-b for b in behind], [-n for n in need]]


def search(
    problem: Problem,
    *,
    budget: int,
    time_limit: float | None,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Solution:
    """Search for the schedule with fewest unplaced steps, then the earliest end, then the
    earliest starts, until the budget of schedules is spent or no better end is possible.

    The same seed and budget give the same schedule; ``time_limit`` in seconds need not.
    """
    bound, _ = lower_bound(problem)
    rng = random.Random(seed)  # noqa: S311  (a search, not a secret)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    rules = _rules(problem)
    best: Starts = (None,) * len(problem.steps)
    best_key: tuple[int, int, int] | None = None
    best_priority: Sequence[float] = rules[0]
    tried = 0

    def key(starts: Starts) -> tuple[int, int, int]:
        placed = [s for s in starts if s is not None]
        return (len(starts) - len(placed), _makespan(problem, starts), sum(placed))

    def attempt(priority: Sequence[float]) -> bool:
        nonlocal best, best_key, best_priority, tried
        better = False
        for _ in range(2):
            starts = _serial(problem, priority)
            tried += 1
            found = key(starts)
            if best_key is None or found < best_key:
                best, best_key, best_priority, better = starts, found, priority, True
            if tried >= budget:
                break
            priority = _justify(problem, starts)
        if progress is not None:
            progress(min(tried, budget), budget)
        return better

    def finished() -> bool:
        if tried >= budget or (deadline is not None and time.monotonic() >= deadline):
            return True
        return best_key is not None and best_key[0] == 0 and best_key[1] <= bound

    for rule in rules:
        attempt(rule)
        if tried >= budget:
            break
    spread = max(1.0, max(problem.duration, default=1) * 1.0)
    while not finished():
        base = best_priority if rng.random() < 0.7 else rules[rng.randrange(_PLAIN_RULES)]  # noqa: PLR2004
        attempt([p + rng.uniform(-spread, spread) for p in base])
    return Solution(best, _makespan(problem, best), tried)
