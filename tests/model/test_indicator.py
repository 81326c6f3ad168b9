from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.indicator import ReportedBy
from behaviour_culture.testing import assert_round_trip, school_years

START = dt.date(2026, 9, 7)


def period(
    week: int, count: float | None = 5, exposure: float | None = 4500, masked: str = ""
) -> bc.model.SeriesPeriod:
    start = START + dt.timedelta(weeks=week)
    return bc.model.SeriesPeriod(
        label=f"week {week}",
        start=start,
        end=start + dt.timedelta(days=4),
        count=count,
        exposure=exposure,
        masked=masked,
    )


def series(
    *periods: bc.model.SeriesPeriod, changes: tuple[bc.model.RecordingChange, ...] = ()
) -> bc.Series:
    return bc.Series(
        id="s",
        indicator="low-level-incidents",
        exposure_kind=bc.model.ExposureKind.PUPIL_DAYS,
        periods=periods,
        recording_changes=changes,
    )


class TestSeries:
    @given(st.from_type(bc.Series))
    def test_goes_through_a_file(self, drawn: bc.Series) -> None:
        assert_round_trip(drawn)

    @given(st.from_type(bc.Series), st.sampled_from([1, 100, 1000]))
    def test_rates_are_counts_over_exposure(self, drawn: bc.Series, per: int) -> None:
        for p, rate in zip(drawn.periods, drawn.rates(per=per), strict=True):
            if p.masked:
                assert rate is None
            else:
                assert p.count is not None
                assert p.exposure is not None
                assert rate is not None
                exact = float(per * Fraction(p.count) / Fraction(p.exposure))
                assert rate == pytest.approx(exact, rel=1e-12)

    @given(st.from_type(bc.Series))
    def test_parts_hold_every_period_once_and_no_change_inside(self, drawn: bc.Series) -> None:
        parts = drawn.split_at_recording_changes()
        found = [p.label for part in parts for p in part.periods]
        assert found == [p.label for p in drawn.periods]
        for part in parts:
            seen = [p for p in part.periods if not p.masked]
            for change in drawn.recording_changes:
                assert not (seen and seen[0].start < change.day <= seen[-1].end)

    def test_a_change_in_the_middle_of_a_week_masks_it(self) -> None:
        change = bc.model.RecordingChange(day=START + dt.timedelta(days=9), what="new log")
        parts = series(period(0), period(1), period(2), changes=(change,))
        before, after = parts.split_at_recording_changes()
        assert before.counts() == (5.0,)
        assert after.counts() == (None, 5.0)
        assert "not comparable" in str(parts)

    def test_a_view_for_a_notebook_hides_small_counts_only(self) -> None:
        made = series(period(0, count=4242.0), period(1, count=3.0, exposure=1777.0))
        for shown in (made, made.published()):
            html = shown._repr_html_()
            assert "4242" in html
            assert "<td>3</td>" not in html
        assert "4242" not in repr(made.periods) + made.periods._repr_html_()
        assert "count" not in made.periods[:1].to_rows()[0]

    def test_a_raw_total_is_refused_with_the_way_out(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="term dates and pupils on roll"):
            period(0, exposure=None)

    @pytest.mark.parametrize(
        ("count", "exposure", "words"),
        [
            (None, 10, "0 is a count"),
            (-1, 10, "out of range"),
            (float("nan"), 10, "not a finite"),
            (1, 0, "out of range"),
            ("1", 10, "expected a number"),
            (True, 10, "expected a number"),
        ],
    )
    def test_bad_numbers(self, count: float, exposure: float, words: str) -> None:
        with pytest.raises(bc.InvalidInputError, match=words):
            period(0, count=count, exposure=exposure)

    def test_overlapping_periods(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="in order of time"):
            series(period(1), period(0))


class TestExposure:
    @given(school_years(), st.integers(1, 2000))
    def test_weeks_and_half_terms_hold_the_same_days(
        self, year: bc.SchoolYear, pupils: int
    ) -> None:
        for by in ("week", "half-term"):
            parts = bc.model.exposure_from_calendar(year, pupils, by=by)  # type: ignore[arg-type]
            assert sum(p.pupil_days for p in parts) == year.teaching_days * pupils

    def test_the_published_year_has_190_days_of_pupils(self) -> None:
        year = bc.load_calendar("blue-coat-2024-25")  # its own site's term dates
        parts = bc.model.exposure_from_calendar(year, 900)
        assert parts[0].label == "Autumn 1"
        assert sum(p.pupil_days for p in parts) == 190 * 900

    def test_closures_go_and_inset_days_were_never_there(self) -> None:
        year = bc.load_calendar("blue-coat-2024-25")
        snow = bc.model.DateRange(start=dt.date(2025, 1, 8), end=dt.date(2025, 1, 10))
        parts = bc.model.exposure_from_calendar(year, 100, closures=[snow, year.inset[0]])
        assert sum(p.days for p in parts) == 187

    def test_the_roll_may_change_by_half_term(self) -> None:
        year = bc.load_calendar("blue-coat-2024-25")
        roll = {h.label: 900 for h in year.half_terms} | {"Summer 2": 700}
        parts = bc.model.exposure_from_calendar(year, roll)
        assert parts[-1].pupil_days == parts[-1].days * 700

    def test_refusals_come_together(self) -> None:
        year = bc.load_calendar("blue-coat-2024-25")
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.model.exposure_from_calendar(year, 0, by="day", closures=["x"])  # type: ignore[arg-type,list-item]
        assert [f.path for f in caught.value.faults] == ["pupils", "by", "closures[0]"]


class TestShipped:
    def test_every_indicator_says_how_it_misleads_and_groups_stay_apart(self) -> None:
        found = bc.load_indicators()
        assert {i.reported_by for i in found.indicators} == set(ReportedBy)
        assert all(len(i.gaming) > 30 for i in found.indicators)
        for name in ("good-behaviour", "calm-orderly", "rules-fair", "interrupted"):
            assert found.indicator(f"{name}-staff").reported_by is ReportedBy.STAFF
            assert found.indicator(f"{name}-pupils").reported_by is ReportedBy.PUPILS

    def test_suspensions_are_no_measure_of_behaviour(self) -> None:
        found = bc.load_indicators().indicator("suspensions")
        assert found.direction is bc.model.Direction.NEITHER
        assert found.exposure is bc.model.ExposureKind.PUPILS


def test_a_suppressed_period_says_why() -> None:
    with pytest.raises(bc.InvalidInputError, match="masked: say why the count of a suppressed"):
        period(0).evolve(suppressed=True)
