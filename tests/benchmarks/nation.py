"""A nation of 24,000 schools: speed-up, the same bits everywhere, a killed worker, memory.

One worker is a pool of one process, so that both sides of a pair pay for sending work away.
On a machine that others use, compare ``cpu_share`` too: the part of the time for which each of
two workers had a processor, which is what their speed-up is bounded by.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from paired import row

from behaviour_culture.programme import NationResult, simulate_nation


def simulated(schools: int, draws: int, **options: Any) -> NationResult:
    """Run the default mixes."""
    return simulate_nation(schools=schools, draws=draws, seed=1, **options)


def warm(executor: Executor, workers: int, schools: int) -> None:
    """Let every worker load what it needs, so that only work is timed."""
    list(executor.map(_load, range(4 * workers)))
    simulated(schools, 4, executor=executor)


def _load(_turn: int) -> int:
    import behaviour_culture.programme.nation.simulation as loaded

    time.sleep(0.05)
    return id(loaded)


def _cpu(_turn: int) -> tuple[int, float]:
    time.sleep(0.05)
    return os.getpid(), time.process_time()


def cpu_of(executor: Executor, workers: int) -> float:
    """Return the processor seconds that the workers have used."""
    return sum(dict(executor.map(_cpu, range(8 * workers))).values())


def speed(schools: int, draws: int, rounds: int) -> dict[str, Any]:
    """Time one worker and two, in turn."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as one, ProcessPoolExecutor(2, spawn) as two:
        for pool, workers in ((one, 1), (two, 2)):
            warm(pool, workers, schools)
        ratios, shares, tasks = [], [], []
        digests = set()
        for turn in range(rounds):
            seconds = {}
            for workers in (1, 2) if turn % 2 else (2, 1):
                pool = one if workers == 1 else two
                before, start = cpu_of(pool, workers), time.perf_counter()
                digests.add(simulated(schools, draws, executor=pool).digest)
                seconds[workers] = time.perf_counter() - start
                busy = (cpu_of(pool, workers) - before) / workers / seconds[workers]
                if workers == 2:
                    shares.append(busy)
            ratios.append(seconds[1] / seconds[2])
            tasks.append(seconds[1])
    return {
        "speed_up": median(ratios),
        "speed_up_low": min(ratios),
        "speed_up_high": max(ratios),
        "seconds_one_worker": median(tasks),
        "cpu_share_of_two": median(shares),
        "digests": sorted(digests),
    }


def everywhere(schools: int, draws: int) -> dict[str, str]:
    """Return the digest of the same run with 1, 2, 7 workers, a killed one, and Dask."""
    found = {f"{n} workers": simulated(schools, draws, workers=n).digest for n in (1, 2, 7)}
    killed: list[int] = []

    def kill(_stage: str, done: int, _total: int) -> None:
        if done and not killed:
            process = multiprocessing.active_children()[0]
            killed.append(process.pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    found["2 workers, one killed"] = simulated(schools, draws, workers=2, progress=kill).digest
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        return found
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        found["Dask LocalCluster"] = simulated(
            schools, draws, executor=client.get_executor()
        ).digest
    return found


def peak_mib() -> dict[str, float]:
    """Return the peak of this process, which holds the results of all."""
    status = Path("/proc/self/status").read_text("ascii")
    return {"this_process": int(status.split("VmHWM:")[1].split()[0]) / 1024}


def _worker_peak(_turn: int) -> float:
    return peak_mib()["this_process"]


def memory(schools: int, draws: int) -> dict[str, float]:
    """Return the peak memory of this process and of its workers, in MiB."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        simulated(schools, draws, executor=pool)
        workers = max(pool.map(_worker_peak, range(16)))
    return peak_mib() | {"each_worker": workers}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--schools", type=int, default=24_000)
    parser.add_argument("--draws", type=int, default=210)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    digests = everywhere(options.schools, options.draws)
    timed = speed(options.schools, options.draws, options.rounds)
    report: dict[str, Any] = {
        "rows": [row("T16 two workers, times one", timed["speed_up"], 1.8, more=True)],
        "benchmark": "nation",
        "schools": options.schools,
        "draws": options.draws,
        "same_bits": len(set(digests.values())) == 1,
        "digests": digests,
        "peak_MiB": memory(options.schools, options.draws),
        "speed": timed,
    }
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        for key, value in report.items():
            print(f"{key}: {value}")


if __name__ == "__main__":
    main()
