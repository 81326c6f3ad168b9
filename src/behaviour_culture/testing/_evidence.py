"""Strategies for numbers that know where they are from: estimates, evidence, benchmarks."""

from __future__ import annotations

from operator import attrgetter

from hypothesis import strategies as st

from behaviour_culture.model.benchmark import BenchmarkFigure, BenchmarkSet, SurveyGroup
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.model.evidence import (
    Assumption,
    EffectParameter,
    EffectScale,
    EvidenceBase,
    Grade,
)
from behaviour_culture.model.finding import Outcome
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    entries,
    kept,
    maybe,
    numbers,
    one_of_ids,
    refuse,
    shares,
    slugs,
    texts,
    words,
)
from behaviour_culture.testing._findings import attainment_findings, findings
from behaviour_culture.testing._frameworks import provenances, sources

__all__ = [
    "assumptions",
    "benchmark_figures",
    "benchmark_sets",
    "effect_parameters",
    "estimates",
    "evidence_bases",
    "grades",
]


@kept
def estimates(*, min_value: float = -1e6, max_value: float = 1e6) -> Strategy[Estimate]:
    """Draw estimates whose interval holds their value, between two bounds."""
    if not min_value < max_value:
        raise refuse("estimates", ("max_value", f"{max_value} is not above {min_value}"))
    return _estimates(min_value, max_value)


@st.composite
def _estimates(draw: st.DrawFn, low: float, high: float) -> Estimate:
    number = numbers(low, high)
    lower, value, upper = sorted(draw(st.tuples(number, number, number)))
    return Estimate(
        value=value,
        lower=lower,
        upper=upper,
        level=draw(st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]) | numbers(0.01, 1.0)),
        standard_error=draw(maybe(numbers(0.0, high - low))),
        p_value=draw(maybe(shares())),
        method=draw(texts()),
        unit=draw(words(max_size=8)),
        design=draw(maybe(st.sampled_from(StudyDesign))),
    )


@kept
def grades() -> Strategy[Grade]:
    """Draw grades of evidence."""
    return st.builds(
        Grade,
        id=texts(max_size=4),
        discount=shares(),
        tau_factor=numbers(0.0, 10.0),
        text=texts(),
        basis=texts(),
    )


def effect_parameters(*, grades: Ids = None, sources: Ids = None) -> Strategy[EffectParameter]:
    """Draw published effects; ``grades`` and ``sources`` hold ids to choose from."""
    grade = texts(max_size=4)
    if grades is not None:
        grade = one_of_ids("effect_parameters", "grades", grades)
    return st.builds(
        EffectParameter,
        id=slugs(),
        name=texts(),
        outcome=st.sampled_from(Outcome),
        scale=st.sampled_from(EffectScale),
        mean=numbers(-10.0, 10.0),
        standard_error=numbers(0.0, 10.0),
        tau=numbers(0.0, 10.0),
        setting=numbers(-10.0, 10.0),
        grade=grade,
        population=words(),
        design=words(),
        text=words(),
        standard_error_basis=texts(),
        tau_basis=texts(),
        provenance=provenances(sources=sources),
    )


def assumptions(*, sources: Ids = None) -> Strategy[Assumption]:
    """Draw assumptions whose value lies in their range."""
    return _assumptions(sources)


@st.composite
def _assumptions(draw: st.DrawFn, cited: Ids) -> Assumption:
    number = numbers(-1e6, 1e6)
    low, value, high = sorted(draw(st.tuples(number, number, number)))
    return Assumption(
        id=draw(slugs()),
        name=draw(texts()),
        value=value,
        low=low,
        high=high,
        unit=draw(words(max_size=8)),
        text=draw(words()),
        basis=draw(texts()),
        provenance=draw(provenances(sources=cited)),
    )


@kept
def evidence_bases() -> Strategy[EvidenceBase]:
    """Draw evidence bases with all references closed."""
    return _evidence_bases()


@st.composite
def _evidence_bases(draw: st.DrawFn) -> EvidenceBase:
    by_id = attrgetter("id")
    known = draw(entries(sources(), key=by_id, max_size=2))
    cited = [s.id for s in known]
    graded = draw(entries(grades(), key=by_id, min_size=1, max_size=2))
    effects = effect_parameters(grades=[g.id for g in graded], sources=cited)
    return EvidenceBase(
        id=draw(slugs()),
        name=draw(texts()),
        edition=draw(texts(max_size=8)),
        summary=draw(words()),
        grades=graded,
        parameters=draw(entries(effects, key=by_id)),
        assumptions=draw(entries(assumptions(sources=cited), key=by_id, max_size=2)),
        findings=draw(
            entries(findings(grades=[g.id for g in graded], sources=cited), key=by_id, max_size=2)
        ),
        attainment=draw(entries(attainment_findings(sources=cited), key=by_id, max_size=1)),
        sources=known,
    )


def benchmark_figures(*, sources: Ids = None) -> Strategy[BenchmarkFigure]:
    """Draw published figures; a percentage lies between 0 and 100."""
    return _benchmark_figures(sources)


@st.composite
def _benchmark_figures(draw: st.DrawFn, cited: Ids) -> BenchmarkFigure:
    unit, value = draw(
        st.tuples(st.just("per cent"), numbers(0.0, 100.0))
        | st.tuples(texts(max_size=8).map("{} a week".format), numbers(-1e6, 1e6))
    )
    return BenchmarkFigure(
        id=draw(slugs()),
        measure=draw(texts()),
        topic=draw(slugs()),
        group=draw(st.sampled_from(SurveyGroup)),
        wave=draw(texts(max_size=8)),
        value=value,
        unit=unit,
        base=draw(maybe(st.integers(1, 100_000))),
        provenance=draw(provenances(sources=cited)),
    )


@kept
def benchmark_sets() -> Strategy[BenchmarkSet]:
    """Draw sets of published figures with all references closed."""
    return _benchmark_sets()


@st.composite
def _benchmark_sets(draw: st.DrawFn) -> BenchmarkSet:
    by_id = attrgetter("id")
    known = draw(entries(sources(), key=by_id, max_size=2))
    figures = benchmark_figures(sources=[s.id for s in known])
    return BenchmarkSet(
        id=draw(slugs()),
        name=draw(texts()),
        publisher=draw(texts()),
        summary=draw(words()),
        limits=draw(st.lists(texts(), max_size=2)),
        figures=draw(entries(figures, key=by_id)),
        sources=known,
    )
