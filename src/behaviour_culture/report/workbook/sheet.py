"""The sheets of a plan's workbook as they came back: rows of cells with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.interchange.files import InMemory
from behaviour_culture.interchange.workbook import (
    LAST_ROW,
    Book,
    Sheet,
    beyond,
    cell_day,
    letters,
    opened_book,
    refused_cell,
    shown,
    too_many,
)
from behaviour_culture.report.workbook.columns import (
    BY_HALF_TERM,
    BY_PERSON,
    FOLLOWING,
    KEPT,
    LISTS,
    PLAN,
    READ_ME,
    UPDATED,
    Column,
    Kind,
    PlanCell,
)

__all__ = ["PlanSheets", "Role", "SheetRow", "read_sheets", "same_cell"]

_SEARCHED = 30
"""Rows in which the headings are looked for: people put notes above a table."""
_NEEDED = ("action", "id")
"""Columns without which no sheet is taken for the plan."""
_MOST_ROWS = 5_000
"""Most rows of a plan (judgement: a plan has 20 to 60)."""
_SPARE = 300
"""Empty rows after which nothing more is read."""
_PLAN_FACT = re.compile(r"plan:\s*(\S+)", re.IGNORECASE)
_READING = {"half-term": BY_HALF_TERM, "person": BY_PERSON}
_PER_CENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")


class Role(NamedTuple):
    """A role that can lead a new step."""

    title: str
    id: str
    people: int


class SheetRow(NamedTuple):
    """One row of the plan.

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
    cells: Mapping[str, PlanCell]
    places: Mapping[str, str]


class PlanSheets(NamedTuple):
    """What a plan's workbook holds."""

    plan: str
    """The id of the plan for which it was written."""
    updated: date | None
    rows: list[SheetRow]
    written: dict[str, Mapping[str, PlanCell]]
    """The rows as they were written, by the id of their step."""
    roles: list[Role]
    faults: list[Fault]
    place: str
    """The sheet of the plan, in words."""


def read_sheets(file: Path | InMemory) -> PlanSheets:
    """Read the sheets of a plan's workbook; what cannot be read is among the faults.

    Raises
    ------
    ReadError
        No workbook, or not a safe one.
    InvalidInputError
        No plan in it, or several; or no sheet that says how it was written.
    """
    with opened_book(file, purpose="a plan from Excel") as book:
        return _Reader(book).sheets()


