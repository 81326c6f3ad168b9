"""Audits of many schools as JSON lines: one record a line, one rating an item.

A line holds what a school agreed on in one round::

    {"framework": "tfi-2.1", "edition": "2.1", "school": "s-00001", "round": 1,
     "phase": "primary", "context": "high-fsm", "ratings": {"tfi-1.1": 2, "tfi-1.2": null}}

Every item of the framework stands in it, null where it was not assessed. Lines that are all
written alike, as a program writes them, are understood once (`_layout`). Others are decoded by
msgspec (extra ``fast``) straight into a shape made for the framework, which checks ids, types
and ratings on the way. A line that these refuse is read again in plain Python, to say all that
is wrong with it; without msgspec that reader reads all lines that are not alike.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.errors import Fault, InvalidInputError, ReadError, shorten, suggest
from behaviour_culture.interchange.files import write_bytes
from behaviour_culture.model._check import Check, as_tuple, is_slug, require_types
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import Phase
from behaviour_culture.programme._codes import CodeArray, Codes, Rated
from behaviour_culture.programme._layout import SCHOOL, Labels, Layout

__all__ = [
    "AuditRecord",
    "Batch",
    "again",
    "are_ids",
    "batches_of",
    "read_audits_jsonl",
    "write_audits_jsonl",
]

MOST_ROUNDS = 100
_MOST_FAULTS = 1_000
_KEYS = ("framework", "edition", "school", "round", "phase", "context", "ratings")
_OPTIONAL = frozenset({"phase", "context"})
_PHASES = tuple(phase.value for phase in Phase)
_LONGEST_ID = 100
_ID_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789-."
_NO_ID = (b"--", b"-.", b".-", b"..", b"\n-", b"\n.", b"-\n", b".\n", b"\n\n")
_CHUNK = 2**18
_BOM = b"\xef\xbb\xbf"


@frozen(kw_only=True, repr=False)
class AuditRecord(Displayed):
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

    framework: str
    edition: str
    school: str
    round: int
    phase: Phase | None = None
    context: str | None = None
    items: tuple[str, ...] = field(converter=as_tuple)
    ratings: tuple[int | None, ...] = field(converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("framework", "school")
        check.text("edition")
        check.integer("round", low=1, high=MOST_ROUNDS)
        check.optional_instance("phase", Phase)
        check.optional_slug("context")
        check.slugs("items")
        given: object = self.ratings
        if not isinstance(given, tuple) or len(given) != len(self.items):
            check.fault("ratings", f"expected {len(self.items)} ratings, one an item", self.ratings)
        else:
            for i, value in enumerate(self.ratings):
                if value is not None and type(value) is not int:
                    check.fault(f"ratings[{i}]", "expected a whole number or None", value)
                elif value is not None:
                    check.number_at(f"ratings[{i}]", value, low=0, high=1000)
        check.done()

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
    if not values:
        return True
    text = ("\n" + "\n".join(values) + "\n").encode("utf-8", "surrogatepass")
    # No other letters, every id between two ends of line, and no hyphen or point at an end of
    # one or beside another: that is what the pattern of an id says.
    rest = text.translate(None, _ID_LETTERS)
    ends = len(rest) == len(values) + 1 and not rest.strip(b"\n")
    return (
        ends and not any(pair in text for pair in _NO_ID) and max(map(len, values)) <= _LONGEST_ID
    )


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
    items = tuple(item.id for item in framework.items)
    name, edition = framework.id, framework.edition
    seen: dict[tuple[str, int], int] = {}
    faults: list[Fault] = []
    phases = {phase.value: phase for phase in Phase}
    records = []
    put, new = object.__setattr__, object.__new__
    rows_of = Codes(framework).rows
    for batch in batches_of(path, framework):
        rows = rows_of(batch.codes)
        for line, school, round_, phase, context, ratings in zip(*batch[:-1], rows, strict=True):
            key = (school, round_)
            if seen.setdefault(key, line) != line:
                faults.append(again(line, school, round_, seen[key]))
            # The reader has checked all that the class would check again.
            record = new(AuditRecord)
            put(record, "framework", name)
            put(record, "edition", edition)
            put(record, "school", school)
            put(record, "round", round_)
            put(record, "phase", None if phase is None else phases[phase])
            put(record, "context", context)
            put(record, "items", items)
            put(record, "ratings", ratings)
            records.append(record)
    if faults:
        raise InvalidInputError(str(path), faults)
    return tuple(records)


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


def again(line: int, school: str, round_: int, first: int) -> Fault:
    """Return the fault of a school's second audit of one round."""
    message = f"{school!r} has an audit of round {round_} already (line {first}): keep one"
    return Fault(f"line {line}", message, school)


