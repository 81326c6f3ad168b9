"""Scorers of the steps of a plan: functions that `behaviour_culture.typing.Scorer` describes."""

from __future__ import annotations

from math import fsum

import numpy as np

from behaviour_culture._seeds import Seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check
from behaviour_culture.impact.fidelity import fidelity_worth
from behaviour_culture.impact.hours import staff_hours
from behaviour_culture.impact.index.model import STAGE, index_model
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.school import School
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import FloatArray, Stop

__all__ = ["benefit_per_hour", "gap_closed", "planning_index", "unlock_value"]

_LEAST_HOURS = 1.0
"""A step that takes less staff time counts as one hour: judgement."""


def planning_index(  # noqa: PLR0913  (a scorer's arguments and two of its own)
    plan: ActionPlan,
    result: AuditResult,
    *,
    draws: int = 10_000,
    seed: Seed = 0,
    evidence: EvidenceBase | None = None,
    stop: Stop | None = None,
) -> FloatArray:
    """Score steps by the points that they deliver, with every effect at its mean.

    As `score_impact` orders them: what varies is gap, reach, fidelity and prerequisites, and not
    whether work of this kind helps at all.

    Parameters
    ----------
    plan : ActionPlan
    result : AuditResult
        The audit, for the gap at each principle.
    draws : int
        100 to 10,000,000, as far as memory goes: 26 bytes each for every step.
    seed : int, SeedSequence or Generator
        The same seed as that of `score_impact` gives the same draws.
    evidence : EvidenceBase, optional
        The shipped ``behaviour-2026`` where not given.
    stop : callable, optional
        As `score_impact`.

    Returns
    -------
    ndarray of float64, shape (draws, steps)
        Points, columns in the order of ``plan.steps``; 0 for a step without a score. Numbers
        of one row belong together.

    Raises
    ------
    InvalidInputError, UnknownNameError, StoppedError
        As `score_impact`.
    """
    model = index_model(
        "planning_index", plan, result, evidence=evidence, draws=draws, seed=seed, stop=stop
    )
    scored, _, _ = model.capped(model.contributions(delivered=True))
    out = np.zeros((model.n, len(plan.steps)))
    out[:, [i for i, step in enumerate(plan.steps) if step.id in model.at]] = scored.T
    return out


def benefit_per_hour(  # noqa: PLR0913  (a scorer's arguments and two of its own)
    plan: ActionPlan,
    result: AuditResult,
    *,
    draws: int = 10_000,
    seed: Seed = 0,
    evidence: EvidenceBase | None = None,
    school: School | None = None,
    stop: Stop | None = None,
) -> FloatArray:
    """Score steps by the points of the planning index for each hour of staff time.

    Parameters
    ----------
    plan, result, draws, seed, evidence, stop
        As `planning_index`.
    school : School, optional
        How many people hold each role; one without a school.

    Returns
    -------
    ndarray of float64, shape (draws, steps)
        Points an hour. A step that takes less than an hour counts as one hour (judgement).

    Raises
    ------
    InvalidInputError, UnknownNameError, StoppedError
        As `score_impact`.
    """
    check = Check("benefit_per_hour")
    check.value("school", school, School | None)
    check.done()
    points = planning_index(plan, result, draws=draws, seed=seed, evidence=evidence, stop=stop)
    hours = [fsum(staff_hours(step, school).values()) for step in plan.steps]
    return points / np.maximum(hours, _LEAST_HOURS)


def gap_closed(  # noqa: PLR0913  (a scorer's arguments and two of its own)
    plan: ActionPlan,
    result: AuditResult,
    *,
    draws: int = 10_000,
    seed: Seed = 0,
    evidence: EvidenceBase | None = None,
    stop: Stop | None = None,
) -> FloatArray:
    r"""Score steps by how much of the audit's gaps each can be expected to close, at most.

    .. math:: c_i = r_i\,h(f_i)\,\frac{1}{P} \sum_{p \in P_i} g_p

    Parameters
    ----------
    plan, result, draws, seed, evidence, stop
        As `planning_index`.

    Returns
    -------
    ndarray of float64, shape (draws, steps)
        Of the mean gap over all P principles of the framework, on the scale of the ratings, 0
        to 1; 0 for a step that answers no principle.

    Raises
    ------
    InvalidInputError, UnknownNameError, StoppedError
        As `score_impact`.

    Notes
    -----
    Gap, reach and what fidelity leaves of a step's worth are drawn as in `score_impact`. No
    effect of any study enters. It is an upper limit, and judgement: that a benefit is in
    proportion to the gap is the usual logic of potential impact, and no source is known
    that measures it.
    """
    model = index_model(
        "gap_closed", plan, result, evidence=evidence, draws=draws, seed=seed, stop=stop
    )
    gaps = {p: model.gap(p) for p in sorted({p for s in plan.steps for p in s.principles})}
    principles = max(1, len(result.gaps) + len(result.not_assessed))
    out = np.zeros((model.n, len(plan.steps)))
    for i, step in enumerate(plan.steps):
        model.watch.check(STAGE)
        if step.principles:
            done = model.reach(step) * fidelity_worth(model.fidelity(step), model.assumed)
            out[:, i] = done * np.sum([gaps[p] for p in step.principles], axis=0) / principles
    return out


def unlock_value(  # noqa: PLR0913  (a scorer's arguments and two of its own)
    plan: ActionPlan,
    result: AuditResult,
    *,
    draws: int = 10_000,
    seed: Seed = 0,
    evidence: EvidenceBase | None = None,
    stop: Stop | None = None,
) -> FloatArray:
    r"""Score steps by their worth to the plan, including the steps that they make possible.

    Parameters
    ----------
    plan, result, draws, seed, evidence, stop
        As `planning_index`.

    Returns
    -------
    ndarray of float64, shape (draws, steps)
        Points. Each row adds up to that of `planning_index`.

    Raises
    ------
    InvalidInputError, UnknownNameError, StoppedError
        As `score_impact`.

    Notes
    -----
    Without one of its direct prerequisites a step keeps the share :math:`u` of its points, the
    ``unlock-minimum`` of the evidence, and with :math:`m` of them absent :math:`u^m`. The
    points are shared fairly between the step and its :math:`k` prerequisites by the Shapley
    value [1]_. The points are a sum of unanimity games, one for each subset :math:`T` of the
    prerequisites, in which the :math:`|T| + 1` share equally, so that the step keeps

    .. math:: \sum_{t=0}^{k} \binom{k}{t} \frac{u^{k-t}(1-u)^t}{t+1}
              = \frac{1}{k+1} \sum_{j=0}^{k} u^j

    of its points, and its prerequisites have equal parts of the rest.

    References
    ----------
    .. [1] Shapley, L. S. (1953). A value for n-person games. *Contributions to the Theory
       of Games* II, 307-317.
    """
    model = index_model(
        "unlock_value", plan, result, evidence=evidence, draws=draws, seed=seed, stop=stop
    )
    points = planning_index(
        plan, result, draws=draws, seed=model.seed, evidence=evidence, stop=stop
    )
    left = model.assumed["unlock-minimum"]
    at = {step.id: i for i, step in enumerate(plan.steps)}
    worth = np.zeros_like(points)
    for i, step in enumerate(plan.steps):
        model.watch.check(STAGE)
        before = [at[p.step] for p in step.requires if p.step in at]
        own = float(np.mean(left ** np.arange(len(before) + 1)))
        worth[:, i] += own * points[:, i]
        for j in before:
            worth[:, j] += (1 - own) / len(before) * points[:, i]
    return worth
