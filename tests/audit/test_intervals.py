"""Intervals of audit scores: Wilson's own where it applies, and how often they cover."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.statistics.mean_interval import mean_interval
from builders import faults_of, first_of, framework_of


def wilson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval from its definition: the p at which the score test just rejects."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    # (hits/n - p)^2 = z^2 p (1 - p) / n is a quadratic in p.
    a, b, c = 1 + z * z / n, -(2 * hits / n + z * z / n), (hits / n) ** 2
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def one_item(levels: int) -> bc.Framework:
    return framework_of({"p": [1.0]}, values=range(levels))


def estimate_of(answers: Sequence[int], levels: int, **options: float) -> bc.Estimate:
    """Score one item that each rater answers once."""
    responses = [
        bc.Response(rater=f"r{n}", item="p-0", rating=rating) for n, rating in enumerate(answers)
    ]
    audit = bc.Audit(id="a", framework="small", edition="1", responses=responses)
    return bc.score_audit(audit, one_item(levels), **options).whole.estimate


class TestPublished:
    # Newcombe (1998), Statistics in Medicine 17:857-872, Table I, Wilson's score interval
    # without continuity correction. Figures from memory, confirmed with statsmodels 0.15.
    newcombe = pytest.mark.parametrize(
        ("hits", "n", "lower", "upper", "exact_lower", "exact_upper"),
        [
            (81, 263, 0.2553, 0.3662, 0.2552885198782742, 0.36620957698280004),
            (15, 148, 0.0624, 0.1605, 0.06238639953073628, 0.16048724172330803),
            (0, 20, 0.0, 0.1611, 0.0, 0.1611251580528194),
            (1, 29, 0.0061, 0.1718, 0.006113214292762667, 0.17175521879320294),
        ],
    )

    @newcombe
    def test_newcombe_1998(  # noqa: PLR0913, PLR0917  (a row of the table)
        self,
        hits: int,
        n: int,
        lower: float,
        upper: float,
        exact_lower: float,
        exact_upper: float,
    ) -> None:
        found = estimate_of([1] * hits + [0] * (n - hits), 2, rater_correlation=0.0)
        assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5.1e-5)
        assert (found.lower, found.upper) == pytest.approx((exact_lower, exact_upper), abs=1e-9)
        assert found.value == pytest.approx(hits / n)


class TestWilson:
    @given(st.lists(st.sampled_from([0, 1]), min_size=1, max_size=40))
    def test_two_levels_give_wilson_whatever_the_correlation(self, answers: list[int]) -> None:
        # With one item each rater answers once: there is no likeness of answers to allow for.
        for rho in (0.0, 0.3, 1.0):
            found = estimate_of(answers, 2, rater_correlation=rho)
            assert (found.lower, found.upper) == pytest.approx(
                wilson(sum(answers), len(answers)), abs=1e-9
            )

    @given(st.integers(0, 60), st.integers(1, 60), st.floats(0.5, 0.999))
    def test_at_any_level(self, hits: int, more: int, level: float) -> None:
        n = hits + more
        low, high, error = mean_interval(hits / n, [more, hits], [0, 1], n, level)
        assert (low, high) == pytest.approx(wilson(hits, n, level), abs=1e-9)
        z = NormalDist().inv_cdf(0.5 + level / 2)
        half = (wilson(hits, n, level)[1] - wilson(hits, n, level)[0]) / 2
        assert error == pytest.approx(half / z, rel=1e-6)

    @pytest.mark.parametrize("level", [0, 1, 2, 3])
    @pytest.mark.parametrize("raters", [1, 2, 5, 50])
    def test_unanimous_raters_are_not_certain(self, level: int, raters: int) -> None:
        found = estimate_of([level] * raters, 4)
        assert found.value == pytest.approx(level / 3)
        assert found.upper - found.lower > 0.5 / raters

    @given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
    def test_more_levels_never_make_it_wider_than_two_would(self, answers: list[int]) -> None:
        # The spread on [0, 1] of given mean is largest when all sits at the ends.
        found = estimate_of(answers, 4)
        value, n = sum(answers) / 3, len(answers)
        z = NormalDist().inv_cdf(0.975)
        p = value / n
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        assert found.upper - found.lower <= 2 * half + 1e-9

    @given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
    def test_turning_the_scale_round_turns_the_interval_round(self, answers: list[int]) -> None:
        there = estimate_of(answers, 4)
        back = estimate_of([3 - a for a in answers], 4)
        assert (back.lower, back.value, back.upper) == pytest.approx(
            (1 - there.upper, 1 - there.value, 1 - there.lower), abs=1e-12
        )


class TestManyLevels:
    """The documented form: Wilson's for a mean whose variance is phi p (1 - p)."""

    @given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=4), min_size=1, max_size=5))
    def test_by_another_road(self, answers: list[list[int]]) -> None:
        width = min(map(len, answers))
        table = np.array([row[:width] for row in answers])
        raters, rho, z = len(table), 0.4, NormalDist().inv_cdf(0.95)
        opinions = raters * width / (1 + (width - 1) * rho)
        # Levels as they were chosen, scaled to the opinions, a half more of each.
        shares = np.bincount(table.ravel(), minlength=4) / table.size * opinions + 0.5
        shares /= shares.sum()
        places = np.arange(4) / 3
        mean = shares @ places
        phi = (shares @ places**2 - mean**2) / (mean * (1 - mean))
        # The ends are where (p - m)^2 = z^2 phi m (1 - m) / n.
        p, c = table.mean() / 3, z * z * phi / opinions
        ends = np.sort(np.roots([1 + c, -(2 * p + c), p * p]).real)

        names = [(f"r{r}", f"i{i}") for r in range(raters) for i in range(width)]
        one = one_item(4)
        framework = evolve(
            one, items=[bc.AuditItem(id=f"i{i}", principle="p", text="t") for i in range(width)]
        )
        responses = [
            bc.Response(rater=r, item=i, rating=int(rating))
            for (r, i), rating in zip(names, table.ravel(), strict=True)
        ]
        audit = bc.Audit(id="a", framework="small", edition="1", responses=responses)
        found = bc.score_audit(audit, framework, level=0.9, rater_correlation=rho)
        estimate = found.principles[0].estimate
        assert (estimate.lower, estimate.upper) == pytest.approx(tuple(ends), abs=1e-7)
        assert found.whole.estimate == estimate


