from __future__ import annotations

import re
import tomllib
from pathlib import Path

import behaviour_culture as bc

ROOT = Path(__file__).resolve().parents[2]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


class TestVersions:
    def test_the_citation_is_of_this_version(self) -> None:
        found = re.search(r"^version: (\S+)$", text_of("CITATION.cff"), re.MULTILINE)
        assert found is not None
        assert found.group(1) == bc.__version__

    def test_the_changelog_begins_with_this_version(self) -> None:
        found = re.search(r"^## (\d\S*)", text_of("CHANGELOG.md"), re.MULTILINE)
        assert found is not None
        assert found.group(1) == bc.__version__


class TestChangelog:
    def test_the_functions_that_it_names_exist(self) -> None:
        names = set(re.findall(r"`(\w+)\([^`]*\)`", text_of("CHANGELOG.md")))
        assert len(names) > 10
        parts = (bc, bc.scheduling, bc.impact, bc.monitoring, bc.programme)
        assert names <= {name for part in parts for name in part.__all__}


class TestContributing:
    def test_the_sessions_that_it_names_exist(self) -> None:
        named = set(re.findall(r"nox -s (\w+)", text_of("CONTRIBUTING.md")))
        sessions = set(re.findall(r"^def (\w+)\(session", text_of("noxfile.py"), re.MULTILINE))
        assert named
        assert named <= sessions


class TestNoxfile:
    def test_its_benchmarks_exist(self) -> None:
        found = re.search(r"^BENCHMARKS = \((.*)\)$", text_of("noxfile.py"), re.MULTILINE)
        assert found is not None
        for name in re.findall(r"\w+", found.group(1)):
            assert (ROOT / "tests" / "benchmarks" / f"{name}.py").is_file(), name

    def test_every_extra_is_in_all(self) -> None:
        with (ROOT / "pyproject.toml").open("rb") as file:
            extras = tomllib.load(file)["project"]["optional-dependencies"]
        (everything,) = extras["all"]
        named = set(everything.partition("[")[2].rstrip("]").split(","))
        assert named == set(extras) - {"all"}
