"""Texts that a program would take for something else are plain texts wherever we write them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture import report
from behaviour_culture.__main__ import main
from behaviour_culture.interchange import read_csv
from behaviour_culture.interchange.ical import ical_text
from builders import framework_of
from shown import demo

SIGNS = ("=", "+", "-", "@", "\t=", "\n=", "\r=", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'=")
HOSTILE = [f"{sign}1+cmd|' /C calc'!A0" for sign in SIGNS]
"""Texts that spreadsheets take for formulas, the full-width signs included."""
MARKUP = "<img src=x onerror=alert(1)>\"'&"
BREAK = "x\r\nEND:VEVENT\r\nBEGIN:VALARM\nATTENDEE:mailto:a@example.org"
RISKY = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def office() -> Any:
    for name in ("openpyxl", "xlsxwriter", "docx"):
        pytest.importorskip(name)
    return pytest.importorskip("openpyxl")


def titled(*texts: str) -> Any:
    """The journey of the demonstration, with these titles of steps."""
    done = demo()
    plan = done.plan
    for step, text in zip(plan.steps, texts, strict=False):
        plan = plan.rename(step.id, title=text)
    return evolve(done, plan=plan)


class TestTables:
    def test_no_cell_and_no_heading_begins_as_a_formula(self, tmp_path: Path) -> None:
        path = bc.write_csv([dict.fromkeys(HOSTILE, text) for text in HOSTILE], tmp_path / "a.csv")
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert len(cells) == len(HOSTILE) * (len(HOSTILE) + 1)
        assert all(cell.startswith("'") for cell in cells)

    def test_what_is_read_again_is_what_was_written(self, tmp_path: Path) -> None:
        names = [text for text in HOSTILE if text == " ".join(text.split())]
        rows = [dict.fromkeys(names, text) for text in HOSTILE]
        path = bc.write_csv(rows, tmp_path / "a.csv")
        assert [cells for _, cells in read_csv(path, required=names)] == rows

    def test_a_form(self) -> None:
        framework = framework_of({"a": [1.0] * len(HOSTILE)})
        items = [i.evolve(text=t) for i, t in zip(framework.items, HOSTILE, strict=True)]
        target = io.StringIO()
        bc.audit_form(framework.evolve(items=items), target, raters=["head"])
        cells = [cell for row in csv.reader(io.StringIO(target.getvalue())) for cell in row]
        assert sum("calc" in cell for cell in cells) >= len(HOSTILE)
        assert not [cell for cell in cells if RISKY.match(cell)]


class TestWorkbooks:
    def formulas(self, raw: bytes) -> list[str]:
        book = office().load_workbook(io.BytesIO(raw))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert any("calc" in str(cell.value) for cell in cells)
        return [c.value for c in cells if c.data_type == "f" and "calc" in str(c.value)]

    def test_the_plan(self) -> None:
        office()
        done, target = titled(*HOSTILE), io.BytesIO()
        report.write_plan_workbook(
            target,
            framework=done.framework,
            audit=done.result,
            plan=done.plan,
            schedule=done.schedule,
        )
        assert not self.formulas(target.getvalue())
        sheet = office().load_workbook(io.BytesIO(target.getvalue()))["Plan"]
        texts = [cell for row in sheet.iter_rows() for cell in row if "calc" in str(cell.value)]
        risky = [cell for cell in texts if RISKY.match(str(cell.value))]
        assert risky
        assert all(cell.quotePrefix for cell in risky)  # it stays a text when somebody edits it

    def test_a_form(self) -> None:
        office()
        framework = framework_of({"a": [1.0] * len(HOSTILE)})
        items = [i.evolve(text=t) for i, t in zip(framework.items, HOSTILE, strict=True)]
        target = io.BytesIO()
        bc.audit_form(framework.evolve(items=items), target, raters=["head"])
        assert not self.formulas(target.getvalue())


class TestPages:
    def test_no_markup_of_a_text_is_markup(self, tmp_path: Path) -> None:
        written = titled(*[MARKUP] * 6).write(tmp_path / "report", formats=("html",))
        pages = [path.read_text("utf-8") for path in written if path.suffix == ".html"]
        assert not [page for page in pages if "<img src=x" in page]
        assert any("&lt;img src=x" in page for page in pages)

    @pytest.mark.slow
    def test_nor_in_word(self, tmp_path: Path) -> None:
        office()
        written = titled(*[MARKUP] * 6).write(tmp_path / "report", formats=("docx",))
        parts = []
        for path in (path for path in written if path.suffix == ".docx"):
            with zipfile.ZipFile(path) as archive:
                parts.append(archive.read("word/document.xml").decode())
        assert not [part for part in parts if "<img" in part]
        assert any("&lt;img src=x" in part for part in parts)

    @pytest.mark.parametrize("text", [MARKUP, *HOSTILE])
    def test_what_a_notebook_shows(self, text: str) -> None:
        html = bc.School(id="a", name=f"{MARKUP} {text}")._repr_html_()
        assert "<img" not in html
        assert "onerror=alert(1)&gt;" in html


class TestCalendars:
    def test_a_line_break_in_a_title_begins_no_line(self) -> None:
        icalendar = pytest.importorskip("icalendar")
        done = titled(*[BREAK] * 6)
        events = report.plan_events(done.plan, done.schedule)
        text = ical_text("Plan", events, written_on=date(2026, 9, 1))
        assert not re.search("^(ATTENDEE|BEGIN:VALARM)", text, re.MULTILINE)
        assert "\n" not in text.replace("\r\n", "")
        calendar = icalendar.Calendar.from_ical(text)
        assert len(calendar.walk("VEVENT")) == len(events)
        assert not calendar.walk("VALARM")


class TestTheTerminal:
    """A file says nothing to the terminal: no colour, no cursor, no title of the window."""

    ESCAPE = "\x1b[31m\x1b]0;owned\x07\x9b2J"

    def said(self, capsys: pytest.CaptureFixture[str], *words: str) -> str:
        main(list(words))
        out, err = capsys.readouterr()
        return out + err

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.json", '{{"kind": "school", "format": 1, "id": "a", "name": "{0}"}}'),
            ("a.json", '{{"kind": "{0}", "{0}": 1}}'),
            ("a.toml", 'kind = "school"\n"{0}" = "{0}"\n'),
            ("a.toml", "kind = {0}\n"),
            ("a.csv", "rater,item,{0}\nhead,{0},1\n"),
            ("a.csv", "rater,item,rating\n{0},{0},{0}\n"),
            ("a.csv", "start,count\n{0},{0}\n"),
            ("a.csv", "{0},b\n1,2\n"),
            ("a.txt", "{0}"),
            ("{0}.csv", "a,b\n1,2\n"),
            ("{0}.toml", "kind = 1\n"),
        ],
    )
    def test_check(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str
    ) -> None:
        path = tmp_path / name.format("\x1b[31m\x07")
        escape = self.ESCAPE
        if path.suffix == ".json":
            escape = escape.encode("unicode_escape").decode().replace("\\x", "\\u00")
        path.write_text(content.format(escape), "utf-8")
        said = self.said(capsys, "check", str(path))
        assert said.strip()
        assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f]", said), ascii(said)

    def test_a_name_that_is_not_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        said = self.said(capsys, "check", f"{self.ESCAPE}.toml")
        assert "no such file" in said
        assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f]", said), ascii(said)
