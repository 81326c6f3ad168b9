"""The pictures of counts: a series, a control chart, a funnel, before and after, an event study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture._display import as_sentences, count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import (
    AMBER,
    BLUE,
    DARK,
    GREY,
    RED,
    chart_frame,
    height_of,
    interval_bars,
    legend_beside,
    top_down,
)
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.model.indicator import Series
from behaviour_culture.monitoring.before_after.result import InterruptedTimeSeries
from behaviour_culture.monitoring.comparison.differences import DifferenceInDifferences
from behaviour_culture.monitoring.control_charts.chart import ControlChart
from behaviour_culture.monitoring.funnels import Funnel
from behaviour_culture.monitoring.plots import plot_chart, plot_funnel, plot_pre_trends
from behaviour_culture.monitoring.verdicts.judged import JudgedCounts, JudgedSeries
from behaviour_culture.monitoring.verdicts.measure import READS
from behaviour_culture.monitoring.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BEFORE_AFTER", "CONTROL", "COUNTED", "EVENT_STUDY", "FUNNEL", "MEASURES", "RATES"]

_TICKS = 16


def _period_ticks(axes: Axes, labels: list[str]) -> None:
    step = max(1, -(-len(labels) // _TICKS))
    places = range(0, len(labels), step)
    axes.set_xticks(places, labels[::step], rotation=45, ha="right", fontsize="small")


def _numbers(rows: list[dict[str, Any]], name: str) -> list[float]:
    """Return a column, with NaN where it has nothing: the line has a gap there."""
    return [np.nan if row[name] is None else row[name] for row in rows]


# -- a series ---------------------------------------------------------------------------------


def rates_rows(series: Series, *, internal: bool = False) -> list[dict[str, Any]]:
    """Return a row for each period; small counts are hidden unless ``internal``."""
    return (series if internal else series.published()).to_rows()


def plot_rates(series: Series, *, internal: bool = False, ax: Axes | None = None) -> Axes:
    """Draw the rate of each period; shaded where it is masked, a line where recording changed."""
    rows = rates_rows(series, internal=internal)
    with chart_frame(
        ax, (10, 4.2), title=f"{series.indicator}: {series.periods[0].start} to "
        f"{series.periods[-1].end}", x="Period", y=f"Rate for each 100 "
        f"{series.exposure_kind.value}",
    ) as axes:  # fmt: skip
        axes.plot(
            range(len(rows)), _numbers(rows, "rate_per_100"), "o-", color=BLUE, markersize=5,
            linewidth=1.4, label="rate",
        )  # fmt: skip
        label = "left out or hidden"
        for i, row in enumerate(rows):
            if row["masked"]:
                axes.axvspan(i - 0.5, i + 0.5, facecolor="0.9", hatch="//", edgecolor="0.8",
                             linewidth=0, zorder=0, label=label)  # fmt: skip
                label = "_"
        starts = [period.start for period in series.periods]
        label = "recording changed"
        for change in series.recording_changes:
            at = sum(start < change.day for start in starts) - 0.5
            axes.axvline(at, color=RED, linestyle="--", linewidth=1.4, label=label)
            label = "_"
        _period_ticks(axes, [row["period"] for row in rows])
        axes.set_ylim(bottom=0)
        axes.set_xlim(-0.7, len(rows) - 0.3)
        legend_beside(axes)
    return axes


def _rates_words(series: Series, *, internal: bool = False) -> str:
    rows = rates_rows(series, internal=internal)
    seen = [r["rate_per_100"] for r in rows if r["rate_per_100"] is not None]
    between = f"between {min(seen):.3g} and {max(seen):.3g}" if seen else "not shown"
    return (
        f"Rate of {series.indicator} for each 100 {series.exposure_kind.value} over "
        f"{count_of(len(rows), 'period')}: {between}; {len(rows) - len(seen)} left out or hidden, "
        f"{count_of(len(series.recording_changes), 'change')} of recording."
    )


RATES = Picture(plot_rates, rates_rows, _rates_words)


# -- charts -----------------------------------------------------------------------------------


def _control_rows(
    chart: ControlChart, *, internal: bool = False, **_options: object
) -> list[dict[str, Any]]:
    return chart.to_rows(internal=internal)


def _control_words(chart: ControlChart, *, internal: bool = False, **_options: object) -> str:
    return as_sentences(chart if internal else chart.published())


CONTROL = Picture(plot_chart, _control_rows, _control_words)


def _funnel_rows(
    made: Funnel, *, internal: bool = False, **_options: object
) -> list[dict[str, Any]]:
    return made.to_rows(internal=internal)


def _funnel_words(made: Funnel, *, internal: bool = False, **_options: object) -> str:
    shown = made if internal else made.published()
    return (
        f"Funnel of {count_of(len(shown.expected), 'unit')}: observed over expected by expected "
        f"count, with limits of 95 and 99.8%. Outside 99.8%, cause unknown: "
        f"{count_of(len(shown.outliers_998), 'unit')}; hidden: {len(shown.hidden)}. It shows no "
        "order."
    )


FUNNEL = Picture(plot_funnel, _funnel_rows, _funnel_words)


# -- before and after -------------------------------------------------------------------------


def before_after_rows(
    result: InterruptedTimeSeries, *, internal: bool = False
) -> list[dict[str, Any]]:
    """Return a row for each point: value, fit, and the fit without the change."""
    rows = result.to_rows(internal=internal)
    labels = [p.label for p in result.series.periods] if result.series else None
    return [{"period": labels[i] if labels else str(i), **row} for i, row in enumerate(rows)]


def plot_before_after(
    result: InterruptedTimeSeries, *, internal: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw the values, the model, and what it says of the time after without the change."""
    rows = before_after_rows(result, internal=internal)
    counts = result.family != "gaussian"
    level = result.level
    word = "ratio" if counts else "difference"
    with chart_frame(
        ax, (10, 4.6),
        title=(
            f"Before and after {result.at}: {word} {level.value:.2f} "
            f"({level.level:.0%} interval {level.lower:.2f} to {level.upper:.2f})"
        ),
        x="Period", y="Count" if counts else "Value",
    ) as axes:  # fmt: skip
        places = range(len(rows))
        axes.plot(places, _numbers(rows, "value"), "o", color=DARK, markersize=5, label="seen")
        after = [i for i in places if rows[i]["after"]]
        counter = _numbers(rows, "without_change")
        if any(row["fitted"] is not None for row in rows):
            axes.plot(places, _numbers(rows, "fitted"), color=BLUE, linewidth=1.8, label="model")
            axes.plot(
                after, [counter[i] for i in after], color=AMBER, linewidth=2.0, linestyle="--",
                label="without the change, by the model",
            )  # fmt: skip
        else:
            axes.text(
                0.99, 0.98, "The lines of the model are left out: a hidden count follows from them",
                transform=axes.transAxes, fontsize="small", color=GREY, ha="right", va="top",
            )  # fmt: skip
        axes.axvline(result.change_at - 0.5, color=RED, linewidth=1.4, label="the change")
        hidden = [i for i in places if rows[i]["note"] == "hidden"]
        if hidden:
            axes.plot(
                hidden, [0.02] * len(hidden), "x", color=DARK, label="hidden: small count",
                transform=axes.get_xaxis_transform(),
            )  # fmt: skip
        _period_ticks(axes, [row["period"] for row in rows])
        if counts:
            axes.set_ylim(bottom=0)
        legend_beside(axes)
        if result.descriptive:
            axes.text(
                0.01, 0.99, "a description: too short or too much hidden for more",
                transform=axes.transAxes, va="top", fontsize="small", color=GREY,
            )  # fmt: skip
    return axes


