"""Choosing steps: the best choice within hours, money and launches."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.arguments import Arguments
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import as_whole
from behaviour_culture.impact.choosing.exact import solve_choice
from behaviour_culture.impact.choosing.problem import (
    ChoiceLimits,
    ChoiceProblem,
    build_choice_problem,
)
from behaviour_culture.impact.choosing.reasons import reasons_left_out, value_of
from behaviour_culture.impact.choosing.result import ChoiceStatus, StepChoice
from behaviour_culture.impact.choosing.search import Goal, search_choice, upper_bound
from behaviour_culture.impact.choosing.timing import place_steps
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import Years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.planning.scoring import candidate_plan, scorer_faults, steps_scored
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.statistics.estimates import estimate_of_draws, normal_estimate
from behaviour_culture.typing import BoolArray, FloatArray, Progress, Scorer, Stop

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["ENGINES", "answer_choice", "choose_steps"]

ENGINES = ("heuristic", "exact")
_BUDGET = 300
_EXACT_DRAWS = 400
"""More draws than the exact engine takes for a quantile (a yes or no for each)."""
_FIRST_SHARE_OF_TIME = 0.2
"""Part of the time for the choice from which the exact engine begins (judgement)."""
_BYTES = 32.0
"""Bytes that a draw of one step takes at the most of the work (measured)."""
_TOLERANCE = 1e-6


def choose_steps(  # noqa: PLR0913  (each is a decision of the school's)
    plan: ActionPlan | StepCatalogue,
    benefits: ImpactResult | Mapping[str, float] | ArrayLike | None = None,
    *,
    scorer: Scorer | None = None,
    result: AuditResult | None = None,
    draws: int = 2_000,
    hours: float | Mapping[str, float] | None = None,
    cost_gbp: float | None = None,
    launches: int | None = None,
    quantile: float | None = None,
    calendar: Years | None = None,
    school: School | None = None,
    engine: str = "heuristic",
    budget: int | None = None,
    time_limit: float | None = None,
    workers: int = 1,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> StepChoice:
    r"""Choose the steps that bring most within the available hours, money and launches.

    A chosen step has all its prerequisites among the chosen; its chain ends within the
    year; and no half-term sees more launches than it may.

    Parameters
    ----------
    plan : ActionPlan or StepCatalogue
        The steps to choose from. Those that a plan lists as met need not be done again.
    benefits : ImpactResult, mapping of str to float, or array of shape (draws, steps), optional
        What each step brings, in one unit; 0 for steps without one. Columns are in the order
        of ``plan.steps``, as scorers return them; those of a frame in any order, named by the
        ids of the steps. Benefits add up. Give these or a scorer.
    scorer : Scorer, optional
        A function that scores steps, such as ``impact.planning_index``: its draws are the
        benefits. It is called once with the plan and ``result``; with a catalogue, the plan
        holds all steps of it, no objectives and no progress.
    result : AuditResult, optional
        The audit, for the scorer; only with one.
    draws : int
        Rows that the scorer is asked for, 1 to 10,000,000, as far as memory goes: 32 bytes each
        for every step.
    hours : float or mapping of str to float, optional
        Staff hours in all, or by role, over the year and all people: from 0. A role that is
        not named has no limit.
    cost_gbp : float, optional
        Pounds beyond staff time, from 0; a step takes the middle of its range.
    launches : int, optional
        Steps of the phase ``launch`` that may begin in one half-term, from 0.
    quantile : float, optional
        Between 0 and 1: make this lower quantile of the draws large instead of the mean, so
        that the choice holds in bad cases too. 0.2 is what four draws in five exceed.
    calendar : SchoolYear, or several, optional
        Its teaching weeks, from the plan's start; 39 weeks in six half-terms without it.
    school : School, optional
        How many people hold each role; one without a school.
    engine : {"heuristic", "exact"}
        ``exact`` (extra ``exact``, OR-Tools) proves the optimum or bounds it. With a
        quantile it takes at most 400 draws; with more the heuristic answers, and
        ``engine`` of the result says so.
    budget : int, optional
        Choices that the heuristic builds and compares at most, from 1, and in proportion
        how long the exact engine works; 300 without it.
    time_limit : float, optional
        Seconds after which the search stops as well, in the middle of a choice if need be;
        results may then differ between runs. Without time nothing is proven.
    workers : int
        Threads of the exact engine.
    seed : int, SeedSequence or Generator
        Of the search and of the scorer.
    progress : callable, optional
        Called with ("choosing steps", choices tried, budget), and while the exact engine works
        with ("proving", 0, 1) twenty times a second.
    stop : callable, optional
        Asked again and again while the search goes on, such as ``threading.Event().is_set``:
        once it says True, the best choice so far is returned, in under a second with up to
        500,000 draws. While the scorer works there is none yet, and `StoppedError` is raised.

    Returns
    -------
    StepChoice

    Raises
    ------
    InvalidInputError
        Anything out of range, not finite or of the wrong class, and unknown steps or roles;
        benefits and a scorer, or neither.
    MissingExtraError
        ``engine="exact"`` and OR-Tools is not installed.
    StoppedError
        The scorer was stopped.

    Notes
    -----
    Hours are totals over the year: `schedule_plan` then settles week by week whether the
    chosen steps fit. The sum of benefits leaves out that two steps for one principle overlap
    beyond what the benefits already allow for. The quantile is the sample's own, the
    :math:`\lceil qn \rceil`-th smallest total of n draws (sample average
    approximation [1]_): with few draws it flatters the choice, so judge it on fresh draws.

    References
    ----------
    .. [1] Kleywegt, A. J., Shapiro, A. and Homem-de-Mello, T. (2002). The sample average
       approximation method for stochastic discrete optimization. *SIAM Journal on
       Optimization* 12, 479-502.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> catalogue = bc.load_catalogue("bennett-2017")
    >>> worth = {"teach-routines": 5.0, "coach-teachers": 3.0}
    >>> choice = bc.choose_steps(catalogue, worth, hours=400)
    >>> choice.total_hours <= 400
    True
    """
    watch = Watch(progress, stop)
    effort = Effort(engine, as_whole(budget), time_limit, as_whole(workers), as_seed(seed), watch)
    arguments = Arguments("choose_steps")
    effort.check(arguments, ENGINES)
    if quantile is not None:
        arguments.share("quantile", quantile)
    if scorer is None and benefits is None:
        arguments.fault("benefits", "give the benefit of each step, or a scorer")
    elif scorer is not None and benefits is not None:
        arguments.fault("scorer", "give a scorer or benefits, not both")
    elif scorer is not None:
        benefits = _scored(plan, scorer, result, as_whole(draws), effort, arguments)
    worth = {} if benefits is None else benefits
    limits = ChoiceLimits(hours, cost_gbp, as_whole(launches))
    problem = build_choice_problem(plan, worth, limits, calendar, school, arguments)
    return answer_choice(plan.id, problem, Goal(quantile), effort)


def _scored(  # noqa: PLR0913, PLR0917  (how a scorer is called, and where a fault goes)
    plan: ActionPlan | StepCatalogue,
    scorer: Scorer,
    result: AuditResult | None,
    draws: int,
    effort: Effort,
    arguments: Arguments,
) -> FloatArray | None:
    """Return the scorer's draws of a plan's steps, or of all steps of a catalogue as a plan."""
    if not isinstance(plan, (ActionPlan, StepCatalogue)):
        return None  # a fault of the problem
    arguments.add(scorer_faults("scorer", scorer))
    arguments.within("draws", draws, "draws")
    many = len(plan.steps)
    arguments.kept("draws", draws, _BYTES * many, f"draws of {many} steps")
    if arguments.value("result", result, AuditResult) and result is not None:
        arguments.add(framework_faults("plan", plan, result))
    if not arguments.ok() or result is None:
        return None
    candidates = plan
    if isinstance(candidates, StepCatalogue):
        candidates = candidate_plan(result, plan.steps, catalogue=plan.id)
    scored = steps_scored(
        scorer,
        candidates,
        result,
        draws=draws,
        seed=effort.seed,
        path="scorer",
        faults=arguments.faults,
        watch=effort.watch,
    )
    at = {step.id: i for i, step in enumerate(candidates.steps)}
    return scored[:, [at[step.id] for step in plan.steps]]


def answer_choice(
    plan: str,
    problem: ChoiceProblem,
    goal: Goal,
    effort: Effort,
    *,
    start: BoolArray | None = None,
) -> StepChoice:
    """Search, prove where asked, and return the answer."""
    begun = time.monotonic()
    effort = effort._replace(budget=effort.budget or _BUDGET)
    share = _FIRST_SHARE_OF_TIME if effort.engine == "exact" else 1.0
    limit = None if effort.time_limit is None else share * effort.time_limit
    chosen = search_choice(problem, goal, effort._replace(time_limit=limit), start=start)
    value = value_of(problem, goal, chosen)
    bound = max(value, upper_bound(problem, goal, effort.watch))
    optimal = math.isclose(bound, value, rel_tol=_TOLERANCE, abs_tol=1e-12)
    begins: dict[int, int] = {}
    engine, fault = "heuristic", False
    if effort.engine == "exact" and (goal.quantile is None or len(problem.draws) <= _EXACT_DRAWS):
        left = None
        if effort.time_limit is not None:
            left = begun + effort.time_limit - time.monotonic()
        found = solve_choice(problem, goal, chosen, effort._replace(time_limit=left))
        engine, fault = "heuristic" if found.fault else "exact", found.fault
        better = value_of(problem, goal, found.chosen)
        if better > value + 1e-12:
            chosen, value, begins = found.chosen, better, found.begins
        optimal = optimal or found.optimal
        bound = max(value, min(bound, found.bound))
    begins = place_steps(problem, chosen) or begins
    return StepChoice(
        plan=plan,
        engine=engine,
        quantile=goal.quantile,
        status=ChoiceStatus.OPTIMAL if optimal else ChoiceStatus.FEASIBLE,
        value=value,
        bound=bound,
        solver_fault=fault,
        left_out=reasons_left_out(problem, goal, chosen),
        **_content(problem, chosen, begins),
    )


def _content(
    problem: ChoiceProblem, chosen: BoolArray, begins: Mapping[int, int]
) -> dict[str, Any]:
    inside = sorted(np.flatnonzero(chosen).tolist(), key=lambda i: (begins[i], i))
    ids = [problem.ids[i] for i in inside]
    hours: dict[str, float] = {}
    for i in inside:
        for role, x in problem.role_hours[i].items():
            hours[role] = hours.get(role, 0.0) + x
    mean = problem.draws.mean(axis=0)
    return {
        "steps": ids,
        "titles": dict(zip(problem.ids, problem.titles, strict=True)),
        "half_terms": {
            problem.ids[i]: problem.half_terms[problem.half_term(begins[i])] for i in inside
        },
        "benefits": {problem.ids[i]: float(mean[i]) for i in inside},
        "benefit": _benefit(problem, chosen),
        "hours": dict(sorted(hours.items())),
        "step_hours": {problem.ids[i]: float(problem.hours[i]) for i in inside},
        "cost_gbp": float(problem.cost[chosen].sum()),
    }


def _benefit(problem: ChoiceProblem, chosen: BoolArray) -> Estimate:
    totals = problem.draws[:, chosen].sum(axis=1)
    if problem.errors is None:
        certain = "sum of benefits that were given as certain" if len(totals) == 1 else ""
        return estimate_of_draws(totals, method=certain)
    error = float(problem.errors[chosen].sum())
    method = "sum of means; errors added up, as if all steps erred together"
    return normal_estimate(float(totals[0]), error, method=method, unit="points")
