"""Opens and saves workbooks with LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

OFFICE = shutil.which("soffice")


def converted(path: Path) -> Path:
    """Open and save a workbook with LibreOffice."""
    out = path.parent / "saved"
    profile = path.parent / "profile"
    assert OFFICE is not None
    subprocess.run(  # noqa: S603  (LibreOffice)
        [
            *(OFFICE, f"-env:UserInstallation=file://{profile}", "--headless"),
            *("--convert-to", "xlsx", "--outdir", str(out), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return out / path.name
