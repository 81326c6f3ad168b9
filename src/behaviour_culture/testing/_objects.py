"""Strategies for objects of any class, made from the annotations of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from math import prod
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import numpy as np
from attrs import evolve, fields, has
from hypothesis import reject
from hypothesis import strategies as st

from behaviour_culture._arrays import FrozenArray, frozen_array
from behaviour_culture.checks import Value, field_faults
from behaviour_culture.errors import InvalidInputError, shorten, suggest
from behaviour_culture.fields import (
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
    rules_of,
)
from behaviour_culture.testing._basics import (
    Strategy,
    dates,
    entries,
    kept,
    numbers,
    refuse,
    slugs,
    texts,
    words,
)
from behaviour_culture.testing._registry import (
    ARRANGED,
    DRAWN,
    Arrangement,
    Mend,
    import_strategies,
)

__all__ = [
    "built",
    "in_order",
    "make",
    "objects",
    "of_one_length",
    "register_all",
    "strategy_for",
    "strategy_of",
]

T = TypeVar("T")

_LARGE = 1e6
"""The largest float where nothing says how large it may be."""
_MOST = 10**6
"""The largest whole number where nothing says how large it may be."""
_NEXT = 0.01
"""How far from a bound that is not allowed itself the nearest number is."""


# -- the strategy of a type -----------------------------------------------------------------


@cache
def strategy_for(hint: Any) -> Strategy[Any]:  # noqa: ANN401, PLR0911  (a kind of type a line)
    """Return the strategy of a type with its rules, such as `Share` or ``tuple[Role, ...]``.

    It draws the edges of ranges, and texts with any characters.
    """
    base, rules = base_of(hint), rules_of(hint)
    origin = get_origin(base)
    if origin in {Union, UnionType}:
        options = sorted(get_args(base), key=lambda option: option is not NoneType)
        return st.one_of([st.none() if o is NoneType else strategy_for(o) for o in options])
    if origin is tuple:
        return _tuples(base, rules)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        keys, values = map(strategy_for, get_args(base))
        return st.dictionaries(keys, values, max_size=2)
    if base is str:
        return _texts(rules)
    if base in {int, float}:
        return _numbers(base, rules)
    if base is date:
        return dates()
    if isinstance(base, type) and issubclass(base, Enum):
        return st.sampled_from(base)
    return _of_class(base)


@st.composite
def _of_class(draw: st.DrawFn, class_: type[T]) -> T:
    return draw(st.from_type(class_))  # looked up for each object: a user may register another


def _texts(rules: tuple[Rule, ...]) -> Strategy[str]:
    for rule in rules:
        if isinstance(rule, Id):
            return st.just("") | slugs() if rule.empty else slugs()
        if isinstance(rule, OneOf):
            return st.sampled_from(rule.options)
    return texts() if any(isinstance(rule, Filled) for rule in rules) else words()


def _numbers(kind: type, rules: tuple[Rule, ...]) -> Strategy[Any]:
    low, high = (-_LARGE, _LARGE) if kind is float else (-_MOST, _MOST)
    step = _NEXT if kind is float else 1
    for rule in rules:
        if isinstance(rule, Range):
            low = rule.low if rule.low is not None else low
            low = rule.above + step if rule.above is not None else low
            high = rule.high if rule.high is not None else high
            high = rule.below - step if rule.below is not None else high
    return numbers(low, high) if kind is float else st.integers(int(low), int(high))


def _tuples(base: Any, rules: tuple[Rule, ...]) -> Strategy[tuple[Any, ...]]:  # noqa: ANN401
    inner, *more = get_args(base)
    if more != [Ellipsis]:
        return st.tuples(*map(strategy_for, (inner, *more)))
    least = max((rule.least for rule in rules if isinstance(rule, Some)), default=0)
    for rule in rules:
        if isinstance(rule, Unique):
            return entries(strategy_for(inner), key=rule.key, min_size=least)
    return st.lists(strategy_for(inner), min_size=least, max_size=max(2, least)).map(tuple)


# -- objects --------------------------------------------------------------------------------


def make(draw: st.DrawFn, class_: type[T], /, *mends: Mend, **given: object) -> T:
    """Draw an object from its fields.

    Parameters
    ----------
    draw : DrawFn
        The function that hypothesis passes to a composite strategy.
    class_ : type
        An attrs class or a NamedTuple.
    *mends : callable
        Applied to the drawn values after the mends of the class's arrangement.
    **given : object
        A strategy for a field, or its value; these override those of the arrangement.
    """
    arranged = ARRANGED.get(class_, Arrangement())
    wanted = {**arranged.fields, **given}
    values: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for name, hint in field_types(class_).items():
        if name in wanted:
            value = wanted[name]
            values[name] = draw(value) if isinstance(value, st.SearchStrategy) else value
        elif base_of(hint) is FrozenArray:
            arrays[name] = hint
        else:
            values[name] = draw(strategy_for(hint))
    for mend in (*arranged.mends, *mends):
        mend(values)
    _draw_arrays(draw, values, arrays)
    return class_(**values)


def _draw_arrays(draw: st.DrawFn, values: dict[str, Any], hints: Mapping[str, Any]) -> None:
    """Draw the fields that are arrays; one may be as long as another, or as another field."""
    lengths = {name: len(v) for name, v in values.items() if hasattr(v, "__len__")}

    def length(dimension: int | str | None) -> int:
        if isinstance(dimension, int):
            return dimension
        if dimension is None:
            return draw(st.integers(1, 3))
        if dimension not in lengths:
            lengths[dimension] = draw(st.integers(1, 3))
        return lengths[dimension]

    for name, hint in hints.items():
        rules = rules_of(hint)
        (shape,) = (rule for rule in rules if isinstance(rule, Shape))
        first, *rest = shape.dimensions
        size = [length(name if first is None else first), *map(length, rest)]
        cells = _numbers(float, rules)
        if shape.missing:
            cells |= st.just(np.nan)
        flat = draw(st.lists(cells, min_size=prod(size), max_size=prod(size)))
        values[name] = frozen_array(np.array(flat).reshape(size))


_made = st.composite(make)


@kept
def _plain(class_: Any) -> Strategy[Any]:  # noqa: ANN401
    return _made(class_)


def built(class_: type[T], /, *mends: Mend, **given: object) -> Strategy[T]:
    """Return the strategy that draws objects from their fields; arguments as for `make`."""
    return _made(class_, *mends, **given) if mends or given else _plain(class_)


def objects(class_: type[T], /, **given: object) -> Strategy[T]:
    """Draw objects of any class of this library, some of whose fields are given.

    Without fields this is ``st.from_type(class_)``. It draws classes of your own too, attrs
    classes and NamedTuples: the annotation of a field says what it may hold, as in
    ``behaviour_culture.fields``.

    Parameters
    ----------
    class_ : type
    **given : object
        A strategy for a field, or its value.

    Raises
    ------
    InvalidInputError
        When the strategy is made: the class has no such field. When an object is drawn: a
        field cannot hold the given value.

    Examples
    --------
    >>> from hypothesis import find
    >>> from behaviour_culture import Role
    >>> find(objects(Role, id="head", people=2), lambda role: True)
    <Role head: 0: 1 hour a week each (2 people)>
    """
    given_class: object = class_
    drawn = isinstance(given_class, type) and (has(class_) or hasattr(class_, "_fields"))
    if not drawn:
        words = f"expected an attrs class or a NamedTuple, got {shorten(given_class)}"
        raise refuse("objects", ("class_", words))
    known = field_types(class_)
    if unknown := [name for name in given if name not in known]:
        words = f"{class_.__name__} has no such field"
        raise refuse("objects", *((name, f"{words}{suggest(name, known)}") for name in unknown))
    return _evolved(class_, given) if given else st.from_type(class_)


@st.composite
def _evolved(draw: st.DrawFn, class_: type[Any], given: Mapping[str, object]) -> Any:  # noqa: ANN401
    drawn = draw(st.from_type(class_))
    values: dict[str, Any] = {
        name: draw(value) if isinstance(value, st.SearchStrategy) else value
        for name, value in given.items()
    }
    if not has(class_):
        return drawn._replace(**values)
    for field in fields(class_):
        if field.name in values and field.converter:
            values[field.name] = field.converter(values[field.name])
    if faults := field_faults(class_, values):
        raise InvalidInputError(class_.__name__, faults)
    try:
        return evolve(drawn, **values)
    except InvalidInputError:  # the given fields do not fit the rest of this object
        return reject()


# -- mends ----------------------------------------------------------------------------------


def in_order(*names: str) -> Mend:
    """Return a mend that sorts the values of some fields; None stays where it is."""

    def mend(values: dict[str, Any]) -> None:
        there = [name for name in names if values[name] is not None]
        found = sorted(values[name] for name in there)
        values.update(zip(there, found, strict=True))

    return mend


def of_one_length(*names: str) -> Mend:
    """Return a mend that cuts tuples to the length of the shortest."""

    def mend(values: dict[str, Any]) -> None:
        length = min(len(values[name]) for name in names)
        values.update((name, values[name][:length]) for name in names)

    return mend


# -- for hypothesis -------------------------------------------------------------------------


def strategy_of(thing: Any) -> Any:  # noqa: ANN401  (a type, and a strategy or None)
    """Return the strategy of a type of this library, or None where hypothesis has its own."""
    if get_origin(thing) is not None:
        return strategy_for(thing) if rules_of(thing) else None
    import_strategies()
    return _whole(thing)


@kept
def _whole(class_: Any) -> Any:  # noqa: ANN401
    if class_ in DRAWN:
        return DRAWN[class_]()
    if has(class_) or hasattr(class_, "_fields"):
        return built(class_)
    return None


def register_all() -> None:
    """Register every class with hypothesis, for one that does not ask."""
    import_strategies()
    for class_ in {*DRAWN, *ARRANGED, *_below(Value)}:
        st.register_type_strategy(class_, strategy_of)


def _below(class_: type[Any]) -> set[type[Any]]:
    found = set(class_.__subclasses__())
    return found.union(*map(_below, found))
