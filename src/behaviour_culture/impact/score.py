"""The planning index: gap x effect x reach x fidelity, with all of it uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.impact.assumptions import read_assumptions
from behaviour_culture.impact.result import Driver, ImpactResult, ImpactScore
from behaviour_culture.model._check import as_whole, require_types, share_faults, whole_faults
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EffectScale, EvidenceBase, Outcome
from behaviour_culture.model.school import School
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Draws = NDArray[np.float64]

__all__ = [
    "breadth",
    "check_scoring",
    "diminish",
    "draw_benefits",
    "draw_inputs",
    "score_impact",
]

_POINTS = 100.0
_UNIT = "points"
_MIN_DRAWS = 100
_MAX_DRAWS = 10_000_000
_DRIVERS = 12
_ASSUMED = (
    "fidelity-mean",
    "fidelity-strength",
    "fidelity-floor",
    "fidelity-full",
    "reach-strength",
    "unlock-threshold",
    "unlock-slope",
    "unlock-minimum",
    "diminishing-rho",
    "plan-cap",
)


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
    model = _Model(plan, result, base, draws, seed)
    contributions = model.contributions()
    return _to_result(plan, base, model, contributions, school, level, seed)


def draw_benefits(
    plan: ActionPlan,
    result: AuditResult,
    *,
    evidence: EvidenceBase | None = None,
    draws: int = 10_000,
    seed: Seed = 0,
) -> Draws:
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
        Points, columns in the order of ``plan.steps``; 0 for a step without a score. Draws
        of one row belong together: steps that cite one study err together.

    Raises
    ------
    InvalidInputError, UnknownNameError
        As `score_impact`.
    """
    import numpy as np  # noqa: PLC0415

    draws, seed = as_whole(draws), as_seed(seed)
    base = load_evidence() if evidence is None else evidence
    check_scoring(plan, result, draws, seed, base)
    model = _Model(plan, result, base, draws, seed)
    scored, _, _ = _capped(model, model.contributions())
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
    faults = []
    if (plan.framework, plan.edition) != (result.framework, result.edition):
        message = (
            f"the plan is for {plan.framework!r} ({plan.edition}), the audit for "
            f"{result.framework!r} ({result.edition})"
        )
        faults.append(Fault("plan.framework", message))
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
) -> tuple[tuple[str, ...], Draws, Draws, Draws]:
    """Return the principles of some steps, and draws of gaps, reach and what fidelity leaves.

    The draws are those of `score_impact` with the same seed; shapes (draws, principles) and
    twice (draws, steps).
    """
    import numpy as np  # noqa: PLC0415

    model = _Model(plan, result, evidence, draws, seed)
    steps = [plan.step(key) for key in step_ids]
    names = tuple(sorted({p for s in steps for p in s.principles}))
    gaps = np.stack([model.gap(p) for p in names], axis=1)
    reach = np.stack([model.reach(s) for s in steps], axis=1)
    worth = np.stack([model.worth(model.fidelity(s)) for s in steps], axis=1)
    return names, gaps, reach, worth


