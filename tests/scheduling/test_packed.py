"""The packed profile beside plain lists: the same first and last possible period, always."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from behaviour_culture.scheduling.packed import Packed
from behaviour_culture.scheduling.project import Demand, Project

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
        after=((),) * size,
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


def packed_room(packed: Packed, placed: Sequence[tuple[int, int]]) -> int:
    room = packed.room
    for step, start in placed:
        room -= packed.modes[step][0][1] << (start * packed.width)
    return room


@settings(max_examples=150)
@given(cases())
def test_the_first_and_the_last_period_are_those_of_a_plain_list(case: Case) -> None:
    project, packed = case.project, Packed(case.project)
    room = packed_room(packed, case.placed)
    plain = [list(row) for row in project.capacity]
    for step, start in case.placed:
        take(project, plain, step, start)
    # A bit for each closed period, where the packed profile keeps its starts.
    one = (packed.first & -packed.first).bit_length() - 1
    shut = sum(1 << (t * packed.width + one) for t, off in enumerate(case.closed) if off)
    for step in range(len(project.duration)):
        for mode, (need, _) in enumerate(packed.modes[step]):
            for bits in (0, shut):
                able = possible(case, plain, step, mode, closed=bool(bits))
                for t in range(project.horizon):
                    later = [s for s in able if s >= t]
                    assert packed.earliest(room, step, need, t, bits) == min(later, default=-1)
                    sooner = [s for s in able if s <= t]
                    assert packed.latest(room, step, need, t, bits) == max(sooner, default=-1)


@settings(max_examples=50)
@given(cases())
def test_what_is_taken_and_given_back_leaves_the_profile_as_it_was(case: Case) -> None:
    packed = Packed(case.project)
    room = packed_room(packed, case.placed)
    for step, start in case.placed:
        room += packed.modes[step][0][1] << (start * packed.width)
    assert room == packed.room


@settings(max_examples=50)
@given(cases())
def test_groups_share_out_all_periods(case: Case) -> None:
    packed = Packed(case.project)
    assert sum(packed.groups.values()) == packed.first
    for number, bits in packed.groups.items():
        periods = [t for t in range(case.project.horizon) if bits & _at(packed, t)]
        assert periods == [t for t, g in enumerate(case.project.group) if g == number]


def _at(packed: Packed, period: int) -> int:
    one = (packed.first & -packed.first).bit_length() - 1
    return 1 << (period * packed.width + one)


def test_a_demand_beyond_all_capacity_fits_nowhere() -> None:
    demand: Demand = ((0, 10**12),)
    project = Project(
        duration=(1,),
        before=((),),
        after=((),),
        modes=((demand,),),
        capacity=((1, 2, 3), (4, 4, 4)),
        allowed=(None,),
        weight=(1.0,),
        horizon=3,
    )
    packed = Packed(project)
    assert packed.earliest(packed.room, 0, packed.modes[0][0][0], 0, 0) == -1
    assert packed.latest(packed.room, 0, packed.modes[0][0][0], 2, 0) == -1
