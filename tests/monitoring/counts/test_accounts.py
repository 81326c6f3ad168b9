"""Every row of a school's own file is counted, or listed once as not counted."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.fields import Range
from behaviour_culture.monitoring import BehaviourLog, LogMapping
from builders import examples

YEAR = bc.load_calendar("blue-coat-2024-25")
INDICATOR = bc.load_indicators().indicator("low-level-incidents")
SALT = "a salt for tests only"
FIELDS = {"occurred_at": "Date", "pupil_key": "Adm", "incident_id": "Id", "category": "Type"}
SURE = {"repeats": "each", "accept": ("day-without-school", "lone-row")}

Cells = dict[str, str]
days = st.dates(dt.date(2024, 8, 1), dt.date(2025, 8, 31))
log_rows = st.lists(
    st.fixed_dictionaries(
        {
            "Id": st.sampled_from(["", "I1", "I2", "I3", "n/a"]),
            "Date": days.map(lambda d: f"{d:%d/%m/%Y}"),
            "Adm": st.sampled_from(["", "P1", "P2", "unknown", "0"]),
            "Type": st.sampled_from(["Disruption", "Defiance"]),
        }
    ),
    min_size=1,
    max_size=30,
)


def read(*files: list[Cells], fields: Any = None, **options: Any) -> BehaviourLog:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, rows in enumerate(files):
            paths.append(Path(folder) / f"log-{i}.csv")
            with paths[-1].open("w", newline="") as out:
                writer = csv.DictWriter(out, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        where = paths if len(paths) > 1 else paths[0]
        return bc.read_behaviour_log(where, fields or FIELDS, salt=SALT, **options)


def rows_of(size: int, **cells: str) -> list[Cells]:
    row = {"Id": "", "Date": "09/09/2024", "Adm": "", "Type": "Disruption"} | cells
    return [row | {"Adm": f"P{i:02}"} for i in range(size)]


def account(series: bc.Series) -> dict[str, int]:
    assert series.reading is not None
    return {d.code: d.count for d in series.reading.doubts if d.left_out}


class TestLogs:
    @examples(40)
    @given(
        log_rows,
        st.sampled_from(["incidents", "pupils-in-incidents"]),
        st.sampled_from(["once", "each"]),
        st.sampled_from(["half-term", "week"]),
    )
    def test_rows_in_are_rows_counted_and_rows_listed(
        self, rows: list[Cells], count: str, repeats: str, by: str
    ) -> None:
        log, by_pupil, once = read(rows), count != "incidents", repeats == "once"
        taught = [r for r in rows if YEAR.is_teaching_day(day_of(r))]
        named = [r for r in taught if r["Adm"] in PUPILS]
        by_key = by_pupil and any(r["Adm"] in PUPILS for r in rows)
        some = [r for r in rows if not by_key or r["Adm"] in PUPILS]
        options: Any = SURE | {"by": by, "count": count, "repeats": repeats}
        if not (named if by_key else taught):
            nothing_to_count(log, options, some=some)
            return
        series = log.to_series(INDICATOR, YEAR, 900, **options)
        assert series.reading is not None
        assert series.reading.read == len(rows)
        assert series.reading.counted == sum(c or 0 for c in series.counts())
        out = account(series)
        assert series.reading.counted + sum(out.values()) == len(rows)
        if not by_key:
            inside = [r for r in rows if YEAR.start <= day_of(r) <= YEAR.end]
            assert out.get("day-without-school", 0) == len(inside) - len(taught)
            assert out.get("outside-calendar", 0) == len(rows) - len(inside)
        if not by_pupil:
            known = {(r["Id"], None if once else r["Date"]) for r in taught if r["Id"] in IDS}
            bare = [r for r in taught if r["Id"] not in IDS]
            same = {(r["Date"], r["Adm"] if r["Adm"] in PUPILS else "", r["Type"]) for r in bare}
            assert series.reading.counted == len(known) + len(same if once else bare)

    @examples(20)
    @given(log_rows, st.data())
    def test_the_order_of_rows_makes_no_difference(
        self, rows: list[Cells], data: st.DataObject
    ) -> None:
        if not any(YEAR.is_teaching_day(day_of(r)) for r in rows):
            return
        mixed = data.draw(st.permutations(rows))
        one, two = (read(r).to_series(INDICATOR, YEAR, 900, **SURE) for r in (rows, mixed))  # type: ignore[arg-type]
        assert one.counts() == two.counts()

    @examples(20)
    @given(log_rows, st.integers(0, 30))
    def test_files_that_overlap_are_one_log(self, rows: list[Cells], cut: int) -> None:
        """Whatever rows two files share, keys count them once."""
        rows = [r | {"Id": f"I{i}", "Adm": f"P{i}"} for i, r in enumerate(rows)]
        if not any(YEAR.is_teaching_day(day_of(r)) for r in rows):
            return
        whole = read(rows)
        parts = read(rows[: cut + 1], rows[max(0, cut - 5) :] or rows)
        for count in ("incidents", "pupils-in-incidents"):
            one, two = (
                log.to_series(INDICATOR, YEAR, 900, count=count, **SURE)  # type: ignore[arg-type]
                for log in (whole, parts)
            )
            assert one.counts() == two.counts()


IDS, PUPILS = {"I1", "I2", "I3"}, {"P1", "P2"}


def day_of(row: Cells) -> dt.date:
    return dt.datetime.strptime(row["Date"], "%d/%m/%Y").date()  # noqa: DTZ007


def nothing_to_count(log: BehaviourLog, options: Any, *, some: list[Cells]) -> None:
    """With rows that are all on days without teaching, there is no series; with none, zeros."""
    if some:
        with pytest.raises(bc.InvalidInputError, match="calendar: none of"):
            log.to_series(INDICATOR, YEAR, 900, **options)
    else:
        assert not any(log.to_series(INDICATOR, YEAR, 900, **options).counts())


class TestOneRow:
    def test_a_row_for_each_action_changes_no_share(self) -> None:
        once = [r | {"Id": f"I{i}"} for i, r in enumerate(rows_of(20))]
        actions = [r | {"Action": a} for r in once for a in "abc"[: 3 if r["Adm"] < "P03" else 1]]
        for fields in (FIELDS, FIELDS | {"outcome": "Action"}):
            found = read(actions, fields=fields).concentration()
            assert found == read(once).concentration()

    def test_without_keys_the_share_is_asked_about(self) -> None:
        rows = [r for r in rows_of(20) for _ in range(2)]
        with pytest.raises(bc.InvalidInputError, match="repeats='once'"):
            read(rows).concentration()
        assert read(rows).concentration(repeats="once").share == 0.15
        assert read([*rows, *rows[:12]]).concentration(repeats="each").share == 0.23

    @pytest.mark.parametrize(
        "key",
        ["", "unknown", "Unknown", "N/A", "-", "0", "none", "NULL", "no pupil", "#N/A", "nil"],
    )
    def test_nobody_is_no_pupil(self, key: str) -> None:
        rows = [*rows_of(14), *[rows_of(1)[0] | {"Adm": key, "Type": t} for t in "abcdefgh"]]
        log = read([r | {"Id": f"I{i}"} for i, r in enumerate(rows)])
        assert log.concentration().share == round(3 / 14, 2)
        assert [(d.code, d.count) for d in log.reading.doubts] == [("unknown-pupil", 8)]
        assert log.to_series(INDICATOR, YEAR, 900).counts()[0] == 22
        by_pupil = log.to_series(INDICATOR, YEAR, 900, count="pupils-in-incidents")
        assert by_pupil.counts()[0] == 14
        assert account(by_pupil) == {"unknown-pupil": 8}

    def test_ids_that_begin_anew_each_year(self) -> None:
        rows = [r | {"Id": f"{i}"} for i, r in enumerate(rows_of(5))]
        later = [r | {"Date": "09/09/2025"} for r in rows]
        term = bc.model.Term(name="Autumn", start=dt.date(2025, 9, 1), end=dt.date(2025, 12, 19))
        years = [YEAR, bc.SchoolYear(id="next", name="Next", terms=[term])]
        series = read(rows, later).to_series(INDICATOR, years, 900)
        assert sum(c or 0 for c in series.counts()) == 10

    def test_one_file_twice_is_no_second_file(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_text("Date\n09/09/2024\n")
        with pytest.raises(bc.InvalidInputError, match="several different ones"):
            bc.read_behaviour_log([path, path], {"occurred_at": "Date"})
        with pytest.raises(bc.InvalidInputError, match="several different ones"):
            bc.read_behaviour_log([], {"occurred_at": "Date"})

    def test_faults_name_the_file(self, tmp_path: Path) -> None:
        for name, cell in (("a", "09/09/2024"), ("b", "soon")):
            (tmp_path / f"{name}.csv").write_text(f"Date\n{cell}\n")
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.read_behaviour_log([tmp_path / "a.csv", tmp_path / "b.csv"], {"occurred_at": "Date"})
        assert [f.path for f in caught.value.faults] == ["b.csv: row 2, 'occurred_at'"]


class TestMerits:
    fields = LogMapping(
        id="own",
        system="Own",
        signed_points=True,
        columns={"occurred_at": "Date", "pupil_key": "Adm", "category": "Type", "points": "Points"},
    )

    def rows(self, *points: str) -> list[Cells]:
        return [
            row | {"Points": points[i % len(points)], "Type": f"Kind {points[i % len(points)]}"}
            for i, row in enumerate(rows_of(12))
        ]

    def counted(self, rows: list[Cells], fields: Any = None, **where: Any) -> float:
        log = read(rows, fields=fields or self.fields)
        series = log.to_series(INDICATOR, YEAR, 900, where=where or None)
        assert sum(account(series).values()) + (series.counts()[0] or 0) == len(rows)
        return series.counts()[0] or 0

    def test_points_have_a_sign(self) -> None:
        rows = self.rows("1", "-1", "-3", "0")
        assert read(rows, fields=self.fields).labels("polarity") == (
            "negative",
            "neutral",
            "positive",
        )
        with pytest.raises(bc.InvalidInputError, match="a merit is no incident"):
            self.counted(rows)
        assert self.counted(rows, polarity="Negative") == 6
        assert self.counted(rows, polarity=("negative", "neutral")) == 9
        assert self.counted(rows, points=Range(below=0)) == 6
        assert self.counted(rows, points=Range(low=-2, high=-1)) == 3
        assert self.counted(rows, points=-3) == 3
        assert self.counted(rows, points=[-3, 0]) == 6
        assert self.counted(rows, category=["kind -1", "KIND -3"]) == 6
        assert self.counted(rows, category={"Kind -1", "Kind 1"}, points=Range(above=0)) == 3

    def test_signs_that_are_all_known_and_none_a_merit_need_no_question(self) -> None:
        assert self.counted(self.rows("-1", "0")) == 12

    def test_without_the_sign_points_of_both_signs_are_asked_about(self) -> None:
        rows = self.rows("1", "-1")
        with pytest.raises(bc.InvalidInputError, match=r"Range\(below=0\)"):
            self.counted(rows, self.fields.columns)
        assert self.counted(self.rows("1", "2"), self.fields.columns) == 12

    def test_recognition_is_counted_where_it_is_asked_for(self) -> None:
        assert self.counted(self.rows("1", "-1"), polarity="positive") == 6
        with pytest.raises(bc.InvalidInputError, match="a merit is no incident"):
            self.counted(self.rows("1"))

    @pytest.mark.parametrize(
        "where",
        [
            {"category": 3},
            {"category": []},
            {"category": ["Kind 1", "Kind x"]},
            {"points": "1"},
            {"points": Range(above=9)},
            {"points": True},
            {"pupil_key": "P01"},
            ["category"],
        ],
    )
    def test_refusals(self, where: Any) -> None:
        log = read(self.rows("1", "-1"), fields=self.fields)
        with pytest.raises(bc.InvalidInputError, match="where"):
            log.to_series(INDICATOR, YEAR, 900, where=where)

    def test_a_sign_needs_points(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="'points' is missing"):
            LogMapping(id="a", system="A", signed_points=True, columns={"occurred_at": "Date"})


class TestCounts:
    @examples(30)
    @given(st.lists(st.sampled_from(["", "x", "0", "False", "no power"]), min_size=1, max_size=12))
    def test_rows_in_are_rows_counted_and_rows_masked(self, masks: list[str]) -> None:
        weeks = YEAR.weeks[1 : len(masks) + 1]
        frame = pd.DataFrame(
            {
                "start": [w.start - dt.timedelta(days=w.start.weekday()) for w in weeks],
                "count": range(len(weeks)),
                "masked": masks,
            }
        )
        series = bc.series_from_frame(frame, indicator=INDICATOR, calendar=YEAR, pupils=9)
        good = [i for i, m in enumerate(masks) if m in {"", "0", "False"}]
        assert [c for c in series.counts() if c is not None] == good
        assert series.reading is not None
        assert (series.reading.read, series.reading.counted) == (len(masks), len(good))
        assert series.reading.left_out == len(masks) - len(good)

    def frame(self, *starts: str, **columns: Any) -> pd.DataFrame:
        return pd.DataFrame({"start": starts, "count": range(1, len(starts) + 1)} | columns)

    def test_weeks_without_a_row(self) -> None:
        frame = self.frame("2024-09-09", "2024-09-30")
        asked: Any = {"indicator": INDICATOR, "calendar": YEAR}
        with pytest.raises(bc.InvalidInputError, match="2 teaching weeks without a row"):
            bc.series_from_frame(frame, pupils=9, **asked)
        zero = bc.series_from_frame(frame, pupils=9, missing="zero", **asked)
        assert zero.counts() == (1, 0, 0, 2)
        assert zero.exposures() == (45, 45, 45, 45)
        unknown = bc.series_from_frame(frame, pupils=9, missing="unknown", **asked)
        assert unknown.counts() == (1, None, None, 2)
        own = frame.assign(exposure=40)
        with pytest.raises(bc.InvalidInputError, match="needs its exposure"):
            bc.series_from_frame(own, missing="zero", **asked)
        with pytest.raises(bc.InvalidInputError, match="only the calendar knows"):
            bc.series_from_frame(own, indicator=INDICATOR, missing="zero")

    def test_a_week_in_which_the_school_was_closed_is_not_missing(self) -> None:
        frame = self.frame("2024-09-09", "2024-09-23")
        snow = bc.model.DateRange(start=dt.date(2024, 9, 14), end=dt.date(2024, 9, 20))
        series = bc.series_from_frame(
            frame, indicator=INDICATOR, calendar=YEAR, pupils=9, closures=[snow]
        )
        assert series.counts() == (1, 2)

    def test_half_terms_without_a_row_are_one_period(self) -> None:
        frame = pd.DataFrame(
            {
                "start": ["2024-09-03", "2025-02-24"],
                "end": ["2024-10-24", "2025-04-11"],
                "count": [300, 280],
            }
        )
        series = bc.series_from_frame(
            frame, indicator=INDICATOR, calendar=YEAR, pupils=9, missing="unknown"
        )
        assert [str(p.start) for p in series.periods if p.masked] == ["2024-11-04", "2025-01-06"]

    @pytest.mark.parametrize(
        "closed",
        [
            dt.date(2024, 9, 11),
            dt.datetime(2024, 9, 11, 8, 30),  # noqa: DTZ001
            pd.Timestamp("2024-09-11"),
            np.datetime64("2024-09-11"),
            "2024-09-11",
            bc.model.DateRange(start=dt.date(2024, 9, 11), end=dt.date(2024, 9, 11)),
        ],
    )
    def test_a_closure_in_any_form(self, closed: Any) -> None:
        frame = self.frame("2024-09-09")
        given_: Any = {"calendar": YEAR, "indicator": INDICATOR, "closures": [closed]}
        assert bc.series_from_frame(frame, pupils=9, **given_).exposures() == (36,)
        own = bc.series_from_frame(frame.assign(exposure=45), **given_)
        assert own.reading is not None
        assert [d.code for d in own.reading.doubts] == ["closures-not-used"]
        log = read(rows_of(12)).to_series(INDICATOR, YEAR, 10, by="week", closures=[closed])
        assert log.exposures()[1] == 40

    @pytest.mark.parametrize("closed", ["2023-09-11", "soon", 45546, None, pd.NaT, [dt.date.min]])
    def test_a_closure_that_is_none_is_refused(self, closed: Any) -> None:
        frame = self.frame("2024-09-09")
        for given_ in ({"calendar": YEAR, "pupils": 9}, {}):
            with pytest.raises(bc.InvalidInputError, match="closures"):
                bc.series_from_frame(frame, indicator=INDICATOR, closures=[closed], **given_)
        with pytest.raises(bc.InvalidInputError, match="closures"):
            read(rows_of(2)).to_series(INDICATOR, YEAR, 9, closures=[closed])

    def test_moments_of_a_frame(self) -> None:
        utc = pd.to_datetime(["2024-09-08T23:00Z", "2024-09-15T23:00Z"])
        for starts in (utc, utc.tz_convert("Europe/London"), utc.tz_convert("Asia/Tokyo")):
            frame = pd.DataFrame({"start": starts, "count": [1, 2]})
            series = bc.series_from_frame(frame, indicator=INDICATOR, calendar=YEAR, pupils=9)
            assert [str(p.start) for p in series.periods] == ["2024-09-09", "2024-09-16"]

    def test_an_account_goes_through_a_file_and_is_not_published(self, tmp_path: Path) -> None:
        frame = self.frame("2024-09-09", "2024-09-16", masked=["", "closed"])
        series = bc.series_from_frame(frame, indicator=INDICATOR, calendar=YEAR, pupils=9)
        assert bc.read(bc.write(series, tmp_path / "s.toml")) == series
        assert series.published().reading is None
        assert "2 rows read, 1 counted" in str(series)


class TestWhatIsNoIncident:
    """Other words of other systems: a refusal that asks, never a merit among incidents."""

    @pytest.mark.parametrize(
        ("good", "bad"),
        [("P", "N"), ("Good", "Bad"), ("1", "-1"), ("House point", "Consequence"), ("Yes", "No")],
    )
    def test_labels_of_polarity_that_nobody_knows(self, good: str, bad: str) -> None:
        rows = [row | {"Pol": (good, bad)[i % 2]} for i, row in enumerate(rows_of(30))]
        log = read(rows, fields=FIELDS | {"polarity": "Pol"})
        with pytest.raises(bc.InvalidInputError, match="which rows are incidents"):
            log.to_series(INDICATOR, YEAR, 900)
        series = log.to_series(INDICATOR, YEAR, 900, where={"polarity": bad})
        assert series.counts()[0] == 15

    @pytest.mark.parametrize("merit", ["Merit", "Achievement point", "Headteacher's praise"])
    def test_categories_of_recognition(self, merit: str) -> None:
        rows = [row | {"Type": (merit, "Demerit")[i % 2]} for i, row in enumerate(rows_of(30))]
        with pytest.raises(bc.InvalidInputError, match="recognition"):
            read(rows).to_series(INDICATOR, YEAR, 900)
        series = read(rows).to_series(INDICATOR, YEAR, 900, where={"category": "Demerit"})
        assert series.counts()[0] == 15

    def test_positive_handling_is_an_incident(self) -> None:
        rows = rows_of(12, Type="Positive handling")
        assert read(rows).to_series(INDICATOR, YEAR, 900).counts()[0] == 12

    @pytest.mark.parametrize("nobody", ["N/K", "???", "(blank)", "Not recorded", "[deleted]", "*"])
    def test_keys_that_name_nobody(self, nobody: str) -> None:
        rows = rows_of(12)
        rows[0]["Adm"] = nobody
        assert {d.code: d.count for d in read(rows).reading.doubts} == {"unknown-pupil": 1}

    def test_keys_that_pandas_made_decimals_of(self) -> None:
        rows = [
            row | {"Id": f"{i // 2 + 1}{('', '.0')[i % 2]}", "Adm": f"{i // 2 + 70}"}
            for i, row in enumerate(rows_of(20))
        ]
        assert read(rows).to_series(INDICATOR, YEAR, 900).counts()[0] == 10


class TestDaysCovered:
    def test_a_row_in_the_break_or_few_outside_the_year_do_not_decide_them(self) -> None:
        rows = rows_of(20) + rows_of(20, Date="14/10/2024")
        for day in ("28/10/2024", "10/07/2024"):
            rows[0] = rows[0] | {"Date": day}
            series = read(rows).to_series(INDICATOR, YEAR, 900, by="week")
            there = [p.start for p in series.periods if p.count is not None]
            assert (there[0], there[-1]) == (dt.date(2024, 9, 9), dt.date(2024, 10, 14))

    def test_half_a_year_without_a_row_is_said(self) -> None:
        days = [dt.date(2024, 9, 9) + dt.timedelta(7 * i) for i in range(6)]
        rows = [row for day in days for row in rows_of(20, Date=f"{day:%d/%m/%Y}")]
        late = rows_of(12, Date="14/07/2025")
        for some, codes in ((rows, set()), (rows + late, {"gap"})):
            series = read(some).to_series(INDICATOR, YEAR, 900, by="week")
            assert series.reading is not None
            assert {d.code for d in series.reading.doubts} == codes


@pytest.mark.parametrize("cell", ["2024-09-09 08:10:00+00", "2024-09-08T23:30:00Z"])
def test_zones_as_databases_write_them(cell: str) -> None:
    series = read(rows_of(20, Date=cell)).to_series(INDICATOR, YEAR, 900, by="week")
    assert [p.label for p in series.periods if p.count] == ["2024-09-09"]


@pytest.mark.parametrize("nothing", ["nan", "None", "NULL", "<NA>", "n/a", "Off"])
def test_what_programs_write_for_nothing_masks_nothing(nothing: str) -> None:
    frame = pd.DataFrame({"start": ["2024-09-09", "2024-09-16"], "count": [4, 5]})
    frame["masked"] = [nothing, "snow"]
    series = bc.monitoring.series_from_frame(frame, indicator=INDICATOR, calendar=YEAR, pupils=9)
    assert series.counts() == (4.0, None)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_both_readers_say_the_encoding(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("start,count,masked\n2024-09-09,4,\n2024-09-16,5,café\n", encoding=encoding)
    series = bc.read_series(file, indicator=INDICATOR, calendar=YEAR, pupils=900)
    file.write_text("Date,Type\n09/09/2024,café\n", encoding=encoding)
    log = bc.read_behaviour_log(file, {"occurred_at": "Date", "category": "Type"})
    for reading in (series.reading, log.reading):
        assert reading is not None
        assert "encoding" in {doubt.code for doubt in reading.doubts}
