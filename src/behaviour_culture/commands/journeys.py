"""A journey as the command line names it, with the plan as it began where a report kept it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from behaviour_culture.model.journey import Journey

__all__ = ["journey_at"]


def journey_at(path: Path, kept: str | None = None) -> Journey:
    """Read a journey; take its first plan from the folder of its report, unless it names one.

    Parameters
    ----------
    path : Path
    kept : str, optional
        The folder of its report.
    """
    from behaviour_culture import journey as stages  # noqa: PLC0415  (loads the stages)

    journey = stages.read_journey(path)
    if kept is None or journey.first_plan is not None or journey.first_schedule is not None:
        return journey
    plan, schedule = (Path(kept, name).absolute() for name in stages.FIRST_FILES)
    if not plan.exists():
        return journey
    return journey.evolve(first_plan=str(plan), first_schedule=str(schedule))
