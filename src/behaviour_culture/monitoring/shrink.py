"""Rates of small schools or groups, shrunk towards the rate of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._arrays import (
    FrozenArray,
    array_field,
    as_numbers,
    frozen_array,
)
from behaviour_culture._display import count_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.errors import MissingExtraError
from behaviour_culture.fields import NotNegative, OneOf, Positive, Range, Shape
from behaviour_culture.statistics.small_counts import hide_counts
from behaviour_culture.typing import FloatArray

__all__ = ["ShrunkRates", "shrink_counts", "shrink_rates"]

_METHODS = ("gamma-poisson", "marshall")
_MOST = 1_000_000
_LEAST = 1e-9
"""Least exposure: of less, rates are beyond what a number can hold."""
_LARGEST_SHAPE = 1e6
"""Prior shape from which units are taken to have the same rate (judgement)."""
_SPREADS = np.linspace(0.01, 1.5, 60)
"""Standard deviations between units, as a share of the mean rate, over which the interval is
averaged: each up to one and a half times the mean is as likely beforehand (judgement)."""
_NEGLIGIBLE = 1e-3
"""Weights below it, as a share of the largest, move no printed decimal."""
_HALVINGS = 32
"""Enough to narrow a bracket of ratios far below any printed decimal."""
_MANY = 60
"""Units from which the spread between them is well enough known (judgement)."""
_COLUMNS = ("counts", "exposure", "raw", "rates", "lower", "upper")


_Units: TypeAlias = Annotated[FrozenArray, Shape("exposure", missing=True), Range(low=0, high=1e15)]


@frozen(kw_only=True, repr=False)
class ShrunkRates(Value):
    """Rates shrunk towards the rate of all, with intervals, in the order given.

    Attributes
    ----------
    counts, exposure, raw : array of float, shape (units,)
        The arguments, and ``counts / exposure``.
    rates, lower, upper : array of float, shape (units,)
        The shrunk rate and its 95 % interval. Under 60 units it is averaged over the spreads
        between units that the counts allow; of more units the spread is taken as known.
    mean : float
        The rate towards which they are shrunk.
    variance : float
        Variance of true rates between units; 0 if chance explains all.
    prior_shape, prior_rate : float or None
        Of the gamma distribution of true rates; None for Marshall's method.
    method : str
    hidden : tuple of int
    disclosure : str
    """

    counts: _Units = array_field()
    exposure: Annotated[FrozenArray, Shape(None), Range(low=_LEAST)] = array_field()
    raw: _Units = array_field()
    rates: _Units = array_field()
    lower: _Units = array_field()
    upper: _Units = array_field()
    mean: NotNegative = field(converter=as_float)
    variance: NotNegative = field(converter=as_float)
    prior_shape: Positive | None = None
    prior_rate: Positive | None = None
    method: Annotated[str, OneOf(tuple(_METHODS))]
    hidden: tuple[int, ...] = field(default=(), converter=TupleOf[int])
    disclosure: Annotated[str, OneOf(("internal", "published"))] = "internal"

    def _check(self, check: Check) -> None:
        if not check.ok("exposure", "hidden"):
            return
        length = len(self.exposure)
        if any(not 0 <= i < length for i in self.hidden):
            check.fault("hidden", f"units are 0 to {length - 1}", self.hidden)
        for name in _COLUMNS:
            if name != "exposure" and check.ok(name):
                gone = np.flatnonzero(np.isnan(getattr(self, name)))
                if set(gone) != set(self.hidden):
                    check.fault(name, "expected a number for each unit but those in 'hidden'")
        if check.ok() and (self.lower > self.upper).any():
            check.fault("lower", "a lower end lies above its upper end")

    def published(self, rules: DisclosureRules | None = None) -> ShrunkRates:
        """Return the rates as they may be published: units with small counts hidden.

        The spread between units is estimated again with the middle of its possible values in
        place of each hidden count, so that no published rate depends on one.
        """
        if self.disclosure == "published":
            return self
        taken, hidden = hide_counts(self.counts, given_rules(rules))
        made = shrink_counts(taken, self.exposure.copy(), self.method)
        shown = np.ones(len(taken), dtype=np.bool_)
        shown[list(hidden)] = False
        columns: dict[str, Any] = {
            name: np.where(shown, getattr(made, name), np.nan)
            for name in _COLUMNS
            if name != "exposure"
        }
        return evolve(made, **columns, hidden=hidden, disclosure="published")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "unit": int,
        "counts": float,
        "exposure": float,
        "raw": float,
        "rates": float,
        "lower": float,
        "upper": float,
        "note": str,
    }

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each unit in the order given; small counts only if ``internal``."""
        made = self if internal else self.published()
        cells = zip(*(as_numbers(getattr(made, name)) for name in _COLUMNS), strict=True)
        return [
            {
                "unit": i + 1,
                **dict(zip(_COLUMNS, row, strict=True)),
                "note": "hidden" if i in made.hidden else "",
            }
            for i, row in enumerate(cells)
        ]

    def _label(self) -> str:
        return f"{len(self.exposure)} units, {self.method}"

    def _lines(self) -> list[str]:
        spread = (
            f"true rates differ by a standard deviation of about {self.variance**0.5:.3g}"
            if self.variance
            else "rates differ no more than by chance"
        )
        lines = [
            f"Rates of {len(self.exposure)} units, shrunk towards {self.mean:.4g} "
            f"({self.method}), {self.disclosure}; {spread}",
            "  Show the raw rates beside them. They are not in order of merit.",
        ]
        if self.hidden:
            hidden = count_of(len(self.hidden), "unit")
            lines.append(f"  {hidden} hidden: few pupils are behind them.")
        return lines


