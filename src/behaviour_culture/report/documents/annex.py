"""The technical annex: the whole report, read from its page, section by section.

The page is made of templates, which say in what order its facts stand. This reads the order back
from its elements (headings, lists, tables, pictures), so that the Word file has whatever the page
has. It reads no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import chain
from math import fsum
from typing import TypeAlias

from markupsafe import Markup

from behaviour_culture.report.documents.facts import Facts
from behaviour_culture.report.documents.model import (
    Block,
    Cell,
    Document,
    Figure,
    Heading,
    Listing,
    Notice,
    Part,
    Row,
    Run,
    Runs,
    Table,
    Text,
    plain,
)

__all__ = ["annex"]

_PICTURE = re.compile(r"<svg .*?</svg>", re.DOTALL)
_PLACE = "data-picture"
_SMALL = '<svg class="bar"'
"""Small bars repeat the number beside them; all other pictures are shown."""
_SAID = re.compile(r"<(title|desc)>(.*?)</\1>", re.DOTALL)
_EMPTY = {"meta", "br", "img", "col", "link"}
_BLOCKS = {
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "dl", "table", "figure", "details", "summary"),
    *("div", "section", "article", "header", "footer", "blockquote"),
}
_LEFT_OUT = {"nav", "style", "head"}
_OF_BARS = "of-bars"
"""The class of words about bars, which are not shown."""
_BANDS = {"area", "heading"}
_LEAST, _MOST = 4.0, 18.0
"""Letters that a column has room for at least, and the longest word that it is made to hold."""
_ROOM = {False: 95.0, True: 142.0}
"""Letters in a line of a sheet that stands, and of one that lies."""

_MANY = 8
"""Columns from which on a table asks for a sheet on its long side."""
_LONG = 60.0
"""Letters of a cell, on average, from which on its column is one of words and not of facts."""

Child: TypeAlias = "_Node | str"


class _Node:
    """One element of the page."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag: str = tag
        self.attributes: dict[str, str] = attributes
        self.children: list[Child] = []

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def elements(self) -> Iterator[_Node]:
        return (child for child in self.children if isinstance(child, _Node))

    def all(self, tag: str) -> Iterator[_Node]:
        """Yield the elements of a tag anywhere inside, in order."""
        for child in self.elements:
            if child.tag == tag:
                yield child
            yield from child.all(tag)


