"""The expected benefit of each step of a catalogue on its own, before there is a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import nan

import numpy as np

from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.impact.assumptions import read_assumptions
from behaviour_culture.impact.diminishing import share_of_one
from behaviour_culture.impact.fidelity import fidelity_worth, unlocked_share
from behaviour_culture.impact.gap import mean_answered
from behaviour_culture.impact.index.model import ASSUMED, POINTS, conduct_effect
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.typing import FloatArray

__all__ = ["catalogue_benefits"]

_NODES = np.pi * np.sinh(np.linspace(-8.0, 8.0, 16_001))
"""Logarithms of x / (1 - x) at the nodes of a double exponential rule, dense at both ends."""


def catalogue_benefits(
    catalogue: StepCatalogue, result: AuditResult, *, evidence: EvidenceBase | None = None
) -> Mapping[str, float]:
    r"""Return the expected benefit of each step of a catalogue on its own, in points.

    For ``draft_plan(benefits=...)`` and ``choose_steps(catalogue, ...)``, where all steps
    compete: `score_impact` and `learn` cover the steps of one plan only.

    Parameters
    ----------
    catalogue : StepCatalogue
    result : AuditResult
        The audit, for the gap at each principle; after a round of work, the new one.
    evidence : EvidenceBase, optional
        Effects and assumptions; the shipped ``behaviour-2026`` where not given. With that of
        `behaviour_culture.review.Beliefs`, the steps compete on the updated evidence.

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
    of the plan, done as fully as is usual; the audit is done. Nothing is thinned for other
    steps or capped, so the benefits of several steps do not add up to that of a plan. They are
    means, to choose by and not to report: `score_impact` and `forecast` say how sure a benefit
    is. Fidelity is integrated by a double exponential rule (Takahasi and Mori 1974).

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> audit = bc.read_audit("examples/illustrative_responses.csv", framework=framework)
    >>> result = bc.score_audit(audit, framework)
    >>> catalogue = bc.load_catalogue("bennett-2017")
    >>> benefits = catalogue_benefits(catalogue, result)
    >>> max(benefits, key=benefits.get)
    'train-classroom-core'
    """
    check = Check("catalogue_benefits")
    check.value("catalogue", catalogue, StepCatalogue)
    check.value("result", result, AuditResult)
    check.value("evidence", evidence, EvidenceBase | None)
    check.done()
    check.add(framework_faults("catalogue", catalogue, result))
    check.done()
    base = load_evidence() if evidence is None else evidence
    gaps = {g.principle: (g.size.value, g.size.standard_error or 0.0) for g in result.gaps}
    assumed = read_assumptions(base, ASSUMED)
    worth = _over_fidelity(assumed, fidelity_worth)
    unlocked = _over_fidelity(assumed, unlocked_share)
    rho = assumed["diminishing-rho"]
    one = share_of_one(rho, max(1, len(result.gaps) + len(result.not_assessed)))
    found = {}
    for step in catalogue.steps:
        cited = conduct_effect(step, base)
        if cited is None:
            continue
        room = one * mean_answered([gaps.get(p, (nan, 0.0)) for p in step.principles], rho)
        waits = sum(before.step != catalogue.audit_step for before in step.requires)
        found[step.id] = POINTS * cited.graded.mean * room * step.reach * worth * unlocked**waits
    return FrozenMap(found)


def _over_fidelity(
    assumed: Mapping[str, float], of: Callable[[FloatArray, Mapping[str, float]], FloatArray]
) -> float:
    """Return the mean of a function of fidelity over its beta distribution."""
    mean, strength = assumed["fidelity-mean"], assumed["fidelity-strength"]
    if mean in {0.0, 1.0}:
        return float(of(np.array([mean]), assumed)[0])
    log_x, log_rest = -np.logaddexp(0.0, -_NODES), -np.logaddexp(0.0, _NODES)
    log_weight = strength * (mean * log_x + (1 - mean) * log_rest)
    log_weight += np.log(np.hypot(1.0, _NODES / np.pi))
    weight = np.exp(log_weight - log_weight.max())
    return float(of(np.exp(log_x), assumed) @ weight / weight.sum())
