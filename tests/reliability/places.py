"""Run the illustrative journeys in many places: every file and result has the same bytes.

``python tests/reliability/places.py`` prints a line for each place. ``--python COMMAND`` adds
another Python, in which the dependencies are installed, and may be given several times.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import locale
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from saved import show

import behaviour_culture as bc
from behaviour_culture.journey import demo_folder

JOURNEYS = ("illustrative_journey.toml", "illustrative_journey_a_year_later.toml")
HEAD = ("place", "compared", "different", "seconds", "")
WIDTHS = (31, 8, 9, 7, 0)
NO_LOCALE = 77
"""The exit code of a child for whose language the system has no files."""
BOM = b"\xef\xbb\xbf"


def _with_crlf(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Place(NamedTuple):
    """Where a journey runs."""

    name: str
    env: Mapping[str, str] = {}
    options: tuple[str, ...] = ()
    """Of Python."""
    change: Callable[[bytes], bytes] | None = None
    """What is done to the input files that are text."""
    folder: str = "plain"
    here: bool = False
    """Whether the folder of the files is the current one, and their paths are relative."""
    start: str = ""
    """How the processes of the nation are started; in this process where it is empty."""


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
PLACES = (
    Place("this one"),
    *(Place(f"PYTHONHASHSEED={s}", {"PYTHONHASHSEED": s}) for s in ("0", "1", "4294967295")),
    *(
        Place(f"TZ={zone}", {"TZ": zone})
        for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu")
    ),
    *(
        Place(f"LC_ALL={name}", {"LC_ALL": name, "PYTHONUTF8": "0"})
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1", "C.UTF-8")
    ),
    Place("LC_ALL=C, ASCII only", ASCII),
    Place("-O", options=("-O",)),
    Place("-OO", options=("-OO",)),
    Place("input with CRLF", change=_with_crlf),
    Place("input with a byte-order mark", change=lambda content: BOM + content),
    Place("input with both", change=lambda content: BOM + _with_crlf(content)),
    Place("relative paths", here=True),
    Place("a folder 'Über the hill'", folder="Über the hill"),
    Place("a folder '学校', ASCII only", ASCII, folder="学校"),
    Place("PYTHONWARNINGS=error", {"PYTHONWARNINGS": "error"}),
    *(Place(f"OPENBLAS_NUM_THREADS={n}", {"OPENBLAS_NUM_THREADS": n}) for n in ("1", "2")),
    Place("workers of our own", start="own"),
    Place("workers by spawn", start="spawn"),
    Place("workers by fork", start="fork"),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", default=[], help="such as python3.13")
    parser.add_argument("--only", help="places whose name has this in it, beside the first")
    options = parser.parse_args(arguments)
    places = [p for p in PLACES[1:] if (options.only or "") in p.name]
    runs = [(place, [sys.executable]) for place in (PLACES[0], *places)]
    runs += [(Place(command), shlex.split(command)) for command in options.python]
    expected: dict[str, str] = {}
    failed = False
    show(HEAD, WIDTHS)
    for place, python in runs:
        begun = time.monotonic()
        found, why = _run(place, python)
        expected = expected or found
        common = expected.keys() & found.keys()
        other = sorted(name for name in common if found[name] != expected[name])
        missing = sorted(expected.keys() - found.keys())
        words = why or ", ".join(other) or (f"not made: {', '.join(missing)}" if missing else "")
        short = missing and python == [sys.executable] and not why
        failed |= bool(other or short or why.startswith("failed"))
        seconds = f"{time.monotonic() - begun:.0f}"
        show((place.name, len(common), len(other), seconds, words), WIDTHS)
    return 1 if failed else 0


def _run(place: Place, python: list[str]) -> tuple[dict[str, str], str]:
    """Return the digests of all that a place makes, and why it makes nothing."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / place.folder
        shutil.copytree(demo_folder(), folder)
        for path in folder.iterdir():
            if place.change is not None and path.suffix in {".toml", ".csv"}:
                path.write_bytes(place.change(path.read_bytes()))
        env = os.environ | place.env | {"PYTHONPATH": str(Path(bc.__file__).parents[1])}
        command = [*python, *place.options, __file__, "--child", place.start]
        done = subprocess.run(  # noqa: S603  (this script)
            [*command, "." if place.here else str(folder)],
            env=env,
            cwd=folder if place.here else "/",
            capture_output=True,
            check=False,
        )
        if done.returncode == NO_LOCALE:
            return {}, "skipped: this system has no such locale"
        if done.returncode != 0:
            return (
                {},
                f"failed: {done.stderr.decode('utf-8', 'replace').strip().splitlines()[-1][:200]}",
            )
        found = json.loads((folder / "digests.json").read_bytes())
        return found, ""


# -- in the place ----------------------------------------------------------------------------


def child(start: str, folder: Path) -> None:
    """Run the journeys of a folder, and write the digests of all they make into it."""
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        sys.exit(NO_LOCALE)
    from behaviour_culture.commands.terminal import say_written

    office = all(find_spec(name) for name in ("xlsxwriter", "docx", "PIL"))
    formats = ("html", "json", "csv", "ics", *(("docx", "xlsx") if office else ()))
    made: dict[str, bytes] = {}
    for name in JOURNEYS:
        done = bc.run_journey(folder / name)
        paths = done.write(folder / f"report-{done.journey.id}", formats=formats)
        say_written(done, paths)
        made |= {f"{done.journey.id}/{path.name}": path.read_bytes() for path in paths}
        made[f"{done.journey.id}: in words"] = str(done).encode()
        made[f"{done.journey.id}: counted"] = str(done.counted).encode()
        for part in filter(None, (done.audit, done.groups, done.first_plan, done.first_schedule)):
            key = f"{done.journey.id}: {type(part).__name__}"
            made[key] = bc.dumps(part, format="json").encode()
    made["nation"] = bc.dumps(_nation(start), format="json").encode()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    (folder / "digests.json").write_text(json.dumps(digests), "ascii")


def _nation(start: str) -> bc.programme.NationResult:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    asked = {"schools": 50_000, "budget_days": 500, "draws": 20}
    if start in {"", "own"}:
        return bc.programme.simulate_nation(**asked, workers=2 if start else 1)
    with ProcessPoolExecutor(2, mp_context=get_context(start)) as pool:
        return bc.programme.simulate_nation(**asked, executor=pool)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main())
