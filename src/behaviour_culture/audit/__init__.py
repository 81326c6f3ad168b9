"""Where a school stands, and how sure that is: scores with intervals, gaps in order."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.audit.result import AuditResult as AuditResult
    from behaviour_culture.audit.result import Gap as Gap
    from behaviour_culture.audit.result import Score as Score
    from behaviour_culture.audit.result import ScoreKind as ScoreKind
    from behaviour_culture.audit.score import score_audit as score_audit

__getattr__, __dir__, __all__ = attach(
    __name__, {"result": "AuditResult Gap Score ScoreKind", "score": "score_audit"}
)
