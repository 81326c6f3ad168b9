"""The interface does not change unseen: the texts beside this file are what it was."""

from __future__ import annotations

import difflib

import pytest

from api_snapshot import FOLDER, TEXTS

ADVICE = {
    "names.txt": "A name, a parameter or a member that goes needs a deprecation first: the old one "
    "keeps working, and warns, for a minor version (CONTRIBUTING.md, 'What others build on').",
    "files.txt": "A change that makes old files unreadable needs a migration, which raises the "
    "format number of the kind (interchange/migrations.py).",
    "commands.txt": "A command or an option that goes needs a deprecation first: it keeps working, "
    "and says what to write in its place, for a minor version.",
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_interface_is_as_it_was_written_down(name: str) -> None:
    before = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    now = TEXTS[name]().splitlines()
    changes = list(difflib.unified_diff(before, now, name, "as it is now", n=1, lineterm=""))
    if changes:
        shown = "\n".join(changes[:60])
        more = f"\n... and {len(changes) - 60} lines" if len(changes) > 60 else ""
        pytest.fail(
            f"{shown}{more}\n\n{ADVICE[name]}\nIf the change is meant, run "
            "'python tests/api_snapshot.py', commit the text, and write it into changelog.d/.",
            pytrace=False,
        )


def test_the_texts_are_those_that_are_made_and_no_others() -> None:
    assert {path.name for path in FOLDER.glob("*.txt")} == set(TEXTS)


def test_every_public_name_has_a_line() -> None:
    text = (FOLDER / "names.txt").read_text(encoding="utf-8")
    for line in (
        "def behaviour_culture.score_audit(",
        "class behaviour_culture.School(NamedSchool)",
        "    roll: Annotated[int, Range(low=0, high=20000)] | None = None",
        "class behaviour_culture.errors.FaultCode(StrEnum)",
        "    MISSING = 'missing'",
        "behaviour_culture.impact.forecast is behaviour_culture.forecast",
    ):
        assert f"\n{line}" in text, line
