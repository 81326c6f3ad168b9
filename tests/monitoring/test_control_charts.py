"""Control charts: published examples, signals worked out by hand, what holds for all data."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.model.indicator import (
    ExposureKind,
    RecordingChange,
    Series,
    SeriesPeriod,
)
from behaviour_culture.monitoring import days_between_chart, p_chart, u_chart, xmr_chart
from behaviour_culture.monitoring.control_charts.rules import RULE_SETS, Rule, _both_sides
from builders import examples, faults_of

DATA = Path(__file__).parents[1] / "data" / "monitoring"
STEADY = [30.0, 33, 28, 31, 29, 32, 30, 27, 33, 31, 29, 30]


def columns(name: str, *wanted: str) -> list[list[float]]:
    with (DATA / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [[float(row[w]) for row in rows] for w in wanted]


def test_what_is_hidden_are_places_of_points() -> None:
    made = xmr_chart(STEADY)
    assert "expected a list" in faults_of(lambda: evolve(made, hidden="all"))["hidden"].message
    assert "hidden" in faults_of(lambda: evolve(made, hidden=[99]))


class TestPublished:
    """Figures read in the sources that tests/data/SOURCES.md names."""

    @pytest.mark.parametrize(
        ("screened", "lower", "upper"), [(False, -3.06, 6.95), (True, -0.72, 4.60)]
    )
    def test_nhs_spreadsheet_and_r_package(
        self, *, screened: bool, lower: float, upper: float
    ) -> None:
        (values,) = columns("xmr_series.csv", "x")
        chart = xmr_chart(values, screen_moving_ranges=screened)
        assert chart.centre == pytest.approx(1.94, abs=0.006)
        assert chart.lower == pytest.approx(lower, abs=0.006)
        assert chart.upper == pytest.approx(upper, abs=0.006)
        assert [s for s in chart.signals if s.rule == "limits"] == [(4, "limits")]

    def test_montgomery_dyed_cloth(self) -> None:
        """Limits as qicharts2 has them in its tests (ex_7.5_1.rds), for 50 square metres."""
        counts, metres = columns("dyed_cloth.csv", "nonconformities", "square_metres")
        chart = u_chart(counts, np.array(metres) / 50)
        assert chart.centre == pytest.approx(1.4232558139534883, abs=1e-6)
        upper = [2.555037697780111, 2.6886264279230376, 2.4158941912700445, 2.555037697780111]
        upper += [2.5844395260417583, 2.555037697780111, 2.456426593866043, 2.527761836941718]
        upper += [2.456426593866043, 2.4355523051291277]
        lower = [0.29147393012686534, 0.15788519998393874, 0.43061743663693214]
        lower += [0.29147393012686534, 0.26207210186521834, 0.29147393012686534]
        lower += [0.3900850340409337, 0.3187497909652587, 0.3900850340409337, 0.41095932277784886]
        assert chart.upper == pytest.approx(upper, abs=1e-6)
        assert chart.lower == pytest.approx(lower, abs=1e-6)
        assert chart.signals == ()


def met(chart: Any, rule: str) -> list[int]:
    return [point for point, name in chart.signals if name == rule]


def pinned(*points: float) -> Any:
    """A chart of a frozen baseline around 30, followed by these points."""
    return lambda rules: xmr_chart([*STEADY, *points], baseline=len(STEADY), rules=rules)


class TestRules:
    """Patterns put behind a steady baseline: centre 30.25, sigma 2.66 / 3 * 32 / 11."""

    def test_the_baseline_is_what_the_comments_here_assume(self) -> None:
        chart = xmr_chart(STEADY)
        assert chart.centre == 30.25
        assert chart.upper == pytest.approx(30.25 + 2.66 * 32 / 11)

    @pytest.mark.parametrize(
        ("rules", "rule", "points", "where"),
        [
            ("nhs", "limits", [50, 30, 10], [12, 14]),
            ("nhs", "run-of-7", [31, 32, 31, 33, 31, 32, 31, 32], [18]),  # once for each run
            ("nhs", "run-of-7", [31, 32, 30.25, 31, 33, 31, 32, 31], [19]),  # on the line
            ("nhs", "trend-of-7", [25, 26, 27, 28, 29, 31, 33, 34], [18]),
            ("nhs", "trend-of-7", [25, 26, 27, 28, 28, 31, 33, 34], []),
            ("nhs", "two-of-three", [36, 30, 36.5], [14]),
            ("nhs", "two-of-three", [36, 30, 24], []),  # not on the same side
            ("western-electric", "four-of-five", [33, 33, 30, 33, 33], [16]),
            ("western-electric", "run-of-8", [31] * 8, [19]),
            ("nelson", "run-of-9", [31] * 9, [20]),
            ("nelson", "trend-of-6", [29, 30, 31, 32, 33, 34], [17]),
            ("nelson", "both-sides-8", [34, 26, 34, 26, 34, 26, 34, 26], [19]),
            ("nelson", "within-15", [30, 31] * 8, [23]),
            ("limits", "limits", [31] * 20 + [50], [32]),
        ],
    )
    def test_a_pattern_is_found_where_it_is_complete(
        self, rules: str, rule: str, points: list[float], where: list[int]
    ) -> None:
        found = [i for i in met(pinned(*points)(rules), rule) if i >= len(STEADY)]
        assert found == where

    def test_up_and_down_in_turn(self) -> None:
        chart = xmr_chart([30.0, 30, *[30, 31] * 8], rules="nelson")
        assert met(chart, "alternating-14") == [15]  # points 2 to 15 are the first fourteen

    @pytest.mark.parametrize(
        ("rule", "points"),
        [
            ("run-of-7", [31, 31, 31, np.nan, 31, 31, 31, 31]),
            ("trend-of-7", [25, 26, 27, 28, np.nan, 29, 31, 33, 34]),
            ("two-of-three", [36, np.nan, 36.5]),
        ],
    )
    def test_no_rule_reaches_across_a_closure(self, rule: str, points: list[float]) -> None:
        assert met(pinned(*points)("nhs"), rule) == []

    def test_other_rules_only_change_the_signals(self) -> None:
        charts = [pinned(50, 31, 31)(rules) for rules in RULE_SETS]
        assert len({(c.centre, c.lower, c.upper) for c in charts}) == 1


SERIES = st.lists(st.integers(-200, 200).map(lambda v: v / 4), min_size=4, max_size=20)
COUNTS = st.lists(st.tuples(st.integers(1, 60), st.integers(200, 900)), min_size=4, max_size=20)


class TestAlways:
    @examples(15)
    @given(SERIES, st.integers(-8, 8), st.sampled_from([0.5, 2.0, 4.0]))
    def test_another_unit_moves_the_chart_and_no_signal(
        self, values: list[float], shift: int, scale: float
    ) -> None:
        chart = xmr_chart(values)
        other = xmr_chart([shift + scale * v for v in values])
        assert other.centre == pytest.approx(shift + scale * chart.centre, abs=1e-9)
        assert other.upper == pytest.approx(shift + scale * chart.upper, abs=1e-9)
        assert other.lower == pytest.approx(shift + scale * chart.lower, abs=1e-9)

    @examples(15)
    @given(SERIES, st.lists(st.integers(-50, 50), min_size=1, max_size=5))
    def test_what_comes_after_the_baseline_does_not_move_it(
        self, values: list[float], later: list[int]
    ) -> None:
        before = xmr_chart(values)
        after = xmr_chart([*values, *later], baseline=len(values))
        assert (after.centre, after.lower, after.upper) == (
            before.centre,
            before.lower,
            before.upper,
        )
        assert [s for s in after.signals if s.point < len(values)] == list(before.signals)

    @examples(15)
    @given(COUNTS, st.booleans())
    def test_limits_of_rates_lie_around_the_centre_and_not_below_0(
        self,
        pairs: list[tuple[int, int]],
        prime: bool,  # noqa: FBT001
    ) -> None:
        counts, exposure = zip(*pairs, strict=True)
        chart = u_chart(counts, exposure, prime=prime)
        assert chart.centre == pytest.approx(sum(counts) / sum(exposure))
        assert (chart.lower >= 0).all()
        assert (chart.lower <= chart.centre + 1e-12).all()
        assert (chart.upper >= chart.centre - 1e-12).all()

    @examples(15)
    @given(COUNTS, st.data())
    def test_a_closure_counts_for_nothing(
        self, pairs: list[tuple[int, int]], data: st.DataObject
    ) -> None:
        """At the end, where no moving range is lost with it, the rest stays as it was."""
        counts, exposure = zip(*pairs, strict=True)
        prime = data.draw(st.booleans())
        plain = u_chart(counts, exposure, prime=prime)
        closed = u_chart([*counts, np.nan], [*exposure, np.nan], prime=prime)
        assert closed.centre == pytest.approx(plain.centre)
        assert closed.sigma_z == pytest.approx(plain.sigma_z)  # sums in another order
        assert closed.signals == plain.signals
        assert np.isnan(closed.values[-1])

    def test_no_moving_range_reaches_across_a_closure(self) -> None:
        # ranges 1, 1 and 1, 1; across the closure it would be 10
        chart = xmr_chart([0, 1, 0, None, 10, 11, 10])
        assert chart.upper - chart.centre == pytest.approx(2.66)

    @examples(15)
    @given(COUNTS)
    def test_shares_stay_within_0_and_1(self, pairs: list[tuple[int, int]]) -> None:
        counts, sizes = zip(*pairs, strict=True)
        for prime in (False, True):
            chart = p_chart(counts, sizes, prime=prime)
            assert (chart.lower >= 0).all()
            assert (chart.upper <= 1).all()


class TestLaney:
    def test_factor_by_hand(self) -> None:
        """Equal exposure 100 and centre 0.09: z = (u - 0.09) / 0.03."""
        chart = u_chart([9, 15, 3, 9], [100] * 4, prime=True)
        assert chart.sigma_z == pytest.approx((2 + 4 + 2) / 3 / 1.128)
        plain = u_chart([9, 15, 3, 9], [100] * 4)
        wider = (chart.upper - chart.centre) / (plain.upper - plain.centre)
        assert wider == pytest.approx(chart.sigma_z)

    def test_it_is_advised_by_the_dispersion_alone(self) -> None:
        calm, wild = [9, 11, 10, 8, 12] * 3, [2, 25, 10, 1, 30] * 3
        assert not any("the prime chart" in n for n in u_chart(calm, [100] * 15).notes)
        chart = u_chart(wild, [100] * 15)
        assert chart.dispersion == pytest.approx(
            sum((c - np.mean(wild)) ** 2 for c in wild) / np.mean(wild) / 14
        )
        assert any("the prime chart" in note for note in chart.notes)
        assert not any("the prime chart" in n for n in u_chart(wild, [100] * 15, prime=True).notes)

    def test_extra_variation_brings_false_signals_that_it_takes_away(self) -> None:
        rng = np.random.default_rng(5)
        plain = primed = 0
        for _ in range(30):
            counts = rng.poisson(rng.gamma(10, 3, 30))  # mean 30, variance 120
            plain += len(u_chart(counts, [1000] * 30, rules="limits").signals)
            primed += len(u_chart(counts, [1000] * 30, prime=True, rules="limits").signals)
        assert plain > 50  # 30 charts of 30 points
        assert primed < 15


class TestDaysBetween:
    def test_dates_and_their_gaps_are_the_same_chart(self) -> None:
        gaps = [12, 9, 30, 4, 17, 0, 8, 15]
        days = [dt.date(2026, 9, 1)]
        for gap in gaps:
            days.append(days[-1] + dt.timedelta(gap))
        assert days_between_chart(days) == days_between_chart(gaps)

    def test_the_t_chart_is_an_xmr_chart_of_roots(self) -> None:
        gaps = [12, 9, 30, 4, 17, 22, 8, 15, 11, 26, 6, 13, 140]
        chart = days_between_chart(gaps, baseline=12)
        roots = xmr_chart([g ** (1 / 3.6) for g in gaps], baseline=12)
        assert chart.centre == pytest.approx(roots.centre**3.6)
        assert chart.upper == pytest.approx(roots.upper**3.6)
        assert chart.signals == roots.signals == ((12, "limits"),)

    def test_the_g_chart_by_hand(self) -> None:
        chart = days_between_chart([8.0, 8, 8, 8], chart="g", rules="limits")
        assert (chart.centre, chart.lower) == (8, 0)
        assert chart.upper == pytest.approx(8 + 3 * 72**0.5)


class TestWords:
    def test_it_claims_no_cause(self) -> None:
        chart = pinned(50, 31)("nhs")
        text = str(chart).lower()
        assert "signal of change, cause unknown, at point 13" in text
        for word in ("impact", "because", "due to", "proved", "improved"):
            assert word not in text

    def test_few_points_are_on_trial(self) -> None:
        assert "Trial limits: they are made of 11 points" in str(xmr_chart([*STEADY[:11], np.nan]))
        assert "Trial limits" not in str(xmr_chart(STEADY))

    def test_few_events_are_said(self) -> None:
        assert "the days between" in str(u_chart([0, 1, 0, 2] * 4, [100] * 16))


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "path"),
        [
            (lambda: xmr_chart("abc"), "values"),
            (lambda: xmr_chart([1, 2]), "values"),
            (lambda: xmr_chart([[1, 2], [3, 4]]), "values"),
            (lambda: xmr_chart([1, 2, np.inf]), "values[2]"),
            (lambda: xmr_chart([1, 2, "3"]), "values"),
            (lambda: xmr_chart([1, None, None, 2]), "values"),
            (lambda: xmr_chart([1, None, None, 2, 3], baseline=4), "baseline"),
            (lambda: xmr_chart([1, 2, 3], rules="nhss"), "rules"),
            (lambda: xmr_chart([1, 2, 3], baseline=4), "baseline"),
            (lambda: xmr_chart([1, 2, 3], baseline=True), "baseline"),
            (lambda: xmr_chart([1, 2, 3], screen_moving_ranges=1), "screen_moving_ranges"),
            (lambda: u_chart([1, 2, 3.5], [10, 10, 10]), "counts[2]"),
            (lambda: u_chart([1, 2, -3], [10, 10, 10]), "counts[2]"),
            (lambda: u_chart([1, 2, 3], [10, 0, 10]), "exposure[1]"),
            (lambda: u_chart([1, 2, 3], [10, 10]), "exposure"),
            (lambda: u_chart([0, 0, 0], [10, 10, 10]), "counts"),
            (lambda: u_chart([1, 2, 3], [10, 10, 10], prime="yes"), "prime"),
            (lambda: p_chart([1, 2, 11], [10, 10, 10]), "counts[2]"),
            (lambda: p_chart([10, 10, 10], [10, 10, 10]), "counts"),
            (lambda: p_chart([1, 2, 1], [10, 10, 9.5]), "sizes[2]"),
            (lambda: days_between_chart([3, 2, -1]), "events[2]"),
            (lambda: days_between_chart([0, 0, 0]), "events"),
            (lambda: days_between_chart([3, 2, 1], chart="x"), "chart"),
            (lambda: days_between_chart([dt.date(2026, 9, i) for i in (3, 1, 4, 5)]), "events"),
            (lambda: days_between_chart([dt.date(2026, 9, 3), 4, 5, 6]), "events"),
        ],
    )
    def test_faults_are_named(self, call: Any, path: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert path in [fault.path for fault in caught.value.faults]

    def test_all_at_once(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            u_chart([1, -2, 3], [10, 10, 0], prime=1, rules="x", baseline=0)
        paths = {fault.path for fault in caught.value.faults}
        assert paths == {"counts[1]", "exposure[2]", "prime", "rules", "baseline"}


class TestSeries:
    PERIODS = tuple(
        SeriesPeriod(
            label=f"week {i}",
            start=dt.date(2024, 9, 2) + dt.timedelta(weeks=i),
            end=dt.date(2024, 9, 8) + dt.timedelta(weeks=i),
            count=None if i == 4 else count,
            exposure=None if i == 4 else 4000.0 + 100 * i,
            masked="strike" if i == 4 else "",
        )
        for i, count in enumerate([30, 41, 8, 35, 0, 29, 44, 31])
    )
    SERIES = Series(
        id="lates",
        indicator="lates",
        exposure_kind=ExposureKind.PUPIL_DAYS,
        periods=PERIODS,
        recording_changes=[RecordingChange(day=dt.date(2024, 9, 16), what="new system")],
    )

    def test_a_chart_of_a_series_is_that_of_its_columns(self, tmp_path: Path) -> None:
        counts, exposure = self.SERIES.counts(), self.SERIES.exposures()
        bare = {"remarks": (), "indicator": "", "labels": ()}
        assert evolve(u_chart(self.SERIES), **bare) == u_chart(counts, exposure)
        rates = xmr_chart(self.SERIES.rates())
        chart = xmr_chart(self.SERIES)
        assert chart.values.tolist() == pytest.approx(rates.values.tolist(), nan_ok=True)
        assert (chart.centre, chart.upper, chart.signals) == (
            pytest.approx(rates.centre),
            pytest.approx(rates.upper),
            rates.signals,
        )
        assert rates.lower < 0 == chart.lower  # a rate of counts is not below 0
        assert bc.read(bc.write(chart, tmp_path / "own.json")) == chart

    def test_it_says_what_belongs_beside_it(self) -> None:
        for chart in (xmr_chart(self.SERIES), u_chart(self.SERIES), p_chart(self.SERIES)):
            assert chart.notes[:2] == (
                "Recording changed on 2024-09-16 (new system). Counts before and after are not "
                "comparable.",
                "Excluded: week 4 (strike).",
            )
            assert chart.published().notes[:2] == chart.notes[:2]

    def test_a_raw_total_and_a_second_exposure_are_refused(self) -> None:
        for make in (u_chart, p_chart):
            with pytest.raises(InvalidInputError, match="raw total"):
                make([30, 40, 50])  # type: ignore[operator]
            with pytest.raises(InvalidInputError, match="has its own"):
                make(self.SERIES, [4000] * 8)  # type: ignore[operator]


@pytest.mark.parametrize(("first", "met"), [(1.5, [False] * 7 + [True]), (-1.5, [False] * 8)])
def test_points_on_both_sides_are_looked_for_among_all_that_are_needed(
    first: float, met: list[bool]
) -> None:
    z = np.array([[first, *[-1.5] * 7]])
    rule = Rule("mixture", "eight points away from the line", "both-sides", 8, sigmas=1.0)
    assert [bool(found[0]) for found in _both_sides(z, rule)] == met
