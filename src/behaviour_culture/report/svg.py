"""Pictures as inline SVG, without script or fonts and with the colours of the page.

Each has a title and a description for readers who cannot see it, and is next to a table
with the same facts. Shapes have classes; the style sheet gives them their colours, for a
light and for a dark page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from textwrap import wrap
from typing import NamedTuple

from markupsafe import Markup, escape

from behaviour_culture.model.estimate import Estimate
from behaviour_culture.report.words import clean

__all__ = [
    "Bar",
    "Diamond",
    "Point",
    "Span",
    "fan",
    "gantt",
    "interval_bar",
    "run_chart",
    "signed_bar",
]

_DAY = timedelta(days=1)
_Place = Callable[[date], float]


def _text(value: str) -> str:
    return str(escape(clean(value)))


def _svg(  # noqa: PLR0913  (the parts of one picture)
    width: float, height: float, title: str, body: str, *, css: str, desc: str = ""
) -> Markup:
    about = f"<title>{_text(title)}</title>" + (f"<desc>{_text(desc)}</desc>" if desc else "")
    return Markup(  # noqa: S704  (_text escaped every text in it)
        f'<svg class="{css}" role="img" viewBox="0 0 {width:g} {height:g}" '
        f'xmlns="http://www.w3.org/2000/svg">{about}{body}</svg>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line class="{css}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _rect(x: float, y: float, width: float, height: float, css: str) -> str:
    return (
        f'<rect class="{css}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    )


def _words(x: float, y: float, text: str, css: str, anchor: str = "start") -> str:
    return (
        f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_text(text)}</text>'
    )


# -- intervals ---------------------------------------------------------------------------

_WIDE, _HIGH, _EDGE = 240.0, 22.0, 8.0


def interval_bar(estimate: Estimate, *, ticks: Sequence[float], title: str, desc: str) -> Markup:
    """Draw an estimate from 0 to 1 with its interval, on a scale with ticks."""

    def x(share: float) -> float:
        return _EDGE + (_WIDE - 2 * _EDGE) * min(1.0, max(0.0, share))

    middle = _HIGH / 2
    body = _line(x(0), middle, x(1), middle, "axis")
    body += "".join(_line(x(t), middle - 7, x(t), middle + 7, "tick") for t in ticks)
    body += _dot_and_range(estimate, x)
    return _svg(_WIDE, _HIGH, title, body, css="bar", desc=desc)


def _dot_and_range(estimate: Estimate, x: Callable[[float], float]) -> str:
    left, right, middle = x(estimate.lower), x(estimate.upper), _HIGH / 2
    body = _rect(left, middle - 4, max(1.0, right - left), 8, "range")
    return body + f'<circle class="dot" cx="{x(estimate.value):.1f}" cy="{middle:.1f}" r="5"/>'


def signed_bar(
    estimate: Estimate, *, low: float, high: float, title: str, filled: bool = False
) -> Markup:
    """Draw an estimate of either sign with its interval; the upright line is nought.

    ``filled`` draws a bar from nought to the value and the interval as a thin line over it.
    """
    low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or 1.0

    def x(points: float) -> float:
        return _EDGE + (_WIDE - 2 * _EDGE) * (points - low) / span

    middle = _HIGH / 2
    body = _line(x(low), middle, x(high), middle, "axis")
    if filled:
        left, right = sorted((x(0), x(estimate.value)))
        body += _rect(left, middle - 6, max(1.0, right - left), 12, "range")
        body += _line(x(estimate.lower), middle, x(estimate.upper), middle, "whisker")
    else:
        body += _dot_and_range(estimate, x)
    body += _line(x(0), 1, x(0), _HIGH - 1, "zero")
    return _svg(_WIDE, _HIGH, title, body, css="bar")


# -- a fan of draws over time ------------------------------------------------------------

_FAN_WIDE, _FAN_HIGH, _FAN_LEFT, _FAN_LOW = 380.0, 190.0, 40.0, 24.0
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MOST_TICKS = 2
_MOST_NAMES = 4


def fan(  # noqa: PLR0913  (the parts of one picture)
    names: Sequence[str],
    months: Sequence[float],
    means: Sequence[float],
    inner: Sequence[tuple[float, float]],
    outer: Sequence[tuple[float, float]],
    *,
    reach: float,
    title: str,
    desc: str,
) -> Markup:
    """Draw means with two bands, from nought today; ``reach`` is the largest size shown."""
    reach = max(reach, 1.0)
    wide, high = _FAN_WIDE - _FAN_LEFT - _EDGE, (_FAN_HIGH - _FAN_LOW) / 2 - _EDGE

    def x(month: float) -> float:
        return _FAN_LEFT + wide * month / months[-1]

    def y(points: float) -> float:
        return _EDGE + high * (1 - points / reach)

    def path(css: str, places: Sequence[tuple[float, float]], *, closed: bool) -> str:
        line = " L".join(f"{x(month):.1f} {y(points):.1f}" for month, points in places)
        return f'<path class="{css}" d="M{line}{" Z" if closed else ""}"/>'

    body = ""
    for css, band in (("outer", outer), ("inner", inner)):
        above = [(0.0, 0.0), *((m, b[1]) for m, b in zip(months, band, strict=True))]
        below = [(m, b[0]) for m, b in zip(months, band, strict=True)]
        body += path(css, above + below[::-1], closed=True)
    step = next((s for s in _STEPS if reach / s < _MOST_TICKS + 1), _STEPS[-1])
    for k in range(-_MOST_TICKS, _MOST_TICKS + 1):
        if abs(k * step) <= reach:
            body += _line(x(0), y(k * step), x(months[-1]), y(k * step), "grid" if k else "zero")
            text = f"{k * step:+d}".replace("-", "\N{MINUS SIGN}") if k else "0"
            body += _words(_FAN_LEFT - 6, y(k * step) + 4, text, "axis-name", "end")
    body += path("mean", [(0.0, 0.0), *zip(months, means, strict=True)], closed=False)
    bottom = _FAN_HIGH - _FAN_LOW
    body += _words(x(0), bottom + 16, "today", "axis-name")
    every = -(-len(names) // _MOST_NAMES)
    for i, (name, month) in enumerate(zip(names, months, strict=True), start=1):
        shown = (len(names) - i) % every == 0
        body += _line(x(month), bottom - (5 if shown else 2), x(month), bottom, "tick")
        if shown and x(month) - x(0) > 2 * _FAN_LEFT:
            anchor = "end" if i == len(names) else "middle"
            body += _words(x(month), bottom + 16, name, "axis-name", anchor)
    return _svg(_FAN_WIDE, _FAN_HIGH, title, body, css="fan", desc=desc)


# -- counts over time ---------------------------------------------------------------------


class Point(NamedTuple):
    """One point of a series, with the limits of usual variation where it has any."""

    day: date
    value: float | None
    """None where it was left out, or is hidden."""
    limits: tuple[float, float] | None = None
    hidden: bool = False
    signal: bool = False


_RUN_WIDE, _RUN_HIGH, _RUN_LEFT, _RUN_LOW, _RUN_TOP = 760.0, 240.0, 52.0, 26.0, 20.0
_MOST_DATES = 7
_MOST_ROWS = 5
_HEADROOM = 1.08


def run_chart(
    points: Sequence[Point],
    *,
    change: date,
    centre: float | None,
    title: str,
    desc: str,
) -> Markup:
    """Draw a series by date, from nought up: points, limits, signals, and the day of a change."""
    shown = [p.value for p in points if p.value is not None]
    highest = _HEADROOM * max([*shown, *(p.limits[1] for p in points if p.limits), 0.0]) or 1.0
    first, last = min(points[0].day, change), max(points[-1].day, change)
    total = max((last - first).days, 1)
    bottom = _RUN_HIGH - _RUN_LOW
    wide = _RUN_WIDE - _RUN_LEFT - 2 * _EDGE

    def x(day: date) -> float:
        return _RUN_LEFT + _EDGE + wide * (day - first).days / total

    def y(value: float) -> float:
        return bottom - (bottom - _RUN_TOP) * value / highest

    def path(css: str, places: Sequence[tuple[date, float | None]]) -> str:
        runs: list[list[str]] = [[]]
        for day, value in places:
            if value is None:
                runs.append([])
            else:
                runs[-1].append(f"{x(day):.1f} {y(value):.1f}")
        return "".join(f'<path class="{css}" d="M{" L".join(run)}"/>' for run in runs if run)

    step = next(
        s * 10**k for k in range(-4, 8) for s in (1, 2, 5) if highest / (s * 10**k) <= _MOST_ROWS
    )
    body = ""
    for k in range(int(highest / step) + 1):
        body += _line(_RUN_LEFT, y(k * step), _RUN_WIDE - _EDGE, y(k * step), "grid")
        body += _words(_RUN_LEFT - 6, y(k * step) + 4, f"{k * step:.6g}", "axis-name", "end")
    if centre is not None:
        body += _line(_RUN_LEFT, y(centre), _RUN_WIDE - _EDGE, y(centre), "centre")
    for side in (0, 1) if any(p.limits and p.limits[0] > 0 for p in points) else (1,):
        body += path("limit", [(p.day, p.limits[side] if p.limits else None) for p in points])
    body += path("line", [(p.day, p.value) for p in points if p.value is not None or p.hidden])
    for p in points:
        if p.hidden:
            body += _words(x(p.day), bottom - 3, "\N{MULTIPLICATION X}", "axis-name", "middle")
        elif p.value is not None:
            place = f'cx="{x(p.day):.1f}" cy="{y(p.value):.1f}"'
            body += f'<circle class="point" {place} r="3"/>'
            body += f'<circle class="signal" {place} r="7"/>' if p.signal else ""
    body += _line(x(change), _RUN_TOP - 8, x(change), bottom, "change")
    right = x(change) < _RUN_WIDE / 2
    at, anchor = (x(change) + 5, "start") if right else (x(change) - 5, "end")
    body += _words(at, _RUN_TOP - 3, f"plan begins, {change:%d/%m/%y}", "axis-name", anchor)
    every = -(-len(points) // _MOST_DATES)
    for i, p in enumerate(points):
        if i % every == 0:
            body += _line(x(p.day), bottom, x(p.day), bottom + 4, "tick")
            anchor = "end" if x(p.day) > _RUN_WIDE - _RUN_LEFT else "middle"
            body += _words(x(p.day), bottom + 17, f"{p.day:%d/%m/%y}", "axis-name", anchor)
    return _svg(_RUN_WIDE, _RUN_HIGH, title, body, css="run", desc=desc)


# -- the Gantt chart ---------------------------------------------------------------------


class Span(NamedTuple):
    """A range of days with a name: a half-term or a holiday."""

    name: str
    start: date
    end: date


class Bar(NamedTuple):
    """One step: its label, the ranges of its work, and how far it can slip."""

    label: str
    parts: tuple[tuple[date, date], ...]
    slips_to: date | None
    """The last day of work if it used all its slack; None if it has none."""
    over: bool = False
    """True for a step that is done: it can neither slip nor be late."""


class Diamond(NamedTuple):
    """A milestone."""

    label: str
    day: date


class _Frame(NamedTuple):
    """The width of a chart and of its labels, and the letters in a line of a label."""

    labels: float
    chart: float
    letters: int


_LYING, _STANDING = _Frame(372.0, 1160.0, 56), _Frame(298.0, 720.0, 46)
_ROW, _LEADING, _TOP = 24.0, 14.0, 46.0
_YEAR = 365
_NARROW = 40.0
"""Half-terms of less width are named without a space, `Aut1`, and every other has its month
(judgement)."""
_PATTERN = (
    '<defs><pattern id="{id}" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><line class="hatch-line" x1="0" y1="0" x2="0" y2="6"/>'
    "</pattern></defs>"
)


def gantt(  # noqa: PLR0913  (the parts of one picture)
    rows: Sequence[Bar | str],
    *,
    half_terms: Sequence[Span],
    holidays: Sequence[Span],
    diamonds: Sequence[Diamond],
    key: str,
    title: str,
    desc: str,
    today: date | None = None,
    standing: bool = False,
) -> Markup:
    """Draw bars over half-terms; a row that is only a text is a heading.

    Parameters
    ----------
    rows : sequence of Bar or str
    half_terms, holidays : sequence of Span
        The columns in order, and the hatched ranges between them.
    diamonds : sequence of Diamond
        In a row of their own at the bottom, if there are any.
    key : str
        Makes the ids in this picture unique on its page.
    today : date, optional
        A line through all rows, where it lies in the picture.
    standing : bool
        For a sheet that stands: narrower, so that its words are larger on paper.
    """
    frame = _STANDING if standing else _LYING
    first = half_terms[0].start - half_terms[0].start.weekday() * _DAY
    last = half_terms[-1].end + _DAY
    total = (last - first).days

    def x(day: date) -> float:
        return frame.labels + (frame.chart - frame.labels - 1) * (day - first).days / total

    heights = [_height(row, frame) for row in rows]
    bottom = _TOP + sum(heights) + (_ROW + 4 if diamonds else 0) + 4
    body = _PATTERN.format(id=f"hatch-{key}")
    short = total < _YEAR and not standing
    narrow = (frame.chart - frame.labels) / len(half_terms) < _NARROW
    for number, span in enumerate(half_terms):
        left, right = x(span.start - span.start.weekday() * _DAY), x(span.end + _DAY)
        body += _rect(left, _TOP, right - left, bottom - _TOP, "column")
        middle = (left + right) / 2
        words = (word[:3] for word in span.name.split())
        name = span.name if short else ("" if narrow else " ").join(words)
        body += _words(middle, 18, name, "column-name", "middle")
        since = f"from {span.start:%d/%m}" if short else f"{span.start:%m/%y}"
        if number % 2 == 0 or not narrow:
            body += _words(middle, 35, since, "column-date", "middle")
        monday = span.start - span.start.weekday() * _DAY + 7 * _DAY
        while monday <= span.end:
            body += _line(x(monday), _TOP, x(monday), bottom, "week")
            monday += 7 * _DAY
    for span in holidays:
        left, right = x(span.start), x(span.end + _DAY)
        body += _rect(left, _TOP, right - left, bottom - _TOP, "holiday")
        body += (
            f'<rect fill="url(#hatch-{key})" x="{left:.1f}" y="{_TOP:.1f}" '
            f'width="{right - left:.1f}" height="{bottom - _TOP:.1f}"/>'
        )
    y = _TOP
    for row, height in zip(rows, heights, strict=True):
        body += _heading(row, y, frame) if isinstance(row, str) else _bar(row, y, frame, x)
        y += height
    if diamonds:
        body += _diamonds(diamonds, y + 4, frame, x)
    if today is not None and first <= today <= last:
        body += _line(x(today), _TOP, x(today), bottom, "today")
        body += _words(x(today) + 4, _TOP + 12, f"today, {today:%d/%m}", "note")
    return _svg(frame.chart, bottom, title, body, css="gantt", desc=desc)


def _lines_of(label: str, frame: _Frame) -> list[str]:
    lines = wrap(
        clean(label), width=frame.letters, max_lines=3, placeholder=" \N{HORIZONTAL ELLIPSIS}"
    )
    return lines or [""]


def _height(row: Bar | str, frame: _Frame) -> float:
    if isinstance(row, str):
        return _ROW + 4
    return _ROW + _LEADING * (len(_lines_of(row.label, frame)) - 1)


def _heading(text: str, y: float, frame: _Frame) -> str:
    lines = _lines_of(text, frame)
    return _line(0, y + 0.5, frame.chart, y + 0.5, "rule") + _words(0, y + 19, lines[0], "group")


def _bar(row: Bar, y: float, frame: _Frame, x: _Place) -> str:
    body = "".join(
        _words(0, y + 16 + i * _LEADING, line, "label")
        for i, line in enumerate(_lines_of(row.label, frame))
    )
    middle = y + _height(row, frame) / 2
    start, end = x(row.parts[0][0]), x(row.parts[-1][1] + _DAY)
    css = "work" if row.slips_to or row.over else "work tight"
    body += _line(start, middle, end, middle, "through")
    if row.slips_to:
        slip = x(row.slips_to + _DAY)
        body += _line(end, middle, slip, middle, "slack")
        body += _line(slip, middle - 4, slip, middle + 4, "slack")
    body += "".join(
        _rect(x(a), middle - 6.5, max(2.0, x(b + _DAY) - x(a)), 13, css) for a, b in row.parts
    )
    if not row.slips_to:
        words = "done" if row.over else "no slack"
        room = frame.chart - end > 7.2 * len(words) + 6
        at, anchor = (end + 5, "start") if room else (start - 5, "end")
        body += _words(at, middle + 3.5, words, "note", anchor)
    return body


def _diamonds(diamonds: Sequence[Diamond], y: float, frame: _Frame, x: _Place) -> str:
    body = _line(0, y + 0.5, frame.chart, y + 0.5, "rule") + _words(
        0, y + 17, "Milestones", "group"
    )
    middle, taken = y + _ROW / 2, 0.0
    places = [x(diamond.day) for diamond in diamonds]
    for diamond, at, after in zip(diamonds, places, [*places[1:], frame.chart + 8], strict=True):
        body += (
            f'<path class="diamond" d="M{at:.1f} {middle - 8:.1f} L{at + 8:.1f} {middle:.1f} '
            f'L{at:.1f} {middle + 8:.1f} L{at - 8:.1f} {middle:.1f} Z"/>'
        )
        # To the right of its diamond, or to the left where another diamond or the end is near.
        long = 7.0 * len(diamond.label) + 14
        right = after - 8 - at > long or at - long < taken
        begin, anchor = (at + 12, "start") if right else (at - 12, "end")
        body += _words(begin, middle + 4, diamond.label, "note", anchor)
        taken = at + long if right else at + 8
    return body
