"""Who carries out a step, over how many weeks, with which hours: people in whole units.

Hours bend. The work of a step, which is its likely weeks times its hours a week, can be spread
over more weeks at fewer hours, and moved from its lead to another role or shared with it. Each
such way is a mode of the step. What is kept going after a step takes hours from its end on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, gcd
from typing import NamedTuple

from behaviour_culture.model.calendar import SchoolWeek
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import ActionStep
from behaviour_culture.scheduling.project import Demand

__all__ = ["Pot", "Staffing", "Way", "staff_steps"]

_SCALES = (4, 60, 3600, 1_000_000)
"""Units an hour that are tried in turn: quarters, minutes, seconds, millionths."""
_MOST_HOURS = 1_000_000.0
"""More hours than any week has; larger demands are cut to this and stay impossible."""
_EXACT = 1e-9
_FINE = 60
"""Least units an hour where work is spread: it is rounded up to a minute a week at most."""
_MOST_LENGTHS = 8
"""Durations of one step that are tried (judgement): more make the search slow, not better."""


class Pot(NamedTuple):
    """Hours of a role: to set things up, or those set aside to keep them going."""

    role: str
    running: bool = False


class Way(NamedTuple):
    """A way to staff a step: who leads it, for how many weeks, with which hours a week.

    Hours are those of all holders of a role together.
    """

    lead: str
    weeks: int
    hours: Mapping[str, float]


class Staffing(NamedTuple):
    """All steps and people in whole units."""

    roles: tuple[Pot, ...]
    people: tuple[int, ...]
    scale: tuple[float, ...]
    capacity: tuple[tuple[int, ...], ...]
    beyond: tuple[int, ...]
    ways: tuple[tuple[Way, ...], ...]
    modes: tuple[tuple[Demand, ...], ...]
    running: tuple[tuple[Demand, ...], ...]


def staff_steps(
    steps: Sequence[ActionStep],
    weeks: Sequence[SchoolWeek],
    capacity: Capacity,
    *,
    more_hours: bool = False,
) -> Staffing:
    """Return the pots of hours, what they hold by week, and what each step takes of them.

    The work of a step is spread over more weeks at fewer hours where the calendar and `most_weeks`
    let it. Ways that ask more than a role ever has are left out, unless it may be given
    ``more_hours``; units are then quarters of an hour of a person, or parts of them.
    """
    options = [
        [way for way in s.ways_to_staff(capacity.people) if all(map(capacity.has, way[1]))]
        for s in steps
    ]
    kept = [_kept_going(s, capacity) for s in steps]
    pots = {Pot(role) for some in options for _, mine in some for role in mine}
    roles = tuple(sorted(pots.union(*kept)))
    place = {pot: i for i, pot in enumerate(roles)}
    spread = any(s.most_weeks > s.weeks.likely for s in steps)
    people = tuple(capacity.people(pot.role) for pot in roles)
    hours, usual, scale = [], [], list[int]()
    for pot, many in zip(roles, people, strict=True):
        row = [_hours(pot, capacity, week) * many for week in weeks]
        hours.append(row)
        usual.append(_usual(pot, capacity) * many)
        given = [
            mine.get(pot.role, 0.0) / s.weeks.likely
            for s, some in zip(steps, options, strict=True)
            for _, mine in some
            if not pot.running
        ]
        going = [some[pot] for some in kept if pot in some]
        fine = _FINE if spread and not pot.running else _SCALES[0]
        scale.append(_units_an_hour([*given, *going, *row, usual[-1]], fine))

    def demand(asked: Mapping[Pot, float]) -> Demand:
        """Return hours in units, rounded up: nobody is promised more time than there is."""
        amounts = ((place[pot], min(h, _MOST_HOURS) - _EXACT) for pot, h in asked.items())
        return tuple(sorted((i, ceil(h * scale[i])) for i, h in amounts if h > 0))

    most = {
        pot.role: _MOST_HOURS if more_hours else max(row)
        for pot, row in zip(roles, hours, strict=True)
        if not pot.running
    }
    ways = tuple(_spread(s, some, most, len(weeks)) for s, some in zip(steps, options, strict=True))
    floor = [
        tuple(int((h + _EXACT) * n) for h in (*row, more))
        for row, more, n in zip(hours, usual, scale, strict=True)
    ]
    staffing = Staffing(
        roles=roles,
        people=people,
        scale=tuple(float(n * many) for n, many in zip(scale, people, strict=True)),
        capacity=tuple(row[:-1] for row in floor),
        beyond=tuple(row[-1] for row in floor) if any(kept) else (),
        ways=ways,
        modes=tuple(
            tuple(demand({Pot(r): h for r, h in way.hours.items()}) for way in some)
            for some in ways
        ),
        running=tuple((demand(going),) * len(some) for going, some in zip(kept, ways, strict=True)),
    )
    return staffing if more_hours else _reduced(staffing)


def _reduced(staffing: Staffing) -> Staffing:
    """Return the same with as few units of each role as express all amounts."""
    common = []
    for r, row in enumerate(staffing.capacity):
        demands = (d for some in (*staffing.modes, *staffing.running) for d in some)
        asked = [u for d in demands for role, u in d if role == r]
        common.append(gcd(*row, *asked, *staffing.beyond[r : r + 1]) or 1)

    def less(rows: tuple[tuple[Demand, ...], ...]) -> tuple[tuple[Demand, ...], ...]:
        return tuple(tuple(tuple((r, u // common[r]) for r, u in d) for d in some) for some in rows)

    return staffing._replace(
        scale=tuple(n / k for n, k in zip(staffing.scale, common, strict=True)),
        capacity=tuple(
            tuple(u // k for u in row) for row, k in zip(staffing.capacity, common, strict=True)
        ),
        beyond=tuple(u // k for u, k in zip(staffing.beyond, common, strict=False)),
        modes=less(staffing.modes),
        running=less(staffing.running),
    )


def _kept_going(step: ActionStep, capacity: Capacity) -> dict[Pot, float]:
    """Return the hours a week that all holders of a role give once a step is done."""
    found = {}
    for name, hours in step.running_hours.items():
        if hours > 0:
            role = capacity.role(name)
            found[Pot(name, role.running_hours_per_week is not None)] = hours * role.people
    return found


def _usual(pot: Pot, capacity: Capacity) -> float:
    """Return the hours that each person has in a week without changes."""
    role = capacity.role(pot.role)
    return role.hours_to_keep_going if pot.running else role.hours_per_week


def _hours(pot: Pot, capacity: Capacity, week: SchoolWeek) -> float:
    """Return the hours that each person has in a week."""
    return _usual(pot, capacity) if pot.running else capacity.hours(pot.role, week.start)


def _spread(
    step: ActionStep,
    options: Sequence[tuple[str, Mapping[str, float]]],
    most: Mapping[str, float],
    count: int,
) -> tuple[Way, ...]:
    """Return a step at its likely weeks, and at more weeks with fewer hours a week.

    A way that asks more of a role than it has in any week is left out where another does not.
    """
    likely = step.weeks.likely
    lengths = range(likely, max(likely, min(step.most_weeks, count)) + 1)
    ways = [
        [Way(lead, n, {r: hours / n for r, hours in work.items()}) for n in lengths]
        for lead, work in options
    ]
    able = [
        _few([w for w in some if all(h <= most[r] + _EXACT for r, h in w.hours.items())])
        for some in ways
    ]
    return tuple(w for some in able for w in some) or (ways[0][0],)


def _few(ways: Sequence[Way]) -> list[Way]:
    """Return the shortest way and a few longer ones up to the longest."""
    last = len(ways) - 1
    if last < _MOST_LENGTHS:
        return list(ways)
    return [ways[round(i * last / (_MOST_LENGTHS - 1))] for i in range(_MOST_LENGTHS)]


def _units_an_hour(hours: Sequence[float], least: int) -> int:
    """Return units an hour, at least so many, as few as express all hours exactly."""
    scales = [scale for scale in _SCALES if scale >= least]
    for scale in scales:
        if all(abs(round(h * scale) - h * scale) <= _EXACT * scale for h in hours):
            return scale
    return scales[-1]
