"""When wishes cannot all be met: a smallest set of facts that contradict each other.

A deletion filter leaves out each fact in turn. Where the others still cannot be met, the fact
was not needed and stays out. The facts that remain are a conflict: without any one of them
the others can be met.
After Junker, U. (2004), "QUICKXPLAIN: preferred explanations and relaxations for
over-constrained problems", *AAAI*, section on deletion-based filtering.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from typing import Annotated, NamedTuple, TypeVar

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of, day_words
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check, TupleOf, Value, require_types
from behaviour_culture.fields import Slug, Some, Text
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.exact import can_all_be_placed
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import Problem, allowed_weeks, build_problem
from behaviour_culture.scheduling.project import Project
from behaviour_culture.scheduling.reason import RULES
from behaviour_culture.scheduling.search import search
from behaviour_culture.typing import Progress, Stop

__all__ = ["Conflict", "Fact", "FactKind", "find_conflict"]

T = TypeVar("T")

_STAGE = "finding the conflict"
_BUDGET = 300
"""Schedules that the heuristic tries before it counts a set of facts as impossible."""


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

    ``proven`` is true where the exact engine proved it. Without that engine (extra ``exact``)
    the heuristic found no way, which proves nothing.
    """

    facts: Annotated[Entries[Fact], Some()] = field(converter=TupleOf[Fact])
    proven: bool

    def _label(self) -> str:
        return f"{len(self.facts)} facts"

    def _lines(self) -> list[str]:
        how = "cannot all hold" if self.proven else "do not seem to fit together"
        head = (
            "This alone is in the way"
            if len(self.facts) == 1
            else f"These {len(self.facts)} facts {how}"
        )
        return [f"{head}:", *(f"  {f.text}" for f in self.facts)]


class _Candidate(NamedTuple):
    fact: Fact
    drop: Callable[[Problem], Problem]
    """Given a problem, returns it without the fact."""


