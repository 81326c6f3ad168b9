"""A plan's workbook that people have changed is theirs: what is not taken over stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from behaviour_culture.errors import BehaviourCultureError, WriteError
from behaviour_culture.interchange.files import InMemory
from behaviour_culture.interchange.sheets import CellValue, SheetRow, plain, status_of_cell
from behaviour_culture.report.workbook.columns import PLAN
from behaviour_culture.report.workbook.sheet import PlanSheets, read_sheets, same_cell

__all__ = ["keep_edits"]


def keep_edits(path: Path, new: bytes) -> None:
    """Raise `WriteError` if a workbook at a path holds edits that are not in the new one.

    Parameters
    ----------
    path : Path
        Where the new one is to go; nothing is there, or a workbook, or any other file.
    new : bytes
    """
    if not path.is_file() or path.read_bytes() == new:
        return
    from io import BytesIO  # noqa: PLC0415  (only where there is a file)

    try:
        old = read_sheets(path)
    except BehaviourCultureError as error:
        problem = f"the file that is there cannot be read as a plan ({error}): move it away first"
        raise WriteError(str(path), problem) from None
    edits = _edits(old, read_sheets(InMemory(BytesIO(new), ".xlsx", path.name)))
    if edits:
        shown = ", ".join(edits[:5]) + (f" and {len(edits) - 5} more" if len(edits) > 5 else "")  # noqa: PLR2004
        problem = (
            f"somebody changed it, and this plan does not have the change ({shown}): take the "
            "changes over first, or move the file away"
        )
        raise WriteError(str(path), problem)


def _edits(old: PlanSheets, new: PlanSheets) -> list[str]:
    """Return the places of what was changed in the old workbook and is not in the new one."""
    found = [str(fault.path) for fault in old.faults]
    now = {row.text("id"): row for row in new.rows}
    named = {plain(row.text("action")): row for row in new.rows}
    there = set()
    for row in old.rows:
        key = row.text("id")
        written = old.written.get(key)
        if key and (written is None or key in there):
            found.append(f"row {row.number}")
            continue
        there.add(key)
        # A row without an id is a step of the school's own: it has one by now.
        has = now.get(key) if key else named.get(plain(row.text("action")))
        found += [
            row.place(column.key)
            for column in PLAN
            if column.key in row.cells
            and (column.typed or written is not None)
            and not same_cell(row.cells[column.key], (written or {}).get(column.key))
            and (has is None or not _holds(has, column.key, row.cells[column.key]))
        ]
    gone = sorted(set(old.written) - there)
    return found + [f"the deleted row of {key!r}" for key in gone if key in now]


def _holds(row: SheetRow, key: str, said: CellValue) -> bool:
    """Say whether a cell of the new workbook holds what somebody typed in the old one."""
    value = row.cells.get(key)
    if key == "start" and isinstance(said, date) and isinstance(value, date):
        return value >= said  # a day before which it does not begin
    if key == "status":
        return status_of_cell(str(value)) is status_of_cell(str(said))
    return same_cell(value, said)
