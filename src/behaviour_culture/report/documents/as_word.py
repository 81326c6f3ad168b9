"""A document as a Word file with real styles, in a template of the school's own if there is one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from behaviour_culture.errors import Fault, InvalidInputError, MissingExtraError, ReadError
from behaviour_culture.report.documents.fitting import COMPACT, SHEET, SIZES, Sheet, Sizes
from behaviour_culture.report.documents.model import (
    Block,
    Cell,
    Document,
    Figure,
    Heading,
    Listing,
    Notice,
    Row,
    Run,
    Table,
    Text,
)
from behaviour_culture.report.documents.picture import png
from behaviour_culture.report.words import clean

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["as_word", "template_bytes", "template_sheet"]

_FONT = "Arial"
_INK, _SOFT, _ACCENT = "1F2933", "434D57", "0D5A6B"
_LINE, _BAND = "B8C1C9", "EEF2F5"
_COLOURS = {
    "green": ("17603A", "E2F2E8"),
    "amber": ("774600", "FCEFD3"),
    "red": ("951B1B", "FBE5E3"),
    "blue": ("1D4C86", "E4EDF8"),
    "grey": ("46525E", "E9EDF1"),
}
_ZERO = (1980, 1, 1, 0, 0, 0)
"""The time of each entry of the file: the same parts give the same bytes."""
_NO_DATE = date(2000, 1, 1)
"""Word wants a date of making; without one of the report it is this."""
_NORMAL = "Normal"
_STYLES = (
    *(_NORMAL, "Heading 1", "Heading 2", "Heading 3"),
    *("List Bullet", "List Number", "Caption"),
)
_NOTICE, _NOTE, _CELL, _GRID = "Notice", "Note", "Table Text", "Plan Table"
_TWIPS = 20
_EMU = 12_700
"""What python-docx counts in, for each point."""
_SHAPES_AFTER = 1000


def as_word(
    document: Document, *, template: bytes | None = None, written_on: date | None = None
) -> bytes:
    """Return a document as the bytes of a ``.docx`` file; the same input gives the same bytes.

    Parameters
    ----------
    document : Document
    template : bytes, optional
        A ``.docx`` of the school: its styles, its paper, its header and footer are kept, and what
        else it holds is left out.
    written_on : date, optional
        The date of the file in its properties.

    Raises
    ------
    MissingExtraError
        python-docx or Pillow is not installed (extra ``office``).
    """
    writer = _Writer(document, template, written_on)
    return _same_bytes(writer.written())


def template_bytes(path: str | Path) -> bytes:
    """Return the bytes of a template, or raise `ReadError` where Word could not use it."""
    name = str(path)
    if Path(name).suffix.lower() != ".docx":
        problem = "a template is a .docx file: save yours as Word Document (.docx), without macros"
        raise InvalidInputError("template", [Fault("template", f"{problem}; got {name!r}")])
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise ReadError(name, error.strerror or str(error)) from None
    _opened(content, name)
    return content


def template_sheet(content: bytes) -> Sheet:
    """Return the sheet of a template: its paper, and the larger of its margins."""
    section = _opened(content, "the template").sections[0]
    mm = [section.page_width, section.page_height]
    margins = [section.left_margin, section.right_margin, section.top_margin, section.bottom_margin]
    wide, high = (float(length.mm) if length else 210.0 for length in mm)
    return Sheet(wide, high, max(float(m.mm) if m else SHEET.margin for m in margins))


def _docx() -> Any:  # noqa: ANN401  (a module)
    try:
        import docx  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("python-docx", "office", "writing a Word document") from None
    return docx


def _opened(content: bytes, name: str) -> WordDocument:
    docx = _docx()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        opened: WordDocument | None = None
        if size <= _LARGEST:
            opened = docx.Document(io.BytesIO(content))
    except Exception as error:  # noqa: BLE001  (a broken archive fails in many ways)
        problem = f"Word could not open it as a .docx file: {error}"
        raise ReadError(name, problem) from None
    if opened is None:
        raise ReadError(name, "a template may hold 50 MB, and this one has more")
    return opened


_LARGEST = 50_000_000


class _Writer:
    """Writes one document."""

    def __init__(self, document: Document, template: bytes | None, written_on: date | None) -> None:
        docx = _docx()
        self.document = document
        self.own = template is not None
        self.sizes: Sizes = COMPACT if document.compact else SIZES
        self.word: WordDocument = (
            docx.Document() if template is None else _opened(template, "the template")
        )
        self._found: dict[str, Any] = {}
        self._lists = 0
        self._shapes = 0
        self._bookmarks = 0
        self._empty_body()
        self._set_styles()
        self._set_properties(written_on)

    def written(self) -> bytes:
        """Write all parts and return the file."""
        wide: bool | None = None
        for part in self.document.parts:
            if wide is None:
                self._turn(self.word.sections[0], wide=part.wide)
            elif part.wide is not wide:
                self._turn(self.word.add_section(), wide=part.wide)
                # It ends with a paragraph of its own, which would begin a sheet after a full one.
                _thin(self._styled(self.word.paragraphs[-1], _CELL), 1.0)
            self._new_sheet = part.new_sheet and wide is part.wide
            wide = part.wide
            for block in part.blocks:
                self._block(block)
        self._footer()
        file = io.BytesIO()
        self.word.save(file)
        return file.getvalue()

    # -- the file as a whole ----------------------------------------------------------

    def _empty_body(self) -> None:
        body = self.word.element.body
        for child in list(body):
            if not child.tag.endswith("}sectPr"):
                body.remove(child)

    def _turn(self, section: Any, *, wide: bool) -> None:  # noqa: ANN401  (python-docx's own)
        from docx.enum.section import WD_ORIENT  # noqa: PLC0415  (an extra)
        from docx.shared import Mm  # noqa: PLC0415

        if self.own:
            sides = sorted((section.page_width, section.page_height))
        else:
            sides = [Mm(SHEET.width), Mm(SHEET.height)]
            for side in ("left", "right", "top", "bottom"):
                setattr(section, f"{side}_margin", Mm(SHEET.margin))
            section.header_distance = section.footer_distance = Mm(7)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = sides[::-1] if wide else sides
        self.room = section.page_width - section.left_margin - section.right_margin

    def _set_properties(self, written_on: date | None) -> None:
        core = self.word.core_properties
        day = written_on or _NO_DATE
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        core.title, core.subject = clean(self.document.title)[:255], self.document.subject
        core.author, core.last_modified_by = "", ""
        core.language, core.revision = "en-GB", 1
        core.comments, core.keywords, core.category = "", "", ""
        core.created = core.modified = moment
        core.last_printed = moment

    def _footer(self) -> None:
        """Write page numbers, where the document is more than one sheet and nobody else did."""
        if self.document.compact or self.own:
            return
        paragraph = self.word.sections[0].footer.paragraphs[0]
        self._styled(paragraph, _NOTE).alignment = _right()
        for words in ("Page ", ("PAGE", "1"), " of ", ("NUMPAGES", "1")):
            if isinstance(words, str):
                paragraph.add_run(words)
            else:
                self._field(paragraph, *words)

    # -- styles -----------------------------------------------------------------------

    def _style(self, name: str) -> Any:  # noqa: ANN401  (python-docx's own)
        return self._found[name]

    def _styled(self, paragraph: Any, name: str) -> Any:  # noqa: ANN401  (python-docx's own)
        """Give a paragraph a style by its id; python-docx looks through all styles each time."""
        paragraph._p.style = self._found[name].style_id  # noqa: SLF001
        return paragraph

    def _set_styles(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415  (an extra)

        styles: Any = self.word.styles
        kinds = dict.fromkeys((*_STYLES, _NOTICE, _NOTE, _CELL), WD_STYLE_TYPE.PARAGRAPH)
        kinds |= {_GRID: WD_STYLE_TYPE.TABLE}
        # By any spelling: programs write "heading 1" and "Heading 1", and python-docx finds one.
        there = {(style.name or "").lower(): style for style in styles}
        for name, kind in kinds.items():
            found = there.get(name.lower())
            if found is None or found.type != kind:
                found = styles.add_style(name if found is None else f"{name} of the plan", kind)
                if kind == WD_STYLE_TYPE.PARAGRAPH and name != _NORMAL:
                    found.base_style = self._found[_NORMAL]
            self._found[name] = found
        self._language()
        sizes = self.sizes
        for name in (_NOTICE, _NOTE, _CELL):
            self._set_style(name, sizes.text, after=0.0 if name == _CELL else sizes.after)
        if self.own:
            return
        self._set_style("Normal", sizes.text, after=sizes.after)
        for name in ("Heading 1", "Heading 2", "Heading 3"):
            size = sizes.title if name == "Heading 1" else sizes.heading
            before = 0.0 if name == "Heading 1" else sizes.before
            colour = _INK if name == "Heading 1" else _ACCENT
            self._set_style(name, size, before=before, after=sizes.after, bold=True, colour=colour)
            self._style(name).paragraph_format.keep_with_next = True
        self._set_style("Caption", sizes.text, after=sizes.after, bold=True)
        self._style("Caption").paragraph_format.keep_with_next = True
        for name in ("List Bullet", "List Number"):
            self._set_style(name, sizes.text, after=1.0)

    def _set_style(  # noqa: PLR0913  (what a style is made of)
        self,
        name: str,
        size: float,
        *,
        before: float = 0.0,
        after: float = 0.0,
        bold: bool = False,
        colour: str = _INK,
    ) -> None:
        from docx.oxml.ns import qn  # noqa: PLC0415  (an extra)
        from docx.shared import Pt, RGBColor  # noqa: PLC0415

        style = self._style(name)
        if not self.own:
            style.font.name = _FONT
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for script in ("eastAsia", "cs"):
                fonts.set(qn(f"w:{script}"), _FONT)
            style.font.color.rgb = RGBColor.from_string(colour)
        style.font.size = Pt(size)
        style.font.bold, style.font.italic = bold, False
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        layout.line_spacing = 1.0

    def _language(self) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
        from docx.oxml.ns import qn  # noqa: PLC0415

        properties = self._style("Normal").element.get_or_add_rPr()
        language = properties.find(qn("w:lang"))
        if language is None:
            language = OxmlElement("w:lang")
            properties.append(language)
        language.set(qn("w:val"), "en-GB")

    # -- blocks -----------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Text(runs, note):
                self._paragraph(runs, _NOTE if note else "Normal")
            case Notice(runs):
                self._notice(runs)
            case Listing(items, numbered):
                self._list(items, numbered=numbered)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)

    def _add(self, style: str) -> Any:  # noqa: ANN401  (python-docx's own)
        paragraph = self._styled(self.word.add_paragraph(), style)
        if self._new_sheet:
            paragraph.paragraph_format.page_break_before = True
            self._new_sheet = False
        return paragraph

    def _heading(self, heading: Heading) -> None:
        paragraph = self._add(f"Heading {min(heading.level, 3)}")
        if self.document.contents and heading.level == _LISTED:
            self._bookmark(paragraph, clean(heading.words))
        else:
            paragraph.add_run(clean(heading.words))
        if heading.level == 1 and self.document.contents:
            self._contents()

    def _paragraph(self, runs: Sequence[Run], style: str) -> None:
        self._fill(self._add(style), runs)

    def _notice(self, runs: Sequence[Run]) -> None:
        paragraph = self._add(_NOTICE)
        self._fill(paragraph, runs)
        ink, paper = _COLOURS["amber"]
        _framed(paragraph, ink, paper)
        layout = paragraph.paragraph_format
        layout.left_indent = layout.right_indent = _FRAME * _EMU

    def _fill(self, paragraph: Any, runs: Sequence[Run], *, bold: bool = False) -> None:  # noqa: ANN401
        for run in runs:
            if run.link:
                self._link(paragraph, run)
                continue
            made = paragraph.add_run(clean(run.words))
            if run.strong or bold:
                made.bold = True
            if run.soft:
                _coloured(made, _SOFT)

    def _list(self, items: Sequence[Sequence[Run]], *, numbered: bool) -> None:
        number = self._numbering(numbered=numbered)
        style = "List Number" if numbered else "List Bullet"
        for item in items:
            paragraph = self._add(style)
            self._fill(paragraph, item)
            _numbered(paragraph, number)

    def _table(self, table: Table) -> None:
        if not table.hide_caption:
            self._paragraph((Run(table.caption),), "Caption")
        columns = len(table.heads)
        shares = table.widths or tuple(1 / columns for _ in table.heads)
        widths = [int(self.room * share) for share in shares]
        made = self.word.add_table(rows=0, cols=columns)
        made.style = self._style(_GRID)
        _set_up_table(made, table.caption, widths, self.sizes)
        head = Row(tuple(Cell((runs,)) for runs in table.heads), band=True)
        for i, row in enumerate((head, *table.rows)):
            self._row(made, row, widths, head=i == 0)
            if i == 0 or (table.together and i < len(table.rows)):
                _hold_on(made.rows[-1])
        # A table is followed by a paragraph: this one holds the space below it.
        _thin(self._styled(self.word.add_paragraph(), _CELL), self.sizes.after)

    def _row(self, made: Any, row: Row, widths: Sequence[int], *, head: bool) -> None:  # noqa: ANN401
        line = made.add_row()
        _set_up_row(line, head=head)
        at = 0
        cells = line.cells
        for one in row.cells:
            place = cells[at]
            if one.span > 1:
                place = place.merge(cells[at + one.span - 1])
            place.width = sum(widths[at : at + one.span])
            at += one.span
            _dress(place, one, band=row.band)
            lines = one.lines or ((Run(""),),)
            for i, runs in enumerate(lines):
                paragraph = place.paragraphs[0] if i == 0 else place.add_paragraph()
                self._styled(paragraph, _CELL)
                if row.band:
                    paragraph.paragraph_format.keep_with_next = True
                if one.figure:
                    paragraph.alignment = _right()
                self._fill(paragraph, runs, bold=row.band)
                if one.colour:
                    for run in paragraph.runs:
                        _coloured(run, _COLOURS[one.colour][0])

    def _figure(self, figure: Figure) -> None:
        paragraph = self._add("Normal")
        content, wide, high = png(figure.picture)
        most = self._height_left()
        width = min(self.room, int(most * wide / high), int(wide * _EMU))
        paragraph.paragraph_format.keep_with_next = bool(figure.caption)
        paragraph.add_run().add_picture(io.BytesIO(content), width=width)
        self._shapes += 1
        for shape in paragraph._p.xpath(".//wp:docPr | .//pic:cNvPr"):  # noqa: SLF001
            shape.set("id", str(self._shapes))
            shape.set("name", f"Picture {self._shapes}")
            shape.set("descr", clean(figure.alt))
        if figure.caption:
            self._paragraph((Run(figure.caption),), _NOTE)

    def _height_left(self) -> int:
        """Return the most height of a picture, so that its heading and caption stay with it."""
        section: Any = self.word.sections[-1]
        room = section.page_height - section.top_margin - section.bottom_margin
        return int(room * _PICTURE)

    # -- links, fields, contents --------------------------------------------------------

    def _link(self, paragraph: Any, run: Run) -> None:  # noqa: ANN401  (python-docx's own)
        from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415  (an extra)
        from docx.oxml import OxmlElement  # noqa: PLC0415
        from docx.oxml.ns import qn  # noqa: PLC0415

        key = paragraph.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), key)
        made = paragraph.add_run(clean(run.words))
        made.underline = True
        _coloured(made, _ACCENT)
        link.append(made._r)  # noqa: SLF001  (python-docx has no links of its own)
        paragraph._p.append(link)  # noqa: SLF001

    def _bookmark(self, paragraph: Any, words: str) -> None:  # noqa: ANN401
        from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
        from docx.oxml.ns import qn  # noqa: PLC0415

        self._bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self._bookmarks))
        start.set(qn("w:name"), f"_Toc{self._bookmarks:08}")
        paragraph._p.append(start)  # noqa: SLF001  (python-docx has no bookmarks)
        paragraph.add_run(words)
        paragraph._p.append(end)  # noqa: SLF001

    def _contents(self) -> None:
        """Write a table of contents as a field that already holds its entries.

        Word does not have to work anything out before it shows it, and asks nobody whether it
        may; an update of the field adds the numbers of pages.
        """
        titles = [
            clean(b.words)
            for b in self.document.blocks
            if isinstance(b, Heading) and b.level == _LISTED
        ]
        for i, title in enumerate(titles):
            paragraph = self._add("Normal")
            if i == 0:
                self._field_part(paragraph, "begin")
                self._instruction(paragraph, r'TOC \o "2-2" \h \z \u')
                self._field_part(paragraph, "separate")
            self._to_bookmark(paragraph, title, f"_Toc{i + 1:08}")
            if i == len(titles) - 1:
                self._field_part(paragraph, "end")

    def _to_bookmark(self, paragraph: Any, words: str, name: str) -> None:  # noqa: ANN401
        from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
        from docx.oxml.ns import qn  # noqa: PLC0415

        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), name)
        link.append(paragraph.add_run(words)._r)  # noqa: SLF001
        paragraph._p.append(link)  # noqa: SLF001

    def _field(self, paragraph: Any, instruction: str, result: str) -> None:  # noqa: ANN401
        self._field_part(paragraph, "begin")
        self._instruction(paragraph, instruction)
        self._field_part(paragraph, "separate")
        paragraph.add_run(result)
        self._field_part(paragraph, "end")

    def _field_part(self, paragraph: Any, kind: str) -> None:  # noqa: ANN401
        from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
        from docx.oxml.ns import qn  # noqa: PLC0415

        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(part)  # noqa: SLF001

    def _instruction(self, paragraph: Any, words: str) -> None:  # noqa: ANN401
        from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
        from docx.oxml.ns import qn  # noqa: PLC0415

        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = f" {words} "
        paragraph.add_run()._r.append(part)  # noqa: SLF001

    # -- lists ------------------------------------------------------------------------

    def _numbering_part(self) -> Any:  # noqa: ANN401  (python-docx's own)
        """Return the part that numbers lists; make it in a template that has no list."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE  # noqa: PLC0415
        from docx.opc.packuri import PackURI  # noqa: PLC0415  (an extra)
        from docx.oxml import parse_xml  # noqa: PLC0415
        from docx.oxml.ns import nsdecls  # noqa: PLC0415
        from docx.parts.numbering import NumberingPart  # noqa: PLC0415

        part: Any = self.word.part
        kind = RELATIONSHIP_TYPE.NUMBERING
        if all(relation.reltype != kind for relation in part.rels.values()):
            empty: Any = parse_xml(f"<w:numbering {nsdecls('w')}/>")
            place = PackURI("/word/numbering.xml")
            made = NumberingPart(place, CONTENT_TYPE.WML_NUMBERING, empty, part.package)
            part.relate_to(made, kind)
        return part.numbering_part

    def _numbering(self, *, numbered: bool) -> int:
        """Make a list of its own, so that each begins at 1, and return its number."""
        from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
        from docx.oxml.ns import nsdecls, qn  # noqa: PLC0415

        numbering = self._numbering_part().element
        self._lists += 1
        key = _SHAPES_AFTER + self._lists
        indent = int(self.sizes.indent * _TWIPS)
        kind, mark = ("decimal", "%1.") if numbered else ("bullet", "\N{BULLET}")
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}">'
            '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{kind}"/><w:lvlText w:val="{mark}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl>'
            "</w:abstractNum>"
        )
        first = numbering.find(qn("w:num"))
        if first is None:
            numbering.append(abstract)
        else:
            first.addprevious(abstract)
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'
            )
        )
        return key


