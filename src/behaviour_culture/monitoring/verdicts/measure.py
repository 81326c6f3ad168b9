"""A measure: one estimate of change, with everything that must be printed beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from math import fsum, log
from typing import Annotated, Any, TypeAlias

import numpy as np
from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Check, TupleOf, Value, as_float, as_tuple
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.fields import Count, OneOf, Positive, Range, Text, Texts
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.model.indicator import Series
from behaviour_culture.monitoring.before_after.result import LEAST_SIDE, InterruptedTimeSeries
from behaviour_culture.monitoring.comparison.differences import DifferenceInDifferences
from behaviour_culture.monitoring.counts.series_columns import inside_changes
from behaviour_culture.monitoring.survey import RESPONDENTS, SurveyChange
from behaviour_culture.statistics.mean_interval import interval_of_mean

__all__ = ["READS", "SURE", "Measure", "Reading", "forbidden_words", "measure_of"]

_CAUSAL = 4
_SERIES, _SHORT = 3, 1
SURE = 0.95
"""Coverage that an interval must have before a measure counts as better or worse."""
_HIGHEST = {
    None: "its estimate names no design in Estimate.design",
    StudyDesign.DESCRIPTION: "two totals, one school on each side or a short series are described",
    StudyDesign.BEFORE_AFTER: "a control chart or two waves of a survey are design 2",
    StudyDesign.INTERRUPTED_TIME_SERIES: "an interrupted time series has no comparison",
    StudyDesign.COMPARISON: "comparison schools were not chosen at random",
}
"""Why a measure may claim no more than the design of its estimate."""
_HIDDEN = "hidden: few events are behind it"
_NEVER = re.compile(r"\bprove[dns]?\b", re.IGNORECASE)
_SUSPENSIONS = re.compile(
    r"\bsuspen(ded|sions?)\b|\b(permanent|fixed[- ]\w+) exclu\w*", re.IGNORECASE
)
_BELOW_FOUR = re.compile(r"\bimpact(s|ed|ful)?\b|\bbecause\b|\bdue\s+to\b", re.IGNORECASE)


class Reading(Enum):
    """The reading of one measure by itself."""

    BETTER = "better"
    WORSE = "worse"
    LITTLE_CHANGE = "little-change"
    COULD_NOT_TELL = "could-not-tell"
    DESCRIBED = "described"
    NOT_COMPARABLE = "not-comparable"


READS = {
    Reading.BETTER: "better",
    Reading.WORSE: "worse",
    Reading.LITTLE_CHANGE: "no change large enough to matter",
    Reading.COULD_NOT_TELL: "could not tell",
    Reading.DESCRIBED: "described only",
    Reading.NOT_COMPARABLE: "not comparable",
}


def _rung(estimate: Estimate) -> int:
    """Return the highest design that a measure with this estimate may claim."""
    return 1 if estimate.design is None else estimate.design.rung


def _optional_tuple(values: Any) -> Any:  # noqa: ANN401  (an attrs converter)
    return None if values is None else as_tuple(values)


@frozen(kw_only=True, repr=False)
class Measure(Value):
    """One estimate of change, with all that must be printed beside it.

    Attributes
    ----------
    name : str
        The thing measured, such as "removals from lessons".
    reporter : {"staff", "pupils", "parents", "records"}
        Who reports it.
    source : str
        The record or survey that it comes from. Two measures from one source are not independent.
    topic : {"behaviour", "suspensions", "lost-learning"}
        ``lost-learning`` is the total of hours out of lessons over every route.
    design : int
        1 described (short series), 2 control chart, 3 interrupted time series, 4 comparison
        schools, 5 randomised; at most the rung of ``estimate.design``.
    estimate : Estimate
    scale : {"ratio", "difference"}
        No change is 1 on a ratio and 0 on a difference.
    lower_is_better : bool
    matters : float
        The smallest change that matters to the school: a ratio such as 0.8, or a difference
        above 0. Decide before you look.
    detectable : float or None
        The smallest change that the comparison could find, on the same scale; see
        `detectable_effect`.
    without_trend : Estimate or None
        The second reading of a series, if there was no trend before: printed beside the first, and
        no reading or verdict rests on it.
    window, exposure : str
        The dates, and the pupil school-days (or those asked) behind it.
    events : int or None
        Events, or answers, in the window; None where a small number was hidden.
    fewest : int or None
        The smallest of the counts behind the estimate that is not 0: events on one side of the
        change, or people who gave one of the answers. None where it is not known; `published`
        then takes what a reader could work out.
    points : (int, int) or None
        Points of the series before and after the change, without those left out; required for
        design 3. Under 8 on a side the measure is described only.
    sides : tuple of int
        For each point of the series 1 if it is above the fit, -1 if not, 0 if it is left out. Two
        measures that go up and down together are one, whatever their sources are called.
    recording_changes : tuple of str
        Changes of recording inside the window, with their dates.

    Raises
    ------
    InvalidInputError
        Also for a text with "proved", or below design 4 with "impact", "because" or "due to".
    """

    name: Text
    reporter: Annotated[str, OneOf((*RESPONDENTS, "records"))]
    source: Text
    topic: Annotated[str, OneOf(("behaviour", "suspensions", "lost-learning"))] = "behaviour"
    design: Annotated[int, Range(low=1, high=5)]
    estimate: Estimate
    scale: Annotated[str, OneOf(("ratio", "difference"))] = "ratio"
    lower_is_better: bool = True
    matters: Positive = field(converter=as_float)
    detectable: Positive | None = None
    without_trend: Estimate | None = None
    window: Text
    exposure: Text
    events: Count | None = None
    fewest: Count | None = None
    recording_changes: Texts = field(default=(), converter=TupleOf[str])
    points: tuple[Count, ...] | None = field(default=None, converter=_optional_tuple)
    sides: tuple[Annotated[int, Range(low=-1, high=1)], ...] = field(
        default=(), converter=TupleOf[int]
    )

    def _check(self, check: Check) -> None:
        if self.points is not None and check.ok("points") and len(self.points) != 2:  # noqa: PLR2004
            check.fault("points", "expected points before and after, 0 or more", self.points)
        if check.ok():
            self._check_scale(check)
            self._check_design(check)
            self._check_words(check)

    def _check_design(self, check: Check) -> None:
        if self.design == _SERIES and self.points is None:
            check.fault("points", "design 3 is a series: give how many points before and after")
        if self.design > (highest := _rung(self.estimate)):
            why = _HIGHEST[self.estimate.design]
            check.fault("design", f"{why}: expected at most {highest}", self.design)
        if self.topic == "behaviour" and (
            found := _SUSPENSIONS.search(f"{self.name} {self.source}")
        ):
            check.fault("topic", f"{found.group()!r} belongs to topic 'suspensions'", self.topic)

    def _check_scale(self, check: Check) -> None:
        if self.scale == "difference":
            return
        if self.estimate.lower < 0:
            check.fault("estimate", "a ratio cannot be below 0", self.estimate.lower)
        for name in ("matters", "detectable"):
            if getattr(self, name) == 1:
                check.fault(name, "a ratio of 1 is no change")

    def _check_words(self, check: Check) -> None:
        names = ("name", "source", "window", "exposure")
        texts = [(name, getattr(self, name)) for name in names]
        texts += [("estimate.method", self.estimate.method), ("estimate.unit", self.estimate.unit)]
        texts += [(f"recording_changes[{i}]", t) for i, t in enumerate(self.recording_changes)]
        for name, text in texts:
            for word in forbidden_words(text, self.design):
                check.fault(name, f"design {self.design} does not allow {word!r}: reword it")

    def _signed(self, value: float) -> float:
        """Return a value as a change for the better (above 0) or the worse."""
        change = value if self.scale == "difference" else log(value) if value > 0 else -1e9
        return -change if self.lower_is_better else change

    def in_changes_that_matter(self, value: float) -> float:
        """Return a value of its scale as a multiple of the smallest change that matters.

        Above 0 it is for the better; 1 is just what matters.
        """
        given = Arguments("in_changes_that_matter")
        given.number("value", value, low=0 if self.scale == "ratio" else None)
        given.done()
        return self._signed(value) / abs(self._signed(self.matters))

    @property
    def short(self) -> bool:
        """True if the measure is described only, by its design or for lack of points."""
        few = self.points is not None and min(self.points) < LEAST_SIDE
        return self.design == _SHORT or (few and self.design < _CAUSAL)

    @property
    def sure(self) -> bool:
        """True if the interval has a level of at least 95 % and some width."""
        found = self.estimate
        return found.level >= SURE - 1e-9 and found.lower < found.upper

    def published(self, rules: DisclosureRules | None = None) -> Measure:
        """Return the measure as it may be published.

        A small number of events is hidden together with the estimate that depends on it, and so
        are both where events are few on one side only: the number of all and a ratio give those
        of each side. The sides of the points of a series are left out.
        """
        rules = given_rules(rules)
        if self.events is None or not self._rests_on_few(self.events, rules):
            events = None if self.events is None else rules.round(self.events)
            return evolve(self, events=events, fewest=None, sides=())
        return self.without_figures()

    def without_figures(self) -> Measure:
        """Return the measure with its number of events, its estimate and all that follows hidden.

        For counts of which a part is published elsewhere with one of them hidden: their number and
        the size of a change would give it.
        """
        none = 1.0 if self.scale == "ratio" else 0.0
        anything = evolve(
            self.estimate,
            value=none,
            lower=none - 1,
            upper=none + 1,
            standard_error=None,
            p_value=None,
            method=_HIDDEN,
        )
        none_of: dict[str, Any] = dict.fromkeys(("events", "fewest", "detectable", "without_trend"))
        return evolve(self, **none_of, estimate=anything, sides=())

    def _rests_on_few(self, events: int, rules: DisclosureRules) -> bool:
        """Say whether the number of events is small, or that of one side as far as it is known.

        Where it is not, a ratio of two totals is taken apart as a reader would: for periods of
        equal length the ratio r of n events gives n r / (1 + r) on one side; for any periods an
        interval as wide as that of a small count (the score interval of `rate_ratio`) gives it.
        """
        found, small = self.estimate, rules.threshold - 1
        if rules.is_small(events):
            return True
        if self.fewest is not None:
            return rules.is_small(self.fewest)
        if self.scale != "ratio" or found.value <= 0 or events <= small:
            return self.scale == "ratio" and not rules.show_zeros
        if rules.is_small(max(1, round(events * min(found.value, 1.0) / (1 + found.value)))):
            return True
        if self.design != _SHORT or found.lower <= 0 or found.level >= 1:
            return False
        low, high, _ = interval_of_mean(
            small / events, [events - small, small], [0, 1], events, found.level
        )
        widest = log(high / (1 - high)) - log(low / (1 - low))
        return log(found.upper / found.lower) >= widest - 1e-9

    @property
    def reading(self) -> Reading:
        """The reading of the measure by itself."""
        if self.recording_changes:
            return Reading.NOT_COMPARABLE
        if self.short or not self.sure:
            return Reading.DESCRIBED if self.short else Reading.COULD_NOT_TELL
        low, high = sorted((self._signed(self.estimate.lower), self._signed(self.estimate.upper)))
        matters = abs(self._signed(self.matters))
        blind = self.detectable is not None and abs(self._signed(self.detectable)) > matters
        none = low <= 0 <= high
        if max(-low, high) < matters and not (none and blind):
            return Reading.LITTLE_CHANGE  # none, or too little to matter
        if none:
            return Reading.COULD_NOT_TELL
        return Reading.BETTER if low > 0 else Reading.WORSE

    def _label(self) -> str:
        return f"{self.name}: {READS[self.reading]}"

    def _lines(self) -> list[str]:
        found, events = self.estimate, self.published().events
        unit = "a ratio of " if self.scale == "ratio" else "a difference of "
        lines = [f"{self.name} ({self.reporter}): {READS[self.reading]}"]
        if events is None:
            lines.append("  no figures: few events are behind it")
        elif self.reading is not Reading.NOT_COMPARABLE:
            lines.append(
                f"  {unit}{found.value:.2f} ({found.level:.0%} interval {found.lower:.2f} to "
                f"{found.upper:.2f}); {found.method}"
            )
            if (other := self.without_trend) is not None:
                lines.append(
                    f"  described, if there was no trend before: {unit}{other.value:.2f} "
                    f"({other.lower:.2f} to {other.upper:.2f})"
                )
        if self.detectable is None:
            lines.append("  smallest change it could find: not worked out beforehand")
        else:
            lines.append(f"  smallest change it could find: {unit}{self.detectable:.2f}")
        changes = "; ".join(self.recording_changes) or "none known"
        lines.append(
            f"  window {self.window}; exposure {self.exposure}; "
            f"n {'hidden' if events is None else f'{events:,}'}; "
            f"recording changes: {changes}; level {self.design} of 5"
        )
        return lines


def forbidden_words(text: str, level: int) -> list[str]:
    """Return the words of a text that a design of this level may not use."""
    found = _NEVER.findall(text)
    if level < _CAUSAL:
        found += [m.group() for m in _BELOW_FOUR.finditer(text)]
    return found


Result: TypeAlias = InterruptedTimeSeries | DifferenceInDifferences | SurveyChange | Estimate


def measure_of(  # noqa: PLR0913  (the fields of a measure)
    result: Result,
    *,
    name: str,
    source: str,
    matters: float,
    reporter: str = "records",
    topic: str = "behaviour",
    lower_is_better: bool = True,
    detectable: float | None = None,
    series: Series | None = None,
    window: str | None = None,
    exposure: str | None = None,
    events: int | None = None,
    fewest: int | None = None,
    recording_changes: Sequence[str] = (),
) -> Measure:
    """Return a result as a measure for `verdict`, on its rung of the ladder of designs.

    Parameters
    ----------
    result : InterruptedTimeSeries, DifferenceInDifferences, SurveyChange or Estimate
        A segmented regression is design 3, and 1 where it is descriptive; comparison schools
        are 4, and 1 where nothing can be inferred; two waves of a survey are 2; an estimate
        from anything else, such as `rate_ratio`, is 1. No result shows that its schools were
        chosen at random: make the `Measure` by hand, with an estimate of the design
        ``StudyDesign.RANDOMISED``.
    name, source, matters, topic, detectable, recording_changes
        As in `Measure`.
    reporter : {"staff", "pupils", "parents", "records"}
        For a survey it is the group that was asked.
    lower_is_better : bool
        Ignored for a survey, where 1 is the good answer and so higher is better.
    series : Series, optional
        The data of the result: source of window, exposure and the recording changes inside it.
        A result that was made of a `Series` has it already.
    window, exposure : str, optional
        Required without a series.
    events : int, optional
        Required for comparison schools and for a bare estimate; otherwise counted.
    fewest : int, optional
        As in `Measure`; counted for a series of counts and for a survey. Of a bare ratio of two
        totals it is guessed for periods of equal length, which hides more than needed where
        they are not: give the smaller count.

    Returns
    -------
    Measure

    Raises
    ------
    InvalidInputError
        Also for a series whose points are not those of the result, and for a survey with a base
        too small for a change.

    Examples
    --------
    >>> from behaviour_culture.monitoring import interrupted_time_series
    >>> counts = [52, 48, 50, 55, 47, 51, 49, 53, 40, 38, 42, 41, 37, 43, 39, 40]
    >>> step = interrupted_time_series(counts, change_at=8, exposure=[4500] * 16)
    >>> lates = measure_of(
    ...     step, name="lates", source="register", matters=0.9,
    ...     window="spring and summer 2026", exposure="72,000 pupil days",
    ... )
    >>> lates.design, lates.points, lates.events
    (3, (8, 8), 725)
    """
    given = Arguments("measure_of")
    found: object = result
    known = (InterruptedTimeSeries, DifferenceInDifferences, SurveyChange, Estimate)
    if not isinstance(found, known):
        given.fault("result", "expected a result of monitoring, or an Estimate", result)
    given.value("series", series, Series | None)
    noted = as_tuple(recording_changes)
    given.value("recording_changes", noted, tuple[str, ...])
    if isinstance(found, SurveyChange) and found.change is None:
        given.fault("result", "the base of a wave is too small: there is no change to judge")
    given.done()
    options = {"reporter": reporter, "lower_is_better": lower_is_better, **_of(result)}
    events = options.pop("events", None) if events is None else events
    fewest = options.pop("fewest", None) if fewest is None else fewest
    changes = list(noted)
    if series is None and isinstance(result, InterruptedTimeSeries):
        series = result.series
    if series is not None:
        there = [p for p in series.periods if not p.masked]
        if isinstance(result, InterruptedTimeSeries):
            size = len(result.values)
            if size not in {len(there), len(series.periods)}:
                given.fault("series", f"has {count_of(len(there), 'point')}, and the result {size}")
        first, last = series.periods[0].start, series.periods[-1].end
        window = f"{first} to {last}" if window is None else window
        total = fsum(p.exposure or 0.0 for p in there)
        exposure = exposure or f"{total:,.0f} {series.exposure_kind.value}"
        changes += [f"{c.what}, {c.day}" for c in inside_changes(series)]
    options |= {"window": window, "exposure": exposure, "events": events, "fewest": fewest}
    for what in ("window", "exposure", "events"):
        if options[what] is None:
            given.fault(what, "is required here: see the arguments of measure_of")
    given.done()
    return Measure(
        name=name,
        source=source,
        topic=topic,
        matters=matters,
        detectable=detectable,
        recording_changes=changes,
        **options,
    )


def _sides(result: InterruptedTimeSeries) -> list[int]:
    """Return 1 for each point above the fit, -1 for the others, 0 for one that was left out."""
    pairs = zip(result.values, result.fitted, strict=True)
    return [0 if np.isnan(value - fit) else 1 if value > fit else -1 for value, fit in pairs]


def _fewest(counts: Iterable[float]) -> int:
    """Return the smallest count that is not 0."""
    return min((round(count) for count in counts if count > 0), default=0)


def _of(result: Result) -> dict[str, Any]:
    """Return the fields of a measure that follow from a result alone."""
    if isinstance(result, InterruptedTimeSeries):
        measured = result.family == "gaussian"
        taken = np.where(np.isnan(result.fitted), 0.0, np.nan_to_num(result.values))
        totals = (taken[: result.change_at].sum(), taken[result.change_at :].sum())
        return {
            "design": _rung(result.level),
            "estimate": result.level,
            "without_trend": result.without_trend,
            "scale": "difference" if measured else "ratio",
            "points": (result.n_before, result.n_after),
            "sides": _sides(result),
            "events": len(result.values) if measured else int(np.nansum(result.values)),
            "fewest": None if measured else _fewest(totals),
        }
    if isinstance(result, DifferenceInDifferences):
        estimate = result.estimate
        return {"design": _rung(estimate), "estimate": estimate, "scale": "difference"}
    if isinstance(result, SurveyChange) and result.change is not None:
        waves = ((result.before, result.base_before), (result.after, result.base_after))
        answers = [(share or 0.0) * base for share, base in waves]
        rest = [base - yes for (_, base), yes in zip(waves, answers, strict=True)]
        return {
            "design": _rung(result.change),
            "estimate": result.change,
            "scale": "difference",
            "lower_is_better": False,
            "reporter": result.group,
            "events": result.base_before + result.base_after,
            "fewest": _fewest([*map(round, answers), *map(round, rest)]),
        }
    return {"design": 1, "estimate": result}
