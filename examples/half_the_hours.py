"""A scripted scenario: what becomes of the plan when those who lead it have half the hours.

A researcher's loop: change one thing, keep the seed, compare rows.
Run it from anywhere: python examples/half_the_hours.py
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from attrs import evolve

import behaviour_culture as bc

HERE = Path(__file__).parent
framework = bc.load_framework("bennett-2017")
school = bc.read(HERE / "illustrative_school.toml")
result = bc.score_audit(
    bc.read_audit(HERE / "illustrative_responses.csv", framework=framework), framework
)
year = bc.load_calendar("illustrative-2026-27")
LEADS = {"behaviour-lead", "pastoral-lead"}


def with_hours(share: float) -> bc.Capacity:
    """Return the school's capacity with the two leads' hours times ``share``."""
    roles = [
        evolve(r, hours_per_week=r.hours_per_week * share) if r.id in LEADS else r
        for r in school.capacity.roles
    ]
    changes = [
        evolve(c, hours_per_week=c.hours_per_week * share) if c.role in LEADS else c
        for c in school.capacity.changes
    ]
    return evolve(school.capacity, roles=roles, changes=changes)


print(f"{'priorities':>10} {'hours':>6} {'steps':>6} {'fit':>4} {'weeks':>6} {'at least':>9}")
for priorities in (3, 5):
    plan = bc.draft_plan(
        result,
        catalogue=bc.load_catalogue("bennett-2017"),
        school=school,
        priorities=priorities,
        starts=date(2026, 9, 2),
    )
    for share in (1.0, 0.75, 0.5, 0.35):
        schedule = bc.schedule_plan(plan, calendar=year, capacity=with_hours(share), seed=1)
        print(
            f"{priorities:>10} {share:>6.0%} {len(plan.steps):>6} {len(schedule.steps):>4} "
            f"{schedule.makespan:>6} {schedule.lower_bound:>9}"
        )
        # What only waits for another step that does not fit is left out here.
        for step, why in schedule.unscheduled.items():
            if not why.endswith("which is not in the schedule"):
                print(f"{'':>10} {step}: {why}")
