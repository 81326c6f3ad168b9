"""Reading and writing files: TOML and JSON by suffix, size and depth limited, writes atomic."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from behaviour_culture.checks import Check
from behaviour_culture.errors import Fault, InvalidInputError, ReadError, WriteError, shorten
from behaviour_culture.interchange.kinds import class_of, kind_of
from behaviour_culture.interchange.migrations import migrate, newest_format

if TYPE_CHECKING:
    from behaviour_culture.disclosure import DisclosureRules
    from behaviour_culture.model.reading import Doubt

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Publishable",
    "dumps",
    "loads",
    "read",
    "read_bytes",
    "read_text",
    "utf8_of_csv",
    "write",
    "write_bytes",
]

MAX_BYTES = 32 * 1024 * 1024
"""Largest file that is read (judgement: a school's largest file is under 1 MB)."""
MAX_DEPTH = 64
"""Deepest nesting that is read; our own files need 6."""

_NULS = 4
"""A file with more 0 bytes than one in four is UTF-16 without its mark: text in UTF-8 has none."""

_REFUSED = {
    ".yaml": "YAML guesses types (no becomes false) and can expand without bound",
    ".yml": "YAML guesses types (no becomes false) and can expand without bound",
    ".pkl": "reading a pickle can run any program",
    ".pickle": "reading a pickle can run any program",
    ".npy": "a numpy file can hold a pickle",
    ".npz": "a numpy file can hold a pickle",
}


def _format_of(path: Path, error: type[ReadError | WriteError], advice: str) -> str:
    """Return the format that the suffix of a file names, or raise an error with advice."""
    suffix = path.suffix.lower()
    if suffix in {".toml", ".json"}:
        return suffix[1:]
    why = _REFUSED.get(suffix, f"the suffix {suffix!r} says neither .toml nor .json")
    raise error(str(path), f"{why}; {advice} .toml or .json")


def read_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file of at most ``limit`` bytes, or raise `ReadError`."""
    name = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except FileNotFoundError:
        raise ReadError(name, f"there is no such file{_neighbour(path)}") from None
    except IsADirectoryError:
        raise ReadError(name, "it is a folder; name a file in it") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        why = "it is a folder; name a file in it" if _is_folder(path) else _words(error)
        raise ReadError(shorten(name)[1:-1], why) from None
    if len(raw) > limit:
        raise ReadError(name, f"it is larger than the limit of {limit:,} bytes")
    return raw


def _words(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)  # without the name, which may be long


def _is_folder(path: Path) -> bool:
    # Windows answers "permission denied" to the opening of a folder.
    with suppress(OSError, ValueError):
        return path.is_dir()
    return False


def read_text(
    path: str | os.PathLike[str], *, limit: int = MAX_BYTES, doubts: list[Doubt] | None = None
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
    name = os.fspath(path)
    raw = read_bytes(Path(name), limit=limit)
    if Path(name).suffix.lower() == ".csv":
        raw, found = utf8_of_csv(raw, subject=name)
        if doubts is not None:
            doubts += found
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8 text: save the file with encoding UTF-8"
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


class _Repeats(dict[str, Any]):
    """A JSON table with a repeated key, kept until its path is known."""

    twice: list[str]


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    table, seen = _Repeats(made), set[str]()
    table.twice = []
    for key, _ in pairs:
        if key in seen and key not in table.twice:
            table.twice.append(key)
        seen.add(key)
    return table


def _repeats(data: object, path: str = "$") -> Iterator[Fault]:
    """Yield a fault for each key that is repeated in its table."""
    if isinstance(data, _Repeats):
        for key in data.twice:
            message = "the key appears twice: keep one of the two"
            yield Fault(f"{path}.{key[:80]}", message, shorten(data[key]))
    pairs: Iterable[tuple[str, object]] = ()
    if isinstance(data, dict):
        pairs = ((f"{path}.{str(k)[:80]}", v) for k, v in data.items())
    elif isinstance(data, list):
        pairs = ((f"{path}[{i}]", v) for i, v in enumerate(data))
    for below, value in pairs:
        yield from _repeats(value, below)


def _parse(text: str, format_: str, subject: str) -> Any:  # noqa: ANN401
    try:
        if format_ == "json":
            # NaN and Infinity pass here: the converter refuses them with their path.
            data = json.loads(text, object_pairs_hook=_table)
        else:
            import tomllib  # noqa: PLC0415  (JSON needs none of it)

            data = tomllib.loads(text)
    except RecursionError:
        message = f"nested deeper than {MAX_DEPTH} levels"
        raise InvalidInputError(subject, [Fault("$", message)]) from None
    except ValueError as error:  # JSONDecodeError, TOMLDecodeError, integers of 5,000 digits
        why = shorten(str(error), 200)[1:-1]
        if "int_max_str_digits" in why:  # advice to programmers, not to the writer of the file
            why = "a whole number of thousands of digits is out of any range here"
        message = f"not valid {format_.upper()}: {why}"
        raise InvalidInputError(subject, [Fault("", message)]) from None
    _check_depth(data, subject)
    if format_ == "json" and (faults := list(_repeats(data))):
        raise InvalidInputError(subject, faults)
    return data


def _check_depth(data: object, subject: str) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                below += value.values()
            elif isinstance(value, list):
                below += value
        if not below:
            return
        level = below
    raise InvalidInputError(subject, [Fault("$", f"nested deeper than {MAX_DEPTH} levels")])


def loads(text: str, *, format: str, kind: str | None = None, subject: str = "input") -> Any:  # noqa: A002, ANN401
    """Build an object from the text of a file.

    Parameters
    ----------
    text : str
    format : {"toml", "json"}
    kind : str, optional
        The kind that is expected; another one is refused.
    subject : str
        The name of the input in an error, such as its file name.

    Raises
    ------
    InvalidInputError
        With all faults and their paths.
    """
    data = _parse(text, format, subject)
    if not isinstance(data, dict):
        message = f"expected a table with the key 'kind', got {shorten(data)}"
        raise InvalidInputError(subject, [Fault("$", message)])
    found = data.pop("kind", None)
    if kind is not None and found is not None and found != kind:
        message = f"expected a file of kind {kind!r}, got {shorten(found)}"
        raise InvalidInputError(subject, [Fault("$.kind", message)])
    type_ = class_of(found, subject)
    number = data.pop("format", None)
    data = migrate(data, str(found), number, subject)
    from behaviour_culture.interchange.converter import from_data  # noqa: PLC0415  (cattrs)

    return from_data(data, type_, subject=subject)


def read(path: str | os.PathLike[str], *, kind: str | None = None) -> Any:  # noqa: ANN401
    """Read any file of ours; its ``kind`` names the class of its content.

    Parameters
    ----------
    path : str or path-like
        A ``.toml`` or ``.json`` file; YAML and pickle are refused.
    kind : str, optional
        The kind that is expected; another one is refused.

    Returns
    -------
    object
        A `Framework`, `School`, `StepCatalogue`, ... as the file's kind says.

    Raises
    ------
    ReadError
        The file cannot be read at all.
    InvalidInputError
        Its content has faults; all of them are listed.
    """
    file = Path(path)
    format_ = _format_of(file, ReadError, "save it as")
    return loads(read_text(file), format=format_, kind=kind, subject=str(file))


def dumps(value: object, *, format: str) -> str:  # noqa: A002  (the plain word)
    """Return the text of the file that `write` would make.

    Examples
    --------
    >>> from behaviour_culture import School
    >>> print(dumps(School(id="hill", name="Hill"), format="toml"))
    kind = "school"
    format = 1
    id = "hill"
    name = "Hill"
    <BLANKLINE>
    """
    from behaviour_culture.interchange.converter import to_data  # noqa: PLC0415  (cattrs)

    kind = kind_of(value)
    data = {"kind": kind, "format": newest_format(kind)}
    data |= to_data(value, dates_as_text=format == "json")
    if format == "json":
        return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if format == "toml":
        import tomli_w  # noqa: PLC0415  (only writers of TOML need it)

        return tomli_w.dumps(data)
    msg = f"format must be 'toml' or 'json', not {format!r}"
    raise InvalidInputError("dumps", [Fault("format", msg)])


class Publishable(Protocol):
    """An object with counts of pupils, which can hide the small ones."""

    def published(self, rules: DisclosureRules) -> object:
        """Return the object with small counts hidden; unchanged if they are."""


def write(
    value: object,
    path: str | os.PathLike[str],
    *,
    publish: bool = False,
    rules: DisclosureRules | None = None,
) -> Path:
    """Write an object to a ``.toml`` or ``.json`` file, whole or not at all.

    The same object gives the same bytes. The text goes to a temporary file in the same
    folder first and then takes the place of the old one in a single step.

    Parameters
    ----------
    value : object
        Any object that has a file of its own.
    path : str or path-like
    publish : bool
        Hide small counts of pupils. Without it a school's own file keeps them, and says
        ``disclosure = "internal"``. An object that holds none is written as it is.
    rules : DisclosureRules, optional
        Which counts are small, with ``publish``; the defaults without it.

    Raises
    ------
    WriteError
        The file could not be written; the old one is untouched.
    InvalidInputError
        ``publish`` is neither True nor False, or ``rules`` are not `DisclosureRules`.
    """
    value = _as_published(value, publish, rules)
    file = Path(path)
    format_ = _format_of(file, WriteError, "choose")
    try:
        content = dumps(value, format=format_).encode()
    except UnicodeEncodeError:
        problem = "a text in it holds half of a surrogate pair, which is not a character"
        raise WriteError(str(file), problem) from None
    write_bytes(file, content)
    return file


def _as_published(value: object, publish: object, rules: object) -> object:
    """Return the object to write: as it is, or as it may be published."""
    if publish is False and rules is None:
        return value
    from behaviour_culture.disclosure import DisclosureRules as Rules  # noqa: PLC0415  (on use)

    check = Check("write")
    check.value("publish", publish, bool)
    check.value("rules", rules, Rules | None)
    if not publish and rules is not None:
        check.fault("rules", "counts are hidden only in published files: set publish=True")
    check.done()
    if not hasattr(value, "published"):
        return value
    return cast("Publishable", value).published(cast("Rules | None", rules) or Rules())


@contextmanager
def _temporary(path: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    temporary = path.with_name(f".{path.name[:100]}.{os.urandom(6).hex()}.tmp")
    file = temporary.open("xb")
    try:
        with file:
            yield temporary, file
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically: a reader sees the old file or the new one, never a part."""
    try:
        with _temporary(path) as (temporary, file):
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
    except (OSError, ValueError) as error:
        raise WriteError(shorten(str(path))[1:-1], _words(error)) from None
