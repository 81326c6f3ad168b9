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
    legend_beside,
    top_down,
    wrapped,
)
from behaviour_culture.impact.analysis.acceptability import Acceptability
from behaviour_culture.impact.analysis.sensitivity import SobolIndices, Tornado

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RANKS", "SOBOL", "TORNADO", "draw_ranks", "ranks_rows", "ranks_words"]

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
