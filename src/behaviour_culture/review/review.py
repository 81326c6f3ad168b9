"""Review of a plan: outcomes expected and seen, targets, and what to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, require_types
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Positive
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import Direction, Indicator, Series
from behaviour_culture.model.plan import Objective
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.review.result import (
    Agreement,
    ObjectiveReview,
    OutcomeReview,
    PlanReview,
    TargetStanding,
)
from behaviour_culture.review.seen import HalfTermKey, Seen, estimates_of, everything_seen
from behaviour_culture.review.suggestions import about_outcomes, about_steps

__all__ = ["review_plan"]

_DESCRIBES = (
    "This review describes. Agreement with what was expected does not show that the plan made it, "
    "and a difference has many possible reasons: recording, cohort, season, chance."
)
_NARROW = (
    "Intervals of rates take events to be independent. Where a few pupils make many of them, they "
    "are too narrow, and differences look surer than they are."
)
_SUSPENSIONS = (
    "Fewer suspensions is a result of policy, no proof of calmer behaviour: look at the time out "
    "of class by every route beside it."
)


class Expecting(Protocol):
    """An object that says which outcomes it expects, such as a forecast."""

    def expected(self) -> Mapping[HalfTermKey, Estimate]:
        """Return an estimate for each outcome and half-term."""
        ...


def review_plan(  # noqa: PLR0913  (the parts of a review)
    expected: Forecast | Mapping[HalfTermKey, Estimate] | Expecting,
    series: Series | Iterable[Series] | Mapping[HalfTermKey, Estimate],
    plan: ActionPlan,
    *,
    found: AuditResult | Mapping[str, Estimate] | None = None,
    indicators: Iterable[Indicator] = (),
    per: float = 100.0,
    level: float = 0.95,
) -> PlanReview:
    """Compare the outcomes that a plan was expected to have with those seen; suggest changes.

    Parameters
    ----------
    expected : Forecast, mapping of (outcome, half-term) to Estimate, or object with ``expected()``
        A forecast is of changes since today on a scale of its own: compare it with estimates
        on that scale, from surveys or audits, not with counts.
        A half-term is the label of the series' period, or its number, 1 being the first that
        ends on or after the start of the plan.
    series : Series, several of them, or mapping of (outcome, half-term) to Estimate
        The outcomes seen. A series' indicator is the outcome; its rates are for ``per`` of its
        exposure, and ``expected`` has to be on that scale. Survey or audit figures come as
        estimates, on the scale of ``expected``.
    plan : ActionPlan
        Its progress reports say which steps were carried out, and how fully.
    found : AuditResult or mapping of objective id to Estimate, optional
        The audit done again, or each objective's measure taken again, with its interval.
    indicators : iterable of Indicator, optional
        Say which way is better; an outcome without its indicator has no better and worse.
    per : float
        Exposure that the rates of a series are for, above 0.
    level : float
        Of the intervals of rates, between 0 and 1. Byar's approximation to the exact Poisson
        interval (Breslow & Day 1987, *Statistical Methods in Cancer Research* II, 69), which
        takes events to be independent: of repeated events by the same pupils it is too narrow.

    Returns
    -------
    PlanReview

    Raises
    ------
    InvalidInputError
        All faults at once; scales that differ are one.
    """
    require_types("review_plan", plan=(plan, ActionPlan))
    check = Check("review_plan")
    check.value("per", per, Positive)
    check.share("level", level)
    hoped = estimates_of("expected", _expectations(expected), check)
    better = _better(indicators, check)
    again = _again(found, plan, check)
    check.done()
    seen, caveats = everything_seen(series, plan, (per, level), hoped, check)
    check.done()
    keys = sorted(dict.fromkeys([*seen, *hoped]), key=lambda k: k[0])  # stable: in turn
    outcomes = [_outcome(key, hoped.get(key), seen.get(key), check) for key in keys]
    check.done()
    objectives = [_objective(o, again.get(o.id)) for o in plan.objectives]
    if any(o.count is not None for o in outcomes):
        caveats.append(_NARROW)
    if any("suspension" in o.outcome for o in outcomes):
        caveats.append(_SUSPENSIONS)
    return PlanReview(
        plan=plan.id,
        outcomes=outcomes,
        objectives=objectives,
        suggestions=[*about_steps(plan, objectives), *about_outcomes(outcomes, better)],
        caveats=[*caveats, _DESCRIBES],
    )


def _expectations(expected: object) -> object:
    if isinstance(expected, Forecast):
        return {
            (outcome.id, number): outcome.at(number)
            for outcome in expected.outcomes
            for number in range(1, len(expected.ends) + 1)
        }
    says = getattr(expected, "expected", None)
    return says() if callable(says) else expected


def _better(indicators: object, check: Check) -> dict[str, Direction]:
    given = list(indicators) if isinstance(indicators, Iterable) else [indicators]
    known = [i for i in given if isinstance(i, Indicator)]
    if len(known) < len(given):
        check.fault("indicators", f"expected indicators, got {shorten(indicators)}")
    return {i.id: i.direction for i in known}


def _again(found: object, plan: ActionPlan, check: Check) -> dict[str, Estimate]:
    """Return the new estimate of each objective's measure, where there is one."""
    if found is None:
        return {}
    if isinstance(found, AuditResult):
        scores = {s.id: s.estimate for s in found.principles}
        return {o.id: scores[o.principle] for o in plan.objectives if o.principle in scores}
    if not isinstance(found, Mapping):
        check.fault("found", f"expected an AuditResult or estimates, got {shorten(found)}")
        return {}
    known = [o.id for o in plan.objectives]
    for name, value in found.items():
        if check.known(f"found[{name!r}]", name, known, "objective"):
            check.value(f"found[{name!r}]", value, Estimate)
    return dict(found)


