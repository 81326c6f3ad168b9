"""The commands for the rest of the journey: changed plans, calendars, reviews, hubs, cohorts."""

from __future__ import annotations

import datetime as dt
import shutil
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import icalendar
import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture import hub, journey
from behaviour_culture.__main__ import main
from behaviour_culture.commands.own_files import OwnFiles
from behaviour_culture.journey import JourneyResult
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.programme import Cohort
from builders import example_journey

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
JOURNEY = str(EXAMPLES / "illustrative_journey.toml")
HUB = str(EXAMPLES / "three_rivers" / "hub.toml")
run_hub = cache(hub.run_hub)
"""A hub is run once for all tests; nothing can change what comes of it."""

PROGRESS = """
kind = "progress"
format = 1
id = "october"
plan = "illustrative-responses-plan"
date = 2026-10-16

[[steps]]
step = "duty-rota"
status = "complete"
started = 2026-09-03
finished = 2026-09-18
"""


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the illustrative school, to be copied."""
    out = tmp_path_factory.mktemp("made") / "report"
    assert main(["report", JOURNEY, "-o", str(out)]) == 0
    return out


@pytest.fixture(autouse=True)
def _run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the journey as its file says it once for all commands that only look at it."""
    real, example = journey.run_journey, example_journey()

    def run(given: Any, **options: Any) -> JourneyResult:
        return example if str(given) == JOURNEY else real(given, **options)

    monkeypatch.setattr(journey, "run_journey", run)


@pytest.fixture
def report(reported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(reported, tmp_path / "report"))


def plan_in(folder: Path) -> ActionPlan:
    return bc.read(folder / "first-plan.json", ActionPlan)


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        [
            "",
            "step",
            "step add",
            "step lead",
            "calendar",
            "replan",
            "chart",
            "review",
            "compare",
            "hub",
            "cohort",
        ],
    )
    def test_it_fits_a_screen(
        self, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit):
            main([*command.split(), "--help"])
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) <= 26
        assert max(map(len, lines)) <= 80


