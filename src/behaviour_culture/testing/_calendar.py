"""Strategies for school years and their parts, and for series of counts in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from behaviour_culture.model.calendar import (
    DateRange,
    DayOff,
    HalfTerm,
    SchoolWeek,
    SchoolYear,
    Term,
)
from behaviour_culture.model.exposure import PeriodExposure
from behaviour_culture.model.indicator import Indicator, IndicatorSet, Series, SeriesPeriod
from behaviour_culture.testing._basics import (
    Strategy,
    check_sizes,
    dates,
    entries,
    maybe,
    numbers,
    texts,
)
from behaviour_culture.testing._frameworks import draw_sources
from behaviour_culture.testing._objects import built, in_order, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["indicator_sets", "school_years", "series_lists"]

_DAY = dt.timedelta(days=1)
_FRIDAY = 4
_IN_ORDER = in_order("start", "end")


# -- a year ----------------------------------------------------------------------------------

arrange(DateRange, _IN_ORDER)
# Those of a year come from `school_years`.
arrange(HalfTerm, _IN_ORDER, label=texts())
arrange(
    SchoolWeek,
    number=st.integers(0, 60),
    start=dt.date(2026, 9, 7),
    end=st.integers(0, 4).map(lambda days: dt.date(2026, 9, 7) + days * _DAY),
    half_term=texts(),
)


@draws(Term)
def _any_term() -> Strategy[Term]:
    return _terms(dates(), texts())


@st.composite
def _terms(draw: st.DrawFn, start: Strategy[dt.date], name: Strategy[str]) -> Term:
    first = draw(start)
    length = draw(st.integers(0, 100))
    gap = None
    if length > 1 and draw(st.booleans()):
        begin = draw(st.integers(1, length - 1))
        end = draw(st.integers(begin, min(length - 1, begin + 13)))
        gap = DateRange(start=first + begin * _DAY, end=first + end * _DAY)
    return Term(name=draw(name), start=first, end=first + length * _DAY, half_term=gap)


@draws(SchoolYear)
def school_years(
    *, min_terms: int = 1, max_terms: int = 3, max_days_off: int = 3, max_inset: int = 5
) -> Strategy[SchoolYear]:
    """Draw school years: terms that do not overlap, breaks inside, at least one teaching day.

    Parameters
    ----------
    min_terms, max_terms : int
        Fewest and most terms, from 1.
    max_days_off, max_inset : int
        Most days on which the school is closed, and most INSET days.
    """
    check_sizes("school_years", 1, min_terms=min_terms, max_terms=max_terms)
    check_sizes("school_years", 0, max_days_off=max_days_off)
    check_sizes("school_years", 0, max_inset=max_inset)
    return _school_years(min_terms, max_terms, max_days_off, max_inset)


@st.composite
def _school_years(
    draw: st.DrawFn, min_terms: int, max_terms: int, max_days_off: int, max_inset: int
) -> SchoolYear:
    names = draw(st.lists(texts(), min_size=min_terms, max_size=max_terms, unique=True))
    begin = draw(dates())
    # The first day of the year is a weekday that stays open: one teaching day is sure.
    begin -= max(0, begin.weekday() - _FRIDAY) * _DAY
    found: list[Term] = []
    for name in names:
        found.append(draw(_terms(st.just(begin), st.just(name))))
        begin = found[-1].end + draw(st.integers(1, 30)) * _DAY
    closed = draw(_some_days(_weekdays(found)[1:], max_days_off))
    staff_days = [d for d in _weekdays(found)[1:] if d not in closed and not _in_break(d, found)]
    return make(
        draw,
        SchoolYear,
        terms=found,
        days_off=[DayOff(day=day, name=draw(texts())) for day in closed],
        inset=_some_days(staff_days, max_inset),
        years=(),
    )


def _weekdays(found: Sequence[Term]) -> list[dt.date]:
    days = [d for term in found for d in DateRange(start=term.start, end=term.end).days()]
    return [day for day in days if day.weekday() <= _FRIDAY]


def _in_break(day: dt.date, found: Sequence[Term]) -> bool:
    return any(term.half_term is not None and day in term.half_term for term in found)


def _some_days(days: Sequence[dt.date], most: int) -> Strategy[list[dt.date]]:
    if not days:
        return st.just([])
    return st.lists(st.sampled_from(days), max_size=min(most, len(days)), unique=True)


# -- counts in it ----------------------------------------------------------------------------


def _masked_if_unknown(values: dict[str, Any]) -> None:
    if values["count"] is None or values["exposure"] is None:
        values["masked"] = values["masked"] if values["masked"].strip() else "not known"
    values["suppressed"] = values["suppressed"] and bool(values["masked"])


arrange(SeriesPeriod, _IN_ORDER, _masked_if_unknown, exposure=maybe(numbers(0.5, 1e6)))
arrange(PeriodExposure, _IN_ORDER)


@draws(IndicatorSet)
@st.composite
def indicator_sets(draw: st.DrawFn) -> IndicatorSet:
    """Draw sets of indicators whose sources are all there."""
    known, cited = draw_sources(draw, max_size=3)
    indicators = entries(built(Indicator, provenance=cited), min_size=1)
    return make(draw, IndicatorSet, indicators=indicators, sources=known)


@draws(Series)
@st.composite
def series_lists(draw: st.DrawFn) -> Series:
    """Draw series of a few weeks in a row."""
    first = draw(dates(max_value=dt.date(2035, 1, 1)))
    starts = [first + dt.timedelta(weeks=i) for i in range(draw(st.integers(1, 6)))]
    periods = [
        make(draw, SeriesPeriod, label=day.isoformat(), start=day, end=day + 4 * _DAY)
        for day in starts
    ]
    return make(draw, Series, periods=periods)
