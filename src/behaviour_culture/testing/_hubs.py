"""Strategies for programmes, hubs, matches of schools, and support calendars."""

from __future__ import annotations

from hypothesis import strategies as st

from behaviour_culture.model.hub import Hub, LeadSchool, PartnerSchool, Place
from behaviour_culture.model.programme import (
    EligibilityRule,
    Programme,
    ProgrammeRoute,
    ProgrammeStage,
    RuleSubject,
    StrandDose,
)
from behaviour_culture.model.school import Phase
from behaviour_culture.model.source import Provenance
from behaviour_culture.model.support_event import SupportEvent
from behaviour_culture.programme.hub.hub_matching import HubMatching, match_hub
from behaviour_culture.programme.hub.matching import match_partners
from behaviour_culture.programme.hub.matching_result import PartnerMatching
from behaviour_culture.programme.hub.partner_plan import PartnerPlan
from behaviour_culture.programme.hub.support_calendar import plan_support
from behaviour_culture.programme.hub.support_result import (
    SchoolSupport,
    SupportCalendar,
    SupportSession,
)
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_options,
    entries,
    maybe,
    numbers,
    one_of_ids,
    shares,
    slugs,
    some_of_ids,
)
from behaviour_culture.testing._calendar import school_years
from behaviour_culture.testing._frameworks import draw_sources
from behaviour_culture.testing._objects import built, in_order, make
from behaviour_culture.testing._plans import action_plans
from behaviour_culture.testing._registry import arrange, draws
from behaviour_culture.testing._results import scheduled_plans
from behaviour_culture.testing._schools import capacities

__all__ = [
    "hub_matchings",
    "hubs",
    "partner_matchings",
    "partner_plans",
    "programmes",
    "support_calendars",
    "support_events",
]

_PHASES = tuple(p.value for p in Phase)
_RATINGS = ("outstanding", "good", "requires-improvement", "inadequate")


# -- the programme ---------------------------------------------------------------------------

arrange(ProgrammeRoute, in_order("days_low", "days_high"))


@draws(EligibilityRule)
def _any_rule() -> Strategy[EligibilityRule]:
    return _rules(built(Provenance))


def _rules(cited: Strategy[Provenance]) -> Strategy[EligibilityRule]:
    """Draw rules, those that data can check and those that a person has to."""

    def some(options: tuple[str, ...]) -> Strategy[list[str]]:
        return st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True)

    by_hand: dict[str, object] = {"attribute": None, "values": (), "where": ()}
    of_one = st.sampled_from([RuleSubject.PARTNER, RuleSubject.LEAD])
    rating = {"attribute": "rating", "values": some(_RATINGS), "where": ()}
    phase = {"attribute": "phase", "values": some(_PHASES), "where": some(_PHASES)}
    return st.one_of(
        built(EligibilityRule, provenance=cited, **by_hand),
        built(EligibilityRule, about=of_one, provenance=cited, **rating),
        built(EligibilityRule, about=RuleSubject.MATCH, provenance=cited, **phase),
    )


