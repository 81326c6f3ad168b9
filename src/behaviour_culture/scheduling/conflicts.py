"""When wishes cannot all be met: a smallest set of facts that stand against each other.

A deletion filter: each fact is left out in turn; where the rest still cannot be met it was
not needed and stays out. What is left is a conflict from which nothing can be taken away.
After Junker, U. (2004), "QUICKXPLAIN: preferred explanations and relaxations for
over-constrained problems", *AAAI*, section on deletion-based filtering.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from typing import NamedTuple

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.model._check import Check, as_tuple
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.exact import can_all_be_placed
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import Problem, build_problem
from behaviour_culture.scheduling.project import Project
from behaviour_culture.scheduling.search import search

__all__ = ["Conflict", "Fact", "FactKind", "find_conflict"]

_BUDGET = 300
"""Schedules that the heuristic tries before a set of facts counts as one that cannot be met."""


class FactKind(StrEnum):
    """What a fact is about."""

    PIN = "pin"
    DEADLINE = "deadline"
    PREREQUISITE = "prerequisite"
    ROLE = "role"
    START_RULE = "start-rule"
    CALENDAR = "calendar"


@frozen(kw_only=True, repr=False)
class Fact(Displayed):
    """One fact of a conflict, in words."""

    kind: FactKind
    text: str
    step: str | None = None
    role: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.instance("kind", FactKind)
        check.text("text")
        check.optional_slug("step", "role")
        check.done()

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class Conflict(Displayed):
    """Facts that cannot all hold; without any one of them the others can.

    ``proven`` is true where the exact engine showed it; without that engine (extra
    ``exact``) it says only that the heuristic found no way.
    """

    facts: tuple[Fact, ...] = field(converter=as_tuple)
    proven: bool

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.each("facts", Fact, some=True)
        check.flag("proven")
        check.done()

    def _label(self) -> str:
        return f"{len(self.facts)} facts"

    def _lines(self) -> list[str]:
        how = "cannot all hold" if self.proven else "seem not to fit together"
        return [f"These {len(self.facts)} facts {how}:", *(f"  {f.text}" for f in self.facts)]


class _Candidate(NamedTuple):
    fact: Fact
    relax: Callable[[Project], Project]


def find_conflict(  # noqa: PLR0913  (what a schedule is made of)
    plan: ActionPlan,
    *,
    calendar: SchoolYear,
    capacity: Capacity,
    pins: Mapping[str, dt.date] | None = None,
    deadlines: Mapping[str, dt.date] | None = None,
    seed: int = 0,
) -> Conflict | None:
    """Find a smallest set of facts that keeps pinned and dated steps from being scheduled.

    Parameters
    ----------
    plan, calendar, capacity
        As for `schedule_plan`.
    pins, deadlines : mapping of str to date, optional
        The wishes; only the steps that they name, and what those need first, are looked at.
    seed : int

    Returns
    -------
    Conflict or None
        None where all of these steps fit.

    Raises
    ------
    InvalidInputError
        As `schedule_plan`.
    """
    options = ScheduleOptions(pins=pins or {}, deadlines=deadlines or {})
    problem = build_problem(plan, calendar, capacity, options)
    wanted = _needed(problem)
    if not wanted:
        return None
    project = _only(problem.project, wanted)
    exact = find_spec("ortools") is not None

    def can_be_met(relaxed: Project) -> bool:
        found = search(relaxed, budget=_BUDGET, time_limit=None, seed=seed)
        if None not in found.starts:
            return True
        return exact and can_all_be_placed(relaxed, found, seed=seed)

    if can_be_met(project):
        return None
    candidates = _candidates(problem, project, wanted)
    kept: list[_Candidate] = []
    for i, candidate in enumerate(candidates):
        relaxed = project
        for other in (candidate, *_without(candidates[:i], kept)):
            relaxed = other.relax(relaxed)
        if can_be_met(relaxed):
            kept.append(candidate)
    return Conflict(facts=[c.fact for c in kept], proven=exact)


def _without(some: Sequence[_Candidate], kept: Sequence[_Candidate]) -> list[_Candidate]:
    return [c for c in some if c not in kept]


def _needed(problem: Problem) -> list[int]:
    """Return the steps with a pin or a deadline, and all that they need first, in order."""
    wanted: set[int] = set()
    waiting = [
        i
        for i, (pin, due) in enumerate(zip(problem.pins, problem.deadlines, strict=True))
        if pin is not None or due is not None
    ]
    while waiting:
        step = waiting.pop()
        if step not in wanted:
            wanted.add(step)
            waiting += [b for b, _ in problem.project.before[step]]
    return sorted(wanted)


def _only(project: Project, steps: Sequence[int]) -> Project:
    """Return the project of some steps, renumbered."""
    place = {step: i for i, step in enumerate(steps)}

    def pairs(some: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((place[s], lag) for s, lag in some if s in place)

    return project._replace(
        duration=tuple(project.duration[s] for s in steps),
        before=tuple(pairs(project.before[s]) for s in steps),
        after=tuple(pairs(project.after[s]) for s in steps),
        modes=tuple(project.modes[s] for s in steps),
        allowed=tuple(project.allowed[s] for s in steps),
        weight=tuple(project.weight[s] for s in steps),
        launches=tuple(project.launches[s] for s in steps) if project.launches else (),
    )


def _candidates(problem: Problem, project: Project, wanted: Sequence[int]) -> list[_Candidate]:
    """List the facts, those that a school can change least easily last, to be kept less often."""
    found: list[_Candidate] = []
    for i, step in enumerate(wanted):
        found += [
            _prerequisite(problem, wanted[before], step, before, i)
            for before, _ in project.before[i]
        ]
    for role in range(len(project.capacity)):
        if any(r == role for modes in project.modes for demand in modes for r, _ in demand):
            found.append(_role(problem, project, wanted, role))
    for i, step in enumerate(wanted):
        found += _dates(problem, step, i)
    found.append(_calendar(problem))
    return found


def _prerequisite(
    problem: Problem, earlier: int, later: int, before: int, after: int
) -> _Candidate:
    first, second = problem.steps[earlier], problem.steps[later]
    link = next(p for p in second.requires if p.step == first.id)
    lag = f" by {link.lag_weeks} weeks" if link.lag_weeks else ""
    text = f"'{first.title}' ({first.weeks.likely} weeks) must end before '{second.title}'{lag}"

    def relax(project: Project) -> Project:
        return project._replace(
            before=tuple(
                tuple(p for p in pairs if not (i == after and p[0] == before))
                for i, pairs in enumerate(project.before)
            ),
            after=tuple(
                tuple(p for p in pairs if not (i == before and p[0] == after))
                for i, pairs in enumerate(project.after)
            ),
        )

    return _Candidate(Fact(kind=FactKind.PREREQUISITE, text=text, step=second.id), relax)


def _role(problem: Problem, project: Project, wanted: Sequence[int], role: int) -> _Candidate:
    name = problem.roles[role]
    most = problem.hours(role, max(project.capacity[role]))
    needs = [
        f"'{problem.steps[wanted[i]].title}' {problem.hours(role, units):g}"
        for i, modes in enumerate(project.modes)
        for r, units in modes[0]
        if r == role
    ]
    more = f" and {len(needs) - 3} others" if len(needs) > 3 else ""  # noqa: PLR2004
    text = f"{name} has {most:g} hours a week at most; asked are {', '.join(needs[:3])}{more}"

    def relax(project: Project) -> Project:
        plenty = sum(u for modes in project.modes for d in modes for r, u in d if r == role)
        rows = list(project.capacity)
        rows[role] = tuple(max(units, plenty) for units in rows[role])
        return project._replace(capacity=tuple(rows))

    return _Candidate(Fact(kind=FactKind.ROLE, text=text, role=name), relax)


def _dates(problem: Problem, step: int, place: int) -> list[_Candidate]:
    entry, weeks = problem.steps[step], problem.weeks
    pin, due, rule = problem.pins[step], problem.deadlines[step], problem.opening[step]
    length = problem.project.duration[step]
    found = []

    def setter(row: tuple[bool, ...] | None) -> Callable[[Project], Project]:
        def relax(project: Project) -> Project:
            rows = list(project.allowed)
            rows[place] = row
            return project._replace(allowed=tuple(rows))

        return relax

    def until(row: Sequence[bool]) -> tuple[bool, ...]:
        return tuple(fine and w + length <= (due or 0) + 1 for w, fine in enumerate(row))

    if pin is not None:
        day = f"{weeks[pin].start:%d %B %Y}"
        text = f"'{entry.title}' has to start in the week of {day}"
        row = None if due is None else until([True] * len(weeks))
        found.append(_Candidate(Fact(kind=FactKind.PIN, text=text, step=entry.id), setter(row)))
    elif rule is not None:
        text = f"'{entry.title}' may start only in some weeks ({entry.starts.value})"
        row = None if due is None else until([True] * len(weeks))
        fact = Fact(kind=FactKind.START_RULE, text=text, step=entry.id)
        found.append(_Candidate(fact, setter(row)))
    if due is not None:
        last = f"{weeks[due].end:%d %B %Y}" if due >= 0 else "the end of the first week"
        text = f"'{entry.title}' ({length} weeks) has to end by {last}"
        row = rule if pin is None else tuple(w == pin for w in range(len(weeks)))
        fact = Fact(kind=FactKind.DEADLINE, text=text, step=entry.id)
        found.append(_Candidate(fact, setter(row)))
    return found


def _calendar(problem: Problem) -> _Candidate:
    end = problem.weeks[-1].end

    def relax(project: Project) -> Project:
        more = sum(project.duration) + sum(lag for pairs in project.before for _, lag in pairs)
        horizon = project.horizon + more
        return project._replace(
            horizon=horizon,
            capacity=tuple(row + (max(row),) * more for row in project.capacity),
            # Beyond the calendar every week is a possible start for a step without a date.
            allowed=tuple(
                None if row is None else row + ((not _dated(problem, row)),) * more
                for row in project.allowed
            ),
            group=project.group + tuple(max(project.group) + 1 + i for i in range(more)),
        )

    text = f"the calendar ends on {end:%d %B %Y}"
    return _Candidate(Fact(kind=FactKind.CALENDAR, text=text), relax)


def _dated(problem: Problem, row: tuple[bool, ...]) -> bool:
    """Say whether a row of allowed weeks comes from a pin or a deadline, not from a start rule."""
    return not any(rule is not None and row == rule for rule in problem.opening)
