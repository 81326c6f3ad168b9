"""Strategies for control charts, funnels, shrunk rates and the rules of disclosure."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.monitoring.control_charts.chart import ControlChart
from behaviour_culture.monitoring.control_charts.kinds import (
    days_between_chart,
    p_chart,
    u_chart,
    xmr_chart,
)
from behaviour_culture.monitoring.control_charts.rules import RULE_SETS
from behaviour_culture.monitoring.funnels import Funnel, funnel
from behaviour_culture.monitoring.shrink import ShrunkRates, shrink_rates
from behaviour_culture.testing._basics import Strategy, check_sizes, kept, numbers

__all__ = ["control_charts", "disclosure_rules", "funnels", "shrunk_rates"]


def control_charts(*, min_points: int = 3, max_points: int = 14) -> Strategy[ControlChart]:
    """Draw control charts of all kinds, internal and published, some with points left out.

    Parameters
    ----------
    min_points, max_points : int
        Fewest and most points, from 3.
    """
    check_sizes("control_charts", 3, min_points=min_points, max_points=max_points)
    return _control_charts(min_points, max_points)


@st.composite
def _control_charts(draw: st.DrawFn, min_points: int, max_points: int) -> ControlChart:
    length = draw(st.integers(min_points, max_points))
    options: dict[str, Any] = {
        "baseline": draw(st.none() | st.integers(3, length)),
        "rules": draw(st.sampled_from(sorted(RULE_SETS))),
    }

    def column(entries: Strategy[Any]) -> Any:  # noqa: ANN401  (numbers and None)
        # The first three are there, and the first is no 0: a baseline can be made of them.
        first = draw(st.lists(entries, min_size=3, max_size=3))
        rest = draw(st.lists(st.none() | entries, min_size=length - 3, max_size=length - 3))
        return [first[0] + 1, *first[1:], *rest]

    kind = draw(st.sampled_from(["xmr", "u", "p", "days"]))
    counts = st.integers(0, 40)
    if kind == "xmr":
        values = column(numbers(-50.0, 50.0) | st.integers(0, 20))
        screened = draw(st.booleans())
        chart = xmr_chart(values, screen_moving_ranges=screened, **options)
    elif kind == "u":
        days = draw(st.lists(st.integers(100, 5_000), min_size=length, max_size=length))
        chart = u_chart(column(counts), days, prime=draw(st.booleans()), **options)
    elif kind == "p":
        sizes = draw(st.lists(st.integers(42, 500), min_size=length, max_size=length))
        chart = p_chart(column(counts), sizes, prime=draw(st.booleans()), **options)
    else:
        chart = days_between_chart(column(counts), chart=draw(st.sampled_from("gt")), **options)
    return chart.published() if draw(st.booleans()) else chart


def _counted(draw: st.DrawFn) -> tuple[list[int], list[float]]:
    """Draw counts, not all 0, and as many numbers above 0."""
    length = draw(st.integers(2, 8))
    counts = draw(st.lists(st.integers(0, 60), min_size=length, max_size=length))
    above = draw(st.lists(numbers(1.0, 60.0), min_size=length, max_size=length))
    return [counts[0] + 1, *counts[1:]], above


def funnels() -> Strategy[Funnel]:
    """Draw funnels, internal and published, with and without over-dispersion."""
    return _funnels()


@st.composite
def _funnels(draw: st.DrawFn) -> Funnel:
    made = funnel(*_counted(draw), overdispersion=draw(st.booleans()))
    return made.published() if draw(st.booleans()) else made


def shrunk_rates() -> Strategy[ShrunkRates]:
    """Draw shrunk rates of both methods, internal and published."""
    return _shrunk_rates()


@st.composite
def _shrunk_rates(draw: st.DrawFn) -> ShrunkRates:
    method = draw(st.sampled_from(["gamma-poisson", "marshall"]))
    made = shrink_rates(*_counted(draw), method=method)
    return made.published() if draw(st.booleans()) else made


@kept
def disclosure_rules() -> Strategy[DisclosureRules]:
    """Draw rules of what is small and what is done about it."""
    return st.builds(
        DisclosureRules,
        threshold=st.integers(2, 12),
        show_zeros=st.booleans(),
        ambiguity=st.integers(2, 8),
        round_to=st.sampled_from([1, 5, 10]),
        least_base=st.integers(1, 40),
    )
