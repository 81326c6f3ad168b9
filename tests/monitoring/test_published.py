"""Readers of published data: against the csv module, the files themselves, and damage made here."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.errors import (
    BehaviourCultureError,
    InvalidInputError,
    MissingExtraError,
    ReadError,
    UnknownContentError,
    UnknownNameError,
)
from behaviour_culture.monitoring import PublishedTable, read_published, series_from_published
from behaviour_culture.monitoring.published.source import table_text
from builders import examples

DATA = Path(__file__).parent.parent / "data" / "published"
SCHOOLS = DATA / "exclusions_2012_2017_school_4_las.csv"
ENGLAND = Path(__file__).parents[2] / "examples" / "published" / "exclusions_england_2006_2017.csv"
OLD_NAMES = {
    "suspension": "fixed_excl",
    "susp_rate": "fixed_excl_rate",
    "one_plus_susp": "one_plus_fixed",
    "one_plus_susp_rate": "one_plus_fixed_rate",
    "education_phase": "school_type",
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def codes(table: PublishedTable) -> dict[tuple[str, str], int]:
    return {(f.code, f.column): f.count for f in table.reading.doubts}


class TestReading:
    def test_every_cell_is_the_number_the_symbol_or_the_text_of_the_file(self) -> None:
        table = read_published(SCHOOLS)
        given = rows_of(SCHOOLS)
        assert len(table) == len(given) == 850
        for seen, row in zip(table.to_rows(), given, strict=True):
            for name, value in seen.items():
                if name.endswith("_symbol"):
                    continue
                cell = row[OLD_NAMES.get(name, name)]
                if isinstance(value, str):
                    assert value == cell
                elif value is None:
                    assert seen[f"{name}_symbol"] == cell != ""
                else:
                    assert value == float(cell)
                    assert seen.get(f"{name}_symbol", "") == ""

    def test_symbols_are_counted_as_in_the_file(self) -> None:
        table = read_published(SCHOOLS)
        expected = sum(row["fixed_excl"] == "x" for row in rows_of(SCHOOLS))
        assert expected > 0
        assert table.column("suspension_symbol").texts().count("x") == expected
        assert int(np.isnan(table.numbers("suspension")).sum()) == expected

    @examples(15)
    @given(st.randoms(use_true_random=False))
    def test_the_order_of_columns_and_rows_changes_nothing(self, order: random.Random) -> None:
        given = rows_of(ENGLAND)
        names = list(given[0])
        order.shuffle(names)
        shuffled = [{name: row[name] for name in names} for row in given]
        order.shuffle(shuffled)
        with tempfile.TemporaryDirectory() as folder:
            one = read_published(written(Path(folder) / "a.csv", shuffled))
        two = read_published(ENGLAND)
        assert sorted(one.names) == sorted(two.names)
        first, second = (series_from_published(table, "suspension") for table in (one, two))
        assert first.rates() == second.rates()
        assert codes(one) == codes(two)

    def test_both_generations_of_names_give_the_same_table(self, tmp_path: Path) -> None:
        newer = {old: new for new, old in OLD_NAMES.items()} | {"laestab": "school_laestab"}
        given = [{newer.get(k, k): v for k, v in row.items()} for row in rows_of(SCHOOLS)]
        assert "suspension" in given[0]
        one, two = read_published(written(tmp_path / "new.csv", given)), read_published(SCHOOLS)
        assert one.columns == two.columns
        assert one.reading == two.reading

    def test_the_frame_has_the_same_cells(self) -> None:
        table = read_published(SCHOOLS)
        assert table.to_frame().rows(named=True) == table.to_rows()

    @pytest.mark.parametrize(
        ("name", "dataset", "column"),
        [
            ("reasons.csv", "exclusion-reasons", "fixed_persistent_disruptive"),
            ("days_missed.csv", "suspension-days-missed", "headcount"),
            ("absence_by_term.csv", "absence", "sess_unauth_late"),
            ("attendance_ytd.csv", "attendance", "reason_e_authorised_excluded"),
            ("current_names.csv", "exclusions", "suspension"),
            ("characteristics.csv", "exclusions", "one_plus_susp"),
        ],
    )
    def test_every_kind_of_table(self, name: str, dataset: str, column: str) -> None:
        table = read_published(DATA / name)
        assert table.dataset == dataset
        seen = table.numbers(column)
        for value, row in zip(seen.tolist(), rows_of(DATA / name), strict=True):
            cell = row[column]
            assert (float(cell) == value) if not np.isnan(value) else cell in {"x", "c", ".", ""}
        assert not [f for f in table.reading.doubts if f.code == "rate-differs"]
        assert not [f for f in table.reading.doubts if f.code == "unknown-symbol"]

    def test_published_national_figures(self) -> None:
        # 2016/17: headcount 8,025,075, 381,865 fixed-period exclusions, rate 4.76; 2019/20:
        # 310,733 of 8,255,046, rate 3.76 (releases of the Department for Education).
        old = series_from_published(read_published(ENGLAND), "suspension").to_rows()[-1]
        assert (old["period"], old["count"], old["exposure"]) == ("2016/17", 381865, 8025075)
        assert round(old["rate_per_100"], 2) == 4.76
        table = read_published(DATA / "current_names.csv")
        new = series_from_published(table, "suspension").to_rows()[0]
        assert round(new["rate_per_100"], 2) == 3.76


class TestSymbols:
    def test_x_is_suppressed_in_the_old_files_and_unavailable_today(self, tmp_path: Path) -> None:
        table = read_published(SCHOOLS)
        assert table.policy.id == "dfe-to-2016-17"
        assert table.meaning("x") == "suppressed"
        later = [row | {"time_period": "202324"} for row in rows_of(SCHOOLS)]
        assert read_published(written(tmp_path / "a.csv", later)).meaning("x") == "unavailable"

    def test_a_symbol_that_the_release_does_not_have_is_said(self, tmp_path: Path) -> None:
        given = [row | {"time_period": "201920"} for row in rows_of(SCHOOLS)]
        table = read_published(written(tmp_path / "a.csv", given))
        expected = sum(row["fixed_excl"] == "x" for row in given)
        assert codes(table)["unknown-symbol", "suspension"] == expected
        same = read_published(tmp_path / "a.csv", policy="dfe-to-2016-17")
        assert ("unknown-symbol", "suspension") not in codes(same)

    @pytest.mark.parametrize("cell", ["1,23", "n/a", "inf", "nan", "1 2", "1e999", "{0}", "7%"])
    def test_what_is_no_number_is_kept_and_said(self, tmp_path: Path, cell: str) -> None:
        given = rows_of(ENGLAND)
        given[3]["fixed_excl"] = cell
        table = read_published(written(tmp_path / "a.csv", given))
        assert np.isnan(table.numbers("suspension")[3])
        assert table.column("suspension_symbol").texts()[3] == cell
        found = [f for f in table.reading.doubts if f.code == "unknown-symbol"]
        assert [(f.column, f.count, f.rows) for f in found] == [("suspension", 1, (4,))]

    def test_a_year_without_a_known_policy_is_said(self, tmp_path: Path) -> None:
        given = [row | {"time_period": "201718"} for row in rows_of(ENGLAND)[:4]]
        table = read_published(written(tmp_path / "a.csv", given))
        assert "policy-assumed" in {f.code for f in table.reading.doubts}


class TestFindings:
    def test_labels_that_a_spreadsheet_made_dates_of(self) -> None:
        table = read_published(DATA / "days_missed.csv")
        said = " ".join(f.message for f in table.reading.doubts if f.code == "damaged-label")
        assert "'01-May'" in said
        assert "'1 to 5'" in said
        assert "'Nov-15'" in said
        assert "'11 to 15'" in said
        assert "01-May" in table.column("total_length_days_fixed_exclusions_group").labels

    def test_the_real_rates_agree_within_rounding(self) -> None:
        for path in (SCHOOLS, ENGLAND):
            assert "rate-differs" not in {f.code for f in read_published(path).reading.doubts}

    @examples(15)
    @given(st.integers(0, 849), st.sampled_from(["fixed_excl_rate", "perm_excl_rate"]))
    def test_a_rate_that_is_off_by_more_than_rounding_is_found(self, row: int, name: str) -> None:
        given = rows_of(SCHOOLS)
        if given[row][name] in {"x", "."}:
            return
        given[row][name] = f"{float(given[row][name]) + 0.02:.2f}"
        with tempfile.TemporaryDirectory() as folder:
            table = read_published(written(Path(folder) / "a.csv", given))
        found = [f for f in table.reading.doubts if f.code == "rate-differs"]
        assert [(f.count, f.rows) for f in found] == [(1, (row + 1,))]
        assert table.numbers(found[0].column)[row] == float(given[row][name])

    def test_rounded_counts_are_given_the_room_that_rounding_makes(self, tmp_path: Path) -> None:
        rounded = [
            {
                "time_period": "201617",
                "geographic_level": level,
                "region_name": f"region {i}",
                "headcount": 1000 + 5 * i,
                "perm_excl": 0,
                "suspension": 50,
                "susp_rate": f"{100 * 52 / (1000 + 5 * i):.2f}",  # 52 was rounded to 50
                "one_plus_susp": 5,
            }
            for level in ("Regional", "Local authority")
            for i in range(30)
        ]
        table = read_published(written(tmp_path / "a.csv", rounded))
        found = [f for f in table.reading.doubts if f.code == "rate-differs"]
        assert [(f.column, f.count, f.rows[0]) for f in found] == [("susp_rate", 30, 31)]

    def test_fractions_parts_above_wholes_and_negative_counts(self, tmp_path: Path) -> None:
        given = rows_of(SCHOOLS)
        before = codes(read_published(SCHOOLS))
        given[0]["perm_excl"] = "0.956522"
        given[1]["headcount"] = "-327"
        clear = next(i for i, r in enumerate(given) if i > 1 and r["one_plus_fixed"].isdigit())
        given[clear]["one_plus_fixed"] = "99999"
        after = codes(read_published(written(tmp_path / "a.csv", given)))
        assert after["fractional-counts", "perm_excl"] == 1
        assert after["negative", "headcount"] == 1
        assert (
            after["part-above-whole", "one_plus_susp"] > before["part-above-whole", "one_plus_susp"]
        )

    def test_repeated_rows_and_rows_that_disagree(self, tmp_path: Path) -> None:
        given = rows_of(ENGLAND)
        given += [dict(given[2]), given[5] | {"headcount": "7", "fixed_excl": "1"}]
        table = read_published(written(tmp_path / "a.csv", given))
        assert codes(table)["repeated-rows", ""] == 1
        assert codes(table)["rows-disagree", ""] == 1
        assert len(table) == len(given)
        where = {"education_phase": given[2]["school_type"]}
        with pytest.raises(InvalidInputError, match="have the same labels"):
            series_from_published(table, "suspension", where=where)

    def test_labels_that_differ_only_in_capitals(self, tmp_path: Path) -> None:
        given = rows_of(ENGLAND)
        given[1]["school_type"] = given[1]["school_type"].upper()
        table = read_published(written(tmp_path / "a.csv", given))
        assert codes(table)["labels-alike", "education_phase"] == 11
        for row in given:
            row["school_type"] = row["school_type"].title().replace(" ", "  ")
        table = read_published(written(tmp_path / "a.csv", given))
        assert not [code for code, _ in codes(table) if code == "labels-alike"]

    def test_a_file_that_is_not_utf8(self, tmp_path: Path) -> None:
        file = tmp_path / "a.csv"
        file.write_bytes(ENGLAND.read_bytes().replace(b"England", b"Engl\xe9nd"))
        table = read_published(file)
        assert table.column("country_name").labels == ("Englénd",)
        assert "encoding" in {f.code for f in table.reading.doubts}


class TestSeries:
    def test_a_symbol_masks_its_year_and_says_what_it_means(self) -> None:
        series = series_from_published(read_published(SCHOOLS), "suspension", place="8574000")
        assert [p.masked for p in series.periods] == ["", "suspension: x (suppressed)"]
        assert series.disclosure == "published"

    def test_rows_of_several_kinds_are_refused_with_the_kinds(self) -> None:
        table = read_published(DATA / "absence_by_term.csv")
        with pytest.raises(InvalidInputError, match="State-funded secondary") as caught:
            series_from_published(table, "sess_overall")
        assert [f.path for f in caught.value.faults] == ["where.education_phase"]
        where = {"education_phase": "special", "term": "Autumn term"}
        series = series_from_published(table, "sess_overall", where=where)
        assert series.exposure_kind.value == "sessions"
        assert {p.start.month for p in series.periods} == {9}

    def test_weeks(self, tmp_path: Path) -> None:
        rows = [
            {
                "time_period": "2026",
                "time_identifier": f"Week {week}",
                "possible_sessions": 100,
                "overall_attendance": 93,
            }
            for week in (30, 29)
        ]
        table = read_published(written(tmp_path / "a.csv", rows))
        series = series_from_published(table, "overall_attendance", place=None)
        assert [str(p.start) for p in series.periods] == ["2026-07-13", "2026-07-20"]

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"count": "susp_rate"}, "is a rate"),
            ({"count": "suspensions"}, "did you mean 'suspension'"),
            ({"count": "suspension", "place": "Camdn"}, "no place"),
            ({"count": "suspension", "place": ""}, "code or name of a place"),
            ({"count": "suspension", "where": {"education_phase": "Totale"}}, "did you mean"),
            ({"count": "suspension", "where": {"phase": "Total"}}, "no column"),
            ({"count": "suspension", "where": ["Total"]}, "expected a table"),
            ({"count": "suspension", "where": {"headcount": "7"}}, "column of texts"),
            ({"count": "suspension", "recording_changes": ["May"]}, "expected a RecordingChange"),
        ],
    )
    def test_refusals(self, given: dict[str, Any], words: str) -> None:
        with pytest.raises((InvalidInputError, UnknownNameError), match=words):
            series_from_published(read_published(ENGLAND), **given)


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


class TestZip:
    def test_the_table_beside_its_meta_file(self, tmp_path: Path) -> None:
        content = ENGLAND.read_bytes()
        files = {"t.csv": content, "t.meta.csv": b"col_name\n"}
        table = read_published(zipped(tmp_path / "t.zip", **files))
        assert table.columns == read_published(ENGLAND).columns
        assert table.source == "t.zip/t.csv"

    @pytest.mark.parametrize(
        "name", ["../t.csv", "/t.csv", "a/../../t.csv", "C:\\t.csv", "..\\t.csv"]
    )
    def test_names_that_lead_out_are_refused(self, tmp_path: Path, name: str) -> None:
        file = zipped(tmp_path / "t.zip", **{name: ENGLAND.read_bytes()})
        with pytest.raises(ReadError, match="leads out of its folder"):
            read_published(file)

    def test_none_or_two_tables_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match="it holds 2"):
            read_published(zipped(tmp_path / "a.zip", **{"a.csv": b"a\n", "b.csv": b"b\n"}))
        with pytest.raises(ReadError, match="it holds 0"):
            read_published(zipped(tmp_path / "b.zip", **{"a.meta.csv": b"a\n"}))

    def test_an_archive_of_very_many_files_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("behaviour_culture.monitoring.published.source._MANY", 2)
        files = {"t.csv": ENGLAND.read_bytes(), "a.txt": b"", "b.txt": b""}
        with pytest.raises(ReadError, match="it holds more than 2 files"):
            read_published(zipped(tmp_path / "t.zip", **files))

    def test_a_table_with_a_password_is_refused(self, tmp_path: Path) -> None:
        file = zipped(tmp_path / "t.zip", **{"t.csv": ENGLAND.read_bytes()})
        content = bytearray(file.read_bytes())
        content[content.index(b"PK\1\2") + 8] |= 1  # the flag in the list of the archive
        file.write_bytes(content)
        with pytest.raises(ReadError, match="has a password: take it off"):
            read_published(file)

    def test_a_bomb_is_refused_before_it_expands(self, tmp_path: Path) -> None:
        file = zipped(tmp_path / "a.zip", **{"a.csv": b"0" * 20_000_000})
        assert file.stat().st_size < 30_000
        with pytest.raises(ReadError, match="larger than the limit of 100,000 bytes"):
            read_published(file, limit=100_000)

    @given(st.data())
    def test_damaged_archives_give_the_librarys_error(self, data: st.DataObject) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", ENGLAND.read_bytes())
        content = bytearray(buffer.getvalue())
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] ^= data.draw(st.integers(1, 255))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.zip"
            file.write_bytes(bytes(content))
            with contextlib.suppress(BehaviourCultureError):
                read_published(file)


class TestRefusals:
    @examples(15)
    @given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
    def test_any_bytes_give_the_librarys_error(self, content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.csv"
            file.write_bytes(content)
            with pytest.raises(BehaviourCultureError):
                read_published(file)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda b: b.replace(b"headcount", b"head_count"), "did you mean 'head_count'"),
            (lambda b: b.replace(b"estab,laestab", b"suspension,laestab"), "two columns"),
            (lambda b: b.replace(b"estab,laestab", b",laestab"), "no name"),
            (lambda b: b.splitlines()[0], "no rows"),
            (lambda b: b + b"1,2,3", "cut off"),
            (lambda b: b + b",".join([b"1"] * 40) + b"\n", "row 46: 40 cells"),
            (lambda _: b"", "the file is empty"),
        ],
    )
    def test_tables_that_are_not_whole(self, tmp_path: Path, change: Any, words: str) -> None:
        file = tmp_path / "a.csv"
        file.write_bytes(change(ENGLAND.read_bytes()))
        with pytest.raises(InvalidInputError, match=words):
            read_published(file)

    def test_arguments(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInputError) as caught:
            read_published(3, policy=4, limit=0)  # type: ignore[arg-type]
        assert [f.path for f in caught.value.faults] == ["limit", "policy", "path"]
        with pytest.raises(UnknownContentError, match="dfe-current"):
            read_published(SCHOOLS, policy="dfe-curent")
        with pytest.raises(ReadError, match=r"neither \.csv nor \.zip"):
            read_published(tmp_path / "a.xlsx")
        with pytest.raises(ReadError, match="no such file"):
            read_published(tmp_path / "a.csv")

    def test_without_polars_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "polars", None)
        with pytest.raises(MissingExtraError, match=r"behaviour_culture\[frames\]"):
            read_published(SCHOOLS)

    def test_a_byte_order_mark_is_no_part_of_the_first_name(self, tmp_path: Path) -> None:
        file = tmp_path / "a.csv"
        file.write_bytes(b"\xef\xbb\xbf" + ENGLAND.read_bytes())
        assert table_text(file).content == ENGLAND.read_bytes()


def test_the_example_reads_any_table_that_it_is_given() -> None:
    script = ENGLAND.parents[1] / "exclusions_2006_2017.py"
    run = subprocess.run(  # noqa: S603  (our own script)
        [sys.executable, str(script), str(SCHOOLS)], capture_output=True, text=True, check=True
    )
    assert "850 rows (exclusions)" in run.stdout
    assert "peak memory" in run.stdout
    assert "read and checked in" in run.stdout