def _before_after_words(result: InterruptedTimeSeries, **_options: object) -> str:
    return as_sentences(result)


BEFORE_AFTER = Picture(plot_before_after, before_after_rows, _before_after_words)


# -- an event study ---------------------------------------------------------------------------


def _event_rows(result: DifferenceInDifferences) -> list[dict[str, Any]]:
    return result.to_rows()


def _event_words(result: DifferenceInDifferences) -> str:
    before = [
        abs(gap)
        for gap, after in zip(result.event_gaps, result.event_after, strict=True)
        if not after
    ]
    return (
        f"Treated less comparison schools in {count_of(len(result.event_periods), 'period')}. "
        f"Before the change the gap is at most {max(before, default=0):.2g}; the change beyond the "
        f"comparison schools is {result.estimate}."
    )


EVENT_STUDY = Picture(plot_pre_trends, _event_rows, _event_words)


# -- a verdict --------------------------------------------------------------------------------


def measures_rows(found: Verdict) -> list[dict[str, Any]]:
    """Return a row for each measure: its change for the better in changes that matter.

    1 is the smallest change that matters, 0 none, and below 0 it is for the worse; a figure that
    rests on a small count is hidden.
    """
    rows = []
    for measure, row in zip(found.measures, found.to_rows(), strict=True):
        change, lower, upper = (
            None if row[name] is None else measure.in_changes_that_matter(row[name])
            for name in ("estimate", "lower", "upper")
        )
        if lower is not None and upper is not None:
            lower, upper = sorted((lower, upper))
        rows.append(
            {
                "measure": measure.name,
                "reading": measure.reading.value,
                "change": change,
                "lower": lower,
                "upper": upper,
            }
        )
    return rows


