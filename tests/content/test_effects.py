"""An effect only where the outcome was measured: over the content, and refused elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.impact.effect import cited_effects
from behaviour_culture.model.finding import Outcome
from behaviour_culture.model.setting import Setting
from behaviour_culture.model.step import EffectLink
from builders import faults_of, step

BASE = bc.load_evidence()
CATALOGUE = bc.load_catalogue("bennett-2017")
ROWS = {row.id: row for row in BASE.findings}
MEASURED = {
    ("train-classroom-core", "conduct"): "conduct",
    ("coach-teachers", "conduct"): "conduct",
    ("coach-teachers", "on-task"): "r49",
    ("teach-routines", "conduct"): "r04",
    ("greet-at-door", "on-task"): "r51",
    ("launch-recognition", "conduct"): "r06",
    ("repair-conversations", "bullied"): "r56",
    ("bullying-programme", "bullied"): "bullied",
    ("launch-phones", "conduct"): "r113",
    ("first-day-contact", "absence"): "r85 r86 r87 r96",
    ("data-review", "absence"): "r92",
}
"""For each step and outcome, the row, rows or pool in which that kind of step was measured."""


def rows_of(names: str) -> list[bc.model.Finding]:
    pooled = [row for row in ROWS.values() if row.pool == names]
    return pooled or [ROWS[name] for name in names.split()]


def test_every_effect_was_measured_on_its_outcome_in_schools_of_its_kind() -> None:
    found = set()
    for each in CATALOGUE.steps:
        for cited in cited_effects(each, BASE):
            link, parameter = cited.link, cited.parameter
            assert link.outcome is not None, each.id
            assert link.settings, each.id
            key = (each.id, link.outcome.value)
            found.add(key)
            studies = rows_of(MEASURED[key])
            assert {row.outcome for row in studies} == {link.outcome}, key
            where = {setting for row in studies for setting in row.settings}
            # An infant school is a primary for the younger: studies of primaries hold its years.
            where |= {Setting.INFANT} if Setting.PRIMARY in where else set()
            assert {*link.settings} <= where, key
            assert {*link.settings} <= {*parameter.settings}, key
            assert each.reach <= parameter.most_reach, key
    assert found == MEASURED.keys()


def test_most_steps_have_none() -> None:
    carrying = [each.id for each in CATALOGUE.steps if each.effects]
    assert len(carrying) == 10
    assert len(CATALOGUE.steps) == 84


@pytest.mark.parametrize(
    ("row", "parameter"),
    [
        ("r04", "taught-expectations"), ("r02", "teacher-training"), ("r06", "rewards-game"),
        ("r49", "coached-lessons"), ("r51", "door-greeting"), ("r56", "restorative-voice"),
        ("r72", "empathic-mindset"),
    ],
)  # fmt: skip
def test_a_prior_of_one_study_is_its_row(row: str, parameter: str) -> None:
    found, prior = ROWS[row], BASE.parameter(parameter)
    assert found.estimate == pytest.approx(prior.mean, abs=0.0008)
    assert found.error == pytest.approx(prior.standard_error, abs=0.0008)
    assert found.outcome is prior.outcome


@pytest.mark.parametrize(
    ("pool", "parameter"),
    [
        ("conduct", "classroom-management"),
        ("conduct-targeted", "targeted-support"),
        ("bullied", "bullying-programme"),
    ],
)
def test_a_prior_of_a_pool_is_the_pool(pool: str, parameter: str) -> None:
    pooled, prior = bc.impact.leave_one_out(BASE, outcome=pool).pooled, BASE.parameter(parameter)
    assert pooled.estimate.value == pytest.approx(prior.mean, abs=0.006)
    error = pooled.estimate.standard_error
    assert error is not None
    # By Hartung and Knapp, or half the interval over 1.96 where rows agree too well.
    half = (pooled.estimate.upper - pooled.estimate.lower) / 3.92
    assert error - 0.002 <= prior.standard_error <= half + 0.002
    assert prior.tau >= pooled.tau.value - 1e-9


def test_the_factor_is_fitted_to_the_whole_programme() -> None:
    """What the parts of the whole-school programme come to, each in full, in plain loops."""
    rho = BASE.assumption("diminishing-rho").value
    framework = bc.load_framework(CATALOGUE.framework)
    parts = ("train-classroom-core", "coach-teachers", "teach-routines")

    def thinned(sizes: list[float]) -> float:
        return sum(size * rho**m for m, size in enumerate(sorted(sizes, reverse=True)))

    on: dict[str, list[float]] = {}
    for name in parts:
        each = CATALOGUE.step(name)
        (size,) = (
            -e.parameter.mean
            for e in cited_effects(each, BASE)
            if e.parameter.outcome is Outcome.CONDUCT
        )
        for principle in each.principles:
            on.setdefault(principle, []).append(size)
    whole = thinned([thinned(sizes) for sizes in on.values()])
    whole /= sum(rho**m for m in range(len(framework.principles)))
    assert whole == pytest.approx(-BASE.parameter("taught-expectations").mean, abs=0.001)


def test_no_plan_claims_more_than_the_whole_programme() -> None:
    """All steps, done in full by a school with nothing in place, under their grades."""
    rho = BASE.assumption("diminishing-rho").value
    sizes = [
        max(0.0, e.graded.mean)
        for each in CATALOGUE.steps
        for e in cited_effects(each, BASE)
        if e.parameter.outcome is Outcome.CONDUCT
    ]
    most = sum(size * rho**m for m, size in enumerate(sorted(sizes, reverse=True))) / (1 - rho)
    assert most <= -BASE.parameter("taught-expectations").mean


def link(**changes: Any) -> EffectLink:
    given = {"parameter": "absence-letter", "grade": "C", "reason": "tried", **changes}
    return EffectLink(**given)


@pytest.mark.parametrize(
    ("lent", "reach", "match"),
    [
        (link(outcome=Outcome.CONDUCT), 0.1, "measured on absence"),
        (
            link(outcome=Outcome.ABSENCE, settings=[Setting.POST_16]),
            0.1,
            "not measured in these settings",
        ),
        (link(outcome=Outcome.ABSENCE, settings=[Setting.PRIMARY]), 0.9, "reaches 90%"),
    ],
)
def test_an_effect_that_leaks_is_refused(lent: EffectLink, reach: float, match: str) -> None:
    leaking = step("a", principles=["p"], effects=[lent], reach=reach)
    with pytest.raises(bc.InvalidInputError, match=match):
        cited_effects(leaking, BASE)


def test_two_effects_on_one_outcome_in_the_same_schools_are_refused() -> None:
    first = link(outcome=Outcome.ABSENCE, settings=[Setting.PRIMARY])
    second = link(
        parameter="early-warning-team", outcome=Outcome.ABSENCE, settings=[Setting.PRIMARY]
    )
    assert "effects[1]" in faults_of(lambda: step("a", effects=[first, second]))
    apart = evolve(second, settings=[Setting.SECONDARY])
    assert len(step("a", effects=[first, apart]).effects) == 2


def test_a_school_of_another_kind_does_not_get_it() -> None:
    about: dict[str, Any] = {"illustrative": True, "low_age": 11, "high_age": 16}
    secondary = bc.School(id="s", name="S", phase=bc.Phase.SECONDARY, **about)
    ours = CATALOGUE.for_school(secondary)
    assert [e.outcome for e in ours.step("coach-teachers").effects] == [Outcome.ON_TASK]
    assert ours.step("train-classroom-core").effects == ()
    special = bc.School(id="s", name="S", phase=bc.Phase.SPECIAL, illustrative=True)
    assert not [e for s in CATALOGUE.for_school(special).steps for e in s.effects]
