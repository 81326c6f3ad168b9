"""What a scorer of steps returns, and what scorers that draw have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import numpy as np
from attrs import field, frozen

from behaviour_culture._frozenmap import frozen_map
from behaviour_culture._seeds import as_seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, Value, as_whole
from behaviour_culture.fields import Count, Range, Text
from behaviour_culture.impact.index.score import draw_benefits
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import FloatArray, Scorer

__all__ = ["DrawnScorer", "PlanScorer", "StepScores", "summarise"]

_LEVEL = 0.95


@frozen(kw_only=True, repr=False)
class StepScores(Value):
    """A number with an interval for each step, larger is better; and what it cannot say.

    Attributes
    ----------
    method : str
        The scorer's name.
    unit : str
    scores : mapping of str to Estimate
    unscored : mapping of str to str
        Steps without a score, and why.
    note : str
        What to know before the scores are used.
    """

    method: Text
    unit: str
    scores: Mapping[str, Estimate] = field(converter=frozen_map)
    unscored: Mapping[str, str] = field(factory=dict, converter=frozen_map)
    note: str = ""

    def _check(self, check: Check) -> None:
        for name in ("scores", "unscored"):
            values = getattr(self, name)
            if not isinstance(values, Mapping):
                check.fault(name, "expected a mapping with the ids of steps as keys", values)
        if check.ok():
            for key, value in self.scores.items():
                if not isinstance(value, Estimate):
                    check.fault(f"scores.{key}", "expected an Estimate", value)

    @property
    def order(self) -> tuple[str, ...]:
        """The steps, best first; equal ones by id."""
        return tuple(sorted(self.scores, key=lambda k: (-self.scores[k].value, k)))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step, best first."""
        rows = []
        for rank, key in enumerate(self.order, 1):
            e = self.scores[key]
            rows.append(
                {"rank": rank, "step": key, "score": e.value, "lower": e.lower, "upper": e.upper}
            )
        return rows

    def _label(self) -> str:
        return f"{self.method}: {len(self.scores)} steps"

    def _lines(self) -> list[str]:
        unit = f", in {self.unit}" if self.unit else ""
        note = [f"  {self.note}"] if self.note else []
        return [
            f"{self.method} of {len(self.scores)} steps{unit}",
            *note,
            *(f"  {key}: {self.scores[key]}" for key in self.order),
        ]


PlanScorer: TypeAlias = Scorer[ActionPlan, AuditResult, StepScores]
"""The type of a scorer of a plan's steps: any class with a ``name`` and such a ``score``."""


def summarise(values: FloatArray, method: str, unit: str = "") -> Estimate:
    """Return mean and quantiles of draws as an estimate."""
    tail = (1 - _LEVEL) / 2
    mean = float(values.mean())
    lower, upper = (float(x) for x in np.quantile(values, [tail, 1 - tail]))
    return Estimate(
        value=mean,
        lower=min(mean, lower),
        upper=max(mean, upper),
        standard_error=float(values.std()),
        method=method,
        unit=unit,
    )


@frozen(kw_only=True, repr=False)
class DrawnScorer(Value):
    """What scorers that draw have in common: how many draws, of which evidence."""

    evidence: EvidenceBase | None = None
    draws: Annotated[int, Range(low=100, high=10_000_000)] = field(
        default=2_000, converter=as_whole
    )
    seed: Count = field(default=0, converter=as_seed)

    def _label(self) -> str:
        return f"{self.draws:,} draws"

    def _benefits(self, plan: ActionPlan, result: AuditResult) -> FloatArray:
        return draw_benefits(plan, result, evidence=self.evidence, draws=self.draws, seed=self.seed)
