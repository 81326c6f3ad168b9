"""What the fuzzer has found, in small: each is refused in our words, or read."""

from __future__ import annotations

import io
import json
import re
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import behaviour_culture as bc
from behaviour_culture.errors import Fault, printable
from behaviour_culture.interchange.file_bytes import read_bytes
from behaviour_culture.interchange.table import csv_rows
from behaviour_culture.monitoring import (
    ControlChart,
    ShrunkRates,
    read_published,
    shrink_rates,
    u_chart,
)
from behaviour_culture.monitoring.published.datasets import DATASETS
from behaviour_culture.programme import Cohort, NationResult, simulate_nation
from fuzzing.oracle import control_characters
from fuzzing.readers import documented, drawn, year

FRAMEWORK = bc.load_framework("tfi-2.1")
INDICATOR = bc.load_indicators().indicators[0]


class TestControlCharacters:
    """A text that would move the cursor of a terminal, or that no XML can hold."""

    @pytest.mark.parametrize("text", ["a\0", "\x1b[31mred", "a\x07", "a\x0bb", "\x7f", "\x9b2J"])
    def test_they_are_no_text(self, text: str) -> None:
        with pytest.raises(bc.InvalidInputError, match="control character U\\+00") as caught:
            bc.School(id="a", name=text)
        assert caught.value.faults[0].code == "not-text"

    def test_tabs_and_line_breaks_are(self) -> None:
        assert bc.School(id="a", name="one\ttwo\r\nthree").name == "one\ttwo\r\nthree"

    def test_a_return_does_not_write_over_a_line_of_the_screen(self) -> None:
        assert "\r" not in str(bc.School(id="a", name="Hill\rDale"))

    def test_no_error_prints_them(self) -> None:
        bad = "\x1b[2J\u202e\ud800\r"
        errors = [
            bc.InvalidInputError(bad, [Fault(bad, bad, bad)]),
            bc.errors.ReadError(bad, bad),
            bc.errors.WriteError(bad, bad, [bad]),
            bc.errors.CycleError(["a", "b"], [bad, bad], ("a", "b"), "it is judgement only", bad),
        ]
        for error in errors:
            assert not control_characters(str(error))
            str(error).encode()
        assert printable("caf\xe9 \u5b66") == "caf\xe9 \u5b66"


class TestLongErrors:
    def test_of_many_long_faults_some_are_shown(self) -> None:
        faults = [Fault(f"a[{i}]", "x" * 4_000) for i in range(60)]
        faults = [Fault(f.path, f"{i}{f.message}") for i, f in enumerate(faults)]
        text = str(bc.InvalidInputError("s", faults))
        assert len(text) < 30_000
        assert text.endswith("more: see the error's .faults")

    def test_a_circle_of_a_thousand(self) -> None:
        ids = [f"s-{i}" for i in range(1_000)]
        text = str(bc.errors.CycleError(ids, ids, (ids[0], ids[1]), "it is judgement only"))
        assert "... (980 more) ..." in text
        assert "s-999 -> s-0;" in text
        assert len(text) < 1_000


class TestErrorsOfOtherLibraries:
    def test_a_zip_of_an_unknown_version(self, tmp_path: Path) -> None:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("xl/workbook.xml", "<a/>")
        raw = bytearray(target.getvalue())
        raw[raw.find(b"PK\1\2") + 6] = 253
        (tmp_path / "form.xlsx").write_bytes(raw)
        with pytest.raises(bc.errors.ReadError, match="not an Excel workbook"):
            bc.read_audit(tmp_path / "form.xlsx", framework=FRAMEWORK)

    @pytest.mark.parametrize("cell", ["2026-09-07\r2026-09-14", "9" * 200_000])
    def test_a_table_of_counts_that_is_none(self, tmp_path: Path, cell: str) -> None:
        (tmp_path / "a.csv").write_bytes(f"start,count\n{cell},1\n".encode())
        assert bc.inspect_file(tmp_path / "a.csv").faults
        (tmp_path / "b.csv").write_bytes(f"{cell},count\n2026-09-07,1\n".encode())
        assert bc.inspect_file(tmp_path / "b.csv").faults

    def test_numbers_that_arrow_cannot_hold(self) -> None:
        pd = pytest.importorskip("pandas")
        frame = pd.DataFrame({"school": ["a", 10**400], "round": [1, 2]})
        with pytest.raises(bc.InvalidInputError, match="a table of Arrow"):
            Cohort.from_frame(frame, FRAMEWORK)

    def test_a_rating_that_no_float_holds_exactly(self) -> None:
        pa = pytest.importorskip("pyarrow")
        ids = [item.id for item in FRAMEWORK.items]
        columns = {"school": ["a"], "round": [1], **{i: [2**63 - 1] for i in ids}}
        with pytest.raises(bc.InvalidInputError, match="off the scale"):
            Cohort.from_frame(pa.table(columns), FRAMEWORK)

    def test_a_lazy_frame(self) -> None:
        pl = pytest.importorskip("polars")
        with pytest.raises(bc.InvalidInputError, match=r"call its \.collect"):
            bc.audit_from_frame(pl.LazyFrame({"rater": ["a"]}), framework=FRAMEWORK)

    @pytest.mark.parametrize("missing", ["NaT", "NA"])
    def test_what_is_missing_among_objects_is_empty(self, missing: str) -> None:
        pd = pytest.importorskip("pandas")
        cells = pd.Series([getattr(pd, missing), "2026-09-07"], dtype="object")
        frame = pd.DataFrame({"start": cells, "count": [1, 2], "exposure": [100, 100]})
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.series_from_frame(frame, indicator=INDICATOR)
        assert "'start'" in caught.value.faults[0].path
        assert caught.value.faults[0].value in {"", "''"}


