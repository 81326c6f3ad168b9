"""Strategies for choices of steps and scores of them."""

from __future__ import annotations

from hypothesis import strategies as st

from behaviour_culture.impact.analysis.unlock import ShapleyResult, noisy_or, shapley_values
from behaviour_culture.impact.choosing.choose import choose_steps
from behaviour_culture.impact.choosing.frontier import efficient_frontier
from behaviour_culture.impact.choosing.result import Frontier, StepChoice
from behaviour_culture.impact.compare import CRITERIA, TopsisScorer, WeightedSumScorer
from behaviour_culture.impact.scorers import (
    BenefitPerHourScorer,
    GapClosedScorer,
    UnlockScorer,
)
from behaviour_culture.impact.step_scores import StepScores
from behaviour_culture.testing._basics import Strategy, kept, maybe, numbers, slugs, texts
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._steps import catalogues

__all__ = [
    "benefit_per_hour_scorers",
    "frontiers",
    "gap_closed_scorers",
    "shapley_results",
    "step_choices",
    "step_scores",
    "topsis_scorers",
    "unlock_scorers",
    "weighted_sum_scorers",
]


@kept
def step_choices() -> Strategy[StepChoice]:
    """Draw choices as `choose_steps` makes them, from small catalogues."""
    return _step_choices()


@st.composite
def _step_choices(draw: st.DrawFn) -> StepChoice:
    book = draw(catalogues())
    return choose_steps(
        book,
        {s.id: draw(numbers(-1, 9)) for s in book.steps},
        hours=draw(maybe(numbers(0, 500))),
        cost_gbp=draw(maybe(numbers(0, 5_000))),
        launches=draw(maybe(st.integers(0, 3))),
        budget=5,
    )


@kept
def frontiers() -> Strategy[Frontier]:
    """Draw frontiers as `efficient_frontier` makes them, from small catalogues."""
    return _frontiers()


@st.composite
def _frontiers(draw: st.DrawFn) -> Frontier:
    book = draw(catalogues())
    worth = {s.id: draw(numbers(-1, 9)) for s in book.steps}
    return efficient_frontier(book, worth, points=3, budget=3)


@kept
def step_scores() -> Strategy[StepScores]:
    """Draw scores of steps."""
    return st.builds(
        StepScores,
        method=texts(),
        unit=texts(min_size=0),
        scores=st.dictionaries(slugs(), estimates(), max_size=3),
        unscored=st.dictionaries(slugs(), texts(), max_size=2),
        note=texts(min_size=0),
    )


@kept
def shapley_results() -> Strategy[ShapleyResult]:
    """Draw Shapley shares of steps that close one gap, summed or sampled."""
    return _shapley_results()


@st.composite
def _shapley_results(draw: st.DrawFn) -> ShapleyResult:
    parts = draw(st.lists(numbers(0, 1), min_size=1, max_size=4))
    return shapley_values(
        lambda there: noisy_or(there, parts),
        len(parts),
        draws=draw(maybe(st.integers(2, 8))),
        seed=draw(st.integers(0, 9)),
    )


_DRAWS = st.integers(100, 1_000)
_SEEDS = st.integers(0, 9)
_WEIGHTS = st.dictionaries(st.sampled_from(CRITERIA), numbers(0.125, 1), min_size=1)


@kept
def gap_closed_scorers() -> Strategy[GapClosedScorer]:
    """Draw scorers of the gap that a step can close."""
    return st.builds(GapClosedScorer, draws=_DRAWS, seed=_SEEDS)


@kept
def benefit_per_hour_scorers() -> Strategy[BenefitPerHourScorer]:
    """Draw scorers of benefit for staff time."""
    return st.builds(BenefitPerHourScorer, draws=_DRAWS, seed=_SEEDS)


@kept
def unlock_scorers() -> Strategy[UnlockScorer]:
    """Draw scorers of what a step makes possible."""
    kinds = st.sampled_from(("shapley", "marginal"))
    return st.builds(UnlockScorer, draws=_DRAWS, seed=_SEEDS, kind=kinds)


@kept
def weighted_sum_scorers() -> Strategy[WeightedSumScorer]:
    """Draw weighted sums."""
    return st.builds(WeightedSumScorer, draws=_DRAWS, seed=_SEEDS, weights=_WEIGHTS)


@kept
def topsis_scorers() -> Strategy[TopsisScorer]:
    """Draw TOPSIS scorers."""
    return st.builds(TopsisScorer, draws=_DRAWS, seed=_SEEDS, weights=_WEIGHTS)
