"""A series as columns of numbers, with sentences about its gaps and recording changes."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np

from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import as_day
from behaviour_culture.model.indicator import RecordingChange, Series, SeriesPeriod
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = [
    "change_index",
    "columns_of",
    "excluded",
    "hidden_periods",
    "inside_changes",
    "remarks_on",
    "too_high",
]

_SHOWN = 4
"""Up to this number periods with the same reason are named (judgement)."""


def columns_of(series: Series) -> tuple[FloatArray, FloatArray]:
    """Return counts and exposures, NaN for a masked period."""
    columns = (series.counts(), series.exposures())
    counts, exposure = (np.array([np.nan if v is None else v for v in c]) for c in columns)
    return counts, exposure


def change_index(given: Arguments, series: Series, day: object) -> tuple[int, int | None]:
    """Return the first period from a day on, and the earlier one that contains the day, if any."""
    periods, day = series.periods, as_day(day)
    if not isinstance(day, date) or isinstance(day, datetime):
        given.whole("change_at", day, 1, max(len(periods) - 1, 1))
        return (0 if given.faults else int(day)), None  # type: ignore[call-overload]
    if not periods[0].start < day <= periods[-1].start:
        given.fault(
            "change_at",
            f"expected a day after {periods[0].start} and not after {periods[-1].start}, on which "
            "the last period begins",
            day,
        )
        return 0, None
    first = next(i for i, p in enumerate(periods) if p.start >= day)
    return first, first - 1 if day <= periods[first - 1].end else None


def hidden_periods(series: Series) -> list[SeriesPeriod]:
    """Return the periods that are masked because their count is small."""
    return [p for p in series.periods if p.suppressed]


def inside_changes(series: Series) -> list[RecordingChange]:
    """Return the recording changes between the first and the last period with a count."""
    there = [p for p in series.periods if not p.masked] or list(series.periods)
    first, last = there[0].start, there[-1].end
    return [c for c in series.recording_changes if first < c.day <= last]


def remarks_on(series: Series) -> tuple[str, ...]:
    """Return sentences to print with a chart of a series."""
    there = ~np.isnan(columns_of(series)[0])
    remarks = [*map(str, inside_changes(series)), *excluded(series, there)]
    return tuple([*remarks, too_high(series)] if hidden_periods(series) else remarks)


def too_high(series: Series) -> str:
    """Return the sentence about small counts that are hidden in a series."""
    number = len(hidden_periods(series))
    return f"Small counts are hidden in this series ({number}): the other counts are too high."


def excluded(series: Series | None, keep: BoolArray) -> list[str]:
    """Return a sentence with the points that are left out and the reasons, or no sentence."""
    reasons: dict[str, list[str]] = {}
    for i in np.flatnonzero(~keep).tolist():
        period = None if series is None else series.periods[i]
        reason = "left out of the fit" if period is None else period.masked or "left out of the fit"
        reasons.setdefault(reason, []).append(f"point {i}" if period is None else period.label)
    said = [
        f"{', '.join(places) if len(places) <= _SHOWN else f'{len(places)} periods'} ({reason})"
        for reason, places in reasons.items()
    ]
    return [f"Excluded: {'; '.join(said)}."] if said else []
