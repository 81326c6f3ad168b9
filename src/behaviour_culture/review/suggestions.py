"""What to change after a review, and why; people decide whether to do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from behaviour_culture._display import count_of
from behaviour_culture.model.indicator import Direction, Indicator
from behaviour_culture.model.plan import StepProgress, StepStatus
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.review.result import (
    Agreement,
    ObjectiveReview,
    OutcomeReview,
    Suggestion,
    TargetStanding,
)

__all__ = ["about_outcomes", "about_steps"]

_LOW_FIDELITY = 0.6
"""Below it a step was not done as intended: judgement."""
_LATE = (StepStatus.AT_RISK, StepStatus.OFF_TRACK, StepStatus.STOPPED, StepStatus.NOT_STARTED)


def about_steps(plan: ActionPlan, objectives: Iterable[ObjectiveReview]) -> list[Suggestion]:
    """Return suggestions for each objective: carry out steps, do them as intended, or rethink."""
    return [
        Suggestion(text=text, reason=reason, about=about)
        for entry in objectives
        for text, reason, about in _for_objective(plan, entry)
    ]


def _for_objective(plan: ActionPlan, entry: ObjectiveReview) -> Iterator[tuple[str, str, str]]:
    """Yield the text, the reason and the subject of each suggestion."""
    key, name = entry.objective, repr(entry.title)
    if entry.standing is TargetStanding.MET:
        text = f"Keep {name} going, and look again in six to twelve months"
        yield text, "target met; gains fade where nobody looks", key
        return
    reports = {r.step: r for r in plan.progress}
    steps = [i.step for i in plan.inclusions if key in i.objectives]
    target = f"the target of {name}: {entry.standing.value}"
    silent = [s for s in steps if s not in reports]
    late = [s for s in steps if s in reports and reports[s].status in _LATE]
    weak = [s for s in steps if _is_weak(reports.get(s))]
    if silent:
        reason = f"{len(silent)} of {count_of(len(steps), 'step')} not reported; {target}"
        yield f"Report how far the steps for {name} are, before judging them", reason, key
    for step in late:
        text = f"Carry out {plan.step(step).title!r} before judging it"
        yield text, f"{reports[step].status.words}; {target}", step
    for step in weak:
        reason = f"done as intended to {reports[step].fidelity:.0%} only; {target}"
        yield f"Train and support {plan.step(step).title!r} again", reason, step
    if entry.standing is TargetStanding.NOT_LOOKED_AT:
        yield f"Look again at {name}: repeat its measure", "not looked at", key
    elif entry.standing is TargetStanding.NOT_MET and not (silent or late or weak):
        reason = f"its steps are carried out; {target}"
        yield f"Choose other steps for {name}, or a later date", reason, key


def _is_weak(report: StepProgress | None) -> bool:
    return report is not None and report.fidelity is not None and report.fidelity < _LOW_FIDELITY


def about_outcomes(
    outcomes: Iterable[OutcomeReview], known: Mapping[str, Indicator]
) -> list[Suggestion]:
    """Return one suggestion for each outcome, from the last half-term that was compared."""
    last: dict[str, OutcomeReview] = {}
    for entry in outcomes:
        if entry.agreement.compared:
            last[entry.indicator or entry.outcome] = entry
    made = []
    for key, entry in last.items():
        indicator = known.get(key)
        name = key if indicator is None else repr(indicator.name)
        told = f"{entry.half_term}: {entry.agreement.value}"
        text = ""
        if entry.agreement is Agreement.COULD_NOT_TELL:
            text = f"Do not change the plan on {name} yet; look after the next half-term"
        elif entry.agreement is not Agreement.AS_EXPECTED:
            worse = {Direction.LOWER: Agreement.HIGHER, Direction.HIGHER: Agreement.LOWER}
            way = Direction.NEITHER if indicator is None else indicator.direction
            if worse.get(way) is entry.agreement:
                text = f"Find out why {name} is worse than expected: first recording, then steps"
            elif way is Direction.NEITHER:
                text = f"Find out why {name} differs from what was expected"
            else:
                text = f"Check that {name} is recorded as before; then expect more of it"
        if text:
            made.append(Suggestion(text=text, reason=told, about=key))
    return made
