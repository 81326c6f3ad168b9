"""A school audits, plans, schedules, works, changes its mind and plans again, in any order.

Whatever the order, what it holds can be saved and read back, what is done stays done, and what
is to come can be done by the people that there are.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import behaviour_culture as bc
from behaviour_culture.model.plan import StepProgress, StepStatus
from behaviour_culture.review import compare_plans
from behaviour_culture.scheduling import date_milestones, replan
from behaviour_culture.testing import assert_closed, assert_feasible
from builders import MONDAY, audit_of, autumn, estimate, framework_of, people, step

YEAR, START = autumn(20, 8), MONDAY
HOURS = {"head": 2.0, "deputy": 3.0}
RATINGS = st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=5).filter(
    lambda ratings: set(ratings) != {None}  # an audit has at least one
)
DONE = {StepStatus.COMPLETE, StepStatus.STOPPED}
FRAMEWORK = framework_of({"calm": [1, 2], "rules": [1, 1], "staff": [1]}, after={"calm": ["rules"]})
LAUNCH = bc.StepPhase.LAUNCH
CATALOGUE = bc.StepCatalogue(
    id="small-steps",
    name="Small steps",
    framework=FRAMEWORK.id,
    edition=FRAMEWORK.edition,
    audit_step="look",
    steps=[
        step("look", principles=["rules"]),
        step("write", "look", weeks=2, principles=["rules"], lead_options=["deputy"]),
        step("teach", "write", lag=1, principles=["rules"], phase=LAUNCH),
        step("greet", principles=["calm"], lead="deputy", running_hours={"deputy": 0.5}),
        step("corridors", "teach", weeks=3, principles=["calm"], phase=LAUNCH),
        step("half", principles=["calm"], starts=bc.model.StartRule.HALF_TERM_START),
        step("coach", weeks=4, principles=["staff"], hours={"head": 1, "deputy": 1}),
        step("meet", "coach", principles=["staff"], lead="deputy", weeks=2),
    ],
)


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


class School(RuleBasedStateMachine):
    """One school in one year: its newest audit, plan and schedule, and the day."""

    def __init__(self) -> None:
        super().__init__()
        self.capacity = people(**HOURS)
        self.saved: dict[str, object] = {}
        self.schedule: bc.Schedule | None = None
        self.since, self.stale = START, False

    # -- what it does --------------------------------------------------------------------

    @initialize(ratings=RATINGS, wish=st.integers(1, 3))
    def begin(self, ratings: list[int | None], wish: int) -> None:
        self.audit(ratings)
        self.draft(wish)

    @rule(ratings=RATINGS)
    def audit(self, ratings: list[int | None]) -> None:
        self.result = bc.score_audit(audit_of(FRAMEWORK, *ratings), FRAMEWORK)

    @rule(wish=st.integers(1, 3))
    def draft(self, wish: int) -> None:
        self.plan = bc.draft_plan(
            self.result,
            catalogue=CATALOGUE,
            starts=START,
            priorities=wish,
            steps_per_priority=wish,
        )
        self.today, self.schedule, self.stale = START, None, False

    @rule(budget=st.integers(1, 5), hours=st.sampled_from([0.5, 1, 2]))
    def plan_dates(self, budget: int, hours: float) -> None:
        """Schedule the plan from its first day, as if nothing had happened yet."""
        capacity = people(**{role: most * hours for role, most in HOURS.items()})
        made = bc.schedule_plan(self.plan, calendar=YEAR, capacity=capacity, budget=budget)
        assert_feasible(made, self.plan, YEAR, capacity)
        for key, day in self.plan.not_before.items():
            assert key in made.left_out or made.step(key).finish >= day
        if not self.plan.progress:
            self.schedule, self.since, self.stale = made, START, False
            self.capacity = capacity

    @rule(weeks=st.integers(1, 8), data=st.data())
    def time_passes(self, weeks: int, data: st.DataObject) -> None:
        """Some weeks go by, in which some of what was scheduled is done."""
        self.today = min(self.today + dt.timedelta(weeks=weeks), YEAR.end)
        told = {p.step: p for p in self.plan.progress}
        for entry in self.schedule.steps if self.schedule else ():
            known = any(s.id == entry.step for s in self.plan.steps)
            before = told.get(entry.step)
            if not known or entry.start > self.today or (before and before.status in DONE):
                continue
            status = data.draw(st.sampled_from(StepStatus), label=entry.step)
            begun = before.started if before and before.started else entry.start
            if status is StepStatus.NOT_STARTED or (
                status is StepStatus.COMPLETE and entry.finish > self.today
            ):
                continue
            told[entry.step] = StepProgress(
                step=entry.step,
                status=status,
                started=begun,
                finished=max(begun, entry.finish) if status is StepStatus.COMPLETE else None,
            )
        self.plan = evolve(self.plan, progress=told.values())
        self.stale = True

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Change the plan by hand; what is undone at once was never done."""
        old, keys = self.plan, [s.id for s in self.plan.steps]
        ways = ["add", *(["drop", "rename", "assign", "move"] if keys else [])]
        match data.draw(st.sampled_from(ways)):
            case "add":
                some = st.lists(st.sampled_from(keys), max_size=2, unique=True)
                before = data.draw(some) if keys else []
                names = {*keys, *(s.step for s in old.skipped), *(m.step for m in old.met)}
                name = next(f"own-{i}" for i in range(99) if f"own-{i}" not in names)
                self.plan = old.add(step(name, *before, weeks=data.draw(st.integers(1, 3))))
            case "drop":
                last = [k for k in keys if not old.graph.descendants(k)]
                self.plan = old.drop(data.draw(st.sampled_from(last)))
            case "rename":
                key = data.draw(st.sampled_from(keys))
                self.plan = old.rename(key, title=f"{old.step(key).title}!")
            case "assign":
                person = data.draw(st.none() | st.just("Ms Ali"))
                self.plan = old.assign(data.draw(st.sampled_from(keys)), person=person)
            case "move":
                day = data.draw(st.none() | st.dates(START, YEAR.end))
                self.plan = old.move(data.draw(st.sampled_from(keys)), not_before=day)
        assert self.plan.undo() == old
        assert compare_plans(old, self.plan).old == compare_plans(self.plan, old).new
        self.stale = True

    @precondition(lambda self: self.plan.changes)
    @rule()
    def undo(self) -> None:
        old = self.plan
        try:
            self.plan = old.undo()
        except bc.InvalidInputError:
            return  # a later step waits for it, say: the error speaks, and the plan stands
        assert self.plan.changes == old.changes[:-1]
        self.stale = True

    @precondition(lambda self: self.schedule is not None)
    @rule(hours=st.sampled_from([0.5, 1, 2]))
    def plan_again(self, hours: float) -> None:
        assert self.schedule is not None
        self.capacity = people(**{role: most * hours for role, most in HOURS.items()})
        new = self._replanned(self.schedule)
        again = self._replanned(new)
        assert [(s.step, s.start, s.finish) for s in again.steps] == [
            (s.step, s.start, s.finish) for s in new.steps
        ]
        self.schedule, self.since, self.stale = new, self.today, False

    def _replanned(self, old: bc.Schedule) -> bc.Schedule:
        return replan(
            old,
            self.plan,
            self.plan.progress,
            today=self.today,
            calendar=YEAR,
            capacity=self.capacity,
        ).schedule

    @precondition(lambda self: self.plan.objectives)
    @rule(data=st.data())
    def review(self, data: st.DataObject) -> None:
        expected = {("incidents", 1): estimate(data.draw(st.integers(1, 9)), 0.5)}
        seen = {("incidents", 1): estimate(data.draw(st.integers(1, 9)), 0.5)}
        review = bc.review_plan(expected, seen, self.plan, found=self.result)
        assert [o.objective for o in review.objectives] == [o.id for o in self.plan.objectives]
        self._keeps("review", review)

    # -- what holds all the time ---------------------------------------------------------

    def _keeps(self, name: str, value: Any) -> None:
        """Assert that a value comes back the same from its data and its file, once for each."""
        if value is None or self.saved.get(name) is value:
            return
        self.saved[name] = value
        assert bc.from_dict(bc.to_dict(value), type(value)) == value
        assert bc.loads(bc.dumps(value, format="json"), format="json") == value

    @invariant()
    def everything_is_saved_and_read_back(self) -> None:
        self._keeps("result", self.result)
        self._keeps("plan", self.plan)
        self._keeps("schedule", self.schedule)

    @invariant()
    def the_plan_holds_together(self) -> None:
        assert_closed(self.plan)
        ids = Counter([s.id for s in self.plan.steps] + [m.step for m in self.plan.met])
        assert set(ids.values()) <= {1}
        assert not {s.step for s in self.plan.skipped} & {s.id for s in self.plan.steps}

    @precondition(lambda self: self.schedule is not None and not self.stale)
    @invariant()
    def the_schedule_is_of_the_plan(self) -> None:
        schedule, told = self.schedule, {p.step: p for p in self.plan.progress}
        assert schedule is not None
        placed = Counter(s.step for s in schedule.steps)
        assert set(placed.values()) <= {1}
        assert {*placed, *schedule.left_out} == {s.id for s in self.plan.steps}
        assert not set(placed) & set(schedule.left_out)
        begun = set()
        for entry in schedule.steps:
            report = told.get(entry.step)
            if report is None or report.started is None:
                assert entry.start >= self.since
                assert entry.start >= self.plan.not_before.get(entry.step, START)
                continue
            begun.add(entry.step)
            assert entry.start == report.started
            assert report.finished in {None, entry.finish}
            assert report.status is not StepStatus.STOPPED
        assert set(schedule.left_out).isdisjoint(
            key for key, p in told.items() if p.status is StepStatus.COMPLETE
        )
        self._in_order(schedule, begun)
        self._within_hours(schedule, begun)
        date_milestones(self.plan, schedule, YEAR)

    def _in_order(self, schedule: bc.Schedule, begun: set[str]) -> None:
        for entry in schedule.steps:
            for before in self.plan.step(entry.step).requires if entry.step not in begun else ():
                if before.step not in {m.step for m in self.plan.met}:
                    assert schedule.finish(before.step) < entry.start

    def _within_hours(self, schedule: bc.Schedule, begun: set[str]) -> None:
        """What is to come never asks a role for hours that what has begun leaves it not."""
        new, old = Counter[tuple[str, dt.date]](), Counter[tuple[str, dt.date]]()
        for entry in schedule.steps:
            used = old if entry.step in begun else new
            week = monday(entry.start)
            while week <= entry.finish:
                for role, hours in entry.hours_per_week.items():
                    used[role, week] += hours
                week += dt.timedelta(weeks=1)
        for (role, week), hours in new.items():
            most = self.capacity.hours(role, max(week, YEAR.start))
            assert hours == 0 or hours + old[role, week] <= most + 1e-4, (role, week)


def test_any_order() -> None:
    run_state_machine_as_test(School, settings=settings(max_examples=20, stateful_step_count=15))


@pytest.mark.slow
def test_any_order_at_length() -> None:
    run_state_machine_as_test(School, settings=settings(max_examples=300, stateful_step_count=40))
