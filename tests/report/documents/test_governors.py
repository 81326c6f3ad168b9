"""The governors' page: one sheet, whatever the plan; the facts of the rest, in fewer words."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit.groups import score_groups
from behaviour_culture.report import ReportParts
from behaviour_culture.report.documents.facts import facts_of
from behaviour_culture.report.documents.fitting import COMPACT, SIZES, sheets
from behaviour_culture.report.documents.governors import governors
from behaviour_culture.report.documents.model import (
    Document,
    Heading,
    Listing,
    Table,
    plain,
    texts_of,
)
from behaviour_culture.report.documents.three import Documents
from behaviour_culture.report.html import render_html

HEADINGS = [
    "What we will do, by when, who, and how we will know",
    "What we ask you to decide",
    "Five questions to ask",
]


def page_of(parts: ReportParts) -> Document:
    return governors(facts_of(parts))


def said(document: Document) -> str:
    return "\n".join(texts_of(document))


def questions(document: Document) -> Listing:
    blocks = list(document.blocks)
    place = next(i for i, b in enumerate(blocks) if getattr(b, "words", "") == HEADINGS[-1])
    found = blocks[place + 1]
    assert isinstance(found, Listing)
    return found


class TestOneSheet:
    def test_each_school_has_one(self, three_of_school: Documents) -> None:
        assert 0.6 < sheets(three_of_school.governors) <= 0.97

    def test_a_plan_of_every_step_has_one(self, three_of_all: Documents) -> None:
        assert sheets(three_of_all.governors) <= 0.97
        text = said(three_of_all.governors)
        assert re.search(r"And \d+ more priorities: see the working plan\.", text)
        assert re.search(r"and \d+ more steps", text)

    @given(
        title=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).filter(
            str.strip
        ),
        long=st.integers(1, 60),
    )
    @settings(
        max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_whatever_it_is_called(self, some: ReportParts, title: str, long: int) -> None:
        parts = evolve(some, title=title * long)
        assert sheets(page_of(parts)) <= 1

    def test_people_with_long_names(self, some: ReportParts) -> None:
        plan = some.plan
        for step in plan.steps:
            plan = plan.assign(step.id, person="Bartholomew Featherstonehaugh-Cholmondeley " * 3)
        assert sheets(page_of(evolve(some, plan=plan))) <= 0.97

    def test_no_type_is_small(self) -> None:
        for sizes in (SIZES, COMPACT):
            assert min(sizes.text, sizes.title, sizes.heading) >= 10


class TestContent:
    def test_it_says_what_governors_ask(self, three_of_school: Documents) -> None:
        document = three_of_school.governors
        heads = [b.words for b in document.blocks if isinstance(b, Heading)]
        assert heads[1:] == HEADINGS
        assert [b.level for b in document.blocks if isinstance(b, Heading)] == [1, 2, 2, 2]
        assert len(questions(document).items) == 5
        text = said(document)
        for start in ("Where we are.", "What it costs.", "Inspection areas touched."):
            assert start in text
        assert "Draft of 06/07/2026" in text
        assert "Illustrative." in text
        assert "0% is 'absent', 100% 'embedded'; brackets hold" in text

    def test_the_second_question_is_about_a_step_that_the_page_names(
        self, school: ReportParts
    ) -> None:
        text = said(page_of(school))
        found = re.search(r"Who has looked at step (\d+) without notice", text)
        if found is None:  # no step of the page is looked at
            assert "Who has looked, without notice," in text
            return
        names = facts_of(school).names
        (key,) = (key for key, ref in names.ref.items() if ref == int(found[1]))
        assert f"{found[1]} {school.plan.step(key).title}" in text
        assert school.plan.inclusion(key).kind is not bc.model.InclusionKind.CONFIRMATION
        assert school.plan.step(key).monitoring is not None
        assert school.plan.step(key).phase is bc.StepPhase.LAUNCH  # what a visitor can see

    def test_it_says_why_so_many_hours_for_so_little(self, school: ReportParts) -> None:
        goals = [o for o in school.plan.objectives if o.target_origin.value == "forecast"]
        rises = [round(100 * (o.target - o.baseline.value)) for o in goals]
        text = said(page_of(school))
        assert ("more of the scale?" in text) == bool(rises)
        if rises:
            assert f"{max(rises)}% more of the scale?" in text
            assert f"for {min(rises)}%" in text

    def test_it_does_not_decide_on_an_index(self, three_of_school: Documents) -> None:
        text = said(three_of_school.governors)
        assert "planning index" not in text
        assert " points" not in text
        assert "of 100 staff" not in text

    def test_each_group_stands_apart(self, school: ReportParts) -> None:
        text = said(page_of(school))
        assert school.groups is not None
        for group in school.groups.groups:
            whole = group.result.whole.estimate
            name = group.id.replace("-", " ")
            share = f"{name} {100 * whole.value:.0f}% ({100 * whole.lower:.0f}% to"
            assert share.lower() in text.lower()
        assert "Not asked: pupils." in text

    def test_a_short_form_is_called_one(self, school: ReportParts) -> None:
        whole = school.audit.whole
        words = f"{whole.asked} of its {whole.items} questions were asked."
        assert (words in said(page_of(school))) == (whole.asked != whole.items)

    def test_without_groups_it_says_that_nobody_is_told_apart(self, some: ReportParts) -> None:
        assert "are not told apart here" in said(page_of(some))

    def test_withheld_groups_are_named_without_a_number(self, some: ReportParts) -> None:
        raters = [("head", "leaders"), ("year-6", "pupils")]
        audit = bc.Audit(
            id="summer",
            framework=some.framework.id,
            edition=some.framework.edition,
            responses=[
                bc.Response(rater=rater, group=group, item=item.id, rating=1)
                for rater, group in raters
                for item in some.framework.items_for(group=group)
            ],
        )
        groups = score_groups(audit, some.framework, draws=100)
        text = said(page_of(evolve(some, groups=groups)))
        assert "Too few to show: pupils." in text
        assert "Not asked: teachers and support staff." in text
        assert not re.search(r"pupils \d", text)

    def test_hours_of_kinds_of_people_are_the_hours_of_the_plan(self, school: ReportParts) -> None:
        facts = facts_of(school)
        hours = sum(float(e.total.replace(",", "")) for e in facts.effort)
        assert hours == pytest.approx(sum(facts.names.hours(s) for s in school.plan.steps), abs=3)
        assert {"leaders", "teachers"} <= {e.who for e in facts.effort}
        assert "others" not in {e.who for e in facts.effort}

    def test_names_stand_beside_roles(self, some: ReportParts) -> None:
        plan = some.plan
        for step in plan.steps:
            plan = plan.assign(step.id, person="Ada Lovelace")
        parts = evolve(some, plan=plan)
        assert "Ada Lovelace" in said(page_of(parts))
        assert "Ada Lovelace" not in said(page_of(some))
        assert render_html(parts).count("Ada Lovelace") >= len(plan.steps)

    def test_inspection_is_left_out_without_a_crosswalk(self, some: ReportParts) -> None:
        facts = facts_of(some)
        assert facts.inspection is not None
        assert facts.inspection.inferred
        for part in facts.inspection.parts:
            assert {*part.priorities} <= {*facts.names.priority.values()}
        text = said(governors(facts._replace(inspection=None)))
        assert "Inspection" not in text
        none = facts.inspection._replace(parts=[])
        text = said(governors(facts._replace(inspection=none)))
        assert "no priority is linked with one" in text


@cache
def _made(key: int) -> Documents:
    return Documents(_KEPT[key])


_KEPT: dict[int, ReportParts] = {}


def made(parts: ReportParts) -> Documents:
    """The documents of some parts, made once."""
    _KEPT[id(parts)] = parts
    return _made(id(parts))


class TestOneNumber:
    """The same thing has the same number on each document."""

    def test_hours_and_money(self, school: ReportParts) -> None:
        facts = facts_of(school)
        actions, summary = facts.page.actions, facts.page.summary
        for text in map(said, made(school).all.values()):
            assert f"about {actions.hours} " in text.lower()
            assert actions.cost in text
            assert summary.running in text

    def test_steps_and_priorities(self, school: ReportParts) -> None:
        facts = facts_of(school)
        governors_page, plan, annex = made(school).all.values()
        table = next(b for b in governors_page.blocks if isinstance(b, Table))
        for row, objective in zip(table.rows, facts.page.actions.objectives, strict=True):
            first, *steps = row.cells[0].lines
            assert first[0].words == f"{objective.number}. {objective.title}"
            for line in steps:
                number, _, title = line[0].words.partition(" ")
                if number.isdecimal() and facts.names.ref.get(number) is None:
                    keys = [k for k, n in facts.names.ref.items() if n == int(number)]
                    assert [facts.names.title(k) for k in keys] == [title] or "of the plan" in title
        for row in facts.rows:
            assert f"{row.ref} {row.title}" in said(plan)
            assert row.title in said(annex)

    def test_targets(self, school: ReportParts) -> None:
        for text in map(said, made(school).all.values()):
            for objective in facts_of(school).page.actions.objectives:
                assert objective.now in text
                assert objective.target in text
                assert objective.by in text


class TestOtherPlans:
    def test_a_plan_under_way_says_how_it_stands(self, some: ReportParts) -> None:
        assert some.schedule is not None
        first = some.schedule.steps[0].step
        done = bc.model.StepProgress(
            step=first, status=bc.model.StepStatus.COMPLETE, finished=dt.date(2026, 9, 11)
        )
        plan = evolve(some.plan, progress=[done])
        parts = evolve(
            some, plan=plan, first_schedule=some.schedule, written_on=dt.date(2026, 10, 1)
        )
        text = said(page_of(parts))
        assert "of them still to come" in text
        assert "Look at what has happened since the plan began. Of " in text
        assert re.search("(on track|not started)", text)

    def test_what_was_counted_and_what_became_of_the_plan(self, looked_back: ReportParts) -> None:
        document = page_of(looked_back)
        text = said(document)
        assert "What was counted. We could not tell whether behaviour changed." in text
        assert "Looking back. 1 of 5 targets met; for 4 we could not tell." in text
        assert (
            "9 Say who may look in a child's bag, when, and what is written down (stopped)" in text
        )
        table = next(b for b in document.blocks if isinstance(b, Table))
        for row in table.rows:  # a step that was stopped keeps no date from the others
            assert plain(row.cells[2].lines[0]).startswith("Steps done ")
        # All half-terms are over but the last, in which nobody is nearly so busy as in the spring.
        assert "Spring" not in facts_of(looked_back).fullest_role
        assert sheets(document) <= 0.97

    def test_an_audit_without_a_gap(self) -> None:
        framework = bc.load_framework("bennett-2017")
        top = framework.rating_scale.levels[-1].value
        responses = [bc.Response(rater="head", item=i.id, rating=top) for i in framework.items]
        audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=responses)
        result = bc.score_audit(audit, framework)
        plan = bc.ActionPlan(
            id="none",
            title="Nothing to do",
            framework=framework.id,
            edition=framework.edition,
            catalogue="bennett-2017",
            objectives=(),
            steps=(),
            inclusions=(),
        )
        document = page_of(ReportParts(framework=framework, audit=result, plan=plan))
        assert "The audit found no gap to work on." in said(document)
        assert sheets(document) <= 1

    def test_parts_alone(self, some: ReportParts) -> None:
        few = ReportParts(framework=some.framework, audit=some.audit, plan=some.plan)
        document = page_of(few)
        assert sheets(document) <= 1
        assert "Target" not in said(document)
        assert "Draft for governors" in said(document)
