"""The class of each ``kind`` of file, as text, so that it is imported only when needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal, TypeAlias

from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    NotAFileKindError,
    shorten,
    suggest,
)
from behaviour_culture.fields import is_slug

__all__ = ["KINDS", "Kind", "class_of", "kind_of", "kind_of_class"]

# fmt: off
Kind: TypeAlias = Literal[
    "action-plan", "audit", "audit-result", "audit-profile", "beliefs", "benchmarks", "calendar",
    "carried-result", "catalogue", "cohort-bands", "cohort-change", "control-chart", "crosswalk",
    "duties", "evidence", "forecast", "forecast-comparison", "framework", "frontier", "funnel",
    "hub", "hub-matching", "grouped-result", "impact", "indicators", "instrument", "journey",
    "log-mapping", "nation", "programme", "plan-difference", "plan-review", "progress",
    "role-map", "robustness", "scenario", "scenario-runs", "round-comparison", "schedule",
    "school-standing", "school", "series", "shrunk-rates", "step-choice", "support-calendar",
    "support-offer", "symbol-policy", "tailoring", "verdict",
]
# fmt: on
"""The words that a file's ``kind`` may be, for type checkers."""

KINDS: dict[str, str] = {
    "action-plan": "behaviour_culture.planning.plan:ActionPlan",
    "audit": "behaviour_culture.model.audit:Audit",
    "audit-result": "behaviour_culture.audit.result:AuditResult",
    "audit-profile": "behaviour_culture.audit.profile:AuditProfile",
    "beliefs": "behaviour_culture.review.learning.beliefs:Beliefs",
    "benchmarks": "behaviour_culture.model.benchmark:BenchmarkSet",
    "calendar": "behaviour_culture.model.calendar:SchoolYear",
    "carried-result": "behaviour_culture.audit.carrying:CarriedResult",
    "catalogue": "behaviour_culture.model.catalogue:StepCatalogue",
    "cohort-bands": "behaviour_culture.programme.cohort.bands:CohortBands",
    "cohort-change": "behaviour_culture.programme.cohort.change:CohortChange",
    "control-chart": "behaviour_culture.monitoring.control_charts.chart:ControlChart",
    "crosswalk": "behaviour_culture.model.crosswalk:Crosswalk",
    "duties": "behaviour_culture.model.duty:DutyRegister",
    "evidence": "behaviour_culture.model.evidence:EvidenceBase",
    "forecast": "behaviour_culture.impact.forecasting.result:Forecast",
    "forecast-comparison": "behaviour_culture.impact.forecasting.comparison:ForecastComparison",
    "scenario-runs": "behaviour_culture.impact.forecasting.scenario_runs:ScenarioRuns",
    "framework": "behaviour_culture.model.framework:Framework",
    "frontier": "behaviour_culture.impact.choosing.result:Frontier",
    "funnel": "behaviour_culture.monitoring.funnels:Funnel",
    "hub": "behaviour_culture.model.hub:Hub",
    "hub-matching": "behaviour_culture.programme.hub.hub_matching:HubMatching",
    "grouped-result": "behaviour_culture.audit.groups:GroupedResult",
    "impact": "behaviour_culture.impact.index.result:ImpactResult",
    "indicators": "behaviour_culture.model.indicator:IndicatorSet",
    "instrument": "behaviour_culture.model.instrument:Instrument",
    "journey": "behaviour_culture.model.journey:Journey",
    "log-mapping": "behaviour_culture.model.log_mapping:LogMapping",
    "nation": "behaviour_culture.programme.nation.simulation:NationResult",
    "programme": "behaviour_culture.model.programme:Programme",
    "plan-difference": "behaviour_culture.review.plan_difference:PlanDifference",
    "plan-review": "behaviour_culture.review.result:PlanReview",
    "progress": "behaviour_culture.model.plan:ProgressReport",
    "role-map": "behaviour_culture.model.role_map:RoleMap",
    "robustness": "behaviour_culture.scheduling.robustness:Robustness",
    "scenario": "behaviour_culture.model.scenario:Scenario",
    "round-comparison": "behaviour_culture.audit.rounds:RoundComparison",
    "schedule": "behaviour_culture.scheduling.result:Schedule",
    "school-standing": "behaviour_culture.programme.cohort.bands:SchoolStanding",
    "school": "behaviour_culture.model.school:School",
    "series": "behaviour_culture.model.indicator:Series",
    "shrunk-rates": "behaviour_culture.monitoring.shrink:ShrunkRates",
    "step-choice": "behaviour_culture.impact.choosing.result:StepChoice",
    "support-calendar": "behaviour_culture.programme.hub.support_result:SupportCalendar",
    "support-offer": "behaviour_culture.model.support:SupportOffer",
    "symbol-policy": "behaviour_culture.model.symbol_policy:SymbolPolicy",
    "tailoring": "behaviour_culture.model.tailoring:Tailoring",
    "verdict": "behaviour_culture.monitoring.verdicts.verdict:Verdict",
}


def class_of(kind: object, subject: str) -> type[Any]:
    """Return the class for files of a kind, or raise an error that names the nearest kind."""
    known = ", ".join(sorted(KINDS))
    if kind is None:
        message = f"the key 'kind' is missing: write kind = one of {known}"
        raise InvalidInputError(subject, [Fault("kind", message, code=FaultCode.MISSING)])
    if not isinstance(kind, str) or kind not in KINDS:
        own = "; a kind of your own is read by its class: read(path, TheClass)"
        hint = own if isinstance(kind, str) and "." in kind else suggest(kind, KINDS)
        message = f"no kind {shorten(kind)}{hint}; known: {known}"
        fault = Fault("kind", message, shorten(kind), FaultCode.WRONG_KIND)
        raise InvalidInputError(subject, [fault])
    module, _, name = KINDS[kind].partition(":")
    class_: type[Any] = getattr(import_module(module), name)
    return class_


def kind_of(value: object) -> str:
    """Return the ``kind`` under which an object is written.

    Examples
    --------
    >>> from behaviour_culture import School
    >>> kind_of(School(id="a", name="A"))
    'school'
    """
    kind = kind_of_class(type(value))
    if kind is None:
        raise NotAFileKindError(type(value).__name__, sorted(KINDS))
    return kind


def kind_of_class(class_: type[Any]) -> str | None:
    """Return the ``kind`` of the files of a class, or None if it has none.

    A class of the user's names its own as ``FILE_KIND``.

    Raises
    ------
    InvalidInputError
        A kind of the user's that is no id with a dot, so that it could be one of ours.
    """
    own = class_.__dict__.get("FILE_KIND")
    if own is None:
        return _KINDS_BY_PLACE.get(f"{class_.__module__}:{class_.__qualname__}")
    if not is_slug(own) or "." not in own:
        message = f"expected an id with a dot such as 'our-trust.visit', got {shorten(own)}"
        fault = Fault("FILE_KIND", message, shorten(own), FaultCode.NOT_AN_ID)
        raise InvalidInputError(class_.__name__, [fault])
    return str(own)


_KINDS_BY_PLACE = {place: kind for kind, place in KINDS.items()}
