"""Can the evidence tell plans apart? Random plans of one audit, the best against the worst.

Plans are drawn by lot from the steps that the illustrative school could do, each with all that it
needs first, and scheduled with its people. For each outcome the plan that delivers most over the
time of the forecast is set beside the one that delivers least: the share of draws in which it is
ahead by what it delivers (every effect at its mean), and with the sign of the effect left open, at
the end. Under 60 % the sentence says that the evidence cannot tell the two apart.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.impact.forecasting.comparison import Delivery
from behaviour_culture.impact.forecasting.run import Job, run_job
from behaviour_culture.impact.forecasting.series import CLEAR
from behaviour_culture.journey import JourneyResult, demo_folder
from behaviour_culture.model.plan import Inclusion, InclusionKind


def drawn(made: JourneyResult, number: int, seed: int) -> list[bc.ActionPlan]:
    """Return plans of six to thirteen steps drawn by lot, with what these need first."""
    school = made.school
    assert school.capacity is not None
    catalogue = made.catalogue.for_school(school)
    roles = {role.id for role in school.capacity.roles}
    by_id = {s.id: s for s in catalogue.steps if {*s.hours_per_week, s.lead} <= roles}
    met = {entry.step for entry in made.plan.met}
    rng = np.random.default_rng(seed)
    plans: list[bc.ActionPlan] = []
    while len(plans) < number:
        wanted, todo = set(), list(rng.choice(sorted(by_id), int(rng.integers(6, 14)), False))
        while todo:
            name = str(todo.pop())
            if name not in wanted | met:
                wanted.add(name)
                todo += [before.step for before in catalogue.step(name).requires]
        if not wanted <= by_id.keys():
            continue  # it needs somebody whom the school does not have
        plans.append(
            evolve(
                made.plan,
                id=f"random-{len(plans)}",
                objectives=[],
                milestones=[],
                progress=[],
                not_before={},
                steps=[by_id[name] for name in sorted(wanted)],
                inclusions=[
                    Inclusion(step=name, kind=InclusionKind.OWN, reason="drawn by lot")
                    for name in sorted(wanted)
                ],
            )
        )
    return plans


def random_plans(number: int, draws: int, seed: int = 7) -> dict[str, Any]:
    """Return how the best of some random plans compares with the worst, by outcome."""
    made = bc.run_journey(Path(demo_folder()) / "illustrative_journey.toml")
    assert made.school.capacity is not None
    forecasts = []
    for plan in drawn(made, number, seed):
        schedule = bc.schedule_plan(
            plan,
            calendar=bc.load_calendar(made.schedule.calendar),
            capacity=made.school.capacity,
        )
        forecasts.append(bc.forecast(plan, made.result, schedule, draws=draws))
    found: dict[str, Any] = {}
    for outcome in sorted({o for f in forecasts for o in f.inputs.outcomes}):
        mine = [f for f in forecasts if outcome in f.inputs.outcomes]
        if len(mine) > 1:
            found[outcome] = best_and_worst(mine, outcome)
    return {"plans": number, "draws": draws, "seed": seed, "outcomes": found}


def delivery_of(forecast: bc.Forecast, other: bc.Forecast, outcome: str) -> Delivery:
    """Return how much one plan delivers of an outcome beside another."""
    found = bc.impact.compare_deliveries(forecast, other)
    return next(d for d in found if d.outcome == outcome)


def best_and_worst(forecasts: list[bc.Forecast], outcome: str) -> dict[str, Any]:
    """Return how the plan that delivers most of an outcome compares with the one with least."""
    one = forecasts[0]
    forecasts = sorted(forecasts, key=lambda f: delivery_of(f, one, outcome).ratio.value)
    worst, best = forecasts[0], forecasts[-1]
    delivery = delivery_of(best, worst, outcome)
    open_sign = None
    if worst.inputs.names == best.inputs.names:
        tally = run_job(Job((worst.inputs, best.inputs), worst.seed, worst.draws))[0]
        last = len(best.inputs.months)
        row = best.inputs.names.index(outcome) * last + last - 1
        open_sign = float(tally.better[row] / tally.draws)
    return {
        "plans": len(forecasts),
        "expected_worst_and_best": [float(f.outcome(outcome).mean[-1]) for f in (worst, best)],
        "delivers_more": delivery.ahead,
        "times_as_much": [delivery.ratio.value, delivery.ratio.lower, delivery.ratio.upper],
        "told_apart": delivery.ahead >= CLEAR,
        "ahead_with_the_sign_open": open_sign,
    }


def sentence(outcome: str, entry: dict[str, Any]) -> str:
    """Return what the comparison of one outcome shows."""
    value, lower, upper = entry["times_as_much"]
    text = (
        f"{outcome}: of {entry['plans']} plans that act on it the best delivers {value:.1f} times "
        f"the worst ({lower:.1f} to {upper:.1f}), and more in {entry['delivers_more']:.1%} of draws"
    )
    if not entry["told_apart"]:
        text += "; the evidence cannot tell them apart"
    share = entry["ahead_with_the_sign_open"]
    if share is None:
        return text + "."
    text += f". With the sign of the effect left open it is ahead in {share:.0%}"
    if share < CLEAR:
        text += ", so that the evidence cannot tell them apart"
    return text + "."


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, default=50)
    parser.add_argument("--draws", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = random_plans(options.plans, options.draws, options.seed)
    if options.json:
        print(json.dumps(figures))
        return
    for outcome, entry in figures["outcomes"].items():
        print(sentence(outcome, entry))


if __name__ == "__main__":
    main()
