"""The effects of a step: published ones, under the discount of their grades."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.model.evidence import EffectParameter, EvidenceBase
from behaviour_culture.model.step import ActionStep, EffectLink
from behaviour_culture.typing import FloatArray

__all__ = ["CitedEffect", "StepEffect", "cited_effects", "graded_effect", "why_no_effect"]


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


class CitedEffect(NamedTuple):
    """One effect of a step: the link, the published effect, and what is left of it."""

    link: EffectLink
    parameter: EffectParameter
    graded: StepEffect


def why_no_effect(step: ActionStep) -> str:
    """Say why a step has no effect on any outcome; empty where it has one."""
    if not step.effects:
        return "no study measured what it does by itself: it prepares other steps or keeps them up"
    return "" if step.principles else "it answers no principle of the framework"


def cited_effects(step: ActionStep, evidence: EvidenceBase) -> tuple[CitedEffect, ...]:
    """Return the effects of a step under their grades; none where `why_no_effect` says why not.

    Raises
    ------
    InvalidInputError
        An effect that is lent to another outcome, to schools or to pupils among whom it was not
        measured.
    UnknownNameError
        An effect parameter or grade that the evidence does not have.
    """
    if why_no_effect(step):
        return ()
    made = []
    faults = []
    for i, link in enumerate(step.effects):
        parameter = evidence.parameter(link.parameter)
        grade = evidence.grade(link.grade)
        if why := _lent(step, link, parameter):
            faults.append(Fault(f"steps.{step.id}.effects[{i}]", why, link.parameter))
        graded = graded_effect(parameter, grade.discount, grade.spread)
        made.append(CitedEffect(link, parameter, graded))
    if faults:
        raise InvalidInputError(f"step {step.id!r}", faults)
    return tuple(made)


def _lent(step: ActionStep, link: EffectLink, parameter: EffectParameter) -> str:
    """Say where an effect would be lent to; empty where it stays where it was measured."""
    if link.outcome is not None and link.outcome is not parameter.outcome:
        return (
            f"the effect was measured on {parameter.outcome.value}, and the step counts it on "
            f"{link.outcome.value}: name a study of that outcome, or leave the effect out"
        )
    if parameter.settings and not {*link.settings} <= {*parameter.settings}:
        beyond = ", ".join(sorted({*link.settings} - {*parameter.settings}))
        return f"the effect was not measured in these settings: {beyond}; leave them out"
    if step.reach > parameter.most_reach:
        return (
            f"the effect was measured among {parameter.most_reach:.0%} of pupils at most, and the "
            f"step reaches {step.reach:.0%}: lower its reach, or leave the effect out"
        )
    return ""


def graded_effect(parameter: EffectParameter, discount: float, spread: float) -> StepEffect:
    """Return a published effect with its mean discounted and its spread multiplied.

    Published effects are negative where problems become fewer; here more is better.
    """
    return StepEffect(
        mean=-discount * parameter.mean - spread * parameter.setting,
        error=discount * parameter.standard_error,
        spread=spread * parameter.tau,
    )
