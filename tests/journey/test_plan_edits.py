"""The report takes over what people changed in its plan.xlsx, and never writes over it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.commands.plan_edits import _check, _numbered
from behaviour_culture.model.reading import Reading
from behaviour_culture.report.workbook.columns import column_of
from behaviour_culture.report.workbook.reading import PlanWorkbook
from builders import plan_of, step

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "schools" / "village-primary"


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journey whose report has been written once, to be copied."""
    folder = tmp_path_factory.mktemp("reported")
    for path in EXAMPLE.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    journey = folder / "journey.toml"
    text = journey.read_text("utf-8").replace('formats = ["html"]', 'formats = ["xlsx"]')
    journey.write_text(f"{text}\ndraws = 200\nbudget = 20\n", "utf-8")
    assert report(folder) == 0
    return folder


@pytest.fixture
def folder(reported: Path, tmp_path: Path) -> Path:
    """A journey whose report has been written once."""
    return Path(shutil.copytree(reported, tmp_path, dirs_exist_ok=True))


def report(folder: Path) -> int:
    return main(["report", str(folder / "journey.toml"), "-o", str(folder / "report")])


def edit(folder: Path, row: int, **cells: object) -> str:
    """Type into the cells of a row of the plan; return the id of its step."""
    path = folder / "report" / "plan.xlsx"
    book = openpyxl.load_workbook(path)
    for key, value in cells.items():
        if key == "updated":
            book["Plan"].cell(2, column_of("person") + 1).value = value
        else:
            book["Plan"].cell(row, column_of(key) + 1).value = value
    book.save(path)
    return str(book["Plan"].cell(row, column_of("id") + 1).value or "")


def shown(folder: Path) -> dict[str, list[object]]:
    sheet = openpyxl.load_workbook(folder / "report" / "plan.xlsx")["Plan"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return {str(row[column_of("id")]): row for row in rows if row[0]}


def test_edits_come_back_round_after_round(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = edit(
        folder,
        4,
        person="Ms A. Khan",
        status="on track",
        begun=dt.date(2026, 9, 7),
        note="Begun with the infants",
        updated=dt.date(2026, 9, 25),
    )
    rows = shown(folder)
    put_off = max(rows, key=lambda key: str(rows[key][column_of("start")]))
    edit(folder, 4 + [*rows].index(put_off), start=dt.date(2027, 6, 7))
    assert report(folder) == 0
    assert "Taken from" in capsys.readouterr().err
    rows = shown(folder)
    assert rows[first][column_of("person")] == "Ms A. Khan"
    assert rows[first][column_of("status")] == "● on track"
    kept = bc.read(folder / "report" / "first-plan.json", bc.ActionPlan)
    assert kept.people[first] == "Ms A. Khan"
    assert kept.not_before[put_off] == dt.date(2027, 6, 7)

    new = edit(folder, 4 + len(rows), action="Walk to school week", set_up=6, role="Head teacher")
    assert new == ""
    before = (folder / "report" / "plan.xlsx").read_bytes()
    assert report(folder) == 1  # the role is not in the list
    assert "choose one from the list" in capsys.readouterr().err
    assert (folder / "report" / "plan.xlsx").read_bytes() == before
    roles = openpyxl.load_workbook(folder / "report" / "plan.xlsx")["Lists"]
    edit(folder, 4 + len(rows), role=roles["A3"].value)
    assert report(folder) == 0
    again = shown(folder)
    assert again["walk-to-school-week"][0] == len(again)
    assert again[first][column_of("status")] == "● on track"

    edit(folder, 4, ended=dt.date(2026, 10, 2), status="complete")
    assert report(folder) == 1
    assert "type the day of your update" in capsys.readouterr().err
    edit(folder, 4, updated=dt.date(2026, 10, 14))
    assert report(folder) == 0
    done = bc.read(folder / "report" / "progress.toml", bc.model.ProgressReport)
    assert done.date == dt.date(2026, 10, 14)
    assert {p.step: p.status for p in done.steps}[first] is bc.StepStatus.COMPLETE
    assert report(folder) == 0  # nothing changed: nothing to take


def test_a_cell_that_cannot_be_taken_stops_the_report_and_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, 4, status="nearly", person="Ms A. Khan", updated=dt.date(2026, 9, 25))
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert report(folder) == 1
    assert (
        "sheet 'Plan', row 4, column Q (Status): 'nearly' is no status" in capsys.readouterr().err
    )
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_changes_before_the_plan_begins_stay_too(folder: Path) -> None:
    early = {"status": "on track", "begun": "01/07/2026", "updated": "10/07/2026"}
    first = edit(folder, 4, person="Ms A. Khan", action="In our own words", **early)
    assert report(folder) == 0
    rows = shown(folder)
    assert rows[first][column_of("person")] == "Ms A. Khan"
    assert rows[first][column_of("action")] == "In our own words"
    assert rows[first][column_of("status")] == "● on track"
    assert report(folder) == 0
    assert shown(folder) == rows


def test_a_first_plan_that_the_journey_names_is_found_from_any_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    journey = folder / "journey.toml"
    named = 'first_plan = "report/first-plan.json"\nfirst_schedule = "report/first-schedule.json"'
    journey.write_text(f"{journey.read_text('utf-8')}\n{named}\n", "utf-8")
    step = edit(
        folder, 4, status="on track", begun=dt.date(2026, 9, 7), updated=dt.date(2026, 9, 25)
    )
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert main(["replan", str(journey), "-o", str(folder / "report")]) == 0
    assert shown(folder)[step][column_of("status")] == "● on track"


class TestNumbers:
    def test_an_added_step_gets_the_next_number_and_a_dropped_one_none(self) -> None:
        plan = plan_of(step("a"), step("b"), numbers={"a": 1, "b": 7})
        changed = plan.add(step("c")).add(step("d")).drop("d")
        assert dict(_numbered(changed).numbers) == {"a": 1, "b": 7, "c": 8}

    def test_a_plan_without_numbers_gets_none(self) -> None:
        assert dict(_numbered(plan_of(step("a")).add(step("b"))).numbers) == {}


def test_progress_is_not_taken_beside_a_file_that_the_journey_names() -> None:
    reading = Reading(read=1, counted=1)
    found = PlanWorkbook(name="plan.xlsx", plan=plan_of(step("a")), reading=reading)
    with pytest.raises(bc.InvalidInputError, match="the journey names a file of progress of its"):
        _check(found, reported=True, own=True)
    _check(found, reported=False, own=True)
