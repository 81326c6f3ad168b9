"""Pupil school-days from the calendar: the exposure of events in school."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from attrs import frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, Value, as_day, require_types
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Count, OneOf, Text
from behaviour_culture.model.calendar import DateRange, SchoolYear

__all__ = ["PeriodExposure", "closed_days", "exposure_from_calendar"]

_MOST = 20_000
"""More pupils than any school in England has."""


@frozen(kw_only=True, repr=False)
class PeriodExposure(Value):
    """The days of one week or half-term on which pupils could attend, times the pupils."""

    label: Text
    start: date
    end: date
    days: Count
    pupil_days: Count

    def _check(self, check: Check) -> None:
        check.in_order("start", "end")

    def _label(self) -> str:
        return f"{self.label}: {self.days} days"


def exposure_from_calendar(
    calendar: SchoolYear,
    pupils: int | Mapping[str, int],
    *,
    by: Literal["half-term", "week"] = "half-term",
    closures: Iterable[date | DateRange] = (),
) -> Entries[PeriodExposure]:
    """Return pupil school-days by half-term or week: teaching days times pupils on roll.

    Parameters
    ----------
    calendar : SchoolYear
        INSET days, days off and breaks do not count.
    pupils : int or mapping
        Pupils on roll, 1 to 20,000: one number, or one for each half-term by its label.
    by : {"half-term", "week"}
    closures : iterable of date or DateRange
        Days on which the school was closed although the calendar has them as teaching days,
        such as for snow or a strike: dates, datetimes, texts like ``2026-12-03``, ranges. A
        range may include other days too; one that is not in this year is refused.

    Returns
    -------
    tuple of PeriodExposure
        In order of time; a period in which the school was always closed has 0 days.

    Examples
    --------
    >>> from behaviour_culture import load_calendar
    >>> year = load_calendar("blue-coat-2024-25")
    >>> parts = exposure_from_calendar(year, 900)
    >>> parts[0].label, sum(p.days for p in parts)
    ('Autumn 1', 190)
    """
    require_types("exposure_from_calendar", calendar=(calendar, SchoolYear))
    check = Check("exposure_from_calendar")
    _check_pupils(calendar, pupils, check)
    check.value("by", by, Annotated[str, OneOf(("half-term", "week"))])
    closed = closed_days(closures, [calendar], check)
    check.done()
    if by == "week":
        spans = [(f"{w.start}", w.start, w.end, w.half_term) for w in calendar.weeks]
    else:
        spans = [(h.label, h.start, h.end, h.label) for h in calendar.half_terms]
    periods = []
    for label, start, end, half_term in spans:
        days = sum(
            calendar.is_teaching_day(day) and day not in closed
            for day in DateRange(start=start, end=end).days()
        )
        roll = pupils[half_term] if isinstance(pupils, Mapping) else pupils
        periods.append(
            PeriodExposure(label=label, start=start, end=end, days=days, pupil_days=days * roll)
        )
    return Entries(periods)


def _check_pupils(calendar: SchoolYear, pupils: object, check: Check) -> None:
    if not isinstance(pupils, Mapping):
        check.whole("pupils", pupils, 1, _MOST)
        return
    labels = [h.label for h in calendar.half_terms]
    for key in pupils:
        if key not in labels:
            message = f"no half-term {shorten(key)}; the calendar has {', '.join(labels)}"
            check.fault("pupils", message)
    for label in labels:
        if label in pupils:
            check.whole(f"pupils[{label!r}]", pupils[label], 1, _MOST)
        else:
            check.fault("pupils", f"the pupils of {label!r} are missing")


def closed_days(closures: object, calendars: Sequence[SchoolYear], check: Check) -> frozenset[date]:
    """Return the days on which the school was closed, or record faults.

    A closure in no year of the calendars is a slip, and so a fault.
    """
    if isinstance(closures, (str, bytes, DateRange)) or not isinstance(closures, Iterable):
        check.fault("closures", f"expected a list of dates, got {shorten(closures)}")
        return frozenset()
    days: set[date] = set()
    for i, entry in enumerate(closures):
        day = as_day(entry)
        if isinstance(entry, DateRange):
            given = list(entry.days())
        elif check.value(f"closures[{i}]", day, date):
            given = [day]
        else:
            continue
        if not any(c.is_near(d) for c in calendars for d in given):
            where = " or ".join(c.id for c in calendars) or "a calendar: give one"
            check.fault(f"closures[{i}]", f"{entry} is not in the year of {where}")
        days.update(given)
    return frozenset(days)
