"""Is it working? Charts of change, estimates with intervals, and a verdict in honest words."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.monitoring._limits import ChartKind as ChartKind
    from behaviour_culture.monitoring.before_after import (
        interrupted_time_series as interrupted_time_series,
    )
    from behaviour_culture.monitoring.causal_rows import to_causal_rows as to_causal_rows
    from behaviour_culture.monitoring.chart_rules import RULE_SETS as RULE_SETS
    from behaviour_culture.monitoring.chart_rules import RUN_LENGTHS as RUN_LENGTHS
    from behaviour_culture.monitoring.chart_rules import Rule as Rule
    from behaviour_culture.monitoring.chart_rules import Signal as Signal
    from behaviour_culture.monitoring.charts import days_between_chart as days_between_chart
    from behaviour_culture.monitoring.charts import p_chart as p_chart
    from behaviour_culture.monitoring.charts import u_chart as u_chart
    from behaviour_culture.monitoring.charts import xmr_chart as xmr_chart
    from behaviour_culture.monitoring.comparison import (
        DifferenceInDifferences as DifferenceInDifferences,
    )
    from behaviour_culture.monitoring.comparison import (
        difference_in_differences as difference_in_differences,
    )
    from behaviour_culture.monitoring.control_chart import ControlChart as ControlChart
    from behaviour_culture.monitoring.funnels import Funnel as Funnel
    from behaviour_culture.monitoring.funnels import funnel as funnel
    from behaviour_culture.monitoring.groups import GroupRate as GroupRate
    from behaviour_culture.monitoring.groups import GroupRates as GroupRates
    from behaviour_culture.monitoring.groups import group_rate_ratios as group_rate_ratios
    from behaviour_culture.monitoring.interrupted_series import (
        InterruptedTimeSeries as InterruptedTimeSeries,
    )
    from behaviour_culture.monitoring.measure import Measure as Measure
    from behaviour_culture.monitoring.measure import Reading as Reading
    from behaviour_culture.monitoring.measuring import measure_of as measure_of
    from behaviour_culture.monitoring.pictures import plot_chart as plot_chart
    from behaviour_culture.monitoring.pictures import plot_funnel as plot_funnel
    from behaviour_culture.monitoring.pictures import plot_pre_trends as plot_pre_trends
    from behaviour_culture.monitoring.power import DetectableEffect as DetectableEffect
    from behaviour_culture.monitoring.power import detectable_effect as detectable_effect
    from behaviour_culture.monitoring.published.reader import read_published as read_published
    from behaviour_culture.monitoring.published.symbols import SYMBOL_POLICIES as SYMBOL_POLICIES
    from behaviour_culture.monitoring.published.symbols import SymbolMeaning as SymbolMeaning
    from behaviour_culture.monitoring.published.symbols import SymbolPolicy as SymbolPolicy
    from behaviour_culture.monitoring.published.symbols import symbol_policy as symbol_policy
    from behaviour_culture.monitoring.published.table import DataFinding as DataFinding
    from behaviour_culture.monitoring.published.table import PublishedColumn as PublishedColumn
    from behaviour_culture.monitoring.published.table import PublishedTable as PublishedTable
    from behaviour_culture.monitoring.rates import rate_ratio as rate_ratio
    from behaviour_culture.monitoring.rates import regression_to_mean as regression_to_mean
    from behaviour_culture.monitoring.rates import wilson_interval as wilson_interval
    from behaviour_culture.monitoring.shrink import ShrunkRates as ShrunkRates
    from behaviour_culture.monitoring.shrink import shrink_rates as shrink_rates
    from behaviour_culture.monitoring.survey import SurveyChange as SurveyChange
    from behaviour_culture.monitoring.survey import survey_change as survey_change
    from behaviour_culture.monitoring.wording import Conclusion as Conclusion
    from behaviour_culture.monitoring.wording import Verdict as Verdict
    from behaviour_culture.monitoring.wording import verdict as verdict

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "_limits": "ChartKind",
        "chart_rules": "RULE_SETS RUN_LENGTHS Rule Signal",
        "charts": "days_between_chart p_chart u_chart xmr_chart",
        "control_chart": "ControlChart",
        "before_after": "interrupted_time_series",
        "causal_rows": "to_causal_rows",
        "comparison": "DifferenceInDifferences difference_in_differences",
        "funnels": "Funnel funnel",
        "interrupted_series": "InterruptedTimeSeries",
        "measure": "Measure Reading",
        "measuring": "measure_of",
        "pictures": "plot_chart plot_funnel plot_pre_trends",
        "power": "DetectableEffect detectable_effect",
        "published.reader": "read_published",
        "published.table": "DataFinding PublishedColumn PublishedTable",
        "groups": "GroupRate GroupRates group_rate_ratios",
        "rates": "rate_ratio regression_to_mean wilson_interval",
        "published.symbols": "SYMBOL_POLICIES SymbolMeaning SymbolPolicy symbol_policy",
        "survey": "SurveyChange survey_change",
        "wording": "Conclusion Verdict verdict",
        "shrink": "ShrunkRates shrink_rates",
    },
)
