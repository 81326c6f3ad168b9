"""The dependency graph: build, check, generations and longest path, beside plain networkx.

Both sides start from the same `ActionStep`s, which are built beforehand.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

import networkx as nx
from paired import arguments, ratios, rounds_of, show

import behaviour_culture as bc

TARGETS = {60: 1.2, 2_000: 0.6}
REPEATS = {60: 20, 2_000: 1}
"""A small graph is timed many times in a row: one is shorter than the clock is sure of."""


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


def timed(
    work: Callable[[Sequence[bc.ActionStep]], int], steps: Sequence[bc.ActionStep], repeats: int
) -> float:
    """Return the seconds of one run of ``work``."""
    start = time.perf_counter()
    for _ in range(repeats):
        work(steps)
    return (time.perf_counter() - start) / repeats


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=9).parse_args()
    rows = []
    for count, target in TARGETS.items():
        steps = make_steps(count)
        mine, yardstick = f"StepGraph, {count:,} steps", f"networkx, {count:,} steps"
        sides = {
            yardstick: lambda s=steps, n=count: timed(theirs, s, REPEATS[n]),
            mine: lambda s=steps, n=count: timed(ours, s, REPEATS[n]),
        }
        for row in ratios(rounds_of(sides, options.rounds), yardstick):
            row["target"] = target if row["what"] == mine else None
            rows.append(row)
    report = {
        "benchmark": "graph",
        "rounds": options.rounds,
        "yardstick": "networkx",
        "rows": rows,
    }
    show(report, as_json=options.json)


if __name__ == "__main__":
    main()
