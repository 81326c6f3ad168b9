"""Looking at a file before it is read: which kind it is, what a reader would take, every doubt."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from behaviour_culture._display import Displayed, count_of
from behaviour_culture._entries import Entries
from behaviour_culture.arguments import Arguments
from behaviour_culture.audit.reading import read_audit
from behaviour_culture.checks import MapOf, TupleOf
from behaviour_culture.content.loader import (
    content_ids,
    framework_ids,
    load_content,
    load_framework,
    load_indicators,
)
from behaviour_culture.errors import BehaviourCultureError, Fault, InvalidInputError, printable
from behaviour_culture.interchange.days import DayColumn
from behaviour_culture.interchange.files import read, read_bytes, read_text
from behaviour_culture.interchange.gias import read_gias
from behaviour_culture.interchange.kinds import kind_of
from behaviour_culture.interchange.table import csv_rows
from behaviour_culture.interchange.workbook import first_cells
from behaviour_culture.model.reading import Doubt, Reading
from behaviour_culture.monitoring import (
    BehaviourLog,
    read_behaviour_log,
    read_published,
    read_series,
)
from behaviour_culture.monitoring.counts.log_days import ACCEPTED, lone_ends
from behaviour_culture.monitoring.counts.log_rows import ask_about_merits
from behaviour_culture.report.workbook.columns import KEPT
from behaviour_culture.report.workbook.sheet import read_sheets
from behaviour_culture.start.layout import SHEETS
from behaviour_culture.start.reading import read_school_workbook

__all__ = ["FileInspection", "FileKind", "inspect_file"]

_RESPONSES = ("rater", "item", "rating")
_COUNTS = ("start", "count")
_PERIOD = {"start", "end"}
_REGISTER = ("URN", "EstablishmentName")
_PUBLISHED = {"time_period", "geographic_level", "level", "year", "country_code", "la_name"}
_LEAST_PUBLISHED = 2
_LIKE_A_LOG = 0.5
"""The share of a mapping's headings from which a file is taken for that system's (judgement)."""
_TABLES = {".csv", ".txt", ".tsv"}
_LOOKED_AT = 200
"""Rows in which a column of days is looked for."""
_SHOWN = 4
"""Labels of a published table that are named."""


class FileKind(StrEnum):
    """What a file is."""

    OURS = "ours"
    """A file of this library, whose ``kind`` says what it holds."""
    RESPONSES = "responses"
    """Responses of raters, or a form that they filled in."""
    COUNTS = "counts"
    """A school's own counts, a row for each week or half-term."""
    BEHAVIOUR_LOG = "behaviour-log"
    """The export of a behaviour system."""
    PUBLISHED = "published"
    """A table that the Department for Education publishes."""
    REGISTER = "register"
    """The national register of schools."""
    SCHOOL_WORKBOOK = "school-workbook"
    """A workbook in which a school fills in its facts, hours and term dates."""
    PLAN_WORKBOOK = "plan-workbook"
    """An action plan that people keep up to date."""
    UNKNOWN = "unknown"


_WORDS = {
    FileKind.OURS: "a file of this library",
    FileKind.RESPONSES: "responses to an audit",
    FileKind.COUNTS: "a school's own counts over time",
    FileKind.BEHAVIOUR_LOG: "the export of a behaviour system",
    FileKind.PUBLISHED: "a table published by the Department for Education",
    FileKind.REGISTER: "the national register of schools",
    FileKind.SCHOOL_WORKBOOK: "a school's workbook",
    FileKind.PLAN_WORKBOOK: "an action plan that people keep up to date",
    FileKind.UNKNOWN: "no kind of file that this library knows",
}


