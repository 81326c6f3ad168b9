"""Strategies for choices and rankings of steps."""

from __future__ import annotations

from hypothesis import strategies as st

from behaviour_culture.impact.choosing.choose import choose_steps
from behaviour_culture.impact.choosing.frontier import efficient_frontier
from behaviour_culture.impact.choosing.ranking import RankedStep, StepRanking
from behaviour_culture.impact.choosing.result import Frontier, StepChoice
from behaviour_culture.testing._analyses import acceptabilities
from behaviour_culture.testing._basics import Strategy, kept, maybe, numbers, slugs, texts
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._steps import catalogues

__all__ = ["frontiers", "ranked_steps", "step_choices", "step_rankings"]


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
def ranked_steps() -> Strategy[RankedStep]:
    """Draw steps with a few scores."""
    return st.builds(
        RankedStep,
        step=slugs(),
        title=texts(),
        scores=st.lists(estimates(), min_size=1, max_size=3),
    )


@kept
def step_rankings() -> Strategy[StepRanking]:
    """Draw rankings of a few steps by a few scorers."""
    return _step_rankings()


@st.composite
def _step_rankings(draw: st.DrawFn) -> StepRanking:
    made = draw(acceptabilities())
    size, many = made.central_weights.shape
    return StepRanking(
        plan=draw(slugs()),
        scorers=draw(st.lists(texts(), min_size=many, max_size=many, unique=True)),
        steps=[
            RankedStep(
                step=key,
                title=draw(texts()),
                scores=draw(st.lists(estimates(), min_size=many, max_size=many)),
            )
            for key in draw(st.lists(slugs(), min_size=size, max_size=size, unique=True))
        ],
        acceptability=made,
    )
