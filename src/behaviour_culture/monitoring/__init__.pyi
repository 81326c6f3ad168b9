from behaviour_culture.model.log_mapping import LogMapping as LogMapping
from behaviour_culture.monitoring.before_after.interrupted import (
    interrupted_time_series as interrupted_time_series,
)
from behaviour_culture.monitoring.before_after.power import detectable_effect as detectable_effect
from behaviour_culture.monitoring.before_after.result import (
    InterruptedTimeSeries as InterruptedTimeSeries,
)
from behaviour_culture.monitoring.comparison.differences import (
    DifferenceInDifferences as DifferenceInDifferences,
)
from behaviour_culture.monitoring.comparison.differences import (
    difference_in_differences as difference_in_differences,
)
from behaviour_culture.monitoring.control_charts.chart import ControlChart as ControlChart
from behaviour_culture.monitoring.control_charts.kinds import (
    days_between_chart as days_between_chart,
)
from behaviour_culture.monitoring.control_charts.kinds import p_chart as p_chart
from behaviour_culture.monitoring.control_charts.kinds import u_chart as u_chart
from behaviour_culture.monitoring.control_charts.kinds import xmr_chart as xmr_chart
from behaviour_culture.monitoring.counts.behaviour_log import BehaviourLog as BehaviourLog
from behaviour_culture.monitoring.counts.log_reader import read_behaviour_log as read_behaviour_log
from behaviour_culture.monitoring.counts.series_reader import read_series as read_series
from behaviour_culture.monitoring.counts.series_reader import series_from_frame as series_from_frame
from behaviour_culture.monitoring.funnels import Funnel as Funnel
from behaviour_culture.monitoring.funnels import funnel as funnel
from behaviour_culture.monitoring.groups import GroupRates as GroupRates
from behaviour_culture.monitoring.groups import group_rate_ratios as group_rate_ratios
from behaviour_culture.monitoring.published.reader import read_published as read_published
from behaviour_culture.monitoring.published.series import (
    series_from_published as series_from_published,
)
from behaviour_culture.monitoring.published.table import PublishedTable as PublishedTable
from behaviour_culture.monitoring.rates import rate_ratio as rate_ratio
from behaviour_culture.monitoring.rates import regression_to_mean as regression_to_mean
from behaviour_culture.monitoring.rates import wilson_interval as wilson_interval
from behaviour_culture.monitoring.shrink import ShrunkRates as ShrunkRates
from behaviour_culture.monitoring.shrink import shrink_rates as shrink_rates
from behaviour_culture.monitoring.survey import SurveyChange as SurveyChange
from behaviour_culture.monitoring.survey import survey_change as survey_change
from behaviour_culture.monitoring.verdicts.judged import JudgedCounts as JudgedCounts
from behaviour_culture.monitoring.verdicts.judged import judge_counts as judge_counts
from behaviour_culture.monitoring.verdicts.measure import Measure as Measure
from behaviour_culture.monitoring.verdicts.measure import Reading as Reading
from behaviour_culture.monitoring.verdicts.measure import measure_of as measure_of
from behaviour_culture.monitoring.verdicts.verdict import Conclusion as Conclusion
from behaviour_culture.monitoring.verdicts.verdict import Verdict as Verdict
from behaviour_culture.monitoring.verdicts.verdict import verdict as verdict
