"""The plan's workbook goes out, is changed in a spreadsheet, and comes back with nothing lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.errors import Fault
from behaviour_culture.interchange.sheets import SheetRow
from behaviour_culture.model.plan import PlanChangeKind
from behaviour_culture.report.workbook.columns import PLAN, column_of
from behaviour_culture.report.workbook.keeping import _edits as _unkept
from behaviour_culture.report.workbook.own_step import OwnSteps
from behaviour_culture.report.workbook.reading import PlanWorkbook, _Edits, read_plan_workbook
from behaviour_culture.report.workbook.sheet import PlanSheets, Role, read_sheets
from behaviour_culture.report.workbook.writing import write_plan_workbook
from spreadsheets import converted, needs_office

FIRST = 4
"""The first row of a step."""
NAMES = ("framework", "audit", "plan", "school", "schedule", "catalogue", "calendar")

LATER = dt.date(2027, 3, 1)
Edit = Callable[[Any, bc.ActionPlan], None]
Back = Callable[[Edit], PlanWorkbook]


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


SAVED_BY = [
    "openpyxl",
    pytest.param(
        "LibreOffice",
        marks=needs_office,
    ),
]


def ends(plan: bc.ActionPlan) -> list[str]:
    """Steps for which no other waits."""
    return [s.id for s in plan.steps if not plan.graph.descendants(s.id)]


def chosen(plan: bc.ActionPlan) -> list[str]:
    """Six steps that are edited; for the last one no other waits."""
    ids = [s.id for s in plan.steps]
    return [*ids[:5], next(key for key in reversed(ends(plan)) if key not in ids[:5])]


def nothing(_book: Any, _plan: bc.ActionPlan) -> None:
    pass


def of_every_kind(book: Any, plan: bc.ActionPlan) -> None:
    first, second, third, fourth, fifth, last = chosen(plan)
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
    put(sheet, third, action="Our own words for it", status="At risk", begun="14 September 2026")
    put(sheet, fourth, start=LATER, deadline="26/03/2027")
    put(sheet, fifth, person="Dr C. Lee", status="stopped", role="The head")
    sheet.cell(2, at("person")).value = dt.date(2026, 10, 14)
    sheet.delete_rows(row_of(sheet, last))
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


def all_moved(book: Any, plan: bc.ActionPlan) -> None:
    sheet = book["Plan"]
    put(sheet, plan.steps[3].id, status="on track", begun=dt.date(2026, 9, 3))
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
    book["As written"].append(["a note in a sheet that nobody sees"])
    book["Lists"].append(["a title without its id"])


def all_wrong(book: Any, plan: bc.ActionPlan) -> None:
    """Make each thing that cannot be taken in the row of another step."""
    for (edit, _words), step in zip(WRONG, plan.steps, strict=False):
        edit(book, step.id)


@pytest.fixture(scope="module", params=SAVED_BY)
def saved(
    request: pytest.FixtureRequest,
    written: Path,
    plan: bc.ActionPlan,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder with the workbook after each edit, saved together: LibreOffice starts slowly."""
    folder = tmp_path_factory.mktemp("edited")
    for edit in (nothing, of_every_kind, all_moved, all_wrong):
        book = openpyxl.load_workbook(written)
        edit(book, plan)
        book.save(folder / f"{edit.__name__}.xlsx")
    return converted(*folder.iterdir()) if request.param == "LibreOffice" else folder


@pytest.fixture
def back(saved: Path, plan: bc.ActionPlan) -> Back:
    """Read what comes back of the workbook after an edit."""
    return lambda edit: read_plan_workbook(saved / f"{edit.__name__}.xlsx", plan)


def test_nothing_changed_is_nothing_changed(back: Back, plan: bc.ActionPlan) -> None:
    found = back(nothing)
    assert found.faults == ()
    assert found.plan == plan
    assert found.progress == plan.progress
    assert (found.reading.read, found.reading.counted) == (len(plan.steps), len(plan.steps))


