"""What the checks of a class demand of single fields, as keywords of JSON Schema.

No rule is written twice. The class's own ``__attrs_post_init__`` is run on a probe, with
something that takes notes in place of its `Check`. The moment the code looks at a field, or at
the answer of a check, to decide what to check next, the run ends: so whatever was noted holds
for every object of the class. Rules that depend on more than one field are not noted, and a
schema could hardly say them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from types import FunctionType
from typing import Any, NoReturn, cast

import attrs

from behaviour_culture.model.checks import MAX_SLUG, MAX_TEXT, SLUG, Check

__all__ = ["field_rules"]

Keywords = dict[str, Any]

_SLUG: Keywords = {
    "pattern": f"^{SLUG.pattern}$",
    "maxLength": MAX_SLUG,
    # The $ of Python's validators matches before a last line break too.
    "not": {"type": "string", "pattern": "\\n$"},
}
_FILLED: Keywords = {"minLength": 1, "pattern": r"\S"}


def _range(
    *, low: float | None = None, high: float | None = None, above: float | None = None
) -> Keywords:
    bounds = {"minimum": low, "maximum": high, "exclusiveMinimum": above}
    return {key: bound for key, bound in bounds.items() if bound is not None}


def _text(*, empty: bool = False) -> Keywords:
    return {**({} if empty else _FILLED), "maxLength": MAX_TEXT}


_KEYWORDS: dict[str, Callable[..., Keywords]] = {
    "slug": lambda: _SLUG,
    "optional_slug": lambda: _SLUG,
    "slugs": lambda: {"items": _SLUG, "uniqueItems": True},
    "text": _text,
    "optional_text": _text,
    "texts": lambda: {"items": _FILLED},
    "number": _range,
    "optional_number": _range,
    "integer": _range,
    "optional_integer": _range,
    "word": lambda *, words: {"enum": list(words)},
    "each": lambda *, kind, some: {"minItems": 1} if some else {},  # noqa: ARG005  (its keywords)
    "mapping": lambda **bounds: {"propertyNames": _SLUG, "additionalProperties": _range(**bounds)},
}
"""What a check of one field comes to. The other checks say no more than the field's type, or
speak of several fields."""


class _ValueAskedError(Exception):
    """The code of a class wants to know a value, and there is none."""


class _Answer:
    """What a check returns while notes are taken."""

    def __bool__(self) -> NoReturn:
        raise _ValueAskedError


class _Notes:
    """Takes the place of a `Check`, and writes down what it is asked to check."""

    def __init__(self) -> None:
        self.rules: dict[str, Keywords] = {}

    def __getattr__(self, name: str) -> Callable[..., _Answer]:
        method = getattr(Check, name)
        if not callable(method):  # the property `clean`
            raise _ValueAskedError

        def note(*args: object, **options: object) -> _Answer:
            if name in _KEYWORDS:
                given = inspect.signature(method).bind(self, *args, **options)
                given.apply_defaults()
                _, fields, *_ = given.arguments.values()
                rest = dict(list(given.arguments.items())[2:])
                for field in (fields,) if isinstance(fields, str) else fields:
                    self.rules.setdefault(field, {}).update(_KEYWORDS[name](**rest))
            return _Answer()

        return note


def _probe(type_: type[Any]) -> object:
    """Return an object of a class whose fields nobody can look at."""
    fields = {field.name for field in attrs.fields(type_)}

    def get(self: object, name: str) -> object:
        if name in fields:
            raise _ValueAskedError
        return object.__getattribute__(self, name)

    made = type(type_.__name__, (type_,), {"__slots__": (), "__getattribute__": get})
    return object.__new__(made)


def field_rules(type_: type[Any]) -> dict[str, Keywords]:
    r"""Return for fields of an attrs class the keywords that its checks come to.

    Examples
    --------
    >>> from behaviour_culture import StepSupport
    >>> field_rules(StepSupport)["how"]
    {'minLength': 1, 'pattern': '\\S', 'maxLength': 20000}
    """
    method = getattr(type_, "__attrs_post_init__", None)
    if method is None:
        return {}
    own, notes = cast("FunctionType", method), _Notes()
    names = {**own.__globals__, "Check": lambda _of: notes}
    with suppress(_ValueAskedError):
        FunctionType(own.__code__, names, own.__name__, None, own.__closure__)(_probe(type_))
    return notes.rules
