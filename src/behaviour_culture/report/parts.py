"""The parts of a report, and the check that they belong to each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from attrs import field, fields, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.audit.groups import GroupedResult
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import as_tuple, field_faults
from behaviour_culture.errors import Fault, shorten
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.model.belonging import belongs_faults, calendar_faults, framework_faults
from behaviour_culture.model.benchmark import BenchmarkSet
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.duty import DutyRegister
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import School
from behaviour_culture.model.support import SupportOffer
from behaviour_culture.monitoring.verdicts.judged import JudgedCounts
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.review.result import PlanReview
from behaviour_culture.scheduling.reason import ReasonKind
from behaviour_culture.scheduling.result import Schedule

__all__ = ["ReportParts", "SectionMaker", "part_faults"]

_Rows: TypeAlias = Sequence[Mapping[str, Any]]
SectionMaker: TypeAlias = Callable[[Any], tuple[str, str] | tuple[str, str, _Rows]]
"""A section of the user's: it takes the `ReportParts` and returns a title and a text.

The text is one paragraph for each stretch between empty lines. Rows may follow it, such as those
of ``to_rows()``: they are a table.
"""


@frozen(kw_only=True, repr=False)
class ReportParts(Displayed):
    """The parts of one report; a part that is None is left out of it.

    They are not checked when they are built, but all together by ``part_faults``.
    """

    framework: Framework
    audit: AuditResult
    plan: ActionPlan
    school: School | None = None
    schedule: Schedule | None = None
    impact: ImpactResult | None = None
    forecast: Forecast | None = None
    evidence: EvidenceBase | None = None
    benchmarks: BenchmarkSet | None = None
    support_offer: SupportOffer | None = None
    catalogue: StepCatalogue | None = None
    duties: DutyRegister | None = None
    calendar: SchoolYear | None = None
    title: str | None = None
    written_on: date | None = None
    groups: GroupedResult | None = None
    """The audit as each group of raters sees it."""
    first_schedule: Schedule | None = None
    """The schedule before the plan began, where it has begun by ``written_on``."""
    counted: JudgedCounts | None = None
    review: PlanReview | None = None
    """Of this plan, or of the one of the year before."""
    sections: tuple[Any, ...] = field(default=(), converter=as_tuple)
    """Sections of the user's (``SectionMaker``), before the assumptions and sources."""

    @property
    def without_place(self) -> tuple[str, ...]:
        """Steps for which the schedule has no room; those that were stopped need none."""
        out = self.schedule.left_out if self.schedule is not None else {}
        stopped = {
            key for key, why in out.items() if any(r.kind is ReasonKind.STOPPED for r in why)
        }
        return tuple(sorted(set(out) - stopped))


def part_faults(parts: ReportParts) -> list[Fault]:
    """Return all faults of the parts of a report."""
    values = {part.name: getattr(parts, part.name) for part in fields(ReportParts)}
    if faults := field_faults(ReportParts, values):
        return faults
    faults += [
        Fault(f"sections[{i}]", f"expected a function of the parts, got {shorten(made)}")
        for i, made in enumerate(parts.sections)
        if not callable(made)
    ]
    faults += _framework_faults(parts)
    faults += _schedule_faults(parts)
    faults += _impact_faults(parts)
    faults += _forecast_faults(parts)
    faults += _school_faults(parts)
    if parts.title is not None and not parts.title.strip():
        faults.append(Fault("title", "must not be empty: leave it out to use the plan's"))
    return faults


def _framework_faults(parts: ReportParts) -> list[Fault]:
    faults = []
    for name in ("audit", "groups", "plan", "catalogue"):
        part = getattr(parts, name)
        faults += framework_faults(name, part, parts.framework) if part is not None else []
    if parts.catalogue is not None and parts.catalogue.id != parts.plan.catalogue:
        message = f"is {parts.catalogue.id!r}, the plan was drafted from {parts.plan.catalogue!r}"
        faults.append(Fault("catalogue.id", message))
    if parts.duties is not None:
        known = {d.id for d in parts.duties.duties}
        strange = {s.duty for s in parts.plan.steps if s.duty is not None} - known
        if strange:
            message = f"{parts.duties.id!r} lacks duties that steps name: {_some(strange)}"
            faults.append(Fault("duties", message))
    return faults


def _schedule_faults(parts: ReportParts) -> list[Fault]:
    schedule, plan = parts.schedule, parts.plan
    if schedule is None:
        return []
    faults = belongs_faults("schedule.plan", "plan", (schedule.plan,), (plan.id,))
    if not faults:
        known = {s.id for s in plan.steps}
        placed = {s.step for s in schedule.steps} | set(schedule.left_out)
        for kind, names in (
            ("holds steps that are not in the plan", placed - known),
            ("lacks steps of the plan", known - placed),
        ):
            if names:
                message = f"{kind}: {_some(names)}; schedule the plan again"
                faults.append(Fault("schedule.steps", message))
    year = parts.calendar
    if year is None:
        return faults
    other = calendar_faults(schedule.calendar, year)
    faults += other
    if not other and any(d not in year.span for s in schedule.steps for d in (s.start, s.finish)):
        message = (
            f"runs from {year.span.start} to {year.span.end}, but the schedule has steps outside: "
            "schedule the plan again"
        )
        faults.append(Fault("calendar", message))
    return faults


def _impact_faults(parts: ReportParts) -> list[Fault]:
    impact, plan, evidence = parts.impact, parts.plan, parts.evidence
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


def _forecast_faults(parts: ReportParts) -> list[Fault]:
    forecast, plan, evidence = parts.forecast, parts.plan, parts.evidence
    if forecast is None:
        return []
    faults = belongs_faults("forecast.plan", "plan", (forecast.plan,), (plan.id,))
    if not faults and set(forecast.inputs.steps) != {s.id for s in plan.steps}:
        message = "are not those of the plan: forecast it again"
        faults.append(Fault("forecast.inputs.steps", message))
    if parts.schedule is not None and forecast.starts != parts.schedule.starts:
        message = f"is {forecast.starts}, but the schedule starts on {parts.schedule.starts}"
        faults.append(Fault("forecast.starts", f"{message}: forecast it again"))
    return faults + _evidence_faults("forecast.evidence", evidence, forecast)


def _evidence_faults(
    path: str, evidence: EvidenceBase | None, result: ImpactResult | Forecast
) -> list[Fault]:
    if evidence is None:
        return []
    used = (result.evidence, result.evidence_edition)
    return belongs_faults(path, "evidence", used, (evidence.id, evidence.edition))


def _school_faults(parts: ReportParts) -> list[Fault]:
    school = parts.school
    if school is None:
        return []
    return [
        Fault(f"{name}.school", f"is {part.school!r}, but the school is {school.name!r}")
        for name, part in (("audit", parts.audit), ("groups", parts.groups), ("plan", parts.plan))
        if part is not None and part.school not in {None, school.name, school.id}
    ]


def _some(names: set[str]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")  # noqa: PLR2004
