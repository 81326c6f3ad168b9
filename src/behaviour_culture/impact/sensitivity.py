"""What drives an answer: Sobol indices, a tornado, and the value of finding one thing out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from behaviour_culture._arrays import FloatArray, FrozenArray, array_field, frozen_array
from behaviour_culture._display import Displayed
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.errors import Fault, InvalidInputError, MissingExtraError, shorten
from behaviour_culture.impact._given import numbers_given
from behaviour_culture.model._check import Check, as_float, as_tuple, as_whole, whole_faults
from behaviour_culture.model.estimate import Estimate

__all__ = [
    "InformationValue",
    "SobolIndices",
    "Tornado",
    "sobol_indices",
    "tornado",
    "value_of_information",
]

_RESAMPLES = 200
_LEAST, _MOST = 1e-100, 1e100
"""Beyond these, squares are no numbers any more."""
_MOST_INPUTS = 10_000
_NORMAL = 1.959963984540054
_MOST_PIECES = 20
_IN_A_PIECE = 20
_FOLDS = 10

Model = Callable[[FloatArray], ArrayLike]


def _columns(check: Check, of: object, names: Sequence[str], width: int) -> None:
    for name in names:
        values = getattr(of, name)
        if not isinstance(values, FrozenArray) or len(values) != width or values.ndim > 2:  # noqa: PLR2004
            check.fault(name, f"expected {width} numbers or rows, one for each name")
        elif not np.isfinite(values).all():
            check.fault(name, "expected finite numbers")


@frozen(kw_only=True, repr=False)
class SobolIndices(Displayed):
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

    names: tuple[str, ...] = field(converter=as_tuple)
    first: FrozenArray = array_field()
    total: FrozenArray = array_field()
    first_interval: FrozenArray = array_field()
    total_interval: FrozenArray = array_field()
    variance: float = field(converter=as_float)
    draws: int = field()
    seed: int = field()

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.texts("names")
        check.number("variance", above=0)
        check.integer("draws", low=1)
        check.integer("seed", low=0)
        if check.clean:
            arrays = ("first", "total", "first_interval", "total_interval")
            _columns(check, self, arrays, len(self.names))
        check.done()

    def _lines(self) -> list[str]:
        order = np.argsort(-self.total, kind="stable")
        lines = [f"What drives the spread, of {len(self.names)} inputs ({self.draws:,} draws)"]
        return lines + [
            f"  {self.names[i]}: {self.first[i]:.0%} alone, {self.total[i]:.0%} with others"
            for i in order
        ]


@frozen(kw_only=True, repr=False)
class Tornado(Displayed):
    """The output with one input low or high, and all others at their medians.

    Attributes
    ----------
    names : tuple of str
    base : float
        Output with every input at its median.
    low, high : array of shape (inputs,)
        Output with the input at its 10th and at its 90th percentile.
    """

    names: tuple[str, ...] = field(converter=as_tuple)
    base: float = field(converter=as_float)
    low: FrozenArray = array_field()
    high: FrozenArray = array_field()

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.texts("names")
        check.number("base")
        if check.clean:
            _columns(check, self, ("low", "high"), len(self.names))
        check.done()

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the inputs, widest bar first."""
        return tuple(int(i) for i in np.argsort(-abs(self.high - self.low), kind="stable"))

    def _lines(self) -> list[str]:
        lines = [f"Output {self.base:.3g} with every input at its median"]
        return lines + [
            f"  {self.names[i]}: {self.low[i]:.3g} when low, {self.high[i]:.3g} when high"
            for i in self.order
        ]


@frozen(kw_only=True, repr=False)
class InformationValue(Displayed):
    """What it would be worth to find things out before deciding, in units of the benefit.

    Attributes
    ----------
    names : tuple of str
    each : tuple of Estimate
        Expected gain from knowing this parameter alone. The interval reaches from an estimate
        that leans low to one that leans high, with the error of the finite number of draws
        at either end.
    perfect : Estimate
        Expected gain from knowing everything: no study can be worth more.
    """

    names: tuple[str, ...] = field(converter=as_tuple)
    each: tuple[Estimate, ...] = field(converter=as_tuple)
    perfect: Estimate

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.texts("names")
        whole = check.each("each", Estimate)
        check.instance("perfect", Estimate)
        if check.clean and whole and len(self.each) != len(self.names):
            check.fault("each", f"expected {len(self.names)}, one for each name")
        check.done()

    def _lines(self) -> list[str]:
        perfect = self.perfect
        ranked = sorted(zip(self.names, self.each, strict=True), key=lambda p: -p[1].value)
        return [
            f"Knowing everything first would be worth {perfect.value:.3g} "
            f"({perfect.lower:.3g} to {perfect.upper:.3g})",
            *(f"  {name}: {e.value:.3g} ({e.lower:.3g} to {e.upper:.3g})" for name, e in ranked),
            "  Brackets reach from an estimate that leans low to one that leans high; where they "
            "begin at 0, it may be worth nothing to find out.",
        ]


