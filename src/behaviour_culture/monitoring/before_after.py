"""Before and after on a series: the step beyond trend and season, with its caveats."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from math import exp, floor, isfinite, sqrt
from statistics import NormalDist
from typing import Any, TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from behaviour_culture._arrays import FloatArray, FrozenArray, array_field, frozen_array
from behaviour_culture._display import Displayed
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.model._check import Check, as_float, as_tuple
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.monitoring._design import Season, build_design, check_season, years_before
from behaviour_culture.monitoring._given import Given, require_stats

__all__ = ["FAMILIES", "InterruptedTimeSeries", "interrupted_time_series"]

Mask: TypeAlias = NDArray[np.bool_]

FAMILIES = ("poisson", "quasi-poisson", "negative-binomial", "gaussian")
_ROBUST = ("model", "quasi", "newey-west")
_LEAST_SIDE = 8
_SMALL = 30
_FEW = 5.0
_ALIKE = 2.0


@frozen(kw_only=True, repr=False)
class InterruptedTimeSeries(Displayed):
    """What changed at one point of a series, beyond its trend and season.

    Attributes
    ----------
    level : Estimate
        The step at the change: a ratio for counts (1 is no change), a difference for
        ``gaussian`` (0 is no change).
    slope : Estimate or None
        The change of the trend for each point after; None unless it was asked for.
    dispersion : float
        Pearson's chi-square over its degrees of freedom; 1 is what chance alone gives counts.
    alpha : float or None
        Of the negative binomial, whose variance is ``mu + alpha mu**2``.
    fitted, counterfactual : array of shape (n,), in the unit of the values
        What the model gives, and what it gives without the change. Equal before it.
    fewer : Estimate
        Events (or units) fewer after the change than without it; negative means more.
    caveats : tuple of str
        What weakens the result, in words to print with it.
    descriptive : bool
        True where the series is too short for more than a description.
    """

    values: FrozenArray = array_field()
    change_at: int
    family: str
    level: Estimate
    slope: Estimate | None = None
    dispersion: float = field(converter=as_float)
    alpha: float | None = None
    fitted: FrozenArray = array_field()
    counterfactual: FrozenArray = array_field()
    fewer: Estimate
    n_before: int
    n_after: int
    method: str
    caveats: tuple[str, ...] = field(default=(), converter=as_tuple)
    descriptive: bool = False

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.integer("change_at", "n_before", "n_after", low=0)
        check.text("family", "method")
        check.instance("level", Estimate)
        check.optional_instance("slope", Estimate)
        check.instance("fewer", Estimate)
        check.number("dispersion", low=0)
        check.optional_number("alpha", low=0)
        check.texts("caveats")
        check.flag("descriptive")
        sizes = []
        for name in ("values", "fitted", "counterfactual"):
            value = getattr(self, name)
            if not isinstance(value, FrozenArray) or value.ndim != 1:
                check.fault(name, "expected a column of numbers", value)
            elif not np.isfinite(value).all():
                check.fault(name, "expected finite numbers", value)
            else:
                sizes.append(value.size)
        if check.clean and len(set(sizes)) != 1:
            check.fault("fitted", f"values, fitted and counterfactual have {sizes} points")
        check.done()

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each point: what was seen, the fit, and the fit without the change.

        Small counts are hidden unless ``internal``. Then the fits are too: they sum to what was
        seen, on each side of the change and in each season, and would give the counts back.
        """
        rules = DisclosureRules()
        whole = self.family != "gaussian" and not internal
        hidden = [whole and rules.is_small(float(v)) for v in self.values]
        columns = zip(self.values, self.fitted, self.counterfactual, hidden, strict=True)
        return [
            {
                "point": i,
                "after": i >= self.change_at,
                "value": None if small else float(value),
                "fitted": None if any(hidden) else float(fit),
                "without_change": None if any(hidden) else float(counter),
                "note": "hidden" if small else "",
            }
            for i, (value, fit, counter, small) in enumerate(columns)
        ]

    def _label(self) -> str:
        return f"step {self.level.value:.3g} [{self.level.lower:.3g}, {self.level.upper:.3g}]"

    def _lines(self) -> list[str]:
        word = "difference" if self.family == "gaussian" else "ratio"
        few = self.fewer
        lines = [f"Step at point {self.change_at}, beyond trend and season: {word} {self.level}"]
        if self.slope is not None:
            lines.append(f"  Change of trend for each point: {word} {self.slope}")
        side = "fewer" if few.value >= 0 else "more"
        low, high = (few.lower, few.upper) if few.value >= 0 else (-few.upper, -few.lower)
        lines.append(
            f"  About {abs(few.value):.0f} {side} than without the change "
            f"({few.level:.0%} interval {low:.0f} to {high:.0f})"
        )
        lines.append(f"  {self.n_before} points before, {self.n_after} after; {self.method}")
        return lines + [f"  {caveat}" for caveat in self.caveats]


