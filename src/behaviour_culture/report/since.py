"""What has happened since the plan began: what is done, and which dates have changed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple

from behaviour_culture.model.plan import StepStatus
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import STATUS, Status, day, days, plural, sentence
from behaviour_culture.scheduling.changes import ChangeKind, compare_schedules
from behaviour_culture.scheduling.reason import reasons_text

__all__ = ["Moved", "Since", "since"]


class Moved(NamedTuple):
    """A step whose dates have changed."""

    ref: int
    title: str
    was: str
    now: str
    why: str
    status: Status


class Since(NamedTuple):
    """The content of the section on what has happened since the plan began."""

    today: str
    counts: str
    end: str
    moved: list[Moved]
    kept: int
    """Steps that are not over and keep their dates."""


def since(parts: ReportParts, names: Names) -> Since | None:
    """Gather what has changed; None where the plan has not begun."""
    schedule, first, plan = parts.schedule, parts.first_schedule, parts.plan
    if schedule is None or first is None:
        return None
    changes = compare_schedules(first, schedule)
    status = {s.id: plan.status(s.id) for s in plan.steps}
    many = Counter(status.values())
    counts = "; ".join(f"{many[s]} {s.words}" for s in StepStatus if many[s])
    open_ = [c for c in changes.changes if c.step not in status or not names.is_over(c.step)]
    return Since(
        today=day(parts.written_on) if parts.written_on else "",
        counts=f"Of {plural(len(status), 'step')}: {counts}.",
        end=_end(first.ends, schedule.ends),
        moved=sorted(
            Moved(
                names.ref[c.step],
                c.title,
                _dates(c.old_start, c.old_finish),
                _dates(c.new_start, c.new_finish),
                sentence(reasons_text(c.reasons, names.subject)),
                STATUS[status[c.step]],
            )
            for c in changes.changed
            if c.step in status
        ),
        kept=sum(c.kind is ChangeKind.KEPT for c in open_),
    )


def _end(first: date, now: date) -> str:
    if first == now:
        return f"The last step ends on {day(now)}, as planned."
    later = "later" if now > first else "earlier"
    return f"The last step ends on {day(now)}; it was planned for {day(first)}, so it is {later}."


def _dates(start: date | None, finish: date | None) -> str:
    return days(start, finish) if start and finish else "not scheduled"
