"""Excel workbooks: read with nothing executed and memory bounded, written with the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from behaviour_culture.errors import (
    BehaviourCultureError,
    Fault,
    MissingExtraError,
    ReadError,
    WriteError,
    shorten,
)
from behaviour_culture.interchange.days import YEARS, DayColumn
from behaviour_culture.interchange.file_bytes import (
    AnyFile,
    AnyTarget,
    InMemory,
    as_file,
    read_bytes,
    write_to,
)
from behaviour_culture.limits import LIMITS

__all__ = [
    "LAST_ROW",
    "MAX_FILE",
    "Book",
    "Sheet",
    "beyond",
    "book_file",
    "day_of",
    "first_cells",
    "letters",
    "new_book",
    "opened_book",
    "refused_cell",
    "row_height",
    "shown",
    "too_many",
    "write_book",
]

MAX_FILE = LIMITS.workbook_bytes
"""Largest workbook that is read, in bytes (judgement: a form with 100 raters has 1.5 MB)."""
MAX_EXPANDED = LIMITS.workbook_expanded_bytes
"""Most that its parts may hold when unpacked, in bytes (judgement)."""
MAX_MARKS = LIMITS.workbook_sheet_marks
"""Most XML tags and attributes in one part (judgement: a filled sheet of 114 items has 8,300).
The parsers hold one part at a time, in memory that grows with its tags: the worst measured is
0.8 kB for each, which makes 200 MB for the whole process."""
MAX_ALL_MARKS = LIMITS.workbook_marks
"""Most in all parts, which bounds the time (judgement: 100 filled sheets of 114 items have
about 838,000)."""
MAX_SHEETS = LIMITS.workbook_sheets
"""Most sheets (judgement: a form has one for each of at most 100 raters)."""
LAST_ROW = 1_048_576
"""The last row of a sheet in Excel and LibreOffice."""
_MAX_PARTS = LIMITS.workbook_parts
_MOST_DAYS = 75_000
"""The number of a day in 2105."""
_CHUNK = 1_000_000
_COLUMNS_SEEN = 60
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (the same content is the same bytes)
_LINE = 15.0
"""Height of a line of text, in points."""
_MOST_HEIGHT = 405.0
"""Excel's rows can be 409 points high."""


# -- reading -----------------------------------------------------------------------------


class Sheet:
    """One sheet of a workbook that is read.

    Attributes
    ----------
    book, title : str
        The name of the file, and its own.
    hidden : bool
    epoch : datetime
        The day 0 of its dates: workbooks of old Macs count from 1904.
    """

    def __init__(
        self,
        sheet: Any,  # noqa: ANN401  (openpyxl has no types)
        archive: zipfile.ZipFile,
        book: str,
    ) -> None:
        self.book = book
        self.title: str = sheet.title
        self.hidden: bool = sheet.sheet_state != "visible"
        self.epoch: dt.datetime = sheet.parent.epoch
        self._sheet = sheet
        self._archive = archive

    @property
    def place(self) -> str:
        """How a fault names it."""
        return f"sheet {self.title[:60]!r}"

    def rows(self) -> Iterator[Any]:
        """Yield the cells of each row, all as many; of missing rows, one and the same object."""
        self._sheet.reset_dimensions()  # the size that the file states may be wrong
        yield from self._sheet.iter_rows(max_col=_COLUMNS_SEEN)

    def merged(self) -> Iterator[str]:
        """Yield the places of merged cells, such as ``B4:B6``."""
        from defusedxml.ElementTree import (  # type: ignore[import-untyped]  # noqa: PLC0415
            iterparse,
        )

        # Read-only sheets of openpyxl do not list merged cells.
        part = self._archive.read(self._sheet._worksheet_path)  # noqa: SLF001
        if not any(word in part for word in _coded("mergeCell")):
            return
        for _, element in iterparse(io.BytesIO(part), events=("end",)):
            if element.tag.rpartition("}")[2] == "mergeCell":
                yield str(element.get("ref"))[:40]
            element.clear()


class Book:
    """A workbook that is read: its name and its sheets, in order."""

    def __init__(self, name: str, sheets: list[Sheet]) -> None:
        self.name = name
        self.sheets = sheets


@contextmanager
def opened_book(file: Path | InMemory, *, purpose: str) -> Iterator[Book]:
    """Open a workbook for reading, after its parts were measured.

    Parameters
    ----------
    file : Path or InMemory
    purpose : str
        What it is read for, such as ``an Excel form``.

    Raises
    ------
    ReadError
        No workbook at all: not a zip file, password-protected, with macros, too large; or a
        damaged one that the parsers stumble on while it is open.
    MissingExtraError
        openpyxl or defusedxml is not installed.
    """
    name = str(file)
    raw = read_bytes(file, limit="workbook_bytes")
    book, archive = _opened(raw, name, purpose)
    try:
        yield Book(name, [Sheet(sheet, archive, name) for sheet in book.worksheets])
    except BehaviourCultureError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever a damaged file makes the parsers raise)
        raise _damaged(name, error) from None
    finally:
        book.close()


def book_file(path: AnyFile) -> Path | InMemory:
    """Return what a reader of workbooks was given, or raise `ReadError` for another suffix."""
    file = as_file(path, ".xlsx")
    if file.suffix.lower() != ".xlsx":
        problem = f"the suffix {file.suffix!r} does not say .xlsx: save it as that"
        raise ReadError(str(file), problem)
    return file


