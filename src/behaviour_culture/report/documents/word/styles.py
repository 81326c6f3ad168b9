"""The styles of a Word file: ours, or those of a template where it has them; and our colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from behaviour_culture.report.documents.fitting import Sizes

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = [
    "ACCENT",
    "BAND",
    "CELL",
    "COLOURS",
    "GRID",
    "LINE",
    "NORMAL",
    "NOTE",
    "NOTICE",
    "SOFT",
    "Styles",
]

_FONT = "Arial"
_INK, SOFT, ACCENT = "1F2933", "434D57", "0D5A6B"
LINE, BAND = "B8C1C9", "EEF2F5"
COLOURS = {
    "green": ("17603A", "E2F2E8"),
    "amber": ("774600", "FCEFD3"),
    "red": ("951B1B", "FBE5E3"),
    "blue": ("1D4C86", "E4EDF8"),
    "grey": ("46525E", "E9EDF1"),
}
"""The colour of words and that of the paper below them."""
NORMAL = "Normal"
NOTICE, NOTE, CELL, GRID = "Notice", "Note", "Table Text", "Plan Table"
_STYLES = (
    *(NORMAL, "Heading 1", "Heading 2", "Heading 3"),
    *("List Bullet", "List Number", "Caption"),
)


class Styles:
    """The styles of one file, each by our name for it."""

    def __init__(self, word: WordDocument, sizes: Sizes, *, own: bool) -> None:
        from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415  (an extra)

        self._own = own
        self._found: dict[str, Any] = {}
        styles: Any = word.styles
        kinds = dict.fromkeys((*_STYLES, NOTICE, NOTE, CELL), WD_STYLE_TYPE.PARAGRAPH)
        kinds |= {GRID: WD_STYLE_TYPE.TABLE}
        # By any spelling: programs write "heading 1" and "Heading 1", and python-docx finds one.
        there = {(style.name or "").lower(): style for style in styles}
        for name, kind in kinds.items():
            found = there.get(name.lower())
            if found is None or found.type != kind:
                found = styles.add_style(name if found is None else f"{name} of the plan", kind)
                if kind == WD_STYLE_TYPE.PARAGRAPH and name != NORMAL:
                    found.base_style = self._found[NORMAL]
            self._found[name] = found
        self._set_language()
        for name in (NOTICE, NOTE, CELL):
            self._set(name, sizes.text, after=0.0 if name == CELL else sizes.after)
        if own:
            return
        self._set(NORMAL, sizes.text, after=sizes.after)
        for name in ("Heading 1", "Heading 2", "Heading 3"):
            size = sizes.title if name == "Heading 1" else sizes.heading
            before = 0.0 if name == "Heading 1" else sizes.before
            colour = _INK if name == "Heading 1" else ACCENT
            self._set(name, size, before=before, after=sizes.after, bold=True, colour=colour)
            self[name].paragraph_format.keep_with_next = True
        self._set("Caption", sizes.text, after=sizes.after, bold=True)
        self["Caption"].paragraph_format.keep_with_next = True
        for name in ("List Bullet", "List Number"):
            self._set(name, sizes.text, after=1.0)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  (python-docx's own)
        return self._found[name]

    def give(self, name: str, paragraph: Any) -> Any:  # noqa: ANN401  (python-docx's own)
        """Give a paragraph a style by its id; python-docx looks through all styles each time."""
        paragraph._p.style = self._found[name].style_id  # noqa: SLF001
        return paragraph

    def _set(  # noqa: PLR0913  (what a style is made of)
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

        style = self[name]
        if not self._own:
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

    def _set_language(self) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415  (an extra)
        from docx.oxml.ns import qn  # noqa: PLC0415

        properties = self[NORMAL].element.get_or_add_rPr()
        language = properties.find(qn("w:lang"))
        if language is None:
            language = OxmlElement("w:lang")
            properties.append(language)
        language.set(qn("w:val"), "en-GB")
