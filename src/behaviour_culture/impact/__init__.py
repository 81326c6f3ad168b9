"""What to expect of a plan's steps, how sure that is, and what drives it."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.impact.forecast_model import ForecastInputs as ForecastInputs
    from behaviour_culture.impact.forecast_result import Forecast as Forecast
    from behaviour_culture.impact.forecast_result import ForecastComparison as ForecastComparison
    from behaviour_culture.impact.forecast_result import ForecastSeries as ForecastSeries
    from behaviour_culture.impact.forecast_result import ScenarioDifference as ScenarioDifference
    from behaviour_culture.impact.forecasting import compare_forecasts as compare_forecasts
    from behaviour_culture.impact.forecasting import forecast as forecast
    from behaviour_culture.impact.result import Driver as Driver
    from behaviour_culture.impact.result import ImpactResult as ImpactResult
    from behaviour_culture.impact.result import ImpactScore as ImpactScore
    from behaviour_culture.impact.score import score_impact as score_impact

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "forecast_model": "ForecastInputs",
        "forecast_result": "Forecast ForecastComparison ForecastSeries ScenarioDifference",
        "forecasting": "compare_forecasts forecast",
        "result": "Driver ImpactResult ImpactScore",
        "score": "score_impact",
    },
)
