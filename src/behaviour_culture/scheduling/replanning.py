"""Planning again: the past stays as it is, and the rest moves as little as possible."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from attrs import evolve

from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check, as_tuple
from behaviour_culture.errors import suggest
from behaviour_culture.model.calendar import SchoolWeek, SchoolYear
from behaviour_culture.model.plan import StepProgress, StepStatus
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.school_years import Years, join_years, take_years
from behaviour_culture.model.step import ActionStep, StartRule, Weeks
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.changes import ScheduleComparison, compare_schedules
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.engine import Answer, schedule_with, to_schedule
from behaviour_culture.scheduling.explain import Explainer
from behaviour_culture.scheduling.problem import (
    Problem,
    build_problem,
    monday_of,
    read_back,
    schedule_faults,
)
from behaviour_culture.scheduling.project import (
    Modes,
    Project,
    Solution,
    Starts,
    count_placed,
    earliest_start,
    lower_bound,
    makespan,
)
from behaviour_culture.scheduling.reason import Reason, ReasonKind
from behaviour_culture.scheduling.result import BoundSource, Schedule
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.timetable import Timetable
from behaviour_culture.typing import Progress, Stop

__all__ = ["replan", "what_if"]

_TO_SUNDAY = dt.timedelta(days=6)
_BUDGET = 500
"""Schedules tried where keeping each step in its place leaves one out (judgement)."""


def replan(  # noqa: PLR0913  (a schedule, what it was made of, and what happened)
    schedule: Schedule,
    plan: ActionPlan,
    progress: Iterable[StepProgress],
    *,
    today: dt.date,
    calendar: Years,
    capacity: Capacity,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> ScheduleComparison:
    """Make a new schedule from actual progress, close to the old one.

    Steps that have ended or begun keep their actual dates. A step under way goes on until its
    likely duration has passed, and for one more week where that has passed already. Every
    other step keeps its place if it can, and otherwise begins in the first later week that
    people, calendar and prerequisites allow. A day without teaching counts in the week that it
    belongs to; in a holiday an end counts in the week before, and a start in the week after.
    Where that leaves some step without room, others
    move for it if more can then be done in the year. Stopped steps are left out, and so are the
    steps that need them.

    Parameters
    ----------
    schedule : Schedule
        The schedule so far.
    plan, calendar, capacity
        What it was made of; capacity may be another one from now on, and years may follow
        the calendar that it had.
    progress : iterable of StepProgress
        How far the steps are; a step without an entry has not begun.
    today : date
        Nothing new can begin before this day.
    stop : callable, optional
        Asked again and again: once it says True, the search for room ends in under a second,
        and the best schedule so far is returned.
    id : str, optional
        The id of the new schedule; that of the plan and ``schedule`` without it.

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
    check, reports = Check("replan"), as_tuple(progress)
    check.value("schedule", schedule, Schedule)
    check.value("plan", plan, ActionPlan)
    check.value("capacity", capacity, Capacity)
    check.value("progress", reports, tuple[StepProgress, ...])
    today = check.day("today", today)
    check.done()
    year = _check(schedule, plan, reports, today, calendar, stop)
    actual = {p.step: p for p in reports}
    problem = build_problem(plan, year, capacity, schedule.options)
    problem, rest = _freeze(problem, schedule, actual, today)
    starts, modes = rest.with_more(rest.repaired(), schedule.seed, Watch(stop=stop))
    placed = count_placed(starts)
    end = makespan(problem.project, starts, modes)
    bound = min(lower_bound(problem.project, placed)[0], end)
    explainer = Explainer(problem, starts, modes, held_back=ReasonKind.KEPT)
    solution = Solution(starts, modes, explainer.makespan, bound, placed, tried=1)
    new = to_schedule(
        explainer, Answer(solution, BoundSource.REPAIR, None, "repair", schedule.seed)
    )
    stopped = {problem.steps[i].id: [Reason(kind=ReasonKind.STOPPED)] for i in sorted(rest.out)}
    named = new.id if id is None else id
    return compare_schedules(schedule, evolve(new, id=named, left_out={**new.left_out, **stopped}))


def _check(  # noqa: PLR0913, PLR0917  (all arguments but one)
    schedule: Schedule,
    plan: ActionPlan,
    progress: Sequence[StepProgress],
    today: dt.date,
    calendar: Years,
    stop: Stop | None,
) -> SchoolYear:
    check = Check("replan")
    check.watch(None, stop)
    year = take_years(calendar, check, starts=plan.starts, until=schedule.projected_until)
    check.done()
    assert year is not None  # noqa: S101  (or there were faults)
    check.add(schedule_faults(schedule, plan, year))
    if today > year.end:
        check.fault(
            "today",
            f"{today} is after the end of the calendar {year.end}: give the year that follows too",
        )
    known = {s.id for s in plan.steps} | {m.step for m in plan.met}
    check.unique("progress", progress, "step")
    for i, entry in enumerate(progress):
        path = f"progress[{i}]"
        check.known(f"{path}.step", entry.step, known, "step")
        for name in ("started", "finished"):
            day = getattr(entry, name)
            if day is not None and day > today:
                check.fault(f"{path}.{name}", f"{day} is after today, {today}")
        if entry.status is StepStatus.COMPLETE and (not entry.started or not entry.finished):
            check.fault(path, "a finished step needs the days on which it began and ended")
    check.done()
    return year