def interrupted_time_series(  # noqa: PLR0913  (the design's own names)
    values: ArrayLike,
    *,
    change_at: int,
    exposure: ArrayLike | None = None,
    family: str = "poisson",
    trend: bool = True,
    slope_change: bool = False,
    season: Season = None,
    robust: str | None = None,
    exclude: Sequence[int] = (),
    level: float = 0.95,
) -> InterruptedTimeSeries:
    r"""Estimate the step in a series at a change, beyond its trend and season.

    .. math::

        \log E(c_t) = \log(\text{exposure}_t) + b_0 + b_1 t + b_2\,\text{step}_t
                      + b_3\,\text{step}_t (t - t_0) + \text{season}_t

    Parameters
    ----------
    values : array-like of shape (n,)
        Counts of events (0 or more), or measurements for ``gaussian``; in the order of time.
    change_at : int
        Index of the first point after the change, 1 to n - 1.
    exposure : array-like of shape (n,), optional
        Pupil school-days of each point, more than 0. Without it the points are taken to be
        of equal length, which the caveats say. Not for ``gaussian``.
    family : {"poisson", "quasi-poisson", "negative-binomial", "gaussian"}
    trend : bool
        Allow for a trend that ran before the change and goes on.
    slope_change : bool
        Let the trend change too; decide before you look.
    season : int, ("harmonic", period, terms), or a label for each point, optional
        A whole number takes a dummy for each place in that period (6 for half-terms).
    robust : {"model", "quasi", "newey-west"}, optional
        Standard errors. By default those of the model, times the square root of the
        dispersion where counts vary more than chance; with fewer than 30 points the larger of
        that and Newey and West's [2]_. ``"newey-west"`` takes theirs, but the larger of
        the two under 30 points. ``"quasi"`` and ``"model"`` take just that.
    exclude : sequence of int
        Points left out of the fit: closures, or the bad term that set the plan off [3]_.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    InterruptedTimeSeries

    Raises
    ------
    InvalidInputError
        Arguments out of range, or a series from which the step cannot be told from the rest.
    MissingExtraError
        Without scipy and statsmodels (extra ``stats``).

    Notes
    -----
    Wald intervals with normal quantiles [1]_. With ``slope_change`` the step is that at the
    change itself and the new slope counts from 1 at the first point after, as in [1]_.

    The lag of Newey and West is
    ``floor(4 (n / 100) ** (2 / 9))``. Fewer than 8 points on a side give a description only;
    fewer than two full periods before cannot tell season from trend. Both thresholds are
    judgement; both are said in ``caveats``.

    References
    ----------
    .. [1] Lopez Bernal, J., Cummins, S. & Gasparrini, A. (2017). Interrupted time series
       regression for the evaluation of public health interventions. *IJE* 46, 348-355.
    .. [2] Newey, W. K. & West, K. D. (1987). *Econometrica* 55, 703-708.
    .. [3] Barnett, A. G. et al. (2005). Regression to the mean. *IJE* 34, 215-220.

    Examples
    --------
    >>> counts = [52, 48, 50, 55, 47, 51, 49, 53, 40, 38, 42, 41, 37, 43, 39, 40]
    >>> result = interrupted_time_series(counts, change_at=8, exposure=[4500] * 16)
    >>> print(result.level)
    0.78 (95% interval 0.58 to 1.05)
    """
    given = Given("interrupted_time_series")
    given.one_of("family", family, FAMILIES)
    gaussian = family == "gaussian"
    column = given.column("values", values, low=None if gaussian else 0)
    size = column.size
    given.whole("change_at", change_at, 1, max(size - 1, 1))
    given.flag("trend", trend)
    given.flag("slope_change", slope_change)
    given.number("level", level, above=0, below=1)
    if robust is not None:
        given.one_of("robust", robust, _ROBUST)
    offset = np.zeros(size)
    if exposure is not None:
        if gaussian:
            given.fault("exposure", "for a measurement (gaussian) there is none: give rates")
        weights = given.column("exposure", exposure, length=size or None, above=0)
        offset = np.log(weights) if weights.size == size else offset
    keep = _kept(given, exclude, size)
    columns = check_season(given, season, size)
    given.done()
    require_stats("a segmented regression")
    design = build_design(size, change_at, columns, trend=trend, slope_change=slope_change)
    _require_estimable(design[keep], column[keep], change_at, keep, counts=not gaussian)
    fit = _fit(column[keep], design[keep], offset[keep], family, robust)
    return _result(
        column,
        change_at,
        family,
        level,
        design,
        offset,
        keep,
        fit,
        slope_change=slope_change,
        caveats=_caveats(
            fit, column, change_at, keep, family, season, no_exposure=exposure is None
        ),
    )


