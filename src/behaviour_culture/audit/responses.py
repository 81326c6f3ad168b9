"""From files to audits: a CSV of responses, a filled form, or a file of kind ``audit``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve

from behaviour_culture.audit.fit import AnswerCheck, LeftOut, audit_faults, left_out, open_answers
from behaviour_culture.audit.forms import (
    FACTS,
    NOT_APPLICABLE,
    NOT_ASSESSED,
    FormContent,
    FormRow,
    tailored_by,
)
from behaviour_culture.content.loader import loaders
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
from behaviour_culture.interchange.files import InMemory, read
from behaviour_culture.interchange.table import Row, id_from, read_csv
from behaviour_culture.model.audit import RATER_GROUPS, Audit, Response
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.reading import Doubt

__all__ = ["RESPONSE_COLUMNS", "RESPONSE_OPTIONAL", "audit_of_file", "audit_of_rows"]

RESPONSE_COLUMNS = ("rater", "item", "rating")
RESPONSE_OPTIONAL = ("group", "not_applicable", "note", "evidence")

_NOT_ASSESSED = {"", NOT_ASSESSED, "-"}
_NOT_APPLICABLE = {NOT_APPLICABLE, "n/a", "na", "does not apply"}
_SWITCH = {"": False, "false": False, "0": False, "true": True, "1": True}
"""Cells of the column ``not_applicable``, which `Audit.to_rows` writes."""
_WHOLE = re.compile(r"[0-9]{1,4}(\.0+)?", re.ASCII)
_UNPRINTED = re.compile(r"_x[0-9A-Fa-f]{4}_|[\x00-\x1f\ufffe\uffff]")
_OTHER_BOOKS = {
    ".xlsm": "it may hold macros",
    ".xltm": "it may hold macros",
    ".xlsb": "it is a binary workbook",
    ".xls": "it is an old workbook",
    ".ods": "it is an OpenDocument workbook",
}


def audit_of_file(
    file: Path | InMemory,
    *,
    framework: Framework | None,
    school: str | None = None,
    date: date | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> tuple[Audit, Framework]:
    """Read one file of `read_audit`; return the audit and the framework that it was checked by.

    Without a ``framework`` it is the one that the file names.
    """
    subject, suffix = str(file), file.suffix.lower()
    if suffix in _OTHER_BOOKS:
        raise ReadError(subject, f"{_OTHER_BOOKS[suffix]}: save it as .xlsx")
    if suffix in {".csv", ".xlsx"}:
        form = _csv_form(file) if suffix == ".csv" else _excel_form(file)
        if framework is None and form.faults and not form.framework_at:
            raise InvalidInputError(subject, form.faults)
        found = framework or _named_framework(form.framework_at, form.framework, subject)
        audit = _audit(
            _responses(form, found, subject),
            framework=found,
            id=id_from(file.stem, default="audit") if id is None else id,
            school=school,
            date=date,
            subject=subject,
        )
        return audit, found
    whole = read(file, kind="audit")
    found = framework or _named_framework("framework", whole.framework, subject)
    kept = open_answers(whole, found)
    if faults := audit_faults(kept, found):
        raise InvalidInputError(subject, faults)
    given: dict[str, Any] = {"school": school, "date": date, "id": id}
    return evolve(kept, **{k: v for k, v in given.items() if v is not None}), found


def _named_framework(path: str, name: str, subject: str) -> Framework:
    """Return the framework that a file names at a path, if an id of content is that name."""
    known: Mapping[str, Callable[[], Framework]] = loaders("framework")
    if name in known:
        return known[name]()
    if name:
        message = (
            f"is for the framework {shorten(name)}, which neither comes with the library nor "
            f"with an installed package{suggest(name, known)}: give the framework it was "
            "made from, as read_audit(..., framework=load_framework(Path('its-file.toml')))"
        )
    else:
        message = (
            "does not say which framework was rated: give it, as "
            "read_audit(..., framework=load_framework('bennett-2017'))"
        )
    raise InvalidInputError(subject, [Fault(path, message, name)])


def audit_of_rows(  # noqa: PLR0913  (facts that rows do not hold)
    rows: Sequence[Row],
    *,
    framework: Framework,
    id: str,  # noqa: A002  (the name of the field)
    school: str | None,
    date: date | None,
    subject: str,
) -> Audit:
    """Build an audit from rows of texts whose columns were checked."""
    form = FormContent([FormRow(f"row {line}", row) for line, row in rows], [])
    return _audit(
        _responses(form, framework, subject),
        framework=framework,
        id=id,
        school=school,
        date=date,
        subject=subject,
    )


def _audit(  # noqa: PLR0913  (facts that responses do not hold)
    answers: tuple[list[Response], list[Doubt]],
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
            responses=answers[0],
            doubts=answers[1],
        )
    except InvalidInputError as error:
        raise InvalidInputError(subject, error.faults) from None


def _csv_form(file: Path | InMemory) -> FormContent:
    known = (*RESPONSE_OPTIONAL, *FACTS, "area", "text", "look_for")
    optional = [name for name in known if name not in RESPONSE_COLUMNS]
    doubts: list[Doubt] = []
    lines = read_csv(file, required=RESPONSE_COLUMNS, optional=optional, doubts=doubts)
    rows = [FormRow(f"row {line}", cells) for line, cells in lines]
    names = [(row.path("framework"), row.cells.get("framework", "").strip()) for row in rows]
    at, name = next((place for place in names if place[1]), ("", ""))
    return FormContent(rows, [], at, name, tuple(doubts))


def _excel_form(file: Path | InMemory) -> FormContent:
    from behaviour_culture.audit.workbook import read_form  # noqa: PLC0415  (an extra)

    return read_form(file)


def _responses(
    form: FormContent, framework: Framework, subject: str
) -> tuple[list[Response], list[Doubt]]:
    """Return the answers of a form, and the notes on those that may not count."""
    rows, found = form.rows, form.faults
    check, groups = AnswerCheck(framework), Nearest(RATER_GROUPS)
    dropped: dict[LeftOut, list[str]] = {}
    faults = [*found, *(_other_framework(rows, framework) or framework.item_faults())]
    made: list[Response] = []
    places: dict[tuple[str, str], list[str]] = {}
    if faults and not found:  # of another framework: its items would only repeat that
        raise InvalidInputError(subject, faults)
    for row in rows:
        cells = row.cells
        rater, item, group = (cells.get(name, "").strip() for name in ("rater", "item", "group"))
        cell = cells["rating"].strip()
        without = cell.casefold() in _NOT_APPLICABLE and cell.casefold() not in check.labels
        said = None if without else _rating(cell, check.labels)
        because = check.left_out(item, group)
        if because is not None:
            if said is not None:
                dropped.setdefault(because, []).append(row.where)
            continue
        wrong: list[Fault] = []
        switch = cells.get("not_applicable", "").strip().casefold()
        if switch not in _SWITCH:
            message = f"{shorten(switch)} is neither true nor false"
            wrong.append(Fault(row.path("not_applicable"), message, switch))
        without = without or _SWITCH.get(switch, False)
        if not is_slug(rater):
            message = f"{shorten(rater)} is not a label like 'head' or 'teacher-1'"
            code = FaultCode.NOT_AN_ID if rater else FaultCode.MISSING
            wrong.append(Fault(row.path("rater"), message, rater, code))
        if group and not is_slug(group):
            hint = groups.hint(group)
            message = f"{shorten(group)} is not a group like 'teachers'{hint}"
            wrong.append(Fault(row.path("group"), message, group, FaultCode.NOT_AN_ID))
        wrong += [
            f._replace(path=row.path(f.path))
            for f in check.faults(item, said, not_applicable=without)
        ]
        known = check.items.get(item)
        if known and "text" in cells and _words(cells["text"]) != _words(known.text):
            message = (
                f"the wording is not that of {item!r} in this framework: either the row was "
                "changed, or the form was made from another version or tailoring"
            )
            wrong.append(Fault(row.path("text"), message, shorten(cells["text"])))
        if not wrong:
            places.setdefault((rater, item), []).append(row.where)
            rating = None if isinstance(said, str) else said
            texts = {name: cells.get(name, "") for name in ("note", "evidence")}
            try:
                made.append(
                    Response(
                        rater=rater,
                        group=group,
                        item=item,
                        rating=rating,
                        not_applicable=without,
                        **texts,
                    )
                )
            except InvalidInputError as error:
                wrong += [f._replace(path=row.path(f.path)) for f in error.faults]
        faults += wrong
    faults += [
        Fault(
            line,
            f"{rater!r} rates {item!r} again (first in {lines[0]})",
            code=FaultCode.REPEATED,
        )
        for (rater, item), lines in places.items()
        for line in lines[1:]
    ]
    if faults:
        # A cell above all rows of a sheet is at fault once.
        raise InvalidInputError(subject, list(dict.fromkeys(faults)))
    return made, [*form.doubts, *left_out(dropped)]


def _words(text: str) -> list[str]:
    """Return the words of a text: programs change line breaks, and escape control characters."""
    return _UNPRINTED.sub(" ", text).split()


def _other_framework(rows: list[FormRow], framework: Framework) -> list[Fault]:
    """Return the faults of a form that names another framework, one for each that it names."""
    rights = {"framework": framework.id, "edition": framework.edition}
    rights["tailored"] = tailored_by(framework)
    faults = {}
    for row in rows:
        for name, right in rights.items():
            value = row.cells.get(name, right).strip()
            if _words(value) != _words(right) and (name, value) not in faults:
                differs = f"the form is for {name} {value!r}, not for {right!r}"
                if name == "tailored":
                    differs = (
                        f"the form was made from one tailored {value!r}, this is tailored {right!r}"
                    )
                message = f"{differs}: give the framework it was made from as framework=..."
                faults[name, value] = Fault(row.path(name), message, value)
    return list(faults.values())


def _rating(cell: str, labels: Mapping[str, int]) -> int | str | None:
    """Return a cell as a rating: a value, None if not assessed, or its text if it is neither."""
    if cell.casefold() in _NOT_ASSESSED:
        return None
    if cell.casefold() in labels:
        return labels[cell.casefold()]
    # Programs that hold ratings as floats, with a gap for each missing one, write 2 as 2.0.
    return int(float(cell)) if _WHOLE.fullmatch(cell) else cell
