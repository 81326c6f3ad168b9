"""The first page: priorities, the first half-term, staff time, decisions, open questions."""

from __future__ import annotations

from datetime import date
from statistics import median
from typing import NamedTuple

from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.school import Phase, School
from behaviour_culture.model.source import Basis
from behaviour_culture.report.actions import Actions, ObjectiveView
from behaviour_culture.report.names import Names
from behaviour_culture.report.outlook import beyond_forecast
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.running import running
from behaviour_culture.report.since import since
from behaviour_culture.report.standing import Standing
from behaviour_culture.report.timing import Load
from behaviour_culture.report.words import (
    capital,
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
from behaviour_culture.scheduling.result import Schedule, ScheduledStep, more_hours_text

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
    """The content of the first page."""

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
    hours_left: str
    """Hours of the steps that are not over, where the plan has begun."""
    cost: str
    costed: bool
    fullest: str
    running: str
    decisions: list[str]
    decisions_brief: list[str]
    """The same decisions, where hours and money stand beside them already."""
    unknowns: list[tuple[str, str]]


def summary(
    parts: ReportParts, names: Names, actions: Actions, standing: Standing, load: Load | None
) -> Summary:
    """Gather the content of the first page."""
    name, dates, steps = _first(parts, names)
    roles = _roles(names)
    rest = roles[_ROLES:]
    return Summary(
        school=parts.school.name if parts.school else (parts.plan.school or ""),
        about=_about(parts.school) if parts.school else "",
        illustrative=_illustrative(parts),
        written_on=day(parts.written_on) if parts.written_on else "",
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
        hours_left=_hours_left(parts, names),
        cost=actions.cost,
        costed=actions.costed,
        fullest=load.fullest if load else "",
        running=goes_on.summary if (goes_on := running(parts, names)) else "",
        decisions=_decisions(parts, names, actions),
        decisions_brief=_decisions(parts, names, actions, brief=True),
        unknowns=_unknowns(parts, standing),
    )


def _about(school: School) -> str:
    context = school.context
    phase = "" if school.phase is Phase.NOT_APPLICABLE else school.phase.value.replace("-", " ")
    ages = (
        f"ages {school.low_age} to {school.high_age}"
        if school.low_age is not None and school.high_age is not None
        else ""
    )
    facts = [
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
    return capital("; ".join(fact for fact in facts if fact))


def _illustrative(parts: ReportParts) -> list[str]:
    notices = []
    if parts.school is not None and parts.school.illustrative:
        notices.append(
            "This school does not exist. Its ratings, systems and hours were invented to show "
            "what a report looks like."
        )
    if parts.calendar is not None and parts.calendar.illustrative:
        notices.append("The term dates are invented: put in your own before using any date here.")
    return notices


def _audit(standing: Standing) -> str:
    when = f" of {standing.date}" if standing.date else ""
    whole_row = standing.whole
    return (
        f"The audit{when} by {plural(standing.raters, 'rater')} places the school as a whole "
        f"nearest to '{whole_row.level}', at {whole_row.score} of the scale "
        f"({whole_row.interval})."
    )


def _first(parts: ReportParts, names: Names) -> tuple[str, str, list[FirstStep]]:
    """Return the name and dates of the first half-term, and the steps that begin in it."""
    schedule = parts.schedule
    if schedule is None:
        wave = next(iter(parts.plan.graph.waves()), ())
        steps = sorted((parts.plan.step(key) for key in wave), key=lambda s: names.ref[s.id])
        rows = [FirstStep(names.ref[s.id], s.title, names.lead(s), "") for s in steps]
        return "Steps that wait for no other", "", rows
    if parts.first_schedule is not None and parts.written_on is not None:
        return _now(parts, names, schedule, parts.written_on)
    label = schedule.half_terms[0] if schedule.half_terms else ""
    half_terms = parts.calendar.half_terms if parts.calendar is not None else ()
    known = (days(max(h.start, schedule.starts), h.end) for h in half_terms if h.label == label)
    rows = []
    for s in schedule.in_half_term(label):
        lead = names.lead(parts.plan.step(s.step))
        rows.append(FirstStep(names.ref[s.step], s.title, lead, _short(s)))
    return f"First half-term: {label}" if label else "First half-term", next(known, ""), rows


def _now(
    parts: ReportParts, names: Names, schedule: Schedule, today: date
) -> tuple[str, str, list[FirstStep]]:
    """Return the half-term of a day, or in a holiday the next, and what is to be done in it."""
    half_terms = parts.calendar.half_terms if parts.calendar is not None else ()
    part = next((h for h in half_terms if h.end >= today), None)
    end = schedule.ends if part is None else part.end
    rows = [
        FirstStep(
            names.ref[s.step],
            s.title,
            names.lead(parts.plan.step(s.step)),
            f"{_short(s)}{_standing(parts.plan.status(s.step))}",
        )
        for s in schedule.steps
        if today <= s.finish and s.start <= end and not names.is_over(s.step)
    ]
    when = days(max(part.start, today), part.end) if part else ""
    return f"To do now: {part.label}" if part else "To do now", when, rows


def _short(entry: ScheduledStep) -> str:
    """Return the dates of a step without the year, which stands above them."""
    first, last = f"{entry.start:%d/%m}", f"{entry.finish:%d/%m}"
    return first if entry.start == entry.finish else f"{first} to {last}"


def _standing(status: StepStatus) -> str:
    return "" if status is StepStatus.NOT_STARTED else f", {status.words}"


def _roles(names: Names) -> list[RoleTime]:
    return [
        RoleTime(names.role(role), hours(total / people), people, hours(total))
        for role, total in names.hours_by_role().items()
        for people in [names.people(role)]
    ]


def _hours_left(parts: ReportParts, names: Names) -> str:
    if parts.first_schedule is None:
        return ""
    left = [s for s in parts.plan.steps if not names.is_over(s.id)]
    return hours(sum(names.hours(s) for s in left))


# -- decisions ---------------------------------------------------------------------------


def _decisions(
    parts: ReportParts, names: Names, actions: Actions, *, brief: bool = False
) -> list[str]:
    plan = parts.plan
    decisions = []
    if not plan.objectives:
        decisions.append(
            "Whether the audit can be relied on: it found no gap to work on. If it can, agree when "
            "it is repeated."
        )
    begun = parts.first_schedule is not None
    if begun and (happened := since(parts, names)):
        moved = len(happened.moved)
        decisions.append(
            f"Look at what has happened since the plan began. {happened.counts} "
            f"{plural(moved, 'step')} {'has' if moved == 1 else 'have'} other dates."
        )
    if plan.objectives and not begun:
        later = len(actions.skipped)
        waits = f", and that {plural(later, 'other step')} wait" if later else ""
        beyond = len(beyond_forecast(parts))
        lie = "1 lies" if beyond == 1 else f"{beyond} lie"
        high = f" ({lie} beyond what the forecast expects by then)" if beyond else ""
        decisions.append(
            f"Agree {plural(len(plan.objectives), 'priority', 'priorities')} with the targets "
            f"above{high}{waits}."
        )
    goes_on = None if begun else running(parts, names)
    if actions.steps and not begun and brief:
        then = ", to set the plan up and from then on" if goes_on else ""
        decisions.append(f"Agree the hours and the money above{then}.")
    elif actions.steps and not begun:
        cost = f" and a cost beyond staff time of {actions.cost}" if actions.costed else ""
        decisions.append(f"Agree about {actions.hours} hours of staff time over the plan{cost}.")
    if goes_on and not brief:
        decisions.append(f"Agree what goes on once it is set up: {goes_on.summary}.")
    decisions += [
        f"Name who is {nobody.title} ({joined([str(n) for n in nobody.refs])}): nobody here holds "
        "that role."
        for nobody in names.nobody
    ]
    decisions += _schedule_decisions(parts, names)
    audits = [m for m in plan.milestones if m.objective is None]
    if audits and not begun:
        dates = joined([day(m.date) if m.date else f"month {m.months}" for m in audits])
        decisions.append(
            f"Name who follows the plan for the governing board, and fix the full reviews: {dates}."
        )
    return decisions


def _schedule_decisions(parts: ReportParts, names: Names) -> list[str]:
    plan, schedule = parts.plan, parts.schedule
    decisions = []
    if schedule is not None and parts.without_place:
        late = len(parts.without_place)
        refs = joined([str(n) for n in sorted(names.ref[key] for key in parts.without_place)])
        decisions.append(
            f"Decide on the {plural(late, 'step')} that {'does' if late == 1 else 'do'} not fit "
            f"this year ({refs}): more hours, a later date, or left out. "
            f"{more_hours_text(schedule, names.subject)}."
        )
    worrying = {
        status: [s.id for s in plan.steps if plan.status(s.id) is status]
        for status in (StepStatus.OFF_TRACK, StepStatus.AT_RISK)
    }
    for status, keys in worrying.items():
        if keys:
            refs = joined([str(n) for n in sorted(names.ref[key] for key in keys)])
            decisions.append(
                f"Ask what {'step' if len(keys) == 1 else 'steps'} {refs} ({status.words}) "
                "would need to get back on track."
            )
    return decisions


# -- what is not known -------------------------------------------------------------------


def _unknowns(parts: ReportParts, standing: Standing) -> list[tuple[str, str]]:
    """Return the open questions: a few words for each, and an explanation."""
    audit, impact, plan = parts.audit, parts.impact, parts.plan
    unknowns = []
    halves = [(s.estimate.upper - s.estimate.lower) / 2 for s in audit.principles]
    if halves:
        unknowns.append(
            (
                "How good the school's culture really is.",
                f"With {plural(len(audit.raters), 'rater')} a principle is known to within about "
                f"{whole(100 * median(halves))} points of 100 either way. Raters judge what they "
                "see; nobody has measured behaviour itself.",
            )
        )
    if standing.items_open:
        text = f"{standing.items_count}: left out of every score, not counted as nought."
        unknowns.append(("What nobody assessed.", text))
    if standing.rests_on:
        unknowns.append(("What nobody was asked.", standing.rests_on))
    if impact is not None and impact.steps:
        unknowns.append(
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
        unknowns.append(("Whether the amounts are right.", text))
    doubts = len(parts.framework.unverified())
    glosses = parts.framework.glosses()
    if doubts or glosses:
        open_ = f"{plural(doubts, 'statement')} of it not checked against the source"
        ours = f"{plural(len(glosses), 'text')} of it our own gloss on a heading"
        said = [words for count, words in ((doubts, open_), (len(glosses), ours)) if count]
        text = f"{'; '.join(said)}."
        unknowns.append(("Whether the framework follows its source.", text))
    unknowns.append(
        (
            "What will have caused a change.",
            "Intake, season, the national trend and the way incidents are recorded change as well. "
            "Compare with the same half-term of the year before, per 100 pupils per day.",
        )
    )
    return unknowns
