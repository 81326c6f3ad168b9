"""What a schedule says can be fed back to it, and an engine that contradicts it is not believed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.model import DateRange, Role, StartRule, Term
from behaviour_culture.scheduling import (
    Schedule,
    ScheduleComparison,
    ScheduleStatus,
    exact,
    replan,
    what_if,
)
from builders import DAY, FRIDAY, MONDAY, LyingSolver, people, plan_of, step

pytest.importorskip("ortools")
HEAD = people(head=5)
INSET = {"starts": StartRule.INSET_DAY}
BREAK = MONDAY + 28 * DAY
INSET_DAYS = [
    MONDAY,  # before the lessons of its week
    MONDAY + 14 * DAY + FRIDAY,  # after them
    MONDAY + 35 * DAY,
    MONDAY + 50 * DAY,  # in their middle
]
YEAR = bc.SchoolYear(
    id="year",
    name="Year",
    terms=[
        Term(
            name="Autumn",
            start=MONDAY,
            end=MONDAY + 84 * DAY + FRIDAY,
            half_term=DateRange(start=BREAK, end=BREAK + FRIDAY),
        )
    ],
    inset=INSET_DAYS,
)


def schedule(plan: bc.ActionPlan, **wishes: Any) -> Schedule:
    return bc.schedule_plan(plan, calendar=YEAR, capacity=HEAD, **{"budget": 30, **wishes})


def done(made: Schedule, steps: Iterable[str]) -> list[bc.StepProgress]:
    return [
        bc.StepProgress(
            step=k, status=bc.StepStatus.COMPLETE, started=made.start(k), finished=made.finish(k)
        )
        for k in steps
    ]


def again(
    plan: bc.ActionPlan, made: Schedule, reports: list[bc.StepProgress], today: dt.date
) -> ScheduleComparison:
    return replan(made, plan, reports, today=today, calendar=YEAR, capacity=HEAD)


@st.composite
def plans(draw: st.DrawFn) -> bc.ActionPlan:
    ids = [f"s{i}" for i in range(draw(st.integers(1, 5)))]
    steps = []
    for i, key in enumerate(ids):
        before = draw(st.lists(st.sampled_from(ids[:i]), unique=True, max_size=2)) if i else []
        rule = draw(st.sampled_from(StartRule))
        weeks = 1 if rule is StartRule.INSET_DAY else draw(st.integers(1, 3))
        steps.append(step(key, *before, weeks=(weeks,) * 3, hours=2, starts=rule))
    return plan_of(*steps)


@given(plans())
def test_dates_of_a_schedule_are_pins_and_deadlines_of_the_same_schedule(
    plan: bc.ActionPlan,
) -> None:
    made = schedule(plan)
    starts = {s.step: s.start for s in made.steps}
    finishes = {s.step: s.finish for s in made.steps}
    for wishes in ({"pins": starts}, {"deadlines": finishes}):
        other = schedule(plan, **wishes)
        assert {s.step for s in other.steps} == set(starts)
        assert all(s.finish <= finishes[s.step] for s in other.steps)
    assert {s.step: s.start for s in schedule(plan, pins=starts).steps} == starts


@given(plans(), st.data())
def test_a_plan_that_goes_as_planned_does_not_move(
    plan: bc.ActionPlan, data: st.DataObject
) -> None:
    made = schedule(plan)
    if not made.steps:
        return
    today = data.draw(st.sampled_from(sorted(s.finish for s in made.steps))) + DAY
    past = [s.step for s in made.steps if s.finish < today]
    under_way = [s for s in made.steps if s.start < today <= s.finish]
    begun = [
        bc.StepProgress(step=s.step, status=bc.StepStatus.ON_TRACK, started=s.start)
        for s in under_way
    ]
    assert not again(plan, made, [*done(made, past), *begun], min(today, YEAR.end)).changed


class TestInset:
    def test_a_step_is_pinned_on_an_inset_day_that_no_lesson_shares(self) -> None:
        plan = plan_of(step("train", **INSET))
        for day, week in zip(INSET_DAYS, (0, 2, 4, 6), strict=True):
            made = schedule(plan, pins={"train": day})
            assert (made.start("train"), made.step("train").first_week) == (day, week)
        made = schedule(plan)
        moved = what_if(
            made, plan, "train", calendar=YEAR, capacity=HEAD, start=INSET_DAYS[1]
        ).schedule
        assert moved.start("train") == INSET_DAYS[1]

    def test_other_steps_and_other_days_are_refused(self) -> None:
        plan = plan_of(step("train", **INSET), step("teach"))
        with pytest.raises(InvalidInputError) as caught:
            schedule(plan, pins={"train": BREAK, "teach": INSET_DAYS[0]})
        assert [f.path for f in caught.value.faults] == ["pins['train']", "pins['teach']"]
        assert "no INSET day" in caught.value.faults[0].message

    def test_an_inset_day_before_the_start_of_the_plan_is_refused(self) -> None:
        plan = plan_of(step("train", **INSET), starts=MONDAY + DAY)
        with pytest.raises(InvalidInputError, match="no teaching day"):
            schedule(plan, pins={"train": MONDAY})

    def test_a_deadline_on_an_inset_day_is_kept_before_the_lessons_of_its_week(self) -> None:
        made = schedule(plan_of(step("train", **INSET)), deadlines={"train": MONDAY})
        assert made.finish("train") == MONDAY

    def test_on_the_day_it_can_begin_and_after_it_not_any_more(self) -> None:
        plan = plan_of(step("first", weeks=2), step("train", "first", **INSET))
        made = schedule(plan)
        assert made.start("train") == INSET_DAYS[1]
        first = done(made, ["first"])
        assert not again(plan, made, first, INSET_DAYS[1]).changed
        late = again(plan, made, first, INSET_DAYS[1] + DAY).schedule
        assert late.start("train") == INSET_DAYS[2]


class TestWeekOfAnEnd:
    @pytest.mark.parametrize(
        ("started", "finished", "today"),
        [
            (0, 4, 7),
            (0, 5, 7),  # on the Saturday
            (0, 6, 7),  # on the Sunday
            (5, 6, 7),  # both at one weekend
        ],
    )
    def test_a_weekend_belongs_to_the_week_before_it(
        self, started: int, finished: int, today: int
    ) -> None:
        plan = plan_of(step("first"), step("use", "first"))
        made = schedule(plan)
        days = {"started": MONDAY + started * DAY, "finished": MONDAY + finished * DAY}
        report = bc.StepProgress(step="first", status=bc.StepStatus.COMPLETE, **days)
        found = again(plan, made, [report], MONDAY + today * DAY)
        assert found.schedule.start("use") == made.start("use")

    def test_work_that_ends_in_the_break_ends_before_it(self) -> None:
        plan = plan_of(step("first", weeks=4), step("use", "first"))
        made = schedule(plan)
        report = bc.StepProgress(
            step="first", status=bc.StepStatus.COMPLETE, started=MONDAY, finished=BREAK + DAY
        )
        found = again(plan, made, [report], BREAK + 7 * DAY)
        assert not [c for c in found.changed if c.step == "use"]
        alike = again(
            plan,
            made,
            [
                bc.StepProgress(
                    step="first",
                    status=bc.StepStatus.COMPLETE,
                    started=BREAK,
                    finished=BREAK + DAY,
                )
            ],
            BREAK + 7 * DAY,
        )
        assert alike.schedule.start("use") == made.start("use")


class TestSolverIsNotBelieved:
    # A clique that a lower bound by hours does not see: no two of three steps of 2 of 3 hours.
    PLAN = plan_of(*(step(k, hours=2) for k in "abc"))
    PEOPLE = bc.Capacity(roles=[Role(id="head", title="Head", hours_per_week=3)])

    def made(self, monkeypatch: pytest.MonkeyPatch, **lies: Any) -> Schedule:
        new = exact.new_solver
        monkeypatch.setattr(exact, "new_solver", lambda *a: LyingSolver(new(*a), **lies))
        return bc.schedule_plan(
            self.PLAN, calendar=YEAR, capacity=self.PEOPLE, engine="exact", budget=10
        )

    def test_the_truth_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.made(monkeypatch)
        assert (made.status, made.engine, made.solver_fault) == (
            ScheduleStatus.OPTIMAL,
            "exact",
            False,
        )
        assert (made.makespan, made.lower_bound) == (3, 3)

    @pytest.mark.parametrize(
        "lies",
        [
            {"bound": 4.0},  # above the end of a schedule in hand
            {"bound": 2.0},  # optimal, and yet a better one is not ruled out
            {"status": 3},  # infeasible, with a schedule in hand
        ],
    )
    def test_a_contradiction_is_said_and_not_used(
        self, monkeypatch: pytest.MonkeyPatch, lies: dict[str, Any]
    ) -> None:
        made = self.made(monkeypatch, **lies)
        assert (made.status, made.engine, made.solver_fault) == (
            ScheduleStatus.FEASIBLE,
            "heuristic",
            True,
        )
        assert (made.makespan, made.lower_bound) == (3, 2)
        assert "not believed" in str(made)
        assert bc.loads(bc.dumps(made, format="json"), format="json") == made

    @pytest.mark.parametrize(
        ("bound", "status"), [(2.0, ScheduleStatus.FEASIBLE), (3.0, ScheduleStatus.OPTIMAL)]
    )
    def test_a_search_that_was_cut_short_still_has_its_bound(
        self, monkeypatch: pytest.MonkeyPatch, bound: float, status: ScheduleStatus
    ) -> None:
        made = self.made(monkeypatch, status=2, bound=bound)
        assert (made.status, made.lower_bound, made.makespan) == (status, bound, 3)
        assert (made.engine, made.solver_fault) == ("exact", False)

    def test_so_has_one_of_launches_for_their_weeks_and_the_end(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Three launches one after the other, in weeks 0, 1 and 2: never less than 3 in all."""
        launches = [step(k, hours=2, phase=bc.StepPhase.LAUNCH) for k in "abc"]
        monkeypatch.setattr(TestSolverIsNotBelieved, "PLAN", plan_of(*launches))
        honest = self.made(monkeypatch)
        assert honest.status is ScheduleStatus.OPTIMAL
        prize = 1 + len(YEAR.staff_weeks)
        cost = honest.launch_weeks * prize + honest.makespan
        for below, weeks, end in ((0, 0, 3), (1, 0, 2), (prize, 1, 2)):
            made = self.made(monkeypatch, status=2, bound=float(cost - below))
            assert made.least_launch_weeks == honest.launch_weeks - weeks
            assert (made.lower_bound, made.makespan) == (end, 3)

    def test_without_an_answer_there_is_no_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.made(monkeypatch, status=0, bound=3.0)
        assert (made.status, made.lower_bound, made.solver_fault) == (
            ScheduleStatus.FEASIBLE,
            2,
            False,
        )


def test_a_time_limit_holds_for_a_plan_of_hundreds_of_steps() -> None:
    plan = plan_of(*(step(f"s{i:03d}", hours=0.5) for i in range(150)))
    begun = time.thread_time()
    bc.schedule_plan(plan, calendar=YEAR, capacity=HEAD, time_limit=0.05)
    assert time.thread_time() - begun < 1.5
