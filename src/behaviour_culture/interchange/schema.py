"""JSON Schemas of every kind of file, generated from their classes."""

from __future__ import annotations

import inspect
import json
import os
from datetime import date
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from behaviour_culture._field_docs import field_words, written_doc
from behaviour_culture._frozenmap import Extra
from behaviour_culture.checks import Check
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.fields import MAX_INT, MAX_TEXT, Slug, base_of, field_types, rules_of
from behaviour_culture.interchange.converter import (
    is_array,
    is_mapping,
    is_named_tuple,
    is_tuple,
    to_plain,
)
from behaviour_culture.interchange.data import check_value_class
from behaviour_culture.interchange.file_bytes import make_folder, write_bytes
from behaviour_culture.interchange.kinds import Kind, class_of, kind_of_class
from behaviour_culture.interchange.migrations import HEAD, newest_format

__all__ = ["DIALECT", "json_schema", "write_schema"]

Keywords = dict[str, Any]

_REFS = "#/$defs/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: dict[Any, Keywords] = {
    str: {"type": "string", "maxLength": MAX_TEXT},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 1 - MAX_INT, "maximum": MAX_INT - 1},
    float: {"type": "number"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}
_NUMBERS: Keywords = {
    "description": "Numbers in lists of one length, nested or not; null is a missing number.",
    "type": "array",
}


