"""Funnels and shrunk rates: published examples, another library as oracle, what always holds."""

from __future__ import annotations

import csv
import json
import sys
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from behaviour_culture.errors import InvalidInputError, MissingExtraError
from behaviour_culture.monitoring import funnel, shrink_rates
from builders import examples

stats = pytest.importorskip("scipy.stats")
DATA = Path(__file__).parents[1] / "data" / "monitoring"
PAIRS = st.lists(st.tuples(st.integers(0, 80), st.floats(1, 80)), min_size=2, max_size=12).filter(
    lambda pairs: any(count for count, _ in pairs)
)


class TestFunnel:
    def test_poisson_limits_of_funnel_plot_r(self) -> None:
        """Asserted in FunnelPlotR's tests (test-poisson_limits.R); Spiegelhalter (2005)."""
        found = funnel([15, 20, 30], [15, 20, 30], overdispersion=False)
        for name, expected in {
            "lower_95": [0.5596924, 0.610826, 0.6746958],
            "upper_95": [1.649348, 1.544419, 1.427562],
            "lower_998": [0.386265, 0.4479107, 0.5289724],
            "upper_998": [2.082907, 1.902094, 1.702771],
        }.items():
            assert getattr(found, name) == pytest.approx(expected, abs=1e-6)

    @examples(20)
    @given(PAIRS)
    def test_each_limit_leaves_its_share_outside(self, pairs: list[tuple[int, float]]) -> None:
        """A Poisson count of the upper limit's mean, or more, is that rare (its definition)."""
        counts, expected = zip(*pairs, strict=True)
        found = funnel(counts, expected, overdispersion=False)
        for e, low, high in zip(expected, found.lower_998, found.upper_998, strict=True):
            assert stats.gamma(e).sf(low * e) == pytest.approx(0.999, abs=1e-9)
            assert stats.gamma(e + 1).cdf(high * e) == pytest.approx(0.999, abs=1e-9)

    def test_extra_spread_widens_the_limits_by_what_it_is(self) -> None:
        rng = np.random.default_rng(11)
        expected = rng.uniform(20, 200, 4_000)
        observed = rng.poisson(expected * np.exp(rng.normal(0, 0.3, 4_000)))
        plain = funnel(observed, expected, overdispersion=False)
        found = funnel(observed, expected)
        # Pulling in the outer tenths takes a part of the spread away.
        assert 0.2 < found.tau2**0.5 < 0.31
        assert len(found.outliers_998) < len(plain.outliers_998) / 5
        assert found.dispersion == plain.dispersion > 2

    def test_chance_alone_is_given_exact_limits(self) -> None:
        observed = np.random.default_rng(2).poisson(40, 400)
        assert funnel(observed, [40.0] * 400).tau2 < 0.01

    @examples(20)
    @given(PAIRS, st.booleans(), st.randoms())
    def test_order_says_nothing(
        self,
        pairs: list[tuple[int, float]],
        overdispersion: bool,  # noqa: FBT001
        random: Any,
    ) -> None:
        order = list(range(len(pairs)))
        random.shuffle(order)
        found = funnel(*zip(*pairs, strict=True), overdispersion=overdispersion)
        mixed = [pairs[i] for i in order]
        other = funnel(*zip(*mixed, strict=True), overdispersion=overdispersion)
        assert other.upper_998 == pytest.approx(np.array(found.upper_998)[order])
        assert {order[i] for i in other.outliers_998} == set(found.outliers_998)

    def test_a_count_of_0_is_no_trouble(self) -> None:
        found = funnel([0, 12, 9], [10.0, 10, 10], overdispersion=False)
        assert found.ratio[0] == 0
        assert found.outliers_998 == (0,)


