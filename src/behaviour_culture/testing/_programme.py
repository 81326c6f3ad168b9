"""Strategies for many schools: records of audits, cohorts and their figures, nations."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from behaviour_culture._arrays import frozen_array
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.programme.cohort.bands import QUANTILES, CohortBands, SchoolStanding
from behaviour_culture.programme.cohort.change import CohortChange
from behaviour_culture.programme.cohort.cohort import Cohort
from behaviour_culture.programme.cohort.research import ResearchExport, research_export
from behaviour_culture.programme.cohort.stream import ScoreBatch
from behaviour_culture.programme.nation.model import NationAssumptions, SupportMix
from behaviour_culture.programme.nation.simulation import NationResult
from behaviour_culture.testing._basics import (
    Strategy,
    entries,
    maybe,
    numbers,
    shares,
    slugs,
    texts,
)
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._frameworks import frameworks
from behaviour_culture.testing._objects import built, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["cohorts", "research_exports"]

T = TypeVar("T")


@draws(Cohort)
@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Draw cohorts of a few schools and rounds, some with missing ratings and audits."""
    averaged = frameworks(max_principles=2, min_items=1, max_items=3).filter(
        lambda framework: framework.aggregation is not Aggregation.NONE
    )
    framework = draw(averaged)
    schools = sorted(draw(st.lists(slugs(), min_size=1, max_size=4, unique=True)))
    rounds = sorted(draw(st.lists(st.integers(1, 100), min_size=1, max_size=2, unique=True)))
    shape = (len(rounds), len(schools), len(framework.items))
    values = [float(v) for v in framework.scale.values]
    size = int(np.prod(shape))
    flat = draw(st.lists(st.sampled_from([*values, np.nan]), min_size=size, max_size=size))
    flat[0] = values[0]  # something was assessed
    group = st.lists(maybe(slugs()), min_size=len(schools), max_size=len(schools))
    return Cohort(
        framework=framework,
        schools=schools,
        rounds=rounds,
        phases=draw(st.just([]) | group),
        contexts=draw(st.just([]) | group),
        ratings=frozen_array(np.array(flat).reshape(shape)),
    )


@draws(CohortChange)
@st.composite
def _changes(draw: st.DrawFn) -> CohortChange:
    first = draw(st.integers(1, 50))
    schools = draw(st.integers(10, 1000))
    parts = draw(st.lists(slugs(), max_size=3, unique=True))
    return make(
        draw,
        CohortChange,
        first=first,
        last=first + draw(st.integers(1, 50)),
        schools=schools,
        changes={part: draw(estimates()) for part in parts},
        bases={part: draw(st.integers(10, schools)) for part in parts},
    )


def _quantiles(draw: st.DrawFn, *shape: int) -> Any:  # noqa: ANN401  (a frozen array)
    size = int(np.prod(shape)) * len(QUANTILES)
    flat = draw(st.lists(shares(), min_size=size, max_size=size))
    return frozen_array(np.sort(np.array(flat).reshape(*shape, len(QUANTILES)), axis=-1))


@draws(CohortBands)
@st.composite
def _bands(draw: st.DrawFn) -> CohortBands:
    groups = draw(st.lists(texts(), min_size=1, max_size=3, unique=True))
    parts = draw(st.lists(texts(), min_size=1, max_size=3, unique=True))
    return make(
        draw,
        CohortBands,
        groups=groups,
        sizes=[5 * draw(st.integers(2, 100)) for _ in groups],
        parts=parts,
        quantiles=_quantiles(draw, len(groups), len(parts)),
    )


@draws(SchoolStanding)
@st.composite
def _standings(draw: st.DrawFn) -> SchoolStanding:
    scores = draw(st.dictionaries(slugs(), estimates(), min_size=1, max_size=3))
    return make(draw, SchoolStanding, scores=scores, quantiles=_quantiles(draw, len(scores)))


@draws(ScoreBatch)
@st.composite
def _batches(draw: st.DrawFn) -> ScoreBatch:
    rows, parts = draw(st.integers(1, 3)), draw(st.integers(1, 3))

    def column(cells: Strategy[T]) -> tuple[T, ...]:
        return tuple(draw(st.lists(cells, min_size=rows, max_size=rows)))

    group = maybe(slugs())
    score = st.tuples(*[shares()] * parts)
    scores = np.array(column(score))
    return ScoreBatch(
        column(slugs()), column(st.integers(1, 100)), column(group), column(group), scores
    )


@draws(ResearchExport)
@st.composite
def research_exports(draw: st.DrawFn) -> ResearchExport:
    """Draw exports of small cohorts, as `research_export` makes them."""
    salt = draw(st.text("0123456789abcdef", min_size=16, max_size=16))
    return research_export(draw(cohorts()), salt=salt, least=draw(st.integers(2, 3)))


arrange(
    SupportMix,
    shares=st.dictionaries(
        st.sampled_from(["regional", "core", "enhanced", "extended"]),
        st.sampled_from([0.1, 0.2, 0.25]),
        min_size=1,
    ),
)
arrange(NationAssumptions, need_mean=numbers(0.2, 0.8), need_spread=numbers(0.05, 0.3))


@draws(NationResult)
@st.composite
def _nation_results(draw: st.DrawFn) -> NationResult:
    mixes = draw(entries(built(SupportMix), min_size=1))
    draws = draw(st.integers(1, 4))
    size = draws * len(mixes)

    def column() -> Any:  # noqa: ANN401  (a frozen array)
        flat = draw(st.lists(numbers(-1.0, 1.0), min_size=size, max_size=size))
        return frozen_array(np.array(flat).reshape(draws, len(mixes)))

    return make(
        draw,
        NationResult,
        draws=draws,
        mixes=mixes,
        closed=column(),
        closed_most=column(),
        level=st.sampled_from([0.8, 0.95]),
    )
