"""CSV tables: rows of texts with their line numbers in, safe cells out."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    Nearest,
    ReadError,
    shorten,
    suggest,
)
from behaviour_culture.fields import is_slug
from behaviour_culture.interchange.files import (
    AnyFile,
    AnyTarget,
    InMemory,
    as_file,
    read_text,
    write_to,
)

__all__ = [
    "Row",
    "column_faults",
    "csv_path",
    "csv_rows",
    "id_from",
    "in_row",
    "parse_csv",
    "read_csv",
    "write_csv",
]

_RISKY = re.compile(r"'*[=+\-@\t\r]")
"""Beginnings of a text that a spreadsheet takes for a formula, or that has a guard in front."""

Row = tuple[int, dict[str, str]]
"""The 1-based line of a row, and its cells by column name."""


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _RISKY.match(value) else value


class _Lines(list[str]):
    """A list to which a CSV writer adds its lines."""

    def write(self, line: str) -> None:
        self.append(line)


def csv_rows(
    text: str,
    faults: list[Fault],
    *,
    required: Collection[str],
    optional: Collection[str] | None = (),
) -> Iterator[Row]:
    """Yield the rows of CSV text one at a time, and add what is wrong with it to ``faults``.

    Faults are: no header; a missing, unknown or repeated column, after which no row is yielded;
    rows that are longer or shorter than the header; text that is not CSV. A cell that was
    guarded against formulas on writing gets its own text back.

    Parameters
    ----------
    text : str
    faults : list of Fault
    required, optional : collection of str
        Names of the columns; see `column_faults`.
    """
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] = []
    refused: list[Fault] = []
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip() for cell in cells]
                refused = column_faults(names, required, optional, head="row 1, ")
                if len(names) == 1 and refused and (other := re.search("[;\t]", names[0])):
                    message = f"the cells are separated by {other[0]!r}: save the file with commas"
                    faults.append(Fault("row 1", message, names[0]))
                    return
                faults += refused
            elif len(cells) != len(names):
                message = f"{len(cells)} cells where the header has {len(names)}"
                faults.append(Fault(f"row {lines.line_num}", message, code=FaultCode.WRONG_SHAPE))
            elif not refused:
                yield lines.line_num, dict(zip(names, map(_plain, cells), strict=True))
    except csv.Error as error:
        message = f"not a valid CSV file: {error}"
        faults.append(Fault(f"row {lines.line_num}", message, code=FaultCode.SYNTAX))
    if not names and not faults:
        faults.append(Fault("row 1", "the file is empty; it needs a header"))


def parse_csv(
    text: str, *, subject: str, required: Collection[str], optional: Collection[str] = ()
) -> list[Row]:
    """Return the rows of CSV text with known columns.

    Raises
    ------
    InvalidInputError
        With all faults of ``csv_rows``; ``subject`` is the name of the input in it.
    """
    faults: list[Fault] = []
    rows = list(csv_rows(text, faults, required=required, optional=optional))
    if faults:
        raise InvalidInputError(subject, faults)
    return rows


def column_faults(
    names: Sequence[str],
    required: Collection[str],
    optional: Collection[str] | None,
    *,
    head: str = "",
) -> list[Fault]:
    """List the columns that are unknown, missing or repeated; ``head`` names their row.

    ``required`` may map each name to its use, for the message. With None for ``optional``, any
    other column may be there, even twice.
    """
    where = head.removesuffix(", ") or "columns"
    known = names if optional is None else [*required, *optional]
    nearest = Nearest(known)
    faults = [
        Fault(
            f"{head}column {shorten(name)}",
            f"no such column here{nearest.hint(name)}",
            name,
            FaultCode.UNKNOWN_KEY,
        )
        for name in names
        if name not in known
    ]
    for name in required:
        if name not in names:
            use = f" for {required[name]!r}" if isinstance(required, Mapping) else ""
            hint = suggest(name, names) if optional is None else ""
            message = f"the column {name!r}{use} is missing{hint}"
            faults.append(Fault(where, message, code=FaultCode.MISSING))
    counted, counts = required if optional is None else names, Counter(names)
    return faults + [
        Fault(where, f"the column {name!r} appears twice", code=FaultCode.REPEATED)
        for name in sorted({name for name in counted if counts[name] > 1})
    ]


def in_row(line: int, faults: Iterable[Fault]) -> list[Fault]:
    """Return faults whose paths are names of columns with the line of their row in front."""
    return [f._replace(path=f"row {line}, column {f.path!r}") for f in faults]


def csv_path(path: AnyFile) -> Path | InMemory:
    """Return the path of a CSV file, or raise `ReadError` for another suffix."""
    file = as_file(path, ".csv")
    if file.suffix.lower() != ".csv":
        problem = f"the suffix {file.suffix!r} does not say .csv: save it as a CSV file"
        raise ReadError(str(file), problem)
    return file


def read_csv(
    path: AnyFile, *, required: Collection[str], optional: Collection[str] = ()
) -> list[Row]:
    """Read a CSV file with known columns; see `parse_csv`."""
    file = csv_path(path)
    return parse_csv(read_text(file), subject=str(file), required=required, optional=optional)


def id_from(text: str, *, default: str) -> str:
    """Return an id made of the letters and digits of a text, such as the stem of a file's name.

    Examples
    --------
    >>> id_from("Weekly counts (2026)", default="series"), id_from("--", default="series")
    ('weekly-counts-2026', 'series')
    """
    words = "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower())
    made = "-".join(filter(None, words.split("-")))[:80].strip("-")
    return made if is_slug(made) else default


def write_csv(rows: Sequence[Mapping[str, object]], path: AnyTarget) -> Path:
    """Write rows of plain values, such as those of ``to_rows()``, to a CSV file or a stream.

    Every key of every row is a column, in the order in which they come; a row without it has an
    empty cell.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, which
    `read_csv` removes again.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = _Lines()
    # With this end of line the writer quotes a cell that contains either half of it.
    writer = csv.DictWriter(lines, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _safe(row.get(name)) for name in names} for row in rows)
    text = "".join(line.removesuffix("\r\n") + "\n" for line in lines)
    return write_to(path, text.encode())
