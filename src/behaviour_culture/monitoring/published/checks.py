"""What is odd in a published table: said, with its place and size, and never mended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import shorten
from behaviour_culture.model.symbol_policy import SymbolPolicy
from behaviour_culture.monitoring.published.datasets import Dataset, Rate
from behaviour_culture.monitoring.published.table import DataFinding, PublishedColumn

__all__ = ["check_table"]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NAME = "|".join(_MONTHS)
_DAMAGED = re.compile(rf"(?P<day>\d\d?)-(?P<month>{_NAME})|(?P<first>{_NAME})-(?P<year>\d\d)")
_DATE_LENGTH = 6
_ROUNDED_LEVELS = ("national", "regional", "")
_ROUNDED_TO = 5
_HALF_OF_IT = 2.5
_NOISE = 1e-9
"""Far below any decimal that is published, far above the error of a division."""
_FIRST = 10
_ENOUGH = 20
"""Fewer counts than this may all be multiples of 5 by chance alone (one in 5 to the 20th)."""

Columns = Mapping[str, PublishedColumn]
Mask = NDArray[np.bool_]


def check_table(
    dataset: Dataset, columns: Columns, policy: SymbolPolicy, decimals: Mapping[str, FloatArray]
) -> list[DataFinding]:
    """Return what a reader of the table should know, in the order of its columns."""
    findings = [*_repeated(columns)]
    rounded = _rounded(dataset, columns)
    rates = {rate.name: rate for rate in dataset.rates}
    for name, column in columns.items():
        if column.is_text:
            if name.endswith("_symbol") and name.removesuffix("_symbol") in columns:
                findings += _symbols(name.removesuffix("_symbol"), column, policy)
            else:
                findings += _labels(column)
            continue
        findings += _negative(column)
        if name in rates:
            findings += _rates(rates[name], columns, rounded, decimals[name])
        elif name in _counted(dataset):
            findings += _fractions(column)
    findings += _above(dataset, columns, rounded)
    return findings


def _finding(code: str, column: str, where: Mask, message: str) -> Iterator[DataFinding]:
    """Yield one finding about all rows of a mask, or none where it is empty."""
    rows = np.flatnonzero(where)
    if len(rows):
        yield DataFinding(
            code=code,
            column=column,
            message=message.format(count=f"{len(rows):,}"),
            count=len(rows),
            rows=[int(row) + 1 for row in rows[:_FIRST]],
        )


def _counted(dataset: Dataset) -> set[str]:
    """Return the columns of events and people, which come in whole numbers."""
    counted = {r.counted for r in dataset.rates} | {r.out_of for r in dataset.rates}
    return counted | {name for pair in dataset.at_most for name in pair}


def _symbols(name: str, column: PublishedColumn, policy: SymbolPolicy) -> Iterator[DataFinding]:
    for i, label in enumerate(column.labels):
        if label and label not in policy.symbols:
            said = (
                f"{shorten(label, 24)} is no number and no symbol of {policy.id}: "
                "{count} cells have no number"
            )
            said = said.replace("{count}", "\0").replace("{", "{{").replace("}", "}}")
            where = np.asarray(column.values == i)
            yield from _finding("unknown-symbol", name, where, said.replace("\0", "{count}"))


def _labels(column: PublishedColumn) -> Iterator[DataFinding]:
    """Yield labels that a spreadsheet took for dates, and labels that differ in capitals."""
    for i, label in enumerate(column.labels):
        if len(label) <= _DATE_LENGTH and "-" in label and (match := _DAMAGED.fullmatch(label)):
            if match["day"]:
                low, high = int(match["day"]), _MONTHS.index(match["month"]) + 1
            else:
                low, high = _MONTHS.index(match["first"]) + 1, int(match["year"])
            said = f"{label!r} is a date that a spreadsheet made, probably of '{low} to {high}'"
            where = np.asarray(column.values == i)
            yield from _finding("damaged-label", column.name, where, said + ": {count} rows")
    # At once, which is quick: a label with a 0 byte only makes the way longer.
    if len(set("\0".join(column.labels).casefold().split("\0"))) == len(column.labels):
        return
    alike: dict[str, list[int]] = {}
    for i, label in enumerate(column.labels):
        alike.setdefault(label.casefold(), []).append(i)
    several = [group for group in alike.values() if len(group) > 1]
    if several:
        shown = "; ".join(
            ", ".join(shorten(column.labels[i], 40) for i in group) for group in several[:3]
        )
        said = f"labels that differ only in capitals: {shown}"
        said = said.replace("{", "{{").replace("}", "}}")
        where = np.isin(column.values, [i for group in several for i in group])
        yield from _finding("labels-alike", column.name, where, said + " ({count} rows)")


def _negative(column: PublishedColumn) -> Iterator[DataFinding]:
    with np.errstate(invalid="ignore"):
        where = np.asarray(column.values < 0)
    yield from _finding("negative", column.name, where, "{count} numbers are below 0")


def _fractions(column: PublishedColumn) -> Iterator[DataFinding]:
    values = np.asarray(column.values)
    where = np.isfinite(values) & (values != np.floor(values))
    said = "{count} counts have a fraction: they are estimates, not what was counted"
    yield from _finding("fractional-counts", column.name, where, said)


def _rounded(dataset: Dataset, columns: Columns) -> dict[str, Mask]:
    """Return, for each column of counts, the rows in which it is rounded to multiples of 5."""
    rows = len(next(iter(columns.values())).values)
    level = columns.get("geographic_level")
    levels = ("",) if level is None else level.labels
    codes = np.zeros(rows) if level is None else level.values
    made = {}
    for name in _counted(dataset) & set(columns):
        values = np.asarray(columns[name].values)
        made[name] = np.zeros(rows, dtype=bool)
        for i, label in enumerate(levels):
            if label.casefold() not in _ROUNDED_LEVELS:
                continue
            here = codes == i
            found = values[here & np.isfinite(values)]
            if len(found) >= _ENOUGH and not (found % _ROUNDED_TO).any():
                made[name] |= here
    return made


def _rates(
    rate: Rate, columns: Columns, rounded: Mapping[str, Mask], decimals: FloatArray
) -> Iterator[DataFinding]:
    """Yield rates that are not what count and whole give, beyond rounding."""
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
        said = (
            f"{{count}} of {int(both.sum()):,} rates are not 100 * {rate.counted} / "
            f"{rate.out_of}, beyond rounding; the largest gap is {gap[differs].max():.4g}"
        )
        yield from _finding("rate-differs", rate.name, differs, said)
    none = (whole == 0) & np.isfinite(published) & (published != 0)
    said = f"{{count}} rates are above 0 though {rate.out_of} is 0"
    yield from _finding("rate-of-nobody", rate.name, none, said)


def _from_rounding(
    rate: Rate, count: FloatArray, whole: FloatArray, rounded: Mapping[str, Mask]
) -> FloatArray:
    """Return how far 2.5 more or fewer, above and below the line, can move a rate."""
    above = np.where(rounded[rate.counted], _HALF_OF_IT, 0.0)
    below = np.where(rounded[rate.out_of], _HALF_OF_IT, 0.0)
    least = np.maximum(whole - below, 1.0)
    moved: FloatArray = 100 * (count + above) / least - 100 * count / whole
    return np.where(above + below > 0, np.maximum(moved, 0.0), 0.0)


def _above(
    dataset: Dataset, columns: Columns, rounded: Mapping[str, Mask]
) -> Iterator[DataFinding]:
    """Yield rows in which a part is larger than its whole, beyond rounding."""
    for part, whole in dataset.at_most:
        if part in columns and whole in columns:
            room = _HALF_OF_IT * (rounded[part].astype(float) + rounded[whole])
            with np.errstate(invalid="ignore"):
                where = columns[part].values > columns[whole].values + room
            said = f"{{count}} counts are above {whole}, of which they are a part"
            yield from _finding("part-above-whole", part, np.asarray(where), said)


def _repeated(columns: Columns) -> Iterator[DataFinding]:
    """Yield the rows whose labels are all the same as those of a row before."""
    texts = [c for n, c in columns.items() if c.is_text and not _is_symbol(n, columns)]
    if not texts:
        return
    key = np.zeros(len(texts[0].values), dtype=np.uint64)
    for column in texts:  # a hash of all labels: what collides is compared below
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
    rows = len(key)
    for code, which, words in (
        ("repeated-rows", equal & ~differ, "the same numbers too"),
        ("rows-disagree", equal & differ, "other numbers"),
    ):
        where = np.zeros(rows, dtype=bool)
        where[later[which]] = True
        said = f"{{count}} rows have the labels of a row before, and {words}"
        yield from _finding(code, "", where, said)


def _is_symbol(name: str, columns: Columns) -> bool:
    return name.endswith("_symbol") and name.removesuffix("_symbol") in columns
