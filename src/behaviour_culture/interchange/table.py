"""CSV tables: rows of texts with their line numbers in, safe cells out."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture.checks import Check, as_tuple
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

if TYPE_CHECKING:
    from behaviour_culture.model.reading import Doubt

__all__ = [
    "NumberForm",
    "Row",
    "column_faults",
    "csv_path",
    "csv_rows",
    "id_from",
    "in_row",
    "parse_csv",
    "plain_number",
    "read_csv",
    "separator_fault",
    "write_csv",
]

_RISKY = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""Beginnings of a text that a spreadsheet takes for a formula, or that has a guard in front.

Some take the full-width signs of East Asian keyboards too.
"""
_CELL = r'(?:"[^"]*(?:""[^"]*)*"|[^",]*)'
_QUOTED = re.compile(f"{_CELL}(?:,{_CELL})*")
"""A line in which quotes stand around a whole cell, and twice inside it."""
_TIGHT = re.compile(r",(?! )")
"""A comma between two cells: one in a sentence has a space after it."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_NARROW = 4
"""Fewer columns than this are too few for their commas to tell a row from a text (judgement)."""

_SEPARATOR = re.compile("[, \u00a0\u202f]")
_THOUSANDS = re.compile(f"[-+]?[0-9]{{1,3}}(?:{_SEPARATOR.pattern}[0-9]{{3}})+(?:[.][0-9]+)?")
_NUMBER = re.compile("[-+]?[0-9]+(?:[.][0-9]*)?")

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
    bad_rows: dict[int, Fault] | None = None,
) -> Iterator[Row]:
    """Yield the rows of CSV text one at a time, and add what is wrong with it to ``faults``.

    Faults are: no header; a missing, unknown or repeated column, after which no row is yielded;
    rows that are longer or shorter than the header; a quote that is not closed, or that stands
    in a cell without quotes around it; a cell that has swallowed rows. Rows of blank cells are
    no rows. A cell that was guarded against formulas on writing gets its own text back.

    Parameters
    ----------
    text : str
    faults : list of Fault
    required, optional : collection of str
        Names of the columns; see `column_faults`.
    bad_rows : dict of int to Fault, optional
        Where faults of single rows go, by line, for a reader that can do without these rows.
    """
    source = _Source(text)
    lines = csv.reader(source, strict=True)
    names: list[str] = []
    refused: list[Fault] = []
    while True:
        source.held.clear()
        first = lines.line_num + 1
        fault = None
        try:
            cells = next(lines, None)
        except csv.Error as error:
            cells, fault = [], _unreadable(error, first, lines.line_num)
        if cells is None:
            break
        if not names and (found := separator_fault(source.held[0])):
            faults.append(found)
            return
        many = lines.line_num > first
        if fault is None:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [_plain(" ".join(cell.split())) for cell in cells]
                refused = column_faults(names, required, optional, head="row 1, ")
                faults += refused
                continue
            fault = _row_fault(cells, len(names), source, many=many)
        if fault is None:
            if not refused:
                guarded = any("'" in line for line in source.held)
                plain = map(_plain, cells) if guarded else cells
                yield lines.line_num, dict(zip(names, plain, strict=True))
            continue
        fault = fault._replace(path=f"row {first if many else lines.line_num}")
        if bad_rows is None or many:
            faults.append(fault)
        else:
            bad_rows[lines.line_num] = fault
    if not names and not faults:
        faults.append(Fault("row 1", "the file is empty; it needs a header"))


class _Source:
    """Lines of a text for a CSV reader; it holds those of the row that is being read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in _text_lines(self.text):
            self.held.append(line)
            yield line


def _text_lines(text: str) -> Iterator[str]:
    r"""Yield the lines of a text with their ends, as `csv` wants them.

    `io.StringIO` would hold the text again, in four bytes for each character.

    Examples
    --------
    >>> list(_text_lines("a\r\nb\n\nc"))
    ['a\r\n', 'b\n', '\n', 'c']
    """
    return (found[0] for found in _LINE.finditer(text))


def separator_fault(line: str) -> Fault | None:
    """Return a fault if the cells of a header are separated by something else than commas.

    It looks at the line itself: cells in quotes between other marks are no CSV.
    """
    bare = line.replace('"', "").strip()
    other = re.search("[;\t]", bare) if "," not in bare else None
    if other is None:
        return None
    message = f"the cells are separated by {other[0]!r}: save the file with commas"
    return Fault("row 1", message, bare)


def _unreadable(error: csv.Error, first: int, last: int) -> Fault:
    if last == first:
        return Fault("", f"not a valid CSV file: {error}: inside quotes, write a quote twice")
    message = f"a quote that is opened here is not closed as it should be, up to row {last:,}"
    return Fault("", f"{message}: take it out, or close it")


