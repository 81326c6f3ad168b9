"""Scorers of a plan's steps: a pure function of arrays each, and a thin class beside it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.fields import OneOf
from behaviour_culture.impact._given import Inputs
from behaviour_culture.impact.analysis.unlock import unlock_value
from behaviour_culture.impact.choosing.problem import staff_hours
from behaviour_culture.impact.index.score import check_scoring, draw_inputs
from behaviour_culture.impact.step_scores import DrawnScorer, StepScores, summarise
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.school import School
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import FloatArray

__all__ = [
    "BenefitPerHourScorer",
    "GapClosedScorer",
    "UnlockScorer",
    "benefit_per_hour",
    "expected_gap_closed",
]


def expected_gap_closed(
    gaps: ArrayLike, answers: ArrayLike, reach: ArrayLike, fidelity: ArrayLike
) -> FloatArray:
    r"""Return how much of the gaps each step can be expected to close, at most.

    .. math:: c_i = r_i\,h_i \sum_p a_{ip}\,g_p

    Parameters
    ----------
    gaps : array of float, shape (..., principles)
        What is missing at each principle, 0 (embedded) to 1 (absent).
    answers : array of float, shape (steps, principles)
        The share of each step's work that goes to each principle, 0 to 1.
    reach : array of float, shape (..., steps)
        Share of pupils whom the step touches, 0 to 1.
    fidelity : array of float, shape (..., steps)
        How much of the step's worth its fidelity leaves, 0 to 1.

    Returns
    -------
    ndarray of float64, shape (..., steps)
        On the scale of the ratings, 0 to 1.

    Raises
    ------
    InvalidInputError
        Numbers out of range, or lengths that differ.

    Notes
    -----
    An upper limit, and judgement: that benefit is in proportion to the room left is the
    usual logic of potential impact, and no source is known that measures it.

    Examples
    --------
    >>> expected_gap_closed([0.5, 1.0], [[1, 0], [0.5, 0.5]], [1, 1], [0.8, 0.4]).tolist()
    [0.4, 0.30000000000000004]
    """
    given = Inputs("expected_gap_closed")
    a = given.array("answers", answers, ndim=2, low=0.0, high=1.0)
    g = given.array("gaps", gaps, low=0.0, high=1.0)
    r = given.array("reach", reach, low=0.0, high=1.0)
    f = given.array("fidelity", fidelity, low=0.0, high=1.0)
    given.done()
    for name, value, size in (
        ("gaps", g, a.shape[1]),
        ("reach", r, len(a)),
        ("fidelity", f, len(a)),
    ):
        if value.shape[-1] != size:
            given.fault(name, f"expected {size} along the last axis, got {value.shape[-1]}")
    given.done()
    try:
        closed: FloatArray = r * f * (g @ a.T)
    except ValueError:
        message = f"leading axes differ: {g.shape[:-1]}, {r.shape[:-1]}, {f.shape[:-1]}"
        given.fault("gaps, reach, fidelity", message)
        given.done()
        raise
    return closed


def benefit_per_hour(benefits: ArrayLike, hours: ArrayLike) -> FloatArray:
    """Return what each step brings for an hour of staff time.

    Parameters
    ----------
    benefits : array of float, shape (..., steps)
    hours : array of float, shape (steps,)
        Staff hours, all people and weeks together, above 0: what takes no time has no such
        ratio and should come first anyway.

    Returns
    -------
    ndarray of float64, shape (..., steps)

    Raises
    ------
    InvalidInputError
        Numbers that are not finite, hours of 0 or less, or lengths that differ.

    Examples
    --------
    >>> benefit_per_hour([[2.0, 3.0]], [4.0, 2.0]).tolist()
    [[0.5, 1.5]]
    """
    given = Inputs("benefit_per_hour")
    h = given.array("hours", hours, ndim=1, above=0.0)
    b = given.array("benefits", benefits, last=len(h) or None)
    given.done()
    return np.asarray(b / h)


@frozen(kw_only=True, repr=False)
class GapClosedScorer(DrawnScorer):
    """How much of the audit's gaps each step can close: `expected_gap_closed` over draws.

    Gaps come from the audit, reach and fidelity from step, progress and evidence, each as
    uncertain as in `score_impact`. No effect of any study enters: it needs none.
    """

    @property
    def name(self) -> str:
        """What the scores are called."""
        return "expected gap closed"

    def score(self, plan: ActionPlan, result: AuditResult, /) -> StepScores:
        """Return the score of each step that answers a principle."""
        base = load_evidence() if self.evidence is None else self.evidence
        check_scoring(plan, result, self.draws, self.seed, base)
        steps = [s for s in plan.steps if s.principles]
        left = {
            s.id: "it answers no principle of the framework" for s in plan.steps if s not in steps
        }
        scores: dict[str, Estimate] = {}
        if steps:
            names, gaps, reach, worth = draw_inputs(
                plan, result, base, self.draws, self.seed, [s.id for s in steps]
            )
            answers = np.array(
                [[(p in s.principles) / len(s.principles) for p in names] for s in steps]
            )
            closed = expected_gap_closed(gaps, answers, reach, worth)
            how = f"mean and quantiles of {self.draws:,} draws"
            scores = {s.id: summarise(closed[:, i], how) for i, s in enumerate(steps)}
        return StepScores(
            method=self.name,
            unit="share of the rating scale",
            scores=scores,
            unscored=left,
            note="An upper limit: it says where there is room, not that a step works.",
        )


@frozen(kw_only=True, repr=False)
class BenefitPerHourScorer(DrawnScorer):
    """Points of the planning index for each hour of staff time.

    Attributes
    ----------
    school : School or None
        How many people hold each role; one where it is not said.
    """

    school: School | None = None

    @property
    def name(self) -> str:
        """What the scores are called."""
        return "benefit per hour"

    def score(self, plan: ActionPlan, result: AuditResult, /) -> StepScores:
        """Return the score of each step that takes staff time."""
        benefits = self._benefits(plan, result)
        hours = [sum(staff_hours(s, self.school).values()) for s in plan.steps]
        some = [i for i, h in enumerate(hours) if h > 0]
        how = f"mean and quantiles of {self.draws:,} draws"
        scores: dict[str, Estimate] = {}
        if some:
            ratio = benefit_per_hour(benefits[:, some], [hours[i] for i in some])
            scores = {
                plan.steps[i].id: summarise(ratio[:, k], how, "points an hour")
                for k, i in enumerate(some)
            }
        return StepScores(
            method=self.name,
            unit="points an hour",
            scores=scores,
            unscored={s.id: "it takes no staff time" for s in plan.steps if s.id not in scores},
            note="A planning index for each hour of staff time; small steps may come first.",
        )


@frozen(kw_only=True, repr=False)
class UnlockScorer(DrawnScorer):
    """What each step is worth to the plan, counting what it makes possible: `unlock_value`.

    Attributes
    ----------
    kind : {"shapley", "marginal"}
    """

    kind: Annotated[str, OneOf(("shapley", "marginal"))] = "shapley"

    @property
    def name(self) -> str:
        """What the scores are called."""
        return f"unlock value ({self.kind})"

    def score(self, plan: ActionPlan, result: AuditResult, /) -> StepScores:
        """Return the score of each step."""
        base = load_evidence() if self.evidence is None else self.evidence
        minimum = base.assumption("unlock-minimum").value
        benefits = self._benefits(plan, result)
        at = {s.id: i for i, s in enumerate(plan.steps)}
        requires = np.zeros((len(at), len(at)), dtype=bool)
        for step in plan.steps:
            for before in step.requires:
                if before.step in at:
                    requires[at[step.id], at[before.step]] = True
        scores: dict[str, Estimate] = {}
        if at:
            # Linear in the benefits: one matrix does for all draws.
            unit = np.eye(len(at))
            matrix = np.array(
                [unlock_value(row, requires, minimum=minimum, kind=self.kind) for row in unit]
            )
            worth = benefits @ matrix
            how = f"mean and quantiles of {self.draws:,} draws"
            scores = {key: summarise(worth[:, i], how, "points") for key, i in at.items()}
        note = (
            "The shares add up to the plan's index."
            if self.kind == "shapley"
            else "Benefits that wait for several steps are counted for each: do not add them up."
        )
        return StepScores(method=self.name, unit="points", scores=scores, note=note)