def _outcome(
    key: HalfTermKey, expected: Estimate | None, seen: Seen | None, check: Check
) -> OutcomeReview:
    if seen is None:
        seen, agreement = Seen(None), Agreement.NO_SERIES
    elif seen.estimate is None:
        agreement = Agreement.NOT_SEEN
    elif expected is None:
        agreement = Agreement.NOT_EXPECTED
    else:
        units = expected.unit, seen.estimate.unit
        if all(units) and units[0] != units[1]:
            message = (
                f"it is in {units[0]!r}, what was seen in {units[1]!r}: give both on one scale; "
                "a forecast is of changes, and counts do not compare with changes"
            )
            check.fault(f"expected[{key!r}].unit", message)
        agreement = Agreement.COULD_NOT_TELL
        if seen.comparable:
            agreement = _compare(expected, seen.estimate)
    when = key[1]
    return OutcomeReview(
        outcome=key[0],
        half_term=f"half-term {when}" if isinstance(when, int) else when,
        expected=expected,
        seen=seen.estimate,
        count=seen.events,
        agreement=agreement,
        note=seen.note,
    )


def _compare(expected: Estimate, seen: Estimate) -> Agreement:
    if seen.lower > expected.upper:
        return Agreement.HIGHER
    if seen.upper < expected.lower:
        return Agreement.LOWER
    inside = expected.lower <= seen.value <= expected.upper
    covers = seen.lower < expected.lower and seen.upper > expected.upper
    # An estimate so uncertain that it would agree with anything is no agreement.
    return Agreement.AS_EXPECTED if inside and not covers else Agreement.COULD_NOT_TELL


def _objective(objective: Objective, found: Estimate | None) -> ObjectiveReview:
    standing = TargetStanding.NOT_LOOKED_AT
    if found is not None:
        rise = objective.target >= objective.baseline.value
        worst, best = (found.lower, found.upper) if rise else (-found.upper, -found.lower)
        target = objective.target if rise else -objective.target
        standing = TargetStanding.COULD_NOT_TELL
        if worst >= target:
            standing = TargetStanding.MET
        elif best < target:
            standing = TargetStanding.NOT_MET
    return ObjectiveReview(
        objective=objective.id,
        title=objective.title,
        target=objective.target,
        found=found,
        standing=standing,
    )
