"""What the schools of a hub teach each other: calibrated, pooled in part, nothing of one school."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from scipy import stats

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.programme import learn_cohort
from behaviour_culture.programme.cohort.learning import CohortBeliefs
from behaviour_culture.typing import FloatArray
from builders import example_journey, faults_of

SCHOOLS = 6
ERROR = 0.1
FloatList = list[float]


@cache
def evidence() -> bc.model.EvidenceBase:
    """Evidence whose effects are as large as they would have to be for a hub to see them."""
    base = bc.load_evidence()
    larger = [
        evolve(p, mean=8 * p.mean, standard_error=12 * p.standard_error, tau=8 * p.tau)
        for p in base.parameters
    ]
    return evolve(base, id="larger", parameters=larger)


@cache
def forecasts(number: int = SCHOOLS) -> dict[str, bc.Forecast]:
    made = example_journey()
    return {
        f"school-{i}": bc.forecast(
            made.plan, made.result, made.schedule, evidence=evidence(), half_terms=6,
            draws=3_000, seed=i,
        )
        for i in range(number)
    }  # fmt: skip


def study() -> str:
    """The one study of conduct that the steps of the plan cite."""
    inputs = next(iter(forecasts().values())).inputs
    place = inputs.outcomes.index("conduct")
    (found,) = {inputs.studies[s] for s, o in zip(inputs.study, inputs.outcome, strict=True)
                if o == place}  # fmt: skip
    return found


class Truth:
    """A hub whose schools are as the model says: one study error, one doubt, and their own."""

    def __init__(self, rng: np.random.Generator) -> None:
        inputs = forecasts()["school-0"].inputs
        self.study, self.doubt = rng.standard_normal((2, len(inputs.studies)))
        self.place = inputs.studies.index(study())
        grades = [evidence().grade(g) for g in inputs.grades]
        wide = float(np.mean([g.tau_factor for g in grades]))
        self.common = max(0.0, 1 - 1 / wide**2)
        parameter = evidence().parameter(study())
        keep = float(np.mean([g.discount for g in grades]))
        spread = float(np.mean([g.discount * g.tau_factor for g in grades]))
        self.size = keep * parameter.mean, keep * parameter.standard_error, spread * parameter.tau

    def own(self, rng: np.random.Generator) -> FloatArray:
        mine = rng.standard_normal(len(self.study))
        return np.sqrt(self.common) * self.doubt + np.sqrt(1 - self.common) * mine

    def effect(self, setting: FloatArray | None = None) -> float:
        """The effect in the hub, or in one school; below 0 is fewer problems, as published."""
        shared = np.sqrt(self.common) * self.doubt if setting is None else setting
        mean, error, spread = self.size
        return float(mean - error * self.study[self.place] - spread * shared[self.place])

    def observed(self, rng: np.random.Generator) -> dict[str, list[bc.Observation]]:
        found = {}
        for name, made in forecasts().items():
            drawn = draw_chunk(made.inputs, int(rng.integers(2**40)), 0, 1)
            drawn = drawn._replace(study=self.study[:, None], setting=self.own(rng)[:, None])
            row = made.inputs.names.index("conduct")
            value = [float(m.outcomes[row, 0]) for m in run_chunk(made.inputs, drawn)][-1]
            found[name] = [seen(value + ERROR * rng.standard_normal())]
        return found


def seen(value: float, error: float = ERROR, outcome: str = "conduct") -> bc.Observation:
    return bc.Observation(half_term=6, outcome=outcome, value=value, standard_error=error)


def hub(values: FloatList, **fields: Any) -> CohortBeliefs:
    looked = {f"school-{i}": [seen(v)] for i, v in enumerate(values)}
    given = {name: forecasts()[name] for name in looked}
    return learn_cohort(given, looked, evidence=evidence(), **fields)


def calibration(hubs: int, seed: int) -> tuple[FloatList, FloatList, float, float]:
    """Ranks of the true effect in a hub, of that in its next school, width, share left out."""
    rng = np.random.default_rng(seed)
    ranks, ahead, widths, inside = [], [], [], []
    for _ in range(hubs):
        truth = Truth(rng)
        try:
            made = learn_cohort(forecasts(), truth.observed(rng), evidence=evidence())
        except InvalidInputError:  # one of a hundred hubs is where so few draws hardly go
            continue
        (shared,) = (b for b in made.shared if b.id == study())
        (later,) = (b for b in made.next_school if b.id == study())
        for belief, effect, into in (
            (shared, truth.effect(), ranks),
            (later, truth.effect(truth.own(rng)), ahead),
        ):
            error = belief.after.standard_error
            assert error is not None
            into.append(float(stats.norm.cdf((effect - belief.after.value) / error)))
        widths.append(
            (later.after.upper - later.after.lower) / (later.before.upper - later.before.lower)
        )
        inside.append(made.inside / made.total)
    return ranks, ahead, float(np.mean(widths)), float(np.mean(inside))


class TestCalibration:
    @pytest.mark.slow
    def test_ranks_are_uniform_and_the_next_interval_narrower(self) -> None:
        good, covered, width, left_out = [], [], [], []
        for seed in range(10):
            ranks, ahead, narrower, inside = calibration(40, seed)
            assert len(ranks) >= 38
            good.append(stats.kstest(ranks, "uniform").pvalue > 0.01)
            covered += [0.025 < r < 0.975 for r in ahead]
            width.append(narrower)
            left_out.append(inside)
        assert sum(good) >= 9
        assert np.mean(width) < 0.95
        assert 0.92 <= np.mean(covered) <= 0.98
        assert 0.75 <= np.mean(left_out) <= 0.85

    @pytest.mark.slow
    def test_a_few_hubs(self) -> None:
        ranks, _, width, _ = calibration(6, 1)
        assert stats.kstest(ranks, "uniform").pvalue > 0.001
        assert width < 1


class TestPooling:
    def test_what_tells_nothing_changes_nothing(self) -> None:
        looked = {name: [seen(0.0, 90.0)] for name in forecasts()}
        made = learn_cohort(forecasts(), looked, evidence=evidence())
        for one in (*made.shared, *made.next_school):
            assert one.after.value == pytest.approx(one.before.value, abs=0.02)
        old, new = (b.parameter(study()) for b in (evidence(), made.evidence))
        assert new.mean == pytest.approx(old.mean, abs=0.01)
        assert new.tau == pytest.approx(old.tau, rel=0.05)

    def test_more_schools_leave_less_doubt_and_better_ones_a_larger_effect(self) -> None:
        def shared(values: FloatList) -> bc.Estimate:
            (found,) = (b for b in hub(values).shared if b.id == study())
            return found.after

        two, six = shared([0.2] * 2), shared([0.2] * 6)
        assert six.upper - six.lower < two.upper - two.lower
        assert shared([0.3] * 6).value < six.value < shared([0.0] * 6).value

    def test_a_school_is_between_its_own_result_and_the_others(self) -> None:
        made = hub([0.3, 0.1, 0.1, 0.1, 0.1, 0.1])
        own = [next(b for b in s.beliefs if b.id == study()).after.value for s in made.schools]
        (shared,) = (b for b in made.shared if b.id == study())
        assert own[0] < min(own[1:])
        assert own[0] < shared.after.value

    def test_a_school_unlike_the_others_is_outside_what_they_lead_to_expect(self) -> None:
        made = hub([0.35, -0.1, -0.1, -0.1, -0.1, -0.1])
        assert [x.school for x in made.left_out if not x.inside] == ["school-0"]
        assert (made.inside, made.total) == (5, 6)
        assert "5 of 6 observations" in str(made)
        with pytest.raises(bc.InvalidInputError, match="draws carry what was seen"):
            hub([0.7, -0.1, -0.1, -0.1, -0.1, -0.1])  # further out than any draw goes

    def test_the_next_forecast_takes_its_evidence(self) -> None:
        journey = example_journey()
        plain, usual, good = (
            bc.forecast(
                journey.plan, journey.result, journey.schedule, evidence=e, half_terms=6,
                draws=4_000, seed=99,
            ).outcome("conduct").at(6)
            for e in (evidence(), hub([0.05] * 6).evidence, hub([0.25] * 6).evidence)
        )  # fmt: skip
        assert usual.upper - usual.lower < plain.upper - plain.lower
        assert good.value > plain.value

    def test_an_effect_of_which_nothing_was_seen_stays(self) -> None:
        made = hub([0.25] * 3)
        for belief in made.shared:
            if belief.id != study():
                assert belief.after.value == pytest.approx(belief.before.value)

    def test_lists_are_taken_in_turn(self) -> None:
        given = list(forecasts(2).values())[:2]
        made = learn_cohort(given, [[seen(0.1)], [seen(0.2)]], evidence=evidence())
        assert [s.school for s in made.schools] == ["school-1", "school-2"]


class TestDisclosure:
    def test_nothing_of_one_school_is_published(self) -> None:
        made = hub([0.25] * 6)
        out = made.published()
        assert (out.schools, out.left_out, out.disclosure) == ((), (), "published")
        assert out.shared == made.shared
        for text in (str(made), repr(made), str(made.to_rows())):
            assert "school-" not in text

    def test_few_schools_are_not_published(self) -> None:
        assert "size" in faults_of(hub([0.25] * 3).published)


class TestRefusals:
    def test_all_faults_at_once(self) -> None:
        given = dict(list(forecasts().items())[:2])
        faults = faults_of(
            lambda: learn_cohort(
                {**given, "other": 3},  # type: ignore[dict-item]
                {"school-0": [seen(0.1, outcome="manners")], "nobody": [seen(0.1)]},
            )
        )
        assert {
            "observations['school-1']",
            "observations['other']",
            "forecasts['nobody']",
            "forecasts['other']",
            "observations['school-0'][0].outcome",
        } <= {*faults}
        assert any("evidence" in f.message for f in faults.values())

    def test_one_school_and_no_schools(self) -> None:
        for given in ({}, {"school-0": forecasts()["school-0"]}):
            looked = {name: [seen(0.1)] for name in given}
            assert "forecasts" in faults_of(
                lambda g=given, o=looked: learn_cohort(g, o, evidence=evidence())  # type: ignore[misc]
            )
        assert {"forecasts", "observations"} <= {*faults_of(lambda: learn_cohort(3, None))}  # type: ignore[arg-type]

    def test_observations_that_no_draw_fits(self) -> None:
        far = {n: [seen((-1) ** i * 5.0, 0.001)] for i, n in enumerate(forecasts())}
        with pytest.raises(InvalidInputError, match="draws carry what was seen"):
            learn_cohort(forecasts(), far, evidence=evidence())
