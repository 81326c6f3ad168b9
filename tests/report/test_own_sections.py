"""Sections of the user's in the report: where they stand, what is escaped, what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.errors import FaultCode
from behaviour_culture.report import ReportParts, render_html
from builders import framework_of, plan_of, step


def parts(*sections: Any) -> ReportParts:
    framework = framework_of({"p": [1]})
    rating = bc.Response(rater="head", item=framework.items[0].id, rating=1)
    audit = bc.Audit(id="a", framework=framework.id, edition="1", responses=[rating])
    return ReportParts(
        framework=framework,
        audit=bc.score_audit(audit, framework),
        plan=plan_of(step("one"), framework=framework.id),
        sections=sections,
    )


def agreed(of: ReportParts) -> tuple[str, str]:
    return (
        "What we <agreed>",
        f"We agreed on {len(of.plan.steps)} step & <b>more</b>.\n\n  \nAgain.",
    )


def table(_of: ReportParts) -> tuple[str, str, list[dict[str, Any]]]:
    return "A table of ours", "", [{"first_one": "a < b", "n": 2}, {"first_one": None, "m": 1.5}]


def test_they_stand_before_the_sources_and_texts_are_escaped() -> None:
    page = render_html(parts(agreed, table))
    heads = re.findall(r'<h2 id="h-([\w-]+)"><span class="number">(\d+)\.</span>', page)
    assert [key for key, _ in heads][-3:] == ["own-1", "own-2", "sources"]
    assert [int(number) for _, number in heads] == list(range(1, len(heads) + 1))
    assert "What we &lt;agreed&gt;</h2>" in page
    assert '<a href="#own-1">' in page
    assert "<p>We agreed on 1 step &amp; &lt;b&gt;more&lt;/b&gt;.</p>\n<p>Again.</p>" in page
    assert '<td role="cell" data-label="first one">a &lt; b</td>' in page
    assert '<td role="cell" data-label="m">1.5</td>' in page


def test_without_them_the_page_is_as_before() -> None:
    assert "own-1" not in render_html(parts())


def test_files_have_them_in_word_too(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    of = parts()
    bc.write_report(
        tmp_path,
        framework=of.framework,
        audit=of.audit,
        plan=of.plan,
        formats=("html", "docx"),
        sections=[agreed, table],
    )
    assert "We agreed on 1 step" in (tmp_path / "annex.html").read_text(encoding="utf-8")
    annex = docx.Document(str(tmp_path / "annex.docx"))
    texts = [p.text for p in annex.paragraphs]
    assert "We agreed on 1 step & <b>more</b>." in texts
    assert any("a < b" in c.text for t in annex.tables for row in t.rows for c in row.cells)


def broken(_of: ReportParts) -> tuple[str, str]:
    raise KeyError("gone")


@pytest.mark.parametrize(
    ("sections", "path", "message", "code"),
    [
        ([broken], "sections[0] 'broken'", "failed with KeyError", FaultCode.RULE),
        ([lambda _: "text"], "sections[0] '<lambda>'", "a title and a text", "wrong-type"),
        ([lambda _: ("a", 3)], "sections[0] '<lambda>'", "a title and a text", "wrong-type"),
        ([lambda _: (" ", "a")], "sections[0] '<lambda>'", "a title and a text", "wrong-type"),
        ([lambda _: ("a", "b", ["c"])], "sections[0] '<lambda>'", "a title and", "wrong-type"),
        ([agreed, agreed], "sections[1] 'agreed'", "already", FaultCode.REPEATED),
        ([lambda _: ("the PLAN", "a")], "sections[0] '<lambda>'", "already", FaultCode.REPEATED),
        (["text"], "sections[0]", "expected a function of the parts", FaultCode.RULE),
    ],
)
def test_one_that_clashes_or_fails_is_told_by_name(
    sections: list[Any], path: str, message: str, code: str, tmp_path: Path
) -> None:
    of = parts()
    with pytest.raises(bc.InvalidInputError) as caught:
        bc.write_report(
            tmp_path / "out",
            framework=of.framework,
            audit=of.audit,
            plan=of.plan,
            sections=sections,
        )
    (fault,) = caught.value.faults
    assert (fault.path, fault.code) == (path, code)
    assert message in fault.message
    assert not (tmp_path / "out").exists()
