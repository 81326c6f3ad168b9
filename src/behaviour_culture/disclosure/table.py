"""A table of counts with its totals, in which small counts are hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from behaviour_culture._display import Displayed, count_of, html_table
from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check, MapOf
from behaviour_culture.disclosure.network import Key, Network, Path
from behaviour_culture.disclosure.rules import SYMBOL, DisclosureRules, is_count
from behaviour_culture.disclosure.squares import STAGE, Squares
from behaviour_culture.errors import Fault, InvalidInputError, shorten

__all__ = ["SuppressedTable", "suppress"]

Counts = tuple[int | None, ...]


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
        return f"{count_of(len(self.cells), 'row')}, {self.hidden} counts hidden"

    def _lines(self) -> list[str]:
        width = max(len(str(v)) for row in self.to_rows() for v in row.values())
        lines = [f"{count_of(len(self.cells), 'row')}, {self.hidden} counts hidden ({SYMBOL})"]
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
    return _hide(Network(counts, paths, rules), paths, watch)


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
            if not is_count(v, 0)
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


def _hide(network: Network, paths: list[Path], watch: Watch) -> SuppressedTable:
    """Hide squares if they will do, or else until every hidden count is safe."""
    rules, value = network.rules, network.value
    keys, enough = Squares(network, paths, watch).choose()
    network.hide(key for key in keys if key not in network.hidden)
    changed = not enough
    while changed:
        changed = False
        hidden = sorted(network.hidden)
        for key in watch.over(STAGE, hidden, len(hidden)):
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
