"""Model school behaviour-culture frameworks: audit, plan, schedule, impact, report.

Every public name loads on first use, so that ``import behaviour_culture`` costs next to
nothing and nothing heavy is imported before it is needed::

    import behaviour_culture as bc

    framework = bc.load_framework("bennett-2017")
    audit = bc.read_audit("responses.csv", framework=framework)
    result = bc.score_audit(audit, framework)
"""

from __future__ import annotations

from behaviour_culture._lazy import attach

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:  # a constant instead of typing's, which costs an import
    from behaviour_culture.audit import AuditResult as AuditResult
    from behaviour_culture.audit import Gap as Gap
    from behaviour_culture.audit import Score as Score
    from behaviour_culture.audit import read_audit as read_audit
    from behaviour_culture.audit import score_audit as score_audit
    from behaviour_culture.content import calendar_ids as calendar_ids
    from behaviour_culture.content import catalogue_ids as catalogue_ids
    from behaviour_culture.content import framework_ids as framework_ids
    from behaviour_culture.content import load_benchmarks as load_benchmarks
    from behaviour_culture.content import load_calendar as load_calendar
    from behaviour_culture.content import load_catalogue as load_catalogue
    from behaviour_culture.content import load_evidence as load_evidence
    from behaviour_culture.content import load_framework as load_framework
    from behaviour_culture.content import load_indicators as load_indicators
    from behaviour_culture.errors import BehaviourCultureError as BehaviourCultureError
    from behaviour_culture.errors import CycleError as CycleError
    from behaviour_culture.errors import Fault as Fault
    from behaviour_culture.errors import InvalidInputError as InvalidInputError
    from behaviour_culture.errors import MissingExtraError as MissingExtraError
    from behaviour_culture.errors import ReadError as ReadError
    from behaviour_culture.errors import UnknownNameError as UnknownNameError
    from behaviour_culture.errors import WriteError as WriteError
    from behaviour_culture.impact import Forecast as Forecast
    from behaviour_culture.impact import ForecastComparison as ForecastComparison
    from behaviour_culture.impact import ImpactResult as ImpactResult
    from behaviour_culture.impact import ImpactScore as ImpactScore
    from behaviour_culture.impact import StepChoice as StepChoice
    from behaviour_culture.impact import choose_steps as choose_steps
    from behaviour_culture.impact import compare_forecasts as compare_forecasts
    from behaviour_culture.impact import forecast as forecast
    from behaviour_culture.impact import score_impact as score_impact
    from behaviour_culture.interchange import audit_form as audit_form
    from behaviour_culture.interchange import dumps as dumps
    from behaviour_culture.interchange import from_frame as from_frame
    from behaviour_culture.interchange import json_schema as json_schema
    from behaviour_culture.interchange import loads as loads
    from behaviour_culture.interchange import read as read
    from behaviour_culture.interchange import read_behaviour_log as read_behaviour_log
    from behaviour_culture.interchange import read_gias as read_gias
    from behaviour_culture.interchange import read_series as read_series
    from behaviour_culture.interchange import school_from_gias as school_from_gias
    from behaviour_culture.interchange import to_frame as to_frame
    from behaviour_culture.interchange import write as write
    from behaviour_culture.interchange import write_csv as write_csv
    from behaviour_culture.model.audit import Audit as Audit
    from behaviour_culture.model.audit import Response as Response
    from behaviour_culture.model.benchmark import BenchmarkFigure as BenchmarkFigure
    from behaviour_culture.model.benchmark import BenchmarkSet as BenchmarkSet
    from behaviour_culture.model.benchmark import SurveyGroup as SurveyGroup
    from behaviour_culture.model.calendar import DateRange as DateRange
    from behaviour_culture.model.calendar import DayOff as DayOff
    from behaviour_culture.model.calendar import HalfTerm as HalfTerm
    from behaviour_culture.model.calendar import SchoolWeek as SchoolWeek
    from behaviour_culture.model.calendar import SchoolYear as SchoolYear
    from behaviour_culture.model.calendar import Term as Term
    from behaviour_culture.model.change import AppliedChange as AppliedChange
    from behaviour_culture.model.change import TailoringKind as TailoringKind
    from behaviour_culture.model.crosswalk import Crosswalk as Crosswalk
    from behaviour_culture.model.crosswalk import CrosswalkLink as CrosswalkLink
    from behaviour_culture.model.crosswalk import Relation as Relation
    from behaviour_culture.model.crosswalk import Strength as Strength
    from behaviour_culture.model.difference import EntryChange as EntryChange
    from behaviour_culture.model.difference import FrameworkDifference as FrameworkDifference
    from behaviour_culture.model.difference import compare_frameworks as compare_frameworks
    from behaviour_culture.model.estimate import Estimate as Estimate
    from behaviour_culture.model.evidence import Assumption as Assumption
    from behaviour_culture.model.evidence import EffectParameter as EffectParameter
    from behaviour_culture.model.evidence import EffectScale as EffectScale
    from behaviour_culture.model.evidence import EvidenceBase as EvidenceBase
    from behaviour_culture.model.evidence import Grade as Grade
    from behaviour_culture.model.exposure import PeriodExposure as PeriodExposure
    from behaviour_culture.model.exposure import exposure_from_calendar as exposure_from_calendar
    from behaviour_culture.model.finding import AttainmentFinding as AttainmentFinding
    from behaviour_culture.model.finding import AttainmentScale as AttainmentScale
    from behaviour_culture.model.finding import Finding as Finding
    from behaviour_culture.model.finding import FindingScale as FindingScale
    from behaviour_culture.model.finding import Outcome as Outcome
    from behaviour_culture.model.finding import StudyKind as StudyKind
    from behaviour_culture.model.framework import Addressee as Addressee
    from behaviour_culture.model.framework import AuditItem as AuditItem
    from behaviour_culture.model.framework import Challenge as Challenge
    from behaviour_culture.model.framework import Domain as Domain
    from behaviour_culture.model.framework import Feature as Feature
    from behaviour_culture.model.framework import Framework as Framework
    from behaviour_culture.model.framework import Principle as Principle
    from behaviour_culture.model.framework import PrinciplePrerequisite as PrinciplePrerequisite
    from behaviour_culture.model.framework import Recommendation as Recommendation
    from behaviour_culture.model.framework import Section as Section
    from behaviour_culture.model.framework import SystemKind as SystemKind
    from behaviour_culture.model.framework import Unverified as Unverified
    from behaviour_culture.model.hub import Hub as Hub
    from behaviour_culture.model.hub import LeadSchool as LeadSchool
    from behaviour_culture.model.hub import PartnerSchool as PartnerSchool
    from behaviour_culture.model.hub import Place as Place
    from behaviour_culture.model.indicator import Direction as Direction
    from behaviour_culture.model.indicator import ExposureKind as ExposureKind
    from behaviour_culture.model.indicator import Indicator as Indicator
    from behaviour_culture.model.indicator import IndicatorSet as IndicatorSet
    from behaviour_culture.model.indicator import RecordingChange as RecordingChange
    from behaviour_culture.model.indicator import ReportedBy as ReportedBy
    from behaviour_culture.model.indicator import Series as Series
    from behaviour_culture.model.indicator import SeriesPeriod as SeriesPeriod
    from behaviour_culture.model.instrument import Instrument as Instrument
    from behaviour_culture.model.instrument import InstrumentPart as InstrumentPart
    from behaviour_culture.model.journey import Journey as Journey
    from behaviour_culture.model.plan import Inclusion as Inclusion
    from behaviour_culture.model.plan import InclusionKind as InclusionKind
    from behaviour_culture.model.plan import MetStep as MetStep
    from behaviour_culture.model.plan import Milestone as Milestone
    from behaviour_culture.model.plan import MilestoneOutcome as MilestoneOutcome
    from behaviour_culture.model.plan import Objective as Objective
    from behaviour_culture.model.plan import ProgressReport as ProgressReport
    from behaviour_culture.model.plan import SkippedStep as SkippedStep
    from behaviour_culture.model.plan import StepProgress as StepProgress
    from behaviour_culture.model.plan import StepStatus as StepStatus
    from behaviour_culture.model.programme import StrandOffer as StrandOffer
    from behaviour_culture.model.programme import SupportOffer as SupportOffer
    from behaviour_culture.model.programme import SupportStrand as SupportStrand
    from behaviour_culture.model.route import EligibilityRule as EligibilityRule
    from behaviour_culture.model.route import Programme as Programme
    from behaviour_culture.model.route import ProgrammeRoute as ProgrammeRoute
    from behaviour_culture.model.route import ProgrammeStage as ProgrammeStage
    from behaviour_culture.model.route import RuleSubject as RuleSubject
    from behaviour_culture.model.route import StrandDose as StrandDose
    from behaviour_culture.model.scale import RatingLevel as RatingLevel
    from behaviour_culture.model.scale import RatingScale as RatingScale
    from behaviour_culture.model.scenario import Scenario as Scenario
    from behaviour_culture.model.school import Audience as Audience
    from behaviour_culture.model.school import Capacity as Capacity
    from behaviour_culture.model.school import CapacityChange as CapacityChange
    from behaviour_culture.model.school import Context as Context
    from behaviour_culture.model.school import Expectation as Expectation
    from behaviour_culture.model.school import Phase as Phase
    from behaviour_culture.model.school import Procedure as Procedure
    from behaviour_culture.model.school import Role as Role
    from behaviour_culture.model.school import School as School
    from behaviour_culture.model.school import SchoolSystem as SchoolSystem
    from behaviour_culture.model.school import SystemStatus as SystemStatus
    from behaviour_culture.model.scoring import Aggregation as Aggregation
    from behaviour_culture.model.scoring import Band as Band
    from behaviour_culture.model.scoring import Banding as Banding
    from behaviour_culture.model.scoring import Criterion as Criterion
    from behaviour_culture.model.scoring import Threshold as Threshold
    from behaviour_culture.model.scoring import least_points as least_points
    from behaviour_culture.model.source import Basis as Basis
    from behaviour_culture.model.source import Mark as Mark
    from behaviour_culture.model.source import Origin as Origin
    from behaviour_culture.model.source import Provenance as Provenance
    from behaviour_culture.model.source import Source as Source
    from behaviour_culture.model.source import Statement as Statement
    from behaviour_culture.model.step import ActionStep as ActionStep
    from behaviour_culture.model.step import CostRange as CostRange
    from behaviour_culture.model.step import EffectLink as EffectLink
    from behaviour_culture.model.step import Monitoring as Monitoring
    from behaviour_culture.model.step import Payoff as Payoff
    from behaviour_culture.model.step import Prerequisite as Prerequisite
    from behaviour_culture.model.step import RoleTitle as RoleTitle
    from behaviour_culture.model.step import StartRule as StartRule
    from behaviour_culture.model.step import StepCatalogue as StepCatalogue
    from behaviour_culture.model.step import StepPhase as StepPhase
    from behaviour_culture.model.step import StepSupport as StepSupport
    from behaviour_culture.model.step import Weeks as Weeks
    from behaviour_culture.model.tailoring import Tailoring as Tailoring
    from behaviour_culture.model.tailoring import TailoringChange as TailoringChange
    from behaviour_culture.model.tailoring import resolve as resolve
    from behaviour_culture.planning import ActionPlan as ActionPlan
    from behaviour_culture.planning import StepGraph as StepGraph
    from behaviour_culture.planning import draft_plan as draft_plan
    from behaviour_culture.report import JourneyResult as JourneyResult
    from behaviour_culture.report import run_journey as run_journey
    from behaviour_culture.report import write_report as write_report
    from behaviour_culture.review import Beliefs as Beliefs
    from behaviour_culture.review import Observation as Observation
    from behaviour_culture.review import learn as learn
    from behaviour_culture.review import review_plan as review_plan
    from behaviour_culture.scheduling import Reason as Reason
    from behaviour_culture.scheduling import Schedule as Schedule
    from behaviour_culture.scheduling import ScheduledStep as ScheduledStep
    from behaviour_culture.scheduling import ScheduleStatus as ScheduleStatus
    from behaviour_culture.scheduling import schedule_plan as schedule_plan

