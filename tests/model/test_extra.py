"""Data of other systems: kept with the objects that people keep, and nothing computed from it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import FaultCode
from behaviour_culture.testing import assert_round_trip, objects
from builders import autumn, examples, people, pickled, plan_of, step

DATA: dict[str, Any] = {
    "mis": {"record": "S-0042", "tags": ["north", "2"], "site": 7, "share": 0.5, "open": True},
    "trust.board": {"links": {"minutes": [{"url": "https://example.org", "page": 3}]}},
}
KEPT = (bc.School, bc.Audit, bc.ActionStep, bc.ActionPlan, bc.model.Objective)
KEPT += (bc.model.ProgressReport,)


class TestKept:
    @pytest.mark.parametrize("class_", KEPT)
    @examples(5)
    @given(st.data())
    def test_by_each_class_that_people_keep(self, class_: Any, data: st.DataObject) -> None:
        value = data.draw(objects(class_, extra=DATA))
        assert value.extra["mis"]["record"] == "S-0042"
        assert_round_trip(value)

    @pytest.mark.parametrize("format_", ["toml", "json"])
    def test_on_writing_and_reading(self, format_: Any) -> None:
        own = step("one", extra={"mis": {"id": 1}})
        plan = plan_of(own, extra=DATA)
        back = bc.loads(bc.dumps(plan, format=format_), bc.ActionPlan, format=format_)
        assert back == plan
        assert bc.to_dict(back)["extra"] == DATA
        assert back.step("one").extra["mis"]["id"] == 1
        assert type(back.extra["mis"]["open"]) is bool

    def test_files_without_it_are_as_before(self) -> None:
        assert "extra" not in bc.dumps(bc.School(id="a", name="A"), format="toml")

    def test_nobody_can_change_it(self) -> None:
        data = {"mis": {"tags": ["a"]}}
        school = bc.School(id="a", name="A", extra=data)
        data["mis"]["tags"].append("b")
        assert school.extra == {"mis": {"tags": ("a",)}}
        assert hash(school) == hash(pickled(school))
        with pytest.raises(AttributeError):
            school.extra.mis = 1  # type: ignore[attr-defined]

    def test_it_tells_objects_apart_and_is_in_no_frame_and_no_schedule(self) -> None:
        plain, own = plan_of(step("one")), plan_of(step("one", extra=DATA), extra=DATA)
        assert plain != own
        assert own.evolve(steps=plain.steps, extra={}) == plain
        assert plain.to_rows() == own.to_rows()
        school = bc.School(id="a", name="A", extra=DATA)
        assert (
            bc.to_frame(school, kind="polars").columns
            == bc.to_frame(school.evolve(extra={}), kind="polars").columns
        )
        assert "S-0042" not in f"{own}{own!r}{school}"
        made = [
            bc.schedule_plan(p, calendar=autumn(8, 4), capacity=people(head=2))
            for p in (plain, own)
        ]
        assert made[0] == made[1]

    def test_a_change_of_the_plan_keeps_it(self) -> None:
        plan = plan_of(step("one", extra=DATA), extra=DATA)
        moved = plan.rename("one", title="Other")
        assert (moved.extra, moved.step("one").extra) == (plan.extra, plan.extra)


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "path", "code"),
        [
            (["mis"], "extra", FaultCode.WRONG_TYPE),
            ({"mis": 1}, "extra.mis", FaultCode.WRONG_TYPE),
            ({"My MIS": {}}, "extra", FaultCode.NOT_AN_ID),
            ({"mis": {"a": None}}, "extra.mis.a", FaultCode.WRONG_TYPE),
            ({"mis": {"a": [1, None]}}, "extra.mis.a[1]", FaultCode.WRONG_TYPE),
            ({"mis": {"a": dt.date(2026, 9, 1)}}, "extra.mis.a", FaultCode.WRONG_TYPE),
            ({"mis": {"a": math.nan}}, "extra.mis.a", FaultCode.OUT_OF_RANGE),
            ({"mis": {"a": 2**63}}, "extra.mis.a", FaultCode.OUT_OF_RANGE),
            ({"mis": {"a": "\ud800"}}, "extra.mis.a", FaultCode.NOT_TEXT),
            ({"mis": {1: "a"}}, "extra.mis[1]", FaultCode.WRONG_TYPE),
            ({"mis": {"a": "x" * 20_000, "b": "y" * 20_001}}, "extra.mis.b", FaultCode.TOO_LONG),
            ({"mis": dict.fromkeys("abcd", "x" * 20000)}, "extra", FaultCode.TOO_LONG),
        ],
    )
    def test_what_is_no_plain_data(self, data: Any, path: str, code: FaultCode) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.School(id="a", name="A", extra=data)
        assert (path, code) in [(f.path, f.code) for f in caught.value.faults]
        with pytest.raises(bc.InvalidInputError):
            bc.from_dict({"id": "a", "name": "A", "extra": data}, bc.School)

    def test_what_is_nested_too_deep_or_holds_itself(self) -> None:
        around: list[Any] = []
        around.append(around)
        with pytest.raises(bc.InvalidInputError, match="nested deeper than 8 levels"):
            bc.School(id="a", name="A", extra={"mis": {"a": around}})