class TestStep:
    def test_changes_are_kept_and_the_next_report_goes_on_from_them(
        self, report: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = plan_in(report)
        assert main(["step", "assign", str(report), "duty-rota", "Ms Ali"]) == 0
        assert main(["step", "rename", str(report), "duty-rota", "Duty every day"]) == 0
        assert main(["step", "move", str(report), "re-audit", "07/06/2027"]) == 0
        assert main(["step", "drop", str(report), "data-review", "--reason", "next year"]) == 0
        assert len(plan_in(report).changes) == 4
        capsys.readouterr()
        assert main(["report", JOURNEY, "-o", str(report)]) == 0
        after = bc.read(report / "plan.json", ActionPlan)
        assert after.people["duty-rota"] == "Ms Ali"
        assert after.step("duty-rota").title == "Duty every day"
        assert "data-review" not in {s.id for s in after.steps}
        assert len(after.steps) == len(before.steps) - 1
        schedule = bc.read(report / "schedule.json", bc.Schedule)
        assert {s.step for s in schedule.steps} == {s.id for s in after.steps}
        assert plan_in(report).changes == after.changes

    def test_another_lead_and_a_deadline_stand_in_the_report_and_the_calendar(
        self, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        start = bc.read(report / "schedule.json", bc.Schedule).start("beyond-gate")
        due = start + dt.timedelta(weeks=20)
        school = ["--school", str(EXAMPLES / "illustrative_school.toml")]
        step = [str(report), "beyond-gate"]
        assert main(["step", "lead", *step, "pastoral-lead", "--reason", "agreed", *school]) == 0
        assert main(["step", "deadline", *step, due.isoformat()]) == 0
        assert main(["step", "lead", *step, "pastoral-led", *school]) == 1
        assert "did you mean 'pastoral-lead'" in capsys.readouterr().err
        assert [c.reason for c in plan_in(report).changes] == ["agreed", ""]
        assert main(["report", JOURNEY, "-o", str(report)]) == 0
        schedule = bc.read(report / "schedule.json", bc.Schedule)
        assert schedule.step("beyond-gate").lead == "pastoral-lead"
        assert f"to end by {due:%d/%m/%Y}, as agreed" in (report / "annex.html").read_text("utf-8")
        assert f"{due:%d/%m/%Y}" in (report / "plan.html").read_text("utf-8")
        kept = ["--kept", str(report), "-o", str(tmp_path / "dates")]
        assert main(["calendar", JOURNEY, *kept]) == 0
        dates = icalendar.Calendar.from_ical((tmp_path / "dates/plan.ics").read_bytes())
        ends = [e for e in dates.walk("VEVENT") if ".due.beyond-gate@" in str(e["UID"])]
        assert [e["DTSTART"].dt for e in ends] == [due]

    def test_a_lead_and_a_step_of_the_catalogue_without_and_with_a_school(
        self, report: Path
    ) -> None:
        assert main(["step", "lead", str(report), "beyond-gate", "head"]) == 0
        assert plan_in(report).step("beyond-gate").lead == "head"
        key = next(
            skipped.step
            for skipped in plan_in(report).skipped
            if not bc.load_catalogue("bennett-2017").step(skipped.step).requires
        )
        path = EXAMPLES / "illustrative_school.toml"
        assert main(["step", "add", str(report), key, "--school", str(path)]) == 0
        fitted = bc.load_catalogue("bennett-2017").for_school(bc.read(path, bc.School)).step(key)
        assert plan_in(report).step(key) == fitted

    def test_a_step_comes_back(self, report: Path) -> None:
        before = plan_in(report)
        assert main(["step", "drop", str(report), "data-review"]) == 0
        assert main(["step", "add", str(report), "data-review"]) == 0
        assert "data-review" in {s.id for s in plan_in(report).steps}
        assert main(["step", "undo", str(report)]) == 0
        assert main(["step", "undo", str(report)]) == 0
        after = plan_in(report)
        assert {s.id for s in after.steps} == {s.id for s in before.steps}
        assert after.changes == before.changes == ()

    def test_another_file_leaves_the_plan_as_it_is(self, report: Path, tmp_path: Path) -> None:
        plan, other = report / "first-plan.json", tmp_path / "ours.json"
        raw = plan.read_bytes()
        command = ["step", "assign", str(plan), "duty-rota", "Ms Ali", "-o", str(other)]
        assert main(command) == 0
        assert plan.read_bytes() == raw
        assert bc.read(other, ActionPlan).people["duty-rota"] == "Ms Ali"
        assert main(command) == 1
        assert main([*command, "--force"]) == 0

    def test_what_others_need_is_not_dropped(
        self, report: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        raw = (report / "first-plan.json").read_bytes()
        assert main(["step", "drop", str(report), "recording-definitions"]) == 1
        assert "STEP: data-review needs it: drop first" in capsys.readouterr().err
        assert (report / "first-plan.json").read_bytes() == raw

    def test_a_folder_that_is_not_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["step", "drop", "nowhere", "duty-rota"]) == 1
        assert "no such folder of a report" in capsys.readouterr().err

    def test_a_day_that_is_none(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main(["step", "move", str(report), "duty-rota", "31/11/2026"])
        assert "write 2026-11-02 or 02/11/2026" in capsys.readouterr().err


class TestCalendar:
    def test_a_file_for_all_and_for_each_who_leads(self, tmp_path: Path) -> None:
        assert main(["calendar", JOURNEY, "-o", str(tmp_path)]) == 0
        names = {p.name for p in tmp_path.iterdir()}
        assert {"plan.ics", "plan-head.ics", "plan-governor.ics"} <= names
        whole = icalendar.Calendar.from_ical((tmp_path / "plan.ics").read_bytes())
        mine = icalendar.Calendar.from_ical((tmp_path / "plan-head.ics").read_bytes())
        uids = {str(e["UID"]) for e in whole.walk("VEVENT")}
        assert {str(e["UID"]) for e in mine.walk("VEVENT")} < uids

    def test_one_person(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        command = ["calendar", JOURNEY, "-o", str(tmp_path), "--person"]
        assert main([*command, "Phase leaders"]) == 0
        assert [p.name for p in tmp_path.iterdir()] == ["plan-phase-leaders.ics"]
        assert main([*command, "Hed teacher"]) == 1
        error = capsys.readouterr().err
        assert "--person" in error
        assert main(["calendar", JOURNEY, "-o", str(tmp_path / "new"), "--person", "Nobody"]) == 1
        assert not (tmp_path / "new").exists()
        assert "'Head teacher'" in error
        assert main(["calendar", JOURNEY, "-o", str(tmp_path)]) == 0
        assert "CANCELLED" not in (tmp_path / "plan-phase-leaders.ics").read_text("utf-8")

    def test_nothing_is_written_where_one_file_is_of_somebody_else(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "plan-head.ics").write_bytes(b"BEGIN:VCALENDAR\r\nPRODID:-//Other//EN\r\n")
        assert main(["calendar", JOURNEY, "-o", str(tmp_path)]) == 1
        assert "did not write" in capsys.readouterr().err
        assert [p.name for p in tmp_path.iterdir()] == ["plan-head.ics"]

    def test_who_leads_no_more_is_told(self, report: Path, tmp_path: Path) -> None:
        out = tmp_path / "calendars"
        kept = ["calendar", JOURNEY, "-o", str(out), "--kept", str(report)]
        assert main(["step", "assign", str(report), "duty-rota", "Ms Ali"]) == 0
        assert main(kept) == 0
        assert "CONFIRMED" in (out / "plan-ms-ali.ics").read_text("utf-8")
        assert main(["step", "undo", str(report)]) == 0
        assert main(["step", "rename", str(report), "duty-rota", "Duty"]) == 0
        assert main(kept) == 0
        assert "CONFIRMED" not in (out / "plan-ms-ali.ics").read_text("utf-8")


class TestReplan:
    def test_it_says_what_changes_and_keeps_the_first_plan(
        self, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        progress = tmp_path / "progress.toml"
        progress.write_text(PROGRESS, encoding="utf-8")
        raw = (report / "first-plan.json").read_bytes()
        command = ["replan", JOURNEY, "--progress", str(progress), "-o", str(report)]
        assert main(command) == 0
        assert "finished on 18 September 2026" in capsys.readouterr().out
        assert (report / "first-plan.json").read_bytes() == raw
        assert "Since the plan began" in (report / "annex.html").read_text("utf-8")

    def test_before_the_plan_begins(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        raw = (report / "annex.html").read_bytes()
        assert main(["replan", JOURNEY, "-o", str(report), "--today", "01/08/2026"]) == 1
        assert "--today: the plan begins on" in capsys.readouterr().err
        assert (report / "annex.html").read_bytes() == raw

    def test_a_folder_without_a_first_plan_gets_one(
        self,
        reported: Path,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        schedule = bc.read(reported / "schedule.json", bc.Schedule)
        done = SimpleNamespace(
            today=dt.date(2026, 10, 16),
            first_schedule=schedule,
            schedule=schedule,
            write=lambda out: (Path(out, "annex.html"),),
            keep=lambda out: (Path(out, "first-plan.json"),),
        )
        monkeypatch.setattr("behaviour_culture.journey.run_journey", lambda *_, **__: done)
        assert main(["replan", JOURNEY, "--progress", "october.toml", "-o", str(tmp_path)]) == 0
        printed = capsys.readouterr().out
        assert f"{tmp_path} had no first plan: it was made again from the same audit." in printed
        assert f"Written:\n  {tmp_path / 'annex.html'}\n  {tmp_path / 'first-plan.json'}" in printed

    def test_without_progress(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        alone = EXAMPLES / "schools" / "village-primary" / "journey.toml"
        assert main(["replan", str(alone), "-o", str(report)]) == 1
        assert "--progress" in capsys.readouterr().err


class TestReview:
    def test_an_unknown_indicator_names_the_option(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["review", JOURNEY, "--counts", "incidents=x.csv"]) == 1
        error = capsys.readouterr().err
        assert "--counts" in error
        assert "no indicator 'incidents'" in error

    def test_counts_and_a_second_audit(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "review.json"
        counts = [
            f"--counts=low-level-incidents={EXAMPLES / name}"
            for name in ("illustrative_incidents_the_year_before.csv", "illustrative_incidents.csv")
        ]
        again = ["--again", str(EXAMPLES / "illustrative_responses_a_year_later.csv")]
        command = ["review", JOURNEY, *counts, *again, "-o", str(out)]
        assert main(command) == 0
        printed = capsys.readouterr().out
        assert "as expected" in printed
        assert "target" in printed
        assert bc.read(out).disclosure == "published"
        assert main(command) == 1
        assert "--force" in capsys.readouterr().err

    def test_counts_alone_leave_the_targets_not_looked_at(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        counts = f"--counts=low-level-incidents={EXAMPLES / 'illustrative_incidents.csv'}"
        assert main(["review", JOURNEY, counts]) == 0
        printed = capsys.readouterr().out
        assert "0 of 5 targets met, 5 not looked at" in printed

    def test_what_the_journey_itself_names(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["review", str(EXAMPLES / "illustrative_journey_a_year_later.toml")]) == 0
        assert "targets met" in capsys.readouterr().out

    def test_every_fault_names_its_option(self, capsys: pytest.CaptureFixture[str]) -> None:
        alone = EXAMPLES / "schools" / "village-primary" / "journey.toml"
        assert main(["review", str(alone)]) == 1
        assert "--counts" in capsys.readouterr().err
        counts = ["x.csv", "absense=y.csv", "absence=gone.csv"]
        assert main(["review", JOURNEY, *(f"--counts={one}" for one in counts)]) == 1
        error = capsys.readouterr().err
        assert "gone.csv: there is no such file" in error
        assert "write INDICATOR=x.csv" in error
        assert "did you mean 'absence'" in error


class TestCompare:
    def test_two_plans(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        one, two = report / "first-plan.json", report / "other.json"
        assert main(["step", "rename", str(one), "duty-rota", "Duty", "-o", str(two)]) == 0
        capsys.readouterr()
        assert main(["compare", str(one), str(two)]) == 0
        assert "1 changed" in capsys.readouterr().out

    def test_two_journeys(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        shutil.copytree(EXAMPLES, tmp_path / "x", ignore=shutil.ignore_patterns("schools"))
        two = tmp_path / "x" / "illustrative_journey.toml"
        two.write_text(two.read_text("utf-8").replace("priorities = 5", "priorities = 3"), "utf-8")
        assert main(["compare", JOURNEY, str(two)]) == 0
        printed = capsys.readouterr().out
        assert "dropped" in printed
        assert "times" in printed

    def test_two_schedules(self, reported: Path, capsys: pytest.CaptureFixture[str]) -> None:
        schedule = str(reported / "schedule.json")
        assert main(["compare", schedule, schedule]) == 0
        assert "0 of 17 steps change" in capsys.readouterr().out

    def test_journeys_on_different_audits_are_not_compared_by_what_they_deliver(
        self, reported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = plan_in(reported)
        made = iter(
            SimpleNamespace(plan=plan, forecast="a forecast", result=audit) for audit in "ab"
        )
        monkeypatch.setattr("behaviour_culture.journey.run_journey", lambda *_, **__: next(made))
        assert main(["compare", JOURNEY, JOURNEY]) == 0
        assert "rest on different audits, so what they deliver is not" in capsys.readouterr().out

    def test_two_scenarios(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["compare", "late-start", "leader-leaves", "--journey", JOURNEY]) == 0
        printed = capsys.readouterr().out
        assert "Late start" in printed
        assert "The leader leaves" in printed

    def test_two_things_that_do_not_compare(
        self, report: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        plan, school = report / "first-plan.json", EXAMPLES / "illustrative_school.toml"
        assert main(["compare", str(plan), str(school)]) == 1
        assert "action-plan and school" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["calendar", "review"])
def test_a_folder_without_the_plan_is_not_passed_over(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [command, JOURNEY, "-o", str(tmp_path / "out"), "--kept", str(tmp_path / "reprot")]
    assert main(options) == 1
    assert "reprot: no first-plan.json is in it: name the folder" in capsys.readouterr().err


class TestHub:
    def test_six_schools(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        command = ["hub", HUB, "-o", str(tmp_path)]
        monkeypatch.setattr(hub, "run_hub", run_hub)
        assert main(command) == 0
        assert "6 of 6 partners placed" in capsys.readouterr().out
        assert main(command) == 0  # what it wrote itself, it may write again
        page = tmp_path / "hub.html"
        page.write_text("mine", encoding="utf-8")
        assert main(command) == 1
        error = capsys.readouterr().err
        assert "hub.html" in error
        assert "--force" in error
        assert page.read_text("utf-8") == "mine"
        assert main([*command, "--force"]) == 0
        assert page.read_text("utf-8").startswith("<!doctype html>")

    def test_nothing_is_written_beside_a_calendar_of_somebody_else(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub, "run_hub", run_hub)
        theirs = tmp_path / "calendars" / "visits.ics"
        theirs.parent.mkdir()
        theirs.write_text("BEGIN:VCALENDAR", "utf-8")
        assert main(["hub", HUB, "-o", str(tmp_path)]) == 1
        assert "did not write" in capsys.readouterr().err
        assert [p.name for p in tmp_path.iterdir()] == ["calendars"]

    def test_it_says_what_there_is_and_what_is_not_installed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = tmp_path / "hub.html"
        made = "behaviour_culture.report.hub.write"
        monkeypatch.setattr("behaviour_culture.hub.run_hub", lambda *_, **__: "Six schools")
        monkeypatch.setattr(f"{made}.hub_pages", lambda _pack: {"hub.html": b"a page"})
        monkeypatch.setattr(f"{made}.write_hub", lambda *_, **__: (page,))
        page.write_bytes(b"a page")
        assert main(["hub", "hub.toml", "-o", str(tmp_path), "--force"]) == 0
        office = "No workbook: install the extra office (pip install 'behaviour_culture[office]')."
        assert capsys.readouterr().out == f"Six schools\n\n{office}\n\nWritten:\n  {page}\n"


class TestOwnFiles:
    def test_what_cannot_be_read_is_not_ours(self, tmp_path: Path) -> None:
        (tmp_path / "hub.html").mkdir()
        with pytest.raises(bc.errors.WriteError, match=r"hub\.html: not as this command wrote it"):
            OwnFiles(tmp_path).check(["hub.html", "gone.html"], force=False)

    @pytest.mark.parametrize("listed", ["{", "[1]", '{"hub.html": 5}'])
    def test_a_list_that_is_none_says_nothing(self, tmp_path: Path, listed: str) -> None:
        (tmp_path / ".behaviour-culture.json").write_text(listed, "utf-8")
        assert OwnFiles(tmp_path).marks == {}


class TestCohort:
    @pytest.fixture
    def audits(self, tmp_path: Path) -> Path:
        ratings = np.random.default_rng(0).integers(0, 3, size=(2, 40, 45)).astype(float)
        cohort = Cohort(
            framework=bc.load_framework("tfi-2.1"),
            schools=[f"s-{i:03d}" for i in range(40)],
            rounds=[1, 2],
            phases=["primary"] * 40,
            contexts=["none"] * 40,
            ratings=ratings,
        )
        return cohort.write_jsonl(tmp_path / "audits.jsonl")

    def test_changes_bands_and_one_school(
        self, audits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "bands.csv"
        command = ["cohort", str(audits), "--framework", "tfi-2.1", "-o", str(out)]
        assert main([*command, "--school", "s-007"]) == 0
        printed = capsys.readouterr().out
        assert "Change of audit scores from round 1 to 2" in printed
        assert "s-007 in round 2" in printed
        assert out.read_text("utf-8").startswith("group,")
        assert main(command) == 1
        assert "--force" in capsys.readouterr().err

    def test_one_round_has_no_change(
        self, audits: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first = [line for line in audits.read_text("utf-8").splitlines() if '"round":1' in line]
        audits.write_text("\n".join(first), "utf-8")
        assert main(["cohort", str(audits), "--framework", "tfi-2.1"]) == 0
        printed = capsys.readouterr().out
        assert "40 schools" in printed
        assert "Change of audit scores" not in printed
        assert "Written" not in printed

    def test_an_unknown_school(self, audits: Path, capsys: pytest.CaptureFixture[str]) -> None:
        command = ["cohort", str(audits), "--framework", "tfi-2.1", "--school", "nobody"]
        assert main(command) == 1
        assert "nobody" in capsys.readouterr().err


class TestChartWords:
    def test_better_and_worse(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rows = [
            f"w{i},{2026 + i // 12}-{1 + i % 12:02d}-05,{40 if i < 12 else 10},10000"
            for i in range(20)
        ]
        counts = tmp_path / "absence.csv"
        counts.write_text("\n".join(["label,start,count,exposure", *rows]), "utf-8")
        assert main(["chart", str(counts), "--indicator", "absence", "--baseline", "12"]) == 0
        printed = capsys.readouterr().out
        assert "on average" in printed
        assert "for 100" in printed
        assert "Better (lower than the average): w12" in printed

    def test_no_python_in_its_words(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [
            f"w{i},{2026 + i // 12}-{1 + i % 12:02d}-05,{(5, 60)[i % 2]},10000" for i in range(20)
        ]
        counts = tmp_path / "counts.csv"
        counts.write_text("\n".join(["label,start,count,exposure", *rows]), "utf-8")
        assert main(["chart", str(counts)]) == 0
        printed = capsys.readouterr().out
        assert "--prime" in printed
        assert "=True" not in printed
        counts.write_text("start,count\n2026-09-07,12\n", "utf-8")
        assert main(["chart", str(counts)]) == 1
        error = capsys.readouterr().err
        assert "--calendar" in error
        assert "_" not in error.replace(str(counts), "")

    def test_a_picture_of_somebody_is_not_overwritten(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        picture = tmp_path / "chart.png"
        picture.write_bytes(b"mine")
        command = ["chart", str(EXAMPLES / "illustrative_incidents.csv"), "-o", str(picture)]
        assert main(command) == 1
        assert "--force" in capsys.readouterr().err
        assert picture.read_bytes() == b"mine"
