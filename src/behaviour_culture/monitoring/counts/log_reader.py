"""Reads a behaviour log: fields that can be counted, no names and no free text."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import isfinite
from pathlib import Path

from behaviour_culture._display import count_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.content.loader import load_content
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.interchange.days import DayColumn, Moment, check_day_options
from behaviour_culture.interchange.files import AnyFile, read_text
from behaviour_culture.interchange.table import csv_path, csv_rows
from behaviour_culture.model.log_mapping import LISTS, LogMapping
from behaviour_culture.model.reading import Doubt
from behaviour_culture.monitoring.counts.behaviour_log import BehaviourLog
from behaviour_culture.monitoring.counts.log_rows import LogRow

__all__ = ["read_behaviour_log"]

_LEAST_SALT = 16
_MOST_LABELS, _LONGEST_LABEL = 200, 80
"""A list to choose from has fewer and shorter entries than free text (judgement)."""
_NO_DAY = date.min
_UNKNOWN = {
    *(
        "",
        "x",
        "n/a",
        "na",
        "n/k",
        "nk",
        "0",
        "nan",
        "nil",
        "none",
        "null",
        "tbc",
        "unk",
        "missing",
    ),
    *("unknown", "unidentified", "not known", "not applicable", "not recorded", "not given"),
    *("not entered", "not stated", "blank", "deleted", "anonymous", "various", "multiple", "guest"),
    *("all", "whole class", "whole school"),
    *(f"{word} {who}" for word in ("unknown", "no") for who in ("pupil", "student")),
}
"""Keys that mean that nobody knows, or that there is none; so do signs alone."""
_WHOLE = re.compile(r"(\d+)\.0+")


def read_behaviour_log(
    path: AnyFile | Sequence[AnyFile],
    mapping: str | os.PathLike[str] | LogMapping | Mapping[str, str],
    *,
    salt: str | bytes | None = None,
    dayfirst: bool | None = None,
    timezone: str | None = None,
) -> BehaviourLog:
    r"""Read the export of a behaviour system, without names, staff or free text.

    Parameters
    ----------
    path : str or path-like, or sequence of them
        CSV files with a header, which are one log: a row for each incident, each pupil in it or
        each action. Incidents that stand in two files count once.
    mapping : mapping, LogMapping, str or path-like
        Heading by field, such as ``{"occurred_at": "Date"}``, with the fields of
        `behaviour_culture.monitoring.LogMapping`; or the id of a mapping, such as ``bromcom``, or
        a file of kind ``log-mapping``. Columns that are not in the mapping are not read.
    salt : str or bytes, optional
        At least 16 characters, secret, the same for each file of one school: keys of pupils
        are hashed with it (HMAC-SHA-256) as they are read. Needed with ``pupil_key``.
        ``secrets.token_hex()`` makes one.
    dayfirst : bool, optional
        Whether 09/10/2024 is 9 October. Without it, it is, and a column that shows that the
        month must come first is refused. Numbers of a spreadsheet (45542.4), months in letters
        and years in front are read too, if the column has one form.
    timezone : str, optional
        The zone of times that name none, such as ``UTC``. Without it they are local. Times that
        name a zone are turned into days in London.

    Returns
    -------
    BehaviourLog
        Count it with ``to_series``; it is never saved. Its ``reading`` lists what is odd: days
        at weekends or in another zone, keys that name nobody.

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
    columns, signed = _mapping(mapping, salt)
    given = Arguments("read_behaviour_log")
    check_day_options(given, dayfirst, timezone)
    several = isinstance(path, Sequence) and not isinstance(path, (str, bytes))
    files = [csv_path(one) for one in path] if several else [csv_path(path)]  # type: ignore[arg-type, union-attr]
    paths = [file.resolve() for file in files if isinstance(file, Path)]
    if not files or len(set(paths)) < len(paths):
        given.fault("path", "expected one file, or several different ones", path)
    given.done()
    secret = salt.encode() if isinstance(salt, str) else salt or b""
    faults: list[Fault] = []
    rows: list[LogRow] = []
    keys: list[str] = []
    left_out: dict[str, None] = {}
    doubts: list[Doubt] = []
    fields = {heading: field for field, heading in columns.items()}
    for file in files:
        own: list[Fault] = []
        days = DayColumn("'occurred_at'", dayfirst=dayfirst, timezone=timezone)
        logged = DayColumn("'logged_at'", dayfirst=dayfirst, timezone=timezone)
        cells: dict[str, str] = {}
        before = len(rows)
        text = read_text(file, doubts=doubts)
        for line, cells in csv_rows(text, own, required=fields, optional=None):
            found = {field: cells[heading].strip() for heading, field in fields.items()}
            key = _whole(found.pop("pupil_key", ""))
            known = not _is_unknown(key)
            keys.append(hmac.new(secret, key.encode(), hashlib.sha256).hexdigest() if known else "")
            number = len(keys)
            moment = days.read(line, found["occurred_at"], number)
            entered = found.get("logged_at")
            later = logged.read(line, entered, number) if entered else None
            rows.append(_row(line, found, moment, later, own, signed=signed))
        doubts += [*days.close(), *days.weekends(), *logged.close()]
        own += [*days.faults, *logged.faults]
        if len(rows) == before and not own:
            own.append(Fault("row 1", "there are no rows below the header"))
        left_out |= dict.fromkeys(name for name in cells if name not in fields)
        name = f"{file.name}: " if several else ""
        faults += [Fault(f"{name}{fault.path}", fault.message, fault.value) for fault in own]
    faults += _free_text(rows, columns)
    if faults:
        raise InvalidInputError(", ".join(file.name for file in files), faults)
    nobody = [i for i, key in enumerate(keys, start=1) if not key] if "pupil_key" in columns else []
    if nobody:
        message = f"{count_of(len(nobody), 'row')} with a pupil_key that names nobody"
        doubts.append(
            Doubt(code="unknown-pupil", message=message, count=len(nobody), rows=nobody[:5])
        )
    source = ", ".join(file.name for file in files)
    return BehaviourLog(rows, keys, source=source, left_out=left_out, doubts=doubts)