def find_conflict(  # noqa: PLR0913  (what a schedule is made of)
    plan: ActionPlan,
    *,
    calendar: Years,
    capacity: Capacity,
    pins: Mapping[str, dt.date] | None = None,
    deadlines: Mapping[str, dt.date] | None = None,
    launch_limit: int | None = None,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Conflict | None:
    """Find a smallest set of facts that keeps pinned and dated steps from being scheduled.

    Parameters
    ----------
    plan, calendar, capacity
        As for `schedule_plan`.
    pins, deadlines : mapping of str to date, optional
        The wishes, beside the deadlines of the plan (`ActionPlan.not_after`). Only the steps that
        they name and their prerequisites are looked at.
    launch_limit : int, optional
        Steps of the phase ``launch`` that may begin in one half-term.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with ("finding the conflict", facts looked at, facts).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    Conflict or None
        None where all of these steps fit.

    Raises
    ------
    InvalidInputError
        As `schedule_plan`.
    StoppedError
        The search was stopped.
    """
    require_types("find_conflict", plan=(plan, ActionPlan), capacity=(capacity, Capacity))
    seed = as_seed(seed)
    check = Check("find_conflict")
    watch = check.watch(progress, stop)
    check.whole("seed", seed, 0)
    year = take_years(calendar, check, starts=plan.starts)
    check.done()
    assert year is not None  # noqa: S101  (or there were faults)
    options = ScheduleOptions(pins=pins or {}, deadlines=deadlines or {}, launch_limit=launch_limit)
    build_problem(plan, year, capacity, options)  # for its faults: of the whole plan
    dated, graph = {*options.pins, *options.deadlines, *plan.not_after}, plan.graph
    wanted = dated.union(*map(graph.ancestors, dated))
    if not wanted:
        return None
    part = evolve(
        plan,
        steps=[s for s in plan.steps if s.id in wanted],
        inclusions=[i for i in plan.inclusions if i.step in wanted],
        progress=(),
        people={},
        not_before={key: day for key, day in plan.not_before.items() if key in wanted},
        not_after=plan.not_after,  # all of these steps are wanted
    )
    problem = build_problem(part, year, capacity, options)
    exact = find_spec("ortools") is not None

    def can_be_met(some: Problem) -> bool:
        project = _project_of(some)
        quiet = Watch(stop=stop)
        found = search(project, budget=_BUDGET, time_limit=None, seed=seed, watch=quiet)
        if None not in found.starts:
            return True
        met = exact and can_all_be_placed(project, found, seed=seed, watch=quiet)
        watch.check(_STAGE)  # where it is stopped, nothing was found out
        return met

    if can_be_met(problem):
        return None
    kept: list[Fact] = []
    candidates = _candidates(problem)
    for fact, drop in watch.over(_STAGE, candidates, len(candidates)):
        without = drop(problem)
        if can_be_met(without):
            kept.append(fact)
        else:
            problem = without
    return Conflict(facts=kept, proven=exact)


def _project_of(problem: Problem) -> Project:
    """Return the project in which steps start as the remaining wishes let them."""
    project = problem.project
    wishes = zip(problem.opening, problem.pins, problem.moved, strict=True)
    allowed = [allowed_weeks(*wish, project.horizon) for wish in wishes]
    due = tuple(None if last is None else last + 1 for last in problem.deadlines)
    return evolve(project, allowed=tuple(allowed), due=due)


def _put(values: Sequence[T], place: int, value: T) -> tuple[T, ...]:
    """Return a tuple with another value in one place."""
    return (*values[:place], value, *values[place + 1 :])


def _candidates(problem: Problem) -> list[_Candidate]:
    """List the facts; those that a school can least easily change come last and are kept least."""
    project = problem.project
    found = [
        _prerequisite(problem, before, step, lag)
        for step, pairs in enumerate(project.before)
        for before, lag in pairs
    ]
    demands = (*project.modes, *project.running)
    asked = {r for modes in demands for demand in modes for r, _ in demand}
    found += [_role(problem, role) for role in sorted(asked)]
    for step in range(len(problem.steps)):
        found += _dates(problem, step)
    if any(project.launches):
        limit = project.launch_limit
        text = f"at most {limit} launch{'' if limit == 1 else 'es'} may begin in one half-term"
        found.append(
            _Candidate(
                Fact(kind=FactKind.LAUNCH_LIMIT, text=text),
                lambda p: p._replace(project=evolve(p.project, launches=())),
            )
        )
    return [*found, _calendar(problem)]


def _prerequisite(problem: Problem, before: int, step: int, lag: int) -> _Candidate:
    first, second = problem.steps[before], problem.steps[step]
    wait = f", with {count_of(lag, 'week')} in between" if lag else ""
    text = (
        f"'{first.title}' ({count_of(first.weeks.likely, 'week')}) must end before "
        f"'{second.title}' begins{wait}"
    )

    def drop(some: Problem) -> Problem:
        project = some.project
        waits = tuple(pair for pair in project.before[step] if pair[0] != before)
        return some._replace(project=evolve(project, before=_put(project.before, step, waits)))

    return _Candidate(Fact(kind=FactKind.PREREQUISITE, text=text, step=second.id), drop)


def _role(problem: Problem, role: int) -> _Candidate:
    project, (name, running), last = problem.project, problem.roles[role], _last_week(problem)
    most = problem.hours(role, max(project.capacity[role][: last + 1]))
    later = "" if running else " to keep it going"
    needs = [
        f"'{step.title}' {problem.hours(role, units):g}{going}"
        for step, modes, kept in zip(problem.steps, project.modes, project.running, strict=True)
        for demand, going in ((modes[0], ""), (kept[0], later))
        for r, units in demand
        if r == role
    ]
    rest = len(needs) - 3
    more = f" and {count_of(rest, 'other')}" if rest > 0 else ""
    asked = f"; needed: {', '.join(needs[:3])}{more}" if needs else ""
    day = f"{day_words(problem.weeks[last].end)}"
    going = " to keep things going" if running else ""
    text = f"{name} has {most:g} hours a week at most{going} until {day}{asked}"

    def drop(some: Problem) -> Problem:
        project = some.project
        demands = (*project.modes, *project.running)
        plenty = sum(u for modes in demands for d in modes for r, u in d if r == role)
        row = tuple(max(units, plenty) for units in project.capacity[role])
        beyond = project.beyond and _put(project.beyond, role, plenty)
        capacity = _put(project.capacity, role, row)
        return some._replace(project=evolve(project, capacity=capacity, beyond=beyond))

    return _Candidate(Fact(kind=FactKind.ROLE, text=text, role=name), drop)


def _last_week(problem: Problem) -> int:
    """Return the last week that a pin or a deadline lets any of the steps reach."""
    ends = [0]
    for pin, due, length in zip(
        problem.pins, problem.deadlines, problem.project.duration, strict=True
    ):
        if due is not None:
            ends.append(due)
        elif pin is not None:
            ends.append(pin + length - 1)
    return min(max(ends), len(problem.weeks) - 1)


def _dates(problem: Problem, step: int) -> list[_Candidate]:
    entry, weeks = problem.steps[step], problem.weeks
    pin, due = problem.pins[step], problem.deadlines[step]
    found = []

    def free_start(some: Problem) -> Problem:
        return some._replace(
            pins=_put(some.pins, step, None), opening=_put(some.opening, step, None)
        )

    if pin is not None:
        text = f"'{entry.title}' has to start in the week of {day_words(weeks[pin].start)}"
        found.append(_Candidate(Fact(kind=FactKind.PIN, text=text, step=entry.id), free_start))
    elif problem.opening[step] is not None:
        text = f"'{entry.title}' {RULES[entry.starts]}"
        fact = Fact(kind=FactKind.START_RULE, text=text, step=entry.id)
        found.append(_Candidate(fact, free_start))
    if due is not None:
        day = problem.due_days[step]
        text = f"'{entry.title}' ({count_of(entry.weeks.likely, 'week')}) has to end by "
        text += day_words(day) if due >= 0 and day else "a day before the first week ends"
        found.append(
            _Candidate(
                Fact(kind=FactKind.DEADLINE, text=text, step=entry.id),
                lambda p: p._replace(deadlines=_put(p.deadlines, step, None)),
            )
        )
    return found


def _calendar(problem: Problem) -> _Candidate:
    steps = sorted(problem.steps, key=lambda s: (-s.weeks.likely, s.id))
    takes = ", ".join(f"'{s.title}' {s.weeks.likely}" for s in steps[:3])
    text = (
        f"the calendar ends on {day_words(problem.weeks[-1].end)}, after "
        f"{count_of(len(problem.weeks), 'week')}; needed: {takes}"
    )

    def drop(some: Problem) -> Problem:
        project = some.project
        more = sum(project.duration) + sum(lag for pairs in project.before for _, lag in pairs)
        return some._replace(
            project=evolve(
                project,
                horizon=project.horizon + more,
                capacity=tuple(row + (max(row),) * more for row in project.capacity),
                group=(*project.group, *(max(project.group) + 1 + i for i in range(more))),
            )
        )

    return _Candidate(Fact(kind=FactKind.CALENDAR, text=text), drop)
