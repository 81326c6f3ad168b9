"""The planning index of each step and of the plan, from the draws of its model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import as_whole, require_types, share_faults, whole_faults
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact._given import framework_faults
from behaviour_culture.impact.index.formula import IndexModel, capped_index
from behaviour_culture.impact.index.result import Driver, ImpactResult, ImpactScore
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.school import School
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan

__all__ = [
    "check_scoring",
    "draw_benefits",
    "draw_inputs",
    "score_impact",
]

_UNIT = "points"
_MIN_DRAWS = 100
_MAX_DRAWS = 10_000_000
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
) -> ImpactResult:
    r"""Score how much each step of a plan can be expected to add, and how sure that is.

    Parameters
    ----------
    plan : ActionPlan
    result : AuditResult
        The audit, for the gap at each principle and how sure it is.
    evidence : EvidenceBase, optional
        Effects and assumptions; the shipped ``behaviour-2026`` where not given.
    school : School, optional
        How many people hold each role, for points per staff hour.
    draws : int
        Monte Carlo draws, 100 to 10,000,000.
    level : float
        Coverage of the intervals.
    seed : int, SeedSequence or Generator
        The same seed gives the same bits. Each input has a stream of its own, named after
        it, so that two plans share the draws of what they have in common.

    Returns
    -------
    ImpactResult

    Raises
    ------
    InvalidInputError
        Options out of range; a plan for another framework than the audit.
    UnknownNameError
        An effect parameter, grade or assumption that the evidence does not have.

    Notes
    -----
    For step :math:`i` at principle :math:`p`, in every draw,

    .. math:: \delta_{ip} = g_p\,\theta_i\,r_i\,h(f_i)\prod_{j \prec i} u(f_j)\,/\,|P_i|

    with the gap :math:`g_p` from the audit (normal, clipped to [0, 1]; uniform where nobody
    assessed it), the effect :math:`\theta_i = d(\mu + s z_1) + k\tau z_2` of the nearest
    published study under its grade's discount :math:`d` and factor :math:`k` (predictive
    distribution [1]_; steps that cite one study share its draws), reach :math:`r_i` and
    fidelity :math:`f_i` (both Beta), :math:`h` rising from 0 to 1 between two thresholds
    [2]_, and :math:`u` a logistic step from a minimum to 1: a prerequisite that is done
    badly unlocks less. Within a principle the m-th largest contribution counts
    :math:`\rho^{m-1}`, and so do the principles among each other, since the effects are
    those of whole programmes and programmes that do everything achieve less [3]_; the
    plan's sum is capped. Signs are turned so that more is better.
    Every constant stands in the evidence file with its source or the word judgement.

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
    draws, seed = as_whole(draws), as_seed(seed)
    base = load_evidence() if evidence is None else evidence
    check_scoring(plan, result, draws, seed, base, level=level, school=school)
    model = IndexModel(plan, result, base, draws, seed)
    contributions = model.contributions()
    return _to_result(plan, base, model, contributions, school, level, seed)


def draw_benefits(
    plan: ActionPlan,
    result: AuditResult,
    *,
    evidence: EvidenceBase | None = None,
    draws: int = 10_000,
    seed: Seed = 0,
) -> FloatArray:
    """Return the points of each step in each draw, from which `score_impact` makes its index.

    Parameters
    ----------
    plan : ActionPlan
    result : AuditResult
    evidence : EvidenceBase, optional
        The shipped ``behaviour-2026`` where not given.
    draws : int
        100 to 10,000,000.
    seed : int, SeedSequence or Generator
        The same seed as that of `score_impact` gives the same draws.

    Returns
    -------
    ndarray of float64, shape (draws, steps)
        Points, columns in the order of ``plan.steps``; 0 for a step without a score. FloatArray
        of one row belong together: steps that cite one study err together.

    Raises
    ------
    InvalidInputError, UnknownNameError
        As `score_impact`.
    """
    draws, seed = as_whole(draws), as_seed(seed)
    base = load_evidence() if evidence is None else evidence
    check_scoring(plan, result, draws, seed, base)
    model = IndexModel(plan, result, base, draws, seed)
    scored, _, _ = capped_index(model, model.contributions())
    out = np.zeros((draws, len(plan.steps)))
    for column, step in enumerate(plan.steps):
        if step.id in model.at:
            out[:, column] = scored[model.at[step.id]]
    return out


def check_scoring(  # noqa: PLR0913  (all that scoring is given)
    plan: ActionPlan,
    result: AuditResult,
    draws: int,
    seed: int,
    evidence: EvidenceBase,
    *,
    level: float = 0.95,
    school: School | None = None,
) -> None:
    """Raise `InvalidInputError` for what cannot be scored, or not together."""
    given: dict[str, tuple[object, type]] = {
        "plan": (plan, ActionPlan),
        "result": (result, AuditResult),
        "evidence": (evidence, EvidenceBase),
    }
    if school is not None:
        given["school"] = (school, School)
    require_types("score_impact", **given)
    faults = framework_faults("plan", plan, result)
    faults += whole_faults("draws", draws, _MIN_DRAWS, _MAX_DRAWS)
    faults += whole_faults("seed", seed, 0, 2**63)
    faults += share_faults("level", level)
    if faults:
        raise InvalidInputError("score_impact", faults)


