"""Strategies for programmes, hubs, matches of schools, and support calendars."""

from __future__ import annotations

from operator import attrgetter

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
from behaviour_culture.model.step import StepPhase
from behaviour_culture.model.support import SupportStrand
from behaviour_culture.programme.hub.hub_matching import (
    HubMatching,
    HubPlaceValue,
    SchoolMatch,
    match_hub,
)
from behaviour_culture.programme.hub.matching import match_partners
from behaviour_culture.programme.hub.matching_result import (
    PartnerMatch,
    PartnerMatching,
    PlaceValue,
)
from behaviour_culture.programme.hub.support_calendar import plan_support
from behaviour_culture.programme.hub.support_events import PartnerPlan, SupportEvent
from behaviour_culture.programme.hub.support_result import (
    SchoolSupport,
    SupportCalendar,
    SupportSession,
)
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    dates,
    entries,
    kept,
    maybe,
    numbers,
    one_of_ids,
    shares,
    slugs,
    some_of_ids,
    texts,
    words,
)
from behaviour_culture.testing._frameworks import provenances, sources
from behaviour_culture.testing._plans import action_plans
from behaviour_culture.testing._results import scheduled_plans
from behaviour_culture.testing._schools import capacities, school_years

__all__ = [
    "eligibility_rules",
    "hub_matchings",
    "hub_place_values",
    "hubs",
    "lead_schools",
    "partner_matches",
    "partner_matchings",
    "partner_plans",
    "partner_schools",
    "place_values",
    "programme_routes",
    "programme_stages",
    "programmes",
    "school_matches",
    "school_supports",
    "strand_doses",
    "support_calendars",
    "support_events",
    "support_sessions",
]

_PHASES = tuple(p.value for p in Phase)
_RATINGS = ("outstanding", "good", "requires-improvement", "inadequate")


# -- the programme ---------------------------------------------------------------------------


def strand_doses(*, sources: Ids = None) -> Strategy[StrandDose]:
    """Draw how much of a strand a route holds."""
    return st.builds(
        StrandDose,
        strand=st.sampled_from(SupportStrand),
        times=maybe(st.integers(1, 10)),
        per=st.sampled_from(["term", "year", "route"]),
        text=texts(),
        provenance=provenances(sources=sources),
    )


def programme_routes(*, sources: Ids = None) -> Strategy[ProgrammeRoute]:
    """Draw routes through a programme."""
    return st.builds(
        ProgrammeRoute,
        id=slugs(),
        name=texts(),
        text=texts(),
        terms=maybe(st.integers(1, 9)),
        days_low=maybe(numbers(0, 20)),
        days_high=maybe(numbers(20, 40)),
        partners_per_lead=maybe(st.integers(0, 4)),
        doses=entries(strand_doses(sources=sources), key=attrgetter("strand")),
        provenance=provenances(sources=sources),
    )


def programme_stages(*, sources: Ids = None) -> Strategy[ProgrammeStage]:
    """Draw what happens in a stage."""
    return st.builds(
        ProgrammeStage,
        stage=st.sampled_from(StepPhase),
        text=texts(),
        provenance=provenances(sources=sources),
    )


def eligibility_rules(*, sources: Ids = None) -> Strategy[EligibilityRule]:
    """Draw rules, those that data can check and those that a person has to."""
    common = {"id": slugs(), "text": texts(), "provenance": provenances(sources=sources)}
    phases = st.lists(st.sampled_from(_PHASES), min_size=1, max_size=3, unique=True)
    ratings = st.lists(st.sampled_from(_RATINGS), min_size=1, max_size=3, unique=True)
    return st.one_of(
        st.builds(EligibilityRule, about=st.sampled_from(RuleSubject), **common),
        st.builds(
            EligibilityRule,
            about=st.sampled_from([RuleSubject.PARTNER, RuleSubject.LEAD]),
            attribute=st.just("rating"),
            values=ratings,
            **common,
        ),
        st.builds(
            EligibilityRule,
            about=st.just(RuleSubject.MATCH),
            attribute=st.just("phase"),
            values=phases,
            where=phases,
            **common,
        ),
    )


