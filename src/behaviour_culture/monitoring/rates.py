"""Single comparisons of counts: two periods, a bad term, groups of pupils beside the whole."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, pi, sqrt

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._arrays import FloatArray
from behaviour_culture._display import Displayed
from behaviour_culture.audit.score import mean_interval
from behaviour_culture.model._check import Check, as_tuple
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.monitoring._given import Given, require_stats

__all__ = [
    "GroupRate",
    "GroupRates",
    "group_rate_ratios",
    "rate_ratio",
    "regression_to_mean",
    "wilson_interval",
]

_METHODS = ("score", "exact")
_FAR = 25.0


def wilson_interval(count: int, size: int, *, level: float = 0.95) -> Estimate:
    """Return a share with Wilson's score interval, which holds at small numbers too.

    Parameters
    ----------
    count, size : int
        How many of how many; ``size`` at least 1.
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
    given = Given("wilson_interval")
    given.whole("size", size, 1)
    given.whole("count", count, 0, int(size) if not given.faults else None)
    given.number("level", level, above=0, below=1)
    given.done()
    share = count / size
    lower, upper, error = mean_interval(share, [size - count, count], [0, 1], size, level)
    return Estimate(
        value=share,
        lower=lower,
        upper=upper,
        level=level,
        standard_error=error,
        method="Wilson score interval",
    )


def rate_ratio(  # noqa: PLR0913  (two counts, two exposures)
    count_1: float,
    exposure_1: float,
    count_0: float,
    exposure_0: float,
    *,
    method: str = "score",
    level: float = 0.95,
) -> Estimate:
    """Return the rate of period 1 as a ratio of that of period 0, for want of a series.

    Parameters
    ----------
    count_1, count_0 : int
        Events, 0 or more; ``count_0`` at least 1, else the ratio has no upper end.
    exposure_1, exposure_0 : float
        Pupil school-days, above 0.
    method : {"score", "exact"}
        Score interval, or the exact conditional one, which is never too narrow.
    level : float
        Coverage, between 0 and 1.

    Raises
    ------
    InvalidInputError
    MissingExtraError
        ``exact`` without scipy (extra ``stats``).

    Notes
    -----
    Given the sum of the counts the first is binomial, so an interval of its share turns into
    one of the ratio: Wilson's gives the score interval, Clopper and Pearson's the exact one
    (Gu et al. 2008, *Biometrical Journal* 50, 283-298). It takes the counts to be Poisson; where
    a few pupils cause many events it is too narrow.

    Examples
    --------
    >>> print(rate_ratio(80, 40_000, 100, 40_000))
    0.80 (95% interval 0.60 to 1.07)
    """
    given = Given("rate_ratio")
    given.one_of("method", method, _METHODS)
    given.whole("count_1", count_1, 0)
    given.whole("count_0", count_0, 1)
    given.number("exposure_1", exposure_1, above=0)
    given.number("exposure_0", exposure_0, above=0)
    given.number("level", level, above=0, below=1)
    given.done()
    one, none = int(count_1), int(count_0)
    if method == "score":
        lower, upper, _ = mean_interval(one / (one + none), [none, one], [0, 1], one + none, level)
    else:
        require_stats("an exact interval")
        from scipy.stats import beta  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)

        tail = (1 - level) / 2
        lower = float(beta.ppf(tail, one, none + 1)) if one else 0.0
        upper = float(beta.ppf(1 - tail, one + 1, none))
    scale = exposure_0 / exposure_1
    value = one / none * scale
    ends = [share / (1 - share) * scale for share in (lower, upper)]
    return Estimate(
        value=value,
        lower=min(ends[0], value),
        upper=max(ends[1], value),
        level=level,
        method=f"ratio of two Poisson rates, {method} interval",
    )


def regression_to_mean(*, mean: float, sd_within: float, sd_between: float, cutoff: float) -> float:
    r"""Return the fall to expect anyway when a plan starts because a reading was above a cutoff.

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
    *IJE* 34, 215-220. It takes readings to be normal. With single terms, leaving the term that
    set the plan off out of the baseline does better: ``exclude`` in
    `interrupted_time_series`.

    Examples
    --------
    >>> round(regression_to_mean(mean=50, sd_within=8, sd_between=6, cutoff=60), 2)
    9.76
    """
    given = Given("regression_to_mean")
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


@frozen(kw_only=True, repr=False)
class GroupRate(Displayed):
    """One group's rate as a ratio of that of all pupils; None where it is suppressed."""

    group: str
    count: int | None = None
    ratio: Estimate | None = None
    raw_ratio: float | None = None

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.text("group")
        check.optional_integer("count", low=0)
        check.optional_number("raw_ratio", low=0)
        check.optional_instance("ratio", Estimate)
        check.done()

    def _label(self) -> str:
        return f"{self.group}: {'suppressed' if self.ratio is None else self.ratio}"

    def _lines(self) -> list[str]:
        return [self._label()]


