"""Writing the plan's workbook: a sheet to keep up to date, sheets to read, the load by role."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.interchange.book_writer import (
    ALLOWED,
    DAYS,
    HEADER_ROW,
    PER_CENT,
    UPDATED,
    BookWriter,
    NewSheet,
)
from behaviour_culture.interchange.file_bytes import AnyTarget
from behaviour_culture.interchange.sheets import CellValue, Column, Kind
from behaviour_culture.interchange.workbook import letters, row_height, write_book
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts, part_faults
from behaviour_culture.report.words import clean
from behaviour_culture.report.workbook.columns import (
    BY_HALF_TERM,
    BY_PERSON,
    FOLLOWING,
    KEPT,
    PLAN,
    READ_ME,
    column_of,
    status_cell,
)
from behaviour_culture.report.workbook.rows import (
    LoadRow,
    PlanRow,
    half_term_rows,
    load_rows,
    person_rows,
    plan_rows,
)
from behaviour_culture.scheduling.result import Schedule

__all__ = ["plan_workbook", "write_plan_workbook"]

_SPARE = 200
"""Rows below the plan that have drop-downs too."""
_COLOURS = {
    StepStatus.ON_TRACK: ("#C6EFCE", "#00491A"),
    StepStatus.AT_RISK: ("#FFEB9C", "#5C3B00"),
    StepStatus.OFF_TRACK: ("#FFC7CE", "#7A0010"),
    StepStatus.COMPLETE: ("#CCE0F5", "#002B5C"),
    StepStatus.STOPPED: ("#E0E0E0", "#262626"),
}
_FULL = 0.9
"""The share of its hours from which on a role counts as full, as on the report's page."""


def write_plan_workbook(  # noqa: PLR0913  (each part of the journey is one)
    path: AnyTarget,
    *,
    framework: Framework,
    audit: AuditResult,
    plan: ActionPlan,
    school: School | None = None,
    schedule: Schedule | None = None,
    catalogue: StepCatalogue | None = None,
    calendar: Years | None = None,
    title: str | None = None,
) -> Path:
    """Write the action plan as an Excel workbook that people keep up to date.

    The sheet *Plan* has a row for each step. People change what is white in it: status, notes,
    days, names, titles; they may delete rows, add some and sort them. `read_plan_workbook` reads
    it back. The other sheets are for reading: the plan by half-term, by person, and the load by
    role.

    Parameters
    ----------
    path : str, path-like or writable stream of bytes
        ``.xlsx``. An existing file is replaced.
    framework, audit, plan
    school, schedule, catalogue, calendar : optional
        Names of roles come from the school or the catalogue, dates from the schedule, half-terms
        from the calendar.
    title : str, optional
        By default the plan's title.

    Raises
    ------
    InvalidInputError
        Parts that do not belong to each other.
    WriteError
        Another suffix, or the place cannot be written.
    MissingExtraError
        XlsxWriter is not installed (extra ``office``).

    Notes
    -----
    The same parts give the same bytes. Texts are never formulas, whatever they begin with.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from behaviour_culture.report import write_plan_workbook
    >>> done = bc.run_journey("examples/illustrative_journey.toml")
    >>> path = write_plan_workbook(
    ...     "plan.xlsx",
    ...     framework=done.framework,
    ...     audit=done.result,
    ...     plan=done.plan,
    ...     school=done.school,
    ...     schedule=done.schedule,
    ...     calendar=done.calendar,
    ... )
    >>> bc.read_plan_workbook(path, done.plan)
    <PlanWorkbook plan.xlsx: 0 changes, 0 faults>
    """
    check = Check("write_plan_workbook")
    dated = schedule if isinstance(schedule, Schedule) else None
    starts, ends = (dated.starts, dated.projected_until) if dated else (None, None)
    year = None
    if calendar is not None:
        year = take_years(calendar, check, starts=starts, until=ends)
    parts = ReportParts(
        framework=framework,
        audit=audit,
        plan=plan,
        school=school,
        schedule=schedule,
        catalogue=catalogue,
        calendar=year,
        title=title,
    )
    if faults := [*check.faults, *part_faults(parts)]:
        raise InvalidInputError("write_plan_workbook", faults)
    return write_book(path, lambda: plan_workbook(parts))


def plan_workbook(parts: ReportParts) -> bytes:
    """Return the bytes of the plan's workbook."""
    return _Writer(parts).content()


