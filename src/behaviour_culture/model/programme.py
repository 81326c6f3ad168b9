"""A support programme: its routes, its stages, and who may take part, as data with sources."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from attrs import field, frozen

from behaviour_culture.checks import Check, Value, as_tuple, find
from behaviour_culture.fields import Range, Slug, Slugs, Some, Text, Texts, Unique
from behaviour_culture.model.source import Provenance, Source
from behaviour_culture.model.step import StepPhase
from behaviour_culture.model.support import StrandOffer, SupportStrand

__all__ = [
    "EligibilityRule",
    "Programme",
    "ProgrammeRoute",
    "ProgrammeStage",
    "RuleSubject",
    "StrandDose",
]


class RuleSubject(StrEnum):
    """Whom a rule of eligibility is about."""

    PARTNER = "partner"
    LEAD = "lead"
    MATCH = "match"
    """Which partner may go to which lead."""


@frozen(kw_only=True, repr=False)
class StrandDose(StrandOffer):
    """How much of one strand a route holds; its fields are those of `StrandOffer`."""


@frozen(kw_only=True, repr=False)
class ProgrammeRoute(Value):
    """One way through a programme.

    Attributes
    ----------
    terms : int or None
        How many terms it lasts.
    days_low, days_high : float or None
        Days that a partner gives to it; None where no source says.
    partners_per_lead : int or None
        Partners on this route that one lead supports in a year.
    """

    id: Slug
    name: Text
    text: Text
    terms: Annotated[int, Range(low=1, high=30)] | None = None
    days_low: Annotated[float, Range(low=0, high=1000)] | None = None
    days_high: Annotated[float, Range(low=0, high=1000)] | None = None
    partners_per_lead: Annotated[int, Range(low=0, high=1000)] | None = None
    doses: Annotated[tuple[StrandDose, ...], Unique("strand")] = field(
        default=(), converter=as_tuple
    )
    provenance: Provenance

    def _check(self, check: Check) -> None:
        if (
            check.ok()
            and self.days_low is not None
            and self.days_high is not None
            and self.days_high < self.days_low
        ):
            check.fault("days_high", f"{self.days_high:g} is below days_low {self.days_low:g}")

    def dose(self, strand: SupportStrand) -> StrandDose | None:
        """Return how much of a strand the route holds, or None."""
        return next((d for d in self.doses if d.strand is strand), None)

    def _lines(self) -> list[str]:
        days = ""
        if self.days_low is not None:
            high = "" if self.days_high is None else f" to {self.days_high:g}"
            days = f", {'from ' if not high else ''}{self.days_low:g}{high} days"
        terms = f", {self.terms} terms" if self.terms else ""
        return [f"{self.name}{terms}{days}: {self.text}"]


@frozen(kw_only=True, repr=False)
class ProgrammeStage(Value):
    """What happens in one stage of a partner's way."""

    stage: StepPhase
    text: Text
    provenance: Provenance

    def _lines(self) -> list[str]:
        return [f"{self.stage.value}: {self.text}"]


@frozen(kw_only=True, repr=False)
class EligibilityRule(Value):
    """One condition of taking part, or of a match.

    Attributes
    ----------
    about : RuleSubject
    attribute : {"phase", "rating"} or None
        What can be checked of the school; None for a rule that a person has to check.
    values : tuple of str
        What it may be: of the partner or the lead, for a match of the lead.
    where : tuple of str
        For a match: the partner's values for which the rule holds.
    """

    id: Slug
    about: RuleSubject
    text: Text
    attribute: str | None = None
    values: Slugs = field(default=(), converter=as_tuple)
    where: Slugs = field(default=(), converter=as_tuple)
    provenance: Provenance

    def _check(self, check: Check) -> None:
        if self.attribute not in {None, "phase", "rating"}:
            check.fault("attribute", "expected phase or rating, or nothing", self.attribute)
        if (self.attribute is None) == bool(self.values):
            check.fault("values", "an attribute needs values, and values need an attribute")
        if bool(self.where) != (self.about is RuleSubject.MATCH and self.attribute is not None):
            check.fault("where", "belongs to a rule about a match that is checked, and only there")

    def _lines(self) -> list[str]:
        return [f"{self.about.value}: {self.text}"]


@frozen(kw_only=True, repr=False)
class Programme(Value):
    """A programme in which lead schools help partner schools."""

    id: Slug
    name: Text
    summary: str = ""
    routes: Annotated[tuple[ProgrammeRoute, ...], Some(), Unique("id")] = field(converter=as_tuple)
    stages: Annotated[tuple[ProgrammeStage, ...], Unique("stage")] = field(
        default=(), converter=as_tuple
    )
    rules: Annotated[tuple[EligibilityRule, ...], Unique("id")] = field(
        default=(), converter=as_tuple
    )
    limits: Texts = field(default=(), converter=as_tuple)
    """What is not known, or where sources conflict."""
    sources: Annotated[tuple[Source, ...], Unique("id")] = field(default=(), converter=as_tuple)

    def _check(self, check: Check) -> None:
        if check.ok("routes", "stages", "rules", "sources"):
            doses = [
                (f"routes[{i}].doses[{j}]", dose.provenance)
                for i, route in enumerate(self.routes)
                for j, dose in enumerate(route.doses)
            ]
            check.cited("routes", "stages", "rules", more=doses)

    def route(self, route_id: str) -> ProgrammeRoute:
        """Return one route by id, or raise `UnknownNameError`."""
        return find("route", route_id, self.routes)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each route."""
        return [
            {
                "route": r.id,
                "name": r.name,
                "terms": r.terms,
                "days_low": r.days_low,
                "days_high": r.days_high,
                "partners_per_lead": r.partners_per_lead,
                "mark": r.provenance.mark.value,
            }
            for r in self.routes
        ]

    def _lines(self) -> list[str]:
        head = f"{self.name}: {len(self.routes)} routes, {len(self.rules)} rules"
        return [head, *(f"  {r}" for r in self.routes), *(f"  {r}" for r in self.rules)]
