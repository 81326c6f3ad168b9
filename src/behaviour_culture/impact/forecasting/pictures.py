"""The pictures of a forecast: a fan by half-term, practice taking hold, scenarios side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from behaviour_culture._display import count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import (
    COLOURS,
    DARK,
    GREY,
    MARKS,
    chart_frame,
    height_of,
    interval_bars,
    legend_beside,
    top_down,
    wrapped,
)
from behaviour_culture.impact.forecasting.chart import plot_forecast
from behaviour_culture.impact.forecasting.comparison import ForecastComparison
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.forecasting.scenario_runs import ScenarioRuns
from behaviour_culture.impact.forecasting.series import ForecastSeries

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FAN", "PRACTICE", "RUNS", "SCENARIOS"]

_NAMED = 40
"""Up to so many scenarios have their names beside them; more are a curve in order."""

_LINES = ("-", "--", "-.", ":")


def _usual(forecast: Forecast) -> str:
    """Return the outcome that is drawn where none is named: conduct, or the first there is."""
    names = [s.id for s in (*forecast.outcomes, *forecast.maturity)]
    return "conduct" if "conduct" in names or not names else names[0]


def _series(forecast: Forecast, outcome: str) -> ForecastSeries:
    practice = outcome in {s.id for s in forecast.maturity}
    return forecast.principle(outcome) if practice else forecast.outcome(outcome)


def _plot_fan(forecast: Forecast, outcome: str | None = None, *, ax: Axes | None = None) -> Axes:
    return plot_forecast(forecast, outcome or _usual(forecast), ax=ax)


def _fan_rows(forecast: Forecast, outcome: str | None = None) -> list[dict[str, Any]]:
    wanted = outcome or _usual(forecast)
    _series(forecast, wanted)
    return [row for row in forecast.to_rows() if row["series"] == wanted]


def _fan_words(forecast: Forecast, outcome: str | None = None) -> str:
    series = _series(forecast, outcome or _usual(forecast))
    last = series.at(len(series.mean))
    return (
        f"Fan of {series.name} over {count_of(len(series.mean), 'half-term')}, with bands that "
        f"hold 50, 80 and 95% of draws. At the end the mean is {100 * last.value:+z.1f} points "
        f"({100 * last.lower:+z.1f} to {100 * last.upper:+z.1f}); better than today in "
        f"{series.p_benefit[-1]:.0%} of draws. A point is a hundredth of a {series.unit}. A "
        "planning index, not a prediction."
    )


FAN = Picture(_plot_fan, _fan_rows, _fan_words)


def _practice_rows(forecast: Forecast) -> list[dict[str, Any]]:
    names = {s.id for s in forecast.maturity}
    return [row for row in forecast.to_rows() if row["series"] in names]


def plot_practice(forecast: Forecast, *, ax: Axes | None = None) -> Axes:
    """Draw how far each principle that a step answers is in place at the end, with 80% of draws."""
    rows = [s.at(len(s.mean), 0.8) for s in forecast.maturity]
    first = [float(s.mean[0]) for s in forecast.maturity]
    last = forecast.half_terms[-1]
    with chart_frame(
        ax, (8.5, height_of(len(rows))), title=f"How far practice takes hold by {last}",
        x="In place, per cent", grid="x",
    ) as axes:  # fmt: skip
        axes.plot(
            [100 * x for x in first], range(len(rows)), "|", color=GREY, markersize=13,
            markeredgewidth=2.2, label=f"by {forecast.half_terms[0]}",
        )  # fmt: skip
        interval_bars(
            axes, [100 * e.value for e in rows], [100 * e.lower for e in rows],
            [100 * e.upper for e in rows], range(len(rows)), label=f"by {last}, 80% of draws",
        )  # fmt: skip
        top_down(axes, (s.name for s in forecast.maturity))
        axes.set_xlim(0, 100)
        legend_beside(axes)
    return axes


def _practice_words(forecast: Forecast) -> str:
    ends = {s.name: float(s.mean[-1]) for s in forecast.maturity}
    if not ends:
        return "How far practice takes hold: no step of the plan answers a principle."
    low, high = min(ends, key=ends.__getitem__), max(ends, key=ends.__getitem__)
    return (
        f"How far each of {count_of(len(ends), 'principle')} is in place by "
        f"{forecast.half_terms[-1]}, with the range of 80% of draws. Least {low}, "
        f"{ends[low]:.0%}; most {high}, {ends[high]:.0%}."
    )


PRACTICE = Picture(plot_practice, _practice_rows, _practice_words)


# -- scenarios --------------------------------------------------------------------------------


def _scenario_outcome(comparison: ForecastComparison, outcome: str | None) -> str:
    names = [s.id for s in comparison.differences[0].outcomes]
    if outcome is not None:
        comparison.differences[0].outcome(outcome)
        return outcome
    return "conduct" if "conduct" in names or not names else names[0]


def _scenario_rows(
    comparison: ForecastComparison, outcome: str | None = None
) -> list[dict[str, Any]]:
    wanted = _scenario_outcome(comparison, outcome)
    return [row for row in comparison.to_rows() if row["series"] == wanted]


def plot_scenarios(
    comparison: ForecastComparison, outcome: str | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw each scenario less the plan as it is, draw by draw: the mean, with 80% of the draws."""
    wanted = _scenario_outcome(comparison, outcome)
    labels = comparison.half_terms
    drawn = comparison.differences[0].outcome(wanted)
    many = len(comparison.differences)
    with chart_frame(
        ax, (9, 4.8), title=f"{drawn.name}: each case less the plan",
        y=f"Difference, hundredths of a {drawn.unit}",
    ) as axes:  # fmt: skip
        axes.axhline(0, color=GREY, linewidth=1.2, label="the plan as it is")
        for i, case in enumerate(comparison.differences):
            series = case.outcome(wanted)
            low, high = (100 * series.interval(0.8)).T
            colour = COLOURS[i % len(COLOURS)]
            shift = (i - (many - 1) / 2) * min(0.12, 0.7 / many)
            at = [k + shift for k in range(len(labels))]
            axes.vlines(at, low, high, color=colour, linewidth=1.6, alpha=0.8)
            axes.plot(
                at, 100 * series.mean, color=colour, linestyle=_LINES[i % len(_LINES)],
                marker=MARKS[i % len(MARKS)], markersize=5, linewidth=1.4,
                label="\n".join(wrapped([case.scenario.name], 30)),
            )  # fmt: skip
        axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", fontsize="small")
        legend_beside(axes, title="mean, 80% of draws")
    return axes


