"""A pytest plugin: notes in the data of coverage which test runs which line, and for how long."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS: dict[str, float] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Label the lines that run from here on, those of fixtures too, with the test's id."""
    measured = coverage.Coverage.current()
    assert measured is not None, "run as: coverage run -m pytest -p record"
    measured.switch_context(item.nodeid)
    result = yield
    measured.switch_context("")
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add what each phase of a test took."""
    _SECONDS[report.nodeid] = _SECONDS.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish() -> None:
    """Write the seconds beside the data of coverage."""
    Path(os.environ["MUTANTS_SECONDS"]).write_text(json.dumps(_SECONDS), encoding="utf-8")
