"""Opens and saves workbooks with LibreOffice, where it is installed."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


@functools.cache
def _profile() -> tempfile.TemporaryDirectory[str]:
    """One profile for all calls of a process: to make one takes as long as to convert."""
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def converted(*paths: Path) -> Path:
    """Open and save workbooks of a folder with LibreOffice; return the folder of the new ones."""
    out = paths[0].parent / "saved"
    assert OFFICE is not None
    subprocess.run(  # noqa: S603  (LibreOffice)
        [
            *(OFFICE, f"-env:UserInstallation={Path(_profile().name).as_uri()}", "--headless"),
            *("--convert-to", "xlsx", "--outdir", str(out), *map(str, paths)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return out
