"""Files as people have them: each is read right, or refused with words that say what to do.

``tests/data/corpus/<name>.toml`` lists the cases, and ``check(case)`` of ``tests/corpus_<name>.py``
checks one of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parent / "data" / "corpus"
TABLES = {
    name: tomllib.loads((CORPUS / f"{name}.toml").read_text(encoding="utf-8"))["cases"]
    for name in ("counts", "published")
}


def files(case: dict[str, Any]) -> Iterator[str]:
    """Yield the file of a case, or its several."""
    named = case["file"]
    yield from named if isinstance(named, list) else [named]


CASES = [
    pytest.param(name, case, id=f"{name}-{i}-{next(iter(files(case)))}")
    for name, cases in TABLES.items()
    for i, case in enumerate(cases)
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_each_file(name: str, case: dict[str, Any]) -> None:
    import_module(f"corpus_{name}").check(case)


def test_every_file_has_a_case_and_a_line_in_the_list() -> None:
    listed = (CORPUS / "README.md").read_text(encoding="utf-8")
    used = {name for cases in TABLES.values() for case in cases for name in files(case)}
    tables = {"README.md", *(f"{name}.toml" for name in TABLES)}
    assert {file.name for file in CORPUS.iterdir()} - tables == used
    assert not [name for name in used if f"`{name}`" not in listed]
