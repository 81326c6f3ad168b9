"""What was counted: each series as a picture, and what monitoring allows to say of it."""

from __future__ import annotations

from datetime import date
from math import fsum
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import ExposureKind, Series
from behaviour_culture.monitoring.control_charts.chart import ENOUGH_POINTS, ControlChart
from behaviour_culture.monitoring.counts.joining import middle_of
from behaviour_culture.monitoring.verdicts.judged import JudgedCounts, JudgedSeries
from behaviour_culture.monitoring.verdicts.measure import READS, Measure, Reading
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.svg import Point, run_chart
from behaviour_culture.report.words import capital, day, joined, number, percent, plural, whole

__all__ = ["Counted", "counted"]

_PER = 100
_RATES = {
    ExposureKind.PUPIL_DAYS: "for each 100 pupils on a school day",
    ExposureKind.SESSIONS: "out of 100 possible sessions",
    ExposureKind.PUPILS: "for each 100 pupils",
    ExposureKind.ANSWERS: "out of 100 who answered",
}
_ALONE = {
    True: "Absence is judged by itself: it is no measure of behaviour.",
    False: "Suspensions are judged only beside the hours out of class over every route, which "
    "were not counted or could not be judged.",
}


class PeriodRow(NamedTuple):
    """One period as a row of the table."""

    label: str
    number: str
    exposure: str
    rate: str
    note: str


class SeriesView(NamedTuple):
    """One series: a picture, its message in words, and the same in numbers."""

    name: str
    about: str
    picture: Markup
    caption: str
    word: str
    """The reading of the change, in the words of monitoring; empty where nothing is judged."""
    change: str
    notes: list[str]
    rows: list[PeriodRow]
    unit: str
    out_of: str


class Counted(NamedTuple):
    """The content of the section."""

    begun: str
    conclusion: list[str]
    would_change: str
    apart: list[str]
    limits: bool
    """One of the series has limits of usual variation."""
    series: list[SeriesView]


def counted(parts: ReportParts) -> Counted | None:
    """Gather the content of the section; None where nothing was counted."""
    if parts.counted is None:
        return None
    shown = parts.counted.published()
    found = shown.verdict
    return Counted(
        begun=day(shown.starts),
        conclusion=[] if found is None else list(found.sentences),
        would_change="" if found is None else capital("; ".join(found.would_change)),
        apart=list(dict.fromkeys(_ALONE[not e.counted_as_behaviour] for e in shown.apart)),
        limits=any(e.chart is not None for e in shown.entries),
        series=[
            _view(entry, whole_entry, shown.starts)
            for entry, whole_entry in zip(shown.entries, _own(parts.counted, shown), strict=True)
        ],
    )


def _own(internal: JudgedCounts, shown: JudgedCounts) -> list[JudgedSeries]:
    """Return the school's own entry of each that is shown."""
    known = {(e.indicator.id, e.group): e for e in internal.entries}
    return [known[e.indicator.id, e.group] for e in shown.entries]


def _view(entry: JudgedSeries, own: JudgedSeries, starts: date) -> SeriesView:
    indicator, series, chart = entry.indicator, entry.series, entry.chart
    name = f"{indicator.name}{f': {entry.group}' if entry.group else ''}"
    summed = len(series.periods) < len(own.series.periods)
    unit = _RATES[series.exposure_kind]
    what = capital(f"{indicator.unit} {unit}")
    points = _points(series, chart)
    values = [p.value for p in points if p.value is not None]
    ends = f"from {number(min(values))} to {number(max(values))}" if values else "all hidden"
    span = f"{day(series.periods[0].start)} to {day(series.periods[-1].end)}"
    notes = _notes(series, chart, summed=summed)
    return SeriesView(
        name=name,
        about=capital(f"{indicator.direction.words}; reported by {indicator.reported_by.value}."),
        picture=run_chart(
            points,
            change=starts,
            centre=None if chart is None else _PER * chart.centre,
            title=f"{name}: {plural(len(points), 'point')}, {span}",
            desc=f"{what}: {ends}. {_sides(points, starts)} {_statement(series, chart, starts)} "
            "The table below has each point.",
        ),
        caption=f"{what}, {span}. {_statement(series, chart, starts)}",
        word="" if entry.measure is None else READS[entry.measure.reading],
        change=f"{_change(entry)} {_findable(entry)}".strip(),
        notes=[*notes, f"What can move it though behaviour does not: {indicator.gaming}"],
        rows=_rows(series, points),
        unit=capital(indicator.unit),
        out_of=capital(unit),
    )


