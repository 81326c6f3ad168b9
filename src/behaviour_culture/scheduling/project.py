"""The bare scheduling problem: whole numbers only, no names, no dates.

Steps are numbered so that every prerequisite has a smaller number than the step that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attrs import field, frozen

__all__ = [
    "Demand",
    "Modes",
    "Project",
    "Solution",
    "Starts",
    "count_placed",
    "earliest_start",
    "heads",
    "latest_start",
    "lower_bound",
    "makespan",
    "tails",
]

Starts = tuple[int | None, ...]
"""Start period of each step; None where it does not fit."""


Modes = tuple[int, ...]
"""Number of the way in which each step is staffed."""

Demand = tuple[tuple[int, int], ...]
"""(role, units a period), where more than 0."""


@frozen(kw_only=True)
class Project:
    """Steps with durations, lags and demands, over periods with capacities.

    A period is a teaching week for a school, a time unit for a published test instance.
    """

    duration: tuple[int, ...]
    before: tuple[tuple[tuple[int, int], ...], ...]
    """For each step (step that must end first, periods in between)."""
    after: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, eq=False)
    """The same from the other end: for each step (step that waits for it, periods)."""
    modes: tuple[tuple[Demand, ...], ...]
    """For each step the ways to staff it, at least one; of equal starts the first is taken."""
    capacity: tuple[tuple[int, ...], ...]
    """For each role, the units in each period."""
    allowed: tuple[tuple[bool, ...] | None, ...]
    """For each step, the periods in which it may start; None for all."""
    weight: tuple[float, ...]
    """How much an early end of each step is worth."""
    horizon: int
    """Number of periods."""
    launches: tuple[bool, ...] = ()
    """For each step whether it is a launch; empty where launches are not limited."""
    launch_limit: int = 0
    """Launches that may begin in one group of periods."""
    group: tuple[int, ...] = ()
    """For each period the number of its group: the half-term of a week."""

    def __attrs_post_init__(self) -> None:
        after: list[list[tuple[int, int]]] = [[] for _ in self.before]
        for step, pairs in enumerate(self.before):
            for before, lag in pairs:
                after[before].append((step, lag))
        object.__setattr__(self, "after", tuple(map(tuple, after)))


class Solution(NamedTuple):
    """A schedule that was found, and what is proven about it."""

    starts: Starts
    modes: Modes
    makespan: int
    bound: int
    """No schedule that places as many steps can end earlier."""
    most_placed: int
    """No schedule can place more steps."""
    tried: int = 0
    """How many schedules the heuristic built and compared."""
    solver_fault: bool = False
    """The exact engine contradicted this schedule: nothing that it said is in here."""

    @property
    def placed(self) -> int:
        """How many steps it has."""
        return count_placed(self.starts)

    @property
    def proven(self) -> bool:
        """True where no schedule can place more steps, nor these any earlier."""
        return self.placed >= self.most_placed and self.makespan <= self.bound


def makespan(project: Project, starts: Starts) -> int:
    """Return the end of the last step that is placed, in periods."""
    return max((s + project.duration[i] for i, s in enumerate(starts) if s is not None), default=0)


def count_placed(starts: Starts) -> int:
    """Return how many steps a schedule has."""
    return len(starts) - starts.count(None)


def earliest_start(project: Project, starts: Sequence[int | None], step: int) -> int | None:
    """Return the first period after all prerequisites of a step; None where one has no place."""
    earliest = 0
    for before, lag in project.before[step]:
        start = starts[before]
        if start is None:
            return None
        earliest = max(earliest, start + project.duration[before] + lag)
    return earliest


def latest_start(project: Project, starts: Sequence[int | None], step: int, end: int) -> int:
    """Return the last start with which a step ends by ``end`` and before all that wait for it."""
    for later, lag in project.after[step]:
        start = starts[later]
        if start is not None:
            end = min(end, start - lag)
    return end - project.duration[step]


def lower_bound(project: Project, placed: int | None = None) -> tuple[int, int | None]:
    """Return the least periods of a schedule of so many steps, and the role that decides it.

    For all steps (``placed`` is None) it is the larger of two: the longest chain of
    prerequisites with the starts that are allowed, and the first period by which the capacity
    of a role adds up to all demands. For fewer steps, those that end soonest count, and for
    each role those that ask least of it. The role is None where the chain decides.
    """
    many = len(project.duration) if placed is None else placed
    finish: list[int] = []
    for step, length in enumerate(project.duration):
        start = max((finish[b] + lag for b, lag in project.before[step]), default=0)
        allowed = project.allowed[step]
        if allowed is not None:
            while start < project.horizon and not allowed[start]:
                start += 1
        finish.append(start + length)
    best: int = max(sorted(finish)[:many], default=0)
    source: int | None = None
    work: list[list[int]] = [[] for _ in project.capacity]
    for length, modes in zip(project.duration, project.modes, strict=True):
        for role, asked in enumerate(work):
            asked.append(length * min(dict(demand).get(role, 0) for demand in modes))
    for role, capacity in enumerate(project.capacity):
        left, period = sum(sorted(work[role])[:many]), 0
        while left > 0 and period < project.horizon:
            left -= capacity[period]
            period += 1
        if left > 0:
            period += 1  # more than the whole horizon holds
        if period > best:
            best, source = period, role
    return best, source


def tails(project: Project) -> list[int]:
    """Return the periods from the start of each step to the end of all that wait for it."""
    found = [0] * len(project.duration)
    for step in reversed(range(len(found))):
        after = max((found[later] + lag for later, lag in project.after[step]), default=0)
        found[step] = project.duration[step] + after
    return found


def heads(project: Project) -> list[int]:
    """Return the earliest start of each step by its prerequisites alone."""
    found: list[int] = []
    for step in range(len(project.duration)):
        found.append(earliest_start(project, found, step) or 0)
    return found
