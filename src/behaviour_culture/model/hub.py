"""A hub: lead schools with strengths and places, and partner schools with needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from math import hypot
from typing import Annotated, Any, ClassVar, NamedTuple, TypeAlias

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, find
from behaviour_culture.fields import Range, Share, Slug, Some, Text, Texts, Unique
from behaviour_culture.model.school import Capacity, NamedSchool, Phase
from behaviour_culture.model.support_event import SupportEvent

__all__ = ["Hub", "LeadSchool", "PartnerSchool", "Place"]

_Metres: TypeAlias = Annotated[float, Range(low=0, high=1_300_000)]
"""The national grid is smaller than this, north and east."""


class Place(NamedTuple):
    """Metres east and north on the national grid, as in the national register."""

    easting: _Metres
    northing: _Metres

    def km_to(self, other: Place) -> float:
        """Return the straight-line distance in kilometres; roads are longer.

        Examples
        --------
        >>> Place(400_000, 300_000).km_to(Place(403_000, 304_000))
        5.0
        """
        return hypot(self.easting - other.easting, self.northing - other.northing) / 1000


@frozen(kw_only=True, repr=False)
class _HubSchool(NamedSchool):
    phase: Phase
    rating: Slug | None = None
    place: Place | None = None


@frozen(kw_only=True, repr=False)
class LeadSchool(_HubSchool):
    """A school that supports others.

    Attributes
    ----------
    rating : str or None
        The latest judgement of the inspectorate, as an id: ``outstanding``, ``good``.
    strengths : mapping of str to float
        Strength by principle, 0 to 1; a principle that is missing counts as 0. Where it has none
        and a journey, they are the scores of its audit.
    journey : str or None
        The path of its journey's file, relative to that of the hub.
    staff : Capacity or None
        The hours a week that its roles can give to the hub; without them it holds no events.
    places : mapping of str to int
        Partners that it can take this year, by route; a route that is missing has the
        programme's number.
    """

    strengths: Mapping[Slug, Share] = field(factory=dict, converter=MapOf[str, float])
    places: Mapping[Slug, Annotated[int, Range(low=0, high=1000)]] = field(
        factory=dict, converter=MapOf[str, int]
    )
    journey: Text | None = None
    staff: Capacity | None = None

    def _lines(self) -> list[str]:
        places = ", ".join(f"{many} {route}" for route, many in self.places.items())
        return [f"{self.name} ({self.phase.value}): {places or 'places as the programme says'}"]


@frozen(kw_only=True, repr=False)
class PartnerSchool(_HubSchool):
    """A school that is supported.

    Attributes
    ----------
    route : str
        The route that it takes through the programme.
    needs : mapping of str to float
        Need by principle, 0 to 1: 1 minus the score of its audit
        (`behaviour_culture.programme.needs_from`); a principle that is missing counts as 0.
        Where it has none and a journey or responses, they follow from its audit.
    journey : str or None
        The path of its journey's file, relative to that of the hub.
    school, responses : str or None
        In place of a journey the paths of its file and of its responses: framework, catalogue,
        calendar and start are then those of the hub.
    counts : str or None
        The path of what it counts, a ``.csv`` with the columns ``start`` and ``count``.
    """

    route: Slug
    needs: Mapping[Slug, Share] = field(factory=dict, converter=MapOf[str, float])
    journey: Text | None = None
    school: Text | None = None
    responses: Text | None = None
    counts: Text | None = None

    def _check(self, check: Check) -> None:
        super()._check(check)
        if (self.school is None) != (self.responses is None):
            lacking = "school" if self.school is None else "responses"
            check.fault(lacking, "the school's file and its responses go together")
        if self.journey is not None and self.school is not None:
            check.fault("journey", "a journey names its school already: give one of the two")

    def _lines(self) -> list[str]:
        return [f"{self.name} ({self.phase.value}), {self.route} route"]


@frozen(kw_only=True, repr=False)
class Hub(Value):
    """Lead schools and the partner schools that ask for their help.

    Attributes
    ----------
    programme : str
        Id of a shipped programme, such as ``behaviour-hubs``, or the path of a file.
    farthest_km : float or None
        The greatest straight-line distance between a partner and its lead.
    framework, catalogue : str
        Ids of shipped content, or paths, for partners without a journey.
    calendar : tuple of str
        Id or path of the term dates of the leads; several years may follow one another.
    starts : date or None
        The day from which on events are held.
    today : date or None
        The day on which its pages are made; without one they are dated as the hub starts.
    events : tuple of SupportEvent
        What each lead with ``staff`` holds for its partners.
    quiet_weeks : int
        Weeks at the beginning and at the end of each term without any event.
    agreed : mapping of str to date
        The day of an event that was agreed, by ``lead.event.number``.
    indicator : str
        The indicator that the ``counts`` of partners are of.
    """

    id: Slug
    name: Text
    programme: Text = "behaviour-hubs"
    farthest_km: Annotated[float, Range(low=0, high=2_000)] | None = None
    leads: Annotated[Entries[LeadSchool], Some(), Unique("id")] = field(
        converter=TupleOf[LeadSchool]
    )
    partners: Annotated[Entries[PartnerSchool], Some(), Unique("id")] = field(
        converter=TupleOf[PartnerSchool]
    )
    framework: Text = "bennett-2017"
    catalogue: Text = "bennett-2017"
    calendar: Texts = field(default=(), converter=TupleOf[str])
    starts: dt.date | None = None
    today: dt.date | None = None
    events: Annotated[tuple[SupportEvent, ...], Unique("id")] = field(
        default=(), converter=TupleOf[SupportEvent]
    )
    quiet_weeks: Annotated[int, Range(low=0, high=6)] = 1
    agreed: Mapping[str, dt.date] = field(factory=dict, converter=MapOf[str, dt.date])
    indicator: Slug = "suspensions"

    def _check(self, check: Check) -> None:
        if not check.ok("leads", "partners"):
            return
        if self.events and not self.calendar:
            check.fault("calendar", "is needed, since there are events: name the term dates")
        self._check_staff(check)
        leads = {s.id for s in self.leads}
        for i, school in enumerate(self.partners):
            if school.id in leads:
                check.fault(f"partners[{i}].id", f"{school.id!r} is a lead too", school.id)
        for name in ("partners", "leads") if self.farthest_km is not None else ():
            for i, school in enumerate(getattr(self, name)):
                if school.place is None:
                    check.fault(f"{name}[{i}].place", "is needed, since farthest_km is given")

    def _check_staff(self, check: Check) -> None:
        """Record the roles of events that a lead with staff does not have."""
        asked: dict[str, list[int]] = {}
        for i, event in enumerate(self.events if check.ok("events") else ()):
            for role in event.lead_hours:
                asked.setdefault(role, []).append(i)
        for lead in self.leads:
            known = {r.id for r in lead.staff.roles} if lead.staff is not None else set()
            for role in (role for role in asked if known and role not in known):
                for i in asked[role]:
                    path = f"events[{i}].lead_hours"
                    check.known(path, role, sorted(known), f"role of the staff of {lead.name}")

    def lead(self, lead_id: str) -> LeadSchool:
        """Return one lead school by id, or raise `UnknownNameError`."""
        return find("lead school", lead_id, self.leads)

    def partner(self, partner_id: str) -> PartnerSchool:
        """Return one partner school by id, or raise `UnknownNameError`."""
        return find("partner school", partner_id, self.partners)

    @property
    def principles(self) -> tuple[str, ...]:
        """All principles with a known strength or need, sorted."""
        named = {p for lead in self.leads for p in lead.strengths}
        return tuple(sorted(named.union(*(s.needs for s in self.partners))))

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "school": str,
        "name": str,
        "part": str,
        "phase": str,
        "route": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each school."""
        schools: list[tuple[_HubSchool, str, str]] = [(s, "lead", "") for s in self.leads]
        schools += [(s, "partner", s.route) for s in self.partners]
        return [
            {"school": s.id, "name": s.name, "part": part, "phase": s.phase.value, "route": route}
            for s, part, route in schools
        ]

    def _lines(self) -> list[str]:
        head = f"{self.name}: {len(self.leads)} lead and {len(self.partners)} partner schools"
        return [head, *(f"  {s}" for s in (*self.leads, *self.partners))]
