"""Tables in the sheets of a workbook: rows of cells, each with its kind and its place in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from behaviour_culture.errors import Fault, ReadError, shorten, suggest
from behaviour_culture.interchange.table import plain_number
from behaviour_culture.interchange.workbook import (
    LAST_ROW,
    Sheet,
    beyond,
    day_of,
    letters,
    refused_cell,
    shown,
)
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.plan import StepStatus

__all__ = [
    "MOST_ROWS",
    "PROGRESS_FIELDS",
    "CellValue",
    "Column",
    "Kind",
    "SheetRow",
    "SheetTable",
    "cell_text",
    "head_row",
    "number_of",
    "plain",
    "status_of_cell",
]

CellValue: TypeAlias = str | float | date | None
"""What a cell holds: a text, a number, a day, or nothing."""

MOST_ROWS = LIMITS.sheet_rows
"""Most rows of a table (judgement: a plan has 20 to 60, a year of weeks 40)."""
PROGRESS_FIELDS = {
    "begun": "started",
    "ended": "finished",
    "fidelity": "fidelity",
    "reach": "reach",
    "note": "note",
}
"""The columns of a step's progress beside its status, and the fields that they are."""
_SEARCHED = 30
"""Rows in which the headings are looked for: people put notes above a table."""
_SPARE = 300
"""Empty rows after which nothing more is read."""
_DECIMAL = re.compile(r"[-+]?\d{1,15}\.\d{0,15}|[-+]\d{1,15}", re.ASCII)
_PER_CENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    SHARE = "share"
    """From 0 to 1, shown as per cent."""
    STATUS = "status"
    ANY = "any"
    """As it is: each row of the table says what its answer has to be."""


class Column(NamedTuple):
    """One column of a table.

    Attributes
    ----------
    key, head : str
        Its name in code, and its heading.
    width : int
        In characters.
    kind : Kind
    typed : bool
        Whether people fill it in; the others are ours.
    """

    key: str
    head: str
    width: int
    kind: Kind = Kind.TEXT
    typed: bool = False


class SheetRow(NamedTuple):
    """One row of a table.

    Attributes
    ----------
    number : int
        As the spreadsheet counts.
    cells : mapping of str to text, number, day or None
        By the key of their column; a cell that cannot be read is not there.
    places : mapping of str to str
        Where each cell is, in words.
    """

    number: int
    cells: Mapping[str, CellValue]
    places: Mapping[str, str]

    def text(self, key: str) -> str:
        """Return a cell as a text without spaces around it; empty for nothing."""
        value = self.cells.get(key)
        return "" if value is None else str(value).strip()

    def place(self, key: str) -> str:
        """Return where a cell is, or where the row is if its column is not there."""
        return self.places.get(key) or f"row {self.number}"


_AS_TYPED = str.maketrans(
    {
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{EN DASH}": "-",
    }
)
"""What a word processor makes of a mark, and the mark as it is typed."""


def plain(text: str) -> str:
    """Return a text without difference of case, spaces, and curly or straight marks.

    Examples
    --------
    >>> plain(f" Mrs  O{chr(0x2019)}Neill") == plain("Mrs O'Neill")
    True
    """
    return " ".join(text.translate(_AS_TYPED).split()).casefold()


def head_row(sheet: Sheet, fits: Callable[[Sequence[str]], bool]) -> tuple[int, list[str]] | None:
    """Return the number of the row with the headings, and these; None where there is none."""
    for number, row in enumerate(islice(sheet.rows(), _SEARCHED), 1):
        names = [shown(cell).strip() for cell in row]
        if fits([plain(name) for name in names]):
            return number, names
    return None


def status_of_cell(text: str) -> StepStatus | None:
    """Return the status that a cell names, with or without a symbol; None for none.

    Examples
    --------
    >>> status_of_cell("* on track"), status_of_cell(" At Risk "), status_of_cell("nearly done")
    (<StepStatus.ON_TRACK: 'on-track'>, <StepStatus.AT_RISK: 'at-risk'>, None)
    """
    words = plain("".join(c if c.isalpha() else " " for c in text))
    return next((status for status in StepStatus if status.words == words), None)