def _row_fault(cells: list[str], width: int, source: _Source, *, many: bool) -> Fault | None:
    """Return what is wrong with the cells of a row, if anything."""
    if len(cells) != width:
        message = f"{len(cells)} cells where the header has {width}"
        short = len(cells) < width and not source.held[-1].endswith(("\n", "\r"))
        return Fault("", f"{message}: is the file cut off here?" if short else message)
    for line in source.held:
        if not many and '"' in line and not _QUOTED.fullmatch(line.rstrip("\r\n")):
            message = "a quote stands in a cell that has no quotes around it: take it out, or put "
            return Fault("", message + "the cell in quotes and write the one inside twice")
    for cell in cells if many and width >= _NARROW else ():
        if ("\n" in cell or "\r" in cell) and len(_TIGHT.findall(cell)) >= width - 1:
            message = (
                f"a cell that begins with {shorten(cell, 30)} has line breaks in it, and as many "
            )
            return Fault("", message + "commas as a row: a quote too many has swallowed rows")
    return None


def parse_csv(
    text: str, *, subject: str, required: Collection[str], optional: Collection[str] = ()
) -> list[Row]:
    """Return the rows of CSV text with known columns.

    Raises
    ------
    InvalidInputError
        With all faults of ``csv_rows``; ``subject`` is the name of the input in it.
    """
    check = Check("parse_csv")
    check.any_text("text", text)
    check.any_text("subject", subject)
    for name, given in (("required", required), ("optional", optional)):
        columns = tuple(given) if isinstance(given, Mapping) else as_tuple(given)
        check.value(name, columns, tuple[str, ...])
    check.done()
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
    nearest, have, there = Nearest(known), set(known), set(names)
    faults = [
        Fault(
            f"{head}column {shorten(name)}",
            f"no such column here{nearest.hint(name)}",
            name,
            FaultCode.UNKNOWN_KEY,
        )
        for name in names
        if name not in have
    ]
    for name in required:
        if name not in there:
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
    path: AnyFile,
    *,
    required: Collection[str],
    optional: Collection[str] = (),
    doubts: list[Doubt] | None = None,
) -> list[Row]:
    """Read a CSV file with known columns; see `parse_csv`.

    What is odd about its bytes is added to ``doubts``.
    """
    check = Check("read_csv")
    check.value("doubts", doubts, list | None)
    check.done()
    file = csv_path(path)
    text = read_text(file, doubts=doubts)
    return parse_csv(text, subject=str(file), required=required, optional=optional)


class NumberForm(StrEnum):
    """A way to write a number that is not the plain one."""

    THOUSANDS = "thousands-separator"
    PERCENT = "percent-sign"
    SPACES = "spaces-around"


def plain_number(cell: str, *, percent: bool = False) -> tuple[str, NumberForm] | None:
    """Return a number in its plain form, and the form that it has in the file.

    Parameters
    ----------
    cell : str
    percent : bool
        A percent sign may follow the number.

    Returns
    -------
    (str, NumberForm) or None
        None for a number that is plain already, and for anything else.

    Examples
    --------
    >>> plain_number("302,975")[0], plain_number("6.97%", percent=True)[0], plain_number("x")
    ('302975', '6.97', None)
    """
    bare = cell.strip()
    form = NumberForm.SPACES if bare != cell else None
    if percent and bare.endswith("%"):
        form, bare = NumberForm.PERCENT, bare[:-1].rstrip()
    if _THOUSANDS.fullmatch(bare):
        form, bare = NumberForm.THOUSANDS, _SEPARATOR.sub("", bare)
    return (bare, form) if form and _NUMBER.fullmatch(bare) else None


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
    check = Check("write_csv")
    given = as_tuple(rows)
    check.value("rows", given, tuple[object, ...])
    for i, row in enumerate(given if check.ok() else ()):
        if not isinstance(row, Mapping):
            message = f"expected a table of names and values, got {shorten(row)}"
            check.fault(f"rows[{i}]", message, row, FaultCode.WRONG_TYPE)
    check.done()
    names = list(dict.fromkeys(name for row in given for name in row))
    lines = _Lines()
    # With this end of line the writer quotes a cell that contains either half of it.
    writer = csv.DictWriter(lines, names, lineterminator="\r\n")
    writer.writerow({name: _safe(name) for name in names})
    writer.writerows({name: _safe(row.get(name)) for name in names} for row in given)
    text = "".join(line.removesuffix("\r\n") + "\n" for line in lines)
    return write_to(path, text.encode())
