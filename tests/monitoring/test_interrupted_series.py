"""A Series in an interrupted time series, and neighbouring points that are alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.indicator import ExposureKind, RecordingChange, Series, SeriesPeriod
from behaviour_culture.monitoring import Reading, interrupted_time_series, measure_of
from behaviour_culture.monitoring.before_after.autocorrelation import _Process, find_alike

START = date(2024, 9, 2)
COUNTS = np.random.default_rng(5).poisson(np.where(np.arange(40) < 20, 30.0, 20.0)).astype(float)
ROLL = 4000.0 + 100 * (np.arange(40) % 7)


def weekly(masked: dict[int, str], counts: Any = COUNTS, **changes: Any) -> Series:
    periods = [
        SeriesPeriod(
            label=f"week {i}",
            start=START + timedelta(weeks=i),
            end=START + timedelta(weeks=i, days=6),
            count=None if i in masked else count,
            exposure=None if i in masked else roll,
            masked=masked.get(i, ""),
        )
        for i, (count, roll) in enumerate(zip(counts, ROLL, strict=True))
    ]
    options = {"id": "lates", "indicator": "lates", "exposure_kind": ExposureKind.PUPIL_DAYS}
    return Series(**(options | changes), periods=periods)


class TestSeries:
    @given(st.sets(st.integers(0, 39), max_size=8), st.sampled_from([None, 4]))
    def test_a_masked_period_is_one_left_out_in_its_place(self, gone: Any, season: Any) -> None:
        found = interrupted_time_series(
            weekly(dict.fromkeys(gone, "closed")), change_at=20, season=season
        )
        plain = interrupted_time_series(
            COUNTS, change_at=20, exposure=ROLL, season=season, exclude=sorted(gone)
        )
        assert found.level == plain.level
        assert found.fewer == plain.fewer
        assert np.flatnonzero(np.isnan(found.values)).tolist() == sorted(gone)
        assert np.isnan(found.fitted).sum() == len(gone)
        assert [r["note"] == "left out" for r in found.to_rows()] == [i in gone for i in range(40)]

    def test_a_day_is_the_first_period_from_it_on(self) -> None:
        series = weekly({})
        by_index = interrupted_time_series(series, change_at=20)
        assert interrupted_time_series(series, change_at=START + timedelta(weeks=20)) == by_index
        inside = interrupted_time_series(series, change_at=START + timedelta(weeks=20, days=2))
        assert inside.level == interrupted_time_series(series, change_at=21, exclude=[20]).level
        assert str(inside).startswith("Step at week 21,")

    def test_what_is_left_out_is_said_by_reason(self) -> None:
        masked = {3: "strike", 4: "strike"} | dict.fromkeys(range(25, 31), "no teaching day")
        said = interrupted_time_series(weekly(masked), change_at=20, exclude=[19]).caveats
        assert said[0] == (
            "Excluded: week 3, week 4 (strike); week 19 (left out of the fit); "
            "6 periods (no teaching day)."
        )

    def test_a_recording_change_goes_with_it_into_the_measure(self) -> None:
        change = RecordingChange(day=START + timedelta(weeks=15), what="new system")
        found = interrupted_time_series(weekly({}, recording_changes=[change]), change_at=20)
        assert "not comparable" in found.caveats[0]
        measure = measure_of(found, name="lates", source="register", matters=0.9)
        assert measure.reading is Reading.NOT_COMPARABLE
        assert measure.window == f"{START} to {START + timedelta(weeks=39, days=6)}"
        assert measure.exposure == f"{ROLL.sum():,.0f} pupil-days"

    def test_a_series_with_hidden_counts_is_described_only(self) -> None:
        series = weekly({}, np.minimum(COUNTS, 12.0) - 8.0 + np.arange(40) % 5)
        assert not interrupted_time_series(series, change_at=20).descriptive
        found = interrupted_time_series(series.published(), change_at=20)
        assert found.descriptive
        assert any("the other counts are too high" in c for c in found.caveats)

    def test_points_left_out_say_nothing_about_moving_together(self) -> None:
        one = measure_of(
            interrupted_time_series(weekly({3: "closed"}), change_at=20),
            name="lates",
            source="register",
            matters=0.9,
        )
        assert one.sides[3] == 0
        assert set(one.sides) == {-1, 0, 1}
        with pytest.raises(bc.InvalidInputError, match=r"sides\[0\]"):
            evolve(one, sides=(2,) * 40)

    @pytest.mark.parametrize(
        ("options", "path"),
        [
            ({"exposure": ROLL}, "exposure"),
            ({"family": "gaussian"}, "family"),
            ({"change_at": START}, "change_at"),
            ({"change_at": date(2040, 1, 1)}, "change_at"),
            ({"change_at": 40}, "change_at"),
            ({"exclude": list(range(20))}, "exclude"),
        ],
    )
    def test_refusals(self, options: Any, path: Any) -> None:
        with pytest.raises(bc.InvalidInputError) as error:
            interrupted_time_series(weekly({}), **({"change_at": 20} | options))
        assert [f.path for f in error.value.faults] == [path]

    def test_a_day_needs_a_series(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="a day needs a Series"):
            interrupted_time_series(COUNTS, change_at=START)


def waves(rng: np.random.Generator, memory: float, size: int) -> Any:
    found = rng.normal(size=size)
    for i in range(1, size):
        found[i] = memory * found[i - 1] + np.sqrt(1 - memory**2) * found[i]
    return found


class TestAlike:
    @given(st.integers(0, 10_000), st.floats(0, 0.95), st.sets(st.integers(1, 30), max_size=9))
    def test_the_moments_are_those_of_whole_matrices(
        self, seed: Any, memory: Any, gone: Any
    ) -> None:
        rng = np.random.default_rng(seed)
        places = np.array([i for i in range(32) if i not in gone])
        size = len(places)
        columns, residuals = rng.normal(1, 1, (size, 4)), rng.normal(size=size)
        share = rng.uniform(0, 1, size)
        process = _Process(residuals, columns, share, places)
        apart = np.abs(places[:, None] - places[None, :])
        points = np.diag(1 - share) + np.sqrt(np.outer(share, share)) * memory**apart
        bread = np.linalg.inv(columns.T @ columns)
        left = np.eye(size) - columns @ bread @ columns.T
        freedom = np.trace(left @ points)
        beside = (apart == 1) / 2
        correlation = np.trace(left @ beside @ left @ points) / freedom
        assert process.expected(memory) == pytest.approx((correlation, freedom))
        spread = residuals @ residuals / freedom
        covariance = spread * bread @ columns.T @ points @ columns @ bread
        assert process.covariance(memory) == pytest.approx(covariance)

    def test_points_in_no_order_are_not_alike(self) -> None:
        rng = np.random.default_rng(0)
        ones = np.ones((100, 1))
        found = [
            find_alike(rng.normal(size=100), ones, np.ones(100), np.arange(100)) for _ in range(400)
        ]
        assert sum(f is not None for f in found) < 24  # 2.3 % of normal values lie above 2

    def test_a_series_in_waves_gets_the_errors_of_its_waves(self) -> None:
        rng = np.random.default_rng(8)
        estimates, told = [], []
        for _ in range(60):
            counts = rng.poisson(40 * np.exp(0.3 * waves(rng, 0.7, 120)))
            level = interrupted_time_series(counts, change_at=60, exposure=np.ones(120)).level
            estimates.append(np.log(level.value))
            told.append(level.standard_error)
        # Without memory the errors told are about half of what the estimates show.
        assert np.mean(told) > 0.85 * np.std(estimates)

    @pytest.mark.parametrize("family", ["poisson", "negative-binomial", "gaussian"])
    def test_it_is_said_and_only_the_default_allows_for_it(self, family: Any) -> None:
        rng = np.random.default_rng(3)
        values = rng.poisson(60 * np.exp(0.4 * waves(rng, 0.8, 100))).astype(float)
        found = interrupted_time_series(values, change_at=50, family=family)
        plain = interrupted_time_series(values, change_at=50, family=family, robust="quasi")
        assert found.level.standard_error > 1.3 * plain.level.standard_error
        assert "Zeger" in found.method
        assert any("allows for it" in c for c in found.caveats)
        assert "Zeger" not in plain.method
        assert any("may be too narrow" in c for c in plain.caveats)

    def test_a_perfect_fit_has_no_neighbours(self) -> None:
        found = interrupted_time_series([5.0] * 20 + [7.0] * 20, change_at=20, family="gaussian")
        assert found.level.value == pytest.approx(2.0)
