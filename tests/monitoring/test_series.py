from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import behaviour_culture as bc

INDICATOR = bc.load_indicators().indicator("low-level-incidents")
YEAR = bc.load_calendar("blue-coat-2024-25")


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "Corridor counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_exposure_comes_from_the_calendar(tmp_path: Path) -> None:
    path = write(tmp_path, "start,count\n2024-10-14,12\n2024-10-21,15\n2024-10-28,0\n")
    series = bc.read_series(path, indicator=INDICATOR, calendar=YEAR, pupils=900)
    assert series.id == "corridor-counts"
    # Friday 25 October is an INSET day, the week of 28 October the half-term break.
    assert series.exposures() == (5 * 900.0, 4 * 900.0, None)
    assert series.disclosure == "internal"


def test_closures_shrink_the_week(tmp_path: Path) -> None:
    path = write(tmp_path, "start,count\n2025-01-06,12\n")
    series = bc.read_series(
        path, indicator=INDICATOR, calendar=YEAR, pupils=100, closures=[dt.date(2025, 1, 8)]
    )
    assert series.exposures() == (400.0,)


def test_own_exposure_is_taken_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "start,end,count,exposure\n2025-01-06,2025-02-14,12.5,400\n")
    assert bc.read_series(path, indicator=INDICATOR).rates() == (3.125,)


def test_without_exposure_it_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "start,count\n2025-01-06,12\n")
    with pytest.raises(bc.InvalidInputError, match="row 2, column 'exposure': a raw total"):
        bc.read_series(path, indicator=INDICATOR)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("start,count,pupil_name\n2025-01-06,1,A\n", "no such column"),
        ("start,count,exposure\n06/13/2025,1,9\n", "dayfirst=False"),
        ("start,count,exposure\nsoon,1,9\n", "expected a date like"),
        ("label,count,exposure\nA,1,9\n", "give the first day"),
        ("start,count,exposure\n2025-01-06,nan,9\n", "expected a number"),
        ("start,count,exposure\n2025-01-06,1_0,9\n", "expected a number"),
        ("start,count,exposure\n2025-01-06,-1,9\n", "out of range"),
        ("start,end,count,exposure\n2025-01-06,2025-01-01,1,9\n", "before start"),
        ("start,count,exposure\n2025-01-06,1,9\n2025-01-08,1,9\n", "without overlap"),
        ("start,count\n", "at least one"),
    ],
)
def test_refusals(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=words):
        bc.read_series(write(tmp_path, text), indicator=INDICATOR)


def test_counts_in_a_holiday_are_questioned(tmp_path: Path) -> None:
    path = write(tmp_path, "start,count\n2024-10-28,7\n")
    with pytest.raises(bc.InvalidInputError, match="no teaching day"):
        bc.read_series(path, indicator=INDICATOR, calendar=YEAR, pupils=900)
