"""Interrupted time series: the step at a change, beyond trend and season, with its caveats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from math import exp, sqrt
from typing import Literal, NamedTuple

import numpy as np
from attrs import evolve
from numpy.typing import ArrayLike

from behaviour_culture._arrays import frozen_array, rounding_of
from behaviour_culture.arguments import Arguments, require_stats
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.model.indicator import Series
from behaviour_culture.monitoring.before_after.design import (
    Season,
    build_design,
    check_season,
    years_before,
)
from behaviour_culture.monitoring.before_after.power import DetectableFrom, detectable_from
from behaviour_culture.monitoring.before_after.regression import Fit, Points, fit_segments
from behaviour_culture.monitoring.before_after.result import LEAST_SIDE, InterruptedTimeSeries
from behaviour_culture.monitoring.counts.series_columns import (
    change_index,
    columns_of,
    excluded,
    hidden_periods,
    inside_changes,
    too_high,
)
from behaviour_culture.statistics.estimates import normal_estimate
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["interrupted_time_series"]

FAMILIES = ("poisson", "quasi-poisson", "negative-binomial", "gaussian")
_LIKELIHOODS = ("poisson", "negative-binomial")
"""Families that give fractions no probability."""
_ROBUST = ("model", "quasi", "newey-west")
_FEW = 5.0
_MOST_EXPONENT = 700
"""Beyond it a float cannot hold the exponential."""


def interrupted_time_series(  # noqa: PLR0913  (the design's own names)
    values: ArrayLike | Series,
    *,
    change_at: int | date,
    exposure: ArrayLike | None = None,
    family: Literal["poisson", "quasi-poisson", "negative-binomial", "gaussian"] = "poisson",
    trend: bool = True,
    slope_change: bool = False,
    season: Season = None,
    robust: Literal["model", "quasi", "newey-west"] | None = None,
    exclude: Sequence[int] = (),
    level: float = 0.95,
) -> InterruptedTimeSeries:
    r"""Estimate the step in a series at a change, beyond its trend and season.

    .. math::

        \log E(c_t) = \log(\text{exposure}_t) + b_0 + b_1 t + b_2\,\text{step}_t
                      + b_3\,\text{step}_t (t - t_0) + \text{season}_t

    Parameters
    ----------
    values : array-like of shape (n,), or Series
        Counts of events (0 or more), or measurements for ``gaussian``; in the order of time. A
        series has its own exposure. Its masked periods are left out, never filled in, and keep
        their place in time; the caveats list them and its recording changes.
    change_at : int or date
        Index of the first point after the change, 1 to n - 1. For a series also the day of the
        change: a period that contains the day, other than as its first day, is left out, and
        the later ones are after.
    exposure : array-like of shape (n,), optional
        Pupil school-days of each point, more than 0. Without it the points are taken to be
        of equal length, which the caveats say. Not for ``gaussian``, nor beside a series.
    family : {"poisson", "quasi-poisson", "negative-binomial", "gaussian"}
        Fractions, such as hours or means of rooms, have no likelihood as counts and are refused
        but by ``quasi-poisson``, which takes the variance from the data, and ``gaussian``.
    trend : bool
        Allow for a trend that began before the change and continues.
    slope_change : bool
        Let the trend change too; decide before you look.
    season : int, ("harmonic", period, terms), or a label for each point, optional
        A whole number takes a dummy for each place in that period (6 for half-terms).
    robust : {"model", "quasi", "newey-west"}, optional
        Standard errors. By default those of the model, times the square root of the
        dispersion where counts vary more than chance; with fewer than 30 points the larger of
        that and Newey and West's [2]_; and where neighbouring points are alike beyond chance,
        those that allow for it [4]_ if they are larger. ``"newey-west"`` takes theirs, but the
        larger of the two under 30 points. ``"quasi"`` and ``"model"`` take those alone.
    exclude : sequence of int
        Points left out of the fit: closures, or the bad term that set the plan off [3]_. Their
        values and exposure may be NaN.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    InterruptedTimeSeries

    Raises
    ------
    InvalidInputError
        Arguments out of range, or a series in which the step cannot be separated from the rest.
    MissingExtraError
        Without scipy and statsmodels (extra ``stats``).

    Notes
    -----
    Intervals as in [1]_, with quantiles of Student's t where the points less the terms of the fit
    are under 50: the dispersion is estimated from as many [5]_. The errors of a negative binomial
    are widened by it too, as its alpha by maximum likelihood is too small where terms are many
    [5]_. Only ``"model"`` takes the variance of counts as known, with normal quantiles. With
    ``slope_change`` the step is that at the change itself and the new slope counts from 1 at the
    first point after, as in [1]_.

    The lag of Newey and West is
    ``floor(4 (n / 100) ** (2 / 9))``, which is too short for behaviour that comes in waves of
    several weeks. Zeger's errors treat the variation beyond chance as a process of the first order,
    whose memory is estimated from neighbouring residuals; neighbours count as alike from two
    standard errors on (judgement). ``tests/benchmarks/monitoring.py`` measures how often a series
    without a change then shows one.

    Fewer than 8 points on a side give a description only; with fewer than two full periods
    before, season cannot be separated from trend. Both thresholds are judgement, and each has a
    caveat.

    References
    ----------
    .. [1] Lopez Bernal, J., Cummins, S. & Gasparrini, A. (2017). Interrupted time series
       regression for the evaluation of public health interventions. *IJE* 46, 348-355.
    .. [2] Newey, W. K. & West, K. D. (1987). *Econometrica* 55, 703-708.
    .. [3] Barnett, A. G. et al. (2005). Regression to the mean. *IJE* 34, 215-220.
    .. [4] Zeger, S. L. (1988). A regression model for time series of counts. *Biometrika* 75,
       621-629.
    .. [5] McCullagh, P. & Nelder, J. A. (1989). *Generalized Linear Models*, 2nd ed., 4.5 and
       6.2; Breslow, N. E. (1984). Extra-Poisson variation in log-linear models. *Applied
       Statistics* 33, 38-44.

    Examples
    --------
    >>> counts = [52, 48, 50, 55, 47, 51, 49, 53, 40, 38, 42, 41, 37, 43, 39, 40]
    >>> result = interrupted_time_series(counts, change_at=8, exposure=[4500] * 16)
    >>> print(result.level)
    0.78 (95% interval 0.57 to 1.08)
    """
    given = Arguments("interrupted_time_series")
    given.one_of("family", family, FAMILIES)
    given.flag("trend", trend)
    given.flag("slope_change", slope_change)
    given.number("level", level, above=0, below=1)
    if robust is not None:
        given.one_of("robust", robust, _ROBUST)
    taken = _take(given, values, change_at, exposure, exclude, family)
    columns = check_season(given, season, len(taken.values))
    given.done()
    require_stats("a segmented regression")
    places = np.flatnonzero(taken.keep)
    design = build_design(
        len(taken.values), taken.change_at, columns, trend=trend, slope_change=slope_change
    )
    points = Points(taken.values[places], design[places], taken.offset[places], places)
    _require_estimable(given, points, taken.change_at, counts=family != "gaussian")
    fit = fit_segments(points, family, robust)
    caveats = _caveats(fit, points, taken, family, season, robust)
    result = _result(fit, design, taken, family, level, slope_change=slope_change, caveats=caveats)
    if not trend:
        return result
    return evolve(
        result,
        without_trend=_without_trend(taken, columns, points, family, robust, level, slope_change),
        detectable=_detectable(taken, season, family, fit.dispersion, level),
    )


def _without_trend(  # noqa: PLR0913, PLR0917  (as the fit)
    taken: _Taken,
    season: FloatArray,
    points: Points,
    family: str,
    robust: str | None,
    level: float,
    slope_change: bool,  # noqa: FBT001
) -> Estimate:
    """Return the step if there was no trend before, as a description."""
    size = len(taken.values)
    design = build_design(size, taken.change_at, season, trend=False, slope_change=slope_change)
    fit = fit_segments(points._replace(design=design[points.places]), family, robust)
    return _estimate(
        float(fit.params[1]),
        sqrt(fit.covariance[1, 1]),
        fit.method,
        "difference" if family == "gaussian" else "ratio",
        level=level,
        freedom=fit.freedom,
        design=StudyDesign.DESCRIPTION,
    )


def _detectable(
    taken: _Taken, season: Season, family: str, dispersion: float, level: float
) -> DetectableFrom | None:
    """Return the day from which a fall of a fifth could be found, for a series of counts."""
    if taken.series is None:
        return None
    # That of a negative binomial is what is left beyond its own variance.
    known = None if family == "negative-binomial" else max(1.0, dispersion)
    day = taken.series.periods[taken.change_at].start
    return detectable_from(
        taken.series, change_at=day, season=season, dispersion=known, level=level
    )


class _Taken(NamedTuple):
    """A series as the fit takes it."""

    values: FloatArray
    """NaN at a masked period."""
    offset: FloatArray
    """Log of the exposure, 0 where there is none, NaN at a masked period."""
    keep: BoolArray
    change_at: int
    series: Series | None = None
    no_exposure: bool = False

    @property
    def sides(self) -> tuple[int, int]:
        """Points kept before and after the change."""
        return int(self.keep[: self.change_at].sum()), int(self.keep[self.change_at :].sum())

    @property
    def hidden(self) -> int:
        """Number of small counts that are hidden in the series."""
        return 0 if self.series is None else len(hidden_periods(self.series))


def _take(  # noqa: PLR0913, PLR0917  (the arguments that hold data)
    given: Arguments,
    values: object,
    change_at: object,
    exposure: object,
    exclude: object,
    family: str,
) -> _Taken:
    """Return the arguments as columns, noting every fault."""
    counts = family != "gaussian"
    if isinstance(values, Series):
        taken = _take_series(given, values, change_at, exposure, counts=counts)
        _leave_out(given, exclude, taken.keep)
        return taken
    out = _whole_numbers(exclude)
    column = given.numbers(
        "values", values, low=0 if counts else None, whole=family in _LIKELIHOODS, unless=out
    )
    size = column.size
    if isinstance(change_at, date):
        given.fault("change_at", "a day needs a Series; here give the index of a point", change_at)
    else:
        given.whole("change_at", change_at, 1, max(size - 1, 1) if size else None)
    offset = np.zeros(size)
    if exposure is not None:
        if not counts:
            given.fault("exposure", "for a measurement (gaussian) there is none: give rates")
        weights = given.numbers("exposure", exposure, last=size or None, above=0, unless=out)
        offset = np.log(weights) if weights.size == size else offset
    keep = np.ones(size, dtype=bool)
    _leave_out(given, exclude, keep)
    index = 0 if given.faults else int(change_at)  # type: ignore[call-overload]
    return _Taken(column, offset, keep, index, no_exposure=counts and exposure is None)


def _take_series(
    given: Arguments, series: Series, change_at: object, exposure: object, *, counts: bool
) -> _Taken:
    if exposure is not None:
        given.fault("exposure", "a Series has its own: leave this out")
    if not counts:
        given.fault("family", "a Series holds counts: take a family for them, or give its rates")
    values, out_of = columns_of(series)
    keep = ~np.isnan(values)
    index, straddled = change_index(given, series, change_at)
    if straddled is not None:
        keep[straddled] = False
    return _Taken(values, np.log(out_of), keep, index, series)


def _whole_numbers(exclude: object) -> set[int]:
    """Return the whole numbers among the points to leave out; `_leave_out` refuses the others."""
    listed = exclude if isinstance(exclude, (Sequence, np.ndarray)) else ()
    return {int(i) for i in listed if isinstance(i, (int, np.integer))}


def _leave_out(given: Arguments, exclude: object, keep: BoolArray) -> None:
    """Remove the points of ``exclude`` from those kept, noting every fault."""
    if isinstance(exclude, (str, bytes)) or not isinstance(exclude, (Sequence, np.ndarray)):
        given.fault("exclude", "expected indices of points to leave out", exclude)
        return
    for i, point in enumerate(exclude):
        before = len(given.faults)
        given.whole(f"exclude[{i}]", point, 0, max(keep.size - 1, 0))
        if len(given.faults) == before and keep.size:
            keep[int(point)] = False


def _require_estimable(given: Arguments, points: Points, change_at: int, *, counts: bool) -> None:
    size, terms = points.design.shape
    values, after = points.values, points.places >= change_at
    if not after.any() or after.all():
        message = "with the masked periods it leaves no point on one side of the change"
        given.fault("exclude", message)
    elif size <= terms:
        message = f"{size} points cannot carry {terms} terms: leave out season or trend"
        given.fault("values", message)
    elif np.linalg.matrix_rank(points.design) < terms:
        message = "the step cannot be separated from trend and season: leave one of them out"
        given.fault("change_at", message)
    elif counts and not (values[~after].any() and values[after].any()):
        given.fault("values", "all points before, or all after, are 0: a ratio has no value")
    elif np.ptp(values) <= rounding_of(values) and not counts:
        given.fault("values", "all points are the same: there is no variation to judge a step by")
    given.done()


def _estimate(  # noqa: PLR0913  (the fields of an estimate)
    value: float,
    error: float,
    method: str,
    unit: str,
    *,
    level: float,
    freedom: float,
    design: StudyDesign,
) -> Estimate:
    """Return an estimate with Student's interval; for the unit "ratio" from the log scale."""
    from scipy.stats import t as student  # type: ignore[import-untyped]  # noqa: PLC0415  (extra)

    made = normal_estimate(
        value,
        error,
        level=level,
        quantile=float(student.ppf(0.5 + level / 2, freedom)),
        p_value=float(2 * student.sf(abs(value) / error, freedom)) if error > 0 else None,
        method=method,
        unit=unit,
    )
    if unit != "ratio":
        return evolve(made, design=design)
    if max(abs(made.lower), abs(made.upper)) > _MOST_EXPONENT:
        fault = Fault("values", "too few events for a ratio")
        raise InvalidInputError("interrupted_time_series", [fault])
    return evolve(
        made,
        value=exp(made.value),
        lower=exp(made.lower),
        upper=exp(made.upper),
        method=f"{method}; standard error on the log scale",
        unit="",
        design=design,
    )


