"""Long calls end at once when they are told to, and leave nothing behind."""

from __future__ import annotations

import inspect
import multiprocessing
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture import impact, programme
from behaviour_culture._chunks import run_chunks
from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.errors import StoppedError
from builders import pickled
from long_calls import CALLS, LOOKED, NATION, made, seen, small_chunks

BEST_SO_FAR = (
    "schedule_plan",
    "schedule_plan, exact",
    "what_if",
    "replan",
    "plan_support",
    "choose_steps",
)
"""Searches that return what they have found."""
UNTOLD = (
    "replan",  # its `progress` is that of the steps
    "draft_plan",  # so is its own
    "tornado",  # one call of the user's function
    "planning_index",  # scorers, which rank_steps and others call
    "benefit_per_hour",
    "gap_closed",
    "unlock_value",
)
"""Calls that are not told how far they are."""
TOLD = [name for name in CALLS if name not in UNTOLD and name != "bring_forward"]
BOUND = 5.0
"""Seconds that a call may take to end: it takes under one where nothing else runs."""


class Stop:
    """Says True from one question on, and knows when it did."""

    def __init__(self, at: int) -> None:
        self.at, self.asked, self.said = at, 0, 0.0

    def __call__(self) -> bool:
        self.asked += 1
        if self.asked >= self.at and not self.said:
            self.said = time.thread_time()
        return self.asked >= self.at


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """No process of ours, no thread and no temporary file outlives a test."""
    before = threading.active_count()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    small_chunks(monkeypatch)
    yield
    assert not multiprocessing.active_children()
    assert not [path for path in tmp_path.iterdir() if path.name != "kept"]
    for _ in range(100):  # a solver's thread ends a moment after its answer
        if threading.active_count() <= before:
            break
        time.sleep(0.01)
    assert threading.active_count() <= before


@pytest.mark.parametrize("at", [1, 3])
@pytest.mark.parametrize("name", CALLS)
def test_stop(name: str, at: int) -> None:
    stop = Stop(at)
    if name in BEST_SO_FAR:
        assert CALLS[name](stop=stop) is not None
    else:
        try:
            CALLS[name](stop=stop)
        except StoppedError:
            assert stop.said
        else:
            assert not stop.said  # it was done before
    if stop.said:
        assert time.thread_time() - stop.said < BOUND


@pytest.mark.parametrize("name", TOLD)
def test_an_interrupt_while_progress_is_told(name: str) -> None:
    told: list[tuple[str, int, int]] = []

    def progress(*at: Any) -> None:
        told.append(at)
        if len(told) == 2:
            raise KeyboardInterrupt

    try:
        CALLS[name](progress=progress)
    except KeyboardInterrupt:
        assert len(told) == 2
    else:
        assert len(told) < 2


@pytest.mark.parametrize("name", TOLD)
def test_progress_is_a_stage_and_two_numbers(name: str) -> None:
    told: list[tuple[str, int, int]] = []
    CALLS[name](progress=lambda *at: told.append(at))
    assert told
    for stage, done, total in told:
        assert stage == stage.strip()
        assert stage
        assert 0 <= done <= total
    for (stage, done, total), (other, more, whole) in pairwise(told):
        if (stage, total) == (other, whole) and stage != "scheduling":
            assert done <= more


@pytest.mark.parametrize("wrong", [True, 3, "stop"])
@pytest.mark.parametrize("name", CALLS)
def test_what_cannot_be_called_is_refused(name: str, wrong: Any) -> None:
    given = {"stop": wrong} if name in UNTOLD else {"stop": wrong, "progress": wrong}
    with pytest.raises(bc.InvalidInputError) as caught:
        CALLS[name](**given)
    assert {fault.path for fault in caught.value.faults} >= set(given)


def test_every_public_function_with_progress_or_stop_is_tried() -> None:
    known = {name.partition(",")[0] for name in CALLS}
    places = (bc, bc.audit, impact, bc.monitoring, programme, bc.scheduling, bc.review, bc.report)
    places += (bc.disclosure, bc.interchange, bc.content)
    for place in places:
        for name in place.__all__:
            function = getattr(place, name)
            if inspect.isfunction(function):
                parameters = inspect.signature(function).parameters
                if "stop" in parameters or "Progress |" in str(parameters.get("progress")):
                    assert name in known, name
                    assert "stop" in parameters, name


