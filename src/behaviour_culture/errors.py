"""The errors of the library: a root, and children that are each a builtin error too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "BehaviourCultureError",
    "CycleError",
    "Fault",
    "InvalidInputError",
    "MissingExtraError",
    "ReadError",
    "UnknownNameError",
    "WorkersLostError",
    "WriteError",
    "shorten",
    "suggest",
]

_SHORT = 80
_SHOWN = 50
_MANY = 6
"""Collapse identical faults once there are this many."""


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
    except (RecursionError, ValueError):  # nested too deep, or an integer of thousands of digits
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def suggest(name: object, known: Iterable[object]) -> str:
    """Return ``"; did you mean 'x'?"`` with the known name nearest to ``name``, or ``""``.

    Examples
    --------
    >>> suggest("scroe", ["score", "item"])
    "; did you mean 'score'?"
    """
    from difflib import get_close_matches  # noqa: PLC0415  (only on the way to an error)

    near = get_close_matches(str(name)[:200], [str(k) for k in known], n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


class Fault(NamedTuple):
    """One fault of an input: where it is, what is wrong, and how to mend it."""

    path: str
    """Where: ``$.steps[2].title`` in a file, ``row 7, column 'rating'`` in a table."""
    message: str
    """What is wrong, what was expected, and where possible what to write instead."""
    value: str = ""
    """The offending value, shortened to 80 characters."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class BehaviourCultureError(Exception):
    """The root of every error that this library raises on purpose."""


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
        self.faults = tuple(faults)
        super().__init__(subject, self.faults)  # args = arguments, so that it pickles

    def __str__(self) -> str:
        count = len(self.faults)
        head = f"{self.subject}: {count} fault{'' if count == 1 else 's'}"
        lines, shown = [head], 0
        for group in _by_message(self.faults):
            if len(lines) > _SHOWN:
                lines.append(f"  and {count - shown} more: see the error's .faults")
                break
            more = len(group) - 1
            also = f"; the same in {more} more places, the last {group[-1].path}" if more else ""
            lines.append(f"  {group[0]}{also}")
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
        return f"cannot read {self.path}: {self.problem}"


class WriteError(BehaviourCultureError, OSError):
    """A file that cannot be written; an older file in its place is untouched."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(path, problem)

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.problem}; nothing was changed"


class UnknownNameError(BehaviourCultureError, KeyError):
    """An unknown name, with the nearest known one.

    Attributes
    ----------
    kind : str
        The kind of thing that was looked up, such as ``"step"``.
    name : str
    known : tuple of str
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        super().__init__(kind, name, self.known)

    def __str__(self) -> str:
        hint = suggest(self.name, self.known)
        if not hint and self.known:
            shown = ", ".join(self.known[:12])
            hint = f"; known: {shown}{', ...' if len(self.known) > 12 else ''}"  # noqa: PLR2004
        return f"no {self.kind} {self.name!r}{hint}"


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

    def __init__(
        self,
        cycle: Sequence[str],
        titles: Sequence[str],
        weakest: tuple[str, str],
        why: str,
        subject: str = "",
    ) -> None:
        self.cycle = tuple(cycle)
        self.titles = tuple(titles)
        self.weakest = weakest
        self.why = why
        self.subject = subject
        super().__init__(self.cycle, self.titles, weakest, why, subject)

    def __str__(self) -> str:
        named = [
            f"{key} ({title})" if title and title != key else key
            for key, title in zip(self.cycle, self.titles, strict=True)
        ]
        circle = " -> ".join([*named, self.cycle[0]])
        before, after = self.weakest
        where = f"{self.subject}: " if self.subject else ""
        return (
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
        self.times, self.done, self.total = times, done, total
        super().__init__(times, done, total)

    def __str__(self) -> str:
        often = "once" if self.times == 1 else f"{self.times} times"
        return (
            f"worker processes died {often}, with {self.done} of {self.total} chunks done. In a "
            "script, the call must stand under  if __name__ == '__main__':  ; otherwise memory "
            "may be short: use fewer workers. With a checkpoint, calling again goes on from there"
        )
