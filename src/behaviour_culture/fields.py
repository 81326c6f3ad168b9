"""Rules of a field, said once, on the field itself.

A class of ours says in the annotation of a field what the field may hold::

    @frozen(kw_only=True, repr=False)
    class Coverage(Value):
        group: Slug
        share: Annotated[float, Range(low=0, high=1)] = field(converter=as_float)

From that one line come the check when an object is built (`behaviour_culture.checks.Value`),
the JSON Schema of the file (`behaviour_culture.interchange`), the strategy that draws examples
(`behaviour_culture.testing`), and the range that the documentation prints (`describe`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import UnionType
from typing import (
    Annotated,
    Any,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from attrs import frozen

__all__ = [
    "MAX_SLUG",
    "MAX_TEXT",
    "Count",
    "Filled",
    "Id",
    "NotNegative",
    "OneOf",
    "Page",
    "Percent",
    "Positive",
    "Range",
    "Rule",
    "Shape",
    "Share",
    "Slug",
    "Slugs",
    "Some",
    "Text",
    "Texts",
    "Unique",
    "base_of",
    "describe",
    "field_types",
    "is_slug",
    "rules_of",
]

MAX_SLUG = 100
MAX_TEXT = 20_000
_SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")


def is_slug(value: object) -> bool:
    """Say whether ``value`` is a lower-case id such as ``teach-routines`` or ``tfi-2.1``."""
    return isinstance(value, str) and len(value) <= MAX_SLUG and bool(_SLUG.fullmatch(value))


# -- rules ----------------------------------------------------------------------------------


class Rule:
    """What an annotation demands beyond its type."""

    __slots__ = ()

    @property
    def keywords(self) -> dict[str, Any]:
        """The rule as keywords of JSON Schema; empty where a schema cannot say it."""
        return {}

    @property
    def words(self) -> str:
        """The rule in a few words, for the documentation; empty where the type says it."""
        return ""


@frozen
class Filled(Rule):
    """Of a text: not blank."""

    @property
    def keywords(self) -> dict[str, Any]:
        """At least one character that is not white space."""
        return {"minLength": 1, "pattern": r"\S"}

    @property
    def words(self) -> str:
        """Not blank."""
        return "not blank"


@frozen
class Id(Rule):
    """Of a text: a lower-case id such as ``teach-routines``; with ``empty``, or no text."""

    empty: bool = False

    @property
    def keywords(self) -> dict[str, Any]:
        """The pattern of an id."""
        return {
            "pattern": f"^({_SLUG.pattern})?$" if self.empty else f"^{_SLUG.pattern}$",
            "maxLength": MAX_SLUG,
            # The $ of Python's validators matches before a last line break too.
            "not": {"type": "string", "pattern": "\\n$"},
        }

    @property
    def words(self) -> str:
        """An id."""
        return "id"


@frozen
class Range(Rule):
    """Of a number, or of every number in an array: within bounds.

    ``low`` and ``high`` are allowed themselves, ``above`` and ``below`` are not.
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None

    def holds(self, value: float) -> bool:
        """Say whether a finite number is within the bounds."""
        return (
            (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    @property
    def keywords(self) -> dict[str, Any]:
        """The bounds."""
        bounds = {
            "minimum": self.low,
            "maximum": self.high,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        return {key: bound for key, bound in bounds.items() if bound is not None}

    @property
    def words(self) -> str:
        """The bounds, such as ``at least 0 and at most 1``."""
        parts = (
            ("more than", self.above),
            ("at least", self.low),
            ("less than", self.below),
            ("at most", self.high),
        )
        return " and ".join(f"{word} {bound:g}" for word, bound in parts if bound is not None)


@frozen
class OneOf(Rule):
    """Of a text: one of a few words."""

    options: tuple[str, ...]

    @property
    def keywords(self) -> dict[str, Any]:
        """The words."""
        return {"enum": list(self.options)}

    @property
    def words(self) -> str:
        """The words."""
        return f"one of {', '.join(self.options)}"


@frozen
class Some(Rule):
    """Of a tuple: at least ``least`` entries."""

    least: int = 1

    @property
    def keywords(self) -> dict[str, Any]:
        """The least length."""
        return {"minItems": self.least}

    @property
    def words(self) -> str:
        """The least length."""
        return f"at least {self.least}"


@frozen
class Unique(Rule):
    """Of a tuple: no entry twice, or no two entries with the same value in the field ``key``."""

    key: str = ""

    @property
    def keywords(self) -> dict[str, Any]:
        """No repeats; that a field of the entries differs, no schema can say."""
        return {} if self.key else {"uniqueItems": True}

    @property
    def words(self) -> str:
        """No repeats."""
        return f"each with its own {self.key}" if self.key else "no repeats"


@frozen
class Shape(Rule):
    """Of an array: its shape, and whether NaN may stand for a number that is missing.

    A dimension is a number, the name of a field that has this length, or None for any length.
    With ``empty`` an array of no numbers is allowed too, whatever its shape.
    """

    dimensions: tuple[int | str | None, ...]
    missing: bool = False
    empty: bool = False

    def __init__(
        self, *dimensions: int | str | None, missing: bool = False, empty: bool = False
    ) -> None:
        self.__attrs_init__(dimensions, missing, empty)  # type: ignore[attr-defined]

    @property
    def words(self) -> str:
        """The shape, such as ``shape (steps, 2)``."""
        inside = ", ".join("any" if d is None else str(d) for d in self.dimensions)
        comma = "," if len(self.dimensions) == 1 else ""
        rest = [", NaN where missing"] if self.missing else []
        rest += [", or empty"] if self.empty else []
        return f"shape ({inside}{comma})" + "".join(rest)


Text: TypeAlias = Annotated[str, Filled()]
"""A text that is not blank."""
Slug: TypeAlias = Annotated[str, Id()]
"""A lower-case id such as ``teach-routines``."""
Texts: TypeAlias = tuple[Text, ...]
"""Texts that are not blank."""
Slugs: TypeAlias = Annotated[tuple[Slug, ...], Unique()]
"""Ids without repeats."""
Share: TypeAlias = Annotated[float, Range(low=0, high=1)]
"""A number from 0 to 1."""
Percent: TypeAlias = Annotated[float, Range(low=0, high=100)]
"""A number from 0 to 100."""
Positive: TypeAlias = Annotated[float, Range(above=0)]
"""A number above 0."""
NotNegative: TypeAlias = Annotated[float, Range(low=0)]
"""A number of at least 0."""
Count: TypeAlias = Annotated[int, Range(low=0)]
"""A whole number of at least 0."""
Page: TypeAlias = Annotated[int, Range(low=1, high=10_000)]
"""The page of a source, from 1."""


# -- types ----------------------------------------------------------------------------------


def base_of(hint: Any) -> Any:  # noqa: ANN401  (types as typing has them)
    """Return a type without its rules; those of what it holds stay."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def rules_of(hint: Any) -> tuple[Rule, ...]:  # noqa: ANN401
    """Return the rules that stand on a type itself."""
    if get_origin(hint) is not Annotated:
        return ()
    return tuple(rule for rule in hint.__metadata__ if isinstance(rule, Rule))


_TYPES: dict[type, dict[str, Any]] = {}


def field_types(class_: type[Any]) -> dict[str, Any]:
    """Return the type of each field that an attrs class or a NamedTuple is built from.

    Rules are kept. Types that are text (``from __future__ import annotations``) are resolved.
    """
    if class_ not in _TYPES:
        hints = get_type_hints(class_, include_extras=True)
        own = getattr(class_, "__attrs_attrs__", None)
        names = class_._fields if own is None else [f.name for f in own if f.init]
        _TYPES[class_] = {name: hints[name] for name in names}
    return _TYPES[class_]


def describe(hint: Any) -> str:  # noqa: ANN401
    """Return in a few words what a field may hold beyond its type, or nothing.

    Examples
    --------
    >>> describe(Share), describe(Slugs), describe(Share | None)
    ('at least 0 and at most 1', 'no repeats; each: id', 'at least 0 and at most 1')
    """
    parts = [rule.words for rule in rules_of(hint) if rule.words]
    base = base_of(hint)
    if get_origin(base) in {Union, UnionType}:
        parts += [describe(option) for option in get_args(base)]
    elif get_origin(base) is tuple:
        parts += [f"each: {words}" for words in [describe(get_args(base)[0])] if words]
    elif get_origin(base) is not None and issubclass(get_origin(base), Mapping):
        parts += [f"values: {words}" for words in [describe(get_args(base)[1])] if words]
    return "; ".join(part for part in parts if part)
