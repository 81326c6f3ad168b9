"""The dates of a plan for the calendars of people: launches, deadlines and reviews."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from behaviour_culture.checks import Check
from behaviour_culture.errors import suggest
from behaviour_culture.interchange.file_bytes import as_path
from behaviour_culture.interchange.ical import CalendarEvent, write_ical
from behaviour_culture.interchange.table import id_from
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.report.names import role_titles
from behaviour_culture.report.words import capital, clean, day, days, hours, sentence
from behaviour_culture.scheduling.result import Schedule, ScheduledStep

__all__ = ["calendar_name", "calendar_people", "plan_events", "write_calendar"]

_AT = "behaviour-culture"


def write_calendar(  # noqa: PLR0913  (each is a part of what the calendar says)
    path: str | os.PathLike[str],
    plan: ActionPlan,
    schedule: Schedule,
    *,
    person: str | None = None,
    school: School | None = None,
    catalogue: StepCatalogue | None = None,
    calendar: Years | None = None,
    written_on: date | None = None,
) -> Path:
    """Write the dates of a plan as a calendar file that Outlook, Google and Apple take in.

    Each step has an event on its first day and one on its last; reviews are those of the plan's
    milestones, and with ``calendar`` one in the last teaching week of each half-term (judgement:
    a plan is looked at each half-term). All events last whole days, without alarms, and leave
    people free. Steps that were stopped have none.

    Written again to the same path, the file is brought up to date: what moved has the id that it
    had and a higher number, so that a calendar moves it; what is no more is cancelled; the rest
    stays letter by letter.

    Parameters
    ----------
    path : str or path-like
        Such as ``plan.ics``.
    plan : ActionPlan
    schedule : Schedule
        Of this plan.
    person : str, optional
        Whose dates: a name from the plan, or the id or the title of a role. They get the steps
        that they lead, the start of those in which they take part, and all reviews; without
        ``person`` everything.
    school, catalogue : optional
        Give the titles of roles; the school is part of the ids of its events.
    calendar : SchoolYear, or several
        For the reviews of each half-term.
    written_on : date, optional
        The day for which it is written; by default the first day of the schedule, not today.

    Raises
    ------
    InvalidInputError
        The schedule is of another plan, or nobody is called so.
    WriteError
        The file could not be written, or somebody else wrote the one that is there.

    Examples
    --------
    >>> import tempfile
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey("examples/illustrative_journey.toml")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_calendar(
    ...         f"{folder}/head.ics", made.plan, made.schedule, person="head", school=made.school
    ...     )
    ...     text = path.read_text()
    >>> text.startswith("BEGIN:VCALENDAR"), "SUMMARY:Review: " in text
    (True, True)
    """
    check = Check("write_calendar")
    file = as_path(check, "path", path, "the path of a file")
    if written_on is not None:
        written_on = check.day("written_on", written_on)
    _check_parts(check, plan, schedule, school, catalogue, person)
    check.done()
    events = plan_events(
        plan, schedule, person=person, school=school, catalogue=catalogue, calendar=calendar
    )
    name = calendar_name(plan, school, _person_title(plan, school, catalogue, person))
    return write_ical(file, name, events, written_on=written_on or schedule.starts)


def calendar_name(plan: ActionPlan, school: School | None, person: str = "") -> str:
    """Return the name that a calendar of a plan shows in a program of calendars."""
    whose = f", {person}" if person else ""
    return clean(f"{school.name if school else plan.title}: behaviour plan{whose}")


def plan_events(  # noqa: PLR0913  (as write_calendar)
    plan: ActionPlan,
    schedule: Schedule,
    *,
    person: str | None = None,
    school: School | None = None,
    catalogue: StepCatalogue | None = None,
    calendar: Years | None = None,
) -> tuple[CalendarEvent, ...]:
    """Return the events that `write_calendar` writes, in order of their days.

    Raises
    ------
    InvalidInputError
        The schedule is of another plan, or nobody is called so.
    """
    check = Check("plan_events")
    _check_parts(check, plan, schedule, school, catalogue, person)
    check.done()
    if schedule.plan != plan.id:
        check.fault("schedule.plan", f"is {schedule.plan!r}, but the plan is {plan.id!r}")
    events = _Events(plan, schedule, school, catalogue)
    if person is not None and not events.knows(person):
        known = [*calendar_people(plan, schedule, school=school, catalogue=catalogue).values()]
        message = f"nobody leads a step under this name{suggest(person, known)}"
        check.fault("person", f"{message}; known: {', '.join(known)}", person)
    year = None
    if calendar is not None:
        year = take_years(calendar, check, starts=schedule.starts, until=schedule.projected_until)
    check.done()
    found = [*events.steps(person), *events.milestones()]
    if year is not None:
        weeks = [w for w in year.weeks if schedule.starts <= w.start <= schedule.ends]
        last = {w.half_term: w for w in weeks}
        found += [events.half_term(label, w.start, w.end) for label, w in last.items()]
    return tuple(sorted(found, key=lambda e: (e.first, e.uid)))


def calendar_people(
    plan: ActionPlan,
    schedule: Schedule,
    *,
    school: School | None = None,
    catalogue: StepCatalogue | None = None,
) -> dict[str, str]:
    """Return who leads steps, in the order of their first: an id to a name or a title."""
    check = Check("calendar_people")
    _check_parts(check, plan, schedule, school, catalogue)
    check.done()
    titles = role_titles(plan, school, catalogue)
    found: dict[str, str] = {}
    for entry in schedule.steps:
        name = plan.people.get(entry.step)
        if name is not None:
            found.setdefault(id_from(name, default="person"), name)
        post = _Holders(school)[entry.lead]
        found.setdefault(post, titles.get(post, post))
    return found


def _check_parts(  # noqa: PLR0913, PLR0917  (what a calendar is made of)
    check: Check,
    plan: object,
    schedule: object,
    school: object,
    catalogue: object,
    person: object = None,
) -> None:
    check.value("plan", plan, ActionPlan)
    check.value("schedule", schedule, Schedule)
    check.value("school", school, School | None)
    check.value("catalogue", catalogue, StepCatalogue | None)
    check.value("person", person, str | None)


def _person_title(
    plan: ActionPlan, school: School | None, catalogue: StepCatalogue | None, person: str | None
) -> str:
    if person is None:
        return ""
    return role_titles(plan, school, catalogue).get(_Holders(school)[person], person)


class _Holders(dict[str, str]):
    """The post that holds each role; a role that no post holds stands for itself."""

    def __init__(self, school: School | None) -> None:
        held = school.capacity.holders() if school and school.capacity else {}
        super().__init__(held)

    def __missing__(self, role: str) -> str:
        return role


class _Events:
    """Makes the events of one plan."""

    def __init__(
        self,
        plan: ActionPlan,
        schedule: Schedule,
        school: School | None,
        catalogue: StepCatalogue | None,
    ) -> None:
        self.plan, self.schedule = plan, schedule
        self.titles = role_titles(plan, school, catalogue)
        self.holders = _Holders(school)
        # Plans of two schools may have one id, since it comes from the name of a file.
        whose = school.id if school else id_from(plan.school or "", default="school")
        self.front = f"{whose}.{plan.id}"

    def uid(self, kind: str, key: str) -> str:
        return f"{self.front}.{kind}.{key}@{_AT}"

    def _is(self, person: str, role: str) -> bool:
        mine = self.holders[role]
        title = self.titles.get(mine, mine)
        names = (role, mine, title, id_from(title, default=mine))
        return person.strip().casefold() in {name.casefold() for name in names}

    def _leads(self, person: str, entry: ScheduledStep) -> bool:
        name = self.plan.people.get(entry.step, "")
        return person.strip().casefold() in {
            name.casefold(),
            id_from(name, default="person"),
        } or self._is(person, entry.lead)

    def _helps(self, person: str, entry: ScheduledStep) -> bool:
        return any(self._is(person, role) for role, each in self._given(entry).items() if each)

    def _given(self, entry: ScheduledStep) -> Mapping[str, float]:
        """Return the hours a week of each person, by those to whom the schedule gives them."""
        return entry.hours_per_week or self.plan.step(entry.step).hours_per_week

    def knows(self, person: str) -> bool:
        return any(self._leads(person, e) or self._helps(person, e) for e in self.schedule.steps)

    def steps(self, person: str | None) -> Iterable[CalendarEvent]:
        for entry in self.schedule.steps:
            if self.plan.status(entry.step) is StepStatus.STOPPED:
                continue
            leads = person is None or self._leads(person, entry)
            if not leads and not self._helps(person or "", entry):
                continue
            step = self.plan.step(entry.step)
            yield self._event("start", entry.step, entry.start, f"Start: {step.title}", step, entry)
            if leads:
                due = f"Due: {step.title}"
                last = self.plan.not_after.get(entry.step, entry.finish)
                yield self._event("due", entry.step, last, due, step, entry)

    def _event(  # noqa: PLR0913, PLR0917  (the parts of an event)
        self,
        kind: str,
        key: str,
        on: date,
        summary: str,
        step: ActionStep,
        entry: ScheduledStep,
    ) -> CalendarEvent:
        lead = self.plan.people.get(key)
        title = self.titles.get(entry.lead, entry.lead)
        lines = [f"Leads: {lead} ({title})" if lead else f"Leads: {title}"]
        lines.append(f"When: {days(entry.start, entry.finish)}")
        if agreed := self.plan.not_after.get(key):
            lines.append(f"To end by {day(agreed)}, as agreed")
        given = self._hours(self._given(entry))
        lines += [f"Hours a week, each: {given}"] if given else []
        if step.success_criteria:
            lines += ["Done when:", *(f"- {sentence(text)}" for text in step.success_criteria)]
        if step.monitoring is not None:
            who = self.titles.get(step.monitoring.who, capital(step.monitoring.who))
            lines.append(f"Looked at by {who}, {step.monitoring.when}: {step.monitoring.how}")
        return CalendarEvent(
            uid=self.uid(kind, key),
            first=on,
            last=on,
            summary=clean(summary),
            description=clean("\n".join(lines)),
            categories=["Behaviour plan", "Launch" if kind == "start" else "Deadline"],
        )

    def _hours(self, given: Mapping[str, float]) -> str:
        return ", ".join(
            f"{self.titles.get(role, role)} {hours(each)}" for role, each in given.items() if each
        )

    def milestones(self) -> Iterable[CalendarEvent]:
        for milestone in self.plan.milestones:
            if milestone.date is not None and milestone.outcome is None:
                yield self._review(
                    milestone.id, milestone.date, milestone.date, milestone.statement
                )

    def half_term(self, label: str, first: date, last: date) -> CalendarEvent:
        """Return the review at the end of a half-term: its last teaching week, on a day of it."""
        text = f"how the plan stands at the end of {label}"
        return self._review(f"half-term-{id_from(label, default='one')}", first, last, text)

    def _review(self, key: str, first: date, last: date, text: str) -> CalendarEvent:
        more = "\nOn a day of this week that you agree." if first != last else ""
        return CalendarEvent(
            uid=self.uid("review", key),
            first=first,
            last=last,
            summary=clean(f"Review: {text}"),
            description=clean(f"{sentence(text)}{more}"),
            categories=["Behaviour plan", "Review"],
        )
