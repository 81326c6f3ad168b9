"""From the counts of a school to what monitoring allows to say of each, and of all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations
from math import fsum
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, TupleOf, Value, as_tuple
from behaviour_culture.content.loader import load_indicators
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.errors import InvalidInputError, MissingExtraError
from behaviour_culture.fields import Positive, Unique
from behaviour_culture.model.calendar import DateRange
from behaviour_culture.model.finding import Outcome
from behaviour_culture.model.indicator import Direction, ExposureKind, Indicator, ReportedBy, Series
from behaviour_culture.monitoring.before_after.interrupted import interrupted_time_series
from behaviour_culture.monitoring.before_after.power import DetectableFrom, detectable_from
from behaviour_culture.monitoring.before_after.result import LEAST_SIDE
from behaviour_culture.monitoring.control_charts.chart import (
    ENOUGH_POINTS,
    OVERDISPERSED,
    ControlChart,
)
from behaviour_culture.monitoring.control_charts.kinds import p_chart, u_chart
from behaviour_culture.monitoring.counts.joining import join_series, middle_of, sum_by_window
from behaviour_culture.monitoring.survey import SurveyChange, survey_change
from behaviour_culture.monitoring.verdicts.measure import Measure, Reading, measure_of
from behaviour_culture.monitoring.verdicts.verdict import Verdict
from behaviour_culture.statistics.counts_ahead import place_in_year

__all__ = ["JudgedCounts", "JudgedSeries", "Unjudged", "judge_counts"]

_FEWER, _MORE, _POINTS = 0.8, 1.25, 0.05
"""The smallest change that matters where nobody says one: a fifth, or five points of a share."""
_SUSPENSIONS = {"suspensions", "permanent-exclusions"}
_LOST = "lost-learning-hours"
_ABSENCE = {"absence", "persistent-absence"}
_INDICATORS = Annotated[tuple[Indicator, ...], Unique("id")]
_MOST_GROUPS = 6
"""Groups of which all differences from the whole are tried."""


class Unjudged(StrEnum):
    """Why there is no measure of change for a series."""

    NEITHER_WAY = "neither-way"
    """More of it is neither better nor worse on its own."""
    FEW_POINTS = "few-points"
    """Fewer than 8 points before or after the plan began."""
    ONE_SIDE = "one-side"
    """Nothing was counted before the plan began, or after."""
    SMALL_BASE = "small-base"
    """Fewer than 30 answered in a wave."""
    NO_FIT = "no-fit"
    """A step cannot be told from trend and season, or all counts of a side are 0."""
    NO_ANSWERS = "no-answers"
    """A survey that is not of staff, pupils or parents, or has no whole numbers of answers."""
    NO_STATISTICS = "no-statistics"
    """The extra ``stats`` is not installed."""
    OF_A_GROUP = "of-a-group"
    """A group of pupils is shown beside the whole, of which it is a part."""

    @property
    def words(self) -> str:
        """The reason in words."""
        return _WORDS[self]


_WORDS = {
    Unjudged.NEITHER_WAY: "more of it is neither better nor worse on its own",
    Unjudged.FEW_POINTS: f"fewer than {LEAST_SIDE} points before or after the plan began",
    Unjudged.ONE_SIDE: "nothing was counted before the plan began, or nothing after",
    Unjudged.SMALL_BASE: "fewer than 30 answered in a wave",
    Unjudged.NO_FIT: "a step cannot be told from trend and season here",
    Unjudged.NO_ANSWERS: "these are no whole numbers of answers by staff, pupils or parents",
    Unjudged.NO_STATISTICS: "it needs the extra 'stats'",
    Unjudged.OF_A_GROUP: "a group is a part of the whole, which is judged",
}


@frozen(kw_only=True, repr=False)
class JudgedSeries(Value):
    """All that was counted of one indicator, and what monitoring allows to say of it.

    Attributes
    ----------
    indicator : Indicator
    group : str
        The group of pupils; empty for all.
    series : Series
    chart : ControlChart or None
        Limits from the points before the plan. None under 12 of these, and for surveys.
    measure : Measure or None
        The change since the plan began; None for the reason ``unjudged``.
    unjudged : Unjudged or None
    detectable : DetectableFrom or None
        The day from which a fall of a fifth could be found, for a series of events with 8 points
        from before the plan, of which fewer is better.
    """

    indicator: Indicator
    group: str = ""
    series: Series
    chart: ControlChart | None = None
    measure: Measure | None = None
    unjudged: Unjudged | None = None
    detectable: DetectableFrom | None = None

    @property
    def hidden(self) -> bool:
        """True where a small count is hidden in the series."""
        return any(p.suppressed for p in self.series.periods)

    @property
    def counted_as_behaviour(self) -> bool:
        """False for absence, which is judged by itself."""
        return self.indicator.id not in _ABSENCE and self.indicator.outcome is not Outcome.ABSENCE

    def _label(self) -> str:
        return f"{self.indicator.id}{f', {self.group}' if self.group else ''}"

    def _lines(self) -> list[str]:
        name = f"{self.indicator.name}{f', {self.group}' if self.group else ''}"
        lines = [f"{name}: {count_of(len(self.series.periods), 'period')}"]
        if self.chart is not None:
            lines.append(f"  {self.chart.published().statement}")
        if self.measure is not None:
            lines += [f"  {line}" for line in str(self.measure).splitlines()]
        elif self.unjudged is not None:
            lines.append(f"  No change is estimated: {self.unjudged.words}")
        return lines + ([] if self.detectable is None else [f"  {self.detectable}"])


@frozen(kw_only=True, repr=False)
class JudgedCounts(Value):
    """The counts of a school around the start of a plan, each judged by itself, and a verdict.

    Attributes
    ----------
    starts : date
        The start of the plan.
    entries : tuple of JudgedSeries
    windows : tuple of DateRange
        Half-terms of the plan, for sums where counts of weeks are too small to be shown.
    """

    starts: date
    entries: tuple[JudgedSeries, ...] = field(converter=TupleOf[JudgedSeries])
    windows: tuple[DateRange, ...] = field(default=(), converter=TupleOf[DateRange])

    @property
    def _lost(self) -> bool:
        return any(e.indicator.id == _LOST and e.measure is not None for e in self.entries)

    def _in_verdict(self, entry: JudgedSeries) -> bool:
        alone = entry.indicator.id in _SUSPENSIONS and not self._lost
        return entry.measure is not None and entry.counted_as_behaviour and not alone

    @property
    def verdict(self) -> Verdict | None:
        """What the measures of behaviour allow to say together; None without any.

        Absence is no measure of behaviour, and suspensions are judged only beside the hours out
        of class over every route: see ``apart``.
        """
        taken = [e.measure for e in self.entries if self._in_verdict(e) and e.measure is not None]
        return Verdict(measures=taken) if taken else None

    @property
    def apart(self) -> tuple[JudgedSeries, ...]:
        """Series with a measure on which the verdict does not rest."""
        return tuple(e for e in self.entries if e.measure is not None and not self._in_verdict(e))

    def published(self, rules: DisclosureRules | None = None) -> JudgedCounts:
        """Return what may be shown: counts of weeks, or of half-terms where weeks are small.

        A series is shown at one grain only, the sums of a review of the plan being those of the
        half-terms: a week that is hidden beside the others and their sum would follow. Where a
        half-term is small too it is hidden, and with it all figures of the change. Groups are shown
        only where neither they nor what is left of the whole without them is a small count.
        """
        rules = given_rules(rules)
        shown: list[JudgedSeries] = []
        for name in dict.fromkeys(e.indicator.id for e in self.entries):
            here = [e for e in self.entries if e.indicator.id == name]
            shown += self._shown(here, rules)
        return evolve(self, entries=shown)

    def _shown(self, entries: Sequence[JudgedSeries], rules: DisclosureRules) -> list[JudgedSeries]:
        """Return the entries of one indicator: all that is given, or the whole alone."""
        grains: list[list[Series]] = [[e.series for e in entries]]
        if entries[0].series.exposure_kind is not ExposureKind.ANSWERS and self.windows:
            grains.append([sum_by_window(s, self.windows) for s in grains[0]])
        for series in grains:
            if not any(_small(s, rules) for s in series) and not _follows(entries, series, rules):
                return [self._at(e, s, rules) for e, s in zip(entries, series, strict=True)]
        return [
            self._at(e, s, rules) for e, s in zip(entries, grains[-1], strict=True) if not e.group
        ]

    def _at(self, entry: JudgedSeries, series: Series, rules: DisclosureRules) -> JudgedSeries:
        public = series.published(rules)
        measure = entry.measure
        if measure is not None:
            hides = any(p.suppressed for p in public.periods)
            measure = measure.without_figures() if hides else measure.published(rules)
        chart = (
            entry.chart if series is entry.series else _chart(entry.indicator, series, self.starts)
        )
        return evolve(
            entry,
            series=public,
            chart=None if chart is None else chart.published(rules),
            measure=measure,
            # It follows from the counts before, the hidden ones too.
            detectable=None if any(p.suppressed for p in public.periods) else entry.detectable,
        )

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "indicator": str,
        "group": str,
        "periods": int,
        "before": int,
        "start": date,
        "end": date,
        "reading": Reading,
        "estimate": float,
        "lower": float,
        "upper": float,
        "why_not": Unjudged,
    }

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each series; what rests on small counts is hidden unless ``internal``.

        ``before`` counts the periods that began before the plan, and ``why_not`` says why there is
        no estimate.
        """
        rows = []
        for entry in (self if internal else self.published()).entries:
            made, periods = entry.measure, entry.series.periods
            known = made is not None and (internal or made.events is not None)
            estimate = made.estimate if made is not None and known else None
            rows.append(
                {
                    "indicator": entry.indicator.id,
                    "group": entry.group,
                    "periods": len(periods),
                    "before": sum(p.start < self.starts for p in periods),
                    "start": periods[0].start.isoformat(),
                    "end": periods[-1].end.isoformat(),
                    "reading": None if made is None else made.reading.value,
                    "estimate": None if estimate is None else estimate.value,
                    "lower": None if estimate is None else estimate.lower,
                    "upper": None if estimate is None else estimate.upper,
                    "why_not": None if entry.unjudged is None else entry.unjudged.value,
                }
            )
        return rows

    def _label(self) -> str:
        return f"{len(self.entries)} series around {self.starts}"

    def _lines(self) -> list[str]:
        shown = self.published()
        lines = [f"What was counted around {self.starts}, when the plan began:"]
        lines += [f"  {line}" for e in shown.entries for line in str(e).splitlines()]
        found = shown.verdict
        return [*lines, *([] if found is None else [f"  {s}" for s in found.sentences])]


