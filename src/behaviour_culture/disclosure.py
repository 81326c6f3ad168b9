"""Disclosure control: small counts of pupils are hidden so that no total reveals them.

`suppress` takes a plain table of counts, adds its totals, and hides the small counts. A small
count that is hidden alone in its row or column follows from the total, so others are hidden
with it. The table is read as a network of sums to find out how many: a hidden count is safe
if it lies on a closed path of counts that can rise and fall by enough without changing any
number that is published.

The guarantee for any table: to somebody who knows everything published, and whether a 0 would
have been shown, at least ``ambiguity`` different values are possible for each small count, and
at least two for each other hidden count.

Whoever also runs this open procedure on each of those tables can rule out the ones that it would
have hidden in another way (a minimality attack: Wong, R. C.-W. et al. (2007). *Proceedings of
VLDB*, 543-554). So squares of four counts are tried first. Which square belongs to a count depends
on its place alone, and one is used only if ``ambiguity`` of its tables end in the same square. In
other tables, where no such square will do, the first guarantee is all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count as counter
from itertools import islice
from math import inf
from typing import Annotated, Any, NamedTuple

from attrs import field, frozen

from behaviour_culture._display import Displayed, html_table
from behaviour_culture._frame import HIDDEN
from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check, MapOf, Value
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import Range

__all__ = ["SYMBOL", "DisclosureRules", "SuppressedTable", "suppress"]

_STAGE = "hiding small counts"
SYMBOL = HIDDEN
"""Shown in place of a hidden count, as in the tables of the Department for Education."""


def _is_count(value: object, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


@frozen(kw_only=True, repr=False)
class DisclosureRules(Value):
    """Which counts are small, and how they are protected. All defaults are judgement.

    Attributes
    ----------
    threshold : int
        Counts below it are small; at least 2.
    show_zeros : bool
        Zeros are shown, so a hidden count cannot be 0. If false, 0 is a small count too.
    ambiguity : int
        The least number of values that are possible for each small count, to somebody who
        knows everything published; at least 2.
    round_to : int
        Shown counts are rounded to a multiple of it, half away from 0; 1 leaves them as they
        are, 5 is usual. A rounded total need not be the sum of its rounded parts.
    least_base : int
        The smallest group for which a percentage is given.

    Examples
    --------
    >>> rules = DisclosureRules()
    >>> rules.is_small(3), rules.is_small(0), rules.percentage(6, 9), rules.percentage(12, 48)
    (True, False, None, 25.0)
    """

    threshold: Annotated[int, Range(low=2)] = 5
    show_zeros: bool = True
    ambiguity: Annotated[int, Range(low=2)] = 5
    round_to: Annotated[int, Range(low=1)] = 1
    least_base: Annotated[int, Range(low=1)] = 10

    @property
    def least(self) -> int:
        """The smallest possible hidden count: 1 where zeros are shown, else 0."""
        return 1 if self.show_zeros else 0

    @property
    def middle(self) -> float:
        """The middle of the range of small counts, used for each of them in a published mean."""
        return (self.least + self.threshold - 1) / 2

    def is_small(self, count: float) -> bool:
        """Say whether a count is small enough to be hidden."""
        return self.least <= count < self.threshold

    def round(self, count: int) -> int:
        """Return a count rounded to a multiple of ``round_to``, half away from 0."""
        return (count + self.round_to // 2) // self.round_to * self.round_to

    def percentage(self, count: int, base: int) -> float | None:
        """Return a count as a percentage of a group, or None if that would reveal too much.

        It does if the group is smaller than ``least_base``, if the count is small, or if the
        rest of the group is.
        """
        faults = []
        if not _is_count(base, 0):
            faults.append(Fault("base", f"expected a whole number from 0, got {shorten(base)}"))
        elif not _is_count(count, 0) or count > base:
            message = f"expected a whole number from 0 to {base}, got {shorten(count)}"
            faults.append(Fault("count", message))
        if faults:
            raise InvalidInputError("percentage", faults)
        if base < self.least_base or self.is_small(count) or self.is_small(base - count):
            return None
        return 100 * self.round(count) / max(1, self.round(base))

    def _label(self) -> str:
        return f"counts under {self.threshold} hidden"

    def _lines(self) -> list[str]:
        zeros = "a 0 is shown" if self.show_zeros else "a 0 is hidden too"
        rounding = f"; rounded to {self.round_to}" if self.round_to > 1 else ""
        return [
            f"Counts under {self.threshold} are hidden, {zeros}{rounding}; no percentage of "
            f"fewer than {self.least_base}; a small count could have at least "
            f"{self.ambiguity} values"
        ]


Counts = tuple[int | None, ...]


def given_rules(rules: DisclosureRules | None) -> DisclosureRules:
    """Return the rules that a caller gave, the defaults for None, or refuse something else."""
    check = Check("published")
    check.value("rules", rules, DisclosureRules | None)
    check.done()
    return DisclosureRules() if rules is None else rules


@frozen(kw_only=True, repr=False)
class SuppressedTable(Displayed):
    """A table of counts that is safe to publish; None where a count is hidden.

    Attributes
    ----------
    cells : tuple of tuple of int or None
        The rows, without totals.
    row_totals, column_totals : tuple of int or None
    total : int or None
    subtotals : mapping of str to tuple of int or None
        For each group of rows, its sums by column and then its total. The name of a group
        inside another is ``outer / inner``.
    rules : DisclosureRules
    """

    cells: tuple[Counts, ...]
    row_totals: Counts
    column_totals: Counts
    total: int | None
    subtotals: Mapping[str, Counts] = field(factory=FrozenMap, converter=MapOf[str, Counts])
    rules: DisclosureRules

    @property
    def hidden(self) -> int:
        """The number of hidden counts, totals included."""
        rows = [*self.cells, self.row_totals, self.column_totals, *self.subtotals.values()]
        return sum(v is None for row in rows for v in row) + (self.total is None)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each row, each group and the total; ``c`` where a count is hidden."""

        def row(name: str, values: Counts) -> dict[str, Any]:
            shown = [SYMBOL if v is None else v for v in values]
            heads = [*(f"column {j + 1}" for j in range(len(values) - 1)), "total"]
            return {"row": name, **dict(zip(heads, shown, strict=True))}

        rows = [
            row(f"row {i + 1}", (*values, self.row_totals[i]))
            for i, values in enumerate(self.cells)
        ]
        rows += [row(name, values) for name, values in self.subtotals.items()]
        return [*rows, row("total", (*self.column_totals, self.total))]

    def _label(self) -> str:
        return f"{len(self.cells)} rows, {self.hidden} counts hidden"

    def _lines(self) -> list[str]:
        width = max(len(str(v)) for row in self.to_rows() for v in row.values())
        lines = [f"{len(self.cells)} rows, {self.hidden} counts hidden ({SYMBOL})"]
        for row in self.to_rows():
            name, *values = row.values()
            lines.append(f"  {name:<{width}} " + " ".join(f"{v!s:>{width}}" for v in values))
        return lines

    def _repr_html_(self) -> str:
        return html_table(self.to_rows(), caption=self._lines()[0])


