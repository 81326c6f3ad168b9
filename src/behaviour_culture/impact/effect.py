"""The effect of a step: the nearest published one, under the discount of its grade."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.model.evidence import EffectParameter, EvidenceBase
from behaviour_culture.model.step import ActionStep
from behaviour_culture.typing import FloatArray

__all__ = ["StepEffect", "cited_effect", "graded_effect", "step_effect", "why_no_effect"]


class StepEffect(NamedTuple):
    """What a step changes once it works in full: a positive number is an improvement."""

    mean: float
    error: float
    """How far off the study may be; every step that cites the study shares its draw."""
    spread: float
    """How far schools differ; those steps in one school share its draw."""

    def draw(self, study: FloatArray, setting: FloatArray) -> FloatArray:
        """Return the effect in each draw, from standard normals for the study and the school."""
        drawn = self.error * study
        drawn += self.spread * setting
        drawn += self.mean
        return drawn


def why_no_effect(step: ActionStep) -> str:
    """Say why a step has no effect on any outcome; empty where it has one."""
    if step.effect is None:
        return "it names no published effect"
    return "" if step.principles else "it answers no principle of the framework"


def cited_effect(step: ActionStep, evidence: EvidenceBase) -> EffectParameter | None:
    """Return the published effect that a step cites; None where `why_no_effect` says why not.

    Raises
    ------
    UnknownNameError
        An effect parameter that the evidence does not have.
    """
    if step.effect is None or why_no_effect(step):
        return None
    return evidence.parameter(step.effect.parameter)


def step_effect(step: ActionStep, evidence: EvidenceBase) -> StepEffect:
    """Return the effect of a step under its grade; 0 without a published effect.

    Raises
    ------
    UnknownNameError
        An effect parameter or grade that the evidence does not have.
    """
    parameter = cited_effect(step, evidence)
    if step.effect is None or parameter is None:
        return StepEffect(0.0, 0.0, 0.0)
    grade = evidence.grade(step.effect.grade)
    return graded_effect(parameter, grade.discount, grade.tau_factor)


def graded_effect(parameter: EffectParameter, discount: float, tau_factor: float) -> StepEffect:
    """Return a published effect whose mean is discounted and whose spread is widened.

    Published effects are negative where problems become fewer; here more is better.
    """
    return StepEffect(
        mean=-discount * parameter.mean - tau_factor * parameter.setting,
        error=discount * parameter.standard_error,
        spread=tau_factor * parameter.tau,
    )
