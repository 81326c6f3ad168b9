"""The staff time that a step takes."""

from __future__ import annotations

from behaviour_culture.model.school import School
from behaviour_culture.model.step import ActionStep

__all__ = ["LEAST_HOURS", "staff_hours"]

LEAST_HOURS = 1e-6
"""Less staff time than this counts as no time: a benefit for each hour would say nothing."""


def staff_hours(step: ActionStep, school: School | None) -> dict[str, float]:
    """Return the hours that a step takes of each role, all its people and weeks together.

    Durations are the likely ones; without a school one person holds each role.
    """
    return step.work() if school is None else step.work(school.people)
