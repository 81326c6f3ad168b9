"""Count the sheets of the documents of the illustrative schools, as two programs print them.

Chromium prints the pages, LibreOffice the Word files; each is left out where it is not installed.
The governors' page must be one sheet, with type of at least 10 points (where ``pdftohtml`` of
Poppler is there to say so), and the working plan at most ten, with type of at least 9. It exits
with 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import behaviour_culture as bc

SCHOOLS = Path(__file__).resolve().parents[2] / "examples" / "schools"
MOST = {"governors": 1, "plan": 10}
LEAST_TYPE = {"governors": 10.0, "plan": 9.0}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def run(*command: str) -> str:
    """Run a program and return what it says."""
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return done.stdout.decode("utf-8", "replace")


def printed(folder: Path) -> dict[str, list[Path]]:
    """Print the pages and the Word files of a folder; the files by the program that made them."""
    found: dict[str, list[Path]] = {}
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is not None:
        out = folder / "chromium"
        out.mkdir()
        for page in sorted(folder.glob("*.html")):
            pdf = out / f"{page.stem}.pdf"
            flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
            run(browser, *flags, f"--print-to-pdf={pdf}", page.as_uri())
            found.setdefault("chromium", []).append(pdf)
    office = shutil.which("soffice")
    if office is not None:
        out = folder / "libreoffice"
        files = [str(path) for path in sorted(folder.glob("*.docx"))]
        run(office, "--headless", "--convert-to", "pdf", "--outdir", str(out), *files)
        found["libreoffice"] = sorted(out.glob("*.pdf"))
    return found


def sheets(pdf: Path) -> int:
    """Return how many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes()))


def smallest_type(pdf: Path) -> float | None:
    """Return the smallest size of type, in points; None where nothing can say it."""
    if (tool := shutil.which("pdftohtml")) is None:
        return None
    said = run(tool, "-xml", "-i", "-stdout", "-zoom", "3", str(pdf))
    sizes = [int(size) for size in re.findall(r'<fontspec id="\d+" size="(\d+)"', said)]
    return min(sizes, default=0) / 3


def main() -> int:
    """Print a line for each document, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--keep", type=Path, help="a folder for the documents, to look at")
    parser.add_argument("schools", nargs="*", help="such as secondary (default: all)")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        base = (options.keep or Path(temporary)).resolve()
        for school in options.schools or sorted(p.name for p in SCHOOLS.iterdir() if p.is_dir()):
            folder = base / school
            if folder.exists():
                shutil.rmtree(folder)
            done = bc.run_journey(SCHOOLS / school / "journey.toml")
            done.write(folder, formats=("html", "docx"))
            for program, pdfs in printed(folder).items():
                for pdf in pdfs:
                    many, most = sheets(pdf), MOST.get(pdf.stem)
                    small = smallest_type(pdf) if most is not None else None
                    fits = most is None or many <= most
                    legible = small is None or small >= LEAST_TYPE.get(pdf.stem, 0.0)
                    rows.append(
                        {
                            "school": school,
                            "steps": len(done.plan.steps),
                            "program": program,
                            "document": pdf.stem,
                            "sheets": many,
                            "smallest_type": small,
                            "passes": fits and legible,
                        }
                    )
                    if not options.json:
                        print(
                            "{school}, {steps} steps: {document} by {program}: {sheets} "
                            "sheets, type from {smallest_type}, passes {passes}".format(**rows[-1])
                        )
    if options.json:
        print(json.dumps(rows, indent=1))
    return 0 if rows and all(row["passes"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
