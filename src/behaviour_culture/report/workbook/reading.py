"""Reading back the plan's workbook: what people changed becomes progress and plan changes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from behaviour_culture._display import Displayed, count_of
from behaviour_culture.checks import Check, TupleOf
from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.fields import derived_id
from behaviour_culture.interchange.file_bytes import AnyFile
from behaviour_culture.interchange.sheets import (
    PROGRESS_FIELDS,
    CellValue,
    SheetRow,
    status_of_cell,
)
from behaviour_culture.interchange.workbook import book_file
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.plan import ProgressReport, StepProgress, StepStatus
from behaviour_culture.model.reading import Doubt, Reading
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.report.words import clean, day
from behaviour_culture.report.workbook.columns import PLAN
from behaviour_culture.report.workbook.own_step import OwnSteps
from behaviour_culture.report.workbook.sheet import (
    PlanSheets,
    read_sheets,
    same_cell,
)

__all__ = ["PlanWorkbook", "read_plan_workbook"]

_FIXED = [c for c in PLAN if not c.typed and c.key != "id"]


@frozen(kw_only=True, repr=False)
class PlanWorkbook(Displayed):
    """What came back in a plan's workbook.

    Attributes
    ----------
    name : str
        The file's name.
    plan : ActionPlan
        The plan with what people changed; its ``changes`` list it. The progress is in it too.
    progress : tuple of StepProgress
        Of each step of which there is any.
    updated : date or None
        The day that stands beside *Updated on*.
    faults : tuple of Fault
        Every cell and row that was not understood or cannot be taken, by sheet, row and column;
        all else was taken.
    reading : Reading
        The rows of the plan's sheet: read, counted, left out.

    """

    name: str
    plan: ActionPlan
    progress: tuple[StepProgress, ...] = field(default=(), converter=TupleOf[StepProgress])
    updated: dt.date | None = None
    faults: tuple[Fault, ...] = field(default=(), converter=TupleOf[Fault])
    reading: Reading

    def report(self, date: dt.date | None = None) -> ProgressReport:
        """Return the progress as a file of kind ``progress``, on the day of the update.

        Raises
        ------
        InvalidInputError
            No ``date`` is given and none stands in the workbook.
        """
        check = Check("report")
        day = date if date is not None else self.updated
        if day is None:
            check.fault("date", "give the day: 'Updated on' in the workbook is empty")
        else:
            check.value("date", day, dt.date)
        check.done()
        assert day is not None  # noqa: S101  (it was checked)
        return ProgressReport(
            id=derived_id(None, self.plan.id, "progress"),
            plan=self.plan.id,
            date=day,
            steps=self.progress,
        )

    def _label(self) -> str:
        return (
            f"{self.name}: {count_of(len(self.plan.changes), 'change')}, "
            f"{count_of(len(self.faults), 'fault')}"
        )

    def _lines(self) -> list[str]:
        said = count_of(len(self.progress), "step")
        lines = [f"{self.name}: progress of {said}, {count_of(len(self.plan.changes), 'change')}"]
        lines += [f"  {change}" for change in self.plan.changes]
        lines += [f"  {line}" for line in str(self.reading).splitlines()]
        if self.faults:
            lines.append(f"Not taken or not clear ({len(self.faults)}):")
            lines += [f"  {fault}" for fault in self.faults]
        return lines


def read_plan_workbook(
    path: AnyFile, plan: ActionPlan, *, catalogue: StepCatalogue | None = None
) -> PlanWorkbook:
    """Read the plan's workbook after people have changed it.

    A row is known by its step id, and a change is what differs from what was written: rows may be
    sorted, columns moved, and the sheet renamed. What is not understood is never guessed: it is
    listed by sheet, row and column, and all else is taken.

    Parameters
    ----------
    path : str, path-like or readable stream
        ``plan.xlsx``, saved by Excel or LibreOffice.
    plan : ActionPlan
        The plan for which it was written.
    catalogue : StepCatalogue, optional
        Gives the steps whose ids people typed in new rows.

    Returns
    -------
    PlanWorkbook
        ``.plan``, ``.progress`` and ``.faults``.

    Raises
    ------
    ReadError
        No workbook that can be read.
    InvalidInputError
        No plan in it, several, or one for another plan.
    MissingExtraError
        openpyxl or defusedxml is not installed (extra ``office``).

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> done = bc.run_journey("examples/illustrative_journey.toml")
    >>> paths = done.write("report", formats=("xlsx",))
    >>> found = read_plan_workbook("report/plan.xlsx", done.plan)
    >>> found.plan == done.plan, found.faults
    (True, ())
    """
    check = Check("read_plan_workbook")
    check.value("plan", plan, ActionPlan)
    check.value("catalogue", catalogue, StepCatalogue | None)
    check.done()
    file = book_file(path)
    sheets = read_sheets(file)
    if sheets.plan != plan.id:
        message = (
            f"it was written for the plan {shorten(sheets.plan)}, and this is {plan.id!r}: give "
            "the two that belong together"
        )
        raise InvalidInputError(str(file), [Fault(f"{sheets.place}, above the headings", message)])
    return _Edits(plan, sheets, catalogue).taken(file.name)


class _Edits:
    """Takes the edits of a workbook over into a plan, one after the other."""

    def __init__(
        self, plan: ActionPlan, sheets: PlanSheets, catalogue: StepCatalogue | None
    ) -> None:
        self.plan = plan
        self.sheets = sheets
        self.catalogue = catalogue
        self.faults = list(sheets.faults)
        self.reports = {entry.step: entry for entry in plan.progress}
        self.left_out: dict[str, list[int]] = {}
        self.spared: set[str] = set()
        """Steps without a row of their own that are not dropped all the same, in doubt."""

    def taken(self, name: str) -> PlanWorkbook:
        known, new = self._sorted_rows()
        for row in known:
            self._known_row(row, self.sheets.written[str(row.cells["id"])])
        for row in new:
            self._new_row(row)
        rows = len(self.sheets.rows)
        self._drop({str(row.cells["id"]) for row in known})
        progress = [self.reports[key] for key in sorted(self.reports)]
        out = sum(len(numbers) for numbers in self.left_out.values())
        doubts = [
            Doubt(
                code=code,
                message=_LEFT_OUT[code],
                count=len(numbers),
                rows=numbers[:5],
                left_out=True,
            )
            for code, numbers in self.left_out.items()
        ]
        return PlanWorkbook(
            name=name,
            plan=evolve(self.plan, progress=progress),
            progress=progress,
            updated=self.sheets.updated,
            faults=self.faults,
            reading=Reading(read=rows, counted=rows - out, doubts=doubts),
        )

    def _leave_out(self, row: SheetRow, code: str) -> None:
        self.left_out.setdefault(code, []).append(row.number)

    def _fault(self, row: SheetRow, key: str, message: str, value: object = "") -> None:
        place = row.places.get(key, f"{self.sheets.place}, row {row.number}")
        self.faults.append(Fault(place, message, str(value)))

    # -- which row is which --------------------------------------------------------------

    def _sorted_rows(self) -> tuple[list[SheetRow], list[SheetRow]]:
        """Return the rows of steps as written, and new rows; list those that are neither."""
        written, steps = self.sheets.written, {s.id for s in self.plan.steps}
        counts = Counter(_id(row) for row in self.sheets.rows if _id(row))
        titles = {_words(cells["action"]): key for key, cells in written.items()}
        known, new = [], []
        for row in self.sheets.rows:
            key = _id(row)
            if "id" not in row.cells:  # a formula or an error stands in its place
                self.spared |= set(written)
                self._leave_out(row, "no-step-id")
            elif counts[key] > 1:
                same = [r for r in self.sheets.rows if _id(r) == key and r is not row]
                others = ", ".join(str(r.number) for r in same)
                message = (
                    f"{key!r} stands in row {others} too, so it is open which one counts: delete "
                    "one, or for a step of your own empty its Step id. None was taken"
                )
                self._fault(row, "id", message, key)
                self.spared.add(key)
                self._leave_out(row, "step-id-twice")
            elif key in written and key in steps:
                known.append(row)
            elif key in written:
                message = f"the plan has no step {key!r} any more: nothing of this row was taken"
                self._fault(row, "id", message, key)
                self._leave_out(row, "not-in-the-plan")
            elif not key and (old := titles.get(_words(row.cells.get("action")), "")) not in {
                "",
                *counts,
            }:
                message = f"is empty, and the Action is that of {old!r}: put that id back"
                self._fault(row, "id", message)
                self.spared.add(old)
                self._leave_out(row, "no-step-id")
            else:
                new.append(row)
        return known, new

    # -- a step that was there -----------------------------------------------------------

    def _known_row(self, row: SheetRow, written: Mapping[str, CellValue]) -> None:
        key = str(row.cells["id"])

        def changed(name: str) -> bool:
            return name in row.cells and not same_cell(row.cells[name], written[name])

        for column in _FIXED:
            if changed(column.key):
                message = (
                    f"was {shorten(_said(written[column.key]), 40)} and follows from the plan: the "
                    "change was not taken"
                )
                self._fault(row, column.key, message, _said(row.cells[column.key]))
        if changed("action"):
            title = str(row.cells["action"] or "").strip()
            if title:
                self._taken(row, "action", clean(self.plan.step(key).title), written, title)
            else:
                self._fault(row, "action", "is empty: to drop the step, delete the whole row")
        if changed("person"):
            person = str(row.cells["person"] or "").strip()
            self._taken(row, "person", clean(self.plan.people.get(key, "")), written, person)
        if changed("role"):
            self._role(row, key, written["role"])
        if changed("start"):
            self._start(row, key, row.cells["start"], written["start"])
        if changed("deadline"):
            self._deadline(row, key, row.cells["deadline"])
        self._progress(row, key, written)

    def _taken(
        self, row: SheetRow, name: str, now: str, written: Mapping[str, CellValue], said: str
    ) -> None:
        """Take another title or person over, unless the plan was changed elsewhere meanwhile."""
        key = str(row.cells["id"])
        if same_cell(now, said):
            return
        if not same_cell(now, written[name]):
            message = f"the plan says {shorten(now)} by now: the change was not taken"
            self._fault(row, name, message, said)
        elif name == "action":
            self.plan = self.plan.rename(key, title=said)
        else:
            self.plan = self.plan.assign(key, person=said or None)

    def _start(self, row: SheetRow, key: str, said: CellValue, written: CellValue) -> None:
        put_off = self.plan.not_before.get(key)
        if isinstance(said, dt.date) and (
            not isinstance(written, dt.date) or said > written or put_off is not None
        ):
            if said != put_off:
                self.plan = self.plan.move(key, not_before=said)
        elif said is None and put_off is not None:
            self.plan = self.plan.move(key, not_before=None)
        else:
            message = "is empty, and the step has its day from the plan: it was not taken"
            if isinstance(said, dt.date) and isinstance(written, dt.date):
                message = (
                    f"cannot be before {day(written)}: the report says why under 'Why these "
                    "dates'. It was not taken"
                )
            self._fault(row, "start", message, _said(said))

    def _role(self, row: SheetRow, key: str, written: CellValue) -> None:
        """Let another role lead a step, unless the plan was changed elsewhere meanwhile."""
        own = self._own_steps()
        role = own.role(row, self.faults)
        if role is None:
            return
        step = self.plan.step(key)
        before = own.of_title(written)
        if before is not None and before.id not in {step.lead, *step.lead_options}:
            message = f"the plan says {shorten(step.lead)} by now: the change was not taken"
            self._fault(row, "role", message, role.title)
        elif role.id != step.lead or step.lead_options:
            people = {one.id: one.people for one in self.sheets.roles}
            try:
                self.plan = self.plan.lead(key, role=role.id, people=people)
            except InvalidInputError as error:
                for fault in error.faults:
                    self._fault(row, "role", f"cannot lead it: {fault.message}", role.title)

    def _deadline(self, row: SheetRow, key: str, said: CellValue) -> None:
        """Take the day by which a step has to end; the schedule says whether it can be kept."""
        agreed, starts = self.plan.not_after.get(key), self.plan.starts
        if isinstance(said, dt.date) and starts is not None and said < starts:
            message = f"lies before the plan starts on {day(starts)}: it was not taken"
            self._fault(row, "deadline", message, _said(said))
        elif isinstance(said, dt.date) or agreed is not None:
            day_said = said if isinstance(said, dt.date) else None
            if day_said != agreed:
                self.plan = self.plan.deadline(key, not_after=day_said)
        else:
            message = "is empty, and the step has its day from the plan: it was not taken"
            self._fault(row, "deadline", message)

    def _progress(self, row: SheetRow, key: str, written: Mapping[str, CellValue]) -> None:
        """Take the progress of a row over."""
        old = self.reports.get(key)
        status = old.status if old else StepStatus.NOT_STARTED
        edits: dict[str, Any] = {}
        if "status" in row.cells and not same_cell(row.cells["status"], written.get("status")):
            status = self._status(row) or status
        for name, place in PROGRESS_FIELDS.items():
            if name in row.cells and not same_cell(row.cells[name], written.get(name)):
                edits[place] = (row.cells[name] or "") if name == "note" else row.cells[name]
        if not edits and (old.status if old else StepStatus.NOT_STARTED) is status:
            return
        base = old or StepProgress(step=key, status=StepStatus.NOT_STARTED)
        self._report(row, base, status, edits)

    def _status(self, row: SheetRow) -> StepStatus | None:
        text = str(row.cells["status"] or "")
        found = status_of_cell(text)
        if found is None:
            words = ", ".join(status.words for status in StepStatus)
            said = f"{shorten(text, 40)} is no status" if text.strip() else "is empty"
            message = f"{said}: choose one of {words}. It stays as it was"
            self._fault(row, "status", message, text)
        return found

    def _report(
        self, row: SheetRow, base: StepProgress, status: StepStatus, edits: Mapping[str, Any]
    ) -> None:
        try:
            made = evolve(base, status=status, **edits)
        except InvalidInputError as error:
            columns = {place: name for name, place in PROGRESS_FIELDS.items()} | {
                "status": "status"
            }
            for fault in error.faults:
                key = columns.get(fault.path, "status")
                self._fault(row, key, f"{fault.message}. The progress of this row was not taken")
            return
        self.reports[base.step] = made
        if status is StepStatus.COMPLETE and not (made.started and made.finished):
            message = "says complete: fill in 'Begun on' and 'Ended on', without which nothing can "
            self._fault(row, "status", message + "be planned again. The status was taken")

    # -- a step that was not there -------------------------------------------------------

    def _new_row(self, row: SheetRow) -> None:
        taken = {
            *(s.id for s in self.plan.steps),
            *(m.step for m in self.plan.met),
            *(s.step for s in self.plan.skipped),
            *self.sheets.written,
        }
        key = _id(row)
        step: ActionStep | None
        if key:
            step = self._of_catalogue(row, key)
        else:
            step = self._own_steps().step(row, taken, self.faults)
        if step is None:
            self._leave_out(row, "no-step")
            return
        try:
            self.plan = self.plan.add(step)
        except InvalidInputError as error:
            for fault in error.faults:
                self._fault(row, "action", f"was not added: {fault.message}")
            self._leave_out(row, "no-step")
            return
        if person := str(row.cells.get("person") or "").strip():
            self.plan = self.plan.assign(step.id, person=person)
        if isinstance(start := row.cells.get("start"), dt.date):
            self.plan = self.plan.move(step.id, not_before=start)
        if isinstance(row.cells.get("deadline"), dt.date):
            self._deadline(row, step.id, row.cells["deadline"])
        blank = dict.fromkeys(("status", *PROGRESS_FIELDS))
        if not str(row.cells.get("status") or "").strip():
            row = row._replace(cells={**row.cells, "status": None})
        self._progress(row, step.id, blank)

    def _of_catalogue(self, row: SheetRow, key: str) -> ActionStep | None:
        known = [s.id for s in self.catalogue.steps] if self.catalogue else []
        if self.catalogue is not None and key in known:
            return self.catalogue.step(key)
        names = [*self.sheets.written, *known]
        message = f"no step {shorten(key)}{suggest(key, names)}: for a step of your own leave the "
        self._fault(row, "id", message + "Step id empty. Nothing of this row was taken", key)
        return None

    def _own_steps(self) -> OwnSteps:
        numbers = {
            str(cells["ref"]): key
            for key, cells in self.sheets.written.items()
            if any(s.id == key for s in self.plan.steps)
        }
        return OwnSteps(self.sheets.roles, self.plan.objectives, numbers)

    # -- a step that is there no more ----------------------------------------------------

    def _drop(self, there: set[str]) -> None:
        """Drop the steps whose rows were deleted, each after the steps that wait for it."""
        written = self.sheets.written
        gone = {s.id for s in self.plan.steps if s.id in written}
        gone -= there | self.spared
        if gone and not there:
            message = "the rows of all steps are gone: no step was dropped"
            self.faults.append(Fault(self.sheets.place, message))
            return
        stay = {s.id: s for s in self.plan.steps if s.id not in gone}
        kept: set[str] = set()
        for key in self.plan.graph.order():
            if key not in gone:
                continue
            waiting = [s for s in stay.values() if s.id in self.plan.graph.descendants(key)]
            if waiting:
                kept.add(key)
                names = ", ".join(repr(s.title) for s in waiting[:3])
                message = (
                    f"the row of {self.plan.step(key).title!r} ({key}) is gone, but {names} "
                    f"need{'s' if len(waiting) == 1 else ''} it: delete these rows too, or put the "
                    "row back with the status 'stopped'. It was not dropped"
                )
                self.faults.append(Fault(self.sheets.place, message, key))
        for key in reversed(list(self.plan.graph.order())):
            if key in gone - kept:
                self.plan = self.plan.drop(key)
                self.reports.pop(key, None)


_LEFT_OUT = {
    "no-step-id": "rows without the step id that they had: put it back",
    "step-id-twice": "rows with a step id that stands twice: delete one, or empty its step id",
    "not-in-the-plan": "rows of steps that the plan has no more",
    "no-step": "new rows that lack what a step needs, or name none that is known",
}


def _id(row: SheetRow) -> str:
    return str(row.cells.get("id") or "").strip()


def _words(cell: CellValue) -> str:
    return " ".join(str(cell or "").split()).casefold()


def _said(cell: CellValue) -> str:
    return day(cell) if isinstance(cell, dt.date) else "" if cell is None else str(cell)
