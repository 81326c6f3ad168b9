"""What to expect of a plan's steps, how sure that is, and what drives it."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.impact.acceptability import Acceptability as Acceptability
    from behaviour_culture.impact.acceptability import rank_acceptability as rank_acceptability
    from behaviour_culture.impact.catalogue import catalogue_benefits as catalogue_benefits
    from behaviour_culture.impact.choosing.choose import choose_steps as choose_steps
    from behaviour_culture.impact.choosing.frontier import efficient_frontier as efficient_frontier
    from behaviour_culture.impact.choosing.frontier import plot_frontier as plot_frontier
    from behaviour_culture.impact.choosing.result import ChoiceStatus as ChoiceStatus
    from behaviour_culture.impact.choosing.result import Frontier as Frontier
    from behaviour_culture.impact.choosing.result import StepChoice as StepChoice
    from behaviour_culture.impact.compare import TopsisScorer as TopsisScorer
    from behaviour_culture.impact.compare import WeightedSumScorer as WeightedSumScorer
    from behaviour_culture.impact.compare import topsis as topsis
    from behaviour_culture.impact.compare import weighted_sum as weighted_sum
    from behaviour_culture.impact.forecasting.chart import plot_forecast as plot_forecast
    from behaviour_culture.impact.forecasting.forecast import compare_forecasts as compare_forecasts
    from behaviour_culture.impact.forecasting.forecast import forecast as forecast
    from behaviour_culture.impact.forecasting.inputs import ForecastInputs as ForecastInputs
    from behaviour_culture.impact.forecasting.result import Forecast as Forecast
    from behaviour_culture.impact.forecasting.result import ForecastComparison as ForecastComparison
    from behaviour_culture.impact.forecasting.result import ForecastSeries as ForecastSeries
    from behaviour_culture.impact.forecasting.result import ScenarioDifference as ScenarioDifference
    from behaviour_culture.impact.information import InformationValue as InformationValue
    from behaviour_culture.impact.information import value_of_information as value_of_information
    from behaviour_culture.impact.pooling import PooledEffect as PooledEffect
    from behaviour_culture.impact.pooling import pool_effects as pool_effects
    from behaviour_culture.impact.result import Driver as Driver
    from behaviour_culture.impact.result import ImpactResult as ImpactResult
    from behaviour_culture.impact.result import ImpactScore as ImpactScore
    from behaviour_culture.impact.score import draw_benefits as draw_benefits
    from behaviour_culture.impact.score import score_impact as score_impact
    from behaviour_culture.impact.scorers import BenefitPerHourScorer as BenefitPerHourScorer
    from behaviour_culture.impact.scorers import GapClosedScorer as GapClosedScorer
    from behaviour_culture.impact.scorers import UnlockScorer as UnlockScorer
    from behaviour_culture.impact.scorers import benefit_per_hour as benefit_per_hour
    from behaviour_culture.impact.scorers import expected_gap_closed as expected_gap_closed
    from behaviour_culture.impact.sensitivity import SobolIndices as SobolIndices
    from behaviour_culture.impact.sensitivity import Tornado as Tornado
    from behaviour_culture.impact.sensitivity import sobol_indices as sobol_indices
    from behaviour_culture.impact.sensitivity import tornado as tornado
    from behaviour_culture.impact.step_scores import PlanScorer as PlanScorer
    from behaviour_culture.impact.step_scores import StepScores as StepScores
    from behaviour_culture.impact.unlock import ShapleyResult as ShapleyResult
    from behaviour_culture.impact.unlock import gated_benefit as gated_benefit
    from behaviour_culture.impact.unlock import noisy_or as noisy_or
    from behaviour_culture.impact.unlock import shapley_values as shapley_values
    from behaviour_culture.impact.unlock import unlock_value as unlock_value

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "catalogue": "catalogue_benefits",
        "choosing.choose": "choose_steps",
        "choosing.result": "ChoiceStatus Frontier StepChoice",
        "compare": "TopsisScorer WeightedSumScorer topsis weighted_sum",
        "forecasting.inputs": "ForecastInputs",
        "forecasting.result": "Forecast ForecastComparison ForecastSeries ScenarioDifference",
        "forecasting.forecast": "compare_forecasts forecast",
        "forecasting.chart": "plot_forecast",
        "choosing.frontier": "efficient_frontier plot_frontier",
        "result": "Driver ImpactResult ImpactScore",
        "score": "draw_benefits score_impact",
        "scorers": (
            "BenefitPerHourScorer GapClosedScorer UnlockScorer benefit_per_hour expected_gap_closed"
        ),
        "step_scores": "PlanScorer StepScores",
        "unlock": "ShapleyResult gated_benefit noisy_or shapley_values unlock_value",
        "acceptability": "Acceptability rank_acceptability",
        "pooling": "PooledEffect pool_effects",
        "information": "InformationValue value_of_information",
        "sensitivity": "SobolIndices Tornado sobol_indices tornado",
    },
)
