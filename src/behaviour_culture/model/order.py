"""Circles among prerequisites: the shortest one and its weakest link.

This is plain Python: the model layer must not import networkx. The graph of a plan is in
`behaviour_culture.planning`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from behaviour_culture.errors import CycleError
from behaviour_culture.model.source import Basis

__all__ = ["check_acyclic", "shortest_cycle"]

_MOST_STARTS = 200
"""Ids from which a circle is looked for: each costs as much as there are prerequisites."""

_STRENGTH = {Basis.STATED: 2, Basis.INFERRED: 1, Basis.JUDGEMENT: 0}
_WORDS = {
    Basis.STATED: "though a source states it, like all the others",
    Basis.INFERRED: "it is only inferred",
    Basis.JUDGEMENT: "it is judgement only",
}


def shortest_cycle(requires: Mapping[str, Mapping[str, Basis]]) -> tuple[str, ...]:
    """Return the shortest circle; empty if there is none.

    Parameters
    ----------
    requires : mapping of str to mapping of str to Basis
        For each id, the ids that must come before it. Ids that are not a key are ignored.

    Returns
    -------
    tuple of str
        Ids in order, each before the next, from the smallest id on. Of several shortest
        circles it is the one that sorts first, whatever the order of the input. Where more than
        200 ids lie on circles, it is the shortest of those through the first 200.

    Examples
    --------
    >>> j = Basis.JUDGEMENT
    >>> shortest_cycle({"a": {"c": j}, "b": {"a": j}, "c": {"b": j}, "d": {}})
    ('a', 'b', 'c')
    """
    core = _core(requires)
    after: dict[str, list[str]] = {key: [] for key in core}
    for key in core:
        for before in requires[key]:
            if before in after:
                after[before].append(key)
    best: tuple[str, ...] = ()
    for number, start in enumerate(sorted(core)):
        if best and number >= _MOST_STARTS:
            break
        circle = _circle_from(start, after, len(best))
        if circle and (not best or (len(circle), circle) < (len(best), best)):
            best = circle
    return best


def _core(requires: Mapping[str, Mapping[str, Basis]]) -> set[str]:
    """Return the ids on circles, and those between two circles."""
    before = {key: {b for b in ids if b in requires} for key, ids in requires.items()}
    placed_last = _without_first(before)
    after: dict[str, set[str]] = {key: set() for key in placed_last}
    for key in placed_last:
        for b in before[key] & placed_last:
            after[b].add(key)
    return _without_first(after)


def _without_first(before: Mapping[str, set[str]]) -> set[str]:
    """Return the ids that no order can place: on a circle, or after one (Kahn's algorithm)."""
    waiting = {key: set(ids) for key, ids in before.items()}
    after: dict[str, list[str]] = {key: [] for key in before}
    for key, ids in before.items():
        for b in ids:
            after[b].append(key)
    ready = [key for key, ids in waiting.items() if not ids]
    left = set(before)
    while ready:
        key = ready.pop()
        left.discard(key)
        for later in after[key]:
            waiting[later].discard(key)
            if not waiting[later]:
                ready.append(later)
    return left


def _circle_from(start: str, after: Mapping[str, list[str]], bound: int) -> tuple[str, ...]:
    """Search breadth first from ``start`` back to itself, through larger ids only."""
    came: dict[str, str] = {}
    queue = deque([(start, 1)])
    while queue:
        here, length = queue.popleft()
        if bound and length > bound:
            return ()
        for later in sorted(after[here]):
            if later == start:
                path = [here]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return tuple(reversed(path))
            if later > start and later not in came:
                came[later] = here
                queue.append((later, length + 1))
    return ()


def check_acyclic(requires: Mapping[str, Mapping[str, Basis]], titles: Mapping[str, str]) -> None:
    """Raise `CycleError` for the shortest circle, and name the prerequisite to drop.

    That is the one with the weakest basis; of several, the one that sorts first.
    """
    cycle = shortest_cycle(requires)
    if not cycle:
        return
    links = [(before, cycle[(i + 1) % len(cycle)]) for i, before in enumerate(cycle)]
    weakest = min(links, key=lambda link: (_STRENGTH[requires[link[1]][link[0]]], link))
    basis = requires[weakest[1]][weakest[0]]
    raise CycleError(cycle, [titles.get(key, key) for key in cycle], weakest, _WORDS[basis])
