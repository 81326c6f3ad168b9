"""What the plan's workbook holds, and that nobody's changes are lost when it is written again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.interchange.sheets import cell_text, status_of_cell
from behaviour_culture.report.workbook.columns import column_of, status_cell
from behaviour_culture.report.workbook.reading import read_plan_workbook
from behaviour_culture.report.workbook.writing import write_plan_workbook
from builders import examples

NAMES = ("framework", "audit", "plan", "school", "schedule", "catalogue", "calendar")
RISKY = ("=1+1", "+44 20", "-5", "@SUM(A1)", "\tx", "\nx", "=HYPERLINK(0)", "http://x.example")


def book_of(parts: dict[str, Any], **changes: Any) -> bytes:
    target = io.BytesIO()
    write_plan_workbook(target, **({name: parts[name] for name in NAMES} | changes))
    return target.getvalue()


def opened(raw: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(raw))


@pytest.fixture(scope="module")
def raw(parts: dict[str, Any]) -> bytes:
    return book_of(parts)


def test_the_same_plan_is_the_same_bytes(parts: dict[str, Any], raw: bytes) -> None:
    assert book_of(parts) == raw


def test_each_step_has_a_row_and_its_facts_are_those_of_the_plan(
    parts: dict[str, Any], raw: bytes
) -> None:
    sheet = opened(raw)["Plan"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    rows = [row for row in rows if row[0]]
    plan, schedule = parts["plan"], parts["schedule"]
    assert {row[column_of("id")] for row in rows} == {s.id for s in plan.steps}
    for row in rows:
        key = row[column_of("id")]
        step = plan.step(key)
        assert row[column_of("action")] == step.title
        if key not in schedule.unscheduled:
            assert row[column_of("start")].date() == schedule.start(key)
            assert row[column_of("deadline")].date() == schedule.finish(key)
        assert row[column_of("set_up")] == pytest.approx(
            sum(step.work(parts["school"].people).values()), abs=0.01
        )


def test_the_sheets_for_reading_have_every_step(parts: dict[str, Any], raw: bytes) -> None:
    book = opened(raw)
    placed = {s.title for s in parts["schedule"].steps}
    for name, action in (("By half-term", 5), ("By person", 5)):
        found = {row[action - 1].value for row in book[name].iter_rows(min_row=4)}
        assert placed <= found
    leads = [r[3].value for r in book["By person"].iter_rows(min_row=4) if r[1].value == "leads"]
    assert len(leads) == len(parts["plan"].steps)
    assert book["As written"].sheet_state == "hidden"
    load = book["Load by role"]
    assert {row[0].value for row in load.iter_rows(min_row=4)} <= {
        role.title for role in parts["school"].capacity.roles
    }


def test_a_number_is_a_text_as_people_write_it() -> None:
    texts = [cell_text(value) for value in (None, 12.0, 12, 1.5, "two\r\nlines\n")]
    assert texts == ["", "12", "12", "1.5", "two\nlines"]


def test_a_status_is_a_word_and_a_symbol_that_come_back() -> None:
    cells = [status_cell(status) for status in bc.StepStatus]
    assert len({cell[0] for cell in cells}) == len(cells)
    assert [status_of_cell(cell) for cell in cells] == list(bc.StepStatus)


@given(
    text=st.sampled_from(RISKY)
    | st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
)
@examples(15)
def test_no_text_is_a_formula_and_each_comes_back(parts: dict[str, Any], text: str) -> None:
    plan = parts["plan"]
    step = plan.steps[0].id
    progress = [bc.StepProgress(step=step, status=bc.StepStatus.ON_TRACK, note=text)]
    changed = plan.evolve(progress=progress)
    if text.strip():
        changed = changed.rename(step, title=text).assign(step, person=text)
    raw = book_of(parts, plan=changed)
    for sheet in opened(raw):
        for row in sheet.iter_rows():
            for cell in row:
                ours = sheet.title.startswith("By") and str(cell.value).startswith("=IFERROR(INDEX")
                assert cell.data_type != "f" or ours
                assert cell.hyperlink is None
    found = read_plan_workbook(io.BytesIO(raw), changed)
    assert found.faults == ()
    assert found.plan.changes == changed.changes


class TestWritingAgain:
    def written(self, parts: dict[str, Any], out: Path, **changes: Any) -> Path:
        (path,) = bc.write_report(out, **(parts | changes), formats=("xlsx",))
        return path

    def test_a_workbook_that_nobody_changed_is_written_anew(
        self, parts: dict[str, Any], tmp_path: Path
    ) -> None:
        first = self.written(parts, tmp_path).read_bytes()
        step = parts["plan"].steps[0].id
        later = parts["plan"].assign(step, person="Ms A. Khan")
        assert self.written(parts, tmp_path, plan=later).read_bytes() != first

    def test_one_with_changes_stays_until_the_plan_has_them(
        self, parts: dict[str, Any], tmp_path: Path
    ) -> None:
        path = self.written(parts, tmp_path)
        book = openpyxl.load_workbook(path)
        book["Plan"].cell(5, column_of("note") + 1).value = "Ask the council"
        book.save(path)
        kept = path.read_bytes()
        with pytest.raises(
            bc.errors.WriteError, match=r"somebody changed it.*row 5, column V \(Note\)"
        ):
            self.written(parts, tmp_path)
        assert path.read_bytes() == kept
        taken = read_plan_workbook(path, parts["plan"])
        self.written(parts, tmp_path, plan=taken.plan)
        again = read_plan_workbook(path, taken.plan)
        assert [entry.note for entry in again.progress] == ["Ask the council"]

    def test_a_file_of_somebody_else_stays(self, parts: dict[str, Any], tmp_path: Path) -> None:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(b"mine")
        with pytest.raises(bc.errors.WriteError, match="move it away"):
            self.written(parts, tmp_path)
        assert path.read_bytes() == b"mine"


class TestRefusals:
    def refused(self, raw: bytes, plan: bc.ActionPlan, tmp_path: Path) -> str:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(raw)
        with pytest.raises(bc.BehaviourCultureError) as error:
            read_plan_workbook(path, plan)
        return str(error.value)

    def changed(self, raw: bytes, edit: Any) -> bytes:
        book = opened(raw)
        edit(book)
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    def test_another_plan(self, parts: dict[str, Any], raw: bytes, tmp_path: Path) -> None:
        other = parts["plan"].evolve(id="another")
        said = self.refused(raw, other, tmp_path)
        assert "it was written for the plan 'summer-plan', and this is 'another'" in said

    def test_two_sheets_with_the_plan(
        self, parts: dict[str, Any], raw: bytes, tmp_path: Path
    ) -> None:
        changed = self.changed(raw, lambda book: book.copy_worksheet(book["Plan"]))
        said = self.refused(changed, parts["plan"], tmp_path)
        assert "several sheets hold the plan, 'Plan' and 'Plan Copy'" in said

    def test_no_plan_and_nothing_as_written(
        self, parts: dict[str, Any], raw: bytes, tmp_path: Path
    ) -> None:
        changed = self.changed(raw, lambda book: book.remove(book["As written"]))
        assert "hidden sheet 'As written' is gone" in self.refused(changed, parts["plan"], tmp_path)
        changed = self.changed(raw, lambda book: book.remove(book["Plan"]))
        assert "no sheet holds the plan" in self.refused(changed, parts["plan"], tmp_path)

    def test_all_rows_deleted_drops_nothing(
        self, parts: dict[str, Any], raw: bytes, tmp_path: Path
    ) -> None:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(self.changed(raw, lambda book: book["Plan"].delete_rows(4, 90)))
        found = read_plan_workbook(path, parts["plan"])
        assert found.plan.steps == parts["plan"].steps
        assert "the rows of all steps are gone" in str(found)
