"""Pages and Word files of one document: the same facts, real structure, the same bytes."""

from __future__ import annotations

import io
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from markupsafe import Markup

import behaviour_culture as bc
from behaviour_culture.report import ReportParts, render_html
from behaviour_culture.report.documents.annex import _without_bars
from behaviour_culture.report.documents.as_html import as_html
from behaviour_culture.report.documents.as_word import as_word
from behaviour_culture.report.documents.fitting import SHEET, sheets
from behaviour_culture.report.documents.model import (
    Cell,
    Document,
    Figure,
    Heading,
    Listing,
    Notice,
    Part,
    Row,
    Run,
    Table,
    runs,
    text,
    texts_of,
)
from behaviour_culture.report.documents.picture import png
from behaviour_culture.report.documents.three import Documents
from behaviour_culture.report.documents.word import package
from behaviour_culture.report.documents.word.package import template_sheet
from behaviour_culture.report.svg import interval_bar
from builders import estimate

docx = pytest.importorskip("docx")
OxmlElement = docx.oxml.OxmlElement
Image = pytest.importorskip("PIL.Image")
ESTIMATE = estimate(0.5, 0.2)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACES = re.compile(r"\s+")
Parse = Callable[[str], Any]
word_of = cache(as_word)
"""The Word file of a document, written once for all tests that look at it."""


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def tidy(words: str) -> str:
    return SPACES.sub(" ", words).strip()


def word_texts(content: bytes) -> list[str]:
    """What a Word file says, a text for each paragraph, and the words of its pictures."""
    found = []
    for paragraph in opened(content).element.body.iter(f"{W}p"):
        parts = []
        for node in paragraph.iter():
            if node.tag == f"{W}t":
                parts.append(node.text or "")
            elif node.tag == f"{W}br":
                parts.append("\n")
            elif node.tag.endswith("}docPr"):
                found.append(node.get("descr"))
        found.append("".join(parts))
    return [tidy(t) for t in found if tidy(t)]


def page_texts(html: str) -> list[str]:
    """What a page says in its paragraphs, cells and items."""
    body = html.partition("<main>")[2].partition("</main>")[0]
    body = re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)
    pieces = re.split(r"</?(?:h\d|p|li|caption|td|th|figcaption|tr)\b[^>]*>", body)
    return [t for t in (tidy(unescape(re.sub(r"<[^>]+>", "", p))) for p in pieces) if t]


SMALL = Document(
    title="A small one",
    subject="Nothing much",
    parts=(
        Part(
            (
                Heading("A small one", 1),
                Notice(runs(Run("Mind. ", strong=True), "This is <b>invented</b> & \x0bodd.")),
                Heading("1. First", 2),
                text("See ", Run("the page", link="https://example.org/a?b=1&c=2"), "."),
                Listing((runs("one"), runs("two")), numbered=True),
                Listing((runs("one"), runs("two")), numbered=True),
                Table(
                    "Who does what",
                    (runs("Who"), runs("What")),
                    (
                        Row((Cell((runs("Area"),), head=True, span=2),), band=True),
                        Row((Cell((runs("Head"),), head=True), Cell((runs("a"), runs("b"))))),
                    ),
                    widths=(0.3, 0.7),
                ),
            )
        ),
        Part((Heading("2. Second", 2), text("On its side")), wide=True),
    ),
    contents=True,
)


