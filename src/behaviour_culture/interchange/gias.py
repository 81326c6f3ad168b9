"""Schools from the national register: the establishment file of Get Information About Schools.

Read by column name. The names of head teachers and governors, addresses and telephone
numbers are not read at all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, overload

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, find
from behaviour_culture.errors import Fault, InvalidInputError, UnknownNameError, shorten
from behaviour_culture.fields import OneOf
from behaviour_culture.interchange.files import read_text
from behaviour_culture.interchange.table import (
    NumberForm,
    csv_path,
    csv_rows,
    in_row,
    plain_number,
)
from behaviour_culture.model.reading import Doubt, Reading
from behaviour_culture.model.school import Context, Phase, School

__all__ = ["Register", "RegisterStatus", "Registered", "read_gias", "school_from_gias"]

_NEEDED = ("URN", "EstablishmentName", "PhaseOfEducation (name)")
_STATUS, _OPENED, _CLOSED = "EstablishmentStatus (name)", "OpenDate", "CloseDate"
_NUMBERS = ("NumberOfPupils", "PercentageFSM")
_OF_A_SCHOOL = {
    *_NEEDED,
    *_NUMBERS,
    "StatutoryLowAge",
    "StatutoryHighAge",
    "GOR (name)",
    "LA (name)",
}
"""The columns that `school_from_gias` reads."""
_SUPPRESSED = {"", "..", "x", "z", "c", "not applicable", "not collected"}
_OTHER_DIGITS = "[0-9]{5}"
_DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
_FIRST = 10


class RegisterStatus(StrEnum):
    """The status of a school, in the words of the register."""

    OPEN = "open"
    CLOSING = "open, but proposed to close"
    CLOSED = "closed"
    PROPOSED = "proposed to open"


_ASKED = {
    "open": (RegisterStatus.OPEN, RegisterStatus.CLOSING),
    "closed": (RegisterStatus.CLOSED,),
    "proposed": (RegisterStatus.PROPOSED,),
}


@frozen(kw_only=True, repr=False)
class Registered(Value):
    """A school with its status, and the days on which it opened and closed if they are given."""

    school: School
    status: RegisterStatus | None = None
    opened: date | None = None
    closed: date | None = None

    def _lines(self) -> list[str]:
        closed = f", closed {self.closed}" if self.closed else ""
        return [f"{self.school}: {self.status.value if self.status else 'status unknown'}{closed}"]


@frozen(kw_only=True, repr=False)
class Register(Value, Sequence[School]):
    """The schools of an establishment file, as a sequence, and the account of its reading.

    Attributes
    ----------
    entries : tuple of Registered
        Each school with its status, in the order of the file.
    reading : Reading
        Rows read = schools + rows left out, each listed.
    """

    entries: Entries[Registered] = field(converter=TupleOf[Registered])
    reading: Reading

    def _check(self, check: Check) -> None:
        if check.ok("entries", "reading") and self.reading.counted != len(self.entries):
            message = f"{self.reading.counted:,} are counted and {len(self.entries):,} are here"
            check.fault("reading.counted", message)

    @property
    def schools(self) -> Entries[School]:
        """The schools alone."""
        return Entries(self[:])

    def entry(self, urn: int) -> Registered:
        """Return a school with its status by its URN, or raise `UnknownNameError`."""
        return find("school with URN", urn, self.entries, by="school.urn")  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, index: int) -> School: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[School, ...]: ...
    def __getitem__(self, index: int | slice) -> School | tuple[School, ...]:
        if isinstance(index, slice):
            return tuple(entry.school for entry in self.entries[index])
        return self.entries[index].school

    def __iter__(self) -> Iterator[School]:
        return (entry.school for entry in self.entries)

    def _label(self) -> str:
        return f"{count_of(len(self), 'school')}, {count_of(len(self.reading.doubts), 'doubt')}"

    def _lines(self) -> list[str]:
        return [
            count_of(len(self), "school"),
            *(f"  {line}" for line in str(self.reading).splitlines()),
        ]

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each school."""
        return [
            {
                "urn": e.school.urn,
                "name": e.school.name,
                "phase": e.school.phase.value,
                "status": None if e.status is None else e.status.value,
                "opened": None if e.opened is None else e.opened.isoformat(),
                "closed": None if e.closed is None else e.closed.isoformat(),
            }
            for e in self.entries
        ]


