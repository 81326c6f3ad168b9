"""The planning index beside models of our own: closed form, plain loops, another generator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, lgamma, log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import behaviour_culture as bc
from behaviour_culture.impact.diminishing import diminish, diminishing_factors


def assumed(base: bc.model.EvidenceBase, key: str) -> float:
    return base.assumption(key).value


# -- closed form ----------------------------------------------------------------------------


def clipped_normal(mean: float, error: float) -> tuple[float, float]:
    """First and second moment of a normal variable clipped to [0, 1], by Simpson's rule."""
    normal = NormalDist(mean, error)
    x = np.linspace(0, 1, 4_001)
    density = np.array([normal.pdf(float(v)) for v in x])
    above = 1 - normal.cdf(1)
    return tuple(simpson(x**power * density, x) + above for power in (1, 2))


def simpson(y: NDArray[np.float64], x: NDArray[np.float64]) -> float:
    h = x[1] - x[0]
    return float(h / 3 * (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()))


def worth_moments(base: bc.model.EvidenceBase) -> tuple[float, float]:
    """First and second moment of what fidelity is worth, over its beta distribution."""
    mean, k = assumed(base, "fidelity-mean"), assumed(base, "fidelity-strength")
    floor, full = assumed(base, "fidelity-floor"), assumed(base, "fidelity-full")
    a, b = k * mean, k * (1 - mean)
    constant = lgamma(k) - lgamma(a) - lgamma(b)
    x = np.linspace(1e-9, 1 - 1e-9, 40_001)
    density = np.exp(constant + (a - 1) * np.log(x) + (b - 1) * np.log(1 - x))
    worth = np.clip((x - floor) / (full - floor), 0, 1)
    return simpson(worth * density, x), simpson(worth**2 * density, x)


@pytest.mark.parametrize(
    ("size", "error", "reach", "parameter", "grade"),
    [
        (0.6, 0.1, 0.7, "classroom-management", "B"),
        (0.9, 0.2, 0.3, "teacher-training", "A"),
        (0.2, 0.3, 0.5, "rewards-game", "D"),
    ],
)
def test_one_step_at_one_principle_in_closed_form(  # noqa: PLR0913, PLR0917  (a row a case)
    make: Any, size: float, error: float, reach: float, parameter: str, grade: str
) -> None:
    base = make.evidence(plan_cap=100)
    source, rank = base.parameter(parameter), base.grade(grade)
    made = bc.score_impact(
        make.plan(make.step("only", parameter=parameter, grade=grade, reach=reach)),
        make.result({"p": (size, error)}),
        evidence=base,
        draws=40_000,
        seed=11,
    )
    theta = -rank.discount * source.mean
    spread = (rank.discount * source.standard_error) ** 2
    spread += (rank.discount * rank.tau_factor * source.tau) ** 2
    gap, gap_squared = clipped_normal(size, error)
    worth, worth_squared = worth_moments(base)
    k = assumed(base, "reach-strength")
    reach_squared = reach**2 + reach * (1 - reach) / (k + 1)
    mean = 100 * gap * theta * reach * worth
    square = 1e4 * gap_squared * (theta**2 + spread) * reach_squared * worth_squared
    deviation = sqrt(square - mean**2)
    (only,) = made.steps
    assert only.index.value == pytest.approx(mean, abs=5 * deviation / sqrt(40_000))
    assert only.index.standard_error == pytest.approx(deviation, rel=0.03)
    assert made.total == only.index
    assert made.mc_error == pytest.approx(deviation / sqrt(40_000), rel=0.03)
    assert (only.first, only.top_three, only.rank, only.beats_next) == (1, 1, 1, None)


# -- another implementation -------------------------------------------------------------------


