"""Who has room in which week: the one place where steps are placed and taken out again.

The hours of all roles are packed into one integer, so that a step is placed by a few
operations. Every period has a field for each role, and every field a guard bit above its
units. To subtract a demand from all periods at once is one subtraction; where a role has too
little, its guard bit is borrowed. Shifting and joining the borrowed bits over the length of a
step leaves the periods in which it can start, and the lowest of them is one more operation.
Hours that go on after the end of a step are taken from all later periods, and from one more
that stands for the time after the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from behaviour_culture.scheduling.project import (
    Demand,
    Modes,
    Project,
    Starts,
    earliest_start,
    latest_start,
    makespan,
)

__all__ = ["Timetable", "keeps_rules", "level_load", "pack_left"]


class _Packed:
    """A project as integers; it never changes, and copies of a timetable share it."""

    __slots__ = (
        "allowed", "bits", "first", "groups", "guard", "launch", "modes", "project", "room",
        "running", "shifts", "width",
    )  # fmt: skip

    def __init__(self, project: Project) -> None:
        self.project = project
        roles = max(1, len(project.capacity))
        rows: Sequence[Sequence[int]] = project.capacity
        if project.beyond:
            rows = [(*row, more) for row, more in zip(rows, project.beyond, strict=True)]
        units = [c for row in rows for c in row]
        units += [u for modes in project.modes for demand in modes for _, u in demand]
        units += [u for modes in project.running for demand in modes for _, u in demand]
        self.bits = bits = max(units, default=0).bit_length() + 1
        periods = range(project.horizon)
        self.width = width = roles * bits
        ones = sum(1 << (t * width) for t in range(project.horizon + bool(project.beyond)))
        self.guard = ones * sum(1 << (r * bits + bits - 1) for r in range(roles))
        self.first = (1 << (bits - 1)) * ones
        """One bit a period: the guard of its first role."""
        self.room = self.guard + sum(
            units << (t * width + r * bits)
            for r, row in enumerate(rows)
            for t, units in enumerate(row)
        )
        # The steps of a plan have many ways that differ in the people alone.
        always = cache(lambda demand: self._pack(demand) * ones)
        stretch = cache(lambda n: sum(1 << (t * width) for t in range(n)))
        joined = cache(lambda n: _doubling(n * roles, bits))
        self.launch = project.launches or (False,) * len(project.duration)
        self.modes: list[tuple[tuple[int, int], ...]] = []
        """For each step and mode: its demand in every period, and over its length from 0."""
        self.running: list[tuple[int, ...]] = []
        """For each step and mode: what goes on after its end, in every period."""
        self.shifts: list[tuple[tuple[int, ...], ...]] = []
        self.allowed: list[tuple[int, ...]] = []
        for step, (lengths, modes, allowed) in enumerate(
            zip(project.lengths, project.modes, project.allowed, strict=True)
        ):
            pairs = [(self._pack(d), stretch(n)) for d, n in zip(modes, lengths, strict=True)]
            self.modes.append(tuple((d * ones, d * some) for d, some in pairs))
            self.running.append(tuple(always(d) for d in project.running[step]))
            self.shifts.append(tuple(joined(n) for n in lengths))
            open_periods = -1
            if allowed is not None:
                open_periods = sum(1 << (t * width) for t in periods if allowed[t]) << (bits - 1)
            lasts = [project.last_start(step, mode) for mode in range(len(modes))]
            starts = [((1 << ((n + 1) * width)) - 1 if n >= 0 else 0) & self.first for n in lasts]
            self.allowed.append(tuple(some & open_periods for some in starts))
        self.groups: dict[int, int] = {}
        """For each group of periods, the bits of its periods."""
        for t, number in enumerate(project.group[: project.horizon]):
            self.groups[number] = self.groups.get(number, 0) | (1 << (t * width + bits - 1))

    def _pack(self, demand: Demand) -> int:
        return sum(units << (r * self.bits) for r, units in demand)

    def after(self, running: int, period: int) -> int:
        """Return what goes on in every period, from a period on."""
        shift = period * self.width
        return (running >> shift) << shift


def _doubling(fields: int, bits: int) -> tuple[int, ...]:
    """Return shifts that join a bit with those of the next ``fields - 1`` fields above it."""
    shifts, have = [], 1
    while have < fields:
        step = min(have, fields - have)
        shifts.append(step * bits)
        have += step
    return tuple(shifts)


class Timetable:
    """Steps placed in the periods of a project, and the room that they leave.

    Parameters
    ----------
    project : Project
    starts, modes : sequence, optional
        The steps that are placed from the beginning.
    """

    __slots__ = ("_closed", "_launches", "_packed", "_room")

    def __init__(
        self, project: Project, starts: Sequence[int | None] = (), modes: Sequence[int] = ()
    ) -> None:
        self._packed = _Packed(project)
        self._room = self._packed.room
        self._closed = 0
        """Bits of the periods in which no launch may begin any more."""
        self._launches: dict[int, int] = {}
        """For each group of periods, how many launches begin in it."""
        for step, start in enumerate(starts):
            if start is not None:
                self.place(step, modes[step], start)

    def copy(self) -> Timetable:
        """Return the same timetable, to be changed on its own."""
        other = Timetable.__new__(Timetable)
        other._packed, other._room = self._packed, self._room  # noqa: SLF001  (of this class)
        other._closed, other._launches = self._closed, dict(self._launches)  # noqa: SLF001
        return other

    def place(self, step: int, mode: int, start: int) -> None:
        """Let a step take its hours, and its launch if it is one, from a period on."""
        packed = self._packed
        self._room -= self._use(step, mode, start)
        if packed.launch[step]:
            self._count_launch(start, 1)

    def remove(self, step: int, mode: int, start: int) -> None:
        """Take a placed step out again."""
        packed = self._packed
        self._room += self._use(step, mode, start)
        if packed.launch[step]:
            self._count_launch(start, -1)

    def _use(self, step: int, mode: int, start: int) -> int:
        """Return all that a step takes if it starts in a period."""
        packed = self._packed
        use = packed.modes[step][mode][1] << (start * packed.width)
        running = packed.running[step][mode]
        if running:
            use += packed.after(running, start + packed.project.lengths[step][mode])
        return use

    def _count_launch(self, start: int, sign: int) -> None:
        project = self._packed.project
        group = project.group[start]
        self._launches[group] = count = self._launches.get(group, 0) + sign
        if count >= project.launch_limit:
            self._closed |= self._packed.groups[group]
        else:
            self._closed &= ~self._packed.groups[group]

    def first(self, step: int, mode: int, period: int) -> int:
        """Return the first period from ``period`` in which a step can start, or -1."""
        packed = self._packed
        if packed.running[step][mode]:
            period = max(period, self._first_kept(step, mode))
        shift = period * packed.width
        starts = packed.allowed[step][mode]
        if packed.launch[step]:
            starts &= ~self._closed
        starts >>= shift
        need = packed.modes[step][mode][0]
        if need and starts:
            bad = (((self._room - need) & packed.guard) ^ packed.guard) >> shift
            if bad:
                for s in packed.shifts[step][mode]:
                    bad |= bad >> s
                starts &= ~bad
        return period + ((starts & -starts).bit_length() - 1) // packed.width if starts else -1

    def last(self, step: int, mode: int, period: int) -> int:
        """Return the last period up to ``period`` in which a step can start, or -1."""
        packed = self._packed
        starts = packed.allowed[step][mode] & ((1 << ((period + 1) * packed.width)) - 1)
        if packed.running[step][mode] and starts:
            shift = self._first_kept(step, mode) * packed.width
            starts = (starts >> shift) << shift
        if packed.launch[step]:
            starts &= ~self._closed
        need = packed.modes[step][mode][0]
        if need and starts:
            bad = ((self._room - need) & packed.guard) ^ packed.guard
            if bad:
                for s in packed.shifts[step][mode]:
                    bad |= bad >> s
                starts &= ~bad
        return (starts.bit_length() - 1) // packed.width if starts else -1

    def _first_kept(self, step: int, mode: int) -> int:
        """Return the first period from which a step can start and be kept going after its end."""
        packed = self._packed
        bad = ((self._room - packed.running[step][mode]) & packed.guard) ^ packed.guard
        end = (bad.bit_length() + packed.width - 1) // packed.width
        return max(0, end - packed.project.lengths[step][mode])

    def place_first(self, step: int, period: int, modes: Sequence[int] = ()) -> tuple[int, int]:
        """Place a step from ``period`` on so that it ends as early as it can.

        Parameters
        ----------
        step, period : int
        modes : sequence of int, optional
            The ways to staff it; of equal ends the first is taken. All in their order where
            none are named.

        Returns
        -------
        (int, int)
            Its start, -1 where it has no room, and its mode.
        """
        start, chosen, end = -1, 0, 0
        lengths = self._packed.project.lengths[step]
        for mode in modes or range(len(lengths)):
            if start < 0 or period + lengths[mode] < end:
                found = self.first(step, mode, period)
                if found >= 0 and (start < 0 or found + lengths[mode] < end):
                    start, chosen, end = found, mode, found + lengths[mode]
        if start >= 0:
            self.place(step, chosen, start)
        return start, chosen

    def left(self, role: int, period: int) -> int:
        """Return the units that a role has left in a period."""
        packed = self._packed
        field = self._room >> (period * packed.width + role * packed.bits)
        return field & ((1 << (packed.bits - 1)) - 1)

    def launches_full(self, step: int, period: int) -> bool:
        """Say whether a step may not begin in a period because enough launches do."""
        packed = self._packed
        bit = period * packed.width + packed.bits - 1
        return packed.launch[step] and bool(self._closed >> bit & 1)


def level_load(project: Project, starts: Starts, modes: Modes) -> Starts:
    """Move steps later, one at a time, while that makes the use of the roles more even.

    Evenness is the sum over roles and periods of the squared share of capacity in use. The
    schedule ends no later, every move is feasible, and launches keep to their half-terms.
    """
    end, begun = makespan(project, starts, modes), list(starts)
    table = Timetable(project, starts, modes)

    def cost(step: int, week: int) -> float:
        """Return what a step adds to the sum of squared shares."""
        total = 0.0
        for role, need in project.modes[step][modes[step]]:
            for w in range(week, week + project.lengths[step][modes[step]]):
                capacity = project.capacity[role][w]
                before = capacity - table.left(role, w)
                total += ((before + need) ** 2 - before**2) / capacity**2
        return total

    moved = True
    while moved:
        moved = False
        for step in reversed(range(len(begun))):
            start, mode = begun[step], modes[step]
            if start is None:
                continue
            latest = latest_start(project, begun, modes, step, end)
            if project.early and project.early[step]:
                continue
            launch = project.launches and project.launches[step]
            table.remove(step, mode, start)
            best, least = start, cost(step, start)
            week = table.first(step, mode, start + 1)
            while 0 <= week <= latest:
                stays = not launch or project.group[week] == project.group[start]
                if stays and (more := cost(step, week)) < least - 1e-9:
                    best, least = week, more
                week = table.first(step, mode, week + 1)
            table.place(step, mode, best)
            if best != start:
                begun[step], moved = best, True
    return tuple(begun)


def keeps_rules(project: Project, starts: Starts, modes: Modes) -> bool:
    """Say whether each placed step keeps to order, allowed periods, capacities and launches."""
    table = Timetable(project)
    for step, start in enumerate(starts):
        if start is None:
            continue
        earliest = earliest_start(project, starts, modes, step)
        if earliest is None or not earliest <= start == table.first(step, modes[step], start):
            return False
        table.place(step, modes[step], start)
    return True


def pack_left(project: Project, starts: Starts, modes: Modes) -> Starts:
    """Move steps earlier, in the order of their starts, until none can start any earlier."""
    table, begun = Timetable(project, starts, modes), list(starts)
    for step in sorted(range(len(starts)), key=lambda i: (starts[i] or 0, i)):
        start = begun[step]
        if start is not None:
            table.remove(step, modes[step], start)
            earliest = earliest_start(project, begun, modes, step) or 0
            found = table.first(step, modes[step], earliest)
            begun[step] = start = found if 0 <= found < start else start
            table.place(step, modes[step], start)
    return tuple(begun)
