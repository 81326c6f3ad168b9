"""Rows as a frame of pandas, polars or pyarrow, with the types of their columns.

narwhals is the layer between (extra ``frames``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from importlib.util import find_spec
from inspect import signature
from typing import TYPE_CHECKING, Any

from behaviour_culture._rows import cells_of, columns_of, to_show
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, MissingExtraError, shorten
from behaviour_culture.fields import MAX_INT

if TYPE_CHECKING:
    from narwhals.stable.v2 import DataFrame

__all__ = [
    "HIDDEN",
    "KINDS",
    "frame_of_object",
    "frame_of_rows",
    "kind_faults",
    "narwhals",
    "rows_to_show",
    "types_of",
]

KINDS = ("pandas", "polars", "pyarrow")
"""The libraries whose frames are made; the first that is installed where none is named."""
HIDDEN = "c"
"""The cell of a table of counts in which a small count is hidden."""
_HALF_PAIR = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which no library can hold."""


def narwhals() -> Any:  # noqa: ANN401  (a module)
    """Return narwhals, or raise `MissingExtraError`."""
    try:
        import narwhals.stable.v2 as nw  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("narwhals", "frames", "a data frame") from None
    return nw


def kind_faults(kind: object) -> list[Fault]:
    """Return what is wrong with the name of a library of frames."""
    there = ", ".join(name for name in KINDS if find_spec(name)) or "none of them"
    if kind is None:
        if any(find_spec(name) for name in KINDS):
            return []
        words = "no library of frames is installed: install pandas, polars or pyarrow"
        return [Fault("kind", words)]
    if not isinstance(kind, str) or kind not in KINDS:
        code = FaultCode.UNKNOWN_NAME if isinstance(kind, str) else FaultCode.WRONG_TYPE
        message = f"expected one of {', '.join(KINDS)}, got {shorten(kind)}"
        return [Fault("kind", message, shorten(kind), code)]
    if find_spec(kind) is None:
        words = f"{kind} is not installed: install it, or choose an installed one ({there})"
        return [Fault("kind", words, shorten(kind))]
    return []


def rows_to_show(
    value: Any,  # noqa: ANN401  (any object of a user)
    *,
    internal: bool = False,
    rules: object = None,
) -> list[Mapping[str, object]]:
    """Return the rows of an object, with small counts hidden if it has any.

    An object without ``to_rows()`` is one row: the plain cells of its fields.
    """
    shown = to_show(value, internal=internal, rules=rules)
    if not hasattr(shown, "to_rows"):
        return [cells_of(shown, internal=internal)]
    # The rows of what is published would be hidden again by the default rules.
    done = internal or hasattr(value, "published")
    keep = done and "internal" in signature(shown.to_rows).parameters
    return list(shown.to_rows(**({"internal": True} if keep else {})))


def types_of(value: object, *, internal: bool = False) -> dict[str, type]:
    """Return the types of an object's columns: those that its class names, or its fields'."""
    types = getattr(value, "_COLUMNS", None)
    if types is not None:
        return dict(types)
    if hasattr(value, "to_rows") or not hasattr(type(value), "__attrs_attrs__"):
        return {}
    return {c.name: c.type for c in columns_of(type(value), internal=internal)}


def frame_of_object(
    value: object,
    *,
    kind: str | None = None,
    internal: bool = False,
    rules: object = None,
    subject: str = "to_frame",
) -> Any:  # noqa: ANN401
    """Return the rows of an object as a frame; see `frame_of_rows`."""
    if faults := kind_faults(kind):
        raise InvalidInputError(subject, faults)
    rows = rows_to_show(value, internal=internal, rules=rules)
    return frame_of_rows(rows, types_of(value, internal=internal), kind=kind, subject=subject)


