"""The same bytes in every place; `places.py` has the list of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.slow
def test_the_journeys_have_the_same_bytes_in_every_place(script: Callable[..., str]) -> None:
    lines = script("places.py").splitlines()
    assert len(lines) > 25
    assert int(lines[1].split()[2]) > 40, "files and results that are compared"
