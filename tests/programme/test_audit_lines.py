from __future__ import annotations

import errno
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.programme import Cohort, stream_scores
from behaviour_culture.programme.cohort.alike_lines import AlikeLines
from behaviour_culture.programme.cohort.audit_lines import _LineReader

FRAMEWORK = bc.load_framework("tfi-2.1")
ITEMS = [item.id for item in FRAMEWORK.items]


def line(**changes: Any) -> dict[str, Any]:
    data = {
        "framework": "tfi-2.1",
        "edition": "2.1",
        "school": "s-1",
        "round": 1,
        "phase": "primary",
        "context": "high-fsm",
        "ratings": dict.fromkeys(ITEMS, 1),
    }
    return {key: value for key, value in (data | changes).items() if value != "absent"}


def rated(**changes: Any) -> dict[str, Any]:
    ratings = dict.fromkeys(ITEMS, 1) | {k.replace("_", "-"): v for k, v in changes.items()}
    return line(ratings={k: v for k, v in ratings.items() if v != "absent"})


def saved(folder: Path, *lines: object) -> Path:
    path = folder / "audits.jsonl"
    texts = [text if isinstance(text, str) else json.dumps(text) for text in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


BAD: list[tuple[object, str]] = [
    (line(framework="bennett-2017"), r"line 2, framework: expected 'tfi-2.1'"),
    (line(edition="3"), r"line 2, edition"),
    (line(school="S 1"), r"line 2, school: 'S 1' is not an id"),
    (line(school=7), r"line 2, school"),
    (line(school="a" * 101), r"line 2, school"),
    (line(round=0), r"line 2, round: expected a whole number from 1 to 100"),
    (line(round=1.5), r"line 2, round"),
    (line(round=True), r"line 2, round"),
    (line(round="1"), r"line 2, round"),
    (line(phase="primry"), r"line 2, phase.*did you mean 'primary'"),
    (line(context="High FSM"), r"line 2, context"),
    (line(ratings="absent"), r"line 2, ratings: is missing"),
    (line(ratings=[1] * 45), r"line 2, ratings: expected an object"),
    (line(extra=1), r"line 2, extra: no such key"),
    (rated(**{"tfi-1.1": 3}), r"line 2, ratings.tfi-1.1: expected one of 0, 1, 2"),
    (rated(**{"tfi-1.1": "1"}), r"line 2, ratings.tfi-1.1"),
    (rated(**{"tfi-1.1": 1.9}), r"line 2, ratings.tfi-1.1"),
    (rated(**{"tfi-1.1": True}), r"line 2, ratings.tfi-1.1"),
    (rated(**{"tfi-1.1": "absent"}), r"line 2, ratings.tfi-1.1: is missing: write null"),
    (rated(**{"tfi-9.9": 1}), r"line 2, ratings.tfi-9.9: no such item"),
    (json.dumps(line())[:-1], "line 2: it is not a JSON object"),
    (json.dumps(line()).replace('"round": 1', '"round": 1, "round": 2'), "'round' appears twice"),
    (
        json.dumps(line(phase="absent")).replace('"round": 1', '"round": 1, "round": 2'),
        "'round' appears twice",
    ),
    ("[]", r"line 2: expected an object"),
    (json.dumps(line(school="s-0")), "line 2: 's-0' has an audit of round 1 already"),
]


class TestRefusals:
    @pytest.mark.parametrize(("bad", "words"), BAD)
    def test_each_is_named_by_line_and_path(self, tmp_path: Path, bad: object, words: str) -> None:
        path = saved(tmp_path, line(school="s-0"), bad, line(school="s-2"))
        with pytest.raises(bc.InvalidInputError, match=words) as caught:
            Cohort.read_jsonl(path, FRAMEWORK)
        assert len(caught.value.faults) == 1

    def test_an_item_that_is_rated_twice_in_lines_that_are_alike(self, tmp_path: Path) -> None:
        texts = [json.dumps(line(school=f"s-{i}")) for i in range(3)]
        assert all('"tfi-1.1": ' in text for text in texts)
        twice = [text.replace('"tfi-1.1": ', '"tfi-1.1": 1, "tfi-1.1": ') for text in texts]
        with pytest.raises(bc.InvalidInputError, match=r"'tfi-1\.1' appears twice") as caught:
            Cohort.read_jsonl(saved(tmp_path, *twice), FRAMEWORK)
        assert len(caught.value.faults) == 3

    def test_all_faults_of_a_file_come_at_once(self, tmp_path: Path) -> None:
        path = saved(tmp_path, line(round=0, school="?"), "", line(), line(school="s-2", phase=1))
        with pytest.raises(bc.InvalidInputError) as caught:
            Cohort.read_jsonl(path, FRAMEWORK)
        lines = [fault.path.partition(",")[0] for fault in caught.value.faults]
        assert lines == ["line 1", "line 1", "line 4"]

    def test_a_file_that_is_not_there(self) -> None:
        with pytest.raises(bc.errors.ReadError):
            Cohort.read_jsonl("nowhere.jsonl", FRAMEWORK)

    def test_a_disk_that_fails_while_it_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = saved(tmp_path, line())

        class Broken(io.FileIO):
            def read(self, *_: Any) -> bytes:
                raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(Path, "open", lambda path, _mode: Broken(path))
        with pytest.raises(bc.errors.ReadError, match="Input/output error"):
            Cohort.read_jsonl(path, FRAMEWORK)

    def test_bytes_that_are_no_utf_8_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"\xff\xfe\n\xef\xbb\xbf" + json.dumps(line()).encode())
        with pytest.raises(bc.InvalidInputError, match="UTF-8") as caught:
            Cohort.read_jsonl(path, FRAMEWORK)
        assert [fault.path for fault in caught.value.faults] == ["line 1", "line 2"]


