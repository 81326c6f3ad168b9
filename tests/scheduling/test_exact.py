"""The exact engine beside all schedules of tiny projects, and the explanations of its answers."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import ReasonKind, Schedule, ScheduleStatus, engine, exact
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.exact import can_all_be_placed, solve, solve_in_time
from behaviour_culture.scheduling.project import (
    Modes,
    Project,
    Solution,
    Starts,
    lower_bound,
    makespan,
)
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.timetable import pack_left
from behaviour_culture.testing import ScheduledPlan, assert_feasible, scheduled_plans
from builders import DAY, HOURS, MONDAY, audit_of, autumn, examples, people, plan_of, step

needs_ortools = pytest.mark.skipif(not engine.find_spec("ortools"), reason="needs OR-Tools")
GROUP = (0, 0, 0, 1, 1, 1, 2)


@st.composite
def projects(draw: st.DrawFn, *, max_steps: int = 4, horizon: int = 7) -> Project:
    """Tiny projects with all that there is: lags, modes, capacity by period, rules, launches."""
    size = draw(st.integers(1, max_steps))
    rows = st.lists(st.integers(0, 3), min_size=horizon, max_size=horizon)
    full = [draw(st.sampled_from([2, 3]))] * horizon
    capacity = (tuple(full), tuple(draw(st.just(full) | rows)))
    need = st.sampled_from([0, 1, 1, 2, 3])
    before: list[tuple[tuple[int, int], ...]] = []
    for i in range(size):
        some = draw(st.sets(st.sampled_from(range(i)), max_size=2)) if i else set()
        before.append(tuple((b, draw(st.sampled_from([0, 0, 1]))) for b in sorted(some)))
    demands = st.tuples(need, need).map(lambda n: tuple((r, u) for r, u in enumerate(n) if u))
    launches = tuple(draw(st.booleans()) for _ in range(size)) if draw(st.booleans()) else ()
    some_periods = st.lists(st.booleans(), min_size=horizon, max_size=horizon).map(tuple)
    return Project(
        duration=tuple(draw(st.integers(1, 3)) for _ in range(size)),
        before=tuple(before),
        modes=tuple(tuple(draw(st.lists(demands, min_size=1, max_size=2))) for _ in range(size)),
        capacity=capacity,
        allowed=tuple(draw(st.none() | st.none() | some_periods) for _ in range(size)),
        weight=tuple(draw(st.sampled_from([0.0, 1.0, 5.0])) for _ in range(size)),
        horizon=horizon,
        launches=launches,
        launch_limit=1 if launches else 0,
        group=GROUP[:horizon],
    )


def faults(project: Project, starts: Starts, modes: Modes) -> list[str]:
    """Say all that is wrong with a schedule, in plain loops."""
    wrong = []
    used = [[0] * project.horizon for _ in project.capacity]
    launched: dict[int, int] = {}
    for i, start in enumerate(starts):
        if start is None:
            continue
        end = start + project.duration[i]
        if start < 0 or end > project.horizon:
            wrong.append(f"{i} leaves the horizon")
            continue
        if (allowed := project.allowed[i]) is not None and not allowed[start]:
            wrong.append(f"{i} may not start in {start}")
        for b, lag in project.before[i]:
            first = starts[b]
            if first is None or first + project.duration[b] + lag > start:
                wrong.append(f"{i} does not wait for {b}")
        for role, units in project.modes[i][modes[i]]:
            for period in range(start, end):
                used[role][period] += units
        if project.launches and project.launches[i]:
            group = project.group[start]
            launched[group] = launched.get(group, 0) + 1
    wrong += [f"too many launches in {g}" for g, n in launched.items() if n > project.launch_limit]
    wrong += [
        f"role {r} has {capacity} of {units} in {period}"
        for r, row in enumerate(used)
        for period, units in enumerate(row)
        if units > (capacity := project.capacity[r][period])
    ]
    return wrong


def best_of_all(project: Project) -> tuple[int, int]:
    """Most steps that can be placed and, of those schedules, the earliest end, by trying all."""
    best = (len(project.duration), 0)

    def place(step: int, starts: Starts, modes: Modes, out: int, end: int) -> None:
        nonlocal best
        if (out, end) >= best:
            return
        if step == len(project.duration):
            best = (out, end)
            return
        for start, mode in product(range(project.horizon), range(len(project.modes[step]))):
            more, ways = (*starts, start), (*modes, mode)
            if not faults(project, more, ways):
                place(step + 1, more, ways, out, max(end, start + project.duration[step]))
        place(step + 1, (*starts, None), (*modes, 0), out + 1, end)

    place(0, (), (), 0, 0)
    return len(project.duration) - best[0], best[1]


def count(starts: Starts) -> int:
    return sum(s is not None for s in starts)


def first_found(project: Project, budget: int = 1) -> Solution:
    return search(project, budget=budget, time_limit=None, seed=0)


def proof_of(project: Project, found: Solution | None = None, **limits: Any) -> Solution:
    effort = Effort(**{"engine": "exact", "budget": 2_000, **limits})
    return solve(project, found or first_found(project), effort)


@needs_ortools
class TestTinyProjects:
    @examples(60)
    @given(projects())
    def test_it_finds_and_proves_the_best(self, project: Project) -> None:
        found = first_found(project)
        proof = proof_of(project, found)
        assert not faults(project, proof.starts, proof.modes)
        assert (count(proof.starts), proof.makespan) == best_of_all(project)
        assert proof.makespan == makespan(project, proof.starts, proof.modes) == max(proof.bound, 0)
        assert proof.most_placed == count(proof.starts)
        # Never worse than where it began.
        assert (-count(proof.starts), proof.makespan) <= (-count(found.starts), found.makespan)

    @examples(40)
    @given(projects(), st.sampled_from([0, 1e-9, 0.001]))
    def test_a_proof_cut_short_promises_no_more_than_is_true(
        self, project: Project, seconds: float
    ) -> None:
        proof = proof_of(project, time_limit=seconds)
        placed, end = best_of_all(project)
        assert not faults(project, proof.starts, proof.modes)
        assert count(proof.starts) <= placed <= proof.most_placed
        if placed == len(project.duration):
            assert proof.bound <= end
            assert proof.makespan >= end or count(proof.starts) < placed

    @examples(40)
    @given(projects())
    def test_it_can_say_whether_all_steps_fit(self, project: Project) -> None:
        found = first_found(project)
        if None in found.starts:
            fits = best_of_all(project)[0] == len(project.duration)
            assert can_all_be_placed(project, found, seed=0) == fits

    @examples(40)
    @given(projects())
    def test_no_step_of_its_answer_could_start_earlier(self, project: Project) -> None:
        proof = proof_of(project)
        for i, start in enumerate(proof.starts):
            for earlier in range(start or 0):
                moved = list(proof.starts)
                moved[i] = earlier
                assert faults(project, tuple(moved), proof.modes)

    @examples(15)
    @given(projects(), st.integers(0, 5))
    def test_one_worker_and_a_budget_repeat_the_same_bits(
        self, project: Project, seed: int
    ) -> None:
        made = [proof_of(project, budget=50, seed=seed) for _ in range(2)]
        assert made[0] == made[1]

    @examples(15)
    @given(projects(), st.sampled_from([0, 0.02, 5]), st.sampled_from([1, 2]))
    def test_within_a_time_limit_it_promises_no_more_than_is_true(
        self, project: Project, seconds: float, workers: int
    ) -> None:
        found = first_found(project)
        proof = solve_in_time(project, found, Effort("exact", None, seconds, workers))
        placed, end = best_of_all(project)
        assert not faults(project, proof.starts, proof.modes)
        assert count(found.starts) <= count(proof.starts) <= placed <= proof.most_placed
        if count(proof.starts) == placed == len(project.duration):
            assert proof.bound <= end <= proof.makespan
        if seconds == 5:
            assert (count(proof.starts), proof.makespan) == (placed, end)

    @examples(15)
    @given(
        projects(),
        st.sampled_from([1, 2]),
        st.sampled_from([0.0, 0.1]),
        st.sampled_from([0.0, 0.5]),
    )
    def test_what_is_too_large_to_be_proven_is_improved(
        self, project: Project, workers: int, share: float, searched: float
    ) -> None:
        """With or without time for a proof, neighbourhoods make it no worse."""
        found = first_found(project)
        with mock.patch.multiple(exact, _PROOF=share, _SEARCHED=searched, _IMPROVED=1.0):
            proof = solve_in_time(project, found, Effort("exact", None, 0.25, workers))
        placed, end = best_of_all(project)
        assert not faults(project, proof.starts, proof.modes)
        assert count(found.starts) <= count(proof.starts) <= placed <= proof.most_placed
        assert (-count(proof.starts), proof.makespan) <= (-count(found.starts), found.makespan)
        if count(proof.starts) == placed == len(project.duration):
            assert proof.bound <= end <= proof.makespan

    def test_several_workers_find_as_good_a_schedule(self) -> None:
        project = draw_one()
        one, two = (proof_of(project, workers=w) for w in (1, 2))
        assert (one.makespan, one.bound) == (two.makespan, two.bound)


@examples(80)
@given(projects(), st.data())
def test_packing_left_keeps_what_is_feasible_and_leaves_no_gap(
    project: Project, data: st.DataObject
) -> None:
    found = first_found(project)
    starts = list(found.starts)
    for i in reversed(range(len(starts))):  # push some steps to the right, as far as they go
        start = starts[i]
        if start is None or not data.draw(st.booleans()):
            continue
        for later in range(start + 1, project.horizon):
            moved = [*starts[:i], later, *starts[i + 1 :]]
            if not faults(project, tuple(moved), found.modes):
                starts = moved
    packed = pack_left(project, tuple(starts), found.modes)
    assert not faults(project, packed, found.modes)
    assert all(p is s is None or p <= s for p, s in zip(packed, starts, strict=True))
    for i, start in enumerate(packed):
        for earlier in range(start or 0):
            moved = [*packed[:i], earlier, *packed[i + 1 :]]
            assert faults(project, tuple(moved), found.modes)


def draw_one() -> Project:
    """A project of five steps in which the first list misses the optimum by a period."""
    need = [((0, 2),), ((0, 1),), ((0, 1),), ((0, 2),), ((0, 1),)]
    before: list[tuple[tuple[int, int], ...]] = [(), (), ((1, 0),), ((2, 0),), ((0, 0),)]
    return Project(
        duration=(2, 3, 2, 1, 3),
        before=tuple(before),
        modes=tuple((n,) for n in need),
        capacity=((2,) * 15,),
        allowed=(None,) * 5,
        weight=(1.0,) * 5,
        horizon=15,
    )


# -- through schedule_plan -------------------------------------------------------------------

YEAR = autumn(15, 7)


@cache
def drafted(priorities: int = 2) -> bc.ActionPlan:
    framework = bc.load_framework("bennett-2017")
    return bc.draft_plan(
        bc.score_audit(audit_of(framework, 0, 1, 2, 3), framework),
        catalogue=bc.load_catalogue("bennett-2017"),
        priorities=priorities,
        starts=dt.date(2026, 9, 3),
    )


schedule_drafted = partial(
    bc.schedule_plan,
    calendar=bc.load_calendar("illustrative-2026-27"),
    capacity=people(kept=60, **HOURS),
)


def _quality(made: Schedule) -> tuple[int, int, int]:
    return len(made.unscheduled), made.launch_weeks, made.makespan


CROWDED = plan_of(*(step(key, weeks=8, hours=2) for key in "abc"))
"""Three steps of which the year has room for one."""


@needs_ortools
@examples(20)
@given(scheduled_plans())
def test_its_schedules_can_be_carried_out_and_are_no_worse(drawn: ScheduledPlan) -> None:
    made, plan, calendar, capacity = drawn
    wishes = made.options
    best = bc.schedule_plan(
        plan,
        calendar=calendar,
        capacity=capacity,
        engine="exact",
        pins=wishes.pins,
        deadlines=wishes.deadlines,
        launch_limit=wishes.launch_limit,
        prefer=wishes.prefer,
    )
    assert_feasible(best, plan, calendar, capacity)
    assert best.engine == "exact"
    assert best.proven
    assert _quality(best) <= _quality(made)
    if made.status is ScheduleStatus.OPTIMAL:
        assert best.makespan == made.makespan
    if not best.unscheduled:
        assert best.status is ScheduleStatus.OPTIMAL
        assert made.lower_bound <= best.lower_bound == best.makespan


@needs_ortools
def test_a_drafted_plan_is_proven_and_explains_itself() -> None:
    made = schedule_drafted(drafted(), engine="exact")
    assert made.status is ScheduleStatus.OPTIMAL
    assert made.proven
    heuristic = schedule_drafted(drafted())
    assert heuristic.lower_bound <= made.makespan <= heuristic.makespan
    for entry in made.steps:
        begins_with_the_plan = [r.kind for r in entry.reasons] == [ReasonKind.START]
        assert begins_with_the_plan == (entry.first_week == 0)
    assert made == schedule_drafted(drafted(), engine="exact")


@needs_ortools
def test_auto_proves_what_the_heuristic_could_not() -> None:
    # Not all of it fits the year, which a search alone cannot prove.
    made = bc.schedule_plan(CROWDED, calendar=YEAR, capacity=people(head=2), engine="auto")
    assert (made.engine, made.status, made.proven) == ("exact", ScheduleStatus.PARTIAL, True)


def test_auto_stays_with_the_heuristic_where_that_is_proven() -> None:
    made = bc.schedule_plan(
        plan_of(step("a"), step("b", "a")), calendar=YEAR, capacity=people(head=2), engine="auto"
    )
    assert (made.engine, made.status) == ("heuristic", ScheduleStatus.OPTIMAL)


class TestWithoutOrTools:
    @pytest.fixture(autouse=True)
    def _not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [n for n in sys.modules if n.split(".")[0] == "ortools"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "ortools", None)
        monkeypatch.setattr(engine, "find_spec", lambda _name: None)

    def test_the_exact_engine_says_what_to_install(self) -> None:
        with pytest.raises(bc.errors.MissingExtraError) as caught:
            schedule_drafted(drafted(), engine="exact", budget=20)
        assert caught.value.extra == "exact"
        assert str(caught.value) == (
            "the exact engine needs ortools, which is not installed: run  "
            'python -m pip install "behaviour_culture[exact]"'
        )

    def test_auto_uses_the_heuristic(self) -> None:
        made = bc.schedule_plan(
            CROWDED, calendar=YEAR, capacity=people(head=2), engine="auto", budget=40
        )
        assert (made.engine, made.status, made.proven) == (
            "heuristic",
            ScheduleStatus.PARTIAL,
            False,
        )

    def test_the_heuristic_needs_none_of_it(self) -> None:
        assert schedule_drafted(drafted(), budget=5).engine == "heuristic"


@pytest.mark.parametrize("name", ["exact", "auto", "heuristic"])
def test_no_time_at_all_still_gives_a_schedule(name: str) -> None:
    if name == "exact":
        pytest.importorskip("ortools")
    made = schedule_drafted(drafted(), engine=name, time_limit=0)
    assert made.tried == 1
    assert_feasible(made, drafted(), *schedule_drafted.keywords.values())


@needs_ortools
class TestBadInput:
    def schedule(self, *steps: bc.ActionStep, capacity: bc.Capacity, **wishes: Any) -> Schedule:
        made = bc.schedule_plan(
            plan_of(*steps), calendar=YEAR, capacity=capacity, engine="exact", **wishes
        )
        assert_feasible(made, plan_of(*steps), YEAR, capacity)
        return made

    def test_pins_that_contradict_a_prerequisite(self) -> None:
        made = self.schedule(
            step("a", weeks=2), step("b", "a"), capacity=people(head=2),
            pins={"a": MONDAY + 7 * DAY, "b": MONDAY},
        )  # fmt: skip
        assert made.unscheduled == {
            "b": "it is pinned to the week of 07 September 2026, but cannot start before "
            "28 September 2026"
        }
        assert (made.most_placed, made.proven) == (1, True)

    def test_a_step_longer_than_the_year(self) -> None:
        made = self.schedule(step("a", weeks=40), step("b"), capacity=people(head=2))
        assert made.unscheduled == {"a": "it takes 40 weeks, and the calendar has 14"}
        assert made.most_placed == 1

    def test_a_role_without_hours(self) -> None:
        capacity = evolve(
            people(head=2),
            changes=[
                bc.model.CapacityChange(
                    role="head", start=YEAR.start, end=YEAR.end, hours_per_week=0
                )
            ],
        )
        made = self.schedule(step("a"), step("b", "a"), capacity=capacity)
        assert made.steps == ()
        assert made.unscheduled["a"] == ("it needs head for 1 hours a week, and head has 0 at most")
        assert (made.most_placed, made.makespan, made.proven) == (0, 0, True)

    def test_as_many_as_fit(self) -> None:
        """The first list puts the long one first; two short ones are more."""
        steps = [step("long", weeks=14, hours=2), step("x", weeks=7, hours=2)]
        made = self.schedule(*steps, step("y", weeks=7, hours=2), capacity=people(head=2))
        assert {s.step for s in made.steps} == {"x", "y"}
        assert (made.most_placed, made.proven) == (2, True)
        assert made.status is ScheduleStatus.PARTIAL

    def test_another_lead_saves_a_week(self) -> None:
        steps = [step(k, hours=2, lead_options=["deputy"]) for k in "ab"]
        made = self.schedule(*steps, capacity=people(head=2, deputy=2))
        assert made.makespan == 1
        assert {made.step("a").lead, made.step("b").lead} == {"head", "deputy"}

    def test_an_empty_plan(self) -> None:
        made = self.schedule(capacity=people(head=2))
        assert (made.steps, made.status) == ((), ScheduleStatus.OPTIMAL)


@pytest.mark.slow
def test_ten_thousand_steps() -> None:
    """One schedule of a plan far larger than any school's, in time that a person waits."""
    size, horizon = 10_000, 3_000
    before = tuple(((i - 7, 0),) if i >= 7 and i % 5 else () for i in range(size))
    project = Project(
        duration=tuple(1 + i % 4 for i in range(size)),
        before=before,
        modes=tuple((((i % 3, 1 + i % 2),),) for i in range(size)),
        capacity=((12,) * horizon,) * 3,
        allowed=(None,) * size,
        weight=(1.0,) * size,
        horizon=horizon,
    )
    begun = time.process_time()
    found = search(project, budget=1, time_limit=None, seed=0)
    assert time.process_time() - begun < 60
    assert None not in found.starts
    assert found.makespan >= lower_bound(project)[0]
    assert not faults(project, found.starts, found.modes)


