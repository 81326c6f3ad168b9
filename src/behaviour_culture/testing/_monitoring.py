"""Strategies for what monitoring returns: made by the real functions from drawn inputs."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.monitoring import (
    DetectableEffect,
    DifferenceInDifferences,
    GroupRate,
    GroupRates,
    InterruptedTimeSeries,
    Measure,
    SurveyChange,
    Verdict,
    detectable_effect,
    difference_in_differences,
    group_rate_ratios,
    interrupted_time_series,
    survey_change,
)
from behaviour_culture.testing._basics import Strategy, kept, numbers

__all__ = [
    "detectable_effects",
    "did_results",
    "group_rates",
    "group_rates_tables",
    "interrupted_series",
    "measures",
    "survey_changes",
    "verdicts",
]

_SOURCES = ("behaviour log", "staff survey", "pupil survey", "attendance register")


@kept
def interrupted_series() -> Strategy[InterruptedTimeSeries]:
    """Draw estimates of a step, from series of counts."""
    return _interrupted_series()


@st.composite
def _interrupted_series(draw: st.DrawFn) -> InterruptedTimeSeries:
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    size = draw(st.integers(12, 40))
    return interrupted_time_series(
        rng.poisson(draw(st.integers(20, 60)), size),
        change_at=draw(st.integers(4, size - 4)),
        exposure=rng.uniform(3000, 5000, size),
        slope_change=draw(st.booleans()),
    )


@kept
def detectable_effects() -> Strategy[DetectableEffect]:
    """Draw what a comparison could find."""
    sizes = st.integers(8, 80)
    return st.builds(
        lambda rate, before, after, dispersion: detectable_effect(
            rate=rate, before=before, after=after, dispersion=dispersion, ratio=0.8
        ),
        numbers(1.0, 100.0),
        sizes,
        sizes,
        numbers(1.0, 5.0),
    )


@kept
def did_results() -> Strategy[DifferenceInDifferences]:
    """Draw differences in differences of a few schools."""
    changes = st.lists(numbers(-5.0, 5.0), min_size=3, max_size=6)
    return st.builds(_difference, changes, st.integers(1, 2))


def _difference(changes: list[float], treated: int) -> DifferenceInDifferences:
    rows = [(i, p) for i in range(len(changes)) for p in range(4)]
    return difference_in_differences(
        [i + changes[i] * (p > 1) for i, p in rows],
        unit=[f"school {i}" for i, _ in rows],
        period=[p for _, p in rows],
        treated=[i < treated for i, _ in rows],
        after=[p > 1 for _, p in rows],
    )


@kept
def group_rates_tables() -> Strategy[GroupRates]:
    """Draw rates of groups beside the whole."""
    counts = st.lists(st.integers(0, 80), min_size=2, max_size=6).filter(any)
    return counts.map(
        lambda found: group_rate_ratios(
            found,
            [1000.0 + 10 * i for i in range(len(found))],
            groups=[f"group {i}" for i in range(len(found))],
        )
    )


@kept
def group_rates() -> Strategy[GroupRate]:
    """Draw the rate of one group."""
    return group_rates_tables().flatmap(lambda table: st.sampled_from(table.groups))


@kept
def survey_changes() -> Strategy[SurveyChange]:
    """Draw changes between two waves of a survey."""
    answers = st.lists(st.integers(0, 1), min_size=20, max_size=150)
    return st.builds(
        lambda before, after, group, silent: survey_change(
            before,
            after,
            group=group,
            asked_before=len(before) + silent,
            asked_after=len(after) + silent,
        ),
        answers,
        answers,
        st.sampled_from(("staff", "pupils", "parents")),
        st.integers(0, 50),
    )


@kept
def measures() -> Strategy[Measure]:
    """Draw measures of behaviour or of lost learning, from any design."""
    return _measures()


@st.composite
def _measures(draw: st.DrawFn) -> Measure:
    # Near enough to no change that every reading turns up.
    low, value, high = sorted(draw(st.tuples(*[numbers(0.4, 1.6)] * 3)))
    study = draw(st.sampled_from(StudyDesign))
    return Measure(
        name=f"measure {draw(st.integers(1, 999))}",
        reporter=draw(st.sampled_from(("staff", "pupils", "parents", "records"))),
        source=draw(st.sampled_from(_SOURCES)),
        topic=draw(st.sampled_from(("behaviour", "lost-learning"))),
        design=draw(st.integers(1, study.rung)),
        estimate=Estimate(value=value, lower=low, upper=high, method="drawn", design=study),
        lower_is_better=draw(st.booleans()),
        matters=draw(numbers(0.5, 0.95)),
        detectable=draw(st.none() | numbers(0.4, 0.95)),
        window="two years",
        exposure="300,000 pupil days",
        events=draw(st.integers(0, 5000)),
        recording_changes=draw(st.lists(st.just("new system, 1 May"), max_size=1)),
        points=draw(st.tuples(st.integers(6, 80), st.integers(6, 80))),
        sides=draw(st.sampled_from([(), (1, -1) * 10, (1, 0, -1, -1) * 5])),
    )


@kept
def verdicts() -> Strategy[Verdict]:
    """Draw verdicts from a few measures."""
    some = st.lists(measures(), min_size=1, max_size=5, unique_by=lambda m: m.name)
    return st.builds(lambda found: Verdict(measures=found), some)
