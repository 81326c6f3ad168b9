"""The assumptions of an evidence base that the models work with, and the range of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from behaviour_culture.checks import Check
from behaviour_culture.fields import Range
from behaviour_culture.model.evidence import EvidenceBase

__all__ = ["RANGES", "read_assumptions"]

RANGES: dict[str, tuple[float, float]] = {
    "fidelity-mean": (0, 1),
    "fidelity-strength": (1e-3, 1e6),
    "reach-strength": (1e-3, 1e6),
    "fidelity-floor": (0, 1),
    "fidelity-full": (0, 1),
    "unlock-threshold": (0, 1),
    "unlock-slope": (1e-3, 10),
    "unlock-minimum": (0, 1),
    "diminishing-rho": (0, 1),
    "plan-cap": (0, 1e3),
    "plan-cap-log-ratio": (0, 1e3),
    "ramp-months": (0.25, 600),
    "decay-plateau": (0, 12),
    "decay-year": (0, 1),
    "decay-minimum": (0, 1),
    "dropout-hazard": (0, 1e6),
    "staff-turnover": (0, 1),
    "induction-months": (0, 120),
    "leader-gap-months": (0, 120),
    "step-closure": (0, 1),
    "view-staff": (0, 10),
    "view-pupils": (0, 10),
    "view-spread": (0, 10),
    "view-correlation": (-1, 1),
}
"""A quarter of a month keeps exp(t / T) finite."""


def read_assumptions(evidence: EvidenceBase, names: Iterable[str]) -> dict[str, float]:
    """Return the values of some assumptions.

    Raises
    ------
    InvalidInputError
        Values with which a model cannot work, all at once.
    UnknownNameError
        An assumption that the evidence does not have.
    """
    values = {name: evidence.assumption(name).value for name in names}
    check = Check(f"evidence {evidence.id!r}")
    for name, value in values.items():
        check.value(f"assumptions.{name}", value, Annotated[float, Range(*RANGES[name])])
    if check.ok() and values.get("fidelity-floor", 0) >= values.get("fidelity-full", 1):
        check.fault("assumptions.fidelity-full", "must be above fidelity-floor")
    check.done()
    return values