def simulate(
    steps: Sequence[bc.ActionStep],
    gaps: Mapping[str, tuple[float, float]],
    base: bc.model.EvidenceBase,
    draws: int,
    *,
    delivered: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The documented model, draw by draw in plain loops; returns points of steps and plan.

    With every effect at its mean, if delivered.
    """
    rng = np.random.Generator(np.random.MT19937(2_718))
    value = {a.id: a.value for a in base.assumptions}
    rho, cap = value["diminishing-rho"], 100 * value["plan-cap"]
    whole = sum(rho**m for m in range(len(gaps)))  # all principles of the framework

    def beta(mean: float, strength: float) -> float:
        return 1.0 if mean >= 1 else float(rng.beta(mean * strength, (1 - mean) * strength))

    def thinned(entries: Mapping[Any, float]) -> dict[Any, float]:
        ranked = sorted(entries, key=lambda k: -abs(entries[k]))
        return {k: entries[k] * rho**m for m, k in enumerate(ranked)}

    points, totals = np.zeros((draws, len(steps))), np.zeros(draws)
    for n in range(draws):
        wide = 0.0 if delivered else 1.0
        study = {p.id: (wide * rng.normal(), wide * rng.normal()) for p in base.parameters}
        gap = {p: min(1.0, max(0.0, rng.normal(size, error))) for p, (size, error) in gaps.items()}
        done = {s.id: beta(value["fidelity-mean"], value["fidelity-strength"]) for s in steps}
        by_principle: dict[str, dict[str, float]] = {p: {} for p in gaps}
        for s in steps:
            (link,) = s.effects
            source, grade = base.parameter(link.parameter), base.grade(link.grade)
            error, setting = study[source.id]
            theta = -(source.mean + source.standard_error * error) * grade.discount
            theta += setting * source.tau * grade.discount * grade.tau_factor
            floor, full = value["fidelity-floor"], value["fidelity-full"]
            amount = theta * beta(s.reach, value["reach-strength"])
            amount *= min(1.0, max(0.0, (done[s.id] - floor) / (full - floor)))
            for b in s.requires:
                x = (done[b.step] - value["unlock-threshold"]) / value["unlock-slope"]
                low = value["unlock-minimum"]
                amount *= low + (1 - low) / (1 + exp(-x))
            for p in s.principles:
                by_principle[p][s.id] = 100 * gap[p] * amount / whole
        kept = {p: thinned(entries) for p, entries in by_principle.items()}
        sums = {p: sum(entries.values()) for p, entries in kept.items()}
        factor = {p: (thinned(sums)[p] / sums[p] if sums[p] else 1.0) for p in sums}
        mine = [
            sum(entries.get(s.id, 0.0) * factor[p] for p, entries in kept.items()) for s in steps
        ]
        raw = sum(mine)
        totals[n] = min(cap, max(-cap, raw))
        points[n] = np.array(mine) * (totals[n] / raw if abs(raw) > cap else 1.0)
    return points, totals


@pytest.mark.parametrize("cap", [0.4, 0.05])
def test_a_plan_of_several_steps_by_another_implementation(make: Any, cap: float) -> None:
    steps = [
        make.step("agree", ["p"], reach=1.0),
        make.step("teach", ["p", "q"], before=["agree"], reach=0.8),
        make.step("train", ["q"], parameter="teacher-training", grade="A", reach=0.5),
        make.step("walk", ["r"], parameter="rewards-game", grade="C", before=["agree", "teach"]),
    ]
    gaps = {"p": (0.5, 0.1), "q": (0.8, 0.2), "r": (0.3, 0.05)}
    base = make.evidence(plan_cap=cap)
    made = bc.score_impact(
        make.plan(*steps), make.result(gaps), evidence=base, draws=40_000, seed=3
    )
    many = 3_000
    points, totals = simulate(steps, gaps, base, many)
    error = sqrt(totals.var() / many + made.mc_error**2)
    assert made.total.value == pytest.approx(totals.mean(), abs=4.5 * error)
    assert made.total.standard_error == pytest.approx(totals.std(), rel=0.06)
    assert made.p_benefit == pytest.approx((totals > 0).mean(), abs=0.03)
    capped = (np.abs(totals) >= 100 * cap - 1e-9).mean()
    assert made.p_capped == pytest.approx(capped, abs=0.03)
    first = np.argmax(simulate(steps, gaps, base, many, delivered=True)[0], axis=1)
    for i, s in enumerate(steps):
        entry = made.step(s.id)
        error = points[:, i].std() * sqrt(1 / many + 1 / 40_000)
        assert entry.index.value == pytest.approx(points[:, i].mean(), abs=4.5 * error)
        assert entry.first == pytest.approx((first == i).mean(), abs=0.03)
        for end, share in ((entry.index.lower, 0.025), (entry.index.upper, 0.975)):
            assert (points[:, i] < end + 1e-9).mean() == pytest.approx(share, abs=0.03)


# -- diminishing returns ----------------------------------------------------------------------

numbers = st.floats(-1e3, 1e3).map(lambda v: round(v, 6))
tables = st.integers(1, 5).flatmap(
    lambda draws: st.lists(
        st.lists(numbers, min_size=draws, max_size=draws), min_size=1, max_size=6
    )
)


class TestDiminish:
    @given(tables, st.floats(0, 1))
    def test_the_next_largest_counts_by_the_factor(
        self, table: list[list[float]], rho: float
    ) -> None:
        found = diminish(np.array(table), rho)
        factors = diminishing_factors(np.array(table), rho)
        for column in range(len(table[0])):
            mine = [row[column] for row in table]
            ranked = sorted(range(len(mine)), key=lambda i: (-abs(mine[i]), i))
            for place, i in enumerate(ranked):
                factor = 1.0 if place == 0 else rho**place
                assert factors[i, column] == pytest.approx(factor, rel=1e-12)
                assert found[i, column] == pytest.approx(mine[i] * factor, rel=1e-12)

    @given(tables)
    def test_at_one_nothing_diminishes_and_at_zero_all_but_the_first(
        self, table: list[list[float]]
    ) -> None:
        given_table = np.array(table)
        assert np.array_equal(diminish(given_table, 1.0), given_table)
        alone = diminish(given_table, 0.0)
        assert np.array_equal(np.abs(alone).max(axis=0), np.abs(given_table).max(axis=0))
        assert ((alone != 0).sum(axis=0) <= 1).all()

    @given(tables, st.floats(0, 1))
    def test_more_of_a_good_thing_never_lowers_the_sum(
        self, table: list[list[float]], rho: float
    ) -> None:
        good = np.abs(np.array(table))
        before = diminish(good, rho).sum(axis=0)
        good[0] += 1
        assert (diminish(good, rho).sum(axis=0) >= before - 1e-9).all()

    def test_by_hand(self) -> None:
        found = diminish(np.array([[1.0, 8.0], [4.0, 8.0], [-2.0, 8.0]]), 0.5)
        assert found.tolist() == [[0.25, 8.0], [4.0, 4.0], [-1.0, 2.0]]


def test_the_logistic_of_the_shipped_assumptions() -> None:
    # What the evidence file says in words: 0.45 opens about a tenth, 0.75 about nine tenths.
    base = bc.load_evidence()
    middle, slope = assumed(base, "unlock-threshold"), assumed(base, "unlock-slope")
    for fidelity, opened in ((0.45, 0.1), (0.75, 0.9)):
        assert 1 / (1 + exp(-(fidelity - middle) / slope)) == pytest.approx(opened, abs=0.01)
    assert log(0.9 / 0.1) * slope == pytest.approx(0.154, abs=0.001)
