"""Pool the effects of several studies: the mean, and a prediction for the next setting."""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Literal

import numpy as np
from attrs import field, frozen
from attrs.converters import optional
from numpy.typing import ArrayLike

from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Check, TupleOf, Value, as_float, as_tuple
from behaviour_culture.fields import NotNegative, Percent, Range
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.statistics.estimates import normal_estimate, t_quantile
from behaviour_culture.typing import FloatArray

__all__ = ["PooledEffect", "paule_mandel", "pool_effects", "spread_of"]

_LEAST, _MOST = 1e-6, 1e6
"""No effect on a scale of ours is beyond these, and within them rounding does no harm."""
_FOR_PREDICTION = 3


@frozen(kw_only=True, repr=False)
class PooledEffect(Value):
    """The random-effects mean of several studies, and how far settings differ.

    Attributes
    ----------
    estimate : Estimate
        The mean over settings with its 95% interval. Its standard error is the plain one,
        sqrt(1 / sum of weights); a small-sample method changes only the interval.
    tau2 : float
        Variance between settings.
    i2 : float
        Share of the spread that is not chance within studies, in per cent.
    q : float
        Cochran's Q, around the fixed-effect mean.
    prediction : tuple of two floats, or None
        95% interval for the true effect in one new setting; None with two studies, which
        cannot say how far settings differ. It is never narrower than the mean's interval.
    studies : int
    effects, standard_errors : tuple of float
        Those of the studies, in order of the effects; empty in older files.
    """

    estimate: Estimate
    tau2: NotNegative = field(converter=as_float)
    i2: Percent = field(converter=as_float)
    q: NotNegative = field(converter=as_float)
    prediction: tuple[float, float] | None = field(default=None, converter=optional(as_tuple))
    studies: Annotated[int, Range(low=2)]
    effects: tuple[float, ...] = field(default=(), converter=TupleOf[float])
    standard_errors: tuple[float, ...] = field(default=(), converter=TupleOf[float])

    def _check(self, check: Check) -> None:
        for name in ("effects", "standard_errors"):
            if check.ok(name) and len(getattr(self, name)) not in {0, self.studies}:
                check.fault(name, f"expected one for each of {self.studies} studies, or none")

    def _label(self) -> str:
        made = self.estimate
        return f"{made.value:.3g} [{made.lower:.3g}, {made.upper:.3g}] from {self.studies} studies"

    def _lines(self) -> list[str]:
        e = self.estimate
        lines = [
            f"Mean effect {e.value:.3f} ({e.level:.0%} interval {e.lower:.3f} to {e.upper:.3f}) "
            f"from {self.studies} studies; {self.i2:.0f}% of their spread is more than chance"
        ]
        if self.prediction is None:
            return [*lines, "  Two studies cannot say what to expect in another setting."]
        low, high = self.prediction
        return [*lines, f"  In another setting: {low:.3f} to {high:.3f} (95% prediction interval)"]


