"""Strategies for indicators, series and what they are out of."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter

from hypothesis import strategies as st

from behaviour_culture.model.exposure import PeriodExposure
from behaviour_culture.model.indicator import (
    Direction,
    ExposureKind,
    Indicator,
    IndicatorSet,
    RecordingChange,
    ReportedBy,
    Series,
    SeriesPeriod,
)
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    dates,
    entries,
    kept,
    maybe,
    numbers,
    ordered_dates,
    slugs,
    texts,
    words,
)
from behaviour_culture.testing._frameworks import provenances, sources

__all__ = [
    "indicator_sets",
    "indicators",
    "period_exposures",
    "recording_changes",
    "series_lists",
    "series_periods",
]

_MOST = 1e6


def indicators(*, sources: Ids = None) -> Strategy[Indicator]:
    """Draw indicators; ``sources`` holds ids to choose from."""
    return st.builds(
        Indicator,
        id=slugs(),
        name=texts(),
        unit=texts(),
        exposure=st.sampled_from(ExposureKind),
        direction=st.sampled_from(Direction),
        reported_by=st.sampled_from(ReportedBy),
        gaming=texts(),
        note=words(),
        provenance=provenances(sources=sources),
    )


@kept
def indicator_sets() -> Strategy[IndicatorSet]:
    """Draw sets of indicators whose sources are all there."""
    return _indicator_sets()


@st.composite
def _indicator_sets(draw: st.DrawFn) -> IndicatorSet:
    found = draw(entries(sources(), key=attrgetter("id")))
    cited = tuple(source.id for source in found)
    one = indicators(sources=cited)
    return IndicatorSet(
        id=draw(slugs()),
        name=draw(texts()),
        summary=draw(words()),
        indicators=draw(entries(one, key=attrgetter("id"), min_size=1)),
        sources=found,
    )


@kept
def recording_changes() -> Strategy[RecordingChange]:
    """Draw changes of recording."""
    return st.builds(RecordingChange, day=dates(), what=texts())


@kept
def period_exposures() -> Strategy[PeriodExposure]:
    """Draw weeks and half-terms with their pupil school-days."""
    return st.builds(
        lambda label, days, count, pupils: PeriodExposure(
            label=label, start=days[0], end=days[1], days=count, pupil_days=count * pupils
        ),
        texts(),
        ordered_dates(),
        st.integers(0, 40),
        st.integers(1, 3000),
    )


@kept
def series_periods() -> Strategy[SeriesPeriod]:
    """Draw periods with a count and its exposure, or masked with a reason."""
    return ordered_dates().flatmap(lambda days: _period(days[0], days[1], texts()))


def _period(start: dt.date, end: dt.date, labels: Strategy[str]) -> Strategy[SeriesPeriod]:
    count, exposure = numbers(0.0, _MOST), numbers(0.5, _MOST)
    seen = st.builds(
        SeriesPeriod,
        label=labels,
        start=st.just(start),
        end=st.just(end),
        count=count,
        exposure=exposure,
    )
    masked = st.builds(
        SeriesPeriod,
        label=labels,
        start=st.just(start),
        end=st.just(end),
        count=maybe(count),
        exposure=maybe(exposure),
        masked=texts(),
    )
    return seen | masked


@kept
def series_lists() -> Strategy[Series]:
    """Draw series of a few weeks in a row."""
    return _series()


@st.composite
def _series(draw: st.DrawFn) -> Series:
    first = draw(dates(max_value=dt.date(2035, 1, 1)))
    starts = [first + dt.timedelta(weeks=i) for i in range(draw(st.integers(1, 6)))]
    week = dt.timedelta(days=4)
    periods = [draw(_period(day, day + week, st.just(day.isoformat()))) for day in starts]
    return Series(
        id=draw(slugs()),
        indicator=draw(slugs()),
        exposure_kind=draw(st.sampled_from(ExposureKind)),
        periods=periods,
        recording_changes=draw(entries(recording_changes(), key=attrgetter("day"))),
        school=draw(maybe(slugs())),
        source=draw(words()),
        disclosure=draw(st.sampled_from(["internal", "published"])),
    )
