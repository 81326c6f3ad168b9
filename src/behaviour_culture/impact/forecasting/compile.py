"""From a plan, an audit, a schedule, evidence and a scenario to the arrays of a forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf, log1p, nan
from typing import Any

from attrs import evolve

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.impact.assumptions import read_assumptions
from behaviour_culture.impact.effect import cited_effects
from behaviour_culture.impact.fidelity import mean_share
from behaviour_culture.impact.forecasting.inputs import ASSUMED, ForecastInputs
from behaviour_culture.impact.forecasting.times import DAYS, Ending
from behaviour_culture.model.evidence import USUAL_SCALES, EvidenceBase, Outcome
from behaviour_culture.model.scenario import AS_PLANNED, Scenario
from behaviour_culture.model.step import ActionStep, StepPhase
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

__all__ = ["assumed_by", "compile_forecast", "forecast_constants", "under_scenario"]

_WEEKS = 7 / DAYS
_SHARES = ("fidelity-mean", "fidelity-strength", "reach-strength")


def compile_forecast(
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule,
    evidence: EvidenceBase,
    times: Sequence[Ending],
) -> ForecastInputs:
    """Return the arrays of a forecast; every number is from one of the arguments.

    Raises
    ------
    UnknownNameError
        An effect parameter, grade or assumption that the evidence does not have.
    """
    steps = plan.steps
    at = {s.id: i for i, s in enumerate(steps)}
    cited = [(i, e) for i, s in enumerate(steps) for e in cited_effects(s, evidence)]
    kinds = sorted({(e.parameter.outcome.value, e.parameter.scale.value) for _, e in cited})
    names = [o if k == USUAL_SCALES[Outcome(o)] else f"{o}-{k}" for o, k in kinds]
    studies = sorted({e.parameter.id for _, e in cited})
    principles = sorted({p for s in steps for p in s.principles})
    gaps = {g.principle: g.size for g in result.gaps}
    c = read_assumptions(evidence, [*ASSUMED, *_SHARES])
    placed = {s.step for s in schedule.steps}
    met = {m.step for m in plan.met}
    months = [t.months for t in times]
    arrays: dict[str, Any] = {  # that the fields freeze
        "months": months,
        **_settings(plan, steps, schedule, assumed_by(evidence), AS_PLANNED, months),
        "effect_mean": [e.graded.mean for _, e in cited],
        "effect_error": [e.graded.error for _, e in cited],
        "effect_spread": [e.graded.spread for _, e in cited],
        "fidelity": [
            (mean_share(plan, s, "fidelity", c["fidelity-mean"]), c["fidelity-strength"])
            for s in steps
        ],
        "reach": [(mean_share(plan, s, "reach", s.reach), c["reach-strength"]) for s in steps],
        "gaps": [
            (gaps[p].value, gaps[p].standard_error or 0.0) if p in gaps else (nan, nan)
            for p in principles
        ],
        "pairs": [(at[s.id], principles.index(p)) for s in steps for p in s.principles],
        "needs": [
            (at[s.id], at[b.step]) for s in steps for b in s.requires if b.step in placed & set(at)
        ],
        "missing": [sum(b.step not in placed | met for b in s.requires) for s in steps],
    }
    return ForecastInputs(
        steps=[s.id for s in steps],
        principles=principles,
        outcomes=names,
        scales=[k for _, k in kinds],
        studies=studies,
        acting=[i for i, _ in cited],
        grades=[e.link.grade for _, e in cited],
        study=[studies.index(e.parameter.id) for _, e in cited],
        outcome=[
            kinds.index((e.parameter.outcome.value, e.parameter.scale.value)) for _, e in cited
        ],
        breadth=len(result.gaps) + len(result.not_assessed),
        **arrays,
    )


def under_scenario(
    case: ForecastInputs,
    plan: ActionPlan,
    schedule: Schedule,
    assumed: Mapping[str, float],
    scenario: Scenario | None,
) -> ForecastInputs:
    """Return a compiled case as a scenario changes it, on the schedule that its hours lead to."""
    if scenario is None:
        return case
    months = case.months.tolist()
    kept = [plan.step(key) for key in case.steps]
    settings = _settings(plan, kept, schedule, assumed, scenario, months)
    return evolve(case, **settings)


def _settings(  # noqa: PLR0913, PLR0917
    plan: ActionPlan,
    steps: Sequence[ActionStep],
    schedule: Schedule,
    assumed: Mapping[str, float],
    case: Scenario,
    months: list[float],
) -> dict[str, Any]:
    """Return all inputs that a scenario decides."""
    starts, ends = _times(plan, steps, schedule, case)
    return {
        "worked": [_worked(m, months, case, assumed) for m in months],
        "starts": starts,
        "ends": ends,
        "constants": forecast_constants(assumed, case),
    }


def _times(
    plan: ActionPlan, steps: Sequence[ActionStep], schedule: Schedule, case: Scenario
) -> tuple[list[float], list[float]]:
    """Return start of work and end of upkeep of each step, in months; NaN as documented."""
    followed = {
        p
        for s in plan.steps
        if s.phase is StepPhase.MONITOR and s.id not in schedule.left_out
        for p in s.principles
    }
    dates = {s.step: s for s in schedule.steps}
    delay = case.start_delay_weeks * _WEEKS
    starts, ends = [], []
    for step in steps:
        entry = dates.get(step.id)
        if entry is None:
            starts.append(nan)
            ends.append(nan)
            continue
        begins = (entry.start - schedule.starts).days / DAYS
        ends_at = ((entry.finish - schedule.starts).days + 1) / DAYS
        # Work that is spread over more weeks than it likely takes shows by as much later.
        spread = 1 - (entry.likely_weeks or entry.weeks) / entry.weeks
        done = ends_at + delay
        starts.append(begins + max(0.0, spread) * (ends_at - begins) + delay)
        followed_up = step.phase is StepPhase.MONITOR or bool(followed & set(step.principles))
        kept = followed_up if case.maintenance is None else case.maintenance
        ends.append(nan if kept else done)
    return starts, ends


def _worked(
    month: float, months: list[float], case: Scenario, assumed: Mapping[str, float]
) -> float:
    """Return months of work: the plan pauses for a while when its leader leaves."""
    if case.leader_leaves is None or case.leader_leaves > len(months):
        return month
    left = months[case.leader_leaves - 1]
    return month if month <= left else max(left, month - assumed["leader-gap-months"])


def assumed_by(
    evidence: EvidenceBase, scenarios: Iterable[Scenario | None] = ()
) -> dict[str, float]:
    """Return the assumptions that the model takes, or that one of the scenarios changes."""
    ramp = evidence.assumption("ramp-months")
    leaves = any(s is not None and s.leader_leaves is not None for s in scenarios)
    changed = ("staff-turnover", "dropout-hazard", *(["leader-gap-months"] if leaves else ()))
    values = read_assumptions(evidence, [*ASSUMED, *changed])
    return values | {"ramp-low": ramp.low, "ramp-high": ramp.high}


def forecast_constants(assumed: Mapping[str, float], case: Scenario) -> dict[str, float]:
    """Return the assumptions that the model takes, as a scenario changes them."""
    usual, dropout = assumed["staff-turnover"], assumed["dropout-hazard"]
    turnover = usual if case.staff_turnover is None else case.staff_turnover
    if case.dropout is not None:
        dropout = -log1p(-case.dropout) if case.dropout < 1 else inf
    constants = {name: assumed[name] for name in (*ASSUMED, "ramp-low", "ramp-high")}
    return constants | {"leavers": max(0.0, turnover - usual), "dropout": min(dropout, 1e6)}
