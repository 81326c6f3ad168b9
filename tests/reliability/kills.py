"""Kill a process at random moments while it saves: what is there is whole, old or new.

``python tests/reliability/kills.py --times 1000`` prints a line for each kind of file. It needs
a system that can fork.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import NamedTuple

from saved import HALF, KINDS, NOTE, Kind, leftovers, seen, show

VERSIONS = 3
AN_HOUR = 3_600
CLEANED = 100
"""After how many kills an hour passes."""
HEAD = ("kind", "kills", "in the middle", "said so", "failures", "seconds")
WIDTHS = (22, 6, 13, 7, 8, 7)


class Found(NamedTuple):
    """What was found of one kind.

    Attributes
    ----------
    half : int
        Kills after which something half written lay there: it was hit in the middle of a save.
    said : int
        Kills after which a report said of itself that it is not of one run.
    wrong : tuple of str
        What is not as it should be.
    """

    times: int
    half: int
    said: int
    wrong: tuple[str, ...]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=25, help="kills of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    options = parser.parse_args(arguments)
    wrong = list[str]()
    show(HEAD, WIDTHS)
    for name in options.kinds:
        with TemporaryDirectory() as folder:
            begun = time.monotonic()
            found = killed(KINDS[name], options.times, options.seed, Path(folder))
        seconds = f"{time.monotonic() - begun:.0f}"
        numbers = (found.times, found.half, found.said, len(found.wrong), seconds)
        show((name, *numbers), WIDTHS)
        wrong += [f"{name}: {words}" for words in found.wrong]
    for words in wrong:
        sys.stdout.write(f"{words}\n")
    return 1 if wrong else 0


def killed(kind: Kind, times: int, seed: int, folder: Path) -> Found:
    """Kill a process that saves a kind of file again and again."""
    rng = random.Random(seed)  # noqa: S311  (moments, no secrets)
    versions = kind.versions(VERSIONS, folder / "alone")
    place = folder / "place" / kind.name
    place.parent.mkdir()
    kind.prepare(place)
    once = max(_seconds(kind, version, place) for version in range(VERSIONS))
    half = said = 0
    wrong = []
    for turn in range(times):
        if kind.several:  # what is there already would not be saved again
            rmtree(place)
        before = len(leftovers(place.parent))
        _save_and_kill(kind, place, turn, rng.uniform(0, 2 * once))
        half += len(leftovers(place.parent)) > before
        after = f"after kill {turn + 1} of seed {seed}"
        found = seen(place) if place.exists() else {}
        note = found.pop(NOTE, None) is not None
        said += note
        if not (kind.is_whole(found, versions) or (note and kind.one_by_one)):
            wrong.append(f"{after} it is neither the old nor the new")
        if note or kind.several:
            kind.save(turn % VERSIONS, place)
            mended = seen(place)
            there = versions[turn % VERSIONS].items() <= mended.items()
            if not (there and kind.is_whole(mended, versions)):
                wrong.append(f"{after} the next save did not mend it")
        names = {path.name for path in place.parent.iterdir() if not HALF.fullmatch(path.name)}
        if names != {kind.name}:
            wrong.append(f"{after} there is {', '.join(sorted(names))}")
        if (turn + 1) % CLEANED == 0 or turn + 1 == times:
            wrong += _not_cleaned(kind, place)
    return Found(times, half, said, tuple(wrong))


def _seconds(kind: Kind, version: int, place: Path) -> float:
    """Return how long it takes to save a version where another one is."""
    begun = time.monotonic()
    kind.save(version, place)
    return time.monotonic() - begun


def _save_and_kill(kind: Kind, place: Path, turn: int, after: float) -> None:
    child = os.fork()
    if child == 0:
        try:
            for version in count(turn):
                kind.save(version % VERSIONS, place)
        finally:
            os._exit(1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        message = "the process that saves ended by itself"
        raise RuntimeError(message)


def _not_cleaned(kind: Kind, place: Path) -> list[str]:
    """Say what the next save leaves of what killed processes left over an hour ago."""
    for path in leftovers(place.parent):
        os.utime(path, (time.time() - AN_HOUR - 1,) * 2)
    if kind.several:
        rmtree(place)
    kind.save(0, place)
    return [f"{path.name} is still there" for path in leftovers(place.parent)]


if __name__ == "__main__":
    sys.exit(main())
