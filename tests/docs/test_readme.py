from __future__ import annotations

import re
from pathlib import Path

import pytest

import behaviour_culture as bc

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


class TestFrameworks:
    def test_all_that_come_with_the_package_are_named(self) -> None:
        named = re.findall(r"`([a-z]+-?[a-z0-9.-]*)`", README.split("| framework |")[-1])
        assert set(bc.framework_ids()) <= set(named)
        assert f"{_words(len(bc.framework_ids()))} frameworks" in README
        assert f"{_words(len(bc.framework_ids()) - 1).capitalize()} more come with it" in README

    @pytest.mark.parametrize("name", bc.framework_ids())
    def test_each_has_as_many_principles_and_items_as_it_says(self, name: str) -> None:
        framework = bc.load_framework(name)
        (line,) = (x for x in README.splitlines() if x.startswith("| `") and f"`{name}`" in x)
        assert re.search(rf"\b{len(framework.principles)}\b", line), line
        said = re.search(r"\b(\d+) (?:audit )?items", line)
        assert (int(said[1]) if said else 0) == len(framework.items)

    def test_the_first_paragraphs_count_what_is_there(self) -> None:
        framework, catalogue = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
        text = " ".join(README.split("## Quick start")[0].split())
        assert f"{len(framework.principles)} principles" in text
        assert f"{len(framework.items)} audit items" in text
        assert f"{len(catalogue.steps)} action steps" in text


class TestLinks:
    @pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/index.md"])
    def test_every_file_that_is_linked_exists(self, name: str) -> None:
        page = ROOT / name
        links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        assert [x for x in links if not (page.parent / x).exists()] == []

    def test_every_example_that_is_named_exists(self) -> None:
        for name in re.findall(r"examples/[\w./]+", README):
            assert (ROOT / name).exists(), name


def _words(number: int) -> str:
    return ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"][number]
