"""A hub's partners matched with its leads, with the reasons in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, TupleOf, Value, as_float, find, require_types
from behaviour_culture.content import load_content
from behaviour_culture.fields import Count, NotNegative, Slug, Some, Text, Texts, Unique
from behaviour_culture.model.hub import Hub, LeadSchool, PartnerSchool
from behaviour_culture.model.programme import Programme
from behaviour_culture.programme.hub.eligibility import barred_by, unchecked_rules, why_not_together
from behaviour_culture.programme.hub.matching import match_partners
from behaviour_culture.programme.hub.matching_result import PartnerMatching
from behaviour_culture.typing import Progress, Stop

__all__ = ["HubMatching", "HubPlaceValue", "SchoolMatch", "match_hub", "needs_from"]


def needs_from(result: AuditResult) -> dict[str, float]:
    """Return how much a school needs by principle: 1 minus the score of its audit.

    Parameters
    ----------
    result : AuditResult

    Returns
    -------
    dict of str to float
        On [0, 1]. A principle that nobody assessed is left out: its need is not known.
    """
    require_types("needs_from", result=(result, AuditResult))
    return {s.id: min(1.0, max(0.0, 1.0 - s.estimate.value)) for s in result.principles}


@frozen(kw_only=True, repr=False)
class SchoolMatch(Value):
    """Where one partner school goes, and why.

    Attributes
    ----------
    id : str
        The partner.
    lead : str or None
        None where it has no place.
    fit : float
        Sum over the principles of need times strength; no unit.
    km : float or None
        Straight-line distance to the lead, where both places are known.
    leads_allowed : int
        How many leads take partners on its route and may take this one.
    reasons : tuple of str
        Why there, or why nowhere.
    to_check : tuple of str
        Points for a person to check: rules of the programme that the data do not decide, and
        needs in which no lead names a strength.
    """

    id: Slug
    name: Text
    route: Slug
    lead: Slug | None = None
    fit: float = field(default=0.0, converter=as_float)
    km: NotNegative | None = None
    leads_allowed: Count
    reasons: Texts = field(converter=TupleOf[str])
    to_check: Texts = field(default=(), converter=TupleOf[str])

    def _lines(self) -> list[str]:
        where = "no place" if self.lead is None else self.lead
        far = f", {self.km:.0f} km" if self.km is not None else ""
        head = f"{self.name} ({self.route}{far}): {where}"
        return [head, *(f"  {reason}" for reason in self.reasons)]


@frozen(kw_only=True, repr=False)
class HubPlaceValue(Value):
    """The value of one more place at a lead on one route.

    Attributes
    ----------
    more_placed : int
        Partners that could be placed in addition: 0 or 1.
    more_fit : float
        The gain in total fit.
    """

    lead: Slug
    route: Slug
    more_placed: Count
    more_fit: float = field(converter=as_float)

    def _lines(self) -> list[str]:
        place = f"one more {self.route} place at {self.lead}"
        if not self.more_placed and not self.more_fit:
            return [f"{place} would change nothing"]
        gain = "place one more partner" if self.more_placed else "improve the fit"
        return [f"{place} would {gain} ({self.more_fit:+.3g})"]


@frozen(kw_only=True, repr=False)
class HubMatching(Value):
    """Who helps whom in a hub.

    Attributes
    ----------
    hub : str
        Id of the hub.
    matches : tuple of SchoolMatch
        One for each partner, in the hub's order.
    extra_places : tuple of HubPlaceValue
        One for each lead and route.
    total : float
        Sum of the fits.
    leads_barred : tuple of str
        Leads that the programme's rules keep out, and why.
    """

    hub: Slug
    programme: Slug
    matches: Annotated[Entries[SchoolMatch], Some(), Unique("id")] = field(
        converter=TupleOf[SchoolMatch]
    )
    extra_places: Entries[HubPlaceValue] = field(
        default=Entries(), converter=TupleOf[HubPlaceValue]
    )
    total: float = field(converter=as_float)
    leads_barred: Texts = field(default=(), converter=TupleOf[str])

    def match(self, partner_id: str) -> SchoolMatch:
        """Return where one partner goes, or raise `UnknownNameError`."""
        return find("partner school", partner_id, self.matches)

    def partners_of(self, lead_id: str) -> tuple[str, ...]:
        """Return the partners of a lead, in the hub's order."""
        return tuple(m.id for m in self.matches if m.lead == lead_id)

    @property
    def placed(self) -> int:
        """How many partners have a place."""
        return sum(m.lead is not None for m in self.matches)

    @property
    def hard_to_place(self) -> Entries[SchoolMatch]:
        """Partners without a place, then partners that only one lead may take."""
        without = [m for m in self.matches if m.lead is None]
        one = (m for m in self.matches if m.lead and m.leads_allowed == 1)
        return Entries((*without, *one))

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "partner": str,
        "name": str,
        "route": str,
        "lead": str,
        "fit": float,
        "km": float,
        "leads_allowed": int,
        "reasons": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each partner."""
        return [
            {
                "partner": m.id,
                "name": m.name,
                "route": m.route,
                "lead": m.lead,
                "fit": m.fit,
                "km": m.km,
                "leads_allowed": m.leads_allowed,
                "reasons": "; ".join(m.reasons),
            }
            for m in self.matches
        ]

    def _label(self) -> str:
        return f"{self.hub}: {self.placed} of {count_of(len(self.matches), 'partner')} placed"

    def _lines(self) -> list[str]:
        lines = [
            f"{self.placed} of {count_of(len(self.matches), 'partner')} placed, total "
            f"fit {self.total:.3g}"
        ]
        lines += [f"  {line}" for m in self.matches for line in m._lines()]  # noqa: SLF001
        lines += [f"  {value}" for value in self.extra_places if value.more_placed]
        lines += [f"  not a lead here: {why}" for why in self.leads_barred]
        unsure: dict[str, list[str]] = {}
        for match in self.matches:
            for what in match.to_check:
                unsure.setdefault(what, []).append(match.name)
        for what, names in unsure.items():
            who = "every partner" if len(names) == len(self.matches) else ", ".join(names)
            lines.append(f"  to check for {who}: {what}")
        return lines


def match_hub(
    hub: Hub,
    *,
    programme: Programme | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> HubMatching:
    """Match a hub's partners with its leads: most placed first, then the best fit.

    A partner goes to a lead with a place on its route, within the programme's rules of
    eligibility and the hub's farthest distance. See `match_partners` for the meaning of "best".

    Parameters
    ----------
    hub : Hub
    programme : Programme, optional
        The one that the hub names where not given.
    progress, stop
        As for `match_partners`.

    Raises
    ------
    InvalidInputError
        A school names a route that the programme does not have.

    Examples
    --------
    >>> from behaviour_culture import Phase
    >>> from behaviour_culture.model import Hub, LeadSchool, PartnerSchool
    >>> hub = Hub(
    ...     id="two-schools",
    ...     name="A hub of two",
    ...     leads=[
    ...         LeadSchool(id="oak", name="Oak", phase=Phase.PRIMARY, strengths={"routines": 0.9})
    ...     ],
    ...     partners=[
    ...         PartnerSchool(
    ...             id="elm", name="Elm", phase=Phase.PRIMARY, route="core", needs={"routines": 0.5}
    ...         )
    ...     ],
    ... )
    >>> match_hub(hub).match("elm").lead
    'oak'
    """
    check = Check("match_hub")
    check.value("hub", hub, Hub)
    check.value("programme", programme, Programme | None)
    check.done()
    if programme is None:
        programme = load_content("programme", hub.programme)
    _check_routes(hub, programme)
    return _Matcher(hub, programme).result(progress, stop)


def _check_routes(hub: Hub, programme: Programme) -> None:
    check = Check(f"match_hub of {hub.id}")
    known = {route.id for route in programme.routes}
    named = [(f"partners[{i}].route", s.route) for i, s in enumerate(hub.partners)]
    named += [(f"leads[{i}].places", r) for i, s in enumerate(hub.leads) for r in s.places]
    for path, route in named:
        check.known(path, route, known, f"route of {programme.id}")
    check.done()


class _Matcher:
    """One hub beside its programme: a column of the match is a lead on a route."""

    def __init__(self, hub: Hub, programme: Programme) -> None:
        self.hub = hub
        self.programme = programme
        schools: list[LeadSchool | PartnerSchool] = [*hub.leads, *hub.partners]
        self.barred = {s.id: barred_by(programme, s) for s in schools}
        routes = list(dict.fromkeys(s.route for s in hub.partners))
        self.columns = [(lead, route) for lead in hub.leads for route in routes]

    def places(self, lead: LeadSchool, route: str) -> int:
        given = lead.places.get(route)
        if given is None:
            given = self.programme.route(route).partners_per_lead or 0
        return given

    def allowed(self, partner: PartnerSchool, lead: LeadSchool, route: str) -> bool:
        return (
            partner.route == route
            and not self.barred[partner.id]
            and not self.barred[lead.id]
            and why_not_together(self.programme, partner, lead, self.hub.farthest_km) is None
        )

    def result(self, progress: Progress | None, stop: Stop | None) -> HubMatching:
        hub, principles = self.hub, self.hub.principles or ("none",)
        found = match_partners(
            [[s.needs.get(p, 0.0) for p in principles] for s in hub.partners],
            [[lead.strengths.get(p, 0.0) for p in principles] for lead, _ in self.columns],
            [self.places(lead, route) for lead, route in self.columns],
            allowed=[
                [self.allowed(s, lead, route) for lead, route in self.columns] for s in hub.partners
            ],
            progress=progress,
            stop=stop,
        )
        matches = [self._match(found, i, principles) for i in range(len(hub.partners))]
        return HubMatching(
            hub=hub.id,
            programme=self.programme.id,
            matches=matches,
            extra_places=[
                HubPlaceValue(
                    lead=self.columns[v.lead][0].id,
                    route=self.columns[v.lead][1],
                    more_placed=v.more_placed,
                    more_fit=v.more_fit,
                )
                for v in found.extra_places
            ],
            total=fsum(m.fit for m in matches),
            leads_barred=[f"{s.name}: {why}" for s in hub.leads for why in self.barred[s.id]],
        )

    def _match(
        self, found: PartnerMatching, number: int, principles: tuple[str, ...]
    ) -> SchoolMatch:
        partner, match = self.hub.partners[number], found.matches[number]
        lead = None if match.lead is None else self.columns[match.lead][0]
        km = None
        if lead is not None and lead.place is not None and partner.place is not None:
            km = partner.place.km_to(lead.place)
        return SchoolMatch(
            id=partner.id,
            name=partner.name,
            route=partner.route,
            lead=None if lead is None else lead.id,
            fit=match.fit,
            km=km,
            leads_allowed=match.leads_allowed,
            reasons=self._reasons(found, number, principles),
            to_check=[*unchecked_rules(self.programme, partner), *self._unanswered(partner)],
        )

    def _unanswered(self, partner: PartnerSchool) -> list[str]:
        """Return the needs that count for nothing, since no lead names a strength in them."""
        named = {p for lead in self.hub.leads for p in lead.strengths}
        lacking = [need for need, size in partner.needs.items() if size and need not in named]
        if not lacking:
            return []
        # A strength that nobody needs may be the same principle, written in another way.
        known = {p for school in self.hub.partners for p in school.needs}
        unused = ", ".join(repr(p) for p in sorted(named - known))
        hint = f"; strengths that nobody needs: {unused}" if unused else ""
        many = len(lacking)
        counts = "this need counts" if many == 1 else f"these {many} needs count"
        names = ", ".join(repr(need) for need in lacking)
        return [f"no lead names a strength in {names}, so {counts} for nothing{hint}"]

    def _reasons(
        self, found: PartnerMatching, number: int, principles: tuple[str, ...]
    ) -> list[str]:
        partner, hub = self.hub.partners[number], self.hub
        if self.barred[partner.id]:
            return [f"{partner.name} may not take part: {why}" for why in self.barred[partner.id]]
        lines = found.explain(
            number,
            partners=[s.name for s in hub.partners],
            leads=[lead.name for lead, _ in self.columns],
            principles=principles,
        )
        if found.matches[number].leads_allowed > 0:
            return lines
        for lead in hub.leads:
            why = self.barred[lead.id] or [
                why_not_together(self.programme, partner, lead, hub.farthest_km) or ""
            ]
            lines += [f"not {lead.name}: {w}" for w in why if w]
        return lines
