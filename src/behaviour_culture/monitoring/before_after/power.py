"""The smallest change that a before and after comparison could find."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Annotated, NamedTuple, cast

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Value, as_day, as_float
from behaviour_culture.fields import NotNegative, Positive, Range, Share
from behaviour_culture.model.indicator import Series
from behaviour_culture.monitoring.before_after.design import Season, build_design, check_season
from behaviour_culture.monitoring.before_after.regression import Points, fit_segments
from behaviour_culture.monitoring.counts.series_columns import columns_of
from behaviour_culture.statistics.estimates import normal_quantile
from behaviour_culture.typing import FloatArray

__all__ = ["DetectableEffect", "DetectableFrom", "detectable_effect", "detectable_from"]

_YEAR = timedelta(weeks=52)
_ALMOST_A_YEAR = timedelta(weeks=44)
"""A series from September to July is a school year."""
_USUAL = 2.0
"""Variance as a multiple of chance where too few points tell it (judgement)."""
_LEAST_FREE = 6
"""Points more than terms from which the points before tell how much counts vary (judgement)."""


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
        Points on each side, 1 to 100,000.
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
    given.within("before", before, "periods")
    given.within("after", after, "periods")
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


@frozen(kw_only=True, repr=False)
class DetectableFrom(Value):
    """The day from which a fall could be found, with a trend before it and without one.

    Attributes
    ----------
    ratio, power : float
        Rate after as a share of that before, and the chance of finding it.
    with_trend, without_trend : date or None
        Last day of the period that is the first to be enough; None where none is until
        ``looked_to``. The second holds only if there was no trend before.
    looked_to : date
    dispersion : float
        Variance as a multiple of chance.
    """

    ratio: Share = field(converter=as_float)
    power: Annotated[float, Range(high=1, above=0)] = field(converter=as_float)
    with_trend: date | None = None
    without_trend: date | None = None
    looked_to: date
    dispersion: Positive = field(converter=as_float)

    def _label(self) -> str:
        return f"a fall of {1 - self.ratio:.0%}"

    def _lines(self) -> list[str]:
        def said(day: date | None) -> str:
            return f"not by {self.looked_to}" if day is None else f"from {day} on"

        return [
            f"A fall of {1 - self.ratio:.0%} could be found (in {self.power:.0%} of cases) "
            f"{said(self.with_trend)}; if there was no trend before, {said(self.without_trend)}."
        ]


def detectable_from(  # noqa: PLR0913  (the design of a comparison)
    series: Series,
    *,
    change_at: date,
    season: Season = None,
    dispersion: float | None = None,
    ratio: float = 0.8,
    power: float = 0.8,
    level: float = 0.95,
    years: int = 5,
) -> DetectableFrom:
    """Return the day from which a fall could be found beyond trend and season.

    Say it before the plan begins, and to those who ask too early.

    Parameters
    ----------
    series : Series
        Counts before the change, and after it as far as there are any. Periods to come are those
        of its last year again, 52 weeks later, with the exposure of then; of less than a year they
        follow on.
    change_at : date
        The first day of the change, which may lie after the series.
    season
        As in `interrupted_time_series`; of labels one for each period of the series.
    dispersion : float, optional
        Variance as a multiple of chance, 1 or more. Where not given, that of the points before;
        2 where they are too few (judgement).
    ratio, power, level : float
        Rate after as a share of that before, below 1; chance of finding it; of the interval.
    years : int
        How far to look, 1 to 20.

    Raises
    ------
    InvalidInputError
        Also where no event was counted before the change.

    Examples
    --------
    >>> from datetime import timedelta
    >>> from behaviour_culture.model import ExposureKind, SeriesPeriod
    >>> weeks = [date(2024, 9, 2) + timedelta(weeks=k) for k in range(78)]
    >>> series = Series(id="s", indicator="low-level-incidents",
    ...     exposure_kind=ExposureKind.PUPIL_DAYS, periods=[
    ...         SeriesPeriod(label=str(w), start=w, end=w + timedelta(days=4), count=30,
    ...                      exposure=4500) for w in weeks])
    >>> found = detectable_from(series, change_at=date(2026, 3, 2), dispersion=1.5)
    >>> str(found.with_trend), str(found.without_trend)
    ('2026-09-04', '2026-05-15')
    """
    given = Arguments("detectable_from")
    given.value("series", series, Series)
    given.done()
    given.whole("years", years, 1, 20)
    given.done()
    place, starts, ends = _to_come(series, years)
    day = as_day(change_at)
    if not isinstance(day, date) or not starts[0] < day <= starts[-1]:
        message = f"expected a day after {starts[0]} and not after {starts[-1]}"
        given.fault("change_at", message, change_at)
        given.done()
    index = next(i for i, start in enumerate(starts) if start >= day)
    if dispersion is not None:
        given.number("dispersion", dispersion, low=1)
    given.number("ratio", ratio, above=0, below=1)
    given.number("power", power, above=0, below=1)
    given.number("level", level, above=0, below=1)
    columns = check_season(given, season, len(series.periods))
    counts, exposure = columns_of(series)
    before = np.flatnonzero(~np.isnan(counts[:index]))
    if not given.faults and not counts[before].sum():
        given.fault("series", "no event before the change: there is no rate that could fall")
    given.done()
    rate = float(counts[before].sum() / exposure[before].sum())
    if dispersion is None:
        dispersion = _dispersion(counts[before], exposure[before], columns[before], before)
    ahead = _Ahead(rate * exposure[place], columns[place], index, dispersion)
    need = normal_quantile(level) + NormalDist().inv_cdf(power)
    days = [ahead.first_enough(ratio, need, trend=trend) for trend in (True, False)]
    return DetectableFrom(
        ratio=ratio,
        power=power,
        with_trend=None if days[0] is None else ends[days[0]],
        without_trend=None if days[1] is None else ends[days[1]],
        looked_to=max(ends),
        dispersion=dispersion,
    )


def _to_come(series: Series, years: int) -> tuple[list[int], list[date], list[date]]:
    """Return which period stands for each, those to come included, its first and last day."""
    periods = series.periods
    first, last = periods[0].start, max(p.end for p in periods)
    again = [i for i, p in enumerate(periods) if p.end > last - _YEAR]
    by, times = _YEAR, years
    if last - first < _ALMOST_A_YEAR:
        # Less than a school year: they follow on, at the distance that they have.
        begun = max(p.start for p in periods) - first
        gap = begun / (len(periods) - 1) if len(periods) > 1 else last - first
        by = begun + max(gap, timedelta(days=1))
        times = -(-years * _YEAR // by)
    moves = [(i, 0 * by) for i in range(len(periods))]
    moves += [(i, time * by) for time in range(1, times + 1) for i in again]
    starts, ends = ([getattr(periods[i], n) + to for i, to in moves] for n in ("start", "end"))
    return [i for i, _ in moves], starts, ends


def _dispersion(
    counts: FloatArray, exposure: FloatArray, season: FloatArray, places: NDArray[np.intp]
) -> float:
    """Return the variance of the points before beyond trend and season, as a multiple of chance."""
    design = np.column_stack([np.ones(len(counts)), places - places.mean(), season])
    design = design[:, [k == 0 or bool(np.ptp(c)) for k, c in enumerate(design.T)]]
    if len(counts) < design.shape[1] + _LEAST_FREE:
        return _USUAL
    points = Points(counts, design, np.log(exposure), places)
    return max(1.0, fit_segments(points, "quasi-poisson", "model").dispersion)


class _Ahead(NamedTuple):
    """A series with the periods to come, as the power of a comparison sees it."""

    mean: FloatArray
    """Expected counts without a change; NaN for a masked period."""
    season: FloatArray
    change_at: int
    dispersion: float

    def first_enough(self, ratio: float, need: float, *, trend: bool) -> int | None:
        """Return the first point with which the error is small enough; the error only falls."""
        low, high = self.change_at - 1, len(self.mean) - 1
        if not self._enough(high, ratio, need, trend=trend):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            enough = self._enough(middle, ratio, need, trend=trend)
            low, high = (low, middle) if enough else (middle, high)
        return high

    def _enough(self, last: int, ratio: float, need: float, *, trend: bool) -> bool:
        size = last + 1
        design = build_design(
            size, self.change_at, self.season[:size], trend=trend, slope_change=False
        )
        there = ~np.isnan(self.mean[:size])
        weights = self.mean[:size][there].copy()
        weights[np.flatnonzero(there) >= self.change_at] *= ratio
        design = design[there]
        if np.linalg.matrix_rank(design) < design.shape[1]:
            return False
        information = design.T @ (design * weights[:, None])
        error = sqrt(self.dispersion * cast("float", np.linalg.inv(information)[1, 1]))
        return need * error <= -log(ratio)