def _result(  # noqa: PLR0913  (the parts of the result)
    fit: Fit,
    design: FloatArray,
    taken: _Taken,
    family: str,
    level: float,
    *,
    slope_change: bool,
    caveats: tuple[str, ...],
) -> InterruptedTimeSeries:
    gaussian = family == "gaussian"
    unit = "difference" if gaussian else "ratio"
    errors = np.sqrt(np.diag(fit.covariance))
    bare = design.copy()
    bare[:, 1 : 3 if slope_change else 2] = 0.0
    fitted, counter = design @ fit.params + taken.offset, bare @ fit.params + taken.offset
    if gaussian:
        by_fit, by_bare = design, bare
    else:
        fitted, counter = np.exp(fitted), np.exp(counter)
        by_fit, by_bare = design * fitted[:, None], bare * counter[:, None]
    after = taken.keep.copy()
    after[: taken.change_at] = False
    gradient = (by_bare - by_fit)[after].sum(axis=0)
    fewer = float((counter - fitted)[after].sum())
    error = sqrt(max(float(gradient @ fit.covariance @ gradient), 0.0))
    before, later = taken.sides
    descriptive = min(before, later) < LEAST_SIDE or taken.hidden > 0
    estimate = partial(
        _estimate,
        level=level,
        freedom=fit.freedom,
        design=StudyDesign.DESCRIPTION if descriptive else StudyDesign.INTERRUPTED_TIME_SERIES,
    )
    made = [
        estimate(float(fit.params[i]), float(errors[i]), fit.method, unit)
        for i in ((1, 2) if slope_change else (1,))
    ]
    return InterruptedTimeSeries(
        values=frozen_array(taken.values),
        change_at=taken.change_at,
        family=family,
        level=made[0],
        slope=made[1] if slope_change else None,
        dispersion=fit.dispersion,
        alpha=fit.alpha,
        fitted=frozen_array(fitted),
        counterfactual=frozen_array(counter),
        fewer=estimate(fewer, error, "delta method", "units" if gaussian else "events"),
        n_before=before,
        n_after=later,
        method=fit.method,
        caveats=caveats,
        descriptive=descriptive,
        series=taken.series,
    )


