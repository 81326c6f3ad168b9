"""Single comparisons of counts: two periods, a bad term, a share."""

from __future__ import annotations

from math import erfc, exp, lgamma, log, log1p, pi, sqrt
from typing import Literal

from behaviour_culture.arguments import Arguments, require_stats
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.statistics.estimates import normal_quantile, two_sided
from behaviour_culture.statistics.mean_interval import interval_of_mean
from behaviour_culture.statistics.rare_counts import binomial_tail
from behaviour_culture.statistics.root import root_of

__all__ = ["rate_of", "rate_ratio", "regression_to_mean", "wilson_interval"]

_METHODS = ("score", "mid-p", "exact")
_FEW = 20
"""Events of both periods below which the score interval is too near for a default (judgement)."""
_FAR = 25.0


def wilson_interval(count: int, size: int, *, level: float = 0.95) -> Estimate:
    """Return a share with Wilson's score interval, which suits small numbers too.

    Parameters
    ----------
    count, size : int
        The part and the whole; ``size`` at least 1.
    level : float
        Coverage, between 0 and 1.

    Raises
    ------
    InvalidInputError

    Notes
    -----
    Wilson (1927), *JASA* 22, 209-212; see Newcombe (1998), *Statistics in Medicine* 17,
    857-872.

    Examples
    --------
    >>> print(wilson_interval(15, 148))
    0.10 (95% interval 0.06 to 0.16)
    """
    given = Arguments("wilson_interval")
    given.whole("size", size, 1)
    given.whole("count", count, 0, int(size) if not given.faults else None)
    given.number("level", level, above=0, below=1)
    given.done()
    share = count / size
    lower, upper, error = interval_of_mean(share, [size - count, count], [0, 1], size, level)
    return Estimate(
        value=share,
        lower=lower,
        upper=upper,
        level=level,
        standard_error=error,
        method="Wilson score interval",
    )


def rate_of(
    count: float, exposure: float, *, per: float = 100.0, level: float = 0.95, unit: str = ""
) -> Estimate:
    """Return a rate with Byar's approximation to the exact Poisson interval.

    Parameters
    ----------
    count : float
        0 or more.
    exposure : float
        Above 0.
    per : float
        Exposure that the rate is for, above 0.
    level : float
        Coverage, between 0 and 1.
    unit : str

    Notes
    -----
    Breslow & Day (1987), *Statistical Methods in Cancer Research* II, 69. Events are taken to be
    independent: of repeated events by the same pupils it is too narrow.

    Examples
    --------
    >>> print(rate_of(10, 2_000))
    0.50 (95% interval 0.24 to 0.92)
    """
    given = Arguments("rate_of")
    given.number("count", count, low=0)
    given.number("exposure", exposure, above=0)
    given.number("per", per, above=0)
    given.number("level", level, above=0, below=1)
    given.done()
    z = normal_quantile(level)
    low = count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3 if count > 0 else 0.0
    one = count + 1
    high = one * (1 - 1 / (9 * one) + z / (3 * sqrt(one))) ** 3
    return Estimate(
        value=count * per / exposure,
        lower=max(min(low, count), 0.0) * per / exposure,
        upper=max(high, count) * per / exposure,
        level=level,
        method="rate with Byar's Poisson interval",
        unit=unit,
    )


