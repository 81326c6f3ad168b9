"""The dates of the plan: the Gantt chart, the reason for each date, and the load by role."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from math import fsum
from typing import NamedTuple

from markupsafe import Markup

from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.plan import Milestone, StepStatus
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.svg import Bar, Diamond, Span, gantt
from behaviour_culture.report.words import day, days, number, percent, plural, sentence
from behaviour_culture.scheduling.reason import reason_text, reasons_text
from behaviour_culture.scheduling.result import (
    RoleWeek,
    Schedule,
    ScheduledStep,
    ScheduleStatus,
    bound_text,
    projected_text,
)

__all__ = [
    "Chart",
    "Load",
    "MilestoneRow",
    "Timing",
    "charts",
    "load",
    "milestones",
    "role_weeks",
    "taken",
    "timing",
]

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_ROWS = 26
"""The most rows of a chart that fit on a sheet."""
_ROWS_STANDING = 23
"""The same of a sheet that stands: with more its words would be smaller than 9 points."""
_FULL = 0.9
"""The share of its hours from which on a role counts as full (judgement)."""


class Chart(NamedTuple):
    """One Gantt chart with its caption."""

    picture: Markup
    caption: str


class DateRow(NamedTuple):
    """The dates of a step and the reasons for them."""

    ref: int
    title: str
    start: str
    finish: str
    half_term: str
    weeks: str
    slack: str
    critical: bool
    reasons: list[str]
    agreed: str = ""
    """By when it has to end, where people agreed a day."""


class LateRow(NamedTuple):
    """A step that does not fit, and the reason."""

    ref: int
    title: str
    why: str


class Timing(NamedTuple):
    """The content of the section on dates."""

    rows: list[DateRow]
    late: list[LateRow]
    quality: str
    tried: str
    holidays: list[str]
    calendar: str
    projected: list[str]
    """Stretches of terms whose dates nobody has set."""


class Cell(NamedTuple):
    """Hours of one role in one half-term."""

    used: str
    available: str
    share: str
    width: int
    full: bool
    running: str
    """To keep going what is set up."""


class LoadRow(NamedTuple):
    """The load of one role."""

    role: str
    people: int
    cells: list[Cell]
    total: Cell
    peak: str
    after: str
    """Hours a week from the end of the plan on."""


class Load(NamedTuple):
    """The content of the section on staff load."""

    half_terms: list[str]
    rows: list[LoadRow]
    fullest: str
    fullest_when: str
    """The role and the half-term of ``fullest``, without the share; none of those that are over."""


class MilestoneRow(NamedTuple):
    """One milestone."""

    label: str
    when: str
    statement: str
    objective: str
    outcome: str


# -- milestones --------------------------------------------------------------------------


def _in_order(parts: ReportParts) -> list[tuple[str, Milestone]]:
    ordered = sorted(
        parts.plan.milestones, key=lambda m: (m.date or date.max, m.months, m.objective or "", m.id)
    )
    return [(f"M{i}", m) for i, m in enumerate(ordered, start=1)]


def milestones(parts: ReportParts) -> list[MilestoneRow]:
    """Return the milestones in order of time, numbered."""
    return [
        MilestoneRow(
            label=label,
            when=day(m.date) if m.date else f"month {m.months}",
            statement=m.statement,
            objective=parts.plan.objective(m.objective).title if m.objective else "",
            outcome=_seen(m, parts.written_on),
        )
        for label, m in _in_order(parts)
    ]


def _seen(milestone: Milestone, today: date | None) -> str:
    """Say what was seen, or whether it is time to look."""
    if milestone.outcome is not None:
        return milestone.outcome.value.replace("-", " ")
    if today is None or milestone.date is None:
        return "not recorded"
    return "due: say what is seen" if milestone.date <= today else "to come"


# -- the Gantt chart ---------------------------------------------------------------------


def charts(parts: ReportParts, names: Names, *, standing: bool = False) -> list[Chart]:
    """Draw the schedule, with a chart for each sheet; none without dates or calendar.

    They are for sheets that lie on their long side, or for ``standing`` ones.
    """
    schedule, year = parts.schedule, parts.calendar
    if schedule is None or year is None or not schedule.steps:
        return []
    shown = [h for h in year.half_terms if h.end >= schedule.starts]
    # Of several school years those in which something happens, each to its end.
    last = [h.year for h in shown if h.start <= schedule.ends][-1:]
    until = max(h.end for h in shown if not last or h.year == last[0] or h.start <= schedule.ends)
    shown = [h for h in shown if h.end <= until]
    half_terms = [Span(h.name, h.start, h.end) for h in shown]
    sheets = _sheets(parts, names, year, _ROWS_STANDING if standing else _ROWS)
    pictures = []
    for i, sheet in enumerate(sheets, start=1):
        bars = [row for row in sheet if isinstance(row, Bar)]
        areas = [row for row in sheet if isinstance(row, str)]
        part = f", part {i} of {len(sheets)}" if len(sheets) > 1 else ""
        picture = gantt(
            sheet,
            half_terms=half_terms,
            holidays=_between(half_terms),
            diamonds=_diamonds(parts, half_terms) if i == len(sheets) else [],
            key=str(i),
            title=f"Gantt chart by half-term{part}",
            today=parts.written_on if parts.first_schedule is not None else None,
            standing=standing,
            desc=f"{plural(len(bars), 'step')} from {shown[0].label} to "
            f"{shown[-1].label}. The same dates are given as text in the plan and under "
            "'Why these dates'.",
        )
        pictures.append(Chart(picture, f"{'; '.join(areas)}{part}"))
    return pictures


def _sheets(parts: ReportParts, names: Names, year: SchoolYear, most: int) -> list[list[Bar | str]]:
    """Divide the areas among sheets, and keep each area on one sheet if it fits."""
    sheets: list[list[Bar | str]] = []
    for area, steps in names.areas:
        entries = {s.step: s for s in parts.schedule.steps} if parts.schedule else {}
        bars = [
            _bar(entries[s.id], f"{names.ref[s.id]}  {s.title}", year)._replace(
                over=parts.plan.status(s.id) is StepStatus.COMPLETE
            )
            for s in steps
            if s.id in entries
        ]
        if not bars:
            continue
        if sheets and len(sheets[-1]) + len(bars) < most:
            sheets[-1] += [area, *bars]
            continue
        sheets += [[area, *bars[i : i + most]] for i in range(0, len(bars), most)]
    return sheets


def _bar(entry: ScheduledStep, label: str, year: SchoolYear) -> Bar:
    parts = tuple(
        (max(entry.start, h.start), min(entry.finish, h.end))
        for h in year.half_terms
        if h.start <= entry.finish and h.end >= entry.start
    ) or ((entry.start, entry.finish),)
    slips_to = None
    if entry.slack_weeks:
        later = [w.end for w in year.staff_weeks if w.end > entry.finish]
        slips_to = (later or [entry.finish])[: entry.slack_weeks][-1]
    return Bar(label, parts, slips_to)


def _between(half_terms: list[Span]) -> list[Span]:
    holidays = []
    for first, second in pairwise(half_terms):
        # To the Sunday before: an INSET day on the Monday belongs to the week that follows.
        start = first.end + _DAY
        end = second.start - (second.start.weekday() + 1) * _DAY
        if start <= end:
            holidays.append(Span("holiday", start, end))
    return holidays


def _diamonds(parts: ReportParts, half_terms: list[Span]) -> list[Diamond]:
    by_day: dict[date, list[str]] = {}
    for label, milestone in _in_order(parts):
        shown = milestone.date and half_terms[0].start <= milestone.date <= half_terms[-1].end
        if milestone.date and shown:
            by_day.setdefault(milestone.date, []).append(label)
    return [
        Diamond(labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}", when)
        for when, labels in sorted(by_day.items())
    ]


# -- dates -------------------------------------------------------------------------------


def timing(parts: ReportParts, names: Names) -> Timing | None:
    """Gather the dates and their reasons; None without a schedule."""
    schedule, year = parts.schedule, parts.calendar
    if schedule is None:
        return None
    entries = {s.step: s for s in schedule.steps}
    order = [s for _, group in names.areas for s in group]
    half_terms = [Span(h.label, h.start, h.end) for h in year.half_terms] if year else []
    invented = " (illustrative term dates)" if year and year.illustrative else ""
    return Timing(
        rows=[
            _date_row(entries[s.id], parts.plan.not_after.get(s.id), names)
            for s in order
            if s.id in entries
        ],
        late=[
            LateRow(
                names.ref[s.id],
                s.title,
                sentence(reasons_text(schedule.left_out[s.id], names.subject)),
            )
            for s in order
            if s.id in schedule.left_out
        ],
        quality=_quality(schedule, names),
        tried=f"{schedule.tried:,}",
        holidays=[
            days(first.end + _DAY, second.start - _DAY) for first, second in pairwise(half_terms)
        ],
        calendar=f"{year.name}{invented}" if year else "",
        projected=[f"{projected_text(span)}." for span in schedule.projected],
    )


def _date_row(entry: ScheduledStep, agreed: date | None, names: Names) -> DateRow:
    return DateRow(
        ref=names.ref[entry.step],
        title=entry.title,
        start=day(entry.start),
        finish=day(entry.finish),
        agreed=f"to end by {day(agreed)}, as agreed" if agreed else "",
        half_term=entry.half_term,
        weeks=plural(entry.weeks, "week"),
        slack="none" if entry.critical else plural(entry.slack_weeks, "week"),
        critical=entry.critical,
        reasons=[sentence(reason_text(r, names.subject)) for r in entry.reasons],
    )


def _found(schedule: Schedule) -> str:
    """Say where another search may place more steps than this one did."""
    if len(schedule.steps) >= schedule.most_placed:
        return ", and no schedule can place more"
    return f" in the schedule that was found (seed {schedule.seed}; another may place more)"


def _quality(schedule: Schedule, names: Names) -> str:
    takes = plural(schedule.makespan, "teaching week")
    need = plural(schedule.lower_bound, "teaching week")
    limit = bound_text(schedule, names.role)
    placed, late = len(schedule.steps), len(schedule.left_out)
    if not placed and not late:
        return "The plan has no steps to date."
    if schedule.status is ScheduleStatus.OPTIMAL:
        return (
            f"All {plural(placed, 'step')} fit. They take {takes}, and no schedule of these steps "
            f"can end earlier: they are limited by the {limit}."
        )
    if schedule.status is ScheduleStatus.FEASIBLE:
        return (
            f"All {plural(placed, 'step')} fit. They take {takes}. No schedule can need fewer "
            f"than {need} (limited by the {limit}); whether one nearer to that exists is "
            f"not known. The gap is {percent(schedule.gap)}."
        )
    return (
        f"{plural(late, 'step')} of {late + placed} {'does' if late == 1 else 'do'} not fit before "
        f"the calendar ends{_found(schedule)}. The others take {takes}; all together would need "
        f"at least {need} (limited by the {limit})."
    )


# -- load --------------------------------------------------------------------------------


def load(parts: ReportParts, names: Names) -> Load | None:
    """Gather the hours that each role gives, by half-term where there is a calendar."""
    schedule, year = parts.schedule, parts.calendar
    if schedule is None or not schedule.use:
        return None
    half_terms = list(schedule.half_terms) if year else []
    rows, fullest = [], (0.0, "")
    for role, by_half_term in role_weeks(parts).items():
        mine = [u for u in schedule.use if u.role == role]
        cells = [_cell(uses) for uses in by_half_term.values()]
        for label, uses in by_half_term.items():
            share = _share(uses)
            if share > fullest[0] and not _is_past(parts, uses):
                fullest = (share, f"{names.role(role)} in {label}")
        peak = max(mine, key=lambda u: (taken(u) / u.capacity if u.capacity else 0.0, u.used))
        most = f"{number(taken(peak))} of {number(peak.capacity)} h"
        rows.append(
            LoadRow(
                role=names.role(role),
                people=names.people(role),
                cells=cells,
                total=_cell(mine),
                peak=f"{most}, week of {day(peak.week)}",
                after=number(schedule.running_hours.get(role, 0.0)),
            )
        )
    # Leave out half-terms without any hours, such as those after the last step.
    kept = [i for i in range(len(half_terms)) if any(r.cells[i].available != "0" for r in rows)]
    return Load(
        half_terms=[half_terms[i] for i in kept],
        rows=[r._replace(cells=[r.cells[i] for i in kept]) for r in rows],
        fullest=f"{fullest[1]}, {percent(fullest[0])} of the hours there are" if fullest[1] else "",
        fullest_when=fullest[1],
    )


def role_weeks(parts: ReportParts) -> dict[str, dict[str, list[RoleWeek]]]:
    """Return the weeks of each role in each half-term of the plan; none without a calendar."""
    schedule, year = parts.schedule, parts.calendar
    if schedule is None:
        return {}
    labels = {w.start: w.half_term for w in year.staff_weeks} if year else {}
    found: dict[str, dict[str, list[RoleWeek]]] = {}
    for use in schedule.use:
        mine = found.setdefault(use.role, {h: [] for h in schedule.half_terms} if year else {})
        if (label := labels.get(use.week, "")) in mine:
            mine[label].append(use)
    return found


def taken(use: RoleWeek) -> float:
    """Return the hours taken of those that a role has to set things up."""
    return use.used + (use.running if use.running_capacity is None else 0.0)


def _is_past(parts: ReportParts, uses: list[RoleWeek]) -> bool:
    """Say whether all of some weeks are over, of a plan that has begun."""
    if parts.first_schedule is None or parts.written_on is None:
        return False
    return all(use.week + _WEEK <= parts.written_on for use in uses)


def _share(uses: list[RoleWeek]) -> float:
    available = fsum(u.capacity for u in uses)
    return fsum(map(taken, uses)) / available if available else 0.0


def _cell(uses: list[RoleWeek]) -> Cell:
    share = _share(uses)
    return Cell(
        used=number(fsum(u.used for u in uses)),
        available=number(fsum(u.capacity for u in uses)),
        share=percent(share),
        width=min(100, round(100 * share)),
        full=share >= _FULL,
        running=number(fsum(u.running for u in uses)),
    )
