"""From a result to a measure: its design, window, events and recording changes as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from behaviour_culture.arguments import Given
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import Series
from behaviour_culture.monitoring.before_after.result import InterruptedTimeSeries
from behaviour_culture.monitoring.comparison.differences import DifferenceInDifferences
from behaviour_culture.monitoring.counts.columns import inside_changes
from behaviour_culture.monitoring.survey import SurveyChange
from behaviour_culture.monitoring.verdicts.measure import Measure

__all__ = ["measure_of"]

Result: TypeAlias = InterruptedTimeSeries | DifferenceInDifferences | SurveyChange | Estimate


def measure_of(  # noqa: PLR0913  (what must be printed beside an estimate)
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
    recording_changes: Sequence[str] = (),
) -> Measure:
    """Return a result as a measure for `verdict`, on the rung of the ladder that it stands on.

    Parameters
    ----------
    result : InterruptedTimeSeries, DifferenceInDifferences, SurveyChange or Estimate
        A segmented regression is design 3, and 1 where it is descriptive; comparison schools
        are 4, and 1 where nothing can be inferred; two waves of a survey are 2; an estimate
        from anything else, such as `rate_ratio`, is 1. A randomised comparison cannot be
        known from its result: make its `Measure` by hand.
    name, source, matters, topic, detectable, recording_changes
        As in `Measure`.
    reporter : {"staff", "pupils", "parents", "records"}
        For a survey it is the group that was asked.
    lower_is_better : bool
        Of a survey, in whose answers 1 is the good one, higher is.
    series : Series, optional
        What the result was made of: gives window, exposure and the recording changes inside
        it. A result that was made of a `Series` has it already.
    window, exposure : str, optional
        Needed without a series.
    events : int, optional
        Needed for comparison schools and for a bare estimate; else counted.

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
    given = Given("measure_of")
    found: object = result
    known = (InterruptedTimeSeries, DifferenceInDifferences, SurveyChange, Estimate)
    if not isinstance(found, known):
        given.fault("result", "expected a result of monitoring, or an Estimate", result)
    if series is not None and not isinstance(series, Series):
        given.fault("series", "expected a Series", series)
    if isinstance(found, SurveyChange) and found.change is None:
        given.fault("result", "the base of a wave is too small: there is no change to judge")
    given.done()
    fixed = _of(result)
    events = fixed.pop("events", None) if events is None else events
    fixed.pop("events", None)
    changes = list(recording_changes)
    if series is None and isinstance(result, InterruptedTimeSeries):
        series = result.series
    if series is not None:
        there = [p for p in series.periods if not p.masked]
        if isinstance(result, InterruptedTimeSeries):
            size = len(result.values)
            if size not in {len(there), len(series.periods)}:
                given.fault("series", f"has {len(there)} points, and the result {size}")
        first, last = series.periods[0].start, series.periods[-1].end
        window = f"{first} to {last}" if window is None else window
        total = sum(p.exposure or 0.0 for p in there)
        exposure = exposure or f"{total:,.0f} {series.exposure_kind.value}"
        changes += [f"{c.what}, {c.day}" for c in inside_changes(series)]
    for what, value in (("window", window), ("exposure", exposure), ("events", events)):
        if value is None:
            given.fault(what, "is needed here: see the arguments of measure_of")
    given.done()
    options = {"reporter": reporter, "lower_is_better": lower_is_better, **fixed}
    return Measure(
        name=name,
        source=source,
        topic=topic,
        matters=matters,
        detectable=detectable,
        window=window or "",
        exposure=exposure or "",
        events=events,
        recording_changes=changes,
        **options,
    )


def _sides(result: InterruptedTimeSeries) -> list[int]:
    """Return 1 for each point above the fit, -1 for the others, 0 for one that was left out."""
    pairs = zip(result.values, result.fitted, strict=True)
    return [0 if np.isnan(value - fit) else 1 if value > fit else -1 for value, fit in pairs]


def _of(result: Result) -> dict[str, Any]:
    """Return what follows from a result alone."""
    if isinstance(result, InterruptedTimeSeries):
        measured = result.family == "gaussian"
        return {
            "design": 1 if result.descriptive else 3,
            "estimate": result.level,
            "scale": "difference" if measured else "ratio",
            "points": (result.n_before, result.n_after),
            "sides": _sides(result),
            "events": len(result.values) if measured else int(np.nansum(result.values)),
        }
    if isinstance(result, DifferenceInDifferences):
        design = 1 if result.inference == "none" else 4
        return {"design": design, "estimate": result.estimate, "scale": "difference"}
    if isinstance(result, SurveyChange):
        return {
            "design": 2,
            "estimate": result.change,
            "scale": "difference",
            "lower_is_better": False,
            "reporter": result.group,
            "events": result.base_before + result.base_after,
        }
    return {"design": 1, "estimate": result}
