"""Asserts for tests of code that makes or changes this library's objects.

They share no code with the code that they check: `assert_feasible` knows dates, hours and
weeks, and nothing of the search for a schedule.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from collections.abc import Callable, Iterable
from functools import partial

import attrs

from behaviour_culture.checks import Check, require_types
from behaviour_culture.errors import FaultCode, NotAFileKindError, shorten
from behaviour_culture.interchange.converter import from_data, to_data
from behaviour_culture.interchange.files import dumps, loads
from behaviour_culture.interchange.kinds import kind_of
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.school_years import Years, join_years
from behaviour_culture.model.step import ActionStep, StartRule, StepPhase
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule, ScheduledStep, ScheduleStatus

__all__ = ["assert_closed", "assert_feasible", "assert_round_trip"]

_TINY = 1e-4
"""Hours by which a sum may miss its limit: well under a second, well above rounding."""


def assert_round_trip(value: object) -> None:
    """Assert that a value comes back the same from TOML, JSON, pickle and a deep copy.

    Parameters
    ----------
    value : object
        Any object of the model or of a result, with a file of its own or without.

    Examples
    --------
    >>> from behaviour_culture import Role
    >>> assert_round_trip(Role(id="head", title="Head", hours_per_week=2))
    """
    check = Check("assert_round_trip")
    if not (attrs.has(type(value)) or hasattr(type(value), "_fields")):
        message = f"expected an object of this library, got {shorten(value)}"
        check.fault("value", message, value, FaultCode.WRONG_TYPE)
    check.done()
    makers: dict[str, Callable[[], object]] = {
        "TOML": partial(_through_toml, value),
        "JSON": partial(_through_json, value),
        "pickle": lambda: pickle.loads(pickle.dumps(value)),  # noqa: S301  (made on this line)
        "deep copy": lambda: copy.deepcopy(value),
    }
    for way, make in makers.items():
        back = make()
        if type(back) is not type(value) or back != value:
            raise AssertionError(f"{value!r} comes back from {way} as {back!r}")


def _has_kind(value: object) -> bool:
    try:
        kind_of(value)
    except NotAFileKindError:
        return False
    return True


def _through_toml(value: object) -> object:
    import tomllib  # noqa: PLC0415  (asserts about graphs and schedules need none of it)

    import tomli_w  # noqa: PLC0415

    if _has_kind(value):
        return loads(dumps(value, format="toml"), format="toml")
    text = tomli_w.dumps({"value": to_data(value, dates_as_text=False)})
    return from_data(tomllib.loads(text)["value"], type(value))


def _through_json(value: object) -> object:
    if _has_kind(value):
        return loads(dumps(value, format="json"), format="json")
    return from_data(json.loads(json.dumps(to_data(value))), type(value))


def assert_closed(plan: ActionPlan) -> None:
    """Assert that a plan holds every step that its steps require, and that these form no circle.

    Parameters
    ----------
    plan : ActionPlan
    """
    require_types("assert_closed", plan=(plan, ActionPlan))
    steps = {step.id: step for step in plan.steps}
    there = steps.keys() | {met.step for met in plan.met}
    lacking = [
        f"{step.id} requires {before.step}, which is neither a step of the plan nor met"
        for step in plan.steps
        for before in step.requires
        if before.step not in there
    ]
    if lacking:
        raise AssertionError("; ".join(lacking))
    done: set[str] = set()
    while len(done) < len(steps):
        ready = {
            key
            for key, step in steps.items()
            if key not in done and all(p.step in done or p.step not in steps for p in step.requires)
        }
        if not ready:
            left = ", ".join(sorted(steps.keys() - done))
            raise AssertionError(f"these steps wait for each other in a circle: {left}")
        done |= ready


def assert_feasible(
    schedule: Schedule, plan: ActionPlan, calendar: Years, capacity: Capacity
) -> None:
    """Assert that a schedule can be carried out; the message lists every fault.

    Each step of the plan is scheduled or in ``unscheduled``, not both. A scheduled step
    begins and ends on a teaching day, or on an INSET day where that is its rule or where its week
    has no other, not before the plan starts or its own first day (`ActionPlan.move`), and takes
    its likely number of weeks in which staff are in. A launch does not begin in a week without
    pupils. The steps that it requires end before it, with the lag between. It begins in the first
    week of a half-term
    where that is its rule. Its lead is one of those allowed. In no week does a role give
    more hours than it has. Pins, deadlines and the limit of launches in the schedule's
    options are kept, and so are the plan's own deadlines; its figures agree with its dates.

    Parameters
    ----------
    schedule : Schedule
        One that `schedule_plan` made. A schedule of `replan` keeps the past as it happened,
        and that need not have been feasible.
    plan, calendar, capacity : ActionPlan, SchoolYear, Capacity
        The arguments that it was made from.
    """
    require_types(
        "assert_feasible",
        schedule=(schedule, Schedule),
        plan=(plan, ActionPlan),
        capacity=(capacity, Capacity),
    )
    year = join_years(calendar, starts=plan.starts, until=schedule.projected_until)
    wrong = list(_Feasibility(schedule, plan, year, capacity).faults())
    if wrong:
        raise AssertionError("\n".join(wrong))


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


class _Feasibility:
    """One schedule beside the days and the hours that there are."""

    def __init__(
        self,
        schedule: Schedule,
        plan: ActionPlan,
        calendar: SchoolYear,
        capacity: Capacity,
    ) -> None:
        self.schedule = schedule
        self.plan = plan
        self.calendar = calendar
        self.capacity = capacity
        self.wishes = schedule.options
        self.steps = {step.id: step for step in plan.steps}
        self.placed = {e.step: e for e in schedule.steps if e.step in self.steps}
        self.staff = self._staff_days()
        self.days = [day for day in self.staff if day not in calendar.inset]
        taught = {_monday(day) for day in self.days}
        self.lone = [day for day in self.staff if _monday(day) not in taught]
        worked = sorted([*self.days, *self.lone])
        open_days = [day for day in worked if plan.starts is None or day >= plan.starts]
        self.mondays = sorted({_monday(day) for day in open_days})
        self.number = {monday: i for i, monday in enumerate(self.mondays)}
        self.first = {m: min(d for d in open_days if _monday(d) == m) for m in self.mondays}
        self.last = {m: max(d for d in open_days if _monday(d) == m) for m in self.mondays}

    def _staff_days(self) -> list[dt.date]:
        """Return the days on which staff are in, by walking the terms day by day."""
        closed = {off.day for off in self.calendar.days_off}
        days = list(self.calendar.inset)
        for term in self.calendar.terms:
            gap = term.half_term
            day = term.start
            while day <= term.end:
                in_gap = gap is not None and gap.start <= day <= gap.end
                if day.isoweekday() <= 5 and day not in closed and not in_gap:  # noqa: PLR2004
                    days.append(day)
                day += dt.timedelta(days=1)
        return sorted(set(days))

    def _half_terms(self) -> list[list[dt.date]]:
        """Return the teaching days of each half-term."""
        found = []
        for term in self.calendar.terms:
            gap = term.half_term
            parts = [(term.start, term.end)]
            if gap is not None:
                parts = [(term.start, gap.start), (gap.end, term.end)]
            found += [[day for day in self.days if a <= day <= b] for a, b in parts]
        return [days for days in found if days]

    # -- faults --------------------------------------------------------------------------

    def faults(self) -> Iterable[str]:
        """Yield a sentence for each fault."""
        yield from self._membership()
        wrong_days = list(self._wrong_days())
        yield from wrong_days
        if wrong_days:
            return  # weeks can only be counted between days of the plan
        for key, entry in self.placed.items():
            yield from self._length(entry, self.steps[key])
            yield from self._rules(entry, self.steps[key])
            yield from self._order(entry, self.steps[key])
        yield from self._hours()
        yield from self._figures()
        yield from self._wishes()

    def _membership(self) -> Iterable[str]:
        scheduled = {entry.step for entry in self.schedule.steps}
        left_out = set(self.schedule.left_out)
        for key in sorted(scheduled & left_out):
            yield f"{key} is scheduled and is in unscheduled too"
        for key in sorted((scheduled | left_out) - self.steps.keys()):
            yield f"{key} is not a step of the plan"
        for key in sorted(self.steps.keys() - scheduled - left_out):
            yield f"{key} is neither scheduled nor in unscheduled"

    def _on_inset(self, entry: ScheduledStep) -> bool:
        """Say whether a step is on an INSET day, as its rule asks."""
        rule = self.steps[entry.step].starts
        return rule is StartRule.INSET_DAY and entry.start in self.calendar.inset

    def _wrong_days(self) -> Iterable[str]:
        starts = self.plan.starts
        for key, entry in self.placed.items():
            usable = self.staff if self._on_inset(entry) else [*self.days, *self.lone]
            for word, day in (("starts", entry.start), ("ends", entry.finish)):
                if day not in usable:
                    yield f"{key} {word} on {day}, when the school is closed"
                elif _monday(day) not in self.number or (starts and day < starts):
                    yield f"{key} {word} on {day}, outside the weeks of the plan"

    def _week(self, day: dt.date) -> int:
        return self.number[_monday(day)]

    def _length(self, entry: ScheduledStep, step: ActionStep) -> Iterable[str]:
        start, finish = self._week(entry.start), self._week(entry.finish)
        weeks = finish - start + 1
        if not step.weeks.likely <= weeks <= step.most_weeks:
            yield (
                f"{step.id} takes {weeks} teaching weeks, which is not between "
                f"{step.weeks.likely} and {step.most_weeks}"
            )
        if (entry.first_week, entry.weeks) != (start, weeks):
            yield f"{step.id} has first_week {entry.first_week}, and {entry.start} is in {start}"
        yield from self._work(entry, step)
        if self._on_inset(entry):
            if entry.start != entry.finish:
                yield f"{step.id} takes more than its INSET day {entry.start}"
            return
        allowed = {self.first[_monday(entry.start)], self._since(self.plan.not_before.get(step.id))}
        if entry.start not in allowed:
            yield f"{step.id} starts on {entry.start}, not the first teaching day of its week"
        if entry.finish != self.last[_monday(entry.finish)]:
            yield f"{step.id} ends on {entry.finish}, not the last teaching day of its week"

    def _since(self, day: dt.date | None) -> dt.date | None:
        """Return the first teaching day of the week of a day from that day on, if any."""
        if day is None:
            return None
        week = [d for d in [*self.days, *self.lone] if _monday(d) == _monday(day) and d >= day]
        return min(week, default=None)

    def _people(self, role: str) -> int:
        return self.capacity.role(role).people if self.capacity.has(role) else 1

    def _work(self, entry: ScheduledStep, step: ActionStep) -> Iterable[str]:
        """Compare the work of a step by role with that of the plan, in hours of all holders.

        Rounding up may add a minute a week. The lead's work may be with another role, or half.
        """
        asked = dict.fromkeys(step.hours_per_week, 0.0)
        for role, hours in step.hours_per_week.items():
            each = 1 if role in step.shared_roles else self._people(role)
            asked[role] = hours * each * step.weeks.likely
        given = {
            role: hours * self._people(role) * entry.weeks
            for role, hours in entry.hours_per_week.items()
        }
        slack = entry.weeks / 60 + _TINY
        work = asked.pop(step.lead, 0.0)
        # Who leads does the work alone, or the step's own lead does half of it.
        shares = [(entry.lead, 1.0)]
        if entry.lead == step.lead:
            shares += [(role, 0.5) for role in step.lead_options]
        for role, part in shares:
            here = dict(asked)
            here[step.lead] = here.get(step.lead, 0.0) + work * (1 - part)
            here[role] = here.get(role, 0.0) + work * part
            more = [given.get(r, 0.0) - here.get(r, 0.0) for r in {*here, *given}]
            if all(-_TINY <= extra <= slack for extra in more):
                return
        yield f"{step.id} is given {given} hours in all, and its work is {asked}, lead {work}"

    def _rules(self, entry: ScheduledStep, step: ActionStep) -> Iterable[str]:
        if entry.lead not in (step.lead, *step.lead_options):
            yield f"{step.id} is led by {entry.lead}, who is not one of its leads"
        pin = self.wishes.pins.get(step.id)
        put_off = self.plan.not_before.get(step.id)
        if pin is None and put_off is not None and entry.start < put_off:
            yield f"{step.id} starts on {entry.start}, and must not begin before {put_off}"
        if pin is not None:  # it overrides the rule
            if _monday(pin) != _monday(entry.start):
                yield f"{step.id} is pinned to the week of {pin}, and starts on {entry.start}"
        elif step.starts is StartRule.HALF_TERM_START:
            opening = {_monday(min(days)) for days in self._half_terms()}
            if _monday(entry.start) not in opening:
                yield f"{step.id} starts on {entry.start}, not in the first week of a half-term"
        elif step.starts is StartRule.ANY_WEEK and step.phase is StepPhase.LAUNCH:
            if entry.start in self.lone:
                yield f"{step.id} is launched on {entry.start}, when pupils are not in school"
        elif step.starts is StartRule.INSET_DAY and not self._on_inset(entry):
            yield f"{step.id} is on {entry.start}, which is not an INSET day"

    def _order(self, entry: ScheduledStep, step: ActionStep) -> Iterable[str]:
        for before in step.requires:
            if before.step not in self.steps:
                continue  # met
            earlier = self.placed.get(before.step)
            if earlier is None:
                yield f"{step.id} is scheduled, and {before.step}, which it requires, is not"
            elif self._week(entry.start) <= self._week(earlier.finish) + before.lag_weeks:
                yield (
                    f"{step.id} starts on {entry.start}, but {before.step} ends on "
                    f"{earlier.finish} and {before.lag_weeks} weeks must pass"
                )

    def _used(self) -> dict[tuple[str, dt.date], float]:
        """Return the hours asked of each role in the week of each Monday, to set things up."""
        used: dict[tuple[str, dt.date], float] = {}
        for entry in self.placed.values():
            for monday in self.mondays[self._week(entry.start) : self._week(entry.finish) + 1]:
                for role, hours in entry.hours_per_week.items():
                    used[role, monday] = used.get((role, monday), 0.0) + hours
        return used

    def _running(self) -> dict[tuple[str, dt.date], float]:
        """Return the hours asked of each role in the week of each Monday, to keep things going."""
        used: dict[tuple[str, dt.date], float] = {}
        for entry in self.placed.values():
            for monday in self.mondays[self._week(entry.finish) + 1 :]:
                for role, hours in self.steps[entry.step].running_hours.items():
                    used[role, monday] = used.get((role, monday), 0.0) + hours
        return used

    def _hours(self) -> Iterable[str]:
        used, running = self._used(), self._running()
        for role, monday in sorted({*used, *running}):
            new, kept = used.get((role, monday), 0.0), running.get((role, monday), 0.0)
            if new + kept == 0:
                continue
            if not self.capacity.has(role):
                yield f"{role} is asked for {new + kept:g} hours, and the school has no such role"
                continue
            most = self.capacity.hours(role, self._week_begins(monday))
            apart = self.capacity.role(role).running_hours_per_week
            if apart is None:
                new += kept
            elif kept > apart + _TINY:
                yield f"{role} keeps {kept:g} of {apart:g} hours going in the week of {monday}"
            if new > most + _TINY:
                yield f"{role} is asked for {new:g} of {most:g} hours in the week of {monday}"
        yield from self._for_ever()

    def _for_ever(self) -> Iterable[str]:
        """Check that everything can be kept going after the last week, too."""
        total: dict[str, float] = {}
        for entry in self.placed.values():
            for role, hours in self.steps[entry.step].running_hours.items():
                total[role] = total.get(role, 0.0) + hours
        for role, hours in total.items():
            if hours and self.capacity.has(role):
                given = self.capacity.role(role)
                apart = given.running_hours_per_week
                most = given.hours_per_week if apart is None else apart
                if hours > most + _TINY:
                    yield f"{role} keeps {hours:g} of {most:g} hours going for ever"
            if abs(self.schedule.running_hours.get(role, 0.0) - hours) > _TINY:
                yield f"{role} keeps {hours:g} hours going, and the schedule says otherwise"

    def _week_begins(self, monday: dt.date) -> dt.date:
        """Return the first day of work of a week, also where the plan starts after it."""
        return min(day for day in [*self.days, *self.lone] if _monday(day) == monday)

    def _figures(self) -> Iterable[str]:
        schedule = self.schedule
        end = max((self._week(e.finish) + 1 for e in self.placed.values()), default=0)
        if schedule.makespan != end:
            yield f"makespan is {schedule.makespan}, and the last step ends after week {end}"
        complete = not schedule.left_out
        if schedule.lower_bound > schedule.makespan:
            yield f"the lower bound {schedule.lower_bound} is above {schedule.makespan}"
        if len(self.placed) > schedule.most_placed:
            yield f"{len(self.placed)} steps are placed, and at most {schedule.most_placed} can be"
        if complete == (schedule.status is ScheduleStatus.PARTIAL):
            yield f"status is {schedule.status}, with {len(schedule.left_out)} steps left out"
        if schedule.launch_weeks < schedule.least_launch_weeks:
            yield f"launches come {schedule.launch_weeks} weeks in, below the bound"
        if schedule.status is ScheduleStatus.OPTIMAL and schedule.makespan > schedule.lower_bound:
            yield f"called optimal at {schedule.makespan}, above {schedule.lower_bound}"
        used, running = self._used(), self._running()
        for row in schedule.use:
            key = row.role, _monday(row.week)
            asked = used.get(key, 0.0)
            if abs(row.used - asked) > _TINY:
                yield f"{row.role}, week of {row.week}: use says {row.used} hours, not {asked}"
            if abs(row.running - running.get(key, 0.0)) > _TINY:
                yield f"{row.role}, week of {row.week}: {row.running} hours are not kept going"

    def _wishes(self) -> Iterable[str]:
        for key, day in (*self.wishes.deadlines.items(), *self.plan.not_after.items()):
            if key in self.placed and self.placed[key].finish > day:
                yield f"{key} ends on {self.placed[key].finish}, after {day}"
        limit = self.wishes.launch_limit
        if limit is None:
            return
        for days in self._half_terms():
            launched = [
                key
                for key, entry in self.placed.items()
                if self.steps[key].phase is StepPhase.LAUNCH
                and self._week_begins(_monday(entry.start)) in days
            ]
            if len(launched) > limit:
                yield f"{', '.join(launched)} all begin from {days[0]} to {days[-1]}"
