"""A file with one impossible value is refused when it is read, or is shown without a crash."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.errors import BehaviourCultureError
from behaviour_culture.interchange.kinds import KINDS, class_of
from fuzzing.oracle import show
from fuzzing.readers import documented, drawn
from shown import shown_objects

BAD: tuple[Any, ...] = (
    *(-1, 0, 1, 2, 10**9, 2**62, 10**400, -0.5, 0.5, 1.5, 1e308, -1e308, 1e-320, 1e16),
    *(math.nan, math.inf, None, True, "", "x", "c", [], [1], {}, "\0", "a" * 30_000, "=1+1"),
    *("0001-01-01", "9999-12-31", "2026-09-07"),
)
"""What is put into the place of one leaf."""


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each value that holds no others, and of each table and list."""
    if path:
        yield path
    plain = tree if isinstance(tree, (dict, list)) else []
    for key, value in plain.items() if isinstance(plain, dict) else enumerate(plain):
        yield from leaves(value, (*path, key))


def distinct(tree: Any) -> list[tuple[Any, ...]]:
    """Return the paths of a tree, of each list only the first entry and the last."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for path in leaves(tree):
        found.setdefault(re.sub(r"\b\d+\b", "0", repr(path)), []).append(path)
    return [path for paths in found.values() for path in dict.fromkeys((paths[0], paths[-1]))]


def changed(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy with another value in one place."""
    made = holder = deepcopy(tree)
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return made


def refused_or_shown(data: Any, class_: type[Any]) -> None:
    try:
        value = bc.from_dict(data, class_)
    except BehaviourCultureError as error:
        str(error).encode()
    else:
        show(value)


def objects(kind: str) -> list[Any]:
    """Return objects that stand for a kind: two drawn ones, one of the documentation or a demo."""
    shown = documented().get(kind) or shown_objects().get(class_of(kind, "a test").__name__)
    return [*drawn(kind), *([] if shown is None else [shown])]


def cases(kind: str) -> Iterator[tuple[Any, tuple[Any, ...], Any]]:
    for value in objects(kind):
        data = bc.to_dict(value)
        for path in distinct(data):
            if path[0] not in {"kind", "format"}:
                for bad in BAD:
                    yield data, path, bad


def check(kind: str, chosen: list[tuple[Any, tuple[Any, ...], Any]]) -> None:
    class_ = type(objects(kind)[0])
    wrong = []
    for data, path, bad in chosen:
        try:
            refused_or_shown(changed(data, path, bad), class_)
        except Exception as error:  # noqa: BLE001  (all of them are listed)
            wrong.append(f"{path} = {str(bad)[:20]!r}: {type(error).__name__}: {str(error)[:200]}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(chosen)}", *wrong[:40]])


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_leaf_of_each_kind(kind: str) -> None:
    check(kind, list(cases(kind)))


@pytest.mark.parametrize("kind", sorted(documented()))
def test_some_leaves_of_each_kind_of_input(kind: str) -> None:
    data = bc.to_dict(documented()[kind])
    paths = [path for path in distinct(data) if path[0] not in {"kind", "format"}]
    rng = Random(kind)  # noqa: S311  (the same cases each time)
    check(kind, [(data, rng.choice(paths), rng.choice(BAD)) for _ in range(8)])
