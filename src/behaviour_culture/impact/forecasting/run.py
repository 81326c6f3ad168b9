"""The chunks of a forecast, tallied in order: the same bits wherever they are run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np

from behaviour_culture._chunks import run_chunks
from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.impact.forecasting.drawing import CHUNK, ChunkDraws, Scratch, draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import Moment, run_chunk
from behaviour_culture.impact.forecasting.shared import SharedDraws
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.typing import FloatArray

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["MOST_RATIO", "Job", "chunk_sizes", "common_outcomes", "run_job", "run_jobs"]

M = TypeVar("M")

MOST_RATIO = 3.0
"""Logarithm of the largest ratio of two plans that is told from larger ones: twenty times."""
_GROUP = 16
"""Chunks in one task, about half a second: long beside the time to send it away."""
_AHEAD = 8
"""Tasks that an executor of the user's holds at least: nobody tells how many workers it has."""


class Job(NamedTuple):
    """What a task has to know: one case, or a baseline and cases to compare with it."""

    cases: tuple[ForecastInputs, ...]
    seed: int
    draws: int
    differences: bool = True
    """With several cases: count the outcomes of the others less those of the first."""
    levels: bool = False
    """Count the others' own outcomes too, in the rows after their differences."""
    delivered: bool = False
    """Count, for the outcomes of all cases over all half-terms, logarithms of how many times as
    much the others deliver as the first, with every effect at its mean: a tally of its own, after
    that of the differences."""

    @property
    def compared(self) -> bool:
        """True where the tallies compare the cases with the first one."""
        return len(self.cases) > 1


