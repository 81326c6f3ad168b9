"""The page to act on: priorities, the first half-term, time, decisions, what is not known."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.school import Phase, School
from behaviour_culture.model.source import Basis
from behaviour_culture.report.actions import Actions, ObjectiveView
from behaviour_culture.report.names import Names
from behaviour_culture.report.outlook import beyond_forecast
from behaviour_culture.report.parts import Given
from behaviour_culture.report.standing import Standing
from behaviour_culture.report.timing import Load
from behaviour_culture.report.words import (
    day,
    days,
    hours,
    joined,
    number,
    percent,
    plural,
    whole,
    whole_interval,
)

__all__ = ["Summary", "summary"]

_PRIORITIES = 7
_FIRST = 10
_ROLES = 5
_HEAVY = 0.9


class FirstStep(NamedTuple):
    """A step of the first half-term."""

    ref: int
    title: str
    lead: str
    dates: str


class RoleTime(NamedTuple):
    """The hours that the plan asks of one role."""

    role: str
    each: str
    people: int
    total: str


class Summary(NamedTuple):
    """All that the first page shows."""

    school: str
    about: str
    illustrative: list[str]
    written_on: str
    audit: str
    priorities: list[ObjectiveView]
    priorities_more: int
    first_name: str
    first_dates: str
    first: list[FirstStep]
    first_more: int
    roles: list[RoleTime]
    roles_more: str
    hours: str
    cost: str
    costed: bool
    fullest: str
    decisions: list[str]
    unknowns: list[tuple[str, str]]


def summary(
    given: Given, names: Names, actions: Actions, standing: Standing, load: Load | None
) -> Summary:
    """Gather what the first page shows."""
    name, dates, steps = _first(given, names)
    roles = _roles(given, names)
    rest = roles[_ROLES:]
    return Summary(
        school=given.school.name if given.school else (given.plan.school or ""),
        about=_about(given.school) if given.school else "",
        illustrative=_illustrative(given),
        written_on=day(given.written_on) if given.written_on else "",
        audit=_audit(standing),
        priorities=actions.objectives[:_PRIORITIES],
        priorities_more=len(actions.objectives[_PRIORITIES:]),
        first_name=name,
        first_dates=dates,
        first=steps[:_FIRST],
        first_more=len(steps[_FIRST:]),
        roles=roles[:_ROLES],
        roles_more=joined([r.role for r in rest]),
        hours=actions.hours,
        cost=actions.cost,
        costed=actions.costed,
        fullest=load.fullest if load else "",
        decisions=_decisions(given, names, actions),
        unknowns=_unknowns(given, standing),
    )


def _about(school: School) -> str:
    context = school.context
    phase = "" if school.phase is Phase.NOT_APPLICABLE else school.phase.value.replace("-", " ")
    ages = (
        f"ages {school.low_age} to {school.high_age}"
        if school.low_age is not None and school.high_age is not None
        else ""
    )
    parts = [
        phase,
        ages,
        f"{school.roll:,} pupils" if school.roll else "",
        f"{school.staff:,} staff" if school.staff else "",
        f"free school meals {number(context.fsm_percent)}%" if context.fsm_percent else "",
        f"SEN support {number(context.sen_support_percent)}%"
        if context.sen_support_percent
        else "",
        f"EHC plans {number(context.ehc_plan_percent)}%" if context.ehc_plan_percent else "",
        context.local_authority or "",
        context.region or "",
        f"URN {school.urn}" if school.urn else "",
    ]
    text = "; ".join(p for p in parts if p)
    return text[:1].upper() + text[1:]


def _illustrative(given: Given) -> list[str]:
    found = []
    if given.school is not None and given.school.illustrative:
        found.append(
            "This school does not exist. Its ratings, systems and hours were invented to show "
            "what a report looks like."
        )
    if given.calendar is not None and given.calendar.illustrative:
        found.append("The term dates are invented: put in your own before using any date here.")
    return found


def _audit(standing: Standing) -> str:
    when = f" of {standing.date}" if standing.date else ""
    whole_row = standing.whole
    return (
        f"The audit{when} by {plural(standing.raters, 'rater')} places the school as a whole "
        f"nearest to \N{LEFT SINGLE QUOTATION MARK}{whole_row.level}"
        f"\N{RIGHT SINGLE QUOTATION MARK}, at {whole_row.score} of the scale "
        f"({whole_row.interval})."
    )


def _first(given: Given, names: Names) -> tuple[str, str, list[FirstStep]]:
    """Return the name and dates of the first half-term, and what begins in it."""
    schedule = given.schedule
    if schedule is None:
        wave = next(iter(given.plan.graph.waves()), ())
        steps = sorted((given.plan.step(key) for key in wave), key=lambda s: names.ref[s.id])
        return (
            "Steps that wait for no other",
            "",
            [FirstStep(names.ref[s.id], s.title, names.role(s.lead), "") for s in steps],
        )
    label = schedule.half_terms[0] if schedule.half_terms else ""
    dates = ""
    if given.calendar is not None:
        dates = next(
            (
                days(max(h.start, schedule.starts), h.end)
                for h in given.calendar.half_terms
                if h.label == label
            ),
            "",
        )
    return (
        f"First half-term: {label}" if label else "First half-term",
        dates,
        [
            FirstStep(
                names.ref[s.step],
                s.title,
                names.role(s.lead),
                f"{s.start:%d/%m} to {s.finish:%d/%m}",
            )
            for s in schedule.in_half_term(label)
        ],
    )


def _roles(given: Given, names: Names) -> list[RoleTime]:
    each: dict[str, float] = {}
    for step in given.plan.steps:
        for role, weekly in step.hours_per_week.items():
            each[role] = each.get(role, 0.0) + weekly * step.weeks.likely
    total = {role: mine * names.people(role) for role, mine in each.items()}
    return [
        RoleTime(names.role(role), number(each[role]), names.people(role), hours(total[role]))
        for role in sorted(each, key=lambda r: (-total[r], r))
        if each[role] > 0
    ]


# -- decisions ---------------------------------------------------------------------------


def _decisions(given: Given, names: Names, actions: Actions) -> list[str]:
    plan = given.plan
    if not plan.objectives and not plan.steps:
        return [
            "Whether the audit can be relied on: it found no gap to work on. If it can, agree when "
            "it is repeated."
        ]
    found = []
    if plan.objectives:
        waits = f", and that {plural(len(plan.skipped), 'other step')} wait" if plan.skipped else ""
        beyond = len(beyond_forecast(given))
        lie = "1 lies" if beyond == 1 else f"{beyond} lie"
        high = f" ({lie} beyond what the forecast expects by then)" if beyond else ""
        found.append(
            f"Agree {plural(len(plan.objectives), 'priority', 'priorities')} with the targets "
            f"above{high}{waits}."
        )
    if actions.steps:
        cost = f" and a cost beyond staff time of {actions.cost}" if actions.costed else ""
        found.append(f"Agree about {actions.hours} hours of staff time over the plan{cost}.")
    found += _schedule_decisions(given, names)
    audits = [m for m in plan.milestones if m.objective is None]
    if audits:
        dates = joined([day(m.date) if m.date else f"month {m.months}" for m in audits])
        found.append(f"Name who follows the plan for the board, and fix the full reviews: {dates}.")
    return found


def _schedule_decisions(given: Given, names: Names) -> list[str]:
    plan, schedule = given.plan, given.schedule
    found = []
    if schedule is not None and schedule.unscheduled:
        late = len(schedule.unscheduled)
        refs = joined([str(n) for n in sorted(names.ref[key] for key in schedule.unscheduled)])
        found.append(
            f"Decide on the {plural(late, 'step')} that {'does' if late == 1 else 'do'} not fit "
            f"this year ({refs}): more hours, a later date, or left out."
        )
    worrying = {
        status: [s.id for s in plan.steps if plan.status(s.id) is status]
        for status in (StepStatus.OFF_TRACK, StepStatus.AT_RISK)
    }
    for status, keys in worrying.items():
        if keys:
            refs = joined([str(n) for n in sorted(names.ref[key] for key in keys)])
            found.append(
                f"Ask what {'step' if len(keys) == 1 else 'steps'} {refs} ({status.words}) "
                "would need to get back on track."
            )
    return found


# -- what is not known -------------------------------------------------------------------


def _unknowns(given: Given, standing: Standing) -> list[tuple[str, str]]:
    """Return what is not known: a few words, and what stands behind them."""
    audit, impact, plan = given.audit, given.impact, given.plan
    found = []
    halves = [(s.estimate.upper - s.estimate.lower) / 2 for s in audit.principles]
    if halves:
        found.append(
            (
                "How the school really stands.",
                f"With {plural(len(audit.raters), 'rater')} a principle is known to within about "
                f"{whole(100 * median(halves))} points of 100 either way. Raters judge what they "
                "see; nobody has measured behaviour itself.",
            )
        )
    if standing.items_open:
        text = f"{standing.items_count}: left out of every score, not counted as nought."
        found.append(("What nobody assessed.", text))
    if impact is not None and impact.steps:
        found.append(
            (
                "How much the plan will do.",
                f"Its planning index may be anything from {whole_interval(impact.total)} points, "
                f"with some benefit in {percent(impact.p_benefit)} of draws. Most steps have never "
                "been tried on their own.",
            )
        )
    if plan.steps:
        judged = any(o.basis is Basis.JUDGEMENT for o in plan.objectives)
        what = "Targets, durations and hours" if judged else "Durations and hours"
        text = f"{what} are professional judgement, to be replaced by the school's own experience."
        found.append(("Whether the amounts are right.", text))
    doubts = len(given.framework.unverified())
    if doubts:
        text = f"{plural(doubts, 'statement')} of it not checked against the source."
        found.append(("Whether the framework is rendered rightly.", text))
    found.append(
        (
            "What will have caused a change.",
            "Intake, season, the national trend and the way incidents are recorded move as well. "
            "Compare with the same half-term of the year before, per 100 pupils per day.",
        )
    )
    return found
