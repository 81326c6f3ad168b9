"""Squares of four counts: the first choice of what to hide with a small count."""

from __future__ import annotations

from behaviour_culture._watch import Watch
from behaviour_culture.disclosure.network import Key, Network, Path
from behaviour_culture.disclosure.rules import DisclosureRules

__all__ = ["STAGE", "Squares"]

STAGE = "hiding small counts"
Square = tuple[int, int, int, int]
"""Two rows and two columns: a, b in the first row, c, d in the second."""
Grid = list[list[int]]
_TRIES = 2
"""Squares that are tried for a single small count in a block of three rows or columns."""


class Squares:
    """The squares of four counts that hide the small counts of a table, if there are such.

    Along a square, one count at its corner can rise while its neighbours fall and the opposite
    one rises: all sums stay. The tables so reached that have a small count in the square are
    told apart by nothing published, if the procedure would hide the same square in each.
    """

    rules: DisclosureRules
    group: list[Path]
    watch: Watch
    counts: Grid
    only_inside: bool
    rows: dict[int, tuple[int, ...]]
    columns: dict[int, tuple[int, ...]]

    def __init__(self, network: Network, paths: list[Path], watch: Watch) -> None:
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
            # Neither is empty: the sum of a row alone, or of one column, would be small too.
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
        self.watch.check(STAGE)
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