def suppress(
    table: Sequence[Sequence[int]],
    *,
    groups: Sequence[str | Sequence[str]] | None = None,
    rules: DisclosureRules | None = None,
    progress: Callable[[str, int, int], object] | None = None,
    stop: Callable[[], bool] | None = None,
) -> SuppressedTable:
    """Add the totals to a table of counts, and hide its small counts.

    Parameters
    ----------
    table : sequence of rows of int
        Counts from 0 upwards in rows of one length, without totals.
    groups : sequence of str or of sequence of str, optional
        The group of each row, such as ``"Year 7"``, or its groups from the outermost
        inwards, such as ``("Key Stage 3", "Year 7")``. Subtotals of groups are published too.
    rules : DisclosureRules, optional
    progress : callable, optional
        Called with ("hiding small counts", hidden counts looked at, hidden counts); there may be
        several rounds. Time grows with the table, and at worst with its square.
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    SuppressedTable

    Raises
    ------
    InvalidInputError
        With every fault of the table.
    StoppedError
        The work was stopped.

    Notes
    -----
    A table with groups of rows is still a network of sums [1]_: each count is part of exactly
    two sums. A hidden count can take another value if and only if it lies on a closed path of
    hidden counts. The function hides the cheapest such path: small counts before large
    ones, and both before totals. That keeps the guarantee, but does not always hide the
    fewest counts, for which no quick method is known. With ``round_to`` above 1 the same
    counts are hidden, and the rounding hides more.

    Rows (of one group) and columns are paired from the first on; the last three of an odd number
    stay together. Where each small count lies in a square of two pairs, those squares are hidden
    and no other count; a single one, or two, may have another square. If at least ``ambiguity``
    tables would end in that square, that many values remain for a small count even to somebody
    who runs this function on every table that fits what is published. Where no square will do,
    whole blocks are hidden, which in trials left too few values to such a reader in about one
    table of a hundred; with one column, or a row alone in its group, it may be more.

    Two tables that share counts are each safe, but need not be safe together.

    References
    ----------
    .. [1] Cox, L. H. and George, J. A. (1989). Controlled rounding for tables with subtotals.
       *Annals of Operations Research* 20, 141-157.

    Examples
    --------
    >>> print(suppress([[3, 20, 31], [12, 9, 14], [8, 25, 17]]))
    3 rows, 4 counts hidden (c)
      row 1     c     c    31    54
      row 2     c     c    14    35
      row 3     8    25    17    50
      total    23    54    62   139
    """
    rules = DisclosureRules() if rules is None else rules
    check = Check("suppress")
    watch = check.watch(progress, stop)
    check.done()
    counts, paths = _checked(table, groups, rules)
    return _hide(_Network(counts, paths, rules), paths, watch)