class TestReading:
    @given(
        rows=st.lists(
            st.lists(st.sampled_from([0.0, 1.0, 2.0, np.nan]), min_size=45, max_size=45).map(
                lambda row: [1.0, *row[1:]]
            ),
            min_size=1,
            max_size=4,
        ),
        phase=st.sampled_from([None, *(p.value for p in bc.Phase)]),
        context=st.sampled_from([None, "high-fsm"]),
    )
    def test_what_is_written_comes_back(
        self, tmp_path_factory: pytest.TempPathFactory, rows: Any, phase: Any, context: Any
    ) -> None:
        cohort = Cohort(
            framework=FRAMEWORK,
            schools=[f"s-{i}" for i in range(len(rows))],
            rounds=[1],
            phases=[phase] * len(rows) if phase else (),
            contexts=[context] * len(rows) if context else (),
            ratings=[rows],
        )
        path = cohort.write_jsonl(tmp_path_factory.mktemp("a") / "a.jsonl")
        assert Cohort.read_jsonl(path, FRAMEWORK) == cohort
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(AlikeLines, "read", lambda *_: None)
            assert Cohort.read_jsonl(path, FRAMEWORK) == cohort

    def test_a_phase_that_no_file_holds_is_not_written(self, tmp_path: Path) -> None:
        cohort = Cohort(
            framework=FRAMEWORK,
            schools=["a"],
            rounds=[1],
            phases=["sixth"],
            ratings=np.ones((1, 1, 45)),
        )
        with pytest.raises(bc.InvalidInputError, match="got sixth"):
            cohort.write_jsonl(tmp_path / "a.jsonl")
        assert not list(tmp_path.iterdir())

    def test_null_groups_blank_lines_and_spaces_are_fine(self, tmp_path: Path) -> None:
        path = saved(
            tmp_path,
            line(phase=None, context=None),
            "",
            json.dumps(line(school="s-2", phase="absent"), indent=None, separators=(" , ", " : ")),
        )
        cohort = Cohort.read_jsonl(path, FRAMEWORK)
        assert (cohort.schools, cohort.phases) == (("s-1", "s-2"), ())
        assert cohort.contexts == (None, "high-fsm")

    def test_streamed_scores_are_those_of_the_cohort(self, tmp_path: Path) -> None:
        lines = [
            rated(**{ITEMS[i]: None, ITEMS[i + 1]: 2}) | {"school": f"s-{i}"} for i in range(9)
        ]
        path = saved(tmp_path, *lines)
        (batch,) = stream_scores(path, framework=FRAMEWORK)
        cohort = Cohort.read_jsonl(path, FRAMEWORK)
        assert batch.schools == cohort.schools
        assert batch.scores.tolist() == cohort.scores()[0].tolist()