@frozen(kw_only=True, repr=False)
class GroupRates(Displayed):
    """Rates of groups beside the whole, in the order they were given: never a ranking."""

    groups: tuple[GroupRate, ...] = field(converter=as_tuple)
    threshold: int
    method: str

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.each("groups", GroupRate, some=True)
        check.integer("threshold", low=1)
        check.text("method")
        if check.clean:
            check.unique("groups", "group")
        check.done()

    def to_rows(self) -> list[dict[str, object]]:
        """Return a row for each group, in the order given."""
        return [
            {
                "group": g.group,
                "count": g.count,
                "ratio": g.ratio.value if g.ratio else None,
                "lower": g.ratio.lower if g.ratio else None,
                "upper": g.ratio.upper if g.ratio else None,
                "raw_ratio": g.raw_ratio,
            }
            for g in self.groups
        ]

    def _label(self) -> str:
        return f"{len(self.groups)} groups"

    def _lines(self) -> list[str]:
        return [
            f"Rates of {len(self.groups)} groups as ratios of the whole ({self.method})",
            *(f"  {g._label()}" for g in self.groups),  # noqa: SLF001  (the same file)
        ]


def group_rate_ratios(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    groups: Sequence[str],
    threshold: int = 5,
    level: float = 0.95,
) -> GroupRates:
    """Return each group's rate as a ratio of the whole, shrunk towards it, small counts hidden.

    Parameters
    ----------
    counts : array-like of shape (n,)
        Events in each group: by special educational need, free school meals or ethnic group. The
        groups are all pupils, each once.
    exposure : array-like of shape (n,)
        Pupil school-days of each, above 0.
    groups : sequence of str
        Their names; two or more.
    threshold : int
        Counts from 1 to one below it are hidden; where that hides one group alone, the next
        smallest count is hidden too, so that the total does not give it away.
    level : float
        Coverage, between 0 and 1.

    Raises
    ------
    InvalidInputError
    MissingExtraError
        Without scipy (extra ``stats``).

    Notes
    -----
    Gamma-Poisson: the prior has the whole's rate as its mean and the variance between groups by
    Marshall's moments (1991, *JRSS C* 40, 283-294). With no variance beyond chance all ratios
    are 1. The interval leaves out the error in the prior.

    Examples
    --------
    >>> rates = group_rate_ratios([60, 40, 3], [9000, 30000, 1000], groups=["SEN", "none", "new"])
    >>> [g.count for g in rates.groups]
    [60, None, None]
    """
    given = Given("group_rate_ratios")
    events = given.column("counts", counts, low=0)
    days = given.column("exposure", exposure, length=events.size or None, above=0)
    names = given.labels("groups", groups, length=events.size) if events.size else []
    given.whole("threshold", threshold, 1)
    given.number("level", level, above=0, below=1)
    if names and (len(names) < 2 or len(set(names)) < len(names)):  # noqa: PLR2004
        given.fault("groups", "expected two or more names, each once", groups)
    if any(not isinstance(n, str) for n in names):
        given.fault("groups", "expected texts", groups)
    if events.size and (events != np.floor(events)).any():
        given.fault("counts", "expected whole numbers", counts)
    if events.size and not events.any():
        given.fault("counts", "there are no events: there is no rate to compare with")
    given.done()
    require_stats("an interval of a shrunk rate")
    from scipy.stats import gamma  # noqa: PLC0415  (an extra)

    whole = float(events.sum() / days.sum())
    between = _between(events, days, whole)
    hidden = _hidden(events, threshold)
    rows = []
    tail = (1 - level) / 2
    for i, name in enumerate(names):
        raw = float(events[i] / days[i] / whole)
        if between > 0:
            shape, rate = whole**2 / between + events[i], whole / between + days[i]
            value = float(shape / rate / whole)
            lower, upper = (float(gamma.ppf(p, shape) / rate / whole) for p in (tail, 1 - tail))
        else:
            value = lower = upper = 1.0
        ratio = Estimate(
            value=value,
            lower=min(lower, value),
            upper=max(upper, value),
            level=level,
            method="gamma-Poisson, shrunk towards the whole",
        )
        shown = not hidden[i]
        rows.append(
            GroupRate(
                group=str(name),
                count=int(events[i]) if shown else None,
                ratio=ratio if shown else None,
                raw_ratio=raw if shown else None,
            )
        )
    return GroupRates(
        groups=rows,
        threshold=int(threshold),
        method="shrunk towards the whole, small counts hidden",
    )


def _between(events: FloatArray, days: FloatArray, whole: float) -> float:
    """Return Marshall's variance between groups, 0 where chance explains all."""
    rates = events / days
    spread = float((days * (rates - whole) ** 2).sum() / days.sum())
    return max(0.0, spread - whole / float(days.mean()))


def _hidden(events: FloatArray, threshold: int) -> list[bool]:
    hidden = (events > 0) & (events < threshold)
    if int(hidden.sum()) == 1:
        rest = np.where(hidden, np.inf, events)
        hidden[int(np.argmin(rest))] = True
    return [bool(h) for h in hidden]
