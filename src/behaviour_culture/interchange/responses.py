"""Reading an audit: a CSV of responses, a filled form, or a file of kind ``audit``."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from behaviour_culture.errors import Fault, InvalidInputError, ReadError, shorten, suggest
from behaviour_culture.interchange.files import read
from behaviour_culture.interchange.forms import NOT_ASSESSED, FormCells
from behaviour_culture.interchange.table import Row, read_csv
from behaviour_culture.model._check import is_slug, require_types
from behaviour_culture.model.audit import RATER_GROUPS, Audit, Response
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scale import RatingScale

__all__ = ["RESPONSE_COLUMNS", "RESPONSE_OPTIONAL", "audit_faults", "audit_of_rows", "read_audit"]

RESPONSE_COLUMNS = ("rater", "item", "rating")
RESPONSE_OPTIONAL = ("group", "note", "evidence")

_NOT_ASSESSED = {"", NOT_ASSESSED, "n/a", "na", "-"}
_UNPRINTED = re.compile(r"_x[0-9A-Fa-f]{4}_|[\x00-\x1f\ufffe\uffff]")
_OTHER_BOOKS = {
    ".xlsm": "it may hold macros",
    ".xltm": "it may hold macros",
    ".xlsb": "it is a binary workbook",
    ".xls": "it is an old workbook",
    ".ods": "it is an OpenDocument workbook",
}


def read_audit(
    path: str | os.PathLike[str],
    *,
    framework: Framework,
    school: str | None = None,
    date: date | None = None,
) -> Audit:
    """Read the responses of an audit and check them against a framework.

    Parameters
    ----------
    path : str or path-like
        A CSV file with the columns ``rater, item, rating`` and, if wanted, ``group``, ``note``
        and ``evidence``; a form that `audit_form` wrote, ``.xlsx`` (extra ``office``) or
        ``.csv``; or a ``.toml`` or ``.json`` file of kind ``audit``. A rating is a value or a
        label of the framework's scale; empty, ``n/a`` or ``not assessed`` mean that it was not
        assessed, which is never a 0.
    framework : Framework
        The framework whose items were rated.
    school, date : str, date, optional
        What a CSV file or a form cannot say.

    Raises
    ------
    InvalidInputError
        All faults at once, each with its sheet, row and column (form), row and column (CSV) or
        path.
    ReadError
        No file of these, or a workbook that is not safe to read: with macros, protected by a
        password, larger than a form can be.
    """
    require_types("read_audit", framework=(framework, Framework))
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix in _OTHER_BOOKS:
        raise ReadError(str(file), f"{_OTHER_BOOKS[suffix]}: save it as .xlsx")
    if suffix in {".csv", ".xlsx"}:
        rows, faults = _form(file, framework) if suffix == ".xlsx" else (_table(file), [])
        return _audit(
            _responses(rows, faults, framework, str(file)),
            framework=framework,
            id=_audit_id(file),
            school=school,
            date=date,
            subject=str(file),
        )
    audit: Audit = read(file, kind="audit")
    faults = audit_faults(audit, framework)
    if faults:
        raise InvalidInputError(str(file), faults)
    return audit


def audit_of_rows(  # noqa: PLR0913  (what rows cannot say)
    rows: Sequence[Row],
    *,
    framework: Framework,
    id: str,  # noqa: A002  (the name of the field)
    school: str | None,
    date: date | None,
    subject: str,
) -> Audit:
    """Build an audit from rows of texts whose columns were checked."""
    cells = [FormCells(f"row {line}", row, {}) for line, row in rows]
    return _audit(
        _responses(cells, [], framework, subject),
        framework=framework,
        id=id,
        school=school,
        date=date,
        subject=subject,
    )


def _audit(  # noqa: PLR0913  (what responses cannot say)
    responses: list[Response],
    *,
    framework: Framework,
    id: str,  # noqa: A002  (the name of the field)
    school: str | None,
    date: date | None,
    subject: str,
) -> Audit:
    try:
        return Audit(
            id=id,
            framework=framework.id,
            edition=framework.edition,
            school=school,
            date=date,
            responses=responses,
        )
    except InvalidInputError as error:
        raise InvalidInputError(subject, error.faults) from None


def _audit_id(file: Path) -> str:
    words = "".join(c if c.isalnum() and c.isascii() else "-" for c in file.stem.lower())
    name = "-".join(filter(None, words.split("-")))[:80]
    return name if is_slug(name) else "audit"


def _table(file: Path) -> list[FormCells]:
    optional = (*RESPONSE_OPTIONAL, "framework", "edition", "area", "text", "look_for")
    rows = read_csv(file, required=RESPONSE_COLUMNS, optional=optional)
    return [FormCells(f"row {line}", cells, {}) for line, cells in rows]


def _form(file: Path, framework: Framework) -> tuple[list[FormCells], list[Fault]]:
    from behaviour_culture.interchange.workbook import read_form  # noqa: PLC0415  (an extra)

    return read_form(file, len(framework.items))


def _responses(
    rows: list[FormCells], found: list[Fault], framework: Framework, subject: str
) -> list[Response]:
    items = {item.id: item for item in framework.items}
    labels = {level.label.strip().casefold(): level.value for level in framework.scale.levels}
    faults = [*found, *_other_framework(rows, framework)]
    made: list[Response] = []
    places: dict[tuple[str, str], list[str]] = {}
    if faults and not found:  # of another framework: its items would only repeat that
        raise InvalidInputError(subject, faults)
    for row in rows:
        cells = row.cells
        rater, item, group = (cells.get(name, "").strip() for name in ("rater", "item", "group"))
        wrong: list[Fault] = []
        if not is_slug(rater):
            message = f"{rater!r} is not a label like 'head' or 'teacher-1'"
            wrong.append(Fault(row.path("rater"), message, rater))
        if group and not is_slug(group):
            message = f"{group!r} is not a group like 'teachers'{suggest(group, RATER_GROUPS)}"
            wrong.append(Fault(row.path("group"), message, group))
        if item not in items:
            message = f"no audit item {item!r} in {framework.id}{suggest(item, items)}"
            wrong.append(Fault(row.path("item"), message, item))
        elif "text" in cells and _words(cells["text"]) != _words(items[item].text):
            message = (
                f"the wording is not that of {item!r} in this framework: either the row was "
                "changed, or the form was made from another version or tailoring"
            )
            wrong.append(Fault(row.path("text"), message, shorten(cells["text"])))
        rating = None
        try:
            rating = _rating(cells["rating"].strip(), labels, framework.scale)
        except ValueError as error:
            wrong.append(Fault(row.path("rating"), str(error), cells["rating"]))
        if not wrong:
            places.setdefault((rater, item), []).append(row.where)
            said = {name: cells.get(name, "") for name in ("note", "evidence")}
            try:
                made.append(Response(rater=rater, group=group, item=item, rating=rating, **said))
            except InvalidInputError as error:
                wrong += [Fault(row.path(f.path), f.message, f.value) for f in error.faults]
        faults += wrong
    faults += [
        Fault(lines[1], f"{rater!r} rates {item!r} again (first in {lines[0]})")
        for (rater, item), lines in places.items()
        if len(lines) > 1
    ]
    if faults:
        raise InvalidInputError(subject, faults)
    return made


def _words(text: str) -> list[str]:
    """Return the words of a text: programs change how lines break, and escape what is no letter."""
    return _UNPRINTED.sub(" ", text).split()


def _other_framework(rows: list[FormCells], framework: Framework) -> list[Fault]:
    """Say where a form names another framework or edition, once for each that it names."""
    faults = {}
    for row in rows:
        for name, right in (("framework", framework.id), ("edition", framework.edition)):
            value = row.cells.get(name, right).strip()
            if _words(value) != _words(right) and (name, value) not in faults:
                message = (
                    f"the form is for {name} {value!r}, not for {right!r}: read it with the "
                    "framework that it was made from"
                )
                faults[name, value] = Fault(row.path(name), message, value)
    return list(faults.values())


def _rating(cell: str, labels: dict[str, int], scale: RatingScale) -> int | None:
    if cell.casefold() in _NOT_ASSESSED:
        return None
    if cell.casefold() in labels:
        return labels[cell.casefold()]
    if cell.isascii() and cell.isdigit() and len(cell) < 5 and int(cell) in scale.values:  # noqa: PLR2004
        return int(cell)
    words = ", ".join(f"{level.value} ({level.label})" for level in scale.levels)
    msg = f"{cell[:80]!r} is not on the scale {words}{suggest(cell, labels)}"
    raise ValueError(msg)


def audit_faults(audit: Audit, framework: Framework) -> list[Fault]:
    """List what keeps an audit from being scored under a framework."""
    if audit.framework != framework.id:
        message = f"the audit is for {audit.framework!r}, not for {framework.id!r}"
        return [Fault("framework", message, audit.framework)]
    if audit.edition != framework.edition:
        message = (
            f"the audit is for edition {audit.edition!r}, the framework is edition "
            f"{framework.edition!r}: items may have changed, so load the edition it was made with"
        )
        return [Fault("edition", message, audit.edition)]
    items = Counter(item.id for item in framework.items)
    values = framework.scale.values
    faults = []
    for i, response in enumerate(audit.responses):
        if response.item not in items:
            message = f"no audit item {response.item!r}{suggest(response.item, items)}"
            faults.append(Fault(f"responses[{i}].item", message, response.item))
        if response.rating is not None and response.rating not in values:
            allowed = ", ".join(str(v) for v in values)
            message = f"{response.rating} is off the scale: one of {allowed}"
            faults.append(Fault(f"responses[{i}].rating", message, str(response.rating)))
    return faults
