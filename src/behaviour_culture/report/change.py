"""What we change: each outcome expected beside seen, the targets, and what to do next."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from behaviour_culture.content.loader import load_indicators
from behaviour_culture.impact.forecasting.expected import SHARE
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.plan import ObjectiveScale
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import (
    capital,
    day,
    number,
    percent,
    plural,
    sentence,
    whole,
)
from behaviour_culture.review.result import (
    Agreement,
    ObjectiveReview,
    OutcomeReview,
    PlanReview,
    TargetStanding,
)

__all__ = ["Change", "change"]

_LARGE = 10


class SeenRow(NamedTuple):
    """One outcome in one half-term."""

    half_term: str
    expected: str
    seen: str
    agreement: str
    tells: str


class OutcomeTable(NamedTuple):
    """The half-terms of one outcome."""

    name: str
    rows: list[SeenRow]


class TargetRow(NamedTuple):
    """One target, and what was found."""

    title: str
    was: str
    target: str
    by: str
    found: str
    standing: str
    colour: str


class Next(NamedTuple):
    """Something to do next, and why."""

    text: str
    reason: str


class Change(NamedTuple):
    """The content of the section."""

    last_year: bool
    """The review is of the plan of the year before."""
    summary: str
    targets: list[TargetRow]
    outcomes: list[OutcomeTable]
    unseen: list[str]
    next: list[Next]
    caveats: list[str]
    level: str


_COLOURS = {
    TargetStanding.MET: "green",
    TargetStanding.NOT_MET: "red",
    TargetStanding.COULD_NOT_TELL: "amber",
    TargetStanding.NOT_LOOKED_AT: "grey",
}


def change(parts: ReportParts) -> Change | None:
    """Gather the content of the section; None without a review."""
    if parts.review is None:
        return None
    review = parts.review.published()
    names = (
        {e.indicator.id: e.indicator.name for e in parts.counted.entries} if parts.counted else {}
    )
    names = {i.id: i.name for i in load_indicators().indicators} | names
    tables: dict[str, list[SeenRow]] = {}
    unseen: dict[str, int] = {}
    for entry in review.outcomes:
        name = names.get(entry.indicator or "", capital(entry.outcome.replace("-", " ")))
        if entry.agreement is Agreement.NO_SERIES:
            unseen[name] = unseen.get(name, 0) + 1
        else:
            tables.setdefault(name, []).append(_row(entry))
    levels = {o.expected.level for o in review.outcomes if o.expected and o.seen}
    return Change(
        last_year=review.plan != parts.plan.id or _earlier(review.starts, parts.plan.starts),
        summary=_summary(review),
        targets=[_target(o) for o in review.objectives],
        outcomes=[OutcomeTable(name, rows) for name, rows in tables.items()],
        unseen=[f"{name}: {plural(n, 'half-term')}" for name, n in unseen.items()],
        next=[Next(sentence(s.text), sentence(s.reason)) for s in review.suggestions],
        caveats=list(review.caveats),
        level=percent(levels.pop()) if len(levels) == 1 else "",
    )


def _earlier(one: date | None, other: date | None) -> bool:
    """Say whether a day is before another: two years may have plans of one id."""
    return one is not None and other is not None and one < other


def _summary(review: PlanReview) -> str:
    counts = [o.agreement for o in review.outcomes if o.agreement.compared]
    said = []
    looked = [o for o in review.objectives if o.standing is not TargetStanding.NOT_LOOKED_AT]
    if looked:
        met = sum(o.standing is TargetStanding.MET for o in looked)
        unsure = sum(o.standing is TargetStanding.COULD_NOT_TELL for o in looked)
        said.append(
            f"{met} of {plural(len(looked), 'target')} met; for {unsure} we could not tell."
        )
    if counts:
        same = counts.count(Agreement.AS_EXPECTED)
        telling = sum(o.tells for o in review.outcomes if o.agreement.compared)
        said.append(
            f"{same} of {plural(len(counts), 'figure')} as expected; {telling} "
            f"{'lies' if telling == 1 else 'lie'} outside what to expect had nothing changed."
        )
    return " ".join(said) or "Nothing could be compared yet."


def _row(entry: OutcomeReview) -> SeenRow:
    tells = entry.note
    if not tells and entry.unchanged is not None and entry.seen is not None:
        tells = "beyond it" if entry.tells else "within it"
    return SeenRow(
        half_term=entry.half_term,
        expected="" if entry.expected is None else _interval(entry.expected),
        seen="" if entry.seen is None else _interval(entry.seen),
        agreement=entry.agreement.value,
        tells=tells,
    )


def _amount(value: float, unit: str) -> str:
    if unit == SHARE:
        return percent(value)
    return whole(value) if abs(value) >= _LARGE else number(value)


def _interval(found: Estimate) -> str:
    unit = found.unit or ""
    value = _amount(found.value, unit)
    if found.lower == found.upper:
        return value
    return f"{value} ({_amount(found.lower, unit)} to {_amount(found.upper, unit)})"


def _target(entry: ObjectiveReview) -> TargetRow:
    unit = SHARE if entry.scale is ObjectiveScale.AUDIT else ""
    return TargetRow(
        title=entry.title,
        was="" if entry.baseline is None else _amount(entry.baseline.value, unit),
        target=_amount(entry.target, unit),
        by="" if entry.by is None else day(entry.by),
        found="" if entry.found is None else _interval(_on(entry.found, unit)),
        standing=entry.standing.value,
        colour=_COLOURS[entry.standing],
    )


def _on(found: Estimate, unit: str) -> Estimate:
    return found if not unit else found.evolve(unit=unit)
