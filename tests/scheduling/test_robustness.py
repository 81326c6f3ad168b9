"""What becomes of a schedule when durations vary: shares, buffers, and what must always hold."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import Robustness, assess_robustness
from behaviour_culture.scheduling.robustness import Policy, _critical, _outcome
from behaviour_culture.scheduling.simulate import Run
from behaviour_culture.testing import ScheduledPlan, assert_round_trip, scheduled_plans
from builders import MONDAY, autumn, examples, people, plan_of, step

YEAR = autumn(15, 7)
HEAD = people(head=2)


def assess(drawn: ScheduledPlan, **options: Any) -> Robustness:
    schedule, plan, calendar, capacity = drawn
    return assess_robustness(
        schedule, plan, calendar=calendar, capacity=capacity, **{"draws": 200, **options}
    )


def made_of(*steps: bc.ActionStep, capacity: bc.Capacity = HEAD) -> ScheduledPlan:
    plan = plan_of(*steps)
    schedule = bc.schedule_plan(plan, calendar=YEAR, capacity=capacity, budget=20)
    return ScheduledPlan(schedule, plan, YEAR, capacity)


@cache
def chain() -> Robustness:
    """Two steps in a row of 1 to 9 weeks, likely 3, and one of 2 weeks beside them."""
    drawn = made_of(
        step("a", weeks=(1, 3, 9)), step("b", "a", weeks=(1, 3, 9)), step("c", weeks=(2, 2, 2))
    )
    return assess(drawn, draws=4_000)


@examples(75)
@given(scheduled_plans(), st.integers(0, 3))
def test_every_answer_keeps_the_promises_of_all(drawn: ScheduledPlan, seed: int) -> None:
    """Each schedule is looked at in every way: to draw it takes the longest."""
    found = assess(drawn, seed=seed)
    shares_are_shares_and_more_time_never_means_less_done(drawn, found)
    whoever_forgets_people_is_never_later(found)
    certain_durations_need_no_buffer(drawn)


def shares_are_shares_and_more_time_never_means_less_done(
    drawn: ScheduledPlan, found: Robustness
) -> None:
    assert {s.step for s in found.steps} == {s.step for s in drawn.schedule.steps}
    for entry in found.steps:
        assert list(entry.done_by) == list(drawn.schedule.half_terms)
        shares = list(entry.done_by.values())
        assert shares == sorted(shares)
        assert all(0 <= p <= entry.done for p in shares)
        # The last half-term ends with the calendar.
        assert shares[-1] == entry.done
        assert 0 <= entry.critical <= 1
        planned = drawn.schedule.step(entry.step)
        assert entry.planned_weeks == planned.first_week + planned.weeks
    for outcome in found.policies:
        assert 0 <= outcome.done <= 1
        if outcome.weeks is not None:
            assert outcome.weeks.lower <= outcome.weeks.value <= outcome.weeks.upper


def whoever_forgets_people_is_never_later(found: Robustness) -> None:
    """Precedence alone lets each step begin no later, so at least as many draws are done."""
    done = {p.policy: p.done for p in found.policies}
    assert done[Policy.PRECEDENCE] >= done[Policy.EARLY_START]
    weeks = {p.policy: p.weeks for p in found.policies}
    first, second = weeks[Policy.PRECEDENCE], weeks[Policy.EARLY_START]
    if first and second and done[Policy.PRECEDENCE] == done[Policy.EARLY_START]:
        assert first.value <= second.value


def certain_durations_need_no_buffer(drawn: ScheduledPlan) -> None:
    steps = [evolve(s, weeks=bc.Weeks(*[s.weeks.likely] * 3)) for s in drawn.plan.steps]
    certain = evolve(drawn.plan, steps=steps)
    found = assess(drawn._replace(plan=certain), draws=100)
    for entry in found.steps:
        assert (entry.buffer_weeks, entry.done, entry.sensitivity) == (0, 1, 0)
    for policy in (Policy.RESOURCE, Policy.EARLY_START):
        outcome = found.policy(policy)
        assert outcome.done == bool(found.steps or not found.unscheduled)
        if outcome.weeks is not None:
            assert outcome.weeks.lower == outcome.weeks.upper <= drawn.schedule.makespan


@examples(15)
@given(scheduled_plans())
def test_it_can_be_saved_and_made_again(drawn: ScheduledPlan) -> None:
    found = assess(drawn, draws=100)
    assert found == assess(drawn, draws=100)
    assert_round_trip(found)
    assert len(found.to_rows()) == len(drawn.plan.steps)


class TestAChain:
    def test_the_chain_is_critical_and_what_lies_beside_it_is_not(self) -> None:
        found = chain()
        assert found.step("a").critical == found.step("b").critical == 1
        assert found.step("c").critical < 0.05
        assert found.step("c").sensitivity == 0
        # Two independent durations of the same spread: each explains half of the variance.
        for key in "ab":
            assert 0.6 < found.step(key).sensitivity < 0.8

    def test_dates_get_less_sure_along_the_chain(self) -> None:
        found = chain()
        a, b, c = (found.step(k) for k in "abc")
        assert (a.planned_weeks, b.planned_weeks, c.planned_weeks) == (3, 6, 2)
        assert c.buffer_weeks == 0
        assert 0 < a.buffer_weeks < b.buffer_weeks
        assert c.done_by["Autumn 1"] == 1
        assert a.done_by["Autumn 1"] > b.done_by["Autumn 1"] > 0.3

    def test_a_surer_promise_needs_a_longer_buffer(self) -> None:
        drawn = made_of(step("a", weeks=(1, 3, 9)))
        buffers = [
            assess(drawn, level=level).step("a").buffer_weeks for level in (0.05, 0.5, 0.8, 0.99)
        ]
        assert buffers == sorted(buffers)
        assert buffers[0] == 0 < buffers[-1] <= 6

    def test_it_reads_as_text_and_as_rows(self) -> None:
        text = str(chain())
        assert text.startswith("4,000 draws of all durations between their three estimates")
        assert "precedence: all that is scheduled is done in 100% of draws" in text
        assert "Where a buffer or help pays most:" in text
        row = next(r for r in chain().to_rows() if r["step"] == "c")
        assert (row["planned_weeks"], row["done_by_autumn_1"]) == (2, 1)


def test_a_chain_decides_the_end_in_the_draws_in_which_it_ends_last() -> None:
    """Two chains of two steps, 0 and 1 beside 2 and 3; in one draw of four the second is longer."""
    first, other = np.array([3, 3, 3, 3]), np.array([1, 2, 2, 4])
    zero = np.zeros(4, dtype=int)
    run = Run(
        starts=np.array([zero, first, zero, other]),
        ends=np.array([first, 5 + zero, other, other + 2]),
    )
    assert run.ends[[1, 3]].max(axis=0).tolist() == [5, 5, 5, 6]
    arcs = {0: [], 1: [(0, 0)], 2: [], 3: [(2, 0)]}
    assert _critical(arcs, [0, 2, 1, 3], run) == {0: 0.75, 1: 0.75, 2: 0.25, 3: 0.25}
    loose = {**arcs, 3: [(2, -1)]}  # 3 began later than 2 made it
    assert _critical(loose, [0, 2, 1, 3], run) == {0: 0.75, 1: 0.75, 2: 0.0, 3: 0.25}
    assert _critical({}, [], run) == {}


def test_people_make_it_longer_than_prerequisites_alone_say() -> None:
    """Four steps of one head, two at a time: twice as long as precedence alone has it."""
    found = assess(made_of(*(step(k, weeks=(2, 3, 6)) for k in "abcd")), draws=2_000)
    weeks = {p.policy: p.weeks for p in found.policies}
    resource, early, alone = (weeks[p] for p in Policy)
    assert resource is not None
    assert early is not None
    assert alone is not None
    assert alone.value < 6 < resource.value <= early.value


def test_a_step_that_cannot_be_promised_within_the_year() -> None:
    drawn = made_of(step("a", weeks=(10, 14, 40)))
    entry = assess(drawn).step("a")
    assert entry.buffer_weeks == -1
    assert "not within the calendar" in str(entry)


def test_the_early_start_policy_keeps_out_of_weeks_without_hours() -> None:
    away = bc.model.CapacityChange(
        role="head", start=MONDAY, end=dt.date(2026, 9, 25), hours_per_week=0, reason="leave"
    )
    drawn = made_of(step("a", weeks=(1, 2, 2)), capacity=evolve(HEAD, changes=[away]))
    outcome = assess(drawn).policy(Policy.EARLY_START)
    assert outcome.weeks is not None
    assert outcome.weeks.lower >= 4


def test_an_empty_plan() -> None:
    found = assess(made_of())
    assert found.steps == ()
    assert [p.done for p in found.policies] == [1, 1, 1]
    assert_round_trip(found)


class TestRefusals:
    def test_all_faults_at_once(self) -> None:
        drawn = made_of(step("a"))
        other = drawn._replace(
            plan=evolve(drawn.plan, id="other"), calendar=evolve(YEAR, id="another")
        )
        with pytest.raises(bc.InvalidInputError) as caught:
            assess(other, draws=99, level=1.0, seed=-1)
        assert [f.path for f in caught.value.faults] == [
            "schedule.plan", "schedule.calendar", "draws", "seed", "level",
        ]  # fmt: skip
        assert "is for the plan 'plan', not for 'other'" in str(caught.value)

    @pytest.mark.parametrize("draws", [True, 1.5, 10**7 + 1])
    def test_numbers_of_draws(self, draws: object) -> None:
        with pytest.raises(
            bc.InvalidInputError, match=r"expected a whole number|out of range: at least 100"
        ):
            assess(made_of(step("a")), draws=draws)

    def test_a_step_that_is_not_scheduled(self) -> None:
        with pytest.raises(bc.errors.UnknownNameError, match="no scheduled step 'z'"):
            chain().step("z")


def test_of_draws_that_all_end_after_the_calendar_there_is_no_time() -> None:
    late = np.array([[9, 12]])
    found = _outcome(Policy.RESOURCE, Run(starts=late - 3, ends=late), [0], horizon=8)
    assert (found.done, found.weeks) == (0.0, None)
