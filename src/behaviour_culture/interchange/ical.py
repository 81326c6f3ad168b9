"""iCalendar files (RFC 5545) of all-day events: written plainly, and updated in place.

All events last whole days. A plan says days and never hours, so a time would be invented; and a
date has no time zone, so that none has to be described (``VALUE=DATE``, section 3.3.4).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from attrs import field, frozen

from behaviour_culture.checks import Check, TupleOf, Value, as_tuple
from behaviour_culture.errors import BehaviourCultureError, WriteError
from behaviour_culture.fields import Text, Texts
from behaviour_culture.interchange.file_bytes import as_path, read_text, write_bytes

__all__ = ["CalendarEvent", "cancel_others", "ical_text", "own_text", "write_ical"]

_PRODUCT = "-//behaviour_culture//Behaviour plan//EN"
_EPOCH = dt.date(2000, 1, 1)
"""Sequence numbers count the days from here, so that a file of a later day is always newer."""
_DAY = dt.timedelta(days=1)
_LINE = 75
"""Most octets in a line (section 3.1)."""
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_WITHOUT = ("DTSTAMP", "SEQUENCE")
"""What says when an event was written, and nothing of the event."""
_SEQUENCE = re.compile("[0-9]{1,10}")
"""The number of a version: at most 2147483647 (section 3.3.8)."""


@frozen(kw_only=True, repr=False)
class CalendarEvent(Value):
    """One all-day event.

    Attributes
    ----------
    uid : str
        The same for the same event in every file, whenever it is written.
    first, last : date
        Its first and its last day.
    summary, description : str
        The line in the calendar, and the text behind it.
    categories : tuple of str
    """

    uid: Text
    first: dt.date
    last: dt.date
    summary: Text
    description: str = ""
    categories: Texts = field(default=(), converter=TupleOf[str])

    def _check(self, check: Check) -> None:
        check.in_order("first", "last")

    def _lines(self) -> list[str]:
        return [f"{self.first}: {self.summary}"]


class _Written(NamedTuple):
    """An event as a file has it."""

    lines: tuple[str, ...]
    sequence: int

    @property
    def first(self) -> str:
        return next((x for x in self.lines if x.startswith("DTSTART")), "")

    @property
    def cancelled(self) -> bool:
        return "STATUS:CANCELLED" in self.lines

    def says(self) -> tuple[str, ...]:
        """Return the event without when it was written."""
        return tuple(x for x in self.lines if not x.startswith(_WITHOUT))


def ical_text(
    name: str, events: Iterable[CalendarEvent], *, written_on: dt.date, before: str = ""
) -> str:
    r"""Return the text of a calendar file; the same arguments give the same text.

    A calendar takes an event anew where its ``UID`` is known and its ``SEQUENCE`` is higher. An
    event that ``before`` has in other words gets a higher number than there, one that is as it was
    stays letter by letter, and one that is no more is said to be cancelled.

    Parameters
    ----------
    name : str
        The name of the calendar.
    events : iterable of CalendarEvent
    written_on : date
        The day for which it is written, such as that of the plan; not today's.
    before : str
        The text of the file that it follows.

    Examples
    --------
    >>> import datetime as dt
    >>> day = dt.date(2026, 9, 7)
    >>> one = CalendarEvent(uid="a", first=day, last=day, summary="Launch; all staff")
    >>> text = ical_text("Plan", [one], written_on=dt.date(2026, 7, 8))
    >>> [x for x in text.split("\r\n") if x.startswith(("DT", "SUM"))]  # doctest: +ELLIPSIS
    ['DTSTAMP:20260708T000000Z', 'DTSTART;VALUE=DATE:20260907', 'DTEND;VALUE=DATE:20260908', ...
    """
    check, given = Check("ical_text"), as_tuple(events)
    check.any_text("name", name)
    check.value("events", given, tuple[CalendarEvent, ...])
    written_on = check.day("written_on", written_on)
    check.any_text("before", before)
    check.done()
    number = max(0, (written_on - _EPOCH).days)
    old = _events_in(before)
    new: dict[str, _Written] = {}
    for event in given:
        made = _written(event, written_on, number)
        was = old.get(event.uid)
        if was is not None:
            same = was.says() == made.says()
            made = was if same else _written(event, written_on, max(number, was.sequence + 1))
        new[event.uid] = made
    for uid, was in old.items():
        if uid not in new:
            new[uid] = was if was.cancelled else _cancelled(was, written_on, number)
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        "X-WR-TIMEZONE:Europe/London",
    ]
    ordered = sorted(new.items(), key=lambda entry: (entry[1].first, entry[0]))
    lines = [*head, *(line for _, made in ordered for line in made.lines), "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def write_ical(
    path: Path, name: str, events: Iterable[CalendarEvent], *, written_on: dt.date
) -> Path:
    """Write a calendar file, or bring the one that is there up to date.

    Raises
    ------
    WriteError
        A file of somebody else has this name.
    """
    check = Check("write_ical")
    file = as_path(check, "path", path, "the path of a file")
    check.done()
    text = ical_text(name, events, written_on=written_on, before=own_text(file))
    write_bytes(file, text.encode())
    return file


def own_text(path: Path) -> str:
    """Return the text of the calendar file that is to be brought up to date; empty for none.

    Raises
    ------
    WriteError
        A file of somebody else has this name.
    """
    if not path.exists():
        return ""
    try:
        text = read_text(path)
    except BehaviourCultureError as error:
        raise WriteError(str(path), str(error)) from None
    if f"PRODID:{_PRODUCT}" not in text.splitlines():
        problem = "a file that this program did not write has this name: name another"
        raise WriteError(str(path), problem)
    return text


def cancel_others(
    folder: Path, pattern: str, kept: Iterable[Path], *, written_on: dt.date
) -> list[Path]:
    """Cancel what is left in calendar files of ours that are no longer written.

    Who led steps before, and leads none now, still has them in the calendar that took the file in.

    Parameters
    ----------
    folder : Path
    pattern : str
        Such as ``plan-*.ics``.
    kept : iterable of Path
        The files that were written now.
    written_on : date

    Returns
    -------
    list of Path
        The files that were brought up to date.
    """
    done, written = [], {*kept}
    for path in sorted(folder.glob(pattern)):
        if path in written:
            continue
        try:
            before = own_text(path)
        except WriteError:  # somebody else's
            continue
        name = next((x for x in before.splitlines() if x.startswith("X-WR-CALNAME:")), "")
        title = _unescaped(name.partition(":")[2])
        done.append(write_ical(path, title, [], written_on=written_on))
    return done


def _written(event: CalendarEvent, written_on: dt.date, sequence: int) -> _Written:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{written_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.last + _DAY:%Y%m%d}",  # the day after the last (3.6.1)
        f"SEQUENCE:{sequence}",
        "STATUS:CONFIRMED",
        f"SUMMARY:{_escaped(event.summary)}",
    ]
    if event.description:
        lines.append(f"DESCRIPTION:{_escaped(event.description)}")
    if event.categories:
        lines.append(f"CATEGORIES:{','.join(map(_escaped, event.categories))}")
    # Nobody is busy all day because a step begins: meetings can be put beside it.
    return _Written((*lines, "TRANSP:TRANSPARENT", "END:VEVENT"), sequence)


def _cancelled(was: _Written, written_on: dt.date, number: int) -> _Written:
    sequence = max(number, was.sequence + 1)
    changed = {
        "DTSTAMP": f"DTSTAMP:{written_on:%Y%m%d}T000000Z",
        "SEQUENCE": f"SEQUENCE:{sequence}",
        "STATUS": "STATUS:CANCELLED",
    }
    return _Written(tuple(changed.get(x.partition(":")[0], x) for x in was.lines), sequence)


def _events_in(text: str) -> dict[str, _Written]:
    """Return the events of a file that `ical_text` wrote, by their ids."""
    found: dict[str, _Written] = {}
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\n ", "").split("\n"):
        lines = [line] if line == "BEGIN:VEVENT" else [*lines, line]
        if line == "END:VEVENT":
            facts = {name: value for name, _, value in (x.partition(":") for x in lines)}
            digits = facts.get("SEQUENCE", "")
            uid = facts.get("UID", "")
            if uid and lines[0] == "BEGIN:VEVENT":
                number = int(digits) if _SEQUENCE.fullmatch(digits) else 0
                found[_unescaped(uid)] = _Written(tuple(lines), number)
    return found


def _escaped(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in "\n\t" or c.isprintable())
    return kept.translate(_ESCAPES)


def _unescaped(text: str) -> str:
    plain, escaped = [], False
    for c in text:
        if escaped or c != "\\":
            plain.append("\n" if escaped and c == "n" else c)
        escaped = c == "\\" and not escaped
    return "".join(plain)


def _folded(line: str) -> str:
    """Break a line into pieces of at most 75 octets, never within a character."""
    pieces, size = [""], 0
    for c in line:
        octets = len(c.encode())
        if size + octets > _LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += c
        size += octets
    return "\r\n".join(pieces)
