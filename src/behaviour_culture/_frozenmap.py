"""A read-only mapping that can be hashed, copied and pickled (MappingProxyType cannot)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

__all__ = ["FrozenMap", "frozen_map"]


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
