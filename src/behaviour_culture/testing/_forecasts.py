"""Strategies for forecasts, scenarios and beliefs after observations."""

from __future__ import annotations

import datetime as dt
from functools import cache
from operator import attrgetter

from attrs import evolve
from hypothesis import assume
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit.result import AuditResult, Gap, Score, ScoreKind
from behaviour_culture.impact.forecasting.comparison import ForecastComparison, ScenarioDifference
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.forecasting.scenario_runs import ScenarioRun, ScenarioRuns
from behaviour_culture.impact.forecasting.series import ForecastSeries
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.model.source import Mark, Provenance
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.review.learning.beliefs import Beliefs, Observation
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.reason import Reason, ReasonKind
from behaviour_culture.scheduling.result import (
    BoundSource,
    Schedule,
    ScheduledStep,
    ScheduleStatus,
)
from behaviour_culture.testing._basics import Strategy, maybe, numbers, shares, slugs, texts
from behaviour_culture.testing._objects import make
from behaviour_culture.testing._plans import action_plans
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["beliefs", "forecast_comparisons", "forecasts", "scenario_runs", "scenarios"]

_START = dt.date(2026, 9, 1)


@draws(Scenario)
def scenarios() -> Strategy[Scenario]:
    """Draw scenarios with a basis for each setting that differs."""
    return _scenarios()


@st.composite
def _scenarios(draw: st.DrawFn) -> Scenario:
    settings = {
        "staff_turnover": shares(),
        "start_delay_weeks": st.integers(1, 104),
        "capacity": numbers(0.1, 0.9),
        "leader_leaves": st.integers(1, 60),
        "maintenance": st.booleans(),
        "dropout": shares(),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(settings)), unique=True, max_size=3))
    return Scenario(
        id=draw(slugs()),
        name=draw(texts()),
        text=draw(texts(min_size=0)),
        basis={name: draw(texts()) for name in chosen},
        **{name: draw(settings[name]) for name in chosen},  # type: ignore[arg-type]
    )


arrange(
    Observation,
    outcome=st.just("conduct") | slugs(),
    value=numbers(-1.0, 1.0),
    standard_error=numbers(0.01, 1.0),
)


@cache
def _evidence() -> EvidenceBase:
    """Return the shipped evidence without its long texts: failures print what they hold."""
    shipped = bc.load_evidence()
    none = Provenance(mark=Mark.INFERRED)
    return evolve(
        shipped,
        id="drawn",
        summary="",
        sources=[],
        findings=[],
        attainment=[],
        grades=[evolve(g, text="t", basis="b") for g in shipped.grades],
        parameters=[
            evolve(
                p, text="", population="", design="", standard_error_basis="b", tau_basis="b",
                provenance=none,
            )
            for p in shipped.parameters
        ],
        assumptions=[
            evolve(a, text="", unit="", basis="b", provenance=none) for a in shipped.assumptions
        ],
    )  # fmt: skip


def _on_any_schedule() -> Strategy[Scenario]:
    """Draw scenarios with all the hours: the schedules drawn here do not say theirs."""
    return scenarios().map(
        lambda s: evolve(
            s, capacity=1.0, basis={k: v for k, v in s.basis.items() if k != "capacity"}
        )
    )


@draws(Forecast)
@st.composite
def forecasts(draw: st.DrawFn) -> Forecast:
    """Draw forecasts as `forecast` makes them, from few draws and half-terms."""
    plan, result, schedule = draw(_cases())
    return bc.forecast(
        plan,
        result,
        schedule,
        evidence=_evidence(),
        scenario=draw(maybe(_on_any_schedule())),
        half_terms=draw(st.integers(1, 3)),
        draws=200,
        seed=draw(st.integers(0, 3)),
    )


@st.composite
def _cases(draw: st.DrawFn) -> tuple[ActionPlan, AuditResult, Schedule]:
    """Draw a plan, an audit of some of its principles and a schedule of some of its steps."""
    evidence = _evidence()
    plan = draw(action_plans(evidence=evidence, min_steps=1, max_steps=3))
    return plan, _audit(draw, plan), _schedule(draw, plan)


