"""Functions that check a value against the type of its field and the rules of that type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from math import inf, isfinite
from types import NoneType, UnionType
from typing import Any, Protocol, TypeAlias, TypeVar, Union, get_args, get_origin

import attrs

from behaviour_culture._frozenmap import EXTRA_DEPTH, Extra, FrozenMap
from behaviour_culture.errors import FaultCode, shorten, suggest
from behaviour_culture.fields import (
    MAX_INT,
    MAX_TEXT,
    Filled,
    Id,
    OneOf,
    Range,
    Rule,
    Shape,
    Some,
    Unique,
    base_of,
    field_types,
    is_slug,
    rules_of,
)
from behaviour_culture.limits import LIMITS

__all__ = ["Checker", "Faults", "checker_of", "key_in", "kind_words", "repeats"]

_NUMBERS_OF_A_DAY = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}")
_MOST_SHOWN = 40
"""Letters of a value that is worth writing out again."""
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_NO_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that are no text: half surrogates, and controls but for tab and line break."""
_HALF = "holds half of a surrogate pair, which is not a character: take it out"


class Faults(Protocol):
    """The part of `behaviour_culture.checks.Check` that checkers use."""

    @property
    def of(self) -> object:
        """The object whose fields are checked, or None."""
        ...

    def fault(
        self, path: str, message: str, value: object = None, code: FaultCode = FaultCode.RULE
    ) -> None:
        """Record a fault."""
        ...


_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


def key_in(path: str, key: object) -> str:
    """Return the path of a key; one with a dot, a space or the like stands in brackets.

    Examples
    --------
    >>> key_in("hours_per_week", "head"), key_in("hours_per_week", "head.deputy")
    ('hours_per_week.head', "hours_per_week['head.deputy']")
    """
    if isinstance(key, str) and _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{shorten(key)}]"


H = TypeVar("H")
Checker: TypeAlias = Callable[[Faults, str, Any], None]
"""Takes the faults so far, a path and the value there, and records the value's faults."""


@cache
def checker_of(hint: Any) -> Checker | None:  # noqa: ANN401, PLR0911  (a kind of type a line)
    """Return the checker of a type with its rules, or None if any value will do."""
    base, rules = base_of(hint), rules_of(hint)
    origin = get_origin(base)
    if origin in {Union, UnionType}:
        return _optional(base)
    if origin is tuple:
        return _tuple(base, rules)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(base)
    if base in _PLAIN:
        return _PLAIN[base](rules)
    if not isinstance(base, type) or base in {object, Any}:
        return None
    if base.__name__ == "FrozenArray":  # by name: the model must not load numpy
        return _array(base, rules)
    if issubclass(base, tuple) and hasattr(base, "_fields"):
        return _named_tuple(base)
    return _extra if base is Extra else _instance(base)


def _text(rules: tuple[Rule, ...]) -> Checker:
    for rule in rules:
        if isinstance(rule, Id):
            return _slug_or_empty if rule.empty else _slug
        if isinstance(rule, OneOf):
            return _word(rule.options)
    filled = any(isinstance(rule, Filled) for rule in rules)

    def check(faults: Faults, path: str, value: Any) -> None:  # noqa: ANN401
        if not isinstance(value, str):
            faults.fault(path, f"expected text, got {shorten(value)}", value, FaultCode.WRONG_TYPE)
        elif filled and not value.strip():
            faults.fault(path, "must not be empty", value, FaultCode.EMPTY)
        elif len(value) > MAX_TEXT:
            message = f"longer than {MAX_TEXT:,} characters: shorten it"
            faults.fault(path, message, value, FaultCode.TOO_LONG)
        elif found := _NO_TEXT.search(value):
            control = f"holds the control character U+{ord(found[0]):04X}: take it out"
            half = "\ud800" <= found[0] <= "\udfff"
            faults.fault(path, _HALF if half else control, code=FaultCode.NOT_TEXT)

    return check


