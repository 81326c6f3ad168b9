"""What to expect, which steps to choose, and what to believe once something was seen.

A researcher's loop on an illustrative school: forecast, scenarios, choice within hours, half a
year later two surveys and an audit, learning, the next plan. The figures seen are invented.
Run it from anywhere: python examples/forecast_choose_learn.py
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import behaviour_culture as bc
from behaviour_culture.impact import catalogue_benefits, efficient_frontier
from behaviour_culture.review import compare_plans

HERE = Path(__file__).parent
SEED = 7
framework = bc.load_framework("bennett-2017")
catalogue = bc.load_catalogue("bennett-2017")
year = bc.load_calendar("illustrative-2026-27")
school = bc.read(HERE / "illustrative_school.toml")
result = bc.score_audit(
    bc.read_audit(HERE / "illustrative_responses.csv", framework=framework), framework
)


def drafted(benefits: Mapping[str, float] | None = None) -> bc.ActionPlan:
    """Return a plan for this school, of the steps that bring most."""
    return bc.draft_plan(
        result,
        catalogue=catalogue,
        school=school,
        benefits=benefits,
        priorities=3,
        steps_per_priority=2,  # with coaching among them, the one step whose effect was measured
        starts=date(2026, 9, 2),
    )


# -- what to expect --------------------------------------------------------------------------

plan = drafted()
schedule = bc.schedule_plan(plan, calendar=year, capacity=school.capacity, seed=SEED)
expected = bc.forecast(plan, result, schedule, calendar=year, draws=20_000, seed=SEED)
print(expected)
print()
scenarios = [
    bc.content.load_content("scenario", name) for name in bc.content.content_ids("scenario")
]
print(bc.compare_forecasts(scenarios, plan, result, schedule, calendar=year, seed=SEED))

# -- which steps, within the hours there are -------------------------------------------------

index = bc.score_impact(plan, result, school=school, draws=4_000, seed=SEED)
choice = bc.choose_steps(plan, index, hours=300, launches=3, school=school, calendar=year)
print()
print(choice)
print()
for c in efficient_frontier(plan, index, school=school, points=6).choices:
    print(f"{c.total_hours:>5.0f} hours: {len(c.steps):>2} steps, {c.value:.1f} points on average")

# -- what was seen after three half-terms, and what to believe then --------------------------

principle = expected.maturity[0].id
seen = [
    bc.Observation(half_term=3, outcome="climate-staff", value=0.10, standard_error=0.08),
    bc.Observation(half_term=3, outcome="climate-pupils", value=-0.02, standard_error=0.05),
    bc.Observation(half_term=3, outcome=principle, value=0.35, standard_error=0.10),
]
beliefs = bc.learn(expected, seen)
print()
print(beliefs)

# -- the next round: all steps compete, on what was learned ----------------------------------

# Beliefs.benefits covers the steps of the old plan alone; here the whole catalogue competes.
new = drafted(catalogue_benefits(catalogue, result, evidence=beliefs.evidence))
again = bc.forecast(
    new,
    result,
    bc.schedule_plan(new, calendar=year, capacity=school.capacity, seed=SEED),
    calendar=year,
    evidence=beliefs.evidence,
    draws=20_000,
    seed=SEED,
)
print()
print(compare_plans(plan, new))
print()
for name, made in (("before", expected), ("after learning", again)):
    at = made.outcome("conduct").at(6)
    print(
        f"Behaviour by {made.half_terms[5]}, {name}: {100 * at.value:+.1f} points "
        f"({100 * at.lower:+.0f} to {100 * at.upper:+.0f})"
    )
