"""A published table as it was read: columns that cannot change, and the account of it."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture._display import count_of, html_table
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, find
from behaviour_culture.errors import MissingExtraError, UnknownNameError
from behaviour_culture.fields import Count, Shape, Slug, Some, Text, Unique
from behaviour_culture.model.reading import Reading
from behaviour_culture.model.symbol_policy import SymbolPolicy
from behaviour_culture.typing import FloatArray

__all__ = ["PublishedColumn", "PublishedTable"]

_SHOWN = 100


@frozen(kw_only=True, repr=False)
class PublishedColumn(Value):
    """One column: numbers, or texts as positions in a list of the texts that occur.

    Attributes
    ----------
    values : array of shape (rows,)
        Numbers, NaN where the file has a symbol or nothing; with ``labels``, for each row the
        position of its text in them.
    labels : tuple of str
        The texts that occur, in order; empty for a column of numbers.
    """

    name: Text
    values: Annotated[FrozenArray, Shape(None, missing=True)] = array_field()
    labels: Annotated[tuple[str, ...], Unique()] = field(default=(), converter=TupleOf[str])

    def _check(self, check: Check) -> None:
        if not check.ok("values"):
            return
        values: Any = self.values
        if not len(values):
            check.fault("values", "expected an array with one number for each row", "")
        elif self.labels and check.ok():
            last = len(self.labels) - 1
            inside = values.min() >= 0 and values.max() <= last  # False for NaN too
            if not inside or not np.array_equal(values, np.trunc(values)):
                check.fault("values", f"with labels, expected whole numbers from 0 to {last}")

    @property
    def is_text(self) -> bool:
        """True for a column of texts."""
        return bool(self.labels)

    def texts(self) -> tuple[str, ...]:
        """Return the text of each row; only a column of texts has any."""
        return tuple(self.labels[i] for i in self.values.astype(int).tolist() if self.labels)

    def _label(self) -> str:
        kind = f"{len(self.labels)} different texts" if self.labels else "numbers"
        return f"{self.name}: {kind}"


@frozen(kw_only=True, repr=False)
class PublishedTable(Value):
    """A table of the Department for Education, by column name, with the account of its reading.

    Made by `read_published`. Columns have the newer of two names: ``suspension`` also for
    ``fixed_excl``. A column of numbers with symbols in it has a second one beside it, named
    ``<column>_symbol``, with the symbol of each row or an empty text.
    """

    dataset: Slug
    """The shape of the table, such as ``exclusions``."""
    source: Text
    policy: SymbolPolicy
    columns: Annotated[Entries[PublishedColumn], Some(), Unique("name")] = field(
        converter=TupleOf[PublishedColumn]
    )
    reading: Reading
    """Every oddity of the file; all its rows are counted."""

    def _check(self, check: Check) -> None:
        if check.ok("columns"):
            lengths = {len(c.values) for c in self.columns}
            if len(lengths) > 1:
                check.fault("columns", f"columns of different lengths: {sorted(lengths)}")
            elif check.ok("reading") and self.reading.counted not in lengths:
                message = f"{self.reading.counted:,} rows are counted and {min(lengths):,} are here"
                check.fault("reading.counted", message)

    def __len__(self) -> int:
        return len(self.columns[0].values)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> PublishedColumn:
        """Return one column, or raise `UnknownNameError` with the nearest name."""
        return find("column", str(name), self.columns, by="name")

    def numbers(self, name: str) -> FloatArray:
        """Return a column of numbers, NaN for a cell without one."""
        column = self.column(name)
        if column.is_text:
            known = [c.name for c in self.columns if not c.is_text]
            raise UnknownNameError("column of numbers", str(name), known)
        return column.values

    def meaning(self, symbol: str) -> str:
        """Return the meaning of a symbol in this release."""
        found = self.policy.symbols.get(str(symbol))
        return "unknown" if found is None else found.value

    def to_frame(self, *, kind: str | None = "polars", internal: bool = False) -> Any:  # noqa: ANN401
        """Return the whole table as a frame (extra ``frames``), null for an empty cell.

        Parameters
        ----------
        kind : {"polars", "pandas", "pyarrow"}
            The library whose frame to make; polars holds millions of rows in little room.
        internal : bool
            Without effect: what is published hides nothing more.
        """
        if kind is not None and kind != "polars":
            return super().to_frame(kind=kind, internal=internal)
        try:
            import polars as pl  # noqa: PLC0415  (an extra)
        except ImportError:
            raise MissingExtraError("polars", "frames", "a frame") from None
        made = {}
        for column in self.columns:
            values = np.array(column.values)
            if column.is_text:
                codes = pl.Series(values.astype(np.uint32))
                made[column.name] = pl.Series(column.labels).gather(codes)
            else:
                made[column.name] = pl.Series(values).fill_nan(None)
        return pl.DataFrame(made)

    def to_rows(self, limit: int | None = None) -> list[dict[str, Any]]:
        """Return the rows, or the first ``limit`` of them; None for a missing number."""
        given = Check("to_rows")
        given.value("limit", limit, Count | None)
        given.done()
        cells: list[list[Any]] = []
        for column in self.columns:
            part = column.values[:limit].tolist()
            if column.is_text:
                cells.append([column.labels[int(v)] for v in part])
            else:
                cells.append([None if v != v else v for v in part])  # noqa: PLR0124  (NaN)
        return [dict(zip(self.names, row, strict=True)) for row in zip(*cells, strict=True)]

    def _repr_html_(self) -> str:
        rows = [
            {"doubt": d.code, "column": d.column, "count": d.count, "what": d.message}
            for d in self.reading.doubts
        ]
        return html_table(rows, caption=self._lines()[0]) or html_table(
            self.to_rows(_SHOWN), caption=self._lines()[0]
        )

    def _label(self) -> str:
        return (
            f"{self.dataset}: {count_of(len(self), 'row')}, "
            f"{count_of(len(self.reading.doubts), 'doubt')}"
        )

    def _lines(self) -> list[str]:
        head = (
            f"{self.source}: {count_of(len(self), 'row')} ({self.dataset}), symbols of "
            f"{self.policy.id}"
        )
        return [head, *(f"  {doubt}" for doubt in self.reading.doubts)]
