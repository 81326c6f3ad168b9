"""Tables of counts, and which of them are hidden."""

from __future__ import annotations

from typing import Any

import behaviour_culture as bc
from behaviour_culture.disclosure import DisclosureRules, SuppressedTable, suppress
from builders import outcome_of

Table = list[list[int]]
RULES = {
    "as they are": DisclosureRules(),
    "zeros hidden": DisclosureRules(show_zeros=False),
    "two values": DisclosureRules(ambiguity=2),
    "nine values": DisclosureRules(ambiguity=9),
    "under two": DisclosureRules(threshold=2),
    "under ten, by five": DisclosureRules(threshold=10, round_to=5),
}


def _seen(made: SuppressedTable) -> list[str]:
    """The lines of a table, and the totals of its groups if it has any."""
    lines = [line.strip() for line in str(made).splitlines()]
    return [f"{made!r}; {made.hidden}", *lines]


def _all(table: Table, groups: Any = None) -> dict[str, list[str]]:
    return {name: _seen(suppress(table, groups=groups, rules=r)) for name, r in RULES.items()}


def _mixed(rows: int, width: int, seed: int, most: int = 40) -> Table:
    """Numbers that look drawn: the steps of a small generator."""
    table, now = [], seed
    for _ in range(rows):
        row = []
        for _ in range(width):
            now = (now * 1_103_515_245 + 12_345) % 2**31
            row.append((now >> 12) % most)
        table.append(row)
    return table


def the_rules() -> Any:
    return {
        name: {
            "rules": rules,
            "words": str(rules),
            "label": repr(rules),
            "least and middle": [rules.least, rules.middle],
            "small": [n for n in range(-1, 13) if rules.is_small(n)],
            "small parts": [rules.is_small(x) for x in (0.5, 0.99, 1.5, 4.99, 5.0)],
            "rounded": [rules.round(n) for n in range(13)],
        }
        for name, rules in RULES.items()
    }


def percentages() -> Any:
    some = [(n, base) for base in (0, 1, 9, 10, 11, 14, 48) for n in range(min(base, 15) + 1)]
    some += [(n, 48) for n in range(40, 49)]
    return {
        name: [f"{n} of {base}: {rules.percentage(n, base)}" for n, base in some]
        for name, rules in (
            ("as they are", DisclosureRules()),
            ("by five", DisclosureRules(round_to=5, least_base=11)),
            ("zeros hidden", DisclosureRules(show_zeros=False, threshold=3, least_base=1)),
        )
    }


def refused() -> Any:
    rules = DisclosureRules()
    wrong: Any = {
        "no table": lambda: suppress([]),
        "a number": lambda: suppress(7),  # type: ignore[arg-type]
        "no cells": lambda: suppress([[]]),
        "rows of two lengths": lambda: suppress([[1, 2], [3], [], [4, 5]]),
        "no counts": lambda: suppress([[1, -1], [True, 2.0], ["3", None]]),  # type: ignore[list-item]
        "groups": lambda: suppress([[9], [9], [9]], groups=["", ("a", " "), ()]),
        "slash": lambda: suppress([[9], [9]], groups=["a/b", ("a", "b/c")]),
        "fewer groups": lambda: suppress([[9], [9]], groups=["a"]),
        "groups of numbers": lambda: suppress([[9], [9]], groups=[1, ("a", 2)]),  # type: ignore[list-item]
        "rules": lambda: suppress([[-1]], rules="strict"),  # type: ignore[arg-type]
        "progress": lambda: suppress([[9]], progress=1, stop=2),  # type: ignore[arg-type]
        "values of rules": lambda: DisclosureRules(
            threshold=1, ambiguity=1, round_to=0, least_base=0
        ),
        "a share of more": lambda: rules.percentage(11, 10),
        "a share of nothing": lambda: rules.percentage(-1, 10),
        "a base below 0": lambda: rules.percentage(3, -1),
        "a base that is true": lambda: rules.percentage(1, True),
        "both wrong": lambda: rules.percentage(2.5, "x"),  # type: ignore[arg-type]
    }
    return {name: outcome_of(make) for name, make in wrong.items()}


def least_that_is_allowed() -> Any:
    rules = DisclosureRules(threshold=2, ambiguity=2, round_to=1, least_base=1)
    return {"rules": rules, "shares": str([rules.percentage(n, 4) for n in range(5)])}


def nothing_to_hide() -> Any:
    made = suppress([[5, 20], [12, 0]])
    return {"table": made, "rows": made.to_rows(), "words": _seen(made)}


def a_table_with_all_its_parts() -> Any:
    table = [[3, 20, 31], [12, 9, 14], [8, 25, 17], [6, 11, 7]]
    made = suppress(table, groups=["A", "A", ("B", "b"), ("B", "c")])
    return {"table": made, "rows": made.to_rows(), "words": _seen(made), "html": made._repr_html_()}


def one_of_each_shape() -> Any:
    return {
        f"{rows} by {width}": _all([[3] + [20 + i] * (width - 1)] + [[17 + i] * width] * (rows - 1))
        for i, (rows, width) in enumerate([(1, 1), (1, 2), (1, 4), (2, 1), (4, 1), (2, 2), (3, 2)])
    }


def where_the_small_count_stands() -> Any:
    found = {}
    for i in range(3):
        for j in range(3):
            table = [[20, 31, 17], [12, 26, 14], [18, 25, 40]]
            table[i][j] = 3
            found[f"row {i}, column {j}"] = _seen(suppress(table))
    return found


