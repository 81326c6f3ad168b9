"""Schedule published test instances (PSPLIB, single mode) and print one JSON object a line.

The instances are not part of this repository, since they carry no licence. Run it on a
folder that holds them::

    python tests/benchmarks/rcpsp.py FOLDER --engine heuristic --time-limit 1 --json

``starts`` has the start of every activity in file order, dummies included, so that anyone
can check it. With ``bks.csv`` (columns ``instance, set, best_known_makespan``) in the folder
and without ``--json`` it prints the mean gap to the best known makespan by set. ``--beside`` solves
each instance with PyJobShop too, right after, with the same limit and workers (``pip install
pyjobshop``), so that both meet the machine in the same state.

Reference: Kolisch, R. and Sprecher, A. (1996). PSPLIB, a project scheduling problem
library. *EJOR* 96, 205-216.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from math import ceil
from pathlib import Path
from statistics import fmean

from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.engine import first_seconds
from behaviour_culture.scheduling.exact import solve_in_time
from behaviour_culture.scheduling.project import Project
from behaviour_culture.scheduling.search import search


def parse(path: Path) -> tuple[Project, list[int]]:
    """Return the project of an ``.sm`` file, and the file's place of each of its steps."""
    lines = path.read_text(encoding="utf-8").splitlines()

    def rows(title: str, skip: int) -> list[list[int]]:
        first = next(i for i, line in enumerate(lines) if line.startswith(title)) + skip
        found = []
        for line in lines[first:]:
            if line.startswith("***") or not line.strip():
                break
            found.append([int(v) for v in line.split()])
        return found

    after_in_file = [[s - 1 for s in row[3:]] for row in rows("PRECEDENCE RELATIONS", 2)]
    requests = rows("REQUESTS/DURATIONS", 3)
    capacity = rows("RESOURCEAVAILABILITIES", 2)[0]
    order = topological(after_in_file)
    place = {activity: i for i, activity in enumerate(order)}
    before: list[list[tuple[int, int]]] = [[] for _ in order]
    for activity, later in enumerate(after_in_file):
        for other in later:
            before[place[other]].append((place[activity], 0))
    duration = tuple(requests[a][2] for a in order)
    horizon = sum(duration)
    return (
        Project(
            duration=duration,
            before=tuple(tuple(pairs) for pairs in before),
            modes=tuple(
                (tuple((r, units) for r, units in enumerate(requests[a][3:]) if units),)
                for a in order
            ),
            capacity=tuple((units,) * horizon for units in capacity),
            allowed=(None,) * len(order),
            weight=(0.0,) * len(order),
            horizon=horizon,
        ),
        order,
    )


def topological(after: list[list[int]]) -> list[int]:
    """Number activities so that each comes after all that it requires."""
    waiting = [0] * len(after)
    for later in after:
        for other in later:
            waiting[other] += 1
    ready = [i for i, count in enumerate(waiting) if count == 0]
    order = []
    while ready:
        activity = ready.pop()
        order.append(activity)
        for other in after[activity]:
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    return order


def run(path: Path, engine: str, limit: float, workers: int, seed: int) -> dict[str, object]:
    """Schedule one instance and return what is printed of it."""
    project, order = parse(path)
    begun = time.perf_counter()
    first = limit if engine == "heuristic" else first_seconds(limit)
    name = "cpu_limit" if engine == "heuristic" else "time_limit"
    found = search(project, budget=10**9, seed=seed, **{"time_limit": None, name: first})
    if engine == "exact":
        left = max(0.0, limit - (time.perf_counter() - begun))
        found = solve_in_time(project, found, Effort("exact", None, left, workers, seed))
    wall = time.perf_counter() - begun
    starts = [0] * len(order)
    for step, activity in enumerate(order):
        starts[activity] = found.starts[step] or 0
    return {
        "instance": path.stem,
        "status": "optimal" if found.makespan <= found.bound else "feasible",
        "makespan": found.makespan,
        "lower_bound": found.bound,
        "starts": starts,
        "wall_s": round(wall, 3),
    }


def run_pyjobshop(path: Path, limit: float, workers: int) -> dict[str, object]:
    """Solve one instance with PyJobShop."""
    from pyjobshop import Model

    project, _ = parse(path)
    model = Model()
    pools = [model.add_renewable(row[0]) for row in project.capacity]
    tasks = [model.add_task() for _ in project.duration]
    for task, duration, modes in zip(tasks, project.duration, project.modes, strict=True):
        demands = [dict(modes[0]).get(r, 0) for r in range(len(pools))]
        model.add_mode(task, pools, duration, demands=demands)
    for later, pairs in zip(tasks, project.before, strict=True):
        for before, _ in pairs:
            model.add_end_before_start(tasks[before], later)
    begun = time.perf_counter()
    found = model.solve(solver="ortools", time_limit=limit, num_workers=workers, display=False)
    return {
        "instance": path.stem,
        "status": found.status.value.lower(),
        "makespan": round(found.objective),
        "lower_bound": ceil(found.lower_bound - 1e-6),
        "wall_s": round(time.perf_counter() - begun, 3),
    }


def main() -> None:
    """Read the options, run all instances, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=("heuristic", "exact"), default="heuristic")
    parser.add_argument("--time-limit", type=float, default=1.0, help="seconds an instance")
    parser.add_argument("--workers", type=int, default=1, help="threads of the exact engine")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--beside", action="store_true", help="PyJobShop too")
    parser.add_argument("--every", type=int, default=1, help="take every n-th instance only")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    known: dict[str, tuple[str, int]] = {}
    table = options.folder / "bks.csv"
    if table.exists() and not options.json:
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known[row["instance"]] = (row["set"], int(row["best_known_makespan"]))
    gaps: dict[str, dict[str, list[float]]] = {}
    proven: Counter[str] = Counter()
    for path in sorted(options.folder.glob("*.sm"))[:: options.every]:
        limit, workers = options.time_limit, options.workers
        results = {options.engine: run(path, options.engine, limit, workers, options.seed)}
        if options.beside:
            results["pyjobshop"] = run_pyjobshop(path, limit, workers)
        for engine, result in results.items():
            if options.json:
                print(json.dumps({"engine": engine, **result}), flush=True)
                continue
            name, best = known.get(path.stem, ("unknown", 0))
            proven[engine] += result["status"] == "optimal"
            if best:
                gap = 100 * (int(str(result["makespan"])) - best) / best
                gaps.setdefault(engine, {}).setdefault(name, []).append(gap)
    for engine, sets in gaps.items():
        for name, values in sets.items():
            print(f"{engine}, {name}: {len(values)} instances, mean gap {fmean(values):.2f} %")
        everything = [g for values in sets.values() for g in values]
        print(
            f"{engine}, all: {len(everything)} instances, mean gap {fmean(everything):.2f} %, "
            f"{proven[engine]} proven optimal"
        )


if __name__ == "__main__":
    main()