def shrink_rates(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    method: Literal["gamma-poisson", "marshall"] = "gamma-poisson",
) -> ShrunkRates:
    r"""Return rates shrunk towards the rate of all, the more the less exposure a unit has.

    Counts are Poisson with mean :math:`E_i \lambda_i`, and the :math:`\lambda_i` gamma with
    shape a and rate b; the shrunk rate is :math:`(c_i + a) / (E_i + b)` [1]_. With
    ``"gamma-poisson"`` a and b are those of maximum likelihood of the counts, which then are
    negative binomial; with ``"marshall"`` they follow from the mean and variance of the raw
    rates, weighted by exposure [2]_.

    Parameters
    ----------
    counts : sequence of int, shape (units,)
        Events of each school or group, at least 2.
    exposure : sequence of float, shape (units,)
        Time at risk, above 0, such as pupil-days.
    method : {"gamma-poisson", "marshall"}

    Returns
    -------
    ShrunkRates

    Raises
    ------
    InvalidInputError
        With every fault of the arguments; also where there is no event at all.
    MissingExtraError
        scipy is not installed (extra ``stats``).

    Notes
    -----
    If the spread between units is no larger than by chance, each has the rate of all; its interval
    still allows for the spread that few units could not show.

    References
    ----------
    .. [1] Clayton, D. and Kaldor, J. (1987). Empirical Bayes estimates of age-standardized
       relative risks for use in disease mapping. *Biometrics* 43, 671-681.
    .. [2] Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes
       estimators. *Applied Statistics* 40, 283-294.

    Examples
    --------
    >>> found = shrink_rates([0, 12, 60, 20], [40, 400, 400, 60])
    >>> [f"{rate:.3f}" for rate in found.raw]
    ['0.000', '0.030', '0.150', '0.333']
    >>> [f"{rate:.3f}" for rate in found.rates]
    ['0.016', '0.031', '0.150', '0.316']
    """
    given = Arguments("shrink_rates")
    events = given.numbers("counts", counts, low=0, whole=True, least=2, most=_MOST)
    over = given.numbers("exposure", exposure, low=_LEAST, least=2, most=_MOST)
    given.same_length("counts", events, "exposure", over)
    given.one_of("method", method, _METHODS)
    if not given.faults and not events.sum():
        given.fault("counts", "no event at all: there is no rate to shrink towards")
    given.done()
    return shrink_counts(events, over, method)


class _Prior(NamedTuple):
    mean: float
    variance: float


