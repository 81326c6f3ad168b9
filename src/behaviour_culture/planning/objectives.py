"""The objectives of a plan and their milestones, made from the gaps of an audit."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from math import floor

from behaviour_culture.audit.result import AuditResult, Gap
from behaviour_culture.model.plan import (
    Milestone,
    Objective,
    ObjectiveIndicator,
    ObjectiveScale,
    TargetOrigin,
)
from behaviour_culture.model.step import Monitoring

__all__ = ["add_months", "audit_again_from", "milestones", "objective", "objective_id"]

_CRITERIA = 3
_YEAR = 12
_LAST_HALF_TERM = 6
"""The month in which the last half-term begins: schools in England break in the last week of May."""
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
    *,
    indicator: ObjectiveIndicator | None = None,
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

    def milestone(key: str, months: int, statement: str, **fields: str | None) -> Milestone:
        day = add_months(starts, months) if starts else None
        return Milestone(id=key, statement=statement, months=months, date=day, **fields)

    half_way = [
        milestone(
            f"half-way-{o.principle}",
            _YEAR // 2,
            f"{o.title}: the audit score has moved from {o.baseline.value:.0%} to "
            f"{(o.baseline.value + o.target) / 2:.0%} of the scale or more",
            objective=o.id,
        )
        for o in objectives
    ]
    same = "the same items and, as far as possible, the same raters"
    if again is None:
        audits = [
            milestone(
                f"re-audit-{months}",
                months,
                f"Full re-audit {months} months after the start: {same}",
            )
            for months in (_YEAR, 18)
        ]
        return [*half_way, *audits]
    first = None if starts is None else audit_again_from(starts)
    audits = []
    for key, years, when in (("re-audit", 0, "the year"), ("re-audit-next", 1, "the next year")):
        day = None if first is None else add_months(first, _YEAR * years)
        audits.append(
            Milestone(
                id=key,
                statement=f"Full re-audit in the last half-term of {when}: {same}",
                months=_YEAR * (1 + years)
                if day is None or starts is None
                else _between(starts, day),
                date=day,
                step=None if years else again,
            )
        )
    return [*half_way, *audits]


def _between(first: date, last: date) -> int:
    """Return the whole months between two days."""
    return (last.year - first.year) * _YEAR + last.month - first.month - (last.day < first.day)


def _next_level(value: float, labels: Sequence[str]) -> str:
    """Return the label one level above the level that a score between 0 and 1 has reached."""
    reached = floor(round(value * (len(labels) - 1), 9))
    return labels[min(reached + 1, len(labels) - 1)]


def objective_id(principle: str) -> str:
    """Return the id of the objective for a principle."""
    return f"objective-{principle}"
