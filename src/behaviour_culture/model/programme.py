"""A support programme as data with sources: its routes, its stages and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, find
from behaviour_culture.fields import OneOf, Range, Slug, Slugs, Some, Text, Texts, Unique
from behaviour_culture.model.source import Mark, Provenance, Sourced
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
    """The subject of a rule of eligibility."""

    PARTNER = "partner"
    LEAD = "lead"
    MATCH = "match"
    """A partner together with a lead."""


@frozen(kw_only=True, repr=False)
class StrandDose(StrandOffer):
    """The amount of one strand in a route; its fields are those of `StrandOffer`."""


@frozen(kw_only=True, repr=False)
class ProgrammeRoute(Value):
    """One way through a programme.

    Attributes
    ----------
    terms : int or None
        Its length in terms.
    days_low, days_high : float or None
        Days that a partner gives to it, from low to high; None if no source says.
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
    doses: Annotated[Entries[StrandDose], Unique("strand")] = field(
        default=Entries(), converter=TupleOf[StrandDose]
    )
    provenance: Provenance

    def _check(self, check: Check) -> None:
        check.in_order("days_low", "days_high")

    def dose(self, strand: SupportStrand) -> StrandDose | None:
        """Return the amount of a strand in the route, or None."""
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
    """The work of one stage of a partner's route."""

    stage: StepPhase
    text: Text
    provenance: Provenance

    def _lines(self) -> list[str]:
        return [f"{self.stage.value}: {self.text}"]


@frozen(kw_only=True, repr=False)
class EligibilityRule(Value):
    """One condition for taking part, or for a match.

    Attributes
    ----------
    about : RuleSubject
    attribute : {"phase", "rating"} or None
        The field of the school that is checked; None for a rule that a person must check.
    values : tuple of str
        The allowed values of the partner or the lead; for a match, of the lead.
    where : tuple of str
        For a match: the values of the partner to which the rule applies.
    """

    id: Slug
    about: RuleSubject
    text: Text
    attribute: Annotated[str, OneOf(("phase", "rating"))] | None = None
    values: Slugs = field(default=(), converter=TupleOf[str])
    where: Slugs = field(default=(), converter=TupleOf[str])
    provenance: Provenance

    def _check(self, check: Check) -> None:
        if (self.attribute is None) == bool(self.values):
            check.fault("values", "an attribute needs values, and values need an attribute")
        if bool(self.where) != (self.about is RuleSubject.MATCH and self.attribute is not None):
            check.fault("where", "give it with an attribute of a match, and nowhere else")

    def _lines(self) -> list[str]:
        return [f"{self.about.value}: {self.text}"]


@frozen(kw_only=True, repr=False)
class Programme(Sourced):
    """A programme in which lead schools help partner schools."""

    routes: Annotated[Entries[ProgrammeRoute], Some(), Unique("id")] = field(
        converter=TupleOf[ProgrammeRoute]
    )
    stages: Annotated[Entries[ProgrammeStage], Unique("stage")] = field(
        default=Entries(), converter=TupleOf[ProgrammeStage]
    )
    rules: Annotated[Entries[EligibilityRule], Unique("id")] = field(
        default=Entries(), converter=TupleOf[EligibilityRule]
    )
    limits: Texts = field(default=(), converter=TupleOf[str])
    """Facts that are not known, and conflicts between sources."""

    def _check(self, check: Check) -> None:
        if not check.ok("routes", "stages", "rules", "sources"):
            return
        doses = [
            (f"routes[{i}].doses[{j}]", dose.provenance)
            for i, route in enumerate(self.routes)
            for j, dose in enumerate(route.doses)
        ]
        check.cited("routes", "stages", "rules", more=doses)

    def route(self, route_id: str) -> ProgrammeRoute:
        """Return one route by id, or raise `UnknownNameError`."""
        return find("route", route_id, self.routes)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "route": str,
        "name": str,
        "terms": int,
        "days_low": float,
        "days_high": float,
        "partners_per_lead": int,
        "mark": Mark,
    }

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
