"""The exact engine: OR-Tools CP-SAT, helped by the heuristic's answer and our own bounds."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from behaviour_culture.errors import MissingExtraError
from behaviour_culture.scheduling.project import (
    Modes,
    Project,
    Starts,
    heads,
    lower_bound,
    makespan,
    tails,
)
from behaviour_culture.scheduling.search import Solution, search
from behaviour_culture.scheduling.timetable import pack_left

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

__all__ = ["Proof", "can_all_be_placed", "solve", "solve_beside_search"]

_NO_BUDGET = 10**12
_SECONDS_A_THOUSAND = 5.0
"""Deterministic seconds of the solver for each thousand of budget (judgement)."""
_SMALL = 50
"""Steps of a plan that the solver may hope to prove at any time (judgement)."""
_PROOF_SHARE, _PROOF_SECONDS = 0.15, 1.5
"""Part of the time for a proof in larger plans, and seconds at least.

Judgement: on PSPLIB nearly all that is proven in 20 seconds is proven in the first one.
"""
_ROUND_SECONDS = 1.0
"""After which neighbourhoods begin from the best schedule of both searches (measured)."""
_LEAST_SECONDS = 0.2
"""Less is not worth building a model for (judgement)."""


class Proof(NamedTuple):
    """The best schedule found and what is proven of it."""

    starts: Starts
    modes: Modes
    makespan: int
    bound: int
    """No schedule that places as many steps can end earlier."""
    most_placed: int
    """No schedule can place more steps."""


def _cp_model() -> Any:  # noqa: ANN401  (a module)
    try:
        from ortools.sat.python import cp_model  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtraError("ortools", "exact", "the exact engine") from None
    return cp_model


def solve(  # noqa: PLR0913  (the limits of one search)
    project: Project,
    found: Solution,
    *,
    budget: int,
    time_limit: float | None,
    workers: int,
    seed: int,
    neighbourhoods: bool = False,
) -> Proof:
    """Improve a schedule until it is proven the best, or the limit is met.

    Parameters
    ----------
    project : Project
    found : Solution
        A feasible schedule, such as the heuristic's: hint and upper bound.
    budget : int
        Work in deterministic seconds of the solver, 5 for each 1,000; with one worker the
        same budget gives the same answer.
    time_limit : float or None
        Seconds of wall time.
    workers : int
        Threads of the solver, from 1.
    seed : int
    neighbourhoods : bool
        Only improve, by taking parts of the schedule apart and putting them together again
        (large neighbourhood search); nothing is proven then.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    begun = time.monotonic()
    cp = _cp_model()
    size = len(found.starts)
    placed = sum(s is not None for s in found.starts)
    bound = lower_bound(project, placed)[0]
    whole = placed == size
    given = Proof(found.starts, found.modes, found.makespan, bound, size)
    if (whole and found.makespan <= bound) or (time_limit is not None and time_limit <= 0):
        return given
    solver = cp.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.use_lns_only = neighbourhoods
    # One thread takes turns between the kinds of neighbourhood.
    solver.parameters.interleave_search = neighbourhoods and workers == 1
    model = _Model(cp, project, found, bound, whole=whole)
    if time_limit is not None:
        # Loading the solver and building the model take their part of a short limit.
        left = begun + time_limit - time.monotonic()
        solver.parameters.max_time_in_seconds = max(0.0, left)
    else:
        solver.parameters.max_deterministic_time = _SECONDS_A_THOUSAND * budget / 1000
    status = solver.solve(model.model)
    least = ceil(solver.best_objective_bound - 1e-6)
    if status not in {cp.OPTIMAL, cp.FEASIBLE}:
        # The hint stands: nothing better was found, but the bound may have moved.
        better = max(bound, min(found.makespan, least)) if whole else bound
        return given._replace(bound=better)
    starts, modes = model.answer(solver)
    starts = pack_left(project, starts, modes)
    end = makespan(project, starts)
    many = sum(s is not None for s in starts)
    if (many, end) == (placed, found.makespan) and _cost(project, found.starts) <= _cost(
        project, starts
    ):
        starts, modes = found.starts, found.modes  # as good, and with more impact early
    if whole:
        proven = end if status == cp.OPTIMAL else max(bound, min(end, least))
        return Proof(starts, modes, end, proven, size)
    if status == cp.OPTIMAL:
        return Proof(starts, modes, end, end, many)
    most = max(many, size - max(0, least) // model.prize)
    return Proof(starts, modes, end, lower_bound(project, many)[0], most)


def _cost(project: Project, starts: Starts) -> float:
    """Return the weighted sum of the ends of what is placed."""
    return sum(
        weight * (start + length)
        for start, length, weight in zip(starts, project.duration, project.weight, strict=True)
        if start is not None
    )


class _Board:
    """The best schedule known to two searches that run side by side."""

    def __init__(self, found: Solution) -> None:
        self.best = found
        self._lock = Lock()

    def exchange(self, found: Solution) -> Solution:
        """Take a schedule in where it is better, and return the best one."""
        with self._lock:
            if found.rank < self.best.rank:
                self.best = found
            return self.best


def solve_beside_search(
    project: Project, found: Solution, *, time_limit: float, workers: int, seed: int
) -> Proof:
    """Let the solver work on all threads but one, while the heuristic goes on in that one.

    The solver's threads do not need the interpreter; the two stop each other and give each
    other their best schedules. The solver first tries to prove. Of a plan too large for that
    it then takes parts of the best schedule apart and puts them together again (large
    neighbourhood search), which improves schedules of a hundred steps far sooner.

    Parameters
    ----------
    project : Project
    found : Solution
        A feasible schedule.
    time_limit : float
        Seconds of wall time.
    workers : int
        Threads in all, from 2.
    seed : int

    Returns
    -------
    Proof
        The best schedule found, with the solver's bound.
    """
    until = time.monotonic() + time_limit
    _cp_model()  # loaded before the heuristic keeps the interpreter busy
    board = _Board(found)
    with ThreadPoolExecutor(max_workers=1) as pool:
        work = pool.submit(_prove_and_improve, project, board, until, workers - 1, seed)
        other = search(
            project,
            budget=_NO_BUDGET,
            time_limit=time_limit,
            seed=seed + 1,
            stop=lambda: work.done() or time.monotonic() >= until,
            exchange=board.exchange,
        )
        best = board.exchange(other)
        proof = work.result()
    left_out, end = best.rank
    if (left_out, end) >= (sum(s is None for s in proof.starts), proof.makespan):
        return proof
    # A bound on the end holds for as many steps as it was proven for.
    same = left_out == sum(s is None for s in proof.starts)
    bound = proof.bound if same else lower_bound(project, len(best.starts) - left_out)[0]
    return proof._replace(starts=best.starts, modes=best.modes, makespan=end, bound=bound)


def _prove_and_improve(
    project: Project, board: _Board, until: float, workers: int, seed: int
) -> Proof:
    """Try to prove, and, where a plan is too large for it, improve the best schedule."""

    def left() -> float:
        return until - time.monotonic()

    def work(seconds: float, *, neighbourhoods: bool) -> Proof:
        done = solve(
            project,
            board.best,
            budget=1,
            time_limit=seconds,
            workers=workers,
            seed=seed,
            neighbourhoods=neighbourhoods,
        )
        board.exchange(Solution(done.starts, done.modes, done.makespan, 0))
        return done

    seconds = left()
    if len(project.duration) > _SMALL:
        seconds = min(seconds, max(_PROOF_SECONDS, _PROOF_SHARE * seconds))
    proof = work(seconds, neighbourhoods=False)
    closed = (len(proof.starts) - proof.most_placed, proof.bound)
    while board.best.rank > closed and left() > _LEAST_SECONDS:
        seed += 1
        work(min(_ROUND_SECONDS, left()), neighbourhoods=True)
    return proof


def can_all_be_placed(project: Project, found: Solution, *, seed: int) -> bool:
    """Say whether some schedule places all steps; found is one that does not."""
    cp = _cp_model()
    solver = cp.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = _SECONDS_A_THOUSAND
    model = _Model(cp, project, found, 0, whole=False)
    for step in range(len(project.duration)):
        model.model.add(model.present[step] == 1)
    return bool(solver.solve(model.model) != cp.INFEASIBLE)


class _Model:
    """The CP-SAT model of a project: all steps, or as many as fit."""

    def __init__(
        self,
        cp: Any,  # noqa: ANN401  (a module)
        project: Project,
        found: Solution,
        bound: int,
        *,
        whole: bool,
    ) -> None:
        self.cp = cp
        self.project = project
        self.whole = whole
        self.model: cp_model.CpModel = cp.CpModel()
        self.horizon = found.makespan if whole else project.horizon
        self.prize = project.horizon + 1
        """What leaving out a step costs: more than any gain in the end."""
        self.begin: list[Any] = []
        self.present: list[Any] = []
        self.chosen: list[list[Any]] = []
        self.uses: list[list[tuple[Any, int]]] = [[] for _ in project.capacity]
        first, last = heads(project), tails(project)
        for step in range(len(project.duration)):
            self._add_step(step, first[step], last[step])
        self._add_order()
        for role, capacity in enumerate(project.capacity):
            self._add_role(role, capacity[: self.horizon])
        if project.launches:
            self._add_launches()
        self._add_goal(bound)
        self._add_hint(found)

    def _add_step(self, step: int, head: int, tail: int) -> None:
        model, project, length = self.model, self.project, self.project.duration[step]
        latest = self.horizon - (tail if self.whole else length)
        allowed = project.allowed[step]
        weeks = [w for w in range(head, latest + 1) if allowed is None or allowed[w]]
        domain = self.cp.Domain.from_values(weeks or [head])
        begin = model.new_int_var_from_domain(domain, f"start {step}")
        present = 1 if self.whole else (model.new_bool_var(f"in {step}") if weeks else 0)
        modes = project.modes[step]
        if len(modes) == 1:
            chosen = [present]
        else:
            chosen = [model.new_bool_var(f"mode {step}.{m}") for m in range(len(modes))]
            model.add(sum(chosen) == present)
        for taken, demand in zip(chosen, modes, strict=True):
            if not demand or length == 0:
                continue
            name = f"work {step}"
            if isinstance(taken, int) and taken == 1:
                interval = model.new_fixed_size_interval_var(begin, length, name)
            else:
                interval = model.new_optional_fixed_size_interval_var(begin, length, taken, name)
            for role, units in demand:
                self.uses[role].append((interval, units))
        self.begin.append(begin)
        self.present.append(present)
        self.chosen.append(chosen)

    def _add_order(self) -> None:
        for step, pairs in enumerate(self.project.before):
            for b, lag in pairs:
                end = self.begin[b] + self.project.duration[b] + lag
                order = self.model.add(self.begin[step] >= end)
                if not self.whole:
                    order.only_enforce_if(self._literal(step))
                    self.model.add_implication(self._literal(step), self._literal(b))

    def _literal(self, step: int) -> Any:  # noqa: ANN401
        present = self.present[step]
        return self.model.new_constant(present) if isinstance(present, int) else present

    def _add_role(self, role: int, capacity: tuple[int, ...]) -> None:
        most = max(capacity, default=0)
        uses = list(self.uses[role])
        if not uses:
            return
        # A week with less than the most is filled up by an interval that stands still.
        uses += [
            (self.model.new_fixed_size_interval_var(week, 1, f"less {role}.{week}"), most - units)
            for week, units in enumerate(capacity)
            if units < most
        ]
        intervals, needs = zip(*uses, strict=True)
        self.model.add_cumulative(list(intervals), list(needs), most)

    def _add_launches(self) -> None:
        project, model = self.project, self.model
        groups = sorted(set(project.group))
        begins: dict[int, list[Any]] = {g: [] for g in groups}
        for step, launch in enumerate(project.launches):
            if not launch:
                continue
            inside = []
            for g in groups:
                weeks = [w for w, number in enumerate(project.group) if number == g]
                here = model.new_bool_var(f"launch {step} in {g}")
                domain = self.cp.Domain.from_values(weeks)
                model.add_linear_expression_in_domain(self.begin[step], domain).only_enforce_if(
                    here
                )
                begins[g].append(here)
                inside.append(here)
            model.add(sum(inside) == self.present[step])
        for some in begins.values():
            model.add(sum(some) <= project.launch_limit)

    def _add_goal(self, bound: int) -> None:
        model, project = self.model, self.project
        end = model.new_int_var(bound if self.whole else 0, max(bound, self.horizon), "end")
        for step, length in enumerate(project.duration):
            last = model.add(end >= self.begin[step] + length)
            if not self.whole:
                last.only_enforce_if(self._literal(step))
        if self.whole:
            model.minimize(end)
        else:
            missing = len(project.duration) - sum(self.present)
            model.minimize(missing * self.prize + end)

    def _add_hint(self, found: Solution) -> None:
        for step, start in enumerate(found.starts):
            if start is not None:
                self.model.add_hint(self.begin[step], start)
            if not isinstance(self.present[step], int):
                self.model.add_hint(self.present[step], int(start is not None))
            if len(self.chosen[step]) > 1:
                for number, taken in enumerate(self.chosen[step]):
                    self.model.add_hint(
                        taken, int(start is not None and number == found.modes[step])
                    )

    def answer(self, solver: Any) -> tuple[Starts, Modes]:  # noqa: ANN401
        """Return starts and modes as the solver found them."""
        starts: list[int | None] = []
        modes = []
        for begin, present, chosen in zip(self.begin, self.present, self.chosen, strict=True):
            inside = present if isinstance(present, int) else solver.value(present)
            starts.append(int(solver.value(begin)) if inside else None)
            picked = [
                m for m, taken in enumerate(chosen) if len(chosen) > 1 and solver.value(taken)
            ]
            modes.append(picked[0] if picked else 0)
        return tuple(starts), tuple(modes)
