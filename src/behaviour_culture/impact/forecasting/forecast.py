"""Forecast a plan half-term by half-term, and compare it with scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp
from typing import TYPE_CHECKING

from behaviour_culture._arrays import frozen_array
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, as_whole
from behaviour_culture.fields import Slug, derived_id
from behaviour_culture.impact.effect import why_no_effect
from behaviour_culture.impact.forecasting.cases import (
    ComparedCase,
    compare_cases,
    deliveries,
    unscheduled,
)
from behaviour_culture.impact.forecasting.comparison import (
    Delivery,
    ForecastComparison,
    ScenarioDifference,
)
from behaviour_culture.impact.forecasting.labels import outcome_labels, series_of
from behaviour_culture.impact.forecasting.request import ForecastRequest, take_scenarios
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.forecasting.run import Job, run_job
from behaviour_culture.model.belonging import belongs_faults
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.model.school_years import Years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.typing import Progress, Stop

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["compare_deliveries", "compare_forecasts", "forecast"]

_PRACTICE = "full score"


def forecast(  # noqa: PLR0913  (each is a decision of the user's)
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule,
    *,
    calendar: Years | None = None,
    evidence: EvidenceBase | None = None,
    scenario: Scenario | None = None,
    half_terms: int = 12,
    draws: int = 10_000,
    seed: Seed = 0,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> Forecast:
    r"""Forecast the outcomes of a plan at the end of each half-term, with their uncertainty.

    Parameters
    ----------
    plan : ActionPlan
        With at least one step.
    result : AuditResult
        The audit, for the gap at each principle and its uncertainty.
    schedule : Schedule
        When each step begins and ends; steps that it leaves out add nothing.
    calendar : SchoolYear, or several, optional
        The one that the schedule was made with, for its half-terms; those after it are taken
        52 weeks later. Where not given, it is looked up by its id among those that come with
        the library or an installed package. Where it is not among them, a half-term is two
        calendar months.
    evidence : EvidenceBase, optional
        Effects and assumptions; the shipped ``behaviour-2026`` where not given.
    scenario : Scenario, optional
        How events depart from the plan.
    half_terms : int
        1 to 60; the twelve of two years are judgement, since effects take about that long.
    draws : int
        Monte Carlo draws, 100 to 1,000,000,000, in about the same memory.
    seed : int, SeedSequence or Generator
        The same seed gives the same bits for any number of workers. The forecast keeps a
        whole number, which of the latter two is drawn.
    workers : int
        Processes to run on, 1 to 256; with an executor, how many tasks it takes at a time.
    executor : concurrent.futures.Executor, optional
        Runs the work instead of processes of our own.
    progress : callable, optional
        Called with ("forecasting", draws done, draws in all), about every half second.
    stop : callable, optional
        Asked again and again, such as ``threading.Event().is_set``: once it says True, in under
        a second `StoppedError` is raised, and processes of our own are ended. What an
        ``executor`` has begun it finishes.
    id : str, optional
        The forecast's id; that of the plan and ``forecast`` without it.

    Returns
    -------
    Forecast

    Raises
    ------
    InvalidInputError
        Arguments that do not fit each other, or are out of range: all of them at once.
    UnknownNameError
        An effect parameter, grade or assumption that the evidence does not have.
    WorkersLostError
        Worker processes died again and again.
    StoppedError
        The forecast was stopped.

    Notes
    -----
    With more than one worker, a script must make the call under
    ``if __name__ == "__main__":``, since worker processes import it.

    In every draw, for step :math:`i` at principle :math:`p` and time :math:`t`,

    .. math:: \delta_{ip}(t) = g_p\,\theta_i\,r_i\,h(f_i)\,R(t - s_i)\,D_i(t)
              \prod_{j \prec i} u(f_j)\,/\,|P_i|

    Gap, effect (with its evidence discount), reach, fidelity and unlock are those of
    `score_impact`. The ramp is :math:`R(a) = 1 - e^{-a/T}` from the step's start on; the decay
    :math:`D` begins when nobody keeps the step up, or when the plan is given up, which
    happens at a constant hazard [1]_ at the end of a half-term; a prerequisite that is
    neither met nor scheduled counts as unlocked by the minimum. Within a principle the m-th
    largest contribution counts :math:`\rho^{m-1}`, and so do the principles among each other;
    the sum is capped. Outcomes on different scales are never added. Steps that cite one
    study share its draws, a school shares its draw of how well each takes. The view of staff
    or pupils is a share of the change in conduct plus a spread of its own, correlated
    between the two and never averaged. Maturity is :math:`1 - g_p \prod_i (1 - q\,f_i\,
    u_i\,R_i\,D_i / |P_i|)`. Every constant is in the evidence file, with its source or
    the word judgement. Quantiles are read from 1,024 bins between the caps, so they are off
    by at most one bin: 0.001 standard deviations at the shipped cap.

    References
    ----------
    .. [1] Nese, R. et al. (2016). *Behavioral Disorders* 42, 261-270: 7% of 915 schools had
       given up within five years.

    Examples
    --------
    >>> from pathlib import Path
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey(Path("examples/illustrative_journey.toml"))
    >>> seen = forecast(made.plan, made.result, made.schedule, draws=2_000)
    >>> [s.id for s in seen.outcomes]
    ['conduct', 'climate-staff', 'climate-pupils']
    """
    request = ForecastRequest(
        plan, result, schedule, calendar, evidence, as_whole(half_terms), as_whole(draws),
        as_seed(seed), as_whole(workers), executor, Watch(progress, stop),
    )  # fmt: skip
    check = Check("forecast")
    check.value("scenario", scenario, Scenario | None)
    check.value("id", id, Slug | None)
    (inputs,), (under,), facts = request.compiled([scenario], check)
    (tally,) = run_job(
        Job((inputs,), request.seed, request.draws),
        workers=request.workers,
        executor=executor,
        watch=request.watch,
    )
    names = {g.principle: g.name for g in result.gaps}
    principles = [(key, names.get(key, key), _PRACTICE) for key in inputs.principles]
    series = series_of(inputs, tally, [*outcome_labels(inputs), *principles])
    split = len(inputs.names)
    hazard = inputs.constants["dropout"]
    return Forecast(
        id=derived_id(id, plan.id, "forecast"),
        scenario=scenario,
        outcomes=series[:split],
        maturity=series[split:],
        running=frozen_array([exp(-hazard * (k + 1) / 6) for k in range(len(inputs.months))]),
        left_out=_left_out(plan, under),
        inputs=inputs,
        **facts,
    )


def compare_forecasts(  # noqa: PLR0913  (as forecast)
    scenarios: Iterable[Scenario],
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule,
    *,
    calendar: Years | None = None,
    evidence: EvidenceBase | None = None,
    half_terms: int = 12,
    draws: int = 10_000,
    seed: Seed = 0,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> ForecastComparison:
    """Compare each scenario with the plan as it is, half-term by half-term.

    All cases share their random numbers (common random numbers), so that each draw compares
    one school with itself. Each difference leads with what is delivered, every effect at its
    mean: whether work of this kind helps at all is one question for all cases. The other
    arguments are those of `forecast`.

    Parameters
    ----------
    scenarios : iterable of Scenario
        At least one, each with an id of its own; `behaviour_culture.content.load_content`
        loads those that come with the library.
    progress : callable, optional
        Called along the way with ("comparing scenarios", draws done, draws in all), those of all
        scenarios together.
    id : str, optional
        The id of the comparison; that of the plan and ``scenarios`` without it.

    Raises
    ------
    InvalidInputError, UnknownNameError, WorkersLostError, StoppedError
        As `forecast`.

    Examples
    --------
    >>> from pathlib import Path
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey(Path("examples/illustrative_journey.toml"))
    >>> late = bc.Scenario(id="late", name="Late", start_delay_weeks=13,
    ...                    basis={"start_delay_weeks": "judgement: a term"})
    >>> seen = compare_forecasts([late], made.plan, made.result, made.schedule, draws=1_000)
    >>> bool(seen.scenario("late").outcome("conduct").mean[4] < 0)
    True
    """
    request = ForecastRequest(
        plan, result, schedule, calendar, evidence, as_whole(half_terms), as_whole(draws),
        as_seed(seed), as_whole(workers), executor, Watch(progress, stop),
    )  # fmt: skip
    check = Check("compare_forecasts")
    check.value("id", id, Slug | None)
    given = take_scenarios(scenarios, check)
    cases, schedules, facts = request.compiled([None, *given], check, alone=True)
    found: dict[int, ComparedCase] = {}
    compare_cases(
        cases,
        request.seed,
        request.draws,
        found.__setitem__,
        workers=request.workers,
        executor=executor,
        watch=request.watch,
    )
    return ForecastComparison(
        id=derived_id(id, plan.id, "scenarios"),
        differences=[
            ScenarioDifference(
                scenario=s,
                delivered=found[i].delivered,
                outcomes=found[i].differences,
                unscheduled=unscheduled(plan, under),
            )
            for i, (s, under) in enumerate(zip(given, schedules[1:], strict=True))
        ],
        **facts,
    )


def compare_deliveries(
    forecast: Forecast,
    other: Forecast,
    *,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Entries[Delivery]:
    """Compare how much of each outcome's work two plans deliver over the time of their forecasts.

    For two plans of one audit: their draws share what they have in common, gaps, steps and ramp,
    so that each draw compares them in one school. Every effect is at its mean.

    Parameters
    ----------
    forecast, other : Forecast
        Under the same evidence, with as many half-terms, draws and the same seed.
    progress, stop
        As `forecast`; the stage is "comparing deliveries".

    Returns
    -------
    tuple of Delivery
        How much the first delivers beside the second, for each outcome that both act on.

    Raises
    ------
    InvalidInputError
        Two forecasts that were not made alike.
    StoppedError
        The comparison was stopped.

    Examples
    --------
    >>> from pathlib import Path
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey(Path("examples/illustrative_journey.toml"))
    >>> seen = forecast(made.plan, made.result, made.schedule, draws=1_000)
    >>> print(*compare_deliveries(seen, seen))
    Conduct: if it helps at all, it delivers 1.00 times as much (1.00 to 1.00), more in 0.0% of draws and less in 0.0%: the evidence cannot tell the two apart
    """  # noqa: E501
    check = Check("compare_deliveries")
    check.value("forecast", forecast, Forecast)
    check.value("other", other, Forecast)
    watch = check.watch(progress, stop)
    check.done()
    for name in ("evidence", "evidence_edition", "draws", "seed", "half_terms"):
        mine, theirs = getattr(forecast, name), getattr(other, name)
        check.add(belongs_faults(f"forecast.{name}", f"other.{name}", (mine,), (theirs,)))
    check.done()
    cases = [other.inputs, forecast.inputs]
    return Entries(deliveries(cases, forecast.draws, forecast.seed, watch))


def _left_out(plan: ActionPlan, schedule: Schedule) -> dict[str, str]:
    placed = {s.step for s in schedule.steps}
    reasons = {
        s.id: why_no_effect(s) if s.id in placed else "it is not in the schedule"
        for s in plan.steps
    }
    return {key: reason for key, reason in reasons.items() if reason}
