"""Strategies for frameworks and their parts, and for what says where a statement is from."""

from __future__ import annotations

from operator import attrgetter

from attrs import evolve
from hypothesis import strategies as st

from behaviour_culture.model.framework import (
    Addressee,
    AuditItem,
    Challenge,
    Domain,
    Feature,
    Framework,
    Principle,
    PrinciplePrerequisite,
    Recommendation,
    Section,
    SystemKind,
    Unverified,
)
from behaviour_culture.model.scale import RatingLevel, RatingScale
from behaviour_culture.model.source import Basis, Mark, Origin, Provenance, Source, Statement
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_sizes,
    entries,
    kept,
    maybe,
    numbers,
    one_of_ids,
    slugs,
    some_of_ids,
    texts,
    words,
)

__all__ = [
    "audit_items",
    "challenges",
    "domains",
    "features",
    "frameworks",
    "principle_prerequisites",
    "principles",
    "provenances",
    "rating_levels",
    "rating_scales",
    "recommendations",
    "sections",
    "sources",
    "statements",
    "system_kinds",
    "unverified_statements",
]

_WEIGHT = numbers(0.01, 100.0)
"""Weights within a factor of 10,000 of each other, as anyone would choose them."""


def provenances(*, sources: Ids = None) -> Strategy[Provenance]:
    """Draw evidence marks with their sources.

    Parameters
    ----------
    sources : sequence of str, optional
        Ids of sources to choose from; any without it.
    """
    return _provenances(None if sources is None else tuple(sources))


@kept
def _provenances(cited: tuple[str, ...] | None) -> Strategy[Provenance]:
    return st.builds(
        Provenance, mark=st.sampled_from(Mark), sources=some_of_ids(cited), note=words()
    )


@kept
def sources() -> Strategy[Source]:
    """Draw documents."""
    return st.builds(
        Source,
        id=slugs(),
        title=texts(),
        author=maybe(texts()),
        year=maybe(st.integers(1800, 2200)),
        url=maybe(texts()),
        note=maybe(texts()),
    )


def statements(*, sources: Ids = None) -> Strategy[Statement]:
    """Draw statements; ``sources`` as for `provenances`."""
    return st.builds(Statement, id=slugs(), text=texts(), provenance=provenances(sources=sources))


@kept
def rating_levels() -> Strategy[RatingLevel]:
    """Draw levels of a rating scale."""
    return st.builds(RatingLevel, value=st.integers(0, 1000), label=texts(), description=words())


def rating_scales(*, min_levels: int = 2, max_levels: int = 5) -> Strategy[RatingScale]:
    """Draw rating scales with rising values and a label of its own for each level."""
    check_sizes("rating_scales", 2, min_levels=min_levels, max_levels=max_levels)
    return _rating_scales(min_levels, max_levels)


@st.composite
def _rating_scales(draw: st.DrawFn, low: int, high: int) -> RatingScale:
    labels = draw(st.lists(texts(), min_size=low, max_size=high, unique_by=str.casefold))
    many = len(labels)
    values = draw(
        st.just(list(range(many)))
        | st.lists(st.integers(0, 1000), min_size=many, max_size=many, unique=True).map(sorted)
    )
    levels = [
        RatingLevel(value=value, label=label, description=draw(words()))
        for value, label in zip(values, labels, strict=True)
    ]
    return RatingScale(
        id=draw(slugs()), name=draw(texts()), levels=levels, origin=draw(st.sampled_from(Origin))
    )


def sections(*, sources: Ids = None) -> Strategy[Section]:
    """Draw sections of a document."""
    return st.builds(
        Section,
        number=texts(max_size=6),
        title=texts(),
        page=_pages(),
        provenance=provenances(sources=sources),
    )


@kept
def _pages() -> Strategy[int | None]:
    return maybe(st.integers(1, 10_000))


def domains(*, follows: Ids = (), sources: Ids = None) -> Strategy[Domain]:
    """Draw domains; ``follows`` holds ids of domains that one may follow, none by default."""
    after: Strategy[str | None] = st.none()
    if follows is None or follows:
        after = maybe(one_of_ids("domains", "follows", follows))
    return st.builds(
        Domain,
        id=slugs(),
        name=texts(),
        text=words(),
        follows=after,
        provenance=provenances(sources=sources),
    )


def principle_prerequisites(
    *, principles: Ids = None, sources: Ids = None
) -> Strategy[PrinciplePrerequisite]:
    """Draw prerequisites of a principle, on one of ``principles`` where these are given."""
    return st.builds(
        PrinciplePrerequisite,
        principle=one_of_ids("principle_prerequisites", "principles", principles),
        basis=st.sampled_from(Basis),
        reason=texts(),
        provenance=provenances(sources=sources),
    )


def principles(
    *, domains: Ids = None, requires: Ids = (), sources: Ids = None
) -> Strategy[Principle]:
    """Draw principles.

    Parameters
    ----------
    domains : sequence of str, optional
        Ids of domains to choose from.
    requires : sequence of str or None
        Ids of principles that it may require; none by default, None for any.
    sources : sequence of str, optional
        Ids of sources to choose from.
    """
    return st.builds(
        Principle,
        id=slugs(),
        name=texts(),
        domain=one_of_ids("principles", "domains", domains),
        text=texts(),
        section=maybe(texts(max_size=6)),
        page=_pages(),
        weight=_WEIGHT,
        prerequisites=_principle_prerequisites(requires, sources),
        provenance=provenances(sources=sources),
    )


