"""The planning index, draw by draw: gap x effect x reach x fidelity, with all of it uncertain."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._arrays import FloatArray
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.impact.assumptions import read_assumptions
from behaviour_culture.model.evidence import EffectScale, EvidenceBase, Outcome
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan

__all__ = ["POINTS", "IndexModel", "breadth", "capped_index", "diminish"]

POINTS = 100.0
"""Points in a standard deviation of behaviour."""
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


class IndexModel:
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
        self.inputs: dict[str, tuple[str, FloatArray]] = {}
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
        return np.random.default_rng([self.seed, crc32(name.encode())])

    # -- inputs --------------------------------------------------------------------------

    def gap(self, principle: str) -> FloatArray:
        """Return the gap at a principle; anything from 0 to 1 where nobody assessed it."""
        rng = self._rng(f"gap:{principle}")
        known = self.gaps.get(principle)
        if known is None:
            return rng.random(self.n)
        error = known.size.standard_error or 0.0
        return np.clip(known.size.value + error * rng.standard_normal(self.n), 0.0, 1.0)

    def fidelity(self, step: ActionStep) -> FloatArray:
        """Return how fully a step is done, as reported or as assumed."""
        mean = self.assumed["fidelity-mean"]
        for entry in self.plan.progress:
            if entry.step == step.id and entry.fidelity is not None:
                mean = entry.fidelity
        return self._beta(f"fidelity:{step.id}", mean, self.assumed["fidelity-strength"])

    def reach(self, step: ActionStep) -> FloatArray:
        """Return the share whom a step touches, as reported or as the step says."""
        mean = step.reach
        for entry in self.plan.progress:
            if entry.step == step.id and entry.reach is not None:
                mean = entry.reach
        return self._beta(f"reach:{step.id}", mean, self.assumed["reach-strength"])

    def _beta(self, name: str, mean: float, strength: float) -> FloatArray:
        if mean <= 0 or mean >= 1:
            return np.full(self.n, min(1.0, max(0.0, mean)))
        return self._rng(name).beta(mean * strength, (1 - mean) * strength, self.n)

    def effect(self, step: ActionStep) -> FloatArray:
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

    def _shared(self, name: str, text: str) -> FloatArray:
        if name not in self.inputs:
            self.inputs[name] = (text, self._rng(name).standard_normal(self.n))
        return self.inputs[name][1]

    # -- the model -----------------------------------------------------------------------

    def contributions(self) -> FloatArray:
        """Return the points of each step in each draw, shape (n_steps, n_draws), uncapped."""
        fidelity = {s.id: self.fidelity(s) for s in self.plan.steps}
        out = np.zeros((len(self.steps), self.n))
        by_principle: dict[str, list[tuple[int, FloatArray]]] = {}
        for i, step in enumerate(self.steps):
            strength = (
                self.effect(step)
                * self.reach(step)
                * self.worth(fidelity[step.id])
                * self._unlocked(step, fidelity)
            )
            for principle in step.principles:
                share = strength * (POINTS / len(step.principles))
                by_principle.setdefault(principle, []).append((i, share))
        rho = self.assumed["diminishing-rho"]
        kept: list[FloatArray] = []
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

    def worth(self, fidelity: FloatArray) -> FloatArray:
        """Return what a fidelity leaves of a step's worth: 0 below a floor, 1 where it is full."""
        floor, full = self.assumed["fidelity-floor"], self.assumed["fidelity-full"]
        return np.clip((fidelity - floor) / (full - floor), 0.0, 1.0)

    def _unlocked(self, step: ActionStep, fidelity: dict[str, FloatArray]) -> FloatArray:
        low = self.assumed["unlock-minimum"]
        middle, slope = self.assumed["unlock-threshold"], self.assumed["unlock-slope"]
        unlocked = np.ones(self.n)
        for before in sorted(step.requires, key=lambda p: p.step):
            if before.step in fidelity:
                logistic = 1 / (1 + np.exp(-(fidelity[before.step] - middle) / slope))
                unlocked *= low + (1 - low) * logistic
        return unlocked


def diminish(contributions: FloatArray, rho: float) -> FloatArray:
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
    kept: FloatArray = contributions * breadth(contributions, rho)
    return kept


def breadth(contributions: FloatArray, rho: float) -> FloatArray:
    """Return the factor of each contribution in `diminish`, of the same shape."""
    order = np.argsort(-np.abs(contributions), axis=0, kind="stable")
    factors: FloatArray = np.empty(order.shape)
    by_place = np.float64(rho) ** np.arange(len(order))
    np.put_along_axis(factors, order, by_place.reshape(-1, *[1] * (order.ndim - 1)), axis=0)
    return factors


def capped_index(
    model: IndexModel, contributions: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Return contributions and total under the plan's cap, and where it bites.

    Where the plan is capped, its steps share what is left in proportion.
    """
    raw = contributions.sum(axis=0)
    cap = model.assumed["plan-cap"] * POINTS
    total = np.clip(raw, -cap, cap)
    capped = np.abs(raw) > cap
    scale = np.divide(total, raw, out=np.ones(model.n), where=capped)
    return contributions * scale, total, capped