_FRAME = 5
_LISTED = 2
"""The level of headings in the table of contents."""
_PICTURE = 0.86


def _numbered(paragraph: Any, number: int) -> None:  # noqa: ANN401  (python-docx's own)
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _coloured(run: Any, colour: str) -> None:  # noqa: ANN401  (python-docx's own)
    from docx.shared import RGBColor  # noqa: PLC0415  (an extra)

    run.font.color.rgb = RGBColor.from_string(colour)


def _right() -> Any:  # noqa: ANN401  (python-docx's own)
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415  (an extra)

    return WD_ALIGN_PARAGRAPH.RIGHT


def _thin(paragraph: Any, size: float) -> None:  # noqa: ANN401  (python-docx's own)
    from docx.enum.text import WD_LINE_SPACING  # noqa: PLC0415  (an extra)
    from docx.shared import Pt  # noqa: PLC0415

    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size)


def _framed(paragraph: Any, ink: str, paper: str) -> None:  # noqa: ANN401  (python-docx's own)
    from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="2" w:color="{ink}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    frame = parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>")
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{paper}"/>')
    properties.insert_element_before(
        frame, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )
    properties.insert_element_before(
        shade, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def _set_up_table(made: Any, caption: str, widths: Sequence[int], sizes: Sizes) -> None:  # noqa: ANN401
    from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    properties = made._tbl.tblPr  # noqa: SLF001  (python-docx has none of these)
    _set_child(properties, "tblW", f'w:type="dxa" w:w="{sum(widths) // 635}"')
    _set_child(properties, "tblInd", f'w:type="dxa" w:w="{int(sizes.cell_x * _TWIPS)}"')
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>'
        for side in ("top", "bottom", "insideH")
    )
    x, y = int(sizes.cell_x * _TWIPS), int(sizes.cell_y * _TWIPS)
    margins = "".join(
        f'<w:{side} w:w="{size}" w:type="dxa"/>'
        for side, size in (("top", y), ("left", x), ("bottom", y), ("right", x))
    )
    for tag, inner in (("tblBorders", lines), ("tblCellMar", margins)):
        _place(properties, parse_xml(f"<w:{tag} {nsdecls('w')}>{inner}</w:{tag}>"))
    _set_child(properties, "tblLook", 'w:val="0020" w:firstRow="1" w:firstColumn="0" w:noVBand="1"')
    _set_child(properties, "tblCaption", "", val=clean(caption))