def _freeze(
    problem: Problem, schedule: Schedule, actual: Mapping[str, StepProgress], today: dt.date
) -> tuple[Problem, _Rest]:
    """Fix the steps that have begun, in their weeks and with the hours that they take."""
    project, inset = problem.project, problem.inset
    floor = next(i for i, w in enumerate(problem.weeks) if w.end >= today)
    old, modes = read_back(problem, schedule)
    starts = list(old)
    lengths = [list(some) for some in project.lengths]
    taken: Counter[tuple[int, int]] = Counter()
    after = project.horizon + bool(project.beyond)
    fixed, out = dict[int, int](), set[int]()
    reports: list[StepProgress | None] = []
    for i, step in enumerate(problem.steps):
        entry = actual.get(step.id)
        reports.append(entry if entry is not None and entry.started is not None else None)
        if entry is not None and entry.status is StepStatus.STOPPED:
            out.add(i)
        if entry is None or entry.started is None or i in out:
            continue
        first = _first_week(problem.weeks, entry.started)
        if entry.finished is not None:
            end = _last_week(problem.weeks, entry.finished) + 1
            first = min(first, end - 1)  # begun and ended in one holiday
        else:
            end = min(max(first + lengths[i][modes[i]], floor + 1), project.horizon)
        fixed[i] = first
        starts[i], lengths[i] = first, [max(1, end - first)] * len(lengths[i])
        for role, need in project.running[i][modes[i]]:
            taken.update(dict.fromkeys(((role, week) for week in range(end, after)), need))
        for role, need in project.modes[i][modes[i]]:
            taken.update(dict.fromkeys(((role, week) for week in range(first, end)), need))

    # More launches may have begun in a half-term than the limit lets begin: they stand, and no
    # further one joins them.
    launches = project.launches or (False,) * len(starts)
    begun = Counter(project.group[week] for i, week in fixed.items() if launches[i])
    crowded = {group for group, many in begun.items() if many > project.launch_limit}

    def is_crowded(i: int, week: int) -> bool:
        return launches[i] and project.group[week] in crowded

    def may_start(i: int, week: int) -> bool:
        allowed = project.allowed[i]
        if i in fixed:
            return week == fixed[i]
        if is_crowded(i, week):
            return False
        day = inset[week] if problem.steps[i].starts is StartRule.INSET_DAY else None
        to_come = week >= floor if day is None else day >= today
        return i not in out and to_come and (allowed is None or allowed[week])

    def hours(role: int, week: int) -> int:
        """Return the hours of a role, at least those that begun steps take of it."""
        has = project.capacity[role][week] if week < project.horizon else project.beyond[role]
        return max(has, taken[role, week])

    weeks, roles = range(project.horizon), range(len(project.capacity))
    real = evolve(
        project,
        duration=tuple(
            some[modes[i]] if i in fixed else min(some) for i, some in enumerate(lengths)
        ),
        lengths=tuple(map(tuple, lengths)),
        due=tuple(None if i in fixed else last for i, last in enumerate(project.due)),
        capacity=tuple(tuple(hours(role, week) for week in weeks) for role in roles),
        beyond=tuple(hours(role, project.horizon) for role in range(len(project.beyond))),
    )
    open_project = evolve(
        real,
        before=tuple(() if i in fixed else pairs for i, pairs in enumerate(project.before)),
        modes=tuple(((),) * len(w) if i in fixed else w for i, w in enumerate(project.modes)),
        running=tuple(((),) * len(w) if i in fixed else w for i, w in enumerate(project.running)),
        beyond=tuple(
            hours(role, project.horizon) - taken[role, project.horizon]
            for role in range(len(project.beyond))
        ),
        capacity=tuple(
            tuple(hours(role, week) - taken[role, week] for week in weeks) for role in roles
        ),
        allowed=tuple(tuple(may_start(i, week) for week in weeks) for i in range(len(starts))),
        launches=project.launches
        and tuple(
            launch and not (i in fixed and is_crowded(i, fixed[i]))
            for i, launch in enumerate(launches)
        ),
    )
    problem = problem._replace(project=real, floor=floor, today=today, actual=tuple(reports))
    return problem, _Rest(open_project, tuple(starts), modes, fixed, out)


def _first_week(weeks: Sequence[SchoolWeek], day: dt.date) -> int:
    """Return the first week of work that began on a day: its own, in a holiday the next."""
    ends = (monday_of(w) + _TO_SUNDAY for w in weeks)
    return next((i for i, sunday in enumerate(ends) if sunday >= day), len(weeks) - 1)


def _last_week(weeks: Sequence[SchoolWeek], day: dt.date) -> int:
    """Return the last week of work that ended on a day: its own, in a holiday the one before."""
    return max(sum(monday_of(w) <= day for w in weeks) - 1, 0)


