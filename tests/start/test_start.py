"""From a name, a phase and a roll to a report, by the command line, as a folder or a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.model.journey import CountsFile
from behaviour_culture.model.school import Phase
from behaviour_culture.start import first_school, read_school_workbook, write_school_workbook
from builders import first_of
from filling import DAYS, change, fill_calendar, fill_form
from spreadsheets import converted, needs_office


def collected(folder: Path) -> None:
    """Have two raters fill in their forms, and collect them."""
    forms = folder / "forms"
    raters = ["head=leaders", "teacher-1=teachers"]
    assert main(["form", *raters, "-o", str(forms), "--csv", "--short"]) == 0
    for form in forms.iterdir():
        fill_form(form)
    assert main(["collect", str(forms), "-o", str(folder / "responses.csv")]) == 0


class TestFirstSchool:
    @pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.NOT_APPLICABLE])
    @pytest.mark.parametrize("roll", [0, 60, 120, 121, 270, 271, 1050])
    def test_every_phase_and_size_has_posts(self, phase: Phase, roll: int) -> None:
        made = first_school(name="A school", phase=phase, roll=roll)
        assert made.school.capacity == made.role_map.capacity
        assert made.fits == made.role_map.fits(made.school)
        assert not made.school.illustrative

    def test_every_fault_at_once(self) -> None:
        with pytest.raises(bc.InvalidInputError) as error:
            first_school(name="", phase="primry", roll=-1)
        assert [fault.path for fault in error.value.faults] == ["name", "phase", "roll"]
        assert "did you mean 'primary'?" in str(error.value)


class TestFolder:
    def test_it_holds_nothing_of_another_school(self, started: Path) -> None:
        for path in started.iterdir():
            text = path.read_text("utf-8")
            assert "illustrative" not in text.lower()
            assert "Riverbank" not in text

    def test_from_start_to_report(self, started: Path) -> None:
        fill_calendar(started)
        collected(started)
        out = started / "report"
        assert main(["report", str(started / "journey.toml"), "-o", str(out)]) == 0
        assert "Hill Road Primary" in (out / "annex.html").read_text("utf-8")
        assert (out / "plan.xlsx").is_file()

    def test_nothing_that_is_there_is_replaced_without_force(
        self, started: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        kept = (started / "school.toml").read_bytes()
        options = ["--name", "Other", "--phase", "secondary", "--roll", "900"]
        assert main(["start", *options, "-o", str(started)]) == 1
        assert "--force replaces it; nothing was changed" in capsys.readouterr().err
        assert (started / "school.toml").read_bytes() == kept
        assert main(["start", *options, "-o", str(started), "--force"]) == 0
        assert bc.read(started / "school.toml").name == "Other"

    def test_it_asks_where_somebody_can_answer(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = iter(["Hill Road", "special", "96"])
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda _words: next(answers))
        assert main(["start", "-o", str(tmp_path / "mine")]) == 0
        school = bc.read(tmp_path / "mine" / "school.toml")
        assert (school.name, school.phase, school.roll) == ("Hill Road", Phase.SPECIAL, 96)

    def test_answers_that_are_missing_where_nobody_can_be_asked(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["start", "--roll", "96", "-o", str(tmp_path / "mine")]) == 1
        said = capsys.readouterr().err
        assert "--name: is missing: give it" in said
        assert "--phase: is missing: give it" in said
        assert not (tmp_path / "mine").exists()

    def test_answers_that_are_broken_off(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def broken_off(_words: str) -> str:
            raise EOFError

        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", broken_off)
        assert main(["start", "-o", str(tmp_path / "mine")]) == 1
        assert "--roll: was not answered: give it" in capsys.readouterr().err

    def test_a_phase_without_a_role_map_is_told_which_was_taken(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        facts = ["--name", "Hill Road Nursery", "--phase", "nursery", "--roll", "40"]
        assert main(["start", *facts, "-o", str(tmp_path)]) == 0
        said = capsys.readouterr().out
        assert "No role map is for this phase. The nearest was taken: A village primary" in said


class TestWorkbook:
    def test_from_start_to_report(self, workbook: Path) -> None:
        collected(workbook.parent)
        out = workbook.parent / "report"
        # The report of a folder has the other formats.
        assert main(["report", str(workbook), "-o", str(out), "--formats", "html,xlsx"]) == 0
        assert (out / "plan.xlsx").is_file()
        assert "Hill Road Primary" in (out / "annex.html").read_text("utf-8")

    def test_it_is_compared_as_a_journey(
        self, workbook: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        collected(workbook.parent)
        assert main(["compare", str(workbook), str(workbook)]) == 0
        assert "0 added, 0 dropped, 0 changed" in capsys.readouterr().out

    def test_the_same_school_is_the_same_bytes(self, tmp_path: Path) -> None:
        school = first_school(name="=1+1", phase="secondary", roll=900).school
        first, second = (write_school_workbook(tmp_path / f"{name}.xlsx", school) for name in "ab")
        assert first.read_bytes() == second.read_bytes()
        assert openpyxl.load_workbook(first)["School"]["B4"].data_type == "s"

    @pytest.mark.parametrize(
        "saved",
        [
            False,
            pytest.param(
                True,
                marks=needs_office,
            ),
        ],
    )
    def test_days_in_every_form_and_all_sheets(self, workbook: Path, saved: bool) -> None:  # noqa: FBT001
        step = bc.load_catalogue("bennett-2017").step("name-lead-team")
        cells = {
            "INSET and closed days": {
                "A4": "02/09/2026",
                "B4": "INSET day",
                "A5": DAYS["B4"].replace(2027, 5, 3),
                "B5": "closed",
                "C5": "Early May bank holiday",
            },
            "Busy times": {"A4": "head", "B4": 46357, "C4": "11/12/2026", "D4": 0.5, "E4": "Exams"},
            "What is in place": {"C4": "in-place", "D4": "Taught each term"},
            "Progress": {
                "A4": step.title,
                "B4": "complete",
                "C4": "8/6/2026",
                "D4": "12/6/2026",
                "E4": 0.75,
                "G4": "=5",
                "I2": "10/07/2026",
            },
            "Counts": {
                "G2": "low-level-incidents",
                "A4": "07/09/2026",
                "C4": 12,
                "D4": 210,
                "A5": "14/09/2026",
                "C5": 9,
                "D5": 210,
            },
            "School": {"B13": "02/09/2026", "B14": DAYS["B4"].replace(2026, 7, 8)},
        }
        change(workbook, cells)
        book = openpyxl.load_workbook(workbook)
        book["Progress"]["G4"].data_type = "s"
        book["Term dates"].title = "Our terms"
        book.save(workbook)
        path = workbook
        if saved:
            path = converted(workbook) / workbook.name
        found = read_school_workbook(path)
        assert found.school.low_age == 4
        assert found.school.capacity is not None
        assert found.school.capacity.changes[0].start.isoformat() == "2026-12-01"
        assert found.school.has_in_place("routines") is not None
        autumn, spring, summer = found.calendar.terms
        assert [str(d) for d in (autumn.start, autumn.end)] == ["2026-09-02", "2026-12-18"]
        assert autumn.half_term is not None
        assert str(autumn.half_term.start) == "2026-10-26"
        assert [str(d) for d in (spring.end, summer.start)] == ["2027-03-25", "2027-04-12"]
        assert [str(d) for d in found.calendar.inset] == ["2026-09-02"]
        assert found.progress is not None
        assert found.progress.steps[0].note == "=5"
        assert found.progress.steps[0].step == step.id
        assert found.progress.plan == "responses-plan"
        assert found.series is not None
        assert found.series.counts() == (12, 9)
        assert str(found.journey.starts) == "2026-09-02"

    def test_every_fault_of_all_sheets_at_once_by_its_cell(self, workbook: Path) -> None:
        cells = {
            "School": {"B5": "primry", "B6": "1,050", "B13": "10/14/2026"},
            "Roles and hours": {"B4": 0, "C5": "four", "E6": "senko"},
            "Term dates": {"C5": "01/01/2020"},
            "INSET and closed days": {"A4": "=TODAY()", "B4": "INSET day"},
            "Progress": {"A4": "Say hello", "B4": "done"},
        }
        change(workbook, cells)
        with pytest.raises(bc.InvalidInputError) as error:
            read_school_workbook(workbook)
        said = str(error.value)
        for words in (
            "sheet 'School', row 5, column B (Your answer): 'primry' is not",
            "sheet 'School', row 6, column B (Your answer): '1,050' is no number: type 1050",
            "sheet 'School', row 13, column B (Your answer): '10/14/2026' is no day",
            "sheet 'Roles and hours', row 4, column B (People): 0 is out of range",
            "sheet 'Roles and hours', row 5, column C (Hours a week to set things up): 'four'",
            "column E (Role): no role 'senko'; did you mean 'senco'?",
            "sheet 'Term dates', row 5, column C (Last day): 2020-01-01 is before start",
            "sheet 'INSET and closed days', row 4, column A (Day): holds a formula, '=TODAY()'",
            "sheet 'Progress', row 4, column A (Step): no step 'Say hello'",
        ):
            assert words in said, said

    def test_a_cell_is_told_once_and_cells_in_the_order_of_the_workbook(
        self, workbook: Path
    ) -> None:
        cells = {
            "School": {"B6": "1,050"},
            "Roles and hours": {"C4": "2 hrs", "E6": "senko"},
            "Term dates": {"D4": "half term"},
            "Counts": {"A4": "07/09/2026", "B4": "11/09/2026", "C4": 4},
        }
        change(workbook, cells)
        with pytest.raises(bc.InvalidInputError) as error:
            read_school_workbook(workbook)
        assert [fault.path.rpartition(" (")[0] for fault in error.value.faults] == [
            "sheet 'School', row 6, column B",
            "sheet 'Roles and hours', row 4, column C",
            "sheet 'Roles and hours', row 6, column E",
            "sheet 'Term dates', row 4, column D",
            "sheet 'Counts', row 2, column G",
        ]

    def test_an_empty_first_day_is_the_first_day_of_term(self, workbook: Path) -> None:
        collected(workbook.parent)
        change(workbook, {"School": {"B13": None}})
        left_empty = bc.run_journey(workbook)
        change(workbook, {"School": {"B13": left_empty.calendar.start}})
        assert bc.run_journey(workbook).plan == left_empty.plan
        assert left_empty.plan.starts == left_empty.calendar.start


SCHOOLS = Path(__file__).resolve().parents[2] / "examples" / "schools"


@pytest.mark.parametrize("folder", first_of(sorted(p.name for p in SCHOOLS.iterdir()), 2))
def test_a_school_written_as_a_workbook_comes_back(folder: str, tmp_path: Path) -> None:
    school = bc.read(SCHOOLS / folder / "school.toml", bc.School)
    path = write_school_workbook(tmp_path / "school.xlsx", school)
    change(path, {"Term dates": DAYS})
    found = read_school_workbook(path).school
    for name in ("name", "phase", "roll", "staff", "low_age", "high_age", "governance", "capacity"):
        assert getattr(found, name) == getattr(school, name), name
    assert found.illustrative is school.illustrative
    placed = {system.kind: system.status for system in found.systems}
    assert placed == {s.kind: s.status for s in school.systems if s.kind}


def test_counts_of_the_workbook_are_in_the_report(workbook: Path) -> None:
    """A school that counts by the week before the plan begins has its counts looked at."""
    collected(workbook.parent)
    first = dt.date(2026, 9, 7)
    cells: dict[str, object] = {"G2": "low-level-incidents"}
    for week in range(7):
        cells[f"A{4 + week}"] = first + dt.timedelta(weeks=week)
        cells[f"C{4 + week}"] = 20 + week % 3
    change(workbook, {"Counts": cells, "School": {"B13": "02/11/2026"}})
    done = bc.run_journey(workbook)
    assert done.counted is not None
    assert [counts.indicator for counts in done.journey.counts] == ["low-level-incidents"]
    (_, _, annex) = done.write(workbook.parent / "report", formats=("html",))
    assert "Low-level incidents" in annex.read_text("utf-8")
    other = done.journey.evolve(counts=[CountsFile(file=workbook.name, indicator="suspensions")])
    with pytest.raises(bc.InvalidInputError, match="it counts 'low-level-incidents', and the"):
        bc.run_journey(other, base=workbook.parent)
