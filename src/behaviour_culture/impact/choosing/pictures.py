"""The pictures of a choice of steps: how sure their order is, and what staff time buys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from behaviour_culture._display import count_of
from behaviour_culture._pictures import Picture
from behaviour_culture.impact.analysis.pictures import draw_ranks, ranks_rows, ranks_words
from behaviour_culture.impact.choosing.frontier import plot_frontier
from behaviour_culture.impact.choosing.ranking import StepRanking
from behaviour_culture.impact.choosing.result import Frontier

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FRONTIER", "RANKS"]


def _titles(ranking: StepRanking) -> list[str]:
    return [step.title for step in ranking.steps]


def _plot_ranks(ranking: StepRanking, *, ax: Axes | None = None) -> Axes:
    title = f"How often each step takes each rank, by {', '.join(ranking.scorers)}"
    return draw_ranks(ranking.acceptability, _titles(ranking), title, ax=ax)


def _ranks_rows(ranking: StepRanking) -> list[dict[str, Any]]:
    return ranks_rows(ranking.acceptability, _titles(ranking))


def _ranks_words(ranking: StepRanking) -> str:
    return ranks_words(ranking.acceptability, _titles(ranking))


RANKS = Picture(_plot_ranks, _ranks_rows, _ranks_words)


def _frontier_rows(frontier: Frontier) -> list[dict[str, Any]]:
    return frontier.to_rows()


def _frontier_words(frontier: Frontier) -> str:
    if not frontier.choices:
        return "Benefit against staff hours: no choice was found."
    first, last = frontier.choices[0], frontier.choices[-1]
    return (
        f"Benefit against staff hours for {count_of(len(frontier.choices), 'choice')} of steps: "
        f"from {first.value:.3g} for {first.total_hours:.0f} hours to {last.value:.3g} for "
        f"{last.total_hours:.0f} hours. The last has {last.benefit.level:.0%} interval "
        f"{last.benefit.lower:.3g} to {last.benefit.upper:.3g}."
    )


FRONTIER = Picture(plot_frontier, _frontier_rows, _frontier_words)
