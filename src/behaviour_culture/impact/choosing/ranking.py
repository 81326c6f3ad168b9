"""The steps of a plan by several scorers, side by side, and how clear the order is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import rounding_of
from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, TupleOf, Value, as_whole, find, require_types
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Slug, Some, Text, Texts, Unique
from behaviour_culture.impact.analysis.acceptability import Acceptability, rank_acceptability
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.planning.scoring import scorer_faults, scorer_name, steps_scored
from behaviour_culture.statistics.estimates import estimate_of_draws
from behaviour_culture.typing import FloatArray, Progress, Scorer, Stop

__all__ = ["RankedStep", "StepRanking", "rank_steps"]

_STAGE = "scoring steps"
_BYTES = 45.0
"""Bytes that a draw of one step by one scorer takes at the most of the work (measured)."""


@frozen(kw_only=True, repr=False)
class RankedStep(Value):
    """The scores of one step: the mean and interval of each scorer's draws.

    Attributes
    ----------
    step, title : str
    scores : tuple of Estimate
        One for each scorer of the ranking, in the unit of that scorer.
    """

    step: Slug
    title: Text
    scores: Annotated[Entries[Estimate], Some()] = field(converter=TupleOf[Estimate])

    def _label(self) -> str:
        return f"{self.step}: {len(self.scores)} scores"

    def _lines(self) -> list[str]:
        return [f"{self.title}: {'; '.join(map(_said, self.scores))}"]


def _said(score: Estimate) -> str:
    return f"{score.value:.3g} ({score.lower:.3g} to {score.upper:.3g})"


@frozen(kw_only=True, repr=False)
class StepRanking(Value):
    """The steps of a plan scored by several scorers, and how often each step has each rank.

    Attributes
    ----------
    plan : str
    scorers : tuple of str
        Their names.
    steps : tuple of RankedStep
        In the order of the plan's steps.
    acceptability : Acceptability
        How often each step has each rank over all weights of the scorers and over their
        draws; its alternatives are ``steps``, its criteria ``scorers``.
    """

    plan: Slug
    scorers: Texts = field(converter=TupleOf[str])
    steps: Annotated[Entries[RankedStep], Some(), Unique("step")] = field(
        converter=TupleOf[RankedStep]
    )
    acceptability: Acceptability

    def _check(self, check: Check) -> None:
        if not check.ok():
            return
        size, many = len(self.steps), len(self.scorers)
        for i, step in enumerate(self.steps):
            if len(step.scores) != many:
                check.fault(f"steps[{i}].scores", f"expected {many}, one for each scorer")
        if self.acceptability.central_weights.shape != (size, many):
            message = f"expected {size} alternatives and {many} criteria"
            check.fault("acceptability", message)

    @property
    def order(self) -> tuple[tuple[str, ...], ...]:
        """The steps, best first, in groups of no clear order; see `Acceptability.order`."""
        return tuple(tuple(self.steps[i].step for i in group) for group in self.acceptability.order)

    def first(self, step_id: str) -> float:
        """Return the share of draws in which a step is first, over all weights of the scorers."""
        place = self.steps.index(find("ranked step", step_id, self.steps, by="step"))
        return float(self.acceptability.acceptability[place, 0])

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "group": int,
        "step": str,
        "title": str,
        "first": float,
        "scorer": str,
        "score": float,
        "lower": float,
        "upper": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step and scorer, the best steps first."""
        return [
            {
                "group": group,
                "step": step.step,
                "title": step.title,
                "first": self.first(step.step),
                "scorer": name,
                "score": score.value,
                "lower": score.lower,
                "upper": score.upper,
            }
            for group, places in enumerate(self.acceptability.order, start=1)
            for step in (self.steps[i] for i in places)
            for name, score in zip(self.scorers, step.scores, strict=True)
        ]

    def _label(self) -> str:
        return f"{self.plan}: {count_of(len(self.steps), 'step')} by {', '.join(self.scorers)}"

    def _lines(self) -> list[str]:
        lines = [
            f"{count_of(len(self.steps), 'step')} of {self.plan} by {', '.join(self.scorers)}; "
            f"{self.acceptability.draws:,} draws, brackets hold 95% of them"
        ]
        for places in self.acceptability.order:
            unclear = "; no clear order in its group" if len(places) > 1 else ""
            lines += [
                f"  {step}; first in {self.first(step.step):.0%}{unclear}"
                for step in (self.steps[i] for i in places)
            ]
        return lines


