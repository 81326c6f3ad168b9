"""Few points and few events: intervals that cover, and measures that give no small count away."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import t as student

import behaviour_culture as bc
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.monitoring import (
    Measure,
    interrupted_time_series,
    measure_of,
    rate_ratio,
    survey_change,
    verdict,
)

SEASON = [i % 6 for i in range(24)]
SHAPE = np.exp(np.array([0.15, 0, -0.2, 0.1, 0, -0.1])[SEASON])


def false_changes(family: str, number: int) -> int:
    """Count changes in series of 12 and 12 half-terms that have none; the variance is 4 mu."""
    rng = np.random.default_rng(3)
    options: dict[str, Any] = {} if family == "gaussian" else {"exposure": [1000.0] * 24}
    none = 0.0 if family == "gaussian" else 1.0
    found = 0
    for _ in range(number):
        counts = rng.poisson(rng.gamma(150 * SHAPE / 3, 3))
        made = interrupted_time_series(
            counts, change_at=12, family=family, season=SEASON, **options
        )
        found += not made.level.lower <= none <= made.level.upper
    return found


@pytest.mark.slow
@pytest.mark.parametrize("family", ["poisson", "quasi-poisson", "negative-binomial", "gaussian"])
def test_a_series_without_a_change_seldom_shows_one(family: str) -> None:
    # 5% of 600 and two and a half standard errors; 13% of a negative binomial's did once.
    assert false_changes(family, 600) <= 0.072 * 600


def test_measurements_have_the_interval_of_ordinary_least_squares() -> None:
    values = 10 + np.random.default_rng(1).normal(size=20)
    made = interrupted_time_series(
        values, change_at=10, family="gaussian", trend=False, robust="quasi"
    )
    design = np.column_stack([np.ones(20), np.arange(20) >= 10]).astype(float)
    low, high = sm.OLS(values, design).fit().conf_int()[1]
    assert (made.level.lower, made.level.upper) == pytest.approx((low, high), rel=1e-6)
    assert made.level.p_value == pytest.approx(sm.OLS(values, design).fit().pvalues[1], rel=1e-6)


@pytest.mark.parametrize("family", ["quasi-poisson", "negative-binomial"])
def test_counts_have_the_interval_of_student(family: str) -> None:
    counts = np.random.default_rng(2).poisson(np.random.default_rng(2).gamma(10, 3, 20))
    made = interrupted_time_series(
        counts, change_at=10, family=family, trend=False, robust="quasi", exposure=[1.0] * 20
    )
    kind = (
        sm.families.Poisson()
        if made.alpha is None
        else sm.families.NegativeBinomial(alpha=made.alpha)
    )
    design = np.column_stack([np.ones(20), np.arange(20) >= 10]).astype(float)
    fit = sm.GLM(counts, design, family=kind).fit(scale=1.0)
    error = fit.bse[1] * max(1.0, fit.pearson_chi2 / 18) ** 0.5
    expected = np.exp(fit.params[1] + np.array([-1, 1]) * student.ppf(0.975, 18) * error)
    assert (made.level.lower, made.level.upper) == pytest.approx(expected, rel=1e-5)


# -- few events on one side -------------------------------------------------------------------


def measure(estimate: Any, **options: Any) -> Measure:
    return measure_of(
        estimate, name="removals", source="log", matters=0.8, window="w", exposure="e",
        **options,
    )  # fmt: skip


@pytest.mark.parametrize("method", ["score", "exact"])
@pytest.mark.parametrize("longer", [0.05, 0.25, 1.0, 4.0, 20.0])
def test_a_ratio_gives_no_small_count_away(method: str, longer: float) -> None:
    for few, many in product((1, 2, 3, 4), (5, 6, 9, 12, 30, 200, 1000)):
        for one, none in ((few, many), (many, few)):
            found = rate_ratio(one, 1000 * longer, none, 1000, method=method)
            out = measure(found, events=few + many).published()
            assert (out.events, out.estimate.value) == (None, 1.0)
            assert out.estimate.standard_error is None


def test_a_ratio_of_many_is_published() -> None:
    found = rate_ratio(30, 1000, 40, 1000)
    assert measure(found, events=70).published().estimate == found
    # The sides are unequal because one period is longer: the smaller count says so.
    found = rate_ratio(8, 100, 400, 1000)
    assert measure(found, events=408, fewest=8).published().events == 408
    assert measure(found, events=408, fewest=4).published().events is None


def test_no_side_of_a_published_verdict_can_be_worked_out(tmp_path: Path) -> None:
    counts = [5, 6, 4, 7, 5, 6, 5, 4, 1, 0, 1, 0, 0, 1, 0, 1]
    step = interrupted_time_series(counts, change_at=8, exposure=[4500] * 16, trend=False)
    assert measure(step).fewest == 4
    two = [
        measure_of(result, name=name, source=name, matters=0.8, window="w", exposure="e", **more)
        for name, result, more in (
            ("removals", rate_ratio(2, 36_000, 40, 36_000), {"events": 42}),
            ("fights", step, {}),
        )
    ]
    made = verdict(two)
    bc.write(made, tmp_path / "v.json", publish=True)
    found = json.loads((tmp_path / "v.json").read_text())["measures"]
    assert [(m.get("events"), m["estimate"]["value"], m.get("fewest")) for m in found] == [
        (None, 1.0, None)
    ] * 2
    assert all(row["n"] is None and row["estimate"] is None for row in made.to_rows())


def test_few_who_gave_one_of_the_answers_are_hidden() -> None:
    few = survey_change(
        [1] * 58 + [0] * 2, [1] * 40 + [0] * 20, group="pupils", asked_before=60, asked_after=60
    )
    many = survey_change(
        [1] * 40 + [0] * 20, [1] * 30 + [0] * 30, group="pupils", asked_before=60, asked_after=60
    )
    options: dict[str, Any] = {"name": "good", "source": "s", "matters": 0.1}
    hidden, shown = (measure_of(c, **options, window="w", exposure="e") for c in (few, many))
    assert (hidden.fewest, shown.fewest) == (2, 20)
    assert hidden.published(DisclosureRules()).events is None
    assert shown.published(DisclosureRules()).events == 120
