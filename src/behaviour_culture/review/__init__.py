"""What was expected beside what was seen, and what to change."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.review.beliefs import Belief as Belief
    from behaviour_culture.review.beliefs import Beliefs as Beliefs
    from behaviour_culture.review.beliefs import Observation as Observation
    from behaviour_culture.review.learning import learn as learn
    from behaviour_culture.review.plan_difference import PlanChange as PlanChange
    from behaviour_culture.review.plan_difference import PlanChangeKind as PlanChangeKind
    from behaviour_culture.review.plan_difference import PlanDifference as PlanDifference
    from behaviour_culture.review.plan_difference import compare_plans as compare_plans
    from behaviour_culture.review.result import Agreement as Agreement
    from behaviour_culture.review.result import ObjectiveReview as ObjectiveReview
    from behaviour_culture.review.result import OutcomeReview as OutcomeReview
    from behaviour_culture.review.result import PlanReview as PlanReview
    from behaviour_culture.review.result import Suggestion as Suggestion
    from behaviour_culture.review.result import TargetStanding as TargetStanding
    from behaviour_culture.review.reviewing import review_plan as review_plan

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "beliefs": "Belief Beliefs Observation",
        "learning": "learn",
        "plan_difference": "PlanChange PlanChangeKind PlanDifference compare_plans",
        "result": ("Agreement ObjectiveReview OutcomeReview PlanReview Suggestion TargetStanding"),
        "reviewing": "review_plan",
    },
)
