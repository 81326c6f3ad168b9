"""Strategies for published tables and for what their readers need."""

from __future__ import annotations

from operator import attrgetter

import numpy as np
from hypothesis import strategies as st

from behaviour_culture._arrays import frozen_array
from behaviour_culture.model.log_mapping import LISTS, LogMapping
from behaviour_culture.model.symbol_policy import SymbolMeaning, SymbolPolicy
from behaviour_culture.monitoring.published.table import (
    DataFinding,
    PublishedColumn,
    PublishedTable,
)
from behaviour_culture.testing._basics import Strategy, entries, kept, numbers, slugs, texts, words

__all__ = [
    "data_findings",
    "log_mappings",
    "published_columns",
    "published_tables",
    "symbol_policies",
]


@kept
def symbol_policies() -> Strategy[SymbolPolicy]:
    """Draw policies of symbols."""
    return st.builds(
        SymbolPolicy,
        id=slugs(),
        release=texts(),
        symbols=st.dictionaries(texts(), st.sampled_from(SymbolMeaning), max_size=4),
        source=texts(),
    )


@kept
def log_mappings() -> Strategy[LogMapping]:
    """Draw headings of behaviour logs, for the day and some other fields."""
    names = st.lists(st.sampled_from((*LISTS, "points")), unique=True, max_size=4)
    return st.builds(
        LogMapping,
        id=slugs(),
        system=texts(),
        columns=names.map(lambda found: {n: f"Column {n}" for n in ("occurred_at", *found)}),
        source=words(),
    )


@kept
def data_findings() -> Strategy[DataFinding]:
    """Draw findings about a table."""
    return st.builds(
        DataFinding,
        code=slugs(),
        column=words(),
        message=texts(),
        count=st.integers(1, 10**6),
        rows=st.lists(st.integers(1, 10**6), max_size=3),
    )


def published_columns(*, rows: int | None = None) -> Strategy[PublishedColumn]:
    """Draw columns of numbers with gaps, or of texts, of a given or any number of rows."""
    counts = st.integers(1, 6) if rows is None else st.just(rows)
    return counts.flatmap(lambda n: _numbers(n) | _texts(n))


def _numbers(rows: int) -> Strategy[PublishedColumn]:
    cells = numbers(0.0, 1e6) | st.just(float("nan"))
    values = st.lists(cells, min_size=rows, max_size=rows).map(
        lambda cells: frozen_array(np.array(cells))
    )
    return st.builds(PublishedColumn, name=texts(), values=values)


@st.composite
def _texts(draw: st.DrawFn, rows: int) -> PublishedColumn:
    labels = draw(st.lists(words(), min_size=1, max_size=4, unique=True))
    position = st.integers(0, len(labels) - 1)
    values = draw(st.lists(position, min_size=rows, max_size=rows))
    return PublishedColumn(name=draw(texts()), values=frozen_array(np.array(values)), labels=labels)


@kept
def published_tables() -> Strategy[PublishedTable]:
    """Draw small tables of any columns."""
    return _tables()


@st.composite
def _tables(draw: st.DrawFn) -> PublishedTable:
    column = published_columns(rows=draw(st.integers(1, 5)))
    return PublishedTable(
        dataset=draw(slugs()),
        source=draw(texts()),
        policy=draw(symbol_policies()),
        columns=draw(entries(column, key=attrgetter("name"), min_size=1)),
        findings=draw(st.lists(data_findings(), max_size=2)),
    )
