"""The planning index, draw by draw: gap x effect x reach x fidelity, all of it uncertain."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.audit.result import AuditResult, Gap
from behaviour_culture.checks import Check, as_whole
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.impact.assumptions import read_assumptions
from behaviour_culture.impact.diminishing import diminish, diminishing_factors, share_of_one
from behaviour_culture.impact.effect import CitedEffect, cited_effects, why_no_effect
from behaviour_culture.impact.fidelity import (
    draw_share,
    fidelity_worth,
    mean_share,
    unlocked_share,
)
from behaviour_culture.impact.gap import draw_gap
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.evidence import EffectScale, EvidenceBase, Outcome
from behaviour_culture.model.school import School
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = [
    "ASSUMED",
    "POINTS",
    "STAGE",
    "IndexModel",
    "conduct_effect",
    "index_model",
    "why_not_in_index",
]

POINTS = 100.0
"""Points in a standard deviation of conduct."""
ASSUMED = (
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
STAGE = "scoring impact"
_MIN_DRAWS = 100
_BYTES = 26.0
"""Bytes that a draw of one step takes at the most of the work (measured)."""
_BLOCK = 100_000
"""Draws that are sorted at a time, in a tenth of a second or so."""


def why_not_in_index(step: ActionStep, evidence: EvidenceBase) -> str:
    """Say why a step has no index of conduct; empty where it has one.

    Raises
    ------
    InvalidInputError
        An effect that is lent beyond where it was measured.
    UnknownNameError
        An effect parameter or grade that the evidence does not have.
    """
    if conduct_effect(step, evidence) is not None:
        return ""
    parameters = [e.parameter for e in cited_effects(step, evidence)]
    if not parameters:
        return why_no_effect(step)
    scales = [p.scale.value for p in parameters if p.outcome is Outcome.CONDUCT]
    what = (
        f"its effect on conduct is a {scales[0]}, another scale"
        if scales
        else f"its effect is on {' and '.join(p.outcome.value for p in parameters)}, not on conduct"
    )
    return f"{what}: it may not enter an index of conduct"


def conduct_effect(step: ActionStep, evidence: EvidenceBase) -> CitedEffect | None:
    """Return the effect of a step on conduct, in standard deviations; None without one."""
    wanted = (Outcome.CONDUCT, EffectScale.SMD)
    cited = cited_effects(step, evidence)
    return next((e for e in cited if (e.parameter.outcome, e.parameter.scale) == wanted), None)


class IndexModel:
    """All draws of one plan, input by input."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        plan: ActionPlan,
        result: AuditResult,
        evidence: EvidenceBase,
        draws: int,
        seed: int,
        watch: Watch = NOBODY,
    ) -> None:
        self.plan = plan
        self.watch = watch
        self.evidence = evidence
        self.n = draws
        self.seed = seed
        self.inputs: dict[str, tuple[str, FloatArray]] = {}
        reasons = {s.id: why_not_in_index(s, evidence) for s in plan.steps}
        self.unscored: dict[str, str] = {key: reason for key, reason in reasons.items() if reason}
        self.steps: list[ActionStep] = [s for s in plan.steps if s.id not in self.unscored]
        self.at: dict[str, int] = {s.id: i for i, s in enumerate(self.steps)}
        self.gaps: dict[str, Gap] = {g.principle: g for g in result.gaps}
        self.assumed: dict[str, float] = read_assumptions(evidence, ASSUMED)
        principles = len(result.gaps) + len(result.not_assessed)
        self.share_of_one: float = share_of_one(self.assumed["diminishing-rho"], max(1, principles))

    def _rng(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, crc32(name.encode())])

    # -- inputs --------------------------------------------------------------------------

    def gap(self, principle: str) -> FloatArray:
        """Return the gap at a principle; anything from 0 to 1 where nobody assessed it."""
        mean, error = nan, 0.0
        if principle in self.gaps:
            size = self.gaps[principle].size
            mean, error = size.value, size.standard_error or 0.0
        self.watch.check(STAGE)
        return draw_gap(self._rng(f"gap:{principle}"), mean, error, self.n)

    def fidelity(self, step: ActionStep) -> FloatArray:
        """Return how fully a step is done, as reported or as assumed."""
        self.watch.check(STAGE)
        mean = mean_share(self.plan, step, "fidelity", self.assumed["fidelity-mean"])
        strength = self.assumed["fidelity-strength"]
        return draw_share(self._rng(f"fidelity:{step.id}"), mean, strength, self.n)

    def reach(self, step: ActionStep) -> FloatArray:
        """Return the share of pupils whom a step touches, as reported or as the step says."""
        mean = mean_share(self.plan, step, "reach", step.reach)
        strength = self.assumed["reach-strength"]
        return draw_share(self._rng(f"reach:{step.id}"), mean, strength, self.n)

    def effect(self, step: ActionStep, *, delivered: bool = False) -> FloatArray:
        """Return the effect of a step, more is better; shared draws for a shared study."""
        cited = conduct_effect(step, self.evidence)
        assert cited is not None  # noqa: S101  (only steps in the index; for type checkers)
        if delivered:
            return np.full(self.n, cited.graded.mean)
        key, name = cited.parameter.id, cited.parameter.name
        study = self._shared(f"study:{key}", f"how large the effect of {name} really is")
        setting = self._shared(f"setting:{key}", f"how well {name} takes in this school")
        return cited.graded.draw(study, setting)

    def _shared(self, name: str, text: str) -> FloatArray:
        if name not in self.inputs:
            self.inputs[name] = (text, self._rng(name).standard_normal(self.n))
        return self.inputs[name][1]

    def blocks(self) -> Iterator[slice]:
        """Yield the draws in blocks of which each is sorted in well under a second."""
        for first in range(0, self.n, _BLOCK):
            self.watch.check(STAGE)
            yield slice(first, min(first + _BLOCK, self.n))

    # -- the model -----------------------------------------------------------------------

    def contributions(self, *, delivered: bool = False) -> FloatArray:
        """Return the points of each step in each draw, shape (n_steps, n_draws), uncapped.

        Those that it delivers where every effect is its mean, if ``delivered``: what then varies
        is gap, reach, fidelity and prerequisites, and not whether work of this kind helps.
        """
        fidelity = {s.id: self.fidelity(s) for s in self.plan.steps}
        out = np.zeros((len(self.steps), self.n))
        found: dict[str, list[tuple[int, FloatArray]]] = {}
        for i, step in enumerate(self.steps):
            self.watch.check(STAGE)
            strength = (
                self.effect(step, delivered=delivered)
                * self.reach(step)
                * fidelity_worth(fidelity[step.id], self.assumed)
                * self._unlocked(step, fidelity)
            )
            strength *= POINTS * self.share_of_one
            for principle in step.principles:
                found.setdefault(principle, []).append((i, strength))
        by_principle = sorted(found.items())
        rho = self.assumed["diminishing-rho"]
        kept: list[FloatArray] = []
        for principle, entries in by_principle:
            gap = self.gap(principle)
            name = self.gaps[principle].name if principle in self.gaps else principle
            self.inputs[f"gap:{principle}"] = (f"how large the gap in {name} really is", gap)
            kept.append(self._diminished(gap, [strength for _, strength in entries]))
        # Breadth diminishes as depth does: the effects are those of whole programmes.
        sums = np.stack([rows.sum(axis=0) for rows in kept]) if kept else np.zeros((0, self.n))
        for block in self.blocks():
            sums[:, block] = diminishing_factors(sums[:, block], rho)
        for (_, entries), rows, factor in zip(by_principle, kept, sums, strict=True):
            self.watch.check(STAGE)
            for (i, _), row in zip(entries, rows, strict=True):
                out[i] += row * factor
        if fidelity:
            mean = np.mean([fidelity[s.id] for s in self.plan.steps], axis=0)
            self.inputs["fidelity"] = ("how fully the steps are done, on average", mean)
        return out

    def _diminished(self, gap: FloatArray, strengths: list[FloatArray]) -> FloatArray:
        """Return what each step adds at a principle, later ones thinned."""
        rows = np.stack([gap * strength for strength in strengths])
        for block in self.blocks():
            rows[:, block] = diminish(rows[:, block], self.assumed["diminishing-rho"])
        return rows

    def _unlocked(self, step: ActionStep, fidelity: dict[str, FloatArray]) -> FloatArray:
        unlocked = np.ones(self.n)
        for before in sorted(step.requires, key=lambda p: p.step):
            if before.step in fidelity:
                unlocked *= unlocked_share(fidelity[before.step], self.assumed)
        return unlocked

    def capped(self, contributions: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
        """Return contributions and total under the plan's cap, and the draws that it limits.

        Where the plan is capped, its steps share the cap in proportion.
        """
        self.watch.check(STAGE)
        raw = contributions.sum(axis=0)
        cap = self.assumed["plan-cap"] * POINTS
        total = np.clip(raw, -cap, cap)
        capped = np.abs(raw) > cap
        scale = np.divide(total, raw, out=np.ones(self.n), where=capped)
        return contributions * scale, total, capped


def index_model(  # noqa: PLR0913  (all that the index is made of)
    subject: str,
    plan: ActionPlan,
    result: AuditResult,
    *,
    evidence: EvidenceBase | None,
    draws: int,
    seed: Seed,
    school: School | None = None,
    level: float = 0.95,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> IndexModel:
    """Return the model of a plan, or raise for all arguments of ``subject`` that do not do.

    Raises
    ------
    InvalidInputError
        Options out of range; a plan for another framework than the audit; more draws than
        memory holds.
    UnknownNameError
        An effect parameter, grade or assumption that the evidence does not have.
    """
    check = Check(subject)
    watch = check.watch(progress, stop)
    check.value("plan", plan, ActionPlan)
    check.value("result", result, AuditResult)
    check.value("evidence", evidence, EvidenceBase | None)
    check.value("school", school, School | None)
    check.done()
    draws, seed = as_whole(draws), as_seed(seed)
    check.add(framework_faults("plan", plan, result))
    check.within("draws", draws, "draws", _MIN_DRAWS)
    check.kept("draws", draws, _BYTES * len(plan.steps), f"draws of {len(plan.steps)} steps")
    check.whole("seed", seed, 0, 2**63)
    check.share("level", level)
    check.done()
    base = load_evidence() if evidence is None else evidence
    return IndexModel(plan, result, base, draws, seed, watch)