class Setting(NamedTuple):
    raters: int
    items: int
    lift: float
    """Moves all items up the scale, in standard deviations of one answer."""


class TestCoverage:
    """Raters with a leaning of their own: does the interval hold what many would say?

    An answer is a normal deviate cut into four levels: what the item deserves, the rater's
    leaning and noise. Leaning has 0.3 of the variance, as the default of
    ``rater_correlation`` assumes. The long-run mean is that of the same items over all
    raters there could be, in closed form.
    """

    runs = 400
    cuts = (-0.8, 0.0, 0.9)
    leaning = 0.3

    def _framework(self, items: int) -> bc.Framework:
        return framework_of({"p": [1.0] * items}, values=range(4))

    def _covered(self, setting: Setting, rho: float) -> float:
        rng = np.random.default_rng([2026, *map(int, setting)])
        normal, framework = NormalDist(), self._framework(setting.items)
        deserved = setting.lift + rng.normal(0, 0.5, setting.items)
        long_run = np.mean([[1 - normal.cdf(c - d) for c in self.cuts] for d in deserved])
        hits = 0
        for _ in range(self.runs):
            leaning = rng.normal(0, sqrt(self.leaning), (setting.raters, 1))
            noise = rng.normal(0, sqrt(1 - self.leaning), (setting.raters, setting.items))
            answers = np.searchsorted(self.cuts, deserved + leaning + noise)
            responses = [
                bc.Response(rater=f"r{r}", item=f"p-{i}", rating=int(answer))
                for r, row in enumerate(answers)
                for i, answer in enumerate(row)
            ]
            audit = bc.Audit(id="a", framework="small", edition="1", responses=responses)
            found = bc.score_audit(audit, framework, rater_correlation=rho).whole.estimate
            hits += found.lower <= long_run <= found.upper
        return hits / self.runs

    @pytest.mark.parametrize(
        "setting",
        first_of(
            [
                *(Setting(5, 9, 2.0), Setting(3, 3, 0.0), Setting(3, 20, 0.0), Setting(8, 3, 1.0)),
            ]
        ),
    )
    def test_the_interval_covers_the_long_run_mean(self, setting: Setting) -> None:
        # 0.95 less two standard errors of 400 runs (0.022). It may cover more: the spread
        # between items counts as doubt, and so do the halves added to each level.
        share = self._covered(setting, 0.3)
        assert 0.928 <= share <= 0.998, f"{setting} covered in {share:.1%}"

    def test_counting_every_tick_as_an_opinion_of_its_own_covers_too_little(self) -> None:
        # Why the default is not 0: three raters with twenty items are not sixty opinions.
        assert self._covered(Setting(3, 20, 0.0), 0.0) < 0.85


class TestRefusals:
    def test_counts_and_places_of_which_no_interval_can_be_made(self) -> None:
        found = faults_of(lambda: mean_interval(0.5, [0, 0], [0.5, 0.5], 0.0))
        assert {path: fault.message for path, fault in found.items()} == {
            "counts": "all are 0: nobody answered",
            "places": "at least two levels must lie in different places",
            "opinions": "0.0 is out of range: at least 1e-09 and at most 1,000,000,000,000,000",
        }
        found = faults_of(lambda: mean_interval(0.5, [1, 2, 3], [0, 1], 3))
        assert found["places"].message == "has 2 numbers where counts has 3"

    @pytest.mark.parametrize("opinions", [1e-9, 1e15])
    def test_the_fewest_and_the_most_opinions_have_an_interval(self, opinions: float) -> None:
        lower, upper, error = mean_interval(0.3, [1, 2], [0, 1], opinions)
        assert 0 <= lower <= 0.3 <= upper <= 1
        assert error > 0
