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

__all__ = ["Solution", "Starts", "fits_at", "lower_bound", "room_left", "search"]

_PLAIN_RULES = 3
_PATIENCE = 4
"""A quarter of the budget without a better schedule ends the search (judgement)."""
Starts = tuple[int | None, ...]
"""Start week of each step; None where it does not fit."""


class Solution(NamedTuple):
    """The best list schedule found."""

    starts: Starts
    makespan: int
    tried: int


def first_start(problem: Problem, step: int, earliest: int, room: Sequence[int]) -> int | None:
    """Return the first week from ``earliest`` in which a step can start, or None.

    ``room`` holds what all roles have left in each week, packed as in `Problem`.
    """
    length, allowed, pin = problem.duration[step], problem.allowed[step], problem.pins[step]
    need, guard = problem.packed_demand[step], problem.guard
    last = problem.horizon - length
    if pin is not None:
        if not earliest <= pin <= last:
            return None
        earliest = last = pin
    week = earliest
    while week <= last:
        if pin is None and not allowed[week]:
            week += 1
            continue
        # From the end, so that the search jumps past the last week that is full.
        for w in range(week + length - 1, week - 1, -1):
            if (room[w] - need) & guard != guard:
                week = w + 1
                break
        else:
            return week
    return None


def fits_at(problem: Problem, step: int, week: int, room: Sequence[int]) -> bool:
    """Say whether a step can start in just this week, prerequisites apart."""
    return problem.allowed[step][week] and all(
        problem.fits(room[w], step) for w in range(week, week + problem.duration[step])
    )


def _take(problem: Problem, step: int, start: int, room: list[int]) -> None:
    need = problem.packed_demand[step]
    for w in range(start, start + problem.duration[step]):
        room[w] -= need


def _give_back(problem: Problem, step: int, start: int, room: list[int]) -> None:
    need = problem.packed_demand[step]
    for w in range(start, start + problem.duration[step]):
        room[w] += need


def room_left(problem: Problem, starts: Starts, without: int | None = None) -> list[int]:
    """Return what all roles have left in each week, packed; one step taken out if wanted."""
    room = list(problem.packed_capacity)
    for step, start in enumerate(starts):
        if start is not None and step != without:
            _take(problem, step, start, room)
    return room


def _serial(problem: Problem, priority: Sequence[float]) -> Starts:
    """Place steps one by one, each as early as it can be; of those ready, lowest priority first."""
    room = list(problem.packed_capacity)
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
            start = first_start(problem, step, earliest, room)
            if start is not None:
                starts[step] = start
                _take(problem, step, start, room)
        for later, _ in problem.after[step]:
            waiting[later] -= 1
            if waiting[later] == 0:
                heapq.heappush(ready, (priority[later], later))
    return tuple(starts)


def _justify(problem: Problem, starts: Starts) -> list[float]:
    """Push all steps as late as they can be, from the last; return their starts as priorities."""
    end = _makespan(problem, starts)
    room = room_left(problem, starts)
    begun = list(starts)
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
        _give_back(problem, step, start, room)
        week = latest
        while week > start and not fits_at(problem, step, week, room):
            week -= 1
        begun[step] = week
        _take(problem, step, week, room)
    return [float(problem.horizon if s is None else s) for s in begun]


def _makespan(problem: Problem, starts: Starts) -> int:
    return max((s + problem.duration[i] for i, s in enumerate(starts) if s is not None), default=0)


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
    """Search for the schedule with fewest unplaced steps, earliest end, earliest starts.

    It ends when the budget of schedules is spent, when a quarter of it brought nothing
    better, or when all steps are placed and end at the lower bound.

    The same seed and budget give the same schedule; ``time_limit`` in seconds need not.
    """
    bound, _ = lower_bound(problem)
    rng = random.Random(seed)  # noqa: S311  (a search, not a secret)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    rules = _rules(problem)
    best: Starts = (None,) * len(problem.steps)
    best_key: tuple[int, int, int] | None = None
    best_priority: Sequence[float] = rules[0]
    tried = improved_at = 0

    def key(starts: Starts) -> tuple[int, int, int]:
        placed = [s for s in starts if s is not None]
        return (len(starts) - len(placed), _makespan(problem, starts), sum(placed))

    def attempt(priority: Sequence[float]) -> bool:
        nonlocal best, best_key, best_priority, tried, improved_at
        better = False
        for _ in range(2):
            starts = _serial(problem, priority)
            tried += 1
            found = key(starts)
            if best_key is None or found < best_key:
                best, best_key, best_priority, better = starts, found, priority, True
                improved_at = tried
            if tried >= budget:
                break
            priority = _justify(problem, starts)
        if progress is not None:
            progress(min(tried, budget), budget)
        return better

    def finished() -> bool:
        if tried >= budget or tried - improved_at > budget // _PATIENCE:
            return True
        if deadline is not None and time.monotonic() >= deadline:
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
