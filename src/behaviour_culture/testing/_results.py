"""Strategies for what the stages return: made by the real functions from drawn inputs."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit.result import AuditResult, Gap, Score, ScoreKind
from behaviour_culture.impact.result import Driver, ImpactResult, ImpactScore
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import Capacity
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import (
    Reason,
    ReasonKind,
    RoleWeek,
    Schedule,
    ScheduledStep,
)
from behaviour_culture.testing._basics import (
    Strategy,
    check_sizes,
    dates,
    kept,
    maybe,
    numbers,
    ordered_dates,
    refuse,
    shares,
    slugs,
    some_of_ids,
    texts,
    words,
)
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._frameworks import frameworks
from behaviour_culture.testing._plans import action_plans
from behaviour_culture.testing._schools import audits, capacities, school_years, schools
from behaviour_culture.testing._steps import catalogues

__all__ = [
    "ScheduledPlan",
    "audit_results",
    "drafted_plans",
    "drivers",
    "gaps",
    "impact_results",
    "impact_scores",
    "reasons",
    "role_weeks",
    "scheduled_plans",
    "scheduled_steps",
    "schedules",
    "scores",
]


class ScheduledPlan(NamedTuple):
    """A schedule and all that it was made from."""

    schedule: Schedule
    plan: ActionPlan
    calendar: SchoolYear
    capacity: Capacity


# -- whole results ---------------------------------------------------------------------------


def audit_results(*, framework: Framework | None = None) -> Strategy[AuditResult]:
    """Draw scored audits: `score_audit` of drawn responses.

    Parameters
    ----------
    framework : Framework, optional
        What was audited; a drawn one without it.
    """
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
    schedule = bc.schedule_plan(
        plan,
        calendar=calendar,
        capacity=capacity,
        budget=draw(st.integers(1, 20)),
        seed=draw(st.integers(0, 3)),
    )
    return ScheduledPlan(schedule, plan, calendar, capacity)


def schedules(*, max_steps: int = 5) -> Strategy[Schedule]:
    """Draw schedules as `schedule_plan` makes them; see `scheduled_plans`."""
    check_sizes("schedules", 0, max_steps=max_steps)
    return _scheduled_plans(max_steps).map(attrgetter("schedule"))


@kept
def impact_results() -> Strategy[ImpactResult]:
    """Draw planning indices as `score_impact` makes them, from few draws."""
    return _impact_results()


@st.composite
def _impact_results(draw: st.DrawFn) -> ImpactResult:
    framework = draw(frameworks(min_items=1, max_principles=3))
    evidence = bc.load_evidence()
    return bc.score_impact(
        draw(action_plans(framework=framework, evidence=evidence, max_steps=3)),
        draw(_audit_results(framework)),
        evidence=evidence,
        draws=100,
        seed=draw(st.integers(0, 3)),
    )


# -- their parts, on their own ---------------------------------------------------------------


@kept
def scores() -> Strategy[Score]:
    """Draw scores on their own; those of an audit come from `audit_results`."""
    return st.builds(
        Score,
        kind=st.sampled_from(ScoreKind),
        id=texts(),
        name=texts(),
        parent=maybe(slugs()),
        estimate=estimates(min_value=0.0, max_value=1.0),
        items=st.integers(1, 50),
        assessed=st.integers(1, 50),
        ratings=st.integers(1, 500),
        raters=st.integers(1, 50),
        lowest=shares(),
        highest=shares(),
    )


@kept
def gaps() -> Strategy[Gap]:
    """Draw gaps on their own; those of an audit come from `audit_results`."""
    return st.builds(
        Gap,
        principle=slugs(),
        name=texts(),
        domain=slugs(),
        size=estimates(min_value=0.0, max_value=1.0),
        weight=numbers(0.01, 100.0),
        holds_up=some_of_ids(None),
        priority=numbers(0.0, 200.0),
        rank=st.integers(1, 100),
        reason=texts(),
    )


@kept
def reasons() -> Strategy[Reason]:
    """Draw reasons on their own; those of a schedule come from `schedules`."""
    return st.builds(
        Reason,
        kind=st.sampled_from(ReasonKind),
        text=texts(),
        step=maybe(slugs()),
        role=maybe(slugs()),
        week=maybe(dates()),
    )


@kept
def scheduled_steps() -> Strategy[ScheduledStep]:
    """Draw scheduled steps on their own; those of a schedule come from `schedules`."""
    return _scheduled_steps()


@st.composite
def _scheduled_steps(draw: st.DrawFn) -> ScheduledStep:
    start, finish = draw(ordered_dates())
    return ScheduledStep(
        step=draw(slugs()),
        title=draw(texts()),
        lead=draw(slugs()),
        start=start,
        finish=finish,
        first_week=draw(st.integers(0, 40)),
        weeks=draw(st.integers(1, 40)),
        half_term=draw(texts()),
        finish_half_term=draw(texts()),
        slack_weeks=draw(st.integers(0, 40)),
        reasons=draw(st.lists(reasons(), min_size=1, max_size=2)),
    )


@kept
def role_weeks() -> Strategy[RoleWeek]:
    """Draw the use of a role in a week on its own; see `schedules`."""
    hours = numbers(0.0, 60.0)
    return st.builds(RoleWeek, role=slugs(), week=dates(), used=hours, capacity=hours)


@kept
def impact_scores() -> Strategy[ImpactScore]:
    """Draw impact scores on their own; those of a plan come from `impact_results`."""
    return st.builds(
        ImpactScore,
        step=slugs(),
        title=texts(),
        rank=st.integers(1, 100),
        index=estimates(),
        first=shares(),
        top_three=shares(),
        p_benefit=shares(),
        per_100_hours=maybe(estimates()),
        enables=estimates(),
        beats_next=maybe(shares()),
        parameter=slugs(),
        grade=texts(max_size=4),
    )


@kept
def drivers() -> Strategy[Driver]:
    """Draw drivers on their own; those of a plan come from `impact_results`."""
    return st.builds(Driver, name=texts(), text=words().map("input {}".format), swing=estimates())
