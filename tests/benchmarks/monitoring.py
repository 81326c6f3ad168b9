"""Simulated truth: how often monitoring says "improved" of nothing, and finds a real fall.

A school of 900, weekly counts over two years before and two after, with half-term seasons and
counts that vary twice as much as chance. In the null series the plan starts at the school that
had the worst last half-term of a pool of twenty, as plans do: schools differ in their true rates
too, and the worst is chosen on the rate of one measure; the other measure of the same school had
a bad half-term with it, as far as the two go together. That half-term is left out of the fit.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np

from behaviour_culture.monitoring import (
    Measure,
    detectable_effect,
    interrupted_time_series,
    measure_of,
    verdict,
)
from behaviour_culture.monitoring.verdicts.verdict import Conclusion

HALF_TERMS = (7, 7, 6, 6, 6, 7)
SEASON = np.array([0.85, 1.10, 1.05, 1.00, 1.05, 0.90])
"""Of each half-term, about a mean of 1 (illustrative: the autumn begins low and rises)."""
LABELS = [k for _ in range(4) for k, weeks in enumerate(HALF_TERMS) for _ in range(weeks)]
SIZE = len(LABELS)
CHANGE = SIZE // 2
RATE, DISPERSION = 13.5, 2.0
"""Events a week: 0.3 for each 100 of 900 pupils and day. Variance over mean."""
TRIGGER = list(range(CHANGE - HALF_TERMS[-1], CHANGE))
POOL = 20
"""Schools of which the worst in the last half-term starts the plan."""
BETWEEN = 0.3
"""Standard deviation of the schools' true rates on the log scale."""
SHARED = 0.3
"""Share of the variation beyond chance that the measures of one school have in common."""
MEMORIES = (0.0, 0.3, 0.6, 0.8)
"""Correlation from one week to the next of what varies beyond chance."""


def waves(rng: np.random.Generator, shape: tuple[int, int], memory: float) -> Any:
    """Return standard normal series of the first order, one in each row."""
    found = rng.normal(size=shape)
    for i in range(1, shape[1]):
        found[:, i] = memory * found[:, i - 1] + np.sqrt(1 - memory**2) * found[:, i]
    return found


def series(
    rng: np.random.Generator, ratio: float, *, selected: bool, memory: float = 0.0
) -> tuple[Any, Any]:
    """Return the counts of two measures of one school, and its exposure.

    With ``selected`` the school is the one of a pool whose first measure was worst, by its rate,
    in the half-term before the change.
    """
    schools = POOL if selected else 1
    exposure = 4500.0 * rng.uniform(0.8, 1.0, (schools, 1, SIZE))
    level = np.exp(rng.normal(0, BETWEEN, (schools, 1, 1))) if selected else 1.0
    mean = np.repeat(level * RATE * SEASON[LABELS] * exposure / 4050.0, 2, axis=1)
    mean[:, :, CHANGE:] *= ratio
    # A variance of DISPERSION times the mean; a part of what varies beyond chance is the week's
    # own, for both measures.
    if memory:
        parts = [waves(rng, (schools, SIZE), memory) for _ in range(3)]
        both = [np.sqrt(SHARED) * parts[0] + np.sqrt(1 - SHARED) * p for p in parts[1:]]
        spread = np.sqrt(np.log1p((DISPERSION - 1) / RATE))
        counts = rng.poisson(mean * np.exp(spread * np.stack(both, axis=1) - spread**2 / 2))
    else:  # gamma-mixed
        shape = mean / (DISPERSION - 1)
        common = rng.gamma(SHARED * shape.mean(axis=1, keepdims=True))
        counts = rng.poisson((DISPERSION - 1) * (common + rng.gamma((1 - SHARED) * shape)))
    rates = counts[:, 0, TRIGGER].sum(axis=1) / exposure[:, 0, TRIGGER].sum(axis=1)
    worst = int(rates.argmax())
    return counts[worst], exposure[worst, 0]


def estimate(counts: Any, exposure: Any, *, trend: bool, selected: bool) -> Any:
    """Return the result on one series, the trigger half-term left out where there is one."""
    return interrupted_time_series(
        counts,
        change_at=CHANGE,
        exposure=exposure,
        family="quasi-poisson",
        trend=trend,
        season=LABELS,
        exclude=TRIGGER if selected else (),
    )


def measure(name: str, result: Any) -> Measure:
    """Return a result as a measure of a source of its own."""
    return measure_of(
        result, name=name, source=name, matters=0.95, window="four years", exposure="pupil days"
    )


def nulls(number: int, seed: int, *, trend: bool, memory: float = 0.0) -> dict[str, Any]:
    """Count false signals in series without a change."""
    rng = np.random.default_rng(seed)
    better = worse = improved = naive = kept = 0
    for _ in range(number):
        both, exposure = series(rng, 1.0, selected=True, memory=memory)
        found = [estimate(c, exposure, trend=trend, selected=True) for c in both]
        better += found[0].level.upper < 1
        worse += found[0].level.lower > 1
        pair = [measure(n, r) for n, r in zip(("log", "lates"), found, strict=True)]
        improved += verdict(pair).conclusion is Conclusion.IMPROVED
        # Without leaving the trigger out, the fall that was to be expected anyway is in it.
        naive += estimate(both[0], exposure, trend=trend, selected=False).level.upper < 1
        weeks = HALF_TERMS[0]
        # What schools do: the half-term after beside the half-term before, as raw totals.
        raw = both[0][CHANGE : CHANGE + weeks].sum(), both[0][CHANGE - weeks : CHANGE].sum()
        kept += raw[0] < 0.9 * raw[1]
    return {
        "what": f"null, trend={trend}, memory={memory}",
        "series": number,
        "estimate_below_1": better,
        "estimate_above_1": worse,
        "verdict_improved": improved,
        "estimate_below_1_with_the_trigger": naive,
        "raw_totals_fell_by_a_tenth": int(kept),
    }


def found(number: int, seed: int, *, trend: bool, ratio: float = 0.8) -> dict[str, Any]:
    """Return the power printed beforehand and the share of series in which a fall is found."""
    told = detectable_effect(
        rate=RATE,
        before=CHANGE,
        after=SIZE - CHANGE,
        dispersion=DISPERSION,
        trend=trend,
        season=LABELS,
        ratio=ratio,
    )
    rng = np.random.default_rng(seed)
    hits = sum(
        estimate(counts[0], exposure, trend=trend, selected=False).level.upper < 1
        for counts, exposure in (series(rng, ratio, selected=False) for _ in range(number))
    )
    return {
        "what": f"fall to {ratio}, trend={trend}",
        "series": number,
        "power_told": told.power,
        "power_seen": hits / number,
    }


def run(number: int, seed: int) -> list[dict[str, Any]]:
    """Return all figures."""
    return [
        *(
            nulls(number, seed, trend=trend, memory=memory)
            for memory in MEMORIES
            for trend in (False, True)
        ),
        *(found(number, seed + 1, trend=trend) for trend in (False, True)),
    ]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rows = run(options.series, options.seed)
    if options.json:
        print(json.dumps({"benchmark": "monitoring", "rows": rows}, indent=2))
    else:
        for row in rows:
            print(", ".join(f"{k}: {v}" for k, v in row.items()))


if __name__ == "__main__":
    main()
