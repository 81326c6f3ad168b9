"""Files of audits, a JSON object a line: read a few hundred lines at a time, as columns.

Lines that are all written alike, as a program writes them, are understood once (`_layout`).
Others are decoded by msgspec (extra ``fast``) straight into a shape made for the framework,
which checks ids, types and ratings on the way. A line that these refuse is read again in plain
Python (`_one_line`), to say all that is wrong with it; without msgspec that reader reads all
lines that are not alike.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from behaviour_culture.errors import Fault, InvalidInputError, ReadError, shorten
from behaviour_culture.model.framework import Framework
from behaviour_culture.programme.cohort.codes import CodeArray, Codes, Rated
from behaviour_culture.programme.cohort.jsonl_layout import SCHOOL, Labels, Layout
from behaviour_culture.programme.cohort.jsonl_line import KEYS, MOST_ROUNDS, PHASES, LineReader

__all__ = ["Batch", "are_ids", "batches_of"]

_MOST_FAULTS = 1_000
_LONGEST_ID = 100
_ID_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789-."
_NO_ID = (b"--", b"-.", b".-", b"..", b"\n-", b"\n.", b"-\n", b".\n", b"\n\n")
_CHUNK = 2**18


class Batch(NamedTuple):
    """Lines that were read and found good, as columns."""

    lines: Sequence[int]
    schools: Sequence[str]
    rounds: Sequence[int]
    phases: Sequence[str | None]
    contexts: Sequence[str | None]
    codes: CodeArray
    """Shape (lines, items), as `Codes` has them."""


Read = Callable[[int, bytes], Batch | None]
"""A quick reader of some lines, given the number of the first: None where it does not take them."""
Columned = tuple[
    Sequence[Rated], Sequence[str], Sequence[int], Sequence[str | None], Sequence[str | None]
]
"""Ratings, schools, rounds, phases and contexts of some lines."""
Columns = Callable[[Sequence[bytes]], Columned | None]


def are_ids(values: Sequence[str]) -> bool:
    """Say of many texts at once whether all are ids of at most 100 characters."""
    return _are_ids("\n".join(values).encode("utf-8", "surrogatepass"), len(values))


def _are_ids(lines: bytes, number: int) -> bool:
    """Say the same of so many lines."""
    if not number:
        return True
    text = b"\n" + lines + b"\n"
    # No other letters, every id between two ends of line, and no hyphen or point at an end of
    # one or beside another: that is what the pattern of an id says.
    rest = text.translate(None, _ID_LETTERS)
    if len(rest) != number + 1 or rest.strip(b"\n") or any(pair in text for pair in _NO_ID):
        return False
    return len(text) <= _LONGEST_ID or max(map(len, text.split(b"\n"))) <= _LONGEST_ID


def batches_of(path: str | os.PathLike[str], framework: Framework) -> Iterator[Batch]:
    """Yield the lines of a file a few hundred at a time; raise at the end if any was not good.

    Nothing is kept, so that memory does not grow with the file.
    """
    quick, careful = _quick_reader(framework), _careful_reader(framework)
    faults: list[Fault] = []
    try:
        file = Path(path).open("rb")  # noqa: SIM115  (closed below)
    except OSError as error:
        raise ReadError(str(path), error.strerror or str(error)) from None
    except (TypeError, ValueError) as error:
        raise ReadError(shorten(path), str(error)) from None
    with file:
        first = 1
        while content := _lines_of(file, path):
            batch = quick(first, content)
            if batch is None:
                yield careful(first, content, faults)
                first += content.count(b"\n")
            else:
                yield batch
                first += len(batch.lines)
            if len(faults) >= _MOST_FAULTS:
                faults.append(Fault(f"line {first}", "reading was given up here: too many faults"))
                break
    if faults:
        raise InvalidInputError(str(path), faults)


def _lines_of(file: BinaryIO, path: str | os.PathLike[str]) -> bytes:
    """Return some whole lines, or nothing at the end."""
    try:
        content = file.read(_CHUNK)
        return content if content.endswith(b"\n") else content + file.readline(_CHUNK)
    except OSError as error:  # such as a folder
        raise ReadError(str(path), error.strerror or str(error)) from None


def _careful_reader(framework: Framework) -> Callable[[int, bytes, list[Fault]], Batch]:
    """Return a reader of the lines that are good, which adds what is wrong with the others."""
    read, coded = LineReader(framework).read, Codes(framework).coded

    def batch(first: int, content: bytes, faults: list[Fault]) -> Batch:
        rows = []
        for line, text in enumerate(content.removesuffix(b"\n").split(b"\n"), start=first):
            row = read(line, text, faults) if text.strip() else None
            if row is not None:
                rows.append(row)
            if len(faults) >= _MOST_FAULTS:
                break
        columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 6
        lines, schools, rounds, phases, contexts, rated = columns
        return Batch(lines, schools, rounds, phases, contexts, coded(rated))

    return batch


def _quick_reader(framework: Framework) -> Read:
    """Return a reader of good lines that leaves all others alone."""
    codes, one = Codes(framework), LineReader(framework)

    def labels_of(line: bytes) -> Labels | None:
        row = one.read(0, line, [], rated=False)
        return row[2:5] if row and row[1] == SCHOOL and row[5] is True else None

    layout = Layout([item.id for item in framework.items], codes.digits, labels_of)
    decoded = _by_msgspec(framework)

    def written_alike(first: int, content: bytes) -> Batch | None:
        alike = layout.read(content)
        if alike is None:
            return None
        names, number = b"\n".join(alike.schools), len(alike.schools)
        if not _are_ids(names, number):
            return None
        rounds, phases, contexts = tuple(zip(*alike.labels, strict=True))
        schools = names.decode().split("\n")
        return Batch(range(first, first + number), schools, rounds, phases, contexts, alike.codes)

    def one_by_one(first: int, content: bytes) -> Batch | None:
        found = None if decoded is None else decoded(content.removesuffix(b"\n").split(b"\n"))
        if found is None:
            return None
        rated, schools, rounds, phases, contexts = found
        numbers = range(first, first + len(rated))
        return Batch(numbers, schools, rounds, phases, contexts, codes.coded(rated))

    def read(first: int, content: bytes) -> Batch | None:
        return written_alike(first, content) or one_by_one(first, content)

    return read


def _by_msgspec(framework: Framework) -> Columns | None:
    """Return a reader that decodes lines straight into a shape made for the framework."""
    try:
        import msgspec  # noqa: PLC0415  (an extra)
    except ImportError:
        return None
    from typing import Annotated, Literal, Optional, Union  # noqa: PLC0415

    options: dict[str, Any] = {"forbid_unknown_fields": True, "frozen": True, "gc": False}
    values = Literal[tuple(framework.scale.values)]  # type: ignore[valid-type]  # made for it
    names = {f"item_{i}": item.id for i, item in enumerate(framework.items)}
    fields = [(field, Optional[values]) for field in names]  # noqa: UP045
    short = Annotated[str, msgspec.Meta(max_length=_LONGEST_ID)]
    absent, unset = msgspec.UnsetType, msgspec.UNSET
    whole = Annotated[int, msgspec.Meta(ge=1, le=MOST_ROUNDS)]
    record = msgspec.defstruct(
        "Record",
        [
            ("ratings", msgspec.defstruct("Ratings", fields, rename=names, **options)),
            ("school", short),
            ("round", whole),
            ("framework", Literal[framework.id]),
            ("edition", Literal[framework.edition]),
            ("phase", Union[Literal[PHASES], None, absent], unset),  # noqa: UP007
            ("context", Union[short, None, absent], unset),  # noqa: UP007
        ],
        **options,
    )
    decode = msgspec.json.Decoder(record).decode
    refused = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
    as_tuple = msgspec.structs.astuple
    keys = len(KEYS) + len(names)

    def columns(lines: Sequence[bytes]) -> Columned | None:
        try:
            # One at a time: read together, two objects on one line would be no fault.
            found = list(map(decode, lines))
        except refused:
            return None
        rated, schools, rounds, _, _, *group = zip(*map(as_tuple, found), strict=True)
        # A key that stands twice is no fault to msgspec; it shows in the number of colons.
        expected = len(lines) * keys - sum(column.count(unset) for column in group)
        if b"".join(lines).count(b":") != expected:
            return None
        phases, contexts = ([None if v is unset else v for v in column] for column in group)
        if not are_ids(schools) or not are_ids([c for c in set(contexts) if c is not None]):
            return None
        return list(map(as_tuple, rated)), schools, rounds, phases, contexts

    return columns