def _small(series: Series, rules: DisclosureRules) -> bool:
    return any(p.suppressed for p in series.published(rules).periods)


def _follows(
    entries: Sequence[JudgedSeries], series: Sequence[Series], rules: DisclosureRules
) -> bool:
    """Say whether a small count follows from those of the whole and of groups of it."""
    groups = [s for e, s in zip(entries, series, strict=True) if e.group]
    wholes = [s for e, s in zip(entries, series, strict=True) if not e.group]
    if not groups or not wholes:
        return False
    if len(groups) > _MOST_GROUPS:
        return True
    counts = [{(p.start, p.end): p.count for p in s.periods if not p.masked} for s in groups]
    for period in wholes[0].periods:
        here = [c[key] for c in counts if (key := (period.start, period.end)) in c]
        for number in range(1, len(here) + 1):
            for some in combinations(here, number):
                rest = (period.count or 0.0) - fsum(c or 0.0 for c in some)
                if rest > 0 and rules.is_small(rest):
                    return True
    return False


def judge_counts(  # noqa: PLR0913  (what is counted, and how it is judged)
    series: Series | Iterable[Series],
    *,
    starts: date,
    groups: Mapping[str, Iterable[Series]] | None = None,
    indicators: Iterable[Indicator] | None = None,
    matters: Mapping[str, float] | None = None,
    windows: Iterable[DateRange] = (),
) -> JudgedCounts:
    """Judge each series by the means of monitoring, and all of them together.

    Parameters
    ----------
    series : Series or iterable of Series
        Counts of the school, from before the plan and after. Several series of one indicator, as
        of two years, are one. A survey is a series of answers.
    starts : date
        When the plan began.
    groups : mapping of str to iterable of Series, optional
        Counts of groups of pupils, shown beside the whole. They are parts of it and not judged.
    indicators : iterable of Indicator, optional
        Those of `load_indicators` where not given.
    matters : mapping of indicator id to float, optional
        The smallest change that matters: a ratio for counts (0.8 is a fifth fewer, and is taken
        where none is given), a difference of shares for a survey (0.05). Decide before you look.
    windows : iterable of DateRange, optional
        Half-terms of the plan, one after the other without a gap.

    Returns
    -------
    JudgedCounts

    Raises
    ------
    InvalidInputError
        All faults at once.

    Notes
    -----
    A series of events with 12 points before the plan has a control chart, with Laney's limits
    where counts vary 1.3 times as much as by chance. One with 8 points on each side has a
    segmented regression (`interrupted_time_series`, quasi-Poisson, with the part of the year as
    its season where each part is there before the plan); of a survey the last wave before
    the plan is compared with the last one after (`survey_change`). Everything else is shown and
    not judged, for a reason that it names.

    Examples
    --------
    >>> from datetime import date
    >>> from behaviour_culture import Series
    >>> from behaviour_culture.model import SeriesPeriod
    >>> from behaviour_culture.model import ExposureKind
    >>> waves = [
    ...     SeriesPeriod(label="2026", start=date(2026, 7, 1), end=date(2026, 7, 8),
    ...                  count=60, exposure=120),
    ...     SeriesPeriod(label="2027", start=date(2027, 7, 1), end=date(2027, 7, 8),
    ...                  count=84, exposure=120),
    ... ]
    >>> survey = Series(id="pupils", indicator="good-behaviour-pupils",
    ...                 exposure_kind=ExposureKind.ANSWERS, periods=waves)
    >>> judged = judge_counts(survey, starts=date(2026, 9, 2))
    >>> judged.entries[0].measure.reading.value
    'better'
    >>> judged.verdict.conclusion.value
    'could-not-tell'
    """
    check = Check("judge_counts")
    check.value("starts", starts, date)
    taken: tuple[object, ...] = load_indicators().indicators
    if indicators is not None:
        taken = as_tuple(indicators)
        taken = taken if check.value("indicators", taken, _INDICATORS) else ()
    known = {i.id: i for i in taken if isinstance(i, Indicator)}
    given: dict[str, object] = {"": series}
    if check.value("groups", groups, Mapping[str, object] | None):
        given |= groups or {}
    kept: dict[tuple[str, str], list[Series]] = {}
    for group, several in given.items():
        name = f"groups[{group!r}]" if group else "series"
        listed = [several] if isinstance(several, Series) else several
        for i, one in enumerate(listed if isinstance(listed, Iterable) else [listed]):
            path = f"{name}[{i}]"
            if not check.value(path, one, Series):
                continue
            assert isinstance(one, Series)  # noqa: S101  (for the type checkers)
            if check.known(f"{path}.indicator", one.indicator, known, "indicator"):
                kept.setdefault((one.indicator, group), []).append(one)
    sizes: dict[str, float] = {}
    if check.value("matters", matters, Mapping[str, object] | None):
        sizes |= matters or {}
    for name, size in sizes.items():
        if check.known(f"matters[{name!r}]", name, known, "indicator"):
            check.value(f"matters[{name!r}]", size, Positive)
    joined = {key: join_series(several, check) for key, several in kept.items()}
    spans = as_tuple(windows)
    check.value("windows", spans, tuple[DateRange, ...])
    check.done()
    entries = [
        _judge(known[name], group, one, starts, sizes.get(name))
        for (name, group), one in joined.items()
        if one is not None
    ]
    return JudgedCounts(starts=starts, entries=entries, windows=spans)


