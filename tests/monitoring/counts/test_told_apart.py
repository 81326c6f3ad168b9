"""Which rows of a log are one incident: by their id in one school year, by all else without one."""

from __future__ import annotations

import datetime as dt

import pytest

from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.monitoring.counts.log_rows import LogRow, told_apart

DAY = dt.date(2024, 11, 4)


def row(day: dt.date = DAY, incident: str = "", outcome: str = "") -> LogRow:
    return LogRow(day, None, incident, "", "Defiance", "", "", None, outcome, None)


def numbers(
    *rows: tuple[LogRow, str], repeats: str | None = "once", people: bool = False
) -> tuple[int, list[int]]:
    """How many rows count, and the numbers of the others."""
    given = Arguments("read")
    counted, repeated = told_apart(
        [(i, one, key) for i, (one, key) in enumerate(rows)],
        people=people,
        repeats=repeats,
        given=given,
    )
    given.done()
    return len(counted), repeated


def asked(*rows: tuple[LogRow, str], people: bool = False) -> str:
    with pytest.raises(InvalidInputError) as caught:
        numbers(*rows, repeats=None, people=people)
    (fault,) = caught.value.faults
    assert fault.path == "repeats"
    return fault.message


@pytest.mark.parametrize(
    ("later", "same_year"),
    [
        (dt.date(2024, 12, 2), True),
        (dt.date(2025, 1, 6), True),
        (dt.date(2025, 8, 31), True),
        (dt.date(2025, 9, 1), False),
        (dt.date(2025, 11, 4), False),
    ],
)
def test_an_id_is_one_incident_in_one_school_year(later: dt.date, *, same_year: bool) -> None:
    rows = (row(incident="I1"), "p"), (row(later, "I1"), "p")
    if same_year:
        assert "an earlier day too" in asked(*rows)
        assert numbers(*rows) == (1, [1])
        assert numbers(*rows, repeats="each") == (2, [])
    else:
        assert numbers(*rows, repeats=None) == (2, [])


def test_one_id_on_one_day_is_one_incident_and_a_row_for_each_pupil() -> None:
    rows = (row(incident="I1"), "p"), (row(incident="I1"), "q"), (row(incident="I1"), "q")
    assert numbers(*rows, repeats=None) == (1, [1, 2])
    assert numbers(*rows, repeats=None, people=True) == (2, [2])
    other = (row(incident="I2"), "p")
    assert numbers(rows[0], other, repeats=None) == (2, [])


def test_one_id_on_one_day_without_keys_may_be_pupils_or_actions() -> None:
    rows = (row(incident="I1"), ""), (row(incident="I1"), "")
    assert "no pupil_key tells pupils from actions" in asked(*rows, people=True)
    assert numbers(*rows, repeats="once", people=True) == (1, [1])
    assert numbers(*rows, repeats="each", people=True) == (2, [])
    assert numbers(*rows, repeats=None) == (1, [1])


def test_without_an_id_rows_are_told_apart_by_all_but_their_outcome() -> None:
    rows = (row(outcome="detention"), "p"), (row(outcome="call home"), "p")
    assert "agree with another in all but the outcome" in asked(*rows)
    assert numbers(*rows) == (1, [1])
    assert numbers(*rows, repeats="each") == (2, [])
    other_day, other_pupil = (row(DAY + dt.timedelta(days=1)), "p"), (row(), "q")
    assert numbers(rows[0], other_day, other_pupil, repeats=None) == (3, [])


def test_the_first_day_counts_whatever_the_order_of_the_rows() -> None:
    late, early = row(dt.date(2025, 2, 3), "I1"), row(incident="I1")
    assert numbers((late, "p"), (early, "p")) == (1, [0])


def test_each_counts_one_row_of_a_pupil_and_day_where_ids_and_keys_say_so() -> None:
    later = row(dt.date(2025, 1, 6), "I1")
    rows = (row(incident="I1"), "p"), (later, "p"), (later, "p")
    assert numbers(*rows, repeats="each", people=True) == (2, [2])
