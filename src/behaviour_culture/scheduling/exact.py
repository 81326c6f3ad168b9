"""The exact engine: OR-Tools CP-SAT, helped by the heuristic's answer and our own bounds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.project import (
    Demand,
    Modes,
    Project,
    Solution,
    Starts,
    count_placed,
    early_cost,
    heads,
    lower_bound,
    makespan,
    tails,
)
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.solver import (
    limit_launches,
    load_cp_model,
    new_solver,
    run_solver,
)
from behaviour_culture.scheduling.timetable import keeps_rules, pack_left

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

__all__ = [
    "MoreUnits",
    "can_all_be_placed",
    "least_more_units",
    "solve",
    "solve_in_time",
]

_SECONDS_A_THOUSAND = 5.0
"""Deterministic seconds of the solver for each thousand of budget (judgement)."""
_NO_LIMIT = 10**9
"""Schedules, where the time alone is the limit."""
_SMALL = 50
"""Up to so many steps the solver may prove its answer at any time (judgement)."""
_PROOF, _PROOF_OF_LARGE, _SEARCHED, _IMPROVED = 0.5, 0.3, 0.75, 0.92
"""Parts of the time at which a first proof, that of a larger plan, the heuristic, improving end.

Judgement: on PSPLIB nearly every proof of 20 seconds is found in the first one, and the heuristic
improves what cannot be proven sooner than the solver.
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
    if found.proven or effort.watch.stopped or (limit is not None and limit <= 0):
        return found
    model = _Model(cp, project, found, bound, whole=whole)
    if limit is not None:
        # Loading the solver and building the model take their part of a short limit.
        effort = effort._replace(time_limit=begun + limit - time.monotonic())
    solver = new_solver(cp, effort, _SECONDS_A_THOUSAND)
    solver.parameters.use_lns_only = neighbourhoods
    # One thread takes turns between the kinds of neighbourhood.
    solver.parameters.interleave_search = neighbourhoods and effort.workers == 1
    status = run_solver(solver, model.model, effort.watch)
    if status == cp.UNKNOWN:
        return found
    if status not in {cp.OPTIMAL, cp.FEASIBLE}:  # the hint is a schedule
        return found._replace(solver_fault=True)
    least = ceil(solver.best_objective_bound - 1e-6)
    starts, modes = model.answer(solver)
    if not keeps_rules(project, starts, modes):
        return found._replace(solver_fault=True)
    starts = pack_left(project, starts, modes)
    end, many = makespan(project, starts, modes), count_placed(starts)
    early = early_cost(project, starts)
    now, before = model.cost(many, early, end), model.cost(placed, found.early, found.makespan)
    if least > min(now, before) or (status == cp.OPTIMAL and least < now):
        return found._replace(solver_fault=True)
    costs = [_cost(project, *some) for some in (found[:2], (starts, modes))]
    if (before, costs[0]) <= (now, costs[1]):  # no better, or as good and with more impact early
        starts, modes, end = found[:3]
        many, early = placed, found.early
    most, early_least = size, found.early_bound if whole else 0
    if status == cp.OPTIMAL:
        bound, most, early_least = end, many, early
    elif whole:
        early_least = max(early_least, ceil((least - project.horizon) / model.prize))
        if early <= early_least:  # of those that are as early, none ends before this
            bound = max(bound, least - early * model.prize)
    else:
        most = min(found.most_placed, size - max(0, least) // model.price)
        # A bound on the end holds for as many steps as it was proven for.
        bound = bound if many == placed else lower_bound(project, many)[0]
    return Solution(
        starts, modes, end, bound, most, found.tried, early=early, early_bound=early_least
    )


def solve_in_time(project: Project, found: Solution, effort: Effort) -> Solution:
    """Prove a schedule the best within a time limit, or at least improve it.

    A proof is tried first and last. In between the heuristic goes on, then large neighbourhood
    search.

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

    def left(share: float) -> float:
        return begun + share * limit - time.monotonic()

    def solved(share: float, *, improve: bool) -> Solution:
        within = effort._replace(time_limit=left(share))
        return solve(project, found, within, neighbourhoods=improve)

    found = solved(proof, improve=False)
    if not found.proven and not found.solver_fault and left(_SEARCHED) > 0:
        found = _searched(project, found, effort._replace(time_limit=left(_SEARCHED)))
    for share, improve in ((_IMPROVED, True), (1.0, False)):
        if not found.solver_fault:
            found = solved(share, improve=improve)
    return found


def _searched(project: Project, found: Solution, effort: Effort) -> Solution:
    """Return the heuristic's schedule if it is better, with what is proven already."""
    other = search(
        project,
        budget=_NO_LIMIT,
        time_limit=effort.time_limit,
        seed=effort.seed,
        watch=effort.watch,
    )
    worth = [
        (-s.placed, s.early, s.makespan, _cost(project, s.starts, s.modes)) for s in (other, found)
    ]
    if worth[0] >= worth[1]:
        return found
    # A bound on the end holds for as many steps as it was proven for.
    same = other.placed == found.placed
    return other._replace(
        most_placed=found.most_placed,
        bound=max(other.bound, found.bound) if same else other.bound,
        early_bound=max(other.early_bound, found.early_bound) if same else other.early_bound,
        tried=found.tried + other.tried,
    )


def _cost(project: Project, starts: Starts, modes: Modes) -> float:
    """Return the weighted sum of the ends of the steps that are placed."""
    rows = zip(starts, project.lengths, modes, project.weight, strict=True)
    return sum(
        weight * (start + lengths[mode])
        for start, lengths, mode, weight in rows
        if start is not None
    )


def can_all_be_placed(
    project: Project, found: Solution, *, seed: int, watch: Watch = NOBODY
) -> bool:
    """Say whether some schedule places all steps; ``found`` is one that does not.

    Where the search is stopped it says yes, which the caller then has to disbelieve.
    """
    cp = load_cp_model("the exact engine")
    solver = new_solver(cp, Effort(budget=1_000, seed=seed), _SECONDS_A_THOUSAND)
    model = _Model(cp, project, found, 0, whole=False)
    for step in range(len(project.duration)):
        model.model.add(model.present[step] == 1)
    return bool(run_solver(solver, model.model, watch) != cp.INFEASIBLE)


class MoreUnits(NamedTuple):
    """The fewest more units with which the most steps fit."""

    packets: tuple[int, ...]
    """For each role how many packets of units it needs more in every period."""
    starts: Starts
    modes: Modes
    proven: bool
    """No fewer do, and no more steps can fit."""


def least_more_units(  # noqa: PLR0913, PLR0917
    project: Project,
    packets: Sequence[int],
    prices: Sequence[int],
    effort: Effort,
    known: MoreUnits | None = None,
    by: Mapping[int, int] | None = None,
) -> MoreUnits | None:
    """Find what roles need more so that the most steps fit, at the least price; None if unknown.

    Parameters
    ----------
    project : Project
    packets, prices : sequence of int
        For each role, the units of a packet and the price of one. A period in which it has
        nothing gets none: nobody is there.
    effort : Effort
    known : MoreUnits, optional
        A way that is known, to begin from.
    by : mapping of int to int, optional
        Steps that have to start by a period.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    cp = load_cp_model("the exact engine")
    solver = new_solver(cp, effort, _SECONDS_A_THOUSAND)
    # Both cost more than they find here: measured on plans of 13 to 32, and of 15 to 84, steps.
    solver.parameters.cp_model_presolve = False
    solver.parameters.linearization_level = 0
    size = len(project.duration)
    starts, modes = ((None,) * size, (0,) * size) if known is None else known[1:3]
    begin = Solution(starts, modes, 0, 0, size)
    model = _Model(cp, project, begin, 0, whole=False, packets=packets)
    for more, number in zip(model.more, known.packets if known else (), strict=False):
        model.model.add_hint(more, number)
    for step, period in (by or {}).items():
        model.model.add(model.present[step] == 1)
        model.model.add(model.begin[step] <= period)
    most = 1 + sum(n * p for n, p in zip(model.most_packets, prices, strict=True))
    missing = size - sum(model.present)
    price = sum(n * p for n, p in zip(model.more, prices, strict=True))
    model.model.minimize(most * missing + price)
    status = run_solver(solver, model.model, effort.watch)
    if status not in {cp.OPTIMAL, cp.FEASIBLE}:
        return None
    more = tuple(int(solver.value(n)) for n in model.more)
    return MoreUnits(more, *model.answer(solver), proven=bool(status == cp.OPTIMAL))


class _Model:
    """The CP-SAT model of a project: all steps, or as many as fit."""

    def __init__(  # noqa: PLR0913  (a model, and what may change in it)
        self,
        cp: Any,  # noqa: ANN401  (a module)
        project: Project,
        found: Solution,
        bound: int,
        *,
        whole: bool,
        packets: Sequence[int] = (),
    ) -> None:
        self.cp = cp
        self.project = project
        self.whole = whole
        self.model: cp_model.CpModel = cp.CpModel()
        self.horizon = found.makespan if whole and not project.early else project.horizon
        self.prize = project.horizon + 1
        """The cost of a unit of early starts: more than any earlier end can gain."""
        self.price = self.prize * (1 + project.horizon * sum(project.early))
        """The cost of leaving out a step: more than all else can gain."""
        self.begin: list[Any] = []
        self.end: list[Any] = []
        self.present: list[Any] = []
        self.chosen: list[list[Any]] = []
        self.uses: list[list[tuple[Any, int]]] = [[] for _ in project.capacity]
        self.packets = packets
        """For each role the units of a packet that it may have more of; empty for none."""
        self.more: list[Any] = []
        self.most_packets: list[int] = []
        first, last = heads(project), tails(project)
        for step in range(len(project.duration)):
            self._add_step(step, first[step], last[step])
        self._add_order()
        for role, capacity in enumerate(project.capacity):
            self._add_role(role, capacity)
        if project.launches:
            weeks: dict[int, list[int]] = {}
            for week, group in enumerate(project.group):
                weeks.setdefault(group, []).append(week)
            pairs = zip(self.begin, self.present, project.launches, strict=True)
            launches = [(start, taken) for start, taken, launch in pairs if launch]
            limit_launches(cp, self.model, launches, [*weeks.values()], project.launch_limit)
        self._add_goal(bound)
        if found.placed:
            self._add_hint(found)

    def _add_step(self, step: int, head: int, tail: int) -> None:
        model, project, lengths = self.model, self.project, self.project.lengths[step]
        latest = max(project.last_start(step, m) for m in range(len(lengths)))
        if self.whole:
            latest = min(latest, self.horizon - tail)
        allowed = project.allowed[step]
        weeks = [w for w in range(head, latest + 1) if allowed is None or allowed[w]]
        domain = self.cp.Domain.from_values(weeks or [head])
        begin = model.new_int_var_from_domain(domain, f"start {step}")
        present = model.new_constant(1) if self.whole else model.new_bool_var(f"in {step}")
        if not weeks and not self.whole:
            model.add(present == 0)
        chosen = [present]
        if len(lengths) > 1:
            chosen = [model.new_bool_var(f"mode {step}.{m}") for m in range(len(lengths))]
            model.add(sum(chosen) == present)
        end = begin + project.duration[step]
        if len(set(lengths)) > 1:
            end = begin + sum(n * taken for n, taken in zip(lengths, chosen, strict=True))
        for mode, taken in enumerate(chosen):
            length, demand = lengths[mode], project.modes[step][mode]
            if (last := project.last_start(step, mode)) < latest:
                model.add(begin <= last).only_enforce_if(taken)
            if demand and length:
                name = f"work {step}"
                interval = model.new_optional_fixed_size_interval_var(begin, length, taken, name)
                for role, units in demand:
                    self.uses[role].append((interval, units))
            if running := project.running[step][mode]:
                self._add_running(step, begin + length, taken, running)
        self.begin.append(begin)
        self.end.append(end)
        self.present.append(present)
        self.chosen.append(chosen)

    def _add_running(self, step: int, begin: Any, taken: Any, running: Demand) -> None:  # noqa: ANN401
        """Let hours go on from the end of a step for ever."""
        after = self.project.horizon + 1
        size = self.model.new_int_var(0, after, f"kept {step}")
        kept = self.model.new_optional_interval_var(begin, size, after, taken, f"kept {step}")
        for role, units in running:
            self.uses[role].append((kept, units))

    def _add_order(self) -> None:
        for step, pairs in enumerate(self.project.before):
            for b, lag in pairs:
                self.model.add(self.begin[step] >= self.end[b] + lag).only_enforce_if(
                    self.present[step]
                )
                self.model.add_implication(self.present[step], self.present[b])

    def _add_role(self, role: int, capacity: tuple[int, ...]) -> None:
        uses: list[tuple[Any, Any]] = list(self.uses[role])
        more: Any = 0
        if self.packets:
            asked = sum(units for _, units in uses)
            self.most_packets.append(ceil(asked / self.packets[role]))
            self.more.append(self.model.new_int_var(0, self.most_packets[-1], f"more {role}"))
            more = self.packets[role] * self.more[-1]
        if not uses:
            return
        beyond = self.project.beyond
        capacity = (*capacity, beyond[role]) if beyond else capacity[: self.horizon]
        most = max(capacity)
        # A fixed interval fills up each week that has less than the most.
        uses += [
            (
                self.model.new_fixed_size_interval_var(week, 1, f"less {role}.{week}"),
                most - units if units else most + more,
            )
            for week, units in enumerate(capacity)
            if units < most or (self.packets and not units)
        ]
        intervals, needs = zip(*uses, strict=True)
        self.model.add_cumulative(list(intervals), list(needs), most + more)

    def _add_goal(self, bound: int) -> None:
        model, project = self.model, self.project
        end = model.new_int_var(bound if self.whole else 0, max(bound, self.horizon), "end")
        for step, last in enumerate(self.end):
            model.add(end >= last).only_enforce_if(self.present[step])
        goal = end + self.prize * sum(map(self._early, range(len(project.early))))
        if not self.whole:
            goal += self.price * (len(project.duration) - sum(self.present))
        model.minimize(goal)

    def _early(self, step: int) -> Any:  # noqa: ANN401
        """Return the start of a step times how much it counts early, 0 where it is left out."""
        weight = self.project.early[step]
        if self.whole or not weight:
            return weight * self.begin[step]
        start = self.model.new_int_var(0, self.project.horizon, f"early {step}")
        self.model.add(start >= self.begin[step]).only_enforce_if(self.present[step])
        return weight * start

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

    def cost(self, placed: int, early: int, end: int) -> int:
        """Return what the goal makes of a schedule of so many steps, early starts and end."""
        missing = (len(self.begin) - placed) * (not self.whole)
        return missing * self.price + early * self.prize + end

    def answer(self, solver: Any) -> tuple[Starts, Modes]:  # noqa: ANN401
        """Return starts and modes as the solver found them."""
        starts: list[int | None] = []
        modes = []
        for begin, present, chosen in zip(self.begin, self.present, self.chosen, strict=True):
            starts.append(int(solver.value(begin)) if solver.value(present) else None)
            modes.append(next((m for m, taken in enumerate(chosen) if solver.value(taken)), 0))
        return tuple(starts), tuple(modes)
