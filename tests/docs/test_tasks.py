"""A newcomer finds any of 25 common tasks within two clicks of the first page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
CARD = re.compile(r"^:link: (\S+)$", re.MULTILINE)
ROW = re.compile(r"^\| ([^|]+) \| \[[^\]]+\]\(([^)]+)\) \|$", re.MULTILINE)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def linked(page: Path) -> set[Path]:
    """The pages that one page links to, in its text and by its cards."""
    words = text(page)
    targets = [t for t in LINK.findall(words) if "://" not in t]
    targets += [f"{t}.md" for t in CARD.findall(words)]
    listed = re.findall(r"```\{toctree\}\n(?::[a-z]+:.*\n)*\n((?:[^`\n]+\n)+)```", words)
    targets += [f"{name}.md" for block in listed for name in block.split()]
    return {(page.parent / t).resolve() for t in targets}


TASKS = ROW.findall(text(DOCS / "tasks.md"))


def test_there_are_25() -> None:
    assert len(TASKS) == len({task for task, _ in TASKS}) == 25


@pytest.mark.parametrize(("task", "target"), TASKS, ids=[task for task, _ in TASKS])
def test_its_page_is_two_clicks_away(task: str, target: str) -> None:
    page = (DOCS / target).resolve()
    assert page.is_file(), task
    first = linked(DOCS / "index.md")
    assert page in first or any(page in linked(p) for p in first if p.suffix == ".md"), task


@pytest.mark.parametrize("name", ["start-here", "cheat-sheet", "tasks", "glossary"])
def test_all_links_of_the_leading_pages_lead_somewhere(name: str) -> None:
    for page in linked(DOCS / f"{name}.md"):
        assert page.is_file() or page.with_suffix(".rst").is_file(), page
