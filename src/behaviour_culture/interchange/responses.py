"""Reading an audit: a CSV of responses, or a file of kind ``audit``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from behaviour_culture.errors import Fault, InvalidInputError, suggest
from behaviour_culture.interchange.files import read
from behaviour_culture.interchange.table import Row, read_csv
from behaviour_culture.model._check import is_slug, require_types
from behaviour_culture.model.audit import Audit, Response
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scale import RatingScale

__all__ = ["RESPONSE_COLUMNS", "RESPONSE_OPTIONAL", "audit_faults", "audit_of_rows", "read_audit"]

RESPONSE_COLUMNS = ("rater", "item", "rating")
RESPONSE_OPTIONAL = ("note", "evidence")

_NOT_ASSESSED = {"", "not assessed", "n/a", "na", "-"}


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
        A CSV file with the columns ``rater, item, rating`` and, if wanted, ``note`` and
        ``evidence``; or a ``.toml`` or ``.json`` file of kind ``audit``. A rating is a value
        or a label of the framework's scale; empty, ``n/a`` or ``not assessed`` mean that it
        was not assessed, which is never a 0.
    framework : Framework
        The framework whose items were rated.
    school, date : str, date, optional
        What a CSV file cannot say.

    Raises
    ------
    InvalidInputError
        All faults at once, each with its row and column (CSV) or path.
    """
    require_types("read_audit", framework=(framework, Framework))
    file = Path(path)
    if file.suffix.lower() == ".csv":
        rows = read_csv(file, required=RESPONSE_COLUMNS, optional=RESPONSE_OPTIONAL)
        return audit_of_rows(
            rows,
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
    responses = _responses(rows, framework, subject)
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


def _responses(rows: Sequence[Row], framework: Framework, subject: str) -> list[Response]:
    items = {item.id for item in framework.items}
    labels = {level.label.casefold(): level.value for level in framework.scale.levels}
    faults: list[Fault] = []
    made: list[Response] = []
    places: dict[tuple[str, str], list[int]] = {}
    for line, cells in rows:
        rater, item = cells["rater"].strip(), cells["item"].strip()
        before = len(faults)
        if not is_slug(rater):
            message = f"{rater!r} is not a label like 'head' or 'teacher-1'"
            faults.append(Fault(f"row {line}, column 'rater'", message, rater))
        if item not in items:
            message = f"no audit item {item!r} in {framework.id}{suggest(item, items)}"
            faults.append(Fault(f"row {line}, column 'item'", message, item))
        rating = None
        try:
            rating = _rating(cells["rating"].strip(), labels, framework.scale)
        except ValueError as error:
            faults.append(Fault(f"row {line}, column 'rating'", str(error), cells["rating"]))
        if len(faults) == before:
            places.setdefault((rater, item), []).append(line)
            made.append(
                Response(
                    rater=rater,
                    item=item,
                    rating=rating,
                    note=cells.get("note", ""),
                    evidence=cells.get("evidence", ""),
                )
            )
    faults += [
        Fault(f"row {lines[1]}", f"{rater!r} rates {item!r} again (first in row {lines[0]})")
        for (rater, item), lines in places.items()
        if len(lines) > 1
    ]
    if faults:
        raise InvalidInputError(subject, faults)
    return made


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
