"""Writes the sheets of a workbook: cells of each kind in one look, a table with its headings."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from behaviour_culture.interchange.sheets import CellValue, Column, Kind
from behaviour_culture.interchange.workbook import new_book, row_height

__all__ = [
    "ALLOWED",
    "DAYS",
    "HEADER_ROW",
    "LISTS",
    "PER_CENT",
    "UPDATED",
    "BookWriter",
    "NewSheet",
]

NewSheet: TypeAlias = Any
"""A sheet that is written: XlsxWriter has no types."""

LISTS = "Lists for the drop-downs: leave this sheet as it is"
"""The title by which the sheet with the choices is known."""
UPDATED = "Updated on:"
"""The cell in front of the day of an update."""
HEADER_ROW = 3
"""The row of the headings, counted from 1."""
ALLOWED = {"format_columns": True, "format_rows": True, "autofilter": True}
"""What protection leaves free: widths and heights, so that long texts can be read."""
_READ_ME = 78
"""Characters of a line that fit across a page of A4."""
_LIST = 40
"""Characters of a column of choices."""
_WIDE = 12
"""Columns from which a table is printed on A3."""
_RISKY = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""Beginnings of a text that becomes a formula once somebody edits its cell."""

PER_CENT: dict[str, Any] = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": 0,
    "maximum": 1,
    "error_title": "Not a per cent",
    "error_message": "Type a share from 0% to 100%.",
}
"""The limits of a cell with a share."""
DAYS: dict[str, Any] = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(1990, 1, 1),
    "maximum": date(2099, 12, 31),
    "error_title": "Not a day",
    "error_message": "Type a day like 14/10/2026.",
}
"""The limits of a cell with a day."""

_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "text_wrap": False},
    "head": {"bold": True, "bg_color": "#D9E1F2"},
    "fixed": {"bg_color": "#EDEDED"},
    "open": {"bg_color": "#FFF9E5", "locked": False},
    "fact": {"text_wrap": False, "font_size": 9},
}
_BARE = {"title", "fact", "bare"}
"""Looks without a border."""
_KINDS: dict[Kind, dict[str, Any]] = {
    Kind.DAY: {"num_format": "dd/mm/yyyy", "align": "left"},
    Kind.NUMBER: {"num_format": "#,##0.00", "align": "center"},
    Kind.ANY: {"align": "left"},
    Kind.SHARE: {"num_format": "0%", "align": "center"},
}


class BookWriter:
    """One workbook on the way to its bytes; the same content is the same bytes.

    Parameters
    ----------
    title : str
    purpose : str
        What it is written for, in the error where XlsxWriter is not installed.
    """

    def __init__(self, title: str, *, purpose: str) -> None:
        self._target = io.BytesIO()
        self.book: Any = new_book(self._target, title, purpose=purpose)
        self._formats: dict[tuple[Any, ...], Any] = {}

    def content(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self._target.getvalue()

    def format(
        self,
        *,
        kind: Kind = Kind.TEXT,
        look: str = "plain",
        risky: bool = False,
        whole: bool = False,
    ) -> NewSheet:
        """Return the format of a kind of cell in a look: plain, bare, open, fixed, head, ..."""
        key = (kind, look, risky, whole)
        if key not in self._formats:
            made: dict[str, Any] = {"text_wrap": True, "valign": "top"}
            if look not in _BARE:
                made |= {"border": 1, "border_color": "#808080"}
            made |= _LOOKS.get(look, {}) | _KINDS.get(kind, {})
            if whole:
                made["num_format"] = "#,##0"
            if risky:
                made["quote_prefix"] = True
            self._formats[key] = self.book.add_format(made)
        return self._formats[key]

    def write(  # noqa: PLR0913  (where, what and how)
        self,
        sheet: NewSheet,
        row: int,
        column: int,
        cell: CellValue,
        *,
        kind: Kind = Kind.TEXT,
        look: str = "plain",
    ) -> None:
        """Write one cell; a text is never a formula, and stays none when somebody edits it."""
        if isinstance(cell, str) and cell:
            form = self.format(kind=kind, look=look, risky=bool(_RISKY.match(cell)))
            sheet.write_string(row, column, cell, form)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, self.format(kind=kind, look=look))
        elif isinstance(cell, (int, float)):
            whole = kind is Kind.NUMBER and float(cell).is_integer()
            sheet.write_number(row, column, cell, self.format(kind=kind, look=look, whole=whole))
        else:
            sheet.write_blank(row, column, None, self.format(kind=kind, look=look))

    def heading(
        self, sheet: NewSheet, title: str, columns: Sequence[Column], *, freeze: int = 0
    ) -> None:
        """Write the title of a sheet, and set widths, frozen headings and the printed page."""
        self.write(sheet, 0, 0, title, look="title")
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        sheet.freeze_panes(HEADER_ROW, freeze)
        sheet.repeat_rows(0, HEADER_ROW - 1)
        sheet.set_landscape()
        sheet.set_paper(8 if len(columns) > _WIDE else 9)  # A3 or A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&RPage &P of &N")

    def table(self, sheet: NewSheet, name: str, columns: Sequence[Column], rows: int) -> None:
        """Write the headings of a table of some rows."""
        heads = [{"header": c.head, "header_format": self.format(look="head")} for c in columns]
        options = {"name": name, "columns": heads, "style": "Table Style Light 1"}
        last = HEADER_ROW - 1 + max(rows, 1)
        sheet.add_table(HEADER_ROW - 1, 0, last, len(columns) - 1, options)
        sheet.set_row(HEADER_ROW - 1, row_height((c.head, c.width) for c in columns))

    def read_me(self, title: str, lines: Sequence[str]) -> None:
        """Write a sheet that explains the others."""
        sheet = self.book.add_worksheet("Read me")
        self.write(sheet, 0, 0, title, look="title")
        sheet.set_column(0, 0, _READ_ME)
        for row, line in enumerate(lines, 1):
            self.write(sheet, row, 0, line, look="bare")
            sheet.set_row(row, row_height([(line, _READ_ME)]))
        sheet.set_portrait()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5)
        sheet.fit_to_pages(1, 0)

    def lists(self, columns: Sequence[tuple[str, Sequence[CellValue]]]) -> None:
        """Write a hidden sheet with the choices of drop-downs, each below its heading."""
        sheet = self.book.add_worksheet("Lists")
        self.write(sheet, 0, 0, LISTS, look="title")
        for place, (head, cells) in enumerate(columns):
            self.write(sheet, 1, place, head, look="head")
            for number, cell in enumerate(cells, 2):
                self.write(sheet, number, place, cell, look="bare")
            sheet.set_column(place, place, _LIST)
        sheet.protect("")
        sheet.hide()
