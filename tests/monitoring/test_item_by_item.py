"""Error rates that an independent check found wanting: simulations of each, with a true answer."""

from __future__ import annotations

import numpy as np
import pytest

from behaviour_culture.monitoring import funnel, rate_ratio, shrink_rates, survey_change
from builders import faults_of, first_of


@pytest.mark.parametrize("tau", [0.1, 0.2, 0.4])
def test_a_funnel_of_unlike_schools_has_few_of_them_outside(tau: float) -> None:
    rng = np.random.default_rng(1)
    outside, spread = [], []
    for _ in range(60):
        expected = np.exp(rng.uniform(np.log(5), np.log(200), 120))
        counts = rng.poisson(expected * rng.gamma(tau**-2, tau**2, 120))
        found = funnel(counts, expected)
        outside.append(len(found.outliers_998) / 120)
        spread.append(found.tau2**0.5)
    assert np.mean(spread) == pytest.approx(tau, rel=0.1)
    assert np.mean(outside) < 0.005


def test_a_funnel_of_chance_alone_has_a_dispersion_of_about_1() -> None:
    rng = np.random.default_rng(2)
    found = [funnel(rng.poisson([80.0] * 200), [80.0] * 200).dispersion for _ in range(40)]
    assert np.mean(found) == pytest.approx(1, abs=0.08)


@pytest.mark.parametrize(("units", "spread"), first_of([(5, 0.3), (12, 0.2), (30, 0.5)]))
def test_shrunk_rates_of_few_schools_cover(units: int, spread: float) -> None:
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(25):
        exposure = np.exp(rng.uniform(np.log(20), np.log(400), units))
        true = 0.05 * rng.gamma(spread**-2, spread**2, units)
        counts = rng.poisson(exposure * true)
        if counts.any():
            found = shrink_rates(counts, exposure)
            inside.append(np.mean((found.lower <= true) & (true <= found.upper)))
    assert 0.91 <= np.mean(inside) <= 0.99


@pytest.mark.parametrize("paired", [False, True])
def test_pupils_of_one_class_answer_alike(paired: bool) -> None:  # noqa: FBT001
    """Ten classes of 24; without them the interval leaves out no change far too often."""
    rng = np.random.default_rng(4)
    classes = [c for c in range(10) for _ in range(24)]
    inside = [0, 0]
    for _ in range(150):
        shares = rng.beta(0.6 * 12, 0.4 * 12, (2, 10))
        before, after = (rng.binomial(1, row[classes]) for row in shares)
        for k, place in enumerate((None, classes)):
            found = survey_change(
                before, after, group="pupils", asked_before=240, asked_after=240, paired=paired,
                clusters_before=place, clusters_after=place,
            )  # fmt: skip
            assert found.change is not None
            inside[k] += found.change.lower <= 0 <= found.change.upper
            said = any("independent" in c for c in found.caveats)
            assert said is (place is None)
    assert inside[0] / 150 < 0.85
    assert inside[1] / 150 > 0.9


def test_classes_that_do_not_fit_are_refused() -> None:
    asked = {"group": "pupils", "asked_before": 60, "asked_after": 60}
    one = [0, 1] * 30
    faults = faults_of(
        lambda: survey_change(one, one, clusters_before=[1] * 60, clusters_after=[1, 2], **asked)  # type: ignore[arg-type]
    )
    assert {"clusters_before", "clusters_after"} <= set(faults)
    assert faults_of(lambda: survey_change(one, one, clusters_before=[1, 2] * 30, **asked))  # type: ignore[arg-type]


@pytest.mark.parametrize("mean", [2, 4, 8, 15])
def test_two_equal_rates_are_seldom_called_unequal(mean: int) -> None:
    rng = np.random.default_rng(5)
    found = [
        rate_ratio(int(a), 1, int(b), 1).p_value or 1.0 for a, b in rng.poisson(mean, (400, 2)) if b
    ]
    assert np.mean(np.array(found) < 0.05) < 0.085
