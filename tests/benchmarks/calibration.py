"""Does it hold? Four checks of the forecast, the evidence and learning, bad news included.

(a) Simulation-based calibration of `learn`: schools are drawn from the forecast, what would be
    seen of them is simulated, and the rank of the truth among the weighted draws must be
    uniform (Talts and others 2018, arXiv:1804.06788).
(b) Leave one study out, by outcome: how often the 80% prediction interval of the others covers
    it, and how wide that interval is; simulated studies show that the machinery works.
(c) The published before and after of the Behaviour Hubs evaluation, which no prior uses,
    beside the forecast for an invented partner school.
(d) Random plans of one audit: how often the one that delivers most is ahead of the one that
    delivers least, outcome by outcome (`random_plans.py`, which prints it in sentences).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from attrs import evolve
from random_plans import random_plans
from scipy import stats

import behaviour_culture as bc
from behaviour_culture.impact.forecasting.compile import assumed_by, forecast_constants
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.impact.forecasting.run import chunk_sizes
from behaviour_culture.journey import demo_folder
from behaviour_culture.review.learning.importance import weigh_draws

BINS = 10
HALF_TERMS = (2, 4, 6)
WATCHED = ("fidelity", "effect", "ramp")
HUBS = {"climate-staff": (0.44, 0.49), "climate-pupils": (0.27, 0.25)}
"""Row B31: share that rated behaviour as good, before and after (13,923 staff, 50,521 pupils)."""


# -- (a) -----------------------------------------------------------------------------------


def small_case() -> ForecastInputs:
    """Return a plan of four steps whose effects can be seen."""
    months = [2.0 * (k + 1) for k in range(6)]
    return ForecastInputs(
        steps=["a", "b", "c", "d"],
        principles=["p", "q"],
        outcomes=["conduct"],
        scales=["smd"],
        studies=["s"],
        months=months,
        worked=months,
        starts=[0.0, 1.0, 2.0, 4.0],
        ends=[np.nan] * 4,
        acting=range(4),
        effect_mean=[0.25] * 4,
        effect_error=[0.05] * 4,
        effect_spread=[0.15] * 4,
        grades=["B"] * 4,
        study=[0] * 4,
        outcome=[0] * 4,
        fidelity=[[0.7, 10.0]] * 4,
        reach=[[0.8, 20.0]] * 4,
        gaps=[[0.7, 0.1]] * 2,
        pairs=[[0, 0], [1, 0], [2, 1], [3, 1]],
        needs=[[1, 0], [3, 2]],
        missing=[0.0] * 4,
        constants=forecast_constants(
            assumed_by(bc.load_evidence()), bc.Scenario(id="a", name="As planned")
        ),
    )


def ranks(case: ForecastInputs, seed: int, schools: int, draws: int) -> np.ndarray[Any, Any]:
    """Return the share of weight below the truth, shape (watched, schools)."""
    rng = np.random.default_rng([seed, 1])
    truth = draw_chunk(case, 10**6 + seed, 0, schools)
    facts = np.stack([truth.fidelity.mean(axis=0), truth.setting[0], truth.ramp])
    kinds = ("conduct", "p")
    errors = {"conduct": 0.05, "p": 0.08}
    seen: dict[tuple[int, str], np.ndarray[Any, Any]] = {}
    for moment in run_chunk(case, truth):
        if moment.time + 1 in HALF_TERMS:
            seen[moment.time + 1, "conduct"] = moment.outcomes[0].copy()
            seen[moment.time + 1, "p"] = moment.maturity[0].copy()
    found = np.empty((len(WATCHED), schools))
    for school in range(schools):
        observations = [
            bc.Observation(
                half_term=k,
                outcome=kind,
                value=float(seen[k, kind][school] + errors[kind] * rng.standard_normal()),
                standard_error=errors[kind],
            )
            for k in HALF_TERMS
            for kind in kinds
        ]
        parts = list(weigh_draws(case, seed * 10_007 + school, draws, observations))
        log = np.concatenate([p.log_weights for p in parts])
        weights = np.exp(log - log.max())
        held = np.concatenate(
            [np.stack([p.fidelity.mean(axis=0), p.setting[0], p.ramp]) for p in parts], axis=1
        )
        below = held < facts[:, school, None]
        found[:, school] = (below * weights).sum(axis=1) / weights.sum()
    return found


def calibrate_learning(seeds: int, schools: int, draws: int) -> dict[str, Any]:
    """Return the chi-square p of each rank histogram and how many seeds pass."""
    case = small_case()
    p_values: dict[str, list[float]] = {name: [] for name in WATCHED}
    totals = np.zeros((len(WATCHED), BINS), dtype=int)
    for seed in range(seeds):
        found = ranks(case, seed, schools, draws)
        for i, name in enumerate(WATCHED):
            counts, _ = np.histogram(found[i], bins=BINS, range=(0, 1))
            totals[i] += counts
            p_values[name].append(float(stats.chisquare(counts).pvalue))
    passed = {name: sum(bool(p > 0.01) for p in values) for name, values in p_values.items()}
    return {
        "seeds": seeds,
        "schools": schools,
        "draws": draws,
        "p_values": p_values,
        "seeds_above_0.01": passed,
        "rank_histograms": dict(zip(WATCHED, totals.tolist(), strict=True)),
        "holds": bool(all(10 * n >= 9 * seeds for n in passed.values())),
    }


# -- (b) -----------------------------------------------------------------------------------

POOLS = (
    "conduct", "on-task", "conduct-observed", "conduct-targeted", "bullied", "bullying-others",
    "suspension", "absence", "absence-smd", "aggression",
)  # fmt: skip
"""Those with at least four independent primary rows."""


def simulated(sets: int, studies: int, seed: int) -> bc.model.EvidenceBase:
    """Return evidence of studies whose spread and errors are known, a pool for each set."""
    rng = np.random.default_rng([seed, 2])
    base = bc.load_evidence()
    pattern = next(row for row in base.findings if row.pool == "conduct" and not row.assumptions)
    findings = []
    for k in range(sets):
        errors = rng.uniform(0.04, 0.12, studies)
        effects = -0.2 + 0.15 * rng.standard_normal(studies)
        effects += errors * rng.standard_normal(studies)
        findings += [
            evolve(
                pattern, id=f"s{k}-{i}", study=f"s{k}-{i}", pool=f"s{k}", estimate=float(y),
                standard_error=float(s), lower=None, upper=None,
            )
            for i, (y, s) in enumerate(zip(effects, errors, strict=True))
        ]  # fmt: skip
    return evolve(base, findings=findings)


def leave_one_out(sets: int, studies: int) -> dict[str, Any]:
    """Return coverage and sharpness for every outcome that can be checked, and on simulations."""
    base = bc.load_evidence()
    real: dict[str, Any] = {}
    for pool in POOLS:
        made = bc.impact.leave_one_out(base, outcome=pool)
        pooled = made.pooled
        real[pool] = {
            "studies": made.total,
            "inside": made.inside,
            "misses": [row.row for row in made.misses],
            "mean": pooled.estimate.value,
            "tau": [pooled.tau.value, pooled.tau.lower, pooled.tau.upper],
            "mean_width_with_own_error": made.width,
            "width_in_a_new_setting": pooled.prediction.upper - pooled.prediction.lower,
        }
    invented = simulated(sets, studies, 0)
    checks = [bc.impact.leave_one_out(invented, outcome=f"s{k}") for k in range(sets)]
    cover = sum(c.inside for c in checks) / sum(c.total for c in checks)
    inside, total = (sum(entry[k] for entry in real.values()) for k in ("inside", "studies"))
    return {
        "outcomes": real,
        "inside": inside,
        "total": total,
        "simulated": {"sets": sets, "studies": studies, "covered": cover},
        "holds": bool(47 <= inside <= 56 and total == 59 and 0.76 <= cover <= 0.84),
    }


# -- (c) -----------------------------------------------------------------------------------


def hubs(draws: int) -> dict[str, Any]:
    """Return where the published before and after falls in the forecast for one school."""
    made = bc.run_journey(Path(demo_folder()) / "illustrative_journey.toml")
    case = bc.forecast(made.plan, made.result, made.schedule, draws=100).inputs
    normal = NormalDist()
    seen = {
        key: normal.inv_cdf(after) - normal.inv_cdf(before) for key, (before, after) in HUBS.items()
    }
    views: dict[int, list[np.ndarray[Any, Any]]] = {6: [], 12: []}
    at = [case.names.index(key) for key in HUBS]
    for chunk, size in chunk_sizes(draws):
        for moment in run_chunk(case, draw_chunk(case, 0, chunk, size)):
            if moment.time + 1 in views:
                views[moment.time + 1].append(moment.outcomes[at].copy())
    base = bc.load_evidence()
    cited = [set(x.provenance.sources) for x in (*base.parameters, *base.assumptions)]
    found: dict[str, Any] = {
        "held_out_of_every_prior": not any("b31" in sources for sources in cited),
        "observed_smd": seen,
    }
    for half_term, parts in views.items():
        both = np.concatenate(parts, axis=1)
        entry: dict[str, Any] = {}
        for row, key in zip(both, HUBS, strict=True):
            before, after = HUBS[key]
            middle = np.quantile(row, [0.1, 0.5, 0.9])
            start = normal.inv_cdf(before)
            entry[key] = {
                "percentile_of_observed": 100 * float((row < seen[key]).mean()),
                "expected_mean_smd": float(row.mean()),
                "expected_after_10_50_90": [normal.cdf(start + float(m)) for m in middle],
                "observed_after": after,
                "inside_80": bool(middle[0] <= seen[key] <= middle[2]),
            }
        entry["draws_with_staff_up_and_pupils_down"] = float(((both[0] > 0) & (both[1] < 0)).mean())
        found[f"half_term_{half_term}"] = entry
    return found


def main() -> None:
    """Run the four checks and print what they show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--schools", type=int, default=200)
    parser.add_argument("--draws", type=int, default=4_000)
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--studies", type=int, default=10)
    parser.add_argument("--plans", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = {
        "learning": calibrate_learning(options.seeds, options.schools, options.draws),
        "leave_one_study_out": leave_one_out(options.sets, options.studies),
        "behaviour_hubs": hubs(20_000),
        "random_plans": random_plans(options.plans, options.draws),
    }
    print(json.dumps(figures, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
