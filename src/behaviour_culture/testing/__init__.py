"""Help for tests of code that uses this library: hypothesis strategies and asserts.

Needs the extra ``testing``. The strategies are registered with hypothesis by an entry
point, so that ``st.from_type(School)`` draws a school as soon as both are installed::

    from hypothesis import given

    from behaviour_culture.testing import action_plans, assert_round_trip

    @given(action_plans())
    def test_my_store_keeps_a_plan(plan): ...
"""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.testing.asserts import assert_closed as assert_closed
    from behaviour_culture.testing.asserts import assert_feasible as assert_feasible
    from behaviour_culture.testing.asserts import assert_round_trip as assert_round_trip
    from behaviour_culture.testing.strategies import ScheduledPlan as ScheduledPlan
    from behaviour_culture.testing.strategies import acceptabilities as acceptabilities
    from behaviour_culture.testing.strategies import action_plans as action_plans
    from behaviour_culture.testing.strategies import action_steps as action_steps
    from behaviour_culture.testing.strategies import applied_changes as applied_changes
    from behaviour_culture.testing.strategies import assumptions as assumptions
    from behaviour_culture.testing.strategies import attainment_findings as attainment_findings
    from behaviour_culture.testing.strategies import audit_items as audit_items
    from behaviour_culture.testing.strategies import audit_profiles as audit_profiles
    from behaviour_culture.testing.strategies import audit_records as audit_records
    from behaviour_culture.testing.strategies import audit_results as audit_results
    from behaviour_culture.testing.strategies import audits as audits
    from behaviour_culture.testing.strategies import bandings as bandings
    from behaviour_culture.testing.strategies import bands as bands
    from behaviour_culture.testing.strategies import beliefs as beliefs
    from behaviour_culture.testing.strategies import benchmark_figures as benchmark_figures
    from behaviour_culture.testing.strategies import benchmark_sets as benchmark_sets
    from behaviour_culture.testing.strategies import (
        benefit_per_hour_scorers as benefit_per_hour_scorers,
    )
    from behaviour_culture.testing.strategies import capacities as capacities
    from behaviour_culture.testing.strategies import capacity_changes as capacity_changes
    from behaviour_culture.testing.strategies import carried_results as carried_results
    from behaviour_culture.testing.strategies import carried_scores as carried_scores
    from behaviour_culture.testing.strategies import catalogues as catalogues
    from behaviour_culture.testing.strategies import challenges as challenges
    from behaviour_culture.testing.strategies import cohort_bands as cohort_bands
    from behaviour_culture.testing.strategies import cohort_changes as cohort_changes
    from behaviour_culture.testing.strategies import cohorts as cohorts
    from behaviour_culture.testing.strategies import conflicts as conflicts
    from behaviour_culture.testing.strategies import contexts as contexts
    from behaviour_culture.testing.strategies import control_charts as control_charts
    from behaviour_culture.testing.strategies import cost_ranges as cost_ranges
    from behaviour_culture.testing.strategies import criteria as criteria
    from behaviour_culture.testing.strategies import crosswalk_links as crosswalk_links
    from behaviour_culture.testing.strategies import crosswalks as crosswalks
    from behaviour_culture.testing.strategies import data_findings as data_findings
    from behaviour_culture.testing.strategies import date_ranges as date_ranges
    from behaviour_culture.testing.strategies import dates as dates
    from behaviour_culture.testing.strategies import days_off as days_off
    from behaviour_culture.testing.strategies import detectable_effects as detectable_effects
    from behaviour_culture.testing.strategies import did_results as did_results
    from behaviour_culture.testing.strategies import disclosure_rules as disclosure_rules
    from behaviour_culture.testing.strategies import domains as domains
    from behaviour_culture.testing.strategies import drafted_plans as drafted_plans
    from behaviour_culture.testing.strategies import drivers as drivers
    from behaviour_culture.testing.strategies import durations as durations
    from behaviour_culture.testing.strategies import effect_links as effect_links
    from behaviour_culture.testing.strategies import effect_parameters as effect_parameters
    from behaviour_culture.testing.strategies import eligibility_rules as eligibility_rules
    from behaviour_culture.testing.strategies import entry_changes as entry_changes
    from behaviour_culture.testing.strategies import estimates as estimates
    from behaviour_culture.testing.strategies import evidence_bases as evidence_bases
    from behaviour_culture.testing.strategies import expectations as expectations
    from behaviour_culture.testing.strategies import facts as facts
    from behaviour_culture.testing.strategies import features as features
    from behaviour_culture.testing.strategies import findings as findings
    from behaviour_culture.testing.strategies import forecast_comparisons as forecast_comparisons
    from behaviour_culture.testing.strategies import forecast_inputs as forecast_inputs
    from behaviour_culture.testing.strategies import forecast_series as forecast_series
    from behaviour_culture.testing.strategies import forecasts as forecasts
    from behaviour_culture.testing.strategies import framework_differences as framework_differences
    from behaviour_culture.testing.strategies import frameworks as frameworks
    from behaviour_culture.testing.strategies import frontiers as frontiers
    from behaviour_culture.testing.strategies import funnels as funnels
    from behaviour_culture.testing.strategies import gap_closed_scorers as gap_closed_scorers
    from behaviour_culture.testing.strategies import gaps as gaps
    from behaviour_culture.testing.strategies import grades as grades
    from behaviour_culture.testing.strategies import group_agreements as group_agreements
    from behaviour_culture.testing.strategies import group_rates as group_rates
    from behaviour_culture.testing.strategies import group_rates_tables as group_rates_tables
    from behaviour_culture.testing.strategies import group_results as group_results
    from behaviour_culture.testing.strategies import grouped_results as grouped_results
    from behaviour_culture.testing.strategies import half_terms as half_terms
    from behaviour_culture.testing.strategies import hub_matchings as hub_matchings
    from behaviour_culture.testing.strategies import hub_place_values as hub_place_values
    from behaviour_culture.testing.strategies import hubs as hubs
    from behaviour_culture.testing.strategies import impact_results as impact_results
    from behaviour_culture.testing.strategies import impact_scores as impact_scores
    from behaviour_culture.testing.strategies import inclusions as inclusions
    from behaviour_culture.testing.strategies import indicator_sets as indicator_sets
    from behaviour_culture.testing.strategies import indicators as indicators
    from behaviour_culture.testing.strategies import information_values as information_values
    from behaviour_culture.testing.strategies import instrument_parts as instrument_parts
    from behaviour_culture.testing.strategies import instruments as instruments
    from behaviour_culture.testing.strategies import interrupted_series as interrupted_series
    from behaviour_culture.testing.strategies import journeys as journeys
    from behaviour_culture.testing.strategies import lead_schools as lead_schools
    from behaviour_culture.testing.strategies import level_counts as level_counts
    from behaviour_culture.testing.strategies import measures as measures
    from behaviour_culture.testing.strategies import met_steps as met_steps
    from behaviour_culture.testing.strategies import milestones as milestones
    from behaviour_culture.testing.strategies import monitorings as monitorings
    from behaviour_culture.testing.strategies import nation_assumptions as nation_assumptions
    from behaviour_culture.testing.strategies import nation_results as nation_results
    from behaviour_culture.testing.strategies import nation_routes as nation_routes
    from behaviour_culture.testing.strategies import objective_reviews as objective_reviews
    from behaviour_culture.testing.strategies import objectives as objectives
    from behaviour_culture.testing.strategies import observations as observations
    from behaviour_culture.testing.strategies import outcome_reviews as outcome_reviews
    from behaviour_culture.testing.strategies import partner_matches as partner_matches
    from behaviour_culture.testing.strategies import partner_matchings as partner_matchings
    from behaviour_culture.testing.strategies import partner_plans as partner_plans
    from behaviour_culture.testing.strategies import partner_schools as partner_schools
    from behaviour_culture.testing.strategies import period_exposures as period_exposures
    from behaviour_culture.testing.strategies import place_values as place_values
    from behaviour_culture.testing.strategies import plan_changes as plan_changes
    from behaviour_culture.testing.strategies import plan_differences as plan_differences
    from behaviour_culture.testing.strategies import plan_reviews as plan_reviews
    from behaviour_culture.testing.strategies import policy_outcomes as policy_outcomes
    from behaviour_culture.testing.strategies import pooled_effects as pooled_effects
    from behaviour_culture.testing.strategies import prerequisites as prerequisites
    from behaviour_culture.testing.strategies import (
        principle_prerequisites as principle_prerequisites,
    )
    from behaviour_culture.testing.strategies import principles as principles
    from behaviour_culture.testing.strategies import procedures as procedures
    from behaviour_culture.testing.strategies import programme_routes as programme_routes
    from behaviour_culture.testing.strategies import programme_stages as programme_stages
    from behaviour_culture.testing.strategies import programmes as programmes
    from behaviour_culture.testing.strategies import progress_reports as progress_reports
    from behaviour_culture.testing.strategies import provenances as provenances
    from behaviour_culture.testing.strategies import published_columns as published_columns
    from behaviour_culture.testing.strategies import published_tables as published_tables
    from behaviour_culture.testing.strategies import rating_levels as rating_levels
    from behaviour_culture.testing.strategies import rating_scales as rating_scales
    from behaviour_culture.testing.strategies import reasons as reasons
    from behaviour_culture.testing.strategies import recommendations as recommendations
    from behaviour_culture.testing.strategies import recording_changes as recording_changes
    from behaviour_culture.testing.strategies import research_exports as research_exports
    from behaviour_culture.testing.strategies import responses as responses
    from behaviour_culture.testing.strategies import robustnesses as robustnesses
    from behaviour_culture.testing.strategies import role_titles as role_titles
    from behaviour_culture.testing.strategies import role_weeks as role_weeks
    from behaviour_culture.testing.strategies import roles as roles
    from behaviour_culture.testing.strategies import round_comparisons as round_comparisons
    from behaviour_culture.testing.strategies import scenario_differences as scenario_differences
    from behaviour_culture.testing.strategies import scenarios as scenarios
    from behaviour_culture.testing.strategies import schedule_changes as schedule_changes
    from behaviour_culture.testing.strategies import schedule_comparisons as schedule_comparisons
    from behaviour_culture.testing.strategies import schedule_options as schedule_options
    from behaviour_culture.testing.strategies import scheduled_plans as scheduled_plans
    from behaviour_culture.testing.strategies import scheduled_steps as scheduled_steps
    from behaviour_culture.testing.strategies import schedules as schedules
    from behaviour_culture.testing.strategies import school_matches as school_matches
    from behaviour_culture.testing.strategies import school_standings as school_standings
    from behaviour_culture.testing.strategies import school_supports as school_supports
    from behaviour_culture.testing.strategies import school_weeks as school_weeks
    from behaviour_culture.testing.strategies import school_years as school_years
    from behaviour_culture.testing.strategies import schools as schools
    from behaviour_culture.testing.strategies import score_differences as score_differences
    from behaviour_culture.testing.strategies import scores as scores
    from behaviour_culture.testing.strategies import sections as sections
    from behaviour_culture.testing.strategies import series_lists as series_lists
    from behaviour_culture.testing.strategies import series_periods as series_periods
    from behaviour_culture.testing.strategies import shapley_results as shapley_results
    from behaviour_culture.testing.strategies import shrunk_rates as shrunk_rates
    from behaviour_culture.testing.strategies import single_beliefs as single_beliefs
    from behaviour_culture.testing.strategies import skipped_steps as skipped_steps
    from behaviour_culture.testing.strategies import slugs as slugs
    from behaviour_culture.testing.strategies import sobol_results as sobol_results
    from behaviour_culture.testing.strategies import sources as sources
    from behaviour_culture.testing.strategies import statements as statements
    from behaviour_culture.testing.strategies import step_choices as step_choices
    from behaviour_culture.testing.strategies import step_graphs as step_graphs
    from behaviour_culture.testing.strategies import step_progresses as step_progresses
    from behaviour_culture.testing.strategies import step_robustnesses as step_robustnesses
    from behaviour_culture.testing.strategies import step_scores as step_scores
    from behaviour_culture.testing.strategies import step_supports as step_supports
    from behaviour_culture.testing.strategies import strand_doses as strand_doses
    from behaviour_culture.testing.strategies import strand_offers as strand_offers
    from behaviour_culture.testing.strategies import suggestions as suggestions
    from behaviour_culture.testing.strategies import support_calendars as support_calendars
    from behaviour_culture.testing.strategies import support_events as support_events
    from behaviour_culture.testing.strategies import support_mixes as support_mixes
    from behaviour_culture.testing.strategies import support_offers as support_offers
    from behaviour_culture.testing.strategies import support_sessions as support_sessions
    from behaviour_culture.testing.strategies import survey_changes as survey_changes
    from behaviour_culture.testing.strategies import symbol_policies as symbol_policies
    from behaviour_culture.testing.strategies import system_kinds as system_kinds
    from behaviour_culture.testing.strategies import systems as systems
    from behaviour_culture.testing.strategies import tailored_frameworks as tailored_frameworks
    from behaviour_culture.testing.strategies import tailoring_changes as tailoring_changes
    from behaviour_culture.testing.strategies import tailorings as tailorings
    from behaviour_culture.testing.strategies import terms as terms
    from behaviour_culture.testing.strategies import texts as texts
    from behaviour_culture.testing.strategies import threshold_scores as threshold_scores
    from behaviour_culture.testing.strategies import thresholds as thresholds
    from behaviour_culture.testing.strategies import topsis_scorers as topsis_scorers
    from behaviour_culture.testing.strategies import tornados as tornados
    from behaviour_culture.testing.strategies import unlock_scorers as unlock_scorers
    from behaviour_culture.testing.strategies import unverified_statements as unverified_statements
    from behaviour_culture.testing.strategies import verdicts as verdicts
    from behaviour_culture.testing.strategies import weighted_sum_scorers as weighted_sum_scorers

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "asserts": "assert_closed assert_feasible assert_round_trip",
        "strategies": (
            "ScheduledPlan acceptabilities action_plans action_steps applied_changes "
            "assumptions attainment_findings audit_items audit_profiles audit_records "
            "audit_results audits bandings bands beliefs benchmark_figures benchmark_sets "
            "benefit_per_hour_scorers capacities capacity_changes carried_results "
            "carried_scores catalogues challenges cohort_bands cohort_changes cohorts "
            "conflicts contexts control_charts cost_ranges criteria crosswalk_links "
            "crosswalks data_findings date_ranges dates days_off detectable_effects "
            "did_results disclosure_rules domains drafted_plans drivers durations "
            "effect_links effect_parameters eligibility_rules entry_changes estimates "
            "evidence_bases expectations facts features findings forecast_comparisons "
            "forecast_inputs forecast_series forecasts framework_differences frameworks "
            "frontiers funnels gap_closed_scorers gaps grades group_agreements group_rates "
            "group_rates_tables group_results grouped_results half_terms hub_matchings "
            "hub_place_values hubs impact_results impact_scores inclusions indicator_sets "
            "indicators information_values instrument_parts instruments interrupted_series "
            "journeys lead_schools level_counts measures met_steps milestones monitorings "
            "nation_assumptions nation_results nation_routes objective_reviews objectives "
            "observations outcome_reviews partner_matches partner_matchings partner_plans "
            "partner_schools period_exposures place_values plan_changes plan_differences "
            "plan_reviews policy_outcomes pooled_effects prerequisites "
            "principle_prerequisites principles procedures programme_routes "
            "programme_stages programmes progress_reports provenances published_columns "
            "published_tables rating_levels rating_scales reasons recommendations "
            "recording_changes research_exports responses robustnesses role_titles "
            "role_weeks roles round_comparisons scenario_differences scenarios "
            "schedule_changes schedule_comparisons schedule_options scheduled_plans "
            "scheduled_steps schedules school_matches school_standings school_supports "
            "school_weeks school_years schools score_differences scores sections "
            "series_lists series_periods shapley_results shrunk_rates single_beliefs "
            "skipped_steps slugs sobol_results sources statements step_choices step_graphs "
            "step_progresses step_robustnesses step_scores step_supports strand_doses "
            "strand_offers suggestions support_calendars support_events support_mixes "
            "support_offers support_sessions survey_changes symbol_policies system_kinds "
            "systems tailored_frameworks tailoring_changes tailorings terms texts "
            "threshold_scores thresholds topsis_scorers tornados unlock_scorers "
            "unverified_statements verdicts weighted_sum_scorers"
        ),
    },
)
