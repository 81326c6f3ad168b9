"""A picture of a plan's dependency graph: waves from left to right, the critical path thick."""

from __future__ import annotations

from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING, Any

from behaviour_culture._display import count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import BLUE, GREY, RED, chart_frame, wrapped
from behaviour_culture.planning.graph import StepGraph
from behaviour_culture.planning.plan import ActionPlan

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PLAN_WAVES", "WAVES"]

_WIDTH, _EACH = 2.7, 0.75
"""Inches of a wave, and of a step in it."""


def waves_rows(graph: StepGraph) -> list[dict[str, Any]]:
    """Return a row for each step: its wave, its likely weeks, and whether it is critical."""
    critical = set(graph.critical_path())
    earliest = graph.earliest()
    return [
        {
            "step": key,
            "title": graph.step(key).title,
            "wave": number,
            "place": place,
            "weeks": graph.step(key).weeks.likely,
            "earliest_week": earliest[key],
            "critical": key in critical,
            "after": "; ".join(p.step for p in graph.prerequisites(key)),
        }
        for number, wave in enumerate(_ordered_waves(graph), start=1)
        for place, key in enumerate(wave)
    ]


def _ordered_waves(graph: StepGraph) -> list[list[str]]:
    """Return the waves, each sorted by where the steps before lie, so that few arrows cross."""
    height: dict[str, float] = {}
    made = []
    for wave in graph.waves():
        means = {}
        for key in wave:
            before = [height[p.step] for p in graph.prerequisites(key)]
            means[key] = fsum(before) / len(before) if before else 0.5
        ordered = sorted(wave, key=lambda key: (means[key], key))
        for i, key in enumerate(ordered):
            height[key] = (i + 0.5) / len(ordered)
        made.append(ordered)
    return made


def plot_waves(graph: StepGraph, *, ax: Axes | None = None) -> Axes:
    """Draw the steps in waves, an arrow for each prerequisite that no others imply."""
    rows = waves_rows(graph)
    waves = max((r["wave"] for r in rows), default=1)
    tall = max([sum(r["wave"] == w for r in rows) for w in range(1, waves + 1)], default=1)
    path = graph.critical_path()
    links = set(pairwise(path))
    with chart_frame(
        ax, (max(6.0, _WIDTH * waves), max(3.0, _EACH * tall + 1.2)),
        title=(
            f"What must come before what: {count_of(len(rows), 'step')} in "
            f"{count_of(waves, 'wave')}, at least {count_of(graph.length_weeks(), 'school week')}"
        ),
        x="Wave (steps of one wave can begin together)", grid=None,
    ) as axes:  # fmt: skip
        at = {}
        for row in rows:
            many = sum(r["wave"] == row["wave"] for r in rows)
            at[row["step"]] = (row["wave"], (row["place"] + 0.5) / many * tall)
        boxes = {}
        for row, name in zip(rows, wrapped((r["title"] for r in rows), 30), strict=True):
            x, y = at[row["step"]]
            made = axes.text(
                x, y, f"{name} ({count_of(row['weeks'], 'week')})", ha="center", va="center",
                fontsize=7.5, zorder=3,
                bbox={
                    "boxstyle": "round,pad=0.3", "facecolor": "white",
                    "edgecolor": RED if row["critical"] else BLUE,
                    "linewidth": 2.2 if row["critical"] else 0.9,
                },
            )  # fmt: skip
            boxes[row["step"]] = made.get_bbox_patch()
        for before, after in graph.reduced():
            thick = (before, after) in links
            axes.annotate(
                "", at[after], at[before], zorder=2,
                arrowprops={
                    "arrowstyle": "-|>", "color": RED if thick else GREY,
                    "patchA": boxes[before], "patchB": boxes[after], "shrinkA": 1, "shrinkB": 1,
                    "linewidth": 2.4 if thick else 0.9, "connectionstyle": "arc3,rad=0.04",
                },
            )  # fmt: skip
        axes.set_xlim(0.45, waves + 0.55)
        axes.set_ylim(tall, 0)
        axes.set_xticks(range(1, waves + 1))
        axes.set_yticks([])
        axes.plot([], [], color=RED, linewidth=2.4, label="critical path")
        axes.plot([], [], color=GREY, linewidth=0.8, label="comes before")
        axes.legend(loc="lower right", fontsize="small", framealpha=0.85, ncols=2)
    return axes


def _waves_words(graph: StepGraph) -> str:
    rows = waves_rows(graph)
    path = [graph.step(key).title for key in graph.critical_path()]
    waves = max((r["wave"] for r in rows), default=0)
    return (
        f"Dependency graph of {count_of(len(rows), 'step')} in {count_of(waves, 'wave')}. The "
        f"longest chain takes {count_of(graph.length_weeks(), 'school week')}: "
        f"{', then '.join(path) or 'nothing'}."
    )


WAVES = Picture(plot_waves, waves_rows, _waves_words)


def _plan_rows(plan: ActionPlan) -> list[dict[str, Any]]:
    return waves_rows(plan.graph)


def _plot_plan(plan: ActionPlan, *, ax: Axes | None = None) -> Axes:
    return plot_waves(plan.graph, ax=ax)


def _plan_words(plan: ActionPlan) -> str:
    return _waves_words(plan.graph)


PLAN_WAVES = Picture(_plot_plan, _plan_rows, _plan_words)
