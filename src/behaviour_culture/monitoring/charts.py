"""Control charts of values, rates, shares and gaps: what usual variation looks like."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import pairwise

import numpy as np
from attrs import evolve
from numpy.typing import ArrayLike, NDArray

from behaviour_culture._arrays import FloatArray, frozen_array
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.monitoring._columns import Columns
from behaviour_culture.monitoring._limits import (
    T_POWER,
    ChartKind,
    Design,
    Fit,
    draw_stable,
    fit,
    pearson_dispersion,
)
from behaviour_culture.monitoring.chart_rules import RULE_SETS, Signal, find_signals
from behaviour_culture.monitoring.control_chart import ControlChart

__all__ = ["days_between_chart", "hide_small", "p_chart", "u_chart", "xmr_chart"]

_SERIES = 1_000
"""Stable series on which the rules are tried."""
_SEED = 20260901
"""Of those series: the same chart states the same number of false signals."""
_LEAST = 3
"""Points below which there is no chart at all (judgement)."""


def xmr_chart(
    values: ArrayLike,
    *,
    baseline: int | None = None,
    screen_moving_ranges: bool = False,
    rules: str = "nhs",
) -> ControlChart:
    """Chart single values, such as a rate for each half-term or an average of a survey.

    Limits are the mean plus and minus 2.66 times the mean moving range [1]_. They may lie
    below 0, which then only means that no value is surprisingly low.

    Parameters
    ----------
    values : sequence of float, shape (points,)
        In order of time, at least 3; NaN (or None) for a point that was left out, such as a
        week of closure. It is never filled in, and no moving range reaches across it.
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
        With every fault of the arguments.

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
    columns = Columns("xmr_chart")
    data = columns.numbers("values", values, least=_LEAST)
    columns.flag("screen_moving_ranges", screen_moving_ranges)
    design = _design(columns, ChartKind.XMR, data, baseline, rules, screened=screen_moving_ranges)
    return _chart(design, data, rules)


def u_chart(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    prime: bool = False,
    baseline: int | None = None,
    rules: str = "nhs",
) -> ControlChart:
    r"""Chart counts of events over exposure, such as incidents over pupil-days.

    The centre is :math:`\bar u = \sum c_i / \sum n_i`, the limits
    :math:`\bar u \pm 3 \sqrt{\bar u / n_i}`, the lower one not below 0 [1]_. Counts of
    behaviour mostly vary more than that: decide for ``prime`` where the chart's
    ``dispersion`` is above 1.3, and not because of what the signals look like. Then limits are
    :math:`\bar u \pm 3 \sigma_z \sqrt{\bar u / n_i}`, where :math:`\sigma_z` is the mean
    moving range of the standardised rates over 1.128 [2]_.

    Parameters
    ----------
    counts : sequence of int, shape (points,)
        Events of each period in order of time, at least 3 periods; NaN (or None) for a period
        left out, which is never filled in.
    exposure : sequence of float, shape (points,)
        Time at risk of each period, above 0: pupils times school days. A raw total without
        exposure says nothing, so there is no default.
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
        With every fault of the arguments; also where the baseline holds no event.

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
    columns = Columns("u_chart")
    data = columns.numbers("counts", counts, low=0, whole=True, least=_LEAST)
    over = columns.numbers("exposure", exposure, above=0, least=_LEAST)
    columns.same_length("counts", data, "exposure", over)
    return _rate_chart(columns, ChartKind.U, data, over, prime, baseline, rules)


def p_chart(
    counts: ArrayLike,
    sizes: ArrayLike,
    *,
    prime: bool = False,
    baseline: int | None = None,
    rules: str = "nhs",
) -> ControlChart:
    r"""Chart shares of a group, such as pupils with no incident in a half-term.

    The centre is :math:`\bar p = \sum c_i / \sum n_i`, the limits
    :math:`\bar p \pm 3 \sqrt{\bar p (1 - \bar p) / n_i}`, within 0 and 1 [1]_; with ``prime``
    three times :math:`\sigma_z` of it [2]_.

    Parameters
    ----------
    counts : sequence of int, shape (points,)
        Members of the group that count, at least 3 points; NaN (or None) for one left out.
    sizes : sequence of int, shape (points,)
        Sizes of the group, at least 1 and at least the count.
    prime, baseline, rules
        As for `u_chart`.

    Returns
    -------
    ControlChart
        ``lower`` and ``upper`` are arrays of shape (points,).

    Raises
    ------
    InvalidInputError
        With every fault of the arguments; also where none or all of the baseline count.

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
    columns = Columns("p_chart")
    data = columns.numbers("counts", counts, low=0, whole=True, least=_LEAST)
    over = columns.numbers("sizes", sizes, low=1, whole=True, least=_LEAST)
    columns.same_length("counts", data, "sizes", over)
    if columns.clean:
        for i in np.flatnonzero(data > over)[:5]:
            columns.fault(f"counts[{i}]", f"{data[i]:g} is more than the size {over[i]:g}")
    return _rate_chart(columns, ChartKind.P, data, over, prime, baseline, rules)


