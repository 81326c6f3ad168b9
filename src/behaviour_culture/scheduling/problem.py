"""The scheduling problem in whole numbers: weeks, allowed starts, minutes of each role.

Everything is scaled once, here, so that the search adds and compares integers only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import gcd
from typing import NamedTuple

from behaviour_culture.errors import Fault, InvalidInputError, suggest
from behaviour_culture.model.calendar import SchoolWeek, SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import ActionStep, StartRule
from behaviour_culture.planning.graph import StepGraph
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.project import Project

__all__ = ["Problem", "build_problem"]

_SCALES = (4, 60, 3600, 1_000_000)
"""Units an hour that are tried in turn: quarters, minutes, seconds, millionths."""
_EXACT = 1e-9
_MOST_HOURS = 1_000_000.0
"""More hours than any week has: a larger demand is as impossible."""


class Problem(NamedTuple):
    """A plan over teaching weeks, as a `Project` with the names and dates that go with it."""

    project: Project
    steps: tuple[ActionStep, ...]
    weeks: tuple[SchoolWeek, ...]
    roles: tuple[str, ...]
    scale: tuple[float, ...]
    """For each role, units an hour."""
    pins: tuple[int | None, ...]
    """For each step, the week in which it has to start, if any."""
    opening: tuple[tuple[bool, ...] | None, ...]
    """For each step, the weeks in which its own start rule lets it begin; None for all."""

    def hours(self, role: int, units: int) -> float:
        """Return units of a role as hours."""
        return units / self.scale[role]


def build_problem(
    plan: ActionPlan,
    calendar: SchoolYear,
    capacity: Capacity,
    pins: Mapping[str, dt.date],
) -> Problem:
    """Turn a plan, a calendar and people into a `Problem`, or say all that is wrong.

    Raises
    ------
    InvalidInputError
        Steps that need roles which the school has not got, pins of unknown steps or on
        days without teaching, a calendar that ends before the plan starts.
    """
    weeks = tuple(w for w in calendar.weeks if plan.starts is None or w.end >= plan.starts)
    faults = _role_faults(plan, capacity)
    if not weeks:
        message = f"{calendar.name} ends on {calendar.end}, before the plan starts {plan.starts}"
        faults.append(Fault("calendar", message))
    ids = {s.id for s in plan.steps}
    pinned: dict[str, int] = {}
    for key, day in pins.items():
        if key not in ids:
            message = f"no step {key!r} in the plan{suggest(key, ids)}"
            faults.append(Fault(f"pins[{key!r}]", message))
            continue
        given: object = day
        if type(given) is not dt.date:
            faults.append(Fault(f"pins[{key!r}]", f"expected a date, got {given!r}"))
            continue
        teaching = calendar.is_teaching_day(day)
        found = [i for i, w in enumerate(weeks) if teaching and w.start <= day <= w.end]
        if not found:
            faults.append(Fault(f"pins[{key!r}]", f"{day} is no teaching day of the plan"))
        else:
            pinned[key] = found[0]
    if faults:
        raise InvalidInputError("schedule_plan", faults)
    graph = plan.graph
    return _number(graph, graph.order(), weeks, capacity, pinned)


def _role_faults(plan: ActionPlan, capacity: Capacity) -> list[Fault]:
    known = [r.id for r in capacity.roles]
    wanting: dict[str, list[str]] = {}
    for step in plan.steps:
        for role, hours in step.hours_per_week.items():
            if hours > 0 and not capacity.has(role):
                wanting.setdefault(role, []).append(step.id)
    return [
        Fault(
            f"capacity.roles[{role!r}]",
            f"{', '.join(steps[:4])}{' and others' if len(steps) > 4 else ''} need the role "  # noqa: PLR2004
            f"{role!r}, which the school has not got{suggest(role, known)}: add it to the "
            "capacity, or leave the steps out",
        )
        for role, steps in sorted(wanting.items())
    ]


def _number(
    graph: StepGraph,
    order: Sequence[str],
    weeks: tuple[SchoolWeek, ...],
    capacity: Capacity,
    pinned: Mapping[str, int],
) -> Problem:
    place = {key: i for i, key in enumerate(order)}
    steps = tuple(graph.steps[key] for key in order)
    roles = tuple(sorted({r for s in steps for r, h in s.hours_per_week.items() if h > 0}))
    before = tuple(
        tuple((place[p.step], p.lag_weeks) for p in graph.prerequisites(key)) for key in order
    )
    after: list[list[tuple[int, int]]] = [[] for _ in steps]
    for i, pairs in enumerate(before):
        for j, lag in pairs:
            after[j].append((i, lag))
    opening_weeks = tuple(w.opens_half_term for w in weeks)
    opening = tuple(opening_weeks if s.starts is StartRule.HALF_TERM_START else None for s in steps)
    pins = tuple(pinned.get(key) for key in order)
    demand: list[list[tuple[int, int]]] = [[] for _ in steps]
    units, scale = [], []
    for r, role in enumerate(roles):
        asked = [min(s.hours_per_week.get(role, 0.0), _MOST_HOURS) for s in steps]
        given = [capacity.hours(role, w.start) for w in weeks]
        factor, whole = _whole_units([*asked, *given])
        scale.append(factor)
        units.append(tuple(whole[len(asked) :]))
        for i, need in enumerate(whole[: len(asked)]):
            if need > 0:
                demand[i].append((r, need))
    project = Project(
        duration=tuple(s.weeks.likely for s in steps),
        before=before,
        after=tuple(tuple(pairs) for pairs in after),
        demand=tuple(tuple(pairs) for pairs in demand),
        capacity=tuple(units),
        # A pin stands above the start rule: the school has decided.
        allowed=tuple(
            rule if pin is None else tuple(w == pin for w in range(len(weeks)))
            for rule, pin in zip(opening, pins, strict=True)
        ),
        weight=(1.0,) * len(steps),
        horizon=len(weeks),
    )
    return Problem(project, steps, weeks, roles, tuple(scale), pins, opening)


def _whole_units(hours: Sequence[float]) -> tuple[float, list[int]]:
    """Return units an hour and all hours in whole units, the fewest that say them exactly."""
    for scale in _SCALES:
        whole = [round(h * scale) for h in hours]
        if all(abs(w - h * scale) <= _EXACT * scale for w, h in zip(whole, hours, strict=True)):
            break
    common = gcd(*whole) or 1
    return scale / common, [w // common for w in whole]
