from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import attrs
import pytest

import behaviour_culture as bc
from behaviour_culture.journey import JourneyResult, demo_folder
from behaviour_culture.journey_inputs import FileReader
from behaviour_culture.model.journey import CountsFile, Journey
from builders import autumn, example_journey, framework_of, people

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def done() -> JourneyResult:
    return example_journey()


class TestRunJourney:
    def test_the_examples_are_what_the_demo_runs_on(self) -> None:
        assert demo_folder() == EXAMPLES
        for name in ("illustrative_school.toml", "illustrative_responses.csv"):
            assert (demo_folder() / name).is_file()

    def test_all_stages_agree_on_what_they_are_about(self, done: JourneyResult) -> None:
        assert done.school.illustrative
        assert done.result.framework == done.framework.id == done.plan.framework
        assert done.schedule.plan == done.impact.plan == done.plan.id
        assert {s.step for s in done.schedule.steps} | set(done.schedule.unscheduled) == {
            s.id for s in done.plan.steps
        }

    def test_what_was_done_before_is_not_planned_again(self, done: JourneyResult) -> None:
        planned = {s.id for s in done.plan.steps}
        met = {m.step for m in done.plan.met}
        assert {"baseline-audit", "baseline-survey", "name-lead-team"} <= met
        assert not planned & met

    def test_every_date_lies_in_a_teaching_week(self, done: JourneyResult) -> None:
        for step in done.schedule.steps:
            assert done.calendar.is_teaching_day(step.start)
            assert done.calendar.is_teaching_day(step.finish)

    def test_the_same_files_give_the_same_objects(self, done: JourneyResult) -> None:
        again = bc.run_journey(EXAMPLES / "illustrative_journey.toml")
        assert again == done

    def test_progress_is_told_stage_by_stage(self) -> None:
        told: list[tuple[str, int, int]] = []
        bc.run_journey(
            EXAMPLES / "illustrative_journey.toml", progress=lambda *args: told.append(args)
        )
        assert [what for what, done, total in told if done == total][:1] == ["reading files"]
        assert {what for what, _, _ in told} == {
            "reading files",
            "scheduling",
            "scoring impact",
            "forecasting",
        }

    def test_a_journey_object_runs_from_a_base_folder(self, done: JourneyResult) -> None:
        journey = attrs.evolve(done.journey, priorities=3)
        assert len(bc.run_journey(journey, base=EXAMPLES).plan.objectives) == 3

    def test_results_can_be_saved_and_read_back(self, done: JourneyResult, tmp_path: Path) -> None:
        for part in (done.result, done.plan, done.schedule, done.impact, done.journey):
            for suffix in ("toml", "json"):
                path = bc.write(part, tmp_path / f"part.{suffix}")
                assert bc.read(path) == part

    def test_it_says_which_journey_it_was(self, done: JourneyResult) -> None:
        assert repr(done) == f"<JourneyResult {done.journey.id}: {done.journey.title}>"

    def test_a_catalogue_without_a_step_makes_an_empty_plan_and_counts_are_judged(
        self, tmp_path: Path
    ) -> None:
        framework = framework_of({"calm": [1]})
        named = {"id": "small-steps", "name": "Small steps", "framework": framework.id}
        parts = {
            "framework": framework,
            "catalogue": bc.StepCatalogue(**named, edition="1", steps=[]),
            "calendar": autumn(14, 7),
            "school": bc.School(id="hill", name="Hill Road", capacity=people(head=2)),
        }
        for name, part in parts.items():
            bc.write(part, tmp_path / f"{name}.toml")
        (tmp_path / "responses.csv").write_text("rater,item,rating\nhead,calm-0,3\n", "utf-8")
        counts = EXAMPLES / "illustrative_absence.csv"
        journey = Journey(
            id="hill",
            title="Plan",
            responses="responses.csv",
            counts=[CountsFile(file=str(counts), indicator="absence")],
            **{name: f"{name}.toml" for name in parts} | {"calendar": ["calendar.toml"]},
        )
        found = bc.run_journey(journey, base=tmp_path)
        assert (found.plan.steps, found.forecast) == ((), None)
        assert found.counted is not None
        assert [one.series.indicator for one in found.counted.entries] == ["absence"]


