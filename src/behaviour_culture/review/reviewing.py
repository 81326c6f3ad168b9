"""Review of a plan: expected beside seen, targets, and what to change, in honest words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import NormalDist
from typing import Any, Protocol, TypeAlias

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.errors import Fault, InvalidInputError, UnknownNameError, shorten, suggest
from behaviour_culture.model._check import require_types
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import Direction, Indicator, Series, SeriesPeriod
from behaviour_culture.model.plan import Objective, StepProgress, StepStatus
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.review.result import (
    Agreement,
    ObjectiveReview,
    OutcomeReview,
    PlanReview,
    Suggestion,
    TargetStanding,
)

__all__ = ["review_plan"]

HalfTermKey: TypeAlias = tuple[str, "int | str"]
_LOW_FIDELITY = 0.6
"""Below it a step was not done as intended: judgement."""
_LATE = (StepStatus.AT_RISK, StepStatus.OFF_TRACK, StepStatus.STOPPED, StepStatus.NOT_STARTED)
_DESCRIBES = (
    "This review describes. Agreement with what was expected does not show that the plan made it, "
    "and a difference has many possible reasons: recording, cohort, season, chance."
)
_SUSPENSIONS = (
    "Fewer suspensions is a result of policy, no proof of calmer behaviour: look at the time out "
    "of class by every route beside it."
)


class Expecting(Protocol):
    """Anything that says what it expects, such as a forecast."""

    def expected(self) -> Mapping[HalfTermKey, Estimate]:
        """Return an estimate for each outcome and half-term."""


class _Seen:
    """What was seen of one outcome in one half-term."""

    def __init__(self, estimate: Estimate | None, count: float | None, note: str) -> None:
        self.estimate, self.count, self.note = estimate, count, note


def review_plan(  # noqa: PLR0913  (what a review looks at)
    expected: Mapping[HalfTermKey, Estimate] | Expecting,
    series: Series | Iterable[Series] | Mapping[HalfTermKey, Estimate],
    plan: ActionPlan,
    *,
    found: AuditResult | Mapping[str, Estimate] | None = None,
    indicators: Iterable[Indicator] = (),
    per: float = 100.0,
    level: float = 0.95,
) -> PlanReview:
    """Put what was expected of a plan beside what was seen, and say what to change.

    Parameters
    ----------
    expected : mapping of (outcome, half-term) to Estimate, or an object with ``expected()``
        A half-term is the label of the series' period, or its number, 1 being the first that
        ends on or after the start of the plan.
    series : Series, several of them, or mapping of (outcome, half-term) to Estimate
        What was seen. A series' indicator is the outcome; its rates are taken ``per`` 100 of its
        exposure, and ``expected`` has to be on that scale. Survey or audit figures come as
        estimates, on the scale of ``expected``.
    plan : ActionPlan
        Its progress reports say which steps were carried out, and how fully.
    found : AuditResult or mapping of objective id to Estimate, optional
        The audit done again, or each objective's measure taken again, with its interval.
    indicators : iterable of Indicator, optional
        Say which way is better; without one of them an outcome has no better and worse.
    per : float
        Above 0.
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
    faults: list[Fault] = []
    if not _is_number(per) or not per > 0:
        faults.append(Fault("per", f"expected a number above 0, got {shorten(per)}"))
    if not _is_number(level) or not 0 < level < 1:
        faults.append(Fault("level", f"expected a number between 0 and 1, got {shorten(level)}"))
    hoped = _estimates("expected", _expectations(expected), faults)
    better = _better(indicators, faults)
    again = _again(found, plan, faults)
    if faults:
        raise InvalidInputError("review_plan", faults)
    seen, caveats = _everything_seen(series, plan, (per, level), hoped, faults)
    if faults:
        raise InvalidInputError("review_plan", faults)
    outcomes = [
        _outcome(key, hoped.get(key), seen.get(key), faults)
        for key in sorted(
            {*hoped, *seen},
            key=lambda k: (k[0], list(seen).index(k) if k in seen else len(seen), str(k[1])),
        )
    ]
    if faults:
        raise InvalidInputError("review_plan", faults)
    objectives = [_objective(o, again.get(o.id)) for o in plan.objectives]
    if any("suspension" in o.outcome for o in outcomes):
        caveats.append(_SUSPENSIONS)
    return PlanReview(
        plan=plan.id,
        outcomes=outcomes,
        objectives=objectives,
        suggestions=[*_about_steps(plan, objectives), *_about_outcomes(outcomes, better)],
        caveats=[*caveats, _DESCRIBES],
    )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _expectations(expected: object) -> object:
    says = getattr(expected, "expected", None)
    return says() if callable(says) else expected


