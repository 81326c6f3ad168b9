"""What Word files hold and python-docx cannot write: links, fields, lists, tables with lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from behaviour_culture.report.documents.fitting import Sizes
from behaviour_culture.report.documents.model import Cell
from behaviour_culture.report.documents.word.styles import ACCENT, BAND, COLOURS, LINE
from behaviour_culture.report.words import clean

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = [
    "TWIPS",
    "add_bookmark",
    "add_field",
    "add_link",
    "add_link_to_bookmark",
    "begin_field",
    "coloured",
    "dress",
    "end_field",
    "framed",
    "hold_on",
    "make_item",
    "new_list",
    "right",
    "set_up_row",
    "set_up_table",
    "thin",
]

TWIPS = 20
"""What Word counts in, for each point."""
_LISTS_AFTER = 1000
"""Lists of ours have numbers above those of a template."""


def add_link(paragraph: Any, words: str, address: str) -> None:  # noqa: ANN401  (python-docx's own)
    """Add words that lead to a web address."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415  (an extra)
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    key = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    made = paragraph.add_run(words)
    made.underline = True
    coloured(made, ACCENT)
    link.append(made._r)  # noqa: SLF001  (python-docx has no links of its own)
    paragraph._p.append(link)  # noqa: SLF001


def add_bookmark(paragraph: Any, words: str, number: int) -> None:  # noqa: ANN401
    """Add words to which the table of contents leads, as its entry of a number."""
    from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _bookmark(number))
    paragraph._p.append(start)  # noqa: SLF001  (python-docx has no bookmarks)
    paragraph.add_run(words)
    paragraph._p.append(end)  # noqa: SLF001


def add_link_to_bookmark(paragraph: Any, words: str, number: int) -> None:  # noqa: ANN401
    """Add words that lead to a bookmark."""
    from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _bookmark(number))
    link.append(paragraph.add_run(words)._r)  # noqa: SLF001
    paragraph._p.append(link)  # noqa: SLF001


def add_field(paragraph: Any, instruction: str, result: str) -> None:  # noqa: ANN401
    """Add a field that Word works out, and what it shows until then."""
    begin_field(paragraph, instruction)
    paragraph.add_run(result)
    end_field(paragraph)


def begin_field(paragraph: Any, instruction: str) -> None:  # noqa: ANN401
    """Begin a field, whose result follows until `end_field`."""
    _field_part(paragraph, "begin")
    _instruction(paragraph, instruction)
    _field_part(paragraph, "separate")


def end_field(paragraph: Any) -> None:  # noqa: ANN401
    """End a field."""
    _field_part(paragraph, "end")


def _bookmark(number: int) -> str:
    return f"_Toc{number:08}"


def _field_part(paragraph: Any, kind: str) -> None:  # noqa: ANN401
    from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(part)  # noqa: SLF001


def _instruction(paragraph: Any, words: str) -> None:  # noqa: ANN401
    from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    part = OxmlElement("w:instrText")
    part.set(qn("xml:space"), "preserve")
    part.text = f" {words} "
    paragraph.add_run()._r.append(part)  # noqa: SLF001


def _numbering_part(word: WordDocument) -> Any:  # noqa: ANN401  (python-docx's own)
    """Return the part that numbers lists; make it in a template that has no list."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE  # noqa: PLC0415
    from docx.opc.packuri import PackURI  # noqa: PLC0415  (an extra)
    from docx.oxml import parse_xml  # noqa: PLC0415
    from docx.oxml.ns import nsdecls  # noqa: PLC0415
    from docx.parts.numbering import NumberingPart  # noqa: PLC0415

    part: Any = word.part
    kind = RELATIONSHIP_TYPE.NUMBERING
    if all(relation.reltype != kind for relation in part.rels.values()):
        empty: Any = parse_xml(f"<w:numbering {nsdecls('w')}/>")
        place = PackURI("/word/numbering.xml")
        made = NumberingPart(place, CONTENT_TYPE.WML_NUMBERING, empty, part.package)
        part.relate_to(made, kind)
    return part.numbering_part


def new_list(word: WordDocument, count: int, indent: int, *, numbered: bool) -> int:
    """Make a list of its own, so that each begins at 1, and return its number.

    ``count`` is how many of ours there are with it, and ``indent`` its indent in twips.
    """
    from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import nsdecls, qn  # noqa: PLC0415

    numbering = _numbering_part(word).element
    key = _LISTS_AFTER + count
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
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>')
    )
    return key


def make_item(paragraph: Any, number: int) -> None:  # noqa: ANN401  (python-docx's own)
    """Make a paragraph an item of a list."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def coloured(run: Any, colour: str) -> None:  # noqa: ANN401  (python-docx's own)
    """Give words a colour."""
    from docx.shared import RGBColor  # noqa: PLC0415  (an extra)

    run.font.color.rgb = RGBColor.from_string(colour)


def right() -> Any:  # noqa: ANN401  (python-docx's own)
    """Return the alignment to the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415  (an extra)

    return WD_ALIGN_PARAGRAPH.RIGHT


def thin(paragraph: Any, size: float) -> None:  # noqa: ANN401  (python-docx's own)
    """Make the lines of a paragraph exactly as high as some points."""
    from docx.enum.text import WD_LINE_SPACING  # noqa: PLC0415  (an extra)
    from docx.shared import Pt  # noqa: PLC0415

    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size)


def framed(paragraph: Any, ink: str, paper: str) -> None:  # noqa: ANN401  (python-docx's own)
    """Put a frame around a paragraph, on a paper of its own."""
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


def set_up_table(made: Any, caption: str, widths: Sequence[int], sizes: Sizes) -> None:  # noqa: ANN401
    """Give a table its widths, lines, margins and caption."""
    from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    properties = made._tbl.tblPr  # noqa: SLF001  (python-docx has none of these)
    _set_child(properties, "tblW", f'w:type="dxa" w:w="{sum(widths) // 635}"')
    _set_child(properties, "tblInd", f'w:type="dxa" w:w="{int(sizes.cell_x * TWIPS)}"')
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for side in ("top", "bottom", "insideH")
    )
    x, y = int(sizes.cell_x * TWIPS), int(sizes.cell_y * TWIPS)
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


def hold_on(line: Any) -> None:  # noqa: ANN401  (python-docx's own)
    """Keep a row on the sheet of the next one."""
    for place in line.cells:
        for paragraph in place.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def set_up_row(line: Any, *, head: bool) -> None:  # noqa: ANN401  (python-docx's own)
    """Keep a row whole; the head stands again on each sheet."""
    from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)

    properties = line._tr.get_or_add_trPr()  # noqa: SLF001  (python-docx has none of these)
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def dress(place: Any, one: Cell, *, band: bool) -> None:  # noqa: ANN401  (python-docx's own)
    """Give a cell the paper of its band or its colour."""
    from docx.oxml import parse_xml  # noqa: PLC0415  (an extra)
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    paper = BAND if band else COLOURS[one.colour][1] if one.colour else ""
    if paper:
        shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{paper}"/>'
        place._tc.get_or_add_tcPr().append(parse_xml(shade))  # noqa: SLF001