@kept
def programmes() -> Strategy[Programme]:
    """Draw programmes whose rules cite their own sources."""
    return _programmes()


@st.composite
def _programmes(draw: st.DrawFn) -> Programme:
    known = draw(entries(sources(), key=attrgetter("id"), max_size=2))
    ids = [s.id for s in known]
    return Programme(
        id=draw(slugs()),
        name=draw(texts()),
        summary=draw(words()),
        routes=draw(entries(programme_routes(sources=ids), key=attrgetter("id"), min_size=1)),
        stages=draw(entries(programme_stages(sources=ids), key=attrgetter("stage"))),
        rules=draw(entries(eligibility_rules(sources=ids), key=attrgetter("id"))),
        limits=draw(st.lists(texts(), max_size=2)),
        sources=known,
    )


# -- the hub ---------------------------------------------------------------------------------


def _places() -> Strategy[Place]:
    return st.builds(Place, numbers(0, 650_000), numbers(0, 650_000))


def _by_principle(principles: Ids) -> Strategy[dict[str, float]]:
    return st.dictionaries(one_of_ids("hubs", "principles", principles), shares(), max_size=3)


def lead_schools(*, principles: Ids = None, routes: Ids = None) -> Strategy[LeadSchool]:
    """Draw lead schools, all illustrative."""
    return st.builds(
        LeadSchool,
        id=slugs(),
        name=texts(),
        illustrative=st.just(True),
        phase=st.sampled_from(Phase),
        rating=maybe(st.sampled_from(_RATINGS)),
        strengths=_by_principle(principles),
        places=st.dictionaries(
            one_of_ids("lead_schools", "routes", routes), st.integers(0, 3), max_size=2
        ),
        place=_places(),
    )


def partner_schools(*, principles: Ids = None, routes: Ids = None) -> Strategy[PartnerSchool]:
    """Draw partner schools, all illustrative."""
    return st.builds(
        PartnerSchool,
        id=slugs(),
        name=texts(),
        illustrative=st.just(True),
        phase=st.sampled_from(Phase),
        rating=maybe(st.sampled_from(_RATINGS)),
        route=one_of_ids("partner_schools", "routes", routes),
        needs=_by_principle(principles),
        place=_places(),
    )


def hubs(*, routes: Ids = None) -> Strategy[Hub]:
    """Draw hubs, on the given routes where there are any."""
    return _hubs(None if routes is None else tuple(routes))


@st.composite
def _hubs(draw: st.DrawFn, routes: tuple[str, ...] | None) -> Hub:
    principles = draw(some_of_ids(None, min_size=1, max_size=3))
    leads = draw(
        entries(
            lead_schools(principles=principles, routes=routes), key=attrgetter("id"), min_size=1
        )
    )
    taken = {s.id for s in leads}
    partner = partner_schools(principles=principles, routes=routes)
    partners = draw(
        entries(partner.filter(lambda s: s.id not in taken), key=attrgetter("id"), min_size=1)
    )
    return Hub(
        id=draw(slugs()),
        name=draw(texts()),
        programme=draw(texts()),
        farthest_km=draw(maybe(numbers(0, 900))),
        leads=leads,
        partners=partners,
    )


@kept
def hub_matchings() -> Strategy[HubMatching]:
    """Draw matches as `match_hub` makes them."""
    return _hub_matchings()


@st.composite
def _hub_matchings(draw: st.DrawFn) -> HubMatching:
    programme = draw(programmes())
    hub = draw(hubs(routes=[r.id for r in programme.routes]))
    return match_hub(hub, programme=programme)


@kept
def school_matches() -> Strategy[SchoolMatch]:
    """Draw where one partner goes, and why."""
    return hub_matchings().flatmap(lambda m: st.sampled_from(m.matches))


@kept
def hub_place_values() -> Strategy[HubPlaceValue]:
    """Draw what one more place would be worth."""
    return hub_matchings().flatmap(lambda m: st.sampled_from(m.extra_places))


# -- matches of arrays -----------------------------------------------------------------------


@kept
def partner_matchings() -> Strategy[PartnerMatching]:
    """Draw matches as `match_partners` makes them, of a few partners and leads."""
    return _partner_matchings()


