"""What the scripts of this folder save: each kind of file in several versions, and what is seen."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

import behaviour_culture as bc
from behaviour_culture.interchange import write, write_csv
from behaviour_culture.programme.nation.checkpoint import Checkpoint

__all__ = ["HALF", "KINDS", "Kind", "Seen", "leftovers", "seen", "show"]

HALF = re.compile(r"\.behaviour-culture-[0-9a-f]{16}\.tmp")
"""The name of what is not yet whole: a process that is killed leaves it."""
NOTE = "report-unfinished.txt"
Seen = dict[str, bytes]
"""The files of a place by their names; a file alone has the name that is empty."""


def _school(version: int) -> bc.School:
    roles = [
        bc.Role(id=f"role-{i}", title=f"Role {i} of {version}", hours_per_week=version + 1)
        for i in range(10 * (version + 1))  # each version has a length of its own
    ]
    return bc.School(
        id="hill", name=f"Version {version}", capacity=bc.Capacity(roles=roles), illustrative=True
    )


def _save_file(version: int, place: Path) -> None:
    write(_school(version), place)


def _save_csv(version: int, place: Path) -> None:
    write_csv([{"version": version, "row": i} for i in range(100 * (version + 1))], place)


def _save_workbook(version: int, place: Path) -> None:
    framework = bc.load_framework("eef-behaviour")
    bc.audit_form(framework, place, raters=[f"rater-{i}" for i in range(version + 1)])


_PARTS: dict[int, tuple[bc.Framework, bc.AuditResult, bc.ActionPlan]] = {}


def _parts(version: int) -> tuple[bc.Framework, bc.AuditResult, bc.ActionPlan]:
    """Return a framework, a result and a plan of which every file differs between versions."""
    if version not in _PARTS:
        framework = bc.load_framework("bennett-2017")
        ratings = islice(cycle((0, 1, 2, 3, 1)), version % 5, None)
        responses = [
            bc.Response(rater="head", item=item.id, rating=rating)
            for item, rating in zip(framework.items, ratings, strict=False)
        ]
        key = f"version-{version}"
        audit = bc.Audit(id=key, framework=framework.id, edition="2017", responses=responses)
        result = bc.score_audit(audit, framework)
        plan = bc.draft_plan(result, catalogue=bc.load_catalogue("bennett-2017"), priorities=2)
        steps = [step.evolve(title=f"{step.title} ({version})") for step in plan.steps]
        _PARTS[version] = framework, result, plan.evolve(steps=steps, title=key)
    return _PARTS[version]


def _save_report(version: int, place: Path) -> None:
    framework, result, plan = _parts(version)
    formats = ("json", "csv")
    bc.write_report(place, framework=framework, audit=result, plan=plan, formats=formats)


def _save_checkpoint(version: int, place: Path) -> None:
    """Keep the chunks of a run that are not there yet; its seed is the version."""
    kept = Checkpoint(place / f"seed-{version}", {"seed": version}, (3, 2))
    for first in range(0, 100, 20):
        chunk = (first, first + 20)
        if kept.load(chunk) is None:
            kept.save(chunk, np.random.default_rng((version, first)).random((20, 3, 2)))


class Kind(NamedTuple):
    """A kind of what is saved.

    Attributes
    ----------
    name : str
        Of the file, or of the folder.
    save : callable
        Saves a version into a place.
    beside : tuple of str
        Names of what others have put into the folder; one that ends in ``/`` is a folder.
    several : bool
        Whether the place holds all versions, each in a folder of its own, which grow.
    """

    name: str
    save: Callable[[int, Path], None]
    beside: tuple[str, ...] = ()
    several: bool = False

    @property
    def one_by_one(self) -> bool:
        """Whether files of a report are replaced one after the other."""
        return any(name.endswith("/") for name in self.beside) or sys.platform == "win32"

    def prepare(self, place: Path) -> None:
        """Put down what others have in the folder."""
        for name in self.beside:
            place.mkdir(exist_ok=True)
            if name.endswith("/"):
                (place / name).mkdir()
            else:
                (place / name).write_text("mine")

    def version(self, turn: int, writer: int, count: int) -> int:
        """Return what a writer saves: its own, or the same as all others into what grows."""
        return turn % count if self.several else writer

    def is_whole(self, found: Seen, versions: Iterable[Seen]) -> bool:
        """Say whether what is seen is one of some versions, or whole files of them."""
        if not self.several:
            return found in versions
        files = {name: content for version in versions for name, content in version.items()}
        return found.items() <= files.items()

    def versions(self, count: int, folder: Path) -> list[Seen]:
        """Save each version in a place of its own, and return what is seen there."""
        found = []
        for version in range(count):
            place = folder / f"of-{version}" / self.name
            place.parent.mkdir(parents=True)
            self.prepare(place)
            self.save(version, place)
            found.append(seen(place))
        return found


KINDS = {
    "toml": Kind("school.toml", _save_file),
    "json": Kind("school.json", _save_file),
    "csv": Kind("rows.csv", _save_csv),
    "workbook": Kind("school.xlsx", _save_workbook),
    "report": Kind("report", _save_report),
    "report beside files": Kind("report", _save_report, ("notes.txt",)),
    "report beside folders": Kind("report", _save_report, ("notes.txt", "pictures/")),
    "checkpoint": Kind("checkpoint", _save_checkpoint, several=True),
}


def seen(place: Path) -> Seen:
    """Return the files of a place as they are at one moment, without what is not yet whole."""
    if not place.is_dir():
        return {"": place.read_bytes()}
    while True:
        kept = os.open(place, os.O_RDONLY)  # so that no other folder gets its number
        try:
            with suppress(FileNotFoundError):  # it was replaced while it was read
                found = _seen(place)
                if os.path.samestat(os.fstat(kept), place.stat()):
                    return found
        finally:
            os.close(kept)


def _seen(place: Path) -> Seen:
    found = {}
    # Through an open folder: its name may mean another one a moment later.
    for folder, below, names, number in os.fwalk(place):
        below[:] = [name for name in below if not HALF.fullmatch(name)]
        inside = Path(folder).relative_to(place)
        for name in names:
            if not HALF.fullmatch(name):
                with open(os.open(name, os.O_RDONLY, dir_fd=number), "rb") as file:  # noqa: PTH123
                    found[str(inside / name)] = file.read()
    return found


def leftovers(folder: Path) -> list[Path]:
    """Return what is half written in a folder and in those below it."""
    return [path for path in folder.rglob("*") if HALF.fullmatch(path.name)]


def show(cells: Iterable[object], widths: Iterable[int]) -> None:
    """Print a line of a table at once: a long run is seen to go on."""
    line = "  ".join(str(cell).ljust(width) for cell, width in zip(cells, widths, strict=True))
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()
