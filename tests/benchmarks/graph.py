"""The dependency graph beside plain networkx.

T10: build, check, generations and longest path, from the same `ActionStep`s, which are built
beforehand. T11: the transitive reduction, and the ancestors of all steps; T12: generations; for
both the graphs of either side are built beforehand.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import networkx as nx
from paired import arguments, ratios, rounds_of, show

import behaviour_culture as bc

TARGETS = {60: 1.2, 2_000: 0.6}
REDUCTION_STEPS, REDUCTION_TARGET = 2_000, 0.02
WAVES_STEPS, WAVES_TARGET = 100_000, 0.45
REPEATS = {60: 20, 2_000: 5}
"""A graph is timed some times in a row: one is short beside the clock, and beside the collector."""


def make_steps(count: int, seed: int = 0) -> list[bc.ActionStep]:
    """Return steps without a circle: each may require up to three of the twenty before it."""
    rng = random.Random(seed)  # noqa: S311  (test data)
    steps = []
    for i in range(count):
        before = rng.sample(range(max(0, i - 20), i), min(i, rng.randint(0, 3)))
        steps.append(
            bc.ActionStep(
                id=f"step-{i:05}",
                title=f"Step {i}",
                lead="head",
                hours_per_week={"head": 1.0},
                weeks=bc.Weeks(1, 1 + i % 4, 6),
                requires=[
                    bc.Prerequisite(step=f"step-{j:05}", reason="it comes first")
                    for j in sorted(before)
                ],
            )
        )
    rng.shuffle(steps)
    return steps


def ours(steps: Sequence[bc.ActionStep]) -> int:
    """Build a `StepGraph`, which checks itself, and walk it; return its longest chain in weeks."""
    graph = bc.planning.StepGraph(steps)
    list(graph.waves())
    chain = [graph.steps[key] for key in graph.critical_path()]
    return sum(s.weeks.likely for s in chain)  # these steps have no lags


def theirs(steps: Sequence[bc.ActionStep]) -> int:
    """Do the same with networkx alone."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    weeks = {s.id: s.weeks.likely for s in steps}
    graph.add_nodes_from(weeks)
    graph.add_weighted_edges_from(
        (p.step, s.id, weeks[p.step] + p.lag_weeks) for s in steps for p in s.requires
    )
    if not nx.is_directed_acyclic_graph(graph):
        raise nx.HasACycle
    list(nx.topological_generations(graph))
    path = nx.dag_longest_path(graph, weight="weight")
    total: int = nx.path_weight(graph, path, weight="weight") + weeks[path[-1]]
    return total


def timed(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the processor seconds of one run of ``work``."""
    start = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - start) / repeats


def beside(
    yardstick: str, sides: dict[str, Callable[[], float]], target: float, rounds: int
) -> list[dict[str, Any]]:
    """Return the rows of one pair: the yardstick, which has no target, and ours."""
    rows = ratios(rounds_of(sides, rounds), yardstick)
    return [row | {"target": None if row["what"] == yardstick else target} for row in rows]


def whole_journey(count: int, target: float, rounds: int) -> list[dict[str, Any]]:
    """Return the rows of T10 for graphs of one size."""
    steps, repeats = make_steps(count), REPEATS[count]
    yardstick = f"networkx, {count:,} steps"
    sides = {
        yardstick: lambda: timed(lambda: theirs(steps), repeats),
        f"T10 StepGraph, {count:,} steps": lambda: timed(lambda: ours(steps), repeats),
    }
    return beside(yardstick, sides, target, rounds)


def reduction(rounds: int) -> list[dict[str, Any]]:
    """Return the rows of T11."""
    graph = bc.planning.StepGraph(make_steps(REDUCTION_STEPS))
    plain = graph.to_networkx()
    assert set(graph.reduced()) == set(nx.transitive_reduction(plain).edges)
    names = "networkx, transitive reduction", "networkx, ancestors of all"
    reduced = {
        names[0]: lambda: timed(lambda: nx.transitive_reduction(plain)),
        f"T11 reduced(), {REDUCTION_STEPS:,} steps": lambda: timed(graph.reduced),
    }
    ancestors = {
        names[1]: lambda: timed(lambda: [nx.ancestors(plain, key) for key in plain]),
        f"T11 ancestors() of {REDUCTION_STEPS:,} steps": lambda: timed(
            lambda: [graph.ancestors(key) for key in graph]
        ),
    }
    return [
        *beside(names[0], reduced, REDUCTION_TARGET, rounds),
        *beside(names[1], ancestors, REDUCTION_TARGET, rounds),
    ]


def generations(rounds: int) -> list[dict[str, Any]]:
    """Return the rows of T12."""
    graph = bc.planning.StepGraph(make_steps(WAVES_STEPS))
    plain = graph.to_networkx()
    yardstick = f"networkx, generations of {WAVES_STEPS:,}"
    sides = {
        yardstick: lambda: timed(lambda: list(nx.topological_generations(plain))),
        f"T12 waves(), {WAVES_STEPS:,} steps": lambda: timed(lambda: list(graph.waves())),
    }
    return beside(yardstick, sides, WAVES_TARGET, rounds)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=9).parse_args()
    rows = [
        row for n, target in TARGETS.items() for row in whole_journey(n, target, options.rounds)
    ]
    rows += reduction(options.rounds) + generations(options.rounds)
    report = {
        "benchmark": "graph",
        "rounds": options.rounds,
        "yardstick": "networkx",
        "rows": rows,
    }
    show(report, as_json=options.json)


if __name__ == "__main__":
    main()
