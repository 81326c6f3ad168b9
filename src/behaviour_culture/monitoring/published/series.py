"""A published table as a series: one column over time, for one place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from behaviour_culture.checks import as_tuple, require_types
from behaviour_culture.errors import Fault, InvalidInputError, UnknownNameError, shorten, suggest
from behaviour_culture.interchange.table import id_from
from behaviour_culture.model.indicator import (
    ExposureKind,
    RecordingChange,
    Series,
    SeriesPeriod,
)
from behaviour_culture.model.symbol_policy import SymbolMeaning
from behaviour_culture.monitoring.published.datasets import DATASETS
from behaviour_culture.monitoring.published.table import PublishedColumn, PublishedTable
from behaviour_culture.typing import BoolArray

__all__ = ["series_from_published"]

_PLACES = (
    ("country_code", "national"),
    ("country_name", "national"),
    ("region_code", "regional"),
    ("region_name", "regional"),
    ("new_la_code", "local authority"),
    ("old_la_code", "local authority"),
    ("la_name", "local authority"),
    ("laestab", "school"),
    ("urn", "school"),
    ("school_name", "school"),
)
"""Columns that name a place, and the level of the rows about that place itself."""
_HELD = ("total", "academic year", "state-funded total", "all")
"""Labels of the whole, at which a column is held unless ``where`` names it."""
_WEEK = re.compile(r"week (\d\d?)")
_TERMS = {
    "academic year": ((9, 1), (8, 31)),
    "autumn term": ((9, 1), (12, 31)),
    "spring term": ((1, 1), (4, 15)),
    "summer term": ((4, 16), (8, 31)),
    "autumn and spring term": ((9, 1), (4, 15)),
}
"""Nominal first and last days (judgement): the tables have no term dates."""
_SEPTEMBER = 9
_YEAR_LENGTH = 6


class _Span(NamedTuple):
    label: str
    start: dt.date
    end: dt.date


def series_from_published(
    table: PublishedTable,
    count: str,
    *,
    place: str = "England",
    where: Mapping[str, str] | None = None,
    recording_changes: Iterable[RecordingChange] = (),
) -> Series:
    """Return one column of a table over time, for one place and kind of school, with its exposure.

    Parameters
    ----------
    table : PublishedTable
    count : str
        A column of counts, such as ``suspension`` or ``sess_unauthorised``.
    place : str
        Code or name of a school, local authority or region, or the country.
    where : mapping of column to text, optional
        The rows to take, such as ``{"education_phase": "State-funded secondary"}``; capitals do
        not matter. A column that is not named here is held at ``Total`` or ``Academic year`` if
        it has that label.
    recording_changes : iterable of RecordingChange
        The days from which counts are no longer comparable.

    Returns
    -------
    Series
        Marked ``published``. A period whose count is a symbol is masked, with the meaning of
        the symbol as the reason.

    Raises
    ------
    InvalidInputError
        No row fits, or several rows of one period do: the message names the columns in which
        they differ.
    UnknownNameError
        The table has no such column or place.
    """
    require_types("series_from_published", table=(table, PublishedTable))
    where = {} if where is None else where
    if not isinstance(where, Mapping):
        raise _refusal("where", f"expected a table of columns and texts, got {shorten(where)}")
    numbers = table.numbers(count)
    below, kind = _out_of(table, count)
    whole = table.numbers(below)
    keep = _at(table, place)
    for name, text in where.items():
        keep &= _equal(table, name, text)
    chosen = _one_each(table, _held(table, keep, set(where)), place)
    periods = [
        _period(table, row, span, (numbers[row], whole[row]), (count, below))
        for row, span in sorted(chosen, key=lambda entry: entry[1].start)
    ]
    return Series(
        id=id_from(f"{count}-{place}", default="published-series"),
        indicator=count.replace("_", "-").strip("-"),
        exposure_kind=kind,
        periods=periods,
        recording_changes=as_tuple(recording_changes),
        source=table.source,
        disclosure="published",
    )


def _refusal(path: str, message: str, value: object = None) -> InvalidInputError:
    shown = "" if value is None else shorten(value)
    return InvalidInputError("series_from_published", [Fault(path, message, shown)])


def _out_of(table: PublishedTable, count: str) -> tuple[str, ExposureKind]:
    """Return the column that a count is out of, and what it holds."""
    for dataset in DATASETS:
        for begins, below, kind in dataset.out_of:
            if dataset.id == table.dataset and count.startswith(begins):
                rates = {rate.name for rate in dataset.rates}
                if count in rates or count.endswith(("_rate", "_percent", "_perc")):
                    message = f"{count!r} is a rate: name the column of counts; rates() divides"
                    raise _refusal("count", message)
                return below, kind
    message = f"the table {table.dataset} has no column that {count!r} is out of: use to_frame()"
    raise _refusal("count", message)


def _equal(table: PublishedTable, name: str, text: object) -> BoolArray:
    """Return the rows in which a column has this text; capitals do not matter."""
    column = table.column(name)
    if not isinstance(text, str) or not column.is_text:
        raise _refusal(f"where.{name}", "expected the text of a column of texts", text)
    rows = _has(column, [text])
    if not rows.any():
        known = ", ".join(shorten(label, 40) for label in column.labels[:8])
        hint = suggest(text, column.labels) or f"; it has {known}"
        raise _refusal(f"where.{name}", f"no row has {shorten(text)}{hint}", text)
    return rows


def _at(table: PublishedTable, place: object) -> BoolArray:
    """Return the rows about a place itself, not those about its parts."""
    if not isinstance(place, str) or not place.strip():
        raise _refusal(
            "place", f"expected the code or name of a place, got {shorten(place)}", place
        )
    columns = {c.name: c for c in table.columns if c.is_text}
    named = [(columns[name], level) for name, level in _PLACES if name in columns]
    if not named:
        return np.ones(len(table), dtype=bool)  # a table about one place does not name it
    found = np.zeros(len(table), dtype=bool)
    for column, level in named:
        here = _has(column, [place.strip()])
        if "geographic_level" in columns:
            here &= _has(columns["geographic_level"], [level])
        found |= here
    if not found.any():
        known = [t for c, _ in named if not c.name.endswith("code") for t in c.labels if t]
        raise UnknownNameError("place", place, known[:5_000])
    return found


def _has(column: PublishedColumn, texts: Sequence[str]) -> BoolArray:
    """Return the rows in which a column has one of some texts; capitals do not matter."""
    known = {text.casefold() for text in texts}
    fits = [i for i, label in enumerate(column.labels) if label.casefold() in known]
    return np.isin(column.values, fits)


def _held(table: PublishedTable, keep: BoolArray, asked: set[str]) -> BoolArray:
    """Return the rows of the totals, in each column that has any and that nobody asked about."""
    for column in table.columns:
        free = column.name not in {*asked, "time_period"} and not column.name.endswith("_symbol")
        total = keep & _has(column, _HELD)
        if free and total.any():
            keep = total
    return keep


def _one_each(table: PublishedTable, keep: BoolArray, place: str) -> list[tuple[int, _Span]]:
    """Return one row for each period, or refuse with how the rows of one period differ."""
    rows = np.flatnonzero(keep).tolist()
    if not rows:
        raise _refusal("where", f"no row is about {shorten(place)} with these labels")
    spans = [(row, _span(table, row)) for row in rows]
    by_label: dict[str, list[int]] = {}
    for row, span in spans:
        by_label.setdefault(span.label, []).append(row)
    crowd = next((rows for rows in by_label.values() if len(rows) > 1), None)
    if crowd is None:
        return spans
    faults = []
    for column in table.columns:
        if column.is_text and not column.name.endswith("_symbol"):
            differ = sorted({column.labels[int(column.values[row])] for row in crowd})
            if len(differ) > 1:
                shown = ", ".join(shorten(text, 40) for text in differ[:6])
                faults.append(Fault(f"where.{column.name}", f"choose one of {shown}"))
    if not faults:
        faults = [Fault("", f"rows {[row + 1 for row in crowd[:4]]} have the same labels")]
    raise InvalidInputError("series_from_published", faults)


def _text(table: PublishedTable, name: str, row: int) -> str:
    if name not in table.names:
        return ""
    column = table.column(name)
    return column.labels[int(column.values[row])] if column.is_text else ""


def _span(table: PublishedTable, row: int) -> _Span:
    """Return the label, first day and last day of the period of a row."""
    year, part = _text(table, "time_period", row), _text(table, "time_identifier", row)
    term = _text(table, "term", row)
    if term and term.casefold() not in _HELD:
        part = term
    week = _WEEK.fullmatch(part.casefold())
    try:
        if week:
            monday = dt.date.fromisocalendar(int(year), int(week[1]), 1)
            return _Span(f"{year} {part}", monday, monday + dt.timedelta(days=6))
        (month, day), (last_month, last_day) = _TERMS[part.casefold() or "academic year"]
        first = int(year[:4] if len(year) == _YEAR_LENGTH else "")
        start = dt.date(first if month >= _SEPTEMBER else first + 1, month, day)
        end = dt.date(first if last_month >= _SEPTEMBER else first + 1, last_month, last_day)
    except (ValueError, KeyError):
        message = f"{shorten(year)} with {shorten(part)} is not a known year, term or week"
        raise _refusal(f"row {row + 1}", message) from None
    label = f"{year[:4]}/{year[4:]}"
    return _Span(label if part.casefold() in _HELD or not part else f"{label} {part}", start, end)


def _period(
    table: PublishedTable,
    row: int,
    span: _Span,
    numbers: tuple[float, float],
    names: tuple[str, str],
) -> SeriesPeriod:
    """Return one period; masked with the meaning of the symbol where the file has one."""
    masked, suppressed = "", False
    for number, name in zip(numbers, names, strict=True):
        if not masked and not np.isfinite(number):
            symbol = _text(table, f"{name}_symbol", row)
            masked = f"{name}: {symbol} ({table.meaning(symbol)})" if symbol else f"{name}: blank"
            suppressed = table.policy.symbols.get(symbol) is SymbolMeaning.SUPPRESSED
    if not masked and numbers[1] <= 0:
        masked = f"{names[1]} is {numbers[1]:g}"
    if not masked and numbers[0] < 0:
        masked = f"{names[0]} is {numbers[0]:g}"
    return SeriesPeriod(
        label=span.label,
        start=span.start,
        end=span.end,
        count=None if masked else float(numbers[0]),
        exposure=None if masked else float(numbers[1]),
        masked=masked,
        suppressed=suppressed,
    )
