"""Responses of raters as the command line names them."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture.interchange.file_bytes import read_text

if TYPE_CHECKING:
    from behaviour_culture.model.audit import Audit

__all__ = ["DEFAULT_FRAMEWORK", "audit_of", "columns_of", "sentence_of"]

DEFAULT_FRAMEWORK = "bennett-2017"
"""The framework of a table of responses that names none."""


def audit_of(names: list[str], options: argparse.Namespace) -> Audit:
    """Read responses for the framework of the options, that of a form, or the default one."""
    from behaviour_culture.audit.reading import read_audit  # noqa: PLC0415  (loads the stages)
    from behaviour_culture.content.loader import id_or_path, load_framework  # noqa: PLC0415

    chosen = options.framework
    if chosen is None and any(_is_bare(name) for name in names):
        chosen = DEFAULT_FRAMEWORK
    given = names[0] if len(names) == 1 else names  # the error of one names that file alone
    return read_audit(given, framework=load_framework(id_or_path(chosen)) if chosen else None)


def _is_bare(name: str) -> bool:
    """Say whether a file is a table of responses that does not name its framework."""
    path = Path(name)
    return path.suffix.lower() == ".csv" and "framework" not in columns_of(read_text(path))


def columns_of(text: str) -> list[str]:
    """Return the names of the columns of a table of text."""
    return [name.strip() for name in next(csv.reader(text.splitlines()[:1]), [])]


def sentence_of(audit: Audit) -> str:
    """Return how many items of which framework were answered, without the name of the audit."""
    return str(audit).partition(": ")[2]
