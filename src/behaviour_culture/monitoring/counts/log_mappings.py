"""Which column of a behaviour log holds what: a start for the exports of common systems."""

from __future__ import annotations

from behaviour_culture._frozenmap import FrozenMap

__all__ = ["LOG_FIELDS", "LOG_MAPPINGS", "NEVER_READ"]

LOG_FIELDS = FrozenMap(
    {
        "incident_id": "one number for an incident, on the row of each pupil in it",
        "pupil_key": "an admission number, UPN or other key; hashed at reading, never kept",
        "occurred_at": "the day, with or without the time: 2026-09-14, 14/09/2026 10:35",
        "polarity": "positive, negative or neutral",
        "category": "the type of behaviour, from the system's own list",
        "location": "where, from the system's own list",
        "period": "the lesson or time of day, from the system's own list",
        "outcome": "what followed, from the system's own list",
        "points": "behaviour points, a number",
        "logged_at": "the day on which it was entered",
    }
)
"""What a row may hold, and no more."""

NEVER_READ = frozenset({"staff", "staff_key", "pupil_name", "name", "comments", "narrative"})
"""What people may ask for and does not come in: whoever logged, names, free text."""

LOG_MAPPINGS = FrozenMap(
    {
        "arbor": FrozenMap(
            {
                "occurred_at": "Date and time",
                "pupil_key": "Student ID",
                "category": "Behaviour type",
                "location": "Location",
                "period": "Event",
                "points": "Points",
            }
        ),
        "bromcom": FrozenMap(
            {
                "occurred_at": "Date",
                "pupil_key": "Admission Number",
                "polarity": "Polarity",
                "category": "Event Type",
                "location": "Location",
                "outcome": "Outcome",
                "points": "Points",
            }
        ),
        "class-charts": FrozenMap(
            {
                "occurred_at": "When",
                "pupil_key": "Pupil ID",
                "category": "Behaviour",
                "period": "Lesson",
                "points": "Points",
            }
        ),
        "cpoms": FrozenMap(
            {
                "occurred_at": "Incident date",
                "pupil_key": "Student ID",
                "category": "Category",
                "logged_at": "Created",
            }
        ),
        "sims": FrozenMap(
            {
                "occurred_at": "Date",
                "pupil_key": "Admission Number",
                "category": "Behaviour Type",
                "outcome": "Outcome",
                "points": "Points",
            }
        ),
    }
)
"""A start for each system, by judgement.

No system documents its export, and schools choose the columns of theirs: the suppliers' help
pages name what a row carries, and the headings here are those names. Change what differs:
``{**LOG_MAPPINGS["bromcom"], "category": "Type"}``.
"""
