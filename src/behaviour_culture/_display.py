"""How objects display: a short repr, a readable str, escaped HTML for notebooks.

Every public object mixes in `Displayed` and defines at most two methods: `_label` (a few
words) and `_lines` (the lines of ``str``, of which the first is a sentence).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from behaviour_culture._field_docs import FieldDocs
from behaviour_culture._pictures import PlotAccessor
from behaviour_culture._rows import to_show
from behaviour_culture.errors import printable

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "MONTHS",
    "Displayed",
    "Lines",
    "as_sentences",
    "count_of",
    "day_words",
    "escape",
    "html_table",
    "short_day",
    "text_table",
]

_LINE = 116
"""Characters of a repr: one line of a notebook or a terminal."""
_ROWS = 60
_CELL = 1_000
_WIDTH = 100
"""Characters of a line of a table on the screen, and the most that one of its columns takes."""
_COLUMN = 36
_FIRST = ("id", "step", "principle", "name", "title")


def escape(value: object) -> str:
    """Return the text of ``value`` with the special characters of HTML escaped."""
    from html import escape as html_escape  # noqa: PLC0415  (only notebooks and reports need it)

    return html_escape(str(value), quote=True)


def count_of(number: float, noun: str) -> str:
    """Return a number and its noun, in the plural unless the number is 1.

    Examples
    --------
    >>> count_of(1, "hour"), count_of(0.5, "hour"), count_of(1_234_567, "row")
    ('1 hour', '0.5 hours', '1,234,567 rows')
    """
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{shown} {noun}{'' if number == 1 else 's'}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_words(day: date, *, weekday: bool = False) -> str:
    """Return a day in English words, whatever language the process is set to.

    Examples
    --------
    >>> from datetime import date
    >>> day_words(date(2026, 9, 1)), day_words(date(2026, 9, 1), weekday=True)
    ('01 September 2026', 'Tuesday 01 September 2026')
    """
    words = f"{day.day:02} {MONTHS[day.month - 1]} {day.year:04}"
    return f"{_WEEKDAYS[day.weekday()]} {words}" if weekday else words


def short_day(day: date) -> str:
    """Return a day with three letters of its month, in English as `day_words`.

    Examples
    --------
    >>> from datetime import date
    >>> short_day(date(2026, 9, 1))
    '01 Sep 2026'
    """
    return f"{day.day:02} {MONTHS[day.month - 1][:3]} {day.year:04}"


def _clip(text: str, limit: int) -> str:
    """Return a text that fits, cut after a whole word where it has one."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 3]
    words, _, _ = cut.rpartition(" ")
    return (words if len(words) > limit // 2 else cut).rstrip(" ,;:") + "..."


def _cell(value: object) -> str:  # noqa: PLR0911  (a kind of value a line)
    if value is None:
        return ""
    if isinstance(value, Enum):
        return escape(value.value)
    if isinstance(value, float):
        return escape(f"{value:.4g}")
    if isinstance(value, Displayed):
        return escape(_clip(value._lines()[0], _CELL))  # noqa: SLF001  (this class's own protocol)
    if isinstance(value, Mapping):
        return "; ".join(f"{escape(_text(k))}: {_cell(v)}" for k, v in value.items())
    if isinstance(value, tuple):
        return "; ".join(_cell(v) for v in value)
    return escape(_clip(str(value), _CELL))


def _text(value: object) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)


def html_table(rows: list[dict[str, Any]], caption: str = "") -> str:
    """Return rows as an escaped HTML table with a header row, without script or style."""
    if not rows:
        return ""
    names = list(rows[0])
    head = "".join(f'<th scope="col">{escape(n.replace("_", " "))}</th>' for n in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(n))}</td>" for n in names) + "</tr>"
        for row in rows[:_ROWS]
    )
    more = len(rows) - _ROWS
    note = f"<p>and {more} more rows: see to_rows()</p>" if more > 0 else ""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"