@st.composite
def _partner_matchings(draw: st.DrawFn) -> PartnerMatching:
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


@kept
def partner_matches() -> Strategy[PartnerMatch]:
    """Draw the place of one partner, with its reasons."""
    return partner_matchings().flatmap(lambda m: st.sampled_from(m.matches))


@kept
def place_values() -> Strategy[PlaceValue]:
    """Draw what one more place at a lead is worth."""
    return partner_matchings().flatmap(lambda m: st.sampled_from(m.extra_places))


# -- the support calendar --------------------------------------------------------------------


def _names() -> Strategy[str]:
    return slugs().filter(lambda name: "." not in name)


def support_events(
    *, routes: Ids = None, lead_roles: Ids = None, roles: Ids = None
) -> Strategy[SupportEvent]:
    """Draw kinds of events, held in every term."""

    def hours(name: str, ids: Ids) -> Strategy[dict[str, float]]:
        role = one_of_ids("support_events", name, ids)
        return st.dictionaries(role, numbers(0.25, 4), min_size=1, max_size=2)

    route = one_of_ids("support_events", "routes", routes)
    return st.builds(
        SupportEvent,
        id=_names(),
        title=texts(),
        strand=st.sampled_from(SupportStrand),
        times=st.dictionaries(route, st.integers(0, 2), min_size=1, max_size=2),
        seats=st.integers(1, 3),
        lead_hours=hours("lead_roles", lead_roles),
        partner_hours=hours("roles", roles),
        gap_weeks=st.integers(0, 2),
        before=maybe(st.sampled_from(StepPhase)),
        source=texts(),
    )


def partner_plans(*, roles: Ids = None) -> Strategy[PartnerPlan]:
    """Draw partners with a plan of few steps."""
    return _partner_plans(None if roles is None else tuple(roles))


@st.composite
def _partner_plans(draw: st.DrawFn, roles: tuple[str, ...] | None) -> PartnerPlan:
    known = roles or draw(some_of_ids(None, min_size=1, max_size=2))
    return PartnerPlan(
        id=draw(_names()),
        name=draw(texts()),
        route=draw(st.sampled_from(["core", "extended"])),
        plan=draw(action_plans(roles=known, max_steps=2)),
        capacity=draw(capacities(roles=known)),
    )


@kept
def support_calendars() -> Strategy[SupportCalendar]:
    """Draw calendars as `plan_support` makes them, of one or two partners."""
    return _support_calendars()


@st.composite
def _support_calendars(draw: st.DrawFn) -> SupportCalendar:
    roles = draw(some_of_ids(None, min_size=1, max_size=2))
    some = draw(entries(partner_plans(roles=roles), key=attrgetter("id"), min_size=1, max_size=2))
    event = support_events(routes=["core", "extended"], lead_roles=["coach"], roles=roles)
    taken = {step.id.partition(".")[0] for p in some for step in p.plan.steps}
    return plan_support(
        draw(_names().filter(lambda name: name not in {p.id for p in some})),
        some,
        draw(
            entries(
                event.filter(lambda e: e.id not in taken),
                key=attrgetter("id"),
                min_size=1,
                max_size=2,
            )
        ),
        lead_staff=draw(capacities(roles=["coach"])),
        calendar=draw(school_years()),
        engine="heuristic",
        budget=2,
    )


@kept
def support_sessions() -> Strategy[SupportSession]:
    """Draw events of a calendar."""
    return st.builds(
        SupportSession,
        id=slugs(),
        event=_names(),
        title=texts(),
        strand=st.sampled_from(SupportStrand),
        term=texts(),
        week=dates(),
        schools=some_of_ids(None, min_size=1, max_size=3),
        seats=st.integers(3, 9),
        reasons=st.lists(texts(), min_size=1, max_size=2),
    )


@kept
def school_supports() -> Strategy[SchoolSupport]:
    """Draw what a calendar holds for one partner."""
    return scheduled_plans(max_steps=2).flatmap(
        lambda made: st.builds(
            SchoolSupport,
            id=_names(),
            name=texts(),
            route=slugs(),
            plan=st.just(made.plan),
            schedule=st.just(made.schedule),
        )
    )
