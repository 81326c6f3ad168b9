"""The schemas against the reader, with an independent validator between them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
import pytest
from attrs import frozen
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import behaviour_culture as bc
from behaviour_culture.__main__ import main
from behaviour_culture.checks import Value
from behaviour_culture.errors import BehaviourCultureError, InvalidInputError
from behaviour_culture.fields import (
    Range,
    Rule,
    Slug,
    base_of,
    describe,
    field_types,
    rules_of,
)
from behaviour_culture.interchange import dumps, loads, schema
from behaviour_culture.interchange.kinds import KINDS, class_of
from fuzzing.readers import drawn

SHAPE = re.compile(
    r"is missing, but needed|no such key here|"
    r"expected (text|true or false|a whole number|a number|a date like .*|a list|a table.*), got|"
    r"expected a list of \d+: .*|.* is not one of "
)
"""How the reader's own refusals of a shape begin."""
CONTENT = Path(bc.__file__).parent / "content"


@cache
def schema_of(kind: str) -> dict[str, Any]:
    return bc.json_schema(kind)


@cache
def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schema_of(kind), format_checker=FormatChecker())


def refusal(data: object) -> BehaviourCultureError | None:
    try:
        loads(json.dumps(data), format="json")
    except BehaviourCultureError as error:
        return error
    return None


OTHERS: tuple[Any, ...] = (
    None,
    True,
    3,
    2.5,
    -7,
    "zzz",
    "3",
    "2026-02-30",
    [],
    ["a"],
    {},
    {"a": 1},
)


def places(data: Any, path: str = "$") -> Iterator[tuple[str, Any, Any]]:
    """Every table or list and key within; the path has no places in lists."""
    for key, inner in list(data.items() if isinstance(data, dict) else enumerate(data)):
        below = f"{path}.{key}" if isinstance(data, dict) else f"{path}[]"
        yield below, data, key
        if isinstance(inner, (dict, list)):
            yield from places(inner, below)


def damages(data: dict[str, Any], each: int, most: int) -> Iterator[dict[str, Any]]:
    """The file with one thing changed at a time; at so many paths at most, so many other values.

    The same table is yielded each time: look at it before the next.
    """
    found = {path: (place, key) for path, place, key in places(data)}
    chosen = list(found.values())
    chosen = Random(most).sample(chosen, min(most, len(chosen)))  # noqa: S311  (the same each time)
    for i, (place, key) in enumerate(chosen):
        kept = place[key]
        turn = [OTHERS[(i * each + j) % len(OTHERS)] for j in range(each)]
        for other in (*turn, str(kept)):
            place[key] = other
            yield data
        place[key] = kept
        if isinstance(place, dict):
            order = dict(place)
            del place[key]
            yield data
            place.update(order)
            place["ad" + key] = 1
            yield data
            del place["ad" + key]
        else:
            place.append(kept)
            yield data
            place.pop()


def agree(kind: str, value: object, each: int, most: int = 10_000) -> None:
    """Reader and schema agree on a file that was written, and on damaged copies of it."""
    whole = json.loads(dumps(value, format="json"))
    validator(kind).validate(whole)
    for file in damages(whole, each, most):
        error = refusal(file)
        if error is None:
            assert validator(kind).is_valid(file), file
        elif isinstance(error, InvalidInputError):
            shape = [fault for fault in error.faults if SHAPE.match(fault.message)]
            assert not (shape and validator(kind).is_valid(file)), (shape, file)


class TestBothWays:
    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_reader_and_schema_agree(self, kind: str) -> None:
        agree(kind, drawn(kind, 3)[-1], each=1, most=10)

    @pytest.mark.slow
    @pytest.mark.parametrize("kind", sorted(KINDS))
    @settings(max_examples=25, phases=[Phase.generate])
    @given(data=st.data())
    def test_reader_and_schema_agree_thoroughly(self, kind: str, data: st.DataObject) -> None:
        agree(kind, data.draw(st.from_type(class_of(kind, "test"))), each=len(OTHERS))

    def test_every_kind_of_damage_is_refused_by_both(self) -> None:
        change: list[tuple[str, object]] = [
            ("id", 5),
            ("nme", "H"),
            ("context", [1]),
            ("roll", "3"),
        ]
        for key, value in change:
            file = WHOLE["school"] | {key: value}
            error = refusal(file)
            assert isinstance(error, InvalidInputError)
            assert all(SHAPE.match(fault.message) for fault in error.faults)
            assert not validator("school").is_valid(file)

    @pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.toml")), ids=lambda p: p.name)
    def test_shipped_content_is_valid(self, path: Path) -> None:
        value = bc.read(path)
        text = dumps(value, format="json")
        kind = json.loads(text)["kind"]
        validator(kind).validate(json.loads(text))


