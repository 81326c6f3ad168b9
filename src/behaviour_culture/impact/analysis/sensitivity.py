"""What drives an answer: Sobol indices and a tornado."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array, rounding_of
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import TupleOf, Value, as_float, as_whole
from behaviour_culture.errors import MissingExtraError, shorten
from behaviour_culture.fields import Count, Positive, Range, Shape, Texts
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["SobolIndices", "Tornado", "sobol_indices", "tornado"]

_STAGE = "moving inputs"
_BYTES = 80.0
"""Bytes that a draw of one input takes at the most of the work (measured)."""
_CELLS = 2**21
"""Weights of draws in resamples that are held at a time."""
_RESAMPLES = 200
_NUDGE = 1e-6
"""Part of the way to their middle by which inputs are moved (judgement)."""
_SMALL = 1e-6
"""Spread, beside inputs from 0 to 1, up to which an output may be rounding (judgement)."""
_STRAYS = 0.1
"""Mean square of its moves, as a share of that between draws, from which an output is rounding.

Rounding has about 1, and an output that follows its inputs next to none (judgement).
"""
_LEAST, _MOST = 1e-100, 1e100
"""Beyond these, squares are no numbers any more."""

Model = Callable[[FloatArray], ArrayLike]


@frozen(kw_only=True, repr=False)
class SobolIndices(Value):
    """Shares of the output's variance that each input brings about.

    Attributes
    ----------
    names : tuple of str
    first : array of shape (inputs,)
        Share that goes once the input alone is known. Estimates may lie just below 0.
    total : array of shape (inputs,)
        Share that stays while only this input is unknown. Far above ``first`` means that
        the input acts together with others, which a tornado does not show.
    first_interval, total_interval : array of shape (inputs, 2)
        95% intervals from 200 bootstrap resamples; on a Sobol sequence they are too wide
        rather than too narrow.
    variance : float
        Variance of the output.
    """

    names: Texts = field(converter=TupleOf[str])
    first: Annotated[FrozenArray, Shape("names")] = array_field()
    total: Annotated[FrozenArray, Shape("names")] = array_field()
    first_interval: Annotated[FrozenArray, Shape("names", 2)] = array_field()
    total_interval: Annotated[FrozenArray, Shape("names", 2)] = array_field()
    variance: Positive = field(converter=as_float)
    draws: Annotated[int, Range(low=1)] = field()
    seed: Count = field()

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "input": str,
        "first": float,
        "first_lower": float,
        "first_upper": float,
        "total": float,
        "total_lower": float,
        "total_upper": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each input, the largest total first."""
        return [
            {
                "input": self.names[i],
                "first": float(self.first[i]),
                "first_lower": float(self.first_interval[i, 0]),
                "first_upper": float(self.first_interval[i, 1]),
                "total": float(self.total[i]),
                "total_lower": float(self.total_interval[i, 0]),
                "total_upper": float(self.total_interval[i, 1]),
            }
            for i in np.argsort(-np.asarray(self.total), kind="stable").tolist()
        ]

    def _lines(self) -> list[str]:
        order = np.argsort(-self.total, kind="stable")
        lines = [
            f"What drives the spread, of {len(self.names)} inputs ({self.draws:,} draws); brackets "
            "hold 95% of resamples"
        ]
        for i in order:
            (low, high), (least, most) = self.first_interval[i], self.total_interval[i]
            lines.append(
                f"  {self.names[i]}: {self.first[i]:.0%} alone ({low:.0%} to {high:.0%}), "
                f"{self.total[i]:.0%} with others ({least:.0%} to {most:.0%})"
            )
        return lines


@frozen(kw_only=True, repr=False)
class Tornado(Value):
    """The output with one input low or high, and all others at their medians.

    Attributes
    ----------
    names : tuple of str
    base : float
        Output with every input at its median.
    low, high : array of shape (inputs,)
        Output with the input at its 10th and at its 90th percentile.
    """

    names: Texts = field(converter=TupleOf[str])
    base: float = field(converter=as_float)
    low: Annotated[FrozenArray, Shape("names")] = array_field()
    high: Annotated[FrozenArray, Shape("names")] = array_field()

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the inputs, widest bar first; of equal ones the first."""
        width = np.abs(self.high - self.low)
        scale = rounding_of([self.base, *self.low, *self.high]) or 1.0
        return tuple(int(i) for i in np.argsort(-np.rint(width / scale), kind="stable"))

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "input": str,
        "low": float,
        "high": float,
        "base": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each input, the widest first."""
        return [
            {
                "input": self.names[i],
                "low": float(self.low[i]),
                "high": float(self.high[i]),
                "base": self.base,
            }
            for i in self.order
        ]

    def _lines(self) -> list[str]:
        lines = [f"Output {self.base:.3g} with every input at its median"]
        return lines + [
            f"  {self.names[i]}: {self.low[i]:.3g} when low, {self.high[i]:.3g} when high"
            for i in self.order
        ]


