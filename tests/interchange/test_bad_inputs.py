"""Bad files, numbered as in the project's table of bad inputs, and what each of them gets."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.errors import Fault, InvalidInputError, ReadError
from behaviour_culture.interchange import dumps, loads, read, write
from behaviour_culture.interchange.converter import from_data, to_data
from behaviour_culture.interchange.files import MAX_BYTES, MAX_DEPTH

SCHOOL = {"kind": "school", "format": 1, "id": "hill", "name": "Hill"}
AUDIT = {
    "kind": "audit",
    "format": 1,
    "id": "a",
    "framework": "f",
    "edition": "1",
    "responses": [{"rater": "head", "item": "i-1", "rating": 1}],
}


def faults(text: str, format_: str = "json") -> list[Fault]:
    with pytest.raises(InvalidInputError) as caught:
        loads(text, format=format_, subject="x")
    assert caught.value.subject == "x"
    return list(caught.value.faults)


def rated(rating: str) -> str:
    return json.dumps(AUDIT).replace('"rating": 1', f'"rating": {rating}')


def item(text: str) -> str:
    return json.dumps(AUDIT).replace('"item": "i-1"', f'"item": {text}')


NAMED = [
    pytest.param(rated('"1"'), "responses[0].rating", "'1'", "whole number", id="row-1"),
    pytest.param(rated("1.9"), "responses[0].rating", "1.9", "whole number", id="row-2"),
    pytest.param(rated("true"), "responses[0].rating", "True", "whole number", id="row-3"),
    pytest.param(rated("-1"), "responses[0].rating", "-1", "at least 0", id="row-4-below"),
    pytest.param(rated("1001"), "responses[0].rating", "1001", "at most 1000", id="row-4-above"),
    pytest.param(item("null"), "responses[0].item", "None", "expected text", id="row-5"),
    pytest.param(item("5"), "responses[0].item", "5", "expected text", id="row-6"),
    pytest.param(rated('1, "evidnce": "x"'), "responses[0].evidnce", "", "'evidence'", id="row-7"),
    pytest.param(rated("NaN"), "responses[0].rating", "nan", "whole number", id="row-11-nan"),
    pytest.param(rated("-Infinity"), "responses[0].rating", "-inf", "whole", id="row-11-inf"),
    pytest.param(rated("1e999"), "responses[0].rating", "inf", "whole number", id="row-12"),
    pytest.param(rated('1, "rating": 2'), "responses[0].rating", "2", "appears twice", id="row-10"),
    pytest.param(json.dumps({**SCHOOL, "roll": 2**64}), "roll", str(2**64), "63 bits", id="row-15"),
    pytest.param(
        json.dumps(SCHOOL).replace("Hill", "\\ud800"), "name", "", "surrogate", id="row-18"
    ),
    pytest.param(
        json.dumps({**SCHOOL, "id": "../../etc/passwd"}),
        "id",
        "'../../etc/passwd'",
        "not an id",
        id="row-29-up",
    ),
    pytest.param(json.dumps({**SCHOOL, "id": "/abs"}), "id", "'/abs'", "an id", id="row-29-abs"),
    pytest.param(
        json.dumps({**SCHOOL, "id": "a\0b"}), "id", r"'a\x00b'", "an id", id="row-29-null"
    ),
    pytest.param(
        json.dumps({**SCHOOL, "context": {"fsm_percent": "12"}}),
        "context.fsm_percent",
        "'12'",
        "expected a number",
        id="text-for-a-number",
    ),
    pytest.param(
        json.dumps({**SCHOOL, "phase": "primry"}), "phase", "'primry'", "'primary'", id="enum"
    ),
    pytest.param(
        json.dumps({**SCHOOL, "illustrative": 1}), "illustrative", "1", "true or", id="flag"
    ),
    pytest.param(
        json.dumps({**SCHOOL, "systems": {"id": "a"}}), "systems", "{'id'", "a list", id="list"
    ),
    pytest.param(json.dumps({**SCHOOL, "context": [1]}), "context", "[1]", "a Context", id="table"),
    pytest.param(
        json.dumps({**AUDIT, "date": "2026-02-30"}), "date", "2026-02-30", "calendar", id="date"
    ),
    pytest.param(
        json.dumps({**AUDIT, "date": "01/02/2026"}), "date", "01/02", "like 2026", id="date-form"
    ),
    pytest.param(json.dumps({**AUDIT, "date": 20260201}), "date", "2026", "a date", id="date-int"),
    pytest.param(
        json.dumps({**AUDIT, "date": "2026-02-01T08:00"}), "date", "T08", "a date", id="time"
    ),
]


class TestNamedFaults:
    @pytest.mark.parametrize(("text", "path", "value", "mend"), NAMED)
    def test_path_value_and_mend(self, text: str, path: str, value: str, mend: str) -> None:
        found = {fault.path: fault for fault in faults(text)}
        assert path in found
        assert value in found[path].value or value in found[path].message
        assert len(found[path].value) <= 80
        assert mend in found[path].message

    def test_row_4_a_rating_off_the_scale_says_what_is_on_it(
        self, tmp_path: Path, framework: bc.Framework
    ) -> None:
        first = framework.items[0].id
        data = AUDIT | {"framework": framework.id, "edition": framework.edition}
        data["responses"] = [{"rater": "head", "item": first, "rating": 9}]
        path = tmp_path / "audit.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        with pytest.raises(
            InvalidInputError, match=r"9 is not on the scale 0 \(.*\), 1 \(.*\), 2 \(.*\), 3 \("
        ):
            bc.read_audit(path, framework=framework)


class TestRow8:
    def test_all_missing_keys_come_in_one_error(self) -> None:
        found = faults('{"kind": "audit", "format": 1}')
        missing = {"id", "framework", "edition", "responses"}
        assert {f.path for f in found} == missing
        assert {f.message for f in found} == {"is missing, but needed"}

    @pytest.mark.parametrize(
        ("text", "path", "mend"),
        [
            ('{"format": 1}', "kind", "write kind = one of"),
            ('{"kind": "scool", "format": 1}', "kind", "did you mean 'school'"),
            ('{"kind": ["school"], "format": 1}', "kind", "known:"),
            ('{"kind": "school"}', "format", "expected format = 1"),
            (
                '{"kind": "school", "format": 2}',
                "format",
                "got 2: a newer version of behaviour_culture wrote this file",
            ),
            ('{"kind": "school", "format": true}', "format", "got True"),
            ('{"kind": "school", "format": "1"}', "format", "got '1'"),
            ('{"kind": "school", "format": NaN}', "format", "got nan"),
        ],
    )
    def test_kind_and_format(self, text: str, path: str, mend: str) -> None:
        (fault,) = faults(text)
        assert fault.path == path
        assert mend in fault.message

    def test_another_kind_than_expected(self, tmp_path: Path) -> None:
        path = write(bc.School(id="a", name="A"), tmp_path / "a.toml")
        with pytest.raises(InvalidInputError, match="kind 'calendar', got 'school'"):
            bc.load_calendar(path)


class TestRow9:
    @pytest.mark.parametrize("text", ["[]", "null", "5", '"school"', "true", "[[]]"])
    def test_a_top_level_that_is_no_table(self, text: str) -> None:
        (fault,) = faults(text)
        assert fault.path == ""
        assert "expected a table" in fault.message

    @pytest.mark.parametrize("text", ["", " ", "{", '{"a": 1,}', "{'a': 1}", "nul", "}"])
    def test_json_that_is_none_says_where(self, text: str) -> None:
        (fault,) = faults(text)
        assert "not valid JSON" in fault.message
        assert "line 1" in fault.message

    @pytest.mark.parametrize(
        "text", ["a", "a = ", "[a", "a = 1\na = 2", "[a]\n[a]", "a = 08", "a = \x01"]
    )
    def test_toml_that_is_none_says_where(self, text: str) -> None:
        (fault,) = faults(text, "toml")
        assert "not valid TOML" in fault.message
        assert "line " in fault.message or "end of document" in fault.message


class TestRow10:
    def test_each_repeated_key_is_named_wherever_it_lies(self) -> None:
        text = (
            '{"kind": "school", "format": 1, "id": "a", "id": "b", "name": "A",'
            ' "systems": [{"id": "s", "name": "S", "name": "T", "name": "U"}]}'
        )
        assert [f.path for f in faults(text)] == ["id", "systems[0].name"]

    def test_toml_refuses_a_repeated_key_itself(self) -> None:
        (fault,) = faults('kind = "school"\nformat = 1\nid = "a"\nid = "b"\nname = "B"', "toml")
        assert "line 4" in fault.message


class TestRows11And13:
    def test_toml_has_its_own_words_for_what_is_no_number(self) -> None:
        text = dumps(bc.School(id="a", name="A"), format="toml")
        text += "[context]\nfsm_percent = nan\neal_percent = -inf\n"
        found = {f.path: f.message for f in faults(text, "toml")}
        assert found == {
            "context.fsm_percent": "nan is not a finite number",
            "context.eal_percent": "-inf is not a finite number",
        }

    def test_row_13_no_value_that_is_no_number_can_be_written(self, tmp_path: Path) -> None:
        for number in (float("nan"), float("inf"), float("-inf")):
            with pytest.raises(InvalidInputError, match="not a finite number"):
                write(
                    bc.School(id="a", name="A", context=bc.model.Context(fsm_percent=number)),
                    tmp_path / "a.json",
                )
        assert list(tmp_path.iterdir()) == []


class TestRow14:
    @pytest.mark.parametrize("format_", ["json", "toml"])
    def test_an_integer_of_5000_digits_is_refused_at_once(self, format_: str) -> None:
        digits = "9" * 5000
        text = {
            "json": json.dumps(SCHOOL)[:-1] + f', "roll": {digits}}}',
            "toml": f'kind = "school"\nformat = 1\nroll = {digits}',
        }[format_]
        began = time.perf_counter()
        (fault,) = faults(text, format_)
        assert time.perf_counter() - began < 0.5  # measured: under 1 ms
        assert "thousands of digits" in fault.message
        assert "sys." not in fault.message

    @pytest.mark.parametrize("digits", [19, 4000])
    def test_shorter_ones_are_refused_by_range(self, digits: int) -> None:
        (fault,) = faults(json.dumps({**SCHOOL, "roll": int("9" * digits)}))
        assert fault.path == "roll"
        assert len(fault.value) <= 80


class TestRow16:
    @pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 990, 10_000, 200_000])
    @pytest.mark.parametrize(
        ("format_", "opening", "closing", "before"),
        [("json", "[", "]", ""), ("json", '{"a":', "}", ""), ("toml", "[", "]", "a = ")],
    )
    def test_too_deep(
        self, depth: int, format_: str, opening: str, closing: str, before: str
    ) -> None:
        core = "1" if opening.endswith(":") else ""
        (fault,) = faults(before + opening * depth + core + closing * depth, format_)
        assert fault.message == f"nested deeper than {MAX_DEPTH} levels (the limit `nesting`)"

    def test_deep_dotted_keys(self) -> None:
        (fault,) = faults(".".join("a" * 10_000) + " = 1", "toml")
        assert "nested deeper" in fault.message

    def test_unclosed(self) -> None:
        (fault,) = faults("[" * 200_000)
        assert "nested deeper" in fault.message

    def test_a_file_of_10000_levels(self, tmp_path: Path) -> None:
        deep = "[" * 10_000 + "]" * 10_000
        for name, text in (("a.json", deep), ("a.toml", f"a = {deep}")):
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            with pytest.raises(InvalidInputError, match="nested deeper"):
                read(path)

    def test_what_our_own_files_need_is_far_below(self) -> None:
        def depth(value: Any) -> int:
            inner = value.values() if isinstance(value, dict) else value
            below = [depth(v) for v in inner] if isinstance(value, (dict, list)) else []
            return 1 + max(below, default=0) if isinstance(value, (dict, list)) else 0

        assert depth(to_data(bc.load_framework("bennett-2017"))) < MAX_DEPTH // 4


class TestRows17To19:
    def test_row_17_bytes_that_are_no_text_are_named_by_position(self, tmp_path: Path) -> None:
        path = tmp_path / "a.toml"
        path.write_bytes(b'kind = "school"\nname = "\xff"')
        with pytest.raises(InvalidInputError, match="byte 24 is not UTF-8"):
            read(path)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
    def test_row_17_other_encodings(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "a.json"
        path.write_bytes(json.dumps(SCHOOL).encode(encoding))
        with pytest.raises(InvalidInputError, match="save the file with encoding UTF-8"):
            read(path)

    def test_row_18_half_a_character_is_refused_in_python_too(self) -> None:
        with pytest.raises(InvalidInputError, match="half of a surrogate pair"):
            bc.School(id="a", name="\ud800")
        with pytest.raises(InvalidInputError, match=r"limits\[0\]: holds half"):
            bc.model.BenchmarkSet(id="b", name="B", publisher="P", limits=["a\udfff"], figures=[])

    @pytest.mark.parametrize("name", ["a.json", "a.toml"])
    def test_row_18_no_file_is_made_of_what_no_check_saw(self, tmp_path: Path, name: str) -> None:
        school = bc.School(id="a", name="A")
        object.__setattr__(school, "name", "\ud800")
        with pytest.raises(bc.errors.WriteError, match="half of a surrogate pair"):
            write(school, tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["a.json", "a.toml"])
    def test_row_19_a_byte_order_mark_is_dropped(self, tmp_path: Path, name: str) -> None:
        school = bc.School(id="hill", name="Hill")
        path = tmp_path / name
        path.write_text(dumps(school, format=name[2:]), encoding="utf-8-sig")
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert read(path) == school


class TestRows21To23:
    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("plan.yaml", "YAML"),
            ("plan.yml", "YAML"),
            ("PLAN.YAML", "YAML"),
            ("plan.pkl", "can run any program"),
            ("plan.pickle", "can run any program"),
            ("plan.npy", "can hold a pickle"),
            ("plan.npz", "can hold a pickle"),
            ("plan.txt", "neither .toml nor .json"),
            ("plan", "neither .toml nor .json"),
            ("plan.toml.bak", "neither .toml nor .json"),
        ],
    )
    def test_a_format_is_refused_by_its_suffix_unread(
        self, tmp_path: Path, name: str, why: str
    ) -> None:
        path = tmp_path / name
        path.write_text("a: &a [*a, *a]", encoding="utf-8")
        with pytest.raises(ReadError, match=why) as caught:
            read(path)
        assert "save it as .toml or .json" in str(caught.value)
        with pytest.raises(bc.errors.WriteError, match=why):
            write(bc.School(id="a", name="A"), tmp_path / "new" / name)
        assert not (tmp_path / "new").exists()

    def test_content_by_id_refuses_them_too(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text("id: mine", encoding="utf-8")
        with pytest.raises(ReadError, match="YAML"):
            bc.load_framework(path)


class TestRows24To26:
    def catalogue(self, *links: tuple[str, list[str]]) -> str:
        steps = [
            {
                "id": key,
                "title": key.upper(),
                "lead": "head",
                "hours_per_week": {"head": 1},
                "requires": [{"step": r, "reason": "so it is"} for r in requires],
            }
            for key, requires in links
        ]
        head = {"kind": "catalogue", "format": 1, "id": "k", "name": "K"}
        return json.dumps({**head, "framework": "f", "edition": "1", "steps": steps})

    def test_a_number_beyond_63_bits_is_out_of_range(self) -> None:
        data = json.loads(self.catalogue(("a", [])))
        data["steps"][0]["hours_per_week"]["head"] = 2**63
        (fault,) = faults(json.dumps(data))
        assert fault.path == "steps[0].hours_per_week.head"
        assert "more than 63 bits" in fault.message

    def test_a_circle_waits_until_all_else_can_be_read(self) -> None:
        data = json.loads(self.catalogue(("a", ["b"]), ("b", ["a"])))
        found = {f.path: f.message for f in faults(json.dumps({**data, "roles": 7}))}
        assert list(found) == ["roles"]

    def test_row_24_a_circle_names_itself_and_the_file(self) -> None:
        text = self.catalogue(("a", ["c"]), ("b", ["a"]), ("c", ["b"]))
        with pytest.raises(
            bc.errors.CycleError, match=r"a \(A\) -> b \(B\) -> c \(C\) -> a"
        ) as caught:
            loads(text, format="json", subject="plan.json")
        assert caught.value.subject == "plan.json"
        assert str(caught.value).startswith("plan.json: the prerequisites form a circle")

    def test_row_25_a_step_on_itself_and_on_nothing(self) -> None:
        text = self.catalogue(("alpha", ["alpha"]), ("beta", ["alhpa"]))
        found = {f.path: f.message for f in faults(text)}
        assert "requires itself" in found["steps[0].requires[0].step"]
        text = self.catalogue(("alpha", []), ("beta", ["alhpa"]))
        found = {f.path: f.message for f in faults(text)}
        assert "did you mean 'alpha'" in found["steps[1].requires[0].step"]

    def test_row_26_two_steps_with_one_id(self) -> None:
        (fault,) = faults(self.catalogue(("a", []), ("b", []), ("a", [])))
        assert fault.path == "steps[2].id"
        assert "first at steps[0].id" in fault.message


class TestAllAtOnce:
    def test_a_file_with_five_different_faults_gives_five(self) -> None:
        data = {
            **SCHOOL,
            "scool": "Hill",
            "urn": "100000",
            "phase": "primry",
            "roll": -1,
            "context": {"fsm_percent": 140},
        }
        found = {f.path: f.message for f in faults(json.dumps(data))}
        assert found.keys() == {
            "scool",
            "urn",
            "phase",
            "roll",
            "context.fsm_percent",
        }

    def test_faults_that_the_class_finds_come_with_those_of_the_file(self) -> None:
        step = {"id": "A", "title": "", "lead": "head", "hours_per_week": {"head": "x", "b": -1}}
        data = {
            "kind": "catalogue",
            "format": 1,
            "id": "k",
            "framework": "f",
            "edition": "1",
            "steps": [step, {"weeks": [3, 2]}],
        }
        found = {f.path for f in faults(json.dumps(data))}
        assert {
            "name",
            "steps[0].id",
            "steps[0].title",
            "steps[0].hours_per_week.head",
            "steps[1].id",
            "steps[1].weeks",
        } <= found

    def test_the_message_names_the_file_and_every_fault(self, tmp_path: Path) -> None:
        path = tmp_path / "school.toml"
        path.write_text('kind = "school"\nformat = 1\nnmae = "x"\nurn = 1', encoding="utf-8")
        with pytest.raises(InvalidInputError) as caught:
            read(path)
        text = str(caught.value)
        assert str(path) in text
        assert "3 faults" not in text
        assert text.count("\n  ") == len(caught.value.faults) == 4
        assert "did you mean 'name'" in text

    def test_input_objects_are_left_as_they_were(self) -> None:
        data = {**SCHOOL, "roll": "many", "systems": [{"id": "S"}]}
        before = json.dumps(data)
        with pytest.raises(InvalidInputError):
            from_data(data, bc.School)
        assert json.dumps(data) == before


class TestFilesThatCannotBeRead:
    def test_one_that_is_not_there_names_its_neighbour(self, tmp_path: Path) -> None:
        write(bc.School(id="a", name="A"), tmp_path / "school.toml")
        with pytest.raises(ReadError, match=r"no such file; did you mean 'school.toml'"):
            read(tmp_path / "scool.toml")
        with pytest.raises(ReadError, match="no such file"):
            read(tmp_path / "no" / "such" / "folder.toml")

    def test_a_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "school.toml"
        folder.mkdir()
        with pytest.raises(ReadError, match="it is a folder"):
            read(folder)

    def test_a_file_of_100_mb_is_refused_before_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "big.json"
        with path.open("wb") as file:
            file.truncate(100 * 1024 * 1024)  # sparse: it takes no room on the disk
        began = time.perf_counter()
        with pytest.raises(ReadError, match=f"larger than the limit of {MAX_BYTES:,} bytes"):
            read(path)
        assert time.perf_counter() - began < 5  # measured: 0.02 s

    @pytest.mark.parametrize("name", ["a\0b.toml", "a" * 5000 + ".toml"])
    def test_a_name_that_no_file_can_have(self, name: str) -> None:
        with pytest.raises(ReadError) as caught:
            read(name)
        assert len(str(caught.value)) < 400
