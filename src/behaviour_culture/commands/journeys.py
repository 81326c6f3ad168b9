"""A journey as the command line names it, with the plan as it began where a report kept it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from behaviour_culture.commands.terminal import show_progress
from behaviour_culture.errors import ReadError

if TYPE_CHECKING:
    from behaviour_culture.journey import JourneyResult
    from behaviour_culture.model.journey import Journey

__all__ = ["add_journey", "add_kept_option", "going_on", "names_its_own", "run_kept"]


def add_journey(parser: argparse.ArgumentParser) -> None:
    """Add the journey that a command is about."""
    parser.add_argument("journey", metavar="JOURNEY", help="journey.toml or school.xlsx")


def add_kept_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--kept``: where the report keeps the plan as it began."""
    parser.add_argument(
        "--kept", metavar="FOLDER", help="the folder of its report, with the plan as it began"
    )


def names_its_own(journey: Journey) -> bool:
    """Say whether a journey names the plan as it began, or its schedule."""
    return journey.first_plan is not None or journey.first_schedule is not None


def going_on(journey: Journey, folder: str) -> Journey:
    """Return a journey with the first plan that the folder of its report keeps.

    It stays as it is where it names one of its own, or none is there.
    """
    from behaviour_culture.journey import FIRST_FILES  # noqa: PLC0415  (loads the stages)

    plan, schedule = (Path(folder, name).absolute() for name in FIRST_FILES)
    if names_its_own(journey) or not plan.exists():
        return journey
    return journey.evolve(first_plan=str(plan), first_schedule=str(schedule))


def run_kept(options: argparse.Namespace) -> JourneyResult:
    """Run the journey of the options, with the plan that ``--kept`` names."""
    from behaviour_culture.journey import (  # noqa: PLC0415  (the stages)
        FIRST_FILES,
        read_journey,
        run_journey,
    )

    path = Path(options.journey)
    if options.kept is None:
        return run_journey(path, progress=show_progress)
    journey = going_on(read_journey(path), options.kept)
    if not names_its_own(journey):
        problem = f"no {FIRST_FILES[0]} is in it: name the folder of a report of this journey"
        raise ReadError(options.kept, problem)
    return run_journey(journey, base=path.parent, progress=show_progress)
