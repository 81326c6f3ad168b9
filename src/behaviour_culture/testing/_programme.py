"""Strategies for many schools: cohorts, the results made from them, and nations."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from behaviour_culture._arrays import frozen_array
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.programme.cohort.bands import QUANTILES, CohortBands, SchoolStanding
from behaviour_culture.programme.cohort.change import CohortChange
from behaviour_culture.programme.cohort.cohort import Cohort
from behaviour_culture.programme.cohort.research import ResearchExport, research_export
from behaviour_culture.programme.nation.model import NationAssumptions, NationRoute, SupportMix
from behaviour_culture.programme.nation.simulation import NationResult
from behaviour_culture.testing._basics import Strategy, kept, maybe, numbers, shares, slugs, texts
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._frameworks import frameworks

__all__ = [
    "cohort_bands",
    "cohort_changes",
    "cohorts",
    "nation_assumptions",
    "nation_results",
    "nation_routes",
    "research_exports",
    "school_standings",
    "support_mixes",
]


@kept
def cohorts() -> Strategy[Cohort]:
    """Draw cohorts of a few schools and rounds, some with missing ratings and audits."""
    return _cohorts()


@st.composite
def _cohorts(draw: st.DrawFn) -> Cohort:
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


@kept
def cohort_changes() -> Strategy[CohortChange]:
    """Draw changes of cohorts on their own."""
    return _cohort_changes()


@st.composite
def _cohort_changes(draw: st.DrawFn) -> CohortChange:
    first = draw(st.integers(1, 50))
    schools = draw(st.integers(10, 1000))
    parts = draw(st.lists(slugs(), max_size=3, unique=True))
    return CohortChange(
        first=first,
        last=first + draw(st.integers(1, 50)),
        schools=schools,
        left=draw(st.integers(0, 100)),
        joined=draw(st.integers(0, 100)),
        changes={part: draw(estimates()) for part in parts},
        bases={part: draw(st.integers(10, schools)) for part in parts},
    )


def _quantiles(draw: st.DrawFn, *shape: int) -> Any:  # noqa: ANN401  (a frozen array)
    size = int(np.prod(shape)) * len(QUANTILES)
    flat = draw(st.lists(shares(), min_size=size, max_size=size))
    return frozen_array(np.sort(np.array(flat).reshape(*shape, len(QUANTILES)), axis=-1))


@kept
def cohort_bands() -> Strategy[CohortBands]:
    """Draw bands of groups of schools on their own."""
    return _cohort_bands()


@st.composite
def _cohort_bands(draw: st.DrawFn) -> CohortBands:
    groups = draw(st.lists(texts(), min_size=1, max_size=3, unique=True))
    parts = draw(st.lists(texts(), min_size=1, max_size=3, unique=True))
    return CohortBands(
        round=draw(st.integers(1, 100)),
        least=draw(st.integers(10, 100)),
        groups=groups,
        sizes=[5 * draw(st.integers(2, 100)) for _ in groups],
        parts=parts,
        quantiles=_quantiles(draw, len(groups), len(parts)),
    )


@kept
def school_standings() -> Strategy[SchoolStanding]:
    """Draw standings of schools on their own."""
    return _school_standings()


@st.composite
def _school_standings(draw: st.DrawFn) -> SchoolStanding:
    parts = draw(st.lists(slugs(), min_size=1, max_size=3, unique=True))
    return SchoolStanding(
        school=draw(slugs()),
        round=draw(st.integers(1, 100)),
        group=draw(texts()),
        size=5 * draw(st.integers(2, 100)),
        scores={part: draw(estimates()) for part in parts},
        quantiles=_quantiles(draw, len(parts)),
    )


@kept
def research_exports() -> Strategy[ResearchExport]:
    """Draw exports of small cohorts, as `research_export` makes them."""
    salts = st.text("0123456789abcdef", min_size=16, max_size=16)
    return st.builds(
        lambda cohort, salt, least: research_export(cohort, salt=salt, least=least),
        cohorts(),
        salts,
        st.integers(2, 3),
    )


@kept
def nation_routes() -> Strategy[NationRoute]:
    """Draw kinds of support of a simulated nation."""
    days = numbers(0.25, 100.0)
    return st.builds(NationRoute, id=slugs(), adviser_days=days, source=texts())


@kept
def support_mixes() -> Strategy[SupportMix]:
    """Draw mixes of the shipped kinds of support."""
    ids = st.sampled_from(["regional", "core", "enhanced", "extended"])
    split = st.dictionaries(ids, st.sampled_from([0.1, 0.2, 0.25]), min_size=1)
    first = st.sampled_from(["need", "chance"])
    return st.builds(SupportMix, id=slugs(), shares=split, first=first)


@kept
def nation_assumptions() -> Strategy[NationAssumptions]:
    """Draw assumptions of a simulated nation."""
    return st.builds(
        NationAssumptions,
        need_mean=numbers(0.2, 0.8),
        need_spread=numbers(0.05, 0.3),
        area_correlation=shares(),
        closed_mean=numbers(-0.2, 0.5),
        shape=numbers(0.5, 3.0),
    )


@kept
def nation_results() -> Strategy[NationResult]:
    """Draw results of simulated nations on their own."""
    return _nation_results()


@st.composite
def _nation_results(draw: st.DrawFn) -> NationResult:
    mixes = draw(st.lists(support_mixes(), min_size=1, max_size=3, unique_by=lambda m: m.id))
    draws = draw(st.integers(1, 4))
    size = draws * len(mixes)

    def column() -> Any:  # noqa: ANN401  (a frozen array)
        flat = draw(st.lists(numbers(-1.0, 1.0), min_size=size, max_size=size))
        return frozen_array(np.array(flat).reshape(draws, len(mixes)))

    return NationResult(
        schools=draw(st.integers(1, 30_000)),
        draws=draws,
        budget_days=draw(numbers(0.5, 1e5)),
        mixes=mixes,
        assumptions=draw(nation_assumptions()),
        closed=column(),
        closed_most=column(),
        level=draw(st.sampled_from([0.8, 0.95])),
        seed=draw(st.integers(0, 1000)),
    )
