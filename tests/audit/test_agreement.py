"""Agreement of raters: published examples, slow oracles from the definitions, properties."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from math import isnan, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from behaviour_culture.audit import cohen_kappa, icc, krippendorff_alpha
from behaviour_culture.audit.agreement.kappa import observed_agreement
from behaviour_culture.errors import InvalidInputError
from builders import examples

DATA = Path(__file__).parents[1] / "data" / "agreement"
LEVELS = ("nominal", "ordinal", "interval", "ratio")
FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")


def spread_out(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Turn a table of counts into the two raters' lists."""
    pairs = [
        (i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)
    ]
    return [i for i, _ in pairs], [j for _, j in pairs]


class TestPublished:
    def test_kappa_of_a_two_by_two_table(self) -> None:
        a, b = spread_out([[20, 5], [10, 15]])
        assert cohen_kappa(a, b) == pytest.approx(0.4, abs=1e-9)
        assert observed_agreement(a, b) == pytest.approx(0.7)

    def test_kappa_of_three_ordered_levels(self) -> None:
        # Our own table; figures by statsmodels 0.15 and scikit-learn 1.9, alike to 1e-12.
        a, b = spread_out([[11, 3, 1], [1, 9, 4], [0, 2, 9]])
        assert cohen_kappa(a, b) == pytest.approx(0.588785046728972, abs=1e-9)
        assert cohen_kappa(a, b, weights="linear") == pytest.approx(0.660056657223796, abs=1e-9)
        assert cohen_kappa(a, b, weights="quadratic") == pytest.approx(0.732824427480916, abs=1e-9)

    def test_kappa_falls_where_one_level_prevails(self) -> None:
        # The paradox of Feinstein and Cicchetti (1990): 85 % alike both times.
        balanced = spread_out([[40, 9], [6, 45]])
        lopsided = spread_out([[80, 10], [5, 5]])
        assert observed_agreement(*balanced) == observed_agreement(*lopsided) == 0.85
        assert round(cohen_kappa(*balanced), 2) == 0.70
        assert round(cohen_kappa(*lopsided), 2) == 0.32

    # Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": example C.
    four_observers = (
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    )

    @pytest.mark.parametrize(
        ("level", "alpha"),
        [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
    )
    def test_alpha_of_four_observers(self, level: str, alpha: float) -> None:
        assert round(krippendorff_alpha(self.four_observers, level=level), 3) == alpha

    def test_alpha_of_two_observers_and_yes_or_no(self) -> None:
        # Example A of the same text.
        meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
        owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
        assert round(krippendorff_alpha([meg, owen], level="nominal"), 3) == 0.095

    def test_icc_of_shrout_and_fleiss(self) -> None:
        with (DATA / "shrout_fleiss.csv").open(encoding="utf-8") as file:
            ratings = [[float(v) for v in row] for row in list(csv.reader(file))[1:]]
        found = {form: icc(ratings, form=form) for form in FORMS}
        assert {form: round(v, 2) for form, v in found.items()} == dict(
            zip(FORMS, (0.17, 0.29, 0.71, 0.44, 0.62, 0.91), strict=True)
        )
        # To more places, by pingouin 0.7.0.
        assert found["ICC(1,1)"] == pytest.approx(0.1657417684054755, abs=1e-9)
        assert found["ICC(2,1)"] == pytest.approx(0.28976377952755916, abs=1e-9)
        assert found["ICC(2,k)"] == pytest.approx(0.6200505475989893, abs=1e-9)


# -- oracles: the definitions, pair by pair ----------------------------------------------------


def slow_alpha(ratings: list[list[float]], level: str) -> float:
    items = [[v for v in item if not isnan(v)] for item in zip(*ratings, strict=True)]
    items = [item for item in items if len(item) > 1]
    pooled = [v for item in items for v in item]

    def between(c: float, k: float) -> float:
        low, high = min(c, k), max(c, k)
        if level == "nominal":
            return float(c != k)
        if level == "ordinal":
            inside = sum(low <= v <= high for v in pooled)
            return (inside - (pooled.count(c) + pooled.count(k)) / 2) ** 2 if c != k else 0.0
        if level == "interval":
            return (c - k) ** 2
        return ((c - k) / (c + k)) ** 2 if c + k else 0.0

    observed = sum(
        between(c, k) / (len(item) - 1)
        for item in items
        for c, k in itertools.permutations(item, 2)
    ) / len(pooled)
    expected = sum(between(c, k) for c, k in itertools.permutations(pooled, 2))
    return 1 - observed / (expected / (len(pooled) * (len(pooled) - 1)))


def slow_kappa(a: list[int], b: list[int], weights: str | None) -> float:
    power = {None: 0, "linear": 1, "quadratic": 2}[weights]

    def between(c: int, k: int) -> float:
        return 0.0 if c == k else float(abs(c - k) ** power)

    observed = sum(between(c, k) for c, k in zip(a, b, strict=True)) / len(a)
    expected = sum(between(c, k) for c in a for k in b) / len(a) ** 2
    return 1 - observed / expected


ratings_lists = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 4), min_size=n, max_size=n),
        st.lists(st.integers(0, 4), min_size=n, max_size=n),
    )
)


