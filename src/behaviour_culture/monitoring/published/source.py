"""The bytes of a published table: a CSV file, or the one table inside a zip, within limits."""

from __future__ import annotations

import lzma
import os
import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from behaviour_culture.errors import ReadError, shorten
from behaviour_culture.interchange.files import read_bytes, utf8_of_csv
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.reading import Doubt

__all__ = ["TableText", "table_text"]

_MANY = 1_000
_LONE_CR = re.compile(rb"\r(?!\n)")
"""The end of a line in files of old programs for the Mac."""
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # zipfile's error for an unknown method of compression
    OSError,
    ValueError,
)


class TableText(NamedTuple):
    """The text of one table as UTF-8 bytes, its name, and doubts about its bytes."""

    name: str
    content: bytes
    doubts: list[Doubt]


def table_text(path: str | os.PathLike[str], *, limit: int = LIMITS.table_bytes) -> TableText:
    """Return the CSV text of a file, or of the only table in a zip archive.

    Raises
    ------
    ReadError
        Not there, neither CSV nor zip, too large when expanded; or a zip with no table, with
        two, with a password, or with a name that leads out of its folder.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in {".csv", ".zip"}:
        raise ReadError(str(file), f"the suffix {suffix!r} says neither .csv nor .zip")
    content = read_bytes(file, limit=limit)
    if suffix == ".csv":
        return _as_utf8(file.name, content)
    name, content = _from_zip(str(file), content, limit)
    return _as_utf8(f"{file.name}/{name}", content)


def _as_utf8(name: str, content: bytes) -> TableText:
    """Return text as UTF-8, with the line ends of Unix or Windows alone."""
    content, doubts = utf8_of_csv(content, subject=name)
    end = content.find(b"\n")
    windows = end > 0 and content[end - 1] == ord("\r")
    if not windows and b"\r" in content:
        content = _LONE_CR.sub(b"\n", content)
    return TableText(name, content.lstrip(b"\r\n"), doubts)


def _from_zip(path: str, content: bytes, limit: int) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entry = _only_table(path, archive)
            with archive.open(entry) as stream:
                # The size in the archive's index may be wrong: the bytes read are counted.
                table = stream.read(limit + 1)
    except ReadError:
        raise
    except _DAMAGE as error:
        raise ReadError(path, f"it is not a valid zip archive: {error}") from None
    if len(table) > limit:
        raise ReadError(path, f"the table in it is larger than the limit of {limit:,} bytes")
    return entry.filename, table


def _only_table(path: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = archive.infolist()
    if len(entries) > _MANY:
        raise ReadError(path, f"it holds more than {_MANY:,} files")
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        if name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/"):
            raise ReadError(path, f"the name {shorten(name)} in it leads out of its folder")
    tables = [
        entry
        for entry in entries
        if entry.filename.lower().endswith(".csv")
        and not entry.filename.lower().endswith(".meta.csv")
        and not entry.filename.startswith("__MACOSX/")
    ]
    if len(tables) != 1:
        names = ", ".join(shorten(e.filename) for e in tables[:5]) or "none"
        message = f"it should hold one table, besides .meta.csv; it holds {len(tables)}: {names}"
        raise ReadError(path, message)
    if tables[0].flag_bits & 1:
        raise ReadError(path, "the table in it has a password: take it off")
    return tables[0]
