"""Sensitivity beside analytic indices, SALib, and values of information by calculus."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from SALib.analyze import sobol as salib

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact import sobol_indices, tornado
from builders import examples

A, B = 7.0, 0.1
FIRST = (0.31390519114781146, 0.4424111447900409, 0.0)
TOTAL = (0.5575888552099592, 0.4424111447900409, 0.2436836640621477)


def ishigami(u: NDArray[np.float64]) -> NDArray[np.float64]:
    x = pi * (2 * u - 1)
    made = np.sin(x[:, 0]) * (1 + B * x[:, 2] ** 4) + A * np.sin(x[:, 1]) ** 2
    return np.asarray(made)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ishigami(seed: int) -> None:
    found = bc.impact.sobol_indices(ishigami, inputs=["a", "b", "c"], draws=8192, seed=seed)
    np.testing.assert_allclose(found.first, FIRST, atol=0.02)
    np.testing.assert_allclose(found.total, TOTAL, atol=0.02)
    assert found.variance == pytest.approx(13.844587940719254, rel=0.01)
    for interval, exact in ((found.first_interval, FIRST), (found.total_interval, TOTAL)):
        assert ((interval[:, 0] <= exact) & (exact <= interval[:, 1])).all()


@pytest.mark.filterwarnings("ignore:unique with argument:FutureWarning")  # SALib, old pandas
def test_beside_salib_on_the_same_rows() -> None:
    blocks: list[Any] = []

    def noted(u: NDArray[np.float64]) -> NDArray[np.float64]:
        blocks.append(ishigami(u))
        return np.asarray(blocks[-1])

    found = bc.impact.sobol_indices(noted, inputs=3, draws=1024, seed=4)
    rows = np.stack([blocks[0], *blocks[2:], blocks[1]], axis=1).ravel()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = salib.analyze(problem, rows, calc_second_order=False, num_resamples=10, seed=1)
    # SALib divides by the variance of the same rows after scaling them.
    np.testing.assert_allclose(found.first, theirs["S1"], atol=2e-3)
    np.testing.assert_allclose(found.total, theirs["ST"], atol=2e-3)


@examples(15)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 99), st.integers(-99, 99)
)
def test_an_additive_function_has_no_interactions(by: list[int], seed: int, level: int) -> None:
    weights = np.array(by, dtype=float)
    found = bc.impact.sobol_indices(
        lambda u: level + u @ weights, inputs=len(by), draws=1024, seed=seed
    )
    exact = weights**2 / (weights**2).sum()
    np.testing.assert_allclose(found.first, exact, atol=0.03)
    np.testing.assert_allclose(found.total, exact, atol=0.03)


def test_same_seed_same_bits_and_inputs_left_alone() -> None:
    def spoiling(u: NDArray[np.float64]) -> NDArray[np.float64]:
        made = ishigami(u)
        u[:] = 0
        return made

    one = bc.impact.sobol_indices(ishigami, inputs=3, draws=64, seed=9)
    assert one == bc.impact.sobol_indices(spoiling, inputs=3, draws=64, seed=9)
    assert one != bc.impact.sobol_indices(ishigami, inputs=3, draws=64, seed=10)


@pytest.mark.parametrize(
    ("function", "options", "words"),
    [
        (ishigami, {"inputs": 3, "draws": 1000}, "1000 is not a power of two: take 512"),
        (ishigami, {"inputs": 3, "draws": 0}, "draws"),
        (ishigami, {"inputs": 0}, "inputs"),
        (ishigami, {"inputs": ["a", "a"]}, "names without repeats"),
        (ishigami, {"inputs": 3, "seed": "1"}, "seed"),
        (3, {"inputs": 3}, "expected a function"),
        (lambda u: u[:, 0] * np.nan, {"inputs": 3}, "nan is not a finite number"),
        (lambda u: u[:3, 0], {"inputs": 3, "draws": 8}, "expected 8 numbers, got 3"),
        (lambda u: u, {"inputs": 3, "draws": 8}, "expected a list of numbers"),
        (lambda u: np.full(len(u), 0.1), {"inputs": 2, "draws": 8}, "no input drives it"),
        (lambda _: None, {"inputs": 2, "draws": 8}, "of numbers, got"),
    ],
)
def test_refusals_of_sobol(function: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=words):
        bc.impact.sobol_indices(function, **options)


def test_tornado_by_hand() -> None:
    bars = bc.impact.tornado(lambda u: u[:, 0] - 4 * u[:, 1] + 0 * u[:, 2], inputs=3)
    np.testing.assert_allclose(bars.low, [-1.9, 0.1, -1.5])
    np.testing.assert_allclose(bars.high, [-1.1, -3.1, -1.5])
    assert bars.base == pytest.approx(-1.5)
    assert bars.order == (1, 0, 2)
    with pytest.raises(bc.InvalidInputError, match=r"(?s)function.*inputs"):
        bc.impact.tornado(None, inputs=-1)  # type: ignore[arg-type]


def test_value_of_information_by_calculus() -> None:
    """Choose between 0 and e + s z, both normal: E max(0, N(0, v)) = sqrt(v / 2 pi)."""
    rng = np.random.default_rng(11)
    e, z, idle = rng.normal(size=(3, 40_000))
    benefits = np.stack([np.zeros_like(e), e + 0.5 * z], axis=1)
    found = bc.impact.value_of_information(
        benefits, np.stack([e, z, idle], axis=1), names=["effect", "cost", "idle"]
    )
    exact = [1 / sqrt(2 * pi), 0.5 / sqrt(2 * pi), 0.0]
    for estimate, true in zip(found.each, exact, strict=True):
        assert estimate.standard_error is not None
        assert abs(estimate.value - true) < 4 * estimate.standard_error + 0.005
    assert found.perfect.value == pytest.approx(sqrt(1.25 / (2 * pi)), abs=0.015)
    assert str(found).splitlines()[1].strip().startswith("effect")


def test_the_interval_of_a_value_of_information_holds_the_truth() -> None:
    """0 against N(m, a^2) with noise: E max(0, m + a z) is m F(m / a) + a f(m / a)."""
    normal = NormalDist()
    for m, a in ((0.0, 0.0), (0.3, 0.3), (0.0, 0.3), (-0.2, 0.5)):
        u = m / a if a else 0.0
        exact = m * normal.cdf(u) + a * normal.pdf(u) - max(0.0, m)
        held, gaps = 0, []
        for seed in range(40):
            theta, noise = np.random.default_rng([seed, 5]).normal(size=(2, 600))
            benefits = np.stack([np.zeros(600), m + a * theta + noise], axis=1)
            (found,) = bc.impact.value_of_information(benefits, theta).each
            held += found.lower <= exact <= found.upper
            gaps.append(found.value - exact)
        assert held >= 34, (m, a)
        assert abs(np.mean(gaps)) < 0.02, (m, a)


def test_a_parameter_of_two_values_and_one_of_one() -> None:
    """Knowing which of two worlds it is: each plan is right by 1 in one of them."""
    world = np.arange(1000) % 2
    benefits = np.stack([world, 1.0 - world], axis=1)
    found = bc.impact.value_of_information(benefits, np.stack([world, 0 * world], axis=1))
    assert found.each[0].value == pytest.approx(0.5, abs=0.03)
    assert found.each[1].value == 0
    assert found.perfect.value == pytest.approx(0.5, abs=0.03)


@given(st.integers(0, 500), st.integers(1, 4), st.integers(80, 300))
def test_no_study_is_worth_more_than_knowing_everything(seed: int, k: int, draws: int) -> None:
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=draws)
    benefits = theta[:, None] * rng.normal(size=k) + rng.normal(size=(draws, k))
    found = bc.impact.value_of_information(benefits, theta)
    assert 0 <= found.each[0].value <= found.perfect.value + 1e-12
    if k == 1:
        assert found.perfect.value == 0


@pytest.mark.parametrize(
    ("benefits", "parameters", "options", "words"),
    [
        (np.zeros((50, 2)), np.zeros(50), {}, "at least 80 numbers, got 50"),
        (np.zeros((90, 2)), np.zeros(91), {}, "has 91 numbers where benefits has 90"),
        (np.zeros(90), np.zeros(90), {}, "expected a table of numbers"),
        (np.full((90, 2), np.nan), np.zeros(90), {}, "nan is not"),
        (np.zeros((90, 2)), np.zeros(90), {"names": ["a", "b"]}, "expected 1, one for each"),
        (np.zeros((90, 2)), np.zeros(90), {"names": "a"}, "names"),
    ],
)
def test_refusals_of_value(benefits: Any, parameters: Any, options: Any, words: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=words):
        bc.impact.value_of_information(benefits, parameters, **options)


ROUNDING: dict[str, Callable[[Any], Any]] = {
    "an output that is constant": lambda u: (u[:, 0] + 0.1) + 0.2 - (u[:, 0] + 0.3),
    "beside a number": lambda u: 5 + (u[:, 0] + 0.1) + 0.2 - (u[:, 0] + 0.3),
    "in a large unit": lambda u: 1e6 * ((u[:, 0] + 0.1) + 0.2 - (u[:, 0] + 0.3)),
    "of a product": lambda u: (u[:, 0] * 0.1) * u[:, 1] - u[:, 0] * (0.1 * u[:, 1]),
    "of a large number": lambda u: (1e9 + u[:, 0]) - 1e9 - u[:, 0],
    "of a logarithm": lambda u: np.exp(np.log(u[:, 0])) - u[:, 0],
    "of two squares": lambda u: np.sin(u[:, 0]) ** 2 + np.cos(u[:, 0]) ** 2,
}


@pytest.mark.parametrize("name", ROUNDING)
@pytest.mark.parametrize("draws", [64, 1024])
def test_rounding_has_no_indices(name: str, draws: int) -> None:
    """SALib, issues 344 and 619: outputs that are constant but for rounding."""
    with pytest.raises(InvalidInputError, match="same for all draws"):
        sobol_indices(ROUNDING[name], inputs=2, draws=draws)


@pytest.mark.parametrize(
    "function",
    [
        lambda u: 1e-30 * u[:, 0],
        lambda u: 1e9 + u[:, 0],
        lambda u: (u[:, 0] > 0.5).astype(float),
        lambda u: 1e-30 * (u[:, 0] > 0.5),
        lambda u: np.floor(10 * u[:, 0]),
    ],
)
def test_a_small_output_or_one_of_few_values_is_no_rounding(function: Any) -> None:
    found = sobol_indices(function, inputs=2, draws=1024)
    assert found.total.round(1).tolist() == [1.0, 0.0]


def test_bars_that_differ_by_rounding_come_in_the_order_given() -> None:
    bars = tornado(lambda u: 0.1 * u[:, 0] + 0.3 * u[:, 1] - 0.1 * u[:, 2], inputs=3)
    assert bars.order == (1, 0, 2)
