"""A choice's bound holds, a time limit limits, and a solver that contradicts is not believed."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact.choosing import choose, exact
from behaviour_culture.impact.choosing.result import ChoiceStatus
from builders import LyingSolver, plan_of, step


class Knapsack:
    """Steps of one week each, and the best value of all subsets within a limit of hours."""

    def __init__(self, seed: int, size: int = 12) -> None:
        rng = np.random.default_rng(seed)
        hours = rng.integers(2, 30, size)
        worth = rng.uniform(1, 10, size)
        self.ids = [f"s{i:02d}" for i in range(size)]
        self.plan = plan_of(
            *(
                step(k, weeks=(1, 1, 1), hours=float(h))
                for k, h in zip(self.ids, hours, strict=True)
            )
        )
        self.worth = dict(zip(self.ids, worth.tolist(), strict=True))
        self.limit = int(hours.sum() * 0.4)
        subsets = (np.arange(2**size)[:, None] >> np.arange(size)) & 1
        self.best = float((subsets @ worth)[subsets @ hours <= self.limit].max())

    def choose(self, **effort: Any) -> bc.impact.StepChoice:
        return bc.choose_steps(self.plan, self.worth, hours=self.limit, **effort)


@given(st.integers(0, 10_000), st.sampled_from(["heuristic", "exact"]))
def test_no_subset_is_worth_more_than_the_bound_whatever_the_time(seed: int, engine: str) -> None:
    if engine == "exact":
        pytest.importorskip("ortools")
    case = Knapsack(seed)
    for limit in (0, 0.002, None):
        made = case.choose(engine=engine, budget=1, time_limit=limit)
        assert made.value <= case.best + 1e-9
        assert made.bound >= case.best - 1e-9
        if made.proven:
            assert made.value == pytest.approx(case.best, rel=1e-6)
        assert made.total_hours <= case.limit


def test_without_time_one_bundle_is_chosen_and_nothing_is_proven() -> None:
    made = Knapsack(3).choose(time_limit=0)
    assert len(made.steps) == 1
    assert made.status is ChoiceStatus.FEASIBLE


@pytest.mark.parametrize("more", [{}, {"launches": 30}, {"quantile": 0.2}])
def test_a_time_limit_holds_from_the_first_fill_on(more: dict[str, Any]) -> None:
    size = 400
    rng = np.random.default_rng(1)
    steps = [
        step(
            f"s{i:03d}",
            *([f"s{i - 5:03d}"] if i % 5 == 4 and i > 5 else []),
            weeks=(1, 1, 1),
            hours=2,
            phase=bc.StepPhase.LAUNCH if i % 3 == 0 else bc.StepPhase.DEVELOP,
        )
        for i in range(size)
    ]
    draws = rng.uniform(1, 10, (50 if "quantile" in more else 1, size))
    begun = time.thread_time()
    bc.choose_steps(plan_of(*steps), draws, hours=1e6, time_limit=0.05, **more)
    assert time.thread_time() - begun < 1.5


def test_the_exact_engine_has_what_is_left_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ortools")
    asked = []

    def solve(problem: Any, goal: Any, chosen: Any, effort: Any) -> Any:
        asked.append(effort.time_limit)
        return exact.solve_choice(problem, goal, chosen, effort)

    monkeypatch.setattr(choose, "solve_choice", solve)
    Knapsack(3).choose(engine="exact", time_limit=5.0)
    Knapsack(3).choose(engine="exact")
    assert 0 < asked[0] < 5.0
    assert asked[1] is None


class TestSolverIsNotBelieved:
    def made(
        self, monkeypatch: pytest.MonkeyPatch, **lies: Any
    ) -> tuple[bc.impact.StepChoice, float]:
        pytest.importorskip("ortools")
        new = exact.new_solver
        monkeypatch.setattr(exact, "new_solver", lambda *a: LyingSolver(new(*a), **lies))
        case = Knapsack(0)
        return case.choose(engine="exact", budget=20), case.best

    def test_the_truth_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made, best = self.made(monkeypatch)
        assert (made.proven, made.engine, made.solver_fault) == (True, "exact", False)
        assert made.value == pytest.approx(best)

    @pytest.mark.parametrize(
        "lies",
        [
            {"bound": 0.0},  # below a choice in hand
            {"value": 1},  # all steps, which take more hours than there are
            {"value": 0},  # none, called the best
            {"status": 3},  # infeasible, with a choice in hand
        ],
    )
    def test_a_contradiction_is_said_and_not_used(
        self, monkeypatch: pytest.MonkeyPatch, lies: dict[str, Any]
    ) -> None:
        made, best = self.made(monkeypatch, **lies)
        assert (made.engine, made.solver_fault) == ("heuristic", True)
        assert made.status is ChoiceStatus.FEASIBLE
        assert made.bound >= best
        assert "not believed" in str(made)

    def test_without_an_answer_there_is_no_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made, best = self.made(monkeypatch, status=0, bound=0.0)
        assert not made.solver_fault
        assert not made.proven
        assert made.bound >= best


def test_a_bound_below_the_value_is_refused() -> None:
    made = Knapsack(1).choose()
    with pytest.raises(InvalidInputError, match="bound"):
        evolve(made, bound=made.value - 1)
