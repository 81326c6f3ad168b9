"""Small counts: an attacker with a solver does not get them back from what is published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.disclosure import DisclosureRules, SuppressedTable, suppress
from behaviour_culture.disclosure.network import Network
from behaviour_culture.errors import InvalidInputError
from builders import examples

optimize = pytest.importorskip("scipy.optimize")

Table = list[list[int]]
Paths = list[tuple[str, ...]] | None


class Attacker:
    """Knows the published table, how totals are made, and whether a 0 would be shown.

    Every published number, hidden or not, is an unknown; each total is a linear equation, and
    each shown number fixes its unknown. An integer program finds the least and the most that
    any of them can be.
    """

    def __init__(self, made: SuppressedTable, paths: Paths, *, least: int) -> None:
        self.names: list[Any] = []
        self.shown: list[int | None] = []
        self.equations: list[tuple[list[Any], Any]] = []
        rows, width = len(made.cells), len(made.cells[0])
        for i, row in enumerate(made.cells):
            for j, value in enumerate(row):
                self.know((i, j), value)
            self.know((i, "total"), made.row_totals[i])
            self.equations.append(([(i, j) for j in range(width)], (i, "total")))
        for j, value in enumerate(made.column_totals):
            self.know(("all", j), value)
            self.equations.append(([(i, j) for i in range(rows)], ("all", j)))
        self.know(("all", "total"), made.total)
        self.equations.append(([(i, "total") for i in range(rows)], ("all", "total")))
        self.equations.append(([("all", j) for j in range(width)], ("all", "total")))
        for name, values in made.subtotals.items():
            inside = [
                i
                for i, path in enumerate(paths or [])
                if any(" / ".join(path[:k]) == name for k in range(1, len(path) + 1))
            ]
            for column, value in zip([*range(width), "total"], values, strict=True):
                self.know((name, column), value)
                self.equations.append(([(i, column) for i in inside], (name, column)))
        matrix = np.zeros((len(self.equations), len(self.names)))
        for row_of, (parts, total) in zip(matrix, self.equations, strict=True):
            row_of[[self.names.index(p) for p in parts]] = 1
            row_of[self.names.index(total)] = -1
        self.constraint = optimize.LinearConstraint(matrix, 0, 0)
        low = [least if v is None else v for v in self.shown]
        high = [5_000 if v is None else v for v in self.shown]  # above any total here
        self.bounds = optimize.Bounds(low, high)

    def know(self, name: Any, value: int | None) -> None:
        self.names.append(name)
        self.shown.append(value)

    def range_of(self, name: Any) -> tuple[int, int]:
        cost = np.zeros(len(self.names))
        cost[self.names.index(name)] = 1
        ends = []
        for sign in (1, -1):
            found = optimize.milp(
                sign * cost,
                constraints=self.constraint,
                bounds=self.bounds,
                integrality=np.ones(len(cost)),
            )
            assert found.success
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]


def truth(table: Table, paths: Paths) -> dict[Any, int]:
    rows = [[*row, sum(row)] for row in table]
    heads = [*range(len(table[0])), "total"]
    found: dict[Any, int] = {}
    for i, row in enumerate(rows):
        found |= {(i, h): v for h, v in zip(heads, row, strict=True)}
    groups: dict[str, list[list[int]]] = {"all": rows}
    for row, path in zip(rows, paths or [], strict=False):
        for k in range(1, len(path) + 1):
            groups.setdefault(" / ".join(path[:k]), []).append(row)
    for name, inside in groups.items():
        found |= {(name, h): sum(r[c] for r in inside) for c, h in enumerate(heads)}
    return found


COUNTS = st.integers(0, 9) | st.integers(0, 60)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, Paths]:
    width = draw(st.integers(1, 4))
    row = st.lists(COUNTS, min_size=width, max_size=width)
    table = draw(st.lists(row, min_size=1, max_size=5))
    shape = draw(st.sampled_from(["flat", "groups", "nested"]))
    if shape == "flat":
        return table, None
    names = st.sampled_from("ab")
    path = st.tuples(names) if shape == "groups" else st.tuples(names, names)
    return table, draw(st.lists(path, min_size=len(table), max_size=len(table)))


RULES = st.builds(
    DisclosureRules,
    threshold=st.integers(2, 6),
    ambiguity=st.integers(2, 6),
    show_zeros=st.booleans(),
)


class TestTheAttacker:
    @examples(40)
    @given(tables(), RULES)
    def test_cannot_pin_a_hidden_count(
        self, drawn: tuple[Table, Paths], rules: DisclosureRules
    ) -> None:
        table, paths = drawn
        made = suppress(table, groups=paths, rules=rules)
        real = truth(table, paths)
        attacker = Attacker(made, paths, least=int(rules.show_zeros))
        for name, shown in zip(attacker.names, attacker.shown, strict=True):
            count = real[name]
            small = int(rules.show_zeros) <= count < rules.threshold
            assert shown is None if small else shown in {None, count}
            if shown is None:
                low, high = attacker.range_of(name)
                assert low <= count <= high
                assert high - low + 1 >= (rules.ambiguity if small else 2)

    def test_wins_where_only_the_small_count_is_hidden(self) -> None:
        """The attacker is able: without complementary suppression it pins the count."""
        table = [[3, 20, 31], [12, 9, 14]]
        made = SuppressedTable(
            cells=((None, 20, 31), (12, 9, 14)),
            row_totals=(54, 35),
            column_totals=(15, 29, 45),
            total=89,
            rules=DisclosureRules(),
        )
        assert Attacker(made, None, least=0).range_of((0, 0)) == (3, 3)
        assert truth(table, None)[0, 0] == 3

    def test_wins_where_two_hidden_counts_leave_too_little(self) -> None:
        """1 and 1 of 2, where a 0 is shown, are no secret; `suppress` hides more."""
        cells = ((None, None, 31), (None, None, 14))
        made = SuppressedTable(
            cells=cells,
            row_totals=(33, 35),
            column_totals=(13, 10, 45),
            total=68,
            rules=DisclosureRules(),
        )
        assert Attacker(made, None, least=1).range_of((0, 0)) == (1, 1)
        better = suppress([[1, 1, 31], [12, 9, 14]])
        low, high = Attacker(better, None, least=1).range_of((0, 0))
        assert high - low + 1 >= 5


class TestTables:
    def test_large_counts_stay(self) -> None:
        made = suppress([[30, 20], [12, 9]])
        assert made.hidden == 0
        assert made.cells == ((30, 20), (12, 9))
        assert (made.row_totals, made.column_totals, made.total) == ((50, 21), (42, 29), 71)

    def test_of_one_column_no_more_is_hidden_than_must_be(self) -> None:
        made = suppress([[1], [9], [20], [30]])
        assert made.cells == ((None,), (None,), (20,), (30,))
        assert made.row_totals == (None, None, 20, 30)
        assert (made.column_totals, made.total) == ((60,), 60)

    @given(st.integers(0, 10_000), st.integers(1, 20))
    def test_a_count_is_rounded_to_the_nearest_multiple_and_halves_up(
        self, count: int, to: int
    ) -> None:
        rounded = DisclosureRules(round_to=to).round(count)
        assert rounded % to == 0
        assert -to < 2 * (count - rounded) < to or 2 * (rounded - count) == to

    @given(RULES)
    def test_the_middle_is_the_mean_of_all_small_counts(self, rules: DisclosureRules) -> None:
        small = [n for n in range(100) if rules.is_small(n)]
        assert rules.middle == np.mean(small)

    def test_a_zero_is_shown_or_not_as_the_rules_say(self) -> None:
        assert suppress([[0, 20], [12, 9]]).hidden == 0
        assert suppress([[0, 20], [12, 9]], rules=DisclosureRules(show_zeros=False)).hidden > 1

    @examples(30)
    @given(tables(), RULES)
    def test_rounding_shows_less_and_no_less_is_hidden(
        self, drawn: tuple[Table, Paths], rules: DisclosureRules
    ) -> None:
        from attrs import evolve

        table, paths = drawn
        plain = suppress(table, groups=paths, rules=rules)
        rounded = suppress(table, groups=paths, rules=evolve(rules, round_to=5))
        assert rounded.hidden == plain.hidden
        for before, after in zip(plain.cells, rounded.cells, strict=True):
            for one, other in zip(before, after, strict=True):
                if one is None:
                    assert other is None
                else:
                    assert other is not None
                    assert other % 5 == 0
                    assert abs(other - one) <= 2

    def test_groups_within_groups_have_their_sums(self) -> None:
        made = suppress(
            [[30, 20], [12, 9], [40, 50]], groups=[("k3", "y7"), ("k3", "y8"), ("k4", "y10")]
        )
        assert dict(made.subtotals) == {
            "k3": (42, 29, 71),
            "k3 / y7": (30, 20, 50),
            "k3 / y8": (12, 9, 21),
            "k4": (40, 50, 90),
            "k4 / y10": (40, 50, 90),
        }

    def test_the_same_table_is_hidden_in_the_same_way(self) -> None:
        table = np.random.default_rng(3).poisson(7, (12, 5))
        assert suppress(table.tolist()) == suppress(table.tolist())

    @pytest.mark.parametrize("threshold", [3, 5, 10])
    @pytest.mark.parametrize("zeros", [True, False])
    def test_the_middle_is_the_mean_of_what_a_hidden_count_could_be(
        self, threshold: int, *, zeros: bool
    ) -> None:
        rules = DisclosureRules(threshold=threshold, show_zeros=zeros, ambiguity=2)
        could_be = [n for n in range(threshold + 5) if rules.is_small(n)]
        assert rules.middle == sum(could_be) / len(could_be)

    def test_every_number_that_is_none_is_counted_as_hidden(self) -> None:
        whole = SuppressedTable(
            cells=((1, 2),), row_totals=(3,), column_totals=(1, 2), total=3, rules=DisclosureRules()
        )
        assert whole.hidden == 0
        for name, hidden in (("cells", ((None, 2),)), ("row_totals", (None,)), ("total", None)):
            assert evolve(whole, **{name: hidden}).hidden == 1
        assert evolve(whole, total=None, column_totals=(None, None)).hidden == 3
        assert evolve(whole, subtotals={"a": (None, 2, None)}).hidden == 2

    def test_a_hidden_count_is_nowhere_in_what_it_prints(self) -> None:
        made = suppress([[3, 20111], [20222, 20333]])
        for text in (str(made), repr(made), made._repr_html_(), str(made.to_rows())):
            assert "20111" not in text
            assert "c" in text


@given(tables())
def test_a_short_path_is_one_of_all_paths(given: tuple[Table, Paths]) -> None:
    table, paths = given
    network = Network(table, list(paths or [()] * len(table)), DisclosureRules())
    network.hide(key for key in network.value if key not in network.hidden and key[2] < 2)
    for key in network.hidden:
        for up in (True, False):
            if network.near_way_round(key, 2, up=up):
                assert network.way_round(key, 2, up=up, around=network.around_hidden)


class TestPercentages:
    @pytest.mark.parametrize(
        ("count", "base", "expected"),
        [
            (12, 48, 25.0),
            (6, 9, None),  # a small group
            (3, 40, None),  # few of them
            (38, 40, None),  # all but few
            (0, 40, 0.0),
            (40, 40, 100.0),
            (5, 10, 50.0),  # the smallest of each that is shown
            (4, 10, None),
            (6, 10, None),
            (0, 9, None),
            (0, 0, None),
        ],
    )
    def test_none_where_it_would_say_too_much(
        self, count: int, base: int, expected: float | None
    ) -> None:
        assert DisclosureRules().percentage(count, base) == expected


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "path"),
        [
            (lambda: suppress([]), "table"),
            (lambda: suppress("abc"), "table"),
            (lambda: suppress([[1, 2], [3]]), "table[1]"),
            (lambda: suppress([[], [1, 2]]), "table[0]"),
            (lambda: suppress([[1, 2], [3, 4.5]]), "table[1][1]"),
            (lambda: suppress([[1, 2], [3, -4]]), "table[1][1]"),
            (lambda: suppress([[1, 2], [3, True]]), "table[1][1]"),
            (lambda: suppress([[1, 2], [3, None]]), "table[1][1]"),
            (lambda: suppress([[1, 2]], groups=["a", "b"]), "groups"),
            (lambda: suppress([[1, 2]], groups=[""]), "groups[0]"),
            (lambda: suppress([[1, 2]], groups=["a/b"]), "groups[0]"),
            (lambda: suppress([[1, 2]], groups=[" "]), "groups[0]"),
            (lambda: suppress([[1, 2]], groups=[()]), "groups[0]"),
            (lambda: suppress([[1, 2]], groups=[("a", "")]), "groups[0]"),
            (lambda: suppress([[1, 2]], groups=[("a", 5)]), "groups[0]"),
            (lambda: suppress([[1, 2]], groups=[("a", "b/c")]), "groups[0]"),
            (lambda: suppress([[1, 2], [3, 4]], groups=["a", "/"]), "groups[1]"),
            (lambda: suppress([[1, 2]], rules=5), "rules"),
            (lambda: DisclosureRules(threshold=1), "threshold"),
            (lambda: DisclosureRules(ambiguity=True), "ambiguity"),
            (lambda: DisclosureRules(show_zeros=1), "show_zeros"),
            (lambda: DisclosureRules().percentage(5, 4), "count"),
            (lambda: DisclosureRules().percentage(-1, 4), "count"),
            (lambda: DisclosureRules().percentage(2.0, 4), "count"),
            (lambda: DisclosureRules().percentage(5, -4), "base"),
            (lambda: DisclosureRules().percentage(0, -1), "base"),
            (lambda: DisclosureRules().percentage(0, 40.0), "base"),
        ],
    )
    def test_faults_are_named(self, call: Any, path: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert [fault.path for fault in caught.value.faults] == [path]
