"""The columns of the plan's workbook, in the order in which English schools have them."""

from __future__ import annotations

from behaviour_culture.interchange.sheets import Column, Kind
from behaviour_culture.model.plan import StepStatus
from behaviour_culture.report.words import STATUS

__all__ = [
    "BY_HALF_TERM",
    "BY_PERSON",
    "FOLLOWING",
    "KEPT",
    "PLAN",
    "READ_ME",
    "column_of",
    "status_cell",
]

READ_ME = "How to keep this plan up to date"
KEPT = "As written: leave this sheet as it is"
"""The title by which the sheet is known that holds all tables as they were written."""


PLAN = (
    Column("ref", "No.", 5, Kind.NUMBER),
    Column("priority", "Priority", 22),
    Column("action", "Action", 34, typed=True),
    Column("role", "Lead (role)", 17, typed=True),
    Column("person", "Lead (name)", 16, typed=True),
    Column("start", "Start", 11, Kind.DAY, typed=True),
    Column("deadline", "Deadline", 11, Kind.DAY, typed=True),
    Column("half_term", "Half-term", 13),
    Column("after", "After no.", 9),
    Column("set_up", "Hours to set up", 9, Kind.NUMBER),
    Column("weekly", "Hours a week from then on", 11, Kind.NUMBER),
    Column("cost", "Cost", 13),
    Column("criteria", "Success criteria", 40),
    Column("who", "Monitoring: who", 17),
    Column("when", "Monitoring: when", 15),
    Column("how", "Monitoring: how", 30),
    Column("status", "Status", 14, Kind.STATUS, typed=True),
    Column("begun", "Begun on", 11, Kind.DAY, typed=True),
    Column("ended", "Ended on", 11, Kind.DAY, typed=True),
    Column("fidelity", "Done as intended", 10, Kind.SHARE, typed=True),
    Column("reach", "Pupils reached", 10, Kind.SHARE, typed=True),
    Column("note", "Note", 30, typed=True),
    Column("id", "Step id", 20),
)
"""The columns of the sheet that people change."""

_SHORT = (
    Column("ref", "No.", 5, Kind.NUMBER),
    Column("action", "Action", 44),
    Column("start", "Start", 11, Kind.DAY),
    Column("deadline", "Deadline", 11, Kind.DAY),
    Column("status", "Status", 14, Kind.STATUS),
    Column("note", "Note", 34),
)
BY_HALF_TERM = (
    Column("half_term", "Half-term", 13),
    Column("what", "What happens", 15),
    Column("lead", "Lead", 22),
    *_SHORT,
)
BY_PERSON = (
    Column("who", "Who", 24),
    Column("part", "Part", 10),
    Column("hours", "Hours a week while it is set up", 13, Kind.NUMBER),
    *_SHORT,
)
FOLLOWING = ("status", "note")
"""Columns of the other sheets that follow the sheet of the plan, by a formula."""


def column_of(key: str) -> int:
    """Return the place of a column of the plan, from 0."""
    return next(i for i, column in enumerate(PLAN) if column.key == key)


def status_cell(status: StepStatus) -> str:
    """Return a status as a symbol of its own shape and a word: colour is never all there is."""
    return f"{STATUS[status].symbol} {STATUS[status].word}"
