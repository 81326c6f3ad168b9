"""Pictures of charts, funnels and trends before; each has its numbers in a ``to_rows``.

They need Matplotlib (extra ``plot``), draw on the axes that they are given, show nothing by
themselves and change no setting of Matplotlib's. A picture is published by whoever shows it:
small counts are hidden in it unless it is asked for as ``internal``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture._plot import axes_or_new, pyplot
from behaviour_culture.checks import require_types
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.monitoring.comparison.differences import DifferenceInDifferences
from behaviour_culture.monitoring.control_charts.chart import PER, ControlChart
from behaviour_culture.monitoring.control_charts.limits import ChartKind
from behaviour_culture.monitoring.funnels import Funnel, limits_at

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_chart", "plot_funnel", "plot_pre_trends"]

_STYLE = "petroff10"
_BLUE, _RED, _AMBER = "#3f90da", "#bd1f01", "#ffa90e"
"""Of the style, by number: a name such as C1 is looked up when a figure is saved."""
_DARK, _GREY = "#333333", "0.45"
_MAX_TICKS = 16
_UNITS = {
    ChartKind.XMR: "Value",
    ChartKind.U: "Rate for each unit of exposure",
    ChartKind.P: "Share",
    ChartKind.G: "Days between events",
    ChartKind.T: "Days between events",
}


def _checked(name: str, length: int, labels: object, internal: object) -> list[str] | None:
    faults = []
    if not isinstance(internal, bool):
        faults.append(Fault("internal", f"expected True or False, got {shorten(internal)}"))
    texts = None
    if labels is not None:
        listed = labels if isinstance(labels, Sequence) and not isinstance(labels, str) else ()
        texts = [str(label) for label in listed]
        if len(texts) != length:
            message = f"expected {length} texts, one for each point, got {shorten(labels)}"
            faults.append(Fault("labels", message))
    if faults:
        raise InvalidInputError(name, faults)
    return texts


def plot_chart(
    chart: ControlChart,
    *,
    ax: Axes | None = None,
    labels: Sequence[object] | None = None,
    internal: bool = False,
) -> Axes:
    """Draw a control chart: points, centre line, limits, and a ring at each signal.

    The line has a gap where a point was left out; a cross below it marks a hidden one. Limits
    from fewer than 12 points are dotted. A grey line ends the baseline.

    Parameters
    ----------
    chart : ControlChart
        The same in numbers: its ``to_rows``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.
    labels : sequence, optional
        A text or date for each point, along the axis; numbers from 1 without it.
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
    texts = _checked("plot_chart", length, labels, internal)
    plt = pyplot()
    shown = chart if internal else chart.published()
    x = np.arange(length)
    values = np.array(shown.values, subok=False)
    lower, upper = np.array(shown.lower_limits), np.array(shown.upper_limits)
    with plt.style.context(_STYLE):
        axes = axes_or_new(ax, 10, 4.5)
        style = ":" if shown.trial else "--"
        name = "trial limits" if shown.trial else "limits"
        edges = np.arange(length + 1) - 0.5
        for i, limit in enumerate((lower, upper)):
            label = name if i == 0 else None
            axes.stairs(
                limit, edges, baseline=None, color=_RED, linestyle=style, linewidth=1.6, label=label
            )
        axes.axhline(shown.centre, color=_GREY, linewidth=1.2, label="centre line")
        axes.plot(x, values, color=_BLUE, marker="o", markersize=5, linewidth=1.4, label="points")
        marked = sorted({s.point for s in shown.signals})
        if marked:
            axes.plot(
                x[marked],
                values[marked],
                linestyle="none",
                marker="o",
                markersize=13,
                markerfacecolor="none",
                markeredgecolor=_DARK,
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
                color=_GREY,
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
        axes.set_xlabel("Event" if shown.chart in {ChartKind.G, ChartKind.T} else "Period")
        of_rates = shown.chart is ChartKind.XMR and len(shown.exposure)
        axes.set_ylabel(f"Rate for each {PER} of exposure" if of_rates else _UNITS[shown.chart])
        axes.set_title(shown.title, loc="left")
        axes.grid(visible=True, axis="y", color="0.9", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize="small")
    return axes


def _mark_gaps(axes: Axes, chart: ControlChart) -> None:
    """Shade what was left out, and put a cross at the foot for what is hidden."""
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
            color=_DARK,
            label="hidden: few pupils",
        )


