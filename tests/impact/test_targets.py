"""Targets that agree with the forecast, and those that nothing moves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.impact.forecasting.targets import propose_targets
from behaviour_culture.journey import JourneyResult
from behaviour_culture.model.plan import TargetOrigin
from builders import example_journey

DEMO = Path(__file__).parents[2] / "examples" / "illustrative_journey.toml"


@cache
def demo() -> JourneyResult:
    return example_journey()


def by_hand(forecast: bc.Forecast, objective: bc.model.Objective) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of the principle in the last half-term that ends in time, and their chances."""
    series = forecast.principle(objective.principle)
    last = max(k for k, end in enumerate(forecast.ends) if end <= objective.by)  # type: ignore[operator]
    (q25, q75), (q10, q90), (q02, q97) = series.intervals[:, last]
    return np.array([q02, q10, q25, q75, q90, q97]), np.array([0.975, 0.9, 0.75, 0.25, 0.1, 0.025])


def drafted() -> bc.ActionPlan:
    """The plan of the demo as it was drafted, whatever the journey did with its targets."""
    made = demo()
    goals = [
        evolve(
            o,
            target=min(1.0, o.baseline.value + 1 / 3),
            target_origin=TargetOrigin.RULE,
            chance=None,
            stretch=None,
            stretch_chance=None,
        )
        for o in made.plan.objectives
    ]
    return evolve(made.plan, objectives=goals)


def test_a_target_is_reached_with_the_chance_that_stands_beside_it() -> None:
    forecast = demo().forecast
    assert forecast is not None
    plan = propose_targets(drafted(), forecast)
    known = {s.id for s in forecast.maturity}
    seen = 0
    for o in plan.objectives:
        if o.principle not in known:
            continue
        levels, chances = by_hand(forecast, o)
        assert o.target_origin is TargetOrigin.FORECAST
        assert o.chance == pytest.approx(np.interp(o.target, levels, chances), abs=0.006)
        assert o.stretch_chance == pytest.approx(np.interp(o.stretch, levels, chances), abs=0.006)  # type: ignore[arg-type]
        if o.target >= o.baseline.value + 0.01:
            assert o.chance >= 0.49
        seen += 1
    assert seen


def test_a_number_that_is_rather_missed_says_so_in_its_line() -> None:
    forecast = demo().forecast
    assert forecast is not None
    for o in propose_targets(drafted(), forecast).objectives:
        line = str(o).splitlines()[0]
        for chance in (o.chance, o.stretch_chance):
            if chance is not None and chance < 0.5:
                assert f"({chance:.0%} chance: more likely missed than met)" in line


def test_targets_of_people_and_of_an_earlier_round_do_not_move() -> None:
    forecast = demo().forecast
    assert forecast is not None
    for origin in (TargetOrigin.PEOPLE, TargetOrigin.FORECAST):
        agreed = evolve(
            drafted(), objectives=[evolve(o, target_origin=origin) for o in drafted().objectives]
        )
        plan = propose_targets(agreed, forecast)
        assert [o.target for o in plan.objectives] == [o.target for o in agreed.objectives]
        assert all(o.chance is not None for o in plan.objectives)
        assert plan.milestones == agreed.milestones


def test_half_way_milestones_go_with_the_targets() -> None:
    forecast = demo().forecast
    assert forecast is not None
    plan = propose_targets(drafted(), forecast)
    for o in plan.objectives:
        (milestone,) = (m for m in plan.milestones if m.objective == o.id)
        assert f"to {(o.baseline.value + o.target) / 2:.0%} of the scale" in milestone.statement


def test_the_forecast_of_another_plan_is_refused() -> None:
    forecast = demo().forecast
    assert forecast is not None
    with pytest.raises(bc.InvalidInputError, match=r"forecast\.plan"):
        propose_targets(evolve(drafted(), id="another"), forecast)