Path = tuple[str, ...]


def _checked(table: object, groups: object, rules: object) -> tuple[list[list[int]], list[Path]]:
    faults: list[Fault] = []
    rows = _listed(table)
    if not isinstance(rules, DisclosureRules):
        faults.append(Fault("rules", f"expected DisclosureRules, got {shorten(rules)}"))
    if not rows:
        faults.append(Fault("table", f"expected rows of counts, got {shorten(table)}"))
    counts: list[list[int]] = []
    for i, row in enumerate(rows):
        values = _listed(row)
        if not values or (counts and len(values) != len(counts[0])):
            wanted = f"{len(counts[0])} counts" if counts else "counts"
            faults.append(Fault(f"table[{i}]", f"expected {wanted}, got {shorten(row)}"))
            continue
        faults += [
            Fault(f"table[{i}][{j}]", f"expected a whole number from 0, got {shorten(v)}")
            for j, v in enumerate(values)
            if not _is_count(v, 0)
        ]
        counts.append(values)
    paths: list[Path] = [()] * len(rows)
    if groups is not None:
        names = _listed(groups)
        paths = [(name,) if isinstance(name, str) else tuple(_listed(name)) for name in names]
        if len(names) != len(rows):
            faults.append(Fault("groups", f"expected {len(rows)}, one a row, got {len(names)}"))
        for i, path in enumerate(paths):
            if not path or not all(_is_name(p) for p in path):
                message = f"expected the name of a group, or several, got {shorten(names[i])}"
                faults.append(Fault(f"groups[{i}]", message))
            elif any("/" in p for p in path):
                faults.append(Fault(f"groups[{i}]", "the name of a group must not have a slash"))
    if faults:
        raise InvalidInputError("suppress", faults)
    return counts, paths


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _listed(values: object) -> list[Any]:
    to_list = getattr(values, "tolist", None)  # a numpy array has it
    plain = values if to_list is None else to_list()
    return list(plain) if isinstance(plain, (list, tuple)) else []


