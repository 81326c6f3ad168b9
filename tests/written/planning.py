"""Plans, their graphs and what is said of them."""

from __future__ import annotations

from typing import Any

import behaviour_culture as bc
from builders import audit_of
from shown import demo


def demo_plan() -> Any:
    journey = demo()
    plan = journey.first_plan or journey.plan
    return {"plan": plan, "words": str(plan), "rows": plan.to_rows()}


def demo_graph() -> Any:
    graph = demo().plan.graph
    return {
        "waves": list(graph.waves()),
        "path": graph.critical_path(),
        "why": {step: list(graph.explain(step)) for step in graph.steps},
    }


def every_rating_at_the_bottom() -> Any:
    framework = bc.load_framework("bennett-2017")
    result = bc.score_audit(audit_of(framework, 0), framework)
    return bc.draft_plan(result, catalogue="bennett-2017", priorities=3)
