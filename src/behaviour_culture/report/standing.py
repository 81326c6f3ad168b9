"""The audit of the school: scores with intervals, items not assessed, gaps, benchmarks."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from behaviour_culture.audit.result import Score, ScoreKind
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.source import Origin
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.svg import interval_bar
from behaviour_culture.report.words import (
    month,
    number,
    percent,
    percent_interval,
    plural,
    sentence,
)

__all__ = ["Standing", "levels_between", "standing"]


class ScoreRow(NamedTuple):
    """One score as a row of a table."""

    heading: bool
    name: str
    level: str
    score: str
    interval: str
    bar: Markup
    assessed: str
    ratings: str
    raters: int


class GapRow(NamedTuple):
    """One gap with its rank."""

    rank: int
    name: str
    size: str
    interval: str
    reason: str


class FigureRow(NamedTuple):
    """One published figure, for context."""

    measure: str
    group: str
    when: str
    value: str
    source: str


class SystemRow(NamedTuple):
    """A system of the school, and how far it is in place."""

    name: str
    status: str
    note: str


class Benchmarks(NamedTuple):
    """The newest figures of a survey and the limits of their use."""

    name: str
    publisher: str
    rows: list[FigureRow]
    limits: tuple[str, ...]


class Standing(NamedTuple):
    """The content of the section."""

    whole: ScoreRow
    date: str
    raters: int
    ratings: int
    level: str
    scale: list[str]
    rows: list[ScoreRow]
    bounds: str
    rests_on: str
    """A sentence on the items that were asked; empty where all were."""
    not_assessed: list[str]
    not_applicable: list[str]
    disputed: list[str]
    notes: list[str]
    """Notes of the reader of the responses: answers that it left out."""
    items_open: list[tuple[str, list[str]]]
    items_count: str
    gaps: list[GapRow]
    own_order: bool
    """Whether the order between principles is this project's and not the source's."""
    systems: list[SystemRow]
    benchmarks: Benchmarks | None
    method: str


def levels_between(framework: Framework, estimate: Estimate) -> str:
    """Return the levels of the scale between which an interval lies.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> levels_between(framework, bc.Estimate(value=0.4, lower=0.1, upper=0.7, method="m"))
    'absent to established'
    """
    low = framework.scale.nearest(estimate.lower).label
    high = framework.scale.nearest(estimate.upper).label
    return low if low == high else f"{low} to {high}"


def standing(parts: ReportParts, names: Names, date: str) -> Standing:
    """Gather the content of the section."""
    audit, framework = parts.audit, parts.framework
    answered = {s.id for s in audit.items} | set(audit.not_applicable)
    text = {item.id: item.text for item in framework.items}
    known = {*framework.short_form} if audit.short_form else {i.id for i in framework.items}
    waiting = known - answered
    items_open = [
        (p.name, [i.text for i in framework.items_of(p.id) if i.id in waiting])
        for p in framework.principles
    ]
    items_open = [(name, items) for name, items in items_open if items]
    rows = []
    for score in audit.domains:
        rows.append(_row(score, framework, heading=True))
        rows += [_row(s, framework) for s in audit.principles if s.parent == score.id]
    shown = {s.id for s in audit.domains}
    rows += [_row(s, framework) for s in audit.principles if s.parent not in shown]
    whole, unanswered = audit.whole, sum(len(items) for _, items in items_open)
    asked = (whole.asked or whole.items) if audit.short_form else whole.items
    bounds = ""
    if whole.assessed < whole.items:
        bounds = (
            f"If every item that nobody {'was asked or ' if audit.rests_on else ''}assessed were "
            "at the lowest level, the whole would be "
            f"{percent(whole.lowest)}; if each were at the highest, {percent(whole.highest)}."
        )
    return Standing(
        whole=_row(whole, framework),
        date=date,
        raters=len(audit.raters),
        ratings=whole.ratings,
        level=percent(whole.estimate.level),
        scale=[
            f"{level.label} ({percent(framework.scale.fraction(level.value))})"
            for level in framework.scale.levels
        ],
        rows=rows,
        bounds=bounds,
        rests_on=sentence(audit.rests_on) if audit.rests_on else "",
        not_assessed=[names.principle(p) for p in audit.not_assessed],
        not_applicable=[text[key] for key in audit.not_applicable],
        disputed=[text[key] for key in audit.disputed],
        notes=[sentence(doubt.message) for doubt in audit.doubts],
        items_open=items_open,
        items_count=f"{unanswered:,} of {plural(asked, 'item')}",
        gaps=[
            GapRow(
                rank=gap.rank,
                name=gap.name,
                size=percent(gap.size.value),
                interval=percent_interval(gap.size),
                reason=gap.reason,
            )
            for gap in audit.gaps
        ],
        own_order=any(
            q.origin is Origin.OWN for p in framework.principles for q in p.prerequisites
        ),
        systems=_systems(parts),
        benchmarks=_benchmarks(parts),
        method=sentence(audit.method),
    )


def _row(score: Score, framework: Framework, *, heading: bool = False) -> ScoreRow:
    estimate, scale = score.estimate, framework.scale
    level = scale.nearest(estimate.value).label
    interval = percent_interval(estimate)
    return ScoreRow(
        heading=heading or score.kind is ScoreKind.WHOLE,
        name=score.name,
        level=level,
        score=percent(estimate.value),
        interval=interval,
        bar=interval_bar(
            estimate,
            ticks=[scale.fraction(v) for v in scale.values],
            title=f"{score.name}: {percent(estimate.value)}, interval {interval}",
            desc=f"A dot at the score on a scale from {scale.levels[0].label} to "
            f"{scale.levels[-1].label}; the thick line is the interval.",
        ),
        assessed=f"{score.assessed} of {score.items}",
        ratings=f"{score.ratings:,}",
        raters=score.raters,
    )


def _systems(parts: ReportParts) -> list[SystemRow]:
    if parts.school is None:
        return []
    return [
        SystemRow(name=s.name, status=s.status.value.replace("-", " "), note=s.note)
        for s in parts.school.systems
    ]


def _benchmarks(parts: ReportParts) -> Benchmarks | None:
    benchmarks = parts.benchmarks
    if benchmarks is None:
        return None
    cite = {s.id: s.cite() for s in benchmarks.sources}
    rows = [
        FigureRow(
            measure=f.measure,
            group=f.group.value,
            when=month(f.wave),
            value=f"{number(f.value)}%" if f.unit == "per cent" else f"{number(f.value)} {f.unit}",
            source=" ".join(cite[s] for s in f.provenance.sources) or "no source given",
        )
        for f in benchmarks.latest()
    ]
    return Benchmarks(benchmarks.name, benchmarks.publisher, rows, benchmarks.limits)