@draws(Programme)
@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Draw programmes whose rules cite their own sources."""
    known, cited = draw_sources(draw)
    doses = entries(built(StrandDose, provenance=cited), key="strand")
    routes = built(ProgrammeRoute, doses=doses, provenance=cited)
    return make(
        draw,
        Programme,
        routes=entries(routes, min_size=1),
        stages=entries(built(ProgrammeStage, provenance=cited), key="stage"),
        rules=entries(_rules(cited)),
        sources=known,
    )


# -- the hub ---------------------------------------------------------------------------------

arrange(Place, easting=numbers(0, 650_000), northing=numbers(0, 650_000))
_anywhere = {
    "illustrative": True,
    "urn": None,
    "rating": maybe(st.sampled_from(_RATINGS)),
    "place": built(Place),
}
arrange(LeadSchool, **_anywhere)
arrange(PartnerSchool, **_anywhere, school=None, responses=None)


@draws(Hub)
def hubs(*, routes: Ids = None) -> Strategy[Hub]:
    """Draw hubs, on the given routes where there are any."""
    check_options("hubs", routes=routes)
    return _hubs(None if routes is None else tuple(routes))


@st.composite
def _hubs(draw: st.DrawFn, routes: tuple[str, ...] | None) -> Hub:
    principles = draw(some_of_ids(None, min_size=1))
    route = one_of_ids("hubs", "routes", routes)
    by_principle = st.dictionaries(st.sampled_from(principles), shares(), max_size=3)
    places = st.dictionaries(route, st.integers(0, 3), max_size=2)
    staff = maybe(capacities(roles=["coach"]))
    lead = built(LeadSchool, strengths=by_principle, places=places, staff=staff)
    leads = draw(entries(lead, min_size=1))
    event = support_events(routes=["core", "extended"], lead_roles=["coach"], roles=["head"])
    taken = {school.id for school in leads}
    partner = built(PartnerSchool, route=route, needs=by_principle)
    return make(
        draw,
        Hub,
        leads=leads,
        calendar=("illustrative-2026-27",),
        events=entries(event),
        partners=entries(partner.filter(lambda school: school.id not in taken), min_size=1),
    )


@draws(HubMatching)
@st.composite
def hub_matchings(draw: st.DrawFn) -> HubMatching:
    """Draw matches as `match_hub` makes them."""
    programme = draw(programmes())
    hub = draw(hubs(routes=[r.id for r in programme.routes]))
    return match_hub(hub, programme=programme)


# -- matches of arrays -----------------------------------------------------------------------


@draws(PartnerMatching)
@st.composite
def partner_matchings(draw: st.DrawFn) -> PartnerMatching:
    """Draw matches as `match_partners` makes them, of a few partners and leads."""
    partners, leads, principles = (draw(st.integers(1, 4)) for _ in range(3))

    def rows(count: int) -> Strategy[list[list[float]]]:
        row = st.lists(numbers(0, 5), min_size=principles, max_size=principles)
        return st.lists(row, min_size=count, max_size=count)

    allowed = st.lists(st.booleans(), min_size=leads, max_size=leads)
    return match_partners(
        draw(rows(partners)),
        draw(rows(leads)),
        draw(st.lists(st.integers(0, 3), min_size=leads, max_size=leads)),
        allowed=draw(st.lists(allowed, min_size=partners, max_size=partners)),
    )


# -- the support calendar --------------------------------------------------------------------

_WITHOUT_DOT = slugs().filter(lambda name: "." not in name)


@draws(SupportEvent)
def support_events(
    *, routes: Ids = None, lead_roles: Ids = None, roles: Ids = None
) -> Strategy[SupportEvent]:
    """Draw kinds of events, held in every term."""
    check_options("support_events", routes=routes, lead_roles=lead_roles, roles=roles)

    def hours(name: str, ids: Ids) -> Strategy[dict[str, float]]:
        role = one_of_ids("support_events", name, ids)
        return st.dictionaries(role, numbers(0.25, 4), min_size=1, max_size=2)

    route = one_of_ids("support_events", "routes", routes)
    return built(
        SupportEvent,
        id=_WITHOUT_DOT,
        times=st.dictionaries(route, st.integers(0, 2), min_size=1, max_size=2),
        terms=(),
        seats=st.integers(1, 3),
        lead_hours=hours("lead_roles", lead_roles),
        partner_hours=hours("roles", roles),
        gap_weeks=st.integers(0, 2),
    )


@draws(PartnerPlan)
def partner_plans(*, roles: Ids = None) -> Strategy[PartnerPlan]:
    """Draw partners with a plan of few steps."""
    check_options("partner_plans", roles=roles)
    return _partner_plans(None if roles is None else tuple(roles))


@st.composite
def _partner_plans(draw: st.DrawFn, roles: tuple[str, ...] | None) -> PartnerPlan:
    known = roles or draw(some_of_ids(None, min_size=1, max_size=2))
    return make(
        draw,
        PartnerPlan,
        id=_WITHOUT_DOT,
        route=st.sampled_from(["core", "extended"]),
        plan=action_plans(roles=known, max_steps=2),
        capacity=capacities(roles=known),
        calendar=st.none(),
    )


@draws(SupportCalendar)
@st.composite
def support_calendars(draw: st.DrawFn) -> SupportCalendar:
    """Draw calendars as `plan_support` makes them, of one or two partners."""
    roles = draw(some_of_ids(None, min_size=1, max_size=2))
    some = draw(entries(partner_plans(roles=roles), min_size=1, max_size=2))
    event = support_events(routes=["core", "extended"], lead_roles=["coach"], roles=roles)
    taken = {step.id.partition(".")[0] for p in some for step in p.plan.steps}
    free = event.filter(lambda e: e.id not in taken)
    return plan_support(
        draw(_WITHOUT_DOT.filter(lambda name: name not in {p.id for p in some})),
        some,
        draw(entries(free, min_size=1, max_size=2)),
        lead_staff=draw(capacities(roles=["coach"])),
        calendar=draw(school_years()),
        engine="heuristic",
        budget=2,
    )


arrange(SupportSession, seats=st.integers(3, 9))


@draws(SchoolSupport)
@st.composite
def _school_supports(draw: st.DrawFn) -> SchoolSupport:
    made = draw(scheduled_plans(max_steps=2))
    return make(draw, SchoolSupport, id=_WITHOUT_DOT, plan=made.plan, schedule=made.schedule)
