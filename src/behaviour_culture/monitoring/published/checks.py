"""Oddities of a published table: reported with their place and number, never corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from behaviour_culture.errors import shorten
from behaviour_culture.model.reading import Doubt
from behaviour_culture.model.symbol_policy import SymbolPolicy
from behaviour_culture.monitoring.published.datasets import Dataset, Rate
from behaviour_culture.monitoring.published.periods import year_of
from behaviour_culture.monitoring.published.places import Level, key_of, level_of
from behaviour_culture.monitoring.published.table import PublishedColumn
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["check_table", "finding"]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NAME = "|".join(_MONTHS)
_DAMAGED = re.compile(rf"(?P<day>\d\d?)-(?P<month>{_NAME})|(?P<first>{_NAME})-(?P<year>\d\d)")
_DATE_LENGTH = 6
"""Longest label that can be such a date."""
_ROUNDED_LEVELS = (Level.NATIONAL, Level.REGIONAL)
_ROUNDED_TO = 5
_HALF_OF_IT = 2.5
_NOISE = 1e-9
"""Smaller than any published decimal and larger than the error of a division."""
_FIRST = 10
_ENOUGH = 20
"""Fewer counts than this may all be multiples of 5 by chance (20: once in 5 to the 20th)."""

Columns = Mapping[str, PublishedColumn]


def check_table(
    dataset: Dataset, columns: Columns, policy: SymbolPolicy, decimals: Mapping[str, FloatArray]
) -> list[Doubt]:
    """Return the doubts that a reader of the table should know, in the order of its columns."""
    findings = [*_repeated(columns), *_unknown(columns)]
    rounded = _rounded(dataset, columns)
    rates = {rate.name: rate for rate in dataset.rates}
    for name, column in columns.items():
        if _is_symbol(name, columns):
            findings += _symbols(name.removesuffix("_symbol"), column, policy)
            continue
        if column.is_text:
            findings += _labels(column)
            continue
        findings += _negative(column)
        if name in rates:
            findings += _rates(rates[name], columns, rounded, decimals[name])
        elif name in dataset.counts:
            findings += _fractions(column)
    findings += _above(dataset, columns, rounded)
    return findings


def finding(code: str, column: str, where: BoolArray, begins: str, ends: str) -> Iterator[Doubt]:
    """Yield one finding, with the number of its rows within the message; none for an empty mask."""
    rows = np.flatnonzero(where)
    if len(rows):
        yield Doubt(
            code=code,
            column=column,
            message=f"{begins}{len(rows):,}{ends}",
            count=len(rows),
            rows=[int(row) + 1 for row in rows[:_FIRST]],
        )


def _symbols(name: str, column: PublishedColumn, policy: SymbolPolicy) -> Iterator[Doubt]:
    for i, label in enumerate(column.labels):
        if label and label not in policy.symbols:
            begins = f"{shorten(label, 24)} is neither a number nor a symbol of {policy.id}: "
            where = np.asarray(column.values == i)
            yield from finding("unknown-symbol", name, where, begins, " cells have no number")


def _unknown(columns: Columns) -> Iterator[Doubt]:
    """Yield years and levels that no series can be made of."""
    for name, code, what, known in (
        ("time_period", "unknown-year", "a year", year_of),
        ("geographic_level", "unknown-level", "a level", level_of),
    ):
        if name in columns and columns[name].is_text:
            column = columns[name]
            odd = [i for i, label in enumerate(column.labels) if known(label) is None]
            shown = ", ".join(shorten(column.labels[i], 24) for i in odd[:4])
            where = np.isin(column.values, odd) if odd else np.zeros(0, dtype=bool)
            begins = f"{shown} is not {what} that is known: "
            yield from finding(code, name, where, begins, " rows are in no series")


def _labels(column: PublishedColumn) -> Iterator[Doubt]:
    """Yield labels that a spreadsheet made dates of, and labels that differ only in capitals."""
    for i, label in enumerate(column.labels):
        if len(label) <= _DATE_LENGTH and "-" in label and (match := _DAMAGED.fullmatch(label)):
            if match["day"]:
                low, high = int(match["day"]), _MONTHS.index(match["month"]) + 1
            else:
                low, high = _MONTHS.index(match["first"]) + 1, int(match["year"])
            low, high = sorted((low, high))  # in America a spreadsheet makes 5 January of 1-5
            begins = f"{label!r} is a date that a spreadsheet made, probably of '{low} to {high}': "
            where = np.asarray(column.values == i)
            yield from finding("damaged-label", column.name, where, begins, " rows")
    # All labels at once, which is quick; a label with a 0 byte only makes it slower.
    whole = "\0".join(column.labels)
    tidy = "  " not in whole and " \0" not in whole and "\0 " not in whole
    if tidy and len(set(whole.casefold().split("\0"))) == len(column.labels):
        return
    alike: dict[str, list[int]] = {}
    for i, label in enumerate(column.labels):
        alike.setdefault(key_of(label), []).append(i)
    several = [group for group in alike.values() if len(group) > 1]
    if several:
        shown = "; ".join(
            ", ".join(shorten(column.labels[i], 40) for i in group) for group in several[:3]
        )
        where = np.isin(column.values, [i for group in several for i in group])
        begins = f"labels that differ only in capitals or spaces: {shown} ("
        yield from finding("labels-alike", column.name, where, begins, " rows)")


def _negative(column: PublishedColumn) -> Iterator[Doubt]:
    with np.errstate(invalid="ignore"):
        where = np.asarray(column.values < 0)
    yield from finding("negative", column.name, where, "", " numbers are below 0")


def _fractions(column: PublishedColumn) -> Iterator[Doubt]:
    values = np.asarray(column.values)
    where = np.isfinite(values) & (values != np.floor(values))
    ends = " counts have a fraction: they are estimates, not counts"
    yield from finding("fractional-counts", column.name, where, "", ends)


def _rounded(dataset: Dataset, columns: Columns) -> dict[str, BoolArray]:
    """Return for each column of counts the rows in which it is rounded to multiples of 5."""
    rows = len(next(iter(columns.values())).values)
    level = columns.get("geographic_level")
    levels = ("",) if level is None else level.labels
    codes = np.zeros(rows) if level is None else level.values
    made = {}
    for name in dataset.counts & set(columns):
        values = np.asarray(columns[name].values)
        made[name] = np.zeros(rows, dtype=bool)
        for i, label in enumerate(levels):
            if label and level_of(label) not in _ROUNDED_LEVELS:
                continue
            here = codes == i
            found = values[here & np.isfinite(values)]
            if len(found) >= _ENOUGH and not (found % _ROUNDED_TO).any():
                made[name] |= here
    return made


def _rates(
    rate: Rate, columns: Columns, rounded: Mapping[str, BoolArray], decimals: FloatArray
) -> Iterator[Doubt]:
    """Yield rates that differ from 100 times count by whole, beyond rounding."""
    if rate.counted not in columns or rate.out_of not in columns:
        return
    published = np.asarray(columns[rate.name].values)
    count = np.asarray(columns[rate.counted].values)
    whole = np.asarray(columns[rate.out_of].values)
    with np.errstate(divide="ignore", invalid="ignore"):
        again = 100 * count / whole
        halves = 0.5 * 10.0 ** -np.arange(decimals.max() + 1)
        allowed = halves[decimals.astype(np.intp)] + _NOISE * (1 + np.abs(again))
        if rounded[rate.counted].any() or rounded[rate.out_of].any():
            allowed += _from_rounding(rate, count, whole, rounded)
        gap = np.abs(published - again)
        both = np.isfinite(published) & np.isfinite(count) & np.isfinite(whole) & (whole > 0)
        differs = both & (gap > allowed)
    if differs.any():
        ends = (
            f" of {int(both.sum()):,} rates are not 100 * {rate.counted} / {rate.out_of}, beyond "
            f"rounding; the largest gap is {gap[differs].max():.4g}"
        )
        yield from finding("rate-differs", rate.name, differs, "", ends)
    none = (whole == 0) & np.isfinite(published) & (published != 0)
    ends = f" rates are above 0 though {rate.out_of} is 0"
    yield from finding("rate-of-nobody", rate.name, none, "", ends)


def _from_rounding(
    rate: Rate, count: FloatArray, whole: FloatArray, rounded: Mapping[str, BoolArray]
) -> FloatArray:
    """Return how far a rate can move by 2.5 more or fewer, above and below the line."""
    above = np.where(rounded[rate.counted], _HALF_OF_IT, 0.0)
    below = np.where(rounded[rate.out_of], _HALF_OF_IT, 0.0)
    least = np.maximum(whole - below, 1.0)
    moved: FloatArray = 100 * (count + above) / least - 100 * count / whole
    return np.where(above + below > 0, np.maximum(moved, 0.0), 0.0)


def _above(dataset: Dataset, columns: Columns, rounded: Mapping[str, BoolArray]) -> Iterator[Doubt]:
    """Yield rows in which a part is larger than its whole, beyond rounding."""
    for part, whole in dataset.at_most:
        if part in columns and whole in columns:
            room = _HALF_OF_IT * (rounded[part].astype(float) + rounded[whole])
            with np.errstate(invalid="ignore"):
                where = columns[part].values > columns[whole].values + room
            ends = f" counts are above {whole}, of which they are a part"
            yield from finding("part-above-whole", part, np.asarray(where), "", ends)


def _repeated(columns: Columns) -> Iterator[Doubt]:
    """Yield the rows with all the labels of an earlier row."""
    texts = [c for n, c in columns.items() if c.is_text and not _is_symbol(n, columns)]
    if not texts:
        return
    key = np.zeros(len(texts[0].values), dtype=np.uint64)
    for column in texts:  # a hash of all labels; rows with equal hashes are compared below
        key = (key ^ column.values.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    ordered = np.sort(key)
    if not (ordered[1:] == ordered[:-1]).any():
        return
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    earlier, later = order[:-1][same], order[1:][same]
    equal = np.ones(len(later), dtype=bool)
    for column in texts:
        equal &= column.values[earlier] == column.values[later]
    differ = np.zeros(len(later), dtype=bool)
    for column in columns.values():
        one, two = column.values[earlier], column.values[later]
        differ |= (one != two) & ~(np.isnan(one) & np.isnan(two))
    for code, which, words in (
        ("repeated-rows", equal & ~differ, "the same numbers too"),
        ("rows-disagree", equal & differ, "other numbers"),
    ):
        where = np.zeros(len(key), dtype=bool)
        where[later[which]] = True
        yield from finding(
            code, "", where, "", f" rows have the labels of a row before, and {words}"
        )


def _is_symbol(name: str, columns: Columns) -> bool:
    return name.endswith("_symbol") and name.removesuffix("_symbol") in columns
