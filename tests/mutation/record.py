"""A pytest plugin: notes which test runs which line, in the data of coverage, and how long.

Seconds are of the processor, so that they do not depend on what else the machine does. Each worker
writes its own file.
"""

from __future__ import annotations

import json
import os
import time
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
    begun = time.process_time()
    result = yield
    _SECONDS[item.nodeid] = time.process_time() - begun
    measured.switch_context("")
    return result


def pytest_sessionfinish() -> None:
    """Write the seconds into the folder that the caller names."""
    file = Path(os.environ["MUTANTS_SECONDS"]) / f"seconds.{os.getpid()}.json"
    file.write_text(json.dumps(_SECONDS), encoding="utf-8")
