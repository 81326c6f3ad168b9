"""What a hurried user hands in: the library's own error, and the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture import impact
from behaviour_culture.impact.assumptions import RANGES
from behaviour_culture.journey import JourneyResult
from builders import example_journey


@pytest.fixture(scope="module")
def journey() -> JourneyResult:
    return example_journey()


def with_assumption(name: str, value: float) -> bc.model.EvidenceBase:
    base = bc.load_evidence()
    changed = [
        evolve(a, value=value, low=min(a.low, value), high=max(a.high, value))
        if a.id == name
        else a
        for a in base.assumptions
    ]
    return evolve(base, assumptions=changed)


def paths(call: Callable[[], object]) -> list[str]:
    with pytest.raises(bc.InvalidInputError) as caught:
        call()
    return [f.path for f in caught.value.faults]


class TestScoring:
    def test_things_of_another_kind_are_named_together(self, journey: JourneyResult) -> None:
        plan, result = journey.plan, journey.result
        wrong: Any = "x"
        assert paths(lambda: bc.score_impact(wrong, wrong)) == ["plan", "result"]
        assert paths(lambda: bc.score_impact(plan, result, evidence=wrong, school=wrong)) == [
            "evidence",
            "school",
        ]
        assert paths(lambda: impact.planning_index(plan, result, evidence=wrong)) == ["evidence"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("view-correlation", 1.5),
            ("fidelity-strength", 0.0),
            ("reach-strength", -1.0),
            ("unlock-slope", 0.0),
            ("diminishing-rho", 2.0),
            ("fidelity-mean", 1.2),
            ("leader-gap-months", -1.0),
        ],
    )
    def test_assumptions_with_which_no_model_works(
        self, journey: JourneyResult, name: str, value: float
    ) -> None:
        evidence = with_assumption(name, value)
        leaves = bc.Scenario(
            id="s", name="S", leader_leaves=1, basis={"leader_leaves": "judgement"}
        )
        calls: list[Callable[[], object]] = [
            lambda: bc.forecast(
                journey.plan, journey.result, journey.schedule, evidence=evidence,
                draws=100, scenario=leaves,
            )
        ]  # fmt: skip
        if not name.startswith(("view", "leader")):
            calls.append(
                lambda: bc.score_impact(journey.plan, journey.result, evidence=evidence, draws=100)
            )
        for call in calls:
            assert paths(call) == [f"assumptions.{name}"]

    def test_a_floor_that_is_the_full_mark(self, journey: JourneyResult) -> None:
        evidence = with_assumption("fidelity-floor", 0.8)
        for call in (
            lambda: bc.score_impact(journey.plan, journey.result, evidence=evidence),
            lambda: impact.catalogue_benefits(journey.catalogue, journey.result, evidence=evidence),
        ):
            assert paths(call) == ["assumptions.fidelity-full"]

    def test_what_is_shipped_is_in_range(self) -> None:
        for assumption in bc.load_evidence().assumptions:
            if assumption.id in RANGES:
                low, high = RANGES[assumption.id]
                assert low <= assumption.low <= assumption.high <= high


class TestArrays:
    def test_masked_values_do_not_come_back_to_life(self) -> None:
        masked = np.ma.masked_array([0.1, 99.0, 0.3], mask=[False, True, False])
        errors = [0.1, 0.1, 0.1]
        assert paths(lambda: impact.pool_effects(masked, errors)) == ["estimates[1]"]

    @pytest.mark.parametrize("method", ["dersimonian-laird", "hartung-knapp", "paule-mandel"])
    @pytest.mark.parametrize(
        ("estimates", "errors", "path"),
        [
            ([0.1, 0.2, 0.3], [0.1, 1e-8, 0.1], "standard_errors[1]"),
            ([0.1, 0.2, 0.3], [0.1, 0.1, 2e6], "standard_errors[2]"),
            ([-2e6, 0.2, 0.3], [0.1, 0.1, 0.1], "estimates[0]"),
        ],
    )
    def test_what_is_no_effect(
        self, method: str, estimates: list[float], errors: list[float], path: str
    ) -> None:
        assert paths(lambda: impact.pool_effects(estimates, errors, method=method)) == [path]

    @given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3),
           st.lists(st.floats(1e-6, 1e6), min_size=3, max_size=3))  # fmt: skip
    def test_pooling_gives_numbers_or_the_librarys_error(
        self, estimates: list[float], errors: list[float]
    ) -> None:
        for method in ("dersimonian-laird", "hartung-knapp", "paule-mandel"):
            pooled = impact.pool_effects(estimates, errors, method=method)
            assert np.isfinite(
                [pooled.estimate.value, pooled.tau2, *(pooled.prediction or ())]
            ).all()

    @pytest.mark.parametrize("scale", [1e200, 1e-200])
    def test_an_output_beyond_squares(self, scale: float) -> None:
        assert paths(
            lambda: impact.sobol_indices(lambda u: scale * u[:, 0], inputs=1, draws=64)
        ) == ["function(...)"]


class TestChoice:
    def test_labels_count_and_not_the_order_that_they_stand_in(
        self, journey: JourneyResult
    ) -> None:
        plan = journey.plan
        draws = impact.planning_index(plan, journey.result, draws=200)
        ids = [s.id for s in plan.steps]
        frame = pd.DataFrame(draws, columns=ids)
        wanted = bc.choose_steps(plan, draws, hours=100)
        assert bc.choose_steps(plan, frame[ids[::-1]], hours=100) == wanted
        means = frame.mean()
        given_by_name = bc.choose_steps(plan, dict(means), hours=100)
        assert bc.choose_steps(plan, means[::-1], hours=100) == given_by_name

    def test_columns_that_are_no_steps(self, journey: JourneyResult) -> None:
        frame = pd.DataFrame({"teach": [1.0]})
        assert paths(lambda: bc.choose_steps(journey.plan, frame)) == ["benefits"]
        series = pd.Series({"teach": 1.0})
        assert paths(lambda: bc.choose_steps(journey.plan, series)) == ["benefits.teach"]


def test_whole_numbers_of_numpy_are_whole_numbers(journey: JourneyResult) -> None:
    n = np.int64(200)
    values = [[0.9, 0.2], [0.5, 0.5]]
    assert impact.rank_acceptability(values, draws=n) == impact.rank_acceptability(
        values, draws=200
    )
    made = bc.forecast(
        journey.plan, journey.result, journey.schedule, draws=n, half_terms=np.int32(2)
    )
    assert type(made.draws) is int
    seen = bc.Observation(half_term=np.int64(1), outcome="conduct", value=0.0, standard_error=9.0)
    assert type(seen.half_term) is int
    assert bc.learn(made, [seen], draws=np.int16(300)).draws == 300
    assert bc.choose_steps(journey.plan, {}, launches=np.int8(2), budget=np.uint8(5)).steps == ()
    assert paths(lambda: impact.rank_acceptability(values, draws=True)) == ["draws"]