def _caveats(  # noqa: PLR0913, PLR0917  (all that there may be a doubt about)
    fit: Fit, points: Points, taken: _Taken, family: str, season: Season, robust: str | None
) -> tuple[str, ...]:
    found = []
    before, after = taken.sides
    if min(before, after) < LEAST_SIDE:
        found.append(
            f"Only {before} points before and {after} after: a description, not a reliable "
            f"estimate (at least {LEAST_SIDE} on each side are needed)."
        )
    if taken.series is not None:
        found += map(str, inside_changes(taken.series))
    found += excluded(taken.series, taken.keep)
    if taken.series is not None and taken.hidden:
        found.append(f"{too_high(taken.series)} This is a description: take the school's own.")
    if season is not None and years_before(season, taken.change_at) < 2:  # noqa: PLR2004
        found.append(
            "Fewer than two full years before the change: season and trend cannot be separated."
        )
    if season is None:
        found.append("No season was allowed for: compare only the same parts of the year.")
    if taken.no_exposure:
        found.append("No exposure was given: the points are taken to be of equal length and roll.")
    if family != "gaussian" and float(points.values.mean()) < _FEW:
        found.append("Under 5 events a point on average: take longer points.")
    if family == "poisson" and fit.dispersion > 1.3:  # noqa: PLR2004  (methods of the u-chart)
        found.append(f"Counts vary {fit.dispersion:.1f} times as much as by chance alone.")
    if family == "gaussian" and fit.dispersion == 0:
        found.append("The model meets every point: nothing is left to tell how sure the step is.")
    if fit.alike is not None:
        found.append(_about_neighbours(fit.alike, fit.widening, robust))
    return tuple(found)


def _about_neighbours(correlation: float, widening: float | None, robust: str | None) -> str:
    said = f"Neighbouring points are alike (correlation {correlation:.2f})"
    if widening is None and robust is None:
        return f"{said}, though counts vary no more than by chance: the interval is not widened."
    if widening is None:
        return f"{said}: the interval may be too narrow; the default of robust allows for it."
    return (
        f"{said}: the interval allows for it and is {widening:.1f} times as wide as it would be. "
        "The result of detectable_effect was too hopeful."
    )