class TestSameFacts:
    @pytest.mark.parametrize("name", ["governors", "plan"])
    def test_page_and_word_file_say_the_same(self, three_of_school: Documents, name: str) -> None:
        document: Document = getattr(three_of_school, name)
        expected = [tidy(t) for t in texts_of(document)]
        pictures = [tidy(b.alt) for b in document.blocks if isinstance(b, Figure)]
        said = word_texts(word_of(document))
        hidden = [b.caption for b in document.blocks if isinstance(b, Table) and b.hide_caption]
        shown = [t for t in expected if t not in pictures and t not in hidden]
        assert [t for t in said if t not in pictures] == shown
        assert [t for t in page_texts(as_html(document)) if t not in hidden] == shown
        assert [t for t in said if t in pictures] == pictures

    def test_the_annex_as_a_word_file_has_the_words_of_its_page(
        self, some: ReportParts, three: Documents
    ) -> None:
        html = render_html(some)
        main = html.partition('<main id="main">')[2].partition("</main>")[0]
        main = re.sub(r"<svg.*?</svg>|<nav.*?</nav>", " ", main, flags=re.DOTALL)
        # Small bars are left out, and the words that explain them.
        main = re.sub(r'<(span|p) class="[a-z ]*of-bars">.*?</\1>', " ", main)
        main = main.replace('data-label="From 0 to 100"', "").replace(">From 0 to 100<", "><")
        words = unescape(re.sub(r"<[^>]+>", " ", main)).split()
        said = " ".join(word_texts(word_of(three.annex)))
        missing = sorted({w for w in words if w not in said})
        assert missing == []
        numbers = re.findall(r"\d+(?:[.,/]\d+)*%?", " ".join(words))
        there = set(re.findall(r"\d+(?:[.,/]\d+)*%?", said))
        assert {n for n in numbers if n not in there} == set()

    def test_the_annex_has_each_section_of_the_page(
        self, some: ReportParts, three: Documents, page: Any
    ) -> None:
        heads = [b.words for b in three.annex.blocks if isinstance(b, Heading) and b.level == 2]
        shown = [h.text for h in page.all("h2") if h.attrs.get("class") != "contents-title"]
        assert heads == shown
        assert len([b for b in three.annex.blocks if isinstance(b, Figure)]) == render_html(
            some
        ).count('<svg class="gantt"') + render_html(some).count('<svg class="fan"')


class TestPage:
    def test_it_loads_and_runs_nothing(self, three: Documents) -> None:
        for document in (three.governors, three.plan, SMALL):
            html = as_html(document)
            assert not re.search(r"<script|<link|<img|<iframe| on\w+=|url\((?!#)", html)
            assert "default-src 'none'" in html
            assert '<html lang="en-GB">' in html
            assert html.count("<h1>") == 1

    def test_heads_of_tables_have_a_scope(self, three: Documents) -> None:
        for document in (three.governors, three.plan):
            for th in re.findall(r"<th\b[^>]*>", as_html(document)):
                assert 'scope="' in th

    def test_levels_of_headings_leave_none_out(self, three_of_school: Documents) -> None:
        for document in three_of_school.all.values():
            levels = [b.level for b in document.blocks if isinstance(b, Heading)]
            assert levels.count(1) == 1
            assert all(b - a <= 1 for a, b in pairwise(levels))

    def test_hostile_words_stay_words(self, some: ReportParts) -> None:
        bad = "<script>alert(1)</script>{{ 7*7 }}\x00"
        plan = some.plan
        for step in plan.steps:
            plan = plan.rename(step.id, title=f"{bad.strip(chr(0))} {step.id}")
        three = Documents(evolve(some, plan=plan))
        for document in (three.governors, three.plan):
            html = as_html(document)
            assert "<script>" not in html
            assert "{{ 7*7 }}" in html
        assert any("<script>" in t for t in word_texts(word_of(three.plan)))


