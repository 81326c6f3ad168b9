"""Is it working? Charts of change, estimates with intervals, and a verdict in honest words."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.monitoring._limits import ChartKind as ChartKind
    from behaviour_culture.monitoring.chart_rules import RULE_SETS as RULE_SETS
    from behaviour_culture.monitoring.chart_rules import Rule as Rule
    from behaviour_culture.monitoring.chart_rules import Signal as Signal
    from behaviour_culture.monitoring.charts import days_between_chart as days_between_chart
    from behaviour_culture.monitoring.charts import p_chart as p_chart
    from behaviour_culture.monitoring.charts import u_chart as u_chart
    from behaviour_culture.monitoring.charts import xmr_chart as xmr_chart
    from behaviour_culture.monitoring.control_chart import ControlChart as ControlChart

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "_limits": "ChartKind",
        "chart_rules": "RULE_SETS Rule Signal",
        "charts": "days_between_chart p_chart u_chart xmr_chart",
        "control_chart": "ControlChart",
    },
)
