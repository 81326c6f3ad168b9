"""The order of rows changes nothing or is an error, and rounding is no effect."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import BehaviourCultureError, InvalidInputError
from behaviour_culture.monitoring import (
    difference_in_differences,
    funnel,
    interrupted_time_series,
    measure_of,
    p_chart,
    shrink_rates,
    u_chart,
    xmr_chart,
)

pytest.importorskip("scipy")
pytest.importorskip("statsmodels")


def changed(before: list[float], after: list[float], treated: list[int], **more: Any) -> Any:
    rows = [
        (v, f"s{i}", p, t, p == 2)
        for i, (b, a, t) in enumerate(zip(before, after, treated, strict=True))
        for v, p in ((b, 1), (a, 2))
    ]
    outcome, unit, period, treat, late = zip(*rows, strict=True)
    return difference_in_differences(
        outcome, unit=unit, period=period, treated=treat, after=late, **more
    )


def reading(result: Any) -> str:
    return measure_of(
        result, name="late", source="register", matters=0.05, window="w", exposure="e", events=400
    ).reading.value


class TestRoundingIsNoEffect:
    def test_schools_that_changed_alike_give_no_p_value(self) -> None:
        """scipy, issues 14418 and 16055: nearly identical groups are sure to differ."""
        rounded = changed([1.1, 0.3, 0.5, 0.9], [1.0, 0.2, 0.5, 0.9], [1, 1, 0, 0])
        exact = changed([1.125, 0.25, 0.5, 0.75], [1.0, 0.125, 0.5, 0.75], [1, 1, 0, 0])
        for found in (rounded, exact):
            assert (found.estimate.standard_error, found.estimate.p_value) == (0.0, None)
            assert reading(found) == "could-not-tell"

    @pytest.mark.parametrize("unit", [1e-85, 1e-9, 1.0, 1e9, 1e85])
    def test_the_unit_of_the_outcome_does_not_matter(self, unit: float) -> None:
        before, after = [1, 2, 3, 5, 4], [2.5, 3, 4, 1, 1]
        one = changed(before, after, [1, 1, 0, 0, 0])
        other = changed([unit * b for b in before], [unit * a for a in after], [1, 1, 0, 0, 0])
        assert other.estimate.value == pytest.approx(unit * one.estimate.value)
        assert other.estimate.p_value == pytest.approx(one.estimate.p_value)
        assert other.p_permutation == one.p_permutation

    def test_a_large_level_with_a_small_change_is_no_rounding(self) -> None:
        found = changed([1e6, 1e6, 1e6, 1e6], [1e6 + 1, 1e6 + 2, 1e6, 1e6 + 0.5], [1, 1, 0, 0])
        assert found.estimate.standard_error > 0.1

    @pytest.mark.parametrize("options", [{}, {"robust": "model"}, {"robust": "newey-west"}])
    def test_a_model_that_meets_every_point_tells_no_error(self, options: dict[str, Any]) -> None:
        for values in ([0.1 * i for i in range(20)], [0.3] * 10 + [0.2] * 10):
            found = interrupted_time_series(values, change_at=10, family="gaussian", **options)
            assert (found.level.standard_error, found.level.p_value) == (0.0, None)
            assert reading(found) == "could-not-tell"
            assert any("meets every point" in caveat for caveat in found.caveats)

    def test_points_that_are_the_same_but_for_rounding_are_refused(self) -> None:
        with pytest.raises(InvalidInputError, match="all points are the same"):
            interrupted_time_series([0.3, 0.1 + 0.2] * 10, change_at=10, family="gaussian")

    def test_raters_that_agree_but_for_rounding_have_no_variation_to_share(self) -> None:
        same = [[0.3, 0.1 + 0.2], [0.1 + 0.2, 0.3], [0.3, 0.3]]
        with pytest.raises(InvalidInputError, match="not defined"):
            bc.audit.icc(same, form="ICC(2,1)")
        with pytest.raises(InvalidInputError, match="not defined"):
            bc.audit.krippendorff_alpha(same, level="interval")


ROWS = st.lists(st.integers(-50, 50).map(lambda x: x / 10), min_size=12, max_size=12)


class TestOrderOfRows:
    @given(ROWS, st.randoms(use_true_random=False))
    def test_of_schools_and_numbered_periods_changes_no_bit(
        self, outcome: list[float], random: Any
    ) -> None:
        rows = [(v, f"s{i % 4}", i // 4, i % 4 < 2, i // 4 == 2) for i, v in enumerate(outcome)]
        mixed = random.sample(rows, len(rows))
        one, other = (
            difference_in_differences(o, unit=u, period=p, treated=t, after=a)
            for o, u, p, t, a in (zip(*some, strict=True) for some in (rows, mixed))
        )
        assert one == other

    def test_of_periods_with_names_is_that_of_time_or_an_error(self) -> None:
        data: dict[str, Any] = {
            "unit": ["a", "a", "b", "b"],
            "treated": [1, 1, 0, 0],
            "after": [0, 1, 0, 1],
        }
        names = ["Autumn", "Spring", "Autumn", "Spring"]
        made = difference_in_differences([1, 2, 3, 4], period=names, **data)
        assert made.event_periods == ("Autumn", "Spring")
        with pytest.raises(InvalidInputError, match="no order of their own"):
            difference_in_differences(
                [1, 2, 3, 4],
                period=["Autumn", "Spring", "Spring", "Autumn"],
                **data | {"after": [0, 1, 1, 0]},
            )
        with pytest.raises(InvalidInputError, match="comes after one that is after"):
            difference_in_differences([1, 2, 3, 4], period=[2, 1, 2, 1], **data)

    @given(
        st.lists(st.tuples(st.integers(1, 60), st.floats(1, 60)), min_size=2, max_size=8),
        st.sampled_from(["gamma-poisson", "marshall"]),
        st.randoms(use_true_random=False),
    )
    def test_of_units_changes_no_bit_of_a_shrunk_rate(
        self, units: list[tuple[int, float]], method: str, random: Any
    ) -> None:
        order = random.sample(range(len(units)), len(units))
        one, other = (
            shrink_rates(*zip(*rows, strict=True), method=method)
            for rows in (units, [units[i] for i in order])
        )
        assert (one.mean, one.variance) == (other.mean, other.variance)
        for name in ("rates", "lower", "upper"):
            assert np.array_equal(np.asarray(getattr(one, name))[order], getattr(other, name))

    @given(
        st.lists(st.tuples(st.floats(-2, 2), st.floats(0.05, 2)), min_size=2, max_size=8),
        st.randoms(use_true_random=False),
    )
    def test_of_studies_changes_no_bit_of_their_mean(
        self, studies: list[tuple[float, float]], random: Any
    ) -> None:
        mixed = random.sample(studies, len(studies))
        one, other = (bc.impact.pool_effects(*zip(*rows, strict=True)) for rows in (studies, mixed))
        assert one == other


COUNTS = [24, 34, 6, 7, 29, 8, 9, 11, 12, 6]
DAYS = [193, 309, 436, 264, 296, 253, 235, 335, 254, 280]
MADE: dict[str, Any] = {
    "u": u_chart(COUNTS, DAYS),
    "u-prime published": u_chart(COUNTS, DAYS, prime=True).published(),
    "p": p_chart(COUNTS, DAYS),
    "xmr": xmr_chart(COUNTS),
    "funnel": funnel(COUNTS[:4], [20, 30, 10, 9]),
    "funnel published": funnel([3, *COUNTS[:3]], [2, 20, 30, 10]).published(),
    "shrunk": shrink_rates(COUNTS[:4], DAYS[:4]),
    "shrunk published": shrink_rates([3, *COUNTS[:3]], DAYS[:4]).published(),
}


def used(made: Any) -> None:
    """Everything that a reader of the file would do with it."""
    assert str(made)
    assert made._repr_html_()
    assert made.to_rows()
    published = made.published()
    assert bc.loads(bc.dumps(published, format="json"), format="json") == published


@pytest.mark.parametrize("name", MADE)
def test_a_file_with_an_impossible_number_is_refused_and_any_other_can_be_used(name: str) -> None:
    """Each number of a file in turn is null, 0, negative or very large."""
    text = bc.dumps(MADE[name], format="json")
    whole = json.loads(text)
    places = [(k,) for k, v in whole.items() if type(v) in {int, float}]
    places += [(k, i) for k, v in whole.items() if isinstance(v, list) for i in range(len(v))[1:2]]
    for place in places:
        for number in (None, 0, -1e9, 1e9):
            data = json.loads(text)
            inside = data if len(place) == 1 else data[place[0]]
            inside[place[-1]] = number
            try:
                made = bc.loads(json.dumps(data), format="json")
            except BehaviourCultureError:
                continue
            used(made)


@pytest.mark.parametrize(
    ("name", "field", "number"),
    [
        ("u", "exposure", -1),
        ("u", "exposure", 0),
        ("u", "counts", -1),
        ("p", "counts", 1_000),
        ("u", "lower_limits", 9),
        ("shrunk", "counts", None),
        ("shrunk", "counts", -1),
        ("shrunk", "exposure", None),
        ("shrunk", "exposure", -5),
        ("shrunk", "lower", 9),
        ("funnel", "ratio", -1),
        ("funnel", "lower_998", 9),
    ],
)
def test_impossible_numbers(name: str, field: str, number: float | None) -> None:
    data = json.loads(bc.dumps(MADE[name], format="json"))
    data[field][1] = number
    with pytest.raises(InvalidInputError, match=field):
        bc.loads(json.dumps(data), format="json")
