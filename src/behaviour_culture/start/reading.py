"""Reading a school's workbook: the same objects as the TOML files, every fault by its cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from behaviour_culture._display import Displayed
from behaviour_culture.checks import Value
from behaviour_culture.content.loader import load_catalogue, load_framework, load_indicators
from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.interchange.book_writer import UPDATED
from behaviour_culture.interchange.data import from_dict
from behaviour_culture.interchange.file_bytes import AnyFile, InMemory
from behaviour_culture.interchange.sheets import (
    PROGRESS_FIELDS,
    CellValue,
    Kind,
    SheetRow,
    SheetTable,
    head_row,
    number_of,
    plain,
    status_of_cell,
)
from behaviour_culture.interchange.table import id_from
from behaviour_culture.interchange.workbook import (
    Book,
    Sheet,
    book_file,
    day_of,
    letters,
    opened_book,
    shown,
)
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.indicator import Series
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.plan import ProgressReport, StepStatus
from behaviour_culture.model.school import School
from behaviour_culture.monitoring.counts.series_reader import read_series
from behaviour_culture.start.layout import (
    ANSWERS,
    COUNTED,
    KINDS_OF_DAY,
    SHEETS,
    Layout,
)

__all__ = ["SchoolWorkbook", "read_school_workbook"]

V = TypeVar("V", bound=Value)
_OPTIONAL = {"busy", "days", "systems", "progress", "counts"}
"""Sheets that may be empty."""


@frozen(kw_only=True, repr=False)
class SchoolWorkbook(Displayed):
    """What a school's workbook holds.

    Attributes
    ----------
    school : School
    calendar : SchoolYear
    progress : ProgressReport or None
    series : Series or None
        The counts, if there are any.
    journey : Journey
        Names the workbook for the school, its calendar, its progress and its counts.
    """

    school: School
    calendar: SchoolYear
    progress: ProgressReport | None = None
    series: Series | None = None
    journey: Journey

    def _label(self) -> str:
        return self.school.name

    def _lines(self) -> list[str]:
        parts = (self.school, self.calendar, self.progress, self.series)
        return [line for part in parts if part is not None for line in str(part).splitlines()]


def read_school_workbook(path: AnyFile) -> SchoolWorkbook:
    """Read a school's workbook, and check it as the TOML files are checked.

    Days may be dates, numbers or texts with the day first; columns may be moved and tabs renamed.

    Parameters
    ----------
    path : str, path-like or readable stream
        ``.xlsx``, as `write_school_workbook` wrote it and people filled it in.

    Raises
    ------
    ReadError
        No workbook that can be read.
    InvalidInputError
        Every fault of all sheets at once, each by sheet, row and column.
    MissingExtraError
        openpyxl or defusedxml is not installed (extra ``office``).

    Examples
    --------
    >>> from behaviour_culture.start import first_school, write_school_workbook
    >>> made = first_school(name="Hill Road Primary", phase="primary", roll=210)
    >>> path = write_school_workbook("school.xlsx", made.school)
    >>> read_school_workbook(path)
    Traceback (most recent call last):
        ...
    behaviour_culture.errors.InvalidInputError: school.xlsx: 3 faults
      sheet 'Term dates', row 4, column B (First day): is empty: type the day, such as 02/09/2026
      sheet 'Term dates', row 5, column B (First day): is empty: type the day, such as 02/09/2026
      sheet 'Term dates', row 6, column B (First day): is empty: type the day, such as 02/09/2026
    """
    file = book_file(path)
    with opened_book(file, purpose="a school's workbook") as book:
        return _Reader(book, file.name).read()


class _Reader:
    """Gathers the objects of one workbook, and everything that is wrong."""

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self.name = name
        self.faults: list[Fault] = []
        self.tables: dict[str, list[SheetRow]] = {}
        self.sheets: dict[str, tuple[Sheet, int]] = {}

    def read(self) -> SchoolWorkbook:
        titles = {plain(layout.title): layout for layout in SHEETS}
        for sheet in self.book.sheets:
            first = next((shown(row[0]) for row in islice(sheet.rows(), 1) if row), "")
            if layout := titles.get(plain(first)):
                self._table(sheet, layout)
        if not self.tables:
            message = (
                "is no workbook of a school: its sheets were not found by the titles in their "
                "first cells. Give the school.xlsx that start --excel wrote"
            )
            raise InvalidInputError(self.book.name, [Fault("", message)])
        for layout in SHEETS:
            if layout.key not in self.tables and layout.key not in _OPTIONAL:
                message = f"the sheet {layout.name!r} is gone: its first cell is {layout.title!r}"
                self.faults.append(Fault("", message))
        answers = self._answers()
        school = self._school(answers)
        year = self._calendar(answers)
        responses = str(answers.get("responses", ("responses.csv", ""))[0])
        progress = self._progress(responses)
        series = self._series(year, school)
        journey = self._journey(answers, responses, progress, series)
        if self.faults:
            raise InvalidInputError(self.book.name, self._in_order())
        assert school is not None  # noqa: S101  (there were faults otherwise)
        assert year is not None  # noqa: S101
        assert journey is not None  # noqa: S101
        return SchoolWorkbook(
            school=school, calendar=year, progress=progress, series=series, journey=journey
        )

    def _in_order(self) -> list[Fault]:
        """Return the faults as the sheets and their rows lie in the workbook."""
        sheets = [sheet.place for sheet in self.book.sheets]

        def place(fault: Fault) -> tuple[int, int]:
            sheet, _, cell = fault.path.partition(", row ")
            number = cell.partition(",")[0]
            return sheets.index(sheet) if sheet in sheets else -1, int(number or 0)

        return sorted(self.faults, key=place)

    def _table(self, sheet: Sheet, layout: Layout) -> None:
        heads = {plain(column.head) for column in layout.columns}
        found = head_row(sheet, lambda names: len(heads & {*names}) * 2 > len(heads))
        if layout.key in self.tables:
            other = self.sheets[layout.key][0].title
            message = f"is a second sheet {layout.name!r}, beside {other!r}: delete one"
            self.faults.append(Fault(sheet.place, message))
            return
        if found is None:
            names = ", ".join(repr(column.head) for column in layout.columns)
            message = f"the row of headings is gone: put back {names}"
            self.faults.append(Fault(sheet.place, message))
            self.tables[layout.key] = []
            return
        table = SheetTable(
            sheet, found[0], found[1][: len(layout.columns)], layout.columns, self.faults
        )
        self.tables[layout.key] = list(table.rows())
        self.sheets[layout.key] = (sheet, found[0])

    def _build(
        self, class_: type[V], data: Mapping[str, Any], places: Mapping[str, str]
    ) -> V | None:
        """Build an object; a fault gets the place of its cell, if that has none yet."""
        told = {fault.path for fault in self.faults}
        try:
            return from_dict(data, class_)
        except InvalidInputError as error:
            placed = [fault._replace(path=_place_of(fault.path, places)) for fault in error.faults]
            self.faults += [fault for fault in placed if fault.path not in told]
            return None

    def _at(self, key: str) -> str:
        layout = next(layout for layout in SHEETS if layout.key == key)
        return self.sheets[key][0].place if key in self.sheets else f"sheet {layout.name!r}"

    # -- the first sheet -----------------------------------------------------------------

    def _answers(self) -> dict[str, tuple[CellValue, str]]:
        """Return each answer that was given, and the place of its cell."""
        known = {plain(answer.label): answer for answer in ANSWERS}
        found: dict[str, tuple[CellValue, str]] = {}
        for row in self.tables.get("school", []):
            answer = known.get(plain(row.text("label")))
            value, place = row.cells.get("answer"), row.place("answer")
            if answer is None:
                if value not in {None, ""}:
                    message = f"no question {shorten(row.text('label'), 40)} here: it was not read"
                    self.faults.append(Fault(row.place("label"), message))
                continue
            if answer.kind is Kind.DAY:
                day, wrong = day_of(value, self.sheets["school"][0].epoch)
                if wrong:
                    self.faults.append(Fault(place, wrong, str(value)))
                value = day
            elif answer.kind is Kind.NUMBER:
                value, wrong = number_of(value)
                if wrong:
                    self.faults.append(Fault(place, wrong, str(row.cells.get("answer"))))
                    continue
            elif isinstance(value, (int, float)) and answer.kind is Kind.TEXT:
                value = f"{value:g}"
            if isinstance(value, str):
                value = value.strip() or None
            if value is not None or answer.key in {"name", "phase", "roll"}:
                found[answer.key] = (value, place)
        asked = {plain(row.text("label")) for row in self.tables.get("school", [])}
        for answer in ANSWERS[:3]:
            if plain(answer.label) not in asked and "school" in self.tables:
                message = f"the question {answer.label!r} is gone: put it back with its answer"
                self.faults.append(Fault(self._at("school"), message))
        return found

    def _school(self, answers: Mapping[str, tuple[CellValue, str]]) -> School | None:
        data: dict[str, Any] = {}
        places = {"": self._at("school")}
        for key in ("name", "phase", "roll", "staff", "low_age", "high_age", "governance", "urn"):
            if key in answers:
                value, places[key] = answers[key]
                if value is not None:
                    data[key] = value
                else:
                    self.faults.append(Fault(places[key], "is empty: it is needed"))
        if "illustrative" in answers:
            said, place = answers["illustrative"]
            if plain(str(said)) != "yes":
                message = f"{shorten(str(said), 40)}: choose 'yes', or leave it empty"
                self.faults.append(Fault(place, message))
            data["illustrative"] = True
        data["id"] = id_from(str(data.get("name", "")), default="school")
        data["capacity"] = {"roles": self._roles(places), "changes": self._busy(places)}
        data["systems"] = self._systems(places)
        if "name" not in data:
            data["name"] = "?"  # told above
        return self._build(School, data, places)

    def _roles(self, places: dict[str, str]) -> list[dict[str, Any]]:
        roles: list[dict[str, Any]] = []
        places["capacity"] = places["capacity.roles"] = self._at("roles")
        fields = {
            "title": "title",
            "people": "people",
            "set_up": "hours_per_week",
            "running": "running_hours_per_week",
            "id": "id",
            "holds": "holds",
        }
        for row in self.tables.get("roles", []):
            role = _filled(row, fields)
            if "holds" in role:
                words = str(role["holds"]).replace(";", ",").split(",")
                role["holds"] = [word.strip() for word in words if word.strip()]
            path = f"capacity.roles[{len(roles)}]"
            places[path] = f"{self._at('roles')}, row {row.number}"
            places |= _places(row, fields, path)
            if "id" in role and role["id"] not in _role_ids():
                hint = suggest(role["id"], _role_ids())
                message = f"no role {shorten(role['id'])}{hint}: choose one from the list"
                self.faults.append(Fault(row.place("id"), message, str(role["id"])))
                role["id"] = id_from(str(role["id"]), default=f"role-{row.number}")
            roles.append(role)
        return roles

    def _busy(self, places: dict[str, str]) -> list[dict[str, Any]]:
        fields = {
            "role": "role",
            "start": "start",
            "end": "end",
            "hours": "hours_per_week",
            "reason": "reason",
        }
        places["capacity.changes"] = self._at("busy")
        return self._listed("busy", fields, "capacity.changes", places)

    def _listed(
        self, key: str, fields: Mapping[str, str], path: str, places: dict[str, str]
    ) -> list[dict[str, Any]]:
        """Return the rows of a sheet as data, and add the places of their cells."""
        found = []
        for i, row in enumerate(self.tables.get(key, [])):
            places[f"{path}[{i}]"] = f"{self._at(key)}, row {row.number}"
            places |= _places(row, fields, f"{path}[{i}]")
            found.append(_filled(row, fields))
        return found

    def _systems(self, places: dict[str, str]) -> list[dict[str, Any]]:
        known = {kind.id: kind for kind in load_framework("bennett-2017").systems}
        found: list[dict[str, Any]] = []
        for row in self.tables.get("systems", []):
            if not row.text("status"):
                if row.text("note"):
                    message = "is empty, and the row has a note: choose absent, partial or in-place"
                    self.faults.append(Fault(row.place("status"), message))
                continue
            kind = known.get(row.text("kind"))
            if kind is None:
                message = f"no kind {shorten(row.text('kind'))}{suggest(row.text('kind'), known)}"
                self.faults.append(Fault(row.place("kind"), message))
                continue
            path = f"systems[{len(found)}]"
            places |= {f"{path}.status": row.place("status"), f"{path}.note": row.place("note")}
            places[path] = row.place("kind")
            status = plain(row.text("status")).replace(" ", "-")
            system = {"id": kind.id, "name": kind.name, "kind": kind.id, "status": status}
            found.append(system | {"note": row.text("note")})
        return found

    # -- term dates ----------------------------------------------------------------------

    def _calendar(self, answers: Mapping[str, tuple[CellValue, str]]) -> SchoolYear | None:
        places = {"": self._at("terms"), "terms": self._at("terms")}
        terms: list[dict[str, Any]] = []
        for row in self.tables.get("terms", []):
            days = ("start", "end", "break_start", "break_end")
            if not row.text("name") and all(row.cells.get(key) is None for key in days):
                continue
            path = f"terms[{len(terms)}]"
            fields = {"name": "name", "start": "start", "end": "end"}
            term = _filled(row, fields)
            if half_term := _filled(row, {"break_start": "start", "break_end": "end"}):
                term["half_term"] = half_term
            places |= _places(row, fields, path)
            places |= {
                path: f"{self._at('terms')}, row {row.number}",
                f"{path}.half_term": row.place("break_start"),
                f"{path}.half_term.end": row.place("break_end"),
            }
            # A cell that could not be read has been told already.
            for key in ("start", "end"):
                if key not in term:
                    if key in row.cells:
                        message = "is empty: type the day, such as 02/09/2026"
                        self.faults.append(Fault(row.place(key), message))
                    term = {}
                    break
            if term:
                terms.append(term)
        if not terms:
            if not any(fault.path.startswith(self._at("terms")) for fault in self.faults):
                self.faults.append(Fault(self._at("terms"), "holds no term: fill in its days"))
            return None
        name = str(answers.get("name", ("the school", ""))[0])
        data = {
            "id": "term-dates",
            "name": f"Term dates of {name}",
            "terms": terms,
            **self._days(places),
        }
        return self._build(SchoolYear, data, places)

    def _days(self, places: dict[str, str]) -> dict[str, list[Any]]:
        inset: list[date] = []
        off: list[dict[str, Any]] = []
        for row in self.tables.get("days", []):
            day = row.cells.get("day")
            if not isinstance(day, date):
                if "day" in row.cells:
                    message = "is empty: type the day, or empty the whole row"
                    self.faults.append(Fault(row.place("day"), message))
                continue
            kind = plain(row.text("kind"))
            if kind == plain(KINDS_OF_DAY[0]):
                places[f"inset[{len(inset)}]"] = row.place("day")
                inset.append(day)
            elif kind == KINDS_OF_DAY[1]:
                places[f"days_off[{len(off)}]"] = row.place("day")
                off.append({"day": day, "name": row.text("name") or "Closed"})
            else:
                message = f"choose {' or '.join(map(repr, KINDS_OF_DAY))} from the list"
                self.faults.append(Fault(row.place("kind"), message, row.text("kind")))
        return {"inset": inset, "days_off": off}

    # -- progress and counts -------------------------------------------------------------

    def _beside(self, key: str, label: str) -> tuple[Any, str]:
        """Return what stands to the right of a label above a table, and its place."""
        sheet, head = self.sheets[key]
        for number, row in enumerate(islice(sheet.rows(), head), 1):
            for place, cell in enumerate(row[:-1]):
                if plain(shown(cell)) == plain(label):
                    at = f"{sheet.place}, row {number}, column {letters(place + 1)} ({label})"
                    return row[place + 1].value, at
        return None, f"{sheet.place} ({label})"

    def _progress(self, responses: str) -> ProgressReport | None:
        rows = self.tables.get("progress", [])
        if not rows:
            return None
        steps = {s.id: s.id for s in load_catalogue("bennett-2017").steps}
        steps |= {plain(s.title): s.id for s in load_catalogue("bennett-2017").steps}
        steps |= self._listed_steps()
        value, at = self._beside("progress", UPDATED)
        day, wrong = day_of(value, self.sheets["progress"][0].epoch)
        if day is None:
            message = wrong or "is empty: type the day on which this was so"
            self.faults.append(Fault(at, message, shorten(value) if value else ""))
        places = {"": self._at("progress"), "date": at}
        found: list[dict[str, Any]] = []
        for row in rows:
            key = steps.get(plain(row.text("step")))
            if key is None:
                names = [s.title for s in load_catalogue("bennett-2017").steps]
                hint = suggest(row.text("step"), names)
                message = f"no step {shorten(row.text('step'))}{hint}: choose one from the list"
                self.faults.append(Fault(row.place("step"), message, row.text("step")))
                continue
            status = status_of_cell(row.text("status"))
            if status is None:
                words = ", ".join(s.words for s in StepStatus)
                self.faults.append(Fault(row.place("status"), f"choose one of {words}"))
                continue
            path = f"steps[{len(found)}]"
            places[path] = row.place("step")
            places |= _places(row, PROGRESS_FIELDS, path)
            places[f"{path}.status"] = row.place("status")
            cells = _filled(row, PROGRESS_FIELDS)
            found.append({"step": key, "status": status.value, **cells})
        if day is None:
            return None
        stem = id_from(Path(responses).stem, default="audit")
        data = {"id": "progress", "plan": f"{stem}-plan", "date": day, "steps": found}
        return self._build(ProgressReport, data, places)

    def _listed_steps(self) -> dict[str, str]:
        """Return the ids of the titles that the drop-down has: those of this kind of school."""
        for sheet in self.book.sheets:
            rows = [[shown(cell) for cell in row] for row in islice(sheet.rows(), 400)]
            if len(rows) > 1 and rows[1][2:4] == ["Step", "Its id"]:
                return {plain(row[2]): row[3] for row in rows[2:] if len(row) > 3 and row[3]}  # noqa: PLR2004
        return {}

    def _series(self, year: SchoolYear | None, school: School | None) -> Series | None:
        rows = self.tables.get("counts", [])
        if not rows:
            return None
        known = {plain(one.name): one for one in load_indicators().indicators}
        known |= {one.id: one for one in load_indicators().indicators}
        value, at = self._beside("counts", COUNTED)
        indicator = known.get(plain(str(value or "")))
        if indicator is None:
            message = "choose from the list what is counted"
            self.faults.append(Fault(at, message, str(value or "")))
        if indicator is None or year is None:
            return None
        columns = [c.key for c in next(one for one in SHEETS if one.key == "counts").columns]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        head = self.sheets["counts"][1]
        text.write("\n" * (head - 1))  # so that a row has the number that it has in the sheet
        writer.writerow(columns)
        line = head
        for row in rows:
            text.write("\n" * (row.number - line - 1))
            writer.writerow([_plain_cell(row.cells.get(key)) for key in columns])
            line = row.number
        file = InMemory(io.StringIO(text.getvalue()), ".csv", f"{self.name}-counts.csv")
        try:
            return read_series(
                file,
                indicator=indicator,
                calendar=year,
                pupils=school.roll if school else None,
                school=school.id if school else None,
            )
        except InvalidInputError as error:
            place = self._at("counts")
            self.faults += [
                f._replace(path=f"{place}, {f.path}".rstrip(", ")) for f in error.faults
            ]
            return None

    # -- the journey ---------------------------------------------------------------------

    def _journey(
        self,
        answers: Mapping[str, tuple[CellValue, str]],
        responses: str,
        progress: ProgressReport | None,
        series: Series | None,
    ) -> Journey | None:
        name = str(answers.get("name", ("School", ""))[0] or "School")
        data: dict[str, Any] = {
            "id": id_from(name, default="school"),
            "title": f"Behaviour action plan of {name}",
            "framework": "bennett-2017",
            "catalogue": "bennett-2017",
            "calendar": [self.name],
            "school": self.name,
            "responses": responses,
            "benchmarks": "national-behaviour-survey",
            "formats": ["html", "docx", "xlsx"],
        }
        if progress is not None:
            data["progress"] = self.name
        if series is not None:
            data["counts"] = [{"file": self.name, "indicator": series.indicator}]
        places = {"": self._at("school")}
        for key in ("title", "starts", "audit_date", "priorities", "responses"):
            if key in answers:
                data[key], places[key] = answers[key]
        if "last_report" in answers:
            folder, places["last_plan"] = answers["last_report"]
            data["last_plan"] = f"{str(folder).rstrip('/')}/first-plan.json"
        return self._build(Journey, data, places)


def _filled(row: SheetRow, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the cells of a row that hold something, by the fields that they are."""
    return {
        name: row.cells[key] for key, name in fields.items() if row.cells.get(key) not in {None, ""}
    }


def _places(row: SheetRow, fields: Mapping[str, str], path: str) -> dict[str, str]:
    """Return the places of a row's cells, by the paths of the fields that they are."""
    return {f"{path}.{name}": row.place(key) for key, name in fields.items()}


def _place_of(path: str, places: Mapping[str, str]) -> str:
    """Return the place of the cell that a path of an object names, or of what it lies in."""
    while path not in places:  # the empty path, of the object itself, is in them
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return places[path]


def _plain_cell(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _role_ids() -> Sequence[str]:
    return [role.id for role in load_catalogue("bennett-2017").roles]