def _judge(
    indicator: Indicator, group: str, series: Series, starts: date, matters: float | None
) -> JudgedSeries:
    measure: Measure | None = None
    reason: Unjudged | None = Unjudged.OF_A_GROUP
    if not group:
        found = _measure(indicator, series, starts, matters)
        measure, reason = (found, None) if isinstance(found, Measure) else (None, found)
    return JudgedSeries(
        indicator=indicator,
        group=group,
        series=series,
        chart=_chart(indicator, series, starts),
        measure=measure,
        unjudged=reason,
        detectable=None if group else _detectable(indicator, series, starts),
    )


def _detectable(indicator: Indicator, series: Series, starts: date) -> DetectableFrom | None:
    lower = indicator.direction is Direction.LOWER
    answers = series.exposure_kind is ExposureKind.ANSWERS
    if not lower or answers or _sides(series, starts)[0] < LEAST_SIDE:
        return None
    try:
        return detectable_from(series, change_at=starts, season=_season(series, starts))
    except InvalidInputError:  # no event before, or a day far beyond the series
        return None


def _sides(series: Series, starts: date) -> tuple[int, int]:
    """Return the number of periods with a count before a day, and from it on."""
    there = [middle_of(p) < starts for p in series.periods if not p.masked]
    return sum(there), len(there) - sum(there)


