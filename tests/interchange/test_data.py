"""Objects as plain data in memory: the content of a file, the same faults, nothing changed."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import behaviour_culture as bc
from behaviour_culture.checks import Value
from behaviour_culture.errors import FaultCode, NotAFileKindError
from behaviour_culture.fields import Some
from behaviour_culture.interchange.kinds import KINDS
from behaviour_culture.testing import action_plans, control_charts, schools
from builders import plan_of, step

SCHOOL = {"id": "hill", "name": "Hill", "systems": [{"id": "s", "name": "S", "status": "absent"}]}


def is_plain(value: object) -> bool:
    """Say whether a value is what a reader of JSON makes, of no subclass of it."""
    if type(value) is dict:
        return all(type(k) is str and is_plain(v) for k, v in value.items())
    if type(value) is list:
        return all(map(is_plain, value))
    return value is None or type(value) in {str, int, float, bool}


class TestThereAndBack:
    @given(st.one_of(schools(), action_plans(), control_charts()))
    def test_it_is_the_content_of_the_file(self, value: Any) -> None:
        data = bc.to_dict(value)
        assert is_plain(data)
        assert data == json.loads(bc.dumps(value, format="json"))
        assert bc.from_dict(data, type(value)) == value

    def test_a_part_of_a_file_has_only_its_fields(self) -> None:
        response = bc.Response(rater="head", item="i", rating=1)
        assert bc.to_dict(response) == {"rater": "head", "item": "i", "rating": 1}
        assert bc.from_dict(bc.to_dict(response), bc.Response) == response

    def test_the_data_is_not_changed_and_needs_no_kind(self) -> None:
        data = {"kind": "school", "format": 1, **SCHOOL}
        before = copy.deepcopy(data)
        assert bc.from_dict(data, bc.School) == bc.from_dict(SCHOOL, bc.School)
        assert data == before

    def test_an_older_format_is_read(self) -> None:
        period = {"label": "a", "masked": "hidden: a small count", "start": "2026-09-01"}
        data = {"kind": "series", "format": 1, "id": "s", "indicator": "i", "periods": [period]}
        migrated = bc.from_dict(
            {**data, "exposure_kind": "pupils"} | {"periods": [{**period, "end": "2026-10-01"}]},
            bc.Series,
        )
        assert migrated.periods[0].suppressed


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "path", "code"),
        [
            ({"kind": "audit", "format": 1, **SCHOOL}, "kind", FaultCode.WRONG_KIND),
            ({"kind": "school", "format": 2, **SCHOOL}, "format", FaultCode.NEWER_FORMAT),
            ({**SCHOOL, "nmae": "x"}, "nmae", FaultCode.UNKNOWN_KEY),
            ({"name": "x"}, "id", FaultCode.MISSING),
            ({**SCHOOL, "name": ""}, "name", FaultCode.EMPTY),
            ({**SCHOOL, "roll": 1.5}, "roll", FaultCode.WRONG_TYPE),
            ({**SCHOOL, "roll": -1}, "roll", FaultCode.OUT_OF_RANGE),
            ({**SCHOOL, "phase": "primry"}, "phase", FaultCode.NOT_AN_OPTION),
            ({**SCHOOL, "id": "Not One"}, "id", FaultCode.NOT_AN_ID),
            ({**SCHOOL, "systems": SCHOOL["systems"] * 2}, "systems[1].id", FaultCode.REPEATED),  # type: ignore[operator]
        ],
    )
    def test_each_has_its_path_and_code(
        self, data: dict[str, Any], path: str, code: FaultCode
    ) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.from_dict(data, bc.School)
        assert [(f.path, f.code) for f in caught.value.faults] == [(path, code)]

    def test_a_newer_format_is_no_list_of_typing_errors(self) -> None:
        text = json.dumps({"kind": "school", "format": 9, "pupils_by_house": {"red": 7}})
        with pytest.raises(bc.InvalidInputError, match="a newer version") as caught:
            bc.loads(text, format="json")
        assert [f.code for f in caught.value.faults] == [FaultCode.NEWER_FORMAT]

    @pytest.mark.parametrize("data", [None, [], "text", 3])
    def test_no_table(self, data: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match="data: expected a table"):
            bc.from_dict(data, bc.School)

    @pytest.mark.parametrize("cls", [None, dict, "School", 3])
    def test_no_class_of_ours(self, cls: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match="cls: expected a class of this library"):
            bc.from_dict(SCHOOL, cls)

    @pytest.mark.parametrize("value", [None, {}, bc.School, 3])
    def test_no_object_of_ours(self, value: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match="value: expected an object"):
            bc.to_dict(value)

    def test_a_file_of_another_class_than_the_one_expected(self) -> None:
        text = bc.dumps(bc.School(id="a", name="A"), format="toml")
        assert bc.loads(text, bc.School, format="toml").id == "a"
        with pytest.raises(bc.InvalidInputError, match="expected a file of kind 'audit'"):
            bc.loads(text, bc.Audit, format="toml")
        with pytest.raises(NotAFileKindError):
            bc.read(io.StringIO(text), bc.Response)

    def test_the_text_of_a_part_has_only_its_fields(self) -> None:
        text = '{"rater": "head", "item": "i", "rating": 1}'
        assert bc.loads(text, bc.Response, format="json").rating == 1
        with pytest.raises(bc.InvalidInputError, match="ratign: no such key"):
            bc.loads(text.replace("rating", "ratign"), bc.Response, format="json")
        with pytest.raises(bc.InvalidInputError, match="cls: expected a class"):
            bc.loads(text, dict, format="json")

    def test_data_nested_without_end(self) -> None:
        data: dict[str, Any] = {}
        for _ in range(100_000):
            data = {"a": data}
        with pytest.raises(bc.InvalidInputError, match="nested deeper than 64") as caught:
            bc.from_dict({**SCHOOL, "note": data}, bc.School)
        assert caught.value.faults[0].code is FaultCode.TOO_DEEP
        while data:  # a deep dict is let go of layer by layer: Python does it by recursion
            data = data.pop("a")


@frozen(kw_only=True, repr=False)
class Request(Value):
    """What a service may be asked for: a class of its own."""

    school: bc.School
    plans: Annotated[tuple[bc.ActionPlan, ...], Some()]
    hours: bc.Capacity | None = None


class TestFilesInsideARequest:
    plan = plan_of(step("a"))

    def asked(self, **changes: Any) -> dict[str, Any]:
        whole = {"school": bc.to_dict(bc.from_dict(SCHOOL, bc.School))}
        return whole | {"plans": [bc.to_dict(self.plan)]} | changes

    def test_what_to_dict_made_goes_in_as_it_is(self) -> None:
        made = bc.from_dict(self.asked(), Request)
        assert (made.school.id, made.plans) == ("hill", (self.plan,))
        assert bc.from_dict(self.asked(school=SCHOOL), Request) == made

    def test_an_older_one_is_read(self) -> None:
        old = bc.to_dict(self.plan) | {"format": 1}
        assert bc.from_dict(self.asked(plans=[old]), Request).plans == (self.plan,)

    @pytest.mark.parametrize(
        ("head", "path", "code"),
        [
            ({"kind": "audit"}, "plans[0].kind", FaultCode.WRONG_KIND),
            ({"format": 99}, "plans[0].format", FaultCode.NEWER_FORMAT),
            ({"format": "1"}, "plans[0].format", FaultCode.NOT_AN_OPTION),
        ],
    )
    def test_its_head_is_checked(self, head: dict[str, Any], path: str, code: FaultCode) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.from_dict(self.asked(plans=[bc.to_dict(self.plan) | head]), Request)
        assert [(f.path, f.code) for f in caught.value.faults] == [(path, code)]

    def test_its_schema_says_so(self) -> None:
        schema = bc.json_schema(Request, refs="#/components/schemas/")
        parts = schema.pop("$defs")
        root = {**schema, "components": {"schemas": parts}}
        Draft202012Validator.check_schema(root)
        good = Draft202012Validator(root)
        assert good.is_valid(self.asked())
        assert good.is_valid(self.asked(school=SCHOOL))
        assert not good.is_valid(self.asked(school=SCHOOL | {"kind": "audit"}))
        assert not good.is_valid(self.asked(plans=[]))
        assert "$defs" not in json.dumps(root)

    def test_a_schema_of_no_class_of_values(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="kind: expected a class"):
            bc.json_schema(dict)

    @pytest.mark.parametrize("word", ["yaml", "JSON", "tmol", "", None])
    def test_a_format_that_is_none(self, word: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match="format: expected"):
            bc.loads("{}", format=word)


def first_fault(call: Callable[[], object]) -> tuple[str, FaultCode]:
    with pytest.raises(bc.InvalidInputError) as caught:
        call()
    return caught.value.faults[0].path, caught.value.faults[0].code


STEP = '{{"id": "s", "title": "S", "lead": "h", "hours_per_week": {hours}}}'


class TestOnePath:
    """The same wrong thing has the same path and code, wherever it comes from."""

    def test_in_python_json_toml_and_plain_data(self) -> None:
        found = {
            first_fault(lambda: bc.School(id="x", name="")),
            first_fault(lambda: bc.from_dict({"id": "x", "name": ""}, bc.School)),
            first_fault(
                lambda: bc.loads(
                    '{"kind": "school", "format": 1, "id": "x", "name": ""}', format="json"
                )
            ),
            first_fault(
                lambda: bc.loads('kind = "school"\nformat = 1\nid="x"\nname=""', format="toml")
            ),
            first_fault(lambda: bc.School(id="x", name="X").evolve(name="")),
        }
        assert found == {("name", FaultCode.EMPTY)}

    @pytest.mark.parametrize(
        ("key", "path"),
        [("a", "hours_per_week.a"), ("a.b", "hours_per_week['a.b']")],
    )
    def test_a_key_with_a_dot_is_told_apart(self, key: str, path: str) -> None:
        data = {"id": "s", "title": "S", "lead": "h", "hours_per_week": {key: -1.0}}
        wrong: dict[str, Any] = {key: -1.0}
        built = first_fault(
            lambda: bc.ActionStep(id="s", title="S", lead="h", hours_per_week=wrong)
        )
        assert built == first_fault(lambda: bc.from_dict(data, bc.ActionStep))
        assert built == (path, FaultCode.OUT_OF_RANGE)


def test_every_kind_is_known_to_type_checkers() -> None:
    from typing import get_args

    from behaviour_culture.interchange.kinds import Kind

    assert set(get_args(Kind)) == set(KINDS)