def batches_of(path: str | os.PathLike[str], framework: Framework) -> Iterator[Batch]:
    """Yield the lines of a file a few hundred at a time; raise at the end if any was not good.

    Nothing is kept, so that memory does not grow with the file.
    """
    explain = _Explainer(framework)
    quick = _quick_reader(framework, explain)
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
                yield explain.batch(first, content, faults)
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


def _quick_reader(framework: Framework, explain: _Explainer) -> Read:
    """Return a reader of good lines that leaves all others alone."""
    codes = Codes(framework)
    layout = Layout([item.id for item in framework.items], codes.digits, explain.labels)
    decoded = _by_msgspec(framework)

    def read(first: int, content: bytes) -> Batch | None:
        alike = layout.read(content)
        if alike is not None:
            names = b"\n".join(alike.schools).decode("utf-8", "replace").split("\n")
            if len(names) == len(alike.labels) and are_ids(names):
                columns: tuple[Any, ...] = tuple(zip(*alike.labels, strict=True))
                rounds, phases, contexts = columns
                numbers = range(first, first + len(names))
                return Batch(numbers, names, rounds, phases, contexts, alike.codes)
        found = None if decoded is None else decoded(content.removesuffix(b"\n").split(b"\n"))
        if found is None:
            return None
        rated, schools, rounds, phases, contexts = found
        numbers = range(first, first + len(rated))
        return Batch(numbers, schools, rounds, phases, contexts, codes.coded(rated))

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
            ("phase", Union[Literal[_PHASES], None, absent], unset),  # noqa: UP007
            ("context", Union[short, None, absent], unset),  # noqa: UP007
        ],
        **options,
    )
    decode = msgspec.json.Decoder(record).decode
    refused = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
    as_tuple = msgspec.structs.astuple
    keys = len(_KEYS) + len(names)

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


