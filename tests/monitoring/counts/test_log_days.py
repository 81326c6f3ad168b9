"""Where the rows of a log lie in the calendar: what may be covered in part only."""

from __future__ import annotations

import datetime as dt

import pytest

from behaviour_culture.checks import Check
from behaviour_culture.model.calendar import DateRange
from behaviour_culture.model.exposure import PeriodExposure
from behaviour_culture.model.indicator import ExposureKind, Series, SeriesPeriod
from behaviour_culture.monitoring.counts.joining import join_series, middle_of
from behaviour_culture.monitoring.counts.log_days import _lone, part_covered

MONDAY = dt.date(2025, 9, 1)
DAY = dt.timedelta(days=1)
OPENED = {MONDAY + i * DAY: i // 10 for i in range(40)}
"""Four periods of ten days, all of them school days."""
SPANS = [
    PeriodExposure(
        label=f"p{k}",
        start=MONDAY + 10 * k * DAY,
        end=MONDAY + (10 * k + 9) * DAY,
        days=10,
        pupil_days=1000,
    )
    for k in range(4)
]


def doubtful(first: int, last: int, masks: tuple[str, ...] = ("",) * 4) -> list[str]:
    """The periods of which there is doubt, where rows lie from one day to another."""
    known = DateRange(start=MONDAY + first * DAY, end=MONDAY + last * DAY)
    doubts = part_covered(known, 7, SPANS, masks, OPENED)
    assert [d.count for d in doubts] == [7] * len(doubts)
    return [span.label for span in SPANS if any(f"of {span.label}" in d.message for d in doubts)]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (0, 39, []),
        (5, 34, []),
        (6, 39, ["p0"]),
        (0, 33, ["p3"]),
        (6, 33, ["p0", "p3"]),
    ],
)
def test_more_than_five_school_days_without_a_row_at_an_end(
    first: int, last: int, said: list[str]
) -> None:
    assert doubtful(first, last) == said


def test_only_the_first_and_the_last_period_that_count_are_looked_at() -> None:
    assert doubtful(6, 33, ("before the log", "", "", "")) == ["p3"]
    assert doubtful(16, 33, ("before the log", "", "", "")) == ["p1", "p3"]
    assert doubtful(6, 23, ("", "", "", "after it")) == ["p0", "p2"]
    assert doubtful(6, 33, ("hidden",) * 4) == []


def test_the_middle_of_a_period() -> None:
    for days, middle in ((0, 0), (1, 0), (4, 2), (11, 5)):
        one = SeriesPeriod(label="p", start=MONDAY, end=MONDAY + days * DAY, count=1, exposure=1)
        assert middle_of(one) == MONDAY + middle * DAY


@pytest.mark.parametrize(
    ("few", "gap", "total", "alone"),
    [
        (3, 16, 40, True),
        (4, 16, 40, False),  # too many for a slip
        (3, 15, 40, False),  # too near
        (3, 16, 30, True),
        (3, 16, 29, False),  # too large a share
    ],
)
def test_few_rows_far_from_all_others_stand_alone(
    few: int, gap: int, total: int, *, alone: bool
) -> None:
    opened = {MONDAY + i * DAY for i in range(60)}
    first, rest = MONDAY, [MONDAY + (gap + 1 + i) * DAY for i in range(4)]
    tally = {first: few, **dict.fromkeys(rest, 1), rest[-1]: total - few - 3}
    assert sum(tally.values()) == total
    assert _lone([first, *rest], tally, opened) == ([first] if alone else [])
    backwards = {MONDAY - (day - MONDAY): n for day, n in tally.items()}
    days = sorted(backwards, reverse=True)
    assert _lone(days, backwards, set(backwards) | {MONDAY - i * DAY for i in range(60)}) == (
        [first] if alone else []
    )


def year_of(first: int) -> Series:
    """A series of three days one after the other, under the same labels in any year."""
    return Series(
        id="s",
        indicator="serious-incidents",
        exposure_kind=ExposureKind.PUPIL_DAYS,
        periods=[
            SeriesPeriod(
                label=f"day {i}",
                start=MONDAY + (first + i) * DAY,
                end=MONDAY + (first + i) * DAY,
                count=first + i,
                exposure=900,
            )
            for i in range(3)
        ],
    )


def test_years_are_joined_in_order_of_time_however_they_are_given() -> None:
    check = Check("a call")
    one, other = year_of(0), year_of(364)
    joined = join_series([one, other], check)
    assert joined is not None
    assert [p.count for p in joined.periods] == [0, 1, 2, 364, 365, 366]
    assert len({p.label for p in joined.periods}) == 6
    turned = join_series([other, one], check)
    assert turned is not None
    assert turned.periods == joined.periods
    assert check.ok()
    assert join_series([one, year_of(2)], check) is None  # they share a day
    assert not check.ok("series")
