"""Time and memory of a forecast against drawing its random numbers alone; bits by worker count.

The case is 60 steps on 15 principles over 12 half-terms: about 720 effects in each draw. The
yardstick draws as many numbers of the same distributions from one generator, in chunks of
the same size, and keeps none of them. Rounds are interleaved and medians reported.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from attrs import evolve
from paired import row

import behaviour_culture as bc
from behaviour_culture.impact.forecasting.compile import assumed_by, forecast_constants
from behaviour_culture.impact.forecasting.drawing import CHUNK
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.run import Job, chunk_sizes, run_job
from behaviour_culture.impact.forecasting.tally import Tally

STEPS, PRINCIPLES, STUDIES = 60, 15, 4


def case(half_terms: int) -> ForecastInputs:
    """Return a plan of the size of the target: starts over ten months, chains of four steps."""
    constants = forecast_constants(
        assumed_by(bc.load_evidence()), bc.Scenario(id="a", name="As planned")
    )
    months = [2.0 * (k + 1) for k in range(half_terms)]
    rng = np.random.default_rng(1)
    size = np.ones(STEPS)
    return ForecastInputs(
        steps=[f"s{i}" for i in range(STEPS)],
        principles=[f"p{i}" for i in range(PRINCIPLES)],
        outcomes=["conduct"],
        scales=["smd"],
        studies=[f"t{i}" for i in range(STUDIES)],
        months=months,
        worked=months,
        starts=np.sort(rng.uniform(0, min(10, months[-1] / 2), STEPS)),
        ends=np.nan * size,
        acting=range(STEPS),
        effect_mean=0.1 * size,
        effect_error=0.03 * size,
        effect_spread=0.15 * size,
        grades=["C"] * STEPS,
        study=[i % STUDIES for i in range(STEPS)],
        outcome=[0] * STEPS,
        fidelity=np.tile([0.7, 10.0], (STEPS, 1)),
        reach=np.tile([0.6, 20.0], (STEPS, 1)),
        gaps=np.tile([0.5, 0.1], (PRINCIPLES, 1)),
        pairs=[(i, i % PRINCIPLES) for i in range(STEPS)],
        needs=[(i, i - PRINCIPLES) for i in range(PRINCIPLES, STEPS)],
        missing=0 * size,
        constants=constants,
    )


def draw_only(inputs: ForecastInputs, draws: int) -> None:
    """Draw the same numbers and do nothing with them."""
    rng = np.random.default_rng(0)
    for _, n in chunk_sizes(draws):
        for mean, strength in [*inputs.fidelity.tolist(), *inputs.reach.tolist()]:
            rng.beta(mean * strength, (1 - mean) * strength, n)
        rng.standard_normal((len(inputs.principles) + 2 * len(inputs.studies) + 2, n))
        rng.beta(3, 3, n)
        rng.standard_exponential(n)


def digest(tallies: list[Tally]) -> str:
    """Return a hash of all that a forecast is made of."""
    found = hashlib.sha256()
    for t in tallies:
        for part in (t.counts, t.sums, t.ends, t.better, t.worse):
            found.update(np.ascontiguousarray(part).tobytes())
    return found.hexdigest()[:16]


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the time of one call."""
    begun = clock()
    work()
    return clock() - begun


def ratios(draws: int, rounds: int, half_terms: int) -> float:
    """Return the median ratio of a forecast to its draws alone."""
    job = Job((case(half_terms),), 0, draws)
    found = []
    for _ in range(rounds):
        alone = seconds(lambda: draw_only(job.cases[0], draws))
        found.append(seconds(lambda: run_job(job)) / alone)
    return statistics.median(found)


def peak_mib(draws: int) -> float:
    """Return the peak of memory above the inputs, in MiB."""
    job = Job((case(12),), 0, draws)
    tracemalloc.start()
    run_job(job)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parallel-draws", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    inputs = case(12)
    job = Job((inputs,), 7, options.draws)
    digests = {str(w): digest(run_job(job, workers=w)) for w in (1, 2, 7)}
    with ThreadPoolExecutor(3) as pool:
        digests["executor"] = digest(run_job(job, workers=3, executor=pool))
    other = digest(run_job(job._replace(seed=8)))
    large = Job((evolve(inputs),), 0, options.parallel_draws)
    one = seconds(lambda: run_job(large), time.perf_counter)
    two = seconds(lambda: run_job(large, workers=2), time.perf_counter)
    ratio, peak = ratios(options.draws, options.rounds, 12), peak_mib(options.draws)
    figures = {
        "rows": [
            row("T13 forecast beside its random numbers alone", ratio, 3.0),
            row("T15 peak memory of it above the inputs, MiB", peak, 16.0),
        ],
        "steps": STEPS,
        "principles": PRINCIPLES,
        "half_terms": 12,
        "draws": options.draws,
        "chunk": CHUNK,
        "ratio_one_half_term": ratios(options.draws, options.rounds, 1),
        "peak_mib_ten_times_fewer_draws": peak_mib(options.draws // 10),
        "digests": digests,
        "same_bits": len(set(digests.values())) == 1,
        "digest_of_another_seed": other,
        "two_workers_times_faster": one / two,
        "parallel_draws": options.parallel_draws,
    }
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