class _Reader:
    """Gathers the content of one workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.faults: list[Fault] = []
        self.kept: Sheet | None = None
        self.lists: Sheet | None = None
        self.reading: list[tuple[str, Sheet]] = []
        self.plans: list[tuple[Sheet, int, list[str]]] = []
        self.merged: set[tuple[int, int]] = set()
        """Row, from 1, and column, from 0, of each merged cell of the plan."""

    def sheets(self) -> PlanSheets:
        for sheet in self.book.sheets:
            self._look_at(sheet)
        self._check()
        assert self.kept is not None  # noqa: S101  (it was checked)
        tables = self._kept_tables(self.kept)
        sheet, head, names = self.plans[0]
        plan, updated = self._facts(sheet, head)
        self._merged(sheet, head)
        rows = self._rows(sheet, head, names)
        for key, other in self.reading:
            self._compare(key, other, tables.get(key, []))
        return PlanSheets(
            plan=plan,
            updated=updated,
            rows=rows,
            written={str(row["id"]): row for row in tables["plan"]},
            roles=self._roles() if self.lists is not None else [],
            faults=self.faults,
            place=sheet.place,
        )

    def _look_at(self, sheet: Sheet) -> None:
        """Say which sheet it is, by what it holds: its name is the user's."""
        top = [[shown(c).strip() for c in row] for row in islice(sheet.rows(), _SEARCHED)]
        first = next((row[0] for row in top[:1] if row), "")
        if first == KEPT:
            self.kept = sheet
        elif first == LISTS:
            self.lists = sheet
        elif first != READ_ME:
            for number, cells in enumerate(top, 1):
                if all(_head_of(key) in map(_plain, cells) for key in _NEEDED):
                    self.plans.append((sheet, number, cells))
                    return
                for key, columns in _READING.items():
                    if [_plain(c) for c in cells[: len(columns)]] == [
                        _plain(c.head) for c in columns
                    ]:
                        self.reading.append((key, sheet))
                        return

    def _check(self) -> None:
        faults = []
        if not self.plans:
            heads = " and ".join(repr(c.head) for c in PLAN if c.key in _NEEDED)
            message = (
                f"no sheet holds the plan: its headings, {heads} among them, are in no row. Give "
                "the plan.xlsx of a report, and put back headings that were changed"
            )
            faults.append(Fault("", message))
        if len(self.plans) > 1:
            names = " and ".join(repr(sheet.title) for sheet, *_ in self.plans)
            message = f"several sheets hold the plan, {names}: delete all but the one that counts"
            faults.append(Fault("", message))
        if self.kept is None and self.plans:
            message = (
                "the hidden sheet 'As written' is gone, so what was changed cannot be told: copy "
                "your changes into a new plan.xlsx"
            )
            faults.append(Fault("", message))
        if faults:
            raise InvalidInputError(self.book.name, faults)

    # -- the plan ------------------------------------------------------------------------

    def _merged(self, sheet: Sheet, head: int) -> None:
        """Tell which cells of the plan are merged: nothing is read of them."""
        from openpyxl.utils import (  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
            range_boundaries,
        )

        for place in sheet.merged():
            left, top, right, bottom = range_boundaries(place)
            if bottom <= head:
                continue
            message = (
                "cells are merged, so it is open which row they belong to: unmerge them. They were "
                "not read"
            )
            self.faults.append(Fault(f"{sheet.place}, cells {place}", message))
            rows = range(max(top, head), min(bottom, head + _MOST_ROWS) + 1)
            self.merged |= {(row, column - 1) for row in rows for column in range(left, right + 1)}

    def _facts(self, sheet: Sheet, head: int) -> tuple[str, date | None]:
        """Return the plan's id and the day of the update, from the rows above the headings."""
        plan, updated = "", None
        for number, row in enumerate(islice(sheet.rows(), head - 1), 1):
            for place, cell in enumerate(row):
                text = shown(cell).strip()
                if found := _PLAN_FACT.fullmatch(text):
                    plan = found[1]
                if text.casefold() == UPDATED.casefold() and place + 1 < len(row):
                    where = f"{sheet.place}, row {number}, column {letters(place + 1)}"
                    updated = self._day(row[place + 1], where, sheet)
        return plan, updated

    def _rows(self, sheet: Sheet, head: int, names: list[str]) -> list[SheetRow]:
        known = {_plain(column.head): column for column in PLAN}
        columns: dict[int, Column] = {}
        for place, name in enumerate(names):
            if not name:
                continue
            column = known.get(_plain(name))
            where = f"{sheet.place}, row {head}, column {letters(place)}"
            if column is None:
                hint = suggest(name, [c.head for c in PLAN])
                message = f"the heading {shorten(name, 40)} is not one of the plan{hint}: its "
                self.faults.append(Fault(where, message + "cells were not read", name))
            elif column in columns.values():
                message = f"the heading {column.head!r} stands twice: this column was not read"
                self.faults.append(Fault(where, message, name))
            else:
                columns[place] = column
        for column in PLAN:
            if column not in columns.values() and column.typed:
                message = f"the column {column.head!r} is gone: nothing was read for it"
                self.faults.append(Fault(f"{sheet.place}, row {head}", message))
        return list(self._table(sheet, head, columns, names))

    def _table(
        self, sheet: Sheet, head: int, columns: Mapping[int, Column], names: Sequence[str]
    ) -> Iterator[SheetRow]:
        blank: object = None
        last = head
        for number, row in enumerate(sheet.rows(), 1):
            if number > LAST_ROW:
                self.faults.append(beyond(sheet.place))
                return
            if number <= head:
                continue
            if row is blank or all(cell.value is None for cell in row):
                blank = row
                continue
            if number > last + _SPARE:
                message = "far below the plan's last row: it was not read"
                self.faults.append(Fault(f"{sheet.place}, row {number}", message))
                return
            if number > head + _MOST_ROWS:
                raise too_many(self.book.name)
            last = number
            made = self._row(sheet, number, row, columns, names)
            if any(cell not in (None, "") for cell in made.cells.values()):
                yield made

    def _row(
        self,
        sheet: Sheet,
        number: int,
        row: Sequence[Any],
        columns: Mapping[int, Column],
        names: Sequence[str],
    ) -> SheetRow:
        found: dict[str, PlanCell] = {}
        at = f"{sheet.place}, row {number}, column"
        places = {c.key: f"{at} {letters(place)} ({c.head})" for place, c in columns.items()}
        for place, cell in enumerate(row):
            column = columns.get(place)
            if (number, place) in self.merged:
                continue
            if column is not None:
                self._cell(cell, column, places[column.key], sheet, found)
            elif cell.value is not None and (place >= len(names) or not names[place]):
                message = "is outside the plan, and was not read: move it to Note"
                self.faults.append(Fault(f"{at} {letters(place)}", message, shorten(shown(cell))))
        for place, column in columns.items():
            told = (number, place) in self.merged or self._told(places[column.key])
            if column.key not in found and not told:
                found[column.key] = None
        return SheetRow(number, found, places)

    def _told(self, place: str) -> bool:
        return any(fault.path == place for fault in self.faults)

    def _cell(
        self,
        cell: Any,  # noqa: ANN401  (openpyxl has no types)
        column: Column,
        place: str,
        sheet: Sheet,
        found: dict[str, PlanCell],
    ) -> None:
        """Add a cell to those that were found, or a fault."""
        if cell.value is None:
            found[column.key] = None
            return
        wrong, held = refused_cell(cell)
        if wrong:
            self.faults.append(Fault(place, wrong, held))
            return
        before = len(self.faults)
        if column.kind is Kind.DAY:
            value: PlanCell = self._day(cell, place, sheet)
        elif column.kind is Kind.SHARE:
            value = self._share(cell.value, place)
        elif column.kind is Kind.NUMBER and isinstance(cell.value, (int, float)):
            value = cell.value
        else:
            value = _text(cell.value)
        if len(self.faults) == before:
            found[column.key] = value

    def _day(self, cell: Any, place: str, sheet: Sheet) -> date | None:  # noqa: ANN401
        day, wrong = cell_day(cell, sheet)
        if wrong:
            self.faults.append(Fault(place, wrong, shorten(shown(cell))))
        return day

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

    # -- the other sheets ----------------------------------------------------------------

    def _kept_tables(self, sheet: Sheet) -> dict[str, list[dict[str, PlanCell]]]:
        """Return all tables as they were written, by their names."""
        tables: dict[str, list[dict[str, PlanCell]]] = {"plan": []}
        kinds = {"plan": PLAN, **_READING}
        for row in islice(sheet.rows(), 1, 4 * _MOST_ROWS):
            key = shown(row[0]).strip() if row else ""
            if key not in kinds:
                continue
            cells: dict[str, PlanCell] = {}
            for column, cell in zip(kinds[key], row[1:], strict=False):
                value = cell.value
                if column.kind is Kind.DAY:
                    value = cell_day(cell, sheet)[0]
                cells[column.key] = _text(value) if isinstance(value, str) else value
            tables.setdefault(key, []).append({c.key: cells.get(c.key) for c in kinds[key]})
        return tables

    def _roles(self) -> list[Role]:
        assert self.lists is not None  # noqa: S101  (it was asked for)
        found = []
        for row in islice(self.lists.rows(), 2, _MOST_ROWS):
            title, key, people = ([shown(cell).strip() for cell in row] + ["", "", ""])[:3]
            if title and key:
                found.append(Role(title, key, int(people) if people.isdecimal() else 1))
        return found

    def _compare(self, key: str, sheet: Sheet, written: list[dict[str, PlanCell]]) -> None:
        """Tell what was changed in a sheet that is for reading."""
        columns = _READING[key]
        rows = [
            (number, row)
            for number, row in enumerate(islice(sheet.rows(), _MOST_ROWS), 1)
            if any(cell.value is not None for cell in row)
        ]
        heads = [_plain(c.head) for c in columns]
        start = next(
            i
            for i, (_, row) in enumerate(rows)
            if [_plain(shown(c)) for c in row][: len(heads)] == heads
        )
        message = "was changed, but this sheet is for reading: change the sheet of the plan instead"
        left = list(written)
        for number, row in rows[start + 1 :]:
            cells: dict[str, PlanCell] = {}
            for column, cell in zip(columns, row, strict=False):
                value = cell.value
                if column.kind is Kind.DAY:
                    value = cell_day(cell, sheet)[0] or value
                cells[column.key] = value
            match = next((w for w in left if _same_row(cells, w, columns)), None)
            if match is not None:
                left.remove(match)
            else:
                near = next((w for w in left if w["ref"] == cells.get("ref")), None)
                differs = [
                    i
                    for i, c in enumerate(columns)
                    if c.key not in FOLLOWING
                    and (near is None or not same_cell(cells.get(c.key), near[c.key]))
                ]
                column_at = letters(differs[0]) if differs else "A"
                place = f"{sheet.place}, row {number}, column {column_at}"
                self.faults.append(Fault(place, message))


def _same_row(
    cells: Mapping[str, PlanCell], written: Mapping[str, PlanCell], columns: Sequence[Column]
) -> bool:
    return all(
        same_cell(cells.get(column.key), written[column.key])
        for column in columns
        if column.key not in FOLLOWING
    )


def same_cell(one: PlanCell, other: PlanCell) -> bool:
    """Say whether two cells hold the same: spaces and line breaks are for programs to change."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-9  # noqa: PLR2004  (a spreadsheet's own rounding)
    if isinstance(one, date) or isinstance(other, date):
        return one == other
    return _text(one).split() == _text(other).split()


def _text(value: object) -> str:
    """Return a cell as a text; a number as people write it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip("\n")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _head_of(key: str) -> str:
    return next(_plain(column.head) for column in PLAN if column.key == key)
