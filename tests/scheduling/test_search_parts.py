"""The parts of the search one by one: lists, their children, and packing to the right."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from unittest import mock

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture._watch import NOBODY
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import build_problem
from behaviour_culture.scheduling.project import Project, Starts, makespan
from behaviour_culture.scheduling.search import _Clock, _Search, search
from behaviour_culture.testing import ScheduledPlan, scheduled_plans
from builders import examples


def searching(project: Project, budget: int = 50) -> _Search:
    return _Search(project, budget, [], 3, NOBODY)


def chain(before: dict[int, list[int]], size: int, horizon: int = 30) -> Project:
    """Steps of one period and one unit, of a role that has two."""
    return Project(
        duration=(1,) * size,
        before=tuple(tuple((b, 0) for b in before.get(i, [])) for i in range(size)),
        modes=((((0, 1),),),) * size,
        capacity=((2,) * horizon,),
        allowed=(None,) * size,
        weight=(1.0,) * size,
        horizon=horizon,
    )


@st.composite
def projects(draw: st.DrawFn) -> Project:
    drawn: ScheduledPlan = draw(scheduled_plans(max_steps=6))
    problem = build_problem(drawn.plan, drawn.calendar, drawn.capacity, ScheduleOptions())
    return problem.project


@st.composite
def families(draw: st.DrawFn) -> tuple[Project, list[int], list[int], int, int]:
    """A project, two lists of its steps that heed what waits for what, and a stretch."""
    size = draw(st.integers(2, 8))
    links = {i: sorted(draw(st.sets(st.integers(0, i - 1), max_size=2))) for i in range(1, size)}
    project = chain(links, size)
    parents = [listed(project, draw(st.permutations(range(size)))) for _ in range(2)]
    first, last = sorted(draw(st.tuples(*[st.integers(0, size - 1)] * 2)))
    return project, *parents, first, last


def listed(project: Project, wish: list[int]) -> list[int]:
    """The steps in the order of a wish, but for what has to wait."""
    order: list[int] = []
    while len(order) < len(wish):
        ready = (i for i in wish if i not in order and heeds(project, [*order, i]))
        order.append(next(ready))
    return order


def heeds(project: Project, order: list[int]) -> bool:
    place = {step: k for k, step in enumerate(order)}
    return all(
        b in place and place[b] < place[step] for step in order for b, _ in project.before[step]
    )


def in_order_of(order: list[int], some: list[int]) -> bool:
    return [i for i in order if i in some] == some


@pytest.mark.parametrize("keeps_the_middle", [False, True])
@given(family=families())
def test_a_child_keeps_a_stretch_of_its_mother_and_the_order_of_its_father(
    family: tuple[Project, list[int], list[int], int, int], *, keeps_the_middle: bool
) -> None:
    project, mother, father, first, last = family
    parts = searching(project)
    with (
        mock.patch.object(parts.rng, "randrange", side_effect=[last, first]),
        mock.patch.object(parts.rng, "random", return_value=0.5 if keeps_the_middle else 0.49),
    ):
        child = parts._crossed(list(mother), list(father))
    assert sorted(child) == list(range(len(mother)))
    assert heeds(project, child)
    head, middle, tail = child[:first], child[first:last], child[last:]
    if keeps_the_middle:
        assert middle == mother[first:last]
        assert set(head) == set(mother[:first])
        assert in_order_of(father, head)
        assert in_order_of(father, tail)
    else:
        assert head == mother[:first]
        assert middle == [i for i in father if i not in head][: last - first]
        assert in_order_of(mother, tail)


@given(families())
def test_neighbours_change_places_unless_one_waits_for_the_other(
    family: tuple[Project, list[int], list[int], int, int],
) -> None:
    project, order, *_ = family
    parts = searching(project)
    with mock.patch.object(parts.rng, "random", return_value=0.0):
        changed = parts._mutated(list(order))
    assert sorted(changed) == sorted(order)
    assert heeds(project, changed)
    moved = list(order)
    for k in range(len(order) - 1):
        if moved[k] not in [b for b, _ in project.before[moved[k + 1]]]:
            moved[k : k + 2] = moved[k + 1], moved[k]
    assert changed == moved
    with mock.patch.object(parts.rng, "random", return_value=1.0):
        assert parts._mutated(list(order)) == order


@given(families(), st.data())
def test_a_strict_list_takes_the_largest_value_of_those_that_are_ready(
    family: tuple[Project, list[int], list[int], int, int], data: st.DataObject
) -> None:
    project, *_ = family
    size = len(project.duration)
    value = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    order = searching(project)._sampled(value, greedy=True)
    assert sorted(order) == list(range(size))
    for k, chosen in enumerate(order):
        done = set(order[:k])
        ready = [
            i for i in range(size) if i not in done and {b for b, _ in project.before[i]} <= done
        ]
        assert chosen == min(ready, key=lambda i: (-value[i], i))


def test_a_list_by_chance_gives_each_that_is_ready_one_chance_more_than_its_lead() -> None:
    parts = searching(chain({2: [0]}, 3))
    with mock.patch.object(parts.rng, "choices", side_effect=lambda some, _: some[:1]) as chosen:
        assert parts._sampled([4, 2, 9], greedy=False) == [0, 1, 2]
    weights = [call.args for call in chosen.call_args_list]
    assert [list(w) for _, w in weights] == [[3, 1], [1, 8], [1]]


@pytest.mark.parametrize("budget", [1, 500, 2_000, 20_000, 10**7])
def test_a_population_grows_with_the_root_of_the_budget_within_bounds(budget: int) -> None:
    parts = searching(chain({}, 3), budget)
    assert parts._population_size() == min(400, max(20, round(0.67 * sqrt(budget))))


def test_a_short_time_keeps_as_many_lists_as_it_has_room_for() -> None:
    clocks = [_Clock(lambda: 7.0, 5.0, limit) for limit in (10.0, 30.0)]
    parts = _Search(chain({}, 3), 10**6, clocks, 3, NOBODY)
    parts.tried = 400  # 200 a second, so 2,000 in all
    assert parts._population_size() == round(0.67 * sqrt(2_000))


@examples(15)
@given(projects(), st.randoms(use_true_random=False))
def test_packed_to_the_right_no_step_is_earlier_and_all_stay_in_turn(
    project: Project, random: object
) -> None:
    parts = searching(project)
    order = listed(project, random.sample(range(parts.size), parts.size))  # type: ignore[attr-defined]
    member = parts._decode(order)
    pushed = parts._pushed_right(member)
    end = makespan(project, member.starts, member.modes)
    late: Starts = tuple(
        None if old is None else new for old, new in zip(member.starts, pushed, strict=True)
    )
    for old, new in zip(member.starts, pushed, strict=True):
        assert new == project.horizon if old is None else new >= old
    assert makespan(project, late, member.modes) == end
    for step, start in enumerate(late):
        for b, lag in project.before[step] if start is not None else ():
            earlier = late[b]
            assert earlier is not None
            assert earlier + project.lengths[b][member.modes[b]] + lag <= start


@examples(15)
@given(projects())
def test_the_quality_of_a_list_says_what_its_schedule_is(project: Project) -> None:
    parts = searching(project)
    member = parts._decode(parts._sampled(parts.tail, greedy=True))
    placed = [(i, s) for i, s in enumerate(member.starts) if s is not None]
    ends = {i: s + project.lengths[i][member.modes[i]] for i, s in placed}
    early = project.early or (0,) * parts.size
    assert member.quality == (
        parts.size - len(placed),
        sum(early[i] * s for i, s in placed),
        max(ends.values(), default=0),
        pytest.approx(sum(project.weight[i] * end for i, end in ends.items())),
    )


def test_periods_that_no_good_schedule_reaches_are_dropped() -> None:
    project = evolve(chain({1: [0], 2: [1], 3: [2]}, 4), allowed=(None, (True,) * 30, None, None))
    parts = searching(project)
    member = parts._decode([0, 1, 2, 3])
    parts._shorten(member)
    assert parts.project.horizon == 5  # a quarter more than the four periods that it takes
    assert [len(row) for row in parts.project.capacity] == [5]
    assert [row and len(row) for row in parts.project.allowed] == [None, 5, None, None]
    for_ever = searching(evolve(project, beyond=(2,)))
    for_ever._shorten(for_ever._decode([0, 1, 2, 3]))
    assert for_ever.project.horizon == 30


def test_more_lists_are_never_worse_and_what_was_tried_is_counted() -> None:
    links = {i: [i - 3] for i in range(3, 18)}
    project = evolve(chain(links, 18), duration=tuple(1 + i % 3 for i in range(18)), lengths=())
    found = [search(project, budget=n, time_limit=None, seed=1) for n in (1, 10, 400)]
    assert all(one.makespan >= more.makespan >= more.bound for one, more in pairwise(found))
    assert [one.tried for one in found][:2] == [1, 10]


def test_the_last_step_is_pushed_first_and_leaves_room_for_those_before_it() -> None:
    project = evolve(chain({}, 4), capacity=((1,) * 30,))
    parts = searching(project)
    member = parts._decode([2, 0, 3, 1])
    assert member.starts == (1, 3, 0, 2)
    assert parts._pushed_right(member) == [1, 3, 0, 2]
    early = member._replace(starts=(1, 5, 0, 2))  # a gap, into which the others move
    assert parts._pushed_right(early) == [3, 5, 2, 4]
