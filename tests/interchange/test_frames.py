"""Frames of three libraries, and anything with the Arrow interface, against plain rows."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.disclosure import DisclosureRules, suppress
from behaviour_culture.interchange.frames import frame_rows
from behaviour_culture.testing import control_charts
from builders import examples, people, plan_of, public_classes, step

KINDS = ("pandas", "polars", "pyarrow")
TYPES = [t for t in public_classes() if hasattr(t, "to_rows") and t.__name__ != "SuppressedTable"]
CALENDAR = dt.date(2026, 9, 7)


def plain_rows(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame by its own library's means; a pandas NaN or NaT is None."""
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    if isinstance(frame, pa.Table):
        rows: list[dict[str, Any]] = frame.to_pylist()
        return rows
    assert isinstance(frame, pd.DataFrame)
    return [
        {str(k): None if pd.isna(v) else v for k, v in row.items()}
        for row in frame.to_dict("records")
    ]


def as_texts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with days as the texts that ``to_rows()`` has."""
    return [
        {k: v.isoformat()[:10] if isinstance(v, dt.date) else v for k, v in row.items()}
        for row in rows
    ]


def arrow(frame: Any) -> Any:
    """The schema of a frame as that of Arrow."""
    known = pa.Schema.from_pandas if isinstance(frame, pd.DataFrame) else pa.table
    made = known(frame)
    return made if isinstance(made, pa.Schema) else made.schema


class Capsule:
    """A table of a library that nobody knows, but for the Arrow interface."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._table = pa.table(data)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


MAKERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
    "capsule": Capsule,
}


