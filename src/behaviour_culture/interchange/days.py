"""Days in a column of texts: read where there is no doubt, and looked at as a whole.

A date that can be read is not always the date that was meant: month before day, midnight in
another zone, a spreadsheet that turned some cells round. One cell does not show it, a column does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from behaviour_culture._display import MONTHS, count_of, day_words
from behaviour_culture.checks import Check
from behaviour_culture.errors import Fault, shorten, suggest
from behaviour_culture.model.reading import Doubt

__all__ = ["FEWEST", "MANY", "YEARS", "DayColumn", "Moment", "check_day_options", "named_rows"]

_HOME = "Europe/London"
YEARS = range(1990, 2100)
"""Years of the dates in a school's files; any other is a slip of the pen (judgement)."""
MANY, FEWEST = 0.05, 3
"""Share and number of rows from which rows on odd days are many (judgement)."""
_SHOWN = 5
"""Rows that a fault names."""
_MONTHS = [name.lower() for name in MONTHS]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_SATURDAY = 5
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001
"""Day 0 of a spreadsheet, which believes in a 29 February 1900."""
_HOUR = timedelta(hours=1)
_LATE = time(23)
_SURE = ("year first", "month in letters")
"""Forms that can be read in one way only."""
_NUMBER, _TURNED = "number of a spreadsheet", "month first"

