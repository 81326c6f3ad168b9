from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.model.plan import StepStatus
from behaviour_culture.model.step import CostRange
from behaviour_culture.model.support import SupportStrand
from behaviour_culture.report.words import (
    STATUS,
    clean,
    day,
    hours,
    joined,
    month,
    number,
    percent,
    pounds,
    sentence,
    strand,
    whole,
)

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.4, "0"), (-0.4, "0"), (-0.6, f"{MINUS}1"), (12345.6, "12,346"), (-28.2, f"{MINUS}28")],
)
def test_whole_numbers_have_a_real_minus_and_no_minus_nought(value: float, text: str) -> None:
    assert whole(value) == text


@given(st.floats(min_value=0, max_value=1))
def test_a_per_cent_is_whole_and_in_range(share: float) -> None:
    text = percent(share)
    assert text.endswith("%")
    assert 0 <= int(text[:-1]) <= 100
    assert abs(int(text[:-1]) - 100 * share) <= 0.5


def test_a_percentage_agrees_with_the_texts_of_the_audit() -> None:
    # The audit's reasons use Python's own format; a page must not differ by one.
    shares = [i / 800 for i in range(801)]
    assert [percent(s) for s in shares] == [f"{s:.0%}" for s in shares]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.25, "0.25"), (10.0, "10"), (100.0, "100"), (1200.5, "1,200.5"), (0.004, "0")],
)
def test_numbers_keep_the_decimals_they_have(value: float, text: str) -> None:
    assert number(value) == text


def test_hours_are_whole_from_ten_on() -> None:
    assert [hours(h) for h in (0.25, 9.5, 11.75, 1234.5)] == ["0.25", "9.5", "12", "1,234"]


def test_costs_are_ranges_in_pounds() -> None:
    ranges = [(0, 0), (0, 300), (250, 250), (50, 1200)]
    assert [pounds(CostRange(*r)) for r in ranges] == [
        "none",
        "up to £300",
        "£250",
        "£50 to £1,200",
    ]


def test_dates_and_waves() -> None:
    assert day(dt.date(987, 3, 4)) == "04/03/0987"
    assert month("2025-12") == "December 2025"
    for other in ("2025-13", "summer", "2025-" + "9" * 5_000):
        assert month(other) == other


def test_lists_and_sentences() -> None:
    assert [joined(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [sentence(t) for t in ("", "so it is", "Is it?")] == ["", "So it is.", "Is it?"]


def test_every_status_has_a_word_and_a_symbol_of_its_own() -> None:
    assert STATUS.keys() == set(StepStatus)
    assert len({s.word for s in STATUS.values()}) == len(STATUS)
    assert len({s.symbol for s in STATUS.values()}) == len(STATUS)


def test_every_strand_has_a_name() -> None:
    assert len({strand(s) for s in SupportStrand}) == len(SupportStrand)


@given(st.text())
def test_what_is_cleaned_can_be_written_and_is_cleaned_once(text: str) -> None:
    once = clean(text)
    assert once.encode("utf-8").decode("utf-8") == once
    assert clean(once) == once


def test_text_cannot_turn_its_direction_round() -> None:
    assert clean("a\u202eb\u2066c\ud800d\x00e\tf\ng") == "abcde\tf\ng"
    fine = "Ysgol Caerffili, «é» 日本 👩\N{ZERO WIDTH JOINER}🏫"
    assert clean(fine) == fine
