"""Checks that a value makes of itself when it is built: every fault at once, not the first.

A class calls them in ``__attrs_post_init__``::

    check = Check(self)
    check.slug("id")
    check.number("weight", above=0)
    check.done()

so that building it in Python and reading it from a file refuse the same things in the
same words. The converter in `behaviour_culture.interchange` puts the file's path in front.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from math import isfinite
from numbers import Integral
from operator import attrgetter
from typing import Any, TypeVar

from behaviour_culture.errors import (
    Fault,
    InvalidInputError,
    UnknownNameError,
    shorten,
    suggest,
)

__all__ = [
    "MAX_SLUG",
    "MAX_TEXT",
    "SLUG",
    "Check",
    "as_float",
    "as_tuple",
    "as_whole",
    "find",
    "is_slug",
    "require_types",
    "share_faults",
    "type_faults",
    "whole_faults",
]

SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
MAX_SLUG = 100
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF = "holds half of a surrogate pair, which is not a character: take it out"
MAX_TEXT = 20_000
_TOO_LARGE = 2**63
"""No file holds a whole number from here on: TOML has 64 bits, one of them for the sign."""


def is_slug(value: object) -> bool:
    """Say whether ``value`` is a lower-case id such as ``teach-routines`` or ``tfi-2.1``."""
    return isinstance(value, str) and len(value) <= MAX_SLUG and bool(SLUG.fullmatch(value))


def as_tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return an iterable as a tuple; a text or a non-iterable is left for the check to refuse.

    Of ``Any``, since mypy does not solve a type variable in an attrs converter.
    """
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        return values  # type: ignore[return-value]  # the check names the field
    return tuple(values)


def as_float(value: float) -> float:
    """Return an int as a float; anything else is left for the check to refuse."""
    return float(value) if type(value) is int and abs(value) < 2**63 else value


def type_faults(**given: tuple[object, type]) -> list[Fault]:
    """Return the faults of arguments that are no objects of the class they should be."""
    return [
        Fault(name, f"expected an object of {kind.__name__}, got {shorten(value)}", shorten(value))
        for name, (value, kind) in given.items()
        if not isinstance(value, kind)
    ]


def require_types(subject: str, **given: tuple[object, type]) -> None:
    """Raise `InvalidInputError` for arguments that are no objects of the class they should be."""
    if faults := type_faults(**given):
        raise InvalidInputError(subject, faults)


def as_whole(value: Any) -> Any:  # noqa: ANN401  (what is none is left for the check)
    """Return a whole number of numpy's as Python's, and anything else as it is."""
    other = isinstance(value, Integral) and not isinstance(value, int)
    return int(value) if other else value


def whole_faults(name: str, value: object, low: int, high: int | None = None) -> list[Fault]:
    """Return the fault of an argument that is no whole number in a range, or nothing."""
    number = value if isinstance(value, int) and not isinstance(value, bool) else low - 1
    if number >= low and (high is None or number <= high):
        return []
    limit = "" if high is None else f" to {high:,}"
    message = f"expected a whole number from {low}{limit}, got {shorten(value)}"
    return [Fault(name, message, shorten(value))]


def share_faults(name: str, value: object, *, ends: bool = False) -> list[Fault]:
    """Return the fault of an argument that is no number between 0 and 1, or nothing.

    ``ends`` allows 0 and 1 themselves.
    """
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else -1
    if 0 < number < 1 or (ends and number in {0, 1}):
        return []
    words = "from 0 to 1" if ends else "between 0 and 1"
    return [Fault(name, f"{shorten(value)} is not {words}", shorten(value))]


E = TypeVar("E")


def find(kind: str, key: str, entries: Iterable[E], by: str = "id") -> E:
    """Return the entry with this id, or raise `UnknownNameError` with the nearest one.

    ``by`` is the attribute that holds the id, such as ``step`` or ``scenario.id``.
    """
    id_of = attrgetter(by)
    known = []
    for entry in entries:
        if id_of(entry) == key:
            return entry
        known.append(id_of(entry))
    raise UnknownNameError(kind, key, known)


