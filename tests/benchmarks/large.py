"""Schedule generated instances of 300 activities: the heuristic beside CP-SAT alone, in one run.

Order strength, resource use and resource constrainedness are spread as in the set RG300: order
strength 0.25, 0.5 and 0.75, four resources of which an activity uses one to four, and mean demand
over availability 0.2 to 0.8. Durations and demands are whole numbers from 1 to 10. The instances
follow from the seed::

    python tests/benchmarks/large.py --instances 20 --heuristic 10 --exact 60 --workers 2

Reference: Debels, D. and Vanhoucke, M. (2007). A decomposition-based genetic algorithm for the
resource-constrained project-scheduling problem. *Operations Research* 55, 457-469.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from itertools import cycle

from behaviour_culture._watch import Watch
from behaviour_culture.scheduling.project import Project
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.solver import run_solver
from behaviour_culture.scheduling.timetable import keeps_rules

ACTIVITIES, RESOURCES = 300, 4
SHAPES = [
    (order, used, tight)
    for order in (0.25, 0.5, 0.75)
    for used in (1, 2, 4)
    for tight in (0.2, 0.4, 0.6, 0.8)
]


def generate(seed: int, order_strength: float, used: int, tight: float) -> Project:
    """Return an instance with this order strength, resources used, and mean demand of capacity."""
    rng = random.Random(seed)  # noqa: S311  (instances, not secrets)
    size = ACTIVITIES
    reach = [0] * size  # the activities that come after each one, directly or not, as bits
    before: list[set[int]] = [set() for _ in range(size)]
    wanted = order_strength * size * (size - 1) / 2
    ordered = 0
    while ordered < wanted:
        later = rng.randrange(1, size)
        earlier = rng.randrange(max(0, later - size // 4), later)
        if reach[earlier] >> later & 1:
            continue
        before[later].add(earlier)
        for i in range(earlier + 1):
            if i == earlier or reach[i] >> earlier & 1:
                more = (reach[later] | 1 << later) & ~reach[i]
                ordered += more.bit_count()
                reach[i] |= more
    duration = tuple(rng.randint(1, 10) for _ in range(size))
    demands = []
    for _ in range(size):
        mine = sorted(rng.sample(range(RESOURCES), used))
        demands.append(tuple((r, rng.randint(1, 10)) for r in mine))
    horizon = sum(duration)
    capacity = []
    for resource in range(RESOURCES):
        asked = [units for demand in demands for r, units in demand if r == resource]
        mean = sum(asked) / len(asked)
        capacity.append((max(10, round(mean / tight)),) * horizon)
    return Project(
        duration=duration,
        before=tuple(tuple((b, 0) for b in sorted(some)) for some in before),
        modes=tuple((demand,) for demand in demands),
        capacity=tuple(capacity),
        allowed=(None,) * size,
        weight=(0.0,) * size,
        horizon=horizon,
    )


def solve_alone(project: Project, seconds: float, workers: int, seed: int) -> int | None:
    """Return the makespan that a plain model of CP-SAT finds: no hint, no bound of ours.

    It has ``seconds`` of the processor for each worker, so that other work on the machine takes
    nothing from it.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    starts = [model.new_int_var(0, project.horizon, "") for _ in project.duration]
    tasks = [
        model.new_fixed_size_interval_var(start, length, "")
        for start, length in zip(starts, project.duration, strict=True)
    ]
    for later, pairs in enumerate(project.before):
        for earlier, _ in pairs:
            model.add(starts[later] >= starts[earlier] + project.duration[earlier])
    for resource, row in enumerate(project.capacity):
        asked = [
            (task, units)
            for task, modes in zip(tasks, project.modes, strict=True)
            for r, units in modes[0]
            if r == resource
        ]
        model.add_cumulative([t for t, _ in asked], [u for _, u in asked], row[0])
    end = model.new_int_var(0, project.horizon, "end")
    for start, length in zip(starts, project.duration, strict=True):
        model.add(end >= start + length)
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    begun = time.process_time()
    spent = Watch(stop=lambda: time.process_time() - begun >= seconds * workers)
    status = run_solver(solver, model, spent)
    found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return round(solver.objective_value) if found else None


def main() -> None:
    """Read the options, run all instances, print a line for each and the means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=int, default=20)
    parser.add_argument("--heuristic", type=float, default=10.0, help="processor seconds each")
    parser.add_argument("--exact", type=float, default=60.0, help="processor seconds of a worker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    ours, theirs = [], []
    # Shapes in steps of 7 of 36: any number of instances is spread over all of them.
    for number, shape in zip(
        range(options.instances), cycle(SHAPES[i * 7 % 36] for i in range(36)), strict=False
    ):
        project = generate(options.seed * 1000 + number, *shape)
        begun = time.perf_counter()
        limit = options.heuristic
        found = search(project, budget=10**9, time_limit=None, cpu_limit=limit, seed=options.seed)
        wall = time.perf_counter() - begun
        assert keeps_rules(project, found.starts, found.modes)
        alone = solve_alone(project, options.exact, options.workers, options.seed)
        ours.append(found.makespan)
        theirs.append(alone)
        row = {
            "instance": number,
            "order_strength": shape[0],
            "resources_used": shape[1],
            "tightness": shape[2],
            "heuristic": found.makespan,
            "lower_bound": found.bound,
            "cp_sat": alone,
            "heuristic_wall_s": round(wall, 1),
        }
        print(json.dumps(row) if options.json else " ".join(map(str, row.values())), flush=True)
    both = [(a, b) for a, b in zip(ours, theirs, strict=True) if b is not None]
    if both and not options.json:
        mean = [sum(values) / len(both) for values in zip(*both, strict=True)]
        print(
            f"{len(both)} of {len(ours)} solved by both: mean makespan {mean[0]:.1f} by the "
            f"heuristic, {mean[1]:.1f} by CP-SAT alone"
        )


if __name__ == "__main__":
    main()
