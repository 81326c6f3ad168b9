"""Small counts by their exact distributions, limits that rest on nothing, counts with fractions."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, fsum, lgamma, log, log1p
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.monitoring import (
    days_between_chart,
    funnel,
    interrupted_time_series,
    p_chart,
    u_chart,
    xmr_chart,
)

pytest.importorskip("scipy")
pytest.importorskip("statsmodels")
N = float("nan")


def chance(count: int, expected: float, tau2: float) -> float:
    """The probability of one count, by hand: Poisson, or negative binomial."""
    if not tau2:
        return exp(count * log(expected) - expected - lgamma(count + 1))
    shape = 1 / tau2
    over = lgamma(count + shape) - lgamma(shape) - lgamma(count + 1)
    mean = tau2 * expected
    return exp(over - shape * log1p(mean) + count * (log(mean) - log1p(mean)))


def rare(count: int, expected: float, tau2: float) -> bool:
    """Whether a count as low, or as high, comes in less than one case in a thousand."""
    below = fsum(chance(k, expected, tau2) for k in range(count))
    at = chance(count, expected, tau2)
    return below + at < 0.001 or 1 - below < 0.001


UNITS = st.lists(st.tuples(st.integers(0, 60), st.floats(0.05, 40)), min_size=2, max_size=8)


class TestFunnel:
    @given(UNITS, st.booleans())
    def test_a_unit_is_outside_where_its_count_is_rare(
        self,
        units: list[tuple[int, float]],
        overdispersion: bool,  # noqa: FBT001
    ) -> None:
        counts, expected = zip(*units, strict=True)
        found = funnel(counts, expected, overdispersion=overdispersion)
        sums = [rare(c, e, found.tau2) for c, e in units]
        assert found.outliers_998 == tuple(i for i, out in enumerate(sums) if out)

    @pytest.mark.parametrize("overdispersion", [True, False])
    def test_chance_alone_puts_hardly_any_small_unit_outside(self, overdispersion: bool) -> None:  # noqa: FBT001
        rng = np.random.default_rng(0)
        expected = rng.uniform(0.2, 3, 100)
        outside = sum(
            len(funnel(rng.poisson(expected), expected, overdispersion=overdispersion).outliers_998)
            for _ in range(50)
        )
        assert outside <= 0.002 * 5_000

    def test_none_is_outside_only_where_none_is_rare(self) -> None:
        """FunnelPlotR, issue 17. P(0) is 0.001 at 6.9 expected."""
        expected = [0.2, 1, 5, 6.8, 7, 20]
        found = funnel([0] * 6 + [40], [*expected, 40], overdispersion=False)
        assert found.outliers_998 == (4, 5)
        notes = [row["note"] for row in found.to_rows(internal=True)]
        assert all("exact distribution" in note for note in notes[:4])
        assert notes[4:] == [""] * 3

    def test_a_few_where_next_to_none_is_expected_are_outside(self) -> None:
        # P(4 or more | 0.2) is 5.7e-5, of 3 or more 1.1e-3; the line is at 7.
        found = funnel([3, 4, 50], [0.2, 0.2, 50], overdispersion=False)
        assert found.outliers_998 == (1,)

    @given(UNITS, st.booleans(), st.randoms(use_true_random=False))
    def test_the_order_of_rows_changes_no_bit(
        self,
        units: list[tuple[int, float]],
        overdispersion: bool,  # noqa: FBT001
        random: Any,
    ) -> None:
        mixed = random.sample(range(len(units)), len(units))
        one, other = (
            funnel(*zip(*rows, strict=True), overdispersion=overdispersion)
            for rows in (units, [units[i] for i in mixed])
        )
        for a, b in ((one, other), (one.published(), other.published())):
            assert (a.tau2, a.dispersion) == (b.tau2, b.dispersion)
            for name in ("ratio", "lower_95", "upper_998"):
                left, right = np.array(getattr(a, name))[mixed], np.array(getattr(b, name))
                assert np.array_equal(left, right, equal_nan=True)
            assert {mixed[i] for i in b.outliers_998} == set(a.outliers_998)
            assert {mixed[i] for i in b.hidden} == set(a.hidden)


FORTNIGHTLY = [5, N, 9, N, 7, N, 6, N, 8, N, 5, N, 7, N, 6, N, 8, N, 6, N, 7, N, 5]
EXPOSED = [100] * 23
CHARTS: dict[str, Callable[[list[float]], Any]] = {
    "xmr": xmr_chart,
    "screened": lambda v: xmr_chart(v, screen_moving_ranges=True),
    "u-prime": lambda v: u_chart(v, [100] * len(v), prime=True),
    "p-prime": lambda v: p_chart(v, [100] * len(v), prime=True),
    "t": days_between_chart,
}


class TestLimitsThatRestOnNothing:
    @pytest.mark.parametrize("name", CHARTS)
    @pytest.mark.parametrize(
        ("values", "why"),
        [
            (FORTNIGHTLY, "no two neighbouring points"),
            ([*FORTNIGHTLY, N, 7, 7], "do not differ"),
            ([7.0] * 10 + [N, 9, N, 5], "do not differ"),
        ],
    )
    def test_are_refused(self, name: str, values: list[float], why: str) -> None:
        with pytest.raises(InvalidInputError, match=why):
            CHARTS[name](values)

    def test_also_in_a_baseline_alone(self) -> None:
        with pytest.raises(InvalidInputError, match="do not differ"):
            xmr_chart([7.0] * 12 + [8, 6, 9], baseline=12)

    def test_rounding_is_no_difference(self) -> None:
        same = [0.3, 0.1 + 0.2, 0.3, 0.1 * 3] * 4
        assert not xmr_chart(same, rules="nelson").signals
        tiny = [v * 1e-15 for v in same]
        assert not xmr_chart(tiny).signals
        with pytest.raises(InvalidInputError, match="do not differ"):
            xmr_chart([*same, 0.4], baseline=16)

    def test_small_units_of_measurement_change_no_signal(self) -> None:
        values = [31, 28, 33, 30, 29, 34, 30, 31, 27, 32, 30, 29, 44]
        usual = xmr_chart(values, baseline=12).signals
        assert usual
        assert xmr_chart([v * 1e-13 for v in values], baseline=12).signals == usual

    @pytest.mark.parametrize("name", CHARTS)
    def test_values_that_are_all_the_same_say_nothing(self, name: str) -> None:
        chart = CHARTS[name]([7.0] * 16)
        assert not chart.signals
        assert "No signal" in chart.statement

    def test_screening_that_leaves_no_range_is_refused(self) -> None:
        values = [5.0] * 12 + [9.0, 5.0] + [5.0] * 4
        assert xmr_chart(values).signals
        with pytest.raises(InvalidInputError, match="do not differ"):
            xmr_chart(values, screen_moving_ranges=True)

    def test_charts_without_ranges_are_drawn(self) -> None:
        assert len(u_chart(FORTNIGHTLY, EXPOSED).values) == 23
        assert len(days_between_chart(FORTNIGHTLY, chart="g").values) == 23

    def test_few_ranges_are_trial_limits(self) -> None:
        values = [5, 6, N, 7, 5, N, 6, 8, N, 5, 6, N, 7, 6, N, 5, 7]
        chart = xmr_chart(values)
        assert chart.trial
        assert any("made of 7 points" in note for note in chart.notes)


class TestFractions:
    COUNTS = np.random.default_rng(1).negative_binomial(5, 5 / 45, size=32).astype(float)

    @pytest.mark.parametrize("family", ["poisson", "negative-binomial"])
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda c: np.where(np.arange(32) == 5, c + 0.5, c),
            lambda c: c / 2,
            lambda c: c + 0.001,
            lambda c: c * (1 + 1e-9),
        ],
    )
    def test_have_no_likelihood_as_counts(self, family: str, spoil: Any) -> None:
        with pytest.raises(InvalidInputError, match="whole number"):
            interrupted_time_series(spoil(self.COUNTS), change_at=16, family=family)

    def test_the_variance_may_come_from_the_data(self) -> None:
        whole, half = (
            interrupted_time_series(c, change_at=16, family="quasi-poisson").level
            for c in (self.COUNTS, self.COUNTS / 2)
        )
        assert half.value == pytest.approx(whole.value)
        assert half.upper == pytest.approx(whole.upper, rel=0.02)

    def test_a_point_that_is_left_out_may_be_anything(self) -> None:
        values = np.where(np.arange(32) == 5, 3.5, self.COUNTS)
        made = interrupted_time_series(values, change_at=16, exclude=[5])
        assert made.n_before == 15


def test_a_fraction_is_no_count_of_the_others_either() -> None:
    for make in (
        lambda: funnel([1.5, 2], [1, 2]),
        lambda: bc.monitoring.shrink_rates([1.5, 2], [1, 2]),
        lambda: u_chart([1.5, 2, 3], [1, 1, 1]),
        lambda: p_chart([1, 2, 3], [4.5, 4, 4]),
        lambda: bc.monitoring.wilson_interval(1.5, 3),  # type: ignore[arg-type]
        lambda: bc.monitoring.rate_ratio(1.5, 1, 2, 1),
    ):
        with pytest.raises(InvalidInputError):
            make()
