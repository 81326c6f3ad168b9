from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import attrs
import pytest

import behaviour_culture as bc
from api_snapshot import REFERENCE, documented
from behaviour_culture.interchange.kinds import KINDS

RESULTS = {kind for kind, place in KINDS.items() if not place.startswith("behaviour_culture.model")}
"""Kinds that only the library writes: a stage's results."""


class TestReferencePages:
    def test_every_public_name_is_described_once(self) -> None:
        public = [f"behaviour_culture.{name}" for name in bc.__all__]
        top = [name for name in documented() if name.count(".") == 1]
        assert sorted(top) == sorted(public)

    @pytest.mark.parametrize("name", documented())
    def test_every_name_described_is_there_and_has_a_docstring(self, name: str) -> None:
        module, _, short = name.rpartition(".")
        thing = getattr(import_module(module), short)
        assert (thing.__doc__ or "").strip()

    def test_every_page_is_in_the_table_of_contents(self) -> None:
        index = (REFERENCE / "index.md").read_text(encoding="utf-8")
        listed = index.split("```{toctree}")[1].split("```")[0].split()
        pages = {p.stem for p in REFERENCE.iterdir() if p.suffix in {".md", ".rst"}} - {"index"}
        assert set(listed) - {":hidden:"} == pages


def examples() -> dict[str, list[dict[str, Any]]]:
    """The TOML examples of the page on files, by their kind."""
    text = (REFERENCE / "files.md").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = {}
    for block in re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        data = tomllib.loads(block)
        found.setdefault(data["kind"], []).append(data)
    return found


def keys_wanted(class_: type[Any], at: str) -> Iterator[str]:
    """Each key that an object of a class can have, as a path without indices."""
    attrs.resolve_types(class_)
    for field in attrs.fields(class_):
        if not field.init:
            continue
        path = f"{at}.{field.name}" if at else field.name
        yield path
        by_key = typing.get_origin(field.type) is Mapping
        for kind in kinds_in(field.type):
            yield from keys_wanted(kind, f"{path}.*" if by_key else path)


def kinds_in(type_: Any) -> Iterator[type[Any]]:
    if isinstance(type_, type) and attrs.has(type_):
        yield type_
    for inner in typing.get_args(type_):
        yield from kinds_in(inner)


def keys_used(data: object, at: str = "") -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            path = f"{at}.{key}" if at else str(key)
            yield path
            yield from keys_used(value, path)
            if isinstance(value, Mapping) and at:
                yield from keys_used(value, f"{at}.*")
    elif isinstance(data, list):
        for value in data:
            yield from keys_used(value, at)


class TestFilesPage:
    def test_every_kind_is_described(self) -> None:
        text = (REFERENCE / "files.md").read_text(encoding="utf-8")
        assert set(examples()) == set(KINDS) - RESULTS
        for kind in RESULTS:
            assert f"| `{kind}` |" in text

    @pytest.mark.parametrize("kind", sorted(set(KINDS) - RESULTS))
    def test_its_examples_use_every_key(self, kind: str) -> None:
        module, _, name = KINDS[kind].partition(":")
        wanted = set(keys_wanted(getattr(import_module(module), name), ""))
        used = {key for data in examples()[kind] for key in keys_used(data)}
        # The same keys may be left out of a second place that holds the same class.
        shared = {key for key in wanted if key.split(".")[-2:-1] in (["provenance"], ["sources"])}
        assert wanted - shared <= used