def _written(data: Any, order: int, spaces: tuple[str, str]) -> str:
    keys = sorted(data) if order == 1 else list(reversed(data)) if order == 2 else list(data)
    return json.dumps({key: data[key] for key in keys}, separators=spaces)


def _read(path: Path, *, slow: bool) -> object:
    with pytest.MonkeyPatch.context() as patch:
        if slow:
            patch.setattr(AlikeLines, "read", lambda *_: None)
        try:
            return Cohort.read_jsonl(path, FRAMEWORK)
        except bc.InvalidInputError as error:
            return error.faults


class TestLinesThatAreAlike:
    """The plain reader, which takes every line apart, is the oracle of the quick ones."""

    @given(data=st.data())
    def test_they_are_read_as_one_by_one(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        spaces = data.draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", "  :\t")]))
        orders = data.draw(st.sampled_from([(0,), (1,), (2,), (0, 1)]))
        values = st.sampled_from([0, 1, 2, 2, 1, None, 1.0, 3] if data.draw(st.booleans()) else [2])
        rows = [
            _written(
                rated(**{ITEMS[i]: data.draw(values)})
                | {
                    "school": data.draw(st.sampled_from([f"s-{i}", f"null-{i}", f"t{i}.a"])),
                    "phase": data.draw(st.sampled_from(["primary", "special", None])),
                },
                data.draw(st.sampled_from(orders)),
                spaces,
            )
            for i in range(data.draw(st.integers(1, 5)))
        ]
        text = "\n".join(rows) + data.draw(st.sampled_from(["\n", ""]))
        # Some bytes are cut out, doubled or put elsewhere.
        for _ in range(data.draw(st.integers(0, 2))):
            a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(text) - 1)] * 2)))
            b = min(b, a + data.draw(st.integers(0, 12)))
            new = data.draw(
                st.sampled_from(["", text[a:b] * 2, "\n", "\0", "}", '{"', "null", " ", "\n\n"])
            )
            text = text[:a] + new + text[b:]
        path = tmp_path_factory.mktemp("a") / "a.jsonl"
        path.write_bytes(text.encode())
        assert _read(path, slow=False) == _read(path, slow=True)

    @pytest.mark.parametrize("order", [0, 1, 2])
    @pytest.mark.parametrize("spaces", [(",", ":"), (", ", ": ")])
    def test_no_line_is_taken_apart_twice(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: int, spaces: Any
    ) -> None:
        rows = [
            _written(
                rated(**{ITEMS[i % 45]: (None, 0, 1, 2)[i % 4]})
                | {"school": f"s-{i}", "context": ("a", "b", None)[i % 3]},
                order,
                spaces,
            )
            for i in range(200)
        ]
        path = saved(tmp_path, *rows)
        expected = _read(path, slow=True)
        monkeypatch.setattr(_LineReader, "rows", None)
        assert Cohort.read_jsonl(path, FRAMEWORK) == expected

    def test_what_is_known_of_lines_is_forgotten_before_it_is_too_much(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("behaviour_culture.programme.cohort.alike_lines._MOST_RESTS", 2)
        monkeypatch.setattr("behaviour_culture.programme.cohort.audit_lines._CHUNK", 2**12)
        rows = [line(school=f"s-{i}", context=f"c-{i % 5}") for i in range(40)]
        path = saved(tmp_path, *rows)
        assert _read(path, slow=False) == _read(path, slow=True)

    def test_two_objects_on_a_line_are_refused_though_their_number_is_right(
        self, tmp_path: Path
    ) -> None:
        both = json.dumps(line(school="s-1")) + json.dumps(line(school="s-2"))
        path = saved(tmp_path, both, "")
        with pytest.raises(bc.InvalidInputError, match="line 1: it is not a JSON object"):
            Cohort.read_jsonl(path, FRAMEWORK)
