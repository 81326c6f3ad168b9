"""The forecast's arrays beside plain loops, and what must hold in every single draw."""

from __future__ import annotations

from math import exp, inf, isnan
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.impact.diminishing import diminish, diminished_sum
from behaviour_culture.impact.forecasting.drawing import CHUNK, ChunkDraws, Scratch, draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import decay, run_chunk
from behaviour_culture.impact.forecasting.tally import BINS, LEVELS, Tally

NAN = float("nan")
CONSTANTS = {
    "fidelity-floor": 0.3,
    "fidelity-full": 0.8,
    "unlock-threshold": 0.6,
    "unlock-slope": 0.07,
    "unlock-minimum": 0.25,
    "diminishing-rho": 0.5,
    "plan-cap": 0.4,
    "plan-cap-log-ratio": 0.7,
    "ramp-months": 9.0,
    "ramp-low": 6.0,
    "ramp-high": 12.0,
    "decay-plateau": 6.0,
    "decay-year": 0.5,
    "decay-minimum": 0.25,
    "dropout": 0.3,
    "leavers": 0.1,
    "induction-months": 6.0,
    "step-closure": 0.3,
    "view-staff": 1.0,
    "view-pupils": 0.5,
    "view-spread": 0.15,
    "view-correlation": 0.3,
}


def inputs(**changes: Any) -> ForecastInputs:
    """Four steps, two principles, two outcomes; a prerequisite there and one missing.

    One step has two effects and one has none.
    """
    constants = CONSTANTS | changes.pop("constants", {})
    base: dict[str, Any] = {
        "steps": ["a", "b", "c", "d"],
        "principles": ["p", "q"],
        "outcomes": ["conduct", "absence"],
        "scales": ["smd", "log-rate-ratio"],
        "studies": ["s", "t"],
        "months": [2.0, 4.0, 8.0, 14.0, 30.0],
        "worked": [2.0, 4.0, 6.0, 12.0, 28.0],
        "starts": [0.0, 1.0, 3.0, NAN],
        "ends": [NAN, 5.0, NAN, NAN],
        "acting": [0, 1, 2, 2],
        "effect_mean": [0.2, 0.1, 0.3, 0.2],
        "effect_error": [0.05, 0.02, 0.1, 0.1],
        "effect_spread": [0.1, 0.1, 0.2, 0.1],
        "grades": ["B", "B", "C", "B"],
        "study": [0, 0, 1, 1],
        "outcome": [0, 0, 1, 0],
        "fidelity": [[0.7, 10], [0.6, 10], [0.8, 10], [0.7, 10]],
        "reach": [[0.5, 20], [1.0, 20], [0.8, 20], [0.5, 20]],
        "gaps": [[0.6, 0.2], [NAN, NAN]],
        "pairs": [[0, 0], [1, 0], [1, 1], [2, 1], [3, 0]],
        "needs": [[1, 0]],
        "missing": [0.0, 0.0, 1.0, 0.0],
        "constants": constants,
    }
    return ForecastInputs(**(base | changes))


def copied(draws: ChunkDraws) -> ChunkDraws:
    return ChunkDraws(*(array.copy() for array in draws))


