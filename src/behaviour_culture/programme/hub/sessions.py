"""Which events are held, in which term, and which partners take part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from attrs import evolve

from behaviour_culture.checks import Check
from behaviour_culture.errors import suggest
from behaviour_culture.model.calendar import SchoolWeek, SchoolYear
from behaviour_culture.model.plan import Inclusion, InclusionKind
from behaviour_culture.model.source import Basis
from behaviour_culture.model.step import ActionStep, Prerequisite, StepPhase
from behaviour_culture.model.support_event import SupportEvent
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.programme.hub.partner_plan import PartnerPlan
from behaviour_culture.scheduling.problem import Term, monday_of

__all__ = [
    "Session",
    "list_sessions",
    "open_weeks",
    "school_plan",
    "session_step",
    "term_weeks",
]


class Session(NamedTuple):
    """One event: its kind, its term, and the partners who take part."""

    id: str
    event: SupportEvent
    term: Term
    schools: tuple[str, ...]
    after: Mapping[str, str]
    """For each partner the event of this kind before this one."""


def term_weeks(
    calendar: SchoolYear, starts: dt.date | None, quiet: int = 0
) -> tuple[list[SchoolWeek], list[Term]]:
    """Return the weeks of the plan in which staff are in school, and the terms with their weeks.

    The terms are without weeks of INSET days alone, and without ``quiet`` weeks at either end.
    """
    weeks = [w for w in calendar.staff_weeks if starts is None or w.end >= starts]
    held = open_weeks(calendar, quiet)
    terms = [
        Term(
            t.label,
            tuple(
                i
                for i, w in enumerate(weeks)
                if t.start <= w.start <= t.end and monday_of(w) in held
            ),
        )
        for t in sorted(calendar.terms, key=lambda t: t.start)
    ]
    return weeks, terms


def open_weeks(calendar: SchoolYear, quiet: int) -> frozenset[dt.date]:
    """Return the Mondays of teaching weeks, without so many at either end of each term."""
    found: list[dt.date] = []
    for term in calendar.terms:
        mine = [w for w in calendar.weeks if term.start <= w.start <= term.end]
        found += [monday_of(w) for w in mine[quiet : len(mine) - quiet]]
    return frozenset(found)


def list_sessions(
    events: Sequence[SupportEvent],
    partners: Sequence[PartnerPlan],
    terms: Sequence[Term],
    check: Check,
    closed: Mapping[str, frozenset[int]] | None = None,
) -> list[Session]:
    """Return all events to be held, those of one kind in order of time.

    ``closed`` has the weeks, by their place in the plan, in which a partner has none.
    """
    found: list[Session] = []
    names = [t.name for t in terms]
    for number, event in enumerate(events):
        for i, name in enumerate(event.terms):
            term = next((t for t in terms if t.name == name), None)
            if term is None or not term.weeks:
                what = "has no weeks left in this calendar" if term else suggest(name, names)
                message = f"no term {name!r}{what}" if term is None else f"{name} {what}"
                check.fault(f"events[{number}].terms[{i}]", message, name)
        chosen = [t for t in terms if t.weeks and (not event.terms or t.name in event.terms)]
        found += _of_event(event, partners, chosen, closed or {})
    return found


def _of_event(
    event: SupportEvent,
    partners: Sequence[PartnerPlan],
    terms: Sequence[Term],
    closed: Mapping[str, frozenset[int]],
) -> list[Session]:
    found: list[Session] = []
    last: dict[str, str] = {}
    for term in terms:
        for turn in range(max(event.times.values(), default=0)):
            going = [p.id for p in partners if event.times.get(p.route, 0) > turn]
            for group in _groups(going, event.seats):
                key = f"{event.id}.{len(found) + 1}"
                after = {school: last[school] for school in group if school in last}
                shut = frozenset[int]().union(*(closed.get(school, ()) for school in group))
                weeks = tuple(w for w in term.weeks if w not in shut)
                found.append(Session(key, event, Term(term.name, weeks), group, after))
                last.update(dict.fromkeys(group, key))
    return found


def _groups(schools: Sequence[str], seats: int) -> list[tuple[str, ...]]:
    """Split schools into as few groups as the seats allow, of nearly equal size."""
    count = ceil(len(schools) / seats)
    cuts = [round(i * len(schools) / count) for i in range(count + 1)] if count else [0]
    return [tuple(schools[a:b]) for a, b in pairwise(cuts)]


def session_step(
    session: Session, hours: Mapping[str, float], after: Mapping[str, str]
) -> ActionStep:
    """Return an event as a step: who gives hours to it, and which events come before it."""
    event = session.event
    earlier = dict.fromkeys(after.values())
    return ActionStep(
        id=session.id,
        title=event.title,
        phase=StepPhase.DEVELOP,
        hours_per_week=hours,
        lead=max(hours, key=lambda role: hours[role]),
        requires=[
            Prerequisite(
                step=key,
                reason="events of one kind come one after the other",
                lag_weeks=event.gap_weeks,
            )
            for key in earlier
        ],
        source=event.source,
    )


def school_plan(partner: PartnerPlan, sessions: Sequence[Session]) -> ActionPlan:
    """Return a partner's plan with the events that it takes part in as steps of it."""
    mine = [s for s in sessions if partner.id in s.schools]
    first: dict[StepPhase, list[Session]] = {}
    for session in mine:
        phase = session.event.before
        if phase is not None and partner.id not in session.after:
            first.setdefault(phase, []).append(session)
    events = [
        session_step(
            s, s.event.partner_hours, {k: v for k, v in s.after.items() if k == partner.id}
        )
        for s in mine
    ]
    waiting = [
        evolve(step, requires=[*step.requires, *map(_waits_for, first.get(step.phase, ()))])
        for step in partner.plan.steps
    ]
    reasons = [
        Inclusion(
            step=s.id,
            kind=InclusionKind.OWN,
            reason=f"support by the lead school: {s.event.strand.value}",
        )
        for s in mine
    ]
    return evolve(
        partner.plan,
        steps=[*waiting, *events],
        inclusions=[*partner.plan.inclusions, *reasons],
        progress=(),
    )


def _waits_for(session: Session) -> Prerequisite:
    return Prerequisite(
        step=session.id,
        reason=f"'{session.event.title}' prepares for it",
        basis=Basis.JUDGEMENT,
    )