def shrink_counts(counts: FloatArray, exposure: FloatArray, method: str) -> ShrunkRates:
    """Return the result of `shrink_rates` for checked columns, which may hold stand-ins."""
    try:
        from scipy.special import gammaincinv  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("scipy", "stats", "shrinking rates") from None
    find = _marshall if method == "marshall" else _most_likely
    rising = np.lexsort((exposure, counts))  # the order of the units changes no bit
    mean, variance = find(counts[rising], exposure[rising])
    if variance:
        shape, rate = counts + mean**2 / variance, exposure + mean / variance
        rates = shape / rate
    else:  # one rate for all
        shape = np.full(len(counts), counts.sum() + 0.5)
        rate = np.full(len(counts), exposure[rising].sum())
        rates = np.full(len(counts), mean)
    if len(counts) < _MANY:
        found = shrunk_interval(counts[rising], exposure[rising], mean, 0.95)
        lower, upper = (mean * ends[np.argsort(rising)] for ends in found)
    else:
        lower, upper = (gammaincinv(shape, p) / rate for p in (0.025, 0.975))
    known = method != "marshall" and variance > 0
    return ShrunkRates(
        counts=frozen_array(counts),
        exposure=frozen_array(exposure),
        raw=frozen_array(counts / exposure),
        rates=frozen_array(rates),
        lower=frozen_array(np.minimum(lower, rates)),
        upper=frozen_array(np.maximum(upper, rates)),
        mean=mean,
        variance=variance,
        prior_shape=mean**2 / variance if known else None,
        prior_rate=mean / variance if known else None,
        method=method,
    )


def _marshall(counts: FloatArray, exposure: FloatArray) -> _Prior:
    mean = counts.sum() / exposure.sum()
    spread = (exposure * (counts / exposure - mean) ** 2).sum() / exposure.sum()
    return _Prior(float(mean), max(0.0, float(spread - mean / exposure.mean())))


def _most_likely(counts: FloatArray, exposure: FloatArray) -> _Prior:
    """Return mean and variance of the gamma distribution of maximum likelihood."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # noqa: PLC0415
    from scipy.special import gammaln  # noqa: PLC0415

    crude = counts.sum() / exposure.sum()
    expected = crude * exposure

    def loss(x: FloatArray) -> float:
        shape, mu = np.exp(x[0]), np.exp(x[1]) * expected
        inside = gammaln(counts + shape) - gammaln(shape) - shape * np.log1p(mu / shape)
        return -float((inside + counts * np.log(mu / (shape + mu))).sum())

    def best(start: float) -> Any:  # noqa: ANN401  (scipy's result)
        bounds = [(np.log(1e-3), np.log(_LARGEST_SHAPE)), (-5.0, 5.0)]
        options = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500}
        at = np.array([start, 0.0])
        return minimize(loss, at, method="L-BFGS-B", bounds=bounds, options=options)

    found = min((best(start) for start in (-1.0, 1.0, 3.0)), key=lambda result: result.fun)
    shape, mean = float(np.exp(found.x[0])), float(np.exp(found.x[1])) * crude
    # As likely without any spread: then take none.
    none = loss(np.array([np.log(_LARGEST_SHAPE), 0.0]))
    if found.fun > none - 1e-6:
        return _Prior(float(crude), 0.0)
    return _Prior(float(mean), float(mean**2 / shape))


def shrunk_interval(
    counts: FloatArray, exposure: FloatArray, mean: float, level: float, *, known: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Return the ends of each unit's rate as a ratio of the mean, averaged over spreads.

    The spread between units is not taken as known, nor is the mean, unless ``known``: the
    posterior is averaged over `_SPREADS` and, for each, over means up to two and a half standard
    errors away, weighted by the likelihood of all counts.
    """
    from scipy.special import gammainc, gammaln  # noqa: PLC0415

    error = np.sqrt(1 / max(counts.sum(), 1.0) + _SPREADS**2 / len(counts))
    steps = np.zeros(1) if known else np.linspace(-2.5, 2.5, 5)
    centre = np.exp(error[:, None] * steps).ravel()[:, None]
    prior = np.repeat(_SPREADS**-2.0, len(steps))[:, None]
    expected = mean * exposure * centre
    like = gammaln(counts + prior) - gammaln(prior) + prior * np.log(prior / (prior + expected))
    like += counts * np.log(expected / (prior + expected))
    weights = like.sum(axis=1) + (0 if known else np.log(np.repeat(error, len(steps))))
    weights = np.exp(weights - weights.max())
    kept = weights > _NEGLIGIBLE
    weights = weights[kept] / weights[kept].sum()
    # Of the ratio to the mean.
    shape, rate = prior[kept] + counts, (prior[kept] + expected[kept]) / centre[kept]

    def quantile(p: float) -> FloatArray:
        low, high = np.zeros(len(counts)), 2.0 + 20.0 * (counts + 1) / (mean * exposure)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = weights @ gammainc(shape, rate * middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return high

    tail = (1 - level) / 2
    return quantile(tail), quantile(1 - tail)
