"""The planning index: ranked steps, intervals, and the inputs that drive the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from behaviour_culture.impact.index.result import ImpactResult, ImpactScore
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.svg import signed_bar
from behaviour_culture.report.words import percent, sentence, whole, whole_interval

__all__ = ["Expected", "expected"]

_NOTABLE = 0.01
_TOP = 10


class IndexRow(NamedTuple):
    """One step in one of the two rankings."""

    place: int
    ref: int
    title: str
    first: str
    top_three: str
    points: str
    interval: str
    bar: Markup
    order: str


class DriverRow(NamedTuple):
    """One input, and how far it moves the total."""

    text: str
    points: str
    bar: Markup


class Expected(NamedTuple):
    """The content of the section."""

    statement: str
    total: str
    interval: str
    level: str
    benefit: str
    draws: str
    error: str
    bar: Markup
    capped: str
    top: list[IndexRow]
    rest: list[IndexRow]
    per_hour: list[IndexRow]
    drivers: list[DriverRow]
    unscored: list[tuple[str, str]]
    spans_zero: bool
    reading: str


def expected(parts: ReportParts, names: Names) -> Expected | None:
    """Gather the content of the section; None without an impact result."""
    impact = parts.impact
    if impact is None:
        return None
    total = impact.total
    ends = _ends([score.index for score in impact.steps])
    rows = [_row(score, names, ends, place) for place, score in enumerate(impact.steps, start=1)]
    return Expected(
        statement=impact.statement,
        total=_points(total.value),
        interval=whole_interval(total),
        level=percent(total.level),
        benefit=percent(impact.p_benefit),
        draws=f"{impact.draws:,}",
        error="less than 1 point" if impact.mc_error < 1 else f"about {_points(impact.mc_error)}",
        bar=_bar(total, _ends([total]), "The plan as a whole", "points"),
        capped=percent(impact.p_capped) if impact.p_capped >= _NOTABLE else "",
        top=rows[:_TOP],
        rest=rows[_TOP:],
        per_hour=_per_hour(impact, names),
        drivers=_drivers(impact),
        unscored=names.with_titles(impact.unscored),
        spans_zero=total.lower < 0 < total.upper,
        reading=_reading(impact),
    )


def _points(value: float) -> str:
    text = whole(value)
    return f"{text} point{'' if text in {'1', whole(-1)} else 's'}"


def _reading(impact: ImpactResult) -> str:
    total = impact.total
    if not impact.steps:
        return "No step of this plan has an index."
    if total.lower < 0 < total.upper:
        return (
            "The interval includes nought: from today's knowledge nobody can tell whether the plan "
            "as a whole will do much, little or harm. That is a reason to watch it closely, not "
            "a finding of no effect."
        )
    side = "above" if total.lower >= 0 else "below"
    return f"The whole interval lies {side} nought, under the assumptions stated here."


def _ends(estimates: Sequence[Estimate]) -> tuple[float, float]:
    """Return the ends of a scale for all intervals."""
    low = min((e.lower for e in estimates), default=0.0)
    return low, max((e.upper for e in estimates), default=0.0)


def _bar(estimate: Estimate, ends: tuple[float, float], name: str, unit: str) -> Markup:
    title = f"{name}: {whole(estimate.value)} {unit}, interval {whole_interval(estimate)}"
    return signed_bar(estimate, low=ends[0], high=ends[1], title=title)


def _row(score: ImpactScore, names: Names, ends: tuple[float, float], place: int) -> IndexRow:
    index = score.index
    return IndexRow(
        place=place,
        ref=names.ref[score.step],
        title=score.title,
        first=percent(score.first),
        top_three=percent(score.top_three),
        points=whole(index.value),
        interval=whole_interval(index),
        bar=_bar(index, ends, score.title, "points"),
        order=_order(score),
    )


def _order(score: ImpactScore) -> str:
    if score.beats_next is None:
        return "last in the order"
    share = f"ahead of the next in {percent(score.beats_next)} of draws"
    return share if score.clear else f"no clear order before the next ({share})"


def _per_hour(impact: ImpactResult, names: Names) -> list[IndexRow]:
    scored = [(s, s.per_100_hours) for s in impact.steps if s.per_100_hours is not None]
    scored.sort(key=lambda pair: (-pair[1].value, pair[0].step))
    scored = scored[:_TOP]
    ends = _ends([each for _, each in scored])
    return [
        IndexRow(
            place=place,
            ref=names.ref[score.step],
            title=score.title,
            first="",
            top_three="",
            points=whole(each.value),
            interval=whole_interval(each),
            bar=_bar(each, ends, score.title, "points for each 100 staff hours"),
            order="",
        )
        for place, (score, each) in enumerate(scored, start=1)
    ]


def _drivers(impact: ImpactResult) -> list[DriverRow]:
    shown = [d for d in impact.drivers if whole(d.swing.value) != "0"]
    ends = _ends([d.swing for d in shown])
    return [
        DriverRow(
            text=sentence(d.text).rstrip("."),
            points=("+" if d.swing.value > 0 else "") + whole(d.swing.value),
            bar=signed_bar(
                d.swing,
                low=ends[0],
                high=ends[1],
                title=f"{d.text}: {whole(d.swing.value)} points",
                filled=True,
            ),
        )
        for d in shown
    ]