class _Writer(BookWriter):
    """One workbook on the way to its bytes."""

    def __init__(self, parts: ReportParts) -> None:
        self.parts = parts
        self.names = Names(parts)
        self.title = clean(parts.title or parts.plan.title)
        super().__init__(self.title, purpose="a plan for Excel")
        self.rows = plan_rows(parts, self.names)

    def content(self) -> bytes:
        """Write all sheets, and return the bytes."""
        half_terms = half_term_rows(self.parts, self.rows)
        people = person_rows(self.parts, self.names, self.rows)
        self._read_me()
        plan = self._plan_sheet()
        tables: list[tuple[str, Sequence[Column], list[PlanRow]]] = [("plan", PLAN, self.rows)]
        for key, name, columns, rows in (
            ("half-term", "By half-term", BY_HALF_TERM, half_terms),
            ("person", "By person", BY_PERSON, people),
        ):
            if rows:
                self._reading_sheet(name, columns, rows)
                tables.append((key, columns, rows))
        if load := load_rows(self.parts, self.names):
            self._load_sheet(load)
        self._kept_sheet(tables)
        roles, heads = self._roles(), ("Role", "Role id", "People")
        self.lists([(head, [role[i] for role in roles]) for i, head in enumerate(heads)])
        plan.activate()
        plan.set_first_sheet()
        return super().content()

    # -- sheets --------------------------------------------------------------------------

    def _read_me(self) -> None:
        lines = [
            "Keep the sheet 'Plan' up to date. Its white columns are yours: Action, Lead (role), "
            "Lead (name), Start, Deadline, Status, Begun on, Ended on, Done as intended, Pupils "
            "reached and Note.",
            "Choose a status from the list. A step that is complete needs the days in 'Begun on' "
            "and 'Ended on'.",
            "A later day in 'Start' puts a step off. A day in 'Deadline' is the day by which the "
            "step has to end: when the plan is dated again it is kept, or the report says why it "
            "cannot be.",
            "Another role in 'Lead (role)', from the list, takes over the hours of the one before.",
            "To drop a step, delete its row. To add one, write a new row: Action, Lead (role) from "
            "the list and Hours to set up; leave Step id empty.",
            "Rows may be sorted. Keep the headings and the column 'Step id': by it a row is known.",
            "Grey columns follow from the plan. What is changed in them is listed when the file is "
            "read, and not taken.",
            f"Write the day of your update beside '{UPDATED}'. Never write a pupil's name.",
            "The sheets 'By half-term', 'By person' and 'Load by role' are for reading. Status and "
            "note in them follow the sheet 'Plan'; all else is as it was on writing.",
            "Type no formulas and merge no cells in the sheet 'Plan'. Keep the file as .xlsx.",
        ]
        self.read_me(READ_ME, lines)

    def _plan_sheet(self) -> NewSheet:
        sheet = self.book.add_worksheet("Plan")
        self.heading(sheet, self.title, PLAN, freeze=3)
        self.write(sheet, 1, 0, f"plan: {self.parts.plan.id}", look="fact")
        self.write(sheet, 1, column_of("role"), UPDATED, look="fact")
        self.write(sheet, 1, column_of("person"), None, kind=Kind.DAY)
        self.table(sheet, "ActionPlan", PLAN, len(self.rows))
        for number, row in enumerate(self.rows, HEADER_ROW):
            for place, column in enumerate(PLAN):
                look = "plain" if column.typed else "fixed"
                self.write(sheet, number, place, row[column.key], kind=column.kind, look=look)
            texts = ((str(row[c.key] or ""), c.width) for c in PLAN if c.kind is Kind.TEXT)
            sheet.set_row(number, row_height(texts))
        self._choices(sheet, len(self.rows))
        return sheet

    def _choices(self, sheet: NewSheet, rows: int) -> None:
        """Give the cells that people fill in their lists and limits, in new rows too."""
        first, last = HEADER_ROW, HEADER_ROW + rows + _SPARE
        words = [status_cell(status) for status in StepStatus]
        for key, rule in {
            "status": {
                "validate": "list",
                "source": words,
                "error_title": "No such status",
                "error_message": "Choose one from the list.",
            },
            "role": {
                "validate": "list",
                "source": f"=Lists!$A$3:$A${2 + len(self._roles())}",
                "error_type": "warning",
                "error_title": "No such role",
                "error_message": "Choose a role from the list.",
            },
            "fidelity": PER_CENT,
            "reach": PER_CENT,
        }.items():
            place = column_of(key)
            sheet.data_validation(first, place, last, place, rule)
        for key in ("start", "deadline", "begun", "ended"):
            place = column_of(key)
            sheet.data_validation(first, place, last, place, DAYS)
        status = column_of("status")
        self._colour(sheet, (first, status, last, status))

    def _colour(self, sheet: NewSheet, cells: tuple[int, int, int, int]) -> None:
        for status, (back, text) in _COLOURS.items():
            form = self.book.add_format({"bg_color": back, "font_color": text})
            rule = {"type": "cell", "criteria": "==", "value": f'"{status_cell(status)}"'}
            sheet.conditional_format(*cells, {**rule, "format": form})

    def _reading_sheet(self, name: str, columns: Sequence[Column], rows: list[PlanRow]) -> None:
        sheet = self.book.add_worksheet(name)
        self.heading(sheet, f"{name}: {self.title}", columns)
        note = "For reading: change the sheet 'Plan' instead. Status and note follow it."
        self.write(sheet, 1, 0, note, look="fact")
        self.table(sheet, name.title().replace(" ", "").replace("-", ""), columns, len(rows))
        for number, row in enumerate(rows, HEADER_ROW):
            for place, column in enumerate(columns):
                if column.key in FOLLOWING:
                    self._follow(sheet, number, place, row, column.key)
                else:
                    self.write(sheet, number, place, row[column.key], kind=column.kind)
            texts = ((str(row[c.key] or ""), c.width) for c in columns if c.kind is Kind.TEXT)
            sheet.set_row(number, row_height(texts))
        place = next(i for i, c in enumerate(columns) if c.key == "status")
        self._colour(sheet, (HEADER_ROW, place, HEADER_ROW + len(rows) - 1, place))
        sheet.protect("", ALLOWED)

    def _follow(self, sheet: NewSheet, row: int, place: int, cells: PlanRow, key: str) -> None:
        """Write a cell that shows what the plan's sheet holds now."""
        last = HEADER_ROW + len(self.rows) + _SPARE

        def column(of: str) -> str:
            name = letters(column_of(of))
            return f"Plan!${name}${HEADER_ROW + 1}:${name}${last}"

        found = f'INDEX({column(key)},MATCH("{cells["id"]}",{column("id")},0))'
        gone = "dropped" if key == "status" else ""
        formula = f'=IFERROR({found}&"","{gone}")'
        sheet.write_formula(row, place, formula, self.format(), cells[key] or "")

    def _load_sheet(self, rows: list[LoadRow]) -> None:
        sheet = self.book.add_worksheet("Load by role")
        half_terms = list(dict.fromkeys(row.half_term for row in rows))
        columns = [
            Column("role", "Role", 28),
            Column("people", "People", 8, Kind.NUMBER),
            *chain.from_iterable(
                (
                    Column(f"{part} taken", f"{part}: hours to set up", 11, Kind.NUMBER),
                    Column(f"{part} running", f"{part}: hours to keep going", 11, Kind.NUMBER),
                    Column(f"{part} there", f"{part}: hours to set up there are", 11, Kind.NUMBER),
                    Column(f"{part} share", f"{part}: share taken", 9, Kind.SHARE),
                )
                for part in half_terms
            ),
        ]
        self.heading(sheet, f"Load by role: {self.title}", columns)
        note = (
            "Hours of each person in a role. A share above 90% is full. Where a role has no hours "
            "of its own to keep things going, these come out of its hours to set up."
        )
        self.write(sheet, 1, 0, note, look="fact")
        roles = list(dict.fromkeys((row.role, row.people) for row in rows))
        self.table(sheet, "LoadByRole", columns, len(roles))
        found = {(row.role, row.half_term): row for row in rows}
        for number, (role, people) in enumerate(roles, HEADER_ROW):
            cells: list[CellValue] = [role, people]
            for part in half_terms:
                row = found.get((role, part))
                there = row is not None and row.there > 0
                cells += [
                    row.set_up if row else None,
                    row.running if row else None,
                    row.there if row else None,
                    round(row.taken / row.there, 4) if row and there else None,
                ]
            sheet.set_row(number, row_height([(role, columns[0].width)]))
            for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                self.write(sheet, number, place, cell, kind=column.kind)
        for place, column in enumerate(columns):
            if column.kind is Kind.SHARE:
                full = self.book.add_format({"bg_color": "#FFEB9C", "bold": True})
                rule = {"type": "cell", "criteria": ">=", "value": _FULL, "format": full}
                last = HEADER_ROW + len(roles) - 1
                sheet.conditional_format(HEADER_ROW, place, last, place, rule)
        sheet.protect("", ALLOWED)

    def _kept_sheet(self, tables: list[tuple[str, Sequence[Column], list[PlanRow]]]) -> None:
        """Write all tables once more, hidden: what differs from it is what people changed."""
        sheet = self.book.add_worksheet("As written")
        self.write(sheet, 0, 0, KEPT, look="title")
        number = 0
        for key, columns, rows in tables:
            for row in rows:
                number += 1
                self.write(sheet, number, 0, key, look="bare")
                for place, column in enumerate(columns, 1):
                    cell = row[column.key]
                    self.write(sheet, number, place, cell, kind=column.kind, look="bare")
        sheet.protect("")
        sheet.hide()

    def _roles(self) -> list[tuple[str, str, int]]:
        """Return the title, the id and the holders of each role that can lead a new step."""
        school, plan = self.parts.school, self.parts.plan
        if school is not None and school.capacity is not None:
            ids = [role.id for role in school.capacity.roles]
        else:
            ids = sorted({r for s in plan.steps for r in (s.lead, *s.hours_per_week)})
        titles = [clean(self.names.role(key)) for key in ids]
        return [
            (
                title if titles.count(title) == 1 else f"{title} ({key})",
                key,
                self.names.people(key),
            )
            for title, key in zip(titles, ids, strict=True)
        ]
