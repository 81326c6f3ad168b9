"""The picture of a matching: partners on one side, leads on the other, a line for each match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture._display import count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import (
    AMBER,
    BLUE,
    RED,
    chart_frame,
    height_of,
    legend_beside,
    wrapped,
)
from behaviour_culture.programme.hub.heat_map import HeatMap
from behaviour_culture.programme.hub.hub_matching import HubMatching

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["HEAT", "MATCHING"]

_MIDDLE = 0.5
"""Cells above it are dark enough for white figures."""


def _rows(matching: HubMatching) -> list[dict[str, Any]]:
    return matching.to_rows()


def plot_matching(matching: HubMatching, *, ax: Axes | None = None) -> Axes:
    """Draw who helps whom; the thicker the line, the better needs and strengths fit."""
    leads = sorted({m.lead for m in matching.matches if m.lead} | {
        value.lead for value in matching.extra_places
    })  # fmt: skip
    partners = matching.matches
    rows = max(len(partners), len(leads), 1)
    best = max((m.fit for m in partners), default=1.0) or 1.0
    with chart_frame(
        ax, (8.5, height_of(rows, each=0.42)),
        title=f"{matching.placed} of {count_of(len(partners), 'partner')} placed",
        x="Line: the fit of needs and strengths, and the kilometres between", grid=None,
    ) as axes:  # fmt: skip
        at = {lead: (i + 0.5) * rows / max(1, len(leads)) for i, lead in enumerate(leads)}
        routes = list(dict.fromkeys(m.route for m in partners))
        for i, match in enumerate(partners):
            here = (i + 0.5) * rows / len(partners)
            axes.text(
                -0.02, here, match.name, ha="right", va="center", fontsize="small",
                color="black" if match.lead else RED,
            )  # fmt: skip
            if match.lead is None:
                axes.plot([0], [here], "x", color=RED, markersize=8, markeredgewidth=2)
                axes.text(0.03, here, "no place", va="center", fontsize="small", color=RED)
                continue
            first = routes.index(match.route) == 0
            axes.plot(
                [0, 1], [here, at[match.lead]], color=BLUE if first else AMBER,
                linestyle="-" if first else "--", linewidth=1.0 + 3.0 * match.fit / best,
                label=match.route if match is _first_of(matching, match.route) else None,
            )  # fmt: skip
            far = "" if match.km is None else f", {match.km:.0f} km"
            axes.text(
                0.12, here + 0.12 * (at[match.lead] - here), f"{match.fit:.2g}{far}",
                fontsize="x-small", va="center",
                bbox={"facecolor": "white", "linewidth": 0, "pad": 1},
            )  # fmt: skip
        for lead, place in at.items():
            axes.text(1.02, place, lead, ha="left", va="center", fontsize="small", weight="bold")
        axes.set_xlim(-0.55, 1.45)
        axes.set_ylim(rows, 0)
        axes.set_xticks([0, 1], ["partner", "lead"])
        axes.set_yticks([])
        legend_beside(axes, title="route")
    return axes


def _first_of(matching: HubMatching, route: str) -> object:
    """Return the first match of a route, which names it in the legend."""
    return next(m for m in matching.matches if m.route == route and m.lead)


def _words(matching: HubMatching) -> str:
    by_lead: dict[str, list[str]] = {}
    for match in matching.matches:
        by_lead.setdefault(match.lead or "no place", []).append(match.name)
    said = "; ".join(f"{lead}: {', '.join(names)}" for lead, names in by_lead.items())
    return (
        f"Lines from {count_of(len(matching.matches), 'partner')} to the leads that help them, "
        f"{matching.placed} placed. {said}."
    )


MATCHING = Picture(plot_matching, _rows, _words)


# -- principles by schools --------------------------------------------------------------------


def heat_rows(heat: HeatMap) -> list[dict[str, Any]]:
    """Return a row for each principle and school that somebody assessed."""
    return heat.to_rows()


def plot_heat(heat: HeatMap, *, ax: Axes | None = None) -> Axes:
    """Draw where each school stands by principle; an empty cell is what nobody assessed."""
    schools, principles = heat.schools, heat.principles
    shares = np.array(
        [
            [cell.value if (cell := heat.cells.get((p, s))) else np.nan for s in schools]
            for p in principles
        ]
    )
    size = (max(6.0, 0.7 * len(schools) + 4.0), height_of(len(principles)))
    with chart_frame(
        ax, size, title="Where each school stands, by principle",
        x="School (figures: per cent of the scale, its own audit; no order between schools)",
        grid=None,
    ) as axes:  # fmt: skip
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, column in np.argwhere(~np.isnan(shares)).tolist():
            share = float(shares[row, column])
            axes.text(
                column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize="small",
                color="white" if share > _MIDDLE else "black",
            )  # fmt: skip
        axes.set_xticks(
            range(len(schools)),
            wrapped(map(_in_words, schools), 16),
            rotation=45,
            ha="right",
            fontsize="small",
        )
        axes.set_yticks(
            range(len(principles)), wrapped(map(_in_words, principles)), fontsize="small"
        )
    return axes


def _in_words(name: str) -> str:
    return name.replace("-", " ")


def _heat_words(heat: HeatMap) -> str:
    every = len(heat.principles) * len(heat.schools)
    shared = ", ".join(map(_in_words, heat.shared)) or "none"
    return (
        f"Scores of {count_of(len(heat.schools), 'school')} by "
        f"{count_of(len(heat.principles), 'principle')}, as a share of the scale; "
        f"{every - len(heat.cells)} of {every} cells are empty. Low in half of the schools: "
        f"{shared}."
    )


HEAT = Picture(plot_heat, heat_rows, _heat_words)
