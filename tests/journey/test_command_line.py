from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from behaviour_culture.__main__ import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class TestDemo:
    def test_it_writes_a_report_and_says_where(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["demo", "-o", str(tmp_path / "out")]) == 0
        assert (tmp_path / "out" / "report.html").stat().st_size > 20_000
        printed = capsys.readouterr()
        assert "report.html" in printed.out
        assert "Riverbank Primary School" in printed.out
        assert printed.err == ""

    def test_it_runs_as_a_module(self, tmp_path: Path) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "behaviour_culture", "demo"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert (tmp_path / "demo-report" / "report.html").is_file()


class TestReport:
    def test_it_runs_a_journey_file(self, tmp_path: Path) -> None:
        journey = EXAMPLES / "illustrative_journey.toml"
        assert main(["report", str(journey), "-o", str(tmp_path)]) == 0
        assert (tmp_path / "report.html").is_file()

    def test_bad_input_is_a_message_and_exit_code_1(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["report", str(tmp_path / "none.toml"), "-o", str(tmp_path / "out")]) == 1
        assert "there is no such file" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

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
        assert "$.name: is missing" in printed.err
        assert "$.id" in printed.err
        assert "$.roll" in printed.err
        assert "YAML" in printed.err
        assert "fine" in printed.out
