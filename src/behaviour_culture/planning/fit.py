"""The fit of a catalogue to a framework: the entries that its steps name must exist."""

from __future__ import annotations

from behaviour_culture.errors import Fault, suggest
from behaviour_culture.model.applied_change import TailoringKind
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.step import ActionStep, StepCatalogue

__all__ = ["catalogue_faults"]


def catalogue_faults(catalogue: StepCatalogue, framework: Framework) -> list[Fault]:
    """List the principles, challenges and systems that steps name but the framework lacks.

    A step may still name an entry that a tailoring dropped.
    """
    dropped = {t for c in framework.changes if c.kind is TailoringKind.DROP for t in c.targets}
    known = {
        "principles": [p.id for p in framework.principles],
        "challenges": [c.id for c in framework.challenges],
        "system": [s.id for s in framework.systems],
    }
    if any(c.kind is TailoringKind.SELECT for c in framework.changes):
        del known["principles"]  # a select records the principles that it kept, not the others
    return [
        Fault(f"$.steps[{i}].{name}", f"no {value!r} in {framework.id}{suggest(value, ids)}")
        for i, step in enumerate(catalogue.steps)
        for name, ids in known.items()
        for value in _named(step, name)
        if value not in ids and value not in dropped
    ]


def _named(step: ActionStep, name: str) -> tuple[str, ...]:
    value = getattr(step, name)
    return value if isinstance(value, tuple) else (() if value is None else (value,))
