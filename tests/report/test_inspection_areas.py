"""Which areas of an inspection the priorities of a plan touch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import behaviour_culture as bc
from behaviour_culture.report.inspection import inspection


def test_a_plan_by_the_framework_of_the_inspection_touches_its_own_principles() -> None:
    framework = bc.load_framework("ofsted-2025")
    first = framework.principles[0]
    objective = SimpleNamespace(id="o", principle=first.id)
    parts: Any = SimpleNamespace(framework=framework, plan=SimpleNamespace(objectives=[objective]))
    names: Any = SimpleNamespace(priority={"o": 1})
    found = inspection(parts, names)
    assert found is not None
    assert not found.inferred
    assert found.text == f"{first.name} (priority 1)"