class TestShrink:
    def test_marshall_on_the_counties_of_esda(self) -> None:
        """The ten rates in the docstring of esda.smoothing.Empirical_Bayes; see SOURCES.md."""
        with (DATA / "st_louis_homicides.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        events, people = ([float(r[k]) for r in rows] for k in ("events", "population"))
        found = shrink_rates(events, people, method="marshall")
        first = [2.367189498550839e-05, 4.5453916712889775e-05, 4.781140193833596e-05]
        first += [2.7690714593207565e-05, 6.58989323460916e-05, 3.664941217654437e-05]
        first += [5.799527212685748e-05, 2.030645896994951e-05, 3.3115299944267514e-05]
        first += [3.0274837993107843e-05]
        assert found.rates[:10] == pytest.approx(first, rel=1e-8)
        assert found.mean == pytest.approx(0.00010236431644386057, rel=1e-8)
        assert found.variance == pytest.approx(1.6921198240125238e-08, rel=1e-8)
        assert found.prior_shape is None

    @pytest.mark.parametrize("seed", range(3))
    def test_the_prior_is_that_of_a_negative_binomial_model(self, seed: int) -> None:
        sm = pytest.importorskip("statsmodels.api")
        rng = np.random.default_rng(seed)
        exposure = rng.uniform(50, 900, 80)
        counts = rng.poisson(exposure * rng.gamma(3, 0.05 / 3, 80))
        found = shrink_rates(counts, exposure)
        model = sm.NegativeBinomial(counts, np.ones((80, 1)), exposure=exposure)
        constant, alpha = model.fit(disp=0).params
        assert found.mean == pytest.approx(np.exp(constant), rel=1e-3)
        assert found.prior_shape == pytest.approx(1 / alpha, rel=5e-3)
        assert found.prior_rate == pytest.approx(found.prior_shape / found.mean)
        posterior = stats.gamma(counts + found.prior_shape, scale=1 / (exposure + found.prior_rate))
        assert found.rates == pytest.approx(posterior.mean())
        assert found.lower == pytest.approx(posterior.ppf(0.025))
        assert found.upper == pytest.approx(posterior.ppf(0.975))

    def test_intervals_cover_true_rates(self) -> None:
        rng = np.random.default_rng(8)
        true = rng.gamma(4, 0.05 / 4, 2_000)
        exposure = rng.uniform(20, 400, 2_000)
        found = shrink_rates(rng.poisson(exposure * true), exposure)
        inside = (found.lower <= true) & (true <= found.upper)
        assert 0.935 < inside.mean() < 0.965
        raw_error = ((found.raw - true) ** 2).mean()
        assert ((found.rates - true) ** 2).mean() < 0.7 * raw_error

    @examples(20)
    @given(PAIRS, st.sampled_from(["gamma-poisson", "marshall"]))
    def test_between_the_raw_rate_and_the_rate_of_all(
        self, pairs: list[tuple[int, float]], method: str
    ) -> None:
        counts, exposure = zip(*pairs, strict=True)
        found = shrink_rates(counts, exposure, method=method)
        for raw, rate in zip(found.raw, found.rates, strict=True):
            assert min(raw, found.mean) - 1e-9 <= rate <= max(raw, found.mean) + 1e-9
        assert (found.lower <= found.rates).all()
        assert (found.rates <= found.upper).all()

    def test_no_more_than_chance_is_one_rate(self) -> None:
        found = shrink_rates([10, 20, 30], [100, 200, 300])
        assert found.rates == pytest.approx([0.1] * 3)
        assert found.prior_shape is None
        assert found.lower[0] < 0.1 < found.upper[0]
        assert "rates differ no more than by chance" in str(found)


class TestNoOrder:
    def test_nothing_ranks(self) -> None:
        from behaviour_culture import monitoring

        names = [n for n in monitoring.__all__ if "rank" in n.lower() or "league" in n.lower()]
        assert names == []
        for made in (funnel([9, 20], [10, 10]), shrink_rates([9, 20], [10, 10])):
            public = [n for n in dir(made) if not n.startswith("_")]
            assert not any("rank" in n or "sort" in n or "best" in n for n in public)
            assert [row["unit"] for row in made.to_rows()] == [1, 2]


class TestPublished:
    @examples(40)
    @given(PAIRS, st.randoms(), st.booleans())
    @example([(0, 1.0), (1, 1.0)], Random(1), False)  # noqa: S311
    @example([(0, 8.0), (1, 1.0), (5, 1.0), (5, 1.0)], Random(1), False)  # noqa: S311
    def test_what_is_published_does_not_depend_on_what_is_hidden(
        self,
        pairs: list[tuple[int, float]],
        random: Any,
        rates: bool,  # noqa: FBT001
    ) -> None:
        other = [(random.randint(1, 4) if 1 <= c < 5 else c, e) for c, e in pairs]
        make: Any = partial(shrink_rates, method="marshall") if rates else funnel
        one, two = (make(*zip(*p, strict=True)).published() for p in (pairs, other))
        assert one == two
        small = tuple(i for i, (c, _) in enumerate(pairs) if 1 <= c < 5)
        assert set(small) <= set(one.hidden)
        assert one.published() == one

    @examples(40)
    @given(st.lists(st.integers(0, 30), min_size=2, max_size=9))
    def test_a_total_that_is_known_tells_no_small_count(self, counts: list[int]) -> None:
        """Expected counts sum to those observed, as they do after indirect standardisation."""
        total = sum(counts)
        small = {i for i, c in enumerate(counts) if 1 <= c < 5}
        if not total:
            return
        found = funnel(counts, [total / len(counts)] * len(counts)).published()
        hidden = set(found.hidden)
        assert small <= hidden
        if not small:
            assert not hidden
        elif len(hidden) < len(counts):
            # Whatever the small counts are, what is hidden beside them can make up the total.
            known = total - sum(c for i, c in enumerate(counts) if i not in hidden)
            beside = len(hidden - small)
            assert beside
            assert known - 4 * len(small) >= 5 * beside

    def test_no_view_shows_a_small_count(self) -> None:
        found = funnel([3, 70, 60], [2.5, 66, 61])
        row = found.to_rows()[0]
        assert (row["observed"], row["ratio"], row["note"]) == (None, None, "hidden")
        assert found.to_rows(internal=True)[0]["observed"] == 3
        assert "1.2" not in found._repr_html_().split("<tr>")[2]  # 3 / 2.5


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "path"),
        [
            (lambda: funnel([1], [1]), "observed"),
            (lambda: funnel([1, 2], [1, 0]), "expected[1]"),
            (lambda: funnel([1, -2], [1, 1]), "observed[1]"),
            (lambda: funnel([1, None], [1, 1]), "observed[1]"),
            (lambda: funnel([1, 2, 3], [1, 1]), "expected"),
            (lambda: funnel([1, 2], [1, 1], overdispersion="no"), "overdispersion"),
            (lambda: shrink_rates([0, 0], [1, 1]), "counts"),
            (lambda: shrink_rates([1.5, 0], [1, 1]), "counts[0]"),
            (lambda: shrink_rates([1, 0], [1, np.nan]), "exposure[1]"),
            (lambda: shrink_rates([1, 0], [1, 1], method="marshal"), "method"),
        ],
    )
    def test_faults_are_named(self, call: Any, path: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert path in [fault.path for fault in caught.value.faults]

    def test_without_scipy_the_message_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "scipy.special", None)
        unlike = [1, 90, 2, 80, 3], [30, 30, 30, 30, 30]
        for call in (
            lambda: funnel([1, 2], [1, 2]),
            lambda: funnel(*unlike, overdispersion=True),
            lambda: shrink_rates([1, 2], [1, 2]),
        ):
            with pytest.raises(MissingExtraError, match=r"behaviour_culture\[stats\]"):
                call()


def test_a_published_file_holds_no_small_count(tmp_path: Path) -> None:
    import behaviour_culture as bc

    made = shrink_rates([3, 70, 60], [25, 660, 610])
    own = bc.write(made, tmp_path / "own.json")
    assert json.loads(own.read_text(encoding="utf-8"))["counts"][0] == 3
    assert bc.read(own) == made
    out = bc.write(made, tmp_path / "out.json", publish=True)
    data = json.loads(out.read_text(encoding="utf-8"))
    assert (data["counts"][0], data["raw"][0], data["rates"][0]) == (None, None, None)
    assert data["disclosure"] == "published"
    assert bc.read(out) == made.published()


def test_expected_counts_that_sum_to_the_total_do_not_give_a_small_count_back() -> None:
    observed, pupils = np.array([3, 40, 61, 55]), np.array([100.0, 800, 1100, 950])
    expected = pupils * observed.sum() / pupils.sum()
    found = funnel(observed, expected).published()
    assert set(found.hidden) == {0, 1}
    # Two ways to share out what is hidden look the same.
    moved = funnel([2, 41, 61, 55], expected).published()
    assert moved == found
    assert funnel(observed, expected * 1.1).published().hidden == (0,)
