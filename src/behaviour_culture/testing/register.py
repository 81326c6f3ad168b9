"""Tells hypothesis which strategy draws each class of this library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from behaviour_culture.errors import MissingExtraError

__all__ = ["register", "registered_types"]

_PLACES = {
    "audit.result": "AuditResult: audit_results, Gap: gaps, Score: scores",
    "impact.forecast_model": "ForecastInputs: forecast_inputs",
    "impact.forecast_result": (
        "Forecast: forecasts, ForecastComparison: forecast_comparisons, "
        "ForecastSeries: forecast_series, ScenarioDifference: scenario_differences"
    ),
    "impact.result": "Driver: drivers, ImpactResult: impact_results, ImpactScore: impact_scores",
    "model.audit": "Audit: audits, Response: responses",
    "model.benchmark": "BenchmarkFigure: benchmark_figures, BenchmarkSet: benchmark_sets",
    "model.calendar": (
        "DateRange: date_ranges, DayOff: days_off, HalfTerm: half_terms, "
        "SchoolWeek: school_weeks, SchoolYear: school_years, Term: terms"
    ),
    "model.estimate": "Estimate: estimates",
    "model.evidence": (
        "Assumption: assumptions, EffectParameter: effect_parameters, "
        "EvidenceBase: evidence_bases, Grade: grades"
    ),
    "model.framework": (
        "AuditItem: audit_items, Challenge: challenges, Domain: domains, Feature: features, "
        "Framework: frameworks, Principle: principles, "
        "PrinciplePrerequisite: principle_prerequisites, Recommendation: recommendations, "
        "Section: sections, SystemKind: system_kinds, Unverified: unverified_statements"
    ),
    "model.journey": "Journey: journeys",
    "model.plan": (
        "Inclusion: inclusions, MetStep: met_steps, Milestone: milestones, "
        "Objective: objectives, ProgressReport: progress_reports, SkippedStep: skipped_steps, "
        "StepProgress: step_progresses"
    ),
    "model.programme": "StrandOffer: strand_offers, SupportOffer: support_offers",
    "model.scale": "RatingLevel: rating_levels, RatingScale: rating_scales",
    "model.scenario": "Scenario: scenarios",
    "model.school": (
        "Capacity: capacities, CapacityChange: capacity_changes, Context: contexts, "
        "Expectation: expectations, Procedure: procedures, Role: roles, School: schools, "
        "SchoolSystem: systems"
    ),
    "model.source": "Provenance: provenances, Source: sources, Statement: statements",
    "model.step": (
        "ActionStep: action_steps, CostRange: cost_ranges, EffectLink: effect_links, "
        "Monitoring: monitorings, Prerequisite: prerequisites, RoleTitle: role_titles, "
        "StepCatalogue: catalogues, StepSupport: step_supports, Weeks: durations"
    ),
    "planning.graph": "StepGraph: step_graphs",
    "planning.plan": "ActionPlan: action_plans",
    "review.learning": "Belief: single_beliefs, Beliefs: beliefs, Observation: observations",
    "scheduling.changes": (
        "ScheduleChange: schedule_changes, ScheduleComparison: schedule_comparisons"
    ),
    "scheduling.conflicts": "Conflict: conflicts, Fact: facts",
    "scheduling.options": "ScheduleOptions: schedule_options",
    "scheduling.result": (
        "Reason: reasons, RoleWeek: role_weeks, Schedule: schedules, ScheduledStep: scheduled_steps"
    ),
    "scheduling.robustness": (
        "PolicyOutcome: policy_outcomes, Robustness: robustnesses, "
        "StepRobustness: step_robustnesses"
    ),
}


def _pairs() -> Iterator[tuple[type[Any], str]]:
    for place, pairs in _PLACES.items():
        module = import_module(f"behaviour_culture.{place}")
        for pair in pairs.split(", "):
            name, _, strategy = pair.partition(": ")
            yield getattr(module, name), strategy


def registered_types() -> tuple[type[Any], ...]:
    """Return every class that ``st.from_type`` can draw, sorted by name."""
    return tuple(sorted((cls for cls, _ in _pairs()), key=lambda cls: cls.__name__))


def register() -> None:
    """Let ``st.from_type`` draw every class of the model and every result.

    Hypothesis calls this when it is imported, by the entry point; calling it again does
    no harm. Enums need no entry: hypothesis knows how to draw them.
    """
    try:
        from hypothesis.strategies import register_type_strategy  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("hypothesis", "testing", "drawing examples for tests") from None
    for cls, strategy in _pairs():
        register_type_strategy(cls, _on_use(strategy))


def _on_use(name: str) -> Callable[[Any], Any]:
    """Return a function that builds a strategy when it is asked for.

    Hypothesis is still being imported when it calls `register`: nothing else of this
    package's strategies may be loaded by then.
    """

    def build(_type: object) -> object:
        return getattr(import_module("behaviour_culture.testing.strategies"), name)()

    return build
