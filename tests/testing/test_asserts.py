"""The asserts that users get: silent on what is right, and never silent on what is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import ReasonKind
from behaviour_culture.testing import (
    ScheduledPlan,
    action_plans,
    assert_closed,
    assert_feasible,
    assert_round_trip,
    drafted_plans,
    scheduled_plans,
)
from builders import DAY, autumn, people, plan_of, step

STOPPED = bc.scheduling.Reason(kind=ReasonKind.STOPPED)


class TestRoundTrip:
    def test_a_value_that_comes_back_is_fine(self) -> None:
        assert_round_trip(bc.Weeks(1, 2, 3))
        assert_round_trip(bc.load_calendar("blue-coat-2024-25"))

    def test_one_that_does_not_is_named_with_the_way(self) -> None:
        school = bc.School(id="a", name="A")
        object.__setattr__(school, "roll", 5.0)  # no file can hold a roll that is no integer
        with pytest.raises(bc.InvalidInputError, match="expected a whole number"):
            assert_round_trip(school)
        object.__setattr__(school, "roll", None)
        object.__setattr__(school, "systems", [])
        with pytest.raises(AssertionError, match="<School a: A> comes back from TOML"):
            assert_round_trip(school)


class TestClosed:
    @given(action_plans() | drafted_plans())
    def test_every_plan_that_can_be_made_is(self, plan: bc.ActionPlan) -> None:
        assert_closed(plan)

    def plan(self, **requires: str) -> bc.ActionPlan:
        """A plan that its class would refuse."""
        plan = plan_of(*map(step, requires))
        for own in plan.steps:
            before = bc.Prerequisite(step=requires[own.id], reason="r")
            object.__setattr__(own, "requires", (before,))
        return plan

    def test_a_prerequisite_that_is_nowhere(self) -> None:
        with pytest.raises(AssertionError, match="a requires z, which is neither"):
            assert_closed(self.plan(a="z"))

    def test_a_circle(self) -> None:
        with pytest.raises(AssertionError, match="wait for each other in a circle: a, b"):
            assert_closed(self.plan(a="b", b="a"))


class TestFeasible:
    @pytest.mark.slow
    @settings(max_examples=10_000)
    @given(scheduled_plans())
    def test_ten_thousand_schedules_are(self, drawn: ScheduledPlan) -> None:
        assert_feasible(*drawn)

    # A school of three weeks, two roles and three steps, so that each fault can be made.

    YEAR = autumn(6, 3, inset=[dt.date(2026, 9, 14)])
    CAPACITY = people(head=2, deputy=2)

    def step(self, key: str, *requires: str, **fields: Any) -> bc.ActionStep:
        return step(key, *requires, lag=1, hours=2, **fields)

    def drawn(self, *steps: bc.ActionStep, **options: Any) -> ScheduledPlan:
        plan = plan_of(*steps)
        schedule = bc.schedule_plan(
            plan, calendar=self.YEAR, capacity=self.CAPACITY, budget=10, **options
        )
        made = ScheduledPlan(schedule, plan, self.YEAR, self.CAPACITY)
        assert_feasible(*made)
        return made

    def wrong(self, made: ScheduledPlan, words: str, **fields: Any) -> None:
        schedule = evolve(made.schedule, **fields)
        with pytest.raises(AssertionError, match=words):
            assert_feasible(schedule, *made[1:])

    def moved(self, made: ScheduledPlan, key: str, **fields: Any) -> list[Any]:
        return [evolve(e, **fields) if e.step == key else e for e in made.schedule.steps]

    def test_no_hours_of_a_role_ask_for_nothing(self) -> None:
        kept = {"running_hours": {"deputy": 0.0}}
        made = self.drawn(step("a", hours={"head": 1, "deputy": 0}, **kept))
        assert dict(made.schedule.step("a").hours_per_week) == {"head": 1}

    def test_days_on_which_the_school_is_closed(self) -> None:
        made = self.drawn(self.step("a"))
        for day in (dt.date(2026, 9, 6), dt.date(2026, 9, 14), dt.date(2026, 9, 28)):
            steps = self.moved(made, "a", start=day, finish=day)
            self.wrong(made, "when the school is closed", steps=steps)

    def test_a_duration_that_is_not_the_likely_one(self) -> None:
        made = self.drawn(self.step("a", weeks=bc.Weeks(1, 2, 3)))
        finish = made.schedule.finish("a")
        self.wrong(
            made, "takes 1 teaching weeks", steps=self.moved(made, "a", finish=finish - 7 * DAY)
        )
        self.wrong(
            made,
            "not the last teaching day",
            steps=self.moved(made, "a", finish=finish - DAY),
        )
        self.wrong(
            made,
            "not the first teaching day",
            steps=self.moved(made, "a", start=made.schedule.start("a") + DAY),
        )

    def test_a_prerequisite_that_has_not_ended_or_a_lag_that_has_not_passed(self) -> None:
        made = self.drawn(self.step("a"), self.step("b", "a"))
        assert made.schedule.step("b").first_week == 2
        week = {"start": dt.date(2026, 9, 15), "finish": dt.date(2026, 9, 18), "first_week": 1}
        self.wrong(made, "b starts on 2026-09-15, but a ends", steps=self.moved(made, "b", **week))

    def test_a_step_without_the_one_that_it_requires(self) -> None:
        made = self.drawn(self.step("a"), self.step("b", "a"))
        only = [made.schedule.step("b")]
        self.wrong(
            made,
            "which it requires, is not",
            steps=only,
            left_out={"a": [STOPPED]},
            status=bc.scheduling.ScheduleStatus.PARTIAL,
        )

    def test_a_launch_in_the_middle_of_a_half_term(self) -> None:
        made = self.drawn(self.step("a", starts=bc.model.StartRule.HALF_TERM_START))
        week = {"start": dt.date(2026, 9, 15), "finish": dt.date(2026, 9, 18), "first_week": 1}
        self.wrong(made, "not in the first week", steps=self.moved(made, "a", **week))

    def test_an_inset_step_on_another_day(self) -> None:
        made = self.drawn(self.step("a", starts=bc.model.StartRule.INSET_DAY))
        assert made.schedule.start("a") == made.schedule.finish("a") == dt.date(2026, 9, 14)
        week = {"start": dt.date(2026, 9, 15), "finish": dt.date(2026, 9, 18)}
        self.wrong(made, "which is not an INSET day", steps=self.moved(made, "a", **week))
        self.wrong(
            made, "more than its INSET day", steps=self.moved(made, "a", finish=week["finish"])
        )

    def test_more_hours_than_a_role_has(self) -> None:
        made = self.drawn(self.step("a"), self.step("b"))
        first, second = made.schedule.steps
        same = evolve(second, start=first.start, finish=first.finish, first_week=first.first_week)
        self.wrong(made, "head is asked for 4 of 2 hours", steps=[first, same], makespan=1)

    def test_a_lead_who_may_not(self) -> None:
        made = self.drawn(self.step("a", lead_options=["deputy"]))
        self.wrong(made, "led by governor", steps=self.moved(made, "a", lead="governor"))
        use = [
            evolve(row, used=0.0, role="deputy") if row.role == "head" else row
            for row in made.schedule.use
        ]
        self.wrong(made, "a is given", steps=self.moved(made, "a", lead="deputy"))
        hours = {"deputy": made.schedule.step("a").hours_per_week["head"]}
        steps = self.moved(made, "a", lead="deputy", hours_per_week=hours)
        self.wrong(made, "deputy, week of 2026-09-07: use says 0", steps=steps, use=use)

    def test_more_hours_to_keep_going_than_a_role_has(self) -> None:
        made = self.drawn(self.step("a", running_hours={"deputy": 0.25}), self.step("b", "a"))
        for capacity, words in (
            (people(head=2), "deputy is asked for 0.25 hours, and the school has no such role"),
            (people(kept=0.2, head=2, deputy=2), "deputy keeps 0.25 of 0.2 hours going in the"),
            (people(kept=0.2, head=2, deputy=2), "deputy keeps 0.25 of 0.2 hours going for ever"),
        ):
            with pytest.raises(AssertionError, match=words):
                assert_feasible(*made[:3], capacity)
        self.wrong(made, "deputy keeps 0.25 hours going, and the schedule", running_hours={})
        use = [evolve(row, running=0.0) for row in made.schedule.use]
        self.wrong(made, r"deputy, week of 2026-09-21: 0\.0 hours are not kept going", use=use)

    def test_a_launch_when_pupils_are_not_in_school(self) -> None:
        year = autumn(6, 3, inset=[dt.date(2026, 9, 28)])
        made = self.drawn(self.step("a"))._replace(calendar=year)
        plan = plan_of(self.step("a", phase=bc.StepPhase.LAUNCH))
        alone = {"start": dt.date(2026, 9, 28), "finish": dt.date(2026, 9, 28), "first_week": 3}
        moved = self.moved(made, "a", **alone)
        with pytest.raises(AssertionError, match="a is launched on 2026-09-28, when pupils are"):
            assert_feasible(evolve(made.schedule, steps=moved), plan, *made[2:])

    def test_membership(self) -> None:
        made = self.drawn(self.step("a"), self.step("b"))
        partial = bc.scheduling.ScheduleStatus.PARTIAL
        self.wrong(made, "neither scheduled nor in", steps=made.schedule.steps[:1])
        self.wrong(made, "a is scheduled and is in", left_out={"a": [STOPPED]}, status=partial)
        self.wrong(made, "zz is not a step of the plan", left_out={"zz": [STOPPED]}, status=partial)
        with pytest.raises(bc.InvalidInputError, match=r"left_out\.b: must hold at least one"):
            evolve(made.schedule, left_out={"b": []})

    def test_figures_that_do_not_agree_with_the_dates(self) -> None:
        made = self.drawn(self.step("a"), self.step("b"))
        self.wrong(made, "makespan is 1, and the last step ends after week 2", makespan=1)
        self.wrong(made, "the lower bound 3 is above 2", lower_bound=3)
        self.wrong(made, "called optimal at 2, above 1", lower_bound=1)
        self.wrong(made, "status is partial", status=bc.scheduling.ScheduleStatus.PARTIAL)
        self.wrong(made, "launches come 0 weeks in, below the bound", least_launch_weeks=1)
        self.wrong(made, "2 steps are placed, and at most 1", most_placed=1)
        use = [evolve(row, used=row.used + 1) for row in made.schedule.use]
        self.wrong(made, r"use says 3\.0 hours, not 2\.0", use=use)
        steps = self.moved(made, "a", first_week=1)
        self.wrong(made, "a has first_week 1", steps=steps)

    def test_wishes_that_are_not_kept(self) -> None:
        launches = [self.step(key, phase=bc.StepPhase.LAUNCH) for key in ("a", "b")]
        made = self.drawn(*launches)
        day = made.schedule.start("a")
        options = bc.scheduling.ScheduleOptions
        self.wrong(made, "pinned to the week of", options=options(pins={"a": day + 21 * DAY}))
        self.wrong(made, "a ends on", options=options(deadlines={"a": day}))
        due = made.plan.deadline("a", not_after=day)
        with pytest.raises(AssertionError, match="a ends on"):
            assert_feasible(made.schedule, due, *made[2:])
        self.wrong(made, "all begin from", options=options(launch_limit=1))

    def test_before_the_plan_starts(self) -> None:
        made = self.drawn(self.step("a"))
        plan = evolve(made.plan, starts=dt.date(2026, 10, 5))
        with pytest.raises(AssertionError, match="outside the weeks of the plan"):
            assert_feasible(made.schedule, plan, *made[2:])

    @given(scheduled_plans(), st.data())
    def test_every_schedule_of_the_scheduler_is_and_a_step_moved_by_some_days_is_noticed(
        self, drawn: ScheduledPlan, data: st.DataObject
    ) -> None:
        assert_feasible(*drawn)
        placed = drawn.schedule.steps
        if not placed:
            return
        place = data.draw(st.integers(0, len(placed) - 1))
        days = data.draw(st.integers(1, 6))
        late = evolve(placed[place], finish=placed[place].finish + days * DAY)
        steps = [*placed[:place], late, *placed[place + 1 :]]
        with pytest.raises(AssertionError):
            assert_feasible(evolve(drawn.schedule, steps=steps), *drawn[1:])
