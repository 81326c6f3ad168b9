"""A published table as a series: one column over time, for one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, as_tuple
from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.fields import Slug
from behaviour_culture.interchange.table import id_from
from behaviour_culture.model.indicator import (
    ExposureKind,
    RecordingChange,
    Series,
    SeriesPeriod,
)
from behaviour_culture.model.symbol_policy import SymbolMeaning
from behaviour_culture.monitoring.published.datasets import DATASETS
from behaviour_culture.monitoring.published.periods import (
    FIVE,
    TIMES,
    WHOLE_YEAR,
    Span,
    span_of,
    year_of,
)
from behaviour_culture.monitoring.published.places import (
    PLACES,
    has,
    identity,
    key_of,
    linked,
    rows_at,
)
from behaviour_culture.monitoring.published.table import PublishedColumn, PublishedTable
from behaviour_culture.typing import BoolArray

__all__ = ["series_from_published"]

_TOTALS = frozenset(
    {
        "total",
        "all",
        "all schools",
        "all school types",
        "all pupils",
        "all state-funded",
        "all state-funded schools",
        "state-funded total",
        "total state-funded",
        "state-funded schools",
        "state-funded primary, secondary and special",
        "state-funded primary, secondary and special schools",
    }
)
"""Labels of the whole, at which a column is held unless ``where`` names it."""
_DAYS = ("attendance_date",)
"""Columns of the day that a row is about."""
_DESCRIBE = frozenset(
    {"estab", "academy_type", "academy_open_date", "trust", "trust_name", "all_through"}
)
"""Columns that describe a place: a new text in them is no other thing that is measured."""


class _Row(NamedTuple):
    number: int
    span: Span


def series_from_published(  # noqa: PLR0913  (which rows of a table)
    table: PublishedTable,
    count: str,
    *,
    place: str | None = "England",
    where: Mapping[str, str] | None = None,
    recording_changes: Iterable[RecordingChange] = (),
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> Series:
    """Return one column of a table over time, for one place and kind of school, with its exposure.

    Parameters
    ----------
    table : PublishedTable
    count : str
        A column of counts, such as ``suspension`` or ``sess_unauthorised``.
    place : str, optional
        Code or name of a school, local authority or region, or the country. The rows taken are
        those that the table states to be about it. None for a table without any column of
        places.
    where : mapping of column to text, optional
        The rows to take, such as ``{"education_phase": "State-funded secondary"}``; capitals do
        not matter. A column that is not named here is held at ``Total``, ``All schools`` or
        another label of the whole, if it has one.
    recording_changes : iterable of RecordingChange
        The days from which counts are no longer comparable.
    id : str, optional
        The id of the series; made of the column and the place without it.

    Returns
    -------
    Series
        Marked ``published``. A period whose count is a symbol is masked, with the meaning of
        the symbol as the reason; so is one that has no row of totals, and one in which the place
        has another code or name than the one asked for. Where a code, a name or a label of the
        whole is another from a period on, ``recording_changes`` has that day.

    Raises
    ------
    InvalidInputError
        No row fits; several rows of one period do: the message names the columns in which they
        differ; a period that is not known; periods of different lengths.
    UnknownNameError
        The table has no such column or place.
    """
    check, noted = Check("series_from_published"), as_tuple(recording_changes)
    check.value("table", table, PublishedTable)
    check.value("count", count, str)
    check.value("place", place, str | None)
    check.value("where", where, Mapping[str, str] | None)
    check.value("recording_changes", noted, tuple[RecordingChange, ...])
    check.value("id", id, Slug | None)
    check.done()
    where = where or {}
    numbers = table.numbers(count)
    below, kind = _out_of(table, count)
    whole = table.numbers(below)
    keep = np.ones(len(table), dtype=bool)
    for name, text in where.items():
        keep &= _equal(table, name, text)
    here, level = rows_at(table, place, keep)
    asked = set(where)
    chosen, masked = _one_each(table, _held_in_time(table, here, asked), asked, place)
    changes = _changes(table, level, asked, chosen)
    found = {
        row.span: _period(table, row, (numbers[row.number], whole[row.number]), (count, below))
        for row in chosen
    }
    if level in PLACES:
        others = linked(table, level, [row.number for row in chosen], keep & ~here)
        masked |= _lost(table, level, _held_in_time(table, others, asked), set(found))
    for span, why in masked.items():
        found.setdefault(
            span, SeriesPeriod(label=span.label, start=span.start, end=span.end, masked=why)
        )
    _check_lengths(list(found))
    title = count if place is None else f"{count}-{place}"
    return Series(
        id=id_from(title, default="published-series") if id is None else id,
        indicator=count.replace("_", "-").strip("-"),
        exposure_kind=kind,
        periods=[found[span] for span in sorted(found, key=lambda span: span.start)],
        recording_changes=_joined([*noted, *changes]),
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
    rows = has(column, [(year_of(text) if name == "time_period" else None) or text])
    if not rows.any():
        known = ", ".join(shorten(label, 40) for label in column.labels[:8])
        hint = suggest(text, column.labels) or f"; it has {known}"
        raise _refusal(f"where.{name}", f"no row has {shorten(text)}{hint}", text)
    return rows


# -- one row for each period ---------------------------------------------------------------------


def _held_in_time(table: PublishedTable, keep: BoolArray, asked: set[str]) -> BoolArray:
    """Return the rows of whole years, in each year and column of time that has any."""
    years = table.column("time_period").values if "time_period" in table.names else None
    for name in TIMES:
        if name in table.names and name not in asked and table.column(name).is_text:
            column = table.column(name)
            total = keep & has(column, WHOLE_YEAR - {""})
            if years is None:
                keep = total if total.any() else keep
            elif total.any():
                keep = keep & (total | ~np.isin(years, np.unique(years[total])))
    return keep


def _one_each(
    table: PublishedTable, keep: BoolArray, asked: set[str], place: str | None
) -> tuple[list[_Row], dict[Span, str]]:
    """Return one row for each period, and why there is none for some; or refuse."""
    numbers = np.flatnonzero(keep).tolist()
    if not numbers:
        raise _refusal("where", f"no row is about {shorten(place)} with these labels")
    by_span, unknown = _by_span(table, numbers)
    if unknown:
        raise InvalidInputError("series_from_published", list(_unknown(unknown)))
    masked: dict[Span, str] = {}
    for column in table.columns:
        if not column.is_text or column.name in asked or not _parts(column.name):
            continue
        totals = has(column, _TOTALS)
        held = {span: [n for n in rows if totals[n]] for span, rows in by_span.items()}
        if not any(held.values()):
            continue
        for span, rows in list(by_span.items()):
            if held[span]:
                by_span[span] = held[span]
            elif column.name not in _DESCRIBE and any(_at(column, n).strip() for n in rows):
                shown = ", ".join(sorted({shorten(_at(column, n), 40) for n in rows})[:4])
                masked[span] = f"{column.name} has no row of the total, only {shown}"
                del by_span[span]
    crowd = next((rows for rows in by_span.values() if len(rows) > 1), None)
    if crowd is not None:
        raise InvalidInputError("series_from_published", list(_differences(table, crowd)))
    chosen = [_Row(rows[0], span) for span, rows in by_span.items()]
    return sorted(chosen, key=lambda row: row.span.start), masked


def _by_span(
    table: PublishedTable, numbers: list[int]
) -> tuple[dict[Span, list[int]], dict[tuple[str, str], list[int]]]:
    """Return rows by their period, and rows of unknown periods by year and part."""
    columns = {c.name: c for c in table.columns if c.is_text}
    years = columns.get("time_period")
    parts = [columns[name] for name in TIMES if name in columns]
    days = [columns[name] for name in _DAYS if name in columns]
    found: dict[Span, list[int]] = {}
    unknown: dict[tuple[str, str], list[int]] = {}
    for n in numbers:
        year = "" if years is None else _at(years, n)
        part = next((t for c in parts if key_of(t := _at(c, n)) not in WHOLE_YEAR), "")
        span = span_of(year, part, _at(days[0], n) if days else "")
        if span is None:
            unknown.setdefault((year, part), []).append(n)
        else:
            found.setdefault(span, []).append(n)
    return found, unknown


def _unknown(periods: dict[tuple[str, str], list[int]]) -> Iterator[Fault]:
    looked = ", ".join(("time_period", *TIMES))
    for (year, part), rows in periods.items():
        message = (
            f"{shorten(year)} with {shorten(part)} is not a known year, term or week "
            f"({count_of(len(rows), 'row')}; the columns looked for are {looked})"
        )
        yield Fault(f"row {rows[0] + 1:,}", message)


def _parts(name: str) -> bool:
    """Say whether a column divides the rows about one place and period."""
    other = name == "time_period" or name in TIMES or name in _DAYS or name.endswith("_symbol")
    return not other and not any(name in names for names in PLACES.values())


def _at(column: PublishedColumn, row: int) -> str:
    return column.labels[int(column.values[row])]


def _differences(table: PublishedTable, crowd: list[int]) -> Iterator[Fault]:
    """Yield how the rows of one period differ."""
    none = True
    for column in table.columns:
        if column.is_text and not column.name.endswith("_symbol"):
            differ = sorted({_at(column, row) for row in crowd})
            if len(differ) > 1:
                shown = ", ".join(shorten(text, 40) for text in differ[:6])
                none = False
                yield Fault(f"where.{column.name}", f"choose one of {shown}")
    if none:
        yield Fault("", f"rows {[row + 1 for row in crowd[:4]]} have the same labels")


def _check_lengths(spans: list[Span]) -> None:
    """Refuse years beside terms, and terms beside weeks: their counts do not compare."""
    if len({span.length for span in spans}) > 1:
        first = {span.length: span.label for span in reversed(spans)}
        shown = ", ".join(f"{length.value} ({label})" for length, label in first.items())
        message = f"the periods are of different lengths: {shown}; choose one in 'where'"
        raise _refusal("where.time_identifier", message)


# -- what changes from one period to the next ----------------------------------------------------


def _changes(
    table: PublishedTable, level: int, asked: set[str], chosen: list[_Row]
) -> Iterator[RecordingChange]:
    """Yield each day from which the rows have another code, name or label than before."""
    columns = [
        column
        for column in table.columns
        if column.is_text
        and column.name not in asked | _DESCRIBE
        and (_parts(column.name) or column.name in TIMES)
        and not column.name.endswith("_date")
        and (column.name != "geographic_level" or level not in PLACES)
    ]
    for column in [*identity(table, level), *columns]:
        of_time = column.name in TIMES
        named = [row for row in chosen if _at(column, row.number).strip()]
        for before, after in pairwise(named):
            texts = [_at(column, row.number) for row in (before, after)]
            keys = [key_of(text) for text in texts]
            if of_time:  # terms follow one another; five half-terms and six are not one thing
                keys = [str(FIVE in key) for key in keys]
            if keys[0] != keys[1]:
                old, new = (shorten(text, 60) for text in texts)
                what = f"{column.name} is {old} before, {new} from here"
                yield RecordingChange(day=after.span.start, what=what)


def _joined(changes: list[RecordingChange]) -> list[RecordingChange]:
    """Return one change for each day."""
    by_day: dict[object, list[RecordingChange]] = {}
    for change in changes:
        by_day.setdefault(change.day, []).append(change)
    return [
        same[0]
        if len(same) == 1
        else RecordingChange(day=same[0].day, what="; ".join(c.what for c in same))
        for same in by_day.values()
    ]


def _lost(
    table: PublishedTable, level: int, others: BoolArray, known: set[Span]
) -> dict[Span, str]:
    """Return the periods in which the place has rows only under another code or name.

    A period in which several places share the code or name says nothing about this one.
    """
    lost = {}
    columns = identity(table, level)
    for span, rows in _by_span(table, np.flatnonzero(others).tolist())[0].items():
        under = {tuple(key_of(_at(column, n)) for column in columns) for n in rows}
        if span not in known and len(under) == 1:
            shown = ", ".join(filter(None, (_at(column, rows[0]) for column in columns)))
            lost[span] = f"here only {shown} has its code or name: ask for that, if it is the same"
    return lost


def _period(
    table: PublishedTable, row: _Row, numbers: tuple[float, float], names: tuple[str, str]
) -> SeriesPeriod:
    """Return one period; masked with the meaning of the symbol where the file has one."""
    masked, suppressed = "", False
    for number, name in zip(numbers, names, strict=True):
        if not masked and not np.isfinite(number):
            symbols = f"{name}_symbol"
            symbol = _at(table.column(symbols), row.number) if symbols in table.names else ""
            masked = f"{name}: {symbol} ({table.meaning(symbol)})" if symbol else f"{name}: blank"
            suppressed = table.policy.symbols.get(symbol) is SymbolMeaning.SUPPRESSED
    if not masked and numbers[1] <= 0:
        masked = f"{names[1]} is {numbers[1]:g}"
    if not masked and numbers[0] < 0:
        masked = f"{names[0]} is {numbers[0]:g}"
    return SeriesPeriod(
        label=row.span.label,
        start=row.span.start,
        end=row.span.end,
        count=None if masked else float(numbers[0]),
        exposure=None if masked else float(numbers[1]),
        masked=masked,
        suppressed=suppressed,
    )