def _estimates(name: str, given: object, faults: list[Fault]) -> dict[HalfTermKey, Estimate]:
    """Return a table of estimates by outcome and half-term, after checking it."""
    if not isinstance(given, Mapping):
        message = f"expected estimates by (outcome, half-term), got {shorten(given)}"
        faults.append(Fault(name, message))
        return {}
    kept: dict[HalfTermKey, Estimate] = {}
    for key, value in given.items():
        pair = isinstance(key, tuple) and len(key) == 2  # noqa: PLR2004
        if not pair or not isinstance(key[0], str) or type(key[1]) not in {int, str}:
            message = f"expected a pair of outcome and half-term, got {shorten(key)}"
            faults.append(Fault(name, message))
        elif not isinstance(value, Estimate):
            message = f"expected an Estimate with its interval, got {shorten(value)}"
            faults.append(Fault(f"{name}[{key!r}]", message))
        else:
            kept[key] = value
    return kept


def _better(indicators: object, faults: list[Fault]) -> dict[str, Direction]:
    given = list(indicators) if isinstance(indicators, Iterable) else [indicators]
    if not all(isinstance(i, Indicator) for i in given):
        faults.append(Fault("indicators", f"expected indicators, got {shorten(indicators)}"))
        return {}
    return {i.id: i.direction for i in given}


def _again(found: object, plan: ActionPlan, faults: list[Fault]) -> dict[str, Estimate]:
    """Return what was found of each objective when somebody looked again."""
    if found is None:
        return {}
    if isinstance(found, AuditResult):
        made = {}
        for objective in plan.objectives:
            try:
                made[objective.id] = found.score(objective.principle).estimate
            except UnknownNameError:
                continue  # nobody assessed it this time
        return made
    if not isinstance(found, Mapping):
        faults.append(Fault("found", f"expected an AuditResult or estimates, got {shorten(found)}"))
        return {}
    known = [o.id for o in plan.objectives]
    for name, value in found.items():
        if name not in known:
            hint = suggest(name, known)
            faults.append(Fault(f"found[{name!r}]", f"no such objective of the plan{hint}"))
        elif not isinstance(value, Estimate):
            faults.append(Fault(f"found[{name!r}]", f"expected an Estimate, got {shorten(value)}"))
    return dict(found)


def _everything_seen(
    series: object,
    plan: ActionPlan,
    scale: tuple[float, float],
    hoped: Mapping[HalfTermKey, Estimate],
    faults: list[Fault],
) -> tuple[dict[HalfTermKey, _Seen], list[str]]:
    """Return what was seen under the keys of what was expected, and what to know about it."""
    if isinstance(series, Mapping):
        given = _estimates("series", series, faults)
        return {key: _Seen(value, None, "") for key, value in given.items()}, []
    many = [series] if isinstance(series, Series) else series
    several = list(many) if isinstance(many, Iterable) else [many]
    if not several or not all(isinstance(s, Series) for s in several):
        faults.append(Fault("series", f"expected one or more Series, got {shorten(series)}"))
        return {}, []
    names = [s.indicator for s in several]
    for name in sorted({n for n in names if names.count(n) > 1}):
        faults.append(Fault("series", f"two series of {name!r}: give one of each outcome"))
    numbered = {outcome for outcome, when in hoped if isinstance(when, int)}
    seen: dict[HalfTermKey, _Seen] = {}
    caveats: list[str] = []
    for one in several:
        by_number = one.indicator in numbered
        if by_number and plan.starts is None:
            message = "half-terms by number are counted from the plan's start, which is not set"
            faults.append(Fault("plan.starts", message))
            continue
        periods = [p for p in one.periods if plan.starts is None or p.end >= plan.starts]
        for number, period in enumerate(periods, start=1):
            key: HalfTermKey = (one.indicator, number if by_number else period.label)
            seen[key] = _rate(one, period, *scale)
        caveats += [f"{one.indicator}: {change}" for change in one.recording_changes]
    return seen, caveats


def _rate(series: Series, period: SeriesPeriod, per: float, level: float) -> _Seen:
    """Return the rate of a period with Byar's interval, or why there is none."""
    if period.masked or period.count is None or not period.exposure:
        return _Seen(None, None, period.masked or "no exposure")
    count, z = period.count, NormalDist().inv_cdf(0.5 + level / 2)
    low = count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3 if count > 0 else 0.0
    one = count + 1
    high = one * (1 - 1 / (9 * one) + z / (3 * sqrt(one))) ** 3
    scale = per / period.exposure
    changed = [c for c in series.recording_changes if c.day <= period.end]
    estimate = Estimate(
        value=count * scale,
        lower=max(min(low, count), 0.0) * scale,
        upper=max(high, count) * scale,
        level=level,
        method="rate with Byar's Poisson interval",
        unit=f"per {per:g} {series.exposure_kind.value}",
    )
    return _Seen(estimate, count, "recording changed before or in it" if changed else "")


