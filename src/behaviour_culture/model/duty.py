"""The register of duties: the law and guidance that bind schools, and when each was checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import day_words
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, find
from behaviour_culture.fields import Slug, Some, Text, Unique
from behaviour_culture.model.school import School
from behaviour_culture.model.setting import Governance, Setting
from behaviour_culture.model.source import Mark, Sourced
from behaviour_culture.model.step import StepMark

__all__ = ["Duty", "DutyForce", "DutyRegister"]

NO_ADVICE = (
    "This is a list to work from and no legal advice: read the law and the guidance themselves, "
    "and ask a lawyer or the local authority where it matters."
)


class DutyForce(StrEnum):
    """How strongly a duty binds."""

    LAW = "law"
    STATUTORY_GUIDANCE = "statutory-guidance"
    """A school must have regard to it, and departs from it only for a good reason."""
    ADVICE = "advice"
    """It binds nobody; inspectors and courts may ask why a school did otherwise."""


@frozen(kw_only=True, repr=False)
class Duty(Value):
    """One thing that the law or guidance asks of schools.

    Attributes
    ----------
    id, title, text : str
    force : DutyForce
    binds : tuple of Governance
        The schools that it binds, by who answers for them; empty for every school.
    settings : tuple of Setting
        The kinds of provision that it binds; empty for all.
    since : date or None
        The day from which it applies; None if that day was not found.
    until : date or None
        The last day of it, where it is known to be replaced.
    source : str
        The id of one of the register's sources.
    mark : Mark
        How well it is known. Law that is known from a summary is ``partly``.
    checked : date
        The day on which somebody last compared the entry with its source.
    before : tuple of StepMark
        A step with one of these marks may only follow the step that answers the duty.
    """

    id: Slug
    title: Text
    text: Text
    force: DutyForce
    binds: tuple[Governance, ...] = field(default=(), converter=TupleOf[Governance])
    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
    since: dt.date | None = None
    until: dt.date | None = None
    source: Slug
    mark: Mark
    checked: dt.date
    before: tuple[StepMark, ...] = field(default=(), converter=TupleOf[StepMark])

    def _check(self, check: Check) -> None:
        check.in_order("since", "until")

    @property
    def verified(self) -> bool:
        """True where the mark is ``read`` or ``computed``."""
        return self.mark.verified

    def binds_school(self, school: School) -> bool:
        """Say whether it binds a school; a school that does not say what it is, is bound."""
        governed = not self.binds or school.governance is None or school.governance in self.binds
        known = school.settings
        return governed and (not self.settings or not known or bool(known & {*self.settings}))

    def _label(self) -> str:
        return f"{self.id}: {self.title}"

    def _lines(self) -> list[str]:
        since = f", since {day_words(self.since)}" if self.since else ""
        return [f"{self.title} ({self.force.value}{since}; {self.mark.value})", f"  {self.text}"]


@frozen(kw_only=True, repr=False)
class DutyRegister(Sourced):
    """The duties of one country at one time; see `behaviour_culture.load_duties`.

    Attributes
    ----------
    country : str
    review_by : date
        The day after which the register is old and says so.
    duties : tuple of Duty
    """

    country: Text
    review_by: dt.date
    duties: Annotated[Entries[Duty], Some(), Unique("id")] = field(converter=TupleOf[Duty])

    def _check(self, check: Check) -> None:
        known = {s.id for s in self.sources} if check.ok("sources", "duties") else None
        for i, duty in enumerate(self.duties if known is not None else ()):
            check.known(f"duties[{i}].source", duty.source, known or (), "source")

    def duty(self, duty_id: str) -> Duty:
        """Return one duty by id, or raise `UnknownNameError`."""
        return find("duty", duty_id, self.duties)

    def unverified(self) -> Entries[Duty]:
        """Return the duties whose mark is neither ``read`` nor ``computed``."""
        return Entries(d for d in self.duties if not d.verified)

    def notices(self, on: dt.date) -> tuple[str, ...]:
        """Return what a reader has to know on a day: no legal advice, and whether it is old."""
        if on <= self.review_by:
            return (NO_ADVICE,)
        due = day_words(self.review_by)
        return (f"This register was to be reviewed by {due}: it may be out of date.", NO_ADVICE)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "duty": str,
        "title": str,
        "force": DutyForce,
        "binds": str,
        "since": dt.date,
        "until": dt.date,
        "mark": Mark,
        "checked": dt.date,
        "source": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each duty."""
        return [
            {
                "duty": d.id,
                "title": d.title,
                "force": d.force.value,
                "binds": ", ".join(d.binds),
                "since": d.since.isoformat() if d.since else None,
                "until": d.until.isoformat() if d.until else None,
                "mark": d.mark.value,
                "checked": d.checked.isoformat(),
                "source": d.source,
            }
            for d in self.duties
        ]

    def _label(self) -> str:
        return f"{self.id}: {len(self.duties)} duties"

    def _lines(self) -> list[str]:
        return [f"{self.name}: {len(self.duties)} duties", *(f"  {d.title}" for d in self.duties)]
