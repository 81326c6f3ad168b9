"""The cheapest change that would let a step start earlier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from behaviour_culture._display import short_day
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, require_types
from behaviour_culture.fields import NotNegative, Slug, Text
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.school_years import Years, join_years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.more_hours import least_more_hours
from behaviour_culture.scheduling.problem import build_problem, schedule_faults
from behaviour_culture.scheduling.reason import Reason, reasons_text
from behaviour_culture.scheduling.result import Schedule, hours_words
from behaviour_culture.typing import Progress, Stop

__all__ = ["EarlierStart", "bring_forward"]

_BUDGET = 400
"""How long the exact engine looks for the fewest hours (judgement)."""


@frozen(kw_only=True, repr=False)
class EarlierStart(Value):
    """What would let a step start earlier than a schedule has it.

    Attributes
    ----------
    now : date
        Its first day in the schedule.
    start : date or None
        Its first day with the hours below; None where more hours would not help.
    hours, running_hours : mapping of str to float
        The fewest more hours a week of each person in a role, in quarters; the second of hours
        that are only for keeping things going. Empty where another order of the steps is enough.
    held_by : tuple of Reason
        Why it is not earlier as things are.
    proven : bool
        No fewer hours of all people together would do.
    """

    step: Slug
    title: Text
    now: dt.date
    start: dt.date | None = None
    hours: Mapping[Slug, NotNegative] = field(factory=dict, converter=MapOf[str, NotNegative])
    running_hours: Mapping[Slug, NotNegative] = field(
        factory=dict, converter=MapOf[str, NotNegative]
    )
    held_by: Entries[Reason] = field(default=Entries(), converter=TupleOf[Reason])
    proven: bool = False

    def _lines(self) -> list[str]:
        held = reasons_text(self.held_by)
        if self.start is None:
            return [
                f"{self.title}: no hours would bring it forward from {short_day(self.now)}; {held}"
            ]
        some = hours_words(self.hours, self.running_hours)
        how = f"more hours a week of each ({some})" if some else "another order of steps"
        least = "" if self.proven or not some else "; fewer may do"
        return [
            f"{self.title}: {short_day(self.start)} rather than {short_day(self.now)} with {how}"
            f"{least}"
        ]


def bring_forward(  # noqa: PLR0913  (a schedule and what it was made of)
    schedule: Schedule,
    plan: ActionPlan,
    step_id: str,
    *,
    calendar: Years,
    capacity: Capacity,
    weeks: int = 1,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> EarlierStart:
    """Find the fewest more hours with which a step starts earlier and all others still fit.

    Parameters
    ----------
    schedule : Schedule
    plan, calendar, capacity
        What it was made of.
    step_id : str
    weeks : int
        By how many teaching weeks it should start earlier at least, from 1.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with ("proving", 0, 1) twenty times a second.
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    EarlierStart
        Prerequisites, pins and the rules of the calendar hold; where these alone keep the step
        where it is, no hours help.

    Raises
    ------
    UnknownNameError
        The schedule does not have the step.
    InvalidInputError
        The schedule is for another plan or calendar; options out of range.
    MissingExtraError
        OR-Tools is not installed.
    StoppedError
        The search was stopped.
    """
    require_types(
        "bring_forward",
        schedule=(schedule, Schedule),
        plan=(plan, ActionPlan),
        capacity=(capacity, Capacity),
    )
    seed = as_seed(seed)
    year = join_years(calendar, starts=plan.starts, until=schedule.projected_until)
    check = Check("bring_forward")
    check.add(schedule_faults(schedule, plan, year))
    check.value("step_id", step_id, str)
    check.whole("weeks", weeks, 1)
    check.whole("seed", seed, 0, 2**63)
    watch = check.watch(progress, stop)
    check.done()
    entry = schedule.step(step_id)
    found = EarlierStart(step=entry.step, title=entry.title, now=entry.start, held_by=entry.reasons)
    target = entry.first_week - weeks
    problem = build_problem(plan, year, capacity, schedule.options, more_hours=True)
    place = {s.id: i for i, s in enumerate(problem.steps)}
    if target < 0 or step_id in schedule.options.pins:
        return found
    last: dict[int, int] = {place[s.step]: len(problem.weeks) for s in schedule.steps}
    effort = Effort(budget=_BUDGET, seed=seed, watch=watch)
    more = least_more_hours(problem, effort, {**last, place[step_id]: target})
    watch.check("looking for more hours")
    if more is None:
        return found
    changes: dict[str, Any] = {"hours": more.hours, "running_hours": more.running}
    start = problem.first_day(more.first_weeks[step_id])
    return evolve(found, start=start, proven=more.proven, **changes)
