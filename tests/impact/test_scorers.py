"""Scorers, ours and a user's own: by hand, by definition, in use, refused where they go wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact import (
    StepRanking,
    benefit_per_hour,
    gap_closed,
    planning_index,
    rank_steps,
    unlock_value,
)
from behaviour_culture.typing import Scorer
from builders import examples

OURS: list[Scorer] = [planning_index, benefit_per_hour, gap_closed, unlock_value]


def few_weeks(plan: bc.ActionPlan, _result: bc.AuditResult, *, draws: int, **_: Any) -> Any:
    """A scorer of one's own: short steps first."""
    return np.tile([-step.weeks.likely for step in plan.steps], (draws, 1))


class Lottery:
    """A scorer that is an object, with a setting and a name."""

    name = "lottery"

    def __init__(self, spread: float) -> None:
        self.spread = spread

    def __call__(
        self, plan: bc.ActionPlan, _result: bc.AuditResult, *, draws: int, seed: int
    ) -> Any:
        return np.random.default_rng(seed).normal(0, self.spread, (draws, len(plan.steps)))


@pytest.fixture(scope="module")
def case(make: Any) -> tuple[bc.ActionPlan, bc.AuditResult]:
    plan = make.plan(
        make.step("a", ("p",)),
        make.step("b", ("q",), before=["a"], weeks=bc.Weeks(2, 2, 4)),
        make.step("c", (), hours_per_week={}),
    )
    return plan, make.result({"p": (0.5, 0.1), "q": (0.8, 0.0)})


class TestOurs:
    @pytest.mark.parametrize("scorer", OURS)
    def test_a_row_a_draw_a_column_a_step_and_the_same_bits(self, scorer: Any, case: Any) -> None:
        found = scorer(*case, draws=200, seed=3)
        assert found.shape == (200, 3)
        assert np.isfinite(found).all()
        assert np.array_equal(found, scorer(*case, draws=200, seed=3))
        assert not np.array_equal(found, scorer(*case, draws=200, seed=4))
        assert found[:, 1].std() > 0
        assert not found[:, 2].any()

    @pytest.mark.parametrize("scorer", OURS)
    def test_arguments_are_checked_under_its_own_name(self, scorer: Any, case: Any) -> None:
        plan, result = case
        for call, path in (
            (lambda: scorer(plan, result, draws=0), "draws"),
            (lambda: scorer(plan, result, seed=1.5), "seed"),
            (lambda: scorer(plan, result, evidence="x"), "evidence"),
            (lambda: scorer(plan, None), "result"),
        ):
            with pytest.raises(InvalidInputError) as error:
                call()
            assert [f.path for f in error.value.faults] == [path]

    def test_of_one_principle_the_whole_gap_is_that_of_the_principle(self, make: Any) -> None:
        plan = make.plan(make.step("a", ("p",)))
        one, two = (
            gap_closed(plan, make.result(dict.fromkeys(names, (0.5, 0.0))), draws=100, seed=1)
            for names in ("p", "pq")
        )
        np.testing.assert_allclose(one, 2 * two)

    def test_the_planning_index_has_the_draws_of_score_impact(self, case: Any) -> None:
        draws = planning_index(*case, draws=300, seed=5)
        whole = bc.score_impact(*case, draws=300, seed=5)
        at = {step.id: i for i, step in enumerate(case[0].steps)}
        scored = draws[:, [at[s.step] for s in whole.steps]]
        assert (np.diff(scored.mean(axis=0)) <= 0).all()  # the order of the index
        for place, score in enumerate(whole.steps):
            assert (scored.argmax(axis=1) == place).mean() == pytest.approx(score.first)
        for step in case[0].steps:
            if step.id not in whole.benefits:
                assert not draws[:, at[step.id]].any()

    def test_benefit_per_hour_by_hand(self, case: Any) -> None:
        plan, result = case
        points = planning_index(plan, result, draws=200)
        school = bc.School(
            id="s", name="S", phase=bc.Phase.PRIMARY, illustrative=True,
            capacity=bc.Capacity(roles=[bc.Role(id="head", title="H", hours_per_week=1, people=3)]),
        )  # fmt: skip
        weeks = plan.step("a").weeks.likely
        alone = benefit_per_hour(plan, result, draws=200)
        assert alone[:, 0] == pytest.approx(points[:, 0] / weeks)
        assert alone[:, 1] == pytest.approx(points[:, 1] / 2)
        many = benefit_per_hour(plan, result, draws=200, school=school)
        assert many == pytest.approx(alone / 3)

    def test_a_step_that_takes_no_time_counts_as_an_hour(self, make: Any) -> None:
        plan = make.plan(make.step("free", hours_per_week={}))
        result = make.result({"p": (0.5, 0.1)})
        assert np.array_equal(
            benefit_per_hour(plan, result, draws=100), planning_index(plan, result, draws=100)
        )

    def test_gap_closed_by_hand(self, make: Any) -> None:
        steps = [make.step("a", ("p",), reach=1), make.step("b", ("p", "q"), reach=1)]
        done = [
            bc.StepProgress(step=s.id, status=bc.StepStatus.ON_TRACK, fidelity=1) for s in steps
        ]
        plan, result = make.plan(*steps, progress=done), make.result({"p": (0.5, 0), "q": (1, 0)})
        assert np.unique(gap_closed(plan, result, draws=100), axis=0).tolist() == [[0.25, 0.75]]

    @examples(15)
    @given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
    def test_more_gap_or_reach_never_closes_less(
        self, make: Any, gap: float, wider: float, reach: float, further: float
    ) -> None:
        def closed(size: float, share: float) -> float:
            plan = make.plan(make.step("a", reach=share))
            return float(gap_closed(plan, make.result({"p": (size, 0.0)}), draws=400).mean())

        base = closed(gap, reach)
        assert closed(max(gap, wider), reach) >= base - 1e-12
        assert closed(gap, max(reach, further)) >= base - 0.02  # other draws of the beta

    def test_no_effect_of_a_study_enters_gap_closed(self, make: Any) -> None:
        plan = make.plan(make.step("a"), make.step("b", effects=()))
        found = gap_closed(plan, make.result({"p": (0.5, 0.1)}), draws=2_000).mean(axis=0)
        assert found[1] == pytest.approx(found[0], rel=0.05)


