"""Time the Sobol estimators against the model alone on the same rows, and print the ratio.

The model is a plain product of sixty normal factors, with scipy's quantiles: cheap, so that
the ratio is not flattered. Medians of several rounds, the two timed by turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import numpy as np
from numpy.typing import NDArray
from paired import row
from scipy.special import ndtri

import behaviour_culture as bc

INPUTS, DRAWS = 60, 4096


def model(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the output of a multiplicative model of sixty normal inputs."""
    return np.asarray(np.exp(0.1 * ndtri(u) @ np.linspace(0.1, 1, u.shape[1])))


def main() -> None:
    """Print the ratio, as text or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    blocks = [rng.random((DRAWS, INPUTS)) for _ in range(INPUTS + 2)]
    model(blocks[0])
    bc.impact.sobol_indices(model, inputs=2, draws=2)
    alone, whole = [], []
    for _ in range(args.rounds):
        start = time.perf_counter()
        for block in blocks:
            model(block)
        middle = time.perf_counter()
        bc.impact.sobol_indices(model, inputs=INPUTS, draws=DRAWS, seed=1)
        alone.append(middle - start)
        whole.append(time.perf_counter() - middle)
    base, total = statistics.median(alone), statistics.median(whole)
    found = {
        "task": "T17",
        "model_rows": DRAWS * (INPUTS + 2),
        "model_seconds": round(base, 4),
        "sobol_indices_seconds": round(total, 4),
        "rows": [row("T17 total-order Sobol indices beside the model alone", total / base, 1.5)],
    }
    print(json.dumps(found) if args.json else "\n".join(f"{k}: {v}" for k, v in found.items()))


if __name__ == "__main__":
    main()
