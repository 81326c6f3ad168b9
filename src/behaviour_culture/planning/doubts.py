"""Doubts about the ground of a plan: who rated, what nobody assessed, what nothing works on."""

from __future__ import annotations

from collections.abc import Iterable

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.model.plan import PlanWarning, PlanWarningKind

__all__ = ["doubts"]


def doubts(result: AuditResult, without_steps: Iterable[str]) -> list[PlanWarning]:
    """Return the warnings of a plan on this audit; ``without_steps`` are principles."""
    alone = [PlanWarning(kind=PlanWarningKind.ONE_RATER)] if len(result.raters) == 1 else []
    unseen = PlanWarningKind.DOMAIN_NOT_ASSESSED
    idle = PlanWarningKind.PRIORITY_WITHOUT_STEPS
    return [
        *alone,
        *(PlanWarning(kind=unseen, about=domain) for domain in result.domains_not_assessed),
        *(PlanWarning(kind=idle, about=principle) for principle in without_steps),
    ]
