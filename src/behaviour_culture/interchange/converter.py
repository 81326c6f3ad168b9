"""The one converter between objects and plain data (dicts, lists, texts, numbers, dates).

Reading is strict: a text never becomes a number, an unknown key is a fault that names the
nearest known one, and all faults of an input are reported together with their paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from math import isfinite, isnan, nan
from typing import Any, get_args, get_origin, get_type_hints

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn

from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import Extra, FrozenMap, as_extra, plain_data
from behaviour_culture.checkers import key_in
from behaviour_culture.checks import field_faults
from behaviour_culture.errors import (
    CycleError,
    Fault,
    FaultCode,
    InvalidInputError,
    Nearest,
    shorten,
    suggest,
)
from behaviour_culture.fields import MAX_INT
from behaviour_culture.interchange.kinds import kind_of_class
from behaviour_culture.interchange.migrations import HEAD, newest_data, newest_format

__all__ = [
    "build_converter",
    "from_data",
    "is_array",
    "is_mapping",
    "is_named_tuple",
    "is_tuple",
    "to_data",
    "to_plain",
]

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _refuse(
    message: str, value: object, code: FaultCode = FaultCode.WRONG_TYPE
) -> InvalidInputError:
    return InvalidInputError("", [Fault("", message, shorten(value), code)])


def _join(path: str, rest: str) -> str:
    if not rest or rest.startswith("["):
        return path + rest
    return f"{path}.{rest}" if path else rest


def _under(path: str, error: InvalidInputError) -> list[Fault]:
    return [f._replace(path=_join(path, f.path)) for f in error.faults]


# -- plain values --------------------------------------------------------------------------


def _text(value: object, _type: object) -> str:
    if not isinstance(value, str):
        raise _refuse(f"expected text, got {_data_words(value)} {shorten(value)}", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        message = "holds half of a surrogate pair, which is not a character: take it out"
        raise InvalidInputError("", [Fault("", message, code=FaultCode.NOT_TEXT)]) from None
    return value


def _flag(value: object, _type: object) -> bool:
    if not isinstance(value, bool):
        raise _refuse(f"expected true or false, got {shorten(value)}", value)
    return value


def _integer(value: object, _type: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refuse(f"expected a whole number, got {_data_words(value)} {shorten(value)}", value)
    if abs(value) >= MAX_INT:
        message = "a whole number of more than 63 bits is out of any range here"
        raise _refuse(message, value, FaultCode.OUT_OF_RANGE)
    return value


def _number(value: object, _type: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _refuse(f"expected a number, got {_data_words(value)} {shorten(value)}", value)
    if isinstance(value, int) and abs(value) >= MAX_INT:
        message = "a number of more than 63 bits is out of any range here"
        raise _refuse(message, value, FaultCode.OUT_OF_RANGE)
    if not isfinite(value):
        raise _refuse(f"{value} is not a finite number", value, FaultCode.OUT_OF_RANGE)
    return float(value)


def _date(value: object, _type: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            message = f"{value} is not a date of the calendar"
            raise _refuse(message, value, FaultCode.NOT_A_DATE) from None
    message = f"expected a date like 2026-09-01, got {shorten(value)}"
    raise _refuse(message, value, FaultCode.NOT_A_DATE)


def _enum(value: object, type_: type[Enum]) -> Enum:
    known = [m.value for m in type_]
    if isinstance(value, (str, int)) and not isinstance(value, bool) and value in known:
        return type_(value)
    words = ", ".join(str(k) for k in known)
    message = f"{shorten(value)} is not one of {words}{suggest(shorten(value, 200), known)}"
    raise _refuse(message, value, FaultCode.NOT_AN_OPTION)


def _word(value: object, type_: type[Any]) -> str | Enum:
    return _enum(value, type_) if issubclass(type_, Enum) else _text(value, type_)


def _data_words(value: object) -> str:
    if value is None:
        return "nothing (null):"
    names = {bool: "true/false", int: "the number", float: "the number", str: "the text"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


# -- compound values -----------------------------------------------------------------------


def _tuple_hook(type_: Any, converter: Converter) -> Callable[[Any, Any], Any]:  # noqa: ANN401
    inner = get_args(type_)[0]
    item: list[Callable[[Any, Any], Any]] = []

    def structure(value: Any, _type: Any) -> tuple[Any, ...]:  # noqa: ANN401
        if not isinstance(value, (list, tuple)):
            raise _refuse(f"expected a list, got {_data_words(value)} {shorten(value)}", value)
        if not item:
            item.append(converter.get_structure_hook(inner))
        made, faults, read_one = [], [], item[0]
        for i, entry in enumerate(value):
            try:
                made.append(read_one(entry, inner))
            except InvalidInputError as error:
                faults += _under(f"[{i}]", error)
        if faults:
            raise InvalidInputError("", faults)
        return tuple(made)

    return structure


def _mapping_hook(type_: Any, converter: Converter) -> Callable[[Any, Any], Any]:  # noqa: ANN401
    key_type, value_type = get_args(type_)

    def structure(value: Any, _type: Any) -> FrozenMap[Any, Any]:  # noqa: ANN401
        if not isinstance(value, Mapping):
            raise _refuse(f"expected a table, got {_data_words(value)} {shorten(value)}", value)
        made, faults = {}, []
        for key, entry in value.items():
            try:
                made[converter.structure(key, key_type)] = converter.structure(entry, value_type)
            except InvalidInputError as error:
                faults += _under(key_in("", key), error)
        if faults:
            raise InvalidInputError("", faults)
        return FrozenMap(made)

    return structure


def _named_tuple_hook(type_: Any, converter: Converter) -> Callable[[Any, Any], Any]:  # noqa: ANN401
    names: tuple[str, ...] = type_._fields
    kinds = list(get_type_hints(type_).values())

    def structure(value: Any, _type: Any) -> Any:  # noqa: ANN401
        if not isinstance(value, (list, tuple)) or len(value) != len(names):
            message = f"expected a list of {len(names)}: {', '.join(names)}; got {shorten(value)}"
            code = FaultCode.WRONG_SHAPE if isinstance(value, (list, tuple)) else None
            raise _refuse(message, value, code or FaultCode.WRONG_TYPE)
        made, faults = [], []
        for name, kind, entry in zip(names, kinds, value, strict=True):
            try:
                made.append(converter.structure(entry, kind))
            except InvalidInputError as error:
                faults += _under(name, error)
        if faults:
            raise InvalidInputError("", faults)
        return type_(*made)

    return structure


def _array(value: object, _type: object) -> Any:  # noqa: ANN401
    """Read numbers from lists of one shape; null is a missing number."""
    from behaviour_culture._arrays import frozen_array  # noqa: PLC0415  (numpy, only if needed)

    faults: list[Fault] = []
    shapes: set[tuple[int, ...]] = set()

    def walk(entry: object, path: str, place: tuple[int, ...]) -> Any:  # noqa: ANN401
        if isinstance(entry, (list, tuple)):
            if not entry:
                shapes.add((*place, 0))
            return [walk(e, f"{path}[{i}]", (*place, len(entry))) for i, e in enumerate(entry)]
        shapes.add(place)
        if entry is None or (isinstance(entry, float) and isnan(entry)):
            return nan
        try:
            return _number(entry, float)
        except InvalidInputError as error:
            faults.extend(_under(path, error))
            return nan

    if not isinstance(value, (list, tuple)):
        raise _refuse(f"expected a list, got {_data_words(value)} {shorten(value)}", value)
    made = walk(value, "", ())
    if len(shapes) > 1:
        message = "its inner lists differ in length: make them equally long"
        faults.append(Fault("", message, code=FaultCode.WRONG_SHAPE))
    if faults:
        raise InvalidInputError("", faults)
    return frozen_array(made)


def is_array(type_: Any) -> bool:  # noqa: ANN401
    """Say whether a type is `FrozenArray`, without importing numpy."""
    return isinstance(type_, type) and type_.__name__ == "FrozenArray"


def _from_array(values: Any, *, nan_as_null: bool) -> Any:  # noqa: ANN401
    if not nan_as_null:
        return values.tolist()

    def walk(entry: Any) -> Any:  # noqa: ANN401
        if isinstance(entry, list):
            return [walk(e) for e in entry]
        return None if isnan(entry) else entry

    return walk(values.tolist())


def _class_hook(type_: type[Any], converter: Converter) -> Callable[[Any, Any], Any]:
    # Without the rules of fields, which the class itself checks.
    attrs.resolve_types(type_, include_extras=False)
    fields = [f for f in attrs.fields(type_) if f.init]
    names = [f.name for f in fields]
    known = frozenset(names)
    kind = None if HEAD & known else kind_of_class(type_)
    hooks: dict[str, Callable[[Any, Any], Any]] = {}

    def structure(value: Any, _type: Any) -> Any:  # noqa: ANN401
        if not isinstance(value, Mapping):
            message = (
                f"expected a table with the keys of a {type_.__name__}, "
                f"got {_data_words(value)} {shorten(value)}"
            )
            raise _refuse(message, value)
        if kind is not None and "kind" in value:  # a whole file inside another, as `to_dict` has it
            value = _content(value, kind, type_)
        if not hooks:
            hooks.update({f.name: converter.get_structure_hook(f.type) for f in fields})
        made: dict[str, Any] = {}
        unknown = Nearest(names)
        faults = [
            Fault(
                key_in("", key),
                f"no such key here{unknown.hint(key)}",
                code=FaultCode.UNKNOWN_KEY,
            )
            for key in value
            if key not in known
        ]
        for f in fields:
            if f.name not in value:
                if f.default is attrs.NOTHING:
                    message = "is missing, but needed"
                    faults.append(Fault(f.name, message, code=FaultCode.MISSING))
                continue
            try:
                made[f.name] = hooks[f.name](value[f.name], f.type)
            except InvalidInputError as error:
                faults += _under(f.name, error)
        if not faults:
            return type_(**made)
        raise InvalidInputError("", faults + _other_faults(type_, fields, made))

    return structure


def _content(data: Mapping[str, Any], kind: str, type_: type[Any]) -> dict[str, Any]:
    """Return what a table with the head of a file says of its object, in the newest format."""
    if data["kind"] != kind:
        message = f"expected the kind {kind!r}, got {shorten(data['kind'])}"
        fault = Fault("kind", message, shorten(data["kind"]), FaultCode.WRONG_KIND)
        raise InvalidInputError("", [fault])
    return newest_data({"format": newest_format(kind, type_), **data}, kind, "", type_)


def _other_faults(
    type_: type[Any], fields: list[attrs.Attribute[Any]], made: dict[str, Any]
) -> list[Fault]:
    """Return the faults of the class's own checks, for the fields that could be read."""
    needed = {f.name for f in fields if f.default is attrs.NOTHING}
    if not needed <= made.keys():
        converted = {
            f.name: f.converter(made[f.name]) if f.converter else made[f.name]  # type: ignore[operator]
            for f in fields
            if f.name in made
        }
        return field_faults(type_, converted)
    unread = {f.name for f in fields} - made.keys()
    try:
        type_(**made)
    except InvalidInputError as error:
        return [f for f in error.faults if re.split(r"[.\[]", f.path, maxsplit=1)[0] not in unread]
    except CycleError:
        return []  # raised by itself, once there are no other faults
    return []


