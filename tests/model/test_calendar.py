"""The school year: which days and weeks teach, counted again with nothing but dates."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.testing import school_years

DAY = dt.timedelta(days=1)


def monday(day: dt.date) -> dt.date:
    return day - day.weekday() * DAY


def staff_days(year: bc.SchoolYear) -> list[dt.date]:
    """Walk every term day by day."""
    closed = {d.day for d in year.days_off}
    found = []
    for term in year.terms:
        day = term.start
        while day <= term.end:
            gap = term.half_term
            in_gap = gap is not None and gap.start <= day <= gap.end
            if day.isoweekday() < 6 and day not in closed and not in_gap:
                found.append(day)
            day += DAY
    return sorted(found)


class TestDays:
    @given(school_years())
    def test_staff_and_teaching_days(self, year: bc.SchoolYear) -> None:
        staff = staff_days(year)
        teaching = [day for day in staff if day not in year.inset]
        assert (year.staff_days, year.teaching_days) == (len(staff), len(teaching))
        assert (year.start, year.end) == (teaching[0], teaching[-1])
        # An INSET day may stand before the first day with pupils, or after the last.
        assert all(day in year.span for day in staff)
        day = year.start - 10 * DAY
        while day <= year.end + 10 * DAY:
            assert year.is_staff_day(day) == (day in staff)
            assert year.is_teaching_day(day) == (day in teaching)
            day += DAY

    @given(school_years(), st.data())
    def test_the_order_of_input_makes_no_difference(
        self, year: bc.SchoolYear, data: st.DataObject
    ) -> None:
        mixed = evolve(
            year,
            terms=data.draw(st.permutations(year.terms)),
            days_off=data.draw(st.permutations(year.days_off)),
            inset=data.draw(st.permutations(year.inset)),
        )
        assert mixed.weeks == year.weeks
        assert mixed.half_terms == year.half_terms


class TestHalfTerms:
    @given(school_years())
    def test_they_hold_each_teaching_day_once(self, year: bc.SchoolYear) -> None:
        assert all(a.end < b.start for a, b in pairwise(year.half_terms))
        for day in staff_days(year):
            part = year.half_term(day)
            if day in year.inset:
                continue
            assert part is not None
            assert part.start <= day <= part.end
        for part in year.half_terms:
            assert year.is_teaching_day(part.start)
            assert year.is_teaching_day(part.end)

    @given(school_years())
    def test_two_for_a_term_with_a_break_and_one_for_one_without(self, year: bc.SchoolYear) -> None:
        most = sum(1 if term.half_term is None else 2 for term in year.terms)
        assert 1 <= len(year.half_terms) <= most

    def test_in_the_break_there_is_none(self) -> None:
        year = bc.load_calendar("blue-coat-2024-25")
        assert year.half_term(dt.date(2024, 10, 30)) is None
        assert year.half_term(dt.date(2024, 12, 25)) is None
        before, after = dt.date(2024, 10, 24), dt.date(2024, 11, 4)
        labels = [h.label for day in (before, after) if (h := year.half_term(day))]
        assert labels == ["Autumn 1", "Autumn 2"]


class TestWeeks:
    @given(school_years())
    def test_each_week_with_a_teaching_day_is_there_once(self, year: bc.SchoolYear) -> None:
        teaching = [day for day in staff_days(year) if day not in year.inset]
        mondays = sorted({monday(day) for day in teaching})
        assert [monday(week.start) for week in year.weeks] == mondays
        assert [week.number for week in year.weeks] == list(range(len(mondays)))
        for week in year.weeks:
            days = [day for day in teaching if monday(day) == monday(week.start)]
            assert (week.start, week.end) == (days[0], days[-1])

    @given(school_years())
    def test_one_week_opens_each_half_term(self, year: bc.SchoolYear) -> None:
        opening = {monday(week.start) for week in year.weeks if week.opens_half_term}
        assert opening == {monday(part.start) for part in year.half_terms}

    def test_a_week_that_a_break_cuts_in_two_is_one_week(self) -> None:
        gap = bc.model.DateRange(start=dt.date(2026, 9, 15), end=dt.date(2026, 9, 17))
        term = bc.model.Term(
            name="Autumn", start=dt.date(2026, 9, 7), end=dt.date(2026, 9, 25), half_term=gap
        )
        year = bc.SchoolYear(id="y", name="Y", terms=[term])
        assert [(w.start.day, w.end.day) for w in year.weeks] == [(7, 11), (14, 18), (21, 25)]
        assert [w.half_term for w in year.weeks] == ["Autumn 1", "Autumn 1", "Autumn 2"]
        assert [w.opens_half_term for w in year.weeks] == [True, True, False]
        assert [h.label for h in year.half_terms] == ["Autumn 1", "Autumn 2"]

    def test_a_term_that_begins_on_inset_days_opens_with_the_first_lesson(self) -> None:
        year = bc.load_calendar("illustrative-2026-27")
        assert year.terms[0].start == dt.date(2026, 9, 2)
        assert year.weeks[0].start == dt.date(2026, 9, 3)
        assert year.weeks[0].opens_half_term


class TestRefusals:
    def year(self, *inset: dt.date) -> bc.SchoolYear:
        gap = bc.model.DateRange(start=dt.date(2026, 10, 26), end=dt.date(2026, 10, 30))
        term = bc.model.Term(
            name="Autumn", start=dt.date(2026, 9, 2), end=dt.date(2026, 12, 18), half_term=gap
        )
        off = bc.model.DayOff(day=dt.date(2026, 9, 14), name="Polling day")
        return bc.SchoolYear(id="y", name="Y", terms=[term], days_off=[off], inset=inset)

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (dt.date(2026, 9, 5), "closed on Saturday 05 September 2026"),
            (dt.date(2026, 9, 14), "closed on Monday 14 September 2026"),
            (dt.date(2026, 7, 31), "2026-07-31 is not in this year"),
            (dt.date(2027, 9, 3), "2027-09-03 is not in this year"),
        ],
    )
    def test_an_inset_day_on_which_nobody_is_in(self, day: dt.date, words: str) -> None:
        with pytest.raises(bc.InvalidInputError, match=words):
            self.year(day)
        assert self.year(dt.date(2026, 9, 2)).staff_days == self.year().staff_days

    @pytest.mark.parametrize(
        "day", [dt.date(2026, 8, 31), dt.date(2026, 10, 28), dt.date(2026, 12, 21)]
    )
    def test_staff_come_in_outside_the_terms_of_pupils(self, day: dt.date) -> None:
        before, year = self.year(), self.year(day)
        assert year.is_staff_day(day)
        assert not year.is_teaching_day(day)
        assert year.staff_days == before.staff_days + 1
        assert (year.teaching_days, year.weeks) == (before.teaching_days, before.weeks)

    def test_a_day_off_in_another_year_is_a_slip(self) -> None:
        off = bc.model.DayOff(day=dt.date(2025, 9, 14), name="Polling day")
        with pytest.raises(bc.InvalidInputError, match=r"days_off\[0\].day: 2025-09-14 is not in"):
            evolve(self.year(), days_off=[off])

    def test_a_term_of_a_year_is_a_slip_of_the_pen(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="one of the dates is wrong"):
            bc.model.Term(name="A", start=dt.date(2026, 9, 1), end=dt.date(2027, 9, 1))

    def test_two_terms_of_one_name_and_a_day_listed_twice(self) -> None:
        term = self.year().terms[0]
        later = evolve(term, start=dt.date(2027, 1, 4), end=dt.date(2027, 2, 12), half_term=None)
        with pytest.raises(bc.InvalidInputError, match=r"'Autumn' appears 2 times in terms"):
            bc.SchoolYear(id="y", name="Y", terms=[term, later])
        with pytest.raises(bc.InvalidInputError, match=r"'2026-09-02' appears 2 times in inset"):
            self.year(dt.date(2026, 9, 2), dt.date(2026, 9, 2))
