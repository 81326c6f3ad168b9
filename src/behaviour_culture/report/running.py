"""What the plan asks of a school once its steps are done: hours a week, pounds a year."""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.step import ActionStep, CostRange
from behaviour_culture.report.actions import Link
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import hours, number, plural, pounds

__all__ = ["Running", "running"]


class RunningRow(NamedTuple):
    """The hours a week that the jobs of the plan ask of one role from then on."""

    role: str
    people: int
    each: str
    total: str
    given: str
    over: bool
    steps: list[Link]


class JobRow(NamedTuple):
    """One step that goes on after it is set up."""

    link: Link
    hours: str
    cost: str


class Running(NamedTuple):
    """The content of the section on what goes on."""

    rows: list[RunningRow]
    jobs: list[JobRow]
    total: str
    cost: str
    costed: bool
    over: list[str]
    summary: str
    """What goes on, in half a sentence."""


def running(parts: ReportParts, names: Names) -> Running | None:
    """Gather what the steps of the plan take once they are done; None if they take nothing."""
    steps = [
        s
        for _, group in names.areas
        for s in group
        if parts.plan.status(s.id) is not StepStatus.STOPPED
        and (any(s.running_hours.values()) or s.running_cost_gbp.high > 0)
    ]
    if not steps:
        return None
    cost = CostRange(
        sum(s.running_cost_gbp.low for s in steps), sum(s.running_cost_gbp.high for s in steps)
    )
    roles = dict.fromkeys(role for s in steps for role, h in s.running_hours.items() if h > 0)
    each = {role: fsum(s.running_hours.get(role, 0.0) for s in steps) for role in roles}
    total = {role: mine * names.people(role) for role, mine in each.items()}
    rows = [
        _row(parts, names, role, each[role], steps)
        for role in sorted(roles, key=lambda r: (-total[r], r))
    ]
    weekly = hours(round(fsum(total.values()), 1))
    yearly = f", and {pounds(cost)} a year beyond staff time" if cost.high > 0 else ""
    return Running(
        rows=rows,
        jobs=[_job(names, s) for s in steps],
        total=weekly,
        cost=pounds(cost),
        costed=cost.high > 0,
        over=[row.role for row in rows if row.over],
        summary=f"about {weekly} hours a week of all staff together{yearly}, "
        f"for {plural(len(steps), 'step')}",
    )


def _row(
    parts: ReportParts, names: Names, role: str, each: float, steps: list[ActionStep]
) -> RunningRow:
    capacity = parts.school.capacity if parts.school is not None else None
    given = capacity.role(role).hours_to_keep_going if capacity and capacity.has(role) else None
    return RunningRow(
        role=names.role(role),
        people=names.people(role),
        each=number(each),
        total=hours(each * names.people(role)),
        given="" if given is None else number(given),
        over=given is not None and each > given,
        steps=[Link(names.ref[s.id], s.title) for s in steps if s.running_hours.get(role, 0.0) > 0],
    )


def _job(names: Names, step: ActionStep) -> JobRow:
    shares = []
    for role, each in sorted(step.running_hours.items()):
        people = names.people(role)
        many = f" \N{MULTIPLICATION SIGN} {people} people" if people > 1 else ""
        shares += [f"{names.role(role)} {number(each)} h a week{many}"] if each > 0 else []
    return JobRow(
        link=Link(names.ref[step.id], step.title),
        hours="; ".join(shares),
        cost=pounds(step.running_cost_gbp) if step.running_cost_gbp.high > 0 else "",
    )
