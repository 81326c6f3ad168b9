"""Let several processes and threads save to one place at once: it is whole, and one writer's.

``python tests/reliability/writers.py --times 200`` prints a line for each kind of file. It needs
a system that can fork.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import NamedTuple

from saved import KINDS, NOTE, Kind, leftovers, seen, show

WRITERS = (2, 8)
HEAD = ("kind", "writers", "saves", "reads meanwhile", "failures", "seconds")
WIDTHS = (22, 12, 6, 14, 8, 7)
SAVES = 2
"""Of each writer in each round."""


class Found(NamedTuple):
    """What was found: how often the place was read meanwhile, and what is not as it should be."""

    reads: int
    wrong: tuple[str, ...]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="rounds of each kind")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    options = parser.parse_args(arguments)
    wrong = list[str]()
    show(HEAD, WIDTHS)
    for name in options.kinds:
        for run in (in_processes, in_threads):
            for count in WRITERS:
                with TemporaryDirectory() as folder:
                    begun = time.monotonic()
                    found = run(KINDS[name], count, options.times, Path(folder))
                what = f"{count} {run.__name__.removeprefix('in_')}"
                seconds = f"{time.monotonic() - begun:.0f}"
                saves = SAVES * count * options.times
                show((name, what, saves, found.reads, len(found.wrong), seconds), WIDTHS)
                wrong += [f"{name}, {what}: {words}" for words in found.wrong]
    for words in wrong:
        sys.stdout.write(f"{words}\n")
    return 1 if wrong else 0


def in_processes(kind: Kind, count: int, times: int, folder: Path) -> Found:
    """Let processes save at once; read meanwhile."""
    place, versions = _place(kind, folder), kind.versions(count, folder / "alone")
    before = seen(place) if place.exists() else None
    reads, wrong = 0, set[str]()
    for turn in range(times):
        _clear(kind, place)
        children = {
            _fork(kind, kind.version(turn, writer, count), place) for writer in range(count)
        }
        while children:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended:
                children.remove(ended)
                wrong |= {"a writer failed"} if status else set()
            elif place.exists() and not kind.one_by_one:
                reads += 1
                found = seen(place)
                if not kind.is_whole(found, versions) and found != before:
                    wrong.add("what was read meanwhile is of no one writer")
            time.sleep(0.0005)
        wrong |= set(_left(kind, place, versions))
    return Found(reads, tuple(sorted(wrong)))


def _fork(kind: Kind, version: int, place: Path) -> int:
    child = os.fork()
    if child == 0:
        try:
            _save(kind, version, place)
            os._exit(0)
        except BaseException:  # noqa: BLE001  (nothing may leave this process)
            traceback.print_exc()
            os._exit(1)
    return child


def in_threads(kind: Kind, count: int, times: int, folder: Path) -> Found:
    """Let threads of this process save at once."""
    place, versions = _place(kind, folder), kind.versions(count, folder / "alone")
    wrong = set[str]()
    with ThreadPoolExecutor(count) as pool:
        for turn in range(times):
            _clear(kind, place)
            runs = [
                pool.submit(_save, kind, kind.version(turn, writer, count), place)
                for writer in range(count)
            ]
            wrong |= {f"a writer failed: {run.exception()}" for run in runs if run.exception()}
            wrong |= set(_left(kind, place, versions))
    return Found(0, tuple(sorted(wrong)))


def _save(kind: Kind, version: int, place: Path) -> None:
    for _ in range(SAVES):
        kind.save(version, place)


def _place(kind: Kind, folder: Path) -> Path:
    place = folder / "place" / kind.name
    place.parent.mkdir()
    kind.prepare(place)
    return place


def _clear(kind: Kind, place: Path) -> None:
    if kind.several and place.exists():  # what is there already would not be saved again
        rmtree(place)


def _left(kind: Kind, place: Path, versions: list[dict[str, bytes]]) -> list[str]:
    """Say what is wrong with what lies there in the end."""
    found = seen(place)
    wrong = [] if kind.is_whole(found, versions) else ["what is left is of no one writer"]
    wrong += [f"{NOTE} is left"] * (NOTE in found)
    wrong += [f"{path.name} is left" for path in leftovers(place.parent)]
    wrong += [f"{path.name} is left" for path in place.parent.iterdir() if path != place]
    return wrong


if __name__ == "__main__":
    sys.exit(main())