def shared_over_all_orders(worth: Callable[[frozenset[int]], float], n: int) -> list[float]:
    """The Shapley value as it is defined, order by order; shares no code with what it checks."""
    share = [0.0] * n
    orders = list(permutations(range(n)))
    for order in orders:
        for place, i in enumerate(order):
            before = frozenset(order[:place])
            share[i] += (worth(before | {i}) - worth(before)) / len(orders)
    return share


class TestUnlockValue:
    @examples(15)
    @given(st.integers(1, 5), st.data(), st.floats(0, 1, width=16))
    def test_it_is_the_shapley_value_of_points_that_wait_for_prerequisites(
        self, make: Any, size: int, data: st.DataObject, left: float
    ) -> None:
        needs = [data.draw(st.sets(st.integers(0, i - 1))) if i else set() for i in range(size)]
        plan = make.plan(
            *(make.step(f"s{i}", before=[f"s{j}" for j in sorted(needs[i])]) for i in range(size))
        )
        result, base = make.result({"p": (0.5, 0.1)}), make.evidence(unlock_minimum=left)
        points = planning_index(plan, result, draws=100, evidence=base)[0]
        found = unlock_value(plan, result, draws=100, evidence=base)[0]

        def together(there: frozenset[int]) -> float:
            return float(sum(points[i] * left ** len(needs[i] - there) for i in there))

        assert found.tolist() == pytest.approx(shared_over_all_orders(together, size), abs=1e-9)

    def test_rows_add_up_to_the_index_and_a_prerequisite_gets_more(self, case: Any) -> None:
        points, found = (f(*case, draws=500) for f in (planning_index, unlock_value))
        assert found.sum(axis=1) == pytest.approx(points.sum(axis=1))
        assert points[:, 1].mean() > 0
        assert found[:, 0].mean() > points[:, 0].mean()

    def test_a_chain_by_hand(self, make: Any) -> None:
        plan = make.plan(make.step("a"), make.step("b", before=["a"]), make.step("c", before=["b"]))
        result, base = make.result({"p": (0.5, 0.1)}), make.evidence(unlock_minimum=0)
        a, b, c = planning_index(plan, result, draws=100, evidence=base).T
        # With a minimum of 0 each pair shares the later one's points in halves.
        found = unlock_value(plan, result, draws=100, evidence=base)
        assert found == pytest.approx(np.stack([a + b / 2, b / 2 + c / 2, c / 2], axis=1))

    def test_a_prerequisite_that_is_met_is_not_paid(self, make: Any) -> None:
        alone = make.step("b", before=["a"])
        whole = make.plan(make.step("a"), alone)
        plan = bc.ActionPlan(
            id="p", title="P", framework="f", edition="1", catalogue="c", objectives=[],
            steps=[alone], inclusions=[whole.inclusion("b")],
            met=[bc.model.MetStep(step="a", title="A", reason="done")],
        )  # fmt: skip
        result = make.result({"p": (0.5, 0.1)})
        assert np.array_equal(
            unlock_value(plan, result, draws=100), planning_index(plan, result, draws=100)
        )


