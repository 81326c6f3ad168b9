"""What a step of a catalogue brings on its own: beside scipy, beside draws, and in the loop."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

import behaviour_culture as bc
from behaviour_culture.impact import catalogue_benefits
from behaviour_culture.journey import JourneyResult
from builders import example_journey


@pytest.fixture(scope="module")
def journey() -> JourneyResult:
    return example_journey()


def with_fidelity(mean: float, strength: float) -> bc.model.EvidenceBase:
    base = bc.load_evidence()
    values = {"fidelity-mean": mean, "fidelity-strength": strength}
    return evolve(
        base,
        assumptions=[
            evolve(a, value=values[a.id], low=0, high=max(1.0, values[a.id]))
            if a.id in values
            else a
            for a in base.assumptions
        ],
    )


def unlock_slope(fidelity: float) -> float:
    grown = float(np.exp((0.6 - fidelity) / 0.07))
    return 0.75 / 0.07 * grown / (1 + grown) ** 2


def answered(above: list[Any]) -> float:
    """Return the mean of the largest gap, a twentieth of the next and so on, by cases."""

    def growth(x: float) -> float:
        found = 0.0
        for case in itertools.product((0, 1), repeat=len(above)):
            shares = [sf(x) if yes else 1 - sf(x) for yes, sf in zip(case, above, strict=True)]
            found += np.prod(shares) * sum(0.05**m for m in range(sum(case)))
        return found

    return float(integrate.quad(growth, 0, 1, epsabs=1e-8)[0])


@pytest.fixture(scope="module")
def room(journey: JourneyResult) -> float:
    """How much of the gaps the step can answer, whatever the evidence."""
    gaps = {g.principle: g.size for g in journey.result.gaps}
    principles = journey.catalogue.step("teach-routines").principles
    above = [stats.norm(gaps[p].value, gaps[p].standard_error).sf for p in principles]
    return answered(above) / sum(0.05**m for m in range(len(journey.result.gaps)))


@given(st.floats(0.02, 0.98), st.floats(0.5, 60))
def test_by_hand_with_quadrature(
    journey: JourneyResult, room: float, mean: float, strength: float
) -> None:
    evidence = with_fidelity(mean, strength)
    step = journey.catalogue.step("teach-routines")
    beta = stats.beta(mean * strength, (1 - mean) * strength)
    # By parts, from the distribution function: no singular density.
    worth = 1 - integrate.quad(beta.cdf, 0.3, 0.8)[0] / 0.5
    top = 0.25 + 0.75 / (1 + np.exp(-0.4 / 0.07))
    unlock = top - integrate.quad(lambda f: beta.cdf(f) * unlock_slope(f), 0, 1, points=[0.6])[0]
    (link,) = step.effects
    effect = evidence.parameter(link.parameter)
    kept = evidence.grade(link.grade).discount
    waits = [p.step for p in step.requires if p.step != journey.catalogue.audit_step]
    expected = -100 * kept * effect.mean * room * step.reach * worth * unlock ** len(waits)
    found = catalogue_benefits(journey.catalogue, journey.result, evidence=evidence)
    assert found[step.id] == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_the_mean_of_the_draws_of_a_forecast(journey: JourneyResult) -> None:
    """Learning from nothing returns the plain means of the same benefits, by draws."""
    made = bc.forecast(journey.plan, journey.result, journey.schedule, draws=40_000)
    nothing = bc.Observation(half_term=1, outcome="conduct", value=0.0, standard_error=99.0)
    drawn = bc.learn(made, [nothing]).benefits
    met = {m.step for m in journey.plan.met}
    known = catalogue_benefits(journey.catalogue, journey.result)
    alike = [
        s.id for s in journey.plan.steps if s.effects and not met & {p.step for p in s.requires}
    ]
    assert alike
    for key in alike:  # all cite one study, whose draws are off by chance alike
        assert drawn[key] == pytest.approx(known[key], rel=0.12)


def test_only_what_acts_on_behaviour_and_on_a_principle(journey: JourneyResult) -> None:
    first, second, third = journey.catalogue.steps[:3]
    base = bc.load_evidence()
    other = next(p for p in base.parameters if p.outcome is not bc.model.Outcome.CONDUCT)
    link = bc.model.EffectLink(parameter=other.id, grade="B", reason="another outcome")
    conduct = evolve(link, parameter="classroom-management")
    steps = [
        evolve(first, effects=[], requires=[]),
        evolve(second, principles=[], effects=[conduct], requires=[]),
        evolve(third, effects=[link], requires=[]),
    ]
    few = evolve(journey.catalogue, steps=steps, audit_step=None, patterns=(), aliases={})
    assert dict(catalogue_benefits(few, journey.result)) == {}


def test_after_learning_steps_that_were_never_tried_compete(journey: JourneyResult) -> None:
    made = bc.forecast(journey.plan, journey.result, journey.schedule, draws=20_000)
    seen = [bc.Observation(half_term=6, outcome="conduct", value=0.2, standard_error=0.1)]
    beliefs = bc.learn(made, seen)
    before = catalogue_benefits(journey.catalogue, journey.result)
    after = catalogue_benefits(journey.catalogue, journey.result, evidence=beliefs.evidence)
    # A step that was tried on another outcome has no benefit to behaviour.
    assert set(after) > {key for key, benefit in beliefs.benefits.items() if benefit}
    cited = {s.id: s.effects[0].parameter for s in journey.catalogue.steps if s.effects}
    for key, value in after.items():
        if cited[key] in made.inputs.studies:
            assert value > before[key]
    plan = bc.draft_plan(journey.result, catalogue=journey.catalogue, benefits=after)
    assert {s.id for s in plan.steps} - set(beliefs.benefits)
    choice = bc.choose_steps(journey.catalogue, after, hours=300)
    assert choice.steps


def test_what_does_not_fit_is_refused(journey: JourneyResult) -> None:
    with pytest.raises(bc.InvalidInputError) as caught:
        catalogue_benefits(None, journey.plan)  # type: ignore[arg-type]
    assert [f.path for f in caught.value.faults] == ["catalogue", "result"]
    with pytest.raises(bc.InvalidInputError, match="evidence"):
        catalogue_benefits(journey.catalogue, journey.result, evidence="x")  # type: ignore[arg-type]
    with pytest.raises(bc.InvalidInputError, match="is for the framework"):
        catalogue_benefits(evolve(journey.catalogue, edition="other"), journey.result)
    lost = evolve(bc.load_evidence(), parameters=[])
    with pytest.raises(bc.errors.UnknownNameError):
        catalogue_benefits(journey.catalogue, journey.result, evidence=lost)
