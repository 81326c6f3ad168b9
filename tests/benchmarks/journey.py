"""The whole journey for a plan of all 60 steps of the catalogue, from files to report.

The figure is the user and system time of a fresh process, imports included: it reads a
school, its responses, a catalogue and a journey file, and writes the report. The yardstick
is a fresh process that only imports what the journey needs: networkx, numpy, cattrs and
Jinja2.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from paired import arguments, cpu_of_process, ratios, rounds_of, show

JOURNEY = "journey, files to report, 60 steps"
YARDSTICK = "import networkx, numpy, cattrs, jinja2"
CPU_SECONDS = 2.0
"""What the journey may take."""

RATERS = ("head", "teacher-1", "teacher-2", "support-staff-1", "governor-1")
HOURS = {
    "head": 3.0,
    "behaviour-lead": 10.0,
    "pastoral-lead": 8.0,
    "senco": 5.0,
    "middle-leader": 4.0,
    "teacher": 2.0,
    "support-staff": 2.0,
    "data-manager": 4.0,
    "office": 4.0,
    "governor": 1.0,
    "safeguarding-lead": 4.0,
    "attendance-champion": 4.0,
    "clerk": 2.0,
    "trust": 2.0,
    "site-manager": 4.0,
}


def write_inputs(folder: Path) -> Path:
    """Write the files of an invented school into a folder; return the journey's path."""
    import attrs

    import behaviour_culture as bc

    framework = bc.load_framework("bennett-2017")
    roles = [bc.Role(id=key, title=key, hours_per_week=hours) for key, hours in HOURS.items()]
    school = bc.School(
        id="invented",
        name="Invented School",
        illustrative=True,
        capacity=bc.Capacity(roles=roles),
    )
    bc.write(school, folder / "school.toml")
    values = framework.rating_scale.values[:-1]  # a gap everywhere, so that every step is wanted
    rows = [
        {"rater": rater, "item": item.id, "rating": values[(i * 7 + j * 5) % len(values)]}
        for j, rater in enumerate(RATERS)
        for i, item in enumerate(framework.items)
    ]
    bc.write_csv(rows, folder / "responses.csv")
    # Without an audit step, which a scored audit has already done: all 60 are to be planned.
    catalogue = attrs.evolve(bc.load_catalogue("bennett-2017"), audit_step=None)
    bc.write(catalogue, folder / "catalogue.toml")
    journey = bc.model.Journey(
        id="invented",
        title="All steps of the catalogue",
        framework="bennett-2017",
        catalogue="catalogue.toml",
        calendar="illustrative-2026-27",
        school="school.toml",
        responses="responses.csv",
        benchmarks="national-behaviour-survey",
        priorities=len(framework.principles),
        steps_per_priority=60,
    )
    return bc.write(journey, folder / "journey.toml")


def run(journey: Path, out: Path) -> None:
    """Go the whole way: what the timed process does."""
    import behaviour_culture as bc

    bc.run_journey(journey).write(out)


def facts(journey: Path) -> dict[str, Any]:
    """Return what the journey was about, to be sure that it is the one that was meant."""
    import behaviour_culture as bc

    done = bc.run_journey(journey)
    return {
        "planned_steps": len(done.plan.steps),
        "schedules_tried": done.schedule.tried,
        "draws": done.impact.draws,
    }


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("--run", nargs=2, metavar=("JOURNEY", "OUT"), help="what is timed")
    options = parser.parse_args()
    if options.run:
        run(Path(options.run[0]), Path(options.run[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        journey = write_inputs(folder)
        about = facts(journey)
        sides = {
            YARDSTICK: lambda: cpu_of_process(["-c", "import networkx, numpy, cattrs, jinja2"]),
            JOURNEY: lambda: cpu_of_process(
                [__file__, "--run", str(journey), str(folder / "report")]
            ),
        }
        rows = ratios(rounds_of(sides, options.rounds), YARDSTICK)
    seconds = next(row["seconds"] for row in rows if row["what"] == JOURNEY)
    report = {
        "benchmark": "journey (CPU time)",
        "rounds": options.rounds,
        "yardstick": YARDSTICK,
        "rows": rows,
        "facts": about,
        "cpu_seconds": seconds,
        "cpu_seconds_wanted": CPU_SECONDS,
        "python": sys.version.split()[0],
        "notes": [
            f"{about['planned_steps']} steps planned, {about['schedules_tried']} schedules "
            f"tried, {about['draws']:,} draws",
            f"{seconds:.2f} s of CPU; wanted below {CPU_SECONDS:.0f} s on the project's machine",
        ],
    }
    show(report, as_json=options.json)


if __name__ == "__main__":
    main()