def test_every_kind_of_edit_comes_back_and_none_is_lost(back: Back, plan: bc.ActionPlan) -> None:
    first, second, third, fourth, fifth, last = chosen(plan)
    assert "head" not in {plan.step(fifth).lead, *plan.step(fifth).lead_options}
    found = back(of_every_kind)
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
        (PlanChangeKind.MOVE, fourth): LATER.isoformat(),
        (PlanChangeKind.DEADLINE, fourth): "2027-03-26",
        (PlanChangeKind.LEAD, fifth): "head",
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
    found = back(all_moved)
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


def _nobody(book: Any, _step: str) -> None:
    book["Lists"]["C5"].value = 0


def _far_too_many(book: Any, _step: str) -> None:
    book["Lists"]["C6"].value = "9" * 5_000


WRONG: list[tuple[Callable[[Any, str], None], list[str]]] = [
    (_nobody, ["sheet 'Lists', row 5, column C (People): '0' is no number of people: "]),
    (_far_too_many, ["999... is no number of people: "]),
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
]


def test_all_that_cannot_be_taken_is_told_at_once(back: Back, plan: bc.ActionPlan) -> None:
    found = back(all_wrong)
    left = told(found)
    for words in (words for _, several in WRONG for words in several):
        left.remove(next(said for said in left if said.startswith("sheet '") and words in said))
    assert left == []
    assert found.plan.changes == plan.changes  # in doubt nothing is dropped
    assert found.reading.read == found.reading.counted + found.reading.left_out