def school_from_gias(row: Mapping[str, str]) -> School:
    """Build a `School` from one row of the establishment file.

    Parameters
    ----------
    row : mapping of str to str
        Cells by column name: ``URN``, ``EstablishmentName``, ``PhaseOfEducation (name)``
        and, if present, ``StatutoryLowAge``, ``StatutoryHighAge``, ``NumberOfPupils``,
        ``PercentageFSM``, ``GOR (name)``, ``LA (name)``. Other columns are ignored.

    Returns
    -------
    School
        Its id is ``urn-100000``. Blank and suppressed cells (``..``) give None, never 0.

    Raises
    ------
    InvalidInputError
        With all faults of the row.
    """
    check = Check("row of the establishment file")
    check.value("row", row, Mapping[str, str])
    check.done()
    faults = [Fault(name, "the column is missing") for name in _NEEDED if name not in row]
    if faults:
        raise InvalidInputError("row of the establishment file", faults)
    urn = _whole(row, "URN", faults)
    phase = _phase(row["PhaseOfEducation (name)"], faults)
    low = _whole(row, "StatutoryLowAge", faults)
    high = _whole(row, "StatutoryHighAge", faults)
    roll = _whole(row, "NumberOfPupils", faults)
    fsm = _decimal(row, "PercentageFSM", faults)
    if urn is None and all(fault.path != "URN" for fault in faults):
        faults.append(Fault("URN", "each school of the register has a number of six digits"))
    if faults:
        raise InvalidInputError("row of the establishment file", faults)
    return School(
        id=f"urn-{urn}",
        name=row["EstablishmentName"].strip(),
        urn=urn,
        phase=phase,
        low_age=low,
        high_age=high,
        roll=roll,
        context=Context(
            fsm_percent=fsm,
            region=_words(row, "GOR (name)"),
            local_authority=_words(row, "LA (name)"),
        ),
    )


def _words(row: Mapping[str, str], name: str) -> str | None:
    value = row.get(name, "").strip()
    return None if value.casefold() in _SUPPRESSED else value


def _whole(row: Mapping[str, str], name: str, faults: list[Fault]) -> int | None:
    value = _decimal(row, name, faults)
    if value is not None and value != int(value):
        faults.append(Fault(name, f"expected a whole number, got {shorten(row[name])}"))
        return None
    return None if value is None else int(value)


def _decimal(row: Mapping[str, str], name: str, faults: list[Fault]) -> float | None:
    cell = row.get(name, "").strip()
    if cell.casefold() in _SUPPRESSED:
        return None
    plain = plain_number(cell, percent=name.startswith("Percentage"))
    digits = (plain[0] if plain else cell).replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(cell) < 16):  # noqa: PLR2004
        faults.append(Fault(name, f"expected a number, got {shorten(cell)}", shorten(cell)))
        return None
    return float(plain[0] if plain else cell)


def _phase(cell: str, faults: list[Fault]) -> Phase:
    # The register has written both "All through" and "All-through".
    wanted = cell.strip().casefold().replace(" ", "-")
    for phase in Phase:
        if phase.value == wanted:
            return phase
    message = f"no phase {shorten(cell)}; known: {', '.join(p.value for p in Phase)}"
    faults.append(Fault("PhaseOfEducation (name)", message, shorten(cell)))
    return Phase.NOT_APPLICABLE


