"""Several series of one indicator as one, and weeks as half-terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import fsum

from attrs import evolve

from behaviour_culture.checks import Check
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.model.calendar import DateRange
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import ExposureKind, Series, SeriesPeriod
from behaviour_culture.monitoring.rates import rate_of, wilson_interval
from behaviour_culture.statistics.counts_ahead import place_in_year

__all__ = ["join_series", "middle_of", "sum_by_window", "year_before"]

_YEAR = timedelta(weeks=52)
_MOST_YEARS = 60
"""Years back for which a period is placed in the windows: as far as a record may go."""


def middle_of(period: SeriesPeriod) -> date:
    """Return the day in the middle of a period."""
    return period.start + (period.end - period.start) / 2


def join_series(series: Sequence[Series], check: Check, name: str = "series") -> Series | None:
    """Return several series of one indicator, as of two years, as one in order of time.

    None where they overlap or are out of different things, which is noted. A label that two
    periods have gets the year beside it.
    """
    first = series[0]
    if len(series) == 1:
        return first
    periods = sorted((p for s in series for p in s.periods), key=lambda p: p.start)
    before = len(check.faults)
    if len({s.exposure_kind for s in series}) > 1:
        message = f"series of {first.indicator!r} are out of different things: give one kind"
        check.fault(name, message)
    elif any(b.start <= a.end for a, b in pairwise(periods)):
        message = f"two series of {first.indicator!r} overlap: give each period once"
        check.fault(name, message)
    if len(check.faults) > before:
        return None
    labels = Counter(p.label for p in periods)
    return evolve(
        first,
        periods=[
            p if labels[p.label] == 1 else evolve(p, label=f"{p.label} ({p.start})")
            for p in periods
        ],
        recording_changes=sorted(
            {c.day: c for s in series for c in s.recording_changes}.values(), key=lambda c: c.day
        ),
        source=", ".join(dict.fromkeys(s.source for s in series if s.source)),
        reading=None,
    )


def year_before(series: Iterable[Series], day: date) -> Estimate | None:
    """Return the rate or share of the last year that was counted before a day.

    None where nothing was, or a small count is among them: beside the others it would follow.
    """
    there = [
        (one, p)
        for one in series
        for p in one.periods
        if day - _YEAR <= middle_of(p) < day and not p.masked
    ]
    count = fsum(p.count or 0.0 for _, p in there)
    size = fsum(p.exposure or 0.0 for _, p in there)
    rules = DisclosureRules()
    if not size or any(rules.is_small(p.count or 0.0) for _, p in there):
        return None
    kind = there[0][0].exposure_kind
    if kind is not ExposureKind.ANSWERS:
        return rate_of(count, size, unit=f"for each 100 {kind.value}")
    if rules.percentage(round(count), round(size)) is None:
        return None
    return wilson_interval(round(count), round(size))


def sum_by_window(series: Series, windows: Sequence[DateRange]) -> Series:
    """Return a series whose periods are sums: one for each window, and for it in years before.

    Windows follow one another without a gap, as the half-terms of a forecast do. A period
    belongs to the window that holds its middle; masked ones are in no sum.
    """
    groups: dict[object, list[SeriesPeriod]] = {}
    for period in series.periods:
        groups.setdefault(_window(middle_of(period), windows), []).append(period)
    return evolve(series, periods=[_sum(group) for group in groups.values()], reading=None)


def _window(day: date, windows: Sequence[DateRange]) -> object:
    """Return the window of a day, and how many years earlier it lies."""
    for years in range(_MOST_YEARS if windows else 0):
        moved = day + years * _YEAR
        if moved > windows[-1].end:
            break
        if moved >= windows[0].start:
            return years, next(i for i, w in enumerate(windows) if moved <= w.end)
    return day.year, "part", place_in_year(day)


def _sum(periods: Iterable[SeriesPeriod]) -> SeriesPeriod:
    given = list(periods)
    there = [p for p in given if not p.masked]
    if len(given) == 1 or not there:
        return given[0]
    first, last = given[0], given[-1]
    return SeriesPeriod(
        label=f"{first.label} to {last.label}",
        start=first.start,
        end=last.end,
        count=fsum(p.count or 0.0 for p in there),
        exposure=fsum(p.exposure or 0.0 for p in there),
    )
