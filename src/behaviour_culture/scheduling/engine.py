"""Scheduling a plan: the one function through which every engine answers, with a `Schedule`."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import NamedTuple

from attrs import evolve

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check
from behaviour_culture.content.loader import load_calendar
from behaviour_culture.fields import Slug, derived_id
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.model.step import StartRule
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.exact import solve, solve_in_time
from behaviour_culture.scheduling.explain import Explainer
from behaviour_culture.scheduling.more_hours import least_more_hours
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.other_engines import ask_engine, engine_name
from behaviour_culture.scheduling.problem import Problem, build_problem
from behaviour_culture.scheduling.project import Solution, early_cost, lower_bound
from behaviour_culture.scheduling.result import (
    BoundSource,
    RoleWeek,
    Schedule,
    ScheduledStep,
    ScheduleStatus,
)
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.staffing import Pot
from behaviour_culture.scheduling.timetable import level_load
from behaviour_culture.typing import Engine, Progress, Stop

__all__ = [
    "Answer",
    "Effort",
    "find_answer",
    "first_seconds",
    "schedule_plan",
    "schedule_with",
    "to_schedule",
]

_BUDGET = 2_000
_PLACEMENTS = 100_000
"""Steps placed by default, all schedules together: 200 steps take a second (judgement)."""
_MORE_BUDGET = 10
"""How long the fewest more hours are looked for, as a budget of the exact engine (judgement)."""
_FIRST_SHARE = 0.05
"""Part of the budget or time for the exact engine's first schedule; measured on PSPLIB."""
_FIRST_SECONDS, _MOST_OF_SHORT = 0.25, 0.2
"""Seconds that are mostly enough for it, and the most that it has of a short time (judgement)."""


class Answer(NamedTuple):
    """The schedule that an engine found, and how."""

    solution: Solution
    source: BoundSource
    role: str | None
    """The role whose hours the bound follows from, if it does."""
    engine: str
    seed: int


