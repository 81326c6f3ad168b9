"""A table in a sheet that people filled in: what is read, and what is told by its place."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.errors import Fault
from behaviour_culture.interchange import sheets
from behaviour_culture.interchange.file_bytes import InMemory
from behaviour_culture.interchange.sheets import Column, Kind, SheetRow, SheetTable
from behaviour_culture.interchange.workbook import opened_book

COLUMNS = (
    Column("who", "Who", 10, typed=True),
    Column("hours", "Hours", 10, Kind.NUMBER),
    Column("part", "Part", 10, Kind.SHARE),
    Column("day", "Day", 10, Kind.DAY),
)
HEADS = [column.head for column in COLUMNS]


def read(
    *lines: Iterable[object], heads: list[str] = HEADS, merged: str = ""
) -> tuple[list[SheetRow], list[str]]:
    """Read a table whose headings stand in row 3; return its rows and what is told."""
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Hours"
    for row, line in enumerate([["A title"], [], heads, *lines], 1):
        for column, value in enumerate(line, 1):
            sheet.cell(row, column).value = value
    if merged:
        sheet.merge_cells(merged)
    raw = io.BytesIO()
    book.save(raw)
    return read_raw(raw, heads)


def read_raw(raw: io.BytesIO, heads: list[str] = HEADS) -> tuple[list[SheetRow], list[str]]:
    faults: list[Fault] = []
    raw.seek(0)
    with opened_book(InMemory(raw, ".xlsx", "hours.xlsx"), purpose="a table") as book:
        rows = list(SheetTable(book.sheets[0], 3, heads, COLUMNS, faults).rows())
    return rows, [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        (
            ["Who", "Huors"],
            "sheet 'Hours', row 3, column B: the heading 'Huors' is not one of this table; "
            "did you mean 'Hours'?: its cells were not read",
        ),
        (["Who", "Part", "who"], "row 3, column C: the heading 'Who' stands twice: this column"),
        (["Hours", "Part"], "sheet 'Hours', row 3: the column 'Who' is gone: nothing was read"),
    ],
)
def test_headings_that_were_changed_are_told(heads: list[str], told: str) -> None:
    _, faults = read(heads=heads)
    assert len(faults) == 1
    assert told in faults[0]


@pytest.mark.parametrize(
    ("written", "hours"), [("1.5", 1.5), ("-2", -2), ("12", 12), (3.0, 3), ("", None), (None, None)]
)
def test_a_number_may_be_typed_as_a_text(written: object, hours: float | None) -> None:
    rows, faults = read(["head", written])
    assert (rows[0].cells["hours"], faults) == (hours, [])


@pytest.mark.parametrize(("written", "part"), [("25%", 0.25), (0.25, 0.25), (" ", None)])
def test_a_share_is_a_per_cent_or_nothing(written: object, part: float | None) -> None:
    rows, faults = read(["head", 1, written])
    assert (rows[0].cells["part"], faults) == (part, [])


@pytest.mark.parametrize("written", ["a quarter", 25, "250%"])
def test_any_other_share_is_told_and_the_rest_of_the_row_taken(written: object) -> None:
    rows, faults = read(["head", 1, written])
    assert dict(rows[0].cells) == {"who": "head", "hours": 1, "day": None}
    assert len(faults) == 1
    assert "row 4, column C (Part): " in faults[0]
    assert "is no share: type a per cent from 0% to 100%" in faults[0]


@pytest.mark.parametrize("written", [46310, 46310.0, dt.date(2026, 10, 15), "15/10/2026"])
def test_a_day_is_a_date_a_number_of_days_or_a_text(written: object) -> None:
    rows, faults = read(["head", 1, 1, written])
    assert (rows[0].cells["day"], faults) == (dt.date(2026, 10, 15), [])


@pytest.mark.parametrize("written", [46310.5, -3, 80_000, True, dt.time(9, 30), "half term"])
def test_what_is_no_day_is_told(written: object) -> None:
    rows, faults = read(["head", 1, 1, written])
    assert "day" not in rows[0].cells
    assert len(faults) == 1
    assert "row 4, column D (Day): " in faults[0]
    assert "is no day that can be read: type it as 14/10/2026, day first" in faults[0]


def test_a_sheet_that_ends_in_the_middle_is_damaged() -> None:
    whole, half = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(half, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[:-20] if "sheet1" in name else part)
    with pytest.raises(bc.errors.ReadError, match=r"hours\.xlsx: not an Excel workbook that can"):
        read_raw(half)


def test_a_short_row_has_nothing_in_its_last_columns() -> None:
    rows, faults = read(["head"], heads=["Who", "", "", "Part", "Hours"])
    assert (dict(rows[0].cells), faults) == ({"who": "head", "part": None, "hours": None}, [])


def test_a_row_of_which_nothing_can_be_read_is_no_row() -> None:
    rows, faults = read(["=A1"], ["clerk", 2])
    assert [(row.number, row.text("who")) for row in rows] == [(5, "clerk")]
    assert "row 4, column A (Who): holds a formula, '=A1'" in faults[0]


def test_merged_cells_count_only_below_the_headings() -> None:
    assert read(["head", 1], merged="A1:C1")[1] == []
    rows, faults = read(["head", 1], ["clerk", 2], merged="B4:B5")
    assert [dict(row.cells) for row in rows] == [
        {"who": "head", "part": None, "day": None},
        {"who": "clerk", "part": None, "day": None},
    ]
    assert "cells B4:B5: cells are merged, so it is open which row they belong to" in faults[0]


class TestFarBelow:
    LINES = (["head", 1], *[[]] * 4, ["clerk", 2], ["office", 3])

    def test_a_note_far_below_the_table_is_not_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "_SPARE", 3)
        rows, faults = read(*self.LINES)
        assert [row.text("who") for row in rows] == ["head"]
        assert faults == ["sheet 'Hours', row 9: far below the table's last row: it was not read"]

    def test_a_row_below_the_last_that_a_sheet_can_have(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sheets, "LAST_ROW", 8)
        rows, faults = read(*self.LINES)
        assert [row.text("who") for row in rows] == ["head"]
        assert "lies below the last row that a sheet can have" in faults[0]

    def test_far_more_rows_than_a_school_fills(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "MOST_ROWS", 3)
        with pytest.raises(bc.errors.ReadError, match="sheet 'Hours' has far more rows than"):
            read(*self.LINES)
