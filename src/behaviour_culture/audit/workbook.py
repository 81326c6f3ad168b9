"""Reading a filled form from an Excel workbook: nothing is executed, and memory is bounded."""

from __future__ import annotations

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
from behaviour_culture.errors import Fault, shorten
from behaviour_culture.interchange.files import InMemory
from behaviour_culture.interchange.workbook import (
    LAST_ROW,
    Sheet,
    beyond,
    letters,
    opened_book,
    refused_cell,
    shown,
    too_many,
)
from behaviour_culture.limits import LIMITS

__all__ = ["read_form"]

MAX_ROWS = LIMITS.rows
"""Most rows that hold something in all sheets (judgement: 100 raters of 114 items fill 11,400).
Each takes about 1 kB once it is read."""
_SPARE_ROWS = 500
"""Empty rows after which a row is no longer read as one of the form."""
_MOST_FAULTS = LIMITS.faults

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
    with opened_book(file, purpose="an Excel form") as book:
        reader = _Reader(book.name)
        for sheet in book.sheets:
            reader.read(sheet)
    if not reader.framework_at:
        message = (
            "no sheet of it is an audit form: the second row of a form begins "
            f"'{FACTS[0]}: ...'. Fill in a form that was made for it"
        )
        reader.faults = [Fault("", message)]
    return FormContent(reader.rows, reader.faults, reader.framework_at, reader.framework)


class _Reader:
    """Gathers rows and faults, a sheet at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[FormRow] = []
        self.faults: list[Fault] = []
        self.framework_at = self.framework = ""

    def read(self, sheet: Sheet) -> None:
        name, rows = sheet.place, sheet.rows()
        top = [next(rows, ()) for _ in range(HEADER_ROW)]
        first, second, header = ([shown(cell) for cell in row] for row in top)
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
                places[fact] = f"{name}, row 2, column {letters(column)}"
        if FACTS[0] not in facts:
            return {}, {}
        for fact in FACTS:
            if fact not in facts:
                places[fact] = f"{name}, row 2"
                self._fault(places[fact], f"the cell '{fact}: ...' is missing: put it back")
        return facts, places

    def _merged(self, name: str, sheet: Sheet) -> None:
        for place in sheet.merged():
            message = "cells are merged, so it is open which row the answer belongs to"
            self._fault(f"{name}, cells {place}", f"{message}: unmerge them")

    def _answers(self, facts: FormRow, rows: Iterator[Any]) -> None:
        name, last = facts.where, HEADER_ROW
        blank: object = None
        for number, row in enumerate(rows, HEADER_ROW + 1):
            if number > LAST_ROW:
                self.faults.append(beyond(name))
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
                    place = f"{where}, column {letters(column)}"
                    self._fault(place, "is outside the form: move it to Note", shorten(shown(cell)))
            if len(self.faults) == before and any(cells[c].strip() for c in COLUMNS):
                self.rows.append(found)
            if len(self.rows) > MAX_ROWS:
                raise too_many(self.name)

    def _text(self, path: str, cell: Any) -> str:  # noqa: ANN401
        """Return a cell as text; add a fault where it holds neither a text nor a number."""
        value = cell.value
        wrong, held = refused_cell(cell)
        if wrong:
            self._fault(path, wrong, held)
        elif isinstance(value, str):
            return value
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(int(value)) if float(value).is_integer() else str(value)
        else:
            held = shorten(str(value))
            message = f"holds {held}, which is no text and no number: type the answer as text"
            self._fault(path, message, held)
        return ""