def is_named_tuple(type_: Any) -> bool:  # noqa: ANN401
    """Say whether a type is a NamedTuple, which is a list of fixed length in a file."""
    return isinstance(type_, type) and issubclass(type_, tuple) and hasattr(type_, "_fields")


def is_tuple(type_: Any) -> bool:  # noqa: ANN401
    """Say whether a type is a tuple of any length, which is a list in a file."""
    return get_origin(type_) is tuple and get_args(type_)[-1:] == (Ellipsis,)


def is_mapping(type_: Any) -> bool:  # noqa: ANN401
    """Say whether a type is a mapping, which is a table with free keys in a file."""
    return get_origin(type_) is Mapping.__mro__[0] or get_origin(type_) is Mapping


def build_converter(*, dates_as_text: bool = True) -> Converter:
    """Return a new converter with this library's hooks, to which you can add your own.

    Parameters
    ----------
    dates_as_text : bool
        Write dates as ISO texts (for JSON), or leave them as dates (for TOML). Both can be
        read in either case.

    Examples
    --------
    >>> from behaviour_culture import School
    >>> build_converter().structure({"id": "a", "name": "A"}, School)
    <School a: A>
    """
    converter = Converter(omit_if_default=True, forbid_extra_keys=True)
    # By class, not by predicate: cattrs tries its own hooks for builtins, which turn "1" and
    # 1.9 into 1, before any predicate. A StrEnum is a str too: see `_word`.
    converter.register_structure_hook(str, _word)
    converter.register_structure_hook(bool, _flag)
    converter.register_structure_hook(int, _integer)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(date, _date)
    converter.register_structure_hook_factory(is_tuple, _tuple_hook)
    converter.register_structure_hook_factory(is_mapping, _mapping_hook)
    converter.register_structure_hook_factory(is_named_tuple, _named_tuple_hook)
    converter.register_structure_hook_factory(attrs.has, _class_hook)
    converter.register_structure_hook_func(is_array, _array)
    converter.register_structure_hook(Extra, lambda value, _type: as_extra(value))
    converter.register_unstructure_hook(Extra, plain_data)

    def unstructure_class(type_: type[Any]) -> Callable[[Any], dict[str, Any]]:
        return make_dict_unstructure_fn(type_, converter, _cattrs_omit_if_default=True)

    converter.register_unstructure_hook_factory(attrs.has, unstructure_class)
    converter.register_unstructure_hook_func(
        lambda t: t is Entries or is_tuple(t) or is_named_tuple(t),
        lambda values: [converter.unstructure(v) for v in values],
    )
    converter.register_unstructure_hook_func(
        is_array, lambda values: _from_array(values, nan_as_null=dates_as_text)
    )
    converter.register_unstructure_hook_func(
        is_mapping,
        lambda values: {
            converter.unstructure(k): converter.unstructure(v) for k, v in values.items()
        },
    )
    # Without their classes: a StrEnum is a str of its own, and numpy has a float that is one.
    converter.register_unstructure_hook(float, float)
    converter.register_unstructure_hook(StrEnum, lambda member: member.value)
    if dates_as_text:
        converter.register_unstructure_hook(date, lambda value: value.isoformat())
    return converter


