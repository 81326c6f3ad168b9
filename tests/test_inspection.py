"""Looking at a file: what it is, what would be read, and every doubt."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import behaviour_culture as bc
from behaviour_culture.inspection import FileInspection, FileKind, inspect_file
from behaviour_culture.report.workbook.columns import KEPT, PLAN

CORPUS = Path(__file__).parent / "data" / "corpus"
EXAMPLES = Path(__file__).parents[1] / "examples"
APART = {
    # Cells that cannot be told apart, so that nobody knows the columns.
    *("published-semicolons.csv", "published-tabs.csv", "register-semicolons.csv"),
    *("published-utf16-without-mark.csv", "published-sfr-review-panels.csv"),
}
KIND = {
    "counts": FileKind.COUNTS,
    "published": FileKind.PUBLISHED,
    "register": FileKind.REGISTER,
    "responses": FileKind.RESPONSES,
}


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.csv")), ids=lambda p: p.name)
def test_each_file_of_the_corpus(path: Path) -> None:
    found = inspect_file(path)
    kind = KIND.get(path.name.partition("-")[0])
    if path.name in APART:
        assert found.kind is FileKind.UNKNOWN
        assert found.faults
    elif kind is not None:
        assert found.kind is kind
    else:  # a log: of a system that is known, or with its column of days
        assert found.kind is FileKind.BEHAVIOUR_LOG or found.faults
    assert str(found).startswith(path.name)
    if found.reading is not None:
        assert found.reading.read == found.reading.counted + found.reading.left_out


def test_a_log_of_a_known_system_names_the_mapping_and_what_else_it_needs() -> None:
    found = inspect_file(CORPUS / "log-merits-by-points.csv")
    assert (found.reader, dict(found.arguments)) == (
        "read_behaviour_log",
        {"mapping": "class-charts"},
    )
    assert "salt=" in found.missing[0]


def test_a_log_of_its_own_headings_is_told_by_its_days() -> None:
    (fault,) = inspect_file(CORPUS / "log-day-first.csv").faults
    assert "read_behaviour_log('log-day-first.csv', {'occurred_at': 'Date', ...})" in fault.message


def test_rows_that_are_left_out_are_listed() -> None:
    found = inspect_file(CORPUS / "register-one-bad-row.csv")
    assert found.reading is not None
    assert found.reading.left_out == sum(d.count for d in found.doubts if d.left_out) > 0


def test_responses_name_the_framework_of_their_items() -> None:
    found = inspect_file(EXAMPLES / "illustrative_responses.csv")
    assert dict(found.arguments) == {"framework": "bennett-2017"}
    assert found.reading is not None
    assert found.reading.doubts == ()


def test_a_file_of_ours_says_its_kind() -> None:
    found = inspect_file(EXAMPLES / "illustrative_school.toml")
    assert (found.kind, found.holds[:7]) == (FileKind.OURS, "school:")


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("zeros.csv", bytes(9)), ("note.txt", b"Dear all"), ("book.xlsx", b"PK")],
)
def test_a_file_that_nobody_can_read_has_faults(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = inspect_file(path)
    assert found.faults
    assert "cannot be read" in str(found)


def test_no_such_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(bc.errors.ReadError):
        inspect_file(tmp_path / "nowhere.csv")
    with pytest.raises(bc.InvalidInputError):
        inspect_file(5)  # type: ignore[arg-type]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_text(text, encoding=encoding)
    return path


def codes(found: FileInspection) -> set[str]:
    return {doubt.code for doubt in found.doubts}


def test_merits_and_lone_rows_are_doubts_before_anybody_counts() -> None:
    assert "merits" in codes(inspect_file(CORPUS / "log-merits-by-points.csv"))
    assert "lone-row" in codes(inspect_file(CORPUS / "log-lone-year-ahead.csv"))


def test_counts_without_exposure_are_read_for_all_else(tmp_path: Path) -> None:
    rows = "start,count,masked\n2024-09-09,4,\n2024-09-16,5,caf\u00e9 closed\n"
    found = inspect_file(written(tmp_path, rows, "cp1252"))
    assert codes(found) == {"encoding", "masked"}
    assert found.holds.startswith("2 periods, 2024-09-09 to")
    assert not found.faults


def test_a_toml_file_of_somebody_else_is_not_called_ours() -> None:
    assert inspect_file(CORPUS / "counts.toml").kind is FileKind.UNKNOWN


def test_a_published_table_says_its_years_and_places() -> None:
    holds = inspect_file(CORPUS / "published-region-and-la-names.csv").holds
    assert "levels: " in holds
    assert "local authorities: " in holds


def test_answers_that_are_left_out_are_listed(tmp_path: Path) -> None:
    framework = bc.load_framework("bennett-2017")
    closed = next(item.id for item in framework.items if item.raters)
    rows = f"rater,group,item,rating\np,pupils,{closed},1\np,pupils,build-routines-1,1\n"
    found = inspect_file(written(tmp_path, rows))
    assert found.reading is not None
    assert (found.reading.read, found.reading.counted) == (2, 1)
    assert codes(found) == {"other-raters"}


def test_a_form_of_excel(tmp_path: Path) -> None:
    framework = bc.load_framework("ofsted-2025")
    found = inspect_file(bc.audit_form(framework, tmp_path / "form.xlsx", raters=["head"]))
    assert found.kind is FileKind.RESPONSES
    assert "form.xlsx" in str(found)


def test_a_published_table_in_an_archive_and_without_years(tmp_path: Path) -> None:
    table = "geographic_level,headcount,perm_excl,suspension,one_plus_susp\nNational,900,1,20,15\n"
    path = tmp_path / "exclusions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("exclusions.csv", table)
    found = inspect_file(path)
    assert (found.kind, found.reader) == (FileKind.PUBLISHED, "read_published")
    assert found.holds == "a table of exclusions; levels: National"


def test_the_workbook_of_a_plan_says_which_and_what_is_wrong_in_it(tmp_path: Path) -> None:
    book: Any = openpyxl.Workbook()
    book.active.title = "Plan"
    book.active.append(["Plan: autumn-plan"])
    book.active.append([column.head for column in PLAN])
    book.active.append([1, None, "Agree the rules", "Head", "=A1"])
    book.create_sheet("As written").append([KEPT])
    book.save(tmp_path / "plan.xlsx")
    found = inspect_file(tmp_path / "plan.xlsx")
    assert (found.kind, found.reader) == (FileKind.PLAN_WORKBOOK, "read_plan_workbook")
    assert found.holds == "the plan 'autumn-plan' in 1 row"
    assert "holds a formula" in found.faults[0].message
    assert repr(found) == "<FileInspection plan.xlsx: plan-workbook, 1 fault>"


@pytest.mark.parametrize("text", ["names\nHill Road\n", '""\nname,,town\nHill Road,1,Derby\n'])
def test_a_table_whose_first_row_names_no_columns_is_nobodys(tmp_path: Path, text: str) -> None:
    found = inspect_file(written(tmp_path, text))
    assert found.kind is FileKind.UNKNOWN
    assert found.faults[0].path == "row 1"
