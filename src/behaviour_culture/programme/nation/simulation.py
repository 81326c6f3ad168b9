"""A nation of schools: which mix of support closes most need within a budget of adviser days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import asdict, field, frozen

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array
from behaviour_culture._chunks import run_chunks, usable_cpus
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._version import __version__
from behaviour_culture.checks import Check, TupleOf, Value, as_float, as_tuple, field_faults, find
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Count, Range, Shape, Some, Unique, within
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.programme.nation.checkpoint import Checkpoint, Chunk
from behaviour_culture.programme.nation.model import (
    NationAssumptions,
    SupportMix,
    default_mixes,
    places,
    simulate_draw,
)
from behaviour_culture.statistics.estimates import estimate_of_draws
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["NationResult", "simulate_nation"]

_MOST_DAYS = 1e12
_CHUNK_SCHOOLS = 500_000
"""Schools that one task simulates, draws taken together: a third of a second or so, which is
long beside the 3 ms that it takes to send a task away with Dask."""
_CLOSED = Range(low=-1e9, high=1)
"""A share of a need that may grow, and that is above 0."""
_BYTES, _CHUNK_BYTES = 80.0, 1_000.0
"""Bytes that a draw of one mix takes at the most of the work, and a chunk beside it (measured)."""
_STAGE = "simulating schools"
_METHOD = "Monte Carlo over the stated assumptions; quantiles of the draws"


@frozen(kw_only=True, repr=False)
class NationResult(Value):
    """What each mix closes of the nation's need, draw by draw.

    Attributes
    ----------
    schools, draws : int
    budget_days : float
        Adviser days for the whole nation.
    mixes : tuple of SupportMix
    assumptions : NationAssumptions
    closed : array of float, shape (draws, mixes)
        Share of the need of all schools that is closed; below 0 where need grew.
    closed_most : array of float, shape (draws, mixes)
        The same of the quarter of schools with most need.
    level : float
        Coverage of the intervals.
    seed : int
    """

    schools: Annotated[int, within("schools")]
    draws: Annotated[int, within("draws")]
    budget_days: Annotated[float, Range(above=0, below=_MOST_DAYS)] = field(converter=as_float)
    mixes: Annotated[Entries[SupportMix], Some(), Unique("id")] = field(
        converter=TupleOf[SupportMix]
    )
    assumptions: NationAssumptions
    closed: Annotated[FrozenArray, Shape(None, "mixes"), _CLOSED] = array_field()
    closed_most: Annotated[FrozenArray, Shape(None, "mixes"), _CLOSED] = array_field()
    level: Annotated[float, Range(above=0, below=1)] = field(default=0.95, converter=as_float)
    seed: Count = 0

    def _check(self, check: Check) -> None:
        for name in ("closed", "closed_most"):
            if check.ok("draws", name) and len(getattr(self, name)) != self.draws:
                check.fault(name, f"expected a row for each of {self.draws} draws")

    @property
    def estimates(self) -> dict[str, Estimate]:
        """For each mix, the share of all need that it closes: mean of the draws, quantiles."""
        return {mix.id: self._estimate(self.closed[:, k]) for k, mix in enumerate(self.mixes)}

    @property
    def best(self) -> SupportMix:
        """The mix that closes most on average, the first given of several."""
        return self.mixes[int(np.argmax(self.closed.mean(axis=0)))]

    @property
    def probability_best(self) -> dict[str, float]:
        """For each mix, the share of draws in which it closes most; ties are shared."""
        at_top = np.asarray(self.closed) == self.closed.max(axis=1, keepdims=True)
        shares = (at_top / at_top.sum(axis=1, keepdims=True)).mean(axis=0)
        return {mix.id: float(share) for mix, share in zip(self.mixes, shares, strict=True)}

    @property
    def behind_best(self) -> dict[str, Estimate]:
        """For each mix, how much less than the best it closes, in the same draws."""
        best = self.closed[:, self.mixes.index(self.best)]
        return {
            mix.id: self._estimate(best - self.closed[:, k]) for k, mix in enumerate(self.mixes)
        }

    @property
    def digest(self) -> str:
        """SHA-256 of all draws: two runs that give the same are the same to the bit."""
        content = self.closed.tobytes() + self.closed_most.tobytes()
        return sha256(content).hexdigest()

    def helped(self, mix: str) -> int:
        """Return how many schools a mix reaches within the budget."""
        found = places(
            find("mix", mix, self.mixes), self.budget_days, self.schools, self.assumptions.routes
        )
        return sum(number for _, number in found)

    def _estimate(self, values: FloatArray) -> Estimate:
        return estimate_of_draws(values, level=self.level, method=_METHOD, unit="share of need")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "mix": str,
        "schools_helped": int,
        "closed": float,
        "lower": float,
        "upper": float,
        "closed_most_need": float,
        "behind_best": float,
        "behind_lower": float,
        "behind_upper": float,
        "probability_best": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each mix, in the order given."""
        likely, behind = self.probability_best, self.behind_best
        rows = []
        for k, (key, closed) in enumerate(self.estimates.items()):
            most = self._estimate(self.closed_most[:, k])
            rows.append(
                {
                    "mix": key,
                    "schools_helped": self.helped(key),
                    "closed": closed.value,
                    "lower": closed.lower,
                    "upper": closed.upper,
                    "closed_most_need": most.value,
                    "behind_best": behind[key].value,
                    "behind_lower": behind[key].lower,
                    "behind_upper": behind[key].upper,
                    "probability_best": likely[key],
                }
            )
        return rows

    def _label(self) -> str:
        return f"{self.schools:,} schools, {len(self.mixes)} mixes, best {self.best.id}"

    def _lines(self) -> list[str]:
        lines = [
            f"{self.schools:,} synthetic schools, {self.budget_days:,.0f} adviser days, "
            f"{self.draws:,} draws: in this model {self.best.id!r} closes most need on average"
        ]
        lines += [
            f"  {row['mix']:<20} {row['schools_helped']:>7,} schools reached; closes "
            f"{row['closed']:.2%} ({self.level:.0%} interval {row['lower']:.2%} to "
            f"{row['upper']:.2%}); best in {row['probability_best']:.0%} of draws"
            for row in self.to_rows()
        ]
        likely = self.probability_best[self.best.id]
        if len(self.mixes) > 1 and likely < self.level:
            lines.append(
                f"  No mix is clearly best: {self.best.id!r} closes most in {likely:.0%} of draws."
            )
        lines += [
            "  These are consequences of assumptions, of which most are judgement: they do not "
            "show what support does.",
            "  Change an assumption (see NationAssumptions) and see whether the answer stays.",
        ]
        return lines


