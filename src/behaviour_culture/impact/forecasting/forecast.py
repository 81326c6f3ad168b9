"""Forecast a plan half-term by half-term, and compare it with scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from behaviour_culture._arrays import frozen_array
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, as_whole
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Some, Unique
from behaviour_culture.impact.effect import why_no_effect
from behaviour_culture.impact.forecasting.compile import compile_forecast
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.result import (
    Delivery,
    Forecast,
    ForecastComparison,
    ForecastSeries,
    ScenarioDifference,
)
from behaviour_culture.impact.forecasting.run import Job, at_means, common_outcomes, run_job
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.impact.forecasting.times import calendar_of, half_term_ends
from behaviour_culture.model.belonging import belongs_faults, calendar_faults, framework_faults
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EffectScale, EvidenceBase, Outcome
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["compare_deliveries", "compare_forecasts", "deliveries", "forecast"]

_MIN_DRAWS, _MAX_DRAWS = 100, 10**9
_MAX_HALF_TERMS = 60
_MAX_WORKERS = 256
_SMD = EffectScale.SMD.value
_UNITS = {
    _SMD: "standard deviation (more is better)",
    EffectScale.LOG_RATE_RATIO.value: "unit of the logarithm of the rate (more is better)",
    EffectScale.LOG_ODDS_RATIO.value: "unit of the logarithm of the odds (more is better)",
}
_PRACTICE = "full score"

_Scenarios: TypeAlias = Annotated[tuple[Scenario, ...], Some(), Unique("id")]
Progress = Callable[[int, int], object]


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
        Called with draws done and draws in all, about every second.

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
    request = _Request(
        plan, result, schedule, calendar, evidence, as_whole(half_terms), as_whole(draws),
        as_seed(seed), as_whole(workers), executor, progress,
    )  # fmt: skip
    check = Check("forecast")
    check.value("scenario", scenario, Scenario | None)
    (inputs,), (tally,), facts = request.run([scenario], check)
    names = {g.principle: g.name for g in result.gaps}
    principles = [(key, names.get(key, key), _PRACTICE) for key in inputs.principles]
    series = _series(inputs, tally, [*_outcomes(inputs), *principles])
    split = len(inputs.names)
    hazard = inputs.constants["dropout"]
    return Forecast(
        id=f"{plan.id}-forecast",
        scenario=scenario,
        outcomes=series[:split],
        maturity=series[split:],
        running=frozen_array([exp(-hazard * (k + 1) / 6) for k in range(len(inputs.months))]),
        left_out=_left_out(plan, schedule),
        inputs=inputs,
        **facts,
    )


def compare_forecasts(  # noqa: PLR0913  (as forecast)
    scenarios: Sequence[Scenario],
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
) -> ForecastComparison:
    """Compare each scenario with the plan as it is, half-term by half-term.

    All cases share their random numbers (common random numbers), so that each draw compares
    one school with itself. Each difference leads with what is delivered, every effect at its
    mean: whether work of this kind helps at all is one question for all cases. The other
    arguments are those of `forecast`.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one, each with an id of its own; `behaviour_culture.content.load_scenario` loads
        those that come with the library.

    Raises
    ------
    InvalidInputError, UnknownNameError
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
    given: list[Any] = list(scenarios) if isinstance(scenarios, (list, tuple)) else [scenarios]
    request = _Request(
        plan, result, schedule, calendar, evidence, as_whole(half_terms), as_whole(draws),
        as_seed(seed), as_whole(workers), executor, progress,
    )  # fmt: skip
    check = Check("compare_forecasts")
    check.value("scenarios", tuple(given), _Scenarios)
    cases, tallies, facts = request.run([None, *given], check)
    labels = _outcomes(cases[0])
    delivered = deliveries(cases, request.draws, request.seed, workers=workers, executor=executor)
    return ForecastComparison(
        id=f"{plan.id}-scenarios",
        differences=[
            ScenarioDifference(
                scenario=s, delivered=entries, outcomes=_series(cases[0], tally, labels)
            )
            for s, entries, tally in zip(given, delivered, tallies, strict=True)
        ],
        **facts,
    )


