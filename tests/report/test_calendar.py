from __future__ import annotations

import datetime as dt
from pathlib import Path

import icalendar
import pytest

import behaviour_culture as bc
from behaviour_culture.journey import JourneyResult
from behaviour_culture.report.calendar import calendar_people, plan_events, write_calendar
from builders import example_journey

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def made() -> JourneyResult:
    return example_journey()


def events_of(path: Path) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    assert calendar.errors == []
    return {str(e["UID"]): e for e in calendar.walk("VEVENT")}


class TestAllEvents:
    def test_each_step_begins_and_is_due_on_the_days_of_the_schedule(
        self, made: JourneyResult, tmp_path: Path
    ) -> None:
        path = write_calendar(tmp_path / "a.ics", made.plan, made.schedule, school=made.school)
        found = events_of(path)
        for step in made.schedule.steps:
            front = f"riverbank.{made.plan.id}"
            start = found[f"{front}.start.{step.step}@behaviour-culture"]
            due = found[f"{front}.due.{step.step}@behaviour-culture"]
            assert start["DTSTART"].dt == step.start
            assert due["DTSTART"].dt == step.finish
            assert due["DTEND"].dt == step.finish + dt.timedelta(days=1)

    def test_reviews_are_milestones_and_the_last_week_of_each_half_term(
        self, made: JourneyResult
    ) -> None:
        known = plan_events(made.plan, made.schedule, calendar=made.calendar)
        reviews = {e.uid: e for e in known if "Review" in e.categories}
        dated = [m for m in made.plan.milestones if m.date]
        assert len(reviews) > len(dated) > 0
        for event in reviews.values():
            if "half-term-" in event.uid:
                assert made.calendar.is_teaching_day(event.first)

    def test_two_schools_with_one_plan_id_have_ids_of_their_own(self, made: JourneyResult) -> None:
        other = made.school.evolve(id="other")
        mine = {e.uid for e in plan_events(made.plan, made.schedule, school=made.school)}
        assert mine.isdisjoint(e.uid for e in plan_events(made.plan, made.schedule, school=other))

    def test_what_a_plan_does_not_say_is_in_no_event(self, made: JourneyResult) -> None:
        steps = [s.evolve(success_criteria=(), monitoring=None) for s in made.plan.steps]
        milestones = [m.evolve(date=None) for m in made.plan.milestones]
        plan = made.plan.evolve(steps=steps, milestones=milestones)
        texts = {e.uid: e.description for e in plan_events(plan, made.schedule)}
        assert len(texts) == 2 * len(made.schedule.steps)
        for text in texts.values():
            assert [line.partition(":")[0] for line in text.splitlines()][:2] == ["Leads", "When"]
            assert "Done when" not in text
            assert "Looked at" not in text

    def test_a_stopped_step_has_none(self, made: JourneyResult) -> None:
        step = made.schedule.steps[-1].step
        stopped = bc.StepProgress(step=step, status=bc.StepStatus.STOPPED)
        plan = made.plan.evolve(progress=[*made.plan.progress, stopped])
        found = {e.uid for e in plan_events(plan, made.schedule) if "Review" not in e.categories}
        assert len(found) == 2 * len(made.schedule.steps) - 2
        assert not any(f".{step}@" in uid for uid in found)


class TestOnePerson:
    def test_by_role_by_title_and_by_name(self, made: JourneyResult) -> None:
        step = made.schedule.steps[0]
        plan = made.plan.assign(step.step, person="Ms Ali")
        by_name = plan_events(plan, made.schedule, person="Ms Ali")
        due = [e for e in by_name if "Deadline" in e.categories]
        assert [e.first for e in due] == [step.finish]
        by_role = plan_events(plan, made.schedule, person="head", school=made.school)
        title = made.school.capacity.role("head").title  # type: ignore[union-attr]
        assert by_role == plan_events(plan, made.schedule, person=title, school=made.school)
        assert any("Launch" in e.categories for e in by_role)

    def test_hours_that_were_handed_on_are_in_the_calendar_of_who_has_them(
        self, made: JourneyResult
    ) -> None:
        handed = 0
        for entry in made.schedule.steps:
            before = made.plan.step(entry.step).hours_per_week
            for role in {*before} ^ {*entry.hours_per_week}:
                try:
                    known = plan_events(made.plan, made.schedule, person=role, school=made.school)
                except bc.InvalidInputError:  # nothing is left of what the role had
                    known = ()
                there = any(f".start.{entry.step}@" in event.uid for event in known)
                assert there == (role in entry.hours_per_week)
                handed += 1
        assert handed

    def test_everybody_who_leads_has_a_file(self, made: JourneyResult) -> None:
        people = calendar_people(made.plan, made.schedule, school=made.school)
        due: set[str] = set()
        for person in people:
            mine = plan_events(made.plan, made.schedule, person=person, school=made.school)
            due |= {e.uid for e in mine if "Deadline" in e.categories}
        everything = plan_events(made.plan, made.schedule, school=made.school)
        assert due == {e.uid for e in everything if "Deadline" in e.categories}

    def test_nobody_of_that_name(self, made: JourneyResult) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"did you mean 'Head teacher'|known:"):
            plan_events(made.plan, made.schedule, person="Haed teacher", school=made.school)


class TestUpdates:
    def test_a_step_that_moves_is_moved(self, made: JourneyResult, tmp_path: Path) -> None:
        path = write_calendar(tmp_path / "a.ics", made.plan, made.schedule, school=made.school)
        was = events_of(path)
        last = made.schedule.steps[-1]
        later = last.evolve(finish=last.finish + dt.timedelta(days=1))
        schedule = made.schedule.evolve(steps=[*made.schedule.steps[:-1], later])
        write_calendar(path, made.plan, schedule, school=made.school)
        now = events_of(path)
        changed = {k for k in now if now[k].to_ical() != was[k].to_ical()}
        assert now.keys() == was.keys()
        assert {k.rpartition(".")[2].partition("@")[0] for k in changed} == {last.step}
        assert all(now[k]["SEQUENCE"] > was[k]["SEQUENCE"] for k in changed)

    def test_the_report_has_it_too(self, made: JourneyResult, tmp_path: Path) -> None:
        (path,) = made.write(tmp_path, formats=("ics",))
        alone = tmp_path / "alone.ics"
        write_calendar(
            alone,
            made.plan,
            made.schedule,
            school=made.school,
            catalogue=made.catalogue,
            calendar=made.calendar,
            written_on=made.journey.audit_date,
        )
        assert path.read_bytes() == alone.read_bytes()
        assert made.write(tmp_path, formats=("ics",)) == (path,)
        assert path.read_bytes() == alone.read_bytes()

    def test_another_plan_is_refused(self, made: JourneyResult) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"schedule\.plan"):
            plan_events(made.plan, made.schedule.evolve(plan="other"))
