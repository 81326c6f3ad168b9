from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def school_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school's workbook with term dates, ages and governance, to be copied."""
    folder = tmp_path_factory.mktemp("excel")
    options = ["--name", "Hill Road Primary", "--phase", "primary", "--roll", "210", "--excel"]
    assert main(["start", *options, "-o", str(folder)]) == 0
    path = folder / "school.xlsx"
    change(path, {"Term dates": DAYS, "School": {"B8": 4, "B9": 11, "B10": "academy"}})
    assert list(folder.iterdir()) == [path]
    return path


@pytest.fixture
def workbook(school_workbook: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(school_workbook, tmp_path / "school.xlsx"))