def tables(*, missing: bool) -> st.SearchStrategy[list[list[float]]]:
    value = st.integers(0, 4).map(float)
    cell = value | st.just(nan) if missing else value
    return st.tuples(st.integers(2, 4), st.integers(2, 6)).flatmap(
        lambda shape: st.lists(
            st.lists(cell, min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )


def value_or_none(function: Callable[[], float]) -> float | None:
    try:
        return function()
    except InvalidInputError:
        return None


class TestOracles:
    @given(ratings_lists, st.sampled_from([None, "linear", "quadratic"]))
    def test_kappa(self, pair: tuple[list[int], list[int]], weights: str | None) -> None:
        a, b = pair
        assume(len(set(a + b)) > 1)
        found = cohen_kappa(a, b, weights=weights)
        assert found == pytest.approx(slow_kappa(a, b, weights), abs=1e-9)

    @given(tables(missing=True), st.sampled_from(LEVELS))
    def test_alpha(self, ratings: list[list[float]], level: str) -> None:
        found = value_or_none(lambda: krippendorff_alpha(ratings, level=level))
        items = [[v for v in item if not isnan(v)] for item in zip(*ratings, strict=True)]
        paired = {v for item in items if len(item) > 1 for v in item}
        assert (found is None) == (len(paired) < 2)
        if found is not None:
            assert found == pytest.approx(slow_alpha(ratings, level), abs=1e-9)

    @given(tables(missing=False), st.sampled_from(FORMS))
    def test_icc_is_a_ratio_of_mean_squares(self, ratings: list[list[float]], form: str) -> None:
        found = value_or_none(lambda: icc(ratings, form=form))
        assume(found is not None)
        assert found == pytest.approx(slow_icc(ratings, form), abs=1e-6)


def slow_icc(ratings: list[list[float]], form: str) -> float:
    """By an analysis of variance: sums of squares left by least-squares fits."""
    n, k = len(ratings), len(ratings[0])
    y = np.array([v for row in ratings for v in row])
    rows = np.repeat(np.eye(n), k, axis=0)
    columns = np.tile(np.eye(k), (n, 1))

    def left(*parts: np.ndarray) -> float:
        design = np.hstack([np.ones((n * k, 1)), *parts])
        fit = design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return float(((y - fit) ** 2).sum())

    b = (left() - left(rows)) / (n - 1)
    j = (left() - left(columns)) / (k - 1)
    w = left(rows) / (n * (k - 1))
    e = left(rows, columns) / ((n - 1) * (k - 1))
    return {
        "ICC(1,1)": lambda: (b - w) / (b + (k - 1) * w),
        "ICC(2,1)": lambda: (b - e) / (b + (k - 1) * e + k * (j - e) / n),
        "ICC(3,1)": lambda: (b - e) / (b + (k - 1) * e),
        "ICC(1,k)": lambda: (b - w) / b,
        "ICC(2,k)": lambda: (b - e) / (b + (j - e) / n),
        "ICC(3,k)": lambda: (b - e) / b,
    }[form]()


class TestProperties:
    @given(tables(missing=True), st.sampled_from(LEVELS), st.randoms(use_true_random=False))
    def test_alpha_knows_no_order_of_raters_or_items(
        self, ratings: list[list[float]], level: str, chance: object
    ) -> None:
        before = value_or_none(lambda: krippendorff_alpha(ratings, level=level))
        assume(before is not None)
        shuffle = chance.shuffle  # type: ignore[attr-defined]
        shuffle(ratings)
        turned = [list(item) for item in zip(*ratings, strict=True)]
        shuffle(turned)
        again = [list(rater) for rater in zip(*turned, strict=True)]
        assert krippendorff_alpha(again, level=level) == pytest.approx(before, abs=1e-9)

    @given(tables(missing=False), st.sampled_from(FORMS), st.randoms(use_true_random=False))
    def test_icc_knows_no_order_of_targets_or_raters(
        self, ratings: list[list[float]], form: str, chance: object
    ) -> None:
        before = value_or_none(lambda: icc(ratings, form=form))
        assume(before is not None)
        chance.shuffle(ratings)  # type: ignore[attr-defined]
        again = [row[::-1] for row in ratings]
        assert icc(again, form=form) == pytest.approx(before, abs=1e-6)

    @given(ratings_lists, st.sampled_from([None, "linear", "quadratic"]))
    def test_kappa_takes_the_raters_in_either_order(
        self, pair: tuple[list[int], list[int]], weights: str | None
    ) -> None:
        a, b = pair
        assume(len(set(a + b)) > 1)
        found = cohen_kappa(a, b, weights=weights)
        assert found == pytest.approx(cohen_kappa(b, a, weights=weights), abs=1e-12)
        assert found <= 1

    @given(st.lists(st.integers(0, 9), min_size=2, max_size=10), st.integers(2, 4))
    def test_raters_who_agree_fully_get_1(self, once: list[int], raters: int) -> None:
        assume(len(set(once)) > 1)
        for weights in (None, "linear", "quadratic"):
            assert cohen_kappa(once, once, weights=weights) == 1
        for level in LEVELS:
            assert krippendorff_alpha([once] * raters, level=level) == pytest.approx(1)
        for form in FORMS:
            assert icc([[v] * raters for v in once], form=form) == pytest.approx(1)

    @given(ratings_lists)
    def test_nominal_alpha_of_two_raters_is_scotts_pi_made_for_small_samples(
        self, pair: tuple[list[int], list[int]]
    ) -> None:
        a, b = pair
        both = a + b
        assume(len(set(both)) > 1)
        alike = sum(x == y for x, y in zip(a, b, strict=True)) / len(a)
        chance = sum((both.count(v) / len(both)) ** 2 for v in set(both))
        pi = (alike - chance) / (1 - chance)
        # Krippendorff (2004): alpha = 1 - (1 - pi)(N - 1)/N with N values, so pi at large N.
        alpha = krippendorff_alpha([a, b], level="nominal")
        assert alpha == pytest.approx(1 - (1 - pi) * (len(both) - 1) / len(both), abs=1e-9)

    @given(tables(missing=False), st.integers(1, 5), st.integers(-50, 50))
    def test_interval_alpha_and_icc_know_no_unit(
        self, ratings: list[list[float]], unit: int, start: int
    ) -> None:
        moved = [[unit * v + start for v in row] for row in ratings]
        alpha = value_or_none(lambda: krippendorff_alpha(ratings, level="interval"))
        if alpha is not None:
            assert krippendorff_alpha(moved, level="interval") == pytest.approx(alpha, abs=1e-6)
        for form in ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)"):
            found = value_or_none(lambda form=form: icc(ratings, form=form))  # type: ignore[misc]
            if found is not None:
                assert icc(moved, form=form) == pytest.approx(found, abs=1e-6)

    def test_chance_gives_about_0(self) -> None:
        drawn = np.random.default_rng(1).integers(0, 4, size=(2, 20_000))
        assert abs(cohen_kappa(drawn[0], drawn[1])) < 0.02
        assert abs(krippendorff_alpha(drawn, level="ordinal")) < 0.02
        assert abs(icc(drawn.T, form="ICC(2,1)")) < 0.02

    def test_very_large_ratings_do_not_overflow(self) -> None:
        huge = [[1e300, 2e300], [1e300, 3e300], [5e300, 2e300]]
        small = [[v / 1e300 for v in row] for row in huge]
        for form in FORMS:
            assert icc(huge, form=form) == pytest.approx(icc(small, form=form))
        for level in LEVELS:
            expected = krippendorff_alpha(small, level=level)
            assert krippendorff_alpha(huge, level=level) == pytest.approx(expected)


def test_columns_of_pandas_are_lists() -> None:
    texts = pd.DataFrame({"a": ["yes", "no", "yes"], "b": ["yes", "no", "no"]})
    for kind in (None, object, "string", "category"):
        columns = texts.astype(kind) if kind else texts
        assert cohen_kappa(columns["a"], columns["b"]) == pytest.approx(0.4)
    numbers = pd.DataFrame({"a": [1, 0, 1], "b": [1, 0, 0]})
    for kind in (int, float, object, "Int64"):
        columns = numbers.astype(kind)
        assert cohen_kappa(columns["a"], columns["b"]) == pytest.approx(0.4)


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: cohen_kappa([1, 1], [1, 1]), "not defined"),
            (lambda: cohen_kappa([1, 2], [1]), "b: 1 ratings, but a has 2"),
            (lambda: cohen_kappa([], []), "a: (expected a list of numbers|must not be empty)"),
            (lambda: cohen_kappa([1, nan], [1, 2]), r"a\[1\]: nan is not a finite number"),
            (lambda: cohen_kappa([1, None], [1, 2]), r"a\[1\]: nan is not a finite number"),
            (
                lambda: cohen_kappa(["a", None], ["a", "b"]),
                "a: (expected a list of numbers|must not be empty)",
            ),
            (
                lambda: cohen_kappa([True, None], [1, 1]),
                "a: (expected a list of numbers|must not be empty)",
            ),
            (lambda: cohen_kappa(["a"], [1]), "numbers and the other texts"),
            (
                lambda: cohen_kappa(["a", 1], ["a", "b"]),
                "a: (expected a list of numbers|must not be empty)",
            ),
            (lambda: cohen_kappa(["a"], ["b"], weights="linear"), "a: expected a list of numbers"),
            (
                lambda: cohen_kappa([1, 2], [2, 1], weights="square"),
                "weights: expected one of linear, quadratic",
            ),
            (lambda: cohen_kappa([[1], [2]], [1, 2]), "a: expected"),
            (lambda: cohen_kappa(range(3000), range(3000)), "not levels"),
            (lambda: krippendorff_alpha([[1, 1], [1, nan]], level="nominal"), "not defined"),
            (lambda: krippendorff_alpha([[1, nan], [nan, 2]], level="nominal"), "by two raters"),
            (lambda: krippendorff_alpha([[1, 2]], level="nominal"), "by two raters"),
            (lambda: krippendorff_alpha([[1, -2], [1, 2]], level="ratio"), "below 0"),
            (lambda: krippendorff_alpha([[1, 2], [1, 2]], level="ordnal"), "mean 'ordinal'"),
            (lambda: krippendorff_alpha([1, 2], level="nominal"), "a table of numbers"),
            (lambda: krippendorff_alpha([[1, "2"], [1, 2]], level="nominal"), "a table of"),
            (lambda: krippendorff_alpha([[1, None], ["2", 2]], level="nominal"), "a table of"),
            (lambda: krippendorff_alpha([[1, float("inf")]], level="nominal"), "finite"),
            (lambda: icc([[1, 2], [1, 2]], form="ICC(3,k)"), "not defined"),
            (lambda: icc([[1, 1], [1, 1]], form="ICC(1,1)"), "not defined"),
            (lambda: icc([[0, 1], [1, 0]], form="ICC(2,k)"), "not defined"),
            (lambda: icc([[1, 2]], form="ICC(1,1)"), "two targets and two raters"),
            (lambda: icc([[1, nan], [1, 2]], form="ICC(1,1)"), r"ratings\[0, 1\]: nan"),
            (lambda: icc([[1, 2], [3, 4]], form="ICC(2,2)"), "form: expected one of"),
            (lambda: icc([[1, 2], [3]], form="ICC(1,1)"), "a table of numbers"),
            (lambda: icc(None, form=None), "form: expected"),  # type: ignore[arg-type]
        ],
    )
    def test_it_says_what_would_be_right(self, call: Callable[[], float], words: str) -> None:
        with pytest.raises(InvalidInputError, match=words):
            call()


@examples(20)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_targets_and_raters_changes_no_bit(seed: int) -> None:
    chance = np.random.default_rng(seed)
    table = chance.integers(0, 4, (12, 5)) + chance.random((12, 5)).round(1)
    mixed = table[chance.permutation(12)][:, chance.permutation(5)]
    assert icc(table, form="ICC(2,1)") == icc(mixed, form="ICC(2,1)")
    for level in ("ordinal", "interval", "ratio"):
        assert krippendorff_alpha(table, level=level) == krippendorff_alpha(mixed, level=level)