def rank_steps(  # noqa: PLR0913  (what is ranked, and who is told)
    plan: ActionPlan,
    result: AuditResult,
    scorers: Sequence[Scorer] | Mapping[str, Scorer],
    *,
    draws: int = 2_000,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> StepRanking:
    """Rank the steps of a plan by one or several scorers, and say how clear the order is.

    Parameters
    ----------
    plan : ActionPlan
        With at least one step.
    result : AuditResult
        The audit, for the scorers.
    scorers : sequence of Scorer, or mapping of str to Scorer
        Functions that score steps, such as ``impact.planning_index``, ``impact.gap_closed`` or
        one of your own; a mapping gives them names. All get the same seed, so that ours
        share the draws of their common inputs.
    draws : int
        Rows that each scorer is asked for, 1 to 10,000,000, as far as memory goes: 45 bytes each
        for every step and scorer. Ours take 100 or more.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with ("scoring steps", steps done, steps) and ("ranking", draws done, draws) once
        the scorers have answered.
    stop : callable, optional
        Asked again and again, by our scorers too: once it says True, `StoppedError` is raised,
        in under a second with up to 300,000 draws.

    Returns
    -------
    StepRanking

    Raises
    ------
    InvalidInputError
        A plan without steps or for another framework than the audit; not a scorer, or two of
        one name; options out of range; more draws than memory holds; numbers of a scorer that
        are not finite or not of the shape (draws, steps).
    StoppedError
        The ranking was stopped.

    Notes
    -----
    Scorers have units of their own. For the ranks, the numbers of each are divided by the mean
    distance between the best and the worst step of a draw (judgement), and then weighed in
    all possible ways: see `rank_acceptability`. Where no step has a mean below 0, two steps are
    compared in the draws in which one of them does good (``idle``). With one
    scorer nothing has to be weighed. With several, a step that is added can change that
    distance, and so the order of two others that lie close together.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from behaviour_culture.impact import gap_closed, planning_index, rank_steps
    >>> made = bc.run_journey("examples/illustrative_journey.toml")
    >>> ranking = rank_steps(made.plan, made.result, [planning_index, gap_closed])
    >>> ranking.scorers
    ('planning index', 'gap closed')
    """
    require_types("rank_steps", plan=(plan, ActionPlan), result=(result, AuditResult))
    draws, seed = as_whole(draws), as_seed(seed)
    check = Check("rank_steps")
    check.add(framework_faults("plan", plan, result))
    check.within("draws", draws, "draws")
    check.whole("seed", seed, 0, 2**63)
    if not plan.steps:
        check.fault("plan.steps", "there is no step to rank")
    named = _named(scorers, check)
    many, of = len(plan.steps), len(named)
    check.kept("draws", draws, _BYTES * many * of, f"draws of {many} steps by {of} scorers")
    watch = check.watch(progress, stop)
    check.done()
    faults = check.faults
    scored = {
        name: steps_scored(
            scorer,
            plan,
            result,
            draws=draws,
            seed=seed,
            path=f"scorers[{name!r}]",
            faults=faults,
            watch=watch,
        )
        for name, scorer in named.items()
    }
    check.done()
    return StepRanking(
        plan=plan.id,
        scorers=list(scored),
        steps=[
            RankedStep(
                step=step.id,
                title=step.title,
                scores=[estimate_of_draws(numbers[:, i]) for numbers in scored.values()],
            )
            for i, step in watch.over(_STAGE, enumerate(plan.steps), many)
        ],
        acceptability=rank_acceptability(
            np.stack([_scaled(n) for n in watch.over(_STAGE, scored.values(), of)], axis=2),
            draws=draws,
            seed=seed,
            # Benefits, which doing nothing has none of; costs, as numbers below 0, have no such 0.
            idle=all(bool((numbers.mean(axis=0) >= 0).all()) for numbers in scored.values()),
            progress=progress,
            stop=stop,
        ),
    )


def _named(scorers: object, check: Check) -> dict[str, Any]:
    """Return the scorers by name."""
    pairs: list[tuple[str, Any]] = []
    if isinstance(scorers, Mapping):
        pairs = [(str(name).strip(), scorer) for name, scorer in scorers.items()]
    elif isinstance(scorers, (list, tuple)):
        pairs = [(scorer_name(scorer), scorer) for scorer in scorers]
    if not pairs or not all(name for name, _ in pairs):
        given = [name for name, _ in pairs] or scorers
        message = f"expected at least one scorer, each with a name, got {shorten(given)}"
        check.fault("scorers", message)
    for name, count in Counter(name for name, _ in pairs).items():
        if count > 1:
            message = f"{count} scorers are called {name!r}: give a mapping of name to scorer"
            check.fault("scorers", message)
    for name, scorer in pairs:
        check.add(scorer_faults(f"scorers[{name!r}]", scorer))
    return dict(pairs)


def _scaled(numbers: FloatArray) -> FloatArray:
    """Divide by the mean distance between the best and the worst step of a draw."""
    distance = float(np.ptp(numbers, axis=1).mean())
    return numbers / distance if distance > rounding_of(numbers) else numbers
