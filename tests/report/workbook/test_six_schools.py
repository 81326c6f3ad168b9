"""The plans of the six illustrative schools through LibreOffice: every edit comes back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.report.workbook.columns import column_of
from behaviour_culture.report.workbook.reading import read_plan_workbook
from spreadsheets import converted, needs_office

SCHOOLS = Path(__file__).resolve().parents[3] / "examples" / "schools"

pytestmark = [
    pytest.mark.slow,
    needs_office,
]


@pytest.mark.parametrize("name", sorted(p.name for p in SCHOOLS.iterdir()))
def test_no_edit_is_lost(name: str, tmp_path: Path) -> None:
    done = bc.run_journey(SCHOOLS / name / "journey.toml")
    (path,) = done.write(tmp_path, formats=("xlsx",))
    plan = done.plan
    unchanged = read_plan_workbook(converted(path) / path.name, plan)
    assert (unchanged.plan, unchanged.faults) == (plan, ())

    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    rows = {
        str(sheet.cell(row, column_of("id") + 1).value): row
        for row in range(4, 4 + len(plan.steps))
    }
    last = next(key for key in sorted(rows, reverse=True) if not plan.graph.descendants(key))
    changed = [key for key in rows if key != last]
    for number, key in enumerate(changed):
        cells = {
            "person": f"Ms {number}",
            "action": f"Our words {number}",
            "status": ["at risk", "✓ complete", "off track"][number % 3],
            "begun": dt.date(2026, 9, 7),
            "ended": "18/09/2026",
            "fidelity": 0.5,
            "reach": "90%",
            "note": f"+{number} more",
        }
        for column, value in cells.items():
            cell = sheet.cell(rows[key], column_of(column) + 1)
            cell.value = value
    sheet.delete_rows(rows[last])
    new = 3 + len(rows)
    for column, value in {
        "action": "Something of our own",
        "role": book["Lists"]["A3"].value,
        "set_up": 4,
    }.items():
        sheet.cell(new, column_of(column) + 1).value = value
    book.save(path)
    found = read_plan_workbook(converted(path) / path.name, plan)
    assert found.faults == ()
    assert {key: found.plan.people[key] for key in changed} == {
        key: f"Ms {number}" for number, key in enumerate(changed)
    }
    titles = {step.id: step.title for step in found.plan.steps}
    assert [titles[key] for key in changed] == [f"Our words {n}" for n in range(len(changed))]
    assert set(titles) == {*changed, "something-of-our-own"}
    progress = {entry.step: entry for entry in found.progress if entry.step in titles}
    assert set(progress) == set(changed)
    for number, key in enumerate(changed):
        entry = progress[key]
        assert (entry.note, entry.reach, entry.fidelity) == (f"+{number} more", 0.9, 0.5)
        assert entry.finished == dt.date(2026, 9, 18)
