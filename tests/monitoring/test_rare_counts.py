"""Points of charts of few events: beyond a limit only where the count itself is rare."""

from __future__ import annotations

from math import comb, exp, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.monitoring import p_chart, u_chart
from behaviour_culture.statistics.rare_counts import binomial_tail, poisson_tail
from builders import first_of


@given(st.integers(0, 30), st.floats(0.05, 20))
def test_the_poisson_tail_by_adding_up(count: int, mean: float) -> None:
    def probability(k: int) -> float:
        return exp(-mean) * mean**k / factorial(k)

    side = range(count, 150) if count > mean else range(count + 1)
    assert poisson_tail(count, mean) == pytest.approx(sum(map(probability, side)), rel=1e-9)


@given(st.integers(0, 25), st.floats(0.01, 0.9))
def test_the_binomial_tail_by_adding_up(count: int, share: float) -> None:
    def probability(k: int) -> float:
        return comb(25, k) * share**k * (1 - share) ** (25 - k)

    side = range(count, 26) if count > 25 * share else range(count + 1)
    assert binomial_tail(count, 25, share) == pytest.approx(sum(map(probability, side)), rel=1e-9)


def test_two_events_where_few_are_expected_are_no_signal() -> None:
    # 0.3 are expected in each: 2 lie 3.1 sigmas out, and come by chance in 3.7 % of periods.
    counts = [0, 0, 1, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]
    chart = u_chart(counts, [100.0] * 20, rules="limits")
    assert chart.upper[8] < chart.values[8]
    assert chart.signals == ()


def test_so_many_that_chance_does_not_bring_them_are_one() -> None:
    counts = [0, 0, 1, 0, 0, 1, 0, 0, 6, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]
    (signal,) = u_chart(counts, [100.0] * 20, rules="limits").signals
    assert signal[0] == 8


@pytest.mark.parametrize("mean", first_of([1.0, 0.3, 3.0]))
def test_no_more_false_signals_than_three_sigmas_promise(mean: float) -> None:
    rng = np.random.default_rng(5)
    exposure = [100.0] * 24
    found = [
        len(u_chart(counts, exposure, rules="limits").signals)
        for counts in rng.poisson(mean, (60, 24))
        if counts.sum()
    ]
    # 0.27 % of points at most; 60 charts of 24 points leave room for three standard errors.
    assert sum(found) <= 0.0027 * 60 * 24 + 3 * (0.0027 * 60 * 24) ** 0.5


def test_a_share_of_few_pupils() -> None:
    counts = [0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]
    assert p_chart(counts, [30] * 12, rules="limits").signals == ()