class SheetTable:
    """Reads one table of a sheet; what cannot be read is among the faults, by its place.

    Parameters
    ----------
    sheet : Sheet
    head : int
        The row of the headings.
    names : sequence of str
        The headings as they are in the sheet.
    columns : sequence of Column
        The columns that it should have.
    faults : list of Fault
        Where faults go.
    """

    def __init__(
        self,
        sheet: Sheet,
        head: int,
        names: Sequence[str],
        columns: Sequence[Column],
        faults: list[Fault],
    ) -> None:
        self.sheet = sheet
        self.head = head
        self.names = names
        self.faults = faults
        self.columns: dict[int, Column] = self._columns(columns)
        self._merged = self._merged_cells()

    def _columns(self, columns: Sequence[Column]) -> dict[int, Column]:
        known = {plain(column.head): column for column in columns}
        found: dict[int, Column] = {}
        at = f"{self.sheet.place}, row {self.head}"
        for place, name in enumerate(self.names):
            if not name:
                continue
            column = known.get(plain(name))
            where = f"{at}, column {letters(place)}"
            if column is None:
                hint = suggest(name, [c.head for c in columns])
                message = f"the heading {shorten(name, 40)} is not one of this table{hint}: its "
                self.faults.append(Fault(where, message + "cells were not read", name))
            elif column in found.values():
                message = f"the heading {column.head!r} stands twice: this column was not read"
                self.faults.append(Fault(where, message, name))
            else:
                found[place] = column
        for column in columns:
            if column not in found.values() and column.typed:
                message = f"the column {column.head!r} is gone: nothing was read for it"
                self.faults.append(Fault(at, message))
        return found

    def _merged_cells(self) -> set[tuple[int, int]]:
        """Tell which cells are merged; return row, from 1, and column, from 0, of each."""
        from openpyxl.utils import (  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
            range_boundaries,
        )

        cells: set[tuple[int, int]] = set()
        for place in self.sheet.merged():
            left, top, right, bottom = (edge or 0 for edge in range_boundaries(place))
            if bottom <= self.head:
                continue
            message = (
                "cells are merged, so it is open which row they belong to: unmerge them. They were "
                "not read"
            )
            self.faults.append(Fault(f"{self.sheet.place}, cells {place}", message))
            rows = range(max(top, self.head), min(bottom, self.head + MOST_ROWS) + 1)
            cells |= {(row, column - 1) for row in rows for column in range(left, right + 1)}
        return cells

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows that hold something.

        Raises
        ------
        ReadError
            More rows than any table of ours has.
        """
        blank: object = None
        last = self.head
        for number, row in enumerate(self.sheet.rows(), 1):
            if number > LAST_ROW:
                self.faults.append(beyond(self.sheet.place))
                return
            if number <= self.head:
                continue
            if row is blank or all(cell.value is None for cell in row):
                blank = row
                continue
            if number > last + _SPARE:
                message = "far below the table's last row: it was not read"
                self.faults.append(Fault(f"{self.sheet.place}, row {number}", message))
                return
            if number > self.head + MOST_ROWS:
                problem = "has far more rows than a school fills (the limit `sheet_rows`)"
                problem = f"{self.sheet.place} {problem}"
                raise ReadError(self.sheet.book, problem)
            last = number
            made = self._row(number, row)
            if any(cell not in (None, "") for cell in made.cells.values()):
                yield made

    def _row(self, number: int, row: Sequence[Any]) -> SheetRow:
        found: dict[str, CellValue] = {}
        at = f"{self.sheet.place}, row {number}, column"
        places = {c.key: f"{at} {letters(place)} ({c.head})" for place, c in self.columns.items()}
        for place, cell in enumerate(row):
            column = self.columns.get(place)
            if (number, place) in self._merged:
                continue
            if column is not None:
                before = len(self.faults)
                value = self._cell(cell, column, places[column.key])
                if len(self.faults) == before:
                    found[column.key] = value
            elif cell.value is not None and (place >= len(self.names) or not self.names[place]):
                message = "is outside the table, and was not read: move it to a column of the table"
                self.faults.append(Fault(f"{at} {letters(place)}", message, shorten(shown(cell))))
        return SheetRow(number, found, places)

    def _cell(
        self,
        cell: Any,  # noqa: ANN401  (openpyxl has no types)
        column: Column,
        place: str,
    ) -> CellValue:
        """Return what a cell holds, or add a fault."""
        value = cell.value
        wrong, held = refused_cell(cell)
        if wrong:
            self.faults.append(Fault(place, wrong, held))
        if wrong or value is None:
            return None
        if column.kind is Kind.DAY:
            return self.day(cell, place)
        if column.kind is Kind.SHARE:
            return self._share(value, place)
        if column.kind is Kind.NUMBER:
            number, wrong = number_of(value)
            if wrong:
                self.faults.append(Fault(place, wrong, shorten(value)))
            return number
        as_it_is = column.kind is Kind.ANY and isinstance(value, (int, float, date))
        return value if as_it_is else cell_text(value)

    def day(self, cell: Any, place: str) -> date | None:  # noqa: ANN401
        """Return the day of a cell, or add a fault."""
        found, wrong = day_of(cell.value, self.sheet.epoch)
        if wrong:
            self.faults.append(Fault(place, wrong, shorten(shown(cell))))
        return found

    def _share(self, value: object, place: str) -> float | None:
        if isinstance(value, str):
            if not value.strip():
                return None
            written = _PER_CENT.fullmatch(value.strip())
            value = float(written[1]) / 100 if written else value
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        message = f"{shorten(value, 40)} is no share: type a per cent from 0% to 100%"
        self.faults.append(Fault(place, message, shorten(value)))
        return None


def number_of(value: object) -> tuple[float | None, str]:
    """Return the number that a cell holds, or why there is none; nothing for an empty cell.

    A text with a comma is none: a comma can mean two things.

    Examples
    --------
    >>> number_of(12.0), number_of("1,050")
    ((12, ''), (None, "'1,050' is no number: type 1050"))
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (int(value) if float(value).is_integer() else value), ""
    text = "" if value is None else str(value).strip()
    if not text:
        return None, ""
    if text.isdecimal() and text.isascii() and len(text) < 16:  # noqa: PLR2004  (a float's digits)
        return int(text), ""
    if _DECIMAL.fullmatch(text):
        return float(text), ""
    written = plain_number(text)
    hint = f"type {written[0]}" if written else "type one like 12 or 1.5"
    return None, f"{shorten(text, 40)} is no number: {hint}"


def cell_text(value: object) -> str:
    """Return a cell as a text; a number as people write it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip("\n")
