"""The sheets of a school's workbook: titles, columns, and the questions on the first."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.interchange.sheets import Column, Kind
from behaviour_culture.model.school import Phase
from behaviour_culture.model.setting import Governance

__all__ = [
    "ANSWERS",
    "COUNTED",
    "KINDS_OF_DAY",
    "READ_ME",
    "SHEETS",
    "Answer",
    "Layout",
]

READ_ME = "How to fill in this workbook"
COUNTED = "What is counted:"
"""The cell in front of the indicator of the counts."""
KINDS_OF_DAY = ("INSET day", "closed")


class Answer(NamedTuple):
    """One question of the first sheet.

    Attributes
    ----------
    key, label : str
        Its name in code, and in the sheet.
    help : str
        What to write.
    kind : Kind
    options : tuple of str
        What can be chosen; anything where it is empty.
    """

    key: str
    label: str
    help: str
    kind: Kind = Kind.TEXT
    options: tuple[str, ...] = ()


_PHASES = tuple(phase.value for phase in Phase if phase is not Phase.NOT_APPLICABLE)

ANSWERS = (
    Answer("name", "Name of the school", "Needed."),
    Answer("phase", "Phase", "Needed. Choose from the list.", options=_PHASES),
    Answer("roll", "Pupils on roll", "Needed. A whole number, such as 1050.", Kind.NUMBER),
    Answer("staff", "Staff", "All staff, as a head count.", Kind.NUMBER),
    Answer("low_age", "Youngest age", "Such as 4. It decides which steps are yours.", Kind.NUMBER),
    Answer("high_age", "Oldest age", "Such as 11.", Kind.NUMBER),
    Answer(
        "governance",
        "Governance",
        "Choose from the list. It decides which duties bind you.",
        options=tuple(kind.value for kind in Governance),
    ),
    Answer("urn", "URN", "Six digits, of the national register.", Kind.NUMBER),
    Answer("title", "Title of the plan", "The heading of the report."),
    Answer("starts", "First day of the plan", "Empty: the first day of term.", Kind.DAY),
    Answer("audit_date", "Day of the audit", "When your raters filled in the forms.", Kind.DAY),
    Answer("priorities", "Number of priorities", "Three to five.", Kind.NUMBER),
    Answer("responses", "File of responses", "What collect wrote, in the folder of this file."),
    Answer(
        "last_report",
        "Last year's report",
        "In a later year its folder, such as ../mine/report. Else leave it empty.",
    ),
    Answer(
        "illustrative",
        "Invented for illustration",
        "Leave it empty for a real school.",
        options=("yes",),
    ),
)


class Layout(NamedTuple):
    """One sheet with a table.

    Attributes
    ----------
    key, name : str
        In code, and on the tab.
    title : str
        The text in its first cell, by which the sheet is known: tabs may be renamed.
    note : str
        What to do in it, in the second row.
    columns : tuple of Column
    spare : int
        Rows to fill in below those that have something.
    """

    key: str
    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    spare: int = 30


SHEETS = (
    Layout(
        "school",
        "School",
        "The school",
        "Fill in the light cells.",
        (
            Column("label", "Question", 28),
            Column("answer", "Your answer", 44, Kind.ANY, typed=True),
            Column("help", "What to write", 60),
        ),
        0,
    ),
    Layout(
        "roles",
        "Roles and hours",
        "Who there is, and the hours that each can give",
        "Hours are those of each person, a week, beside the daily work. Be strict: an hour that is "
        "not there makes every date wrong.",
        (
            Column("title", "Post", 38, typed=True),
            Column("people", "People", 9, Kind.NUMBER, typed=True),
            Column("set_up", "Hours a week to set things up", 14, Kind.NUMBER, typed=True),
            Column("running", "Hours a week to keep them going", 14, Kind.NUMBER, typed=True),
            Column("id", "Role", 22, typed=True),
            Column("holds", "Other roles of this post", 40, typed=True),
        ),
    ),
    Layout(
        "busy",
        "Busy times",
        "When a role has other hours",
        "Such as examinations. Leave it empty if there are none.",
        (
            Column("role", "Role", 22, typed=True),
            Column("start", "First day", 13, Kind.DAY, typed=True),
            Column("end", "Last day", 13, Kind.DAY, typed=True),
            Column("hours", "Hours a week then", 13, Kind.NUMBER, typed=True),
            Column("reason", "Why", 44, typed=True),
        ),
    ),
    Layout(
        "terms",
        "Term dates",
        "Term dates",
        "First and last days count as days of term, and as days of the break in its middle.",
        (
            Column("name", "Term", 16, typed=True),
            Column("start", "First day", 14, Kind.DAY, typed=True),
            Column("end", "Last day", 14, Kind.DAY, typed=True),
            Column("break_start", "Half-term break: first day", 16, Kind.DAY, typed=True),
            Column("break_end", "Half-term break: last day", 16, Kind.DAY, typed=True),
        ),
        3,
    ),
    Layout(
        "days",
        "INSET and closed days",
        "INSET days, and days on which the school is closed",
        "Bank holidays in term are closed days.",
        (
            Column("day", "Day", 14, Kind.DAY, typed=True),
            Column("kind", "What it is", 16, typed=True),
            Column("name", "Name", 44, typed=True),
        ),
    ),
    Layout(
        "systems",
        "What is in place",
        "What the school has in place already",
        "Choose for each: absent, partial or in-place. What is in place is not planned again. "
        "Leave it empty where you do not know.",
        (
            Column("kind", "Kind", 24),
            Column("about", "What it is", 40),
            Column("status", "In place?", 14, typed=True),
            Column("note", "Note", 50, typed=True),
        ),
        0,
    ),
    Layout(
        "progress",
        "Progress",
        "What was done before the plan",
        "One row for each step that is done or under way. Leave it empty at the start.",
        (
            Column("step", "Step", 60, typed=True),
            Column("status", "Status", 16, Kind.STATUS, typed=True),
            Column("begun", "Begun on", 13, Kind.DAY, typed=True),
            Column("ended", "Ended on", 13, Kind.DAY, typed=True),
            Column("fidelity", "Done as intended", 11, Kind.SHARE, typed=True),
            Column("reach", "Pupils reached", 11, Kind.SHARE, typed=True),
            Column("note", "Note", 40, typed=True),
        ),
    ),
    Layout(
        "counts",
        "Counts",
        "What is counted, week by week",
        "One row for each week. Leave it empty if nothing is counted yet. Never write a name.",
        (
            Column("start", "First day", 14, Kind.DAY, typed=True),
            Column("end", "Last day", 14, Kind.DAY, typed=True),
            Column("count", "Count", 12, Kind.NUMBER, typed=True),
            Column("pupils", "Pupils on roll", 12, Kind.NUMBER, typed=True),
            Column("masked", "Why it does not count", 40, typed=True),
        ),
        60,
    ),
)
