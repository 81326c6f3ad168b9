"""The hours of the plan by kind of people: leaders, teachers, support staff, governors."""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

from behaviour_culture.model.audit import RATER_GROUPS
from behaviour_culture.report.names import Names
from behaviour_culture.report.views import group_words
from behaviour_culture.report.words import hours

__all__ = ["Effort", "effort"]


class Effort(NamedTuple):
    """The hours that one kind of people give to set the plan up, all together."""

    who: str
    total: str
    each: str
    """Hours of each person, where all of them hold one role."""


def effort(names: Names) -> list[Effort]:
    """Gather the hours by kind of people, in the order of the groups of raters."""
    total: dict[str, dict[str, float]] = {}
    for role, mine in names.hours_by_role().items():
        total.setdefault(names.group(role), {})[role] = mine
    order = [*RATER_GROUPS, *sorted(set(total) - set(RATER_GROUPS) - {""}), ""]
    made = []
    for group in order:
        by_role = total.get(group)
        if by_role is None:
            continue
        people = sum(names.people(role) for role in by_role)
        one = len(by_role) == 1
        made.append(
            Effort(
                who=group_words(group) if group else "others",
                total=hours(fsum(by_role.values())),
                each=hours(fsum(by_role.values()) / people) if one and people > 1 else "",
            )
        )
    return made
