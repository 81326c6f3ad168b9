"""Time and memory of many scenarios of the demo plan against one forecast of it.

The grid has as many combinations of staff turnover, late starts and upkeep as asked for; the second
one has half the hours too, so that the plan is scheduled again. Rounds are interleaved and medians
reported. Two workers are a pool of processes that has started before the clock does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
import tracemalloc
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from paired import row

import behaviour_culture as bc

EXAMPLE = Path(__file__).parents[2] / "examples" / "illustrative_journey.toml"


def shares(count: int) -> list[float]:
    """Return shares of staff who leave, from a tenth to four tenths."""
    return [round(0.1 + 0.3 * k / count, 6) for k in range(count)]


def grid(scenarios: int) -> tuple[bc.Scenario, ...]:
    """Return a grid of about that size."""
    return bc.impact.scenario_grid(
        turnover=shares(scenarios // 4), delay_weeks=[0, 13], maintenance=[None, False]
    )


def digest(runs: bc.impact.ScenarioRuns) -> str:
    """Return a hash of all numbers of a run."""
    found = hashlib.sha256()
    for run in runs.runs:
        for series in (*run.outcomes, *run.against_plan):
            for part in (series.mean, series.deviation, series.intervals, series.p_benefit):
                found.update(np.ascontiguousarray(part).tobytes())
        found.update(repr([e.ratio for e in run.delivered]).encode())
    return found.hexdigest()[:16]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    made = bc.run_journey(EXAMPLE)
    of = (made.plan, made.result, made.schedule)
    some = grid(options.scenarios)
    calls: list[tuple[int, int]] = []

    def run(
        scenarios: tuple[bc.Scenario, ...], pool: Executor | None = None, **more: Any
    ) -> bc.impact.ScenarioRuns:
        return bc.run_scenarios(*of, scenarios, executor=pool, draws=options.draws, **more)

    ones, alone, two, rescheduled, work = [], [], [], [], []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        run(some[:20], pool)  # the workers have started
        half = bc.impact.scenario_grid(hours=[0.5, 1], turnover=shares(options.scenarios // 2))
        for _ in range(options.rounds):
            begun = time.perf_counter()
            busy = time.process_time()
            bc.forecast(*of, draws=options.draws)
            busy_one = time.process_time() - busy
            ones.append(time.perf_counter() - begun)
            begun, busy = time.perf_counter(), time.process_time()
            here = run(some)
            work.append((time.process_time() - busy) / busy_one)
            alone.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            calls.clear()
            there = run(some, pool, progress=lambda _, *told: calls.append(told))
            two.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            run(half, pool)
            rescheduled.append(time.perf_counter() - begun)
    with ThreadPoolExecutor(3) as threads:
        other = run(some, threads)
    kept: dict[str, bc.impact.ScenarioRun] = {}
    run(some[: len(some) // 2], kept=kept)
    resumed = run(some, kept=kept)
    tracemalloc.start()
    run(some)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    one = statistics.median(ones)
    digests = {"one": here, "two": there, "threads": other, "resumed": resumed}
    ratio = statistics.median(two) / one
    figures = {
        "rows": [row("scenarios in bulk on two workers, beside one forecast", ratio, 20.0)],
        "scenarios": len(some),
        "draws": options.draws,
        "seconds_one_forecast": one,
        "ratio_one_worker": statistics.median(alone) / one,
        "ratio_of_processor_time_one_worker": statistics.median(work),
        "ratio_two_workers_with_half_the_hours": statistics.median(rescheduled) / one,
        "progress_calls": len(calls),
        "progress_last": calls[-1],
        "peak_mib_one_worker": peak / 2**20,
        "same_bits": len({digest(d) for d in digests.values()}) == 1,
    }
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