def seconds(call: Callable[[], Any]) -> float:
    began = time.process_time()
    with pytest.raises(bc.BehaviourCultureError):
        call()
    return time.process_time() - began


class TestCosts:
    """Inputs of a few hundred kB that took minutes: each took a square of its size."""

    WIDE = ",".join(f"c{i}" for i in range(30_000))

    def test_a_header_of_thirty_thousand_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text(f"rater,{self.WIDE}\na,{self.WIDE}\n")
        assert seconds(lambda: bc.read_audit(path, framework=FRAMEWORK)) < 3
        assert seconds(lambda: read_published(path)) < 3

    def test_days_are_looked_for_in_all_columns_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        names = ",".join(f"c{i}" for i in range(3_000))
        path.write_text(f"{names}\n" + f"{names}\n" * 20)
        began = time.process_time()
        assert bc.inspect_file(path).faults
        assert time.process_time() - began < 3

    def test_a_line_of_repeated_keys(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        keys = ",".join(f'"k{i // 2}":1' for i in range(20_000))
        path.write_text(f"{{{keys}}}\n")
        assert seconds(lambda: Cohort.read_jsonl(path, FRAMEWORK)) < 3

    def test_every_id_twice(self) -> None:
        roles = [{"id": f"r-{i // 2}", "title": "R", "hours_per_week": 1} for i in range(4_000)]
        school = {"kind": "school", "format": 1, "id": "a", "name": "A"}
        text = json.dumps({**school, "capacity": {"roles": roles}})
        assert seconds(lambda: bc.loads(text, format="json")) < 3

    def test_many_leads_and_events(self) -> None:
        hub = bc.to_dict(documented()["hub"])
        for name in ("leads", "partners", "events"):
            one = hub[name][-1]
            hub[name] = [{**one, "id": f"{name}-{i}"} if "id" in one else one for i in range(1_000)]
        began = time.process_time()
        bc.from_dict(hub, type(documented()["hub"]))
        assert time.process_time() - began < 3

    def test_many_terms(self) -> None:
        first = bc.model.Term(name="t", start=_day(0), end=_day(9))
        terms = [
            first.evolve(name=f"t{i}", start=_day(14 * i), end=_day(14 * i + 9)) for i in range(900)
        ]
        began = time.process_time()
        year = bc.SchoolYear(id="y", name="Y", terms=terms)
        assert time.process_time() - began < 3
        assert len(year.half_terms) == 900

    def test_a_circle_of_many(self) -> None:
        after = {
            f"s-{i:04}": {f"s-{(i - 1) % 1_500:04}": bc.model.Basis.JUDGEMENT} for i in range(1_500)
        }
        began = time.process_time()
        assert len(bc.model.order.shortest_cycle(after)) == 1_500
        assert time.process_time() - began < 3

    def test_a_long_line_of_toml(self) -> None:
        text = 'kind = "school"\nx\na = "' + "\\" * 100_000
        assert seconds(lambda: bc.loads(text, format="toml")) < 1

    def test_a_high_limit_takes_no_memory(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(b"a")
        tracemalloc.start()
        try:
            assert read_bytes(tmp_path / "a.csv", limit=10**9) == b"a"
            assert tracemalloc.get_traced_memory()[1] < 10_000_000
        finally:
            tracemalloc.stop()


def _day(number: int) -> Any:
    import datetime as dt

    return dt.date(1900, 1, 1) + dt.timedelta(days=number)


class TestResultsThatCannotBe:
    """Files of results with numbers that are none: they were read, and crashed when shown."""

    def test_an_exposure_of_nearly_nothing(self) -> None:
        made = bc.to_dict(shrink_rates([3, 4], [10.0, 20.0]))
        assert bc.from_dict(made, ShrunkRates)
        with pytest.raises(bc.InvalidInputError, match=r"counts\[0\]"):
            bc.from_dict(made | {"counts": [1e308, 4]}, ShrunkRates)
        made["exposure"][0] = 1e-320
        with pytest.raises(bc.InvalidInputError, match=r"exposure\[0\]"):
            bc.from_dict(made, ShrunkRates)
        with pytest.raises(bc.InvalidInputError, match="exposure"):
            shrink_rates([3, 4], [1e-320, 20.0])

    @pytest.mark.parametrize(
        ("name", "value"), [("counts", 1e308), ("exposure", 1e-320), ("exposure", 1e308)]
    )
    def test_a_chart_of_numbers_beyond_any(self, name: str, value: float) -> None:
        made = bc.to_dict(u_chart([4, 5, 3, 6, 2, 7, 5, 4, 6, 3, 4, 5], [100.0] * 12))
        assert bc.from_dict(made, ControlChart)
        made[name][0] = value
        with pytest.raises(bc.InvalidInputError, match=rf"{name}\[0\]"):
            bc.from_dict(made, ControlChart)

    def test_a_share_of_need_beyond_any(self) -> None:
        made = bc.to_dict(drawn("nation")[0])
        made["closed"][0][0] = 1e308
        with pytest.raises(bc.InvalidInputError, match="out of range"):
            bc.from_dict(made, NationResult)


def test_a_published_table_of_twenty_thousand_columns(tmp_path: Path) -> None:
    # Polars takes memory for each column, and ends the process where there is none.
    names = [*sorted(DATASETS[0].needs), *(f"c{i}" for i in range(20_000))]
    path = tmp_path / "wide.csv"
    path.write_text(",".join(names) + "\n201819,1\n", encoding="utf-8")
    with pytest.raises(bc.InvalidInputError, match=r"columns: at most 2,000 \(the limit `columns`"):
        read_published(path)


def test_a_mark_of_direction_in_a_title_is_shown_as_an_escape() -> None:
    school = bc.School(id="a", name="\u202egnp.exe")
    assert repr(school) == r"<School a: \u202egnp.exe>"
    assert "\u202e" not in str(school)


def test_a_name_too_long_for_a_file_is_a_refusal(tmp_path: Path) -> None:
    journey = Path("examples/illustrative_journey.toml").read_text(encoding="utf-8")
    path = tmp_path / "journey.toml"
    name = "9" * 5_000
    path.write_text(re.sub(r"(?m)^responses = .*", f'responses = "{name}"', journey), "utf-8")
    with pytest.raises(bc.BehaviourCultureError, match="there is no such file: collect"):
        bc.run_journey(path)
    with pytest.raises(bc.BehaviourCultureError):
        bc.read_audit(name, framework=FRAMEWORK)


def test_a_checkpoint_nested_too_deep(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(bc.errors.ReadError, match="no manifest of a checkpoint"):
        simulate_nation(schools=20, draws=10, checkpoint=tmp_path)


@pytest.mark.parametrize("number", [2**62, -(2**63), 10**16])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_moments_that_no_date_can_hold(unit: Any, number: int) -> None:
    # Polars panics over them, which no ``except Exception`` notices.
    frame = pl.DataFrame({"start": pl.Series([number]).cast(pl.Datetime(unit)), "count": [1]})
    with pytest.raises(bc.InvalidInputError):
        bc.series_from_frame(frame, indicator=INDICATOR, calendar=year(), pupils=200)


def test_a_null_character_in_the_name_of_a_column_ends_no_process() -> None:
    frame = pl.DataFrame({"school": ["a"], "round": [1], "tfi-1.1\0": [2]})
    with pytest.raises(bc.InvalidInputError, match="the name of a column holds U\\+0000"):
        Cohort.from_frame(frame, FRAMEWORK)


@pytest.mark.parametrize(
    "cell", [np.datetime64("NaT", "ns"), [np.datetime64("NaT", "ns"), np.int8(1)], {"a": 1}]
)
@pytest.mark.parametrize("frame", [dict, pd.DataFrame])
def test_days_of_numpy_before_numbers_of_numpy_end_no_process(cell: Any, frame: Any) -> None:
    cells = pd.Series(["a", cell, np.int8(-3)], dtype=object)
    with pytest.raises(bc.InvalidInputError, match="row 2, column 'school': expected a text or a"):
        Cohort.from_frame(frame({"school": cells}), FRAMEWORK)


def test_a_large_table_is_not_held_again_in_four_bytes_for_each_character() -> None:
    text = "a,b\n" + "1,2\n" * 20_000
    tracemalloc.start()
    assert sum(1 for _ in csv_rows(text, [], required=("a", "b"))) == 20_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(text)
