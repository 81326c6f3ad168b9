"""Objects as plain data in memory, and back: what a file holds, without the text of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, TypeVar, cast

import attrs

from behaviour_culture._version import __version__
from behaviour_culture.checks import Check, Value, as_tuple
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, shorten
from behaviour_culture.interchange.kinds import class_of, kind_of_class
from behaviour_culture.interchange.migrations import newest_data, newest_format
from behaviour_culture.limits import LIMITS

__all__ = [
    "MAX_DEPTH",
    "check_depth",
    "check_value_class",
    "digest",
    "from_dict",
    "from_file_data",
    "head_of",
    "to_dict",
]

MAX_DEPTH = LIMITS.nesting
"""Deepest nesting that is read; our own files need 6."""

V = TypeVar("V")


def to_dict(value: object, *, made_from: Iterable[object] = ()) -> dict[str, Any]:
    """Return an object as plain JSON data: dicts, lists, texts, numbers, true, false and None.

    It is what `write` puts into a JSON file. An object that has a file of its own says its
    ``kind`` and ``format`` first; a part of one, such as a `Response`, has only its fields.
    Fields at their default are left out; dates are texts.

    Parameters
    ----------
    value : object
    made_from : iterable of object
        The inputs that it was made from: ``made_with`` then says the version of the library and
        the ``digest`` of each of them. A seed and other options stand in the results themselves.

    Raises
    ------
    InvalidInputError
        Not an object of this library, or two inputs of one kind and id.

    Examples
    --------
    >>> from behaviour_culture import School
    >>> to_dict(School(id="hill", name="Hill"))
    {'kind': 'school', 'format': 1, 'id': 'hill', 'name': 'Hill'}
    """
    from behaviour_culture.interchange.converter import to_data  # noqa: PLC0415  (cattrs)

    check = Check("to_dict")
    if isinstance(value, type) or not attrs.has(type(value)):
        message = f"expected an object of this library, got {shorten(value)}"
        check.fault("value", message, value, FaultCode.WRONG_TYPE)
    inputs = as_tuple(made_from)
    check.value("made_from", inputs, tuple[object, ...])
    check.done()
    return head_of(value, inputs) | to_data(value)


def head_of(value: object, made_from: Iterable[object] = ()) -> dict[str, Any]:
    """Return what the file of an object says before the object itself."""
    kind = kind_of_class(type(value))
    head: dict[str, Any] = (
        {} if kind is None else {"kind": kind, "format": newest_format(kind, type(value))}
    )
    inputs: dict[str, str] = {}
    for i, given in enumerate(made_from):
        name = _name_of(given)
        if name in inputs:
            message = f"a second {name}: tell them apart by their ids"
            fault = Fault(f"made_from[{i}]", message, name, FaultCode.REPEATED)
            raise InvalidInputError("made_from", [fault])
        inputs[name] = digest(given)
    return head | ({"made_with": {"library": __version__, "inputs": inputs}} if inputs else {})


def _name_of(value: object) -> str:
    kind = kind_of_class(type(value)) or type(value).__name__
    own = getattr(value, "id", None)
    return f"{kind} {own}" if isinstance(own, str) else kind


def digest(value: object) -> str:
    """Return a digest of an object's content: the same content has the same digest.

    It is the SHA-256 of the JSON of `to_dict` with sorted keys, without spaces, and with whole
    numbers as such (1.0 as 1). What can be guessed, such as a few small counts, can be found out
    from its digest by trying.

    Examples
    --------
    >>> from behaviour_culture import School
    >>> digest(School(id="hill", name="Hill"))[:20]
    'sha256:62966bed11391'
    """
    text = json.dumps(_canonical(to_dict(value)), sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def from_dict(data: Mapping[str, Any], cls: type[V], *, subject: str = "") -> V:
    """Build an object of a class from plain data, such as that of `to_dict` or of a request.

    All checks of a file are made, and older formats are read. Without ``kind`` and ``format``
    the data is taken for the newest format of the class. The same holds inside it: a plan within
    a request of your own class may be what `to_dict` made of it.

    Parameters
    ----------
    data : mapping
        It is not changed.
    cls : type
        A class of this library, such as `School`, or a part of one, such as `Response`.
    subject : str
        The name of the input in an error; the class without it.

    Raises
    ------
    InvalidInputError
        With all faults, each with its path, code and mend.

    Examples
    --------
    >>> from behaviour_culture import School
    >>> from_dict({"id": "hill", "name": "Hill"}, School)
    <School hill: Hill>
    """
    from behaviour_culture.interchange.converter import from_data  # noqa: PLC0415  (cattrs)

    check = Check("from_dict")
    check_value_class(check, "cls", cls)
    if not isinstance(data, Mapping):
        message = f"expected a table with the keys of a class, got {shorten(data)}"
        check.fault("data", message, data, FaultCode.WRONG_TYPE)
    check.done()
    kind, subject = kind_of_class(cls), subject or cls.__name__
    check_depth(data, subject)
    if kind is None:
        return cast("V", from_data(data, cls, subject=subject))
    whole = {"kind": kind, "format": newest_format(kind, cls)} | dict(data)
    return cast("V", from_file_data(whole, kind, subject, cls))


def _canonical(data: Any) -> Any:  # noqa: ANN401  (plain data)
    if isinstance(data, dict):
        return {key: _canonical(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_canonical(value) for value in data]
    return int(data) if isinstance(data, float) and data.is_integer() else data


def check_value_class(check: Check, name: str, cls: object) -> None:
    """Check that an argument is a class whose objects check themselves, ours or the user's."""
    if not isinstance(cls, type) or not issubclass(cls, Value):
        message = f"expected a class of this library, got {shorten(cls)}"
        check.fault(name, message, cls, FaultCode.WRONG_TYPE)


