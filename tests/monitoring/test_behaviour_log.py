"""Behaviour logs: what comes in is counted, and no pupil, adult or free text comes out."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import pickle
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.content import content_ids, load_content
from behaviour_culture.errors import BehaviourCultureError, InvalidInputError, UnknownContentError
from behaviour_culture.interchange import write_csv
from behaviour_culture.interchange.converter import to_data
from behaviour_culture.monitoring import BehaviourLog, LogMapping
from builders import examples

SALT = "a salt for tests only"
YEAR = bc.load_calendar("blue-coat-2024-25")
MAPPING = {
    "occurred_at": "Date",
    "pupil_key": "Adm",
    "incident_id": "Incident",
    "category": "Type",
    "polarity": "Polarity",
    "points": "Points",
}
NAMES = ("Zebedee", "Quintilian", "Wilhelmina")


def indicator() -> bc.model.Indicator:
    found = bc.load_indicators().indicators
    return next(i for i in found if i.exposure is bc.model.ExposureKind.PUPIL_DAYS)


def rows(days: list[dt.date], *, pupils: int = 30, heavy: int = 0) -> list[dict[str, str]]:
    """Invented rows: pupil i in turn; the first three get ``heavy`` more rows each."""
    made = []
    for i, day in enumerate(days):
        made.append(
            {
                "Date": f"{day:%d/%m/%Y} 10:35",
                "Adm": f"{i % pupils:04}",
                "Incident": f"I{i}",
                "Type": "Disruption" if i % 3 else "Defiance",
                "Polarity": "Negative",
                "Points": "-1",
                "Pupil name": NAMES[i % 3],
                "Staff": "Pemberton",
                "Comments": f"{NAMES[i % 3]} threw a chair",
            }
        )
    for pupil in range(3):
        for j in range(heavy):
            extra = {"Adm": f"{pupil:04}", "Incident": f"H{pupil}-{j}"}
            made.append(made[0] | extra)
    return made


def log_of(given: list[dict[str, str]], mapping: Any = None, **options: Any) -> BehaviourLog:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.csv"
        with file.open("w", newline="") as out:
            writer = csv.DictWriter(out, list(given[0]))
            writer.writeheader()
            writer.writerows(given)
        return bc.read_behaviour_log(file, mapping or MAPPING, **({"salt": SALT} | options))


def teaching_days() -> list[dt.date]:
    days = bc.model.DateRange(start=YEAR.start, end=YEAR.end).days()
    return [day for day in days if YEAR.is_teaching_day(day)]


class TestWhatComesOut:
    def everything(self, log: BehaviourLog, folder: Path) -> str:
        series = log.to_series(indicator(), YEAR, 900)
        bc.write(series, folder / "series.json")
        write_csv(log.to_rows(), folder / "rows.csv")
        shown = [repr(log), str(log), repr(log.to_rows()), str(log.concentration())]
        shown += [
            bc.dumps(series, format="json"),
            series._repr_html_(),
            str(log.labels("category")),
        ]
        return "".join(shown) + "".join(p.read_text() for p in folder.iterdir())

    def test_no_name_key_hash_adult_or_free_text(self, tmp_path: Path) -> None:
        log = log_of(rows(teaching_days()))
        text = self.everything(log, tmp_path)
        assert "Disruption" in text
        for secret in (*NAMES, "Pemberton", "chair", "0007", "Adm", SALT, *log._keys):
            assert secret not in text
        assert log.left_out == ("Pupil name", "Staff", "Comments")

    def test_it_cannot_be_written_pickled_copied_or_changed(self, tmp_path: Path) -> None:
        log = log_of(rows(teaching_days()))
        with pytest.raises(BehaviourCultureError, match="not written to a file"):
            bc.write(log, tmp_path / "log.json")
        with pytest.raises(BehaviourCultureError):
            bc.dumps(log, format="json")
        assert list(tmp_path.iterdir()) == []
        for way in (pickle.dumps, copy.deepcopy, copy.copy):
            with pytest.raises(TypeError, match="not saved"):
                way(log)
        with pytest.raises(AttributeError, match="cannot be changed"):
            log.source = "other"
        assert to_data(log) is log  # no plain data of it exists

    def test_hashes_depend_on_the_salt_and_on_nothing_else(self) -> None:
        given = rows(teaching_days()[:40])
        one, two = log_of(given), log_of(given[::-1])
        other = log_of(given, salt="another salt for tests")
        assert one._keys == two._keys[::-1]
        assert not set(one._keys) & set(other._keys)
        assert len(set(one._keys)) == len({r["Adm"] for r in given})


class TestCounting:
    @examples(20)
    @given(st.lists(st.sampled_from(teaching_days()), min_size=1, max_size=60))
    def test_half_terms_and_weeks_hold_every_row_once(self, days: list[dt.date]) -> None:
        log = log_of(rows(days))
        halves = log.to_series(indicator(), YEAR, 900)
        weeks = log.to_series(indicator(), YEAR, 900, by="week")
        for series in (halves, weeks):
            assert sum(c or 0 for c in series.counts()) == len(days)
            for period in series.periods:
                here = sum(period.start <= day <= period.end for day in days)
                assert (period.count or 0) == here
        seen = [p for p in halves.periods if not p.masked]
        exposure = {p.label: p.pupil_days for p in bc.model.exposure_from_calendar(YEAR, 900)}
        assert all(p.exposure == exposure[p.label] for p in seen)

    def test_an_incident_of_several_pupils_counts_once_or_for_each(self) -> None:
        day = teaching_days()[3]
        given = [row | {"Incident": "I1"} for row in rows([day, day, day])]
        log = log_of(given)
        assert log.to_series(indicator(), YEAR, 900).counts()[0] == 1
        each = log.to_series(indicator(), YEAR, 900, count="pupils-in-incidents")
        assert each.counts()[0] == 3

    def test_periods_outside_the_export_are_masked_not_zero(self) -> None:
        days = [d for d in teaching_days() if d >= dt.date(2025, 1, 6)]
        log = log_of(rows(days))
        series = log.to_series(indicator(), YEAR, 900)
        assert "before the first row" in series.periods[0].masked
        covers = bc.model.DateRange(start=YEAR.start, end=YEAR.end)
        assert log.to_series(indicator(), YEAR, 900, covers=covers).periods[0].count == 0
        part = bc.model.DateRange(start=YEAR.half_terms[0].start, end=YEAR.half_terms[1].start)
        cut = log.to_series(indicator(), YEAR, 900, covers=part)
        assert [bool(p.masked) for p in cut.periods] == [False, True, True, True, True, True]

    def test_rows_in_holidays_are_counted_as_left_out(self) -> None:
        log = log_of(rows([*teaching_days()[:5], dt.date(2025, 8, 20)]))
        series = log.to_series(indicator(), YEAR, 900)
        assert sum(c or 0 for c in series.counts()) == 5
        assert series.source == "log.csv"
        assert series.reading is not None
        assert (series.reading.read, series.reading.counted) == (6, 5)
        (doubt,) = [d for d in series.reading.doubts if d.left_out]
        assert (doubt.code, doubt.count, doubt.rows) == ("outside-calendar", 1, (6,))

    def test_labels_choose_rows(self) -> None:
        days = teaching_days()[:30]
        log = log_of(rows(days))
        series = log.to_series(indicator(), YEAR, 900, where={"category": "defiance"})
        assert sum(c or 0 for c in series.counts()) == 10
        with pytest.raises(InvalidInputError, match="did you mean 'Defiance'"):
            log.to_series(indicator(), YEAR, 900, where={"category": "Defience"})


class TestConcentration:
    @examples(20)
    @given(st.integers(0, 60))
    def test_the_share_is_that_of_the_raw_file(self, heavy: int) -> None:
        given = rows(teaching_days()[:90], heavy=heavy)
        tally = Counter(row["Adm"] for row in given)
        top = sum(n for _, n in tally.most_common(3))
        assert log_of(given).concentration().share == pytest.approx(top / len(given), abs=0.0051)

    def test_the_change_without_the_most_logged(self) -> None:
        days = teaching_days()
        at = days[len(days) // 2]
        before = sum(day < at for day in days)
        given = rows(days)
        # Three pupils have 40 more rows each, all before: they alone make the fall.
        given += [
            row | {"Date": f"{days[0]:%d/%m/%Y}", "Adm": f"{p:04}", "Incident": f"X{p}{j}"}
            for p, row in enumerate(given[:3])
            for j in range(40)
        ]
        found = log_of(given).concentration(change_at=at, calendar=YEAR)
        after = len(days) - before
        assert found.ratio == round((after / after) / ((before + 120) / before), 2)
        assert found.ratio_without == pytest.approx(1, abs=0.1)
        assert "Without the 3 most-logged pupils" in str(found)

    def test_few_pupils_could_be_recognised(self) -> None:
        with pytest.raises(InvalidInputError, match="could be recognised"):
            log_of(rows(teaching_days()[:50], pupils=12)).concentration()
        no_key = {k: v for k, v in MAPPING.items() if k != "pupil_key"}
        with pytest.raises(InvalidInputError, match="0 pupils with a key"):
            log_of(rows(teaching_days()[:50]), no_key, salt=None).concentration()

    def test_arguments(self) -> None:
        log = log_of(rows(teaching_days()[:50]))
        with pytest.raises(InvalidInputError) as caught:
            log.concentration(1, change_at="01/02/2025")  # type: ignore[arg-type]
        assert [f.path for f in caught.value.faults] == ["most_logged", "change_at", "calendar"]


class TestRefusals:
    def test_columns_that_name_people_or_say_things(self) -> None:
        given = rows(teaching_days()[:5])
        for field in ("staff_key", "pupil_name", "comments"):
            with pytest.raises(InvalidInputError, match="not read"):
                log_of(given, MAPPING | {field: "Staff"})
        many = [
            row | {"Story": f"{i} said a thing"} for i, row in enumerate(rows(teaching_days() * 2))
        ]
        with pytest.raises(InvalidInputError, match="looks like free text") as caught:
            log_of(many, MAPPING | {"outcome": "Story"})
        assert "said" not in str(caught.value)

    @pytest.mark.parametrize("heading", ["Pupil name", "Staff", "Comments"])
    def test_headings_that_name_people(self, heading: str) -> None:
        with pytest.raises(InvalidInputError, match="name people"):
            log_of(rows(teaching_days()[:5]), MAPPING | {"location": heading})

    def test_a_salt_is_needed_for_keys(self) -> None:
        given = rows(teaching_days()[:5])
        for salt in (None, "", "short", b"short"):
            with pytest.raises(InvalidInputError, match="at least 16"):
                log_of(given, salt=salt)
        with pytest.raises(InvalidInputError, match="expected a text or bytes"):
            log_of(given, salt=12345678901234567890)

    @pytest.mark.parametrize(
        ("cell", "day"),
        [
            ("2024-09-16", dt.date(2024, 9, 16)),
            ("2024-09-16T10:35:00", dt.date(2024, 9, 16)),
            ("16/09/2024", dt.date(2024, 9, 16)),
            ("5-9-2024 09:00", dt.date(2024, 9, 5)),
            ("09/16/2024", None),
            ("31/09/2024", None),
            ("yesterday", None),
            ("", None),
        ],
    )
    def test_days(self, cell: str, day: dt.date | None) -> None:
        given = [rows(teaching_days()[:1])[0] | {"Date": cell}]
        if day is None:
            with pytest.raises(InvalidInputError, match="row 2, 'occurred_at'"):
                log_of(given)
        else:
            assert log_of(given).first == day

    def test_all_faults_at_once_with_a_hint(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            log_of(rows(teaching_days()[:1]), {"ocurred_at": "Date", "category": 3}, salt=None)
        assert len(caught.value.faults) == 3
        assert "did you mean 'occurred_at'" in str(caught.value)
        with pytest.raises(UnknownContentError, match="no log-mapping 'simms'; did you mean"):
            log_of(rows(teaching_days()[:1]), "simms")
        with pytest.raises(InvalidInputError, match="'Event Type' for 'category' is missing"):
            log_of(rows(teaching_days()[:1]), "bromcom")

    def test_to_series_names_every_fault(self) -> None:
        log = log_of(rows(teaching_days()[:5]))
        with pytest.raises(InvalidInputError) as caught:
            log.to_series(None, [], 0, by="day", count="all", covers=3)  # type: ignore[arg-type]
        paths = {f.path for f in caught.value.faults}
        assert paths == {"indicator", "calendar", "pupils", "by", "count", "covers"}

    @pytest.mark.parametrize("name", content_ids("log-mapping"))
    def test_a_mapping_that_comes_with_it_reads_a_log(self, name: str) -> None:
        mapping = load_content("log-mapping", name)
        assert "occurred_at" in mapping.columns
        given = [
            {
                h: "14/09/2024" if f in {"occurred_at", "logged_at"} else "1"
                for f, h in mapping.columns.items()
            }
        ]
        for way in (name, mapping, dict(mapping.columns)):
            assert len(log_of(given, way)) == 1

    def test_a_mapping_of_a_school_s_own_is_a_file(self, tmp_path: Path) -> None:
        own = LogMapping(id="ours", system="Ours", columns=MAPPING)
        path = bc.write(own, tmp_path / "ours.toml")
        given = rows(teaching_days()[:5])
        assert log_of(given, path).to_rows() == log_of(given).to_rows()
        with pytest.raises(InvalidInputError, match="not read"):
            LogMapping(id="ours", system="Ours", columns=MAPPING | {"staff": "Staff"})
