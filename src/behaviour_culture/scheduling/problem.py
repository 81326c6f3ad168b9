"""The scheduling problem in whole numbers: weeks, allowed starts, minutes of each role.

Everything is scaled once, here, so that the search adds and compares integers only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import NamedTuple

from behaviour_culture.errors import Fault, InvalidInputError, suggest
from behaviour_culture.model.calendar import SchoolWeek, SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import ActionStep, StartRule
from behaviour_culture.planning.graph import StepGraph
from behaviour_culture.planning.plan import ActionPlan

__all__ = ["UNITS", "Problem", "build_problem"]

UNITS = 1_000_000
"""Units an hour: fine enough that a third of an hour taken three times is an hour."""
_BITS = 48
"""Bits a role: 60 hours have 26, and no sum of demands can reach the guard bit."""


class Problem(NamedTuple):
    """A plan over teaching weeks; steps are numbered in an order that respects prerequisites."""

    steps: tuple[ActionStep, ...]
    weeks: tuple[SchoolWeek, ...]
    roles: tuple[str, ...]
    duration: tuple[int, ...]
    before: tuple[tuple[tuple[int, int], ...], ...]
    """For each step (step that comes first, lag in weeks)."""
    after: tuple[tuple[tuple[int, int], ...], ...]
    demand: tuple[tuple[tuple[int, int], ...], ...]
    """For each step (role, units a week), where more than 0."""
    capacity: tuple[tuple[int, ...], ...]
    """For each role, the units in each week."""
    packed_demand: tuple[int, ...]
    """For each step, its units a week with all roles side by side in one integer."""
    packed_capacity: tuple[int, ...]
    """For each week, all roles likewise, each with its guard bit set."""
    guard: int
    """The bit above each role's units: it is borrowed where a role runs out."""
    allowed: tuple[tuple[bool, ...], ...]
    """For each step, whether it may start in each week."""
    pins: tuple[int | None, ...]

    def fits(self, room: int, step: int) -> bool:
        """Say whether every role has enough left in a week: one subtraction for all roles."""
        guard = self.guard
        return (room - self.packed_demand[step]) & guard == guard

    @property
    def horizon(self) -> int:
        """Number of teaching weeks."""
        return len(self.weeks)


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
        found = [i for i, w in enumerate(weeks) if w.start <= day <= w.end]
        if not found:
            faults.append(Fault(f"pins[{key!r}]", f"{day} is in no teaching week of the plan"))
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
    role_place = {role: i for i, role in enumerate(roles)}
    before = tuple(
        tuple((place[p.step], p.lag_weeks) for p in graph.prerequisites(key)) for key in order
    )
    after: list[list[tuple[int, int]]] = [[] for _ in steps]
    for i, pairs in enumerate(before):
        for j, lag in pairs:
            after[j].append((i, lag))
    opening = tuple(w.opens_half_term for w in weeks)
    anywhere = (True,) * len(weeks)
    demand = tuple(
        tuple(
            # Demand rounds up and capacity down: what fits in units fits in hours.
            (role_place[role], ceil(hours * UNITS - 0.5))
            for role, hours in sorted(s.hours_per_week.items())
            if hours > 0
        )
        for s in steps
    )
    units = tuple(
        tuple(floor(capacity.hours(role, w.start) * UNITS + 0.5) for w in weeks) for role in roles
    )
    guard = sum(1 << (_BITS * r + _BITS - 1) for r in range(len(roles)))
    return Problem(
        steps=steps,
        weeks=weeks,
        roles=roles,
        duration=tuple(s.weeks.likely for s in steps),
        before=before,
        after=tuple(tuple(pairs) for pairs in after),
        demand=demand,
        capacity=units,
        packed_demand=tuple(sum(need << (_BITS * r) for r, need in pairs) for pairs in demand),
        packed_capacity=tuple(
            guard + sum(row[w] << (_BITS * r) for r, row in enumerate(units))
            for w in range(len(weeks))
        ),
        guard=guard,
        allowed=tuple(
            opening if s.starts is StartRule.HALF_TERM_START else anywhere for s in steps
        ),
        pins=tuple(pinned.get(key) for key in order),
    )
