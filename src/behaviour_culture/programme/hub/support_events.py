"""What a support calendar is made of: a hub's events, and the plans of its partners."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.model.checks import Check, as_tuple, whole_faults
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import StepPhase
from behaviour_culture.model.support import SupportStrand
from behaviour_culture.planning.plan import ActionPlan

__all__ = ["PartnerPlan", "SupportEvent"]

_MOST_TIMES = 40


@frozen(kw_only=True, repr=False)
class SupportEvent(Displayed):
    """A kind of event that a lead school holds for its partners, so many times a term.

    Attributes
    ----------
    id : str
        Without a dot.
    strand : SupportStrand
    times : mapping of str to int
        How often in each of its terms, by the partner's route; a route that is not there
        gets none.
    terms : tuple of str
        Names of the terms in which it is held; all that are left of the year where empty.
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

    id: str
    title: str
    strand: SupportStrand
    times: Mapping[str, int] = field(converter=frozen_map)
    terms: tuple[str, ...] = field(default=(), converter=as_tuple)
    seats: int = 1
    lead_hours: Mapping[str, float] = field(converter=frozen_map)
    partner_hours: Mapping[str, float] = field(converter=frozen_map)
    gap_weeks: int = 0
    before: StepPhase | None = None
    source: str = "judgement"

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("title", "source")
        check.instance("strand", SupportStrand)
        check.texts("terms")
        check.integer("seats", low=1, high=10_000)
        check.integer("gap_weeks", low=0, high=52)
        check.optional_instance("before", StepPhase)
        if check.mapping("times"):
            for route, many in self.times.items():
                for fault in whole_faults(f"times.{route}", many, 0, _MOST_TIMES):
                    check.fault(*fault)
        for name in ("lead_hours", "partner_hours"):
            if check.mapping(name, low=0, high=60) and not any(getattr(self, name).values()):
                check.fault(name, "somebody has to give hours to it: name a role")
        if "." in str(self.id):
            check.fault("id", "must hold no dot: it becomes part of longer ids", self.id)
        check.done()

    def _lines(self) -> list[str]:
        often = ", ".join(f"{many} a term ({route})" for route, many in self.times.items())
        return [f"{self.title} ({self.strand.value}): {often}, {self.seats} seats"]


@frozen(kw_only=True, repr=False)
class PartnerPlan(Displayed):
    """What one partner school brings to the calendar: its plan and its people.

    Attributes
    ----------
    id : str
        Without a dot.
    route : str
        Its route through the programme, which says how much support it gets.
    """

    id: str
    name: str
    route: str
    plan: ActionPlan
    capacity: Capacity

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id", "route")
        check.text("name")
        check.instance("plan", ActionPlan)
        check.instance("capacity", Capacity)
        if "." in str(self.id):
            check.fault("id", "must hold no dot: it becomes part of longer ids", self.id)
        check.done()

    def _label(self) -> str:
        return f"{self.name} ({self.route}): {len(self.plan.steps)} steps"
