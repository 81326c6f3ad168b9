"""The hours that the people of a school have for a plan, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil, fsum, inf

from attrs import define, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture.model.school import Capacity, Role
from behaviour_culture.model.step import ActionStep

__all__ = ["HoursLeft", "Shortage", "all_hours"]

_WEEKS = 26
"""Teaching weeks for which a plan is drafted: four half-terms (judgement)."""
_USABLE = 0.8
"""Share of the hours that a plan can fill; the rest goes to waiting for others, trips, illness,
breaks that fall badly (judgement)."""
_HALF = 0.5
"""Steps end all over the time of the plan: what they leave to keep going runs for half of it."""
_SLACK = 1e-9


@frozen
class Shortage:
    """What one role lacks for a step and what it waits for.

    ``needed`` and ``left`` are hours of all its holders over the time of the plan; with ``weekly``
    they are hours a week. Where ``role`` is None they are weeks, or with ``whole`` hours of
    everybody.
    """

    role: str | None
    needed: float
    left: float
    weekly: bool = False
    running: bool = False
    missing: bool = False
    whole: bool = False

    def words(self, title: Callable[[str], str] = str) -> str:
        """Return the shortage in words; ``title`` returns that of a role."""
        if self.whole:
            return (
                f"takes {self.needed:.0f} hours, and {self.left:.0f} are left of what a plan holds "
                "where so much is in place"
            )
        if self.role is None:
            return f"takes {self.needed:g} weeks at these hours, of which there are {self.left:g}"
        role = title(self.role)
        needed, left = _shown(self.needed), _shown(max(0.0, self.left), up=False)
        if self.missing:
            return f"needs {count_of(needed, 'hour')} of {role}, a role that the school lacks"
        week = " a week" if self.weekly or self.running else ""
        going = " to keep going" if self.running else ""
        verb = "is" if left == 1 else "are"
        asked = f"needs {count_of(needed, 'hour')}{week} of {role}{going}"
        return f"{asked}, of which {left:g} {verb} left"


def _shown(hours: float, *, up: bool = True) -> float:
    """Return hours with two decimals, rounded away from the bound so that both never look alike."""
    return (ceil(hours * 100 - _SLACK) if up else int(hours * 100 + _SLACK)) / 100


@define
class HoursLeft:
    """What is left of the hours of each role while a plan is drafted.

    Parameters
    ----------
    capacity : Capacity or None
        None has no limit.
    """

    capacity: Capacity | None
    most: float = inf
    """The hours that the plan may hold beyond what it has anyway."""
    taken: float = 0.0
    """The hours that it holds of these."""
    work: dict[str, float] = field(factory=dict)
    """Hours taken by role to set things up, of all its holders."""
    running: dict[str, float] = field(factory=dict)
    """Hours a week taken by role to keep things going, of all its holders."""
    ends: dict[str, int] = field(factory=dict)
    """Week by the end of which each step can be done, by what it waits for."""

    def take(self, steps: Iterable[ActionStep], *, always: bool = False) -> tuple[Shortage, ...]:
        """Take the hours of steps that go together, in an order that prerequisites allow.

        Parameters
        ----------
        steps : iterable of ActionStep
        always : bool
            Take them even where they do not fit.

        Returns
        -------
        tuple of Shortage
            What is lacking, in which case nothing is taken; empty if they fit.
        """
        some = list(steps)
        total = fsum(all_hours(step, self.capacity) for step in some)
        if not always and self.taken + total > self.most + _SLACK:
            return (Shortage(None, total, max(0.0, self.most - self.taken), whole=True),)
        trial = HoursLeft(
            self.capacity, work=dict(self.work), running=dict(self.running), ends=dict(self.ends)
        )
        lacking: dict[tuple[object, ...], Shortage] = {}
        for step in some:
            for short in trial._add(step, always=always):
                lacking[short.role, short.weekly, short.running, short.missing] = short
        if lacking and not always:
            return tuple(lacking.values())
        self.work, self.running, self.ends = trial.work, trial.running, trial.ends
        self.taken += total
        return ()

    def _add(self, step: ActionStep, *, always: bool) -> Sequence[Shortage]:
        """Add a step, led by the first who has the hours, and return what is lacking."""
        if self.capacity is None:
            return ()
        capacity, lacking = self.capacity, []
        for role, hours in step.running_hours.items():
            if hours > 0 and capacity.has(role):
                post = capacity.role(role)
                self.running[role] = self.running.get(role, 0.0) + hours * post.people
                limit = _running_limit(post)
                if self.running[role] > limit + _SLACK:
                    own = hours * post.people
                    lacking.append(
                        Shortage(role, own, limit - (self.running[role] - own), running=True)
                    )
        ways = [work for _, work in step.ways_to_staff(capacity.people)]
        found = [self._lacking(step, way, capacity) for way in ways]
        best = next((i for i, lacks in enumerate(found) if not lacks), 0)
        for role, hours in ways[best].items():
            self.work[role] = self.work.get(role, 0.0) + hours
        begin = max((self.ends.get(p.step, 0) + p.lag_weeks for p in step.requires), default=0)
        self.ends[step.id] = begin + _weeks_of(step, ways[best], capacity)
        lacking += found[best]
        if self.ends[step.id] > _WEEKS and not always:
            lacking.append(Shortage(None, self.ends[step.id], _WEEKS))
        return lacking

    def _lacking(
        self, step: ActionStep, way: dict[str, float], capacity: Capacity
    ) -> list[Shortage]:
        lacking = []
        for role, hours in sorted(way.items()):
            if not capacity.has(role):
                lacking.append(Shortage(role, hours, 0.0, missing=True))
                continue
            post = capacity.role(role)
            going = self.running.get(role, 0.0) if post.running_hours_per_week is None else 0.0
            weekly = post.people * post.hours_per_week - going
            if hours / step.most_weeks > weekly + _SLACK:
                lacking.append(Shortage(role, hours / step.most_weeks, weekly, weekly=True))
            left = (post.people * post.hours_per_week * _USABLE - going * _HALF) * _WEEKS
            left -= self.work.get(role, 0.0)
            if hours > left + _SLACK:
                lacking.append(Shortage(role, hours, left))
        return lacking


def all_hours(step: ActionStep, capacity: Capacity | None) -> float:
    """Return the hours that all its people give to a step."""
    return fsum((step.work() if capacity is None else step.work(capacity.people)).values())


def _running_limit(post: Role) -> float:
    """Return the hours a week that all holders of a role have to keep things going."""
    share = _USABLE if post.running_hours_per_week is None else 1.0
    return post.people * post.hours_to_keep_going * share


def _weeks_of(step: ActionStep, way: dict[str, float], capacity: Capacity) -> int:
    """Return the weeks that a step takes where its people have the hours, and no less."""
    weeks = step.weeks.likely
    for role, hours in way.items():
        if capacity.has(role):
            post = capacity.role(role)
            weeks = max(weeks, ceil(hours / (post.people * post.hours_per_week) - _SLACK))
    return min(weeks, max(step.most_weeks, step.weeks.likely))