def schedule_plan(  # noqa: PLR0913  (each is a decision of the school's)
    plan: ActionPlan,
    *,
    calendar: Years | str,
    capacity: Capacity,
    engine: str | Engine = "heuristic",
    budget: int | None = None,
    time_limit: float | None = None,
    cpu_limit: float | None = None,
    pins: Mapping[str, dt.date] | None = None,
    deadlines: Mapping[str, dt.date] | None = None,
    launch_limit: int | None = None,
    benefits: Mapping[str, float] | None = None,
    prefer: str = "early-impact",
    workers: int = 1,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> Schedule:
    """Give every step of a plan its dates, and say why it cannot start earlier.

    Work happens in weeks in which staff are in school; steps of the phase ``launch`` do not begin
    in a week of INSET days alone. A step has no break other than holidays. It takes
    its likely number of whole weeks, and in each of them the hours that it asks of each role;
    or, where people have less, the same work over more weeks, up to `ActionStep.most_weeks`. Its
    lead's work can go to one of ``lead_options``, whole or by half. From its end on it takes
    its running hours, for ever. A role's hours are those of `Capacity.hours`, in a short week
    too.

    The aims, in their order: as many steps as possible; what pupils meet (steps of the phase
    ``launch``) as early as it can be, weighted by ``benefits``; the end of the last step as
    early as it can be; then ``prefer``.

    Parameters
    ----------
    plan : ActionPlan
        Its ``starts`` is the first day; the calendar's first day where it has none.
    calendar : SchoolYear, or several, or str
        Years that follow one another are one calendar. A year that is missing between them, or
        before them where the plan starts in it, is projected from the one beside it, and
        ``projected`` of the schedule says so. A text is the id of a calendar that comes with the
        package.
    capacity : Capacity
        What each person in a role can give; every role that a step needs must be there.
    engine : {"heuristic", "exact", "auto"} or Engine
        ``exact`` proves the optimum or bounds it (extra ``exact``, OR-Tools); ``auto`` is
        exact where that is installed and the heuristic's own bound does not prove its
        answer, and the heuristic otherwise. Or a function of your own
        (`behaviour_culture.typing.Engine`): its answer is checked, and explained like any other.
    budget : int, optional
        How many schedules the heuristic builds and compares at most, from 1, and in
        proportion how long the exact engine works. Without one 2,000 for plans of up to 50
        steps, and fewer for larger ones: each schedule takes longer there (judgement: 200
        steps are planned in a second).
    time_limit : float, optional
        Seconds by the clock on the wall after which the search stops, from 0: a deadline.
        Results may then differ between runs. At least one schedule is always built.
    cpu_limit : float, optional
        Seconds of the processor in this thread after which the heuristic stops, from 0: the same
        effort on a busy machine as on an idle one, and no deadline. Results may differ as well.
    pins : mapping of str to date, optional
        Steps that have to start in the week of a day.
    deadlines : mapping of str to date, optional
        Steps that have to end by a day.
    launch_limit : int, optional
        Steps of the phase ``launch`` that may begin in one half-term, from 1.
    benefits : mapping of str to float, optional
        How much an early end of each step is worth (`ImpactResult.benefits`); 1 for steps
        without one, and negative ones count as 0.
    prefer : {"early-impact", "level-load"}
        Among schedules that are as good by all other aims: the steps with most benefit first,
        or the load of each role spread evenly.
    workers : int
        Threads of the exact engine; with more than one, equally good schedules may differ
        between runs.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with ("scheduling", schedules tried, budget); while the exact engine works, with
        ("proving", 0, 1) twenty times a second. An exception from it, or Control-C, ends the
        search at once.
    stop : callable, optional
        Asked again and again while the search goes on, such as ``threading.Event().is_set``:
        once it says True, the best schedule so far is returned, in under a second.
    id : str, optional
        The schedule's id; that of the plan and ``schedule`` without it. Give one where a plan has
        several schedules.

    Returns
    -------
    Schedule
        What does not fit is in ``unscheduled`` with the reason, never an exception, and
        ``hours_needed`` says how few more hours would be enough.

    Raises
    ------
    InvalidInputError
        A step needs a role that the school does not have, a pin or a deadline names an
        unknown step or a day without teaching, the calendar ends before the plan starts,
        years that overlap or repeat, a bad option; an engine of yours that fails, or whose
        answer breaks a rule.
    MissingExtraError
        ``engine="exact"`` and OR-Tools is not installed.

    Notes
    -----
    The same plan, options, seed and budget give the same schedule, bit for bit, in
    whatever order the steps were given.
    """
    check = Check("schedule_plan")
    check.value("plan", plan, ActionPlan)
    check.value("capacity", capacity, Capacity)
    check.value("id", id, Slug | None)
    if isinstance(calendar, str):
        calendar = load_calendar(calendar)
    year = take_years(calendar, check, starts=plan.starts if check.ok("plan") else None)
    check.done()
    assert year is not None  # noqa: S101  (or there were faults)
    wishes = ScheduleOptions(
        pins=pins or {},
        deadlines=deadlines or {},
        launch_limit=launch_limit,
        benefits=benefits or {},
        prefer=prefer,
    )
    watch = Watch(progress, stop)
    effort = Effort(engine, budget, time_limit, workers, as_seed(seed), watch, cpu_limit)
    made = schedule_with(plan, year, capacity, wishes, effort)
    return made if id is None else evolve(made, id=id)


def schedule_with(  # noqa: PLR0913
    plan: ActionPlan,
    calendar: SchoolYear,
    capacity: Capacity,
    wishes: ScheduleOptions,
    effort: Effort,
    *,
    more_hours: bool = True,
) -> Schedule:
    """Schedule a plan with options that are objects already; see `schedule_plan`.

    Without ``more_hours`` the fewest more hours that would do are not looked for.
    """
    check = Check("schedule_plan")
    effort.check(check, others=True)
    check.done()
    begun = time.monotonic()
    problem = build_problem(plan, calendar, capacity, wishes)
    answer = find_answer(problem, effort)
    starts, modes = answer.solution.starts, answer.solution.modes
    if wishes.prefer == "level-load":
        starts = level_load(problem.project, starts, modes)
    made = to_schedule(Explainer(problem, starts, modes), answer)
    if not made.left_out or not more_hours:
        return made
    left = None if effort.time_limit is None else effort.time_limit + begun - time.monotonic()
    if (left is not None and left <= 0) or effort.watch.stopped:
        return made
    enough = build_problem(plan, calendar, capacity, wishes, more_hours=True)
    further = effort._replace(time_limit=left, budget=_MORE_BUDGET)
    more = least_more_hours(enough, further)
    if more is None or more.placed <= len(made.steps):
        return made
    return evolve(
        made,
        hours_needed=more.hours,
        running_hours_needed=more.running,
        would_fit=more.placed,
        hours_proven=more.proven,
    )


def first_seconds(limit: float) -> float:
    """Return how much of a time limit the exact engine's first schedule may take, in seconds."""
    return min(_MOST_OF_SHORT * limit, max(_FIRST_SHARE * limit, _FIRST_SECONDS))


def find_answer(problem: Problem, effort: Effort) -> Answer:
    """Search for the best schedule of a problem with the engine of the effort."""
    if not isinstance(effort.engine, str):
        return _answer_of(problem, ask_engine(effort.engine, problem, effort), effort)
    engine, project = effort.engine, problem.project
    size, limit = len(project.duration), effort.time_limit
    budget = effort.budget or max(1, min(_BUDGET, _PLACEMENTS // max(1, size)))
    if engine == "auto" and not find_spec("ortools"):
        engine = "heuristic"
    begun = time.monotonic()
    alone = engine == "heuristic"
    found = search(
        project,
        budget=budget if alone else max(1, int(budget * _FIRST_SHARE)),
        time_limit=limit if alone or limit is None else first_seconds(limit),
        seed=effort.seed,
        cpu_limit=effort.cpu_limit,
        watch=effort.watch,
    )
    used = "heuristic"
    if engine == "exact" or (engine == "auto" and not found.proven):
        used = "exact"
        if limit is None:
            found = solve(project, found, effort._replace(budget=effort.budget or _BUDGET))
        else:
            left = begun + limit - time.monotonic()
            found = solve_in_time(project, found, effort._replace(time_limit=left))
        used = "heuristic" if found.solver_fault else used
    return _answer_of(problem, found, effort._replace(engine=used))


def _answer_of(problem: Problem, found: Solution, effort: Effort) -> Answer:
    """Return what was found, with the source of its bound and the name of its engine."""
    bound, number = lower_bound(problem.project, found.placed)
    source, role = BoundSource.CHAIN, None
    if found.bound > bound:
        source = BoundSource.ENGINE
    elif number is not None:
        source, role = BoundSource.ROLE, problem.roles[number].role
    return Answer(found, source, role, engine_name(effort.engine), effort.seed)


def _scheduled(explainer: Explainer, step: int, start: int) -> ScheduledStep:
    problem = explainer.problem
    entry, mode = problem.steps[step], explainer.modes[step]
    length = problem.project.lengths[step][mode]
    last = problem.weeks[start + length - 1]
    begin, finish = problem.first_day(start), last.end
    inset = problem.inset[start]
    actual = problem.actual[step] if problem.actual else None
    if actual is not None and actual.started is not None:
        begin, finish = actual.started, actual.finished or finish
    elif entry.starts is StartRule.INSET_DAY and inset is not None:
        begin = finish = inset
    else:
        not_before = problem.plan.not_before.get(entry.id)
        since = max(filter(None, (problem.today, not_before)), default=begin)
        if begin < since <= problem.weeks[start].end:  # a pin can come before it
            begin = problem.first_day(start, since)
    return ScheduledStep(
        step=entry.id,
        title=entry.title,
        lead=problem.ways[step][mode].lead,
        start=begin,
        finish=finish,
        first_week=start,
        weeks=length,
        half_term=problem.weeks[start].half_term,
        finish_half_term=last.half_term,
        slack_weeks=explainer.slack(step),
        reasons=explainer.reasons(step),
        likely_weeks=None if length == entry.weeks.likely else entry.weeks.likely,
        hours_per_week=problem.hours_of(problem.project.modes[step][mode]),
    )


def _load(explainer: Explainer) -> tuple[list[RoleWeek], dict[str, float]]:
    """Return the hours of each week of the plan, and those that go on after it, by role."""
    problem, project = explainer.problem, explainer.project
    end, horizon = max(1, explainer.makespan), project.horizon
    use = {role: [[0, 0] for _ in range(horizon + 1)] for role in range(len(problem.roles))}
    for step, (start, mode) in enumerate(zip(explainer.starts, explainer.modes, strict=True)):
        if start is not None:
            last = start + project.lengths[step][mode]
            for role, units in project.modes[step][mode]:
                for week in range(start, last):
                    use[role][week][0] += units
            for role, units in project.running[step][mode]:
                for week in range(last, horizon + 1):
                    use[role][week][1] += units
    place = {pot: role for role, pot in enumerate(problem.roles)}
    weeks, after = list[RoleWeek](), dict[str, float]()

    def has(pot: int, week: int) -> float:
        return problem.hours(pot, project.capacity[pot][week])

    for name in dict.fromkeys(pot.role for pot in problem.roles):
        mine, apart = place.get(Pot(name)), place.get(Pot(name, running=True))
        kept = mine if apart is None else apart
        assert kept is not None  # noqa: S101  (each role has at least one pot)
        if going := use[kept][horizon][1]:
            after[name] = problem.hours(kept, going)
        weeks += [
            RoleWeek(
                role=name,
                week=problem.weeks[w].start,
                used=0.0 if mine is None else problem.hours(mine, use[mine][w][0]),
                capacity=0.0 if mine is None else has(mine, w),
                running=problem.hours(kept, use[kept][w][1]),
                running_capacity=None if apart is None else has(apart, w),
            )
            for w in range(end)
        ]
    return weeks, after


def to_schedule(explainer: Explainer, answer: Answer) -> Schedule:
    """Return the engine's answer as a `Schedule`, with dates and reasons."""
    problem, (solution, source, role, engine, seed) = explainer.problem, answer
    placed, left_out = [], {}
    for step, start in enumerate(explainer.starts):
        if start is None:
            left_out[problem.steps[step].id] = explainer.why_not_at_all(step)
        else:
            placed.append(_scheduled(explainer, step, start))
    if left_out:
        status = ScheduleStatus.PARTIAL
    elif solution.proven:
        status = ScheduleStatus.OPTIMAL
    else:
        status = ScheduleStatus.FEASIBLE
    end = max(1, explainer.makespan)
    use, after = _load(explainer)
    starts, ends = problem.first_day(0), problem.weeks[end - 1].end
    return Schedule(
        id=derived_id(None, problem.plan.id, "schedule"),
        plan=problem.plan.id,
        calendar=problem.calendar.id,
        engine=engine,
        seed=seed,
        status=status,
        makespan=explainer.makespan,
        lower_bound=solution.bound,
        bound_by=source,
        bound_role=role,
        most_placed=solution.most_placed,
        tried=solution.tried,
        solver_fault=solution.solver_fault,
        options=problem.wishes,
        # Planned again, it follows from what had happened by then, not from the hours alone.
        capacity=problem.capacity if problem.today is None else None,
        starts=starts,
        ends=ends,
        steps=sorted(placed, key=lambda s: (s.first_week, s.finish, s.step)),
        left_out=left_out,
        use=use,
        running_hours=after,
        launch_weeks=early_cost(problem.project, explainer.starts),
        least_launch_weeks=solution.early_bound,
        half_terms=list(dict.fromkeys(w.half_term for w in problem.weeks)),
        projected=[
            evolve(s, start=max(s.start, starts))
            for s in problem.calendar.projected_spans
            if s.end >= starts and s.start <= ends
        ],
    )