def _audit(draw: st.DrawFn, plan: ActionPlan) -> AuditResult:
    def sure(value: float) -> Estimate:
        return Estimate(value=value, lower=value, upper=value, standard_error=0.1, method="drawn")

    principles = sorted({p for s in plan.steps for p in s.principles})
    found = [p for p in principles if draw(st.booleans())]
    whole = Score(
        kind=ScoreKind.WHOLE, id="whole", name="Whole", estimate=sure(0.5), items=1, assessed=1,
        ratings=1, raters=1, lowest=0, highest=1,
    )  # fmt: skip
    return AuditResult(
        id="drawn",
        framework=plan.framework,
        framework_name="Drawn",
        edition=plan.edition,
        raters=["r"],
        level_labels=["no", "yes"],
        scores=[whole],
        gaps=[
            Gap(
                principle=p, name=p, domain="d", size=sure(draw(shares())), weight=1, priority=1,
                rank=i + 1, reason="drawn",
            )
            for i, p in enumerate(found)
        ],
        method="drawn",
    )  # fmt: skip


def _schedule(draw: st.DrawFn, plan: ActionPlan) -> Schedule:
    placed = {s.id: draw(st.integers(0, 20)) for s in plan.steps if draw(st.booleans())}
    steps = [
        ScheduledStep(
            step=s.id,
            title=s.title,
            lead=s.lead,
            start=_START + dt.timedelta(weeks=placed[s.id]),
            finish=_START + dt.timedelta(weeks=placed[s.id] + 2),
            first_week=placed[s.id],
            weeks=2,
            half_term="Autumn 1",
            finish_half_term="Autumn 1",
            slack_weeks=0,
            reasons=[Reason(kind=ReasonKind.START, week=_START)],
        )
        for s in plan.steps
        if s.id in placed
    ]
    return Schedule(
        id=f"{plan.id}-schedule",
        plan=plan.id,
        calendar="drawn",
        engine="drawn",
        seed=0,
        status=ScheduleStatus.PARTIAL,
        makespan=22,
        lower_bound=1,
        bound_by=BoundSource.CHAIN,
        most_placed=len(plan.steps),
        tried=1,
        options=ScheduleOptions(),
        starts=_START,
        ends=_START + dt.timedelta(weeks=23),
        steps=steps,
        left_out={
            s.id: [Reason(kind=ReasonKind.STOPPED)] for s in plan.steps if s.id not in placed
        },
    )


@draws(ForecastInputs)
def _any_inputs() -> Strategy[ForecastInputs]:
    return forecasts().map(attrgetter("inputs"))


@draws(ForecastSeries)
@st.composite
def _any_series(draw: st.DrawFn) -> ForecastSeries:
    times = draw(st.integers(1, 3))
    six = st.tuples(*[numbers(-1.0, 1.0)] * 6).map(sorted)
    rows = draw(st.lists(six, min_size=times, max_size=times))
    return make(
        draw,
        ForecastSeries,
        mean=[row[2] for row in rows],
        deviation=[row[5] - row[0] for row in rows],
        intervals=[[[row[2 - k], row[3 + k]] for row in rows] for k in range(3)],
    )


@draws(ForecastComparison)
@st.composite
def forecast_comparisons(draw: st.DrawFn) -> ForecastComparison:
    """Draw comparisons of scenarios, as `compare_forecasts` makes them in few draws."""
    plan, result, schedule = draw(_cases())
    return bc.compare_forecasts(
        draw(_several()), plan, result, schedule, evidence=_evidence(), half_terms=2, draws=100
    )


def _several() -> Strategy[list[Scenario]]:
    return st.lists(_on_any_schedule(), min_size=1, max_size=2, unique_by=attrgetter("id"))


@draws(ScenarioRuns)
@st.composite
def scenario_runs(draw: st.DrawFn) -> ScenarioRuns:
    """Draw runs of scenarios, as `run_scenarios` makes them in few draws."""
    plan, result, schedule = draw(_cases())
    return bc.run_scenarios(
        plan, result, schedule, draw(_several()), evidence=_evidence(), half_terms=2, draws=100
    )


@draws(ScenarioRun)
def _any_run() -> Strategy[ScenarioRun]:
    return scenario_runs().map(lambda made: made.runs[0])


@draws(ScenarioDifference)
def _any_difference() -> Strategy[ScenarioDifference]:
    return forecast_comparisons().map(lambda made: made.differences[0])


@draws(Beliefs)
@st.composite
def beliefs(draw: st.DrawFn) -> Beliefs:
    """Draw beliefs as `learn` makes them of a forecast and a vague observation."""
    made = draw(forecasts())
    assume(made.inputs.names + made.inputs.principles)
    seen = Observation(
        half_term=draw(st.integers(1, len(made.ends))),
        outcome=draw(st.sampled_from(made.inputs.names + made.inputs.principles)),
        value=draw(numbers(-0.2, 0.2)),
        standard_error=draw(numbers(2.0, 5.0)),
    )
    return bc.learn(made, [seen], evidence=_evidence())
