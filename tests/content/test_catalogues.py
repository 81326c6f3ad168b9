"""The shipped catalogues, by rules that know no step by name, whole and for eight schools."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture import content
from behaviour_culture.model.school import Capacity, Phase, Role
from behaviour_culture.model.setting import Governance, Setting
from behaviour_culture.model.step import StepMark

FOLDER = Path(content.__file__).parent / "catalogues"
BEFORE_A_SANCTION = (StepMark.ADOPTION, StepMark.SEND_CHECK)
WHERE_SHIPPED = (StepMark.SAFEGUARDING_FILTER, StepMark.CONSULTATION, StepMark.EQUALITY_CHECK)
# Who watches for ever watches a job that goes on for ever, and no project.
GOES_ON = re.compile(r"\b(?:weekly|fortnightly|monthly|each|every)\b")
ENDS = re.compile(
    r"\b(?:for a|for four|while|until|to the end|trial|first half-term|session|once)\b"
)
OFTEN = re.compile(r"\b(?:daily|weekly|fortnightly|monthly|each week|every week)\b")
FROM_OUTSIDE = {"governor", "partner-head", "trust"}
# Words of a secondary school, which nobody says in a school for younger children.
OLDER = re.compile(
    r"\b(?:tutors?|departments?|lesson changes?|heads? of year|detentions?|workshops?|sixth form)\b"
)
# Special schools and pupil referral units have responses, and plans for each pupil.
ELSEWHERE = re.compile(OLDER.pattern + r"|\bladder\b|\beach rung\b")


def post(key: str, hours: float, *holds: str, people: int = 1) -> Role:
    return Role(id=key, title=key.capitalize(), hours_per_week=hours, holds=holds, people=people)


VILLAGE = Capacity(
    roles=[
        post(
            "head",
            3.0,
            "behaviour-lead",
            "pastoral-lead",
            "safeguarding-lead",
            "attendance-champion",
            "middle-leader",
        ),
        post("senco", 2.0),
        post("teacher", 1.0, people=3),
        post("support-staff", 1.0, people=5),
        post("office", 1.5, "data-manager"),
        post("governor", 1.5),
        post("site-manager", 1.0),
        post("clerk", 1.0),
        post("trust", 1.0),
    ]
)
LARGER = Capacity(
    roles=[
        post("head", 3.0),
        post("behaviour-lead", 5.0, "pastoral-lead", "safeguarding-lead", "attendance-champion"),
        post("senco", 4.0),
        post("middle-leader", 2.0, people=4),
        post("teacher", 1.0, people=16),
        post("support-staff", 1.0, people=30),
        post("office", 3.0, "data-manager"),
        post("governor", 1.5),
        post("site-manager", 2.0),
        post("clerk", 1.0),
        post("trust", 1.0),
    ]
)


def school(
    key: str, phase: Phase, ages: tuple[int, int], roll: int, capacity: Capacity | None = None
) -> bc.School:
    return bc.School(
        id=key,
        name=key.capitalize(),
        illustrative=True,
        phase=phase,
        governance=Governance.MAINTAINED,
        low_age=ages[0],
        high_age=ages[1],
        roll=roll,
        capacity=capacity,
    )


SCHOOLS = (
    school("village", Phase.PRIMARY, (4, 11), 60, VILLAGE),
    school("infant", Phase.PRIMARY, (4, 7), 180, LARGER),
    school("two-form", Phase.PRIMARY, (3, 11), 420, LARGER),
    school("secondary", Phase.SECONDARY, (11, 18), 1050),
    school("all-through", Phase.ALL_THROUGH, (3, 18), 850),
    school("special", Phase.SPECIAL, (4, 19), 120),
    school("referral", Phase.ALTERNATIVE_PROVISION, (11, 16), 70),
    school("nursery", Phase.NURSERY, (2, 4), 70),
)
YOUNGER = {Setting.EARLY_YEARS, Setting.INFANT, Setting.PRIMARY}


@cache
def catalogue(key: str, of: bc.School | None = None, pattern: str = "") -> bc.StepCatalogue:
    whole = bc.load_catalogue(key)
    shaped = whole.in_pattern(pattern) if pattern else whole
    return shaped if of is None else shaped.for_school(of)


CASES = [
    pytest.param(key, of, pattern, id="-".join(x for x in (key, of.id if of else "", pattern) if x))
    for key in bc.catalogue_ids()
    for of, pattern in (
        *((None, p.id) for p in bc.load_catalogue(key).patterns),
        *((of, "") for of in (None, *SCHOOLS)),
    )
]


def ancestors(steps: dict[str, bc.ActionStep], key: str) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for before in steps[waiting.pop()].requires:
            if before.step not in found:
                found.add(before.step)
                waiting.append(before.step)
    return found


def raw_steps(key: str) -> list[dict[str, Any]]:
    text = (FOLDER / f"{key}.toml").read_text(encoding="utf-8")
    steps: list[dict[str, Any]] = tomllib.loads(text)["steps"]
    return steps


def forms(step: bc.ActionStep) -> list[bc.ActionStep]:
    """The step itself, and as each of its variants has it."""
    return [step, *(evolve(step, variants=(), **v.changes()) for v in step.variants)]


def read_aloud(step: bc.ActionStep) -> str:
    """What a plan shows of a step to the people who do it."""
    assert step.monitoring is not None
    parts = (step.title, step.text, *step.success_criteria)
    return "\n".join([*parts, step.monitoring.when, step.monitoring.how])


@pytest.mark.parametrize(("key", "of", "pattern"), CASES)
def test_no_sanction_before_the_policy_is_adopted_and_adjusted(
    key: str, of: bc.School | None, pattern: str
) -> None:
    steps = {s.id: s for s in catalogue(key, of, pattern).steps}
    shipped = {m for s in catalogue(key).steps for m in s.marks}
    asked = {*BEFORE_A_SANCTION, *(m for m in WHERE_SHIPPED if m in shipped)}
    for step in steps.values():
        if StepMark.SANCTION in step.marks:
            before = {m for other in ancestors(steps, step.id) for m in steps[other].marks}
            assert asked <= before, step.id


@pytest.mark.parametrize(("key", "of", "pattern"), CASES)
def test_nobody_watches_a_step_that_they_lead(key: str, of: bc.School | None, pattern: str) -> None:
    for step in catalogue(key, of, pattern).steps:
        for made in forms(step):
            assert made.monitoring is not None
            assert made.monitoring.who != made.lead, step.id


@pytest.mark.parametrize("key", bc.catalogue_ids())
class TestEachCatalogue:
    def test_a_job_that_recurs_says_what_it_takes_each_week(self, key: str) -> None:
        for step in catalogue(key).steps:
            for made in forms(step):
                assert made.monitoring is not None
                when = made.monitoring.when
                watched = GOES_ON.search(when) and not ENDS.search(when)
                if watched or step.phase is bc.StepPhase.MONITOR:
                    assert made.running_hours, (step.id, when)

    def test_what_costs_each_year_takes_hours_each_week(self, key: str) -> None:
        for step in catalogue(key).steps:
            if step.running_cost_gbp.high:
                assert step.running_hours, step.id

    def test_every_arrow_says_why_and_how_that_is_known(self, key: str) -> None:
        for step in raw_steps(key):
            for before in step.get("requires", []):
                assert len(before["reason"].split()) > 4, step["id"]
                assert before["reason"].endswith("."), step["id"]
                assert before["basis"] in set(bc.model.Basis), step["id"]
        for pattern in catalogue(key).patterns:
            assert all(a.reason.endswith(".") for a in pattern.arrows), pattern.id

    def test_an_old_id_leads_to_a_step_and_is_none(self, key: str) -> None:
        book = catalogue(key)
        ids = {s.id for s in book.steps}
        assert not ids & book.aliases.keys()
        assert set(book.aliases.values()) <= ids

    def test_every_step_has_an_area_and_a_monitor_from_its_roles(self, key: str) -> None:
        book = catalogue(key)
        roles = {r.id for r in book.roles}
        assert set(book.monitors) <= roles
        for step in book.steps:
            assert step.area, step.id
            for made in forms(step):
                assert made.monitoring is not None
                assert made.monitoring.who in roles, step.id
                assert made.lead in roles, step.id

    def test_a_variant_is_reached_by_some_school(self, key: str) -> None:
        """No variant stands behind one that takes all of its schools."""
        for step in catalogue(key).steps:
            for i, variant in enumerate(step.variants):
                for before in step.variants[:i]:
                    wider = not before.settings or {*variant.settings} <= {*before.settings}
                    least, most = before.sizes
                    held = least <= variant.sizes.least and variant.sizes.most <= most
                    assert not (wider and held), (step.id, i)

    def test_every_pattern_orders_steps_that_it_has(self, key: str) -> None:
        book = catalogue(key)
        for pattern in book.patterns:
            steps = {s.id: s for s in book.in_pattern(pattern.id).steps}
            for arrow in pattern.arrows:
                assert arrow.step in ancestors(steps, arrow.of)
            assert pattern.include


@pytest.mark.parametrize("of", SCHOOLS, ids=lambda s: s.id)
@pytest.mark.parametrize("key", bc.catalogue_ids())
class TestEachSchool:
    def test_the_words_are_those_of_the_school(self, key: str, of: bc.School) -> None:
        if of.settings <= YOUNGER:
            strange = OLDER
        elif of.settings & {Setting.SPECIAL, Setting.ALTERNATIVE_PROVISION}:
            strange = ELSEWHERE
        else:
            return
        for step in catalogue(key, of).steps:
            assert strange.findall(read_aloud(step)) == [], step.id

    def test_no_post_is_asked_for_more_in_a_week_than_it_can_give(
        self, key: str, of: bc.School
    ) -> None:
        if of.capacity is None:
            return
        for step in catalogue(key, of).steps:
            for role, hours in step.hours_per_week.items():
                assert of.capacity.has(role), (step.id, role)
                assert hours <= of.capacity.role(role).hours_per_week, (step.id, role)

    def test_the_audit_comes_first_and_a_later_one_after_it(self, key: str, of: bc.School) -> None:
        book = catalogue(key, of)
        assert book.audit_step is not None
        assert not book.step(book.audit_step).requires

    def test_who_comes_from_outside_is_not_asked_to_come_each_week(
        self, key: str, of: bc.School
    ) -> None:
        for step in catalogue(key, of).steps:
            assert step.monitoring is not None
            if step.monitoring.who in FROM_OUTSIDE:
                assert not OFTEN.search(step.monitoring.when), step.id