@frozen(kw_only=True, repr=False)
class FileInspection(Displayed):
    """What `inspect_file` found out about a file. Nothing was kept of what the file holds.

    Attributes
    ----------
    name : str
        The file's name.
    kind : FileKind
    reader : str
        The function that reads it; empty where none does.
    arguments : mapping of str to str
        What to hand to the reader, as far as the file tells: ``{"mapping": "bromcom"}``.
    missing : tuple of str
        What the reader needs and the file does not tell.
    holds : str
        What would be read.
    reading : Reading or None
        The rows that would be counted, those that would not, and every doubt.
    faults : tuple of Fault
        Why it cannot be read as it is, each with its place and the mend.
    """

    name: str
    kind: FileKind
    reader: str = ""
    arguments: Mapping[str, str] = field(factory=dict, converter=MapOf[str, str])
    missing: tuple[str, ...] = field(default=(), converter=TupleOf[str])
    holds: str = ""
    reading: Reading | None = None
    faults: tuple[Fault, ...] = field(default=(), converter=TupleOf[Fault])

    @property
    def doubts(self) -> Entries[Doubt]:
        """Everything that somebody should look at before the numbers are used."""
        return Entries() if self.reading is None else self.reading.doubts

    def _label(self) -> str:
        found, noun = (self.faults, "fault") if self.faults else (self.doubts, "doubt")
        return f"{printable(self.name)}: {self.kind.value}, {count_of(len(found), noun)}"

    def _lines(self) -> list[str]:
        first, *others = self.in_words()
        given = "".join(f", {key}={value!r}" for key, value in self.arguments.items())
        reader = [f"Read it with {self.reader}({self.name!r}{given})."] if self.reader else []
        missing = [f"You have to say as well: {words}." for words in self.missing]
        return [first, *reader, *missing, *others]

    def in_words(self) -> list[str]:
        """Return lines for people who write no Python: what it is, what it holds, its faults."""
        lines = [f"{printable(self.name)} is {_WORDS[self.kind]}."]
        if self.holds:
            lines.append(f"It holds {self.holds}.")
        if self.faults:
            lines.append(f"It cannot be read as it is ({count_of(len(self.faults), 'fault')}):")
            lines += [f"  {fault}" for fault in self.faults]
        if self.reading is not None:
            lines += str(self.reading).splitlines()
        return lines


def inspect_file(path: str | os.PathLike[str]) -> FileInspection:
    r"""Say what a file is, which reader fits, what it would read, and every doubt.

    The file is read in full, as its reader would, and nothing of it is kept. A file that cannot
    be read is no error here: the faults are in the answer.

    Parameters
    ----------
    path : str or path-like
        A ``.csv``, ``.xlsx``, ``.zip``, ``.toml`` or ``.json`` file.

    Returns
    -------
    FileInspection

    Raises
    ------
    ReadError
        There is no such file, or it is larger than 256 MB.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = "start,count,exposure\n2026-09-07,4,1200\n2026-09-14,6,1180\n"
    >>> _ = Path("counts.csv").write_text(rows)
    >>> print(inspect_file("counts.csv"))
    counts.csv is a school's own counts over time.
    Read it with read_series('counts.csv').
    You have to say as well: which indicator is counted: indicator=.
    It holds 2 periods, 2026-09-07 to 2026-09-20.
    2 rows read, 2 counted
    """
    if not isinstance(path, (str, os.PathLike)):
        fault = Fault("path", f"expected the path of a file, got {type(path).__name__}")
        raise InvalidInputError("inspect_file", [fault])
    file = Path(path)
    read_bytes(file, limit="large_file_bytes")
    suffix = file.suffix.lower()
    if suffix == ".zip":
        return _attempt(_published(file), file)
    if suffix in {".xlsx", ".xlsm", ".xls"}:
        return _attempt(_of_book(file), file)
    if suffix not in _TABLES:
        return _attempt(FileInspection(name=file.name, kind=FileKind.OURS, reader="read"), file)
    try:
        return _attempt(_of_table(file), file)
    except InvalidInputError as error:
        return FileInspection(name=file.name, kind=FileKind.UNKNOWN, faults=error.faults)