def _kept(given: Given, exclude: object, size: int) -> Mask:
    keep = np.ones(size, dtype=bool)
    if isinstance(exclude, (str, bytes)) or not isinstance(exclude, (Sequence, np.ndarray)):
        given.fault("exclude", "expected indices of points to leave out", exclude)
        return keep
    for i, point in enumerate(exclude):
        before = len(given.faults)
        given.whole(f"exclude[{i}]", point, 0, max(size - 1, 0))
        if len(given.faults) == before and size:
            keep[int(point)] = False
    return keep


def _require_estimable(
    design: FloatArray, values: FloatArray, change_at: int, keep: Mask, *, counts: bool
) -> None:
    faults = []
    size, terms = design.shape
    before = int(keep[:change_at].sum())
    if not keep[:change_at].any() or not keep[change_at:].any():
        faults.append(Fault("exclude", "leaves no point before or no point after the change"))
    elif size <= terms:
        faults.append(
            Fault("values", f"{size} points cannot carry {terms} terms: leave out season or trend")
        )
    elif np.linalg.matrix_rank(design) < terms:
        faults.append(
            Fault(
                "change_at",
                "the step cannot be told from trend and season here: leave one of them out",
            )
        )
    elif counts and not (values[:before].any() and values[before:].any()):
        faults.append(
            Fault("values", "all points before, or all after, are 0: a ratio has no value")
        )
    if faults:
        raise InvalidInputError("interrupted_time_series", faults)


class _Fit:
    """Parameters, their covariance, and what the model says of its own fit."""

    def __init__(
        self, params: FloatArray, covariance: FloatArray, dispersion: float, method: str
    ) -> None:
        self.params = params
        self.covariance = covariance
        self.dispersion = dispersion
        self.method = method
        self.alpha: float | None = None
        self.residuals = np.empty(0)


def _fit(
    values: FloatArray, design: FloatArray, offset: FloatArray, family: str, robust: str | None
) -> _Fit:
    import statsmodels.api as sm  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)

    kind: Any
    if family == "gaussian":
        kind = sm.families.Gaussian()
    elif family == "negative-binomial":
        kind = sm.families.NegativeBinomial(alpha=_alpha(values, design, offset))
    else:
        kind = sm.families.Poisson()
    model = sm.GLM(values, design, family=kind, offset=offset)
    scale = None if family == "gaussian" else 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perfect fit is no fault; what fails is said below
        try:
            plain = model.fit(scale=scale)
        except (ValueError, np.linalg.LinAlgError):
            plain = None
    if plain is None or not plain.converged or not np.isfinite(plain.bse).all():
        raise InvalidInputError(
            "interrupted_time_series",
            [Fault("values", "no model fits this series: too many zeros for so many terms")],
        )
    freedom = len(values) - design.shape[1]
    pearson = float(np.sum(plain.resid_pearson**2) / freedom)
    model_cov = np.asarray(plain.cov_params())
    widened = model_cov if family == "gaussian" else model_cov * max(1.0, pearson)
    if family == "negative-binomial":
        widened = model_cov
    lag = floor(4 * (len(values) / 100) ** (2 / 9))
    covariance, method = model_cov, "standard errors of the model"
    if robust != "model":
        covariance, method = widened, "standard errors widened for over-dispersion"
    if robust == "newey-west" or (robust is None and len(values) < _SMALL):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            hac = model.fit(scale=scale, cov_type="HAC", cov_kwds={"maxlags": lag})
        found = np.asarray(hac.cov_params())
        if len(values) >= _SMALL or found[1, 1] > covariance[1, 1]:
            covariance, method = found, f"Newey-West standard errors, lag {lag}"
        else:
            method += f" (larger than Newey-West at lag {lag})"
    fit = _Fit(np.asarray(plain.params), covariance, pearson, f"segmented {family}; {method}")
    fit.alpha = float(kind.alpha) if family == "negative-binomial" else None
    fit.residuals = np.asarray(plain.resid_pearson)
    return fit


def _alpha(values: FloatArray, design: FloatArray, offset: FloatArray) -> float:
    """Return the dispersion of a negative binomial (NB2) by maximum likelihood."""
    import statsmodels.api as sm  # noqa: PLC0415
    from scipy.optimize import (  # type: ignore[import-untyped]  # noqa: PLC0415
        minimize_scalar,
    )
    from scipy.stats import nbinom  # type: ignore[import-untyped]  # noqa: PLC0415

    def loss(log_alpha: float) -> float:
        alpha = exp(log_alpha)
        family = sm.families.NegativeBinomial(alpha=alpha)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mean = sm.GLM(values, design, family=family, offset=offset).fit().mu
        return -float(nbinom.logpmf(values, 1 / alpha, 1 / (1 + alpha * mean)).sum())

    # From next to no over-dispersion to a variance of mu + 50 mu ** 2.
    found = minimize_scalar(loss, bounds=(-14.0, 4.0), method="bounded", options={"xatol": 1e-7})
    return float(exp(found.x))


