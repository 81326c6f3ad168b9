"""Strength counts: what is rated high is not done again, it is checked that it holds."""

from __future__ import annotations

from behaviour_culture.audit.result import AuditResult, Score
from behaviour_culture.model.step import ActionStep, StepMark, StepPhase, Weeks

__all__ = ["confirming_step", "evidence_words", "is_lawful_order", "strengths"]

_STRONG = 0.75
"""From this score on a principle is strong: its gap is no priority, and its steps are checked
rather than done (judgement: three quarters of the scale lies above 'established' on four levels).
The score alone decides, whatever its interval: where that is wide, the check is what is needed."""
_DOUBTFUL = 0.5
"""An interval that begins below this leaves doubt that there is strength (judgement)."""
_CHECK_HOURS = 1.0
"""Hours of the lead that a check takes (judgement): look in the places, ask a few people."""
_CHECK_WEEKS = Weeks(1, 1, 2)
_LONGEST_CHECK = 6
"""Weeks over which a check can be spread where the lead has little time: a half-term."""
_BEFORE_SANCTIONS = {
    StepMark.CONSULTATION,
    StepMark.EQUALITY_CHECK,
    StepMark.ADOPTION,
    StepMark.SEND_CHECK,
    StepMark.SAFEGUARDING_FILTER,
}


def strengths(result: AuditResult) -> dict[str, Score]:
    """Return the scores of the strong principles; one that nobody assessed is not strong."""
    return {s.id: s for s in result.principles if s.estimate.value >= _STRONG}


def is_lawful_order(step: ActionStep) -> bool:
    """Say whether the law wants it before a new rule or sanction, however well others are kept."""
    return not _BEFORE_SANCTIONS.isdisjoint(step.marks)


def confirming_step(step: ActionStep) -> ActionStep:
    """Return the short step that checks whether the outcome of a step holds.

    It has the id of the step, so that what waits for the step waits for the check, and waits
    for nothing itself: what the step rested on was there before. What keeps the outcome going is
    given already, so it takes no running hours or cost beyond that. It answers the principle that
    is strong and no other, since a check moves nothing.
    """
    return ActionStep(
        id=step.id,
        title=f"Check that it holds: {step.title}",
        text=(
            "The audit finds this in place. Look at the success criteria where it happens, and ask "
            "those who were not asked. Plan the step in full if they are no longer met."
        ),
        principles=step.principles[:1],
        challenges=step.challenges,
        system=step.system,
        phase=StepPhase.MONITOR,
        weeks=_CHECK_WEEKS,
        longest_weeks=_LONGEST_CHECK,
        hours_per_week={step.lead: _CHECK_HOURS},
        shared_roles=(step.lead,),
        lead=step.lead,
        payoff=step.payoff,
        reach=step.reach,
        success_criteria=step.success_criteria,
        monitoring=step.monitoring,
        area=step.area,
        duty=step.duty,
        settings=step.settings,
        sizes=step.sizes,
        origin=step.origin,
        source="judgement: an hour of the lead is enough to see whether criteria are met",
    )


def evidence_words(score: Score) -> str:
    """Say how high a principle is rated, and where the interval leaves doubt."""
    e = score.estimate
    doubt = (
        ""
        if e.lower >= _DOUBTFUL
        else f"; the interval begins below {_DOUBTFUL:.0%}, so look before you rely on it"
    )
    return (
        f"{score.name} is rated {e.value:.0%} ({e.level:.0%} interval {e.lower:.0%} to "
        f"{e.upper:.0%}), so it is checked and not done again{doubt}"
    )
