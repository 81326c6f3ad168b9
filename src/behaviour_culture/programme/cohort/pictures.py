"""The pictures of a cohort: the spread of scores by group, and one school beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture._display import as_sentences, count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import (
    DARK,
    RED,
    SKY,
    chart_frame,
    height_of,
    legend_beside,
    top_down,
)
from behaviour_culture.programme.cohort.bands import CohortBands, SchoolStanding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["SPREAD", "STANDING"]

_SCORE = "Score: 0 the lowest level, 1 the highest"


def _spreads(axes: Axes, quantiles: Any, places: Sequence[int]) -> None:  # noqa: ANN401  (an array)
    """Draw for each place the middle half as a bar, the middle as a line, four fifths as a line."""
    for i, (place, row) in enumerate(zip(places, quantiles, strict=True)):
        if np.isnan(row).any():
            continue
        axes.plot(
            [row[0], row[4]], [place, place], color=DARK, linewidth=1.0,
            label="_" if i else "four fifths of the schools",
        )  # fmt: skip
        axes.barh(
            place, row[3] - row[1], left=row[1], height=0.56, color=SKY, edgecolor=DARK,
            linewidth=0.7, label="_" if i else "the middle half",
        )  # fmt: skip
        axes.plot(
            [row[2], row[2]], [place - 0.28, place + 0.28], color=DARK, linewidth=2.0,
            label="_" if i else "the middle school",
        )  # fmt: skip


def spread_rows(bands: CohortBands, *, part: str | None = None) -> list[dict[str, Any]]:
    """Return a row for each group, of one part: the last, the whole, without a name."""
    wanted = bands.parts[-1] if part is None and bands.parts else part
    return [row for row in bands.to_rows() if row["part"] == wanted]


def plot_spread(bands: CohortBands, *, part: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the spread of the schools' scores in each group: never one school."""
    rows = spread_rows(bands, part=part)
    names = [f"{r['group']} (about {r['schools']})" for r in rows]
    table = [[np.nan if r[f"p{q}"] is None else r[f"p{q}"] for q in (10, 25, 50, 75, 90)]
             for r in rows]  # fmt: skip
    with chart_frame(
        ax, (8.5, height_of(len(rows), each=0.5)), x=_SCORE, grid="x",
        title=f"Spread of scores in round {bands.round}: {rows[0]['part'] if rows else ''}",
    ) as axes:  # fmt: skip
        _spreads(axes, np.array(table).reshape(-1, 5), range(len(rows)))
        top_down(axes, names)
        axes.set_xlim(0, 1)
        legend_beside(axes)
    return axes


def _spread_words(bands: CohortBands, *, part: str | None = None) -> str:
    rows = spread_rows(bands, part=part)
    said = "; ".join(
        f"{r['group']} {r['p25']:.2f} to {r['p75']:.2f}" for r in rows if r["p25"] is not None
    )
    return (
        f"Spread of audit scores in {count_of(len(rows), 'group')} of schools, round "
        f"{bands.round}. The middle half of each lies: {said or 'not shown'}."
    )


SPREAD = Picture(plot_spread, spread_rows, _spread_words)


def _standing_rows(standing: SchoolStanding) -> list[dict[str, Any]]:
    return standing.to_rows()


def plot_standing(standing: SchoolStanding, *, ax: Axes | None = None) -> Axes:
    """Draw one school's scores with intervals on the spread of the schools like it."""
    rows = standing.to_rows()
    with chart_frame(
        ax, (8.5, height_of(len(rows), each=0.5)), x=_SCORE, grid="x",
        title=f"{standing.school} beside about {standing.size} schools ({standing.group})",
    ) as axes:  # fmt: skip
        _spreads(axes, np.asarray(standing.quantiles), range(len(rows)))
        for i, row in enumerate(rows):
            axes.plot([row["lower"], row["upper"]], [i, i], color=RED, linewidth=2.4)
        for clear, fill, words in (
            (True, "full", "the school"),
            (False, "none", "not clearly there"),
        ):
            there = [i for i, row in enumerate(rows) if row["clear"] is clear]
            if there:
                axes.plot(
                    [rows[i]["score"] for i in there], there, "D", color=RED, markersize=8,
                    fillstyle=fill, markeredgewidth=1.6, label=words,
                )  # fmt: skip
        top_down(axes, (r["part"] for r in rows))
        axes.set_xlim(0, 1)
        legend_beside(axes)
    return axes


def _standing_words(standing: SchoolStanding) -> str:
    return as_sentences(standing)


STANDING = Picture(plot_standing, _standing_rows, _standing_words)