def _mapping(mapping: object, salt: object) -> tuple[Mapping[str, str], bool]:
    """Return the headings by field, and whether points have a sign, after checking arguments."""
    given = Arguments("read_behaviour_log")
    found = None
    if isinstance(mapping, (str, os.PathLike)):
        found = load_content("log-mapping", mapping)
    elif isinstance(mapping, LogMapping):
        found = mapping
    elif isinstance(mapping, Mapping):
        try:
            found = LogMapping(id="own", system="own", columns=mapping)
        except InvalidInputError as error:
            given.faults += error.faults
    else:
        given.fault("mapping", f"expected headings by field, got {shorten(mapping)}", mapping)
    columns: Mapping[str, str] = {} if found is None else found.columns
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
    return columns, found is not None and found.signed_points


def _row(  # noqa: PLR0913  (parts of a row)
    line: int,
    found: Mapping[str, str],
    moment: Moment | None,
    logged: Moment | None,
    faults: list[Fault],
    *,
    signed: bool,
) -> LogRow:
    points = None
    if found.get("points"):
        try:
            points = float(found["points"])
        except ValueError:
            points = float("nan")
        if not isfinite(points):
            message = f"expected a number, got {shorten(found['points'], 40)}"
            faults.append(Fault(f"row {line}, 'points'", message))
    incident = _whole(found.get("incident_id", ""))
    labels = {name: found.get(name, "") for name in LISTS}
    if signed and points is not None and not labels["polarity"]:
        labels["polarity"] = "positive" if points > 0 else "negative" if points else "neutral"
    return LogRow(
        day=_NO_DAY if moment is None else moment.day,
        clock=None if moment is None else moment.clock,
        incident="" if _is_unknown(incident) else incident,
        points=points,
        logged=None if logged is None else logged.day,
        **labels,
    )


def _is_unknown(key: str) -> bool:
    """Say whether a key names nobody, whatever signs stand around its word."""
    word = key.casefold().strip(" -?*.#_()[]<>")
    return word in _UNKNOWN


def _whole(key: str) -> str:
    """Return a key as it was before a spreadsheet or pandas made a decimal of it."""
    found = _WHOLE.fullmatch(key)
    return key if found is None else found[1]


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
