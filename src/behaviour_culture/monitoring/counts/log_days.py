"""The rows of a behaviour log in the calendar: where each lies, and what that shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from behaviour_culture._display import count_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.interchange.days import FEWEST, MANY, named_rows
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.exposure import PeriodExposure
from behaviour_culture.model.reading import Doubt
from behaviour_culture.monitoring.counts.log_rows import LogRow

__all__ = [
    "ACCEPTED",
    "ask_about_days",
    "days_covered",
    "left_out",
    "lone_ends",
    "long_gaps",
    "part_covered",
    "place",
]

ACCEPTED = ("day-without-school", "lone-row")
"""What is refused unless its caller accepts it."""
_LONE, _LONE_SHARE = 3, 0.1
"""Most rows, and largest share of all, at an end of a log that may be slips (judgement)."""
_GAP, _USUAL = 15, 3
"""School days without a row before such an end, and times the longest other gap (judgement)."""
_MANY_GAPS = 5
"""Times the upper quartile of all gaps, from which one inside a log raises a doubt (judgement)."""
_UNSURE = 5
"""School days of the first or last period without a row that raise a doubt (judgement)."""
_SATURDAY = 5
_SHOWN = 5
_LEFT_OUT = {
    "not-chosen": "not chosen by where",
    "unknown-pupil": "without a known pupil",
    "outside-covers": "outside the days that the log covers",
    "masked-period": "in a period that the log does not cover whole",
    "day-without-school": "on a day without school: a weekend, a holiday, INSET, a closure",
    "outside-calendar": "outside the years of the calendar",
    "repeated": "about an incident, or a pupil in it, that another row counts",
}
"""Why rows are not counted, by the code of their doubt."""


def place(  # noqa: PLR0913  (what decides it)
    rows: Iterable[tuple[LogRow, str, bool]],
    opened: Mapping[date, int],
    masks: Sequence[str],
    covers: DateRange | None,
    years: Sequence[SchoolYear],
    *,
    by_pupil: bool,
) -> tuple[list[tuple[int, LogRow, str]], dict[str, list[int]]]:
    """Return the rows that can count, and the numbers of all others by the code of their doubt.

    Parameters
    ----------
    rows : iterable of (LogRow, str, bool)
        Each with the hash of its pupil, and whether it is asked for.
    opened : mapping of date to int
        The place of its period for each day of teaching.
    masks : sequence of str
        Of each period; empty where it counts.
    covers : DateRange or None
    years : sequence of SchoolYear
    by_pupil : bool
        A row needs a pupil.
    """
    out: dict[str, list[int]] = {code: [] for code in _LEFT_OUT}
    placed: list[tuple[int, LogRow, str]] = []
    for number, (row, key, asked) in enumerate(rows, start=1):
        at = opened.get(row.day)
        if not asked:
            code = "not-chosen"
        elif by_pupil and not key:
            code = "unknown-pupil"
        elif covers is not None and row.day not in covers:
            code = "outside-covers"
        elif at is None:
            inside = any(year.start <= row.day <= year.end for year in years)
            code = "day-without-school" if inside else "outside-calendar"
        elif masks[at]:
            code = "masked-period"
        else:
            placed.append((number, row, key))
            continue
        out[code].append(number)
    return placed, out


def left_out(out: Mapping[str, Sequence[int]]) -> list[Doubt]:
    """Return a doubt for each reason for which rows do not count."""
    return [
        Doubt(
            code=code,
            message=f"{count_of(len(rows), 'row')} {_LEFT_OUT[code]}",
            count=len(rows),
            rows=rows[:_SHOWN],
            left_out=True,
        )
        for code, rows in out.items()
        if rows
    ]


def ask_about_days(  # noqa: PLR0913, PLR0917  (what decides it)
    placed: int,
    out: Mapping[str, Sequence[int]],
    rows: Sequence[LogRow],
    years: Sequence[SchoolYear],
    accept: Collection[str],
    given: Arguments,
) -> None:
    """Record a fault if the days of the rows do not fit the calendar."""
    odd, outside = out["day-without-school"], out["outside-calendar"]
    there = placed + len(odd)
    if not placed and (odd or outside):
        first, last = min(row.day for row in rows), max(row.day for row in rows)
        message = (
            f"none of {len(odd) + len(outside):,} rows, from {first} to {last}, is on a teaching "
            f"day from {years[0].start} to {years[-1].end}: give the calendar of these days, or "
            "read them with dayfirst= or timezone= as they were written"
        )
        given.fault("calendar", message)
    elif len(odd) >= FEWEST and len(odd) > MANY * there and ACCEPTED[0] not in accept:
        message = (
            f"{len(odd):,} of {there:,} rows are on days without school ({named_rows(odd)} below "
            "the header): read them with dayfirst= or timezone= as they were written, correct the "
            f"calendar, or leave these rows out with accept=['{ACCEPTED[0]}']"
        )
        given.fault("calendar", message)


def lone_ends(
    rows: Sequence[LogRow], opened: Mapping[date, int], accept: Collection[str], given: Arguments
) -> list[Doubt]:
    """Return a doubt, or record a fault, for a few rows that decide the days covered."""
    tally = Counter(row.day for row in rows)
    days = sorted(tally)
    doubts = []
    for ordered, side in ((days, "before"), (days[::-1], "after")):
        lone = _lone(ordered, tally, opened)
        if not lone:
            continue
        numbers = [i for i, row in enumerate(rows, start=1) if row.day in lone]
        message = (
            f"{count_of(len(numbers), 'row')} on {', '.join(map(str, lone))}, long {side} all "
            f"others: the nearest is on {ordered[len(lone)]}"
        )
        if ACCEPTED[1] in accept:
            shown = numbers[:_SHOWN]
            doubts.append(Doubt(code=ACCEPTED[1], message=message, count=len(numbers), rows=shown))
            continue
        mend = (
            f"({named_rows(numbers)} below the header). Correct them, or say with covers= which "
            f"days the export covers, or accept=['{ACCEPTED[1]}'] if nothing happened between"
        )
        given.fault("covers", f"{message} {mend}")
    return doubts


def _lone(days: Sequence[date], tally: Mapping[date, int], opened: Collection[date]) -> list[date]:
    """Return the first days of a log if few rows lie on them, far from all the others.

    ``days`` may run backwards. Inside the calendar school days between are counted, outside it
    weekdays.
    """
    gaps = [_school_days(one, other, opened) for one, other in pairwise(days)]
    total, rows = sum(tally.values()), 0
    for i, gap in enumerate(gaps):
        rows += tally[days[i]]
        if rows > min(_LONE, _LONE_SHARE * total):
            break
        if gap > max(_GAP, _USUAL * max(gaps[i + 1 :], default=0)):
            return list(days[: i + 1])
    return []


def _school_days(one: date, other: date, opened: Collection[date]) -> int:
    low, high = sorted((one, other))
    first, last = min(opened, default=high), max(opened, default=low)
    between = map(date.fromordinal, range(low.toordinal() + 1, high.toordinal()))
    return sum(
        day in opened if first <= day <= last else day.weekday() < _SATURDAY for day in between
    )


def days_covered(
    rows: Sequence[LogRow], opened: Collection[date], years: Sequence[SchoolYear]
) -> DateRange:
    """Return the days from the first row to the last, of those that can say what is covered.

    A row in a holiday cannot, nor a few outside the calendar: they are slips, or do not count.
    """
    days = [row.day for row in rows]
    taught = [day for day in days if day in opened]
    beyond = [day for day in days if not any(year.start <= day <= year.end for year in years)]
    if len(beyond) > _LONE_SHARE * len(days):
        taught += beyond
    return DateRange(start=min(taught or days), end=max(taught or days))


def long_gaps(
    rows: Sequence[LogRow], opened: Mapping[date, int], masks: Sequence[str]
) -> list[Doubt]:
    """Return a doubt if there is no row on many school days between others that count."""
    days = sorted({row.day for row in rows if row.day in opened and not masks[opened[row.day]]})
    between = [_school_days(one, other, opened) for one, other in pairwise(days)]
    if not between:
        return []
    usual = sorted(between)[len(between) * 3 // 4]
    longest = max(between)
    if longest <= max(_GAP, _MANY_GAPS * usual):
        return []
    at = between.index(longest)
    message = (
        f"no row on {longest} school days between {days[at]} and {days[at + 1]}, which count as "
        "days without incidents: if the export lacks them, export them too"
    )
    return [Doubt(code="gap", message=message, count=len(rows))]


def part_covered(
    known: DateRange,
    many: int,
    spans: Sequence[PeriodExposure],
    masks: Sequence[str],
    opened: Mapping[date, int],
) -> list[Doubt]:
    """Return a doubt if the first or the last period may be covered in part only."""
    first, last = known.start, known.end
    there = [i for i, mask in enumerate(masks) if not mask]
    found = {
        spans[i].label: days
        for i in sorted({*there[:1], *there[-1:]})
        if (days := sum(at == i and not first <= d <= last for d, at in opened.items())) > _UNSURE
    }
    if not found:
        return []
    said = " and ".join(f"{days} school days of {label}" for label, days in found.items())
    message = f"no row on {said}, which count as days without incidents: if not, say covers="
    return [Doubt(code="covers-assumed", message=message, count=many)]
