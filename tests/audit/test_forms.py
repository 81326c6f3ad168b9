"""Audit forms: out as Excel or CSV, back with every answer or with every fault."""

from __future__ import annotations

import builtins
import io
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit import workbook as form_reader
from behaviour_culture.audit.forms import COLUMNS
from behaviour_culture.interchange import workbook
from behaviour_culture.testing import frameworks
from builders import examples
from spreadsheets import converted, needs_office

GROUPS = {"head": "leaders", "teacher-1": "teachers"}
RATING, NOTE, EVIDENCE = 5, 6, 7


@pytest.fixture(scope="module")
def tfi() -> bc.Framework:
    return bc.load_framework("tfi-2.1")


@pytest.fixture(scope="module")
def empty_form(tfi: bc.Framework, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bc.audit_form(tfi, tmp_path_factory.mktemp("forms") / "form.xlsx", raters=GROUPS)


@pytest.fixture
def form(empty_form: Path, tmp_path: Path) -> Path:
    """A form of the test's own."""
    return Path(shutil.copy(empty_form, tmp_path))


@pytest.fixture(scope="module")
def small_form(tfi: bc.Framework, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A form of two items."""
    path = tmp_path_factory.mktemp("small") / "form.xlsx"
    return bc.audit_form(evolve(tfi, items=tfi.items[:2], thresholds=()), path).read_bytes()


def change(path: Path, edit: Callable[[Any], object], name: str = "filled.xlsx") -> Path:
    """Open a workbook as a user would, change it, save it beside."""
    book = openpyxl.load_workbook(path)
    edit(book)
    target = path.with_name(name)
    book.save(target)
    return target


def fill(book: Any) -> None:
    """Rate every item of every form: all levels in turn, the last not assessed."""
    words = ["not in place", "partially in place", "fully in place"]
    for sheet in book.worksheets[1:]:
        labels = [book["Read me"].cell(row, 1).value for row in range(1, 40)]
        start = next(i for i, v in enumerate(labels) if v and v.startswith("Levels"))
        words = [v for v in labels[start + 1 :] if v and v != "not applicable"]
        for row in range(4, sheet.max_row + 1):
            sheet.cell(row, RATING).value = words[row % len(words)]
        sheet.cell(4, NOTE).value = "seen at lunch"
        sheet.cell(4, EVIDENCE).value = "page 3"


def answers(audit: bc.Audit) -> dict[tuple[str, str], int | None]:
    return {(r.rater, r.item): r.rating for r in audit.responses}


def faults_of(path: Path, framework: bc.Framework) -> list[str]:
    with pytest.raises(bc.InvalidInputError) as caught:
        bc.read_audit(path, framework=framework)
    return [str(fault) for fault in caught.value.faults]


# -- out and back ------------------------------------------------------------------------------


class TestRoundTrip:
    @pytest.mark.parametrize("key", bc.framework_ids())
    def test_every_shipped_framework_with_items(self, key: str, tmp_path: Path) -> None:
        framework = bc.load_framework(key)
        path = tmp_path / "form.xlsx"
        if not framework.items:
            with pytest.raises(bc.InvalidInputError, match="no audit items"):
                bc.audit_form(framework, path)
            assert not path.exists()
            return
        filled = change(bc.audit_form(framework, path, raters=GROUPS), fill)
        audit = bc.read_audit(filled, framework=framework, school="Illustrative Primary")
        levels = [*framework.scale.values, None]
        for rater, group in GROUPS.items():
            for row, item in enumerate(framework.items_for("full", group), 4):
                assert answers(audit)[rater, item.id] == levels[row % len(levels)]
        assert audit.groups == ("leaders", "teachers")
        assert (audit.school, audit.framework) == ("Illustrative Primary", key)
        assert audit.responses[0].note == "seen at lunch"
        assert audit.responses[0].evidence == "page 3"

    @settings(max_examples=12, phases=[Phase.explicit, Phase.generate])  # files are slow to shrink
    @given(st.data())
    def test_any_framework_and_any_answers(
        self, tmp_path_factory: Any, data: st.DataObject
    ) -> None:
        drawn = data.draw(frameworks(min_items=1))
        words = [evolve(v, label=f"level, {i}") for i, v in enumerate(drawn.scale.levels)]
        framework = evolve(drawn, scale=evolve(drawn.scale, levels=words))
        path = tmp_path_factory.mktemp("any") / "form.xlsx"
        bc.audit_form(framework, path, raters=["r"])
        chosen = [data.draw(st.sampled_from(framework.scale.levels)) for _ in framework.items]
        typed = data.draw(st.booleans())

        def edit(book: Any) -> None:
            for row, level in enumerate(chosen, 4):
                cell = book["Form"].cell(row, RATING)
                cell.value = level.value if typed else level.label
                cell.data_type = "n" if typed else "s"
                for fixed in book["Form"][row][:4]:  # a text that begins with '=' stays one
                    fixed.data_type = "s"

        audit = bc.read_audit(change(path, edit), framework=framework)
        assert [r.rating for r in audit.responses] == [level.value for level in chosen]

    def test_a_csv_form_too(self, tfi: bc.Framework, tmp_path: Path) -> None:
        path = bc.audit_form(tfi, tmp_path / "form.csv", raters=GROUPS)
        text = path.read_text(encoding="utf-8")
        first = tfi.items[0].id
        lines = [line.removesuffix(",,,") + ",1,," if f",{first}," in line else line
                 for line in text.splitlines()]  # fmt: skip
        path.write_text("\n".join(lines), encoding="utf-8")
        audit = bc.read_audit(path, framework=tfi)
        assert answers(audit)["head", first] == 1
        assert sum(r.rating is not None for r in audit.responses) == 2
        assert audit.groups == ("leaders", "teachers")

    def test_the_same_form_is_the_same_bytes(self, tfi: bc.Framework, tmp_path: Path) -> None:
        one = bc.audit_form(tfi, tmp_path / "a.xlsx", raters=GROUPS).read_bytes()
        assert one == bc.audit_form(tfi, tmp_path / "b.xlsx", raters=GROUPS).read_bytes()

    def test_hostile_text_stays_text(self, tfi: bc.Framework, tmp_path: Path) -> None:
        item = evolve(tfi.items[0], text='=HYPERLINK("http://x","y")', look_for="@SUM(A1)")
        hostile = evolve(tfi, items=[item, *tfi.items[1:]])
        path = bc.audit_form(hostile, tmp_path / "form.xlsx")
        cell = openpyxl.load_workbook(path)["Form"]["C4"]
        assert (cell.data_type, cell.value) == ("s", item.text)
        filled = change(path, fill_typed)
        assert bc.read_audit(filled, framework=hostile).responses[0].rating == 0


def fill_typed(book: Any) -> None:
    """Fill one rating, keeping texts that begin with '=' the texts that they are."""
    sheet = book["Form"]
    sheet["E4"].value = 0
    sheet["C4"].data_type = "s"


class TestWhatRatersSee:
    def test_only_answers_can_be_changed_and_no_password_is_set(self, form: Path) -> None:
        book = openpyxl.load_workbook(form)
        for sheet in book.worksheets:
            assert sheet.protection.sheet
            assert sheet.protection.password is None
        sheet = book["1 head"]
        free = {
            c.column for row in sheet.iter_rows(min_row=4) for c in row if not c.protection.locked
        }
        assert free == {RATING, NOTE, EVIDENCE}

    def test_the_list_of_levels_is_that_of_the_scale(self, form: Path, tfi: bc.Framework) -> None:
        book = openpyxl.load_workbook(form)
        (rule,) = book["1 head"].data_validations.dataValidation
        assert str(rule.sqref) == f"E4:E{3 + len(tfi.items)}"
        name, place = rule.formula1.split("!")
        cells = book[name.strip("'")][place.replace("$", "")]
        labels = [level.label for level in tfi.scale.levels]
        assert [row[0].value for row in cells] == [*labels, "not assessed"]

    def test_title_one_header_row_and_print_set_up(self, form: Path, tfi: bc.Framework) -> None:
        sheet = openpyxl.load_workbook(form)["2 teacher-1"]
        assert sheet["A1"].value == f"Audit form: {tfi.name}"
        assert [c.value for c in sheet[2]][:4] == [
            "framework: tfi-2.1", "edition: 2.1", "rater: teacher-1", "group: teachers"
        ]  # fmt: skip
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("B4", "$1:$3")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert not sheet.merged_cells.ranges
        assert all(any(c.value for c in row) for row in sheet.iter_rows())

    def test_phase_and_tailoring_stand_in_the_title(
        self, tfi: bc.Framework, tmp_path: Path
    ) -> None:
        path = bc.audit_form(tfi, tmp_path / "form.xlsx", phase=bc.Phase.PRIMARY)
        assert openpyxl.load_workbook(path)["Form"]["A1"].value.endswith(", primary phase")


# -- what comes back wrong ---------------------------------------------------------------------


class TestFaults:
    def test_all_are_said_at_once_with_sheet_row_and_column(
        self, form: Path, tfi: bc.Framework
    ) -> None:
        def edit(book: Any) -> None:
            head, teacher = book.worksheets[1:]
            head["E4"].value = "mostly"
            head["E5"].value = 7
            head["E6"].value = "=1+1"
            head["F7"].value = "=HYPERLINK(A1)"
            head["E8"].value = True
            head["A9"].value = "no-such-item"
            head["I10"].value = "a remark beside the form"
            head["C11"].value = "Another wording."
            teacher["E4"].value = 1.5
            teacher["E5"].value = "#N/A"
            teacher["A7"].value = teacher["A6"].value
            teacher["C7"].value = teacher["C6"].value

        found = faults_of(change(form, edit), tfi)
        where = [fault.split(": ")[0] for fault in found]
        assert sorted(where) == sorted(
            [
                "sheet '1 head', row 4, column E (Rating)",
                "sheet '1 head', row 5, column E (Rating)",
                "sheet '1 head', row 6, column E (Rating)",
                "sheet '1 head', row 7, column F (Note)",
                "sheet '1 head', row 8, column E (Rating)",
                "sheet '1 head', row 9, column A (Item)",
                "sheet '1 head', row 10, column I",
                "sheet '1 head', row 11, column C (What to judge)",
                "sheet '2 teacher-1', row 4, column E (Rating)",
                "sheet '2 teacher-1', row 5, column E (Rating)",
                "sheet '2 teacher-1', row 7",
            ]
        )

    def test_of_very_many_the_first_are_said(
        self, form: Path, tfi: bc.Framework, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def edit(book: Any) -> None:
            for row in range(4, 9):
                book["1 head"].cell(row, RATING).value = "=1+1"

        monkeypatch.setattr(form_reader, "_MOST_FAULTS", 3)
        found = faults_of(change(form, edit), tfi)
        assert [fault.split(", ")[1] for fault in found] == ["row 4", "row 5", "row 6"]

    def test_merged_cells(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            book["1 head"]["E4"].value = 1
            book["1 head"].merge_cells("E4:E6")

        (found,) = faults_of(change(form, edit), tfi)
        assert found.startswith("sheet '1 head', cells E4:E6: cells are merged")

    def test_a_renamed_sheet_is_read_all_the_same(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            fill(book)
            book["1 head"].title = "Mrs Brown's"
            book["Read me"].title = "Help"

        assert bc.read_audit(change(form, edit), framework=tfi).raters == ("head", "teacher-1")

    def test_a_sheet_that_is_no_form_is_named(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            fill(book)
            book["1 head"]["A2"].value = None
            book.create_sheet("Empty")

        (found,) = faults_of(change(form, edit), tfi)
        assert found.startswith("sheet '1 head': is no form")

    def test_a_workbook_without_a_form(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            for sheet in book.worksheets[1:]:
                book.remove(sheet)

        (found,) = faults_of(change(form, edit), tfi)
        assert "no sheet of it is an audit form" in found

    def test_changed_headings(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            fill(book)
            book["1 head"].delete_cols(2)

        found = faults_of(change(form, edit), tfi)
        assert found[0].startswith("sheet '1 head', row 2: the cell 'edition: ...' is missing")
        assert "row 3, column B (Area): the heading should be 'Area'" in found[1]

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_another_framework_or_edition(
        self, kind: str, tfi: bc.Framework, tmp_path: Path
    ) -> None:
        path = bc.audit_form(tfi, tmp_path / f"form.{kind}")
        (found,) = faults_of(path, evolve(tfi, edition="3.0"))
        assert "the form is for edition '2.1', not for '3.0'" in found
        (found,) = faults_of(path, bc.load_framework("bennett-2017"))[:1]
        assert "the form is for framework 'tfi-2.1', not for 'bennett-2017'" in found

    def test_what_stands_above_the_rows_is_said_once_and_where_it_stands(
        self, form: Path, tfi: bc.Framework
    ) -> None:
        def edit(book: Any) -> None:
            fill(book)
            book["1 head"]["C2"].value = "rater: Mrs Smith"

        (found,) = faults_of(change(form, edit), tfi)
        assert found.startswith("sheet '1 head', row 2, column C: 'Mrs Smith' is not a label")

        def older(book: Any) -> None:
            fill(book)
            book["2 teacher-1"]["B2"].value = "edition: 2.0"

        (found,) = faults_of(change(form, older), tfi)
        assert found.startswith("sheet '2 teacher-1', row 2, column B: the form is for edition")

    def test_an_answer_without_its_item(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            fill(book)
            book["1 head"]["E60"].value = "fully in place"

        (found,) = faults_of(change(form, edit), tfi)
        assert found.startswith("sheet '1 head', row 60, column A (Item): the id of the item is")

    def test_nothing_filled_in(self, form: Path, tfi: bc.Framework) -> None:
        (found,) = faults_of(form, tfi)
        assert "an audit needs at least one rating" in found

    def test_a_remark_beside_the_last_column(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            fill(book)
            book["1 head"].cell(5, len(COLUMNS) + 1).value = "here"

        (found,) = faults_of(change(form, edit), tfi)
        assert found.startswith(f"sheet '1 head', row 5, column {'ABCDEFGHIJKL'[len(COLUMNS)]}")
        assert "is outside the form: move it to Note" in found

    def test_a_remark_far_below(self, form: Path, tfi: bc.Framework) -> None:
        def edit(book: Any) -> None:
            fill(book)
            book["1 head"]["C1048576"].value = "here"

        (found,) = faults_of(change(form, edit), tfi)
        assert found.startswith("sheet '1 head', row 1048576: far below the form's last row")


# -- files that are not safe -------------------------------------------------------------------


def rewrite(path: Path, name: str, **parts: bytes | Callable[[bytes], bytes]) -> Path:
    """Copy a workbook with some of its parts replaced or added."""
    target = path.with_name(name)
    named = {key.replace("__", "/").replace("_dot_", "."): value for key, value in parts.items()}
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            value = named.pop(part, old.read(part))
            new.writestr(part, value(old.read(part)) if callable(value) else value)
        for part, value in named.items():
            new.writestr(part, value)  # type: ignore[arg-type]
    return target


SHEET = "xl__worksheets__sheet2_dot_xml"


class TestUnsafe:
    def refused(self, path: Path, framework: bc.Framework) -> str:
        """Read, in bounded memory, what must be refused."""
        tracemalloc.start()
        try:
            with pytest.raises(bc.errors.ReadError) as caught:
                bc.read_audit(path, framework=framework)
            assert tracemalloc.get_traced_memory()[1] < 100_000_000
        finally:
            tracemalloc.stop()
        return caught.value.problem

    def test_macros_by_name_or_inside(self, form: Path, tfi: bc.Framework) -> None:
        named = form.with_suffix(".xlsm")
        shutil.copy(form, named)
        assert "macros" in self.refused(named, tfi)
        inside = rewrite(form, "inside.xlsx", xl__vbaProject_dot_bin=b"\xd0\xcf")
        assert "macros" in self.refused(inside, tfi)

    @pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".ods"])
    def test_other_workbooks(self, suffix: str, tfi: bc.Framework, tmp_path: Path) -> None:
        assert "save it as .xlsx" in self.refused(tmp_path / f"form{suffix}", tfi)

    def test_a_zip_bomb(self, form: Path, tfi: bc.Framework) -> None:
        bomb = rewrite(form, "bomb.xlsx", xl__media__x_dot_bin=bytes(110_000_000))
        assert bomb.stat().st_size < 1_000_000
        assert "unpacked it would hold" in self.refused(bomb, tfi)

    def test_a_zip_bomb_that_lies_about_its_size(self, form: Path, tfi: bc.Framework) -> None:
        bomb = rewrite(form, "bomb.xlsx", xl__media__x_dot_bin=bytes(100_000_000))
        raw = bytearray(bomb.read_bytes())
        size = (100_000_000).to_bytes(4, "little")
        raw = raw.replace(size, (10).to_bytes(4, "little"))
        bomb.write_bytes(raw)
        assert "not an Excel workbook that can be read" in self.refused(bomb, tfi)

    def test_a_row_for_every_row_there_is(self, form: Path, tfi: bc.Framework) -> None:
        def rows(old: bytes) -> bytes:
            row = b'<row r="%d"><c r="E%d"><v>1</v></c></row>'
            added = b"".join(row % (r, r) for r in range(100, 1_048_577))
            return old.replace(b"</sheetData>", added + b"</sheetData>")

        path = rewrite(form, "long.xlsx", **{SHEET: rows})
        assert "more" in self.refused(path, tfi)

    def test_empty_rows_to_the_very_end_do_no_harm(self, form: Path, tfi: bc.Framework) -> None:
        def last(old: bytes) -> bytes:
            return old.replace(b"</sheetData>", b'<row r="1048576" ht="15"/></sheetData>')

        path = rewrite(change(form, fill), "long.xlsx", **{SHEET: last})
        audit = bc.read_audit(path, framework=tfi)
        assert audit.raters == ("head", "teacher-1")

    def test_a_row_below_the_last_that_there_can_be(self, form: Path, tfi: bc.Framework) -> None:
        def far(old: bytes) -> bytes:
            return old.replace(b"</sheetData>", b'<row r="9999999999"/></sheetData>')

        (found,) = faults_of(rewrite(form, "far.xlsx", **{SHEET: far}), tfi)
        assert "lies below the last row that a sheet can have, 1,048,576" in found

    @pytest.mark.parametrize(
        ("part", "before", "piece"),
        [
            ("xl__styles_dot_xml", b"</fonts>", b"<font/>"),
            ("xl__styles_dot_xml", b"</cellXfs>", b'<xf numFmtId="0" fontId="0" fillId="0"/>'),
            ("xl__sharedStrings_dot_xml", b"</sst>", b"<si><t>x</t></si>"),
            (SHEET, b"</sheetData>", b"<row/>"),
            (SHEET, b"</sheetData>", b"<row>" * 9 + b"</row>" * 9),
            ("[Content_Types]_dot_xml", b"</Types>", b'<Override PartName="/x"/>'),
        ],
    )
    def test_far_more_tags_than_a_form_has(
        self, part: str, before: bytes, piece: bytes, form: Path, tfi: bc.Framework
    ) -> None:
        def swell(old: bytes) -> bytes:
            return old.replace(before, piece * 200_000 + before)

        path = rewrite(form, "swollen.xlsx", **{part: swell})
        assert "far more rows, cells or formats than a form can" in self.refused(path, tfi)

    def test_far_more_filled_rows_than_a_form_has(
        self, form: Path, tfi: bc.Framework, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(form_reader, "MAX_ROWS", 2_000)  # tenfold takes ten seconds to write
        self.refused_if_filled(form, tfi, rows=1_500)

    @pytest.mark.slow
    def test_more_filled_rows_than_all_raters_need(self, form: Path, tfi: bc.Framework) -> None:
        self.refused_if_filled(form, tfi, rows=15_000)

    def refused_if_filled(self, form: Path, tfi: bc.Framework, rows: int) -> None:
        def fill(old: bytes) -> bytes:
            cell = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>'
            filled = b"".join(cell % (n, n) for n in range(100, rows))
            return old.replace(b"</sheetData>", filled + b"</sheetData>")

        path = rewrite(form, "filled.xlsx", **{SHEET: fill, SHEET.replace("2", "3"): fill})
        for framework in (tfi, None):
            assert "far more rows, cells or formats than a form" in self.refused(path, framework)

    def test_one_tag_with_far_more_attributes(self, form: Path, tfi: bc.Framework) -> None:
        def swell(old: bytes) -> bytes:
            many = b"".join(b' a%d=""' % i for i in range(200_001))
            return old.replace(b"</sheetData>", b"<row" + many + b"/></sheetData>")

        path = rewrite(form, "swollen.xlsx", **{SHEET: swell})
        assert "far more rows, cells or formats than a form can" in self.refused(path, tfi)

    def test_one_sheet_shown_many_times(self, form: Path, tfi: bc.Framework) -> None:
        def sheets(count: int) -> Callable[[bytes], bytes]:
            sheet = b'<sheet name="s%d" sheetId="%d" r:id="rId2"/>'
            added = b"".join(sheet % (i, i + 9) for i in range(count))
            return lambda old: old.replace(b"</sheets>", added + b"</sheets>")

        for count, words in [(1, "one and the same"), (500, "more sheets than a form can")]:
            path = rewrite(form, "twice.xlsx", xl__workbook_dot_xml=sheets(count))
            assert words in self.refused(path, tfi)

    def test_the_largest_form_when_filled_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # What 100 raters with notes on 114 items come to, by its parts; see the limits' sources.
        bennett = bc.load_framework("bennett-2017")
        path = bc.audit_form(bennett, tmp_path / "form.xlsx")
        monkeypatch.setattr(workbook, "MAX_MARKS", workbook.MAX_MARKS // 20)
        monkeypatch.setattr(workbook, "MAX_ALL_MARKS", workbook.MAX_ALL_MARKS // 50)
        filled = change(path, fill)
        assert bc.read_audit(filled).raters == ("rater-1",)

    def test_protected_by_a_password(self, tfi: bc.Framework, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
        assert "password" in self.refused(path, tfi)

    def test_entities_are_not_expanded(self, form: Path, tfi: bc.Framework) -> None:
        def laugh(old: bytes) -> bytes:
            entities = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
            return old.replace(b"<worksheet", entities + b"<worksheet", 1)

        path = rewrite(form, "laugh.xlsx", **{SHEET: laugh})
        assert "defines or fetches texts of its own" in self.refused(path, tfi)

    def test_not_a_workbook_at_all(self, tfi: bc.Framework, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for raw in (b"", b"rater,item,rating\n", b"PK\x03\x04 and no more"):
            path.write_bytes(raw)
            assert "not an Excel workbook" in self.refused(path, tfi)
        empty = io.BytesIO()
        zipfile.ZipFile(empty, "w").close()
        path.write_bytes(empty.getvalue())
        assert "not an Excel workbook" in self.refused(path, tfi)
        path.write_bytes(bytes(workbook.MAX_FILE + 1))
        assert "larger than the limit" in self.refused(path, tfi)

    @examples(30)
    @given(st.data())
    def test_any_damage_is_read_or_refused_by_name(
        self, tmp_path_factory: Any, small_form: bytes, tfi: bc.Framework, data: st.DataObject
    ) -> None:
        path = tmp_path_factory.mktemp("bad") / "form.xlsx"
        raw = bytearray(small_form)
        for _ in range(data.draw(st.integers(1, 5))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
        with pytest.raises(bc.BehaviourCultureError):  # nobody has filled it in
            bc.read_audit(path, framework=tfi)


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"raters": []}, "raters: expected 1 to 100 raters"),
            ({"raters": "head"}, "raters: expected 1 to 100 raters"),
            ({"raters": [f"r{n}" for n in range(101)]}, "raters: expected 1 to 100"),
            ({"raters": ["Mrs Brown", "a"]}, r"raters\[0\]: 'Mrs Brown' is not a label"),
            ({"raters": ["a", "a"]}, r"raters\[1\]: 'a' appears twice"),
            ({"raters": {"a": "The Leaders"}}, "raters.a: 'The Leaders' is not a group"),
            ({"phase": "primary"}, "phase: expected Phase.PRIMARY, got 'primary'"),
        ],
    )
    def test_arguments(self, options: Any, words: str, tfi: bc.Framework, tmp_path: Path) -> None:
        with pytest.raises(bc.InvalidInputError, match=words):
            bc.audit_form(tfi, tmp_path / "form.xlsx", **options)
        assert not list(tmp_path.iterdir())

    def test_a_suffix_that_is_neither(self, tfi: bc.Framework, tmp_path: Path) -> None:
        with pytest.raises(bc.errors.WriteError, match=r"neither \.xlsx nor \.csv"):
            bc.audit_form(tfi, tmp_path / "form.ods")

    @pytest.mark.parametrize("package", ["xlsxwriter", "openpyxl", "defusedxml"])
    def test_a_missing_extra_is_named(
        self, package: str, form: Path, tfi: bc.Framework, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = builtins.__import__

        def without(name: str, *rest: Any) -> Any:
            if name.partition(".")[0] == package:
                raise ImportError(name)
            return real(name, *rest)

        monkeypatch.setattr(builtins, "__import__", without)
        call = {
            "xlsxwriter": lambda: bc.audit_form(tfi, form.with_name("b.xlsx")),
        }.get(package, lambda: bc.read_audit(form, framework=tfi))
        with pytest.raises(bc.errors.MissingExtraError, match=r"behaviour_culture\[office\]"):
            call()


@needs_office
def test_libreoffice_breaks_nothing(form: Path) -> None:
    filled = change(form, fill)
    saved = converted(filled) / filled.name
    before, after = (bc.read_audit(path) for path in (filled, saved))
    assert after.responses == before.responses
    sheet = openpyxl.load_workbook(saved)["1 head"]
    assert sheet.protection.sheet
    assert not sheet["E4"].protection.locked
    assert sheet.data_validations.dataValidation[0].formula1.startswith("'Read me'!")


# -- forms name their framework ------------------------------------------------------------------


class TestWithoutFramework:
    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_a_form_of_any_known_framework_says_which(self, kind: str, tmp_path: Path) -> None:
        for key in bc.framework_ids():
            framework = bc.load_framework(key)
            if not framework.items:
                continue
            path = filled_form(framework, tmp_path / f"{key}.{kind}")
            audit = bc.read_audit(path)
            assert audit == bc.read_audit(path, framework=framework)
            assert (audit.framework, audit.edition) == (key, framework.edition)

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_an_unknown_framework_is_refused_with_what_to_give(
        self, kind: str, tfi: bc.Framework, tmp_path: Path
    ) -> None:
        path = filled_form(evolve(tfi, id="tfi-2"), tmp_path / f"form.{kind}")
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.read_audit(path)
        assert "is for the framework 'tfi-2'" in str(caught.value)
        assert "did you mean 'tfi-2.1'?" in str(caught.value)
        assert "framework=load_framework" in str(caught.value)
        assert bc.read_audit(path, framework=evolve(tfi, id="tfi-2")).framework == "tfi-2"

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_a_tailored_form_needs_its_tailored_framework(
        self, kind: str, tfi: bc.Framework, tmp_path: Path
    ) -> None:
        weigh = bc.TailoringChange(
            kind=bc.model.TailoringKind.REWEIGHT,
            targets=[tfi.principles[0].id],
            weight=2,
            reason="most to win",
            role="head",
        )
        tailoring = bc.Tailoring(
            id="ours", name="Ours", framework=tfi.id, edition=tfi.edition, changes=[weigh]
        )
        tailored = bc.resolve(tfi, tailoring)
        path = filled_form(tailored, tmp_path / f"form.{kind}")
        for choice in (None, tfi):
            with pytest.raises(bc.InvalidInputError, match="tailored 'yes, by ours'"):
                bc.read_audit(path, framework=choice)
        assert bc.read_audit(path, framework=tailored).framework == tfi.id
        with pytest.raises(bc.InvalidInputError, match="tailored 'no'"):
            bc.read_audit(filled_form(tfi, path), framework=tailored)

    def test_an_audit_file_names_its_framework_too(self, tfi: bc.Framework, tmp_path: Path) -> None:
        audit = bc.read_audit(filled_form(tfi, tmp_path / "form.csv"))
        path = bc.write(audit, tmp_path / "audit.toml")
        assert bc.read_audit(path) == audit
        assert bc.read_audit(path, school="Illustrative School").school == "Illustrative School"
        other = bc.write(evolve(audit, framework="unheard-of"), tmp_path / "other.toml")
        with pytest.raises(bc.InvalidInputError, match="unheard-of"):
            bc.read_audit(other)

    def test_a_table_that_names_none_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "plain.csv"
        path.write_text("rater,item,rating\nhead,build-rules-1,1\n", encoding="utf-8")
        with pytest.raises(bc.InvalidInputError, match="does not say which framework"):
            bc.read_audit(path)

    def test_a_framework_named_as_a_path_is_not_opened(
        self, tfi: bc.Framework, tmp_path: Path
    ) -> None:
        place = bc.write(tfi, tmp_path / "mine.toml")
        path = filled_form(tfi, tmp_path / "form.csv")
        text = path.read_text(encoding="utf-8").replace("tfi-2.1,2.1", f"{place},2.1")
        path.write_text(text, encoding="utf-8")
        with pytest.raises(bc.InvalidInputError, match="neither comes with the library"):
            bc.read_audit(path)


class TestSeveralFiles:
    def forms(self, framework: bc.Framework, folder: Path) -> list[Path]:
        return [
            filled_form(framework, folder / f"{rater}.csv", {rater: group})
            for rater, group in GROUPS.items()
        ]

    def test_they_become_one_audit(self, tfi: bc.Framework, tmp_path: Path) -> None:
        files = self.forms(tfi, tmp_path)
        both = bc.read_audit(files, id="autumn", school="Illustrative School")
        apart = [bc.read_audit(file) for file in files]
        assert both.responses == apart[0].responses + apart[1].responses
        assert (both.id, both.school) == ("autumn", "Illustrative School")
        assert both.groups == ("leaders", "teachers")
        assert bc.read_audit(files[:1]) == apart[0]

    def test_a_rater_in_two_of_them(self, tfi: bc.Framework, tmp_path: Path) -> None:
        files = self.forms(tfi, tmp_path)
        shutil.copy(files[0], tmp_path / "again.csv")
        with pytest.raises(bc.InvalidInputError, match=r"'head' rates 'tfi-1.1' here and in head"):
            bc.read_audit([*files, tmp_path / "again.csv"])

    def test_the_faults_of_all_with_their_file(self, tfi: bc.Framework, tmp_path: Path) -> None:
        files = self.forms(tfi, tmp_path)
        for file in files:
            text = file.read_text(encoding="utf-8").replace("fully in place", "mostly")
            file.write_text(text, encoding="utf-8")
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.read_audit([str(file) for file in files])
        assert [f.path.split(",")[0] for f in caught.value.faults] == ["head.csv", "teacher-1.csv"]

    def test_two_frameworks(self, tfi: bc.Framework, tmp_path: Path) -> None:
        one = self.forms(tfi, tmp_path)[0]
        other = filled_form(bc.load_framework("ofsted-2025"), tmp_path / "o.csv", ["b"])
        with pytest.raises(bc.InvalidInputError, match=r"o\.csv.*not for 'tfi-2\.1'"):
            bc.read_audit([one, other])

    def test_all_that_is_wrong_with_the_call(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.read_audit(["a.csv", 3], framework="tfi-2.1", id="No Id")  # type: ignore[arg-type,list-item]
        assert [f.path for f in caught.value.faults] == ["path[1]", "framework", "id"]
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.read_audit([3])  # type: ignore[list-item]
        assert [f.path for f in caught.value.faults] == ["path"]
        for nothing in ([], None):
            with pytest.raises(bc.InvalidInputError, match="path"):
                bc.read_audit(nothing)  # type: ignore[arg-type]


def filled_form(
    framework: bc.Framework, path: Path, raters: dict[str, str] | list[str] | None = None
) -> Path:
    """Write a form whose first item has the highest rating."""
    bc.audit_form(framework, path, raters=raters or ["r"])
    label = framework.scale.levels[-1].label
    if path.suffix == ".xlsx":

        def edit(book: Any) -> None:
            book["Form"]["E4"].value = label

        return change(path, edit, path.name)
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    assert first.endswith(",,,")
    lines = [head, first.removesuffix(",,,") + f",{label},,", *rest]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
