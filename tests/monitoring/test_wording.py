"""No verdict says more than its design allows, whatever the measures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.monitoring import (
    Conclusion,
    Measure,
    Reading,
    Verdict,
    difference_in_differences,
    interrupted_time_series,
    rate_ratio,
    survey_change,
    verdict,
)


def measure(name: str, low: float, high: float, **changes: Any) -> Measure:
    options: dict[str, Any] = {
        "reporter": "records",
        "source": name,
        "design": 3,
        "matters": 0.9,
        "window": "Sept 2024 to July 2026",
        "exposure": "300,000 pupil days",
        "events": 400 + sum(map(ord, name)),  # no two measures are the same numbers
        "points": (78, 78),
    }
    estimate = Estimate(
        value=(low * high) ** 0.5,
        lower=low,
        upper=high,
        method="by hand",
        design=StudyDesign.RANDOMISED,
    )
    return Measure(**({"name": name, "estimate": estimate} | options | changes))


FALL, RISE, FLAT, WIDE = (0.6, 0.8), (1.2, 1.6), (0.95, 1.05), (0.5, 1.5)


@given(st.from_type(bc.monitoring.Verdict))
def test_no_forbidden_word_at_any_level(found: Verdict) -> None:
    text = " ".join(re.findall(r"[a-z]+", f"{found} {found.to_rows()} {found!r}".lower()))
    padded = f" {text} "
    assert not any(f" {w} " in padded for w in ("prove", "proved", "proven", "proves"))
    if found.level < 4:
        assert not any(f" {w} " in padded for w in ("impact", "impacts", "because", "due to"))


@given(st.from_type(bc.monitoring.Verdict))
def test_improved_takes_two_sources_and_nothing_against_it(found: Verdict) -> None:
    better = [m for m in found.measures if m.reading is Reading.BETTER]
    if found.conclusion is Conclusion.IMPROVED:
        assert len({m.source for m in better if m.topic != "suspensions"}) >= 2
        assert all(m.reading is not Reading.WORSE for m in found.measures)
        assert all(m.design > 1 and not m.recording_changes for m in better)
    else:
        assert "improved on" not in str(found)


@given(st.from_type(bc.monitoring.Verdict))
def test_every_measure_is_printed_with_what_belongs_beside_it(found: Verdict) -> None:
    text = str(found)
    for m in found.measures:
        shown = m.published().events  # None also where events are few on one side
        assert shown is None or m.events not in {1, 2, 3, 4}
        events = "hidden" if shown is None else f"{shown:,}"
        line = f"window {m.window}; exposure {m.exposure}; n {events}"
        assert line in text
    assert "What would change it" in text


@given(st.from_type(bc.monitoring.Verdict))
def test_goes_through_files(found: Verdict) -> None:
    assert bc.loads(bc.dumps(found, format="json"), format="json") == found


def test_two_sources_improve_and_one_does_not() -> None:
    one = verdict([measure("removals", *FALL)])
    assert one.conclusion is Conclusion.COULD_NOT_TELL
    assert "one source alone" in str(one)
    both = verdict([measure("removals", *FALL), measure("lates", *FALL)])
    assert both.conclusion is Conclusion.IMPROVED
    assert "not shown to be caused" in both.sentences[1]
    same = verdict([measure("removals", *FALL), measure("lates", *FALL, source="Removals ")])
    assert same.conclusion is Conclusion.COULD_NOT_TELL


def test_staff_and_pupils_are_not_averaged() -> None:
    staff = [measure(f"staff {i}", *FALL, reporter="staff") for i in range(2)]
    for other in (RISE, FLAT):
        found = verdict([*staff, measure("pupils", *other, reporter="pupils")])
        assert found.conclusion is Conclusion.MIXED
        assert "Staff and pupils disagree." in found.sentences


def test_suspensions_need_the_total_of_lost_learning() -> None:
    fall = measure("suspensions", *FALL, topic="suspensions")
    with pytest.raises(bc.InvalidInputError, match="lost learning"):
        verdict([fall])
    lost = measure("hours lost", *FLAT, topic="lost-learning")
    found = verdict([fall, lost])
    assert found.displaced
    assert "Suspensions fell; time out of class did not." in found.sentences
    assert found.conclusion is Conclusion.MIXED
    less = measure("hours in isolation", *FALL, topic="lost-learning")
    assert verdict([fall, less, lost]).displaced  # all of it has to fall
    assert not verdict([fall, less]).displaced
    assert not verdict([lost, less]).displaced


def test_a_recording_change_forbids_the_comparison() -> None:
    changed = measure("removals", *FALL, recording_changes=["new system, 1 May 2025"])
    found = verdict([changed, measure("lates", *FALL)])
    assert found.conclusion is Conclusion.COULD_NOT_TELL
    assert "not comparable" in str(found)
    assert found.to_rows()[0]["estimate"] is None
    assert verdict([changed]).conclusion is Conclusion.NOT_COMPARABLE


def test_a_wide_interval_is_never_no_effect() -> None:
    assert measure("a", *WIDE).reading is Reading.COULD_NOT_TELL
    assert measure("a", *FLAT).reading is Reading.LITTLE_CHANGE
    assert measure("a", *FLAT, detectable=0.7).reading is Reading.COULD_NOT_TELL
    assert measure("a", *FALL, design=1).reading is Reading.DESCRIBED
    assert measure("a", *FALL, lower_is_better=False).reading is Reading.WORSE


@pytest.mark.parametrize("text", ["the IMPACT", "fell because", "due\n to us", "It is Proved"])
@pytest.mark.parametrize("name", ["name", "source", "window", "exposure"])
def test_a_user_s_own_words_are_held_to_the_ladder(name: str, text: str) -> None:
    with pytest.raises(bc.InvalidInputError, match="reword"):
        measure("a", *FALL, **{name: text}) if name != "name" else measure(text, *FALL)


def test_words_are_held_to_the_level_of_the_whole() -> None:
    high = measure("impact on removals", *FALL, design=4)
    assert verdict([high, measure("lates", *FALL, design=4)]).level == 4
    with pytest.raises(bc.InvalidInputError, match="level 3"):
        verdict([high, measure("lates", *FALL)])


def test_refusals() -> None:
    for bad in ([], None, "abc", [1]):
        with pytest.raises(bc.InvalidInputError):
            verdict(bad)  # type: ignore[arg-type]
    with pytest.raises(bc.InvalidInputError) as error:
        measure("a", *FALL, reporter="all", design=6, matters=float("nan"), events=-1)
    assert {f.path for f in error.value.faults} == {"reporter", "design", "matters", "events"}


@given(st.sampled_from([0.0, 0.5]), st.floats(0.6, 0.9))
def test_a_ratio_of_nought_is_read(low: float, high: float) -> None:
    estimate = Estimate(
        value=low,
        lower=low,
        upper=high,
        method="by hand",
        design=StudyDesign.INTERRUPTED_TIME_SERIES,
    )
    found = Measure(
        name="a", reporter="records", source="a", design=3, matters=0.9, window="w",
        exposure="e", events=0, estimate=estimate, points=(9, 9),
    )  # fmt: skip
    assert found.reading is Reading.BETTER


def panel(*changes: float) -> dict[str, list[Any]]:
    rows = [(u, p) for u in range(len(changes)) for p in range(2)]
    return {
        "outcome": [5 + u + changes[u] * p for u, p in rows],
        "unit": [u for u, _ in rows],
        "period": [p for _, p in rows],
        "treated": [u < len(changes) // 2 for u, _ in rows],
        "after": [p for _, p in rows],
    }


COUNTS = [52, 48, 50, 55, 47, 51, 49, 53, 40, 38, 42, 41, 37, 43, 39, 40]
ANSWERS = {"group": "pupils", "asked_before": 99, "asked_after": 99}
YES = [1, 0] * 20


@pytest.mark.parametrize(
    ("make", "highest"),
    [
        (lambda: rate_ratio(80, 40_000, 100, 40_000), 1),
        (lambda: difference_in_differences(**panel(-2, 0)).estimate, 1),
        (lambda: interrupted_time_series(COUNTS[4:], change_at=4).level, 1),
        (lambda: survey_change(YES, [1] * 40, **ANSWERS).change, 2),
        (lambda: survey_change(YES, [1] * 40, paired=True, **ANSWERS).change, 2),
        (lambda: interrupted_time_series(COUNTS, change_at=8).level, 3),
        (lambda: difference_in_differences(**panel(-2, -1, 0, 1)).estimate, 4),
        (lambda: Estimate(value=0.7, lower=0.6, upper=0.8, method="read in a report"), 1),
    ],
)
def test_a_measure_by_hand_stands_no_higher_than_the_design_of_its_estimate(
    make: Callable[[], Estimate], highest: int
) -> None:
    estimate = make()
    options = {"estimate": estimate, "scale": "difference"}
    for design in range(1, 6):
        if design <= highest:
            measure("lates", *FALL, design=design, **options)
        else:
            with pytest.raises(bc.InvalidInputError, match=f"at most {highest}"):
                measure("lates", *FALL, design=design, **options)
    randomised = evolve(estimate, design=StudyDesign.RANDOMISED)
    assert measure("lates", *FALL, design=5, scale="difference", estimate=randomised).design == 5


def test_a_text_about_the_method_changes_no_design() -> None:
    found = rate_ratio(80, 40_000, 100, 40_000)
    for method in ("segmented poisson", "randomised", "no inference", "Verhältnis zweier Raten"):
        other = measure("lates", *FALL, design=1, estimate=evolve(found, method=method))
        assert other.reading is Reading.DESCRIBED
        with pytest.raises(bc.InvalidInputError, match="at most 1"):
            measure("lates", *FALL, design=2, estimate=evolve(found, method=method))