def _slug(faults: Faults, path: str, value: object) -> None:
    if not is_slug(value):
        message = (
            f"{shorten(value)} is not an id: lower-case letters, digits and single hyphens, "
            "like 'teach-routines'"
        )
        meant = _NO_LETTERS.sub("-", value.lower()).strip("-") if isinstance(value, str) else ""
        if meant and is_slug(meant) and len(meant) < _MOST_SHOWN:
            message += f"; write {meant!r}"
        code = FaultCode.NOT_AN_ID if isinstance(value, str) else FaultCode.WRONG_TYPE
        faults.fault(path, message, value, code)


def _slug_or_empty(faults: Faults, path: str, value: object) -> None:
    if value != "":
        _slug(faults, path, value)


def _word(options: tuple[str, ...]) -> Checker:
    def check(faults: Faults, path: str, value: object) -> None:
        if not isinstance(value, str) or value not in options:
            hint = suggest(value, options) if isinstance(value, str) else ""
            message = f"expected one of {', '.join(options)}, got {shorten(value)}{hint}"
            faults.fault(path, message, value, FaultCode.NOT_AN_OPTION)

    return check


def _number(rules: tuple[Rule, ...], kind: type = float) -> Checker:
    ranges = [rule for rule in rules if isinstance(rule, Range)]
    types = (int,) if kind is int else (int, float)
    words = "a whole number" if kind is int else "a number"

    def check(faults: Faults, path: str, value: Any) -> None:  # noqa: ANN401
        if isinstance(value, bool) or not isinstance(value, types):
            message = f"expected {words}, got {shorten(value)}{_number_meant(value, kind)}"
            faults.fault(path, message, value, FaultCode.WRONG_TYPE)
        elif isinstance(value, int) and abs(value) >= MAX_INT:
            message = "a whole number of more than 63 bits is out of any range here"
            message += "".join(f": {rule.words}" for rule in ranges if rule.limit)
            faults.fault(path, message, value, FaultCode.OUT_OF_RANGE)
        elif not isfinite(value):
            message = f"{value} is not a finite number"
            faults.fault(path, message, value, FaultCode.OUT_OF_RANGE)
        else:
            for limits in ranges:
                if not limits.holds(value):
                    of_one = 1 in {limits.high, limits.below} and 2 <= value <= 100  # noqa: PLR2004
                    share = f"; for {value:g} per cent write {value / 100:g}" if of_one else ""
                    message = f"{shorten(value)} is out of range: {limits.words}{share}"
                    faults.fault(path, message, value, FaultCode.OUT_OF_RANGE)

    return check


def _number_meant(value: object, kind: type) -> str:
    """Return what to write for a number that stands in quotes, or has a point too many."""
    if isinstance(value, str):
        try:
            meant = isfinite(float(value)) and len(value) < _MOST_SHOWN
        except ValueError:
            meant = False
        return f"; write {value.strip()} without quotes" if meant else ""
    whole = kind is int and isinstance(value, float) and isfinite(value) and value.is_integer()
    return f"; write {value:.0f}" if whole else ""


def _whole(rules: tuple[Rule, ...]) -> Checker:
    return _number(rules, int)


def _flag(_rules: tuple[Rule, ...]) -> Checker:
    def check(faults: Faults, path: str, value: object) -> None:
        if not isinstance(value, bool):
            message = f"expected true or false, got {shorten(value)}"
            faults.fault(path, message, value, FaultCode.WRONG_TYPE)

    return check


def _day(_rules: tuple[Rule, ...]) -> Checker:
    def check(faults: Faults, path: str, value: object) -> None:
        if not isinstance(value, date) or isinstance(value, datetime):
            message = f"expected a date like 2026-09-01, got {shorten(value)}"
            if isinstance(value, str) and _NUMBERS_OF_A_DAY.fullmatch(value):
                message += ": day and month could be either way round"
            faults.fault(path, message, value, FaultCode.NOT_A_DATE)

    return check


_PLAIN: dict[Any, Callable[[tuple[Rule, ...]], Checker]] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _flag,
    date: _day,
}


def _optional(union: Any) -> Checker | None:  # noqa: ANN401
    options = [option for option in get_args(union) if option is not NoneType]
    if len(options) != 1:
        return None  # a class checks a field of several types itself
    inner = checker_of(options[0])

    def check(faults: Faults, path: str, value: object) -> None:
        if value is not None and inner is not None:
            inner(faults, path, value)

    return check


