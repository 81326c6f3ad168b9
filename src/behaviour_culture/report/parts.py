"""What a report is made from, and the check that its parts belong to each other."""

from __future__ import annotations

from datetime import date, datetime

from attrs import field, fields, frozen

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.errors import Fault, shorten
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.model.belonging import belongs_faults, framework_faults
from behaviour_culture.model.benchmark import BenchmarkSet
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import School
from behaviour_culture.model.step import StepCatalogue
from behaviour_culture.model.support import SupportOffer
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

__all__ = ["Given", "check_given"]


@frozen(kw_only=True, repr=False)
class Given:
    """The parts of one report; what is None is left out of it."""

    framework: Framework = field(metadata={"kind": Framework})
    audit: AuditResult = field(metadata={"kind": AuditResult})
    plan: ActionPlan = field(metadata={"kind": ActionPlan})
    school: School | None = field(default=None, metadata={"kind": School})
    schedule: Schedule | None = field(default=None, metadata={"kind": Schedule})
    impact: ImpactResult | None = field(default=None, metadata={"kind": ImpactResult})
    forecast: Forecast | None = field(default=None, metadata={"kind": Forecast})
    evidence: EvidenceBase | None = field(default=None, metadata={"kind": EvidenceBase})
    benchmarks: BenchmarkSet | None = field(default=None, metadata={"kind": BenchmarkSet})
    support_offer: SupportOffer | None = field(default=None, metadata={"kind": SupportOffer})
    catalogue: StepCatalogue | None = field(default=None, metadata={"kind": StepCatalogue})
    calendar: SchoolYear | None = field(default=None, metadata={"kind": SchoolYear})
    title: str | None = field(default=None, metadata={"kind": str})
    written_on: date | None = field(default=None, metadata={"kind": date})


_NEEDED = {"framework", "audit", "plan"}


def check_given(given: Given) -> list[Fault]:
    """Return what is wrong with the parts of a report, all of it at once."""
    faults = _type_faults(given)
    if faults:
        return faults
    faults += _framework_faults(given)
    faults += _schedule_faults(given)
    faults += _impact_faults(given)
    faults += _forecast_faults(given)
    faults += _school_faults(given)
    if given.title is not None and not given.title.strip():
        faults.append(Fault("title", "must not be empty: leave it out to use the plan's"))
    return faults


def _type_faults(given: Given) -> list[Fault]:
    faults = []
    for part in fields(Given):
        kind: type = part.metadata["kind"]
        value = getattr(given, part.name)
        if value is None and part.name not in _NEEDED:
            continue
        if not isinstance(value, kind) or isinstance(value, datetime):
            words = {"str": "text", "date": "a date"}.get(kind.__name__, f"a {kind.__name__}")
            message = f"expected {words.replace('a A', 'an A')}, got {shorten(value)}"
            faults.append(Fault(part.name, message, shorten(value)))
    return faults


def _framework_faults(given: Given) -> list[Fault]:
    faults = []
    for name in ("audit", "plan", "catalogue"):
        part = getattr(given, name)
        faults += framework_faults(name, part, given.framework) if part is not None else []
    if given.catalogue is not None and given.catalogue.id != given.plan.catalogue:
        message = f"is {given.catalogue.id!r}, the plan was drafted from {given.plan.catalogue!r}"
        faults.append(Fault("catalogue.id", message))
    return faults


def _schedule_faults(given: Given) -> list[Fault]:
    schedule, plan = given.schedule, given.plan
    if schedule is None:
        return []
    faults = belongs_faults("schedule.plan", "plan", (schedule.plan,), (plan.id,))
    if not faults:
        known = {s.id for s in plan.steps}
        placed = {s.step for s in schedule.steps} | set(schedule.unscheduled)
        for kind, names in (
            ("holds steps that are not in the plan", placed - known),
            ("lacks steps of the plan", known - placed),
        ):
            if names:
                message = f"{kind}: {_some(names)}; schedule the plan again"
                faults.append(Fault("schedule.steps", message))
    year = given.calendar
    if year is None:
        return faults
    other = belongs_faults("schedule.calendar", "calendar", (schedule.calendar,), (year.id,))
    faults += other
    if not other and any(s.start < year.start or s.finish > year.end for s in schedule.steps):
        message = (
            f"runs from {year.start} to {year.end}, and the schedule has steps outside: "
            "schedule the plan again"
        )
        faults.append(Fault("calendar", message))
    return faults


def _impact_faults(given: Given) -> list[Fault]:
    impact, plan, evidence = given.impact, given.plan, given.evidence
    if impact is None:
        return []
    faults = belongs_faults("impact.plan", "plan", (impact.plan,), (plan.id,))
    if not faults:
        known = {s.id for s in plan.steps}
        strange = ({s.step for s in impact.steps} | set(impact.unscored)) - known
        if strange:
            message = f"scores steps that are not in the plan: {_some(strange)}; score it again"
            faults.append(Fault("impact.steps", message))
    return faults + _evidence_faults("impact.evidence", evidence, impact)


def _forecast_faults(given: Given) -> list[Fault]:
    made, plan, evidence = given.forecast, given.plan, given.evidence
    if made is None:
        return []
    faults = belongs_faults("forecast.plan", "plan", (made.plan,), (plan.id,))
    if not faults and set(made.inputs.steps) != {s.id for s in plan.steps}:
        faults.append(
            Fault("forecast.inputs.steps", "are not those of the plan: forecast it again")
        )
    if given.schedule is not None and made.starts != given.schedule.starts:
        message = f"is {made.starts}, the schedule starts on {given.schedule.starts}"
        faults.append(Fault("forecast.starts", f"{message}: forecast it again"))
    return faults + _evidence_faults("forecast.evidence", evidence, made)


def _evidence_faults(
    path: str, evidence: EvidenceBase | None, made: ImpactResult | Forecast
) -> list[Fault]:
    if evidence is None:
        return []
    used, given = (made.evidence, made.evidence_edition), (evidence.id, evidence.edition)
    return belongs_faults(path, "evidence", used, given)


def _school_faults(given: Given) -> list[Fault]:
    school = given.school
    if school is None:
        return []
    return [
        Fault(f"{name}.school", f"is {part.school!r}, the school given is {school.name!r}")
        for name, part in (("audit", given.audit), ("plan", given.plan))
        if part.school not in {None, school.name, school.id}
    ]


def _some(names: set[str]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")  # noqa: PLR2004