def draw_inputs(  # noqa: PLR0913, PLR0917  (what all inputs are drawn from)
    plan: ActionPlan,
    result: AuditResult,
    evidence: EvidenceBase,
    draws: int,
    seed: int,
    step_ids: Sequence[str],
) -> tuple[tuple[str, ...], FloatArray, FloatArray, FloatArray]:
    """Return the principles of some steps, and draws of gaps, reach and what fidelity leaves.

    The draws are those of `score_impact` with the same seed; shapes (draws, principles) and
    twice (draws, steps).
    """
    model = IndexModel(plan, result, evidence, draws, seed)
    steps = [plan.step(key) for key in step_ids]
    names = tuple(sorted({p for s in steps for p in s.principles}))
    gaps = np.stack([model.gap(p) for p in names], axis=1)
    reach = np.stack([model.reach(s) for s in steps], axis=1)
    worth = np.stack([model.worth(model.fidelity(s)) for s in steps], axis=1)
    return names, gaps, reach, worth


def _interval(values: FloatArray, level: float, draws: int) -> Estimate:
    tail = (1 - level) / 2
    lower, upper = np.quantile(values, [tail, 1 - tail])
    mean = float(values.mean())
    return Estimate(
        value=mean,
        lower=min(mean, float(lower)),
        upper=max(mean, float(upper)),
        level=level,
        standard_error=float(values.std()),
        method=f"mean and quantiles of {draws:,} draws",
        unit=_UNIT,
    )


def _to_result(  # noqa: PLR0913, PLR0917  (the parts of one answer)
    plan: ActionPlan,
    evidence: EvidenceBase,
    model: IndexModel,
    contributions: FloatArray,
    school: School | None,
    level: float,
    seed: int,
) -> ImpactResult:
    n = model.n
    contributions, total, capped = capped_index(model, contributions)
    return ImpactResult(
        id=f"{plan.id}-impact",
        plan=plan.id,
        evidence=evidence.id,
        evidence_edition=evidence.edition,
        draws=n,
        seed=seed,
        steps=_scores(plan, model, contributions, school, level),
        total=_interval(total, level, n),
        p_benefit=float((total > 0).mean()),
        p_capped=float(capped.mean()),
        drivers=_drivers(model, total),
        unscored=model.unscored,
        mc_error=float(total.std() / np.sqrt(n)),
    )


def _scores(
    plan: ActionPlan,
    model: IndexModel,
    contributions: FloatArray,
    school: School | None,
    level: float,
) -> list[ImpactScore]:
    if not model.steps:
        return []
    graph = plan.graph
    means = contributions.mean(axis=1)
    order = sorted(range(len(model.steps)), key=lambda i: (-means[i], model.steps[i].id))
    place = np.argsort(np.argsort(-contributions, axis=0, kind="stable"), axis=0)
    scores = []
    for rank, i in enumerate(order):
        step, mine = model.steps[i], contributions[i]
        after = [model.at[d] for d in sorted(graph.descendants(step.id)) if d in model.at]
        hours = _hours(step, school)
        following = order[rank + 1] if rank + 1 < len(order) else None
        link = step.effect
        assert link is not None  # noqa: S101  (only usable steps are scored; for the type checker)
        scores.append(
            ImpactScore(
                step=step.id,
                title=step.title,
                rank=rank + 1,
                index=_interval(mine, level, model.n),
                first=float((place[i] == 0).mean()),
                top_three=float((place[i] < 3).mean()),  # noqa: PLR2004
                p_benefit=float((mine > 0).mean()),
                per_100_hours=_interval(mine * 100 / hours, level, model.n) if hours else None,
                enables=_interval(contributions[after].sum(axis=0), level, model.n),
                beats_next=(
                    None if following is None else float((mine > contributions[following]).mean())
                ),
                parameter=link.parameter,
                grade=link.grade,
            )
        )
    return scores


def _hours(step: ActionStep, school: School | None) -> float:
    people = {r: school.people(r) if school else 1 for r in step.hours_per_week}
    return sum(
        hours * people[role] * step.weeks.likely for role, hours in step.hours_per_week.items()
    )


def _drivers(model: IndexModel, total: FloatArray) -> Sequence[Driver]:
    """Compare the total in the high and the low tenth of each input's draws."""
    found = []
    tenth = max(2, model.n // 10)
    for name, (text, values) in sorted(model.inputs.items()):
        order = np.argsort(values, kind="stable")
        low, high = total[order[:tenth]], total[order[-tenth:]]
        swing = float(high.mean() - low.mean())
        error = float(np.sqrt(low.var() / tenth + high.var() / tenth))
        found.append(
            Driver(
                name=name,
                text=text,
                swing=Estimate(
                    value=swing,
                    lower=swing - 1.96 * error,
                    upper=swing + 1.96 * error,
                    standard_error=error,
                    method="difference of means, high tenth less low tenth of draws",
                    unit=_UNIT,
                ),
            )
        )
    found.sort(key=lambda d: (-abs(d.swing.value), d.name))
    return found[:_DRIVERS]
