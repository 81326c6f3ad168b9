"""The six strands of hub support, and the offer of a lead school in each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.fields import OneOf, Range, Slug, Some, Text, Unique, Urn
from behaviour_culture.model.source import Provenance, Source

__all__ = ["StrandOffer", "SupportOffer", "SupportStrand"]


class SupportStrand(StrEnum):
    """The six kinds of support that a lead school gives its partners."""

    TRAINING = "training"
    """Training on specific issues by expert advisers."""
    OPEN_DAYS = "open-days"
    """Open days at lead schools."""
    NETWORKING = "networking"
    """Networking events."""
    RESOURCES = "resources"
    """Online resources."""
    ACTION_PLAN = "action-plan"
    """Help to make and carry out an action plan, with how to monitor its impact."""
    ONE_TO_ONE = "one-to-one"
    """One-to-one support, mentoring and coaching."""


@frozen(kw_only=True, repr=False)
class StrandOffer(Value):
    """The support on offer in one strand, and how much of it.

    Attributes
    ----------
    times : int or None
        How often in each ``per``; None if no source says.
    per : {"term", "year", "route"}
        ``route`` is the whole time for which a partner takes part.
    """

    strand: SupportStrand
    times: Annotated[int, Range(low=1, high=1000)] | None = None
    per: Annotated[str, OneOf(("term", "year", "route"))] = "term"
    text: Text
    provenance: Provenance

    @property
    def dose(self) -> str:
        """The amount in words, such as ``2 a term``; empty if no source says."""
        if self.times is None:
            return ""
        return f"{self.times} in all" if self.per == "route" else f"{self.times} a {self.per}"

    def _lines(self) -> list[str]:
        return [f"{self.strand.value}: {self.dose}{', ' if self.dose else ''}{self.text}"]


@frozen(kw_only=True, repr=False)
class SupportOffer(Value):
    """The support that one lead school offers to its partners.

    ``lead_since`` is a year and month (``2022-04``): the programme published no days.
    """

    id: Slug
    lead: Text
    urn: Urn | None = None
    programme: Text
    lead_since: Text | None = None
    summary: str = ""
    strands: Annotated[Entries[StrandOffer], Some(), Unique("strand")] = field(
        converter=TupleOf[StrandOffer]
    )
    sources: Annotated[Entries[Source], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Source]
    )

    def _check(self, check: Check) -> None:
        if check.ok("strands", "sources"):
            check.cited("strands")

    def offer(self, strand: SupportStrand) -> StrandOffer | None:
        """Return the offer in a strand, or None."""
        return next((o for o in self.strands if o.strand is strand), None)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "strand": SupportStrand,
        "offer": str,
        "dose": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each strand that is on offer."""
        return [{"strand": o.strand.value, "offer": o.text, "dose": o.dose} for o in self.strands]

    def _label(self) -> str:
        return f"{self.lead}: {len(self.strands)} strands"

    def _lines(self) -> list[str]:
        since = f", lead school since {self.lead_since}" if self.lead_since else ""
        head = f"{self.lead}{since} ({self.programme}) offers {len(self.strands)} strands"
        return [head, *(f"  {o}" for o in self.strands)]
