"""Our fit of a segmented regression beside that of statsmodels."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.monitoring.before_after import regression
from behaviour_culture.monitoring.before_after.regression import Points, _Glm, fit_segments

FAMILIES = {
    "gaussian": sm.families.Gaussian(),
    "poisson": sm.families.Poisson(),
    "negative-binomial": sm.families.NegativeBinomial(alpha=0.3),
}


def points_of(counts: list[int]) -> Points:
    size = len(counts)
    at = np.arange(size)
    design = np.column_stack([np.ones(size), at >= size // 2, at]).astype(float)
    offset = np.log(100 + 3.0 * (at % 4))
    return Points(np.array(counts, dtype=float), design, offset, at)


@pytest.mark.parametrize("family", FAMILIES)
@given(counts=st.lists(st.integers(1, 60), min_size=10, max_size=30))
def test_parameters_errors_and_newey_west_are_those_of_statsmodels(
    family: str, counts: list[int]
) -> None:
    if len(set(counts)) == 1:
        return
    points = points_of(counts)
    model = _Glm(points, family, 0.3 if family == "negative-binomial" else 0.0)
    fit = model.fitted()
    assert fit is not None
    other = sm.GLM(points.values, points.design, family=FAMILIES[family], offset=points.offset)
    scale = None if family == "gaussian" else 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain: Any = other.fit(scale=scale)
        robust: Any = other.fit(scale=scale, cov_type="HAC", cov_kwds={"maxlags": 2})
    near = {"rtol": 1e-4, "atol": 1e-7}
    np.testing.assert_allclose(fit.params, plain.params, **near)
    np.testing.assert_allclose(fit.covariance, plain.cov_params(), **near)
    np.testing.assert_allclose(fit.residuals, plain.resid_pearson, **near)
    np.testing.assert_allclose(model.newey_west(fit, 2), robust.cov_params(), **near)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_series_in_which_nothing_happens_is_refused(family: str) -> None:
    with pytest.raises(bc.InvalidInputError, match="no model fits this series"):
        fit_segments(points_of([0] * 12), family, None)


def test_a_fit_that_does_not_settle_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _Glm(points_of([3, 9, 4, 8, 1, 7, 2, 9, 1, 8]), "poisson", 0.0)
    assert model.fitted() is not None
    monkeypatch.setattr(regression, "_ROUNDS", 1)
    assert model.fitted() is None
