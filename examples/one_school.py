"""One illustrative school, from its audit to a report, stage by stage.

Run it from anywhere: python examples/one_school.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import behaviour_culture as bc

HERE = Path(__file__).parent
framework = bc.load_framework("bennett-2017")
school = bc.read(HERE / "illustrative_school.toml")
audit = bc.read_audit(
    HERE / "illustrative_responses.csv", framework=framework, date=date(2026, 7, 8)
)

# Where are we? Every score has an interval; what nobody assessed is left out, never a 0.
result = bc.score_audit(audit, framework)
print(result)

# What first, and why? Three priorities, each with quick and embedding steps.
plan = bc.draft_plan(
    result,
    catalogue=bc.load_catalogue("bennett-2017"),
    school=school,
    priorities=3,
    starts=date(2026, 9, 2),
)
print(plan)
print("\nwhy agree-vision is in the plan:", plan.why("agree-vision"))

# By when, with our people? Each date knows what keeps it from being earlier.
year = bc.load_calendar("illustrative-2026-27")
schedule = bc.schedule_plan(plan, calendar=year, capacity=school.capacity)
print(f"\n{schedule}")
for reason in schedule.explain("agree-vision"):
    print("agree-vision:", reason)

# What to expect? An index that ranks steps, with how sure it is.
impact = bc.score_impact(plan, result, school=school)
print(f"\n{impact}")

if len(sys.argv) > 1:
    for path in bc.write_report(
        sys.argv[1],
        framework=framework,
        audit=result,
        plan=plan,
        school=school,
        schedule=schedule,
        impact=impact,
        calendar=year,
    ):
        print("wrote", path)
