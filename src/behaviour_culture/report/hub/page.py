"""The page of a hub: where schools stand, who helps whom, when, and what they count."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from behaviour_culture._version import __version__
from behaviour_culture.disclosure.rules import SYMBOL
from behaviour_culture.programme.hub.eligibility import unchecked_rules
from behaviour_culture.programme.hub.heat_map import HeatCell, Help
from behaviour_culture.programme.hub.hub_pack import HubPack
from behaviour_culture.programme.hub.visits import Visit
from behaviour_culture.report.html import environment, style
from behaviour_culture.report.words import (
    capital,
    day,
    days,
    joined,
    percent,
    plural,
    sentence,
    strand,
)
from behaviour_culture.scheduling.reason import reasons_text

__all__ = [
    "BANDS",
    "Band",
    "CountTable",
    "Names",
    "VisitRow",
    "band",
    "count_table",
    "help_words",
    "render_hub",
    "visit_row",
]


class Band(NamedTuple):
    """A quarter of the scale: its name, a sign beside its shade, the share from which it begins."""

    key: str
    words: str
    sign: str
    least: float


_DOWN = "\N{BLACK DOWN-POINTING TRIANGLE}"
BANDS = (
    Band("b1", "less than 25%", 2 * _DOWN, 0),
    Band("b2", "25% to 49%", _DOWN, 0.25),
    Band("b3", "50% to 74%", "\N{MIDDLE DOT}", 0.5),
    Band("b4", "75% or more", "\N{BLACK UP-POINTING TRIANGLE}", 0.75),
)
"""From the lowest on: the stronger the shade, the lower."""


def band(value: float) -> Band:
    """Return the band of a share of the scale, as it is shown in whole per cents."""
    return next(b for b in reversed(BANDS) if round(value, 2) >= b.least)


class Names:
    """Names of schools and principles for their ids."""

    def __init__(self, pack: HubPack) -> None:
        self.schools: dict[str, str] = {s.id: s.name for s in (*pack.hub.leads, *pack.hub.partners)}
        self.principles: dict[str, str] = {p.id: p.name for p in pack.framework.principles}

    def school(self, key: str) -> str:
        """Return the name of a lead or a partner."""
        return self.schools.get(key, key)

    def principle(self, key: str) -> str:
        """Return the name of a principle."""
        return self.principles.get(key, capital(key.replace("-", " ")))


class Cell(NamedTuple):
    """One school in one principle."""

    value: str
    interval: str
    band: Band


class HeatRow(NamedTuple):
    """One principle: its cells, None where nobody assessed it."""

    name: str
    cells: list[Cell | None]


class Domain(NamedTuple):
    """The principles of one domain."""

    name: str
    rows: list[HeatRow]


class Column(NamedTuple):
    """One school above its column."""

    name: str
    raters: str


class MatchRow(NamedTuple):
    """One partner: where it goes and who else can help."""

    name: str
    route: str
    lead: str
    far: str
    why: list[str]
    help: list[str]


class VisitRow(NamedTuple):
    """One event."""

    when: str
    agreed: bool
    key: str
    title: str
    strand: str
    lead: str
    schools: str


class Term(NamedTuple):
    """The events of one term."""

    name: str
    visits: list[VisitRow]


class CountTable(NamedTuple):
    """Counts as all schools may see them."""

    name: str
    terms: list[str]
    rows: list[tuple[str, list[str]]]
    hidden: int
    least: int
    notes: list[str]
    caution: str


class HubPage(NamedTuple):
    """The content of the template."""

    title: str
    version: str
    style: Markup
    written_on: str
    illustrative: str
    placed: str
    shared: list[str]
    coming: list[VisitRow]
    decisions: list[str]
    bands: tuple[Band, ...]
    columns: list[Column]
    domains: list[Domain]
    matches: list[MatchRow]
    to_check: list[str]
    terms: list[Term]
    late: list[str]
    quiet: str
    counts: CountTable | None
    sources: list[str]


_COMING = 5
_MIDDLE = 0.5


def render_hub(pack: HubPack) -> str:
    """Return the page of a hub as text; the same pack gives the same text."""
    return environment().get_template("hub.html.j2").render(page=_page(pack))


def _page(pack: HubPack) -> HubPage:
    names = Names(pack)
    late = _late(pack, names)
    homeless = [m.name for m in pack.matching.matches if m.lead is None]
    decisions = [f"{joined(homeless)}: no lead has a place. Ask for one more."] if homeless else []
    met = {school for visit in pack.visits for school in visit.schools}
    unmet = [m.name for m in pack.matching.matches if m.lead is not None and m.id not in met]
    if unmet and pack.visits:
        mend = "Say in the hub's file how often events are held for its route."
        decisions.append(f"{joined(unmet)}: a lead, and no event. {mend}")
    open_days = sum(not v.agreed and v.last >= pack.written_on for v in pack.visits)
    if open_days:
        decisions.append(f"Agree the days of {plural(open_days, 'event')} with the schools.")
    if late:
        decisions.append(f"{plural(len(late), 'event')} cannot be held: see why, and give hours.")
    coming = [v for v in pack.visits if v.last >= pack.written_on][:_COMING]
    placed, every = pack.matching.placed, len(pack.matching.matches)
    return HubPage(
        title=pack.hub.name,
        version=__version__,
        style=style("hub.css"),
        written_on=day(pack.dated) if pack.dated else "",
        illustrative=_illustrative(pack),
        placed=f"{placed} of {plural(every, 'partner')} have a lead.",
        shared=[names.principle(p) for p in pack.heat.shared],
        coming=[visit_row(v, names) for v in coming],
        decisions=decisions,
        bands=BANDS,
        columns=_columns(pack, names),
        domains=_domains(pack, names),
        matches=_matches(pack, names),
        to_check=_to_check(pack, names),
        terms=_terms(pack, names),
        late=late,
        quiet=_quiet(pack.hub.quiet_weeks),
        counts=count_table(pack, names),
        sources=_sources(pack),
    )


def _illustrative(pack: HubPack) -> str:
    invented = [s.name for s in (*pack.hub.leads, *pack.hub.partners) if s.illustrative]
    if not invented:
        return ""
    every = len(invented) == len(pack.hub.leads) + len(pack.hub.partners)
    who = "All schools here are" if every else f"{joined(invented)}:"
    return f"{who} invented, with all ratings and counts."


def _columns(pack: HubPack, names: Names) -> list[Column]:
    found = []
    for school in pack.schools:
        result = school.result
        said = plural(len(result.raters), "rater") if result else "as the hub's file says"
        found.append(Column(names.school(school.id), said))
    return found


def _domains(pack: HubPack, names: Names) -> list[Domain]:
    domain_of = {p.id: p.domain for p in pack.framework.principles}
    listed = pack.heat.principles
    groups = [
        (d.name, [p for p in listed if domain_of.get(p) == d.id]) for d in pack.framework.domains
    ]
    groups.append(("Other principles", [p for p in listed if p not in domain_of]))
    return [
        Domain(
            title,
            [
                HeatRow(
                    names.principle(p),
                    [_cell(pack.heat.cells.get((p, s))) for s in pack.heat.schools],
                )
                for p in principles
            ],
        )
        for title, principles in groups
        if principles
    ]


def _cell(cell: HeatCell | None) -> Cell | None:
    if cell is None:
        return None
    interval = ""
    if cell.lower is not None and cell.upper is not None:
        interval = f"{percent(cell.lower)} to {percent(cell.upper)}"
    return Cell(percent(cell.value), interval, band(cell.value))


def help_words(pack: HubPack, partner: str, names: Names) -> list[str]:
    """Return for each principle in which a partner stands lowest who can help it, and why."""
    by_principle: dict[str, list[Help]] = {}
    for entry in pack.helps:
        if entry.helped == partner:
            by_principle.setdefault(entry.principle, []).append(entry)
    return [
        f"{names.principle(principle)}, at {percent(some[0].standing)}: "
        f"{joined([_helper(entry, names) for entry in some])}."
        for principle, some in by_principle.items()
    ]


def _helper(entry: Help, names: Names) -> str:
    strength = percent(entry.strength)
    if entry.is_lead:
        return f"{names.school(entry.helper)}, its lead ({strength} by the hub's file)"
    sure = "" if entry.sure else ", though the intervals overlap"
    return f"{names.school(entry.helper)} ({strength}{sure})"


def _matches(pack: HubPack, names: Names) -> list[MatchRow]:
    routes = {r.id: r.name for r in pack.programme.routes}
    return [
        MatchRow(
            name=match.name,
            route=routes.get(match.route, match.route),
            lead=names.school(match.lead) if match.lead else "no place",
            far=f"{match.km:.0f} km away" if match.km is not None else "",
            why=_why(pack, match.id, match.lead, names)
            if match.lead
            else [sentence(reason) for reason in match.reasons],
            help=help_words(pack, match.id, names),
        )
        for match in pack.matching.matches
    ]


def _why(pack: HubPack, partner: str, lead: str, names: Names) -> list[str]:
    """Say where a lead is strong and its partner's need is large."""
    needs, strengths = pack.hub.partner(partner).needs, pack.hub.lead(lead).strengths
    worth = sorted(
        ((needs[p] * strengths.get(p, 0.0), p) for p in needs), key=lambda pair: (-pair[0], pair[1])
    )
    best = [p for value, p in worth[:3] if value > 0]
    lines = [
        f"{names.principle(p)}: the need is {percent(needs[p])}, "
        f"its strength {percent(strengths[p])}."
        for p in best
    ]
    if pack.matching.match(partner).leads_allowed == 1:
        lines.append("No other lead may take it.")
    return lines or ["No need of it meets a strength of its lead."]


