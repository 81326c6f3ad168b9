"""What the search promises: the same answer to the same question, and better for more work."""

from __future__ import annotations

import datetime as dt
import time
from functools import cache
from random import Random

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import Schedule, ScheduleStatus
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import build_problem
from behaviour_culture.scheduling.project import Project
from behaviour_culture.scheduling.search import search
from behaviour_culture.testing import ScheduledPlan, assert_feasible, scheduled_plans
from builders import HOURS, examples, people, plan_of


@cache
def plan(priorities: int = 5, steps_per_priority: int = 3) -> bc.ActionPlan:
    framework = bc.load_framework("bennett-2017")
    random = Random(1)  # noqa: S311  (ratings, not secrets)
    responses = [
        bc.Response(rater=rater, item=item.id, rating=random.choice([0, 1, 1, 2, 3]))
        for item in framework.items
        for rater in ("head", "teacher-1")
    ]
    audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=responses)
    return bc.draft_plan(
        bc.score_audit(audit, framework),
        catalogue=bc.load_catalogue("bennett-2017"),
        priorities=priorities,
        steps_per_priority=steps_per_priority,
        starts=dt.date(2026, 9, 2),
    )


@cache
def whole_catalogue() -> bc.ActionPlan:
    """A plan of every step that there is, far more than fits into a year."""
    return plan_of(*bc.load_catalogue("bennett-2017").steps, starts=dt.date(2026, 9, 2))


@cache
def year() -> bc.SchoolYear:
    return bc.load_calendar("illustrative-2026-27")


@cache
def capacity() -> bc.Capacity:
    return people(kept=60, **HOURS)


@cache
def whole_project() -> Project:
    return build_problem(whole_catalogue(), year(), capacity(), ScheduleOptions()).project


def schedule(made: bc.ActionPlan, **options: object) -> Schedule:
    return bc.schedule_plan(made, calendar=year(), capacity=capacity(), **options)


def quality(budget: int) -> tuple[int, int, int, int]:
    """Steps left out, weighted starts of launches, end, ends of a search: less is better.

    The search alone: a schedule that is not whole would also ask for the fewest more hours.
    """
    found = search(whole_project(), budget=budget, time_limit=None, seed=0)
    rows = zip(found.starts, found.modes, whole_project().lengths, strict=True)
    ends = sum(start + lengths[mode] for start, mode, lengths in rows if start is not None)
    return (len(found.starts) - found.placed, found.early, found.makespan, ends)


@examples(25)
@given(scheduled_plans())
def test_any_plan_calendar_and_capacity(drawn: ScheduledPlan) -> None:
    assert_feasible(*drawn)
    assert 0 <= drawn.schedule.tried <= 20
    for step in drawn.plan.steps:
        assert all(line.strip() for line in drawn.schedule.explain(step.id))


@examples(10)
@given(scheduled_plans(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(drawn: ScheduledPlan, random: Random) -> None:
    def mixed(values: tuple[object, ...]) -> list[object]:
        return random.sample(values, k=len(values))

    steps = [
        evolve(
            s,
            requires=mixed(s.requires),
            hours_per_week=dict(mixed(tuple(s.hours_per_week.items()))),
        )
        for s in drawn.plan.steps
    ]
    other = evolve(drawn.plan, steps=mixed(tuple(steps)), inclusions=mixed(drawn.plan.inclusions))
    people = evolve(
        drawn.capacity, roles=mixed(drawn.capacity.roles), changes=mixed(drawn.capacity.changes)
    )
    for made, given_people in ((drawn.plan, drawn.capacity), (other, people)):
        again = bc.schedule_plan(
            made, calendar=drawn.calendar, capacity=given_people, budget=20, seed=5
        )
        assert again.capacity == given_people  # kept as it was given
        expected = bc.schedule_plan(
            drawn.plan, calendar=drawn.calendar, capacity=drawn.capacity, budget=20, seed=5
        )
        assert evolve(again, capacity=None) == evolve(expected, capacity=None)


@pytest.mark.parametrize("seed", [0, 1, 99])
def test_the_same_seed_and_budget_give_the_same_schedule(seed: int) -> None:
    made = [schedule(plan(), budget=120, seed=seed) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].seed == seed
    shuffled = evolve(plan(), steps=list(plan().steps)[::-1])
    assert schedule(shuffled, budget=120, seed=seed) == made[0]
    assert_feasible(made[0], plan(), year(), capacity())


def test_more_work_never_makes_it_worse() -> None:
    found = [quality(budget) for budget in (1, 2, 5, 20, 60)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[0]


def test_no_more_schedules_are_built_than_the_budget_allows() -> None:
    for budget in (1, 2, 7, 50):
        assert 1 <= schedule(plan(), budget=budget).tried <= budget


def test_progress_rises_to_what_was_tried() -> None:
    seen: list[tuple[int, int]] = []
    made = schedule(plan(), budget=150, progress=lambda _, *at: seen.append(at))
    tried = [t for t, _ in seen]
    assert tried == sorted(tried)
    assert {b for _, b in seen} == {150}
    assert tried[0] >= 1
    assert tried[-1] == made.tried <= 150


def test_a_time_limit_ends_the_search() -> None:
    large = whole_catalogue()
    assert len(large.steps) > 45
    begun = time.process_time()
    made = schedule(large, budget=10**9, time_limit=0.2)
    assert time.process_time() - begun < 3
    assert 1 <= made.tried < 10**6
    assert_feasible(made, large, year(), capacity())


@pytest.mark.slow
def test_a_whole_catalogue_comes_back_in_parts_never_as_an_exception() -> None:
    large = whole_catalogue()
    made = schedule(large, budget=30)
    assert made.status is ScheduleStatus.PARTIAL
    assert made.unscheduled.keys() | {s.step for s in made.steps} == {s.id for s in large.steps}
    first = next(iter(made.unscheduled))
    assert made.explain(first) == [made.unscheduled[first]]
    assert f"{len(made.unscheduled)} steps do not fit" in str(made)


def test_looking_up_what_is_not_scheduled() -> None:
    made = schedule(plan(), budget=1)
    first = made.steps[0]
    assert made.start(first.step) == first.start
    assert made.finish(first.step) == first.finish
    for look_up in (made.start, made.finish, made.step, made.explain):
        with pytest.raises(bc.errors.UnknownNameError, match=f"did you mean '{first.step}'"):
            look_up(first.step + "s")


def test_rows_and_half_terms() -> None:
    made = schedule(plan(), budget=1)
    rows = made.to_rows()
    assert [r["step"] for r in rows] == [s.step for s in made.steps]
    assert all(r["why_not_earlier"] for r in rows)
    labels = [h.label for h in year().half_terms]
    assert list(made.half_terms) == labels
    assert sum(len(made.in_half_term(label)) for label in labels) == len(made.steps)
