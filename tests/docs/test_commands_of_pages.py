"""The commands of pages, run word for word, as somebody would type them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import icalendar
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "how-to"

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="no shell here")


def blocks(page: str, language: str) -> list[str]:
    text = (PAGES / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def save_files(page: str, folder: Path) -> None:
    """Save the files that a page shows: their first lines are their names."""
    for block in blocks(page, "toml"):
        first = block.splitlines()[0]
        if first.endswith(".toml"):
            (folder / first.removeprefix("# ")).write_text(block, encoding="utf-8")


class Reader:
    """Somebody at a terminal, in a folder with a copy of examples/."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(ROOT / "examples", folder / "examples")
        (folder / "bin").mkdir()
        python = folder / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        self.folder = folder
        self.typed: list[str] = []

    def types(self, commands: str) -> str:
        """Run commands in the folder to which those before have gone; return what they print."""
        places = [line for line in self.typed if line.startswith("cd ")]
        script = "\n".join(["set -eu", *places, commands])
        self.typed += commands.splitlines()
        paths = [str(self.folder / "bin"), os.environ["PATH"]]
        done = subprocess.run(  # noqa: S603  (the commands of our own pages)
            ["sh", "-c", script],  # noqa: S607  (the shell of the reader)
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": os.pathsep.join(paths),
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path]),
                "PYTHONIOENCODING": "utf-8",
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout


def sequence(path: Path, uid: str) -> tuple[int, object]:
    events = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    (one,) = [e for e in events if str(e["UID"]).startswith(uid)]
    return int(one["SEQUENCE"]), one["DTSTART"].dt


@pytest.mark.slow
class TestRunAHub:
    def test_word_for_word(self, tmp_path: Path) -> None:
        reader = Reader(tmp_path)
        first, again, next_year, calendar = blocks("run-a-hub.md", "sh")
        save_files("run-a-hub.md", tmp_path)
        assert "6 of 6 partners placed" in reader.types(first)
        folder = tmp_path / "examples" / "three_rivers"
        page = (PAGES / "run-a-hub.md").read_text(encoding="utf-8")
        for name in re.findall(r"^\| `([^`]+)`", page, re.MULTILINE):
            assert (folder / "hub-files" / name).is_file(), name

        ics = folder / "hub-files" / "calendars" / "visits.ics"
        uid = "three-rivers.harbour.visit.1@"
        before = sequence(ics, uid)
        (agreed,) = re.findall(r"^```\n(\[agreed\]\n.*?)^```", page, re.DOTALL | re.MULTILINE)
        hub = folder / "hub.toml"
        text = hub.read_text(encoding="utf-8")
        text = re.sub(r"\[agreed\].*?\n\n", lambda _: f"{agreed}\n", text, count=1, flags=re.DOTALL)
        hub.write_text(text, encoding="utf-8")
        reader.types(again)
        after = sequence(ics, uid)
        assert after[0] > before[0]
        assert str(after[1]) == "2026-09-09"

        assert "3 events" in reader.types(next_year)
        visits = icalendar.Calendar.from_ical(
            (folder / "next-files/calendars/visits.ics").read_bytes()
        )
        years = {e.decoded("DTSTART").isoformat()[:4] for e in visits.walk("VEVENT")}
        assert years == {"2027", "2028"}

        reader.types(calendar)
        assert (folder / "calendars" / "plan-head.ics").is_file()


@pytest.mark.slow
class TestAYearWithTheCommands:
    def test_word_for_word(self, tmp_path: Path) -> None:
        reader = Reader(tmp_path)
        save_files("use-commands.md", tmp_path)
        report, steps, calendar, replan, working, second, tries = blocks("use-commands.md", "sh")
        reader.types(report)
        folder = tmp_path / "examples"
        assert "taken back: move beyond-gate" in reader.types(steps)
        assert "Leaders at the gate and at lunch" in (folder / "report" / "annex.html").read_text(
            encoding="utf-8"
        )
        assert "Ms Ali" in reader.types(calendar)
        assert "finished on 18 September 2026" in reader.types(replan)
        printed = reader.types(working)
        assert "for 100 pupils" in printed
        assert "as expected" in printed
        reader.types(second)
        page = (folder / "second_report" / "governors.html").read_text(encoding="utf-8")
        assert re.search(r"Last year(&#39;|.)s plan\. </strong>.*targets met", page)
        assert "Late start" in reader.types(tries)