def compare_deliveries(forecast: Forecast, other: Forecast) -> Entries[Delivery]:
    """Compare how much of each outcome's work two plans deliver over the time of their forecasts.

    For two plans of one audit: their draws share what they have in common, gaps, steps and ramp,
    so that each draw compares them in one school. Every effect is at its mean.

    Parameters
    ----------
    forecast, other : Forecast
        Under the same evidence, with as many half-terms, draws and the same seed.

    Returns
    -------
    tuple of Delivery
        How much the first delivers beside the second, for each outcome that both act on.

    Raises
    ------
    InvalidInputError
        Two forecasts that were not made alike.

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
    check.done()
    for name in ("evidence", "evidence_edition", "draws", "seed", "half_terms"):
        mine, theirs = getattr(forecast, name), getattr(other, name)
        check.add(belongs_faults(f"forecast.{name}", f"other.{name}", (mine,), (theirs,)))
    check.done()
    cases = [other.inputs, forecast.inputs]
    (found,) = deliveries(cases, forecast.draws, forecast.seed)
    return Entries(found)


def deliveries(
    cases: Sequence[ForecastInputs],
    draws: int,
    seed: int,
    *,
    workers: int = 1,
    executor: Executor | None = None,
) -> list[tuple[Delivery, ...]]:
    """Return how much of each common outcome's work each further case delivers beside the first."""
    names = common_outcomes(cases)
    if not names:
        return [() for _ in cases[1:]]
    job = Job(tuple(map(at_means, cases)), seed, draws, delivered=True)
    return [_delivered(names, tally) for tally in run_job(job, workers=workers, executor=executor)]


def _delivered(names: Sequence[str], tally: Tally) -> tuple[Delivery, ...]:
    centre = np.exp(tally.median())
    lower, upper = np.exp(tally.intervals()[-1]).T
    return tuple(
        Delivery(
            outcome=name,
            name=_name(name),
            ratio=Estimate(
                value=float(centre[k]),
                lower=min(float(lower[k]), float(centre[k])),
                upper=max(float(upper[k]), float(centre[k])),
                method="median and quantiles of the draws",
            ),
            ahead=float(tally.better[k] / tally.draws),
            behind=float(tally.worse[k] / tally.draws),
        )
        for k, name in enumerate(names)
    )


