"""OR-Tools as both exact engines use it: for schedules, and for choices of steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Event, Thread
from typing import Any

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.errors import MissingExtraError
from behaviour_culture.scheduling.effort import Effort

__all__ = ["STAGE", "limit_launches", "load_cp_model", "new_solver", "run_solver"]

STAGE = "proving"

_POLL = 0.05
"""Seconds between two questions whether to stop."""


def load_cp_model(purpose: str) -> Any:  # noqa: ANN401  (a module)
    """Return OR-Tools' CP-SAT, or raise `MissingExtraError`; ``purpose`` is what needs it."""
    try:
        from ortools.sat.python import cp_model  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("ortools", "exact", purpose) from None
    return cp_model


def new_solver(cp: Any, effort: Effort, seconds_a_thousand: float) -> Any:  # noqa: ANN401
    """Return a solver that keeps within an effort.

    Parameters
    ----------
    cp : module
        From `load_cp_model`.
    effort : Effort
        Its limit is in seconds of wall time. Without one its budget counts, which it then has
        to have; with one worker the same budget gives the same answer.
    seconds_a_thousand : float
        The solver's deterministic seconds for each thousand of budget.
    """
    solver = cp.CpSolver()
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed % 2**31
    # It would put a handler of its own in the place of Python's, and hide Control-C.
    solver.parameters.catch_sigint_signal = False
    if effort.time_limit is not None:
        solver.parameters.max_time_in_seconds = max(0.0, effort.time_limit)
    else:
        budget = effort.budget or 0
        solver.parameters.max_deterministic_time = seconds_a_thousand * budget / 1000
    return solver


def run_solver(solver: Any, model: Any, watch: Watch = NOBODY) -> Any:  # noqa: ANN401
    """Solve a model, and return the solver's status; an interrupt ends the search at once.

    The solver runs in a thread of its own: in this one it would answer to nothing, not even to
    Control-C, until it is done.

    Parameters
    ----------
    solver, model
        From `new_solver`, and a model of OR-Tools.
    watch : Watch
        Told and asked twenty times a second. Once it is stopped the search ends with what it
        has found; an exception of the user's function ends the search too.
    """
    found: list[Any] = []
    # Not Thread.join: before Python 3.13 an interrupt makes it take the thread for finished.
    done = Event()

    def solve() -> None:
        try:
            found.append(solver.solve(model))
        finally:
            done.set()

    Thread(target=solve, daemon=True).start()
    try:
        while not done.wait(_POLL):
            if watch.progress is not None:
                watch.progress(STAGE, 0, 1)
            if watch.stopped:
                break
    finally:
        while not done.is_set():
            solver.stop_search()  # without effect until the search has begun
            done.wait(_POLL)
    return found[0]


def limit_launches(
    cp: Any,  # noqa: ANN401
    model: Any,  # noqa: ANN401
    launches: Iterable[tuple[Any, Any]],
    half_terms: Sequence[Sequence[int]],
    limit: int,
) -> None:
    """Let no more than ``limit`` launches begin in one half-term.

    Parameters
    ----------
    cp, model
        OR-Tools' CP-SAT and a model of it.
    launches : iterable of (start, taken)
        For each launch the week in which it starts, and whether it takes place at all.
    half_terms : sequence of sequence of int
        The weeks of each half-term.
    limit : int
    """
    begin: list[list[Any]] = [[] for _ in half_terms]
    for start, taken in launches:
        inside = [model.new_bool_var("") for _ in half_terms]
        for here, weeks, some in zip(inside, half_terms, begin, strict=True):
            domain = cp.Domain.from_values(list(weeks))
            model.add_linear_expression_in_domain(start, domain).only_enforce_if(here)
            some.append(here)
        model.add(sum(inside) == taken)
    for some in begin:
        model.add(sum(some) <= limit)
