"""What an office manager gets wrong, and the message that says what to type or do instead."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.journey import demo_folder
from filling import change, fill_calendar, fill_form

Run = Callable[[Path], list[str]]
"""Prepares a folder, and returns the arguments of the command."""


def swap(path: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding)


def forms(folder: Path, *raters: str) -> Path:
    out = folder / "forms"
    assert main(["form", *raters, "-o", str(out), "--csv", "--short"]) == 0
    for form in out.iterdir():
        fill_form(form)
    return out


def with_responses(folder: Path) -> None:
    fill_calendar(folder)
    out = forms(folder, "head=leaders", "teacher-1=teachers")
    assert main(["collect", str(out), "-o", str(folder / "responses.csv")]) == 0


def report(folder: Path) -> list[str]:
    return ["report", str(folder / "journey.toml"), "-o", str(folder / "report")]


def uk_date_in_toml(folder: Path) -> list[str]:
    swap(folder / "calendar.toml", 'start = "fill in"', "start = 02/09/2026")
    return report(folder)


def curly_quotes(folder: Path) -> list[str]:
    swap(folder / "school.toml", '"Hill Road Primary"', "“Hill Road Primary”")
    return report(folder)


def comma_in_toml(folder: Path) -> list[str]:
    swap(folder / "school.toml", "roll = 210", "roll = 1,050")
    return report(folder)


def ansi(folder: Path) -> list[str]:
    swap(
        folder / "school.toml",
        "Hill Road Primary",
        "St Mary\N{RIGHT SINGLE QUOTATION MARK}s",
        encoding="cp1252",
    )
    return report(folder)


def backslashes(folder: Path) -> list[str]:
    swap(folder / "journey.toml", '"responses.csv"', '"C:\\Users\\office\\responses.csv"')
    return report(folder)


def days_not_filled_in(folder: Path) -> list[str]:
    return report(folder)


def nothing_collected(folder: Path) -> list[str]:
    fill_calendar(folder)
    return report(folder)


def comma_on_the_command_line(folder: Path) -> list[str]:
    return [
        "start",
        "--name",
        "X",
        "--phase",
        "primary",
        "--roll",
        "1,050",
        "-o",
        str(folder / "n"),
    ]


def start_twice(folder: Path) -> list[str]:
    return ["start", "--name", "X", "--phase", "primary", "--roll", "9", "-o", str(folder)]


def lock_file(folder: Path) -> list[str]:
    (folder / "~$form-head.xlsx").write_bytes(b"office")
    return ["collect", str(folder / "~$form-head.xlsx"), "-o", str(folder / "responses.csv")]


def pattern_without_a_file(folder: Path) -> list[str]:
    return ["collect", str(folder / "forms" / "*.xlsx"), "-o", str(folder / "responses.csv")]


def folder_without_forms(folder: Path) -> list[str]:
    (folder / "empty").mkdir()
    return ["collect", str(folder / "empty"), "-o", str(folder / "responses.csv")]


def two_raters_of_one_name(folder: Path) -> list[str]:
    out = forms(folder, "teacher-1=teachers")
    shutil.copy(out / "form-teacher-1.csv", out / "from Mr Osei.csv")
    return ["collect", str(out), "-o", str(folder / "responses.csv")]


def over_the_school_file(folder: Path) -> list[str]:
    return ["collect", str(forms(folder, "head")), "-o", str(folder / "school.toml"), "--force"]


def over_another_table(folder: Path) -> list[str]:
    (folder / "counts.csv").write_text("start,count\n2026-09-07,4\n", "utf-8")
    return ["collect", str(forms(folder, "head")), "-o", str(folder / "counts.csv"), "--force"]


def over_a_form(folder: Path) -> list[str]:
    form = str(forms(folder, "head") / "form-head.csv")
    return ["collect", form, "-o", form, "--force"]


def over_older_responses(folder: Path) -> list[str]:
    with_responses(folder)
    fill_form(folder / "forms" / "form-head.csv", rating="2")
    return ["collect", str(folder / "forms"), "-o", str(folder / "responses.csv")]


def over_a_filled_form(folder: Path) -> list[str]:
    out = forms(folder, "head=leaders")
    return ["form", "head=leaders", "-o", str(out), "--csv", "--short", "--force"]


def the_folder_in_place_of_the_journey(folder: Path) -> list[str]:
    return ["report", str(folder), "-o", str(folder / "report")]


def a_folder_that_is_not_there(folder: Path) -> list[str]:
    forms(folder, "head")
    return ["collect", str(folder / "formz"), "-o", str(folder / "responses.csv")]


def a_name_as_the_label(folder: Path) -> list[str]:
    return ["form", "Mrs Smith=leaders", "-o", str(folder / "forms"), "--csv"]


def three_slips_at_once(folder: Path) -> list[str]:
    return ["start", "--name", "", "--phase", "primry", "--roll", "21O", "-o", str(folder / "new")]


def one_rater_twice(folder: Path) -> list[str]:
    return ["form", "teacher-1", "teacher-1=teachers", "-o", str(folder / "forms"), "--csv"]


def excel(folder: Path) -> None:
    options = ["--name", "Hill Road Primary", "--phase", "primary", "--roll", "210", "--excel"]
    assert main(["start", *options, "-o", str(folder)]) == 0


def the_school_as_a_form(folder: Path) -> list[str]:
    excel(folder)
    shutil.copy(folder / "school.xlsx", folder / "form-head.xlsx")
    return ["collect", str(folder / "form-head.xlsx"), "-o", str(folder / "responses.csv")]


def a_form_as_the_school(folder: Path) -> list[str]:
    assert main(["form", "head", "-o", str(folder / "f")]) == 0
    return ["report", str(folder / "f" / "form-head.xlsx"), "-o", str(folder / "report")]


def saved_as_xls(folder: Path) -> list[str]:
    (folder / "school.xls").write_bytes(b"whatever Excel wrote")
    return ["report", str(folder / "school.xls"), "-o", str(folder / "report")]


def counts_in_excel(folder: Path) -> list[str]:
    excel(folder)
    return ["chart", str(folder / "school.xlsx")]


def comma_in_counts(folder: Path) -> list[str]:
    text = 'start,count,exposure\n2026-09-07,"1,050",3000\n'
    (folder / "counts.csv").write_text(text, "utf-8")
    return ["chart", str(folder / "counts.csv")]


def illustrative_dates(folder: Path) -> list[str]:
    with_responses(folder)
    swap(folder / "journey.toml", '"calendar.toml"', '"illustrative-2026-27"')
    return report(folder)


def illustrative_ratings(folder: Path) -> list[str]:
    fill_calendar(folder)
    shutil.copy(demo_folder() / "illustrative_responses.csv", folder / "responses.csv")
    return report(folder)


MISTAKES: dict[Run, str] = {
    uk_date_in_toml: "02/09/2026 is no day in TOML: type 2026-09-02, year first and without quotes",
    curly_quotes: 'curly quotes, as a word processor makes them: type straight ones, name = "Hill',
    comma_in_toml: "1,050 is no number in TOML: type 1050, without a comma",
    ansi: "is not UTF-8 text, in line 8: save the file with encoding UTF-8 (in Notepad: Save as, ",
    backslashes: "a backslash in double quotes: type / in its place",
    days_not_filled_in: "terms[0].start: expected a date like 2026-09-01, got 'fill in'",
    nothing_collected: "responses.csv: there is no such file: collect the forms of your raters",
    comma_on_the_command_line: "--roll: '1,050' is no number: type 1050",
    start_twice: "it is there already and 3 more: --force replaces it",
    lock_file: "~$form-head.xlsx: Excel's mark of an open file: save and close the form itself",
    pattern_without_a_file: "no file has a name like this: name the folder, or the files one by",
    folder_without_forms: "it is a folder without forms, which are .xlsx or .csv files",
    two_raters_of_one_name: "leave one file out, or give each person a label of their own",
    over_the_school_file: "the responses are a .csv file: name one, as responses.csv",
    over_another_table: "what is there are no responses: name another file; nothing was changed",
    over_a_form: "it is one of the forms: name another file; nothing was changed",
    over_older_responses: "it is there already: --force replaces it; nothing was changed",
    over_a_filled_form: "somebody has filled it in, or it is no form: move it away; nothing was",
    the_folder_in_place_of_the_journey: "it is a folder; name a file in it",
    a_folder_that_is_not_there: "there is no such file; did you mean 'forms'?",
    a_name_as_the_label: "RATER: 'Mrs Smith' is not a label like 'head' or 'teacher-1'",
    three_slips_at_once: "start: 3 faults --name: must not be empty --phase: expected one of",
    one_rater_twice: "'teacher-1' stands twice: give each rater a label of their own",
    a_form_as_the_school: "is no workbook of a school: its sheets were not found by the titles",
    the_school_as_a_form: "no sheet of it is an audit form",
    saved_as_xls: "the suffix '.xls' does not say .xlsx: save it as that",
    counts_in_excel: "does not say .csv: save it as a CSV file",
    comma_in_counts: "row 2, column 'count': expected a number like 12, got '1,050': type 1050",
    illustrative_dates: "its dates are invented, and 'Hill Road Primary' is a real school: write",
    illustrative_ratings: "the ratings are those of the illustrative school, Riverbank Primary",
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda run: run.__name__)
def test_the_message_says_what_to_do_and_nothing_is_lost(
    mistake: Run, started: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = mistake(started)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    capsys.readouterr()
    assert main(command) == 1
    printed = capsys.readouterr()
    assert MISTAKES[mistake] in " ".join(printed.err.split())
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


class TestTaken:
    """What looks like a mistake and is none."""

    @pytest.mark.parametrize("given", ["forms", "forms/*.csv", "forms/form-?*.csv"])
    def test_a_folder_and_a_pattern(self, given: str, started: Path) -> None:
        forms(started, "head=leaders", "teacher-1=teachers")
        out = started / "responses.csv"
        assert main(["collect", str(started / given), "-o", str(out)]) == 0
        audit = bc.read_audit(out, framework=bc.load_framework("bennett-2017"))
        assert set(audit.raters) == {"head", "teacher-1"}

    def test_a_lock_file_is_skipped_and_named(
        self, started: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = forms(started, "head=leaders")
        (out / "~$form-head.xlsx").write_bytes(b"office")
        assert main(["collect", str(out), "-o", str(started / "responses.csv")]) == 0
        assert "a form is open in Excel; save and close it" in capsys.readouterr().err

    def test_one_bad_form_does_not_stop_the_others(
        self, started: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = forms(started, "head=leaders", "teacher-1=teachers", "teacher-2=teachers")
        fill_form(out / "form-teacher-2.csv", rating="mostly")
        assert main(["collect", str(out), "-o", str(started / "responses.csv")]) == 1
        printed = capsys.readouterr()
        assert "form-teacher-2.csv" in printed.err
        assert "'mostly' is not on the scale" in printed.err
        assert "1 of 3 forms left out: mend them, and collect again with --force" in printed.err
        framework = bc.load_framework("bennett-2017")
        audit = bc.read_audit(started / "responses.csv", framework=framework)
        assert set(audit.raters) == {"head", "teacher-1"}

    def test_responses_in_the_folder_are_no_form(self, started: Path) -> None:
        out = forms(started, "head=leaders")
        for _ in range(2):
            assert main(["collect", str(out), "-o", str(out / "responses.csv")]) == 0

    def test_a_blank_form_is_replaced_with_force_only(self, tmp_path: Path) -> None:
        pytest.importorskip("openpyxl")
        command = ["form", "head=leaders", "-o", str(tmp_path)]
        assert main(command) == 0
        kept = (tmp_path / "form-head.xlsx").read_bytes()
        assert main(command) == 0  # the same form: nothing to replace
        assert main([*command, "--short"]) == 1
        assert (tmp_path / "form-head.xlsx").read_bytes() == kept
        assert main([*command, "--short", "--force"]) == 0
        book = openpyxl.load_workbook(tmp_path / "form-head.xlsx")
        book["Form"]["F4"] = "a note"
        book.save(tmp_path / "form-head.xlsx")
        assert main([*command, "--force"]) == 1

    def test_check_says_which_workbook_it_is(
        self, workbook: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", str(workbook)]) == 0
        assert "a school's workbook" in capsys.readouterr().out
        change(workbook, {"School": {"B6": "many"}})
        assert main(["check", str(workbook)]) == 1
        assert "sheet 'School', row 6, column B" in capsys.readouterr().err


class TestTheIllustrativeSchool:
    def test_its_ratings_under_its_changed_name_are_an_error(self, tmp_path: Path) -> None:
        for path in demo_folder().glob("*.*"):
            if path.suffix in {".toml", ".csv"}:
                shutil.copy(path, tmp_path / path.name)
        swap(tmp_path / "illustrative_school.toml", "Riverbank Primary School", "Hill Road")
        with pytest.raises(bc.InvalidInputError, match="collect the forms of your own raters"):
            bc.run_journey(tmp_path / "illustrative_journey.toml")

    def test_some_of_its_ratings_with_their_notes_are_enough(self, started: Path) -> None:
        fill_calendar(started)
        rows = (demo_folder() / "illustrative_responses.csv").read_text("utf-8").splitlines()
        kept = [rows[0], *(row for row in rows if "Playground only" in row), *rows[1:20]]
        (started / "responses.csv").write_text("\n".join(dict.fromkeys(kept)), "utf-8")
        with pytest.raises(bc.InvalidInputError, match="those of the illustrative school"):
            bc.run_journey(started / "journey.toml")
