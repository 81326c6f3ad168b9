"""Forecasts side by side: what a plan or a scenario delivers beside another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of, short_day
from behaviour_culture._entries import Entries
from behaviour_culture.checks import TupleOf, Value, as_float, find
from behaviour_culture.fields import (
    Share,
    Slug,
    Slugs,
    Some,
    Text,
    Unique,
)
from behaviour_culture.impact.forecasting.series import (
    CLEAR,
    ForecastSeries,
    OfHalfTerms,
    chances,
    points,
    unit_lines,
    unscheduled_lines,
)
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.scenario import Scenario

__all__ = ["Delivery", "ForecastComparison", "ScenarioDifference"]

_NEAR = 1.2
"""Below it a ratio is shown with two decimals."""


@frozen(kw_only=True, repr=False)
class Delivery(Value):
    """How much of the work of one outcome one plan or case delivers, beside another.

    Every effect is at its mean in it: whether work of this kind helps at all is the same question
    for both.

    Attributes
    ----------
    outcome, name : str
    ratio : Estimate
        How many times as much it delivers as the other over all half-terms of the forecast, each
        by its length: median and interval, 1 where both deliver as much. Cut off at twenty times.
    ahead, behind : float
        Shares of draws in which it delivers more, and less.
    """

    outcome: Slug
    name: Text
    ratio: Estimate
    ahead: Share = field(converter=as_float)
    behind: Share = field(converter=as_float)

    @property
    def clear(self) -> bool:
        """True where one of the two is ahead in at least 60% of draws (judgement)."""
        return max(self.ahead, self.behind) >= CLEAR

    def _lines(self) -> list[str]:
        r = self.ratio
        said = (
            f"{self.name}: if it helps at all, it delivers {_times(r.value)} times as much "
            f"({_times(r.lower)} to {_times(r.upper)}), more in {self.ahead:.1%} of draws and less "
            f"in {self.behind:.1%}"
        )
        return [said if self.clear else f"{said}: the evidence cannot tell the two apart"]


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < _NEAR else f"{ratio:.1f}"


@frozen(kw_only=True, repr=False)
class ScenarioDifference(Value):
    """The effect of one scenario: each outcome in it less the outcome as planned.

    Attributes
    ----------
    delivered : tuple of Delivery
        How much of the work of each outcome it delivers beside the plan as it is.
    unscheduled : tuple of str
        Steps of the plan that have no place in its schedule in this scenario.
    """

    scenario: Scenario
    delivered: Annotated[Entries[Delivery], Unique("outcome")] = field(
        default=Entries(), converter=TupleOf[Delivery]
    )
    outcomes: Annotated[Entries[ForecastSeries], Unique("id")] = field(
        converter=TupleOf[ForecastSeries]
    )
    unscheduled: Slugs = field(default=(), converter=TupleOf[str])

    def outcome(self, outcome_id: str) -> ForecastSeries:
        """Return the difference in one outcome, or raise `UnknownNameError`."""
        return find("forecast outcome", outcome_id, self.outcomes)

    def _label(self) -> str:
        return self.scenario.id

    def _lines(self) -> list[str]:
        return [
            str(self.scenario),
            *(f"  {line}" for line in unscheduled_lines(self.unscheduled)),
            *(f"  {entry}" for entry in self.delivered),
            *(
                f"  {s.name}: {points(s, len(s.mean))} against the plan; "
                f"{chances(s, 'more', 'less')}"
                for s in self.outcomes
            ),
        ]


@frozen(kw_only=True, repr=False)
class ForecastComparison(OfHalfTerms):
    """The effect of each scenario against the plan as it is, draw by draw.

    All cases share their draws, so that the intervals are those of the difference and not of
    two forecasts that vary on their own.
    """

    _COLUMNS: ClassVar[Mapping[str, type]] = {"scenario": str, **OfHalfTerms._COLUMNS}  # noqa: SLF001

    differences: Annotated[Entries[ScenarioDifference], Some()] = field(
        converter=TupleOf[ScenarioDifference]
    )

    def scenario(self, scenario_id: str) -> ScenarioDifference:
        """Return the effect of one scenario, or raise `UnknownNameError`."""
        return find("scenario", scenario_id, self.differences, by="scenario.id")

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each scenario, outcome and half-term."""
        return [
            {"scenario": d.scenario.id, **row}
            for d in self.differences
            for row in self._rows(d.outcomes)
        ]

    def _label(self) -> str:
        return f"{self.plan}: {count_of(len(self.differences), 'scenario')}"

    def _lines(self) -> list[str]:
        lines = [
            f"{count_of(len(self.differences), 'scenario')} beside {self.plan} as planned, to "
            f"{short_day(self.ends[-1])}; differences at the end, under stated assumptions",
            *(f"  {line}" for line in unit_lines(self.differences[0].outcomes)),
        ]
        for difference in self.differences:
            lines += [f"  {line}" for line in difference._lines()]  # noqa: SLF001
        return lines
