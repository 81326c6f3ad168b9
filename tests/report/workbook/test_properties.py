"""Whatever people type in the columns that are theirs comes back, or is told by its place."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.report.workbook.columns import PLAN, column_of, status_cell
from behaviour_culture.report.workbook.reading import read_plan_workbook
from behaviour_culture.report.workbook.writing import write_plan_workbook

QUICK = settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
"""A workbook takes half a second to change: nothing is shrunk."""
NAMES = ("framework", "audit", "plan", "school", "schedule", "catalogue", "calendar")
DAYS = st.dates(dt.date(2026, 9, 1), dt.date(2027, 7, 31))
WORDS = st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=20).filter(
    lambda text: bool(text.strip())
)


@pytest.fixture(scope="module")
def raw(parts: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    write_plan_workbook(target, **{name: parts[name] for name in NAMES})
    return target.getvalue()


def saved(book: Any) -> io.BytesIO:
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target


@given(data=st.data())
@QUICK
def test_progress_comes_back_as_it_was_typed(
    parts: dict[str, Any], raw: bytes, data: st.DataObject
) -> None:
    plan: bc.ActionPlan = parts["plan"]
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book["Plan"]
    expected: dict[str, bc.StepProgress] = {}
    people: dict[str, str] = {}
    for row in sorted(data.draw(st.sets(st.integers(4, 3 + len(plan.steps)), max_size=6))):
        key = str(sheet.cell(row, column_of("id") + 1).value)
        status = data.draw(st.sampled_from([s for s in bc.StepStatus if s.value != "not-started"]))
        begun, ended = sorted(data.draw(st.tuples(DAYS, DAYS)))
        note, person = data.draw(WORDS), data.draw(WORDS)
        share = data.draw(st.integers(0, 100))
        cells = {
            "status": data.draw(st.sampled_from([status_cell(status), status.words.upper()])),
            "begun": data.draw(st.sampled_from([begun, begun.strftime("%d/%m/%Y")])),
            "ended": ended,
            "fidelity": data.draw(st.sampled_from([share / 100, f"{share}%"])),
            "note": note,
            "person": person,
        }
        for name, value in cells.items():
            sheet.cell(row, column_of(name) + 1).value = value
        people[key] = person.strip()
        expected[key] = bc.StepProgress(
            step=key,
            status=status,
            started=begun,
            finished=ended,
            fidelity=share / 100,
            note=note,
        )
    found = read_plan_workbook(saved(book), plan)
    assert found.faults == ()
    assert {entry.step: entry for entry in found.progress} == expected
    assert dict(found.plan.people) == people


@given(data=st.data())
@QUICK
def test_any_text_in_any_cell_is_taken_or_told_and_never_raises(
    parts: dict[str, Any], raw: bytes, data: st.DataObject
) -> None:
    plan: bc.ActionPlan = parts["plan"]
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book["Plan"]
    row = data.draw(st.integers(4, 4 + len(plan.steps)))
    column = data.draw(st.sampled_from(PLAN))
    value = data.draw(st.one_of(WORDS, st.integers(-9, 99_999), DAYS, st.booleans(), st.none()))
    before = sheet.cell(row, column_of(column.key) + 1).value
    sheet.cell(row, column_of(column.key) + 1).value = value
    found = read_plan_workbook(saved(book), plan)
    assert found.reading.read == found.reading.counted + found.reading.left_out
    changed = found.plan != plan or found.progress != plan.progress
    empty = value in (None, "") and before in (None, "")
    if not (changed or found.faults or empty):
        assert str(value).split() == str(before).split() or value == before
    assert {s.id for s in plan.steps} <= {
        s.id for s in found.plan.steps
    }  # in doubt none is dropped
