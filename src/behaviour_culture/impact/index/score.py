"""The planning index of each step and of the plan, from the draws of its model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from behaviour_culture._seeds import Seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check
from behaviour_culture.fields import Slug, derived_id
from behaviour_culture.impact.hours import LEAST_HOURS, staff_hours
from behaviour_culture.impact.index.model import STAGE, IndexModel, conduct_effect, index_model
from behaviour_culture.impact.index.result import Driver, ImpactResult, ImpactScore
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.school import School
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.statistics.estimates import estimate_of_draws, normal_estimate
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["score_impact", "share_ahead"]

_UNIT = "points"
_SWING = "difference of means, high tenth less low tenth of draws"
_DRIVERS = 12


def score_impact(  # noqa: PLR0913  (each is a decision of the user's)
    plan: ActionPlan,
    result: AuditResult,
    *,
    evidence: EvidenceBase | None = None,
    school: School | None = None,
    draws: int = 10_000,
    level: float = 0.95,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> ImpactResult:
    r"""Score how much each step of a plan can be expected to add, with the uncertainty.

    Parameters
    ----------
    plan : ActionPlan
    result : AuditResult
        The audit, for the gap at each principle and its uncertainty.
    evidence : EvidenceBase, optional
        Effects and assumptions; the shipped ``behaviour-2026`` where not given.
    school : School, optional
        How many people hold each role, for points for 100 staff hours.
    draws : int
        Monte Carlo draws, 100 to 10,000,000, as far as memory goes: 26 bytes each for every
        step.
    level : float
        Coverage of the intervals.
    seed : int, SeedSequence or Generator
        The same seed gives the same bits. Each input has a stream of its own, named after
        it, so that two plans share the draws of the inputs that they have in common.
    progress : callable, optional
        Called with ("scoring impact", steps scored, steps).
    stop : callable, optional
        Asked again and again, such as ``threading.Event().is_set``: once it says True,
        `StoppedError` is raised in under a second.
    id : str, optional
        The id of the result; that of the plan and ``impact`` without it.

    Returns
    -------
    ImpactResult

    Raises
    ------
    InvalidInputError
        Options out of range; a plan for another framework than the audit; more draws than
        memory holds.
    UnknownNameError
        An effect parameter, grade or assumption that the evidence does not have.
    StoppedError
        The scoring was stopped.

    Notes
    -----
    For step :math:`i` at principle :math:`p`, in every draw,

    .. math:: \delta_{ip} = g_p\,\theta_i\,r_i\,h(f_i)\prod_{j \prec i} u(f_j)
              \,/\,(1 + \rho + \dots + \rho^{P-1})

    with the gap :math:`g_p` from the audit (normal, clipped to [0, 1]; uniform where nobody
    assessed it), the effect :math:`\theta_i = d(\mu + s z_1) + k\tau z_2` of the nearest
    published study under its grade's discount :math:`d` and factor :math:`k` (predictive
    distribution [1]_; steps that cite one study share its draws), reach :math:`r_i` and
    fidelity :math:`f_i` (both Beta), :math:`h` rising from 0 to 1 between two thresholds
    [2]_, and :math:`u` a logistic step from a minimum to 1: a prerequisite that is done
    badly unlocks less. Within a principle the m-th largest contribution counts
    :math:`\rho^{m-1}`, and so do the principles among each other, since programmes that do
    everything achieve less [3]_. The effects are those of whole programmes, so that a step at
    all :math:`P` principles of the framework, with nothing in place, has the effect in full and
    one at a single principle the share that the divisor leaves it: to answer one more principle
    never lowers the index. The plan's sum is capped. Signs are turned so that more is better.
    Every constant is in the evidence file, with its source or the word judgement.

    Order, places and ``beats_next`` rest on what each step delivers with every effect at its
    mean. Whether work of a kind helps at all is one question for all steps of that kind, and
    ``p_benefit`` answers it; it says nothing of which to do first.

    References
    ----------
    .. [1] Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). A
       re-evaluation of random-effects meta-analysis. *JRSS A* 172, 137-159.
    .. [2] Durlak, J. A. and DuPre, E. P. (2008). Implementation matters. *American Journal
       of Community Psychology* 41, 327-350.
    .. [3] Korpershoek, H., de Boer, H. and Mouw, J. M. (2025). Classroom management
       interventions, a meta-analysis (update). *Review of Educational Research*. The
       finding is theirs, the factor is judgement.
    """
    check = Check("score_impact")
    check.value("id", id, Slug | None)
    check.done()
    model = index_model(
        "score_impact",
        plan,
        result,
        evidence=evidence,
        draws=draws,
        seed=seed,
        school=school,
        level=level,
        progress=progress,
        stop=stop,
    )
    model.watch.tell(STAGE, 0, len(model.steps))
    contributions, total, capped = model.capped(model.contributions())
    delivered = model.contributions(delivered=True)
    return ImpactResult(
        id=derived_id(id, plan.id, "impact"),
        plan=plan.id,
        evidence=model.evidence.id,
        evidence_edition=model.evidence.edition,
        draws=model.n,
        seed=model.seed,
        steps=_scores(model, contributions, delivered, school, level),
        total=estimate_of_draws(total, level=level, unit=_UNIT),
        p_benefit=float((total > 0).mean()),
        p_capped=float(capped.mean()),
        drivers=_drivers(model, total),
        unscored=model.unscored,
        mc_error=float(total.std(ddof=1) / np.sqrt(model.n)),
    )


def _scores(
    model: IndexModel,
    contributions: FloatArray,
    delivered: FloatArray,
    school: School | None,
    level: float,
) -> list[ImpactScore]:
    if not model.steps:
        return []

    def points(values: FloatArray) -> Estimate:
        model.watch.check(STAGE)
        return estimate_of_draws(values, level=level, unit=_UNIT)

    graph = model.plan.graph
    means = delivered.mean(axis=1)
    order = sorted(range(len(model.steps)), key=lambda i: (-means[i], model.steps[i].id))
    first, top_three = np.zeros((2, len(order)))
    for block in model.blocks():
        place = np.argsort(np.argsort(-delivered[:, block], axis=0, kind="stable"), axis=0)
        first += (place == 0).sum(axis=1)
        top_three += (place < 3).sum(axis=1)  # noqa: PLR2004
    scores = []
    for rank, i in enumerate(order):
        model.watch.tell(STAGE, rank + 1, len(order))
        step, mine = model.steps[i], contributions[i]
        after = [model.at[d] for d in sorted(graph.descendants(step.id)) if d in model.at]
        hours = sum(staff_hours(step, school).values())
        following = order[rank + 1] if rank + 1 < len(order) else None
        better = None if following is None else share_ahead(delivered[i], delivered[following])
        cited = conduct_effect(step, model.evidence)
        assert cited is not None  # noqa: S101  (only steps in the index; for type checkers)
        scores.append(
            ImpactScore(
                step=step.id,
                title=step.title,
                rank=rank + 1,
                index=points(mine),
                first=float(first[i] / model.n),
                top_three=float(top_three[i] / model.n),
                p_benefit=float((mine > 0).mean()),
                per_100_hours=points(mine * 100 / hours) if hours > LEAST_HOURS else None,
                enables=points(contributions[after].sum(axis=0)),
                beats_next=better,
                parameter=cited.parameter.id,
                grade=cited.link.grade,
            )
        )
    return scores


def share_ahead(first: FloatArray, second: FloatArray) -> float:
    """Return the share of draws in which the first delivers more; ties count half."""
    return float((first > second).mean() + (first == second).mean() / 2)


def _drivers(model: IndexModel, total: FloatArray) -> Sequence[Driver]:
    """Compare the total in the high and the low tenth of each input's draws."""
    found = []
    tenth = max(2, model.n // 10)
    for name, (text, values) in sorted(model.inputs.items()):
        model.watch.check(STAGE)
        order = np.argsort(values, kind="stable")
        low, high = total[order[:tenth]], total[order[-tenth:]]
        swing = float(high.mean() - low.mean())
        error = float(np.sqrt(low.var() / tenth + high.var() / tenth))
        estimate = normal_estimate(swing, error, method=_SWING, unit=_UNIT)
        found.append(Driver(name=name, text=text, swing=estimate))
    found.sort(key=lambda d: (-abs(d.swing.value), d.name))
    return found[:_DRIVERS]
