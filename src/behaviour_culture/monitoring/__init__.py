"""Is it working? Charts of change, estimates with intervals, and a verdict in honest words."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.monitoring.before_after import (
        InterruptedTimeSeries as InterruptedTimeSeries,
    )
    from behaviour_culture.monitoring.before_after import (
        interrupted_time_series as interrupted_time_series,
    )
    from behaviour_culture.monitoring.comparison import (
        DifferenceInDifferences as DifferenceInDifferences,
    )
    from behaviour_culture.monitoring.comparison import (
        difference_in_differences as difference_in_differences,
    )
    from behaviour_culture.monitoring.comparison import plot_pre_trends as plot_pre_trends
    from behaviour_culture.monitoring.comparison import to_causal_rows as to_causal_rows
    from behaviour_culture.monitoring.power import DetectableEffect as DetectableEffect
    from behaviour_culture.monitoring.power import detectable_effect as detectable_effect
    from behaviour_culture.monitoring.rates import GroupRate as GroupRate
    from behaviour_culture.monitoring.rates import GroupRates as GroupRates
    from behaviour_culture.monitoring.rates import group_rate_ratios as group_rate_ratios
    from behaviour_culture.monitoring.rates import rate_ratio as rate_ratio
    from behaviour_culture.monitoring.rates import regression_to_mean as regression_to_mean
    from behaviour_culture.monitoring.rates import wilson_interval as wilson_interval
    from behaviour_culture.monitoring.survey import SurveyChange as SurveyChange
    from behaviour_culture.monitoring.survey import survey_change as survey_change
    from behaviour_culture.monitoring.wording import Conclusion as Conclusion
    from behaviour_culture.monitoring.wording import Measure as Measure
    from behaviour_culture.monitoring.wording import Reading as Reading
    from behaviour_culture.monitoring.wording import Verdict as Verdict
    from behaviour_culture.monitoring.wording import verdict as verdict

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "before_after": "InterruptedTimeSeries interrupted_time_series",
        "comparison": (
            "DifferenceInDifferences difference_in_differences plot_pre_trends to_causal_rows"
        ),
        "power": "DetectableEffect detectable_effect",
        "rates": (
            "GroupRate GroupRates group_rate_ratios rate_ratio regression_to_mean wilson_interval"
        ),
        "survey": "SurveyChange survey_change",
        "wording": "Conclusion Measure Reading Verdict verdict",
    },
)
