"""Strategies for the results of monitoring, made by the real functions from drawn inputs."""

from __future__ import annotations

from operator import attrgetter

import numpy as np
from hypothesis import strategies as st

from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.monitoring import (
    DifferenceInDifferences,
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
from behaviour_culture.monitoring.before_after.power import DetectableEffect
from behaviour_culture.monitoring.counts.behaviour_log import BehaviourLog
from behaviour_culture.monitoring.counts.log_rows import LogRow
from behaviour_culture.testing._basics import Strategy, numbers, slugs, texts
from behaviour_culture.testing._objects import built, make
from behaviour_culture.testing._registry import draws

__all__ = [
    "detectable_effects",
    "did_results",
    "group_rates_tables",
    "interrupted_series",
    "measures",
    "survey_changes",
    "verdicts",
]

_SOURCES = ("behaviour log", "staff survey", "pupil survey", "attendance register")


@draws(InterruptedTimeSeries)
@st.composite
def interrupted_series(draw: st.DrawFn) -> InterruptedTimeSeries:
    """Draw estimates of a step, from series of counts."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    size = draw(st.integers(12, 40))
    return interrupted_time_series(
        rng.poisson(draw(st.integers(20, 60)), size),
        change_at=draw(st.integers(4, size - 4)),
        exposure=rng.uniform(3000, 5000, size),
        slope_change=draw(st.booleans()),
    )


@draws(BehaviourLog)
@st.composite
def _logs(draw: st.DrawFn) -> BehaviourLog:
    rows = draw(st.lists(built(LogRow), min_size=1, max_size=4))
    keys = draw(st.lists(slugs(), min_size=len(rows), max_size=len(rows)))
    return BehaviourLog(sorted(rows, key=attrgetter("day")), keys, source=draw(texts()))


@draws(DetectableEffect)
def detectable_effects() -> Strategy[DetectableEffect]:
    """Draw effects that a comparison could detect."""
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


@draws(DifferenceInDifferences)
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


@draws(GroupRates)
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


@draws(SurveyChange)
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


@draws(Measure)
@st.composite
def measures(draw: st.DrawFn) -> Measure:
    """Draw measures of behaviour or of lost learning, from any design."""
    # Near enough to no change that every reading turns up.
    low, value, high = sorted(draw(st.tuples(*[numbers(0.4, 1.6)] * 3)))
    study = draw(st.sampled_from(StudyDesign))
    return make(
        draw,
        Measure,
        name=f"measure {draw(st.integers(1, 999))}",
        source=st.sampled_from(_SOURCES),
        topic=st.sampled_from(("behaviour", "lost-learning")),
        design=st.integers(1, study.rung),
        estimate=Estimate(value=value, lower=low, upper=high, method="drawn", design=study),
        scale="ratio",
        matters=numbers(0.5, 0.95),
        detectable=st.none() | numbers(0.4, 0.95),
        window="two years",
        exposure="300,000 pupil days",
        events=st.integers(0, 5000),
        recording_changes=st.lists(st.just("new system, 1 May"), max_size=1).map(tuple),
        points=st.tuples(st.integers(6, 80), st.integers(6, 80)),
        sides=st.sampled_from([(), (1, -1) * 10, (1, 0, -1, -1) * 5]),
    )


@draws(Verdict)
def verdicts() -> Strategy[Verdict]:
    """Draw verdicts from a few measures."""
    some = st.lists(measures(), min_size=1, max_size=5, unique_by=lambda m: m.name)
    return st.builds(lambda found: Verdict(measures=found), some)
