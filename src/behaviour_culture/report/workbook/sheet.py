"""The sheets of a plan's workbook as they came back: rows of cells with their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.interchange.book_writer import LISTS, UPDATED
from behaviour_culture.interchange.files import InMemory
from behaviour_culture.interchange.sheets import (
    MOST_ROWS,
    CellValue,
    Column,
    Kind,
    SheetRow,
    SheetTable,
    cell_text,
    head_row,
    plain,
)
from behaviour_culture.interchange.workbook import (
    Book,
    Sheet,
    day_of,
    letters,
    opened_book,
    shown,
)
from behaviour_culture.report.workbook.columns import (
    BY_HALF_TERM,
    BY_PERSON,
    FOLLOWING,
    KEPT,
    PLAN,
    READ_ME,
)

__all__ = ["PlanSheets", "Role", "read_sheets", "same_cell"]

_NEEDED = ("action", "id")
"""Columns without which no sheet is taken for the plan."""
_PEOPLE = re.compile("[1-9][0-9]{0,4}")
_PLAN_FACT = re.compile(r"plan:\s*(\S+)", re.IGNORECASE)
_READING = {"half-term": BY_HALF_TERM, "person": BY_PERSON}


class Role(NamedTuple):
    """A role that can lead a new step."""

    title: str
    id: str
    people: int


class PlanSheets(NamedTuple):
    """What a plan's workbook holds."""

    plan: str
    """The id of the plan for which it was written."""
    updated: date | None
    rows: list[SheetRow]
    written: dict[str, Mapping[str, CellValue]]
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
        self.reading: list[tuple[str, Sheet, int]] = []
        self.plans: list[tuple[Sheet, int, list[str]]] = []

    def sheets(self) -> PlanSheets:
        for sheet in self.book.sheets:
            self._look_at(sheet)
        self._check()
        assert self.kept is not None  # noqa: S101  (it was checked)
        tables = self._kept_tables(self.kept)
        sheet, head, names = self.plans[0]
        table = SheetTable(sheet, head, names, PLAN, self.faults)
        plan, updated = self._facts(table)
        rows = list(table.rows())
        for key, other, at in self.reading:
            self._compare(key, other, at, tables.get(key, []))
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
        first = next((shown(row[0]).strip() for row in islice(sheet.rows(), 1) if row), "")
        if first == KEPT:
            self.kept = sheet
        elif first == LISTS:
            self.lists = sheet
        elif first != READ_ME:
            needed = {plain(column.head) for column in PLAN if column.key in _NEEDED}
            if found := head_row(sheet, lambda names: needed <= {*names}):
                self.plans.append((sheet, *found))
                return
            for key, columns in _READING.items():
                heads = [plain(c.head) for c in columns]
                if found := head_row(sheet, _begins_with(heads)):
                    self.reading.append((key, sheet, found[0]))

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

    def _facts(self, table: SheetTable) -> tuple[str, date | None]:
        """Return the plan's id and the day of the update, from the rows above the headings."""
        plan, updated, sheet = "", None, table.sheet
        for number, row in enumerate(islice(sheet.rows(), table.head - 1), 1):
            for place, cell in enumerate(row):
                text = shown(cell).strip()
                if found := _PLAN_FACT.fullmatch(text):
                    plan = found[1]
                if text.casefold() == UPDATED.casefold() and place + 1 < len(row):
                    where = f"{sheet.place}, row {number}, column {letters(place + 1)}"
                    updated = table.day(row[place + 1], where)
        return plan, updated

    # -- the other sheets ----------------------------------------------------------------

    def _kept_tables(self, sheet: Sheet) -> dict[str, list[dict[str, CellValue]]]:
        """Return all tables as they were written, by their names."""
        tables: dict[str, list[dict[str, CellValue]]] = {"plan": []}
        kinds = {"plan": PLAN, **_READING}
        for row in islice(sheet.rows(), 1, 4 * MOST_ROWS):
            key = shown(row[0]).strip() if row else ""
            if key not in kinds:
                continue
            cells: dict[str, CellValue] = {}
            for column, cell in zip(kinds[key], row[1:], strict=False):
                value = cell.value
                if column.kind is Kind.DAY:
                    value = day_of(value, sheet.epoch)[0]
                cells[column.key] = cell_text(value) if isinstance(value, str) else value
            tables.setdefault(key, []).append({c.key: cells.get(c.key) for c in kinds[key]})
        return tables

    def _roles(self) -> list[Role]:
        assert self.lists is not None  # noqa: S101  (it was asked for)
        found = []
        for number, row in enumerate(islice(self.lists.rows(), 2, MOST_ROWS), 3):
            title, key, people = ([shown(cell).strip() for cell in row] + ["", "", ""])[:3]
            if title and key and _PEOPLE.fullmatch(people):
                found.append(Role(title, key, int(people)))
            elif title and key:
                place = f"{self.lists.place}, row {number}, column {letters(2)} (People)"
                message = f"{shorten(people)} is no number of people: write how many are {title}"
                self.faults.append(Fault(place, message, people))
        return found

    def _compare(
        self, key: str, sheet: Sheet, head: int, written: list[dict[str, CellValue]]
    ) -> None:
        """Tell what was changed in a sheet that is for reading."""
        columns = _READING[key]
        message = "was changed, but this sheet is for reading: change the sheet of the plan instead"
        left = list(written)
        for number, row in enumerate(islice(sheet.rows(), MOST_ROWS), 1):
            if number <= head or all(cell.value is None for cell in row):
                continue
            cells: dict[str, CellValue] = {}
            for column, cell in zip(columns, row, strict=False):
                value = cell.value
                if column.kind is Kind.DAY:
                    value = day_of(value, sheet.epoch)[0] or value
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
    cells: Mapping[str, CellValue], written: Mapping[str, CellValue], columns: Sequence[Column]
) -> bool:
    return all(
        same_cell(cells.get(column.key), written[column.key])
        for column in columns
        if column.key not in FOLLOWING
    )


def same_cell(one: CellValue, other: CellValue) -> bool:
    """Say whether two cells hold the same: spaces and line breaks are for programs to change."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-9  # noqa: PLR2004  (a spreadsheet's own rounding)
    if isinstance(one, date) or isinstance(other, date):
        return one == other
    return cell_text(one).split() == cell_text(other).split()


def _begins_with(heads: list[str]) -> Callable[[Sequence[str]], bool]:
    return lambda names: [*names[: len(heads)]] == heads
