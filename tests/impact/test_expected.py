"""What will be seen if a forecast holds: counts and shares with the interval of what is seen."""

from __future__ import annotations

import datetime as dt
from functools import cache
from math import exp, log
from statistics import NormalDist

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.model.evidence import EffectScale
from behaviour_culture.statistics.counts_ahead import place_in_year

DAY = dt.timedelta(days=1)
NORMAL = NormalDist()


@cache
def forecast() -> bc.Forecast:
    """The forecast of the illustrative school for three half-terms, on the scale of its studies."""
    made = bc.run_journey("examples/illustrative_journey.toml")
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


def periods_of(made: bc.Forecast, years: int) -> list[bc.SeriesPeriod]:
    """Six empty periods a year before the forecast starts, and one about its third end."""
    found = []
    for i in range(6 * years):
        start = made.starts - dt.timedelta(weeks=52 * (years - i // 6))
        start += dt.timedelta(days=60 * (i % 6))
        found.append((f"before {i}", start, start + 50 * DAY))
    found.append(("next", made.ends[2] - 10 * DAY, made.ends[2] + 10 * DAY))
    return [
        bc.SeriesPeriod(label=label, start=start, end=end, count=0, exposure=10_000)
        for label, start, end in found
    ]


def series(
    periods: list[bc.SeriesPeriod], counts: list[float], indicator: str = "serious-incidents"
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
        assert 0.68 <= coverage(ratios(), 120, 5) <= 0.92

    def test_shares_of_a_survey(self) -> None:
        made, rng = forecast(), np.random.default_rng(6)
        row, draws = (
            made.inputs.names.index("climate-pupils"),
            draw_chunk(made.inputs, 987_654, 0, 200),
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
        assert 0.72 <= held / 200 <= 0.88
