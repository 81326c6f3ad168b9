"""The exact engine: OR-Tools CP-SAT, helped by the heuristic's answer and our own bounds."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from behaviour_culture.errors import MissingExtraError
from behaviour_culture.scheduling.level import pack_left
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

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

__all__ = ["Proof", "can_all_be_placed", "solve", "solve_beside_search"]

_NO_BUDGET = 10**12
_SECONDS_A_THOUSAND = 5.0
"""Deterministic seconds of the solver for each thousand of budget (judgement)."""


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

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    cp = _cp_model()
    size = len(found.starts)
    placed = sum(s is not None for s in found.starts)
    bound = lower_bound(project)[0]
    whole = placed == size
    given = Proof(found.starts, found.modes, found.makespan, bound, size)
    if (whole and found.makespan <= bound) or (time_limit is not None and time_limit <= 0):
        return given
    solver = cp.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed % 2**31
    if time_limit is not None:
        solver.parameters.max_time_in_seconds = time_limit
    else:
        solver.parameters.max_deterministic_time = _SECONDS_A_THOUSAND * budget / 1000
    model = _Model(cp, project, found, bound, whole=whole)
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
    return Proof(starts, modes, end, 0, max(many, size - max(0, least) // model.prize))


def _cost(project: Project, starts: Starts) -> float:
    """Return the weighted sum of the ends of what is placed."""
    return sum(
        weight * (start + length)
        for start, length, weight in zip(starts, project.duration, project.weight, strict=True)
        if start is not None
    )


def solve_beside_search(
    project: Project, found: Solution, *, time_limit: float, workers: int, seed: int
) -> Proof:
    """Let the solver prove on all threads but one, while the heuristic goes on in that one.

    The solver's threads do not need the interpreter; the two stop each other. The heuristic
    finds good schedules of large plans sooner, the solver proves small ones.

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
        The better of the two schedules, with the solver's bound.
    """
    begun = time.monotonic()
    with ThreadPoolExecutor(max_workers=1) as pool:
        work = pool.submit(
            solve,
            project,
            found,
            budget=1,
            time_limit=time_limit,
            workers=workers - 1,
            seed=seed,
        )
        other = search(
            project,
            budget=_NO_BUDGET,
            time_limit=time_limit,
            seed=seed + 1,
            stop=lambda: work.done() or time.monotonic() - begun >= time_limit,
        )
        proof = work.result()
    mine = (sum(s is None for s in proof.starts), proof.makespan)
    if (sum(s is None for s in other.starts), other.makespan) >= mine:
        return proof
    left_out = sum(s is None for s in other.starts)
    # A bound on the end holds for as many steps as it was proven for.
    bound = proof.bound if left_out == mine[0] else 0
    return proof._replace(
        starts=other.starts, modes=other.modes, makespan=other.makespan, bound=bound
    )


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
