"""Reading a filled form from an Excel workbook: nothing is executed, and memory is bounded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from behaviour_culture.audit.forms import (
    COLUMNS,
    FACTS,
    HEADER_ROW,
    HEADS,
    READ_ME,
    FormContent,
    FormRow,
)
from behaviour_culture.errors import Fault, MissingExtraError, ReadError, shorten
from behaviour_culture.interchange.files import InMemory, read_bytes

__all__ = ["read_form"]

MAX_FILE = 8_000_000
"""Largest workbook that is read, in bytes (judgement: a form with 100 raters has 1.5 MB)."""
MAX_EXPANDED = 32_000_000
"""Most that its parts may hold when unpacked, in bytes (judgement)."""
MAX_MARKS = 200_000
"""Most XML tags and attributes in one part (judgement: a filled sheet of 114 items has 8,300).
The parsers hold one part at a time, in memory that grows with its tags: the worst measured is
0.8 kB for each, which makes 200 MB for the whole process."""
MAX_ALL_MARKS = 1_500_000
"""Most in all parts, which bounds the time (judgement: 100 filled sheets of 114 items have
about 838,000)."""
MAX_SHEETS = 200
"""Most sheets (judgement: a form has one for each of at most 100 raters)."""
MAX_ROWS = 20_000
"""Most rows that hold something in all sheets (judgement: 100 raters of 114 items fill 11,400).
Each takes about 1 kB once it is read."""
_MAX_PARTS = 2_000
_LAST_ROW = 1_048_576
"""The last row of a sheet in Excel and LibreOffice."""
_CHUNK = 1_000_000
_SPARE_ROWS = 500
"""Empty rows after which a row is no longer read as one of the form."""
_MOST_FAULTS = 10_000
_COLUMNS_SEEN = 60
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_COLUMN_NAMES = {
    name: f"{chr(ord('A') + i)} ({head})"
    for i, (name, head) in enumerate(zip(COLUMNS, HEADS, strict=True))
}


def read_form(file: Path | InMemory) -> FormContent:
    """Return the rows of all sheets of a workbook, and everything wrong with its form.

    The texts of the cells are not checked here.

    Raises
    ------
    ReadError
        No workbook at all: not a zip file, password-protected, with macros, too large.
    MissingExtraError
        openpyxl or defusedxml is not installed.
    """
    raw = read_bytes(file, limit=MAX_FILE)
    book, archive = _opened(raw, str(file))
    try:
        reader = _Reader(archive, str(file))
        for sheet in book.worksheets:
            reader.read(sheet)
    except ReadError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever a damaged file makes the parsers raise)
        raise _damaged(str(file), error) from None
    finally:
        book.close()
    if not reader.framework_at:
        message = (
            "no sheet of it is an audit form: the second row of a form begins "
            f"'{FACTS[0]}: ...'. Fill in the file that audit_form wrote"
        )
        reader.faults.insert(0, Fault("", message))
    return FormContent(reader.rows, reader.faults, reader.framework_at, reader.framework)


def _damaged(name: str, error: Exception) -> ReadError:
    # openpyxl reports that it could not read a part, with the reason as the cause.
    why = error.__cause__ or error
    words = shorten(str(why).splitlines()[0] if str(why) else type(why).__name__)[1:-1]
    if type(why).__module__.startswith("defusedxml"):
        words = "it defines or fetches texts of its own, which no spreadsheet does"
    return ReadError(name, f"not an Excel workbook that can be read ({words})")


def _opened(raw: bytes, name: str) -> tuple[Any, zipfile.ZipFile]:
    """Return the workbook, opened after its parts were measured."""
    try:
        import defusedxml  # type: ignore[import-untyped]  # noqa: F401, PLC0415  (openpyxl uses it)
    except ImportError:
        raise MissingExtraError("defusedxml", "office", "reading an Excel form") from None
    try:
        from openpyxl import (  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
            load_workbook,
        )
    except ImportError:
        raise MissingExtraError("openpyxl", "office", "reading an Excel form") from None
    if raw.startswith(_OLE):
        problem = (
            "it is protected by a password, or an old .xls file: open it, take the password off, "
            "and save it as .xlsx"
        )
        raise ReadError(name, problem)
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _damaged(name, error) from None
    parts = archive.infolist()
    expanded = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or expanded > MAX_EXPANDED:
        problem = (
            f"unpacked it would hold {len(parts):,} parts and {expanded:,} bytes, more than a form "
            f"can ({_MAX_PARTS:,} and {MAX_EXPANDED:,}): copy the answers into a new form"
        )
        raise ReadError(name, problem)
    if problem := _too_large(archive, name):
        raise ReadError(name, problem)
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise ReadError(name, "it holds macros: save it as .xlsx, without macros")
    try:
        # What openpyxl warns of stays heard: to silence it would change the whole process.
        book = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
    except Exception as error:  # noqa: BLE001  (whatever a damaged file makes the parsers raise)
        raise _damaged(name, error) from None
    sheets: list[Any] = list(book.worksheets)  # read-only ones, which know their part
    paths = [sheet._worksheet_path for sheet in sheets]  # noqa: SLF001
    if len(set(paths)) < len(paths):
        raise ReadError(name, "several of its sheets are one and the same: make the form anew")
    return book, archive


def _too_large(archive: zipfile.ZipFile, name: str) -> str:
    """Return why a workbook would take far more memory or time than a form, or nothing."""
    total = sheets = 0
    try:
        for part in archive.infolist():
            marks = 0
            with archive.open(part) as opened:
                while marks <= MAX_MARKS and (piece := opened.read(_CHUNK)):
                    marks += piece.count(b"<") + piece.count(b"=")
                    sheets += sum(piece.count(word) for word in _coded("sheetId"))
            total += marks
            if marks > MAX_MARKS or total > MAX_ALL_MARKS:
                return _TOO_MANY
    except Exception as error:  # noqa: BLE001  (damaged, encrypted or of an unknown method)
        raise _damaged(name, error) from None
    if sheets > MAX_SHEETS:
        return f"it holds more sheets than a form can ({MAX_SHEETS}): copy the answers into one"
    return ""


_TOO_MANY = (
    "it holds far more rows, cells or formats than a form can: delete the rows below the form, "
    "or copy the answers into a new one"
)


def _coded(word: str) -> list[bytes]:
    """Return a word in each encoding in which a part may be."""
    return [word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]


class _Reader:
    """Gathers rows and faults, a sheet at a time."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.rows: list[FormRow] = []
        self.faults: list[Fault] = []
        self.framework_at = self.framework = ""

    def read(self, sheet: Any) -> None:  # noqa: ANN401  (openpyxl has no types)
        name = f"sheet {sheet.title[:60]!r}"
        sheet.reset_dimensions()  # the size that the file states may be wrong
        rows = sheet.iter_rows(max_col=_COLUMNS_SEEN)
        top = [next(rows, ()) for _ in range(HEADER_ROW)]
        first, second, header = ([_shown(cell) for cell in row] for row in top)
        if first[:1] == [READ_ME]:
            return
        facts, elsewhere = self._facts(name, second)
        if not facts:
            if any(any(row) for row in (first, second, header)):
                message = (
                    f"is no form: its second row does not begin '{FACTS[0]}: ...'. Delete the "
                    "sheet, or put back the first three rows"
                )
                self._fault(name, message)
            return
        if not self.framework_at:
            self.framework_at, self.framework = elsewhere[FACTS[0]], facts[FACTS[0]]
        wrong = [
            Fault(f"{name}, row {HEADER_ROW}, column {place}", f"the heading should be {head!r}")
            for place, head, found in zip(
                _COLUMN_NAMES.values(), HEADS, [*header, *[""] * len(HEADS)], strict=False
            )
            if found.casefold() != head.casefold()
        ]
        self.faults += wrong
        self._merged(name, sheet)
        if not wrong:
            self._answers(FormRow(name, facts, elsewhere, _COLUMN_NAMES), rows)

    def _fault(self, path: str, message: str, value: str = "") -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(path, message, value))

    def _facts(self, name: str, cells: list[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the facts of the second row, and their places; nothing if it is no form's."""
        facts, places = {}, {}
        for column, cell in enumerate(cells):
            key, colon, value = cell.partition(":")
            if colon and (fact := key.strip().casefold()) in FACTS:
                facts[fact] = value.strip()
                places[fact] = f"{name}, row 2, column {_letters(column)}"
        if FACTS[0] not in facts:
            return {}, {}
        for fact in FACTS:
            if fact not in facts:
                self._fault(f"{name}, row 2", f"the cell '{fact}: ...' is missing: put it back")
        return {fact: facts.get(fact, "") for fact in FACTS}, places

    def _merged(self, name: str, sheet: Any) -> None:  # noqa: ANN401
        from defusedxml.ElementTree import (  # type: ignore[import-untyped]  # noqa: PLC0415
            iterparse,
        )

        # Read-only sheets of openpyxl do not list merged cells.
        part = self.archive.read(sheet._worksheet_path)  # noqa: SLF001
        if not any(word in part for word in _coded("mergeCell")):
            return
        for _, element in iterparse(io.BytesIO(part), events=("end",)):
            if element.tag.rpartition("}")[2] == "mergeCell":
                place = str(element.get("ref"))[:40]
                message = "cells are merged, so it is open which row the answer belongs to"
                self._fault(f"{name}, cells {place}", f"{message}: unmerge them")
            element.clear()

    def _answers(self, facts: FormRow, rows: Iterator[Any]) -> None:
        name, last = facts.where, HEADER_ROW
        blank: object = None
        for number, row in enumerate(rows, HEADER_ROW + 1):
            if number > _LAST_ROW:
                message = f"lies below the last row that a sheet can have, {_LAST_ROW:,}"
                self._fault(name, f"{message}: copy the answers into a new form")
                return
            # openpyxl yields one shared object for every missing row, up to a million of them.
            if row is blank or all(cell.value is None for cell in row):
                blank = row
                continue
            where = f"{name}, row {number}"
            if number > last + _SPARE_ROWS:
                message = "far below the form's last row: delete it"
                self._fault(where, message)
                return
            last = number
            before = len(self.faults)
            cells = facts.cells | dict.fromkeys(COLUMNS, "")
            found = facts._replace(where=where, cells=cells)
            for column, cell in enumerate(row):
                if cell.value is None:
                    continue
                if column < len(COLUMNS):
                    cells[COLUMNS[column]] = self._text(found.path(COLUMNS[column]), cell)
                else:
                    place = f"{where}, column {_letters(column)}"
                    self._fault(
                        place, "is outside the form: move it to Note", shorten(_shown(cell))
                    )
            if len(self.faults) == before and any(cells[c].strip() for c in COLUMNS):
                self.rows.append(found)
            if len(self.rows) > MAX_ROWS:
                raise ReadError(self.name, _TOO_MANY)

    def _text(self, path: str, cell: Any) -> str:  # noqa: ANN401
        """Return a cell as text; add a fault where it holds neither a text nor a number."""
        value = cell.value
        kind = getattr(cell, "data_type", "s")
        if kind == "f":
            shown = shorten(getattr(value, "text", value))
            self._fault(path, f"holds a formula, {shown}: type the answer itself", shown)
        elif kind == "e":
            self._fault(path, f"holds the error {value}: type the answer itself", str(value))
        elif isinstance(value, str):
            return value
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(int(value)) if float(value).is_integer() else str(value)
        else:
            shown = shorten(str(value))
            message = f"holds {shown}, which is no text and no number: type the answer as text"
            self._fault(path, message, shown)
        return ""


def _shown(cell: Any) -> str:  # noqa: ANN401
    return "" if cell.value is None else str(cell.value)


def _letters(column: int) -> str:
    high, low = divmod(column, 26)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)
