"""The rows of the evidence pooled by outcome, and each predicted from the others."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats
from tests.builders import faults_of

import behaviour_culture as bc
from behaviour_culture.impact.analysis.evidence_pool import LeaveOneOut, leave_one_out
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.finding import AssumptionKind, Finding
from behaviour_culture.model.setting import Setting

BASE = bc.load_evidence()
ROWS = {f.id: f for f in BASE.findings if f.id[0] == "r" and f.id[1:].isdigit()}
PUBLISHED = {
    # pool: rows, mean, its 95% ends, tau, its 95% ends, the 80% ends for a new setting, inside
    "conduct": (12, -0.096, -0.16, -0.03, 0.04, 0.00, 0.16, -0.16, -0.03, 10),
    "on-task": (10, -0.464, -0.79, -0.14, 0.40, 0.24, 0.78, -1.05, 0.12, 8),
    "conduct-observed": (4, -0.728, -1.18, -0.28, 0.15, 0.00, 0.86, -1.12, -0.33, 4),
    "conduct-targeted": (6, -0.320, -0.48, -0.16, 0.10, 0.00, 0.38, -0.50, -0.14, 5),
    "bullied": (5, -0.172, -0.26, -0.09, 0.00, 0.00, 0.22, -0.22, -0.12, 5),
    "bullying-others": (4, -0.075, -0.20, 0.05, 0.03, 0.00, 0.41, -0.18, 0.02, 4),
    "suspension": (4, -0.356, -0.89, 0.17, 0.28, 0.07, 1.28, -0.98, 0.26, 4),
    "absence": (5, -0.035, -0.08, 0.01, 0.02, 0.00, 0.11, -0.08, 0.01, 4),
    "absence-smd": (5, -0.070, -0.13, -0.01, 0.00, 0.00, 0.29, -0.11, -0.03, 5),
    "aggression": (4, -0.058, -0.28, 0.16, 0.00, 0.00, 0.42, -0.19, 0.07, 4),
}
"""Worked out apart from this library, with other code, from the same rows."""
MISSES = {"r06", "r17", "r45", "r46", "r32", "r85"}


@pytest.fixture(scope="module")
def checked() -> dict[str, LeaveOneOut]:
    return {pool: leave_one_out(BASE, outcome=pool) for pool in PUBLISHED}


def test_the_rows_are_all_there() -> None:
    assert len(ROWS) == 133
    assert sum(row.error is not None for row in ROWS.values()) == 86
    marks = [row.provenance.mark.value for row in ROWS.values()]
    assert {mark: marks.count(mark) for mark in {*marks}} == {
        "computed": 75,
        "read": 27,
        "partly": 26,
        "recalled": 5,
    }
    assert all(row.address for row in ROWS.values() if row.verified)


def test_no_recalled_row_and_no_bare_direction_is_pooled() -> None:
    for row in BASE.findings:
        if row.pool is not None:
            assert row.verified, row.id
            assert row.error is not None, row.id
    recalled = next(row for row in ROWS.values() if row.id == "r114")
    assert "pool" in faults_of(lambda: evolve(recalled, pool="aggression"))


def test_an_assumed_icc_is_a_field() -> None:
    (assumed,) = ROWS["r06"].assumptions
    assert (assumed.kind, assumed.value) == (AssumptionKind.ICC, 0.06)


@pytest.mark.parametrize("pool", PUBLISHED)
def test_the_published_check(checked: dict[str, LeaveOneOut], pool: str) -> None:
    size, mean, low, high, tau, tau_low, tau_high, near, far, inside = PUBLISHED[pool]
    made = checked[pool]
    pooled = made.pooled
    assert (made.total, made.inside) == (size, inside)
    assert pooled.estimate.value == pytest.approx(mean, abs=0.0006)
    ends = (pooled.estimate.lower, pooled.estimate.upper)
    assert ends == pytest.approx((low, high), abs=0.0051)
    shown = (pooled.tau.value, pooled.tau.lower, pooled.tau.upper)
    assert shown == pytest.approx((tau, tau_low, tau_high), abs=0.0051)
    assert pooled.prediction.upper - pooled.prediction.lower <= 1.1 * (far - near) + 0.011


def test_fifty_three_of_fifty_nine(checked: dict[str, LeaveOneOut]) -> None:
    assert sum(made.total for made in checked.values()) == 59
    assert 47 <= sum(made.inside for made in checked.values()) <= 56
    assert {row.row for made in checked.values() for row in made.misses} == MISSES


@pytest.mark.parametrize(
    ("options", "size", "mean", "inside"),
    [
        ({"settings": [Setting.PRIMARY, Setting.SECONDARY]}, 9, -0.068, 8),
        ({"evaluator": "independent"}, 8, -0.060, 7),
    ],
)
def test_by_phase_and_by_evaluator(
    options: dict[str, object], size: int, mean: float, inside: int
) -> None:
    made = leave_one_out(BASE, outcome="conduct", **options)  # type: ignore[arg-type]
    assert (made.total, made.inside) == (size, inside)
    assert made.pooled.estimate.value == pytest.approx(mean, abs=0.0006)


def test_without_the_assumed_icc_the_mean_hardly_moves(checked: dict[str, LeaveOneOut]) -> None:
    (doubted,) = checked["conduct"].pooled.sensitivity
    assert (doubted.assumption, {*doubted.rows}) == (AssumptionKind.ICC, {"r06", "r14", "r17"})
    assert doubted.without is not None
    means = (doubted.without.value, doubted.smaller.value, doubted.larger.value)
    assert means == pytest.approx((-0.1, -0.1, -0.1), abs=0.015)


def test_few_rows_say_that_passing_shows_little(checked: dict[str, LeaveOneOut]) -> None:
    assert "1 degree of freedom" in checked["aggression"].statement
    assert "degree" not in checked["conduct"].statement


def study(number: int, estimate: float, error: float) -> Finding:
    return evolve(
        ROWS["r06"],
        id=f"x{number}",
        study=f"x{number}",
        estimate=estimate,
        standard_error=error,
        lower=None,
        upper=None,
        assumptions=(),
        pool="invented",
    )


def invented(rows: list[tuple[float, float]]) -> EvidenceBase:
    findings = [study(i, estimate, error) for i, (estimate, error) in enumerate(rows)]
    return evolve(BASE, findings=findings)


numbers = st.tuples(st.floats(-1, 1), st.floats(0.03, 0.5))


@given(rows=st.lists(numbers, min_size=4, max_size=9))
def test_against_another_reckoning(rows: list[tuple[float, float]]) -> None:
    made = leave_one_out(invented(rows), outcome="invented")
    y, s = np.array(rows).T
    for i, row in enumerate(made.predicted):
        rest = np.arange(len(rows)) != i
        low, high = interval(y[rest], s[rest], s[i])
        assert (row.expected.lower, row.expected.upper) == pytest.approx((low, high), abs=2e-3)


def interval(y: np.ndarray, s: np.ndarray, error: float) -> tuple[float, float]:  # type: ignore[type-arg]
    """Return the 80% interval, its variance between settings found by Brent's method."""

    def excess(tau2: float) -> float:
        w = 1 / (s**2 + tau2)
        return float(np.sum(w * (y - np.average(y, weights=w)) ** 2)) - (len(y) - 1)

    tau2 = optimize.brentq(excess, 0, 1e3, xtol=1e-12) if excess(0.0) > 0 else 0.0
    w = 1 / (s**2 + tau2)
    mean = np.average(y, weights=w)
    variance = np.sum(w * (y - mean) ** 2) / (len(y) - 1) / np.sum(w)
    half = stats.t.ppf(0.9, len(y) - 2) * sqrt(tau2 + variance + error**2)
    return float(mean - half), float(mean + half)


def test_one_trial_twice_is_refused() -> None:
    base = invented([(0.1, 0.1)] * 4)
    doubled = [evolve(row, study="same") for row in base.findings]
    faults = faults_of(lambda: leave_one_out(evolve(base, findings=doubled), outcome="invented"))
    assert "one trial" in faults["outcome"].message


def test_what_cannot_be_checked() -> None:
    assert "outcome" in faults_of(lambda: leave_one_out(BASE, outcome="days-suspended"))
    assert "outcome" in faults_of(lambda: leave_one_out(BASE, outcome="calm"))
    assert "evaluator" in faults_of(lambda: leave_one_out(BASE, outcome="conduct", evaluator="us"))
