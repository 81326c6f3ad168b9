"""The heuristic: add whole bundles by their worth for their cost, then try swaps."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.impact.choosing.problem import ChoiceProblem
from behaviour_culture.impact.choosing.timing import earliest_weeks, place_steps
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["Goal", "search_choice", "upper_bound"]

_TINY = 1e-12
_BLOCK = 50_000
"""Draws whose bounds are found at a time, in a tenth of a second or so."""
_STAYS_OUT = 0.8
"""The chance that a step which is taken out may not come back in the same try (judgement)."""


class Goal(NamedTuple):
    """The objective: the mean over draws, or a lower quantile of them."""

    quantile: float | None = None

    def rank(self, draws: int) -> int:
        """Return which draw, counted from the lowest as 0, the quantile is."""
        share = self.quantile or 0.0
        return max(0, int(np.ceil(share * draws - 1e-9)) - 1)

    def of(self, totals: FloatArray) -> FloatArray:
        """Return the goal's value of totals by draw, along the last axis."""
        found: FloatArray
        if self.quantile is None:
            found = totals.mean(axis=-1)
        else:
            place = self.rank(totals.shape[-1])
            found = np.partition(totals, place, axis=-1)[..., place]
        return found


class _Search:
    """The state of one search: figures of the problem, and the best choice so far."""

    def __init__(self, problem: ChoiceProblem, goal: Goal, effort: Effort) -> None:
        limit = effort.time_limit
        self.deadline = None if limit is None else time.monotonic() + limit
        self.watch = effort.watch
        self.problem = problem
        self.goal = goal
        self.rng = np.random.default_rng(effort.seed)
        self.size = len(problem.ids)
        self.mean = problem.draws.mean(axis=0)
        self.spread = problem.draws.std(axis=0)
        # The cost of a step: each resource as a share of its limit.
        self.share = problem.demand / np.maximum(problem.limit, 1)
        self.best = np.zeros(self.size, dtype=bool)
        self.best_value = 0.0
        self.timed: dict[bytes, bool] = {}
        self.alone = _ends_in_time(problem)
        """Whether the chain of each step fits the year, were launches unlimited."""

    @property
    def spent(self) -> bool:
        """True where the time is over, or somebody wants the search to stop."""
        late = self.deadline is not None and time.monotonic() >= self.deadline
        return late or self.watch.stopped

    def tell(self, tried: int, budget: int) -> None:
        """Say how many choices have been tried."""
        if self.watch.progress is not None:
            self.watch.progress("choosing steps", tried, budget)

    def value(self, chosen: BoolArray) -> float:
        """Return the value of a choice."""
        if self.goal.quantile is None:
            return float(self.mean @ chosen)
        return float(self.goal.of(self.problem.draws[:, chosen].sum(axis=1)))

    def in_time(self, chosen: BoolArray) -> bool:
        """Say whether the steps have a place in the year."""
        if self.problem.launches is None:
            return bool(self.alone[chosen].all())
        key = np.packbits(chosen).tobytes()
        if key not in self.timed:
            self.timed[key] = place_steps(self.problem, chosen) is not None
        return self.timed[key]

    def guides(self) -> list[FloatArray]:
        """Return the worths to fill by: means, and for a quantile also those in bad draws."""
        if self.goal.quantile is None:
            return [self.mean]
        totals = self.problem.draws[:, self.best].sum(axis=1)
        worst = np.argsort(totals, kind="stable")[: self.goal.rank(len(totals)) + 1]
        tail = self.problem.draws[worst].mean(axis=0)
        return [self.mean, (self.mean + tail) / 2, tail, self.mean - self.spread]

    def fill(self, chosen: BoolArray, worth: FloatArray, power: float, banned: BoolArray) -> None:
        """Add bundles while one fits, by worth for cost, the cost raised to a power.

        When the time is over it stops after the bundle at hand: a choice that is filled in part
        keeps all limits too.
        """
        problem = self.problem
        blocked = chosen | banned | problem.needs[:, banned].any(axis=1)
        while True:
            bundles = problem.needs & ~chosen
            gain = bundles @ worth
            room = problem.limit - chosen @ problem.demand
            fits = ((bundles @ problem.demand) <= room).all(axis=1)
            open_ = fits & ~blocked & (gain > _TINY)
            if not open_.any():
                return
            takes = (bundles @ self.share).max(axis=1) if self.share.shape[1] else bundles.sum(1)
            ratio = np.where(open_, gain / np.maximum(takes, 1e-9) ** power, -np.inf)
            best = int(ratio.argmax())
            trial = chosen | bundles[best]
            if self.in_time(trial):
                chosen |= bundles[best]
                blocked |= chosen
            else:
                blocked[best] = True
            if self.spent:
                return

    def prune(self, chosen: BoolArray) -> None:
        """Take out steps that no other needs and without which the choice is worth more."""
        now = self.value(chosen)
        for i in range(self.size - 1, -1, -1):
            if self.spent:
                return
            if chosen[i] and not (self.problem.needs[:, i] & chosen).sum() > 1:
                chosen[i] = False
                without = self.value(chosen)
                if without >= now:
                    now = without
                else:
                    chosen[i] = True

    def keep(self, chosen: BoolArray) -> None:
        """Remember a choice that is better than all before."""
        self.prune(chosen)
        value = self.value(chosen)
        if value > self.best_value + _TINY * max(1.0, abs(self.best_value)):
            self.best, self.best_value = chosen.copy(), value

    def shake(self, start: BoolArray) -> tuple[BoolArray, BoolArray]:
        """Take out some steps and all that need them; the second part may not come back."""
        chosen, banned = start.copy(), np.zeros(self.size, dtype=bool)
        inside = np.flatnonzero(chosen)
        for i in self.rng.choice(inside, size=min(len(inside), int(self.rng.integers(1, 5)))):
            out = self.problem.needs[:, i] & chosen
            if out.sum() <= max(3, len(inside) // 2):
                chosen &= ~out
                banned[i] = self.rng.random() < _STAYS_OUT
        return chosen, banned


def _ends_in_time(problem: ChoiceProblem) -> BoolArray:
    """Say of each step whether its chain fits the year, were launches unlimited."""
    ends: BoolArray = np.add(earliest_weeks(problem), problem.weeks) <= problem.horizon
    return ends


def search_choice(
    problem: ChoiceProblem, goal: Goal, effort: Effort, *, start: BoolArray | None = None
) -> BoolArray:
    """Return a good choice: closed under prerequisites, within all limits.

    Parameters
    ----------
    problem : ChoiceProblem
    goal : Goal
    effort : Effort
        How many choices are built and compared at most, the seconds of wall time and the seed.
    start : ndarray of bool, shape (steps,), optional
        A choice that fits, to begin with.

    Returns
    -------
    ndarray of bool, shape (steps,)
    """
    budget = effort.budget or 0
    work = _Search(problem, goal, effort)
    nothing = np.zeros(work.size, dtype=bool)
    if start is not None:
        work.keep(start.copy())
    tried = 0
    for power in (1.0, 0.5, 0.0):
        for worth in work.guides():
            if tried >= budget or (tried and work.spent):
                return work.best
            tried += 1
            work.tell(tried, budget)
            chosen = nothing.copy()
            work.fill(chosen, worth, power, nothing)
            work.keep(chosen)
    while tried < budget and work.best.any() and not work.spent:
        tried += 1
        work.tell(tried, budget)
        chosen, banned = work.shake(work.best)
        guides = work.guides()
        worth = guides[int(work.rng.integers(len(guides)))]
        noise = work.rng.uniform(0.7, 1.3, work.size)
        power = float(work.rng.uniform(0.0, 1.2))
        work.fill(chosen, worth * noise, power, banned)
        work.fill(chosen, worth, power, nothing)
        work.keep(chosen)
    return work.best


def upper_bound(problem: ChoiceProblem, goal: Goal, watch: Watch = NOBODY) -> float:
    """Return a bound on every choice: each limit alone, steps divisible, no prerequisites.

    Steps that no choice can hold, by its limits or by the length of their chain, count nothing.
    Each limit is filled in order of worth for cost, the last step in part (Dantzig's bound of
    the knapsack); the smallest bound over the limits holds. A draw's
    bound holds in that draw, so the quantile of the bounds bounds the quantile. Once it is stopped,
    draws that are left count with all that any choice could bring in them.
    """
    draws = problem.draws.mean(axis=0, keepdims=True) if goal.quantile is None else problem.draws
    alone = np.array(
        [bool((row @ problem.demand <= problem.limit).all()) for row in problem.needs], dtype=bool
    )
    alone &= _ends_in_time(problem)
    if problem.launches == 0:
        alone &= ~(problem.needs & np.array(problem.launch, dtype=bool)).any(axis=1)
    gain = np.where(alone, np.maximum(draws, 0.0), 0.0).reshape(draws.shape)
    bounds = gain.sum(axis=1)
    for first in range(0, len(gain), _BLOCK):
        if watch.stopped:
            break
        rows = slice(first, first + _BLOCK)
        bounds[rows] = np.minimum(bounds[rows], _bounds(problem, gain[rows]))
    return max(0.0, float(goal.of(bounds)))


def _bounds(problem: ChoiceProblem, gain: FloatArray) -> FloatArray:
    """Return the least bound of each draw over all limits."""
    bounds = np.full(len(gain), np.inf)
    for r, limit in enumerate(problem.limit):
        takes = problem.demand[:, r].astype(float)
        order = np.argsort(-gain / np.maximum(takes, 1e-9), axis=1, kind="stable")
        taken = np.minimum(np.cumsum(takes[order], axis=1), float(limit))
        used = np.diff(taken, axis=1, prepend=0.0)
        wanted = takes[order]
        part = np.divide(used, wanted, out=np.ones_like(used), where=wanted > 0)
        bounds = np.minimum(bounds, (part * np.take_along_axis(gain, order, axis=1)).sum(axis=1))
    return bounds