def _whole(series: Series) -> bool:
    return all(float(c).is_integer() for c in series.counts() if c is not None)


def _chart(indicator: Indicator, series: Series, starts: date) -> ControlChart | None:
    answers = series.exposure_kind is ExposureKind.ANSWERS
    if answers or not _whole(series) or _sides(series, starts)[0] < ENOUGH_POINTS:
        return None
    people = series.exposure_kind is ExposureKind.PUPILS and indicator.unit == "pupils"
    kind = p_chart if people else u_chart
    before = sum(middle_of(p) < starts for p in series.periods)
    try:
        made = kind(series, baseline=before)
        wide = made.dispersion is not None and made.dispersion > OVERDISPERSED
        return kind(series, baseline=before, prime=True) if wide else made
    except InvalidInputError:  # no event in the baseline, or no variation in it
        return None


def _measure(
    indicator: Indicator, series: Series, starts: date, matters: float | None
) -> Measure | Unjudged:
    """Return the change since a day as a measure, or why there is none."""
    if indicator.direction is Direction.NEITHER:
        return Unjudged.NEITHER_WAY
    fewest = min(_sides(series, starts))
    if not fewest:
        return Unjudged.ONE_SIDE
    if series.exposure_kind is ExposureKind.ANSWERS:
        return _of_waves(indicator, series, starts, _POINTS if matters is None else matters)
    return Unjudged.FEW_POINTS if fewest < LEAST_SIDE else _step(indicator, series, starts, matters)


