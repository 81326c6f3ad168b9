"""Why a step is not earlier, or not in a schedule at all: as data, and as a sentence.

A `Reason` holds a kind, names, dates and numbers. Its sentence is made when it is shown, with
titles for the ids of roles where there are any; nothing reads a sentence back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from string import Formatter

from attrs import evolve, field, frozen
from attrs.converters import optional

from behaviour_culture._display import count_of, day_words
from behaviour_culture.checks import Check, Value, as_float
from behaviour_culture.fields import Count, NotNegative, Slug, Text
from behaviour_culture.model.step import StartRule

__all__ = ["RULES", "Reason", "ReasonKind", "needed_fields", "reason_text", "reasons_text"]


class ReasonKind(StrEnum):
    """What keeps a step from starting earlier, or from being scheduled at all."""

    PREREQUISITE = "prerequisite"
    ROLE = "role"
    RUNNING = "running"
    """A role has too little left to keep it going once it is set up."""
    MOVED = "moved"
    """The plan has a day before which it does not begin (`ActionPlan.not_before`)."""
    ELSEWHERE = "elsewhere"
    """Another school that takes part is short of hours; its hours are not shown."""
    CALENDAR = "calendar"
    TERM = "term"
    LAUNCHES = "launches"
    LOAD = "load"
    """It could start earlier, but was moved to spread the load."""
    KEPT = "kept"
    """It could start earlier, but keeps the place that it had before planning again."""
    ACTUAL = "actual"
    """It has begun already."""
    PIN = "pin"
    START = "start"
    """Nothing does: it starts with the plan."""
    NOW = "now"
    """Nothing does: it starts with the rest of the plan."""
    # From here on: why a step is not in the schedule at all.
    MISSING = "missing"
    """A prerequisite is not in the schedule."""
    HOURS = "hours"
    """In no week has the role as many hours as the step needs."""
    UPKEEP = "upkeep"
    """The role has never as many hours as keeping it going takes."""
    LENGTH = "length"
    EARLY_PIN = "early-pin"
    LATE_PIN = "late-pin"
    NO_WEEK = "no-week"
    """The deadline comes before the end of the first week."""
    DEADLINE = "deadline"
    TOO_LATE = "too-late"
    """Its prerequisites end too late for the calendar."""
    NO_ROOM = "no-room"
    """No week before a day has room; the reasons that follow say why."""
    STOPPED = "stopped"
    OTHER = "other"
    """A sentence without data, from a file of an older format."""


RULES: Mapping[StartRule, str] = {
    StartRule.ANY_WEEK: "may start in any week in which pupils are in school",
    StartRule.HALF_TERM_START: "may start only in the first week of a half-term",
    StartRule.INSET_DAY: "may happen only on an INSET day",
}

_SENTENCES: Mapping[ReasonKind, str] = {
    ReasonKind.PREREQUISITE: "waits for '{title}', which ends on {day}{lag}: {why}",
    ReasonKind.ROLE: (
        "{role} has {left:g} of {of:g} hours left in the week of {week}, and it needs {needed:g}"
    ),
    ReasonKind.RUNNING: (
        "{role} has {left:g} of {of:g} hours a week left to keep things going, from the week of "
        "{week} on, and it needs {needed:g}"
    ),
    ReasonKind.MOVED: "is not to begin before {day}",
    ReasonKind.ELSEWHERE: "another school that takes part has too few hours{left_in}",
    ReasonKind.CALENDAR: "{rule}",
    ReasonKind.TERM: "belongs to the {part} term",
    ReasonKind.LAUNCHES: "{launches} in {part} already, and that is the limit",
    ReasonKind.LOAD: "could start in the week of {week}, but was moved to spread the load",
    ReasonKind.KEPT: "could start in the week of {week}, but keeps the place that it had",
    ReasonKind.ACTUAL: "begun on {week}{finished}",
    ReasonKind.PIN: "pinned to the week of {week}",
    ReasonKind.START: "starts with the plan, in the week of {week}",
    ReasonKind.NOW: "starts now, with what is left of the plan, in the week of {week}",
    ReasonKind.MISSING: "it needs '{title}' first, which is not in the schedule",
    ReasonKind.HOURS: "it needs {role} for {needed:g} hours a week, and {role} has {of:g} at most",
    ReasonKind.UPKEEP: (
        "keeping it going takes {role} {needed:g} hours a week, and {role} has {of:g} at most"
    ),
    ReasonKind.LENGTH: "it takes {weeks}, and the calendar has {of:g}",
    ReasonKind.EARLY_PIN: "it is pinned to the week of {week}, but cannot start before {ready}",
    ReasonKind.LATE_PIN: "pinned to the week of {week} it runs past the end on {ends}",
    ReasonKind.NO_WEEK: "its deadline lies before the end of the plan's first week",
    ReasonKind.DEADLINE: (
        "it has to end by {day} and takes {weeks}, but cannot start before {ready}"
    ),
    ReasonKind.TOO_LATE: (
        "its prerequisites end too late: {weeks} of work {do} not fit before the calendar "
        "ends on {ends}"
    ),
    ReasonKind.NO_ROOM: "no room for it before {until}",
    ReasonKind.STOPPED: "it was stopped",
    ReasonKind.OTHER: "",
}
"""The sentence for each kind; a name in braces is a field, or comes from `_pieces`."""

_BASE: Mapping[str, str | None] = {
    "launches": "of", "do": "weeks", "ready": "ends", "until": "ends",
    "lag": None, "finished": None, "left_in": None,
}  # fmt: skip
"""For each name that is no field: the field that it is made of, if it needs one."""


@frozen(kw_only=True, repr=False)
class Reason(Value):
    """One reason why a step does not start in an earlier week, or is not scheduled at all.

    Attributes
    ----------
    kind : ReasonKind
        It decides which of the other fields are needed.
    step, title : str or None
        The prerequisite that has to end first.
    why : str or None
        Why it comes first.
    role : str or None
        The role without enough hours.
    left, of, needed : float or None
        Hours a week that the role has left, has in all, and would have to give. ``of`` is also
        the limit of launches, or the number of weeks of the calendar.
    weeks : int or None
        School weeks that must pass after the prerequisite, or that the step takes.
    week : date or None
        First day of the week concerned.
    day : date or None
        Last day of the prerequisite or of the work done, or the deadline.
    ready : date or None
        First day on which its prerequisites let it start; None where the calendar ends before.
    ends : date or None
        Last day of the calendar.
    rule : StartRule or None
    part : str or None
        The half-term that is full, or the term that it belongs to.
    words : str or None
        The sentence itself, used instead of one made from the other fields; from files of an
        older format.
    """

    kind: ReasonKind
    step: Slug | None = None
    title: Text | None = None
    why: Text | None = None
    role: Slug | None = None
    left: NotNegative | None = field(default=None, converter=optional(as_float))
    of: NotNegative | None = field(default=None, converter=optional(as_float))
    needed: NotNegative | None = field(default=None, converter=optional(as_float))
    weeks: Count | None = None
    week: dt.date | None = None
    day: dt.date | None = None
    ready: dt.date | None = None
    ends: dt.date | None = None
    rule: StartRule | None = None
    part: Text | None = None
    words: Text | None = None

    def _check(self, check: Check) -> None:
        if check.ok("kind") and self.words is None:
            for name in needed_fields(self.kind):
                if getattr(self, name) is None:
                    check.fault(name, f"a reason of the kind {self.kind.value} has to have it")

    @property
    def text(self) -> str:
        """The reason in a sentence, with the ids of roles."""
        return reason_text(self)

    def _lines(self) -> list[str]:
        return [self.text]


def needed_fields(kind: ReasonKind) -> list[str]:
    """Return the fields that a reason of a kind has to have."""
    if kind is ReasonKind.OTHER:
        return ["words"]
    names = [name for _, name, _, _ in Formatter().parse(_SENTENCES[kind]) if name]
    return [base for name in names if (base := _BASE.get(name, name)) is not None]


def reason_text(reason: Reason, role: Callable[[str], str] = str) -> str:
    """Return a reason as a sentence.

    Parameters
    ----------
    reason : Reason
    role : callable, optional
        Returns the name of a role for its id; the id itself by default.

    Examples
    --------
    >>> reason = Reason(
    ...     kind=ReasonKind.HOURS, role="behaviour-lead", needed=3, of=2.5
    ... )
    >>> reason_text(reason, role=lambda key: key.replace("-", " "))
    'it needs behaviour lead for 3 hours a week, and behaviour lead has 2.5 at most'
    """
    if reason.words is not None:
        return reason.words
    return _SENTENCES[reason.kind].format_map(_pieces(reason, role))


def _pieces(reason: Reason, role: Callable[[str], str]) -> dict[str, object]:
    """Return the values for the names in the sentences."""
    days = {
        name: f"{day_words(day)}"
        for name in ("week", "day", "ready", "ends")
        if (day := getattr(reason, name)) is not None
    }
    weeks, of, ends = reason.weeks or 0, reason.of or 0, days.get("ends")
    dated = "day" in days
    return {
        **{name: getattr(reason, name) for name in ("title", "part")},
        **{name: round(getattr(reason, name) or 0.0, 2) for name in ("left", "of", "needed")},
        "ready": f"the end of the calendar on {ends}",
        **days,
        "why": (reason.why or "").rstrip("."),
        "role": role(reason.role) if reason.role else "",
        "rule": RULES[reason.rule or StartRule.ANY_WEEK],
        "weeks": count_of(weeks, "week"),
        "do": "does" if weeks == 1 else "do",
        "launches": "1 launch begins" if of == 1 else f"{of:g} launches begin",
        "lag": f", and {count_of(weeks, 'school week')} must pass" if weeks else "",
        "finished": f", finished on {days['day']}" if dated else "",
        "left_in": f" left in the week of {days['week']}" if "week" in days else "",
        "until": f"its deadline on {days['day']}" if dated else f"the calendar ends on {ends}",
    }


def reasons_text(reasons: Sequence[Reason], role: Callable[[str], str] = str) -> str:
    """Return all reasons why a step is not in a schedule as one sentence; see `reason_text`."""
    if not reasons:
        return ""
    first, *others = reasons
    if first.kind is ReasonKind.MISSING:
        first, others = evolve(first, title="', '".join(str(r.title) for r in reasons)), []
    if first.kind is ReasonKind.NO_ROOM and others:
        return f"{reason_text(first, role)}: {reasons_text(others, role)}"
    return "; ".join(dict.fromkeys(reason_text(r, role) for r in (first, *others)))
