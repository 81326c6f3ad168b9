"""Audits of many schools as JSON lines: one record a line, one rating an item.

A line holds what a school agreed on in one round::

    {"framework": "tfi-2.1", "edition": "2.1", "school": "s-00001", "round": 1,
     "phase": "primary", "context": "high-fsm", "ratings": {"tfi-1.1": 2, "tfi-1.2": null}}

Every item of the framework stands in it, null where it was not assessed. Order of keys and
spaces are free; a file in which all lines are written alike is read most quickly.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import Annotated, Any

from attrs import field, frozen

from behaviour_culture.checks import Check, Value, as_tuple, require_types
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import Range, Slug, Slugs, Text
from behaviour_culture.interchange.files import write_bytes
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import Phase
from behaviour_culture.programme.cohort.codes import Codes, Rated
from behaviour_culture.programme.cohort.jsonl import Batch, batches_of
from behaviour_culture.programme.cohort.jsonl_line import MOST_ROUNDS

__all__ = ["AuditRecord", "read_audits_jsonl", "write_audits_jsonl"]

_PHASES: dict[str | None, Phase | None] = {None: None} | {phase.value: phase for phase in Phase}


@frozen(kw_only=True, repr=False)
class AuditRecord(Value):
    """What one school agreed on in one round: a rating of each item.

    Attributes
    ----------
    framework, edition : str
    school : str
        An id such as its number in the national register.
    round : int
        1 for the first audit, up to 100.
    phase : Phase or None
    context : str or None
        An id for what else schools are alike in, such as ``high-fsm``.
    items : tuple of str
        Items of the framework, in its order.
    ratings : tuple of int or None
        Of each item; None where it was not assessed, which is never 0.
    """

    framework: Slug
    edition: Text
    school: Slug
    round: Annotated[int, Range(low=1, high=MOST_ROUNDS)]
    phase: Phase | None = None
    context: Slug | None = None
    items: Slugs = field(converter=as_tuple)
    ratings: tuple[Annotated[int, Range(low=0, high=1000)] | None, ...] = field(converter=as_tuple)

    def _check(self, check: Check) -> None:
        if check.ok("ratings", "items") and len(self.ratings) != len(self.items):
            check.fault("ratings", f"expected {len(self.items)} ratings, one an item", self.ratings)

    @property
    def by_item(self) -> dict[str, int | None]:
        """The rating of each item, None where it was not assessed."""
        return dict(zip(self.items, self.ratings, strict=True))

    def _label(self) -> str:
        return f"{self.school}, round {self.round}"

    def _lines(self) -> list[str]:
        rated = sum(value is not None for value in self.ratings)
        return [
            f"Audit of {self.school}, round {self.round}, against {self.framework} "
            f"({self.edition}): {rated} of {len(self.items)} items rated"
        ]


def read_audits_jsonl(
    path: str | os.PathLike[str], *, framework: Framework
) -> tuple[AuditRecord, ...]:
    """Read a file of audits, a JSON object a line, into typed objects.

    Parameters
    ----------
    path : str or path-like
        See the module's head for what a line holds.
    framework : Framework
        The framework that all of them used, in its edition.

    Returns
    -------
    tuple of AuditRecord
        In the order of the file.

    Raises
    ------
    InvalidInputError
        All faults, each with its line and path, such as ``line 7, $.ratings.tfi-1.1``.
    ReadError
        The file cannot be read.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("tfi-2.1")
    >>> items = [item.id for item in framework.items]
    >>> record = AuditRecord(framework="tfi-2.1", edition="2.1", school="s-1", round=1,
    ...                      items=items, ratings=[1] * len(items))
    >>> where = write_audits_jsonl([record], "audits.jsonl")
    >>> read_audits_jsonl(where, framework=framework) == (record,)
    True
    """
    require_types("read_audits_jsonl", framework=(framework, Framework))
    rows_of = Codes(framework).rows
    shared = {
        "framework": framework.id,
        "edition": framework.edition,
        "items": tuple(item.id for item in framework.items),
    }
    seen: dict[tuple[str, int], int] = {}
    faults: list[Fault] = []
    records: list[AuditRecord] = []
    for batch in batches_of(path, framework):
        keys = list(zip(batch.schools, batch.rounds, strict=True))
        faults += _repeats(keys, batch.lines, seen)
        records += _unchecked(batch, rows_of(batch.codes), shared)
    if faults:
        raise InvalidInputError(str(path), faults)
    return tuple(records)


def _unchecked(batch: Batch, rows: Sequence[Rated], shared: Mapping[str, Any]) -> list[AuditRecord]:
    """Return records of which the reader has checked all that the class would check again."""
    records = [object.__new__(AuditRecord) for _ in rows]
    columns: dict[str, Iterable[Any]] = {
        "school": batch.schools,
        "round": batch.rounds,
        "phase": map(_PHASES.__getitem__, batch.phases),
        "context": batch.contexts,
        "ratings": rows,
        **{name: repeat(value) for name, value in shared.items()},
    }
    for name, values in columns.items():
        put = getattr(AuditRecord, name).__set__
        deque(map(put, records, values), maxlen=0)
    return records


def _repeats(
    keys: Sequence[tuple[str, int]], lines: Sequence[int], seen: dict[tuple[str, int], int]
) -> list[Fault]:
    """Return the faults of second audits of one school and round, and note the first ones."""
    if len(set(keys)) == len(keys) and seen.keys().isdisjoint(keys):
        seen.update(zip(keys, lines, strict=True))
        return []
    faults = []
    for (school, round_), line in zip(keys, lines, strict=True):
        first = seen.setdefault((school, round_), line)
        if first != line:
            words = f"{school!r} has an audit of round {round_} already (line {first}): keep one"
            faults.append(Fault(f"line {line}", words, school))
    return faults


def write_audits_jsonl(records: Iterable[AuditRecord], path: str | os.PathLike[str]) -> Path:
    """Write audits as JSON lines, which `read_audits_jsonl` reads.

    Parameters
    ----------
    records : iterable of AuditRecord
    path : str or path-like

    Returns
    -------
    Path
        Where they were written. A reader sees the old file or the new one.
    """
    listed: list[Any] = list(records)
    faults = [
        Fault(f"records[{i}]", f"expected an AuditRecord, got {shorten(record)}")
        for i, record in enumerate(listed)
        if not isinstance(record, AuditRecord)
    ]
    if faults:
        raise InvalidInputError("write_audits_jsonl", faults)
    lines = [json.dumps(_plain(record), separators=(",", ":")) + "\n" for record in listed]
    file = Path(path)
    write_bytes(file, "".join(lines).encode())
    return file


def _plain(record: AuditRecord) -> dict[str, Any]:
    found: dict[str, Any] = {
        "framework": record.framework,
        "edition": record.edition,
        "school": record.school,
        "round": record.round,
    }
    if record.phase is not None:
        found["phase"] = record.phase.value
    if record.context is not None:
        found["context"] = record.context
    return found | {"ratings": record.by_item}