class TestTheSchemas:
    def test_each_is_a_schema(self) -> None:
        """Parts that several kinds share are looked at once."""
        parts: dict[str, Any] = {}
        for kind in KINDS:
            whole = dict(schema_of(kind))
            inner = whole.pop("$defs", {})
            parts |= {json.dumps(part): part for part in (whole, *inner.values())}
        Draft202012Validator.check_schema({"$defs": parts})

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_each_is_complete_in_itself(self, kind: str) -> None:
        schema = schema_of(kind)
        text = json.dumps(schema, allow_nan=False)
        named = set(re.findall(r'"\$ref": "#/\$defs/(\w+)"', text))
        assert named == set(schema.get("$defs", {}))
        assert schema["properties"]["kind"] == {"const": kind}

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_every_table_with_known_keys_is_closed_and_says_what_it_is(self, kind: str) -> None:
        schema = schema_of(kind)
        for made in [schema, *schema.get("$defs", {}).values()]:
            assert made["description"]
            if "properties" in made:
                assert made["additionalProperties"] is False

    def test_a_kind_that_is_none(self) -> None:
        with pytest.raises(InvalidInputError, match="did you mean 'school'"):
            bc.json_schema("scool")
        with pytest.raises(InvalidInputError, match="no kind"):
            bc.json_schema(3)  # type: ignore[arg-type]

    def test_two_calls_share_nothing(self) -> None:
        first = bc.json_schema("school")
        kept = deepcopy(first)
        first["$defs"].clear()
        first["properties"]["id"]["pattern"] = "x"
        assert bc.json_schema("school") == kept


def classes() -> list[type[Any]]:
    """All attrs classes that files hold, however deep."""

    class Seen(schema._Definitions):
        def table(self, type_: type[Any]) -> dict[str, Any]:
            met[f"{type_.__module__}.{type_.__name__}"] = type_
            return super().table(type_)

    met: dict[str, type[Any]] = {}
    for kind in KINDS:
        Seen().table(class_of(kind, "test"))
    return [met[name] for name in sorted(met)]


RATED = {"rater": "head", "item": "i-1", "rating": 1}
PERIOD = {
    "label": "Autumn 1",
    "start": "2026-09-03",
    "end": "2026-10-23",
    "count": 3,
    "exposure": 9,
}
RULES = [
    ("school", {"id": "Hill"}, {"id": "hill"}),
    ("school", {"name": " "}, {"name": "H"}),
    ("school", {"name": "x" * 20_001}, {"name": "x" * 20_000}),
    ("school", {"roll": 2**63}, {"roll": 300}),
    ("school", {"roll": True}, {"roll": None}),
    ("school", {"phase": "primry"}, {"phase": "primary"}),
    ("school", {"context": {"fsm_percent": 101}}, {"context": {"fsm_percent": 100}}),
    ("school", {"context": {"fsm_percent": -1}}, {"context": {"fsm_percent": 0}}),
    ("audit", {"date": "2026-02-30"}, {"date": "2026-02-28"}),
    ("audit", {"date": "1/2/2026"}, {"date": None}),
    ("audit", {"responses": "none"}, {}),
    ("audit", {"responses": [RATED | {"rating": -1}]}, {"responses": [RATED | {"rating": 0}]}),
    ("audit", {"responses": [RATED | {"rating": 1001}]}, {"responses": [RATED]}),
    ("audit", {"id": "a\n"}, {"id": "a"}),
    ("series", {"disclosure": "secret"}, {"disclosure": "published"}),
    ("series", {"periods": [PERIOD | {"count": -1}]}, {"periods": [PERIOD | {"count": 0}]}),
    ("audit", {"format": 2}, {"format": 1}),
    ("audit", {"kind": "school"}, {"kind": "audit"}),
]
WHOLE: dict[str, dict[str, Any]] = {
    "school": {"kind": "school", "format": 1, "id": "hill", "name": "Hill"},
    "audit": {
        "kind": "audit",
        "format": 1,
        "id": "a",
        "framework": "f",
        "edition": "1",
        "responses": [RATED],
    },
    "series": {
        "kind": "series",
        "format": 2,
        "id": "incidents",
        "indicator": "low-level-incidents",
        "exposure_kind": "pupil-days",
        "periods": [PERIOD],
    },
}


