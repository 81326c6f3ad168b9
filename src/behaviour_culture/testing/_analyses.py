"""Strategies for what the analyses of impact return."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from behaviour_culture._arrays import frozen_array
from behaviour_culture.impact.analysis.acceptability import Acceptability, rank_acceptability
from behaviour_culture.impact.analysis.information import InformationValue
from behaviour_culture.impact.analysis.pooling import PooledEffect
from behaviour_culture.impact.analysis.sensitivity import SobolIndices, Tornado
from behaviour_culture.testing._basics import Strategy, kept, maybe, numbers, shares, texts
from behaviour_culture.testing._evidence import estimates

__all__ = [
    "acceptabilities",
    "information_values",
    "pooled_effects",
    "sobol_results",
    "tornados",
]


@kept
def acceptabilities() -> Strategy[Acceptability]:
    """Draw rank acceptabilities as `rank_acceptability` makes them, from few draws."""
    return st.builds(
        lambda seed, alternatives, criteria: rank_acceptability(
            np.random.default_rng(seed).integers(0, 4, size=(alternatives, criteria)),
            draws=20,
            seed=seed,
        ),
        st.integers(0, 1000),
        st.integers(1, 4),
        st.integers(1, 3),
    )


@kept
def pooled_effects() -> Strategy[PooledEffect]:
    """Draw pooled effects on their own."""
    ends = st.tuples(numbers(-1e6, 1e6), numbers(-1e6, 1e6)).map(lambda e: (min(e), max(e)))
    return st.builds(
        PooledEffect,
        estimate=estimates(),
        tau2=numbers(0.0, 100.0),
        i2=numbers(0.0, 100.0),
        q=numbers(0.0, 1e6),
        prediction=maybe(ends),
        studies=st.integers(2, 100),
    )


def _names() -> Strategy[list[str]]:
    return st.lists(texts(), min_size=1, max_size=3, unique=True)


def _lists(size: int) -> Strategy[list[float]]:
    return st.lists(numbers(-1e6, 1e6), min_size=size, max_size=size)


@kept
def sobol_results() -> Strategy[SobolIndices]:
    """Draw Sobol indices on their own."""
    return _sobol_results()


@st.composite
def _sobol_results(draw: st.DrawFn) -> SobolIndices:
    names = draw(_names())
    first = np.array(draw(st.lists(shares(), min_size=len(names), max_size=len(names))))
    total = first + draw(shares())
    return SobolIndices(
        names=names,
        first=frozen_array(first),
        total=frozen_array(total),
        first_interval=frozen_array(np.stack([first - 0.1, first + 0.1], axis=1)),
        total_interval=frozen_array(np.stack([total - 0.1, total + 0.1], axis=1)),
        variance=draw(numbers(0.001, 1e6)),
        draws=2 ** draw(st.integers(1, 16)),
        seed=draw(st.integers(0, 1000)),
    )


@kept
def tornados() -> Strategy[Tornado]:
    """Draw tornados on their own."""
    return _tornados()


@st.composite
def _tornados(draw: st.DrawFn) -> Tornado:
    names = draw(_names())
    size = len(names)
    return Tornado(
        names=names,
        base=draw(numbers(-1e6, 1e6)),
        low=draw(_lists(size).map(frozen_array)),
        high=draw(_lists(size).map(frozen_array)),
    )


@kept
def information_values() -> Strategy[InformationValue]:
    """Draw values of information on their own."""
    return _information_values()


@st.composite
def _information_values(draw: st.DrawFn) -> InformationValue:
    names = draw(_names())
    value = estimates(min_value=0.0, max_value=1e6)
    each = draw(st.lists(value, min_size=len(names), max_size=len(names)))
    return InformationValue(names=names, each=each, perfect=draw(value))
