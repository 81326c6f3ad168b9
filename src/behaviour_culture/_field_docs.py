"""The docstring of a class lists its fields: made when it is read, from their own declaration.

Names and order come from the class, types and ranges from the annotations, words from the
section Attributes of the docstring that was written or from the text below a field.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping
from datetime import date
from enum import Enum
from itertools import pairwise
from types import UnionType
from typing import Any, Union, get_args, get_origin

from behaviour_culture.fields import base_of, describe, field_types

__all__ = ["FieldDocs", "field_words", "written_doc"]

_HEAD = re.compile(r"^Attributes\n-+\n", re.MULTILINE)
_NEXT = re.compile(r"^[A-Z][\w ]+\n-+\n", re.MULTILINE)
_PLAIN = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    date: "day",
    Any: "anything",
}
_UNITS = {
    "hours": "hours",
    "weeks": "school weeks",
    "days": "days",
    "months": "months",
    "years": "years",
    "gbp": "pounds",
    "percent": "per cent, 0 to 100",
    "km": "kilometres",
}
"""Units that a part of a field's name says."""


class FieldDocs:
    """The docstring of a class of values, with a section on its fields."""

    __slots__ = ("_made", "written")

    def __init__(self, written: str) -> None:
        self.written = written
        self._made: dict[type[Any], str] = {}

    def __get__(self, instance: object, owner: type[Any]) -> str:
        """Return the docstring of the class, made at the first look."""
        if owner not in self._made:
            if not hasattr(owner, "__attrs_attrs__"):  # before attrs has seen it
                return self.written
            try:
                self._made[owner] = _with_fields(self.written, owner)
            except (NameError, TypeError):  # an annotation that cannot be read yet
                return self.written
        return self._made[owner]


def written_doc(class_: type[Any]) -> str:
    """Return the docstring of a class as it was written; empty if it has none."""
    own = class_.__dict__.get("__doc__")
    return own.written if isinstance(own, FieldDocs) else own or ""


def field_words(class_: type[Any]) -> dict[str, str]:
    """Return what is written about each field of a class, in its docstring or below the field."""
    import inspect  # noqa: PLC0415  (only to read a docstring)

    text = inspect.cleandoc(written_doc(class_))
    head = _HEAD.search(text)
    if head is None:
        return _words_below(class_)
    following = _NEXT.search(text, head.end())
    section = text[head.end() : following.start() if following else len(text)]
    return _words_below(class_) | _written_words(section)


def _with_fields(written: str, class_: type[Any]) -> str:
    types = field_types(class_)
    if not types:
        return written
    import inspect  # noqa: PLC0415  (only to read a docstring)

    text = inspect.cleandoc(written)
    head = _HEAD.search(text)
    following = _NEXT.search(text, head.end() if head else 0)
    cut = following.start() if following else len(text)
    before = text[: head.start() if head else cut].rstrip()
    words = field_words(class_)
    parts = []
    for name, hint in types.items():
        kind = ", ".join(
            filter(None, (_type_words(hint), _marked(describe(hint)), _unit(name, hint)))
        )
        body = words.pop(name, "")
        parts.append(f"{name} : {kind}" + "".join(f"\n    {line}" for line in body.splitlines()))
    # What was written of a property stays.
    for name, said in words.items():
        parts.append("\n".join([name, *(f"    {line}" for line in said.splitlines())]))
    section = "Attributes\n----------\n" + "\n".join(parts)
    return "\n\n".join(part for part in (before, section, text[cut:].rstrip()) if part) + "\n"


def _marked(rule: str) -> str:
    """Return a rule with the name of its limit as code, and not as a link."""
    return rule.replace("`", "``")


def _written_words(section: str) -> dict[str, str]:
    """Return the words of each name in a section Attributes."""
    found: dict[str, str] = {}
    names: list[str] = []
    lines: list[str] = []
    for line in [*section.splitlines(), "end"]:
        if line[:1].strip():
            said = "\n".join(lines).strip("\n")
            found |= dict.fromkeys(names, said) if said else {}
            names = [name.strip() for name in line.partition(" : ")[0].split(",")]
            lines = []
        else:
            lines.append(line[4:])
    return found


def _words_below(class_: type[Any]) -> dict[str, str]:
    """Return the text below each field in the source, of the class and of those it extends."""
    import inspect  # noqa: PLC0415

    found: dict[str, str] = {}
    for owner in reversed(class_.__mro__):
        if not hasattr(owner, "__attrs_attrs__"):
            continue
        try:
            body = _bodies(owner.__module__).get(owner.__name__, [])
        except (OSError, TypeError, KeyError, SyntaxError):  # no source is at hand
            continue
        for field, below in pairwise(body):
            said = below.value if isinstance(below, ast.Expr) else None
            is_text = isinstance(said, ast.Constant) and isinstance(said.value, str)
            if is_text and isinstance(field, ast.AnnAssign):
                name = getattr(field.target, "id", "")
                found[name] = inspect.cleandoc(said.value)  # type: ignore[union-attr]
    return found


_BODIES: dict[str, dict[str, list[ast.stmt]]] = {}


def _bodies(module: str) -> dict[str, list[ast.stmt]]:
    """Return the statements of each class of a module, by its name; the source is read once."""
    import inspect  # noqa: PLC0415

    if module not in _BODIES:
        nodes = ast.walk(ast.parse(inspect.getsource(sys.modules[module])))
        _BODIES[module] = {n.name: n.body for n in nodes if isinstance(n, ast.ClassDef)}
    return _BODIES[module]


def _type_words(hint: Any) -> str:  # noqa: ANN401, PLR0911  (a kind of type a line)
    """Return the type of a field in plain words."""
    base = base_of(hint)
    if base in _PLAIN:
        return _PLAIN[base]
    if base is type(None):
        return "None"
    origin, inner = get_origin(base), get_args(base)
    if origin in {Union, UnionType}:
        return " or ".join(dict.fromkeys(_type_words(option) for option in inner))
    if origin is tuple and inner[-1:] == (Ellipsis,):
        return f"several of {_type_words(inner[0])}"
    if origin is tuple:
        return f"({', '.join(_type_words(part) for part in inner)})"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"for each {_type_words(inner[0])}: {_type_words(inner[1])}"
    if isinstance(base, type) and issubclass(base, Enum):
        return f"{base.__name__} ({', '.join(str(entry.value) for entry in base)})"
    return getattr(base, "__name__", str(base))


def _unit(name: str, hint: Any) -> str:  # noqa: ANN401
    """Return the unit that the name of a number says; empty for anything else."""
    if not {int, float} & {base_of(part) for part in (hint, *get_args(base_of(hint)))}:
        return ""
    return next((f"in {unit}" for part, unit in _UNITS.items() if part in name.split("_")), "")
