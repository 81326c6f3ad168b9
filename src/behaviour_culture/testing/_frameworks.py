"""Strategies for frameworks and their parts."""

from __future__ import annotations

from attrs import evolve
from hypothesis import strategies as st

from behaviour_culture.model.applied_change import AppliedChange
from behaviour_culture.model.audit import RATER_GROUPS
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.framework_parts import (
    AuditItem,
    Challenge,
    Domain,
    Feature,
    Principle,
    PrinciplePrerequisite,
    Recommendation,
    RetiredItem,
    Section,
    SystemKind,
    Unverified,
)
from behaviour_culture.model.scale import RatingLevel, RatingScale
from behaviour_culture.model.scoring import Aggregation, Criterion, Threshold
from behaviour_culture.model.source import Mark, Provenance, Source, Statement
from behaviour_culture.testing._basics import (
    Strategy,
    check_sizes,
    entries,
    maybe,
    numbers,
    some_of_ids,
    texts,
    words,
)
from behaviour_culture.testing._objects import built, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["draw_sources", "frameworks", "rating_scales", "tailored_frameworks"]

_WEIGHT = numbers(0.01, 100.0)
"""Weights within a factor of 10,000 of each other, as anyone would choose them."""

arrange(Principle, weight=_WEIGHT)
arrange(AuditItem, weight=_WEIGHT, raters=some_of_ids(RATER_GROUPS))
arrange(Unverified, mark=st.sampled_from([mark for mark in Mark if not mark.verified]))


def draw_sources(
    draw: st.DrawFn, max_size: int = 2
) -> tuple[tuple[Source, ...], Strategy[Provenance]]:
    """Draw sources, and return with them a strategy of provenances that cite no others."""
    known = draw(entries(built(Source), max_size=max_size))
    return known, built(Provenance, sources=some_of_ids([source.id for source in known]))


@draws(RatingScale)
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
    return make(draw, RatingScale, levels=levels, ordinal=False)


@draws(Framework)
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
    known, cited = draw_sources(draw)
    domains = draw(entries(built(Domain, follows=None, provenance=cited), min_size=1))
    inside = [domain.id for domain in domains]
    principle = built(Principle, domain=st.sampled_from(inside), prerequisites=(), provenance=cited)
    drawn = draw(entries(principle, min_size=1, max_size=max_principles))
    ids = [p.id for p in drawn]
    # A principle may require only those drawn before it, so that no circle can be.
    ordered = [
        evolve(p, prerequisites=draw(_prerequisites(ids[:i], cited))) if i else p
        for i, p in enumerate(drawn)
    ]
    item = built(AuditItem, principle=st.sampled_from(ids), provenance=maybe(cited))
    items = draw(entries(item, min_size=min_items, max_size=max_items))
    asked = [i.id for i in items]
    gone = entries(built(RetiredItem, now=some_of_ids(asked)), max_size=1)
    features = draw(entries(built(Feature, provenance=cited), max_size=2))
    opposes = some_of_ids([*ids, *(feature.id for feature in features)])
    kinds = built(SystemKind, principles=some_of_ids(ids), provenance=cited)
    return make(
        draw,
        Framework,
        edition=texts(max_size=8),
        scale=rating_scales(),
        aggregation=Aggregation.MEAN,
        domains=[
            evolve(d, follows=draw(maybe(st.sampled_from(inside[:i])))) if i else d
            for i, d in enumerate(domains)
        ],
        principles=st.permutations(ordered),
        items=items,
        short_form=some_of_ids(asked),
        retired=[r for r in draw(gone) if r.id not in asked],
        features=features,
        challenges=entries(built(Challenge, opposes=opposes, provenance=cited), max_size=2),
        systems=entries(kinds, max_size=2),
        recommendations=entries(built(Recommendation, provenance=cited), max_size=1),
        practices=entries(built(Statement, provenance=cited), max_size=1),
        sections=entries(built(Section, provenance=cited), key="number", max_size=2),
        thresholds=(),
        sources=known,
        changes=(),
    )


def _prerequisites(
    ids: list[str], cited: Strategy[Provenance]
) -> Strategy[tuple[PrinciplePrerequisite, ...]]:
    one = built(PrinciplePrerequisite, principle=st.sampled_from(ids), provenance=cited)
    return entries(one, key="principle", max_size=2)


@st.composite
def tailored_frameworks(draw: st.DrawFn) -> Framework:
    """Draw frameworks with thresholds and with changes on record."""
    framework = draw(frameworks())
    parts = dict.fromkeys(["whole", *(p.id for p in framework.principles)])
    cited = some_of_ids([source.id for source in framework.sources])
    threshold = built(
        Threshold,
        criteria=entries(
            built(Criterion, of=st.sampled_from(list(parts))), key="of", min_size=1, max_size=2
        ),
        provenance=built(Provenance, sources=cited),
    )
    averaged = [Aggregation.MEAN, Aggregation.POINTS, Aggregation.MEAN_OF_DOMAINS]
    return evolve(
        framework,
        aggregation=draw(st.sampled_from(averaged)),
        thresholds=draw(entries(threshold, max_size=2)),
        changes=draw(st.lists(built(AppliedChange), max_size=2)),
    )
