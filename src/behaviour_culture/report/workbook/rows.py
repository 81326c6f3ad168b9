"""The rows of the plan's workbook, made of the parts of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple, TypeAlias

from behaviour_culture.interchange.sheets import CellValue
from behaviour_culture.model.calendar import HalfTerm
from behaviour_culture.model.plan import StepProgress
from behaviour_culture.model.step import ActionStep
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.timing import role_weeks, taken
from behaviour_culture.report.words import clean, pounds
from behaviour_culture.report.workbook.columns import status_cell

__all__ = ["LoadRow", "PlanRow", "half_term_rows", "load_rows", "person_rows", "plan_rows"]

PlanRow: TypeAlias = Mapping[str, CellValue]
"""The cells of a row, by the key of their column."""


class LoadRow(NamedTuple):
    """The hours of one role in one half-term, of each person in it."""

    role: str
    people: int
    half_term: str
    set_up: float
    """To set things up."""
    running: float
    """To keep going what is set up."""
    taken: float
    """Of the hours that the role has to set things up."""
    there: float


def plan_rows(parts: ReportParts, names: Names) -> list[PlanRow]:
    """Return a row for each step, in the order of their numbers."""
    reports = {entry.step: entry for entry in parts.plan.progress}
    steps = sorted(parts.plan.steps, key=lambda step: names.ref[step.id])
    return [_plan_row(parts, names, step, reports.get(step.id)) for step in steps]


def _plan_row(
    parts: ReportParts, names: Names, step: ActionStep, report: StepProgress | None
) -> PlanRow:
    plan, schedule = parts.plan, parts.schedule
    entry = None
    if schedule is not None and step.id not in schedule.left_out:
        entry = schedule.step(step.id)
    half_terms = [entry.half_term, entry.finish_half_term] if entry else []
    met = {m.step for m in plan.met}
    objectives = sorted(plan.inclusion(step.id).objectives, key=names.priority.__getitem__)
    who = step.monitoring
    weekly = fsum(each * names.people(role) for role, each in step.running_hours.items())
    row: dict[str, CellValue] = {
        "ref": names.ref[step.id],
        "priority": "\n".join(
            f"{names.priority[o]}. {plan.objective(o).title}" for o in objectives
        ),
        "action": step.title,
        "role": names.role(names.leading_role(step)),
        "person": plan.people.get(step.id, ""),
        "start": entry.start if entry else None,
        "deadline": plan.not_after.get(step.id, entry.finish if entry else None),
        "finish": entry.finish if entry else None,
        "half_term": " to ".join(dict.fromkeys(half_terms)) or names.without_dates(step.id),
        "after": ", ".join(
            str(number)
            for number in sorted(names.ref[p.step] for p in step.requires if p.step not in met)
        ),
        "set_up": round(names.hours(step), 2),
        "weekly": round(weekly, 2),
        "cost": pounds(step.cost_gbp),
        "criteria": "\n".join(step.success_criteria),
        "who": names.who(who.who) if who else "",
        "when": who.when if who else "",
        "how": who.how if who else "",
        "status": status_cell(plan.status(step.id)),
        "begun": report.started if report else None,
        "ended": report.finished if report else None,
        "fidelity": report.fidelity if report else None,
        "reach": report.reach if report else None,
        "note": report.note if report else "",
        "id": step.id,
    }
    if schedule is None:
        row["half_term"] = ""
    return _cleaned(row)


def _cleaned(row: Mapping[str, CellValue]) -> PlanRow:
    return {key: clean(cell) if isinstance(cell, str) else cell for key, cell in row.items()}


def half_term_rows(parts: ReportParts, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Return what begins, goes on and ends in each half-term, in order of time."""
    found: list[PlanRow] = []
    for part in parts.calendar.half_terms if parts.calendar else ():
        inside = [row for row in rows if _is_in(row, part)]
        inside.sort(key=lambda row: (row["start"], row["ref"]))
        found += [
            {
                "half_term": part.label,
                "what": _what(row, part),
                "lead": row["person"] or row["role"],
                **_short(row),
            }
            for row in inside
        ]
    return found


def _is_in(row: PlanRow, part: HalfTerm) -> bool:
    start, end = row["start"], row["finish"]
    return start is not None and start <= part.end and end >= part.start  # type: ignore[operator]


def _what(row: PlanRow, part: HalfTerm) -> str:
    begins = row["start"] >= part.start  # type: ignore[operator]
    ends = row["finish"] <= part.end  # type: ignore[operator]
    return {
        (True, True): "begins and ends",
        (True, False): "begins",
        (False, True): "ends",
        (False, False): "goes on",
    }[begins, ends]


def person_rows(parts: ReportParts, names: Names, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Return what each person or role leads, and what else it gives hours to."""
    made: list[tuple[tuple[object, ...], PlanRow]] = []
    for row in rows:
        step = parts.plan.step(str(row["id"]))
        lead = names.leading_role(step)
        hours: Mapping[str, float] = step.hours_per_week
        if parts.schedule is not None and row["start"] is not None:
            hours = parts.schedule.step(step.id).hours_per_week  # as they bend
        for role in sorted({lead, *(r for r, h in hours.items() if h > 0)}):
            leads = role == lead
            title = clean(names.role(role))
            who = f"{row['person']} ({title})" if leads and row["person"] else title
            start = row["start"]
            cells: PlanRow = {
                "who": who,
                "part": "leads" if leads else "helps",
                "hours": hours.get(role, 0.0),
                **_short(row),
            }
            made.append(((who.casefold(), not leads, str(start or "9"), row["ref"]), cells))
    return [cells for _, cells in sorted(made, key=lambda pair: pair[0])]


def _short(row: PlanRow) -> PlanRow:
    keys = ("ref", "action", "start", "deadline", "status", "note", "id")
    return {key: row[key] for key in keys}


def load_rows(parts: ReportParts, names: Names) -> list[LoadRow]:
    """Return the hours of each role in each half-term that asks some of it."""
    return [
        LoadRow(
            role=clean(names.role(role)),
            people=names.people(role),
            half_term=half_term,
            set_up=round(fsum(u.used for u in uses), 2),
            running=round(fsum(u.running for u in uses), 2),
            taken=round(fsum(map(taken, uses)), 2),
            there=round(fsum(u.capacity for u in uses), 2),
        )
        for role, by_half_term in role_weeks(parts).items()
        for half_term, uses in by_half_term.items()
        if uses
    ]
