"""What each step of a catalogue can be expected to bring on its own, before there is a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import NormalDist

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import require_types
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact._given import framework_faults
from behaviour_culture.impact.index.assumptions import read_assumptions
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EffectScale, EvidenceBase, Outcome
from behaviour_culture.model.step import ActionStep, StepCatalogue

__all__ = ["catalogue_benefits"]

_POINTS = 100.0
_ASSUMED = (
    "fidelity-mean",
    "fidelity-strength",
    "fidelity-floor",
    "fidelity-full",
    "unlock-threshold",
    "unlock-slope",
    "unlock-minimum",
)
_UNKNOWN_GAP = 0.5
"""Where nobody assessed a principle, its gap may be anything from 0 to 1, as in `score_impact`."""
_NODES = np.pi * np.sinh(np.linspace(-8.0, 8.0, 16_001))
"""Where x / (1 - x) is weighed, as logarithms: a double exponential rule, dense at both ends."""


def catalogue_benefits(
    catalogue: StepCatalogue, result: AuditResult, *, evidence: EvidenceBase | None = None
) -> Mapping[str, float]:
    r"""Return what each step of a catalogue can be expected to bring on its own, in points.

    For ``draft_plan(benefits=...)`` and ``choose_steps(catalogue, ...)``, where all steps are
    to compete: `score_impact` and what `learn` returns know the steps of one plan only.

    Parameters
    ----------
    catalogue : StepCatalogue
    result : AuditResult
        The audit, for the gap at each principle; after a round of work, the new one.
    evidence : EvidenceBase, optional
        Effects and assumptions; the shipped ``behaviour-2026`` where not given. With that of
        `Beliefs`, the steps compete on what was learned.

    Returns
    -------
    mapping of str to float
        A point is a hundredth of a standard deviation of pupils' behaviour. Steps without a
        published effect on behaviour, or without a principle, are not there.

    Raises
    ------
    InvalidInputError
        A catalogue for another framework than the audit; assumptions out of range.
    UnknownNameError
        An effect parameter, grade or assumption that the evidence does not have.

    Notes
    -----
    The mean of the formula of `score_impact`, whose inputs are independent of each other, so
    that it is the product of their means: exact, without draws. Prerequisites count as part
    of the plan, done as fully as is usual; the audit is done. Nothing is thinned or capped,
    so the benefits of several steps do not add up to that of a plan. They are means, to choose
    by and not to report: `score_impact` and `forecast` say how sure a benefit is. Fidelity is
    integrated by a double exponential rule (Takahasi and Mori 1974).

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> audit = bc.read_audit("examples/illustrative_responses.csv", framework=framework)
    >>> result = bc.score_audit(audit, framework)
    >>> catalogue = bc.load_catalogue("bennett-2017")
    >>> benefits = catalogue_benefits(catalogue, result)
    >>> max(benefits, key=benefits.get)
    'greet-at-door'
    """
    require_types(
        "catalogue_benefits", catalogue=(catalogue, StepCatalogue), result=(result, AuditResult)
    )
    if evidence is not None:
        require_types("catalogue_benefits", evidence=(evidence, EvidenceBase))
    if faults := framework_faults("catalogue", catalogue, result):
        raise InvalidInputError("catalogue_benefits", faults)
    base = load_evidence() if evidence is None else evidence
    gaps = {g.principle: _mean_gap(g.size) for g in result.gaps}
    c = read_assumptions(base, _ASSUMED)
    worth, unlocked = _mean_worth(c), _mean_unlock(c)
    found = {}
    for step in catalogue.steps:
        effect = _mean_effect(step, base)
        if effect is not None:
            room = sum(gaps.get(p, _UNKNOWN_GAP) for p in step.principles) / len(step.principles)
            waits = sum(before.step != catalogue.audit_step for before in step.requires)
            found[step.id] = _POINTS * effect * room * step.reach * worth * unlocked**waits
    return FrozenMap(found)


def _mean_effect(step: ActionStep, evidence: EvidenceBase) -> float | None:
    """Return the mean effect on behaviour, more is better; None where none was published."""
    if step.effect is None or not step.principles:
        return None
    effect = evidence.parameter(step.effect.parameter)
    grade = evidence.grade(step.effect.grade)
    if (effect.outcome, effect.scale) != (Outcome.BEHAVIOUR, EffectScale.SMD):
        return None
    return -grade.discount * effect.mean - grade.tau_factor * effect.setting


def _mean_gap(size: Estimate) -> float:
    """Return the mean of a normal gap that is clipped to 0 and 1."""
    mean, error = size.value, size.standard_error or 0.0
    if error == 0:
        return min(1.0, max(0.0, mean))
    normal = NormalDist(mean, error)
    low, high = normal.cdf(0.0), normal.cdf(1.0)
    return mean * (high - low) + error**2 * (normal.pdf(0.0) - normal.pdf(1.0)) + (1 - high)


def _mean_worth(c: Mapping[str, float]) -> float:
    floor, full = c["fidelity-floor"], c["fidelity-full"]
    return _over_fidelity(c, lambda f: np.clip((f - floor) / (full - floor), 0.0, 1.0))


def _mean_unlock(c: Mapping[str, float]) -> float:
    low, middle, slope = c["unlock-minimum"], c["unlock-threshold"], c["unlock-slope"]
    return _over_fidelity(
        c, lambda f: low + (1 - low) / (1 + np.exp(np.minimum((middle - f) / slope, 700.0)))
    )


def _over_fidelity(c: Mapping[str, float], of: Callable[[FloatArray], FloatArray]) -> float:
    """Return the mean of a function of fidelity over its beta distribution."""
    mean, strength = c["fidelity-mean"], c["fidelity-strength"]
    if mean in {0.0, 1.0}:
        return float(of(np.array([mean]))[0])
    log_x, log_rest = -np.logaddexp(0.0, -_NODES), -np.logaddexp(0.0, _NODES)
    log_weight = strength * (mean * log_x + (1 - mean) * log_rest)
    log_weight += np.log(np.hypot(1.0, _NODES / np.pi))
    weight = np.exp(log_weight - log_weight.max())
    return float(of(np.exp(log_x)) @ weight / weight.sum())
