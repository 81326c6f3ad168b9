"""The difference between two plans: steps added, dropped and changed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import field, fields, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import Extra
from behaviour_culture.checks import TupleOf, Value, require_types
from behaviour_culture.fields import OneOf, Slug, Text, Texts
from behaviour_culture.model.plan import Objective
from behaviour_culture.model.step import ActionStep, CostRange, Weeks
from behaviour_culture.planning.plan import ActionPlan

__all__ = ["PlanChange", "PlanChangeKind", "PlanDifference", "compare_plans"]


class PlanChangeKind(StrEnum):
    """What happened to a step or objective."""

    ADDED = "added"
    DROPPED = "dropped"
    CHANGED = "changed"


@frozen(kw_only=True, repr=False)
class PlanChange(Value):
    """One step or objective that two plans do not have in common.

    Attributes
    ----------
    part : str
        ``step`` or ``objective``.
    differs : tuple of str
        For one that changed: each field, before and after, in words.
    reason : str
        As the newer plan gives it, or that the newer plan does not mention the entry.
    """

    part: Annotated[str, OneOf(("step", "objective"))]
    id: Slug
    title: Text
    kind: PlanChangeKind
    differs: Texts = field(default=(), converter=TupleOf[str])
    reason: Text

    def _label(self) -> str:
        return f"{self.part} {self.id}: {self.kind.value}"

    def _lines(self) -> list[str]:
        what = [f"  {text}" for text in self.differs]
        return [f"{self.kind.value} {self.part}: {self.title}", *what, f"  why: {self.reason}"]


@frozen(kw_only=True, repr=False)
class PlanDifference(Value):
    """What differs between two plans, step by step; empty where nothing does."""

    old: Slug
    new: Slug
    changes: Entries[PlanChange] = field(default=Entries(), converter=TupleOf[PlanChange])

    def __len__(self) -> int:
        return len(self.changes)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "part": str,
        "id": str,
        "title": str,
        "change": PlanChangeKind,
        "differs": str,
        "reason": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each change."""
        return [
            {
                "part": c.part,
                "id": c.id,
                "title": c.title,
                "change": c.kind.value,
                "differs": "; ".join(c.differs),
                "reason": c.reason,
            }
            for c in self.changes
        ]

    def _label(self) -> str:
        return f"{self.old} to {self.new}: {count_of(len(self.changes), 'change')}"

    def _lines(self) -> list[str]:
        counts = [c.kind for c in self.changes]
        said = ", ".join(f"{counts.count(kind)} {kind.value}" for kind in PlanChangeKind)
        plans = f"From {self.old} to {self.new}" if self.old != self.new else f"{self.old}, revised"
        entries = [line for change in self.changes for line in str(change).splitlines()]
        return [f"{plans}: {said}", *(f"  {line}" for line in entries)]


def compare_plans(old: ActionPlan, new: ActionPlan) -> PlanDifference:
    """Say which steps and objectives came, went or changed between two plans, and why.

    Parameters
    ----------
    old, new : ActionPlan
        Steps and objectives are the same where their ids are.

    Returns
    -------
    PlanDifference
        Objectives first, then steps; of each those added, dropped and changed, by id.
    """
    require_types("compare_plans", old=(old, ActionPlan), new=(new, ActionPlan))
    changes: list[PlanChange] = []
    for part, before, after in (
        ("objective", {o.id: o for o in old.objectives}, {o.id: o for o in new.objectives}),
        ("step", {s.id: s for s in old.steps}, {s.id: s for s in new.steps}),
    ):
        for key in sorted({*before, *after}):
            one, two = before.get(key), after.get(key)
            entry = two or one
            differs: list[str] = []
            kind = PlanChangeKind.ADDED if one is None else PlanChangeKind.DROPPED
            if one is not None and two is not None:
                kind, differs = PlanChangeKind.CHANGED, _differing(one, two)
                if part == "step":
                    differs += [*_purpose(old, new, key), *_agreed(old, new, key)]
                if not differs:
                    continue
            title = entry.title  # type: ignore[union-attr]  # one of the two is there
            reason = _reason(new, part, key, two)
            changes.append(
                PlanChange(
                    part=part, id=key, title=title, kind=kind, differs=differs, reason=reason
                )
            )
    kinds = tuple(PlanChangeKind)
    changes.sort(key=lambda c: (c.part, kinds.index(c.kind), c.id))
    return PlanDifference(old=old.id, new=new.id, changes=changes)


def _differing(one: object, two: object) -> list[str]:
    """Return the fields in which two steps or two objectives differ, in words."""
    return [
        _change(f.name, before, after)
        for f in fields(type(one))  # type: ignore[arg-type]  # a step or an objective
        if (before := getattr(one, f.name)) != (after := getattr(two, f.name))
    ]


def _change(name: str, before: object, after: object) -> str:
    if isinstance(after, Extra):  # no report shows it
        return "what other systems keep with it"
    return f"{name.replace('_', ' ')} {_words(before)} -> {_words(after)}"


def _words(value: object) -> str:
    if isinstance(value, Weeks):
        text = f"{value.optimistic:g} to {value.pessimistic:g}, likely {value.likely:g}"
    elif isinstance(value, CostRange):
        text = f"{value.low:g} to {value.high:g}"
    elif isinstance(value, Mapping):  # hours by role
        text = ", ".join(f"{role} {hours:g}" for role, hours in value.items()) or "none"
    elif isinstance(value, tuple):
        text = ", ".join(str(getattr(entry, "step", entry)) for entry in value) or "none"
    else:
        text = "none" if value is None or not str(value) else str(value)
    return " ".join(text.split())


def _agreed(old: ActionPlan, new: ActionPlan, key: str) -> list[str]:
    """Say who leads a step by name, and its days, where the two plans agree on other ones."""
    said = []
    for words, name in (
        ("led by", "people"),
        ("not before", "not_before"),
        ("not after", "not_after"),
    ):
        before, after = (getattr(plan, name).get(key) for plan in (old, new))
        said += [f"{words} {_words(before)} -> {_words(after)}"] if before != after else []
    return said


def _purpose(old: ActionPlan, new: ActionPlan, key: str) -> list[str]:
    """Say for which objectives a step is, where that changed."""
    names = {o.id: o.title for plan in (old, new) for o in plan.objectives}
    before, after = old.inclusion(key).objectives, new.inclusion(key).objectives
    said = []
    for words, these, others in (("no longer for", before, after), ("now for", after, before)):
        listed = ", ".join(names.get(o, o) for o in sorted(set(these) - set(others)))
        said += [f"{words}: {listed}"] if listed else []
    return said


def _reason(new: ActionPlan, part: str, key: str, entry: Objective | ActionStep | None) -> str:
    """Return the reason that the newer plan gives."""
    if isinstance(entry, Objective):
        return entry.reason if entry.reason.strip() else entry.target_basis
    if part == "step":
        known = {m.step for m in new.met} | {s.step for s in new.skipped}
        if entry is not None or key in known:
            return new.why(key)
    return "the newer plan says nothing of it"
