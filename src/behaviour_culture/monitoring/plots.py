"""Plots of control charts, funnels and event studies; ``to_rows`` has the same in numbers.

They need Matplotlib (extra ``plot``), draw on given axes or on a new figure, and change no
setting of Matplotlib. Whoever shows a plot publishes it: small counts are hidden unless it is
``internal``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from behaviour_culture._plot import (
    AMBER,
    BLUE,
    DARK,
    GREY,
    RED,
    chart_frame,
    legend_beside,
    name_points,
)
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import require_types
from behaviour_culture.errors import shorten
from behaviour_culture.monitoring.comparison.differences import DifferenceInDifferences
from behaviour_culture.monitoring.control_charts.chart import PER, ControlChart
from behaviour_culture.monitoring.control_charts.limits import ChartKind
from behaviour_culture.monitoring.funnels import Funnel, limits_at

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_chart", "plot_funnel", "plot_pre_trends"]

_MAX_TICKS = 16
_UNITS = {
    ChartKind.XMR: "Value",
    ChartKind.U: "Rate for each unit of exposure",
    ChartKind.P: "Share",
    ChartKind.G: "Days between events",
    ChartKind.T: "Days between events",
}


def _labels_of(name: str, length: int, labels: object, internal: object) -> list[str] | None:
    """Return the labels as texts, or None, after checking the arguments that plots share."""
    given = Arguments(name)
    given.flag("internal", internal)
    texts = None
    if labels is not None:
        listed = labels if isinstance(labels, Sequence) and not isinstance(labels, str) else ()
        texts = [str(label) for label in listed]
        if len(texts) != length:
            message = f"expected {length} texts, one for each point, got {shorten(labels)}"
            given.fault("labels", message)
    given.done()
    return texts


def plot_chart(
    chart: ControlChart,
    *,
    ax: Axes | None = None,
    labels: Sequence[object] | None = None,
    internal: bool = False,
) -> Axes:
    """Draw a control chart: points, centre line, limits, and a ring around each signal.

    The line has a gap where a point was left out; a cross at the foot marks a hidden one. Limits
    of fewer than 12 points are dotted. A grey line is at the end of the baseline.

    Parameters
    ----------
    chart : ControlChart
        The same in numbers: its ``to_rows``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.
    labels : sequence, optional
        A text or date for each point, along the axis; without it those of the series that is
        charted, or numbers from 1.
    internal : bool
        Show small counts, for use inside the school only.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        The labels are not as many as the points.
    MissingExtraError
        Matplotlib is not installed.
    """
    require_types("plot_chart", chart=(chart, ControlChart))
    length = len(chart.values)
    texts = _labels_of("plot_chart", length, labels or chart.labels or None, internal)
    shown = chart if internal else chart.published()
    x = np.arange(length)
    values = np.array(shown.values, subok=False)
    lower, upper = np.array(shown.lower_limits), np.array(shown.upper_limits)
    of_rates = shown.chart is ChartKind.XMR and len(shown.exposure)
    with chart_frame(
        ax,
        (10, 4.5),
        title=shown.title,
        x="Event" if shown.chart in {ChartKind.G, ChartKind.T} else "Period",
        y=f"Rate for each {PER} of exposure" if of_rates else _UNITS[shown.chart],
    ) as axes:
        style = ":" if shown.trial else "--"
        name = "trial limits" if shown.trial else "limits"
        edges = np.arange(length + 1) - 0.5
        for i, limit in enumerate((lower, upper)):
            label = name if i == 0 else None
            axes.stairs(
                limit, edges, baseline=None, color=RED, linestyle=style, linewidth=1.6, label=label
            )
        axes.axhline(shown.centre, color=GREY, linewidth=1.2, label="centre line")
        axes.plot(x, values, color=BLUE, marker="o", markersize=5, linewidth=1.4, label="points")
        marked = sorted({s.point for s in shown.signals})
        if marked:
            axes.plot(
                x[marked],
                values[marked],
                linestyle="none",
                marker="o",
                markersize=13,
                markerfacecolor="none",
                markeredgecolor=DARK,
                markeredgewidth=1.8,
                label="signal of change, cause unknown",
            )
        _mark_gaps(axes, shown)
        if shown.baseline < length:
            axes.axvline(shown.baseline - 0.5, color="0.7", linewidth=1.0)
            axes.annotate(
                "baseline ends",
                (shown.baseline - 0.5, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(-3, -3),
                textcoords="offset points",
                ha="right",
                va="top",
                fontsize="small",
                color=GREY,
            )
        step = -(-length // _MAX_TICKS)
        ticks = x[::step]
        axes.set_xticks(ticks, [texts[i] if texts else str(i + 1) for i in ticks])
        if texts and max(map(len, texts)) > 4:  # noqa: PLR2004  (room of a tick)
            axes.tick_params(axis="x", labelrotation=45)
        axes.set_xlim(-0.7, length - 0.3)
        axes.margins(y=0.12)
        if shown.chart is not ChartKind.XMR or np.nanmin(lower) >= 0:
            axes.set_ylim(bottom=0)
        legend_beside(axes)
    return axes


def _mark_gaps(axes: Axes, chart: ControlChart) -> None:
    """Shade points that were left out, and put a cross at the foot for each hidden one."""
    gone = np.isnan(np.array(chart.values, subok=False))
    gone[list(chart.hidden)] = False
    label = "left out"
    for i in np.flatnonzero(gone).tolist():
        axes.axvspan(i - 0.5, i + 0.5, facecolor="0.9", edgecolor="none", zorder=0, label=label)
        label = "_"  # one entry of the legend
    if chart.hidden:
        axes.plot(
            list(chart.hidden),
            [0.02] * len(chart.hidden),
            transform=axes.get_xaxis_transform(),
            linestyle="none",
            marker="x",
            color=DARK,
            label="hidden: few pupils",
        )


def plot_funnel(
    made: Funnel,
    *,
    ax: Axes | None = None,
    labels: Sequence[object] | None = None,
    internal: bool = False,
) -> Axes:
    """Draw a funnel: ratios by expected count, with the limits of 95 and 99.8 %.

    Only units outside the limits of 99.8 % have a name in it. It shows no order.

    Parameters
    ----------
    made : Funnel
        The same in numbers: its ``to_rows``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.
    labels : sequence, optional
        A name for each unit; numbers from 1 without it.
    internal : bool
        Show units with small counts, for use inside only.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        The labels are not as many as the units.
    MissingExtraError
        Matplotlib or scipy is not installed.
    """
    require_types("plot_funnel", made=(made, Funnel))
    length = len(made.expected)
    texts = _labels_of("plot_funnel", length, labels, internal)
    shown = made if internal else made.published()
    expected = np.array(shown.expected, subok=False)
    ratio = np.array(shown.ratio, subok=False)
    outside = list(shown.outliers_998)
    hidden = f", {len(shown.hidden)} hidden: few pupils" if shown.hidden else ""
    with chart_frame(
        ax,
        (9, 5),
        title=f"{length} units{hidden}",
        x="Expected count",
        y="Observed over expected",
    ) as axes:
        grid = np.linspace(max(0.5, 0.5 * expected.min()), 1.1 * expected.max(), 200)
        limits = limits_at(grid, shown.tau2)
        for name, style, words in (("95", "--", "95% limits"), ("998", "-", "99.8% limits")):
            curves = np.column_stack([limits[f"lower_{name}"], limits[f"upper_{name}"]])
            drawn = axes.plot(grid, curves, linestyle=style, color=RED, linewidth=1.4)
            drawn[0].set_label(words)
        axes.axhline(1.0, color=GREY, linewidth=1.2, label="as expected")
        inside = np.setdiff1d(np.arange(length), outside)
        axes.plot(
            expected[inside], ratio[inside], "o", color=BLUE, markersize=5, label="inside 99.8%"
        )
        if outside:
            axes.plot(
                expected[outside],
                ratio[outside],
                linestyle="none",
                marker="D",
                markersize=8,
                markerfacecolor=AMBER,
                markeredgecolor=DARK,
                label="outside 99.8%, cause unknown",
            )
        tallest = np.nanmax(np.append(ratio[~np.isnan(ratio)], 1.0))
        axes.set_ylim(0, 1.12 * max(tallest, float(np.max(shown.upper_998))))
        axes.set_xlim(0, 1.1 * float(expected.max()))
        names = {i: texts[i] if texts else f"unit {i + 1}" for i in outside}
        name_points(axes, [(expected[i], ratio[i], names[i]) for i in outside])
        legend_beside(axes)
    return axes


def plot_pre_trends(result: DifferenceInDifferences, *, ax: Axes | None = None) -> Axes:
    """Draw the event study: the gap between treated and comparison schools in each period.

    Before the change the points should lie near 0: look, since no test can show that trends
    were parallel.

    Parameters
    ----------
    result : DifferenceInDifferences
    ax : matplotlib Axes, optional
        Drawn on if given; else on a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidInputError
    MissingExtraError
        Without Matplotlib (extra ``plot``).
    """
    require_types("plot_pre_trends", result=(result, DifferenceInDifferences))
    made = result.estimate
    y = "Treated less comparison, from the last period before"
    if result.event_lower:
        y += f" ({made.level:.0%} intervals)"
    title = (
        f"Change beyond the comparison: {made.value:.2f} "
        f"({made.level:.0%} interval {made.lower:.2f} to {made.upper:.2f})"
    )
    with chart_frame(ax, (7.4, 4.8), title=title, x="Period", y=y) as axes:
        places = range(len(result.event_periods))
        for flag, mark, words in ((False, "o", "before"), (True, "s", "after")):
            chosen = [i for i in places if result.event_after[i] is flag]
            gaps = [result.event_gaps[i] for i in chosen]
            fill = "full" if flag else "none"
            axes.plot(chosen, gaps, mark, color=DARK, label=words, fillstyle=fill)
            if result.event_lower:
                lows = [result.event_lower[i] for i in chosen]
                axes.vlines(
                    chosen,
                    lows,
                    [result.event_upper[i] for i in chosen],
                    color=DARK,
                    linewidth=1.4,
                    linestyle="-" if flag else ":",
                )
        axes.axhline(0, color="0.6", linewidth=1)
        axes.set_xticks(list(places), result.event_periods)
        legend_beside(axes)
    return axes
