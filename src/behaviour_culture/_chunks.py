"""Running many chunks of work, here or on any executor, so that no worker's death loses results.

Whatever has ``submit`` like `concurrent.futures.Executor` runs the chunks. Without one, they run
in this process or in a pool of processes, which is started afresh where one of them dies.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import TYPE_CHECKING, Generic, TypeVar

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.errors import WorkersLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import ProcessPoolExecutor

__all__ = ["run_chunks", "usable_cpus"]

C = TypeVar("C")
R = TypeVar("R")

_FRESH_POOLS = 5
"""How often pools of our own may die one after the other with nothing done (judgement)."""
_MOST_ON_WINDOWS = 61
"""Windows waits for no more processes at a time."""
_POLL = 0.05
"""Seconds between two questions whether to stop."""


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_chunks(  # noqa: PLR0913  (what is run, and how)
    work: Callable[[C], R],
    chunks: Sequence[C],
    take: Callable[[C, R], object],
    *,
    executor: Executor | None = None,
    workers: int = 1,
    ahead: int | None = None,
    watch: Watch = NOBODY,
    stage: str = "working",
) -> None:
    """Call ``take(chunk, work(chunk))`` once for each chunk, wherever the work is done.

    Parameters
    ----------
    work : callable
        Picklable, unless all runs in this process.
    chunks : sequence
        In the order in which they are started.
    take : callable
        Called in this process as soon as a result is there, so in any order where several
        workers run. An exception that it raises stops the run.
    executor : concurrent.futures.Executor, optional
        It is not shut down. Where it is a ``ProcessPoolExecutor`` and one of its processes
        dies, which breaks it for good, the rest runs in processes of our own.
    workers : int
        Processes of our own where no executor is given; with 1 all runs in this process.
    ahead : int, optional
        How many chunks may be started from the first unfinished one on. It bounds what a
        ``take`` that needs the results in order has to hold. All where not given.
    watch : Watch
        Asked whether to stop before each chunk, and twenty times a second where others run
        them; ``take`` tells the progress. However the run ends, processes of our own end too;
        what an executor of the user's has begun it finishes.
    stage : str
        What the chunks are for, for the error.

    Raises
    ------
    StoppedError
        The run was stopped.
    WorkersLostError
        Processes of our own died again and again with nothing done, or workers of an executor
        that is not a pool of processes of this machine died.
    """
    if executor is None and min(workers, len(chunks)) <= 1:
        for done, chunk in enumerate(chunks):
            watch.check(stage, done, len(chunks))
            take(chunk, work(chunk))
        return
    run = _Run(work, chunks, take, ahead, watch, stage)
    if executor is None:
        run.in_own_pools(workers)
        return
    try:
        run.on(executor)
    except BrokenExecutor as error:
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415  (only here)

        # Processes of this machine can be started afresh; those of a cluster are not ours.
        if not isinstance(error, BrokenProcessPool):
            raise WorkersLostError(1, len(run.done), len(chunks)) from None
        run.in_own_pools(workers)


class _Run(Generic[C, R]):
    """Which chunks are done, by their places."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        work: Callable[[C], R],
        chunks: Sequence[C],
        take: Callable[[C, R], object],
        ahead: int | None,
        watch: Watch,
        stage: str,
    ) -> None:
        self._work, self._chunks, self._take = work, chunks, take
        self._ahead = len(chunks) if ahead is None else ahead
        self._watch, self._stage = watch, stage
        self.done: set[int] = set()

    def _left(self) -> list[int]:
        return [place for place in range(len(self._chunks)) if place not in self.done]

    def in_own_pools(self, workers: int) -> None:
        """Do what is left in processes of our own, however often they die with something done."""
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (slow, seldom used)
        from multiprocessing import get_context  # noqa: PLC0415

        died = in_vain = 0
        while in_vain < _FRESH_POOLS:
            before = len(self.done)
            count = min(workers, len(self._chunks) - before)
            if sys.platform == "win32":
                count = min(count, _MOST_ON_WINDOWS)
            # Spawned, not forked: a fork of a process with threads, as numpy's are, may hang.
            pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
            try:
                self.on(pool)
            except BrokenExecutor:
                died += 1
                in_vain = 0 if len(self.done) > before else in_vain + 1
                continue
            except BaseException:
                _end_now(pool)  # nobody waits for the chunks that they have begun
                raise
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
            return
        raise WorkersLostError(died, len(self.done), len(self._chunks))

    def on(self, executor: Executor) -> None:
        """Do what is left on an executor."""
        left = self._left()
        started = first = 0
        waiting: dict[Future[R], int] = {}
        try:
            while first < len(left):
                while started < len(left) and left[started] < left[first] + self._ahead:
                    place = left[started]
                    waiting[executor.submit(self._work, self._chunks[place])] = place
                    started += 1
                # With a limit: without one an interrupt is not heard on Windows.
                finished, _ = wait(waiting, timeout=_POLL, return_when=FIRST_COMPLETED)
                self._watch.check(self._stage, len(self.done), len(self._chunks))
                # Whole results first: what a dying pool had finished is kept.
                for future in sorted(finished, key=lambda f: f.exception() is not None):
                    place = waiting.pop(future)
                    self._take(self._chunks[place], future.result())
                    self.done.add(place)
                while first < len(left) and left[first] in self.done:
                    first += 1
        except BaseException:
            for future in waiting:
                future.cancel()
            raise


def _end_now(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool in the middle of their work."""
    # `kill_workers`, from Python 3.14 on, would leave nobody to wait until they have ended.
    for process in list((pool._processes or {}).values()):  # noqa: SLF001
        process.kill()
