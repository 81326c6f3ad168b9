"""Matching partners with leads, beside an oracle that tries every match there is."""

from __future__ import annotations

import time
from itertools import product
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.errors import InvalidInputError
from behaviour_culture.programme import match_partners
from builders import examples, faults_of


def tried_all(
    needs: Any, strengths: Any, capacity: Any, allowed: Any, fixed: dict[int, int] | None = None
) -> tuple[int, float]:
    """Return partners placed and total fit of the best of all matches, one by one."""
    leads, best = len(strengths), (-1, 0.0)
    for choice in product([None, *range(leads)], repeat=len(needs)):
        if any(choice.count(k) > capacity[k] for k in range(leads)):
            continue
        if any(k is not None and not allowed[i][k] for i, k in enumerate(choice)):
            continue
        if fixed and any(choice[i] != k for i, k in fixed.items()):
            continue
        pairs = [(i, k) for i, k in enumerate(choice) if k is not None]
        total = sum(
            float(n) * float(s)
            for i, k in pairs
            for n, s in zip(needs[i], strengths[k], strict=True)
        )
        best = max(best, (len(pairs), total))
    return best


def small_hub(seed: int) -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(seed)
    partners, leads, principles = rng.integers(1, [6, 4, 4])
    draw = rng.random if seed % 2 else lambda shape: rng.integers(0, 3, shape) / 2  # many ties
    return (
        draw((partners, principles)),
        draw((leads, principles)),
        rng.integers(0, 4, leads),
        rng.random((partners, leads)) < rng.choice([0.4, 0.7, 1.0]),
    )


def check_against_all(seed: int) -> None:
    needs, strengths, capacity, allowed = small_hub(seed)
    found = match_partners(needs, strengths, capacity, allowed=allowed)
    placed, total = tried_all(needs, strengths, capacity, allowed)
    assert found.placed == placed
    assert found.total == pytest.approx(total, abs=1e-11)
    for i, lead in enumerate(found.lead_of):
        assert lead is None or allowed[i, lead]
    counts = [found.lead_of.count(k) for k in range(len(strengths))]
    assert all(c <= most for c, most in zip(counts, capacity, strict=True))


@pytest.mark.parametrize("seed", range(60))
def test_equals_the_best_of_all_matches(seed: int) -> None:
    check_against_all(seed)


@pytest.mark.slow
def test_equals_the_best_of_all_matches_on_1000_hubs() -> None:
    for seed in range(1000, 2000):
        check_against_all(seed)


@pytest.mark.parametrize("seed", range(100, 140))
def test_one_more_place_is_worth_what_a_new_match_gains(seed: int) -> None:
    needs, strengths, capacity, allowed = small_hub(seed)
    found = match_partners(needs, strengths, capacity, allowed=allowed)
    for value in found.extra_places:
        more = capacity + (np.arange(len(capacity)) == value.lead)
        placed, total = tried_all(needs, strengths, more, allowed)
        assert found.placed + value.more_placed == placed
        assert found.total + value.more_fit == pytest.approx(total, abs=1e-11)


@pytest.mark.parametrize("seed", range(200, 230))
def test_the_next_best_lead_costs_what_a_match_with_it_loses(seed: int) -> None:
    needs, strengths, capacity, allowed = small_hub(seed)
    found = match_partners(needs, strengths, capacity, allowed=allowed)
    for match in found.matches:
        if match.lead is None:
            continue
        others = [k for k in range(len(strengths)) if k != match.lead and allowed[match.partner][k]]
        forced = [
            tried_all(needs, strengths, capacity, allowed, {match.partner: k}) for k in others
        ]
        whole = [total for placed, total in forced if placed == found.placed]
        if match.next_lead is None:
            assert not whole
        else:
            assert found.total - match.next_cost == pytest.approx(max(whole), abs=1e-11)
            own = forced[others.index(match.next_lead)]
            assert own[1] == pytest.approx(max(whole), abs=1e-11)


@pytest.mark.parametrize("seed", range(300, 330))
def test_the_place_that_would_help_does(seed: int) -> None:
    needs, strengths, capacity, allowed = small_hub(seed)
    found = match_partners(needs, strengths, capacity, allowed=allowed)
    for match in (found.matches[i] for i in found.unplaced):
        for k in range(len(strengths)):
            more = capacity + (np.arange(len(capacity)) == k)
            with_it = [
                tried_all(needs, strengths, more, allowed, {match.partner: b})
                for b in range(len(strengths))
                if allowed[match.partner][b]
            ]
            helps = any(placed == found.placed + 1 for placed, _ in with_it)
            if match.next_lead is None:
                assert not helps
            elif match.next_lead == k:
                assert helps


