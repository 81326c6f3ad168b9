"""Reads a behaviour log: fields that can be counted, no names and no free text."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from math import isfinite

from behaviour_culture.arguments import Arguments
from behaviour_culture.content.loader import load_log_mapping
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.interchange.files import AnyFile, read_text
from behaviour_culture.interchange.table import csv_path, csv_rows
from behaviour_culture.model.log_mapping import LISTS, LogMapping
from behaviour_culture.monitoring.counts.behaviour_log import BehaviourLog, LogRow

__all__ = ["read_behaviour_log"]

_LEAST_SALT = 16
_MOST_LABELS, _LONGEST_LABEL = 200, 80
"""A list to choose from has fewer and shorter entries than free text (judgement)."""
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+\d{1,2}:\d\d(?::\d\d)?)?")


def read_behaviour_log(
    path: AnyFile,
    mapping: str | os.PathLike[str] | LogMapping | Mapping[str, str],
    *,
    salt: str | bytes | None = None,
) -> BehaviourLog:
    r"""Read the export of a behaviour system, without names, staff or free text.

    Parameters
    ----------
    path : str or path-like
        A CSV file with a header; one row for each pupil in each incident.
    mapping : mapping, LogMapping, str or path-like
        Heading by field, such as ``{"occurred_at": "Date"}``, with the fields of
        `behaviour_culture.monitoring.LogMapping`; or the id of a mapping, such as ``bromcom``, or
        a file of kind ``log-mapping``. Columns that are not in the mapping are not read.
    salt : str or bytes, optional
        At least 16 characters, secret, the same for each file of one school: keys of pupils
        are hashed with it (HMAC-SHA-256) as they are read. Needed with ``pupil_key``.
        ``secrets.token_hex()`` makes one.

    Returns
    -------
    BehaviourLog
        Count it with ``to_series``; it is never saved.

    Raises
    ------
    InvalidInputError
        With all faults: a missing column, a cell that is not a day (day before month, as in
        14/09/2026), labels that look like free text. Cells of pupils are never shown.
    UnknownContentError
        There is no mapping with this id.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "log.csv"
    ...     rows = "Date,Adm,Type,Teacher\n14/09/2026,0042,Disruption,AB\n"
    ...     _ = file.write_text(rows)
    ...     columns = {"occurred_at": "Date", "pupil_key": "Adm", "category": "Type"}
    ...     log = read_behaviour_log(file, columns, salt="not a real secret")
    >>> log.labels("category"), log.left_out
    (('Disruption',), ('Teacher',))
    """
    columns = _mapping(mapping, salt)
    file = csv_path(path)
    fields = {heading: field for field, heading in columns.items()}
    secret = salt.encode() if isinstance(salt, str) else salt or b""
    faults: list[Fault] = []
    rows: list[LogRow] = []
    keys: list[str] = []
    cells: dict[str, str] = {}
    for line, cells in csv_rows(read_text(file), faults, required=fields, optional=None):
        found = {field: cells[heading].strip() for heading, field in fields.items()}
        key = found.pop("pupil_key", "")
        keys.append(hmac.new(secret, key.encode(), hashlib.sha256).hexdigest() if key else "")
        rows.append(_row(line, found, faults))
    if not rows and not faults:
        faults.append(Fault("row 1", "there are no rows below the header"))
    faults += _free_text(rows, columns)
    if faults:
        raise InvalidInputError(file.name, faults)
    left_out = [name for name in cells if name not in fields]
    return BehaviourLog(rows, keys, source=file.name, left_out=left_out)


def _mapping(mapping: object, salt: object) -> Mapping[str, str]:
    """Return the heading of each field, after checking both arguments."""
    given = Arguments("read_behaviour_log")
    columns: Mapping[str, str] = {}
    if isinstance(mapping, (str, os.PathLike)):
        columns = load_log_mapping(mapping).columns
    elif isinstance(mapping, LogMapping):
        columns = mapping.columns
    elif isinstance(mapping, Mapping):
        try:
            columns = LogMapping(id="own", system="own", columns=mapping).columns
        except InvalidInputError as error:
            given.faults += error.faults
    else:
        given.fault("mapping", f"expected headings by field, got {shorten(mapping)}", mapping)
    sound = isinstance(salt, (str, bytes))
    if salt is not None and not sound:
        given.fault("salt", "expected a text or bytes")
    elif "pupil_key" in columns and (not sound or len(salt) < _LEAST_SALT):  # type: ignore[arg-type]
        message = f"keys of pupils are hashed: give a secret of at least {_LEAST_SALT} characters"
        given.fault("salt", message)
    elif isinstance(salt, str) and not salt.isascii():
        try:
            salt.encode()
        except UnicodeEncodeError:  # without the salt in the error: it is a secret
            given.fault("salt", "holds half of a surrogate pair, which is not a character")
    given.done()
    return columns


def _row(line: int, found: Mapping[str, str], faults: list[Fault]) -> LogRow:
    day = _day(found["occurred_at"])
    if day is None:
        message = "expected a day like 2026-09-14 or 14/09/2026, got "
        cell = shorten(found["occurred_at"], 40)
        faults.append(Fault(f"row {line}, 'occurred_at'", message + cell))
    logged = _day(found["logged_at"]) if found.get("logged_at") else None
    if found.get("logged_at") and logged is None:
        faults.append(Fault(f"row {line}, 'logged_at'", "expected a day like 2026-09-14"))
    points = None
    if found.get("points"):
        try:
            points = float(found["points"])
        except ValueError:
            points = float("nan")
        if not isfinite(points):
            message = f"expected a number, got {shorten(found['points'], 40)}"
            faults.append(Fault(f"row {line}, 'points'", message))
    return LogRow(
        day=day or date.min,
        incident=found.get("incident_id", ""),
        points=points,
        logged=logged,
        **{name: found.get(name, "") for name in LISTS},
    )


def _day(cell: str) -> date | None:
    """Return the day of a cell, day before month as in Britain, or None."""
    match = _DAY.fullmatch(cell)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return datetime.fromisoformat(cell).date()
    except ValueError:
        return None


def _free_text(rows: list[LogRow], columns: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each field whose cells are not labels of a list."""
    for name in LISTS:
        labels = {getattr(row, name) for row in rows}
        long = any(len(label) > _LONGEST_LABEL for label in labels)
        if len(labels) > _MOST_LABELS or long:
            why = "long texts" if long else f"{len(labels):,} different texts"
            message = (
                f"{columns[name]!r} looks like free text ({why}), in which pupils may be named: "
                "leave it out, or map it to a column with a list to choose from"
            )
            yield Fault(f"mapping.{name}", message)