def json_schema(kind: Kind | type[Any], *, refs: str = _REFS) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a kind of file, or of a class.

    Everything that `write` writes as JSON is valid. Everything that `read` refuses for its
    shape is invalid: a missing or unknown key, another type, a word that is not allowed, a
    number outside its range. Only `read` checks rules that span several values (an id that
    is used twice, a circle of prerequisites) and the shapes of tables of numbers. A schema of
    this dialect cannot express four faults: ``1.0`` in place of ``1``, a whole number of more
    than 63 bits where other numbers are allowed, rows of unequal length in a table of numbers,
    and halves of surrogate pairs. The keyword ``format`` asks for a date of the calendar; some
    validators check it only on request.

    Parameters
    ----------
    kind : str or type
        A key of ``behaviour_culture.interchange.kinds.KINDS``, such as ``"school"``; or a class
        for `from_dict`, such as `Capacity` or one of your own. One that has a file of its own
        stands for its kind.
    refs : str
        Where the definitions of its parts will stand; ``"#/components/schemas/"`` in OpenAPI.

    Returns
    -------
    dict
        A self-contained schema of the newest format of the kind; with other ``refs``, move its
        ``$defs`` there.

    Raises
    ------
    InvalidInputError
        The kind does not exist, and the error names the nearest one; or no class of values.

    Examples
    --------
    >>> schema = json_schema("school")
    >>> schema["properties"]["kind"], schema["required"]
    ({'const': 'school'}, ['kind', 'format', 'id', 'name'])
    >>> schema["$defs"]["SystemStatus"]["enum"]
    ['absent', 'partial', 'in-place']
    """
    check = Check("json_schema")
    check.value("refs", refs, str)
    check.done()
    if isinstance(kind, type):
        check_value_class(check, "kind", kind)
        check.done()
        type_, word = kind, kind_of_class(kind)
    else:
        type_, word = class_of(kind, "json_schema"), kind
    definitions, schema = _Definitions(refs), dict[str, Any]({"$schema": DIALECT})
    body = definitions.table(type_)
    if word is not None:
        body["properties"] = _head(word, type_) | body["properties"]
        body["required"] = ["kind", "format", *body.get("required", [])]
        schema |= {"$id": f"urn:behaviour-culture:{word}:{newest_format(word, type_)}"}
    schema |= body
    if definitions.named:
        schema["$defs"] = dict(sorted(definitions.named.items()))
    return schema


def write_schema(kind: Kind, folder: str | os.PathLike[str]) -> Path:
    """Write the JSON Schema of a kind to ``KIND.schema.json`` in a folder; return the path.

    The folder is made if it does not exist. Errors are those of `json_schema` and `write`.
    """
    text = json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"
    path = make_folder(folder) / f"{kind}.schema.json"
    write_bytes(path, text.encode())
    return path


class _Definitions:
    """Turns types into schemas, and keeps one definition for each class."""

    def __init__(self, refs: str = _REFS) -> None:
        self.refs = refs
        self.named: dict[str, Keywords] = {}
        self._of: dict[str, Any] = {}

    def table(self, type_: type[Any]) -> Keywords:
        """Return the schema of an attrs class."""
        fields = [field for field in attrs.fields(type_) if field.init]
        types, words = field_types(type_), field_words(type_)
        properties = {}
        for field in fields:
            keywords = self.of(types[field.name])
            if field.default is not attrs.NOTHING:
                keywords["default"] = to_plain(_default(field))
            if field.name in words:
                keywords["description"] = " ".join(words[field.name].split())
            properties[field.name] = keywords
        schema: Keywords = {"title": type_.__name__, **_description(type_), "type": "object"}
        schema["properties"] = properties
        needed = [field.name for field in fields if field.default is attrs.NOTHING]
        if needed:
            schema["required"] = needed
        return {**schema, "additionalProperties": False}

    def of(self, type_: Any) -> Keywords:  # noqa: ANN401  (types as typing has them)
        """Return the schema of a type with its rules; for a class, a reference to a definition."""
        if rules := rules_of(type_):
            schema = self.of(base_of(type_))
            for rule in rules:
                schema |= rule.keywords
            return schema
        if type_ in _PLAIN:
            return dict(_PLAIN[type_])
        if get_origin(type_) in {Union, UnionType}:
            return _or_null([self.of(t) for t in get_args(type_) if t is not NoneType])
        if is_tuple(type_):
            return {"type": "array", "items": self.of(get_args(type_)[0])}
        if is_mapping(type_):
            key, value = get_args(type_)
            schema = {"type": "object", "additionalProperties": self.of(value)}
            return schema if key is str else {**schema, "propertyNames": self.of(key)}
        return {"$ref": self.refs + self._define(type_)}

    def _define(self, type_: Any) -> str:  # noqa: ANN401
        name = "numbers" if is_array(type_) else str(type_.__name__)
        if self._of.setdefault(name, type_) is not type_:
            both = " and ".join(f"{t.__module__}.{name}" for t in (self._of[name], type_))
            message = f"two classes of it have one name, {both}: give yours another"
            raise InvalidInputError("json_schema", [Fault("kind", message)])
        if name not in self.named:
            self.named[name] = {}  # ends the recursion of a class that contains itself
            self.named[name] = self._definition(type_)
        return name

    def _definition(self, type_: Any) -> Keywords:  # noqa: ANN401
        if is_array(type_):
            inner = [{"type": ["number", "null"]}, {"$ref": self.refs + "numbers"}]
            return {**_NUMBERS, "items": {"anyOf": inner}}
        if type_ is Extra:
            names = self.of(Slug)
            tables: Keywords = {"type": "object"}
            about = {"title": "Extra", **_description(type_), "type": "object"}
            return {**about, "propertyNames": names, "additionalProperties": tables}
        if is_named_tuple(type_):
            members = [self.of(member) for member in field_types(type_).values()]
            titled = [
                {"title": name, **member}
                for name, member in zip(type_._fields, members, strict=True)
            ]
            length = len(titled)
            return {
                "title": type_.__name__,
                **_description(type_),
                "type": "array",
                "prefixItems": titled,
                "minItems": length,
                "maxItems": length,
            }
        if isinstance(type_, type) and issubclass(type_, Enum):
            words = [member.value for member in type_]
            return {"title": type_.__name__, **_description(type_), "enum": words}
        body, kind = self.table(type_), kind_of_class(type_)
        if kind is not None and not HEAD & body["properties"].keys():
            body["properties"] = _head(kind, type_) | body["properties"]
        return body


def _head(kind: str, type_: type[Any]) -> Keywords:
    made: Keywords = {"type": "object", "description": "What made it: see `made_from` of `write`."}
    number = newest_format(kind, type_)
    return {"kind": {"const": kind}, "format": {"const": number}, "made_with": made}


def _or_null(options: list[Keywords]) -> Keywords:
    if len(options) == 1 and isinstance(options[0].get("type"), str) and "enum" not in options[0]:
        return {**options[0], "type": [options[0]["type"], "null"]}
    return {"anyOf": [*options, {"type": "null"}]}


def _default(field: attrs.Attribute[Any]) -> object:
    default: Any = field.default
    return default.factory() if hasattr(default, "factory") else default


def _description(type_: type[Any]) -> Keywords:
    own = written_doc(type_)
    first = inspect.cleandoc(own).partition("\n")[0]
    # attrs and NamedTuple use the signature as the docstring of a class without one.
    return {"description": first} if first and not first.startswith(f"{type_.__name__}(") else {}
