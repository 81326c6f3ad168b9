"""Would the tests notice? Breaks the code in a sample of places and counts what they miss.

``python tests/mutation/run.py --number 400 --seed 1`` first records, once for each part, which
test runs which line (``build/mutants/``; remove it to record again). Then it makes one mutant
after the other in a copy of the project and runs the tests of the changed line, those of the
part itself and the fastest first, until one fails. Survivors are written to a file.

A mutant counts as killed where a test fails or takes more than three times its time. The tests
of one mutant may take a minute in all; what no test has noticed by then has survived. A list of
mutants that change nothing, each with the proof, stands in ``equal.toml``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path

from coverage import CoverageData
from mutants import Mutant, find_mutants

from behaviour_culture.monitoring.rates import wilson_interval

ROOT = Path(__file__).parents[2]
PACKAGE = "src/behaviour_culture"
PARTS = ("planning", "scheduling", "audit", "impact", "monitoring", "disclosure", "review")
PARTS += ("programme",)
MORE_TESTS = ("journey",)  # tests of no part of their own that run the parts
PROJECT = ("src", "tests", "docs", "examples", "conftest.py", "pyproject.toml", "README.md")
BUDGET = 60.0  # seconds of recorded time for the tests of one mutant
FIRST = 40  # tests of the first of two runs: most mutants fall there, and few files are collected
PYTEST = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly")


def copy_project(to: Path) -> None:
    """Copy what the tests need, so that a mutant never stands in the tree of a person."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for name in (*PROJECT, *(p.name for p in ROOT.glob("*.md")), "CITATION.cff", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, to / name)


def environment(tree: Path) -> dict[str, str]:
    """Return the environment in which Python finds the copy, and writes no byte code."""
    paths = os.pathsep.join(str(tree / p) for p in ("src", "tests", "tests/mutation"))
    return {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


def files_of(root: Path, part: str) -> list[str]:
    """Return the modules of a part, as paths below ``root``."""
    place = root / PACKAGE / part
    found = place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]
    return sorted(p.relative_to(root).as_posix() for p in found)


def record(tree: Path, work: Path, part: str) -> None:
    """Run the tests and docstrings of a part once under coverage, unless that was done."""
    data, seconds = work / f"coverage.{part}", work / f"seconds.{part}.json"
    if data.exists() and seconds.exists():
        return
    tests = [f"tests/{part}", *(files_of(tree, part) if part in PARTS else ())]
    measure = ["coverage", "run", f"--data-file={data}", "-m", "pytest", "-p", "record"]
    print(f"recording {part}", flush=True)
    subprocess.run(
        [sys.executable, "-m", *measure, "-q", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env={**environment(tree), "MUTANTS_SECONDS": str(seconds)},
        check=True,
    )


class Tests:
    """Which tests run a line, and how long each takes."""

    def __init__(self, tree: Path, work: Path) -> None:
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, dict[int, set[str]]] = {}
        for part in (*PARTS, *MORE_TESTS):
            self.seconds |= json.loads((work / f"seconds.{part}.json").read_text("utf-8"))
            data = CoverageData(str(work / f"coverage.{part}"))
            data.read()
            for file in data.measured_files():
                path = file[file.rindex(f"/{PACKAGE}/") + 1 :]
                of_file = self.lines.setdefault(path, {})
                for line, tests in data.contexts_by_lineno(file).items():
                    of_file.setdefault(line, set()).update(t for t in tests if t)

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests that may notice, the likeliest first, within the budget."""
        of_file = self.lines.get(mutant.path, {})
        found = of_file.get(mutant.line, set()) if mutant.inside else set().union(*of_file.values())
        part = mutant.path.removeprefix(f"{PACKAGE}/").split("/")[0].removesuffix(".py")
        near = (f"tests/{part}", f"{PACKAGE}/{part}")
        ordered = sorted(found, key=lambda t: (not t.startswith(near), self.seconds[t], t))
        total, chosen = 0.0, []
        for test in ordered:
            total += self.seconds[test]
            if total > BUDGET and chosen:
                break
            chosen.append(test)
        return chosen


def limit(seconds: float) -> None:
    """Bound the processor time and the memory of this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))