def large_plan() -> tuple[bc.ActionPlan, bc.Capacity]:
    """A plan on which the solver works for half a minute."""
    framework, catalogue = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
    ratings = [bc.Response(rater="head", item=item.id, rating=1) for item in framework.items]
    audit = bc.Audit(id="a", framework=framework.id, edition=framework.edition, responses=ratings)
    plan = bc.draft_plan(
        bc.score_audit(audit, framework), catalogue=catalogue, priorities=24, steps_per_priority=20
    )
    roles = sorted({role for step in plan.steps for role in step.hours_per_week})
    return plan, bc.Capacity(
        roles=[bc.Role(id=role, title=role, people=1, hours_per_week=4) for role in roles]
    )


@needs_ortools
class TestStopping:
    """An exact search ends in under a second when it is told to."""

    YEAR = "illustrative-2026-27"

    def schedule(self, **options: Any) -> bc.Schedule:
        plan, capacity = large_plan()
        calendar = bc.load_calendar(self.YEAR)
        return bc.schedule_plan(
            plan, calendar=calendar, capacity=capacity, engine="exact", budget=4_000, **options
        )

    def test_by_a_function_that_says_so(self) -> None:
        asked: list[float] = []

        def stop() -> bool:
            asked.append(time.monotonic())
            return asked[-1] - asked[0] > 1

        done = self.schedule(stop=stop)
        assert time.monotonic() - asked[-1] < 2  # a second of it is the explaining
        assert done.steps

    def test_at_once(self) -> None:
        assert self.schedule(stop=lambda: True).steps

    def test_by_an_exception_of_progress(self) -> None:
        class Enough(Exception):  # noqa: N818
            pass

        told: list[str] = []
        raised: list[float] = []

        def progress(stage: str, _tried: int, _budget: int) -> None:
            told.append(stage)
            if told.count("proving") == 5:  # the exact engine is at work
                raised.append(time.monotonic())
                raise Enough

        with pytest.raises(Enough):
            self.schedule(progress=progress)
        assert time.monotonic() - raised[0] < 1

    def test_by_control_c(self) -> None:
        code = (
            "import os, signal, threading, time\n"
            "from test_exact import TestStopping\n"
            "sent, told = [], []\n"
            "def interrupt():\n"
            "    sent.append(time.monotonic())\n"
            "    os.kill(os.getpid(), signal.SIGINT)\n"
            "def progress(stage, *_):\n"
            "    told.append(stage)\n"
            "    if told.count('proving') == 5:  # the exact engine is at work\n"
            "        threading.Timer(0.1, interrupt).start()\n"
            "try:\n"
            "    TestStopping().schedule(progress=progress)\n"
            "except KeyboardInterrupt:\n"
            "    print(time.monotonic() - sent[0] < 1)\n"
        )
        folders = [str(Path(__file__).parent), *sys.path]
        done = subprocess.run(  # noqa: S603  (this interpreter and the code of this file)
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == "True"

    @pytest.mark.parametrize("wrong", [True, 3, "stop"])
    def test_what_cannot_be_asked(self, wrong: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match="stop: expected a function"):
            self.schedule(stop=wrong)


@needs_ortools
def test_every_solver_gets_the_seed_and_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    from ortools.sat.python.cp_model import CpSolver

    given_to: set[tuple[int, int, bool]] = set()
    solve_model = CpSolver.solve

    def noted(self: Any, *args: Any) -> Any:
        asked = self.parameters
        given_to.add((asked.random_seed, asked.num_workers, asked.catch_sigint_signal))
        return solve_model(self, *args)

    monkeypatch.setattr(CpSolver, "solve", noted)
    steps = [step(key, weeks=3) for key in "abcdef"]  # more than fit: what is left out is asked too
    plan, year = plan_of(*steps), autumn(9, 4)
    options = {"calendar": year, "capacity": people(head=1), "engine": "exact", "budget": 20}
    made = bc.schedule_plan(plan, seed=2**31 + 7, **options)
    assert made.seed == 2**31 + 7
    assert given_to == {(7, 1, False)}
