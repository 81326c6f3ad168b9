"""A Word file as a whole: a template that is opened, and the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from behaviour_culture.errors import Fault, InvalidInputError, MissingExtraError, ReadError
from behaviour_culture.limits import LIMITS
from behaviour_culture.report.documents.fitting import SHEET, Sheet

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["new_word", "same_bytes", "template_bytes", "template_sheet"]

_ZERO = (1980, 1, 1, 0, 0, 0)
"""The time of each entry of the file: the same parts give the same bytes."""
_LARGEST = LIMITS.template_bytes
"""Bytes that a template may hold, unpacked."""


def template_bytes(path: str | Path) -> bytes:
    """Return the bytes of a template, or raise `ReadError` where Word could not use it."""
    name = str(path)
    if Path(name).suffix.lower() != ".docx":
        problem = "a template is a .docx file: save yours as Word Document (.docx), without macros"
        raise InvalidInputError("template", [Fault("template", f"{problem}; got {name!r}")])
    try:
        content = Path(name).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        why = getattr(error, "strerror", None) or str(error)
        raise ReadError(name, why) from None
    _opened(content, name)
    return content


def template_sheet(content: bytes) -> Sheet:
    """Return the sheet of a template: its paper, and the larger of its margins."""
    section = _opened(content, "the template").sections[0]
    mm = [section.page_width, section.page_height]
    margins = [section.left_margin, section.right_margin, section.top_margin, section.bottom_margin]
    wide, high = (float(length.mm) if length else 210.0 for length in mm)
    return Sheet(wide, high, max(float(m.mm) if m else SHEET.margin for m in margins))


def new_word(template: bytes | None) -> WordDocument:
    """Return an empty document, or what a template holds."""
    return _opened(template, "the template") if template else _docx().Document()


def _docx() -> Any:  # noqa: ANN401  (a module)
    try:
        import docx  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("python-docx", "office", "writing a Word document") from None
    return docx


def _opened(content: bytes, name: str) -> WordDocument:
    docx = _docx()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        opened: WordDocument | None = None
        if size <= _LARGEST:
            opened = docx.Document(io.BytesIO(content))
    except Exception as error:  # noqa: BLE001  (a broken archive fails in many ways)
        problem = f"Word could not open it as a .docx file: {error}"
        raise ReadError(name, problem) from None
    if opened is None:
        raise ReadError(
            name, "a template may hold 50 MB (the limit `template_bytes`), and this one has more"
        )
    return opened


def same_bytes(content: bytes) -> bytes:
    """Return the archive with the same time on each entry, in the order of their names."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in _ordered(source.namelist()):
            entry = zipfile.ZipInfo(name, _ZERO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return made.getvalue()


def _ordered(names: Sequence[str]) -> Iterator[str]:
    """Yield the names as Word likes them: the list of types first."""
    first = "[Content_Types].xml"
    yield from (first, *sorted(set(names) - {first}))
