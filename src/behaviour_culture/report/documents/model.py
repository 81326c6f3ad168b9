"""A document without a format: what it says, in order. The writers say how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from markupsafe import Markup

__all__ = [
    "Block",
    "Cell",
    "Document",
    "Figure",
    "Heading",
    "Listing",
    "Notice",
    "Part",
    "Row",
    "Run",
    "Table",
    "Text",
    "cell",
    "plain",
    "text",
    "texts_of",
]


class Run(NamedTuple):
    """Some words that look alike; a link goes to a web address."""

    words: str
    strong: bool = False
    soft: bool = False
    link: str = ""


Runs: TypeAlias = tuple[Run, ...]


class Heading(NamedTuple):
    """A heading: level 1 is the document's own title and stands once."""

    words: str
    level: int


class Text(NamedTuple):
    """A paragraph; a ``note`` is said more quietly."""

    runs: Runs
    note: bool = False


class Notice(NamedTuple):
    """A paragraph that nobody may miss."""

    runs: Runs


class Listing(NamedTuple):
    """A list of paragraphs, with numbers or without."""

    items: tuple[Runs, ...]
    numbered: bool = False


class Cell(NamedTuple):
    """One cell of a table: its paragraphs; ``head`` where it names its row."""

    lines: tuple[Runs, ...]
    head: bool = False
    span: int = 1
    figure: bool = False
    """Numbers, set to the right."""
    colour: str = ""
    """Green, amber, red, blue or grey; empty for none. The words say the same."""


class Row(NamedTuple):
    """One row; a ``band`` heads the rows below it."""

    cells: tuple[Cell, ...]
    band: bool = False


class Table(NamedTuple):
    """A table with a row of heads that stands again on each sheet.

    ``widths`` are shares of the width of the sheet, one for each column; without them the
    columns are as wide as their words ask for.
    """

    caption: str
    heads: tuple[Runs, ...]
    rows: tuple[Row, ...]
    widths: tuple[float, ...] = ()
    together: bool = False
    """Whether its rows stay on one sheet."""
    hide_caption: bool = False
    """Whether only those who cannot see the table are told its caption."""


class Figure(NamedTuple):
    """A picture, what it shows in words, and its caption."""

    picture: Markup
    alt: str
    caption: str


Block: TypeAlias = Heading | Text | Notice | Listing | Table | Figure


class Part(NamedTuple):
    """Some blocks on sheets of one orientation."""

    blocks: tuple[Block, ...]
    wide: bool = False
    """Whether its sheets lie on their long side."""
    new_sheet: bool = False
    """Whether it begins on a new sheet."""


class Document(NamedTuple):
    """One document.

    ``title`` is that of the file, for its properties and the window; the first heading of the
    document is its only one of level 1.
    """

    title: str
    subject: str
    parts: tuple[Part, ...]
    contents: bool = False
    """Whether it has a table of contents."""
    compact: bool = False
    """Whether it is set closely, to fit on one sheet."""

    @property
    def blocks(self) -> Iterator[Block]:
        """The blocks of all parts, in order."""
        return (block for part in self.parts for block in part.blocks)


def text(*words: str | Run, note: bool = False) -> Text:
    """Return a paragraph of words and runs.

    Examples
    --------
    >>> text("About ", Run("12 hours", strong=True)).runs[1].strong
    True
    """
    return Text(runs(*words), note=note)


def runs(*words: str | Run) -> Runs:
    """Return words and runs as runs; empty words are left out."""
    made = (Run(w) if isinstance(w, str) else w for w in words)
    return tuple(run for run in made if run.words)


def cell(*lines: str | Runs, head: bool = False, figure: bool = False, colour: str = "") -> Cell:
    """Return a cell with a paragraph for each text; empty texts are left out."""
    made = (runs(line) if isinstance(line, str) else line for line in lines)
    return Cell(tuple(line for line in made if line), head=head, figure=figure, colour=colour)


def plain(words: Runs) -> str:
    """Return runs as text.

    Examples
    --------
    >>> plain((Run("About "), Run("12 hours", strong=True)))
    'About 12 hours'
    """
    return "".join(run.words for run in words)


def texts_of(document: Document) -> list[str]:
    """Return all that a document says, a text for each paragraph, in order.

    The alternative texts of pictures are among them.

    Examples
    --------
    >>> texts_of(Document("t", "s", (Part((Heading("Plan", 1), text("Two steps"))),)))
    ['Plan', 'Two steps']
    """
    found: list[str] = []
    for block in document.blocks:
        match block:
            case Heading(words):
                found.append(words)
            case Text(words) | Notice(words):
                found.append(plain(words))
            case Listing(items):
                found += [plain(item) for item in items]
            case Table():
                found.append(block.caption)
                found += [plain(head) for head in block.heads]
                cells = (one for row in block.rows for one in row.cells)
                found += [plain(line) for one in cells for line in one.lines]
            case _:
                found += [block.alt, block.caption]
    return [found_text for found_text in found if found_text.strip()]
