from __future__ import annotations

from pathlib import Path

import pytest

from behaviour_culture.__main__ import main
from filling import DAYS, change


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """A folder that `start` has written."""
    folder = tmp_path / "mine"
    options = ["--name", "Hill Road Primary", "--phase", "primary", "--roll", "210"]
    assert main(["start", *options, "-o", str(folder)]) == 0
    return folder


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A school's workbook with term dates, ages and governance."""
    options = ["--name", "Hill Road Primary", "--phase", "primary", "--roll", "210", "--excel"]
    assert main(["start", *options, "-o", str(tmp_path)]) == 0
    path = tmp_path / "school.xlsx"
    change(path, {"Term dates": DAYS, "School": {"B8": 4, "B9": 11, "B10": "academy"}})
    return path
