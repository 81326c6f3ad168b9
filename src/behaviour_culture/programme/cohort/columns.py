"""From rows, one school's audit of one round each, to the columns of a cohort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from behaviour_culture.errors import Fault, InvalidInputError, MissingExtraError, shorten
from behaviour_culture.model.framework import Framework
from behaviour_culture.typing import FloatArray

__all__ = ["Columns", "Rows", "columns_of", "rows_of_frame"]


class Rows(NamedTuple):
    """Some audits, a row each."""

    numbers: Sequence[int]
    """The line of a file, or the row of a frame, that each comes from; from 1."""
    schools: Sequence[str]
    rounds: Sequence[int]
    phases: Sequence[str | None]
    contexts: Sequence[str | None]
    ratings: FloatArray
    """Shape (rows, items); NaN where an item was not assessed."""


class Columns(NamedTuple):
    """The columns of a cohort, schools sorted and rounds rising."""

    schools: list[str]
    rounds: list[int]
    phases: list[str | None]
    contexts: list[str | None]
    ratings: FloatArray
    """Shape (rounds, schools, items)."""


def columns_of(subject: str, batches: Iterable[Rows], unit: str) -> Columns:
    """Return the columns of all rows.

    Parameters
    ----------
    subject : str
        What an error names: the file or the function.
    batches : iterable of Rows
    unit : str
        What a row's number counts: ``line`` or ``row``.

    Raises
    ------
    InvalidInputError
        There is no row, or a school has two audits of one round.
    """
    taken = list(batches)
    columns: list[list[Any]] = [[value for batch in taken for value in batch[k]] for k in range(5)]
    numbers, schools, rounds, phases, contexts = columns
    if not schools:
        raise InvalidInputError(subject, [Fault("", "there is no audit in it")])
    first: dict[tuple[str, int], int] = {}
    faults = []
    for number, school, turn in zip(numbers, schools, rounds, strict=True):
        before = first.setdefault((school, turn), number)
        if before != number:
            words = f"{school!r} has an audit of round {turn} already ({unit} {before}): keep one"
            faults.append(Fault(f"{unit} {number}", words, school))
    if faults:
        raise InvalidInputError(subject, faults)
    ids, turns = sorted(set(schools)), sorted(set(rounds))
    at = {school: i for i, school in enumerate(ids)}
    when = {turn: i for i, turn in enumerate(turns)}
    ratings = np.full((len(turns), len(ids), taken[0].ratings.shape[1]), np.nan)
    for batch in taken:
        places = [when[turn] for turn in batch.rounds], [at[school] for school in batch.schools]
        ratings[places] = batch.ratings
    # A school's phase and context are those of its last round.
    phase: list[str | None] = [None] * len(ids)
    context: list[str | None] = [None] * len(ids)
    for i in sorted(range(len(schools)), key=rounds.__getitem__):
        phase[at[schools[i]]], context[at[schools[i]]] = phases[i], contexts[i]
    return Columns(ids, turns, phase, context, ratings)


_OBJECT = np.dtype(object)
_UNSAFE = (np.datetime64, list, tuple, dict, np.ndarray)
"""A day of numpy before a number of numpy ends the process in pyarrow 26, inside a cell too."""


def _dangers(frame: Any) -> Iterator[Fault]:  # noqa: ANN401  (of any library)
    """Yield what would end the process of a library that makes a table of it."""
    names = getattr(frame, "columns", ()) if hasattr(frame, "__arrow_c_stream__") else ()
    if any("\0" in name for name in names if isinstance(name, str)):  # in polars
        yield Fault("frame", "the name of a column holds U+0000")
    for name, cells in frame.items() if hasattr(frame, "items") else ():
        if getattr(cells, "dtype", _OBJECT) == _OBJECT and isinstance(cells, Iterable):
            wrong = (i for i, cell in enumerate(cells, 1) if isinstance(cell, _UNSAFE))
            if row := next(wrong, 0):
                yield Fault(f"row {row}, column {name!r}", "expected a text or a number")


def rows_of_frame(frame: object, framework: Framework, subject: str) -> Rows:
    """Return the rows of anything that pyarrow makes a table of; see `Cohort.from_frame`."""
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("pyarrow", "arrow", "a cohort from a frame") from None
    try:
        faults = list(_dangers(frame))
        table = None if faults else pa.table(frame)
    except Exception as error:  # noqa: BLE001  (whatever a library makes of foreign data)
        words = f"expected a table of Arrow, polars or pandas, or columns by name: {error}"
        raise InvalidInputError(subject, [Fault("frame", words, type(frame).__name__)]) from None
    if table is None:
        raise InvalidInputError(subject, faults)
    # pandas adds a column with the numbers of the rows where they are not 0, 1, 2 and so on.
    table = table.select([n for n in table.column_names if not n.startswith("__index_level_")])
    items = [item.id for item in framework.items]
    absent = [n for n in ("school", "round", *items) if n not in table.column_names]
    if absent:
        faults = [Fault(f"column {n!r}", "is missing from the frame") for n in absent]
        raise InvalidInputError(subject, faults)
    known = {"school", "round", "phase", "context", *items}
    faults = [
        Fault(f"column {n!r}", "is neither a column of the form nor an item of the framework")
        for n in table.column_names
        if n not in known
    ]
    schools = _texts(table, "school", faults, required=True)
    phases = _texts(table, "phase", faults)
    contexts = _texts(table, "context", faults)
    rounds = table.column("round").to_pylist()
    if not all(type(r) is int for r in rounds):
        faults.append(Fault("column 'round'", "expected whole numbers, none missing"))
    ratings = np.full((len(rounds), len(items)), np.nan)
    for i, item in enumerate(items):
        column = table.column(item)
        kind = column.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            ratings[:, i] = column.cast(pa.float64(), safe=False).to_numpy()
        elif not pa.types.is_null(kind):
            faults.append(Fault(f"column {item!r}", f"expected numbers, got {kind}"))
    if faults:
        raise InvalidInputError(subject, faults)
    return Rows(range(1, len(rounds) + 1), schools, rounds, phases, contexts, ratings)


def _texts(table: Any, name: str, faults: list[Fault], *, required: bool = False) -> list[Any]:  # noqa: ANN401
    if name not in table.column_names:
        return [None] * table.num_rows
    values: list[Any] = table.column(name).to_pylist()
    wrong = [
        i for i, v in enumerate(values) if not (isinstance(v, str) or (v is None and not required))
    ]
    if wrong:
        message = f"expected texts, got {shorten(values[wrong[0]])} in row {wrong[0] + 1}"
        faults.append(Fault(f"column {name!r}", message))
    return values
