"""What a step makes possible: axioms of Shapley, analytic cases, refusals."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact import gated_benefit, noisy_or, shapley_values, unlock_value

BENEFITS = st.integers(2, 5).flatmap(
    lambda n: arrays(float, n, elements=st.floats(-5, 5, width=16))
)


def by_permutations(worth: Any, n: int) -> list[float]:
    """The definition, order by order; shares no code with what it checks."""
    share = [0.0] * n
    orders = list(permutations(range(n)))
    for order in orders:
        there = [False] * n
        before = float(worth(np.array([there]))[0])
        for i in order:
            there[i] = True
            now = float(worth(np.array([there]))[0])
            share[i] += (now - before) / len(orders)
            before = now
    return share


@st.composite
def gates(draw: st.DrawFn) -> tuple[Any, Any, float]:
    b = draw(BENEFITS)
    raw = draw(arrays(bool, (len(b), len(b))))
    return b, np.tril(raw, -1), draw(st.floats(0, 1, width=16))


class TestShapley:
    @settings(max_examples=25)
    @given(st.integers(1, 4).flatmap(lambda n: arrays(float, 2**n, elements=st.floats(-9, 9))))
    def test_any_game_is_shared_as_over_all_orders(self, table: Any) -> None:
        n = int(np.log2(len(table)))

        def worth(there: Any) -> Any:
            return table[there @ (1 << np.arange(n))]

        found = shapley_values(worth, n)
        assert found.exact
        assert found.values.tolist() == pytest.approx(by_permutations(worth, n), abs=1e-9)

    @settings(max_examples=25)
    @given(gates())
    def test_shares_add_up_to_the_whole(self, game: Any) -> None:
        b, needs, u = game
        for draws in (None, 6):
            found = shapley_values(
                lambda s: gated_benefit(s, b, needs, minimum=u), len(b), draws=draws
            )
            assert found.values.sum() == pytest.approx(found.total, abs=1e-9)
            assert found.total == pytest.approx(b.sum(), abs=1e-9)

    def test_players_that_do_the_same_share_alike_and_a_dummy_gets_its_own(self) -> None:
        found = shapley_values(lambda s: noisy_or(s[:, :2], [0.3, 0.3]) + 2.0 * s[:, 2], 3)
        assert found.values[0] == pytest.approx(found.values[1])
        assert found.values[2] == pytest.approx(2.0)
        nothing = shapley_values(lambda s: noisy_or(s[:, :2], [0.3, 0.3]), 3)
        assert nothing.values[2] == 0.0

    def test_noisy_or_of_two_is_known(self) -> None:
        # phi_1 = p1 - p1 p2 / 2
        found = shapley_values(lambda s: noisy_or(s, [0.6, 0.2]), 2)
        assert found.values.tolist() == pytest.approx([0.6 - 0.06, 0.2 - 0.06])

    def test_sampled_shares_lie_about_the_exact_ones_as_often_as_they_say(self) -> None:
        p = np.linspace(0.05, 0.6, 8)
        exact = np.asarray(shapley_values(lambda s: noisy_or(s, p), 8).values)
        inside, errors = [], []
        for seed in range(40):
            found = shapley_values(lambda s: noisy_or(s, p), 8, draws=200, seed=seed)
            assert not found.exact
            inside.append((found.lower <= exact) & (exact <= found.upper))
            errors.append(np.abs(found.values - exact) / found.standard_error)
        assert 0.88 <= np.mean(inside) <= 0.99
        assert 0.6 < np.mean(errors) < 1.0  # 0.80 for a normal

    def test_many_players_are_sampled_and_the_known_answer_is_within_the_interval(self) -> None:
        rng = np.random.default_rng(4)
        b, needs = rng.normal(1, 1, 40), np.tril(rng.random((40, 40)) < 0.1, -1)
        found = shapley_values(lambda s: gated_benefit(s, b, needs), 40, draws=600, seed=2)
        exact = unlock_value(b, needs)
        assert ((found.lower <= exact) & (exact <= found.upper)).mean() > 0.85
        again = shapley_values(lambda s: gated_benefit(s, b, needs), 40, draws=600, seed=2)
        assert again == found
        other = shapley_values(lambda s: gated_benefit(s, b, needs), 40, draws=600, seed=3)
        assert other != found


class TestUnlockValue:
    @settings(max_examples=30)
    @given(gates())
    def test_the_closed_form_is_the_definition(self, game: Any) -> None:
        b, needs, u = game
        expected = (
            by_permutations(lambda s: gated_benefit(s, b, needs, minimum=u), len(b))
            if (len(b) < 5)
            else shapley_values(
                lambda s: gated_benefit(s, b, needs, minimum=u), len(b)
            ).values.tolist()
        )
        assert unlock_value(b, needs, minimum=u).tolist() == pytest.approx(expected, abs=1e-9)

    @settings(max_examples=30)
    @given(gates())
    def test_marginal_is_what_is_lost_without_the_step(self, game: Any) -> None:
        b, needs, u = game
        for i, found in enumerate(unlock_value(b, needs, minimum=u, kind="marginal")):
            lost = b[i] * u**0
            for k in range(len(b)):
                if needs[k, i]:
                    lost += b[k] * (1 - u)
            assert found == pytest.approx(lost, abs=1e-9)

    @settings(max_examples=30)
    @given(gates(), st.data())
    def test_without_a_prerequisite_a_step_adds_at_most_the_minimum_of_its_benefit(
        self, game: Any, data: st.DataObject
    ) -> None:
        b, needs, u = np.abs(game[0]), game[1], game[2]
        there = np.array(data.draw(st.lists(st.booleans(), min_size=len(b), max_size=len(b))))
        for i in range(len(b)):
            if (needs[i] & ~there).any() and not (needs[:, i]).any():
                with_, without = there.copy(), there.copy()
                with_[i], without[i] = True, False
                added = gated_benefit(with_, b, needs, minimum=u) - gated_benefit(
                    without, b, needs, minimum=u
                )
                assert added <= u * b[i] + 1e-9

    def test_a_chain_by_hand(self) -> None:
        needs = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
        # with a minimum of 0 each pair shares the later one's benefit in halves
        assert unlock_value([1, 2, 4], needs, minimum=0).tolist() == [2.0, 3.0, 2.0]


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "path"),
        [
            ({"players": 0}, "players"),
            ({"players": 2.0}, "players"),
            ({"draws": 0}, "draws"),
            ({"seed": "1"}, "seed"),
            ({"seed": -1}, "seed"),
            ({"worth": 3}, "worth"),
            ({"worth": lambda s: np.full(len(s), np.nan)}, "worth"),
            ({"worth": lambda _: "no"}, "worth"),
            ({"worth": lambda s: s}, "worth"),
        ],
    )
    def test_of_shapley(self, options: dict[str, Any], path: str) -> None:
        given_: dict[str, Any] = {"worth": lambda s: s.sum(axis=1), "players": 2} | options
        worth, players = given_.pop("worth"), given_.pop("players")
        with pytest.raises(InvalidInputError) as error:
            shapley_values(worth, players, **given_)
        assert [f.path for f in error.value.faults] == [path]

    @pytest.mark.parametrize(
        ("call", "paths"),
        [
            (lambda: noisy_or([1, 0], [0.5, np.nan]), ["shares[1]"]),
            (lambda: noisy_or([1, 0], [0.5, 1.5]), ["shares[1]"]),
            (lambda: noisy_or([2, 0], [0.5, 0.5]), ["present"]),
            (lambda: noisy_or([True], [0.5, 0.5]), ["present"]),
            (lambda: unlock_value([1, np.inf], [[0, 0], [1, 0]]), ["benefits[1]"]),
            (lambda: unlock_value([1, 2], [[1, 0], [1, 0]]), ["requires"]),
            (lambda: unlock_value([1, 2], [0, 1]), ["requires"]),
            (lambda: unlock_value([1, 2], [[0, 0], [1, 0]], minimum=-1), ["minimum"]),
            (lambda: unlock_value([1, 2], [[0, 0], [1, 0]], kind="shaply"), ["kind"]),
            (lambda: unlock_value([], []), ["benefits"]),
        ],
    )
    def test_of_arrays(self, call: Any, paths: list[str]) -> None:
        with pytest.raises(InvalidInputError) as error:
            call()
        assert [f.path for f in error.value.faults] == paths
