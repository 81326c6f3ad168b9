"""The step of a series against published data, against truth that was put in, and refusals."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.monitoring import detectable_effect, interrupted_time_series

DATA = Path(__file__).parent.parent / "data" / "monitoring"
SEASON = ("harmonic", 12, 2)


@pytest.fixture(scope="module")
def sicily() -> Any:
    """Lopez Bernal, Cummins & Gasparrini (2017), IJE 46, 348-355: the authors' data."""
    with (DATA / "sicily.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [float(r["aces"]) for r in rows], [float(r["stdpop"]) for r in rows]


class TestSicily:
    """Expected figures: statsmodels on the models of the authors' script (no RR was read)."""

    @pytest.mark.parametrize(
        ("options", "value", "lower", "upper"),
        [
            ({"robust": "model"}, 0.8943765, 0.8646864, 0.9250861),
            ({}, 0.8943765, 0.8391890, 0.9531933),
            ({"family": "quasi-poisson"}, 0.8943765, 0.8391890, 0.9531933),
            ({"season": SEASON}, 0.8850715, 0.8394010, 0.9332270),
            ({"season": SEASON, "slope_change": True}, 0.8764645, 0.8267532, 0.9291646),
            ({"season": SEASON, "robust": "newey-west"}, 0.8850715, 0.8481046, 0.9236498),
        ],
    )
    def test_the_step(self, sicily: Any, options: Any, value: Any, lower: Any, upper: Any) -> None:
        level = interrupted_time_series(
            sicily[0], exposure=sicily[1], change_at=36, **options
        ).level
        assert (level.value, level.lower, level.upper) == pytest.approx(
            (value, lower, upper), abs=1e-5
        )

    def test_slope_and_dispersion(self, sicily: Any) -> None:
        found = interrupted_time_series(
            sicily[0], exposure=sicily[1], change_at=36, season=SEASON, slope_change=True
        )
        assert found.slope is not None
        assert found.slope.value == pytest.approx(1.0014833, abs=1e-5)
        plain = interrupted_time_series(sicily[0], exposure=sicily[1], change_at=36)
        assert plain.dispersion == pytest.approx(3.559187, abs=1e-5)

    def test_the_counterfactual_lies_above_and_adds_up_to_the_events_fewer(
        self, sicily: Any
    ) -> None:
        found = interrupted_time_series(sicily[0], exposure=sicily[1], change_at=36)
        gap = np.asarray(found.counterfactual - found.fitted)
        assert gap[:36] == pytest.approx(np.zeros(36))
        assert gap.sum() == pytest.approx(found.fewer.value)
        # With a step alone the fit after is the ratio times what there would have been.
        assert found.fitted[36:] == pytest.approx(found.counterfactual[36:] * found.level.value)


class TestQuine:
    """Quine's absences (MASS; Crawley, The R Book): as two groups, NB2 by maximum likelihood."""

    def test_alpha_and_ratio_against_statsmodels_own_negative_binomial(self) -> None:
        import statsmodels.api as sm

        with (DATA / "quine.csv").open(encoding="utf-8") as file:
            rows = sorted(csv.DictReader(file), key=lambda r: r["Eth"])
        days = [int(r["Days"]) for r in rows]
        change = sum(r["Eth"] == "A" for r in rows)
        found = interrupted_time_series(
            days, change_at=change, family="negative-binomial", trend=False
        )
        step = (np.arange(len(days)) >= change).astype(float)
        oracle = sm.NegativeBinomial(days, sm.add_constant(step)).fit(disp=0)
        assert found.alpha == pytest.approx(oracle.params[2], abs=1e-3)
        assert np.log(found.level.value) == pytest.approx(oracle.params[1], abs=1e-3)

    def test_the_cells_give_the_published_theta(self) -> None:
        with (DATA / "quine.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        from behaviour_culture.monitoring.before_after.regression import fit_alpha

        cells = [(r["Eth"], r["Sex"], r["Age"], r["Lrn"]) for r in rows]
        design = np.column_stack([[float(c == k) for c in cells] for k in sorted(set(cells))])
        days = np.array([float(r["Days"]) for r in rows])
        assert 1 / fit_alpha(days, design, np.zeros(len(days))) == pytest.approx(1.928, abs=1e-3)
        # Main effects: 1.275 by MASS.
        kinds = [("Eth", "N"), ("Sex", "M"), ("Lrn", "SL"), *(("Age", f"F{i}") for i in (1, 2, 3))]
        main = np.column_stack(
            [np.ones(len(rows)), *([float(r[k] == v) for r in rows] for k, v in kinds)]
        )
        assert 1 / fit_alpha(days, main, np.zeros(len(days))) == pytest.approx(1.274894, abs=1e-3)


@given(st.integers(0, 200), st.floats(0.3, 3), st.sampled_from([None, 6]))
def test_a_noiseless_step_is_found_exactly(seed: Any, ratio: Any, season: Any) -> None:
    rng = np.random.default_rng(seed)
    exposure = rng.uniform(2000, 6000, 36)
    mean = exposure * 0.01 * np.exp(0.01 * np.arange(36)) * np.where(np.arange(36) >= 18, ratio, 1)
    found = interrupted_time_series(
        mean, change_at=18, exposure=exposure, season=season, family="quasi-poisson"
    )
    assert found.level.value == pytest.approx(ratio, rel=1e-6)


@given(st.integers(0, 100), st.floats(0.1, 50))
def test_the_unit_of_exposure_does_not_matter(seed: Any, scale: Any) -> None:
    rng = np.random.default_rng(seed)
    counts, days = rng.poisson(20, 24), rng.uniform(20, 40, 24)
    one = interrupted_time_series(counts, change_at=12, exposure=days).level
    other = interrupted_time_series(counts, change_at=12, exposure=days * scale).level
    assert (one.value, one.lower) == pytest.approx((other.value, other.lower), rel=1e-6)


def test_a_short_series_takes_the_larger_error_of_the_two() -> None:
    rng = np.random.default_rng(4)
    for _ in range(8):
        counts = rng.poisson(30, 24)
        both = interrupted_time_series(counts, change_at=12).level.standard_error
        quasi = interrupted_time_series(counts, change_at=12, robust="quasi").level.standard_error
        assert both >= quasi


def test_an_excluded_point_has_no_say() -> None:
    counts = np.random.default_rng(1).poisson(30, 24)
    odd = counts.copy()
    odd[11] = 500
    one = interrupted_time_series(counts, change_at=12, exclude=[11])
    other = interrupted_time_series(odd, change_at=12, exclude=[11])
    assert one.level == other.level
    assert one.n_before == 11


@pytest.mark.parametrize("nothing", [float("nan"), None, -1])
def test_at_an_excluded_point_anything_may_stand(nothing: Any) -> None:
    counts = np.random.default_rng(1).poisson(30, 24).astype(float).tolist()
    days = [20.0] * 24
    whole = interrupted_time_series(counts, change_at=12, exposure=days, exclude=[11])
    days[11] = 0.0
    found = interrupted_time_series(
        [*counts[:11], nothing, *counts[12:]], change_at=12, exposure=days, exclude=[11]
    )
    assert found.level == whole.level
    assert found.fewer == whole.fewer
    assert np.flatnonzero(np.isnan(found.fitted)).tolist() == [11]
    with pytest.raises(bc.InvalidInputError):
        interrupted_time_series([*counts[:11], nothing, *counts[12:]], change_at=12)


def test_a_season_may_be_a_number_of_numpy() -> None:
    counts = np.random.default_rng(1).poisson(30, 48)
    one, other = (interrupted_time_series(counts, change_at=24, season=s) for s in (6, np.int64(6)))
    assert one == other


def test_gaussian_steps_are_differences() -> None:
    found = interrupted_time_series(
        [5.0, 5.1] * 6 + [7.0, 7.1] * 6, change_at=12, family="gaussian"
    )
    assert found.level.value == pytest.approx(2.0, abs=0.1)


def test_caveats_of_a_short_series() -> None:
    found = interrupted_time_series([10, 12, 9, 11, 12, 8, 7, 9, 6, 8], change_at=5)
    assert found.descriptive
    assert "Only 5 points before" in found.caveats[0]
    few = interrupted_time_series([20, 22, 19, 21, 20, 18] * 4, change_at=9, season=6)
    assert any("two full years" in c for c in few.caveats)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"values": []}, "values"),
        ({"values": [1.0, float("nan")] * 10}, "values[1]"),
        ({"values": [-1] * 20}, "values[0]"),
        ({"values": [[1, 2], [3, 4]]}, "values"),
        ({"values": "12345"}, "values"),
        ({"values": [0] * 20}, "values"),
        ({"change_at": 0}, "change_at"),
        ({"change_at": 20}, "change_at"),
        ({"change_at": True}, "change_at"),
        ({"exposure": [1] * 19}, "exposure"),
        ({"exposure": [0] * 20}, "exposure[0]"),
        ({"family": "poison"}, "family"),
        ({"robust": "hac"}, "robust"),
        ({"season": 1}, "season"),
        ({"season": ["a"] * 20}, "season"),
        ({"season": ("harmonic", 6, 9)}, "season"),
        ({"exclude": [99]}, "exclude[0]"),
        ({"exclude": list(range(10))}, "exclude"),
        ({"trend": 1}, "trend"),
        ({"level": 1}, "level"),
    ],
)
def test_refusals_name_the_argument(options: Any, path: Any) -> None:
    base = {"values": list(range(10, 30)), "change_at": 10}
    with pytest.raises(bc.InvalidInputError) as error:
        interrupted_time_series(**(base | options))
    assert path in [f.path for f in error.value.faults]


class TestPower:
    def test_the_published_rule_of_thumb(self) -> None:
        # C0 = C1 = 100 and a dispersion of 2: exp(-2.8 * sqrt(2 * (1/100 + 1/100))) = 0.57.
        found = detectable_effect(rate=10, before=10, after=10, dispersion=2)
        assert found.ratio == pytest.approx(0.571, abs=0.001)

    @given(st.floats(1, 100), st.integers(8, 40), st.integers(8, 40), st.floats(1, 5))
    def test_a_trend_costs_power(self, rate: Any, before: Any, after: Any, dispersion: Any) -> None:
        options = {"rate": rate, "before": before, "after": after, "dispersion": dispersion}
        plain = detectable_effect(**options, ratio=0.8)
        trend = detectable_effect(**options, ratio=0.8, trend=True)
        assert plain.power >= trend.power
        assert plain.ratio >= trend.ratio

    def test_refusals(self) -> None:
        with pytest.raises(bc.InvalidInputError) as error:
            detectable_effect(rate=0, before=0, after=1, dispersion=0.5, ratio=-1)
        paths = {f.path for f in error.value.faults}
        assert paths == {"rate", "before", "dispersion", "ratio"}
