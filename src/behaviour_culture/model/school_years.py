"""School years that follow one another, as one calendar: the door of all that takes a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeAlias

from attrs import evolve

from behaviour_culture.checks import Check
from behaviour_culture.model.calendar import SchoolYear, school_year

__all__ = ["Years", "join_years", "joined_ids", "take_years"]

Years: TypeAlias = SchoolYear | Sequence[SchoolYear]
"""One school year, or several in any order."""

_NEXT = timedelta(weeks=78)
"""From the start of a year to that of the next it is less than this."""
_MOST_MISSING = 3
"""More years in a row than this are not projected (judgement)."""


def join_years(
    calendar: Years, *, starts: date | None = None, until: date | None = None
) -> SchoolYear:
    """Return school years as one; see `take_years`.

    Raises
    ------
    InvalidInputError
        Years that overlap or repeat, no year, or something else.

    Examples
    --------
    >>> from behaviour_culture import load_calendar
    >>> year = load_calendar("illustrative-2026-27")
    >>> both = join_years([year, year.projected()])
    >>> both.half_terms[0].label, both.half_terms[-1].label, both.id
    ('Autumn 1', 'Summer 2 2027/28', 'illustrative-2026-27')
    """
    check = Check("join_years")
    year = take_years(calendar, check, starts=starts, until=until)
    check.done()
    assert year is not None  # noqa: S101  (or there were faults)
    return year


def take_years(
    calendar: object, check: Check, *, starts: date | None = None, until: date | None = None
) -> SchoolYear | None:
    """Return the argument ``calendar`` as one school year, or record its faults.

    The first year whose dates are set keeps the labels of its half-terms; in the others the
    school year stands beside them. A year that is missing is projected from the year beside it:
    between two, before the first where ``starts`` lies in it, and after the last until the day
    ``until``, three of them at most.
    """
    years = _given(calendar, check)
    if not years or not _follow_one_another(years, check):
        return None
    filled = [years[0]]
    for year in years[1:]:
        missing = _missing(filled[-1], year)
        if len(missing) > _MOST_MISSING:
            check.fault(
                "calendar",
                f"more than {_MOST_MISSING} years are missing between {filled[-1].name} and "
                f"{year.name}: give their dates",
            )
            return None
        filled += [*missing, year]
    if starts is not None and starts < filled[0].span.start:
        before = filled[0].projected(-1)
        if starts <= before.span.end < filled[0].span.start:
            filled.insert(0, before)
    last = filled[-1]
    for k in range(1, _MOST_MISSING + 1):
        if until is None or until <= filled[-1].span.end:
            break
        filled.append(last.projected(k))
    return filled[0] if len(filled) == 1 else _merged(filled)


def _given(calendar: object, check: Check) -> list[SchoolYear]:
    """Return the years of an argument in order of time, none where it is something else."""
    if not isinstance(calendar, (list, tuple)):
        check.value("calendar", calendar, SchoolYear)
        return [calendar] if isinstance(calendar, SchoolYear) else []
    if not calendar:
        check.fault("calendar", "expected a school year, or several that follow one another")
    good = [check.value(f"calendar[{i}]", year, SchoolYear) for i, year in enumerate(calendar)]
    return sorted(calendar, key=lambda y: y.span.start) if all(good) else []


def _follow_one_another(years: Sequence[SchoolYear], check: Check) -> bool:
    """Say whether years neither overlap nor repeat, or record that they do."""
    for first, second in pairwise(years):
        if second.id == first.id:
            check.fault("calendar", f"{first.id!r} is given twice: leave one out")
        elif second.span.start <= first.span.end:
            check.fault(
                "calendar",
                f"{second.name} begins on {second.span.start}, before {first.name} ends on "
                f"{first.span.end}: give years that follow one another",
            )
    return check.ok("calendar")


def joined_ids(year: SchoolYear) -> tuple[str, ...]:
    """Return the id of a calendar, and those of what it was before later years joined it."""
    first, *later = year.years or (year.id,)
    return (year.id, first, *(f"{first}-to-{last}" for last in later))


def _missing(first: SchoolYear, second: SchoolYear) -> list[SchoolYear]:
    """Return the years between two, like the first of them."""
    found: list[SchoolYear] = []
    last = max(first.terms, key=lambda t: t.start)
    begins = min(t.start for t in first.terms if t.year == last.year)
    while second.span.start - begins > _NEXT and len(found) <= _MOST_MISSING:
        year = first.projected(len(found) + 1)
        if year.span.end >= second.span.start:
            break
        found.append(year)
        begins = year.span.start
    return found


def _merged(years: Sequence[SchoolYear]) -> SchoolYear:
    real = [y for y in years if not all(t.projected for t in y.terms)] or years[:1]
    terms = []
    for year in years:
        label = school_year(min(t.start for t in year.terms))
        terms += [t if year is real[0] or t.year else evolve(t, year=label) for t in year.terms]
    ids = list(dict.fromkeys(i for y in real for i in (y.years or (y.id,))))
    return SchoolYear(
        id=ids[0] if len(ids) == 1 else f"{ids[0]}-to-{ids[-1]}",
        name=", ".join(dict.fromkeys(y.name for y in real)),
        illustrative=any(y.illustrative for y in years),
        source="; ".join(dict.fromkeys(y.source for y in years if y.source)),
        terms=terms,
        days_off=[day for y in years for day in y.days_off],
        inset=[day for y in years for day in y.inset],
        years=ids,
    )
