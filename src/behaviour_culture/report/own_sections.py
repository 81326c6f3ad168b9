"""Sections of the user's in the report: asked, checked, and escaped like all that it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from behaviour_culture._rows import plain_cell
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, shorten
from behaviour_culture.report.parts import ReportParts

__all__ = ["OwnSection", "own_sections"]


class OwnSection(NamedTuple):
    """A section of the user's, as the page shows it."""

    key: str
    title: str
    paragraphs: list[str]
    columns: list[str]
    rows: list[list[str]]


def own_sections(parts: ReportParts, titles: set[str]) -> list[OwnSection]:
    """Return the user's sections; ``titles`` are those of ours, which no other may have.

    Raises
    ------
    InvalidInputError
        One fails, returns something else, or has the title of another; all are named.
    """
    found: list[OwnSection] = []
    faults: list[Fault] = []
    taken = {title.casefold() for title in titles}
    for i, make in enumerate(parts.sections):
        path = f"sections[{i}] {getattr(make, '__name__', type(make).__name__)!r}"
        try:
            made: Any = make(parts)
        except Exception as error:  # noqa: BLE001  (whatever it raises is told by name)
            faults.append(Fault(path, f"failed with {type(error).__name__}: {error}"))
            continue
        if not _is_section(made):
            message = f"expected a title and a text, and rows if there are any, got {shorten(made)}"
            faults.append(Fault(path, message, shorten(made), FaultCode.WRONG_TYPE))
            continue
        title, text, *more = made
        if title.casefold() in taken:
            message = f"the report has a section {title!r} already: give yours another title"
            faults.append(Fault(path, message, title, FaultCode.REPEATED))
        taken.add(title.casefold())
        rows = more[0] if more else ()
        columns = list(dict.fromkeys(name for row in rows for name in row))
        found.append(
            OwnSection(
                f"own-{i + 1}",
                title,
                [p.strip() for p in re.split(r"\n[ \t]*\n", text) if p.strip()],
                [str(name).replace("_", " ") for name in columns],
                [[_cell(row.get(name)) for name in columns] for row in rows],
            )
        )
    if faults:
        raise InvalidInputError("report", faults)
    return found


def _is_section(made: Any) -> bool:  # noqa: ANN401  (from code of the user's)
    if not isinstance(made, tuple) or len(made) not in {2, 3}:
        return False
    title, text, *more = made
    texts = isinstance(title, str) and bool(title.strip()) and isinstance(text, str)
    rows = more[0] if more else ()
    tables = isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows)
    return texts and tables


def _cell(value: object) -> str:
    return "" if value is None else str(plain_cell(value))
