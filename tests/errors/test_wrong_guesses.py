"""Natural guesses that are wrong: each gets one sentence that says what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.model import Context
from behaviour_culture.monitoring import rate_ratio
from behaviour_culture.scheduling import compare_schedules
from builders import autumn, plan_of, step

any_: Any = bc  # the guesses are wrong for type checkers too


def framework() -> bc.Framework:
    return bc.load_framework("tfi-2.1")


def audit() -> bc.Audit:
    items = framework().items
    rated = [bc.Response(rater="head", item=item.id, rating=1) for item in items]
    return bc.Audit(id="a", framework="tfi-2.1", edition=framework().edition, responses=rated)


def school() -> bc.School:
    role = bc.Role(id="head", title="Head", hours_per_week=2)
    return bc.School(id="hill", name="Hill", capacity=bc.Capacity(roles=[role]))


def bare() -> bc.School:
    return bc.School(id="a", name="A")


def plan() -> bc.ActionPlan:
    return plan_of(step("rules", title="Write the rules"))


def schedule() -> bc.Schedule:
    return bc.schedule_plan(plan(), calendar=autumn(8, 4), capacity=school().capacity)


GUESSES: dict[str, tuple[Callable[[], object], str]] = {
    "an id that is nearly right": (
        lambda: bc.load_framework("Bennett 2017"),
        "did you mean 'bennett-2017'",
    ),
    "a reader for each class": (
        lambda: any_.load_school("school.toml"),
        "read(path) reads any object of ours",
    ),
    "a writer for each class": (
        lambda: any_.save_plan(plan(), "plan.json"),
        "write(x, path) writes any object of ours",
    ),
    "a loader for each kind of content": (
        lambda: any_.load_benchmarks("national-behaviour-survey"),
        "content.load_content(kind, id) what is installed",
    ),
    "a picture at the top": (
        lambda: any_.plot_gantt,
        "an object with pictures has x.plot()",
    ),
    "a name of a stage at the top": (
        lambda: any_.score_groups,
        "it is behaviour_culture.audit.score_groups",
    ),
    "from_frame": (lambda: any_.from_frame, "audit_from_frame and series_from_frame take frames"),
    "a table where an object belongs": (
        lambda: bc.read("answers.csv"),
        "read_audit (answers), read_series (counts)",
    ),
    "a plan as a table": (
        lambda: bc.write(plan(), "plan.csv"),
        "write_csv(x.to_rows(), path) writes the rows",
    ),
    "the path first": (
        lambda: any_.write("plan.json", plan()),
        "the object comes first, and then the path",
    ),
    "the school for its capacity": (
        lambda: bc.schedule_plan(
            plan(), calendar=autumn(8, 4), capacity=any_.School(id="a", name="A")
        ),
        "a School holds one, as its .capacity",
    ),
    "the school that has a capacity": (
        lambda: any_.schedule_plan(plan(), calendar=autumn(8, 4), capacity=school()),
        "give its .capacity",
    ),
    "an audit that is not scored": (
        lambda: any_.draft_plan(audit(), catalogue="tfi-2.1"),
        "no catalogue 'tfi-2.1'",
    ),
    "an audit for its result": (
        lambda: any_.draft_plan(audit(), catalogue="bennett-2017"),
        "score_audit makes one of an Audit",
    ),
    "a result for its audit": (
        lambda: any_.score_audit(bc.score_audit(audit(), framework()), framework()),
        "expected an Audit, got <AuditResult",
    ),
    "arguments the other way round": (
        lambda: any_.score_audit(framework(), audit()),
        "load_framework reads one by its id",
    ),
    "a plan for its schedule": (
        lambda: any_.scheduling.compare_schedules(schedule(), plan()),
        "schedule_plan makes one of an ActionPlan",
    ),
    "a picture of a plan": (
        lambda: plan().plot.gantt,
        "no picture 'gantt' of a ActionPlan; there is waves",
    ),
    "a title for an id": (
        lambda: plan().why("Write the rules"),
        "that is the title of 'rules': write this id",
    ),
    "a title for an id, of a schedule": (
        lambda: schedule().start("Write the rules"),
        "that is the title of 'rules': write this id",
    ),
    "a name for an id": (
        lambda: any_.School(id="Hill School", name="Hill School"),
        "write 'hill-school'",
    ),
    "a word with a capital": (
        lambda: any_.School(id="a", name="A", phase="Primary"),
        "did you mean 'primary'",
    ),
    "a number in quotes": (
        lambda: any_.Role(id="head", title="Head", hours_per_week="2"),
        "write 2 without quotes",
    ),
    "a whole number with a point": (
        lambda: any_.Role(id="head", title="Head", hours_per_week=2, people=2.0),
        "write 2",
    ),
    "per cent for a share": (
        lambda: rate_ratio(3, 100, 4, 100, level=95),
        "for 95 per cent write 0.95",
    ),
    "a share for per cent": (
        lambda: Context(fsm_percent=0.31),
        "0.31 looks like a share: write 31 per cent",
    ),
    "points for standard deviations": (
        lambda: bc.Observation(half_term=2, outcome="conduct", value=12, standard_error=0.1),
        "if these are points, which are hundredths, write 0.12",
    ),
    "a day that could be two": (
        lambda: any_.model.DateRange(start="07/09/2026", end="2026-09-11"),
        "day and month could be either way round",
    ),
    "one duration for three": (
        lambda: any_.ActionStep(id="a", title="A", lead="head", hours_per_week={}, weeks=2),
        "write optimistic, likely, pessimistic in a list",
    ),
    "a column for each rater": (
        lambda: bc.audit_from_frame(wide(), framework=framework()),
        "give a row for each rating, with the columns rater, item and rating",
    ),
    "another library of frames": (
        lambda: bc.to_frame(plan(), kind="panda"),
        "expected one of pandas, polars, pyarrow",
    ),
    "a field that is not there": (
        lambda: plan().steps.where(titel="A"),
        "did you mean 'title'",
    ),
}


def wide() -> Any:
    pl = pytest.importorskip("polars")
    return pl.DataFrame({"item": ["a"], "head": [1], "teacher": [2]})


@pytest.mark.parametrize("guess", GUESSES)
def test_the_answer_says_what_to_write(
    guess: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ask, words = GUESSES[guess]
    with pytest.raises((bc.BehaviourCultureError, AttributeError)) as caught:
        ask()
    said = str(caught.value)
    assert words in said
    assert len(said) < 700
    assert list(tmp_path.iterdir()) == []


class TestWhatPeopleWriteInFilesGoesInPythonToo:
    def test_words_numbers_and_days(self) -> None:
        system = any_.SchoolSystem(id="a", name="A", kind="rules", status="in-place")
        assert system.status is bc.model.SystemStatus.IN_PLACE
        made = any_.ActionStep(id="a", title="A", lead="head", hours_per_week={}, weeks=[1, 1, 2])
        assert made.weeks == bc.Weeks(1, 1, 2)
        span = any_.model.DateRange(start="2026-09-07", end="11 September 2026")
        assert [d.isoformat() for d in (span.start, span.end)] == ["2026-09-07", "2026-09-11"]

    @pytest.mark.parametrize(
        "text", ["1 September 26", "+1 May 2026", "1_0 May 2026", "31 June 2026", "01/09/2026"]
    )
    def test_a_day_in_doubt_is_no_day(self, text: str) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected a date like 2026-09-01"):
            any_.model.DateRange(start=text, end="2026-09-01")

    @pytest.mark.parametrize("text", ["1 Sept 2026", "01 sep 2026", " 1  SEPTEMBER 2026"])
    def test_a_day_in_words_is_one(self, text: str) -> None:
        assert str(any_.model.DateRange(start=text, end=text).start) == "2026-09-01"

    @pytest.mark.parametrize("text", ["nan", "inf", "-Infinity"])
    def test_no_number_is_not_to_be_written_without_quotes(self, text: str) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            any_.Role(id="head", title="Head", hours_per_week=text)
        assert "quotes" not in str(caught.value)

    def test_ids_for_catalogue_and_calendar(self) -> None:
        rated = [
            bc.Response(rater="head", item=item.id, rating=1)
            for item in bc.load_framework("bennett-2017").items
        ]
        own = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=rated)
        result = bc.score_audit(own, bc.load_framework("bennett-2017"))
        made = bc.draft_plan(result, catalogue="bennett-2017", priorities=1)
        assert made == bc.draft_plan(
            result, catalogue=bc.load_catalogue("bennett-2017"), priorities=1
        )
        with pytest.raises(bc.errors.UnknownContentError, match="no calendar"):
            bc.schedule_plan(plan(), calendar="2026", capacity=school().capacity)


def test_explanations_print_as_lines() -> None:
    why = schedule().explain("rules")
    assert str(why) == "\n".join(why)
    assert compare_schedules(schedule(), schedule()).changed == ()


def test_the_face_has_no_more_names_than_one_can_learn() -> None:
    assert not {"TYPE_CHECKING", "attach", "annotations"} & set(dir(bc))
    assert len(dir(bc)) <= 90
