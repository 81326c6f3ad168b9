"""Strategies for numbers with a source: estimates, evidence, benchmarks."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from behaviour_culture.model.benchmark import BenchmarkFigure, BenchmarkSet
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import Assumption, EffectParameter, EvidenceBase, Grade
from behaviour_culture.model.finding import (
    AttainmentFinding,
    AttainmentScale,
    Finding,
    FindingScale,
)
from behaviour_culture.testing._basics import Strategy, entries, kept, maybe, numbers, refuse, texts
from behaviour_culture.testing._frameworks import draw_sources
from behaviour_culture.testing._objects import built, in_order, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["benchmark_sets", "estimates", "evidence_bases"]

arrange(Assumption, in_order("low", "value", "high"))
arrange(Grade, id=texts(max_size=4), tau_factor=numbers(0.0, 10.0))


@draws(Estimate)
@kept
def estimates(*, min_value: float = -1e6, max_value: float = 1e6) -> Strategy[Estimate]:
    """Draw estimates whose interval holds their value, between two bounds."""
    if not min_value < max_value:
        raise refuse("estimates", ("max_value", f"{max_value} is not above {min_value}"))
    number = numbers(min_value, max_value)
    return built(
        Estimate,
        in_order("lower", "value", "upper"),
        value=number,
        lower=number,
        upper=number,
        level=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]) | numbers(0.01, 1.0),
        standard_error=maybe(numbers(0.0, max_value - min_value)),
    )


def _all_figures_or_none(values: dict[str, Any]) -> None:
    if values["scale"] is None:
        values.update(estimate=None, standard_error=None, lower=None, upper=None)
    elif values["lower"] is None:
        values.update(upper=None)
    else:
        in_order("lower", "estimate", "upper")(values)


_FIGURE = numbers(-100.0, 100.0)
_FIGURES: dict[str, Any] = {
    "units": texts(),
    "estimate": _FIGURE,
    "lower": maybe(_FIGURE),
    "upper": _FIGURE,
    "standard_error": maybe(numbers(0.001, 10.0)),
}
arrange(
    Finding,
    _all_figures_or_none,
    scale=maybe(st.sampled_from(FindingScale)),
    pool=st.none(),  # only a verified row with an error is pooled
    **_FIGURES,
)
arrange(
    AttainmentFinding,
    _all_figures_or_none,
    scale=maybe(st.sampled_from(AttainmentScale)),
    **_FIGURES,
)


@draws(EvidenceBase)
@st.composite
def evidence_bases(draw: st.DrawFn) -> EvidenceBase:
    """Draw evidence bases with all references closed."""
    known, cited = draw_sources(draw)
    grades = draw(entries(built(Grade), min_size=1, max_size=2))
    grade = st.sampled_from([g.id for g in grades])
    found = built(Finding, grade=maybe(grade), provenance=cited)
    return make(
        draw,
        EvidenceBase,
        edition=texts(max_size=8),
        grades=grades,
        parameters=entries(built(EffectParameter, grade=grade, provenance=cited)),
        assumptions=entries(built(Assumption, provenance=cited), max_size=2),
        findings=entries(found, max_size=2),
        attainment=entries(built(AttainmentFinding, provenance=cited), max_size=1),
        sources=known,
    )


def _a_share_of_100(values: dict[str, Any]) -> None:
    if values["unit"] == "per cent":
        values["value"] = abs(values["value"]) % 100.0


arrange(
    BenchmarkFigure,
    _a_share_of_100,
    unit=st.just("per cent") | texts(max_size=8).map("{} a week".format),
)


@draws(BenchmarkSet)
@st.composite
def benchmark_sets(draw: st.DrawFn) -> BenchmarkSet:
    """Draw sets of published figures with all references closed."""
    known, cited = draw_sources(draw)
    figures = entries(built(BenchmarkFigure, provenance=cited))
    return make(draw, BenchmarkSet, figures=figures, sources=known)
