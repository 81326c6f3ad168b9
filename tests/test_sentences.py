"""No sentence is data: with the sentences of the package in other languages, nothing changes."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from builders import example_journey
from translated import Finder, Translator, in_english, outputs

SCRIPT = Path(__file__).parent / "translated.py"
SAID = ("audit", "plan", "schedule_text", "impact", "forecast", "review", "support", "page")
PARTS = (*SAID, "schedule", "verdict", "chart")


@cache
def as_they_are() -> dict[str, Any]:
    """What each stage makes here, where nothing is translated."""
    assert not any(isinstance(finder, Finder) for finder in sys.meta_path)
    found: dict[str, Any] = json.loads(json.dumps(outputs(example_journey())))
    return found


@cache
def translated() -> dict[str, Any]:
    """What each stage makes in a fresh interpreter, where all sentences are translated."""
    done = subprocess.run(  # noqa: S603  (this interpreter and a script of these tests)
        [sys.executable, str(SCRIPT), "translate"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_sentences_are_in_other_languages() -> None:
    assert translated()["languages"] > 80
    for part in SAID:
        text = json.dumps(translated()[part], ensure_ascii=False)
        assert in_english(text) != text, part


@pytest.mark.parametrize("part", PARTS)
def test_nothing_but_the_words_changes(part: str) -> None:
    plain, other = (
        json.dumps(made[part], ensure_ascii=False) for made in (as_they_are(), translated())
    )
    assert in_english(other) == plain


@pytest.mark.parametrize(
    "reading",
    ["text.startswith('audit score')", "'audit score' in text", "re.search('score, 0', text)"],
)
def test_code_that_reads_a_sentence_back_would_be_noticed(reading: str) -> None:
    made = "def made():\n    return 'audit score, 0 to 1'"
    source = f"import re\n{made}\ndef read(text):\n    return {reading}"
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102  (the line above)
    assert names["read"](names["made"]())
    tree = ast.fix_missing_locations(Translator("some.module").visit(ast.parse(source)))
    exec(compile(tree, "here", "exec"), names)  # noqa: S102  (the line above)
    assert not names["read"](names["made"]())
