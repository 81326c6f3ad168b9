"""The kinds of control chart: of single values, rates, shares, and days between events."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import as_day
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.indicator import NO_EXPOSURE, Series
from behaviour_culture.monitoring.control_charts.chart import (
    PER,
    Behind,
    ControlChart,
    make_chart,
)
from behaviour_culture.monitoring.control_charts.limits import ChartKind, Design, fit
from behaviour_culture.monitoring.control_charts.rules import RULE_SETS, RuleSet
from behaviour_culture.monitoring.counts.series_columns import columns_of, remarks_on
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["days_between_chart", "p_chart", "u_chart", "xmr_chart"]

_MOST_POINTS = LIMITS.chart_points
"""Points of a chart at most (judgement: a day for each of ten years)."""
_LEAST = 3
"""Points below which there is no chart at all (judgement)."""


def xmr_chart(
    values: ArrayLike | Series,
    *,
    baseline: int | None = None,
    screen_moving_ranges: bool = False,
    rules: RuleSet = "nhs",
) -> ControlChart:
    """Chart single values, such as a rate for each half-term or an average of a survey.

    Limits are the mean plus and minus 2.66 times the mean moving range [1]_. For plain values the
    lower one may be below 0, so that no value can be surprisingly low; for the rates of a series
    it is at least 0.

    Parameters
    ----------
    values : sequence of float, shape (points,), or Series
        In order of time, at least 3; NaN (or None) for a point that was left out, such as a
        week of closure. It is never filled in, and no moving range reaches across it. The chart
        of a series has its rates for 100; it can hide the points with small counts when it is
        published, which a chart of bare rates cannot.
    baseline : int, optional
        Number of first points that make centre and limits, which then stay as they are;
        at least 12 to rely on them. Without it all points make them.
    screen_moving_ranges : bool
        Leave out, once, moving ranges above 3.267 times their mean [2]_. The tools of the NHS
        differ here: the spreadsheet does not screen, the R package does.
    rules : {"nhs", "western-electric", "nelson", "limits"}
        Rule set, of `RULE_SETS`. Choose before looking.

    Returns
    -------
    ControlChart

    Raises
    ------
    InvalidInputError
        With every fault of the arguments; also where the limits would have no width though
        points differ, since no two neighbours of the baseline are there, or none differ.

    References
    ----------
    .. [1] Wheeler, D. J. (1993). *Understanding Variation*. SPC Press.
    .. [2] Nelson, L. S. (1982). Control charts for individual measurements. *Journal of
       Quality Technology* 14(3), 172-173.

    Examples
    --------
    >>> chart = xmr_chart([31, 28, 33, 30, 29, 34, 30, 31, 27, 32, 30, 29, 44], baseline=12)
    >>> round(chart.centre, 2), round(chart.lower, 1), round(chart.upper, 1)
    (30.33, 22.1, 38.6)
    >>> chart.signals
    (Signal(point=12, rule='limits'),)
    """
    given = Arguments("xmr_chart")
    behind = None
    if isinstance(values, Series):
        counts, exposure = columns_of(values)
        behind = Behind(counts, exposure, *_said_of(values))
        values = PER * counts / exposure
    data = _points(given, "values", values)
    given.flag("screen_moving_ranges", screen_moving_ranges)
    base = _baseline(given, data, baseline, rules)
    design = Design(ChartKind.XMR, base, screened=screen_moving_ranges)
    _require_width(given, "values", design, data)
    return make_chart(design, data, rules, behind=behind)


def u_chart(
    counts: ArrayLike | Series,
    exposure: ArrayLike | None = None,
    *,
    prime: bool = False,
    baseline: int | None = None,
    rules: RuleSet = "nhs",
) -> ControlChart:
    r"""Chart counts of events over exposure, such as incidents over pupil-days.

    The centre is :math:`\bar u = \sum c_i / \sum n_i`, the limits
    :math:`\bar u \pm 3 \sqrt{\bar u / n_i}`, the lower one not below 0 [1]_. Counts of
    behaviour mostly vary more than that: decide for ``prime`` where the chart's
    ``dispersion`` is above 1.3, and not after looking at the signals. Then limits are
    :math:`\bar u \pm 3 \sigma_z \sqrt{\bar u / n_i}`, where :math:`\sigma_z` is the mean
    moving range of the standardised rates over 1.128 [2]_. Without ``prime`` a point beyond a
    limit is a signal only if its count is as rare as that by the Poisson distribution: where few
    events are expected, one or two of them may lie beyond by chance.

    Parameters
    ----------
    counts : sequence of int, shape (points,), or Series
        Events of each period in order of time, at least 3 periods; NaN (or None) for a period
        left out, which is never filled in.
    exposure : sequence of float, shape (points,)
        Time at risk of each period, above 0: pupils times school days. A raw total without
        exposure says nothing and is refused; a series has its own.
    prime : bool
        Laney's u-prime chart.
    baseline : int, optional
        Number of first points that make centre and limits; see `xmr_chart`.
    rules : {"nhs", "western-electric", "nelson", "limits"}
        Rule set, of `RULE_SETS`.

    Returns
    -------
    ControlChart
        ``lower`` and ``upper`` are arrays of shape (points,).

    Raises
    ------
    InvalidInputError
        With every fault of the arguments; also where the baseline holds no event, or with
        ``prime`` no two neighbours that differ.

    References
    ----------
    .. [1] Montgomery, D. C. *Introduction to Statistical Quality Control*. Wiley, ch. 7.
    .. [2] Laney, D. B. (2002). Improved control charts for attributes. *Quality Engineering*
       14(4), 531-537.

    Examples
    --------
    >>> chart = u_chart([40, 52, 38, 61], [4500, 4600, 3700, 4500])
    >>> round(100 * chart.centre, 3), [f"{u:.2%}" for u in chart.upper]
    (1.104, ['1.57%', '1.57%', '1.62%', '1.57%'])
    """
    given = Arguments("u_chart")
    return _rate_chart(given, ChartKind.U, counts, exposure, prime, baseline, rules)


def p_chart(
    counts: ArrayLike | Series,
    sizes: ArrayLike | None = None,
    *,
    prime: bool = False,
    baseline: int | None = None,
    rules: RuleSet = "nhs",
) -> ControlChart:
    r"""Chart shares of a group, such as pupils with no incident in a half-term.

    The centre is :math:`\bar p = \sum c_i / \sum n_i`, the limits
    :math:`\bar p \pm 3 \sqrt{\bar p (1 - \bar p) / n_i}`, within 0 and 1 [1]_; with ``prime``
    three times :math:`\sigma_z` of it [2]_.

    Parameters
    ----------
    counts : sequence of int, shape (points,), or Series
        Members of the group that count, at least 3 points; NaN (or None) for one left out.
    sizes : sequence of int, shape (points,)
        Sizes of the group, at least 1 and at least the count; a series has its own.
    prime, baseline, rules
        As for `u_chart`.

    Returns
    -------
    ControlChart
        ``lower`` and ``upper`` are arrays of shape (points,).

    Raises
    ------
    InvalidInputError
        With every fault of the arguments; also where none or all of the baseline count, or with
        ``prime`` no two neighbours differ.

    References
    ----------
    .. [1] Montgomery, D. C. *Introduction to Statistical Quality Control*. Wiley, ch. 7.
    .. [2] Laney, D. B. (2002). Improved control charts for attributes. *Quality Engineering*
       14(4), 531-537.

    Examples
    --------
    >>> chart = p_chart([210, 198, 220, 205], [300, 295, 301, 298])
    >>> round(chart.centre, 3)
    0.698
    """
    given = Arguments("p_chart")
    return _rate_chart(given, ChartKind.P, counts, sizes, prime, baseline, rules)


def days_between_chart(
    events: ArrayLike,
    *,
    chart: Literal["t", "g"] = "t",
    baseline: int | None = None,
    rules: RuleSet = "nhs",
) -> ControlChart:
    """Chart the days between rare events: a long gap is good news, a short one is not.

    Counts that are mostly 0 make no useful u-chart. The t-chart takes the 3.6th root of each
    gap, which makes waiting times nearly normal, and charts that as single values [1]_; centre
    and limits are shown in days again. The g-chart has the mean gap m plus and minus three
    times the root of m(m + 1), not below 0 [2]_: it shows long gaps only, and its centre, the
    mean, has more gaps below than above.

    Parameters
    ----------
    events : sequence of datetime.date or of float
        Days of the events in order of time (two on one day make a gap of 0), or the gaps
        themselves; at least 3 gaps. Give gaps in school days if there are holidays between. NaN
        (or None) is a gap left out.
    chart : {"t", "g"}
    baseline : int, optional
        Number of first gaps that make centre and limits; see `xmr_chart`.
    rules : {"nhs", "western-electric", "nelson", "limits"}
        Rule set, of `RULE_SETS`; with the g-chart best ``"limits"``.

    Returns
    -------
    ControlChart
        Each point is a gap.

    Raises
    ------
    InvalidInputError
        With every fault of the arguments; also where the limits would have no width though
        points differ, since no two neighbours of the baseline are there, or none differ.

    References
    ----------
    .. [1] Nelson, L. S. (1994). A control chart for parts-per-million nonconforming items.
       *Journal of Quality Technology* 26(3), 239-240.
    .. [2] Benneyan, J. C. (2001). Number-between g-type statistical quality control charts.
       *Health Care Management Science* 4, 305-318.

    Examples
    --------
    >>> found = days_between_chart([12, 9, 30, 4, 17, 22, 8, 15, 11, 26, 6, 13, 140], baseline=12)
    >>> round(found.centre, 1), found.signals
    (12.9, (Signal(point=12, rule='limits'),))
    """
    given = Arguments("days_between_chart")
    gaps = _points(given, "events", _gaps(given, events), low=0)
    given.one_of("chart", chart, ("t", "g"))
    base = _baseline(given, gaps, baseline, rules)
    if not np.nansum(gaps[base]) > 0:
        given.fault("events", "all gaps of the baseline are 0: nothing to chart")
        given.done()
    design = Design(ChartKind(chart), base)
    _require_width(given, "events", design, gaps)
    return make_chart(design, gaps, rules)


def _gaps(given: Arguments, events: ArrayLike) -> ArrayLike:
    """Return the days between dates; gaps are returned unchanged."""
    if not isinstance(events, (list, tuple)):
        return events
    moments = [as_day(e) for e in events]
    if not any(isinstance(e, dt.date) for e in moments):
        return events
    days = [e for e in moments if isinstance(e, dt.date) and not isinstance(e, dt.datetime)]
    if len(days) < len(events):
        given.fault("events", "expected only dates, or only gaps in days")
    elif days != sorted(days):
        given.fault("events", "dates are not in order of time: sort them first")
    return [abs((after - before).days) for before, after in pairwise(days)]


def _said_of(series: Series) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Return what a chart keeps of a series beside its numbers: remarks, name and labels."""
    return remarks_on(series), series.indicator, tuple(p.label for p in series.periods)