def frame_of_rows(
    rows: Sequence[Mapping[str, object]],
    types: Mapping[str, type],
    *,
    kind: str | None = None,
    subject: str = "to_frame",
) -> Any:  # noqa: ANN401  (a frame of the library asked for)
    """Return rows as a frame; ``types`` says what columns hold, the rest shows in the cells.

    Days are dates, and the words of an enum are a category. A result without any row has its
    columns all the same.

    Raises
    ------
    InvalidInputError
        A cell or a column that no frame can hold; a library that is unknown or not installed.
    MissingExtraError
        narwhals is not installed.
    """
    faults = kind_faults(kind)
    columns = _columns(rows, types, faults)
    if faults:
        raise InvalidInputError(subject, faults)
    chosen = kind or next(name for name in KINDS if find_spec(name))
    frame = narwhals().from_dict(columns, backend=chosen)
    return _typed(frame, types, chosen).to_native()


def _typed(frame: DataFrame[Any], types: Mapping[str, type], kind: str) -> DataFrame[Any]:
    """Return a frame whose days, categories and empty columns are of the types of a result."""
    nw = narwhals()
    pandas = kind == "pandas"
    own = {str: nw.String, float: nw.Float64, int: nw.Int64, bool: nw.Boolean}
    own[date] = nw.Datetime("us") if pandas else nw.Date
    casts = []
    for name, type_ in types.items():
        nothing = len(frame) == frame[name].null_count()
        if issubclass(type_, Enum):
            words = [str(entry.value) for entry in type_]
            wanted = nw.Categorical() if kind == "pyarrow" else nw.Enum(words)
            casts.append(nw.col(name).cast(nw.String).cast(wanted))
        elif pandas and len(frame):
            if type_ is date or (nothing and type_ in {int, float}):
                casts.append(nw.col(name).cast(own[date] if type_ is date else nw.Float64))
        elif type_ is date or nothing:
            casts.append(nw.col(name).cast(own[type_]))
    return frame.with_columns(*casts)


def _columns(
    rows: Sequence[Mapping[str, object]], types: Mapping[str, type], faults: list[Fault]
) -> dict[str, list[object]]:
    """Turn rows into columns of one type each."""
    names = dict.fromkeys([*(name for row in rows for name in row), *types])
    columns: dict[str, list[object]] = {}
    for name in names:
        if not _is_text(name):
            faults.append(Fault("rows", f"expected texts as keys, got {shorten(name)}"))
            continue
        cells = [row.get(name) for row in rows]
        if types.get(name) is date:
            cells = [date.fromisoformat(cell) if isinstance(cell, str) else cell for cell in cells]
        plain = [cell.value if isinstance(cell, Enum) else cell for cell in cells]
        wrong = [i for i, cell in enumerate(plain) if not _is_plain(cell)]
        faults += [
            Fault(f"row {i}, column {name!r}", f"no frame can hold {shorten(plain[i])}")
            for i in wrong
        ]
        columns[name] = [] if wrong else _of_one_type(name, plain, types.get(name), faults)
    return columns


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not _HALF_PAIR.search(value)


def _is_plain(cell: object) -> bool:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return abs(cell) < MAX_INT
    return cell is None or isinstance(cell, (bool, float, date)) or _is_text(cell)


def _of_one_type(
    name: str, cells: list[Any], wanted: type | None, faults: list[Fault]
) -> list[object]:
    types = {type(cell) for cell in cells if cell is not None}
    if types - {str} and types - {str} <= {int, float} and str in types and wanted is not str:
        # A table of counts has `c` for a hidden one: a null among numbers.
        cells = [None if cell == HIDDEN else cell for cell in cells]
        types = {type(cell) for cell in cells if cell is not None}
    if types == {int, float} or (types == {int} and wanted is float):
        return [None if cell is None else float(cell) for cell in cells]
    if len(types) > 1 and wanted is str:
        return [None if cell is None else str(cell) for cell in cells]
    if len(types) > 1:
        words = " and ".join(sorted(kind.__name__ for kind in types))
        message = f"holds {words}: make its cells of one kind"
        faults.append(Fault(f"column {name!r}", message))
    return cells