def plot_measures(found: Verdict, *, ax: Axes | None = None) -> Axes:
    """Draw each measure's change for the better, beside the smallest change that matters."""
    rows = measures_rows(found)
    reads = {reading.value: words for reading, words in READS.items()}
    with chart_frame(
        ax, (8.5, height_of(len(rows), each=0.5)),
        title=f"Together: {found.conclusion.value.replace('-', ' ')}",
        x="Change for the better (1 is the smallest that matters, 0 is none)", grid="x",
    ) as axes:  # fmt: skip
        axes.axvspan(-1, 1, color="0.92", zorder=0, label="too small to matter")
        axes.axvline(0, color=GREY, linewidth=1.0)
        shown = [i for i, row in enumerate(rows) if row["change"] is not None]
        interval_bars(
            axes, [rows[i]["change"] for i in shown], [rows[i]["lower"] for i in shown],
            [rows[i]["upper"] for i in shown], shown, label="estimate with its interval",
        )  # fmt: skip
        for i in set(range(len(rows))) - set(shown):
            axes.text(0, i, "hidden or not comparable", ha="center", va="center", fontsize="small")
        top_down(axes, (f"{r['measure']}: {reads[r['reading']]}" for r in rows))
        legend_beside(axes)
    return axes


def _measures_words(found: Verdict) -> str:
    reads = {reading.value: words for reading, words in READS.items()}
    said = "; ".join(f"{r['measure']}, {reads[r['reading']]}" for r in measures_rows(found))
    return (
        f"Changes of {count_of(len(found.measures), 'measure')} with their intervals, beside the "
        f"smallest change that matters. {said}. Together: "
        f"{found.conclusion.value.replace('-', ' ')}."
    )


MEASURES = Picture(plot_measures, measures_rows, _measures_words)


# -- what a school counted --------------------------------------------------------------------


def _entry(counts: JudgedCounts, indicator: str | None) -> JudgedSeries:
    """Return the entry that is drawn: of all pupils, of an indicator or the first there is."""
    shown = [e for e in counts.published().entries if not e.group]
    wanted = shown[0].indicator.id if indicator is None else indicator
    found = next((e for e in shown if e.indicator.id == wanted), None)
    if found is None:
        raise UnknownNameError("indicator", wanted, [e.indicator.id for e in shown])
    return found


def counted_rows(counts: JudgedCounts, indicator: str | None = None) -> list[dict[str, Any]]:
    """Return a row for each period of one indicator, as it may be shown; small counts are hidden.

    ``after`` says whether the plan had begun.
    """
    entry = _entry(counts, indicator)
    rows = entry.series.to_rows()
    starts = [period.start for period in entry.series.periods]
    return [
        {
            "period": row["period"],
            "rate_per_100": row["rate_per_100"],
            "after": start >= counts.starts,
        }
        for row, start in zip(rows, starts, strict=True)
    ]


def plot_counted(
    counts: JudgedCounts, indicator: str | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw the rate of one indicator before and after the plan began, and say what it allows."""
    entry = _entry(counts, indicator)
    rows = counted_rows(counts, indicator)
    reading = "no change is estimated" if entry.measure is None else READS[entry.measure.reading]
    with chart_frame(
        ax, (10, 4.2), title=f"{entry.indicator.name}: {reading}", x="Period",
        y=f"Rate for each 100 {entry.series.exposure_kind.value}",
    ) as axes:  # fmt: skip
        for after, colour, mark, words in (
            (False, DARK, "o", "before the plan"),
            (True, BLUE, "s", "since it began"),
        ):
            values = [
                np.nan if row["after"] is not after or row["rate_per_100"] is None
                else row["rate_per_100"]
                for row in rows
            ]  # fmt: skip
            axes.plot(range(len(rows)), values, f"{mark}-", color=colour, label=words)
        begun = sum(not row["after"] for row in rows)
        axes.axvline(begun - 0.5, color=RED, linestyle="--", linewidth=1.4, label="the plan begins")
        hidden = [i for i, row in enumerate(rows) if row["rate_per_100"] is None]
        if hidden:
            axes.plot(
                hidden, [0.02] * len(hidden), "x", color=DARK, label="left out or hidden",
                transform=axes.get_xaxis_transform(),
            )  # fmt: skip
        _period_ticks(axes, [row["period"] for row in rows])
        axes.set_ylim(bottom=0)
        legend_beside(axes)
    return axes


def _counted_words(counts: JudgedCounts, indicator: str | None = None) -> str:
    entry = _entry(counts, indicator)
    rows = counted_rows(counts, indicator)
    seen = sum(row["rate_per_100"] is not None for row in rows)
    reading = "no change is estimated" if entry.measure is None else READS[entry.measure.reading]
    return (
        f"{entry.indicator.name} for each 100 {entry.series.exposure_kind.value} in "
        f"{count_of(len(rows), 'period')}, {sum(row['after'] for row in rows)} of them since the "
        f"plan began on {counts.starts}; {len(rows) - seen} left out or hidden. It reads: "
        f"{reading}."
    )


COUNTED = Picture(plot_counted, counted_rows, _counted_words)
