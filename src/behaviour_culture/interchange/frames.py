"""Results to data frames, and the rows of frames as texts (extra ``frames``).

narwhals is the layer between: input may be a frame of pandas, polars or pyarrow, or anything with
the Arrow PyCapsule interface; output is a frame of the library asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from importlib.util import find_spec
from math import isfinite
from typing import TYPE_CHECKING, Any

from behaviour_culture._display import Displayed
from behaviour_culture._entries import Entries
from behaviour_culture._frame import (
    KINDS,
    frame_of_object,
    frame_of_rows,
    kind_faults,
    narwhals,
    rows_to_show,
    types_of,
)
from behaviour_culture.checks import Check
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, shorten
from behaviour_culture.interchange.kinds import kind_of_class
from behaviour_culture.interchange.table import Row, column_faults

if TYPE_CHECKING:
    from narwhals.stable.v2 import DataFrame

__all__ = ["frame_rows", "to_frame"]

# -- out --------------------------------------------------------------------------------------


def to_frame(
    value: object,
    *,
    kind: str | None = None,
    internal: bool = False,
    rules: DisclosureRules | None = None,
    ids: bool = False,
) -> Any:  # noqa: ANN401  (a frame of the library asked for)
    """Return a result as a data frame: the rows of its ``to_rows()``.

    Small counts of pupils are hidden: an object with ``published`` (a series, a control chart,
    a funnel, shrunk rates) is converted as it may be published. Rows of your own are taken as
    they are, since their counts cannot be told apart: suppress them first.

    Parameters
    ----------
    value : object or sequence of mapping
        Any object of this library, several of them in a list, or rows of texts, numbers,
        dates, flags and None. An object without rows of its own is one row.
    kind : {"pandas", "polars", "pyarrow"}, optional
        The library whose frame to make; without it the first of these that is installed.
    internal : bool
        Keep small counts: for use inside the school only.
    rules : DisclosureRules, optional
        Which counts are small; the defaults without it.
    ids : bool
        Put the ids of what each row belongs to before it, as columns: ``school`` and ``plan``,
        where the object has them, and ``result``, its own. A list of objects of one class, such
        as the schedules of several schools, becomes one frame of all their rows; no two of them
        may have the same ids.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or pyarrow.Table
        A row for each row, in their order. Columns are in the order of the rows' keys; a key
        that a row does not have is null in it. Numbers of a column are all whole or all
        floats; a hidden count is null. Days of a result, texts in its rows, are dates here
        (``datetime64`` in pandas), words of an enum are a category, and a result without any
        row has its columns all the same.

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
    check.add(kind_faults(kind))
    check.value("internal", internal, bool)
    if check.value("rules", rules, DisclosureRules | None) and rules and internal is True:
        check.fault("rules", "with internal=True nothing is hidden: leave one of them out")
    check.value("ids", ids, bool)
    shown = check.ok() and isinstance(value, Sequence) and _as_entries(value)
    is_rows = isinstance(value, Sequence) and all(isinstance(row, Mapping) for row in value)
    of_ours = shown or isinstance(value, Displayed) or hasattr(value, "to_rows")
    if check.ok() and not (of_ours or is_rows):
        words = f"expected a result of this library, or rows of a table, got {shorten(value)}"
        check.fault("value", words, value, FaultCode.WRONG_TYPE)
    check.done()
    if ids and not is_rows:
        several = list(value) if isinstance(value, Sequence) else [value]
        return _with_ids(several, kind=kind, internal=internal, rules=rules)
    if shown:
        return shown.to_frame(kind=kind, internal=internal, rules=rules)
    if not of_ours:
        rows: Any = value
        return frame_of_rows(list(rows), {}, kind=kind)
    return frame_of_object(value, kind=kind, internal=internal, rules=rules)


