"""Chunks of work: each result once, however the work is run and whoever dies."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from behaviour_culture._chunks import run_chunks, usable_cpus
from behaviour_culture.errors import WorkersLostError


def square(number: int) -> int:
    return number * number


class Dying(Executor):
    """Does some tasks, and then breaks."""

    def __init__(self, alive: int) -> None:
        self.alive = alive

    def submit(self, work: Any, /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.alive -= 1
        if self.alive < 0:
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(work(*args))
        return future


@pytest.mark.parametrize("ahead", [None, 1, 3])
@pytest.mark.parametrize("alone", [True, False])
def test_each_result_comes_once(ahead: int | None, *, alone: bool) -> None:
    taken: list[tuple[int, int]] = []
    with ThreadPoolExecutor(4) as pool:
        run_chunks(
            square,
            range(50),
            lambda *pair: taken.append(pair),
            executor=None if alone else pool,
            ahead=ahead,
        )
    assert sorted(taken) == [(n, n * n) for n in range(50)]


def test_no_chunk_is_started_far_ahead_of_the_first_unfinished_one() -> None:
    done: set[int] = set()
    farthest = 0

    def take(chunk: int, _: int) -> None:
        nonlocal farthest
        done.add(chunk)
        first = next(n for n in range(1000) if n not in done)
        farthest = max(farthest, chunk - first)

    with ThreadPoolExecutor(3) as pool:
        run_chunks(square, range(500), take, executor=pool, ahead=4)
    assert len(done) == 500
    assert farthest < 4


def test_whatever_stops_the_run_cancels_the_rest() -> None:
    futures: list[Future[Any]] = []

    class Idle(Executor):
        def submit(self, work: Any, /, *args: Any, **_: Any) -> Future[Any]:
            futures.append(Future())
            if len(futures) == 1:
                futures[0].set_result(work(*args))
            return futures[-1]

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_chunks(square, range(5), stop, executor=Idle())
    assert all(future.cancelled() for future in futures[1:])


def test_an_executor_that_breaks_is_an_error_with_what_was_done() -> None:
    with pytest.raises(WorkersLostError, match="died once, with 2 of 9 chunks done"):
        run_chunks(square, range(9), lambda *_: None, executor=Dying(2))


@pytest.mark.parametrize("each", [0, 1])
def test_pools_of_our_own_may_die_as_often_as_each_does_something(
    monkeypatch: pytest.MonkeyPatch, each: int
) -> None:
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", lambda *_, **__: Dying(each))
    taken: list[int] = []
    if each:
        run_chunks(square, range(9), lambda chunk, _: taken.append(chunk), workers=2)
        assert sorted(taken) == list(range(9))
    else:
        with pytest.raises(WorkersLostError, match="died 5 times, with 0 of 9"):
            run_chunks(square, range(9), lambda *_: None, workers=2)


def test_processors_are_counted_where_a_process_may_use_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert usable_cpus() == os.cpu_count()


def test_windows_waits_for_no_more_than_61_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[int] = []

    def pool(count: int, **_: Any) -> Executor:
        pools.append(count)
        return Dying(100)

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", pool)
    for platform in ("linux", "win32"):
        monkeypatch.setattr("sys.platform", platform)
        run_chunks(square, range(99), lambda *_: None, workers=99)
    assert pools == [99, 61]


def test_a_stop_kills_each_process_and_then_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    pool: Any = Dying(9)
    pool._processes = {n: SimpleNamespace(kill=lambda: done.append("kill")) for n in (1, 2)}
    pool.shutdown = lambda **how: done.append(f"shutdown {how}")
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", lambda *_, **__: pool)

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_chunks(square, range(9), stop, workers=2)
    assert done == ["kill", "kill", "shutdown {'wait': True, 'cancel_futures': True}"]


def test_no_process_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork of a process with threads may hang, and numpy has threads."""

    def fork() -> int:
        pytest.fail("forked")

    monkeypatch.setattr(os, "fork", fork)
    found: list[int] = []
    run_chunks(abs, [-3, 4], lambda _, result: found.append(result), workers=2)
    assert sorted(found) == [3, 4]