class TestBadJourneys:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for path in EXAMPLES.glob("*.*"):
            if path.suffix in {".toml", ".csv"}:
                shutil.copy(path, tmp_path)
        return tmp_path

    def change(self, path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_faults_of_all_files_come_together(self, folder: Path) -> None:
        self.change(folder / "illustrative_school.toml", "roll = 388", "rolls = 388")
        self.change(folder / "illustrative_responses.csv", "head,design-culture-1,", "head,x,")
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.run_journey(folder / "illustrative_journey.toml")
        text = str(caught.value)
        assert "rolls" in text
        assert "did you mean 'roll'" in text
        assert "row 2, column 'item'" in text

    def test_a_framework_that_is_none_and_a_schedule_without_its_plan(
        self, done: JourneyResult
    ) -> None:
        journey = attrs.evolve(done.journey, framework="bennet-2017", first_schedule="gone.json")
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.run_journey(journey, base=EXAMPLES)
        text = str(caught.value)
        assert "did you mean 'bennett-2017'" in text
        assert "gone.json" in text
        assert "first_plan: missing: the first schedule goes with the plan that it dates" in text

    def test_a_kind_of_system_that_nobody_knows(self, folder: Path) -> None:
        self.change(folder / "illustrative_school.toml", 'kind = "rewards', 'kind = "xrewards')
        with pytest.raises(bc.InvalidInputError, match=r"systems\[0\]\.kind: no kind of system 'x"):
            bc.run_journey(folder / "illustrative_journey.toml")

    def test_a_stop_is_no_fault_of_a_file(self) -> None:
        def stopped() -> None:
            raise bc.errors.StoppedError("reading files")

        reader = FileReader(EXAMPLES)
        with pytest.raises(bc.errors.StoppedError):
            reader.attempt(stopped)
        assert reader.errors == []

    def test_a_missing_file_is_named(self, folder: Path) -> None:
        (folder / "illustrative_school.toml").unlink()
        with pytest.raises(bc.errors.ReadError, match=r"illustrative_school\.toml"):
            bc.run_journey(folder / "illustrative_journey.toml")

    def test_a_role_that_the_school_has_not_got(self, folder: Path) -> None:
        self.change(
            folder / "illustrative_school.toml",
            'id = "behaviour-lead"\ntitle',
            'id = "deputy"\ntitle',
        )
        self.change(
            folder / "illustrative_school.toml", 'role = "behaviour-lead"', 'role = "deputy"'
        )
        with pytest.raises(
            bc.InvalidInputError, match="'behaviour-lead', which the school does not"
        ):
            bc.run_journey(folder / "illustrative_journey.toml")

    def test_a_catalogue_that_does_not_fit_the_framework(self, folder: Path) -> None:
        catalogue = bc.load_catalogue("bennett-2017")
        first = attrs.evolve(catalogue.steps[0], principles=("design-visoin",))
        odd = attrs.evolve(catalogue, steps=[first, *catalogue.steps[1:]])
        bc.write(odd, folder / "odd.toml")
        journey = bc.read(folder / "illustrative_journey.toml")
        with pytest.raises(bc.InvalidInputError, match="did you mean 'design-vision'") as caught:
            bc.run_journey(attrs.evolve(journey, catalogue="odd.toml"), base=folder)
        assert [f.path for f in caught.value.faults] == ["steps[0].principles"]

    def test_an_object_of_the_wrong_class_is_named(self, done: JourneyResult) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected a StepCatalogue"):
            bc.draft_plan(done.result, catalogue=done.calendar)  # type: ignore[arg-type]
        with pytest.raises(bc.InvalidInputError, match="capacity: expected a Capacity"):
            bc.schedule_plan(done.plan, calendar=done.calendar, capacity=done.school)  # type: ignore[arg-type]
        with pytest.raises(bc.InvalidInputError, match="audit: expected an Audit"):
            bc.score_audit(done.framework, done.audit)  # type: ignore[arg-type]

    def test_a_school_without_capacity(self, folder: Path) -> None:
        school = bc.read(folder / "illustrative_school.toml")
        bc.write(attrs.evolve(school, capacity=None), folder / "illustrative_school.toml")
        with pytest.raises(bc.InvalidInputError, match="no capacity"):
            bc.run_journey(folder / "illustrative_journey.toml")

    def test_a_plan_that_starts_after_the_calendar(self, folder: Path) -> None:
        journey = bc.read(folder / "illustrative_journey.toml")
        late = attrs.evolve(journey, starts=dt.date(2027, 9, 1))
        with pytest.raises(bc.InvalidInputError, match="before the plan starts"):
            bc.run_journey(late, base=folder)