def _instance(kind: type) -> Checker:
    def check(faults: Faults, path: str, value: object) -> None:
        if isinstance(value, kind):
            return
        if issubclass(kind, Enum) and any(value == m.value for m in kind):
            # The word is right, but it is not the enum's member: show the Python for it.
            words, hint = f"{kind.__name__}.{kind(value).name}", ""
        else:
            words, hint = kind_words(kind), _way_to(kind, value)
        code = FaultCode.NOT_AN_OPTION if issubclass(kind, Enum) else FaultCode.WRONG_TYPE
        faults.fault(path, f"expected {words}, got {shorten(value)}{hint}", value, code)

    return check


_MADE_BY = {
    "ActionPlan": "draft_plan makes one of an AuditResult",
    "Audit": "read_audit reads one",
    "AuditResult": "score_audit makes one of an Audit",
    "Capacity": "a School holds one, as its .capacity; start.first_school gives it one",
    "ControlChart": "u_chart, p_chart and xmr_chart make one",
    "EvidenceBase": "load_evidence() reads one",
    "Forecast": "forecast makes one of a plan, a result and a schedule",
    "Framework": "load_framework reads one by its id",
    "ImpactResult": "score_impact makes one of a plan and a result",
    "Indicator": "load_indicators().indicator(id) is one",
    "Schedule": "schedule_plan makes one of an ActionPlan",
    "School": "read reads one from a file",
    "SchoolYear": "load_calendar reads one by its id",
    "StepCatalogue": "load_catalogue reads one by its id",
}


def _way_to(kind: type, value: object) -> str:
    """Return what to write for an object of a class where there is another: "; its .capacity"."""
    if issubclass(kind, Enum):
        return suggest(str(value).lower(), [m.value for m in kind])
    if names := getattr(kind, "_fields", ()):
        return f"; write {', '.join(names)} in a list"
    fields = getattr(type(value), "__attrs_attrs__", ())
    held = next((f.name for f in fields if isinstance(getattr(value, f.name), kind)), None)
    if held is not None:
        return f"; give its .{held}"
    made = _MADE_BY.get(kind.__name__)
    return f"; {made}" if made else ""


def kind_words(kind: type) -> str:
    """Return a class as the object of "expected": ``a School``, ``one of read, title``."""
    if issubclass(kind, Enum):
        return f"one of {', '.join(str(m.value) for m in kind)}"
    return f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}"


def _named_tuple(kind: type) -> Checker:
    whole = _instance(kind)
    members = [(name, checker_of(hint)) for name, hint in field_types(kind).items()]

    def check(faults: Faults, path: str, value: Any) -> None:  # noqa: ANN401
        if not isinstance(value, kind):
            whole(faults, path, value)
            return
        for (name, inner), entry in zip(members, value, strict=True):  # type: ignore[call-overload]
            if inner is not None:
                inner(faults, f"{path}.{name}", entry)

    return check


def _noun(hint: Any) -> str:  # noqa: ANN401
    """Return the noun for the entries of a list, such as " of ids"; empty for objects."""
    if any(isinstance(rule, Id) for rule in rules_of(hint)):
        return " of ids"
    nouns = {str: " of texts", date: " of dates", int: " of numbers", float: " of numbers"}
    return nouns.get(base_of(hint), "")


def _tuple(base: Any, rules: tuple[Rule, ...]) -> Checker:  # noqa: ANN401
    inner, *more = get_args(base)
    fixed = None if more == [Ellipsis] else (inner, *more)
    noun = _noun(inner)
    each = [checker_of(h) for h in fixed] if fixed else checker_of(inner)
    texts = not fixed and str in {base_of(option) for option in (inner, *get_args(base_of(inner)))}

    def check(faults: Faults, path: str, value: Any) -> None:  # noqa: ANN401
        if not isinstance(value, tuple) or (fixed and len(value) != len(fixed)):
            length = f" of {len(fixed)}" if fixed else ""
            message = f"expected a list{length}{noun}, got {shorten(value)}"
            code = FaultCode.WRONG_SHAPE if isinstance(value, tuple) else FaultCode.WRONG_TYPE
            faults.fault(path, message, value, code)
            return
        for i, entry in enumerate(() if texts and _all_good(each, value) else value):
            checker = each[i] if isinstance(each, list) else each
            if checker is not None:
                checker(faults, f"{path}[{i}]", entry)
        for rule in rules:
            if isinstance(rule, Some) and len(value) < rule.least:
                kind = getattr(base_of(inner), "__name__", "entry")
                least = "one" if rule.least == 1 else str(rule.least)
                faults.fault(path, f"must hold at least {least} {kind}", code=FaultCode.EMPTY)
            elif isinstance(rule, Unique):
                repeats(faults, path, value, rule.key)

    return check