class TestWord:
    def test_real_styles(self, three: Documents) -> None:
        for document in three.all.values():
            word = opened(word_of(document))
            styles = [p.style.name for p in word.paragraphs]
            heads = [b for b in document.blocks if isinstance(b, Heading)]
            assert styles.count("Heading 1") == 1
            assert styles.count("Heading 2") == sum(b.level == 2 for b in heads)

    def test_heads_of_tables_repeat_and_rows_stay_whole(self, three: Documents) -> None:
        for document in three.all.values():
            tables = opened(word_of(document)).tables
            assert len(tables) == sum(isinstance(b, Table) for b in document.blocks)
            for made in tables:
                first, *rest = made._tbl.tr_lst
                assert first.find(f"{W}trPr/{W}tblHeader") is not None
                assert all(tr.find(f"{W}trPr/{W}tblHeader") is None for tr in rest)
                assert all(tr.find(f"{W}trPr/{W}cantSplit") is not None for tr in made._tbl.tr_lst)
                assert made._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val")

    def test_pictures_have_words(self, three: Documents) -> None:
        word = opened(word_of(three.plan))
        shapes = word.inline_shapes
        assert len(shapes) == sum(isinstance(b, Figure) for b in three.plan.blocks)
        assert all(len(s._inline.docPr.get("descr")) > 40 for s in shapes)

    def test_language_title_and_no_clock(self, three: Documents, some: ReportParts) -> None:
        content = as_word(three.governors, written_on=some.written_on)
        core = opened(content).core_properties
        assert core.language == "en-GB"
        assert core.title == three.governors.title
        assert core.created.date() == core.modified.date() == some.written_on
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b'w:lang w:val="en-GB"' in archive.read("word/styles.xml")
            assert archive.testzip() is None

    def test_contents_name_each_section(self, three: Documents) -> None:
        word = opened(word_of(three.annex))
        xml = word.element.xml
        assert "TOC " in xml
        assert xml.count('w:fldCharType="begin"') == xml.count('w:fldCharType="end"') == 1
        heads = [b.words for b in three.annex.blocks if isinstance(b, Heading) and b.level == 2]
        links = re.findall(r'w:anchor="(_Toc\d+)"', xml)
        marks = re.findall(r'w:bookmarkStart [^>]*w:name="(_Toc\d+)"', xml)
        assert links == marks
        assert len(links) == len(heads)

    def test_lists_begin_at_one(self) -> None:
        word = opened(as_word(SMALL))
        numbers = [
            p._p.pPr.numPr.numId.val for p in word.paragraphs if p.style.name == "List Number"
        ]
        assert len(numbers) == 4
        assert numbers[0] == numbers[1] != numbers[2] == numbers[3]

    def test_sheets_are_a4_and_lie_where_the_part_does(self) -> None:
        sections = opened(as_word(SMALL)).sections
        sides = [(round(s.page_width.mm), round(s.page_height.mm)) for s in sections]
        assert sides == [(210, 297), (297, 210)]

    def test_links_lead_out(self) -> None:
        with zipfile.ZipFile(io.BytesIO(as_word(SMALL))) as archive:
            links = archive.read("word/_rels/document.xml.rels").decode()
        assert 'Target="https://example.org/a?b=1&amp;c=2"' in links

    def test_no_type_is_smaller_than_ten(self, three: Documents) -> None:
        for document in three.all.values():
            with zipfile.ZipFile(io.BytesIO(word_of(document))) as archive:
                body = archive.read("word/document.xml").decode()
            assert not re.findall(r'<w:sz w:val="1?\d"', body)
            for style in opened(word_of(document)).styles:
                if style.name in {"Normal", "Table Text", "Note", "Notice", "List Number"}:
                    assert style.font.size.pt >= 10

    def test_the_same_bytes(self, some: ReportParts, three: Documents) -> None:
        again = Documents(some)
        for one, two in zip(three.all.values(), again.all.values(), strict=True):
            assert as_html(one) == as_html(two)
        assert as_word(again.plan) == word_of(three.plan)

    def test_a_picture_without_a_caption_has_no_line_below_it(self) -> None:
        picture = Figure(interval_bar(ESTIMATE, ticks=[0, 1], title="T", desc="D"), "A bar", "")
        parts = (Part((Heading("One", 1), picture, text("After"))),)
        word = opened(as_word(Document("One", "Nothing", parts)))
        assert [p.text for p in word.paragraphs] == ["One", "", "After"]
        assert not word.paragraphs[1].paragraph_format.keep_with_next

    def test_lines_of_a_paragraph_take_as_much_as_paragraphs_do(self) -> None:
        def taken(lines: int) -> float:
            return sheets(Document("t", "s", (Part((text("a\n" * lines),)),)))

        assert 1 < taken(100) < 4
        assert taken(200) == pytest.approx(2 * taken(100), rel=0.05)

    def test_columns_of_bars_are_left_out_below_a_band_too(self) -> None:
        band = Row((Cell((runs("Area"),), span=3),), band=True)
        row = Row((Cell((runs("a"),)), Cell(()), Cell((runs("b"),))))
        heads, rows = _without_bars((runs("One"), runs("Bar"), runs("Two")), [band, row])
        assert heads == (runs("One"), runs("Two"))
        assert [[c.span for c in r.cells] for r in rows] == [[2], [1, 1]]