@pytest.fixture(scope="module", params=SAVED_BY)
def wrong(
    request: pytest.FixtureRequest,
    written: Path,
    plan: bc.ActionPlan,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder with a workbook for each thing that cannot be taken."""
    folder = tmp_path_factory.mktemp("wrong")
    for edit, _words in WRONG:
        book = openpyxl.load_workbook(written)
        edit(book, ends(plan)[0])
        book.save(folder / f"{edit.__name__}.xlsx")
    return converted(*folder.iterdir()) if request.param == "LibreOffice" else folder


@pytest.mark.slow  # the quick one has all of them in one workbook
@pytest.mark.parametrize(("edit", "words"), WRONG, ids=[edit.__name__[1:] for edit, _ in WRONG])
def test_what_cannot_be_taken_is_told_by_its_place(
    wrong: Path, plan: bc.ActionPlan, edit: Callable[[Any, str], None], words: list[str]
) -> None:
    found = read_plan_workbook(wrong / f"{edit.__name__}.xlsx", plan)
    assert len(told(found)) == len(words), told(found)
    for said, expected in zip(told(found), words, strict=True):
        assert said.startswith("sheet '")
        assert expected in said
    assert found.plan.changes == plan.changes  # in doubt nothing is dropped
    assert found.reading.read == found.reading.counted + found.reading.left_out


# -- row by row, without a spreadsheet in between ---------------------------------------------


@pytest.fixture(scope="module")
def sheets(written: Path) -> PlanSheets:
    return read_sheets(written)


def edited(
    plan: bc.ActionPlan,
    sheets: PlanSheets,
    step: str = "",
    *,
    catalogue: bc.StepCatalogue | None = None,
    **typed: Any,
) -> PlanWorkbook:
    """What comes of cells that were typed in the row of a step, or in a new row.

    A cell that is ... is not there, as where it holds a formula.
    """
    row = next((row for row in sheets.rows if row.text("id") == step), None)
    if row is None:
        last = sheets.rows[-1]
        places = {key: place.replace(str(last.number), "99") for key, place in last.places.items()}
        row = SheetRow(99, dict.fromkeys(last.cells), places)
        sheets = sheets._replace(rows=[*sheets.rows, row])
    cells = {k: v for k, v in ({**row.cells} | typed).items() if v is not ...}
    rows = [row._replace(cells=cells) if one is row else one for one in sheets.rows]
    return _Edits(plan, sheets._replace(rows=rows), catalogue).taken("plan.xlsx")


OWN = {"action": "Walk to school week", "role": "The office", "set_up": 12}
"""The cells that a new row needs."""


class TestOwnSteps:
    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"action": " "}, "(Action): is empty: a new row needs an Action"),
            ({"set_up": -1}, "(Hours to set up): -1 hours are out of range: 0 to 10,000"),
            ({"weekly": 20_000}, "(Hours a week from then on): 20000 hours are out of range"),
            ({"set_up": 9_000}, "(Action): cannot be a step: hours_per_week.office: 9000.0 is"),
            ({"after": "1; 99"}, "(After no.): the plan has no step number '99'"),
            ({"who": "The head", "how": "Walks"}, "(Monitoring: when): is empty: monitoring needs"),
            ({"cost": "a lot"}, "(Cost): 'a lot' is no cost: type pounds like 250, or 100 to 250"),
        ],
        ids=["title", "hours", "weekly", "week", "after", "monitoring", "cost"],
    )
    def test_a_row_that_cannot_be_a_step_is_told_and_left_out(
        self, plan: bc.ActionPlan, sheets: PlanSheets, typed: dict[str, Any], told: str
    ) -> None:
        found = edited(plan, sheets, **(OWN | typed))
        (fault,) = found.faults
        assert fault.path.startswith("sheet 'Plan', row 99, column ")
        assert told in str(fault)
        assert found.plan == plan
        assert found.reading.left_out == 1

    @pytest.mark.parametrize("key", ["role", "set_up"])
    def test_a_cell_that_was_told_already_is_not_told_as_empty(
        self, plan: bc.ActionPlan, sheets: PlanSheets, key: str
    ) -> None:
        place = sheets.rows[-1].places[key].replace(str(sheets.rows[-1].number), "99")
        formula = Fault(place, "holds a formula")
        found = edited(plan, sheets._replace(faults=[formula]), **(OWN | {key: ...}))
        assert found.faults == (formula,)
        assert found.plan == plan

    def test_who_and_when_and_how_it_is_monitored(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        found = edited(plan, sheets, **OWN, who="The head", when="each Friday", how="Walks")
        assert found.plan.step("walk-to-school-week").monitoring == bc.model.Monitoring(
            who="head", when="each Friday", how="Walks"
        )

    @pytest.mark.parametrize("priority", ["2", "2. Something", "teacher TRAINING"])
    def test_a_priority_is_its_number_or_its_title(
        self, plan: bc.ActionPlan, sheets: PlanSheets, priority: str
    ) -> None:
        found = edited(plan, sheets, **OWN, priority=priority)
        assert found.plan.step("walk-to-school-week").principles == ("build-teacher-training",)
        assert found.faults == ()

    @pytest.mark.parametrize(
        ("typed", "shown"), [("9. Happiness", "'9. Happiness'"), ("9" * 5_000, f"'{'9' * 76}...")]
    )
    def test_a_priority_that_nobody_knows_is_told_and_the_step_added(
        self, plan: bc.ActionPlan, sheets: PlanSheets, typed: str, shown: str
    ) -> None:
        found = edited(plan, sheets, **OWN, priority=f"1\n{typed}")
        assert found.plan.step("walk-to-school-week").principles == (plan.objectives[0].principle,)
        assert [fault.message for fault in found.faults] == [
            f"no priority {shown}: write its number. The step was added without"
        ]

    @pytest.mark.parametrize(
        ("cost", "pounds"),
        [("up to £1,200", (0, 1200)), ("100 to 250", (100, 250)), (40, (40, 40))],
    )
    def test_a_cost_is_pounds_or_a_range(
        self, plan: bc.ActionPlan, sheets: PlanSheets, cost: object, pounds: tuple[int, int]
    ) -> None:
        found = edited(plan, sheets, **OWN, cost=cost)
        assert found.plan.step("walk-to-school-week").cost_gbp == pounds

    def test_it_takes_the_weeks_from_its_start_to_its_deadline(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        start, end = dt.date(2026, 10, 5), dt.date(2026, 10, 23)
        found = edited(
            plan, sheets, **OWN, start=start, deadline=end, status="on track", begun=start
        )
        step = found.plan.step("walk-to-school-week")
        assert (step.weeks, step.hours_per_week["office"]) == (bc.Weeks(3, 3, 3), 4)
        assert found.plan.not_before[step.id] == start
        assert found.plan.not_after[step.id] == end
        assert found.progress[-1] == bc.StepProgress(
            step=step.id, status=bc.StepStatus.ON_TRACK, started=start
        )

    def test_a_title_that_an_id_is_made_of_already_gets_a_number(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        found = edited(plan, sheets, **(OWN | {"action": "Baseline survey"}))
        assert found.plan.step("baseline-survey-2").title == "Baseline survey"


class TestStepsOfTheCatalogue:
    def test_a_new_row_with_its_id_adds_it(
        self, plan: bc.ActionPlan, sheets: PlanSheets, catalogue: bc.StepCatalogue
    ) -> None:
        found = edited(plan, sheets, id="assembly-cycle", catalogue=catalogue)
        assert found.plan.step("assembly-cycle") == catalogue.step("assembly-cycle")
        assert found.faults == ()

    @pytest.mark.parametrize(
        ("key", "told"),
        [
            (
                "reintegration",
                "was not added: the plan has no step 'suspension-protocol': add that",
            ),
            ("assembly-cycles", "no step 'assembly-cycles'; did you mean 'assembly-cycle'?: for a"),
        ],
    )
    def test_one_that_waits_for_others_or_that_nobody_knows_is_told(
        self,
        plan: bc.ActionPlan,
        sheets: PlanSheets,
        catalogue: bc.StepCatalogue,
        key: str,
        told: str,
    ) -> None:
        found = edited(plan, sheets, id=key, catalogue=catalogue)
        (fault,) = found.faults
        assert "row 99" in fault.path
        assert told in fault.message
        assert found.plan == plan


class TestStepsOfThePlan:
    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            (
                {"half_term": "Spring 1"},
                "(Half-term): was 'Autumn 1' and follows from the plan: the",
            ),
            ({"set_up": 1}, "and follows from the plan: the change was not taken"),
            ({"action": None}, "(Action): is empty: to drop the step, delete the whole row"),
            ({"start": dt.date(2026, 9, 7)}, "(Start): cannot be before 05/10/2026: the report"),
            ({"start": None}, "(Start): is empty, and the step has its day from the plan: it was"),
            ({"begun": dt.date(2026, 9, 7)}, "(Status): a step with a start or a finish has been"),
            ({"status": "nearly"}, "(Status): 'nearly' is no status: choose one of not started,"),
            ({"status": None}, "(Status): is empty: choose one of not started, on track,"),
            ({"status": "complete"}, "(Status): says complete: fill in 'Begun on' and 'Ended on'"),
            (
                {
                    "status": "complete",
                    "begun": dt.date(2026, 10, 9),
                    "ended": dt.date(2026, 10, 8),
                },
                "(Ended on): 2026-10-08 is before started",
            ),
        ],
        ids=[
            "half-term",
            "hours",
            "title",
            "too early",
            "no start",
            "not started",
            "nearly",
            "empty",
            "complete",
            "ended",
        ],
    )
    def test_what_cannot_be_is_told_by_its_cell(
        self, plan: bc.ActionPlan, sheets: PlanSheets, typed: dict[str, Any], told: str
    ) -> None:
        found = edited(plan, sheets, "agree-vision", **typed)
        (fault,) = found.faults
        assert told in str(fault)
        assert found.plan.changes == plan.changes

    def test_what_the_plan_says_by_now_is_not_taken_again(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        day = dt.date(2026, 11, 2)
        now = plan.rename("agree-vision", title="Our vision")
        now = now.move("agree-vision", not_before=day).deadline("agree-vision", not_after=day)
        typed = {"action": "Our vision", "start": day, "deadline": day}
        found = edited(now, sheets, "agree-vision", **typed)
        assert (found.plan, found.faults) == (now, ())

    def test_the_id_of_the_role_that_leads_changes_nothing(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        found = edited(plan, sheets, "governor-visits", role="governor")
        assert (found.plan, found.faults) == (plan, ())

    def test_what_was_changed_elsewhere_meanwhile_stays(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        now = plan.rename("agree-vision", title="Our vision").lead("agree-vision", role="senco")
        typed = {"action": "A vision", "role": "The pastoral lead"}
        found = edited(now, sheets, "agree-vision", **typed)
        assert found.plan == now
        assert [fault.message for fault in found.faults] == [
            "the plan says 'Our vision' by now: the change was not taken",
            "the plan says 'senco' by now: the change was not taken",
        ]

    def test_the_day_before_which_it_does_not_begin_is_taken_back(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        now = plan.move("agree-vision", not_before=dt.date(2026, 11, 2))
        assert (
            dict(edited(now, sheets, "agree-vision", start=None).plan.not_before) == plan.not_before
        )

    def test_a_role_with_more_hours_than_a_week_cannot_lead(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        many = sheets._replace(roles=[r._replace(people=1_000) for r in sheets.roles])
        found = edited(plan, many, "agree-vision", role="The senco")
        (fault,) = found.faults
        assert "(Lead (role)): cannot lead it: 1000.0 is out of range" in str(fault)
        assert found.plan == plan

    def test_a_row_whose_id_cannot_be_read_drops_no_step(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        found = edited(plan, sheets, "agree-vision", id=...)
        assert found.plan == plan
        assert [doubt.code for doubt in found.reading.doubts] == ["no-step-id"]

    def test_a_deleted_row_of_which_others_wait_drops_no_step(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        rows = [row for row in sheets.rows if row.text("id") != "norms-rules"]
        found = edited(plan, sheets._replace(rows=rows), "agree-vision")
        assert found.plan == plan
        (fault,) = found.faults
        assert fault.path == "sheet 'Plan'"
        assert "(norms-rules) is gone, but" in fault.message
        assert "need it: delete these rows too, or put the row back" in fault.message

    def test_the_row_of_a_step_that_the_plan_has_no_more(
        self, plan: bc.ActionPlan, sheets: PlanSheets
    ) -> None:
        now = plan.drop("governor-visits")
        found = edited(now, sheets, "governor-visits")
        assert found.plan == now
        assert [fault.message for fault in found.faults] == [
            "the plan has no step 'governor-visits' any more: nothing of this row was taken"
        ]


def test_a_row_that_stands_twice_is_an_edit_that_a_new_workbook_does_not_have(
    sheets: PlanSheets,
) -> None:
    again = sheets.rows[0]._replace(number=99)
    twice = sheets._replace(rows=[*sheets.rows, again])
    assert (_unkept(sheets, sheets), _unkept(twice, sheets)) == ([], ["row 99"])


def test_a_report_of_a_workbook_without_its_day_needs_one(
    plan: bc.ActionPlan, sheets: PlanSheets
) -> None:
    found = edited(plan, sheets._replace(updated=None), "agree-vision")
    assert repr(found) == "<PlanWorkbook plan.xlsx: 1 change, 0 faults>"
    assert str(found).startswith("plan.xlsx: progress of 1 step, 1 change\n  ")
    with pytest.raises(bc.InvalidInputError, match="date: give the day: 'Updated on' in the"):
        found.report()
    assert found.report(dt.date(2026, 10, 14)).date == dt.date(2026, 10, 14)
