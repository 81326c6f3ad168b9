"""Schools from the national register: the establishment file of Get Information About Schools.

Read by column name. The names of head teachers and governors, addresses and telephone
numbers are not read at all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from behaviour_culture.errors import Fault, InvalidInputError, UnknownNameError, shorten
from behaviour_culture.interchange.files import InMemory, read_bytes
from behaviour_culture.interchange.table import csv_path, csv_rows, in_row
from behaviour_culture.model.school import Context, Phase, School

__all__ = ["read_gias", "school_from_gias"]

_NEEDED = ("URN", "EstablishmentName", "PhaseOfEducation (name)")
_SUPPRESSED = {"", "..", "x", "z", "c", "not applicable", "not collected"}
_MAX_REGISTER = 256 * 1024 * 1024
"""The daily register of all schools is about 60 MB."""


def school_from_gias(row: Mapping[str, str]) -> School:
    """Build a `School` from one row of the establishment file.

    Parameters
    ----------
    row : mapping of str to str
        Cells by column name: ``URN``, ``EstablishmentName``, ``PhaseOfEducation (name)``
        and, if present, ``StatutoryLowAge``, ``StatutoryHighAge``, ``NumberOfPupils``,
        ``PercentageFSM``, ``GOR (name)``, ``LA (name)``. Other columns are ignored.

    Returns
    -------
    School
        Its id is ``urn-100000``. Blank and suppressed cells (``..``) give None, never 0.

    Raises
    ------
    InvalidInputError
        With all faults of the row.
    """
    faults = [Fault(name, "the column is missing") for name in _NEEDED if name not in row]
    if faults:
        raise InvalidInputError("row of the establishment file", faults)
    urn = _whole(row, "URN", faults)
    phase = _phase(row["PhaseOfEducation (name)"], faults)
    low = _whole(row, "StatutoryLowAge", faults)
    high = _whole(row, "StatutoryHighAge", faults)
    roll = _whole(row, "NumberOfPupils", faults)
    fsm = _decimal(row, "PercentageFSM", faults)
    if urn is None and all(fault.path != "URN" for fault in faults):
        faults.append(Fault("URN", "each school of the register has a number of six digits"))
    if faults:
        raise InvalidInputError("row of the establishment file", faults)
    return School(
        id=f"urn-{urn}",
        name=row["EstablishmentName"].strip(),
        urn=urn,
        phase=phase,
        low_age=low,
        high_age=high,
        roll=roll,
        context=Context(
            fsm_percent=fsm,
            region=_words(row, "GOR (name)"),
            local_authority=_words(row, "LA (name)"),
        ),
    )


def _words(row: Mapping[str, str], name: str) -> str | None:
    value = row.get(name, "").strip()
    return None if value.casefold() in _SUPPRESSED else value


def _whole(row: Mapping[str, str], name: str, faults: list[Fault]) -> int | None:
    value = _decimal(row, name, faults)
    if value is not None and value != int(value):
        faults.append(Fault(name, f"expected a whole number, got {shorten(row[name])}"))
        return None
    return None if value is None else int(value)


def _decimal(row: Mapping[str, str], name: str, faults: list[Fault]) -> float | None:
    cell = row.get(name, "").strip()
    if cell.casefold() in _SUPPRESSED:
        return None
    digits = cell.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(cell) < 16):  # noqa: PLR2004
        faults.append(Fault(name, f"expected a number, got {shorten(cell)}", shorten(cell)))
        return None
    return float(cell)


def _phase(cell: str, faults: list[Fault]) -> Phase:
    # The register has written both "All through" and "All-through".
    wanted = cell.strip().casefold().replace(" ", "-")
    for phase in Phase:
        if phase.value == wanted:
            return phase
    message = f"no phase {shorten(cell)}; known: {', '.join(p.value for p in Phase)}"
    faults.append(Fault("PhaseOfEducation (name)", message, shorten(cell)))
    return Phase.NOT_APPLICABLE


def read_gias(path: str | os.PathLike[str], *, urn: int | None = None) -> tuple[School, ...]:
    """Read schools from an establishment file (CSV), all of them or one by its URN.

    The register's encoding varies: UTF-8 is tried first, then Windows-1252.

    Raises
    ------
    ReadError, InvalidInputError
        As for `read_audit`, with all faults of all rows; each names its row and column.
    UnknownNameError
        No school in the file has this URN.
    """
    file = csv_path(path)
    schools: list[School] = []
    faults: list[Fault] = []
    numbers: list[str] = []
    for line, cells in csv_rows(_decode(file), faults, required=_NEEDED, optional=None):
        numbers.append(cells["URN"])
        if urn is not None and cells["URN"].strip() != str(urn):
            continue
        try:
            schools.append(school_from_gias(cells))
        except InvalidInputError as error:
            faults += in_row(line, error.faults)
    if not numbers and not faults:
        faults.append(Fault("row 1", "the file has a header and no schools"))
    if faults:
        raise InvalidInputError(str(file), faults)
    if urn is not None and not schools:
        raise UnknownNameError("school with URN", str(urn), numbers[:1000])
    return tuple(schools)


def _decode(file: Path | InMemory) -> str:
    raw = read_bytes(file, limit=_MAX_REGISTER)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
