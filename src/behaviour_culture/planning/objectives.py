"""The objectives of a plan and their milestones, made from the gaps of an audit."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from math import floor

from attrs import evolve

from behaviour_culture.audit.result import AuditResult, Gap
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import ObjectiveIndicator
from behaviour_culture.model.plan import (
    Milestone,
    Objective,
    ObjectiveScale,
    TargetOrigin,
)
from behaviour_culture.model.step import Monitoring

__all__ = [
    "add_months",
    "audit_again_from",
    "half_way_statement",
    "milestones",
    "objective",
    "objective_id",
]

_CRITERIA = 3
_YEAR = 12
_LAST_HALF_TERM = 6
"""The month in which the last half-term begins: schools in England break in late May."""
_LEAST_MONTHS = 4
"""Months that have to pass before the audit is done again (judgement): nothing shows earlier."""


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month.

    Examples
    --------
    >>> add_months(date(2026, 8, 31), 18)
    datetime.date(2028, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def audit_again_from(starts: date) -> date:
    """Return the first day of the last half-term in which the audit is done again.

    Examples
    --------
    >>> audit_again_from(date(2026, 9, 2)), audit_again_from(date(2027, 4, 12))
    (datetime.date(2027, 6, 1), datetime.date(2028, 6, 1))
    """
    earliest = add_months(starts, _LEAST_MONTHS)
    year = earliest.year + (earliest > date(earliest.year, _LAST_HALF_TERM, 1))
    return date(year, _LAST_HALF_TERM, 1)


def objective(
    gap: Gap,
    result: AuditResult,
    starts: date | None,
    indicator: ObjectiveIndicator | None,
    baselines: Mapping[str, Estimate],
) -> Objective:
    """Return the objective of a gap: one level of the rating scale in a year (judgement)."""
    score = result.score(gap.principle)
    labels = result.level_labels
    level = 1 / (len(labels) - 1)
    target = min(1.0, score.estimate.value + level)
    weakest = sorted(result.items_of(gap.principle), key=lambda s: (s.estimate.value, s.id))
    return Objective(
        id=objective_id(gap.principle),
        title=gap.name,
        principle=gap.principle,
        measure="audit score, 0 to 1",
        baseline=score.estimate,
        target=target,
        target_origin=TargetOrigin.RULE,
        indicator=indicator,
        indicator_baseline=baselines.get(indicator.indicator) if indicator else None,
        scale=ObjectiveScale.AUDIT,
        target_basis="judgement: one level of the rating scale in a year",
        months=12,
        by=add_months(starts, 12) if starts else None,
        # As high as the target: each of the weakest items one level higher than now.
        success_criteria=[
            f"Rated '{_next_level(item.estimate.value, labels)}' or better: {item.name}"
            for item in weakest[:_CRITERIA]
        ],
        monitoring=Monitoring(
            who="behaviour-lead",
            when="every half-term, and with the full audit in the last half-term of the year",
            how="the same raters rate the items of this principle again",
        ),
        reason=f"gap {gap.rank} of {len(result.gaps)}: {gap.reason}",
    )


def milestones(
    objectives: Sequence[Objective], starts: date | None, again: str | None
) -> list[Milestone]:
    """Return the milestones half-way to each objective, and two audits of everything.

    ``again`` is the step of the plan that repeats the audit, if there is one.
    """

    def milestone(key: str, months: int, statement: str, of: str | None = None) -> Milestone:
        day = add_months(starts, months) if starts else None
        return Milestone(id=key, statement=statement, months=months, date=day, objective=of)

    half_way = [
        milestone(
            f"half-way-{o.principle}",
            _YEAR // 2,
            half_way_statement(o),
            o.id,
        )
        for o in objectives
    ]
    same = "the same items and, as far as possible, the same raters"
    if again is None:
        return half_way + [
            milestone(f"re-audit-{n}", n, f"Full re-audit {n} months after the start: {same}")
            for n in (_YEAR, 18)
        ]
    first = _YEAR if starts is None else _months_between(starts, audit_again_from(starts))
    audits = [
        milestone(key, first + later, f"Full re-audit in the last half-term of {when}: {same}")
        for key, later, when in (
            ("re-audit", 0, "the year"),
            ("re-audit-next", _YEAR, "the next year"),
        )
    ]
    if starts is not None:
        june = audit_again_from(starts)
        audits = [evolve(m, date=add_months(june, _YEAR * i)) for i, m in enumerate(audits)]
    return [*half_way, evolve(audits[0], step=again), audits[1]]


def half_way_statement(objective: Objective) -> str:
    """Say what should be true half-way to an objective."""
    now, half = objective.baseline.value, (objective.baseline.value + objective.target) / 2
    return (
        f"{objective.title}: the audit score has moved from {now:.0%} to {half:.0%} of the scale "
        "or more"
    )


def _months_between(first: date, last: date) -> int:
    """Return the whole months between two days."""
    return (last.year - first.year) * _YEAR + last.month - first.month - (last.day < first.day)


def _next_level(value: float, labels: Sequence[str]) -> str:
    """Return the label one level above the level that a score between 0 and 1 has reached."""
    reached = floor(round(value * (len(labels) - 1), 9))
    return labels[min(reached + 1, len(labels) - 1)]


def objective_id(principle: str) -> str:
    """Return the id of the objective for a principle."""
    return f"objective-{principle}"
