"""Differences in differences, single ratios, groups and surveys: published examples and oracles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.monitoring import (
    difference_in_differences,
    group_rate_ratios,
    rate_ratio,
    regression_to_mean,
    survey_change,
    wilson_interval,
)
from builders import examples


def panel(changes: list[float], treated: int, *, base: float = 5.0, periods: int = 4) -> Any:
    rows = [
        (base + i + (c if p >= periods // 2 else 0.0), i, p, i < treated, p >= periods // 2)
        for i, c in enumerate(changes)
        for p in range(periods)
    ]
    names = ("outcome", "unit", "period", "treated", "after")
    return {n: [r[k] for r in rows] for k, n in enumerate(names)}


class TestDifferenceInDifferences:
    def test_card_and_krueger(self) -> None:
        # Card & Krueger (1994), AER 84, 772-793, Table 3: 2.76 published, 2.75 from its means.
        found = difference_in_differences(
            [20.44, 21.03, 23.33, 21.17],
            unit=["NJ", "NJ", "PA", "PA"],
            period=["before", "after", "before", "after"],
            treated=[True, True, False, False],
            after=[False, True, False, True],
        )
        assert found.estimate.value == pytest.approx(2.76, abs=0.011)
        assert found.treated_change == pytest.approx(0.59)
        assert found.comparison_change == pytest.approx(-2.16)
        # Two changes bear no inference, and no interval that leaves out 0.
        assert found.inference == "none"
        assert found.estimate.lower < 0 < found.estimate.upper
        # Two changes can differ by at most twice the range of the outcomes.
        widest = 2 * (23.33 - 20.44)
        assert found.estimate.lower == pytest.approx(-widest)
        assert found.estimate.upper == pytest.approx(widest)

    @pytest.mark.parametrize("treated", [1, 3])
    def test_the_gap_of_the_only_period_after_has_the_interval_of_the_estimate(
        self, treated: int
    ) -> None:
        changes = [-3.0, -2.0, -4.5, 0.5, 1.0, -0.5, 0.2, -1.0]
        found = difference_in_differences(**panel(changes, treated, periods=2))
        assert (found.event_lower[0], found.event_upper[0]) == (0, 0)
        assert (found.event_lower[1], found.event_upper[1]) == pytest.approx(
            (found.estimate.lower, found.estimate.upper)
        )
        (before, after) = found.to_rows()
        assert (before["lower"], after["lower"]) == found.event_lower

    def test_without_inference_no_gap_has_an_interval(self) -> None:
        found = difference_in_differences(**panel([-3.0, 0.5], 1), level=0.8)
        assert found.estimate.level == 0.8
        assert (found.event_lower, found.event_upper) == ((), ())
        assert {row["lower"] for row in found.to_rows()} == {None}

    def test_clusters_against_statsmodels_welch(self) -> None:
        from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

        changes = [-3.0, -2.0, -4.5, 0.5, 1.0, -0.5, 0.2, -1.0]
        found = difference_in_differences(**panel(changes, 3)).estimate
        oracle = CompareMeans(DescrStatsW(changes[:3]), DescrStatsW(changes[3:]))
        assert (found.lower, found.upper) == pytest.approx(
            oracle.tconfint_diff(usevar="unequal"), abs=1e-9
        )

    def test_repeated_rows_add_no_certainty(self) -> None:
        data = panel([-3.0, -2.0, -4.5, 0.5, 1.0, -0.5], 3)
        twice = {name: column * 5 for name, column in data.items()}
        one, many = (difference_in_differences(**d).estimate for d in (data, twice))
        assert one.standard_error == pytest.approx(many.standard_error)

    def test_one_treated_school_has_permutation_only(self) -> None:
        found = difference_in_differences(**panel([-5.0, *np.linspace(-1, 1, 9)], 1))
        assert found.inference == "permutation"
        assert found.p_permutation == pytest.approx(1 / 10)
        assert found.estimate.level == pytest.approx(0.8)
        assert (found.estimate.lower, found.estimate.upper) == pytest.approx((-6, -4))

    def test_of_many_schools_the_permutation_leaves_out_the_ends(self) -> None:
        found = difference_in_differences(**panel([-5.0, *np.arange(99.0)], 1)).estimate
        assert found.level == pytest.approx(1 - 2 * 2 / 100)
        assert (found.lower, found.upper) == pytest.approx((-5 - 97, -5 - 1))

    def test_the_permutation_interval_covers_as_often_as_it_says(self) -> None:
        rng = np.random.default_rng(3)
        hits = 0
        for _ in range(400):
            found = difference_in_differences(**panel(list(rng.normal(size=10)), 1)).estimate
            hits += found.lower <= 0 <= found.upper
        assert hits / 400 == pytest.approx(0.8, abs=0.06)  # three standard errors

    def test_event_study_and_its_picture(self) -> None:
        import matplotlib as mpl

        mpl.use("Agg")
        import matplotlib.pyplot as plt

        found = difference_in_differences(**panel([-2.0, 0.0, 0.0, 0.0], 1))
        assert [r["gap"] for r in found.to_rows()] == pytest.approx([0, 0, -2, -2])
        drawn = [y for line in found.plot().lines[:2] for y in line.get_ydata()]
        assert drawn == pytest.approx([0, 0, -2, -2])
        plt.close("all")

    def test_the_formula_of_other_libraries_gives_our_estimate(self) -> None:
        """The formula of CausalPy, fitted by statsmodels."""
        import pandas as pd
        import statsmodels.formula.api as smf

        data = panel([-2.0, -1.0, 0.3, 0.1], 2)
        names = {"outcome": "y", "period": "t", "treated": "group", "after": "post_treatment"}
        frame = pd.DataFrame(data).rename(columns=names)
        frame["group"] = frame["group"].astype(int)
        fitted = smf.ols("y ~ 1 + group * post_treatment", frame).fit()
        ours = difference_in_differences(**data)
        assert fitted.params["group:post_treatment[T.True]"] == pytest.approx(ours.estimate.value)

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"treated": [1] * 16}, "treated"),
            ({"after": [0] * 16}, "after"),
            ({"unit": ["a"] * 15}, "unit"),
            ({"outcome": [float("nan")] * 16}, "outcome[0]"),
            ({"after": [0, 0, 1, 1, 0, 1, 1, 1] + [0, 0, 1, 1] * 2}, "after"),
            ({"treated": [0, 1, 1, 1] + [0] * 12}, "treated"),
            ({"treated": [2] * 16}, "treated"),
        ],
    )
    def test_refusals(self, change: Any, path: str) -> None:
        data = panel([-2.0, 0.0, 0.0, 0.0], 1) | change
        with pytest.raises(bc.InvalidInputError) as error:
            difference_in_differences(**data)
        assert path in [f.path for f in error.value.faults]


class TestRates:
    @pytest.mark.parametrize(
        ("one", "e1", "none", "e0"), [(80, 400, 100, 400), (12, 300, 30, 500), (60, 90, 40, 110)]
    )
    def test_score_against_statsmodels(self, one: int, e1: float, none: int, e0: float) -> None:
        from statsmodels.stats.rates import confint_poisson_2indep

        found = rate_ratio(one, e1, none, e0)
        oracle = confint_poisson_2indep(one, e1, none, e0, method="score", compare="ratio")
        assert (found.lower, found.upper) == pytest.approx(oracle, rel=1e-4)

    @given(st.integers(0, 200), st.integers(1, 200), st.floats(1, 1e5), st.floats(1, 1e5))
    def test_the_ends_are_where_the_score_test_turns(
        self, one: int, none: int, e1: float, e0: float
    ) -> None:
        found = rate_ratio(one, e1, none, e0, method="score")
        assert found.value == pytest.approx(one / e1 / (none / e0))
        for end in (found.lower, found.upper):
            if end > 0:
                share = end * e1 / (end * e1 + e0)
                mean = (one + none) * share
                score = (one - mean) ** 2 / (mean * (1 - share))
                assert score == pytest.approx(1.959964**2, rel=1e-4)

    @given(st.integers(0, 60), st.integers(1, 60))
    def test_mid_p_ends_leave_the_tails_with_half_of_what_was_seen(
        self, one: int, none: int
    ) -> None:
        from scipy.stats import binom

        found = rate_ratio(one, 1, none, 1, method="mid-p")
        total = one + none
        for end, tail, at in ((found.lower, binom.sf, one), (found.upper, binom.cdf, one - 1)):
            if end > 0:
                share = end / (1 + end)
                half = binom.pmf(one, total, share) / 2
                assert tail(at, total, share) + half == pytest.approx(0.025, rel=1e-6)

    @given(
        st.integers(0, 40), st.integers(1, 40), st.sampled_from([None, "score", "mid-p", "exact"])
    )
    def test_the_p_value_says_what_the_interval_says(
        self, one: int, none: int, method: str | None
    ) -> None:
        found = rate_ratio(one, 2, none, 3, method=method)
        assert found.p_value is not None
        if abs(found.p_value - 0.05) > 1e-6:
            assert (found.p_value < 0.05) is not (found.lower <= 1 <= found.upper)

    def test_no_event_after_four_is_no_fall_beyond_chance(self) -> None:
        assert rate_ratio(0, 1, 4, 1).upper > 1
        assert rate_ratio(0, 1, 4, 1, method="exact").p_value == pytest.approx(0.125)
        assert "score" in rate_ratio(10, 1, 10, 1).method

    @given(st.integers(0, 60), st.integers(1, 60))
    def test_exact_ends_leave_the_tails_they_should(self, one: int, none: int) -> None:
        from scipy.stats import binom

        upper = rate_ratio(one, 1, none, 1, method="exact").upper
        share = upper / (1 + upper)
        assert binom.cdf(one, one + none, share) == pytest.approx(0.025)

    @pytest.mark.parametrize(
        ("count", "size", "lower", "upper"),
        [
            (81, 263, 0.2552885198782742, 0.36620957698280004),
            (15, 148, 0.06238639953073628, 0.16048724172330803),
            (0, 20, 0.0, 0.1611251580528194),
            (1, 29, 0.006113214292762667, 0.17175521879320294),
        ],
    )
    def test_newcombe_1998(self, count: int, size: int, lower: float, upper: float) -> None:
        # Newcombe (1998), Statistics in Medicine 17, 857-872, Table I.
        found = wilson_interval(count, size)
        assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=1e-9)

    def test_regression_to_the_mean_against_simulation(self) -> None:
        rng = np.random.default_rng(5)
        school = rng.normal(50, 6, 2_000_000)
        first, second = (school + rng.normal(0, 8, school.size) for _ in range(2))
        chosen = first > 60
        seen = float((first - second)[chosen].mean())
        told = regression_to_mean(mean=50, sd_within=8, sd_between=6, cutoff=60)
        assert told == pytest.approx(seen, abs=0.06)

    @given(st.floats(1e-3, 50), st.floats(0, 50), st.floats(-500, 500))
    def test_regression_is_finite_and_grows_with_the_cutoff(
        self, within: float, between: float, cutoff: float
    ) -> None:
        low, high = (
            regression_to_mean(mean=0, sd_within=within, sd_between=between, cutoff=c)
            for c in (cutoff, cutoff + 1)
        )
        assert 0 <= low <= high * (1 + 1e-6)

    @pytest.mark.parametrize("name", ["count_1", "exposure_1", "count_0", "exposure_0"])
    def test_refusals(self, name: str) -> None:
        good = {"count_1": 3, "exposure_1": 10.0, "count_0": 4, "exposure_0": 9.0}
        for bad in (float("nan"), -1, "3", None, True):
            with pytest.raises(bc.InvalidInputError) as error:
                rate_ratio(**(good | {name: bad}))
            assert [f.path for f in error.value.faults] == [name]


class TestGroups:
    @given(st.lists(st.integers(0, 60), min_size=3, max_size=6), st.data())
    @examples(25)
    def test_nothing_shown_tells_a_hidden_count(self, counts: list[int], data: Any) -> None:
        """Whoever knows all but two counts and the total learns nothing more of those two."""
        if not any(counts):
            return
        names, days = [f"g{i}" for i in range(len(counts))], [1000.0] * len(counts)
        found = group_rate_ratios(counts, days, groups=names)
        assert [g.group for g in found.groups] == names
        hidden = [i for i, g in enumerate(found.groups) if g.count is None]
        assert len(hidden) != 1
        assert all(g.count == 0 or g.count >= 5 for g in found.groups if g.count is not None)
        if len(hidden) < 2:
            return
        # Move one event between two hidden groups: where the same stay hidden, all looks the same.
        one, two = data.draw(st.permutations(hidden))[:2]
        if counts[one] > 1 and counts[two] > 0:
            moved = list(counts)
            moved[one] -= 1
            moved[two] += 1
            other = group_rate_ratios(moved, days, groups=names)
            if [g.count is None for g in other.groups] == [g.count is None for g in found.groups]:
                assert other == found

    @pytest.mark.parametrize("counts", [[1, 1], [1, 1, 0], [4, 0, 0]])
    def test_where_the_total_would_tell_nothing_is_shown(self, counts: list[int]) -> None:
        found = group_rate_ratios(counts, [900.0] * len(counts), groups=list("abc")[: len(counts)])
        assert all(g.count is g.ratio is g.raw_ratio is None for g in found.groups)

    def test_two_ones_are_not_told_by_their_sum(self) -> None:
        found = group_rate_ratios([1, 1, 40, 60], [900.0] * 4, groups=list("abcd"))
        assert [g.count for g in found.groups] == [None, None, None, 60]

    @given(st.lists(st.integers(5, 90), min_size=3, max_size=6))
    @examples(25)
    def test_shrunk_ratios_lie_between_raw_and_one(self, counts: list[int]) -> None:
        found = group_rate_ratios(
            counts, [1000.0] * len(counts), groups=[f"g{i}" for i in range(len(counts))]
        )
        for group in found.groups:
            assert group.ratio is not None
            assert group.raw_ratio is not None
            low, high = sorted((group.raw_ratio, 1.0))
            assert low - 1e-6 <= group.ratio.value <= high + 1e-6  # of an optimiser

    def test_alike_groups_are_not_known_to_be_alike(self) -> None:
        """Three groups that differ less than chance: 1, within about two standard errors."""
        found = group_rate_ratios([60, 61, 59], [9000.0] * 3, groups=list("abc"))
        for group in found.groups:
            assert group.ratio is not None
            assert group.ratio.value == pytest.approx(1.0)
            assert 0.15 < group.ratio.upper - group.ratio.lower < 4 / 60**0.5

    def test_intervals_hold_the_true_ratio(self) -> None:
        rng = np.random.default_rng(1)
        held = number = 0
        for k in range(40):
            days = rng.uniform(5_000, 30_000, 5)
            true = 0.01 * (rng.gamma(9, 1 / 9, 5) if k % 2 else np.ones(5))
            found = group_rate_ratios(rng.poisson(true * days), days, groups=list("abcde"))
            ratios = true / ((true * days).sum() / days.sum())
            for group, ratio in zip(found.groups, ratios, strict=True):
                if group.ratio is not None:
                    number += 1
                    held += group.ratio.lower <= ratio <= group.ratio.upper
        assert held / number > 0.9  # 95% less two standard errors and more


class TestSurvey:
    def test_unpaired_against_statsmodels_newcombe(self) -> None:
        from statsmodels.stats.proportion import confint_proportions_2indep

        found = survey_change(
            [1] * 50 + [0] * 70, [1] * 80 + [0] * 50, group="staff",
            asked_before=120, asked_after=130,
        )  # fmt: skip
        oracle = confint_proportions_2indep(80, 130, 50, 120, method="newcomb", compare="diff")
        assert found.change is not None
        assert (found.change.lower, found.change.upper) == pytest.approx(oracle, abs=1e-9)

    def test_bounds_hold_whatever_the_silent_would_say(self) -> None:
        one, two = [1] * 50 + [0] * 70, [1] * 80 + [0] * 50
        found = survey_change(one, two, group="pupils", asked_before=150, asked_after=170)
        for silent_before in (0, 30):
            for silent_after in (0, 40):
                change = (80 + silent_after) / 170 - (50 + silent_before) / 150
                assert found.worst - 1e-12 <= change <= found.best + 1e-12
        assert found.worst == pytest.approx(80 / 170 - 80 / 150)

    def test_pairs_are_surer_than_strangers(self) -> None:
        one, two = [1] * 60 + [0] * 60, [1] * 80 + [0] * 40
        options: Any = {"group": "pupils", "asked_before": 120, "asked_after": 120}
        widths = [
            c.upper - c.lower
            for p in (True, False)
            if (c := survey_change(one, two, paired=p, **options).change) is not None
        ]
        assert widths[0] < widths[1]

    @pytest.mark.parametrize(("before", "after", "end"), [(1, 0, "lower"), (0, 1, "upper")])
    def test_where_everybody_changes_the_interval_ends_at_everybody(
        self, before: int, after: int, end: str
    ) -> None:
        options: Any = {"group": "pupils", "asked_before": 30, "asked_after": 30, "paired": True}
        change = survey_change([before] * 30, [after] * 30, **options).change
        assert change is not None
        assert change.value == after - before
        assert getattr(change, end) == after - before

    def test_small_bases(self) -> None:
        small = survey_change([1] * 29, [0] * 200, group="staff", asked_before=29, asked_after=200)
        assert (small.change, small.before, small.worst) == (None, None, None)
        flagged = survey_change(
            [1] * 40, [0, 1] * 100, group="staff", asked_before=40, asked_after=200
        )
        assert flagged.change is not None
        assert "under 100" in flagged.caveats[0]

    def test_refusals(self) -> None:
        with pytest.raises(bc.InvalidInputError) as error:
            survey_change([1, 2], [0, 1, 1], group="all", asked_before=1, asked_after=0)
        paths = {f.path for f in error.value.faults}
        assert paths == {"before", "group", "asked_before", "asked_after"}
