"""Strategies for action plans and their parts: objectives, milestones, progress."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.plan import (
    CrosswalkLoss,
    Inclusion,
    MetStep,
    Milestone,
    Objective,
    ObjectiveScale,
    PlanChange,
    PlanChangeKind,
    PlanWarning,
    PlanWarningKind,
    SkippedStep,
    StepProgress,
    StepStatus,
)
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_options,
    check_sizes,
    dates,
    entries,
    maybe,
    one_of_ids,
    refuse,
    slugs,
    some_of_ids,
    texts,
)
from behaviour_culture.testing._evidence import estimates
from behaviour_culture.testing._objects import built, in_order, make
from behaviour_culture.testing._registry import arrange, draws
from behaviour_culture.testing._steps import Known, action_steps, acyclic_steps

__all__ = ["action_plans"]

T = TypeVar("T")


def _not_started_without_dates(values: dict[str, Any]) -> None:
    if values["status"] is StepStatus.NOT_STARTED:
        values.update(started=None, finished=None)


def _target_on_its_scale(values: dict[str, Any]) -> None:
    if values["stretch"] is None or values["stretch_chance"] is None:
        values.update(stretch=None, stretch_chance=None)
    if values["scale"] is ObjectiveScale.AUDIT:
        values["target"] = abs(values["target"]) % 1.0
        values["stretch"] = values["stretch"] and abs(values["stretch"]) % 1.0


def _about_what_it_names(values: dict[str, Any]) -> None:
    if values["kind"] is PlanWarningKind.ONE_RATER:
        values["about"] = None


def _with_what_was_dropped(values: dict[str, Any]) -> None:
    if values["kind"] is not PlanChangeKind.DROP:
        values["dropped"] = None
    if values["kind"] is not PlanChangeKind.LEAD:
        values["old"] = None


arrange(CrosswalkLoss, in_order("partly", "links"))
arrange(StepProgress, _not_started_without_dates, in_order("started", "finished"))
arrange(PlanWarning, _about_what_it_names, about=slugs())
arrange(
    PlanChange,
    _with_what_was_dropped,
    dropped=action_steps(),
    old=action_steps(),
    inclusion=built(Inclusion),
)
arrange(Objective, _target_on_its_scale, baseline=estimates(min_value=0.0, max_value=1.0))


@draws(ActionPlan)
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
    check_options("action_plans", framework=framework, evidence=evidence, roles=roles)
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
    drawn_met = draw(entries(built(MetStep), key="step", max_size=2))
    steps = draw(acyclic_steps(known, min_steps, max_steps, tuple(m.step for m in drawn_met)))
    taken = {step.id for step in steps}
    met = [m for m in drawn_met if m.step not in taken]
    taken.update(m.step for m in met)
    left_out = draw(entries(built(SkippedStep), key="step", max_size=2))
    goal = built(Objective, principle=one_of_ids("action_plans", "framework", known.principles))
    goals = draw(entries(goal, max_size=2))
    goal_ids = [goal.id for goal in goals]
    towards = maybe(st.sampled_from(goal_ids)) if goals else None
    reports: tuple[StepProgress, ...] = ()
    if taken:
        reported = built(StepProgress, step=st.sampled_from(sorted(taken)))
        reports = draw(entries(reported, key="step", max_size=2))
    given: dict[str, object] = {"edition": texts(max_size=8)}
    if framework is not None:
        given = {"framework": framework.id, "edition": framework.edition}
    why = some_of_ids(goal_ids)
    return make(
        draw,
        ActionPlan,
        starts=starts,
        objectives=goals,
        steps=steps,
        inclusions=[make(draw, Inclusion, step=s.id, objectives=why) for s in steps],
        met=met,
        skipped=[s for s in left_out if s.step not in taken],
        milestones=entries(built(Milestone, objective=towards), max_size=2),
        progress=reports,
        changes=(),  # a change that was not made could not be undone
        people=_of_steps(steps, texts()),
        not_before=_of_steps(steps, dates()),
        not_after=_of_steps(steps, dates()),
        numbers={s.id: i for i, s in enumerate(draw(st.permutations(steps)), start=1)},
        **given,
    )


def _of_steps(steps: Sequence[ActionStep], values: Strategy[T]) -> Strategy[dict[str, T]]:
    """Draw a value for a few of the steps."""
    keys = [step.id for step in steps]
    return st.dictionaries(st.sampled_from(keys), values, max_size=2) if keys else st.just({})
