from behaviour_culture.impact.analysis.acceptability import Acceptability as Acceptability
from behaviour_culture.impact.analysis.acceptability import rank_acceptability as rank_acceptability
from behaviour_culture.impact.analysis.evidence_pool import leave_one_out as leave_one_out
from behaviour_culture.impact.analysis.information import (
    value_of_information as value_of_information,
)
from behaviour_culture.impact.analysis.pooling import pool_effects as pool_effects
from behaviour_culture.impact.analysis.sensitivity import SobolIndices as SobolIndices
from behaviour_culture.impact.analysis.sensitivity import Tornado as Tornado
from behaviour_culture.impact.analysis.sensitivity import sobol_indices as sobol_indices
from behaviour_culture.impact.analysis.sensitivity import tornado as tornado
from behaviour_culture.impact.analysis.what_drives import AssumptionDriver as AssumptionDriver
from behaviour_culture.impact.analysis.what_drives import AssumptionDrivers as AssumptionDrivers
from behaviour_culture.impact.analysis.what_drives import what_drives as what_drives
from behaviour_culture.impact.choosing.choose import choose_steps as choose_steps
from behaviour_culture.impact.choosing.frontier import efficient_frontier as efficient_frontier
from behaviour_culture.impact.choosing.ranking import StepRanking as StepRanking
from behaviour_culture.impact.choosing.ranking import rank_steps as rank_steps
from behaviour_culture.impact.choosing.result import Frontier as Frontier
from behaviour_culture.impact.choosing.result import StepChoice as StepChoice
from behaviour_culture.impact.forecasting.comparison import ForecastComparison as ForecastComparison
from behaviour_culture.impact.forecasting.forecast import compare_deliveries as compare_deliveries
from behaviour_culture.impact.forecasting.forecast import compare_forecasts as compare_forecasts
from behaviour_culture.impact.forecasting.forecast import forecast as forecast
from behaviour_culture.impact.forecasting.inputs import ForecastInputs as ForecastInputs
from behaviour_culture.impact.forecasting.result import Forecast as Forecast
from behaviour_culture.impact.forecasting.scenario_grid import scenario_grid as scenario_grid
from behaviour_culture.impact.forecasting.scenario_runs import ScenarioRun as ScenarioRun
from behaviour_culture.impact.forecasting.scenario_runs import ScenarioRuns as ScenarioRuns
from behaviour_culture.impact.forecasting.scenarios import run_scenarios as run_scenarios
from behaviour_culture.impact.index.catalogue import catalogue_benefits as catalogue_benefits
from behaviour_culture.impact.index.result import ImpactResult as ImpactResult
from behaviour_culture.impact.index.result import ImpactScore as ImpactScore
from behaviour_culture.impact.index.score import score_impact as score_impact
from behaviour_culture.impact.index.scorers import benefit_per_hour as benefit_per_hour
from behaviour_culture.impact.index.scorers import gap_closed as gap_closed
from behaviour_culture.impact.index.scorers import planning_index as planning_index
from behaviour_culture.impact.index.scorers import unlock_value as unlock_value
