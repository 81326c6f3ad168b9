"""Simulated truth: how often monitoring says "improved" of nothing, and finds a real fall.

A school of 900, weekly counts over two years before and two after, with half-term seasons and
counts that vary twice as much as chance. In the null series the plan starts after a bad
half-term, as plans do: series are drawn until the last half-term before is above its cutoff.
That half-term is left out of the fit.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np

from behaviour_culture.monitoring import (
    Measure,
    Reading,
    detectable_effect,
    interrupted_time_series,
    verdict,
)
from behaviour_culture.monitoring.wording import Conclusion

HALF_TERMS = (7, 7, 6, 6, 6, 7)
SEASON = np.array([0.85, 1.10, 1.05, 1.00, 1.05, 0.90])
"""Of each half-term, about a mean of 1 (illustrative: the autumn begins low and rises)."""
LABELS = [k for _ in range(4) for k, weeks in enumerate(HALF_TERMS) for _ in range(weeks)]
SIZE = len(LABELS)
CHANGE = SIZE // 2
RATE, DISPERSION = 13.5, 2.0
"""Events a week: 0.3 for each 100 of 900 pupils and day. Variance over mean."""
TRIGGER = list(range(CHANGE - HALF_TERMS[-1], CHANGE))
BAD = 1.10
"""The plan starts where the last half-term was this much above its expected count."""


def series(rng: np.random.Generator, ratio: float, *, selected: bool) -> tuple[Any, Any]:
    """Return counts and exposure; with ``selected`` the half-term before the change was bad."""
    exposure = 4500.0 * rng.uniform(0.8, 1.0, SIZE)
    mean = RATE * SEASON[LABELS] * exposure / 4050.0
    mean[CHANGE:] *= ratio
    while True:
        # Gamma-mixed Poisson with a variance of DISPERSION times the mean.
        counts = rng.poisson(rng.gamma(mean / (DISPERSION - 1), DISPERSION - 1))
        if not selected or counts[TRIGGER].sum() > BAD * mean[TRIGGER].sum():
            return counts, exposure


def estimate(rng: np.random.Generator, ratio: float, *, trend: bool, selected: bool) -> Any:
    """Return the result on one series, the trigger half-term left out where there is one."""
    counts, exposure = series(rng, ratio, selected=selected)
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
    return Measure(
        name=name,
        reporter="records",
        source=name,
        design=3,
        estimate=result.level,
        matters=0.8,
        window="four years",
        exposure="pupil days",
        events=int(np.sum(result.values)),
    )


def nulls(number: int, seed: int, *, trend: bool) -> dict[str, Any]:
    """Count false signals in series without a change."""
    rng = np.random.default_rng(seed)
    better = worse = improved = naive = 0
    for _ in range(number):
        pair = [
            measure(n, estimate(rng, 1.0, trend=trend, selected=True)) for n in ("log", "lates")
        ]
        better += pair[0].reading is Reading.BETTER
        worse += pair[0].reading is Reading.WORSE
        improved += verdict(pair).conclusion is Conclusion.IMPROVED
        counts, _ = series(rng, 1.0, selected=True)
        # What schools do: the half-term after beside the half-term before, as raw totals.
        weeks = HALF_TERMS[0]
        naive += counts[CHANGE : CHANGE + weeks].sum() < 0.9 * counts[CHANGE - weeks : CHANGE].sum()
    return {
        "what": f"null, trend={trend}",
        "series": number,
        "one_measure_better": better,
        "one_measure_worse": worse,
        "verdict_improved": improved,
        "raw_totals_fell_by_a_tenth": int(naive),
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
        estimate(rng, ratio, trend=trend, selected=False).level.upper < 1 for _ in range(number)
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
        *(nulls(number, seed, trend=trend) for trend in (False, True)),
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