def days_between_chart(
    events: ArrayLike, *, chart: str = "t", baseline: int | None = None, rules: str = "nhs"
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
        themselves; at least 3 gaps. Give gaps in school days where holidays lie between. NaN
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
        With every fault of the arguments.

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
    columns = Columns("days_between_chart")
    gaps = columns.numbers("events", _gaps(columns, events), low=0, least=_LEAST)
    columns.choice("chart", chart, ("t", "g"))
    kind = ChartKind.G if chart == "g" else ChartKind.T
    design = _design(columns, kind, gaps, baseline, rules)
    if not np.nansum(gaps[design.base]) > 0:
        columns.fault("events", "all gaps of the baseline are 0: nothing to chart")
        columns.done()
    return _chart(design, gaps, rules)


# -- how they are made -------------------------------------------------------------------------


def _gaps(columns: Columns, events: ArrayLike) -> ArrayLike:
    """Return the days between dates; what holds no dates is returned as it is."""
    if not isinstance(events, (list, tuple)) or not any(isinstance(e, dt.date) for e in events):
        return events
    days = [e for e in events if isinstance(e, dt.date) and not isinstance(e, dt.datetime)]
    if len(days) < len(events):
        columns.fault("events", "expected only dates, or only gaps in days")
    elif days != sorted(days):
        columns.fault("events", "dates are not in order of time: sort them first")
    return [abs((after - before).days) for before, after in pairwise(days)]


def _design(  # noqa: PLR0913  (what a chart's maker was given)
    columns: Columns,
    kind: ChartKind,
    data: FloatArray,
    baseline: int | None,
    rules: str,
    *,
    exposure: FloatArray | None = None,
    prime: bool = False,
    screened: bool = False,
) -> Design:
    """Check what all charts share and return the design, or raise with every fault."""
    columns.choice("rules", rules, RULE_SETS)
    if baseline is not None:
        columns.whole("baseline", baseline, _LEAST, max(_LEAST, len(data)))
    columns.done()
    first = len(data) if baseline is None else int(baseline)
    base = np.arange(len(data)) < first
    if (usable := int((~np.isnan(data[:first])).sum())) < _LEAST:
        columns.fault("baseline", f"only {usable} of its points are there: {_LEAST} are needed")
        columns.done()
    return Design(kind, base, exposure, prime=prime, screened=screened)


def _rate_chart(  # noqa: PLR0913, PLR0917  (what a chart's maker was given)
    columns: Columns,
    kind: ChartKind,
    counts: FloatArray,
    exposure: FloatArray,
    prime: bool,  # noqa: FBT001
    baseline: int | None,
    rules: str,
) -> ControlChart:
    columns.flag("prime", prime)
    if columns.clean:
        counts = np.where(np.isnan(exposure), np.nan, counts)
    design = _design(columns, kind, counts, baseline, rules, exposure=exposure, prime=prime)
    total = np.nansum(counts[design.base])
    if total == 0:
        columns.fault(
            "counts", "no event in the baseline: for rare events there is days_between_chart"
        )
    if kind is ChartKind.P and np.nansum((exposure - counts)[design.base]) == 0:
        columns.fault("counts", "all of the baseline count: there is no variation to chart")
    columns.done()
    return _chart(design, counts, rules)


def _chart(
    design: Design, data: FloatArray, rules: str, *, hidden: tuple[int, ...] | None = None
) -> ControlChart:
    """Return the chart of one series; with ``hidden`` points (also none), a published one."""
    found = fit(design, data[None, :])
    sigma, centre = found.sigma[0], float(found.centre[0])
    lower, upper = centre - 3 * sigma, centre + 3 * sigma
    floor = {ChartKind.XMR: -np.inf}.get(design.kind, 0.0)
    lower = np.maximum(lower, floor)
    if design.kind is ChartKind.P:
        upper = np.minimum(upper, 1.0)
    if design.kind is ChartKind.T:
        centre, lower, upper = centre**T_POWER, lower**T_POWER, upper**T_POWER
    rule_set = RULE_SETS[rules]
    shown = np.ones(len(data), dtype=np.bool_)
    shown[list(hidden or ())] = False  # no rule looks at a hidden point, nor reaches across it
    met = find_signals(np.where(shown, found.z, np.nan), rule_set)[:, 0, :]
    signals = sorted(Signal(int(i), rule_set[r].name) for r, i in np.argwhere(met))
    mean_false, any_false = _false_signals(design, found, data, shown, rules)
    rate = design.exposure is not None
    values = data / design.exposure if design.exposure is not None else data
    whole = bool(np.all(np.isnan(data) | ((data >= 0) & (data == np.round(data)))))
    return ControlChart(
        chart=design.kind,
        values=frozen_array(np.where(shown, values, np.nan)),
        counts=frozen_array(np.where(shown, data, np.nan) if rate else ()),
        exposure=frozen_array(() if design.exposure is None else design.exposure),
        centre=centre,
        lower_limits=frozen_array(lower),
        upper_limits=frozen_array(upper),
        signals=signals,
        rules=rules,
        baseline=int(design.base.sum()),
        sigma_z=None if found.sigma_z is None else float(found.sigma_z[0]),
        dispersion=pearson_dispersion(design, data) if rate else None,
        screened=design.screened,
        whole=rate or whole or hidden is not None,
        expected_false_signals=mean_false,
        any_false_signal=any_false,
        hidden=hidden or (),
        disclosure="internal" if hidden is None else "published",
    )


def _false_signals(
    design: Design, found: Fit, data: FloatArray, shown: NDArray[np.bool_], rules: str
) -> tuple[float, float]:
    """Return the mean number of signals in stable series like this one, and the share with any.

    Those of single values and of roots of gaps do not depend on the data, only on which
    points there are: they are worked out once.
    """
    if design.exposure is None and design.kind is not ChartKind.G:
        there = tuple((~np.isnan(data)).tolist())
        base = int(design.base.sum())
        return _false_by_shape(
            design.kind, base, design.screened, there, tuple(shown.tolist()), rules
        )
    stable = draw_stable(design, found, data, series=_SERIES, rng=np.random.default_rng(_SEED))
    return _count_false(design, stable, shown, rules)


@lru_cache(maxsize=512)
def _false_by_shape(  # noqa: PLR0913, PLR0917  (a key of the cache)
    kind: ChartKind,
    base: int,
    screened: bool,  # noqa: FBT001
    there: tuple[bool, ...],
    shown: tuple[bool, ...],
    rules: str,
) -> tuple[float, float]:
    data = np.where(np.array(there), 1.0, np.nan)
    design = Design(kind, np.arange(len(data)) < base, screened=screened)
    found = fit(design, data[None, :])
    stable = draw_stable(design, found, data, series=_SERIES, rng=np.random.default_rng(_SEED))
    return _count_false(design, stable, np.array(shown), rules)


def _count_false(
    design: Design, stable: FloatArray, shown: NDArray[np.bool_], rules: str
) -> tuple[float, float]:
    z = np.where(shown, fit(design, stable).z, np.nan)
    false = find_signals(z, RULE_SETS[rules]).sum(axis=(0, 2))
    return float(false.mean()), float((false > 0).mean())


def hide_small(chart: ControlChart, rules: DisclosureRules) -> ControlChart:
    """Return a chart as it may be published; see `ControlChart.published`."""
    if chart.disclosure == "published" or not chart.whole:
        return evolve(chart, disclosure="published")
    everything = tuple(range(len(chart.values)))
    if chart.chart in {ChartKind.G, ChartKind.T}:
        gone = frozen_array(np.full(len(chart.values), np.nan))
        return evolve(chart, values=gone, signals=(), hidden=everything, disclosure="published")
    data = np.array(chart.counts if len(chart.counts) else chart.values, subok=False)
    sizes = chart.exposure if chart.chart is ChartKind.P else None
    taken, hidden = data.copy(), []
    for i in everything:
        if np.isnan(data[i]):
            continue
        stand_in = _stand_in(data[i], None if sizes is None else float(sizes[i]), rules)
        if stand_in is not None:
            taken[i] = stand_in
            hidden.append(i)
    design = Design(
        chart.chart,
        np.arange(len(data)) < chart.baseline,
        np.array(chart.exposure, subok=False) if len(chart.exposure) else None,
        prime=chart.prime,
        screened=chart.screened,
    )
    return _chart(design, taken, chart.rules, hidden=tuple(hidden))


def _stand_in(count: float, size: float | None, rules: DisclosureRules) -> float | None:
    """Return what stands in for a count that must not be published, or None if it may be."""
    if size is not None and size < rules.least_base:
        return size / 2
    if rules.is_small(count):
        return rules.middle if size is None else min(rules.middle, size)
    if size is not None and rules.is_small(size - count):
        return size - rules.middle
    return None
