"""The plan's workbook goes out, is changed in a spreadsheet, and comes back with nothing lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.model.plan import PlanChangeKind
from behaviour_culture.report.workbook.columns import PLAN, column_of
from behaviour_culture.report.workbook.own_step import OwnSteps
from behaviour_culture.report.workbook.reading import PlanWorkbook, read_plan_workbook
from behaviour_culture.report.workbook.sheet import Role
from behaviour_culture.report.workbook.writing import write_plan_workbook
from spreadsheets import OFFICE, converted

FIRST = 4
"""The first row of a step."""
NAMES = ("framework", "audit", "plan", "school", "schedule", "catalogue", "calendar")

Edit = Callable[[Any], None]
Back = Callable[..., PlanWorkbook]


def at(key: str) -> int:
    """The column of a key, as openpyxl counts."""
    return column_of(key) + 1


def row_of(sheet: Any, step: str) -> int:
    return next(
        row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, at("id")).value == step
    )


def put(sheet: Any, step: str, **cells: object) -> None:
    for key, value in cells.items():
        sheet.cell(row_of(sheet, step), at(key)).value = value


@pytest.fixture(scope="module")
def plan(parts: dict[str, Any]) -> bc.ActionPlan:
    made: bc.ActionPlan = parts["plan"]
    first, second = made.steps[0].id, made.steps[1].id
    return made.assign(first, person="Ms A. Khan").evolve(
        progress=[
            bc.StepProgress(
                step=second,
                status=bc.StepStatus.ON_TRACK,
                started=dt.date(2026, 9, 7),
                note="Two of five done",
            )
        ]
    )


@pytest.fixture(scope="module")
def written(
    parts: dict[str, Any], plan: bc.ActionPlan, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    given = {name: parts[name] for name in NAMES} | {"plan": plan}
    return write_plan_workbook(tmp_path_factory.mktemp("book") / "plan.xlsx", **given)


@pytest.fixture(
    params=[
        "saved",
        pytest.param(
            "LibreOffice",
            marks=pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
        ),
    ]
)
def back(
    request: pytest.FixtureRequest, written: Path, plan: bc.ActionPlan, tmp_path: Path
) -> Back:
    """Change the workbook, save it, and read what comes back."""

    def make(edit: Edit = lambda _book: None, **options: Any) -> PlanWorkbook:
        book = openpyxl.load_workbook(written)
        edit(book)
        path = tmp_path / "plan.xlsx"
        book.save(path)
        if request.param == "LibreOffice":
            path = converted(path)
        return read_plan_workbook(path, plan, **options)

    return make


def ends(plan: bc.ActionPlan) -> list[str]:
    """Steps for which no other waits."""
    return [s.id for s in plan.steps if not plan.graph.descendants(s.id)]


def test_nothing_changed_is_nothing_changed(back: Back, plan: bc.ActionPlan) -> None:
    found = back()
    assert found.faults == ()
    assert found.plan == plan
    assert found.progress == plan.progress
    assert (found.reading.read, found.reading.counted) == (len(plan.steps), len(plan.steps))


def test_every_kind_of_edit_comes_back_and_none_is_lost(
    back: Back, plan: bc.ActionPlan, parts: dict[str, Any]
) -> None:
    ids = [s.id for s in plan.steps]
    first, second, third, fourth, fifth = ids[:5]
    last = next(key for key in reversed(ends(plan)) if key not in ids[:5])
    later = dt.date(2027, 3, 1)
    leads = {plan.step(fifth).lead, *plan.step(fifth).lead_options}
    new_lead = next(role for role in parts["school"].capacity.roles if role.id not in leads)

    def edit(book: Any) -> None:
        sheet = book["Plan"]
        put(sheet, first, person="Mr B. Osei", note="=SUM(1,2) is no formula")
        sheet.cell(row_of(sheet, first), at("note")).data_type = "s"
        put(
            sheet,
            second,
            status="✓ complete",
            begun=dt.date(2026, 9, 7),
            ended="18/09/2026",
            fidelity=0.8,
            reach="95%",
            note="All five done",
        )
        put(
            sheet, third, action="Our own words for it", status="At risk", begun="14 September 2026"
        )
        put(sheet, fourth, start=later, deadline="26/03/2027")
        put(sheet, fifth, person="Dr C. Lee", status="stopped", role=new_lead.title)
        sheet.cell(2, at("person")).value = dt.date(2026, 10, 14)
        book["Plan"].delete_rows(row_of(sheet, last))
        new = sheet.max_row + 1
        for key, value in {
            "action": "Walk to school week",
            "role": book["Lists"]["A3"].value,
            "set_up": 12,
            "weekly": 0.5,
            "cost": "£1,050",
            "criteria": "Half of all pupils walk once.",
            "priority": "1",
            "person": "Ms D. Roy",
            "after": "1",
            "note": "The council helps",
        }.items():
            sheet.cell(new, at(key)).value = value

    found = back(edit)
    assert found.faults == ()
    assert found.updated == dt.date(2026, 10, 14)
    progress = {entry.step: entry for entry in found.progress}
    assert progress[first].note == "=SUM(1,2) is no formula"
    assert progress[second] == bc.StepProgress(
        step=second,
        status=bc.StepStatus.COMPLETE,
        started=dt.date(2026, 9, 7),
        finished=dt.date(2026, 9, 18),
        fidelity=0.8,
        reach=0.95,
        note="All five done",
    )
    assert progress[third].status is bc.StepStatus.AT_RISK
    assert progress[third].started == dt.date(2026, 9, 14)
    assert progress[fifth].status is bc.StepStatus.STOPPED
    own = found.plan.step("walk-to-school-week")
    assert sum(own.work().values()) == 12
    assert own.cost_gbp == (1050, 1050)
    assert own.principles == (plan.objectives[0].principle,)
    assert len(own.requires) == 1
    assert progress["walk-to-school-week"].note == "The council helps"
    changes = {(c.kind, c.step): c.after for c in found.plan.changes[len(plan.changes) :]}
    assert changes == {
        (PlanChangeKind.ASSIGN, first): "Mr B. Osei",
        (PlanChangeKind.RENAME, third): "Our own words for it",
        (PlanChangeKind.MOVE, fourth): later.isoformat(),
        (PlanChangeKind.DEADLINE, fourth): "2027-03-26",
        (PlanChangeKind.LEAD, fifth): new_lead.id,
        (PlanChangeKind.ASSIGN, fifth): "Dr C. Lee",
        (PlanChangeKind.ADD, "walk-to-school-week"): "",
        (PlanChangeKind.ASSIGN, "walk-to-school-week"): "Ms D. Roy",
        (PlanChangeKind.DROP, last): "",
    }
    assert found.report().date == dt.date(2026, 10, 14)


def test_a_lead_and_a_deadline_are_kept_in_the_next_workbook_and_can_be_taken_back(
    parts: dict[str, Any], plan: bc.ActionPlan, tmp_path: Path
) -> None:
    first, second = (s.id for s in plan.steps[:2])
    role = parts["school"].capacity.roles[-1]
    due = parts["schedule"].finish(second) + dt.timedelta(days=14)
    ours = plan.lead(first, role=role.id).deadline(second, not_after=due)
    schedule = bc.schedule_plan(
        ours, calendar=parts["calendar"], capacity=parts["school"].capacity, budget=20
    )
    given = {name: parts[name] for name in NAMES} | {"plan": ours, "schedule": schedule}
    path = write_plan_workbook(tmp_path / "plan.xlsx", **given)
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    assert sheet.cell(row_of(sheet, first), at("role")).value == role.title
    assert sheet.cell(row_of(sheet, second), at("deadline")).value.date() == due
    assert read_plan_workbook(path, ours).plan == ours
    put(sheet, second, deadline=None)
    book.save(path)
    back = read_plan_workbook(path, ours)
    assert (back.faults, dict(back.plan.not_after)) == ((), {})


@pytest.mark.parametrize(("typed", "known"), [("head - mrs o'neill", True), ("Mrs O'Neill", False)])
def test_a_role_is_known_with_straight_marks_too(typed: str, known: bool) -> None:  # noqa: FBT001
    title = "Head \N{EN DASH} Mrs O\N{RIGHT SINGLE QUOTATION MARK}Neill"
    given = OwnSteps([Role(title, "head", 1)], (), {})
    assert (given.of_title(typed) is not None) == known


def test_sorted_inserted_and_moved_rows_and_a_renamed_sheet(
    back: Back, plan: bc.ActionPlan
) -> None:
    key = plan.steps[3].id

    def edit(book: Any) -> None:
        sheet = book["Plan"]
        put(sheet, key, status="on track", begun=dt.date(2026, 9, 3))
        rows = [
            [sheet.cell(r, c + 1).value for c in range(len(PLAN))]
            for r in range(FIRST, FIRST + len(plan.steps))
        ]
        rows.sort(key=lambda row: str(row[column_of("action")]))
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                cell = sheet.cell(FIRST + number + number // 3, place + 1)
                cell.value = value
        # An empty row after every third one.
        for number in range(3, len(rows) + len(rows) // 3, 4):
            for place in range(len(PLAN)):
                sheet.cell(FIRST + number, place + 1).value = None
        sheet.tables.clear()
        sheet.insert_rows(1, 2)
        sheet["A1"].value = "Autumn, with notes of the governors"
        sheet.title = "Our plan"

    found = back(edit)
    assert found.faults == ()
    assert [c.kind for c in found.plan.changes] == [c.kind for c in plan.changes]
    assert {p.step: p.status for p in found.progress}[key] is bc.StepStatus.ON_TRACK
    assert found.reading.read == len(plan.steps)


def told(found: PlanWorkbook) -> list[str]:
    return [str(fault) for fault in found.faults]


def _formula(book: Any, step: str) -> None:
    put(book["Plan"], step, status="=A1", note="a note that counts")


def _merged(book: Any, step: str) -> None:
    row, note = row_of(book["Plan"], step), at("note")
    book["Plan"].merge_cells(start_row=row, end_row=row + 1, start_column=note, end_column=note)


def _twice(book: Any, step: str) -> None:
    sheet = book["Plan"]
    new = sheet.max_row + 1
    for place in range(1, len(PLAN) + 1):
        sheet.cell(new, place).value = sheet.cell(row_of(sheet, step), place).value


def _no_id(book: Any, step: str) -> None:
    put(book["Plan"], step, id=None)


def _outside(book: Any, step: str) -> None:
    sheet = book["Plan"]
    sheet.cell(row_of(sheet, step), len(PLAN) + 2).value = "call the council"


def _reading_sheet(book: Any, _step: str) -> None:
    book["By half-term"]["E5"].value = "Something else"


def _new_without(book: Any, _step: str) -> None:
    sheet = book["Plan"]
    sheet.cell(sheet.max_row + 1, at("action")).value = "A new idea"


def _no_role(book: Any, step: str) -> None:
    put(book["Plan"], step, role="The hed")


def _role_gone(book: Any, step: str) -> None:
    put(book["Plan"], step, role=None)


def _deadline_gone(book: Any, step: str) -> None:
    put(book["Plan"], step, deadline=None)


def _too_soon(book: Any, step: str) -> None:
    put(book["Plan"], step, deadline=dt.date(2026, 7, 1))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_formula, ["column Q (Status): holds a formula, '=A1': type the answer itself"]),
        (_merged, ["cells are merged, so it is open which row they belong to: unmerge them"]),
        (_twice, ["too, so it is open which one counts"] * 2),
        (_no_id, ["column W (Step id): is empty, and the Action is that of"]),
        (_outside, ["column Y: is outside the table, and was not read: move it to"]),
        (_reading_sheet, ["sheet 'By half-term', row 5, column E: was changed, but this sheet"]),
        (_no_role, ["column D (Lead (role)): no role 'The hed'; did you mean 'The head'?"]),
        (_role_gone, ["column D (Lead (role)): is empty: a step needs the role that leads it"]),
        (_deadline_gone, ["column G (Deadline): is empty, and the step has its day from the"]),
        (_too_soon, ["column G (Deadline): lies before the plan starts on 02/09/2026"]),
        (
            _new_without,
            [
                "column D (Lead (role)): is empty: a step needs",
                "column J (Hours to set up): is empty",
            ],
        ),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_place(
    back: Back, plan: bc.ActionPlan, edit: Callable[[Any, str], None], words: list[str]
) -> None:
    key = ends(plan)[0]
    found = back(lambda book: edit(book, key))
    assert len(told(found)) == len(words), told(found)
    for said, expected in zip(told(found), words, strict=True):
        assert said.startswith("sheet '")
        assert expected in said
    assert found.plan.changes == plan.changes  # in doubt nothing is dropped
    assert found.reading.read == found.reading.counted + found.reading.left_out
