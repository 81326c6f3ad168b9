"""A series in its first years: two readings side by side, and the day from which a fall shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.estimate import StudyDesign
from behaviour_culture.monitoring import (
    Conclusion,
    detectable_effect,
    interrupted_time_series,
    measure_of,
    verdict,
)
from behaviour_culture.monitoring.before_after.power import detectable_from
from builders import examples, faults_of

WEEK = dt.timedelta(weeks=1)
FIRST = dt.date(2024, 9, 2)


def weekly(counts: Any, exposure: float = 4_500.0) -> bc.Series:
    """A count in each of some weeks, none of them a holiday."""
    return bc.Series(
        id="s",
        indicator="low-level-incidents",
        exposure_kind=bc.model.ExposureKind.PUPIL_DAYS,
        periods=[
            bc.model.SeriesPeriod(
                label=str(FIRST + k * WEEK), start=FIRST + k * WEEK,
                end=FIRST + k * WEEK + dt.timedelta(days=4), count=float(c), exposure=exposure,
            )
            for k, c in enumerate(counts)
        ],
    )  # fmt: skip


class TestSecondReading:
    def test_it_is_the_fit_without_a_trend_and_only_describes(self) -> None:
        counts = np.random.default_rng(1).poisson([30] * 39 + [20] * 39)
        both = interrupted_time_series(counts, change_at=39, exposure=[4_500.0] * 78)
        alone = interrupted_time_series(counts, change_at=39, exposure=[4_500.0] * 78, trend=False)
        found = both.without_trend
        assert found is not None
        assert (found.value, found.lower, found.upper) == (
            alone.level.value, alone.level.lower, alone.level.upper,
        )  # fmt: skip
        assert found.design is StudyDesign.DESCRIPTION
        assert alone.without_trend is None
        assert "If there was no trend before" in str(both)
        assert "If there was no trend before" not in str(alone)

    def test_no_verdict_rests_on_it(self) -> None:
        rng = np.random.default_rng(2)
        measures = []
        for k in range(6):
            counts = rng.poisson(rng.gamma(20, [30 / 20] * 39 + [22 / 20] * 39))
            step = interrupted_time_series(
                counts, change_at=39, exposure=[4_500.0] * 78, family="quasi-poisson",
                season=[j // 7 for j in range(39)] * 2,
            )  # fmt: skip
            assert step.without_trend is not None
            if not step.without_trend.upper < 1 < step.level.upper:
                continue
            measures.append(
                measure_of(step, name=f"log {k}", source=f"book {k}", matters=0.9, window="w",
                           exposure="e")
            )  # fmt: skip
        assert len(measures) > 2
        said = verdict(measures)
        assert said.conclusion is Conclusion.COULD_NOT_TELL
        assert "described, if there was no trend before: a ratio of 0." in str(said)

    def test_it_goes_where_the_counts_are_small(self) -> None:
        counts = [5, 6, 4, 7, 5, 6, 5, 4, 1, 0, 1, 0, 0, 1, 0, 1]
        step = interrupted_time_series(counts, change_at=8, exposure=[4_500.0] * 16)
        made = measure_of(step, name="a", source="b", matters=0.9, window="w", exposure="e")
        assert made.without_trend is not None
        assert made.published().without_trend is None


class TestDetectableFrom:
    @given(st.floats(5, 100), st.integers(52, 120), st.floats(1, 4), st.floats(0.4, 0.9))
    @examples(15)
    def test_it_is_the_first_with_enough_power(
        self, rate: float, before: int, dispersion: float, ratio: float
    ) -> None:
        """Against `detectable_effect`, which says the power of a number of points."""
        series = weekly([rate] * before)
        change = FIRST + before * WEEK
        found = detectable_from(series, change_at=change, dispersion=dispersion, ratio=ratio)

        def power(after: int, *, trend: bool) -> float:
            made = detectable_effect(
                rate=rate, before=before, after=after, dispersion=dispersion, trend=trend,
                ratio=ratio,
            )  # fmt: skip
            return made.power or 0.0

        for day, trend in ((found.without_trend, False), (found.with_trend, True)):
            if day is None:
                continue
            after = (day - dt.timedelta(days=4) - FIRST).days // 7 - before + 1
            assert power(after, trend=trend) >= 0.8 - 1e-9
            if after > 1 + trend:
                assert power(after - 1, trend=trend) < 0.8 + 1e-9

    def test_a_trend_takes_longer_and_more_years_before_shorten_it(self) -> None:
        change = FIRST + 156 * WEEK
        long = detectable_from(weekly([30] * 156), change_at=change, dispersion=2)
        assert long.with_trend is not None
        assert long.without_trend is not None
        assert long.without_trend < long.with_trend
        short = detectable_from(
            weekly([30] * 20), change_at=FIRST + 20 * WEEK, dispersion=3, years=2
        )
        assert short.with_trend is None
        assert f"not by {short.looked_to}" in str(short)

    def test_a_series_with_a_step_says_it_too(self) -> None:
        counts = np.random.default_rng(3).poisson([30] * 78 + [25] * 20)
        change = FIRST + 78 * WEEK
        step = interrupted_time_series(weekly(counts), change_at=change)
        assert step.detectable is not None
        assert "A fall of 20% could be found" in str(step)
        assert interrupted_time_series(
            counts, change_at=78, exposure=[4_500.0] * 98
        ).detectable is None  # fmt: skip

    @pytest.mark.slow
    def test_the_promise_is_kept_by_simulation(self) -> None:
        rng = np.random.default_rng(4)
        before, change = 104, FIRST + 104 * WEEK
        day = detectable_from(weekly([30] * before), change_at=change, dispersion=1.0).with_trend
        assert day is not None
        after = (day - change).days // 7 + 1
        found = 0
        for _ in range(300):
            counts = rng.poisson([30] * before + [24] * after)
            step = interrupted_time_series(
                counts, change_at=before, exposure=[4_500.0] * len(counts), robust="model"
            )
            found += step.level.upper < 1
        assert 0.72 <= found / 300 <= 0.88

    def test_masked_weeks_do_not_count(self) -> None:
        series = weekly([30] * 104)
        gone = [evolve(p, masked="closed") if i % 2 else p for i, p in enumerate(series.periods)]
        change = FIRST + 104 * WEEK
        full, half = (
            detectable_from(s, change_at=change, dispersion=1.5).without_trend
            for s in (series, evolve(series, periods=gone))
        )
        assert full is not None
        assert half is not None
        assert full < half

    def test_refusals(self) -> None:
        series = weekly([30] * 40)
        change = FIRST + 40 * WEEK
        for options, path in (
            ({"change_at": FIRST}, "change_at"),
            ({"change_at": FIRST + 5_000 * WEEK}, "change_at"),
            ({"change_at": 3}, "change_at"),
            ({"ratio": 1.2}, "ratio"),
            ({"dispersion": 0.5}, "dispersion"),
            ({"years": 0}, "years"),
            ({"power": 1}, "power"),
        ):
            given_: dict[str, Any] = {"change_at": change, **options}
            assert path in faults_of(lambda g=given_: detectable_from(series, **g))  # type: ignore[misc]
        assert "series" in faults_of(lambda: detectable_from(weekly([0] * 40), change_at=change))
        assert "series" in faults_of(lambda: detectable_from(3, change_at=change))  # type: ignore[arg-type]
