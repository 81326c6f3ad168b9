"""Strategies for action plans and their parts: objectives, milestones, progress."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter

from hypothesis import strategies as st

from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.plan import (
    Inclusion,
    InclusionKind,
    MetStep,
    Milestone,
    MilestoneOutcome,
    Objective,
    ProgressReport,
    SkippedStep,
    StepProgress,
    StepStatus,
)
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_sizes,
    dates,
    entries,
    kept,
    maybe,
    numbers,
    one_of_ids,
    ordered_dates,
    refuse,
    shares,
    slugs,
    some_of_ids,
    texts,
    words,
)
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._steps import Known, acyclic_steps, monitorings

__all__ = [
    "action_plans",
    "inclusions",
    "met_steps",
    "milestones",
    "objectives",
    "progress_reports",
    "skipped_steps",
    "step_progresses",
]


def objectives(*, principles: Ids = None) -> Strategy[Objective]:
    """Draw objectives, for one of ``principles`` where these are given."""
    return st.builds(
        Objective,
        id=slugs(),
        title=texts(),
        principle=one_of_ids("objectives", "principles", principles),
        measure=texts(),
        baseline=estimates(min_value=0.0, max_value=1.0),
        target=numbers(-1e6, 1e6),
        target_basis=texts(),
        months=st.integers(1, 120),
        by=maybe(dates()),
        success_criteria=st.lists(texts(), max_size=2),
        monitoring=maybe(monitorings()),
        reason=words(),
    )


def milestones(*, objectives: Ids = None) -> Strategy[Milestone]:
    """Draw milestones; ``objectives`` holds ids to choose from, and none if it is empty."""
    towards: Strategy[str | None] = st.none()
    if objectives is None or objectives:
        towards = maybe(one_of_ids("milestones", "objectives", objectives))
    return st.builds(
        Milestone,
        id=slugs(),
        statement=texts(),
        months=st.integers(0, 120),
        date=maybe(dates()),
        objective=towards,
        outcome=maybe(st.sampled_from(MilestoneOutcome)),
    )


def step_progresses(*, steps: Ids = None) -> Strategy[StepProgress]:
    """Draw how a step stands, one of ``steps`` where these are given."""
    return _step_progresses(one_of_ids("step_progresses", "steps", steps))


@st.composite
def _step_progresses(draw: st.DrawFn, step: Strategy[str]) -> StepProgress:
    status = draw(st.sampled_from(StepStatus))
    started = finished = None
    if status is not StepStatus.NOT_STARTED:
        first, last = draw(ordered_dates())
        started, finished = draw(maybe(st.just(first))), draw(maybe(st.just(last)))
    return StepProgress(
        step=draw(step),
        status=status,
        started=started,
        finished=finished,
        fidelity=draw(maybe(shares())),
        reach=draw(maybe(shares())),
        note=draw(words()),
    )


def progress_reports(*, steps: Ids = None) -> Strategy[ProgressReport]:
    """Draw progress reports; ``steps`` as for `step_progresses`."""
    return st.builds(
        ProgressReport,
        id=slugs(),
        plan=slugs(),
        date=dates(),
        steps=entries(step_progresses(steps=steps), key=attrgetter("step")),
    )


def inclusions(*, steps: Ids = None, objectives: Ids = None) -> Strategy[Inclusion]:
    """Draw why a step is in a plan; ``steps`` and ``objectives`` hold ids to choose from."""
    return st.builds(
        Inclusion,
        step=one_of_ids("inclusions", "steps", steps),
        kind=st.sampled_from(InclusionKind),
        objectives=some_of_ids(objectives),
        reason=texts(),
    )


@kept
def met_steps() -> Strategy[MetStep]:
    """Draw steps that need not be done."""
    return st.builds(MetStep, step=slugs(), title=texts(), reason=texts())


@kept
def skipped_steps() -> Strategy[SkippedStep]:
    """Draw steps that were left out."""
    return st.builds(SkippedStep, step=slugs(), title=texts(), reason=texts())


def action_plans(  # noqa: PLR0913  (each is a wish of the caller's)
    *,
    framework: Framework | None = None,
    roles: Ids = None,
    evidence: EvidenceBase | None = None,
    starts: Strategy[dt.date | None] | None = None,
    min_steps: int = 0,
    max_steps: int = 5,
) -> Strategy[ActionPlan]:
    """Draw action plans, closed: each prerequisite is a step of the plan or met.

    They are built part by part, so that every field varies; `drafted_plans` draws what
    `draft_plan` makes of an audit.

    Parameters
    ----------
    framework, roles, evidence : optional
        As for `action_steps`; the plan is for this framework.
    starts : strategy, optional
        First days of the plan; any date or none without it.
    min_steps, max_steps : int
        Fewest and most steps.
    """
    check_sizes("action_plans", 0, min_steps=min_steps, max_steps=max_steps)
    if roles is not None:
        one_of_ids("action_plans", "roles", roles)
    if starts is not None and not isinstance(starts, st.SearchStrategy):
        raise refuse("action_plans", ("starts", f"expected a strategy of dates, got {starts!r}"))
    known = Known.of(framework, roles, evidence)
    first_days = maybe(dates()) if starts is None else starts
    return _action_plans(framework, known, first_days, min_steps, max_steps)


@st.composite
def _action_plans(  # noqa: PLR0913, PLR0917  (the options of `action_plans`)
    draw: st.DrawFn,
    framework: Framework | None,
    known: Known,
    starts: Strategy[dt.date | None],
    min_steps: int,
    max_steps: int,
) -> ActionPlan:
    drawn_met = draw(entries(met_steps(), key=attrgetter("step"), max_size=2))
    steps = draw(acyclic_steps(known, min_steps, max_steps, tuple(m.step for m in drawn_met)))
    taken = {step.id for step in steps}
    met = [m for m in drawn_met if m.step not in taken]
    taken.update(m.step for m in met)
    left_out = draw(entries(skipped_steps(), key=attrgetter("step"), max_size=2))
    goals = draw(entries(objectives(principles=known.principles), key=attrgetter("id"), max_size=2))
    goal_ids = [goal.id for goal in goals]
    reports: tuple[StepProgress, ...] = ()
    if taken:
        reported = step_progresses(steps=sorted(taken))
        reports = draw(entries(reported, key=attrgetter("step"), max_size=2))
    return ActionPlan(
        id=draw(slugs()),
        title=draw(texts()),
        framework=draw(slugs()) if framework is None else framework.id,
        edition=draw(texts(max_size=8)) if framework is None else framework.edition,
        catalogue=draw(slugs()),
        school=draw(maybe(texts())),
        starts=draw(starts),
        objectives=goals,
        steps=steps,
        inclusions=[draw(inclusions(steps=[s.id], objectives=goal_ids)) for s in steps],
        met=met,
        skipped=[s for s in left_out if s.step not in taken],
        milestones=draw(entries(milestones(objectives=goal_ids), key=attrgetter("id"), max_size=2)),
        progress=reports,
    )
