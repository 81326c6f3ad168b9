"""Each illustrative school through its first report, half a term of work, and the report again."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.interchange.files import read
from behaviour_culture.journey import FIRST_FILES, JourneyResult, run_journey
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.plan import ProgressReport
from builders import DAY, faults_of, first_of

SCHOOLS = Path(__file__).parents[2] / "examples" / "schools"
SIX = sorted(p.parent.name for p in SCHOOLS.glob("*/journey.toml"))
ONE = SIX[0]
"""The school of what is tried with one only."""
TODAY = dt.date(2026, 11, 4)
"""A Wednesday, two days after the autumn break."""


class Tried(NamedTuple):
    """A school before and after half a term."""

    folder: Path
    journey: Journey
    first: JourneyResult
    progress: ProgressReport


def invented(first: JourneyResult) -> ProgressReport:
    """Nine of ten steps went well, one began late, every fifth did not begin at all."""
    reports = []
    for i, step in enumerate(first.schedule.steps):
        late = (i % 3 == 1) * 3 * DAY
        begun, over = step.start + late, min(step.finish + late, TODAY)
        if begun > TODAY or i % 5 == 4:
            continue
        done = step.finish + late <= TODAY
        reports.append(
            bc.StepProgress(
                step=step.step,
                status=bc.StepStatus.COMPLETE if done else bc.StepStatus.AT_RISK,
                started=begun,
                finished=max(begun, over) if done else None,
            )
        )
    return ProgressReport(id="half-way", plan=first.plan.id, date=TODAY, steps=reports)


@cache
def tried(name: str, folder: Path) -> Tried:
    journey = read(SCHOOLS / name / "journey.toml", kind="journey")
    journey = evolve(journey, draws=200, budget=40)
    first = run_journey(journey, base=SCHOOLS / name)
    progress = invented(first)
    here = folder / name
    shutil.copytree(SCHOOLS / name, here)
    first.keep(here)
    bc.write(progress, here / "progress.toml")
    plan, schedule = FIRST_FILES
    later = evolve(journey, progress="progress.toml", first_plan=plan, first_schedule=schedule)
    return Tried(here, later, first, progress)


@cache
def half_way(name: str, folder: Path) -> JourneyResult:
    """What the journey of a school comes to after half a term."""
    school = tried(name, folder)
    return run_journey(school.journey, base=school.folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("half-way")


def without_chances(plan: bc.ActionPlan) -> bc.ActionPlan:
    """A plan without what a forecast says of its targets, which changes as things are done."""
    goals = [evolve(o, chance=None, stretch_chance=None, stretch=None) for o in plan.objectives]
    return evolve(plan, objectives=goals)


@pytest.mark.parametrize("name", first_of(SIX))
class TestSchools:
    def test_the_past_is_the_past(self, name: str, folder: Path) -> None:
        school, now = tried(name, folder), half_way(name, folder)
        told = {r.step: r for r in school.progress.steps}
        assert told
        for entry in now.schedule.steps:
            report = told.get(entry.step)
            if report is None:
                assert entry.start >= TODAY
                continue
            assert entry.start == report.started
            assert entry.finish == report.finished if report.finished else entry.finish >= TODAY
        planned = {s.step for s in now.schedule.steps} | {*now.schedule.left_out}
        assert planned == {s.id for s in now.plan.steps} == {s.id for s in school.first.plan.steps}

    def test_the_plan_is_the_same_with_what_is_done(self, name: str, folder: Path) -> None:
        school, now = tried(name, folder), half_way(name, folder)
        assert now.today == TODAY
        first = school.first.plan
        assert without_chances(now.plan) == without_chances(
            evolve(first, progress=school.progress.steps)
        )
        assert [o.target for o in now.plan.objectives] == [o.target for o in first.objectives]
        assert sorted(now.plan.numbers.values()) == list(range(1, len(now.plan.steps) + 1))
        assert (now.first_plan, now.first_schedule) == (school.first.plan, school.first.schedule)
        assert run_journey(school.journey, base=school.folder) == now

    def test_the_page_says_what_has_changed(self, name: str, folder: Path) -> None:
        school = tried(name, folder)
        *_, before = school.first.write(school.folder / "first")
        *_, after = half_way(name, folder).write(school.folder / "now")
        assert before.name == after.name == "annex.html"
        first, now = before.read_text("utf-8"), after.read_text("utf-8")
        assert "Since the plan began" not in first
        assert "Since the plan began" in now
        assert "Dated 04/11/2026" in now
        for step in school.first.plan.steps:
            number = school.first.plan.numbers[step.id]
            assert f'id="step-{number}"' in now
        shown = [re.findall(r"to <strong>(\d+%)</strong> by", page) for page in (first, now)]
        assert shown[0] == shown[1] != []


class TestWithoutAFirstPlan:
    def test_the_same_audit_gives_it_again(self, folder: Path) -> None:
        school = tried(ONE, folder)
        alone = evolve(school.journey, first_plan=None, first_schedule=None)
        now, again = half_way(ONE, folder), run_journey(alone, base=school.folder)
        assert again.plan == now.plan
        assert again.schedule == now.schedule

    def test_progress_from_before_the_plan_is_what_was_done_before(self, folder: Path) -> None:
        school = tried(ONE, folder)
        day = dt.date(2026, 7, 10)
        key = school.first.schedule.steps[0].step
        done = bc.StepProgress(
            step=key, status=bc.StepStatus.COMPLETE, started=day - DAY, finished=day
        )
        report = evolve(school.progress, date=day, steps=[done])
        bc.write(report, school.folder / "before.toml")
        now = run_journey(evolve(school.journey, progress="before.toml"), base=school.folder)
        assert now.today is None
        assert key in {m.step for m in now.plan.met}


class TestRefusals:
    def test_progress_of_another_plan(self, folder: Path) -> None:
        school = tried(ONE, folder)
        for day in (TODAY, dt.date(2026, 7, 10)):
            other = evolve(school.progress, plan="another-plan", date=day)
            other = evolve(other, steps=()) if day != TODAY else other
            bc.write(other, school.folder / "other.toml")
            journey = evolve(school.journey, progress="other.toml")
            found = faults_of(lambda j=journey: run_journey(j, base=school.folder))
            assert "another-plan" in found["progress.plan"].message

    def test_a_plan_without_its_schedule(self, folder: Path) -> None:
        school = tried(ONE, folder)
        journey = evolve(school.journey, first_schedule=None)
        assert "first_schedule" in faults_of(lambda: run_journey(journey, base=school.folder))

    def test_a_schedule_of_another_plan(self, folder: Path) -> None:
        school = tried(ONE, folder)
        bc.write(evolve(school.first.plan, id="other"), school.folder / "other-plan.json")
        journey = evolve(school.journey, first_plan="other-plan.json")
        assert "first_schedule.plan" in faults_of(lambda: run_journey(journey, base=school.folder))


class TestCommandLine:
    def test_report_twice(self, tmp_path: Path) -> None:
        here = tmp_path / "school"
        shutil.copytree(SCHOOLS / "village-primary", here)
        path = here / "journey.toml"
        text = path.read_text("utf-8") + "draws = 200\nbudget = 40\n"
        path.write_text(text, "utf-8")
        call = ["report", str(path), "-o", str(here / "out")]
        assert main(call) == 0
        plan, schedule = (here / "out" / name for name in FIRST_FILES)
        first = read(plan), read(schedule)
        kept = plan.read_bytes(), schedule.read_bytes()
        started = first[1].steps[0]
        done = bc.StepProgress(
            step=started.step,
            status=bc.StepStatus.COMPLETE,
            started=started.start,
            finished=started.finish,
        )
        report = ProgressReport(id="p", plan=first[0].id, date=TODAY, steps=[done])
        bc.write(report, here / "progress.toml")
        path.write_text(text + 'progress = "progress.toml"\n', "utf-8")
        # Another audit does not make another plan of one that has begun.
        responses = here / "responses.csv"
        answers = responses.read_text("utf-8").splitlines()
        responses.write_text("\n".join([*answers[:1], *answers[3:]]), "utf-8")
        assert main(call) == 0
        assert (plan.read_bytes(), schedule.read_bytes()) == kept
        page = (here / "out" / "annex.html").read_text("utf-8")
        assert f"1 complete; {len(first[0].steps) - 1} not started" in re.sub(
            r"(\d+) not started; (\d+) complete", r"\2 complete; \1 not started", page
        )


class TestAcrossYears:
    def test_a_following_year_is_projected_where_the_plan_needs_it(self) -> None:
        folder = SCHOOLS / "village-primary"
        journey = read(folder / "journey.toml", kind="journey")
        late = evolve(journey, starts=dt.date(2027, 4, 12), draws=200, budget=40)
        done = run_journey(late, base=folder)
        assert not done.schedule.left_out
        assert done.schedule.projected
        assert "are projected" in str(done.schedule)
        assert done.calendar.end > dt.date(2027, 9, 1)

    def test_several_years(self, tmp_path: Path) -> None:
        folder = SCHOOLS / "village-primary"
        year = bc.load_calendar(folder / "calendar.toml")
        after = year.projected()
        terms = [evolve(t, projected=False) for t in after.terms]
        bc.write(after.evolve(id="next", terms=terms, years=()), tmp_path / "next.toml")
        journey = evolve(
            read(folder / "journey.toml", kind="journey"),
            calendar=("calendar.toml", str(tmp_path / "next.toml")),
            starts=dt.date(2027, 4, 12),
            draws=200,
            budget=40,
        )
        done = run_journey(journey, base=folder)
        assert not done.schedule.left_out
        assert not done.schedule.projected
        assert done.schedule.calendar == f"{year.id}-to-next"
        assert done.write(tmp_path / "out")