_PLACES = {
    "audit": "AuditResult Gap Score read_audit score_audit",
    "content": (
        "calendar_ids catalogue_ids framework_ids load_benchmarks load_calendar "
        "load_catalogue load_evidence load_framework load_indicators"
    ),
    "errors": (
        "BehaviourCultureError CycleError Fault InvalidInputError MissingExtraError ReadError "
        "UnknownNameError WriteError"
    ),
    "impact": (
        "Forecast ForecastComparison ImpactResult ImpactScore StepChoice choose_steps "
        "compare_forecasts forecast score_impact"
    ),
    "interchange.files": "dumps loads read write",
    "interchange.frames": "from_frame to_frame",
    "interchange.forms": "audit_form",
    "interchange.gias": "read_gias school_from_gias",
    "interchange.log_reader": "read_behaviour_log",
    "interchange.schema": "json_schema",
    "interchange.series": "read_series",
    "interchange.table": "write_csv",
    "model.audit": "Audit Response",
    "model.benchmark": "BenchmarkFigure BenchmarkSet SurveyGroup",
    "model.calendar": "DateRange DayOff HalfTerm SchoolWeek SchoolYear Term",
    "model.change": "AppliedChange TailoringKind",
    "model.crosswalk": "Crosswalk CrosswalkLink Relation Strength",
    "model.difference": "EntryChange FrameworkDifference compare_frameworks",
    "model.estimate": "Estimate",
    "model.exposure": "PeriodExposure exposure_from_calendar",
    "model.evidence": "Assumption EffectParameter EffectScale EvidenceBase Grade",
    "model.finding": "AttainmentFinding AttainmentScale Finding FindingScale Outcome StudyKind",
    "model.framework": (
        "Addressee AuditItem Challenge Domain Feature Framework Principle "
        "PrinciplePrerequisite Recommendation Section SystemKind Unverified"
    ),
    "model.hub": "Hub LeadSchool PartnerSchool Place",
    "model.indicator": (
        "Direction ExposureKind Indicator IndicatorSet RecordingChange ReportedBy Series "
        "SeriesPeriod"
    ),
    "model.instrument": "Instrument InstrumentPart",
    "model.journey": "Journey",
    "model.plan": (
        "Inclusion InclusionKind MetStep Milestone MilestoneOutcome Objective ProgressReport "
        "SkippedStep StepProgress StepStatus"
    ),
    "model.programme": "StrandOffer SupportOffer SupportStrand",
    "model.route": (
        "EligibilityRule Programme ProgrammeRoute ProgrammeStage RuleSubject StrandDose"
    ),
    "model.scale": "RatingLevel RatingScale",
    "model.scenario": "Scenario",
    "model.school": (
        "Audience Capacity CapacityChange Context Expectation Phase Procedure Role School "
        "SchoolSystem SystemStatus"
    ),
    "model.scoring": "Aggregation Band Banding Criterion Threshold least_points",
    "model.source": "Basis Mark Origin Provenance Source Statement",
    "model.step": (
        "ActionStep CostRange EffectLink Monitoring Payoff Prerequisite RoleTitle StartRule "
        "StepCatalogue StepPhase StepSupport Weeks"
    ),
    "model.tailoring": "Tailoring TailoringChange resolve",
    "planning": "ActionPlan StepGraph draft_plan",
    "report": "JourneyResult run_journey write_report",
    "review": "Beliefs Observation learn review_plan",
    "scheduling": "Reason Schedule ScheduledStep ScheduleStatus schedule_plan",
}
__getattr__, __dir__, __all__ = attach(
    __name__,
    _PLACES,
    "audit content disclosure errors impact interchange model monitoring planning programme "
    "report review scheduling testing",
)