def ran(case: ForecastInputs, draws: ChunkDraws) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and maturity, shape (half_terms, rows, draws)."""
    moments = [(m.outcomes.copy(), m.maturity.copy()) for m in run_chunk(case, copied(draws))]
    return np.array([m[0] for m in moments]), np.array([m[1] for m in moments])


# -- another implementation -----------------------------------------------------------------


def thinned(values: list[float], rho: float) -> float:
    ranked = sorted(values, key=lambda v: -abs(v))
    return sum(v * rho**m for m, v in enumerate(ranked))


def left_of(age: float, c: dict[str, float]) -> float:
    if age <= c["decay-plateau"]:
        return 1.0
    if age <= 12:
        part = (age - c["decay-plateau"]) / (12 - c["decay-plateau"])
        return 1 + part * (c["decay-year"] - 1)
    part = min(1.0, (age - 12) / 12)
    return c["decay-year"] + part * (c["decay-minimum"] - c["decay-year"])


def one_draw(
    case: ForecastInputs, draws: ChunkDraws, n: int, t: int
) -> tuple[list[float], list[float]]:
    c = dict(case.constants)
    kept, month, worked = draws.kept[n], case.months[t], case.worked[t]
    stopped = None
    if kept <= t:
        k = int(kept)
        stopped = float(case.months[k - 1]) if k else 0.0
        worked = float(case.worked[k - 1]) if k else 0.0
    grown = []
    for i in range(len(case.steps)):
        start, end = case.starts[i], case.ends[i]
        if isnan(start) or start >= worked:
            grown.append(0.0)
            continue
        value = 1 - exp(-(worked - start) / draws.ramp[n])
        ends = [e for e in (end, stopped) if e is not None and not isnan(e)]
        value *= 1 - c["leavers"] * c["induction-months"] / 12
        if ends:
            age = max(0.0, month - min(ends))
            value *= left_of(age, c) * (1 - c["leavers"]) ** (age / 12)
        grown.append(float(value))
    sums: dict[int, dict[int, list[float]]] = {0: {}, 1: {}}
    practice = [float(g) for g in draws.gaps[:, n]]
    for i, p in case.pairs.astype(int).tolist():
        f = draws.fidelity[i, n]
        opened = c["unlock-minimum"] ** case.missing[i]
        for j, before in case.needs.astype(int).tolist():
            if j == i:
                x = (draws.fidelity[before, n] - c["unlock-threshold"]) / c["unlock-slope"]
                opened *= c["unlock-minimum"] + (1 - c["unlock-minimum"]) / (1 + exp(-x))
        share = 1 / sum(1 for s, _ in case.pairs if s == i)
        practice[p] *= 1 - c["step-closure"] * f * opened * grown[i] * share
        floor, full = c["fidelity-floor"], c["fidelity-full"]
        worth = min(1.0, max(0.0, (f - floor) / (full - floor)))
        for e in (e for e, acting in enumerate(case.acting) if acting == i):
            study = case.study[e]
            theta = case.effect_mean[e] + case.effect_error[e] * draws.study[study, n]
            theta += case.effect_spread[e] * draws.setting[study, n]
            value = draws.gaps[p, n] * theta * draws.reach[i, n] * worth * opened * grown[i]
            value /= sum(c["diminishing-rho"] ** m for m in range(len(case.principles)))
            sums[case.outcome[e]].setdefault(p, []).append(float(value))
    rho = c["diminishing-rho"]
    caps = [c["plan-cap"], c["plan-cap-log-ratio"]]
    found = []
    for k, cap in enumerate(caps):
        raw = thinned([thinned(v, rho) for v in sums[k].values()], rho)
        found.append(min(cap, max(-cap, raw)))
    first = min(s for s in case.starts if not isnan(s))
    whole = 1 - exp(-max(0.0, worked - first) / draws.ramp[n])
    found += [
        c["view-staff"] * found[0] + draws.views[0, n] * whole,
        c["view-pupils"] * found[0] + draws.views[1, n] * whole,
    ]
    return found, [1 - g for g in practice]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"constants": {"dropout": 3.0, "plan-cap": 0.05}},
        {"constants": {"diminishing-rho": 1.0, "leavers": 0.0}},
        {"ends": [3.0, 5.0, 2.0, NAN], "constants": {"dropout": 1.0}},
    ],
)
def test_every_draw_is_what_plain_loops_make_of_it(changes: dict[str, Any]) -> None:
    case = inputs(**changes)
    draws = draw_chunk(case, 5, 2, 150)
    outcomes, maturity = ran(case, draws)
    for n in range(150):
        for t in range(len(case.months)):
            seen, practice = one_draw(case, draws, n, t)
            assert outcomes[t, :, n] == pytest.approx(seen, abs=1e-12)
            assert maturity[t, :, n] == pytest.approx(practice, abs=1e-12)
    if changes.get("constants", {}).get("dropout", 0) > 1:
        assert (draws.kept < len(case.months)).sum() > 50


# -- what holds in every draw -----------------------------------------------------------------

shares = st.floats(0, 1).map(lambda v: round(v, 3))
FAVOURABLE = {"effect_error": [0.0] * 4, "effect_spread": [0.0] * 4}


class TestMonotone:
    """With favourable effects, more never brings less: draw by draw, not only on average."""

    @given(st.integers(0, 3), shares, st.integers(0, 3))
    def test_more_reach_or_fidelity(self, step: int, more: float, seed: int) -> None:
        case = inputs(**FAVOURABLE)
        draws = draw_chunk(case, seed, 0, 40)
        before, practice = ran(case, draws)
        for what in ("reach", "fidelity"):
            better = copied(draws)
            row = getattr(better, what)[step]
            row += more * (1 - row)
            after, later = ran(case, better)
            assert (after >= before - 1e-12).all()
            assert (later >= practice - 1e-12).all()

    @given(st.integers(0, 3), st.floats(1, 3), st.integers(0, 3))
    def test_better_evidence(self, step: int, factor: float, seed: int) -> None:
        case = inputs(**FAVOURABLE)
        draws = draw_chunk(case, seed, 0, 40)
        means = case.effect_mean.copy()
        means[step] *= factor
        after, _ = ran(evolve(case, effect_mean=means), draws)
        assert (after >= ran(case, draws)[0] - 1e-12).all()

    @given(st.integers(0, 3))
    def test_a_longer_life_of_the_plan(self, seed: int) -> None:
        case = inputs(**FAVOURABLE)
        draws = draw_chunk(case, seed, 0, 60)
        kept = ran(case, draws._replace(kept=np.full(60, inf)))
        for k in range(5):
            given_up = ran(case, draws._replace(kept=np.full(60, float(k))))
            assert (given_up[0][:, :2] <= kept[0][:, :2] + 1e-12).all()
            assert (given_up[0][:k] == kept[0][:k]).all()


@pytest.mark.parametrize("absent", [1, 2])
def test_a_step_without_its_prerequisite_adds_at_most_the_minimum(absent: int) -> None:
    alone: dict[str, Any] = {"pairs": [[2, 1]], "needs": [], "constants": {"plan-cap-log-ratio": 9}}
    open_, shut = (
        inputs(**alone, missing=[0.0, 0.0, float(k), 0.0], **FAVOURABLE) for k in (0, absent)
    )
    draws = draw_chunk(open_, 1, 0, 500)
    full, part = ran(open_, draws)[0][:, 1], ran(shut, draws)[0][:, 1]
    assert full[-1].max() > 0.05
    assert (part <= 0.25**absent * full + 1e-15).all()


def test_before_any_step_has_begun_nothing_differs_from_today() -> None:
    case = inputs(starts=[9.0, 9.0, 9.0, NAN])
    draws = draw_chunk(case, 0, 0, 50)
    outcomes, maturity = ran(case, draws)
    assert (outcomes[:3] == 0).all()
    assert np.allclose(maturity[:3], 1 - draws.gaps, atol=1e-15)
    assert (outcomes[3] != 0).any()


# -- parts ------------------------------------------------------------------------------------


@given(
    st.integers(1, 9).flatmap(
        lambda m: st.lists(
            st.lists(st.floats(-1e3, 1e3).map(lambda v: round(v, 6)), min_size=3, max_size=3),
            min_size=m,
            max_size=m,
        )
    ),
    shares,
)
def test_the_sorting_network_sums_as_the_index_does(table: list[list[float]], rho: float) -> None:
    rows = np.array(table)
    expected = [thinned(list(column), rho) for column in rows.T]
    tied = [len({abs(v) for v in column}) < len(column) for column in rows.T]
    found = diminished_sum(rows.copy(), rho)
    for value, wanted, tie in zip(found, expected, tied, strict=True):
        if not tie:  # of two opposite numbers of one size either may come first
            assert value == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    index = diminish(rows, rho).sum(axis=0)
    assert found[~np.array(tied)] == pytest.approx(index[~np.array(tied)], rel=1e-9, abs=1e-9)


def test_decay_as_published() -> None:
    # Row B9: full in the first six months, half of it at twelve.
    assert decay(np.array([NAN, -5.0, 6.0, 12.0, 24.0, 99.0]), 6, 0.5, 0.25).tolist() == [
        1.0, 1.0, 1.0, 0.5, 0.25, 0.25,
    ]  # fmt: skip


class TestDraws:
    def test_an_input_keeps_its_draws_whatever_else_the_plan_holds(self) -> None:
        case = inputs()
        fewer = evolve(
            case,
            steps=["b"], starts=[0.0], ends=[NAN], acting=[0], effect_mean=[0.1],
            effect_error=[0.0], effect_spread=[0.0], grades=["B"], study=[0], outcome=[0],
            fidelity=case.fidelity[1:2], reach=case.reach[1:2], pairs=[[0, 1]], needs=[],
            missing=[0.0],
        )  # fmt: skip
        one, other = draw_chunk(case, 3, 7), draw_chunk(fewer, 3, 7)
        assert (one.fidelity[1] == other.fidelity[0]).all()
        assert (one.gaps == other.gaps).all()
        assert (one.study == other.study).all()
        assert (one.views == other.views).all()

    @pytest.mark.parametrize("hazard", [0.0, 5e-324])
    def test_a_hazard_of_next_to_nothing_never_ends_a_plan(self, hazard: float) -> None:
        assert (draw_chunk(inputs(constants={"dropout": hazard}), 0, 0).kept == inf).all()

    def test_memory_that_is_used_again_changes_no_bit(self) -> None:
        scratch = Scratch()
        for case in (
            inputs(),
            inputs(starts=[0.0, NAN, 3.0, 1.0]),
            inputs(steps=["a", "b", "c", "e"]),
        ):
            for chunk, size in ((0, 300), (1, 300), (2, 40)):
                fresh = ran(case, draw_chunk(case, 5, chunk, size))
                draws = draw_chunk(case, 5, chunk, size, scratch)
                again = [
                    (m.outcomes.copy(), m.maturity.copy()) for m in run_chunk(case, draws, scratch)
                ]
                for k, wanted in enumerate(fresh):
                    assert np.array_equal(wanted, np.array([m[k] for m in again]))

    def test_the_order_in_which_prerequisites_are_listed_changes_no_bit(self) -> None:
        needs = [[3, 2], [3, 0], [3, 1], [1, 0]]
        one, other = inputs(needs=needs), inputs(needs=needs[::-1])
        draws = draw_chunk(one, 5, 0, 2_000)
        for a, b in zip(ran(one, draws), ran(other, draws), strict=True):
            assert np.array_equal(a, b)

    def test_moments_of_what_is_drawn(self) -> None:
        case = inputs()
        chunks = [draw_chunk(case, 0, k) for k in range(20)]
        n = 20 * CHUNK
        fidelity = np.concatenate([c.fidelity[0] for c in chunks])
        assert fidelity.mean() == pytest.approx(0.7, abs=5 * 0.14 / n**0.5)
        assert fidelity.var() == pytest.approx(0.7 * 0.3 / 11, rel=0.03)
        assert all((np.diff(c.kept) <= 0).all() for c in chunks)
        kept = np.concatenate([c.kept for c in chunks])
        for k in range(1, 6):  # the plan runs at the end of half-term k
            share = exp(-0.3 * k / 6)
            assert (kept >= k).mean() == pytest.approx(share, abs=5 * 0.5 / n**0.5)
        views = np.concatenate([c.views for c in chunks], axis=1)
        assert np.corrcoef(views)[0, 1] == pytest.approx(0.3, abs=0.02)
        assert views.std(axis=1) == pytest.approx([0.15, 0.15], rel=0.02)
        ramp = np.concatenate([c.ramp for c in chunks])
        assert ramp.mean() == pytest.approx(9.0, abs=0.03)
        assert ramp.min() >= 6
        assert ramp.max() <= 12
        streams = np.stack([np.concatenate([c.study[0], c.setting[0]]) for c in chunks])
        streams = np.concatenate(
            [streams, np.stack([np.concatenate([c.study[1]] * 2) for c in chunks])]
        )
        matrix = np.corrcoef(streams) - np.eye(len(streams))
        assert np.abs(matrix).max() < 5 / CHUNK**0.5  # no two streams are alike


class TestTally:
    def test_quantiles_are_within_a_bin_of_the_exact_ones(self) -> None:
        rng = np.random.default_rng(4)
        values = np.clip(rng.normal(0.05, 0.1, (3, 5_000)), -0.4, 0.4)
        values[1] = 0.0
        values[2, :3_000] = 0.4
        tally = Tally(np.full(3, -0.4), np.full(3, 0.4))
        for part in np.split(values, 5, axis=1):
            other = Tally(np.full(3, -0.4), np.full(3, 0.4))
            for row in range(3):
                other.add(row, part[row].copy(), np.empty(1_000))
            other.draws += 1_000
            tally.merge(other)
        exact = np.array(
            [np.quantile(values, [(1 - p) / 2, (1 + p) / 2], axis=1).T for p in LEVELS]
        )
        assert np.abs(tally.intervals() - exact).max() <= 0.8 / BINS
        assert tally.means() == pytest.approx(values.mean(axis=1))
        assert tally.deviations() == pytest.approx(values.std(axis=1), abs=1e-9)
        assert (tally.better == (values > 0).sum(axis=1)).all()
        assert (tally.worse == (values < 0).sum(axis=1)).all()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"starts": [0.0, 1.0]}, "starts"),
        ({"effect_mean": [0.1, NAN, 0.1, 0.1]}, "effect_mean"),
        ({"acting": [0, 1, 2, 4]}, "acting"),
        ({"acting": [0, 1, 2]}, "study"),
        ({"study": [0, 0, 2, 1]}, "study"),
        ({"outcome": [0, 0, True, 1]}, "outcome"),
        ({"pairs": [[0, 2]]}, "pairs"),
        ({"needs": [[0.5, 1]]}, "needs"),
        ({"months": []}, "months"),
        ({"months": [2.0, 2.0, 3.0, 4.0, 5.0]}, "months"),
        ({"fidelity": "high"}, "fidelity"),
        ({"constants": {"view-correlation": 1.5}}, "constants.view-correlation"),
        ({"constants": {"ramp-low": 10.0}}, "constants.ramp-months"),
        ({"constants": {"fidelity-full": 0.3}}, "constants.fidelity-full"),
        ({"constants": {"dropout": NAN}}, "constants.dropout"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(bc.InvalidInputError) as caught:
        inputs(**changes)
    assert path in [f.path.partition("[")[0] for f in caught.value.faults]
