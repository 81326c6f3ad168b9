"""School years that follow one another, and years that are projected."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from hypothesis import assume, given

import behaviour_culture as bc
from behaviour_culture.model.calendar import DateRange, Term
from behaviour_culture.model.school_years import join_years, joined_ids
from behaviour_culture.testing import school_years
from builders import DAY, examples, faults_of

YEAR = bc.load_calendar("illustrative-2026-27")
WEEKS_52 = dt.timedelta(weeks=52)


def days_of(year: bc.SchoolYear) -> set[dt.date]:
    every = DateRange(start=year.span.start, end=year.span.end).days()
    return {day for day in every if year.is_staff_day(day)}


def later(years: int) -> bc.SchoolYear:
    """The same year with set dates, some years later."""
    moved = YEAR.projected(years)
    terms = [evolve(t, projected=False) for t in moved.terms]
    first = 2026 + years
    return moved.evolve(id=f"set-{first}", name=f"Set {first}", terms=terms, years=())


class TestProjected:
    @examples(50)
    @given(school_years())
    def test_every_day_moves_by_whole_weeks(self, year: bc.SchoolYear) -> None:
        assume(year.span.end < dt.date(9000, 1, 1))
        after = year.projected()
        assert days_of(after) == {day + WEEKS_52 for day in days_of(year)}
        assert after.teaching_days == year.teaching_days
        assert all(t.projected for t in after.terms)
        assert days_of(after.projected(-1)) == days_of(year)
        assert [h.name for h in after.half_terms] == [h.name for h in year.half_terms]

    def test_a_bank_holiday_moves_to_the_first_monday_of_may(self) -> None:
        assert dt.date(2028, 5, 1) in {d.day for d in YEAR.projected().days_off}

    def test_the_last_of_joined_years_is_the_one_that_is_projected(self) -> None:
        both = join_years([YEAR, later(1)])
        assert days_of(both.projected()) == days_of(YEAR.projected(2))
        assert days_of(both.projected(-1)) == days_of(YEAR.projected(-1))

    @pytest.mark.parametrize("years", [0, 1.5, 10_000])
    def test_refusals(self, years: float) -> None:
        assert "years" in faults_of(lambda: YEAR.projected(years))  # type: ignore[arg-type]

    def test_a_year_that_no_calendar_has(self) -> None:
        last = YEAR.evolve(
            terms=[t.moved(dt.timedelta(days=2_900_000)) for t in YEAR.terms[:1]],
            inset=(),
            days_off=(),
        )
        with pytest.raises(bc.InvalidInputError, match="no calendar"):
            last.projected(100)


class TestJoined:
    def test_one_year_stays_itself(self) -> None:
        assert join_years(YEAR) is YEAR
        assert join_years([YEAR]) is YEAR
        assert join_years(YEAR, starts=dt.date(2026, 8, 20)) is YEAR
        assert join_years(YEAR, until=YEAR.end) is YEAR

    @examples(50)
    @given(school_years())
    def test_years_keep_their_days_in_any_order(self, year: bc.SchoolYear) -> None:
        assume(year.span.end < dt.date(9000, 1, 1))
        after = year.projected()
        assume(year.span.end < after.span.start)
        assume(after.terms[0].start.year != year.terms[0].start.year)
        both = join_years([after, year])
        assert both == join_years((year, after)) == join_years(both)
        assert days_of(both) == days_of(year) | days_of(after)
        assert both.half_terms[: len(year.half_terms)] == year.half_terms
        labels = [h.label for h in both.half_terms]
        assert len({*labels}) == len(labels) == 2 * len(year.half_terms)
        assert both.id == year.id

    def test_the_first_year_that_is_set_keeps_its_labels(self) -> None:
        year = join_years([YEAR, later(1)], starts=dt.date(2026, 6, 8))
        assert [h.label for h in year.half_terms[5:8]] == [
            "Summer 2 2025/26",
            "Autumn 1",
            "Autumn 2",
        ]
        assert year.half_terms[-1].label == "Summer 2 2027/28"
        assert [s.end.year for s in year.projected_spans] == [2026]
        assert year.id == f"{YEAR.id}-to-set-2027"
        assert set(joined_ids(year)) == {YEAR.id, year.id}

    def test_a_gap_is_filled(self) -> None:
        year = join_years([YEAR, later(2)])
        assert [t.projected for t in year.terms] == [False] * 3 + [True] * 3 + [False] * 3
        assert days_of(year) == days_of(YEAR) | days_of(YEAR.projected()) | days_of(later(2))

    def test_a_gap_too_short_for_a_year_stays(self) -> None:
        summer = Term(name="Summer", start=dt.date(2028, 4, 24), end=dt.date(2028, 7, 21))
        late = bc.SchoolYear(id="late", name="Late", terms=[summer])
        assert days_of(join_years([YEAR, late])) == days_of(YEAR) | days_of(late)

    def test_the_year_of_a_day_is_added(self) -> None:
        year = join_years(YEAR, until=dt.date(2028, 2, 1))
        assert year.end == YEAR.projected().end
        far = join_years(YEAR, until=dt.date(2040, 2, 1))
        assert far.end == YEAR.projected(3).end

    def test_a_start_in_the_year_before(self) -> None:
        year = join_years(YEAR, starts=dt.date(2026, 6, 8))
        assert year.is_teaching_day(dt.date(2026, 6, 8))
        assert year.half_term(dt.date(2026, 6, 8)).projected  # type: ignore[union-attr]

    def test_refusals(self) -> None:
        overlap = evolve(YEAR.projected(), id="again").projected(-1)
        for calendar, words in (
            ([YEAR, YEAR], "given twice: leave one out"),
            ([YEAR, overlap.evolve(id="other")], "give years that follow one another"),
            ([YEAR, later(6)], "years are missing between"),
            ([], "expected a school year"),
            ([YEAR, "2027"], "expected a SchoolYear"),
            ("2027", "expected a SchoolYear"),
        ):
            with pytest.raises(bc.InvalidInputError, match=words):
                join_years(calendar)  # type: ignore[arg-type]

    def test_terms_of_one_name_and_year_are_refused(self) -> None:
        first = Term(name="Autumn", start=dt.date(2026, 9, 1), end=dt.date(2026, 10, 1))
        second = evolve(first, start=first.start + WEEKS_52, end=first.end + WEEKS_52)
        with pytest.raises(bc.InvalidInputError, match="terms"):
            bc.SchoolYear(id="a", name="A", terms=[first, second])
        year = bc.SchoolYear(id="a", name="A", terms=[first, evolve(second, year="2027/28")])
        assert [h.label for h in year.half_terms] == ["Autumn", "Autumn 2027/28"]


class TestStaffWeeks:
    AUGUST, JULY = dt.date(2026, 8, 27), dt.date(2027, 7, 26)

    def test_weeks_of_inset_days_alone(self) -> None:
        year = YEAR.evolve(inset=[*YEAR.inset, self.AUGUST, self.JULY])
        first, last = year.staff_weeks[0], year.staff_weeks[-1]
        assert (first.start, first.end, first.half_term) == (self.AUGUST, self.AUGUST, "Autumn 1")
        assert (last.start, last.end, last.half_term) == (self.JULY, self.JULY, "Summer 2")
        assert not first.taught
        assert not first.opens_half_term
        assert year.weeks == YEAR.weeks
        assert [w.start for w in year.staff_weeks[1:-1]] == [w.start for w in YEAR.weeks]
        assert year.span == DateRange(start=self.AUGUST, end=self.JULY)

    @examples(50)
    @given(school_years())
    def test_each_staff_day_is_in_one(self, year: bc.SchoolYear) -> None:
        for day in days_of(year):
            monday = day - day.weekday() * DAY
            held = [w for w in year.staff_weeks if w.start - w.start.weekday() * DAY == monday]
            assert len(held) == 1
        assert tuple(w.start for w in year.staff_weeks if w.taught) == tuple(
            w.start for w in year.weeks
        )
