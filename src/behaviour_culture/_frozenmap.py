"""Read-only mappings that can be hashed, copied and pickled (MappingProxyType cannot)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

__all__ = ["EXTRA_DEPTH", "Extra", "FrozenMap", "as_extra", "frozen_map", "plain_data"]

EXTRA_DEPTH = 8
"""How deep data of other systems may be nested."""


class FrozenMap(Mapping[K, V], Generic[K, V]):
    """A read-only mapping that keeps the order of its items.

    Equality ignores order, as it does for dicts, and a ``FrozenMap`` equals a dict
    with the same items.

    Examples
    --------
    >>> hours = FrozenMap({"head": 2.0})
    >>> hours["head"], hours == {"head": 2.0}
    (2.0, True)
    """

    __slots__ = ("_items",)
    _items: dict[K, V]

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        object.__setattr__(self, "_items", dict(items))

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"

    def __setattr__(self, name: str, value: object) -> None:
        msg = "a FrozenMap cannot be changed"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> None:
        msg = "a FrozenMap cannot be changed"
        raise AttributeError(msg)

    def __reduce__(self) -> tuple[type[FrozenMap[K, V]], tuple[dict[K, V]]]:
        return type(self), (dict(self._items),)


def frozen_map(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a mapping as a `FrozenMap`; leave anything else for the check to refuse.

    The class itself will not do as an attrs converter: mypy does not solve its type variables
    there, and it would raise for a wrong value before the check that names the field.
    """
    value: object = values
    return FrozenMap(values) if isinstance(value, Mapping) else values


class Extra(FrozenMap[str, Any]):
    """Data of other systems that they keep with an object: a table for each, by a name of its own.

    It is plain JSON data without null: texts, numbers, true and false, lists and tables; at most
    64,000 characters in all. Files keep it and nothing is computed from it: two objects that
    differ in it are not equal, and no table and no report shows it. **No personal data of
    pupils**: the file of a plan goes to many hands.

    Examples
    --------
    >>> from behaviour_culture import School
    >>> school = School(id="hill", name="Hill", extra={"mis": {"site": 12, "tags": ["north"]}})
    >>> school.extra["mis"]["site"]
    12
    """

    __slots__ = ()


def as_extra(values: Mapping[str, Mapping[str, Any]]) -> Extra:
    """Return tables of plain data as `Extra`; leave anything else for the check to refuse."""
    given: Any = values  # a wrong value too
    if isinstance(given, Extra) or not isinstance(given, Mapping):
        return given  # the check names the field
    return Extra((key, _frozen(value, EXTRA_DEPTH)) for key, value in given.items())


def _frozen(value: Any, deep: int) -> Any:  # noqa: ANN401  (any data)
    if deep and isinstance(value, Mapping):
        return FrozenMap((key, _frozen(inner, deep - 1)) for key, inner in value.items())
    if deep and isinstance(value, (list, tuple)):
        return tuple(_frozen(inner, deep - 1) for inner in value)
    return value


def plain_data(value: Any) -> Any:  # noqa: ANN401  (any data)
    """Return what `as_extra` made read-only as dicts and lists again."""
    if isinstance(value, FrozenMap):
        return {key: plain_data(inner) for key, inner in value.items()}
    return [plain_data(inner) for inner in value] if isinstance(value, tuple) else value
