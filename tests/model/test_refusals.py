"""What the model refuses when it is built in Python: all faults at once, each with its mend."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
import builders
from behaviour_culture.audit.comparable import NotComparableError
from behaviour_culture.checks import Check
from behaviour_culture.errors import (
    BehaviourCultureError,
    CycleError,
    DuplicateContentError,
    Fault,
    InvalidInputError,
    MissingExtraError,
    NotAFileKindError,
    ReadError,
    UnknownContentError,
    UnknownNameError,
    WriteError,
    shorten,
    suggest,
)
from behaviour_culture.model.belonging import school_faults
from behaviour_culture.model.log_mapping import LogMapping
from behaviour_culture.model.plan import PlanChange, PlanWarning, PlanWarningKind
from behaviour_culture.model.scoring import Band, Banding
from behaviour_culture.model.setting import RollRange
from behaviour_culture.testing import frameworks
from builders import audit_of, faults_of, pickled

EXAMPLES = Path(__file__).parents[2] / "examples"
NAN, INF = math.nan, math.inf
NOON = dt.datetime(2026, 2, 2, 12, tzinfo=dt.UTC)
SEEN = bc.model.Provenance(mark=bc.model.Mark.READ)
WALK = bc.content.load_content("crosswalk", "bennett-2017-to-dfe-audit-tool")
HUB = bc.read(EXAMPLES / "three_rivers" / "hub.toml", bc.model.Hub)
BANDING = Banding(
    id="b",
    measure="m",
    bands=[Band(at_least=0, value=0), Band(at_least=5, value=1)],
    provenance=SEEN,
)
POOLED = next(row for row in bc.load_evidence().findings if row.pool)


def step(key: str = "teach", *before: str, **fields: Any) -> bc.ActionStep:
    return builders.step(key, *before, **{"title": key.title(), **fields})


class TestOneField:
    @pytest.mark.parametrize(
        ("make", "path", "mend"),
        [
            (lambda: bc.School(id="Hill School", name="x"), "id", "lower-case letters"),
            (lambda: bc.School(id="../../etc/passwd", name="x"), "id", "not an id"),
            (lambda: bc.School(id="/abs", name="x"), "id", "not an id"),
            (lambda: bc.School(id="a\0b", name="x"), "id", "not an id"),
            (lambda: bc.School(id="a" * 101, name="x"), "id", "not an id"),
            (lambda: bc.School(id="ümlaut", name="x"), "id", "not an id"),
            (lambda: bc.School(id="a", name="  "), "name", "must not be empty"),
            (lambda: bc.School(id="a", name=5), "name", "expected text"),
            (lambda: bc.School(id="a", name="x" * 20_001), "name", "20,000 characters"),
            (lambda: bc.School(id="a", name="x", urn=99_999), "urn", "at least 100,000"),
            (lambda: bc.School(id="a", name="x", urn=1_000_000), "urn", "at most 999,999"),
            (lambda: bc.School(id="a", name="x", urn="123456"), "urn", "whole number"),
            (lambda: bc.School(id="a", name="x", roll=20_001), "roll", "at most 20000"),
            (lambda: bc.School(id="a", name="x", roll=2**64), "roll", "63 bits"),
            (lambda: bc.School(id="a", name="x", roll=10**400), "roll", "63 bits"),
            (lambda: step(hours_per_week={"head": 10**400}), "hours_per_week.head", "63 bits"),
            (
                lambda: bc.Estimate(value=-(10**400), lower=0, upper=1, method="m"),
                "value",
                "63 bits",
            ),
            (lambda: bc.School(id="a", name="x", roll=True), "roll", "whole number"),
            (lambda: bc.School(id="a", name="x", phase="primary "), "phase", "one of nursery"),
            (lambda: bc.School(id="a", name="x", illustrative="yes"), "illustrative", "true or"),
            (lambda: bc.model.Context(fsm_percent=100.1), "fsm_percent", "at most 100"),
            (lambda: bc.model.Context(eal_percent=NAN), "eal_percent", "not a finite number"),
            (lambda: bc.Role(id="a", title="A", hours_per_week=0), "hours_per_week", "more than 0"),
            (lambda: bc.Role(id="a", title="A", hours_per_week=-1), "hours_per_week", "more than"),
            (lambda: bc.Role(id="a", title="A", hours_per_week=61), "hours_per_week", "at most 60"),
            (lambda: bc.Role(id="a", title="A", hours_per_week=INF), "hours_per_week", "finite"),
            (lambda: bc.Role(id="a", title="A", hours_per_week="2"), "hours_per_week", "a number"),
            (
                lambda: bc.Role(id="a", title="A", people=0, hours_per_week=1),
                "people",
                "at least 1",
            ),
            (lambda: step(weeks=bc.Weeks(0, 1, 2)), "weeks.optimistic", "at least 1"),
            (lambda: step(weeks=bc.Weeks(1, -2, 3)), "weeks.likely", "at least 1"),
            (lambda: step(weeks=bc.Weeks(1, 2, NAN)), "weeks.pessimistic", "whole number"),
            (lambda: step(weeks=bc.Weeks(3, 2, 4)), "weeks", "must rise"),
            (lambda: evolve(step(), weeks=(1, 2)), "weeks", "expected a Weeks"),
            (lambda: step(hours_per_week={"head": -1}), "hours_per_week.head", "at least 0"),
            (lambda: step(hours_per_week={"head": NAN}), "hours_per_week.head", "finite"),
            (lambda: step(hours_per_week={"head": "2"}), "hours_per_week.head", "a number"),
            (lambda: step(hours_per_week={"senco": 1}), "lead", "no hours"),
            (lambda: step(hours_per_week=[1]), "hours_per_week", "a table"),
            (lambda: step(reach=1.01), "reach", "at most 1"),
            (lambda: step(cost_gbp=bc.model.CostRange(5, 2)), "cost_gbp", "above the high end"),
            (lambda: step(cost_gbp=bc.model.CostRange(-5, 2)), "cost_gbp.low", "at least 0"),
            (lambda: step("a", "a"), "requires[0].step", "requires itself"),
            (lambda: step("a", "b", "b"), "requires[1].step", "appears 2 times"),
            (lambda: step(requires="teach"), "requires", "expected a list"),
            (lambda: step(principles=["one", "one"]), "principles[1]", "appears 2 times"),
            (
                lambda: bc.Prerequisite(step="a", reason="r", lag_weeks=-1),
                "lag_weeks",
                "at least 0",
            ),
            (
                lambda: bc.Prerequisite(step="a", reason="r", lag_weeks=1.5),
                "lag_weeks",
                "whole number",
            ),
            (lambda: bc.Response(rater="head", item="i", rating=-1), "rating", "at least 0"),
            (lambda: bc.Response(rater="head", item="i", rating=1.9), "rating", "whole number"),
            (lambda: bc.Response(rater="head", item="i", rating=True), "rating", "whole number"),
            (lambda: bc.Response(rater="head", item="i", rating="1"), "rating", "whole number"),
            (lambda: bc.Response(rater="Jo Smith", item="i"), "rater", "not an id"),
            (lambda: bc.model.RatingLevel(value=-1, label="x"), "value", "at least 0"),
            (
                lambda: bc.Principle(
                    id="p", name="P", domain="d", text="t", weight=0, provenance=SEEN
                ),
                "weight",
                "more than 0",
            ),
            (
                lambda: bc.AuditItem(id="i", principle="p", text="t", weight=-2),
                "weight",
                "more than 0",
            ),
            (
                lambda: bc.AuditItem(id="i", principle="p", text="t", weight=NAN),
                "weight",
                "not a finite number",
            ),
            (
                lambda: bc.Estimate(value=1, lower=2, upper=1, method="m"),
                "upper",
                "1 is below lower (2)",
            ),
            (
                lambda: bc.Estimate(value=INF, lower=0, upper=1, method="m"),
                "value",
                "not a finite number",
            ),
            (
                lambda: bc.StepProgress(
                    step="a", status=bc.StepStatus.NOT_STARTED, started=dt.date(2026, 9, 1)
                ),
                "status",
                "has been started",
            ),
            (
                lambda: bc.StepProgress(
                    step="a",
                    status=bc.StepStatus.COMPLETE,
                    started=dt.date(2026, 9, 2),
                    finished=dt.date(2026, 9, 1),
                ),
                "finished",
                "is before started (2026-09-02)",
            ),
            (
                lambda: bc.StepProgress(step="a", status=bc.StepStatus.COMPLETE, fidelity=1.2),
                "fidelity",
                "at most 1",
            ),
            (
                lambda: bc.model.DateRange(start=dt.date(2026, 2, 2), end=dt.date(2026, 2, 1)),
                "end",
                "is before start (2026-02-02)",
            ),
            (
                lambda: bc.model.DateRange(start=NOON, end=dt.date(2026, 2, 3)),
                "start",
                "expected a date",
            ),
            (
                lambda: bc.Audit(id="a", framework="f", edition="1", responses="all 3"),
                "responses",
                "expected a list",
            ),
            (
                lambda: LogMapping(id="a", system="A", columns=["Date"]),
                "columns",
                "expected a table",
            ),
            (
                lambda: Banding(id="b", measure="m", bands="from 5", provenance=SEEN),
                "bands",
                "expected a list",
            ),
            (
                lambda: bc.model.Assumption(
                    id="a", name="A", value=3, low=1, high=2, basis="b", provenance=SEEN
                ),
                "value",
                "3 is outside 1 to 2",
            ),
            (
                lambda: evolve(POOLED, kind="meta-analysis"),
                "pool",
                "only a primary study",
            ),
            (
                lambda: bc.model.PartnerSchool(
                    id="a",
                    name="A",
                    phase="primary",
                    route="core",
                    journey="a.toml",
                    school="s.toml",
                    responses="r.csv",
                ),
                "journey",
                "give one of the two",
            ),
            (
                lambda: PlanChange(kind="drop", step="a"),
                "dropped",
                "a drop has the step and its inclusion",
            ),
            (lambda: PlanChange(kind="lead", step="a"), "old", "as it was before"),
            (lambda: step(sizes=RollRange(500, 100)), "sizes", "the least roll is above the most"),
            (lambda: step(weeks=bc.Weeks(1, 1, 2), starts="inset-day"), "weeks", "takes one week"),
            (
                lambda: step(weeks=bc.Weeks(1, 4, 6), longest_weeks=3),
                "longest_weeks",
                "is below the likely 4 weeks",
            ),
        ],
    )
    def test_is_named_with_what_would_be_right(
        self, make: Callable[[], object], path: str, mend: str
    ) -> None:
        found = faults_of(make)
        assert path in found
        assert mend in found[path].message

    def test_where_any_value_will_do_none_is_a_fault(self) -> None:
        assert Check("here").value("a", object(), Any)

    def test_an_offending_value_is_shown_in_80_characters(self) -> None:
        found = faults_of(lambda: bc.School(id="x" * 10_000, name="x"))
        assert 0 < len(found["id"].value) <= 80
        assert len(str(found["id"])) < 300


class TestWhole:
    def test_all_faults_of_an_object_come_together(self) -> None:
        found = faults_of(
            lambda: bc.School(
                id="A B", name="", urn=1, roll=-1, phase="big", low_age=12, high_age=4
            )
        )
        assert {"id", "name", "urn", "roll", "phase", "high_age"} <= found.keys()

    def test_duplicate_ids_name_both_places(self) -> None:
        roles = [bc.Role(id="head", title="Head", hours_per_week=1)] * 2
        found = faults_of(lambda: bc.Capacity(roles=roles))
        assert "first at roles[0].id" in found["roles[1].id"].message

    def test_an_audit_result_without_a_score_of_the_whole(self, framework: bc.Framework) -> None:
        result = bc.score_audit(audit_of(framework, 1), framework)
        scores = [s for s in result.scores if s.id != "whole"]
        assert "has 0" in faults_of(lambda: evolve(result, scores=scores))["scores"].message

    @pytest.mark.parametrize(
        ("make", "path", "mend"),
        [
            (lambda: evolve(WALK, links=[WALK.links[0]] * 2), "links[1]", "same two"),
            (lambda: evolve(HUB, calendar=None), "calendar", "name the term dates"),
            (lambda: evolve(HUB, leads=5), "leads", "expected"),
            (
                lambda: evolve(HUB, events=[evolve(HUB.events[0], lead_hours={"caoch": 6.0})]),
                "events[0].lead_hours",
                "did you mean 'coach'",
            ),
            (
                lambda: evolve(bc.content.load_content("instrument", "boq"), levels=[1, 0]),
                "levels",
                "must rise",
            ),
            (lambda: evolve(BANDING, bands=BANDING.bands[::-1]), "bands", "must rise"),
            (
                lambda: bc.model.Objective(
                    id="o",
                    title="T",
                    principle="p",
                    measure="m",
                    target=0.6,
                    baseline=builders.estimate(0.5, 0.2),
                    target_basis="ours",
                    stretch=0.7,
                ),
                "stretch_chance",
                "go together",
            ),
            (
                lambda: PlanWarning(kind=PlanWarningKind.ONE_RATER, about="p"),
                "about",
                "one rater has none",
            ),
            (lambda: step(effects=5), "effects", "expected"),
        ],
    )
    def test_parts_that_do_not_go_together(
        self, make: Callable[[], object], path: str, mend: str
    ) -> None:
        assert mend in faults_of(make)[path].message

    def test_a_capacity_needs_a_role(self) -> None:
        assert "at least one Role" in faults_of(lambda: bc.Capacity(roles=[]))["roles"].message

    def test_changes_of_one_role_may_not_overlap(self) -> None:
        def change(start: int, end: int) -> bc.model.CapacityChange:
            first, last = dt.date(2026, 9, start), dt.date(2026, 9, end)
            return bc.model.CapacityChange(role="head", start=first, end=last, hours_per_week=0)

        role = bc.Role(id="head", title="Head", hours_per_week=1)
        bc.Capacity(roles=[role], changes=[change(1, 4), change(5, 9)])
        found = faults_of(lambda: bc.Capacity(roles=[role], changes=[change(1, 5), change(5, 9)]))
        assert "overlap on 2026-09-05" in found["changes"].message

    def test_terms_may_not_overlap(self) -> None:
        autumn = bc.model.Term(name="Autumn", start=dt.date(2026, 9, 1), end=dt.date(2026, 12, 18))
        spring = bc.model.Term(name="Spring", start=dt.date(2026, 12, 18), end=dt.date(2027, 3, 26))
        found = faults_of(lambda: bc.SchoolYear(id="y", name="Y", terms=[autumn, spring]))
        assert "terms must not overlap" in found["terms[1]"].message

    def test_a_break_lies_inside_its_term(self) -> None:
        gap = bc.model.DateRange(start=dt.date(2026, 12, 10), end=dt.date(2026, 12, 18))
        found = faults_of(
            lambda: bc.model.Term(
                name="A", start=dt.date(2026, 9, 1), end=dt.date(2026, 12, 18), half_term=gap
            )
        )
        assert "not inside the term" in found["half_term"].message

    def test_a_year_without_a_teaching_day_is_refused(self) -> None:
        weekend = bc.model.Term(name="A", start=dt.date(2026, 9, 5), end=dt.date(2026, 9, 6))
        found = faults_of(lambda: bc.SchoolYear(id="y", name="Y", terms=[weekend]))
        assert "no teaching day" in found["terms"].message

    def test_an_inset_day_of_another_year_is_refused(self) -> None:
        autumn = bc.model.Term(name="A", start=dt.date(2026, 9, 1), end=dt.date(2026, 9, 30))
        found = faults_of(
            lambda: bc.SchoolYear(id="y", name="Y", terms=[autumn], inset=[dt.date(2027, 9, 1)])
        )
        assert "not in this year" in found["inset[0]"].message

    def test_an_audit_needs_a_rating(self) -> None:
        blank = bc.Response(rater="head", item="i")
        for responses in ([], [blank]):
            found = faults_of(
                lambda r=responses: bc.Audit(id="a", framework="f", edition="1", responses=r)  # type: ignore[misc]
            )
            assert "at least one rating" in found["responses"].message

    def test_a_rater_answers_an_item_once(self) -> None:
        twice = [bc.Response(rater="head", item="i", rating=r) for r in (1, 2)]
        found = faults_of(lambda: bc.Audit(id="a", framework="f", edition="1", responses=twice))
        assert "first at responses[0]" in found["responses[1]"].message

    def test_an_illustrative_school_has_no_urn(self) -> None:
        found = faults_of(lambda: bc.School(id="a", name="A", illustrative=True, urn=123456))
        assert "leave it out" in found["urn"].message

    def test_a_scale_needs_two_levels_rising_each_with_its_own_label(self) -> None:
        def scale(*levels: tuple[int, str]) -> bc.model.RatingScale:
            made = [bc.model.RatingLevel(value=v, label=w) for v, w in levels]
            return bc.model.RatingScale(id="s", name="S", levels=made)

        assert "at least 2" in faults_of(lambda: scale((0, "no")))["levels"].message
        assert "rise" in faults_of(lambda: scale((1, "no"), (0, "yes")))["levels"].message
        assert "same label" in faults_of(lambda: scale((0, "No"), (1, "no")))["levels"].message

    def test_a_framework_refuses_every_open_reference(self, framework: bc.Framework) -> None:
        wrong = {
            "domains": [evolve(framework.domains[0], follows="bulid"), *framework.domains[1:]],
            "items": [evolve(framework.items[0], principle="nobody"), *framework.items[1:]],
            "challenges": [evolve(framework.challenges[0], opposes=["nothing"])],
            "systems": [evolve(framework.systems[0], principles=["nothing"])],
            "sources": [],
        }
        paths = {
            "domains": "domains[0].follows",
            "items": "items[0].principle",
            "challenges": "challenges[0].opposes[0]",
            "systems": "systems[0].principles[0]",
            "sources": "principles[0].provenance.sources[0]",
        }
        for name, value in wrong.items():
            found = faults_of(lambda n=name, v=value: evolve(framework, **{n: v}))  # type: ignore[misc]
            assert paths[name] in found, name
        together = faults_of(lambda: evolve(framework, **wrong))
        assert set(paths.values()) <= together.keys()
        assert "did you mean 'build'" in together["domains[0].follows"].message

    @given(frameworks(), st.data())
    def test_a_reference_to_nothing_is_never_accepted(
        self, framework: bc.Framework, data: st.DataObject
    ) -> None:
        place = data.draw(st.integers(0, len(framework.principles) - 1))
        principles = list(framework.principles)
        principles[place] = evolve(principles[place], domain="no-such-domain-at-all")
        found = faults_of(lambda: evolve(framework, principles=principles))
        assert f"principles[{place}].domain" in found


class TestRow24And25And26:
    """Circles, steps that need themselves or nothing, two steps with one id."""

    def test_the_whole_circle_is_shown_with_titles_and_the_weakest_link(self) -> None:
        def needs(before: str, basis: bc.model.Basis) -> list[bc.Prerequisite]:
            return [bc.Prerequisite(step=before, reason="r", basis=basis)]

        steps = [
            step("a", requires=needs("c", bc.model.Basis.STATED)),
            step("b", requires=needs("a", bc.model.Basis.INFERRED)),
            step("c", requires=needs("b", bc.model.Basis.STATED)),
        ]
        for order in (steps, steps[::-1], [steps[1], steps[0], steps[2]]):
            with pytest.raises(CycleError) as caught:
                bc.StepCatalogue(id="k", name="K", framework="f", edition="1", steps=order)
            assert caught.value.cycle == ("a", "b", "c")
            assert caught.value.weakest == ("a", "b")
            assert "a (A) -> b (B) -> c (C) -> a" in str(caught.value)
            assert "'b' requires 'a'" in str(caught.value)

    def test_the_shortest_of_two_circles_is_shown(self) -> None:
        steps = [
            step("a", "d"),
            step("b", "a"),
            step("c", "b"),
            step("d", "c"),
            step("x", "y"),
            step("y", "x"),
        ]
        with pytest.raises(CycleError, match="x \\(X\\) -> y \\(Y\\) -> x"):
            bc.planning.StepGraph(steps)

    def test_an_unknown_step_gets_a_suggestion(self) -> None:
        steps = [step("teach-routines"), step("rehearse", "teach-rotines")]
        for make in (
            lambda: bc.planning.StepGraph(steps),
            lambda: bc.StepCatalogue(id="k", name="K", framework="f", edition="1", steps=steps),
        ):
            found = faults_of(make)
            assert "did you mean 'teach-routines'" in found["steps[1].requires[0].step"].message

    def test_two_steps_with_one_id_name_both_places(self) -> None:
        steps = [step("a"), step("b"), step("a")]
        found = faults_of(
            lambda: bc.StepCatalogue(id="k", name="K", framework="f", edition="1", steps=steps)
        )
        assert "first at steps[0].id" in found["steps[2].id"].message
        assert (
            "first at steps[0]"
            in faults_of(lambda: bc.planning.StepGraph(steps))["steps[2].id"].message
        )


class TestStagesRefuse:
    @pytest.mark.parametrize(
        ("fields", "path", "mend"),
        [
            ({"framework": "tfi-2.1"}, "framework", "not for 'bennett-2017'"),
            ({"edition": "2016"}, "edition", "load the edition it was made with"),
            (
                {"responses": [bc.Response(rater="head", item="v-0-1", rating=1)]},
                "responses[0].item",
                "no audit item",
            ),
        ],
    )
    def test_an_audit_for_something_else(
        self, framework: bc.Framework, fields: dict[str, Any], path: str, mend: str
    ) -> None:
        found = faults_of(lambda: bc.score_audit(audit_of(framework, 1, **fields), framework))
        assert mend in found[path].message

    def test_a_rating_off_the_scale(self, framework: bc.Framework) -> None:
        off = [bc.Response(rater="head", item=framework.items[0].id, rating=9)]
        found = faults_of(lambda: bc.score_audit(audit_of(framework, 1, responses=off), framework))
        message = found["responses[0].rating"].message
        assert message.startswith("9 is not on the scale 0 (")
        assert all(f"{level.value} ({level.label})" in message for level in framework.scale.levels)

    def test_a_step_that_needs_a_role_the_school_has_not_got(
        self, framework: bc.Framework, catalogue: bc.StepCatalogue, year: bc.SchoolYear
    ) -> None:
        result = bc.score_audit(audit_of(framework, 1), framework)
        plan = bc.draft_plan(result, catalogue=catalogue)
        few = bc.Capacity(roles=[bc.Role(id="haed", title="Head", hours_per_week=5)])
        found = faults_of(lambda: bc.schedule_plan(plan, calendar=year, capacity=few))
        assert "did you mean 'haed'" in found["capacity.roles['head']"].message

    def test_a_catalogue_for_another_edition(
        self, framework: bc.Framework, catalogue: bc.StepCatalogue
    ) -> None:
        result = bc.score_audit(audit_of(framework, 1), framework)
        other = evolve(catalogue, edition="2031")
        found = faults_of(lambda: bc.draft_plan(result, catalogue=other))
        assert "(2031)" in found["catalogue.edition"].message
        found = faults_of(lambda: bc.draft_plan(result, catalogue=other, framework=framework))
        assert "(2031)" in found["edition"].message

    def test_a_framework_without_kinds_of_systems_knows_none_to_be_wrong(
        self, framework: bc.Framework
    ) -> None:
        own = bc.model.SchoolSystem(id="points", name="Points", kind="pionts")
        hill = bc.School(id="a", name="A", systems=[own])
        assert [f.path for f in school_faults(hill, framework)] == ["systems[0].kind"]
        assert school_faults(hill, evolve(framework, systems=[])) == []


ERRORS: list[BehaviourCultureError] = [
    InvalidInputError("school.toml", [Fault("urn", "expected a whole number", "'x'")]),
    InvalidInputError("school.toml", [Fault("", "not valid TOML")] * 60),
    ReadError("a.toml", "there is no such file"),
    WriteError("a.toml", "no space left"),
    UnknownNameError("step", "techa", ["teach", "agree"]),
    UnknownNameError("step", "zzz", []),
    CycleError(["a", "b"], ["A", "b"], ("a", "b"), "it is judgement only"),
    CycleError(["a", "b"], ["A", "b"], ("a", "b"), "it is judgement only", "steps.toml"),
    MissingExtraError("hypothesis", "testing", "drawing examples"),
    NotAFileKindError("Role"),
    UnknownContentError("framework", "benett", ("bennett-2017",)),
    DuplicateContentError("framework", "x", ("a.toml", "b.toml")),
    bc.errors.WorkersLostError(5, 3, 8),
    bc.errors.StoppedError("forecasting", 3, 8),
    NotComparableError(["editions differ ('1' and '2')"]),
]


class TestErrors:
    @pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
    def test_survive_pickling_and_copying_with_their_data(
        self, error: BehaviourCultureError
    ) -> None:
        for back in (pickled(error), copy.deepcopy(error), copy.copy(error)):
            assert type(back) is type(error)
            assert str(back) == str(error)
            assert vars(back) == vars(error)
            assert back.args == error.args

    @pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
    def test_say_something_that_a_reader_can_use(self, error: BehaviourCultureError) -> None:
        text = str(error)
        assert len(text.split()) >= 3
        assert not text.startswith(("(", "'"))
        assert repr(error)

    def test_every_class_of_error_is_in_this_list(self) -> None:
        def below(cls: type[BaseException]) -> set[type[BaseException]]:
            return {cls}.union(*(below(c) for c in cls.__subclasses__()))

        ours = {c for c in below(BehaviourCultureError) if "behaviour_culture." in c.__module__}
        assert ours - {BehaviourCultureError} == {type(e) for e in ERRORS}

    def test_each_is_a_builtin_error_too(self) -> None:
        parents = {type(e): type(e).__mro__[2:] for e in ERRORS}
        builtin = (ValueError, OSError, LookupError, TypeError, ImportError, RuntimeError)
        assert all(any(issubclass(p, builtin) for p in mro) for mro in parents.values())

    def test_many_faults_alike_are_counted_and_said_once(self) -> None:
        text = str(ERRORS[1])
        assert "60 faults" in text
        assert text.count("not valid TOML") == 1
        assert "the same in 59 more places" in text

    @given(st.from_type(object) | st.text() | st.binary() | st.integers())
    def test_shorten_never_fails_and_keeps_the_limit(self, value: object) -> None:
        assert len(shorten(value)) <= 80

    def test_shorten_of_what_has_no_repr(self) -> None:
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        assert shorten(deep) == "<list>"
        assert shorten(10**5000) == "<int>"

    @given(st.text(), st.lists(st.text()))
    def test_suggest_only_names_what_is_there(self, name: str, known: list[str]) -> None:
        hint = suggest(name, known)
        assert hint == "" or any(hint == f"; did you mean {k!r}?" for k in known)


def test_a_word_of_an_enum_is_its_member_as_in_a_file() -> None:
    school = bc.School(id="a", name="A", phase="primary")  # type: ignore[arg-type]
    assert school.phase is bc.Phase.PRIMARY
    with pytest.raises(bc.InvalidInputError, match="got 'Primary'; did you mean 'primary'"):
        bc.School(id="a", name="A", phase="Primary")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("whole", "name"),
    [
        (bc.load_framework("tfi-2.1"), "items"),
        (bc.content.load_content("benchmarks", "national-behaviour-survey"), "figures"),
        (bc.content.load_indicators(), "indicators"),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_what_is_wrong_itself_is_told_and_nothing_that_rests_on_it(whole: Any, name: str) -> None:
    assert list(faults_of(lambda: evolve(whole, **{name: 3}))) == [name]
