"""How much room a document takes, before anybody sets it: the writers use the same measures.

The widths of letters are those of Arial and of the fonts of its width (Helvetica, Liberation
Sans). What is said here about a sheet is an estimate, a little on the large side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from typing import NamedTuple, TypeVar

from behaviour_culture.report.documents.model import (
    Block,
    Cell,
    Document,
    Heading,
    Listing,
    Notice,
    Run,
    Table,
    Text,
)

__all__ = ["SHEET", "SIZES", "Sheet", "first_that_fits", "sheets"]

_WIDTHS = {
    "'": 191,
    **dict.fromkeys("ijl", 222),
    **dict.fromkeys("|", 260),
    **dict.fromkeys(" !,./:;I[\\]ft", 278),
    **dict.fromkeys("()-`r{}", 333),
    **dict.fromkeys('"', 355),
    **dict.fromkeys("*", 389),
    **dict.fromkeys("^", 469),
    **dict.fromkeys("Jcksvxyz", 500),
    **dict.fromkeys("#$0123456789?L_abdeghnopqu", 556),
    **dict.fromkeys("+<=>~", 584),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("&ABEKPSVXY", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("Mm", 833),
    **dict.fromkeys("%", 889),
    **dict.fromkeys("W", 944),
    "@": 1015,
    "\N{LEFT SINGLE QUOTATION MARK}": 222,
    "\N{RIGHT SINGLE QUOTATION MARK}": 222,
    "\N{POUND SIGN}": 556,
    "\N{EN DASH}": 556,
    "\N{MINUS SIGN}": 584,
    "\N{MULTIPLICATION SIGN}": 584,
}
"""Thousandths of the size of the type."""
_OTHER, _WIDE = 667, 1000
_FIRST_WIDE = 0x2190
"""From here on characters are taken to be as wide as high."""
_STRONG = 1.09
_LEADING = 1.15
"""Height of a line, as a multiple of the size of the type."""
_MM = 72 / 25.4


class Sheet(NamedTuple):
    """An A4 sheet and its margin, in millimetres."""

    width: float = 210.0
    height: float = 297.0
    margin: float = 14.0

    @property
    def room(self) -> tuple[float, float]:
        """Width and height between the margins, in points."""
        return (
            (self.width - 2 * self.margin) * _MM,
            (self.height - 2 * self.margin) * _MM,
        )

    @property
    def lying(self) -> Sheet:
        """The sheet on its long side."""
        return self._replace(width=self.height, height=self.width)


SHEET = Sheet()


class Sizes(NamedTuple):
    """Sizes of type and spaces, in points; the writers set them as they are."""

    text: float = 10.0
    title: float = 15.0
    heading: float = 12.0
    before: float = 7.0
    after: float = 3.0
    cell_x: float = 3.0
    cell_y: float = 1.5
    indent: float = 14.0


SIZES = Sizes()
"""No type is smaller than 10 points."""
COMPACT = Sizes(heading=11.0, before=4.0, after=2.0, cell_y=1.0)


def _advance(words: str, size: float, *, strong: bool) -> float:
    wide = sum(_WIDTHS.get(c) or (_WIDE if ord(c) >= _FIRST_WIDE else _OTHER) for c in words)
    return wide * size / 1000 * (_STRONG if strong else 1.0)


def _lines(runs: Sequence[Run], width: float, size: float) -> int:
    """Return how many lines some runs take: words stay whole where they fit a line."""
    lines, used = 1, 0.0
    for run in runs:
        for i, line in enumerate(run.words.split("\n")):
            if i:
                lines, used = lines + 1, 0.0
            for word in line.replace("\t", " ").split(" "):
                wide = _advance(word, size, strong=run.strong)
                if used and used + wide > width:
                    lines, used = lines + 1, 0.0
                while wide > width:
                    lines, wide = lines + 1, wide - width
                used += wide + _advance(" ", size, strong=run.strong)
    return lines


class _Pieces(NamedTuple):
    """What a block is made of that stays on one sheet each."""

    heights: list[float]
    head: float = 0.0
    """What stands again on each sheet."""
    holds_on: bool = False
    """Whether it stays with what follows."""


def _pieces(block: Block, width: float, most: float, sizes: Sizes) -> _Pieces:
    line = sizes.text * _LEADING
    match block:
        case Heading(words, level):
            size = sizes.title if level == 1 else sizes.heading
            before = 0.0 if level == 1 else sizes.before
            many = _lines((Run(words, strong=True),), width, size)
            return _Pieces([before + many * size * _LEADING + sizes.after], holds_on=True)
        case Text(words):
            return _Pieces([_lines(words, width, sizes.text) * line + sizes.after])
        case Notice(words):
            return _Pieces([_lines(words, width - 10, sizes.text) * line + sizes.after + 5])
        case Listing(items):
            within = width - sizes.indent
            heights = [_lines(item, within, sizes.text) * line + 1 for item in items]
            return _Pieces([*heights, sizes.after])
        case Table():
            return _table(block, width, sizes)
        case _:  # a picture
            return _Pieces([min(width * _FIGURE, most * _FIGURE_MOST)])


_FIGURE, _FIGURE_MOST = 1.4, 0.9
"""Height of a picture: a share of its width, and at most one of the sheet."""


def _table(table: Table, width: float, sizes: Sizes) -> _Pieces:
    shares = table.widths or tuple(1 / len(table.heads) for _ in table.heads)
    caption = 0.0
    if not table.hide_caption:
        said = (Run(table.caption, strong=True),)
        caption = _lines(said, width, sizes.text) * sizes.text * _LEADING + sizes.after

    def row(cells: Sequence[Cell]) -> float:
        tallest, at = 0.0, 0
        for one in cells:
            mine = fsum(shares[at : at + one.span]) * width - 2 * sizes.cell_x
            at += one.span
            lines = sum(_lines(line, mine, sizes.text) for line in one.lines) or 1
            tallest = max(tallest, lines * sizes.text * _LEADING)
        return tallest + 2 * sizes.cell_y + 0.75

    head = row([Cell((tuple(r._replace(strong=True) for r in words),)) for words in table.heads])
    heights, waiting = [], caption + head
    for one in table.rows:
        waiting += row(one.cells)
        if not one.band and not table.together:  # a band stays with the row below it
            heights.append(waiting)
            waiting = 0.0
    return _Pieces([*heights, waiting + sizes.after + 2], head)


def sheets(document: Document, sheet: Sheet = SHEET) -> float:
    """Return how many sheets a document takes, the last one as the share that is filled.

    Rows of tables are not divided, a heading stays with what follows, and each part of another
    orientation begins a sheet.
    """
    sizes = COMPACT if document.compact else SIZES
    full, filled, room, wide = 0, 0.0, 1.0, None
    for part in document.parts:
        begins = wide is not None and (part.new_sheet or part.wide is not wide)
        width, room = (sheet.lying if part.wide else sheet).room
        wide, waiting = part.wide, 0.0
        if begins:
            full, filled = full + 1, 0.0
        for block in part.blocks:
            pieces = _pieces(block, width, room, sizes)
            for i, high in enumerate(pieces.heights):
                tall = waiting + high
                if filled and filled + tall > room:
                    full, filled = full + 1, pieces.head if i else 0.0
                filled += 0.0 if pieces.holds_on else tall
                waiting = tall if pieces.holds_on else 0.0
            while filled > room:  # one piece that is higher than a sheet
                full, filled = full + 1, filled - room
    return full + filled / room


T = TypeVar("T")


def first_that_fits(
    ways: Sequence[T], make: Callable[[T], Document], most: float, sheet: Sheet = SHEET
) -> Document:
    """Return the document of the first way that takes no more than ``most`` sheets, or the last.

    Parameters
    ----------
    ways : sequence
        Ways to say it, from the fullest to that with the fewest words.
    make : callable
        Makes the document of one of them.
    most : float
    sheet : Sheet
    """
    for way in ways[:-1]:
        document = make(way)
        if sheets(document, sheet) <= most:
            return document
    return make(ways[-1])
