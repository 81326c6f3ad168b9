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
    from behaviour_culture.testing.strategies import action_plans as action_plans
    from behaviour_culture.testing.strategies import action_steps as action_steps
    from behaviour_culture.testing.strategies import assumptions as assumptions
    from behaviour_culture.testing.strategies import audit_items as audit_items
    from behaviour_culture.testing.strategies import audit_results as audit_results
    from behaviour_culture.testing.strategies import audits as audits
    from behaviour_culture.testing.strategies import beliefs as beliefs
    from behaviour_culture.testing.strategies import benchmark_figures as benchmark_figures
    from behaviour_culture.testing.strategies import benchmark_sets as benchmark_sets
    from behaviour_culture.testing.strategies import capacities as capacities
    from behaviour_culture.testing.strategies import capacity_changes as capacity_changes
    from behaviour_culture.testing.strategies import catalogues as catalogues
    from behaviour_culture.testing.strategies import challenges as challenges
    from behaviour_culture.testing.strategies import conflicts as conflicts
    from behaviour_culture.testing.strategies import contexts as contexts
    from behaviour_culture.testing.strategies import cost_ranges as cost_ranges
    from behaviour_culture.testing.strategies import date_ranges as date_ranges
    from behaviour_culture.testing.strategies import dates as dates
    from behaviour_culture.testing.strategies import days_off as days_off
    from behaviour_culture.testing.strategies import domains as domains
    from behaviour_culture.testing.strategies import drafted_plans as drafted_plans
    from behaviour_culture.testing.strategies import drivers as drivers
    from behaviour_culture.testing.strategies import durations as durations
    from behaviour_culture.testing.strategies import effect_links as effect_links
    from behaviour_culture.testing.strategies import effect_parameters as effect_parameters
    from behaviour_culture.testing.strategies import estimates as estimates
    from behaviour_culture.testing.strategies import evidence_bases as evidence_bases
    from behaviour_culture.testing.strategies import expectations as expectations
    from behaviour_culture.testing.strategies import facts as facts
    from behaviour_culture.testing.strategies import features as features
    from behaviour_culture.testing.strategies import forecast_comparisons as forecast_comparisons
    from behaviour_culture.testing.strategies import forecast_inputs as forecast_inputs
    from behaviour_culture.testing.strategies import forecast_series as forecast_series
    from behaviour_culture.testing.strategies import forecasts as forecasts
    from behaviour_culture.testing.strategies import frameworks as frameworks
    from behaviour_culture.testing.strategies import gaps as gaps
    from behaviour_culture.testing.strategies import grades as grades
    from behaviour_culture.testing.strategies import half_terms as half_terms
    from behaviour_culture.testing.strategies import impact_results as impact_results
    from behaviour_culture.testing.strategies import impact_scores as impact_scores
    from behaviour_culture.testing.strategies import inclusions as inclusions
    from behaviour_culture.testing.strategies import journeys as journeys
    from behaviour_culture.testing.strategies import met_steps as met_steps
    from behaviour_culture.testing.strategies import milestones as milestones
    from behaviour_culture.testing.strategies import monitorings as monitorings
    from behaviour_culture.testing.strategies import objectives as objectives
    from behaviour_culture.testing.strategies import observations as observations
    from behaviour_culture.testing.strategies import policy_outcomes as policy_outcomes
    from behaviour_culture.testing.strategies import prerequisites as prerequisites
    from behaviour_culture.testing.strategies import (
        principle_prerequisites as principle_prerequisites,
    )
    from behaviour_culture.testing.strategies import principles as principles
    from behaviour_culture.testing.strategies import procedures as procedures
    from behaviour_culture.testing.strategies import progress_reports as progress_reports
    from behaviour_culture.testing.strategies import provenances as provenances
    from behaviour_culture.testing.strategies import rating_levels as rating_levels
    from behaviour_culture.testing.strategies import rating_scales as rating_scales
    from behaviour_culture.testing.strategies import reasons as reasons
    from behaviour_culture.testing.strategies import recommendations as recommendations
    from behaviour_culture.testing.strategies import responses as responses
    from behaviour_culture.testing.strategies import robustnesses as robustnesses
    from behaviour_culture.testing.strategies import role_titles as role_titles
    from behaviour_culture.testing.strategies import role_weeks as role_weeks
    from behaviour_culture.testing.strategies import roles as roles
    from behaviour_culture.testing.strategies import scenario_differences as scenario_differences
    from behaviour_culture.testing.strategies import scenarios as scenarios
    from behaviour_culture.testing.strategies import schedule_changes as schedule_changes
    from behaviour_culture.testing.strategies import schedule_comparisons as schedule_comparisons
    from behaviour_culture.testing.strategies import schedule_options as schedule_options
    from behaviour_culture.testing.strategies import scheduled_plans as scheduled_plans
    from behaviour_culture.testing.strategies import scheduled_steps as scheduled_steps
    from behaviour_culture.testing.strategies import schedules as schedules
    from behaviour_culture.testing.strategies import school_weeks as school_weeks
    from behaviour_culture.testing.strategies import school_years as school_years
    from behaviour_culture.testing.strategies import schools as schools
    from behaviour_culture.testing.strategies import scores as scores
    from behaviour_culture.testing.strategies import sections as sections
    from behaviour_culture.testing.strategies import single_beliefs as single_beliefs
    from behaviour_culture.testing.strategies import skipped_steps as skipped_steps
    from behaviour_culture.testing.strategies import slugs as slugs
    from behaviour_culture.testing.strategies import sources as sources
    from behaviour_culture.testing.strategies import statements as statements
    from behaviour_culture.testing.strategies import step_graphs as step_graphs
    from behaviour_culture.testing.strategies import step_progresses as step_progresses
    from behaviour_culture.testing.strategies import step_robustnesses as step_robustnesses
    from behaviour_culture.testing.strategies import step_supports as step_supports
    from behaviour_culture.testing.strategies import strand_offers as strand_offers
    from behaviour_culture.testing.strategies import support_offers as support_offers
    from behaviour_culture.testing.strategies import system_kinds as system_kinds
    from behaviour_culture.testing.strategies import systems as systems
    from behaviour_culture.testing.strategies import terms as terms
    from behaviour_culture.testing.strategies import texts as texts
    from behaviour_culture.testing.strategies import unverified_statements as unverified_statements

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "asserts": "assert_closed assert_feasible assert_round_trip",
        "strategies": (
            "ScheduledPlan action_plans action_steps assumptions audit_items audit_results "
            "audits beliefs benchmark_figures benchmark_sets capacities capacity_changes "
            "catalogues challenges conflicts contexts cost_ranges date_ranges dates "
            "days_off domains drafted_plans drivers durations effect_links "
            "effect_parameters estimates evidence_bases expectations facts features "
            "forecast_comparisons forecast_inputs forecast_series forecasts frameworks gaps "
            "grades half_terms impact_results impact_scores inclusions journeys met_steps "
            "milestones monitorings objectives observations policy_outcomes prerequisites "
            "principle_prerequisites principles procedures progress_reports provenances "
            "rating_levels rating_scales reasons recommendations responses robustnesses "
            "role_titles role_weeks roles scenario_differences scenarios schedule_changes "
            "schedule_comparisons schedule_options scheduled_plans scheduled_steps "
            "schedules school_weeks school_years schools scores sections single_beliefs "
            "skipped_steps slugs sources statements step_graphs step_progresses "
            "step_robustnesses step_supports strand_offers support_offers system_kinds "
            "systems terms texts unverified_statements"
        ),
    },
)
