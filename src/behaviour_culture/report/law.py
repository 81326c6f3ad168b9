"""The duties that the steps of the plan answer, with how well each is known and how old it is."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.model.duty import DutyForce
from behaviour_culture.report.actions import Link
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import day

__all__ = ["Law", "law"]

_FORCE = {
    DutyForce.LAW: "law",
    DutyForce.STATUTORY_GUIDANCE: "statutory guidance",
    DutyForce.ADVICE: "advice, not binding",
}


class DutyRow(NamedTuple):
    """One duty, and the steps of the plan that answer it."""

    title: str
    text: str
    force: str
    since: str
    mark: str
    checked: str
    source: str
    steps: list[Link]


class Law(NamedTuple):
    """The content of the section on duties."""

    register: str
    review_by: str
    notices: tuple[str, ...]
    rows: list[DutyRow]
    elsewhere: list[str]
    """Duties that bind the school and that no step of the plan answers."""


def law(parts: ReportParts, names: Names) -> Law | None:
    """Gather the duties behind the plan; None without a register, or if no step names a duty."""
    register = parts.duties
    if register is None:
        return None
    steps: dict[str, list[Link]] = {}
    for _, group in names.areas:
        for step in group:
            if step.duty is not None:
                steps.setdefault(step.duty, []).append(Link(names.ref[step.id], step.title))
    if not steps:
        return None
    cite = {s.id: s.cite() for s in register.sources}
    school = parts.school
    rows = []
    for duty in register.duties:
        if duty.id not in steps:
            continue
        binds = school is None or duty.binds_school(school)
        dates = (
            f"since {day(duty.since)}" if duty.since else "",
            f"until {day(duty.until)}" if duty.until else "",
        )
        rows.append(
            DutyRow(
                title=duty.title,
                text=duty.text,
                force=_FORCE[duty.force]
                if binds
                else f"{_FORCE[duty.force]} for other kinds of school; good practice here",
                since=", ".join(d for d in dates if d) or "start not looked up",
                mark=duty.mark.value,
                checked=day(duty.checked),
                source=cite[duty.source],
                steps=steps[duty.id],
            )
        )
    return Law(
        register=register.name,
        review_by=day(register.review_by),
        # Without a date of the report nobody can say whether the register is old.
        notices=register.notices(parts.written_on or register.review_by),
        rows=rows,
        elsewhere=[
            d.title
            for d in register.duties
            if d.id not in steps and (school is None or d.binds_school(school))
        ],
    )
