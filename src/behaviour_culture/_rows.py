"""The columns of an object: its fields as plain cells, for tables on the screen and for frames.

A field of plain type is a column. An estimate is three (``size``, ``size_lower``, ``size_upper``),
a named tuple is one for each of its parts, an object that belongs to the row is the id that it
bears, and several are their ids in one text. Arrays have no cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

from attrs import frozen

from behaviour_culture.fields import base_of, describe, field_types

__all__ = ["Column", "cells_of", "columns_of", "plain_cell", "to_show"]

_PLAIN = (bool, int, float, str, date)
_INTERVAL = ("value", "lower", "upper")
_NAMES = ("id", "step", "principle", "name")
"""Fields by which one knows an object, the surest first."""


class Column(NamedTuple):
    """A column of the rows of a class: its name, the type of its cells, how it is read."""

    name: str
    type: type[Any]
    rule: str
    """What its cells may hold, in words; empty if the type says it."""
    read: Callable[[Any], Any]


_COLUMNS: dict[tuple[type[Any], bool], tuple[Column, ...]] = {}


def to_show(value: Any, *, internal: bool = False, rules: object = None) -> Any:  # noqa: ANN401
    """Return an object as it may be shown: without its small counts, unless it stays inside."""
    hide = None if internal else getattr(value, "published", None)
    return value if hide is None else hide(*([] if rules is None else [rules]))


def columns_of(class_: type[Any], *, internal: bool = False) -> tuple[Column, ...]:
    """Return the columns of the objects of a class, from the types of their fields.

    Those that hold small counts of pupils are left out, unless ``internal``.
    """
    key = (class_, internal)
    if key not in _COLUMNS:
        hidden = () if internal else getattr(class_, "_kept_back", ())
        types = field_types(class_)
        made = [
            column
            for name, hint in types.items()
            if not name.startswith("_") and name not in hidden
            for column in _columns(name, hint)
        ]
        _COLUMNS[key] = tuple(made)
    return _COLUMNS[key]


def cells_of(value: object, *, internal: bool = False) -> dict[str, Any]:
    """Return an object as one row of plain cells."""
    return {c.name: c.read(value) for c in columns_of(type(value), internal=internal)}


def _columns(  # noqa: PLR0911  (a kind of type a line)
    name: str,
    hint: Any,  # noqa: ANN401
) -> list[Column]:
    rule = describe(hint)
    base = _without_none(base_of(hint))
    if get_origin(base) in {Union, UnionType}:
        options = {base_of(option) for option in get_args(base)} - {type(None)}
        base = float if options == {int, float} else str
    origin = get_origin(base) or base
    if not isinstance(origin, type):
        return [Column(name, str, rule, _Cell(name))]
    if issubclass(origin, Enum):
        return [Column(name, origin, rule, _Cell(name))]
    if issubclass(origin, _PLAIN):
        kind = next(plain for plain in _PLAIN if issubclass(origin, plain))
        return [Column(name, kind, rule, _Cell(name))]
    if issubclass(origin, tuple) and hasattr(origin, "_fields"):
        parts = [(part, _columns(part, hint)) for part, hint in field_types(origin).items()]
        return [
            Column(f"{name}_{c.name}", c.type, c.rule, _Part(name, c.read))
            for _, inner in parts
            for c in inner
        ]
    fields = getattr(origin, "__attrs_attrs__", None)
    if fields is not None:
        own = {field.name for field in fields}
        if own.issuperset(_INTERVAL):
            named = [name if part == "value" else f"{name}_{part}" for part in _INTERVAL]
            reads = [_Part(name, _Cell(part)) for part in _INTERVAL]
            return [Column(n, float, "", read) for n, read in zip(named, reads, strict=True)]
        return [Column(name, str, "", _Cell(name))]
    if issubclass(origin, tuple) or origin is Mapping:
        return [Column(name, str, rule, _Cell(name))]
    return []  # an array, data of other systems, or a class of another library


def _without_none(base: Any) -> Any:  # noqa: ANN401
    if get_origin(base) in {Union, UnionType}:
        options = [option for option in get_args(base) if option is not type(None)]
        if len(options) == 1:
            return _without_none(base_of(options[0]))
    return base


@frozen
class _Cell:
    """Reads the plain cell of one field."""

    name: str

    def __call__(self, value: object) -> Any:  # noqa: ANN401
        return plain_cell(getattr(value, self.name))


@frozen
class _Part:
    """Reads a cell of what one field holds; None where it holds nothing."""

    name: str
    read: Callable[[Any], Any]

    def __call__(self, value: object) -> Any:  # noqa: ANN401
        held = getattr(value, self.name)
        return None if held is None else self.read(held)


def plain_cell(value: Any) -> Any:  # noqa: ANN401
    """Return anything as a text, a number, a flag or None, as rows hold it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{plain_cell(k)}: {plain_cell(v)}" for k, v in value.items())
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return "; ".join(str(plain_cell(entry)) for entry in value)
    known = (getattr(value, name, None) for name in _NAMES)
    named = next((name for name in known if isinstance(name, str) and name), None)
    return str(value).partition("\n")[0] if named is None else named
