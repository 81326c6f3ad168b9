"""The choice of steps in whole numbers: benefit, cost and prerequisites of each step."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np

from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Count
from behaviour_culture.impact.hours import staff_hours
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.model.step import StepPhase
from behaviour_culture.planning.graph import StepGraph
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.planning.scoring import step_draws
from behaviour_culture.typing import BoolArray, FloatArray, IntArray

__all__ = [
    "ALL_ROLES",
    "MONEY",
    "UNITS",
    "ChoiceLimits",
    "ChoiceProblem",
    "build_choice_problem",
    "is_limit",
    "read_benefits",
]

UNITS = 10_000
"""Units an hour, and a pound: hours and costs count in ten-thousandths, rounded up."""
_SLACK = 1e-6
_MOST = 1e9
"""The most hours or pounds that a limit or a step may have."""
_USUAL = (7, 7, 6, 6, 6, 7)
"""Teaching weeks of the half-terms of a year where no calendar is given (judgement)."""
_LABELS = ("Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2")
ALL_ROLES = "all-staff"
MONEY = "cost_gbp"


class ChoiceLimits(NamedTuple):
    """The limits of the school, each None or empty where there is no limit."""

    hours: float | Mapping[str, float] | None
    cost_gbp: float | None
    launches: int | None


class ChoiceProblem(NamedTuple):
    """Everything about a choice that does not depend on the steps chosen.

    Steps are in topological order: a prerequisite always comes before its step.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    draws: FloatArray
    """Benefit of each step in each draw, shape (draws, steps); one row for means alone."""
    errors: FloatArray | None
    """Standard error of each mean, where they are those of an `ImpactResult`."""
    needs: BoolArray
    """Row i: the steps without which i cannot be done, and i itself; shape (steps, steps)."""
    before: tuple[tuple[tuple[int, int], ...], ...]
    """For each step its prerequisites, each with the weeks to wait after it."""
    weeks: tuple[int, ...]
    launch: tuple[bool, ...]
    demand: IntArray
    """How much of each limited resource each step takes, shape (steps, resources)."""
    limit: IntArray
    """Shape (resources,)."""
    resources: tuple[str, ...]
    """The name of each limited resource: a role, all staff or money."""
    half_terms: tuple[str, ...]
    opens: tuple[int, ...]
    """The first week of each half-term, and last the number of weeks in all."""
    launches: int | None
    hours: FloatArray
    """Staff hours of each step."""
    role_hours: tuple[Mapping[str, float], ...]
    cost: FloatArray
    """Pounds of each step, the middle of its range."""

    @property
    def horizon(self) -> int:
        """Teaching weeks in all."""
        return self.opens[-1]

    def half_term(self, week: int) -> int:
        """Return the index of the half-term of a week."""
        return sum(week >= first for first in self.opens[1:-1])


def build_choice_problem(  # noqa: PLR0913, PLR0917  (the parts of one problem)
    plan: ActionPlan | StepCatalogue,
    benefits: object,
    limits: ChoiceLimits,
    calendar: Years | None,
    school: School | None,
    arguments: Arguments,
) -> ChoiceProblem:
    """Check the arguments and return the problem in numbers, or raise all faults at once."""
    good = isinstance(plan, (ActionPlan, StepCatalogue))
    if not good:
        message = f"expected an ActionPlan or a StepCatalogue, got {shorten(plan)}"
        arguments.fault("plan", message, plan)
    year = None
    if calendar is not None:
        year = take_years(calendar, arguments, starts=getattr(plan, "starts", None))
        good &= year is not None
    good &= arguments.value("school", school, School | None)
    if not good:
        arguments.done()
    met = [m.step for m in plan.met] if isinstance(plan, ActionPlan) else []
    graph = StepGraph(plan.steps, met=met)
    order = graph.order()
    steps = [graph.steps[key] for key in order]
    draws = read_benefits(plan, benefits, order, arguments)
    takes = [staff_hours(s, school) for s in steps]
    cost = np.array([(s.cost_gbp.low + s.cost_gbp.high) / 2 for s in steps])
    wanted = _wanted(limits, takes, cost, arguments)
    labels, opens = _weeks(plan, year, arguments)
    arguments.done()
    at = {key: i for i, key in enumerate(order)}
    before = tuple(
        tuple((at[p.step], p.lag_weeks) for p in graph.prerequisites(key)) for key in order
    )
    return ChoiceProblem(
        ids=order,
        titles=tuple(s.title for s in steps),
        draws=draws,
        errors=_errors(benefits, order),
        needs=_closure(before),
        before=before,
        weeks=tuple(s.weeks.likely for s in steps),
        launch=tuple(s.phase is StepPhase.LAUNCH for s in steps),
        demand=np.array(
            [[ceil(x * UNITS - _SLACK) for x in taken] for _, _, taken in wanted], dtype=np.int64
        ).T.reshape(len(steps), len(wanted)),
        limit=np.array([floor(most * UNITS + _SLACK) for _, most, _ in wanted], dtype=np.int64),
        resources=tuple(name for name, _, _ in wanted),
        half_terms=labels,
        opens=opens,
        launches=limits.launches,
        hours=np.array([sum(t.values()) for t in takes], dtype=float),
        role_hours=tuple(takes),
        cost=cost,
    )


