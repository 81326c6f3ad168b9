"""The commands of the page for offices, word for word and in order, with what people fill in."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.report.workbook.columns import column_of
from filling import DAYS, change

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "office.md"
NEXT_YEAR = {
    "B4": "01/09/2027",
    "C4": "17/12/2027",
    "D4": "25/10/2027",
    "E4": "29/10/2027",
    "B5": "04/01/2028",
    "C5": "31/03/2028",
    "D5": "14/02/2028",
    "E5": "18/02/2028",
    "B6": "18/04/2028",
    "C6": "20/07/2028",
    "D6": "29/05/2028",
    "E6": "02/06/2028",
}
"""Term dates, made up."""
PROGRESS = ("status", "begun", "ended", "fidelity", "reach", "note")
"""The cells of a plan that the school's workbook has in the same order."""
PROGRAM = ["python", "-m", "behaviour_culture"]


def commands() -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert all(line[:3] == PROGRAM for line in lines)
    return [line[3:] for line in lines]


def rate_forms(folder: Path, *, better: int = 0) -> None:
    for number, form in enumerate(sorted(folder.glob("form-*.xlsx"))):
        book = openpyxl.load_workbook(form)
        sheet = book["Form"]
        for row in range(4, sheet.max_row + 1):
            place = min(2, (row + number) % 3 + better)
            sheet.cell(row, 5).value = ["absent", "emerging", "established"][place]
        book.save(form)


def keep_up(plan: Path) -> None:
    book = openpyxl.load_workbook(plan)
    sheet = book["Plan"]
    sheet.cell(2, column_of("person") + 1).value = dt.date(2026, 10, 14)
    cells = {"person": "Ms A. Khan", "status": "on track", "begun": "07/09/2026", "note": "Begun"}
    for key, value in cells.items():
        sheet.cell(4, column_of(key) + 1).value = value
    book.save(plan)


def next_year(first: Path, second: Path) -> None:
    """Save the school's workbook again, with the days of the next year and what was done."""
    second.mkdir()
    shutil.copyfile(first / "school.xlsx", second / "school.xlsx")
    plan = openpyxl.load_workbook(first / "report" / "plan.xlsx")["Plan"]
    done = [plan.cell(4, column_of(key) + 1).value for key in ("id", *PROGRESS)]
    school = openpyxl.load_workbook(second / "school.xlsx")
    rows = {str(row[0].value): f"B{row[0].row}" for row in school["School"].iter_rows()}
    top = {str(cell.value): cell for row in school["Progress"].iter_rows(max_row=2) for cell in row}
    updated = top["Updated on:"].offset(column=1).coordinate
    change(
        second / "school.xlsx",
        {
            "Term dates": NEXT_YEAR,
            "School": {
                rows["First day of the plan"]: "01/09/2027",
                rows["Day of the audit"]: "07/07/2027",
                rows["Last year's report"]: "../mine/report",
            },
            "Progress": {updated: "16/07/2027"}
            | {f"{letter}4": value for letter, value in zip("ABCDEFG", done, strict=True)},
        },
    )


def test_its_commands_lead_from_start_to_the_second_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done: list[str] = []
    for command in commands():
        again = "second/forms" in command
        if command[0] == "report" and done[-1] == "report":
            keep_up(Path("mine/report/plan.xlsx"))
        if command[0] == "form" and again:
            next_year(Path("mine"), Path("second"))
        # The first report has Word files too, which take as long as all else.
        fewer = ["--formats", "html,xlsx"] if command[0] == "report" and "report" in done else []
        assert main([*command, *fewer]) == 0, (command, capsys.readouterr().err)
        done.append(command[0])
        if command[0] == "start":
            answers = {"B8": 4, "B9": 11, "B13": "02/09/2026"}  # ages, the first day of the plan
            change(Path("mine/school.xlsx"), {"Term dates": DAYS, "School": answers})
        if command[0] == "form":
            rate_forms(Path("second/forms" if again else "mine/forms"), better=again)
    first_year = ["start", "check", "form", "collect", "collect", "report", "report"]
    assert done == [*first_year, "form", "collect", "rounds", "report"]
    said = capsys.readouterr()
    assert "Ms A. Khan" in said.err
    progress = bc.read("mine/report/progress.toml", bc.model.ProgressReport)
    assert progress.date == dt.date(2026, 10, 14)
    assert [entry.note for entry in progress.steps] == ["Begun"]
    assert "Hill Road Primary" in Path("mine/report/annex.html").read_text("utf-8")

    # The second year: what is done stays done, and last year's targets are looked at.
    (entry,) = progress.steps
    second = bc.read("second/report/first-plan.json", bc.ActionPlan)
    assert {p.step: p.status for p in second.progress} == {entry.step: entry.status}
    assert second.starts == dt.date(2027, 9, 1)
    page = Path("second/report/governors.html").read_text("utf-8")
    assert re.search(r"Last year(&#39;|.)s plan\.", page)
    assert re.search(r"\d+ of 5 targets met; for \d+ we could not tell", page)
