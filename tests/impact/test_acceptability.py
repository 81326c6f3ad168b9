"""Rank acceptability beside exact areas of the weight simplex."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import behaviour_culture as bc
from behaviour_culture.impact import rank_acceptability

TABLES = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(1, 4)),
    elements=st.integers(-3, 3).map(float),
)


def test_two_criteria_by_hand() -> None:
    """Scores with weights (w, 1 - w), w uniform: a = w, b = 0.3, c = 1 - w.

    a beats b where w > 0.3, c beats b where w < 0.7, a beats c where w > 0.5. So a is first
    for w > 0.5, c below; b is second outside (0.3, 0.7), last within it.
    """
    found = bc.impact.rank_acceptability([[1, 0], [0.3, 0.3], [0, 1]], draws=100_000, seed=3)
    exact = [[0.5, 0.2, 0.3], [0, 0.6, 0.4], [0.5, 0.2, 0.3]]
    np.testing.assert_allclose(found.acceptability, exact, atol=0.008)
    np.testing.assert_allclose(
        found.pairwise, [[0.5, 0.7, 0.5], [0.3, 0.5, 0.3], [0.5, 0.7, 0.5]], atol=0.008
    )
    np.testing.assert_allclose(
        found.central_weights[[0, 2]], [[0.75, 0.25], [0.25, 0.75]], atol=0.01
    )
    assert np.isnan(found.central_weights[1]).all()
    assert sorted(found.order[0]) == [0, 2]
    assert found.order[1:] == ((1,),)
    assert "(no clear order)" in str(found)


def test_three_criteria_by_symmetry() -> None:
    found = bc.impact.rank_acceptability(np.eye(3), draws=60_000, seed=8)
    np.testing.assert_allclose(found.acceptability, np.full((3, 3), 1 / 3), atol=0.01)
    # The largest of three uniform spacings is 11/18 on average.
    np.testing.assert_allclose(np.diag(found.central_weights), 11 / 18, atol=0.01)
    assert len(found.order) == 1


def test_uncertain_values_are_taken_in_turn() -> None:
    values = [[[1.0], [0.0]], [[0.0], [1.0]], [[1.0], [0.0]], [[1.0], [0.0]]]
    found = bc.impact.rank_acceptability(values, draws=400, seed=0)
    assert found.acceptability.tolist() == [[0.75, 0.25], [0.25, 0.75]]
    assert found.order == ((0,), (1,))


def test_many_equal_alternatives_come_in_the_order_given() -> None:
    found = bc.impact.rank_acceptability(np.zeros((40, 2)), draws=200, seed=0)
    assert found.order == (tuple(range(40)),)


@given(TABLES, st.integers(0, 1000))
def test_shares_are_shares(values: Any, seed: int) -> None:
    found = bc.impact.rank_acceptability(values, draws=50, seed=seed)
    np.testing.assert_allclose(found.acceptability.sum(axis=0), 1)
    np.testing.assert_allclose(found.acceptability.sum(axis=1), 1)
    np.testing.assert_allclose(found.pairwise + found.pairwise.T, 1)
    once = ~np.isnan(found.central_weights).any(axis=1)
    np.testing.assert_array_equal(once, found.acceptability[:, 0] > 0)
    np.testing.assert_allclose(found.central_weights[once].sum(axis=1), 1)
    groups = found.order
    assert sorted(sum(groups, ())) == list(range(len(values)))
    for i, earlier in enumerate(groups):
        for later in groups[i + 1 :]:
            assert (found.pairwise[np.ix_(earlier, later)] >= 0.6).all()
    assert found == bc.impact.rank_acceptability(values, draws=50, seed=seed)


@given(TABLES, st.data())
def test_permuting_alternatives_permutes_the_answer(values: Any, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(values))))
    one = bc.impact.rank_acceptability(values, draws=40, seed=5)
    two = bc.impact.rank_acceptability(values[order], draws=40, seed=5)
    np.testing.assert_allclose(two.acceptability, one.acceptability[order])
    np.testing.assert_array_equal(two.pairwise, one.pairwise[np.ix_(order, order)])


@given(TABLES)
def test_one_that_another_exceeds_throughout_is_never_first(values: Any) -> None:
    table = np.vstack([values, values[:1] - 1])
    found = bc.impact.rank_acceptability(table, draws=40, seed=5)
    assert found.acceptability[-1, 0] == 0
    assert found.pairwise[0, -1] == 1


def test_equal_alternatives_share_their_ranks() -> None:
    found = bc.impact.rank_acceptability([[0.1, 0.7]] * 3 + [[2, 2]], draws=30, seed=1)
    np.testing.assert_allclose(found.acceptability[:3], [[0, 1 / 3, 1 / 3, 1 / 3]] * 3)
    assert found.order == ((3,), (0, 1, 2))


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([[1, float("nan")]], {}, r"values\[0, 1\]: nan is not a finite number"),
        ([1, 2], {}, "expected a table or an array of 3 dimensions"),
        ([[]], {}, "must not be empty"),
        ([["a"]], {}, "of numbers, got"),
        ([[1], [1, 2]], {}, "of numbers, got"),
        ([[1]], {"draws": 0, "seed": "x"}, r"(?s)draws.*seed"),
        ([[1]], {"seed": 1.5}, "seed"),
        ([[1]], {"draws": True}, "draws"),
    ],
)
def test_refusals(values: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=words):
        bc.impact.rank_acceptability(values, **options)


def test_a_result_that_cannot_be_is_refused() -> None:
    with pytest.raises(bc.InvalidInputError, match=r"(?s)acceptability.*pairwise.*draws|draws"):
        bc.impact.Acceptability(
            acceptability=[[2.0]], central_weights=[[1.0]], pairwise=[[1.0, 1.0]], draws=0, seed=0
        )


class TestEqualIsEqual:
    def test_values_that_differ_by_rounding_tie(self) -> None:
        found = rank_acceptability([[0.3, 0.7], [0.1 + 0.2, 0.7], [0.1, 0.1]], draws=500)
        assert found.pairwise[0, 1] == 0.5
        assert found.acceptability[0].tolist() == found.acceptability[1].tolist()

    @given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=2, max_size=6),
           st.randoms(use_true_random=False))  # fmt: skip
    def test_the_order_of_alternatives_changes_no_share(self, rows: Any, random: Any) -> None:
        mixed = random.sample(range(len(rows)), len(rows))
        one = rank_acceptability([[v / 3 for v in row] for row in rows], draws=64)
        other = rank_acceptability([[v / 3 for v in rows[i]] for i in mixed], draws=64)
        assert np.array_equal(np.asarray(one.acceptability)[mixed], other.acceptability)
        assert [{mixed[i] for i in group} for group in other.order] == [
            set(group) for group in one.order
        ]
