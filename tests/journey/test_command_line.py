from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.commands import terminal
from behaviour_culture.errors import WriteError
from behaviour_culture.interchange.file_bytes import write_bytes
from builders import example_journey

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class TestDemo:
    def test_it_writes_a_report_and_says_where(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["demo", "-o", str(tmp_path / "out")]) == 0
        assert (tmp_path / "out" / "annex.html").stat().st_size > 20_000
        printed = capsys.readouterr()
        assert "governors.html" in printed.out
        assert "Riverbank Primary School" in printed.out
        assert printed.err == ""

    def test_its_folder_is_here_where_none_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = example_journey()
        monkeypatch.setattr("behaviour_culture.journey.run_journey", lambda *_, **__: done)
        monkeypatch.chdir(tmp_path)
        assert main(["demo"]) == 0
        assert (tmp_path / "demo-report" / "governors.html").is_file()


def as_a_module(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-m", "behaviour_culture", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow  # the quick one is the same program, and `TestDemo` has the command
def test_the_demo_runs_as_a_module(tmp_path: Path) -> None:
    run = as_a_module(tmp_path, "demo")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "demo-report" / "governors.html").is_file()


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    run = as_a_module(tmp_path, "check", "school.toml")
    assert run.returncode == 1
    assert "school.toml: there is no such file" in run.stderr
    assert "Traceback" not in run.stderr