class TestOut:
    @pytest.mark.parametrize("type_", TYPES, ids=lambda t: t.__name__)
    @settings(max_examples=2)
    @given(data=st.data())
    def test_every_result_with_rows(self, type_: type[Any], data: st.DataObject) -> None:
        value = data.draw(st.from_type(type_))
        rows = value.published().to_rows() if hasattr(value, "published") else value.to_rows()
        assume(rows)
        for kind in KINDS:
            frame = bc.to_frame(value, kind=kind)
            assert type(frame).__module__.split(".")[0] == kind
            assert as_texts(plain_rows(frame)) == rows

    @pytest.mark.parametrize("kind", KINDS)
    def test_days_are_dates_and_no_row_still_has_columns(self, kind: str) -> None:
        year = bc.load_calendar("illustrative-2026-27")
        some = arrow(bc.to_frame(year, kind=kind))
        assert pa.types.is_temporal(some.field("start").type)
        period = bc.model.SeriesPeriod(label="late", start=CALENDAR, end=CALENDAR, masked="snow")
        kept = bc.model.ExposureKind.PUPIL_DAYS
        lost = bc.Series(id="a", indicator="suspensions", exposure_kind=kept, periods=[period])
        assert arrow(bc.to_frame(lost, kind=kind)).field("count").type == pa.float64()
        schema = {}
        for name, steps in (("none", []), ("unscheduled", [step("a", hours=9)])):
            made = bc.schedule_plan(plan_of(*steps), calendar=year, capacity=people(head=1))
            assert len(made.to_rows()) == len(steps)
            schema[name] = arrow(bc.to_frame(made, kind=kind))
            assert schema[name].names[:4] == ["step", "title", "lead", "start"]
            assert pa.types.is_temporal(schema[name].field("start").type)
        assert pa.types.is_integer(schema["none"].field("weeks").type)

    @pytest.mark.parametrize("kind", KINDS)
    @examples(20)
    @given(
        numbers=st.lists(st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)),
        data=st.data(),
    )
    def test_rows_of_ones_own(
        self, kind: str, numbers: list[float | None], data: st.DataObject
    ) -> None:
        assume(any(n is not None for n in numbers))
        texts = st.text(st.characters(exclude_categories=["Cs"]))
        days = st.dates(dt.date(1700, 1, 1), dt.date(2200, 1, 1))
        rows = [
            {"n": n, "t": data.draw(texts), "f": data.draw(st.booleans()), "d": data.draw(days)}
            for n in numbers
        ]
        back = plain_rows(bc.to_frame(rows, kind=kind))
        assert list(back[0]) == list(rows[0])
        assert back == rows

    @pytest.mark.parametrize("kind", KINDS)
    def test_types_of_columns(self, kind: str) -> None:
        rows = [{"a": 1, "b": 1, "c": True}, {"a": 2, "b": 2.5, "c": False, "d": "late"}]
        frame = bc.to_frame(rows, kind=kind)
        schema = pa.table(frame).schema if kind != "pandas" else pa.Schema.from_pandas(frame)
        assert schema.field("a").type == pa.int64()
        assert schema.field("b").type == pa.float64()
        assert schema.field("c").type == pa.bool_()
        assert [row["d"] for row in plain_rows(frame)] == [None, "late"]

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_suppressed_table_has_nulls_among_its_numbers(self, kind: str) -> None:
        table = suppress([[3, 20, 31], [12, 9, 14], [8, 25, 17]])
        rows = plain_rows(bc.to_frame(table, kind=kind))
        assert [row["column 1"] for row in rows] == [None, None, 8, 23]

    @pytest.mark.parametrize("kind", KINDS)
    def test_nothing_at_all(self, kind: str) -> None:
        assert plain_rows(bc.to_frame([], kind=kind)) == []

    REFUSED = (
        (5, {}, "expected a result of this library"),
        ("rows", {}, "expected a result of this library"),
        ([1], {}, "expected a result of this library"),
        ([{"a": [1]}], {}, r"row 0, column 'a': no frame can hold \[1\]"),
        ([{"a": 2**63}], {}, "no frame can hold"),
        ([{"a": "b"}, {"a": "\ud800"}], {}, "row 1, column 'a': no frame can hold"),
        ([{"\udfff": 1}], {}, "expected texts as keys"),
        ([{"a": 1}, {"a": "x"}], {}, "column 'a': holds int and str"),
        ([{"a": True}, {"a": 1}], {}, "column 'a': holds bool and int"),
        ([{1: 1}], {}, "expected texts as keys"),
        ([], {"kind": "excel"}, "expected one of pandas, polars, pyarrow"),
        ([], {"kind": ["pandas"]}, "expected one of pandas, polars, pyarrow"),
        ([], {"internal": 1}, "expected true or false"),
        ([], {"rules": 5}, "expected a DisclosureRules"),
        ([], {"rules": DisclosureRules(), "internal": True}, "leave one of them out"),
    )

    @pytest.mark.parametrize(("value", "options", "words"), REFUSED)
    def test_refused(self, value: Any, options: dict[str, Any], words: str) -> None:
        with pytest.raises(bc.InvalidInputError, match=words):
            bc.to_frame(value, **options)

    def test_what_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
        with pytest.raises(bc.errors.MissingExtraError, match=r"behaviour_culture\[frames\]"):
            bc.to_frame([{"a": 1}])
        monkeypatch.setattr(
            "behaviour_culture._frame.find_spec", lambda name: name == "polars" or None
        )
        with pytest.raises(
            bc.InvalidInputError, match=r"pandas is not .*an installed one \(polars\)"
        ):
            bc.to_frame([{"a": 1}], kind="pandas")
        monkeypatch.setattr("behaviour_culture._frame.find_spec", lambda _: None)
        with pytest.raises(bc.InvalidInputError, match="install pandas, polars or pyarrow"):
            bc.to_frame([{"a": 1}])


def counted(low: int, high: int) -> st.SearchStrategy[bc.Series]:
    """Series of pupil-days with counts in a range."""

    def made(counts: list[int]) -> bc.Series:
        week = dt.timedelta(days=7)
        periods = [
            bc.model.SeriesPeriod(
                label=str(i),
                start=CALENDAR + i * week,
                end=CALENDAR + i * week + dt.timedelta(days=4),
                count=count,
                exposure=4500,
            )
            for i, count in enumerate(counts)
        ]
        kind = bc.model.ExposureKind.PUPIL_DAYS
        return bc.Series(id="s", indicator="i", exposure_kind=kind, periods=periods)

    return st.lists(st.integers(low, high), min_size=1, max_size=8).map(made)


