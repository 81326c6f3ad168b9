"""Average run lengths of the rule sets on stable normal data with known limits.

Run ``python tests/benchmarks/false_signals.py [--json]``. The first figure of each set is how
many points pass on average until the first false signal; published for the Western Electric
rules: 91.75 (Champ and Woodall 1987); for points beyond the limits alone 370.4 in closed form.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from behaviour_culture.monitoring.control_charts.rules import RULE_SETS, find_signals

SERIES, POINTS, SEED = 4_000, 4_000, 1


def run_length(rules: str) -> tuple[float, float]:
    """Return the average run length and its standard error.

    Lengths are censored at the last point; what is beyond is added as if it had no memory,
    which it has not once every rule had time to be met.
    """
    rng = np.random.default_rng(SEED)
    lengths = []
    for _ in range(SERIES // 500):
        met = find_signals(rng.standard_normal((500, POINTS)), RULE_SETS[rules]).any(axis=0)
        lengths.append(np.where(met.any(axis=1), met.argmax(axis=1) + 1, POINTS))
    found = np.concatenate(lengths)
    ended = (found < POINTS).sum()
    mean = found.sum() / ended
    return float(mean), float(mean / np.sqrt(ended))


def main() -> None:
    """Print the average run lengths."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    found = {name: run_length(name) for name in RULE_SETS}
    if as_json:
        print(json.dumps({k: {"arl": a, "standard_error": e} for k, (a, e) in found.items()}))
        return
    for name, (arl, error) in found.items():
        print(f"{name:18} {arl:7.1f} points until a false signal (standard error {error:.1f})")


if __name__ == "__main__":
    main()
