"""Strategies for instruments, tailorings, crosswalks and the results of using them."""

from __future__ import annotations

from operator import attrgetter

from hypothesis import strategies as st

from behaviour_culture.audit.carrying import CarriedResult, CarriedScore
from behaviour_culture.audit.profile import LevelCounts
from behaviour_culture.audit.result import ThresholdScore
from behaviour_culture.checks import Check
from behaviour_culture.model.applied_change import TailoringKind
from behaviour_culture.model.crosswalk import Crosswalk, CrosswalkLink
from behaviour_culture.model.duty import Duty, DutyRegister
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.framework_parts import AuditItem
from behaviour_culture.model.instrument import Instrument, InstrumentPart
from behaviour_culture.model.scoring import Band, Banding, Criterion, Threshold
from behaviour_culture.model.source import Source, Statement
from behaviour_culture.model.tailoring import Tailoring, TailoringChange
from behaviour_culture.testing._basics import (
    Strategy,
    check_options,
    entries,
    maybe,
    numbers,
    slugs,
    texts,
)
from behaviour_culture.testing._frameworks import draw_sources
from behaviour_culture.testing._objects import built, in_order, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["crosswalks", "instruments", "tailorings"]

arrange(Criterion, percent=numbers(0.1, 100.0))
arrange(Band, at_least=numbers(0.0, 100.0))
arrange(
    Banding,
    bands=entries(built(Band), key="at_least", min_size=1).map(
        lambda found: tuple(sorted(found, key=attrgetter("at_least")))
    ),
    high=st.just(100.0) | st.none(),
)
arrange(LevelCounts, counts=st.dictionaries(texts(), st.integers(0, 20), min_size=1, max_size=4))
arrange(ThresholdScore, in_order("probability_lower", "probability_upper"))
arrange(CarriedScore, in_order("lower", "upper"))
_NAMES = st.dictionaries(slugs(), texts(), max_size=2)
arrange(CarriedResult, never_asked=_NAMES, not_covered=_NAMES)


arrange(Duty, in_order("since", "until"))


@draws(DutyRegister)
@st.composite
def duty_registers(draw: st.DrawFn) -> DutyRegister:
    """Draw registers of duties: every source is there."""
    known = draw(entries(built(Source), min_size=1))
    source = st.sampled_from([s.id for s in known])
    duties = draw(entries(built(Duty, source=source), min_size=1))
    return make(draw, DutyRegister, duties=duties, sources=known)


@draws(Instrument)
@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Draw instruments: every criterion names a part, every source is there."""
    known, cited = draw_sources(draw)
    parts = draw(entries(built(InstrumentPart, provenance=cited), min_size=1))
    criterion = built(Criterion, of=st.sampled_from([part.id for part in parts]))
    criteria = entries(criterion, key="of", min_size=1, max_size=2)
    thresholds = built(Threshold, criteria=criteria, provenance=cited)
    return make(
        draw,
        Instrument,
        edition=texts(max_size=8),
        levels=st.sets(st.integers(0, 5), max_size=4).map(sorted),
        parts=parts,
        thresholds=entries(thresholds, max_size=2),
        bandings=entries(built(Banding, provenance=cited), max_size=1),
        facts=entries(built(Statement, provenance=cited), max_size=1),
        sources=known,
    )


def _changes(
    kind: Strategy[TailoringKind] | TailoringKind, **fields: object
) -> Strategy[TailoringChange]:
    """Draw changes of a kind, which has these fields and no others."""
    others: dict[str, object] = {
        "targets": (), "item": None, "weight": None, "percent": None, "text": None,
        "look_for": None,
    }  # fmt: skip
    return built(TailoringChange, kind=kind, **(others | fields))


@draws(TailoringChange)
def _any_change() -> Strategy[TailoringChange]:
    one = st.tuples(slugs())
    return st.one_of(
        _changes(st.sampled_from([TailoringKind.SELECT, TailoringKind.DROP]), targets=one),
        _changes(TailoringKind.ADD, item=built(AuditItem)),
        _changes(TailoringKind.REWEIGHT, targets=one, weight=numbers(0.01, 100.0)),
        _changes(TailoringKind.SET, targets=one, percent=numbers(0.1, 100.0)),
        _changes(TailoringKind.REWORD, targets=one, text=texts(), look_for=maybe(texts())),
    )


@draws(Tailoring)
def tailorings(*, framework: Framework | None = None) -> Strategy[Tailoring]:
    """Draw tailorings; for a framework, ones that `resolve` accepts (they only reweight)."""
    check_options("tailorings", framework=framework)
    if framework is None:
        return built(Tailoring, edition=texts(max_size=8))
    listed = [p.id for p in framework.principles] + [i.id for i in framework.items]
    once = [(key,) for key in listed if listed.count(key) == 1]
    one = _changes(
        TailoringKind.REWEIGHT,
        targets=st.sampled_from(once) if once else (),
        weight=numbers(0.01, 100.0),
        phase=None,
    )
    return built(
        Tailoring,
        framework=framework.id,
        edition=framework.edition,
        changes=st.lists(one, max_size=3) if once else (),
    )


@draws(Crosswalk)
def crosswalks(
    *, source: Framework | None = None, target: Framework | None = None
) -> Strategy[Crosswalk]:
    """Draw crosswalks; between two frameworks where these are given."""
    check = Check("crosswalks")
    check.value("source", source, Framework | None)
    check.value("target", target, Framework | None)
    check.done()
    return _crosswalks(source, target)


@st.composite
def _crosswalks(draw: st.DrawFn, source: Framework | None, target: Framework | None) -> Crosswalk:
    known, cited = draw_sources(draw, max_size=1)
    ends: dict[str, object] = {}
    given: dict[str, object] = {}
    for name, framework in (("source", source), ("target", target)):
        given[f"{name}_edition"] = texts(max_size=8)
        if framework is not None:
            ends[name] = st.sampled_from([p.id for p in framework.principles])
            given[f"{name}_framework"] = framework.id
            given[f"{name}_edition"] = framework.edition
    link = built(CrosswalkLink, provenance=cited, hops=st.integers(1, 3), **ends)
    links = st.lists(link, max_size=4, unique_by=attrgetter("source", "target")).map(tuple)
    return make(draw, Crosswalk, links=links, sources=known, **given)
