"""Strategies for published tables and the settings of their readers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from behaviour_culture._arrays import frozen_array
from behaviour_culture.model.log_mapping import LISTS, LogMapping
from behaviour_culture.model.reading import Doubt, Reading
from behaviour_culture.model.symbol_policy import SymbolMeaning, SymbolPolicy
from behaviour_culture.monitoring.published.table import PublishedColumn, PublishedTable
from behaviour_culture.testing._basics import (
    Strategy,
    check_sizes,
    entries,
    numbers,
    texts,
    words,
)
from behaviour_culture.testing._objects import built, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["published_columns", "published_tables"]

arrange(SymbolPolicy, symbols=st.dictionaries(texts(), st.sampled_from(SymbolMeaning), max_size=4))


def _added_up(values: dict[str, Any]) -> None:
    left_out = sum(doubt.count for doubt in values["doubts"] if doubt.left_out)
    values["read"] = values["counted"] + left_out


arrange(Reading, _added_up)


def _signs_of_points(values: dict[str, Any]) -> None:
    values["signed_points"] = values["signed_points"] and "points" in values["columns"]


_HEADINGS = st.lists(st.sampled_from((*LISTS, "points")), unique=True, max_size=4)
arrange(
    LogMapping,
    _signs_of_points,
    columns=_HEADINGS.map(lambda names: {n: f"Column {n}" for n in ("occurred_at", *names)}),
)


@draws(PublishedColumn)
def published_columns(*, rows: int | None = None) -> Strategy[PublishedColumn]:
    """Draw columns of numbers with gaps, or of texts, of a given or any number of rows."""
    if rows is not None:
        check_sizes("published_columns", 1, rows=rows)
    counts = st.integers(1, 6) if rows is None else st.just(rows)
    return counts.flatmap(lambda n: _numbers(n) | _texts(n))


def _numbers(rows: int) -> Strategy[PublishedColumn]:
    cells = numbers(0.0, 1e6) | st.just(float("nan"))
    values = st.lists(cells, min_size=rows, max_size=rows)
    return built(PublishedColumn, values=values.map(frozen_array), labels=())


@st.composite
def _texts(draw: st.DrawFn, rows: int) -> PublishedColumn:
    labels = draw(st.lists(words(), min_size=1, max_size=4, unique=True))
    position = st.integers(0, len(labels) - 1)
    values = draw(st.lists(position, min_size=rows, max_size=rows))
    return make(draw, PublishedColumn, values=frozen_array(values), labels=labels)


@draws(PublishedTable)
@st.composite
def published_tables(draw: st.DrawFn) -> PublishedTable:
    """Draw small tables of any columns."""
    rows = draw(st.integers(1, 5))
    columns = entries(published_columns(rows=rows), key="name", min_size=1)
    account = built(Reading, read=st.just(rows), counted=st.just(rows), doubts=_noted())
    return make(draw, PublishedTable, columns=columns, reading=account)


def _noted() -> st.SearchStrategy[list[Doubt]]:
    """Draw doubts about rows that were counted."""
    return st.lists(built(Doubt, left_out=st.just(value=False)), max_size=2)