# -- the table as a network --------------------------------------------------------------------

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


class _Network:
    """A table with its totals as a network, in which each count joins two sums.

    The keys of counts are ``("row", i, j)`` and ``("group", path, j)``. The path ``()`` is the
    whole table; j is the column, and past the last column the total of the row.
    """

    def __init__(self, counts: list[list[int]], paths: list[Path], rules: DisclosureRules) -> None:
        self.rules = rules
        self.rows, self.width = len(counts), len(counts[0])
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
        self.cost = {
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


Square = tuple[int, int, int, int]
"""Two rows and two columns: a, b in the first row, c, d in the second."""
Grid = list[list[int]]
_TRIES = 2
"""Squares that are tried for a single small count in a block of three rows or columns."""


class _Squares:
    """The squares of four counts that hide the small counts of a table, if there are such.

    Along a square, one count at its corner can rise while its neighbours fall and the opposite
    one rises: all sums stay. The tables so reached that have a small count in the square are
    told apart by nothing published, if the procedure would hide the same square in each.
    """

    def __init__(self, network: _Network, paths: list[Path], watch: Watch) -> None:
        self.rules, self.group, self.watch = network.rules, paths, watch
        width, rows = range(network.width), range(network.rows)
        self.counts = [[network.value["row", i, j] for j in width] for i in rows]
        self.only_inside = all(k[0] == "row" and k[2] < network.width for k in network.hidden)
        inside: dict[Path, list[int]] = {}
        for i, path in enumerate(paths):
            inside.setdefault(path, []).append(i)
        self.rows = {i: block for found in inside.values() for i, block in _blocks(found).items()}
        self.columns = _blocks(list(width))

    def choose(self) -> tuple[list[Key], bool]:
        """Return the counts to hide, and whether they are enough.

        Where no squares will do, these are whole blocks of two or three rows and columns: where
        more is hidden, the procedure tells less.
        """
        small = self._small(self.counts)
        if not small or not self.only_inside:
            return [], False
        squares = self._units(self.counts, small)
        if not squares and (one := self._one(self.counts, _TRIES)):
            squares = {one}
        keys: set[Key] = {("row", i, j) for a, b, c, d in squares for i in (a, b) for j in (c, d)}
        if squares:
            return sorted(keys), True
        for i, j in small:
            rows, columns = self.rows[i], self.columns[j]
            if len(rows) > 1 and len(columns) > 1:
                keys |= {
                    ("row", k, m)
                    for k in rows
                    for m in columns
                    if self.counts[k][m] >= self.rules.least
                }
        return sorted(keys), False

    def _small(self, counts: Grid) -> list[tuple[int, int]]:
        small = self.rules.is_small
        return [(i, j) for i, row in enumerate(counts) for j, v in enumerate(row) if small(v)]

    def _units(self, counts: Grid, small: list[tuple[int, int]]) -> set[Square]:
        """Return the squares of pairs that hold the small counts; none unless all will do."""
        found: set[Square] = set()
        for i, j in small:
            rows, columns = self.rows[i], self.columns[j]
            if (len(rows), len(columns)) != (2, 2):
                return set()
            found.add((*rows, *columns))  # type: ignore[arg-type]
        if any(len(self._steps(counts, square)) < self.rules.ambiguity for square in found):
            return set()
        return found

    def _one(self, counts: Grid, tries: int) -> Square | None:
        """Return the one square that will do, of the first so many candidates."""
        for n in range(tries):
            square = self._candidate(counts, n)
            if square and self._number_alike(counts, square, n) >= self.rules.ambiguity:
                return square
        return None

    def _candidate(self, counts: Grid, n: int) -> Square | None:
        """Return the n-th square for a single small count, or the one that two span."""
        small = self._small(counts)
        if len(small) > 2:  # noqa: PLR2004  (a square is spanned by two)
            return None
        (i, j), (k, m) = small[0], small[-1]
        if len(small) == 1:
            rows, columns = ([p for p in b if p != at] for b, at in self._around(i, j))
            if not rows or not columns:
                return None
            k, m = rows[n % len(rows)], columns[n // len(rows) % len(columns)]
        if i == k or j == m or self.group[i] != self.group[k]:
            return None
        return (min(i, k), max(i, k), min(j, m), max(j, m))

    def _around(self, i: int, j: int) -> tuple[tuple[tuple[int, ...], int], ...]:
        return (self.rows[i], i), (self.columns[j], j)

    def _number_alike(self, counts: Grid, square: Square, n: int) -> int:
        """Return in how many tables along a square the procedure would hide that square."""
        found = 0
        for moved in self._moved(counts, square):
            if not self._units(moved, self._small(moved)):
                earlier = self._one(moved, n)
                found += (earlier or self._candidate(moved, n)) == square
        return found

    def _moved(self, counts: Grid, square: Square) -> list[Grid]:
        """Return the tables along a square that have a small count in it."""
        i, k, j, m = square
        found = []
        for corners in self._steps(counts, square):
            moved = [list(row) for row in counts]
            moved[i][j], moved[i][m], moved[k][j], moved[k][m] = corners
            found.append(moved)
        return found

    def _steps(self, counts: Grid, square: Square) -> list[tuple[int, int, int, int]]:
        """Return the corners of a square in each table along it that has a small count in it."""
        i, k, j, m = square
        a, b, c, d = counts[i][j], counts[i][m], counts[k][j], counts[k][m]
        self.watch.check(_STAGE)
        least, near = self.rules.least, self.rules.threshold
        if min(a, b, c, d) < least:  # a 0 that is shown
            return []
        first, last = least - min(a, d), min(b, c) - least
        # Small counts lie near the ends.
        steps = {*range(first, min(last, first + near) + 1)}
        steps |= {*range(max(first, last - near), last + 1)}
        moved = [(a + by, b - by, c - by, d + by) for by in sorted(steps)]
        return [corners for corners in moved if any(map(self.rules.is_small, corners))]


def _blocks(places: list[int]) -> dict[int, tuple[int, ...]]:
    """Return the block of each place: pairs from the first on, the last three of an odd number."""
    found: dict[int, tuple[int, ...]] = {}
    start = 0
    while start < len(places):
        left = len(places) - start
        size = left if left in {1, 3} else 2
        block = tuple(places[start : start + size])
        found |= dict.fromkeys(block, block)
        start += size
    return found


def _hide(network: _Network, paths: list[Path], watch: Watch) -> SuppressedTable:
    """Hide squares if they will do, or else until every hidden count is safe."""
    rules, value = network.rules, network.value
    keys, enough = _Squares(network, paths, watch).choose()
    network.hide(key for key in keys if key not in network.hidden)
    changed = not enough
    while changed:
        changed = False
        hidden = sorted(network.hidden)
        for key in watch.over(_STAGE, hidden, len(hidden)):
            need = rules.ambiguity - 1 if rules.is_small(value[key]) else 1
            changed |= network.protect(key, need)

    def shown(key: Key) -> int | None:
        return None if key in network.hidden else rules.round(value[key])

    width = network.width
    named = [path for path in network.groups if path]
    return SuppressedTable(
        cells=tuple(tuple(shown(("row", i, j)) for j in range(width)) for i in range(len(paths))),
        row_totals=tuple(shown(("row", i, width)) for i in range(len(paths))),
        column_totals=tuple(shown(("group", (), j)) for j in range(width)),
        total=shown(("group", (), width)),
        subtotals={
            " / ".join(path): tuple(shown(("group", path, j)) for j in range(width + 1))
            for path in named
        },
        rules=rules,
    )
