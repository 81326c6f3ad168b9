"""Scorers: hand-made cases, a published example, another library as oracle, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact import (
    BenefitPerHourScorer,
    GapClosedScorer,
    PlanScorer,
    StepScores,
    TopsisScorer,
    UnlockScorer,
    WeightedSumScorer,
    benefit_per_hour,
    draw_benefits,
    expected_gap_closed,
    topsis,
    weighted_sum,
)

EXAMPLE = json.loads(
    (Path(__file__).parents[1] / "data" / "topsis_tzeng2011.json").read_text(encoding="utf-8")
)
MATRIX, WEIGHTS = EXAMPLE["input"]["matrix"], EXAMPLE["input"]["weights"]
TABLES = st.tuples(st.integers(2, 6), st.integers(2, 4)).flatmap(
    lambda shape: st.tuples(
        arrays(float, shape, elements=st.floats(0.5, 9, width=16), unique=True),
        arrays(float, shape[1], elements=st.floats(0.125, 1, width=16)),
        arrays(bool, shape[1]),
    )
)
SCORERS: list[PlanScorer] = [
    GapClosedScorer(draws=200),
    BenefitPerHourScorer(draws=200),
    UnlockScorer(draws=200),
    UnlockScorer(draws=200, kind="marginal"),
    WeightedSumScorer(draws=200),
    TopsisScorer(draws=200),
]


class TestTopsis:
    def test_the_example_of_tzeng_and_huang(self) -> None:
        found = topsis(MATRIX, WEIGHTS)
        assert found.tolist() == pytest.approx(EXAMPLE["published"]["similarity"], abs=1e-4)
        rank = (-found).argsort().argsort() + 1
        assert rank.tolist() == EXAMPLE["published"]["rank"]

    @settings(max_examples=20, deadline=None)
    @given(TABLES)
    def test_scikit_criteria_agrees(self, table: Any) -> None:
        theirs = pytest.importorskip("skcriteria.agg.topsis")
        values, weights, more = table
        signs = np.where(more, 1, -1)
        unit = values / np.sqrt((values**2).sum(axis=0))
        *_, similarity = theirs.topsis(unit, signs, weights / weights.sum())
        assert topsis(values, weights, maximise=more) == pytest.approx(similarity, abs=1e-9)

    @settings(max_examples=20)
    @given(TABLES, st.floats(1e-3, 1e3))
    def test_units_do_not_matter_and_what_is_best_at_all_is_first(
        self, table: Any, factor: float
    ) -> None:
        values, weights, _ = table
        assert topsis(values * factor, weights) == pytest.approx(topsis(values, weights))
        best = np.vstack([values, values.max(axis=0) + 1])
        assert topsis(best, weights)[-1] == pytest.approx(1.0)
        assert topsis(best, weights).argmax() == len(values)

    def test_its_order_of_two_can_turn_when_a_third_comes(self) -> None:
        two = np.array([[4.0, 7.0], [9.0, 2.0]])
        three = np.vstack([two, [2.0, 7.0]])  # worse than the first, so nobody's choice
        before, after = topsis(two, [1, 1]), topsis(three, [1, 1])
        assert before[0] > before[1]
        assert after[0] < after[1]

    def test_all_alike_and_huge_numbers(self) -> None:
        assert topsis([[2, 2], [2, 2]], [1, 1]).tolist() == [0.5, 0.5]
        assert topsis([[0, 0], [0, 0]], [1, 1]).tolist() == [0.5, 0.5]
        assert topsis([[1e300, 1], [1e-300, 0]], [1, 1]).tolist() == [1.0, 0.0]


class TestWeightedSum:
    @settings(max_examples=20, deadline=None)
    @given(TABLES)
    def test_scikit_criteria_agrees(self, table: Any) -> None:
        simple = pytest.importorskip("skcriteria.agg.simple")
        skc = pytest.importorskip("skcriteria")
        scalers = pytest.importorskip("skcriteria.preprocessing.scalers")
        values, weights, _ = table
        dm = skc.mkdm(values, [1] * len(weights), weights=weights / weights.sum())
        scaled = scalers.SumScaler(target="matrix").transform(dm)
        theirs = simple.WeightedSumModel().evaluate(scaled).e_.score
        assert weighted_sum(values, weights, scale="sum") == pytest.approx(theirs, abs=1e-9)

    def test_its_order_of_two_can_turn_when_a_third_comes(self) -> None:
        two = np.array([[0.0, 10.0], [1.0, 0.0]])
        three = np.vstack([two, [1.0, -1000.0]])
        assert weighted_sum(two, [0.4, 0.6]).argmax() == 0
        found = weighted_sum(three, [0.4, 0.6])
        assert found[1] > found[0]

    def test_less_is_better_where_asked(self) -> None:
        assert weighted_sum([[1], [3]], [2], maximise=[False]).tolist() == [1.0, 0.0]
        assert weighted_sum([[2], [2]], [2], maximise=[False]).tolist() == [0.0, 0.0]


class TestGapAndHours:
    def test_by_hand(self) -> None:
        found = expected_gap_closed([0.5, 1], [[1, 0], [0.5, 0.5]], [1, 0.5], [0.5, 1])
        assert found.tolist() == pytest.approx([0.25, 0.375])

    @settings(max_examples=25)
    @given(arrays(float, (3, 4), elements=st.floats(0, 1)), st.integers(0, 3), st.floats(0, 1))
    def test_more_reach_gap_or_fidelity_never_closes_less(
        self, inputs: Any, place: int, more: float
    ) -> None:
        answers = np.full((4, 4), 0.25)
        base = expected_gap_closed(inputs[0], answers, inputs[1], inputs[2])
        for row in range(3):
            raised = inputs.copy()
            raised[row, place] = max(raised[row, place], more)
            found = expected_gap_closed(raised[0], answers, raised[1], raised[2])
            assert (found >= base - 1e-12).all()

    def test_hours(self) -> None:
        assert benefit_per_hour([2, 3], [4, 2]).tolist() == [0.5, 1.5]


class TestOnAPlan:
    def plan(self, make: Any) -> tuple[Any, Any]:
        plan = make.plan(
            make.step("a", ("p",)),
            make.step("b", ("q",), before=["a"], weeks=bc.Weeks(2, 2, 4)),
            make.step("c", (), hours_per_week={}),
        )
        return plan, make.result({"p": (0.5, 0.1), "q": (0.8, 0.0)})

    @pytest.mark.parametrize("scorer", SCORERS, ids=lambda s: s.name)
    def test_each_answers_with_intervals_and_the_same_bits(
        self, scorer: PlanScorer, make: Any
    ) -> None:
        plan, result = self.plan(make)
        found = scorer.score(plan, result)
        assert isinstance(found, StepScores)
        assert found == scorer.score(plan, result)
        assert found.method == scorer.name
        assert {"a", "b"} <= set(found.scores)
        assert set(found.scores) | set(found.unscored) == {"a", "b", "c"}
        assert found.scores["b"].lower < found.scores["b"].upper
        assert [r["step"] for r in found.to_rows()] == list(found.order)
        assert scorer.name in str(found)

    def test_shapley_shares_add_up_to_the_index_and_a_prerequisite_gets_more(
        self, make: Any
    ) -> None:
        plan, result = self.plan(make)
        found = UnlockScorer(draws=500).score(plan, result)
        draws = draw_benefits(plan, result, draws=500)
        whole = bc.score_impact(plan, result, draws=500)
        total = sum(e.value for e in found.scores.values())
        assert total == pytest.approx(whole.total.value)
        means = draws.mean(axis=0)
        assert means[1] > 0
        assert found.scores["a"].value > means[0]

    def test_the_draws_are_those_of_the_index(self, make: Any) -> None:
        plan, result = self.plan(make)
        draws = draw_benefits(plan, result, draws=300, seed=5)
        whole = bc.score_impact(plan, result, draws=300, seed=5)
        assert draws.shape == (300, 3)
        for i, step in enumerate(plan.steps):
            if step.id in whole.benefits:
                assert draws[:, i].mean() == pytest.approx(whole.benefits[step.id])
            else:
                assert not draws[:, i].any()

    def test_a_class_of_ones_own_is_a_scorer(self, make: Any) -> None:
        class Alphabetic:
            name = "alphabetic"

            def score(self, plan: bc.ActionPlan, result: bc.AuditResult, /) -> StepScores:
                one = result.gaps[0].size
                return StepScores(method=self.name, unit="", scores={s.id: one for s in plan.steps})

        mine: PlanScorer = Alphabetic()
        assert mine.score(*self.plan(make)).order == ("a", "b", "c")


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "path"),
        [
            (lambda: topsis(MATRIX, [0, 0, 0]), "weights"),
            (lambda: topsis(MATRIX, [1, -1, 1]), "weights[1]"),
            (lambda: topsis([[1, np.nan]], [1, 1]), "values[0, 1]"),
            (lambda: topsis([1, 2], [1, 1]), "values"),
            (lambda: topsis(MATRIX, [1, 1]), "values"),
            (lambda: topsis("no", [1, 1]), "values"),
            (lambda: topsis(MATRIX, WEIGHTS, maximise=[2, 1, 1]), "maximise"),
            (lambda: weighted_sum(MATRIX, [0, 0, 0]), "weights"),
            (lambda: weighted_sum(MATRIX, WEIGHTS, scale="minmax"), "scale"),
            (lambda: weighted_sum([[0, 1]], [1, 1], scale="sum"), "values[0, 0]"),
            (lambda: benefit_per_hour([1.0], [0.0]), "hours[0]"),
            (lambda: benefit_per_hour([np.nan], [1.0]), "benefits[0]"),
            (lambda: expected_gap_closed([0.5], [[1, 0]], [1], [1]), "gaps"),
            (lambda: expected_gap_closed([1.5, 0], [[1, 0]], [1], [1]), "gaps[0]"),
            (lambda: WeightedSumScorer(weights={"benefit": 0}), "weights"),
            (lambda: TopsisScorer(weights={"benfit": 1}), "weights.benfit"),
            (lambda: UnlockScorer(kind="x"), "kind"),
            (lambda: GapClosedScorer(draws=0), "draws"),
            (lambda: GapClosedScorer(seed=1.5), "seed"),  # type: ignore[arg-type]
        ],
    )
    def test_names_the_place(self, call: Any, path: str) -> None:
        with pytest.raises(InvalidInputError) as error:
            call()
        assert [f.path for f in error.value.faults] == [path]