def _principle_prerequisites(ids: Ids, sources: Ids) -> Strategy[tuple[PrinciplePrerequisite, ...]]:
    if ids is not None and not ids:
        return st.just(())
    one = principle_prerequisites(principles=ids, sources=sources)
    return entries(one, key=attrgetter("principle"), max_size=2)


def audit_items(*, principles: Ids = None) -> Strategy[AuditItem]:
    """Draw audit items, for one of ``principles`` where these are given."""
    return st.builds(
        AuditItem,
        id=slugs(),
        principle=one_of_ids("audit_items", "principles", principles),
        text=texts(),
        look_for=words(),
        weight=_WEIGHT,
        origin=st.sampled_from(Origin),
    )


def features(*, sources: Ids = None) -> Strategy[Feature]:
    """Draw features of successful schools."""
    return st.builds(
        Feature,
        id=slugs(),
        text=texts(),
        section=maybe(texts(max_size=6)),
        page=_pages(),
        provenance=provenances(sources=sources),
    )


def challenges(*, opposes: Ids = None, sources: Ids = None) -> Strategy[Challenge]:
    """Draw challenges; ``opposes`` holds ids of features and principles to choose from."""
    return st.builds(
        Challenge,
        id=slugs(),
        text=texts(),
        opposes=some_of_ids(opposes),
        section=maybe(texts(max_size=6)),
        page=_pages(),
        provenance=provenances(sources=sources),
    )


def system_kinds(*, principles: Ids = None, sources: Ids = None) -> Strategy[SystemKind]:
    """Draw kinds of systems; ``principles`` holds ids of principles to choose from."""
    return st.builds(
        SystemKind,
        id=slugs(),
        name=texts(),
        text=texts(),
        principles=some_of_ids(principles),
        section=maybe(texts(max_size=6)),
        page=_pages(),
        provenance=provenances(sources=sources),
    )


def recommendations(*, sources: Ids = None) -> Strategy[Recommendation]:
    """Draw recommendations to government or the inspectorate."""
    return st.builds(
        Recommendation,
        id=slugs(),
        text=texts(),
        addressee=st.sampled_from(Addressee),
        section=maybe(texts(max_size=6)),
        provenance=provenances(sources=sources),
    )


@kept
def unverified_statements() -> Strategy[Unverified]:
    """Draw entries of `Framework.unverified`."""
    return st.builds(
        Unverified,
        kind=texts(),
        id=texts(),
        text=texts(),
        mark=st.sampled_from([mark for mark in Mark if not mark.verified]),
        note=words(),
    )


def frameworks(
    *, max_principles: int = 4, min_items: int = 0, max_items: int = 6
) -> Strategy[Framework]:
    """Draw whole frameworks: all references closed, no circle among the prerequisites.

    Parameters
    ----------
    max_principles : int
        Most principles, from 1.
    min_items, max_items : int
        Fewest and most audit items; an audit needs a framework with one at least.
    """
    check_sizes("frameworks", 1, max_principles=max_principles)
    check_sizes("frameworks", 0, min_items=min_items, max_items=max_items)
    return _frameworks(max_principles, min_items, max_items)


@st.composite
def _frameworks(draw: st.DrawFn, max_principles: int, min_items: int, max_items: int) -> Framework:
    by_id = attrgetter("id")
    known = draw(entries(sources(), key=by_id, max_size=2))
    cited = [s.id for s in known]
    domain_list = draw(entries(domains(sources=cited), key=by_id, min_size=1))
    domain_ids = [d.id for d in domain_list]
    domain_list = tuple(
        evolve(d, follows=draw(maybe(st.sampled_from(domain_ids[:i])))) if i else d
        for i, d in enumerate(domain_list)
    )
    drawn = draw(
        entries(
            principles(domains=domain_ids, sources=cited),
            key=by_id,
            min_size=1,
            max_size=max_principles,
        )
    )
    ids = [p.id for p in drawn]
    # A principle may require only those drawn before it, so that no circle can be.
    ordered = [
        evolve(p, prerequisites=draw(_principle_prerequisites(ids[:i], cited)))
        for i, p in enumerate(drawn)
    ]
    feature_list = draw(entries(features(sources=cited), key=by_id, max_size=2))
    opposable = [*ids, *(f.id for f in feature_list)]
    return Framework(
        id=draw(slugs()),
        name=draw(texts()),
        edition=draw(texts(max_size=8)),
        summary=draw(words()),
        licence=draw(words()),
        limits=draw(st.lists(texts(), max_size=2)),
        scale=draw(rating_scales()),
        not_audited=draw(words()),
        domains=domain_list,
        principles=draw(st.permutations(ordered)),
        items=draw(
            entries(audit_items(principles=ids), key=by_id, min_size=min_items, max_size=max_items)
        ),
        features=feature_list,
        challenges=draw(
            entries(challenges(opposes=opposable, sources=cited), key=by_id, max_size=2)
        ),
        systems=draw(entries(system_kinds(principles=ids, sources=cited), key=by_id, max_size=2)),
        recommendations=draw(entries(recommendations(sources=cited), key=by_id, max_size=1)),
        practices=draw(entries(statements(sources=cited), key=by_id, max_size=1)),
        sections=draw(entries(sections(sources=cited), key=attrgetter("number"), max_size=2)),
        sources=known,
    )
