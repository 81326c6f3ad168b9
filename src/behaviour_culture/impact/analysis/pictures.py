"""Pictures of what drives a result: a tornado, Sobol indices, and how often each rank is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture._pictures import Picture
from behaviour_culture._plot import (
    AMBER,
    BLUE,
    DARK,
    GREY,
    chart_frame,
    height_of,
    interval_bars,
    legend_beside,
    top_down,
    wrapped,
)
from behaviour_culture.impact.analysis.acceptability import Acceptability
from behaviour_culture.impact.analysis.pooling import PooledEffect
from behaviour_culture.impact.analysis.sensitivity import SobolIndices, Tornado
from behaviour_culture.impact.analysis.what_drives import AssumptionDrivers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "ASSUMPTIONS",
    "FOREST",
    "RANKS",
    "SOBOL",
    "TORNADO",
    "draw_ranks",
    "ranks_rows",
    "ranks_words",
]

_LIGHT = 0.55
"""Share above which a cell is dark enough for white letters."""


# -- tornado ----------------------------------------------------------------------------------


def tornado_rows(tornado: Tornado) -> list[dict[str, Any]]:
    """Return a row for each input, the widest first."""
    return tornado.to_rows()


def plot_tornado(tornado: Tornado, *, unit: str = "", ax: Axes | None = None) -> Axes:
    """Draw how far each input moves the output, from its 10th to its 90th percentile."""
    rows = tornado_rows(tornado)
    places = range(len(rows))
    with chart_frame(
        ax, (8.5, height_of(len(rows))), title="What moves the answer, one input at a time",
        x=f"Output ({unit})" if unit else "Output", grid="x",
    ) as axes:  # fmt: skip
        for name, colour, hatch, words in (
            ("low", AMBER, "//", "input low (10th percentile)"),
            ("high", BLUE, "", "input high (90th percentile)"),
        ):
            axes.barh(
                places, [r[name] - r["base"] for r in rows], left=tornado.base, height=0.6,
                color=colour, hatch=hatch, edgecolor="white", label=words,
            )  # fmt: skip
        axes.axvline(tornado.base, color=DARK, linewidth=1.2, label="all at their medians")
        top_down(axes, (r["input"] for r in rows))
        legend_beside(axes)
    return axes


def _tornado_words(tornado: Tornado, **_options: object) -> str:
    rows = tornado_rows(tornado)
    first = "; ".join(f"{r['input']} {r['low']:.3g} to {r['high']:.3g}" for r in rows[:3])
    return (
        f"Bars show how far each of {len(rows)} inputs moves the output from {tornado.base:.3g}, "
        f"between its 10th and its 90th percentile. Widest: {first}."
    )


TORNADO = Picture(plot_tornado, tornado_rows, _tornado_words)


# -- Sobol indices ----------------------------------------------------------------------------


def sobol_rows(indices: SobolIndices) -> list[dict[str, Any]]:
    """Return a row for each input, the largest total first."""
    return indices.to_rows()


def plot_sobol(indices: SobolIndices, *, ax: Axes | None = None) -> Axes:
    """Draw the share of the spread that each input brings, alone and with others."""
    rows = sobol_rows(indices)
    with chart_frame(
        ax, (8.5, height_of(len(rows), each=0.5)), title="What drives the spread of the answer",
        x="Share of the variance (a line holds 95% of resamples)", grid="x",
    ) as axes:  # fmt: skip
        for name, colour, hatch, shift, words in (
            ("first", BLUE, "", -0.19, "alone"),
            ("total", AMBER, "//", 0.19, "with others"),
        ):
            places = [i + shift for i in range(len(rows))]
            axes.barh(
                places, [r[name] for r in rows], height=0.36, color=colour, hatch=hatch,
                edgecolor="white", label=words,
            )  # fmt: skip
            for place, row in zip(places, rows, strict=True):
                ends = [row[f"{name}_lower"], row[f"{name}_upper"]]
                axes.plot(ends, [place, place], color=DARK, linewidth=1.3)
        axes.axvline(0, color=GREY, linewidth=1.0)
        top_down(axes, (r["input"] for r in rows))
        legend_beside(axes)
    return axes


def _sobol_words(indices: SobolIndices) -> str:
    rows = sobol_rows(indices)
    first = "; ".join(f"{r['input']} {r['total']:.0%}" for r in rows[:3])
    return (
        f"Shares of the variance of the answer that {len(rows)} inputs bring, alone and with "
        f"others, with 95% intervals. Largest with others: {first}."
    )


SOBOL = Picture(plot_sobol, sobol_rows, _sobol_words)


# -- ranks ------------------------------------------------------------------------------------


def ranks_rows(made: Acceptability, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return a row for each alternative and rank, the best first."""
    order = [i for group in made.order for i in group]
    return [
        {"alternative": names[i], "rank": rank + 1, "share": float(made.acceptability[i, rank])}
        for i in order
        for rank in range(len(made.acceptability))
    ]


