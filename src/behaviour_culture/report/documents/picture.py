"""Our own pictures as dots, for programs that do not draw them from shapes."""

from __future__ import annotations

import io
import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import Element, fromstring

from markupsafe import Markup

from behaviour_culture.errors import MissingExtraError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

__all__ = ["png"]

_SCALE = 2.0
"""Dots for each unit of a picture."""
_POINTS = 0.75
"""Points for each unit of a picture."""
_INK, _SOFT, _GRID, _PAPER = "#1f2933", "#50606e", "#d5dde4", "#ffffff"
_ACCENT, _RANGE, _BAND, _TINT, _HATCH = "#0d5a6b", "#8fbcc8", "#eef2f5", "#f3f6f8", "#b9c4cd"
_AMBER, _AMBER_ON, _RED = "#774600", "#fcefd3", "#951b1b"
_UNKNOWN = "unknown"


class _Look(NamedTuple):
    """How shapes of one class look."""

    fill: str | None = None
    line: str | None = None
    width: float = 1.0
    size: float = 11.0
    dashes: tuple[float, float] | None = None


_LOOKS = {
    _UNKNOWN: _Look(None, "#1f2933"),
    "column": _Look(_TINT),
    "holiday": _Look(_PAPER),
    "hatch": _Look(None, _HATCH, 1.6),
    "today": _Look(None, _INK, 1.6, dashes=(6, 3)),
    "week": _Look(None, _GRID, 0.7),
    "rule": _Look(None, _GRID, 1.5),
    "column-name": _Look(_INK, size=13),
    "column-date": _Look(_SOFT, size=13.2),
    "note": _Look(_SOFT, size=13.2),
    "group": _Look(_INK, size=13.5),
    "label": _Look(_INK, size=13.2),
    "work": _Look(_RANGE, _ACCENT),
    "work tight": _Look(_ACCENT, _INK, 2),
    "through": _Look(None, _ACCENT, 2),
    "slack": _Look(None, _SOFT, 1.4, dashes=(3, 2)),
    "diamond": _Look(_AMBER_ON, _AMBER, 2),
    "outer": _Look(_BAND, _RANGE, 0.8),
    "inner": _Look(_RANGE),
    "grid": _Look(None, _GRID),
    "zero": _Look(None, _INK, 1.2),
    "tick": _Look(None, _SOFT),
    "mean": _Look(None, _ACCENT, 2.4),
    "axis-name": _Look(_SOFT, size=11),
    "axis": _Look(None, _GRID, 2),
    "whisker": _Look(None, _INK, 2),
    "range": _Look(_RANGE),
    "dot": _Look(_ACCENT, _PAPER, 1.5),
    "centre": _Look(None, _SOFT, 1.2),
    "limit": _Look(None, _RED, 1.3, dashes=(5, 3)),
    "line": _Look(None, _ACCENT, 1.4),
    "point": _Look(_ACCENT),
    "signal": _Look(None, _INK, 1.8),
    "change": _Look(None, _INK, 1.4, dashes=(6, 3)),
}
"""As in the style sheet of the page, on white paper."""
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
_POINT = re.compile(r"(-?[\d.]+)[ ,](-?[\d.]+)")


def png(picture: Markup) -> tuple[bytes, float, float]:
    """Return a picture of ours as a PNG file, its width and its height in points.

    Parameters
    ----------
    picture : Markup
        SVG of `report.svg`: rectangles, lines, circles, straight paths and words with classes.

    Raises
    ------
    MissingExtraError
        Pillow is not installed (extra ``office``).
    """
    try:
        from PIL import Image, ImageDraw  # noqa: PLC0415  (an extra)
    except ImportError:
        purpose = "a picture in a Word document"
        raise MissingExtraError("pillow", "office", purpose) from None
    root = fromstring(str(picture))  # noqa: S314  (we wrote it ourselves)
    wide, high = (float(size) for size in root.attrib["viewBox"].split()[2:])
    size = round(wide * _SCALE), round(high * _SCALE)
    image = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(image)
    for element in root:
        _draw(draw, element)
    file = io.BytesIO()
    image.quantize(64, Image.Quantize.MAXCOVERAGE).save(file, "PNG")  # half the time of median cut
    return file.getvalue(), wide * _POINTS, high * _POINTS


