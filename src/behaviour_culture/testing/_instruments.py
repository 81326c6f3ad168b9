"""Strategies for scoring rules, instruments, tailorings, crosswalks and what is made of them."""

from __future__ import annotations

from operator import attrgetter

from attrs import evolve
from hypothesis import strategies as st

from behaviour_culture.audit.carrying import CarriedResult, CarriedScore
from behaviour_culture.audit.profile import AuditProfile, LevelCounts
from behaviour_culture.audit.result import ScoreKind, ThresholdScore
from behaviour_culture.model.applied_change import AppliedChange, TailoringKind
from behaviour_culture.model.crosswalk import Crosswalk, CrosswalkLink, Relation, Strength
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.framework_difference import EntryChange, FrameworkDifference
from behaviour_culture.model.instrument import Instrument, InstrumentPart
from behaviour_culture.model.school import Phase
from behaviour_culture.model.scoring import Aggregation, Band, Banding, Criterion, Threshold
from behaviour_culture.model.tailoring import Tailoring, TailoringChange
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
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
from behaviour_culture.testing._frameworks import (
    audit_items,
    frameworks,
    provenances,
    sources,
    statements,
)

__all__ = [
    "applied_changes",
    "audit_profiles",
    "bandings",
    "bands",
    "carried_results",
    "carried_scores",
    "criteria",
    "crosswalk_links",
    "crosswalks",
    "entry_changes",
    "framework_differences",
    "instrument_parts",
    "instruments",
    "level_counts",
    "tailored_frameworks",
    "tailoring_changes",
    "tailorings",
    "threshold_scores",
    "thresholds",
]

_BY_ID = attrgetter("id")


def criteria(*, parts: Ids = None) -> Strategy[Criterion]:
    """Draw criteria, of one of ``parts`` where these are given."""
    return st.builds(
        Criterion, of=one_of_ids("criteria", "parts", parts), percent=numbers(0.1, 100.0)
    )


def thresholds(*, parts: Ids = None, sources: Ids = None) -> Strategy[Threshold]:
    """Draw thresholds; options as for `criteria` and `provenances`."""
    return st.builds(
        Threshold,
        id=slugs(),
        name=texts(),
        criteria=entries(criteria(parts=parts), key=attrgetter("of"), min_size=1, max_size=2),
        provenance=provenances(sources=sources),
    )


@kept
def bands() -> Strategy[Band]:
    """Draw bands of a measure."""
    return st.builds(Band, at_least=numbers(0.0, 100.0), value=st.integers(0, 10))


def bandings(*, sources: Ids = None) -> Strategy[Banding]:
    """Draw bandings whose bands rise."""
    rising = entries(bands(), key=attrgetter("at_least"), min_size=1, max_size=3).map(
        lambda found: tuple(sorted(found, key=attrgetter("at_least")))
    )
    return st.builds(
        Banding,
        id=slugs(),
        measure=texts(),
        bands=rising,
        high=st.just(100.0) | st.none(),
        provenance=provenances(sources=sources),
    )