class _Model:
    """All draws of one plan, input by input."""

    def __init__(
        self,
        plan: ActionPlan,
        result: AuditResult,
        evidence: EvidenceBase,
        draws: int,
        seed: int,
    ) -> None:
        self.plan = plan
        self.evidence = evidence
        self.n = draws
        self.seed = seed
        self.unscored: dict[str, str] = {}
        self.inputs: dict[str, tuple[str, Draws]] = {}
        self.steps = [s for s in plan.steps if self._usable(s)]
        self.at = {s.id: i for i, s in enumerate(self.steps)}
        self.gaps = {g.principle: g for g in result.gaps}
        self.assumed = read_assumptions(evidence, _ASSUMED)

    def _usable(self, step: ActionStep) -> bool:
        if step.effect is None:
            self.unscored[step.id] = "it names no published effect"
        elif not step.principles:
            self.unscored[step.id] = "it answers no principle of the framework"
        else:
            parameter = self.evidence.parameter(step.effect.parameter)
            self.evidence.grade(step.effect.grade)
            if (parameter.outcome, parameter.scale) == (Outcome.BEHAVIOUR, EffectScale.SMD):
                return True
            what = (
                f"its effect on behaviour is a {parameter.scale.value}, another scale"
                if parameter.outcome is Outcome.BEHAVIOUR
                else f"its effect is on {parameter.outcome.value}, another outcome"
            )
            self.unscored[step.id] = f"{what}: it may not enter an index of behaviour"
        return False

    def _rng(self, name: str) -> np.random.Generator:
        import numpy as np  # noqa: PLC0415  (keeps import behaviour_culture light)

        return np.random.default_rng([self.seed, crc32(name.encode())])

    # -- inputs --------------------------------------------------------------------------

    def gap(self, principle: str) -> Draws:
        import numpy as np  # noqa: PLC0415

        rng = self._rng(f"gap:{principle}")
        known = self.gaps.get(principle)
        if known is None:
            return rng.random(self.n)
        error = known.size.standard_error or 0.0
        return np.clip(known.size.value + error * rng.standard_normal(self.n), 0.0, 1.0)

    def fidelity(self, step: ActionStep) -> Draws:
        mean = self.assumed["fidelity-mean"]
        for entry in self.plan.progress:
            if entry.step == step.id and entry.fidelity is not None:
                mean = entry.fidelity
        return self._beta(f"fidelity:{step.id}", mean, self.assumed["fidelity-strength"])

    def reach(self, step: ActionStep) -> Draws:
        mean = step.reach
        for entry in self.plan.progress:
            if entry.step == step.id and entry.reach is not None:
                mean = entry.reach
        return self._beta(f"reach:{step.id}", mean, self.assumed["reach-strength"])

    def _beta(self, name: str, mean: float, strength: float) -> Draws:
        import numpy as np  # noqa: PLC0415

        if mean <= 0 or mean >= 1:
            return np.full(self.n, min(1.0, max(0.0, mean)))
        return self._rng(name).beta(mean * strength, (1 - mean) * strength, self.n)

    def effect(self, step: ActionStep) -> Draws:
        """Return the effect of a step, more is better; shared draws for a shared study."""
        link = step.effect
        assert link is not None  # noqa: S101  (only usable steps get here; for the type checker)
        parameter = self.evidence.parameter(link.parameter)
        grade = self.evidence.grade(link.grade)
        study = self._shared(
            f"study:{parameter.id}", f"how large the effect of {parameter.name} really is"
        )
        setting = self._shared(
            f"setting:{parameter.id}", f"how well {parameter.name} takes in this school"
        )
        mean = parameter.mean - parameter.standard_error * study
        here = parameter.tau * setting - parameter.setting
        return -grade.discount * mean + grade.tau_factor * here

    def _shared(self, name: str, text: str) -> Draws:
        if name not in self.inputs:
            self.inputs[name] = (text, self._rng(name).standard_normal(self.n))
        return self.inputs[name][1]

    # -- the model -----------------------------------------------------------------------

    def contributions(self) -> Draws:
        """Return the points of each step in each draw, shape (n_steps, n_draws), uncapped."""
        import numpy as np  # noqa: PLC0415

        fidelity = {s.id: self.fidelity(s) for s in self.plan.steps}
        out = np.zeros((len(self.steps), self.n))
        by_principle: dict[str, list[tuple[int, Draws]]] = {}
        for i, step in enumerate(self.steps):
            strength = (
                self.effect(step)
                * self.reach(step)
                * self.worth(fidelity[step.id])
                * self._unlocked(step, fidelity)
            )
            for principle in step.principles:
                share = strength * (_POINTS / len(step.principles))
                by_principle.setdefault(principle, []).append((i, share))
        rho = self.assumed["diminishing-rho"]
        kept: list[Draws] = []
        for principle, entries in sorted(by_principle.items()):
            gap = self.gap(principle)
            name = self.gaps[principle].name if principle in self.gaps else principle
            self.inputs[f"gap:{principle}"] = (f"how large the gap in {name} really is", gap)
            kept.append(diminish(np.stack([gap * share for _, share in entries]), rho))
        # Breadth diminishes as depth does: the effects are those of whole programmes.
        sums = np.stack([rows.sum(axis=0) for rows in kept]) if kept else np.zeros((0, self.n))
        factors = breadth(sums, rho)
        for (_, entries), rows, factor in zip(
            sorted(by_principle.items()), kept, factors, strict=True
        ):
            for (i, _), row in zip(entries, rows, strict=True):
                out[i] += row * factor
        if fidelity:
            mean = np.mean([fidelity[s.id] for s in self.plan.steps], axis=0)
            self.inputs["fidelity"] = ("how fully the steps are done, on average", mean)
        return out

    def worth(self, fidelity: Draws) -> Draws:
        """Return what a fidelity leaves of a step's worth: 0 below a floor, 1 where it is full."""
        import numpy as np  # noqa: PLC0415

        floor, full = self.assumed["fidelity-floor"], self.assumed["fidelity-full"]
        return np.clip((fidelity - floor) / (full - floor), 0.0, 1.0)

    def _unlocked(self, step: ActionStep, fidelity: dict[str, Draws]) -> Draws:
        import numpy as np  # noqa: PLC0415

        low = self.assumed["unlock-minimum"]
        middle, slope = self.assumed["unlock-threshold"], self.assumed["unlock-slope"]
        unlocked = np.ones(self.n)
        for before in sorted(step.requires, key=lambda p: p.step):
            if before.step in fidelity:
                logistic = 1 / (1 + np.exp(-(fidelity[before.step] - middle) / slope))
                unlocked *= low + (1 - low) * logistic
        return unlocked


