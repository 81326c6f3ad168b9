"""From a plan, an audit, a schedule, evidence and a scenario to the arrays of a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log1p, nan
from typing import Any

from behaviour_culture._arrays import frozen_array
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.impact.assumptions import read_assumptions
from behaviour_culture.impact.forecasting.inputs import ASSUMED, ForecastInputs
from behaviour_culture.impact.forecasting.times import DAYS, Ending
from behaviour_culture.model.evidence import EffectParameter, EffectScale, EvidenceBase
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.model.step import ActionStep, StepPhase
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

__all__ = ["compile_forecast"]

_WEEKS = 7 / DAYS
_SHARES = ("fidelity-mean", "fidelity-strength", "reach-strength")


def compile_forecast(  # noqa: PLR0913, PLR0917  (what a forecast is made of)
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule,
    evidence: EvidenceBase,
    scenario: Scenario | None,
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
    effects = [_effect(s, evidence) for s in steps]
    used = [e for e in effects if e is not None]
    kinds = sorted({(e.outcome.value, e.scale.value) for e in used})
    names = [o if k == EffectScale.SMD.value else f"{o}-rate" for o, k in kinds]
    studies = sorted({e.id for e in used})
    principles = sorted({p for s in steps for p in s.principles})
    gaps = {g.principle: g.size for g in result.gaps}
    case = Scenario(id="as-planned", name="As planned") if scenario is None else scenario
    read_assumptions(evidence, [*ASSUMED, *_SHARES])
    starts, ends = _times(steps, schedule, case)
    placed = {s.step for s in schedule.steps}
    met = {m.step for m in plan.met}
    months = [t.months for t in times]
    return ForecastInputs(
        steps=[s.id for s in steps],
        principles=principles,
        outcomes=names,
        scales=[k for _, k in kinds],
        studies=studies,
        months=frozen_array(months),
        worked=frozen_array([_worked(m, months, case, evidence) for m in months]),
        starts=frozen_array(starts),
        ends=frozen_array(ends),
        **_effects(steps, effects, evidence),
        grades=[s.effect.grade if s.effect else "" for s in steps],
        study=[-1 if e is None else studies.index(e.id) for e in effects],
        outcome=[
            -1 if e is None else kinds.index((e.outcome.value, e.scale.value)) for e in effects
        ],
        fidelity=frozen_array([_share(plan, s, "fidelity", evidence) for s in steps]),
        reach=frozen_array([_share(plan, s, "reach", evidence) for s in steps]),
        gaps=frozen_array(
            [
                (gaps[p].value, gaps[p].standard_error or 0.0) if p in gaps else (nan, nan)
                for p in principles
            ]
        ),
        pairs=frozen_array([(at[s.id], principles.index(p)) for s in steps for p in s.principles]),
        needs=frozen_array(
            [
                (at[s.id], at[b.step])
                for s in steps
                for b in s.requires
                if b.step in placed & set(at)
            ]
        ),
        missing=frozen_array(
            [float(sum(b.step not in placed | met for b in s.requires)) for s in steps]
        ),
        constants=_constants(evidence, case),
    )


def _effect(step: ActionStep, evidence: EvidenceBase) -> EffectParameter | None:
    """Return the published effect of a step, or None where it has none or no principle."""
    if step.effect is None or not step.principles:
        return None
    return evidence.parameter(step.effect.parameter)


def _effects(
    steps: tuple[ActionStep, ...],
    effects: list[EffectParameter | None],
    evidence: EvidenceBase,
) -> dict[str, Any]:
    """Return mean, error and spread of each step's effect, signs turned: more is better."""
    found: dict[str, list[float]] = {"effect_mean": [], "effect_error": [], "effect_spread": []}
    for step, effect in zip(steps, effects, strict=True):
        if effect is None or step.effect is None:
            values = (0.0, 0.0, 0.0)
        else:
            grade = evidence.grade(step.effect.grade)
            values = (
                -grade.discount * effect.mean - grade.tau_factor * effect.setting,
                grade.discount * effect.standard_error,
                grade.tau_factor * effect.tau,
            )
        for name, value in zip(found, values, strict=True):
            found[name].append(value)
    return {name: frozen_array(values) for name, values in found.items()}


def _share(
    plan: ActionPlan, step: ActionStep, what: str, evidence: EvidenceBase
) -> tuple[float, float]:
    """Return mean and strength of fidelity or reach; what was reported stands first."""
    mean = step.reach if what == "reach" else evidence.assumption("fidelity-mean").value
    for entry in plan.progress:
        seen = getattr(entry, what)
        if entry.step == step.id and seen is not None:
            mean = seen
    return mean, evidence.assumption(f"{what}-strength").value


def _times(
    steps: tuple[ActionStep, ...], schedule: Schedule, case: Scenario
) -> tuple[list[float], list[float]]:
    """Return start of work and end of upkeep of each step, in months; NaN as documented."""
    followed = {
        p
        for s in steps
        if s.phase is StepPhase.MONITOR and s.id not in schedule.unscheduled
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
        # With fewer hours a step ends later, and shows by as much later.
        done = ends_at / case.capacity + delay
        starts.append(max(delay, done - (ends_at - begins)))
        kept = case.maintenance
        if kept is None:
            kept = step.phase is StepPhase.MONITOR or bool(followed & set(step.principles))
        ends.append(nan if kept else done)
    return starts, ends


def _worked(month: float, months: list[float], case: Scenario, evidence: EvidenceBase) -> float:
    """Return months of work: the plan stands still for a while when its leader leaves."""
    if case.leader_leaves is None or case.leader_leaves > len(months):
        return month
    left = months[case.leader_leaves - 1]
    gap = read_assumptions(evidence, ["leader-gap-months"])["leader-gap-months"]
    return month if month <= left else max(left, month - gap)


def _constants(evidence: EvidenceBase, case: Scenario) -> dict[str, float]:
    constants = read_assumptions(evidence, ASSUMED)
    ramp = evidence.assumption("ramp-months")
    others = read_assumptions(evidence, ("staff-turnover", "dropout-hazard"))
    usual, dropout = others["staff-turnover"], others["dropout-hazard"]
    turnover = usual if case.staff_turnover is None else case.staff_turnover
    if case.dropout is not None:
        dropout = -log1p(-case.dropout) if case.dropout < 1 else inf
    constants |= {
        "ramp-low": ramp.low,
        "ramp-high": ramp.high,
        "leavers": max(0.0, turnover - usual),
        "dropout": min(dropout, 1e6),
    }
    return constants