class TestRankSteps:
    def test_any_scorer_is_taken_and_named(self, case: Any) -> None:
        found = rank_steps(*case, [few_weeks, Lottery(2.0), partial(gap_closed, evidence=None)])
        assert found.scorers == ("few weeks", "lottery", "gap closed")
        named = rank_steps(*case, {"soon": few_weeks, "later": few_weeks}, draws=100)
        assert named.scorers == ("soon", "later")

    def test_means_and_intervals_are_those_of_the_draws(self, case: Any) -> None:
        found = rank_steps(*case, [planning_index, few_weeks], draws=500, seed=2)
        draws = planning_index(*case, draws=500, seed=2)
        for i, step in enumerate(found.steps):
            index, weeks = step.scores
            assert index.value == pytest.approx(draws[:, i].mean())
            ends = np.quantile(draws[:, i], [0.025, 0.975])
            assert (index.lower, index.upper) == pytest.approx(tuple(ends))
            assert weeks.lower == weeks.value == weeks.upper == -case[0].steps[i].weeks.likely

    def test_with_one_scorer_ranks_are_those_of_its_draws(self, case: Any) -> None:
        found = rank_steps(*case, [Lottery(1.0)], draws=1_000, seed=4)
        draws = Lottery(1.0)(*case, draws=1_000, seed=4)
        for i, step in enumerate(found.steps):
            assert found.first(step.step) == pytest.approx((draws.argmax(axis=1) == i).mean())
        assert [sorted(group) for group in found.order] == [["a", "b", "c"]]
        assert rank_steps(*case, [few_weeks], draws=10).order == (("a", "c"), ("b",))

    @examples(15)
    @given(st.floats(0.01, 100), st.floats(-100, 100))
    def test_units_do_not_matter(self, case: Any, factor: float, shift: float) -> None:
        def moved(plan: Any, result: Any, *, draws: int, seed: int) -> Any:
            return factor * planning_index(plan, result, draws=draws, seed=seed) + shift

        one = rank_steps(*case, [planning_index, gap_closed], draws=300)
        two = rank_steps(*case, [moved, gap_closed], draws=300)
        assert two.acceptability.acceptability == pytest.approx(
            np.asarray(one.acceptability.acceptability), abs=0.02
        )

    def test_doing_nothing_competes_where_no_step_of_any_scorer_costs(self, case: Any) -> None:
        def wide_beside_narrow(third: float) -> float:
            def some(_plan: Any, _result: Any, *, draws: int, seed: int) -> Any:
                rng = np.random.default_rng(seed)
                return rng.normal([0.2, 0.1, third], [5.0, 0.5, 0.1], (draws, 3))

            found = rank_steps(*case, [some], draws=4_000)
            return float(np.asarray(found.acceptability.pairwise)[0, 1])

        # Beside doing nothing only the draws count in which one of the two does good.
        assert wide_beside_narrow(0.5) > wide_beside_narrow(-0.5) + 0.1

    def test_rows_and_words(self, case: Any) -> None:
        found = rank_steps(*case, [planning_index, gap_closed], draws=400)
        assert isinstance(found, StepRanking)
        assert found == rank_steps(*case, [planning_index, gap_closed], draws=400)
        rows = found.to_rows()
        assert [r["step"] for r in rows[::2]] == [key for group in found.order for key in group]
        assert {r["scorer"] for r in rows} == {"planning index", "gap closed"}
        assert sum(r["first"] for r in rows[::2]) == pytest.approx(1)
        assert "planning index, gap closed" in str(found)
        assert repr(found) == "<StepRanking plan: 3 steps by planning index, gap closed>"
        with pytest.raises(bc.errors.UnknownNameError, match="no ranked step 'd'"):
            found.first("d")


