"""The differences between two frameworks, entry by entry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from attrs import field, fields, frozen

from behaviour_culture._display import Displayed
from behaviour_culture._entries import Entries
from behaviour_culture.checks import TupleOf, Value, require_types
from behaviour_culture.fields import Text, Texts
from behaviour_culture.model.framework import Framework

__all__ = ["EntryChange", "FrameworkDifference", "compare_frameworks"]

_LISTS = {
    **dict.fromkeys(("domains", "principles", "items", "retired", "thresholds"), "id"),
    **dict.fromkeys(("features", "challenges", "systems", "recommendations"), "id"),
    **dict.fromkeys(("practices", "sources"), "id"),
    "sections": "number",
}
"""The lists of a framework, and the field that identifies their entries."""


@frozen(kw_only=True, repr=False)
class EntryChange(Value):
    """One field of one entry that differs: its two values, as text."""

    kind: Text
    id: Text
    field: Text
    before: str
    after: str

    def _lines(self) -> list[str]:
        return [f"{self.kind} {self.id}, {self.field}: {self.before!r} -> {self.after!r}"]


@frozen(kw_only=True, repr=False)
class FrameworkDifference(Value):
    """Entries that only one of two frameworks has, and fields that differ.

    ``added`` and ``removed`` hold texts such as ``"items design-vision-1"``.
    """

    added: Texts = field(default=(), converter=TupleOf[str])
    removed: Texts = field(default=(), converter=TupleOf[str])
    changed: Entries[EntryChange] = field(default=Entries(), converter=TupleOf[EntryChange])

    def __bool__(self) -> bool:
        """Say whether anything differs."""
        return bool(self.added or self.removed or self.changed)

    def _lines(self) -> list[str]:
        if not self:
            return ["no difference"]
        lines = [f"added: {entry}" for entry in self.added]
        lines += [f"removed: {entry}" for entry in self.removed]
        return lines + [str(change) for change in self.changed]


def compare_frameworks(before: Framework, after: Framework) -> FrameworkDifference:
    """List the differences between two frameworks, such as before and after a tailoring.

    Compares fields such as the edition and the scale, and the entries of each list by id,
    in any order. The field ``changes``, the record of tailorings, is not compared.

    Raises
    ------
    InvalidInputError
        An argument is not a `Framework`.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> bool(bc.compare_frameworks(framework, framework))
    False
    """
    require_types("compare_frameworks", before=(before, Framework), after=(after, Framework))
    added: list[str] = []
    removed: list[str] = []
    changed: list[EntryChange] = []
    changed += _fields("framework", after.id, before, after, but={*_LISTS, "changes"})
    for name, key_field in _LISTS.items():
        old = {getattr(entry, key_field): entry for entry in getattr(before, name)}
        new = {getattr(entry, key_field): entry for entry in getattr(after, name)}
        added += [f"{name} {key}" for key in new if key not in old]
        removed += [f"{name} {key}" for key in old if key not in new]
        for key, entry in old.items():
            if key in new and entry != new[key]:
                changed += _fields(name, key, entry, new[key])
    return FrameworkDifference(added=added, removed=removed, changed=changed)


def _fields(
    kind: str,
    key: str,
    old: Any,  # noqa: ANN401
    new: Any,  # noqa: ANN401
    but: Collection[str] = (),
) -> list[EntryChange]:
    pairs = [
        (a.name, getattr(old, a.name), getattr(new, a.name))
        for a in fields(type(old))
        if a.name not in but
    ]
    return [
        EntryChange(kind=kind, id=key, field=name, before=_words(x), after=_words(y))
        for name, x, y in pairs
        if x != y
    ]


def _words(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, tuple):
        return "; ".join(_words(v) for v in value)
    if isinstance(value, Displayed):
        return value._label()  # noqa: SLF001
    return "" if value is None else str(value)
