"""Weighted sum and TOPSIS, for comparison with other tools only; both can reverse an order.

Add or take away an alternative that nobody would choose, and two others may change places:
TOPSIS and a weighted sum of rescaled values both measure each alternative by the others.
The library shows no order of people's steps that rests on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check
from behaviour_culture.errors import suggest
from behaviour_culture.fields import NotNegative, Slug
from behaviour_culture.impact._given import Inputs
from behaviour_culture.impact.choosing.problem import staff_hours
from behaviour_culture.impact.step_scores import DrawnScorer, StepScores, summarise
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.school import School
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import FloatArray

__all__ = ["TopsisScorer", "WeightedSumScorer", "topsis", "weighted_sum"]

CRITERIA = ("benefit", "hours", "cost-gbp")
"""What steps can be compared by; the first is better when large, the others when small."""
_NOTE = (
    "For comparison only: an alternative that nobody would choose can turn the order of two others."
)


def weighted_sum(
    values: ArrayLike,
    weights: ArrayLike,
    *,
    maximise: ArrayLike | None = None,
    scale: str = "min-max",
) -> FloatArray:
    r"""Return the weighted sum of rescaled criteria, larger is better.

    The additive value model [1]_:

    .. math:: V_a = \sum_j w_j\,v_j(a)

    Parameters
    ----------
    values : array of float, shape (..., alternatives, criteria)
    weights : array of float, shape (criteria,)
        Non-negative, not all zero; they are brought to a sum of 1.
    maximise : array of bool, shape (criteria,), optional
        False where less is better; all True without it.
    scale : {"min-max", "sum"}
        ``min-max``: the worst alternative has 0, the best 1, and a criterion on which all
        are alike 0 throughout. ``sum``: shares of the criterion's sum; values must be above
        0, and where less is better the shares are those of the reciprocals.

    Returns
    -------
    ndarray of float64, shape (..., alternatives)
        0 to 1.

    Raises
    ------
    InvalidInputError
        Numbers that are not finite or out of range, weights all zero, lengths that differ.

    References
    ----------
    .. [1] Keeney, R. L. and Raiffa, H. (1993). *Decisions with Multiple Objectives*. CUP.

    Examples
    --------
    >>> weighted_sum([[1, 0], [0.5, 1], [0, 0.5]], [3, 1]).tolist()
    [0.75, 0.625, 0.125]
    """
    given = Inputs("weighted_sum")
    given.choice("scale", scale, ("min-max", "sum"))
    x, w, more = _read(given, values, weights, maximise, above=0.0 if scale == "sum" else None)
    if scale == "sum":
        x = np.where(more, x, 1.0 / x)
        return np.asarray((x / x.sum(axis=-2, keepdims=True)) @ w)
    low, high = x.min(axis=-2, keepdims=True), x.max(axis=-2, keepdims=True)
    span = np.where(high > low, high - low, 1.0)
    return np.asarray(np.where(more, (x - low) / span, (high - x) / span * (high > low)) @ w)


def topsis(
    values: ArrayLike, weights: ArrayLike, *, maximise: ArrayLike | None = None
) -> FloatArray:
    r"""Return how near each alternative is to the best of all criteria, and far from the worst.

    The similarity to the ideal [1]_, from the distances to the best and the worst:

    .. math:: C_a = d_a^- / (d_a^+ + d_a^-)

    Parameters
    ----------
    values : array of float, shape (..., alternatives, criteria)
        Each criterion is divided by the root of its sum of squares.
    weights : array of float, shape (criteria,)
        Non-negative, not all zero; they are brought to a sum of 1.
    maximise : array of bool, shape (criteria,), optional
        False where less is better; all True without it.

    Returns
    -------
    ndarray of float64, shape (..., alternatives)
        Similarity to the ideal, 0 to 1; a half for each where all are alike.

    Raises
    ------
    InvalidInputError
        Numbers that are not finite, weights all zero, lengths that differ.

    References
    ----------
    .. [1] Hwang, C.-L. and Yoon, K. (1981). *Multiple Attribute Decision Making*. Springer.

    Examples
    --------
    >>> topsis([[3.0, 4.0], [4.0, 3.0]], [1, 1]).tolist()
    [0.5, 0.5]
    """
    given = Inputs("topsis")
    x, w, more = _read(given, values, weights, maximise)
    # Divided by the largest first: squares of very large or small numbers would not do.
    top = np.abs(x).max(axis=-2, keepdims=True)
    x = np.divide(x, top, out=np.zeros_like(x), where=top > 0)
    norm = np.sqrt((x**2).sum(axis=-2, keepdims=True))
    r = np.divide(x, norm, out=np.zeros_like(x), where=norm > 0) * w
    high, low = r.max(axis=-2, keepdims=True), r.min(axis=-2, keepdims=True)
    best, worst = np.where(more, high, low), np.where(more, low, high)
    to_best = np.sqrt(((r - best) ** 2).sum(axis=-1))
    to_worst = np.sqrt(((r - worst) ** 2).sum(axis=-1))
    both = to_best + to_worst
    return np.asarray(np.divide(to_worst, both, out=np.full_like(both, 0.5), where=both > 0))


def _read(
    given: Inputs,
    values: ArrayLike,
    weights: ArrayLike,
    maximise: ArrayLike | None,
    *,
    above: float | None = None,
) -> tuple[FloatArray, FloatArray, np.ndarray]:
    w = given.array("weights", weights, ndim=1, low=0.0)
    x = given.array("values", values, last=len(w) or None, above=above)
    more = np.ones(len(w), dtype=bool)
    if maximise is not None:
        more = given.truths("maximise", maximise, last=len(w))
    if len(w) and not w.any():
        given.fault("weights", "are all zero: at least one criterion has to count")
    if x.size and x.ndim < 2:  # noqa: PLR2004
        given.fault("values", f"expected alternatives x criteria, got the shape {x.shape}")
    given.done()
    return x, w / w.max() / (w / w.max()).sum(), more


@frozen(kw_only=True, repr=False)
class _Compared(DrawnScorer):
    """What the two comparisons have in common.

    Attributes
    ----------
    weights : mapping of str to float
        How much ``benefit`` (large is better), ``hours`` and ``cost-gbp`` (small is better)
        count: non-negative, not all zero.
    school : School or None
    """

    weights: Mapping[Slug, NotNegative] = field(
        factory=lambda: {"benefit": 0.5, "hours": 0.25, "cost-gbp": 0.25}, converter=frozen_map
    )
    school: School | None = None

    def _check(self, check: Check) -> None:
        if check.ok("weights"):
            for key in self.weights:
                if key not in CRITERIA:
                    hint = suggest(key, CRITERIA)
                    message = f"no criterion {key!r}{hint}; known: {', '.join(CRITERIA)}"
                    check.fault(f"weights.{key}", message)
            if not any(self.weights.values()):
                check.fault("weights", "are all zero: at least one criterion has to count")

    def _score(
        self,
        plan: ActionPlan,
        result: AuditResult,
        name: str,
        combine: Callable[..., FloatArray],
    ) -> StepScores:
        benefits = self._benefits(plan, result)
        columns: dict[str, ArrayLike] = {
            "benefit": benefits,
            "hours": [sum(staff_hours(s, self.school).values()) for s in plan.steps],
            "cost-gbp": [(s.cost_gbp.low + s.cost_gbp.high) / 2 for s in plan.steps],
        }
        scores: dict[str, Estimate] = {}
        if plan.steps:
            values = np.stack(
                [np.broadcast_to(columns[key], benefits.shape) for key in self.weights], axis=-1
            )
            more = [key == "benefit" for key in self.weights]
            found = combine(values, list(self.weights.values()), maximise=more)
            how = f"mean and quantiles of {self.draws:,} draws"
            scores = {s.id: summarise(found[:, i], how) for i, s in enumerate(plan.steps)}
        return StepScores(method=name, unit="no unit", scores=scores, note=_NOTE)


@frozen(kw_only=True, repr=False)
class WeightedSumScorer(_Compared):
    """Steps by `weighted_sum` of benefit, hours and cost. For comparison only."""

    @property
    def name(self) -> str:
        """What the scores are called."""
        return "weighted sum"

    def score(self, plan: ActionPlan, result: AuditResult, /) -> StepScores:
        """Return the score of each step."""
        return self._score(plan, result, self.name, weighted_sum)


@frozen(kw_only=True, repr=False)
class TopsisScorer(_Compared):
    """Steps by `topsis` of benefit, hours and cost. For comparison only."""

    @property
    def name(self) -> str:
        """What the scores are called."""
        return "TOPSIS"

    def score(self, plan: ActionPlan, result: AuditResult, /) -> StepScores:
        """Return the score of each step."""
        return self._score(plan, result, self.name, topsis)
