"""Values that check themselves when built, and arguments that are checked when given.

Every fault is found before any is reported. Building a value in Python and reading it from a
file refuse the same things in the same words; the converter puts the file's path in front.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any, Protocol, TypeVar

from behaviour_culture._display import Displayed
from behaviour_culture.checkers import Checker, checker_of, repeats
from behaviour_culture.errors import (
    Fault,
    InvalidInputError,
    UnknownNameError,
    shorten,
    suggest,
)
from behaviour_culture.fields import field_types

__all__ = [
    "Check",
    "Value",
    "as_float",
    "as_tuple",
    "as_whole",
    "field_faults",
    "find",
    "require_types",
    "share_faults",
    "type_faults",
    "whole_faults",
]


# -- converters of fields -------------------------------------------------------------------


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


def as_whole(value: Any) -> Any:  # noqa: ANN401  (the check refuses the rest)
    """Return a whole number of numpy's as Python's, and anything else as it is."""
    other = isinstance(value, Integral) and not isinstance(value, int)
    return int(value) if other else value


# -- faults ---------------------------------------------------------------------------------


class Check:
    """Gathers the faults of one object, or of the arguments of one call, and raises them together.

    Parameters
    ----------
    subject : str
        What an error is about: a class with its id, or a function.
    of : object, optional
        The object whose fields are checked.
    """

    __slots__ = ("faults", "of", "subject")

    def __init__(self, subject: str, of: object = None) -> None:
        self.subject = subject
        self.of = of
        self.faults: list[Fault] = []

    @classmethod
    def of_value(cls, value: object) -> Check:
        """Return a check of an object of ours; its class and id are the subject."""
        name, kind = getattr(value, "id", None), type(value).__name__
        return cls(f"{kind} {shorten(name)}" if isinstance(name, str) else kind, value)

    def fault(self, path: str, message: str, value: object = None) -> None:
        """Record a fault."""
        self.faults.append(Fault(path, message, "" if value is None else shorten(value)))

    def add(self, faults: Iterable[Fault], path: str = "") -> None:
        """Record faults that were found elsewhere, under a path."""
        for found in faults:
            inside = found.path if found.path.startswith("[") else f".{found.path}"
            place = f"{path}{inside}" if path and found.path else path or found.path
            self.faults.append(Fault(place, found.message, found.value))

    def ok(self, *names: str) -> bool:
        """Say whether nothing is wrong so far, or nothing with these fields or arguments."""
        if not names:
            return not self.faults
        return not any(_name_in(found.path) in names for found in self.faults)

    def done(self) -> None:
        """Raise one `InvalidInputError` with all faults, if there are any."""
        if self.faults:
            raise InvalidInputError(self.subject, self.faults)

    def value(self, path: str, value: object, type_: Any) -> bool:  # noqa: ANN401
        """Check one value against a type with its rules, such as `Share`; true if it is good."""
        before = len(self.faults)
        checker = checker_of(type_)
        if checker is not None:
            checker(self, path, value)
        return len(self.faults) == before

    def known(self, path: str, value: str, known: Iterable[str], what: str) -> bool:
        """Check that an id named at ``path`` is one of ``known``."""
        names = known if isinstance(known, (set, frozenset, Mapping)) else set(known)
        if value in names:
            return True
        self.fault(path, f"no {what} {shorten(value)}{suggest(value, names)}", value)
        return False

    def unique(self, path: str, entries: Iterable[Any], key: str = "id") -> None:
        """Check that no two entries have the same value in a field; both places are named."""
        repeats(self, path, entries, key)

    def in_order(self, first: str, last: str, *, strictly: bool = False) -> None:
        """Check that one field is not above another, where both are good and there."""
        low, high = getattr(self.of, first), getattr(self.of, last)
        if not self.ok(first, last) or low is None or high is None:
            return
        if high < low:
            self.fault(
                last, f"{_shown(high)} is before the {first.replace('_', ' ')} {_shown(low)}"
            )
        elif strictly and high == low:
            self.fault(last, f"{_shown(high)} is not after the {first.replace('_', ' ')}")

    def cited(self, *names: str, more: Iterable[tuple[str, Any]] = ()) -> None:
        """Check that each source that a provenance cites stands in the field ``sources``.

        ``names`` are fields whose entries have a provenance; ``more`` are provenances that
        lie deeper, each with its path.
        """
        known = {source.id for source in getattr(self.of, "sources")}  # noqa: B009  (any class)
        entries = [
            (f"{name}[{i}]", entry.provenance)
            for name in names
            for i, entry in enumerate(getattr(self.of, name))
        ]
        for path, provenance in (*entries, *more):
            for j, source in enumerate(provenance.sources):
                self.known(f"{path}.provenance.sources[{j}]", source, known, "source")


def _name_in(path: str) -> str:
    """Return the field or argument in which a path begins."""
    return path.partition(".")[0].partition("[")[0]


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# -- arguments -------------------------------------------------------------------------------


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


# -- values ---------------------------------------------------------------------------------


class Value(Displayed):
    """Base of every frozen class of ours: its fields are checked against their annotations.

    A class adds ``_check`` for rules that span fields; it begins each with `Check.ok`, since it
    is called where fields are at fault too.

    Examples
    --------
    >>> from attrs import frozen
    >>> from behaviour_culture.fields import Share, Slug
    >>> @frozen(kw_only=True, repr=False)
    ... class Coverage(Value):
    ...     group: Slug
    ...     share: Share
    >>> Coverage(group="staff", share=1.5)
    Traceback (most recent call last):
    ...
    behaviour_culture.errors.InvalidInputError: Coverage: share: 1.5 is out of range: ...
    """

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        check = Check.of_value(self)
        for field, checker in _checkers(type(self)):
            checker(check, field, getattr(self, field))
        self._check(check)
        check.done()

    def _check(self, check: Check) -> None:
        """Record what is wrong between fields."""


_CHECKERS: dict[type, tuple[tuple[str, Checker], ...]] = {}


def _checkers(class_: type[Any]) -> tuple[tuple[str, Checker], ...]:
    """Return what checks each field of a class, made when its first object is built."""
    if class_ not in _CHECKERS:
        found = ((name, checker_of(hint)) for name, hint in field_types(class_).items())
        _CHECKERS[class_] = tuple((name, c) for name, c in found if c is not None)
    return _CHECKERS[class_]


def field_faults(class_: type[Any], values: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of single fields, of those given, of an object that cannot be built."""
    check = Check(class_.__name__)
    for name, checker in _checkers(class_):
        if name in values:
            checker(check, name, values[name])
    return check.faults


# -- entries --------------------------------------------------------------------------------

T = TypeVar("T")


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


E = TypeVar("E", bound=_HasId)


def find(kind: str, key: str, entries: Iterable[E]) -> E:
    """Return the entry with this id, or raise `UnknownNameError` with the nearest one."""
    known = []
    for entry in entries:
        if entry.id == key:
            return entry
        known.append(entry.id)
    raise UnknownNameError(kind, key, known)
