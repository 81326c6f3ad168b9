"""Writes down what others build on: public names, kinds of file, commands.

``python tests/api_snapshot.py`` renews the three texts in ``tests/api``, and a test compares
them. A change of theirs is a change of the interface, which is then seen in a review.

Public is what a package lists in its ``__all__`` and what a page of ``docs/reference`` describes.
"""

from __future__ import annotations

import argparse
import enum
import hashlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs

import behaviour_culture as bc
from behaviour_culture import fields
from behaviour_culture.__main__ import _parser
from behaviour_culture._deprecation import RENAMED
from behaviour_culture._display import Displayed
from behaviour_culture.checks import Value
from behaviour_culture.interchange import schema
from behaviour_culture.interchange.kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
FOLDER = ROOT / "tests" / "api"
_OF_EVERY_VALUE = (Value, Displayed)
"""What every object has is written down once."""
_HEAD = ("kind", "format")
_WIDTH = 100


# -- names -----------------------------------------------------------------------------------


def packages() -> list[str]:
    """Return the packages that list their public names in a stub."""
    home = Path(str(bc.__file__)).parent
    return ["behaviour_culture"] + [
        f"behaviour_culture.{stub.parent.name}" for stub in sorted(home.glob("*/__init__.pyi"))
    ]


def documented() -> list[str]:
    """Return the full names that the reference pages describe."""
    found = []
    for page in sorted(REFERENCE.glob("*.rst")):
        module = ""
        for line in page.read_text(encoding="utf-8").splitlines():
            if match := re.fullmatch(r"\.\. py:currentmodule:: (\S+)", line):
                module = match.group(1)
            if match := re.fullmatch(r"\.\. auto(?:class|function|exception):: (\S+)", line):
                name = match.group(1)
                found.append(name if name.startswith("behaviour_culture") else f"{module}.{name}")
    return found


def public_names() -> dict[str, object]:
    """Return the objects that are public, by the names that users import, shortest first."""
    places = {f"{package}.{name}" for package in packages() for name in _all_of(package)}
    places |= set(documented())
    found = {}
    for place in sorted(places, key=lambda p: (p.count("."), p)):
        module, _, name = place.rpartition(".")
        found[place] = getattr(import_module(module), name)
    return found


def _all_of(package: str) -> list[str]:
    names: list[str] = import_module(package).__all__
    return names


