"""Dates of milestones: not before their steps are done, and not in the holidays."""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from behaviour_culture.checks import Check
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.plan import Milestone
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

__all__ = ["date_milestones"]

_YEAR = dt.timedelta(weeks=52)
"""Keeps the day of the week, which holidays go by."""
_DAY = dt.timedelta(days=1)
_LONGEST_BREAK = 100


def date_milestones(plan: ActionPlan, schedule: Schedule, calendar: Years) -> ActionPlan:
    """Move the milestones of a plan to where its schedule and the school year allow them.

    A milestone of a step, such as the audit that is made again, comes when that step is done. One
    of an objective does not come before half of the steps that serve it are done
    (half is judgement). One that falls on a day without teaching moves to the next day with.
    After the end of the calendar the year is taken to be like the one given, 52 weeks on
    (judgement). Milestones without a date stay as they are.

    Parameters
    ----------
    plan : ActionPlan
    schedule : Schedule
        Of this plan.
    calendar : SchoolYear, or several
        That of the schedule.

    Returns
    -------
    ActionPlan
        The same plan with other dates of milestones.

    Raises
    ------
    InvalidInputError
        An argument of another class; years that overlap or repeat.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey("examples/illustrative_journey.toml")
    >>> [str(m.date) for m in made.plan.milestones if m.id.startswith("re-audit")]
    ['2027-06-25', '2028-06-05']
    >>> all(date_milestones(made.plan, made.schedule, made.calendar).milestones)
    True
    """
    check = Check("date_milestones")
    check.value("plan", plan, ActionPlan)
    check.value("schedule", schedule, Schedule)
    year = take_years(calendar, check)
    check.done()
    assert year is not None  # noqa: S101  (or there were faults)
    finish = {s.step: s.finish for s in schedule.steps}

    def moved(milestone: Milestone) -> Milestone:
        day = milestone.date
        if day is None:
            return milestone
        if milestone.step in finish:
            return evolve(milestone, date=finish[milestone.step])
        done = sorted(
            finish[i.step]
            for i in plan.inclusions
            if milestone.objective in i.objectives and i.step in finish
        )
        if done:
            day = max(day, done[(len(done) - 1) // 2])
        return evolve(milestone, date=_teaching_day(day, year))

    return evolve(plan, milestones=[moved(m) for m in plan.milestones])


def _teaching_day(day: dt.date, calendar: SchoolYear) -> dt.date:
    """Return the first day from this one on that teaches, in this year or one like it."""
    if day > dt.date.max - _DAY * _LONGEST_BREAK:
        return day
    alike = day
    while alike > calendar.end:
        alike -= _YEAR
    for _ in range(_LONGEST_BREAK):
        if calendar.is_teaching_day(alike):
            return day
        day, alike = day + _DAY, alike + _DAY
    return day - _DAY * _LONGEST_BREAK
