"""Rows of published tables: none is lost, none is given a place that it does not state."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.errors import InvalidInputError, UnknownNameError
from behaviour_culture.interchange.table import csv_rows
from behaviour_culture.monitoring import PublishedTable, read_published, series_from_published
from behaviour_culture.monitoring.published.periods import span_of, year_of
from behaviour_culture.monitoring.published.places import level_of
from behaviour_culture.monitoring.published.shape import is_even
from builders import examples

COUNTS = "headcount,perm_excl,suspension,one_plus_susp"
HEAD = f"time_period,geographic_level,la_name,new_la_code,{COUNTS}"
GOOD = "201617,Local authority,Alphaton,E06000901,1000,1,20,12"
FORMS = ["2016/17", "2016-17", "201617.0", "2016/2017", "201617"]


def read(text: str | bytes) -> PublishedTable:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_published(file)


def table(*rows: str, head: str = HEAD) -> PublishedTable:
    return read("\n".join([head, *rows]) + "\n")


def seen(made: PublishedTable, count: str = "suspension", **given: Any) -> list[Any]:
    series = series_from_published(made, count, **given)
    return [(p.label, None if p.masked else p.count) for p in series.periods]


ROWS = st.sampled_from(["good", "form", "number", "short", "long", "blank", "quote"])


class TestEveryRowIsAccountedFor:
    @examples(40)
    @given(kinds=st.lists(ROWS, min_size=1, max_size=12), end=st.sampled_from(["\n", "\r\n"]))
    def test_rows_read_are_rows_counted_or_the_table_is_refused_with_each_bad_row(
        self, kinds: list[str], end: str
    ) -> None:
        texts = {
            "good": GOOD,
            "form": GOOD.replace("201617", "2016/17"),
            "number": GOOD.replace(",1000,", ',"1,000",'),
            "short": GOOD.removesuffix(",12"),
            "long": f"{GOOD},7",
            "blank": "," * 7,
            "quote": GOOD.replace("Alphaton", 'Alpha"ton'),
        }
        content = end.join([HEAD, *(texts[kind] for kind in kinds)]) + end
        bad = {i + 2 for i, k in enumerate(kinds) if k in {"short", "long", "quote"}}
        rows = len(kinds) - kinds.count("blank")
        if bad or not rows:
            with pytest.raises(InvalidInputError) as caught:
                read(content)
            named = {f.path for f in caught.value.faults if f.path != "row 1"}
            assert named == {f"row {line}" for line in bad}
            return
        made = read(content)
        assert made.reading.read == made.reading.counted == len(made) == rows
        codes = {doubt.code: doubt.count for doubt in made.reading.doubts}
        assert codes.get("year-form", 0) == kinds.count("form")
        assert codes.get("thousands-separator", 0) == kinds.count("number")
        assert set(made.numbers("headcount").tolist()) == {1000}

    @given(st.text(alphabet='a1,"\n', max_size=60), st.integers(1, 4))
    def test_a_table_that_is_called_even_has_all_its_rows(self, text: str, width: int) -> None:
        content = ",".join(["h"] * width) + "\n" + text
        if is_even(content.encode(), width):
            faults: list[Any] = []
            for _ in csv_rows(content, faults, required=(), optional=None):
                pass
            assert not faults

    def test_chunks_of_bytes_are_cut_between_lines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("behaviour_culture.monitoring.published.shape._CHUNK", 7)
        good = b'a,b\n"x, y",2\n3,4\n\n5,6'
        assert is_even(good, 2)
        assert not is_even(good + b"\n7\n", 2)
        assert not is_even(b'a,b\n"1\n2",3\n', 2)

    def test_a_blank_line_is_no_row_however_lines_end(self) -> None:
        for end in (b"\n", b"\r\n"):
            assert is_even(end.join([b"a,b", b"1,2", b"", b"3,4", b""]), 2)
        assert not is_even(b"a,b\n1,2\nx\n3,4\n", 2)

    def test_a_line_break_that_swallows_nothing_is_said(self) -> None:
        made = table(GOOD.replace("Alphaton", '"Alpha\nton"'))
        assert [(d.code, d.count, d.rows) for d in made.reading.doubts] == [("line-break", 1, (1,))]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (f'{COUNTS}\r\n1,2,3,4\n""\r1,2,3,4\n', "no valid CSV table: could not parse"),
            (f"{COUNTS},a\r,\r\n1,2,3,4,5,6\r\n", "row 3: 6 cells where the header has 5"),
        ],
    )
    def test_line_ends_of_two_kinds_in_a_row_are_refused(self, text: str, words: str) -> None:
        with pytest.raises(InvalidInputError, match=words):
            read(text)

    def test_a_last_column_of_blanks_is_no_short_row(self) -> None:
        made = table(f"{GOOD},", f"{GOOD.replace('Alphaton', 'Beta')},", head=f"{HEAD},note")
        assert len(made) == 2
        with pytest.raises(InvalidInputError, match="row 3: 8 cells"):
            table(f"{GOOD},", GOOD, head=f"{HEAD},note")


class TestForms:
    @pytest.mark.parametrize("form", FORMS)
    def test_a_year_in_every_form(self, form: str) -> None:
        made = table(GOOD.replace("201617", form))
        assert seen(made, place="Alphaton", where={"time_period": form}) == [("2016/17", 20)]
        assert made.policy.id == "dfe-to-2016-17"
        assert [d.code for d in made.reading.doubts] == ["year-form"] * (form != "201617")

    @given(st.integers(1000, 9998))
    def test_a_year_and_the_next(self, year: int) -> None:
        after = year + 1
        plain = f"{year}{after % 100:02}"
        for text in (plain, f"{plain}.0", f"{year}/{after % 100:02}", f"{year} - {after}"):
            assert year_of(text) == plain
        assert year_of(f"{year}/{(after + 1) % 100:02}") is None
        assert year_of(str(year)) == str(year)

    @pytest.mark.parametrize("text", ["", "2016", "20161", "2016/18", "16/17", "2016/17/18", "x"])
    def test_no_academic_year(self, text: str) -> None:
        assert span_of(text, "Academic year") is None

    def test_parts_of_a_year_follow_one_another_and_fill_it(self) -> None:
        day, names = dt.timedelta(days=1), ("Autumn term", "Spring term", "Summer term")
        terms = [span for name in names if (span := span_of("201112", name))]
        whole, five = span_of("201112", "Total"), span_of("201112", "Five half terms")
        assert whole is not None
        assert five is not None
        assert [t.start for t in terms] == [whole.start, *(t.end + day for t in terms[:2])]
        assert terms[-1].end == whole.end
        assert (five.start, five.end) == (whole.start, dt.date(2012, 5, 31))

    def test_one_doubt_a_form_and_not_one_a_cell(self) -> None:
        rows = [GOOD.replace(",1000,", f',"{i},000",').replace(",20,", ", 20,") for i in (1, 2, 3)]
        doubts = table(*rows).reading.doubts
        by_code = {d.code: (d.count, d.column) for d in doubts if d.code != "rows-disagree"}
        assert by_code == {
            "thousands-separator": (3, "headcount"),
            "spaces-around": (3, "suspension"),
        }

    def test_a_percent_sign_is_a_form_of_rates_alone(self) -> None:
        made = table(f"{GOOD}%,2.0%", head=f"{HEAD},susp_rate")
        codes = {(d.code, d.column) for d in made.reading.doubts}
        assert {("percent-sign", "susp_rate"), ("unknown-symbol", "one_plus_susp")} <= codes
        assert made.numbers("susp_rate").tolist() == [2.0]

    def test_mixed_line_ends(self) -> None:
        assert len(read(f"{HEAD}\n{GOOD}\r{GOOD.replace('20', '21')}\n")) == 2


class TestRates:
    def test_one_whose_counts_are_not_there_is_not_checked(self) -> None:
        whole = "time_period,overall_attendance,possible_sessions,overall_absence"
        made = table("201617,90,100,10,25", head=f"{whole},overall_absence_perc")
        assert "rate" in " ".join(doubt.code for doubt in made.reading.doubts)
        made = table("201617,90,100,25", head=f"{whole.rpartition(',')[0]},overall_absence_perc")
        assert made.numbers("overall_absence_perc").tolist() == [25]
        assert "rate" not in " ".join(doubt.code for doubt in made.reading.doubts)


class TestPlaces:
    @pytest.mark.parametrize(
        ("label", "level"),
        [
            ("National", 0),
            ("NATIONAL", 0),
            ("Country", 0),
            ("Region", 1),
            ("REGIONAL", 1),
            ("LA", 2),
            ("Local_Authority", 2),
            ("Local authority level", 2),
            (" School ", 3),
            ("Ward", None),
            ("", None),
        ],
    )
    def test_labels_of_level(self, label: str, level: int | None) -> None:
        assert level_of(label) == level

    def test_an_unknown_level_is_said_and_in_no_series(self) -> None:
        made = table(GOOD, GOOD.replace("Local authority", "Ward").replace(",20,", ",99,"))
        assert [d.code for d in made.reading.doubts] == ["unknown-level"]
        assert seen(made, place="Alphaton") == [("2016/17", 20)]

    def test_without_levels_a_row_is_about_the_innermost_place_that_it_names(self) -> None:
        head = f"time_period,country_name,region_name,la_name,{COUNTS}"
        tail = "100,1,{},1"
        made = table(
            "201617,England,,," + tail.format(30),
            "201617,England,North East,," + tail.format(20),
            "201617,England,North East,Alphaton," + tail.format(10),
            head=head,
        )
        assert seen(made) == [("2016/17", 30)]
        assert seen(made, place="north east") == [("2016/17", 20)]
        assert seen(made, place="Alphaton") == [("2016/17", 10)]
        only = table("201617,England,North East,Alphaton," + tail.format(10), head=head)
        with pytest.raises(UnknownNameError, match="no place 'England'"):
            seen(only)

    def test_no_place_is_given_to_rows_that_state_none(self) -> None:
        head = "time_period,level,headcount,perm_excl,suspension,one_plus_susp"
        made = table("201617,National,100,1,20,12", head=head)
        for place in ("England", "Leeds"):
            with pytest.raises(InvalidInputError, match="no column says"):
                seen(made, place=place)
        series = series_from_published(made, "suspension", place=None)
        assert (series.id, series.counts()) == ("suspension", (20,))
        with pytest.raises(InvalidInputError, match="the table names places: say which"):
            seen(table(GOOD), place=None)

    def test_a_count_that_a_spreadsheet_rounded_is_said(self, tmp_path: Path) -> None:
        file = tmp_path / "x.csv"
        head = "time_period,country_name,headcount,suspension,perm_excl,one_plus_susp\n"
        file.write_text(head + "202122,England,8000000,3.03E+05,20,500\n")
        doubts = read_published(file).reading.doubts
        assert [(d.code, d.column) for d in doubts][:1] == [
            ("rounded-by-spreadsheet", "suspension")
        ]

    def test_a_hint_names_only_places_that_rows_are_about(self, tmp_path: Path) -> None:
        file = tmp_path / "x.csv"
        head = "time_period,country_name,la_name,headcount,suspension,perm_excl,one_plus_susp\n"
        file.write_text(head + "202122,England,Alphaton,22000,900,20,500\n")
        with pytest.raises(InvalidInputError, match=r"such as 'Alphaton'$"):
            series_from_published(read_published(file), "suspension", place=None)

    def test_rows_of_two_levels_are_not_one_series(self) -> None:
        made = table(GOOD, "201718,School,Alphaton,E06000901,10,0,1,1")
        assert seen(made, place="Alphaton") == [("2016/17", 20)]
        head = HEAD.replace("la_name", "region_name").replace("new_la_code", "la_name")
        both = table(
            "201617,Regional,London,,100,1,20,12", "201718,LA,,London,100,1,20,12", head=head
        )
        with pytest.raises(InvalidInputError, match="regional, local level: choose one"):
            seen(both, place="London")

    def test_one_code_under_two_names_is_a_change(self) -> None:
        later = GOOD.replace("201617", "201718").replace("Alphaton", "Alphaton and Beta")
        made = table(GOOD, later)
        series = series_from_published(made, "suspension", place="E06000901")
        assert [str(c.day) for c in series.recording_changes] == ["2017-09-01"]
        assert "la_name is 'Alphaton' before" in str(series.recording_changes[0])
        named = series_from_published(made, "suspension", place="Alphaton")
        assert [bool(p.masked) for p in named.periods] == [False, True]
        assert "Alphaton and Beta" in named.periods[1].masked

    def test_a_name_with_another_code_elsewhere_in_time_is_not_taken_by_code(self) -> None:
        rows = [GOOD, GOOD.replace("201617", "201718").replace("E06000901", "E06000902")]
        made = table(*rows)
        assert seen(made, place="Alphaton") == [("2016/17", 20), ("2017/18", 20)]
        assert seen(made, place="E06000902") == [("2016/17", None), ("2017/18", 20)]

    def test_two_places_with_the_name_in_the_lost_year_say_nothing(self) -> None:
        head = (
            "time_period,level,la_name,urn,school_name,headcount,perm_excl,suspension,one_plus_susp"
        )
        made = table(
            "201617,School,A,900001,St Jude's,100,1,20,12",
            "201617,School,B,900002,St Jude's,100,1,20,12",
            "201718,School,A,900003,St Jude's,100,1,25,12",
            head=head,
        )
        assert seen(made, place="900003") == [("2017/18", 25)]


class TestTotals:
    HEAD = "time_period,country_name,education_phase,headcount,perm_excl,suspension,one_plus_susp"

    @pytest.mark.parametrize(
        "label",
        [
            "Total",
            "All schools",
            "ALL",
            "State-funded total",
            "State-funded primary, secondary and special schools",
        ],
    )
    def test_each_name_of_the_whole(self, label: str) -> None:
        whole = f'201617,England,"{label}",100,1,30,12'
        part = "201617,England,Special,10,1,3,2"
        assert seen(table(part, whole, head=self.HEAD)) == [("2016/17", 30)]

    def test_all_through_is_a_part_and_two_wholes_are_a_choice(self) -> None:
        rows = [f"201617,England,{p},100,1,30,12" for p in ("All-through", "Primary")]
        with pytest.raises(InvalidInputError, match="choose one of 'All-through', 'Primary'"):
            seen(table(*rows, head=self.HEAD))
        rows = [f"201617,England,{p},100,1,30,12" for p in ("Total", "All schools")]
        with pytest.raises(InvalidInputError, match="choose one of 'All schools', 'Total'"):
            seen(table(*rows, head=self.HEAD))

    def test_a_part_never_stands_for_the_whole_of_its_year(self) -> None:
        rows = ["201617,England,Total,100,1,30,12", "201718,England,Special,10,1,3,2"]
        series = series_from_published(table(*rows, head=self.HEAD), "suspension")
        assert series.counts() == (30, None)
        assert "education_phase has no row of the total, only 'Special'" in series.periods[1].masked

    @pytest.mark.parametrize(("pupils", "count"), [("1", 0), ("0", None)])
    def test_one_pupil_is_some_and_none_is_masked(self, pupils: str, count: int | None) -> None:
        whole = f"201617,England,Total,{pupils},0,0,0"
        assert seen(table(whole, head=self.HEAD)) == [("2016/17", count)]

    def test_two_parts_in_two_years_are_a_change(self) -> None:
        rows = ["201617,England,Primary,100,1,30,12", "201718,England,Special,10,1,3,2"]
        series = series_from_published(table(*rows, head=self.HEAD), "suspension")
        assert [str(c.day) for c in series.recording_changes] == ["2017-09-01"]


class TestPeriods:
    HEAD = "Term,Year,country,sess_possible,sess_overall"

    def test_years_of_five_and_six_half_terms_are_not_one_thing(self) -> None:
        rows = ["Five half terms,2011/12,England,900,40", "Six half terms,2012/13,England,1000,50"]
        series = series_from_published(table(*rows, head=self.HEAD), "sess_overall")
        assert [p.label for p in series.periods] == ["2011/12 Five half terms", "2012/13"]
        assert [str(c.day) for c in series.recording_changes] == ["2012-09-01"]

    def test_terms_are_not_mixed_with_years(self) -> None:
        rows = ["Autumn,2011/12,England,400,20", "Six half terms,2012/13,England,1000,50"]
        with pytest.raises(InvalidInputError, match="different lengths"):
            seen(table(*rows, head=self.HEAD), "sess_overall")

    def test_terms_by_their_short_names(self) -> None:
        rows = [f"{term},201112,England,400,20" for term in ("Summer", "Autumn", "Spring term")]
        labels = [label for label, _ in seen(table(*rows, head=self.HEAD), "sess_overall")]
        assert labels == ["2011/12 Autumn", "2011/12 Spring term", "2011/12 Summer"]

    def test_every_unknown_period_is_named(self) -> None:
        rows = [f"{t},{y},England,400,20" for t, y in (("Winter", "201112"), ("Autumn", "201113"))]
        with pytest.raises(InvalidInputError) as caught:
            seen(table(*rows, head=self.HEAD), "sess_overall")
        assert [f.path for f in caught.value.faults] == ["row 1", "row 2"]
        assert "time_period, term" in caught.value.faults[0].message


class TestLayouts:
    @pytest.mark.parametrize(
        ("head", "words", "never"),
        [
            (
                "year,headcount,perm_excl,fixed_excl",
                "no table of exclusions: missing is",
                "reasons:",
            ),
            ("year,sess_posible,sess_overall", "did you mean 'sess_posible'", "of exclusions:"),
            ("attendance_reson,session_count", "no table of attendance-reasons", "persistent'"),
            ("a,b,c", "nothing of these layouts", "no table of"),
            (
                "perm_excl,perm_persistent_disruptive,num_fixed_excl,suspension,session_count,"
                "total_length_days_fixed_exclusions,sess_overall,possible_sessions",
                "no table of attendance-reasons: missing is 'attendance_reason'",
                "nothing of these layouts",
            ),
        ],
    )
    def test_what_is_missing_is_said_of_the_nearest_layout_alone(
        self, head: str, words: str, never: str
    ) -> None:
        with pytest.raises(InvalidInputError) as caught:
            table("1,2,3,4"[: 2 * head.count(",") + 1], head=head)
        assert words in str(caught.value)
        assert never not in str(caught.value)
