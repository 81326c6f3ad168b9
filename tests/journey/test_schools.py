"""The six illustrative schools of `examples/schools`: what the shipped catalogue gives each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.content import load_duties
from behaviour_culture.interchange.files import read
from behaviour_culture.journey import run_journey
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.school import School
from behaviour_culture.model.step import StepMark

SCHOOLS = Path(__file__).parents[2] / "examples" / "schools"
NAMES = sorted(p.parent.name for p in SCHOOLS.glob("*/journey.toml"))
BEFORE_A_SANCTION = {StepMark.ADOPTION, StepMark.SEND_CHECK, StepMark.SAFEGUARDING_FILTER}
SIX = [
    "infant-nursery",
    "pru",
    "secondary",
    "special",
    "two-form-primary",
    "village-primary",
]
MEETS = range(65, 85)
"""Steps that a school meets, of 84 shipped: 71 to 82 today. Most of them are law, routine or review
and are for everybody; a year holds a fraction of them, which the priorities choose."""
OVER_ONCE_DONE = {
    "agree-vision",
    "backing-protocol",
    "baseline-audit",
    "communicate-culture",
    "consequence-ladder",
    "consult-principles",
    "design-inclusion-unit",
    "design-recognition",
    "equality-check",
    "fix-hot-spots",
    "greet-at-door",
    "norms-rules",
    "phone-position",
    "script-lesson-routines",
    "script-movement-routines",
    "summer-preparation",
    "teach-routines",
    "train-classroom-core",
    "training-day",
    "visit-lead-school",
    "walk-hot-spots",
    "words-standards",
}
"""Steps that end, or that go on within hours that every adult works anyway."""


class Drafted(NamedTuple):
    """A school up to its plan."""

    journey: Journey
    school: School
    audit: bc.Audit
    catalogue: StepCatalogue
    plan: bc.ActionPlan


@cache
def shipped() -> StepCatalogue:
    return bc.load_catalogue("bennett-2017")


@cache
def drafted(name: str) -> Drafted:
    folder = SCHOOLS / name
    journey = read(folder / "journey.toml", kind="journey")
    school = read(folder / journey.school, kind="school")
    framework = bc.load_framework(journey.framework)
    audit = bc.read_audit(folder / journey.responses, framework=framework, school=school.name)
    plan = bc.draft_plan(
        bc.score_audit(audit, framework),
        catalogue=shipped(),
        school=school,
        priorities=journey.priorities,
        steps_per_priority=journey.steps_per_priority,
        starts=journey.starts,
    )
    return Drafted(journey, school, audit, shipped().for_school(school), plan)


def roles_asked(catalogue: StepCatalogue) -> set[str]:
    roles = {r.id for r in shipped().roles}
    asked = {s.lead for s in catalogue.steps}
    asked |= {r for s in catalogue.steps for r in (*s.hours_per_week, *s.running_hours)}
    return asked | {s.monitoring.who for s in catalogue.steps if s.monitoring} & roles


def ancestors(catalogue: StepCatalogue, step: str) -> set[str]:
    found: set[str] = set()
    waiting = [p.step for p in catalogue.step(step).requires]
    while waiting:
        if (here := waiting.pop()) not in found:
            found.add(here)
            waiting += [p.step for p in catalogue.step(here).requires]
    return found


def test_there_are_six() -> None:
    assert NAMES == SIX


@pytest.mark.parametrize("name", SIX)
class TestSchool:
    def test_it_is_invented_and_its_answers_are_sound(self, name: str) -> None:
        d = drafted(name)
        assert d.school.illustrative
        assert not d.audit.doubts
        asked = bc.load_framework("bennett-2017").short_form
        assert {r.item for r in d.audit.responses} == set(asked)
        raters = {r.rater for r in d.audit.responses}
        assert 6 <= len(raters) <= 8
        ratings = [r.rating for r in d.audit.responses if r.rating is not None]
        assert 1.5 <= sum(ratings) / len(ratings) <= 1.9

    def test_how_many_steps_it_meets(self, name: str) -> None:
        d = drafted(name)
        assert len(d.catalogue.steps) in MEETS
        assert len(d.catalogue.steps) + len(d.catalogue.left_out) == len(shipped().steps)
        assert 10 <= len(d.plan.steps) <= 32

    def test_every_role_that_its_steps_ask_for_is_held(self, name: str) -> None:
        d = drafted(name)
        assert d.school.capacity is not None
        assert not roles_asked(d.catalogue) - {r.id for r in d.school.capacity.roles}

    def test_nobody_monitors_what_they_lead(self, name: str) -> None:
        for step in drafted(name).catalogue.steps:
            assert step.monitoring is None or step.monitoring.who != step.lead, step.id

    def test_no_sanction_before_adoption_and_its_checks(self, name: str) -> None:
        catalogue = drafted(name).catalogue
        sanctions = [s for s in catalogue.steps if StepMark.SANCTION in s.marks]
        assert sanctions
        for step in sanctions:
            marks = {m for a in ancestors(catalogue, step.id) for m in catalogue.step(a).marks}
            assert marks >= BEFORE_A_SANCTION, step.id

    def test_no_post_is_asked_for_more_hours_than_it_has(self, name: str) -> None:
        d = drafted(name)
        assert d.school.capacity is not None
        for step in d.catalogue.steps:
            for post, hours in step.hours_per_week.items():
                assert hours <= d.school.capacity.role(post).hours_per_week, (step.id, post)

    def test_each_duty_of_its_steps_stands_in_the_register(self, name: str) -> None:
        known = {d.id for d in load_duties("england-2026").duties}
        assert {s.duty for s in drafted(name).catalogue.steps} - {None} <= known

    @pytest.mark.slow
    def test_its_report(self, name: str, tmp_path: Path) -> None:
        (path,) = run_journey(SCHOOLS / name / "journey.toml").write(tmp_path)
        page = path.read_text("utf-8")
        assert "What it takes from then on" in page
        assert "Law and guidance behind the steps" in page
        assert "Nobody holds the role" not in page


def test_a_role_that_nobody_holds_stays_in_the_steps() -> None:
    d = drafted("secondary")
    assert d.school.capacity is not None
    posts = [r for r in d.school.capacity.roles if r.id != "senco"]
    less = evolve(d.school, capacity=evolve(d.school.capacity, roles=posts))
    assert "senco" in roles_asked(shipped().for_school(less))


def test_a_pattern_is_named_in_the_journey() -> None:
    folder = SCHOOLS / "infant-nursery"
    journey = read(folder / "journey.toml", kind="journey")
    done = run_journey(evolve(journey, pattern="september", draws=200, budget=20), base=folder)
    assert done.plan.pattern == "september"
    assert {"adopt-policy", "training-day"} <= {s.id for s in done.plan.steps}


def test_a_crosswalk_is_named_in_the_journey(tmp_path: Path) -> None:
    folder = SCHOOLS / "secondary"
    framework = bc.load_framework("dfe-audit-tool")
    lines = [f"head,{item.id},{framework.scale.values[0]}" for item in framework.items]
    (tmp_path / "responses.csv").write_text("\n".join(["rater,item,rating", *lines]))
    journey = evolve(
        read(folder / "journey.toml", kind="journey"),
        framework="dfe-audit-tool",
        crosswalk="bennett-2017-to-dfe-audit-tool",
        school=str(folder / "school.toml"),
        calendar=str(folder / "calendar.toml"),
        responses=str(tmp_path / "responses.csv"),
        draws=200,
        budget=20,
    )
    done = run_journey(journey)
    assert done.plan.framework == "dfe-audit-tool"
    assert done.write(tmp_path / "out")


def test_what_goes_on_has_running_hours() -> None:
    """Whatever is not over once it is done says what it takes from then on."""
    without = {s.id for s in shipped().steps if not any(s.running_hours.values())}
    assert without <= OVER_ONCE_DONE
