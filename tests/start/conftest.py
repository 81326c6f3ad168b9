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
def first_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a school's workbook with term dates, ages and governance, to be copied."""
    folder = tmp_path_factory.mktemp("started")
    options = ["--name", "Hill Road Primary", "--phase", "primary", "--roll", "210", "--excel"]
    assert main(["start", *options, "-o", str(folder)]) == 0
    terms = {"Term dates": DAYS, "School": {"B8": 4, "B9": 11, "B10": "academy"}}
    change(folder / "school.xlsx", terms)
    return folder


@pytest.fixture
def workbook(first_workbook: Path, tmp_path: Path) -> Path:
    """A school's workbook with term dates, ages and governance."""
    shutil.copytree(first_workbook, tmp_path, dirs_exist_ok=True)
    return tmp_path / "school.xlsx"
