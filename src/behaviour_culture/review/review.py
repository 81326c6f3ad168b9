"""Review of a plan: outcomes expected and seen, targets, and what to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, require_types
from behaviour_culture.content.loader import load_indicators
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Positive
from behaviour_culture.impact.forecasting.expected import expected_change
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EffectScale
from behaviour_culture.model.indicator import Indicator, Series
from behaviour_culture.model.plan import Objective
from behaviour_culture.monitoring.survey import SurveyChange
from behaviour_culture.monitoring.verdicts.verdict import Verdict
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.review.foreseen import beside_forecast, compare
from behaviour_culture.review.result import (
    Agreement,
    ObjectiveReview,
    OutcomeReview,
    PlanReview,
    TargetStanding,
)
from behaviour_culture.review.seen import (
    HalfTermKey,
    Seen,
    estimates_of,
    everything_seen,
    several_series,
)
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
    series: Series | Iterable[Series] | Mapping[HalfTermKey, Estimate | SurveyChange],
    plan: ActionPlan,
    *,
    found: AuditResult | Mapping[str, Estimate] | None = None,
    indicators: Iterable[Indicator] | None = None,
    verdict: Verdict | None = None,
    per: float = 100.0,
    level: float = 0.95,
) -> PlanReview:
    """Compare the outcomes that a plan was expected to have with those seen; suggest changes.

    Parameters
    ----------
    expected : Forecast, mapping of (outcome, half-term) to Estimate, or object with ``expected()``
        What a forecast leads to expect of a series follows from `Forecast.expected`, by half-term
        of the forecast. In a mapping a half-term is the label of the series' period, or its
        number, 1 being the first that ends on or after the start of the plan.
    series : Series, several of them, or mapping of (outcome, half-term) to Estimate
        The outcomes seen. Beside a forecast each series holds periods from before the plan, in it
        or in a second series of the same indicator; a survey is a series of answers. Its indicator
        says which outcome it is. Beside other expectations the indicator is the outcome, and the
        rates are for ``per`` of the exposure, on whose scale ``expected`` has to be. A mapping
        holds estimates on the scale of ``expected``, or beside a forecast a ``SurveyChange``.
    plan : ActionPlan
        Its progress reports say which steps were carried out, and how fully.
    found : AuditResult or mapping of objective id to Estimate, optional
        The audit done again, or each objective's measure taken again, with its interval.
    indicators : iterable of Indicator, optional
        Those of `load_indicators` where not given. Say of which outcome a series is, and which way
        is better; an outcome without its indicator has no better and worse.
    verdict : Verdict, optional
        Of monitoring, on whether anything changed at all: the review prints its sentences.
    per : float
        Exposure that the rates of a series are for, above 0.
    level : float
        Of the intervals of expected counts and of rates, between 0 and 1.

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
    known = _known(indicators, check)
    again = _again(found, plan, check)
    check.value("verdict", verdict, Verdict | None)
    check.done()
    rows: list[OutcomeReview] = []
    seen: dict[HalfTermKey, Seen] = {}
    if not isinstance(expected, Forecast):
        seen, caveats = everything_seen(series, plan, (per, level), hoped, check)
    elif isinstance(series, Mapping):
        shown, hoped = _surveys(expected, series, hoped, level, check)
        seen, caveats = everything_seen(shown, plan, (per, level), hoped, check)
    else:
        several = several_series(series, check)
        rows, caveats = beside_forecast(expected, several, known, level, check)
        # A forecast has the scale in the name of an outcome whose usual scale is another one.
        ends = ("", *(f"-{scale}" for scale in EffectScale))
        told = {f"{row.outcome}{end}" for row in rows for end in ends}
        hoped = {key: value for key, value in hoped.items() if key[0] not in told}
    check.done()
    keys = sorted(dict.fromkeys([*seen, *hoped]), key=lambda k: k[0])  # stable: in turn
    outcomes = rows + [_outcome(key, hoped.get(key), seen.get(key), check) for key in keys]
    check.done()
    objectives = [_objective(o, again.get(o.id)) for o in plan.objectives]
    if any(o.count is not None and o.unchanged is None for o in outcomes):
        caveats.append(_NARROW)
    if any("suspension" in o.outcome for o in outcomes):
        caveats.append(_SUSPENSIONS)
    return PlanReview(
        plan=plan.id,
        starts=plan.starts,
        outcomes=outcomes,
        objectives=objectives,
        suggestions=[
            *about_steps(plan, objectives),
            *about_outcomes(outcomes, known),
        ],
        caveats=[*caveats, _DESCRIBES],
        verdict=verdict,
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


def _known(indicators: object, check: Check) -> dict[str, Indicator]:
    if indicators is None:
        indicators = load_indicators().indicators
    given = list(indicators) if isinstance(indicators, Iterable) else [indicators]
    known = [i for i in given if isinstance(i, Indicator)]
    if len(known) < len(given):
        check.fault("indicators", f"expected indicators, got {shorten(indicators)}")
    return {i.id: i for i in known}


def _surveys(
    forecast: Forecast,
    seen: Mapping[Any, Any],
    hoped: Mapping[HalfTermKey, Estimate],
    level: float,
    check: Check,
) -> tuple[dict[HalfTermKey, Estimate], dict[HalfTermKey, Estimate]]:
    """Return what was seen and expected, with each survey as a change of its share."""
    shown: dict[HalfTermKey, Estimate] = {}
    ahead = dict(hoped)
    for key, value in seen.items():
        if not isinstance(value, SurveyChange):
            shown[key] = value
        elif value.change is None or value.before is None:
            check.fault(f"series[{key!r}]", "the base of a wave is too small: leave it out")
        elif key not in hoped:
            expected = ", ".join(s.id for s in forecast.outcomes)
            message = f"expected one of {expected}, and a half-term by its number"
            check.fault(f"series[{key!r}]", message)
        else:
            shown[key] = value.change
            outcome, number = key
            ahead[key] = expected_change(
                forecast.timeline, outcome, value.before, int(number), level
            )
    return shown, ahead


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
            agreement = compare(expected, seen.estimate)
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
        scale=objective.scale,
        by=objective.by,
        baseline=objective.baseline,
        found=found,
        standing=standing,
    )
