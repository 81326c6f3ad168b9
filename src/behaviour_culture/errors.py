"""The errors of the library: a root, and children that are each a builtin error too."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "BehaviourCultureError",
    "CycleError",
    "DuplicateContentError",
    "Fault",
    "FaultCode",
    "InvalidInputError",
    "MissingExtraError",
    "Nearest",
    "NotAFileKindError",
    "ReadError",
    "StoppedError",
    "UnknownContentError",
    "UnknownNameError",
    "WorkersLostError",
    "WriteError",
    "printable",
    "shorten",
    "suggest",
]

_SHORT = 80
_SHOWN = 50
_MANY = 6
"""Collapse identical faults once there are this many."""
_LONGEST_PATH, _LONGEST_MESSAGE = 300, 4_000
_LONGEST_TEXT = 20_000
"""Characters of an error's text after which no further fault is shown."""
_NOT_SHOWN = re.compile(
    "[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, line separators, marks of direction, half surrogate pairs."""
_LONGEST_CIRCLE = 20
"""Ids of a circle that are shown."""
_MOST_KNOWN = 1_000
"""Known names that a wrong one is compared with: more would make a large wrong file slow."""
_MOST_HINTS = 50
"""Different wrong names of one input that are looked up; an error shows 50 lines."""


def shorten(value: object, limit: int = _SHORT) -> str:
    """Return a ``repr`` of at most ``limit`` characters, whatever the value is.

    Examples
    --------
    >>> shorten("a" * 200, limit=12)
    "'aaaaaaaa..."
    """
    try:
        # Slice first: do not build the repr of a 100 MB text only to cut it.
        text = repr(value[: limit + 1] if isinstance(value, (str, bytes)) else value)
    except Exception:  # noqa: BLE001  (nested too deep, an integer of 5,000 digits, another's fault)
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def printable(text: str) -> str:
    r"""Return a text in one line for a screen: what it cannot show stands there as an escape.

    Control characters could move its cursor or change its colours, marks of direction could turn
    words around, and half of a surrogate pair cannot be printed at all.

    Examples
    --------
    >>> printable("a\x1b[31m"), printable("caf\xe9")
    ('a\\x1b[31m', 'caf\xe9')
    """
    if text.isprintable():
        return text
    return _NOT_SHOWN.sub(lambda found: ascii(found[0])[1:-1], text)


class Nearest:
    """Suggests known names for wrong ones, for a loop over many of them.

    Each wrong name is looked up once, and the first fifty only, so that an input of thousands
    of wrong names costs no more than one of fifty.
    """

    def __init__(self, known: Iterable[object]) -> None:
        self._known = known
        self._found: dict[str, str] = {}

    def hint(self, name: object) -> str:
        """Return ``"; did you mean 'x'?"`` as `suggest` does."""
        wrong = str(name)[:200]
        if wrong not in self._found:
            if len(self._found) >= _MOST_HINTS:
                return ""
            self._found[wrong] = suggest(wrong, self._known)
        return self._found[wrong]


def suggest(name: object, known: Iterable[object]) -> str:
    """Return ``"; did you mean 'x'?"`` with the known name nearest to ``name``, or ``""``.

    Of more than a thousand known names none is looked for: it would take too long.

    Examples
    --------
    >>> suggest("scroe", ["score", "item"])
    "; did you mean 'score'?"
    """
    from difflib import SequenceMatcher  # noqa: PLC0415  (only on the way to an error)

    names = list(islice(known, _MOST_KNOWN + 1))
    if len(names) > _MOST_KNOWN:
        return ""
    best = (0.6, "")
    matcher = SequenceMatcher(b=str(name)[:200])
    for other in (str(known_name)[:200] for known_name in names):
        matcher.set_seq1(other)
        # The first two are quick, and never below the third.
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            best = max(best, (matcher.ratio(), other))
    return f"; did you mean {best[1]!r}?" if best[1] else ""


class FaultCode(StrEnum):
    """The kinds of fault. A code keeps its meaning in every later version; new ones may come."""

    MISSING = "missing"
    """A key, column or value is needed and is not there."""
    UNKNOWN_KEY = "unknown-key"
    """There is no such key, column or argument here."""
    WRONG_TYPE = "wrong-type"
    """A value of another type: a text for a number, a number for a table."""
    OUT_OF_RANGE = "out-of-range"
    """A number outside its bounds, or one that is not finite."""
    EMPTY = "empty"
    """A text without characters, or a list with too few entries."""
    TOO_LONG = "too-long"
    """A text or a file that is longer than any may be."""
    NOT_TEXT = "not-text"
    """Characters that are none: half of a surrogate pair, bytes of another encoding."""
    NOT_AN_ID = "not-an-id"
    """A text that is no id such as ``teach-routines``."""
    NOT_A_DATE = "not-a-date"
    """No day of the calendar such as 2026-09-01."""
    NOT_AN_OPTION = "not-an-option"
    """None of the few words or values that may stand here."""
    UNKNOWN_NAME = "unknown-name"
    """An id that nothing bears: a step, a source, a framework that is not there."""
    REPEATED = "repeated"
    """A value that may stand once stands twice."""
    WRONG_SHAPE = "wrong-shape"
    """A table of numbers, or a list, of another length."""
    WRONG_ORDER = "wrong-order"
    """An end before its beginning."""
    SYNTAX = "syntax"
    """The text is not JSON, TOML or CSV."""
    TOO_DEEP = "too-deep"
    """Nested deeper than any file of ours."""
    WRONG_KIND = "wrong-kind"
    """A file of another kind, or of one that does not exist."""
    NEWER_FORMAT = "newer-format"
    """A newer version of the library wrote the file."""
    RULE = "rule"
    """Another rule, which the message names; mostly one that spans several values."""

    @property
    def mend(self) -> str:
        """What to do about a fault of this kind, in general."""
        return _MENDS[self]


_MENDS = {
    FaultCode.MISSING: "add it",
    FaultCode.UNKNOWN_KEY: "take it out, or write its name as the documentation has it",
    FaultCode.WRONG_TYPE: "write a value of the type that the message names",
    FaultCode.OUT_OF_RANGE: "write a number within the bounds",
    FaultCode.EMPTY: "fill it in",
    FaultCode.TOO_LONG: "shorten it",
    FaultCode.NOT_TEXT: "save the text again as UTF-8, without the characters that are none",
    FaultCode.NOT_AN_ID: "use lower-case letters, digits and single hyphens",
    FaultCode.NOT_A_DATE: "write a day of the calendar like 2026-09-01",
    FaultCode.NOT_AN_OPTION: "choose one of those that the message names",
    FaultCode.UNKNOWN_NAME: "name one that is there, or add it",
    FaultCode.REPEATED: "keep one of them, or tell them apart",
    FaultCode.WRONG_SHAPE: "give as many values as the message says",
    FaultCode.WRONG_ORDER: "put the earlier or lower value first",
    FaultCode.SYNTAX: "correct the text at the place that the message names",
    FaultCode.TOO_DEEP: "nest it less deeply",
    FaultCode.WRONG_KIND: "give a file of the kind that is expected",
    FaultCode.NEWER_FORMAT: "install the version that wrote it, or save it again with this one",
    FaultCode.RULE: "change the value so that the rule in the message holds",
}


class _Fault(NamedTuple):
    path: str
    message: str
    value: str
    code: FaultCode
    mend: str


class Fault(_Fault):
    """One fault of an input: where it is, what is wrong, and how to mend it.

    Attributes
    ----------
    path : str
        Where: ``steps[2].title`` in an object, be it built in Python, JSON or TOML, and
        ``row 7, column 'rating'`` in a table. A key that is no plain name stands in brackets,
        ``hours_per_week['a.b']``. Empty for the whole.
    message : str
        What is wrong, what was expected, and where possible what to write instead.
    value : str
        The offending value, shortened to 80 characters.
    code : FaultCode
        The kind of fault, for programs.
    mend : str
        What to do about it; what its code says in general where nothing better is known.

    Examples
    --------
    >>> fault = Fault("roll", "-3 is out of range: at least 0", "-3", FaultCode.OUT_OF_RANGE)
    >>> fault.to_dict()["code"], fault.to_dict()["mend"]
    ('out-of-range', 'write a number within the bounds')
    """

    __slots__ = ()

    def __new__(
        cls,
        path: str,
        message: str,
        value: str = "",
        code: FaultCode = FaultCode.RULE,
        mend: str = "",
    ) -> Self:
        """Shorten what would fill a screen, and escape what it cannot show."""
        return super().__new__(
            cls,
            _cut(path, _LONGEST_PATH),
            _cut(message, _LONGEST_MESSAGE),
            _cut(value, _SHORT),
            code,
            mend or code.mend,
        )

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message

    def to_dict(self) -> dict[str, str]:
        """Return path, code, message, value and mend as plain data."""
        return {
            "path": self.path,
            "code": self.code.value,
            "message": self.message,
            "value": self.value,
            "mend": self.mend,
        }


def _cut(text: str, limit: int) -> str:
    shown = printable(text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 3] + "..."


def _path_words(path: str) -> str:
    """Return a path as it is shown: a long one loses its front, so that the file's name stays."""
    end = path if len(path) <= _LONGEST_PATH else "..." + path[3 - _LONGEST_PATH :]
    return printable(end)


class BehaviourCultureError(Exception):
    """The root of every error that this library raises on purpose."""

    _code: ClassVar[FaultCode | None] = None
    """The kind of fault of an error that is about one thing in an input; None for others."""

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain data, for a form or the answer of a service.

        ``error`` is the name of its class and ``message`` its text; ``subject`` and ``faults``
        are those of an `InvalidInputError`. A name that nobody knows and a circle are one fault;
        what is no fault of an input, such as a full disk, has none.
        """
        faults: Sequence[Fault] = getattr(self, "faults", ())
        if self._code is not None:
            faults = [Fault("", str(self), getattr(self, "name", ""), self._code)]
        return {
            "error": type(self).__name__,
            "message": str(self),
            "subject": getattr(self, "subject", ""),
            "faults": [fault.to_dict() for fault in faults],
        }


class InvalidInputError(BehaviourCultureError, ValueError):
    """An input with faults: all of them at once, each with its path, value and mend.

    Attributes
    ----------
    subject : str
        The object that was being built, such as ``"ActionStep 'teach-routines'"``, or the file.
    faults : tuple of Fault
    """

    def __init__(self, subject: str, faults: Sequence[Fault]) -> None:
        self.subject = subject
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(subject, self.faults)  # args = arguments, so that it pickles

    def __str__(self) -> str:
        count = len(self.faults)
        head = f"{_path_words(self.subject)}: {count} fault{'' if count == 1 else 's'}"
        lines, shown, size = [head], 0, 0
        for group in _by_message(self.faults):
            if len(lines) > _SHOWN or size > _LONGEST_TEXT:
                lines.append(f"  and {count - shown} more: see the error's .faults")
                break
            more = len(group) - 1
            also = f"; the same in {more} more places, the last {group[-1].path}" if more else ""
            lines.append(f"  {group[0]}{also}")
            size += len(lines[-1])
            shown += len(group)
        return "\n".join(lines)


def _by_message(faults: Sequence[Fault]) -> list[Sequence[Fault]]:
    """Group faults with the same message if there are many; each other fault is a group."""
    same: dict[str, list[Fault]] = {}
    for fault in faults:
        same.setdefault(fault.message, []).append(fault)
    groups: list[Sequence[Fault]] = []
    grouped: set[str] = set()
    for fault in faults:
        group = same[fault.message]
        if len(group) < _MANY:
            groups.append([fault])
        elif fault.message not in grouped:
            grouped.add(fault.message)
            groups.append(group)
    return groups


class ReadError(BehaviourCultureError, OSError):
    """A file that cannot be read at all: missing, a folder, too large, a refused format."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(path, problem)

    def __str__(self) -> str:
        return f"cannot read {_path_words(self.path)}: {printable(self.problem)}"


class WriteError(BehaviourCultureError, OSError):
    """A file that cannot be written; an older file in its place is untouched.

    Attributes
    ----------
    path, problem : str
    changed : tuple of str
        Files that were changed all the same and could not be put back; mostly none.
    """

    def __init__(self, path: str, problem: str, changed: Iterable[str] = ()) -> None:
        self.path = path
        self.problem = problem
        self.changed: tuple[str, ...] = tuple(changed)
        super().__init__(path, problem, self.changed)

    def __str__(self) -> str:
        rest = "nothing was changed"
        if self.changed:
            changed = ", ".join(map(_path_words, self.changed))
            rest = f"changed all the same, and not put back: {changed}"
        return f"cannot write {_path_words(self.path)}: {printable(self.problem)}; {rest}"


class UnknownNameError(BehaviourCultureError, KeyError):
    """An unknown name, with the nearest known one.

    Attributes
    ----------
    kind : str
        The kind of thing that was looked up, such as ``"step"``.
    name : str
    known : tuple of str
    meant : str
        The name of that which has ``name`` as its title; empty where there is none.
    """

    _code = FaultCode.UNKNOWN_NAME

    def __init__(self, kind: str, name: str, known: Iterable[str], meant: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known: tuple[str, ...] = tuple(known)
        self.meant = meant
        super().__init__(kind, name, self.known, meant)

    def __str__(self) -> str:
        if self.meant:
            meant = f"that is the title of {self.meant!r}: write this id"
            return f"no {self.kind} {self.name!r}; {meant}"
        hint = suggest(self.name, self.known)
        if not hint and self.known:
            shown = ", ".join(self.known[:12])
            hint = f"; known: {shown}{', ...' if len(self.known) > 12 else ''}"  # noqa: PLR2004
        return f"no {self.kind} {self.name!r}{hint}"


class UnknownContentError(BehaviourCultureError, LookupError):
    """No content has this id."""

    _code = FaultCode.UNKNOWN_NAME

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        self.kind = kind
        self.name = name
        self.known = known
        super().__init__(kind, name, known)

    def __str__(self) -> str:
        return (
            f"no {self.kind} {self.name!r}{suggest(self.name, self.known)}; "
            f"known ids: {', '.join(self.known) or 'none'}; or give the Path of a .toml or "
            ".json file"
        )


class DuplicateContentError(BehaviourCultureError, ValueError):
    """Two files have one id; neither is chosen silently."""

    _code = FaultCode.REPEATED

    def __init__(self, kind: str, name: str, places: tuple[str, ...]) -> None:
        self.kind = kind
        self.name = name
        self.places = places
        super().__init__(kind, name, places)

    def __str__(self) -> str:
        return (
            f"two files hold the {self.kind} {self.name!r}: "
            f"{', '.join(map(_path_words, self.places))}; "
            "give one of them another id, or load it by its path"
        )


class NotAFileKindError(BehaviourCultureError, TypeError):
    """An object that is not written to a file of its own."""

    _code = FaultCode.WRONG_KIND

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        self.known: tuple[str, ...] = tuple(known)
        super().__init__(name, self.known)

    def __str__(self) -> str:
        return (
            f"a {self.name} is not written to a file of its own; "
            f"files hold one of {', '.join(self.known)}"
        )


class CycleError(BehaviourCultureError, ValueError):
    """Prerequisites that form a circle, and the one that is easiest to give up.

    Attributes
    ----------
    cycle : tuple of str
        Ids in order; each must come before the next, and the last before the first.
    titles : tuple of str
        The title of each, in the same order.
    weakest : tuple of (str, str)
        ``(before, after)``: the prerequisite to drop.
    why : str
        The reason to drop that one.
    subject : str
        The file that holds them, or the object that was being built; may be empty.
    """

    _code = FaultCode.RULE

    def __init__(
        self,
        cycle: Sequence[str],
        titles: Sequence[str],
        weakest: tuple[str, str],
        why: str,
        subject: str = "",
    ) -> None:
        self.cycle: tuple[str, ...] = tuple(cycle)
        self.titles: tuple[str, ...] = tuple(titles)
        self.weakest = weakest
        self.why = why
        self.subject = subject
        super().__init__(self.cycle, self.titles, weakest, why, subject)

    def __str__(self) -> str:
        named = [
            f"{key} ({title})" if title and title != key else key
            for key, title in zip(self.cycle, self.titles, strict=True)
        ]
        if len(named) > _LONGEST_CIRCLE:
            gone = len(named) - _LONGEST_CIRCLE
            named[_LONGEST_CIRCLE - 1 : -1] = [f"... ({gone} more) ..."]
        circle = " -> ".join([*named, self.cycle[0]])
        before, after = self.weakest
        where = f"{_path_words(self.subject)}: " if self.subject else ""
        return printable(
            f"{where}the prerequisites form a circle: {circle}; "
            f"drop the weakest one: {after!r} requires {before!r} ({self.why})"
        )


class MissingExtraError(BehaviourCultureError, ImportError):
    """An optional dependency is not installed; the message gives the command."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package = package
        self.extra = extra
        self.purpose = purpose
        super().__init__(package, extra, purpose)

    def __str__(self) -> str:
        return (
            f"{self.purpose} needs {self.package}, which is not installed: "
            f'run  python -m pip install "behaviour_culture[{self.extra}]"'
        )


class WorkersLostError(BehaviourCultureError, RuntimeError):
    """Worker processes died, and the work is not done.

    Attributes
    ----------
    times : int
        How often workers died.
    done, total : int
        Chunks of the work that were done, and all of them.
    """

    def __init__(self, times: int, done: int, total: int) -> None:
        self.times: int = times
        self.done: int = done
        self.total: int = total
        super().__init__(times, done, total)

    def __str__(self) -> str:
        often = "once" if self.times == 1 else f"{self.times} times"
        return (
            f"worker processes died {often}, with {self.done} of {self.total} chunks done. In a "
            "script, the call must stand under  if __name__ == '__main__':  ; otherwise memory "
            "may be short: use fewer workers. With a checkpoint, calling again goes on from there"
        )


class StoppedError(BehaviourCultureError, RuntimeError):
    """Work that its caller's ``stop`` ended before it was done; nothing of it is left behind.

    Attributes
    ----------
    stage : str
        What was being done; may be empty.
    done, total : int
        How much of it was done, and the whole of it; 0 where that is not known.
    """

    def __init__(self, stage: str = "", done: int = 0, total: int = 0) -> None:
        self.stage: str = stage
        self.done: int = done
        self.total: int = total
        super().__init__(stage, done, total)

    def __str__(self) -> str:
        said = f"stopped, as asked, while {self.stage}" if self.stage else "stopped, as asked"
        return f"{said}: {self.done:,} of {self.total:,} done" if self.total else said
