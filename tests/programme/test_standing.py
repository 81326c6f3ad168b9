"""A school beside others: clear where it is, and seldom clear where it is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture.programme import Cohort, school_standing
from behaviour_culture.programme.cohort.bands import _likeness

TFI = bc.load_framework("tfi-2.1")


def cohort(ratings: Any) -> Cohort:
    names = [f"s-{i:03d}" for i in range(len(ratings))]
    return Cohort(framework=TFI, schools=names, rounds=[1], ratings=np.asarray(ratings)[None])


@pytest.mark.parametrize(("target", "clear"), [(0.85, True), (1.0, True), (0.5, False)])
def test_a_school_far_above_schools_that_hardly_differ_is_clearly_above(
    target: float,
    clear: bool,  # noqa: FBT001
) -> None:
    ratings = np.random.default_rng(1).integers(0, 3, (60, 45)).astype(float)
    high = round(45 * target * 2)
    ratings[0] = [2] * (high // 2) + [1] * (high % 2) + [0] * (45 - high // 2 - high % 2)
    standing = school_standing(cohort(ratings), "s-000")
    assert standing.clear["whole"] is clear
    assert standing.places["whole"] == ("above" if clear else standing.places["whole"])


def test_likeness_is_the_intraclass_correlation() -> None:
    """Beside the mean squares of a balanced table, item means removed."""
    rng = np.random.default_rng(2)
    school = rng.normal(0, 0.5, (80, 1))
    ratings = np.clip(np.round(1 + school + rng.normal(0, 1, (80, 45))), 0, 2)
    centred = ratings / 2 - (ratings / 2).mean(axis=0)
    between = 45 * centred.mean(axis=1).var(ddof=1)
    within = centred.var(axis=1, ddof=1).mean()
    expected = (between - within) / (between + 44 * within)
    assert 0.05 < expected < 0.3
    assert _likeness(cohort(ratings), 0) == pytest.approx(expected)


def test_likeness_with_gaps_and_at_the_ends() -> None:
    rng = np.random.default_rng(3)
    ratings = rng.integers(0, 3, (40, 45)).astype(float)
    ratings[rng.random((40, 45)) < 0.3] = np.nan
    ratings[5], ratings[:, 7] = np.nan, np.nan
    assert 0 <= _likeness(cohort(ratings), 0) < 0.05
    apart = np.repeat(rng.integers(0, 3, (40, 1)), 45, axis=1).astype(float)
    assert _likeness(cohort(apart), 0) == 0.3  # as for one audit by itself, and no more
    assert _likeness(cohort(np.ones((40, 45))), 0) == 0.3


def false_clear(number: int, spread: float) -> int:
    """Count clear places of a school whose raters' population lies in the middle of the band."""
    rng = np.random.default_rng(4)
    found = 0
    for _ in range(number):
        latent = np.append(0.0, rng.normal(0, spread, 59))[:, None] + rng.normal(size=(60, 45))
        ratings = (latent > -0.5).astype(float) + (latent > 0.5)
        standing = school_standing(cohort(ratings), "s-000")
        found += standing.clear["whole"] and standing.places["whole"] != "within"
    return found


def test_a_school_in_the_middle_is_seldom_clearly_outside() -> None:
    assert false_clear(25, 0.5) <= 3


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.2, 0.5, 1.0])
def test_it_is_so_in_at_most_one_case_of_twenty(spread: float) -> None:
    assert false_clear(300, spread) <= 22