def _rate_chart(  # noqa: PLR0913, PLR0917  (the arguments of both)
    given: Arguments,
    kind: ChartKind,
    counts: ArrayLike | Series,
    exposure: ArrayLike | None,
    prime: bool,  # noqa: FBT001
    baseline: int | None,
    rules: str,
) -> ControlChart:
    """Check the arguments of a u-chart or a p-chart and return it."""
    of_people = kind is ChartKind.P
    name = "sizes" if of_people else "exposure"
    said: tuple[Any, ...] = ()
    if isinstance(counts, Series):
        if exposure is not None:
            given.fault(name, "a Series has its own: leave this out")
        said = _said_of(counts)
        counts, exposure = columns_of(counts)
    elif exposure is None:
        given.fault(name, NO_EXPOSURE)
        given.done()
    data = _points(given, "counts", counts, low=0, whole=True)
    least = {"low": 1, "whole": True} if of_people else {"above": 0}
    over = _points(given, name, exposure, **least)
    given.same_length("counts", data, name, over)
    if of_people and not given.faults:
        for i in np.flatnonzero(data > over)[:5]:
            given.fault(f"counts[{i}]", f"{data[i]:g} is more than the size {over[i]:g}")
    given.flag("prime", prime)
    if not given.faults:
        data = np.where(np.isnan(over), np.nan, data)
    base = _baseline(given, data, baseline, rules)
    if np.nansum(data[base]) == 0:
        message = "no event in the baseline: for rare events chart the days between them"
        given.fault("counts", message)
    if of_people and np.nansum((over - data)[base]) == 0:
        given.fault("counts", "all of the baseline count: there is no variation to chart")
    given.done()
    design = Design(kind, base, over, prime=prime)
    _require_width(given, "counts", design, data)
    return make_chart(design, data, rules, behind=Behind(data, over, *said))


