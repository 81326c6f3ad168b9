"""Strategies for control charts, funnels, shrunk rates and the rules of disclosure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from hypothesis import strategies as st

from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.disclosure.table import SuppressedTable, suppress
from behaviour_culture.errors import InvalidInputError
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
from behaviour_culture.testing._basics import Strategy, check_sizes, numbers
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["control_charts", "funnels", "shrunk_rates", "suppressed_tables"]

arrange(
    DisclosureRules,
    threshold=st.integers(2, 12),
    ambiguity=st.integers(2, 8),
    round_to=st.sampled_from([1, 5, 10]),
    least_base=st.integers(1, 40),
)


@draws(SuppressedTable)
@st.composite
def suppressed_tables(draw: st.DrawFn) -> SuppressedTable:
    """Draw tables of counts as `suppress` makes them."""
    columns = draw(st.integers(1, 3))
    row = st.lists(st.integers(0, 40), min_size=columns, max_size=columns)
    return suppress(draw(st.lists(row, min_size=1, max_size=3)))


@draws(ControlChart)
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
        # The first three are there, the first is no 0, and the second differs from it: a baseline
        # can be made of them.
        first = draw(st.lists(entries, min_size=2, max_size=2))
        rest = draw(st.lists(st.none() | entries, min_size=length - 3, max_size=length - 3))
        return [first[0] + 1, *first, *rest]

    def one_of(make: Callable[..., ControlChart], option: str, *columns: Any) -> ControlChart:  # noqa: ANN401
        # Some columns leave the limits of one form without width, and that is refused.
        try:
            return make(*columns, **{option: draw(st.booleans())}, **options)
        except InvalidInputError:
            return make(*columns, **options)

    kind = draw(st.sampled_from(["xmr", "u", "p", "days"]))
    counts = st.integers(0, 40)
    if kind == "xmr":
        values = column(numbers(-50.0, 50.0) | st.integers(0, 20))
        chart = one_of(xmr_chart, "screen_moving_ranges", values)
    elif kind == "u":
        days = draw(st.lists(st.integers(100, 5_000), min_size=length, max_size=length))
        chart = one_of(u_chart, "prime", column(counts), days)
    elif kind == "p":
        sizes = draw(st.lists(st.integers(42, 500), min_size=length, max_size=length))
        chart = one_of(p_chart, "prime", column(counts), sizes)
    else:
        kinds: list[Literal["t", "g"]] = ["g", "t"]
        kind_of_days = draw(st.sampled_from(kinds))
        chart = days_between_chart(column(counts), chart=kind_of_days, **options)
    return chart.published() if draw(st.booleans()) else chart


def _counted(draw: st.DrawFn) -> tuple[list[int], list[float]]:
    """Draw counts, not all 0, and as many numbers above 0."""
    length = draw(st.integers(2, 8))
    counts = draw(st.lists(st.integers(0, 60), min_size=length, max_size=length))
    above = draw(st.lists(numbers(1.0, 60.0), min_size=length, max_size=length))
    return [counts[0] + 1, *counts[1:]], above


@draws(Funnel)
@st.composite
def funnels(draw: st.DrawFn) -> Funnel:
    """Draw funnels, internal and published, with and without over-dispersion."""
    made = funnel(*_counted(draw), overdispersion=draw(st.booleans()))
    return made.published() if draw(st.booleans()) else made


@draws(ShrunkRates)
@st.composite
def shrunk_rates(draw: st.DrawFn) -> ShrunkRates:
    """Draw shrunk rates of both methods, internal and published."""
    methods: list[Literal["gamma-poisson", "marshall"]] = ["gamma-poisson", "marshall"]
    made = shrink_rates(*_counted(draw), method=draw(st.sampled_from(methods)))
    return made.published() if draw(st.booleans()) else made