def _points(series: Series, chart: ControlChart | None) -> list[Point]:
    rates = series.rates(per=_PER)
    marked = set() if chart is None else {s.point for s in chart.signals}
    limits: list[tuple[float, float] | None] = [None] * len(rates)
    if chart is not None:
        pairs = zip(np.asarray(chart.lower_limits), np.asarray(chart.upper_limits), strict=True)
        limits = [
            None if np.isnan(low) or np.isnan(high) else (_PER * float(low), _PER * float(high))
            for low, high in pairs
        ]
    return [
        Point(middle_of(p), rate, limit, hidden=p.suppressed, signal=i in marked)
        for i, (p, rate, limit) in enumerate(zip(series.periods, rates, limits, strict=True))
    ]


def _sides(points: list[Point], starts: date) -> str:
    """Return the mean rates of the points before and after, for those who cannot see them."""
    said = []
    for words, after in (("before the plan", False), ("since it began", True)):
        values = [p.value for p in points if p.value is not None and (p.day >= starts) is after]
        if values:
            mean = number(fsum(values) / len(values))
            said.append(f"{mean} on average over {plural(len(values), 'point')} {words}")
    return f"{capital('; '.join(said))}." if said else ""


def _statement(series: Series, chart: ControlChart | None, starts: date) -> str:
    if chart is not None:
        places = sorted({s.point for s in chart.signals})
        days = joined([day(series.periods[i].start) for i in places])
        return chart.statement + (f" Counted from {days}." if days else "")
    if series.exposure_kind is ExposureKind.ANSWERS:
        return ""
    before = sum(middle_of(p) < starts for p in series.periods if not p.masked)
    return (
        f"No limits of usual variation: they take {ENOUGH_POINTS} points from before the plan, "
        f"and here are {before}."
    )


def _notes(series: Series, chart: ControlChart | None, *, summed: bool) -> list[str]:
    notes = []
    if summed:
        notes.append("Weeks are added up to half-terms, since few pupils are behind some of them.")
    if chart is not None:
        return [*notes, *chart.notes]
    hidden = sum(p.suppressed for p in series.periods)
    if hidden:
        notes.append(f"{plural(hidden, 'point')} hidden: few pupils are behind them.")
    return [*notes, *map(str, series.recording_changes)]


def _change(entry: JudgedSeries) -> str:
    measure = entry.measure
    if measure is None:
        why = "" if entry.unjudged is None else f": {entry.unjudged.words}"
        return f"No change is estimated{why}."
    if measure.reading is Reading.NOT_COMPARABLE:
        return f"Recording changed ({joined(measure.recording_changes)}): nothing is compared."
    if measure.events is None:
        return "No figures: few events are behind it."
    answers = entry.series.exposure_kind is ExposureKind.ANSWERS
    found = measure.estimate
    text = f"{_size(measure, found)} ({_range(measure, found)})"
    lead = "Last wave before the plan to the last since" if answers else "Beyond trend and season"
    said = [f"{lead}: {text}."]
    if measure.without_trend is not None:
        other = measure.without_trend
        said.append(
            f"If there was no trend before: {_size(measure, other)} "
            f"({_range(measure, other)}); this describes, and no verdict rests on it."
        )
    matters = f"{whole(100 * measure.matters)} points"
    matters = matters if answers else f"a ratio of {number(measure.matters)}"
    rests = "" if answers else f", {plural(measure.events, 'event')}"
    said.append(
        f"The smallest change that matters to the school: {matters}. It rests on "
        f"{measure.exposure}{rests}."
    )
    return " ".join(said)


def _findable(entry: JudgedSeries) -> str:
    """Return from when a fall could be found, so that nobody looks for one too early."""
    if (found := entry.detectable) is None:
        return ""

    def said(last: date | None) -> str:
        return f"not by {day(found.looked_to)}" if last is None else f"from {day(last)} on"

    return (
        f"A fall of {percent(1 - found.ratio)} could be found in {percent(found.power)} of cases "
        f"{said(found.with_trend)}, and if there was no trend before {said(found.without_trend)}."
    )


def _size(measure: Measure, found: Estimate) -> str:
    if measure.scale == "ratio":  # of all counts but answers
        return f"{number(found.value)} times as many"
    sign = "+" if found.value >= 0 else ""
    return f"{sign}{whole(100 * found.value)} points"


def _range(measure: Measure, found: Estimate) -> str:
    shown = number if measure.scale == "ratio" else _hundred
    return f"{percent(found.level)} interval {shown(found.lower)} to {shown(found.upper)}"


def _hundred(value: float) -> str:
    return whole(100 * value)


def _rows(series: Series, points: list[Point]) -> list[PeriodRow]:
    return [
        PeriodRow(
            label=p.label,
            number="hidden" if p.suppressed else "" if p.count is None else number(p.count),
            exposure="" if p.exposure is None else whole(p.exposure),
            rate="" if point.value is None else number(point.value),
            note="signal of change" if point.signal else "" if p.suppressed else p.masked,
        )
        for p, point in zip(series.periods, points, strict=True)
    ]
