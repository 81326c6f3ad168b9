"""When chosen steps can begin: earliest weeks, and launches spread over half-terms."""

from __future__ import annotations

from behaviour_culture.impact.choosing.problem import ChoiceProblem
from behaviour_culture.typing import BoolArray

__all__ = ["earliest_weeks", "place_steps"]


def earliest_weeks(problem: ChoiceProblem) -> list[int]:
    """Return the week in which each step can begin at the earliest, were launches unlimited."""
    begins: list[int] = []
    for pairs in problem.before:
        begins.append(max((begins[b] + problem.weeks[b] + lag for b, lag in pairs), default=0))
    return begins


def place_steps(problem: ChoiceProblem, chosen: BoolArray) -> dict[int, int] | None:
    """Return the week in which each chosen step begins, or None where they do not fit.

    Prerequisites come first, and no half-term has more launches than allowed. The launch
    with least time to spare goes first, so that a way is found in nearly every case in
    which there is one; the schedule checks weekly hours.
    """
    inside = [i for i in range(len(problem.ids)) if chosen[i]]
    latest = _latest_weeks(problem, inside)
    used = [0] * len(problem.half_terms)
    begins: dict[int, int] = {}
    waiting = set(inside)
    while waiting:
        ready = [i for i in waiting if all(b in begins for b, _ in problem.before[i])]
        i = min(ready, key=lambda k: (_head(problem, begins, k), latest[k], k))
        week: int | None = _head(problem, begins, i)
        if problem.launch[i] and problem.launches is not None:
            tight = [k for k in ready if problem.launch[k]]
            i = min(tight, key=lambda k: (latest[k], _head(problem, begins, k), k))
            week = _next_launch(problem, used, _head(problem, begins, i))
        if week is None or week > latest[i]:
            return None
        if problem.launch[i] and problem.launches is not None:
            used[problem.half_term(week)] += 1
        begins[i] = week
        waiting.remove(i)
    return begins


def _head(problem: ChoiceProblem, begins: dict[int, int], step: int) -> int:
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
