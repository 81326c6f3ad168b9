"""Schedules under uncertain durations: many draws at once, two policies side by side.

The *resource* policy is that of a school that plans again as it goes: at every draw the
steps are placed in the order of the schedule, each as early as people and calendar let it.
The *early-start* policy keeps the order in which each role serves the steps and never lets
a step begin before its scheduled predecessors in that order have ended; where the hours of
its roles change over the year, it does not begin before its scheduled week either. A step
that overruns into weeks with fewer hours goes on in it. Both never know a duration before it
has passed. Steps that no longer fit the calendar are not done in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.scheduling.project import Modes, Project, Starts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weeks = NDArray[np.int16]

__all__ = [
    "STAGE",
    "Run",
    "draw_durations",
    "early_start_arcs",
    "early_start_floors",
    "run_early_start",
    "run_resource_policy",
]

STAGE = "simulating durations"
_CHUNK = 512
"""Draws at a time: their profiles stay in the processor's cache."""


class Run(NamedTuple):
    """Start and end of every step in every draw, in weeks; shape (n_steps, n_draws).

    A step is done in the calendar where its end is at most ``horizon``; one that does not
    fit, and all that wait for it, end later than that.
    """

    starts: Weeks
    ends: Weeks


def draw_durations(
    estimates: Sequence[tuple[int, int, int]],
    draws: int,
    rng: np.random.Generator,
    watch: Watch = NOBODY,
) -> Weeks:
    r"""Draw whole durations from three-point estimates.

    A Beta-PERT distribution on [optimistic, pessimistic] with its mode at the likely value,
    :math:`\alpha = 1 + 4 (m - a)/(b - a)`, :math:`\beta = 1 + 4 (b - m)/(b - a)` [1]_,
    rounded to whole weeks.

    Parameters
    ----------
    estimates : sequence of (int, int, int), length n_steps
    draws : int
    rng : numpy.random.Generator
    watch : Watch
        Asked whether to stop before each step.

    Returns
    -------
    ndarray of int16, shape (n_steps, draws)

    References
    ----------
    .. [1] Malcolm, D. G. et al. (1959). Application of a technique for research and
       development program evaluation. *Operations Research* 7, 646-669.
    """
    import numpy as np  # noqa: PLC0415  (keeps import behaviour_culture light)

    out = np.empty((len(estimates), draws), dtype=np.int16)
    for row, (low, likely, high) in zip(out, estimates, strict=True):
        watch.check(STAGE, 0, draws)
        if low == high:
            row[:] = likely
            continue
        alpha = 1 + 4 * (likely - low) / (high - low)
        beta = 1 + 4 * (high - likely) / (high - low)
        row[:] = np.rint(low + (high - low) * rng.beta(alpha, beta, draws))
    return out


def run_resource_policy(
    project: Project,
    order: Sequence[int],
    modes: Modes,
    durations: Weeks,
    watch: Watch = NOBODY,
) -> Run:
    """Place all steps in one order, in every draw, as early as they can be.

    Parameters
    ----------
    project : Project
        Its own durations are not looked at.
    order : sequence of int
        Steps, each after all that it requires.
    modes : tuple of int
    durations : ndarray of int16, shape (n_steps, n_draws)
    watch : Watch
        Told the draws that are done.

    Returns
    -------
    Run
    """
    import numpy as np  # noqa: PLC0415

    size, draws = durations.shape
    starts = np.empty((size, draws), dtype=np.int16)
    ends = np.empty((size, draws), dtype=np.int16)
    for first in range(0, draws, _CHUNK):
        watch.tell(STAGE, first, draws)
        part = slice(first, min(first + _CHUNK, draws))
        run = _resource_chunk(project, order, modes, np.ascontiguousarray(durations[:, part]))
        starts[:, part], ends[:, part] = run
    return Run(starts, ends)