def _scenario_words(comparison: ForecastComparison, outcome: str | None = None) -> str:
    wanted = _scenario_outcome(comparison, outcome)
    name = comparison.differences[0].outcome(wanted).name
    said = []
    for case in comparison.differences:
        end = case.outcome(wanted).at(len(comparison.ends), 0.8)
        said.append(
            f"{case.scenario.name} {100 * end.value:+z.1f} ({100 * end.lower:+z.1f} to "
            f"{100 * end.upper:+z.1f})"
        )
    return (
        "Difference of each case from the plan in "
        f"{name}, by half-term, in points with 80% of draws. At the end: {'; '.join(said)}."
    )


SCENARIOS = Picture(plot_scenarios, _scenario_rows, _scenario_words)


# -- scenarios in bulk ------------------------------------------------------------------------


def runs_rows(runs: ScenarioRuns, outcome: str | None = None) -> list[dict[str, Any]]:
    """Return a row for each scenario at the end, less the plan as it is, the lowest first.

    In hundredths of the unit of the outcome, with the range of 80% of draws.
    """
    names = [s.id for s in runs.planned]
    wanted = outcome or ("conduct" if "conduct" in names or not names else names[0])
    rows = []
    for run in runs.runs:
        end = run.difference(wanted).at(len(runs.ends), 0.8)
        rows.append(
            {
                "scenario": run.scenario.id,
                "name": run.scenario.name,
                "outcome": wanted,
                "difference": 100 * end.value,
                "lower_80": 100 * end.lower,
                "upper_80": 100 * end.upper,
                "unscheduled": len(run.unscheduled),
            }
        )
    return sorted(rows, key=lambda row: (row["difference"], row["scenario"]))


def plot_runs(runs: ScenarioRuns, outcome: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw what each scenario comes to at the end less the plan as it is, the lowest first."""
    rows = runs_rows(runs, outcome)
    series = runs.runs[0].difference(rows[0]["outcome"])
    named = len(rows) <= _NAMED
    high = height_of(len(rows)) if named else 5.0
    with chart_frame(
        ax, (8.5, high), title=f"{series.name}: each scenario less the plan",
        x=f"Difference by {runs.half_terms[-1]}, hundredths of a {series.unit}",
        y="" if named else "Scenarios, the lowest first", grid="x",
    ) as axes:  # fmt: skip
        interval_bars(
            axes, [r["difference"] for r in rows], [r["lower_80"] for r in rows],
            [r["upper_80"] for r in rows], range(len(rows)), label="mean, 80% of draws",
        )  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=1.2, label="the plan as it is")
        short = [i for i, row in enumerate(rows) if row["unscheduled"]]
        if short:
            axes.plot(
                [rows[i]["difference"] for i in short], short, "s", markersize=10, fillstyle="none",
                color=DARK, label="not all steps have a place",
            )  # fmt: skip
        if named:
            top_down(axes, (r["name"] for r in rows))
        else:
            axes.set_ylim(len(rows) - 0.4, -0.6)
        legend_beside(axes)
    return axes


def _runs_words(runs: ScenarioRuns, outcome: str | None = None) -> str:
    rows = runs_rows(runs, outcome)
    name = runs.runs[0].difference(rows[0]["outcome"]).name

    def said(row: dict[str, Any]) -> str:
        return (
            f"{row['name']}, {row['difference']:+z.1f} ({row['lower_80']:+z.1f} to "
            f"{row['upper_80']:+z.1f})"
        )

    return (
        f"{name} at the end in {count_of(len(rows), 'scenario')} less that of the plan as it is, "
        f"in points with 80% of draws. Lowest: {said(rows[0])}. Highest: {said(rows[-1])}."
    )


RUNS = Picture(plot_runs, runs_rows, _runs_words)
