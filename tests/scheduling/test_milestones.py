from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

from behaviour_culture.journey import JourneyResult
from behaviour_culture.scheduling import date_milestones
from behaviour_culture.testing import ScheduledPlan, scheduled_plans
from builders import example_journey, examples, faults_of


@pytest.fixture(scope="module")
def made() -> JourneyResult:
    return example_journey()


class TestDates:
    @examples(25)
    @given(scheduled_plans())
    def test_none_comes_sooner_or_falls_into_the_holidays(self, drawn: ScheduledPlan) -> None:
        plan, schedule, year = drawn.plan, drawn.schedule, drawn.calendar
        moved = date_milestones(plan, schedule, year)
        assert evolve(moved, milestones=plan.milestones) == plan
        for before, after in zip(plan.milestones, moved.milestones, strict=True):
            assert evolve(after, date=before.date) == before
            if before.date is None or after.date is None:
                assert after.date is before.date
                continue
            assert after.date >= before.date
            if before.date >= year.start and after.date <= year.end:
                assert year.is_teaching_day(after.date) or after.date == before.date

    def test_half_of_the_steps_are_done_by_then(self, made: JourneyResult) -> None:
        finish = {s.step: s.finish for s in made.schedule.steps}
        halfway = [m for m in made.plan.milestones if m.objective is not None]
        assert halfway
        for milestone in halfway:
            steps = [i.step for i in made.plan.inclusions if milestone.objective in i.objectives]
            assert milestone.date is not None
            assert 2 * sum(finish[s] <= milestone.date for s in steps) >= len(steps)

    def test_a_year_like_this_one_follows(self, made: JourneyResult) -> None:
        again = {m.id: m.date for m in made.plan.milestones if m.objective is None}
        assert all(day is not None and day.weekday() < 5 for day in again.values())
        christmas = evolve(
            made.plan.milestones[-1], id="in-the-holidays", date=dt.date(2027, 12, 29)
        )
        plan = evolve(made.plan, milestones=[christmas])
        (moved,) = date_milestones(plan, made.schedule, made.calendar).milestones
        assert moved.date == dt.date(2028, 1, 4)  # 52 weeks after 5 January 2027

    def test_after_a_last_day_without_pupils_comes_the_next_year(self, made: JourneyResult) -> None:
        year = made.calendar
        closing = evolve(year, inset=[*year.inset, year.end])
        last = evolve(made.plan.milestones[-1], id="last", date=year.end)
        plan = evolve(made.plan, milestones=[last])
        (moved,) = date_milestones(plan, made.schedule, closing).milestones
        first = next(w for w in closing.weeks if w.taught).start
        assert moved.date == first + dt.timedelta(weeks=52)


def test_what_is_no_plan_no_schedule_and_no_calendar_is_named() -> None:
    wrong: Any = "plan.toml"
    assert set(faults_of(lambda: date_milestones(wrong, wrong, wrong))) == {
        "plan",
        "schedule",
        "calendar",
    }