def draw_ranks(
    made: Acceptability, names: Sequence[str], title: str, *, ax: Axes | None = None
) -> Axes:
    """Draw the share of draws in which each alternative takes each rank, as a table of cells."""
    order = [i for group in made.order for i in group]
    shares = np.asarray(made.acceptability)[order]
    with chart_frame(
        ax, (max(6.0, 0.55 * len(order) + 4.0), height_of(len(order))), title=title,
        x="Rank, 1 is first (cells: per cent of draws; a line parts groups of clear order)",
        grid=None,
    ) as axes:  # fmt: skip
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, column in np.argwhere(shares >= 0.005).tolist():  # noqa: PLR2004  (half a per cent)
            share = float(shares[row, column])
            axes.text(
                column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize="small",
                color="white" if share > _LIGHT else "black",
            )  # fmt: skip
        edge = -0.5
        for group in made.order[:-1]:
            edge += len(group)
            axes.axhline(edge, color=DARK, linewidth=1.4)
        axes.set_xticks(range(len(order)), [str(i + 1) for i in range(len(order))])
        axes.set_yticks(range(len(order)), wrapped(names[i] for i in order), fontsize="small")
    return axes


def ranks_words(made: Acceptability, names: Sequence[str]) -> str:
    """Return in words how sure the order is."""
    best = made.order[0] if made.order else ()
    said = ", ".join(f"{names[i]} (first in {made.acceptability[i, 0]:.0%})" for i in best)
    return (
        f"Share of {made.draws:,} draws in which each of {len(names)} alternatives takes each "
        f"rank. They fall into {len(made.order)} groups of clear order; the first "
        f"holds {said or 'none'}."
    )


def _names(made: Acceptability) -> list[str]:
    return [f"alternative {i}" for i in range(len(made.acceptability))]