def _short(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return _clip(" ".join(str(cell).split()), _COLUMN)


def _in_order(rows: list[dict[str, Any]]) -> list[str]:
    """Return the columns that have a cell: what a row is first, long texts last."""
    used = [n for n in (rows[0] if rows else ()) if any(r.get(n) not in {None, ""} for r in rows)]
    long = {n for n in used if any(len(str(row.get(n))) > _COLUMN for row in rows)}
    ids = [n for n in _FIRST if n in used]
    middle = [n for n in used if n not in long and n not in ids]
    return [*ids, *middle, *(n for n in used if n in long and n not in ids)]


def text_table(rows: list[dict[str, Any]]) -> list[str]:
    r"""Return rows as the lines of a table for a screen: a header, and a line for each row.

    Columns without a single cell are left out, and those for which the line has no room are
    named below.

    Examples
    --------
    >>> print(*text_table([{"id": "calm", "score": 0.5}, {"id": "kind", "score": 0.25}]), sep="\n")
    id    score
    calm    0.5
    kind   0.25
    """
    names = _in_order(rows)
    lines = [""] * (len(rows) + 1)
    for i, name in enumerate(names):
        cells = [_short(row.get(name)) for row in rows]
        width = max(len(name), *map(len, cells))
        if i and len(lines[0]) + 2 + width > _WIDTH:
            rest = count_of(len(names) - i, "more column")
            named = f"and {rest}: {', '.join(names[i:])}"
            if len(named) > _WIDTH:
                named = f"and {rest} in .to_frame()"
            return [*(line.rstrip() for line in lines), named]
        number = all(isinstance(row.get(name), (int, float, type(None))) for row in rows)
        gap = "  " if i else ""
        for j, cell in enumerate([name, *cells]):
            lines[j] += gap + (cell.rjust(width) if number else cell.ljust(width))
    return [line.rstrip() for line in lines]


def as_sentences(value: object) -> str:
    """Return the lines of an object as sentences on one line."""
    return " ".join(f"{line.strip().rstrip('.;:')}." for line in str(value).splitlines())


class Lines(list[str]):
    """Lines of an explanation: a list that prints as the lines themselves."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(self)


class Displayed:
    """Mixin of every public object: ``repr`` short, ``str`` readable, HTML escaped."""

    __slots__ = ()

    plot: PlotAccessor = PlotAccessor()
    """The pictures of the object, if it has any: ``x.plot()``, ``x.plot.describe()``."""

    def __init_subclass__(cls) -> None:
        # `help()` lists the fields, as they are declared.
        written = cls.__dict__.get("__doc__")
        if isinstance(written, str):
            cls.__doc__ = FieldDocs(written)  # type: ignore[assignment]  # it makes a text

    _kept_back: ClassVar[frozenset[str]] = frozenset()
    """Fields that no table or frame of several objects shows: small counts of pupils."""

    def to_frame(self, *, kind: str | None = None, internal: bool = False) -> Any:  # noqa: ANN401
        """Return the rows as a frame; an object without rows is one row.

        Small counts of pupils are hidden, unless the frame is for use inside the school.

        Parameters
        ----------
        kind : {"pandas", "polars", "pyarrow"}, optional
            The library whose frame to make; without it the first that is installed.
        internal : bool
            Keep small counts: for use inside the school only.
        """
        from behaviour_culture._frame import frame_of_object  # noqa: PLC0415  (seldom needed)

        return frame_of_object(self, kind=kind, internal=internal)

    def _label(self) -> str:
        """Return what ``repr`` shows: the id, and the first line, which holds the value."""
        key = str(getattr(self, "id", None) or "")
        if type(self)._lines is Displayed._lines:  # noqa: SLF001  (this class's own)
            named = (getattr(self, name, None) for name in ("title", "name", "text"))
            first = next((str(n) for n in named if n), "")
        else:
            first = self._lines()[0]
        return first if not key or first.startswith(key) else f"{key}: {first}" if first else key

    def _lines(self) -> list[str]:
        """Return the lines of ``str``; the first is a sentence that can be used alone."""
        return [self._label() or type(self).__name__]

    def __repr__(self) -> str:
        room = _LINE - len(type(self).__name__)
        label = _clip(printable(" ".join(self._label().split())), room)
        return f"<{type(self).__name__} {label}>" if label else f"<{type(self).__name__}>"

    def __str__(self) -> str:
        text = "\n".join([*self._lines(), *(f"  {line}" for line in self._made_of())])
        # A lone return would write over the line on a screen, and a mark of direction turn it.
        return "\n".join(map(printable, text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))

    def _repr_html_(self) -> str:
        # A notebook is shown to others: small counts of pupils are hidden in it.
        shown: Displayed = to_show(self)
        return shown._html()

    def _html(self) -> str:
        lines = self._lines()
        title = f"<strong>{escape(type(self).__name__)}</strong> {escape(lines[0])}"
        to_rows = getattr(self, "to_rows", None)
        body = html_table(to_rows()) if to_rows is not None else self._html_fields()
        lines = [*lines[1:], *self._made_of()] if to_rows is not None else []
        rest = "".join(f"<br>{escape(line)}" for line in lines)
        return f"<div><p>{title}{rest}</p><details><summary>Details</summary>{body}</details></div>"

    def _made_of(self) -> list[str]:
        """Return by what a result of draws can be made again; nothing for any other object."""
        draws, seed = getattr(self, "draws", None), getattr(self, "seed", None)
        told = [] if not isinstance(draws, int) else [count_of(draws, "draw")]
        told += [] if not isinstance(seed, int) else [f"seed {seed}"]
        return [f"Made with {', '.join(told)}."] if told else []

    def _html_fields(self) -> str:
        fields = getattr(type(self), "__attrs_attrs__", ())
        rows = []
        for field in fields:
            if field.name.startswith("_"):
                continue
            value = getattr(self, field.name)
            if value is None or (isinstance(value, (tuple, str)) and not value):
                continue
            rows.append(
                f'<tr><th scope="row">{escape(field.name.replace("_", " "))}</th>'
                f"<td>{_cell(value)}</td></tr>"
            )
        return f"<table><tbody>{''.join(rows)}</tbody></table>"
