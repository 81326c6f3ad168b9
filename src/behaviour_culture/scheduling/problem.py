"""The scheduling problem in whole numbers: weeks, allowed starts, minutes of each role.

Everything is scaled once, here, so that the search adds and compares integers only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from behaviour_culture.checks import Check
from behaviour_culture.errors import Fault, FaultCode, Nearest
from behaviour_culture.model.belonging import belongs_faults, calendar_faults
from behaviour_culture.model.calendar import DateRange, SchoolWeek, SchoolYear
from behaviour_culture.model.plan import StepProgress
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import ActionStep, StartRule, StepPhase
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.project import Demand, Modes, Project, Starts
from behaviour_culture.scheduling.result import Schedule, ScheduledStep
from behaviour_culture.scheduling.staffing import Pot, Way, staff_steps

__all__ = [
    "Problem",
    "Term",
    "allowed_weeks",
    "build_problem",
    "monday_of",
    "read_back",
    "schedule_faults",
    "week_of",
]

_WEEK = 7
_EARLY = 20
"""The weight of the launch with most benefit, of whole numbers from 1 (judgement)."""


class Term(NamedTuple):
    """The teaching weeks of a term that are left, by their place in the plan."""

    name: str
    weeks: tuple[int, ...]


class Problem(NamedTuple):
    """A plan over teaching weeks, as a `Project` with the names and dates that go with it."""

    plan: ActionPlan
    calendar: SchoolYear
    capacity: Capacity
    wishes: ScheduleOptions
    project: Project
    steps: tuple[ActionStep, ...]
    weeks: tuple[SchoolWeek, ...]
    roles: tuple[Pot, ...]
    people: tuple[int, ...]
    """For each role, how many hold it."""
    scale: tuple[float, ...]
    """For each role, units of an hour of each person in it."""
    ways: tuple[tuple[Way, ...], ...]
    """For each step, how it is staffed in each of its modes."""
    pins: tuple[int | None, ...]
    """For each step, the week in which it has to start, if any."""
    deadlines: tuple[int | None, ...]
    """For each step, the last week in which it may still run, if any."""
    due_days: tuple[dt.date | None, ...]
    """For each step, the day by which it has to end, if any: by the plan or by the wishes."""
    moved: tuple[int, ...]
    """For each step the first week that the school lets it begin in (`ActionPlan.move`)."""
    opening: tuple[tuple[bool, ...] | None, ...]
    """For each step, the weeks in which its own start rule lets it begin; None for all."""
    inset: tuple[dt.date | None, ...]
    """For each week, its first INSET day, if any."""
    terms: Mapping[int, Term] = {}
    """For steps that belong to a term, its name and its weeks."""
    floor: int = 0
    """The first week in which anything new can begin; above 0 when planning again."""
    today: dt.date | None = None
    """When planning again, the day before which nothing new begins."""
    actual: tuple[StepProgress | None, ...] = ()
    """For each step its progress, if it has begun; empty where nothing has."""

    def hours(self, role: int, units: int) -> float:
        """Return units of a role as hours of each person in it."""
        return units / self.scale[role]

    def hours_of(self, demand: Demand) -> dict[str, float]:
        """Return a demand as hours of each person, by role."""
        return {self.roles[r].role: self.hours(r, units) for r, units in demand}

    def first_day(self, week: int, since: dt.date | None = None) -> dt.date:
        """Return the first day of work in a week, since the start of the plan and another day."""
        here = self.weeks[week]
        starts = max(filter(None, (self.plan.starts, since)), default=None)
        open_on = self.calendar.is_teaching_day if here.taught else self.calendar.is_staff_day
        days = DateRange(start=here.start, end=here.end).days()
        return next(d for d in days if open_on(d) and (not starts or d >= starts))


def build_problem(
    plan: ActionPlan,
    calendar: SchoolYear,
    capacity: Capacity,
    wishes: ScheduleOptions,
    *,
    more_hours: bool = False,
) -> Problem:
    """Turn a plan, a calendar and people, who may be given ``more_hours``, into a `Problem`.

    Raises
    ------
    InvalidInputError
        Steps need roles that the school does not have; pins or deadlines name unknown steps or
        days without teaching; the calendar ends before the plan starts; too many steps.
    """
    check = Check("schedule_plan")
    check.within("plan.steps", len(plan.steps), "steps", 0)
    check.done()
    weeks = tuple(w for w in calendar.staff_weeks if plan.starts is None or w.end >= plan.starts)
    pinned = _pinned_weeks(plan, calendar, capacity, wishes, weeks)
    inset = _inset_days(weeks, calendar, plan.starts)
    graph = plan.graph
    order = graph.order()
    place = {key: i for i, key in enumerate(order)}
    steps = tuple(graph.steps[key] for key in order)
    before = tuple(
        tuple((place[p.step], p.lag_weeks) for p in graph.prerequisites(key)) for key in order
    )
    rules: dict[StartRule, tuple[bool, ...] | None] = {
        StartRule.ANY_WEEK: None,
        StartRule.HALF_TERM_START: tuple(w.opens_half_term for w in weeks),
        StartRule.INSET_DAY: tuple(day is not None for day in inset),
    }
    opening = tuple(rules[s.starts] for s in steps)
    if not all(w.taught for w in weeks):  # nothing is launched while pupils are away
        taught = tuple(w.taught for w in weeks)
        opening = tuple(
            taught if rule is None and s.phase is StepPhase.LAUNCH else rule
            for s, rule in zip(steps, opening, strict=True)
        )
    pins = tuple(pinned.get(key) for key in order)
    moved = tuple(_first_open(s, plan.not_before.get(s.id), weeks, inset) for s in steps)
    wanted = (plan.not_after, wishes.deadlines)
    due_days = tuple(min((of[key] for of in wanted if key in of), default=None) for key in order)
    deadlines = tuple(
        _last_week(s, day, weeks, inset) for s, day in zip(steps, due_days, strict=True)
    )
    staffing = staff_steps(steps, weeks, capacity, more_hours=more_hours)
    labels = list(dict.fromkeys(w.half_term for w in weeks))
    limit = wishes.launch_limit
    worth = [max(0.0, wishes.benefits.get(s.id, 1.0)) for s in steps]
    project = Project(
        duration=tuple(min(way.weeks for way in some) for some in staffing.ways),
        before=before,
        modes=staffing.modes,
        capacity=staffing.capacity,
        allowed=tuple(
            allowed_weeks(rule, pin, least, len(weeks))
            for rule, pin, least in zip(opening, pins, moved, strict=True)
        ),
        weight=tuple(worth),
        horizon=len(weeks),
        launches=() if limit is None else tuple(s.phase is StepPhase.LAUNCH for s in steps),
        launch_limit=limit or 0,
        group=tuple(labels.index(w.half_term) for w in weeks),
        lengths=tuple(tuple(way.weeks for way in some) for some in staffing.ways),
        running=staffing.running,
        due=tuple(None if last is None else last + 1 for last in deadlines),
        early=_early_weights(steps, worth),
        beyond=staffing.beyond,
    )
    return Problem(
        plan=plan,
        calendar=calendar,
        capacity=capacity,
        wishes=wishes,
        project=project,
        steps=steps,
        weeks=weeks,
        roles=staffing.roles,
        people=staffing.people,
        scale=staffing.scale,
        ways=staffing.ways,
        pins=pins,
        deadlines=deadlines,
        due_days=due_days,
        moved=moved,
        opening=opening,
        inset=inset,
    )


def _first_open(
    step: ActionStep,
    day: dt.date | None,
    weeks: Sequence[SchoolWeek],
    inset: Sequence[dt.date | None],
) -> int:
    """Return the first week in which a step can begin on a day or after it."""
    if day is None:
        return 0
    own = inset if step.starts is StartRule.INSET_DAY else [None] * len(weeks)
    return sum((it or w.end) < day for w, it in zip(weeks, own, strict=True))


def read_back(problem: Problem, schedule: Schedule) -> tuple[Starts, Modes]:
    """Return the start weeks and modes of a schedule in the numbering of a problem."""
    entries = {s.step: s for s in schedule.steps}
    starts = tuple(entries[s.id].first_week if s.id in entries else None for s in problem.steps)
    people = {pot.role: many for pot, many in zip(problem.roles, problem.people, strict=True)}
    modes = tuple(
        _mode_of(entries[s.id], ways, people) if s.id in entries else 0
        for s, ways in zip(problem.steps, problem.ways, strict=True)
    )
    return starts, modes


def _mode_of(entry: ScheduledStep, ways: Sequence[Way], people: Mapping[str, int]) -> int:
    """Return the way nearest to that of a scheduled step: by lead, then weeks, then hours."""
    given = {role: each * people.get(role, 1) for role, each in entry.hours_per_week.items()}

    def unlike(mode: int) -> tuple[bool, int, float, int]:
        lead, weeks, hours = ways[mode]
        roles = {*hours, *given} if given else set[str]()
        apart = fsum(abs(hours.get(r, 0.0) - given.get(r, 0.0)) for r in sorted(roles))
        return lead != entry.lead, abs(weeks - entry.weeks), round(apart, 6), mode

    return min(range(len(ways)), key=unlike)


def schedule_faults(schedule: Schedule, plan: ActionPlan, calendar: SchoolYear) -> list[Fault]:
    """Return the faults of a schedule that is not of this plan and this calendar."""
    faults = belongs_faults("schedule.plan", "plan", (schedule.plan,), (plan.id,))
    return faults + calendar_faults(schedule.calendar, calendar)


def _pinned_weeks(
    plan: ActionPlan,
    calendar: SchoolYear,
    capacity: Capacity,
    wishes: ScheduleOptions,
    weeks: Sequence[SchoolWeek],
) -> dict[str, int]:
    """Return the week of each pin, or raise `InvalidInputError` with all faults."""
    check = Check("schedule_plan")
    _check_roles(plan, capacity, check)
    if not weeks:
        message = f"{calendar.name} ends on {calendar.end}, before the plan starts {plan.starts}"
        check.fault("calendar", message)
    ids = {s.id for s in plan.steps}
    for name in ("pins", "deadlines", "benefits"):
        for key in getattr(wishes, name):
            check.known(f"{name}[{key!r}]", key, ids, "step")
    found = {}
    on_inset = {s.id for s in plan.steps if s.starts is StartRule.INSET_DAY}
    for key, day in wishes.pins.items():
        inset = key in on_inset and day in calendar.inset
        in_plan = plan.starts is None or day >= plan.starts
        if (inset and in_plan) or (calendar.is_teaching_day(day) and weeks):
            week = week_of(weeks, day)
            if week is not None:
                found[key] = week
                continue
        if key in ids:
            or_inset = " and no INSET day" if key in on_inset else ""
            check.fault(f"pins[{key!r}]", f"{day} is no teaching day{or_inset} of the plan")
    check.done()
    return found


def week_of(weeks: Sequence[SchoolWeek], day: dt.date) -> int | None:
    """Return the teaching week to which a day belongs, Monday to Sunday; None in a holiday."""
    return next((i for i, w in enumerate(weeks) if 0 <= (day - monday_of(w)).days < _WEEK), None)


def monday_of(week: SchoolWeek) -> dt.date:
    """Return the Monday of a teaching week."""
    return week.start - dt.timedelta(days=week.start.weekday())


def _last_week(
    step: ActionStep,
    deadline: dt.date | None,
    weeks: Sequence[SchoolWeek],
    inset: Sequence[dt.date | None],
) -> int | None:
    """Return the last week that ends by a deadline, -1 where none does."""
    if deadline is None:
        return None
    ends = [w.end for w in weeks]
    if step.starts is StartRule.INSET_DAY:  # it is over on that day, before or after the lessons
        ends = [end if day is None else day for end, day in zip(ends, inset, strict=True)]
    return sum(end <= deadline for end in ends) - 1


def _inset_days(
    weeks: Sequence[SchoolWeek], calendar: SchoolYear, starts: dt.date | None
) -> tuple[dt.date | None, ...]:
    """Return the first INSET day of each week, from Monday to Sunday."""
    usable = sorted(d for d in calendar.inset if starts is None or d >= starts)
    of_week = [(week_of(weeks, day), day) for day in usable]
    return tuple(next((d for w, d in of_week if w == i), None) for i in range(len(weeks)))


def _check_roles(plan: ActionPlan, capacity: Capacity, check: Check) -> None:
    nearest = Nearest([r.id for r in capacity.roles])
    wanting: dict[str, list[str]] = {}
    for step in plan.steps:
        needed = {role for role, hours in step.hours_per_week.items() if hours > 0}
        if step.lead in needed and any(capacity.has(r) for r in (step.lead, *step.lead_options)):
            needed.discard(step.lead)
        needed |= {role for role, hours in step.running_hours.items() if hours > 0}
        for role in needed:
            if not capacity.has(role):
                wanting.setdefault(role, []).append(step.id)
    for role, steps in sorted(wanting.items()):
        some = ", ".join(steps[:4]) + (" and others" if len(steps) > 4 else "")  # noqa: PLR2004
        message = (
            f"{some} {'needs' if len(steps) == 1 else 'need'} the role {role!r}, which the school "
            f"does not have{nearest.hint(role)}: add it to the capacity, or leave "
            f"{'the step' if len(steps) == 1 else 'the steps'} out"
        )
        check.fault(f"capacity.roles[{role!r}]", message, role, FaultCode.MISSING)


def allowed_weeks(
    rule: tuple[bool, ...] | None, pin: int | None, least: int, count: int
) -> tuple[bool, ...] | None:
    """Return in which of ``count`` weeks, from the ``least`` on, a step may start; None for all.

    A pin overrides the rest. After the last week of a rule every week is allowed.
    """
    if pin is None and rule is None and not least:
        return None
    if pin is not None:
        return tuple(w == pin for w in range(count))
    weeks = [*(rule or ()), *(True,) * count][:count]
    return tuple(fine and w >= least for w, fine in enumerate(weeks))


def _early_weights(steps: Sequence[ActionStep], worth: Sequence[float]) -> tuple[int, ...]:
    """Return how much the start of each step that pupils meet counts, in whole numbers."""
    launches = [s.phase is StepPhase.LAUNCH for s in steps]
    most = max((w for w, launch in zip(worth, launches, strict=True) if launch), default=0.0)
    if not any(launches):
        return ()
    return tuple(
        max(1, round(_EARLY * w / most)) if launch and most else int(launch)
        for w, launch in zip(worth, launches, strict=True)
    )
