"""Whoever draws takes what numpy calls a seed, keeps a whole number, and refuses the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.content import load_content
from behaviour_culture.impact import (
    benefit_per_hour,
    efficient_frontier,
    gap_closed,
    planning_index,
    rank_acceptability,
    rank_steps,
    sobol_indices,
    unlock_value,
)
from behaviour_culture.journey import JourneyResult
from builders import example_journey

VALUES = [[0.9, 0.2], [0.5, 0.5], [0.1, 0.6]]


@pytest.fixture(scope="module")
def journey() -> JourneyResult:
    return example_journey()


Draws = Callable[[JourneyResult, Any], Any]
DRAWN: dict[str, Draws] = {
    "rank_acceptability": lambda _, s: rank_acceptability(VALUES, draws=100, seed=s),
    "sobol_indices": lambda _, s: sobol_indices(
        lambda u: u[:, 0] * u[:, 1], inputs=2, draws=64, seed=s
    ),
    "rank_steps": lambda j, s: rank_steps(j.plan, j.result, [gap_closed], draws=200, seed=s),
    "score_impact": lambda j, s: bc.score_impact(j.plan, j.result, draws=200, seed=s),
    "planning_index": lambda j, s: planning_index(j.plan, j.result, draws=200, seed=s).tolist(),
    "unlock_value": lambda j, s: unlock_value(j.plan, j.result, draws=200, seed=s).tolist(),
    "gap_closed": lambda j, s: gap_closed(j.plan, j.result, draws=200, seed=s).tolist(),
    "benefit_per_hour": lambda j, s: benefit_per_hour(j.plan, j.result, draws=200, seed=s).tolist(),
    "forecast": lambda j, s: bc.forecast(j.plan, j.result, j.schedule, draws=200, seed=s),
    "compare_forecasts": lambda j, s: bc.compare_forecasts(
        [load_content("scenario", "high-turnover")],
        j.plan,
        j.result,
        j.schedule,
        draws=200,
        half_terms=2,
        seed=s,
    ),
}
OTHERS: dict[str, Draws] = {
    "score_groups": lambda j, s: bc.audit.score_groups(
        evolve(j.audit, responses=[evolve(r, group="teachers") for r in j.audit.responses]),
        j.framework,
        draws=100,
        seed=s,
    ),
    "schedule_plan": lambda j, s: bc.schedule_plan(
        j.plan, calendar=j.calendar, capacity=j.school.capacity, budget=2, seed=s
    ),
    "find_conflict": lambda j, s: bc.scheduling.find_conflict(
        j.plan, calendar=j.calendar, capacity=j.school.capacity, seed=s
    ),
    "assess_robustness": lambda j, s: bc.scheduling.assess_robustness(
        j.schedule, j.plan, calendar=j.calendar, capacity=j.school.capacity, draws=100, seed=s
    ),
    "difference_in_differences": lambda _, s: bc.monitoring.difference_in_differences(
        [1.0, 2, 3, 5, 8, 1, 2, 3, 4, 6],
        unit=[0, 0, 1, 1, 2, 2, 3, 3, 4, 4],
        period=[0, 1] * 5,
        treated=[1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
        after=[0, 1] * 5,
        seed=s,
    ),
    "simulate_nation": lambda _, s: bc.programme.simulate_nation(
        schools=200, budget_days=100, draws=20, workers=1, seed=s
    ),
}
"""Of other parts: what they draw hardly shows here, or not at all."""
SEARCHED: dict[str, Draws] = {
    "choose_steps": lambda j, s: bc.choose_steps(j.plan, {}, hours=100, budget=2, seed=s),
    "efficient_frontier": lambda j, s: efficient_frontier(j.plan, {}, points=2, budget=2, seed=s),
}
ALL = DRAWN | SEARCHED | OTHERS


@pytest.mark.parametrize("name", ALL)
def test_numpy_integers_and_sequences_are_seeds(name: str, journey: JourneyResult) -> None:
    made = ALL[name]
    assert made(journey, np.int64(5)) == made(journey, 5)
    sequence = np.random.SeedSequence(5)
    assert made(journey, sequence) == made(journey, np.random.SeedSequence(5))


@pytest.mark.parametrize("name", DRAWN)
def test_a_generator_goes_on_and_what_it_gave_is_kept(name: str, journey: JourneyResult) -> None:
    made, rng = DRAWN[name], np.random.default_rng(5)
    first, second = made(journey, rng), made(journey, rng)
    assert first != second
    assert made(journey, np.random.default_rng(5)) == first
    kept = getattr(first, "seed", None)
    if kept is not None:
        assert type(kept) is int
        assert made(journey, kept) == first


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("seed", [-1, 1.0, True, None, "1", np.random.RandomState(1), [1]])
def test_anything_else_is_refused(name: str, seed: Any, journey: JourneyResult) -> None:
    with pytest.raises(bc.InvalidInputError, match="seed: "):
        ALL[name](journey, seed)