def _named(inputs: object, faults: list[Fault], path: str = "inputs") -> tuple[str, ...]:
    """Return the names of the inputs: as given, or numbered."""
    if isinstance(inputs, (list, tuple)):
        bad = [n for n in inputs if not isinstance(n, str) or not n.strip()]
        if inputs and not bad and len(set(inputs)) == len(inputs):
            return tuple(inputs)
        faults.append(Fault(path, f"expected names without repeats, got {shorten(inputs)}"))
        return ()
    size = as_whole(inputs)
    found = whole_faults(path, size, 1, _MOST_INPUTS)
    faults += found
    return () if found else tuple(f"x{i}" for i in range(size))


def _run(function: Model, rows: FloatArray) -> FloatArray:
    faults: list[Fault] = []
    size = len(rows)
    output = numbers_given("function(...)", function(rows), dims=(1,), faults=faults)
    if output is not None and len(output) != size:
        message = f"expected one number for each of {size} rows, got {len(output)}"
        faults.append(Fault("function(...)", message))
    if faults or output is None:
        raise InvalidInputError("the function's output", faults)
    return output


def _callable(function: object, faults: list[Fault]) -> None:
    if not callable(function):
        faults.append(Fault("function", f"expected a function, got {shorten(function)}"))


def sobol_indices(
    function: Model, *, inputs: int | Sequence[str], draws: int = 4096, seed: Seed = 0
) -> SobolIndices:
    """Estimate first-order and total Sobol indices of a function of independent inputs.

    Parameters
    ----------
    function : callable
        Takes an array of shape (n, inputs) of uniforms between 0 and 1 and returns n
        numbers; it turns the uniforms into its own distributions, say by quantiles. It is
        called with ``draws`` rows at a time, inputs + 2 times.
    inputs : int or sequence of str
        How many, or their names.
    draws : int
        Base sample N, a power of two from 2 up.
    seed : int, SeedSequence or Generator

    Returns
    -------
    SobolIndices

    Raises
    ------
    InvalidInputError
        Arguments out of range; an output that is not finite, of another length, or constant.
    MissingExtraError
        scipy is not installed.

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
    faults: list[Fault] = [*whole_faults("draws", draws, 2, 2**30)]
    faults += whole_faults("seed", seed, 0)
    _callable(function, faults)
    names = _named(inputs, faults)
    if not faults and draws & (draws - 1):
        message = f"{draws} is not a power of two: take {1 << (draws.bit_length() - 1)}"
        faults.append(Fault("draws", message))
    if faults:
        raise InvalidInputError("sobol_indices", faults)
    size = len(names)
    rng = np.random.default_rng(seed)
    points = _sequence(2 * size, draws, rng)
    a, b = points[:, :size], points[:, size:]
    at_a, at_b = _run(function, a.copy()), _run(function, b.copy())
    both = np.concatenate([at_a, at_b])
    centre = float(both.mean())
    if np.ptp(both) <= 1e-12 * abs(centre):  # also where all are 0
        fault = Fault("function(...)", "is the same for all draws: no input drives it")
        raise InvalidInputError("sobol_indices", [fault])
    if not _LEAST <= np.ptp(both) <= _MOST:
        message = f"spreads over {np.ptp(both):g}, too far from 1 to be squared: take another unit"
        raise InvalidInputError("sobol_indices", [Fault("function(...)", message)])
    at_a, at_b = at_a - centre, at_b - centre
    gain, loss = np.empty((2, draws, size))
    for i in range(size):
        rows = a.copy()
        rows[:, i] = b[:, i]
        mixed = _run(function, rows) - centre
        gain[:, i] = at_b * (mixed - at_a)
        loss[:, i] = (at_a - mixed) ** 2 / 2
    moments = np.stack([(at_a + at_b) / 2, (at_a**2 + at_b**2) / 2], axis=1)
    first, total, variance = _ratios(gain, loss, moments)
    spread = _resampled(gain, loss, moments, rng)
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


def _sequence(dims: int, draws: int, rng: np.random.Generator) -> FloatArray:
    try:
        from scipy.stats.qmc import Sobol  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("scipy", "stats", "Sobol indices") from None
    sequence: Any = Sobol  # scipy 1.15 renames the argument, and takes the old name too
    made: FloatArray = sequence(dims, scramble=True, seed=rng).random(draws)
    return made


def _ratios(gain: FloatArray, loss: FloatArray, moments: FloatArray) -> tuple[Any, Any, Any]:
    mean, square = moments.mean(axis=0)
    variance = square - mean**2
    return gain.mean(axis=0) / variance, loss.mean(axis=0) / variance, variance


def _resampled(
    gain: FloatArray, loss: FloatArray, moments: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return two arrays of inputs x 2: quantiles of the indices over resampled rows."""
    size = len(gain)
    counts = np.stack(
        [np.bincount(rng.integers(size, size=size), minlength=size) for _ in range(_RESAMPLES)]
    )
    weights = counts / size
    mean, square = (weights @ moments).T
    variance = square - mean**2
    ok = variance > 0
    both = np.stack([weights[ok] @ gain, weights[ok] @ loss]) / variance[ok, None]
    ends: FloatArray = np.quantile(both, [0.025, 0.975], axis=1).transpose(1, 2, 0)
    return ends


