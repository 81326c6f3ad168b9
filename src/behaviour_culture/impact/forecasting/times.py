"""The half-terms of a forecast: those of the school's calendar, or two months each without one."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import NamedTuple

from behaviour_culture._display import short_day
from behaviour_culture.content.loader import calendar_ids, load_calendar
from behaviour_culture.model.calendar import HalfTerm, SchoolYear
from behaviour_culture.model.school_years import join_years
from behaviour_culture.scheduling.result import Schedule

__all__ = ["DAYS", "MONTHS", "Ending", "calendar_of", "half_term_ends"]

MONTHS = 2
"""Calendar months of a half-term without a calendar: six in a year, holidays and all."""
DAYS = 365.25 / 12
"""Days of a month, on average."""
_SCHOOL_YEAR = dt.timedelta(weeks=40)
"""From its first to its last day a school year takes longer than this (judgement: 45 weeks)."""


class Ending(NamedTuple):
    """The end of one half-term: its label, its last day, months since the start."""

    label: str
    end: dt.date
    months: float


def calendar_of(schedule: Schedule) -> SchoolYear | None:
    """Return the calendar that a schedule names, if it comes with the library or a package.

    None where it is a file of the user's own, or where its dates do not fit the schedule.
    """
    if schedule.calendar not in calendar_ids():
        return None
    known = load_calendar(schedule.calendar)
    year = join_years(known, starts=schedule.starts, until=schedule.projected_until)
    fits = schedule.starts in year.span
    return year if fits and all(s.finish in year.span for s in schedule.steps) else None


def half_term_ends(
    starts: dt.date, half_terms: int, year: SchoolYear | None = None
) -> tuple[Ending, ...]:
    """Return the half-terms from the one in which a plan starts, or that comes next.

    They end on their last teaching day. After the last one of the calendar its last school year is
    projected (`SchoolYear.projected`): an assumption, since nobody has set those dates yet. Without
    a calendar, or where it does not reach that far and its last year is shorter than a school
    year, a half-term is two calendar months.

    Examples
    --------
    >>> [str(e.end) for e in half_term_ends(dt.date(2026, 9, 1), 2)]
    ['2026-10-31', '2026-12-31']
    >>> year = load_calendar("illustrative-2026-27")
    >>> [e.label for e in half_term_ends(dt.date(2027, 6, 7), 2, year)]
    ['Summer 2 2027', 'Autumn 1 2027']
    """
    parts = () if year is None else year.half_terms
    found = [_ending(h, starts) for h in parts if h.end >= starts]
    if year is not None and len(found) < half_terms:
        later = 1
        alike = year.projected(later)
        if year.end < alike.start and alike.end - alike.start > _SCHOOL_YEAR:
            while len(found) < half_terms:
                found += [_ending(h, starts) for h in alike.half_terms if h.end >= starts]
                later += 1
                alike = year.projected(later)
    base = found[-1] if found else None
    for k in range(1, half_terms - len(found) + 1):
        found.append(_counted(k, starts, base))
    return tuple(found[:half_terms])


def _ending(part: HalfTerm, starts: dt.date) -> Ending:
    end = part.end
    return Ending(f"{part.name} {end.year}", end, ((end - starts).days + 1) / DAYS)


def _counted(k: int, starts: dt.date, base: Ending | None) -> Ending:
    """Return the end of the k-th two months from the start, or from the last known end."""
    first = starts if base is None else base.end + dt.timedelta(days=1)
    years, month = divmod(first.month - 1 + MONTHS * k, 12)
    day = min(first.day, monthrange(first.year + years, month + 1)[1])
    end = dt.date(first.year + years, month + 1, day) - dt.timedelta(days=1)
    if base is None:
        return Ending(f"Half-term {k}", end, float(MONTHS * k))
    return Ending(f"To {short_day(end)}", end, base.months + MONTHS * k)
