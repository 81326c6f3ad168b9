"""Planning again: the past stands, and the rest moves as little as it must."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from behaviour_culture.errors import Fault, InvalidInputError, suggest
from behaviour_culture.model.calendar import SchoolWeek, SchoolYear
from behaviour_culture.model.plan import StepProgress, StepStatus
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import ActionStep, Weeks
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.changes import ScheduleComparison, compare_schedules
from behaviour_culture.scheduling.engine import (
    Answer,
    Effort,
    schedule_with,
    to_schedule,
)
from behaviour_culture.scheduling.exact import Proof
from behaviour_culture.scheduling.explain import Explainer
from behaviour_culture.scheduling.problem import Problem, build_problem
from behaviour_culture.scheduling.project import Modes, Project, Starts, lower_bound, makespan
from behaviour_culture.scheduling.result import ReasonKind, Schedule
from behaviour_culture.scheduling.robustness import read_back
from behaviour_culture.scheduling.search import search

__all__ = ["replan", "what_if"]

_BUDGET = 500
"""Schedules tried where keeping each step in its place leaves one out (judgement)."""


def replan(  # noqa: PLR0913  (a schedule, what it was made of, and what happened)
    schedule: Schedule,
    plan: ActionPlan,
    progress: Iterable[StepProgress],
    *,
    today: dt.date,
    calendar: SchoolYear,
    capacity: Capacity,
) -> ScheduleComparison:
    """Make a new schedule from what has happened, close to the old one.

    Steps that have ended, or begun, keep their actual dates; what is under way goes on
    until its likely duration has passed, and for one more week where that has passed
    already. Every other step keeps its place if it can, and otherwise begins in the first
    later week that people, calendar and prerequisites allow. Where that leaves some step
    without room, others move for it if more can then be done in the year. Stopped steps are
    left out, and what needs them with them.

    Parameters
    ----------
    schedule : Schedule
        The schedule so far.
    plan, calendar, capacity
        What it was made of; capacity may be another one from now on.
    progress : iterable of StepProgress
        Where the steps stand; a step that is not named has not begun.
    today : date
        Nothing new can begin before the week of this day.

    Returns
    -------
    ScheduleComparison
        The new schedule, and for every step what changes and why.

    Raises
    ------
    InvalidInputError
        Progress of unknown steps, or twice of one; a start in the future; a day after the
        end of the calendar.
    """
    reports = tuple(progress)
    _check(schedule, plan, reports, today, calendar)
    actual = {p.step: p for p in reports}
    problem = build_problem(plan, calendar, capacity, schedule.options)
    floor = next(i for i, w in enumerate(problem.weeks) if w.end >= today)
    old, modes = read_back(problem, schedule)
    problem, fixed, out = _freeze(problem, actual, modes, floor)
    kept = _repair(problem.project, old, modes, fixed, out, floor)
    starts, modes = _with_more(problem.project, kept, old, modes, fixed, out, floor, schedule.seed)
    placed = sum(s is not None for s in starts)
    bound = min(lower_bound(problem.project, placed)[0], makespan(problem.project, starts))
    explainer = Explainer(
        problem, starts, modes, held_back=(ReasonKind.KEPT, "keeps the place that it had")
    )
    new = to_schedule(
        plan,
        calendar,
        explainer,
        schedule.options,
        Answer(
            proof=Proof(starts, modes, explainer.makespan, bound, len(starts)),
            bound=bound,
            source="longest chain of prerequisites or hours of a role, from now on",
            engine="repair",
            tried=1,
            seed=schedule.seed,
        ),
    )
    stopped = {problem.steps[i].id: "it was stopped" for i in sorted(out) if starts[i] is None}
    new = evolve(new, unscheduled={**new.unscheduled, **stopped}, most_placed=max(placed, 0))
    return compare_schedules(schedule, new)


def _check(
    schedule: Schedule,
    plan: ActionPlan,
    progress: Sequence[StepProgress],
    today: dt.date,
    calendar: SchoolYear,
) -> None:
    faults = []
    if (schedule.plan, schedule.calendar) != (plan.id, calendar.id):
        message = f"it is for plan {schedule.plan!r} and calendar {schedule.calendar!r}"
        faults.append(Fault("schedule", message))
    if today > calendar.end:
        faults.append(Fault("today", f"{today} is after the end of the calendar {calendar.end}"))
    ids = {s.id for s in plan.steps}
    seen: set[str] = set()
    for i, entry in enumerate(progress):
        path = f"progress[{i}]"
        if entry.step not in ids and entry.step not in {m.step for m in plan.met}:
            faults.append(
                Fault(path, f"no step {entry.step!r} in the plan{suggest(entry.step, ids)}")
            )
        if entry.step in seen:
            faults.append(Fault(path, f"a second report of {entry.step!r}: keep the latest"))
        seen.add(entry.step)
        for name in ("started", "finished"):
            day = getattr(entry, name)
            if day is not None and day > today:
                faults.append(Fault(f"{path}.{name}", f"{day} is after today, {today}"))
        if entry.status is StepStatus.COMPLETE and (not entry.started or not entry.finished):
            faults.append(Fault(path, "a finished step needs the days on which it began and ended"))
    if faults:
        raise InvalidInputError("replan", faults)


def _freeze(
    problem: Problem, actual: Mapping[str, StepProgress], chosen: Modes, floor: int
) -> tuple[Problem, dict[int, int], set[int]]:
    """Fix what has begun: its weeks, and the hours that it goes on to take; note what stopped."""
    project = problem.project
    duration = list(project.duration)
    taken = [[0] * len(row) for row in project.capacity]
    fixed: dict[int, int] = {}
    out: set[int] = set()
    reports: list[StepProgress | None] = []
    for i, step in enumerate(problem.steps):
        entry = actual.get(step.id)
        reports.append(entry if entry is not None and entry.started is not None else None)
        if entry is not None and entry.status is StepStatus.STOPPED:
            out.add(i)
        if entry is None or entry.started is None or i in out:
            continue
        first = _week_of(problem.weeks, entry.started)
        if entry.finished is not None:
            end = _week_of(problem.weeks, entry.finished) + 1
        else:
            end = min(max(first + duration[i], floor + 1), project.horizon)
        fixed[i], duration[i] = first, max(1, end - first)
        for role, need in project.modes[i][chosen[i]]:
            for week in range(first, end):
                taken[role][week] += need
    frozen = project._replace(
        duration=tuple(duration),
        # What has begun takes its hours even where there are not enough.
        capacity=tuple(
            tuple(max(c, t) for c, t in zip(row, used, strict=True))
            for row, used in zip(project.capacity, taken, strict=True)
        ),
    )
    return (
        problem._replace(project=frozen, floor=floor, actual=tuple(reports)),
        fixed,
        out,
    )


def _week_of(weeks: Sequence[SchoolWeek], day: dt.date) -> int:
    """Return the week of a day; of a day in a holiday the next, after the end the last."""
    return next((i for i, w in enumerate(weeks) if w.end >= day), len(weeks) - 1)


def _repair(  # noqa: PLR0913, PLR0917
    project: Project,
    old: Starts,
    modes: Modes,
    fixed: Mapping[int, int],
    out: set[int],
    floor: int,
    urgent: frozenset[int] = frozenset(),
) -> tuple[Starts, Modes]:
    """Keep each start, or move it to the first later week that can be, in the old order.

    Urgent steps are asked first, and begin as early as they can.
    """
    starts: list[int | None] = [None] * len(old)
    chosen = list(modes)
    free = [list(row) for row in project.capacity]
    launches: dict[int, int] = {}
    for step, week in fixed.items():
        starts[step] = week
        _count_launch(project, launches, step, week)
        for role, need in project.modes[step][chosen[step]]:
            for w in range(week, week + project.duration[step]):
                free[role][w] -= need
    never = project.horizon
    wanted = [never if s is None or i in urgent else s for i, s in enumerate(old)]
    left = [i for i in range(len(old)) if i not in fixed and i not in out]
    waiting = {i: {b for b, _ in project.before[i] if b in left} for i in left}
    while waiting:
        # Of those whose prerequisites are settled, the one that was to begin first.
        step = min(
            (i for i, before in waiting.items() if not before),
            key=lambda i: (i not in urgent, wanted[i], i),
        )
        del waiting[step]
        for before in waiting.values():
            before.discard(step)
        # Its lead of before is the first to be asked again.
        others = (m for m in range(len(project.modes[step])) if m != modes[step])
        ways = [modes[step], *others]
        place = _first_place(project, step, ways, starts, wanted[step], floor, free, launches)
        if place is not None:
            starts[step], chosen[step] = place
            _count_launch(project, launches, step, place[0])
            for role, need in project.modes[step][place[1]]:
                for week in range(place[0], place[0] + project.duration[step]):
                    free[role][week] -= need
    return tuple(starts), tuple(chosen)


def _with_more(  # noqa: PLR0912, PLR0913, PLR0917
    project: Project,
    kept: tuple[Starts, Modes],
    old: Starts,
    modes: Modes,
    fixed: Mapping[int, int],
    out: set[int],
    floor: int,
    seed: int,
) -> tuple[Starts, Modes]:
    """Return the repaired schedule, or one of what is to come that places more.

    Keeping each step in its place can leave no room for one that slipped. Then those without
    a place are asked first, next with all that they need; last, a new search may move
    all that is still to come. What has begun stays in any case.
    """
    missing = {i for i, s in enumerate(kept[0]) if s is None and i not in out}
    if not missing:
        return kept
    needed, waiting = set(missing), list(missing)
    while waiting:
        for b, _ in project.before[waiting.pop()]:
            if b not in needed:
                needed.add(b)
                waiting.append(b)
    for urgent in (missing, needed):
        again = _repair(project, old, modes, fixed, out, floor, frozenset(urgent))
        if sum(s is not None for s in again[0]) > sum(s is not None for s in kept[0]):
            return again
    weeks = range(project.horizon)
    allowed: list[tuple[bool, ...] | None] = []
    for i, rule in enumerate(project.allowed):
        if i in fixed:
            allowed.append(tuple(w == fixed[i] for w in weeks))
        elif i in out:
            allowed.append((False,) * project.horizon)
        else:
            allowed.append(tuple(w >= floor and (rule is None or rule[w]) for w in weeks))
    # What has begun waits for nothing, and its people's hours are spoken for.
    free = [list(row) for row in project.capacity]
    for i, week in fixed.items():
        for role, need in project.modes[i][modes[i]]:
            for w in range(week, week + project.duration[i]):
                free[role][w] -= need
    open_project = project._replace(
        allowed=tuple(allowed),
        before=tuple(() if i in fixed else pairs for i, pairs in enumerate(project.before)),
        after=tuple(tuple(p for p in pairs if p[0] not in fixed) for pairs in project.after),
        modes=tuple(((),) if i in fixed else ways for i, ways in enumerate(project.modes)),
        capacity=tuple(tuple(row) for row in free),
    )
    found = search(open_project, budget=_BUDGET, time_limit=None, seed=seed)
    placed = sum(s is not None for s in found.starts)
    if placed <= sum(s is not None for s in kept[0]) or any(found.starts[i] is None for i in fixed):
        return kept
    chosen = tuple(modes[i] if i in fixed else m for i, m in enumerate(found.modes))
    return found.starts, chosen


def _count_launch(project: Project, launches: dict[int, int], step: int, week: int) -> None:
    if project.launches and project.launches[step]:
        group = project.group[week]
        launches[group] = launches.get(group, 0) + 1


def _first_place(  # noqa: PLR0913, PLR0917
    project: Project,
    step: int,
    ways: Sequence[int],
    starts: Sequence[int | None],
    wanted: int,
    floor: int,
    free: Sequence[Sequence[int]],
    launches: Mapping[int, int],
) -> tuple[int, int] | None:
    earliest = floor
    for before, lag in project.before[step]:
        begun = starts[before]
        if begun is None:
            return None
        earliest = max(earliest, begun + project.duration[before] + lag)
    length, allowed = project.duration[step], project.allowed[step]
    last = project.horizon - length
    # Not earlier than it was, unless it had no place: then as early as it can be.
    first = max(earliest, wanted) if wanted < project.horizon else earliest
    for week in range(first, last + 1):
        if allowed is not None and not allowed[week]:
            continue
        launch = bool(project.launches) and project.launches[step]
        if launch and launches.get(project.group[week], 0) >= project.launch_limit:
            continue
        for number in ways:
            demand, weeks = project.modes[step][number], range(week, week + length)
            if all(free[role][w] >= need for role, need in demand for w in weeks):
                return week, number
    return None


def what_if(  # noqa: PLR0913  (a schedule, what it was made of, and the change)
    schedule: Schedule,
    plan: ActionPlan,
    step_id: str,
    *,
    calendar: SchoolYear,
    capacity: Capacity,
    weeks: int | None = None,
    hours_per_week: Mapping[str, float] | None = None,
    start: dt.date | None = None,
    without: Iterable[str] = (),
    effort: Effort | None = None,
) -> ScheduleComparison:
    """Say what a change of one step would do to the whole schedule.

    Parameters
    ----------
    schedule : Schedule
    plan, calendar, capacity
        What it was made of.
    step_id : str
    weeks : int, optional
        Another duration, in whole school weeks.
    hours_per_week : mapping of str to float, optional
        Other hours, by role; the lead must be among them.
    start : date, optional
        Pin the step to the week of this day.
    without : iterable of str
        Prerequisites of the step to leave out.
    effort : Effort, optional
        How hard to search; as `schedule_plan` by default.

    Returns
    -------
    ScheduleComparison
        The schedule with the change, and for every step what moves and why.

    Raises
    ------
    UnknownNameError, InvalidInputError
        No such step or prerequisite; a change that no step can have.
    """
    step = plan.step(step_id)
    dropped = set(without)
    known = {p.step for p in step.requires}
    faults = [
        Fault("without", f"{key!r} is no prerequisite of {step_id!r}{suggest(key, known)}")
        for key in sorted(dropped - known)
    ]
    if faults:
        raise InvalidInputError("what_if", faults)
    changed = _changed(step, weeks, hours_per_week, dropped)
    others = [changed if s.id == step_id else s for s in plan.steps]
    options = schedule.options
    if start is not None:
        options = evolve(options, pins={**options.pins, step_id: start})
    new = schedule_with(
        evolve(plan, steps=others),
        calendar,
        capacity,
        options,
        effort or Effort(seed=schedule.seed),
    )
    return compare_schedules(schedule, new)


def _changed(
    step: ActionStep,
    weeks: int | None,
    hours_per_week: Mapping[str, float] | None,
    dropped: set[str],
) -> ActionStep:
    length = step.weeks
    if weeks is not None:
        length = Weeks(min(weeks, length.optimistic), weeks, max(weeks, length.pessimistic))
    return evolve(
        step,
        weeks=length,
        hours_per_week=step.hours_per_week if hours_per_week is None else hours_per_week,
        requires=[p for p in step.requires if p.step not in dropped],
    )
