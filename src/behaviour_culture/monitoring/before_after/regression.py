"""The fit of a segmented regression, with standard errors that suit counts over time."""

from __future__ import annotations

import warnings
from math import exp, floor, inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._arrays import rounding_of
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.monitoring.before_after.autocorrelation import find_alike
from behaviour_culture.typing import FloatArray

__all__ = ["Fit", "Points", "fit_alpha", "fit_segments"]

_SMALL = 30
"""Number of points below which Newey and West's errors are too small (judgement)."""

_MANY = 50
"""Degrees of freedom from which normal quantiles do, as in published analyses: they are then
under 2.5 % too near, and 5.6 % of series without a change show one, not 5 % (judgement)."""


class Points(NamedTuple):
    """The points of the fit."""

    values: FloatArray
    design: FloatArray
    offset: FloatArray
    places: NDArray[np.intp]
    """Their positions in the series, without those of points that were left out."""


class Fit(NamedTuple):
    """Parameters, their covariance, and measures of how well the model fits."""

    params: FloatArray
    covariance: FloatArray
    dispersion: float
    method: str
    alpha: float | None
    """Of a negative binomial."""
    alike: float | None
    """Correlation of neighbouring residuals, None if it may be chance."""
    widening: float | None
    """Factor by which allowing for that widens the error of the step; None without it."""
    freedom: float
    """Degrees of freedom of the errors; infinite where they are many or the variance is known."""


def fit_segments(points: Points, family: str, robust: str | None) -> Fit:
    """Return the fit of a segmented regression, with the errors that were asked for."""
    model, alpha = _model(points, family)
    plain = _plain(model, family)
    freedom = len(points.values) - points.design.shape[1]
    residuals = np.asarray(plain.resid_pearson)
    if family == "gaussian" and np.abs(residuals).max() <= rounding_of(points.values):
        # What is left is rounding, and tells no error.
        method = f"segmented {family}; no standard errors: the model meets every point"
        none = np.zeros_like(np.asarray(plain.cov_params()))
        return Fit(np.asarray(plain.params), none, 0.0, method, None, None, None, float(freedom))
    dispersion = float(np.sum(residuals**2) / freedom)
    covariance, method = np.asarray(plain.cov_params()), "standard errors of the model"
    if robust != "model":
        method = "standard errors widened for over-dispersion"
        if family != "gaussian":
            # Of a negative binomial too: its alpha by maximum likelihood forgets how many terms
            # the fit has used up.
            covariance = covariance * max(1.0, dispersion)
    if robust == "newey-west" or (robust is None and len(points.values) < _SMALL):
        covariance, method = _newey_west(model, family, points, covariance, method)
    found = find_alike(
        residuals, *_beyond_chance(points, plain.mu, family, alpha, dispersion), points.places
    )
    known = robust == "model" and family != "gaussian"
    widening = None
    if robust is None and found is not None and found.covariance is not None:
        ratio = float(np.sqrt(found.covariance[1, 1] / covariance[1, 1]))
        widening = max(ratio, 1.0)
        if ratio > 1:
            covariance = found.covariance
            method = "standard errors widened for neighbouring points that are alike (Zeger)"
    return Fit(
        params=np.asarray(plain.params),
        covariance=covariance,
        dispersion=dispersion,
        method=f"segmented {family}; {method}",
        alpha=alpha,
        alike=None if found is None else found.correlation,
        widening=widening,
        freedom=inf if known or freedom >= _MANY else float(freedom),
    )


def _model(points: Points, family: str) -> tuple[Any, float | None]:
    import statsmodels.api as sm  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)

    alpha = None
    kind: Any
    if family == "gaussian":
        kind = sm.families.Gaussian()
    elif family == "negative-binomial":
        alpha = fit_alpha(points.values, points.design, points.offset)
        kind = sm.families.NegativeBinomial(alpha=alpha)
    else:
        kind = sm.families.Poisson()
    return sm.GLM(points.values, points.design, family=kind, offset=points.offset), alpha


def _scale(family: str) -> float | None:
    return None if family == "gaussian" else 1.0


def _plain(model: Any, family: str) -> Any:  # noqa: ANN401  (statsmodels has no types)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perfect fit is fine; a failed one is refused below
        try:
            plain = model.fit(scale=_scale(family))
        except (ValueError, np.linalg.LinAlgError):
            plain = None
    if plain is None or not plain.converged or not np.isfinite(plain.bse).all():
        raise InvalidInputError(
            "interrupted_time_series",
            [Fault("values", "no model fits this series: too many zeros for so many terms")],
        )
    return plain


def _newey_west(
    model: Any,  # noqa: ANN401  (statsmodels has no types)
    family: str,
    points: Points,
    covariance: FloatArray,
    method: str,
) -> tuple[FloatArray, str]:
    """Return Newey and West's errors, or in a short series the larger ones."""
    size = len(points.values)
    lag = floor(4 * (size / 100) ** (2 / 9))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hac = model.fit(scale=_scale(family), cov_type="HAC", cov_kwds={"maxlags": lag})
    found = np.asarray(hac.cov_params())
    if size >= _SMALL or found[1, 1] > covariance[1, 1]:
        return found, f"Newey-West standard errors, lag {lag}"
    return covariance, f"{method} (larger than Newey-West at lag {lag})"


def _beyond_chance(
    points: Points, mean: FloatArray, family: str, alpha: float | None, dispersion: float
) -> tuple[FloatArray, FloatArray]:
    """Return the weighted design, and the share of each point's variance beyond chance."""
    mean = np.asarray(mean)
    if family == "gaussian":
        return points.design, np.ones(len(mean))
    if alpha is None:
        share = np.full(len(mean), max(0.0, 1 - 1 / dispersion) if dispersion > 0 else 0.0)
        return points.design * np.sqrt(mean)[:, None], share
    over = alpha * mean
    return points.design * np.sqrt(mean / (1 + over))[:, None], over / (1 + over)


def fit_alpha(values: FloatArray, design: FloatArray, offset: FloatArray) -> float:
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

    # From almost no over-dispersion to a variance of mu + 50 mu ** 2.
    found = minimize_scalar(loss, bounds=(-14.0, 4.0), method="bounded", options={"xatol": 1e-7})
    return float(exp(found.x))
