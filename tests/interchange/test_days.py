"""Texts become days where there is no doubt; every doubt is a fault or a doubt that is listed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.checks import Check
from behaviour_culture.interchange.days import DayColumn, check_day_options

DAY = dt.date(2024, 9, 9)
DAYS = st.dates(dt.date(1996, 1, 1), dt.date(2037, 12, 30))
TIMES = ("", " 10:35", " 10:35:07", "T00:00", ", 9.05 am", " at 11:59 PM")
FORMS = {
    "iso": "{d:%Y-%m-%d}",
    "slashes": "{d:%Y/%m/%d}",
    "compact": "{d:%Y%m%d}",
    "british": "{d:%d/%m/%Y}",
    "dots": "{d:%d.%m.%Y}",
    "short": "{d:%d-%m-%y}",
    "letters": "{d.day} {d:%b %Y}",
    "long": "{d:%A}, {d.day} {d:%B %Y}",
    "excel": "{d:%d-%b-%y}",
    "american letters": "{d:%B} {d.day}, {d.year}",
}


def column(*cells: str, **options: object) -> tuple[list[dt.date | None], DayColumn]:
    made = DayColumn("'Date'", **options)  # type: ignore[arg-type]
    found = [made.read(i + 2, cell, i + 1) for i, cell in enumerate(cells)]
    return [moment and moment.day for moment in found], made


class TestOneCell:
    @given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(sorted(FORMS)))
    def test_a_day_comes_back_from_every_form(self, day: dt.date, form: str) -> None:
        for clock in TIMES:
            days, made = column(FORMS[form].format(d=day) + clock)
            assert days == [day], (form, clock, made.faults)
            assert not made.close()

    @given(st.text(max_size=24))
    def test_any_text_is_a_day_or_a_fault(self, cell: str) -> None:
        days, made = column(cell)
        made.close()
        assert (days[0] is None) == bool(made.faults)

    @given(DAYS, st.floats(0, 0.999))
    def test_the_number_of_a_spreadsheet(self, day: dt.date, part: float) -> None:
        number = (day - dt.date(1899, 12, 30)).days
        assert column(f"{number}")[0] == [day]
        assert column(f"{number + part:.5f}")[0] == [day]

    @pytest.mark.parametrize(
        "cell",
        [
            *("31/09/2024", "2024-02-30", "9 Septober 2024", "09/09/2024 25:00", "9/9", "2024099"),
            *("Tue 9 Sep 2024", "0024-09-09", "09/09/0024", "9999-12-28", "12345", "99999", ""),
            *("09/09/2024 13:05 pm", "09/09/2024 0.30 am"),
            *("yesterday", "09/09/2024-10/09/2024", "0001-01-01T00:00+01:00", "09-09/2024"),
        ],
    )
    def test_no_day(self, cell: str) -> None:
        days, made = column(cell)
        assert days == [None]
        assert [fault.path for fault in made.faults] == ["row 2, 'Date'"]


class TestZones:
    @given(DAYS, st.times())
    def test_a_moment_in_utc_is_a_day_in_london(self, day_: dt.date, clock: dt.time) -> None:
        at = dt.datetime.combine(day_, clock)
        utc = at.replace(tzinfo=dt.UTC, microsecond=0)
        day = utc.astimezone(ZoneInfo("Europe/London")).date()
        for cell in (f"{utc:%Y-%m-%dT%H:%M:%SZ}", utc.isoformat(), f"{utc:%d %b %Y %H:%M:%S} UTC"):
            assert column(cell)[0] == [day]
        assert column(f"{at:%Y-%m-%d %H:%M:%S}", timezone="UTC")[0] == [day]
        assert column(f"{at:%Y-%m-%d %H:%M:%S}")[0] == [at.date()]

    @given(DAYS, st.times())
    def test_a_moment_in_london_stays_on_its_day(self, day: dt.date, clock: dt.time) -> None:
        at = dt.datetime.combine(day, clock)
        assert column(f"{at:%Y-%m-%d %H:%M:%S}", timezone="Europe/London")[0] == [day]

    def test_another_zone(self) -> None:
        days, made = column("2024-09-09 02:00", "2024-09-09 12:00", timezone="Asia/Tokyo")
        assert days == [dt.date(2024, 9, 8), DAY]
        assert [(d.code, d.rows) for d in made.close()] == [("time-zone", (1,))]

    def test_no_such_zone(self) -> None:
        check = Check("x")
        check_day_options(check, "no", "Europe/Lundon")
        assert [f.path for f in check.faults] == ["dayfirst", "timezone"]
        assert "did you mean 'Europe/London'" in check.faults[1].message

    def test_midnight_in_utc_without_a_zone(self) -> None:
        cells = ["2024-09-08 23:00:00", "2024-09-15 23:00", "2024-12-02 00:00", "2024-09-23 10:00"]
        _, made = column(*cells)
        made.close()
        (fault,) = made.faults
        assert "timezone='UTC'" in fault.message
        # One late evening among many days is one late evening.
        _, made = column(cells[0], *[f"2024-09-{d} 10:00" for d in range(10, 20)])
        made.close()
        assert not made.faults


class TestColumn:
    @given(st.lists(st.dates(dt.date(2024, 9, 1), dt.date(2025, 7, 31)), min_size=1, max_size=20))
    def test_months_in_front_are_never_days(self, days: list[dt.date]) -> None:
        """Read as written, or refused; said, they are all right."""
        cells = [f"{day:%m/%d/%Y}" for day in days]
        found, made = column(*cells)
        made.close()
        if any(day.day > 12 for day in days):
            assert "dayfirst=False" in made.faults[0].message
        assert column(*cells, dayfirst=False)[0] == days
        del found

    def test_both_orders_in_one_column(self) -> None:
        _, made = column("13/09/2024", "09/16/2024", "10/09/2024")
        made.close()
        (fault,) = made.faults
        assert fault.path == "row 3, 'Date'"
        assert "one form" in fault.message

    @pytest.mark.parametrize("other", ["09/10/2024", "45544", "9-9-24", "9.9.2024"])
    def test_two_forms_of_which_one_is_not_sure(self, other: str) -> None:
        cells = ("2024-09-09", "2024-09-10", other)
        _, made = column(*cells)
        made.close()
        assert made.faults[0].path == "row 4, 'Date'"
        assert "dayfirst=True" in made.faults[0].message
        days, made = column(*cells, dayfirst=True)
        doubts = made.close()
        assert None not in days
        assert not made.faults
        assert [(d.code, d.rows, d.left_out) for d in doubts] == [("forms", (3,), False)]

    def test_two_sure_forms_are_a_doubt(self) -> None:
        _, made = column("2024-09-09", "10 September 2024", "2024-09-11 10:00")
        assert [(d.code, d.count) for d in made.close()] == [("forms", 1)]
        assert not made.faults

    def test_weekends_that_are_none_with_the_month_first(self) -> None:
        cells = ["07/09/2024", "08/09/2024", "08/06/2024", "09/06/2024", "05/10/2024", "06/10/2024"]
        _, made = column(*cells)
        assert made.weekends() == []
        assert "and none with the month first: say dayfirst=False" in made.faults[0].message
        _, made = column(*cells, dayfirst=True)
        assert [doubt.code for doubt in made.weekends()] == ["weekend"]

    def test_many_weekends(self) -> None:
        days = [DAY + dt.timedelta(days=i) for i in range(14)]
        _, made = column(*map(str, days))
        (doubt,) = made.weekends()
        assert (doubt.code, doubt.count, doubt.rows) == ("weekend", 4, (6, 7, 13, 14))


class TestObjects:
    @given(DAYS, st.times())
    def test_a_moment_in_a_field_or_an_argument_is_its_day(
        self, day: dt.date, clock: dt.time
    ) -> None:
        at = dt.datetime.combine(day, clock)
        for given_ in (at, pd.Timestamp(at), np.datetime64(at), np.datetime64(day)):
            span = bc.model.DateRange(start=given_, end=given_)
            assert (type(span.start), span.start) == (dt.date, day)
            assert given_ in span

    @pytest.mark.parametrize(
        "value",
        [pd.NaT, np.datetime64("NaT", "ns"), pd.Timestamp("2024-09-09", tz="UTC"), "09/10/2024"],
    )
    def test_what_is_no_day_is_refused(self, value: object) -> None:
        year = bc.load_calendar("blue-coat-2024-25")
        with pytest.raises(bc.InvalidInputError, match="expected a date like"):
            bc.model.DateRange(start=value, end=DAY)  # type: ignore[arg-type]
        for ask in (year.is_teaching_day, year.is_staff_day, year.half_term):
            with pytest.raises(bc.InvalidInputError, match="expected a date like"):
                ask(value)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "text", ["2024-09-09", "9 September 2024", "09 Sep 2024", "9 sept 2024"]
    )
    def test_a_text_that_names_one_day_is_that_day(self, text: str) -> None:
        span = bc.model.DateRange(start=text, end=DAY)  # type: ignore[arg-type]
        assert span.start == dt.date(2024, 9, 9)
        assert bc.load_calendar("blue-coat-2024-25").is_teaching_day(text)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "text", ["9 S 2024", "31 June 2024", "9 Octember 2024", "2024-9-9", ""]
    )
    def test_a_text_that_names_none_is_refused(self, text: str) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected a date like"):
            bc.model.DateRange(start=text, end=DAY)  # type: ignore[arg-type]

    def test_lists_and_tables_of_days(self) -> None:
        at = pd.Timestamp("2024-09-09 10:00")
        term = bc.model.Term(name="A", start=at, end=dt.date(2024, 10, 18))
        year = bc.SchoolYear(id="y", name="Y", terms=[term], inset=[np.datetime64("2024-09-10")])
        assert year.inset == (dt.date(2024, 9, 10),)
        assert not year.is_teaching_day(pd.Timestamp("2024-09-10"))
        with pytest.raises(bc.InvalidInputError, match="appears 2 times"):
            bc.SchoolYear(id="y", name="Y", terms=[term], inset=[dt.date(2024, 9, 9), at])

    def test_the_last_day_of_all(self) -> None:
        last = dt.date.max
        assert list(bc.model.DateRange(start=last, end=last).days()) == [last]
