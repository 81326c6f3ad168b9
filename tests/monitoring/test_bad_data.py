"""Somebody who wants "improved" printed, and has no good data: none of the usual ways gets it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.monitoring import (
    Conclusion,
    Measure,
    Reading,
    Verdict,
    difference_in_differences,
    interrupted_time_series,
    measure_of,
    rate_ratio,
    survey_change,
    verdict,
)

EXPOSURE = [4500.0] * 40
FELL = [50, 47, 53, 49, 51] * 4 + [30, 33, 28, 31, 29] * 4


def randomised(**numbers: float) -> Estimate:
    return Estimate(method="by hand", design=StudyDesign.RANDOMISED, **numbers)


def by_hand(name: str, **changes: Any) -> Measure:
    options: dict[str, Any] = {
        "reporter": "records",
        "source": name,
        "design": 3,
        "matters": 0.9,
        "window": "two years",
        "exposure": "300,000 pupil days",
        "events": 400 + len(name),
        "points": (78, 78),
        "estimate": randomised(value=0.7, lower=0.6, upper=0.8),
    }
    return Measure(name=name, **(options | changes))


def of(counts: Any, change_at: int, name: str, **changes: Any) -> Measure:
    step = interrupted_time_series(
        counts, change_at=change_at, exposure=EXPOSURE[: len(counts)], trend=False
    )
    options = {"window": "two years", "exposure": "pupil days", "matters": 0.9} | changes
    return measure_of(step, name=name, source=options.pop("source", name), **options)


def concluded(*measures: Measure) -> Conclusion:
    return verdict(measures).conclusion


def test_good_data_do_improve() -> None:
    other = [20, 23, 18, 21, 19, 22, 17] * 2 + [20] * 6 + [12, 10, 13, 9] * 5
    found = verdict([of(FELL, 20, "removals"), of(other, 20, "lates")])
    assert found.conclusion is Conclusion.IMPROVED
    assert found.level == 3


def test_a_short_series_is_described() -> None:
    short = [of(FELL[15:25], 5, name) for name in ("removals", "lates")]
    assert [m.reading for m in short] == [Reading.DESCRIBED] * 2
    assert concluded(*short) is Conclusion.COULD_NOT_TELL
    assert concluded(*(by_hand(n, points=(7, 90)) for n in "ab")) is Conclusion.COULD_NOT_TELL
    with pytest.raises(bc.InvalidInputError, match="how many points"):
        by_hand("removals", points=None)


def test_two_totals_are_described() -> None:
    raw = rate_ratio(80, 1, 140, 1)
    options: Any = {"window": "w", "exposure": "e", "events": 220, "matters": 0.9}
    found = measure_of(raw, name="removals", source="log", **options)
    assert found.reading is Reading.DESCRIBED
    with pytest.raises(bc.InvalidInputError, match="two totals"):
        by_hand("removals", estimate=raw)


def test_rates_of_exposures_that_are_far_apart() -> None:
    for count in (2, 200):
        far = rate_ratio(count, 1e20, count, 1)
        assert (far.value, far.p_value) == (pytest.approx(1e-20), pytest.approx(0))
        assert far.lower <= far.value <= far.upper
    for large, small in ((1e300, 1e-300), (1e308, 1e308)):
        with pytest.raises(bc.InvalidInputError, match="exposure_1: cannot be compared with 1e"):
            rate_ratio(2, large, 2, small)


def test_an_interval_must_be_one() -> None:
    for estimate in (
        randomised(value=0.7, lower=0.6, upper=0.8, level=0.5),
        randomised(value=0.7, lower=0.7, upper=0.7),
    ):
        found = verdict([by_hand("a", estimate=estimate), by_hand("b c", estimate=estimate)])
        assert found.conclusion is Conclusion.COULD_NOT_TELL
        assert "no interval of 95%" in str(found)


def test_one_source_under_two_names() -> None:
    for source in ("Behaviour log: lates", "log", " behaviour  LOG"):
        pair = by_hand("a", source="behaviour log"), by_hand("b c", source=source)
        assert concluded(*pair) is Conclusion.COULD_NOT_TELL
    assert concluded(by_hand("a"), by_hand("b", events=401)) is Conclusion.COULD_NOT_TELL


def test_two_series_that_move_together_are_one() -> None:
    double = [2 * c for c in FELL]
    pair = of(FELL, 20, "removals"), of(double, 20, "lates")
    assert concluded(*pair) is Conclusion.COULD_NOT_TELL
    shown = verdict(pair).published()
    assert shown.conclusion is Conclusion.COULD_NOT_TELL
    assert not any(m.sides for m in shown.measures)
    assert "moves with removals" in str(shown.to_rows()) + shown.measures[1].source


def test_a_recording_change_comes_with_the_series() -> None:
    start = dt.date(2025, 9, 1)
    weeks = [start + dt.timedelta(weeks=i) for i in range(40)]
    series = bc.Series(
        id="removals",
        indicator="removals",
        exposure_kind=bc.model.ExposureKind.PUPIL_DAYS,
        periods=[
            bc.model.SeriesPeriod(
                label=f"week {i + 1}", start=w, end=w + dt.timedelta(days=4), count=c, exposure=4500
            )
            for i, (w, c) in enumerate(zip(weeks, FELL, strict=True))
        ],
        recording_changes=[bc.model.RecordingChange(day=weeks[20], what="new categories")],
    )
    found = of(FELL, 20, "removals", series=series, window=None, exposure=None)
    assert found.window == "2025-09-01 to 2026-06-05"
    assert found.exposure.startswith("180,000 pupil")
    assert found.reading is Reading.NOT_COMPARABLE
    with pytest.raises(bc.InvalidInputError, match="40 points"):
        of(FELL[:30], 20, "removals", series=series)


def test_suspensions_are_not_called_behaviour() -> None:
    for name in ("suspensions", "pupils suspended", "permanent exclusions"):
        with pytest.raises(bc.InvalidInputError, match="topic 'suspensions'"):
            by_hand(name)


def test_displacement_is_not_hidden_by_a_total_that_tells_nothing() -> None:
    fell = by_hand("suspensions", topic="suspensions")
    wide = randomised(value=1.0, lower=0.5, upper=2.0)
    lost = by_hand("hours lost", topic="lost-learning", estimate=wide)
    found = verdict([fell, lost, by_hand("removals"), by_hand("lates")])
    assert found.conclusion is Conclusion.MIXED
    assert "whether time out of class fell too is not known" in str(found)


def test_two_good_ones_out_of_many_are_chance() -> None:
    flat = randomised(value=1.0, lower=0.8, upper=1.25)
    many = [by_hand("w" * (i + 5), estimate=flat) for i in range(20)]
    good = [by_hand("removals"), by_hand("l")]
    assert concluded(*good) is Conclusion.IMPROVED
    found = verdict([*good, *many])
    assert found.conclusion is Conclusion.COULD_NOT_TELL
    assert "by chance alone" in str(found)


def test_a_sure_change_too_small_to_matter_is_none() -> None:
    tiny = randomised(value=0.97, lower=0.96, upper=0.98)
    found = verdict([by_hand("a", estimate=tiny), by_hand("b c", estimate=tiny)])
    assert [m.reading for m in found.measures] == [Reading.LITTLE_CHANGE] * 2


def test_a_result_stands_on_its_own_rung() -> None:
    rows = [(u, p) for u in "abcdef" for p in range(4)]
    found = difference_in_differences(
        [ord(u) % 7 + p * (u < "c") for u, p in rows],
        unit=[u for u, _ in rows],
        period=[p for _, p in rows],
        treated=[u < "c" for u, _ in rows],
        after=[p > 1 for _, p in rows],
    )
    options: Any = {"window": "w", "exposure": "e", "matters": 0.1}
    assert measure_of(found, name="a", source="a", events=9, **options).design == 4
    with pytest.raises(bc.InvalidInputError, match="events"):
        measure_of(found, name="a", source="a", **options)
    asked: Any = {"group": "pupils", "asked_before": 200, "asked_after": 200}
    survey = survey_change([1, 0] * 60, [1, 1, 0] * 40, **asked)
    made = measure_of(survey, name="a", source="a", **options)
    assert (made.design, made.reporter, made.lower_is_better, made.events) == (
        2,
        "pupils",
        False,
        240,
    )
    small = survey_change([1] * 9, [0] * 9, **asked)
    for bad in (small, None, 3):
        with pytest.raises(bc.InvalidInputError, match="result"):
            measure_of(bad, name="a", source="a", **options)  # type: ignore[arg-type]


class TestPublished:
    def test_few_events_are_in_nothing_that_is_shown(self) -> None:
        estimate = randomised(value=0.5123, lower=0.047, upper=5.65)
        found = verdict([by_hand("a", events=3, estimate=estimate), by_hand("b c")])
        for text in (str(found), repr(found), found._repr_html_(), str(found.to_rows())):
            assert "n 3;" not in text
            assert "0.51" not in text
        written = bc.dumps(found.published(), format="json")
        assert "0.5123" not in written
        assert Verdict(measures=found.published().measures).measures[0].events is None

    def test_rows_of_a_step_do_not_give_a_small_count_back(self) -> None:
        counts = [9, 8, 3, 9, 10, 8, 9, 7, 6, 7, 5, 6, 7, 6, 5, 8]
        step = interrupted_time_series(counts, change_at=8, exposure=[4500] * 16, trend=False)
        rows = step.to_rows()
        assert rows[2]["value"] is None
        # The fits of a side sum to its counts: with them the 3 is the difference.
        assert all(r["fitted"] is r["without_change"] is None for r in rows)
        inside = step.to_rows(internal=True)
        assert sum(r["fitted"] for r in inside[:8]) == pytest.approx(sum(counts[:8]))
        assert bc.to_frame(step, kind="pandas")["value"].isna().sum() == 1
        assert bc.to_frame(step, kind="pandas", internal=True)["value"].tolist() == counts
        full = interrupted_time_series(FELL, change_at=20, exposure=EXPOSURE, trend=False)
        assert not np.isnan([r["fitted"] for r in full.to_rows()]).any()

    def test_a_survey_in_which_few_disagree(self) -> None:
        asked: Any = {"group": "pupils", "asked_before": 60, "asked_after": 60}
        found = survey_change([1] * 50 + [0] * 10, [1] * 58 + [0] * 2, **asked)
        assert found.change is not None
        assert "97" not in str(found)
        assert "few" in str(found)
