"""One partner school of a support calendar: its plan and its people."""

from __future__ import annotations

from attrs import frozen

from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, Value
from behaviour_culture.fields import Slug, Text
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.planning.plan import ActionPlan

__all__ = ["PartnerPlan"]


@frozen(kw_only=True, repr=False)
class PartnerPlan(Value):
    """One partner school of the calendar: its plan and its people.

    Attributes
    ----------
    id : str
        Without a dot.
    route : str
        Its route through the programme, which decides how much support it gets.
    calendar : SchoolYear or None
        Its own term dates, where they differ from those of the lead: events are then held in
        weeks in which both teach. The dates of its steps are those of the lead's calendar.
    """

    id: Slug
    name: Text
    route: Slug
    plan: ActionPlan
    capacity: Capacity
    calendar: SchoolYear | None = None

    def _check(self, check: Check) -> None:
        if "." in str(self.id):
            check.fault("id", "must not contain a dot: it becomes part of longer ids", self.id)

    def _label(self) -> str:
        return f"{self.name} ({self.route}): {count_of(len(self.plan.steps), 'step')}"
