"""A short run of the fuzzer, the same each time; ``nox -s fuzz`` runs it for an hour."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from random import Random

import pytest

import behaviour_culture as bc
from behaviour_culture.errors import Fault
from fuzzing import oracle, run
from fuzzing.mutations import mutate
from fuzzing.readers import READERS, Reader, seeds_of

pytest.importorskip("openpyxl")
pytest.importorskip("pyarrow")
SLOW = {"check", "inspect_file", "read_plan_workbook", "read_school_workbook", "journey", "ical"}
"""Readers that take tens of milliseconds a file, or a second to make a sound one."""
QUICK = sorted(READERS.keys() - SLOW)


@pytest.mark.parametrize("name", QUICK)
def test_damaged_files_are_refused_or_whole(name: str, tmp_path: Path) -> None:
    fuzzed(name, tmp_path, many=8, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(READERS))
def test_many_damaged_files(name: str, tmp_path: Path) -> None:
    fuzzed(name, tmp_path, many=200, slow=True)


def fuzzed(name: str, folder: Path, *, many: int, slow: bool) -> None:
    seeds = [(name, file, raw) for file, raw in seeds_of(name, slow=slow)]
    for number in range(many):
        _, suffix, raw = run.made_input(seeds, 1, number)
        path = folder / f"input{suffix}"
        path.write_bytes(raw)
        assert oracle.problem_of(name, path) is None, (number, raw[:2_000])


class TestTheFuzzer:
    """It would see what it looks for."""

    @pytest.fixture
    def seen(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
        def see(call: object) -> str:
            monkeypatch.setitem(READERS, "one", Reader(call, dict))  # type: ignore[arg-type]
            found = oracle.problem_of("one", tmp_path)
            return "" if found is None else found.kind

        return see

    def test_it_tells_errors_of_others_and_warnings(self, seen: object) -> None:
        def warn(_: Path) -> None:
            warnings.warn("careful", UserWarning, stacklevel=1)

        assert callable(seen)
        assert seen(lambda _: 1 // 0) == "ZeroDivisionError"
        assert seen(warn) == "warning UserWarning"
        assert not seen(lambda path: bc.read(path / "none.toml"))

    def test_it_tells_what_cannot_be_shown(self, seen: object) -> None:
        class Escapes(bc.InvalidInputError):
            def __str__(self) -> str:
                return "\x1b[2J"

        def refuse(_: Path) -> None:
            raise Escapes("x", [Fault("a", "b")])

        assert callable(seen)
        assert seen(refuse) == "control character in a message"
        assert seen(lambda _: "\x1b[2J") == "AssertionError"

    def test_it_tells_what_takes_too_long(
        self, seen: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(oracle, "MOST_SECONDS", 0.05)

        def work(seconds: float) -> None:
            end = time.process_time() + seconds
            while time.process_time() < end:
                pass

        assert callable(seen)
        assert seen(lambda _: work(0.1)) == "slow"
        assert seen(lambda _: work(10)) == "Late"

    def test_the_same_numbers_make_the_same_damage(self) -> None:
        raw = bc.dumps(bc.School(id="a", name="A"), format="toml").encode()
        made = [mutate(Random(n), raw, ".toml") for n in range(50)]  # noqa: S311
        assert made == [mutate(Random(n), raw, ".toml") for n in range(50)]  # noqa: S311
        assert len(set(made)) > 30
