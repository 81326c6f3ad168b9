"""The columns of a behaviour system's export, by the field that each of them holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import field, frozen

from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.checks import Check, Value
from behaviour_culture.errors import shorten, suggest
from behaviour_culture.fields import Slug, Text

__all__ = ["LISTS", "LogMapping"]

LISTS = ("polarity", "category", "location", "period", "outcome")
"""Fields whose texts come from a list of the system's own."""
_FIELDS = ("incident_id", "pupil_key", "occurred_at", *LISTS, "points", "logged_at")
_NEVER_READ = {"staff", "staff_key", "pupil_name", "name", "comments", "narrative"}
"""Fields that people may ask for and that are not read: adults, names, free text."""
_PEOPLE = re.compile(
    r"pupil|student|staff|teacher|surname|forename|(first|last|full) ?name|comment|narrative",
    re.IGNORECASE,
)
"""Headings of columns that name people or tell stories, and so are no list to choose from."""


@frozen(kw_only=True, repr=False)
class LogMapping(Value):
    """The heading of each column of a behaviour log that is read.

    No system documents its export, and schools choose the columns of theirs: a mapping that comes
    with the library is a start to change.

    Attributes
    ----------
    system : str
        Name of the behaviour system.
    columns : mapping of str to str
        Heading by field. The fields are ``occurred_at`` (the day, with or without the time:
        2026-09-14, 14/09/2026 10:35), which is required; ``incident_id`` (one number for an
        incident, on the row of each pupil in it); ``pupil_key`` (an admission number, UPN or
        other key; hashed as it is read, never kept); ``polarity`` (positive, negative or
        neutral); ``category``, ``location``, ``period`` (the lesson or time of day) and
        ``outcome`` (the consequence), from the system's own lists; ``points``, a number; and
        ``logged_at`` (the day on which it was entered).
    source : str
        Where the headings are from.
    """

    id: Slug
    system: Text
    columns: Mapping[str, Text] = field(converter=frozen_map)
    source: str = ""

    def _check(self, check: Check) -> None:
        if not isinstance(self.columns, Mapping):
            return
        for name, heading in self.columns.items():
            path = f"columns.{name}"
            if name in _NEVER_READ:
                check.fault(path, "staff, names and free text are not read: leave it out")
            elif name not in _FIELDS:
                hint = suggest(name, _FIELDS) or f"; there are {', '.join(_FIELDS)}"
                check.fault(path, f"no such field{hint}")
            elif name in {*LISTS, "incident_id"} and _PEOPLE.search(str(heading)):
                message = f"{shorten(heading)} seems to name people or tell stories: leave it out"
                check.fault(path, message)
        if "occurred_at" not in self.columns:
            check.fault("columns", "the field 'occurred_at' is missing: the day of the incident")
        headings = [str(heading) for heading in self.columns.values()]
        for heading in sorted({h for h in headings if headings.count(h) > 1}):
            check.fault("columns", f"the column {shorten(heading)} is given twice")

    def _lines(self) -> list[str]:
        return [f"{self.system}: {', '.join(f'{f} = {h}' for f, h in self.columns.items())}"]
