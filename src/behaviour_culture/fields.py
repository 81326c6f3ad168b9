"""Rules for the values of a field, declared once, on the field.

The annotation of a field states which values the field may hold::

    @frozen(kw_only=True, repr=False)
    class Coverage(Value):
        group: Slug
        share: Annotated[float, Range(low=0, high=1)] = field(converter=as_float)

That one line gives the check when an object is built (`behaviour_culture.checks.Value`), the
JSON Schema of the file (`behaviour_culture.interchange`), the strategy that draws examples
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

from behaviour_culture.limits import LIMITS

__all__ = [
    "MAX_INT",
    "MAX_SLUG",
    "MAX_TEXT",
    "SLUG",
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
    "Urn",
    "base_of",
    "derived_id",
    "describe",
    "field_types",
    "is_slug",
    "rules_of",
    "within",
]

MAX_INT = 2**63
"""Whole numbers are smaller than this, of either sign: integers in TOML have 64 bits."""
MAX_SLUG = LIMITS.id
MAX_TEXT = LIMITS.text
_LONG = 100_000
"""From here on a bound is written with commas."""
SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")


def is_slug(value: object) -> bool:
    """Say whether ``value`` is a lower-case id such as ``teach-routines`` or ``tfi-2.1``."""
    return isinstance(value, str) and len(value) <= MAX_SLUG and bool(SLUG.fullmatch(value))


def derived_id(given: str | None, parent: str, what: str) -> str:
    """Return the id that a result was given, or else one made of its parent's.

    Examples
    --------
    >>> derived_id(None, "summer-plan", "schedule"), derived_id("half-hours", "plan", "schedule")
    ('summer-plan-schedule', 'half-hours')
    """
    return f"{parent[: MAX_SLUG - len(what) - 1].rstrip('-.')}-{what}" if given is None else given


# -- rules ----------------------------------------------------------------------------------


class Rule:
    """A rule for the values of a field, beyond its type."""

    __slots__ = ()

    @property
    def keywords(self) -> dict[str, Any]:
        """The rule as keywords of JSON Schema; empty if a schema cannot express it."""
        return {}

    @property
    def words(self) -> str:
        """The rule in a few words, for the documentation; empty if the type already says it."""
        return ""


@frozen
class Filled(Rule):
    """A text must not be blank."""

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
    """A text must be a lower-case id such as ``teach-routines``; ``empty`` also allows ``""``."""

    empty: bool = False

    @property
    def keywords(self) -> dict[str, Any]:
        """The pattern of an id."""
        return {
            "pattern": f"^({SLUG.pattern})?$" if self.empty else f"^{SLUG.pattern}$",
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
    """A number, or every number in an array, must lie within bounds.

    ``low`` and ``high`` are allowed values themselves, ``above`` and ``below`` are not. Where
    ``high`` is one of ``limits.LIMITS``, ``limit`` is its name; see ``within``.
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    limit: str = ""

    def holds(self, value: Any) -> Any:  # noqa: ANN401  (a number and true, or two arrays)
        """Say whether a number, or which numbers of an array, lie in the bounds; NaN does not."""
        good: Any = value == value  # noqa: PLR0124  (not NaN)
        if self.low is not None:
            good = good & (value >= self.low)
        if self.high is not None:
            good = good & (value <= self.high)
        if self.above is not None:
            good = good & (value > self.above)
        if self.below is not None:
            good = good & (value < self.below)
        return good

    @property
    def keywords(self) -> dict[str, Any]:
        """The bounds."""
        bounds = {
            "minimum": self.low,
            "maximum": self.high,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        # Python keeps one `Annotated` for 1000 and 1000.0, the one that was imported first.
        return {
            key: int(bound) if bound % 1 == 0 else bound
            for key, bound in bounds.items()
            if bound is not None
        }

    @property
    def words(self) -> str:
        """The bounds, such as ``at least 0 and at most 1``."""
        parts = (
            ("more than", self.above),
            ("at least", self.low),
            ("less than", self.below),
            ("at most", self.high),
        )
        long = 0 if self.limit else _LONG
        said = " and ".join(
            f"{word} {_plain(bound, long)}" for word, bound in parts if bound is not None
        )
        return f"{said} (the limit `{self.limit}`)" if self.limit else said


def _plain(bound: float, long: float) -> str:
    """Return a bound as people write it: 10,000,000 rather than 1e+07."""
    return f"{bound:,.0f}" if long <= abs(bound) < MAX_INT and bound % 1 == 0 else f"{bound:g}"


def within(limit: str, low: float = 1) -> Range:
    """Return the range from ``low`` to one of `LIMITS`, which then names the limit.

    Examples
    --------
    >>> within("draws", 100).words
    'at least 100 and at most 10,000,000 (the limit `draws`)'
    """
    return Range(low=low, high=getattr(LIMITS, limit), limit=limit)


@frozen
class OneOf(Rule):
    """A text must be one of a few words."""

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
    """A tuple must have at least ``least`` entries."""

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
    """No two entries of a tuple may be equal; with ``key``, none may share that field's value."""

    key: str = ""

    @property
    def keywords(self) -> dict[str, Any]:
        """No repeats; a schema cannot express that a field of the entries differs."""
        return {} if self.key else {"uniqueItems": True}

    @property
    def words(self) -> str:
        """No repeats."""
        return f"each with its own {self.key}" if self.key else "no repeats"


@frozen
class Shape(Rule):
    """An array must have this shape; ``missing`` allows NaN where a number is missing.

    A dimension is a length, the name of a field of that length, or None for any length.
    ``empty`` also allows an array without numbers, whatever its shape.
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
Urn: TypeAlias = Annotated[int, Range(low=100_000, high=999_999)]
"""The unique reference number of a school in the national register: six digits."""


# -- types ----------------------------------------------------------------------------------


def base_of(hint: Any) -> Any:  # noqa: ANN401  (types as typing has them)
    """Return a type without its own rules; its entries keep theirs."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def rules_of(hint: Any) -> tuple[Rule, ...]:  # noqa: ANN401
    """Return the rules of a type itself, without those of its entries."""
    if get_origin(hint) is not Annotated:
        return ()
    return tuple(rule for rule in hint.__metadata__ if isinstance(rule, Rule))


_TYPES: dict[type, dict[str, Any]] = {}


def field_types(class_: type[Any]) -> dict[str, Any]:
    """Return the type of each field from which an attrs class or a NamedTuple is built.

    Types keep their rules. Annotations that are text are resolved.
    """
    if class_ not in _TYPES:
        hints = get_type_hints(class_, include_extras=True)
        own = getattr(class_, "__attrs_attrs__", None)
        names = class_._fields if own is None else [f.name for f in own if f.init]
        _TYPES[class_] = {name: hints[name] for name in names}
    return _TYPES[class_]


def describe(hint: Any) -> str:  # noqa: ANN401
    """Return the rules of a field's type in a few words; empty if it has none.

    Examples
    --------
    >>> describe(Share), describe(Slugs), describe(Share | None)
    ('at least 0 and at most 1', 'no repeats; each: id', 'at least 0 and at most 1')
    """
    parts = [rule.words for rule in rules_of(hint) if rule.words]
    base = base_of(hint)
    origin = get_origin(base)
    if origin in {Union, UnionType}:
        parts += [describe(option) for option in get_args(base)]
    elif origin is tuple:
        parts += [f"each: {words}" for words in [describe(get_args(base)[0])] if words]
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        parts += [f"values: {words}" for words in [describe(get_args(base)[1])] if words]
    return "; ".join(part for part in parts if part)
