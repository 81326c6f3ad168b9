"""Objects of ours in TOML and JSON files: the format by suffix, the depth limited."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from behaviour_culture.checkers import key_in
from behaviour_culture.checks import Check, as_tuple
from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    NotAFileKindError,
    ReadError,
    WriteError,
    shorten,
)
from behaviour_culture.fields import OneOf
from behaviour_culture.interchange.data import (
    MAX_DEPTH,
    check_depth,
    check_value_class,
    from_dict,
    from_file_data,
    head_of,
)
from behaviour_culture.interchange.file_bytes import (
    MAX_BYTES,
    AnyFile,
    AnyTarget,
    InMemory,
    as_file,
    as_path,
    keep_owner,
    path_is,
    read_bytes,
    read_text,
    sync_folder,
    utf8_of_csv,
    write_bytes,
    write_to,
)
from behaviour_culture.interchange.kinds import KINDS, kind_of, kind_of_class

if TYPE_CHECKING:
    from behaviour_culture.disclosure.rules import DisclosureRules

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "AnyFile",
    "AnyTarget",
    "Format",
    "InMemory",
    "Publishable",
    "as_file",
    "dumps",
    "keep_owner",
    "loads",
    "read",
    "read_bytes",
    "read_text",
    "sync_folder",
    "utf8_of_csv",
    "write",
    "write_bytes",
    "write_to",
]

Format: TypeAlias = Literal["toml", "json"]
_FORMATS = Annotated[str, OneOf(("toml", "json"))]
V = TypeVar("V")

_REFUSED = {
    ".yaml": "YAML guesses types (no becomes false) and can expand without bound",
    ".yml": "YAML guesses types (no becomes false) and can expand without bound",
    ".pkl": "reading a pickle can run any program",
    ".pickle": "reading a pickle can run any program",
    ".npy": "a numpy file can hold a pickle",
    ".npz": "a numpy file can hold a pickle",
}
_TABLES = {
    ".csv": (
        "a table is read by read_audit (answers), read_series (counts) or read_behaviour_log (a "
        "log), and inspect_file says which; an object is read from",
        "write_csv(x.to_rows(), path) writes the rows of an object as a table; the object itself "
        "goes to",
    ),
    ".xlsx": (
        "a workbook is read by read_audit if it is a form; an object is read from",
        "write_report writes workbooks, and write_csv the rows of an object; the object itself "
        "goes to",
    ),
}
"""What is said of tables, to who would read one, and to who would write one."""


def _format_of(path: Path | InMemory, error: type[ReadError | WriteError], advice: str) -> Format:
    """Return the format that the suffix of a file names, or raise an error with advice."""
    suffix = path.suffix.lower()
    if suffix == ".toml":
        return "toml"
    if suffix == ".json":
        return "json"
    told = suffix in _REFUSED or suffix in _TABLES
    asked = error is ReadError and not told
    if asked and isinstance(path, Path) and not path_is(path, Path.is_file):
        read_bytes(path)  # the error says that it is a folder, or that nothing is there
    why = _REFUSED.get(suffix, f"the suffix {suffix!r} says neither .toml nor .json")
    if suffix in _TABLES:
        why = _TABLES[suffix][error is WriteError]
    rest = " .toml or .json" if suffix in _TABLES else f"; {advice} .toml or .json"
    raise error(str(path), f"{why}{rest}")


class _Repeats(dict[str, Any]):
    """A JSON table with a repeated key, kept until its path is known."""

    twice: list[str]


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    table, counts = _Repeats(made), Counter(key for key, _ in pairs)
    table.twice = [key for key, count in counts.items() if count > 1]
    return table


def _repeats(data: object, path: str = "") -> Iterator[Fault]:
    """Yield a fault for each key that is repeated in its table."""
    if isinstance(data, _Repeats):
        for key in data.twice:
            message = "the key appears twice: keep one of the two"
            yield Fault(key_in(path, key), message, shorten(data[key]), FaultCode.REPEATED)
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, (dict, list)):
                yield from _repeats(value, key_in(path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            if isinstance(value, (dict, list)):
                yield from _repeats(value, f"{path}[{i}]")


_DEEP_KEY = re.compile(
    r"""(?:^|[\[{,])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){64}""", re.MULTILINE
)
"""A dotted key of TOML, deeper than any of ours: tomllib takes a square of its length."""


def _toml(text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  (JSON needs none of it)

    if _DEEP_KEY.search(text):
        raise RecursionError
    return tomllib.loads(text)


_DOUBLE = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
_SINGLE = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
_STRAIGHT = str.maketrans(_DOUBLE + _SINGLE, "\"\"''")
_CURLY_VALUE = re.compile(rf"""^[^"'\#]*=[\s\[]*[{_DOUBLE + _SINGLE}]""")
_VALUE = re.compile(r"""^\s*[\w.'"-]+\s*=\s*(?P<value>[^#"'\[{]+?)\s*(?:#.*)?$""")
_DAY_FIRST = re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4})")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_LONGEST_LINE = 500
"""Characters of a line that somebody has typed: the patterns take a square of a longer one."""
_SLASH = re.compile(r"""=\s*"[^"\n]*\\[^"\n]*"\s*(?:\#.*)?$""", re.VERBOSE)


