"""What to expect of a plan's steps, how sure that is, and what drives it."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.impact.result import Driver as Driver
    from behaviour_culture.impact.result import ImpactResult as ImpactResult
    from behaviour_culture.impact.result import ImpactScore as ImpactScore
    from behaviour_culture.impact.score import score_impact as score_impact

__getattr__, __dir__, __all__ = attach(
    __name__, {"result": "Driver ImpactResult ImpactScore", "score": "score_impact"}
)
