"""Schools from rows of the national register, nothing kept that is nobody's business."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import (
    BehaviourCultureError,
    InvalidInputError,
    ReadError,
    UnknownNameError,
)
from behaviour_culture.interchange.gias import Register, Registered, RegisterStatus
from behaviour_culture.model.reading import Reading
from builders import faults_of

FILE = Path(__file__).parents[1] / "data" / "gias_example_schools_data.csv"
ROW = {
    "URN": "100008",
    "EstablishmentName": "Argyle Primary School",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "NumberOfPupils": "396",
    "PercentageFSM": "28.30",
    "GOR (name)": "London",
    "LA (name)": "Camden",
}
HEAD = {
    "HeadTitle (name)": "Ms",
    "HeadFirstName": "Marguerite",
    "HeadLastName": "Quillfeather",
    "HeadPreferredJobTitle": "Executive Quillfeather",
    "TelephoneNum": "02070000000",
    "Street": "Quillfeather Row",
}


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def raw_rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestEntries:
    def test_one_says_its_status_and_the_day_on_which_it_closed(self) -> None:
        school = bc.School(id="a", name="Hill Road")
        assert str(Registered(school=school)).endswith("status unknown")
        shut = Registered(school=school, status=RegisterStatus.CLOSED, closed="2026-08-31")
        assert str(shut).endswith(": closed, closed 2026-08-31")

    def test_a_register_counts_what_it_holds(self) -> None:
        entry = Registered(school=bc.School(id="a", name="Hill Road"))
        reading = Reading(read=2, counted=2)
        found = faults_of(lambda: Register(entries=[entry], reading=reading))
        assert found["reading.counted"].message == "2 are counted and 1 are here"


class TestTheRegister:
    def test_every_row_is_a_school_in_file_order(self) -> None:
        schools = bc.interchange.read_gias(FILE)
        assert [str(s.urn) for s in schools] == [row["URN"] for row in raw_rows()]
        assert len(schools) == 19
        assert not any(s.illustrative for s in schools)

    def test_one_by_its_number(self) -> None:
        (school,) = bc.interchange.read_gias(FILE, urn=100008)
        assert school == bc.School(
            id="urn-100008",
            name="Argyle Primary School",
            urn=100008,
            phase=bc.Phase.PRIMARY,
            low_age=3,
            high_age=11,
            roll=396,
            context=bc.model.Context(fsm_percent=28.3, region="London", local_authority="Camden"),
        )

    def test_what_is_not_given_is_none_and_never_nought(self) -> None:
        by_urn = {s.urn: s for s in bc.interchange.read_gias(FILE)}
        for row in raw_rows():
            school = by_urn[int(row["URN"])]
            given = {"NumberOfPupils": school.roll, "PercentageFSM": school.context.fsm_percent}
            for column, value in given.items():
                blank = row[column].strip() in {"", ".."}
                assert (value is None) == blank, (school, column)
        assert by_urn[100001].context.fsm_percent is None  # ".." in the file

    def test_phases_are_those_of_the_register(self) -> None:
        phases = {s.urn: s.phase for s in bc.interchange.read_gias(FILE)}
        assert phases[100004] is bc.Phase.NURSERY
        assert phases[100006] is bc.Phase.NOT_APPLICABLE  # alternative provision
        assert phases[130467] is bc.Phase.SIXTEEN_PLUS
        assert phases[105135] is bc.Phase.SECONDARY

    def test_a_school_makes_a_file_of_its_own(self, tmp_path: Path) -> None:
        (school,) = bc.interchange.read_gias(FILE, urn=105135)
        assert bc.read(bc.write(school, tmp_path / "school.toml")) == school


class TestPrivacy:
    def test_no_name_of_a_head_teacher_no_address_no_telephone(self, tmp_path: Path) -> None:
        path = tmp_path / "register.csv"
        path.write_text(table(ROW | HEAD), encoding="utf-8")
        (school,) = bc.interchange.read_gias(path)
        kept = bc.dumps(school, format="json") + str(school) + repr(school) + school._repr_html_()
        assert "Quillfeather" not in kept
        assert "Marguerite" not in kept
        assert "0207" not in kept
        assert school == bc.interchange.school_from_gias(ROW)

    def test_nor_in_an_error(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            bc.interchange.school_from_gias(ROW | HEAD | {"NumberOfPupils": "many", "URN": "?"})
        assert "Quillfeather" not in str(caught.value)
        assert {fault.path for fault in caught.value.faults} == {"NumberOfPupils", "URN"}

    def test_the_file_of_these_tests_has_no_such_column(self) -> None:
        assert not [name for name in raw_rows()[0] if name.startswith("Head")]


class TestEncoding:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_utf_8_with_or_without_a_mark_and_windows_1252(
        self, tmp_path: Path, encoding: str
    ) -> None:
        name = "St Mary\N{RIGHT SINGLE QUOTATION MARK}s École"
        path = tmp_path / "register.csv"
        path.write_bytes(table(ROW | {"EstablishmentName": name}).encode(encoding))
        assert bc.interchange.read_gias(path)[0].name == name


STATUS = {"EstablishmentStatus (name)": "Open", "OpenDate": "01-09-1990", "CloseDate": ""}
KINDS = st.sampled_from(["good", "bad", "short", "five", "closed", "same", "other", "blank"])


class TestTheAccount:
    @given(st.lists(KINDS, min_size=1, max_size=12))
    @example(["same", "same", "other", "other", "other"])
    def test_rows_read_are_schools_and_rows_listed(
        self, tmp_path_factory: pytest.TempPathFactory, kinds: list[str]
    ) -> None:
        path = tmp_path_factory.mktemp("gias") / "register.csv"
        lines, good = [table(ROW | STATUS).splitlines()[0]], []
        for i, kind in enumerate(kinds):
            row = ROW | STATUS | {"URN": str(900001 + i)}
            row |= {"bad": {"NumberOfPupils": "many"}, "five": {"URN": "20123"}}.get(kind, {})
            row |= {"closed": {"EstablishmentStatus (name)": "Closed"}}.get(kind, {})
            row |= {"same": {"URN": "100001"}}.get(kind, {})
            row |= {"other": {"URN": "100002", "NumberOfPupils": str(i)}}.get(kind, {})
            line = table(row).splitlines()[1]
            line = {"short": "900999,x", "blank": "," * (len(row) - 1)}.get(kind, line)
            lines.append(line)
            good.append(kind in {"good", "closed"})
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        expected = sum(good) + ("same" in kinds) + (kinds.count("other") == 1)
        left = {
            "unreadable-row": kinds.count("bad") + kinds.count("short"),
            "urn-not-six-digits": kinds.count("five"),
            "repeated-row": max(0, kinds.count("same") - 1),
            "urn-twice": kinds.count("other") if kinds.count("other") > 1 else 0,
        }
        try:
            register = bc.interchange.read_gias(path)
        except InvalidInputError:
            assert not expected
            return
        reading = register.reading
        assert len(register) == reading.counted == expected
        assert reading.read == len(kinds) - kinds.count("blank")
        counted: dict[str, int] = {}
        for doubt in reading.doubts:
            if doubt.left_out:
                counted[doubt.code] = counted.get(doubt.code, 0) + doubt.count
                assert len(doubt.rows) == min(doubt.count, 10)
        assert counted == {code: n for code, n in left.items() if n}
        for doubt in reading.doubts:
            if doubt.code == "urn-not-six-digits":
                assert {kinds[row - 1] for row in doubt.rows} == {"five"}

    def test_it_is_a_sequence_of_schools_with_their_status(self) -> None:
        register = bc.interchange.read_gias(FILE)
        assert register[0] == register.schools[0] == next(iter(register))
        assert register[-2:] == register.schools[-2:]
        entry = register.entry(100000)
        assert (entry.school.urn, str(entry.status)) == (100000, "open")
        closed = [e for e in register.entries if str(e.status) == "closed"]
        assert closed
        assert all(e.closed is not None for e in closed)
        said = {d.code: d.count for d in register.reading.doubts}
        assert said["closed-schools"] == len(closed)
        (raw, *_) = (r for r in raw_rows() if r["CloseDate"])
        day = register.entry(int(raw["URN"])).closed
        assert day is not None
        assert f"{day:%d-%m-%Y}" == raw["CloseDate"]
        with pytest.raises(UnknownNameError, match="no school with URN"):
            register.entry(100009)
        assert register.to_rows()[0]["urn"] == 100000
        assert str(register).startswith("19 schools\n  19 rows read, 19 counted")

    def test_open_and_closed_make_up_all(self) -> None:
        parts = {s: bc.interchange.read_gias(FILE, status=s) for s in ("open", "closed")}
        whole = bc.interchange.read_gias(FILE)
        assert sum(map(len, parts.values())) == len(whole)
        assert all(part.reading.read == len(whole) for part in parts.values())
        assert len(bc.interchange.read_gias(FILE, status="proposed")) == 0

    def test_one_school_is_found_past_bad_rows_and_its_own_faults_are_raised(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "register.csv"
        bad = ROW | {"URN": "100009", "PercentageFSM": "?"}
        path.write_text(table(ROW, bad) + "900001,x\n", encoding="utf-8")
        assert len(bc.interchange.read_gias(path, urn=100008)) == 1
        with pytest.raises(InvalidInputError, match="row 3, column 'PercentageFSM'"):
            bc.interchange.read_gias(path, urn=100009)
        with pytest.raises(InvalidInputError, match=r"(?s)has 900001.*row 4: 2 cells"):
            bc.interchange.read_gias(path, urn=900001)

    def test_an_open_school_with_a_day_of_closing_is_said(self, tmp_path: Path) -> None:
        path = tmp_path / "register.csv"
        row = ROW | STATUS | {"EstablishmentStatus (name)": "Open", "CloseDate": "31-08-2020"}
        path.write_text(table(row), encoding="utf-8")
        doubts = bc.interchange.read_gias(path).reading.doubts
        assert [doubt.code for doubt in doubts] == ["open-and-closed"]

    def test_days_that_are_none_are_said(self, tmp_path: Path) -> None:
        path = tmp_path / "register.csv"
        path.write_text(table(ROW | STATUS | {"OpenDate": "long ago"}), encoding="utf-8")
        (doubt,) = bc.interchange.read_gias(path).reading.doubts
        assert (doubt.code, doubt.column, doubt.rows) == ("unknown-day", "OpenDate", (1,))

    def test_arguments(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            bc.interchange.read_gias(FILE, urn="x", status="opened")  # type: ignore[arg-type]
        assert [f.path for f in caught.value.faults] == ["urn", "status"]

    def test_a_status_asked_of_a_file_without_any(self, tmp_path: Path) -> None:
        path = tmp_path / "register.csv"
        path.write_text(table(ROW), encoding="utf-8")
        with pytest.raises(InvalidInputError, match="'EstablishmentStatus \\(name\\)' is missing"):
            bc.interchange.read_gias(path, status="open")


class TestRefusals:
    @pytest.mark.parametrize(
        ("column", "cell", "mend"),
        [
            ("URN", "", "six digits"),
            ("URN", "12345", "has five digits"),
            ("URN", "1234", "at least 100,000"),
            ("URN", "10000A", "expected a number"),
            ("URN", "100000.5", "whole number"),
            ("NumberOfPupils", "-5", "expected a number"),
            ("NumberOfPupils", "1e3", "expected a number"),
            ("NumberOfPupils", "٣٩٦", "expected a number"),
            ("NumberOfPupils", "9" * 30, "expected a number"),
            ("PercentageFSM", "101", "at most 100"),
            ("StatutoryLowAge", "12", "11 is below low_age (12)"),
            ("PhaseOfEducation (name)", "Primry", "known: nursery, primary"),
            ("EstablishmentName", " ", "must not be empty"),
        ],
    )
    def test_one_cell(self, tmp_path: Path, column: str, cell: str, mend: str) -> None:
        path = tmp_path / "register.csv"
        path.write_text(table(ROW, ROW | {column: cell}), encoding="utf-8")
        register = bc.interchange.read_gias(path)
        assert register.schools == (bc.interchange.school_from_gias(ROW),)
        (left,) = (d for d in register.reading.doubts if d.left_out)
        assert (left.count, left.rows) == (1, (2,))
        assert mend in left.message
        path.write_text(table(ROW | {column: cell}), encoding="utf-8")
        with pytest.raises(InvalidInputError, match="row 2, column") as caught:
            bc.interchange.read_gias(path)
        (fault,) = caught.value.faults
        assert mend in fault.message

    def test_the_faults_of_all_rows_come_together(self, tmp_path: Path) -> None:
        path = tmp_path / "register.csv"
        bad = ROW | {"URN": "?", "NumberOfPupils": "y"}
        path.write_text(table(bad, bad), encoding="utf-8")
        with pytest.raises(InvalidInputError) as caught:
            bc.interchange.read_gias(path)
        assert [f.path.split(",")[0] for f in caught.value.faults] == ["row 2"] * 2 + ["row 3"] * 2

    def test_missing_columns_are_named_once(self, tmp_path: Path) -> None:
        path = tmp_path / "register.csv"
        path.write_text(table({"URN": "1"}, {"URN": "2"}), encoding="utf-8")
        with pytest.raises(InvalidInputError) as caught:
            bc.interchange.read_gias(path)
        names = ("EstablishmentName", "PhaseOfEducation (name)")
        assert [str(fault) for fault in caught.value.faults] == [
            f"row 1: the column {name!r} is missing" for name in names
        ]
        with pytest.raises(InvalidInputError, match="the column is missing"):
            bc.interchange.school_from_gias({"URN": "100000"})

    def test_an_empty_file_and_one_with_a_header_only(self, tmp_path: Path) -> None:
        for text in ("", ",".join(ROW) + "\n"):
            path = tmp_path / "register.csv"
            path.write_text(text, encoding="utf-8")
            with pytest.raises(InvalidInputError):
                bc.interchange.read_gias(path)

    def test_an_unknown_number(self) -> None:
        with pytest.raises(UnknownNameError, match="no school with URN '100009'"):
            bc.interchange.read_gias(FILE, urn=100009)

    def test_a_file_that_is_no_table(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match=r"does not say \.csv"):
            bc.interchange.read_gias(tmp_path / "register.xlsx")
        with pytest.raises(ReadError, match="no such file"):
            bc.interchange.read_gias(tmp_path / "register.csv")

    @given(
        st.dictionaries(
            st.sampled_from(list(ROW)), st.text(max_size=12) | st.sampled_from(list(ROW.values()))
        )
    )
    def test_any_row_is_a_school_or_a_refusal(self, cells: dict[str, str]) -> None:
        try:
            school = bc.interchange.school_from_gias(ROW | cells)
        except BehaviourCultureError:
            return
        assert school.id == f"urn-{school.urn}"

    @given(data=st.binary(max_size=200))
    def test_any_bytes_are_schools_or_a_refusal(
        self, tmp_path_factory: pytest.TempPathFactory, data: bytes
    ) -> None:
        path = tmp_path_factory.mktemp("gias") / "register.csv"
        path.write_bytes(table(ROW).encode() + data)
        try:
            schools = bc.interchange.read_gias(path)
        except BehaviourCultureError:
            return
        assert schools[0].urn == 100008
