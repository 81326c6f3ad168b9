"""Quantiles of Student's t beside scipy's, and the root that they are found by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.statistics.estimates import t_quantile
from behaviour_culture.statistics.root import root_of

student = pytest.importorskip("scipy.stats").t


@given(st.floats(1e-6, 1 - 1e-6), st.integers(1, 10_000))
def test_quantiles_are_those_of_scipy(probability: float, freedom: int) -> None:
    expected = student.ppf(probability, freedom)
    assert t_quantile(probability, freedom) == pytest.approx(expected, rel=1e-7, abs=1e-7)


@given(st.floats(1e-6, 1 - 1e-6), st.integers(1, 1_000))
def test_the_distribution_is_symmetric(probability: float, freedom: int) -> None:
    both = t_quantile(probability, freedom) + t_quantile(1 - probability, freedom)
    assert both == pytest.approx(0, abs=1e-6 * abs(t_quantile(probability, freedom)) + 1e-9)


@given(st.floats(-5, 5), st.floats(0.1, 10))
def test_a_root_is_where_the_function_takes_the_value(shift: float, slope: float) -> None:
    found = root_of(lambda x: slope * (x - shift), 0.0, -10.0, 10.0)
    assert found == pytest.approx(shift, abs=1e-12)


def test_beyond_the_range_it_is_an_end_of_it() -> None:
    assert root_of(lambda x: x, 5.0, 0.0, 1.0) == pytest.approx(1)
    assert root_of(lambda x: x, -5.0, 0.0, 1.0) == pytest.approx(0)
