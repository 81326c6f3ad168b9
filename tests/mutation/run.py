"""Would the tests notice? Breaks the code in a sample of places and counts what they miss.

``python tests/mutation/run.py --number 400 --seed 1`` first copies the project to
``build/mutants/`` and runs the whole suite there once, to record which test runs which line
(remove the folder to record again). Then it makes one mutant after the other in the copy and runs
the tests of the changed line, those of the part itself and the fastest first, until one fails.
Survivors are written to a file.

A mutant counts as killed where a test fails or takes more than three times its time. The tests
of one mutant may take 20 seconds in all; what no test has noticed by then has survived. A list of
mutants that change nothing, each with the proof, stands in ``equal.toml``. Tests run in forks, so
not on Windows.

With ``--written`` nothing is recorded, which takes twice as long as the suite, and only the results
of the part in ``tests/written/`` are compared: at least as many mutants fall to all tests.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from math import ceil
from pathlib import Path
from typing import NoReturn

import pytest
from coverage import CoverageData
from mutants import Mutant, find_mutants

ROOT = Path(__file__).parents[2]
PACKAGE = "src/behaviour_culture"
PARTS = ("planning", "scheduling", "audit", "impact", "monitoring", "disclosure", "review")
PARTS += ("programme",)
INTERFACE = ("tests/api/", "tests/test_edges.py", "tests/docs/test_judgements.py")
DRAWINGS = ("pictures.py", "plots.py", "charts.py")  # people look at them, tests at few numbers
BUDGET = 20.0  # seconds of processor time for the tests of one mutant
FIRST = 40  # tests of the first of two runs: most mutants fall there, and few files are collected
LIBRARIES = ("cattrs", "hypothesis", "jinja2", "networkx", "numpy", "ortools.sat.python.cp_model")
LIBRARIES += ("polars", "scipy.optimize", "scipy.stats", "sybil")


def copy_project(to: Path) -> None:
    """Copy all files of the project, so that a mutant never stands in the tree of a person."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).exists():  # removed, but not yet by a commit
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def environment(tree: Path) -> dict[str, str]:
    """Return the environment in which Python finds the copy."""
    paths = os.pathsep.join(str(tree / p) for p in ("src", "tests", "tests/mutation"))
    return {**os.environ, "PYTHONPATH": paths}


def files_of(root: Path, part: str) -> list[str]:
    """Return the modules of a part, as paths below ``root``."""
    place = root / PACKAGE / part
    found = place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]
    return sorted(p.relative_to(root).as_posix() for p in found)


def record(tree: Path, work: Path) -> None:
    """Run all tests once under coverage, unless that was done."""
    data = work / "coverage"
    if data.exists():
        return
    coverage = [sys.executable, "-m", "coverage"]
    tests = ["-m", "pytest", "-p", "record", "-q", "-p", "no:cacheprovider"]
    print("recording: twice as long as the suite", flush=True)
    for command in (
        [*coverage, "run", f"--data-file={data}", *tests, "-n", str(os.cpu_count())],
        [*coverage, "combine", "-q", f"--data-file={data}", str(work)],
    ):
        subprocess.run(  # noqa: S603  (made on the lines above)
            command,
            cwd=tree,
            env={**environment(tree), "MUTANTS_SECONDS": str(work)},
            check=True,
        )


