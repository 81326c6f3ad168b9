"""Results to data frames, and the rows of frames as texts (extra ``frames``).

narwhals is the layer between: input may be a frame of pandas, polars or pyarrow, or anything with
the Arrow PyCapsule interface; output is a frame of the library asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from importlib.util import find_spec
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

from behaviour_culture.checks import Check
from behaviour_culture.disclosure import SYMBOL, DisclosureRules
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, MissingExtraError, shorten
from behaviour_culture.fields import MAX_INT, OneOf
from behaviour_culture.interchange.table import Row, column_faults

if TYPE_CHECKING:
    from narwhals.stable.v2 import DataFrame

__all__ = ["frame_rows", "to_frame"]

_KINDS = ("pandas", "polars", "pyarrow")


def _narwhals() -> Any:  # noqa: ANN401  (a module)
    try:
        import narwhals.stable.v2 as nw  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("narwhals", "frames", "a data frame") from None
    return nw


# -- out --------------------------------------------------------------------------------------


def to_frame(
    value: object,
    *,
    kind: str = "pandas",
    internal: bool = False,
    rules: DisclosureRules | None = None,
) -> Any:  # noqa: ANN401  (a frame of the library asked for)
    """Return a result as a data frame: the rows of its ``to_rows()``.

    Small counts of pupils are hidden: an object with ``published`` (a series, a control chart,
    a funnel, shrunk rates) is converted as it may be published. Rows of your own are taken as
    they are, since their counts cannot be told apart: suppress them first.

    Parameters
    ----------
    value : object or sequence of mapping
        Anything with ``to_rows()``, or rows of texts, numbers, dates, flags and None.
    kind : {"pandas", "polars", "pyarrow"}
        The library whose frame to make; it must be installed.
    internal : bool
        Keep small counts: for use inside the school only.
    rules : DisclosureRules, optional
        Which counts are small; the defaults without it.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or pyarrow.Table
        A row for each row, in their order. Columns are in the order of the rows' keys; a key
        that a row does not have is null in it. Numbers of a column are all whole or all
        floats; a hidden count is null. Days of a result, texts in its rows, are dates here
        (``datetime64`` in pandas), and a result without any row has its columns all the same.

    Raises
    ------
    InvalidInputError
        ``value`` has no rows; a cell or a column that no frame can hold; a library that is
        unknown or not installed.
    MissingExtraError
        narwhals is not installed.

    Examples
    --------
    >>> from behaviour_culture import Capacity, Role
    >>> capacity = Capacity(roles=[Role(id="head", title="Head", people=1, hours_per_week=2)])
    >>> to_frame(capacity, kind="polars").select("role", "people").row(0, named=True)
    {'role': 'head', 'people': 1}
    """
    check = Check("to_frame")
    if check.value("kind", kind, Annotated[str, OneOf(_KINDS)]) and find_spec(kind) is None:
        there = ", ".join(name for name in _KINDS if find_spec(name)) or "none of them"
        words = f"{kind} is not installed: install it, or choose an installed one ({there})"
        check.fault("kind", words, kind)
    check.value("internal", internal, bool)
    if check.value("rules", rules, DisclosureRules | None) and rules and internal is True:
        check.fault("rules", "with internal=True nothing is hidden: leave one of them out")
    rows = _rows(value, internal, rules, check.faults) if check.ok() else []
    types: Mapping[str, type] = getattr(value, "_COLUMNS", {})
    columns = _columns(rows, types, check.faults)
    check.done()
    frame = _narwhals().from_dict(columns, backend=kind)
    return _typed(frame, types, kind).to_native()


def _typed(frame: DataFrame[Any], types: Mapping[str, type], kind: str) -> DataFrame[Any]:
    """Return a frame whose days, and columns without any cell, are of the types of a result."""
    nw = _narwhals()
    pandas = kind == "pandas"
    own = {str: nw.String, float: nw.Float64, int: nw.Int64, bool: nw.Boolean}
    own[date] = nw.Datetime("us") if pandas else nw.Date
    casts = []
    for name, type_ in types.items():
        nothing = len(frame) == frame[name].null_count()
        if pandas and len(frame):
            if type_ is date or (nothing and type_ in {int, float}):
                casts.append(nw.col(name).cast(own[date] if type_ is date else nw.Float64))
        elif type_ is date or nothing:
            casts.append(nw.col(name).cast(own[type_]))
    return frame.with_columns(*casts)


def _rows(
    value: Any,  # noqa: ANN401  (any object of a user)
    internal: bool,  # noqa: FBT001  (passed on)
    rules: DisclosureRules | None,
    faults: list[Fault],
) -> list[Mapping[str, object]]:
    """Return the rows of an object, with small counts hidden if it has any."""
    if hasattr(value, "published"):
        shown = value if internal else value.published(rules or DisclosureRules())
        # Its rows would be hidden again by the default rules.
        keep = {"internal": True} if "internal" in _options(shown.to_rows) else {}
        return list(shown.to_rows(**keep))
    if hasattr(value, "to_rows"):
        wanted = {"internal": True} if internal and "internal" in _options(value.to_rows) else {}
        return list(value.to_rows(**wanted))
    if isinstance(value, Sequence) and all(isinstance(row, Mapping) for row in value):
        return list(value)
    message = f"expected a result with to_rows(), or rows of a table, got {shorten(value)}"
    faults.append(Fault("value", message, shorten(value)))
    return []


def _options(function: Any) -> Iterable[str]:  # noqa: ANN401
    from inspect import signature  # noqa: PLC0415  (only for what is published)

    return signature(function).parameters


def _columns(
    rows: Sequence[Mapping[str, object]], types: Mapping[str, type], faults: list[Fault]
) -> dict[str, list[object]]:
    """Turn rows into columns of one type each."""
    names = dict.fromkeys([*(name for row in rows for name in row), *types])
    columns: dict[str, list[object]] = {}
    for name in names:
        if not isinstance(name, str):
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
        columns[name] = [] if wrong else _of_one_type(name, plain, faults)
    return columns


def _is_plain(cell: object) -> bool:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return abs(cell) < MAX_INT
    return cell is None or isinstance(cell, (str, bool, float, date))


def _of_one_type(name: str, cells: list[Any], faults: list[Fault]) -> list[object]:
    types = {type(cell) for cell in cells if cell is not None}
    if types - {str} and types - {str} <= {int, float} and str in types:
        # A table of counts has `c` for a hidden one: a null among numbers.
        cells = [None if cell == SYMBOL else cell for cell in cells]
        types = {type(cell) for cell in cells if cell is not None}
    if types == {int, float}:
        return [None if cell is None else float(cell) for cell in cells]
    if len(types) > 1:
        words = " and ".join(sorted(kind.__name__ for kind in types))
        message = f"holds {words}: make its cells of one kind"
        faults.append(Fault(f"column {name!r}", message))
    return cells


# -- in ---------------------------------------------------------------------------------------


def frame_rows(
    frame: object, required: Sequence[str], optional: Sequence[str], subject: str
) -> list[Row]:
    """Return the rows of a frame as texts, as a CSV file would hold them.

    Parameters
    ----------
    frame : object
        A frame of pandas, polars or pyarrow, of another library that narwhals knows, or
        anything with the Arrow PyCapsule interface (``__arrow_c_stream__``), for which
        pyarrow, polars or pandas must be installed.
    required, optional : sequence of str
        The columns that it must have and may have; others are refused.
    subject : str
        The function that an error names.

    Returns
    -------
    list of (int, dict of str to str)
        The number of each row, from 0, and its cells; a null is an empty text.

    Raises
    ------
    InvalidInputError
        It is not a frame, or its columns are not these.
    MissingExtraError
        narwhals is not installed.
    """
    made = _open(frame, subject)
    if faults := column_faults([str(name) for name in made.columns], required, optional):
        raise InvalidInputError(subject, faults)
    columns = {}
    for name in made.columns:
        column = made[name]
        nulls = column.is_null().to_list()
        columns[name] = [
            "" if null else _text(cell) for null, cell in zip(nulls, column.to_list(), strict=True)
        ]
    return [
        (i, dict(zip(columns, cells, strict=True)))
        for i, cells in enumerate(zip(*columns.values(), strict=True))
    ]


def _open(frame: object, subject: str) -> DataFrame[Any]:
    """Return any frame as one of narwhals."""
    nw = _narwhals()
    try:
        return nw.from_native(frame, eager_only=True)  # type: ignore[no-any-return]
    except nw.exceptions.NarwhalsError as error:  # two columns of one name
        raise _no_frame(subject, frame, f": {error}") from None
    except TypeError:
        pass
    backend = next((name for name in reversed(_KINDS) if find_spec(name)), None)
    if not hasattr(frame, "__arrow_c_stream__"):
        hint = "; call its .collect() first" if hasattr(frame, "collect") else ""
        raise _no_frame(subject, frame, hint)
    if backend is None:
        raise _no_frame(subject, frame, "; to read Arrow data, install pyarrow, polars or pandas")
    try:
        return nw.from_arrow(frame, backend=backend)  # type: ignore[no-any-return]
    except Exception as error:  # noqa: BLE001  (whatever a library makes of foreign data)
        raise _no_frame(subject, frame, f": {shorten(str(error))}") from None


def _no_frame(subject: str, frame: object, why: str) -> InvalidInputError:
    message = (
        "expected a frame of pandas, polars or pyarrow, or anything with the Arrow PyCapsule "
        f"interface, got {shorten(frame)}{why}"
    )
    fault = Fault("frame", message, shorten(frame), FaultCode.WRONG_TYPE)
    return InvalidInputError(subject, [fault])


def _text(cell: object) -> str:
    """Return a cell as a CSV file would hold it."""
    if isinstance(cell, float):
        if cell.is_integer() and isfinite(cell):
            return str(int(cell))  # pandas makes floats of whole numbers with a gap
        return "" if cell != cell else repr(cell)  # noqa: PLR0124  (not a number: polars keeps it)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
