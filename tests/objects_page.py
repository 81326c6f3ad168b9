"""Makes the pages docs/reference/objects.md and docs/reference/columns.md from the code.

``python tests/objects_page.py`` writes both; a test holds them to what the code says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from behaviour_culture._display import Displayed
from behaviour_culture._pictures import kinds_of
from behaviour_culture.interchange.columns import dictionary
from builders import public_classes

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
OWN_COLUMNS = {
    "PublishedTable": "those of the table",
    "ResearchExport": "id, round, phase, context, and one for each part of the framework",
    "SuppressedTable": "row, one for each column of the table, total",
    "Robustness": "step, title, weeks and shares, and one for each half-term",
}
"""Classes whose columns depend on what they hold."""

OBJECTS = """# Objects, their frames and their pictures

Each public object shows itself in one line (`repr`), in sentences (`print`), and as a table in a
notebook. Each has `to_frame()`; the column says what is in it. An object with pictures has
`plot()`, `plot.describe()` for the words of the image, and `plot.rows()` for its numbers; the
column has the kinds. A tuple of objects, such as `plan.steps`, shows itself as a table, and has
`to_frame()`, `where()` and entries by id: {class}`~behaviour_culture.typing.Entries`. This page is
made from the code.
"""
COLUMNS = """# Columns of the frames

What `to_frame()` has in its columns, class by class: the type of the cells and their meaning. A
category has its words in their order. A hidden count is null. This page is made from the code.
"""


def displayed() -> list[type[Any]]:
    """The public classes that show themselves."""
    return [cls for cls in public_classes() if issubclass(cls, Displayed)]


def frame_of(class_: type[Any]) -> str:
    """What a frame of an object of a class has in its rows."""
    if class_.__name__ in OWN_COLUMNS:
        return OWN_COLUMNS[class_.__name__]
    many = len(dictionary(class_))
    what = "rows" if hasattr(class_, "to_rows") else "one row"
    return f"{what} of {many} columns"


def objects_page() -> str:
    """The table object by object."""
    lines = [*OBJECTS.splitlines(), "", "| object | frame | pictures |", "| --- | --- | --- |"]
    for class_ in displayed():
        kinds = ", ".join(f"`{kind}`" for kind in kinds_of(class_))
        lines.append(f"| `{class_.__name__}` | {frame_of(class_)} | {kinds} |")
    return "\n".join(lines) + "\n"


def columns_page() -> str:
    """The dictionary of columns."""
    lines = COLUMNS.splitlines()
    for class_ in displayed():
        rows = dictionary(class_)
        if not rows or class_.__name__ in OWN_COLUMNS:
            continue
        lines += [
            "",
            f"## {class_.__name__}",
            "",
            "| column | type | meaning |",
            "| --- | --- | --- |",
        ]
        for row in rows:
            said = "; ".join(part for part in (row["meaning"], row["rule"]) if part)
            lines.append(f"| `{row['column']}` | {_cell(row['type'])} | {_cell(said)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("``", "`").replace("**", "")


PAGES = {"objects.md": objects_page, "columns.md": columns_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        path = Path(sys.argv[1] if len(sys.argv) > 1 else REFERENCE) / name
        path.write_text(page(), encoding="utf-8")
