"""The chunks of a forecast, tallied in order: the same bits wherever they are run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from attrs import evolve

from behaviour_culture._arrays import frozen_array
from behaviour_culture._chunks import run_chunks
from behaviour_culture.impact.forecasting.drawing import CHUNK, Scratch, draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.typing import FloatArray

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["MOST_RATIO", "Job", "at_means", "chunk_sizes", "common_outcomes", "run_job"]

MOST_RATIO = 3.0
"""Logarithm of the largest ratio of two plans that is told from larger ones: twenty times."""
_GROUP = 16
"""Chunks in one task, about half a second: long beside the time to send it away."""


class Job(NamedTuple):
    """What a task has to know: one case, or a baseline and cases to compare with it."""

    cases: tuple[ForecastInputs, ...]
    seed: int
    draws: int
    delivered: bool = False
    """The tallies hold, for the outcomes of all cases over all half-terms, logarithms of how many
    times as much the others deliver as the first, with every effect at its mean."""

    @property
    def compared(self) -> bool:
        """True where the tallies hold differences of the cases from the first one."""
        return len(self.cases) > 1


def chunk_sizes(draws: int, group: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield number and size of each chunk, or of those of one group."""
    chunks = range(-(-draws // CHUNK))
    for chunk in chunks if group is None else chunks[group * _GROUP : (group + 1) * _GROUP]:
        yield chunk, min(CHUNK, draws - chunk * CHUNK)


def at_means(case: ForecastInputs) -> ForecastInputs:
    """Return a case whose effects are their means, whichever study they are from."""
    none = frozen_array(np.zeros(len(case.acting)))
    return evolve(case, effect_error=none, effect_spread=none)


def common_outcomes(cases: Sequence[ForecastInputs]) -> list[str]:
    """Return the outcomes that every case has, without the views that follow from conduct."""
    return [o for o in cases[0].outcomes if all(o in case.outcomes for case in cases)]


def _empty(job: Job) -> list[Tally]:
    first = job.cases[0]
    if job.delivered:
        ends = np.full(len(common_outcomes(job.cases)), MOST_RATIO)
        return [Tally(-ends, ends) for _ in job.cases[1:]]
    times = len(first.months)
    caps = np.repeat([first.cap(name) for name in first.names], times)
    if job.compared:
        return [Tally(-2 * caps, 2 * caps) for _ in job.cases[1:]]
    ones = np.ones(len(first.principles) * times)
    return [Tally(np.concatenate([-caps, 0 * ones]), np.concatenate([caps, ones]))]


def _run_group(job: Job, group: int) -> list[Tally]:
    """Run the chunks of a group one after another: the task of a worker."""
    tallies = _empty(job)
    memory = [Scratch() for _ in job.cases]
    for chunk, size in chunk_sizes(job.draws, group):
        if job.delivered:
            _deliver(job, chunk, size, tallies, memory)
        elif job.compared:
            _compare(job, chunk, size, tallies, memory)
        else:
            _count(job, chunk, size, tallies[0], memory[0])
    return tallies


def _count(job: Job, chunk: int, size: int, tally: Tally, memory: Scratch) -> None:
    (case,) = job.cases
    draws = draw_chunk(case, job.seed, chunk, size, memory)
    times, spare = len(case.months), np.empty(size)
    today = np.subtract(1, draws.gaps, out=memory.take("today", *draws.gaps.shape))
    for moment in run_chunk(case, draws, memory):
        for k, values in enumerate(moment.outcomes):
            tally.add(k * times + moment.time, values, spare)
        for p, values in enumerate(moment.maturity, start=len(case.names)):
            tally.add(p * times + moment.time, values, spare, today[p - len(case.names)])
    tally.draws += size


def _compare(job: Job, chunk: int, size: int, tallies: list[Tally], memory: list[Scratch]) -> None:
    times, spare = len(job.cases[0].months), np.empty(size)
    difference: FloatArray = np.empty(size)
    runs = [
        run_chunk(case, draw_chunk(case, job.seed, chunk, size, own), own)
        for case, own in zip(job.cases, memory, strict=True)
    ]
    for base, *others in zip(*runs, strict=True):
        for tally, other in zip(tallies, others, strict=True):
            for k, values in enumerate(other.outcomes):
                np.subtract(values, base.outcomes[k], out=difference)
                tally.add(k * times + base.time, difference, spare)
    for tally in tallies:
        tally.draws += size


def _deliver(job: Job, chunk: int, size: int, tallies: list[Tally], memory: list[Scratch]) -> None:
    """Count how many times as much each further case delivers, over all half-terms by their length.

    Not by the last one alone: what begins late has faded least by then, and delivered least.
    """
    spare = np.empty(size)
    names = common_outcomes(job.cases)
    lengths = np.diff(job.cases[0].months, prepend=0.0).tolist()
    sums = np.zeros((len(job.cases), len(names), size))
    for total, case, own in zip(sums, job.cases, memory, strict=True):
        rows = [case.names.index(name) for name in names]
        for moment in run_chunk(case, draw_chunk(case, job.seed, chunk, size, own), own):
            for k, row in enumerate(rows):
                total[k] += lengths[moment.time] * moment.outcomes[row]
    for tally, other in zip(tallies, sums[1:], strict=True):
        for k, (values, base) in enumerate(zip(other, sums[0], strict=True)):
            tally.add(k, _log_ratio(values, base), spare)
        tally.draws += size


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
    progress: Callable[[int, int], object] | None = None,
) -> list[Tally]:
    """Run all chunks and add up their tallies, in the order of the chunks.

    Parameters
    ----------
    job : Job
    workers : int
        Processes of our own; with an executor, half of the tasks that it holds at a time.
    executor : concurrent.futures.Executor, optional
    progress : callable, optional
        Called with draws done and draws in all after each task.

    Raises
    ------
    WorkersLostError
        As `behaviour_culture._chunks.run_chunks`.
    """
    totals = _empty(job)
    early: dict[int, list[Tally]] = {}
    turn = 0

    def take(group: int, part: list[Tally]) -> None:
        """Add what comes in its turn, and what had come before its turn."""
        nonlocal turn
        early[group] = part
        while turn in early:
            for total, tally in zip(totals, early.pop(turn), strict=True):
                total.merge(tally)
            turn += 1
            if progress is not None:
                progress(totals[0].draws, job.draws)

    groups = range(-(-job.draws // (CHUNK * _GROUP)))
    run_chunks(
        partial(_run_group, job),
        groups,
        take,
        executor=executor,
        workers=workers,
        ahead=2 * workers,  # so many tallies at a time can be held, and no more
    )
    return totals