def tornado(function: Model, *, inputs: int | Sequence[str]) -> Tornado:
    """Move one input at a time from its 10th to its 90th percentile, the others at medians.

    Parameters
    ----------
    function : callable
        As for `sobol_indices`: uniforms of shape (n, inputs) in, n numbers out.
    inputs : int or sequence of str

    Returns
    -------
    Tornado

    Raises
    ------
    InvalidInputError
        No function, no inputs, or an output that is not finite or of another length.

    Examples
    --------
    >>> bars = tornado(lambda u: 10 * u[:, 0] - u[:, 1], inputs=["reach", "ramp"])
    >>> print(bars)
    Output 4.5 with every input at its median
      reach: 0.5 when low, 8.5 when high
      ramp: 4.9 when low, 4.1 when high
    """
    faults: list[Fault] = []
    _callable(function, faults)
    names = _named(inputs, faults)
    if faults:
        raise InvalidInputError("tornado", faults)
    size = len(names)
    rows = np.full((2 * size + 1, size), 0.5)
    rows[1 + np.arange(size), np.arange(size)] = 0.1
    rows[1 + size + np.arange(size), np.arange(size)] = 0.9
    output = _run(function, rows)
    return Tornado(
        names=names,
        base=float(output[0]),
        low=frozen_array(output[1 : 1 + size]),
        high=frozen_array(output[1 + size :]),
    )


def value_of_information(
    benefits: ArrayLike, parameters: ArrayLike, *, names: Sequence[str] | None = None
) -> InformationValue:
    """Say what it would be worth to find out each parameter before choosing.

    Parameters
    ----------
    benefits : array of shape (draws, alternatives)
        Benefit of each alternative in each draw; more is better. At least 80 draws.
    parameters : array of shape (draws,) or (draws, parameters)
        The draws of the uncertain parameters that the benefits came from.
    names : sequence of str, optional
        Of the parameters; numbered without.

    Returns
    -------
    InformationValue
        Values are never below 0 nor above that of knowing everything.

    Raises
    ------
    InvalidInputError
        Arrays that are not finite, too short, or of lengths that differ.

    Notes
    -----
    Expected value of partial perfect information, by regression [1]_: what each alternative
    brings, given the parameter, is fitted by straight lines between at most 21 knots at
    quantiles (their number is judgement), and in each draw the alternative is taken that the
    fit puts first. Judged by the draws that made the fit, that looks too good; judged by the
    tenth of the draws that the fit has not seen, too bad; and so does what would be chosen
    today. Where two alternatives cross, both are off by the same amount to first order, so
    ``value`` is the mean of the worst and the best of these, and the interval reaches from
    the one to the other, each with its error of chance. It does not hold what is lost where
    the best alternative changes more often than straight lines can follow: then all of it
    leans low.

    References
    ----------
    .. [1] Strong, M., Oakley, J. and Brennan, A. (2014). *Medical Decision Making* 34, 311-326.

    Examples
    --------
    >>> import numpy as np
    >>> effect, cost = np.random.default_rng(1).normal(size=(2, 20_000))
    >>> benefits = np.stack([np.zeros(20_000), effect - 0.1 * cost], axis=1)
    >>> value_of_information(benefits, effect, names=["effect"]).each[0].value > 0.3
    True
    """
    faults: list[Fault] = []
    table = numbers_given("benefits", benefits, dims=(2,), faults=faults)
    given = numbers_given("parameters", parameters, dims=(1, 2), faults=faults)
    if given is not None and given.ndim == 1:
        given = given[:, None]
    if table is not None and len(table) < 4 * _IN_A_PIECE:
        message = f"expected at least {4 * _IN_A_PIECE} draws, got {len(table)}"
        faults.append(Fault("benefits", message))
    if table is not None and given is not None and len(given) != len(table):
        message = f"expected {len(table)} rows, one for each draw, got {len(given)}"
        faults.append(Fault("parameters", message))
    width = given.shape[1] if given is not None else 1
    chosen = _named(width if names is None else names, faults, "names")
    if chosen and given is not None and len(chosen) != width:
        faults.append(Fault("names", f"expected {width}, one for each parameter"))
    if faults or table is None or given is None:
        raise InvalidInputError("value_of_information", faults)
    now, unseen = _uninformed(table)
    best = table.max(axis=1)
    each = []
    for column in given.T:
        fitted, crossed = _informed(table, column)
        each.append(_between(crossed - now, fitted - unseen))
    return InformationValue(names=chosen, each=each, perfect=_between(best - now, best - unseen))


