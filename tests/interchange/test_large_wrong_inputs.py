"""Wrong inputs cost no more than right ones: nothing takes a square of their size."""

from __future__ import annotations

import gc
import io
import json
import time
from collections.abc import Callable

import pytest

import behaviour_culture as bc
from behaviour_culture.errors import Nearest, suggest


def seconds(call: Callable[[], object], times: int = 1) -> float:
    """Processor time of the quickest of some calls: others on the machine only slow them down."""
    found = []
    gc.disable()  # what other tests left behind is none of this call's time
    try:
        for _ in range(times):
            began = time.process_time()
            with pytest.raises(bc.InvalidInputError):
                call()
            found.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(found)


def repeated_keys(n: int) -> str:
    half = ",".join(f'"a{i}":1' for i in range(n))
    return f'{{"kind":"school",{half},{half}}}'


def unknown_names(n: int) -> str:
    steps = [
        {
            "id": f"step-number-{i}",
            "title": "T",
            "hours_per_week": {"h": 1},
            "lead": "h",
            "requires": [{"step": f"stop-number-{i}", "reason": "r"}],
        }
        for i in range(n)
    ]
    head = {"kind": "catalogue", "format": 1, "id": "c", "name": "c", "framework": "f"}
    roles = [{"id": "h", "title": "H"}]
    return json.dumps({**head, "edition": "1", "roles": roles, "steps": steps})


def unknown_keys(n: int) -> str:
    return json.dumps({"kind": "school", "format": 1} | {f"nmae-{i}": 1 for i in range(n)})


@pytest.mark.slow
@pytest.mark.parametrize("made", [repeated_keys, unknown_names, unknown_keys])
def test_eight_times_the_size_takes_no_square_of_the_time(made: Callable[[int], str]) -> None:
    small, large = made(1_000), made(8_000)
    base = seconds(lambda: bc.loads(small, format="json"), 3)
    assert seconds(lambda: bc.loads(large, format="json"), 3) < 25 * base


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 200_000 + " = 1",
        "[" + "a." * 200_000 + "a]",
        "x = {" + "a." * 200_000 + "a = 1}",
        "x = " + "[" * 100_000,
    ],
)
def test_deep_toml_is_refused_at_once(text: str) -> None:
    assert seconds(lambda: bc.loads(text, format="toml")) < 1


@pytest.mark.parametrize("text", ['{"a":' * 100_000, "[" * 100_000])
def test_deep_json_is_refused_at_once(text: str) -> None:
    assert seconds(lambda: bc.loads(text, format="json")) < 1


def test_sound_text_with_many_dots_is_read() -> None:
    dots = ".".join("a" * 100)
    text = f'kind = "school"\nformat = 1\nid = "a"\nname = "{dots}"\n'
    assert bc.loads(text, bc.School, format="toml").name == dots


def test_rows_of_another_framework_cost_as_much_as_sound_ones() -> None:
    framework = bc.load_framework("bennett-2017")

    def read(item: Callable[[int], str]) -> None:
        rows = "".join(f"r-{i},{item(i)},2\n" for i in range(2_000))
        bc.read_audit(io.StringIO("rater,item,rating\n" + rows), framework=framework)

    began = time.process_time()
    read(lambda _: framework.items[0].id)
    sound = time.process_time() - began
    assert seconds(lambda: read(lambda i: f"q{i}-of-another")) < max(0.5, 5 * sound)


class TestSuggestions:
    def test_fifty_wrong_names_are_looked_up(self) -> None:
        nearest = Nearest(["score"])
        hints = [nearest.hint(f"scor{i}") for i in range(60)]
        assert [bool(hint) for hint in hints] == [True] * 50 + [False] * 10
        assert nearest.hint("scor0") == hints[0]  # one that was looked up is kept

    def test_none_among_more_than_a_thousand(self) -> None:
        assert suggest("name-77x", [f"name-{i}" for i in range(1_000)]).endswith("'name-77'?")
        assert not suggest("name-77x", [f"name-{i}" for i in range(1_001)])

    def test_of_names_equally_near_the_same_one_whatever_the_order(self) -> None:
        assert suggest("ab", ["ac", "ad"]) == suggest("ab", ["ad", "ac"])


def test_a_header_of_many_columns() -> None:
    framework = bc.load_framework("bennett-2017")

    def header(columns: int) -> float:
        names = ",".join(f"column-{i}" for i in range(columns))
        text = f"rater,item,rating,{names}\n"
        return seconds(lambda: bc.read_audit(io.StringIO(text), framework=framework))

    base = header(2_000)
    assert header(16_000) < max(0.3, 25 * base)


def test_faults_of_a_table_have_codes() -> None:
    text = "rater,item,rating,rating,nmae\nhead,i,2,2,x\n"
    with pytest.raises(bc.InvalidInputError) as caught:
        bc.read_audit(io.StringIO(text), framework=bc.load_framework("bennett-2017"))
    assert sorted(fault.code.value for fault in caught.value.faults) == ["repeated", "unknown-key"]
