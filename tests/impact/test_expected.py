"""What will be seen if a forecast holds: counts and shares with the interval of what is seen."""

from __future__ import annotations

import datetime as dt
from functools import cache
from math import exp, log
from statistics import NormalDist

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.expected import _moved
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.model.evidence import EffectScale
from behaviour_culture.statistics.counts_ahead import draw_counts, draw_rates, place_in_year
from behaviour_culture.typing import FloatArray
from builders import example_journey, examples, faults_of

DAY = dt.timedelta(days=1)
NORMAL = NormalDist()


@cache
def forecast() -> bc.Forecast:
    """The forecast of the illustrative school for three half-terms, on the scale of its studies."""
    made = example_journey()
    return bc.forecast(made.plan, made.result, made.schedule, half_terms=3, draws=1_000)


@cache
def ratios() -> bc.Forecast:
    """The same, as if its effects on conduct were logarithms of ratios of rates."""
    made = forecast()
    k = made.inputs.outcomes.index("conduct")
    scales = [
        EffectScale.LOG_RATE_RATIO.value if i == k else s for i, s in enumerate(made.inputs.scales)
    ]
    return evolve(made, inputs=evolve(made.inputs, scales=scales))


def periods_of(made: bc.Forecast, years: int) -> list[bc.model.SeriesPeriod]:
    """Six empty periods a year before the forecast starts, and one about its third end."""
    found = []
    for i in range(6 * years):
        start = made.starts - dt.timedelta(weeks=52 * (years - i // 6))
        start += dt.timedelta(days=60 * (i % 6))
        found.append((f"before {i}", start, start + 50 * DAY))
    found.append(("next", made.ends[2] - 10 * DAY, made.ends[2] + 10 * DAY))
    return [
        bc.model.SeriesPeriod(label=label, start=start, end=end, count=0, exposure=10_000)
        for label, start, end in found
    ]


def series(
    periods: list[bc.model.SeriesPeriod], counts: list[float], indicator: str = "serious-incidents"
) -> bc.Series:
    answers = indicator.startswith("good")
    kind = bc.model.ExposureKind.ANSWERS if answers else bc.model.ExposureKind.PUPIL_DAYS
    filled = [evolve(p, count=c) for p, c in zip(periods, counts, strict=True)]
    return bc.Series(id="s", indicator=indicator, exposure_kind=kind, periods=filled)


def true_effects(made: bc.Forecast, number: int, half_term: int) -> list[float]:
    """What the plan does to conduct in so many schools of the forecast's own kind."""
    row = made.inputs.names.index("conduct")
    draws = draw_chunk(made.inputs, 987_654, 0, number)
    moments = {m.time: m.outcomes[row].copy() for m in run_chunk(made.inputs, draws)}
    return [float(x) for x in moments[half_term - 1]]


def coverage(made: bc.Forecast, schools: int, seed: int, *, years: int = 2) -> float:
    """Share of simulated schools whose count is in the interval of 80 % of the third half-term.

    Each has its own rate, season and noise; its plan does what one draw of the forecast does.
    Written apart from what it checks: with numpy's own negative binomial.
    """
    rng = np.random.default_rng(seed)
    scale = dict(zip(made.inputs.outcomes, made.inputs.scales, strict=True))["conduct"]
    *before, after = periods_of(made, years)
    held = 0
    for effect in true_effects(made, schools, 3):
        rate = rng.uniform(40, 120)
        season = rng.normal(0, 0.15, 6)
        size = 1 / rng.uniform(0.05, 0.2) ** 2

        def count(mean: float, size: float = size) -> float:
            return float(rng.negative_binomial(size, size / (size + mean)))

        def mean_of(day: dt.date, rate: float = rate, season: object = season) -> float:
            return rate * exp(season[place_in_year(day)])  # type: ignore[index]

        seen_before = [count(mean_of(p.start + 25 * DAY)) for p in before]
        mean = mean_of(made.ends[2])
        if scale == EffectScale.SMD.value:
            chance = 1 - exp(-mean / 10_000)
            chance = NORMAL.cdf(NORMAL.inv_cdf(chance) - effect)
            mean = -log(1 - chance) * 10_000
        else:
            mean *= exp(-effect)
        expected = made.expected(series([*before, after], [*seen_before, 0]))["next"]
        held += expected.lower <= count(mean) <= expected.upper
    return held / schools


class TestCoverage:
    @pytest.mark.slow
    @pytest.mark.parametrize("scale", ["smd", "log-rate-ratio"])
    @pytest.mark.parametrize("years", [1, 2, 3])
    def test_an_interval_of_80_per_cent_holds_the_count_of_1000_schools(
        self, scale: str, years: int
    ) -> None:
        made = forecast() if scale == "smd" else ratios()
        assert 0.77 <= coverage(made, 1_000, 4, years=years) <= 0.83

    def test_it_holds_the_count_in_about_four_fifths_of_a_few(self) -> None:
        assert 0.64 <= coverage(ratios(), 60, 5) <= 0.94

    def test_shares_of_a_survey(self) -> None:
        made, rng = forecast(), np.random.default_rng(6)
        row, draws = (
            made.inputs.names.index("climate-pupils"),
            draw_chunk(made.inputs, 987_654, 0, 100),
        )
        effects = [m.outcomes[row].copy() for m in run_chunk(made.inputs, draws)][2]
        held = 0
        for effect in effects:
            share = rng.uniform(0.3, 0.8)
            before = rng.binomial(150, share)
            after = rng.binomial(150, NORMAL.cdf(NORMAL.inv_cdf(share) + effect))
            found = made.expected((before / 150, 150), outcome="climate-pupils")
            expected = found[made.half_terms[2]]
            held += expected.lower <= after / 150 <= expected.upper
        assert 0.68 <= held / 100 <= 0.92


@pytest.mark.parametrize("scale", [EffectScale.SMD, EffectScale.LOG_ODDS_RATIO])
def test_a_share_of_nobody_or_everybody_moves_and_stays_a_share(scale: EffectScale) -> None:
    low, high = (_moved(np.array([end]), np.array([by]), scale) for end, by in ((0, 1), (1, -1)))
    assert 0 < low[0] < 0.1
    assert low[0] == pytest.approx(1 - high[0])


class TestCountsAhead:
    @given(st.integers(1, 12), st.floats(0.5, 300), st.integers(0, 5))
    @examples(15)
    def test_the_rate_is_near_that_before(self, years: int, mean: float, place: int) -> None:
        counts = np.full(6 * years, round(mean), dtype=float)
        drawn = draw_rates(
            counts, np.full(6 * years, 100.0), [*range(6)] * years, np.random.default_rng(1), 4_000
        )
        rate = (counts.sum() + 0.5) / (600 * years)
        assert np.median(drawn.rates[place]) == pytest.approx(rate, rel=0.2)
        assert (drawn.noise > 0).all()

    def test_against_a_posterior_by_brute_force(self) -> None:
        """One place of the year, and a grid over rate, season and noise in place of Laplace."""
        counts, exposure = np.array([3.0, 9, 5, 4]), np.array([100.0, 150, 80, 120])
        drawn = draw_rates(counts, exposure, [2] * 4, np.random.default_rng(2), 200_000)
        from scipy import stats

        typical, most = 0.1, 1.0
        share = np.arctan(most / typical) * (np.arange(60) + 0.5) / 60
        spreads = typical * np.tan(share)
        rates = np.exp(np.linspace(np.log(0.005), np.log(0.4), 600))
        weight = np.zeros(len(rates))
        for noise in spreads:
            size = noise**-2.0
            mean = rates[:, None] * exposure
            like = stats.nbinom.logpmf(counts, size, size / (size + mean)).sum(axis=1)
            weight += np.exp(like) * np.sqrt(rates)  # Jeffreys, on a grid of the logarithm
        # Season adds nothing to the rate of a place that was counted but prior width about it.
        quantiles = np.interp([0.1, 0.5, 0.9], np.cumsum(weight) / weight.sum(), rates)
        assert np.quantile(drawn.rates[2], [0.1, 0.5, 0.9]) == pytest.approx(quantiles, rel=0.05)

    def test_a_part_of_the_year_never_counted_is_less_sure(self) -> None:
        rng = np.random.default_rng(3)
        places = [0, 1, 2, 3] * 5
        counts = rng.poisson(50 * np.exp([0.3, -0.3, 0.2, -0.2] * 5)).astype(float)
        drawn = draw_rates(counts, np.full(20, 100.0), places, rng, 4_000)
        spread = np.log(drawn.rates).std(axis=1)
        assert spread[4:].min() > 1.5 * spread[:4].max()

    def test_a_search_that_is_cut_short_gives_what_it_has(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def drawn() -> FloatArray:
            rng = np.random.default_rng(3)
            return draw_rates(np.full(12, 9.0), np.full(12, 100.0), [*range(6)] * 2, rng, 99).rates

        whole = drawn()
        monkeypatch.setattr("behaviour_culture.statistics.counts_ahead._ROUNDS", 1)
        assert drawn() == pytest.approx(whole, rel=0.01)

    def test_no_event_leaves_a_rate(self) -> None:
        drawn = draw_rates(
            np.zeros(6), np.full(6, 100.0), [*range(6)], np.random.default_rng(4), 999
        )
        assert (drawn.rates > 0).all()
        assert np.median(drawn.rates) < 1 / 600

    def test_counts_have_the_mean_and_variance_that_they_should(self) -> None:
        rng = np.random.default_rng(5)
        drawn = draw_counts(np.full(200_000, 40.0), np.full(200_000, 0.04), rng)
        assert drawn.mean() == pytest.approx(40, rel=0.01)
        assert drawn.var() == pytest.approx(40 + 0.04 * 40**2, rel=0.03)

    @given(st.dates())
    def test_every_day_has_a_place_and_the_next_year_the_same(self, day: dt.date) -> None:
        assert 0 <= place_in_year(day) <= 5
        if day.year < 9_999 and (day.month, day.day) != (2, 29):
            assert place_in_year(day.replace(year=day.year + 1)) == place_in_year(day)


class TestExpected:
    def test_periods_after_the_start_are_those_returned(self) -> None:
        made = forecast()
        *before, after = periods_of(made, 2)
        found = made.expected(series([*before, after], [50.0] * 12 + [0]))
        assert [*found] == ["next"]
        assert found["next"].unit == "incidents"

    def test_a_baseline_alone_gives_the_half_terms_of_the_forecast(self) -> None:
        made = forecast()
        before = periods_of(made, 2)[:-1]
        found = made.expected(series(before, [50.0] * 12))
        assert set(found) <= set(made.half_terms)
        assert found

    def test_twice_the_exposure_is_twice_the_count(self) -> None:
        made = ratios()
        *before, after = periods_of(made, 2)
        one = made.expected(series([*before, after], [200.0] * 12 + [0]))["next"]
        double = evolve(after, exposure=20_000)
        two = made.expected(series([*before, double], [200.0] * 12 + [0]))["next"]
        assert two.value == pytest.approx(2 * one.value, rel=0.03)

    def test_a_better_forecast_expects_fewer_incidents_and_more_good_answers(self) -> None:
        done = example_journey()
        made = bc.forecast(done.plan, done.result, done.schedule, half_terms=9, draws=1_000)
        better = evolve(
            made, inputs=evolve(made.inputs, effect_mean=[5.0] * len(made.inputs.effect_mean))
        )
        *before, near = periods_of(made, 2)
        # Coaching shows only once it has gone on for a while.
        after = evolve(near, start=made.ends[8] - 10 * DAY, end=made.ends[8] + 10 * DAY)
        for base, sign in (("serious-incidents", -1), ("good-behaviour-pupils", 1)):
            counts = series([*before, evolve(after, exposure=10_000)], [4_000.0] * 12 + [0], base)
            plain, moved = (m.expected(counts)["next"].value for m in (made, better))
            assert sign * (moved - plain) > 0

    def test_the_interval_is_wider_at_a_higher_level(self) -> None:
        made = forecast()
        low, high = (
            made.expected((0.5, 200), outcome="climate-staff", level=level)[made.half_terms[0]]
            for level in (0.5, 0.95)
        )
        assert high.lower < low.lower < low.upper < high.upper
        assert (low.level, high.level) == (0.5, 0.95)

    def test_it_is_the_same_each_time(self) -> None:
        made = forecast()
        shares = [made.expected((0.5, 200), outcome="climate-staff") for _ in range(2)]
        assert shares[0] == shares[1]

    def test_before_a_recording_change_nothing_counts(self) -> None:
        made = forecast()
        before = periods_of(made, 2)[:-1]
        given = series(before, [500.0] * 6 + [50.0] * 6)
        change = bc.model.RecordingChange(day=before[6].start, what="a new system")
        plain, changed = (
            next(iter(s.values())).value
            for s in (
                made.expected(given),
                made.expected(evolve(given, recording_changes=[change])),
            )
        )
        assert changed < 100 < plain

    @pytest.mark.parametrize(
        ("baseline", "options", "path"),
        [
            (3, {}, "baseline"),
            ((0.5,), {}, "baseline"),
            ((1.5, 100), {"outcome": "climate-staff"}, "baseline[0]"),
            ((0.5, 0), {"outcome": "climate-staff"}, "baseline[1]"),
            ((0.5, 100), {}, "outcome"),
            ((0.5, 100), {"outcome": "manners"}, "outcome"),
            ((0.5, 100), {"outcome": "climate-staff", "level": 1}, "level"),
        ],
    )
    def test_refusals(self, baseline: object, options: dict[str, object], path: str) -> None:
        assert path in faults_of(lambda: forecast().expected(baseline, **options))  # type: ignore[arg-type]

    def test_a_series_without_a_baseline_is_refused(self) -> None:
        after = periods_of(forecast(), 1)[-1]
        assert "baseline" in faults_of(lambda: forecast().expected(series([after], [3.0])))
