"""The bytes of a file: read within a limit, written whole or not at all."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from behaviour_culture.checks import Check
from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    ReadError,
    WriteError,
    shorten,
)
from behaviour_culture.limits import LIMITS

if TYPE_CHECKING:
    from behaviour_culture.model.reading import Doubt

__all__ = [
    "MAX_BYTES",
    "AnyFile",
    "AnyTarget",
    "InMemory",
    "as_file",
    "as_path",
    "check_free",
    "keep_owner",
    "make_folder",
    "path_is",
    "read_bytes",
    "read_text",
    "remove_abandoned",
    "several_files",
    "sync_folder",
    "temporary_in",
    "utf8_of_csv",
    "write_bytes",
    "write_to",
]

MAX_BYTES = LIMITS.file_bytes
"""Largest file that is read (judgement: a school's largest file is under 1 MB)."""
_PIECE = 1 << 20
_OFFICE = {".xlsx", ".csv", ".docx"}
_NULS = 4
"""A file with more 0 bytes than one in four is UTF-16 without its mark: text in UTF-8 has none."""
_TEMPORARY = re.compile(r"\.behaviour-culture-[0-9a-f]{16}\.tmp")
_ABANDONED = 3_600
"""Seconds after which what is half written is that of a process that was killed (judgement)."""
_LOOKED_AT = 1_000
"""Names of a folder that are looked at before a save: more would make each save there slow."""
AnyFile: TypeAlias = "str | os.PathLike[str] | IO[bytes] | IO[str] | InMemory"
AnyTarget: TypeAlias = "str | os.PathLike[str] | IO[bytes] | IO[str]"


class InMemory:
    """A stream in the place of a file: it has what our readers ask of a ``Path``.

    Attributes
    ----------
    name : str
        The one that is given, or that of the stream's own file, or ``input``.
    suffix : str
        Of a stream without a file, from its first bytes: ``.json`` for a brace, ``.xlsx`` for a
        workbook, ``.zip`` for another archive, and otherwise what the reader expects.
    """

    def __init__(self, stream: IO[bytes] | IO[str], otherwise: str, name: str = "") -> None:
        content = stream.read()
        self._content = content.encode() if isinstance(content, str) else content
        own = name or getattr(stream, "name", None)
        self.name: str = Path(own).name if isinstance(own, str) else "input"
        self.suffix: str = Path(self.name).suffix or self._seen() or otherwise
        self.stem: str = Path(self.name).stem

    def _seen(self) -> str:
        if self._content.startswith(b"PK\3\4"):
            return ".xlsx" if b"xl/" in self._content else ".zip"
        return ".json" if self._content.lstrip()[:1] == b"{" else ""

    def __str__(self) -> str:
        return self.name

    def open(self, _mode: str = "rb") -> IO[bytes]:
        """Return a new stream of the same bytes."""
        return io.BytesIO(self._content)


def as_file(path: AnyFile, otherwise: str = ".toml") -> Path | InMemory:
    """Return what a reader was given as a path, or as a file in memory.

    Parameters
    ----------
    path : str, path-like or stream
    otherwise : str
        The suffix of a stream that does not show what it holds.

    Raises
    ------
    InvalidInputError
        Neither a path nor a stream that can be read.
    """
    if isinstance(path, InMemory):
        return path
    given: Any = path
    if hasattr(given, "read") and not isinstance(given, type):
        return InMemory(given, otherwise)
    check = Check("reading")
    made = as_path(check, "path", path, "the path of a file or a stream")
    check.done()
    return made


def as_path(check: Check, name: str, value: object, what: str = "a path") -> Path:
    """Return the path that an argument gives, or record that it is none."""
    given: Any = value
    try:
        return Path(given)
    except TypeError:  # also for a path-like that gives bytes
        message = f"expected {what}, got {shorten(value)}"
        check.fault(name, message, value, FaultCode.WRONG_TYPE)
        return Path()


def read_bytes(path: Path | InMemory, *, limit: str | int = "file_bytes") -> bytes:
    """Return the bytes of a file, or raise `ReadError` where it has more than the limit.

    ``limit`` names one of `LIMITS`, or is the bytes that a user allows.
    """
    name = str(path)
    most = limit if isinstance(limit, int) else int(getattr(LIMITS, limit))
    named = "" if isinstance(limit, int) else f" (the limit `{limit}`)"
    try:
        if isinstance(path, Path) and path.exists() and not (path.is_file() or path.is_dir()):
            raise ReadError(name, "it is a device or a pipe: save its content as a file")
        with path.open("rb") as file:
            # In pieces: to read so many bytes at once takes memory for all that might come.
            size, pieces = 0, []
            while size <= most and (piece := file.read(min(_PIECE, most + 1 - size))):
                size += len(piece)
                pieces.append(piece)
    except FileNotFoundError:
        hint = _neighbour(path) if isinstance(path, Path) else ""
        raise ReadError(name, f"there is no such file{hint}") from None
    except IsADirectoryError:
        raise ReadError(name, "it is a folder; name a file in it") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        folder = isinstance(path, Path) and path_is(path, Path.is_dir)
        why = "it is a folder; name a file in it" if folder else _words(error, Path(name))
        raise ReadError(name, why) from None
    if size > most:
        raise ReadError(name, f"it is larger than the limit of {most:,} bytes{named}")
    return b"".join(pieces)


def _words(error: OSError | ValueError, path: Path | None = None) -> str:
    words = getattr(error, "strerror", None) or str(error)  # without the name, which may be long
    if isinstance(error, PermissionError) and path and path.suffix.lower() in _OFFICE:
        words += " (if it is open in Excel or Word, close it there)"  # as Windows refuses it
    return words


def path_is(path: Path, question: Callable[[Path], bool]) -> bool:
    """Ask ``Path.exists``, ``is_file`` or ``is_dir`` of a path; no where the system refuses it.

    They raise for a name that no file can have: one that is too long, or with a null byte.
    """
    with suppress(OSError, ValueError):
        return question(path)
    return False


def read_text(
    path: AnyFile, *, limit: str = "file_bytes", doubts: list[Doubt] | None = None
) -> str:
    """Return the text of a UTF-8 file; a byte-order mark in front is dropped.

    A ``.csv`` file may also be in Windows-1252, as Excel for Windows writes it, or in UTF-16
    with a mark in front. That is added to ``doubts``.

    Raises
    ------
    ReadError
        Not there, a folder, too large, not readable.
    InvalidInputError
        Not UTF-8; the message has the position of the first wrong byte.
    """
    file = as_file(path)
    name, raw = str(file), read_bytes(file, limit=limit)
    if file.suffix.lower() == ".csv":
        raw, found = utf8_of_csv(raw, subject=name)
        if doubts is not None:
            doubts += found
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = (
            f"byte {error.start} is not UTF-8 text, in line {line}: save the file with encoding "
            "UTF-8 (in Notepad: Save as, and UTF-8 under Encoding, not ANSI)"
        )
        raise InvalidInputError(name, [Fault("", message)]) from None


def utf8_of_csv(raw: bytes, *, subject: str) -> tuple[bytes, list[Doubt]]:
    """Return the bytes of a CSV file as UTF-8 without a mark, and a doubt if they were not UTF-8.

    Raises
    ------
    InvalidInputError
        Neither UTF-8, nor UTF-16 with a mark, nor Windows-1252.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and (raw.isascii() or _decodes(raw, "utf-8")):
        if b"\0" not in raw or raw.count(0) * _NULS <= len(raw):
            return raw, []
        raw = b"\x81"  # UTF-16 without a mark: refused below, as it is no text of either encoding
    encoding, said = ("utf-16", "UTF-16") if marked else ("cp1252", "Windows-1252")
    if not _decodes(raw, encoding):
        message = "not text in UTF-8: save it from the spreadsheet as 'CSV UTF-8'"
        raise InvalidInputError(subject, [Fault("", message)])
    from behaviour_culture.model.reading import Doubt  # noqa: PLC0415  (only for such a file)

    text = raw.decode(encoding)
    message = f"the file is not UTF-8: it was read as {said}"
    rows = max(1, text.count("\n") - 1)
    return text.encode(), [Doubt(code="encoding", message=message, count=rows)]


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _neighbour(path: Path) -> str:
    from behaviour_culture.errors import suggest  # noqa: PLC0415  (only on the way to an error)

    with suppress(OSError):
        return suggest(path.name, [p.name for p in path.parent.iterdir()])
    return ""


def write_to(target: AnyTarget, content: bytes) -> Path:
    """Write UTF-8 text or other bytes to a file or a stream; return its path or its name."""
    given: Any = target
    if not hasattr(given, "write") or isinstance(given, type):
        check = Check("writing")
        path = as_path(check, "path", target, "the path of a file or a stream")
        check.done()
        write_bytes(path, content)
        return path
    given.write(content.decode() if isinstance(given, io.TextIOBase) else content)
    return Path(str(getattr(given, "name", "output")))


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically: a reader sees the old file or the new one, never a part.

    A link stays one: what it points to is replaced. The new file has the permissions of the old
    one, and its owner where the system allows that. Another name of the old file (a hard link)
    keeps the old content.

    A process that is killed may leave ``.behaviour-culture-*.tmp`` beside the file; the next save
    into that folder removes it once it is an hour old.
    """
    temporary: Path | None = None
    try:
        target = Path(os.path.realpath(path))
        old = target.stat() if target.exists() else None
        if target.is_symlink() or (old and not stat.S_ISREG(old.st_mode)):
            problem = "it is neither a file nor free: a folder, a device or a circle of links"
            raise WriteError(str(path), problem)
        temporary = temporary_in(target.parent)
        with temporary.open("xb") as file:
            if old:
                keep_owner(temporary, old)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        temporary = None
        sync_folder(target.parent)
    except (OSError, ValueError) as error:
        raise WriteError(str(path), _words(error, path)) from None
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def several_files() -> Iterator[list[Path]]:
    """Yield a list for the files that a caller writes; an error names those in it as changed."""
    written: list[Path] = []
    try:
        yield written
    except WriteError as error:
        changed = [*map(str, written), *error.changed]
        raise WriteError(error.path, error.problem, changed) from None


def temporary_in(folder: Path) -> Path:
    """Return a free name in a folder for what is not yet whole; remove what was abandoned there."""
    remove_abandoned(folder)
    # A name of its own, not one made from the target's: the longest name has no room for more.
    return folder / f".behaviour-culture-{os.urandom(8).hex()}.tmp"


def remove_abandoned(folder: Path) -> None:
    """Remove what processes that were killed over an hour ago left half written in a folder."""
    before = time.time() - _ABANDONED
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in islice(entries, _LOOKED_AT):
            if not _TEMPORARY.fullmatch(entry.name):
                continue
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < before:
                    _remove(Path(entry.path))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        from shutil import rmtree  # noqa: PLC0415  (after a kill only)

        rmtree(path, ignore_errors=True)
    else:
        path.unlink()


def check_free(files: Mapping[Path, bytes] | Iterable[Path], *, force: bool) -> None:
    """Raise an error where something is in the place of new files, unless it may be replaced.

    Parameters
    ----------
    files : mapping of Path to bytes, or iterable of Path
        Where they go. A file that has the new content already is in no one's way.
    force : bool

    Raises
    ------
    WriteError
        It names the first, and how many there are.
    """
    if force:
        return
    new = files if isinstance(files, Mapping) else {}
    taken = [path for path in files if path.exists() and not _holds(path, new.get(path))]
    if taken:
        more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        raise WriteError(str(taken[0]), f"it is there already{more}: --force replaces it")


def _holds(path: Path, content: bytes | None) -> bool:
    return content is not None and path.is_file() and path.read_bytes() == content


def make_folder(path: str | os.PathLike[str]) -> Path:
    """Make a folder with those above it, unless it is there, and return it."""
    folder = Path(path)
    try:
        if folder.exists() and not folder.is_dir():
            raise WriteError(str(path), "it is a file: name a folder")
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise WriteError(str(path), _words(error)) from None
    return folder


def keep_owner(file: Path, old: os.stat_result) -> None:
    """Give a file the permissions and the owner of another, the owner only where that may be."""
    with suppress(OSError, AttributeError):  # AttributeError: Windows has no owners
        os.chown(file, old.st_uid, old.st_gid)
    file.chmod(stat.S_IMODE(old.st_mode))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system can."""
    with suppress(OSError):  # Windows opens no folder
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
