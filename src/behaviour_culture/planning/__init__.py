"""From gaps to an action plan whose steps know why they are in it and what comes first."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.planning.draft import draft_plan as draft_plan
    from behaviour_culture.planning.graph import StepGraph as StepGraph
    from behaviour_culture.planning.plan import ActionPlan as ActionPlan

__getattr__, __dir__, __all__ = attach(
    __name__, {"draft": "draft_plan", "graph": "StepGraph", "plan": "ActionPlan"}
)