def spread_of(effects: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """Return the weighted mean and the weighted sum of squares around it."""
    mean = float((weights * effects).sum() / weights.sum())
    return mean, float((weights * (effects - mean) ** 2).sum())


def _dersimonian_laird(effects: FloatArray, errors: FloatArray) -> float:
    weights = errors**-2
    _, q = spread_of(effects, weights)
    # The sum of weights less that of their squares over it, from products of all pairs: no
    # difference of two numbers that are nearly the same.
    scale = 2 * (weights[1:] * np.cumsum(weights)[:-1]).sum() / weights.sum()
    return float(max(0.0, (q - (len(effects) - 1)) / scale))


def paule_mandel(effects: FloatArray, errors: FloatArray) -> float:
    """Return the variance at which Q equals its degrees of freedom, by Newton's method.

    Q falls and is convex in the variance, so the steps from 0 rise to the root.
    """
    tau2 = 0.0
    while True:
        weights = 1 / (errors**2 + tau2)
        mean, q = spread_of(effects, weights)
        slope = float((weights**2 * (effects - mean) ** 2).sum())
        excess = q - (len(effects) - 1)
        # Numbers so far apart that they have no squares let nothing rise.
        if excess <= 1e-12 * len(effects) or not tau2 + excess / slope > tau2:
            return tau2
        tau2 += excess / slope


_METHODS = {
    "dersimonian-laird": (_dersimonian_laird, "DerSimonian-Laird, normal interval"),
    "hartung-knapp": (_dersimonian_laird, "DerSimonian-Laird, Hartung-Knapp interval"),
    "paule-mandel": (paule_mandel, "Paule-Mandel, Hartung-Knapp interval"),
}


def pool_effects(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    *,
    method: Literal["hartung-knapp", "dersimonian-laird", "paule-mandel"] = "hartung-knapp",
) -> PooledEffect:
    """Pool independent studies of one outcome on one scale, allowing for differing settings.

    Parameters
    ----------
    estimates, standard_errors : array of shape (studies,)
        On one scale, logarithms for ratios. At least two studies; a meta-analysis is no
        study to pool with the trials that it holds.
    method : {"hartung-knapp", "dersimonian-laird", "paule-mandel"}
        How the variance between settings and the interval of the mean are made. The first has
        the mean of DerSimonian and Laird and the interval of Hartung and Knapp, never narrower
        than that of a t distribution around the plain standard error. The second has their
        own normal interval, which with few studies is too narrow: of 3, 5 and 10 studies it
        held the mean in 87, 89 and 92 % of trials. The third has the interval of the first
        around the mean of Paule and Mandel.

    Returns
    -------
    PooledEffect

    Raises
    ------
    InvalidInputError
        One study, lengths that differ, a standard error that is not above 0, a number that
        is not finite or beyond a million in size, an unknown method.

    Notes
    -----
    DerSimonian and Laird (1986), Controlled Clinical Trials 7:177; Paule and Mandel (1982);
    Hartung and Knapp (2001), Statistics in Medicine 20:3875, with the factor kept at 1 or
    more as Roever, Knapp and Friede (2015) advise; prediction by a t distribution with two
    degrees of freedom fewer than studies: Higgins, Thompson and Spiegelhalter (2009), and never
    narrower than the interval of the mean.

    Examples
    --------
    >>> pooled = pool_effects([-0.30, -0.10, -0.22, 0.05], [0.08, 0.06, 0.10, 0.09])
    >>> print(pooled)
    Mean effect -0.142 (95% interval -0.380 to 0.097) from 4 studies; 69% of their spread is more than chance
      In another setting: -0.739 to 0.456 (95% prediction interval)
    """  # noqa: E501
    arguments = Arguments("pool_effects")
    effects = arguments.numbers("estimates", estimates, low=-_MOST, high=_MOST)
    errors = arguments.numbers("standard_errors", standard_errors, low=_LEAST, high=_MOST)
    arguments.one_of("method", method, _METHODS)
    if len(effects) == 1:
        arguments.fault("estimates", "one study cannot be pooled: give at least two")
    arguments.same_length("estimates", effects, "standard_errors", errors)
    arguments.done()
    return _pool(effects, errors, method)


def _pool(effects: FloatArray, errors: FloatArray, method: str) -> PooledEffect:
    variance, words = _METHODS[method]
    rising = np.lexsort((errors, effects))  # the order of the studies changes no bit
    effects, errors = effects[rising], errors[rising]
    tau2 = variance(effects, errors)
    size = len(effects)
    weights = 1 / (errors**2 + tau2)
    mean, around = spread_of(effects, weights)
    plain = sqrt(1 / weights.sum())
    quantile: float | None = None
    if method != "dersimonian-laird":
        factor = max(1.0, around / (size - 1))
        quantile = t_quantile(0.975, size - 1) * sqrt(factor)
    prediction: tuple[float, float] | None = None
    if size >= _FOR_PREDICTION:
        reach = t_quantile(0.975, size - 2) * sqrt(tau2 + plain**2)
        # One study far from others that agree can leave it narrower than the mean's own interval.
        reach = max(reach, (quantile or 0.0) * plain)
        prediction = (mean - reach, mean + reach)
    _, q = spread_of(effects, errors**-2)
    return PooledEffect(
        estimate=normal_estimate(mean, plain, quantile=quantile, method=words),
        tau2=tau2,
        i2=100 * max(0.0, 1 - (size - 1) / q) if q > 0 else 0.0,
        q=q,
        prediction=prediction,
        studies=size,
        effects=effects.tolist(),
        standard_errors=errors.tolist(),
    )