def test_a_search_that_is_stopped_returns_a_whole_schedule() -> None:
    found, capacity = CALLS["schedule_plan"](stop=lambda: True), made().school.capacity
    assert found.tried == 1
    assert capacity is not None
    bc.testing.assert_feasible(found, made().plan, made().calendar, capacity)


@pytest.mark.slow
class TestLarge:
    """Requests that would take minutes."""

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("score_impact", {"draws": 1_000_000}),
            ("unlock_value", {"draws": 1_000_000}),
            ("assess_robustness", {"draws": 1_000_000}),
            ("forecast", {"draws": 10**9}),
            ("compare_forecasts", {"draws": 10**7}),
            ("run_scenarios", {"draws": 10**7}),
            ("rank_acceptability", {"draws": 10**9}),
            ("sobol_indices", {"draws": 2**18}),
            ("redraw_gaps", {"draws": 10**8}),
            ("score_groups", {"draws": 10**6}),
            ("learn", {"draws": 10**9}),
            ("simulate_nation", {"draws": 100_000}),
            ("rank_steps", {"draws": 300_000}),
            ("what_drives", {"combinations": 1024}),
        ],
    )
    def test_it_ends_in_the_middle(self, name: str, options: dict[str, Any]) -> None:
        begun = time.thread_time()
        stopped: list[float] = []

        def stop() -> bool:
            now = time.thread_time()
            if now - begun > 0.05:
                stopped.append(now)
            return bool(stopped)

        with pytest.raises(StoppedError):
            CALLS[name](stop=stop, **options)
        assert time.thread_time() - stopped[0] < BOUND