def names_text() -> str:
    """Return the snapshot of the public names: signatures, fields, members, methods."""
    lines = ["# Public names. Renew with: python tests/api_snapshot.py", ""]
    first: dict[int, str] = {}
    for place, thing in public_names().items():
        other = first.setdefault(id(thing), place)
        if other != place:
            lines.append(f"{place} is {other}")
        elif isinstance(thing, type):
            lines += ["", *_class_lines(place, thing), ""]
        elif callable(thing):
            lines.append(_function(thing, f"def {place}"))
        else:
            lines.append(f"{place} = {_short(thing)}")
    lines += [f"{old} is {to.instead}, until {to.gone_in}" for old, to in sorted(RENAMED.items())]
    for class_ in _OF_EVERY_VALUE:
        lines += ["", *_class_lines(f"every {class_.__name__}", class_, of_every_value=True)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _class_lines(place: str, class_: type[Any], *, of_every_value: bool = False) -> Iterator[str]:
    bases = [b.__name__ for b in class_.__bases__ if b is not object and b.__name__[0] != "_"]
    yield f"class {place}({', '.join(bases)})"
    if issubclass(class_, enum.Enum):
        for member in class_:
            yield f"    {member.name} = {member.value!r}"
    elif attrs.has(class_):
        yield from _field_lines(class_)
    elif hasattr(class_, "_fields") or "__init__" in vars(class_):
        yield _function(class_, "    made with")
    yield from _members(class_, of_every_value=of_every_value)


def _field_lines(class_: type[Any]) -> Iterator[str]:
    """Yield the fields; those after a star are given by name only, those in brackets not at all."""
    starred = False
    for field in attrs.fields(class_):
        if not field.init:
            if not field.name.startswith("_"):
                yield f"    ({field.name}: {_annotation(class_, field.name)})"
            continue
        if field.kw_only and not starred:
            yield "    *"
            starred = True
        default = inspect.signature(class_).parameters[field.alias].default
        if default is attrs.NOTHING:  # made by a factory
            default = field.default.factory()
        given = "" if default is inspect.Parameter.empty else f" = {_short(default)}"
        yield f"    {field.alias}: {_annotation(class_, field.name)}{given}"


def _members(class_: type[Any], *, of_every_value: bool) -> Iterator[str]:
    """Yield public methods, properties and annotated attributes, those of bases of ours too."""
    made = {field.name for field in attrs.fields(class_)} if attrs.has(class_) else set()
    made |= set(getattr(class_, "_fields", ())) | set(getattr(class_, "__members__", ()))
    found: dict[str, str] = {}
    for base in class_.__mro__:
        ours = base.__module__.startswith("behaviour_culture")
        if not ours or (base in _OF_EVERY_VALUE and not of_every_value):
            continue
        for name, thing in vars(base).items():
            if name.startswith("_") and name != "__call__":
                continue
            if name in made or name in found:
                continue
            found[name] = _member(name, thing)
    yield from (found[name] for name in sorted(found))


def _member(name: str, thing: Any) -> str:
    if isinstance(thing, (classmethod, staticmethod)):
        return _function(thing.__func__, f"    {type(thing).__name__} {name}")
    if inspect.isfunction(thing):
        return _function(thing, f"    def {name}")
    getter = getattr(thing, "fget", None) or getattr(thing, "func", None)
    if getter is not None:
        return f"    {name}: {_plain(inspect.signature(getter).return_annotation)}"
    return f"    {name} = {_short(thing)}"


def _function(function: Any, head: str) -> str:
    """Return a function as it is called, on a line for each parameter if it is long."""
    signature = inspect.signature(function)
    parts = []
    star = "*"
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            star = ""
        elif parameter.kind is parameter.KEYWORD_ONLY and star:
            parts.append(star)
            star = ""
        parts.append(_parameter(parameter))
        if parameter.kind is parameter.POSITIONAL_ONLY:
            parts[-1] += " /"
    back = signature.return_annotation
    tail = ")" if back is signature.empty or isinstance(function, type) else f") -> {_plain(back)}"
    line = f"{head}({', '.join(parts)}{tail}"
    if len(line) <= _WIDTH:
        return line
    room = " " * (len(head) - len(head.lstrip()))
    return "\n".join([f"{head}(", *(f"{room}    {part}" for part in parts), f"{room}{tail}"])


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = f"{stars}{parameter.name}"
    if parameter.annotation is not parameter.empty:
        text += f": {_plain(parameter.annotation)}"
    return text if parameter.default is parameter.empty else f"{text} = {_short(parameter.default)}"


def _annotation(class_: type[Any], name: str) -> str:
    """Return the type of a field as its class declares it."""
    declared = (base.__annotations__ for base in class_.__mro__ if "__annotations__" in vars(base))
    return next(_plain(types[name]) for types in declared if name in types)


def _plain(annotation: Any) -> str:
    written = getattr(annotation, "__forward_arg__", annotation)
    return written if isinstance(written, str) else inspect.formatannotation(written)


def _short(value: object) -> str:
    """Return a value as one writes it: no addresses of memory, no long tables."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, type) or inspect.isfunction(value):
        return value.__name__
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(repr(value).split()))
    return text if len(text) <= _WIDTH else f"{type(value).__name__} of {len(text)} characters"


# -- files -----------------------------------------------------------------------------------


def files_text() -> str:
    """Return the snapshot of the kinds of file: format numbers, schemas, and what they hold."""
    lines = [
        "# Kinds of file. Renew with: python tests/api_snapshot.py",
        "# A key with ! is needed. The digits are of the whole JSON Schema, less its words.",
        "",
    ]
    tables: dict[str, dict[str, Any]] = {}
    for kind in sorted(KINDS):
        whole = _without_words(bc.json_schema(kind))  # type: ignore[arg-type]
        digits = hashlib.sha256(_json(whole).encode()).hexdigest()[:16]
        number = whole["properties"].pop("format")["const"]
        whole["properties"].pop("kind")
        whole["required"] = [key for key in whole.get("required", []) if key not in _HEAD]
        lines.append(f"{kind}: format {number}, {whole['title']}, {digits}")
        tables |= {whole["title"]: whole, **whole.pop("$defs", {})}
    lines += ["", "# Rules that many fields share.", ""]
    lines += [f"{name} = {text}" for text, name in sorted(_shared().items(), key=lambda x: x[1])]
    for name in sorted(tables):
        lines += ["", *_table_lines(name, tables[name])]
    return "\n".join(lines) + "\n"


def _table_lines(name: str, table: dict[str, Any]) -> Iterator[str]:
    yield name
    if "properties" not in table:
        yield f"    {_keywords(_less(table, 'title', 'description'))}"
        return
    needed = table.get("required", [])
    for key, value in table["properties"].items():
        default = f" = {_json(value['default'])}" if "default" in value else ""
        yield f"    {key}{'!' * (key in needed)}: {_keywords(_less(value, 'default'))}{default}"


def _keywords(value: dict[str, Any]) -> str:
    """Return the rules of a value, those that many fields share by their names."""
    text = _json(value)
    for rule, name in sorted(_shared().items(), key=lambda x: -len(x[0])):
        text = text.replace(rule, name)
    return re.sub(r'\{"\$ref":"#/\$defs/(\w+)"\}', r"\1", text)


@cache
def _shared() -> dict[str, str]:
    of = schema._Definitions().of
    names = [n for n in fields.__all__ if hasattr(getattr(fields, n), "__metadata__")]
    types = {name: getattr(fields, name) for name in names}
    types |= {"bool": bool, "float": float, "int": int, "str": str, "date": date}
    rules = {_json(of(type_)): name for name, type_ in types.items()}
    return rules | {_json(of(type_ | None)): f"{name}|null" for name, type_ in types.items()}


def _without_words(thing: Any) -> Any:
    """Return a schema without its descriptions, which may change at any time."""
    if isinstance(thing, list):
        return [_without_words(t) for t in thing]
    if not isinstance(thing, dict):
        return thing
    return {
        key: _without_words(value)
        for key, value in thing.items()
        if not (key == "description" and isinstance(value, str))
    }


def _less(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in keys}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


# -- commands --------------------------------------------------------------------------------


def commands_text() -> str:
    """Return the snapshot of the command line: what each command takes."""
    lines = ["# The command line. Renew with: python tests/api_snapshot.py", ""]
    return "\n".join([*lines, *_parser_lines("python -m behaviour_culture", _parser())]) + "\n"


def _parser_lines(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    inner: dict[str, argparse.ArgumentParser] = {}
    yield name
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            inner |= action.choices
        elif not isinstance(action, argparse._HelpAction):
            yield f"    {_option(action)}"
    for word, command in inner.items():
        yield from ("", *_parser_lines(f"{name} {word}", command))


def _option(action: argparse.Action) -> str:
    said = [", ".join(action.option_strings) or action.dest]
    if action.nargs is not None:
        said.append(f"takes {action.nargs}")
    if action.choices is not None:
        said.append(f"of {', '.join(map(str, action.choices))}")
    if action.option_strings and action.required:
        said.append("needed")
    if action.default not in (None, argparse.SUPPRESS):
        said.append(f"else {_short(action.default)}")
    return "; ".join(said)


TEXTS = {"names.txt": names_text, "files.txt": files_text, "commands.txt": commands_text}

if __name__ == "__main__":
    for name, text in TEXTS.items():
        path = Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER) / name
        path.write_text(text(), encoding="utf-8")