class TestSmallCounts:
    @pytest.mark.parametrize("kind", KINDS)
    @examples(8)
    @given(series=counted(0, 12))
    def test_of_a_series_are_hidden_unless_asked_for(self, kind: str, series: bc.Series) -> None:
        shown = as_texts(plain_rows(bc.to_frame(series, kind=kind)))
        inside = as_texts(plain_rows(bc.to_frame(series, kind=kind, internal=True)))
        assert inside == series.to_rows()
        for row, whole in zip(shown, inside, strict=True):
            hidden = 1 <= whole["count"] <= 4
            assert row["count"] == (None if hidden else whole["count"])
            assert (row["rate_per_100"] is None) is hidden
            assert (row["masked"] == "hidden: a small count") is hidden

    @examples(20)
    @given(series=counted(1, 4), data=st.data())
    def test_whatever_they_were_the_same_is_published(
        self, series: bc.Series, data: st.DataObject
    ) -> None:
        others = [evolve(p, count=data.draw(st.integers(1, 4))) for p in series.periods]
        assert evolve(series, periods=others).published() == series.published()

    @given(series=st.from_type(bc.Series), threshold=st.integers(2, 20), zeros=st.booleans())
    def test_any_series(self, series: bc.Series, threshold: int, *, zeros: bool) -> None:
        rules = DisclosureRules(threshold=threshold, show_zeros=zeros)
        published = series.published(rules)
        assert published.published() is published
        assert published.disclosure == "published"
        if series.disclosure == "published":
            assert published == series
            return
        for old, new in zip(series.periods, published.periods, strict=True):
            assert (old.label, old.start, old.end, old.exposure) == (
                new.label,
                new.start,
                new.end,
                new.exposure,
            )
            assert new.count in (None, old.count)
            assert new.count is None or not (0 if not zeros else 1) <= new.count < threshold
            assert new.count is not None or new.masked

    @pytest.mark.parametrize(
        ("count", "size", "shown"),
        [(40, 90, 40), (88, 90, None), (90, 90, 90), (6, 9, None), (3, 90, None)],
    )
    def test_people_of_people(self, count: int, size: int, shown: int | None) -> None:
        period = bc.model.SeriesPeriod(
            label="a", start=CALENDAR, end=CALENDAR, count=count, exposure=size
        )
        kind = bc.model.ExposureKind.ANSWERS
        series = bc.Series(id="s", indicator="i", exposure_kind=kind, periods=[period])
        assert series.published().counts() == (shown,)

    def test_rounding(self) -> None:
        period = bc.model.SeriesPeriod(
            label="a", start=CALENDAR, end=CALENDAR, count=13, exposure=900
        )
        kind = bc.model.ExposureKind.PUPIL_DAYS
        series = bc.Series(id="s", indicator="i", exposure_kind=kind, periods=[period])
        assert series.published(DisclosureRules(round_to=5)).counts() == (15,)

    def test_written_for_publishing_a_series_keeps_none(self, tmp_path: Any) -> None:
        period = bc.model.SeriesPeriod(
            label="a", start=CALENDAR, end=CALENDAR, count=3, exposure=900
        )
        kind = bc.model.ExposureKind.PUPIL_DAYS
        series = bc.Series(id="s", indicator="i", exposure_kind=kind, periods=[period])
        data = json.loads(bc.write(series, tmp_path / "s.json", publish=True).read_text())
        assert data["disclosure"] == "published"
        assert "count" not in data["periods"][0]
        assert bc.read(bc.write(series, tmp_path / "s.toml")) == series

    @examples(10)
    @given(data=st.data())
    def test_of_charts_funnels_and_shrunk_rates(self, data: st.DataObject) -> None:
        value = data.draw(
            control_charts()
            | st.from_type(bc.monitoring.Funnel)
            | st.from_type(bc.monitoring.ShrunkRates)
        )
        rules = DisclosureRules(threshold=8)
        shown = as_texts(plain_rows(bc.to_frame(value, kind="polars", rules=rules)))
        assert shown == value.published(rules).to_rows(internal=True)
        inside = as_texts(plain_rows(bc.to_frame(value, kind="polars", internal=True)))
        assert inside == value.to_rows(internal=True)


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