class TestProcesses:
    @pytest.mark.parametrize("how", ["stop", "interrupt"])
    def test_our_own_end_at_once(self, how: str) -> None:
        """The first chunks are still at work, in two processes, when the run is stopped."""
        begun = time.monotonic()

        def stop() -> bool:
            if len(multiprocessing.active_children()) < 2:
                return False
            if how == "interrupt":
                raise KeyboardInterrupt
            return True

        with pytest.raises(StoppedError if how == "stop" else KeyboardInterrupt):
            run_chunks(time.sleep, [600, 600], lambda *_: None, workers=2, watch=Watch(stop=stop))
        assert time.monotonic() - begun < 60

    def test_an_executor_of_the_users_keeps_running(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            with pytest.raises(StoppedError):
                CALLS["simulate_nation"](workers=None, executor=pool, stop=Stop(2))
            assert pool.submit(int, "1").result() == 1

    def test_a_checkpoint_holds_whole_chunks_alone(self, tmp_path: Path) -> None:
        kept = tmp_path / "kept"
        options: dict[str, Any] = {"schools": 5 * NATION, "draws": 3, "workers": 1}
        told: list[int] = []
        with pytest.raises(StoppedError, match="simulating schools: 2 of 3 done"):
            programme.simulate_nation(
                **options,
                checkpoint=kept,
                progress=lambda _, done, __: told.append(done),
                stop=lambda: told[-1] == 2,
            )
        assert len(list(kept.glob("draws-*.bin"))) == 2
        assert not [p for p in kept.iterdir() if p.suffix not in {".bin", ".json"}]
        assert programme.simulate_nation(**options, checkpoint=kept).draws == 3

    def test_scenarios_that_are_done_are_kept(self) -> None:
        kept: dict[str, Any] = {}
        with pytest.raises(StoppedError):
            CALLS["run_scenarios"](kept=kept, stop=lambda: bool(kept))
        assert len(kept) == 1
        assert CALLS["run_scenarios"](kept=kept) == CALLS["run_scenarios"]()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_control_c_ends_a_forecast() -> None:
    code = (
        "import os, signal, sys, time\n"
        "from long_calls import CALLS, made\n"
        "made()\n"
        "sent = []\n"
        "def progress(*_):\n"
        "    if not sent:\n"
        "        sent.append(time.process_time())\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "try:\n"
        "    CALLS['forecast'](draws=10**9, progress=progress)\n"
        "except KeyboardInterrupt:\n"
        "    print(time.process_time() - sent[0] < 1)\n"
    )
    done = subprocess.run(  # noqa: S603  (this interpreter and the code of this file)
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class TestDeadlines:
    def test_the_clock_on_the_wall_goes_on_while_the_thread_waits(self) -> None:
        """A progress that sleeps costs no processor time: only one of the limits counts it."""
        rest: Callable[..., None] = lambda *_: time.sleep(0.02)  # noqa: E731
        wall = CALLS["schedule_plan"](budget=300, time_limit=0.2, progress=rest)
        assert wall.tried < 30
        processor = CALLS["schedule_plan"](budget=40, cpu_limit=60, progress=rest)
        alone = CALLS["schedule_plan"](budget=40)
        assert processor.tried == alone.tried
        assert processor.steps == alone.steps

    def test_processor_time(self) -> None:
        begun = time.thread_time()
        found = CALLS["schedule_plan"](budget=10**9, cpu_limit=0.05)
        assert found.tried >= 1
        assert time.thread_time() - begun < 3

    @pytest.mark.parametrize("engine", ["exact", "auto"])
    def test_processor_time_is_the_heuristics_alone(self, engine: str) -> None:
        with pytest.raises(bc.InvalidInputError, match="cpu_limit: only the heuristic"):
            CALLS["schedule_plan"](engine=engine, cpu_limit=1)

    def test_with_no_limit_of_time_the_same_seed_gives_the_same_bits(self) -> None:
        first, again = (CALLS["schedule_plan"](seed=3, stop=lambda: False) for _ in range(2))
        assert first == again


class TestScorers:
    def test_one_that_takes_stop_is_given_it(self) -> None:
        given: list[Any] = []

        def scorer(plan: Any, result: Any, *, draws: int, seed: int, stop: Any = "mine") -> Any:
            given.append(stop)
            return impact.gap_closed(plan, result, draws=draws, seed=seed)

        CALLS["choose_steps, scorer"]()  # ours takes it too
        m, stop = made(), Stop(10**9)
        impact.rank_steps(m.plan, m.result, [scorer], draws=100, stop=stop)
        impact.rank_steps(m.plan, m.result, [scorer], draws=100)
        assert given == [stop, "mine"]

    def test_one_that_does_not_is_not(self) -> None:
        def scorer(plan: Any, result: Any, *, draws: int, seed: int) -> Any:
            return impact.gap_closed(plan, result, draws=draws, seed=seed)

        m = made()
        impact.rank_steps(m.plan, m.result, [scorer], draws=100, stop=lambda: False)


class TestTheError:
    def test_it_says_what_was_being_done_and_how_much_of_it(self) -> None:
        error = StoppedError("forecasting", 3_000, 10_000)
        assert str(error) == "stopped, as asked, while forecasting: 3,000 of 10,000 done"
        assert str(StoppedError()) == "stopped, as asked"
        assert str(StoppedError("matching")) == "stopped, as asked, while matching"

    def test_it_is_ours_and_pickles(self) -> None:
        error = pickled(StoppedError("forecasting", 1, 2))
        assert isinstance(error, bc.BehaviourCultureError)
        assert isinstance(error, RuntimeError)
        assert (error.stage, error.done, error.total) == ("forecasting", 1, 2)


class TestTheWatch:
    def test_nobody_listens(self) -> None:
        NOBODY.tell("working", 1, 2)
        NOBODY.check()
        assert not NOBODY.stopped

    def test_over_tells_before_each_part_and_at_the_end(self) -> None:
        told: list[Any] = []
        watch = Watch(lambda *at: told.append(at))
        assert list(watch.over("working", "ab", 2)) == ["a", "b"]
        assert told == [("working", 0, 2), ("working", 1, 2), ("working", 2, 2)]

    def test_progress_is_told_before_the_work_ends(self) -> None:
        told: list[Any] = []
        watch = Watch(lambda *at: told.append(at), lambda: bool(told))
        with pytest.raises(StoppedError, match="working: 1 of 2 done"):
            watch.tell("working", 1, 2)


def test_learning_in_a_hub_is_stopped_between_its_draws() -> None:
    stop = Stop(4)
    with pytest.raises(StoppedError):
        programme.learn_cohort([seen(5_000)] * 2, [LOOKED] * 2, stop=stop)
    assert stop.asked == 4
