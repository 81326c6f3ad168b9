"""Whether a catalogue's steps name what the framework has."""

from __future__ import annotations

from behaviour_culture.errors import Fault, suggest
from behaviour_culture.model.applied_change import TailoringKind
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.step import ActionStep, StepCatalogue

__all__ = ["catalogue_faults"]


def catalogue_faults(catalogue: StepCatalogue, framework: Framework) -> list[Fault]:
    """List the principles, challenges and systems that steps name and the framework lacks.

    What a tailoring took out may still be named by a step.
    """
    taken = {t for c in framework.changes if c.kind is TailoringKind.DROP for t in c.targets}
    known = {
        "principles": [p.id for p in framework.principles],
        "challenges": [c.id for c in framework.challenges],
        "system": [s.id for s in framework.systems],
    }
    if any(c.kind is TailoringKind.SELECT for c in framework.changes):
        del known["principles"]  # it names what it kept, and not what it took out
    return [
        Fault(f"$.steps[{i}].{name}", f"no {value!r} in {framework.id}{suggest(value, ids)}")
        for i, step in enumerate(catalogue.steps)
        for name, ids in known.items()
        for value in _named(step, name)
        if value not in ids and value not in taken
    ]


def _named(step: ActionStep, name: str) -> tuple[str, ...]:
    value = getattr(step, name)
    return value if isinstance(value, tuple) else (() if value is None else (value,))