def first_cells(file: Path | InMemory) -> list[str]:
    """Return the first cell of each sheet: our own sheets are known by it."""
    with opened_book(file, purpose="a workbook") as book:
        rows = (next(sheet.rows(), ()) for sheet in book.sheets)
        return [shown(row[0]).strip() for row in rows if row]


def _damaged(name: str, error: Exception) -> ReadError:
    # openpyxl reports that it could not read a part, with the reason as the cause.
    why = error.__cause__ or error
    words = shorten(str(why).splitlines()[0] if str(why) else type(why).__name__)[1:-1]
    if type(why).__module__.startswith("defusedxml"):
        words = "it defines or fetches texts of its own, which no spreadsheet does"
    return ReadError(name, f"not an Excel workbook that can be read ({words})")


def _opened(raw: bytes, name: str, purpose: str) -> tuple[Any, zipfile.ZipFile]:
    try:
        import defusedxml  # type: ignore[import-untyped]  # noqa: F401, PLC0415  (openpyxl uses it)
    except ImportError:
        raise MissingExtraError("defusedxml", "office", f"reading {purpose}") from None
    try:
        from openpyxl import (  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
            load_workbook,
        )
    except ImportError:
        raise MissingExtraError("openpyxl", "office", f"reading {purpose}") from None
    if raw.startswith(_OLE):
        problem = (
            "it is protected by a password, or an old .xls file: open it, take the password off, "
            "and save it as .xlsx"
        )
        raise ReadError(name, problem)
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except Exception as error:  # noqa: BLE001  (zipfile has a dozen, by the version of Python)
        raise _damaged(name, error) from None
    parts = archive.infolist()
    expanded = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or expanded > MAX_EXPANDED:
        problem = (
            f"unpacked it would hold {len(parts):,} parts and {expanded:,} bytes, more than a form "
            f"can ({_MAX_PARTS:,} and {MAX_EXPANDED:,}, the limits `workbook_parts` and "
            "`workbook_expanded_bytes`): copy the answers into a new form"
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
        most = f"{MAX_SHEETS}, the limit `workbook_sheets`"
        return f"it holds more sheets than a form can ({most}): copy the answers into one"
    return ""


_TOO_MANY = (
    "it holds far more rows, cells or formats than a form can: delete the rows below the form, "
    "or copy the answers into a new one"
)


def too_many(name: str) -> ReadError:
    """Return the error of a workbook that holds more rows than any of ours."""
    return ReadError(name, _TOO_MANY)


def beyond(place: str) -> Fault:
    """Return the fault of a sheet with rows that no sheet can have."""
    message = f"lies below the last row that a sheet can have, {LAST_ROW:,}"
    return Fault(place, f"{message}: copy the answers into a new form")


def _coded(word: str) -> list[bytes]:
    """Return a word in each encoding in which a part may be."""
    return [word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]


def refused_cell(cell: Any) -> tuple[str, str]:  # noqa: ANN401
    """Return why a cell holds a formula or an error, and what it holds; or two empty texts."""
    kind = getattr(cell, "data_type", "s")
    if kind == "f":
        held = shorten(getattr(cell.value, "text", cell.value))
        return f"holds a formula, {held}: type the answer itself", held
    if kind == "e":
        return f"holds the error {cell.value}: type the answer itself", str(cell.value)
    return "", ""


def day_of(value: Any, epoch: dt.datetime) -> tuple[dt.date | None, str]:  # noqa: ANN401
    """Return the day that a cell holds, in any form that a spreadsheet gives, or why there is none.

    A date, a number of days since the ``epoch`` of the workbook, or a text with the day first;
    nothing for an empty cell.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, ""
    held = shorten(str(value), 40)
    if isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time() else None
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        whole = float(value).is_integer() and 1 <= value < _MOST_DAYS
        value = (epoch + dt.timedelta(days=int(value))).date() if whole else None
    elif isinstance(value, str):
        column = DayColumn("", dayfirst=True, times=False)
        moment = column.read(1, " ".join(value.split()), 1)
        value = moment.day if moment is not None else None
    if isinstance(value, dt.date) and value.year in YEARS:
        return value, ""
    return None, f"{held} is no day that can be read: type it as 14/10/2026, day first"


def shown(cell: Any) -> str:  # noqa: ANN401
    """Return a cell as text, whatever it holds; empty for nothing."""
    return "" if cell.value is None else str(cell.value)


def letters(column: int) -> str:
    """Return how a spreadsheet calls a column, counted from 0.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    high, low = divmod(column, 26)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)


# -- writing -----------------------------------------------------------------------------


def new_book(target: io.BytesIO, title: str, *, purpose: str) -> Any:  # noqa: ANN401
    """Return a workbook to write; the same content is the same bytes.

    Its texts are never formulas or links, whatever they begin with.

    Raises
    ------
    MissingExtraError
        XlsxWriter is not installed.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("XlsxWriter", "office", f"writing {purpose}") from None
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title, "created": _MADE})
    return book


def write_book(path: AnyTarget, make: Callable[[], bytes]) -> Path:
    """Write the workbook that a call makes, or raise `WriteError` for another suffix."""
    target: object = path
    if not hasattr(target, "write") and Path(str(target)).suffix.lower() != ".xlsx":
        raise WriteError(str(path), "the suffix does not say .xlsx")
    return write_to(path, make())


def row_height(cells: Iterable[tuple[str, int]]) -> float:
    """Return the height of a row: the largest that one of its texts needs in its column.

    Not every program fits rows to their text on opening.
    """
    lines = max(
        sum(max(1, len(textwrap.wrap(line, width))) for line in text.split("\n"))
        for text, width in cells
    )
    return min(_MOST_HEIGHT, _LINE * max(1, lines))
