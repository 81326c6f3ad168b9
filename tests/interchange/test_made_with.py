"""Which inputs made a file: their digests in the file, and a newer library told from a slip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import behaviour_culture as bc
from behaviour_culture.errors import FaultCode
from behaviour_culture.interchange import digest
from behaviour_culture.testing import schools
from builders import autumn, people, plan_of, step

PLAN, YEAR, HEADS = plan_of(step("one"), step("two", "one")), autumn(8, 4), people(head=3)
SCHEDULE = bc.schedule_plan(PLAN, calendar=YEAR, capacity=HEADS, seed=3)


class TestMadeFrom:
    @pytest.mark.parametrize("name", ["a.toml", "a.json"])
    def test_a_file_says_which_inputs_made_it(self, tmp_path: Path, name: str) -> None:
        path = bc.write(SCHEDULE, tmp_path / name, made_from=[PLAN, YEAR, HEADS])
        assert bc.read(path) == SCHEDULE
        text = path.read_text(encoding="utf-8")
        assert digest(PLAN) in text
        assert bc.__version__ in text
        assert bc.write(bc.read(path), path).read_text(encoding="utf-8") == bc.dumps(
            SCHEDULE, format="json" if name.endswith("json") else "toml"
        )

    def test_the_table(self) -> None:
        data = bc.to_dict(SCHEDULE, made_from=[PLAN, YEAR, HEADS])
        assert list(data)[:3] == ["kind", "format", "made_with"]
        assert data["made_with"] == {
            "library": bc.__version__,
            "inputs": {
                "action-plan plan": digest(PLAN),
                "calendar year": digest(YEAR),
                "Capacity": digest(HEADS),
            },
        }
        assert bc.from_dict(data, bc.Schedule) == SCHEDULE
        assert "made_with" not in bc.to_dict(SCHEDULE)

    def test_two_inputs_of_one_name_are_refused(self) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"made_from\[1\]: a second action-plan"):
            bc.to_dict(SCHEDULE, made_from=[PLAN, PLAN.evolve(title="Other")])

    @given(schools())
    def test_a_digest_is_of_the_content(self, school: bc.School) -> None:
        again = bc.from_dict(json.loads(json.dumps(bc.to_dict(school))), bc.School)
        assert digest(again) == digest(school)
        assert digest(school.evolve(name=school.name + "!")) != digest(school)


def test_a_published_file_digests_what_is_published(tmp_path: Path) -> None:
    text = """{"id": "s", "indicator": "i", "exposure_kind": "pupils", "periods":
        [{"label": "a", "start": "2026-09-01", "end": "2026-10-01",
          "count": 2, "exposure": 900}]}"""
    series = bc.from_dict(json.loads(text), bc.Series)
    path = bc.write(series, tmp_path / "a.json", publish=True, made_from=[series])
    told = json.loads(path.read_text(encoding="utf-8"))["made_with"]["inputs"]
    shown = bc.read(path)
    assert told == {"series s": digest(shown)}
    assert digest(shown) != digest(series)


def test_whole_numbers_have_one_digest() -> None:
    plans = [plan_of(step("one", hours={"head": hours})) for hours in (2, 2.0)]
    assert plans[0] == plans[1]
    assert digest(plans[0]) == digest(plans[1])


class TestNewerLibrary:
    @pytest.mark.parametrize(
        ("wrote", "code"),
        [
            ("999.0", FaultCode.NEWER_FORMAT),
            ("1000", FaultCode.NEWER_FORMAT),
            (bc.__version__, FaultCode.UNKNOWN_KEY),
            ("0.0.1", FaultCode.UNKNOWN_KEY),
            ("soon", FaultCode.UNKNOWN_KEY),
            (7, FaultCode.UNKNOWN_KEY),
            ("9" * 5_000, FaultCode.NEWER_FORMAT),
        ],
    )
    def test_a_key_that_it_may_know_is_no_slip(self, wrote: Any, code: FaultCode) -> None:
        data = {"id": "a", "name": "A", "houses": ["red"], "roll": -1}
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.from_dict(data | {"made_with": {"library": wrote}}, bc.School)
        assert {f.path: f.code for f in caught.value.faults} == {
            "houses": code,
            "roll": FaultCode.OUT_OF_RANGE,
        }
        assert ("which may know it" in str(caught.value)) == (code is FaultCode.NEWER_FORMAT)

    @pytest.mark.parametrize("made_with", [None, [], "x", {"inputs": 3}])
    def test_anything_else_there_is_passed_over(self, made_with: Any) -> None:
        data = {"id": "a", "name": "A", "made_with": made_with}
        assert bc.from_dict(data, bc.School) == bc.School(id="a", name="A")
