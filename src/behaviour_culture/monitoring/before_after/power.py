"""The smallest change that a before and after comparison could find."""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist
from typing import Annotated, cast

import numpy as np
from attrs import field, frozen

from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Value, as_float
from behaviour_culture.fields import NotNegative, Positive, Range, Share
from behaviour_culture.monitoring.before_after.design import Season, build_design, check_season
from behaviour_culture.statistics.estimates import normal_quantile
from behaviour_culture.typing import FloatArray

__all__ = ["DetectableEffect", "detectable_effect"]


@frozen(kw_only=True, repr=False)
class DetectableEffect(Value):
    """The smallest fall that a comparison would find, and the chance of finding a given one.

    Attributes
    ----------
    ratio : float
        Rate after as a share of the rate before; a smaller fall is likely to be missed.
    target_power : float
        The chance that a fall to ``ratio`` is found.
    asked : float or None
        A ratio of the user's own.
    power : float or None
        The chance that a change to ``asked`` is found, with the right sign.
    standard_error : float
        Of the log of the ratio, with no change.
    events_before, events_after : float
        Expected with no change.
    """

    ratio: Share = field(converter=as_float)
    target_power: Annotated[float, Range(high=1, above=0)] = field(converter=as_float)
    asked: NotNegative | None = None
    power: Share | None = None
    standard_error: NotNegative = field(converter=as_float)
    events_before: NotNegative = field(converter=as_float)
    events_after: NotNegative = field(converter=as_float)
    dispersion: Positive = field(converter=as_float)
    level: Annotated[float, Range(high=1, above=0)] = field(converter=as_float)

    def _label(self) -> str:
        return f"a fall of {1 - self.ratio:.0%} or more"

    def _lines(self) -> list[str]:
        lines = [
            f"This comparison would find a fall of {1 - self.ratio:.0%} or more (found in "
            f"{self.target_power:.0%} of cases).",
            f"  Expected: {self.events_before:.0f} events before, {self.events_after:.0f} after, "
            f"varying {self.dispersion:.1f} times as much as chance.",
        ]
        if self.asked is not None and self.power is not None:
            word = "fall" if self.asked < 1 else "rise"
            lines.append(
                f"  A {word} of {abs(1 - self.asked):.0%} would be found in {self.power:.0%} "
                "of cases."
            )
        return lines


def detectable_effect(  # noqa: PLR0913  (the design of a comparison)
    *,
    rate: float,
    before: int,
    after: int,
    dispersion: float = 1.0,
    trend: bool = False,
    season: Season = None,
    ratio: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> DetectableEffect:
    r"""Return the smallest fall that a before and after comparison would find.

    Call it before you look at the result.

    Parameters
    ----------
    rate : float
        Expected events at one point before the change, above 0.
    before, after : int
        Points on each side, 1 or more.
    dispersion : float
        Variance as a multiple of chance, 1 or more: ``InterruptedTimeSeries.dispersion`` of the
        points before, or 2 if you have none (judgement).
    trend, season
        As in `interrupted_time_series`: both cost power, a trend most.
    ratio : float, optional
        Rate after as a share of that before, to get its power.
    power : float
        For the detectable ratio; 0.8 is customary.
    level : float
        Coverage of the interval that must exclude 1.

    Raises
    ------
    InvalidInputError

    Notes
    -----
    The standard error of the log ratio is that of the design, from the expected information
    :math:`\varphi (X^T W X)^{-1}` with the expected counts in W. With neither trend nor season
    it is :math:`\sqrt{\varphi (1/C_0 + 1/C_1)}`, and the ratio is
    :math:`\exp(-2.80\,se)` at the defaults. Points are taken to be independent of their
    neighbours: if behaviour comes in waves the promise is too large, and
    `interrupted_time_series` then has a caveat.

    Examples
    --------
    >>> print(detectable_effect(rate=10, before=10, after=10, dispersion=2, ratio=0.8))
    This comparison would find a fall of 43% or more (found in 80% of cases).
      Expected: 100 events before, 100 after, varying 2.0 times as much as chance.
      A fall of 20% would be found in 18% of cases.
    """
    given = Arguments("detectable_effect")
    given.number("rate", rate, above=0)
    given.whole("before", before, 1)
    given.whole("after", after, 1)
    given.number("dispersion", dispersion, low=1)
    given.flag("trend", trend)
    if ratio is not None:
        given.number("ratio", ratio, above=0)
    given.number("power", power, above=0, below=1)
    given.number("level", level, above=0, below=1)
    given.done()
    size = before + after
    columns = check_season(given, season, size)
    given.done()
    design = build_design(size, before, columns, trend=trend, slope_change=False)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        given.fault("after", "too few points to separate the step from trend and season")
        given.done()
    normal = NormalDist()
    z = normal_quantile(level)
    error = _error(design, before, rate, 1.0, dispersion)
    found = None
    if ratio is not None:
        other = _error(design, before, rate, ratio, dispersion)
        found = normal.cdf(abs(log(ratio)) / other - z)
    return DetectableEffect(
        ratio=exp(-(z + normal.inv_cdf(power)) * error) if power > 1 - level else 1.0,
        target_power=power,
        asked=ratio,
        power=found,
        standard_error=error,
        events_before=rate * before,
        events_after=rate * after,
        dispersion=dispersion,
        level=level,
    )


def _error(design: FloatArray, before: int, rate: float, ratio: float, dispersion: float) -> float:
    """Return the standard error of the step on the log scale."""
    weights = np.full(len(design), float(rate))
    weights[before:] *= ratio
    information = design.T @ (design * weights[:, None])
    return sqrt(dispersion * cast("float", np.linalg.inv(information)[1, 1]))