@given(data=st.data())
def test_a_larger_number_of_partners_goes_before_any_fit(data: st.DataObject) -> None:
    large = data.draw(st.floats(1e3, 1e90))
    # Partner 0 may go to both leads and fits lead 0 far better; partner 1 only to lead 0.
    found = match_partners(
        [[large, 0], [0, 1e-9]], [[1, 1], [0, 1]], [1, 1], allowed=[[True, True], [True, False]]
    )
    assert found.lead_of == (1, 0)


@examples(20)
@given(data=st.data())
def test_the_order_of_partners_changes_neither_number_nor_total(data: st.DataObject) -> None:
    needs, strengths, capacity, allowed = small_hub(data.draw(st.integers(0, 10**6)))
    order = data.draw(st.permutations(range(len(needs))))
    one = match_partners(needs, strengths, capacity, allowed=allowed)
    two = match_partners(needs[order], strengths, capacity, allowed=allowed[order])
    assert (one.placed, one.total) == (two.placed, pytest.approx(two.total, abs=1e-11))


def test_700_partners_and_60_leads_take_less_than_five_seconds() -> None:
    rng = np.random.default_rng(1)
    needs, strengths = rng.random((700, 9)), rng.random((60, 9))
    allowed = rng.random((700, 60)) < 0.5
    begun = time.thread_time()
    found = match_partners(needs, strengths, np.full(60, 11), allowed=allowed)
    assert time.thread_time() - begun < 5
    assert found.placed == 660


def test_agrees_with_scipys_assignment_on_a_large_hub() -> None:
    from scipy.optimize import linear_sum_assignment

    rng = np.random.default_rng(2)
    needs, strengths = rng.random((120, 9)), rng.random((20, 9))
    allowed = rng.random((120, 20)) < 0.3
    found = match_partners(needs, strengths, np.full(20, 5), allowed=allowed)
    fit = np.where(allowed, needs @ strengths.T + 1_000, 0)
    rows, columns = linear_sum_assignment(np.repeat(fit, 5, axis=1), maximize=True)
    value = np.repeat(fit, 5, axis=1)[rows, columns]
    assert found.placed == (value > 0).sum()
    assert found.total == pytest.approx((value[value > 0] - 1_000).sum())


def test_reasons_name_what_they_are_about() -> None:
    found = match_partners(
        [[1.0, 0.0], [0.9, 0.1], [0.2, 0.2]],
        [[1.0, 0.1], [0.1, 1.0]],
        [1, 1],
        allowed=[[True, True], [True, True], [True, False]],
    )
    names = {
        "partners": ["Ash", "Birch", "Cedar"],
        "leads": ["Lime", "Maple"],
        "principles": ["routines", "staff"],
    }
    assert found.unplaced == (2,)
    assert found.explain(0, **names) == [
        "Ash goes to Lime: it is strong where the need is largest (routines)",
        "the next best is Maple: that would lower the total fit by 0.18, "
        "with all others moved to suit",
    ]
    assert found.explain(2, **names)[1] == "one more place at Lime would place it"
    assert "1 of 3" not in str(found)
    assert str(found).startswith("2 of 3 partners placed")


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"needs": [[1, float("nan")]]}, {"needs[0, 1]"}),
        ({"needs": [[1, -1]]}, {"needs[0, 1]"}),
        ({"needs": []}, {"needs"}),
        ({"needs": "many"}, {"needs"}),
        ({"needs": None, "strengths": None, "capacity": None}, {"needs", "strengths", "capacity"}),
        ({"strengths": [[1, 1, 1]]}, {"strengths"}),
        ({"capacity": [1.5]}, {"capacity[0]"}),
        ({"capacity": [1, 2]}, {"capacity"}),
        ({"capacity": [-1]}, {"capacity[0]"}),
        ({"allowed": [[2]]}, {"allowed"}),
        ({"allowed": [[0.5]]}, {"allowed"}),
        ({"allowed": [[True, True]]}, {"allowed"}),
        ({"allowed": [[True], [True, False]]}, {"allowed"}),
    ],
)
def test_refuses_by_name(changed: dict[str, Any], paths: set[str]) -> None:
    given_: dict[str, Any] = {"needs": [[1, 2]], "strengths": [[1, 1]], "capacity": [1]}
    with pytest.raises(InvalidInputError) as caught:
        match_partners(**(given_ | changed))
    assert {f.path for f in caught.value.faults} == paths


def test_allowed_as_ones_and_zeros_is_allowed_as_true_and_false() -> None:
    needs, strengths, capacity, allowed = small_hub(3)
    first = match_partners(needs, strengths, capacity, allowed=allowed)
    assert match_partners(needs, strengths, capacity, allowed=allowed.astype(int)) == first


def test_a_match_without_a_total_is_refused() -> None:
    made = match_partners([[1, 2]], [[1, 1]], [1])
    assert set(faults_of(lambda: evolve(made, total="much"))) == {"total"}
