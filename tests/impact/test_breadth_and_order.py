"""More principles never lower an index, and an order does not hang on a sign that is shared."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.impact import (
    catalogue_benefits,
    compare_deliveries,
    gap_closed,
    planning_index,
    rank_acceptability,
    rank_steps,
)
from behaviour_culture.impact.diminishing import diminish, share_of_one
from behaviour_culture.impact.gap import draw_gap, mean_answered
from behaviour_culture.impact.index.model import IndexModel
from behaviour_culture.impact.index.score import share_ahead
from behaviour_culture.journey import JourneyResult
from builders import example_journey, first_of

SHARES = st.floats(0, 1)


@pytest.fixture(scope="module")
def journey() -> JourneyResult:
    return example_journey()


# -- breadth ---------------------------------------------------------------------------------


@given(st.lists(SHARES, min_size=1, max_size=9), SHARES)
def test_one_more_gap_never_lowers_what_is_answered_and_nothing_exceeds_a_programme(
    gaps: list[float], rho: float
) -> None:
    one, sizes = share_of_one(rho, 9), range(1, len(gaps) + 1)
    answered = [one * float(diminish(np.array(gaps[:n])[:, None], rho).sum()) for n in sizes]
    assert (np.diff(answered) >= -1e-12).all()
    assert answered[-1] <= 1 + 1e-12
    exact = [one * mean_answered([(g, 0.0) for g in gaps[:n]], rho) for n in sizes]
    assert exact == pytest.approx(answered, abs=1e-12)


def test_the_mean_of_what_is_answered_is_that_of_draws() -> None:
    gaps = [(0.7, 0.3), (0.1, 0.2), (float("nan"), 0.0), (0.5, 0.0)]
    rng = np.random.default_rng(4)
    drawn = np.stack([draw_gap(rng, *gap, 200_000) for gap in gaps])
    for rho in (0.0, 0.5, 1.0):
        kept = diminish(drawn, rho).sum(axis=0)
        assert mean_answered(gaps, rho) == pytest.approx(
            kept.mean(), abs=5 * kept.std() / 200_000**0.5
        )


@pytest.mark.parametrize("rho", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_step_that_answers_more_principles_has_no_lower_index(make: Any, rho: float) -> None:
    gaps = {"p": (0.8, 0.1), "q": (0.2, 0.1), "r": (0.6, 0.2), "s": (0.0, 0.1)}
    result, base = make.result(gaps), make.evidence(diminishing_rho=rho, plan_cap=100)
    found, closed = [], []
    for n in range(1, 5):
        plan = make.plan(make.step("a", list(gaps)[:n]), make.step("b", ["q"]))
        # Draw by draw, as the step's inputs have their own streams.
        drawn = planning_index(plan, result, draws=2_000, evidence=base)
        found.append(np.abs(drawn.sum(axis=1)))
        closed.append(gap_closed(plan, result, draws=2_000, evidence=base)[:, 0])
    assert (np.diff(found, axis=0) >= -1e-9).all()
    assert (np.diff(closed, axis=0) >= -1e-9).all()


def test_so_too_in_the_catalogue(journey: JourneyResult) -> None:
    step = journey.catalogue.step("train-classroom-core")
    principles = [g.principle for g in journey.result.gaps]
    found = []
    for n in range(1, 5):
        wide = evolve(step, principles=principles[:n])
        steps = [wide if s.id == step.id else s for s in journey.catalogue.steps]
        catalogue = evolve(journey.catalogue, steps=steps)
        found.append(catalogue_benefits(catalogue, journey.result)[step.id])
    assert (np.diff(found) >= 0).all()


# -- order ----------------------------------------------------------------------------------


def _measured(journey: JourneyResult) -> tuple[bc.ActionPlan, bc.Schedule]:
    """Return a plan of the steps whose effects were measured, and its schedule."""
    catalogue = bc.load_catalogue("bennett-2017")
    measured = {s.id: 1.0 for s in catalogue.steps if s.effects}
    plan = bc.draft_plan(journey.result, catalogue=catalogue, benefits=measured)
    assert journey.school.capacity is not None
    schedule = bc.schedule_plan(
        plan, calendar=journey.calendar, capacity=journey.school.capacity, budget=50
    )
    return plan, schedule


def test_a_plan_is_told_from_half_of_itself(journey: JourneyResult) -> None:
    """Whether work of this kind helps is the same question for both, and not this one."""
    plan, schedule = _measured(journey)
    half = evolve(plan, steps=[evolve(s, reach=s.reach / 2) for s in plan.steps])
    models = [
        IndexModel(some, journey.result, bc.load_evidence(), 4_000, 1) for some in (plan, half)
    ]
    full, less = (model.contributions().sum(axis=0) for model in models)
    assert 0.65 < (full > less).mean() < 0.85
    full, less = (model.contributions(delivered=True).sum(axis=0) for model in models)
    assert share_ahead(full, less) > 0.95
    assert share_ahead(less, full) == pytest.approx(1 - share_ahead(full, less))
    forecasts = [bc.forecast(some, journey.result, schedule, draws=4_000) for some in (plan, half)]
    conduct = next(d for d in compare_deliveries(*forecasts) if d.outcome == "conduct")
    assert conduct.clear
    assert conduct.ahead > 0.95
    assert conduct.ratio.lower < 2 < conduct.ratio.upper
    assert conduct.ratio.value == pytest.approx(2, rel=0.1)
    other = next(d for d in compare_deliveries(*forecasts[::-1]) if d.outcome == "conduct")
    assert other.behind == conduct.ahead


@pytest.mark.parametrize("later", first_of([6, 2, 12]))
def test_what_begins_later_never_delivers_more(journey: JourneyResult, later: int) -> None:
    """Not even at the end, where it has had the least time to fade."""
    plan, schedule = _measured(journey)
    wait = dt.timedelta(weeks=later)
    moved = evolve(
        schedule,
        steps=[
            evolve(
                s,
                start=s.start + wait,
                finish=s.finish + wait,
                first_week=s.first_week + later,
            )
            for s in schedule.steps
        ],
    )
    forecasts = [bc.forecast(plan, journey.result, some, draws=2_000) for some in (schedule, moved)]
    found = compare_deliveries(*forecasts)
    assert found
    for delivery in found:
        assert delivery.behind == 0
        assert delivery.ratio.value > 1


def test_order_by_hand() -> None:
    one, other = np.array([2.0, 1.0, 1.0, 4.0]), np.array([1.0, 1.0, 3.0, 3.0])
    assert share_ahead(one, other) == 0.625
    assert share_ahead(2 * other, other) == 1.0
    assert share_ahead(other, other) == 0.5


def test_a_clear_order_is_still_refused_between_steps_that_are_alike(make: Any) -> None:
    result = make.result({"p": (0.5, 0.1), "q": (0.5, 0.1)})
    plan = make.plan(make.step("a", ["p"], grade="D"), make.step("b", ["q"], grade="D"))
    first, _ = bc.score_impact(plan, result, draws=4_000).steps
    assert first.beats_next == pytest.approx(0.5, abs=0.05)
    assert not first.clear
    wide = make.plan(
        make.step("a", ["p"], grade="D", reach=0.9), make.step("b", ["q"], grade="D", reach=0.3)
    )
    first, _ = bc.score_impact(wide, result, draws=4_000).steps
    assert (first.step, first.clear) == ("a", True)
    assert first.p_benefit < 0.75
    assert rank_steps(wide, result, [planning_index]).order == (("a",), ("b",))


def test_alternatives_beside_doing_nothing() -> None:
    values = np.array([[[2.0], [1.0]], [[-2.0], [-1.0]], [[-4.0], [-1.0]]])
    plain = rank_acceptability(values, draws=3_000)
    idle = rank_acceptability(values, draws=3_000, idle=True)
    assert plain.pairwise[0, 1] == pytest.approx(1 / 3)
    assert idle.pairwise.tolist() == [[0.5, 1.0], [0.0, 0.5]]
    assert (plain.order, idle.order) == (((1,), (0,)), ((0,), (1,)))