def _errors(benefits: object, order: tuple[str, ...]) -> FloatArray | None:
    if not isinstance(benefits, ImpactResult):
        return None
    errors = {s.step: s.index.standard_error or 0.0 for s in benefits.steps}
    return np.array([errors.get(key, 0.0) for key in order])


def _closure(before: tuple[tuple[tuple[int, int], ...], ...]) -> BoolArray:
    needs = np.eye(len(before), dtype=bool)
    for i, pairs in enumerate(before):  # prerequisites come first, so their rows are done
        for b, _ in pairs:
            needs[i] |= needs[b]
    return needs


def read_benefits(
    plan: ActionPlan | StepCatalogue, given: object, order: tuple[str, ...], arguments: Arguments
) -> FloatArray:
    """Return benefits in any of their forms as draws x steps in ``order``.

    An array has a column for each step in the order of ``plan.steps``.
    """
    if isinstance(given, ImpactResult):
        if isinstance(plan, ActionPlan) and given.plan != plan.id:
            message = f"the scores are for the plan {given.plan!r}, not for {plan.id!r}"
            arguments.fault("benefits", message)
        given = dict(given.benefits)
    given = _by_name(given)
    if isinstance(given, Mapping):
        for key, value in given.items():
            if arguments.known(f"benefits.{key}", key, order, "step"):
                arguments.number(f"benefits.{key}", value)
        if not arguments.ok():
            return np.zeros((1, len(order)))
        return np.array([[float(given.get(key, 0.0)) for key in order]]).reshape(1, len(order))
    draws = step_draws(_in_order(plan, given, arguments), len(order), "benefits", arguments.faults)
    column_of = {s.id: i for i, s in enumerate(plan.steps)}
    return np.ascontiguousarray(draws[:, [column_of[key] for key in order]])


def _by_name(given: Any) -> Any:  # noqa: ANN401  (from the user)
    """Return a pandas Series with text labels as a mapping, so that its order cannot mislead."""
    if getattr(given, "ndim", None) == 1 and hasattr(given, "index") and hasattr(given, "items"):
        named = dict(given.items())
        return named if named and all(isinstance(key, str) for key in named) else given
    return given


def _in_order(plan: ActionPlan | StepCatalogue, given: Any, arguments: Arguments) -> Any:  # noqa: ANN401
    """Return a frame whose columns are steps with its columns in the order of the plan."""
    columns = getattr(given, "columns", None)
    if columns is None or not all(isinstance(name, str) for name in columns):
        return given
    names, wanted = list(columns), [s.id for s in plan.steps]
    if sorted(names) != sorted(wanted):
        odd = sorted(set(names) ^ set(wanted)) or names
        message = f"columns must be the steps, each once; look at {shorten(', '.join(odd))}"
        arguments.fault("benefits", message)
        return np.zeros((1, len(wanted)))
    return given[wanted]


def is_limit(path: str, value: object, arguments: Arguments) -> bool:
    """Check a limit of hours or pounds; true if it is good."""
    return arguments.number(path, value, low=0, high=_MOST)


def _wanted(
    limits: ChoiceLimits, takes: list[dict[str, float]], cost: FloatArray, arguments: Arguments
) -> list[tuple[str, float, list[float]]]:
    """Return name, limit and demands of everything that is limited."""
    found: list[tuple[str, float, list[float]]] = []
    roles = sorted({role for taken in takes for role in taken})
    if isinstance(limits.hours, Mapping):
        for role, most in limits.hours.items():
            path = f"hours.{role}"
            known = arguments.known(path, role, roles, "step asks hours of")
            if known and is_limit(path, most, arguments):
                found.append((role, float(most), [t.get(role, 0.0) for t in takes]))
    elif limits.hours is not None and is_limit("hours", limits.hours, arguments):
        found.append((ALL_ROLES, float(limits.hours), [sum(t.values()) for t in takes]))
    if limits.cost_gbp is not None and is_limit("cost_gbp", limits.cost_gbp, arguments):
        found.append((MONEY, float(limits.cost_gbp), cost.tolist()))
    arguments.value("launches", limits.launches, Count | None)
    if any(x > _MOST for _, _, taken in found for x in taken):
        arguments.fault("plan", f"a step takes more than {_MOST:,.0f} hours or pounds")
    return found


def _weeks(
    plan: ActionPlan | StepCatalogue, calendar: SchoolYear | None, arguments: Arguments
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the labels of the half-terms and the week in which each opens."""
    if calendar is None:
        return _LABELS, tuple(sum(_USUAL[:i]) for i in range(len(_USUAL) + 1))
    starts = plan.starts if isinstance(plan, ActionPlan) else None
    weeks = [w for w in calendar.staff_weeks if starts is None or w.end >= starts]
    if not weeks:
        message = f"{calendar.name} ends on {calendar.end}, before the plan starts {starts}"
        arguments.fault("calendar", message)
        return ("",), (0, 0)
    named = [w.half_term for w in weeks]
    labels = tuple(dict.fromkeys(named))
    return labels, (*(named.index(label) for label in labels), len(weeks))
