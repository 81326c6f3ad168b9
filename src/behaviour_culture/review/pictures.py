"""The picture of a review: what was expected of each half-term, and what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from behaviour_culture._display import count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import AMBER, BLUE, DARK, chart_frame, legend_beside
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.review.result import Agreement, PlanReview

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SEEN"]


def seen_rows(review: PlanReview, outcome: str | None = None) -> list[dict[str, Any]]:
    """Return a row for each half-term of one outcome; small counts are hidden.

    ``outcome`` is that of the forecast or an indicator; the first that was seen without it.
    """
    rows = review.to_rows()
    names = list(dict.fromkeys(row["outcome"] for row in rows if row["seen"] is not None))
    names += [row["outcome"] for row in rows if row["outcome"] not in names]
    wanted = outcome or next(iter(names), "")
    found = [row for row in rows if wanted in {row["outcome"], row["indicator"]}]
    if not found:
        raise UnknownNameError("outcome", wanted, dict.fromkeys(names))
    return found


def plot_seen(review: PlanReview, outcome: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw by half-term what was expected, with and without the plan, and what was seen."""
    rows = seen_rows(review, outcome)
    name = rows[0]["indicator"] or rows[0]["outcome"]
    told = [o for o in review.outcomes if name in {o.indicator, o.outcome} and o.expected]
    unit = (told[0].expected.unit if told and told[0].expected else None) or "own unit"
    with chart_frame(
        ax, (9, 4.6), title=f"{_in_words(name)}: expected and seen", x="Half-term",
        y=_in_words(unit),
    ) as axes:  # fmt: skip
        for column, colour, style, words in (
            ("expected", BLUE, "-", "expected of the plan"),
            ("unchanged", AMBER, "--", "had nothing changed"),
        ):
            at = [i for i, row in enumerate(rows) if row[column] is not None]
            if not at:
                continue
            low, mean, high = (
                [rows[i][key] for i in at] for key in (f"{column}_lower", column, f"{column}_upper")
            )
            axes.fill_between(at, low, high, color=colour, alpha=0.15)
            axes.plot(at, mean, style, color=colour, linewidth=1.8, label=words)
            for ends in (low, high):
                axes.plot(at, ends, ":", color=colour, linewidth=1.0)
        seen = [i for i, row in enumerate(rows) if row["seen"] is not None]
        axes.plot(seen, [rows[i]["seen"] for i in seen], "o", color=DARK, label="seen")
        for i in seen:
            axes.plot([i, i], [rows[i]["seen_lower"], rows[i]["seen_upper"]], color=DARK)
        hidden = [i for i, r in enumerate(rows) if r["agreement"] == Agreement.HIDDEN.value]
        if hidden:
            axes.plot(
                hidden, [0.02] * len(hidden), "x", color=DARK, label="hidden: small count",
                transform=axes.get_xaxis_transform(),
            )  # fmt: skip
        axes.set_xticks(
            range(len(rows)), [r["half_term"] for r in rows], rotation=45, ha="right",
            fontsize="small",
        )  # fmt: skip
        legend_beside(axes)
    return axes


def _seen_words(review: PlanReview, outcome: str | None = None) -> str:
    rows = seen_rows(review, outcome)
    name = rows[0]["indicator"] or rows[0]["outcome"]
    compared = [row for row in rows if Agreement(row["agreement"]).compared]
    same = sum(row["agreement"] == Agreement.AS_EXPECTED.value for row in compared)
    return (
        f"{_in_words(name)} by half-term: what was expected of the plan with its interval, what "
        f"would have been expected had nothing changed, and what was seen. {len(compared)} of "
        f"{count_of(len(rows), 'half-term')} could be compared, {same} of them as expected. "
        "Agreement does not show that the plan made it."
    )


def _in_words(name: str) -> str:
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]


SEEN = Picture(plot_seen, seen_rows, _seen_words)
