"""The pictures of a planning index: the steps with their intervals, and what moves the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from behaviour_culture._display import count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import (
    AMBER,
    BLUE,
    GREY,
    chart_frame,
    height_of,
    interval_bars,
    legend_beside,
    top_down,
)
from behaviour_culture.impact.index.result import ImpactResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DRIVERS", "INDEX"]

_POINTS = "Points of the planning index (hundredths of a standard deviation of conduct)"


def _index_rows(result: ImpactResult) -> list[dict[str, Any]]:
    return result.to_rows()


def plot_index(result: ImpactResult, *, ax: Axes | None = None) -> Axes:
    """Draw the points of each step with their intervals, and how often each is first."""
    rows = result.to_rows()
    with chart_frame(
        ax, (9, height_of(len(rows), each=0.42)),
        title="A planning index: it ranks steps, it does not predict", x=_POINTS, grid="x",
    ) as axes:  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=1.2)
        if not rows:
            axes.text(
                0.5, 0.5, "no step could be scored", transform=axes.transAxes, ha="center",
            )  # fmt: skip
            axes.set_yticks([])
            return axes
        interval_bars(
            axes, [r["points"] for r in rows], [r["lower"] for r in rows],
            [r["upper"] for r in rows], range(len(rows)),
            label=f"mean, {result.total.level:.0%} interval",
        )  # fmt: skip
        names = [f"{r['title']} (first in {r['first']:.0%})" for r in rows]
        top_down(axes, names, 48)
        legend_beside(axes)
    return axes


def _index_words(result: ImpactResult) -> str:
    if not result.steps:
        return "Planning index of the steps: none could be scored."
    best = result.steps[0]
    return (
        f"Points of {count_of(len(result.steps), 'step')} with intervals. First in the order is "
        f"{best.title}: {best.index.value:.0f} ({best.index.lower:.0f} to {best.index.upper:.0f}), "
        f"first in {best.first:.0%} of draws. {count_of(len(result.unscored), 'step')} could not "
        "be scored. It ranks steps and does not predict."
    )


INDEX = Picture(plot_index, _index_rows, _index_words)


def _driver_rows(result: ImpactResult) -> list[dict[str, Any]]:
    ordered = sorted(result.drivers, key=lambda d: -abs(d.swing.value))
    return [
        {
            "input": d.name,
            "text": d.text,
            "swing": d.swing.value,
            "lower": d.swing.lower,
            "upper": d.swing.upper,
        }
        for d in ordered
    ]


def plot_drivers(result: ImpactResult, *, ax: Axes | None = None) -> Axes:
    """Draw how far each input moves the whole: its highest tenth of draws against its lowest."""
    rows = _driver_rows(result)
    with chart_frame(
        ax, (9, height_of(len(rows), each=0.42)), title="What moves the index of the plan",
        x="Points: highest tenth of the input's draws less lowest tenth", grid="x",
    ) as axes:  # fmt: skip
        places = range(len(rows))
        colours = [BLUE if r["swing"] >= 0 else AMBER for r in rows]
        hatches = ["" if r["swing"] >= 0 else "//" for r in rows]
        axes.barh(
            places, [r["swing"] for r in rows], height=0.6, color=colours, hatch=hatches,
            edgecolor="white",
        )  # fmt: skip
        for place, row in zip(places, rows, strict=True):
            axes.plot([row["lower"], row["upper"]], [place, place], color="black", linewidth=1.2)
        axes.axvline(0, color=GREY, linewidth=1.2)
        top_down(axes, (r["text"] for r in rows), 48)
    return axes


def _driver_words(result: ImpactResult) -> str:
    rows = _driver_rows(result)
    said = "; ".join(f"{r['text']} {r['swing']:+z.0f} points" for r in rows[:3])
    return (
        f"How far each of {count_of(len(rows), 'input')} moves the index of the plan, with "
        f"intervals. Widest: {said or 'none'}."
    )


DRIVERS = Picture(plot_drivers, _driver_rows, _driver_words)
