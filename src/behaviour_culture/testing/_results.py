"""Strategies for what the stages return: made by the real functions from drawn inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit.result import AuditResult, Gap, Score, ScoreKind
from behaviour_culture.impact.index.result import Driver, ImpactResult, ImpactScore
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import StartRule
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.changes import (
    ChangeKind,
    ScheduleChange,
    ScheduleComparison,
    compare_schedules,
)
from behaviour_culture.scheduling.conflicts import Conflict, Fact, FactKind
from behaviour_culture.scheduling.options import PREFERENCES, ScheduleOptions
from behaviour_culture.scheduling.reason import Reason, ReasonKind, needed_fields
from behaviour_culture.scheduling.result import RoleWeek, Schedule, ScheduledStep
from behaviour_culture.scheduling.robustness import (
    Policy,
    PolicyOutcome,
    Robustness,
    StepRobustness,
    assess_robustness,
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
    "conflicts",
    "drafted_plans",
    "drivers",
    "facts",
    "gaps",
    "impact_results",
    "impact_scores",
    "policy_outcomes",
    "reasons",
    "robustnesses",
    "role_weeks",
    "schedule_changes",
    "schedule_comparisons",
    "schedule_options",
    "scheduled_plans",
    "scheduled_steps",
    "schedules",
    "scores",
    "step_robustnesses",
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
    """Draw no dates, as most plans have, or a day for one or two steps."""
    if not steps:
        return st.just({})
    some = st.dictionaries(st.sampled_from(steps), days, max_size=2)
    return st.just(dict[str, dt.date]()) | some


def schedules(*, max_steps: int = 5) -> Strategy[Schedule]:
    """Draw schedules as `schedule_plan` makes them; see `scheduled_plans`."""
    check_sizes("schedules", 0, max_steps=max_steps)
    return _scheduled_plans(max_steps).map(attrgetter("schedule"))


def schedule_comparisons() -> Strategy[ScheduleComparison]:
    """Draw two schedules of one plan compared: with the people there are, and with others."""
    return _schedule_comparisons()


@st.composite
def _schedule_comparisons(draw: st.DrawFn) -> ScheduleComparison:
    old, plan, calendar, capacity = draw(_scheduled_plans(3))
    roles = [role.id for role in capacity.roles]
    new = bc.schedule_plan(
        plan, calendar=calendar, capacity=draw(capacities(roles=roles)), budget=5
    )
    return compare_schedules(old, new)


def robustnesses() -> Strategy[Robustness]:
    """Draw how schedules hold, as `assess_robustness` finds it in few draws."""
    return _robustnesses()


@st.composite
def _robustnesses(draw: st.DrawFn) -> Robustness:
    schedule, plan, calendar, capacity = draw(_scheduled_plans(3))
    return assess_robustness(
        schedule,
        plan,
        calendar=calendar,
        capacity=capacity,
        draws=100,
        seed=draw(st.integers(0, 3)),
    )


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
    return st.sampled_from(ReasonKind).flatmap(_reasons)


def _reasons(kind: ReasonKind) -> Strategy[Reason]:
    days = ("week", "day", "ready", "ends")
    fields: dict[str, Strategy[object]] = {
        **dict.fromkeys(("step", "role"), slugs()),
        **dict.fromkeys(("title", "why", "part", "words"), texts()),
        **dict.fromkeys(("left", "of", "needed"), numbers(0.0, 60.0)),
        **dict.fromkeys(days, dates()),
        "weeks": st.integers(0, 40),
        "rule": st.sampled_from(StartRule),
    }
    needed = needed_fields(kind)
    some = {name: drawn if name in needed else maybe(drawn) for name, drawn in fields.items()}
    return st.builds(Reason, kind=st.just(kind), **some)


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
def schedule_options() -> Strategy[ScheduleOptions]:
    """Draw wishes on their own; those of a schedule come from `schedules`."""
    return st.builds(
        ScheduleOptions,
        pins=st.dictionaries(slugs(), dates(), max_size=2),
        deadlines=st.dictionaries(slugs(), dates(), max_size=2),
        launch_limit=maybe(st.integers(1, 10)),
        benefits=st.dictionaries(slugs(), numbers(-100.0, 100.0), max_size=2),
        prefer=st.sampled_from(PREFERENCES),
    )


@kept
def schedule_changes() -> Strategy[ScheduleChange]:
    """Draw changes on their own; those of a comparison come from `schedule_comparisons`."""
    return st.builds(
        ScheduleChange,
        step=slugs(),
        title=texts(),
        kind=st.sampled_from(ChangeKind),
        old_start=maybe(dates()),
        new_start=maybe(dates()),
        old_finish=maybe(dates()),
        new_finish=maybe(dates()),
        weeks=st.integers(-40, 40),
        reasons=st.lists(reasons(), max_size=2),
    )


@kept
def facts() -> Strategy[Fact]:
    """Draw facts of a conflict."""
    return st.builds(
        Fact,
        kind=st.sampled_from(FactKind),
        text=texts(),
        step=maybe(slugs()),
        role=maybe(slugs()),
    )


@kept
def conflicts() -> Strategy[Conflict]:
    """Draw conflicts among wishes on their own, as `find_conflict` states them."""
    some = st.lists(facts(), min_size=1, max_size=3)
    return st.builds(Conflict, facts=some, proven=st.booleans())


@kept
def policy_outcomes() -> Strategy[PolicyOutcome]:
    """Draw outcomes of a policy on their own; see `robustnesses`."""
    return st.builds(
        PolicyOutcome, policy=st.sampled_from(Policy), done=shares(), weeks=maybe(estimates())
    )


@kept
def step_robustnesses() -> Strategy[StepRobustness]:
    """Draw how sure the date of a step is on its own; see `robustnesses`."""
    return st.builds(
        StepRobustness,
        step=slugs(),
        title=texts(),
        planned_weeks=st.integers(1, 40),
        done=shares(),
        done_by=st.dictionaries(texts(), shares(), max_size=2),
        buffer_weeks=st.integers(-1, 40),
        critical=shares(),
        sensitivity=numbers(-1.0, 1.0),
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
