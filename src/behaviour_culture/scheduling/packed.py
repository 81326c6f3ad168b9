"""A resource profile packed into one integer, so that a step is placed by a few operations.

Every period has a field for each role, and every field a guard bit above its units. To
subtract a demand from all periods at once is one subtraction; where a role has too little,
its guard bit is borrowed. Shifting and joining the borrowed bits over the length of a step
leaves the periods in which it can start, and the lowest of them is one more operation.
"""

from __future__ import annotations

from behaviour_culture.scheduling.project import Project

__all__ = ["Packed"]


class Packed:
    """A project compiled for the search; it never changes."""

    __slots__ = ("allowed", "first", "groups", "guard", "modes", "room", "shifts", "width")

    def __init__(self, project: Project) -> None:
        roles = max(1, len(project.capacity))
        units = [c for row in project.capacity for c in row]
        units += [u for modes in project.modes for demand in modes for _, u in demand]
        bits = max(units, default=0).bit_length() + 1
        periods = range(project.horizon)
        self.width = width = roles * bits
        ones = sum(1 << (t * width) for t in periods)
        self.guard = ones * sum(1 << (r * bits + bits - 1) for r in range(roles))
        self.first = (1 << (bits - 1)) * ones
        """One bit a period: the guard of its first role."""
        self.room = self.guard + sum(
            units << (t * width + r * bits)
            for r, row in enumerate(project.capacity)
            for t, units in enumerate(row)
        )
        self.modes: list[tuple[tuple[int, int], ...]] = []
        """For each step and mode: its demand in every period, and over its length from 0."""
        self.shifts: list[tuple[int, ...]] = []
        self.allowed: list[int] = []
        for length, modes, allowed in zip(
            project.duration, project.modes, project.allowed, strict=True
        ):
            stretch = sum(1 << (t * width) for t in range(length))
            packed = [sum(units << (r * bits) for r, units in demand) for demand in modes]
            self.modes.append(tuple((d * ones, d * stretch) for d in packed))
            self.shifts.append(_doubling(length * roles, bits))
            last = project.horizon - length
            starts = ((1 << ((last + 1) * width)) - 1 if last >= 0 else 0) & self.first
            if allowed is not None:
                open_periods = sum(1 << (t * width) for t in periods if allowed[t])
                starts &= open_periods << (bits - 1)
            self.allowed.append(starts)
        self.groups: dict[int, int] = {}
        """For each group of periods, the bits of its periods."""
        for t, number in enumerate(project.group[: project.horizon]):
            self.groups[number] = self.groups.get(number, 0) | (1 << (t * width + bits - 1))

    def earliest(self, room: int, step: int, need: int, period: int, closed: int) -> int:
        """Return the first period from ``period`` in which a step can start, or -1.

        ``need`` is its demand in every period, ``closed`` has the periods where it may not.
        """
        shift = period * self.width
        starts = (self.allowed[step] & ~closed) >> shift
        if need and starts:
            bad = (((room - need) & self.guard) ^ self.guard) >> shift
            if bad:
                for s in self.shifts[step]:
                    bad |= bad >> s
                starts &= ~bad
        return period + ((starts & -starts).bit_length() - 1) // self.width if starts else -1

    def latest(self, room: int, step: int, need: int, period: int, closed: int) -> int:
        """Return the last period up to ``period`` in which a step can start, or -1."""
        starts = self.allowed[step] & ~closed & ((1 << ((period + 1) * self.width)) - 1)
        if need and starts:
            bad = ((room - need) & self.guard) ^ self.guard
            if bad:
                for s in self.shifts[step]:
                    bad |= bad >> s
                starts &= ~bad
        return (starts.bit_length() - 1) // self.width if starts else -1


def _doubling(fields: int, bits: int) -> tuple[int, ...]:
    """Shifts that join a bit with those of the next ``fields - 1`` fields above it."""
    shifts, have = [], 1
    while have < fields:
        step = min(have, fields - have)
        shifts.append(step * bits)
        have += step
    return tuple(shifts)