def _step(
    indicator: Indicator, series: Series, starts: date, matters: float | None
) -> Measure | Unjudged:
    """Return the step of a series at a day, beyond its trend and season."""
    lower = indicator.direction is Direction.LOWER
    try:
        result = interrupted_time_series(
            series, change_at=starts, family="quasi-poisson", season=_season(series, starts)
        )
    except InvalidInputError:
        return Unjudged.NO_FIT
    except MissingExtraError:
        return Unjudged.NO_STATISTICS
    topic = "suspensions" if indicator.id in _SUSPENSIONS else "behaviour"
    return measure_of(
        result,
        name=indicator.name,
        source=series.source or series.id,
        topic="lost-learning" if indicator.id == _LOST else topic,
        reporter=indicator.reported_by.value,
        lower_is_better=lower,
        matters=(_FEWER if lower else _MORE) if matters is None else matters,
    )


def _season(series: Series, starts: date) -> list[int] | None:
    """Return the part of the year of each period, where all of them are there before a day."""
    places = [place_in_year(middle_of(p)) for p in series.periods]
    there = {
        place
        for place, p in zip(places, series.periods, strict=True)
        if middle_of(p) < starts and not p.masked
    }
    return places if len(there) > 1 and there >= set(places) else None


def _of_waves(
    indicator: Indicator, series: Series, starts: date, matters: float
) -> Measure | Unjudged:
    """Compare the last wave of a survey before a day with the last one after it."""
    there = [p for p in series.periods if not p.masked]
    first = [p for p in there if middle_of(p) < starts][-1]
    last = there[-1]
    if indicator.reported_by is ReportedBy.RECORDS or not _whole(series):
        return Unjudged.NO_ANSWERS
    waves = []
    for wave in (first, last):
        yes, base = round(wave.count or 0.0), round(wave.exposure or 0.0)
        good = base - yes if indicator.direction is Direction.LOWER else yes
        waves.append([1] * good + [0] * (base - good))
    change: SurveyChange = survey_change(
        *waves,
        group=indicator.reported_by.value,
        asked_before=len(waves[0]),
        asked_after=len(waves[1]),
    )
    if change.change is None:
        return Unjudged.SMALL_BASE
    measure = measure_of(
        change,
        name=indicator.name,
        source=series.source or series.id,
        matters=matters,
        window=f"{first.start} to {last.end}",
        exposure=f"{len(waves[0]):,} and {len(waves[1]):,} who answered",
        recording_changes=[
            f"{c.what}, {c.day}" for c in series.recording_changes if first.end < c.day <= last.end
        ],
    )
    return measure if indicator.direction is not Direction.LOWER else _turned(measure)


def _turned(measure: Measure) -> Measure:
    """Return the change in the share of the other answer, which is the one that was counted."""
    seen = measure.estimate
    estimate = evolve(seen, value=-seen.value, lower=-seen.upper, upper=-seen.lower)
    return evolve(measure, estimate=estimate, lower_is_better=not measure.lower_is_better)
