"""Fuzz every reader for some time, each batch in a process of its own.

``python tests/fuzzing/run.py --seconds 3600 --seed 1 --out findings`` writes a folder for each
fault that it finds: the smallest input that showed it, and what happened. A process that dies,
hangs or takes more than 1 GiB beyond what its imports took is seen from outside.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

GIB = 2**30
HANG = 300
"""Seconds after which a process that says nothing is ended: far more than the oracle allows."""
BATCH = 2_000
"""Inputs of one process."""
UNMADE = "an input that could not be made"


def made_input(
    seeds: list[tuple[str, str, bytes]], seed: int, number: int
) -> tuple[str, str, bytes]:
    """Return the reader, the suffix and the bytes of an input; the same for the same numbers."""
    from fuzzing.mutations import mutate

    rng = Random(f"{seed} {number}")  # noqa: S311  (reproducible)
    readers = sorted({reader for reader, _, _ in seeds})
    reader = rng.choice(readers)
    own = [s for s in seeds if s[0] == reader]
    _, name, raw = rng.choice(own)
    suffix = Path(name).suffix
    if suffix == ".txt":  # a frame, made from the number
        return reader, suffix, f"{seed}-{number}".encode()
    return reader, suffix, mutate(rng, raw, suffix, rng.choice(own)[2])


def load_seeds(folder: Path) -> list[tuple[str, str, bytes]]:
    """Return the seeds that `write_seeds` wrote."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.parent.name, path.name, path.read_bytes()) for path in files]


def write_seeds(folder: Path, only: list[str]) -> None:
    """Write the sound files of every reader, a folder for each."""
    from fuzzing.readers import READERS, seeds_of

    for reader in only or READERS:
        (folder / reader).mkdir(parents=True, exist_ok=True)
        for name, raw in seeds_of(reader, slow=True):
            (folder / reader / name).write_bytes(raw)


def _address_space() -> int:
    """Return the bytes of memory that this process may touch."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    return pages * resource.getpagesize()


def _limit_memory() -> int:
    """Let the process take 1 GiB more than it has now; return that."""
    begun = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (begun + GIB,) * 2)
    return begun


def child(seeds: Path, seed: int, first: int) -> None:
    """Read inputs one after the other, and say on standard output how each went."""
    from fuzzing.oracle import problem_of

    files = load_seeds(seeds)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def say(**words: Any) -> None:
        out.write(json.dumps(words) + "\n")
        out.flush()

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        first_ones = {(reader, Path(name).suffix): raw for reader, name, raw in reversed(files)}
        for (reader, suffix), raw in first_ones.items():  # what is loaded on first use, is
            path = Path(folder) / f"sound{suffix}"
            path.write_bytes(raw)
            if found := problem_of(reader, path):
                raise SystemExit(f"a sound file of {reader}: {found}")
        begun = _limit_memory()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(first, first + BATCH):
            try:
                reader, suffix, raw = made_input(files, seed, number)
            except Exception:  # noqa: BLE001  (of ours: no reader has seen it)
                say(number=number, problem=[UNMADE, "", traceback.format_exc()])
                continue
            path = Path(folder) / f"input{suffix}"
            path.write_bytes(raw)
            say(begin=number, reader=reader)
            found = problem_of(reader, path)
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if found is None and after - before > GIB // 1024:
                grown = f"{(after - before) // 1024:,} MiB more"
                say(number=number, problem=["memory", reader, grown])
                return
            say(number=number, problem=found)
            if _address_space() > begun + GIB // 4:  # kept by libraries: the next one needs room
                return


class Run:
    """The parent: starts processes, and keeps what they find."""

    def __init__(self, seeds: Path, out: Path, seed: int) -> None:
        self.seeds, self.out, self.seed = seeds, out, seed
        self.files = load_seeds(seeds)
        self.tried: Counter[str] = Counter()
        self.found: Counter[str] = Counter()

    def keep(self, number: int, problem: list[str]) -> None:
        """Write a finding, unless a smaller input has shown the same."""
        if problem[0] == UNMADE:
            self.found[UNMADE] += 1
            (self.out / "unmade.txt").write_text(f"input {number}\n{problem[2]}", "utf-8")
            return
        reader, suffix, raw = made_input(self.files, self.seed, number)
        kind, place, detail = problem
        key = sha256(f"{kind} {place}".encode()).hexdigest()[:10]
        folder = self.out / f"{kind.replace(' ', '-')}-{key}"
        self.found[folder.name] += 1
        old = next(iter(folder.glob("input.*")), None)
        if old is not None and old.stat().st_size <= len(raw):
            return
        folder.mkdir(parents=True, exist_ok=True)
        if old is not None:
            old.unlink()
        (folder / f"input{suffix}").write_bytes(raw)
        words = f"reader {reader}\nseed {self.seed} input {number}\n{kind} at {place}\n\n{detail}\n"
        (folder / "what.txt").write_text(words, "utf-8")

    def batch(self, first: int, until: float) -> int:
        """Run one process; return the number of the next input."""
        command = [sys.executable, __file__, "--child", str(self.seeds), "--seed", str(self.seed)]
        process = subprocess.Popen(  # noqa: S603  (this file)
            [*command, "--first", str(first)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        running: tuple[int, str] | None = None
        next_one = first
        why = ""
        while True:
            if not select.select([process.stdout], [], [], HANG)[0]:
                why = "hang"
                break
            line = process.stdout.readline()
            if not line:
                break
            said = json.loads(line)
            if "begin" in said:
                running = (said["begin"], said["reader"])
                self.tried[said["reader"]] += 1
                continue
            running, next_one = None, said["number"] + 1
            if said["problem"] is not None:
                self.keep(said["number"], said["problem"])
            if time.monotonic() > until:
                break
        process.kill()
        _, errors = process.communicate()
        if running is not None and (why or time.monotonic() < until):
            number, reader = running
            why = why or f"died with {process.returncode}"
            self.keep(number, [why, reader, errors.decode("utf-8", "replace")[-800:]])
            return number + 1
        if running is None and next_one == first:
            raise SystemExit(errors.decode("utf-8", "replace")[-3_000:])
        return next_one

    def summary(self) -> str:
        """Say how often each reader was tried, and what was found."""
        lines = [f"{n:>9,}  {reader}" for reader, n in self.tried.most_common()]
        lines += [f"{n:>9,}  FOUND {name}" for name, n in self.found.most_common()]
        total = f"{self.tried.total():,} files, {len(self.found)} faults, in {self.out}"
        return "\n".join([*lines, total])


def main() -> int:
    """Run from the command line; 1 if anything was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3600)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    options.add_argument("--reader", action="append", default=[], help="only this one; repeatable")
    options.add_argument("--seeds", type=Path, help="a folder to keep the sound files in")
    options.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child is not None:
        child(given.child, given.seed, given.first)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        seeds = given.seeds or Path(folder)
        if not seeds.exists() or not any(seeds.iterdir()):
            write_seeds(seeds, given.reader)
        given.out.mkdir(parents=True, exist_ok=True)
        run = Run(seeds, given.out.resolve(), given.seed)
        until, number = time.monotonic() + given.seconds, 0
        while time.monotonic() < until:
            number = run.batch(number, until)
    print(run.summary())  # noqa: T201  (a script)
    return 1 if run.found else 0


if __name__ == "__main__":
    sys.exit(main())
