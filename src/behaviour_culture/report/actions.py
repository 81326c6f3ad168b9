"""Objectives with their steps, the plan as a table, and the steps that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from attrs import evolve

from behaviour_culture._display import count_of
from behaviour_culture.model.plan import (
    Objective,
    ObjectiveScale,
    StepProgress,
    StepStatus,
    chance_words,
)
from behaviour_culture.model.step import ActionStep, CostRange, Monitoring
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.standing import levels_between
from behaviour_culture.report.words import (
    STATUS,
    Status,
    day,
    hours,
    number,
    pace,
    percent,
    plural,
    pounds,
    sentence,
    strand,
)

__all__ = [
    "Actions",
    "Area",
    "ObjectiveView",
    "StepRow",
    "actions",
    "status_of",
]


class StepWhy(NamedTuple):
    """A step under an objective, and the reason for it."""

    ref: int
    title: str
    text: str
    pace: str
    why: str


class Link(NamedTuple):
    """A link to a step or an objective elsewhere on the page."""

    ref: int
    title: str


class ObjectiveView(NamedTuple):
    """One objective."""

    number: int
    title: str
    domain: str
    measure: str
    now: str
    range: str
    words: str
    target: str
    chance: str
    """That the target is reached; empty where nothing was forecast."""
    stretch: str
    """A higher target with its chance; empty for none."""
    by: str
    basis: str
    reason: str
    redraws: str
    """How often its gap is among the first when raters are drawn again."""
    criteria: tuple[str, ...]
    monitoring: Monitoring | None
    status: Status
    progress: str
    done: int
    steps: list[StepWhy]
    also: list[Link]


class StepRow(NamedTuple):
    """One step as a row of the plan."""

    ref: int
    title: str
    pace: str
    objectives: list[Link]
    lead: str
    support: list[str]
    start: str
    deadline: str
    half_term: str
    depends: list[Link]
    hours: str
    hours_detail: str
    cost: str
    criteria: tuple[str, ...]
    monitoring: Monitoring | None
    status: Status
    note: str


class Area(NamedTuple):
    """The steps of one domain."""

    name: str
    rows: list[StepRow]


class Actions(NamedTuple):
    """The content of the sections on priorities and on the plan."""

    objectives: list[ObjectiveView]
    others: list[StepWhy]
    met: list[tuple[str, str]]
    skipped: list[tuple[str, str]]
    elsewhere: list[tuple[str, str]]
    """The steps of the catalogue that are for other schools."""
    areas: list[Area]
    steps: int
    quick: int
    hours: str
    cost: str
    costed: bool
    dated: bool
    supported: bool
    monitored: bool
    peopled: bool
    statuses: list[Status]


def actions(parts: ReportParts, names: Names) -> Actions:
    """Gather the content of the two sections."""
    plan = parts.plan
    shown: set[str] = set()
    objectives = [_objective(parts, names, o, shown) for o in plan.objectives]
    cost = CostRange(
        sum(s.cost_gbp.low for s in plan.steps), sum(s.cost_gbp.high for s in plan.steps)
    )
    used = {plan.status(s.id) for s in plan.steps}
    elsewhere = _elsewhere(parts)
    return Actions(
        objectives=objectives,
        others=[
            _why(parts, names, s) for _, group in names.areas for s in group if s.id not in shown
        ],
        met=[(m.title, m.reason) for m in plan.met],
        skipped=[(s.title, s.reason) for s in plan.skipped if s.step not in elsewhere],
        elsewhere=[(s.title, s.reason) for s in plan.skipped if s.step in elsewhere],
        areas=[
            Area(name, [_row(parts, names, step) for step in group]) for name, group in names.areas
        ],
        steps=len(plan.steps),
        quick=len(plan.quick),
        hours=hours(fsum(names.hours(s) for s in plan.steps)),
        cost=pounds(cost),
        costed=cost.high > 0,
        dated=parts.schedule is not None,
        supported=any(s.support for s in plan.steps),
        monitored=any(s.monitoring for s in plan.steps),
        peopled=parts.school is not None and parts.school.capacity is not None,
        statuses=[STATUS[s] for s in StepStatus if s in used],
    )


def _elsewhere(parts: ReportParts) -> frozenset[str]:
    """Return the steps of the catalogue that are not for the school."""
    catalogue, school = parts.catalogue, parts.school
    if catalogue is None or school is None:
        return frozenset()
    return frozenset(s.id for s in catalogue.steps if not s.applies_to(school))


# -- objectives --------------------------------------------------------------------------


def status_of(steps: Sequence[StepStatus]) -> Status:
    """Return the status of an objective: that of its least favourable step.

    Examples
    --------
    >>> status_of([StepStatus.COMPLETE, StepStatus.NOT_STARTED]).word
    'on track'
    >>> status_of([StepStatus.ON_TRACK, StepStatus.AT_RISK]).word
    'at risk'
    """
    running = [s for s in steps if s is not StepStatus.STOPPED]
    for worst in (StepStatus.OFF_TRACK, StepStatus.AT_RISK):
        if worst in running:
            return STATUS[worst]
    if not running:
        return STATUS[StepStatus.STOPPED if steps else StepStatus.NOT_STARTED]
    if all(s is StepStatus.COMPLETE for s in running):
        return STATUS[StepStatus.COMPLETE]
    if all(s is StepStatus.NOT_STARTED for s in running):
        return STATUS[StepStatus.NOT_STARTED]
    return STATUS[StepStatus.ON_TRACK]


def _objective(
    parts: ReportParts, names: Names, objective: Objective, shown: set[str]
) -> ObjectiveView:
    """Return the view of an objective, and add its steps to those that are shown."""
    plan, baseline = parts.plan, objective.baseline
    on_scale = objective.scale is ObjectiveScale.AUDIT

    def amount(value: float) -> str:
        unit = f" {baseline.unit}" if baseline.unit else ""
        return percent(value) if on_scale else f"{number(value)}{unit}"

    serving = [
        s
        for _, group in names.areas
        for s in group
        if objective.id in plan.inclusion(s.id).objectives
    ]
    statuses = [plan.status(s.id) for s in serving]
    new = [s for s in serving if s.id not in shown]
    shown.update(s.id for s in new)
    done = sum(s is StepStatus.COMPLETE for s in statuses)
    return ObjectiveView(
        number=names.priority[objective.id],
        title=objective.title,
        domain=names.domain_of(objective),
        measure="Audit score, as a share of the scale" if on_scale else objective.measure,
        now=amount(baseline.value),
        range=f"{amount(baseline.lower)} to {amount(baseline.upper)}",
        words=levels_between(parts.framework, baseline) if on_scale else "",
        target=amount(objective.target),
        chance=chance_words(objective.chance),
        stretch=(
            ""
            if objective.stretch is None
            else f"{amount(objective.stretch)}{chance_words(objective.stretch_chance)}"
        ),
        by=day(objective.by) if objective.by else f"month {objective.months}",
        basis=objective.target_basis,
        reason=sentence(objective.reason),
        redraws="" if objective.redraws is None else sentence(objective.redraws.words),
        criteria=objective.success_criteria,
        monitoring=_monitoring(names, objective.monitoring),
        status=status_of(statuses),
        progress=_progress(statuses),
        done=done,
        steps=[_why(parts, names, s) for s in new],
        also=[Link(names.ref[s.id], s.title) for s in serving if s not in new],
    )


def _progress(statuses: Sequence[StepStatus]) -> str:
    done, stopped = (statuses.count(s) for s in (StepStatus.COMPLETE, StepStatus.STOPPED))
    out = f", {stopped} stopped" if stopped else ""
    return (
        f"{done} of {count_of(len(statuses), 'step')} complete{out}"
        if statuses
        else "no step of its own"
    )


def _why(parts: ReportParts, names: Names, step: ActionStep) -> StepWhy:
    return StepWhy(
        ref=names.ref[step.id],
        title=step.title,
        text=step.text,
        pace=pace(step.payoff),
        why=sentence(parts.plan.inclusion(step.id).reason),
    )


def _monitoring(names: Names, monitoring: Monitoring | None) -> Monitoring | None:
    return monitoring and evolve(monitoring, who=names.who(monitoring.who))


# -- the plan as a table -----------------------------------------------------------------


def _row(parts: ReportParts, names: Names, step: ActionStep) -> StepRow:
    plan, schedule = parts.plan, parts.schedule
    inclusion = plan.inclusion(step.id)
    start = deadline = half_term = ""
    if schedule is not None:
        if step.id in schedule.left_out:
            start = deadline = names.without_dates(step.id)
        else:
            entry = schedule.step(step.id)
            start = day(entry.start)
            deadline = day(plan.not_after.get(step.id, entry.finish))
            half_term = entry.half_term
            if entry.finish_half_term != entry.half_term:
                half_term += f" to {entry.finish_half_term}"
    met = {m.step for m in plan.met}
    return StepRow(
        ref=names.ref[step.id],
        title=step.title,
        pace=pace(step.payoff),
        objectives=[
            Link(names.priority[o], plan.objective(o).title)
            for o in sorted(inclusion.objectives, key=names.priority.__getitem__)
        ],
        lead=names.lead(step),
        support=[strand(s.strand) for s in step.support],
        start=start,
        deadline=deadline,
        half_term=half_term,
        depends=sorted(
            Link(names.ref[p.step], names.title(p.step)) for p in step.requires if p.step not in met
        ),
        hours=hours(names.hours(step)),
        hours_detail="; ".join(_share(names, step, role) for role in sorted(names.weekly(step))),
        cost=pounds(step.cost_gbp),
        criteria=step.success_criteria,
        monitoring=_monitoring(names, step.monitoring),
        status=STATUS[plan.status(step.id)],
        note=_note(plan.progress, step.id),
    )


def _share(names: Names, step: ActionStep, role: str) -> str:
    people = names.people(role)
    together = " between" if role in step.shared_roles else " \N{MULTIPLICATION SIGN}"
    many = f"{together} {people} people" if people > 1 else ""
    weeks = plural(names.weeks(step), "week")
    each = number(names.weekly(step)[role])
    return f"{names.role(role)} {each} h a week \N{MULTIPLICATION SIGN} {weeks}{many}"


def _note(progress: Sequence[StepProgress], step_id: str) -> str:
    entry = next((entry for entry in progress if entry.step == step_id), None)
    if entry is None:
        return ""
    notes = (
        f"begun {day(entry.started)}" if entry.started else "",
        f"ended {day(entry.finished)}" if entry.finished else "",
        f"done as intended: {percent(entry.fidelity)}" if entry.fidelity is not None else "",
        f"reach: {percent(entry.reach)}" if entry.reach is not None else "",
        entry.note,
    )
    return "; ".join(note for note in notes if note)
