"""The columns of a behaviour system's export, by field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from attrs import field, frozen

from behaviour_culture.checks import Check, MapOf, Value
from behaviour_culture.errors import shorten, suggest
from behaviour_culture.fields import Slug, Text

__all__ = ["LISTS", "LogMapping"]

LISTS = ("polarity", "category", "location", "period", "outcome")
"""Fields whose texts come from lists of the behaviour system."""
_FIELDS = ("incident_id", "pupil_key", "occurred_at", *LISTS, "points", "logged_at")
_NEVER_READ = {"staff", "staff_key", "pupil_name", "name", "comments", "narrative"}
"""Fields that people may ask for but that are never read: adults, names, free text."""
_PEOPLE = re.compile(
    r"pupil|student|staff|teacher|surname|forename|(first|last|full) ?name|comment|narrative",
    re.IGNORECASE,
)
"""Headings of columns with names of people or free text, which cannot be lists of a system."""


@frozen(kw_only=True, repr=False)
class LogMapping(Value):
    """The headings of the columns of a behaviour log that are read.

    No system documents its export, and schools choose their own columns: take a mapping that
    comes with the library as a start, and change it.

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
    signed_points : bool
        The system gives points below 0 for poor behaviour and above 0 for merits, so that they
        say the polarity of a row that has no text for it; 0 is neutral.
    source : str
        The source of the headings.
    """

    id: Slug
    system: Text
    columns: Mapping[str, Text] = field(converter=MapOf[str, str])
    signed_points: bool = False
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
        if self.signed_points is True and "points" not in self.columns:
            check.fault("signed_points", "the field 'points' is missing: give its heading")
        headings = Counter(str(heading) for heading in self.columns.values())
        for heading in sorted(h for h, many in headings.items() if many > 1):
            check.fault("columns", f"the column {shorten(heading)} is given twice")

    def _lines(self) -> list[str]:
        return [f"{self.system}: {', '.join(f'{f} = {h}' for f, h in self.columns.items())}"]
