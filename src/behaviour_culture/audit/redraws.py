"""How often a principle is among the first gaps when the raters are drawn again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from behaviour_culture._frozenmap import frozen_map
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.audit.fit import audit_faults, open_answers
from behaviour_culture.audit.gaps import builds_on
from behaviour_culture.audit.withheld import STAFF_GROUPS, pooled
from behaviour_culture.checks import Check, require_types
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.plan import Redraws
from behaviour_culture.model.scoring import Aggregation
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["redraw_gaps"]

_CHUNK = 256
_ROUNDED = 12
"""Digits to which priorities are compared, so that sums in another order are ties all the same."""


def redraw_gaps(  # noqa: PLR0913  (what is drawn, and who is told)
    audit: Audit,
    framework: Framework,
    *,
    first: int = 5,
    draws: int = 1_000,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Mapping[str, Redraws]:
    """Return how often each principle is among the first gaps in redraws of the raters.

    Parameters
    ----------
    audit : Audit
    framework : Framework
    first : int
        How many gaps count as the first.
    draws : int
        Redraws, 1 to 1,000,000,000, in the same memory.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with ("drawing raters again", redraws done, redraws).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    mapping of str to Redraws
        For each principle that was assessed. With one rater ``share`` is None: nobody can tell.

    Raises
    ------
    InvalidInputError
        The audit does not fit the framework, or its scale has no mean.
    StoppedError
        The work was stopped.

    Notes
    -----
    A bootstrap over raters (Efron, B. & Tibshirani, R. J. (1993). *An Introduction to the
    Bootstrap*. Chapman & Hall, ch. 8): as many raters as there are, drawn from them with return,
    each with all their answers; the gaps are ranked anew as `score_audit` ranks them. An item that
    none of those drawn rated keeps its own mean. It says what other raters of the same kind might
    have put first. With two or three raters it is too sure, since so few show little of how
    raters differ.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> audit = bc.read_audit("examples/illustrative_responses.csv", framework=framework)
    >>> found = redraw_gaps(audit, framework)
    >>> print(found["build-staff-transition"])
    among the first 5 in 87% of redraws of the 6 raters
    """
    require_types("redraw_gaps", audit=(audit, Audit), framework=(framework, Framework))
    check = Check(f"audit {audit.id!r}")
    audit = open_answers(audit, framework)
    check.add(audit_faults(audit, framework))
    if framework.aggregation is Aggregation.NONE:
        message = "the levels have an order and no distance: there are no gaps to rank"
        check.fault("framework.scale", message, framework.scale.id)
    check.whole("first", first, 1)
    check.within("draws", draws, "streamed_draws")
    watch = check.watch(progress, stop)
    number = as_seed(seed)
    check.whole("seed", number, 0, 2**63)
    check.done()
    audit, _ = pooled(audit, DisclosureRules().least_base, STAFF_GROUPS)
    answers = _answers(audit, framework)
    raters, principles = len(answers), _assessed(framework, answers)
    counts = np.zeros(len(principles))
    if raters > 1:
        rank = _Ranking(framework, principles, answers)
        rng = np.random.default_rng(number)
        for done in range(0, draws, _CHUNK):
            watch.tell("drawing raters again", done, draws)
            size = min(_CHUNK, draws - done)
            weights = rng.multinomial(raters, np.full(raters, 1 / raters), size).astype(float)
            counts += rank.first(weights, first)
    watch.tell("drawing raters again", draws, draws)
    return frozen_map(
        {
            key: Redraws(
                first=first, raters=raters, share=float(count / draws) if raters > 1 else None
            )
            for key, count in zip(principles, counts, strict=True)
        }
    )


def _answers(audit: Audit, framework: Framework) -> FloatArray:
    """Return the answers as shares of the scale, a row for each rater, NaN for none."""
    rated = {(r.rater, r.item): r.rating for r in audit.responses if r.rating is not None}
    rows = {rater: i for i, rater in enumerate(sorted({rater for rater, _ in rated}))}
    columns = {item.id: i for i, item in enumerate(framework.items)}
    found = np.full((len(rows), len(columns)), np.nan)
    for (rater, item), rating in rated.items():
        found[rows[rater], columns[item]] = framework.scale.fraction(rating)
    return found


def _assessed(framework: Framework, answers: FloatArray) -> list[str]:
    rated = {
        item.principle
        for item, column in zip(framework.items, answers.T, strict=True)
        if not np.isnan(column).all()
    }
    return [p.id for p in framework.principles if p.id in rated]


class _Ranking:
    """The order of the gaps as a function of the weights of raters."""

    def __init__(self, framework: Framework, principles: list[str], answers: FloatArray) -> None:
        self.there = ~np.isnan(answers)
        self.answers = np.where(self.there, answers, 0.0)
        numbers = self.there.sum(axis=0)
        self.plain = self.answers.sum(axis=0) / np.maximum(numbers, 1)
        place = {key: i for i, key in enumerate(principles)}
        share = np.zeros((len(framework.items), len(principles)))
        for i, item in enumerate(framework.items):
            if numbers[i] and item.principle in place:
                share[i, place[item.principle]] = item.weight
        self.share = share / share.sum(axis=0)
        weights = {p.id: p.weight for p in framework.principles}
        self.weights = np.array([weights[key] for key in principles])
        self.above = np.zeros((len(principles), len(principles)))
        for key, later in builds_on(framework).items():
            for other in later:
                if key in place and other in place:
                    self.above[place[other], place[key]] = 1.0
        self.by_name = np.argsort(np.argsort(principles))

    def first(self, weights: FloatArray, number: int) -> FloatArray:
        """Return in how many rows of weights each principle is among the first."""
        totals = weights @ self.there
        means = np.where(
            totals > 0, weights @ self.answers / np.where(totals > 0, totals, 1.0), self.plain
        )
        sizes = self.weights * (1 - means @ self.share)
        total = sizes.sum(axis=1, keepdims=True)
        held = sizes @ self.above / np.where(total > 0, total, 1.0)
        priority = np.round(sizes * (1 + held), _ROUNDED)
        names = np.broadcast_to(self.by_name, priority.shape)
        order = np.lexsort((names, -priority))
        counted: FloatArray = np.bincount(
            order[:, :number].ravel(), minlength=len(self.weights)
        ).astype(float)
        return counted