def chunk_sizes(draws: int, group: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield number and size of each chunk, or of those of one group."""
    chunks = range(-(-draws // CHUNK))
    for chunk in chunks if group is None else chunks[group * _GROUP : (group + 1) * _GROUP]:
        yield chunk, min(CHUNK, draws - chunk * CHUNK)


def common_outcomes(cases: Sequence[ForecastInputs]) -> list[str]:
    """Return the outcomes that every case has, without the views that follow from conduct."""
    return [o for o in cases[0].outcomes if all(o in case.outcomes for case in cases)]


def _empty(job: Job) -> list[Tally]:
    """Return the tallies of a job: one, or for each case to compare all that it asks for."""
    first = job.cases[0]
    caps = np.repeat([first.cap(name) for name in first.names], len(first.months))
    if not job.compared:
        ones = np.ones(len(first.principles) * len(first.months))
        return [Tally(np.concatenate([-caps, 0 * ones]), np.concatenate([caps, ones]))]
    ends = list[FloatArray]()
    if job.differences:
        ends.append(np.concatenate([2 * caps, caps]) if job.levels else 2 * caps)
    if job.delivered:
        ends.append(np.full(len(common_outcomes(job.cases)), MOST_RATIO))
    return [Tally(-most, most) for _ in job.cases[1:] for most in ends]


class _Task(NamedTuple, Generic[M]):
    """A group of the chunks of one job, by the places of both."""

    at: int
    group: int
    job: Job
    make: Callable[[Job, list[Tally]], M]
    alone: bool
    """The job has no other group."""

    def finished(self, tallies: list[Tally]) -> list[Tally] | M:
        """Return what is made of the tallies where they are whole, else them."""
        return self.make(self.job, tallies) if self.alone else tallies


def _run_group(task: _Task[M], watch: Watch = NOBODY, stage: str = "") -> list[Tally] | M:
    """Run the chunks of a group one after another: the task of a worker.

    In the process of the caller it can be stopped in the middle.
    """
    job = task.job
    tallies, memory = _empty(job), Scratch()
    if not job.compared:
        for chunk, size in chunk_sizes(job.draws, task.group):
            watch.check(stage)
            draws = draw_chunk(job.cases[0], job.seed, chunk, size, memory)
            _count(job.cases[0], draws, tallies[0], memory)
        return task.finished(tallies)
    shared = SharedDraws(job.cases, job.seed)
    compare = _Comparison(job, tallies)
    for chunk, size in chunk_sizes(job.draws, task.group):
        for place, case in enumerate(shared.cases):
            watch.check(stage)
            draws, powers = shared.of(place, chunk, size)
            run = run_chunk(case, draws, memory, powers=powers, compared=True)
            compare.take(place, run)
        for tally in tallies:
            tally.draws += size
    return task.finished(tallies)


def _count(case: ForecastInputs, draws: ChunkDraws, tally: Tally, memory: Scratch) -> None:
    size = len(draws.ramp)
    times, spare = len(case.months), np.empty(size)
    today = np.subtract(1, draws.gaps, out=memory.take("today", *draws.gaps.shape))
    for moment in run_chunk(case, draws, memory):
        for k, values in enumerate(moment.outcomes):
            tally.add(k * times + moment.time, values, spare)
        for p, values in enumerate(moment.maturity, start=len(case.names)):
            tally.add(p * times + moment.time, values, spare, today[p - len(case.names)])
    tally.draws += size


class _Comparison:
    """What is counted of the cases of a job, chunk by chunk: the first one, then the others."""

    def __init__(self, job: Job, tallies: Sequence[Tally]) -> None:
        kinds = job.differences + job.delivered
        self._job, self._times = job, len(job.cases[0].months)
        self._compared = tallies[::kinds] if job.differences else ()
        self._delivered = tallies[kinds - 1 :: kinds] if job.delivered else ()
        # By its length: what begins late has faded least by the last half-term, and did least.
        self._lengths = np.diff(job.cases[0].months, prepend=0.0).tolist()
        names = common_outcomes(job.cases)
        self._rows = [[case.names.index(name) for name in names] for case in job.cases]
        self._base = list[FloatArray]()
        self._sums: FloatArray = np.empty((0, 0))

    def take(self, place: int, run: Iterator[Moment]) -> None:
        """Count one chunk of a case by its place; the run is used up."""
        if not place:
            self._base.clear()
        sums: FloatArray | None = None
        for moment in run:
            if self._delivered:
                assert moment.means is not None  # noqa: S101  (of a run for a comparison)
                part = self._lengths[moment.time] * moment.means[self._rows[place]]
                sums = part if sums is None else np.add(sums, part, out=sums)
            if not self._compared:
                continue
            if place:
                self._count(self._compared[place - 1], moment)
            else:
                self._base.append(moment.outcomes.copy())
        if sums is None:
            return
        if not place:
            self._sums = sums
            return
        spare = np.empty(sums.shape[1])
        for k, values in enumerate(sums):
            self._delivered[place - 1].add(k, _log_ratio(values, self._sums[k]), spare)

    def _count(self, tally: Tally, moment: Moment) -> None:
        """Count a half-term of a further case less that of the first, and its own."""
        base = self._base[moment.time]
        difference, spare = moment.outcomes - base, np.empty(base.shape[1])
        for k, values in enumerate(difference):
            tally.add(k * self._times + moment.time, values, spare)
        for k, values in enumerate(moment.outcomes if self._job.levels else (), len(base)):
            tally.add(k * self._times + moment.time, values, spare)


def _log_ratio(values: FloatArray, base: FloatArray) -> FloatArray:
    """Return ln(values / base), cut off; by its sign alone where one of the two does harm."""
    both = (values > 0) & (base > 0)
    ratio = np.divide(values, base, out=np.ones_like(values), where=both)
    made = np.clip(np.log(ratio), -MOST_RATIO, MOST_RATIO)
    made[~both] = MOST_RATIO * np.sign(values - base)[~both]
    return made


def run_job(
    job: Job,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    watch: Watch = NOBODY,
    stage: str = "forecasting",
) -> list[Tally]:
    """Run all chunks of one job; return its tallies. The parameters are those of `run_jobs`."""
    found: list[Tally] = []

    def take(_job: int, tallies: list[Tally]) -> None:
        found.extend(tallies)

    run_jobs(
        [job], _as_they_are, take, workers=workers, executor=executor, watch=watch, stage=stage
    )
    return found


def _as_they_are(_job: Job, tallies: list[Tally]) -> list[Tally]:
    return tallies


def run_jobs(  # noqa: PLR0913  (the jobs, what is made of them, and how they are run)
    jobs: Sequence[Job],
    make: Callable[[Job, list[Tally]], M],
    take: Callable[[int, M], object],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    watch: Watch = NOBODY,
    stage: str = "forecasting",
) -> None:
    """Run all chunks of all jobs and add up the tallies of each, in the order of its chunks.

    Parameters
    ----------
    jobs : sequence of Job
    make : callable
        Makes of a job and its tallies what is wanted of them; by the worker where it can.
        Picklable.
    take : callable
        Called with the place of a job and what was made of it as soon as it is done, in any
        order.
    workers : int
        Processes of our own; with an executor, half of the tasks that it holds at a time.
    executor : concurrent.futures.Executor, optional
    watch : Watch
        Told draws done and draws in all after each task: those of all cases compared.
    stage : str
        What it is told that is being done.

    Raises
    ------
    WorkersLostError
        As `behaviour_culture._chunks.run_chunks`.
    """
    groups = [-(-job.draws // (CHUNK * _GROUP)) for job in jobs]
    tasks = [
        _Task(at, group, job, make, groups[at] == 1)
        for at, job in enumerate(jobs)
        for group in range(groups[at])
    ]
    every = sum(job.draws * (len(job.cases) - 1 or 1) for job in jobs)
    totals: dict[int, list[Tally]] = {}
    early: dict[tuple[int, int], list[Tally]] = {}
    turns = Counter[int]()
    done = 0

    def add(task: _Task[M], part: list[Tally]) -> None:
        """Add what comes in its turn, and what had come before its turn."""
        at = task.at
        early[at, task.group] = part
        while (at, turns[at]) in early:
            part = early.pop((at, turns[at]))
            for total, tally in zip(totals.setdefault(at, _empty(task.job)), part, strict=True):
                total.merge(tally)
            turns[at] += 1
            if turns[at] == groups[at]:
                take(at, make(task.job, totals.pop(at)))

    def took(task: _Task[M], part: Any) -> None:  # noqa: ANN401  (as the task says)
        nonlocal done
        if task.alone:
            take(task.at, part)
        else:
            add(task, part)
        sizes = (size for _, size in chunk_sizes(task.job.draws, task.group))
        done += sum(sizes) * (len(task.job.cases) - 1 or 1)
        watch.tell(stage, done, every)

    here = executor is None and min(workers, len(tasks)) <= 1
    run_chunks(
        partial(_run_group, watch=watch, stage=stage) if here else _run_group,
        tasks,
        took,
        executor=executor,
        workers=workers,
        # So many tallies at a time can be held, and no more.
        ahead=2 * workers if executor is None else max(2 * workers, _AHEAD),
        watch=watch,
        stage=stage,
    )
