"""One school beside the others: nobody's exact score, no range of a few."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.programme import school_beside_others
from behaviour_culture.programme.hub.beside_others import PrincipleBesideOthers, _range
from builders import audit_of

FRAMEWORK = bc.load_framework("dfe-audit-tool")


@pytest.fixture(scope="module")
def results() -> dict[str, bc.AuditResult]:
    framework = bc.load_framework("bennett-2017")
    return {
        f"s{k}": bc.score_audit(audit_of(framework, rating), framework)
        for k, rating in enumerate((0, 1, 2, 3, 1, 2))
    }


def test_the_range_is_that_of_the_others_alone(results: Any) -> None:
    page = school_beside_others(results, "s0")
    own, row = results["s0"], page.principles[0]
    assert row.own == own.score(row.principle).estimate
    others = [r.score(row.principle).estimate.value for k, r in results.items() if k != "s0"]
    assert row.others == 5
    assert row.low is not None
    assert row.high is not None
    assert row.low <= min(others) < row.low + 0.05 + 1e-9
    assert row.high - 0.05 - 1e-9 < max(others) <= row.high
    assert not any(key in str(page) for key in results if key != "s0")
    assert len(page.to_rows()) == len(page.principles)


def test_with_few_others_nothing_of_them_is_shown(results: Any) -> None:
    few = {key: results[key] for key in ("s0", "s1", "s2", "s3")}
    page = school_beside_others(few, "s0")
    assert all(p.low is p.high is p.where is None for p in page.principles)
    assert "too few to show" in str(page)
    assert school_beside_others(few, "s0", least=3).principles[0].low is not None


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [(0.2, 0.4, "above"), (0.2, 0.5, "within"), (0.7, 0.9, "within"), (0.75, 0.9, "below")],
)
def test_an_interval_that_touches_the_range_lies_within(
    low: float, high: float, where: str
) -> None:
    own = bc.Estimate(value=0.6, lower=0.5, upper=0.7, level=0.95, method="by hand")
    row = PrincipleBesideOthers(principle="p", name="P", own=own, others=5, low=low, high=high)
    assert row.where == where


def test_a_school_lies_outside_only_with_its_whole_interval(results: Any) -> None:
    page = school_beside_others(results, "s0")
    for row in page.principles:
        assert row.own is not None
        assert row.low is not None
        assert (row.where == "below") == (row.own.upper < row.low)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_ends_are_rounded_outwards(scores: list[float]) -> None:
    low, high = _range(scores)
    assert 0 <= low <= min(scores) + 1e-9
    assert 1 >= high >= max(scores) - 1e-9
    assert high - low <= max(scores) - min(scores) + 0.1 + 1e-9


@pytest.mark.parametrize("score", [0.0, 0.25, 0.5, 1.0])
def test_a_score_that_all_others_have_is_not_given_away(score: float) -> None:
    low, high = _range([score] * 4)
    assert high - low >= 0.05


def test_refusals(results: Any) -> None:
    with pytest.raises(bc.errors.UnknownNameError, match="s00"):
        school_beside_others(results, "s00")
    with pytest.raises(bc.InvalidInputError, match="least"):
        school_beside_others(results, "s0", least=2)
    with pytest.raises(bc.InvalidInputError, match="results"):
        school_beside_others({"s0": 1}, "s0")  # type: ignore[dict-item]
    other = bc.score_audit(audit_of(FRAMEWORK, 1), FRAMEWORK) if FRAMEWORK.items else None
    if other is not None:
        with pytest.raises(bc.InvalidInputError, match="framework"):
            school_beside_others({**results, "x": other}, "s0")