def _to_check(pack: HubPack, names: Names) -> list[str]:
    """Return the points that a person has to check, and for whom."""
    unsure: dict[str, list[str]] = {}
    for partner in pack.hub.partners:
        for what in unchecked_rules(pack.programme, partner):
            unsure.setdefault(what, []).append(partner.name)
    every = len(pack.hub.partners)
    lines = [
        f"{'Every partner' if len(who) == every else joined(who)}: {sentence(what)}"
        for what, who in unsure.items()
    ]
    answered = {p for lead in pack.hub.leads for p, size in lead.strengths.items() if size}
    needed = {p for s in pack.hub.partners for p, need in s.needs.items() if need > _MIDDLE}
    if lacking := [names.principle(p) for p in pack.heat.principles if p in needed - answered]:
        lines.append(
            f"No lead names a strength in {joined(lacking)}: these needs did not count in the "
            "match. Look among the partners, or for training."
        )
    return lines


def visit_row(visit: Visit, names: Names) -> VisitRow:
    """Return an event as a page shows it."""
    when = day(visit.first) if visit.agreed else f"In the week {days(visit.first, visit.last)}"
    return VisitRow(
        when=when,
        agreed=visit.agreed,
        key=visit.key,
        title=visit.title,
        strand=strand(visit.strand),
        lead=names.school(visit.lead),
        schools=joined([names.school(s) for s in visit.schools]),
    )


