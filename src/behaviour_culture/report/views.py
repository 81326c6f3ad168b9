"""How leaders, teachers, support staff, pupils and others see the school, each apart."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import capital, joined, percent, percent_interval, plural

__all__ = ["View", "Views", "group_words", "views"]

_ASKED = ("leaders", "teachers", "support-staff", "pupils")
"""The groups of whom it is said that nobody asked them."""


class View(NamedTuple):
    """The score of one group of raters."""

    name: str
    raters: int
    score: str
    interval: str
    items: str
    nearest: str


class Views(NamedTuple):
    """The views of all groups."""

    rows: list[View]
    not_asked: list[str]
    withheld: list[str]

    @property
    def text(self) -> str:
        """What each group says, in a sentence or two."""
        said = [f"{row.name.lower()} {row.score} ({row.interval})" for row in self.rows]
        missing = f" Not asked: {joined(self.not_asked)}." if self.not_asked else ""
        hidden = f" Too few to show: {joined(self.withheld)}." if self.withheld else ""
        return f"{capital(joined(said))}.{missing}{hidden}"


def group_words(group: str) -> str:
    """Return the name of a group of people in words.

    Examples
    --------
    >>> group_words("support-staff")
    'support staff'
    """
    return group.replace("-", " ")


def views(parts: ReportParts) -> Views | None:
    """Gather the views of the groups; None where nobody said who belongs to which."""
    groups = parts.groups
    if groups is None:
        return None
    there = {g.id for g in groups.groups} | set(groups.withheld)
    return Views(
        rows=[
            View(
                name=capital(group_words(g.id)),
                raters=g.result.whole.raters,
                score=percent(g.result.whole.estimate.value),
                interval=percent_interval(g.result.whole.estimate),
                items=f"{g.result.whole.assessed} of {plural(g.result.whole.items, 'item')}",
                nearest=parts.framework.scale.nearest(g.result.whole.estimate.value).label,
            )
            for g in groups.groups
        ],
        not_asked=[group_words(g) for g in _ASKED if g not in there],
        withheld=[group_words(g) for g in groups.withheld],
    )