def where_two_stand() -> Any:
    found = {}
    for i, j, k, m in ((0, 0, 0, 3), (0, 0, 3, 3), (0, 1, 2, 1), (1, 0, 0, 1), (4, 4, 2, 1)):
        table = [[14 + 3 * a + 5 * b for b in range(5)] for a in range(5)]
        table[i][j] = table[k][m] = 2
        found[f"{i}, {j} and {k}, {m}"] = _seen(suppress(table))
    return found


def every_count_that_is_small() -> Any:
    return {
        str(n): _seen(suppress([[n, 9, 8], [9, 10, 11], [7, 12, 9]])) for n in (0, 1, 2, 3, 4, 5)
    }


def neighbours_of_a_small_count() -> Any:
    """With how little beside it a square of two pairs is still enough."""
    return {
        f"{near} and {far}": _seen(suppress([[2, near], [near, far]]))
        for near in (0, 1, 3, 4, 5, 6, 7, 9)
        for far in (0, 1, 5, 7, 30)
    }


def with_zeros() -> Any:
    return _all([[0, 20, 3, 0], [12, 0, 14, 8], [0, 0, 17, 2], [5, 9, 0, 30]])


def all_small() -> Any:
    return {**_all([[1, 2, 3], [4, 1, 2], [3, 4, 1]]), "none at all": _seen(suppress([[0, 0]] * 2))}


def ties() -> Any:
    return _all([[7, 7, 7, 7], [7, 7, 7, 7], [7, 2, 7, 7], [7, 7, 7, 7], [7, 7, 7, 7]])


def mixed_tables() -> Any:
    shapes = [(2, 4), (3, 3), (4, 4), (5, 3), (6, 5), (3, 7), (7, 2), (5, 5)]
    return {
        f"{rows} by {width}, {seed}": _seen(suppress(_mixed(rows, width, seed, most)))
        for rows, width in shapes
        for seed, most in ((1, 40), (2, 25), (3, 60), (4, 90))
    }


def mixed_tables_by_other_rules() -> Any:
    return {
        f"{rows} by {width}": _all(_mixed(rows, width, seed, 45))
        for seed, (rows, width) in enumerate([(2, 4), (4, 4), (5, 3), (4, 6)], start=11)
    }


def groups_of_rows() -> Any:
    names: dict[str, Any] = {
        "one": ["A"] * 6,
        "pairs": ["A", "A", "B", "B", "C", "C"],
        "threes": ["A", "B", "A", "B", "A", "B"],
        "alone": list("ABCDEF"),
        "nested": [("A", "a"), ("A", "a"), ("A", "b"), ("A", "b"), ("B", "a"), ("B", "a")],
        "of two depths": ["A", ("A", "b"), ("A", "b"), "B", ("B", "c", "d"), ("B", "c", "d")],
    }
    return {
        f"{name}, {seed}": _seen(suppress(_mixed(6, 4, seed, 50), groups=groups))
        for name, groups in names.items()
        for seed in (21, 22, 23)
    }


def groups_by_other_rules() -> Any:
    nested = [("A", "a"), ("A", "a"), ("A", "b"), ("B", "a"), ("B", "a")]
    return _all(_mixed(5, 3, 31, 30), groups=nested)


def arrays_and_tuples() -> Any:
    import numpy as np

    table = [[3, 20, 31], [12, 9, 14], [8, 25, 17]]
    made = [suppress(t) for t in (table, np.array(table), tuple(map(tuple, table)))]
    return {"alike": made[0] == made[1] == made[2], "words": _seen(made[1])}


def short_paths_of_hidden_counts() -> Any:
    """How far each hidden count can rise and fall by a path of four, and by any path."""
    from behaviour_culture.disclosure.network import Network

    found = {}
    for name, table, groups in (
        ("square", [[3, 9], [7, 4]], None),
        ("two rows", [[1, 2, 9], [4, 3, 9]], None),
        ("no square", [[2, 30], [30, 3]], None),
        ("a longer path", [[2, 9, 30], [30, 2, 9], [9, 30, 2]], None),
        ("groups", [[2, 9], [4, 1], [3, 3]], ["A", "A", "B"]),
    ):
        paths = [(g,) for g in groups] if groups else [()] * len(table)
        network = Network(table, paths, DisclosureRules())
        small = [("row", i, j) for i, r in enumerate(table) for j, v in enumerate(r) if v < 10]
        network.hide(key for key in small if key not in network.hidden)
        around = network.around_hidden
        found[name] = [
            f"{key}: {near} of {far}"
            for key in sorted(network.hidden)
            for near, far in [
                (
                    [n for n in range(1, 9) if network.near_way_round(key, n, up=up)],
                    [n for n in range(1, 9) if network.way_round(key, n, up=up, around=around)],
                )
                for up in (True, False)
            ]
        ]
    return found


def what_is_told_on_the_way() -> Any:
    told: list[Any] = []
    suppress([[3, 20, 1], [12, 2, 14], [8, 25, 4]], progress=lambda *at: told.append(list(at)))
    stopped = []
    for asked in (1, 2, 5):
        calls = iter(range(asked))
        try:
            suppress([[3, 20, 1], [12, 2, 14]], stop=lambda c=calls: next(c, None) is None)  # type: ignore[misc]
        except bc.errors.StoppedError as error:
            stopped.append(str(error))
    return {"told": told, "stopped": stopped}