def diminish(contributions: Draws, rho: float) -> Draws:
    r"""Let the m-th largest contribution in each draw count :math:`\rho^{m-1}`.

    Parameters
    ----------
    contributions : ndarray of float64, shape (n_steps, n_draws)
        Contributions to one principle; size is by absolute value, either sign may occur.
    rho : float
        0 to 1; 1 leaves everything as it is.

    Returns
    -------
    ndarray of float64, shape (n_steps, n_draws)

    Examples
    --------
    >>> import numpy as np
    >>> diminish(np.array([[1.0], [4.0], [-2.0]]), 0.5).ravel().tolist()
    [0.25, 4.0, -1.0]
    """
    kept: Draws = contributions * breadth(contributions, rho)
    return kept


def breadth(contributions: Draws, rho: float) -> Draws:
    """Return the factor of each contribution in `diminish`, of the same shape."""
    import numpy as np  # noqa: PLC0415

    order = np.argsort(-np.abs(contributions), axis=0, kind="stable")
    factors: Draws = np.empty(order.shape)
    by_place = np.float64(rho) ** np.arange(len(order))
    np.put_along_axis(factors, order, by_place.reshape(-1, *[1] * (order.ndim - 1)), axis=0)
    return factors


def _interval(values: Draws, level: float, draws: int) -> Estimate:
    import numpy as np  # noqa: PLC0415

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


def _capped(model: _Model, contributions: Draws) -> tuple[Draws, Draws, NDArray[np.bool_]]:
    """Return contributions and total under the plan's cap, and where it bites.

    Where the plan is capped, its steps share what is left in proportion.
    """
    import numpy as np  # noqa: PLC0415

    raw = contributions.sum(axis=0)
    cap = model.assumed["plan-cap"] * _POINTS
    total = np.clip(raw, -cap, cap)
    capped = np.abs(raw) > cap
    scale = np.divide(total, raw, out=np.ones(model.n), where=capped)
    return contributions * scale, total, capped


def _to_result(  # noqa: PLR0913, PLR0917  (the parts of one answer)
    plan: ActionPlan,
    evidence: EvidenceBase,
    model: _Model,
    contributions: Draws,
    school: School | None,
    level: float,
    seed: int,
) -> ImpactResult:
    import numpy as np  # noqa: PLC0415

    n = model.n
    contributions, total, capped = _capped(model, contributions)
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
    model: _Model,
    contributions: Draws,
    school: School | None,
    level: float,
) -> list[ImpactScore]:
    import numpy as np  # noqa: PLC0415

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


def _drivers(model: _Model, total: Draws) -> Sequence[Driver]:
    """Compare the total in the high and the low tenth of each input's draws."""
    import numpy as np  # noqa: PLC0415

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