def plot_funnel(
    made: Funnel,
    *,
    ax: Axes | None = None,
    labels: Sequence[object] | None = None,
    internal: bool = False,
) -> Axes:
    """Draw a funnel: ratios against what was expected, inside the limits of 95 and 99.8 %.

    Only units outside the limits of 99.8 % bear a name. There is no order in it.

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
    texts = _checked("plot_funnel", length, labels, internal)
    plt = pyplot()
    shown = made if internal else made.published()
    expected = np.array(shown.expected, subok=False)
    ratio = np.array(shown.ratio, subok=False)
    outside = list(shown.outliers_998)
    with plt.style.context(_STYLE):
        axes = axes_or_new(ax, 9, 5)
        grid, limits = _curves(shown, expected)
        for name, style, words in (("95", "--", "95% limits"), ("998", "-", "99.8% limits")):
            for side in ("lower", "upper"):
                label = words if side == "lower" else None
                curve = limits[f"{side}_{name}"]
                axes.plot(grid, curve, linestyle=style, color=_RED, linewidth=1.4, label=label)
        axes.axhline(1.0, color=_GREY, linewidth=1.2, label="as expected")
        inside = np.setdiff1d(np.arange(length), outside)
        axes.plot(
            expected[inside], ratio[inside], "o", color=_BLUE, markersize=5, label="inside 99.8%"
        )
        if outside:
            axes.plot(
                expected[outside],
                ratio[outside],
                linestyle="none",
                marker="D",
                markersize=8,
                markerfacecolor=_AMBER,
                markeredgecolor=_DARK,
                label="outside 99.8%, cause unknown",
            )
        for i in outside:
            axes.annotate(
                texts[i] if texts else f"unit {i + 1}",
                (expected[i], ratio[i]),
                xytext=(7, 4),
                textcoords="offset points",
                fontsize="small",
            )
        tallest = np.nanmax(np.append(ratio[~np.isnan(ratio)], 1.0))
        axes.set_ylim(0, 1.12 * max(tallest, float(np.max(shown.upper_998))))
        axes.set_xlim(0, 1.1 * float(expected.max()))
        axes.set_xlabel("Expected count")
        axes.set_ylabel("Observed over expected")
        hidden = f", {len(shown.hidden)} hidden: few pupils" if shown.hidden else ""
        axes.set_title(f"{length} units{hidden}", loc="left")
        axes.grid(visible=True, axis="y", color="0.9", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize="small")
    return axes


def _curves(made: Funnel, expected: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return the limits of a funnel as curves over expected counts."""
    grid = np.linspace(max(0.5, 0.5 * float(expected.min())), 1.1 * float(expected.max()), 200)
    return grid, limits_at(grid, made.tau2)


def plot_pre_trends(result: DifferenceInDifferences, *, ax: Axes | None = None) -> Axes:
    """Draw the event study: the gap of treated and comparison schools in each period.

    Before the change the points should lie about 0: look, since no test can show that trends
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
    ax = axes_or_new(ax, 6.4, 4.8)
    places = range(len(result.event_periods))
    for flag, mark, words in ((False, "o", "before"), (True, "s", "after")):
        chosen = [i for i in places if result.event_after[i] is flag]
        gaps = [result.event_gaps[i] for i in chosen]
        ax.plot(
            chosen, gaps, mark, color="#333333", label=words, fillstyle="full" if flag else "none"
        )
    ax.axhline(0, color="0.6", linewidth=1)
    ax.set_xticks(list(places), result.event_periods)
    ax.set_xlabel("Period")
    ax.set_ylabel("Treated less comparison, from the last period before")
    ax.legend()
    return ax
