"""A workbook that a school filled in wrongly: every fault by its cell, and all of them at once."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.interchange.book_writer import UPDATED
from behaviour_culture.start import read_school_workbook
from behaviour_culture.start.layout import ANSWERS, COUNTED, SHEETS
from behaviour_culture.start.reading import SchoolWorkbook

Rows = Sequence[Mapping[str, object]]

LABELS = {answer.key: answer.label for answer in ANSWERS}
SCHOOL = {"name": "Hill Road", "phase": "primary", "roll": 210}
ROLES = [{"title": "Head", "people": 1, "set_up": 2, "id": "head"}]
AUTUMN = {"name": "Autumn", "start": dt.date(2026, 9, 2), "end": dt.date(2026, 12, 18)}
LAYOUTS = {layout.key: layout for layout in SHEETS}


def read(
    answers: Mapping[str, object] = SCHOOL,
    *,
    edit: Callable[[Any], object] = lambda _book: None,
    beside: Mapping[str, tuple[str, object]] | None = None,
    **tables: Rows,
) -> SchoolWorkbook:
    """Read a small workbook: its first sheet, a role and a term, and what else is given.

    ``beside`` are the cells above a table, by its sheet: their labels and values.
    """
    school = [{"label": LABELS.get(key, key), "answer": value} for key, value in answers.items()]
    filled = {"school": school, "roles": ROLES, "terms": [AUTUMN]} | tables
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for key, rows in filled.items():
        layout = LAYOUTS[key]
        sheet = book.create_sheet(layout.name)
        label, value = (beside or {}).get(key, (None, None))
        sheet.append([layout.title])
        sheet.append([layout.note, label, value])
        sheet.append([column.head for column in layout.columns])
        for row in rows:
            sheet.append([row.get(column.key) for column in layout.columns])
    edit(book)
    raw = io.BytesIO()
    book.save(raw)
    raw.seek(0)
    return read_school_workbook(raw)


def told(*args: Any, **options: Any) -> list[str]:
    """What the reading of a workbook is refused with."""
    with pytest.raises(bc.InvalidInputError) as error:
        read(*args, **options)
    return [str(fault) for fault in error.value.faults]


def test_the_small_workbook_is_one() -> None:
    found = read()
    assert (found.school.name, found.calendar.terms[0].start) == ("Hill Road", AUTUMN["start"])


class TestSheets:
    def test_one_that_is_gone(self) -> None:
        said = told(edit=lambda book: book.remove(book["Roles and hours"]))
        assert said[0] == (
            "the sheet 'Roles and hours' is gone: its first cell is 'Who there is, and the hours "
            "that each can give'"
        )

    def test_one_that_is_there_twice(self) -> None:
        said = told(edit=lambda book: book.copy_worksheet(book["Term dates"]))
        assert said == [
            "sheet 'Term dates Copy': is a second sheet 'Term dates', beside 'Term dates': delete "
            "one"
        ]

    def test_one_without_its_headings(self) -> None:
        said = told(edit=lambda book: book["Term dates"].delete_rows(3))
        assert said == [
            "sheet 'Term dates': the row of headings is gone: put back 'Term', 'First day', 'Last "
            "day', 'Half-term break: first day', 'Half-term break: last day'"
        ]


class TestAnswers:
    @pytest.mark.parametrize(
        ("changes", "place", "words"),
        [
            ({"Head count": 4}, "row 7, column A (Question)", "no question 'Head count' here: it"),
            ({"name": None}, "row 4, column B (Your answer)", "is empty: it is needed"),
            ({"illustrative": "perhaps"}, "row 7, column B (Your", "'perhaps': choose 'yes', or"),
            ({"starts": "soon"}, "row 7, column B (Your answer)", "'soon' is no day that can be"),
        ],
    )
    def test_what_is_wrong_is_told_by_its_cell(
        self, changes: dict[str, object], place: str, words: str
    ) -> None:
        (said,) = told(SCHOOL | changes)
        assert said.startswith(f"sheet 'School', {place}")
        assert words in said

    @pytest.mark.parametrize("key", SCHOOL)
    def test_a_question_that_is_gone_is_needed(self, key: str) -> None:
        said = told({other: SCHOOL[other] for other in SCHOOL if other != key})
        assert said == [
            f"sheet 'School': the question {LABELS[key]!r} is gone: put it back with its answer"
        ]

    def test_a_name_may_be_a_number_and_an_unknown_question_may_be_empty(self) -> None:
        found = read(SCHOOL | {"name": 42, "Head count": None, "illustrative": "Yes"})
        assert (found.school.name, found.school.illustrative) == ("42", True)


class TestTables:
    @pytest.mark.parametrize(
        ("key", "row", "words"),
        [
            ("systems", {"kind": "routines", "note": "Soon"}, "(In place?): is empty, and the row"),
            ("systems", {"kind": "routine", "status": "absent"}, "(Kind): no kind 'routine'; did"),
            ("systems", {"kind": "routines", "status": "no"}, "(In place?): 'no' is not one of"),
            ("days", {"kind": "closed"}, "(Day): is empty: type the day, or empty the whole row"),
            ("days", {"day": dt.date(2026, 9, 3)}, "(What it is): choose 'INSET day' or 'closed'"),
            ("busy", {"role": "head", "hours": -1}, "(Hours a week then): -1.0 is out of range"),
        ],
    )
    def test_what_is_wrong_is_told_by_its_cell(
        self, key: str, row: dict[str, object], words: str
    ) -> None:
        said = "\n".join(told(**{key: [row]}))
        assert f"sheet '{LAYOUTS[key].name}', row 4, column" in said
        assert words in said

    def test_the_status_of_a_step_is_one_of_ours(self) -> None:
        row = {"step": "name-lead-team", "status": "nearly"}
        said = told(progress=[row], beside={"progress": (UPDATED, dt.date(2026, 9, 1))})
        assert [line.partition(" (")[2][:23] for line in said] == ["Status): choose one of "]

    def test_progress_needs_its_day(self) -> None:
        row = {"step": "name-lead-team", "status": "on track"}
        (said,) = told(progress=[row], beside={"progress": (UPDATED, None)})
        assert f"row 2, column C ({UPDATED}): is empty: type the day on which this was so" in said
        (said,) = told(progress=[row])
        assert said.startswith(f"sheet 'Progress' ({UPDATED}): is empty: type the day")

    def test_counts_are_told_by_the_row_of_the_sheet(self) -> None:
        weeks = [
            {"start": dt.date(2026, 9, 7), "count": 4},
            {"start": dt.date(2026, 9, 14), "count": -2},
        ]
        (said,) = told(counts=weeks, beside={"counts": (COUNTED, "low-level-incidents")})
        assert said.startswith("sheet 'Counts', row 5, column 'count': ")

    def test_a_row_that_stands_twice_is_told_by_its_own_cell(self) -> None:
        (said,) = told(systems=[{"kind": "routines", "status": "absent"}] * 2)
        assert said.startswith("sheet 'What is in place', row 5, column A (Kind): 'routines' app")


class TestTerms:
    @pytest.mark.parametrize("rows", [[], [{"name": " "}]])
    def test_none_is_none(self, rows: Rows) -> None:
        assert told(terms=rows) == ["sheet 'Term dates': holds no term: fill in its days"]

    def test_a_row_of_nothing_but_spaces_is_no_term(self) -> None:
        assert len(read(terms=[{"name": " "}, AUTUMN]).calendar.terms) == 1

    def test_a_day_that_cannot_be_read_is_told_once(self) -> None:
        (said,) = told(terms=[AUTUMN | {"start": "soon"}])
        assert said.startswith("sheet 'Term dates', row 4, column B (First day): 'soon' is no day")


def test_steps_are_known_without_the_lists_of_the_workbook() -> None:
    step = bc.load_catalogue("bennett-2017").step("name-lead-team")
    found = read(
        progress=[{"step": step.title.upper(), "status": "on track"}],
        beside={"progress": (UPDATED, dt.date(2026, 9, 1))},
    )
    assert found.progress is not None
    assert [(s.step, s.status) for s in found.progress.steps] == [(step.id, bc.StepStatus.ON_TRACK)]
