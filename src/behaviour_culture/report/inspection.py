"""The areas of inspection that the priorities of a plan touch, as far as a crosswalk says."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.content.loader import content_ids, load_content, load_framework
from behaviour_culture.model.framework import Framework
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import joined

__all__ = ["Inspection", "inspection"]

_INSPECTED = "ofsted-2025"
"""The framework by which schools in England are inspected."""


class Touched(NamedTuple):
    """A part of the inspection, and the numbers of the priorities that touch it."""

    name: str
    priorities: list[int]


class Inspection(NamedTuple):
    """The parts of an inspection that the plan touches."""

    framework: str
    areas: list[str]
    """The graded areas that have one of the parts."""
    parts: list[Touched]
    inferred: bool
    """Whether the links are our inference, not the inspectorate's word."""

    @property
    def text(self) -> str:
        """What is touched by which priorities, in half a sentence."""
        return "; ".join(
            f"{p.name} ({'priority' if len(p.priorities) == 1 else 'priorities'} "
            f"{joined([str(n) for n in p.priorities])})"
            for p in self.parts
        )


def inspection(parts: ReportParts, names: Names) -> Inspection | None:
    """Gather what the priorities touch; None where no crosswalk says it."""
    links = _links(parts.framework)
    if links is None:
        return None
    inspected = load_framework(_INSPECTED)
    touched: dict[str, set[int]] = {}
    for objective in parts.plan.objectives:
        for target in links.get(objective.principle, ()):
            touched.setdefault(target, set()).add(names.priority[objective.id])
    found = [p for p in inspected.principles if p.id in touched]
    domains = {p.domain for p in found}
    return Inspection(
        framework=inspected.name,
        areas=[d.name for d in inspected.domains if d.id in domains],
        parts=[Touched(p.name, sorted(touched[p.id])) for p in found],
        inferred=parts.framework.id != _INSPECTED,
    )


def _links(framework: Framework) -> dict[str, list[str]] | None:
    """Return the principles of the inspection that each principle of the framework touches."""
    if framework.id == _INSPECTED:
        return {p.id: [p.id] for p in framework.principles}
    for name in content_ids("crosswalk"):
        crosswalk = load_content("crosswalk", name)
        ends = (crosswalk.source_framework, crosswalk.target_framework)
        if ends == (framework.id, _INSPECTED) and crosswalk.source_edition == framework.edition:
            found: dict[str, list[str]] = {}
            for link in crosswalk.links:
                found.setdefault(link.source, []).append(link.target)
            return found
    return None