@pytest.fixture(scope="module")
def letterhead(tmp_path_factory: pytest.TempPathFactory) -> Path:
    word = docx.Document()
    word.add_paragraph("Old text of ours")
    word.sections[0].header.paragraphs[0].text = "Riverbank School letterhead"
    word.styles["Heading 2"].font.name = "Georgia"
    for side in ("left", "right"):
        setattr(word.sections[0], f"{side}_margin", docx.shared.Mm(30))
    for style in ("Caption", "List Number"):
        word.styles.element.remove(word.styles[style].element)
    path = tmp_path_factory.mktemp("template") / "ours.docx"
    word.save(str(path))
    return path


@pytest.fixture(scope="module")
def filled(small: Any, letterhead: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A report in the template."""
    out = tmp_path_factory.mktemp("filled")
    return bc.write_report(out, **small, formats=["docx"], template=letterhead)


class TestTemplate:
    @pytest.fixture
    def template(self, letterhead: Path, tmp_path: Path) -> Path:
        return Path(shutil.copy(letterhead, tmp_path))

    def test_it_keeps_look_and_drops_text(self, filled: list[Path]) -> None:
        for path in filled:
            word = docx.Document(str(path))
            assert word.sections[0].header.paragraphs[0].text == "Riverbank School letterhead"
            assert word.styles["Heading 2"].font.name == "Georgia"
            assert "Old text of ours" not in word.element.xml
            assert round(word.sections[0].left_margin.mm) == 30

    def test_its_frames_go_and_its_language_is_ours(self, template: Path) -> None:
        word = docx.Document(str(template))
        note = word.styles.add_style("Note", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
        note.element.get_or_add_pPr().append(OxmlElement("w:pBdr"))
        language = OxmlElement("w:lang")
        language.set(f"{W}val", "cy-GB")
        for old in word.styles["Normal"].element.get_or_add_rPr().findall(f"{W}lang"):
            old.getparent().remove(old)
        word.styles["Normal"].element.get_or_add_rPr().append(language)
        word.save(str(template))
        made = opened(as_word(SMALL, template=template.read_bytes()))
        assert made.styles["Note"].element.find(f".//{W}pBdr") is None
        found = made.styles["Normal"].element.findall(f".//{W}lang")
        assert [one.get(f"{W}val") for one in found] == ["en-GB"]

    def test_one_that_is_too_large_is_refused(
        self, template: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(package, "_LARGEST", 1_000)
        with pytest.raises(bc.errors.ReadError, match="a template may hold 50 MB"):
            package.template_bytes(template)

    def test_less_is_said_where_its_sheet_is_smaller(
        self, some: ReportParts, three: Documents, template: Path
    ) -> None:
        sheet = template_sheet(template.read_bytes())
        assert sheet.margin == pytest.approx(30, abs=0.1)
        assert sheet != SHEET
        small = Documents(some, sheet).governors
        assert len(" ".join(texts_of(small))) < len(" ".join(texts_of(three.governors)))

    def test_the_same_template_gives_the_same_bytes(
        self, small: Any, template: Path, filled: list[Path], tmp_path: Path
    ) -> None:
        again = bc.write_report(tmp_path / "out", **small, formats=["docx"], template=template)
        assert [p.read_bytes() for p in filled] == [p.read_bytes() for p in again]

    def test_a_bare_one_has_what_it_lacks_made(self, template: Path) -> None:
        bare = docx.Document(str(template))
        for style in list(bare.styles):
            bare.styles.element.remove(style.element)
        numbering = bare.part.numbering_part
        key = next(k for k, r in bare.part.rels.items() if r.target_part is numbering)
        del bare.part.rels[key]
        file = io.BytesIO()
        bare.save(file)
        word = opened(as_word(SMALL, template=file.getvalue()))
        assert {p.style.name for p in word.paragraphs} >= {"Heading 1", "Heading 2", "List Number"}
        numbers = {p._p.pPr.numPr.numId.val for p in word.paragraphs if p._p.pPr.numPr is not None}
        nums = word.part.numbering_part.element.num_lst
        assert numbers == {n.numId for n in nums}

    @pytest.mark.parametrize(
        ("name", "content", "error", "words"),
        [
            ("t.docm", b"x", bc.InvalidInputError, "save yours as Word Document"),
            ("t.docx", b"no archive", bc.errors.ReadError, "could not open it as a .docx"),
            ("t.docx", None, bc.errors.ReadError, "cannot read"),
        ],
    )
    def test_what_is_no_template(  # noqa: PLR0913, PLR0917
        self, parts: Any, tmp_path: Path, name: str, content: bytes | None, error: Any, words: str
    ) -> None:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(error, match=words):
            bc.write_report(tmp_path / "out", **parts, formats=["docx"], template=path)
        assert not (tmp_path / "out").exists()

    def test_a_template_without_word_files(
        self, parts: Any, template: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(bc.InvalidInputError, match="add 'docx' to formats"):
            bc.write_report(tmp_path / "out", **parts, template=template)


class TestMissingExtra:
    @pytest.mark.parametrize(("module", "package"), [("docx", "python-docx"), ("PIL", "pillow")])
    def test_it_says_what_to_install_and_writes_nothing(
        self,
        parts: Any,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        module: str,
        package: str,
    ) -> None:
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(
            bc.errors.MissingExtraError, match=rf"{package}(.|\n)*behaviour_culture\[office\]"
        ):
            bc.write_report(tmp_path / "out", **parts, formats=["html", "docx"])
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("letter", "near"), [("\u0107", "c"), ("\u2212", "-"), ("\u4e2d", "?")])
def test_a_letter_that_the_font_has_not_is_drawn_as_the_nearest(letter: str, near: str) -> None:
    def drawn(words: str) -> bytes:
        svg = f'<svg viewBox="0 0 60 20"><text x="5" y="15" class="note">{words}</text></svg>'
        return png(Markup(svg))[0]  # noqa: S704  (ours)

    assert drawn(f"a{letter}b") == drawn(f"a{near}b")


def test_a_dashed_path_has_gaps() -> None:
    def dark(css: str) -> int:
        svg = f'<svg viewBox="0 0 200 20"><path class="{css}" d="M5 10 L195 10"/></svg>'
        image = Image.open(io.BytesIO(png(Markup(svg))[0])).convert("L")  # noqa: S704  (ours)
        return sum(image.getpixel((x, 20)) < 200 for x in range(10, 390))

    assert dark("line") == 380
    assert 380 / 2 < dark("limit") < 380 * 3 / 4


def _pictures(three: Documents) -> Iterator[Figure]:
    for document in (three.plan, three.annex):
        yield from (b for b in document.blocks if isinstance(b, Figure))


def test_every_picture_of_ours_can_be_drawn(three: Documents, three_of_all: Documents) -> None:
    for figure in (*_pictures(three), *_pictures(three_of_all)):
        content, wide, high = png(figure.picture)
        assert content.startswith(b"\x89PNG")
        assert wide > 100
        assert high > 50