def simulate_nation(  # noqa: PLR0913  (each is a decision of the user's)
    *,
    schools: int = 24_000,
    mixes: Sequence[SupportMix] | None = None,
    budget_days: float = 10_000.0,
    draws: int = 200,
    assumptions: NationAssumptions | None = None,
    level: float = 0.95,
    seed: Seed = 0,
    executor: Executor | None = None,
    workers: int | None = None,
    checkpoint: str | PathLike[str] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> NationResult:
    """Simulate a nation of synthetic schools under several mixes of support.

    Parameters
    ----------
    schools : int
        1 to 1,000,000. England has about 24,000.
    mixes : sequence of SupportMix, optional
        `default_mixes` where not given.
    budget_days : float
        Adviser days for all schools together, above 0. The default of 10,000 is judgement:
        500 schools with 10 days each and 5,000 with one, as the programme's successor plans
        for its two pathways.
    draws : int
        1 to 10,000,000, as far as memory goes: 80 bytes each for every mix, and a kilobyte for
        each half million schools.
    assumptions : NationAssumptions, optional
        Every constant of the model, with its source.
    level : float
        Coverage of the intervals.
    seed : int, SeedSequence or Generator
        The same seed gives the same bits for any executor, workers and chunks: each draw has
        a stream of its own, ``SeedSequence(seed, spawn_key=(draw,))``.
    executor : concurrent.futures.Executor, optional
        Whatever has its ``submit``: a pool of your own, ``client.get_executor()`` of Dask
        (extra ``dask``), a pool of MPI. It is not shut down. Where it is a
        ``ProcessPoolExecutor`` and one of its processes dies, which breaks it for good, the
        rest runs in processes of our own.
    workers : int, optional
        Processes of our own where no executor is given; all processors where neither is. A
        pool in which a process dies is made afresh, and only the chunks not done are run again.
        With 1 all runs in this process.
    checkpoint : path, optional
        A folder to which each chunk is written when it is done. A second call with the same
        inputs goes on from there; more ``draws`` may be asked for. The folder of a run with
        other inputs or by another version is refused by name; a chunk's file that is cut off
        or belongs to another run is not believed, and its draws are simulated again.
    progress : callable, optional
        Called with ("simulating schools", chunks done, chunks in all).
    stop : callable, optional
        Asked again and again, such as ``threading.Event().is_set``: once it says True, in about a
        second `StoppedError` is raised, and processes of our own are ended. What an
        ``executor`` has begun it finishes; what is in ``checkpoint`` by then stays there.

    Returns
    -------
    NationResult

    Raises
    ------
    InvalidInputError
        With every fault of the arguments; also where a checkpoint is that of another run, or
        memory does not hold so many draws.
    WriteError, ReadError
        The folder of the checkpoint cannot be written to, or its manifest cannot be read.
    StoppedError
        The run was stopped.
    WorkersLostError
        Processes of our own died again and again with nothing done, or workers of an executor
        that is not a pool of processes of this machine died.

    Notes
    -----
    With more than one worker, a script must make the call under
    ``if __name__ == "__main__":``, since worker processes import it.

    Examples
    --------
    >>> found = simulate_nation(schools=500, budget_days=200, draws=50, workers=1)
    >>> len(found.estimates), found.helped("enhanced"), found.helped("light")
    (7, 20, 200)
    """
    given = NationAssumptions() if assumptions is None else assumptions
    listed = as_tuple(default_mixes() if mixes is None else mixes)
    seed = as_seed(seed)
    check = Check("simulate_nation")
    fields = {"schools": schools, "draws": draws, "budget_days": budget_days, "mixes": listed}
    fields |= {"assumptions": given, "level": level, "seed": seed}
    check.add(field_faults(NationResult, fields))
    if check.ok("mixes", "assumptions"):
        routes = {route.id for route in given.routes}
        for i, mix in enumerate(listed):
            for key in mix.shares:
                check.known(f"mixes[{i}].shares", key, routes, "route")
    _check_running(check, executor, workers, checkpoint)
    watch = check.watch(progress, stop)
    if check.ok():
        each = _BYTES * len(listed) + _CHUNK_BYTES * schools / _CHUNK_SCHOOLS
        check.kept("draws", draws, each, f"draws of {len(listed)} mixes")
    check.done()
    folder = None
    if checkpoint is not None:
        inputs = {
            "format": 2,
            "version": __version__,
            "schools": schools,
            "budget_days": float(budget_days),
            "seed": seed,
            "mixes": [_plain(mix) for mix in listed],
            "assumptions": _plain(given),
            "chunk_schools": _CHUNK_SCHOOLS,
        }
        folder = Checkpoint(Path(checkpoint), inputs, (len(listed), 2))
    size = -(-_CHUNK_SCHOOLS // schools)
    chunks = [(first, min(first + size, draws)) for first in range(0, draws, size)]
    done: dict[Chunk, FloatArray] = {}
    if folder is not None:
        loaded = {chunk: folder.load(chunk) for chunk in chunks}
        done = {chunk: result for chunk, result in loaded.items() if result is not None}

    def take(chunk: Chunk, result: FloatArray) -> None:
        if folder is not None:
            folder.save(chunk, result)
        done[chunk] = result
        watch.tell(_STAGE, len(done), len(chunks))

    watch.tell(_STAGE, len(done), len(chunks))
    run_chunks(
        partial(_run, seed, schools, listed, float(budget_days), given),
        [chunk for chunk in chunks if chunk not in done],
        take,
        executor=executor,
        workers=usable_cpus() if workers is None else workers,
        watch=watch,
        stage=_STAGE,
    )
    drawn = np.concatenate([done[chunk] for chunk in chunks])
    return NationResult(
        schools=schools,
        draws=draws,
        budget_days=budget_days,
        mixes=listed,
        assumptions=given,
        closed=frozen_array(drawn[:, :, 0]),
        closed_most=frozen_array(drawn[:, :, 1]),
        level=level,
        seed=seed,
    )


def _run(  # noqa: PLR0913, PLR0917  (the model's inputs, and which draws)
    seed: int,
    schools: int,
    mixes: tuple[SupportMix, ...],
    budget_days: float,
    given: NationAssumptions,
    chunk: Chunk,
) -> FloatArray:
    return np.stack(
        [
            simulate_draw(
                np.random.SeedSequence(seed, spawn_key=(draw,)), schools, mixes, budget_days, given
            )
            for draw in range(*chunk)
        ]
    )


def _plain(value: Any) -> dict[str, Any]:  # noqa: ANN401  (an attrs object)
    return {key: dict(v) if key == "shares" else v for key, v in asdict(value).items()}


def _check_running(check: Check, executor: object, workers: object, checkpoint: object) -> None:
    if workers is not None:
        check.within("workers", workers, "workers")
    if executor is not None and not callable(getattr(executor, "submit", None)):
        message = (
            f"expected an object with submit, like concurrent.futures.Executor, got "
            f"{shorten(executor)}; of a Dask client give client.get_executor()"
        )
        check.fault("executor", message, executor)
    if executor is not None and workers is not None:
        check.fault("workers", "give an executor or workers, not both", workers)
    if checkpoint is not None and not isinstance(checkpoint, (str, PathLike)):
        check.fault("checkpoint", f"expected the path of a folder, got {shorten(checkpoint)}")
