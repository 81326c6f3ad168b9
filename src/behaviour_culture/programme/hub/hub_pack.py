"""All that a hub's pages show: the match, where schools stand, events, counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from attrs import evolve, frozen

from behaviour_culture._display import Displayed, count_of
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, as_tuple, find
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.hub import Hub
from behaviour_culture.model.indicator import Indicator, Series
from behaviour_culture.model.programme import Programme
from behaviour_culture.model.school import School
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.programme.hub.heat_map import HeatMap, Help, heat_map, who_can_help
from behaviour_culture.programme.hub.hub_matching import HubMatching, match_hub, needs_from
from behaviour_culture.programme.hub.support_result import SupportCalendar
from behaviour_culture.programme.hub.term_counts import TermCounts, term_counts
from behaviour_culture.programme.hub.visits import Visit, hold_visits, list_visits
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.typing import Progress, Stop

__all__ = ["HubPack", "HubSchool", "make_pack"]


@frozen(kw_only=True, repr=False)
class HubSchool(Displayed):
    """What the journey of one lead or partner found; each part may be missing.

    Attributes
    ----------
    id : str
        That of the lead or partner in the hub.
    calendar : SchoolYear or None
        Its own term dates.
    series : Series or None
        What it counts.
    """

    id: str
    school: School | None = None
    result: AuditResult | None = None
    plan: ActionPlan | None = None
    schedule: Schedule | None = None
    calendar: SchoolYear | None = None
    series: Series | None = None

    def _label(self) -> str:
        return self.id


@frozen(kw_only=True, repr=False)
class HubPack(Displayed):
    """A hub as its lead holds it.

    Attributes
    ----------
    hub : Hub
        With the needs and strengths that audits found.
    matching : HubMatching
    schools : tuple of HubSchool
        Each partner, in the hub's order.
    heat : HeatMap
    helps : tuple of Help
    calendars : tuple of SupportCalendar
        The events of each lead that holds any.
    visits : tuple of Visit
        All of them, in order of their days.
    counts : TermCounts or None
        With small counts hidden; None where no partner counts.
    calendar : SchoolYear or None
        The terms of the leads.
    """

    hub: Hub
    programme: Programme
    framework: Framework
    matching: HubMatching
    schools: tuple[HubSchool, ...]
    heat: HeatMap
    helps: tuple[Help, ...]
    calendars: tuple[SupportCalendar, ...] = ()
    visits: tuple[Visit, ...] = ()
    counts: TermCounts | None = None
    indicator: Indicator | None = None
    calendar: SchoolYear | None = None

    @property
    def dated(self) -> dt.date | None:
        """``today`` of the hub, or the first day of it; None where its file has no dates."""
        first = self.hub.today or self.hub.starts
        return self.calendar.start if first is None and self.calendar else first

    @property
    def written_on(self) -> dt.date:
        """The day for which its calendars are made; one before all others where it is not dated."""
        return self.dated or dt.date(2000, 1, 1)

    def school(self, school_id: str) -> HubSchool:
        """Return what the journey of a partner found, or raise `UnknownNameError`."""
        return find("partner school", school_id, self.schools)

    def _label(self) -> str:
        return (
            f"{self.hub.id}: {count_of(len(self.schools), 'partner')}, "
            f"{count_of(len(self.visits), 'event')}"
        )

    def _lines(self) -> list[str]:
        names = {s.id: s.name for s in self.hub.leads}
        principles = {p.id: p.name for p in self.framework.principles}
        late = sum(len(c.left_out) for c in self.calendars)
        lines = [
            f"{self.hub.name}: {count_of(len(self.hub.leads), 'lead')}, "
            f"{count_of(len(self.schools), 'partner')}",
            f"{self.matching.placed} of {count_of(len(self.matching.matches), 'partner')} placed",
        ]
        for match in self.matching.matches:
            where = "no place" if match.lead is None else names[match.lead]
            lines.append(f"  {match.name} ({match.route}): {where}")
            lines += [f"    {reason}" for reason in match.reasons if match.lead is None]
        shared = ", ".join(principles.get(p, p) for p in self.heat.shared)
        lines += [f"Low in half of the schools: {shared}"] if shared else []
        lines.append(f"{count_of(len(self.visits), 'event')}; {late} do not fit")
        if self.counts is not None:
            hidden = self.counts.table.hidden if self.counts.table else 0
            many = f"{count_of(hidden, 'count')} hidden, totals included"
            lines.append(f"{self.counts._label()}; {many}")  # noqa: SLF001
        return lines


def make_pack(  # noqa: PLR0913  (the parts of a hub)
    hub: Hub,
    schools: Iterable[HubSchool],
    *,
    programme: Programme,
    framework: Framework,
    calendar: SchoolYear | None = None,
    indicator: Indicator | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> HubPack:
    """Match, map, schedule and count what a hub's pages show.

    Needs are those of the hub's file, or else 1 minus the scores of a partner's audit; strengths
    are those of the file, or else the scores of a lead's audit.

    Parameters
    ----------
    hub : Hub
    schools : iterable of HubSchool
        Of leads and partners with a journey; those without one need not be there.
    programme : Programme
    framework : Framework
        Whose principles needs and strengths name.
    calendar : SchoolYear, optional
        The terms of the leads; without it there are no events and no counts.
    indicator : Indicator, optional
        What partners count.
    progress, stop
        As for `plan_support`.

    Raises
    ------
    InvalidInputError
        A route, a term or a role is not known; a day was agreed that cannot be.
    """
    check, given = Check("make_pack"), as_tuple(schools)
    check.value("hub", hub, Hub)
    check.value("schools", given, tuple[HubSchool, ...])
    check.value("programme", programme, Programme)
    check.value("framework", framework, Framework)
    check.value("calendar", calendar, SchoolYear | None)
    check.value("indicator", indicator, Indicator | None)
    check.watch(progress, stop)
    check.done()
    _check_principles(hub, framework)
    found = {s.id: s for s in given}
    hub = _with_audits(hub, found)
    matching = match_hub(hub, programme=programme, stop=stop)
    every = tuple(found.get(p.id) or HubSchool(id=p.id) for p in hub.partners)
    results = {s.id: s.result for s in every if s.result is not None}
    heat = heat_map(hub, results, order=[p.id for p in framework.principles])
    calendars: tuple[SupportCalendar, ...] = ()
    visits: tuple[Visit, ...] = ()
    counts = None
    if calendar is not None:
        own = {s.id: s.calendar for s in every if s.calendar is not None}
        calendars = hold_visits(
            hub, matching, framework, calendar, own_dates=own, progress=progress, stop=stop
        )
        visits = list_visits(hub, calendars, calendar)
        series = {s.id: s.series for s in every if s.series is not None}
        counts = term_counts(series, calendar)
    return HubPack(
        hub=hub,
        programme=programme,
        framework=framework,
        matching=matching,
        schools=every,
        heat=heat,
        helps=who_can_help(hub, heat, {m.id: m.lead for m in matching.matches}),
        calendars=calendars,
        visits=visits,
        counts=counts,
        indicator=indicator,
        calendar=calendar,
    )


def _check_principles(hub: Hub, framework: Framework) -> None:
    """Refuse needs and strengths of no principle: they would count for nothing, unseen."""
    check = Check(f"hub {hub.id}")
    known = [p.id for p in framework.principles]
    named = [(f"leads[{i}].strengths", s.strengths) for i, s in enumerate(hub.leads)]
    named += [(f"partners[{i}].needs", s.needs) for i, s in enumerate(hub.partners)]
    for path, principles in named:
        for principle in principles:
            check.known(path, principle, known, f"principle of {framework.id}")
    check.done()


def _with_audits(hub: Hub, found: dict[str, HubSchool]) -> Hub:
    """Return the hub with the needs and strengths that audits found, where its file has none."""

    def result(key: str) -> AuditResult | None:
        school = found.get(key)
        return school.result if school else None

    partners = [
        evolve(p, needs=needs_from(own)) if not p.needs and (own := result(p.id)) else p
        for p in hub.partners
    ]
    leads = [
        evolve(lead, strengths={s.id: min(1.0, max(0.0, s.estimate.value)) for s in own.principles})
        if not lead.strengths and (own := result(lead.id))
        else lead
        for lead in hub.leads
    ]
    return evolve(hub, partners=partners, leads=leads)
