"""The vectorised policies beside plain loops over single draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from behaviour_culture.scheduling import simulate
from behaviour_culture.scheduling.project import Modes, Project, Starts
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.simulate import (
    Run,
    draw_durations,
    early_start_arcs,
    early_start_floors,
    run_early_start,
    run_resource_policy,
)
from builders import examples

Durations = NDArray[np.int16]


class Case(NamedTuple):
    project: Project
    starts: Starts
    modes: Modes
    durations: Durations

    @property
    def placed(self) -> list[int]:
        return [i for i, s in enumerate(self.starts) if s is not None]

    @property
    def order(self) -> list[int]:
        return sorted(self.placed, key=lambda i: (self.starts[i] or 0, i))

    @property
    def planned(self) -> Durations:
        return np.array(self.project.duration, dtype=np.int16)[:, None]


@st.composite
def cases(draw: st.DrawFn, *, changes: bool = True, rules: bool = True) -> Case:
    """A scheduled project of up to six steps, and a few draws of all durations."""
    size, horizon = draw(st.integers(1, 6)), 14
    before: list[tuple[tuple[int, int], ...]] = []
    for i in range(size):
        some = draw(st.sets(st.sampled_from(range(i)), max_size=2)) if i else set()
        before.append(tuple((b, draw(st.sampled_from([0, 0, 1]))) for b in sorted(some)))
    units = st.sampled_from([0, 1, 2, 3])
    row = st.lists(st.integers(1, 4), min_size=horizon, max_size=horizon)
    full = st.integers(3, 5).map(lambda n: [n] * horizon)
    demands = st.tuples(units, units).map(lambda n: tuple((r, u) for r, u in enumerate(n) if u))
    flags = st.lists(st.booleans(), min_size=horizon, max_size=horizon).map(tuple)
    launches = tuple(draw(st.booleans()) for _ in range(size)) if draw(st.booleans()) else ()
    project = Project(
        duration=tuple(draw(st.integers(1, 3)) for _ in range(size)),
        before=tuple(before),
        modes=tuple(tuple(draw(st.lists(demands, min_size=1, max_size=2))) for _ in range(size)),
        capacity=tuple(tuple(draw(full | row if changes else full)) for _ in range(2)),
        allowed=tuple(draw(st.none() | flags) if rules else None for _ in range(size)),
        weight=(1.0,) * size,
        horizon=horizon,
        launches=launches if rules else (),
        launch_limit=1,
        group=tuple(t // 5 for t in range(horizon)),
    )
    found = search(project, budget=3, time_limit=None, seed=0)
    draws = draw(st.integers(1, 4))
    numbers = st.lists(st.integers(1, 5), min_size=draws, max_size=draws)
    durations = np.array([draw(numbers) for _ in range(size)], dtype=np.int16)
    return Case(project, found.starts, found.modes, durations)


def serial(case: Case, length: Sequence[int]) -> dict[int, int]:
    """Place the steps of one draw in the order of the schedule, each as early as it can be."""
    project, begun = case.project, dict[int, int]()
    room = [list(row) for row in project.capacity]
    launched: dict[int, int] = {}
    for step in case.order:
        if any(b not in begun for b, _ in project.before[step]):
            continue
        first = max((begun[b] + length[b] + lag for b, lag in project.before[step]), default=0)
        allowed, demand = project.allowed[step], project.modes[step][case.modes[step]]
        launch = bool(project.launches) and project.launches[step]
        for start in range(first, project.horizon - length[step] + 1):
            weeks = range(start, start + length[step])
            if (
                (allowed is None or allowed[start])
                and not (launch and launched.get(project.group[start], 0) >= project.launch_limit)
                and all(room[role][w] >= need for role, need in demand for w in weeks)
            ):
                begun[step] = start
                if launch:
                    group = project.group[start]
                    launched[group] = launched.get(group, 0) + 1
                for role, need in demand:
                    for w in weeks:
                        room[role][w] -= need
                break
    return begun


def longest_path(
    case: Case,
    arcs: Mapping[int, Sequence[tuple[int, int]]],
    length: Sequence[int],
    floors: Mapping[int, int],
) -> dict[int, int]:
    """Begin each step of one draw when its arcs let it; what is never allowed never begins."""
    project, begun = case.project, dict[int, int]()
    for step in case.order:
        if any(b not in begun for b, _ in arcs[step]):
            continue
        start = max((begun[b] + length[b] + lag for b, lag in arcs[step]), default=0)
        start = max(start, floors.get(step, 0))
        allowed = project.allowed[step]
        if allowed is not None:
            later = [w for w in range(start, project.horizon) if allowed[w]]
            if not later:
                continue
            start = later[0]
        begun[step] = start
    return begun


@examples(100)
@given(cases())
def test_the_resource_policy_is_a_serial_scheduler_in_every_draw(case: Case) -> None:
    run = run_resource_policy(case.project, case.order, case.modes, case.durations)
    for draw in range(case.durations.shape[1]):
        length = case.durations[:, draw].tolist()
        begun = serial(case, length)
        for step in range(len(length)):
            if step in begun:
                assert run.starts[step, draw] == begun[step]
                assert run.ends[step, draw] == begun[step] + length[step]
            else:
                assert run.ends[step, draw] > case.project.horizon


def floors_of(case: Case) -> dict[int, int]:
    return early_start_floors(case.project, case.starts, case.modes)


@examples(100)
@given(cases(), st.booleans())
def test_the_early_start_policy_is_a_longest_path_in_every_draw(
    case: Case,
    held: bool,  # noqa: FBT001  (drawn)
) -> None:
    project = case.project
    arcs = early_start_arcs(project, case.starts, case.modes)
    assert arcs.keys() == set(case.placed)
    for step, pairs in arcs.items():
        assert {b for b, _ in project.before[step]} <= {b for b, _ in pairs}
    floors = floors_of(case) if held else {}
    run = run_early_start(project, case.starts, arcs, case.durations, floors)
    for draw in range(case.durations.shape[1]):
        length = case.durations[:, draw].tolist()
        begun = longest_path(case, arcs, length, floors)
        for step in range(len(length)):
            inside = step in begun and begun[step] + length[step] <= project.horizon
            assert (run.ends[step, draw] <= project.horizon) == inside
            if inside:
                assert run.starts[step, draw] == begun[step]
                assert run.ends[step, draw] == begun[step] + length[step]


@examples(80)
@given(cases())
def test_with_the_durations_of_the_plan_all_goes_as_planned(case: Case) -> None:
    arcs = early_start_arcs(case.project, case.starts, case.modes)
    early = run_early_start(case.project, case.starts, arcs, case.planned, floors_of(case))
    resource = run_resource_policy(case.project, case.order, case.modes, case.planned)
    for step in case.placed:
        assert early.starts[step, 0] <= case.starts[step]
        assert resource.starts[step, 0] <= case.starts[step]
    for run in (early, resource):
        assert not overloads(case, run, 0)
        assert not too_many_launches(case, run, 0)


def overloads(case: Case, run: Run, draw: int) -> list[tuple[int, int]]:
    """Return the roles and weeks in which more is asked than there is, in one draw."""
    return [
        (role, week)
        for role, row in enumerate(case.project.capacity)
        for week, units in enumerate(row)
        if units
        < sum(
            dict(case.project.modes[s][case.modes[s]]).get(role, 0)
            for s in case.placed
            if run.starts[s, draw] <= week < run.ends[s, draw]
        )
    ]


def too_many_launches(case: Case, run: Run, draw: int) -> bool:
    project = case.project
    groups = [
        project.group[run.starts[s, draw]]
        for s in case.placed
        if project.launches and project.launches[s]
    ]
    return any(groups.count(g) > project.launch_limit for g in groups)


@examples(80)
@given(cases(changes=False, rules=False))
def test_the_order_of_the_early_start_policy_never_overloads_a_role(case: Case) -> None:
    """Whatever the durations are, where the hours of a role are the same in all weeks."""
    arcs = early_start_arcs(case.project, case.starts, case.modes)
    run = run_early_start(case.project, case.starts, arcs, case.durations)
    for draw in range(case.durations.shape[1]):
        assert not overloads(case, run, draw)


@examples(30)
@given(cases(), st.integers(1, 3))
def test_the_size_of_the_chunks_changes_nothing(case: Case, size: int) -> None:
    whole = run_resource_policy(case.project, case.order, case.modes, case.durations)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulate, "_CHUNK", size)
        parts = run_resource_policy(case.project, case.order, case.modes, case.durations)
    assert np.array_equal(whole.starts, parts.starts)
    assert np.array_equal(whole.ends, parts.ends)


class TestDraws:
    def draw(
        self, *estimates: tuple[int, int, int], seed: int = 0, draws: int = 1_000
    ) -> Durations:
        return draw_durations(estimates, draws, np.random.default_rng(seed))

    @examples(30)
    @given(
        st.lists(st.lists(st.integers(1, 30), min_size=3, max_size=3).map(sorted), max_size=4),
        st.integers(0, 9),
    )
    def test_they_stay_between_the_estimates_and_repeat(
        self, estimates: list[list[int]], seed: int
    ) -> None:
        triples = [(a, b, c) for a, b, c in estimates]
        found = self.draw(*triples, seed=seed, draws=50)
        assert found.shape == (len(triples), 50)
        for row, (low, likely, high) in zip(found, triples, strict=True):
            assert low <= row.min() <= row.max() <= high
            if low == high:
                assert set(row.tolist()) == {likely}
        assert np.array_equal(found, self.draw(*triples, seed=seed, draws=50))

    def test_their_mean_is_that_of_a_beta_pert(self) -> None:
        """(a + 4 m + b) / 6, within five standard errors and what rounding may shift."""
        for low, likely, high in ((1, 4, 9), (2, 3, 10), (4, 20, 30)):
            (row,) = self.draw((low, likely, high), draws=20_000)
            error = row.std() / 20_000**0.5
            assert abs(row.mean() - (low + 4 * likely + high) / 6) < 5 * error + 0.06

    def test_another_seed_gives_other_draws(self) -> None:
        first, second = (self.draw((1, 4, 9), seed=s) for s in (0, 1))
        assert not np.array_equal(first, second)


def test_nothing_is_placed() -> None:
    project = Project(
        duration=(5,),
        before=((),),
        modes=((((0, 1),),),),
        capacity=((1, 1),),
        allowed=(None,),
        weight=(1.0,),
        horizon=2,
    )
    case = Case(project, (None,), (0,), np.array([[1, 2]], dtype=np.int16))
    assert early_start_arcs(project, case.starts, case.modes) == {}
    early = run_early_start(project, case.starts, {}, case.durations)
    resource = run_resource_policy(project, [], case.modes, case.durations)
    assert (early.ends > 2).all()
    assert (resource.ends > 2).all()
