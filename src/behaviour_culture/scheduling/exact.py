"""The exact engine: OR-Tools CP-SAT, helped by the heuristic's answer and our own bounds."""

from __future__ import annotations

import time
from math import ceil
from typing import TYPE_CHECKING, Any

from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.project import (
    Modes,
    Project,
    Solution,
    Starts,
    count_placed,
    heads,
    lower_bound,
    makespan,
    tails,
)
from behaviour_culture.scheduling.solver import (
    limit_launches,
    load_cp_model,
    new_solver,
    run_solver,
)
from behaviour_culture.scheduling.timetable import keeps_rules, pack_left

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

__all__ = ["can_all_be_placed", "solve", "solve_in_time"]

_SECONDS_A_THOUSAND = 5.0
"""Deterministic seconds of the solver for each thousand of budget (judgement)."""
_SMALL = 50
"""Up to so many steps the solver may prove its answer at any time (judgement)."""
_PROOF, _PROOF_OF_LARGE, _IMPROVED = 0.6, 0.25, 0.85
"""Parts of the time at which a first proof, that of a larger plan, and improving end.

Judgement: on PSPLIB nearly every proof of 20 seconds is found in the first one.
"""


def solve(
    project: Project, found: Solution, effort: Effort, *, neighbourhoods: bool = False
) -> Solution:
    """Improve a schedule until it is proven the best, or the limit is met.

    The solver is believed only where it agrees with the schedules in hand: its own keeps all
    rules, and none is better than its bound or than what it calls the best. Otherwise the
    schedule is returned as it was, with ``solver_fault``. Without an answer there is no bound.

    Parameters
    ----------
    project : Project
    found : Solution
        A feasible schedule, such as the heuristic's: hint and upper bound.
    effort : Effort
        5 deterministic seconds of the solver for each 1,000 of its budget, or its limit.
    neighbourhoods : bool
        Only improve, by taking parts of the schedule apart and putting them together again
        (large neighbourhood search); nothing is proven then.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    begun = time.monotonic()
    cp = load_cp_model("the exact engine")
    size, placed, bound = len(found.starts), found.placed, found.bound
    whole, limit = placed == size, effort.time_limit
    stopped = effort.stop is not None and effort.stop()
    if found.proven or stopped or (limit is not None and limit <= 0):
        return found
    model = _Model(cp, project, found, bound, whole=whole)
    if limit is not None:
        # Loading the solver and building the model take their part of a short limit.
        effort = effort._replace(time_limit=begun + limit - time.monotonic())
    solver = new_solver(cp, effort, _SECONDS_A_THOUSAND)
    solver.parameters.use_lns_only = neighbourhoods
    # One thread takes turns between the kinds of neighbourhood.
    solver.parameters.interleave_search = neighbourhoods and effort.workers == 1
    status = run_solver(solver, model.model, effort.stop)
    if status == cp.UNKNOWN:
        return found
    if status not in {cp.OPTIMAL, cp.FEASIBLE}:  # the hint is a schedule
        return found._replace(solver_fault=True)
    least = ceil(solver.best_objective_bound - 1e-6)
    starts, modes = model.answer(solver)
    if not keeps_rules(project, starts, modes):
        return found._replace(solver_fault=True)
    starts = pack_left(project, starts, modes)
    end, many = makespan(project, starts), count_placed(starts)
    best = min(model.cost(many, end), model.cost(placed, found.makespan))
    if least > best or (status == cp.OPTIMAL and least < model.cost(many, end)):
        return found._replace(solver_fault=True)
    if (many, end) == (placed, found.makespan) and _cost(project, found.starts) <= _cost(
        project, starts
    ):
        starts, modes = found.starts, found.modes  # as good, and with more impact early
    most = size
    if status == cp.OPTIMAL:
        bound, most = end, many
    elif whole:
        bound = max(bound, least)
    else:
        most = min(found.most_placed, size - max(0, least) // model.prize)
        # A bound on the end holds for as many steps as it was proven for.
        bound = bound if many == placed else lower_bound(project, many)[0]
    return Solution(starts, modes, end, bound, most, found.tried)


def solve_in_time(project: Project, found: Solution, effort: Effort) -> Solution:
    """Prove a schedule the best within a time limit, or at least improve it.

    A proof is tried first and last. The time in between goes into large neighbourhood search,
    which improves schedules of a hundred steps far sooner.

    Parameters
    ----------
    project : Project
    found : Solution
        A feasible schedule.
    effort : Effort
        With a limit, in seconds of wall time.
    """
    begun, limit = time.monotonic(), effort.time_limit or 0.0
    proof = _PROOF if len(project.duration) <= _SMALL else _PROOF_OF_LARGE
    for share, improve in ((proof, False), (_IMPROVED, True), (1.0, False)):
        left = begun + share * limit - time.monotonic()
        found = solve(project, found, effort._replace(time_limit=left), neighbourhoods=improve)
        if found.solver_fault:
            break
    return found


def _cost(project: Project, starts: Starts) -> float:
    """Return the weighted sum of the ends of the steps that are placed."""
    return sum(
        weight * (start + length)
        for start, length, weight in zip(starts, project.duration, project.weight, strict=True)
        if start is not None
    )


def can_all_be_placed(project: Project, found: Solution, *, seed: int) -> bool:
    """Say whether some schedule places all steps; ``found`` is one that does not."""
    cp = load_cp_model("the exact engine")
    solver = new_solver(cp, Effort(budget=1_000, seed=seed), _SECONDS_A_THOUSAND)
    model = _Model(cp, project, found, 0, whole=False)
    for step in range(len(project.duration)):
        model.model.add(model.present[step] == 1)
    return bool(run_solver(solver, model.model) != cp.INFEASIBLE)


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
        """The cost of leaving out a step: more than any earlier end can gain."""
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
            weeks: dict[int, list[int]] = {}
            for week, group in enumerate(project.group):
                weeks.setdefault(group, []).append(week)
            pairs = zip(self.begin, self.present, project.launches, strict=True)
            launches = [(start, taken) for start, taken, launch in pairs if launch]
            limit_launches(cp, self.model, launches, [*weeks.values()], project.launch_limit)
        self._add_goal(bound)
        self._add_hint(found)

    def _add_step(self, step: int, head: int, tail: int) -> None:
        model, project, length = self.model, self.project, self.project.duration[step]
        latest = self.horizon - (tail if self.whole else length)
        allowed = project.allowed[step]
        weeks = [w for w in range(head, latest + 1) if allowed is None or allowed[w]]
        domain = self.cp.Domain.from_values(weeks or [head])
        begin = model.new_int_var_from_domain(domain, f"start {step}")
        present = model.new_constant(1) if self.whole else model.new_bool_var(f"in {step}")
        if not weeks and not self.whole:
            model.add(present == 0)
        modes = project.modes[step]
        chosen = [present]
        if len(modes) > 1:
            chosen = [model.new_bool_var(f"mode {step}.{m}") for m in range(len(modes))]
            model.add(sum(chosen) == present)
        for taken, demand in zip(chosen, modes, strict=True):
            if demand and length:
                name = f"work {step}"
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
                self.model.add(self.begin[step] >= end).only_enforce_if(self.present[step])
                self.model.add_implication(self.present[step], self.present[b])

    def _add_role(self, role: int, capacity: tuple[int, ...]) -> None:
        most = max(capacity, default=0)
        uses = list(self.uses[role])
        if not uses:
            return
        # A fixed interval fills up each week that has less than the most.
        uses += [
            (self.model.new_fixed_size_interval_var(week, 1, f"less {role}.{week}"), most - units)
            for week, units in enumerate(capacity)
            if units < most
        ]
        intervals, needs = zip(*uses, strict=True)
        self.model.add_cumulative(list(intervals), list(needs), most)

    def _add_goal(self, bound: int) -> None:
        model, project = self.model, self.project
        end = model.new_int_var(bound if self.whole else 0, max(bound, self.horizon), "end")
        for step, length in enumerate(project.duration):
            model.add(end >= self.begin[step] + length).only_enforce_if(self.present[step])
        if self.whole:
            model.minimize(end)
        else:
            missing = len(project.duration) - sum(self.present)
            model.minimize(missing * self.prize + end)

    def _add_hint(self, found: Solution) -> None:
        for step, start in enumerate(found.starts):
            if start is not None:
                self.model.add_hint(self.begin[step], start)
            if not self.whole:
                self.model.add_hint(self.present[step], int(start is not None))
            if len(self.chosen[step]) > 1:
                for number, taken in enumerate(self.chosen[step]):
                    self.model.add_hint(
                        taken, int(start is not None and number == found.modes[step])
                    )

    def cost(self, placed: int, end: int) -> int:
        """Return what the goal makes of a schedule of so many steps with this end."""
        return (len(self.begin) - placed) * self.prize * (not self.whole) + end

    def answer(self, solver: Any) -> tuple[Starts, Modes]:  # noqa: ANN401
        """Return starts and modes as the solver found them."""
        starts: list[int | None] = []
        modes = []
        for begin, present, chosen in zip(self.begin, self.present, self.chosen, strict=True):
            starts.append(int(solver.value(begin)) if solver.value(present) else None)
            modes.append(next((m for m, taken in enumerate(chosen) if solver.value(taken)), 0))
        return tuple(starts), tuple(modes)