class Tests:
    """Which tests run a line, and how long each takes."""

    def __init__(self, tree: Path, work: Path) -> None:
        record(tree, work)
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, dict[int, set[str]]] = {}
        for taken in work.glob("seconds.*.json"):
            for test, seconds in json.loads(taken.read_text("utf-8")).items():
                name = _runnable(test)
                self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        data = CoverageData(str(work / "coverage"))
        data.read()
        for file in data.measured_files():
            _, inside, below = file.rpartition(f"/{PACKAGE}/")
            if inside:  # and no copy of the library that a test made
                of_file = self.lines.setdefault(f"{PACKAGE}/{below}", {})
                for line, tests in data.contexts_by_lineno(file).items():
                    of_file.setdefault(line, set()).update(_runnable(t) for t in tests if t)

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests that may notice, the likeliest first, within the budget."""
        of_file = self.lines.get(mutant.path, {})
        found = of_file.get(mutant.line, set())
        if not mutant.inside:  # defaults and fields are compared with what is written down
            found = {t for t in self.seconds if t.startswith(INTERFACE)}.union(*of_file.values())
        part = mutant.path.removeprefix(f"{PACKAGE}/").split("/")[0].removesuffix(".py")
        as_written = f"tests/test_written.py::test_results_are_as_written[{part}"
        near = (f"tests/{part}", f"{PACKAGE}/{part}", as_written, "tests/test_wrong_objects.py")
        near += INTERFACE
        ordered = sorted(found, key=lambda t: (not t.startswith(near), self.seconds[t], t))
        total, chosen = 0.0, []
        for test in ordered:
            total += self.seconds[test]
            if total > BUDGET and chosen:
                break
            chosen.append(test)
        return chosen


class WrittenTests(Tests):
    """The results of each part that are written down, whichever lines they run."""

    def __init__(self, tree: Path) -> None:
        output = subprocess.run(  # noqa: S603  (made on these lines)
            [sys.executable, "-c", _LIST],
            cwd=tree,
            env=environment(tree),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        self.named: dict[str, list[str]] = json.loads(output)
        self.seconds = {test: 1.0 for tests in self.named.values() for test in tests}
        self.seconds["tests/api"] = 10.0

    def of(self, mutant: Mutant) -> list[str]:
        """Return those of the part of a mutant in their order; for a default the interface too."""
        part = mutant.path.removeprefix(f"{PACKAGE}/").split("/")[0].removesuffix(".py")
        every = [tests for name, tests in self.named.items() if name.split("_")[0] == part]
        found = [test for tests in every for test in tests]
        return found if mutant.inside else ["tests/api", *found]


_LIST = """
import json
from written import PACKAGES, examples
at = "tests/test_written.py::test_results_are_as_written"
print(json.dumps({p: [f"{at}[{p}-{name}]" for name in examples(p)] for p in PACKAGES}))
"""


def _runnable(test: str) -> str:
    """Return what to run for a test: examples of a file build on those above them."""
    return test if test.startswith("tests/") else test.split("::", maxsplit=1)[0]


def run_tests(tree: Path, tests: list[str], seconds: float, output: Path) -> NoReturn:
    """Become a process that runs tests within so much processor time, and end."""
    os.setpgid(0, 0)  # the processes that it leaves can be ended with it
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds) + 5))
    resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))
    to = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(to, 1)
    os.dup2(to, 2)
    os.chdir(tree)
    # The byte code of all other files is there from the recording.
    os.environ.update(environment(tree), PYTHONDONTWRITEBYTECODE="1")
    sys.dont_write_bytecode = True
    sys.path[:0] = os.environ["PYTHONPATH"].split(os.pathsep)
    del os.environ["HYPOTHESIS_NO_PLUGINS"]
    import_module("hypothesis.entry_points").run()  # our plug-in, from the copy
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is imported already
    code = pytest.main([*options, *tests])
    sys.stdout.flush()
    os._exit(code)


def failure(tree: Path, tests: list[str], expected: float) -> str:
    """Run tests in a fork; say what failed, be it the import or the time; nothing if all passed."""
    allowed, output = 10 + 3 * expected, tree.parent / "output.txt"
    child = os.fork()
    if not child:
        run_tests(tree, tests, allowed, output)
    ends = time.monotonic() + 10 * allowed  # the machine may have other work
    while not (ended := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not ended[1]:
        return ""
    if os.WIFSIGNALED(ended[1]):
        return f"ended by signal {os.WTERMSIG(ended[1])}: too long or too large"
    lines = output.read_text("utf-8", errors="replace").splitlines()
    if "not found: " in "\n".join(lines[-2:]):  # no mutant does that
        sys.exit(f"{lines[-1]}: record again, without {tree.parent}")
    named = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return (named or [f"exit code {os.WEXITSTATUS(ended[1])}"])[0]


def killer(tree: Path, mutant: Mutant, tests: Tests) -> str:
    """Make the mutant in the copy, run its tests, put the file back; say which test failed."""
    chosen = tests.of(mutant)
    file = tree / mutant.path
    source, times = file.read_bytes(), file.stat()
    try:
        file.write_text(mutant.apply(source.decode()), encoding="utf-8")
        for some in (chosen[:FIRST], chosen[FIRST:]):
            found = failure(tree, some, sum(tests.seconds[t] for t in some)) if some else ""
            if found:
                return found
        return ""
    finally:
        file.write_bytes(source)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # its byte code stays good


def shown(tree: Path, mutant: Mutant, note: str) -> str:
    """Return a paragraph for people: the place, the line, and what was changed in it."""
    path, line = place(tree, mutant)
    change = f"    in   {line}\n    old  {mutant.old}\n    new  {mutant.new}\n"
    return f"{path}:{mutant.line}  {note}\n{change}"


def place(tree: Path, mutant: Mutant) -> tuple[str, str]:
    """Return the file within the package, and the line as it stands there."""
    line = (tree / mutant.path).read_text("utf-8").splitlines()[mutant.line - 1]
    return mutant.path.removeprefix(f"{PACKAGE}/"), line.strip()


def proven_equal() -> set[tuple[str, ...]]:
    """Return file, line, old and new text of the mutants that are known to change nothing."""
    listed = tomllib.loads((Path(__file__).parent / "equal.toml").read_text("utf-8"))
    return {(e["path"], e["line"], e["old"], e["new"]) for e in listed["equal"]}


def sample(tree: Path, parts: Iterable[str], only: str, number: int, seed: int) -> list[Mutant]:
    """Draw mutants, each as likely as any other, in an order that depends on the seed."""
    paths = [p for part in parts for p in files_of(tree, part) if Path(p).name not in DRAWINGS]
    every = [m for path in paths for m in find_mutants(tree, path)]
    found = [m for m in every if only in f"{m.path}:{m.line}"]
    return random.Random(seed).sample(found, min(number, len(found)))  # noqa: S311


def main() -> None:
    """Record, run the sample, write what survived; fail if fewer than asked were killed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--number", type=int, default=400)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--written", action="store_true", help="compare written results alone")
    options.add_argument("--only", default="", help="part of path:line, to try a survivor again")
    options.add_argument("--at-least", type=float, default=0.9, help="share to be killed")
    options.add_argument("--minutes", type=float, default=float("inf"), help="stop after these")
    options.add_argument("--work", type=Path, default=ROOT / "build" / "mutants")
    asked = options.parse_args()
    work = asked.work.resolve()
    tree = work / "tree"
    if not tree.exists():
        copy_project(tree)
    tests = WrittenTests(tree) if asked.written else Tests(tree, work)
    broken = work / "broken"  # made anew, since a run that was ended leaves its mutant in it
    shutil.rmtree(broken, ignore_errors=True)
    shutil.copytree(tree, broken)
    equal = proven_equal()
    notes = {word: work / f"{word}-{asked.seed}.txt" for word in ("killed", "survived")}
    for file in notes.values():
        file.write_text("", encoding="utf-8")
    # Imported once for all forks; nothing of this library's, which they import with its mutant.
    os.environ |= {"HYPOTHESIS_NO_PLUGINS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for name in LIBRARIES:
        import_module(name)
    quick = sorted(tests.seconds, key=tests.seconds.__getitem__)[:FIRST]
    if by := failure(broken, quick, sum(tests.seconds[t] for t in quick)):
        sys.exit(f"the tests fail without a mutant too: {by}; see {work / 'output.txt'}")
    sound = set[str]()
    counts, begun = Counter[str](), time.monotonic()
    for mutant in sample(tree, asked.parts, asked.only, asked.number, asked.seed):
        if time.monotonic() - begun > 60 * asked.minutes:
            break
        if (*place(tree, mutant), mutant.old, mutant.new) in equal:
            counts["equal"] += 1
            continue
        by = killer(broken, mutant, tests)
        for test in tests.of(mutant):
            if test not in sound and f"{by} ".startswith(f"FAILED {test} "):
                if again := failure(broken, [test], tests.seconds[test]):
                    sys.exit(f"it fails without a mutant too: {again}")
                sound.add(test)
        word = "killed" if by else "survived"
        counts[word] += 1
        note = by or ("" if tests.of(mutant) else "no test runs this line")
        with notes[word].open("a", encoding="utf-8") as file:
            file.write(shown(tree, mutant, note) + "\n")
        print(f"{word:8} {mutant.path}:{mutant.line} {note}", flush=True)
    from behaviour_culture.monitoring.rates import wilson_interval  # not before: forks import it

    share = wilson_interval(counts["killed"], counts["killed"] + counts["survived"])
    print(f"seed {asked.seed}, {dict(counts)}: {share}; see {notes['survived']}")
    if share.value < asked.at_least:
        sys.exit(1)


if __name__ == "__main__":
    main()