class _Silent:
    """Takes faults and forgets what they are."""

    of = None
    good = True

    def fault(self, *_: object, **_keywords: object) -> None:
        self.good = False


def _all_good(one: Any, entries: tuple[Any, ...]) -> bool:  # noqa: ANN401
    """Say quickly of many texts, of which some may be the same, whether all are good."""
    silent = _Silent()
    try:
        distinct = set(entries)
    except TypeError:  # something that does not hash, and so is no text
        return False
    for entry in distinct:
        one(silent, "", entry)
    return silent.good


def repeats(faults: Faults, path: str, entries: Iterable[Any], key: str = "") -> None:
    """Record each value that several entries share, with the first two places."""
    tail = f".{key}" if key else ""
    values = [getattr(entry, key, None) if key else entry for entry in entries]
    places = places_of(
        v if isinstance(v, (str, Enum, date)) or attrs.has(type(v)) else None for v in values
    )
    for value, (first, *more) in places.items():
        if more and value is not None:
            shown = str(value.value if isinstance(value, Enum) else value)
            mend = f"give each its own {key} or take one out" if key else "take one out"
            at, count = f"{path}[{first}]{tail}", len(more) + 1
            message = f"{shown!r} appears {count} times in {path} (first at {at}): {mend}"
            faults.fault(f"{path}[{more[0]}]{tail}", message, value, FaultCode.REPEATED)


def places_of(values: Iterable[H]) -> dict[H, list[int]]:
    """Return where each value stands among others.

    Examples
    --------
    >>> places_of(["a", "b", "a"])
    {'a': [0, 2], 'b': [1]}
    """
    found: dict[H, list[int]] = {}
    for i, value in enumerate(values):
        found.setdefault(value, []).append(i)
    return found


def _mapping(base: Any) -> Checker:  # noqa: ANN401
    key_hint, value_hint = get_args(base)
    of_key, of_value = checker_of(key_hint), checker_of(value_hint)
    ids = any(isinstance(rule, Id) for rule in rules_of(key_hint))
    noun = _noun(value_hint).removeprefix(" of ") or "values"

    def check(faults: Faults, path: str, value: Any) -> None:  # noqa: ANN401
        if not isinstance(value, Mapping):
            keys = "ids" if ids else "names"
            message = f"expected a table of {keys} and {noun}, got {shorten(value)}"
            faults.fault(path, message, value, FaultCode.WRONG_TYPE)
            return
        for key, entry in value.items():
            if ids and not is_slug(key):
                message = f"{shorten(key)} is not an id like 'behaviour-lead'"
                faults.fault(path, message, key, FaultCode.NOT_AN_ID)
            elif of_key is not None and not ids:
                of_key(faults, path, key)
            if of_value is not None:
                of_value(faults, key_in(path, key), entry)

    return check


def _extra(faults: Faults, path: str, value: Any) -> None:  # noqa: ANN401
    """Check data of other systems: plain data in a table for each of them, and not too much."""
    if not isinstance(value, Extra):
        message = f"expected a table of the tables of other systems, got {shorten(value)}"
        faults.fault(path, message, value, FaultCode.WRONG_TYPE)
        return
    for key, table in value.items():
        _slug(faults, path, key)
        if not isinstance(table, FrozenMap):
            message = f"expected a table of its own for each system, got {shorten(table)}"
            faults.fault(key_in(path, key), message, table, FaultCode.WRONG_TYPE)
    size = sum(_data_size(faults, key_in(path, k), t, EXTRA_DEPTH) for k, t in value.items())
    if size > LIMITS.extra:
        most = f"{LIMITS.extra:,} here (the limit `extra`)"
        message = f"{size:,} characters: keep at most {most}, and the rest elsewhere"
        faults.fault(path, message, code=FaultCode.TOO_LONG)