class _Request(NamedTuple):
    """The arguments that `forecast` and `compare_forecasts` share."""

    plan: ActionPlan
    result: AuditResult
    schedule: Schedule
    calendar: Years | None
    evidence: EvidenceBase | None
    half_terms: int
    draws: int
    seed: int
    workers: int
    executor: Executor | None
    progress: Progress | None

    def run(
        self, scenarios: Sequence[Scenario | None], check: Check
    ) -> tuple[list[ForecastInputs], list[Tally], dict[str, Any]]:
        """Check, compile and run; return inputs, tallies and the fields that both results have.

        With several scenarios the tallies hold the differences from the first one.
        """
        self._check(check)
        check.done()
        evidence = load_evidence() if self.evidence is None else self.evidence
        year = calendar_of(self.schedule) if self.calendar is None else self._year(Check(""))
        times = half_term_ends(self.schedule.starts, self.half_terms, year)
        cases = [
            compile_forecast(self.plan, self.result, self.schedule, evidence, s, times)
            for s in scenarios
        ]
        tallies = run_job(
            Job(tuple(cases), self.seed, self.draws),
            workers=self.workers,
            executor=self.executor,
            progress=self.progress,
        )
        facts = {
            "plan": self.plan.id,
            "evidence": evidence.id,
            "evidence_edition": evidence.edition,
            "draws": self.draws,
            "seed": self.seed,
            "starts": self.schedule.starts,
            "calendar": None if year is None else year.id,
            "half_terms": [t.label for t in times],
            "ends": [t.end for t in times],
        }
        return cases, tallies, facts

    def _check(self, check: Check) -> None:
        check.value("plan", self.plan, ActionPlan)
        check.value("result", self.result, AuditResult)
        check.value("schedule", self.schedule, Schedule)
        check.value("evidence", self.evidence, EvidenceBase | None)
        if check.ok():
            self._check_fit(check)
        check.whole("half_terms", self.half_terms, 1, _MAX_HALF_TERMS)
        check.whole("draws", self.draws, _MIN_DRAWS, _MAX_DRAWS)
        check.whole("seed", self.seed, 0, 2**63)
        check.whole("workers", self.workers, 1, _MAX_WORKERS)
        if self.executor is not None and not callable(getattr(self.executor, "submit", None)):
            message = f"expected an Executor with a submit method, got {shorten(self.executor)}"
            check.fault("executor", message)
        if self.progress is not None and not callable(self.progress):
            check.fault("progress", f"expected a function, got {shorten(self.progress)}")

    def _year(self, check: Check) -> SchoolYear | None:
        """Return the calendar that was given, as one year, or record its faults."""
        of = self.schedule
        if self.calendar is None:
            return None
        return take_years(self.calendar, check, starts=of.starts, until=of.projected_until)

    def _check_fit(self, check: Check) -> None:
        """Record the faults of arguments that do not belong together."""
        check.add(framework_faults("plan", self.plan, self.result))
        if not self.plan.steps:
            check.fault("plan.steps", "there is no step to forecast")
        schedule, year = self.schedule, self._year(check)
        check.add(belongs_faults("schedule.plan", "plan", (schedule.plan,), (self.plan.id,)))
        if year is None:
            return
        if other := calendar_faults(schedule.calendar, year):
            check.add(other)
        elif year.span.end < max([schedule.starts, *(s.finish for s in schedule.steps)]):
            message = f"ends on {year.span.end}, before the schedule does: schedule the plan again"
            check.fault("calendar", message)


_NAMES = {
    Outcome.CONDUCT: "Conduct",
    Outcome.BULLIED: "Being bullied",
    Outcome.SUSPENSION: "Being suspended",
    Outcome.ABSENCE: "Absence",
    Outcome.ON_TASK: "Time on task",
    Outcome.CLIMATE_STAFF: "What staff see",
    Outcome.CLIMATE_PUPILS: "What pupils see",
}


def _outcomes(inputs: ForecastInputs) -> list[tuple[str, str, str]]:
    """Return id, name and unit of each outcome."""
    scales = dict(zip(inputs.outcomes, inputs.scales, strict=True))
    return [
        (key, _name(key.removesuffix(f"-{scales.get(key)}")), _UNITS[scales.get(key, _SMD)])
        for key in inputs.names
    ]


def _name(outcome: str) -> str:
    return _NAMES[Outcome(outcome)] if outcome in {*Outcome} else outcome


def _series(
    inputs: ForecastInputs, tally: Tally, labels: Sequence[tuple[str, str, str]]
) -> list[ForecastSeries]:
    """Return a series of each of the first rows of a tally, given its id, name and unit."""
    times = len(inputs.months)
    mean, deviation, intervals = tally.means(), tally.deviations(), tally.intervals()
    better, worse = tally.better / tally.draws, tally.worse / tally.draws
    made = []
    for i, (key, name, unit) in enumerate(labels):
        rows = slice(i * times, (i + 1) * times)
        made.append(
            ForecastSeries(
                id=key,
                name=name,
                unit=unit,
                mean=frozen_array(mean[rows]),
                deviation=frozen_array(deviation[rows]),
                intervals=frozen_array(intervals[:, rows]),
                p_benefit=frozen_array(better[rows]),
                p_worse=frozen_array(worse[rows]),
            )
        )
    return made


def _left_out(plan: ActionPlan, schedule: Schedule) -> dict[str, str]:
    placed = {s.step for s in schedule.steps}
    reasons = {
        s.id: why_no_effect(s) if s.id in placed else "it is not in the schedule"
        for s in plan.steps
    }
    return {key: reason for key, reason in reasons.items() if reason}
