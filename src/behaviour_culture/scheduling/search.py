"""The built-in heuristic: a hybrid genetic algorithm over activity lists.

Every list is decoded by serial schedule generation and improved by pushing all steps to
the right and to the left again until that gains nothing (forward-backward improvement);
good lists are crossed and slightly disturbed. After Hartmann, S. (1998), "A competitive
genetic algorithm for resource-constrained project scheduling", *Naval Research Logistics*
45, 733-750, and Valls, V., Ballestin, F. and Quintanilla, S. (2008), "A hybrid genetic
algorithm for the resource-constrained project scheduling problem", *EJOR* 185, 495-508.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from math import ceil, sqrt
from typing import NamedTuple

from attrs import evolve

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.scheduling.project import (
    Modes,
    Project,
    Solution,
    Starts,
    count_placed,
    early_bound,
    latest_start,
    lower_bound,
    makespan,
    tails,
)
from behaviour_culture.scheduling.timetable import Timetable

__all__ = ["STAGE", "search"]

STAGE = "scheduling"

_LEAST, _MOST = 20, 400
_SHARE = 0.67
"""Lists kept: this times the root of the schedules that can be built (measured).

A small population settles early on one kind of schedule, a large one has no time to settle;
on PSPLIB about 25 lists were best for 1,200 schedules and about 60 for 6,000.
"""
_MUTATION = 0.03
_ROOM = 1.25
"""Periods kept beyond the end of the first schedule, as a factor (judgement)."""
_TIMED = 5
"""Lists of the first population after which the time of a schedule is known (judgement)."""
_PATIENCE = 3
"""A third of the budget without a better schedule ends the search (judgement)."""

Order = list[int]
Quality = tuple[int, int, int, float]
"""Steps that do not fit, weighted starts that count early, end of the last, weighted ends; less is
better."""


class _Member(NamedTuple):
    quality: Quality
    order: Order
    starts: Starts
    modes: Modes


class _Spent(Exception):  # noqa: N818  (a signal, not an error)
    """The budget or the time is used up."""


def search(  # noqa: PLR0913  (the limits of one search)
    project: Project,
    *,
    budget: int,
    time_limit: float | None,
    seed: int,
    cpu_limit: float | None = None,
    watch: Watch = NOBODY,
) -> Solution:
    """Search for the schedule with fewest steps left out, then the aims of `Project`, in order.

    They are the weighted starts that count early, the end of the last step, and all ends.

    Parameters
    ----------
    project : Project
    budget : int
        How many schedules to build at most; the first one is always built.
    time_limit : float or None
        Seconds of wall time after which the search stops.
    seed : int
        The same seed and budget give the same schedule; with a limit of time it need not.
    cpu_limit : float, optional
        Seconds of the processor in this thread after which the search stops.
    watch : Watch
        Told the schedules tried of the budget; the search ends once it is stopped.

    Notes
    -----
    The search also ends when a third of the budget has brought nothing better, and, after its
    first population, when all steps fit and end at the lower bound.
    """
    limits = ((time.monotonic, time_limit), (time.thread_time, cpu_limit))
    clocks = [_Clock(clock, clock(), limit) for clock, limit in limits if limit is not None]
    return _Search(project, budget, clocks, seed, watch).run()


class _Clock(NamedTuple):
    """Seconds of one kind, and how many of them the search may take."""

    now: Callable[[], float]
    begun: float
    limit: float

    @property
    def spent(self) -> float:
        return self.now() - self.begun


class _Search:
    def __init__(
        self,
        project: Project,
        budget: int,
        clocks: Sequence[_Clock],
        seed: int,
        watch: Watch,
    ) -> None:
        self.watch = watch
        self.whole = self.project = project
        self.size = len(project.duration)
        self.empty = Timetable(project)
        self.budget = budget
        self.clocks = clocks
        self.kept = _LEAST
        self.rng = random.Random(seed)  # noqa: S311  (a search, not a secret)
        self.bound = lower_bound(project)[0]
        self.early_bound = early_bound(project)
        self.tail = tails(project)
        self.pull = _pull(project) if project.early else self.tail
        self.waits_for = [{b for b, _ in pairs} for pairs in project.before]
        self.tried = 0
        self.improved_at = 0
        self.best: _Member | None = None

    # -- the search ----------------------------------------------------------------------

    def run(self) -> Solution:
        population: list[_Member] = []
        try:
            while len(population) < self.kept and self.size > 1:
                # Every other list puts first what many early steps wait for, if any count early.
                value = (self.tail, self.pull)[len(population) % 2 if self.whole.early else 0]
                order = self._sampled(value, greedy=len(population) < 1 + bool(self.whole.early))
                population.append(self._improve(order))
                if len(population) == 1:
                    self._shorten(population[0])
                if len(population) == _TIMED:
                    self.kept = self._population_size()
            while self.size > 1 and not self._at_bound():
                population = self._generation(population)
        except _Spent:
            pass
        if self.best is None:  # at most one step, or no time at all: one plain schedule
            self._decode(list(range(self.size)))
        assert self.best is not None  # noqa: S101  (for the type checker: _decode sets it)
        starts, modes = self.best.starts, self.best.modes
        bound = lower_bound(self.whole, count_placed(starts))[0]
        return Solution(
            starts,
            modes,
            makespan(self.project, starts, modes),
            bound,
            self.size,
            self.tried,
            early=self.best.quality[1],
            early_bound=self.early_bound if count_placed(starts) == self.size else 0,
        )

    def _population_size(self) -> int:
        """Return how many lists to keep, by the schedules that the limits leave room for."""
        many = float(self.budget)
        for clock in self.clocks:
            many = min(many, clock.limit * self.tried / max(clock.spent, 1e-6))
        return min(_MOST, max(_LEAST, round(_SHARE * sqrt(many))))

    def _at_bound(self) -> bool:
        best = self.best
        if best is None or best.quality[0] or best.quality[2] > self.bound:
            return False
        return not self.whole.early or best.quality[1] <= self.early_bound

    def _shorten(self, member: _Member) -> None:
        """Drop periods that no good schedule reaches: the packed integers get shorter."""
        unplaced, _, end, _ = member.quality
        horizon = ceil(end * _ROOM)
        if unplaced or horizon >= self.project.horizon or self.project.beyond:
            return
        project = self.project
        self.project = evolve(
            project,
            horizon=horizon,
            capacity=tuple(row[:horizon] for row in project.capacity),
            allowed=tuple(row if row is None else row[:horizon] for row in project.allowed),
        )
        self.empty = Timetable(self.project)

    def _generation(self, population: list[_Member]) -> list[_Member]:
        rng, count = self.rng, len(population)
        seen = {m.starts for m in population}
        children = []
        for _ in range(self.kept):
            # The better of two for the mother; the population is sorted, best first.
            mother = population[min(rng.randrange(count), rng.randrange(count))].order
            father = population[rng.randrange(count)].order
            child = self._improve(self._mutated(self._crossed(mother, father)))
            if child.starts not in seen:
                seen.add(child.starts)
                children.append(child)
        ranked = sorted([*population, *children], key=lambda m: m.quality)
        return ranked[: self.kept]

    def _sampled(self, value: list[int], *, greedy: bool) -> Order:
        """Return a list with large values first: strictly, or with chances by regret."""
        rng, after = self.rng, self.project.after
        waiting = [len(pairs) for pairs in self.project.before]
        ready = [i for i, count in enumerate(waiting) if count == 0]
        order = []
        while ready:
            if greedy:
                chosen = max(ready, key=lambda i: (value[i], -i))
            else:
                least = min(value[i] for i in ready)
                chosen = rng.choices(ready, [value[i] - least + 1 for i in ready])[0]
            ready.remove(chosen)
            order.append(chosen)
            for later, _ in after[chosen]:
                waiting[later] -= 1
                if waiting[later] == 0:
                    ready.append(later)
        return order

    def _crossed(self, mother: Order, father: Order) -> Order:
        """Keep a stretch of the mother's list, and the father's order for the others."""
        first, last = sorted((self.rng.randrange(self.size), self.rng.randrange(self.size)))
        if self.rng.random() < 0.5:  # noqa: PLR2004  (two forms, equally often)
            taken = set(mother[:first])
            middle = [i for i in father if i not in taken][: last - first]
            taken.update(middle)
            return mother[:first] + middle + [i for i in mother if i not in taken]
        before, kept = set(mother[:first]), set(mother[:last])
        return (
            [i for i in father if i in before]
            + mother[first:last]
            + [i for i in father if i not in kept]
        )

    def _mutated(self, order: Order) -> Order:
        rng, waits_for = self.rng, self.waits_for
        for k in range(self.size - 1):
            if rng.random() < _MUTATION and order[k] not in waits_for[order[k + 1]]:
                order[k], order[k + 1] = order[k + 1], order[k]
        return order

    # -- from lists to schedules ---------------------------------------------------------

    def _improve(self, order: Order) -> _Member:
        """Decode a list, then push right and left until that gains nothing."""
        member = self._decode(order)
        while True:
            pushed = self._pushed_right(member)
            again = self._decode(sorted(range(self.size), key=pushed.__getitem__))
            if again.quality[:3] >= member.quality[:3]:
                # As good and packed to the left: the better parent, even where it is no better.
                return again if again.quality[:3] == member.quality[:3] else member
            member = again

    def _decode(self, order: Order) -> _Member:
        """Place the steps in the order of a list, each as early as it can be."""
        if self.best is not None:
            self._check_spent()
        before, table = self.project.before, self.empty.copy()
        starts, ends, chosen = [-1] * self.size, [0] * self.size, [0] * self.size
        lengths = self.project.lengths
        for step in order:
            ready = 0
            for b, lag in before[step]:
                if starts[b] < 0:
                    ready = -1
                    break
                ready = max(ready, ends[b] + lag)
            if ready >= 0:
                starts[step], chosen[step] = start, mode = table.place_first(step, ready)
                ends[step] = start + lengths[step][mode]
        found: Starts = tuple(None if s < 0 else s for s in starts)
        member = _Member(self._quality(starts, ends), order, found, tuple(chosen))
        self.tried += 1
        if self.best is None or member.quality < self.best.quality:
            self.best, self.improved_at = member, self.tried
        if self.watch.progress is not None:
            self.watch.progress(STAGE, min(self.tried, self.budget), self.budget)
        return member

    def _pushed_right(self, member: _Member) -> list[int]:
        """Return the starts after placing all steps, from the last, as late as they can be."""
        project, table, modes = self.project, self.empty.copy(), member.modes
        starts, end = member.starts, makespan(project, member.starts, modes)
        late, never = list(starts), project.horizon
        ends = [
            (never if s is None else s) + lengths[m]
            for s, lengths, m in zip(starts, project.lengths, modes, strict=True)
        ]
        # Of equal ends the largest number first: a step comes after those that wait for it.
        for step in sorted(range(self.size - 1, -1, -1), key=lambda i: -ends[i]):
            start, mode = starts[step], modes[step]
            if start is not None:
                latest = latest_start(project, late, modes, step, end)
                # A half-term full of launches can leave nothing later, nor a step's own place.
                late[step] = start = max(start, table.last(step, mode, latest))
                table.place(step, mode, start)
        return [never if s is None else s for s in late]

    def _quality(self, starts: Sequence[int], ends: Sequence[int]) -> Quality:
        unplaced, end, cost = 0, 0, 0.0
        for start, last, weight in zip(starts, ends, self.project.weight, strict=True):
            if start < 0:
                unplaced += 1
            else:
                end = max(end, last)
                cost += weight * last
        early = 0
        for start, weight in zip(starts, self.project.early, strict=False):
            early += weight * start if start >= 0 else 0
        return (unplaced, early, end, cost)

    def _check_spent(self) -> None:
        if self.tried >= self.budget or self.tried - self.improved_at > max(
            2 * self.kept, self.budget // _PATIENCE
        ):
            raise _Spent
        if self.watch.stopped or any(clock.spent >= clock.limit for clock in self.clocks):
            raise _Spent


def _pull(project: Project) -> list[int]:
    """Return for each step how much the starts of it and of all that wait for it count."""
    waiting: list[set[int]] = [set() for _ in project.early]
    for step in reversed(range(len(waiting))):
        waiting[step] = {step}.union(*(waiting[later] for later, _ in project.after[step]))
    return [sum(project.early[i] for i in some) for some in waiting]
