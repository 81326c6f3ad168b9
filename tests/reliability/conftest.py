"""How often the slow tests of this folder try: ``RELIABILITY_TIMES=1000``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Script = Callable[..., str]
HERE = Path(__file__).parent


@pytest.fixture
def times() -> str:
    return os.environ.get("RELIABILITY_TIMES", "200")


@pytest.fixture
def script() -> Script:
    """Run a script of this folder, and return the table that it prints."""

    def run(name: str, *arguments: str) -> str:
        # The script imports what this process imports, and no other copy of it.
        done = subprocess.run(  # noqa: S603  (our own scripts)
            [sys.executable, str(HERE / name), *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
