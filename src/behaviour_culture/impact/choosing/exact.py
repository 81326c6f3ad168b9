"""The exact choice: OR-Tools CP-SAT, started from the heuristic's answer."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from behaviour_culture.impact.choosing.problem import ChoiceProblem
from behaviour_culture.impact.choosing.search import Goal
from behaviour_culture.impact.choosing.timing import earliest_weeks, keeps_limits
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.solver import (
    limit_launches,
    load_cp_model,
    new_solver,
    run_solver,
)
from behaviour_culture.typing import BoolArray

__all__ = ["ExactChoice", "solve_choice"]

_FINE = 10**7
"""Benefits are whole multiples of a ten-millionth of the largest."""
_HALF = 0.5
"""Less than a whole multiple: the solver gives its bound as a float."""
_SECONDS_A_THOUSAND = 30.0
"""Deterministic seconds of the solver for each thousand of budget (judgement)."""


class ExactChoice(NamedTuple):
    """The solver's choice and its proof."""

    chosen: BoolArray
    begins: dict[int, int]
    """The week in which each chosen step begins; empty where the hint was kept."""
    bound: float
    """No choice is worth more; infinite where the solver had no time to say."""
    optimal: bool
    fault: bool = False
    """The solver contradicts the best choice in hand: nothing that it says is believed."""


def solve_choice(
    problem: ChoiceProblem, goal: Goal, hint: BoolArray, effort: Effort
) -> ExactChoice:
    """Find the best choice, or within the limits of the search the best found and a bound.

    The solver is believed only where it agrees with the choices in hand: its choice keeps the
    limits, none is worth more than its bound, and none more than what it calls the best.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    cp = load_cp_model("the exact choice of steps")
    unknown = ExactChoice(hint, {}, np.inf, optimal=False)
    if effort.time_limit is not None and effort.time_limit <= 0:
        return unknown
    draws = problem.draws.mean(axis=0, keepdims=True) if goal.quantile is None else problem.draws
    largest = float(np.abs(draws).max(initial=0.0))
    unit = largest / _FINE if largest > 0 else 1.0
    gains = np.rint(draws / unit).astype(np.int64)
    model: Any = cp.CpModel()
    size = len(problem.ids)
    taken = [model.new_bool_var(f"take {i}") for i in range(size)]
    for i, pairs in enumerate(problem.before):
        for b, _ in pairs:
            model.add_implication(taken[i], taken[b])
    for r, limit in enumerate(problem.limit):
        model.add(sum(int(problem.demand[i, r]) * taken[i] for i in range(size)) <= int(limit))
    weeks = _add_weeks(cp, model, problem, taken)
    totals = [sum(int(g) * x for g, x in zip(row, taken, strict=True) if g) for row in gains]
    _add_goal(model, goal, gains, totals)
    for i, x in enumerate(taken):
        model.add_hint(x, int(hint[i]))
    solver = new_solver(cp, effort, _SECONDS_A_THOUSAND)
    status = run_solver(solver, model, effort.watch)
    if status == cp.UNKNOWN:  # what it has for a bound then is none
        return unknown
    if status not in {cp.OPTIMAL, cp.FEASIBLE}:  # the hint is a choice
        return unknown._replace(fault=True)
    chosen = np.array([bool(solver.value(x)) for x in taken], dtype=bool)
    begins = {i: int(solver.value(weeks[i])) for i in range(size) if chosen[i]}
    found, known = (int(goal.of(gains[:, some].sum(axis=1) * 1.0)) for some in (chosen, hint))
    bound, optimal = float(solver.best_objective_bound), status == cp.OPTIMAL
    if (
        not keeps_limits(problem, chosen, begins)
        or bound < max(found, known) - _HALF
        or (optimal and found < known)
    ):
        return unknown._replace(fault=True)
    # Rounding to whole multiples may hide half of one for each step.
    return ExactChoice(chosen, begins, (bound + size / 2) * unit, optimal=optimal)


def _add_weeks(
    cp: Any,  # noqa: ANN401
    model: Any,  # noqa: ANN401
    problem: ChoiceProblem,
    taken: list[Any],
) -> list[Any]:
    """Add the week in which each step begins, after its prerequisites, and limit the launches."""
    first = earliest_weeks(problem)
    weeks: list[Any] = []
    for i, x in enumerate(taken):
        last = problem.horizon - problem.weeks[i]
        if last < first[i]:
            model.add(x == 0)
            weeks.append(model.new_constant(min(first[i], problem.horizon)))
            continue
        week = model.new_int_var(first[i], last, f"week {i}")
        for b, lag in problem.before[i]:
            model.add(week >= weeks[b] + problem.weeks[b] + lag).only_enforce_if(x)
        weeks.append(week)
    if problem.launches is not None:
        launches = [
            (weeks[i], taken[i])
            for i in range(len(taken))
            if problem.launch[i] and problem.horizon - problem.weeks[i] >= first[i]
        ]
        half_terms = [range(low, high) for low, high in pairwise(problem.opens)]
        limit_launches(cp, model, launches, half_terms, problem.launches)
    return weeks


def _add_goal(model: Any, goal: Goal, gains: Any, totals: list[Any]) -> None:  # noqa: ANN401
    """Maximise the mean, or the total reached in all draws except those below the quantile."""
    if goal.quantile is None:
        model.maximize(totals[0])
        return
    lows = np.minimum(gains, 0).sum(axis=1)
    highs = np.maximum(gains, 0).sum(axis=1)
    reached = model.new_int_var(int(lows.min()), int(highs.max()), "reached")
    below = []
    for d, total in enumerate(totals):
        free = model.new_bool_var(f"below {d}")
        model.add(reached <= total).only_enforce_if(~free)
        below.append(free)
    model.add(sum(below) <= goal.rank(len(totals)))
    model.maximize(reached)
