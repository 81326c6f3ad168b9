"""Choosing steps: the best that can be done within hours, money and launches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.checks import as_whole, share_faults, whole_faults
from behaviour_culture.errors import Fault, shorten, suggest
from behaviour_culture.impact.choosing.exact import solve_choice
from behaviour_culture.impact.choosing.problem import (
    ChoiceProblem,
    Limits,
    build_choice_problem,
)
from behaviour_culture.impact.choosing.reasons import reasons_left_out, value_of
from behaviour_culture.impact.choosing.result import ChoiceStatus, StepChoice
from behaviour_culture.impact.choosing.search import Goal, search_choice, upper_bound
from behaviour_culture.impact.choosing.timing import place_steps
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.school import School
from behaviour_culture.model.step import StepCatalogue
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import BoolArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Means", "answer_choice", "choose_steps", "step_errors"]

_ENGINES = ("heuristic", "exact")
_EXACT_DRAWS = 400
"""More draws than the exact engine takes for a quantile (a yes or no for each)."""
_LEVEL = 0.95
_TOLERANCE = 1e-6


class Means(NamedTuple):
    """How hard to search, and with what."""

    engine: str
    budget: int
    time_limit: float | None
    workers: int
    seed: int

    def faults(self) -> list[Fault]:
        """Return all that is wrong with them."""
        found = []
        if self.engine not in _ENGINES:
            known = ", ".join(_ENGINES)
            hint = suggest(self.engine, _ENGINES)
            message = f"no engine {shorten(self.engine)}{hint}; known: {known}"
            found.append(Fault("engine", message, shorten(self.engine)))
        for name, low in (("budget", 1), ("workers", 1), ("seed", 0)):
            found += whole_faults(name, getattr(self, name), low)
        seconds: object = 1 if self.time_limit is None else self.time_limit
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds >= 0:
            message = f"expected seconds from 0, got {shorten(self.time_limit)}"
            found.append(Fault("time_limit", message, shorten(self.time_limit)))
        return found


def choose_steps(  # noqa: PLR0913  (each is a decision of the school's)
    plan: ActionPlan | StepCatalogue,
    benefits: ImpactResult | Mapping[str, float] | ArrayLike,
    *,
    hours: float | Mapping[str, float] | None = None,
    cost_gbp: float | None = None,
    launches: int | None = None,
    quantile: float | None = None,
    calendar: SchoolYear | None = None,
    school: School | None = None,
    engine: str = "heuristic",
    budget: int = 300,
    time_limit: float | None = None,
    workers: int = 1,
    seed: Seed = 0,
) -> StepChoice:
    r"""Choose the steps that bring most within the hours, money and launches there are.

    A chosen step has all its prerequisites among the chosen; its chain ends within the
    year; and no half-term sees more launches than it may.

    Parameters
    ----------
    plan : ActionPlan or StepCatalogue
        What to choose from. What a plan says is met need not be done again.
    benefits : ImpactResult, mapping of str to float, or array of shape (draws, steps)
        What each step brings, in one unit; 0 for steps without one. Columns stand in the
        order of ``plan.steps`` (`draw_benefits` makes them), those of a frame in any order
        under the ids of the steps. Benefits add up.
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
    calendar : SchoolYear, optional
        Its teaching weeks, from the plan's start; 39 weeks in six half-terms without it.
    school : School, optional
        How many people hold each role; one where it is not said.
    engine : {"heuristic", "exact"}
        ``exact`` (extra ``exact``, OR-Tools) proves the optimum or bounds it. With a
        quantile it takes at most 400 draws; with more the heuristic answers, and
        ``engine`` of the result says so.
    budget : int
        Choices that the heuristic builds and compares at most, from 1, and in proportion
        how long the exact engine works.
    time_limit : float, optional
        Seconds after which the search stops as well; results may then differ between runs.
    workers : int
        Threads of the exact engine.
    seed : int, SeedSequence or Generator

    Returns
    -------
    StepChoice

    Raises
    ------
    InvalidInputError
        Anything out of range, not finite or of the wrong class, and unknown steps or roles.
    MissingExtraError
        ``engine="exact"`` and OR-Tools is not installed.

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
    means = Means(engine, as_whole(budget), time_limit, as_whole(workers), as_seed(seed))
    faults = means.faults()
    if quantile is not None:
        faults += share_faults("quantile", quantile)
    limits = Limits(hours, cost_gbp, as_whole(launches))
    problem = build_choice_problem(plan, benefits, limits, calendar, school, faults, "choose_steps")
    goal = Goal(quantile)
    spread = step_errors(benefits) if isinstance(benefits, ImpactResult) else None
    return answer_choice(plan.id, problem, goal, means, spread=spread)


