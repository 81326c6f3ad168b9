"""The timetable beside plain lists: the same room, the same first and last period, always."""

from __future__ import annotations

from typing import NamedTuple

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.scheduling.project import Demand, Project, Starts
from behaviour_culture.scheduling.timetable import Timetable
from builders import examples

Room = list[list[int]]


class Case(NamedTuple):
    project: Project
    placed: list[tuple[int, int]]
    """(step, start) of what is in the profile already."""
    closed: list[bool]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any few roles and periods; some steps placed already, where there is room."""
    roles, horizon, size = (
        draw(st.integers(1, 3)),
        draw(st.integers(1, 12)),
        draw(st.integers(1, 6)),
    )
    most = draw(st.sampled_from([1, 3, 4, 1000]))
    units = st.integers(0, most)
    row = st.lists(units, min_size=horizon, max_size=horizon).map(tuple)
    needs = st.lists(units, min_size=roles, max_size=roles)
    demands = needs.map(lambda n: tuple((r, u) for r, u in enumerate(n) if u))
    flags = st.lists(st.booleans(), min_size=horizon, max_size=horizon)
    duration = tuple(draw(st.integers(0, horizon + 1)) for _ in range(size))
    ways = st.lists(demands, min_size=1, max_size=3).map(tuple)
    project = Project(
        duration=duration,
        before=((),) * size,
        # What takes no time asks for nothing, like the first and last of a published test.
        modes=tuple(draw(ways) if length else ((),) for length in duration),
        capacity=tuple(draw(row) for _ in range(roles)),
        allowed=tuple(draw(st.none() | flags.map(tuple)) for _ in range(size)),
        weight=(1.0,) * size,
        horizon=horizon,
        group=tuple(t // 3 for t in range(horizon)),
    )
    room = [list(row) for row in project.capacity]
    placed = []
    for step in range(size):
        start = draw(st.integers(0, horizon))
        if draw(st.booleans()) and fits(project, room, step, 0, start):
            placed.append((step, start))
            take(project, room, step, start)
    return Case(project, placed, draw(flags))


def fits(project: Project, room: Room, step: int, mode: int, start: int) -> bool:
    end = start + project.duration[step]
    return end <= project.horizon and all(
        room[role][t] >= units
        for role, units in project.modes[step][mode]
        for t in range(start, end)
    )


def take(project: Project, room: Room, step: int, start: int) -> None:
    for role, units in project.modes[step][0]:
        for t in range(start, start + project.duration[step]):
            room[role][t] -= units


def possible(case: Case, room: Room, step: int, mode: int, *, closed: bool) -> list[int]:
    """Return all periods in which a step may start, one by one."""
    allowed = case.project.allowed[step]
    return [
        t
        for t in range(case.project.horizon)
        if (allowed is None or allowed[t])
        and not (closed and case.closed[t])
        and fits(case.project, room, step, mode, t)
    ]


def starts_of(case: Case) -> Starts:
    placed = dict(case.placed)
    return tuple(placed.get(step) for step in range(len(case.project.duration)))


def bit_of(table: Timetable, period: int) -> int:
    return 1 << (period * table._packed.width + table._packed.bits - 1)


@examples(150)
@given(cases())
def test_the_first_and_the_last_period_are_those_of_a_plain_list(case: Case) -> None:
    plain = [list(row) for row in case.project.capacity]
    for step, start in case.placed:
        take(case.project, plain, step, start)
    size, starts = len(case.project.duration), starts_of(case)
    for closed in (False, True):
        # Only a step of no time can start at the very end, and no launch takes no time.
        launches = tuple(closed and start != case.project.horizon for start in starts)
        project = evolve(case.project, launches=launches, launch_limit=size)
        table = Timetable(project, starts, (0,) * size)
        table._closed = sum(bit_of(table, t) for t, off in enumerate(case.closed) if off)
        for step in range(size):
            for mode in range(len(project.modes[step])):
                able = possible(case, plain, step, mode, closed=launches[step])
                for t in range(project.horizon):
                    later = [s for s in able if s >= t]
                    assert table.first(step, mode, t) == min(later, default=-1)
                    sooner = [s for s in able if s <= t]
                    assert table.last(step, mode, t) == max(sooner, default=-1)
            for t in range(project.horizon):
                assert table.launches_full(step, t) == (launches[step] and case.closed[t])


@examples(50)
@given(cases())
def test_what_is_left_of_each_role_is_that_of_a_plain_list(case: Case) -> None:
    plain = [list(row) for row in case.project.capacity]
    for step, start in case.placed:
        take(case.project, plain, step, start)
    table = Timetable(case.project, starts_of(case), (0,) * len(case.project.duration))
    assert plain == [
        [table.left(role, t) for t in range(case.project.horizon)] for role in range(len(plain))
    ]


@examples(50)
@given(cases())
def test_a_step_is_placed_in_the_first_of_its_ways_that_is_earliest(case: Case) -> None:
    size = len(case.project.duration)
    full = Timetable(case.project, starts_of(case), (0,) * size)
    for step in range(size):
        ways = range(len(case.project.modes[step]))
        for order in (list(ways), list(ways)[::-1]):
            table = full.copy()
            first = {mode: table.first(step, mode, 0) for mode in order}
            able = {mode: start for mode, start in first.items() if start >= 0}
            best = min(able, key=able.__getitem__, default=None)
            start, chosen = table.place_first(step, 0, order)
            assert (start, chosen) == ((-1, 0) if best is None else (able[best], best))
            if start >= 0:
                table.remove(step, chosen, start)
            assert table._room == full._room


@examples(50)
@given(cases())
def test_what_is_taken_and_given_back_leaves_the_timetable_as_it_was(case: Case) -> None:
    table = Timetable(case.project, starts_of(case), (0,) * len(case.project.duration))
    copy = table.copy()
    for step, start in case.placed:
        table.remove(step, 0, start)
    assert table._room == Timetable(case.project)._room
    assert copy._room == Timetable(case.project, starts_of(case), (0,) * 6)._room


@examples(50)
@given(cases())
def test_groups_share_out_all_periods(case: Case) -> None:
    table = Timetable(case.project)
    packed = table._packed
    assert sum(packed.groups.values()) == packed.first
    for number, bits in packed.groups.items():
        periods = [t for t in range(case.project.horizon) if bits & bit_of(table, t)]
        assert periods == [t for t in range(case.project.horizon) if t // 3 == number]


def test_a_half_term_with_enough_launches_is_closed_until_one_is_taken_out() -> None:
    project = Project(
        duration=(1, 1, 1),
        before=((),) * 3,
        modes=(((),),) * 3,
        capacity=(),
        allowed=(None,) * 3,
        weight=(1.0,) * 3,
        horizon=4,
        launches=(True, True, False),
        launch_limit=1,
        group=(0, 0, 1, 1),
    )
    table = Timetable(project, (1, None, None), (0, 0, 0))
    assert [table.launches_full(1, t) for t in range(4)] == [True, True, False, False]
    assert (table.first(1, 0, 0), table.last(1, 0, 1)) == (2, -1)
    assert table.first(2, 0, 0) == 0
    table.remove(0, 0, 1)
    assert table.first(1, 0, 0) == 0


def test_a_demand_beyond_all_capacity_fits_nowhere() -> None:
    demand: Demand = ((0, 10**12),)
    project = Project(
        duration=(1,),
        before=((),),
        modes=((demand,),),
        capacity=((1, 2, 3), (4, 4, 4)),
        allowed=(None,),
        weight=(1.0,),
        horizon=3,
    )
    table = Timetable(project)
    assert table.first(0, 0, 0) == -1
    assert table.last(0, 0, 2) == -1
