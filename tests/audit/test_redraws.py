"""How often a principle is among the first gaps when the raters are drawn again."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit import redraw_gaps
from behaviour_culture.errors import InvalidInputError
from builders import examples

BENNETT = bc.load_framework("bennett-2017")


def audit(rows: dict[str, dict[str, int]]) -> bc.Audit:
    """Ratings by rater and item."""
    return bc.Audit(
        id="a",
        framework=BENNETT.id,
        edition=BENNETT.edition,
        responses=[
            bc.Response(rater=rater, item=item, rating=rating)
            for rater, ratings in rows.items()
            for item, rating in ratings.items()
        ],
    )


def random_audit(raters: int, seed: int, missing: float = 0.0) -> bc.Audit:
    rng = np.random.default_rng(seed)
    level = rng.uniform(0, 3, len(BENNETT.items))
    return audit(
        {
            f"rater-{r}": {
                item.id: int(np.clip(round(rng.normal(x, 0.8)), 0, 3))
                for item, x in zip(BENNETT.items, level, strict=True)
                if rng.random() >= missing
            }
            for r in range(raters)
        }
    )


@given(st.integers(2, 7), st.integers(0, 50), st.sampled_from([0.0, 0.3]), st.integers(1, 24))
@examples(15)
def test_the_shares_add_up_to_the_number_of_first_gaps(
    raters: int, seed: int, missing: float, first: int
) -> None:
    found = redraw_gaps(random_audit(raters, seed, missing), BENNETT, first=first, draws=50)
    shares = [r.share for r in found.values() if r.share is not None]
    assert sum(shares) == pytest.approx(min(first, len(found)))
    assert all(0 <= share <= 1 for share in shares)


@given(st.integers(0, 30))
@examples(8)
def test_raters_who_agree_leave_the_order_as_the_audit_has_it(seed: int) -> None:
    alone = random_audit(1, seed)
    same = evolve(
        alone,
        responses=[
            evolve(r, rater=name) for name in ("one", "two", "three") for r in alone.responses
        ],
    )
    first = {g.principle for g in bc.score_audit(same, BENNETT).gaps[:5]}
    found = redraw_gaps(same, BENNETT, draws=20)
    assert {key for key, r in found.items() if r.share} == first
    assert all(r.share in {0.0, 1.0} for r in found.values())


def test_with_one_rater_it_cannot_be_told() -> None:
    found = redraw_gaps(random_audit(1, 1), BENNETT)
    assert {r.share for r in found.values()} == {None}
    assert "cannot be told" in next(iter(found.values())).words


def test_the_order_is_that_of_the_scored_redraw() -> None:
    """Beside an audit written out with each drawn rater as often as drawn."""
    given_ = random_audit(3, 5)
    drawn = np.random.default_rng(0).multinomial(3, np.full(3, 1 / 3), 1)[0]
    again = evolve(
        given_,
        responses=[
            evolve(r, rater=f"{r.rater}-{k}")
            for r in given_.responses
            for k in range(int(drawn[int(r.rater[-1])]))
        ],
    )
    first = {g.principle for g in bc.score_audit(again, BENNETT).gaps[:5]}
    found = redraw_gaps(given_, BENNETT, draws=1)
    assert {key for key, r in found.items() if r.share} == first


def test_the_seed_and_the_order_of_rows() -> None:
    given_ = random_audit(5, 2)
    turned = evolve(given_, responses=given_.responses[::-1])
    assert redraw_gaps(given_, BENNETT, seed=3) == redraw_gaps(turned, BENNETT, seed=3)
    assert redraw_gaps(given_, BENNETT, seed=3) != redraw_gaps(given_, BENNETT, seed=4)


def test_a_plan_says_it() -> None:
    given_ = random_audit(4, 3)
    result = bc.score_audit(given_, BENNETT)
    found = redraw_gaps(given_, BENNETT, first=3)
    plan = bc.draft_plan(
        result, catalogue=bc.load_catalogue("bennett-2017"), priorities=3, redraws=found
    )
    for objective in plan.objectives:
        assert objective.redraws == found[objective.principle]
        assert found[objective.principle].words in str(plan)


def test_refusals() -> None:
    with pytest.raises(InvalidInputError) as caught:
        redraw_gaps(random_audit(2, 1), BENNETT, first=0, draws=0)
    assert [f.path for f in caught.value.faults] == ["first", "draws"]
