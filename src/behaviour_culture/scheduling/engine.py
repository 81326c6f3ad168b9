"""Scheduling a plan: the door through which all engines answer in one `Schedule`."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import NamedTuple

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.checks import require_types, whole_faults
from behaviour_culture.errors import Fault, InvalidInputError, suggest
from behaviour_culture.model.calendar import DateRange, SchoolWeek, SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import StartRule
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.exact import Proof, solve, solve_beside_search
from behaviour_culture.scheduling.explain import Explainer
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import Problem, build_problem
from behaviour_culture.scheduling.project import lower_bound
from behaviour_culture.scheduling.result import (
    RoleWeek,
    Schedule,
    ScheduledStep,
    ScheduleStatus,
)
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.timetable import level_load

__all__ = [
    "ENGINES",
    "Answer",
    "Effort",
    "find_answer",
    "schedule_plan",
    "schedule_with",
    "to_schedule",
]

ENGINES = ("auto", "exact", "heuristic")
_BUDGET = 2_000
_PLACEMENTS = 100_000
"""Steps placed by default, all schedules together: 200 steps take a second (judgement)."""
_HEURISTIC_SHARE = 0.05
"""Part of the work that goes into the exact engine's first answer (measured on PSPLIB)."""


class Effort(NamedTuple):
    """How hard to search, and with what."""

    engine: str = "heuristic"
    budget: int | None = None
    time_limit: float | None = None
    workers: int = 1
    seed: int = 0

    def check(self) -> None:
        """Raise `InvalidInputError` with all that is wrong."""
        faults = []
        if self.engine not in ENGINES:
            known = ", ".join(ENGINES)
            hint = suggest(self.engine, ENGINES)
            faults.append(Fault("engine", f"no engine {self.engine!r}{hint}; known: {known}"))
        for name, low in (("budget", 1), ("workers", 1), ("seed", 0)):
            value = getattr(self, name)
            if name != "budget" or value is not None:
                faults += whole_faults(name, value, low)
        seconds: object = 1 if self.time_limit is None else self.time_limit
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds >= 0:
            message = f"expected seconds from 0, got {self.time_limit!r}"
            faults.append(Fault("time_limit", message))
        if faults:
            raise InvalidInputError("schedule_plan", faults)


class Answer(NamedTuple):
    """What the engines found, and how."""

    proof: Proof
    bound: int
    source: str
    engine: str
    tried: int
    seed: int


