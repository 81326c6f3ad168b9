"""The illustrative school: its files, and that nothing of it stands under another name."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from behaviour_culture.errors import Fault
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.school import School

__all__ = ["DEMO_FILES", "demo_folder", "mixture_faults"]

DEMO_FILES = (
    "illustrative_journey.toml",
    "illustrative_school.toml",
    "illustrative_responses.csv",
    "illustrative_progress.toml",
    "dunstall_hill_support.toml",
    "illustrative_incidents.csv",
    "illustrative_incidents_the_year_before.csv",
    "illustrative_absence.csv",
    "illustrative_survey_staff.csv",
    "illustrative_survey_pupils.csv",
    "illustrative_responses_a_year_later.csv",
    "illustrative_progress_a_year_later.toml",
    "illustrative_journey_a_year_later.toml",
)
"""The files of the illustrative school in `demo_folder`; the first is its journey."""

_RESPONSES = ("illustrative_responses.csv", "illustrative_responses_a_year_later.csv")


class _Rated(NamedTuple):
    """What the raters of the illustrative school said."""

    ratings: frozenset[tuple[str, str, int]]
    notes: frozenset[tuple[str, str, str]]
    """Rater, item and note: free text is never the same by chance."""


def demo_folder() -> Path:
    """Return the folder with the files of the illustrative school, installed or in a checkout."""
    here = Path(__file__).resolve()
    installed = here.parents[1] / "content" / "demo"
    return installed if installed.is_dir() else here.parents[3] / "examples"


def mixture_faults(school: School, years: list[SchoolYear], audit: Audit) -> list[Fault]:
    """Return the faults of files of the illustrative school that stand under another name.

    Its ratings belong to it alone, however its name was changed; illustrative dates do not belong
    to a real school.
    """
    faults = []
    if not school.illustrative:
        faults += [
            Fault(
                "calendar",
                f"{year.id!r} is illustrative, its dates are invented, and {school.name!r} is a "
                "real school: write its own term dates",
                year.id,
            )
            for year in years
            if year.illustrative
        ]
    if school.name != _name() and _is_borrowed(audit):
        message = (
            f"the ratings are those of the illustrative school, {_name()}, and this is "
            f"{school.name!r}: collect the forms of your own raters"
        )
        faults.append(Fault("responses", message, audit.id))
    return faults


def _is_borrowed(audit: Audit) -> bool:
    notes = {(r.rater, r.item, r.note) for r in audit.responses if r.note}
    ratings = {(r.rater, r.item, r.rating) for r in audit.responses if r.rating is not None}
    return any(
        notes & rated.notes or (ratings and ratings == rated.ratings)
        for rated in map(_rated, _RESPONSES)
    )


@cache
def _rated(name: str) -> _Rated:
    ratings, notes = set(), set()
    with (demo_folder() / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["rating"].isdecimal():
                ratings.add((row["rater"], row["item"], int(row["rating"])))
            if row["note"]:
                notes.add((row["rater"], row["item"], row["note"]))
    return _Rated(frozenset(ratings), frozenset(notes))


@cache
def _name() -> str:
    with (demo_folder() / "illustrative_school.toml").open("rb") as file:
        return str(tomllib.load(file)["name"])
