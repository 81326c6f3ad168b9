"""A table of counts as a network of sums, and the closed paths along which counts can move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import count as counter
from itertools import islice
from math import inf
from typing import Any, NamedTuple

from behaviour_culture.disclosure.rules import DisclosureRules

__all__ = ["Key", "Network", "Path"]

Path = tuple[str, ...]
Node = tuple[str, Any, int]
Key = tuple[str, Any, int]
_NEAR = 100
"""Pairs of hidden counts that are looked at for a short path, before a walk through all."""
_Step = tuple[Key, Node, bool]
"""A count, the sum at its other end, and whether the count rises on the way there."""


class _Arc(NamedTuple):
    """One count: raising it by 1 carries 1 from ``tail`` to ``head``."""

    tail: Node
    head: Node


class Network:
    """A table with its totals as a network, in which each count joins two sums.

    The keys of counts are ``("row", i, j)`` and ``("group", path, j)``. The path ``()`` is the
    whole table; j is the column, and past the last column the total of the row.
    """

    def __init__(self, counts: list[list[int]], paths: list[Path], rules: DisclosureRules) -> None:
        self.rules = rules
        self.rows: int = len(counts)
        self.width: int = len(counts[0])
        groups = {path[:k]: None for path in paths for k in range(len(path) + 1)}
        self.groups: list[Path] = list({(): None, **groups})
        self.value: dict[Key, int] = {}
        self.arc: dict[Key, _Arc] = {}
        sums = {path: [0] * (self.width + 1) for path in self.groups}
        for i, (row, path) in enumerate(zip(counts, paths, strict=True)):
            whole = [*row, sum(row)]
            for j, number in enumerate(whole):
                self._add(("row", i, j), number, ("sum of row", i, 0), ("sum down", path, j))
                for k in range(len(path) + 1):
                    sums[path[:k]][j] += number
        for path in self.groups:
            for j, number in enumerate(sums[path]):
                head: Node = ("sum down", path[:-1], j) if path else ("sum of row", "total", 0)
                self._add(("group", path, j), number, ("sum down", path, j), head)
        inner = sum(v for key, v in self.value.items() if key[0] == "row" and key[2] < self.width)
        self.cost: dict[Key, int] = {
            key: v + 1 + (inner + 1) * (key[0] == "group" or key[2] == self.width)
            for key, v in self.value.items()
        }
        self.around: dict[Node, list[_Step]] = {}
        for key, (tail, head) in self.arc.items():
            self.around.setdefault(tail, []).append((key, head, True))
            self.around.setdefault(head, []).append((key, tail, False))
        self.hidden: set[Key] = set()
        self.around_hidden: dict[Node, list[_Step]] = {node: [] for node in self.around}
        self.hidden_between: dict[tuple[Node, Node], list[tuple[Key, bool]]] = {}
        self.hide(key for key, v in self.value.items() if rules.is_small(v))

    def hide(self, keys: Iterable[Key]) -> None:
        """Hide counts that were shown."""
        for key in keys:
            tail, head = self.arc[key]
            self.hidden.add(key)
            self.around_hidden[tail].append((key, head, True))
            self.around_hidden[head].append((key, tail, False))
            self.hidden_between.setdefault((tail, head), []).append((key, True))
            self.hidden_between.setdefault((head, tail), []).append((key, False))

    def _add(self, key: Key, number: int, tail: Node, head: Node) -> None:
        # Totals of rows have the opposite sign in both of their sums.
        self.value[key] = number
        self.arc[key] = _Arc(head, tail) if key[2] == self.width else _Arc(tail, head)

    def room(self, key: Key, *, up: bool) -> float:
        """Return how far a count could rise or fall by its own limits."""
        return inf if up else self.value[key] - self.rules.least

    def way_round(
        self, key: Key, need: int, *, up: bool, around: Mapping[Node, list[_Step]]
    ) -> tuple[float, list[Key]] | None:
        """Return the cheapest closed path on which a count can rise or fall by ``need``.

        It is given as its cost, which is that of the counts not hidden yet, and its other
        counts; None if there is no such path.
        """
        if self.room(key, up=up) < need:
            return None
        tail, head = self.arc[key]
        start, goal = (head, tail) if up else (tail, head)
        best: dict[Node, float] = {start: 0.0}
        came: dict[Node, tuple[Node, Key]] = {}
        order = counter()
        queue: list[tuple[float, int, Node]] = [(0.0, next(order), start)]
        while queue:
            cost, _, node = heappop(queue)
            if node == goal:
                return cost, list(_back(came, start, goal))
            if cost > best[node]:
                continue
            for other, to, forward in around[node]:
                if other == key or self.room(other, up=forward) < need:
                    continue
                if other not in self.hidden and self.rules.show_zeros and not self.value[other]:
                    continue  # a 0 is shown
                total = cost + (0.0 if other in self.hidden else self.cost[other])
                if total < best.get(to, inf):
                    best[to], came[to] = total, (node, other)
                    heappush(queue, (total, next(order), to))
        return None

    def near_way_round(self, key: Key, need: int, *, up: bool) -> bool:
        """Say whether a closed path of four hidden counts is found among the nearest ones.

        Most counts have such a path, which is found without a walk through the whole table; if
        not, there may be a longer one.
        """
        if self.room(key, up=up) < need:
            return False
        tail, head = self.arc[key]
        start, goal = (head, tail) if up else (tail, head)

        def open_(other: Key, forward: bool) -> bool:  # noqa: FBT001  (a part of a step)
            return other != key and self.room(other, up=forward) >= need

        pairs = (
            (second, beyond, onwards)
            for first, to, forward in self.around_hidden[start]
            if open_(first, forward)
            for second, beyond, onwards in self.around_hidden[to]
        )
        return any(
            open_(second, onwards)
            and any(open_(*third) for third in self.hidden_between.get((beyond, goal), ()))
            for second, beyond, onwards in islice(pairs, _NEAR)
        )

    def is_safe(self, key: Key, need: int) -> bool:
        """Say whether ``need`` other values of a hidden count are possible, up and down."""

        def can(by: int, *, up: bool) -> bool:
            if self.near_way_round(key, by, up=up):
                return True
            return not by or bool(self.way_round(key, by, up=up, around=self.around_hidden))

        return any(can(r, up=True) and can(need - r, up=False) for r in range(need, -1, -1))

    def protect(self, key: Key, need: int) -> bool:
        """Hide the further counts that make a hidden count safe; say whether there were any."""
        if self.is_safe(key, need):
            return False
        ways = [self.way_round(key, need, up=up, around=self.around) for up in (True, False)]
        # There is always a path upwards, through the totals.
        _, keys = min((way for way in ways if way), key=lambda way: way[0])
        self.hide(k for k in keys if k not in self.hidden)
        return True


def _back(came: dict[Node, tuple[Node, Key]], start: Node, goal: Node) -> Iterator[Key]:
    while goal != start:
        goal, key = came[goal]
        yield key
