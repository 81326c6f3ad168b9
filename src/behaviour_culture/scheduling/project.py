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
    "earliest",
    "earliest_start",
    "early_bound",
    "early_cost",
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
    """For each step the fewest periods that it takes."""
    before: tuple[tuple[tuple[int, int], ...], ...]
    """For each step (step that must end first, periods in between)."""
    after: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, eq=False)
    """The same from the other end: for each step (step that waits for it, periods)."""
    modes: tuple[tuple[Demand, ...], ...]
    """For each step the ways to staff it, at least one; of equal ends the first is taken."""
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
    lengths: tuple[tuple[int, ...], ...] = ()
    """For each step the periods that it takes in each of its modes; empty for its duration."""
    running: tuple[tuple[Demand, ...], ...] = ()
    """For each step and mode the units in every period after its end; empty for none."""
    due: tuple[int | None, ...] = ()
    """For each step the number of periods within which it has to end, if any; empty for none."""
    early: tuple[int, ...] = ()
    """For each step how much an early start of it counts, before the end of the last; or empty."""
    beyond: tuple[int, ...] = ()
    """For each role, the units in each period after the horizon; empty where nothing goes on."""

    def __attrs_post_init__(self) -> None:
        if not self.lengths:
            each = tuple((n,) * len(m) for n, m in zip(self.duration, self.modes, strict=True))
            object.__setattr__(self, "lengths", each)
        if not self.running:
            none: tuple[tuple[Demand, ...], ...] = tuple(((),) * len(m) for m in self.modes)
            object.__setattr__(self, "running", none)
        after: list[list[tuple[int, int]]] = [[] for _ in self.before]
        for step, pairs in enumerate(self.before):
            for before, lag in pairs:
                after[before].append((step, lag))
        object.__setattr__(self, "after", tuple(map(tuple, after)))

    def last_start(self, step: int, mode: int) -> int:
        """Return the last period in which a step can start and still end in time, or below 0."""
        due = self.due[step] if self.due else None
        end = self.horizon if due is None else min(due, self.horizon)
        return end - self.lengths[step][mode]


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
    early: int = 0
    """The weighted sum of the starts that count early."""
    early_bound: int = 0
    """No schedule of all steps has a smaller one."""

    @property
    def placed(self) -> int:
        """How many steps it has."""
        return count_placed(self.starts)

    @property
    def proven(self) -> bool:
        """True where no schedule places more steps, nor is better by the aims in their order."""
        full = self.placed >= self.most_placed and self.makespan <= self.bound
        return full and self.early <= self.early_bound


def makespan(project: Project, starts: Starts, modes: Sequence[int]) -> int:
    """Return the end of the last step that is placed, in periods."""
    rows = zip(starts, project.lengths, modes, strict=True)
    return max((s + lengths[m] for s, lengths, m in rows if s is not None), default=0)


def early_cost(project: Project, starts: Starts) -> int:
    """Return the weighted sum of the starts that count early."""
    return sum(w * s for w, s in zip(project.early, starts, strict=False) if s is not None)


def count_placed(starts: Starts) -> int:
    """Return how many steps a schedule has."""
    return len(starts) - starts.count(None)


def early_bound(project: Project) -> int:
    """Return the least weighted sum of the starts that count early, were people unlimited."""
    return sum(w * s for w, s in zip(project.early, earliest(project), strict=False))


def earliest(project: Project) -> list[int]:
    """Return the earliest start of each step by prerequisites and allowed periods."""
    found: list[int] = []
    for step, pairs in enumerate(project.before):
        start = max((found[b] + project.duration[b] + lag for b, lag in pairs), default=0)
        allowed = project.allowed[step]
        while allowed is not None and start < project.horizon and not allowed[start]:
            start += 1
        found.append(start)
    return found


def earliest_start(
    project: Project, starts: Sequence[int | None], modes: Sequence[int], step: int
) -> int | None:
    """Return the first period after all prerequisites of a step; None where one has no place."""
    earliest = 0
    for before, lag in project.before[step]:
        start = starts[before]
        if start is None:
            return None
        earliest = max(earliest, start + project.lengths[before][modes[before]] + lag)
    return earliest


def latest_start(
    project: Project, starts: Sequence[int | None], modes: Sequence[int], step: int, end: int
) -> int:
    """Return the last start with which a step ends by ``end`` and before all that wait for it."""
    for later, lag in project.after[step]:
        start = starts[later]
        if start is not None:
            end = min(end, start - lag)
    return end - project.lengths[step][modes[step]]


def lower_bound(project: Project, placed: int | None = None) -> tuple[int, int | None]:
    """Return the least periods of a schedule of so many steps, and the role that decides it.

    For all steps (``placed`` is None) it is the larger of two: the longest chain of
    prerequisites with the starts that are allowed, and the first period by which the capacity
    of a role adds up to all demands. For fewer steps, those that end soonest count, and for
    each role those that ask least of it. The role is None where the chain decides.
    """
    many = len(project.duration) if placed is None else placed
    finish = [s + n for s, n in zip(earliest(project), project.duration, strict=True)]
    best: int = max(sorted(finish)[:many], default=0)
    source: int | None = None
    for role, (capacity, asked) in enumerate(
        zip(project.capacity, least_work(project), strict=True)
    ):
        left, period = sum(sorted(asked)[: max(0, many - len(finish) + len(asked))]), 0
        while left > 0 and period < project.horizon:
            left -= capacity[period]
            period += 1
        if left > 0:
            period += 1  # more than the whole horizon holds
        if period > best:
            best, source = period, role
    return best, source


def least_work(project: Project) -> list[list[int]]:
    """Return for each role what each step asks of it at least, where it cannot do without."""
    work: list[list[int]] = [[] for _ in project.capacity]
    for lengths, modes in zip(project.lengths, project.modes, strict=True):
        ways = zip(lengths, modes, strict=True)
        n, demand = next(ways)
        least = {role: n * units for role, units in demand}
        for n, demand in ways:
            least = {role: min(least[role], n * u) for role, u in demand if role in least}
        for role, units in least.items():
            work[role].append(units)
    return work


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
    for pairs in project.before:
        found.append(max((found[b] + project.duration[b] + lag for b, lag in pairs), default=0))
    return found
