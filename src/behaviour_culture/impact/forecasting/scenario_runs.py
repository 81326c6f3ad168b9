"""Many scenarios of one plan: what each comes to, alone and beside the plan as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of, short_day
from behaviour_culture.checks import Check, TupleOf, Value, find
from behaviour_culture.fields import Slugs, Text, Unique
from behaviour_culture.impact.forecasting.comparison import (
    Delivery,
    ForecastComparison,
    ScenarioDifference,
)
from behaviour_culture.impact.forecasting.series import (
    ForecastSeries,
    OfHalfTerms,
    unscheduled_lines,
)
from behaviour_culture.model.scenario import AS_PLANNED, Scenario

__all__ = ["ScenarioRun", "ScenarioRuns"]

_SHOWN = 10
_SETTINGS: Mapping[str, type] = {
    "capacity": float,
    "staff_turnover": float,
    "start_delay_weeks": int,
    "leader_leaves": int,
    "maintenance": bool,
    "dropout": float,
}


@frozen(kw_only=True, repr=False)
class ScenarioRun(Value):
    """What one scenario comes to.

    Attributes
    ----------
    scenario : Scenario
    outcomes : tuple of ForecastSeries
        Change from today, more is better.
    against_plan : tuple of ForecastSeries
        The same less what the plan as it is comes to, draw by draw.
    delivered : tuple of Delivery
        How much of the work of each outcome it delivers beside the plan as it is.
    unscheduled : tuple of str
        Steps of the plan that have no place in its schedule in this scenario.
    made_of : str
        A digest of all that it was made of. A run that is given back in counts for a scenario
        only where this is the same.
    """

    scenario: Scenario
    outcomes: Annotated[tuple[ForecastSeries, ...], Unique("id")] = field(
        converter=TupleOf[ForecastSeries]
    )
    against_plan: Annotated[tuple[ForecastSeries, ...], Unique("id")] = field(
        converter=TupleOf[ForecastSeries]
    )
    delivered: Annotated[tuple[Delivery, ...], Unique("outcome")] = field(
        default=(), converter=TupleOf[Delivery]
    )
    unscheduled: Slugs = field(default=(), converter=TupleOf[str])
    made_of: Text

    def outcome(self, outcome_id: str) -> ForecastSeries:
        """Return the change in one outcome, or raise `UnknownNameError`."""
        return find("forecast outcome", outcome_id, self.outcomes)

    def difference(self, outcome_id: str) -> ForecastSeries:
        """Return one outcome less that of the plan as it is, or raise `UnknownNameError`."""
        return find("forecast outcome", outcome_id, self.against_plan)

    @property
    def compared(self) -> ScenarioDifference:
        """The run as an entry of a comparison of forecasts."""
        return ScenarioDifference(
            scenario=self.scenario,
            delivered=self.delivered,
            outcomes=self.against_plan,
            unscheduled=self.unscheduled,
        )

    def _label(self) -> str:
        return self.scenario.id

    def _lines(self) -> list[str]:
        return self.compared._lines()  # noqa: SLF001  (the same protocol)


@frozen(kw_only=True, repr=False)
class ScenarioRuns(OfHalfTerms):
    """All scenarios of one plan, each beside the plan as it is, in the same draws.

    Attributes
    ----------
    planned : tuple of ForecastSeries
        The outcomes of the plan as it is.
    unscheduled : tuple of str
        Steps of the plan that have no place in its schedule as it is.
    runs : tuple of ScenarioRun
        In the order in which the scenarios were given.
    """

    planned: Annotated[tuple[ForecastSeries, ...], Unique("id")] = field(
        converter=TupleOf[ForecastSeries]
    )
    unscheduled: Slugs = field(default=(), converter=TupleOf[str])
    runs: tuple[ScenarioRun, ...] = field(converter=TupleOf[ScenarioRun])

    def _check(self, check: Check) -> None:
        if check.ok("runs"):
            check.unique("runs", [r.scenario for r in self.runs], "id")
        super()._check(check)

    def scenario(self, scenario_id: str) -> ScenarioRun:
        """Return the run of one scenario, or raise `UnknownNameError`."""
        return find("scenario", scenario_id, self.runs, by="scenario.id")

    @property
    def comparison(self) -> ForecastComparison:
        """The differences from the plan alone, as `compare_forecasts` returns them."""
        names = ("plan", "evidence", "evidence_edition", "draws", "seed", "starts", "calendar")
        return ForecastComparison(
            id=self.id,
            **{name: getattr(self, name) for name in names},
            half_terms=self.half_terms,
            ends=self.ends,
            differences=[run.compared for run in self.runs],
        )

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "scenario": str,
        **_SETTINGS,
        "measure": str,
        "outcome": str,
        **{k: v for k, v in OfHalfTerms._COLUMNS.items() if k != "series"},  # noqa: SLF001
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each scenario, measure, outcome and half-term.

        ``measure`` is ``change``, from today, or ``against-plan``, less what the plan as it is
        comes to in the same draw. The settings of the scenario stand in columns of their own,
        so that a grid is grouped by them; the plan as it is is the scenario ``as-planned``.
        """
        some = [(AS_PLANNED, "change", self.planned)]
        for run in self.runs:
            some.append((run.scenario, "change", run.outcomes))
            some.append((run.scenario, "against-plan", run.against_plan))
        return [
            {
                "scenario": scenario.id,
                **{name: getattr(scenario, name) for name in _SETTINGS},
                "measure": measure,
                "outcome": row.pop("series"),
                **row,
            }
            for scenario, measure, series in some
            for row in self._rows(series)
        ]

    def delivery_rows(self) -> list[dict[str, Any]]:
        """Return how much of the work on each outcome each scenario delivers beside the plan."""
        return [
            {
                "scenario": run.scenario.id,
                **{name: getattr(run.scenario, name) for name in _SETTINGS},
                "outcome": entry.outcome,
                "ratio": entry.ratio.value,
                "lower_95": entry.ratio.lower,
                "upper_95": entry.ratio.upper,
                "ahead": entry.ahead,
                "behind": entry.behind,
                "unscheduled": len(run.unscheduled),
            }
            for run in self.runs
            for entry in run.delivered
        ]

    def _label(self) -> str:
        return f"{self.plan}: {count_of(len(self.runs), 'scenario')}"

    def _lines(self) -> list[str]:
        lines = [
            f"{count_of(len(self.runs), 'scenario')} beside {self.plan} as planned, to "
            f"{short_day(self.ends[-1])}, under stated assumptions",
            *(f"  {line}" for line in unscheduled_lines(self.unscheduled)),
        ]
        if not self.planned:
            lines.append("  No step of the plan has an effect that was measured in such schools")
        for name in dict.fromkeys(e.outcome for r in self.runs for e in r.delivered):
            lines += [f"  {line}" for line in self._spread(name)]
        return lines

    def _spread(self, outcome: str) -> list[str]:
        """Return which scenarios deliver least and most of one outcome."""
        found = [(r, e) for r in self.runs for e in r.delivered if e.outcome == outcome]
        found.sort(key=lambda pair: (pair[1].ratio.value, pair[0].scenario.id))
        shown = found
        if len(found) > _SHOWN:
            shown = found[: _SHOWN // 2] + found[-(_SHOWN // 2) :]
        lines = [
            f"{found[0][1].name}, if the work helps at all: how many times as much each delivers "
            f"as the plan, with its {found[0][1].ratio.level:.0%} interval"
        ]
        for run, entry in shown:
            out = len(run.unscheduled)
            fit = f"; {count_of(out, 'step')} not scheduled" if out else ""
            ratio = entry.ratio
            lines.append(
                f"  {run.scenario.name}: {ratio.value:.2f} ({ratio.lower:.2f} to "
                f"{ratio.upper:.2f}){fit}"
            )
        if len(found) > len(shown):
            between = count_of(len(found) - len(shown), "scenario")
            lines.insert(1 + _SHOWN // 2, f"  {between} in between: see to_frame()")
        return lines
