"""Tells hypothesis which strategy draws each class of this library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from behaviour_culture.errors import MissingExtraError

__all__ = ["register", "registered_types"]

_PLACES = {
    "disclosure": "DisclosureRules: disclosure_rules",
    "audit.carrying": "CarriedResult: carried_results, CarriedScore: carried_scores",
    "audit.difference": "ScoreDifference: score_differences",
    "audit.groups": (
        "GroupAgreement: group_agreements, GroupResult: group_results, "
        "GroupedResult: grouped_results"
    ),
    "audit.profile": "AuditProfile: audit_profiles, LevelCounts: level_counts",
    "audit.result": (
        "AuditResult: audit_results, Gap: gaps, Score: scores, ThresholdScore: threshold_scores"
    ),
    "audit.rounds": "RoundComparison: round_comparisons",
    "impact.index.result": (
        "Driver: drivers, ImpactResult: impact_results, ImpactScore: impact_scores"
    ),
    "model.audit": "Audit: audits, Response: responses",
    "model.benchmark": "BenchmarkFigure: benchmark_figures, BenchmarkSet: benchmark_sets",
    "model.calendar": (
        "DateRange: date_ranges, DayOff: days_off, HalfTerm: half_terms, "
        "SchoolWeek: school_weeks, SchoolYear: school_years, Term: terms"
    ),
    "model.applied_change": "AppliedChange: applied_changes",
    "model.crosswalk": "Crosswalk: crosswalks, CrosswalkLink: crosswalk_links",
    "model.framework_difference": (
        "EntryChange: entry_changes, FrameworkDifference: framework_differences"
    ),
    "model.estimate": "Estimate: estimates",
    "model.evidence": (
        "Assumption: assumptions, EffectParameter: effect_parameters, "
        "EvidenceBase: evidence_bases, Grade: grades"
    ),
    "model.exposure": "PeriodExposure: period_exposures",
    "model.finding": "AttainmentFinding: attainment_findings, Finding: findings",
    "model.framework": (
        "AuditItem: audit_items, Challenge: challenges, Domain: domains, Feature: features, "
        "Framework: frameworks, Principle: principles, "
        "PrinciplePrerequisite: principle_prerequisites, Recommendation: recommendations, "
        "Section: sections, SystemKind: system_kinds, Unverified: unverified_statements"
    ),
    "model.hub": "Hub: hubs, LeadSchool: lead_schools, PartnerSchool: partner_schools",
    "model.indicator": (
        "Indicator: indicators, IndicatorSet: indicator_sets, RecordingChange: recording_changes, "
        "Series: series_lists, SeriesPeriod: series_periods"
    ),
    "model.instrument": "Instrument: instruments, InstrumentPart: instrument_parts",
    "model.journey": "Journey: journeys",
    "model.log_mapping": "LogMapping: log_mappings",
    "model.plan": (
        "Inclusion: inclusions, MetStep: met_steps, Milestone: milestones, "
        "Objective: objectives, ProgressReport: progress_reports, SkippedStep: skipped_steps, "
        "StepProgress: step_progresses"
    ),
    "model.support": "StrandOffer: strand_offers, SupportOffer: support_offers",
    "model.programme": (
        "EligibilityRule: eligibility_rules, Programme: programmes, "
        "ProgrammeRoute: programme_routes, ProgrammeStage: programme_stages, "
        "StrandDose: strand_doses"
    ),
    "model.scale": "RatingLevel: rating_levels, RatingScale: rating_scales",
    "model.scenario": "Scenario: scenarios",
    "model.school": (
        "Capacity: capacities, CapacityChange: capacity_changes, Context: contexts, "
        "Expectation: expectations, Procedure: procedures, Role: roles, School: schools, "
        "SchoolSystem: systems"
    ),
    "model.scoring": ("Band: bands, Banding: bandings, Criterion: criteria, Threshold: thresholds"),
    "model.source": "Provenance: provenances, Source: sources, Statement: statements",
    "model.step": (
        "ActionStep: action_steps, CostRange: cost_ranges, EffectLink: effect_links, "
        "Monitoring: monitorings, Prerequisite: prerequisites, RoleTitle: role_titles, "
        "StepCatalogue: catalogues, StepSupport: step_supports, Weeks: durations"
    ),
    "model.symbol_policy": "SymbolPolicy: symbol_policies",
    "model.tailoring": "Tailoring: tailorings, TailoringChange: tailoring_changes",
    "planning.graph": "StepGraph: step_graphs",
    "planning.plan": "ActionPlan: action_plans",
    "review.plan_difference": "PlanChange: plan_changes, PlanDifference: plan_differences",
    "review.result": (
        "ObjectiveReview: objective_reviews, OutcomeReview: outcome_reviews, "
        "PlanReview: plan_reviews, Suggestion: suggestions"
    ),
    "scheduling.changes": (
        "ScheduleChange: schedule_changes, ScheduleComparison: schedule_comparisons"
    ),
    "scheduling.conflicts": "Conflict: conflicts, Fact: facts",
    "scheduling.options": "ScheduleOptions: schedule_options",
    "scheduling.reason": "Reason: reasons",
    "scheduling.result": (
        "RoleWeek: role_weeks, Schedule: schedules, ScheduledStep: scheduled_steps"
    ),
    "scheduling.robustness": (
        "PolicyOutcome: policy_outcomes, Robustness: robustnesses, "
        "StepRobustness: step_robustnesses"
    ),
}


# Classes whose modules hold arrays wait until the strategies are loaded: hypothesis alone must
# not draw in numpy.
_WITH_ARRAYS = {
    "impact.forecasting.inputs": "ForecastInputs: forecast_inputs",
    "impact.forecasting.result": (
        "Forecast: forecasts, ForecastComparison: forecast_comparisons, "
        "ForecastSeries: forecast_series, ScenarioDifference: scenario_differences"
    ),
    "review.learning.beliefs": (
        "Belief: single_beliefs, Beliefs: beliefs, Observation: observations"
    ),
    "monitoring.control_charts.chart": "ControlChart: control_charts",
    "monitoring.funnels": "Funnel: funnels",
    "monitoring.shrink": "ShrunkRates: shrunk_rates",
    "impact.choosing.result": "Frontier: frontiers, StepChoice: step_choices",
    "impact.choosing.ranking": "RankedStep: ranked_steps, StepRanking: step_rankings",
    "programme.hub.hub_matching": (
        "HubMatching: hub_matchings, HubPlaceValue: hub_place_values, SchoolMatch: school_matches"
    ),
    "programme.hub.support_events": "PartnerPlan: partner_plans, SupportEvent: support_events",
    "programme.hub.support_result": (
        "SchoolSupport: school_supports, SupportCalendar: support_calendars, "
        "SupportSession: support_sessions"
    ),
    "programme.hub.matching_result": (
        "PartnerMatch: partner_matches, PartnerMatching: partner_matchings, "
        "PlaceValue: place_values"
    ),
    "monitoring.before_after.result": "InterruptedTimeSeries: interrupted_series",
    "monitoring.comparison.differences": "DifferenceInDifferences: did_results",
    "monitoring.before_after.power": "DetectableEffect: detectable_effects",
    "monitoring.published.table": (
        "DataFinding: data_findings, PublishedColumn: published_columns, "
        "PublishedTable: published_tables"
    ),
    "monitoring.groups": "GroupRate: group_rates, GroupRates: group_rates_tables",
    "monitoring.survey": "SurveyChange: survey_changes",
    "monitoring.verdicts.measure": "Measure: measures",
    "monitoring.verdicts.verdict": "Verdict: verdicts",
    "programme.cohort.bands": "CohortBands: cohort_bands, SchoolStanding: school_standings",
    "programme.cohort.change": "CohortChange: cohort_changes",
    "programme.cohort.cohort": "Cohort: cohorts",
    "programme.nation.simulation": "NationResult: nation_results",
    "programme.nation.model": (
        "NationAssumptions: nation_assumptions, NationRoute: nation_routes, "
        "SupportMix: support_mixes"
    ),
    "programme.cohort.research": "ResearchExport: research_exports",
    "impact.analysis.acceptability": "Acceptability: acceptabilities",
    "impact.analysis.pooling": "PooledEffect: pooled_effects",
    "impact.analysis.information": "InformationValue: information_values",
    "impact.analysis.sensitivity": "SobolIndices: sobol_results, Tornado: tornados",
}


def _pairs(places: Mapping[str, str]) -> Iterator[tuple[type[Any], str]]:
    for place, pairs in places.items():
        module = import_module(f"behaviour_culture.{place}")
        for pair in pairs.split(", "):
            name, _, strategy = pair.partition(": ")
            yield getattr(module, name), strategy


def registered_types() -> tuple[type[Any], ...]:
    """Return every class that ``st.from_type`` can draw, sorted by name."""
    return tuple(
        sorted((cls for cls, _ in _pairs(_PLACES | _WITH_ARRAYS)), key=lambda cls: cls.__name__)
    )


def register(*, arrays: bool = False) -> None:
    """Let ``st.from_type`` draw every class of the model and every result.

    Hypothesis calls this when it is imported, by the entry point; calling it again does
    no harm. Enums need no entry: hypothesis knows how to draw them. Results that hold
    arrays are registered with ``arrays``, as importing ``behaviour_culture.testing.strategies``
    or any name from ``behaviour_culture.testing`` that draws does.
    """
    try:
        from hypothesis.strategies import register_type_strategy  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("hypothesis", "testing", "drawing examples for tests") from None
    places = _PLACES | _WITH_ARRAYS if arrays else _PLACES
    for cls, strategy in _pairs(places):
        register_type_strategy(cls, _on_use(strategy))


def _on_use(name: str) -> Callable[[Any], Any]:
    """Return a function that builds a strategy when it is asked for.

    Hypothesis is still being imported when it calls `register`: nothing else of this
    package's strategies may be loaded by then.
    """

    def build(_type: object) -> object:
        return getattr(import_module("behaviour_culture.testing.strategies"), name)()

    return build