def _terms(pack: HubPack, names: Names) -> list[Term]:
    labels = dict.fromkeys(v.term for v in pack.visits)
    return [
        Term(label, [visit_row(v, names) for v in pack.visits if v.term == label])
        for label in labels
    ]


def _late(pack: HubPack, names: Names) -> list[str]:
    found = []
    for made in pack.calendars:
        titles = {s.id: s.title for school in made.schools for s in school.plan.steps}
        for key, why in made.left_out.items():
            event = key.removeprefix(f"{made.lead}.")
            text = sentence(reasons_text(why))
            found.append(f"{titles.get(event, event)} of {names.school(made.lead)}: {text}")
    return found


def _quiet(weeks: int) -> str:
    if not weeks:
        return "Events may lie in any teaching week."
    some = "week" if weeks == 1 else f"{weeks} weeks"
    return f"No event lies in the first or the last {some} of a term."


def count_table(pack: HubPack, names: Names) -> CountTable | None:
    """Return the counts of all schools by term; None where nobody counts."""
    counts, indicator = pack.counts, pack.indicator
    if counts is None or counts.table is None or indicator is None:
        return None
    table = counts.table

    def cells(*values: int | None) -> list[str]:
        return [SYMBOL if v is None else f"{v:,}" for v in values]

    rows = [
        (names.school(s), cells(*table.cells[i], table.row_totals[i]))
        for i, s in enumerate(counts.schools)
    ]
    rows.append(("All", cells(*table.column_totals, table.total)))
    notes = [
        f"{term}: not counted by {names.school(school)}, so the term is not shown."
        for term, school in counts.incomplete
    ]
    notes += [
        f"{names.school(school)}: {plural(many, 'period')} not counted, since the count is missing "
        "or lies in no term whole."
        for school, many in counts.outside
    ]
    return CountTable(
        name=indicator.name,
        terms=list(counts.terms),
        rows=rows,
        hidden=table.hidden,
        least=table.rules.threshold,
        notes=notes,
        caution=indicator.note or indicator.gaming,
    )


def _sources(pack: HubPack) -> list[str]:
    lines = [
        f"Programme: {pack.programme.name}. Framework: {pack.framework.name}, "
        f"{pack.framework.edition}.",
        "A score says how far a principle is in place by the school's own audit: 0% is the lowest "
        "level of the scale, 100% the highest. Schools rate themselves, each in its own way, so "
        "a difference between two schools is a reason to talk and no ranking.",
        "A school is said to be able to help from 60% of the scale on, with the three principles "
        "in which another stands lowest (judgement).",
    ]
    if pack.calendar is not None:
        invented = " (illustrative)" if pack.calendar.illustrative else ""
        lines.append(f"Terms: {pack.calendar.name}{invented}.")
    lines += [f"{event.title}: {event.source}." for event in pack.hub.events]
    return lines