def _of_book(file: Path) -> FileInspection:
    """Return which of our workbooks a file is; a form, where it is no other."""
    try:
        titles = {*first_cells(file)} if file.suffix.lower() == ".xlsx" else set()
    except BehaviourCultureError:
        titles = set()
    if KEPT in titles:
        return FileInspection(
            name=file.name,
            kind=FileKind.PLAN_WORKBOOK,
            reader="read_plan_workbook",
            missing=["the plan for which it was written: plan="],
        )
    if titles & {layout.title for layout in SHEETS}:
        kind, reader = FileKind.SCHOOL_WORKBOOK, "read_school_workbook"
        return FileInspection(name=file.name, kind=kind, reader=reader)
    return FileInspection(name=file.name, kind=FileKind.RESPONSES, reader="read_audit")


def _published(file: Path) -> FileInspection:
    return FileInspection(name=file.name, kind=FileKind.PUBLISHED, reader="read_published")


def _of_table(file: Path) -> FileInspection:
    """Return the kind of a table of text by the names of its columns; it may not be one."""
    names = _header(file)
    have = set(names)
    if have.issuperset(_RESPONSES) or names[:1] == ["Framework"]:
        return _responses(file)
    if "count" in have and have & _PERIOD:
        return _counts(file, have)
    if have.issuperset(_REGISTER):
        return FileInspection(name=file.name, kind=FileKind.REGISTER, reader="read_gias")
    if system := _system(have):
        return _log(file, system)
    if _is_published(file, have):
        return _published(file)
    rows = list(islice(_rows(file), _LOOKED_AT))
    days = [name for name in names if _holds_days(rows, name)]
    found = FileInspection(
        name=file.name, kind=FileKind.UNKNOWN, faults=[_unknown(file, names, days)]
    )
    return _perhaps_a_log(found, file, days[0]) if days else found


def _perhaps_a_log(found: FileInspection, file: Path, days: str) -> FileInspection:
    """Add what the days of a table say that may be a log of a system nobody knows."""
    try:
        log = read_behaviour_log(file, {"occurred_at": days})
    except InvalidInputError as error:
        return evolve(found, faults=[*found.faults, *error.faults])
    holds = f"{count_of(len(log), 'row')}, with days from {log.first} to {log.last}"
    return evolve(found, holds=holds, reading=_account(log))


def _counts(file: Path, have: set[str]) -> FileInspection:
    missing = ["which indicator is counted: indicator="]
    if "exposure" not in have:
        missing.append("how many pupils and which days: pupils= and calendar=")
    kind = FileKind.COUNTS
    return FileInspection(name=file.name, kind=kind, reader="read_series", missing=missing)


def _log(file: Path, system: str) -> FileInspection:
    keyed = "pupil_key" in load_content("log-mapping", system).columns
    return FileInspection(
        name=file.name,
        kind=FileKind.BEHAVIOUR_LOG,
        reader="read_behaviour_log",
        arguments={"mapping": system},
        missing=["a secret for the keys of pupils: salt="] if keyed else [],
    )


def _is_published(file: Path, have: set[str]) -> bool:
    """Say whether a file is a published table, or has so many of its columns that it should be."""
    if len({name.lower() for name in have} & _PUBLISHED) >= _LEAST_PUBLISHED:
        return True
    try:
        read_published(file)
    except BehaviourCultureError:
        return False
    return True


def _header(file: Path) -> list[str]:
    """Return the names of the columns, or raise for a table whose cells cannot be told apart."""
    text = read_text(file)
    lines = (line for line in text.splitlines() if line.strip(", \t"))
    try:
        names = [name.strip() for name in next(csv.reader([next(lines, "")]), [])]
    except csv.Error:  # which `csv_rows` says with its row
        names = []
    if len(names) <= 1:
        faults: list[Fault] = []
        list(csv_rows(text, faults, required=("",), optional=None))
        if faults:
            raise InvalidInputError(file.name, faults)
    return names


def _rows(file: Path) -> Iterator[Mapping[str, str]]:
    for _, cells in csv_rows(read_text(file), [], required=(), optional=None):
        yield cells


