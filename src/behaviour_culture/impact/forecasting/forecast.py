"""Forecast a plan half-term by half-term, and compare ways in which things may go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from typing import TYPE_CHECKING, Any

from attrs import evolve

from behaviour_culture._arrays import frozen_array
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import as_whole, type_faults, whole_faults
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.impact._given import framework_faults
from behaviour_culture.impact.forecasting.compiled import compile_forecast
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.result import (
    Forecast,
    ForecastComparison,
    ForecastSeries,
    ScenarioDifference,
)
from behaviour_culture.impact.forecasting.run import Job, run_job
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.impact.forecasting.times import Ending, calendar_of, half_term_ends
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["compare_forecasts", "forecast"]

_MIN_DRAWS, _MAX_DRAWS = 100, 10**9
_MAX_HALF_TERMS = 60
_MAX_WORKERS = 256
_SMD = "standard deviation (more is better)"
_RATE = "unit of the logarithm of the rate (more is better)"
_PRACTICE = "full score"

Progress = Callable[[int, int], object]


def forecast(  # noqa: PLR0913  (each is a decision of the user's)
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule,
    *,
    calendar: SchoolYear | None = None,
    evidence: EvidenceBase | None = None,
    scenario: Scenario | None = None,
    half_terms: int = 12,
    draws: int = 10_000,
    seed: Seed = 0,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Forecast:
    r"""Say what to expect of a plan at the end of each half-term, and how sure that is.

    Parameters
    ----------
    plan : ActionPlan
        With at least one step.
    result : AuditResult
        The audit, for the gap at each principle and how sure it is.
    schedule : Schedule
        When each step begins and ends; steps that it leaves out add nothing.
    calendar : SchoolYear, optional
        The one that the schedule was made with, for its half-terms; those after it are taken
        52 weeks later. Where not given, it is looked up by its id among those that come with
        the library or an installed package. Where it is not among them, a half-term is two
        calendar months.
    evidence : EvidenceBase, optional
        Effects and assumptions; the shipped ``behaviour-2026`` where not given.
    scenario : Scenario, optional
        In which way things go otherwise than planned.
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
    or pupils is a share of the change in behaviour plus a spread of its own, correlated
    between the two and never averaged. Maturity is :math:`1 - g_p \prod_i (1 - q\,f_i\,
    u_i\,R_i\,D_i / |P_i|)`. Every constant stands in the evidence file with its source or
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
    ['behaviour', 'staff-view', 'pupil-view']
    """
    half_terms, draws, workers = map(as_whole, (half_terms, draws, workers))
    seed = as_seed(seed)
    base = _checked(
        "forecast", plan, result, schedule, calendar, evidence, half_terms, draws, seed, workers,
        executor, progress, [] if scenario is None else [("scenario", scenario)],
    )  # fmt: skip
    year, times = _times(schedule, calendar, half_terms)
    inputs = compile_forecast(plan, result, schedule, base, scenario, times)
    (tally,) = run_job(
        Job((inputs,), seed, draws), workers=workers, executor=executor, progress=progress
    )
    series = _series(inputs, tally)
    split = len(inputs.names)
    hazard = inputs.constants["dropout"]
    return Forecast(
        id=f"{plan.id}-forecast",
        plan=plan.id,
        evidence=base.id,
        evidence_edition=base.edition,
        scenario=scenario,
        draws=draws,
        seed=seed,
        starts=schedule.starts,
        calendar=year,
        half_terms=[t.label for t in times],
        ends=[t.end for t in times],
        outcomes=series[:split],
        maturity=[_named(s, result) for s in series[split:]],
        running=frozen_array([exp(-hazard * (k + 1) / 6) for k in range(half_terms)]),
        left_out=_left_out(plan, schedule),
        inputs=inputs,
    )


def compare_forecasts(  # noqa: PLR0913  (as forecast)
    scenarios: Sequence[Scenario],
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule,
    *,
    calendar: SchoolYear | None = None,
    evidence: EvidenceBase | None = None,
    half_terms: int = 12,
    draws: int = 10_000,
    seed: Seed = 0,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> ForecastComparison:
    """Say what each scenario changes against the plan as it is, half-term by half-term.

    All cases share their random numbers (common random numbers), so that each draw compares
    one school with itself. The other arguments are those of `forecast`.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one, each with an id of its own; ``behaviour_culture.model.scenario.SCENARIOS``
        are those that come with the library.

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
    >>> bool(seen.scenario("late").outcome("behaviour").mean[2] < 0)
    True
    """
    half_terms, draws, workers = map(as_whole, (half_terms, draws, workers))
    seed = as_seed(seed)
    given: list[Any] = list(scenarios) if isinstance(scenarios, (list, tuple)) else [scenarios]
    base = _checked(
        "compare_forecasts", plan, result, schedule, calendar, evidence, half_terms, draws, seed,
        workers, executor, progress,
        [(f"scenarios[{i}]", s) for i, s in enumerate(given)] or None,
    )  # fmt: skip
    year, times = _times(schedule, calendar, half_terms)
    cases = [compile_forecast(plan, result, schedule, base, s, times) for s in (None, *given)]
    tallies = run_job(
        Job(tuple(cases), seed, draws), workers=workers, executor=executor, progress=progress
    )
    return ForecastComparison(
        id=f"{plan.id}-scenarios",
        plan=plan.id,
        evidence=base.id,
        evidence_edition=base.edition,
        draws=draws,
        seed=seed,
        starts=schedule.starts,
        calendar=year,
        half_terms=[t.label for t in times],
        ends=[t.end for t in times],
        differences=[
            ScenarioDifference(scenario=s, outcomes=_series(cases[0], tally, maturity=False))
            for s, tally in zip(given, tallies, strict=True)
        ],
    )


def _checked(  # noqa: PLR0913, PLR0917
    subject: str,
    plan: object,
    result: object,
    schedule: object,
    calendar: object,
    evidence: object,
    half_terms: object,
    draws: object,
    seed: object,
    workers: object,
    executor: object,
    progress: object,
    scenarios: list[tuple[str, object]] | None,
) -> EvidenceBase:
    """Return the evidence, or raise one error with all faults of the arguments."""
    given: dict[str, tuple[object, type]] = {
        "plan": (plan, ActionPlan),
        "result": (result, AuditResult),
        "schedule": (schedule, Schedule),
    }
    if calendar is not None:
        given["calendar"] = (calendar, SchoolYear)
    if evidence is not None:
        given["evidence"] = (evidence, EvidenceBase)
    faults = type_faults(**given)
    if isinstance(plan, ActionPlan):
        if not plan.steps:
            faults.append(Fault("plan.steps", "there is no step to forecast"))
        if isinstance(result, AuditResult):
            faults += framework_faults("plan", plan, result)
        if isinstance(schedule, Schedule) and schedule.plan != plan.id:
            message = f"it is for the plan {schedule.plan!r}, not {plan.id!r}"
            faults.append(Fault("schedule", message))
    if isinstance(calendar, SchoolYear) and isinstance(schedule, Schedule):
        faults += _calendar_faults(calendar, schedule)
    faults += whole_faults("half_terms", half_terms, 1, _MAX_HALF_TERMS)
    faults += whole_faults("draws", draws, _MIN_DRAWS, _MAX_DRAWS)
    faults += whole_faults("seed", seed, 0, 2**63)
    faults += whole_faults("workers", workers, 1, _MAX_WORKERS)
    if executor is not None and not callable(getattr(executor, "submit", None)):
        message = f"expected an Executor with a submit method, got {shorten(executor)}"
        faults.append(Fault("executor", message))
    if progress is not None and not callable(progress):
        faults.append(Fault("progress", f"expected a function, got {shorten(progress)}"))
    faults += _scenario_faults(scenarios)
    if faults:
        raise InvalidInputError(subject, faults)
    return evidence if isinstance(evidence, EvidenceBase) else load_evidence()


def _calendar_faults(year: SchoolYear, schedule: Schedule) -> list[Fault]:
    if year.id != schedule.calendar:
        message = f"is {year.id!r}, the schedule was made with {schedule.calendar!r}"
        return [Fault("calendar.id", message)]
    if year.end < max([schedule.starts, *(s.finish for s in schedule.steps)]):
        message = f"ends on {year.end}, before the schedule does: schedule the plan again"
        return [Fault("calendar", message)]
    return []


def _times(
    schedule: Schedule, calendar: SchoolYear | None, half_terms: int
) -> tuple[str | None, tuple[Ending, ...]]:
    """Return the id of the calendar whose half-terms are used, and their ends."""
    year = calendar_of(schedule) if calendar is None else calendar
    return (year.id if year else None), half_term_ends(schedule.starts, half_terms, year)


def _scenario_faults(scenarios: list[tuple[str, object]] | None) -> list[Fault]:
    if scenarios is None:
        return [Fault("scenarios", "give at least one scenario to compare with the plan")]
    faults: list[Fault] = []
    seen: set[str] = set()
    for name, value in scenarios:
        if not isinstance(value, Scenario):
            faults += type_faults(**{name: (value, Scenario)})
        elif value.id in seen:
            faults.append(Fault(f"{name}.id", f"{value.id!r} stands twice", value.id))
        else:
            seen.add(value.id)
    return faults


_NAMES = {
    "behaviour": "Behaviour",
    "suspensions": "Suspensions",
    "bullying": "Bullying",
    "absence": "Absence",
    "staff-view": "What staff see",
    "pupil-view": "What pupils see",
}


def _series(inputs: ForecastInputs, tally: Tally, *, maturity: bool = True) -> list[ForecastSeries]:
    times = len(inputs.months)
    ids = [*inputs.names, *(inputs.principles if maturity else ())]
    mean, deviation = tally.means(), tally.deviations()
    intervals = tally.intervals()
    better, worse = tally.better / tally.draws, tally.worse / tally.draws
    made = []
    for i, key in enumerate(ids):
        rows = slice(i * times, (i + 1) * times)
        rate = key.endswith("-rate") and i < len(inputs.names)
        unit = _RATE if rate else _SMD
        name = _NAMES.get(key.removesuffix("-rate"), key)
        made.append(
            ForecastSeries(
                id=key,
                name=name if i < len(inputs.names) else key,
                unit=unit if i < len(inputs.names) else _PRACTICE,
                mean=frozen_array(mean[rows]),
                deviation=frozen_array(deviation[rows]),
                intervals=frozen_array(intervals[:, rows]),
                p_benefit=frozen_array(better[rows]),
                p_worse=frozen_array(worse[rows]),
            )
        )
    return made


def _named(series: ForecastSeries, result: AuditResult) -> ForecastSeries:
    names = {g.principle: g.name for g in result.gaps}
    return evolve(series, name=names.get(series.id, series.name))


def _left_out(plan: ActionPlan, schedule: Schedule) -> dict[str, str]:
    found = {}
    placed = {s.step for s in schedule.steps}
    for step in plan.steps:
        if step.id not in placed:
            found[step.id] = "it is not in the schedule"
        elif step.effect is None:
            found[step.id] = "it names no published effect"
        elif not step.principles:
            found[step.id] = "it answers no principle of the framework"
    return found