def fails(tree: Path, tests: list[str], expected: float) -> bool:
    """Run tests; say whether one failed, the mutant broke the import, or the time ran out."""
    allowed = 20 + 3 * expected
    try:
        done = subprocess.run(
            [sys.executable, *PYTEST, *tests],
            cwd=tree,
            env=environment(tree),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=5 * allowed,
            preexec_fn=lambda: limit(allowed),  # noqa: PLW1509  (no thread runs here)
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def killed(tree: Path, mutant: Mutant, tests: Tests) -> bool:
    """Make the mutant in the copy, run its tests, put the file back."""
    chosen = tests.of(mutant)
    file = tree / mutant.path
    try:
        file.write_text(mutant.apply(file.read_text("utf-8")), encoding="utf-8")
        return any(
            fails(tree, some, sum(tests.seconds[t] for t in some))
            for some in (chosen[:FIRST], chosen[FIRST:])
            if some
        )
    finally:
        shutil.copy2(ROOT / mutant.path, file)


def shown(mutant: Mutant, note: str = "") -> str:
    """Return a paragraph for people: the place, the line, and what was changed in it."""
    line = (ROOT / mutant.path).read_text("utf-8").splitlines()[mutant.line - 1].strip()
    place = f"{mutant.path.removeprefix(PACKAGE + '/')}:{mutant.line}"
    return f"{place}{note}\n    in   {line}\n    old  {mutant.old}\n    new  {mutant.new}\n"


def proven_equal() -> set[tuple[str, str, str]]:
    """Return file, old and new text of the mutants that are known to change nothing."""
    listed = tomllib.loads((Path(__file__).parent / "equal.toml").read_text("utf-8"))
    return {(e["path"], e["old"], e["new"]) for e in listed.get("equal", ())}


def sample(parts: Iterable[str], number: int, seed: int) -> list[Mutant]:
    """Draw mutants, each as likely as any other, in an order that depends on the seed."""
    found = [m for part in parts for path in files_of(ROOT, part) for m in find_mutants(ROOT, path)]
    return random.Random(seed).sample(found, min(number, len(found)))  # noqa: S311


def main() -> None:
    """Record, run the sample, write what survived; fail if fewer than asked were killed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--number", type=int, default=400)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--at-least", type=float, default=0.9, help="share to be killed")
    options.add_argument("--minutes", type=float, default=float("inf"), help="stop after these")
    options.add_argument("--work", type=Path, default=ROOT / "build" / "mutants")
    asked = options.parse_args()
    work = asked.work.resolve()
    tree = work / "tree"
    copy_project(tree)
    for part in (*PARTS, *MORE_TESTS):
        record(tree, work, part)
    tests, equal = Tests(tree, work), proven_equal()
    survivors = work / f"survivors-{asked.seed}.txt"
    survivors.write_text("", encoding="utf-8")
    tried, dead, same, begun = 0, 0, 0, time.monotonic()
    for mutant in sample(asked.parts, asked.number, asked.seed):
        if time.monotonic() - begun > 60 * asked.minutes:
            break
        if (mutant.path.removeprefix(f"{PACKAGE}/"), mutant.old, mutant.new) in equal:
            same += 1
            continue
        tried += 1
        if killed(tree, mutant, tests):
            dead += 1
        else:
            text = shown(mutant, "" if tests.of(mutant) else "  (no test runs this line)")
            with survivors.open("a", encoding="utf-8") as file:
                file.write(text + "\n")
            print(text, flush=True)
        print(f"{dead} of {tried} killed, {time.monotonic() - begun:.0f} s", flush=True)
    share = wilson_interval(dead, tried)
    print(f"seed {asked.seed}: {share}; {same} equal ones left out; survivors in {survivors}")
    if share.value < asked.at_least:
        sys.exit(1)


if __name__ == "__main__":
    main()