class TestTerminal:
    def test_how_far_a_stage_is_shows_on_a_terminal_only(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terminal.show_progress("scheduling", 2, 20)
        terminal.clear()
        assert capsys.readouterr().err == ""
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        terminal.show_progress("scheduling", 2_000, 20_000)
        terminal.show_progress("looking\x1b back", 0, 1)
        terminal.clear()
        assert capsys.readouterr().err == (
            "\r\x1b[Kscheduling 2,000 of 20,000\r\x1b[Klooking\\x1b back\r\x1b[K"
        )

    def test_a_report_without_pages_names_none_to_open(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        done: Any = SimpleNamespace(
            school=SimpleNamespace(name="Hill Road"),
            journey=SimpleNamespace(title="A plan"),
            result="An audit\n  and its items",
            plan="Steps",
            schedule="Dates",
            review=None,
        )
        assert terminal.say_written(done, [Path("plan.xlsx")]) == 0
        assert capsys.readouterr().out == (
            "Hill Road: A plan\nAn audit\nSteps\nDates\n\nWritten:\n  plan.xlsx\n"
        )


class TestForm:
    def test_a_typo_of_a_known_group_is_refused_and_nothing_is_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        forms = tmp_path / "forms"
        assert main(["form", "head=leader", "a=Pupils", "-o", str(forms), "--csv"]) == 1
        error = capsys.readouterr().err
        assert "'head=leader' names no known group: did you mean 'leaders'?" in error
        assert "did you mean 'pupils'?" in error
        assert not forms.exists()

    def test_a_group_of_ones_own_is_told_and_allowed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["form", "cook=kitchen", "head=leaders", "-o", str(tmp_path), "--csv"]) == 0
        error = capsys.readouterr().err
        assert "'kitchen' is a group of your own" in error
        assert "'leaders' is a group" not in error
        assert (tmp_path / "form-cook.csv").exists()


class TestReport:
    def test_bad_input_is_a_message_and_exit_code_1(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["report", str(tmp_path / "none.toml"), "-o", str(tmp_path / "out")]) == 1
        assert "there is no such file" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_formats_and_a_template_of_the_school(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        docx = pytest.importorskip("docx")
        look = docx.Document()
        look.sections[0].header.paragraphs[0].text = "Our letterhead"
        look.save(str(tmp_path / "ours.docx"))
        journey = str(EXAMPLES / "schools" / "pru" / "journey.toml")
        out = tmp_path / "out"
        options = ["--formats", "HTML, docx", "--template", str(tmp_path / "ours.docx")]
        assert main(["report", journey, "-o", str(out), *options]) == 0
        assert "governors.docx" in capsys.readouterr().out
        word = docx.Document(str(out / "governors.docx"))
        assert word.sections[0].header.paragraphs[0].text == "Our letterhead"
        assert (out / "governors.html").is_file()
        assert main(["report", journey, "-o", str(tmp_path / "no"), "--formats", "pdf"]) == 1
        assert "no format 'pdf'" in capsys.readouterr().err
        assert not (tmp_path / "no").exists()

    def test_an_output_folder_that_is_a_file_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        taken = tmp_path / "out"
        taken.write_text("mine", encoding="utf-8")
        journey = EXAMPLES / "illustrative_journey.toml"
        assert main(["report", str(journey), "-o", str(taken)]) == 1
        assert "out" in capsys.readouterr().err
        assert taken.read_text(encoding="utf-8") == "mine"


class TestCheck:
    def test_the_examples_are_fine(self, capsys: pytest.CaptureFixture[str]) -> None:
        files = [str(p) for p in EXAMPLES.iterdir() if p.suffix in {".toml", ".csv"}]
        assert main(["check", *files]) == 0
        assert capsys.readouterr().out.count("fine") == len(files)

    def test_two_files_for_one_id_are_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        school = EXAMPLES / "illustrative_school.toml"
        copy = tmp_path / "copy.toml"
        copy.write_bytes(school.read_bytes())
        assert main(["check", str(school), str(copy)]) == 1
        error = capsys.readouterr().err
        assert "two files hold the school 'riverbank'" in error
        assert str(school) in error
        assert str(copy) in error

    def test_each_wrong_file_is_reported(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = tmp_path / "bad.toml"
        bad.write_text('kind = "school"\nformat = 1\nid = "Not An Id"\nroll = -4\n', "utf-8")
        other = tmp_path / "other.yaml"
        other.write_text("kind: school", "utf-8")
        good = EXAMPLES / "illustrative_school.toml"
        assert main(["check", str(bad), str(other), str(good)]) == 1
        printed = capsys.readouterr()
        assert "name: is missing" in printed.err
        assert "id" in printed.err
        assert "roll" in printed.err
        assert "YAML" in printed.err
        assert "fine" in printed.out


class TestCheckOfFirstFiles:
    def test_a_journey_is_fine_only_where_all_that_it_names_is(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        facts = ("--name", "Hill Road (illustrative)", "--phase", "primary", "--roll", "300")
        assert main(["start", *facts, "-o", str(tmp_path)]) == 0
        capsys.readouterr()
        assert main(["check", str(tmp_path / "journey.toml")]) == 1
        said = capsys.readouterr().err
        assert "calendar.toml terms[0].start: expected a date" in said
        assert "responses.csv: there is no such file: collect the forms" in said
        assert main(["check", str(EXAMPLES / "illustrative_journey.toml")]) == 0

    def test_a_workbook_is_told_of_without_python(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        pytest.importorskip("xlsxwriter")
        facts = ("--name", "Hill Road (illustrative)", "--phase", "primary", "--roll", "300")
        assert main(["start", *facts, "--excel", "-o", str(tmp_path)]) == 0
        assert main(["check", str(tmp_path / "school.xlsx")]) == 1
        said = capsys.readouterr().err
        assert "school.xlsx is a school's workbook.\nIt cannot be read as it is" in said
        assert "read_school_workbook" not in said


class TestForms:
    def test_forms_come_back_as_one_file_of_responses(self, tmp_path: Path) -> None:
        forms = tmp_path / "forms"
        assert main(["form", "head=leaders", "teacher-1", "-o", str(forms), "--csv"]) == 0
        for number, rater in enumerate(("head", "teacher-1"), start=1):
            rows = (forms / f"form-{rater}.csv").read_text("utf-8").splitlines()
            filled = [f"{row[: -len(',,')]}{number},," for row in rows[1:]]
            (forms / f"form-{rater}.csv").write_text("\n".join([rows[0], *filled]), "utf-8")
        out = tmp_path / "responses.csv"
        given = [str(forms / f"form-{rater}.csv") for rater in ("head", "teacher-1")]
        assert main(["collect", *given, "-o", str(out)]) == 0
        audit = bc.read_audit(out, framework=bc.load_framework("bennett-2017"))
        assert {(r.rater, r.group, r.rating) for r in audit.responses} == {
            ("head", "leaders", 1),
            ("teacher-1", "", 2),
        }

    def test_an_error_in_between_names_the_forms_that_were_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(path: Path, content: bytes) -> None:
            if "teacher" in path.name:
                raise WriteError(str(path), "the disk is full")
            write_bytes(path, content)

        monkeypatch.setattr(terminal, "write_bytes", full)
        assert main(["form", "head", "teacher-1", "-o", str(tmp_path), "--csv"]) == 1
        said = capsys.readouterr().err
        assert "nothing was changed" not in said
        assert f"changed all the same, and not put back: {tmp_path / 'form-head.csv'}" in said

    def test_every_form_that_is_wrong_is_named_and_nothing_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["form", "head", "governor-1", "-o", str(tmp_path), "--csv"]) == 0
        wrong = [tmp_path / f"form-{rater}.csv" for rater in ("head", "governor-1")]
        for form in wrong:
            text = form.read_text("utf-8")
            form.write_text(text.replace(",,,", ",mostly,,"), "utf-8")
        assert main(["collect", *map(str, wrong), "-o", str(tmp_path / "out.csv")]) == 1
        printed = capsys.readouterr().err
        assert all(form.name in printed for form in wrong)
        assert not (tmp_path / "out.csv").exists()


class TestMonitoring:
    def test_two_rounds(self, capsys: pytest.CaptureFixture[str]) -> None:
        rounds = [
            str(EXAMPLES / f"illustrative_responses{when}.csv") for when in ("", "_a_year_later")
        ]
        assert main(["rounds", *rounds, "--paired"]) == 0
        assert "difference +0.14 (95% interval +0.07 to +0.21)" in capsys.readouterr().out

    def test_two_rounds_in_files_of_one_name_are_told_apart(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = []
        for folder, when in (("mine", ""), ("second", "_a_year_later")):
            (tmp_path / folder).mkdir()
            text = (EXAMPLES / f"illustrative_responses{when}.csv").read_text("utf-8")
            files.append(tmp_path / folder / "responses.csv")
            files[-1].write_text(text, "utf-8")
        assert main(["rounds", *map(str, files)]) == 0
        assert capsys.readouterr().out.startswith("before to after, ")

    def test_a_chart(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        counts, picture = str(EXAMPLES / "illustrative_incidents.csv"), tmp_path / "chart.png"
        assert main(["chart", counts, "--baseline", "19", "-o", str(picture)]) == 0
        assert "cause unknown" in capsys.readouterr().out
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert main(["chart", counts, "-o", str(tmp_path / "chart.gif")]) == 1
        assert ".svg" in capsys.readouterr().err

    def test_a_calendar_works_out_pupil_days(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        counts = tmp_path / "counts.csv"
        counts.write_text("start,count\n2026-09-07,12\n2026-09-14,9\n2026-09-21,14\n", "utf-8")
        assert main(["chart", str(counts)]) == 1
        assert "exposure" in capsys.readouterr().err
        year = ["--calendar", "illustrative-2026-27", "--pupils", "388"]
        assert main(["chart", str(counts), *year]) == 0


class TestList:
    def test_it_names_what_can_be_loaded(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["list"]) == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        named = {line[1] for line in lines if line[0] == "framework"}
        assert named == set(bc.framework_ids())
