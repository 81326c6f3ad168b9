"""The same bytes in every place; `places.py` has the list of them."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.journey import demo_folder

REAL = sum


@pytest.mark.slow
def test_the_journeys_have_the_same_bytes_in_every_place(script: Callable[..., str]) -> None:
    lines = script("places.py").splitlines()
    assert len(lines) > 25
    assert int(lines[1].split()[2]) > 40, "files and results that are compared"


@pytest.mark.slow
def test_no_file_rests_on_how_this_python_adds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From 3.12 on ``sum`` adds floats in another way: ``fsum`` is exact in each version."""
    found = set()

    def add(values: Iterable[Any], start: Any = 0, /) -> Any:
        terms = list(values)
        total = REAL(terms, start)
        if any(isinstance(term, float) for term in terms) and total != math.fsum([start, *terms]):
            frame = sys._getframe(1)
            found.add(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        return total

    monkeypatch.setattr("builtins.sum", add)
    done = bc.run_journey(demo_folder() / "illustrative_journey_a_year_later.toml")
    done.write(tmp_path, formats=("html", "json", "csv"))
    assert not [place for place in found if "behaviour_culture" in place]
