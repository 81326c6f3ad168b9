"""Raters who rate unequal parts, and groups too small to be shown: what the pooled score says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

import behaviour_culture as bc
from behaviour_culture.audit import score_groups
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.statistics.mean_interval import mean_interval

FRAMEWORK = bc.load_framework("bennett-2017")
ITEMS = [item.id for item in FRAMEWORK.items]
CUTS = np.array([-0.8, 0.0, 0.8])


def audit_of(responses: Sequence[bc.Response]) -> bc.Audit:
    return bc.Audit(id="a", framework=FRAMEWORK.id, edition=FRAMEWORK.edition, responses=responses)


def covered(parts: Sequence[Sequence[int]], number: int, seed: int) -> int:
    """Count how often the interval of the whole holds the mean of the raters' population.

    Each rater rates some items: latent normal, a correlation of 0.3 between two answers of one
    rater (that of the default), cut to the four levels. Items differ.
    """
    rng = np.random.default_rng(seed)
    seen = sorted({i for part in parts for i in part})
    held = 0
    for _ in range(number):
        middle = 0.5 * rng.standard_normal(len(ITEMS))
        truth = (1 - norm.cdf(CUTS[:, None] - middle)).sum(axis=0) / 3
        responses = []
        for r, part in enumerate(parts):
            latent = middle[part] + np.sqrt(0.3) * rng.standard_normal()
            latent += np.sqrt(0.7) * rng.standard_normal(len(part))
            ratings = (latent[:, None] > CUTS).sum(axis=1)
            responses += [
                bc.Response(rater=f"r{r}", item=ITEMS[i], rating=int(v))
                for i, v in zip(part, ratings, strict=True)
            ]
        by_principle: dict[str, list[float]] = {}
        for i in seen:
            by_principle.setdefault(FRAMEWORK.items[i].principle, []).append(float(truth[i]))
        true = float(np.mean([np.mean(values) for values in by_principle.values()]))
        found = bc.score_audit(audit_of(responses), FRAMEWORK).whole.estimate
        held += found.lower <= true <= found.upper
    return held


ALL = list(range(len(ITEMS)))
HEAD_AND_TEACHERS = [ALL] + [ALL[:4]] * 29


def test_many_raters_of_one_principle_do_not_make_the_whole_sure() -> None:
    # An interval that counted each of the 30 alike held the truth in 45% of audits: 34 of 40
    # would then be luck of one in ten million.
    assert covered(HEAD_AND_TEACHERS, 40, seed=1) >= 34


@pytest.mark.slow
@pytest.mark.parametrize(
    "parts",
    [
        HEAD_AND_TEACHERS,
        [ALL],
        [ALL] * 3,
        [ALL] * 10,
        [ALL[::2], ALL[1::2]] * 3,
        [ALL[k::5] for k in range(5)],
        [ALL] * 2 + [ALL[40:60]] * 8,
    ],
)
def test_the_interval_covers(parts: list[list[int]]) -> None:
    number = 400
    # 0.93 is 0.95 less two standard errors of 400.
    assert covered(parts, number, seed=5) >= 0.93 * number


@given(st.lists(st.lists(st.booleans(), min_size=96, max_size=96), min_size=1, max_size=4))
def test_the_spread_is_that_of_a_sum_of_correlated_answers(
    table: list[list[bool]],
) -> None:
    """Beside the quadratic form with the whole covariance matrix."""
    responses = [
        bc.Response(rater=f"r{r}", item=ITEMS[i], rating=(r + i) % 4)
        for r, row in enumerate(table)
        for i, yes in enumerate(row)
        if yes or i == 0
    ]
    pairs = [(r.rater, r.item) for r in responses]
    principle = {i.id: i.principle for i in FRAMEWORK.items}
    raters_of = {item: sum(other == item for _, other in pairs) for item in ITEMS}
    seen = {principle[item] for _, item in pairs}
    items_of = {p: len({i for _, i in pairs if principle[i] == p}) for p in seen}
    weights = np.array([1 / raters_of[i] / items_of[principle[i]] / len(seen) for _, i in pairs])
    alike = np.array([[0.3 if a[0] == b[0] else 0.0 for b in pairs] for a in pairs])
    np.fill_diagonal(alike, 1.0)
    opinions = 1 / float(weights @ alike @ weights)
    levels = [
        float(sum(w for w, r in zip(weights, responses, strict=True) if r.rating == v))
        for v in range(4)
    ]
    found = bc.score_audit(audit_of(responses), FRAMEWORK).whole.estimate
    expected = mean_interval(found.value, levels, [0, 1 / 3, 2 / 3, 1], opinions)
    assert (found.lower, found.upper) == pytest.approx(expected[:2], abs=1e-9)


# -- groups that may not be shown ----------------------------------------------------------


OPEN = [item.id for item in FRAMEWORK.items if not item.raters]
"""Items that every group may answer."""


def of_groups(sizes: dict[str, int], seed: int = 3) -> bc.Audit:
    rng = np.random.default_rng(seed)
    return audit_of(
        [
            bc.Response(rater=f"{g}-{n}", group=g, item=i, rating=int(rng.integers(0, 4)))
            for g, size in sizes.items()
            for n in range(size)
            for i in OPEN
        ]
    )


def without(audit: bc.Audit, *groups: str) -> bc.Audit:
    return audit_of([r for r in audit.responses if r.group not in groups])


def test_the_pooled_scores_do_not_give_a_lone_parent_away() -> None:
    audit = of_groups({"teachers": 8, "leaders": 3, "parents": 1})
    pooled, apart = bc.score_audit(audit, FRAMEWORK), score_groups(audit, FRAMEWORK)
    assert apart.withheld == pooled.withheld == ("parents",)
    assert pooled.scores == bc.score_audit(without(audit, "parents"), FRAMEWORK).scores
    assert "Left out, too few raters to be shown: answers of parents" in str(pooled)


def test_groups_that_are_many_together_stay_in() -> None:
    audit = of_groups({"teachers": 3, "pupils": 6, "parents": 5})
    assert score_groups(audit, FRAMEWORK).withheld == ("pupils", "parents")
    pooled = bc.score_audit(audit, FRAMEWORK)
    assert pooled.withheld == ()
    assert pooled.whole.raters == 14


def test_few_answers_of_a_group_that_is_shown_are_left_out_of_their_item() -> None:
    many = of_groups({"teachers": 2, "pupils": 12})
    rare = [r for r in many.responses if r.item != OPEN[0] or r.rater[-1] in "01"]
    pooled = bc.score_audit(audit_of(rare), FRAMEWORK)
    shown = {
        (g, r["id"]): r
        for g in ("pupils", "teachers")
        for r in score_groups(audit_of(rare), FRAMEWORK).group(g).result.to_rows()
    }
    assert ("pupils", OPEN[0]) not in shown
    row = next(r for r in pooled.to_rows() if r["id"] == OPEN[0])
    assert row["score"] == pytest.approx(shown["teachers", OPEN[0]]["score"])


def test_nothing_is_left_out_where_there_is_nothing_to_subtract() -> None:
    for sizes in ({"parents": 2}, {"parents": 2, "pupils": 3}, {"teachers": 2, "leaders": 1}):
        assert bc.score_audit(of_groups(sizes), FRAMEWORK).whole.raters == sum(sizes.values())
    audit = of_groups({"teachers": 3, "parents": 2})
    assert bc.score_audit(audit, FRAMEWORK, rules=DisclosureRules(least_base=2)).withheld == ()
    assert bc.score_audit(audit, FRAMEWORK, staff_groups=("teachers", "parents")).withheld == ()
