"""Strategies for schools, their people, their year, their audits and the support they get."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from operator import attrgetter

from hypothesis import strategies as st

from behaviour_culture.model.audit import RATER_GROUPS, Audit, Response
from behaviour_culture.model.calendar import (
    DateRange,
    DayOff,
    HalfTerm,
    SchoolWeek,
    SchoolYear,
    Term,
)
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.school import (
    Audience,
    Capacity,
    CapacityChange,
    Context,
    Expectation,
    Phase,
    Procedure,
    Role,
    School,
    SchoolSystem,
    SystemStatus,
)
from behaviour_culture.model.support import StrandOffer, SupportOffer, SupportStrand
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_sizes,
    dates,
    entries,
    kept,
    maybe,
    numbers,
    one_of_ids,
    ordered_dates,
    refuse,
    slugs,
    some_of_ids,
    texts,
    words,
)
from behaviour_culture.testing._frameworks import provenances, sources

__all__ = [
    "audits",
    "capacities",
    "capacity_changes",
    "contexts",
    "date_ranges",
    "days_off",
    "expectations",
    "half_terms",
    "journeys",
    "procedures",
    "responses",
    "roles",
    "school_weeks",
    "school_years",
    "schools",
    "strand_offers",
    "support_offers",
    "systems",
    "terms",
]

_DAY = dt.timedelta(days=1)
_FRIDAY = 4


# -- the school ------------------------------------------------------------------------------


@kept
def expectations() -> Strategy[Expectation]:
    """Draw expectations."""
    return st.builds(Expectation, id=slugs(), text=texts(), audience=st.sampled_from(Audience))


@kept
def procedures() -> Strategy[Procedure]:
    """Draw procedures."""
    return st.builds(Procedure, id=slugs(), text=texts(), who=words(), when=words())


def systems(*, kinds: Ids = None, principles: Ids = None) -> Strategy[SchoolSystem]:
    """Draw systems of a school.

    Parameters
    ----------
    kinds, principles : sequence of str, optional
        Ids of a framework's kinds of systems and principles to choose from.
    """
    return st.builds(
        SchoolSystem,
        id=slugs(),
        name=texts(),
        kind=maybe(one_of_ids("systems", "kinds", kinds)),
        status=st.sampled_from(SystemStatus),
        principles=some_of_ids(principles),
        procedures=entries(procedures(), key=attrgetter("id"), max_size=2),
        expectations=entries(expectations(), key=attrgetter("id"), max_size=2),
        note=words(),
    )


def roles(*, ids: Ids = None) -> Strategy[Role]:
    """Draw roles, with one of ``ids`` where these are given."""
    return st.builds(
        Role,
        id=one_of_ids("roles", "ids", ids),
        title=texts(),
        people=st.integers(1, 60),
        hours_per_week=st.sampled_from([0.5, 1.0, 2.0, 4.0, 8.0]) | numbers(0.01, 60.0),
    )


def capacity_changes(*, roles: Ids = None) -> Strategy[CapacityChange]:
    """Draw changes of the hours of a role, of one of ``roles`` where these are given."""
    return _capacity_changes(one_of_ids("capacity_changes", "roles", roles))


@st.composite
def _capacity_changes(draw: st.DrawFn, role: Strategy[str]) -> CapacityChange:
    start, end = draw(ordered_dates())
    return CapacityChange(
        role=draw(role),
        start=start,
        end=end,
        hours_per_week=draw(numbers(0.0, 60.0)),
        reason=draw(words()),
    )


def capacities(
    *,
    roles: Ids = None,
    min_value: dt.date = dt.date(2015, 1, 1),
    max_value: dt.date = dt.date(2040, 12, 31),
) -> Strategy[Capacity]:
    """Draw what the people of a school can give, with changes that do not overlap.

    Parameters
    ----------
    roles : sequence of str, optional
        Ids of roles that it has, each of them; one to three of any without it.
    min_value, max_value : date
        Between which dates hours may change.
    """
    if roles is not None:
        one_of_ids("capacities", "roles", roles)
    dates(min_value=min_value, max_value=max_value)
    return _capacities(None if roles is None else tuple(dict.fromkeys(roles)), min_value, max_value)


@st.composite
def _capacities(
    draw: st.DrawFn, ids: tuple[str, ...] | None, low: dt.date, high: dt.date
) -> Capacity:
    if ids is None:
        ids = tuple(draw(st.lists(slugs(), min_size=1, max_size=3, unique=True)))
    people = [draw(roles(ids=[role])) for role in ids]
    changes = []
    for role in draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)):
        # Distinct days in order, taken two by two: no two changes of a role overlap.
        day = dates(min_value=low, max_value=high)
        days = sorted(draw(st.lists(day, max_size=4, unique=True)))
        changes += [
            CapacityChange(
                role=role,
                start=start,
                end=end,
                hours_per_week=draw(numbers(0.0, 8.0)),
                reason=draw(words()),
            )
            for start, end in zip(days[::2], days[1::2], strict=False)
        ]
    return Capacity(roles=people, changes=draw(st.permutations(changes)))


@kept
def contexts() -> Strategy[Context]:
    """Draw contexts of schools."""
    percent = maybe(numbers(0.0, 100.0))
    return st.builds(
        Context,
        fsm_percent=percent,
        sen_support_percent=percent,
        ehc_plan_percent=percent,
        eal_percent=percent,
        region=maybe(texts()),
        local_authority=maybe(texts()),
        note=words(),
    )


def schools(*, kinds: Ids = None, principles: Ids = None, roles: Ids = None) -> Strategy[School]:
    """Draw schools; ``kinds`` and ``principles`` as for `systems`, ``roles`` as `capacities`."""
    one_system = systems(kinds=kinds, principles=principles)
    people: Strategy[Capacity | None] = capacities(roles=roles)
    return _schools(one_system, maybe(people) if roles is None else people)


@st.composite
def _schools(
    draw: st.DrawFn, one_system: Strategy[SchoolSystem], people: Strategy[Capacity | None]
) -> School:
    illustrative = draw(st.booleans())
    low, high = sorted(draw(st.tuples(st.integers(0, 99), st.integers(0, 99))))
    return School(
        id=draw(slugs()),
        name=draw(texts()),
        illustrative=illustrative,
        urn=None if illustrative else draw(maybe(st.integers(100_000, 999_999))),
        phase=draw(st.sampled_from(Phase)),
        low_age=draw(maybe(st.just(low))),
        high_age=draw(maybe(st.just(high))),
        roll=draw(maybe(st.integers(0, 20_000))),
        staff=draw(maybe(st.integers(0, 20_000))),
        context=draw(contexts()),
        systems=draw(entries(one_system, key=attrgetter("id"), max_size=2)),
        capacity=draw(people),
    )


# -- its year --------------------------------------------------------------------------------


@kept
def date_ranges() -> Strategy[DateRange]:
    """Draw two dates with all between them."""
    return ordered_dates().map(lambda days: DateRange(start=days[0], end=days[1]))


@kept
def days_off() -> Strategy[DayOff]:
    """Draw days on which a school is closed."""
    return st.builds(DayOff, day=dates(), name=texts())


@kept
def half_terms() -> Strategy[HalfTerm]:
    """Draw half-terms on their own; those of a year come from `school_years`."""
    return st.builds(
        lambda label, days: HalfTerm(label=label, start=days[0], end=days[1]),
        texts(),
        ordered_dates(),
    )


@kept
def school_weeks() -> Strategy[SchoolWeek]:
    """Draw school weeks on their own; those of a year come from `school_years`."""
    return st.builds(
        SchoolWeek,
        number=st.integers(0, 60),
        start=st.just(dt.date(2026, 9, 7)),
        end=st.integers(0, 4).map(lambda days: dt.date(2026, 9, 7) + days * _DAY),
        half_term=texts(),
        opens_half_term=st.booleans(),
    )


@kept
def terms() -> Strategy[Term]:
    """Draw terms, with or without a break that lies inside."""
    return _terms(dates(), texts())


@st.composite
def _terms(draw: st.DrawFn, start: Strategy[dt.date], name: Strategy[str]) -> Term:
    first = draw(start)
    length = draw(st.integers(0, 100))
    gap = None
    if length > 1 and draw(st.booleans()):
        begin = draw(st.integers(1, length - 1))
        end = draw(st.integers(begin, min(length - 1, begin + 13)))
        gap = DateRange(start=first + begin * _DAY, end=first + end * _DAY)
    return Term(name=draw(name), start=first, end=first + length * _DAY, half_term=gap)


def school_years(
    *, min_terms: int = 1, max_terms: int = 3, max_days_off: int = 3, max_inset: int = 5
) -> Strategy[SchoolYear]:
    """Draw school years: terms that do not overlap, breaks inside, at least one teaching day.

    Parameters
    ----------
    min_terms, max_terms : int
        Fewest and most terms, from 1.
    max_days_off, max_inset : int
        Most days on which the school is closed, and most INSET days.
    """
    check_sizes("school_years", 1, min_terms=min_terms, max_terms=max_terms)
    check_sizes("school_years", 0, max_days_off=max_days_off)
    check_sizes("school_years", 0, max_inset=max_inset)
    return _school_years(min_terms, max_terms, max_days_off, max_inset)


@st.composite
def _school_years(
    draw: st.DrawFn, min_terms: int, max_terms: int, max_days_off: int, max_inset: int
) -> SchoolYear:
    names = draw(st.lists(texts(), min_size=min_terms, max_size=max_terms, unique=True))
    begin = draw(dates())
    # The first day of the year is a weekday that stays open: one teaching day is sure.
    begin -= max(0, begin.weekday() - _FRIDAY) * _DAY
    found: list[Term] = []
    for name in names:
        found.append(draw(_terms(st.just(begin), st.just(name))))
        begin = found[-1].end + draw(st.integers(1, 30)) * _DAY
    closed = draw(_some_days(_weekdays(found)[1:], max_days_off))
    staff_days = [d for d in _weekdays(found)[1:] if d not in closed and not _in_break(d, found)]
    return SchoolYear(
        id=draw(slugs()),
        name=draw(texts()),
        illustrative=draw(st.booleans()),
        source=draw(words()),
        terms=found,
        days_off=[DayOff(day=day, name=draw(texts())) for day in closed],
        inset=draw(_some_days(staff_days, max_inset)),
    )


def _weekdays(found: Sequence[Term]) -> list[dt.date]:
    days = [d for term in found for d in DateRange(start=term.start, end=term.end).days()]
    return [day for day in days if day.weekday() <= _FRIDAY]


def _in_break(day: dt.date, found: Sequence[Term]) -> bool:
    return any(term.half_term is not None and day in term.half_term for term in found)


def _some_days(days: Sequence[dt.date], most: int) -> Strategy[list[dt.date]]:
    if not days:
        return st.just([])
    return st.lists(st.sampled_from(days), max_size=min(most, len(days)), unique=True)


# -- its audit and its support ---------------------------------------------------------------


def responses(*, items: Ids = None, ratings: tuple[int, ...] | None = None) -> Strategy[Response]:
    """Draw answers of raters.

    Parameters
    ----------
    items : sequence of str, optional
        Ids of audit items to choose from.
    ratings : tuple of int, optional
        Values of a rating scale to choose from; "not assessed" is drawn as well.
    """
    if ratings is not None and not ratings:
        raise refuse("responses", ("ratings", "expected values to choose from, got none"))
    value = st.integers(0, 1000) if ratings is None else st.sampled_from(ratings)
    return st.builds(
        Response,
        rater=slugs(),
        group=st.just("") | st.sampled_from(RATER_GROUPS),
        item=one_of_ids("responses", "items", items),
        rating=maybe(value),
        note=words(),
        evidence=words(),
    )


def audits(
    *, framework: Framework | None = None, max_raters: int = 3, max_responses: int = 12
) -> Strategy[Audit]:
    """Draw audits with one rating at least, of a framework or of any items.

    Parameters
    ----------
    framework : Framework, optional
        What was audited: its items and its scale are used, and it needs an item.
    max_raters, max_responses : int
        Most raters and most responses, from 1.
    """
    check_sizes("audits", 1, max_raters=max_raters)
    check_sizes("audits", 1, max_responses=max_responses)
    if framework is not None and not framework.items:
        raise refuse("audits", ("framework", f"{framework.id!r} has no items to audit"))
    return _audits(framework, max_raters, max_responses)


@st.composite
def _audits(
    draw: st.DrawFn, framework: Framework | None, max_raters: int, max_responses: int
) -> Audit:
    raters = draw(st.lists(slugs(), min_size=1, max_size=max_raters, unique=True))
    if framework is None:
        items = draw(st.lists(slugs(), min_size=1, max_size=6, unique=True))
        value = st.integers(0, 1000)
        identity = (draw(slugs()), draw(texts(max_size=8)))
    else:
        items = [item.id for item in framework.items]
        value = st.sampled_from(framework.scale.values)
        identity = (framework.id, framework.edition)
    groups = {rater: draw(st.just("") | st.sampled_from(RATER_GROUPS)) for rater in raters}
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(raters), st.sampled_from(items)),
            min_size=1,
            max_size=min(max_responses, len(raters) * len(items)),
            unique=True,
        )
    )
    answers = [
        Response(
            rater=rater,
            group=groups[rater],
            item=item,
            rating=draw(maybe(value) if i else value),  # the first is assessed in any case
            note=draw(words(max_size=8)),
            evidence=draw(words(max_size=8)),
        )
        for i, (rater, item) in enumerate(pairs)
    ]
    return Audit(
        id=draw(slugs()),
        framework=identity[0],
        edition=identity[1],
        school=draw(maybe(texts())),
        date=draw(maybe(dates())),
        responses=draw(st.permutations(answers)),
    )


def strand_offers(*, sources: Ids = None) -> Strategy[StrandOffer]:
    """Draw what is offered in one strand."""
    return st.builds(
        StrandOffer,
        strand=st.sampled_from(SupportStrand),
        times=maybe(st.integers(1, 10)),
        per=st.sampled_from(["term", "year", "route"]),
        text=texts(),
        provenance=provenances(sources=sources),
    )


@kept
def support_offers() -> Strategy[SupportOffer]:
    """Draw support offers, with each strand once at most."""
    return _support_offers()


@st.composite
def _support_offers(draw: st.DrawFn) -> SupportOffer:
    known = draw(entries(sources(), key=attrgetter("id"), max_size=2))
    offered = strand_offers(sources=[s.id for s in known])
    return SupportOffer(
        id=draw(slugs()),
        lead=draw(texts()),
        urn=draw(maybe(st.integers(100_000, 999_999))),
        programme=draw(texts()),
        lead_since=draw(maybe(dates().map(lambda day: f"{day:%Y-%m}"))),
        summary=draw(words()),
        strands=draw(entries(offered, key=attrgetter("strand"), min_size=1, max_size=6)),
        sources=known,
    )


@kept
def journeys() -> Strategy[Journey]:
    """Draw journeys; the files that they name need not exist."""
    name = texts()
    return st.builds(
        Journey,
        id=slugs(),
        title=name,
        framework=name,
        catalogue=name,
        calendar=name,
        school=name,
        responses=name,
        evidence=name,
        benchmarks=maybe(name),
        progress=maybe(name),
        support_offer=maybe(name),
        audit_date=maybe(dates()),
        starts=maybe(dates()),
        priorities=st.integers(1, 100),
        steps_per_priority=st.integers(1, 100),
        draws=st.integers(100, 10_000_000),
        budget=st.integers(1, 10_000_000),
        seed=st.integers(0, 2**63 - 1),
        formats=st.lists(st.sampled_from(["html", "md"]), max_size=2, unique=True),
    )
