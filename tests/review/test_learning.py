"""Learning: against a posterior in closed form, calibrated, and careful where little fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import behaviour_culture as bc
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.journey import JourneyResult
from behaviour_culture.model.step import EffectLink
from behaviour_culture.review.learning.importance import LeftOut, weigh_draws
from behaviour_culture.statistics.chi_square import chi_square_tail
from builders import example_journey

STUDIES = ("classroom-management", "teacher-training", "taught-expectations")


@pytest.fixture(scope="module")
def journey() -> JourneyResult:
    return example_journey()


@pytest.fixture(scope="module")
def forecast(journey: JourneyResult) -> bc.Forecast:
    return bc.forecast(journey.plan, journey.result, journey.schedule, draws=20_000)


def seen(
    value: float, error: float, half_term: int = 6, outcome: str = "conduct"
) -> bc.Observation:
    return bc.Observation(half_term=half_term, outcome=outcome, value=value, standard_error=error)


def one_step(constants: dict[str, float]) -> ForecastInputs:
    """One step that is done in full, for all, at a gap of 1: only its effect is unsure."""
    return ForecastInputs(
        steps=["a"], principles=["p"], outcomes=["conduct"], scales=["smd"], studies=["s"],
        months=[2.0, 24.0], worked=[2.0, 24.0], starts=[0.0], ends=[np.nan], acting=[0],
        effect_mean=[0.2], effect_error=[0.1], effect_spread=[0.15], grades=["A"], study=[0],
        outcome=[0], fidelity=[[1.0, 10.0]], reach=[[1.0, 10.0]], gaps=[[1.0, 0.0]],
        pairs=[[0, 0]], needs=[], missing=[0.0],
        constants={**constants, "plan-cap": 9.0, "dropout": 0.0, "ramp-low": 1.0,
                   "ramp-months": 1.0, "ramp-high": 1.0},
    )  # fmt: skip


def test_the_normal_posterior_in_closed_form(forecast: bc.Forecast) -> None:
    case = one_step(dict(forecast.inputs.constants))
    value, error = 0.4, 0.1
    parts = list(weigh_draws(case, 2, 60_000, [seen(value, error, half_term=2)]))
    w = np.exp(np.concatenate([p.log_weights for p in parts]))
    study, setting = (
        np.concatenate([getattr(p, name)[0] for p in parts]) for name in ("study", "setting")
    )
    # y = 0.2 + 0.1 z1 + 0.15 z2 + 0.1 e, all standard normal: gains by covariance.
    total = 0.1**2 + 0.15**2 + error**2
    for z, loading in ((study, 0.1), (setting, 0.15)):
        mean = (w * z).sum() / w.sum()
        assert mean == pytest.approx(loading * (value - 0.2) / total, abs=0.03)
        spread = (w * z * z).sum() / w.sum() - mean**2
        assert spread == pytest.approx(1 - loading**2 / total, abs=0.03)


class TestBeliefs:
    def test_what_tells_nothing_changes_nothing(
        self, forecast: bc.Forecast, journey: JourneyResult
    ) -> None:
        made = bc.learn(forecast, [seen(0.0, 90.0)])
        assert made.effective == pytest.approx(20_000, rel=1e-3)
        for old, new in zip(bc.load_evidence().parameters, made.evidence.parameters, strict=True):
            assert new.mean == pytest.approx(old.mean, abs=1e-3)
            assert new.standard_error == pytest.approx(old.standard_error, rel=1e-2)
            assert new.tau == pytest.approx(old.tau, rel=1e-2)
        ramp = made.evidence.assumption("ramp-months")
        assert (ramp.low, ramp.value, ramp.high) == pytest.approx((6, 9, 12), abs=0.01)
        assert made.evidence.assumption("fidelity-mean").value == pytest.approx(0.7, abs=1e-3)
        assert made.plan == journey.plan.id

    def test_better_than_expected_raises_the_next_forecast_and_worse_lowers_it(
        self, forecast: bc.Forecast, journey: JourneyResult
    ) -> None:
        expected = forecast.outcome("conduct")
        for sign in (1, -1):
            made = bc.learn(forecast, [seen(float(expected.mean[5]) + 0.03 * sign, 0.015)])
            again = bc.forecast(
                journey.plan, journey.result, journey.schedule, evidence=made.evidence
            )
            moved = again.outcome("conduct").mean[5] - expected.mean[5]
            assert 0.001 < sign * moved < 0.03  # towards what was seen, not beyond it
            was, now = (
                base.parameter("classroom-management")
                for base in (bc.load_evidence(), made.evidence)
            )
            assert now.tau < was.tau
            total = sum(made.benefits.values())
            before = sum(bc.learn(forecast, [seen(0.0, 90.0)]).benefits.values())
            assert sign * (total - before) > 0

    def test_what_is_said_of_an_effect_is_what_its_draws_are(self, forecast: bc.Forecast) -> None:
        """Before: discounted mean, spread widened by grade, as in the inputs of the forecast."""
        made = bc.learn(forecast, [seen(0.3, 0.1)])
        inputs = forecast.inputs
        for j, key in enumerate(inputs.studies):
            (belief,) = (b for b in made.beliefs if b.id == key)
            steps = [i for i, s in enumerate(inputs.study) if s == j]
            mean = -np.mean(inputs.effect_mean[steps])
            assert belief.before.value == pytest.approx(mean, abs=1e-9)
            ends = np.hypot(inputs.effect_error[steps], inputs.effect_spread[steps])
            error = belief.before.standard_error
            assert error is not None
            assert ends.min() - 1e-9 <= error <= ends.max() + 1e-9
            moved = belief.after.value - belief.before.value
            assert abs(moved) < 2 * error

    def test_each_step_gets_what_was_learned_under_its_own_grade(
        self, journey: JourneyResult
    ) -> None:
        """The next forecast's mean effects are the weighted means of this one's, step by step."""
        steps = [
            evolve(s, effects=[EffectLink(parameter=key, grade=grade, reason="here")])
            for s, grade, key in zip(journey.plan.steps, "ABCD" * 9, STUDIES * 9, strict=False)
        ]
        plan = evolve(journey.plan, steps=steps)
        made = bc.forecast(plan, journey.result, journey.schedule, draws=20_000)
        inputs, looked = made.inputs, [seen(0.25, 0.08)]
        learned = bc.learn(made, looked)
        again = bc.forecast(
            plan, journey.result, journey.schedule, evidence=learned.evidence, draws=100
        ).inputs
        parts = list(weigh_draws(inputs, made.seed, made.draws, looked))
        w = np.exp(np.concatenate([p.log_weights for p in parts]))
        w /= w.sum()
        study = np.concatenate([p.study for p in parts], axis=1)[list(inputs.study)]
        setting = np.concatenate([p.setting for p in parts], axis=1)[list(inputs.study)]
        drawn = (
            inputs.effect_mean[:, None]
            + inputs.effect_error[:, None] * (study - study.mean(axis=1, keepdims=True))
            + inputs.effect_spread[:, None] * (setting - setting.mean(axis=1, keepdims=True))
        )
        expected = drawn @ w
        assert len(set(inputs.grades)) == 4
        assert again.effect_mean == pytest.approx(expected, abs=1e-9)
        spread = np.sqrt((drawn - expected[:, None]) ** 2 @ w)
        assert np.hypot(again.effect_error, again.effect_spread) == pytest.approx(spread, rel=0.1)
        index = bc.score_impact(plan, journey.result, evidence=learned.evidence)
        assert index.total.value > bc.score_impact(plan, journey.result).total.value

    def test_maturity_that_rose_more_raises_fidelity(self, forecast: bc.Forecast) -> None:
        series = forecast.maturity
        high = [seen(float(s.mean[5]) + 0.1, 0.08, outcome=s.id) for s in series[:6]]
        low = [seen(float(s.mean[5]) - 0.1, 0.08, outcome=s.id) for s in series[:6]]
        up, down = (bc.learn(forecast, o, draws=60_000) for o in (high, low))
        assert up.evidence.assumption("fidelity-mean").value > 0.7
        assert down.evidence.assumption("fidelity-mean").value < 0.7

    def test_the_next_round_takes_it(self, forecast: bc.Forecast, journey: JourneyResult) -> None:
        made = bc.learn(forecast, [seen(0.1, 0.1)])
        assert made.evidence.edition.startswith(bc.load_evidence().edition + "+")
        learned = made.evidence.parameter("classroom-management").provenance
        assert "importance sampling" in learned.note
        assert not learned.verified
        plan = bc.draft_plan(journey.result, catalogue=journey.catalogue, benefits=made.benefits)
        assert plan.steps
        assert bc.loads(bc.dumps(made, format="json"), format="json") == made
        assert repr(made).endswith("1 observation>")
        assert "rest on" in str(made)
        assert "below 0 is fewer problems" in str(made)
        again = bc.forecast(
            journey.plan, journey.result, journey.schedule, evidence=made.evidence, draws=2_000
        )
        with pytest.raises(bc.InvalidInputError, match="was made with"):
            bc.learn(again, [seen(0.1, 0.1)])
        assert bc.learn(again, [seen(0.1, 0.1)], evidence=made.evidence).effective > 100


class TestRefusals:
    def test_a_collapse_is_refused_with_the_number_that_is_left(
        self, forecast: bc.Forecast
    ) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"only \d+ of 20,000 draws carry"):
            bc.learn(forecast, [seen(0.35, 0.001)])
        with pytest.raises(bc.InvalidInputError, match="draws carry"):
            bc.learn(forecast, [seen(5.0, 0.01)])

    @pytest.mark.parametrize(
        ("observations", "path"),
        [
            ([], "observations"),
            ("conduct", "observations"),
            ([1.0], "observations[0]"),
            ([seen(0.1, 0.1, outcome="behavior")], "observations[0].outcome"),
            ([seen(0.1, 0.1, half_term=13)], "observations[0].half_term"),
            ([seen(0.1, 0.1), seen(0.2, 0.1), seen(0.1, 0.1)], "observations[2]"),
        ],
    )
    def test_observations(self, forecast: bc.Forecast, observations: Any, path: str) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.learn(forecast, observations)
        assert [f.path for f in caught.value.faults] == [path]

    def test_arguments_of_a_wrong_kind_come_at_once(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.learn(None, None, evidence="x", draws=0)  # type: ignore[arg-type]
        paths = [f.path for f in caught.value.faults]
        assert paths == ["forecast", "evidence", "draws", "observations"]

    @pytest.mark.parametrize("error", [0.0, -1.0, float("nan"), float("inf"), True, "0.1"])
    def test_standard_errors(self, error: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match="standard_error"):
            seen(0.1, error)


@pytest.mark.slow
def test_ranks_of_the_truth_are_uniform(forecast: bc.Forecast) -> None:
    case = one_step(dict(forecast.inputs.constants) | {"ramp-low": 6.0})
    rng = np.random.default_rng(9)
    truth = draw_chunk(case, 77, 0, 400)
    outcome = [m.outcomes[0].copy() for m in run_chunk(case, truth)][1]
    ranks = []
    for school in range(400):
        noisy = float(outcome[school] + 0.1 * rng.standard_normal())
        parts = list(weigh_draws(case, school, 3_000, [seen(noisy, 0.1, half_term=2)]))
        w = np.exp(np.concatenate([p.log_weights for p in parts]))
        z = np.concatenate([p.setting[0] for p in parts])
        ranks.append(float(w[z < truth.setting[0, school]].sum() / w.sum()))
    counts, _ = np.histogram(ranks, bins=10, range=(0, 1))
    assert stats.chisquare(counts).pvalue > 0.01


class TestContradictions:
    def test_two_readings_far_apart_are_said_to_contradict(self, forecast: bc.Forecast) -> None:
        far = [seen(0.18, 0.03, half_term=5), seen(-0.15, 0.03, half_term=6)]
        found = bc.learn(forecast, far)
        # 0.33 apart, and the forecast, which is close to 0, agrees with neither.
        assert np.sign(found.surprises).tolist() == [1, -1]
        assert (np.abs(found.surprises) > 3.5).all()
        assert found.conflicts == tuple(far)
        assert "Contradiction: what was seen does not fit" in str(found)

    def test_readings_that_agree_are_not(self, forecast: bc.Forecast) -> None:
        found = bc.learn(forecast, [seen(0.05, 0.03, half_term=5), seen(0.08, 0.03, half_term=6)])
        assert found.conflicts == ()
        assert "Contradiction" not in str(found)

    def test_the_odd_one_of_three_is_the_furthest(self, forecast: bc.Forecast) -> None:
        three = [seen(v, 0.03, half_term=h) for v, h in ((0.1, 4), (0.1, 5), (-0.1, 6))]
        found = bc.learn(forecast, three)
        assert np.argmax(np.abs(found.surprises)) == 2
        assert three[2] in found.conflicts

    def test_all_together_are_set_beside_the_weighted_draws(self, forecast: bc.Forecast) -> None:
        far = bc.learn(forecast, [seen(0.18, 0.03, half_term=5), seen(-0.15, 0.03, half_term=6)])
        assert far.fit is not None
        assert far.fit < 0.001
        assert "so far from these beliefs in less than 0.1% of repetitions" in str(far)
        near = bc.learn(forecast, [seen(0.05, 0.03, half_term=5), seen(0.08, 0.03, half_term=6)])
        assert near.fit is not None
        assert near.fit > 0.01
        assert "chi-square" not in str(near)

    def test_many_that_are_each_a_little_off(self, forecast: bc.Forecast) -> None:
        values = [0.07 * (-1) ** h for h in range(1, 7)]
        found = bc.learn(forecast, [seen(v, 0.03, half_term=h) for h, v in enumerate(values, 1)])
        assert found.fit is not None
        assert found.fit < 0.01
        assert "chi-square" in str(found)


@given(st.integers(1, 40), st.floats(0, 200))
def test_the_tail_of_a_chi_square_is_that_of_scipy(freedom: int, value: float) -> None:
    (found,) = chi_square_tail(np.array([value]), freedom)
    assert found == pytest.approx(stats.chi2.sf(value, freedom), rel=1e-9, abs=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("error", [0.03, 0.1])
def test_contradictions_are_as_rare_as_said(forecast: bc.Forecast, error: float) -> None:
    """Three readings of each of 400 schools that the forecast describes rightly."""
    case, times, schools = forecast.inputs, (3, 4, 5), 400
    at = case.names.index("conduct")
    moments = run_chunk(case, draw_chunk(case, 91, 0, schools))
    truth = np.array([m.outcomes[at].copy() for m in moments])[list(times)]
    noisy = truth + error * np.random.default_rng(3).standard_normal(truth.shape)
    blank = [seen(0.0, error, half_term=t + 1) for t in times]
    parts = list(weigh_draws(case, forecast.seed, 20_000, blank))
    made = bc.learn(forecast, blank)
    alarms = 0
    for values in noisy.T:
        rows = [evolve(o, value=float(v)) for o, v in zip(blank, values, strict=True)]
        left_out = LeftOut(len(rows))
        for part in parts:
            fits = -0.5 * ((values[:, None] - part.expected) / error) ** 2
            left_out.add(part._replace(fits=fits, log_weights=fits.sum(axis=0)))
        surprises = left_out.surprises(rows).tolist()
        alarms += bool(evolve(made, observations=rows, surprises=surprises).conflicts)
    # One in a hundred, and two and a half standard errors.
    assert alarms <= 9