def step_errors(result: ImpactResult) -> dict[str, float]:
    """Return the standard error of each step's index, in points."""
    return {s.step: s.index.standard_error or 0.0 for s in result.steps}


def answer_choice(  # noqa: PLR0913  (one answer, from all that is known)
    plan: str,
    problem: ChoiceProblem,
    goal: Goal,
    means: Means,
    *,
    spread: Mapping[str, float] | None = None,
    start: BoolArray | None = None,
) -> StepChoice:
    """Search, prove where asked, and say it all in one `StepChoice`."""
    chosen = search_choice(
        problem,
        goal,
        budget=means.budget,
        time_limit=means.time_limit,
        seed=means.seed,
        start=start,
    )
    value = value_of(problem, goal, chosen)
    bound = max(value, upper_bound(problem, goal))
    optimal = math.isclose(bound, value, rel_tol=_TOLERANCE, abs_tol=1e-12)
    begins: dict[int, int] = {}
    engine = "heuristic"
    can = goal.quantile is None or len(problem.draws) <= _EXACT_DRAWS
    if means.engine == "exact" and can:
        engine = "exact"
        found = solve_choice(
            problem,
            goal,
            chosen,
            budget=means.budget,
            time_limit=means.time_limit,
            workers=means.workers,
            seed=means.seed,
        )
        better = value_of(problem, goal, found.chosen)
        if better > value + 1e-12:
            chosen, value, begins = found.chosen, better, found.begins
        optimal = optimal or found.optimal
        bound = value if optimal else max(value, min(bound, found.bound))
    begins = place_steps(problem, chosen) or begins
    return StepChoice(
        plan=plan,
        engine=engine,
        quantile=goal.quantile,
        status=ChoiceStatus.OPTIMAL if optimal else ChoiceStatus.FEASIBLE,
        value=value,
        bound=bound,
        left_out=reasons_left_out(problem, goal, chosen),
        **_content(problem, chosen, begins, spread),
    )


def _content(
    problem: ChoiceProblem,
    chosen: BoolArray,
    begins: Mapping[int, int],
    spread: Mapping[str, float] | None,
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
        "benefit": _benefit(problem, chosen, spread),
        "hours": dict(sorted(hours.items())),
        "step_hours": {problem.ids[i]: float(problem.hours[i]) for i in inside},
        "cost_gbp": float(problem.cost[chosen].sum()),
    }


def _benefit(
    problem: ChoiceProblem, chosen: BoolArray, spread: Mapping[str, float] | None
) -> Estimate:
    totals = problem.draws[:, chosen].sum(axis=1)
    value = float(totals.mean())
    if len(totals) > 1:
        tail = (1 - _LEVEL) / 2
        lower, upper = (float(x) for x in np.quantile(totals, [tail, 1 - tail]))
        return Estimate(
            value=value,
            lower=min(value, lower),
            upper=max(value, upper),
            standard_error=float(totals.std(ddof=1)),
            method=f"mean and quantiles of {len(totals):,} draws",
        )
    if spread is None:
        return Estimate(
            value=value,
            lower=value,
            upper=value,
            method="sum of benefits that were given as certain",
        )
    error = sum(spread.get(problem.ids[i], 0.0) for i in np.flatnonzero(chosen).tolist())
    return Estimate(
        value=value,
        lower=value - 1.96 * error,
        upper=value + 1.96 * error,
        standard_error=error,
        method="sum of means; errors added up, as if all steps erred together",
        unit="points",
    )