def _slips(text: str) -> Iterator[Fault]:
    """Yield what people type by habit in a TOML file that cannot be read, by line.

    Quotes of a word processor, days with slashes, numbers with commas, paths of Windows.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE:
            continue
        place, code = f"line {number}", FaultCode.SYNTAX
        found = _VALUE.match(line)
        value = found["value"].strip() if found else ""
        day = _DAY_FIRST.fullmatch(value)
        if _CURLY_VALUE.match(line):
            shown = line.strip().translate(_STRAIGHT)[:60]
            message = f"curly quotes, as a word processor makes them: type straight ones, {shown}"
            yield Fault(place, message, shorten(line), code)
        elif day is not None:
            right = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"
            message = f"{value} is no day in TOML: type {right}, year first and without quotes"
            yield Fault(place, message, value, code)
        elif _GROUPED.fullmatch(value):
            message = (
                f"{value} is no number in TOML: type {value.replace(',', '')}, without a comma"
            )
            yield Fault(place, message, value, code)
        elif _SLASH.search(line):
            message = "a backslash in double quotes: type / in its place, or single quotes around"
            yield Fault(place, message, shorten(line), code)


def _parse(text: str, format_: str, subject: str) -> Any:  # noqa: ANN401
    try:
        # NaN and Infinity pass JSON here: the converter refuses them with their path.
        as_json = format_ == "json"
        data = json.loads(text, object_pairs_hook=_table) if as_json else _toml(text)
    except RecursionError:
        message = f"nested deeper than {MAX_DEPTH} levels (the limit `nesting`)"
        fault = Fault("", message, code=FaultCode.TOO_DEEP)
        raise InvalidInputError(subject, [fault]) from None
    except ValueError as error:  # JSONDecodeError, TOMLDecodeError, integers of 5,000 digits
        why = shorten(str(error), 200)[1:-1]
        if "int_max_str_digits" in why:  # advice to programmers, not to the writer of the file
            why = "a whole number of thousands of digits is out of any range here"
        message = f"not valid {format_.upper()}: {why}"
        slips = [] if format_ == "json" else list(_slips(text))
        faults = [*slips, Fault("", message, code=FaultCode.SYNTAX)][: len(slips) or 1]
        raise InvalidInputError(subject, faults) from None
    check_depth(data, subject)
    if format_ == "json" and (faults := list(_repeats(data))):
        raise InvalidInputError(subject, faults)
    return data


@overload
def loads(text: str, cls: type[V], *, format: Format, subject: str = ...) -> V: ...
@overload
def loads(
    text: str,
    cls: None = ...,
    *,
    format: Format,
    kind: str | None = ...,
    subject: str = ...,
) -> Any: ...  # noqa: ANN401
def loads(
    text: str,
    cls: type[Any] | None = None,
    *,
    format: Format,  # noqa: A002  (the plain word)
    kind: str | None = None,
    subject: str = "input",
) -> Any:
    """Build an object from the text of a file.

    Parameters
    ----------
    text : str
    cls : type, optional
        The class that is expected, such as `School`; another one is refused. Type checkers
        then know the class of what comes back. A class without a file of its own, such as
        `Response` or one of yours for the requests of a service, has only its fields in the text.
    format : {"toml", "json"}
    kind : str, optional
        The kind that is expected, where there is no ``cls``.
    subject : str
        The name of the input in an error, such as its file name.

    Raises
    ------
    InvalidInputError
        With all faults and their paths.
    """
    check = Check("loads")
    check.any_text("text", text)
    check.value("cls", cls, type | None)
    check.value("format", format, _FORMATS)
    check.value("kind", kind, str | None)
    check.any_text("subject", subject)
    check.done()
    part = cls is not None and kind_of_class(cls) is None
    if part:
        check_value_class(check, "cls", cls)
        check.done()
    kind = None if part else _expected(cls, kind)
    data = _parse(text, format, subject)
    if not isinstance(data, dict):
        keys = "the keys of a class" if part else "the key 'kind'"
        message = f"expected a table with {keys}, got {shorten(data)}"
        fault = Fault("", message, shorten(data), FaultCode.WRONG_TYPE)
        raise InvalidInputError(subject, [fault])
    if cls is not None and part:
        return from_dict(data, cls, subject=subject)
    return from_file_data(data, kind, subject, cls)


def _expected(cls: type[Any] | None, kind: str | None) -> str | None:
    """Return the only kind that a file may have, or None for any."""
    if cls is None:
        return kind
    found = kind_of_class(cls)
    if found is None:
        raise NotAFileKindError(cls.__name__, sorted(KINDS))
    return found


@overload
def read(path: AnyFile, cls: type[V]) -> V: ...
@overload
def read(path: AnyFile, cls: None = ..., *, kind: str | None = ...) -> Any: ...  # noqa: ANN401
def read(path: AnyFile, cls: type[Any] | None = None, *, kind: str | None = None) -> Any:
    """Read any file of ours; its ``kind`` names the class of its content.

    Parameters
    ----------
    path : str, path-like or readable stream
        A ``.toml`` or ``.json`` file; YAML and pickle are refused. A stream is read to its
        end; it holds JSON if its text begins with a brace, and TOML otherwise.
    cls : type, optional
        The class that is expected, such as `School`; another one is refused. Type checkers
        then know the class of what comes back.
    kind : str, optional
        The kind that is expected, where there is no ``cls``.

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
    check = Check("read")
    check.value("cls", cls, type | None)
    check.value("kind", kind, str | None)
    check.done()
    file, expected = as_file(path), _expected(cls, kind)
    format_ = _format_of(file, ReadError, "save it as")
    if cls is not None:
        return loads(read_text(file), cls, format=format_, subject=str(file))
    return loads(read_text(file), format=format_, kind=expected, subject=str(file))


