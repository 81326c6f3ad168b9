"""The fewest more hours with which the most steps of a plan fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from math import inf
from time import monotonic
from typing import NamedTuple

from attrs import evolve

from behaviour_culture._watch import Watch
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.exact import MoreUnits, least_more_units
from behaviour_culture.scheduling.problem import Problem
from behaviour_culture.scheduling.project import Project, Solution, count_placed, least_work
from behaviour_culture.scheduling.search import search

__all__ = ["MoreHours", "least_more_hours"]

_PACKET = 0.25
"""Hours of each person: nobody is asked for less than a quarter of an hour (judgement)."""
_BUDGET = 20
"""Schedules that the heuristic tries for each amount of hours where it is alone (judgement).

Before the exact engine it tries one: more took longer and the whole found no better answer, on
plans of 20 to 27 steps.
"""
_SHARE = 0.5
"""Part of a time limit for trying; the exact engine has the rest (judgement)."""


class MoreHours(NamedTuple):
    """What each person in a role needs more a week, and how many steps then fit."""

    hours: Mapping[str, float]
    """To set things up; and to keep them going, where a role has no hours for that alone."""
    running: Mapping[str, float]
    """To keep things going, of roles that have hours for that alone."""
    placed: int
    first_weeks: Mapping[str, int]
    """The week in which each step then starts."""
    proven: bool
    """Fewer hours of all people together would not do, and no more steps can fit."""


def least_more_hours(
    problem: Problem, effort: Effort, by: Mapping[int, int] | None = None
) -> MoreHours | None:
    """Find the fewest more hours of all people together with which the most steps fit.

    Parameters
    ----------
    problem : Problem
        Built with ``more_hours``.
    effort : Effort
        With a budget or a time limit. The exact engine answers where it is installed.
    by : mapping of int to int, optional
        Steps that have to start by a week; for the exact engine only.

    Returns
    -------
    MoreHours or None
        In quarters of an hour. None where nothing was found within the effort.
    """
    project, roles = problem.project, problem.roles
    people = problem.people
    packets = [round(_PACKET * scale) for scale in problem.scale]
    begun = monotonic()
    exact = find_spec("ortools") is not None
    again = None if exact else _BUDGET
    more = None if by else _by_trying(project, packets, people, effort, again)
    if effort.time_limit is not None:
        effort = effort._replace(time_limit=effort.time_limit + begun - monotonic())
    if exact:
        more = least_more_units(project, packets, people, effort, more, by) or more
    if more is None:
        return None
    hours: dict[bool, dict[str, float]] = {False: {}, True: {}}
    for pot, number in zip(roles, more.packets, strict=True):
        if number:
            hours[pot.running][pot.role] = number * _PACKET
    return MoreHours(
        hours[False],
        hours[True],
        count_placed(more.starts),
        {s.id: w for s, w in zip(problem.steps, more.starts, strict=True) if w is not None},
        more.proven,
    )


def _by_trying(
    project: Project,
    packets: Sequence[int],
    prices: Sequence[int],
    effort: Effort,
    again: int | None,
) -> MoreUnits | None:
    """Take packets away from plenty, role by role, while the heuristic finds a way.

    None where the time was not enough, since half a search would ask for far too much.
    """
    asked = [0] * len(packets)
    for modes in (*project.modes, *project.running):
        for role, units in {pair for demand in modes for pair in demand}:
            asked[role] += units
    most = [-(-units // packet) for units, packet in zip(asked, packets, strict=True)]
    deadline = inf if effort.time_limit is None else monotonic() + effort.time_limit * _SHARE

    def tried(more: list[int], wanted: int) -> Solution:
        rows = zip(project.capacity, more, packets, strict=True)
        beyond = zip(project.beyond, more, packets, strict=False)
        given = evolve(
            project,
            capacity=tuple(tuple(u and u + n * k for u in row) for row, n, k in rows),
            beyond=tuple(u and u + n * k for u, n, k in beyond),
        )
        watch = Watch(stop=effort.watch.stop)

        def searched(budget: int) -> Solution:
            return search(given, budget=budget, time_limit=None, seed=effort.seed, watch=watch)

        # The first schedule is mostly enough where the hours are, and none has to be better.
        found = searched(1)
        return searched(again) if again and found.placed < wanted else found

    best = tried(most, len(project.duration))
    wanted = best.placed
    least = _least(project, packets) if wanted == len(project.duration) else [0] * len(packets)
    for role in sorted(range(len(most)), key=lambda r: -prices[r]):
        # Most roles need no more than their work asks for: begin there, and double until it
        # is enough.
        low = guess = min(least[role], most[role])
        high = most[role]
        while low < high:
            if effort.watch.progress is not None:
                effort.watch.progress("looking for more hours", 0, 1)
            if monotonic() > deadline or effort.watch.stopped:
                return None
            most[role] = min(guess, high)
            found = tried(most, wanted)
            if found.placed >= wanted:
                high, best = most[role], found
                guess = (low + high) // 2
            else:
                low = most[role] + 1
                guess = max(2 * low, 1) if 2 * low < high else (low + high) // 2
        most[role] = high
    return MoreUnits(tuple(most), best.starts, best.modes, proven=False)


def _least(project: Project, packets: Sequence[int]) -> list[int]:
    """Return the packets of each role without which the work of all steps has no room."""
    rows = zip(project.capacity, packets, map(sum, least_work(project)), strict=True)
    return [
        max(0, -(-(need - sum(row)) // (packet * max(1, sum(map(bool, row))))))
        for row, packet, need in rows
    ]
