"""Counts judged by monitoring: what may be said, what may be shown, and what is left out."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.model.calendar import DateRange
from behaviour_culture.model.indicator import ExposureKind, RecordingChange, Series, SeriesPeriod
from behaviour_culture.monitoring import Conclusion, JudgedCounts, Reading, judge_counts
from behaviour_culture.monitoring.before_after.result import LEAST_SIDE
from behaviour_culture.monitoring.counts.joining import middle_of, sum_by_window, year_before
from behaviour_culture.monitoring.verdicts.judged import Unjudged, _season
from behaviour_culture.statistics.counts_ahead import place_in_year
from builders import examples

STARTS = date(2026, 9, 2)
WEEK = timedelta(weeks=1)
WINDOWS = [
    DateRange(start=STARTS + k * 8 * WEEK, end=STARTS + (k + 1) * 8 * WEEK - timedelta(days=1))
    for k in range(6)
]


def weeks(
    counts: list[int], first: date, indicator: str = "serious-incidents", **fields: Any
) -> Series:
    """Counts of consecutive weeks, of 1,000 pupils."""
    return Series(
        id=f"{indicator}-{first}",
        indicator=indicator,
        exposure_kind=ExposureKind.PUPIL_DAYS,
        source=f"{indicator}.csv",
        periods=[
            SeriesPeriod(
                label=f"week {first + i * WEEK}",
                start=first + i * WEEK,
                end=first + i * WEEK + timedelta(days=4),
                count=count,
                exposure=5000,
            )
            for i, count in enumerate(counts)
        ],
        **fields,
    )


def both(before: list[int], after: list[int], **fields: Any) -> list[Series]:
    first = STARTS - len(before) * WEEK
    return [weeks(before, first, **fields), weeks(after, STARTS, **fields)]


def survey(before: tuple[int, int], after: tuple[int, int], who: str) -> Series:
    waves = zip((date(2026, 7, 1), date(2027, 7, 1)), (before, after), strict=True)
    return Series(
        id=who,
        indicator=f"good-behaviour-{who}",
        exposure_kind=ExposureKind.ANSWERS,
        source=f"survey of {who}",
        periods=[
            SeriesPeriod(label=str(day), start=day, end=day, count=count, exposure=base)
            for day, (count, base) in waves
        ],
    )


USUAL = [21, 25, 18, 22, 27, 20, 24, 19] * 3


class TestWhatMayBeSaid:
    def test_a_fall_by_far_is_better_and_one_source_alone_is_no_improvement(self) -> None:
        judged = judge_counts(both(USUAL, [c // 4 for c in USUAL]), starts=STARTS)
        (entry,) = judged.entries
        assert entry.measure is not None
        assert entry.measure.reading is Reading.BETTER
        assert entry.measure.without_trend is not None
        assert entry.chart is not None
        assert entry.chart.baseline == len(USUAL)
        assert judged.verdict is not None
        assert judged.verdict.conclusion.value == "could-not-tell"
        assert judged.apart == ()

    def test_staff_and_pupils_stay_apart_and_may_disagree(self) -> None:
        staff, pupils = (
            survey((30, 100), (70, 100), "staff"),
            survey((80, 120), (40, 120), "pupils"),
        )
        judged = judge_counts([staff, pupils], starts=STARTS)
        assert [e.measure.reading for e in judged.entries if e.measure] == [
            Reading.BETTER,
            Reading.WORSE,
        ]
        assert judged.verdict is not None
        assert judged.verdict.disagree

    def test_without_the_extra_counts_are_charted_and_not_judged(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "statsmodels", None)
        (entry,) = judge_counts(both(USUAL, USUAL), starts=STARTS).entries
        assert entry.chart is not None
        assert (entry.measure, entry.unjudged) == (None, Unjudged.NO_STATISTICS)

    def test_what_is_neither_better_nor_worse_is_charted_and_not_judged(self) -> None:
        series = both(USUAL, USUAL, indicator="low-level-incidents")
        (entry,) = judge_counts(series, starts=STARTS).entries
        assert entry.chart is not None
        assert (entry.measure, entry.unjudged) == (None, Unjudged.NEITHER_WAY)
        assert judge_counts(series, starts=STARTS).apart == ()  # without a measure

    @pytest.mark.parametrize(
        ("before", "after", "reason"),
        [
            (USUAL[:7], USUAL, Unjudged.FEW_POINTS),
            (USUAL, USUAL[:7], Unjudged.FEW_POINTS),
            (USUAL, [0] * 12, Unjudged.NO_FIT),
        ],
    )
    def test_too_little_is_shown_and_says_why(
        self, before: list[int], after: list[int], reason: Unjudged
    ) -> None:
        judged = judge_counts(both(before, after), starts=STARTS)
        assert judged.entries[0].unjudged is reason
        assert judged.verdict is None
        assert reason.words in str(judged)

    def test_it_says_from_when_a_fall_could_be_found(self) -> None:
        judged = judge_counts(both(USUAL, USUAL[:3]), starts=STARTS)
        found = judged.entries[0].detectable
        assert found is not None
        assert found.without_trend is not None
        assert found.without_trend > STARTS
        assert str(found) in str(judged)
        assert judge_counts(both(USUAL[:7], USUAL), starts=STARTS).entries[0].detectable is None

    def test_nothing_from_before_has_nothing_to_compare(self) -> None:
        judged = judge_counts(weeks(USUAL, STARTS), starts=STARTS)
        assert judged.entries[0].unjudged is Unjudged.ONE_SIDE

    def test_a_small_survey_has_no_figures(self) -> None:
        judged = judge_counts(survey((15, 29), (20, 29), "staff"), starts=STARTS)
        assert judged.entries[0].unjudged is Unjudged.SMALL_BASE

    def test_absence_is_no_measure_of_behaviour(self) -> None:
        series = both(USUAL, [c // 4 for c in USUAL], indicator="absence")
        judged = judge_counts(series, starts=STARTS)
        assert judged.entries[0].measure is not None
        assert judged.verdict is None
        assert judged.apart == judged.entries

    def test_a_change_of_recording_is_not_compared(self) -> None:
        changed = RecordingChange(day=STARTS + 4 * WEEK, what="a new category")
        before, after = both(USUAL, [c // 4 for c in USUAL])
        judged = judge_counts([before, after.evolve(recording_changes=[changed])], starts=STARTS)
        assert judged.entries[0].measure is not None
        assert judged.entries[0].measure.reading is Reading.NOT_COMPARABLE

    @pytest.mark.parametrize(
        ("day", "told"),
        [
            (date(2026, 7, 1), False),  # the first wave was asked in the new way
            (date(2026, 7, 2), True),
            (date(2027, 7, 1), True),
            (date(2027, 7, 2), False),
        ],
    )
    def test_another_question_between_two_waves_is_told(self, day: date, *, told: bool) -> None:
        asked = survey((30, 100), (70, 100), "staff")
        changed = asked.evolve(recording_changes=[RecordingChange(day=day, what="a new question")])
        (entry,) = judge_counts(changed, starts=STARTS).entries
        assert entry.measure is not None
        assert bool(entry.measure.recording_changes) == told

    def test_what_matters_is_said_beforehand(self) -> None:
        judged = judge_counts(both(USUAL, USUAL), starts=STARTS, matters={"serious-incidents": 0.5})
        assert judged.entries[0].measure is not None
        assert judged.entries[0].measure.matters == 0.5

    def test_all_faults_at_once(self) -> None:
        overlapping = [weeks(USUAL, STARTS), weeks(USUAL, STARTS)]
        with pytest.raises(InvalidInputError) as caught:
            judge_counts(overlapping, starts=STARTS, matters={"calm": 1, "absence": -1})
        texts = [str(f) for f in caught.value.faults]
        assert len(texts) == 3
        assert any("overlap" in text for text in texts)


@pytest.mark.slow
def test_schools_in_which_nothing_changed_are_seldom_called_better_or_worse() -> None:
    """A year of weeks on each side, a season, counts that vary half as much again as chance."""
    rng = np.random.default_rng(0)
    places = [place_in_year(STARTS + (i - 52) * WEEK) for i in range(104)]
    expected = 25 * np.exp(np.array([0.15, 0, -0.2, 0.1, 0, -0.1])[places])
    decided, called = 0, 0
    for _ in range(120):
        counts = rng.poisson(rng.gamma(expected / 0.5, 0.5)).tolist()
        asked = rng.binomial([200, 200, 60, 60], 0.6).tolist()
        judged = judge_counts(
            [
                *both(counts[:52], counts[52:]),
                survey((asked[0], 200), (asked[1], 200), "pupils"),
                survey((asked[2], 60), (asked[3], 60), "staff"),
            ],
            starts=STARTS,
        )
        measure, verdict = judged.entries[0].measure, judged.verdict
        assert measure is not None
        assert verdict is not None
        called += measure.reading in {Reading.BETTER, Reading.WORSE}
        decided += verdict.conclusion in {Conclusion.IMPROVED, Conclusion.WORSE}
    assert decided <= 2
    assert called <= 13  # 6 expected, and three standard errors


def figures(judged: JudgedCounts) -> dict[tuple[str, date, date], float | None]:
    """All counts that are shown, by group, first and last day."""
    return {(e.group, p.start, p.end): p.count for e in judged.entries for p in e.series.periods}


class TestWhatMayBeShown:
    @given(
        st.lists(st.integers(0, 12), min_size=12, max_size=24),
        st.lists(st.integers(0, 12), min_size=8, max_size=20),
    )
    @examples(15)
    def test_no_small_count_is_shown_at_any_grain(
        self, before: list[int], after: list[int]
    ) -> None:
        judged = judge_counts(both(before, after), starts=STARTS, windows=WINDOWS)
        shown = judged.published()
        (own,), (entry,) = judged.entries, shown.entries
        assert not any(0 < (c or 0) < 5 for c in figures(shown).values())
        grains = (own.series, sum_by_window(own.series, WINDOWS))
        places = [(p.start, p.end) for p in entry.series.periods]
        assert places in [[(p.start, p.end) for p in g.periods] for g in grains]
        # A week is shown only where every week is, so that no sum of a half-term gives one.
        if len(places) > len(grains[1].periods):
            assert not entry.hidden
        if entry.hidden and entry.measure is not None:
            assert entry.measure.events is None
            assert entry.measure.estimate.value == 1.0

    def test_weeks_that_are_small_become_half_terms(self) -> None:
        judged = judge_counts(both([3, 1, 4, 2] * 6, [2] * 24), starts=STARTS, windows=WINDOWS)
        (entry,) = judged.published().entries
        assert [p.count for p in entry.series.periods] == [10, 20, 20, 10, 16, 16, 16]
        assert [p.exposure for p in entry.series.periods][-3:] == [8 * 5000] * 3
        assert entry.chart is None  # four half-terms make no limits

    def test_a_half_term_that_is_small_hides_the_figures_of_the_change(self) -> None:
        judged = judge_counts(both(USUAL, [1, 0, 0, 0, 0, 1, 0, 1] * 3), starts=STARTS,
                              windows=WINDOWS)  # fmt: skip
        (own,), (entry,) = judged.entries, judged.published().entries
        assert own.measure is not None
        assert own.measure.events == sum(USUAL) + 9
        assert entry.hidden
        assert len(entry.series.periods) < len(own.series.periods)  # of half-terms all the same
        assert entry.measure is not None
        assert entry.measure.events is None
        assert "no figures" in str(judged)

    def test_a_group_is_shown_only_where_the_rest_of_the_whole_is_not_small(self) -> None:
        whole = both(USUAL, USUAL)
        some = both([c // 2 for c in USUAL], [c // 2 for c in USUAL])
        shown = judge_counts(whole, starts=STARTS, groups={"SEN": some}).published()
        assert [e.group for e in shown.entries] == ["", "SEN"]
        assert shown.entries[1].unjudged is Unjudged.OF_A_GROUP
        almost = both([c - 2 for c in USUAL], [c - 2 for c in USUAL])
        shown = judge_counts(whole, starts=STARTS, groups={"SEN": almost}).published()
        assert [e.group for e in shown.entries] == [""]
        assert not shown.entries[0].hidden

    def test_a_group_in_which_nothing_was_counted_takes_nothing_from_the_rest(self) -> None:
        rules = bc.disclosure.DisclosureRules()
        least = next(n for n in range(1, 100) if not rules.is_small(n))
        whole, none = both([least] * 24, [least] * 24), both([0] * 24, [0] * 24)
        shown = judge_counts(whole, starts=STARTS, groups={"SEN": none}).published()
        assert [e.group for e in shown.entries] == ["", "SEN"]

    @pytest.mark.parametrize(("before", "said"), [(LEAST_SIDE - 1, False), (LEAST_SIDE, True)])
    def test_what_could_be_seen_is_said_from_enough_weeks_before(
        self, before: int, *, said: bool
    ) -> None:
        (entry,) = judge_counts(both(USUAL[:before], USUAL), starts=STARTS).entries
        assert (entry.detectable is not None) is said


class TestSums:
    @given(st.lists(st.integers(0, 40), min_size=3, max_size=60), st.integers(0, 40))
    @examples(40)
    def test_every_count_is_in_one_sum(self, counts: list[int], earlier: int) -> None:
        series = weeks(counts, STARTS - earlier * WEEK)
        summed = sum_by_window(series, WINDOWS)
        assert sum(p.count or 0 for p in summed.periods) == sum(counts)
        assert sum(p.exposure or 0 for p in summed.periods) == 5000 * len(counts)
        assert not any(p.start < STARTS <= middle_of(p) for p in summed.periods)

    def test_masked_weeks_are_in_no_sum(self) -> None:
        series = weeks([10, 20, 30], STARTS)
        closed = series.periods[1].evolve(masked="closed", count=None)
        series = series.evolve(periods=[series.periods[0], closed, series.periods[2]])
        (one,) = sum_by_window(series, WINDOWS).periods
        assert (one.count, one.exposure) == (40, 10_000)


def test_the_year_before_is_left_out_where_a_small_count_would_follow() -> None:
    there = year_before(both(USUAL, USUAL), STARTS)
    assert there is not None
    assert there.value == pytest.approx(100 * sum(USUAL) / (5000 * len(USUAL)))
    assert year_before(both([*USUAL[1:], 3], USUAL), STARTS) is None
    assert year_before([weeks(USUAL, STARTS)], STARTS) is None
    assert year_before([survey((8, 12), (9, 12), "staff")], STARTS) is None
    shown = year_before([survey((60, 120), (9, 12), "staff")], STARTS)
    assert shown is not None
    assert shown.value == 0.5


def test_two_years_with_the_same_labels_are_one_series() -> None:
    first, second = both(USUAL[:8], USUAL[:8])
    named = [
        s.evolve(periods=[p.evolve(label=f"week {i}") for i, p in enumerate(s.periods)])
        for s in (first, second)
    ]
    (entry,) = judge_counts(named, starts=STARTS).entries
    assert len({p.label for p in entry.series.periods}) == 16
    assert bc.load_indicators().indicator("serious-incidents") == entry.indicator


def test_the_season_is_known_where_each_part_of_it_was_before_the_day() -> None:
    series = weeks([1] * 40, date(2025, 9, 1))
    places = [place_in_year(middle_of(p)) for p in series.periods]
    firsts = [places.index(place) for place in set(places)]
    assert len(firsts) > 1
    last = series.periods[max(firsts)]
    assert _season(series, middle_of(last)) is None
    assert _season(series, middle_of(last) + timedelta(days=1)) == places


@pytest.mark.parametrize(("days", "middle"), [(0, 0), (1, 0), (4, 2), (5, 2), (41, 20)])
def test_the_middle_of_a_period(days: int, middle: int) -> None:
    begin = date(2026, 9, 7)
    end = begin + timedelta(days=days)
    period = SeriesPeriod(label="p", start=begin, end=end, count=1, exposure=100)
    assert middle_of(period) == begin + timedelta(days=middle)


def test_its_frame_has_a_row_for_each_series_with_typed_columns() -> None:
    pd = pytest.importorskip("pandas")
    made = judge_counts(
        [*both([30] * 40, [20] * 40), survey((60, 100), (75, 100), "staff")], starts=STARTS
    )
    frame = made.to_frame(kind="pandas")
    assert list(frame["indicator"]) == [e.indicator.id for e in made.entries]
    assert frame["periods"].tolist() == [80, 2]
    assert frame["before"].tolist() == [40, 1]
    assert pd.api.types.is_datetime64_any_dtype(frame["start"])
    assert pd.api.types.is_float_dtype(frame["estimate"])
    for entry, row in zip(made.entries, made.to_rows(internal=True), strict=True):
        if entry.measure is not None:
            estimate = entry.measure.estimate
            assert (row["lower"], row["upper"]) == (estimate.lower, estimate.upper)


def test_no_estimate_that_rests_on_a_small_count_is_in_its_frame() -> None:
    made = judge_counts(both([6] * 20, [1] * 20), starts=STARTS)
    (row,) = made.to_rows()
    if made.entries[0].measure is not None:
        assert row["estimate"] is row["lower"] is row["upper"] is None
        assert made.to_rows(internal=True)[0]["estimate"] is not None


def test_a_change_in_changes_that_matter_is_one_at_the_smallest_that_matters() -> None:
    made = judge_counts(
        [*both([30] * 40, [20] * 40), survey((60, 100), (75, 100), "staff")], starts=STARTS
    )
    measures = [e.measure for e in made.entries if e.measure is not None]
    assert measures
    for measure in measures:
        none = 1.0 if measure.scale == "ratio" else 0.0
        falls = measure.scale == "difference" and measure.lower_is_better
        better = -measure.matters if falls else measure.matters
        assert measure.in_changes_that_matter(better) == pytest.approx(1)
        assert measure.in_changes_that_matter(none) == pytest.approx(0)
