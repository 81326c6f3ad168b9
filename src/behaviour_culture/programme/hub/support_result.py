"""The calendar of a lead school and its partners: events, and a schedule for each school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from math import fsum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of, short_day
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, find
from behaviour_culture.fields import Range, Slug, Slugs, Text, Unique
from behaviour_culture.model.support import SupportStrand
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.reason import Reason
from behaviour_culture.scheduling.result import EngineResult, RoleWeek, Schedule

__all__ = ["SchoolSupport", "SupportCalendar", "SupportSession"]


@frozen(kw_only=True, repr=False)
class SupportSession(Value):
    """One event of the calendar.

    Attributes
    ----------
    id : str
        The event and its number: ``open-day.2``.
    week : date
        First teaching day of its week; the day itself is for the schools to agree.
    schools : tuple of str
        The partners that take part, at most as many as there are ``seats``.
    reasons : tuple of Reason
        Why it is not earlier; their roles are ``school.role``.
    """

    id: Slug
    event: Slug
    title: Text
    strand: SupportStrand
    term: Text
    week: dt.date
    schools: Slugs = field(converter=TupleOf[str])
    seats: Annotated[int, Range(low=1)]
    reasons: Entries[Reason] = field(converter=TupleOf[Reason])

    def _check(self, check: Check) -> None:
        if check.ok() and len(self.schools) > self.seats:
            check.fault("schools", f"{count_of(len(self.schools), 'school')} on {self.seats} seats")

    def _lines(self) -> list[str]:
        return [f"week of {short_day(self.week)}: {self.title} for {', '.join(self.schools)}"]


@frozen(kw_only=True, repr=False)
class SchoolSupport(Value):
    """The part of the calendar for one partner.

    Attributes
    ----------
    plan : ActionPlan
        The partner's plan, with the events that it takes part in as further steps.
    schedule : Schedule
        Dates of all of them; its bound is that of this school alone.
    """

    id: Slug
    name: Text
    route: Slug
    plan: ActionPlan
    schedule: Schedule

    def _label(self) -> str:
        return f"{self.name}: {len(self.schedule.steps)} steps and events"


@frozen(kw_only=True, repr=False)
class SupportCalendar(EngineResult):
    """When a lead school supports its partners, and the dates of each partner's steps.

    The makespan is that of all schools together; ``left_out`` names events
    (``lead.event.number``) and steps (``school.step``).

    Attributes
    ----------
    sessions : tuple of SupportSession
        In order of their weeks.
    schools : tuple of SchoolSupport
    lead_use : tuple of RoleWeek
        Hours of the lead school's staff, week by week.
    """

    lead: Slug
    sessions: Annotated[Entries[SupportSession], Unique("id")] = field(
        converter=TupleOf[SupportSession]
    )
    schools: Annotated[Entries[SchoolSupport], Unique("id")] = field(
        converter=TupleOf[SchoolSupport]
    )
    lead_use: Entries[RoleWeek] = field(default=Entries(), converter=TupleOf[RoleWeek])

    def school(self, school_id: str) -> SchoolSupport:
        """Return plan and schedule of one partner, or raise `UnknownNameError`."""
        return find("partner school", school_id, self.schools)

    def session(self, session_id: str) -> SupportSession:
        """Return one event by id, or raise `UnknownNameError`."""
        return find("event", session_id, self.sessions)

    def doses(self) -> list[dict[str, Any]]:
        """Return for each partner and strand how many events it takes part in, and its hours."""
        rows = []
        for school in self.schools:
            mine = [s for s in self.sessions if school.id in s.schools]
            for strand in dict.fromkeys(s.strand for s in mine):
                here = [s for s in mine if s.strand is strand]
                hours = fsum(
                    fsum(school.plan.step(session.id).hours_per_week.values()) for session in here
                )
                rows.append(
                    {
                        "school": school.id,
                        "strand": strand.value,
                        "events": len(here),
                        "partner_hours": hours,
                    }
                )
        return rows

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "session": str,
        "title": str,
        "strand": SupportStrand,
        "term": str,
        "week": dt.date,
        "schools": str,
        "why_not_earlier": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each event, in order of their weeks."""
        return [
            {
                "session": s.id,
                "title": s.title,
                "strand": s.strand.value,
                "term": s.term,
                "week": s.week.isoformat(),
                "schools": ", ".join(s.schools),
                "why_not_earlier": "; ".join(r.text for r in s.reasons),
            }
            for s in self.sessions
        ]

    def _label(self) -> str:
        return (
            f"{self.lead}: {count_of(len(self.sessions), 'event')} for "
            f"{count_of(len(self.schools), 'school')}, "
            f"{count_of(self.makespan, 'week')}, {self.status.value}"
        )

    def _lines(self) -> list[str]:
        head = (
            f"{count_of(len(self.sessions), 'event')} of {self.lead} for "
            f"{count_of(len(self.schools), 'school')} in "
            f"{count_of(self.makespan, 'teaching week')}; at least {self.lower_bound} "
            f"{'is' if self.lower_bound == 1 else 'are'} needed"
        )
        lines = [head]
        for term in dict.fromkeys(s.term for s in self.sessions):
            lines.append(f"  {term}")
            lines += [f"    {s}" for s in self.sessions if s.term == term]
        if self.left_out:
            lines.append("  Not scheduled")
            lines += [
                f"    {key}{self._for_whom(key)}: {why}" for key, why in self.unscheduled.items()
            ]
        return lines

    def _for_whom(self, key: str) -> str:
        """Name the partners for which an event was that is not held."""
        name = key.removeprefix(f"{self.lead}.")
        schools = [s.id for s in self.schools if any(step.id == name for step in s.plan.steps)]
        return f" for {', '.join(schools)}" if name != key else ""