_CELL = re.compile(
    r"""(?:(?P<weekday>[a-z]{3,9})\.?,?\s+)?
    (?: (?P<year>\d{4})(?P<sep>[-/.]?)(?P<month>\d\d?)(?P=sep)(?P<day>\d\d?)
      | (?P<one>\d\d?)(?P<mark>[-/.])(?P<two>\d\d?)(?P=mark)(?P<end>\d{4}|\d\d)
      | (?P<day3>\d\d?)(?:st|nd|rd|th)?(?:\s+|-)(?P<name3>[a-z]{3,9})\.?,?
        (?:\s+|-)(?P<year3>\d{4}|\d\d)
      | (?P<name4>[a-z]{3,9})\.?\s+(?P<day4>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year4>\d{4})
    )
    (?: (?:t|,?\s+(?:at\s+)?)
        (?P<hour>\d\d?)[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?
        (?:\s*(?P<half>[ap])\.?m\.?)?
        (?:\s*(?P<zone>z|utc|gmt|bst))?(?P<offset>[+-]\d\d(?::?\d\d)?)?(?:\s*\([a-z ]+\))?
    )?""",
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN_CLOCK = re.compile(r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<half>(?!))?")


class Moment(NamedTuple):
    """One cell: its day, and what a column of such cells can show."""

    day: date
    clock: time | None = None
    form: str = _SURE[0]
    turned: date | None = None
    """The day with day and month the other way round, if there is one."""
    moved: bool = False
    """Its day in London is not the day that is written."""
    bare: bool = True
    """No zone is known, so that the time is taken as local."""


def check_day_options(check: Check, dayfirst: object, timezone: object) -> None:
    """Record faults of the arguments ``dayfirst`` and ``timezone``."""
    check.value("dayfirst", dayfirst, bool | None)
    good = check.value("timezone", timezone, str | None)
    if good and isinstance(timezone, str) and _offset_in(timezone, _DAY_0) is None:
        hint = suggest(timezone, ("UTC", _HOME))
        check.fault("timezone", f"no time zone {shorten(timezone)}{hint}: give 'UTC' or '{_HOME}'")


def named_rows(lines: Sequence[int]) -> str:
    """Return the first of some rows by number, and how many more there are."""
    more = f" and {len(lines) - _SHOWN:,} more" if len(lines) > _SHOWN else ""
    return f"row{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:_SHOWN]))}{more}"


class DayColumn:
    """Reads the cells of one column one by one, and then tells what is odd about them together.

    Parameters
    ----------
    place : str
        The column, as faults name it.
    dayfirst : bool, optional
        Whether 09/10/2024 is 9 October. None: it is, unless the column shows that it is not.
    timezone : str, optional
        The zone of times that name none. None: they are local. Days are those in London.
    times : bool
        A cell may have a time of day, other than midnight in London.
    """

    def __init__(
        self,
        place: str,
        *,
        dayfirst: bool | None = None,
        timezone: str | None = None,
        times: bool = True,
    ) -> None:
        self.place = place
        self.times = times
        self.dayfirst = dayfirst
        self.timezone = timezone
        self.faults: list[Fault] = []
        self._found: list[tuple[int, int, str, Moment]] = []
        self._dates: dict[str, tuple[Moment | None, str]] = {}

    def read(self, line: int, cell: str, row: int) -> Moment | None:
        """Return the moment of a cell, or None after a fault.

        ``line`` is the number of the row in a fault, ``row`` that in a doubt.
        """
        moment, why = self._quick(cell)
        if moment is not None and not self.times and moment.clock not in {None, time()}:
            mend = f": say timezone='UTC', or '{_HOME}'" if moment.clock == _LATE else ""
            why = f"expected a date without a time of day, got {shorten(cell, 40)}{mend}"
            moment = None
        if moment is None:
            self.faults.append(Fault(f"row {line}, {self.place}", why, cell[:80]))
            return None
        self._found.append((line, row, cell, moment))
        return None if moment.form == _TURNED else moment

    def close(self) -> list[Doubt]:
        """Return the doubts about the column; what must be mended is in ``faults``."""
        doubts = self._forms()
        self._late()
        if moved := [row for _, row, _, moment in self._found if moment.moved]:
            message = (
                f"{count_of(len(moved), 'row')} in another time zone: the day is that in London, "
                "not the one that is written"
            )
            doubts.append(_doubt("time-zone", message, moved))
        return doubts

    def weekends(self) -> list[Doubt]:
        """Return a doubt if many days are at weekends; a fault where the month must be first."""
        there = [(line, row, m) for line, row, _, m in self._found if m.day.weekday() >= _SATURDAY]
        if len(there) < FEWEST or len(there) <= MANY * len(self._found):
            return []
        turned = [moment.turned for *_, moment in self._found]
        message = f"{count_of(len(there), 'row')} of {len(self._found):,} on a Saturday or Sunday"
        if self.dayfirst is None and all(d and d.weekday() < _SATURDAY for d in turned):
            lines = [line for line, *_ in there]
            self._fault(lines, f"{message}, and none with the month first: say dayfirst=False")
            return []
        mend = "if that cannot be, say dayfirst= or timezone= as the dates were written"
        return [_doubt("weekend", f"{message}: {mend}", [row for _, row, _ in there])]

    # -- one cell ------------------------------------------------------------------------

    def _quick(self, cell: str) -> tuple[Moment | None, str]:
        """Return what `_moment` does; the dates of a column are few, its times many."""
        head, _, tail = cell.partition(" ")
        if head not in self._dates:
            self._dates[head] = self._moment(head)
        moment = self._dates[head][0]
        if not tail:
            return self._dates[head]
        clock = _plain_clock(tail)
        if moment is None or clock is None or moment.form == _NUMBER or self.timezone is not None:
            return self._moment(cell)
        return Moment(moment.day, clock, moment.form, moment.turned), ""

    def _moment(self, cell: str) -> tuple[Moment | None, str]:
        """Return the moment of a cell, or why there is none."""
        if _SERIAL.fullmatch(cell):
            at = _DAY_0 + timedelta(seconds=round(float(cell) * 86_400))
            clock = at.time() if "." in cell else None
            return self._local(at.date(), clock, None, _NUMBER)
        found = _CELL.fullmatch(cell)
        part = found.groupdict() if found else {}
        if not part or (part["sep"] == "" and not re.match(r"\D*\d{8}(?!\d)", cell)):
            return None, f"expected a date like 2026-09-07 or 14/09/2026, got {shorten(cell, 40)}"
        form, turned = _SURE[0], None
        if part["one"]:
            year, one, two = _year(part["end"]), int(part["one"]), int(part["two"])
            day, turned = _date(year, two, one), _date(year, one, two)
            if self.dayfirst is False:
                day, turned = turned, day
            form = f"two numbers, {part['mark']}, {'year' if len(part['end']) > 2 else 'yr'}"  # noqa: PLR2004
            if day is None and turned is not None and self.dayfirst is None:
                form, day = _TURNED, turned
        elif part["year"]:
            day = _date(int(part["year"]), int(part["month"]), int(part["day"]))
        else:
            form, name = _SURE[1], (part["name3"] or part["name4"]).lower()
            month = next((i for i, m in enumerate(_MONTHS, 1) if m.startswith(name)), 0)
            year = _year(part["year3"] or part["year4"])
            day = _date(year, month, int(part["day3"] or part["day4"]))
        clock, known = _clock(part)
        if day is None or not known:
            other = "" if day or turned is None else f"; dayfirst={not self.dayfirst} would read it"
            return None, f"{shorten(cell, 40)} is not in any calendar{other}"
        if (weekday := (part["weekday"] or "")[:3].lower()) and weekday != _name(day):
            right = day_words(day, weekday=True)
            message = f"{shorten(cell, 40)} was {right}: the date or the weekday is wrong"
            return None, message
        return self._local(day, clock, _offset(part), form, turned)

    def _local(
        self,
        day: date,
        clock: time | None,
        offset: timedelta | None,
        form: str,
        turned: date | None = None,
    ) -> tuple[Moment | None, str]:
        """Return the moment in London, or why it is none of a school."""
        if day.year not in YEARS:
            return None, f"{day} lies outside the years of a school's files"
        if clock is None or (offset is None and self.timezone is None):
            return Moment(day, clock, form, turned), ""
        at = datetime.combine(day, clock)
        if offset is None:
            offset = _offset_in(self.timezone or _HOME, at) or timedelta(0)
        home = _in_london(at - offset)
        moved = home.date() != day
        return Moment(home.date(), home.time(), form, turned, moved, bare=False), ""

    # -- the column ----------------------------------------------------------------------

    def _fault(self, lines: Sequence[int], message: str) -> None:
        place = f"row {lines[0]}, {self.place}"
        self.faults.append(Fault(place, f"{message} ({named_rows(lines)})"))

    def _forms(self) -> list[Doubt]:
        """Return a doubt about several forms; record a fault where one of them is not sure."""
        rows: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for line, row, cell, moment in self._found:
            rows[moment.form].append((line, row, cell))
        if turned := rows.pop(_TURNED, []):
            lines = [line for line, *_ in turned]
            dated = [m for *_, m in self._found if m.form not in {*_SURE, _NUMBER, _TURNED}]
            mend = "say dayfirst=False, if the month comes first in the whole column"
            if any(moment.turned is None for moment in dated):
                mend = "in other rows the day must come first: save the dates in one form"
            what = f"{shorten(turned[0][2], 40)} has no such month"
            self._fault(lines, f"{what}: {mend}")
            return []
        if len(rows) < 2:  # noqa: PLR2004
            return []
        most, *rest = sorted(rows.values(), key=len, reverse=True)
        lines = [line for group in rest for line, *_ in group]
        shown = " and ".join(shorten(group[0][2], 40) for group in (most, *rest))
        message = f"{len(rows)} forms of dates in one column, {shown}"
        if self.dayfirst is not None or set(rows) <= set(_SURE):
            return [_doubt("forms", message, [row for group in rest for _, row, _ in group])]
        mend = "save the dates in one form, or say which number is the day: dayfirst=True or False"
        self._fault(lines, f"{message}: {mend}")
        return []

    def _late(self) -> None:
        """Record a fault if summer days begin at 23:00 of the day before, as in UTC."""
        timed = [(line, m) for line, _, _, m in self._found if m.clock is not None and m.bare]
        if not any(moment.clock == _LATE for _, moment in timed):
            return
        summer = [(line, m) for line, m in timed if _is_summer(datetime.combine(m.day, time(12)))]
        late = [line for line, moment in summer if moment.clock == _LATE]
        if len(late) > 1 and 2 * len(late) > len(summer):
            message = (
                f"{count_of(len(late), 'row')} at 23:00 in summer, which is midnight in UTC: say "
                f"timezone='UTC', or '{_HOME}' if it was eleven at night"
            )
            self._fault(late, message)


def _doubt(code: str, message: str, rows: Iterable[int]) -> Doubt:
    numbers = sorted(rows)
    return Doubt(code=code, message=message, count=len(numbers), rows=numbers[:_SHOWN])


def _year(digits: str) -> int:
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _name(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


@lru_cache(maxsize=4096)
def _plain_clock(text: str) -> time | None:
    """Return a time such as 10:35 or 10:35:00; None for any other form."""
    found = _PLAIN_CLOCK.fullmatch(text)
    return _clock(found.groupdict())[0] if found else None


def _clock(part: dict[str, str]) -> tuple[time | None, bool]:
    """Return the time of day of a cell, if it has one, and whether there is such a time."""
    if not part["hour"]:
        return None, True
    hour, half = int(part["hour"]), (part["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004
            return None, False
        hour = hour % 12 + 12 * (half == "p")
    try:
        return time(hour, int(part["minute"]), int(part["second"] or 0)), True
    except ValueError:
        return None, False


def _offset(part: dict[str, str]) -> timedelta | None:
    """Return how far the clock of a cell is ahead of UTC, or None if it does not say."""
    if digits := (part["offset"] or "").replace(":", ""):
        ahead = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:] or 0))
        return -ahead if digits[0] == "-" else ahead
    zone = (part["zone"] or "").lower()
    return None if not zone else _HOUR if zone == "bst" else timedelta(0)


# -- zones ------------------------------------------------------------------------------------


def _last_sunday(year: int, month: int) -> datetime:
    """Return 01:00 on the last Sunday of a month of 31 days."""
    day = datetime(year, month, 31, 1)  # noqa: DTZ001  (UTC)
    return day - timedelta(days=(day.weekday() + 1) % 7)


@cache
def _summer_of(year: int) -> tuple[datetime, datetime]:
    return _last_sunday(year, 3), _last_sunday(year, 10)


def _is_summer(at: datetime) -> bool:
    """Say whether a moment in UTC is in British Summer Time: to 1995 it ended a week earlier."""
    start, end = _summer_of(at.year)
    return start <= at < end


def _in_london(at: datetime) -> datetime:
    """Return a moment in UTC as clocks in London show it."""
    return at + _HOUR if _is_summer(at) else at


@cache
def _zone(name: str) -> object:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  (few files need it)

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # no such zone, or no zones on this machine
        return None


def _offset_in(zone: str, at: datetime) -> timedelta | None:
    """Return how far a zone is ahead of UTC at a moment on its clocks; None for no such zone."""
    if zone.upper() in {"UTC", "GMT", "Z"}:
        return timedelta(0)
    if zone == _HOME:
        return _HOUR if _is_summer(at - _HOUR) else timedelta(0)
    made = _zone(zone)
    return None if made is None else at.replace(tzinfo=made).utcoffset()  # type: ignore[arg-type]