def _draw(draw: ImageDraw, element: Element) -> None:
    tag = element.tag.rpartition("}")[2]
    if tag in {"title", "desc", "defs"}:
        return
    hatched = element.get("fill", "").startswith("url(")
    look = _LOOKS.get("hatch" if hatched else element.get("class", ""), _LOOKS[_UNKNOWN])
    at = {k: float(v) * _SCALE for k, v in element.attrib.items() if _is_number(v)}
    width = max(1, round(look.width * _SCALE))
    if tag == "rect":
        box = (at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"])
        if hatched:
            _hatch(draw, box, look)
        else:
            draw.rectangle(box, look.fill, look.line, width)
    elif tag == "line":
        _line(draw, (at["x1"], at["y1"], at["x2"], at["y2"]), look)
    elif tag == "circle":
        r = at["r"]
        box = (at["cx"] - r, at["cy"] - r, at["cx"] + r, at["cy"] + r)
        draw.ellipse(box, look.fill, look.line, width)
    elif tag in {"path", "polygon", "polyline"}:
        _path(draw, element, look)
    else:
        _text(draw, element, look, at)


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?[\d.]+", value) is not None


def _path(draw: ImageDraw, element: Element, look: _Look) -> None:
    shape = element.get("d") or element.attrib["points"]
    points = [(float(x) * _SCALE, float(y) * _SCALE) for x, y in _POINT.findall(shape)]
    width = max(1, round(look.width * _SCALE))
    if look.fill is not None:
        draw.polygon(points, look.fill)
    if look.line is None:
        return
    closed = [*points, points[0]] if look.fill is not None else points
    if look.dashes is None:
        draw.line(closed, look.line, width, joint="curve")
        return
    for (x1, y1), (x2, y2) in pairwise(closed):
        _line(draw, (x1, y1, x2, y2), look)


def _line(draw: ImageDraw, ends: tuple[float, float, float, float], look: _Look) -> None:
    width = max(1, round(look.width * _SCALE))
    if look.dashes is None:
        draw.line(ends, look.line, width)
        return
    x1, y1, x2, y2 = ends
    long = max(abs(x2 - x1), abs(y2 - y1)) or 1.0
    dash, gap = (d * _SCALE for d in look.dashes)
    begin = 0.0
    while begin < long:
        end = min(long, begin + dash)
        a, b = begin / long, end / long
        piece = (x1 + (x2 - x1) * a, y1 + (y2 - y1) * a, x1 + (x2 - x1) * b, y1 + (y2 - y1) * b)
        draw.line(piece, look.line, width)
        begin = end + gap


def _hatch(draw: ImageDraw, box: tuple[float, float, float, float], look: _Look) -> None:
    left, top, right, bottom = box
    step, start = 8.5 * _SCALE, top - (right - left)
    while start < bottom:
        # From the left edge down to the right, cut off at the edges.
        x1, y1 = left, start
        if y1 < top:
            x1, y1 = left + (top - y1), top
        x2, y2 = right, start + (right - left)
        if y2 > bottom:
            x2, y2 = right - (y2 - bottom), bottom
        if x1 < x2:
            draw.line((x1, y1, x2, y2), look.line, max(1, round(look.width)))
        start += step


def _text(draw: ImageDraw, element: Element, look: _Look, at: dict[str, float]) -> None:
    anchor = _ANCHORS[element.get("text-anchor", "start")]
    words = _drawable(element.text or "")
    draw.text((at["x"], at["y"]), words, look.fill or _INK, _font(look.size), anchor=anchor)


def _font(size: float) -> Any:  # noqa: ANN401  (Pillow's own)
    from PIL import ImageFont  # noqa: PLC0415  (an extra)

    return ImageFont.load_default(size * _SCALE)


def _drawable(words: str) -> str:
    """Return words in the letters that the font has; the text beside the picture has them all."""
    plain = unicodedata.normalize("NFC", words)
    for letter, near in _NEAR.items():
        plain = plain.replace(letter, near)
    return "".join(c if ord(c) < _LATIN or c in _QUOTES else _nearest(c) for c in plain)


_LATIN = 0x7F
_NEAR = {"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{MULTIPLICATION X}": "x"}
_QUOTES = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{HORIZONTAL ELLIPSIS}"


def _nearest(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0]
    return first if ord(first) < _LATIN else "?"
