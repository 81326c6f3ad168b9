"""CSV tables: rows of texts with their line numbers in, safe cells out."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from behaviour_culture.errors import Fault, InvalidInputError, ReadError, suggest
from behaviour_culture.interchange.files import read_text, write_bytes

__all__ = ["Row", "column_faults", "parse_csv", "read_csv", "write_csv"]

_RISKY = re.compile(r"'*[=+\-@\t\r]")
"""The beginning of a text that a spreadsheet takes for a formula, or that has a guard."""

Row = tuple[int, dict[str, str]]
"""The 1-based line of a row, and its cells by column name."""


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _RISKY.match(value) else value


class _Lines(list[str]):
    """Takes the lines of a CSV writer, one at a time."""

    def write(self, line: str) -> None:
        self.append(line)


def parse_csv(
    text: str, *, subject: str, required: Sequence[str], optional: Sequence[str] = ()
) -> list[Row]:
    """Split CSV text into rows, after checking its columns.

    A cell that was guarded against formulas on writing gets its own text back.

    Raises
    ------
    InvalidInputError
        No header, a missing, unknown or repeated column, rows of another width.
    """
    try:
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        table = [(lines.line_num, cells) for cells in lines if any(c.strip() for c in cells)]
    except csv.Error as error:
        raise InvalidInputError(subject, [Fault("", f"not a valid CSV file: {error}")]) from None
    if not table:
        raise InvalidInputError(subject, [Fault("row 1", "the file is empty; it needs a header")])
    names = [c.strip() for c in table[0][1]]
    if len(names) == 1 and (other := re.search("[;\t]", names[0])):
        message = f"the cells seem to be parted by {other[0]!r}: save the file with commas"
        raise InvalidInputError(subject, [Fault("row 1", message, names[0])])
    faults = column_faults(names, required, optional, head="row 1, ")
    for line, cells in table[1:]:
        if len(cells) != len(names):
            message = f"{len(cells)} cells where the header has {len(names)}"
            faults.append(Fault(f"row {line}", message))
    if faults:
        raise InvalidInputError(subject, faults)
    return [
        (line, {name: _plain(cell) for name, cell in zip(names, cells, strict=True)})
        for line, cells in table[1:]
    ]


def column_faults(
    names: Sequence[str], required: Sequence[str], optional: Sequence[str], *, head: str = ""
) -> list[Fault]:
    """List the columns that are unknown, missing or repeated; ``head`` is the row's path."""
    known = [*required, *optional]
    faults = [
        Fault(f"{head}column {name!r}", f"no such column here{suggest(name, known)}", name)
        for name in names
        if name not in known
    ]
    where = head.removesuffix(", ") or "columns"
    faults += [
        Fault(where, f"the column {name!r} is missing") for name in required if name not in names
    ]
    return faults + [
        Fault(where, f"the column {name!r} appears twice")
        for name in sorted({n for n in names if names.count(n) > 1})
    ]


def read_csv(
    path: str | os.PathLike[str], *, required: Sequence[str], optional: Sequence[str] = ()
) -> list[Row]:
    """Read a CSV file with known columns; see `parse_csv`."""
    file = Path(path)
    if file.suffix.lower() != ".csv":
        raise ReadError(str(file), f"the suffix {file.suffix!r} does not say .csv")
    return parse_csv(read_text(file), subject=str(file), required=required, optional=optional)


def write_csv(rows: Sequence[Mapping[str, object]], path: str | os.PathLike[str]) -> Path:
    """Write rows of plain values, such as ``to_rows()`` gives, as a CSV file.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, which
    `read_csv` takes away again.
    """
    file = Path(path)
    names = list(rows[0]) if rows else []
    lines = _Lines()
    # With this end of line the writer puts quotes around either half of it in a cell.
    writer = csv.DictWriter(lines, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _safe(row.get(name)) for name in names} for row in rows)
    text = "".join(line.removesuffix("\r\n") + "\n" for line in lines)
    write_bytes(file, text.encode())
    return file
