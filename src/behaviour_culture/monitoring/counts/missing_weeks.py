"""Teaching weeks between the periods of a series for which its file has no row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from statistics import median

from behaviour_culture._display import count_of
from behaviour_culture.errors import Fault
from behaviour_culture.model.calendar import DateRange, SchoolWeek, SchoolYear
from behaviour_culture.model.indicator import SeriesPeriod
from behaviour_culture.model.reading import Doubt

__all__ = ["fill", "missing_weeks"]

_LONGEST_WEEK = 13
"""Days of the longest period that is a week or so (judgement)."""
_SHOWN = 5


def missing_weeks(
    periods: Sequence[SeriesPeriod], calendar: SchoolYear, closed: Collection[date]
) -> list[SchoolWeek]:
    """Return the weeks with teaching of which no period holds a day, first to last period."""
    taught = {
        week.number: [
            day
            for day in DateRange(start=week.start, end=week.end).days()
            if calendar.is_teaching_day(day) and day not in closed
        ]
        for week in calendar.weeks
        if periods[0].end < week.start and week.end < periods[-1].start
    }
    return [
        calendar.weeks[number]
        for number, days in taught.items()
        if days and not any(p.start <= day <= p.end for p in periods for day in days)
    ]


def fill(  # noqa: PLR0913  (what the file does not say)
    periods: Sequence[SeriesPeriod],
    calendar: SchoolYear,
    closed: Collection[date],
    *,
    missing: str | None,
    pupils: int | None,
    faults: list[Fault],
) -> tuple[list[SeriesPeriod], list[Doubt]]:
    """Return all periods in order, with those of missing weeks, or record a fault that asks.

    ``pupils`` is None where no exposure can be worked out.
    """
    weeks = missing_weeks(periods, calendar, closed) if periods else []
    if not weeks:
        return list(periods), []
    shown = ", ".join(str(week.start) for week in weeks[:_SHOWN])
    more = f" and {len(weeks) - _SHOWN} more" if len(weeks) > _SHOWN else ""
    what = f"{count_of(len(weeks), 'teaching week')} without a row ({shown}{more})"
    if missing is None:
        message = f"{what}: say 'zero' if nothing happened in them, or 'unknown'"
        faults.append(Fault("missing", message))
    elif missing == "zero" and pupils is None:
        message = f"{what}: a week without events needs its exposure: give 'pupils', or its row"
        faults.append(Fault("missing", message))
    else:
        long = median((p.end - p.start).days for p in periods) > _LONGEST_WEEK
        added = []
        # Beside half-terms, the weeks of one half-term are one period.
        for _, run in groupby(weeks, key=lambda w: w.half_term if long else w.number):
            first, *_, last = [*(several := list(run)), several[-1]]
            span = DateRange(start=first.start, end=last.end)
            days = sum(calendar.is_teaching_day(d) and d not in closed for d in span.days())
            added.append(
                SeriesPeriod(
                    label=str(span.start),
                    start=span.start,
                    end=span.end,
                    count=0 if missing == "zero" else None,
                    exposure=None if pupils is None else days * pupils,
                    masked="" if missing == "zero" else "no row in the file",
                )
            )
        word = "counted as 0" if missing == "zero" else "masked"
        doubt = Doubt(code="missing-weeks", message=f"{what}, {word}", count=len(weeks))
        return sorted([*periods, *added], key=lambda p: p.start), [doubt]
    return list(periods), []