class _Explainer:
    """Reads a line in plain Python, and says all that is wrong with it."""

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._items = [item.id for item in framework.items]
        self._known = set(self._items)
        self._values = set(framework.scale.values)
        self._coded = Codes(framework).coded

    def batch(self, first: int, content: bytes, faults: list[Fault]) -> Batch:
        """Return the lines that are good, and add what is wrong with the others."""
        rows = []
        for line, text in enumerate(content.removesuffix(b"\n").split(b"\n"), start=first):
            row = self._row(line, text, faults) if text.strip() else None
            if row is not None:
                rows.append(row)
            if len(faults) >= _MOST_FAULTS:
                break
        columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 6
        lines, schools, rounds, phases, contexts, rated = columns
        return Batch(lines, schools, rounds, phases, contexts, self._coded(rated))

    def labels(self, line: bytes) -> Labels | None:
        """Return round, phase and context of a line in which other things stand for the rest."""
        row = self._row(0, line, [], rated=False)
        return row[2:5] if row and row[1] == SCHOOL and row[5] is True else None

    def _row(
        self, line: int, content: bytes, faults: list[Fault], *, rated: bool = True
    ) -> tuple[Any, ...] | None:
        before = len(faults)

        def fault(path: str, message: str, value: object = None) -> None:
            place = f"line {line}, {path}" if path else f"line {line}"
            faults.append(Fault(place, message, "" if value is None else shorten(value)))

        data = self._parsed(content, fault)
        if len(faults) == before:
            self._check(data, fault, rated=rated)
        if len(faults) > before or not isinstance(data, dict):
            return None
        ratings = data["ratings"]
        if rated:
            ratings = tuple(ratings[item] for item in self._items)
        group = data.get("phase"), data.get("context")
        return line, data["school"], data["round"], *group, ratings

    @staticmethod
    def _parsed(content: bytes, fault: Callable[..., None]) -> object:
        twice: list[str] = []

        def table(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(pairs)
            if len(found) < len(pairs):
                keys = [key for key, _ in pairs]
                twice.extend(key for key in found if keys.count(key) > 1)
            return found

        if content.startswith(_BOM):
            fault("", "begins with a byte order mark: save it as UTF-8 without one")
            return None
        try:
            data: object = json.loads(content.decode("utf-8"), object_pairs_hook=table)
        except UnicodeDecodeError:
            fault("", "it is not UTF-8: save the file in that encoding")
            return None
        except (ValueError, RecursionError) as error:
            fault("", f"it is not a JSON object of its own: {error}", content[:80])
            return None
        for key in twice:
            fault("", f"the key {key!r} stands twice: keep one", key)
        return data

    def _check(self, data: object, fault: Callable[..., None], *, rated: bool) -> None:
        if not isinstance(data, dict):
            fault("$", f"expected an object with {', '.join(_KEYS)}, got {shorten(data)}", data)
            return
        for key in _KEYS:
            if key not in data and key not in _OPTIONAL:
                fault(f"$.{key}", "is missing")
        for key in data:
            if key not in _KEYS:
                fault(f"$.{shorten(key)[1:-1]}", f"no such key{suggest(key, _KEYS)}", key)
        for key in ("framework", "edition"):
            want = getattr(self._framework, "id" if key == "framework" else key)
            if key in data and data[key] != want:
                fault(f"$.{key}", f"expected {want!r}, got {shorten(data[key])}", data[key])
        for key in ("school", "context"):
            value = data.get(key)
            if key in data and not is_slug(value) and not (key == "context" and value is None):
                fault(f"$.{key}", f"{shorten(value)} is not an id like 's-00001'", value)
        round_ = data.get("round", 1)
        if type(round_) is not int or not 1 <= round_ <= MOST_ROUNDS:
            words = f"expected a whole number from 1 to {MOST_ROUNDS}, got {shorten(round_)}"
            fault("$.round", words, round_)
        phase = data.get("phase")
        if phase is not None and phase not in _PHASES:
            hint = suggest(phase, _PHASES)
            words = f"expected one of {', '.join(_PHASES)}, got {shorten(phase)}{hint}"
            fault("$.phase", f"{words}; a special school is 'not-applicable'", phase)
        if rated and "ratings" in data:
            self._check_ratings(data["ratings"], fault)

    def _check_ratings(self, ratings: object, fault: Callable[..., None]) -> None:
        if not isinstance(ratings, dict):
            fault("$.ratings", f"expected an object, a rating an item, got {shorten(ratings)}")
            return
        allowed = ", ".join(str(value) for value in sorted(self._values))
        for item in self._items:
            if item not in ratings:
                fault(f"$.ratings.{item}", "is missing: write null where it was not assessed")
        for item, value in ratings.items():
            if item not in self._known:
                name = shorten(item)[1:-1]
                fault(f"$.ratings.{name}", f"no such item{suggest(item, self._items)}", item)
            elif value is not None and (type(value) is not int or value not in self._values):
                words = f"expected one of {allowed}, or null, got {shorten(value)}"
                fault(f"$.ratings.{item}", words, value)