class _Reader(HTMLParser):
    """Reads our own page, whose elements all close in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Node("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _EMPTY:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  (they close in order)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def annex(facts: Facts, page: str) -> Document:
    """Return the annex.

    Parameters
    ----------
    facts : Facts
    page : str
        The page of the same facts, as `report.html.render_page` makes it.
    """
    pictures: list[str] = _PICTURE.findall(page)
    places = iter(range(len(pictures)))
    reader = _Reader()
    reader.feed(_PICTURE.sub(lambda _: f'<img {_PLACE}="{next(places)}">', page))
    body = next(reader.open[0].all("body"))
    maker = _Maker(pictures)
    parts: list[Part] = []
    for element in body.elements:
        for section in element.elements if element.tag == "main" else [element]:
            if section.tag in _LEFT_OUT or "skip" in section.classes:
                continue
            many = max((len([*t.all("th")]) for t in section.all("thead")), default=0)
            maker.wide = "wide" in section.classes or many > _MANY
            parts.append(Part(tuple(maker.blocks(section)), wide=maker.wide))
    return Document(
        title=f"Technical annex: {facts.title}",
        subject="The audit, the reasons, the forecast, assumptions and sources",
        parts=tuple(part for part in parts if part.blocks),
        contents=True,
    )


class _Maker:
    """Makes blocks of elements."""

    def __init__(self, pictures: list[str]) -> None:
        self.pictures = pictures
        self.wide = False

    def blocks(self, node: _Node) -> Iterator[Block]:
        """Yield the blocks of an element, in order; words between them are paragraphs."""
        loose: list[Child] = []
        for child in node.children:
            if isinstance(child, str) or not self._is_block(child):
                loose.append(child)
                continue
            if _OF_BARS in child.classes:
                continue
            yield from self._paragraph(loose)
            loose = []
            yield from self._block(child)
        yield from self._paragraph(loose)

    def _is_block(self, node: _Node) -> bool:
        return node.tag in _BLOCKS or (node.tag == "img" and self._is_shown(node))

    def _is_shown(self, node: _Node) -> bool:
        return not self._picture(node).startswith(_SMALL)

    def _picture(self, node: _Node) -> str:
        return self.pictures[int(node.attributes[_PLACE])]

    def _block(self, node: _Node) -> Iterator[Block]:
        tag = node.tag
        if tag in {"h1", "h2", "h3", "h4"}:
            yield Heading(plain(_runs(node.children)), int(tag[1]))
        elif tag in {"p", "summary"}:
            yield from self._paragraph(node.children, node.classes, strong=tag == "summary")
        elif tag in {"ul", "ol"}:
            items = (_joined(self._lines(item)) for item in node.elements)
            yield Listing(tuple(item for item in items if item), numbered=tag == "ol")
        elif tag == "dl":
            yield from self._definitions(node)
        elif tag == "table":
            yield self._table(node)
        elif tag == "figure":
            yield from self._figures(node)
        elif tag == "img":
            yield self._figure(node)
        else:
            yield from self.blocks(node)

    def _paragraph(
        self, children: list[Child], classes: set[str] | None = None, *, strong: bool = False
    ) -> Iterator[Block]:
        runs = _runs(children, strong=strong)
        if not plain(runs).strip():
            return
        kinds = classes or set()
        if "notice" in kinds:
            yield Notice(runs)
        else:
            yield Text(runs, note=bool(kinds & {"note", "about"}))

    def _definitions(self, node: _Node) -> Iterator[Block]:
        """Yield a paragraph for each definition, the term before it."""
        term: Runs = ()
        pairs = chain.from_iterable(c.elements if c.tag == "div" else [c] for c in node.elements)
        for child in pairs:
            if child.tag == "dt":
                term = _runs(child.children, strong=True)
                continue
            yield Text((*term, Run(": ", strong=True), *_joined(self._lines(child))))

    def _figures(self, node: _Node) -> Iterator[Block]:
        """Yield what a figure holds; its caption goes with its last picture."""
        captions = [c for c in node.elements if c.tag == "figcaption"]
        others = _Node("div", {})
        others.children = [c for c in node.children if c not in captions]
        blocks = list(self.blocks(others))
        last = next((i for i in reversed(range(len(blocks))) if isinstance(blocks[i], Figure)), -1)
        for i, block in enumerate(blocks):
            if isinstance(block, Figure) and i == last:
                words = " ".join(plain(_runs(c.children)) for c in captions)
                yield block._replace(caption=words)
            else:
                yield block
        if last < 0:
            for caption in captions:
                yield from self._paragraph(caption.children)

    def _figure(self, img: _Node) -> Figure:
        picture = self._picture(img)
        said = [unescape(words) for _, words in _SAID.findall(picture)]
        return Figure(Markup(picture), ". ".join(said), "")  # noqa: S704  (from our page)

    # -- tables -----------------------------------------------------------------------

    def _table(self, node: _Node) -> Table:
        caption = "".join(plain(_runs(c.children)) for c in node.all("caption"))
        head = next(node.all("thead"))
        rows = [
            self._row(tr) for body in node.elements if body.tag == "tbody" for tr in body.all("tr")
        ]
        heads = tuple(_runs(th.children) for th in head.all("th"))
        heads, rows = _folded(*_without_bars(heads, rows))
        return Table(caption, heads, tuple(rows), widths=_widths(heads, rows, _ROOM[self.wide]))

    def _row(self, tr: _Node) -> Row:
        cells = []
        for one in tr.elements:
            lines = tuple(line for line in self._lines(one) if plain(line).strip())
            cells.append(
                Cell(
                    lines,
                    head=one.tag == "th",
                    span=int(one.attributes.get("colspan", "1")),
                    figure="figure" in one.classes,
                )
            )
        return Row(tuple(cells), band=bool(tr.classes & _BANDS))

    def _lines(self, node: _Node) -> list[Runs]:
        """Return the paragraphs of a cell or an item of a list."""
        lines: list[Runs] = []
        loose: list[Child] = []

        def flush() -> None:
            runs = _runs(loose)
            if plain(runs).strip():
                lines.append(runs)
            loose.clear()

        for child in node.children:
            is_break = isinstance(child, _Node) and (
                child.tag in {*_BLOCKS, "li", "br", "dt", "dd"} or "block" in child.classes
            )
            if not is_break:
                loose.append(child)
                continue
            flush()
            lines += self._lines(child) if isinstance(child, _Node) else []
        flush()
        return lines


def _runs(children: list[Child], *, strong: bool = False) -> Runs:
    """Return the words of elements as runs, with single spaces, as a browser shows them."""
    found: list[Run] = []
    for run in _raw(children, Run("", strong=strong)):
        words = re.sub(r"[ \n\t\r]+", " ", run.words)
        if not found or found[-1].words.endswith(" "):
            words = words.lstrip(" ")
        if not words:
            continue
        if found and found[-1]._replace(words="") == run._replace(words=""):
            found[-1] = found[-1]._replace(words=found[-1].words + words)
        else:
            found.append(run._replace(words=words))
    if found:
        found[-1] = found[-1]._replace(words=found[-1].words.rstrip(" "))
    return tuple(run for run in found if run.words)


def _raw(children: list[Child], look: Run) -> Iterator[Run]:
    for child in children:
        if isinstance(child, str):
            yield look._replace(words=child)
        elif "pace" in child.classes:  # a mark with a frame on the page
            yield look._replace(words=f"({plain(_runs(child.children))})", soft=True)
        elif child.tag not in {"img", *_LEFT_OUT} and _OF_BARS not in child.classes:
            link = child.attributes.get("href", "")
            yield from _raw(
                child.children,
                look._replace(
                    strong=look.strong or child.tag == "strong",
                    soft=look.soft or "soft" in child.classes,
                    # Places on the page are none in the file.
                    link=link if link.startswith(("https://", "http://")) else look.link,
                ),
            )


def _joined(lines: list[Runs]) -> Runs:
    """Return paragraphs as one, each on a line of its own."""
    runs: list[Run] = []
    for i, line in enumerate(lines):
        runs += [Run("\n")] if i else []
        runs += line
    return tuple(runs)


def _without_bars(heads: tuple[Runs, ...], rows: list[Row]) -> tuple[tuple[Runs, ...], list[Row]]:
    """Return a table without the columns that hold nothing but small bars on the page."""
    full = [row for row in rows if len(row.cells) == len(heads)]
    kept = [i for i in range(len(heads)) if any(row.cells[i].lines for row in full) or not full]
    if len(kept) == len(heads):
        return heads, rows
    made = []
    for row in rows:
        if len(row.cells) == len(heads):
            made.append(row._replace(cells=tuple(row.cells[i] for i in kept)))
        else:  # one cell across all columns
            made.append(row._replace(cells=tuple(c._replace(span=len(kept)) for c in row.cells)))
    return tuple(heads[i] for i in kept), made


def _folded(heads: tuple[Runs, ...], rows: list[Row]) -> tuple[tuple[Runs, ...], list[Row]]:
    """Return a table of many columns and long texts with its short columns in one.

    Each fact there has the name of its column before it, as on the page of a narrow screen.
    """
    long = [i for i, mean in enumerate(_lengths(heads, rows)) if mean >= _LONG]
    if len(heads) <= _MANY or not long:
        return heads, rows
    kept = [0, 1, *(i for i in long if i > 1)]
    folded = [i for i in range(len(heads)) if i not in kept]

    def new(cells: list[Cell], fold: Cell) -> tuple[Cell, ...]:
        return (*cells[:2], fold, *(cells[i] for i in kept[2:]))

    made = []
    for row in rows:
        if len(row.cells) != len(heads):
            spans = (one._replace(span=len(kept) + 1) for one in row.cells)
            made.append(row._replace(cells=tuple(spans)))
            continue
        lines = tuple(
            (Run(f"{plain(heads[i])}: ", soft=True), *_joined(list(row.cells[i].lines)))
            for i in folded
            if row.cells[i].lines
        )
        made.append(row._replace(cells=new(list(row.cells), Cell(lines))))
    names = ", ".join(plain(heads[i]) for i in folded)
    head = new([Cell((words,)) for words in heads], Cell(((Run(names),),)))
    return tuple(one.lines[0] if one.lines else () for one in head), made


def _lengths(heads: tuple[Runs, ...], rows: list[Row]) -> list[float]:
    """Return how many letters a cell of each column has on average."""
    full = [row.cells for row in rows if len(row.cells) == len(heads)]
    return [
        sum(len(plain(line)) for cells in full for line in cells[i].lines) / max(1, len(full))
        for i in range(len(heads))
    ]


def _widths(heads: tuple[Runs, ...], rows: list[Row], room: float) -> tuple[float, ...]:
    """Return the shares of the width of the columns: their longest words, then their length."""
    least, long = [_LEAST] * len(heads), [1.0 + length for length in _lengths(heads, rows)]
    for cells in [tuple(Cell((head,)) for head in heads), *(row.cells for row in rows)]:
        if len(cells) != len(heads):
            continue
        for i, cell in enumerate(cells):
            for line in cell.lines:
                words = plain(line)
                longest = max((len(word) for word in words.split()), default=0)
                least[i] = max(least[i], min(_MOST, longest + 2.0))
    spare = max(0.0, room - fsum(least))
    wanted = [min(a, room) for a in long]
    shares = [a + spare * b / fsum(wanted) for a, b in zip(least, wanted, strict=True)]
    return tuple(share / fsum(shares) for share in shares)