def _outcome(
    key: HalfTermKey, expected: Estimate | None, seen: _Seen | None, faults: list[Fault]
) -> OutcomeReview:
    value = None if seen is None else seen.estimate
    note = "no series has it" if seen is None else seen.note
    if expected is not None and value is not None:
        if expected.unit and value.unit and expected.unit != value.unit:
            message = (
                f"it is in {expected.unit!r}, what was seen in {value.unit!r}: give both on one "
                "scale"
            )
            faults.append(Fault(f"expected[{key!r}].unit", message))
        agreement = _compare(expected, value)
        if note and agreement is not Agreement.COULD_NOT_TELL:
            agreement = Agreement.COULD_NOT_TELL  # counts either side do not compare
    else:
        agreement = Agreement.NOT_SEEN if value is None else Agreement.NOT_EXPECTED
    when = key[1]
    return OutcomeReview(
        outcome=key[0],
        half_term=f"half-term {when}" if isinstance(when, int) else when,
        expected=expected,
        seen=value,
        count=None if seen is None else seen.count,
        agreement=agreement,
        note=note,
    )


def _compare(expected: Estimate, seen: Estimate) -> Agreement:
    if seen.lower > expected.upper:
        return Agreement.HIGHER
    if seen.upper < expected.lower:
        return Agreement.LOWER
    inside = expected.lower <= seen.value <= expected.upper
    covers = seen.lower < expected.lower and seen.upper > expected.upper
    # Seen so unsurely that it would agree with anything is no agreement.
    return Agreement.AS_EXPECTED if inside and not covers else Agreement.COULD_NOT_TELL


def _objective(objective: Objective, found: Estimate | None) -> ObjectiveReview:
    if found is None:
        standing = TargetStanding.NOT_LOOKED_AT
    else:
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


def _about_steps(plan: ActionPlan, objectives: Iterable[ObjectiveReview]) -> list[Suggestion]:
    """Return what to do about each objective: carry out, do as intended, or think again."""
    made: list[Suggestion] = []
    reports = {r.step: r for r in plan.progress}
    for entry in objectives:
        steps = [i.step for i in plan.inclusions if entry.objective in i.objectives]
        said = f"the target of {entry.title!r}: {entry.standing.value}"
        if entry.standing is TargetStanding.MET:
            text = f"Keep {entry.title!r} going, and look again in six to twelve months"
            reason = "target met; gains fade where nobody looks"
            made.append(Suggestion(text=text, reason=reason, about=entry.objective))
            continue
        open_steps = [s for s in steps if _is_open(reports.get(s))]
        weak = [s for s in steps if _is_weak(reports.get(s))]
        for step in open_steps:
            status = reports[step].status.words if step in reports else "not reported"
            text = f"Carry out {plan.step(step).title!r} before judging it"
            reason = f"{status}; {said}"
            made.append(Suggestion(text=text, reason=reason, about=step))
        for step in weak:
            text = f"Train and support {plan.step(step).title!r} again"
            reason = f"done as intended to {reports[step].fidelity:.0%} only; {said}"
            made.append(Suggestion(text=text, reason=reason, about=step))
        if entry.standing is TargetStanding.NOT_LOOKED_AT:
            text = f"Look again at {entry.title!r}: repeat its measure"
            made.append(Suggestion(text=text, reason="not looked at", about=entry.objective))
        elif entry.standing is TargetStanding.NOT_MET and not open_steps and not weak:
            text = f"Choose other steps for {entry.title!r}, or a later date"
            reason = f"its steps are carried out; {said}"
            made.append(Suggestion(text=text, reason=reason, about=entry.objective))
    return made


def _is_open(report: StepProgress | None) -> bool:
    return report is None or report.status in _LATE


def _is_weak(report: StepProgress | None) -> bool:
    return report is not None and report.fidelity is not None and report.fidelity < _LOW_FIDELITY


def _about_outcomes(
    outcomes: Iterable[OutcomeReview], better: Mapping[str, Direction]
) -> list[Suggestion]:
    """Return one suggestion for each outcome, from the last half-term that was compared."""
    last: dict[str, OutcomeReview] = {}
    for entry in outcomes:
        if entry.agreement not in {Agreement.NOT_SEEN, Agreement.NOT_EXPECTED}:
            last[entry.outcome] = entry
    made = []
    for name, entry in last.items():
        told = f"{entry.half_term}: {entry.agreement.value}"
        text: Any = None
        if entry.agreement is Agreement.COULD_NOT_TELL:
            text = f"Do not change the plan on {name} yet; look after the next half-term"
        elif entry.agreement is not Agreement.AS_EXPECTED:
            worse = {Direction.LOWER: Agreement.HIGHER, Direction.HIGHER: Agreement.LOWER}
            way = better.get(name, Direction.NEITHER)
            if worse.get(way) is entry.agreement:
                text = f"Find out why {name} is worse than expected: first recording, then steps"
            elif way is Direction.NEITHER:
                text = f"Find out why {name} differs from what was expected"
            else:
                text = f"Check that {name} is recorded as before; then expect more of it"
        if text:
            made.append(Suggestion(text=text, reason=told, about=name))
    return made
