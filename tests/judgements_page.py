"""Makes the page docs/reference/judgements.md from the source.

``python tests/judgements_page.py`` writes it; a test holds it to what the source says, so that no
number that is our judgement changes unseen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "behaviour_culture"
PAGE = ROOT / "docs" / "reference" / "judgements.md"

HEAD = """# Numbers that are our judgement

No study and no rule gives these numbers: somebody had to choose, and we did. Each stands in one
place of the source, under the name in the last column, with these words. Whoever knows better, or
knows a study that says more, is asked to tell us. Arguments and fields whose default is judgement
say so where they are described, and [Limits](limits.md) has how much a call takes. This page is
made from the code.
"""
STAGES = {
    "audit": "Audit",
    "planning": "Plan",
    "scheduling": "Schedule",
    "impact": "Impact",
    "statistics": "Statistics",
    "monitoring": "Monitoring",
    "disclosure": "Disclosure",
    "review": "Review",
    "programme": "Programme",
    "report": "Report",
    "model": "Years and calendars",
}
"""The headings, in the order of the journey; what is in no such package comes last."""


class Judgement(NamedTuple):
    """A constant of the source whose description says that it is judgement."""

    place: str
    names: str
    value: str
    words: str


@cache
def judgements() -> tuple[Judgement, ...]:
    """Return every constant that is judgement, but for limits, file by file."""
    return tuple(_found())


def _found() -> Iterator[Judgement]:
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE).as_posix()
        text = file.read_text("utf-8")
        body = ast.parse(text).body if "judgement" in text else []
        for statement, after in pairwise(body):
            words = _text(after)
            if "judgement" in words and isinstance(statement, (ast.Assign, ast.AnnAssign)):
                target = (
                    statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                )
                assert statement.value is not None
                value = ast.unparse(statement.value)
                if not value.startswith("LIMITS."):
                    yield Judgement(place, ast.unparse(target), value, words)


def _text(statement: ast.stmt) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
    return ""


def page() -> str:
    """Return the page: a table for each stage."""
    tables: dict[str, list[str]] = {
        heading: [] for heading in (*STAGES.values(), "Files and the rest")
    }
    for found in judgements():
        heading = STAGES.get(found.place.split("/")[0], "Files and the rest")
        cells = (found.words, f"`{found.value}`", f"`{found.names}` in `{found.place}`")
        tables[heading].append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    lines = HEAD.splitlines()
    for heading, rows in tables.items():
        if rows:
            lines += [
                "",
                f"## {heading}",
                "",
                "| what | number | where |",
                "| --- | --- | --- |",
                *rows,
            ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
