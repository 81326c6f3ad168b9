"""Choosing steps: against every subset, against the exact engine, and what is refused."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError, MissingExtraError
from behaviour_culture.impact import efficient_frontier, planning_index
from behaviour_culture.testing import assert_round_trip
from builders import examples, step

ROLES = ("head", "teacher")


def catalogue(*steps: bc.ActionStep) -> bc.StepCatalogue:
    return bc.StepCatalogue(id="c", name="C", framework="f", edition="1", steps=steps)


@st.composite
def cases(draw: st.DrawFn, most: int = 6) -> tuple[bc.StepCatalogue, dict[str, float], Any]:
    """A catalogue, benefits and limits."""
    count = draw(st.integers(1, most))
    ids = [f"s{i}" for i in range(count)]
    steps = []
    for i, key in enumerate(ids):
        before = draw(st.lists(st.sampled_from(ids[:i]), unique=True, max_size=2)) if i else []
        hours = {r: float(draw(st.integers(0, 4))) for r in ROLES}
        weeks = draw(st.integers(1, 12))
        cost = float(draw(st.integers(0, 9)) * 100)
        steps.append(
            step(
                key,
                *before,
                hours_per_week=hours,
                weeks=bc.Weeks(weeks, weeks, weeks),
                cost_gbp=bc.model.CostRange(cost, cost),
                phase=draw(st.sampled_from([bc.StepPhase.LAUNCH, bc.StepPhase.DEVELOP])),
            )
        )
    benefits = {k: float(draw(st.integers(-2, 9))) for k in ids}
    limits: dict[str, Any] = {
        "hours": draw(
            st.none()
            | st.integers(0, 120).map(float)
            | st.fixed_dictionaries({"head": st.integers(0, 60).map(float)})
        ),
        "cost_gbp": draw(st.none() | st.integers(0, 20).map(lambda x: 100.0 * x)),
        "launches": draw(st.none() | st.integers(0, 2)),
    }
    return catalogue(*steps), benefits, limits


USUAL = (0, 7, 14, 20, 26, 32, 39)
"""Where six half-terms open, and the end."""


def launches_fit(steps: Mapping[str, bc.ActionStep], most: int | None) -> bool:
    """Try every way to put launches into half-terms; the rest goes as early as it can."""
    launching = [k for k, s in steps.items() if s.phase is bc.StepPhase.LAUNCH]
    ways = product(range(6), repeat=len(launching)) if most is not None else [()]
    for way in ways:
        part = dict(zip(launching, way, strict=False))
        if most is not None and any(way.count(p) > most for p in range(6)):
            continue
        begins: dict[str, int] = {}
        for key, s in steps.items():  # in an order in which prerequisites come first
            week = max((begins[p.step] + steps[p.step].weeks.likely for p in s.requires), default=0)
            if key in part:
                week = max(week, USUAL[part[key]])
                if week >= USUAL[part[key] + 1]:
                    break
            if week + s.weeks.likely > 39:
                break
            begins[key] = week
        else:
            return True
    return False


def allowed(chosen: Sequence[str], book: bc.StepCatalogue, limits: Mapping[str, Any]) -> bool:
    inside = {k: book.step(k) for k in chosen}
    if any(p.step not in inside for s in inside.values() for p in s.requires):
        return False
    hours = {r: sum(s.hours_per_week[r] * s.weeks.likely for s in inside.values()) for r in ROLES}
    most = limits["hours"]
    if isinstance(most, Mapping):
        if any(hours[r] > h for r, h in most.items()):
            return False
    elif most is not None and sum(hours.values()) > most:
        return False
    cost = sum(s.cost_gbp.low for s in inside.values())
    if limits["cost_gbp"] is not None and cost > limits["cost_gbp"]:
        return False
    return launches_fit(inside, limits["launches"])


def best_of_all(
    book: bc.StepCatalogue, limits: Mapping[str, Any], worth: Any
) -> tuple[float, tuple[str, ...]]:
    """Look at every subset; shares no code with what it checks."""
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for mask in product([False, True], repeat=len(book.steps)):
        chosen = tuple(s.id for s, there in zip(book.steps, mask, strict=True) if there)
        value = worth(chosen)
        if value > best[0] + 1e-9 and allowed(chosen, book, limits):
            best = (value, chosen)
    return best


def by_need(chosen: Sequence[str], book: bc.StepCatalogue) -> list[str]:
    return [s.id for s in book.steps if s.id in chosen]


class TestAgainstEverySubset:
    @examples(40)
    @given(cases())
    def test_the_heuristic_finds_the_best_of_small_cases(self, case: Any) -> None:
        book, benefits, limits = case
        choice = bc.choose_steps(book, benefits, budget=60, **limits)
        best, _ = best_of_all(book, limits, lambda c: sum(benefits[k] for k in c))
        assert allowed(by_need(choice.steps, book), book, limits)
        assert choice.value == pytest.approx(sum(benefits[k] for k in choice.steps))
        assert best - 1e-9 <= choice.bound
        assert choice.value == pytest.approx(best)

    @examples(20)
    @given(cases())
    def test_the_exact_engine_proves_the_best(self, case: Any) -> None:
        pytest.importorskip("ortools")
        book, benefits, limits = case
        choice = bc.choose_steps(book, benefits, budget=2, engine="exact", **limits)
        best, _ = best_of_all(book, limits, lambda c: sum(benefits[k] for k in c))
        assert choice.proven
        assert choice.value == pytest.approx(best)
        assert choice.bound == pytest.approx(best)

    @examples(15)
    @given(cases(most=5), st.integers(0, 9), st.sampled_from([0.1, 0.25, 0.5]))
    def test_the_robust_choice_has_the_best_lower_quantile(
        self, case: Any, seed: int, quantile: float
    ) -> None:
        pytest.importorskip("ortools")
        book, benefits, limits = case
        rng = np.random.default_rng(seed)
        draws = np.array(list(benefits.values())) + rng.normal(0, 3, (12, len(benefits)))
        column = {k: i for i, k in enumerate(benefits)}

        def worth(chosen: Sequence[str]) -> float:
            totals = sorted(sum(float(row[column[k]]) for k in chosen) for row in draws)
            return totals[math.ceil(quantile * 12 - 1e-9) - 1]

        best, _ = best_of_all(book, limits, worth)
        exact = bc.choose_steps(book, draws, quantile=quantile, engine="exact", **limits)
        quick = bc.choose_steps(book, draws, quantile=quantile, budget=60, **limits)
        assert exact.proven
        assert exact.value == pytest.approx(best, abs=1e-5)
        assert quick.value <= best + 1e-9
        assert best <= quick.bound + 1e-9
        assert quick.value >= best - max(1.0, 0.3 * best)


class TestAgainstTheExactEngine:
    def test_the_mean_gap_on_the_shipped_catalogue_is_small(self) -> None:
        pytest.importorskip("ortools")
        book = bc.load_catalogue("bennett-2017")
        gaps = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            benefits = {s.id: float(rng.gamma(1.5)) for s in book.steps}
            limits: dict[str, Any] = {"hours": 250.0 * (seed + 1), "launches": 1}
            quick = bc.choose_steps(book, benefits, budget=100, **limits)
            exact = bc.choose_steps(book, benefits, budget=100, engine="exact", **limits)
            assert exact.proven
            assert quick.value <= exact.value + 1e-6 <= quick.bound + 2e-6
            gaps.append(1 - quick.value / exact.value)
        assert np.mean(gaps) < 0.02


class TestWhatIsSaid:
    def book(self) -> bc.StepCatalogue:
        return catalogue(
            step("agree", weeks=bc.Weeks(2, 2, 2)),
            step("teach", "agree", weeks=bc.Weeks(9, 9, 9), phase=bc.StepPhase.LAUNCH),
            step("reset", "teach", phase=bc.StepPhase.LAUNCH),
            step("dear", cost_gbp=bc.model.CostRange(900, 1100)),
            step("long", weeks=bc.Weeks(40, 40, 40)),
            step("idle"),
        )

    def test_order_half_terms_and_reasons(self) -> None:
        worth = {"reset": 5.0, "dear": 3.0, "long": 9.0, "teach": 1.0}
        choice = bc.choose_steps(self.book(), worth, hours=20, cost_gbp=500)
        assert choice.steps == ("agree", "teach", "reset")
        assert dict(choice.half_terms) == {
            "agree": "Autumn 1",
            "teach": "Autumn 1",
            "reset": "Autumn 2",
        }
        assert choice.total_hours == 12
        assert choice.proven  # the bound of the heuristic is met
        unproven = evolve(choice, status="feasible", value=0.0, bound=0.0)
        assert (unproven.proven, unproven.gap) == (False, 0.0)
        assert choice.why("idle") == "it adds nothing to what is chosen"
        assert choice.why("dear") == "the money would not suffice for it, were nothing else chosen"
        assert choice.why("long") == "its chain of steps takes 40 weeks, and there are 39"
        assert choice.why("teach") == "chosen: it can begin in Autumn 1"
        with pytest.raises(bc.errors.UnknownNameError, match="did you mean 'teach'"):
            choice.why("teech")
        assert "3 of 6 steps" in str(choice)
        assert [r["chosen"] for r in choice.to_rows()].count(True) == 3

    def test_hours_of_roles_stand_by_their_names(self) -> None:
        book = catalogue(step("a", hours={"teacher": 1.0, "head": 1.0}))
        assert [*bc.choose_steps(book, {"a": 1.0}).hours] == ["head", "teacher"]

    def test_one_launch_at_a_time_moves_the_second(self) -> None:
        book = catalogue(step("a", phase=bc.StepPhase.LAUNCH), step("b", phase=bc.StepPhase.LAUNCH))
        worth = {"a": 1.0, "b": 2.0}
        assert set(bc.choose_steps(book, worth, launches=1).half_terms.values()) == {
            "Autumn 1",
            "Autumn 2",
        }
        none = bc.choose_steps(book, worth, launches=0)
        assert none.steps == ()
        assert none.why("b") == "no half-term has room for its launch"

    def test_hours_left_are_named(self) -> None:
        book = catalogue(step("a"), step("b", weeks=bc.Weeks(4, 4, 4)))
        choice = bc.choose_steps(book, {"a": 1.0, "b": 2.0}, hours={"head": 4.5})
        assert choice.steps == ("b",)
        assert choice.why("a") == "it takes 1.0 hours of head; 0.5 hours of head are left"

    def test_people_of_a_role_count(self) -> None:
        school = bc.School(
            id="s",
            name="S",
            illustrative=True,
            capacity=bc.Capacity(roles=[bc.Role(id="head", title="H", hours_per_week=1, people=3)]),
        )
        choice = bc.choose_steps(catalogue(step("a")), {"a": 1.0}, hours=2, school=school)
        assert choice.steps == ()
        assert bc.choose_steps(catalogue(step("a")), {"a": 1.0}, hours=2).steps == ("a",)

    def test_a_plan_with_its_index_and_draws(self, make: Any) -> None:
        plan = make.plan(make.step("a"), make.step("b", before=["a"]), make.step("c"))
        result = make.result({"p": (0.8, 0.1)})
        index = bc.score_impact(plan, result, draws=500)
        choice = bc.choose_steps(plan, index, hours=2)
        assert choice.benefit.lower < choice.benefit.value < choice.benefit.upper
        assert choice.benefit.unit == "points"
        draws = planning_index(plan, result, draws=500)
        drawn = bc.choose_steps(plan, draws, hours=2)
        assert drawn.steps == choice.steps
        assert drawn.value == pytest.approx(choice.value, rel=0.1)  # with the effect at its mean
        # steps that err together at worst: never a wider interval from the draws
        assert drawn.benefit.standard_error <= choice.benefit.standard_error * (1 + 1e-2)

    def test_the_robust_choice_prefers_the_sure_step(self) -> None:
        book = catalogue(step("sure"), step("bold"))
        rng = np.random.default_rng(0)
        draws = np.stack([np.full(200, 1.0), rng.normal(1.5, 4, 200)], axis=1)
        assert bc.choose_steps(book, draws, hours=1).steps == ("bold",)
        choice = bc.choose_steps(book, draws, hours=1, quantile=0.2)
        assert choice.steps == ("sure",)
        assert choice.value == 1.0
        assert "worst 20%" in str(choice)

    def test_columns_follow_the_steps_as_they_were_given(self) -> None:
        book = catalogue(step("z"), step("a", "z"), step("m"))
        choice = bc.choose_steps(book, [[1.0, 2.0, 4.0]])
        assert dict(choice.benefits) == {"z": 1.0, "a": 2.0, "m": 4.0}

    def test_the_calendar_counts_the_weeks_that_are_left(self) -> None:
        year = bc.load_calendar("illustrative-2026-27")
        book = catalogue(step("a", weeks=bc.Weeks(30, 30, 30)), step("b", "a"))
        choice = bc.choose_steps(book, {"b": 1.0}, calendar=year)
        weeks = year.weeks
        assert choice.half_terms["b"] == weeks[30].half_term

    @examples(10)
    @given(cases())
    def test_more_hours_never_bring_less_and_the_same_seed_the_same_bits(self, case: Any) -> None:
        book, benefits, limits = case
        few = bc.choose_steps(book, benefits, budget=60, **(limits | {"hours": 20.0}))
        many = bc.choose_steps(book, benefits, budget=60, **(limits | {"hours": 40.0}))
        assert few.value <= many.value + 1e-9
        assert few == bc.choose_steps(book, benefits, budget=60, **(limits | {"hours": 20.0}))
        assert_round_trip(many)

    def test_without_the_extra_the_error_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
        with pytest.raises(MissingExtraError, match="exact"):
            bc.choose_steps(catalogue(step("a")), {"a": 1.0}, engine="exact")

    def test_too_many_draws_for_a_proof_are_answered_by_the_heuristic(self) -> None:
        draws = np.random.default_rng(0).normal(1, 1, (500, 1))
        choice = bc.choose_steps(catalogue(step("a")), draws, quantile=0.5, engine="exact")
        assert choice.engine == "heuristic"

    def test_a_result_that_contradicts_itself_is_refused(self) -> None:
        choice = bc.choose_steps(catalogue(step("a"), step("b")), {"a": 1.0})
        with pytest.raises(InvalidInputError, match=r"left_out\.a"):
            evolve(choice, left_out={"a": "no"})
        with pytest.raises(InvalidInputError, match="half_terms"):
            evolve(choice, half_terms={})


class TestFrontier:
    @examples(10)
    @given(cases())
    def test_hours_and_benefit_rise(self, case: Any) -> None:
        book, benefits, limits = case
        limits = {k: v for k, v in limits.items() if k != "hours"}
        frontier = efficient_frontier(book, benefits, points=4, budget=30, **limits)
        rows = frontier.to_rows()
        assert [r["hours"] for r in rows] == sorted(r["hours"] for r in rows)
        values = [r["value"] for r in rows]
        assert all(a < b for a, b in pairwise(values))
        best, _ = best_of_all(book, limits | {"hours": None}, lambda c: sum(benefits[k] for k in c))
        assert values[-1] == pytest.approx(best)
        assert_round_trip(frontier)

    def test_amounts_of_ones_own(self) -> None:
        book = catalogue(step("a"), step("b", weeks=bc.Weeks(3, 3, 3)))
        frontier = efficient_frontier(book, {"a": 1.0, "b": 2.0}, hours=[4, 0, 2])
        assert [c.total_hours for c in frontier.choices] == [0, 1, 4]
        assert [r["new"] for r in frontier.to_rows()] == ["", "a", "b"]
        assert [r["gain_per_100_hours"] for r in frontier.to_rows()[1:]] == pytest.approx(
            [100, 200 / 3]
        )


BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({"benefits": {"x": 1.0}}, ["benefits.x"]),
    ({"benefits": {"a": math.nan, "b": "1"}}, ["benefits.a", "benefits.b"]),
    ({"benefits": [[1.0, math.nan]]}, ["benefits[0, 1]"]),
    ({"benefits": np.zeros((0, 2))}, ["benefits"]),
    ({"benefits": np.zeros((3, 3))}, ["benefits"]),
    ({"benefits": "no"}, ["benefits"]),
    ({"benefits": None}, ["benefits"]),
    ({"plan": "a", "calendar": bc.load_calendar("illustrative-2026-27")}, ["plan"]),
    ({"hours": -1}, ["hours"]),
    ({"hours": math.nan}, ["hours"]),
    ({"hours": True}, ["hours"]),
    ({"hours": {"head": -2, "heed": 3}}, ["hours.head", "hours.heed"]),
    ({"cost_gbp": -1}, ["cost_gbp"]),
    ({"cost_gbp": math.inf}, ["cost_gbp"]),
    ({"launches": -1}, ["launches"]),
    ({"launches": 1.5}, ["launches"]),
    ({"quantile": 0}, ["quantile"]),
    ({"quantile": math.nan}, ["quantile"]),
    ({"seed": "1"}, ["seed"]),
    ({"seed": None}, ["seed"]),
    ({"budget": 0}, ["budget"]),
    ({"workers": 0}, ["workers"]),
    ({"time_limit": math.nan}, ["time_limit"]),
    ({"engine": "exakt"}, ["engine"]),
    ({"calendar": "2026"}, ["calendar"]),
    ({"school": 1}, ["school"]),
    ({"plan": 3}, ["plan"]),
    ({"seed": -1, "hours": -1, "quantile": 2}, ["seed", "quantile", "hours"]),
]


class TestRefusals:
    @pytest.mark.parametrize(("options", "paths"), BAD)
    def test_all_faults_at_once(self, options: dict[str, Any], paths: list[str]) -> None:
        given_: dict[str, Any] = {"plan": catalogue(step("a"), step("b")), "benefits": {"a": 1.0}}
        with pytest.raises(InvalidInputError) as error:
            bc.choose_steps(**(given_ | options))
        assert [f.path for f in error.value.faults] == paths

    @pytest.mark.parametrize(
        ("options", "paths"),
        [
            ({"hours": []}, ["hours"]),
            ({"hours": [1, -1, math.nan]}, ["hours[1]", "hours[2]"]),
            ({"hours": 3}, ["hours"]),
            ({"points": 1}, ["points"]),
            ({"seed": 0.5}, ["seed"]),
            ({"benefits": {"a": math.inf}}, ["benefits.a"]),
        ],
    )
    def test_of_the_frontier(self, options: dict[str, Any], paths: list[str]) -> None:
        given_: dict[str, Any] = {"plan": catalogue(step("a"), step("b")), "benefits": {"a": 1.0}}
        with pytest.raises(InvalidInputError) as error:
            efficient_frontier(**(given_ | options))
        assert [f.path for f in error.value.faults] == paths

    def test_a_circle_is_named(self) -> None:
        with pytest.raises(bc.errors.CycleError, match="circle"):
            bc.choose_steps(catalogue(step("a", "b"), step("b", "a")), {})

    def test_scores_of_another_plan(self, make: Any) -> None:
        plan = make.plan(make.step("a"))
        index = bc.score_impact(plan, make.result({"p": (0.8, 0.1)}), draws=100)
        with pytest.raises(InvalidInputError, match="not for 'other'"):
            bc.choose_steps(evolve(plan, id="other"), index)


@pytest.mark.parametrize("engine", ["heuristic", "exact"])
def test_a_search_that_is_told_to_stop_returns_the_best_so_far(engine: str) -> None:
    pytest.importorskip("ortools")
    whole = bc.load_catalogue("bennett-2017")
    rng = np.random.default_rng(1)
    draws = rng.normal(1, 1, (400, len(whole.steps)))
    asked: list[float] = []

    def stop() -> bool:
        asked.append(time.monotonic())
        return asked[-1] - asked[0] > 0.3

    choice = bc.choose_steps(
        whole, draws, hours=900, quantile=0.2, engine=engine, budget=20_000, stop=stop
    )
    assert choice.total_hours <= 900
    assert time.monotonic() - asked[-1] < 1.5
