"""The place that a row is about: its level, codes and names, under each heading of the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import IntEnum
from typing import Any

import numpy as np

from behaviour_culture.errors import Fault, InvalidInputError, UnknownNameError, shorten
from behaviour_culture.monitoring.published.table import PublishedColumn, PublishedTable
from behaviour_culture.typing import BoolArray

__all__ = [
    "PLACES",
    "Level",
    "has",
    "identity",
    "key_of",
    "level_of",
    "linked",
    "rows_at",
]


class Level(IntEnum):
    """The level of a place; the larger one is inside the smaller."""

    NATIONAL = 0
    REGIONAL = 1
    LOCAL = 2
    SCHOOL = 3


PLACES: dict[Level, tuple[str, ...]] = {
    Level.NATIONAL: ("country_code", "country_name"),
    Level.REGIONAL: ("region_code", "region_name"),
    Level.LOCAL: ("new_la_code", "old_la_code", "la_code", "la_name"),
    Level.SCHOOL: ("laestab", "urn", "school_name"),
}
"""The columns that name a place of each level."""
_LABELS = {
    "national": Level.NATIONAL,
    "country": Level.NATIONAL,
    "england": Level.NATIONAL,
    "regional": Level.REGIONAL,
    "region": Level.REGIONAL,
    "local authority": Level.LOCAL,
    "local authorities": Level.LOCAL,
    "local education authority": Level.LOCAL,
    "la": Level.LOCAL,
    "lea": Level.LOCAL,
    "school": Level.SCHOOL,
    "schools": Level.SCHOOL,
    "institution": Level.SCHOOL,
    "establishment": Level.SCHOOL,
}
_BLANK = frozenset({"", ".", "..", ":", "x", "z", "na", "n/a", "null", "total", "all"})
"""Cells in which no place is named."""


def key_of(text: str) -> str:
    """Return a text without what does not matter: capitals, and spaces around and in a row."""
    return " ".join(text.split()).casefold()


def _is_blank(text: str) -> bool:
    """Say whether the cell of a place names none."""
    return key_of(text) in _BLANK


def level_of(label: str) -> Level | None:
    """Return the level that a label of level means, or None.

    Examples
    --------
    >>> level_of("LOCAL AUTHORITY"), level_of("LA"), level_of("Ward")
    (<Level.LOCAL: 2>, <Level.LOCAL: 2>, None)
    """
    words = key_of(label.replace("_", " ")).removesuffix(" level")
    return _LABELS.get(words)


def has(column: PublishedColumn, texts: Iterable[str]) -> BoolArray:
    """Return the rows in which a column has one of some texts."""
    known = {key_of(text) for text in texts}
    fits = [i for i, label in enumerate(column.labels) if key_of(label) in known]
    return np.isin(column.values, fits)


def _levels_of(table: PublishedTable) -> Any:  # noqa: ANN401  (an array of whole numbers)
    """Return the level of each row; -1 where no column states it.

    Without a column of levels a row is about the innermost place that it names.
    """
    columns = {c.name: c for c in table.columns if c.is_text}
    if "geographic_level" in columns:
        column = columns["geographic_level"]
        found = [level_of(label) for label in column.labels]
        codes = np.array([-1 if level is None else level for level in found])
        return codes[column.values.astype(np.intp)]
    levels = np.full(len(table), -1)
    for level, names in PLACES.items():
        for column in (columns[name] for name in names if name in columns):
            filled = np.array([not _is_blank(label) for label in column.labels])
            levels[filled[column.values.astype(np.intp)]] = level
    return levels


def rows_at(table: PublishedTable, place: object, keep: BoolArray) -> tuple[BoolArray, int]:
    """Return the rows about a place itself, not about its parts, and its level (-1: not stated).

    Parameters
    ----------
    table : PublishedTable
    place : str or None
        A code or a name; None for a table that names no place.
    keep : array of bool, shape (rows,)
        The rows among which to look.

    Raises
    ------
    InvalidInputError
        No column names a place, or ``place`` is None and one does; it is a place of two levels.
    UnknownNameError
        There is no such place.
    """
    named = {level: identity(table, level) for level in PLACES}
    if place is None:
        if any(named.values()):
            there = set(_levels_of(table).tolist())
            some = _some({level: c for level, c in named.items() if level in there} or named)
            raise _refusal("place", f"the table names places: say which, such as {some}")
        return keep, -1
    if not isinstance(place, str) or not place.strip():
        message = f"expected the code or name of a place, got {shorten(place)}"
        raise _refusal("place", message, place)
    if not any(named.values()):
        looked = ", ".join(name for names in PLACES.values() for name in names)
        message = (
            f"no column says that a row is about {shorten(place)} (looked for {looked}): if all "
            "rows are about one place, take them with place=None"
        )
        raise _refusal("place", message, place)
    levels = _levels_of(table)
    found = np.zeros(len(table), dtype=bool)
    for level, across in named.items():
        for column in across:
            found |= (levels == level) & has(column, [place])
    if not found.any():
        about = {
            label
            for level, across in named.items()
            for column in across
            if not column.name.endswith("code")
            if (levels == level).any()
            for label in column.labels
            if not _is_blank(label)
        }
        raise UnknownNameError("place", place, sorted(about)[:5_000])
    found &= keep
    met = sorted(set(levels[found].tolist()))
    if len(met) > 1:
        names = ", ".join(Level(level).name.lower() for level in met)
        message = f"{shorten(place)} is a place of {names} level: choose one"
        raise _refusal("where.geographic_level", message, place)
    return found, met[0] if met else -1


def _some(named: dict[Level, list[PublishedColumn]]) -> str:
    labels = (label for across in named.values() for c in across for label in c.labels)
    return ", ".join(shorten(label, 40) for label in list(dict.fromkeys(filter(None, labels)))[:3])


def _refusal(path: str, message: str, value: object = None) -> InvalidInputError:
    shown = "" if value is None else shorten(value)
    return InvalidInputError("series_from_published", [Fault(path, message, shown)])


def linked(
    table: PublishedTable, level: int, chosen: Collection[int], keep: BoolArray
) -> BoolArray:
    """Return the other rows of a level that share a code or a name with the rows chosen."""
    found = np.zeros(len(table), dtype=bool)
    for column in identity(table, level):
        texts = {column.labels[int(column.values[row])] for row in chosen}
        found |= has(column, [text for text in texts if not _is_blank(text)])
    found &= keep & (_levels_of(table) == level)
    found[list(chosen)] = False
    return found


def identity(table: PublishedTable, level: int) -> list[PublishedColumn]:
    """Return the columns of codes and names of a level, or of those inside it if it has none."""
    texts = [column for column in table.columns if column.is_text]
    own = PLACES[Level(level)] if level in PLACES else ()
    inner = {name for inside, names in PLACES.items() if inside > level for name in names}
    found = [column for column in texts if column.name in own]
    return found or [column for column in texts if column.name in inner and own]
