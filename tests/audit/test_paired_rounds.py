"""Paired rounds: without any change few parts are clear, and with one the interval holds it."""

from __future__ import annotations

import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture.audit import compare_rounds
from behaviour_culture.audit.difference import paired_difference
from builders import first_of

RATERS = 8


def two_rounds(
    framework: bc.Framework, rng: np.random.Generator, change: float, missing: float = 0.0
) -> tuple[bc.Audit, bc.Audit]:
    """The same raters twice; what each thinks of a principle moves between the rounds."""
    cuts = np.array([-0.8, 0.0, 0.8])
    places = [p.id for p in framework.principles]
    at = np.array([places.index(i.principle) for i in framework.items])
    items = 0.5 * rng.standard_normal(len(at))
    habit = (
        0.55 * rng.standard_normal((RATERS, 1))
        + 0.45 * rng.standard_normal((RATERS, len(places)))[:, at]
    )
    rounds = []
    for k in range(2):
        mood = 0.39 * rng.standard_normal((RATERS, len(places)))[:, at]
        latent = items + habit + mood + 0.6 * rng.standard_normal((RATERS, len(at))) + k * change
        answers = [
            bc.Response(rater=f"r{r}", item=item.id, rating=int((latent[r, i] > cuts).sum()))
            for r in range(RATERS)
            for i, item in enumerate(framework.items)
            if rng.random() >= missing
        ]
        rounds.append(
            bc.Audit(id=f"round-{k}", framework=framework.id, edition=framework.edition,
                     responses=answers)
        )  # fmt: skip
    return rounds[0], rounds[1]


@pytest.mark.parametrize("missing", first_of([0.2, 0.0]))
def test_without_a_change_about_one_part_in_twenty_is_clear(
    framework: bc.Framework, missing: float
) -> None:
    rng = np.random.default_rng(1)
    clear = []
    for _ in range(8):
        found = compare_rounds(*two_rounds(framework, rng, 0.0, missing), framework, paired=True)
        clear += [c.clear for c in found.changes if c.kind is bc.audit.ScoreKind.PRINCIPLE]
    assert 0.01 <= np.mean(clear) <= 0.1


def test_the_value_is_the_difference_of_the_scores(framework: bc.Framework) -> None:
    before, after = two_rounds(framework, np.random.default_rng(2), 0.4)
    found = compare_rounds(before, after, framework, paired=True)
    for part in found.changes:
        assert part.estimate.value == pytest.approx(part.second_score - part.first_score)
        assert "own differences" in part.estimate.method


def test_a_round_turned_round_turns_the_sign(framework: bc.Framework) -> None:
    before, after = two_rounds(framework, np.random.default_rng(3), 0.3, 0.2)
    there = compare_rounds(before, after, framework, paired=True).changes
    back = compare_rounds(after, before, framework, paired=True).changes
    for one, other in zip(there, back, strict=True):
        assert one.estimate.value == pytest.approx(-other.estimate.value)
        assert one.estimate.lower == pytest.approx(-other.estimate.upper)


def test_a_t_interval_by_hand() -> None:
    """Differences 0.1, 0.2, 0.3, 0.4, 0.5: mean 0.3, error 0.0707, t of four degrees 2.776."""
    changes = {str(k): k / 50 for k in range(1, 6)}
    found = paired_difference(changes, dict.fromkeys(changes, 0.2), 0.95, 0.0)
    assert found.value == pytest.approx(0.3)
    assert found.standard_error == pytest.approx(0.0707, abs=1e-4)
    assert found.upper - found.value == pytest.approx(2.776 * 0.0707, abs=1e-3)


def test_raters_who_changed_alike_are_no_surer_than_the_scale_is_fine() -> None:
    changes = {str(k): 0.02 for k in range(5)}
    found = paired_difference(changes, dict.fromkeys(changes, 0.2), 0.95, 0.05)
    assert found.upper > found.value > found.lower
