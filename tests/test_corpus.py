"""Files as people have them: each is read right, or refused with words that say what to do.

``tests/data/corpus/<name>.toml`` lists the cases of ``tests/corpus_<name>.py``, whose
``outcome(case, path)`` returns what a reader makes of a file, under the keys of the case.
"""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from behaviour_culture.errors import BehaviourCultureError

CORPUS = Path(__file__).parent / "data" / "corpus"
TABLES = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8"))["cases"]
    for file in sorted(CORPUS.glob("*.toml"))
}
CASES = [
    pytest.param(name, case, id=f"{case['file']}-{i}")
    for name, cases in TABLES.items()
    for i, case in enumerate(cases)
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_each_file(name: str, case: dict[str, Any]) -> None:
    outcome = import_module(f"corpus_{name}").outcome
    path = CORPUS / case["file"]
    if "refused" in case:
        with pytest.raises(BehaviourCultureError) as caught:
            outcome(case, path)
        for words in case["refused"]:
            assert words in str(caught.value)
        return
    found = outcome(case, path)
    expected = {key: case[key] for key in found if key in case}
    assert {key: found[key] for key in expected} == expected
    assert expected, "a case says what is right"


def test_every_file_has_a_case_and_a_line_in_the_list() -> None:
    listed = (CORPUS / "README.md").read_text(encoding="utf-8")
    used = {case["file"] for cases in TABLES.values() for case in cases}
    files = {file.name for file in CORPUS.iterdir() if file.suffix not in {".toml", ".md"}}
    assert files == used
    assert not [name for name in files if f"`{name}`" not in listed]
