"""Engines of the user's: what they answer is checked, completed and explained as any other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import FaultCode
from behaviour_culture.scheduling.project import Project
from behaviour_culture.scheduling.timetable import Timetable
from behaviour_culture.testing import assert_feasible
from builders import autumn, people, plan_of, step

YEAR = autumn(8, 4)
PLAN = plan_of(step("a"), step("b", "a", hours=2), step("c", hours=2, weeks=2))


def made_by(engine: Any, *, plan: bc.ActionPlan = PLAN, head: float = 2, **options: Any) -> Any:
    return bc.schedule_plan(
        plan, calendar=YEAR, capacity=people(head=head), engine=engine, **options
    )


def in_order(project: Project, *, seed: int, stop: Callable[[], bool]) -> Any:
    """Each step as early as it can be, in the order of the project."""
    assert seed >= 0
    assert not stop()
    table, ends, places = Timetable(project), dict[int, int](), list[tuple[int, int] | None]()
    for number, before in enumerate(project.before):
        ready = max((ends[b] + lag for b, lag in before), default=0)
        week, way = table.place_first(number, ready)
        ends[number] = week + project.lengths[number][way]
        places.append((week, way))
    return places


def answers(*places: Any) -> Callable[..., Any]:
    def fixed(_project: Project, **_options: Any) -> list[Any]:
        return list(places)

    return fixed


def test_the_schedule_is_explained_as_any_other() -> None:
    schedule = made_by(in_order, seed=3)
    assert (schedule.engine, schedule.seed) == ("in order", 3)
    assert_feasible(schedule, PLAN, YEAR, people(head=2))
    heuristic = made_by("heuristic")
    assert schedule.lower_bound == heuristic.lower_bound
    assert all(schedule.explain(s.id) for s in PLAN.steps)
    assert schedule.explain("b")[0].startswith("waits for")


def test_it_is_handed_the_seed_and_a_stop() -> None:
    asked: list[tuple[int, bool]] = []

    def engine(project: Project, *, seed: int, stop: Callable[[], bool], tries: int) -> Any:
        asked.append((seed, stop()))
        return [None] * len(project.before) if tries else None

    made_by(partial(engine, tries=1), seed=7, stop=lambda: True)
    assert asked == [(7, True)]


@given(st.lists(st.booleans(), min_size=3, max_size=3))
def test_what_it_leaves_out_is_placed_where_there_is_room(kept: list[bool]) -> None:
    def lazy(project: Project, *, seed: int, stop: Callable[[], bool]) -> Any:
        whole, found = in_order(project, seed=seed, stop=stop), list[Any]()
        for number, before in enumerate(project.before):
            there = kept[number] and all(found[b] is not None for b, _ in before)
            found.append(whole[number] if there else None)
        return found

    schedule = made_by(lazy)
    assert not schedule.left_out
    assert_feasible(schedule, PLAN, YEAR, people(head=2))


def test_what_has_no_room_has_its_reason() -> None:
    schedule = made_by(answers(None, None, None), head=1)
    assert set(schedule.left_out) == {"b", "c"} - {s.step for s in schedule.steps}
    assert all(schedule.unscheduled.values())


# The order of the project is that of its graph: a, c, b.
@pytest.mark.parametrize(
    ("answer", "path", "message"),
    [
        (answers((0, 0), (1, 0)), "engine 'fixed'", "a place or None for each of 3 steps"),
        (lambda *_, **__: 3, "engine '<lambda>'", "a place or None for each of 3 steps"),
        (answers((0, 0), (9, 0), None), "step 'b'", "a week from 0 to 6"),
        (answers((0, 0), (1, 1), None), "step 'b'", "a way from 0 to 0"),
        (answers((0, 0), (1.0, 0), None), "step 'b'", "expected None or (week, way)"),
        (answers((0, 0), 1, None), "step 'b'", "expected None or (week, way)"),
        (answers((0, 0), (0, 0), None), "step 'b'", "ends before week 1"),
        (answers(None, (1, 0), None), "step 'b'", "waits for a step that has no place"),
        (answers((0, 0), (1, 0), (0, 0)), "step 'c'", "cannot begin in week 0"),
    ],
)
def test_an_answer_that_is_none_is_refused_by_name(answer: Any, path: str, message: str) -> None:
    with pytest.raises(bc.InvalidInputError) as caught:
        made_by(answer)
    (fault,) = caught.value.faults
    assert path in fault.path
    assert message in fault.message


def test_an_engine_that_fails_is_told_by_name() -> None:
    def broken(_project: Project, **_options: Any) -> Any:
        return 1 / 0

    with pytest.raises(bc.InvalidInputError, match="engine 'broken': failed with ZeroDiv") as found:
        made_by(broken)
    assert isinstance(found.value.__cause__, ZeroDivisionError)


def test_only_schedules_take_one() -> None:
    with pytest.raises(bc.InvalidInputError, match="engine: no engine"):
        bc.choose_steps(PLAN, {"a": 1.0}, hours=10, engine=in_order)  # type: ignore[arg-type]
    with pytest.raises(bc.InvalidInputError, match="or a function engine") as caught:
        made_by("heuristc")
    assert caught.value.faults[0].code is FaultCode.RULE
