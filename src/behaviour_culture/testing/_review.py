"""Strategies for reviews of plans."""

from __future__ import annotations

from operator import attrgetter

from hypothesis import strategies as st

from behaviour_culture.review.plan_difference import PlanChange, PlanChangeKind, PlanDifference
from behaviour_culture.review.result import (
    Agreement,
    ObjectiveReview,
    OutcomeReview,
    PlanReview,
    Suggestion,
    TargetStanding,
)
from behaviour_culture.testing._basics import (
    Strategy,
    entries,
    kept,
    maybe,
    numbers,
    slugs,
    texts,
    words,
)
from behaviour_culture.testing._evidence import estimates

__all__ = [
    "objective_reviews",
    "outcome_reviews",
    "plan_changes",
    "plan_differences",
    "plan_reviews",
    "suggestions",
]


@kept
def outcome_reviews() -> Strategy[OutcomeReview]:
    """Draw outcomes, expected beside seen."""
    return st.builds(
        OutcomeReview,
        outcome=slugs(),
        half_term=texts(),
        expected=maybe(estimates()),
        seen=maybe(estimates()),
        count=maybe(numbers(0.0, 1e4)),
        agreement=st.sampled_from(Agreement),
        note=words(),
    )


@kept
def objective_reviews() -> Strategy[ObjectiveReview]:
    """Draw objectives and whether their targets were met."""
    return st.builds(
        ObjectiveReview,
        objective=slugs(),
        title=texts(),
        target=numbers(0.0, 1.0),
        found=maybe(estimates()),
        standing=st.sampled_from(TargetStanding),
    )


@kept
def suggestions() -> Strategy[Suggestion]:
    """Draw things to do next."""
    return st.builds(Suggestion, text=texts(), reason=texts(), about=words())


@kept
def plan_reviews() -> Strategy[PlanReview]:
    """Draw reviews of plans."""
    return st.builds(
        PlanReview,
        plan=slugs(),
        outcomes=st.lists(outcome_reviews(), max_size=3),
        objectives=entries(objective_reviews(), key=attrgetter("objective")),
        suggestions=st.lists(suggestions(), max_size=2),
        caveats=st.lists(texts(), max_size=2),
        disclosure=st.sampled_from(["internal", "published"]),
    )


@kept
def plan_changes() -> Strategy[PlanChange]:
    """Draw steps and objectives that came, went or changed."""
    return st.builds(
        PlanChange,
        part=st.sampled_from(["step", "objective"]),
        id=slugs(),
        title=texts(),
        kind=st.sampled_from(PlanChangeKind),
        differs=st.lists(texts(), max_size=2),
        reason=texts(),
    )


@kept
def plan_differences() -> Strategy[PlanDifference]:
    """Draw differences between two plans."""
    return st.builds(
        PlanDifference, old=slugs(), new=slugs(), changes=st.lists(plan_changes(), max_size=3)
    )
