"""Two schedules compared, step by step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import day_words, short_day
from behaviour_culture._entries import Entries
from behaviour_culture.checks import TupleOf, Value, require_types
from behaviour_culture.fields import Slug, Text
from behaviour_culture.scheduling.reason import Reason, reasons_text
from behaviour_culture.scheduling.result import Schedule

__all__ = ["ChangeKind", "ScheduleChange", "ScheduleComparison", "compare_schedules"]


class ChangeKind(StrEnum):
    """How a step changed from one schedule to the next."""

    KEPT = "kept"
    EARLIER = "earlier"
    LATER = "later"
    LONGER = "longer"
    SHORTER = "shorter"
    ADDED = "added"
    DROPPED = "dropped"


@frozen(kw_only=True, repr=False)
class ScheduleChange(Value):
    """One step in two schedules.

    ``weeks`` is by how many teaching weeks its start moves; negative is earlier.
    """

    step: Slug
    title: Text
    kind: ChangeKind
    old_start: dt.date | None = None
    new_start: dt.date | None = None
    old_finish: dt.date | None = None
    new_finish: dt.date | None = None
    weeks: int = 0
    reasons: Entries[Reason] = field(default=Entries(), converter=TupleOf[Reason])
    """Why it is where it is now, or why the new schedule leaves it out; empty for a kept step."""

    @property
    def reason(self) -> str:
        """The reasons in a sentence."""
        return reasons_text(self.reasons)

    def _lines(self) -> list[str]:
        old = f"{short_day(self.old_start)}" if self.old_start else "not scheduled"
        new = f"{short_day(self.new_start)}" if self.new_start else "not scheduled"
        why = f"; {self.reason}" if self.reason else ""
        return [f"{self.title}: {self.kind.value}, {old} -> {new}{why}"]


@frozen(kw_only=True, repr=False)
class ScheduleComparison(Value):
    """A new schedule beside the one that it replaces."""

    old: Slug
    schedule: Schedule
    changes: Entries[ScheduleChange] = field(converter=TupleOf[ScheduleChange])
    """All steps of either schedule, also those that stay where they are."""

    @property
    def changed(self) -> Entries[ScheduleChange]:
        """The steps that change."""
        return Entries(c for c in self.changes if c.kind is not ChangeKind.KEPT)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "step": str,
        "title": str,
        "kind": ChangeKind,
        "old_start": dt.date,
        "new_start": dt.date,
        "old_finish": dt.date,
        "new_finish": dt.date,
        "weeks": int,
        "reason": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step."""
        return [
            {
                "step": c.step,
                "title": c.title,
                "kind": c.kind.value,
                "old_start": c.old_start.isoformat() if c.old_start else None,
                "new_start": c.new_start.isoformat() if c.new_start else None,
                "old_finish": c.old_finish.isoformat() if c.old_finish else None,
                "new_finish": c.new_finish.isoformat() if c.new_finish else None,
                "weeks": c.weeks,
                "reason": c.reason,
            }
            for c in self.changes
        ]

    def _label(self) -> str:
        return f"{len(self.changed)} of {len(self.changes)} steps change"

    def _lines(self) -> list[str]:
        return [
            f"{self._label()}; the plan ends on {day_words(self.schedule.ends)}",
            *(f"  {c}" for c in self.changed),
        ]


def compare_schedules(old: Schedule, new: Schedule) -> ScheduleComparison:
    """Return how each step of two schedules changes, and why it is where it is now.

    Raises
    ------
    InvalidInputError
        One of them is not a schedule.
    """
    require_types("compare_schedules", old=(old, Schedule), new=(new, Schedule))
    before = {s.step: s for s in old.steps}
    after = {s.step: s for s in new.steps}
    changes = []
    for key in sorted({*before, *after, *old.left_out, *new.left_out}):
        first, second = before.get(key), after.get(key)
        if first is None and second is None:
            continue
        known = second or first
        assert known is not None  # noqa: S101  (one of them is there; for the type checker)
        weeks = _moved(old, new, key) if first and second else 0
        if first is None:
            kind = ChangeKind.ADDED
        elif second is None:
            kind = ChangeKind.DROPPED
        elif weeks:
            kind = ChangeKind.LATER if weeks > 0 else ChangeKind.EARLIER
        elif first.finish != second.finish:
            longer = second.finish > first.finish
            kind = ChangeKind.LONGER if longer else ChangeKind.SHORTER
        else:
            kind = ChangeKind.KEPT
        reasons = new.left_out.get(key, ())
        if second is not None and kind is not ChangeKind.KEPT:
            reasons = second.reasons
        changes.append(
            ScheduleChange(
                step=key,
                title=known.title,
                kind=kind,
                old_start=first.start if first else None,
                new_start=second.start if second else None,
                old_finish=first.finish if first else None,
                new_finish=second.finish if second else None,
                weeks=weeks,
                reasons=reasons,
            )
        )
    order = {c.step: (c.new_start or c.old_start or dt.date.max, c.step) for c in changes}
    return ScheduleComparison(
        old=old.id, schedule=new, changes=sorted(changes, key=lambda c: order[c.step])
    )


def _moved(old: Schedule, new: Schedule, key: str) -> int:
    first, second = old.step(key), new.step(key)
    if old.starts == new.starts and old.calendar == new.calendar:
        return second.first_week - first.first_week
    return round((second.start - first.start).days / 7)
