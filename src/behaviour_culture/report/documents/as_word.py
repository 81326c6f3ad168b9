"""A document as a Word file with real styles, in a template of the school's own if there is one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from behaviour_culture.report.documents.fitting import COMPACT, SHEET, SIZES, Sizes
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
from behaviour_culture.report.documents.word.elements import (
    TWIPS,
    add_bookmark,
    add_field,
    add_link,
    add_link_to_bookmark,
    begin_field,
    coloured,
    dress,
    end_field,
    framed,
    hold_on,
    make_item,
    new_list,
    right,
    set_up_row,
    set_up_table,
    thin,
)
from behaviour_culture.report.documents.word.package import new_word, same_bytes
from behaviour_culture.report.documents.word.styles import (
    CELL,
    COLOURS,
    GRID,
    NORMAL,
    NOTE,
    NOTICE,
    SOFT,
    Styles,
)
from behaviour_culture.report.words import clean

__all__ = ["as_word"]

_NO_DATE = date(2000, 1, 1)
"""Word wants a date of making; without one of the report it is this."""
_EMU = 12_700
"""What python-docx counts in, for each point."""
_FRAME = 5
"""Points between a notice and the margins."""
_LISTED = 2
"""The level of headings in the table of contents."""
_PICTURE = 0.86
"""The share of a sheet's height that a picture may fill."""


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
    return same_bytes(writer.written())


class _Writer:
    """Writes one document."""

    def __init__(self, document: Document, template: bytes | None, written_on: date | None) -> None:
        self.document = document
        self.own = template is not None
        self.sizes: Sizes = COMPACT if document.compact else SIZES
        self.word = new_word(template)
        self._lists = 0
        self._shapes = 0
        self._bookmarks = 0
        self._empty_body()
        self.styles = Styles(self.word, self.sizes, own=self.own)
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
                thin(self.styles.give(CELL, self.word.paragraphs[-1]), 1.0)
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
        self.styles.give(NOTE, paragraph).alignment = right()
        for words in ("Page ", ("PAGE", "1"), " of ", ("NUMPAGES", "1")):
            if isinstance(words, str):
                paragraph.add_run(words)
            else:
                add_field(paragraph, *words)

    # -- blocks -----------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Text(runs, note):
                self._paragraph(runs, NOTE if note else NORMAL)
            case Notice(runs):
                self._notice(runs)
            case Listing(items, numbered):
                self._list(items, numbered=numbered)
            case Table():
                self._table(block)
            case _:
                self._figure(block)

    def _add(self, style: str) -> Any:  # noqa: ANN401  (python-docx's own)
        paragraph = self.styles.give(style, self.word.add_paragraph())
        if self._new_sheet:
            paragraph.paragraph_format.page_break_before = True
            self._new_sheet = False
        return paragraph

    def _heading(self, heading: Heading) -> None:
        paragraph = self._add(f"Heading {min(heading.level, 3)}")
        if self.document.contents and heading.level == _LISTED:
            self._bookmarks += 1
            add_bookmark(paragraph, clean(heading.words), self._bookmarks)
        else:
            paragraph.add_run(clean(heading.words))
        if heading.level == 1 and self.document.contents:
            self._contents()

    def _paragraph(self, runs: Sequence[Run], style: str) -> None:
        self._fill(self._add(style), runs)

    def _notice(self, runs: Sequence[Run]) -> None:
        paragraph = self._add(NOTICE)
        self._fill(paragraph, runs)
        ink, paper = COLOURS["amber"]
        framed(paragraph, ink, paper)
        layout = paragraph.paragraph_format
        layout.left_indent = layout.right_indent = _FRAME * _EMU

    def _fill(self, paragraph: Any, runs: Sequence[Run], *, bold: bool = False) -> None:  # noqa: ANN401
        for run in runs:
            if run.link:
                add_link(paragraph, clean(run.words), run.link)
                continue
            made = paragraph.add_run(clean(run.words))
            if run.strong or bold:
                made.bold = True
            if run.soft:
                coloured(made, SOFT)

    def _list(self, items: Sequence[Sequence[Run]], *, numbered: bool) -> None:
        self._lists += 1
        indent = int(self.sizes.indent * TWIPS)
        number = new_list(self.word, self._lists, indent, numbered=numbered)
        style = "List Number" if numbered else "List Bullet"
        for item in items:
            paragraph = self._add(style)
            self._fill(paragraph, item)
            make_item(paragraph, number)

    def _table(self, table: Table) -> None:
        if not table.hide_caption:
            self._paragraph((Run(table.caption),), "Caption")
        columns = len(table.heads)
        shares = table.widths or tuple(1 / columns for _ in table.heads)
        widths = [int(self.room * share) for share in shares]
        made = self.word.add_table(rows=0, cols=columns)
        made.style = self.styles[GRID]
        set_up_table(made, table.caption, widths, self.sizes)
        head = Row(tuple(Cell((runs,)) for runs in table.heads), band=True)
        for i, row in enumerate((head, *table.rows)):
            self._row(made, row, widths, head=i == 0)
            if i == 0 or (table.together and i < len(table.rows)):
                hold_on(made.rows[-1])
        # A table is followed by a paragraph: this one holds the space below it.
        thin(self.styles.give(CELL, self.word.add_paragraph()), self.sizes.after)

    def _row(self, made: Any, row: Row, widths: Sequence[int], *, head: bool) -> None:  # noqa: ANN401
        line = made.add_row()
        set_up_row(line, head=head)
        at = 0
        cells = line.cells
        for one in row.cells:
            place = cells[at]
            if one.span > 1:
                place = place.merge(cells[at + one.span - 1])
            place.width = sum(widths[at : at + one.span])
            at += one.span
            dress(place, one, band=row.band)
            lines = one.lines or ((Run(""),),)
            for i, runs in enumerate(lines):
                paragraph = place.paragraphs[0] if i == 0 else place.add_paragraph()
                self.styles.give(CELL, paragraph)
                if row.band:
                    paragraph.paragraph_format.keep_with_next = True
                if one.figure:
                    paragraph.alignment = right()
                self._fill(paragraph, runs, bold=row.band)
                if one.colour:
                    for run in paragraph.runs:
                        coloured(run, COLOURS[one.colour][0])

    def _figure(self, figure: Figure) -> None:
        paragraph = self._add(NORMAL)
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
            self._paragraph((Run(figure.caption),), NOTE)

    def _height_left(self) -> int:
        """Return the most height of a picture, so that its heading and caption stay with it."""
        section: Any = self.word.sections[-1]
        room = section.page_height - section.top_margin - section.bottom_margin
        return int(room * _PICTURE)

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
        for i, title in enumerate(titles, start=1):
            paragraph = self._add(NORMAL)
            if i == 1:
                begin_field(paragraph, r'TOC \o "2-2" \h \z \u')
            add_link_to_bookmark(paragraph, title, i)
            if i == len(titles):
                end_field(paragraph)