def instrument_parts(*, sources: Ids = None) -> Strategy[InstrumentPart]:
    """Draw parts of an instrument."""
    return st.builds(
        InstrumentPart,
        id=slugs(),
        name=texts(),
        items=maybe(st.integers(1, 100)),
        points=maybe(st.integers(1, 300)),
        provenance=provenances(sources=sources),
    )


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Draw instruments: every criterion names a part, every source is there."""
    known = draw(entries(sources(), key=_BY_ID, max_size=2))
    cited = [s.id for s in known]
    parts = draw(entries(instrument_parts(sources=cited), key=_BY_ID, min_size=1, max_size=3))
    inside = [p.id for p in parts]
    return Instrument(
        id=draw(slugs()),
        name=draw(texts()),
        edition=draw(texts(max_size=8)),
        summary=draw(words()),
        licence=draw(words()),
        limits=draw(st.lists(texts(), max_size=2)),
        levels=sorted(draw(st.sets(st.integers(0, 5), max_size=4))),
        parts=parts,
        thresholds=draw(entries(thresholds(parts=inside, sources=cited), key=_BY_ID, max_size=2)),
        bandings=draw(entries(bandings(sources=cited), key=_BY_ID, max_size=1)),
        facts=draw(entries(statements(sources=cited), key=_BY_ID, max_size=1)),
        sources=known,
    )


@kept
def applied_changes() -> Strategy[AppliedChange]:
    """Draw records of changes that a tailoring made."""
    return st.builds(
        AppliedChange,
        tailoring=slugs(),
        kind=st.sampled_from(TailoringKind),
        targets=some_of_ids(None),
        before=words(),
        reason=texts(),
        role=texts(),
    )


def tailoring_changes(*, targets: Ids = None, principles: Ids = None) -> Strategy[TailoringChange]:
    """Draw changes of every kind.

    Parameters
    ----------
    targets : sequence of str, optional
        Ids to change; any without it.
    principles : sequence of str, optional
        Ids of principles for added items.
    """
    one = one_of_ids("tailoring_changes", "targets", targets).map(lambda target: (target,))
    base = {"phase": maybe(st.sampled_from(Phase)), "reason": texts(), "role": texts()}
    weight, percent = numbers(0.01, 100.0), numbers(0.1, 100.0)
    kinds = TailoringKind
    return st.one_of(
        st.builds(
            TailoringChange, kind=st.sampled_from([kinds.SELECT, kinds.DROP]), targets=one, **base
        ),
        st.builds(
            TailoringChange,
            kind=st.just(kinds.ADD),
            item=audit_items(principles=principles),
            **base,
        ),
        st.builds(
            TailoringChange, kind=st.just(kinds.REWEIGHT), targets=one, weight=weight, **base
        ),
        st.builds(TailoringChange, kind=st.just(kinds.SET), targets=one, percent=percent, **base),
        st.builds(
            TailoringChange,
            kind=st.just(kinds.REWORD),
            targets=one,
            text=texts(),
            look_for=maybe(texts()),
            **base,
        ),
    )


@st.composite
def tailorings(draw: st.DrawFn, *, framework: Framework | None = None) -> Tailoring:
    """Draw tailorings; for a framework, ones that `resolve` accepts (they only reweight)."""
    if framework is None:
        name, edition = draw(slugs()), draw(texts(max_size=8))
        changes = draw(st.lists(tailoring_changes(), max_size=3))
    else:
        name, edition = framework.id, framework.edition
        listed = [p.id for p in framework.principles] + [i.id for i in framework.items]
        once = [key for key in listed if listed.count(key) == 1]
        one = st.builds(
            TailoringChange,
            kind=st.just(TailoringKind.REWEIGHT),
            targets=st.sampled_from(once).map(lambda key: (key,)) if once else st.nothing(),
            weight=numbers(0.01, 100.0),
            reason=texts(),
            role=texts(),
        )
        changes = draw(st.lists(one, max_size=3)) if once else []
    return Tailoring(
        id=draw(slugs()),
        name=draw(texts()),
        framework=name,
        edition=edition,
        summary=draw(words()),
        changes=changes,
    )


@st.composite
def tailored_frameworks(draw: st.DrawFn) -> Framework:
    """Draw frameworks with thresholds and with changes on record."""
    framework = draw(frameworks())
    parts = ["whole", *(p.id for p in framework.principles)]
    cited = [s.id for s in framework.sources]
    return evolve(
        framework,
        aggregation=draw(
            st.sampled_from([Aggregation.MEAN, Aggregation.POINTS, Aggregation.MEAN_OF_DOMAINS])
        ),
        thresholds=draw(
            entries(
                thresholds(parts=list(dict.fromkeys(parts)), sources=cited), key=_BY_ID, max_size=2
            )
        ),
        changes=draw(st.lists(applied_changes(), max_size=2)),
    )


def crosswalk_links(
    *, source: Ids = None, target: Ids = None, sources: Ids = None
) -> Strategy[CrosswalkLink]:
    """Draw links; ``source`` and ``target`` hold ids of parts to choose from."""
    return st.builds(
        CrosswalkLink,
        source=one_of_ids("crosswalk_links", "source", source),
        target=one_of_ids("crosswalk_links", "target", target),
        relation=st.sampled_from(Relation),
        strength=st.sampled_from(Strength),
        hops=st.integers(1, 3),
        said_by=texts(),
        reason=words(),
        provenance=provenances(sources=sources),
    )


@st.composite
def crosswalks(
    draw: st.DrawFn, *, source: Framework | None = None, target: Framework | None = None
) -> Crosswalk:
    """Draw crosswalks; between two frameworks where these are given."""
    known = draw(entries(sources(), key=_BY_ID, max_size=1))
    ends = [None if f is None else [p.id for p in f.principles] for f in (source, target)]
    link = crosswalk_links(source=ends[0], target=ends[1], sources=[s.id for s in known])
    return Crosswalk(
        id=draw(slugs()),
        name=draw(texts()),
        source_framework=draw(slugs()) if source is None else source.id,
        source_edition=draw(texts(max_size=8)) if source is None else source.edition,
        target_framework=draw(slugs()) if target is None else target.id,
        target_edition=draw(texts(max_size=8)) if target is None else target.edition,
        summary=draw(words()),
        licence=draw(words()),
        limits=draw(st.lists(texts(), max_size=1)),
        links=draw(entries(link, key=lambda k: f"{k.source} {k.target}", max_size=4)),
        lost=draw(st.lists(texts(), max_size=1)),
        sources=known,
    )


@kept
def threshold_scores() -> Strategy[ThresholdScore]:
    """Draw how sure it is that a threshold is reached."""
    return st.builds(
        lambda ends, **rest: ThresholdScore(
            probability_lower=min(ends), probability_upper=max(ends), **rest
        ),
        ends=st.tuples(shares(), shares()),
        id=slugs(),
        name=texts(),
        criteria=entries(criteria(), key=attrgetter("of"), min_size=1, max_size=2),
        met=st.sampled_from([True, False, None]),
    )


@kept
def level_counts() -> Strategy[LevelCounts]:
    """Draw counts of levels."""
    return st.builds(
        LevelCounts,
        kind=st.sampled_from(ScoreKind),
        id=slugs(),
        name=texts(),
        counts=st.dictionaries(texts(), st.integers(0, 20), min_size=1, max_size=4),
        items=st.integers(0, 20),
        assessed=st.integers(0, 20),
    )


@kept
def audit_profiles() -> Strategy[AuditProfile]:
    """Draw profiles of an audit."""
    return st.builds(
        AuditProfile,
        id=slugs(),
        framework=slugs(),
        framework_name=texts(),
        edition=texts(),
        raters=some_of_ids(None),
        parts=st.lists(level_counts(), min_size=1, max_size=3),
    )


@kept
def carried_scores() -> Strategy[CarriedScore]:
    """Draw bounds of one part."""
    return st.builds(
        lambda ends, **rest: CarriedScore(lower=min(ends), upper=max(ends), **rest),
        ends=st.tuples(shares(), shares()),
        id=slugs(),
        name=texts(),
        sources=some_of_ids(None),
        agree=st.booleans(),
    )


@kept
def carried_results() -> Strategy[CarriedResult]:
    """Draw results that were carried across."""
    return st.builds(
        CarriedResult,
        id=slugs(),
        crosswalk=slugs(),
        framework=slugs(),
        framework_name=texts(),
        edition=texts(),
        scores=entries(carried_scores(), key=_BY_ID, max_size=3),
        never_asked=st.dictionaries(slugs(), texts(), max_size=2),
        not_covered=st.dictionaries(slugs(), texts(), max_size=2),
        method=texts(),
    )


@kept
def entry_changes() -> Strategy[EntryChange]:
    """Draw fields that differ."""
    return st.builds(
        EntryChange, kind=texts(), id=slugs(), field=texts(), before=words(), after=words()
    )


@kept
def framework_differences() -> Strategy[FrameworkDifference]:
    """Draw differences between frameworks."""
    some = st.lists(texts(), max_size=2)
    return st.builds(
        FrameworkDifference,
        added=some,
        removed=some,
        changed=st.lists(entry_changes(), max_size=2),
    )
