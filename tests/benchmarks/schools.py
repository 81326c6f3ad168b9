"""Plans of the six illustrative schools with hours such as schools have.

For each school, and each pattern of the catalogue: how many steps are drafted, how many are
scheduled, how many of these are done within four half-terms, in which teaching week pupils meet
the first new routine, and how far the heuristic's and the exact engine's schedules are from the
bound. The independent checker looks at every schedule: hours are kept in every week.

    python tests/benchmarks/schools.py --json
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from pathlib import Path

from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.model.step import StepPhase
from behaviour_culture.testing import assert_feasible

SCHOOLS = Path(__file__).parents[2] / "examples" / "schools"
HOURS = {
    "head": 1.5,
    "governor": 0.25,
    "behaviour-lead": 2.0,
    "pastoral-lead": 2.0,
    "teacher": 0.5,
    "support-staff": 0.5,
}
"""Hours a week of each person; 1 for everybody else (judgement)."""
STARTS = {
    "none": dt.date(2026, 9, 2),
    "mid-year": dt.date(2026, 11, 2),
    "september": dt.date(2026, 6, 8),
}
FOUR_HALF_TERMS = 4


def realistic(school: bc.School) -> bc.School:
    """Return the school with such hours, to set up and to keep going alike."""
    assert school.capacity is not None
    roles = [evolve(r, hours_per_week=HOURS.get(r.id, 1.0)) for r in school.capacity.roles]
    return evolve(school, capacity=evolve(school.capacity, roles=roles, changes=()))


def end_of_fourth(years: list[bc.SchoolYear], starts: dt.date) -> dt.date:
    """Return the last day of the fourth half-term, that in which the plan begins counted."""
    ends = [h.end for year in years for h in year.half_terms if h.end >= starts]
    return ends[FOUR_HALF_TERMS - 1]


def measured(folder: Path, pattern: str, limit: float) -> dict[str, object]:
    """Draft and schedule a plan with the heuristic and exactly, and return what came of it."""
    framework, starts = bc.load_framework("bennett-2017"), STARTS[pattern]
    school = bc.read(folder / "school.toml", bc.School)
    audit = bc.read_audit(folder / "responses.csv", framework=framework, school=school.name)
    school = realistic(school)
    year = bc.load_calendar(folder / "calendar.toml")
    years = [year, year.projected()]
    plan = bc.draft_plan(
        bc.score_audit(audit, framework),
        catalogue=bc.load_catalogue("bennett-2017"),
        school=school,
        starts=starts,
        pattern=None if pattern == "none" else pattern,
    )
    assert school.capacity is not None
    row: dict[str, object] = {"school": folder.name, "pattern": pattern, "drafted": len(plan.steps)}
    for engine in ("heuristic", "exact"):
        begun = time.process_time()
        made = bc.schedule_plan(
            plan, calendar=years, capacity=school.capacity, engine=engine, time_limit=limit
        )
        assert_feasible(made, plan, years, school.capacity)
        last = end_of_fourth(years, starts)
        launches = [s.first_week for s in made.steps if plan.step(s.step).phase is StepPhase.LAUNCH]
        row[engine] = {
            "placed": len(made.steps),
            "within_four_half_terms": sum(s.finish <= last for s in made.steps),
            "first_launch_week": min(launches, default=None),
            "launch_weeks": made.launch_weeks,
            "weeks": made.makespan,
            "bound": made.lower_bound,
            "status": made.status.value,
            "hours_needed": dict(made.hours_needed),
            "processor_seconds": round(time.process_time() - begun, 2),
        }
    return row


def main() -> None:
    """Measure all schools and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--time-limit", type=float, default=5.0, help="seconds a schedule")
    options = parser.parse_args()
    for pattern in STARTS:
        for folder in sorted(p for p in SCHOOLS.iterdir() if p.is_dir()):
            row = measured(folder, pattern, options.time_limit)
            if options.json:
                print(json.dumps(row), flush=True)
                continue
            print(f"{row['school']}, {pattern}: {row['drafted']} steps", flush=True)
            for engine in ("heuristic", "exact"):
                found = row[engine]
                assert isinstance(found, dict)
                inside = found["within_four_half_terms"]
                print(
                    f"  {engine}: {found['placed']} placed, {inside} within four half-terms, "
                    f"first launch in week {found['first_launch_week']}, "
                    f"{found['weeks']} weeks (bound {found['bound']}), {found['status']}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
