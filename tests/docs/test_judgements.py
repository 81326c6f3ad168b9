"""The page of numbers that are our judgement says what the source says."""

from __future__ import annotations

import re

from judgements_page import PACKAGE, PAGE, judgements, page


def test_the_page_is_what_the_source_says() -> None:
    """``python tests/judgements_page.py`` writes the page anew."""
    assert PAGE.read_text("utf-8") == page()


def test_each_is_a_number_with_a_name() -> None:
    found = judgements()
    assert len(found) > 80
    named = {(one.place, one.names) for one in found}
    assert len(named) == len(found)
    assert not [one for one in found if one.names == "__all__"]
    assert ("scheduling/more_hours.py", "_PACKET") in named


def test_none_is_left_in_a_comment() -> None:
    """A judged number inside a function would be on no page: it gets a name and words."""
    pattern = re.compile(r"#.*judgement")
    sources = {file: file.read_text("utf-8") for file in PACKAGE.rglob("*.py")}
    assert not [file for file, text in sources.items() if pattern.search(text)]