def rate_ratio(  # noqa: PLR0913  (two counts, two exposures)
    count_1: float,
    exposure_1: float,
    count_0: float,
    exposure_0: float,
    *,
    method: Literal["score", "mid-p", "exact"] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return the rate of period 1 as a ratio of that of period 0, if there is no series.

    Parameters
    ----------
    count_1, count_0 : int
        Events, 0 or more; ``count_0`` at least 1, or the ratio has no upper end.
    exposure_1, exposure_0 : float
        Pupil school-days, above 0.
    method : {"score", "mid-p", "exact"}, optional
        Score interval, the exact conditional one, which is never too narrow, or between them the
        one that counts half of the probability of what was seen. Where not given, mid-p under 20
        events and score from there on: 0 events after 4 are no fall beyond chance (p = 0.06; the
        score interval calls it one).
    level : float
        Coverage, between 0 and 1.

    Raises
    ------
    InvalidInputError
    MissingExtraError
        ``exact`` without scipy (extra ``stats``).

    Notes
    -----
    Arguments the sum of the counts the first is binomial, so an interval of its share turns into
    one of the ratio: Wilson's gives the score interval, Clopper and Pearson's the exact one
    (Gu et al. 2008, *Biometrical Journal* 50, 283-298), and Lancaster's mid-p (Berry & Armitage
    1995, *The Statistician* 44, 417-423) the one between. The p-value is two-sided, of the same
    method. The counts are taken to be Poisson; where a few pupils cause many events the interval
    is too narrow.

    Examples
    --------
    >>> print(rate_ratio(80, 40_000, 100, 40_000))
    0.80 (95% interval 0.60 to 1.07)
    """
    given = Arguments("rate_ratio")
    if method is not None:
        given.one_of("method", method, _METHODS)
    given.whole("count_1", count_1, 0)
    given.whole("count_0", count_0, 1)
    given.number("exposure_1", exposure_1, above=0)
    given.number("exposure_0", exposure_0, above=0)
    given.number("level", level, above=0, below=1)
    given.done()
    one, none = int(count_1), int(count_0)
    total = one + none
    if method is None:
        method = "score" if total >= _FEW else "mid-p"
    usual, rest = (each / (exposure_0 + exposure_1) for each in (exposure_1, exposure_0))
    if not usual * rest / total:
        given.fault("exposure_1", f"cannot be compared with {exposure_0:g}", exposure_1)
        given.done()
    if method == "score":
        lower, upper, _ = interval_of_mean(one / total, [none, one], [0, 1], total, level)
        p_value = two_sided((one / total - usual) / sqrt(usual * rest / total))
    elif method == "mid-p":
        tail = (1 - level) / 2
        lower = root_of(lambda p: _mid_p(one, total, p)[1], tail, 0.0, 1.0) if one else 0.0
        upper = root_of(lambda p: 1 - _mid_p(one, total, p)[0], 1 - tail, 0.0, 1.0)
        p_value = min(1.0, 2 * min(_mid_p(one, total, usual)))
    else:
        require_stats("an exact interval")
        from scipy.stats import (  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
            beta,
            binom,
        )

        tail = (1 - level) / 2
        lower = float(beta.ppf(tail, one, none + 1)) if one else 0.0
        upper = float(beta.ppf(1 - tail, one + 1, none))
        tails = binom.cdf(one, total, usual), binom.sf(one - 1, total, usual)
        p_value = min(1.0, 2 * float(min(tails)))
    scale = exposure_0 / exposure_1
    value = one / none * scale
    ends = [share / (1 - share) * scale for share in (lower, upper)]
    return Estimate(
        value=value,
        lower=min(ends[0], value),
        upper=max(ends[1], value),
        level=level,
        p_value=p_value,
        method=f"ratio of two Poisson rates, {method} interval",
        design=StudyDesign.DESCRIPTION,
    )


def _mid_p(count: int, size: int, share: float) -> tuple[float, float]:
    """Return the probabilities of a binomial count as low, and as high, half of its own in each."""
    if not 0 < share < 1:
        return (1.0, 0.0) if share <= 0 else (0.0, 1.0)
    at = exp(
        lgamma(size + 1) - lgamma(count + 1) - lgamma(size - count + 1)
        + count * log(share) + (size - count) * log1p(-share)
    )  # fmt: skip
    if count > size * share:
        high = binomial_tail(count, size, share) - at / 2
        return 1 - high, high
    low = binomial_tail(count, size, share) - at / 2
    return low, 1 - low


def regression_to_mean(*, mean: float, sd_within: float, sd_between: float, cutoff: float) -> float:
    r"""Return the fall to expect without a plan that began because a reading was above a cutoff.

    .. math:: \frac{\sigma_w^2}{\sigma_t}\,\frac{\varphi(z)}{1 - \Phi(z)},
              \quad z = (c - \mu) / \sigma_t, \quad \sigma_t^2 = \sigma_w^2 + \sigma_b^2

    Parameters
    ----------
    mean : float
        The usual reading.
    sd_within : float
        Standard deviation of one school's readings about its own mean, 0 or more.
    sd_between : float
        Standard deviation of the schools' means, 0 or more; not both 0.
    cutoff : float
        The plan starts on a reading above this.

    Returns
    -------
    float
        In the unit of the readings. Subtract it from the fall that was seen.

    Raises
    ------
    InvalidInputError

    Notes
    -----
    Davis (1976), *American Journal of Epidemiology* 104, 493-498; Barnett et al. (2005),
    *IJE* 34, 215-220. Readings are taken to be normal. With single terms it is better to leave the
    term that led to the plan out of the baseline: ``exclude`` in `interrupted_time_series`.

    Examples
    --------
    >>> round(regression_to_mean(mean=50, sd_within=8, sd_between=6, cutoff=60), 2)
    9.76
    """
    given = Arguments("regression_to_mean")
    given.number("mean", mean)
    given.number("sd_within", sd_within, low=0)
    given.number("sd_between", sd_between, low=0)
    given.number("cutoff", cutoff)
    if not given.faults and sd_within == 0 and sd_between == 0:
        given.fault("sd_within", "both standard deviations are 0: nothing varies")
    given.done()
    total = sqrt(sd_within**2 + sd_between**2)
    z = (cutoff - mean) / total
    if z > _FAR:  # the tail is too small for a float: its first terms from Abramowitz & Stegun 26.2
        hazard = z + 1 / z - 2 / z**3
    else:
        hazard = exp(-z * z / 2) / sqrt(2 * pi) / (0.5 * erfc(z / sqrt(2)))
    return float(sd_within**2 / total * hazard)