class _Rest(NamedTuple):
    """The steps that are still to come, and where they were to begin."""

    project: Project
    """Begun steps stay in their weeks and wait for nothing; their hours are taken off."""
    wanted: Starts
    modes: Modes
    fixed: Collection[int]
    """Steps that have begun."""
    out: Collection[int]
    """Steps that were stopped."""

    def repaired(self, urgent: Collection[int] = ()) -> tuple[Starts, Modes]:
        """Keep each start, or move it to the first later week that can be, in the old order.

        Urgent steps are placed first, and begin as early as they can.
        """
        project, size, never = self.project, len(self.wanted), self.project.horizon
        starts, chosen = list[int | None]([None] * size), list(self.modes)
        table = Timetable(project)
        wanted = [never if s is None or i in urgent else s for i, s in enumerate(self.wanted)]
        waiting = {i: {b for b, _ in project.before[i]} for i in range(size)}
        while waiting:
            # The step that was to begin first, of those whose prerequisites are settled.
            step = min(
                (i for i, before in waiting.items() if not before),
                key=lambda i: (i not in self.fixed, i not in urgent, wanted[i], i),
            )
            del waiting[step]
            for before in waiting.values():
                before.discard(step)
            earliest = earliest_start(project, starts, chosen, step)
            if earliest is None:
                continue
            # Not earlier than it was, unless it had no place: then as early as it can be.
            first = max(earliest, wanted[step]) if wanted[step] < never else earliest
            others = (m for m in range(len(project.modes[step])) if m != self.modes[step])
            # Its previous lead is tried first.
            start, mode = table.place_first(step, first, [self.modes[step], *others])
            if start >= 0:
                starts[step], chosen[step] = start, mode
        return tuple(starts), tuple(chosen)

    def with_more(
        self, kept: tuple[Starts, Modes], seed: int, watch: Watch
    ) -> tuple[Starts, Modes]:
        """Return the repaired schedule, or another one that places more of the steps to come.

        Keeping each step in its place can leave no room for one that slipped. Then the steps
        without a place go first; next, these with all their prerequisites; last, a new search
        may move every step to come. Begun steps stay in any case.
        """
        project, most = self.project, count_placed(kept[0])
        missing = {i for i, s in enumerate(kept[0]) if s is None and i not in self.out}
        if not missing:
            return kept
        needed = set(missing)
        for step in reversed(range(len(self.wanted))):
            if step in needed:
                needed.update(before for before, _ in project.before[step])
        for urgent in (missing, needed):
            again = self.repaired(urgent)
            if count_placed(again[0]) > most:
                return again
        if watch.stopped:
            return kept
        found = search(project, budget=_BUDGET, time_limit=None, seed=seed, watch=watch)
        if found.placed <= most or any(found.starts[i] is None for i in self.fixed):
            return kept
        chosen = (self.modes[i] if i in self.fixed else m for i, m in enumerate(found.modes))
        return found.starts, tuple(chosen)


def what_if(  # noqa: PLR0913  (a schedule, what it was made of, and the change)
    schedule: Schedule,
    plan: ActionPlan,
    step_id: str,
    *,
    calendar: Years,
    capacity: Capacity,
    weeks: int | None = None,
    hours_per_week: Mapping[str, float] | None = None,
    start: dt.date | None = None,
    without: Iterable[str] = (),
    effort: Effort | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> ScheduleComparison:
    """Return what a change of one step would do to the whole schedule.

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
    progress, stop
        As `schedule_plan`.

    Returns
    -------
    ScheduleComparison
        The schedule with the change, and for every step what moves and why.

    Raises
    ------
    UnknownNameError, InvalidInputError
        There is no such step or prerequisite, or no step can be changed so.
    """
    check, left_out = Check("what_if"), as_tuple(without)
    check.value("schedule", schedule, Schedule)
    check.value("plan", plan, ActionPlan)
    check.value("capacity", capacity, Capacity)
    check.value("step_id", step_id, str)
    check.value("weeks", weeks, int | None)
    check.value("without", left_out, tuple[str, ...])
    check.value("effort", effort, Effort | None)
    watch = check.watch(progress, stop)
    check.done()
    year = join_years(calendar, starts=plan.starts, until=schedule.projected_until)
    step = plan.step(step_id)
    dropped = set(left_out)
    known = {p.step for p in step.requires}
    for key in sorted(dropped - known):
        hint = suggest(key, known)
        check.fault("without", f"{key!r} is no prerequisite of {step_id!r}{hint}", key)
    check.done()
    changed = _changed(step, weeks, hours_per_week, dropped)
    others = [changed if s.id == step_id else s for s in plan.steps]
    options = schedule.options
    if start is not None:
        options = evolve(options, pins={**options.pins, step_id: start})
    new = schedule_with(
        evolve(plan, steps=others),
        year,
        capacity,
        options,
        (effort or Effort(seed=schedule.seed))._replace(watch=watch),
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
