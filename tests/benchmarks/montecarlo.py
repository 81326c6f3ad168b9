"""Time 10,000 draws of a plan of about 60 steps under both policies, against plain Python.

Prints ratios: how many times faster the resource policy is than a serial schedule
generation with list profiles, and the early-start policy than its own loop in plain
Python; medians of several rounds. Both are checked to give the same answers.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np

import behaviour_culture as bc
from behaviour_culture.journey import demo_folder
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import build_problem
from behaviour_culture.scheduling.project import Project
from behaviour_culture.scheduling.search import search
from behaviour_culture.scheduling.simulate import (
    draw_durations,
    early_start_arcs,
    run_early_start,
    run_resource_policy,
)


def whole_catalogue() -> tuple[Project, list[bc.Weeks]]:
    """Return a problem with all steps of the shipped catalogue."""
    framework = bc.load_framework("bennett-2017")
    school = bc.read(demo_folder() / "illustrative_school.toml")
    audit = bc.read_audit(demo_folder() / "illustrative_responses.csv", framework=framework)
    plan = bc.draft_plan(
        bc.score_audit(audit, framework),
        catalogue=bc.load_catalogue("bennett-2017"),
        priorities=24,
        steps_per_priority=60,
    )
    year = bc.load_calendar("illustrative-2026-27")
    problem = build_problem(plan, year, school.capacity, ScheduleOptions())
    return problem.project, [s.weeks for s in problem.steps]


def serial(project: Project, order: list[int], durations: list[int]) -> list[int]:
    """Place steps in order with one list of free hours a role; return their starts."""
    horizon = project.horizon
    room = [list(row) for row in project.capacity]
    ends = [horizon + 1] * len(durations)
    starts = [horizon + 1] * len(durations)
    for step in order:
        week = max((ends[b] + lag for b, lag in project.before[step]), default=0)
        length, demand = durations[step], project.modes[step][0]
        allowed = project.allowed[step]
        while week + length <= horizon:
            if allowed is not None and not allowed[week]:
                week += 1
                continue
            blocked = -1
            for role, need in demand:
                row = room[role]
                for w in range(week + length - 1, week - 1, -1):
                    if row[w] < need:
                        blocked = w
                        break
                if blocked >= 0:
                    break
            if blocked < 0:
                break
            week = blocked + 1
        if week + length <= horizon:
            starts[step], ends[step] = week, week + length
            for role, need in demand:
                for w in range(week, week + length):
                    room[role][w] -= need
    return starts


def early(
    project: Project,
    arcs: dict[int, tuple[tuple[int, int], ...]],
    order: list[int],
    durations: list[int],
) -> list[int]:
    """Begin each step when all its arcs let it; return the ends."""
    horizon = project.horizon
    ends = [horizon + 1] * len(durations)
    for step in order:
        week = 0
        for before, lag in arcs[step]:
            week = max(week, ends[before] + lag)
        allowed = project.allowed[step]
        if allowed is not None:
            while week < horizon and not allowed[week]:
                week += 1
            if week >= horizon:
                week = horizon + 1
        ends[step] = week + durations[step]
    return ends


def seconds(work: Callable[[], object], calls: int = 1) -> float:
    """Return the processor time of one call, the mean of some in a row."""
    begun = time.thread_time()
    for _ in range(calls):
        work()
    return (time.thread_time() - begun) / calls


def main() -> None:
    """Measure in interleaved rounds and print medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    project, estimates = whole_catalogue()
    found = search(project, budget=500, time_limit=None, seed=options.seed)
    placed = [i for i, s in enumerate(found.starts) if s is not None]
    order = sorted(placed, key=lambda i: (found.starts[i], i))
    arcs = early_start_arcs(project, found.starts, found.modes)
    rng = np.random.default_rng(options.seed)
    durations = draw_durations(estimates, options.draws, rng)
    few = min(200, options.draws)
    columns = [[int(v) for v in durations[:, j]] for j in range(few)]
    factor = options.draws / few

    resource = run_resource_policy(project, order, found.modes, durations)
    kept = run_early_start(project, found.starts, arcs, durations)
    for j, column in enumerate(columns):
        assert serial(project, order, column) == resource.starts[:, j].tolist()
        ends = early(project, arcs, order, column)
        assert [ends[i] for i in order] == kept.ends[order, j].tolist()

    times: dict[str, list[float]] = {k: [] for k in ("resource", "serial", "early", "loop")}
    # The arrays of the early-start policy are used again: a script of many plans would do so.
    for _ in range(options.rounds):
        times["resource"].append(
            seconds(lambda: run_resource_policy(project, order, found.modes, durations))
        )
        times["serial"].append(
            factor * seconds(lambda: [serial(project, order, c) for c in columns])
        )
        times["early"].append(
            # A call of a millisecond: one alone would measure the caches that others left.
            seconds(
                lambda: run_early_start(project, found.starts, arcs, durations, out=kept), calls=20
            )
        )
        times["loop"].append(
            factor * seconds(lambda: [early(project, arcs, order, c) for c in columns])
        )
    medians = {name: statistics.median(values) for name, values in times.items()}
    figures = {
        "steps": len(order),
        "draws": options.draws,
        "resource_policy_times_faster": medians["serial"] / medians["resource"],
        "early_start_times_faster": medians["loop"] / medians["early"],
        "cpu_s": medians,
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{options.draws:,} draws of {len(order)} steps, medians of {options.rounds} rounds")
    print(f"resource policy: {figures['resource_policy_times_faster']:.1f} times list profiles")
    print(f"early start:     {figures['early_start_times_faster']:.0f} times its plain loop")


if __name__ == "__main__":
    main()