class TestRulesOfSingleFields:
    @pytest.mark.parametrize(("kind", "wrong", "right"), RULES)
    def test_reader_and_schema_agree(
        self, kind: str, wrong: dict[str, Any], right: dict[str, Any]
    ) -> None:
        for change, good in ((wrong, False), (right, True)):
            file = WHOLE[kind] | change
            assert (refusal(file) is None) is good
            assert validator(kind).is_valid(file) is good

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_no_rule_of_a_field_is_lost(self, kind: str) -> None:
        for owner, name, hint, made in fields_of(kind):
            for rule, node in rules_in(hint, made, schema_of(kind)):
                for key, wanted in rule.keywords.items():
                    assert node.get(key) == wanted, (owner, name, rule)

    def test_there_are_many_of_them(self) -> None:
        rules = {
            (owner, name, str(hint))
            for kind in KINDS
            for owner, name, hint, made in fields_of(kind)
            for rule, _ in rules_in(hint, made, schema_of(kind))
            if rule.keywords
        }
        assert len(rules) > 500

    def test_a_new_field_with_a_range_takes_one_line(self) -> None:
        @frozen(kw_only=True, repr=False)
        class Coverage(Value):
            group: Slug
            share: Annotated[float, Range(low=0, high=1)]

        with pytest.raises(InvalidInputError, match=r"share: 1\.5 is out of range: at least 0"):
            Coverage(group="staff", share=1.5)
        made = bc.json_schema(Coverage)["properties"]["share"]
        assert made == {"type": "number", "minimum": 0, "maximum": 1}
        assert describe(field_types(Coverage)["share"]) == "at least 0 and at most 1"


def fields_of(kind: str) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Each field of each class in a kind of file: its class, name, type and schema."""
    whole = schema_of(kind)
    seen, found = set(), [class_of(kind, "test")]
    while found:
        cls = found.pop()
        if cls in seen:
            continue
        seen.add(cls)
        table = whole if whole["title"] == cls.__name__ else whole["$defs"][cls.__name__]
        for name, hint in field_types(cls).items():
            yield cls.__name__, name, hint, table["properties"][name]
            found += [inner for inner in classes_in(hint) if attrs.has(inner)]


def classes_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from classes_in(inner)


def rules_in(
    hint: Any, made: dict[str, Any], whole: dict[str, Any]
) -> Iterator[tuple[Rule, dict[str, Any]]]:
    """Each rule in a type, with the part of the schema where it must be found."""
    yield from ((rule, made) for rule in rules_of(hint))
    base = base_of(hint)
    origin, inside = get_origin(base), get_args(base)
    if origin in {Union, UnionType}:
        options = made.get("anyOf", [made])
        yield from rules_in(inside[0], options[0], whole)
    elif origin is tuple and inside[-1:] == (Ellipsis,):
        yield from rules_in(inside[0], made["items"], whole)
    elif origin is not None and origin is not tuple:
        key, value = inside
        yield from rules_in(key, made.get("propertyNames", {}), whole)
        yield from rules_in(value, made["additionalProperties"], whole)
    elif hasattr(base, "_fields"):
        members = whole["$defs"][base.__name__]["prefixItems"]
        for one, member in zip(field_types(base).values(), members, strict=True):
            yield from rules_in(one, member, whole)


class TestCommand:
    def test_one_kind_and_all(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["schema", "school", "-o", str(tmp_path / "a" / "b")]) == 0
        path = tmp_path / "a" / "b" / "school.schema.json"
        assert capsys.readouterr().out == f"{path}\n"
        assert json.loads(path.read_text(encoding="utf-8")) == bc.json_schema("school")
        assert main(["schema", "--all", "-o", str(tmp_path)]) == 0
        assert {p.name for p in tmp_path.glob("*.json")} == {f"{k}.schema.json" for k in KINDS}

    def test_a_wrong_kind_and_a_folder_that_is_a_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["schema", "scool", "-o", str(tmp_path)]) == 1
        assert "did you mean 'school'" in capsys.readouterr().err
        (tmp_path / "file").touch()
        assert main(["schema", "school", "-o", str(tmp_path / "file")]) == 1
        assert "cannot write" in capsys.readouterr().err

    @pytest.mark.parametrize("given_", [["-o", "x"], ["school", "--all", "-o", "x"], ["school"]])
    def test_neither_or_both(self, given_: list[str]) -> None:
        with pytest.raises(SystemExit):
            main(["schema", *given_])