def dumps(
    value: object,
    *,
    format: Format,  # noqa: A002  (the plain word)
    made_from: Iterable[object] = (),
) -> str:
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

    check = Check("dumps")
    check.value("format", format, _FORMATS)
    inputs = as_tuple(made_from)
    check.value("made_from", inputs, tuple[object, ...])
    check.done()
    kind_of(value)  # or it has no file of its own
    data = head_of(value, inputs) | to_data(value, dates_as_text=format == "json")
    if format == "json":
        return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    import tomli_w  # noqa: PLC0415  (only writers of TOML need it)

    return tomli_w.dumps(data)


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
    made_from: Iterable[object] = (),
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
    made_from : iterable of object
        The inputs of a result. The file then has a table ``made_with``: the version of the
        library, and the digest of each input (`behaviour_culture.interchange.digest`), so that
        anybody who has an input can see whether it is the one. `read` passes over it. Without
        them the file is the same in every version. With ``publish``, the digest of an input is
        that of its published form.

    Raises
    ------
    WriteError
        The file could not be written; the old one is untouched.
    InvalidInputError
        ``publish`` is neither True nor False, or ``rules`` are not ``DisclosureRules``.
    """
    if isinstance(value, (str, os.PathLike)) and not isinstance(path, (str, os.PathLike)):
        words = f"the object comes first, and then the path: write(x, {str(value)!r})"
        raise InvalidInputError("write", [Fault("path", words, "", FaultCode.WRONG_TYPE)])
    check = Check("write")
    file = as_path(check, "path", path)
    given = as_tuple(made_from)
    check.value("made_from", given, tuple[object, ...])
    check.done()
    value = _as_published(value, publish, rules)
    inputs = [_as_published(one, publish, rules) for one in given]
    format_ = _format_of(file, WriteError, "choose")
    try:
        content = dumps(value, format=format_, made_from=inputs).encode()
    except UnicodeEncodeError:
        problem = "a text in it holds half of a surrogate pair, which is not a character"
        raise WriteError(str(file), problem) from None
    write_bytes(file, content)
    return file


def _as_published(value: object, publish: object, rules: object) -> object:
    """Return the object to write: as it is, or as it may be published."""
    if publish is False and rules is None:
        return value
    from behaviour_culture.disclosure.rules import DisclosureRules as Rules  # noqa: PLC0415  (on use)

    check = Check("write")
    check.value("publish", publish, bool)
    check.value("rules", rules, Rules | None)
    if not publish and rules is not None:
        check.fault("rules", "counts are hidden only in published files: set publish=True")
    check.done()
    if not hasattr(value, "published"):
        return value
    return cast("Publishable", value).published(cast("Rules | None", rules) or Rules())