def _resource_chunk(project: Project, order: Sequence[int], modes: Modes, durations: Weeks) -> Run:
    import numpy as np  # noqa: PLC0415

    size, draws = durations.shape
    horizon = project.horizon
    never = horizon + 1
    week = np.arange(horizon, dtype=np.int16)[:, None]
    after = [[more] for more in project.beyond] or [[] for _ in project.capacity]
    room = [
        np.repeat(np.array([*row, *more], dtype=np.int64)[:, None], draws, axis=1)
        for row, more in zip(project.capacity, after, strict=True)
    ]
    later = np.arange(horizon + 1, dtype=np.int16)[:, None]
    starts = np.full((size, draws), never, dtype=np.int16)
    ends = np.full((size, draws), never, dtype=np.int16)
    launched = _launch_counts(project, draws)
    for step in order:
        length = durations[step]
        ready = _ready(project, step, ends, draws)
        fine = ready < never
        demand = project.modes[step][modes[step]]
        # blocked[t]: the first week from t on in which some role has too little.
        blocked = np.full((horizon + 1, draws), horizon, dtype=np.int16)
        if demand:
            short = np.zeros((horizon, draws), dtype=bool)
            for role, need in demand:
                short |= room[role][:horizon] < need
            np.copyto(blocked[:horizon], np.broadcast_to(week, short.shape), where=short)
            blocked = np.minimum.accumulate(blocked[::-1], axis=0)[::-1]
        possible = (blocked[:horizon] >= week + length) & (week >= ready)
        running = project.running[step][modes[step]]
        for role, need in running:
            few = room[role] < need
            last_few = np.where(few.any(axis=0), len(few) - 1 - few[::-1].argmax(axis=0), -1)
            possible &= week + length > last_few
        allowed = _open_weeks(project, step)
        if allowed is not None:
            possible &= np.array(allowed)[:, None]
        if launched is not None and project.launches[step]:
            possible &= launched[list(project.group)] < project.launch_limit
        start = possible.argmax(axis=0).astype(np.int16)
        placed = fine & possible.any(axis=0)
        starts[step] = np.where(placed, start, never)
        ends[step] = np.where(placed, start + length, never)
        busy = (week >= starts[step]) & (week < ends[step]) & placed
        for role, need in demand:
            room[role][:horizon] -= need * busy
        for role, need in running:
            room[role] -= need * ((later >= ends[step]) & placed)
        if launched is not None and project.launches[step]:
            groups = np.array(project.group)[np.minimum(starts[step], horizon - 1)]
            launched[groups[placed], np.flatnonzero(placed)] += 1
    return Run(starts, ends)


def _open_weeks(project: Project, step: int) -> tuple[bool, ...] | None:
    """Return the weeks in which a step may begin, its deadline included; None for all."""
    allowed, due = project.allowed[step], project.due[step] if project.due else None
    if due is None:
        return allowed
    last = due - project.duration[step]
    return tuple(w <= last and (not allowed or allowed[w]) for w in range(project.horizon))


def _launch_counts(project: Project, draws: int) -> NDArray[np.int16] | None:
    import numpy as np  # noqa: PLC0415

    if not project.launches:
        return None
    return np.zeros((max(project.group) + 1, draws), dtype=np.int16)


def _ready(project: Project, step: int, ends: Weeks, draws: int) -> Weeks:
    """Return the earliest start by prerequisites; a step that was not done is never ready."""
    import numpy as np  # noqa: PLC0415

    ready = np.zeros(draws, dtype=np.int16)
    for before, lag in project.before[step]:
        np.maximum(ready, ends[before] + np.int16(lag), out=ready)
    return ready