def _uninformed(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the benefit in each draw of the alternative that is best on average.

    The first as all draws say, the second as those say that are not in the draw's fold.
    """
    now = table[:, int(np.argmax(table.mean(axis=0)))]
    unseen = np.empty(len(table))
    # By lot, the same each time: the draws may come in an order that means something.
    folds = np.random.default_rng(0).permutation(len(table)) % _FOLDS
    for fold in range(_FOLDS):
        rows = folds == fold
        others = (table.sum(axis=0) - table[rows].sum(axis=0)) / (len(table) - len(table[rows]))
        unseen[rows] = table[rows, int(np.argmax(others))]
    return now, unseen


def _informed(table: FloatArray, parameter: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the benefit in each draw of the alternative that the parameter points to.

    The first by a fit to all draws, the second by fits that have not seen the draw.
    """
    size, width = table.shape
    left, part, knots = _places(parameter)
    fold = np.empty(size, dtype=np.intp)
    fold[np.argsort(parameter, kind="stable")] = np.arange(size) % _FOLDS
    # Sums of squares and products of each fold: a draw touches two neighbouring knots.
    cells = _FOLDS * knots
    keys, shares = (fold * knots + left, fold * knots + left + (knots > 1)), (1 - part, part)
    gram = np.zeros((_FOLDS, knots, knots))
    right = np.zeros((_FOLDS, knots, width))
    at = np.arange(knots)
    for key, share in zip(keys, shares, strict=True):
        gram[:, at, at] += np.bincount(key, share**2, cells).reshape(_FOLDS, knots)
        for j in range(width):
            right[:, :, j] += np.bincount(key, share * table[:, j], cells).reshape(_FOLDS, knots)
    if knots > 1:
        both = np.bincount(keys[0], (1 - part) * part, cells).reshape(_FOLDS, knots)[:, :-1]
        gram[:, at[:-1], at[1:]] += both
        gram[:, at[1:], at[:-1]] += both
    found = []
    for used_gram, used_right in (
        (gram.sum(axis=0)[None], right.sum(axis=0)[None]),
        (gram.sum(axis=0) - gram, right.sum(axis=0) - right),
    ):
        heights = np.linalg.pinv(used_gram, rcond=1e-12, hermitian=True) @ used_right
        which = fold if len(heights) > 1 else np.zeros_like(fold)
        fitted = heights[which, left] * (1 - part[:, None])
        if knots > 1:
            fitted += heights[which, left + 1] * part[:, None]
        found.append(table[np.arange(size), np.argmax(fitted, axis=1)])
    return found[0], found[1]


def _places(parameter: FloatArray) -> tuple[NDArray[np.intp], FloatArray, int]:
    """Return the knot below each draw, how far it lies towards the next, and their number."""
    pieces = min(_MOST_PIECES, len(parameter) // (2 * _IN_A_PIECE))
    knots = np.unique(parameter)
    if len(knots) > pieces + 1:
        knots = np.unique(np.quantile(parameter, np.linspace(0, 1, pieces + 1)))
    if len(knots) == 1:
        return np.zeros(len(parameter), dtype=np.intp), np.zeros(len(parameter)), 1
    left = np.clip(np.searchsorted(knots, parameter, side="right") - 1, 0, len(knots) - 2)
    # Halves, so that the ends of the range of floats have a difference.
    width = knots[left + 1] / 2 - knots[left] / 2
    part = (parameter / 2 - knots[left] / 2) / width
    return left.astype(np.intp), np.clip(part, 0.0, 1.0), len(knots)


def _between(low: FloatArray, high: FloatArray) -> Estimate:
    """Return the mean of gains that lean low and gains that lean high, and what holds both."""
    means = [float(gains.mean()) for gains in (low, high)]
    errors = [float(gains.std(ddof=1)) / sqrt(len(gains)) for gains in (low, high)]
    value = max(0.0, sum(means) / 2)
    return Estimate(
        value=value,
        lower=max(0.0, min(m - _NORMAL * e for m, e in zip(means, errors, strict=True))),
        upper=max(value, *(m + _NORMAL * e for m, e in zip(means, errors, strict=True))),
        standard_error=max(errors),
        method="mean of an estimate that leans low and one that leans high; the interval holds "
        "both and the finite number of draws",
    )
