"""The period that a row is about: years, terms, weeks and days in every form of the tables."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import NamedTuple

__all__ = ["FIVE", "TIMES", "WHOLE_YEAR", "Length", "Span", "span_of", "year_of"]

TIMES = ("term", "year_breakdown", "time_identifier", "time_frame")
"""Columns that say which part of a year a row is about; the first that says a part is taken."""
WHOLE_YEAR = frozenset(
    {"", "total", "all", "academic year", "full year", "full academic year", "six half terms"}
)
FIVE = "five half terms"
"""Absence to 2011/12 was collected for five half-terms: such a year is not the later one."""
_YEAR = re.compile(r"(\d{4})(?: ?[-/_\u2013] ?|)(\d{1,2}|\d{4})(?:[.]0+)?")
_CALENDAR_YEAR = re.compile(r"(\d{4})(?:[.]0+)?")
_WEEK = re.compile(r"week (\d\d?)")
_TERMS = {
    FIVE: ((9, 1), (5, 31)),
    "autumn": ((9, 1), (12, 31)),
    "spring": ((1, 1), (4, 15)),
    "summer": ((4, 16), (8, 31)),
    "autumn and spring": ((9, 1), (4, 15)),
}
"""Nominal first and last days (judgement): the tables have no term dates."""
_YEAR_SPAN = ((9, 1), (8, 31))
_SEPTEMBER = 9
_YEAR_LENGTH = 6


class Length(StrEnum):
    """How long a period is: periods of two lengths do not compare."""

    YEAR = "year"
    TERM = "term"
    WEEK = "week"
    DAY = "day"


class Span(NamedTuple):
    """The label, the first and last day, and the length of a period."""

    label: str
    start: dt.date
    end: dt.date
    length: Length


def year_of(text: str) -> str | None:
    """Return a year as six digits, or four for a calendar year; None for anything else.

    Examples
    --------
    >>> year_of("2021/22"), year_of("2021-2022"), year_of("202122.0"), year_of("2021/23")
    ('202122', '202122', '202122', None)
    """
    text = text.strip()
    if match := _CALENDAR_YEAR.fullmatch(text):
        return match[1]
    match = _YEAR.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), match[2]
    following = str(first + 1)[-len(second) :]
    return f"{first}{(first + 1) % 100:02}" if second == following else None


def span_of(year: str, part: str, day: str = "") -> Span | None:
    """Return the period of a row, or None if the year or its part is not known.

    Parameters
    ----------
    year : str
        As `year_of` gives it.
    part : str
        A term, a week, or a text for the whole year.
    day : str
        The day of a row about one day.
    """
    words = " ".join(part.split()).casefold()
    try:
        if day.strip():
            date = dt.date.fromisoformat(day.strip()[:10])
            return Span(date.isoformat(), date, date, Length.DAY)
        if week := _WEEK.fullmatch(words):
            monday = dt.date.fromisocalendar(int(year), int(week[1]), 1)
            sunday = monday + dt.timedelta(days=6)
            return Span(f"{year} Week {int(week[1])}", monday, sunday, Length.WEEK)
        if len(year) != _YEAR_LENGTH or year_of(year) is None:
            return None
        whole = words in WHOLE_YEAR
        name = words if words == FIVE else words.removesuffix("s").removesuffix(" term")
        ends = _YEAR_SPAN if whole else _TERMS[name]
        first = int(year[:4])
        start, end = (
            dt.date(first if month >= _SEPTEMBER else first + 1, month, on) for month, on in ends
        )
    except (ValueError, KeyError, OverflowError):
        return None
    label = f"{year[:4]}/{year[4:]}"
    if whole:
        return Span(label, start, end, Length.YEAR)
    length = Length.YEAR if words == FIVE else Length.TERM
    return Span(f"{label} {' '.join(part.split())}", start, end, length)
