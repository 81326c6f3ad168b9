"""Moving steps within a schedule: to the left, or to where their roles have most to spare."""

from __future__ import annotations

from behaviour_culture.scheduling.project import Modes, Project, Starts, makespan

__all__ = ["level_load", "pack_left"]


def level_load(project: Project, starts: Starts, modes: Modes) -> Starts:
    """Move steps later, one at a time, while that makes the use of the roles more even.

    Evenness is the sum over roles and periods of the squared share of capacity in use. The
    schedule ends no later, every move is feasible, and launches keep to their half-terms.
    """
    end = makespan(project, starts)
    used = [[0] * len(row) for row in project.capacity]
    begun = list(starts)
    for step, start in enumerate(starts):
        if start is not None:
            _add(project, modes, step, start, used, 1)
    moved = True
    while moved:
        moved = False
        for step in reversed(range(len(begun))):
            start = begun[step]
            if start is None:
                continue
            latest = end - project.duration[step]
            for later, lag in project.after[step]:
                next_start = begun[later]
                if next_start is not None:
                    latest = min(latest, next_start - lag - project.duration[step])
            _add(project, modes, step, start, used, -1)
            best, least = start, _cost(project, modes, step, start, used)
            for week in range(start + 1, latest + 1):
                if not _may(project, step, start, week):
                    continue
                cost = _cost(project, modes, step, week, used)
                if cost is not None and least is not None and cost < least - 1e-9:
                    best, least = week, cost
            _add(project, modes, step, best, used, 1)
            if best != start:
                begun[step], moved = best, True
    return tuple(begun)


def pack_left(project: Project, starts: Starts, modes: Modes) -> Starts:
    """Move steps earlier, in the order of their starts, until none can start any earlier."""
    used = [[0] * len(row) for row in project.capacity]
    begun, launches = list(starts), dict[int, int]()
    for step, start in enumerate(starts):
        if start is not None:
            _add(project, modes, step, start, used, 1)
            _count_launch(project, launches, step, start, 1)
    for step in sorted(range(len(starts)), key=lambda i: (starts[i] or 0, i)):
        start = begun[step]
        if start is None:
            continue
        ends = ((begun[b], project.duration[b] + lag) for b, lag in project.before[step])
        earliest = max((b + wait for b, wait in ends if b is not None), default=0)
        _add(project, modes, step, start, used, -1)
        _count_launch(project, launches, step, start, -1)
        allowed = project.allowed[step]
        launch = bool(project.launches) and project.launches[step]
        for week in range(earliest, start):
            if allowed is not None and not allowed[week]:
                continue
            if launch and launches.get(project.group[week], 0) >= project.launch_limit:
                continue
            if _cost(project, modes, step, week, used) is not None:
                start = week
                break
        begun[step] = start
        _add(project, modes, step, start, used, 1)
        _count_launch(project, launches, step, start, 1)
    return tuple(begun)


def _count_launch(
    project: Project, launches: dict[int, int], step: int, start: int, sign: int
) -> None:
    if project.launches and project.launches[step]:
        group = project.group[start]
        launches[group] = launches.get(group, 0) + sign


def _may(project: Project, step: int, start: int, week: int) -> bool:
    allowed = project.allowed[step]
    if allowed is not None and not allowed[week]:
        return False
    launch = bool(project.launches) and project.launches[step]
    return not launch or project.group[week] == project.group[start]


def _add(  # noqa: PLR0913, PLR0917  (a step, its place and a sign)
    project: Project, modes: Modes, step: int, start: int, used: list[list[int]], sign: int
) -> None:
    for role, need in project.modes[step][modes[step]]:
        for week in range(start, start + project.duration[step]):
            used[role][week] += sign * need


def _cost(
    project: Project, modes: Modes, step: int, week: int, used: list[list[int]]
) -> float | None:
    """Return what a step adds to the sum of squared shares here; None if it has no room."""
    cost = 0.0
    for role, need in project.modes[step][modes[step]]:
        for w in range(week, week + project.duration[step]):
            capacity, before = project.capacity[role][w], used[role][w]
            if before + need > capacity:
                return None
            cost += ((before + need) ** 2 - before**2) / capacity**2
    return cost
