"""The fit of a segmented regression, with standard errors that suit counts over time."""

from __future__ import annotations

from math import exp, floor, inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._arrays import rounding_of
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.monitoring.before_after.autocorrelation import find_alike
from behaviour_culture.typing import FloatArray

__all__ = ["Fit", "Points", "fit_alpha", "fit_segments"]

_ROUNDS, _CLOSE = 100, 1e-8
"""Rounds of the fit, and the change of deviance at which it ends, as in statsmodels."""
_TINY = float(np.finfo(np.float64).eps)
"""The least mean of a log link, as in statsmodels."""
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
    alpha = None
    if family == "negative-binomial":
        alpha = fit_alpha(points.values, points.design, points.offset)
    model = _Glm(points, family, alpha or 0.0)
    plain = _plain(model)
    freedom = len(points.values) - points.design.shape[1]
    residuals = plain.residuals
    if family == "gaussian" and np.abs(residuals).max() <= rounding_of(points.values):
        # What is left is rounding, and tells no error.
        method = f"segmented {family}; no standard errors: the model meets every point"
        none = np.zeros_like(plain.covariance)
        return Fit(plain.params, none, 0.0, method, None, None, None, float(freedom))
    dispersion = float(np.sum(residuals**2) / freedom)
    covariance, method = plain.covariance, "standard errors of the model"
    if robust != "model":
        method = "standard errors widened for over-dispersion"
        if family != "gaussian":
            # Of a negative binomial too: its alpha by maximum likelihood forgets how many terms
            # the fit has used up.
            covariance = covariance * max(1.0, dispersion)
    if robust == "newey-west" or (robust is None and len(points.values) < _SMALL):
        covariance, method = _newey_west(model, plain, covariance, method)
    found = find_alike(
        residuals, *_beyond_chance(points, plain.mean, family, alpha, dispersion), points.places
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
        params=plain.params,
        covariance=covariance,
        dispersion=dispersion,
        method=f"segmented {family}; {method}",
        alpha=alpha,
        alike=None if found is None else found.correlation,
        widening=widening,
        freedom=inf if known or freedom >= _MANY else float(freedom),
    )


class _Glm(NamedTuple):
    """A generalised linear model: identity link for ``gaussian``, otherwise a log link.

    ``alpha`` is the dispersion of a negative binomial (NB2), 0 for a Poisson.
    """

    points: Points
    family: str
    alpha: float

    def weights(self, mean: FloatArray) -> FloatArray:
        """Return the weight of each point in the information about the parameters."""
        if self.family == "gaussian":
            return np.ones_like(mean)
        return np.asarray(mean / (1 + self.alpha * mean))

    def pearson(self, mean: FloatArray) -> FloatArray:
        """Return the residuals, each over the root of its variance."""
        away = self.points.values - mean
        if self.family == "gaussian":
            return away
        return np.asarray(away / np.sqrt(mean * (1 + self.alpha * mean)))

    def deviance(self, mean: FloatArray) -> float:
        """Return twice the distance of the log likelihood from that of a perfect fit."""
        y = self.points.values
        if self.family == "gaussian":
            return float(((y - mean) ** 2).sum())
        parts = y * np.log(np.maximum(y, _TINY) / mean)
        if self.alpha:
            parts -= (y + 1 / self.alpha) * np.log((1 + self.alpha * y) / (1 + self.alpha * mean))
        else:
            parts -= y - mean
        return float(2 * parts.sum())

    def fitted(self) -> _Plain | None:
        """Return the fit by iteratively reweighted least squares; None where there is none.

        We do it ourselves: statsmodels warns of a perfect fit, and to silence that would change
        the warnings of the whole process, in which other threads work.
        """
        y, design, offset, _ = self.points
        log_link = self.family != "gaussian"
        if not y.any() or not (log_link or np.ptp(y)):
            return None  # nothing happens, or always the same: no error can be estimated
        with np.errstate(all="ignore"):  # of this thread only
            mean = (y + y.mean()) / 2
            line = np.log(np.maximum(mean, _TINY)) if log_link else mean
            before = np.inf
            for _ in range(_ROUNDS):
                root = np.sqrt(self.weights(mean))
                aim = line - offset + (y - mean) / (np.maximum(mean, _TINY) if log_link else 1)
                if not (np.isfinite(aim).all() and np.isfinite(root).all()):
                    return None
                params = np.linalg.lstsq(root[:, None] * design, root * aim, rcond=None)[0]
                line = design @ params + offset
                mean = np.maximum(np.exp(line), _TINY) if log_link else line
                now = self.deviance(mean)
                if abs(now - before) <= _CLOSE:
                    break
                before = now
            else:
                return None
            scale = 1.0 if log_link else now / (len(y) - design.shape[1])
            inverse = np.linalg.pinv(root[:, None] * design)  # of the last round
            covariance = inverse @ inverse.T * scale
            good = np.isfinite(covariance).all()  # its diagonal holds sums of squares
        return _Plain(params, covariance, mean, self.pearson(mean)) if good else None

    def newey_west(self, fit: _Plain, lag: int) -> FloatArray:
        """Return the covariance of the parameters with Newey and West's weights up to a lag."""
        y, design, _, _ = self.points
        one = 1 + self.alpha * fit.mean
        score = design * ((y - fit.mean) / one)[:, None]
        curve = np.ones_like(y)
        if self.family != "gaussian":
            curve = fit.mean * (1 + self.alpha * y) / one**2
        bread = np.linalg.inv(design.T @ (curve[:, None] * design))
        meat = score.T @ score
        for k in range(1, lag + 1):
            shifted = score[k:].T @ score[:-k]
            meat += (1 - k / (lag + 1)) * (shifted + shifted.T)
        return np.asarray(bread @ meat @ bread)


class _Plain(NamedTuple):
    """Parameters, their covariance, and the mean and the Pearson residual of each point."""

    params: FloatArray
    covariance: FloatArray
    mean: FloatArray
    residuals: FloatArray


def _plain(model: _Glm) -> _Plain:
    plain = model.fitted()
    if plain is None:
        raise InvalidInputError(
            "interrupted_time_series",
            [Fault("values", "no model fits this series: too many zeros for so many terms")],
        )
    return plain


def _newey_west(
    model: _Glm, plain: _Plain, covariance: FloatArray, method: str
) -> tuple[FloatArray, str]:
    """Return Newey and West's errors, or in a short series the larger ones."""
    size = len(model.points.values)
    lag = floor(4 * (size / 100) ** (2 / 9))
    found = model.newey_west(plain, lag)
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
    from scipy.optimize import (  # type: ignore[import-untyped]  # noqa: PLC0415
        minimize_scalar,
    )
    from scipy.stats import nbinom  # type: ignore[import-untyped]  # noqa: PLC0415

    def loss(log_alpha: float) -> float:
        alpha = exp(log_alpha)
        mean = _plain(_Glm(points, "negative-binomial", alpha)).mean
        return -float(nbinom.logpmf(values, 1 / alpha, 1 / (1 + alpha * mean)).sum())

    points = Points(values, design, offset, np.arange(len(values)))

    # From almost no over-dispersion to a variance of mu + 50 mu ** 2.
    found = minimize_scalar(loss, bounds=(-14.0, 4.0), method="bounded", options={"xatol": 1e-7})
    return float(exp(found.x))