def _responses(file: Path) -> FileInspection:
    """Return the framework whose items a file of responses names, or say that it is needed."""
    items = {cells.get("item", "").strip() for cells in _rows(file)}
    fitting = [
        key for key in framework_ids() if items & {item.id for item in load_framework(key).items}
    ]
    one = len(fitting) == 1
    return FileInspection(
        name=file.name,
        kind=FileKind.RESPONSES,
        reader="read_audit",
        arguments={"framework": fitting[0]} if one else {},
        missing=[] if one else ["the framework that was rated: framework="],
    )


def _system(have: set[str]) -> str:
    """Return the behaviour system whose headings a file has, or an empty text."""
    share = {}
    for key in content_ids("log-mapping"):
        columns = load_content("log-mapping", key).columns
        if columns["occurred_at"] in have:
            share[key] = sum(name in have for name in columns.values()) / len(columns)
    best = max(share, key=lambda key: (share[key], key), default="")
    return best if share.get(best, 0) >= _LIKE_A_LOG else ""


def _unknown(file: Path, names: Sequence[str], days: Sequence[str]) -> Fault:
    shown = ", ".join(repr(name) for name in names[:12]) + (", ..." if len(names) > 12 else "")  # noqa: PLR2004
    if days:
        call = f"read_behaviour_log({file.name!r}, {{'occurred_at': {days[0]!r}, ...}})"
        words = (
            f"{days[0]!r} holds days, so it may be the log of a behaviour system: {call}, with "
            "the other columns by their fields"
        )
    else:
        words = (
            f"responses have {', '.join(_RESPONSES)}; counts have {', '.join(_COUNTS)}; the "
            f"register has {', '.join(_REGISTER)}; rename the columns, or export the file again"
        )
    return Fault("row 1", f"the columns are {shown}; {words}")


def _holds_days(rows: Sequence[Mapping[str, str]], name: str) -> bool:
    column = DayColumn(repr(name), dayfirst=None, timezone=None)
    for number, cells in enumerate(rows, start=1):
        if column.read(number, cells.get(name, ""), number) is None:
            break
    return bool(rows) and not column.faults


def _attempt(found: FileInspection, file: Path) -> FileInspection:
    """Read a file with its reader, and add what came of it."""
    if found.faults or not found.reader:
        return found
    try:
        return evolve(found, **_READ[found.kind](found, file))
    except InvalidInputError as error:
        if found.kind is FileKind.OURS and any(fault.path == "kind" for fault in error.faults):
            found = evolve(found, kind=FileKind.UNKNOWN, reader="")
        return evolve(found, faults=error.faults)
    except BehaviourCultureError as error:
        kind = FileKind.UNKNOWN if found.kind is FileKind.OURS else found.kind
        reader = found.reader if kind is found.kind else ""
        return evolve(found, kind=kind, reader=reader, faults=[Fault("", str(error))])


def _read_ours(found: FileInspection, file: Path) -> dict[str, Any]:
    value = read(file)
    return {"holds": f"{kind_of(value)}: {value!r}", "arguments": found.arguments}


def _read_responses(found: FileInspection, file: Path) -> dict[str, Any]:
    if found.missing:
        return {}
    key = found.arguments.get("framework")
    audit = read_audit(file, framework=None if key is None else load_framework(key))
    many = len(audit.responses)
    raters = count_of(len(audit.raters), "rater")
    out = sum(doubt.count for doubt in audit.doubts if doubt.left_out)
    return {
        "holds": f"{count_of(many, 'response')} of {raters} to {audit.framework}",
        "reading": Reading(read=many + out, counted=many, doubts=audit.doubts),
    }