def early_start_arcs(
    project: Project, starts: Starts, modes: Modes
) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return for each step the steps that end before it: prerequisites and resource arcs.

    For each role, steps hand on what they free, in the order of the schedule; who hands on
    to whom is a feasible resource flow [1]_, filled greedily from the latest that ended.

    Returns
    -------
    dict of int to tuple of (step, lag)

    References
    ----------
    .. [1] Artigues, C., Michelon, P. and Reusser, S. (2003). Insertion techniques for
       static and dynamic resource-constrained project scheduling. *EJOR* 149, 249-267.
    """
    arcs = {
        step: dict(project.before[step]) for step, start in enumerate(starts) if start is not None
    }
    order = sorted(arcs, key=lambda s: (starts[s] or 0, s))
    for role, capacity in enumerate(project.capacity):
        most = max(capacity, default=0)
        holders: list[list[int]] = [[-1, most]]  # (who holds units, how many); -1: nobody yet
        for step in order:
            need = dict(project.modes[step][modes[step]]).get(role, 0)
            if not need:
                continue
            begin = starts[step] or 0
            ended = [h for h in holders if h[1] and _end(project, starts, modes, h[0]) <= begin]
            # From a step that must end first anyway, then from the latest that ended.
            ended.sort(
                key=lambda h: (h[0] not in arcs[step], -_end(project, starts, modes, h[0]), h[0])
            )
            left = need
            for holder in ended:
                taken = min(left, holder[1])
                holder[1] -= taken
                left -= taken
                if holder[0] >= 0 and taken:
                    arcs[step].setdefault(holder[0], 0)
            holders.append([step, need])
    return {step: tuple(sorted(pairs.items())) for step, pairs in arcs.items()}


def early_start_floors(project: Project, starts: Starts, modes: Modes) -> dict[int, int]:
    """Return for some steps the scheduled start, before which they do not begin.

    Arcs say who hands on hours to whom. They do not say in which weeks a role has fewer, or
    fewer left beside what it keeps going, nor
    how many launches a half-term holds. A step that asks for a role whose hours change, and
    a launch where launches are limited, therefore keep to their scheduled start.
    """
    uneven = {r for r, row in enumerate(project.capacity) if min(row) < max(row)}
    uneven |= {
        role
        for step, start in enumerate(starts)
        if start is not None
        for role, _ in project.running[step][modes[step]]
    }
    return {
        step: start
        for step, start in enumerate(starts)
        if start is not None
        and (
            (project.launches and project.launches[step])
            or any(role in uneven for role, _ in project.modes[step][modes[step]])
        )
    }


def _end(project: Project, starts: Starts, modes: Modes, step: int) -> int:
    return -1 if step < 0 else (starts[step] or 0) + project.lengths[step][modes[step]]


def run_early_start(  # noqa: PLR0913, PLR0917  (a policy, and where to put what comes of it)
    project: Project,
    starts: Starts,
    arcs: Mapping[int, Sequence[tuple[int, int]]],
    durations: Weeks,
    floors: Mapping[int, int] | None = None,
    out: Run | None = None,
) -> Run:
    """Begin each step when all its arcs let it, in every draw, and not before it is allowed.

    Parameters
    ----------
    project : Project
    starts : tuple of (int or None)
        The schedule whose order is kept.
    arcs : mapping of int to sequence of (step, lag)
        From `early_start_arcs`.
    durations : ndarray of int16, shape (n_steps, n_draws)
    floors : mapping of int to int, optional
        From `early_start_floors`: weeks before which a step does not begin.
    out : Run, optional
        Arrays of the durations' shape and type to write to: most of the time of a single
        call goes into getting fresh memory from the system.

    Returns
    -------
    Run
    """
    import numpy as np  # noqa: PLC0415

    begins, ends = out or Run(np.empty_like(durations), np.empty_like(durations))
    for step in range(len(durations)):
        if step not in arcs:
            begins[step] = ends[step] = project.horizon + 1
    scratch = np.empty(durations.shape[1], dtype=durations.dtype)
    earliest = floors or {}
    rows = list(ends)
    for step, pairs in _without_implied(starts, arcs):
        begin, floor = begins[step], earliest.get(step, 0)
        # Each pass over the draws counts: the first reads two rows at once and writes a third.
        ready = [np.add(rows[b], lag) if lag else rows[b] for b, lag in pairs]
        if len(ready) > 1:
            np.maximum(ready[0], ready[1], out=begin)
            for row in ready[2:]:
                np.maximum(begin, row, out=begin)
        elif ready:
            begin[:] = ready[0]
        else:
            begin.fill(floor)
        if floor and ready:
            np.maximum(begin, floor, out=begin)
        allowed = _open_weeks(project, step)
        if allowed is not None:
            np.minimum(begin, project.horizon, out=scratch)
            np.take(_next_allowed(allowed), scratch, out=begin, mode="clip")
        np.add(begin, durations[step], out=rows[step])
    return Run(begins, ends)


def _without_implied(
    starts: Starts, arcs: Mapping[int, Sequence[tuple[int, int]]]
) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return the steps in order, each with the arcs that no longer way implies."""
    before: dict[int, int] = {}
    kept = []
    for step in sorted(arcs, key=lambda s: (starts[s] or 0, s)):
        implied = direct = 0
        for other, _ in arcs[step]:
            implied |= before[other]
            direct |= 1 << other
        before[step] = implied | direct
        # Durations and lags are never negative, so a longer way takes at least as long.
        if implied & direct:
            kept.append((step, [(b, lag) for b, lag in arcs[step] if lag or not implied >> b & 1]))
        else:
            kept.append((step, list(arcs[step])))
    return kept


def _next_allowed(allowed: Sequence[bool]) -> Weeks:
    """Return for each week the first allowed week from it on; one more entry for never."""
    import numpy as np  # noqa: PLC0415

    horizon = len(allowed)
    found = np.full(horizon + 1, horizon + 1, dtype=np.int16)
    for week in reversed(range(horizon)):
        found[week] = week if allowed[week] else found[week + 1]
    return found
