"""Numbers, years and codes in the forms that spreadsheets give them, put into their plain form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture._display import count_of
from behaviour_culture.errors import shorten
from behaviour_culture.interchange.table import NumberForm, plain_number
from behaviour_culture.model.reading import Doubt
from behaviour_culture.monitoring.published.checks import finding
from behaviour_culture.monitoring.published.periods import year_of
from behaviour_culture.monitoring.published.places import PLACES
from behaviour_culture.monitoring.published.table import PublishedColumn

if TYPE_CHECKING:
    import polars as pl

__all__ = ["plain_labels", "plain_numbers"]

_FIRST = 10


def plain_numbers(
    frame: pl.DataFrame, numeric: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, list[Doubt]]:
    """Return the cells with numbers in their plain form, the numbers, and a doubt for each form."""
    import polars as pl  # noqa: PLC0415  (checked by the caller)

    numbers = frame.select(pl.col(name).cast(pl.Float64, strict=False) for name in numeric)
    met: dict[NumberForm, dict[str, list[str]]] = {}
    plain: dict[str, dict[str, str]] = {}
    for name in numeric:
        percent = name.endswith(("_rate", "_percent", "_perc"))
        if numbers[name].null_count() == frame[name].null_count():
            continue  # every cell that is not empty is a number
        odd = frame[name].filter(numbers[name].is_null() & frame[name].is_not_null())
        for cell in odd.unique().sort().to_list():
            if found := plain_number(cell, percent=percent):
                plain.setdefault(name, {})[cell] = found[0]
                met.setdefault(found[1], {}).setdefault(name, []).append(cell)
    doubts = []
    for form, across in met.items():
        masks = frame.select(pl.col(name).is_in(cells) for name, cells in across.items())
        rows = np.flatnonzero(masks.select(pl.any_horizontal(pl.all())).to_series().to_numpy())
        count = sum(int(masks[name].sum()) for name in across)
        name, (example, *_) = next(iter(across.items()))
        message = (
            f"{count_of(count, 'number')} written like {shorten(example, 24)}, in "
            f"{', '.join(across)}: read as {plain[name][example]}"
        )
        column = name if len(across) == 1 else ""
        shown = [int(row) + 1 for row in rows[:_FIRST]]
        code = form.value
        doubts.append(Doubt(code=code, column=column, message=message, count=count, rows=shown))
    for name in numeric:
        there = numbers[name].is_not_null()
        short = frame[name].str.contains("[eE]").fill_null(value=False) & there
        if short.any():
            cells = frame[name].filter(short)
            ends = (
                f" written like {shorten(cells[0], 24)}: a spreadsheet has rounded them, so digits "
                "are lost: take the file as it was published"
            )
            doubts += finding("rounded-by-spreadsheet", name, short.to_numpy(), "", ends)
    if plain:
        frame = frame.with_columns(pl.col(name).replace(cells) for name, cells in plain.items())
        numbers = numbers.with_columns(
            frame[name].cast(pl.Float64, strict=False).alias(name) for name in plain
        )
    return frame, numbers, doubts


def plain_labels(columns: dict[str, PublishedColumn]) -> Iterator[Doubt]:
    """Put years and codes into their plain form, and yield a doubt for each column with others."""
    codes = {name for names in PLACES.values() for name in names if not name.endswith("name")}
    for name in ("time_period", *sorted(codes)):
        if name not in columns or not columns[name].is_text:
            continue
        column = columns[name]
        whole = "\0".join(column.labels)
        if name != "time_period" and "." not in whole and whole.split() == [whole]:
            continue  # looked at all at once: thousands of codes of schools, all plain
        plain_of = year_of if name == "time_period" else _code_of
        plain = {label: plain_of(label) or label for label in column.labels}
        example = next((label for label, made in plain.items() if label != made), None)
        if example is None:
            continue
        labels = sorted(set(plain.values()))
        place = {label: float(i) for i, label in enumerate(labels)}
        position = np.array([place[plain[label]] for label in column.labels])
        other = np.array([label != plain[label] for label in column.labels])
        given = column.values.astype(np.intp)
        values: Any = position[given]
        columns[name] = PublishedColumn(name=name, values=values, labels=labels)
        code = "year-form" if name == "time_period" else "code-form"
        ends = f" written like {shorten(example, 24)}: read as {plain[example]}"
        yield from finding(code, name, other[given], "", ends)


def _code_of(label: str) -> str:
    """Return a code without spaces around it and without the decimals of a spreadsheet."""
    bare = label.strip()
    digits, point, decimals = bare.partition(".")
    return digits if point and digits.isdigit() and decimals.strip("0") == "" else bare
