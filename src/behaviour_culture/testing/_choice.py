"""Strategies for choices and rankings of steps, and for analyses of impact."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from behaviour_culture.impact.analysis.acceptability import Acceptability, rank_acceptability
from behaviour_culture.impact.analysis.information import InformationValue
from behaviour_culture.impact.analysis.pooling import PooledEffect
from behaviour_culture.impact.analysis.sensitivity import SobolIndices, Tornado
from behaviour_culture.impact.choosing.choose import choose_steps
from behaviour_culture.impact.choosing.frontier import efficient_frontier
from behaviour_culture.impact.choosing.ranking import RankedStep, StepRanking
from behaviour_culture.impact.choosing.result import Frontier, StepChoice
from behaviour_culture.testing._basics import maybe, numbers, slugs, texts
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._objects import make, of_one_length
from behaviour_culture.testing._registry import arrange, draws
from behaviour_culture.testing._steps import catalogues

__all__ = ["acceptabilities", "frontiers", "step_choices", "step_rankings"]

_NAMES = st.lists(texts(), min_size=1, max_size=3, unique=True).map(tuple)
arrange(SobolIndices, names=_NAMES)
arrange(Tornado, names=_NAMES)
arrange(InformationValue, of_one_length("names", "each"))
arrange(PooledEffect, prediction=maybe(st.tuples(*[numbers(-1e6, 1e6)] * 2).map(sorted).map(tuple)))


@draws(StepChoice)
@st.composite
def step_choices(draw: st.DrawFn) -> StepChoice:
    """Draw choices as `choose_steps` makes them, from small catalogues."""
    book = draw(catalogues())
    return choose_steps(
        book,
        {s.id: draw(numbers(-1, 9)) for s in book.steps},
        hours=draw(maybe(numbers(0, 500))),
        cost_gbp=draw(maybe(numbers(0, 5_000))),
        launches=draw(maybe(st.integers(0, 3))),
        budget=5,
    )


@draws(Frontier)
@st.composite
def frontiers(draw: st.DrawFn) -> Frontier:
    """Draw frontiers as `efficient_frontier` makes them, from small catalogues."""
    book = draw(catalogues())
    worth = {s.id: draw(numbers(-1, 9)) for s in book.steps}
    return efficient_frontier(book, worth, points=3, budget=3)


@draws(Acceptability)
@st.composite
def acceptabilities(draw: st.DrawFn) -> Acceptability:
    """Draw rank acceptabilities as `rank_acceptability` makes them, from few draws."""
    seed = draw(st.integers(0, 1000))
    size = (draw(st.integers(1, 4)), draw(st.integers(1, 3)))
    values = np.random.default_rng(seed).integers(0, 4, size=size)
    return rank_acceptability(values, draws=20, seed=seed)


@draws(StepRanking)
@st.composite
def step_rankings(draw: st.DrawFn) -> StepRanking:
    """Draw rankings of a few steps by a few scorers."""
    made = draw(acceptabilities())
    size, many = made.central_weights.shape
    scores = st.lists(estimates(), min_size=many, max_size=many)
    keys = draw(st.lists(slugs(), min_size=size, max_size=size, unique=True))
    return make(
        draw,
        StepRanking,
        scorers=st.lists(texts(), min_size=many, max_size=many, unique=True),
        steps=[make(draw, RankedStep, step=key, scores=scores) for key in keys],
        acceptability=made,
    )