@cache
def _shared(dates_as_text: bool) -> Converter:  # noqa: FBT001  (a private cache key)
    return build_converter(dates_as_text=dates_as_text)


def to_plain(value: object) -> Any:  # noqa: ANN401
    """Return a value of any field as plain data, dates as texts."""
    return _shared(dates_as_text=True).unstructure(value)


def to_data(value: object, *, dates_as_text: bool = True) -> dict[str, Any]:
    """Return an object as plain data, without the fields that are at their default."""
    data: dict[str, Any] = _shared(dates_as_text).unstructure(value)
    return data


def from_data(data: object, type_: type[Any], *, subject: str = "") -> Any:  # noqa: ANN401
    """Build an object of a class from plain data.

    Parameters
    ----------
    data : object
        The result of a JSON or TOML reader.
    type_ : type
        A class of `behaviour_culture.model` or of a stage's result.
    subject : str
        The name of the input in an error.

    Raises
    ------
    InvalidInputError
        With all faults, each with a path such as ``steps[2].weeks.likely``.
    """
    try:
        return _shared(dates_as_text=True).structure(data, type_)
    except InvalidInputError as error:
        raise InvalidInputError(subject or type_.__name__, error.faults) from None
    except CycleError as error:
        name = subject or type_.__name__
        raise CycleError(error.cycle, error.titles, error.weakest, error.why, name) from None