def read_gias(
    path: str | os.PathLike[str], *, urn: int | None = None, status: str | None = None
) -> Register:
    """Read schools from an establishment file (CSV): all, one by its URN, or those of a status.

    A row that cannot be read is left out and listed in ``reading``; the others are returned.

    Parameters
    ----------
    path : str or path-like
        In UTF-8, Windows-1252 or UTF-16 with a mark.
    urn : int, optional
        The school to read; ``reading`` is then about its rows. What is wrong with them is raised.
    status : {"open", "closed", "proposed"}, optional
        The schools to keep. Without it closed ones are returned too, which is listed.

    Returns
    -------
    Register
        A sequence of `School`, with ``reading`` and the status of each in ``entries``.

    Raises
    ------
    ReadError, InvalidInputError
        As for `read_audit`. Rows that are lost to a quote that is not shut; no school in any row:
        then with all faults of all rows, each with its row and column.
    UnknownNameError
        No school in the file has this URN.
    """
    given = Check("read_gias")
    given.value("urn", urn, int | None)
    if status is not None:
        given.value("status", status, Annotated[str, OneOf(tuple(_ASKED))])
    given.done()
    file = csv_path(path)
    reader = _Reader(urn, _ASKED[status] if status else tuple(RegisterStatus), all_=status is None)
    text = read_text(file, limit="large_file_bytes", doubts=reader.doubts)
    faults: list[Fault] = []
    bad_rows: dict[int, Fault] = {}
    needed = _NEEDED if status is None else (*_NEEDED, _STATUS)
    for line, cells in csv_rows(text, faults, required=needed, optional=None, bad_rows=bad_rows):
        reader.take(line, cells)
    if not reader.numbers and not faults and not bad_rows:
        faults.append(Fault("row 1", "the file has a header and no schools"))
    if urn is None:
        for line, fault in bad_rows.items():
            reader.leave_out(_Why.UNREADABLE, "", line, [fault])
    found = bool(reader.entries or reader.others)
    if faults or (reader.faults and (urn is not None or not found)):
        raise InvalidInputError(str(file), [*faults, *reader.faults])
    if urn is not None and not found:
        if bad_rows:
            message = f"no row that can be read has {urn}; these cannot be read"
            raise InvalidInputError(str(file), [Fault("URN", message), *bad_rows.values()])
        raise UnknownNameError("school with URN", str(urn), reader.numbers[:1000])
    return reader.register()


class _Why(StrEnum):
    """The reason for which a row is left out."""

    UNREADABLE = "unreadable-row"
    DIGITS = "urn-not-six-digits"
    TWICE = "urn-twice"
    REPEATED = "repeated-row"
    STATUS = "other-status"


class _Left(NamedTuple):
    message: str
    lines: list[int]


