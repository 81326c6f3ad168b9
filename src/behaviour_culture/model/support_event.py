"""A kind of event that a lead school holds for its partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from attrs import field, frozen

from behaviour_culture.checks import Check, MapOf, TupleOf, Value
from behaviour_culture.fields import Range, Slug, Text, Texts
from behaviour_culture.model.step import StepPhase
from behaviour_culture.model.support import SupportStrand

__all__ = ["SupportEvent"]

_MOST_TIMES = 40


@frozen(kw_only=True, repr=False)
class SupportEvent(Value):
    """A kind of event that a lead school holds for its partners, so many times a term.

    Attributes
    ----------
    id : str
        Without a dot.
    strand : SupportStrand
    times : mapping of str to int
        How often in each of its terms, by the partner's route; a route without an entry gets
        none.
    terms : tuple of str
        Names of the terms in which it is held; if empty, all that are left of the year.
    seats : int
        Partner schools that can take part at once: 1 for a visit. With more partners than
        seats the event is held several times.
    lead_hours : mapping of str to float
        Hours of each of the lead school's roles in the week of each event.
    partner_hours : mapping of str to float
        Hours of each of a partner's roles in that week.
    gap_weeks : int
        School weeks that must pass between two events of this kind for a partner.
    before : StepPhase or None
        Steps of this phase in a partner's plan wait for its first event.
    source : str
        Where times and hours come from, or the word judgement.
    """

    id: Slug
    title: Text
    strand: SupportStrand
    times: Mapping[Slug, Annotated[int, Range(low=0, high=_MOST_TIMES)]] = field(
        converter=MapOf[str, int]
    )
    terms: Texts = field(default=(), converter=TupleOf[str])
    seats: Annotated[int, Range(low=1, high=10_000)] = 1
    lead_hours: Mapping[Slug, Annotated[float, Range(low=0, high=60)]] = field(
        converter=MapOf[str, float]
    )
    partner_hours: Mapping[Slug, Annotated[float, Range(low=0, high=60)]] = field(
        converter=MapOf[str, float]
    )
    gap_weeks: Annotated[int, Range(low=0, high=52)] = 0
    before: StepPhase | None = None
    source: Text = "judgement"

    def _check(self, check: Check) -> None:
        for name in ("lead_hours", "partner_hours"):
            if check.ok(name) and not any(getattr(self, name).values()):
                check.fault(name, "somebody has to give hours to it: name a role")
        if "." in str(self.id):
            check.fault("id", "must not contain a dot: it becomes part of longer ids", self.id)

    def _lines(self) -> list[str]:
        often = ", ".join(f"{many} a term ({route})" for route, many in self.times.items())
        return [f"{self.title} ({self.strand.value}): {often}, {self.seats} seats"]
