"""Strategies for the results of the stages, made by the real functions from drawn inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit.groups import GroupAgreement
from behaviour_culture.audit.result import AuditResult, Gap, Score
from behaviour_culture.fields import field_types
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.journey import JourneyResult
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import Capacity
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.review.result import OutcomeReview
from behaviour_culture.scheduling.changes import ScheduleComparison, compare_schedules
from behaviour_culture.scheduling.options import PREFERENCES
from behaviour_culture.scheduling.reason import Reason, ReasonKind, needed_fields
from behaviour_culture.scheduling.result import Schedule, ScheduledStep
from behaviour_culture.scheduling.robustness import Robustness, assess_robustness
from behaviour_culture.testing._basics import (
    Strategy,
    check_options,
    check_sizes,
    dates,
    maybe,
    numbers,
    refuse,
    some_of_ids,
    texts,
)
from behaviour_culture.testing._calendar import school_years
from behaviour_culture.testing._evidence import estimates, evidence_bases
from behaviour_culture.testing._frameworks import frameworks
from behaviour_culture.testing._objects import built, in_order, make, strategy_for
from behaviour_culture.testing._plans import action_plans
from behaviour_culture.testing._registry import arrange, draws
from behaviour_culture.testing._schools import audits, capacities, schools
from behaviour_culture.testing._steps import catalogues

__all__ = [
    "ScheduledPlan",
    "audit_results",
    "drafted_plans",
    "impact_results",
    "reasons",
    "robustnesses",
    "schedule_comparisons",
    "scheduled_plans",
    "schedules",
]

# Parts on their own; those of a result come from the strategy of the result.
_SHARE = estimates(min_value=0.0, max_value=1.0)
arrange(OutcomeReview, in_order("count", "base"))
arrange(Score, estimate=_SHARE)
arrange(Gap, size=_SHARE, weight=numbers(0.01, 100.0), priority=numbers(0.0, 200.0))
arrange(ScheduledStep, in_order("start", "finish"))


@draws(Reason)
@st.composite
def reasons(draw: st.DrawFn) -> Reason:
    """Draw reasons of any kind with the fields that it needs."""
    kind = draw(st.sampled_from(ReasonKind))
    hints = field_types(Reason)
    needed = {
        name: strategy_for(hints[name]).filter(lambda value: value is not None)
        for name in needed_fields(kind)
    }
    return make(draw, Reason, kind=kind, **needed)


arrange(GroupAgreement, alpha=maybe(_SHARE), reason=texts())


class ScheduledPlan(NamedTuple):
    """A schedule and the arguments that it was made from."""

    schedule: Schedule
    plan: ActionPlan
    calendar: SchoolYear
    capacity: Capacity


@draws(AuditResult)
def audit_results(*, framework: Framework | None = None) -> Strategy[AuditResult]:
    """Draw scored audits: `score_audit` of drawn responses.

    Parameters
    ----------
    framework : Framework, optional
        The framework of the audit; a drawn one without it.
    """
    check_options("audit_results", framework=framework)
    if framework is not None and not framework.items:
        raise refuse("audit_results", ("framework", f"{framework.id!r} has no items to audit"))
    return _audit_results(framework)


@st.composite
def _audit_results(draw: st.DrawFn, given: Framework | None) -> AuditResult:
    framework = draw(frameworks(min_items=1)) if given is None else given
    return bc.score_audit(
        draw(audits(framework=framework)),
        framework,
        level=draw(st.sampled_from([0.8, 0.95])),
        rater_correlation=draw(st.sampled_from([0.0, 0.3, 1.0])),
    )


def drafted_plans(*, framework: Framework | None = None) -> Strategy[ActionPlan]:
    """Draw plans as `draft_plan` makes them of a drawn audit, catalogue and school."""
    check_options("drafted_plans", framework=framework)
    if framework is not None and not framework.items:
        raise refuse("drafted_plans", ("framework", f"{framework.id!r} has no items to audit"))
    return _drafted_plans(framework)


@st.composite
def _drafted_plans(draw: st.DrawFn, given: Framework | None) -> ActionPlan:
    framework = draw(frameworks(min_items=1)) if given is None else given
    kinds = [system.id for system in framework.systems] or None
    return bc.draft_plan(
        draw(_audit_results(framework)),
        catalogue=draw(catalogues(framework=framework)),
        school=draw(maybe(schools(kinds=kinds))),
        priorities=draw(st.integers(1, 4)),
        steps_per_priority=draw(st.integers(1, 3)),
        starts=draw(maybe(dates())),
    )


@draws(ScheduledPlan)
def scheduled_plans(*, max_steps: int = 5) -> Strategy[ScheduledPlan]:
    """Draw schedules with the plan, the calendar and the capacity that they were made from.

    Not every step fits: the rest is in ``unscheduled``, as `schedule_plan` leaves it.
    """
    check_sizes("scheduled_plans", 0, max_steps=max_steps)
    return _scheduled_plans(max_steps)


@st.composite
def _scheduled_plans(draw: st.DrawFn, max_steps: int) -> ScheduledPlan:
    calendar = draw(school_years())
    roles = draw(some_of_ids(None, min_size=1, max_size=2))
    starts = maybe(dates(min_value=calendar.terms[0].start, max_value=calendar.end))
    plan = draw(action_plans(roles=roles, starts=starts, max_steps=max_steps))
    low, high = calendar.start, calendar.end
    capacity = draw(capacities(roles=roles, min_value=low, max_value=high))
    steps = [step.id for step in plan.steps]
    first = max(low, plan.starts or low)
    days = [d for d in DateRange(start=first, end=high).days() if calendar.is_teaching_day(d)]
    schedule = bc.schedule_plan(
        plan,
        calendar=calendar,
        capacity=capacity,
        pins=draw(_dated(steps, st.sampled_from(days))),
        deadlines=draw(_dated(steps, dates(min_value=low, max_value=high))),
        launch_limit=draw(st.none() | st.none() | st.integers(1, 2)),
        prefer=draw(st.sampled_from(PREFERENCES)),
        budget=draw(st.integers(1, 20)),
        seed=draw(st.integers(0, 3)),
    )
    return ScheduledPlan(schedule, plan, calendar, capacity)


def _dated(steps: Sequence[str], days: Strategy[dt.date]) -> Strategy[dict[str, dt.date]]:
    """Draw no dates, as in most plans, or a day for one or two steps."""
    if not steps:
        return st.just({})
    some = st.dictionaries(st.sampled_from(steps), days, max_size=2)
    return st.just(dict[str, dt.date]()) | some


@draws(Schedule)
def schedules(*, max_steps: int = 5) -> Strategy[Schedule]:
    """Draw schedules as `schedule_plan` makes them; see `scheduled_plans`."""
    check_sizes("schedules", 0, max_steps=max_steps)
    return _scheduled_plans(max_steps).map(attrgetter("schedule"))


@draws(ScheduleComparison)
@st.composite
def schedule_comparisons(draw: st.DrawFn) -> ScheduleComparison:
    """Draw comparisons of two schedules of one plan, with different people."""
    old, plan, calendar, capacity = draw(_scheduled_plans(3))
    roles = [role.id for role in capacity.roles]
    new = bc.schedule_plan(
        plan, calendar=calendar, capacity=draw(capacities(roles=roles)), budget=5
    )
    return compare_schedules(old, new)


@draws(Robustness)
@st.composite
def robustnesses(draw: st.DrawFn) -> Robustness:
    """Draw the robustness of schedules, as `assess_robustness` finds it in few draws."""
    schedule, plan, calendar, capacity = draw(_scheduled_plans(3))
    return assess_robustness(
        schedule,
        plan,
        calendar=calendar,
        capacity=capacity,
        draws=100,
        seed=draw(st.integers(0, 3)),
    )


@draws(ImpactResult)
@st.composite
def impact_results(draw: st.DrawFn) -> ImpactResult:
    """Draw planning indices as `score_impact` makes them, from few draws."""
    framework = draw(frameworks(min_items=1, max_principles=3))
    evidence = bc.load_evidence()
    return bc.score_impact(
        draw(action_plans(framework=framework, evidence=evidence, max_steps=3)),
        draw(_audit_results(framework)),
        evidence=evidence,
        draws=100,
        seed=draw(st.integers(0, 3)),
    )


@draws(JourneyResult)
@st.composite
def _journey_results(draw: st.DrawFn) -> JourneyResult:
    framework = draw(frameworks(max_principles=1, min_items=1, max_items=1))
    made = draw(scheduled_plans(max_steps=1))
    audit = draw(audits(framework=framework, max_responses=1))
    return make(
        draw,
        JourneyResult,
        framework=framework,
        catalogue=catalogues(framework=framework, max_steps=1),
        calendar=made.calendar,
        evidence=evidence_bases(),
        benchmarks=None,
        support_offer=None,
        school=schools(),
        audit=audit,
        result=bc.score_audit(audit, framework),
        plan=made.plan,
        schedule=made.schedule,
        impact=built(ImpactResult),
        forecast=None,
    )
