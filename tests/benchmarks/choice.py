"""Choice of steps: how far the heuristic is from the proven best, and how long both take.

The shipped catalogue of 60 steps with benefits drawn from a gamma distribution; each case has
its own limits on hours, money and launches. Paired: both engines solve the same cases.
"""

from __future__ import annotations

import json
import time
from statistics import mean, median
from typing import Any

import numpy as np
from paired import arguments

import behaviour_culture as bc

BUDGETS = (1, 30, 300)


def cases(count: int) -> list[tuple[dict[str, float], dict[str, Any]]]:
    """Return benefits and limits, from tight to loose."""
    book = bc.load_catalogue("bennett-2017")
    found = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        worth = {s.id: float(rng.gamma(1.5)) for s in book.steps}
        limits: dict[str, Any] = {"hours": float(rng.uniform(100, 600))}
        if seed % 2:
            limits |= {"cost_gbp": float(rng.uniform(1_000, 8_000)), "launches": 1}
        found.append((worth, limits))
    return found


def main() -> None:
    """Run the cases and print a table or JSON."""
    options = arguments(__doc__, rounds=10).parse_args()
    book = bc.load_catalogue("bennett-2017")
    gaps: dict[int, list[float]] = {b: [] for b in BUDGETS}
    bounds: list[float] = []
    seconds: dict[str, list[float]] = {str(b): [] for b in BUDGETS} | {"exact": []}
    proven = 0
    for worth, limits in cases(options.rounds):
        begun = time.perf_counter()
        exact = bc.choose_steps(book, worth, engine="exact", budget=300, **limits)
        seconds["exact"].append(time.perf_counter() - begun)
        proven += exact.proven
        for budget in BUDGETS:
            begun = time.perf_counter()
            quick = bc.choose_steps(book, worth, budget=budget, **limits)
            seconds[str(budget)].append(time.perf_counter() - begun)
            gaps[budget].append(1 - quick.value / exact.value)
        bounds.append(quick.gap)
    figures = {
        "steps": len(book.steps),
        "cases": options.rounds,
        "proven": proven,
        "heuristic": [
            {
                "budget": b,
                "mean_gap": mean(gaps[b]),
                "largest_gap": max(gaps[b]),
                "seconds": median(seconds[str(b)]),
            }
            for b in BUDGETS
        ],
        "mean_gap_to_its_own_bound": mean(bounds),
        "exact_seconds": median(seconds["exact"]),
    }
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    print(f"{figures['steps']} steps, {figures['cases']} cases, {proven} proven")
    for row in figures["heuristic"]:
        print(
            f"heuristic, budget {row['budget']}: mean gap {row['mean_gap']:.2%}, largest "
            f"{row['largest_gap']:.2%}, {row['seconds']:.2f} s"
        )
    print(f"mean gap to its own bound {figures['mean_gap_to_its_own_bound']:.1%}")
    print(f"exact: {figures['exact_seconds']:.2f} s")


if __name__ == "__main__":
    main()
