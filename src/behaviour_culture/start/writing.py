"""Writing a school's workbook: its facts, hours, term dates, progress and counts, to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from behaviour_culture.checks import require_types
from behaviour_culture.content.loader import load_catalogue, load_framework, load_indicators
from behaviour_culture.interchange.book_writer import (
    DAYS,
    HEADER_ROW,
    PER_CENT,
    UPDATED,
    BookWriter,
    NewSheet,
)
from behaviour_culture.interchange.file_bytes import AnyTarget
from behaviour_culture.interchange.sheets import CellValue, Column, Kind
from behaviour_culture.interchange.workbook import row_height, write_book
from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.school import School, SystemStatus
from behaviour_culture.start.layout import (
    ANSWERS,
    COUNTED,
    KINDS_OF_DAY,
    READ_ME,
    SHEETS,
    Layout,
)

__all__ = ["write_school_workbook"]

_UNLOCKED = {"format_columns": True, "format_rows": True, "sort": True}
_TERMS = ("Autumn", "Spring", "Summer")


def write_school_workbook(path: AnyTarget, school: School) -> Path:
    """Write a workbook in which a school fills in all that a plan needs beside the audit.

    Its sheets are the school, its roles and hours, busy times, term dates, INSET and closed days,
    what is in place, progress and counts, with drop-downs. `read_school_workbook` reads it back,
    and ``run_journey`` takes it in the place of a file of kind ``journey``.

    Parameters
    ----------
    path : str, path-like or writable stream of bytes
        ``.xlsx``. An existing file is replaced.
    school : School
        What is known already, such as that of `first_school`.

    Raises
    ------
    WriteError
        Another suffix, or the place cannot be written.
    MissingExtraError
        XlsxWriter is not installed (extra ``office``).

    Examples
    --------
    >>> from behaviour_culture.start import first_school
    >>> made = first_school(name="Hill Road Primary", phase="primary", roll=210)
    >>> write_school_workbook("school.xlsx", made.school).name
    'school.xlsx'
    """
    require_types("write_school_workbook", school=(school, School))
    return write_book(path, lambda: _Writer(school).content())


class _Writer(BookWriter):
    """One workbook on the way to its bytes."""

    def __init__(self, school: School) -> None:
        super().__init__(f"School workbook: {school.name}", purpose="a school's workbook")
        self.school = school
        self.framework = load_framework("bennett-2017")
        self.catalogue = load_catalogue("bennett-2017")
        ours = self.catalogue.for_school(school).steps
        self.steps = sorted((step.title, step.id) for step in ours)

    def content(self) -> bytes:
        """Write all sheets, and return the bytes."""
        self.read_me(READ_ME, _LINES)
        rows = self._rows()
        first: NewSheet = None
        for layout in SHEETS:
            sheet = self._sheet(layout, rows[layout.key])
            first = first or sheet
        self._lists()
        first.activate()
        first.set_first_sheet()
        return super().content()

    def _rows(self) -> dict[str, list[Mapping[str, CellValue]]]:
        """Return what stands in each sheet at the start, by the key of its column."""
        school = self.school
        given: dict[str, CellValue] = {
            "name": school.name,
            "phase": school.phase.value,
            "roll": school.roll,
            "staff": school.staff,
            "low_age": school.low_age,
            "high_age": school.high_age,
            "governance": school.governance.value if school.governance else None,
            "urn": school.urn,
            "illustrative": "yes" if school.illustrative else None,
            "title": f"Behaviour action plan of {school.name}",
            "priorities": 5,
            "responses": "responses.csv",
        }
        capacity = school.capacity
        placed = {system.kind: system for system in school.systems}
        return {
            "school": [
                {"label": a.label, "answer": given.get(a.key), "help": a.help} for a in ANSWERS
            ],
            "roles": [
                {
                    "title": role.title,
                    "people": role.people,
                    "set_up": role.hours_per_week,
                    "running": role.running_hours_per_week,
                    "id": role.id,
                    "holds": ", ".join(role.holds),
                }
                for role in (capacity.roles if capacity else ())
            ],
            "busy": [
                {
                    "role": change.role,
                    "start": change.start,
                    "end": change.end,
                    "hours": change.hours_per_week,
                    "reason": change.reason,
                }
                for change in (capacity.changes if capacity else ())
            ],
            "terms": [{"name": name} for name in _TERMS],
            "days": [],
            "systems": [
                {
                    "kind": kind.id,
                    "about": kind.name,
                    "status": placed[kind.id].status.value if kind.id in placed else None,
                    "note": placed[kind.id].note if kind.id in placed else None,
                }
                for kind in self.framework.systems
            ],
            "progress": [],
            "counts": [],
        }

    # -- sheets --------------------------------------------------------------------------

    def _sheet(self, layout: Layout, rows: Sequence[Mapping[str, CellValue]]) -> NewSheet:
        sheet = self.book.add_worksheet(layout.name)
        self.heading(sheet, layout.title, layout.columns)
        self.write(sheet, 1, 0, layout.note, look="fact")
        count = len(rows) + layout.spare
        self.table(sheet, f"Table_{layout.key}", layout.columns, count)
        for number in range(count):
            row = rows[number] if number < len(rows) else {}
            for place, column in enumerate(layout.columns):
                look = "open" if column.typed else "fixed"
                kind = column.kind
                if kind is Kind.ANY:
                    own = ANSWERS[number].kind
                    kind = own if own is Kind.DAY else Kind.ANY
                cell = row.get(column.key)
                self.write(sheet, HEADER_ROW + number, place, cell, kind=kind, look=look)
            texts = [(str(row.get(c.key) or ""), c.width) for c in layout.columns]
            sheet.set_row(HEADER_ROW + number, row_height(texts))
        for place, column in enumerate(layout.columns):
            self._limits(sheet, layout.key, column, place, count)
        self._facts(sheet, layout)
        sheet.protect("", _UNLOCKED)
        return sheet

    def _limits(self, sheet: NewSheet, layout: str, column: Column, place: int, count: int) -> None:
        """Give the cells of a column their drop-down or limits."""
        key, kind = column.key, column.kind
        first, last = HEADER_ROW, HEADER_ROW + count - 1
        if layout == "school" and kind is Kind.ANY:
            for number, answer in enumerate(ANSWERS):
                if answer.options:
                    rule = {"validate": "list", "source": list(answer.options)}
                    sheet.data_validation(first + number, place, first + number, place, rule)
                elif answer.kind is Kind.DAY:
                    sheet.data_validation(first + number, place, first + number, place, DAYS)
            return
        if kind is Kind.DAY:
            sheet.data_validation(first, place, last, place, DAYS)
        if kind is Kind.SHARE:
            sheet.data_validation(first, place, last, place, PER_CENT)
        lists = {
            ("roles", "id"): self._listed("A", len(self.catalogue.roles)),
            ("busy", "role"): self._listed("A", len(self.catalogue.roles)),
            ("progress", "step"): self._listed("C", len(self.steps)),
            ("progress", "status"): [status.words for status in StepStatus],
            ("systems", "status"): [status.value for status in SystemStatus],
            ("days", "kind"): list(KINDS_OF_DAY),
        }
        if (layout, key) in lists:
            rule = {"validate": "list", "source": lists[layout, key]}
            sheet.data_validation(first, place, last, place, rule)

    def _facts(self, sheet: NewSheet, layout: Layout) -> None:
        """Write the cells beside the note of a sheet that are to be filled in."""
        place = len(layout.columns)
        if layout.key == "progress":
            self.write(sheet, 1, place, UPDATED, look="bare")
            self.write(sheet, 1, place + 1, None, kind=Kind.DAY, look="open")
            sheet.data_validation(1, place + 1, 1, place + 1, DAYS)
        if layout.key == "counts":
            self.write(sheet, 1, place, COUNTED, look="bare")
            self.write(sheet, 1, place + 1, None, look="open")
            rule = {"validate": "list", "source": self._listed("E", len(_indicators()))}
            sheet.data_validation(1, place + 1, 1, place + 1, rule)
        if layout.key in {"progress", "counts"}:
            sheet.set_column(place, place, 18)
            sheet.set_column(place + 1, place + 1, 34)

    @staticmethod
    def _listed(column: str, count: int) -> str:
        return f"=Lists!${column}$3:${column}${2 + count}"

    def _lists(self) -> None:
        indicators = _indicators()
        columns: list[tuple[str, list[CellValue]]] = [
            ("Role", [role.id for role in self.catalogue.roles]),
            ("Its title", [role.title for role in self.catalogue.roles]),
            ("Step", [title for title, _ in self.steps]),
            ("Its id", [key for _, key in self.steps]),
            ("Indicator", [name for name, _ in indicators]),
            ("Its id", [key for _, key in indicators]),
        ]
        self.lists(columns)


def _indicators() -> list[tuple[str, str]]:
    return [(one.name, one.id) for one in load_indicators().indicators]


_LINES = (
    "Fill in the light cells of each sheet; the others are locked, without a password. Keep the "
    "file as .xlsx, and type no formulas.",
    "'School' and 'Term dates' are needed. 'Roles and hours' is filled in for your kind of school: "
    "put your own people and hours there. The others may stay empty.",
    "Days: type them as 14/10/2026, day first. Numbers: without a comma, such as 1050.",
    "Then send out the audit forms, collect what comes back, and make the report. In a terminal, "
    "in the folder of this file:",
    "    python -m behaviour_culture form head=leaders teacher-1=teachers -o forms --short",
    "    python -m behaviour_culture collect forms -o responses.csv",
    "    python -m behaviour_culture report school.xlsx -o report",
    "If Windows does not know python, write py in its place.",
    "Never write a pupil's name anywhere.",
)
