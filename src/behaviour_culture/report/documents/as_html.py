"""A document as a page: one file with style and pictures inside, that runs and loads nothing."""

from __future__ import annotations

from behaviour_culture._version import __version__
from behaviour_culture.report.documents.fitting import COMPACT, SHEET, SIZES
from behaviour_culture.report.documents.model import Document
from behaviour_culture.report.html import environment, style

__all__ = ["as_html"]


def as_html(document: Document) -> str:
    """Return a document as a page; the same document gives the same text."""
    template = environment().get_template("document.html.j2")
    return template.render(
        document=document,
        name=_name_of,
        version=__version__,
        style=style("report.css", "document.css"),
        sizes=COMPACT if document.compact else SIZES,
        sheet=SHEET,
    )


def _name_of(block: object) -> str:
    return type(block).__name__