def _read_counts(_found: FileInspection, file: Path) -> dict[str, Any]:
    """Read counts; what they are out of is for whoever reads them to say.

    Without a column ``exposure`` any number stands in for it, so that all else is read.
    """
    indicator = load_indicators().indicator("low-level-incidents")
    doubts: list[Doubt] = []
    text = read_text(file, doubts=doubts)
    try:
        header, *rows = csv.reader(StringIO(text, newline=""))
    except csv.Error:  # which `read_series` says with its row
        header, rows = ["exposure"], []
    if "exposure" not in (name.strip() for name in header):
        made = StringIO()
        filled = [[*row, "1"] if any(cell.strip() for cell in row) else row for row in rows]
        csv.writer(made).writerows([[*header, "exposure"], *filled])
        made.seek(0)
        series = read_series(made, indicator=indicator)
        reading = series.reading
        assert reading is not None  # noqa: S101  (each reader gives it; for the type checker)
        reading = evolve(reading, doubts=[*doubts, *reading.doubts])
    else:
        series = read_series(file, indicator=indicator)
        reading = series.reading
    first, last = series.periods[0].start, series.periods[-1].end
    holds = f"{count_of(len(series.periods), 'period')}, {first} to {last}"
    return {"holds": holds, "reading": reading}


def _read_log(found: FileInspection, file: Path) -> dict[str, Any]:
    mapping = load_content("log-mapping", found.arguments["mapping"])
    salt = secrets.token_hex() if "pupil_key" in mapping.columns else None
    log = read_behaviour_log(file, mapping, salt=salt)
    return {
        "holds": f"{count_of(len(log), 'row')} of {mapping.system}, {log.first} to {log.last}; "
        f"not read: {', '.join(log.left_out) or 'no column'}",
        "reading": _account(log),
    }


def _account(log: BehaviourLog) -> Reading:
    """Return the account of a log, with what its series would ask: days covered, and merits."""
    given = Arguments("inspect_file")
    rows = log._rows  # noqa: SLF001  (nobody else looks at rows)
    ends = lone_ends(rows, {}, ACCEPTED, given)
    ask_about_merits(rows, None, given)
    merits = [
        Doubt(code="merits", column=fault.path, message=fault.message, count=len(log))
        for fault in given.faults
    ]
    return evolve(log.reading, doubts=[*log.reading.doubts, *ends, *merits])


def _read_published(_found: FileInspection, file: Path) -> dict[str, Any]:
    table = read_published(file)
    columns = {column.name: column for column in table.columns if column.is_text}
    holds = f"a table of {table.dataset}"
    if "time_period" in columns:
        years = sorted(filter(None, columns["time_period"].labels))
        holds += f", {years[0]} to {years[-1]}" if years else ""
    for name, what in (("geographic_level", "levels"), ("la_name", "local authorities")):
        labels = sorted(filter(None, columns[name].labels)) if name in columns else []
        if labels:
            more = f" and {len(labels) - _SHOWN:,} more" if len(labels) > _SHOWN else ""
            holds += f"; {what}: {', '.join(labels[:_SHOWN])}{more}"
    return {"holds": holds, "reading": table.reading}


def _read_register(_found: FileInspection, file: Path) -> dict[str, Any]:
    register = read_gias(file)
    return {"holds": count_of(len(register), "school"), "reading": register.reading}


def _read_school(found: FileInspection, file: Path) -> dict[str, Any]:
    book = read_school_workbook(file)
    return {"holds": f"{book.school!r} and {book.calendar!r}", "arguments": found.arguments}


def _read_plan(found: FileInspection, file: Path) -> dict[str, Any]:
    sheets = read_sheets(file)
    many = count_of(len(sheets.rows), "row")
    return {
        "holds": f"the plan {sheets.plan!r} in {many}",
        "arguments": found.arguments,
        "faults": sheets.faults,
    }


_READ = {
    FileKind.SCHOOL_WORKBOOK: _read_school,
    FileKind.PLAN_WORKBOOK: _read_plan,
    FileKind.OURS: _read_ours,
    FileKind.RESPONSES: _read_responses,
    FileKind.COUNTS: _read_counts,
    FileKind.BEHAVIOUR_LOG: _read_log,
    FileKind.PUBLISHED: _read_published,
    FileKind.REGISTER: _read_register,
}