def _require_width(given: Arguments, name: str, design: Design, data: FloatArray) -> None:
    """Refuse limits without width around points that differ: each would be a signal."""
    found = fit(design, data[None, :])
    if np.nanmax(found.sigma) > 0 or not np.nanmax(np.abs(found.z)) > 0:
        return
    there = ~np.isnan(found.z[0]) & design.base
    if (there[1:] & there[:-1]).any():
        message = "neighbouring points of the baseline do not differ, and others do"
    else:
        message = "no two neighbouring points of the baseline are there"
    message += ": limits rest on the differences of neighbours; take longer periods"
    given.fault(name, message)
    given.done()


def _points(given: Arguments, name: str, values: object, **rules: Any) -> FloatArray:  # noqa: ANN401
    """Return the points of a chart, NaN for one that was left out."""
    return given.numbers(name, values, least=_LEAST, most=_MOST_POINTS, missing=True, **rules)


def _baseline(given: Arguments, data: FloatArray, baseline: int | None, rules: str) -> BoolArray:
    """Return which points make the limits, after checking the arguments that all charts share."""
    given.one_of("rules", rules, RULE_SETS)
    if baseline is not None:
        given.whole("baseline", baseline, _LEAST, max(_LEAST, len(data)))
    given.done()
    base = np.arange(len(data)) < (len(data) if baseline is None else int(baseline))
    if (usable := int((~np.isnan(data[base])).sum())) < _LEAST:
        given.fault("baseline", f"only {usable} of its points are there: {_LEAST} are needed")
        given.done()
    return base
