"""The reason why each step was left out, worked out from the finished choice."""

from __future__ import annotations

import numpy as np

from behaviour_culture.impact.choosing.problem import ALL_ROLES, MONEY, UNITS, ChoiceProblem
from behaviour_culture.impact.choosing.search import Goal
from behaviour_culture.impact.choosing.timing import earliest_weeks, place_steps
from behaviour_culture.typing import BoolArray, IntArray

__all__ = ["reasons_left_out", "value_of"]

_NAMED = 3


def value_of(problem: ChoiceProblem, goal: Goal, chosen: BoolArray) -> float:
    """Return the value of a choice: the goal of its totals."""
    return float(goal.of(problem.draws[:, chosen].sum(axis=1)))


def reasons_left_out(problem: ChoiceProblem, goal: Goal, chosen: BoolArray) -> dict[str, str]:
    """Return the reason against each step that is not chosen."""
    first = earliest_weeks(problem)
    room = problem.limit - chosen @ problem.demand
    now = value_of(problem, goal, chosen)
    return {
        problem.ids[i]: _reason(problem, goal, chosen, i, first[i], room, now)
        for i in np.flatnonzero(~chosen).tolist()
    }


def _reason(  # noqa: PLR0911, PLR0913, PLR0917  (a reason a return; what all reasons are worked out from)
    problem: ChoiceProblem,
    goal: Goal,
    chosen: BoolArray,
    step: int,
    first: int,
    room: IntArray,
    now: float,
) -> str:
    bundle = problem.needs[step] & ~chosen
    others = [problem.ids[i] for i in np.flatnonzero(bundle).tolist() if i != step]
    more = " and more" if len(others) > _NAMED else ""
    with_ = f" with {', '.join(others[:_NAMED])}{more}" if others else ""
    if first + problem.weeks[step] > problem.horizon:
        return (
            f"its chain of steps takes {first + problem.weeks[step]} weeks, and there are "
            f"{problem.horizon}"
        )
    takes = bundle @ problem.demand
    whole = problem.needs[step] @ problem.demand
    short = np.flatnonzero(takes > room).tolist()
    never = [problem.resources[r] for r in np.flatnonzero(whole > problem.limit).tolist()]
    gain = value_of(problem, goal, chosen | bundle) - now
    if gain <= 0:
        if goal.quantile is None:
            return f"it adds nothing{with_} to what is chosen"
        return f"it makes the worst {goal.quantile:.0%} of draws no better{with_}"
    if never:
        return f"{_amount(never[0])} would not suffice for it{with_}, were nothing else chosen"
    if short:
        name = problem.resources[short[0]]
        needs, left = (_quantity(name, float(of[short[0]]) / UNITS) for of in (takes, room))
        return f"it takes {needs}{with_}; {left} are left"
    if place_steps(problem, chosen | bundle) is None:
        return f"no half-term has room for its launch{with_}"
    all_ = with_.replace(" with", " and", 1)
    return f"a choice with it{all_} was not looked at: raise the budget"


def _amount(name: str) -> str:
    if name == MONEY:
        return "the money"
    return "the staff hours" if name == ALL_ROLES else f"the hours of {name}"


def _quantity(name: str, amount: float) -> str:
    if name == MONEY:
        return f"£{amount:,.0f}"
    return f"{amount:,.1f} staff hours" if name == ALL_ROLES else f"{amount:,.1f} hours of {name}"
