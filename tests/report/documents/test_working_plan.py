"""The working plan: at most ten sheets, all steps, the first weeks, the letters."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.report import ReportParts
from behaviour_culture.report.documents.facts import facts_of
from behaviour_culture.report.documents.fitting import sheets
from behaviour_culture.report.documents.letters import parent_letter
from behaviour_culture.report.documents.model import (
    Document,
    Figure,
    Heading,
    Listing,
    Notice,
    Table,
    plain,
    texts_of,
)
from behaviour_culture.report.documents.three import Documents
from behaviour_culture.report.documents.working_plan import working_plan


def said(document: Document) -> str:
    return "\n".join(texts_of(document))


def heads(document: Document) -> list[str]:
    return [b.words for b in document.blocks if isinstance(b, Heading)]


def table(document: Document, caption: str) -> Table:
    return next(b for b in document.blocks if isinstance(b, Table) and caption in b.caption)


def test_ten_sheets_hold_the_plan_of_each_school(three_of_school: Documents) -> None:
    assert sheets(three_of_school.plan) <= 9.6
    assert heads(three_of_school.plan)[1:] == [
        "Priorities",
        "The plan",
        "Timeline",
        "The first fortnight",
        "Monitoring",
        "Letter to staff",
        "Letter to parents and carers",
    ]


def test_more_steps_are_said_in_fewer_words(
    three_of_all: Documents, all_steps: ReportParts
) -> None:
    text = said(three_of_all.plan)
    assert re.search(r"and \d more in the annex", text)
    for step in all_steps.plan.steps:
        assert step.title in text


def test_each_step_has_all_its_columns(school: ReportParts) -> None:
    facts = facts_of(school)
    document = working_plan(facts)
    rows = [r for r in table(document, "The plan, by area").rows if not r.band]
    assert len(rows) == len(school.plan.steps)
    for row, step in zip(rows, facts.rows, strict=True):
        words = ["\n".join(plain(line) for line in cell.lines) for cell in row.cells]
        assert words[0] == str(step.ref)
        assert words[1].startswith(step.title)
        assert words[2] == step.lead
        assert words[3].startswith(step.start)
        assert step.half_term in words[3]
        assert words[5].startswith(f"{step.hours} h")
        assert all(c in words[6] for c in step.criteria) or "more in the annex" in words[6]
        assert words[7].endswith(step.status.word)


def test_each_way_of_looking_is_there(school: ReportParts) -> None:
    facts = facts_of(school)
    rows = table(working_plan(facts), "Who looks at each step").rows
    looked = [r for r in facts.rows if r.monitoring is not None]
    assert [plain(r.cells[0].lines[0]) for r in rows] == [f"{r.ref} {r.title}" for r in looked]


def test_the_first_fortnight_has_the_steps_of_its_weeks(school: ReportParts) -> None:
    assert school.schedule is not None
    rows = table(working_plan(facts_of(school)), "Week by week").rows
    weeks = [plain(r.cells[0].lines[0]) for r in rows if r.band]
    assert 2 <= len(weeks) <= 3
    first = min(s.start for s in school.schedule.steps)
    names, days = zip(*(week.split(": ", 1) for week in weeks), strict=True)
    assert days[0].startswith(f"{first:%d/%m/%Y}")
    assert names[-2:] == ("Week 1", "Week 2")
    assert names[:-2] in {(), ("Before the first whole week",)}
    last = dt.datetime.strptime(weeks[-1][-10:], "%d/%m/%Y").date()  # noqa: DTZ007
    words = {plain(line) for r in rows for line in r.cells[0].lines}
    numbers = facts_of(school).names.ref
    for step in school.schedule.steps:
        there = f"{numbers[step.step]} {step.title}" in words
        assert there == (step.start <= last)


def test_hours_are_those_of_who_gives_them(school: ReportParts) -> None:
    assert school.schedule is not None
    names = facts_of(school).names
    used: dict[str, float] = {}
    for week in school.schedule.use:
        used[week.role] = used.get(week.role, 0.0) + week.used * names.people(week.role)
    given = names.hours_by_role()
    assert given == pytest.approx({r: h for r, h in used.items() if h}, rel=0.01)
    assert sum(given.values()) == pytest.approx(sum(map(names.hours, school.plan.steps)))


def test_hours_that_people_share_are_said_of_them_together(some: ReportParts) -> None:
    assert some.school is not None
    assert some.schedule is not None
    names = facts_of(some).names
    shared = [(s, r) for s in some.plan.steps for r in s.shared_roles if names.people(r) > 1]
    assert shared
    for step, role in shared:
        each = some.schedule.step(step.id).hours_per_week[role]
        assert names.weekly(step)[role] == pytest.approx(each * names.people(role))


def test_a_plan_under_way_shows_the_weeks_to_come(some: ReportParts) -> None:
    today = dt.date(2026, 10, 5)
    parts = evolve(some, first_schedule=some.schedule, written_on=today)
    document = working_plan(facts_of(parts))
    assert "The next fortnight" in heads(document)
    first = next(r for r in table(document, "Week by week").rows if r.band)
    assert plain(first.cells[0].lines[0]).startswith("Week 1: 05/10/2026")


def test_letters_are_drafts_with_places_for_names(three_of_school: Documents) -> None:
    for part in three_of_school.plan.parts[-2:]:
        notices = [plain(b.runs) for b in part.blocks if isinstance(b, Notice)]
        assert notices[0].startswith("Draft.")
        words = "\n".join(texts_of(Document("t", "s", (part,))))
        assert "[Name, head]" in words
        assert part.new_sheet


def test_parents_are_told_only_of_what_pupils_meet(school: ReportParts) -> None:
    facts = facts_of(school)
    _priorities, *listed = (b for b in parent_letter(facts) if isinstance(b, Listing))
    met = {s.title for s in school.plan.steps if s.phase is bc.StepPhase.LAUNCH}
    named = {plain(item).rpartition(" (from ")[0] for block in listed for item in block.items}
    assert named <= met
    assert bool(named) == bool(met)


def test_letters_say_hours_and_days_as_people_do(school: ReportParts) -> None:
    text = "\n".join(texts_of(Document("t", "s", working_plan(facts_of(school)).parts[-2:])))
    assert not re.search(r"[1-9]\.\d\d hours", text)
    assert all(first != last for first, last in re.findall(r"(\d\d/\d\d) to (\d\d/\d\d)", text))


def test_the_timeline_says_in_words_what_it_shows(three_of_school: Documents) -> None:
    figures = [b for b in three_of_school.plan.blocks if isinstance(b, Figure)]
    assert figures
    assert all(len(f.alt) > 40 and f.caption for f in figures)


def test_parts_alone(some: ReportParts) -> None:
    few = ReportParts(framework=some.framework, audit=some.audit, plan=some.plan)
    document = working_plan(facts_of(few))
    assert "Timeline" not in heads(document)
    assert "The first fortnight" not in heads(document)
    for step in some.plan.steps:
        assert step.title in said(document)


def test_without_a_calendar_the_first_weeks_have_numbers(some: ReportParts) -> None:
    document = working_plan(facts_of(evolve(some, calendar=None)))
    assert "Week 2" in said(document)


def test_a_plan_without_steps_is_its_letters(some: ReportParts) -> None:
    parts = ("steps", "inclusions", "milestones", "objectives")
    plan = some.plan.evolve(**dict.fromkeys(parts, ()), not_before={}, numbers={})
    none = {"schedule": None, "impact": None, "forecast": None}
    document = working_plan(facts_of(evolve(some, plan=plan, **none)))
    assert heads(document)[1:] == ["Letter to staff", "Letter to parents and carers"]
    assert "What begins, and who leads it" not in said(document)


def test_steps_at_which_nobody_looks_are_counted(some: ReportParts) -> None:
    first, *others = some.plan.steps
    plan = some.plan.evolve(steps=[evolve(first, monitoring=None), *others])
    before = sum(step.monitoring is None for step in some.plan.steps)
    document = working_plan(facts_of(evolve(some, plan=plan)))
    assert f"{before + 1} step without: agree who looks." in said(document)
