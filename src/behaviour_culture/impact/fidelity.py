"""How fully a step is done and whom it reaches; what fidelity leaves of its worth and unlocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import FloatArray

__all__ = ["draw_share", "fidelity_worth", "mean_share", "unlocked_share"]


def mean_share(
    plan: ActionPlan, step: ActionStep, what: Literal["fidelity", "reach"], usual: float
) -> float:
    """Return the fidelity or reach that was reported of a step, or else the usual one."""
    reported = (getattr(entry, what) for entry in plan.progress if entry.step == step.id)
    return next((share for share in reported if share is not None), usual)


def draw_share(rng: np.random.Generator, mean: float, strength: float, size: int) -> FloatArray:
    """Draw a share from a beta distribution; 0 and 1 are certain."""
    if 0 < mean < 1:
        return rng.beta(mean * strength, (1 - mean) * strength, size)
    return np.full(size, mean)


def fidelity_worth(fidelity: FloatArray, assumed: Mapping[str, float]) -> FloatArray:
    """Return what a fidelity leaves of a step's worth: 0 up to a floor, 1 from full on."""
    floor, full = assumed["fidelity-floor"], assumed["fidelity-full"]
    worth = (fidelity - floor) / (full - floor)
    return np.clip(worth, 0.0, 1.0, out=worth)


def unlocked_share(fidelity: FloatArray, assumed: Mapping[str, float]) -> FloatArray:
    """Return how far a prerequisite done so fully unlocks a step: logistic, a minimum to 1."""
    low = assumed["unlock-minimum"]
    short = (assumed["unlock-threshold"] - fidelity) / assumed["unlock-slope"]
    opened: FloatArray = low + (1 - low) / (1 + np.exp(np.minimum(short, 700.0)))
    return opened
