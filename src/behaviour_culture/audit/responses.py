"""From files to audits: a CSV of responses, a filled form, or a file of kind ``audit``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import evolve

from behaviour_culture.audit.forms import FACTS, NOT_ASSESSED, FormCells, tailored_by
from behaviour_culture.errors import Fault, InvalidInputError, ReadError, shorten, suggest
from behaviour_culture.fields import is_slug
from behaviour_culture.interchange.files import read
from behaviour_culture.interchange.table import Row, read_csv
from behaviour_culture.model.audit import RATER_GROUPS, Audit, Response
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scale import RatingScale

__all__ = [
    "RESPONSE_COLUMNS",
    "RESPONSE_OPTIONAL",
    "Known",
    "audit_faults",
    "audit_of_file",
    "audit_of_rows",
]

RESPONSE_COLUMNS = ("rater", "item", "rating")
RESPONSE_OPTIONAL = ("group", "note", "evidence")

_NOT_ASSESSED = {"", NOT_ASSESSED, "n/a", "na", "-"}
_WHOLE = re.compile(r"[0-9]{1,4}(\.0+)?", re.ASCII)
_UNPRINTED = re.compile(r"_x[0-9A-Fa-f]{4}_|[\x00-\x1f\ufffe\uffff]")
_OTHER_BOOKS = {
    ".xlsm": "it may hold macros",
    ".xltm": "it may hold macros",
    ".xlsb": "it is a binary workbook",
    ".xls": "it is an old workbook",
    ".ods": "it is an OpenDocument workbook",
}


Known = Mapping[str, Callable[[], Framework]]
"""How to load each framework that is known by its id."""


def audit_of_file(  # noqa: PLR0913  (what a form cannot say)
    file: Path,
    *,
    framework: Framework | None,
    known: Known,
    school: str | None = None,
    date: date | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> tuple[Audit, Framework]:
    """Read one file of `read_audit`; return the audit and the framework that it was checked by.

    Without a ``framework`` it is the one of ``known`` that the file names.
    """
    suffix = file.suffix.lower()
    if suffix in _OTHER_BOOKS:
        raise ReadError(str(file), f"{_OTHER_BOOKS[suffix]}: save it as .xlsx")
    choice = _Choice(framework, known, str(file))
    if suffix in {".csv", ".xlsx"}:
        rows, faults = _form(file, choice) if suffix == ".xlsx" else (_table(file, choice), [])
        found = choice.framework
        if found is None:  # a workbook of which no sheet is a form
            raise InvalidInputError(str(file), faults)
        audit = _audit(
            _responses(rows, faults, found, str(file)),
            framework=found,
            id=_audit_id(file) if id is None else id,
            school=school,
            date=date,
            subject=str(file),
        )
        return audit, found
    audit = read(file, kind="audit")
    found = choice.named("framework", audit.framework)
    faults = audit_faults(audit, found)
    if faults:
        raise InvalidInputError(str(file), faults)
    given = {"school": school, "date": date, "id": id}
    return evolve(audit, **{k: v for k, v in given.items() if v is not None}), found


class _Choice:
    """The framework that was given, or else the first that the file names."""

    def __init__(self, given: Framework | None, known: Known, subject: str) -> None:
        self.framework = given
        self.known = known
        self.subject = subject

    def named(self, path: str, name: str) -> Framework:
        """Return the framework, given what the file says at ``path``."""
        if self.framework is None:
            if name not in self.known:
                raise InvalidInputError(self.subject, [self._unknown(path, name)])
            self.framework = self.known[name]()
        return self.framework

    def _unknown(self, path: str, name: str) -> Fault:
        if name:
            message = (
                f"is for the framework {shorten(name)}, which neither comes with the library nor "
                f"with an installed package{suggest(name, self.known)}: give the framework it was "
                "made from, as read_audit(..., framework=load_framework('its-file.toml'))"
            )
        else:
            message = (
                "does not say which framework was rated: give it, as "
                "read_audit(..., framework=load_framework('bennett-2017'))"
            )
        return Fault(path, message, name)

    def items(self, path: str, name: str) -> int:
        """Return how many rows a form of the framework has."""
        return len(self.named(path, name).items)


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


def _table(file: Path, choice: _Choice) -> list[FormCells]:
    known = (*RESPONSE_OPTIONAL, *FACTS, "area", "text", "look_for")
    optional = [name for name in known if name not in RESPONSE_COLUMNS]
    rows = read_csv(file, required=RESPONSE_COLUMNS, optional=optional)
    cells = [FormCells(f"row {line}", row, {}) for line, row in rows]
    names = [(row.path("framework"), row.cells.get("framework", "").strip()) for row in cells]
    choice.named(*next((place for place in names if place[1]), ("", "")))
    return cells


def _form(file: Path, choice: _Choice) -> tuple[list[FormCells], list[Fault]]:
    from behaviour_culture.audit.workbook import read_form  # noqa: PLC0415  (an extra)

    return read_form(file, choice.items)


def _responses(
    rows: list[FormCells], found: list[Fault], framework: Framework, subject: str
) -> list[Response]:
    items = {item.id: item for item in framework.items}
    labels = {level.label.strip().casefold(): level.value for level in framework.scale.levels}
    faults = [*found, *(_other_framework(rows, framework) or framework.item_faults())]
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
            if not item:
                message = "the id of the item is missing: put it back, or empty the row"
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
        # What stands once above all rows of a sheet is wrong once.
        raise InvalidInputError(subject, list(dict.fromkeys(faults)))
    return made


def _words(text: str) -> list[str]:
    """Return the words of a text: programs change how lines break, and escape what is no letter."""
    return _UNPRINTED.sub(" ", text).split()


def _other_framework(rows: list[FormCells], framework: Framework) -> list[Fault]:
    """Say where a form names another framework than this, once for each that it names."""
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


def _rating(cell: str, labels: dict[str, int], scale: RatingScale) -> int | None:
    if cell.casefold() in _NOT_ASSESSED:
        return None
    if cell.casefold() in labels:
        return labels[cell.casefold()]
    # Programs that hold ratings as floats, with a gap for each missing one, write 2 as 2.0.
    if _WHOLE.fullmatch(cell) and int(float(cell)) in scale.values:
        return int(float(cell))
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
    if not framework.items:
        return framework.item_faults()
    items = {item.id for item in framework.items}
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