_TABLE_ORDER = (
    *("tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize"),
    *("tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd"),
    *("tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription"),
)
"""The order of the properties of a table, which Word asks for."""


def _set_child(properties: Any, tag: str, attributes: str, *, val: str | None = None) -> None:  # noqa: ANN401
    from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import nsdecls, qn  # noqa: PLC0415

    old = properties.find(qn(f"w:{tag}"))
    if old is not None:
        properties.remove(old)
    made = parse_xml(f"<w:{tag} {nsdecls('w')} {attributes}/>")
    if val is not None:
        made.set(qn("w:val"), val)
    _place(properties, made)


def _place(properties: Any, made: Any) -> None:  # noqa: ANN401  (elements of python-docx)
    from docx.oxml.ns import qn  # noqa: PLC0415  (an extra)

    order = [qn(f"w:{name}") for name in _TABLE_ORDER]
    mine = order.index(made.tag)
    after = next((c for c in properties if c.tag in order and order.index(c.tag) > mine), None)
    if after is None:
        properties.append(made)
    else:
        after.addprevious(made)


def _hold_on(line: Any) -> None:  # noqa: ANN401  (python-docx's own)
    """Keep a row on the sheet of the next one."""
    for place in line.cells:
        for paragraph in place.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _set_up_row(line: Any, *, head: bool) -> None:  # noqa: ANN401  (python-docx's own)
    from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)

    properties = line._tr.get_or_add_trPr()  # noqa: SLF001  (python-docx has none of these)
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _dress(place: Any, one: Cell, *, band: bool) -> None:  # noqa: ANN401  (python-docx's own)
    from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    paper = _BAND if band else _COLOURS[one.colour][1] if one.colour else ""
    if paper:
        shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{paper}"/>'
        place._tc.get_or_add_tcPr().append(parse_xml(shade))  # noqa: SLF001


def _same_bytes(content: bytes) -> bytes:
    """Return the archive with the same time on each entry, in the order of their names."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in _ordered(source.namelist()):
            entry = zipfile.ZipInfo(name, _ZERO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return made.getvalue()


def _ordered(names: Sequence[str]) -> Iterator[str]:
    """Yield the names as Word likes them: the list of types first."""
    first = "[Content_Types].xml"
    yield from (first, *sorted(set(names) - {first}))
