"""Dates for the steps of a plan, with the people and the calendar there are, and why then."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.scheduling.changes import ChangeKind as ChangeKind
    from behaviour_culture.scheduling.changes import ScheduleChange as ScheduleChange
    from behaviour_culture.scheduling.changes import ScheduleComparison as ScheduleComparison
    from behaviour_culture.scheduling.changes import compare_schedules as compare_schedules
    from behaviour_culture.scheduling.charts import plot_done_by as plot_done_by
    from behaviour_culture.scheduling.charts import plot_gantt as plot_gantt
    from behaviour_culture.scheduling.conflicts import Conflict as Conflict
    from behaviour_culture.scheduling.conflicts import Fact as Fact
    from behaviour_culture.scheduling.conflicts import FactKind as FactKind
    from behaviour_culture.scheduling.conflicts import find_conflict as find_conflict
    from behaviour_culture.scheduling.engine import Effort as Effort
    from behaviour_culture.scheduling.engine import schedule_plan as schedule_plan
    from behaviour_culture.scheduling.milestones import date_milestones as date_milestones
    from behaviour_culture.scheduling.options import ScheduleOptions as ScheduleOptions
    from behaviour_culture.scheduling.replanning import replan as replan
    from behaviour_culture.scheduling.replanning import what_if as what_if
    from behaviour_culture.scheduling.result import Reason as Reason
    from behaviour_culture.scheduling.result import ReasonKind as ReasonKind
    from behaviour_culture.scheduling.result import RoleWeek as RoleWeek
    from behaviour_culture.scheduling.result import Schedule as Schedule
    from behaviour_culture.scheduling.result import ScheduledStep as ScheduledStep
    from behaviour_culture.scheduling.result import ScheduleStatus as ScheduleStatus
    from behaviour_culture.scheduling.robustness import Policy as Policy
    from behaviour_culture.scheduling.robustness import PolicyOutcome as PolicyOutcome
    from behaviour_culture.scheduling.robustness import Robustness as Robustness
    from behaviour_culture.scheduling.robustness import StepRobustness as StepRobustness
    from behaviour_culture.scheduling.robustness import assess_robustness as assess_robustness

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "changes": "ChangeKind ScheduleChange ScheduleComparison compare_schedules",
        "charts": "plot_done_by plot_gantt",
        "conflicts": "Conflict Fact FactKind find_conflict",
        "engine": "Effort schedule_plan",
        "replanning": "replan what_if",
        "milestones": "date_milestones",
        "options": "ScheduleOptions",
        "result": "Reason ReasonKind RoleWeek Schedule ScheduledStep ScheduleStatus",
        "robustness": "Policy PolicyOutcome Robustness StepRobustness assess_robustness",
    },
)
