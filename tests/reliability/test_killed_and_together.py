"""Processes that are killed while they save, and many that save to one place at once."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the scripts fork")
Script = Callable[..., str]


def test_a_few_kills(script: Script) -> None:
    kinds = ("json", "report beside files", "checkpoint")
    lines = script("kills.py", "--times", "6", "--kinds", *kinds).splitlines()
    assert len(lines) == 1 + len(kinds)


def test_a_few_writers(script: Script) -> None:
    script("writers.py", "--times", "1", "--kinds", "json", "report")


@pytest.mark.slow
def test_many_kills(script: Script, times: str) -> None:
    script("kills.py", "--times", times)


@pytest.mark.slow
def test_many_writers(script: Script, times: str) -> None:
    script("writers.py", "--times", times)