def _plot(
    made: Acceptability, *, names: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    return draw_ranks(made, names or _names(made), "How often each takes each rank", ax=ax)


def _rows(made: Acceptability, *, names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    return ranks_rows(made, names or _names(made))


def _words(made: Acceptability, *, names: Sequence[str] | None = None) -> str:
    return ranks_words(made, names or _names(made))


RANKS = Picture(_plot, _rows, _words)


# -- a forest of studies ----------------------------------------------------------------------

_95 = 1.959964
"""The half-width of a normal interval of 95%, in standard errors."""


def forest_rows(
    pooled: PooledEffect, *, names: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return a row for each study by its effect, one for the mean and one for a new setting."""
    labels = names or [f"study {i + 1}" for i in range(len(pooled.effects))]
    rows: list[dict[str, Any]] = [
        {"what": label, "effect": x, "lower": x - _95 * error, "upper": x + _95 * error}
        for label, x, error in zip(labels, pooled.effects, pooled.standard_errors, strict=True)
    ]
    mean = pooled.estimate
    rows.append({"what": "mean", "effect": mean.value, "lower": mean.lower, "upper": mean.upper})
    if pooled.prediction is not None:
        low, high = pooled.prediction
        rows.append({"what": "a new setting", "effect": mean.value, "lower": low, "upper": high})
    return rows


def plot_forest(
    pooled: PooledEffect,
    *,
    names: Sequence[str] | None = None,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw each study with its interval, the mean over settings, and what a new setting may have.

    ``names`` are those of the studies, in order of their effects.
    """
    rows = forest_rows(pooled, names=names)
    first = len(pooled.effects)
    with chart_frame(
        ax, (8.5, height_of(len(rows), each=0.42)),
        title=f"{pooled.studies} studies: {pooled.i2:.0f}% of their spread is more than chance",
        x=f"Effect ({unit})" if unit else "Effect, with 95% intervals", grid="x",
    ) as axes:  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=1.0)
        for some, colour, mark, label, start in (
            (rows[:first], BLUE, "s", "studies", 0),
            (rows[first : first + 1], AMBER, "D", "mean over settings", first),
            (rows[first + 1 :], GREY, "|", "95% prediction", first + 1),
        ):
            if some:
                interval_bars(
                    axes, [r["effect"] for r in some], [r["lower"] for r in some],
                    [r["upper"] for r in some], range(start, start + len(some)),
                    colour=colour, mark=mark, label=label,
                )  # fmt: skip
        axes.axhline(first - 0.5, color=DARK, linewidth=0.8)
        top_down(axes, (r["what"] for r in rows))
        legend_beside(axes)
    return axes


def _forest_words(
    pooled: PooledEffect, *, names: Sequence[str] | None = None, **_options: object
) -> str:
    rows = forest_rows(pooled, names=names)
    mean = next(r for r in rows if r["what"] == "mean")
    new = ""
    if pooled.prediction is not None:
        new = f" In a new setting {rows[-1]['lower']:.3g} to {rows[-1]['upper']:.3g}."
    return (
        f"Effects of {pooled.studies} studies with 95% intervals, and their mean, "
        f"{mean['effect']:.3g} ({mean['lower']:.3g} to {mean['upper']:.3g}). {pooled.i2:.0f}% of "
        f"the spread is more than chance.{new}"
    )


FOREST = Picture(plot_forest, forest_rows, _forest_words)


# -- assumptions ------------------------------------------------------------------------------


def assumptions_rows(found: AssumptionDrivers) -> list[dict[str, Any]]:
    """Return a row for each assumption that moves the answer or the first step, strongest first."""
    return found.to_rows()


def plot_assumptions(found: AssumptionDrivers, *, ax: Axes | None = None) -> Axes:
    """Draw how far each assumption moves the answer; a star where the first step changes too."""
    rows = assumptions_rows(found)
    places = range(len(rows))
    with chart_frame(
        ax, (8.5, height_of(len(rows), each=0.42)),
        title=f"Which assumptions drive {found.outcome} (* changes the first step)",
        x=f"What the plan comes to ({found.unit})", grid="x",
    ) as axes:  # fmt: skip
        for name, colour, hatch, words in (
            ("at_low", AMBER, "//", "assumption low"),
            ("at_high", BLUE, "", "assumption high"),
        ):
            axes.barh(
                places, [r[name] - found.base for r in rows], left=found.base, height=0.6,
                color=colour, hatch=hatch, edgecolor="white", label=words,
            )  # fmt: skip
        axes.axvline(found.base, color=DARK, linewidth=1.2, label="all as they are")
        top_down(
            axes,
            (
                f"{r['name']}{' *' if r['changes_first_step'] else ''} ({r['together']:.0%})"
                for r in rows
            ),
        )
        legend_beside(axes, title="in brackets: share of the spread")
    return axes


def _assumptions_words(found: AssumptionDrivers) -> str:
    rows = assumptions_rows(found)
    first = "; ".join(
        f"{r['name']} {r['at_low']:.3g} to {r['at_high']:.3g}, {r['together']:.0%} of the spread"
        for r in rows[:3]
    )
    change = sum(r["changes_first_step"] for r in rows)
    return (
        f"Bars show how far each of {len(rows)} assumptions moves {found.outcome} from "
        f"{found.base:.3g} {found.unit}, between the ends of its range; {change} of them change "
        f"the first step, and {len(found.still)} others move nothing. Strongest: {first or 'none'}."
    )


ASSUMPTIONS = Picture(plot_assumptions, assumptions_rows, _assumptions_words)