def check_depth(data: object, subject: str) -> None:
    """Raise `InvalidInputError` where data is nested deeper than any of ours."""
    level = [data]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for value in level:
            if isinstance(value, Mapping):
                below += value.values()
            elif isinstance(value, (list, tuple)):
                below += value
        if not below:
            return
        level = below
    message = f"nested deeper than {MAX_DEPTH} levels (the limit `nesting`)"
    fault = Fault("", message, code=FaultCode.TOO_DEEP)
    raise InvalidInputError(subject, [fault])


def from_file_data(
    data: dict[str, Any], expected: str | None, subject: str, cls: type[Any] | None = None
) -> Any:  # noqa: ANN401
    """Build the object of a file's data.

    ``expected`` is the only kind that may be there, and ``cls`` its class.
    """
    from behaviour_culture.interchange.converter import from_data  # noqa: PLC0415  (cattrs)

    found = data.get("kind")
    if expected is not None and found is not None and found != expected:
        message = f"expected a file of kind {expected!r}, got {shorten(found)}"
        fault = Fault("kind", message, shorten(found), FaultCode.WRONG_KIND)
        raise InvalidInputError(subject, [fault])
    class_ = class_of(found, subject) if cls is None or found is None else cls
    rest = newest_data(data, str(found), subject, class_)
    try:
        return from_data(rest, class_, subject=subject)
    except InvalidInputError as error:
        wrote = _newer_library(data.get("made_with"))
        if not wrote:
            raise
        raise InvalidInputError(subject, [_of_newer(f, wrote) for f in error.faults]) from None


def _newer_library(made_with: object) -> str:
    """Return the version of the library that wrote a file, if it is a newer one; else ""."""
    wrote = made_with.get("library") if isinstance(made_with, Mapping) else None
    numbers = [re.findall(r"[0-9]{1,6}", v)[:3] for v in (wrote, __version__) if isinstance(v, str)]
    newer = len(numbers) > 1 and [*map(int, numbers[0])] > [*map(int, numbers[1])]
    return str(wrote)[:40] if newer else ""


def _of_newer(fault: Fault, wrote: str) -> Fault:
    """Say of a key that is not known here that a newer version may know it."""
    if fault.code is not FaultCode.UNKNOWN_KEY:
        return fault
    message = f"{fault.message}; version {wrote} wrote it, which may know it: this is {__version__}"
    return Fault(fault.path, message, fault.value, FaultCode.NEWER_FORMAT)
