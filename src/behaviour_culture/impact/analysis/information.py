"""The value of finding out a parameter before deciding."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from behaviour_culture._entries import Entries
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.fields import Texts
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.statistics.estimates import normal_quantile
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["InformationValue", "value_of_information"]

_MOST_PIECES = 20
_IN_A_PIECE = 20
_FOLDS = 10


@frozen(kw_only=True, repr=False)
class InformationValue(Value):
    """The value of finding things out before deciding, in units of the benefit.

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

    names: Texts = field(converter=TupleOf[str])
    each: Entries[Estimate] = field(converter=TupleOf[Estimate])
    perfect: Estimate

    def _check(self, check: Check) -> None:
        if check.ok() and len(self.each) != len(self.names):
            check.fault("each", f"expected {len(self.names)}, one for each name")

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


def value_of_information(
    benefits: ArrayLike,
    parameters: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> InformationValue:
    """Return the value of finding out each parameter before choosing.

    Parameters
    ----------
    benefits : array of shape (draws, alternatives)
        Benefit of each alternative in each draw; more is better. At least 80 draws.
    parameters : array of shape (draws,) or (draws, parameters)
        The draws of the uncertain parameters that the benefits came from.
    names : sequence of str, optional
        Of the parameters; numbered without.
    progress : callable, optional
        Called with ("valuing information", parameters done, parameters).
    stop : callable, optional
        Asked before each parameter: once it says True, `StoppedError` is raised.

    Returns
    -------
    InformationValue
        Values are never below 0 nor above that of knowing everything.

    Raises
    ------
    InvalidInputError
        Arrays that are not finite, too short, or of lengths that differ.
    StoppedError
        The work was stopped.

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
    arguments = Arguments("value_of_information")
    table = arguments.numbers("benefits", benefits, ndim=2, least=4 * _IN_A_PIECE)
    columns = arguments.numbers("parameters", parameters, ndim=(1, 2))
    arguments.same_length("benefits", table, "parameters", columns)
    watch = arguments.watch(progress, stop)
    width = (columns.shape[1] or 1) if columns.ndim > 1 else 1
    chosen = arguments.names("names", width if names is None else names)
    if arguments.ok() and len(chosen) != width:
        arguments.fault("names", f"expected {width}, one for each parameter")
    arguments.done()
    now, unseen = _uninformed(table)
    best = table.max(axis=1)
    each = []
    for column in watch.over("valuing information", columns.reshape(-1, width).T, width):
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
    value, z = max(0.0, fsum(means) / 2), normal_quantile(0.95)
    return Estimate(
        value=value,
        lower=max(0.0, min(m - z * e for m, e in zip(means, errors, strict=True))),
        upper=max(value, *(m + z * e for m, e in zip(means, errors, strict=True))),
        standard_error=max(errors),
        method="mean of an estimate that leans low and one that leans high; the interval holds "
        "both and the finite number of draws",
    )
