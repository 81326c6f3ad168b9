"""Fill in what `start` and `form` write, as an office does."""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path
from typing import Any

import openpyxl

DAYS = {
    "B4": dt.datetime(2026, 9, 2),  # noqa: DTZ001
    "C4": "18/12/2026",
    "D4": 46321,
    "E4": "30 October 2026",
    "B5": dt.date(2027, 1, 4),
    "C5": "25.3.27",
    "D5": "Mon 15 Feb 2027",
    "E5": dt.date(2027, 2, 19),
    "B6": "2027-04-12",
    "C6": dt.date(2027, 7, 22),
    "D6": dt.date(2027, 5, 31),
    "E6": dt.date(2027, 6, 4),
}
"""Days in each form that a spreadsheet gives."""


def change(path: Path, sheets: dict[str, dict[str, Any]]) -> None:
    """Type into cells of a workbook."""
    book = openpyxl.load_workbook(path)
    for name, cells in sheets.items():
        for place, value in cells.items():
            book[name][place].value = value
    book.save(path)


def fill_form(path: Path, *, rating: str = "") -> None:
    """Rate all items of a form that is a .csv file."""
    rng = random.Random(4)  # noqa: S311  (a filled form)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["rating"] = rating or rng.choice("0112")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fill_calendar(folder: Path) -> None:
    """Set the term dates of a folder that `start` has written."""
    days = iter(
        (
            *("2026-09-02", "2026-12-18", "2026-10-26", "2026-10-30"),
            *("2027-01-04", "2027-03-25", "2027-02-15", "2027-02-19"),
            *("2027-04-12", "2027-07-22", "2027-05-31", "2027-06-04"),
        )
    )
    head, *parts = (folder / "calendar.toml").read_text("utf-8").split('= "fill in"')
    text = head + "".join(f"= {next(days)}{part}" for part in parts)
    (folder / "calendar.toml").write_text(text, "utf-8")