def schedule_plan(  # noqa: PLR0913  (each is a decision of the school's)
    plan: ActionPlan,
    *,
    calendar: SchoolYear,
    capacity: Capacity,
    engine: str = "heuristic",
    budget: int | None = None,
    time_limit: float | None = None,
    pins: Mapping[str, dt.date] | None = None,
    deadlines: Mapping[str, dt.date] | None = None,
    launch_limit: int | None = None,
    benefits: Mapping[str, float] | None = None,
    prefer: str = "early-impact",
    workers: int = 1,
    seed: Seed = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Schedule:
    """Give every step of a plan its dates, and say why it cannot start earlier.

    Work happens in teaching weeks only. A step takes its likely number of whole weeks
    without a break other than holidays, and in each of them the hours it asks of each
    role; a role's hours are those of `Capacity.hours`, in a short week too. As many steps
    as possible are placed, then the last one ends as early as possible, then ``prefer``.

    Parameters
    ----------
    plan : ActionPlan
        Its ``starts`` is the first day; the calendar's first day where it has none.
    calendar : SchoolYear
    capacity : Capacity
        What each person in a role can give; every role that a step needs must be there.
    engine : {"heuristic", "exact", "auto"}
        ``exact`` proves the optimum or bounds it (extra ``exact``, OR-Tools); ``auto`` is
        exact where that is installed and the heuristic's own bound does not prove its
        answer, and the heuristic otherwise.
    budget : int, optional
        How many schedules the heuristic builds and compares at most, from 1, and in
        proportion how long the exact engine works. Without one 2,000 for plans of up to 50
        steps, and fewer for larger ones: each schedule takes longer there (judgement: 200
        steps are planned in a second).
    time_limit : float, optional
        Seconds after which the search stops as well, from 0; results may then differ
        between runs. At least one schedule is always built.
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
        Among schedules that end equally early: the steps with most benefit first, or the
        load of each role spread evenly.
    workers : int
        Threads of the exact engine; with more than one, equally good schedules may differ
        between runs.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with (schedules tried, budget).

    Returns
    -------
    Schedule
        What does not fit is in ``unscheduled`` with the reason, never an exception.

    Raises
    ------
    InvalidInputError
        A step needs a role that the school has not got, a pin or a deadline names an
        unknown step or a day without teaching, the calendar ends before the plan starts, a
        bad option.
    MissingExtraError
        ``engine="exact"`` and OR-Tools is not installed.

    Notes
    -----
    The same plan, options, seed and budget give the same schedule, bit for bit, in
    whatever order the steps were given.
    """
    require_types(
        "schedule_plan",
        plan=(plan, ActionPlan),
        calendar=(calendar, SchoolYear),
        capacity=(capacity, Capacity),
    )
    wishes = ScheduleOptions(
        pins=pins or {},
        deadlines=deadlines or {},
        launch_limit=launch_limit,
        benefits=benefits or {},
        prefer=prefer,
    )
    effort = Effort(engine, budget, time_limit, workers, as_seed(seed))
    return schedule_with(plan, calendar, capacity, wishes, effort, progress=progress)


def schedule_with(  # noqa: PLR0913
    plan: ActionPlan,
    calendar: SchoolYear,
    capacity: Capacity,
    wishes: ScheduleOptions,
    effort: Effort,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Schedule:
    """Schedule a plan with options that were made before; see `schedule_plan`."""
    effort.check()
    problem = build_problem(plan, calendar, capacity, wishes)
    answer = find_answer(problem, effort, progress=progress)
    starts, modes = answer.proof.starts, answer.proof.modes
    if wishes.prefer == "level-load":
        starts = level_load(problem.project, starts, modes)
    return to_schedule(plan, calendar, Explainer(problem, starts, modes), wishes, answer)


def find_answer(
    problem: Problem, effort: Effort, *, progress: Callable[[int, int], None] | None = None
) -> Answer:
    """Search for the best schedule of a problem with the engine of the effort."""
    engine, _, time_limit, workers, seed = effort
    project = problem.project
    size = len(project.duration)
    budget = effort.budget or max(1, min(_BUDGET, _PLACEMENTS // max(1, size)))
    if engine == "auto" and not find_spec("ortools"):
        engine = "heuristic"
    begun = time.monotonic()
    # The exact engine begins from the heuristic's answer and needs no long search for it.
    share = 1.0 if engine == "heuristic" else _HEURISTIC_SHARE
    found = search(
        project,
        budget=max(1, int(budget * share)),
        time_limit=None if time_limit is None else time_limit * share,
        seed=seed,
        progress=progress,
    )
    placed = sum(s is not None for s in found.starts)
    proof = Proof(found.starts, found.modes, found.makespan, lower_bound(project, placed)[0], size)
    used = "heuristic"
    proven = placed == size and found.makespan <= proof.bound
    if engine == "exact" or (engine == "auto" and not proven):
        used = "exact"
        left = None if time_limit is None else begun + time_limit - time.monotonic()
        if workers > 1 and left is not None:
            proof = solve_beside_search(project, found, time_limit=left, workers=workers, seed=seed)
        else:
            proof = solve(
                project,
                found,
                budget=effort.budget or _BUDGET,
                time_limit=left,
                workers=workers,
                seed=seed,
            )
    bound, role = lower_bound(project, sum(s is not None for s in proof.starts))
    source = "longest chain of prerequisites" if role is None else f"hours of {problem.roles[role]}"
    if proof.bound > bound:
        bound, source = proof.bound, "exact engine"
    return Answer(proof, bound, source, used, found.tried, seed)


def _first_day(calendar: SchoolYear, week: SchoolWeek, starts: dt.date | None) -> dt.date:
    """Return the first teaching day of a week that is not before the start of the plan."""
    days = DateRange(start=week.start, end=week.end).days()
    return next(d for d in days if calendar.is_teaching_day(d) and (not starts or d >= starts))


def _scheduled(
    plan: ActionPlan, calendar: SchoolYear, explainer: Explainer, step: int
) -> ScheduledStep | None:
    problem, start = explainer.problem, explainer.starts[step]
    if start is None:
        return None
    entry, length = problem.steps[step], problem.project.duration[step]
    first, last = problem.weeks[start], problem.weeks[start + length - 1]
    begin, finish = _first_day(calendar, first, plan.starts), last.end
    inset = problem.inset[start]
    actual = problem.actual[step] if problem.actual else None
    if actual is not None and actual.started is not None:
        begin, finish = actual.started, actual.finished or finish
    elif entry.starts is StartRule.INSET_DAY and inset is not None:
        begin = finish = inset
    return ScheduledStep(
        step=entry.id,
        title=entry.title,
        lead=problem.leads[step][explainer.modes[step]],
        start=begin,
        finish=finish,
        first_week=start,
        weeks=length,
        half_term=first.half_term,
        finish_half_term=last.half_term,
        slack_weeks=explainer.slack(step),
        reasons=explainer.reasons(step),
    )


def to_schedule(
    plan: ActionPlan,
    calendar: SchoolYear,
    explainer: Explainer,
    wishes: ScheduleOptions,
    answer: Answer,
) -> Schedule:
    """Write what the engines found as a `Schedule`, with dates and reasons."""
    problem, weeks = explainer.problem, explainer.problem.weeks
    count = range(len(problem.steps))
    placed = [s for i in count if (s := _scheduled(plan, calendar, explainer, i)) is not None]
    placed.sort(key=lambda s: (s.first_week, s.finish, s.step))
    unscheduled = {
        problem.steps[i].id: explainer.why_not_at_all(i)
        for i in count
        if explainer.starts[i] is None
    }
    if unscheduled:
        status = ScheduleStatus.PARTIAL
    elif explainer.makespan <= answer.bound:
        status = ScheduleStatus.OPTIMAL
    else:
        status = ScheduleStatus.FEASIBLE
    free = explainer.free_units()
    end = max(1, explainer.makespan)
    capacity = problem.project.capacity
    return Schedule(
        id=f"{plan.id}-schedule",
        plan=plan.id,
        calendar=calendar.id,
        engine=answer.engine,
        seed=answer.seed,
        status=status,
        makespan=explainer.makespan,
        lower_bound=answer.bound,
        bound_source=answer.source,
        most_placed=answer.proof.most_placed,
        tried=answer.tried,
        options=wishes,
        starts=_first_day(calendar, weeks[0], plan.starts),
        ends=weeks[end - 1].end,
        steps=placed,
        unscheduled=unscheduled,
        use=[
            RoleWeek(
                role=role,
                week=weeks[w].start,
                used=problem.hours(r, capacity[r][w] - free[r][w]),
                capacity=problem.hours(r, capacity[r][w]),
            )
            for r, role in enumerate(problem.roles)
            for w in range(end)
        ],
        half_terms=list(dict.fromkeys(w.half_term for w in weeks)),
    )
