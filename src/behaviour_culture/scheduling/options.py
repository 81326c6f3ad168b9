"""What a school decides about a schedule beyond its plan, its calendar and its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from attrs import field, frozen

from behaviour_culture.checks import MapOf, Value
from behaviour_culture.fields import OneOf, Range, Slug

__all__ = ["PREFERENCES", "ScheduleOptions"]

PREFERENCES = ("early-impact", "level-load")


@frozen(kw_only=True, repr=False)
class ScheduleOptions(Value):
    """The wishes behind a schedule, kept with it so that it can be asked and made again.

    Attributes
    ----------
    pins : mapping of str to date
        Steps that have to start in the week of a day.
    deadlines : mapping of str to date
        Steps that have to end by a day.
    launch_limit : int or None
        Steps of the phase ``launch`` that may begin in one half-term.
    benefits : mapping of str to float
        How much an early end of each step is worth; 1 for steps without one.
    prefer : {"early-impact", "level-load"}
        What decides among schedules that end equally early.
    """

    pins: Mapping[str, dt.date] = field(factory=dict, converter=MapOf[str, dt.date])
    deadlines: Mapping[str, dt.date] = field(factory=dict, converter=MapOf[str, dt.date])
    launch_limit: Annotated[int, Range(low=1)] | None = None
    benefits: Mapping[Slug, float] = field(factory=dict, converter=MapOf[str, float])
    prefer: Annotated[str, OneOf(tuple(PREFERENCES))] = "early-impact"

    def _label(self) -> str:
        parts = [f"{len(self.pins)} pins", f"{len(self.deadlines)} deadlines", self.prefer]
        if self.launch_limit is not None:
            parts.append(f"at most {self.launch_limit} launches a half-term")
        return ", ".join(parts)