class Check:
    """Collects the faults of one object and raises them together."""

    __slots__ = ("_faults", "_of")

    def __init__(self, of: object) -> None:
        self._of = of
        self._faults: list[Fault] = []

    def fault(self, path: str, message: str, value: object = None) -> None:
        """Record a fault found by a rule of the object's own."""
        shown = "" if value is None else shorten(value)
        self._faults.append(Fault(path, message, shown))

    @property
    def clean(self) -> bool:
        """True as long as nothing was found wrong."""
        return not self._faults

    def done(self) -> None:
        """Raise one `InvalidInputError` with all faults, if there are any."""
        if self._faults:
            name = getattr(self._of, "id", None)
            kind = type(self._of).__name__
            subject = f"{kind} {shorten(name)}" if isinstance(name, str) else kind
            raise InvalidInputError(subject, self._faults)

    # -- one field -------------------------------------------------------------------

    def text(self, *names: str, empty: bool = False) -> None:
        """Fields that are texts; not blank unless ``empty``."""
        for name in names:
            value = getattr(self._of, name)
            if not isinstance(value, str):
                self.fault(name, f"expected text, got {shorten(value)}", value)
            elif not empty and not value.strip():
                self.fault(name, "must not be empty", value)
            elif len(value) > MAX_TEXT:
                self.fault(name, f"longer than {MAX_TEXT:,} characters: shorten it", value)
            elif _SURROGATE.search(value):
                self.fault(name, _HALF, value)

    def optional_text(self, *names: str) -> None:
        """Fields that are texts or None."""
        self.text(*(n for n in names if getattr(self._of, n) is not None))

    def slug(self, *names: str) -> None:
        """Fields that are lower-case ids such as ``teach-routines``."""
        for name in names:
            value = getattr(self._of, name)
            if not is_slug(value):
                self.fault(
                    name,
                    f"{shorten(value)} is not an id: lower-case letters, digits and single "
                    "hyphens, like 'teach-routines'",
                    value,
                )

    def optional_slug(self, *names: str) -> None:
        """Fields that are ids or None."""
        self.slug(*(n for n in names if getattr(self._of, n) is not None))

    def slugs(self, *names: str) -> None:
        """Fields that are tuples of ids without repeats."""
        for name in names:
            values = getattr(self._of, name)
            if not isinstance(values, tuple):
                self.fault(name, f"expected a list of ids, got {shorten(values)}", values)
                continue
            for i, value in enumerate(values):
                if not is_slug(value):
                    self.fault(
                        f"{name}[{i}]",
                        f"{shorten(value)} is not an id like 'teach-routines'",
                        value,
                    )
            self._no_repeats(name, [(f"{name}[{i}]", v) for i, v in enumerate(values)])

    def texts(self, *names: str) -> None:
        """Fields that are tuples of texts that are not blank."""
        for name in names:
            values = getattr(self._of, name)
            if not isinstance(values, tuple):
                self.fault(name, f"expected a list of texts, got {shorten(values)}", values)
                continue
            for i, value in enumerate(values):
                if not isinstance(value, str) or not value.strip():
                    self.fault(f"{name}[{i}]", f"expected text, got {shorten(value)}", value)
                elif _SURROGATE.search(value):
                    self.fault(f"{name}[{i}]", _HALF, value)

    def number(
        self,
        *names: str,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
    ) -> None:
        """Fields that are finite numbers in a range; ``above`` is a bound not itself allowed."""
        for name in names:
            self.number_at(name, getattr(self._of, name), low=low, high=high, above=above)

    def number_at(
        self,
        path: str,
        value: object,
        *,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
    ) -> bool:
        """Check one number at a path of its own, such as ``hours_per_week.head``."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fault(path, f"expected a number, got {shorten(value)}", value)
            return False
        if isinstance(value, int) and abs(value) >= _TOO_LARGE:
            self.fault(path, "a whole number of more than 63 bits is out of any range here", value)
            return False
        if not isfinite(value):
            self.fault(path, f"{value} is not a finite number", value)
            return False
        bad = (
            (low is not None and value < low)
            or (high is not None and value > high)
            or (above is not None and value <= above)
        )
        if bad:
            self.fault(path, f"{shorten(value)} is out of range: {_range(low, high, above)}", value)
        return not bad

    def integer(self, *names: str, low: int | None = None, high: int | None = None) -> None:
        """Fields that are whole numbers in a range."""
        for name in names:
            value = getattr(self._of, name)
            if isinstance(value, bool) or not isinstance(value, int):
                self.fault(name, f"expected a whole number, got {shorten(value)}", value)
            else:
                self.number_at(name, value, low=low, high=high)

    def optional_number(
        self,
        *names: str,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
    ) -> None:
        """Fields that are finite numbers in a range, or None."""
        given = (n for n in names if getattr(self._of, n) is not None)
        self.number(*given, low=low, high=high, above=above)

    def optional_integer(
        self, *names: str, low: int | None = None, high: int | None = None
    ) -> None:
        """Fields that are whole numbers in a range, or None."""
        self.integer(*(n for n in names if getattr(self._of, n) is not None), low=low, high=high)

    def word(self, name: str, words: Collection[str]) -> bool:
        """Check that a field is one of a few words; true if it is."""
        value = getattr(self._of, name)
        if isinstance(value, str) and value in words:
            return True
        hint = suggest(value, words) if isinstance(value, str) else ""
        message = f"expected one of {', '.join(words)}, got {shorten(value)}{hint}"
        self.fault(name, message, value)
        return False

    def flag(self, *names: str) -> None:
        """Fields that are true or false."""
        for name in names:
            value = getattr(self._of, name)
            if not isinstance(value, bool):
                self.fault(name, f"expected true or false, got {shorten(value)}", value)

    def day(self, *names: str) -> None:
        """Fields that are dates without a time."""
        for name in names:
            self.day_at(name, getattr(self._of, name))

    def optional_day(self, *names: str) -> None:
        """Fields that are dates or None."""
        self.day(*(n for n in names if getattr(self._of, n) is not None))

    def day_at(self, path: str, value: object) -> bool:
        """Check one date at a path of its own."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return True
        self.fault(path, f"expected a date like 2026-09-01, got {shorten(value)}", value)
        return False

    def days(self, name: str) -> bool:
        """Check that a field is a tuple of dates."""
        values = getattr(self._of, name)
        if not isinstance(values, tuple):
            self.fault(name, f"expected a list of dates, got {shorten(values)}", values)
            return False
        return all([self.day_at(f"{name}[{i}]", day) for i, day in enumerate(values)])  # noqa: C419  (every fault)

    def instance(self, name: str, kind: type) -> bool:
        """Check that a field is an instance of a class of ours."""
        value = getattr(self._of, name)
        if isinstance(value, kind):
            return True
        words = _kind_words(kind)
        if issubclass(kind, Enum) and any(value == m.value for m in kind):
            # The word is right, and only the object is not: say what to write in Python.
            words = f"{kind.__name__}.{kind(value).name}"
        self.fault(name, f"expected {words}, got {shorten(value)}", value)
        return False

    def optional_instance(self, name: str, kind: type) -> None:
        """Check that a field is an instance of a class of ours, or None."""
        if getattr(self._of, name) is not None:
            self.instance(name, kind)

    def each(self, name: str, kind: type, *, some: bool = False) -> bool:
        """Check that a field is a tuple of instances of a class; not empty if ``some``."""
        values = getattr(self._of, name)
        if not isinstance(values, tuple):
            self.fault(name, f"expected a list, got {shorten(values)}", values)
            return False
        wrong = [i for i, v in enumerate(values) if not isinstance(v, kind)]
        for i in wrong:
            self.fault(
                f"{name}[{i}]", f"expected {_kind_words(kind)}, got {shorten(values[i])}", values[i]
            )
        if some and not values:
            self.fault(name, f"must hold at least one {kind.__name__}")
        return not wrong

    def mapping(self, name: str, *, low: float | None = None, high: float | None = None) -> bool:
        """Check that a field maps ids to finite numbers in a range; true if it is a mapping."""
        values = getattr(self._of, name)
        if not isinstance(values, Mapping):
            self.fault(name, f"expected a table of ids and numbers, got {shorten(values)}", values)
            return False
        for key, value in values.items():
            if not is_slug(key):
                self.fault(name, f"{shorten(key)} is not an id like 'behaviour-lead'", key)
            self.number_at(f"{name}.{key}", value, low=low, high=high)
        return True

    # -- across entries --------------------------------------------------------------

    def unique(self, name: str, key: str = "id") -> None:
        """Check that no two entries of a tuple share an id; both places are named."""
        values: tuple[Any, ...] = getattr(self._of, name)
        pairs = [(f"{name}[{i}].{key}", getattr(v, key)) for i, v in enumerate(values)]
        self._no_repeats(name, pairs)

    def _no_repeats(self, name: str, pairs: list[tuple[str, object]]) -> None:
        counts = Counter(value for _, value in pairs if isinstance(value, str))
        for value, count in counts.items():
            if count > 1:
                places = [path for path, v in pairs if v == value]
                self.fault(
                    places[1],
                    f"{value!r} stands {count} times in {name} (first at {places[0]}): "
                    "give each its own id or take one out",
                    value,
                )

    def known(self, path: str, value: str, known: Iterable[str], what: str) -> bool:
        """Check that an id named at ``path`` is one of ``known``."""
        names = known if isinstance(known, (set, frozenset, Mapping)) else set(known)
        if value in names:
            return True
        self.fault(path, f"no {what} {shorten(value)}{suggest(value, names)}", value)
        return False

    def located(self) -> None:
        """Check the section and the page of a source on which something stands."""
        self.optional_text("section")
        self.optional_integer("page", low=1, high=10_000)

    def cited(self, *names: str, more: Iterable[tuple[str, Any]] = ()) -> None:
        """Check that each source that a provenance cites stands in the field ``sources``.

        ``names`` are fields whose entries have a provenance; ``more`` are provenances that
        lie deeper, each with its path.
        """
        known = {source.id for source in getattr(self._of, "sources")}  # noqa: B009  (any class)
        entries = [
            (f"{name}[{i}]", entry.provenance)
            for name in names
            for i, entry in enumerate(getattr(self._of, name))
        ]
        for path, provenance in (*entries, *more):
            for j, source in enumerate(provenance.sources):
                self.known(f"{path}.provenance.sources[{j}]", source, known, "source")


def _kind_words(kind: type) -> str:
    options = [str(m.value) for m in kind] if hasattr(kind, "__members__") else []  # type: ignore[attr-defined]
    return f"one of {', '.join(options)}" if options else f"a {kind.__name__}"


def _range(low: float | None, high: float | None, above: float | None) -> str:
    parts = []
    if above is not None:
        parts.append(f"more than {above:g}")
    if low is not None:
        parts.append(f"at least {low:g}")
    if high is not None:
        parts.append(f"at most {high:g}")
    return " and ".join(parts)
