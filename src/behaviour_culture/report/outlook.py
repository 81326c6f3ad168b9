"""The forecast by half-term: each outcome on its own, with its interval."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

from markupsafe import Markup

from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.forecasting.series import ForecastSeries
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.plan import Objective, ObjectiveScale
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.svg import fan, interval_bar
from behaviour_culture.report.words import (
    day,
    joined,
    percent,
    percent_interval,
    plural,
    sentence,
    whole,
)

__all__ = ["Outlook", "beyond_forecast", "outlook"]

_YEAR = 366
_LEVEL, _HALF = 0.95, 0.5
_CLEAR = 0.6
_PEOPLE = {"climate-staff": "staff", "climate-pupils": "pupils"}
_TODAY = 50


class OutcomeView(NamedTuple):
    """One outcome: a picture, and its message in words."""

    name: str
    chart: Markup
    message: str
    people: str


class Cell(NamedTuple):
    """One outcome at the end of one half-term."""

    name: str
    points: str
    interval: str
    better: str


class HalfTermRow(NamedTuple):
    """All outcomes at the end of one half-term."""

    label: str
    ends: str
    cells: list[Cell]


class PracticeRow(NamedTuple):
    """One principle: how fully it is in place today, after a year and at the end."""

    name: str
    today: str
    year: str
    year_interval: str
    last: str
    last_interval: str
    bar: Markup


class Outlook(NamedTuple):
    """The content of the section."""

    statement: str
    about: str
    year: str
    last: str
    outcomes: list[OutcomeView]
    views: list[OutcomeView]
    rows: list[HalfTermRow]
    heads: list[str]
    units: list[str]
    practice: list[PracticeRow]
    targets: str
    running: str
    left_out: list[tuple[str, str]]
    dates: str


def outlook(parts: ReportParts, names: Names) -> Outlook | None:
    """Gather the content of the section; None without a forecast."""
    forecast = parts.forecast
    if forecast is None:
        return None
    year = max(1, sum((end - forecast.starts).days <= _YEAR for end in forecast.ends))
    views = [_view(s, forecast, year) for s in forecast.outcomes]
    apart = [s.id in _PEOPLE for s in forecast.outcomes]
    return Outlook(
        statement=forecast.statement,
        about=_about(forecast),
        year=forecast.half_terms[year - 1],
        last=forecast.half_terms[-1],
        outcomes=[v for v, is_view in zip(views, apart, strict=True) if not is_view],
        views=[v for v, is_view in zip(views, apart, strict=True) if is_view],
        rows=_rows(forecast),
        heads=[s.name for s in forecast.outcomes],
        units=_units(forecast),
        practice=_practice(parts, forecast, names, year),
        targets=_targets(parts),
        running=percent(float(forecast.running[-1])),
        left_out=names.with_titles(forecast.left_out),
        dates=_dates(forecast),
    )


def beyond_forecast(parts: ReportParts) -> list[Objective]:
    """Return the objectives whose target lies above 95% of the draws at its date.

    A target on the scale of the audit is compared with the forecast for the end of the last
    half-term before its date. Targets without a date, or of another measure, are left out.
    """
    forecast = parts.forecast
    if forecast is None:
        return []
    practice = {s.id: s for s in forecast.maturity}
    beyond = []
    for objective in parts.plan.objectives:
        series = practice.get(objective.principle)
        on_scale = objective.scale is ObjectiveScale.AUDIT
        if series is None or objective.by is None or not on_scale:
            continue
        over = sum(end <= objective.by for end in forecast.ends)
        if over and objective.target > series.at(over).upper:
            beyond.append(objective)
    return beyond


def _targets(parts: ReportParts) -> str:
    beyond = beyond_forecast(parts)
    if not beyond:
        return ""
    one = len(beyond) == 1
    lie, when = ("target lies", "its date") if one else ("targets lie", "their dates")
    return (
        f"{len(beyond)} of {plural(len(parts.plan.objectives), 'priority', 'priorities')}: the "
        f"{lie} above the range of {percent(_LEVEL)} of draws at {when} "
        f"({joined([o.title for o in beyond])}). "
        "The forecast may be too cautious, or the target needs a later date, more steps or fuller "
        "practice: talk about it before you agree it."
    )


def _about(forecast: Forecast) -> str:
    case = f" The case: {sentence(str(forecast.scenario))}" if forecast.scenario else ""
    return (
        "A forecast is the planning index put on the school's calendar. The plan is simulated "
        f"{forecast.draws:,} times. Each time, everything that nobody knows takes another value: "
        "how much of a published effect holds in this school, how fully steps are done, how fast "
        "they show, whether the plan is given up. This section gives the average of the draws and "
        f"how far they lie apart.{case}"
    )


def _dates(forecast: Forecast) -> str:
    if forecast.calendar is None:
        return "The forecast has no calendar: a half-term is two calendar months here."
    return (
        "Half-terms are those of the school's calendar. After its end, the same weeks of the year "
        "are assumed until the dates are set."
    )


def _units(forecast: Forecast) -> list[str]:
    units = ["A point is a hundredth of a standard deviation; more is better."]
    rates = [s.name for s in forecast.outcomes if s.id.endswith("-rate")]
    if rates:
        units.append(f"For {joined(rates)} as a rate, a point is about one per cent fewer.")
    largest = max((s.deviation[-1] for s in forecast.outcomes), default=0.0)
    error = 100 * float(largest) / forecast.draws**0.5
    units.append(
        "Another seed would move a mean by less than a point."
        if error < _HALF
        else f"Another seed would move a mean by about {plural(round(error) or 1, 'point')}."
    )
    return units


def _points(estimate: Estimate) -> tuple[str, str]:
    low, high = whole(100 * estimate.lower), whole(100 * estimate.upper)
    return whole(100 * estimate.value), f"{low} to {high}"


def _view(series: ForecastSeries, forecast: Forecast, year: int) -> OutcomeView:
    at = series.at(year)
    points, interval = _points(at)
    unit = "point" if points.lstrip("\N{MINUS SIGN}") == "1" else "points"
    better, worse = float(series.p_benefit[year - 1]), float(series.p_worse[year - 1])
    label = forecast.half_terms[year - 1]
    message = (
        f"By the end of {label}: {points} {unit} on average, and {interval} in {percent(_LEVEL)} "
        f"of draws. Better than today in {percent(better)}, worse in {percent(worse)}. "
        + _direction(at, better, worse)
    )
    return OutcomeView(
        name=series.name,
        chart=_chart(series, forecast),
        message=message,
        people=_in_people(series, at, label),
    )


def _direction(at: Estimate, better: float, worse: float) -> str:
    if at.lower == at.upper == 0:
        return "No step of the plan acts on it by then."
    if at.lower > 0:
        return "All but a few draws are better."
    if at.upper < 0:
        return "All but a few draws are worse."
    if max(better, worse) < _CLEAR:
        return "No direction is clear: a rise, a fall and no change are all to be expected."
    which = "better" if better > worse else "worse"
    return f"It is more likely {which}, but a change the other way would be no surprise."


def _in_people(series: ForecastSeries, at: Estimate, label: str) -> str:
    """Express a view as the share that would call behaviour good if half do so today."""
    who = _PEOPLE.get(series.id)
    if who is None:
        return ""
    mean, low, high = (
        whole(100 * NormalDist().cdf(value)) for value in (at.value, at.lower, at.upper)
    )
    return (
        f"In people: if {_TODAY} of 100 {who} call behaviour good today, then {mean} of 100 by the "
        f"end of {label} on average, and {low} to {high} in {percent(_LEVEL)} of draws."
    )


def _chart(series: ForecastSeries, forecast: Forecast) -> Markup:
    unit = [s for s in forecast.outcomes if s.unit == series.unit]
    inner, outer = series.interval(_HALF), series.interval(_LEVEL)
    last = series.at(len(forecast.ends))
    points, interval = _points(last)
    return fan(
        [f"{end:%m/%Y}" for end in forecast.ends],
        forecast.inputs.months.tolist(),
        (100 * series.mean).tolist(),
        [(a, b) for a, b in (100 * inner).tolist()],
        [(a, b) for a, b in (100 * outer).tolist()],
        reach=max(100 * float(abs(s.interval(_LEVEL)).max()) for s in unit),
        title=f"{series.name}, by half-term to {forecast.half_terms[-1]}",
        desc=f"The line begins at nought today and ends at {points} points; {percent(_LEVEL)} of "
        f"draws lie from {interval} points then. The table below has each half-term.",
    )


def _rows(forecast: Forecast) -> list[HalfTermRow]:
    return [
        HalfTermRow(
            label=label,
            ends=day(end),
            cells=[
                Cell(s.name, *_points(s.at(k)), percent(float(s.p_benefit[k - 1])))
                for s in forecast.outcomes
            ],
        )
        for k, (label, end) in enumerate(
            zip(forecast.half_terms, forecast.ends, strict=True), start=1
        )
    ]


def _practice(parts: ReportParts, forecast: Forecast, names: Names, year: int) -> list[PracticeRow]:
    gaps = {g.principle: g for g in parts.audit.gaps}
    order = {key: i for i, key in enumerate(gaps)}
    rows = []
    for series in sorted(forecast.maturity, key=lambda s: (order.get(s.id, len(order)), s.id)):
        gap = gaps.get(series.id)
        now = None if gap is None else min(1.0, max(0.0, 1 - gap.size.value))
        then, last = series.at(year), series.at(len(forecast.ends))
        name = names.principle(series.id)
        rows.append(
            PracticeRow(
                name=name,
                today="not assessed" if now is None else percent(now),
                year=percent(then.value),
                year_interval=percent_interval(then),
                last=percent(last.value),
                last_interval=percent_interval(last),
                bar=interval_bar(
                    then,
                    ticks=() if now is None else (now,),
                    title=f"{name}: {percent(then.value)} in place after a year",
                    desc=f"Interval {percent_interval(then)}"
                    + ("" if now is None else f"; today {percent(now)}"),
                ),
            )
        )
    return rows