_texts_of_data, _numbers_of_data = _text(()), _number(())


def _data_size(faults: Faults, path: str, value: Any, deep: int) -> int:  # noqa: ANN401
    """Return about how many characters plain data takes, and record what is no such data."""
    if isinstance(value, (FrozenMap, tuple)) and deep:
        size = 2
        entries = value.items() if isinstance(value, FrozenMap) else enumerate(value)
        for key, inner in entries:
            place = f"{path}[{key}]" if isinstance(value, tuple) else key_in(path, key)
            if isinstance(value, FrozenMap):
                _texts_of_data(faults, place, key)
                size += len(str(key))
            size += _data_size(faults, place, inner, deep - 1)
        return size
    if isinstance(value, str):
        _texts_of_data(faults, path, value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        _numbers_of_data(faults, path, value)
    elif isinstance(value, (FrozenMap, tuple, Mapping, list)):
        faults.fault(path, f"nested deeper than {EXTRA_DEPTH} levels", code=FaultCode.TOO_DEEP)
    elif not isinstance(value, bool):
        mend = "leave the key out" if value is None else "write it as text"
        message = f"expected plain data, got {shorten(value)}: {mend}"
        faults.fault(path, message, value, FaultCode.WRONG_TYPE)
    return len(value) if isinstance(value, str) else 8


def _array(kind: type, rules: tuple[Rule, ...]) -> Checker:
    shapes = [rule for rule in rules if isinstance(rule, Shape)]
    limits = [rule for rule in rules if isinstance(rule, Range)]
    missing = not shapes or any(shape.missing for shape in shapes)

    def check(faults: Faults, path: str, value: Any) -> None:  # noqa: ANN401
        if not isinstance(value, kind):
            message = f"expected an array of numbers, got {shorten(value)}"
            places: Any = getattr(getattr(value, "mask", None), "nonzero", tuple)()
            if places and len(places[0]):
                at = "".join(f"[{index[0]}]" for index in places)
                message = f"{len(places[0])} values are masked, the first at {at}: put in NaN"
            faults.fault(path, message, value, FaultCode.WRONG_TYPE)
            return
        array: Any = value
        for shape in shapes:
            wanted = [_length(faults.of, dimension) for dimension in shape.dimensions]
            fits = array.ndim == len(wanted) and all(
                size is None or size == own for size, own in zip(wanted, array.shape, strict=True)
            )
            # A file does not keep the shape of an array without numbers.
            empty = not array.size and (shape.empty or 0 in wanted)
            if not fits and not empty:
                inside = ", ".join("any" if size is None else str(size) for size in wanted)
                comma = "," if len(wanted) == 1 else ""
                message = f"has the shape {array.shape}, expected ({inside}{comma})"
                faults.fault(path, message, code=FaultCode.WRONG_SHAPE)
                return
        # With the array's own operators: the model must not import numpy.
        lost = array != array  # noqa: PLR0124  (NaN)
        good = (lost & missing) | (abs(array) < inf)
        if not good.all():
            _record_first(faults, path, array, good, "{} is not a finite number")
        for rule in limits:
            within = lost | rule.holds(array)
            if not within.all():
                message = f"{{:.15g}} is out of range: {rule.words}"
                _record_first(faults, path, array, within, message)

    return check


def _length(of: object, dimension: int | str | None) -> int | None:
    """Return the length that a dimension must have, or None if any will do."""
    if not isinstance(dimension, str):
        return dimension
    try:
        return len(getattr(of, dimension))
    except (AttributeError, TypeError):  # the named field has a fault of its own
        return None


def _record_first(faults: Faults, path: str, array: Any, good: Any, message: str) -> None:  # noqa: ANN401
    """Record a fault of the first number that is not good, at its own path."""
    flat = int((~good).argmax())
    number = array.ravel()[flat].item()
    indices: list[int] = []
    for size in reversed(array.shape):
        flat, at = divmod(flat, size)
        indices.append(at)
    place = path + "".join(f"[{i}]" for i in reversed(indices))
    faults.fault(place, message.format(number), number, FaultCode.OUT_OF_RANGE)
