"""Strength counts: more achievement is no more work, fewer priorities are part of more."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise

import attrs
import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model import InclusionKind
from behaviour_culture.model.plan import PlanWarningKind
from behaviour_culture.model.step import StepMark
from behaviour_culture.planning.confirming import confirming_step
from builders import audit_of, examples, framework_of, step

LEVELS = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)


@cache
def framework() -> bc.Framework:
    return bc.load_framework("bennett-2017")


@cache
def catalogue() -> bc.StepCatalogue:
    return bc.load_catalogue("bennett-2017")


@cache
def audit(shape: int, level: float) -> bc.AuditResult:
    """An audit whose items reach a level on average; higher levels lower no item of a shape."""
    draws = np.random.default_rng(shape).random((len(framework().items), 3))
    return bc.score_audit(audit_of(framework(), *(draws < level).sum(axis=1).tolist()), framework())


@cache
def hours(shape: int, level: float) -> float:
    return bc.draft_plan(audit(shape, level), catalogue=catalogue()).hours()


shapes = st.integers(0, settings.default.max_examples - 1)
"""As many as a property has examples, so that each has its audits and hours once."""


@given(shapes)
def test_hours_never_rise_by_more_than_a_tenth_with_what_is_in_place(shape: int) -> None:
    found = [hours(shape, level) for level in LEVELS]
    for lower, higher in pairwise(found):
        assert higher <= 1.1 * lower
    assert found[4] <= 0.4 * found[2]


def test_at_95_per_cent_the_mean_is_a_third_of_that_at_50_at_most() -> None:
    half, most = (np.mean([hours(s, level) for s in range(12)]) for level in (0.5, 0.95))
    assert most <= half / 3


@given(shapes, st.sampled_from(LEVELS), st.sampled_from([None, "september"]))
def test_fewer_priorities_are_a_part_of_more(shape: int, level: float, pattern: str | None) -> None:
    plans = [
        bc.draft_plan(audit(shape, level), catalogue=catalogue(), priorities=k, pattern=pattern)
        for k in range(1, 6)
    ]
    for fewer, more in pairwise(plans):
        assert set(fewer.steps) <= set(more.steps)
        assert fewer.hours() <= more.hours()
        assert fewer.objectives == more.objectives[: len(fewer.objectives)]


@given(shapes, st.sampled_from(LEVELS[1:]))
def test_what_is_confirmed_is_rated_high_and_takes_an_hour(shape: int, level: float) -> None:
    result = audit(shape, level)
    plan = bc.draft_plan(result, catalogue=catalogue(), pattern="september")
    scores = {s.id: s for s in result.principles}
    for s in plan.steps:
        why, whole = plan.inclusion(s.id), catalogue().step(s.id)
        score = scores[str(whole.main_principle)]
        if why.kind is InclusionKind.CONFIRMATION:
            assert score.estimate.value >= 0.75
            assert f"rated {score.estimate.value:.0%}" in why.reason
            assert s.title.endswith(whole.title)
            assert sum(s.hours_per_week.values()) * s.weeks.likely == 1
            assert (s.requires, dict(s.running_hours), s.running_cost_gbp.high) == ((), {}, 0)
            for name in (
                "payoff",
                "reach",
                "success_criteria",
                "area",
                "duty",
                "settings",
                "sizes",
            ):
                assert getattr(s, name) == getattr(whole, name)
            assert (s.system, s.lead, s.origin) == (whole.system, whole.lead, whole.origin)
            assert (s.challenges, s.monitoring) == (whole.challenges, whole.monitoring)
        elif why.kind in {InclusionKind.PRIORITY, InclusionKind.PREREQUISITE}:
            lawful = {*StepMark} - {StepMark.SANCTION}
            assert score.estimate.value < 0.75 or lawful & {*whole.marks}


class TestStrongEverywhere:
    plan = bc.draft_plan(audit(0, 1.0), catalogue=catalogue())

    def test_a_plan_to_keep_it_up_is_never_empty(self) -> None:
        kinds = {i.kind for i in self.plan.inclusions}
        assert kinds == {InclusionKind.MONITORING, InclusionKind.CONFIRMATION}
        assert self.plan.objectives == ()
        assert self.plan.inclusion("relaunch").kind is InclusionKind.CONFIRMATION

    def test_a_catalogue_without_monitoring_has_one_too(self) -> None:
        small = framework_of({"rules": [1.0], "gate": [1.0]})
        result = bc.score_audit(audit_of(small, 3, 3), small)
        steps = bc.StepCatalogue(
            id="c",
            name="C",
            framework=small.id,
            edition=small.edition,
            steps=[step("write", principles=["rules"]), step("late", principles=["gate"])],
        )
        plan = bc.draft_plan(result, catalogue=steps)
        assert {i.kind for i in plan.inclusions} == {InclusionKind.CONFIRMATION}

    def test_what_nobody_assessed_is_not_strong(self) -> None:
        items = framework().items
        ratings = [None if i.principle == "design-vision" else 3 for i in items]
        result = bc.score_audit(audit_of(framework(), *ratings), framework())
        plan = bc.draft_plan(result, catalogue=catalogue(), pattern="september")
        assert plan.inclusion("consult-principles").kind is not InclusionKind.CONFIRMATION


class TestMonitoring:
    @given(shapes, st.sampled_from(LEVELS), st.integers(1, 5))
    def test_every_plan_has_it(self, shape: int, level: float, priorities: int) -> None:
        plan = bc.draft_plan(audit(shape, level), catalogue=catalogue(), priorities=priorities)
        kinds = {i.step: i.kind for i in plan.inclusions}
        for key in ("baseline-survey", "data-review", "governor-visits", "re-audit"):
            assert kinds[key] is InclusionKind.MONITORING
        assert [m.step for m in plan.milestones if m.id == "re-audit"] == ["re-audit"]

    def test_every_objective_has_an_indicator_and_a_baseline_where_there_is_one(self) -> None:
        counted = bc.Estimate(value=0.4, lower=0.3, upper=0.5, method="asked")
        plan = bc.draft_plan(
            audit(3, 0.5),
            catalogue=catalogue(),
            priorities=24,
            baselines={"rules-fair-pupils": counted},
        )
        known = {i.id: i for i in bc.load_indicators().indicators}
        for o in plan.objectives:
            assert o.indicator is not None, o.principle
            whole = known[o.indicator.indicator]
            assert (o.indicator.name, o.indicator.direction) == (whole.name, whole.direction)
            fair = o.indicator.indicator == "rules-fair-pupils"
            assert o.indicator_baseline == (counted if fair else None)

    def test_a_baseline_of_an_unknown_indicator_is_refused(self) -> None:
        given_one = {"fair": bc.Estimate(value=0.4, lower=0.3, upper=0.5, method="asked")}
        with pytest.raises(bc.InvalidInputError, match=r"baselines\[.fair.\]"):
            bc.draft_plan(audit(3, 0.5), catalogue=catalogue(), baselines=given_one)


class TestDoubts:
    def test_one_rater_stands_first(self) -> None:
        plan = bc.draft_plan(audit(1, 0.5), catalogue=catalogue())
        assert [w.kind for w in plan.warnings] == [PlanWarningKind.ONE_RATER]
        assert str(plan).splitlines()[0] == str(plan.warnings[0])
        assert "three" in str(plan.warnings[0])

    def test_a_domain_that_nobody_assessed(self) -> None:
        domain = framework().principles[0].domain
        left = {p.id for p in framework().principles if p.domain == domain}
        ratings = [None if i.principle in left else 1 for i in framework().items]
        made = audit_of(framework(), *ratings)
        two = [evolve(r, rater="deputy") for r in made.responses]
        result = bc.score_audit(evolve(made, responses=[*made.responses, *two]), framework())
        assert result.domains_not_assessed == (domain,)
        plan = bc.draft_plan(result, catalogue=catalogue())
        assert [(w.kind, w.about) for w in plan.warnings] == [
            (PlanWarningKind.DOMAIN_NOT_ASSESSED, domain)
        ]

    def test_two_raters_of_everything_leave_none(self) -> None:
        made = audit_of(framework(), 1)
        two = [evolve(r, rater="deputy") for r in made.responses]
        result = bc.score_audit(evolve(made, responses=[*made.responses, *two]), framework())
        assert bc.draft_plan(result, catalogue=catalogue()).warnings == ()


def test_the_audit_is_not_done_again_before_the_last_half_term() -> None:
    plan = bc.draft_plan(audit(1, 0.5), catalogue=catalogue(), starts=dt.date(2026, 9, 2))
    assert dict(plan.not_before) == {"re-audit": dt.date(2027, 6, 1)}


KEPT = {
    *("id", "challenges", "system", "lead", "payoff", "reach", "success_criteria", "monitoring"),
    *("area", "duty", "settings", "sizes", "origin"),
}
OF_THE_CHECK = {
    *("title", "text", "principles", "phase", "weeks", "longest_weeks", "hours_per_week"),
    *("shared_roles", "source"),
}


@examples(20)
@given(st.from_type(bc.ActionStep))
def test_a_check_keeps_what_the_step_is_about_and_asks_only_for_its_own_hour(
    one: bc.ActionStep,
) -> None:
    check = confirming_step(one)
    plain = bc.ActionStep(id=one.id, title="x", hours_per_week={}, lead=one.lead)
    for field in attrs.fields(bc.ActionStep):
        if field.name not in OF_THE_CHECK:
            wanted = one if field.name in KEPT else plain
            assert getattr(check, field.name) == getattr(wanted, field.name), field.name
    assert check.title.endswith(one.title)
    assert check.principles == one.principles[:1]
    assert check.phase is bc.model.StepPhase.MONITOR
    assert dict(check.hours_per_week) == {one.lead: 1.0}
    assert check.shared_roles == (one.lead,)
    assert check.weeks.likely <= check.weeks.pessimistic < check.longest_weeks
    assert check.text
    assert check.source.startswith("judgement")