def _estimate(value: float, error: float, level: float, method: str, unit: str) -> Estimate:
    """Return an estimate with a normal interval; ``unit`` "ratio" is on the log scale."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = 2 * NormalDist().cdf(-abs(value / error)) if error > 0 else None
    ends = value - z * error, value + z * error
    if unit != "ratio":
        return Estimate(
            value=value,
            lower=ends[0],
            upper=ends[1],
            level=level,
            standard_error=error,
            p_value=p,
            method=method,
            unit=unit,
        )
    if not all(isfinite(e) and abs(e) < 700 for e in ends):  # noqa: PLR2004  (exp overflows)
        raise InvalidInputError(
            "interrupted_time_series", [Fault("values", "too few events for a ratio")]
        )
    return Estimate(
        value=exp(value),
        lower=exp(ends[0]),
        upper=exp(ends[1]),
        level=level,
        standard_error=error,
        p_value=p,
        method=method + "; standard error on the log scale",
    )


def _result(  # noqa: PLR0913, PLR0917  (what the fit is made of)
    values: FloatArray,
    change_at: int,
    family: str,
    level: float,
    design: FloatArray,
    offset: FloatArray,
    keep: Mask,
    fit: _Fit,
    *,
    slope_change: bool,
    caveats: tuple[str, ...],
) -> InterruptedTimeSeries:
    unit = "difference" if family == "gaussian" else "ratio"
    errors = np.sqrt(np.diag(fit.covariance))
    bare = design.copy()
    bare[:, 1 : 3 if slope_change else 2] = 0.0
    fitted, counter = design @ fit.params + offset, bare @ fit.params + offset
    if family == "gaussian":
        by_fit, by_bare = design, bare
    else:
        fitted, counter = np.exp(fitted), np.exp(counter)
        by_fit, by_bare = design * fitted[:, None], bare * counter[:, None]
    after = keep.copy()
    after[:change_at] = False
    gradient = (by_bare - by_fit)[after].sum(axis=0)
    fewer = float((counter - fitted)[after].sum())
    error = sqrt(max(float(gradient @ fit.covariance @ gradient), 0.0))
    before, later = int(keep[:change_at].sum()), int(keep[change_at:].sum())
    return InterruptedTimeSeries(
        values=frozen_array(values),
        change_at=int(change_at),
        family=family,
        level=_estimate(float(fit.params[1]), float(errors[1]), level, fit.method, unit),
        slope=_estimate(float(fit.params[2]), float(errors[2]), level, fit.method, unit)
        if slope_change
        else None,
        dispersion=fit.dispersion,
        alpha=fit.alpha,
        fitted=frozen_array(fitted),
        counterfactual=frozen_array(counter),
        fewer=_estimate(
            fewer, error, level, "delta method", "units" if family == "gaussian" else "events"
        ),
        n_before=before,
        n_after=later,
        method=fit.method,
        caveats=caveats,
        descriptive=min(before, later) < _LEAST_SIDE,
    )


def _caveats(  # noqa: PLR0913, PLR0917
    fit: _Fit,
    values: FloatArray,
    change_at: int,
    keep: Mask,
    family: str,
    season: Season,
    *,
    no_exposure: bool,
) -> tuple[str, ...]:
    found = []
    before, after = int(keep[:change_at].sum()), int(keep[change_at:].sum())
    if min(before, after) < _LEAST_SIDE:
        found.append(
            f"Only {before} points before and {after} after: a description, not an estimate to "
            f"rest on (at least {_LEAST_SIDE} on each side are needed)."
        )
    if season is not None and years_before(season, change_at) < 2:  # noqa: PLR2004
        found.append(
            "Fewer than two full years before the change: season cannot be told from trend."
        )
    if season is None:
        found.append("No season was allowed for: compare only like parts of the year.")
    if family == "gaussian":
        return tuple(found)
    if no_exposure:
        found.append("No exposure was given: the points are taken to be of equal length and roll.")
    if float(values.mean()) < _FEW:
        found.append("Under 5 events a point on average: take longer points.")
    if family == "poisson" and fit.dispersion > 1.3:  # noqa: PLR2004  (methods of the u-chart)
        found.append(
            f"Counts vary {fit.dispersion:.1f} times as much as chance alone would have them."
        )
    residuals = fit.residuals - fit.residuals.mean()
    spread = float(residuals @ residuals)
    if spread > 0:
        alike = float(residuals[1:] @ residuals[:-1]) / spread
        if alike > _ALIKE / sqrt(len(residuals)):
            found.append(
                f"Neighbouring points are alike (correlation {alike:.2f}): the interval may be "
                "too narrow; see robust='newey-west'."
            )
    return tuple(found)
