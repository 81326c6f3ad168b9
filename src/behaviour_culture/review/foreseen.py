"""Counts and shares that were seen beside those that a forecast leads to expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

from behaviour_culture.checks import Check
from behaviour_culture.impact.forecasting.expected import (
    SHARE,
    Expectation,
    comparable,
    expect,
    split_periods,
)
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.finding import Outcome
from behaviour_culture.model.indicator import (
    Direction,
    ExposureKind,
    Indicator,
    Series,
)
from behaviour_culture.monitoring.counts.joining import join_series
from behaviour_culture.monitoring.counts.series_columns import remarks_on
from behaviour_culture.review.result import Agreement, OutcomeReview
from behaviour_culture.review.seen import changed_since

__all__ = ["beside_forecast", "compare"]


def compare(expected: Estimate, seen: Estimate) -> Agreement:
    """Say how an estimate, or a count that has no interval, lies to the expected one."""
    if seen.lower > expected.upper:
        return Agreement.HIGHER
    if seen.upper < expected.lower:
        return Agreement.LOWER
    inside = expected.lower <= seen.value <= expected.upper
    covers = seen.lower < expected.lower and seen.upper > expected.upper
    # An estimate so uncertain that it would agree with anything is no agreement.
    return Agreement.AS_EXPECTED if inside and not covers else Agreement.COULD_NOT_TELL


def beside_forecast(
    forecast: Forecast,
    series: Sequence[Series],
    indicators: Mapping[str, Indicator],
    level: float,
    check: Check,
) -> tuple[list[OutcomeReview], list[str]]:
    """Return a review of each series by half-term, and caveats.

    Several series of one indicator are one, as of two years, where they do not overlap.
    """
    rows: list[OutcomeReview] = []
    caveats: list[str] = []
    for name in dict.fromkeys(s.indicator for s in series):
        here = [s for s in series if s.indicator == name]
        joined = join_series(here, check)
        if joined is not None:
            rows += _of_indicator(forecast, joined, indicators.get(name), level)
            caveats += [f"{name}: {text}" for s in here for text in remarks_on(s)]
            late = sum(p.start > forecast.ends[-1] for p in joined.periods)
            if late:
                end = forecast.ends[-1]
                caveats.append(f"{name}: {late} periods after {end}, where the forecast ends")
    return rows, caveats


def _of_indicator(
    forecast: Forecast,
    series: Series,
    indicator: Indicator | None,
    level: float,
) -> list[OutcomeReview]:
    """Return a row for each half-term of one indicator."""
    name, kind = series.indicator, series.exposure_kind
    outcome = name if name in {*Outcome} else ""
    if indicator is not None:
        outcome = "" if indicator.outcome is None else indicator.outcome.value
    answers = kind is ExposureKind.ANSWERS
    timeline, starts = forecast.timeline, forecast.starts
    kept = set(comparable(series, starts))
    before, after = split_periods(series.periods, starts)
    before = [p for p in before if p in kept and p.exposure and not p.masked]
    unit = SHARE if answers else "events" if indicator is None else indicator.unit
    higher = answers if indicator is None else indicator.direction is Direction.HIGHER
    counted = timeline.by_half_term(p for p in after if p.exposure and not p.masked)
    found: dict[str, Expectation] = {}
    if before:
        found = expect(
            timeline,
            before,
            counted,
            outcome=outcome,
            answers=answers,
            higher_is_better=higher,
            level=level,
            unit=unit,
        )
    rows = []
    for label, here in timeline.by_half_term(after).items():
        row: dict[str, Any] = {"outcome": outcome or name, "indicator": name, "half_term": label}
        if label not in counted:
            why = here[0].masked or "no exposure"
            rows.append(OutcomeReview(**row, agreement=Agreement.NOT_SEEN, note=why))
            continue
        count = fsum(p.count or 0.0 for p in counted[label])
        base = fsum(p.exposure or 0.0 for p in counted[label]) if answers else None
        value = count if base is None else count / base
        seen = Estimate(
            value=value, lower=value, upper=value, level=level, method="as counted", unit=unit
        )
        entry = found.get(label)
        expected = entry.planned if entry is not None and outcome else None
        note = ""
        if entry is None:
            agreement, note = Agreement.NOT_EXPECTED, "no count from before the plan"
        elif expected is None:
            agreement, note = Agreement.NOT_EXPECTED, "no outcome of the forecast goes with it"
        elif changed_since(series, starts, here[-1].end):
            agreement, note = Agreement.COULD_NOT_TELL, "recording changed since the plan began"
        else:
            agreement = compare(expected, seen)
        rows.append(
            OutcomeReview(
                **row,
                expected=expected,
                seen=seen,
                unchanged=None if entry is None else entry.unchanged,
                count=count,
                base=base,
                agreement=agreement,
                note=note,
            )
        )
    return rows
