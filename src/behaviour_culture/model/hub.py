"""A hub: lead schools with strengths and places, partner schools with needs."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot
from typing import Any, NamedTuple

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.errors import shorten
from behaviour_culture.model.checks import Check, as_tuple, find, is_slug, whole_faults
from behaviour_culture.model.school import Phase

__all__ = ["Hub", "LeadSchool", "PartnerSchool", "Place"]

_MOST_PLACES = 1_000
_GRID = 1_300_000
"""Metres: the national grid ends below this, north and east."""


class Place(NamedTuple):
    """Metres east and north on the national grid, as in the national register."""

    easting: float
    northing: float

    def km_to(self, other: Place) -> float:
        """Return the straight-line distance in kilometres; no road is that short.

        Examples
        --------
        >>> Place(400_000, 300_000).km_to(Place(403_000, 304_000))
        5.0
        """
        return hypot(self.easting - other.easting, self.northing - other.northing) / 1000


def _check_school(check: Check, school: LeadSchool | PartnerSchool, shares: str) -> None:
    check.slug("id")
    check.text("name")
    check.flag("illustrative")
    check.optional_integer("urn", low=100_000, high=999_999)
    check.instance("phase", Phase)
    check.optional_slug("rating")
    check.mapping(shares, low=0, high=1)
    place: object = school.place
    if isinstance(place, Place):
        for name, value in zip(Place._fields, place, strict=True):
            check.number_at(f"place.{name}", value, low=0, high=_GRID)
    elif place is not None:
        check.fault("place", f"expected metres east and north, got {shorten(place)}", place)
    if school.illustrative is True and school.urn is not None:
        check.fault("urn", "an illustrative school has no URN: leave it out", school.urn)


@frozen(kw_only=True, repr=False)
class LeadSchool(Displayed):
    """A school that helps others.

    Attributes
    ----------
    rating : str or None
        What the inspectorate last said, as an id: ``outstanding``, ``good``.
    strengths : mapping of str to float
        How strong it is by principle, 0 to 1; a principle that is not there counts as 0.
    places : mapping of str to int
        Partners that it can take this year by route; the programme's number where a route is
        not there.
    """

    id: str
    name: str
    illustrative: bool = False
    urn: int | None = None
    phase: Phase
    rating: str | None = None
    strengths: Mapping[str, float] = field(converter=frozen_map)
    places: Mapping[str, int] = field(factory=dict, converter=frozen_map)
    place: Place | None = None

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        _check_school(check, self, "strengths")
        if not isinstance(self.places, Mapping):
            check.fault("places", "expected a table of routes and places", self.places)
        else:
            for route, many in self.places.items():
                if not is_slug(route):
                    check.fault("places", f"{shorten(route)} is not an id", route)
                for fault in whole_faults(f"places.{route}", many, 0, _MOST_PLACES):
                    check.fault(*fault)
        check.done()

    def _lines(self) -> list[str]:
        places = ", ".join(f"{many} {route}" for route, many in self.places.items())
        return [f"{self.name} ({self.phase.value}): {places or 'places as the programme says'}"]


@frozen(kw_only=True, repr=False)
class PartnerSchool(Displayed):
    """A school that is helped.

    Attributes
    ----------
    route : str
        The route of the programme that it takes.
    needs : mapping of str to float
        How much it needs by principle, 0 to 1: 1 minus the score of its audit
        (`behaviour_culture.programme.needs_from`); a principle that is not there counts as 0.
    """

    id: str
    name: str
    illustrative: bool = False
    urn: int | None = None
    phase: Phase
    rating: str | None = None
    route: str
    needs: Mapping[str, float] = field(converter=frozen_map)
    place: Place | None = None

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("route")
        _check_school(check, self, "needs")
        check.done()

    def _lines(self) -> list[str]:
        return [f"{self.name} ({self.phase.value}), {self.route} route"]


@frozen(kw_only=True, repr=False)
class Hub(Displayed):
    """Lead schools and the partner schools that ask for their help.

    Attributes
    ----------
    programme : str
        Id of content, such as ``behaviour-hubs``, or the path of a file.
    farthest_km : float or None
        No partner goes to a lead farther away than this, in a straight line.
    """

    id: str
    name: str
    programme: str = "behaviour-hubs"
    farthest_km: float | None = None
    leads: tuple[LeadSchool, ...] = field(converter=as_tuple)
    partners: tuple[PartnerSchool, ...] = field(converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name", "programme")
        check.optional_number("farthest_km", low=0, high=2_000)
        whole = [
            check.each("leads", LeadSchool, some=True),
            check.each("partners", PartnerSchool, some=True),
        ]
        if all(whole):
            check.unique("leads")
            check.unique("partners")
            leads = {s.id for s in self.leads}
            for i, school in enumerate(self.partners):
                if school.id in leads:
                    check.fault(f"partners[{i}].id", f"{school.id!r} is a lead too", school.id)
                if self.farthest_km is not None and school.place is None:
                    check.fault(f"partners[{i}].place", "is needed, since farthest_km is given")
            for i, lead in enumerate(self.leads):
                if self.farthest_km is not None and lead.place is None:
                    check.fault(f"leads[{i}].place", "is needed, since farthest_km is given")
        check.done()

    def lead(self, lead_id: str) -> LeadSchool:
        """Return one lead school by id, or raise `UnknownNameError`."""
        return find("lead school", lead_id, self.leads)

    def partner(self, partner_id: str) -> PartnerSchool:
        """Return one partner school by id, or raise `UnknownNameError`."""
        return find("partner school", partner_id, self.partners)

    @property
    def principles(self) -> tuple[str, ...]:
        """All principles of which a strength or a need is known, sorted."""
        named = {p for lead in self.leads for p in lead.strengths}
        return tuple(sorted(named.union(*(s.needs for s in self.partners))))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each school."""
        rows: list[dict[str, Any]] = [
            {"school": s.id, "name": s.name, "part": "lead", "phase": s.phase.value, "route": ""}
            for s in self.leads
        ]
        return rows + [
            {
                "school": s.id,
                "name": s.name,
                "part": "partner",
                "phase": s.phase.value,
                "route": s.route,
            }
            for s in self.partners
        ]

    def _lines(self) -> list[str]:
        head = f"{self.name}: {len(self.leads)} lead and {len(self.partners)} partner schools"
        return [head, *(f"  {s}" for s in (*self.leads, *self.partners))]
