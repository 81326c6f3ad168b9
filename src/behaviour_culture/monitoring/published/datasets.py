"""The published tables that can be read, with their columns under the older and newer names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from behaviour_culture.model.indicator import ExposureKind

__all__ = ["COMMON", "DATASETS", "RENAMED", "Dataset", "Rate"]


class Rate(NamedTuple):
    """A published rate, and the two columns that it comes from."""

    name: str
    counted: str
    out_of: str


class Dataset(NamedTuple):
    """One shape of table: its required columns, those of numbers, and those to check."""

    id: str
    needs: frozenset[str]
    more_numbers: frozenset[str]
    """Columns of numbers that no other field names; ``sess_`` is each that begins with it."""
    rates: tuple[Rate, ...]
    at_most: tuple[tuple[str, str], ...]
    """Pairs of columns of which the first can never be above the second."""
    out_of: tuple[tuple[str, str, ExposureKind], ...]
    """Beginning of a column's name, the column that it is out of, and its kind; the first fits."""

    @property
    def counts(self) -> set[str]:
        """Columns of events and people, which are whole numbers."""
        counted = {name for rate in self.rates for name in (rate.counted, rate.out_of)}
        return counted | {name for pair in self.at_most for name in pair}

    def is_number(self, column: str) -> bool:
        """Return whether a column holds numbers."""
        named = self.counts | {rate.name for rate in self.rates} | self.more_numbers
        begins = tuple(name for name in self.more_numbers if name.endswith("_"))
        return column in named or column.startswith(begins)


def _dataset(table: dict[str, Any]) -> Dataset:
    """Return a shape as the data file has it, its lists as tuples and sets."""
    return Dataset(
        id=table["id"],
        needs=frozenset(table["needs"]),
        more_numbers=frozenset(table["more_numbers"]),
        rates=tuple(Rate(*names) for names in table.get("rates", ())),
        at_most=tuple((part, whole) for part, whole in table.get("at_most", ())),
        out_of=tuple(
            (begins, whole, ExposureKind(kind)) for begins, whole, kind in table.get("out_of", ())
        ),
    )


_DATA = tomllib.loads(
    (files("behaviour_culture.monitoring.published") / "datasets.toml").read_text("utf-8")
)
RENAMED: Mapping[str, str] = _DATA["renamed"]
"""Older and longer names of columns, with the name that the reader gives them."""
DATASETS = tuple(map(_dataset, _DATA["datasets"]))
"""In the order in which they are tried: the first with all its columns present is taken."""
COMMON = frozenset(_DATA["common"])
"""Columns that tables of several kinds have: they say nothing about the kind."""
