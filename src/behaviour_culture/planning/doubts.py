"""Doubts about the ground of a plan: who rated, and what nobody assessed."""

from __future__ import annotations

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.model.plan import PlanWarning, PlanWarningKind

__all__ = ["doubts"]


def doubts(result: AuditResult) -> list[PlanWarning]:
    """Return the warnings that a plan on this audit carries."""
    alone = [PlanWarning(kind=PlanWarningKind.ONE_RATER)] if len(result.raters) == 1 else []
    return alone + [
        PlanWarning(kind=PlanWarningKind.DOMAIN_NOT_ASSESSED, domain=domain)
        for domain in result.domains_not_assessed
    ]
