"""The commands of the page for offices, word for word and in order, with what people fill in."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from pathlib import Path

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.report.workbook.columns import column_of
from filling import DAYS, change

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "office.md"
PROGRAM = ["python", "-m", "behaviour_culture"]


def commands() -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert all(line[:3] == PROGRAM for line in lines)
    return [line[3:] for line in lines]


def rate_forms(folder: Path) -> None:
    for number, form in enumerate(sorted(folder.glob("form-*.xlsx"))):
        book = openpyxl.load_workbook(form)
        sheet = book["Form"]
        for row in range(4, sheet.max_row + 1):
            sheet.cell(row, 5).value = ["absent", "emerging", "established"][(row + number) % 3]
        book.save(form)


def keep_up(plan: Path) -> None:
    book = openpyxl.load_workbook(plan)
    sheet = book["Plan"]
    sheet.cell(2, column_of("person") + 1).value = dt.date(2026, 10, 14)
    cells = {"person": "Ms A. Khan", "status": "on track", "begun": "07/09/2026", "note": "Begun"}
    for key, value in cells.items():
        sheet.cell(4, column_of(key) + 1).value = value
    book.save(plan)


def test_its_commands_lead_from_start_to_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done: list[str] = []
    for command in commands():
        if command[0] == "report" and "report" in done:
            keep_up(Path("mine/report/plan.xlsx"))
        assert main(command) == 0, (command, capsys.readouterr().err)
        done.append(command[0])
        if command[0] == "start":
            change(Path("mine/school.xlsx"), {"Term dates": DAYS, "School": {"B8": 4, "B9": 11}})
        if command[0] == "form":
            rate_forms(Path("mine/forms"))
    assert done == ["start", "check", "form", "collect", "collect", "report", "report"]
    assert "Ms A. Khan" in capsys.readouterr().err
    progress = bc.read("mine/report/progress.toml", bc.ProgressReport)
    assert progress.date == dt.date(2026, 10, 14)
    assert [entry.note for entry in progress.steps] == ["Begun"]
    assert "Hill Road Primary" in Path("mine/report/annex.html").read_text("utf-8")
