"""Data frames that are sound, but for a column of an odd type or with odd cells."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from fuzzing.mutations import NUMBERS, TEXTS

__all__ = ["counts", "ratings", "responses", "rows"]

LONDON = dt.timezone(dt.timedelta(hours=1))


class Odd:
    """An object whose text is none."""

    def __str__(self) -> str:
        return "\x1b[31m\ud800"

    __repr__ = __str__


CELLS: tuple[Any, ...] = (
    *TEXTS,
    *NUMBERS,
    *(True, None, 1j, b"\xff", [1], [[1], []], {"a": 1}, (1, 2), Odd(), float("nan")),
    *(dt.date(9999, 12, 31), dt.date(1, 1, 1), dt.time(1), dt.timedelta(days=1)),
    *(dt.datetime(2026, 9, 7, tzinfo=LONDON), dt.datetime(9999, 12, 31, 23)),  # noqa: DTZ001
    *(Decimal("1.5"), Decimal("NaN"), np.float32(1.5), np.int8(-3), np.datetime64("2026-09-07")),
    *(np.datetime64("NaT", "ns"), pd.NaT, pd.NA, pd.Timestamp("2026-09-07", tz="Europe/London")),
    *(pd.Period("2026-09"), pd.Interval(0, 1), "\ud800"),
)
PANDAS = (
    *("category", "string", "complex", "float16", "Int64", "boolean", "object", "bytes"),
    *("datetime64[ns]", "datetime64[s]", "timedelta64[ns]", "period[D]", "Sparse[int]", "uint64"),
)
POLARS = (
    *(pl.Categorical, pl.Binary, pl.Boolean, pl.Float32, pl.UInt64, pl.Int8, pl.Object, pl.Null),
    *(pl.Datetime("ms", "Europe/London"), pl.Date, pl.Time, pl.Duration, pl.List(pl.Int64)),
    *(pl.Struct({"a": pl.Int64}), pl.Decimal(10, 2), pl.String, pl.Enum(["a", "1", "2"])),
)


def _damaged(rng: Random, columns: dict[str, list[Any]]) -> Any:
    """Return columns as a frame of one of the libraries, damaged in a place or two."""
    columns = {name: list(cells) for name, cells in columns.items()}
    for _ in range(rng.choice((0, 1, 1, 2))):
        name = rng.choice(list(columns))
        cells, how = columns[name], rng.randrange(6)
        if how == 0:
            del columns[name]
        elif how == 1:
            columns[rng.choice([*TEXTS, "rating", name.upper()])] = columns.pop(name)
        elif how == 2:
            columns[name] = [rng.choice(CELLS)] * len(cells)
        elif how == 3:
            columns[name] = [rng.choice(CELLS) for _ in cells]
        elif cells:
            cells[rng.randrange(len(cells))] = rng.choice(CELLS)
        if not columns:
            break
    makers: tuple[Callable[[Random, dict[str, list[Any]]], Any], ...] = (_pandas, _polars, _arrow)
    for make in rng.sample(makers, 3):
        try:
            with warnings.catch_warnings():  # what a library says of its own frames
                warnings.simplefilter("ignore")
                return make(rng, columns)
        except BaseException:  # noqa: BLE001, S112  (no such frame there; polars panics too)
            continue
    return rng.choice((columns, None, [], pl.LazyFrame({"a": [1]}), pd.Series([1]), 3, "frame"))


def _pandas(rng: Random, columns: dict[str, list[Any]]) -> Any:
    frame = pd.DataFrame(columns)
    how = rng.randrange(6)
    if how == 0 and columns:
        name = rng.choice(list(columns))
        frame[name] = frame[name].astype(rng.choice(PANDAS))
    elif how == 1 and columns:
        frame = frame.set_index(rng.choice(list(columns)))
    elif how == 2:
        frame.columns = pd.MultiIndex.from_tuples([(c, "a") for c in columns])
    elif how == 3:
        frame = pd.concat([frame, frame], axis=rng.choice((0, 1)))
    elif how == 4:
        frame.columns = list(range(len(columns)))
    return frame


def _polars(rng: Random, columns: dict[str, list[Any]]) -> Any:
    frame = pl.DataFrame(columns, strict=rng.random() < 0.5)
    how = rng.randrange(4)
    if how == 0 and columns:
        name = rng.choice(list(columns))
        frame = frame.with_columns(pl.col(name).cast(rng.choice(POLARS), strict=False))
    elif how == 1:
        return frame.lazy() if rng.random() < 0.2 else frame.clear()
    return frame


def _arrow(rng: Random, columns: dict[str, list[Any]]) -> Any:
    if any(isinstance(cell, np.datetime64) for cells in columns.values() for cell in cells):
        raise ValueError(columns)  # before a number of numpy it ends the process in pyarrow 26
    table = pa.table(columns)
    how = rng.randrange(4)
    if how == 0:
        name = rng.choice(list(columns))
        at = table.column_names.index(name)
        coded = table.column(name).dictionary_encode()
        return table.set_column(at, name, coded)
    if how == 1:
        return table.slice(0, 0)
    return table


def responses(rng: Random, items: list[str]) -> Any:
    """A frame of answers."""
    some = items[:12]
    cells: dict[str, list[Any]] = {
        "rater": ["head"] * len(some),
        "item": list(some),
        "rating": [rng.randrange(3) for _ in some],
        "note": ["a note"] * len(some),
    }
    return _damaged(rng, cells)


def counts(rng: Random) -> Any:
    """A frame of counts by week."""
    first = dt.date(2026, 9, 7)
    days = [first + dt.timedelta(days=7 * i) for i in range(6)]
    cells: dict[str, list[Any]] = {
        "start": list(days) if rng.random() < 0.5 else [d.isoformat() for d in days],
        "count": [rng.randrange(40) for _ in days],
        "exposure": [1_000.0] * len(days),
    }
    return _damaged(rng, cells)


def ratings(rng: Random, items: list[str]) -> Any:
    """A frame with a row for each school."""
    cells: dict[str, list[Any]] = {"school": ["a", "b", "c"], "round": [1, 1, 2]}
    cells["phase"] = ["primary", None, "secondary"]
    cells |= {item: [rng.randrange(3) for _ in range(3)] for item in items}
    return _damaged(rng, cells)


def rows(rng: Random) -> Any:
    """Rows of one's own, to become a frame."""
    names = ["a", "b", "c", rng.choice(TEXTS)]
    return [{n: rng.choice((1, 2, rng.choice(CELLS))) for n in names} for _ in range(3)]