def _run(function: Model, rows: FloatArray) -> FloatArray:
    output = Arguments("the function's output")
    values = output.numbers("function(...)", function(rows), last=len(rows))
    output.done()
    return values


def _callable(arguments: Arguments, function: object) -> None:
    if not callable(function):
        arguments.fault("function", f"expected a function, got {shorten(function)}")


def sobol_indices(  # noqa: PLR0913  (what is asked, and how thoroughly)
    function: Model,
    *,
    inputs: int | Sequence[str],
    draws: int = 4096,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> SobolIndices:
    """Estimate first-order and total Sobol indices of a function of independent inputs.

    Parameters
    ----------
    function : callable
        Takes an array of shape (n, inputs) of uniforms between 0 and 1 and returns n
        numbers; it turns the uniforms into its own distributions, say by quantiles. It is
        called with ``draws`` rows at a time, inputs + 2 times, and once more where the output
        is small or takes few values, to see that it is no rounding.
    inputs : int or sequence of str
        How many, up to 10,000, or their names.
    draws : int
        Base sample N, a power of two from 2 to 8,388,608, as far as memory goes: 80 bytes each
        for every input.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with ("moving inputs", calls of the function, all calls).
    stop : callable, optional
        Asked before each call of the function: once it says True, `StoppedError` is raised.

    Returns
    -------
    SobolIndices

    Raises
    ------
    InvalidInputError
        Arguments out of range; more draws than memory holds; an output that is not finite, of
        another length, or constant but for rounding.
    MissingExtraError
        scipy is not installed.
    StoppedError
        The work was stopped.

    Notes
    -----
    A scrambled Sobol sequence. First order: Saltelli et al. (2010), Computer Physics
    Communications 181:259, table 2 (b); total: Jansen (1999), the same table, (f).

    Examples
    --------
    >>> result = sobol_indices(lambda u: 3 * u[:, 0] + u[:, 1], inputs=["reach", "ramp"])
    >>> result.total.round(2).tolist()
    [0.9, 0.1]
    """
    draws, seed = as_whole(draws), as_seed(seed)
    arguments = Arguments("sobol_indices")
    arguments.within("draws", draws, "draws", 2)
    watch = arguments.watch(progress, stop)
    arguments.whole("seed", seed, 0)
    _callable(arguments, function)
    names = arguments.names("inputs", inputs)
    if arguments.ok() and draws & (draws - 1):
        message = f"{draws} is not a power of two: take {1 << (draws.bit_length() - 1)}"
        arguments.fault("draws", message)
    size = len(names)
    arguments.kept("draws", draws, _BYTES * (size + 1), f"draws of {size} inputs")
    arguments.done()
    rng = np.random.default_rng(seed)
    points = _sequence(2 * size, draws, rng, watch)
    a, b = points[:, :size], points[:, size:]
    calls = size + 2
    watch.tell(_STAGE, 0, calls)
    at_a = _run(function, a.copy())
    watch.tell(_STAGE, 1, calls)
    at_b = _run(function, b.copy())
    both = np.concatenate([at_a, at_b])
    centre = float(both.mean())
    if np.ptp(both) <= rounding_of(both):
        arguments.fault("function(...)", "is the same for all draws: no input drives it")
    elif not _LEAST <= np.ptp(both) <= _MOST:
        message = f"spreads over {np.ptp(both):g}, too far from 1 to be squared: take another unit"
        arguments.fault("function(...)", message)
    elif _is_rounding(function, a, at_a, at_b):
        message = "is the same for all draws but for rounding: no input drives it"
        arguments.fault("function(...)", message)
    arguments.done()
    at_a, at_b = at_a - centre, at_b - centre
    gain, loss = np.empty((2, draws, size))
    for i in range(size):
        watch.tell(_STAGE, i + 2, calls)
        rows = a.copy()
        rows[:, i] = b[:, i]
        mixed = _run(function, rows) - centre
        gain[:, i] = at_b * (mixed - at_a)
        loss[:, i] = (at_a - mixed) ** 2 / 2
    moments = np.stack([(at_a + at_b) / 2, (at_a**2 + at_b**2) / 2], axis=1)
    first, total, variance = _ratios(gain, loss, moments)
    spread = _resampled(gain, loss, moments, rng, watch)
    watch.tell(_STAGE, calls, calls)
    return SobolIndices(
        names=names,
        first=first,
        total=total,
        first_interval=spread[0],
        total_interval=spread[1],
        variance=float(variance),
        draws=draws,
        seed=seed,
    )


def _is_rounding(function: Model, a: FloatArray, at_a: FloatArray, at_b: FloatArray) -> bool:
    """Say whether an output is rounding of larger numbers that cancel.

    It then is small beside the inputs or takes few values, and is another one for inputs that
    are nearly the same: it does not follow them.
    """
    if np.ptp(at_a) > _SMALL and len(np.unique(at_a)) > len(at_a) / 2:
        return False
    beside = _run(function, a + _NUDGE * (0.5 - a))
    moved, spread = ((at_a - other) ** 2 for other in (beside, at_b))
    return float(moved.mean()) > _STRAYS * float(spread.mean())


def _sequence(dims: int, draws: int, rng: np.random.Generator, watch: Watch) -> FloatArray:
    try:
        from scipy.stats.qmc import Sobol  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("scipy", "stats", "Sobol indices") from None
    sequence: Any = Sobol  # scipy 1.15 renames the argument, and takes the old name too
    points, made = sequence(dims, scramble=True, seed=rng), np.empty((draws, dims))
    block = 1 << max(
        0, (_CELLS // dims).bit_length() - 1
    )  # scipy warns of other than powers of two
    for first in range(0, draws, block):
        watch.check(_STAGE)
        made[first : first + block] = points.random(min(block, draws - first))
    return made


def _ratios(gain: FloatArray, loss: FloatArray, moments: FloatArray) -> tuple[Any, Any, Any]:
    mean, square = moments.mean(axis=0)
    variance = square - mean**2
    return gain.mean(axis=0) / variance, loss.mean(axis=0) / variance, variance


def _resampled(
    gain: FloatArray,
    loss: FloatArray,
    moments: FloatArray,
    rng: np.random.Generator,
    watch: Watch,
) -> FloatArray:
    """Return two arrays of inputs x 2: quantiles of the indices over resampled rows."""
    size = len(gain)
    found = []
    block = max(1, _CELLS // size)
    for first in range(0, _RESAMPLES, block):
        counts = []
        for _ in range(min(block, _RESAMPLES - first)):
            watch.check(_STAGE)
            counts.append(np.bincount(rng.integers(size, size=size), minlength=size))
        weights = np.stack(counts) / size
        mean, square = (weights @ moments).T
        variance = square - mean**2
        ok = variance > 0
        found.append(np.stack([weights[ok] @ gain, weights[ok] @ loss]) / variance[ok, None])
    both = np.concatenate(found, axis=1)
    ends: FloatArray = np.quantile(both, [0.025, 0.975], axis=1).transpose(1, 2, 0)
    return ends


def tornado(function: Model, *, inputs: int | Sequence[str], stop: Stop | None = None) -> Tornado:
    """Move one input at a time from its 10th to its 90th percentile, the others at medians.

    Parameters
    ----------
    function : callable
        As for `sobol_indices`: uniforms of shape (n, inputs) in, n numbers out.
    inputs : int or sequence of str
        As far as memory goes: 16 bytes for each pair of them.
    stop : callable, optional
        Asked before and after the one call of the function: once it says True, `StoppedError`
        is raised.

    Returns
    -------
    Tornado

    Raises
    ------
    InvalidInputError
        No function, no inputs or too many, or an output that is not finite or of another
        length.
    StoppedError
        The work was stopped.

    Examples
    --------
    >>> bars = tornado(lambda u: 10 * u[:, 0] - u[:, 1], inputs=["reach", "ramp"])
    >>> print(bars)
    Output 4.5 with every input at its median
      reach: 0.5 when low, 8.5 when high
      ramp: 4.9 when low, 4.1 when high
    """
    arguments = Arguments("tornado")
    _callable(arguments, function)
    names = arguments.names("inputs", inputs)
    watch = arguments.watch(None, stop)
    size = len(names)
    arguments.kept("inputs", size, 16 * (2 * size + 1), "inputs")
    arguments.done()
    watch.check(_STAGE)
    rows = np.full((2 * size + 1, size), 0.5)
    rows[1 + np.arange(size), np.arange(size)] = 0.1
    rows[1 + size + np.arange(size), np.arange(size)] = 0.9
    output = _run(function, rows)
    watch.check(_STAGE)
    low, high = frozen_array(output[1:].reshape(2, size))
    return Tornado(names=names, base=float(output[0]), low=low, high=high)
