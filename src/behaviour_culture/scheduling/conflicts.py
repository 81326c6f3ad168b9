"""When wishes cannot all be met: a smallest set of facts that stand against each other.

A deletion filter: each fact is left out in turn; where the rest still cannot be met it was
not needed and stays out. What is left is a conflict from which nothing can be taken away.
After Junker, U. (2004), "QUICKXPLAIN: preferred explanations and relaxations for
over-constrained problems", *AAAI*, section on deletion-based filtering.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from typing import Annotated, NamedTuple

from attrs import field, frozen

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.checks import Value, as_tuple, whole_faults
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.fields import Slug, Some, Text
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.exact import can_all_be_placed
from behaviour_culture.scheduling.explain import RULES
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
    LAUNCH_LIMIT = "launch-limit"
    CALENDAR = "calendar"


@frozen(kw_only=True, repr=False)
class Fact(Value):
    """One fact of a conflict, in words."""

    kind: FactKind
    text: Text
    step: Slug | None = None
    role: Slug | None = None

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class Conflict(Value):
    """Facts that cannot all hold; without any one of them the others can.

    ``proven`` is true where the exact engine showed it; without that engine (extra
    ``exact``) it says only that the heuristic found no way.
    """

    facts: Annotated[tuple[Fact, ...], Some()] = field(converter=as_tuple)
    proven: bool

    def _label(self) -> str:
        return f"{len(self.facts)} facts"

    def _lines(self) -> list[str]:
        how = "cannot all hold" if self.proven else "seem not to fit together"
        head = (
            "This alone stands in the way"
            if len(self.facts) == 1
            else f"These {len(self.facts)} facts {how}"
        )
        return [f"{head}:", *(f"  {f.text}" for f in self.facts)]


class _Key(NamedTuple):
    """Which fact: a kind, and the numbers of the steps or the role that it is about."""

    kind: FactKind
    number: int = 0
    before: int = -1


class _Candidate(NamedTuple):
    fact: Fact
    key: _Key


def find_conflict(  # noqa: PLR0913  (what a schedule is made of)
    plan: ActionPlan,
    *,
    calendar: SchoolYear,
    capacity: Capacity,
    pins: Mapping[str, dt.date] | None = None,
    deadlines: Mapping[str, dt.date] | None = None,
    launch_limit: int | None = None,
    seed: Seed = 0,
) -> Conflict | None:
    """Find a smallest set of facts that keeps pinned and dated steps from being scheduled.

    Parameters
    ----------
    plan, calendar, capacity
        As for `schedule_plan`.
    pins, deadlines : mapping of str to date, optional
        The wishes; only the steps that they name, and what those need first, are looked at.
    launch_limit : int, optional
        Steps of the phase ``launch`` that may begin in one half-term.
    seed : int, SeedSequence or Generator

    Returns
    -------
    Conflict or None
        None where all of these steps fit.

    Raises
    ------
    InvalidInputError
        As `schedule_plan`.
    """
    seed = as_seed(seed)
    if faults := whole_faults("seed", seed, 0):
        raise InvalidInputError("find_conflict", faults)
    options = ScheduleOptions(pins=pins or {}, deadlines=deadlines or {}, launch_limit=launch_limit)
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
    kept: list[_Candidate] = []
    dropped: set[_Key] = set()
    for candidate in _candidates(problem, project, wanted):
        if can_be_met(_relaxed(problem, project, wanted, dropped | {candidate.key})):
            kept.append(candidate)
        else:
            dropped.add(candidate.key)
    return Conflict(facts=[c.fact for c in kept], proven=exact)


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
            _Candidate(
                _prerequisite(problem, wanted[before], step, lag),
                _Key(FactKind.PREREQUISITE, i, before),
            )
            for before, lag in project.before[i]
        ]
    for role in range(len(project.capacity)):
        if any(r == role for modes in project.modes for demand in modes for r, _ in demand):
            fact = _role(problem, project, wanted, role)
            found.append(_Candidate(fact, _Key(FactKind.ROLE, role)))
    for i, step in enumerate(wanted):
        found += [_Candidate(fact, _Key(fact.kind, i)) for fact in _dates(problem, step)]
    if any(project.launches):
        limit = project.launch_limit
        text = f"at most {limit} launch{'' if limit == 1 else 'es'} may begin in one half-term"
        fact = Fact(kind=FactKind.LAUNCH_LIMIT, text=text)
        found.append(_Candidate(fact, _Key(FactKind.LAUNCH_LIMIT)))
    return [*found, _Candidate(_calendar(problem, wanted), _Key(FactKind.CALENDAR))]


def _calendar(problem: Problem, wanted: Sequence[int]) -> Fact:
    steps = sorted((problem.steps[i] for i in wanted), key=lambda s: (-s.weeks.likely, s.id))
    takes = ", ".join(f"'{s.title}' {s.weeks.likely}" for s in steps[:3])
    text = (
        f"the calendar ends on {problem.weeks[-1].end:%d %B %Y}, after "
        f"{_weeks(len(problem.weeks))}; asked are {takes}"
    )
    return Fact(kind=FactKind.CALENDAR, text=text)


def _prerequisite(problem: Problem, earlier: int, later: int, lag: int) -> Fact:
    first, second = problem.steps[earlier], problem.steps[later]
    wait = f", with {_weeks(lag)} in between" if lag else ""
    text = (
        f"'{first.title}' ({_weeks(first.weeks.likely)}) must end before '{second.title}' "
        f"begins{wait}"
    )
    return Fact(kind=FactKind.PREREQUISITE, text=text, step=second.id)


def _role(problem: Problem, project: Project, wanted: Sequence[int], role: int) -> Fact:
    name, last = problem.roles[role], _last_week(problem, wanted)
    most = problem.hours(role, max(project.capacity[role][: last + 1]))
    needs = [
        f"'{problem.steps[wanted[i]].title}' {problem.hours(role, units):g}"
        for i, modes in enumerate(project.modes)
        for r, units in modes[0]
        if r == role
    ]
    more = f" and {len(needs) - 3} others" if len(needs) > 3 else ""  # noqa: PLR2004
    asked = f"; asked are {', '.join(needs[:3])}{more}" if needs else ""
    day = f"{problem.weeks[last].end:%d %B %Y}"
    text = f"{name} has {most:g} hours a week at most until {day}{asked}"
    return Fact(kind=FactKind.ROLE, text=text, role=name)


def _last_week(problem: Problem, wanted: Sequence[int]) -> int:
    """Return the last week that a pin or a deadline lets any of the steps reach."""
    ends = []
    for step in wanted:
        pin, due = problem.pins[step], problem.deadlines[step]
        if due is not None:
            ends.append(due)
        elif pin is not None:
            ends.append(pin + problem.project.duration[step] - 1)
    return min(max(0, *ends), len(problem.weeks) - 1)


def _dates(problem: Problem, step: int) -> list[Fact]:
    entry, weeks = problem.steps[step], problem.weeks
    pin, due = problem.pins[step], problem.deadlines[step]
    found = []
    if pin is not None:
        text = f"'{entry.title}' has to start in the week of {weeks[pin].start:%d %B %Y}"
        found.append(Fact(kind=FactKind.PIN, text=text, step=entry.id))
    elif problem.opening[step] is not None:
        text = f"'{entry.title}' {RULES[entry.starts]}"
        found.append(Fact(kind=FactKind.START_RULE, text=text, step=entry.id))
    if due is not None:
        last = f"{weeks[due].end:%d %B %Y}" if due >= 0 else "a day before the first week ends"
        text = f"'{entry.title}' ({_weeks(entry.weeks.likely)}) has to end by {last}"
        found.append(Fact(kind=FactKind.DEADLINE, text=text, step=entry.id))
    return found


def _weeks(number: int) -> str:
    return f"{number} week{'' if number == 1 else 's'}"


def _relaxed(
    problem: Problem, project: Project, wanted: Sequence[int], dropped: Collection[_Key]
) -> Project:
    """Return the project without some of the facts."""
    more = 0
    if _Key(FactKind.CALENDAR) in dropped:
        more = sum(project.duration) + sum(lag for pairs in project.before for _, lag in pairs)
    horizon = project.horizon + more
    capacity = [row + (max(row),) * more for row in project.capacity]
    for role, row in enumerate(capacity):
        if _Key(FactKind.ROLE, role) in dropped:
            plenty = sum(u for modes in project.modes for d in modes for r, u in d if r == role)
            capacity[role] = tuple(max(units, plenty) for units in row)

    def holds(later: int, before: int) -> bool:
        return _Key(FactKind.PREREQUISITE, later, before) not in dropped

    return project._replace(
        before=tuple(
            tuple(p for p in pairs if holds(i, p[0])) for i, pairs in enumerate(project.before)
        ),
        after=tuple(
            tuple(p for p in pairs if holds(p[0], i)) for i, pairs in enumerate(project.after)
        ),
        capacity=tuple(capacity),
        launches=() if _Key(FactKind.LAUNCH_LIMIT) in dropped else project.launches,
        allowed=tuple(
            _allowed(problem, step, i, horizon, dropped) for i, step in enumerate(wanted)
        ),
        horizon=horizon,
        group=project.group + tuple(max(project.group) + 1 + i for i in range(more)),
    )


def _allowed(
    problem: Problem, step: int, place: int, horizon: int, dropped: Collection[_Key]
) -> tuple[bool, ...] | None:
    """Return where a step may begin: by its pin or else its rule, and by its deadline.

    Beyond the calendar a start rule says nothing, and every week is a possible start.
    """

    def holds(kind: FactKind) -> bool:
        return _Key(kind, place) not in dropped

    pin, due, rule = problem.pins[step], problem.deadlines[step], problem.opening[step]
    weeks: list[bool] | None = None
    if pin is not None:
        if holds(FactKind.PIN):
            weeks = [w == pin for w in range(horizon)]
    elif rule is not None and holds(FactKind.START_RULE):
        weeks = [w >= len(rule) or rule[w] for w in range(horizon)]
    if due is not None and holds(FactKind.DEADLINE):
        length = problem.project.duration[step]
        weeks = [fine and w + length <= due + 1 for w, fine in enumerate(weeks or [True] * horizon)]
    return None if weeks is None else tuple(weeks)