class TestResponsesIn:
    @pytest.mark.parametrize("maker", MAKERS)
    @examples(8)
    @given(data=st.data())
    def test_what_goes_out_comes_in(
        self, maker: str, framework: bc.Framework, data: st.DataObject
    ) -> None:
        items = [item.id for item in framework.items]
        texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
        pairs = data.draw(
            st.lists(
                st.tuples(st.sampled_from(["head", "teacher-1"]), st.sampled_from(items)),
                min_size=1,
                max_size=6,
                unique=True,
            )
        )
        rating = st.none() | st.sampled_from(framework.scale.values)
        responses = [
            bc.Response(
                rater=rater,
                item=item,
                rating=data.draw(rating),
                note=data.draw(texts),
                evidence=data.draw(texts),
            )
            for rater, item in pairs
        ]
        assume(any(r.rating is not None for r in responses))
        audit = bc.Audit(
            id="a",
            framework=framework.id,
            edition=framework.edition,
            school="Hill",
            date=CALENDAR,
            responses=responses,
        )
        frame = MAKERS[maker](columns(audit.to_rows()))
        back = bc.audit_from_frame(frame, framework=framework, id="a", school="Hill", date=CALENDAR)
        assert back == audit

    @pytest.mark.parametrize("maker", MAKERS)
    def test_labels_of_the_scale_and_missing_columns(
        self, maker: str, framework: bc.Framework
    ) -> None:
        item = framework.items[0].id
        label = framework.scale.levels[1].label
        frame = MAKERS[maker]({"rater": ["head"], "item": [item], "rating": [label]})
        audit = bc.audit_from_frame(frame, framework=framework)
        assert audit.responses[0].rating == framework.scale.levels[1].value

    @pytest.mark.parametrize("maker", MAKERS)
    def test_all_faults_with_row_and_column(self, maker: str, framework: bc.Framework) -> None:
        item = framework.items[0].id
        frame = MAKERS[maker](
            {
                "rater": ["head", "Ann Smith", "head"],
                "item": [item, "nothing", item],
                "rating": [1.0, 2.5, 1.0],
            }
        )
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.audit_from_frame(frame, framework=framework)
        assert [f.path for f in caught.value.faults] == [
            "row 1, column 'rater'",
            "row 1, column 'item'",
            "row 1, column 'rating'",
            "row 2",
        ]

    @pytest.mark.parametrize("maker", MAKERS)
    def test_a_column_that_is_not_known_is_refused(
        self, maker: str, framework: bc.Framework
    ) -> None:
        frame = MAKERS[maker]({"rater": ["head"], "item": ["a"], "pupil_name": ["A"]})
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.audit_from_frame(frame, framework=framework)
        text = str(caught.value)
        assert "column 'pupil_name': no such column here" in text
        assert "the column 'rating' is missing" in text

    def test_no_frames(self, framework: bc.Framework) -> None:
        twice = pd.DataFrame([["head", "a", 1, 2]], columns=["rater", "item", "rating", "rating"])
        lazy = pl.DataFrame({"rater": ["head"]}).lazy()
        for frame in (5, None, "x", [1], {"rater": ["head"]}, lazy, twice, bc.School):
            with pytest.raises(bc.InvalidInputError) as caught:
                bc.audit_from_frame(frame, framework=framework)
            assert "from_frame" in str(caught.value)
        with pytest.raises(bc.InvalidInputError, match=r"\.collect\(\) first"):
            bc.audit_from_frame(lazy, framework=framework)
        empty = pl.DataFrame({"rater": [], "item": [], "rating": []})
        with pytest.raises(bc.InvalidInputError, match="at least one rating"):
            bc.audit_from_frame(empty, framework=framework)

    def test_arrow_data_needs_a_library_that_reads_it(
        self, framework: bc.Framework, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("behaviour_culture.interchange.frames.find_spec", lambda _name: None)
        with pytest.raises(bc.InvalidInputError, match="to read Arrow data, install pyarrow, pol"):
            bc.audit_from_frame(Capsule({"rater": ["head"]}), framework=framework)

    def test_a_stop_of_the_user_is_no_fault_of_the_frame(self, framework: bc.Framework) -> None:
        class Stopped:
            def __arrow_c_stream__(self, requested_schema: object = None) -> object:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bc.audit_from_frame(Stopped(), framework=framework)

    def test_arguments(self, framework: bc.Framework) -> None:
        frame = pl.DataFrame({"rater": ["head"], "item": ["a"], "rating": [1]})
        with pytest.raises(bc.InvalidInputError):
            bc.audit_from_frame(frame, framework=5)  # type: ignore[arg-type]
        with pytest.raises(bc.InvalidInputError):
            bc.audit_from_frame(frame, framework=framework, id="No Id")
        indicator = bc.load_indicators().indicators[0]
        counts = pl.DataFrame({"start": [CALENDAR], "count": [1], "exposure": [100]})
        wrong: list[dict[str, Any]] = [
            {"indicator": 5},
            {"indicator": indicator, "pupils": 0},
            {"indicator": indicator, "calendar": 5},
            {"indicator": indicator, "id": "No Id"},
        ]
        for options in wrong:
            with pytest.raises(bc.InvalidInputError):
                bc.series_from_frame(counts, **options)


class TestCountsIn:
    @pytest.mark.parametrize("maker", MAKERS)
    @pytest.mark.parametrize("as_text", [True, False])
    def test_dates_gaps_and_masks(self, maker: str, *, as_text: bool) -> None:
        indicator = bc.load_indicators().indicator("suspensions")
        days: list[Any] = [CALENDAR, CALENDAR + dt.timedelta(7), CALENDAR + dt.timedelta(14)]
        frame = MAKERS[maker](
            {
                "start": [str(day) for day in days] if as_text else days,
                "count": [12.0, None, 3.5],
                "exposure": [4500.0, None, 4500.0],
                "masked": [None, "closed", ""],
            }
        )
        series = bc.series_from_frame(frame, indicator=indicator, id="ours", school="hill")
        assert (series.id, series.school, series.indicator) == ("ours", "hill", "suspensions")
        assert series.counts() == (12, None, 3.5)
        assert [p.start for p in series.periods] == days
        assert [p.masked for p in series.periods] == ["", "closed", ""]
        assert series.disclosure == "internal"

    @pytest.mark.parametrize(
        ("frame", "masked"),
        [
            (pl.DataFrame({"masked": pl.Series([float("nan")], dtype=pl.Object)}), ""),
            (pl.DataFrame({"masked": pl.Series([pd.NA], dtype=pl.Object)}), ""),
            (pd.DataFrame({"masked": [np.array([1, 2])]}), "[1 2]"),
        ],
        ids=["NaN", "NA", "array"],
    )
    def test_what_is_missing_among_objects_is_empty(self, frame: Any, masked: str) -> None:
        assert frame_rows(frame, ["masked"], [], "x") == [(0, {"masked": masked})]

    def test_pandas_timestamps(self) -> None:
        indicator = bc.load_indicators().indicator("suspensions")
        frame = pd.DataFrame(
            {"start": pd.to_datetime(["2026-09-07"]), "count": [7], "exposure": [4500]}
        )
        assert bc.series_from_frame(frame, indicator=indicator).periods[0].start == CALENDAR
        late = frame.assign(start=pd.to_datetime(["2026-09-07 08:30"]))
        with pytest.raises(bc.InvalidInputError, match="row 0, column 'start': expected a date"):
            bc.series_from_frame(late, indicator=indicator)

    def test_the_calendar_works_out_exposure(self, year: bc.SchoolYear) -> None:
        indicator = next(
            i
            for i in bc.load_indicators().indicators
            if i.exposure is bc.model.ExposureKind.PUPIL_DAYS
        )
        start = next(
            d for d in (year.start + dt.timedelta(i) for i in range(40)) if not d.weekday()
        )
        frame = pl.DataFrame({"start": [start], "count": [7]})
        series = bc.series_from_frame(frame, indicator=indicator, calendar=year, pupils=200)
        teaching = sum(year.is_teaching_day(start + dt.timedelta(i)) for i in range(7))
        assert series.exposures() == (200 * teaching,)
