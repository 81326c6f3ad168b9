"""The short form, who may answer which item, and the answer "not applicable"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.audit import compare_rounds, profile_audit, score_groups
from behaviour_culture.model.framework import RetiredItem

BENNETT = bc.load_framework("bennett-2017")
EIGHT = {"leaders": 2, "governors": 1, "teachers": 3, "support-staff": 2}
UNIT = [i.id for i in BENNETT.items_of("build-internal-inclusion")]


def audit_of(*answers: tuple[str, str, str, int | None, bool]) -> bc.Audit:
    return bc.Audit(
        id="a",
        framework=BENNETT.id,
        edition=BENNETT.edition,
        responses=[
            bc.Response(rater=rater, group=group, item=item, rating=rating, not_applicable=without)
            for rater, group, item, rating, without in answers
        ],
    )


def csv_of(folder: Path, *rows: str, head: str = "rater,group,item,rating") -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


class TestShortForm:
    def test_eight_raters_do_it_in_twenty_hours(self) -> None:
        assert 24 <= len(BENNETT.short_form) <= 30
        each = {group: BENNETT.minutes("short", group) for group in EIGHT}
        assert each == {"leaders": 210, "governors": 135, "teachers": 125, "support-staff": 125}
        hours = sum(n * (each[group] or 0) for group, n in EIGHT.items()) / 60
        assert hours == pytest.approx(19.67, abs=0.01)

    def test_it_touches_every_principle_that_every_school_has(self) -> None:
        asked = {item.principle for item in BENNETT.items_for("short")}
        assert {p.id for p in BENNETT.principles} - asked == {"build-staff-transition"}

    def test_minutes_are_unknown_where_an_item_has_none(self) -> None:
        assert bc.load_framework("tfi-2.1").minutes() is None
        assert all(item.minutes for item in BENNETT.items)

    def test_a_framework_without_one_says_so(self, tmp_path: Path) -> None:
        tfi = bc.load_framework("tfi-2.1")
        with pytest.raises(bc.InvalidInputError, match=r"form: 'tfi-2\.1' has no short form"):
            tfi.items_for("short")
        with pytest.raises(bc.InvalidInputError, match=r"form: 'tfi-2\.1' has no short form"):
            bc.audit_form(tfi, tmp_path / "form.csv", form="short")
        wrong: Any = "brief"
        with pytest.raises(bc.InvalidInputError, match=r"form: .*'brief'"):
            bc.audit_form(BENNETT, tmp_path / "form.csv", form=wrong)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    @pytest.mark.parametrize("form", ["full", "short"])
    def test_a_form_holds_the_items_of_its_group(
        self, kind: str, form: Any, tmp_path: Path
    ) -> None:
        path = tmp_path / f"form.{kind}"
        raters = {"head": "leaders", "teacher-1": "teachers"}
        bc.audit_form(BENNETT, path, raters=raters, form=form)
        if kind == "csv":
            lines = path.read_text(encoding="utf-8").splitlines()[1:]
            found = [tuple(line.split(",")[2:6:3]) for line in lines]
            by = {rater: [item for r, item in found if r == rater] for rater in raters}
        else:
            book = openpyxl.load_workbook(path)
            by = {
                rater: [row[0].value for row in book[f"{n} {rater}"].iter_rows(min_row=4)]
                for n, rater in enumerate(raters, 1)
            }
        for rater, group in raters.items():
            assert by[rater] == [i.id for i in BENNETT.items_for(form, group)]
        assert "maintain-parents-2" in by["head"]
        assert "maintain-parents-2" not in by["teacher-1"]

    def test_scores_say_what_they_rest_on(self) -> None:
        answers = [("head", "leaders", key, 2, False) for key in BENNETT.short_form]
        result = bc.score_audit(audit_of(*answers), BENNETT)
        assert result.short_form
        assert (result.whole.asked, result.whole.items) == (30, 114)
        rules = result.score("build-rules")
        assert (rules.asked, rules.assessed, rules.items) == (2, 2, 5)
        assert "asked 2 of its 5 items" in str(rules)
        assert "The short form asked 30 of the 114 items" in str(result)
        assert "rests on 1 to 3 of its items" in result.rests_on

    def test_a_full_audit_says_nothing_of_the_kind(self) -> None:
        answers = [("head", "leaders", item.id, 2, False) for item in BENNETT.items]
        result = bc.score_audit(audit_of(*answers), BENNETT)
        assert not result.short_form
        assert result.rests_on == ""
        assert result.whole.basis == "114 of 114 items assessed"

    def test_faults_of_the_lists(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            evolve(
                BENNETT,
                short_form=["build-rules-1", "build-rules-1", "build-rule-2"],
                retired=[RetiredItem(id="build-rules-1", now=["nowhere"], reason="r")],
            )
        assert [f.path for f in caught.value.faults] == [
            "short_form[1]",
            "short_form[2]",
            "retired[0].id",
            "retired[0].now[0]",
        ]

    def test_a_tailoring_takes_dropped_items_out_of_both_lists(self) -> None:
        change = bc.TailoringChange(
            kind=bc.model.TailoringKind.DROP, targets=["build-technology"], reason="r", role="head"
        )
        small = bc.Tailoring(
            id="small", name="Small", framework=BENNETT.id, edition="2017", changes=[change]
        )
        tailored = bc.resolve(BENNETT, small)
        assert set(BENNETT.short_form) - set(tailored.short_form) == {"build-technology-2"}
        assert [r.now for r in tailored.retired] == [(), ()]


class TestNotApplicable:
    @pytest.mark.parametrize("word", ["n/a", "N/A", "na", "not applicable", "Does not apply"])
    def test_each_way_to_write_it(self, word: str, tmp_path: Path) -> None:
        path = csv_of(tmp_path, "head,leaders,build-rules-1,2", f"head,leaders,{UNIT[0]},{word}")
        audit = bc.read_audit(path, framework=BENNETT)
        assert [r.not_applicable for r in audit.responses] == [False, True]
        assert audit.responses[1].rating is None
        assert str(audit.responses[1]) == f"head, {UNIT[0]}: not applicable"
        assert "0 not assessed, 1 not applicable" in str(audit)
        again = bc.read_audit(bc.write(audit, tmp_path / "audit.toml"))
        assert again == audit
        table = bc.write_csv(audit.to_rows(), tmp_path / "table.csv")
        assert bc.read_audit(table, framework=BENNETT).responses == audit.responses

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_a_fault_with_its_row_where_the_item_applies_to_all(
        self, kind: str, tmp_path: Path
    ) -> None:
        path = bc.audit_form(BENNETT, tmp_path / f"form.{kind}", raters={"head": "leaders"})
        if kind == "csv":
            lines = path.read_text(encoding="utf-8").splitlines()
            lines[1] = lines[1].removesuffix(",,,") + ",n/a,,"
            path.write_text("\n".join(lines), encoding="utf-8")
        else:
            book = openpyxl.load_workbook(path)
            book["Form"]["E4"] = "n/a"
            book.save(path)
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.read_audit(path)
        (fault,) = caught.value.faults
        assert fault.path.startswith("row 2" if kind == "csv" else "sheet 'Form', row 4")
        assert "applies to every school" in fault.message

    def test_a_column_that_is_neither_true_nor_false(self, tmp_path: Path) -> None:
        head = "rater,item,rating,not_applicable"
        path = csv_of(tmp_path, "head,build-rules-1,2,perhaps", head=head)
        with pytest.raises(bc.InvalidInputError, match="'perhaps' is neither true nor false"):
            bc.read_audit(path, framework=BENNETT)

    def test_never_with_a_rating(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="exclude each other: keep one"):
            bc.Response(rater="head", item="i", rating=1, not_applicable=True)

    def test_such_items_are_in_no_score(self) -> None:
        kept = [i.id for i in BENNETT.items if i.id not in UNIT[:4]]
        others = [("head", "leaders", key, 3, False) for key in kept]
        one = audit_of(*others, *(("head", "leaders", key, None, True) for key in UNIT[:4]))
        result = bc.score_audit(one, BENNETT)
        score = bc.score_audit(
            audit_of(*others, *(("head", "leaders", key, None, False) for key in UNIT[:4])), BENNETT
        ).whole
        assert result.not_applicable == tuple(UNIT[:4])
        assert "Not applicable, in no score" in str(result)
        assert result.whole.lowest > score.lowest  # left open there, and not here

    def test_a_principle_without_any_that_applies_is_not_open(self) -> None:
        framework = evolve(
            BENNETT,
            items=[i for i in BENNETT.items if i.id not in UNIT[4:]],
            short_form=(),
        )
        answers = [("head", "", "build-rules-1", 3, False)]
        answers += [("head", "", key, None, True) for key in UNIT[:4]]
        result = bc.score_audit(audit_of(*answers), framework)
        assert "build-internal-inclusion" not in result.not_assessed
        assert not [s for s in result.principles if s.id == "build-internal-inclusion"]
        assert len(result.not_assessed) == 22

    def test_raters_who_differ_are_named_and_the_ratings_count(self) -> None:
        one = audit_of(("head", "", UNIT[0], 2, False), ("deputy", "", UNIT[0], None, True))
        result = bc.score_audit(one, BENNETT)
        assert result.disputed == (UNIT[0],)
        assert result.not_applicable == ()
        assert result.items[0].estimate.value == pytest.approx(2 / 3)
        assert "whose ratings count" in str(result)

    def test_other_results_leave_them_out_too(self) -> None:
        answers = [("head", "leaders", "build-rules-1", 1, False)]
        answers += [("head", "leaders", UNIT[0], None, True)]
        one = audit_of(*answers)
        assert profile_audit(one, BENNETT).part(UNIT[0]).items == 0
        group = score_groups(one, BENNETT, draws=100).group("leaders")
        assert group.result.not_applicable == (UNIT[0],)
        two = evolve(one, id="b")
        assert compare_rounds(one, two, BENNETT).changes[0].items == 1

    def test_a_small_group_does_not_reveal_one_answer(self) -> None:
        rated = [(f"p-{n}", "pupils", "build-rules-1", 1, False) for n in range(10)]
        mixed = [(f"p-{n}", "pupils", UNIT[0], None, True) for n in range(9)]
        one = audit_of(*rated, *mixed, ("p-9", "pupils", UNIT[0], 3, False))
        pupils = score_groups(one, BENNETT, draws=100).group("pupils").result
        assert [s.id for s in pupils.items] == ["build-rules-1"]
        assert pupils.not_applicable == pupils.disputed == ()

    def test_the_drop_down_has_it_where_the_row_says_when(self, tmp_path: Path) -> None:
        path = bc.audit_form(BENNETT, tmp_path / "form.xlsx")
        sheet = openpyxl.load_workbook(path)["Form"]
        rows = {row[0].value: row for row in sheet.iter_rows(min_row=4)}
        formula: dict[Any, str] = {}
        for rule in sheet.data_validations.dataValidation:
            for place in rule.sqref.ranges:
                for row in range(place.min_row, place.max_row + 1):
                    formula[sheet.cell(row, 1).value] = rule.formula1
        assert set(formula) == set(rows)
        read_me = openpyxl.load_workbook(path)["Read me"]
        for item in BENNETT.items:
            last = formula[item.id].rpartition("$")[2]
            word = "not applicable" if item.not_applicable else "not assessed"
            assert read_me[f"A{last}"].value == word
            assert item.not_applicable in rows[item.id][3].value


class TestAnswersThatDoNotCount:
    ROWS = (
        "t-1,teachers,build-rules-1,2",
        "t-1,teachers,design-team-curation-3,1",
        "t-2,teachers,design-team-curation-3,1",
        "t-1,teachers,maintain-parents-2,1",
        "t-2,teachers,maintain-parents-2,",
    )

    def test_they_are_left_out_with_a_note(self, tmp_path: Path) -> None:
        audit = bc.read_audit(csv_of(tmp_path, *self.ROWS), framework=BENNETT)
        assert [r.item for r in audit.responses] == ["build-rules-1"]
        assert [(d.code, d.count, d.left_out) for d in audit.doubts] == [
            ("retired-item", 2, True),
            ("other-raters", 1, True),
        ]
        assert "(row 3, row 4)" in audit.doubts[0].message
        assert "for leaders only, not for 'teachers'" in audit.doubts[1].message
        result = bc.score_audit(audit, BENNETT)
        assert result.doubts == audit.doubts
        assert "is no longer asked" in str(result)

    def test_of_several_files_each_names_its_file(self, tmp_path: Path) -> None:
        first = csv_of(tmp_path, *self.ROWS)
        other = tmp_path / "other.csv"
        other.write_text(
            "rater,item,rating\nx,build-technology-1,2\nx,build-rules-2,1\n", encoding="utf-8"
        )
        audit = bc.read_audit([first, other], framework=BENNETT)
        assert [d.message.partition(":")[0] for d in audit.doubts] == [
            "answers.csv",
            "answers.csv",
            "other.csv",
        ]

    def test_a_file_of_kind_audit_is_read_with_the_same_note(self, tmp_path: Path) -> None:
        old = audit_of(
            ("head", "leaders", "build-rules-1", 2, False),
            ("head", "leaders", "build-technology-1", 3, False),
        )
        read = bc.read_audit(bc.write(old, tmp_path / "old.toml"))
        assert [r.item for r in read.responses] == ["build-rules-1"]
        assert "rate build-technology-5 instead" in read.doubts[0].message

    def test_an_audit_made_in_python_is_scored_without_them(self) -> None:
        both = audit_of(
            ("t-1", "teachers", "build-rules-1", 2, False),
            ("t-1", "teachers", "maintain-parents-2", 2, False),
        )
        result = bc.score_audit(both, BENNETT)
        assert result.whole.ratings == 1
        assert "for leaders only, not for 'teachers'" in result.doubts[0].message

    def test_one_of_nothing_else_is_refused(self) -> None:
        one = audit_of(("t-1", "teachers", "maintain-parents-2", 2, False))
        with pytest.raises(bc.InvalidInputError, match="for leaders only, not for 'teachers'"):
            bc.score_audit(one, BENNETT)

    def test_whose_group_is_not_known_may_answer_all(self) -> None:
        one = audit_of(("somebody", "", "maintain-parents-2", 2, False))
        assert bc.score_audit(one, BENNETT).whole.ratings == 1
