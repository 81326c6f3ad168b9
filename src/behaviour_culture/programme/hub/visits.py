"""When the leads of a hub hold their events, beside plans whose dates stand already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from attrs import evolve

from behaviour_culture._seeds import as_seed
from behaviour_culture.checks import Check, as_tuple
from behaviour_culture.fields import derived_id
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.hub import Hub, PartnerSchool
from behaviour_culture.model.school import Capacity, Role
from behaviour_culture.model.support import SupportStrand
from behaviour_culture.model.support_event import SupportEvent
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.programme.hub.hub_matching import HubMatching
from behaviour_culture.programme.hub.partner_plan import PartnerPlan
from behaviour_culture.programme.hub.support_calendar import plan_support
from behaviour_culture.programme.hub.support_result import SupportCalendar
from behaviour_culture.typing import Progress, Stop

__all__ = ["Visit", "hold_visits", "list_visits"]

_BUDGET = 300
"""Schedules tried for the events of one lead (judgement: without steps of plans, few do)."""
_BUSY = "one-event-a-week"
"""A role of each partner whose one hour a week each event takes."""


class Visit(NamedTuple):
    """One event of a lead for some of its partners.

    ``first`` and ``last`` are the teaching days of its week, or the day that was agreed.
    """

    key: str
    """``lead.event.number``, by which the hub's file agrees its day."""
    lead: str
    title: str
    strand: SupportStrand
    term: str
    first: dt.date
    last: dt.date
    agreed: bool
    schools: tuple[str, ...]


def hold_visits(  # noqa: PLR0913  (a hub, its match and its dates)
    hub: Hub,
    matching: HubMatching,
    framework: Framework,
    calendar: SchoolYear,
    *,
    own_dates: Mapping[str, SchoolYear] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> tuple[SupportCalendar, ...]:
    """Schedule the events of each lead with staff for the partners that were matched with it.

    The dates of the partners' plans stay as they are: nothing of a plan waits for an event. A
    partner has no two events in one week, a lead's staff give no more hours than they have, and
    no event lies in the quiet weeks of the lead's terms or of a partner's own.

    Parameters
    ----------
    hub : Hub
    matching : HubMatching
        Of this hub.
    framework : Framework
    calendar : SchoolYear
        The terms of the leads.
    own_dates : mapping of str to SchoolYear, optional
        Term dates of partners that have their own.
    seed, progress, stop
        As for `plan_support`.

    Returns
    -------
    tuple of SupportCalendar
        One for each lead that holds events, in the hub's order.

    Raises
    ------
    InvalidInputError
        An event names a term or a role that is not there.
    """
    check = Check("hold_visits")
    check.value("hub", hub, Hub)
    check.value("matching", matching, HubMatching)
    check.value("framework", framework, Framework)
    check.value("calendar", calendar, SchoolYear)
    check.value("own_dates", own_dates, Mapping[str, SchoolYear] | None)
    check.whole("seed", as_seed(seed), 0, 2**63)
    check.watch(progress, stop)
    check.done()
    made = []
    for lead in hub.leads:
        partners = [hub.partner(key) for key in matching.partners_of(lead.id)]
        if not partners or not hub.events or lead.staff is None:
            continue
        dates = own_dates or {}
        plans = [_plan_of(p, hub, framework, dates.get(p.id)) for p in partners]
        made.append(
            plan_support(
                lead.id,
                plans,
                [_one_a_week(event) for event in hub.events],
                lead_staff=lead.staff,
                calendar=calendar,
                starts=hub.starts,
                quiet_weeks=hub.quiet_weeks,
                engine="heuristic",  # the same dates on every machine, with solvers and without
                budget=_BUDGET,
                seed=seed,
                progress=progress,
                stop=stop,
            )
        )
    return tuple(made)


def _plan_of(
    partner: PartnerSchool, hub: Hub, framework: Framework, calendar: SchoolYear | None
) -> PartnerPlan:
    """Return a partner without steps, whose people have the hours of one event a week."""
    most: dict[str, float] = {}
    for event in hub.events:
        for role, hours in event.partner_hours.items():
            most[role] = max(most.get(role, 0.0), hours)
    plan = ActionPlan(
        id=derived_id(None, partner.id, "support"),
        title=f"Support of {partner.name}",
        framework=framework.id,
        edition=framework.edition,
        catalogue="none",
        objectives=(),
        steps=(),
        inclusions=(),
    )
    busy = Role(id=_BUSY, title="One event a week", hours_per_week=1.0)
    roles = [Role(id=key, title=key, hours_per_week=h) for key, h in most.items()]
    return PartnerPlan(
        id=partner.id,
        name=partner.name,
        route=partner.route,
        plan=plan,
        capacity=Capacity(roles=[*roles, busy]),
        calendar=calendar,
    )


def _one_a_week(event: SupportEvent) -> SupportEvent:
    """Return an event that takes all of a partner's one event in its week."""
    return evolve(event, partner_hours={**event.partner_hours, _BUSY: 1.0}, before=None)


def list_visits(
    hub: Hub, calendars: Iterable[SupportCalendar], calendar: SchoolYear
) -> tuple[Visit, ...]:
    """Return all events in order of their days, on the days that were agreed where there are.

    Raises
    ------
    InvalidInputError
        A day was agreed for an event that is not held, or on which the lead does not teach.
    """
    check, calendars = Check("list_visits"), as_tuple(calendars)
    check.value("hub", hub, Hub)
    check.value("calendars", calendars, tuple[SupportCalendar, ...])
    check.value("calendar", calendar, SchoolYear)
    check.done()
    weeks = {w.start: w.end for w in calendar.staff_weeks}
    found = []
    for made in calendars:
        for session in made.sessions:
            key = f"{made.lead}.{session.id}"
            day = hub.agreed.get(key)
            found.append(
                Visit(
                    key=key,
                    lead=made.lead,
                    title=session.title,
                    strand=session.strand,
                    term=_term_of(day, calendar) or session.term if day else session.term,
                    first=day or session.week,
                    last=day or weeks.get(session.week) or session.week,
                    agreed=day is not None,
                    schools=session.schools,
                )
            )
    _check_agreed(hub, [v.key for v in found], _left_out(calendars), calendar)
    return tuple(sorted(found, key=lambda v: (v.first, v.key)))


def _term_of(day: dt.date, calendar: SchoolYear) -> str | None:
    return next((t.label for t in calendar.terms if t.start <= day <= t.end), None)


def _left_out(calendars: Iterable[SupportCalendar]) -> dict[str, str]:
    """Return why events are not held, by the names that the hub's file gives them."""
    return {key: why for made in calendars for key, why in made.unscheduled.items()}


def _check_agreed(
    hub: Hub, held: Sequence[str], left_out: Mapping[str, str], calendar: SchoolYear
) -> None:
    check = Check(f"hub {hub.id}")
    for key, day in hub.agreed.items():
        path = f"agreed.{key}"
        if key in left_out:
            check.fault(path, f"this event does not fit: {left_out[key]}", key)
        else:
            check.known(path, key, held, "event that is held")
        if not calendar.is_teaching_day(day):
            check.fault(path, f"{day} is no teaching day of {calendar.name}", day)
    check.done()