def _with_ids(
    values: Sequence[Any],
    *,
    kind: str | None,
    internal: bool,
    rules: DisclosureRules | None,
) -> Any:  # noqa: ANN401
    """Return the rows of several objects of one class, each with the ids of its object before."""
    check, rows, types = Check("to_frame"), list[Mapping[str, object]](), dict[str, type]()
    places: dict[tuple[object, ...], int] = {}
    for i, value in enumerate(values):
        of = type(value)
        if of is not type(values[0]):
            message = f"is no {type(values[0]).__name__}, as value[0] is: join objects of one class"
            check.fault(f"value[{i}]", message, value, FaultCode.WRONG_TYPE)
            continue
        own = _ids_of(value)
        first = places.setdefault(tuple(own.values()), i)
        if first != i:
            named = ", ".join(f"{name} {key!r}" for name, key in own.items())
            message = f"has the ids of value[{first}], {named}: tell them apart with evolve(id=...)"
            check.fault(f"value[{i}]", message, code=FaultCode.REPEATED)
        rows += [own | dict(row) for row in rows_to_show(value, internal=internal, rules=rules)]
        types = dict.fromkeys(own, str) | types_of(value, internal=internal)
    check.done()
    return frame_of_rows(rows, types, kind=kind)


def _ids_of(value: object) -> dict[str, str | None]:
    """Return the ids by which the rows of an object are told from those of others."""
    own, is_plan = getattr(value, "id", None), kind_of_class(type(value)) == "action-plan"
    plan = own if is_plan else getattr(value, "plan", None)
    found = {"school": getattr(value, "school", None), "plan": plan, "result": own}
    return {name: key for name, key in found.items() if isinstance(key, str)}


def _as_entries(value: Sequence[Any]) -> Entries[Any] | None:
    """Return a sequence of objects of this library as entries; None for any other."""
    if isinstance(value, Entries):
        return value
    ours = (
        bool(value) and not isinstance(value, str) and all(isinstance(v, Displayed) for v in value)
    )
    return Entries(value) if ours else None


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
        with _theirs(partial(_no_cells, subject, name)):
            nulls, cells = column.is_null().to_list(), column.to_list()
        columns[name] = [
            "" if null else _text(cell) for null, cell in zip(nulls, cells, strict=True)
        ]
    return [
        (i, dict(zip(columns, cells, strict=True)))
        for i, cells in enumerate(zip(*columns.values(), strict=True))
    ]


def _open(frame: object, subject: str) -> DataFrame[Any]:
    """Return any frame as one of narwhals."""
    nw = narwhals()
    try:
        return nw.from_native(frame, eager_only=True)  # type: ignore[no-any-return]
    except nw.exceptions.NarwhalsError as error:  # two columns of one name
        raise _no_frame(subject, frame, f": {error}") from None
    except TypeError:
        pass
    backend = next((name for name in reversed(KINDS) if find_spec(name)), None)
    if not hasattr(frame, "__arrow_c_stream__"):
        hint = "; call its .collect() first" if hasattr(frame, "collect") else ""
        raise _no_frame(subject, frame, hint)
    if backend is None:
        raise _no_frame(subject, frame, "; to read Arrow data, install pyarrow, polars or pandas")
    with _theirs(lambda why: _no_frame(subject, frame, f": {why}")):
        return nw.from_arrow(frame, backend=backend)  # type: ignore[no-any-return]


@contextmanager
def _theirs(refusal: Callable[[str], InvalidInputError]) -> Iterator[None]:
    """Turn whatever a library makes of foreign data into an error of ours."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  (a panic of polars is no Exception)
        raise refusal(shorten(str(error))) from None


def _no_cells(subject: str, column: str, why: str) -> InvalidInputError:
    message = f"the library of the frame cannot hand out its cells: {why}"
    return InvalidInputError(subject, [Fault(f"column {shorten(column)}", message)])


def _no_frame(subject: str, frame: object, why: str) -> InvalidInputError:
    # Not the whole of a frame: pandas warns where it cannot show odd cells.
    got = type(frame).__name__ if hasattr(type(frame), "columns") else shorten(frame)
    message = (
        "expected a frame of pandas, polars or pyarrow, or anything with the Arrow PyCapsule "
        f"interface, got {got}{why}"
    )
    fault = Fault("frame", message, got, FaultCode.WRONG_TYPE)
    return InvalidInputError(subject, [fault])


def _text(cell: object) -> str:
    """Return a cell as a CSV file would hold it."""
    if _is_missing(cell):
        return ""
    if isinstance(cell, float):
        # pandas makes floats of whole numbers with a gap
        return str(int(cell)) if cell.is_integer() and isfinite(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _is_missing(cell: object) -> bool:
    """Say whether a cell is not a number, not a time, or not there, as a column of objects has."""
    try:
        return bool(cell != cell)  # noqa: PLR0124  (what is missing does not equal itself)
    except TypeError:  # pandas.NA is neither true nor false
        return True
    except ValueError:  # an array in a cell
        return False
