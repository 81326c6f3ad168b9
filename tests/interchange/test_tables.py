"""CSV: responses in, safe cells out (row 27 of the table of bad inputs)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import BehaviourCultureError, Fault, InvalidInputError, ReadError
from behaviour_culture.interchange import read_csv, write_csv
from behaviour_culture.interchange.table import _text_lines, csv_rows, parse_csv, plain_number
from behaviour_culture.model.reading import Doubt
from behaviour_culture.monitoring import read_published
from behaviour_culture.testing import texts

FORMULAS = ["=1+1", "'=1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x","y")']


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "responses.csv"


def back(rows: list[dict[str, Any]], path: Path) -> list[dict[str, str]]:
    write_csv(rows, path)
    return [cells for _, cells in read_csv(path, required=list(rows[0]))]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_cells_in_quotes_between_other_marks_are_told_as_such(mark: str, tmp_path: Path) -> None:
    faults: list[Fault] = []
    text = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in ("ab", "12"))
    assert not list(csv_rows(text, faults, required=("a", "b")))
    file = tmp_path / "a.csv"
    file.write_text(text)
    with pytest.raises(InvalidInputError) as published:
        read_published(file)
    for found in (faults, published.value.faults):
        assert [f.message for f in found] == [
            f"the cells are separated by {mark!r}: save the file with commas"
        ]


@given(st.text(st.sampled_from('ab",\r\n\x0b\x85\u2028')))
def test_the_lines_of_a_text_are_those_that_python_reads(text: str) -> None:
    assert list(_text_lines(text)) == list(io.StringIO(text, newline=""))


class TestRow27:
    @pytest.mark.parametrize("formula", FORMULAS)
    def test_a_formula_is_written_as_a_text_and_read_as_it_was(
        self, path: Path, formula: str
    ) -> None:
        assert back([{"note": formula}], path) == [{"note": formula}]
        with path.open(encoding="utf-8", newline="") as file:
            (_, (cell,)) = csv.reader(file)
        assert cell == f"'{formula}"

    @given(
        st.lists(
            st.fixed_dictionaries({"a": texts(), "b": st.sampled_from(FORMULAS) | texts()}),
            min_size=1,
            max_size=4,
        )
    )
    def test_any_texts_come_back(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
    ) -> None:
        path = tmp_path_factory.mktemp("tables") / "a.csv"
        assert back(rows, path) == rows
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]

    def test_a_negative_number_stays_a_number(self, path: Path) -> None:
        write_csv([{"points": -3.5, "none": None, "flag": True}], path)
        assert path.read_text(encoding="utf-8") == "points,none,flag\n-3.5,,True\n"

    def test_an_apostrophe_of_the_writer_s_own_is_kept(self, path: Path) -> None:
        for note in ("'tis so", "'=1", "''=1", "'", "''"):
            assert back([{"note": note}], path) == [{"note": note}]


class TestColumns:
    def test_rows_have_their_line_numbers(self) -> None:
        text = 'a,b\n1,"two\nlines"\n\n3,4\n'
        rows = parse_csv(text, subject="x", required=["a", "b"])
        assert rows == [(3, {"a": "1", "b": "two\nlines"}), (5, {"a": "3", "b": "4"})]

    def test_all_faults_of_a_header_and_its_rows_together(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            parse_csv("rater,itm,itm\nhead,1\n", subject="x", required=["rater", "item"])
        text = str(caught.value)
        assert "did you mean 'item'" in text
        assert "'item' is missing" in text
        assert "'itm' appears twice" in text
        assert "row 2: 2 cells where the header has 3" in text

    @pytest.mark.parametrize("text", ["", "\n\n", " , ,\n", 'a\n"x', 'a\n"x"y\n'])
    def test_no_table_at_all(self, text: str) -> None:
        with pytest.raises(InvalidInputError):
            parse_csv(text, subject="x", required=["a"])

    def test_a_suffix_that_says_something_else(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match=r"does not say \.csv"):
            read_csv(tmp_path / "a.xlsx", required=["a"])

    @given(st.text() | st.text(alphabet='ab,"\n\r\0'))
    def test_any_text_is_a_table_or_a_refusal(self, text: str) -> None:
        try:
            rows = parse_csv(f"a,b\n{text}", subject="x", required=["a", "b"])
        except BehaviourCultureError:
            return
        assert all(cells.keys() == {"a", "b"} for _, cells in rows)


KINDS = st.sampled_from(["good", "lines", "short", "long", "quote", "blank"])


class TestRows:
    @given(st.lists(KINDS, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
    def test_each_row_is_yielded_or_named(self, kinds: list[str], end: str) -> None:
        texts = {
            "good": "1,2,3,4",
            "lines": f'1,2,3,"one, two{end}three, four"',
            "short": "1,2,3",
            "long": "1,2,3,4,5",
            "quote": '1,2,3,4"',
            "blank": ", ,,",
        }
        text = end.join(["a,b,c,d", *(texts[kind] for kind in kinds), ""])
        faults: list[Fault] = []
        bad: dict[int, Fault] = {}
        rows = list(csv_rows(text, faults, required="abcd", bad_rows=bad))
        line, expected, named = 1, [], []
        for kind in kinds:
            line += 1 + (kind == "lines")
            if kind in {"good", "lines"}:
                expected.append(line)
            elif kind != "blank":
                named.append(line)
        assert not faults
        assert [number for number, _ in rows] == expected
        assert list(bad) == named
        assert [fault.path for fault in bad.values()] == [f"row {n}" for n in named]

    @pytest.mark.parametrize(
        ("text", "row", "words"),
        [
            ('1,2,3,"4\n1,2,3,4\n1,2,3,4"\n', 2, "swallowed rows"),
            ('1,2,"3,4\n1,2,3",4\n', 2, "swallowed rows"),
            ('1,2,3,4\n1,2,3,"4\n1,2,3,4\n', 3, "up to row 4"),
            ('1,2,3,"4\n1,2,3,"4"\n', 2, "up to row 3"),
            ('1,2,3,"4"4\n', 2, "write a quote twice"),
        ],
    )
    def test_rows_that_a_quote_swallows(self, text: str, row: int, words: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            parse_csv(f"a,b,c,d\n{text}", subject="x", required=[*"abcd"])
        assert caught.value.faults[0].path == f"row {row}"
        assert words in caught.value.faults[0].message

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_the_encodings_of_spreadsheets(self, path: Path, encoding: str) -> None:
        path.write_bytes("note\nDidn\u2019t pay \u00a35\n".encode(encoding))
        doubts: list[Doubt] = []
        rows = read_csv(path, required=["note"], doubts=doubts)
        assert rows == [(2, {"note": "Didn\u2019t pay \u00a35"})]
        assert [d.code for d in doubts] == ["encoding"] * (encoding in {"cp1252", "utf-16"})

    @pytest.mark.parametrize("raw", ["a\nb\n".encode("utf-16-le"), b"a\n\x81\n", b"\xff\xfea"])
    def test_bytes_that_are_no_text(self, path: Path, raw: bytes) -> None:
        path.write_bytes(raw)
        with pytest.raises(InvalidInputError, match="save it from the spreadsheet as 'CSV UTF-8'"):
            read_csv(path, required=["a"])

    @given(st.integers(-(10**12), 10**12))
    def test_a_number_with_separators_is_the_number(self, number: int) -> None:
        for sign in (",", "\u00a0", " "):
            written = f"{number:,}".replace(",", sign)
            found = plain_number(written)
            assert (found[0] if found else written) == str(number)
        assert plain_number(str(number)) is None

    @pytest.mark.parametrize("cell", ["1,23", "1,2345", ",123", "1 2", "x", "", " ", "6%"])
    def test_what_is_no_number_stays(self, cell: str) -> None:
        assert plain_number(cell) is None


class TestResponses:
    HEADER = "rater,item,rating,note,evidence\n"

    def read(self, path: Path, framework: bc.Framework, text: str) -> bc.Audit:
        path.write_text(text, encoding="utf-8")
        return bc.read_audit(path, framework=framework)

    def item(self, framework: bc.Framework, n: int = 0) -> str:
        return framework.items[n].id

    def test_values_and_labels_and_what_was_not_assessed(
        self, path: Path, framework: bc.Framework
    ) -> None:
        cells = ["2", " Emerging ", "EMBEDDED", "", "n/a", "Not assessed", "-"]
        items = [self.item(framework, i) for i in range(len(cells))]
        items[4] = next(item.id for item in framework.items if item.not_applicable)
        lines = [f"head,{item},{cell},,\n" for item, cell in zip(items, cells, strict=True)]
        audit = self.read(path, framework, self.HEADER + "".join(lines))
        assert [r.rating for r in audit.responses] == [2, 1, 3, None, None, None, None]
        assert (audit.framework, audit.edition) == (framework.id, framework.edition)

    def test_notes_may_begin_like_formulas(self, path: Path, framework: bc.Framework) -> None:
        row = {"rater": "head", "item": self.item(framework), "rating": 1, "note": "=cmd()"}
        write_csv([row], path)
        assert bc.read_audit(path, framework=framework).responses[0].note == "=cmd()"

    def test_row_19_a_byte_order_mark_as_excel_writes_it(
        self, path: Path, framework: bc.Framework
    ) -> None:
        text = f"rater,item,rating\r\nhead,{self.item(framework)},1\r\n"
        path.write_bytes(text.encode("utf-8-sig"))
        assert bc.read_audit(path, framework=framework).responses[0].rating == 1

    def test_five_faults_of_five_kinds(self, path: Path, framework: bc.Framework) -> None:
        good, other = self.item(framework), self.item(framework, 1)
        text = self.HEADER + (
            f"Jo Smith,{good},1,,\n"
            "head,vision-clear-9,1,,\n"
            f"head,{good},4,,\n"
            f"head,{other},Establishd,,\n"
            f"deputy,{good},1,,\n"
            f"deputy,{good},2,,\n"
        )
        with pytest.raises(InvalidInputError) as caught:
            self.read(path, framework, text)
        found = {f.path: f.message for f in caught.value.faults}
        assert found.keys() == {
            "row 2, column 'rater'",
            "row 3, column 'item'",
            "row 4, column 'rating'",
            "row 5, column 'rating'",
            "row 7",
        }
        assert "0 (absent), 1 (emerging)" in found["row 4, column 'rating'"].casefold()
        assert "did you mean 'established'" in found["row 5, column 'rating'"].casefold()
        assert "first in row 6" in found["row 7"]
        assert str(path) in str(caught.value)

    @pytest.mark.parametrize("cell", ["1.9", "true", "-1", "1e0", "٢", "9" * 5000, "1 2", "0x1"])
    def test_ratings_that_are_none(self, path: Path, framework: bc.Framework, cell: str) -> None:
        text = f"{self.HEADER}head,{self.item(framework)},{cell},,\n"
        with pytest.raises(InvalidInputError, match="is not on the scale"):
            self.read(path, framework, text)

    @pytest.mark.parametrize("cell", ["2.", "2.01", "2.0.0", "9.0", "4.0"])
    def test_ratings_with_a_point_that_are_none(
        self, path: Path, framework: bc.Framework, cell: str
    ) -> None:
        text = f"{self.HEADER}head,{self.item(framework)},{cell},,\n"
        with pytest.raises(InvalidInputError, match="is not on the scale"):
            self.read(path, framework, text)

    def test_a_column_of_floats_as_pandas_writes_it(
        self, path: Path, framework: bc.Framework
    ) -> None:
        items = [self.item(framework, n) for n in range(3)]
        table = pd.DataFrame({"rater": "head", "item": items, "rating": [2, None, 0]})
        table.to_csv(path, index=False)
        assert ",2.0\n" in path.read_text(encoding="utf-8")
        audit = bc.read_audit(path, framework=framework)
        assert [r.rating for r in audit.responses] == [2, None, 0]

    @pytest.mark.parametrize("sign", [";", "\t"])
    def test_cells_that_no_comma_parts(
        self, path: Path, framework: bc.Framework, sign: str
    ) -> None:
        text = f"{self.HEADER}head,{self.item(framework)},1,,\n".replace(",", sign)
        with pytest.raises(InvalidInputError) as caught:
            self.read(path, framework, text)
        (fault,) = caught.value.faults
        assert str(fault).startswith(f"row 1: the cells are separated by {sign!r}: save")

    def test_an_audit_without_a_rating(self, path: Path, framework: bc.Framework) -> None:
        for text in (self.HEADER, f"{self.HEADER}head,{self.item(framework)},,,\n"):
            with pytest.raises(InvalidInputError, match="at least one rating"):
                self.read(path, framework, text)

    def test_another_kind_of_file(self, tmp_path: Path, framework: bc.Framework) -> None:
        school = bc.write(bc.School(id="a", name="A"), tmp_path / "school.toml")
        with pytest.raises(InvalidInputError, match="kind 'audit', got 'school'"):
            bc.read_audit(school, framework=framework)
        document = tmp_path / "responses.docx"
        with pytest.raises(ReadError, match="there is no such file"):
            bc.read_audit(document, framework=framework)
        document.write_bytes(b"a document")
        with pytest.raises(ReadError, match="neither"):
            bc.read_audit(document, framework=framework)

    @given(data=st.binary(max_size=120))
    def test_any_bytes_are_an_audit_or_a_refusal(
        self, tmp_path_factory: pytest.TempPathFactory, framework: bc.Framework, data: bytes
    ) -> None:
        path = tmp_path_factory.mktemp("responses") / "a.csv"
        path.write_bytes(f"{self.HEADER}head,{self.item(framework)},1,,\n".encode() + data)
        try:
            audit = bc.read_audit(path, framework=framework)
        except BehaviourCultureError:
            return
        assert audit.responses[0].rating == 1
