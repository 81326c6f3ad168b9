"""From rows, a school's audit of one round each, to the columns of a cohort."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import Fault, InvalidInputError, MissingExtraError, shorten
from behaviour_culture.model.framework import Framework
from behaviour_culture.programme.cohort.codes import Codes
from behaviour_culture.programme.cohort.jsonl import Batch, batches_of
from behaviour_culture.programme.cohort.records import AuditRecord

__all__ = ["Table", "from_arrow", "from_jsonl", "from_records"]


class Table(NamedTuple):
    """The columns of a cohort, schools sorted."""

    schools: list[str]
    rounds: list[int]
    phases: list[str | None]
    contexts: list[str | None]
    ratings: FloatArray


class _Rows:
    """Rows as they come: few bytes each, since a nation's are many."""

    def __init__(self, framework: Framework) -> None:
        self.codes = Codes(framework)
        self.schools: list[str] = []
        self.rounds: list[int] = []
        self.phases: list[str | None] = []
        self.contexts: list[str | None] = []
        self._coded = bytearray()
        self._width = len(framework.items)

    def add(self, batch: Batch) -> None:
        """Take some rows."""
        self.schools.extend(batch.schools)
        self.rounds.extend(batch.rounds)
        self.phases.extend(batch.phases)
        self.contexts.extend(batch.contexts)
        self._coded += batch.codes.tobytes()

    def table(self, subject: str, names: Sequence[str]) -> Table:
        """Return the columns; ``names`` says of each row where it came from."""
        labels = (self.schools, self.rounds, self.phases, self.contexts)
        coded = np.frombuffer(self._coded, dtype=np.uint8).reshape(-1, self._width)
        return assemble(subject, labels, self.codes.ratings(coded), names)


def assemble(
    subject: str,
    labels: tuple[list[str], list[int], list[str | None], list[str | None]],
    rows: FloatArray,
    names: Sequence[str] = (),
) -> Table:
    """Put rows in their places by round and school."""
    schools, rounds, phases, contexts = labels
    if not schools:
        raise InvalidInputError(subject, [Fault("", "there is no audit in it")])
    ids, kept = sorted(set(schools)), sorted(set(rounds))
    at = {school: i for i, school in enumerate(ids)}
    when = {round_: i for i, round_ in enumerate(kept)}
    place = np.fromiter(map(at.__getitem__, schools), np.intp, len(schools))
    turn = np.fromiter(map(when.__getitem__, rounds), np.intp, len(rounds))
    flat = turn * len(ids) + place
    if len(np.unique(flat)) < len(flat):
        raise InvalidInputError(subject, _repeats(schools, rounds, names))
    ratings = np.full((len(kept), len(ids), rows.shape[1]), np.nan)
    ratings[turn, place] = rows
    # What a school is like is what its last round says.
    phase: list[str | None] = [None] * len(ids)
    context: list[str | None] = [None] * len(ids)
    places = place.tolist()
    for i in np.argsort(turn, kind="stable").tolist() if len(kept) > 1 else range(len(places)):
        phase[places[i]], context[places[i]] = phases[i], contexts[i]
    return Table(ids, kept, phase, context, ratings)


def _repeats(schools: list[str], rounds: list[int], names: Sequence[str]) -> list[Fault]:
    seen: dict[tuple[str, int], int] = {}
    faults = []
    for i, key in enumerate(zip(schools, rounds, strict=True)):
        first = seen.setdefault(key, i)
        if first != i:
            name, before = (names[k] if names else f"row {k + 1}" for k in (i, first))
            message = f"{key[0]!r} has an audit of round {key[1]} already ({before}): keep one"
            faults.append(Fault(name, message, key[0]))
    return faults


def from_jsonl(path: str | os.PathLike[str], framework: Framework) -> Table:
    """Read JSON lines into columns, a row at a time."""
    rows = _Rows(framework)
    for batch in batches_of(path, framework):
        rows.add(batch)
    return rows.table(str(path), ())


def from_records(records: Iterable[AuditRecord], framework: Framework) -> Table:
    """Take typed records, checked against the framework."""
    items = tuple(item.id for item in framework.items)
    values = set(framework.scale.values)
    rows = _Rows(framework)
    faults: list[Fault] = []
    given: Any = records
    listed = list(given) if isinstance(given, Iterable) else []
    for i, record in enumerate(listed):
        path = f"records[{i}]"
        if not isinstance(record, AuditRecord):
            faults.append(Fault(path, f"expected an AuditRecord, got {shorten(record)}"))
        elif (record.framework, record.edition) != (framework.id, framework.edition):
            words = f"is of {record.framework} ({record.edition}), not of {framework.id}"
            faults.append(Fault(path, f"{words} ({framework.edition})"))
        elif record.items != items:
            faults.append(Fault(path, "its items are not those of the framework, in order"))
        elif not {v for v in record.ratings if v is not None} <= values:
            faults.append(Fault(path, f"a rating is off the scale: one of {sorted(values)}"))
        else:
            phase = None if record.phase is None else record.phase.value
            labels = ([record.school], [record.round], [phase], [record.context])
            rows.add(Batch([i], *labels, rows.codes.coded([record.ratings])))
    if faults:
        raise InvalidInputError("Cohort.from_records", faults)
    return rows.table("Cohort.from_records", [f"records[{i}]" for i in range(len(listed))])


def from_arrow(frame: object, framework: Framework) -> Table:
    """Take anything of which pyarrow makes a table."""
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("pyarrow", "arrow", "a cohort from a frame") from None
    subject = "Cohort.from_frame"
    try:
        table = pa.table(frame)
    except (TypeError, ValueError, pa.ArrowException) as error:
        words = f"expected a table of Arrow, polars or pandas, or columns by name: {error}"
        raise InvalidInputError(subject, [Fault("frame", words, shorten(frame))]) from None
    # What pandas numbers the rows of a part of a frame by.
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
    columns = []
    for item in items:
        column = table.column(item)
        kind = column.type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            if not pa.types.is_null(kind):
                faults.append(Fault(f"column {item!r}", f"expected numbers, got {kind}"))
            columns.append(np.full(len(rounds), np.nan))
            continue
        columns.append(column.cast(pa.float64()).to_numpy().astype(np.float64))
    if faults:
        raise InvalidInputError(subject, faults)
    labels = (schools, rounds, phases, contexts)
    return assemble(subject, labels, np.stack(columns, axis=1))


def _texts(table: Any, name: str, faults: list[Fault], *, required: bool = False) -> list[Any]:  # noqa: ANN401
    if name not in table.column_names:
        return [None] * table.num_rows
    values: list[Any] = table.column(name).to_pylist()
    wrong = [i for i, v in enumerate(values) if not (isinstance(v, str) or v is None)]
    wrong += [i for i, v in enumerate(values) if required and v is None]
    if wrong:
        message = f"expected texts, got {shorten(values[wrong[0]])} in row {wrong[0] + 1}"
        faults.append(Fault(f"column {name!r}", message))
    return values