class _Reader:
    """Takes the rows of a register one at a time, and accounts for each."""

    def __init__(
        self,
        urn: int | None,
        wanted: tuple[RegisterStatus, ...],
        *,
        all_: bool,
    ) -> None:
        self.urn = None if urn is None else str(urn)
        self.wanted = wanted
        self.all = all_
        self.numbers: list[str] = []
        self.entries: dict[int, tuple[int, Registered]] = {}
        self.twice: set[int] = set()
        self.others = 0
        self.faults: list[Fault] = []
        self.doubts: list[Doubt] = []
        self.read = 0
        self.left: dict[tuple[_Why, str], _Left] = {}
        self.noted: dict[tuple[str, str], _Left] = {}

    def take(self, line: int, cells: dict[str, str]) -> None:
        """Take one row: it becomes a school, or is left out with the reason."""
        number = _plain_urn(cells["URN"])
        self.numbers.append(number)
        if self.urn is not None and number != self.urn:
            return
        if number != cells["URN"].strip():
            self.note("code-form", "URN", line, f"written like {shorten(cells['URN'], 24)}")
        if re.fullmatch(_OTHER_DIGITS, number):
            message = (
                f"{number} has five digits: children's centres and British schools overseas have "
                "such numbers, schools in England have six"
            )
            self.leave_out(_Why.DIGITS, "URN", line, [Fault("URN", message, number)])
            return
        try:
            # Without the other columns, of which the file has more than a hundred to be checked.
            school = school_from_gias({name: cells[name] for name in _OF_A_SCHOOL & cells.keys()})
        except InvalidInputError as error:
            column = error.faults[0].path
            self.leave_out(_Why.UNREADABLE, column, line, error.faults)
            return
        entry = self.registered(line, cells, school)
        if self.all or entry.status in self.wanted:
            self.add(line, entry)
        else:
            self.others += 1
            self.leave_out(_Why.STATUS, _STATUS, line, ())

    def registered(self, line: int, cells: dict[str, str], school: School) -> Registered:
        """Return a school with its status and days, noting what is odd about them."""
        for name in _NUMBERS:
            plain = plain_number(cells.get(name, "").strip(), percent=True)
            if plain is not None and plain[1] is not NumberForm.SPACES:
                said = f"with a number written like {shorten(cells[name], 24)}"
                self.note(plain[1].value, name, line, said)
        days: list[date | None] = []
        for name in (_OPENED, _CLOSED):
            cell = cells.get(name, "").strip()
            days.append(_day_of(cell))
            if cell.casefold() not in _SUPPRESSED and days[-1] is None:
                said = f"without a day like 31-08-2015, such as {shorten(cell, 24)}"
                self.note("unknown-day", name, line, said)
        words = " ".join(cells.get(_STATUS, "").split()).casefold()
        status = next((s for s in RegisterStatus if s.value == words), None)
        if status is None:
            said = "without a status that is known: open or closed cannot be told"
            self.note("unknown-status", _STATUS if _STATUS in cells else "", line, said)
        elif status is RegisterStatus.CLOSED and self.all:
            said = "of a closed school: status='open' leaves it out"
            self.note("closed-schools", _STATUS, line, said)
        elif status is RegisterStatus.OPEN and days[1] is not None:
            said = "that is open and has a day of closing: one of them is old"
            self.note("open-and-closed", _CLOSED, line, said)
        return Registered(school=school, status=status, opened=days[0], closed=days[1])

    def add(self, line: int, entry: Registered) -> None:
        """Add a school, unless its URN is there already."""
        urn = entry.school.urn or 0
        first, other = self.entries.get(urn, (line, entry))
        if urn not in self.twice and other == entry:
            if first == line:
                self.read += 1
                self.entries[urn] = line, entry
            else:
                self.leave_out(_Why.REPEATED, "URN", line, ())
            return
        message = f"{urn} is there twice with other facts: neither row is taken"
        if urn not in self.twice:
            self.twice.add(urn)
            self.read -= 1
            self.leave_out(_Why.TWICE, "URN", first, [Fault("URN", message, str(urn))])
        self.leave_out(_Why.TWICE, "URN", line, [Fault("URN", message, str(urn))])

    def leave_out(self, why: _Why, column: str, line: int, faults: Sequence[Fault]) -> None:
        """Account for a row that is no school of the result."""
        self.read += 1
        self.faults += in_row(line, faults) if column else faults
        said = faults[0].message if faults else ""
        self.left.setdefault((why, column), _Left(said, [])).lines.append(line)

    def note(self, code: str, column: str, line: int, said: str) -> None:
        """Account for an oddity of a row that is counted."""
        self.noted.setdefault((code, column), _Left(said, [])).lines.append(line)

    def register(self) -> Register:
        """Return the schools in the order of the file, with the account."""
        there = [v for urn, v in self.entries.items() if urn not in self.twice]
        kept = sorted(there, key=lambda entry: entry[0])
        entries = [entry for _, entry in kept]
        for line in _of_one_name(kept):
            said = "with the name and local authority of another school: go by the URN"
            self.note("one-name", "EstablishmentName", line, said)
        doubts = self.doubts + [
            _doubt(code, column, left, f"{_rows(left)} {left.message}", left_out=False)
            for (code, column), left in self.noted.items()
        ]
        words = {
            _Why.TWICE: "with the URN of another row that has other facts",
            _Why.REPEATED: "there already",
            _Why.STATUS: "with another status",
        }
        for (why, column), left in self.left.items():
            said = words.get(why, f"not read, the first: {left.message}")
            said = f"{_rows(left)} {said}"
            doubts.append(_doubt(why.value, column, left, said, left_out=True))
        reading = Reading(read=self.read, counted=len(entries), doubts=doubts)
        return Register(entries=entries, reading=reading)


def _rows(left: _Left) -> str:
    return count_of(len(left.lines), "row")


def _doubt(code: str, column: str, left: _Left, message: str, *, left_out: bool) -> Doubt:
    lines = sorted(left.lines)
    return Doubt(
        code=code,
        column=column,
        message=message,
        count=len(lines),
        rows=[line - 1 for line in lines[:_FIRST]],
        left_out=left_out,
    )


def _of_one_name(kept: list[tuple[int, Registered]]) -> list[int]:
    """Return the lines of schools whose name another school of their authority has."""
    lines: dict[tuple[str, str | None], list[int]] = {}
    for line, entry in kept:
        school = entry.school
        name = " ".join(school.name.split()).casefold()
        lines.setdefault((name, school.context.local_authority), []).append(line)
    return [line for same in lines.values() if len(same) > 1 for line in same]


def _plain_urn(cell: str) -> str:
    """Return a URN without the decimals that a spreadsheet gives it."""
    digits, _, decimals = cell.strip().partition(".")
    return digits if decimals.strip("0") == "" else cell.strip()


def _day_of(cell: str) -> date | None:
    """Return the day of a cell, day before month, or None."""
    match = _DATE.fullmatch(cell)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(cell)
    except ValueError:
        return None
