"""One page for one partner and one term, to talk over with its lead."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from behaviour_culture._display import MONTHS
from behaviour_culture._version import __version__
from behaviour_culture.disclosure.rules import SYMBOL
from behaviour_culture.model.calendar import Term
from behaviour_culture.programme.hub.hub_pack import HubPack, HubSchool
from behaviour_culture.programme.hub.visits import Visit
from behaviour_culture.report.html import environment, style
from behaviour_culture.report.hub.page import Names, help_words
from behaviour_culture.report.names import role_titles
from behaviour_culture.report.words import (
    STATUS,
    Status,
    day,
    days,
    percent,
    percent_interval,
    plural,
)

__all__ = ["render_update"]

_STEPS = 9
_LOWEST = 3
_NOT_TOLD = Status("not reported", "\N{EN DASH}", "grey")
"""No progress report names the step: whether it has begun is not known here."""


class StepRow(NamedTuple):
    """One step that runs in the term."""

    title: str
    who: str
    start: str
    due: str
    status: Status


class Update(NamedTuple):
    """The content of the template."""

    title: str
    school: str
    hub: str
    term: str
    dates: str
    lead: str
    version: str
    style: Markup
    written_on: str
    illustrative: bool
    whole: str
    lowest: list[str]
    steps: list[StepRow]
    more: str
    visits: list[str]
    counts: str
    help: list[str]
    next_term: list[str]
    without_plan: bool


def render_update(pack: HubPack, school_id: str, term: Term) -> str:
    """Return the page of one partner for one term; the same arguments give the same text."""
    page = _update(pack, pack.school(school_id), term)
    return environment().get_template("hub-update.html.j2").render(page=page)


def _update(pack: HubPack, school: HubSchool, term: Term) -> Update:
    names = Names(pack)
    partner, match = pack.hub.partner(school.id), pack.matching.match(school.id)
    steps = _steps(school, term.start, term.end)
    more = len(steps) - _STEPS
    mine = [v for v in pack.visits if school.id in v.schools]
    later = [v for v in mine if v.first > term.end]
    whole = ""
    lowest = []
    if school.result is not None:
        estimate = school.result.whole.estimate
        whole = (
            f"{percent(estimate.value)} of the scale, {percent_interval(estimate)}, "
            f"by {plural(len(school.result.raters), 'rater')}"
        )
        ranked = sorted(school.result.principles, key=lambda s: (s.estimate.value, s.id))
        lowest = [
            f"{names.principle(s.id)}: {percent(s.estimate.value)} ({percent_interval(s.estimate)})"
            for s in ranked[:_LOWEST]
        ]
    return Update(
        title=f"{partner.name}: {term.label} update",
        school=partner.name,
        hub=pack.hub.name,
        term=term.label,
        dates=days(term.start, term.end),
        lead=names.school(match.lead) if match.lead else "no lead has a place",
        version=__version__,
        style=style("hub.css"),
        written_on=day(pack.written_on),
        illustrative=partner.illustrative,
        whole=whole,
        lowest=lowest,
        steps=steps[:_STEPS],
        more=f"and {plural(more, 'more step')} in the school's plan" if more > 0 else "",
        visits=[_event(v) for v in mine if v.term == term.label],
        counts=_counts(pack, school.id, term),
        help=help_words(pack, school.id, names),
        next_term=[_event(v) for v in later[:2]],
        without_plan=school.plan is None,
    )


def _event(visit: Visit) -> str:
    when = _short(visit.first) if visit.agreed else f"week of {_short(visit.first)}"
    return f"{visit.title}, {when}{' (agreed)' if visit.agreed else ''}"


def _short(value: date) -> str:
    """Return a day without its year, which the page of a term has at its head."""
    return f"{value.day} {MONTHS[value.month - 1][:3]}"


def _steps(school: HubSchool, first: date, last: date) -> list[StepRow]:
    """Return the steps that run on a day of the term, those that are due first in front."""
    plan, schedule = school.plan, school.schedule
    if plan is None or schedule is None:
        return []
    titles = role_titles(plan, school.school, None)
    told = {p.step for p in plan.progress}
    running = [s for s in schedule.steps if s.start <= last and s.finish >= first]
    return [
        StepRow(
            title=s.title,
            who=plan.people.get(s.step) or titles.get(s.lead, s.lead),
            start=_short(s.start),
            due=_short(s.finish),
            status=STATUS[plan.status(s.step)] if s.step in told else _NOT_TOLD,
        )
        for s in sorted(running, key=lambda s: (s.finish, s.start, s.step))
    ]


def _counts(pack: HubPack, school: str, term: Term) -> str:
    counts, indicator = pack.counts, pack.indicator
    if counts is None or indicator is None or not counts.counted(school, term.label):
        return ""
    count = counts.of(school, term.label)
    if count is None:
        return (
            f"{indicator.name}: {SYMBOL}, hidden here since it is small, or would give a small "
            "count of a school away; the school has its own"
        )
    return f"{indicator.name}: {count:,} in the term"