class TestInUse:
    def test_choose_steps_takes_the_draws_of_a_scorer(self, case: Any) -> None:
        plan, result = case
        draws = planning_index(plan, result, draws=2_000, seed=3)
        for options in ({"hours": 5}, {"hours": 5, "quantile": 0.4}):
            chosen = bc.choose_steps(plan, scorer=planning_index, result=result, seed=3, **options)
            assert chosen == bc.choose_steps(plan, draws, seed=3, **options)
        few = bc.choose_steps(plan, scorer=few_weeks, result=result, draws=1)
        assert few.steps == ()  # less is worth more than any step

    def test_a_catalogue_is_scored_as_one_plan_of_all_its_steps(self, make: Any) -> None:
        book = bc.StepCatalogue(
            id="book", name="Book", framework="f", edition="1",
            steps=[make.step("z"), make.step("a", before=["z"]), make.step("m")],
        )  # fmt: skip
        seen: list[bc.ActionPlan] = []

        def by_id(plan: bc.ActionPlan, _result: Any, *, draws: int, **_: Any) -> Any:
            seen.append(plan)
            return np.tile([{"a": 1.0, "m": 2.0, "z": 4.0}[s.id] for s in plan.steps], (draws, 1))

        chosen = bc.choose_steps(book, scorer=by_id, result=make.result({"p": (0.5, 0.1)}))
        assert dict(chosen.benefits) == {"a": 1.0, "m": 2.0, "z": 4.0}
        assert [s.id for s in seen[0].steps] == ["a", "m", "z"]
        assert not seen[0].objectives


def wrong(answer: Callable[[int, int], Any]) -> Scorer:
    def scorer(plan: Any, _result: Any, *, draws: int, **_: Any) -> Any:
        return answer(draws, len(plan.steps))

    return scorer


class TestRefusals:
    @pytest.mark.parametrize(
        ("scorer", "words"),
        [
            (wrong(lambda n, s: np.zeros((s, n))), r"has the shape \(3, 10\), expected 10 rows"),
            (wrong(lambda _, s: np.zeros(s)), "expected an array of numbers, draws x steps"),
            (wrong(lambda n, s: [["x"] * s] * n), "expected an array of numbers"),
            (wrong(lambda _n, _s: None), "expected an array of numbers, draws x steps, got None"),
            (wrong(lambda _n, _s: [[1], [1, 2]]), "expected an array of numbers"),
            (wrong(lambda n, s: np.ma.masked_all((n, s))), "expected an array of numbers"),
        ],
    )
    def test_what_a_scorer_must_not_return(self, scorer: Any, words: str, case: Any) -> None:
        plan, result = case
        for call, path in (
            (
                lambda: rank_steps(plan, result, [few_weeks, scorer], draws=10),
                "scorers['scorer'](...)",
            ),
            (lambda: rank_steps(plan, result, {"x": scorer}, draws=10), "scorers['x'](...)"),
            (
                lambda: bc.choose_steps(plan, scorer=scorer, result=result, draws=10),
                "scorer(...)",
            ),
        ):
            with pytest.raises(InvalidInputError, match=words) as error:
                call()
            assert [f.path for f in error.value.faults] == [path]

    def test_the_place_of_a_number_that_is_not_finite(self, case: Any) -> None:
        def broken(plan: Any, _result: Any, *, draws: int, **_: Any) -> Any:
            numbers = np.zeros((draws, len(plan.steps)))
            numbers[4, 1] = np.nan
            return numbers

        with pytest.raises(InvalidInputError, match=r"nan is not a finite number") as error:
            rank_steps(*case, [broken])
        assert [f.path for f in error.value.faults] == ["scorers['broken'](...)[4, 1]"]

    def test_of_rank_steps(self, case: Any, make: Any) -> None:
        plan, result = case
        empty = make.plan()
        for call, paths in (
            (lambda: rank_steps(None, result, [few_weeks]), ["plan"]),
            (lambda: rank_steps(plan, result, []), ["scorers"]),
            (lambda: rank_steps(plan, result, few_weeks), ["scorers"]),
            (lambda: rank_steps(plan, result, [few_weeks, 3]), ["scorers['int']"]),
            (lambda: rank_steps(plan, result, [few_weeks, few_weeks]), ["scorers"]),
            (lambda: rank_steps(plan, result, {" ": few_weeks}), ["scorers"]),
            (
                lambda: rank_steps(empty, result, [1], draws=0, seed=-1),
                ["draws", "seed", "plan.steps", "scorers['int']"],
            ),
        ):
            with pytest.raises(InvalidInputError) as error:
                call()
            assert [f.path for f in error.value.faults] == paths

    def test_of_choose_steps(self, case: Any) -> None:
        plan, result = case
        for call, paths in (
            (lambda: bc.choose_steps(plan), ["benefits"]),
            (lambda: bc.choose_steps(plan, {}, scorer=few_weeks, result=result), ["scorer"]),
            (lambda: bc.choose_steps(plan, scorer=few_weeks), ["result"]),
            (
                lambda: bc.choose_steps(plan, scorer=3, draws=0, budget=0),
                ["budget", "scorer", "draws", "result"],
            ),
        ):
            with pytest.raises(InvalidInputError) as error:
                call()
            assert [f.path for f in error.value.faults] == paths
