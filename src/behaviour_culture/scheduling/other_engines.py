"""Engines of the user's: asked, checked, and completed, so that our reasons hold for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from behaviour_culture.checks import Check
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, StoppedError, shorten
from behaviour_culture.planning.scoring import scorer_name
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.problem import Problem
from behaviour_culture.scheduling.project import (
    Solution,
    count_placed,
    earliest_start,
    early_bound,
    early_cost,
    lower_bound,
    makespan,
)
from behaviour_culture.scheduling.timetable import Timetable
from behaviour_culture.typing import Engine

__all__ = ["ask_engine", "engine_name"]


def engine_name(engine: str | Engine) -> str:
    """Return the name by which a schedule speaks of its engine."""
    return engine if isinstance(engine, str) else scorer_name(engine)


def ask_engine(engine: Engine, problem: Problem, effort: Effort) -> Solution:
    """Return the answer of an engine, checked; what it left out is placed where there is room.

    Raises
    ------
    InvalidInputError
        The engine failed, or its answer is none, or breaks a rule: the first step that does is
        named.
    """
    check, path = Check("schedule_plan"), f"engine {engine_name(engine)!r}"
    try:
        answer: Any = engine(problem.project, seed=effort.seed, stop=effort.watch.stop or _never)
    except StoppedError:
        raise
    except Exception as error:
        message = f"failed with {type(error).__name__}: {error}"
        raise InvalidInputError("schedule_plan", [Fault(path, message)]) from error
    return _solution(answer, problem, check, path)


def _never() -> bool:
    return False


def _solution(answer: object, problem: Problem, check: Check, path: str) -> Solution:
    project, size = problem.project, len(problem.steps)
    if not isinstance(answer, Sequence) or len(answer) != size:
        message = f"expected a place or None for each of {size} steps, got {shorten(answer)}"
        check.fault(path, message, answer, FaultCode.WRONG_SHAPE)
    check.done()
    starts: list[int | None] = [None] * size
    modes = [0] * size
    table = Timetable(project)
    given: Any = answer
    for step, place in enumerate(given):
        if place is not None:
            name = f"{path}, step {problem.steps[step].id!r}"
            if not _is_place(place, project.horizon, len(project.modes[step])):
                ways = len(project.modes[step])
                message = (
                    f"expected None or (week, way), with a week from 0 to {project.horizon - 1} "
                    f"and a way from 0 to {ways - 1}, got {shorten(place)}"
                )
                check.fault(name, message, place, FaultCode.WRONG_TYPE)
                check.done()
            start, mode = starts[step], modes[step] = place
            earliest = earliest_start(project, starts, modes, step)
            if earliest is None:
                check.fault(name, "it waits for a step that has no place")
            elif start < earliest:
                message = f"begins in week {start}, what it waits for ends before week {earliest}"
                check.fault(name, message, start, FaultCode.WRONG_ORDER)
            elif table.first(step, mode, start) != start:
                message = (
                    f"cannot begin in week {start}: its start rule, its last week, the hours of "
                    "people or the limit of launches forbid it"
                )
                check.fault(name, message, start)
            check.done()
            table.place(step, mode, start)
    for step in range(size):
        earliest = earliest_start(project, starts, modes, step) if starts[step] is None else None
        if earliest is not None:
            start, mode = table.place_first(step, earliest)
            if start >= 0:
                starts[step], modes[step] = start, mode
    found, ways_of = tuple(starts), tuple(modes)
    full = count_placed(found) == size
    return Solution(
        found,
        ways_of,
        makespan(project, found, ways_of),
        lower_bound(project, count_placed(found))[0],
        size,
        tried=1,
        early=early_cost(project, found),
        early_bound=early_bound(project) if full else 0,
    )


def _is_place(place: object, horizon: int, ways: int) -> bool:
    if not isinstance(place, tuple) or len(place) != 2:  # noqa: PLR2004  (a week and a way)
        return False
    week, way = place
    whole = type(week) is int and type(way) is int
    return whole and 0 <= week < horizon and 0 <= way < ways
