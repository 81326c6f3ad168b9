"""Scheduling a plan: the door through which all engines answer in one `Schedule`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from behaviour_culture.errors import Fault, InvalidInputError, suggest
from behaviour_culture.model.calendar import DateRange, SchoolWeek, SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.explain import (
    free_units,
    reasons_for,
    slack_of,
    why_not_at_all,
)
from behaviour_culture.scheduling.problem import Problem, build_problem
from behaviour_culture.scheduling.project import lower_bound
from behaviour_culture.scheduling.result import (
    RoleWeek,
    Schedule,
    ScheduledStep,
    ScheduleStatus,
)
from behaviour_culture.scheduling.search import Solution, search

__all__ = ["ENGINES", "schedule_plan"]

ENGINES = ("heuristic",)


def schedule_plan(  # noqa: PLR0913  (each is a decision of the school's)
    plan: ActionPlan,
    *,
    calendar: SchoolYear,
    capacity: Capacity,
    engine: str = "heuristic",
    budget: int = 2_000,
    time_limit: float | None = None,
    pins: Mapping[str, dt.date] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Schedule:
    """Give every step of a plan its dates, and say why it cannot start earlier.

    Work happens in teaching weeks only. A step takes its likely number of whole weeks
    without a break other than holidays, and in each of them the hours it asks of each
    role; a role's hours are those of `Capacity.hours`, in a short week too.

    Parameters
    ----------
    plan : ActionPlan
        Its ``starts`` is the first day; the calendar's first day where it has none.
    calendar : SchoolYear
    capacity : Capacity
        What each person in a role can give; every role that a step needs must be there.
    engine : {"heuristic"}
    budget : int
        How many schedules to build and compare at most, from 1.
    time_limit : float, optional
        Seconds after which the search stops as well; results may then differ between runs.
    pins : mapping of str to date, optional
        Steps that have to start in the week of a day.
    seed : int
    progress : callable, optional
        Called with (schedules tried, budget).

    Returns
    -------
    Schedule
        What does not fit is in ``unscheduled`` with the reason, never an exception.

    Raises
    ------
    InvalidInputError
        A step needs a role that the school has not got, a pin names an unknown step or a
        day without teaching, the calendar ends before the plan starts, a bad option.

    Notes
    -----
    The same plan, options, seed and budget give the same schedule, bit for bit, in
    whatever order the steps were given.
    """
    _check_options(engine, budget, time_limit, seed)
    problem = build_problem(plan, calendar, capacity, pins or {})
    solution = search(
        problem.project, budget=budget, time_limit=time_limit, seed=seed, progress=progress
    )
    return _to_schedule(plan, calendar, problem, solution, engine, seed)


def _check_options(engine: str, budget: int, time_limit: float | None, seed: int) -> None:
    faults = []
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        faults.append(
            Fault("engine", f"no engine {engine!r}{suggest(engine, ENGINES)}; known: {known}")
        )
    given: tuple[tuple[str, object, int], ...] = (("budget", budget, 1), ("seed", seed, 0))
    for name, value, low in given:
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            faults.append(Fault(name, f"expected a whole number from {low}, got {value!r}"))
    seconds: object = 1 if time_limit is None else time_limit
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
        faults.append(Fault("time_limit", f"expected seconds above 0, got {time_limit!r}"))
    if faults:
        raise InvalidInputError("schedule_plan", faults)


def _first_day(calendar: SchoolYear, week: SchoolWeek, starts: dt.date | None) -> dt.date:
    """Return the first teaching day of a week that is not before the start of the plan."""
    days = DateRange(start=week.start, end=week.end).days()
    return next(d for d in days if calendar.is_teaching_day(d) and (not starts or d >= starts))


def _to_schedule(  # noqa: PLR0913, PLR0917  (the parts of one answer)
    plan: ActionPlan,
    calendar: SchoolYear,
    problem: Problem,
    solution: Solution,
    engine: str,
    seed: int,
) -> Schedule:
    starts, weeks = solution.starts, problem.weeks
    placed = []
    for i, step in enumerate(problem.steps):
        start = starts[i]
        if start is None:
            continue
        first, last = weeks[start], weeks[start + problem.project.duration[i] - 1]
        placed.append(
            ScheduledStep(
                step=step.id,
                title=step.title,
                lead=step.lead,
                start=_first_day(calendar, first, plan.starts),
                finish=last.end,
                first_week=start,
                weeks=problem.project.duration[i],
                half_term=first.half_term,
                finish_half_term=last.half_term,
                slack_weeks=slack_of(problem, starts, i, solution.makespan),
                reasons=reasons_for(problem, starts, i),
            )
        )
    placed.sort(key=lambda s: (s.first_week, s.finish, s.step))
    unscheduled = {
        step.id: why_not_at_all(problem, starts, i)
        for i, step in enumerate(problem.steps)
        if starts[i] is None
    }
    bound, role = lower_bound(problem.project)
    source = "longest chain of prerequisites" if role is None else f"hours of {problem.roles[role]}"
    if unscheduled:
        status = ScheduleStatus.PARTIAL
    elif solution.makespan <= bound:
        status = ScheduleStatus.OPTIMAL
    else:
        status = ScheduleStatus.FEASIBLE
    free = free_units(problem, starts)
    end = max(1, solution.makespan)
    return Schedule(
        id=f"{plan.id}-schedule",
        plan=plan.id,
        calendar=calendar.id,
        engine=engine,
        seed=seed,
        status=status,
        makespan=solution.makespan,
        lower_bound=bound,
        bound_source=source,
        tried=solution.tried,
        starts=_first_day(calendar, weeks[0], plan.starts),
        ends=weeks[end - 1].end,
        steps=placed,
        unscheduled=unscheduled,
        use=[
            RoleWeek(
                role=role,
                week=weeks[w].start,
                used=problem.hours(r, problem.project.capacity[r][w] - free[r][w]),
                capacity=problem.hours(r, problem.project.capacity[r][w]),
            )
            for r, role in enumerate(problem.roles)
            for w in range(end)
        ],
        half_terms=list(dict.fromkeys(w.half_term for w in weeks)),
    )
